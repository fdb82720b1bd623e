-- Walking the project graph: parents, children, ancestors, descendants, cycles. Nothing here recurses, so that
-- a chain of ten thousand models is as safe as one of three.

local text <const> = require "floe.text"

local M = {}

--- The nodes a node depends on directly.
---
--- > #graph.parents({ parents = {} })  --> 0
---@param node any
---@return any[]
function M.parents(node)
  return node.parents
end

--- The nodes that depend on a node directly, tests left out.
---
--- > #graph.children({ children = {} })  --> 0
---@param node any
---@return any[]
function M.children(node)
  return node.children
end

-- Everything reachable from `node` through the field, nearest first, each once, `node` itself left out.
-- Sources have no parents and exposures no children: such a field is not read there.
local function reach(node, field, lacking)
  local found <const>, seen <const> = {}, { [node.unique_id] = true }
  local queue <const>, next_in_queue = { node }, 1
  while queue[next_in_queue] do
    local current <const> = queue[next_in_queue]
    next_in_queue = next_in_queue + 1
    if not lacking[current.kind] then
      for _, other in ipairs(current[field]) do
        local id <const> = other.unique_id
        if not seen[id] then
          seen[id] = true
          found[#found + 1] = other
          queue[#queue + 1] = other
        end
      end
    end
  end
  return found
end

local WITHOUT_PARENTS <const> = { source = true }
local WITHOUT_CHILDREN <const> = {
  exposure = true, metric = true, semantic_model = true, saved_query = true, unit_test = true, test = true,
  group = true,
}

--- Everything a node depends on, directly or through others, nearest first.
---
--- > #graph.ancestors({ unique_id = "b", kind = "model", parents = { { unique_id = "a", kind = "source" } } })
---   --> 1
---@param node any
---@return any[]
function M.ancestors(node)
  return reach(node, "parents", WITHOUT_PARENTS)
end

--- Everything that depends on a node, directly or through others, nearest first.
---
--- > #graph.descendants({ unique_id = "a", kind = "model", children = { { unique_id = "b", kind = "metric" } } })
---   --> 1
---@param node any
---@return any[]
function M.descendants(node)
  return reach(node, "children", WITHOUT_CHILDREN)
end

--- The ids a node depends on that the project does not have.
---
--- > graph.missing({ nodes = { a = {} } }, { depends_on = { "a", "b" } })  --> { "b" }
---@param project any
---@param node any
---@return string[]
function M.missing(project, node)
  local missing <const> = {}
  local nodes <const> = project.nodes
  for _, id in ipairs(node.depends_on) do
    if not nodes[id] then
      missing[#missing + 1] = id
    end
  end
  return missing
end

--- Line and column at which code calls `ref` or `source` with an argument in quotes; nil where it is not written
--- so, for example because a macro makes the call.
---
--- > { graph.place_of_call("select *\nfrom {{ ref('a') }}", "ref", "a") }  --> { 2, 9 }
--- > graph.place_of_call("{{ make_it() }}", "ref", "a")  --> nil
---@param code string
---@param name string
---@param argument string
---@return integer? line
---@return integer? column
function M.place_of_call(code, name, argument)
  local escaped <const> = argument:gsub("%p", "%%%0")
  local from <const> = code:find(("%s%%s*%%([^()]-[\"']%s[\"']"):format(name, escaped))
  if not from then
    return nil
  end
  return text.position(code, from)
end

--- The names in a transform's `dependsOn` (or `depends_on`), as written in floe.yaml; none where it is no list.
---
--- > graph.dependencies({ name = "b", dependsOn = { "a" } })  --> { "a" }
--- > graph.dependencies({ name = "b", dependsOn = "a" })  --> {}
---@param transform any
---@return any[]
function M.dependencies(transform)
  local wanted <const> = transform.dependsOn or transform.depends_on
  local kind <const> = type(wanted)
  return (kind == "table" or kind == "userdata") and wanted or {}
end

-- Tarjan's strongly connected components, with a stack of our own instead of recursion.
-- `edges` maps an id to the list of ids it points to; ids that are no keys of it are left out.
local function components(ids, edges)
  local index_of <const>, low <const>, on_stack <const> = {}, {}, {}
  local stack <const>, found <const> = {}, {}
  local count = 0
  for _, start in ipairs(ids) do
    local work <const> = {}
    if not index_of[start] then
      work[1] = { id = start, edge = 0 }
    end
    while #work > 0 do
      local frame <const> = work[#work]
      local id <const> = frame.id
      if frame.edge == 0 then
        count = count + 1
        index_of[id], low[id], on_stack[id] = count, count, true
        stack[#stack + 1] = id
      end
      frame.edge = frame.edge + 1
      local target <const> = edges[id][frame.edge]
      if target == nil then
        work[#work] = nil
        local caller <const> = work[#work]
        if caller then
          low[caller.id] = math.min(low[caller.id], low[id])
        end
        if low[id] == index_of[id] then
          local component <const> = {}
          repeat
            local member <const> = stack[#stack]
            stack[#stack], on_stack[member] = nil, nil
            component[#component + 1] = member
          until member == id
          found[#found + 1] = component
        end
      elseif edges[target] and not index_of[target] then
        work[#work + 1] = { id = target, edge = 0 }
      elseif on_stack[target] then
        low[id] = math.min(low[id], index_of[target])
      end
    end
  end
  return found
end

-- The shortest way from `start` back to itself inside a component, `start` at both ends.
local function shortest_cycle(start, members, edges)
  local from <const>, queue <const>, next_in_queue = {}, { start }, 1
  while queue[next_in_queue] do
    local id <const> = queue[next_in_queue]
    next_in_queue = next_in_queue + 1
    for _, target in ipairs(edges[id]) do
      if target == start then
        local backwards <const> = { start }
        local at = id
        while at ~= start do
          backwards[#backwards + 1] = at
          at = from[at]
        end
        local path <const> = { start }
        for index = #backwards, 1, -1 do
          path[#path + 1] = backwards[index]
        end
        return path
      elseif members[target] and not from[target] then
        from[target] = id
        queue[#queue + 1] = target
      end
    end
  end
  return nil
end

--- The cycles in a graph of ids: for each knot of ids that reach one another the shortest way round, starting
--- and ending with the one that comes first in `ids`. Edges to ids that are not listed are not followed.
---
--- > graph.cycles({ "a", "b", "c" }, { a = { "b" }, b = { "a" }, c = { "a" } })  --> { { "a", "b", "a" } }
--- > graph.cycles({ "a" }, { a = { "a" } })  --> { { "a", "a" } }
--- > graph.cycles({ "a", "b" }, { a = { "b" }, b = {} })  --> {}
---@param ids string[]
---@param edges table<string, string[]>
---@return string[][]
function M.cycles(ids, edges)
  local rank <const> = {}
  for index, id in ipairs(ids) do
    rank[id] = rank[id] or index
  end
  local cycles <const> = {}
  for _, component in ipairs(components(ids, edges)) do
    local members <const>, start = {}, component[1]
    for _, id in ipairs(component) do
      members[id] = true
      if rank[id] < rank[start] then
        start = id
      end
    end
    local path <const> = shortest_cycle(start, members, edges)
    if path then
      cycles[#cycles + 1] = path
    end
  end
  table.sort(cycles, function(a, b)
    return rank[a[1]] < rank[b[1]]
  end)
  return cycles
end

--- The nodes of a list that nothing depends on. nil and a message where the project's graph is only partly
--- known: there a node without known children may well be used.
---
--- > graph.unused({ partial = false }, { { unique_id = "a", children = {} } })[1].unique_id  --> "a"
--- > { graph.unused({ partial = true }, {}) }
---   --> { nil, "the project's graph is only partly known, so nothing can be called unused" }
---@param project any
---@param nodes any[]
---@return any[]?
---@return string? message
function M.unused(project, nodes)
  if project.partial then
    return nil, "the project's graph is only partly known, so nothing can be called unused"
  end
  local unused <const> = {}
  for _, node in ipairs(nodes) do
    if #node.children == 0 then
      unused[#unused + 1] = node
    end
  end
  return unused
end

return M

-- Walking the project graph: parents, children, ancestors, descendants, cycles. Nothing here recurses, so that
-- a chain of ten thousand models is as safe as one of three.

local text <const> = require "floe.text"

local M = {}

-- Whether an edge to `id` hangs on what only a run knows.
local function is_conditional(node, id)
  for _, edge in ipairs(node.conditional) do
    if edge.unique_id == id then
      return true
    end
  end
  return false
end

--- The nodes a node depends on directly. With facts from sources some of these edges may hang on what only a run of
--- dbt knows (see `graph.certain`), and there may be others where `node.edges_known` is false.
---
--- > #graph.parents({ parents = {} })  --> 0
---@param node any
---@return any[]
function M.parents(node)
  return node.parents
end

--- The nodes that depend on a node directly, tests left out; then those that only a run of dbt would make depend on
--- it. Whether there may be others says `graph.is_used`.
---
--- > #graph.children({ children = {}, possible_children = {} })  --> 0
---@param node any
---@return any[]
function M.children(node)
  if #node.possible_children == 0 then
    return node.children
  end
  local all <const>, seen <const> = {}, {}
  for _, field in ipairs({ "children", "possible_children" }) do
    for _, child in ipairs(node[field]) do
      if not seen[child.unique_id] then
        seen[child.unique_id] = true
        all[#all + 1] = child
      end
    end
  end
  return all
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

--- The ids a node certainly depends on and that the project certainly does not have. Where not every file of the
--- project could be read, none: what is missing may stand in that file.
---
--- > graph.missing({ nodes = { a = {} }, nodes_known = true }, { depends_on = { "a", "b" }, conditional = {} })
---   --> { "b" }
--- > graph.missing({ nodes = {}, nodes_known = true }, { depends_on = { "b" }, conditional = { { unique_id = "b" } } })
---   --> {}
--- > graph.missing({ nodes = {}, nodes_known = false }, { depends_on = { "b" }, conditional = {} })  --> {}
---@param project any
---@param node any
---@return string[]
function M.missing(project, node)
  local missing <const> = {}
  local nodes <const> = project.nodes
  for _, id in ipairs(project.nodes_known and node.depends_on or {}) do
    if not nodes[id] and not is_conditional(node, id) then
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

-- ---- what is certain --------------------------------------------------------------------------------------

local function contains(ids, wanted)
  for _, id in ipairs(ids) do
    if id == wanted then
      return true
    end
  end
  return false
end

--- Whether it is certain that a node depends on another directly: not where that hangs on what only a run of dbt knows.
---
--- > graph.certain({ depends_on = { "a" }, conditional = {} }, { unique_id = "a" })  --> true
--- > graph.certain({ depends_on = { "a" }, conditional = { { unique_id = "a" } } }, { unique_id = "a" })  --> false
--- > graph.certain({ depends_on = {}, conditional = {} }, { unique_id = "a" })  --> false
---@param node any
---@param parent any
---@return boolean
function M.certain(node, parent)
  local id <const> = parent.unique_id
  return contains(node.depends_on, id) and not is_conditional(node, id)
end

--- The ids that a node certainly depends on.
---
--- > graph.certain_dependencies({ depends_on = { "a", "b" }, conditional = { { unique_id = "b" } } })  --> { "a" }
---@param node any
---@return string[]
function M.certain_dependencies(node)
  if #node.conditional == 0 then
    return node.depends_on
  end
  local ids <const> = {}
  for _, id in ipairs(node.depends_on) do
    ids[#ids + 1] = not is_conditional(node, id) and id or nil
  end
  return ids
end

local OPEN_KINDS <const> = {
  "models", "snapshots", "analyses", "exposures", "metrics", "semantic_models", "saved_queries",
}

local open_nodes <const> = {} -- by project

-- The nodes of a project of which it is not known what they depend on.
local function nodes_with_open_edges(project)
  local found = open_nodes[project]
  if not found then
    found = {}
    for _, kind in ipairs(project.partial and OPEN_KINDS or {}) do
      for _, node in ipairs(project[kind] or {}) do
        found[#found + 1] = not node.edges_known and node or nil
      end
    end
    open_nodes[project] = found
  end
  return found
end

local function is_leaf(node)
  return WITHOUT_CHILDREN[node.kind] or #node.children == 0
end

-- The node that may use `node` though no edge is known. One that `node` itself stands on cannot: that were a cycle.
local function possible_user(project, node)
  local ancestors
  for _, open in ipairs(nodes_with_open_edges(project)) do
    if open.unique_id ~= node.unique_id then
      if is_leaf(open) then
        return open
      end
      if not ancestors then
        ancestors = {}
        for _, other in ipairs(reach(node, "parents", WITHOUT_PARENTS)) do
          ancestors[other.unique_id] = true
        end
      end
      if not ancestors[open.unique_id] then
        return open
      end
    end
  end
end

--- Whether something depends on a node, tests left out: true, false, or nil and the reason where only a run of dbt
--- tells: a conditional edge leads to it, another node's edges are not all known, or not every file could be read.
---
--- > graph.is_used({ partial = false }, { children = {}, possible_children = {} })  --> false
--- > { graph.is_used({ partial = true, nodes_known = false }, { children = {}, possible_children = {} }) }
---   --> { nil, "not every file of the project could be read" }
--- > { graph.is_used({ partial = true }, { children = {}, possible_children = { { name = "b" } } }) }
---   --> { nil, "whether 'b' depends on it is known only by a run" }
---@param project any
---@param node any
---@return boolean?
---@return string? reason
function M.is_used(project, node)
  for _, child in ipairs(node.children) do
    if M.certain(child, node) then
      return true
    end
  end
  local possible <const> = node.possible_children[1] or node.children[1]
  if possible then
    return nil, ("whether '%s' depends on it is known only by a run"):format(possible.name)
  elseif not project.partial then
    return false
  elseif not project.nodes_known then
    return nil, "not every file of the project could be read"
  end
  local user <const> = possible_user(project, node)
  if user then
    return nil, ("what '%s' depends on is known only by a run"):format(user.name)
  end
  return false
end

--- Whether a node depends on nothing: true, false, or nil and the reason where only a run of dbt tells.
---
--- > graph.is_root({ depends_on = {}, conditional = {}, edges_known = true })  --> true
--- > graph.is_root({ depends_on = { "a" }, conditional = {}, edges_known = false })  --> false
--- > { graph.is_root({ depends_on = {}, conditional = {}, edges_known = false }) }
---   --> { nil, "what it depends on is known only by a run" }
---@param node any a model, seed, snapshot, analysis, exposure …
---@return boolean?
---@return string? reason
function M.is_root(node)
  for _, id in ipairs(node.depends_on) do
    if not is_conditional(node, id) then
      return false
    end
  end
  if #node.conditional > 0 or not node.edges_known then
    return nil, "what it depends on is known only by a run"
  end
  return true
end

--- The nodes of a list that certainly nothing depends on, and those of which only a run of dbt tells. Where not every
--- file of the project could be read, the first list is empty: the file may use any of them.
---
--- > #graph.unused({ partial = false }, { { children = {}, possible_children = {} } })  --> 1
--- > #graph.unused({ partial = true, nodes_known = false }, { { children = {}, possible_children = {} } })  --> 0
---@param project any
---@param nodes any[]
---@return any[] unused
---@return any[] undecided
function M.unused(project, nodes)
  local unused <const>, undecided <const> = {}, {}
  for _, node in ipairs(nodes) do
    local used <const> = M.is_used(project, node)
    if used == nil then
      undecided[#undecided + 1] = node
    elseif not used then
      unused[#unused + 1] = node
    end
  end
  return unused, undecided
end

--- The nodes of a list that certainly depend on nothing, and those of which only a run of dbt tells.
---
--- > #graph.roots({ { depends_on = {}, conditional = {}, edges_known = true } })  --> 1
--- > #graph.roots({ { depends_on = {}, conditional = {}, edges_known = false } })  --> 0
---@param nodes any[]
---@return any[] roots
---@return any[] undecided
function M.roots(nodes)
  local roots <const>, undecided <const> = {}, {}
  for _, node in ipairs(nodes) do
    local root <const> = M.is_root(node)
    if root == nil then
      undecided[#undecided + 1] = node
    elseif root then
      roots[#roots + 1] = node
    end
  end
  return roots, undecided
end

return M

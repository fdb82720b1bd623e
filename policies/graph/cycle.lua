local policy <const> = require "floe.policy"
local graph <const> = require "floe.graph"

local MOST <const> = 100 -- cycles of one project that are reported

local function report_cycle(ctx, path, at, name_of)
  local names <const> = {}
  for index, id in ipairs(path) do
    names[index] = name_of(id)
  end
  local line <const> = table.concat(names, " → ")
  ctx:report {
    at = at,
    path = "cycle." .. table.concat(names, "."),
    message = "the dependencies form a cycle: " .. line,
    expected = "dependencies without a cycle",
    actual = line,
    suggest = ("take the reference to '%s' out of '%s', or split what both need into a third"):format(names[#names],
      names[#names - 1]),
  }
end

-- `places` maps an id to the fact that stands for it.
local function report_cycles(ctx, cycles, places, name_of)
  for index = 1, math.min(#cycles, MOST) do
    local path <const> = cycles[index]
    report_cycle(ctx, path, places[path[1]], name_of)
  end
end

local function check_project(project, ctx)
  local ids <const>, edges <const>, nodes <const> = {}, {}, {}
  for _, kind in ipairs({ "models", "snapshots" }) do
    for _, node in ipairs(project[kind]) do
      local id <const> = node.unique_id
      ids[#ids + 1] = id
      nodes[id] = node
      edges[id] = graph.certain_dependencies(node)
    end
  end
  report_cycles(ctx, graph.cycles(ids, edges), nodes, function(id)
    return nodes[id].name
  end)
end

local function check_product(product, ctx)
  local names <const>, edges <const>, transforms <const> = {}, {}, {}
  for _, transform in ipairs(product.transforms) do
    local name <const> = transform.name
    if type(name) == "string" and not edges[name] then
      names[#names + 1] = name
      transforms[name] = transform
      edges[name] = graph.dependencies(transform)
    end
  end
  report_cycles(ctx, graph.cycles(names, edges), transforms, tostring)
end

return policy.define {
  id = "graph.cycle",
  code = "FLOE-E302",
  title = "Dependencies form no cycle",
  why = "What waits for itself never runs; no order of building exists for a cycle.",
  help = [[
Break the cycle at the edge that is least needed: move what both models share into a third that both select from. The
same holds for `dependsOn` of the transforms in floe.yaml.]],
  targets = { "product", "project" },
  summary = "no cycles",

  check = function(subject, ctx)
    if subject == ctx.product then
      check_product(subject, ctx)
    else
      check_project(subject, ctx)
    end
  end,
}

-- What of a project's facts only a run of dbt would tell: partial nodes and conditional edges.

local M = {}

--- The lists of a project's facts, in the order they are printed in.
M.lists = {
  "models", "seeds", "snapshots", "analyses",
  "sources", "tests", "unit_tests", "exposures",
  "metrics", "semantic_models", "saved_queries",
  "groups", "functions", "macros",
}

-- Types of facts that have no field `conditional`; those without `partial` are skipped.
local WITHOUT_EDGES <const> = { source = true }

--- Visits every node of a project but its macros, in order.
---@param project any
---@param visit fun(node: any)
function M.each_node(project, visit)
  for _, list in ipairs(M.lists) do
    if list ~= "macros" then
      for _, node in ipairs(project[list]) do
        visit(node)
      end
    end
  end
end

---@class floe.doubts
---@field partial { node: any, doubt: any }[]
---@field conditional { node: any, edge: any }[] edges that may be
---@field untaken { node: any, edge: any }[] edges in branches that dbt does not take while it parses

--- What only a run would tell of a project's nodes.
---@param project any
---@return floe.doubts
function M.of(project)
  local out <const> = { partial = {}, conditional = {}, untaken = {} }
  M.each_node(project, function(node)
    for _, doubt in ipairs(node.partial) do
      out.partial[#out.partial + 1] = { node = node, doubt = doubt }
    end
    for _, edge in ipairs(WITHOUT_EDGES[node.kind] and {} or node.conditional) do
      table.insert(edge.taken == false and out.untaken or out.conditional, { node = node, edge = edge })
    end
  end)
  return out
end

return M

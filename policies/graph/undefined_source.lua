local policy <const> = require "floe.policy"
local graph <const> = require "floe.graph"
local text <const> = require "floe.text"

local function known_sources(project)
  local names <const> = {}
  for _, source in ipairs(project.sources) do
    names[#names + 1] = ("%s.%s"):format(source.source_name, source.name)
  end
  return names
end

return policy.define {
  id = "graph.undefined_source",
  code = "FLOE-E303",
  title = "Every source a model reads is declared",
  why = "An undeclared source has no owner, no freshness and no lineage, and the model that reads it does not run.",
  help = [[
Declare the table in a properties file, or correct its name in `{{ source('…', '…') }}`:

    sources:
      - name: crm
        tables:
          - name: accounts]],
  targets = { "model", "snapshot", "analysis" },
  summary = "sources defined",

  check = function(node, ctx)
    local project <const> = node.project
    if not project then
      return
    end
    for _, id in ipairs(graph.missing(project, node)) do
      if id:sub(1, 7) == "source." then
        local wanted <const> = id:match("^source%.[^.]+%.(.+)$") or id
        local line <const>, column <const> = graph.place_of_call(node.code, "source", text.last_part(wanted))
        ctx:report {
          path = "sources." .. wanted,
          line = line,
          column = column,
          message = ("%s '%s' reads source '%s', which is not declared"):format(node.kind, node.name, wanted),
          expected = "a declared source",
          actual = wanted,
          suggest = text.suggest(wanted, known_sources(project)),
        }
      end
    end
  end,
}

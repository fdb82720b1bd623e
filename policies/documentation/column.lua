local policy <const> = require "floe.policy"
local doubt <const> = require "floe.doubt"
local classification <const> = require "floe.classification"
local set <const> = require "floe.set"

local judged_layers <const> = policy.once(function(params)
  return set.of(params.layers)
end)

local judged_classifications <const> = policy.once(function(params)
  return set.of(params.classifications)
end)

-- Why the column must be described, nil where nothing asks for it. Sources have no layer.
local function reason(column, params)
  local layers <const> = judged_layers(params)
  local node <const> = column.node
  local layer <const> = node.kind ~= "source" and node.layer or nil
  if layers["*"] then
    return "every column is described"
  elseif layer and layers[layer] then
    return ("every column in layer %s is described"):format(layer)
  end
  local level <const> = classification.of(column)
  if level and judged_classifications(params)[level] then
    return ("every %s column is described"):format(level)
  end
  return nil
end

return policy.define {
  id = "documentation.column",
  code = "FLOE-E221",
  title = "Columns that others rely on have a description",
  why = "Who consumes a gold table or handles personal data must know what a column holds and how it was made.",
  help = [[
Describe the column where it is declared:

    columns:
      - name: lifetime_value
        description: Sum of all paid orders in EUR, refunds taken off.]],
  targets = "column",
  mode = "warn",
  params = {
    layers = policy.list(policy.string(), { "gold" }, {
      doc = "layers whose columns are judged; `*` stands for every column",
      stricter = "superset",
    }),
    classifications = policy.list(policy.string(),
      { "confidential", "sensitive", "restricted", "identifier", "financial", "pii", "phi" },
      { doc = "classified so, a column is judged in any layer", stricter = "superset" }),
  },
  summary = "columns of gold models and sensitive columns described",

  check = function(column, ctx)
    if column.description:find("%S") then
      return
    end
    local why <const> = reason(column, ctx.params)
    if why and not doubt.about(column.node, "columns") then
      ctx:report {
        field = "description",
        message = ("column '%s' of %s '%s' has no description"):format(column.name, column.node.kind, column.node.name),
        expected = why,
        actual = "none",
        suggest = "say what the column holds, in which unit, and how it was made",
      }
    end
  end,
}

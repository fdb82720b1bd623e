local policy <const> = require "floe.policy"
local classification <const> = require "floe.classification"
local graph <const> = require "floe.graph"

local ranks <const> = policy.once(function(params)
  return classification.ranks(params.order)
end)

-- The classified columns of a parent as a list of { name, rank }, false where there is none. Most parents have several
-- children, so what was read is remembered for as long as the project and the params stay.
local remembered, remembered_project, remembered_ranks = {}, nil, nil

local function read_marks(parent, order)
  local marks = false
  for name, column in pairs(parent.columns) do
    local rank <const> = order[classification.of(column) or ""]
    if rank then
      marks = marks or {}
      marks[#marks + 1] = { name, rank }
    end
  end
  return marks
end

local function marks_of(parent, project, order)
  if project ~= remembered_project or order ~= remembered_ranks then
    remembered, remembered_project, remembered_ranks = {}, project, order
  end
  local id <const> = parent.unique_id
  local marks = remembered[id]
  if marks == nil then
    marks = read_marks(parent, order)
    remembered[id] = marks
  end
  return marks
end

-- Reports a column that carries on a parent's column under a lower mark.
local function compare(model, column, parent, rank, order, ctx)
  local level <const> = classification.of(column)
  local own_rank <const> = level ~= nil and order[level]
  local unmarked <const> = level == nil
  if not unmarked and (not own_rank or own_rank >= rank) then
    return -- carried on, or a word that classification.known_values reports
  elseif unmarked and rank < (order[ctx.params.unmarked_from] or 1) then
    return
  elseif classification.masker(column) or classification.masker(model) then
    return
  end
  local carried <const> = tostring(classification.of(parent.columns[column.name]))
  ctx:report {
    at = column,
    field = "meta",
    path = ("columns.%s"):format(column.name),
    message = ("column '%s' is classified lower than in %s '%s', which it comes from"):format(column.name, parent.kind,
      parent.name),
    expected = ("%s, or a declared masker"):format(carried),
    actual = unmarked and "unmarked" or level,
    suggest = { ("meta: { classification: %s }"):format(carried), "meta: { masked_by: <how it is masked> }" },
  }
end

local CARRIES_COLUMNS <const> = { model = true, seed = true, snapshot = true, source = true }

return policy.define {
  id = "classification.downgrade",
  code = "FLOE-E232",
  title = "A column is never classified lower than the one it carries on",
  why = "A mark that gets lost on the way downstream opens in gold what was closed in bronze.",
  help = [[
Carry the mark on:

    columns:
      - name: email
        config:
          meta: { classification: pii }

or say what protects the values from here on, on the column or for the whole model:

          meta: { masked_by: sha256 }

Columns are followed by name, from the models, seeds, snapshots and sources that a model selects from directly.]],
  targets = { "model", "snapshot" },
  params = {
    order = policy.list(policy.string(), classification.ORDER, { doc = "classifications, least sensitive first" }),
    unmarked_from = policy.string("confidential", {
      doc = "from this classification on, a column downstream may not be left unmarked",
    }),
  },
  summary = "no classification lost downstream",

  check = function(model, ctx)
    local order <const> = ranks(ctx.params)
    local columns
    local open <const> = #model.conditional > 0
    for _, parent in ipairs(model.parents) do
      local selects <const> = CARRIES_COLUMNS[parent.kind] and (not open or graph.certain(model, parent))
      local marks <const> = selects and marks_of(parent, model.project, order)
      if marks then
        columns = columns or model.columns
        for _, mark in ipairs(marks) do
          local column <const> = columns[mark[1]]
          if column then
            compare(model, column, parent, mark[2], order, ctx)
          end
        end
      end
    end
  end,
}

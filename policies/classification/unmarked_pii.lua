local policy <const> = require "floe.policy"
local doubt <const> = require "floe.doubt"
local classification <const> = require "floe.classification"
local text <const> = require "floe.text"

local ranks <const> = policy.once(function(params)
  return classification.ranks(params.order)
end)

-- What to write into the column's meta.
local function marking(pii_type)
  return ("meta: { classification: pii, pii_type: %s, sensitivity: high }"):format(pii_type)
end

-- Which parts of a mark the params ask for and the column lacks.
local function missing_parts(params, pii_type, sensitivity)
  local missing <const> = {}
  if params.require_type and pii_type == nil then
    missing[#missing + 1] = "pii_type"
  end
  if params.require_sensitivity and sensitivity == nil then
    missing[#missing + 1] = "sensitivity"
  end
  return missing
end

return policy.define {
  id = "classification.unmarked_pii",
  code = "FLOE-E230",
  title = "Columns that look like personal data are classified",
  why = "What is not marked is neither masked nor restricted, and nobody finds it when a person asks to be forgotten.",
  help = [[
Mark the column where it is declared:

    columns:
      - name: email
        config:
          meta: { classification: pii, pii_type: email, sensitivity: high }

A column that only looks like personal data is marked too, with what it is: `meta: { classification: public }`. A
column that holds a hash or a mask says so: `meta: { masked_by: sha256 }`.]],
  targets = "column",
  params = {
    minimum = policy.string("public", {
      doc = "the least classification that counts as marked; `confidential` accepts no `public` email",
    }),
    order = policy.list(policy.string(), classification.ORDER, { doc = "classifications, least sensitive first" }),
    require_type = policy.boolean(false, { doc = "a pii column names its `pii_type`", stricter = true }),
    require_sensitivity = policy.boolean(false, { doc = "a pii column names its `sensitivity`", stricter = true }),
    ignore = policy.list(policy.string(), {}, {
      doc = "globs of column names that hold no personal data, such as `vendor_*`",
      stricter = "subset",
    }),
  },
  summary = "PII fields marked",

  check = function(column, ctx)
    local name <const> = column.name
    local kind <const> = classification.looks_like_pii(name)
    local level <const>, pii_type <const>, sensitivity <const> = classification.of(column)
    if not kind and level ~= "pii" then
      return
    end
    local params <const> = ctx.params
    local rank <const> = level ~= nil and (ranks(params)[level] or math.huge)
    if kind and (not rank or rank < (ranks(params)[params.minimum] or 1)) then
      if classification.looks_like_pii(name, column.data_type) and not classification.masker(column)
        and not text.glob_any(params.ignore, name) and not doubt.about(column.node, "columns") then
        ctx:report {
          field = "meta",
          message = ("column '%s' of '%s' looks like personal data (%s)"):format(name, column.node.name, kind),
          expected = rank and ("a classification of at least %s"):format(params.minimum) or "a classification",
          actual = rank and tostring(level) or "unmarked",
          suggest = marking(kind),
        }
      end
    elseif level == "pii" then
      local missing <const> = missing_parts(params, pii_type, sensitivity)
      if #missing > 0 then
        ctx:report {
          field = "meta",
          path = "meta." .. missing[1],
          message = ("the mark of column '%s' of '%s' lacks its %s"):format(name, column.node.name,
            table.concat(missing, " and ")),
          expected = "classification, with " .. table.concat(missing, " and "),
          actual = tostring(level),
          suggest = marking(kind or "name"),
        }
      end
    end
  end,
}

local policy <const> = require "floe.policy"
local classification <const> = require "floe.classification"
local text <const> = require "floe.text"

local ranks <const> = policy.once(function(params)
  return classification.ranks(params.order)
end)

-- Whether marks that are there are looked at, too.
local judges_marks <const> = policy.once(function(params)
  return params.require_type or params.require_sensitivity
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

-- A column that looks like personal data and is not marked as sensitive enough; `actual` is nil where it is unmarked.
local function check_unmarked(column, kind, actual, ctx)
  local name <const>, params <const> = column.name, ctx.params
  if not classification.looks_like_pii(name, column.data_type) or classification.masker(column)
    or text.glob_any(params.ignore, name) then
    return
  end
  ctx:report {
    field = "meta",
    message = ("column '%s' of '%s' looks like personal data (%s)"):format(name, column.node.name, kind),
    expected = actual and ("a classification of at least %s"):format(params.minimum) or "a classification",
    actual = actual or "unmarked",
    suggest = marking(kind),
  }
end

-- A pii column whose mark lacks parts.
local function check_mark(column, kind, missing, ctx)
  if #missing == 0 then
    return
  end
  local parts <const> = table.concat(missing, " and ")
  ctx:report {
    field = "meta",
    path = "meta." .. missing[1],
    message = ("the mark of column '%s' of '%s' lacks its %s"):format(column.name, column.node.name, parts),
    expected = "classification, with " .. parts,
    actual = "pii",
    suggest = marking(kind or "name"),
  }
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
    local name <const>, params <const> = column.name, ctx.params
    local kind <const> = classification.looks_like_pii(name)
    if not kind and not judges_marks(params) then
      return
    end
    local level <const>, pii_type <const>, sensitivity <const> = classification.of(column)
    local rank <const> = level ~= nil and (ranks(params)[level] or math.huge)
    if kind and (not rank or rank < (ranks(params)[params.minimum] or 1)) then
      check_unmarked(column, kind, rank and tostring(level), ctx)
    elseif level == "pii" then
      check_mark(column, kind, missing_parts(params, pii_type, sensitivity), ctx)
    end
  end,
}

-- Has the table another schema than the contract says? A column that is gone is critical, another type an error, a
-- column that nobody promised a warning, and so is null where a value is promised.

local sql <const> = require "check.sql"
local types <const> = require "check.types"

local M = {}

-- What is wrong with a column: one that the contract knows has the name that the contract gives it.
local function violation(name, kind, severity, message, expected, actual)
  return { status = "violation", rule = kind, severity = severity, element = name, message = message,
    expected = expected, actual = actual }
end

local function called(property)
  return tostring(property.name or property.physicalName)
end

local function name_of(property)
  return tostring(property.physicalName or property.name)
end

local function is_required(property)
  return property.required == true or property.primaryKey == true
end

-- A column that may be null, where the contract wants a value: what counts is whether null stands in it. A source that
-- only knows the schema tells what the schema allows.
local function judge_null(property, column, answer, nulls)
  if not column.nullable then
    return nil
  end
  local count <const>, failure <const> = answer:value(nulls)
  if failure and answer.schema_only then
    return violation(called(property), "nullability_changed", "warning",
      ("column '%s' may be null, the contract requires a value"):format(name_of(property)), "not null", "nullable")
  elseif failure then
    failure.element, failure.rule = called(property), "nullability_changed"
    return failure
  elseif tonumber(count) > 0 then
    local rows <const> = ("%s %s"):format(tostring(count), tonumber(count) == 1 and "row" or "rows")
    local found <const> = violation(called(property), "nullability_changed", "warning",
      ("column '%s' is null in %s, the contract requires a value"):format(name_of(property), rows),
      "not null", ("null in %s"):format(rows))
    found.value = tonumber(count)
    return found
  end
  return nil
end

local function judge_property(property, answer, nulls, out)
  local name <const> = name_of(property)
  local column <const> = answer:column(name)
  if not column then
    out[#out + 1] = violation(called(property), "column_removed", "critical",
      ("column '%s' is missing"):format(name), tostring(property.physicalType or property.logicalType or "a column"),
      "missing")
    return
  end
  local same <const>, promised <const> = types.same(property, column.type, answer.adapter)
  if not same then
    out[#out + 1] = violation(called(property), "type_changed", "error",
      ("column '%s' has the type %s, the contract says %s"):format(name, column.type, promised), promised, column.type)
  end
  out[#out + 1] = nulls and judge_null(property, column, answer, nulls) or nil
end

local function judge_added(promised, answer, out)
  for _, column in ipairs(answer.columns) do
    if not promised["=" .. column.name] and not promised[column.name:lower()] then
      out[#out + 1] = violation(column.name, "column_added", "warning",
        ("column '%s' is not in the contract"):format(column.name), "no such column", column.type)
    end
  end
end

local function judge(target, asked, answer)
  if answer.error and answer.error.code == "missing" then
    return { { status = "violation", rule = "table_removed", severity = "critical", message = answer.error.message,
      expected = target.name, actual = "missing" } }
  elseif answer.error then
    return { (require("check.run").failure(answer.error)) }
  elseif not answer.columns then
    return { { status = "skipped", message = ("%s does not tell the columns of '%s'"):format(answer.source,
      target.name) } }
  end
  local out <const>, promised <const> = {}, {}
  for index, property in ipairs(target.object.properties or {}) do
    if property.name or property.physicalName then
      promised["=" .. name_of(property)], promised[name_of(property):lower()] = true, true
      judge_property(property, answer, asked[index], out)
    end
  end
  judge_added(promised, answer, out)
  if #out == 0 then
    out[1] = { status = "pass", message = "no drift", actual = "no drift" }
  end
  return out
end

---@param subject floe.check.subject
---@param add fun(pending: table)
function M.plan(subject, add)
  for _, target in ipairs(subject.targets) do
    local asked <const> = {}
    if #(target.object.properties or {}) > 0 then
      target.columns = true
      for index, property in ipairs(target.object.properties) do
        if is_required(property) and (property.name or property.physicalName) then
          asked[index] = target:ask(sql.nulls(subject.dialect, name_of(property)))
        end
      end
      add { target = target, judge = function(answer)
        return judge(target, asked, answer)
      end }
    end
  end
end

return M

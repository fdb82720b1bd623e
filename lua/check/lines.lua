-- Results as people read them: one line for each kind of check of a contract, `freshness: 0.1h (SLA: 6h)`.

local M = {}

local RANK <const> = { skipped = 1, pass = 2, error = 3, violation = 4 }

-- What each kind says of a pass.
local PASSES <const> = {
  freshness = function(result)
    return ("freshness: %s (SLA: %s)"):format(result.actual, result.expected)
  end,
  schema_drift = function()
    return "schema: no drift"
  end,
  availability = function(result)
    return ("availability: %s"):format(result.actual)
  end,
}

local NAMES <const> = { schema_drift = "schema" }

-- The mark of a result: "pass", "warn", "fail", "skip".
local function mark_of(result)
  if result.status == "pass" then
    return result.severity == "warning" and "warn" or "pass"
  elseif result.status == "violation" then
    return (result.severity == "warning" or result.severity == "info") and "warn" or "fail"
  end
  return result.status == "skipped" and "skip" or "fail"
end

-- The first line of a message: the rest, such as where in a query an engine stopped, stands at the finding.
local function headline(result)
  return (result.message:match("^[^\n]*"))
end

local function text_of(result, alike)
  local name <const> = NAMES[result.type] or result.type
  local one_rule <const> = result.type == "quality" and result.rule and alike == 1 and ("'%s' "):format(result.rule)
  local rules <const> = one_rule or result.type == "quality" and alike > 1 and ("%d rules "):format(alike) or ""
  if result.status == "pass" and PASSES[result.type] then
    local line <const> = PASSES[result.type](result)
    return result.severity and ("%s, near its end"):format(line) or line
  elseif result.status == "pass" then
    return ("%s: %s"):format(name, alike > 1 and rules .. "hold" or result.message)
  elseif result.status == "skipped" then
    return ("%s: %snot checked: %s"):format(name, rules, headline(result))
  elseif result.status == "error" then
    return ("%s: %scould not be checked: %s"):format(name, rules, headline(result))
  elseif alike > 1 then
    return ("%s: none of %sholds: %s"):format(name, rules, result.message)
  end
  return ("%s: %s"):format(name, result.message)
end

-- What a result has in common with those that are shown with it: passes, what is unknown for the same reason, and rules
-- about what is not there; nil where it stands alone.
local function common_to(result)
  if result.status == "pass" and result.type == "quality" then
    return not result.severity and "quality" or nil
  elseif result.status == "violation" and result.type == "quality" and result.actual == "missing" then
    return text_of(result, 2)
  end
  return result.status ~= "violation" and not result.severity and text_of(result, 2) or nil
end

-- Results that are shown as one.
local function shown(results)
  local out <const>, at <const> = {}, {}
  for _, result in ipairs(results) do
    local common <const> = common_to(result)
    local known <const> = common and at[common]
    if known then
      known.alike = known.alike + 1
    else
      out[#out + 1] = { result = result, alike = 1 }
      at[common or result] = out[#out]
    end
  end
  return out
end

--- The lines of some results.
---@param results floe.check.result[]
---@return { mark: "pass"|"warn"|"fail"|"skip", text: string }[]
function M.of(results)
  local out <const> = {}
  for index, one in ipairs(shown(results)) do
    out[index] = { mark = mark_of(one.result), text = text_of(one.result, one.alike) }
  end
  return out
end

--- The gravest status among results; "pass" where there are none.
---@param results floe.check.result[]
---@return "pass"|"skipped"|"error"|"violation"
function M.worst(results)
  local worst = "pass"
  for _, result in ipairs(results) do
    worst = RANK[result.status] > RANK[worst] and result.status or worst
  end
  return worst
end

return M

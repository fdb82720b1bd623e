-- SARIF 2.1.0 (OASIS standard): one run, one rule a policy, a fingerprint on every result, so that a dashboard
-- can tell policies apart and follow a finding over time.
local json <const> = require "host.json"
local verdicts <const> = require "report.verdicts"

local M = {}

local SCHEMA <const> = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

-- SARIF's levels (section 3.27.10).
local LEVELS <const> = { block = "error", alert = "warning", warn = "note" }
local MODE_LEVELS <const> = { block = "error", alert_only = "warning", warn = "note", off = "none" }

-- An object whose keys keep their order; a pair without a value is left out.
local function object(...)
  local kept <const> = {}
  for _, pair in ipairs({ ... }) do
    if pair[2] ~= nil then
      kept[#kept + 1] = { pair[1], type(pair[2]) == "string" and verdicts.valid(pair[2]) or pair[2] }
    end
  end
  return json.object(kept)
end

-- A message's text (section 3.11): what would be read as a link is none.
local function message(text)
  return object({ "text", (text:gsub("%[([^%[%]]*)%]%(", "\\[%1\\](")) })
end

-- A relative URI reference (RFC 3986): everything outside of the unreserved characters is percent-encoded, and
-- so is a colon, which would make the first segment a scheme.
local function uri(path)
  local encoded <const> = path:gsub("[^%w%-%._~/]", function(character)
    return ("%%%02X"):format(character:byte())
  end)
  return path:sub(1, 1) == "/" and "file://" .. encoded or encoded
end

local function rule_help(policy)
  local parts <const> = {}
  parts[#parts + 1] = policy.why
  parts[#parts + 1] = policy.help
  parts[#parts + 1] = policy.docs and "Documentation: " .. policy.docs
  return table.concat(parts, "\n\n")
end

-- `why` and `help` are Markdown already: the policy's author wrote them for people.
local function rule_markdown(policy)
  local markdown <const> = require "report.markdown"
  local parts <const> = { "**" .. markdown.escape(policy.title or policy.id) .. "**" }
  parts[#parts + 1] = policy.why
  parts[#parts + 1] = policy.help
  parts[#parts + 1] = policy.docs and ("[Documentation](%s)"):format(policy.docs)
  return table.concat(parts, "\n\n")
end

local function rule_properties(policy)
  local tags <const> = { policy.category }
  for _, code in ipairs(policy.codes or { policy.code }) do
    tags[#tags + 1] = code
  end
  return object({ "tags", json.array(tags) }, { "mode", policy.mode })
end

-- "naming.layer_prefix" → "NamingLayerPrefix", the form SARIF asks of a rule's name.
local function rule_name(id)
  return (("." .. id):gsub("[%._%-]+(%w)", string.upper):gsub("[^%w]", ""))
end

local function convert_rule(policy)
  local help <const> = rule_help(policy)
  return object(
    { "id", policy.id },
    { "name", rule_name(policy.id) },
    { "shortDescription", object({ "text", policy.title or policy.id }) },
    { "fullDescription", object({ "text", policy.why or policy.title or policy.id }) },
    { "help", help ~= "" and object({ "text", help }, { "markdown", rule_markdown(policy) }) or nil },
    { "helpUri", policy.docs },
    { "defaultConfiguration", object({ "level", MODE_LEVELS[policy.mode] or "warning" }) },
    { "properties", rule_properties(policy) })
end

-- What dbt would refuse, and what failed in a run, has a rule of its own for each code, so that dashboards show it with
-- the findings.
local function convert_refusal_rule(problem)
  local code <const>, kind <const> = problem.code, problem.kind
  return object(
    { "id", code },
    { "name", kind:gsub("^%l", string.upper) .. code:gsub("[^%w]", "") },
    { "shortDescription", object({ "text", verdicts.refusals[kind] }) },
    { "helpUri", "https://floe.dev/docs/reference/verdict#errors-and-notes" },
    { "defaultConfiguration", object({ "level", "error" }) },
    { "properties", object({ "tags", json.array({ kind, code }) }) })
end

-- Rules of all verdicts, each once, and their places in the list by id.
local function collect_rules(list)
  local rules <const>, places <const> = {}, {}
  for _, verdict in ipairs(list) do
    for _, policy in ipairs(verdict.policies or {}) do
      if not places[policy.id] then
        places[policy.id] = #rules
        rules[#rules + 1] = convert_rule(policy)
      end
    end
    for _, problem in ipairs(verdict.errors or {}) do
      if verdicts.refusals[problem.kind] and not places[problem.code] then
        places[problem.code] = #rules
        rules[#rules + 1] = convert_refusal_rule(problem)
      end
    end
  end
  return rules, places
end

local function convert_location(verdict, thing)
  local file <const> = verdicts.hosted_file(verdict, thing)
  local region
  if thing.line and thing.line > 0 and thing.file then
    local column <const> = thing.column and thing.column > 0 and thing.column or nil
    region = object({ "startLine", thing.line }, { "startColumn", column })
  end
  local logical <const> = thing.subject and json.array({ object(
    { "fullyQualifiedName", tostring(thing.subject) }, { "kind", thing.kind }) })
  return object(
    { "physicalLocation", object({ "artifactLocation", object({ "uri", uri(file) }) }, { "region", region }) },
    { "logicalLocations", logical })
end

local function message_of(finding)
  local lines <const> = { finding.message }
  for _, row in ipairs(verdicts.details(finding)) do
    lines[#lines + 1] = row[1] .. ": " .. row[2]
  end
  return table.concat(lines, "\n")
end

local function suppressions_of(finding)
  if finding.verdict == "waived" and finding.waiver then
    return json.array({ object(
      { "kind", "external" }, { "status", "accepted" }, { "justification", verdicts.waiver(finding.waiver) }) })
  elseif finding.verdict == "baseline" then
    return json.array({ object(
      { "kind", "external" }, { "status", "accepted" }, { "justification", "accepted in the baseline" }) })
  end
  return nil
end

local function convert_finding(verdict, finding, places)
  return object(
    { "ruleId", finding.policy },
    { "ruleIndex", places[finding.policy] },
    { "level", LEVELS[finding.verdict] or MODE_LEVELS[finding.mode] or "note" },
    { "message", message(message_of(finding)) },
    { "locations", json.array({ convert_location(verdict, finding) }) },
    { "partialFingerprints", finding.fingerprint and object({ "floe/v1", finding.fingerprint }) or nil },
    { "baselineState", finding.verdict == "baseline" and "unchanged" or nil },
    { "suppressions", suppressions_of(finding) },
    { "properties", object({ "code", finding.code }, { "mode", finding.mode }, { "product", verdict.product.id }) })
end

local function convert_refusal(verdict, problem, places)
  return object(
    { "ruleId", problem.code },
    { "ruleIndex", places[problem.code] },
    { "level", "error" },
    { "message", message(verdicts.problem(problem)) },
    { "locations", json.array({ convert_location(verdict, problem) }) },
    { "properties", object({ "code", problem.code }, { "product", verdict.product.id }) })
end

local function convert_notification(verdict, problem, level)
  return object(
    { "level", level },
    { "message", message(verdicts.problem(problem)) },
    { "descriptor", object({ "id", problem.policy or problem.code or "floe." .. (problem.kind or "input") }) },
    { "locations", problem.file and json.array({ convert_location(verdict, problem) }) or nil })
end

local function collect(list, places)
  local results <const>, notifications <const> = {}, {}
  for _, verdict in ipairs(list) do
    for _, finding in ipairs(verdict.findings or {}) do
      results[#results + 1] = convert_finding(verdict, finding, places)
    end
    for _, problem in ipairs(verdict.errors or {}) do
      if verdicts.refusals[problem.kind] then
        results[#results + 1] = convert_refusal(verdict, problem, places)
      else
        notifications[#notifications + 1] = convert_notification(verdict, problem, "error")
      end
    end
    for _, note in ipairs(verdict.notes or {}) do
      notifications[#notifications + 1] = convert_notification(verdict, note, "note")
    end
  end
  return results, notifications
end

local EXIT_DESCRIPTIONS <const> = {
  [0] = "nothing blocks", [1] = "a policy blocks, dbt would refuse the project, or a run failed",
  [2] = "the input cannot be judged", [3] = "a policy failed to run",
  [4] = "something outside of floe failed", [5] = "trust failed", [70] = "a bug in floe",
}

local function convert_invocation(context, notifications)
  return object(
    { "executionSuccessful", context.exit < 2 },
    { "exitCode", context.exit },
    { "exitCodeDescription", EXIT_DESCRIPTIONS[context.exit] },
    { "toolExecutionNotifications", json.array(notifications) })
end

local function convert_tool(rules, context)
  return object({ "driver", object(
    { "name", "floe" },
    { "semanticVersion", context.version },
    { "informationUri", "https://floe.dev" },
    { "shortDescription", message("a policy host for data products") },
    { "rules", json.array(rules) }) })
end

--- One SARIF log with one run for all verdicts.
---@param list table[]
---@param context { version: string, exit: integer }
---@return string
function M.format(list, context)
  local rules <const>, places <const> = collect_rules(list)
  local results <const>, notifications <const> = collect(list, places)
  local run <const> = object(
    { "tool", convert_tool(rules, context) },
    { "invocations", json.array({ convert_invocation(context, notifications) }) },
    { "results", json.array(results) },
    { "columnKind", "unicodeCodePoints" })
  return json.encode(object({ "$schema", SCHEMA }, { "version", "2.1.0" }, { "runs", json.array({ run }) }),
    { indent = 2 }) .. "\n"
end

return M

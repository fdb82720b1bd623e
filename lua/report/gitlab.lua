-- GitLab's Code Quality report: a list of issues with a fingerprint and a place each.
local digest <const> = require "host.digest"
local json <const> = require "host.json"
local verdicts <const> = require "report.verdicts"

local M = {}

local SEVERITIES <const> = { block = "blocker", alert = "major", warn = "minor", waived = "info", baseline = "info" }

local function description_of(finding)
  local parts <const> = { finding.message }
  for _, row in ipairs(verdicts.details(finding)) do
    parts[#parts + 1] = row[1]:lower() .. ": " .. row[2]
  end
  local aside <const> = { waived = "[waived] ", baseline = "[in the baseline] " }
  return (aside[finding.verdict] or "") .. table.concat(parts, "; "):gsub("%s*\n%s*", " ")
end

local function location_of(verdict, thing)
  local file <const> = verdicts.hosted_file(verdict, thing)
  local lines <const> = json.object({ { "begin", math.max(thing.line or 1, 1) } })
  return json.object({ { "path", verdicts.valid(file) }, { "lines", lines } })
end

-- GitLab wants one fingerprint an issue; two products may hold the same subject, so the product is part of it.
local function fingerprint_of(verdict, thing, number)
  local parts <const> = { verdicts.name(verdict), thing.fingerprint or thing.message, tostring(number) }
  return digest.sha256(table.concat(parts, "\0"))
end

local function issue(verdict, thing, number, fields)
  return json.object({
    { "description", verdicts.valid(fields.description) },
    { "check_name", fields.name },
    { "fingerprint", fingerprint_of(verdict, thing, number) },
    { "severity", fields.severity },
    { "location", location_of(verdict, thing) },
  })
end

-- How often this fingerprint was seen before in this verdict.
local function count(seen, thing)
  local key <const> = thing.fingerprint or thing.message
  seen[key] = (seen[key] or 0) + 1
  return seen[key]
end

local function add_verdict(issues, verdict)
  local seen <const> = {}
  for _, finding in ipairs(verdict.findings or {}) do
    issues[#issues + 1] = issue(verdict, finding, count(seen, finding), {
      description = description_of(finding), name = finding.policy, severity = SEVERITIES[finding.verdict] or "info",
    })
  end
  for _, problem in ipairs(verdict.errors or {}) do
    issues[#issues + 1] = issue(verdict, problem, count(seen, problem), {
      description = problem.message, name = problem.policy or "floe." .. (problem.kind or "input"),
      severity = "blocker",
    })
  end
end

---@param list table[]
---@return string
function M.format(list)
  local issues <const> = {}
  for _, verdict in ipairs(list) do
    add_verdict(issues, verdict)
  end
  return json.encode(json.array(issues), { indent = 2 }) .. "\n"
end

return M

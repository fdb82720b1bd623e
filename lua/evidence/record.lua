-- What the ledger keeps of a verdict: the document itself, its findings one by one, what was read, and who judged,
-- where, and on which revision.

local arguments <const> = require "evidence.arguments"
local digest <const> = require "host.digest"
local document <const> = require "report.json"
local json <const> = require "host.json"
local ledgers <const> = require "evidence.ledger"
local revision <const> = require "evidence.revision"
local rules <const> = require "evidence.rules"
local system <const> = require "host.system"

local M = {}

--- The form of an entry's body.
M.SCHEMA = "floe.dev/ledger-entry/v1"

local WAIT <const> = 2 -- seconds for another writer: recording must not hold up whoever waits for an answer

local function or_null(value)
  return value == nil and json.null or value
end

--- Who did something, where and from which revision.
---@param folder string the product's
---@param more any[][]? further pairs
---@return table
function M.origin(folder, more)
  local commit <const>, branch <const> = revision.of(folder)
  local out <const> = {
    { "user", system.user() },
    { "host", system.host() },
    { "folder", require("host.files").absolute(folder) },
    { "arguments", json.array(arguments.shown()) },
    { "environment", or_null(system.env("FLOE_ENV")) },
    { "commit", or_null(commit) },
    { "branch", or_null(branch) },
  }
  table.move(more or {}, 1, #(more or {}), #out + 1, out)
  return json.object(out)
end

-- What was asked for, as far as it changes the verdict. Of variables only the digest: they may be secrets.
local function asked(request)
  local reading <const> = request.reading or {}
  return json.object {
    { "as_of", request.as_of }, { "as_of_time", request.as_of_time }, { "enforce", or_null(request.enforce) },
    { "policies", request.policies and json.array(request.policies) or json.null },
    { "baseline", or_null(request.baseline) }, { "environment", or_null(request.environment) },
    { "target_contract", or_null(request.target_contract) },
    { "facts", or_null(reading.facts) }, { "manifest", or_null(reading.manifest_name or reading.manifest) },
    { "profiles", or_null(reading.profiles) }, { "profile", or_null(reading.profile) },
    { "target", or_null(reading.target) }, { "rules", or_null(reading.rules) },
    { "vars", reading.vars and "sha256:" .. digest.sha256(reading.vars) or json.null },
  }
end

--- A verdict without what is kept beside it.
---@param verdict table
---@return table
function M.frame(verdict)
  local bare <const> = setmetatable({ findings = {}, inputs = {} }, { __index = verdict })
  return document.of(bare)
end

local function policies(verdict)
  local out <const> = {}
  for index, policy in ipairs(verdict.policies or {}) do
    out[index] = json.object { { "id", policy.id }, { "mode", policy.mode } }
  end
  return json.array(out)
end

local function bundles(verdict)
  local out <const> = {}
  for index, bundle in ipairs(verdict.bundles or {}) do
    out[index] = json.object {
      { "name", bundle.name }, { "version", bundle.version }, { "path", or_null(bundle.path) },
      { "digest", or_null(bundle.digest) },
    }
  end
  return json.array(out)
end

-- The waivers that a finding needed.
local function waivers(verdict)
  local out <const> = {}
  for _, waiver in ipairs(verdict.waivers or {}) do
    if waiver.used > 0 then
      out[#out + 1] = json.object {
        { "policy", waiver.policy }, { "subject", or_null(waiver.subject) },
        { "approved_by", or_null(waiver.approved_by) }, { "ticket", or_null(waiver.ticket) },
        { "expires", or_null(waiver.expires) }, { "used", waiver.used },
      }
    end
  end
  return json.array(out)
end

--- The findings of a verdict, as `ledger:append` takes them.
---@param verdict table
---@return table[]
function M.findings(verdict)
  local out <const> = {}
  for index, finding in ipairs(verdict.findings) do
    out[index] = {
      policy = finding.policy, verdict = finding.verdict, subject = finding.subject,
      body = json.encode(document.finding(finding)),
    }
  end
  return out
end

--- What an entry says of a verdict beside its findings: by which bundles and policies, with which waivers.
---@param verdict table
---@return any[][] pairs of its body
function M.judged(verdict)
  return {
    { "bundles", bundles(verdict) }, { "policies", policies(verdict) }, { "waivers", waivers(verdict) },
    { "document", M.frame(verdict) },
  }
end

--- What was read for a verdict, as `ledger:append` takes it.
---@param verdict table
---@return string
function M.inputs(verdict)
  return json.encode(document.inputs { inputs = verdict.everything() })
end

--- A verdict as an entry for `ledger:append`.
---@param verdict table
---@param request floe.judgement.options
---@return table
function M.entry(verdict, request)
  return {
    kind = verdict.command,
    product = verdict.product.id,
    verdict = verdict.verdict,
    body = json.encode(json.object {
      { "schema", M.SCHEMA }, { "origin", M.origin(verdict.product.path) }, { "request", asked(request) },
      table.unpack(M.judged(verdict)),
    }),
    inputs = M.inputs(verdict),
    findings = M.findings(verdict),
  }
end

-- Keeps a verdict. What is wrong: that it is not in the ledger, or that what is too old still is.
local function keep(verdict, request)
  local folder <const> = verdict.product.path
  local path <const> = ledgers.locate(folder)
  if not path then
    return verdict.ledger.required and { message = "FLOE_LEDGER is 'off'" } or nil
  end
  local handle <close>, err <const> = ledgers.open(path, { quick = true, wait = WAIT })
  if not handle then
    return err
  end
  local kept <const>, wrong <const> = handle:append(M.entry(verdict, request))
  if not kept then
    return wrong
  end
  return nil, rules.retain(handle, verdict.ledger, function()
    return json.encode(M.origin(folder))
  end)
end

---@class floe.unkept
---@field message string a sentence
---@field hint string?
---@field required boolean the platform asks for what is missing

--- Keeps verdicts in the ledgers of their products; a folder that holds no product has none.
---@param verdicts table[]
---@param request floe.judgement.options
---@return floe.unkept[] problems
function M.keep(verdicts, request)
  local problems <const> = {}
  for _, verdict in ipairs(verdicts) do
    local unkept, stale
    if verdict.product.id then
      unkept, stale = keep(verdict, request)
    end
    if unkept then
      local required <const> = verdict.ledger.required
      problems[#problems + 1] = {
        message = ("this verdict is not in the ledger%s: %s"):format(
          required and ", which the platform requires" or "", unkept.message),
        hint = unkept.hint or not required and "FLOE_LEDGER names another file, or is `off`" or nil,
        required = required,
      }
    elseif stale then
      problems[#problems + 1] = {
        message = "nothing old was taken out of the ledger: " .. stale.message, hint = stale.hint, required = false,
      }
    end
  end
  return problems
end

return M

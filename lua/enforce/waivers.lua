-- Waivers: permissions that a platform tier grants for a policy on some subjects, until a day. The reference's
-- policy_overrides are read as waivers by model name. A waiver that is expired permits nothing any more; one that
-- permits nothing, or nearly everything, is reported.

local document <const> = require "host.document"
local problem <const> = require "manifest.problem"
local scope <const> = require "enforce.scope"
local text <const> = require "floe.text"

local M = {}

---@class floe.waiver
---@field policy string an id, or a glob over ids
---@field policies string[]? globs over ids, for overrides of several kinds
---@field subject string a glob over unique ids, or over model names for an override
---@field by_name boolean? the subject is a model's name
---@field action "waive"|"downgrade"
---@field reason string
---@field approved_by string
---@field ticket string?
---@field expires string the last day on which it holds
---@field expired boolean
---@field file string
---@field line integer?
---@field used integer findings it applied to

-- policy_types of an override, as globs over ids.
local KINDS <const> = {
  naming = { "naming.*" },
  coverage = { "coverage.*" },
  documentation = { "documentation.*" },
  semantic = { "graph.*" },
  custom = { "metadata.*", "coverage.tests_of_type" },
  data_contract = { "contract.*", "classification.contract_agrees" },
  secret_scanning = { "secrets.*" },
  rbac = {},
  network_policy = {},
}

local function globs_of(override)
  if not override.policy_types then
    return { "**" }
  end
  local out <const> = {}
  for _, kind in ipairs(override.policy_types) do
    table.move(KINDS[kind], 1, #KINDS[kind], #out + 1, out)
  end
  return out
end

local function placed(waiver, view, as_of)
  waiver.file, waiver.line = document.place(view)
  waiver.expired = waiver.expires < as_of
  waiver.used, waiver.hidden = 0, 0
  return waiver
end

local function waiver_of(view, as_of)
  return placed({
    policy = view.policy,
    subject = view.subject,
    action = "waive",
    reason = view.reason,
    approved_by = view.approved_by,
    ticket = view.ticket,
    expires = view.expires,
  }, view, as_of)
end

local function override_of(view, owner, as_of)
  return placed({
    policy = view.policy_types and table.concat(document.plain(view.policy_types), ", ") or "*",
    policies = globs_of(view),
    subject = view.pattern,
    by_name = true,
    action = view.action == "downgrade" and "downgrade" or "waive",
    reason = view.reason,
    approved_by = owner,
    expires = view.expires,
  }, view, as_of)
end

--- The waivers that the tiers grant.
---@param tiers floe.tier[]
---@param as_of string
---@return floe.waiver[]
function M.read(tiers, as_of)
  local out <const> = {}
  for _, tier in ipairs(tiers) do
    local governance <const> = tier.kind ~= "product" and tier.governance or nil
    for _, view in ipairs(governance and governance.waivers or {}) do
      out[#out + 1] = waiver_of(view, as_of)
    end
    for _, view in ipairs(governance and governance.policy_overrides or {}) do
      out[#out + 1] = override_of(view, tier.manifest.metadata.owner, as_of)
    end
  end
  return out
end

--- Waivers for policies that do not exist.
---@param tiers floe.tier[]
---@param ids string[]
---@return floe.problem[]
function M.check(tiers, ids)
  local problems <const> = {}
  for _, tier in ipairs(tiers) do
    for _, view in ipairs(tier.kind ~= "product" and tier.governance and tier.governance.waivers or {}) do
      local known = false
      for _, id in ipairs(ids) do
        known = known or text.glob(view.policy, id)
      end
      if not known then
        local near <const> = text.suggest(view.policy, ids)
        problems[#problems + 1] = problem.at(view, "policy", ("there is no policy '%s' to waive"):format(view.policy),
          near and ("did you mean '%s'?"):format(near) or "`floe policy list` shows the policies there are", { near })
      end
    end
  end
  return problems
end

-- The names an override may mean: the model's, or that of the model a column or test belongs to.
local function name_of(subject)
  local node <const> = scope.read(subject, "node") or scope.read(subject, "model")
  return node ~= nil and scope.read(node, "name") or scope.read(subject, "name")
end

local function covers(waiver, policy, subject)
  if waiver.policies then
    return text.glob_any(waiver.policies, policy) and text.glob(waiver.subject, name_of(subject) or "")
  end
  return text.glob(waiver.policy, policy) and text.glob(waiver.subject, subject.unique_id)
end

--- The waiver that permits a finding: the first that covers it and has not expired. Expired ones that would have
--- covered it take note of it.
---@param waivers floe.waiver[]
---@param policy string
---@param subject any
---@return floe.waiver?
function M.find(waivers, policy, subject)
  local found
  for _, waiver in ipairs(waivers) do
    if covers(waiver, policy, subject) then
      if waiver.expired then
        waiver.hidden = waiver.hidden + 1
      elseif not found then
        found = waiver
        waiver.used = waiver.used + 1
      end
    end
  end
  return found
end

-- Whether a waiver is for every policy, for every subject or for every subject of a kind, as `model.*` is.
local function is_broad(waiver)
  return waiver.policy:find("^[*.]+$") or waiver.subject:find("^[*.]+$")
    or (not waiver.by_name and waiver.subject:find("^%w+%.[*.]+$"))
end

local function title(waiver)
  return ("the waiver of '%s' for '%s'"):format(waiver.policy, waiver.subject)
end

local function note(waiver, kind, message, hint)
  return { kind = kind, message = message, hint = hint, file = waiver.file, line = waiver.line }
end

--- The phases in which the files of a product are judged: what permits nothing there permits nothing at all. What is
--- found in a run differs from day to day.
M.OF_FILES = { validate = true, compile = true }

--- Whether a policy of another phase than those of files may need a waiver: then it is not needless because no file
--- needs it.
---@param waiver floe.waiver
---@param policies table[] all that the tiers resolved
---@return boolean
function M.is_for_runs(waiver, policies)
  for _, policy in ipairs(policies) do
    if text.glob_any(waiver.policies or { waiver.policy }, policy.id) then
      for _, phase in ipairs(policy.definition.phases) do
        if not M.OF_FILES[phase] then
          return true
        end
      end
    end
  end
  return false
end

--- Forgets what waivers were needed for, before something else is judged.
---@param waivers floe.waiver[]
function M.renew(waivers)
  for _, waiver in ipairs(waivers) do
    waiver.used, waiver.hidden = 0, 0
  end
end

--- What there is to say about waivers after products were judged.
---@param waivers floe.waiver[]
---@param phase string
---@param policies table[] all that the tiers resolved
---@return table[] notes { kind = "expired"|"unused"|"broad", message, hint, file, line }
function M.notes(waivers, phase, policies)
  local out <const>, of_files <const> = {}, M.OF_FILES[phase]
  for _, waiver in ipairs(waivers) do
    if waiver.expired and (of_files or waiver.hidden > 0) then
      local back <const> = waiver.hidden > 0 and ("; %s came back"):format(text.count(waiver.hidden, "finding")) or ""
      out[#out + 1] = note(waiver, "expired", ("%s expired on %s%s"):format(title(waiver), waiver.expires, back),
        "repair what it permitted, or have it granted again")
    elseif of_files and not waiver.expired and waiver.used == 0 and not M.is_for_runs(waiver, policies) then
      out[#out + 1] = note(waiver, "unused", ("%s permits nothing here"):format(title(waiver)),
        "take it out, unless another product needs it")
    end
    if of_files and is_broad(waiver) then
      out[#out + 1] = note(waiver, "broad", ("%s is over-broad"):format(title(waiver)),
        "name the policy and the subjects it is about")
    end
  end
  return out
end

return M

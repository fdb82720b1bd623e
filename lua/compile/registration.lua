-- The catalog's part of a compile: whose the product's namespace is, and which versions of its contracts it knows. It
-- is asked while the compile is planned, and written to when everything else is decided.

local contracts <const> = require "catalog.contracts"
local document <const> = require "host.document"
local identity <const> = require "catalog.identity"
local members <const> = require "catalog.product"
local problem <const> = require "manifest.problem"

local M = {}

---@class floe.registration
---@field handle any of host.catalog; nil where the level is off
---@field plan floe.identity.plan
---@field contracts table? what is to be registered, of catalog.contracts
---@field inputs table<string, string>? the property that says what the product reads by, where it is another
---@field lines { mark: string, text: string }[] of the step of the identity
---@field registered boolean the namespace is the product's
---@field registered_at string?

local function say(list, mark, text)
  list[#list + 1] = text and { mark = mark, text = text } or nil
end

local CODES <const> = { identity_conflict = "IDENTITY_CONFLICT" }

-- What a conflict is to a verdict: it fails the compile as a policy that blocks does. `told`: the step says it already.
local function blocking(conflict, told)
  local where <const> = {}
  for _, part in ipairs { { "Owner", conflict.owner }, { "Expected", conflict.expected } } do
    where[#where + 1] = part[2] and ("%s: %s"):format(part[1], part[2]) or nil
  end
  local message <const> = #where > 0 and ("%s (%s)"):format(conflict.message, table.concat(where, ", "))
    or conflict.message
  return {
    kind = "rule", kind_of_error = "conflict", severity = "error", message = message, code = CODES[conflict.kind],
    hint = conflict.resolution or conflict.hint, told = told, suggestions = {},
  }
end

-- What the catalog answered in its stead: an outside system that failed, or one that did not trust us.
local function failure(err)
  local wrong <const> = problem.from(err)
  if err.code == "trust" or err.code == "refused" then
    wrong.kind_of_error = "trust"
  else
    wrong.outside = err.code ~= "invalid"
  end
  return wrong
end

local function tell_conflict(lines, conflict, mark)
  say(lines, mark, (mark == "fail" and "ERROR: " or "") .. conflict.message)
  say(lines, "detail", conflict.owner and "Owner: " .. conflict.owner)
  say(lines, "detail", conflict.expected and "Expected: " .. conflict.expected)
  local resolution <const> = conflict.resolution or conflict.hint
  say(lines, "plain", resolution and "Resolution: " .. resolution)
end

local function tell_plan(lines, plan)
  if plan.state == "off" then
    say(lines, "skip", "Identity is not checked: the platform's level is off")
  elseif plan.conflict then
    tell_conflict(lines, plan.conflict, plan.blocks and "fail" or "warn")
  elseif plan.state == "valid" then
    say(lines, "pass", "Namespace owned by this repository")
  elseif plan.action == "create" then
    say(lines, "pass", "Namespace available")
  else
    say(lines, "note", "Namespace available; the platform's level registers nothing")
  end
end

-- An error where floe.yaml says whose the product is.
local function at_repository(wrong, metadata)
  wrong.file, wrong.line, wrong.column = document.place(metadata, metadata.repository and "repository" or "name")
  return wrong
end

--- Asks the catalog about a product. Changes nothing.
---@param loading floe.loading
---@return floe.registration? registration
---@return table? err a problem: the catalog's, or a conflict that blocks
function M.plan(loading)
  local out <const> = { lines = {}, registered = false }
  local product <const> = members.of(loading)
  if product.level ~= "off" then
    local handle <const>, err <const> = members.open(loading)
    if not handle then
      return out, failure(err)
    end
    out.handle = handle
  end
  local plan <const>, err <const> = identity.plan(out.handle, product)
  if not plan then
    return out, failure(err)
  end
  out.plan = plan
  out.registered = plan.state == "valid"
  out.registered_at = plan.holder and plan.holder.registered_at
  tell_plan(out.lines, plan)
  return out, plan.blocks and at_repository(blocking(plan.conflict, true), loading.spec.metadata) or nil
end

--- Asks the catalog about the product's contracts. Changes nothing. That a version is taken is told first by the
--- policies that judge it; `refusal` says it where they let it pass.
---@param registration floe.registration
---@param list table[] contracts as in the artifact
---@return table? err a problem
function M.plan_contracts(registration, list)
  if not registration.handle or registration.plan.level == "warn" or registration.plan.conflict then
    return nil
  end
  local plan <const>, err <const> = contracts.plan(registration.handle, registration.plan.namespace, list)
  if not plan then
    return failure(err)
  end
  registration.contracts = plan
  return nil
end

--- Says what the product reads by, for the catalog to keep. Changes nothing.
---@param registration floe.registration
---@param inputs floe.contract.input[]
---@param as_of string
function M.plan_inputs(registration, inputs, as_of)
  local consumer <const> = require "contract.consumer"
  local known <const> = registration.plan and registration.plan.properties or {}
  local text <const> = consumer.text(inputs, as_of)
  if known[consumer.PROPERTY] ~= text and (known[consumer.PROPERTY] or #inputs > 0) then
    registration.inputs = { [consumer.PROPERTY] = text }
  end
end

--- What keeps the plan from being carried out, whatever policies make of it: a contract whose version is taken.
---@param registration floe.registration
---@return table? err a problem
function M.refusal(registration)
  local conflict <const> = registration.contracts and registration.contracts.conflicts[1]
  return conflict and blocking(conflict) or nil
end

local DONE <const> = {
  registered = "Product registered in catalog",
  already_registered = "Product registered in catalog",
  updated = "Product metadata updated in catalog",
}

local CONTRACT_DONE <const> = {
  registered = "Contract registered: %s",
  already_registered = "Contract registered: %s",
  updated = "Contract status updated: %s",
  unchanged = "Contract registered already: %s",
}

--- Registers the product, then its contracts. May be done again after any failure.
---@param registration floe.registration
---@param list table[] contracts as in the artifact; their `registered` becomes true
---@param lines { mark: string, text: string }[] of the step of the contracts
---@param moment string the time of a registration, which follows from the inputs as everything in an artifact does
---@return table? err a problem
function M.commit(registration, list, lines, moment)
  if not registration.handle then
    return nil
  end
  registration.plan.product.registered_at = moment
  local done <const>, err <const> = identity.commit(registration.handle, registration.plan)
  if not done then
    return err.code == "conflict" and blocking(err) or failure(err)
  end
  local plan <const> = registration.plan
  registration.registered = done.outcome ~= "skipped"
  if plan.action == "create" and registration.lines[1] then
    registration.lines[1].text = "Namespace available, registering..."
  end
  say(registration.lines, "pass", DONE[done.outcome])
  if registration.inputs and registration.registered then
    local ok <const>, wrong <const> = registration.handle:update(plan.namespace, registration.inputs)
    if not ok then
      return failure(wrong)
    end
  end
  if not registration.contracts or not registration.registered then
    return nil
  end
  local registered <const>, wrong <const> = contracts.commit(registration.handle, registration.contracts,
    plan.product.registered_at)
  if not registered then
    return wrong.code == "conflict" and blocking(wrong) or failure(wrong)
  end
  for index, item in ipairs(registered) do
    list[index].registered = true
    say(lines, "pass", CONTRACT_DONE[item.outcome]:format(contracts.title(plan.namespace, item)))
  end
  local properties <const> = registration.handle:load(plan.namespace)
  registration.registered_at = properties and properties["floe.product.registered_at"]
  return nil
end

--- Closes the catalog.
---@param registration floe.registration?
function M.close(registration)
  if registration and registration.handle then
    registration.handle:close()
    registration.handle = nil
  end
end

return M

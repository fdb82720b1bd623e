-- What policies are told of a product's contracts beyond what these say themselves: how each stands to the contracts
-- above it, to the versions that are registered, and to the end of its life.

local document <const> = require "host.document"
local lifecycle <const> = require "contract.lifecycle"
local problem <const> = require "manifest.problem"

local M = {}

-- ---- contracts above --------------------------------------------------------------------------------------

local function circle_problem(circle, contract)
  return document.record("problem", {
    code = "FLOE-E512",
    message = ("contracts inherit from one another: %s"):format(circle),
    expected = "a contract that stands above all others",
    actual = circle,
    suggestions = document.list { "take 'inherits' out of one of them" },
    path = "customProperties.inherits",
  }, contract.spec)
end

local function has_inherits(contract)
  local custom <const> = contract.spec.customProperties
  for _, entry in ipairs(document.kind(custom) == "array" and custom or {}) do
    if document.kind(entry) == "object" and entry.property == "inherits" then
      return true
    end
  end
  return document.kind(custom) == "object" and custom.inherits ~= nil
end

local function tiers_ask(loading)
  if next(loading.governance.slas or {}) then
    return true
  end
  for _, platform in ipairs(loading.platforms) do
    local governance <const> = platform.view.governance
    for _, section in ipairs { platform.view.data_contracts or {}, governance and governance.data_contracts or {} } do
      if section.inherits ~= nil then
        return true
      end
    end
  end
  return false
end

-- Adds what is weaker than a list of parents to the problems of a contract.
local function add_weaker(out, loading, normal, contract, parents)
  local inherit <const> = require "contract.inherit"
  for _, parent in ipairs(parents) do
    for _, weaker in ipairs(inherit.compare(normal, parent, loading.governance)) do
      out[#out + 1] = inherit.problem(normal, weaker, contract.spec)
    end
  end
end

-- A tier's own contract may not weaken those of the tiers above it: that is told once, as a problem of the product.
local function check_tiers(loading, parents, add_problems)
  local inherit <const> = require "contract.inherit"
  local normals <const> = require "contract.document"
  for index, lower in ipairs(parents) do
    for above = 1, index - 1 do
      for _, weaker in ipairs(inherit.compare(lower.normal, parents[above], loading.governance)) do
        local file <const>, line <const>, column <const> = normals.place(lower.normal, weaker.trail)
        add_problems(loading, { {
          severity = "error", code = weaker.code, message = weaker.message, file = file, line = line, column = column,
          suggestions = {},
        } }, "contracts")
      end
    end
  end
end

-- Keeps the files that were read beside the product's own, for whoever asks what it was made from.
local function remember(loading)
  local seen <const> = {}
  local function add(parents)
    for _, parent in ipairs(parents) do
      if not seen[parent.path] then
        seen[parent.path] = true
        table.insert(loading.contract_files, parent.path)
      end
    end
  end
  add(loading.parents.tiers.list)
  for _, own in pairs(loading.parents.of) do
    add(own.list)
  end
  table.sort(loading.contract_files)
end

local function add_inheritance(loading, entries, add_problems)
  local from_tiers <const> = tiers_ask(loading)
  for _, entry in ipairs(entries) do
    local found <const> = {}
    if from_tiers or has_inherits(entry.record) then
      local normal <const> = entry.normal()
      local written <const> = entry.record.source ~= "port" and entry.record or nil
      local parents <const>, problems <const>, circle <const> = require("contract.inherit").parents(loading, normal,
        written)
      add_problems(loading, problems, "contracts")
      add_weaker(found, loading, normal, entry.record, parents)
      found[#found + 1] = circle and circle_problem(circle, entry.record) or nil
    end
    document.link(entry.record, "weakened", document.list(found))
  end
  local above <const> = loading.parents and loading.parents.tiers
  if above then
    add_problems(loading, above.problems, "contracts")
    check_tiers(loading, above.list, add_problems)
    remember(loading)
  end
end

-- ---- registered versions ----------------------------------------------------------------------------------

-- Of the registered versions of a contract: the one with its number, and the one that it follows where none has that,
-- the greatest before it, else the greatest of all.
local function relatives(registered, contract)
  local semver <const> = require "floe.semver"
  local version <const> = tostring(contract.version)
  local before, latest
  for _, one in ipairs(registered) do
    if one.name == (contract.name or contract.id) then
      local order <const> = semver.compare(one.version, version)
      if one.version == version then
        return one
      elseif order == 0 then
        return nil -- apart only in what does not count: for its registration to say
      elseif one.document then
        before = order == -1 and one or before
        latest = one
      end
    end
  end
  return nil, before or latest
end

local function version_problem(wrong, contract)
  return document.record("problem", {
    code = wrong.code,
    message = wrong.message,
    expected = wrong.expected,
    actual = wrong.actual,
    suggestions = document.list { wrong.hint },
    path = "version",
  }, contract.source == "port" and contract.spec or { contract.spec, "version" })
end

local function registered_of(loading, add_problems)
  local registration <const> = loading.registration
  local plan <const> = registration and registration.plan
  if not registration or not registration.handle or not plan or plan.conflict or not plan.namespace then
    return {}
  end
  local list <const>, err <const> = require("catalog.contracts").registered(registration.handle, plan.namespace)
  if not list and err.code ~= "not_found" then
    local wrong <const> = problem.from(err)
    wrong.outside = true
    add_problems(loading, { wrong }, "contracts")
  end
  return list or {}
end

-- What is wrong where a version is registered already: its contents are not what they were then.
local function taken_problems(same, normal, acceptances)
  local here <const> = require("contract.hash").of(normal)
  if same.hash == here then
    return {}
  end
  local least <const> = same.document
    and require("contract.version").check(same.document, normal, acceptances).required
  return { {
    code = "FLOE-E524",
    message = ("version %s is taken: it is registered with other contents"):format(same.version),
    expected = same.hash,
    actual = here,
    hint = least and ("write version: %s"):format(least) or "raise `version` in the contract",
  } }
end

-- A version that is none cannot say what changed, whether there is an earlier one or not.
local function check_number(contract)
  local semver <const> = require "floe.semver"
  local parsed <const>, message <const> = semver.parse(contract.version)
  return not parsed and {
    code = "FLOE-E522", message = ("the version: %s"):format(message), expected = "1.2.3",
    actual = tostring(contract.version), hint = "write the version as MAJOR.MINOR.PATCH, such as 1.0.0",
  } or nil
end

local function problems_of(registered, contract, normal_of, loading)
  local wrong <const> = contract.version and check_number(contract)
  if wrong then
    return { wrong }
  end
  local same <const>, earlier <const> = relatives(registered, contract)
  if not same and not earlier then
    return {}
  end
  local acceptances <const> = require("contract.acceptance").read(loading.tiers)
  if same then
    return taken_problems(same, normal_of(), acceptances)
  end
  return require("contract.version").check(earlier.document, normal_of(), acceptances).problems
end

local function add_versions(loading, entries, add_problems)
  local registered <const> = registered_of(loading, add_problems)
  for _, entry in ipairs(entries) do
    local found <const> = {}
    for index, wrong in ipairs(problems_of(registered, entry.record, entry.normal, loading)) do
      found[index] = version_problem(wrong, entry.record)
    end
    document.link(entry.record, "version_problems", document.list(found))
  end
end

-- ---- together ---------------------------------------------------------------------------------------------

-- Each contract with its plain form as a compile promises it, made where somebody asks for it.
local function entries_of(loading, read)
  local normal_of, out <const> = nil, {}
  for index, contract in ipairs(read.list) do
    out[index] = {
      record = contract,
      normal = function()
        normal_of = normal_of or require("contract.compiled").normals(loading, read, loading.dbt.project)
        local made <const> = normal_of[contract.unique_id] or require("contract.document").normal(contract)
        normal_of[contract.unique_id] = made
        return made
      end,
    }
  end
  return out
end

--- Tells every contract of a product how it stands.
---@param loading floe.loading
---@param read { list: any[], compiled: floe.contract.compiled[]? }
---@param add_problems fun(loading: floe.loading, problems: floe.problem[], step: floe.step)
function M.complete(loading, read, add_problems)
  local entries <const> = entries_of(loading, read)
  loading.contract_files = loading.contract_files or {}
  for _, entry in ipairs(entries) do
    document.link(entry.record, "lifecycle", lifecycle.of(entry.record.spec))
  end
  add_inheritance(loading, entries, add_problems)
  add_versions(loading, entries, add_problems)
end

return M

-- Who owns a product's namespace in the catalog. The namespace is the product's id; the repository in its properties
-- is its owner. Of all who want it at once the catalog lets one create it, and whoever comes second reads whose it is:
-- so there is one owner, nobody waits for a lock, and nothing is half-written. A conflict is an answer, not a failure:
-- it is never tried again.

local repositories <const> = require "catalog.repository"
local system <const> = require "host.system"

local M = {}

M.DEFAULT_LEVEL = "register"

M.REPOSITORY = "floe.product.repo"

-- A namespace may be dropped between being seen and being read; that often is no accident.
local LOOKS <const> = 3

---@class floe.identity.product
---@field id string "sales.my_product"
---@field domain string?
---@field name string as floe.yaml says
---@field repository string? as floe.yaml says
---@field owner string?
---@field version string
---@field domain_owner string?
---@field level ("off"|"warn"|"register"|"enforce")?
---@field auto_register boolean? default true: `enforce` registers what is free
---@field registered_at string? "YYYY-MM-DDThh:mm:ssZ"; now where absent

---@class floe.identity.plan
---@field state "off"|"available"|"valid"|"conflict"|"unregistered"
---@field level string
---@field namespace string[]
---@field id string
---@field repository string? the product's, in the form compared
---@field owner string? the contact of who owns the namespace: valid and conflict
---@field properties table<string, string>? of the namespace as it is
---@field holder table? { repository, owner, name, version, registered_at } of the namespace as it is
---@field action "create"|"update"|nil what `commit` does
---@field updates table<string, string>? properties that `commit` sets
---@field conflict table? an error as `commit` would give it: conflict and, where the level blocks, unregistered
---@field blocks boolean the level does not let the product pass
---@field product floe.identity.product

--- The parts of a product's namespace.
---@param id string
---@return string[]
function M.namespace(id)
  local parts <const> = {}
  for part in id:gmatch("[^.]+") do
    parts[#parts + 1] = part
  end
  return parts
end

-- The properties that say whose the namespace is. What is not known is not there.
local function properties_of(product, repository)
  return {
    ["floe.domain.name"] = product.domain,
    ["floe.domain.owner"] = product.domain and product.domain_owner or nil,
    ["floe.product.name"] = product.name,
    ["floe.product.domain"] = product.domain,
    ["floe.product.owner"] = product.owner,
    [M.REPOSITORY] = repository,
    ["floe.product.version"] = product.version,
  }
end

--- Who holds a namespace, from its properties.
---@param properties table<string, string>
---@return table? holder nil where no product does
function M.holder(properties)
  local repository <const> = properties[M.REPOSITORY]
  return repository and {
    repository = repositories.normalize(repository) or repository,
    owner = properties["floe.product.owner"],
    name = properties["floe.product.name"],
    domain = properties["floe.product.domain"],
    version = properties["floe.product.version"],
    registered_at = properties["floe.product.registered_at"],
  } or nil
end

local function conflict_of(plan, holder)
  local conflict <const> = { code = "conflict", kind = "identity_conflict", expected = plan.repository }
  if not holder then
    conflict.message = ("Namespace '%s' exists, and no product owns it"):format(plan.id)
    conflict.resolution = "Choose a different product name, or adopt it with `floe catalog reconcile` if it is yours"
    return conflict
  end
  conflict.owner, conflict.contact = holder.repository, holder.owner
  conflict.message = ("Namespace '%s' owned by different repository"):format(plan.id)
  conflict.resolution = "Choose a different product name or contact the "
    .. (holder.owner and "namespace owner: " .. holder.owner or "owner of that repository")
  if not plan.repository then
    conflict.message = ("Namespace '%s' is owned, and this product names no repository"):format(plan.id)
    conflict.resolution = "Set metadata.repository in floe.yaml"
  end
  return conflict
end

-- What keeps a product from being registered that is no matter of another owner.
local function unregistered(plan, message, hint)
  plan.state = "unregistered"
  plan.blocks = plan.level == "enforce"
  plan.conflict = { code = "conflict", kind = "identity_unregistered", message = message, resolution = hint }
  return plan
end

-- Properties of the namespace that differ from the product's. The time of registration is that of the first.
local function differing(wanted, found)
  local updates <const> = {}
  for key, value in pairs(wanted) do
    if key ~= M.REPOSITORY and found[key] ~= value then
      updates[key] = value
    end
  end
  return updates
end

-- Completes a plan for a namespace that is there.
local function judge_present(plan, found)
  local holder <const> = M.holder(found)
  plan.holder, plan.properties = holder, found
  if not holder or holder.repository ~= plan.repository then
    plan.state = "conflict"
    plan.owner = holder and holder.owner
    plan.conflict = conflict_of(plan, holder)
    plan.blocks = plan.level ~= "warn"
    return plan
  end
  plan.state, plan.owner = "valid", holder.owner
  local updates <const> = differing(properties_of(plan.product, plan.repository), found)
  if next(updates) and plan.level ~= "warn" then
    plan.action, plan.updates = "update", updates
  end
  return plan
end

-- Completes a plan for a namespace that is free.
local function judge_absent(plan)
  local product <const> = plan.product
  plan.state = "available"
  if plan.level == "warn" then
    return plan
  elseif plan.level == "enforce" and product.auto_register == false then
    return unregistered(plan, ("Product '%s' is not registered in the catalog"):format(plan.id),
      "The platform registers products by hand: ask its team")
  elseif not plan.repository then
    return unregistered(plan, ("Product '%s' cannot be registered: it names no repository"):format(plan.id),
      "Set metadata.repository in floe.yaml")
  end
  plan.action, plan.updates = "create", properties_of(product, plan.repository)
  return plan
end

--- Asks the catalog whose a product's namespace is, and what registering it would do. Changes nothing.
---@param handle any of host.catalog; not asked where the level is "off"
---@param product floe.identity.product
---@return floe.identity.plan? plan
---@return table? err the catalog's, or the address of the repository cannot be read
function M.plan(handle, product)
  local plan <const> = {
    id = product.id,
    namespace = M.namespace(product.id),
    level = product.level or M.DEFAULT_LEVEL,
    product = product,
    blocks = false,
  }
  if plan.level == "off" then
    plan.state = "off"
    return plan
  end
  if product.repository then
    local form <const>, reason <const> = repositories.normalize(product.repository)
    if not form then
      return nil, {
        code = "invalid",
        message = ("metadata.repository is no address of a repository: %s"):format(reason),
        hint = "write it as `github.com/acme/orders`",
      }
    end
    plan.repository = form
  end
  local found <const>, err <const> = handle:load(plan.namespace)
  if found == nil then
    return nil, err
  end
  return found and judge_present(plan, found) or judge_absent(plan)
end

local function registration(plan)
  local properties <const> = { ["floe.contracts"] = "[]" }
  for key, value in pairs(plan.updates) do
    properties[key] = value
  end
  properties["floe.product.registered_at"] = plan.product.registered_at or system.timestamp()
  return properties
end

local function update(handle, plan)
  if not plan.updates or not next(plan.updates) then
    return { outcome = "unchanged", plan = plan }
  end
  local ok <const>, err <const> = handle:update(plan.namespace, plan.updates)
  if not ok then
    return nil, err
  end
  return { outcome = "updated", plan = plan }
end

-- Somebody created the namespace since it was looked at (or this process did, and its answer was lost).
local function settle(handle, plan)
  local again <const>, err <const> = M.plan(handle, plan.product)
  if not again then
    return nil, err
  elseif again.state == "conflict" then
    return nil, again.conflict
  elseif again.state == "valid" then
    local done <const>, failure <const> = update(handle, again)
    if done and done.outcome == "unchanged" then
      done.outcome = "already_registered"
    end
    return done, failure
  end
  return false, again
end

local function comes_and_goes(plan, what)
  return {
    code = "outside",
    message = ("the %s '%s' comes and goes: others created and dropped it %d times"):format(what, plan.id, LOOKS),
    hint = "run the command again when nobody reconciles the catalog",
  }
end

local function create(handle, plan)
  for _ = 1, LOOKS do
    local outcome <const>, err <const> = handle:create(plan.namespace, registration(plan))
    if not outcome then
      return nil, err
    elseif outcome == "created" then
      return { outcome = "registered", plan = plan }
    end
    local done <const>, failure <const> = settle(handle, plan)
    if done ~= false then
      return done, failure
    end
    -- It is free again: it was dropped between the two looks.
  end
  return nil, comes_and_goes(plan, "namespace")
end

--- Does what a plan says: registers a free namespace, updates one's own. May be done again after any failure.
---@param handle any
---@param plan floe.identity.plan
---@return table? done { outcome = "registered"|"already_registered"|"updated"|"unchanged"|"skipped", plan = }; the
---  namespace is the product's own unless the outcome is "skipped"
---@return table? err the catalog's, or a conflict: { code = "conflict", message, owner, expected, contact, resolution }
function M.commit(handle, plan)
  if plan.blocks then
    return nil, plan.conflict
  elseif plan.action == "create" then
    return create(handle, plan)
  elseif plan.action == "update" then
    return update(handle, plan)
  end
  return { outcome = plan.state == "valid" and "unchanged" or "skipped", plan = plan }
end

-- ---- namespaces that nobody owns -----------------------------------------------------------------------------

-- Where who adopts a namespace says so first: of all that try, the catalog lets one create it.
local CLAIM <const> = "floe_claim"

local function place_of_claim(plan)
  local parts <const> = table.move(plan.namespace, 1, #plan.namespace, 1, {})
  parts[#parts + 1] = CLAIM
  return parts
end

-- Drops the claim; that it is gone already is fine.
local function release(handle, plan)
  local ok <const>, err <const> = handle:drop(place_of_claim(plan))
  return (ok or err.code == "not_found") or nil, err
end

-- True where this repository holds the claim, also from an attempt that was cut off; false where the namespace has to
-- be looked at again.
local function claim(handle, plan)
  local outcome <const>, err <const> = handle:create(place_of_claim(plan), {
    [M.REPOSITORY] = plan.repository, ["floe.product.owner"] = plan.product.owner,
  })
  if outcome ~= "exists" then
    return outcome and true, err
  end
  local found <const>, failure <const> = handle:load(place_of_claim(plan))
  if not found then
    return found, failure
  end
  local holder <const> = M.holder(found)
  if holder and holder.repository == plan.repository then
    return true
  end
  -- Who holds a claim on what is owned is about to learn that; on what nobody owns, is about to own it.
  local again <const>, wrong <const> = M.plan(handle, plan.product)
  if not again then
    return nil, wrong
  elseif again.holder then
    return false
  end
  return nil, conflict_of(plan, holder)
end

-- Writes whose the namespace is, unless somebody adopted it before the claim was held. Without the claim it is only
-- looked at; false then means that nobody owns it still.
local function take(handle, plan, held)
  local again <const>, err <const> = M.plan(handle, plan.product)
  if not again then
    return nil, err
  elseif again.state == "valid" then
    return { outcome = "already_registered", plan = again }
  elseif again.state ~= "conflict" or again.holder then
    return nil, again.conflict or { code = "conflict", message = ("the namespace '%s' is gone"):format(plan.id) }
  elseif not held then
    return false
  end
  plan.updates = properties_of(plan.product, plan.repository)
  local ok <const>, failure <const> = handle:update(plan.namespace, registration(plan))
  if not ok then
    return nil, failure
  end
  return { outcome = "adopted", plan = plan }
end

--- Takes over a namespace that exists and that no product owns (a plan in state "conflict" without a holder). Updates
--- are not atomic between writers, creation is: so a claim is created first, and the namespace looked at once more. May
--- be done again after any failure.
---@param handle any
---@param plan floe.identity.plan
---@return table? done { outcome = "adopted"|"already_registered", plan = }
---@return table? err
function M.adopt(handle, plan)
  if plan.state ~= "conflict" or plan.holder or not plan.repository then
    return nil, plan.conflict or { code = "invalid", message = "there is nothing to adopt" }
  end
  for _ = 1, LOOKS do
    local held <const>, err <const> = claim(handle, plan)
    if held == nil then
      return nil, err
    end
    local done <const>, failure <const> = take(handle, plan, held)
    local released, wrong = true, nil
    if held then
      released, wrong = release(handle, plan)
    end
    if done then
      return released and done, wrong
    elseif done == nil then
      return nil, failure
    end
  end
  return nil, comes_and_goes(plan, "claim on the namespace")
end

--- A conflict as people read it: whose the namespace is, whose it was expected to be, and what to do.
---@param conflict table
---@return string[] lines the first one is the message
function M.lines(conflict)
  local lines <const> = { conflict.message }
  if conflict.owner then
    lines[#lines + 1] = "Owner: " .. conflict.owner
  end
  if conflict.expected then
    lines[#lines + 1] = "Expected: " .. conflict.expected
  end
  if conflict.resolution then
    lines[#lines + 1] = "Resolution: " .. conflict.resolution
  end
  return lines
end

return M

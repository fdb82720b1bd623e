-- One process of the race: reads a request a line, answers with a line of JSON. FLOE_RACE holds, as JSON, the settings
-- of the catalog and who this process is.

local contracts <const> = require "catalog.contracts"
local document <const> = require "host.document"
local identity <const> = require "catalog.identity"
local json <const> = require "host.json"
local opening <const> = require "catalog.open"

local race <const> = document.plain(document.parse(os.getenv("FLOE_RACE"), "FLOE_RACE", { format = "json" }))

local handle

local function failure(err)
  return { error = err.message, code = err.code, kind = err.kind, owner = err.owner, contact = err.contact,
    registered_hash = err.registered_hash }
end

local function open()
  if handle then
    handle:close()
  end
  local opened <const>, err <const> = opening.open(race.settings)
  if not opened then
    return failure(err)
  end
  handle = opened
  return { opened = true }
end

local function plan_of(round)
  return identity.plan(handle, {
    id = round .. ".orders", domain = round, name = "orders", version = "1.0.0", owner = race.owner,
    repository = race.repository, domain_owner = "domain@example.com",
  })
end

-- Registers the product "round.orders" for this process's repository, as a compilation does.
local function claim(round)
  local plan <const>, err <const> = plan_of(round)
  if not plan then
    return failure(err)
  end
  local done <const>, refused <const> = identity.commit(handle, plan)
  return done and { outcome = done.outcome } or failure(refused)
end

-- A namespace that nobody owns, and taking it over.
local function make(round)
  local namespace <const> = identity.namespace(round .. ".orders")
  local outcome <const>, err <const> = handle:create(namespace, { ["floe.contracts"] = "[]" })
  return outcome and { outcome = outcome } or failure(err)
end

local function adopt(round)
  local plan <const>, err <const> = plan_of(round)
  if not plan then
    return failure(err)
  elseif plan.state == "valid" then
    return { outcome = "unchanged" }
  end
  local done <const>, refused <const> = identity.adopt(handle, plan)
  return done and { outcome = done.outcome } or failure(refused)
end

-- Registers version 1.0.0 of a contract with this process's own contents.
local function publish(round)
  local namespace <const> = identity.namespace(round .. ".orders")
  local plan <const>, err <const> = contracts.plan(handle, namespace,
    { { name = "orders", version = "1.0.0", hash = race.hash, status = "active" } })
  if not plan then
    return failure(err)
  end
  local done <const>, refused <const> = contracts.commit(handle, plan)
  return done and { outcome = done[1].outcome } or failure(refused)
end

-- What the catalog holds of a round.
local function show(round)
  local namespace <const> = identity.namespace(round .. ".orders")
  local properties <const>, err <const> = handle:load(namespace)
  if properties == nil then
    return failure(err)
  end
  local versions <const> = {}
  for i, contract in ipairs(assert(contracts.registered(handle, namespace))) do
    versions[i] = { name = contract.name, version = contract.version, hash = contract.hash }
  end
  return { properties = properties or json.null, versions = json.array(versions) }
end

local ANSWERS <const> = { open = open, claim = claim, make = make, adopt = adopt, publish = publish, show = show }

for line in io.lines() do
  local word <const>, round <const> = line:match("^(%S+) ?(%S*)$")
  io.write(json.encode(ANSWERS[word](round)), "\n")
  io.flush()
end

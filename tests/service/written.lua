-- Registers a product and a contract, as a compilation does, in the catalog that FLOE_TEST_CATALOG names.

local contracts <const> = require "catalog.contracts"
local document <const> = require "host.document"
local identity <const> = require "catalog.identity"
local opening <const> = require "catalog.open"

local settings <const> = document.plain(document.parse(os.getenv("FLOE_TEST_CATALOG"), "settings", { format = "json" }))
local handle <close> = assert(opening.open(settings))
local plan <const> = assert(identity.plan(handle, {
  id = "retail.orders", domain = "retail", name = "orders", version = "1.0.0", owner = "team@example.com",
  repository = "github.com/acme/orders",
}))
assert(identity.commit(handle, plan))
local namespace <const> = identity.namespace("retail.orders")
assert(contracts.commit(handle, assert(contracts.plan(handle, namespace,
  { { name = "orders", version = "1.0.0", hash = "sha256:" .. ("0"):rep(64), status = "active" } }))))

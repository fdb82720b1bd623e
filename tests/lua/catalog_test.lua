local catalog <const> = require "host.catalog"
local contracts <const> = require "catalog.contracts"
local files <const> = require "host.files"
local identity <const> = require "catalog.identity"
local opening <const> = require "catalog.open"
local products <const> = require "catalog.product"
local reconcile <const> = require "catalog.reconcile"
local repository <const> = require "catalog.repository"
local test <const> = dofile "tests/lua/support.lua"

-- A catalog in a folder of its own.
local function open(path)
  local handle <const>, err <const> = catalog.open { type = "sqlite", config = { path = path } }
  if not handle then
    error(err.message, 2)
  end
  return handle
end

local function new()
  return open(files.join(test.folder {}, "catalog.db"))
end

test.case("a catalog's handle speaks of namespaces in plain tables", function()
  local handle <close> = new()
  test.equal(handle:load { "sales" }, false)
  test.equal(handle:create({ "sales", "orders" }, { owner = "a", text = "line\nline" }), "created")
  test.equal(handle:create({ "sales", "orders" }, { owner = "b" }), "exists")
  test.equal(handle:load { "sales", "orders" }, { owner = "a", text = "line\nline" })
  test.equal(handle:load { "sales" }, {})
  test.equal(handle:list {}, { { "sales" } })
  test.equal(handle:list { "sales" }, { { "sales", "orders" } })
  test.equal(handle:update({ "sales", "orders" }, { owner = "c" }, { "text" }), true)
  test.equal(handle:load { "sales", "orders" }, { owner = "c" })
  test.equal(handle:tables { "sales", "orders" }, {})
  test.equal(handle:table({ "sales", "orders" }, "lines"), false)
  test.equal(handle:describe().type, "sqlite")
  local dropped <const>, err <const> = handle:drop { "sales" }
  test.equal({ dropped, err.code }, { nil, "conflict" })
  test.equal(handle:drop { "sales", "orders" }, true)
end)

test.case("misuse of a handle raises, and what the world refuses is an error value", function()
  local handle <const> = new()
  for _, misuse in ipairs {
    function() handle:create("sales", {}) end,
    function() handle:create({ "sales" }, { 1 }) end,
    function() handle:create({ "sales" }, { a = 1 }) end,
    function() handle:create({ "sales" }, { a = "\0" }) end,
    function() handle:create({ 1 }, {}) end,
    function() catalog.open { type = "sqlite" } end,
  } do
    test.equal(pcall(misuse), false)
  end
  local outcome <const>, err <const> = handle:create({ "a.b" }, {})
  test.equal({ outcome, err.code }, { nil, "invalid" })
  handle:close()
  handle:close()
  local ok <const>, message <const> = pcall(handle.load, handle, { "a" })
  test.equal(ok, false)
  test.contains(message, "the catalog is closed")
  local none <const>, wrong <const> = catalog.open { type = "sqlit", config = {} }
  test.equal({ none, wrong.hint }, { nil, "did you mean 'sqlite'?" })
end)

-- ---- repositories -----------------------------------------------------------------------------------------

test.case("all addresses of a repository have one form", function()
  for _, address in ipairs {
    "github.com/acme/orders", "GitHub.com/acme/orders", "https://github.com/acme/orders",
    "https://github.com/acme/orders.git", "https://github.com/acme/orders/", "https://github.com/acme/orders.git/",
    "HTTPS://GITHUB.COM:443/acme/orders", "http://github.com:80/acme/orders", "https://github.com//acme//orders",
    "https://bot:s3cret@github.com/acme/orders.git", "git@github.com:acme/orders.git", "git@github.com:acme/orders",
    "git@github.com:/acme/orders.git", "git@GITHUB.com:acme/orders", "github.com:acme/orders",
    "ssh://git@github.com/acme/orders.git", "ssh://git@github.com:22/acme/orders",
    "ssh://git@github.com:2222/acme/orders",
    "git+ssh://git@github.com/acme/orders.git", "git+https://github.com/acme/orders",
    "git://github.com/acme/orders.git",
    "git://github.com:9418/acme/orders", "  https://github.com/acme/orders  ", "https://github.com./acme/orders",
    "https://github.com/acme/orders?ref=main", "https://github.com/acme/orders#readme",
    "github.com:443/acme/orders",
  } do
    test.equal(repository.normalize(address), "github.com/acme/orders", address)
  end
end)

test.case("other repositories have other forms", function()
  for address, form in pairs {
    ["https://github.com/Acme/orders"] = "github.com/Acme/orders",
    ["https://gitlab.acme.example:8443/data/sales/orders.git"] = "gitlab.acme.example:8443/data/sales/orders",
    ["git@gitlab.acme.example:data/sales/orders"] = "gitlab.acme.example/data/sales/orders",
    ["https://github.com/acme/orders.gitops"] = "github.com/acme/orders.gitops",
    ["localhost:3000/acme/orders"] = "localhost:3000/acme/orders",
    ["acme/orders"] = "acme/orders",
    ["file:///srv/git/orders.git"] = "file:/srv/git/orders",
  } do
    test.equal(repository.normalize(address), form, address)
  end
  test.equal(repository.same("git@github.com:acme/a.git", "https://github.com/acme/a"), true)
  test.equal(repository.same("github.com/acme/a", "github.com/acme/b"), false)
end)

test.case("what is no address is told why", function()
  for address, part in pairs {
    [""] = "empty", ["https://github.com"] = "no repository", ["https:///acme"] = "no host",
    ["../orders"] = "one machine",
    ["/srv/git/orders"] = "one machine", ["git hub.com/a/b"] = "blanks", ["github.com/\27[0m"] = "control",
    ["git@github.com:.git"] = "no repository",
  } do
    local form <const>, reason <const> = repository.normalize(address)
    test.equal(form, nil, address)
    test.contains(reason, part)
  end
end)

-- ---- identity ---------------------------------------------------------------------------------------------

local function product(more)
  local out <const> = {
    id = "sales.my_product", domain = "sales", name = "my-product", version = "1.0.0", owner = "team@acme.com",
    domain_owner = "sales@acme.com", repository = "https://github.com/acme/my-product.git",
    registered_at = "2026-11-21T08:00:00Z",
  }
  for key, value in pairs(more or {}) do
    out[key] = value or nil
  end
  return out
end

local function plan(handle, more)
  local planned <const>, err <const> = identity.plan(handle, product(more))
  if not planned then
    error(err.message, 2)
  end
  return planned
end

local function register(handle, more)
  local done <const>, err <const> = identity.commit(handle, plan(handle, more))
  if not done then
    error(err.message, 2)
  end
  return done.outcome
end

local NAMESPACE <const> = { "sales", "my_product" }

test.case("a free namespace is registered with the properties that say whose it is", function()
  local handle <close> = new()
  local planned <const> = plan(handle)
  test.equal({ planned.state, planned.action, planned.blocks }, { "available", "create", false })
  test.equal(handle:load(NAMESPACE), false, "planning changed the catalog")
  test.equal(register(handle), "registered")
  test.equal(handle:load(NAMESPACE), {
    ["floe.domain.name"] = "sales",
    ["floe.domain.owner"] = "sales@acme.com",
    ["floe.product.name"] = "my-product",
    ["floe.product.domain"] = "sales",
    ["floe.product.owner"] = "team@acme.com",
    ["floe.product.repo"] = "github.com/acme/my-product",
    ["floe.product.version"] = "1.0.0",
    ["floe.product.registered_at"] = "2026-11-21T08:00:00Z",
    ["floe.contracts"] = "[]",
  })
  test.equal(handle:load { "sales" }, {}, "the domain's namespace")
end)

test.case("one's own namespace is updated, whatever way its repository is written", function()
  local handle <close> = new()
  register(handle)
  test.equal(register(handle, { repository = "git@github.com:acme/my-product" }), "unchanged")
  test.equal(register(handle, { version = "1.1.0", registered_at = "2030-01-01T00:00:00Z" }), "updated")
  local properties <const> = handle:load(NAMESPACE)
  test.equal(properties["floe.product.version"], "1.1.0")
  test.equal(properties["floe.product.registered_at"], "2026-11-21T08:00:00Z")
end)

test.case("a namespace of another repository is a conflict that names its owner and what to do", function()
  local handle <close> = new()
  register(handle, { repository = "github.com/acme/other-repo", owner = "other-team@acme.com" })
  local planned <const> = plan(handle)
  test.equal({ planned.state, planned.owner, planned.blocks, planned.action },
    { "conflict", "other-team@acme.com", true, nil })
  local done <const>, err <const> = identity.commit(handle, planned)
  test.equal(done, nil)
  test.equal({ err.code, err.kind }, { "conflict", "identity_conflict" })
  test.equal(identity.lines(err), {
    "Namespace 'sales.my_product' owned by different repository",
    "Owner: github.com/acme/other-repo",
    "Expected: github.com/acme/my-product",
    "Resolution: Choose a different product name or contact the namespace owner: other-team@acme.com",
  })
end)

test.case("who planned first and commits second is told who owns the namespace", function()
  local handle <close> = new()
  local first <const>, second <const> = plan(handle, { repository = "github.com/acme/other" }), plan(handle)
  test.equal(identity.commit(handle, first).outcome, "registered")
  local done <const>, err <const> = identity.commit(handle, second)
  test.equal({ done, err.kind, err.owner }, { nil, "identity_conflict", "github.com/acme/other" })
  test.equal(identity.commit(handle, first).outcome, "already_registered", "done again after a lost answer")
end)

test.case("a namespace that nobody owns is not taken over", function()
  local handle <close> = new()
  handle:create(NAMESPACE, {})
  local planned <const> = plan(handle)
  test.equal({ planned.state, planned.blocks }, { "conflict", true })
  test.contains(planned.conflict.message, "no product owns it")
end)

test.case("a namespace that nobody owns is adopted once", function()
  local handle <close> = new()
  handle:create({ "sales", "my_product", "gold" }, { comment = "made by hand" })
  local mine <const> = plan(handle)
  local theirs <const> = plan(handle, { repository = "github.com/acme/other", owner = "other@acme.com" })
  test.equal(identity.adopt(handle, mine).outcome, "adopted")
  test.equal(handle:load(NAMESPACE)["floe.product.registered_at"], "2026-11-21T08:00:00Z")
  test.equal(handle:list(NAMESPACE), { { "sales", "my_product", "gold" } }, "the claim is gone")
  local done <const>, err <const> = identity.adopt(handle, theirs)
  test.equal({ done, err.kind, err.owner }, { nil, "identity_conflict", "github.com/acme/my-product" })
  test.equal(identity.adopt(handle, mine).outcome, "already_registered")
end)

test.case("who is cut off while adopting goes on, and keeps others out", function()
  local handle <close> = new()
  handle:create(NAMESPACE, {})
  local mine <const> = plan(handle)
  handle:create({ "sales", "my_product", "floe_claim" }, { ["floe.product.repo"] = "github.com/acme/my-product" })
  local done <const>, err <const> = identity.adopt(handle, plan(handle, { repository = "github.com/acme/other" }))
  test.equal({ done, err.owner }, { nil, "github.com/acme/my-product" })
  test.equal(identity.adopt(handle, mine).outcome, "adopted")
  test.equal(plan(handle).state, "valid")
end)

test.case("levels decide what is asked, registered and refused", function()
  local handle <close> = new()
  local function states(more)
    local planned <const> = plan(handle, more)
    return { planned.state, planned.action or false, planned.blocks }
  end
  test.equal(identity.plan(nil, product { level = "off" }).state, "off")
  test.equal(states { level = "warn" }, { "available", false, false })
  test.equal(states { level = "register" }, { "available", "create", false })
  test.equal(states { level = "enforce" }, { "available", "create", false })
  test.equal(states { level = "enforce", auto_register = true }, { "available", "create", false })
  local planned <const> = identity.plan(handle, {
    id = "sales.my_product", name = "my-product", version = "1.0.0", repository = "github.com/acme/a",
    level = "enforce", auto_register = false,
  })
  test.equal({ planned.state, planned.blocks }, { "unregistered", true })
  test.equal(identity.commit(handle, planned), nil)
  test.equal(states { repository = false }, { "unregistered", false, false })
  test.equal(states { repository = false, level = "enforce" }, { "unregistered", false, true })
  register(handle, { repository = "github.com/acme/other" })
  test.equal(states { level = "warn" }, { "conflict", false, false })
  test.equal(identity.commit(handle, plan(handle, { level = "warn" })).outcome, "skipped")
  test.equal(states { repository = false }, { "conflict", false, true })
  test.equal(states { level = "warn", repository = "github.com/acme/other", version = "2.0.0" },
    { "valid", false, false })
end)

test.case("an address that is none is refused before anything is asked", function()
  local handle <close> = new()
  local planned <const>, err <const> = identity.plan(handle, product { repository = "/srv/git/orders" })
  test.equal({ planned, err.code }, { nil, "invalid" })
end)

test.case("a product without a domain has a namespace of one part", function()
  test.equal(identity.namespace "my_product", { "my_product" })
  test.equal(identity.namespace "sales.my_product", NAMESPACE)
end)

-- ---- contracts --------------------------------------------------------------------------------------------

local function version(name, number, hash, more)
  local out <const> = { name = name, version = number, hash = hash or "sha256:1", status = "active" }
  for key, value in pairs(more or {}) do
    out[key] = value
  end
  return out
end

local function commit(handle, list)
  local planned <const>, err <const> = contracts.plan(handle, NAMESPACE, list)
  if not planned then
    error(err.message, 2)
  end
  return contracts.commit(handle, planned, "2026-11-21T08:00:00Z")
end

test.case("a contract's version is registered once, and summed up on the product", function()
  local handle <close> = new()
  register(handle)
  local list <const> = { version("customers", "1.0.0"), version("orders", "2.1.0") }
  test.equal(contracts.plan(handle, NAMESPACE, list).items[1].state, "new")
  test.equal(commit(handle, list)[1].outcome, "registered")
  test.equal(commit(handle, list)[1].outcome, "unchanged")
  test.equal(commit(handle, { version("customers", "1.10.0"), version("customers", "1.9.0") })[1].outcome, "registered")
  test.equal(handle:load(NAMESPACE)["floe.contracts"],
    [=[["customers:1.0.0","customers:1.9.0","customers:1.10.0","orders:2.1.0"]]=])
  local found <const> = handle:load { "sales", "my_product", "contracts", "customers_1_0_0" }
  test.equal(found["floe.contract.id"], "sales.my_product/customers:1.0.0")
  test.equal(found["floe.contract.schema_hash"], "sha256:1")
end)

test.case("a contract that is called after its product is listed without the product's name", function()
  local handle <close> = new()
  register(handle)
  local list <const> = { version("my-product-customers", "1.0.0"), version("my-product", "1.0.0"),
    version("my-product-", "1.0.0"), version("my-products", "1.0.0") }
  commit(handle, list)
  test.equal(handle:load(NAMESPACE)["floe.contracts"],
    [=[["my-product:1.0.0","my-product-:1.0.0","customers:1.0.0","my-products:1.0.0"]]=])
  local found <const> = handle:load { "sales", "my_product", "contracts", "my-product-customers_1_0_0" }
  test.equal({ found["floe.contract.id"], found["floe.contract.name"] },
    { "sales.my_product/customers:1.0.0", "my-product-customers" })
  test.equal(contracts.differing(handle, NAMESPACE), false)
end)

test.case("a registered version is not written over, and the conflict names both hashes", function()
  local handle <close> = new()
  register(handle)
  local late <const> = contracts.plan(handle, NAMESPACE, { version("customers", "1.0.0", "sha256:2") })
  commit(handle, { version("customers", "1.0.0", "sha256:1") })
  for _, planned in ipairs { late, contracts.plan(handle, NAMESPACE, { version("customers", "1.0.0", "sha256:2") }) } do
    local done <const>, err <const> = contracts.commit(handle, planned)
    test.equal({ done, err.code, err.kind }, { nil, "conflict", "contract_conflict" })
    test.contains(err.message, "sha256:1 in the catalog, sha256:2 here")
  end
  test.equal(contracts.registered(handle, NAMESPACE)[1].hash, "sha256:1")
end)

test.case("only the status of a registered version changes", function()
  local handle <close> = new()
  register(handle)
  commit(handle, { version("customers", "1.0.0") })
  test.equal(commit(handle, { version("customers", "1.0.0", nil, { status = "deprecated" }) })[1].outcome, "updated")
  local registered <const> = contracts.registered(handle, NAMESPACE)
  test.equal({ #registered, registered[1].status }, { 1, "deprecated" })
end)

test.case("names that no catalog takes do not meet", function()
  local handle <close> = new()
  register(handle)
  commit(handle, { version("a b", "1.0.0", "sha256:1"), version("a-b", "1.0.0", "sha256:2"),
    version("a.b", "1.0.0-rc.1+x", "sha256:3") })
  local hashes <const> = {}
  for i, contract in ipairs(contracts.registered(handle, NAMESPACE)) do
    hashes[i] = ("%s:%s %s"):format(contract.name, contract.version, contract.hash)
  end
  test.equal(hashes, { "a b:1.0.0 sha256:1", "a-b:1.0.0 sha256:2", "a.b:1.0.0-rc.1+x sha256:3" })
end)

test.case("the document of a version comes back as it was, or not at all", function()
  local handle <close> = new()
  register(handle)
  local document <const> = { apiVersion = "v3.1.0", name = "customers", schema = { { name = "customers",
    properties = { { name = "id", logicalType = "integer", required = true } } } } }
  local hash <const> = require("contract.hash").of(document)
  commit(handle, { version("customers", "1.0.0", hash, { document = document }) })
  test.equal(contracts.registered(handle, NAMESPACE)[1].document, document)
  handle:update({ "sales", "my_product", "contracts", "customers_1_0_0" },
    { ["floe.contract.document"] = [[{"schema": []}]] })
  test.equal(contracts.registered(handle, NAMESPACE)[1].document, nil)
end)

test.case("what others wrote where versions stand breaks nothing", function()
  local handle <close> = new()
  register(handle)
  local folder <const> = { "sales", "my_product", "contracts" }
  for name, properties in pairs {
    a = { ["floe.contract.name"] = "a" },
    b = { ["floe.contract.name"] = "x", ["floe.contract.version"] = "not a version" },
    c = { ["floe.contract.name"] = "x", ["floe.contract.version"] = "1.0.0", ["floe.contract.document"] = "{" },
    d = { ["floe.contract.name"] = "x", ["floe.contract.version"] = "zzz", ["floe.contract.document"] = "[1]" },
    e = {},
    customers_1_0_0 = { ["floe.contract.name"] = "other", ["floe.contract.version"] = "1.0.0" },
  } do
    handle:create({ folder[1], folder[2], folder[3], name }, properties)
  end
  local versions <const> = {}
  for i, contract in ipairs(contracts.registered(handle, NAMESPACE)) do
    versions[i] = contract.name .. ":" .. contract.version
  end
  test.equal(versions, { "other:1.0.0", "x:1.0.0", "x:not a version", "x:zzz" })
  local planned <const> = contracts.plan(handle, NAMESPACE, { version("customers", "1.0.0") })
  test.contains(planned.conflicts[1].message, "holds something else")
end)

-- ---- reconciling ------------------------------------------------------------------------------------------

local function compare(handle, list, known)
  local scope <const> = { products = list, repositories = { ["github.com/acme/my-product"] = true }, known = known }
  local report <const>, err <const> = reconcile.compare(handle, scope)
  if not report then
    error(err.message, 2)
  end
  local lines <const> = {}
  for i, difference in ipairs(report.differences) do
    local subject <const> = difference.table and difference.id .. "." .. difference.table or difference.id
    lines[i] = ("%s %s %s"):format(difference.kind, subject, difference.action or "-")
  end
  return report, lines
end

local function apply_all(report)
  for _, difference in ipairs(report.differences) do
    if difference.apply then
      local ok <const>, err <const> = difference.apply()
      if not ok then
        error(err.message, 2)
      end
    end
  end
end

test.case("differences between products and catalog are found and repaired", function()
  local handle <close> = new()
  local free <const> = product { id = "sales.free", name = "free" }
  local taken <const> = product { id = "sales.taken", name = "taken" }
  local plain <const> = product { id = "sales.plain", name = "plain" }
  local drifted <const> = product { id = "sales.drifted", name = "drifted", version = "2.0.0" }
  register(handle, { id = "sales.taken", name = "taken", repository = "github.com/acme/other" })
  register(handle, { id = "sales.drifted", name = "drifted" })
  register(handle, { id = "sales.gone", name = "gone" })
  register(handle)
  handle:create({ "sales", "gone", "contracts", "a_1_0_0" }, { ["floe.contract.name"] = "a" })
  handle:create({ "sales", "plain" }, {})
  commit(handle, { version("customers", "1.0.0") })
  handle:update(NAMESPACE, { ["floe.contracts"] = "[]" })
  local list <const> = { free, taken, plain, drifted, product() }
  local known <const> = { ["sales.my_product"] = "", ["sales.drifted"] = "", ["sales.taken"] = "" }
  local report <const>, lines <const> = compare(handle, list, known)
  test.equal(lines, {
    "unregistered sales.free register", "identity sales.taken -", "unowned sales.plain adopt",
    "metadata sales.drifted update", "contracts sales.my_product update", "orphan sales.gone drop",
  })
  test.equal(report.valid, 0)
  apply_all(report)
  known["sales.free"], known["sales.plain"] = "", ""
  local after <const>, left <const> = compare(handle, list, known)
  test.equal(left, { "identity sales.taken -" })
  test.equal({ after.valid, handle:load { "sales", "gone" } }, { 4, false })
end)

test.case("without all products of the checkout nothing is an orphan, and of others nothing ever is", function()
  local handle <close> = new()
  register(handle, { id = "sales.gone", name = "gone" })
  register(handle, { id = "sales.other", name = "other", repository = "github.com/acme/other" })
  local _, lines <const> = compare(handle, {}, nil)
  test.equal(lines, {})
  local _, found <const> = compare(handle, {}, {})
  test.equal(found, { "orphan sales.gone drop" })
end)

test.case("an orphan that holds a product is not dropped, nor one that changed hands", function()
  local handle <close> = new()
  register(handle, { id = "sales", name = "sales", domain = false })
  local report <const> = compare(handle, {}, {})
  register(handle, { id = "sales.orders", name = "orders", repository = "github.com/acme/other" })
  local _, lines <const> = compare(handle, {}, {})
  test.equal(lines, { "orphan sales -" })
  local ok <const>, err <const> = report.differences[1].apply()
  test.equal({ ok, err.code }, { nil, "conflict" })
  test.equal(type(handle:load { "sales", "orders" }), "table")
  handle:update({ "sales" }, { ["floe.product.repo"] = "github.com/acme/other" })
  test.equal(report.differences[1].apply(), nil)
end)

-- ---- settings ---------------------------------------------------------------------------------------------

test.case("where a platform names no catalog, a file beside the product is one", function()
  test.equal(opening.settings(nil, nil, "products/a"),
    { type = "sqlite", config = { path = "products/a/.floe/catalog.db" } })
  test.equal(opening.settings({ type = "sqlite" }, "platform", "products/a").config.path, "products/a/.floe/catalog.db")
  local shared <const> = { type = "sqlite", config = { path = "shared.db", timeout = 5 } }
  test.equal(opening.settings(shared, "platform", "products/a"),
    { type = "sqlite", config = { path = "platform/shared.db", timeout = 5 } })
  local rest <const> = { type = "iceberg-rest", config = { uri = "https://catalog.example" } }
  test.equal(opening.settings(rest, "platform", "products/a"), rest)
end)

test.case("the tiers say which catalog it is, who the product is there, and how strictly", function()
  local root <const> = test.folder {
    ["enterprise/manifest.yaml"] = [[
apiVersion: floe.dev/v1
kind: Manifest
scope: enterprise
metadata: { name: acme, version: 1.0.0, owner: platform@acme.com }
plugins: { compute: { type: duckdb }, catalog: { type: sqlite, config: { path: ../shared/catalog.db } } }
identity: { enforcement: enforce, auto_register: false }
]],
    ["domain/manifest.yaml"] = [[
apiVersion: floe.dev/v1
kind: Manifest
scope: domain
parent_manifest: ../enterprise
metadata: { name: sales, version: 1.0.0, owner: sales@acme.com }
plugins: { compute: { type: duckdb } }
identity: { enforcement: enforce }
]],
    ["choosing/manifest.yaml"] = [[
apiVersion: floe.dev/v1
kind: Manifest
scope: domain
parent_manifest: ../offering
metadata: { name: sales, version: 1.0.0, owner: sales@acme.com }
plugins: { compute: { type: duckdb }, catalog: { default: sqlite } }
]],
    ["offering/manifest.yaml"] = [[
apiVersion: floe.dev/v1
kind: Manifest
scope: enterprise
metadata: { name: acme, version: 1.0.0, owner: platform@acme.com }
plugins:
  compute: { type: duckdb }
  catalog:
    approved:
      - { name: polaris, config: { uri: "https://catalog.example" } }
      - { name: sqlite, config: { path: offered.db } }
]],
    ["product/floe.yaml"] = [[
apiVersion: floe.dev/v1
kind: DataProduct
metadata: { name: my-product, version: 2.0.0, domain: sales, owner: team@acme.com, repository: github.com/acme/p }
platform: { ref: ../domain }
transforms: [ { type: dbt, path: models/ } ]
]],
  }
  local loading <const> = require("phase.product").open(files.join(root, "product"))
  test.equal(#loading.errors, 0, loading.errors[1] and loading.errors[1].message)
  local settings <const> = products.settings(loading)
  test.equal(files.absolute(settings.config.path), files.absolute(files.join(root, "shared/catalog.db")))
  test.equal(products.of(loading), {
    id = "sales.my_product", domain = "sales", name = "my-product", repository = "github.com/acme/p",
    owner = "team@acme.com", version = "2.0.0", domain_owner = "sales@acme.com", level = "enforce",
    auto_register = false,
  })
  assert(files.write(files.join(root, "product/floe.yaml"),
    (files.read(files.join(root, "product/floe.yaml")):gsub("../domain", "../choosing"))))
  local again <const> = require("phase.product").open(files.join(root, "product"))
  test.equal(#again.errors, 0, again.errors[1] and again.errors[1].message)
  local chosen <const> = products.settings(again)
  test.equal(chosen.type, "sqlite")
  test.equal(files.absolute(chosen.config.path), files.absolute(files.join(root, "offering/offered.db")))
end)

test.finish()

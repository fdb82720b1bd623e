local files <const> = require "host.files"
local inherit <const> = require "contract.inherit"
local lifecycle <const> = require "contract.lifecycle"
local normals <const> = require "contract.document"
local test <const> = dofile "tests/lua/support.lua"
local tiers <const> = require "manifest.tiers"

local HEAD <const> = "apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: 1.0.0\nstatus: active\n"

local function contract(source)
  return normals.normal(test.yaml(HEAD .. source, "c.yaml"))
end

local function governed(order, mode)
  return { classification = { levels = order }, data_contracts = { inheritance_mode = mode } }
end

local function above(source)
  return { normal = contract(source), path = "p.yaml" }
end

local function weaker(parent, child, order, mode)
  local out <const> = {}
  for index, one in ipairs(inherit.compare(contract(child), above(parent), governed(order, mode))) do
    out[index] = ("%s %s %s < %s"):format(one.code, one.path, one.actual, one.expected)
  end
  return out
end

local ENTERPRISE <const> = [[
slaProperties:
  - { property: freshness, value: 24, unit: h }
  - { property: availability, value: 99.5, unit: percent }
]]

test.case("a firmer or an equal service level passes, in whatever words", function()
  test.equal(weaker(ENTERPRISE, [[
slaProperties:
  - { property: freshness, value: PT24H }
  - { property: availability, value: "99.9%" }
]]), {})
end)

local DAYS <const> = "slaProperties: [{ property: freshness, value: 2, unit: d }]\n"

test.case("a weaker service level is told; a missing one where a contract has to say everything itself", function()
  test.equal(weaker(ENTERPRISE, DAYS), { "FLOE-E510 slaProperties.freshness 2 d < 24 h" })
  test.equal(weaker(ENTERPRISE, DAYS, nil, "strict"), {
    "FLOE-E510 slaProperties.freshness 2 d < 24 h", "FLOE-E510 slaProperties.availability not promised < 99.5 percent",
  })
  test.equal(weaker(ENTERPRISE, DAYS, nil, "override"), {})
end)

test.case("service levels of the tiers stand above every contract, where the tier that decided says them", function()
  local function tier(kind, slas, path)
    local manifest <const> = test.yaml("governance:\n  slas: " .. slas .. "\n", path)
    return { title = kind .. " manifest", kind = kind, manifest = manifest, governance = manifest.governance }
  end
  local merged <const> = tiers.merge {
    tier("enterprise", "{ freshness: PT24H, availability: 99.5, latency: { value: 5, unit: s } }", "high.yaml"),
    tier("domain", "{ freshness: PT6H, latency: { value: 2000, unit: ms } }", "low.yaml"),
  }
  test.equal(merged.problems, {})
  local parents <const>, said <const> = inherit.of_levels(merged), {}
  for index, parent in ipairs(parents) do
    local level <const> = parent.normal.slaProperties[1]
    said[index] = ("%s %s %s %s"):format(parent.path, level.property, level.value, level.unit)
  end
  test.equal(said, {
    "high.yaml:2 availability 99.5 percent", "low.yaml:2 freshness 6 h", "low.yaml:2 latency 2000 ms",
  })
  local child <const> = contract(DAYS)
  test.equal(inherit.fill(child, parents, {}), true)
  test.equal({ #child.slaProperties, child.slaProperties[1].value, child.slaProperties[2].property,
    child.slaProperties[3].unit }, { 3, 2, "availability", "ms" })
  test.equal(inherit.compare(child, parents[2], {})[1].message,
    "the contract weakens 'freshness' to 2 d; low.yaml:2 asks for 6 h")
end)

test.case("what a contract leaves open it takes over, the firmest of what those above it ask", function()
  local child <const> = contract(DAYS .. [[
schema:
  - name: t
    properties: [{ name: id }, { name: email }, { name: note, required: false, classification: public }]
]])
  local domain <const> = [[
slaProperties: [{ property: availability, value: 99.9, unit: percent, element: t.id }]
schema:
  - name: "*"
    properties:
      - { name: id, required: true }
      - { name: email, classification: pii }
      - { name: note, required: true, classification: internal }
]]
  local parents <const> = { above(ENTERPRISE), above(domain) }
  test.equal(inherit.fill(child, parents, governed(nil, "strict")), false)
  test.equal(inherit.fill(child, parents, governed()), true)
  test.equal(child.slaProperties, {
    { property = "freshness", value = 2, unit = "d" }, { property = "availability", value = 99.9, unit = "percent" },
  })
  test.equal(child.schema[1].properties, {
    { name = "id", required = true }, { name = "email", classification = "pii" },
    { name = "note", required = false, classification = "public" },
  })
  test.equal(inherit.fill(child, parents, governed()), false)
end)

local COLUMNS <const> = [[
schema:
  - name: customers
    properties:
      - { name: id, required: true }
      - { name: email, classification: pii }
]]

test.case("what is required stays so, and a classification gets no milder", function()
  test.equal(weaker(COLUMNS, [[
schema:
  - name: customers
    properties: [{ name: ID, required: false }, { name: email, classification: internal }]
  - name: others
    properties: [{ name: email }]
]]), {
    "FLOE-E513 customers.ID.required may be null < required",
    "FLOE-E511 customers.email.classification internal < pii",
  })
end)

test.case("a milder classification is told however its letters are written", function()
  test.equal(weaker(COLUMNS, [[
schema: [{ name: customers, properties: [{ name: id }, { name: email, classification: Internal }] }]
]]), { "FLOE-E511 customers.email.classification Internal < pii" })
end)

test.case("a contract that has to say everything itself leaves nothing open", function()
  local silent <const> = "schema: [{ name: customers, properties: [{ name: id }, { name: email }] }]\n"
  test.equal(weaker(COLUMNS, silent), {})
  test.equal(weaker(COLUMNS, silent, nil, "strict"), {
    "FLOE-E513 customers.id.required may be null < required",
    "FLOE-E511 customers.email.classification unmarked < pii",
  })
end)

test.case("a required column may not be left out, another may", function()
  test.equal(weaker(COLUMNS, "schema: [{ name: gold.customers, properties: [{ name: name }] }]\n"),
    { "FLOE-E513 gold.customers.id no such column < a required column" })
end)

test.case("columns of the table * hold for every table that has them, by the organisation's own order", function()
  local parent <const> = [[
schema: [{ name: "*", properties: [{ name: email, classification: secret, required: true }] }]
]]
  local child <const> = "schema: [{ name: t, properties: [{ name: email, classification: open, required: true }] }]\n"
  test.equal(weaker(parent, child, { "open", "secret" }), { "FLOE-E511 t.email.classification open < secret" })
  test.equal(weaker(parent, child, { "secret", "open" }), {})
  test.equal(weaker(parent, "schema: [{ name: t, properties: [{ name: id }] }]\n"), {})
end)

test.case("contracts that inherit from one another are a circle, and are read once", function()
  local function text(parent)
    return ("%scustomProperties: [{ property: inherits, value: %s }]\n"):format(HEAD, parent)
  end
  local folder <const> = test.folder {
    ["a.yaml"] = text "b.yaml", ["b.yaml"] = text "c.yaml", ["c.yaml"] = text "a.yaml",
  }
  local normal <const> = contract("customProperties: [{ property: inherits, value: b.yaml }]\n")
  local list <const>, problems <const>, circle <const> = inherit.of_contract(normal, files.join(folder, "a.yaml"))
  test.equal({ #list, #problems }, { 2, 0 })
  test.contains(circle, "c.yaml → ")
end)

test.case("a contract above that is not there is a problem", function()
  local normal <const> = contract("customProperties: [{ property: inherits, value: nowhere/x.yaml }]\n")
  local list <const>, problems <const>, circle <const> = inherit.of_contract(normal, "a.yaml")
  test.equal({ #list, #problems, circle }, { 0, 1, nil })
end)

local function days_of(root)
  local life <const> = lifecycle.of(root)
  life.at, life.keys, life.wrong = nil, nil, nil
  return life
end

test.case("the end of a contract's life is read from both forms", function()
  local simple <const> = test.yaml([[
status: Deprecated
deprecation: { announced: 2026-01-01, sunset_date: 2026-03-01, replacement: v2, migration_guide: guide.md }
]], "s.yaml")
  test.equal(days_of(simple), {
    status = "deprecated", announced = "2026-01-01", sunset = "2026-03-01", replacement = "v2", guide = "guide.md",
  })
  local standard <const> = test.yaml([[
customProperties:
  - { property: other, value: 1 }
  - { property: deprecation, value: { announced: 2026-01-01T10:00:00Z, retired: 2026-04-01, reason: old } }
]], "o.yaml")
  test.equal(days_of(standard), { announced = "2026-01-01", retired = "2026-04-01", reason = "old" })
  test.equal(days_of(test.yaml("deprecation: soon\nstatus: 7\n", "x.yaml")), {})
  local wrong <const> = lifecycle.of(test.yaml("deprecation: { announced: soon, sunset_date: 2026-02-30 }\n", "x.yaml"))
  test.equal({ wrong.announced, wrong.sunset, wrong.wrong[1].key, wrong.wrong[2].value }, { nil, nil, "announced",
    "2026-02-30" })
end)

test.finish()

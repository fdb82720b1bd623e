local acceptance <const> = require "contract.acceptance"
local common <const> = require "manifest.common"
local normal <const> = require "contract.document"
local shape <const> = require "manifest.shape"
local test <const> = dofile "tests/lua/support.lua"
local version <const> = require "contract.version"

local function contract(head, columns)
  return normal.normal(test.yaml(([[
apiVersion: v3.1.0
kind: DataContract
id: sales.orders
%s
schema:
  - name: orders
    properties:
      - { name: id, logicalType: integer }
%s]]):format(head, columns or ""), "c.yaml"))
end

local EMAIL <const> = "      - { name: email, logicalType: string }\n"

-- From version to version; `change` is what happens to the columns.
local function check(from, to, change, more)
  more = more or {}
  local old_columns <const> = change == "major" and EMAIL or ""
  local new_columns <const> = change == "minor" and EMAIL or ""
  local function head(number, status)
    return ("version: %s\nstatus: %s"):format(number, status or "active")
  end
  local old <const> = contract(head(from, more.from_status), old_columns)
  local new <const> = contract(head(to, more.to_status) .. (change == "patch" and "\nname: x" or ""), new_columns)
  return version.check(old, new, more.acceptances)
end

local function codes(found)
  local out <const> = {}
  for index, one in ipairs(found.problems) do
    out[index] = one.code
  end
  return table.concat(out, " ")
end

test.case("the bump that was made must be the one that is needed, or more", function()
  for _, row in ipairs {
    { "1.0.0", "2.0.0", "major", "" }, { "1.4.2", "1.5.0", "major", "FLOE-E520", "2.0.0" },
    { "1.4.2", "1.4.3", "major", "FLOE-E520", "2.0.0" }, { "1.0.0", "1.1.0", "minor", "" },
    { "1.0.0", "1.0.1", "minor", "FLOE-E521", "1.1.0" }, { "1.0.0", "2.0.0", "minor", "" },
    { "1.0.0", "1.0.1", "patch", "" }, { "1.0.0", "1.0.1", "none", "" }, { "1.0.0", "1.0.0", "none", "" },
    { "0.3.0", "0.4.0", "major", "FLOE-E520", "1.0.0" },
    { "1.0.0", "1.0.0", "patch", "" }, -- words outside of what is promised
    { "1.0.0", "1.0.0", "minor", "FLOE-E524", "1.1.0" }, { "1.0.0", "1.0.0", "major", "FLOE-E524", "2.0.0" },
    { "1.1.0", "1.0.9", "none", "FLOE-E523", "1.1.1" }, { "2.0.0", "1.9.0", "major", "FLOE-E523", "3.0.0" },
    { "1.0", "1.1.0", "none", "FLOE-E522" }, { "1.0.0", "next", "minor", "FLOE-E522" },
    { "2.0.0-rc.1", "2.0.0-rc.2", "major", "" }, { "2.0.0-rc.1", "2.0.0", "major", "" },
    { "1.9.0", "2.0.0-rc.1", "major", "" }, { "2.0.0", "2.0.0-rc.1", "none", "FLOE-E523", "2.0.1" },
  } do
    local found <const> = check(row[1], row[2], row[3])
    test.equal({ codes(found), found.ok, row[5] and found.required }, { row[4], row[4] == "", row[5] },
      table.concat(row, " ", 1, 3))
  end
end)

test.case("a problem names the place, what breaks, and the version to write", function()
  local one <const> = check("1.4.2", "1.5.0", "major").problems[1]
  test.equal({ one.file, one.line, one.expected, one.actual, #one.changes, one.changes[1].kind },
    { "c.yaml", 4, "2.0.0", "1.5.0", 1, "property_removed" })
  test.contains(one.message, "'orders.email' was removed")
  test.contains(one.hint, "version: 2.0.0")
  test.contains(one.hint, 'changes: ["schema.orders.properties.email"]')
end)

test.case("what was a draft may break; what was promised stays promised", function()
  for _, status in ipairs { "draft", "proposed", "Draft" } do
    test.equal(codes(check("1.0.0", "1.0.1", "major", { from_status = status })), "")
    test.equal(codes(check("1.0.0", "1.0.0", "major", { from_status = status })), "")
    test.equal(codes(check("1.0.0", "0.9.0", "major", { from_status = status })), "FLOE-E523")
  end
  local found <const> = check("1.0.0", "1.0.1", "major", { to_status = "draft" })
  test.equal({ codes(found), #found.notes }, { "FLOE-E520", 1 })
end)

local MANIFEST <const> = [[
accepted_changes:
  - contract: sales.*
    version: 1.1.0
    changes: [schema.orders.properties.*]
    reason: Nobody reads it.
    approved_by: data-governance
    ticket: GOV-3
]]

local function acceptances(text, kind)
  return acceptance.read { { kind = kind or "enterprise", governance = test.yaml(text, "m.yaml") },
    { kind = "domain" } }
end

test.case("an acceptance permits one version to break without a new MAJOR", function()
  local list <const> = acceptances(MANIFEST)
  local found <const> = check("1.0.0", "1.1.0", "major", { acceptances = list })
  test.equal({ codes(found), #found.accepted, found.accepted[1].acceptance.approved_by, found.needed, list[1].used,
    list[1].file, list[1].line }, { "", 1, "data-governance", "minor", 1, "m.yaml", 2 })
  test.equal(codes(check("1.0.0", "1.2.0", "major", { acceptances = list })), "FLOE-E520")
  -- even what is accepted is not a PATCH, and needs a version of its own
  local other <const> = acceptances((MANIFEST:gsub("1%.1%.0", "1.0.1")))
  test.equal(codes(check("1.0.0", "1.0.1", "major", { acceptances = other })), "FLOE-E521")
  local elsewhere <const> = acceptances((MANIFEST:gsub("properties%.%*", "properties.id")))
  test.equal(codes(check("1.0.0", "1.1.0", "major", { acceptances = elsewhere })), "FLOE-E520")
end)

test.case("no product accepts its own changes", function()
  test.equal(acceptances(MANIFEST, "product"), {})
  local problems <const> = shape.check(common.product_governance, test.yaml(MANIFEST, "floe.yaml"))
  test.equal({ #problems, problems[1].kind }, { 1, "forbidden" })
  test.equal(shape.check(common.platform_governance, test.yaml(MANIFEST, "m.yaml")), {})
end)

test.finish()

local document <const> = require "host.document"
local export <const> = require "manifest.export"
local json <const> = require "host.json"
local platform <const> = require "manifest.platform"
local product <const> = require "manifest.product"
local shape <const> = require "manifest.shape"
local test <const> = dofile "tests/lua/support.lua"

local function problems_of(form, source)
  return shape.check(form, test.yaml(source))
end

local function lines(problems)
  local out <const> = {}
  for i, problem in ipairs(problems) do
    out[i] = ("%s:%s %s"):format(problem.line, problem.column, problem.message)
  end
  return out
end

local MINIMAL <const> = [[
apiVersion: floe.dev/v1
kind: DataProduct
metadata: { name: orders, version: 1.0.0 }
transforms: [ { type: dbt, path: models/ } ]
]]

test.case("a minimal product has no problem", function()
  test.equal(lines(problems_of(product, MINIMAL)), {})
end)

test.case("the older form of a product has no problem", function()
  test.equal(lines(problems_of(product, [[
apiVersion: floe.dev/v1
kind: FloeSpec
metadata: { name: hello-orders, version: 0.1.0, labels: { team: a } }
platform: { manifest: ../manifest.yaml }
transforms:
  - { name: stg_orders, tier: bronze }
  - { name: mart_daily_orders, tier: gold, dependsOn: [stg_orders], tags: [daily] }
schedule: { cron: "0 8 * * *", timezone: UTC, enabled: false }
outputPorts:
  - { name: daily, schema: [ { name: day, type: date, primaryKey: true } ] }
]])), {})
end)

test.case("a message quotes no secret that stands in the place of something else", function()
  local form <const> = { type = "object", fields = {
    { "url", type = "string", pattern = "^http:", says = "an http address" }, { "days", type = "integer" },
  } }
  local found <const> = problems_of(form, "url: ftp://me:hunter2@host\ndays: ghp_" .. ("a"):rep(30) .. "\n")
  test.equal(lines(found), {
    "1:1 'url' must be an http address; found 'ftp://host'", "2:1 'days': expected an integer, found the text "
      .. "'[redacted]'",
  })
  test.equal({ found[1].actual, found[2].actual }, { "ftp://host", "the text '[redacted]'" })
end)

test.case("all problems are found at once, in the order of the file", function()
  test.equal(lines(problems_of(product, [[
apiVersion: floe.dev/v2
kind: DataProdct
metdata: {}
metadata: { name: My_Product, version: 1.0 }
transforms: []
output_ports:
  - { name: a, sla: { freshness: soon } }
  - { name: a }
]])), {
    "1:1 'apiVersion' must be 'floe.dev/v1'; found the text 'floe.dev/v2'",
    "2:1 'kind' must be one of 'DataProduct', 'FloeSpec'; found the text 'DataProdct'",
    "3:1 unknown key 'metdata'",
    "4:13 'metadata.name' must be lower-case letters, digits and dashes, beginning with a letter; found 'My_Product'",
    "4:31 'metadata.version': expected a semantic version such as 1.2.3, found the number 1.0",
    "5:1 'transforms' must have at least 1 item; found 0",
    "7:23 'output_ports[0].sla.freshness' must be a duration such as PT6H, 15m, 6h or 1d; found 'soon'",
    "8:7 'output_ports[1].name': there already is one named 'a'",
  })
end)

test.case("a schedule is wrong before anything is compiled", function()
  local function schedule(cron, timezone)
    return lines(problems_of(product, MINIMAL .. ('schedule: { cron: "%s", timezone: "%s" }\n'):format(cron, timezone)))
  end
  test.equal(schedule("30 2 * * mon-fri", "Europe/Berlin"), {})
  test.equal(schedule("@daily", "UTC"), {})
  test.equal(schedule("0 25 * * *", "Europe/Berln"), {
    "5:13 'schedule.cron': hour 25 does not exist (character 3 of '0 25 * * *')",
    "5:33 'schedule.timezone': there is no time zone 'Europe/Berln'",
  })
  test.equal(schedule("0 0 30 feb *", "UTC"), {
    "5:13 'schedule.cron': it never comes: no such month has that day (character 5 of '0 0 30 feb *')",
  })
  local problems <const> = problems_of(product, MINIMAL .. 'schedule: { cron: "0 6 * *", timezone: Europe/Pariss }\n')
  test.equal(problems[1].hint, "minute, hour, day of the month, month, day of the week, as in '0 6 * * *'")
  test.equal(problems[2].suggestions, { "Europe/Paris" })
end)

test.case("wrong types are said in words", function()
  local problems <const> = problems_of(platform, [[
apiVersion: floe.dev/v1
kind: Manifest
metadata: { name: acme, version: 1.0.0, owner: a }
plugins: { compute: { type: duckdb } }
governance:
  quality_gates: { minimum_test_coverage: eighty, require_descriptions: "yes", layer_thresholds: [1] }
]])
  test.equal(lines(problems), {
    "6:20 'governance.quality_gates.minimum_test_coverage': expected an integer, found the text 'eighty'",
    "6:51 'governance.quality_gates.require_descriptions': expected true or false, found the text 'yes'",
    "6:80 'governance.quality_gates.layer_thresholds': expected an object, found a list",
  })
end)

test.case("unknown keys and values come with what was meant", function()
  local problems <const> = problems_of(platform, [[
apiVersion: floe.dev/v1
kind: Manifest
metadata: { name: acme, version: 1.0.0, owner: a }
plugins: { compute: { type: duckdb } }
goverance: {}
x-anything: { is: allowed }
governance: { naming: { pattern: medalion } }
]])
  test.equal({ problems[1].path, #problems[1].suggestions }, { "goverance", 0 }) -- governance is there already
  test.equal(problems[2].suggestions, { "medallion" })
  test.equal(problems[2].hint, "did you mean 'medallion'?")
  test.equal(#problems, 2)
end)

test.case("an unknown key names the missing one that is near", function()
  local problems <const> = problems_of(product, (MINIMAL:gsub("transforms", "tranforms")))
  test.equal(problems[2].hint, "did you mean 'transforms'?")
  test.equal(problems[1].message, "'transforms' is missing")
  test.equal(#problems, 2)
end)

test.case("a number that is no version is not told to be put in quotes as it is", function()
  local problems <const> = problems_of(product, (MINIMAL:gsub("version: [^,}\n]+", "version: 1.0")))
  test.equal(problems[1].hint, "write it in quotes, as a semantic version such as 1.2.3")
  test.equal(#problems, 1)
end)

test.case("what is missing is said with what it is", function()
  local problems <const> = problems_of(product, (MINIMAL:gsub("apiVersion[^\n]+\n", "")))
  test.equal(problems[1].hint, "add 'apiVersion' ('floe.dev/v1'): Version of this file's form.")
end)

test.case("credentials are refused wherever they stand", function()
  local problems <const> = problems_of(product, MINIMAL .. [[
destinations:
  - { name: crm, sink_type: salesforce, config: { nested: { password: x } } }
metadata2: 1
]])
  test.equal(problems[1].kind, "forbidden")
  test.equal(problems[1].code, "FLOE-E107")
  test.equal(problems[1].path, "destinations[0].config.nested.password")
  test.equal(problems[1].line, 6)
end)

test.case("a port's schema is no credential", function()
  test.equal(lines(problems_of(product, MINIMAL .. [[
output_ports: [ { name: a, schema: { ref: datacontract.yaml } } ]
]])), {})
end)

test.case("environment keys are refused with the reason", function()
  local problems <const> = problems_of(platform, [[
apiVersion: floe.dev/v1
kind: Manifest
metadata: { name: acme, version: 1.0.0, owner: a }
plugins: {}
environments: []
prod: {}
]])
  test.equal({ problems[1].kind, problems[2].kind, #problems }, { "forbidden", "forbidden", 2 })
  test.contains(problems[2].hint, "FLOE_ENV")
end)

test.case("a product cannot waive", function()
  local problems <const> = problems_of(product, MINIMAL .. "governance: { waivers: [] }\n")
  test.equal(problems[1].kind, "forbidden")
  test.contains(problems[1].message, "a product may not waive")
end)

test.case("a waiver without an end is an error at the waiver", function()
  local problems <const> = problems_of(platform, [[
apiVersion: floe.dev/v1
kind: Manifest
metadata: { name: acme, version: 1.0.0, owner: a }
plugins: {}
governance:
  waivers:
    - { policy: naming.layer_prefix, subject: "model.*", reason: r, approved_by: b }
]])
  test.equal(lines(problems), { "7:7 'governance.waivers[0].expires' is missing" })
end)

test.case("environment keys are refused at any depth, and layers have the names that people give them", function()
  local head <const> = [[
apiVersion: floe.dev/v1
kind: Manifest
metadata: { name: a, version: 1.0.0, owner: o }
plugins: {}
]]
  local found <const> = problems_of(platform, head .. [[
telemetry: { degradation: { staging: { buffer_size: 1 } } }
plugins_x: 1
]])
  test.equal({ found[1].path, found[1].code, found[1].line }, { "telemetry.degradation.staging", "FLOE-E104", 5 })
  test.equal(#problems_of(platform, head .. [[
data_architecture: { layers: { staging: { prefix: stg_ } } }
governance:
  quality_gates: { layer_thresholds: { staging: 50 } }
  policies: { coverage.columns: { where: { environment: production }, params: { layers: { staging: 50 } } } }
]]), 0)
end)

test.case("a domain needs its enterprise, and nobody else has a parent", function()
  local head <const> = [[
apiVersion: floe.dev/v1
kind: Manifest
metadata: { name: a, version: 1.0.0, owner: a }
plugins: {}
]]
  test.equal(problems_of(platform, head .. "scope: domain\n")[1].code, "FLOE-C001")
  test.equal(problems_of(platform, head .. "parent_manifest: x\n")[1].code, "FLOE-C001")
  test.equal(#problems_of(platform, head .. "scope: domain\nparent_manifest: x\n"), 0)
  test.equal(problems_of(platform, head .. "approved_plugins: { compute: [duckdb] }\n")[1].path, "approved_plugins")
end)

test.case("ids of policies are checked for their form", function()
  local problems <const> = problems_of(product, MINIMAL .. "governance: { policies: { naming: block, \"*\": warn } }\n")
  test.equal(#problems, 1)
  test.equal(problems[1].message, "'naming' is not a policy id")
end)

test.case("every form of a policy entry is read", function()
  test.equal(lines(problems_of(product, MINIMAL .. [[
governance:
  policies:
    documentation.model: block
    naming.*: warn
    coverage.columns: { mode: strict, from: 2026-12-01, params: { minimum: 80, layers: { gold: 100 } } }
    classification.unmarked_pii:
      - { mode: block, where: { layer: gold, tag: [a, b] } }
      - no entry
]])), {
    [[12:9 'governance.policies["classification.unmarked_pii"][1]': expected an object, found the text 'no entry']],
  })
end)

test.case("JSON Schema holds names, types, defaults and enums", function()
  local text <const> = json.encode(export.schema("platform"), { indent = 2 })
  local schema <const> = document.parse(text, "schema.json", { format = "json" })
  test.equal(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
  test.equal(schema.properties.kind.enum[1], "Manifest")
  local governance <const> = schema["$defs"].Governance
  test.equal(governance.properties.data_retention_days.minimum, 1)
  test.equal(schema["$defs"].QualityGates.properties.minimum_test_coverage.default, 80)
  test.equal(schema.additionalProperties, false)
  test.equal(schema.required[4], "plugins")
end)

test.case("every exported reference exists", function()
  for _, kind in ipairs { "product", "platform", "contract", "bundle" } do
    local text <const> = json.encode(export.schema(kind), {})
    local schema <const> = document.parse(text, "schema.json", { format = "json" })
    for name in text:gmatch('"#/%$defs/([^"]+)"') do
      test.truthy(schema["$defs"][name], name)
    end
  end
end)

test.case("the reference page names every field", function()
  local page <const> = export.reference(product, "floe.yaml")
  test.contains(page, "| `metadata` | [ProductMetadata](#productmetadata) | yes |")
  test.contains(page, "## OutputPort")
  test.contains(page, "`DataProduct`")
end)

test.finish()

local baseline <const> = require "enforce.baseline"
local document <const> = require "host.document"
local files <const> = require "host.files"
local judging <const> = require "run.judging"
local test <const> = dofile "tests/lua/support.lua"

local PRODUCT <const> = [[
apiVersion: floe.dev/v1
kind: DataProduct
metadata: { name: orders, version: 1.0.0, domain: sales }
platform: { ref: platform }
transforms: [ { type: dbt, path: models/ } ]
]]

local PLATFORM <const> = [[
apiVersion: floe.dev/v1
kind: Manifest
metadata: { name: acme, version: 1.2.3, owner: gov@example.com }
plugins: { compute: { type: duckdb } }
]]

local CONTRACT <const> = [[
apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
status: active
schema:
  - name: gold_orders
    properties:
      - name: id
        logicalType: integer
      - name: email
        logicalType: string
        quality:
          - metric: nullValues
            mustBe: 0
slaProperties:
  - property: availability
    value: 99.9
  - property: freshness
    value: 6
    unit: h
    element: gold_orders.updated_at
]]

local function product(governance, more)
  local contents <const> = {
    ["floe.yaml"] = PRODUCT,
    ["platform/manifest.yaml"] = PLATFORM .. (governance or ""),
    ["datacontract.yaml"] = CONTRACT,
    ["dbt_project.yml"] = "name: orders\nversion: 1.0.0\nprofile: orders\nmodels: {}\n",
    ["profiles.yml"] = "orders: { target: dev, outputs: { dev: { type: duckdb, path: orders.duckdb } } }\n",
    ["models/gold_orders.sql"] = "select 1 as id\n",
  }
  for name, text in pairs(more or {}) do
    contents[name] = text
  end
  return test.folder(contents)
end

local function open(folder, more)
  local options <const> = {
    folder = folder, as_of = "2026-11-21", as_of_time = "2026-11-21T10:00:00Z", reading = { profiles = folder },
  }
  for key, value in pairs(more or {}) do
    options[key] = value
  end
  local opened <const>, problems <const> = judging.open(options)
  return opened or error(test.show(problems), 2)
end

local function found(verdict)
  local out <const> = {}
  for index, finding in ipairs(verdict.findings) do
    out[index] = ("%s %s %s %s:%d"):format(finding.verdict, finding.policy, finding.subject, finding.file, finding.line)
  end
  return out
end

local function codes(verdict)
  local out <const> = {}
  for index, finding in ipairs(verdict.findings) do
    out[index] = ("%s %s: %s"):format(finding.verdict, finding.policy, finding.actual)
  end
  return out
end

local FRESHNESS <const> = {
  contract = "orders", version = "1.0.0", type = "freshness", element = "gold_orders.updated_at", expected = "6h",
  actual = "8h", severity = "error", status = "violation", message = "Data is 8 hours old, SLA is 6 hours",
  at = 1763719200000, seconds = 0.1, source = "duckdb",
}

local function changed(more)
  local out <const> = {}
  for _, values in ipairs { FRESHNESS, more } do
    for key, value in pairs(values) do
      out[key] = value ~= "" and value or nil
    end
  end
  return out
end

local function failed(name)
  return {
    unique_id = "test.orders." .. name, name = name, kind = "test", status = "fail", seconds = 0.1, failures = 2,
  }
end

test.case("no baseline accepts what a check found", function()
  local folder <const> = product()
  local found_first <const> = open(folder):judge({ moment = "check", checks = { FRESHNESS } }).findings[1]
  files.mkdir(folder .. "/.floe")
  local written <const> = baseline.write(folder .. "/.floe/baseline.yaml", baseline.entries {
    { findings = { found_first } },
  }, { as_of = "2026-11-21" })
  test.equal(written.added, 1)
  local verdict <const> = open(folder):judge { moment = "check", checks = { FRESHNESS } }
  test.equal({ verdict.verdict, verdict.counts.baseline, verdict.findings[1].verdict }, { "alerted", 0, "alert" })
end)

test.case("where nothing runs no policy of runs is asked, nor passes", function()
  local function ids(more)
    local verdict <const>, out <const> = open(product(), more):judge { moment = "check", checks = { FRESHNESS } }, {}
    for _, policy in ipairs(verdict.policies) do
      out[policy.id:match("^[^.]+")] = true
    end
    return out, verdict.counts.policies
  end
  local all <const>, many <const> = ids()
  local asked <const>, few <const> = ids { checks_only = true }
  test.equal({ all.run, asked.run, asked.contract, few < many }, { true, nil, true, true })
end)

test.case("a violation is an alert at the line of the service level that was broken", function()
  local verdict <const> = open(product()):judge { moment = "check", checks = { FRESHNESS } }
  test.equal(found(verdict), {
    "alert contract.freshness contract.orders.freshness.gold_orders.updated_at datacontract.yaml:19",
  })
  test.equal({ verdict.verdict, verdict.exit, verdict.command, verdict.moment }, { "alerted", 0, "run", "check" })
  test.equal(document.type(verdict.findings[1]), nil)
  test.contains(verdict.findings[1].message, "Data is 8 hours old, SLA is 6 hours")
end)

test.case("a violation stands at the line of the rule, the column or the table, otherwise at the contract", function()
  local opened <const> = open(product())
  local function line_of(more)
    return opened:judge({ moment = "check", checks = { changed(more) } }).findings[1].line
  end
  test.equal(line_of { type = "quality", schema = "gold_orders", element = "email", rule = "nullValues" }, 14)
  test.equal(line_of { type = "schema_drift", element = "email", rule = "type_changed" }, 11)
  test.equal(line_of { type = "schema_drift", element = "gold_orders.id", rule = "type_changed" }, 9)
  test.equal(line_of { type = "schema_drift", schema = "gold_orders", element = "new", rule = "column_added" }, 7)
  test.equal(line_of { type = "availability", element = "" }, 17)
  test.equal(line_of { type = "quality", element = "nowhere" }, 1)
end)

test.case("the id of a check names its contract, its type and each part once, before it is judged and after", function()
  local opened <const> = open(product())
  for element, id in pairs {
    ["gold_orders.email"] = "gold_orders.email", ["gold_orders_id"] = "gold_orders.gold_orders_id",
  } do
    local check <const> = changed { schema = "gold_orders", element = element }
    local verdict <const> = opened:judge { moment = "check", checks = { check } }
    test.equal(verdict.findings[1].subject, "contract.orders.freshness." .. id)
    test.equal(opened:check_id(check), verdict.findings[1].subject)
    test.equal(verdict.checks[verdict.findings[1].subject], check)
  end
end)

test.case("a check of a contract that the product does not hold is judged at its floe.yaml", function()
  local verdict <const> = open(product()):judge { moment = "check", checks = { changed { contract = "other" } } }
  test.equal(found(verdict), {
    "alert contract.freshness contract.other.freshness.gold_orders.updated_at floe.yaml:1",
  })
end)

test.case("a mode that blocks, blocks", function()
  local folder <const> = product("governance: { policies: { contract.freshness: block } }\n")
  local verdict <const> = open(folder):judge { moment = "check", checks = { FRESHNESS } }
  test.equal({ verdict.verdict, verdict.exit }, { "blocked", 1 })
  local enforced <const> = open(product(), { enforce = "block" }):judge { moment = "check", checks = { FRESHNESS } }
  test.equal(enforced.verdict, "blocked")
end)

test.case("a mode that waits blocks from its day on, also for who was opened before", function()
  local opened <const> = open(product(
    "governance: { policies: { contract.freshness: { mode: block, from: 2026-11-22 } } }\n"))
  test.equal(opened:judge({ moment = "check", checks = { FRESHNESS } }).verdict, "alerted")
  test.equal(opened:judge({ moment = "check", checks = { FRESHNESS }, as_of = "2026-11-22" }).verdict, "blocked")
end)

local WAIVER <const> = [[
governance:
  policies: { contract.freshness: block }
  waivers:
    - { policy: contract.freshness, subject: "contract.orders.*", reason: late source, approved_by: gov, expires: %s }
]]

test.case("a waiver holds until its last day, and one that a good day does not need is not unused", function()
  local waived <const> = open(product(WAIVER:format "2026-12-31"))
  local verdict <const> = waived:judge { moment = "check", checks = { FRESHNESS } }
  test.equal({ verdict.verdict, verdict.counts.waived }, { "pass", 1 })
  test.equal(verdict.findings[1].waiver.reason, "late source")
  test.equal(waived:judge({ moment = "check", checks = { changed { status = "pass" } } }).notes, {})
  local expired <const> = open(product(WAIVER:format "2026-11-20"))
  local blocked <const> = expired:judge { moment = "check", checks = { FRESHNESS } }
  test.equal({ blocked.verdict, blocked.notes[1].kind }, { "blocked", "expired" })
end)

test.case("a waiver for what is found in runs is no needless one where files are judged", function()
  local folder <const> = product(WAIVER:format "2026-12-31")
  local validated <const> = require("phase.validate").run {
    folders = { folder }, as_of = "2026-11-21", as_of_time = "2026-11-21T10:00:00Z", reading = { profiles = folder },
  }
  test.equal(validated[1].notes, {})
  test.equal({ validated[1].waivers[1].used, validated[1].waivers[1].for_runs }, { 0, true })
end)

test.case("a scope holds by environment and by the layer of what ran", function()
  local folder <const> = product([[
governance:
  policies:
    contract.freshness: { mode: block, where: { environment: prod } }
    run.failed_tests: { mode: block, where: { layer: gold } }
]])
  local asked <const> = { moment = "check", checks = { FRESHNESS } }
  test.equal(open(folder, { environment = "prod" }):judge(asked).verdict, "blocked")
  test.equal(open(folder, { environment = "dev" }):judge(asked).verdict, "alerted")
  local slow <const> = { unique_id = "model.orders.gold_orders", name = "gold_orders", kind = "test", status = "fail" }
  local ran <const> = open(folder):judge { moment = "after", nodes = { slow } }
  test.equal(found(ran), { "block run.failed_tests model.orders.gold_orders models/gold_orders.sql:1" })
end)

test.case("tests that failed are findings at the test, of what ran only", function()
  local folder <const> = product("", { ["models/schema.yml"] = [[
version: 2
models:
  - name: gold_orders
    columns:
      - name: id
        data_tests: [not_null]
]] })
  local opened <const> = open(folder)
  local verdict <const> = opened:judge {
    moment = "after", run = { status = "failed", seconds = 1.5 }, nodes = { failed "unknown" },
  }
  test.equal(found(verdict), { "alert run.failed_tests test.orders.unknown floe.yaml:1" })
  local known
  for id in pairs(opened.loading.dbt.project.nodes) do
    known = id:find("^test%.orders%.not_null") and id or known
  end
  local placed <const> = opened:judge { moment = "after", nodes = { {
    unique_id = known, name = "not_null_gold_orders_id", kind = "test", status = "fail", seconds = 0.1, failures = 2,
  } } }
  test.equal(placed.findings[1].file, "models/schema.yml")
end)

local MOMENTS <const> = [[
local policy <const> = require "floe.policy"
return policy.define {
  id = "acme.seen", code = "ACME-E1", title = "t", why = "w", mode = "warn",
  targets = { "model", "run", "run_node", "contract_check" }, phases = { "validate", "run", "monitor" },
  check = function(subject, ctx)
    local run <const> = ctx.run
    local linked <const> = run and run.product == ctx.product and "linked" or "-"
    ctx:report {
      message = "seen", path = subject.name,
      actual = table.concat({ ctx.phase, run and run.moment or "-", linked, ctx.as_of_time }, " "),
    }
  end,
}
]]

local function seen(verdict)
  local out <const> = {}
  for index, finding in ipairs(verdict.findings) do
    out[index] = ("%s %s: %s"):format(finding.kind, finding.path, finding.actual)
  end
  return out
end

test.case("a policy of several phases gets what there is to judge in each, and nothing twice", function()
  local folder <const> = product("governance: { bundles: [bundle], policies: { '*': off, acme.seen: warn } }\n", {
    ["platform/bundle/bundle.yaml"] = "name: acme\nversion: 1.0.0\nfloe: '>=0.1.0,<0.2.0'\n",
    ["platform/bundle/policies/acme/seen.lua"] = MOMENTS,
  })
  local run <const> = open(folder)
  test.equal(seen(run:judge { moment = "before" }), {
    "model gold_orders: run before linked 2026-11-21T10:00:00Z",
    "run sales.orders: run before linked 2026-11-21T10:00:00Z",
  })
  test.equal(seen(run:judge { moment = "after", nodes = { failed "a" }, as_of_time = "2026-11-21T11:00:00Z" }), {
    "run sales.orders: run after linked 2026-11-21T11:00:00Z",
    "run_node a: run after linked 2026-11-21T11:00:00Z",
  })
  test.equal(seen(run:judge { moment = "check", checks = { FRESHNESS } }), {
    "contract_check orders: run check linked 2026-11-21T11:00:00Z",
  })
  local monitor <const> = open(folder, { phase = "monitor" })
  test.equal(seen(monitor:judge { moment = "check", checks = { FRESHNESS } }), {
    "model gold_orders: monitor check linked 2026-11-21T10:00:00Z",
    "contract_check orders: monitor check linked 2026-11-21T10:00:00Z",
  })
  local validated <const> = require("phase.validate").run {
    folders = { folder }, as_of = "2026-11-21", as_of_time = "2026-11-21T10:00:00Z", reading = { profiles = folder },
  }
  test.equal(seen(validated[1]), { "model gold_orders: validate - - 2026-11-21T10:00:00Z" })
end)

test.case("a policy that fails makes the verdict an error, and the others judge on", function()
  local folder <const> = product("governance: { bundles: [bundle] }\n", {
    ["platform/bundle/bundle.yaml"] = "name: acme\nversion: 1.0.0\nfloe: '>=0.1.0,<0.2.0'\n",
    ["platform/bundle/policies/acme/seen.lua"] = MOMENTS:gsub("ctx:report", "error 'broken' ctx:report"),
  })
  local verdict <const> = open(folder):judge { moment = "check", checks = { FRESHNESS } }
  test.equal({ verdict.verdict, verdict.exit, verdict.errors[1].policy }, { "error", 3, "acme.seen" })
  test.equal(#verdict.findings, 1)
end)

test.case("a limit may be a part of a minute", function()
  local folder <const> = product("governance: { policies: { run.duration: { params: { maximum_minutes: 0.5 } } } }\n")
  local verdict <const> = open(folder):judge { moment = "after", run = { status = "complete", seconds = 31 } }
  test.equal(codes(verdict), { "warn run.duration: 31s" })
  test.equal(verdict.findings[1].expected, "at most 30s")
end)

test.case("without a policy of the phase nothing is read", function()
  local opened <const> = open(product("governance: { policies: { '*': off } }\n"))
  local verdict <const> = opened:judge { moment = "before" }
  test.equal({ opened:has_policies(), verdict.verdict, opened.loading.record }, { false, "pass" })
end)

test.case("policies may be told nothing of the project", function()
  local verdict <const> = open(product(), { reading = false }):judge { moment = "check", checks = { FRESHNESS } }
  test.equal(verdict.findings[1].line, 19)
end)

test.case("a freeze is one by the clocks of its time zone", function()
  local folder <const> = product([[
governance:
  policies:
    run.freeze_window:
      mode: block
      params: { windows: [fri 16:00/mon 06:00], time_zone: Europe/Berlin, environments: [prod] }
]])
  local run <const> = open(folder, { environment = "prod", as_of = "2026-11-20", as_of_time = "2026-11-20T14:59:00Z" })
  test.equal(run:judge({ moment = "before" }).verdict, "pass")
  local frozen <const> = run:judge { moment = "before", as_of_time = "2026-11-20T15:00:00Z" }
  test.equal(codes(frozen), { "block run.freeze_window: fri 2026-11-20 16:00" })
  test.equal({ frozen.findings[1].file, frozen.findings[1].line }, { "floe.yaml", 1 })
  test.equal(run:judge({ moment = "after", as_of_time = "2026-11-20T15:30:00Z" }).verdict, "pass")
  local summer <const> = run:judge { moment = "before", as_of = "2026-07-03", as_of_time = "2026-07-03T14:00:00Z" }
  test.equal(codes(summer), { "block run.freeze_window: fri 2026-07-03 16:00" })
end)

test.case("a time zone that there is not is the manifest's mistake", function()
  local opened <const>, problems <const> = judging.open {
    folder = product("governance: { policies: { run.freeze_window: { params: { time_zone: Europe/Berln } } } }\n"),
    as_of = "2026-11-20", as_of_time = "2026-11-20T15:00:00Z",
  }
  test.equal(opened, nil)
  test.equal(problems[1].message, "param of policy 'run.freeze_window': there is no time zone 'Europe/Berln'")
  test.equal({ problems[1].line, problems[1].suggestions[1] }, { 5, "Europe/Berlin" })
end)

local APPROVALS <const> = [[
governance:
  policies: { run.approval: { mode: block, params: { environments: [prod] } } }
  approvals:
    - { product: sales.*, environment: [prod, stage], approved_by: board, ticket: REL-7, reason: looked at, %s }
    - { product: finance.*, environment: prod, approved_by: other, reason: not ours, expires: 2099-01-01 }
]]

test.case("a platform approves a product's runs in an environment, until a day", function()
  local folder <const> = product(APPROVALS:format "expires: 2026-11-30")
  local run <const> = open(folder, { environment = "prod" })
  local approved <const> = run:judge { moment = "before" }
  test.equal(approved.verdict, "pass")
  for _, policy in ipairs(approved.policies) do
    if policy.id == "run.approval" then
      test.equal(policy.summary, "approved by board (REL-7) until 2026-11-30")
    end
  end
  local expired <const> = run:judge { moment = "before", as_of = "2026-12-01" }
  test.equal(codes(expired), { "block run.approval: that of board (REL-7): it expired on 2026-11-30" })
  test.equal({ expired.findings[1].file, expired.findings[1].line }, { "platform/manifest.yaml", 8 })
  test.equal(open(folder, { environment = "dev" }):judge({ moment = "before" }).verdict, "pass")
  test.equal(open(product(APPROVALS:format "version: 2.0.0, expires: 2026-11-30"), { environment = "prod" })
    :judge({ moment = "before" }).verdict, "blocked")
end)

test.case("a product cannot approve its own runs", function()
  local opened <const>, problems <const> = judging.open {
    folder = product("", { ["floe.yaml"] = PRODUCT .. [[
governance:
  approvals: [ { environment: prod, approved_by: us, reason: we like it, expires: 2099-01-01 } ]
]] }),
    as_of = "2026-11-20",
  }
  test.equal(opened, nil)
  test.contains(problems[1].message, "may not approve its own runs")
end)

local INPUTS <const> = PRODUCT .. [[
input_ports:
  - { name: accounts, source: { type: data_product, ref: crm.core/accounts } }
]]

test.case("an input that is deprecated is told before a run, as the artifact knows it", function()
  local folder <const> = product("", {
    ["floe.yaml"] = INPUTS,
    [".floe/artifacts.json"] = '{"version":"1.2.0","input_contracts":[{"name":"accounts","reference":'
      .. '"crm.core/accounts","contract":"accounts","version":"1.0.0","status":"retired","consumer":true}]}',
  })
  local run <const> = open(folder)
  test.equal(codes(run:judge { moment = "before" }), { "alert contract.retired_inputs: retired" })
  test.equal(codes(run:judge { moment = "after" }), {})
end)

test.case("the engine judges no run that is none", function()
  local ok <const>, message <const> = pcall(require("host.engine").judge, {
    bundles = {}, jobs = { {
      product = document.record("product", { unique_id = "a.b" }), policies = {}, run = document.build { moment = "x" },
    } },
  })
  test.equal(ok, false)
  test.contains(message, "field 'run' must be the fact of a run")
end)

test.case("what there is to note is told once", function()
  local run <const> = open(product("", { ["floe.yaml"] = INPUTS }))
  local told <const> = run:judge { moment = "before" }
  test.equal(#told.notes, 1)
  test.contains(told.notes[1].message, "names the contract 'crm.core/accounts'")
  test.equal(run:judge({ moment = "after" }).notes, {})
end)

test.case("what cannot be opened is told as the errors of a verdict are", function()
  local opened <const>, problems <const> = judging.open { folder = test.folder {}, as_of = "2026-11-21" }
  test.equal(opened, nil)
  test.contains(problems[1].message, "floe.yaml")
end)

test.finish()

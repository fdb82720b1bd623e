local baselines <const> = require "enforce.baseline"
local bundles <const> = require "bundle"
local files <const> = require "host.files"
local json <const> = require "host.json"
local test <const> = dofile "tests/lua/support.lua"
local validate <const> = require "phase.validate"

local BROKEN <const> = "examples/customer-360-broken"

local function run(folders, more)
  local options <const> = { folders = folders, as_of = "2026-11-21", as_of_time = "2026-11-21T00:00:00Z" }
  for key, value in pairs(more or {}) do
    options[key] = value
  end
  return validate.run(options)
end

local function lines_of(verdict)
  local out <const> = {}
  for number, step in ipairs(verdict.steps) do
    for _, line in ipairs(step.lines) do
      out[#out + 1] = ("%d %s %s"):format(number, line.mark, line.text)
    end
  end
  return out
end

local function has_line(verdict, wanted)
  for _, line in ipairs(lines_of(verdict)) do
    if line == wanted then
      return
    end
  end
  error(("no line %q among %s"):format(wanted, test.show(lines_of(verdict))), 2)
end

-- What kept a product from being judged, each as "file:line message".
local function errors_of(verdict)
  local out <const> = {}
  for i, entry in ipairs(verdict.errors) do
    out[i] = ("%s:%s %s"):format(entry.file, entry.line, entry.message)
  end
  return out
end

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

local function product(more)
  local contents <const> = {
    ["floe.yaml"] = PRODUCT,
    ["platform/manifest.yaml"] = PLATFORM,
    ["models/.gitkeep"] = "",
  }
  for name, text in pairs(more or {}) do
    contents[name] = text or nil
  end
  return test.folder(contents)
end

test.case("findings are the same from every folder that floe is started in", function()
  local here <const>, there <const> = run { BROKEN }, run { files.absolute(BROKEN) }
  local function identities(verdict)
    local out <const> = {}
    for i, finding in ipairs(verdict.findings) do
      out[i] = ("%s %s:%d %s"):format(finding.fingerprint, finding.file, finding.line, finding.message)
    end
    return out
  end
  test.equal(identities(here[1]), identities(there[1]))
  for _, finding in ipairs(here[1].findings) do
    test.truthy(not finding.subject:find("examples", 1, true), finding.subject)
  end
end)

test.case("a folder that is named twice is judged once", function()
  local verdicts <const> = run { BROKEN, BROKEN .. "/", "./" .. BROKEN, files.absolute(BROKEN) }
  test.equal({ #verdicts, verdicts[1].product.path }, { 1, BROKEN })
end)

test.case("every input is listed once", function()
  local seen <const> = {}
  for _, input in ipairs(run({ BROKEN })[1].inputs) do
    test.truthy(not seen[input.path], input.path)
    seen[input.path] = true
  end
  test.truthy(seen["dbt_project.yml"])
end)

-- A product with a dbt project of these models, and the manifest of other ones: both by file.
local function dbt_product(models, in_manifest)
  local nodes <const> = {}
  for file, code in pairs(in_manifest) do
    local name <const> = files.basename(file):match("^(.*)%.")
    nodes["model.shop." .. name] = {
      unique_id = "model.shop." .. name, name = name, resource_type = "model", package_name = "shop",
      path = file:match("/(.*)"), original_file_path = file, raw_code = code, fqn = { "shop", name },
      checksum = { name = "sha256", checksum = require("host.digest").sha256(code) },
    }
  end
  local contents <const> = {
    ["dbt_project.yml"] = "name: shop\nmodel-paths: [transform]\n",
    ["floe.yaml"] = (PRODUCT:gsub("models/", "transform/")),
    ["target/manifest.json"] = json.encode({
      metadata = {
        dbt_schema_version = "https://schemas.getdbt.com/dbt/manifest/v12.json", project_name = "shop",
        dbt_version = "1.11.0", generated_at = "2999-01-01T00:00:00.000000Z",
      },
      nodes = nodes,
    }),
  }
  for name, text in pairs(models) do
    contents[name] = text
  end
  return product(contents)
end

-- Where the facts of a product came from, why, and how many models they hold.
local function facts_of(folder, facts)
  local verdict <const> = run({ folder }, { reading = { facts = facts } })[1]
  local dbt <const>, models = verdict.dbt, nil
  for _, line in ipairs(lines_of(verdict)) do
    models = models or line:match("Models parsed: (%d+)")
  end
  return { dbt.facts, dbt.reason, models }, verdict
end

test.case("a manifest that describes the files as they are is taken, and a line says so", function()
  local folder <const> = dbt_product({ ["transform/a.sql"] = "select 1" }, { ["transform/a.sql"] = "select 1" })
  local facts <const>, verdict <const> = facts_of(folder)
  test.equal(facts, { "manifest", "it describes the files as they are", "1" })
  has_line(verdict, "2 note Facts from target/manifest.json: it describes the files as they are")
end)

test.case("a manifest is not taken where a target or variables are asked for: it may be made with others", function()
  local folder <const> = dbt_product({ ["transform/a.sql"] = "select 1" }, { ["transform/a.sql"] = "select 1" })
  local dbt <const> = run({ folder }, { reading = { vars = "{a: 1}" } })[1].dbt
  test.equal({ dbt.facts, dbt.reason },
    { "sources", "target/manifest.json says not with which profile, target and variables it was made" })
end)

test.case("where a file was edited, is new or is gone since, the sources are read", function()
  local one <const> = { ["transform/a.sql"] = "select 1" }
  test.equal(facts_of(dbt_product({ ["transform/a.sql"] = "select 2" }, one)),
    { "sources", "target/manifest.json is out of date, transform/a.sql was edited since", "1" })
  test.equal(facts_of(dbt_product({ ["transform/a.sql"] = "select 1", ["transform/b.sql"] = "select 1" }, one)),
    { "sources", "target/manifest.json is out of date, transform/b.sql is new since", "2" })
  test.equal(facts_of(dbt_product({ ["transform/b.sql"] = "select 1" }, one))[1], "sources")
end)

test.case("facts are read from what is asked for", function()
  local folder <const> = dbt_product({ ["transform/a.sql"] = "select 1", ["transform/b.sql"] = "select 1" },
    { ["transform/a.sql"] = "select 1" })
  local facts <const>, verdict <const> = facts_of(folder, "manifest")
  test.equal(facts, { "manifest", nil, "1" })
  test.contains(verdict.notes[1].message, "target/manifest.json' does not describe the files as they are")
  test.equal({ verdict.notes[1].kind, verdict.notes[1].file }, { "stale", "target/manifest.json" })
  test.equal(facts_of(folder, "sources"), { "sources", nil, "2" })
  local same <const> = dbt_product({ ["transform/a.sql"] = "select 1" }, { ["transform/a.sql"] = "select 1" })
  test.equal(facts_of(same, "sources"), { "sources", nil, "1" })
  test.equal(select(2, facts_of(same, "manifest")).notes, {})
end)

test.case("a manifest that cannot be read stands in nobody's way, unless it is asked for", function()
  local folder <const> = dbt_product({ ["transform/a.sql"] = "select 1", ["target/manifest.json"] = "{" }, {})
  local facts <const> = facts_of(folder)
  test.equal(facts[1], "sources")
  test.contains(facts[2], "target/manifest.json cannot be read: ")
  local verdict <const> = run({ folder }, { reading = { facts = "manifest" } })[1]
  test.equal({ verdict.exit, verdict.dbt }, { 2 })
end)

-- What is wrong with a dbt project, each as "kind code file:line", and the exit code.
local function refused(models)
  local folder <const> = dbt_product(models, {})
  local verdict <const> = run({ folder })[1]
  local out <const> = {}
  for index, entry in ipairs(verdict.errors) do
    out[index] = ("%s %s %s:%s"):format(entry.kind, entry.code, entry.file, entry.line)
  end
  return out, verdict
end

test.case("what dbt would refuse blocks, and the rest is judged", function()
  local errors <const>, verdict <const> = refused {
    ["transform/a.sql"] = "select *\nfrom {{ ref('gone') }}", ["transform/b.sql"] = "select {{ 1 + }}",
    ["transform/gold_c.sql"] = "select 1", ["transform/d/gold_c.sql"] = "select 2",
  }
  test.equal(#errors, 3)
  test.contains(table.concat(errors, "\n"), "dbt FLOE-E301 transform/a.sql:2")
  test.contains(table.concat(errors, "\n"), "dbt FLOE-E305 transform/b.sql:1")
  test.contains(table.concat(errors, "\n"), "dbt FLOE-E304 transform/")
  test.equal({ verdict.exit, verdict.verdict }, { 1, "blocked" })
  test.truthy(verdict.counts.checks > 0, "checks")
end)

test.case("an unknown reference is told once, by dbt's error and not by a policy as well", function()
  local _ <const>, verdict <const> = refused { ["transform/gold_a.sql"] = "select * from {{ ref('gone') }}" }
  local told = #verdict.errors
  for _, finding in ipairs(verdict.findings) do
    told = told + (finding.policy:find("^graph%.") and 1 or 0)
  end
  test.equal(told, 1)
end)

test.case("a properties file that is no YAML cannot be judged, and the rest is", function()
  local errors <const>, verdict <const> = refused {
    ["transform/gold_a.sql"] = "select 1", ["transform/a.yml"] = "models: [ {",
  }
  test.equal(#errors, 1)
  test.contains(errors[1], "input FLOE-E306 transform/a.yml:")
  test.equal({ verdict.exit, verdict.verdict }, { 2, "error" })
  for _, finding in ipairs(verdict.findings) do
    test.truthy(finding.policy ~= "documentation.model", "the file may describe the model")
  end
end)

test.case("old spellings are notes with a place, counted in one line", function()
  local _ <const>, verdict <const> = refused {
    ["transform/gold_a.sql"] = "select 1 as id",
    ["transform/a.yml"] = "models:\n  - name: gold_a\n    description: A.\n    meta: { owner: me }\n",
  }
  local kinds <const> = {}
  for _, note in ipairs(verdict.notes) do
    kinds[note.kind] = ("%s %s:%s"):format(note.code, note.file, note.line)
  end
  test.contains(kinds.dbt_deprecation, "FLOE-E309 transform/a.yml:")
  has_line(verdict, "2 note 1 old spelling")
end)

test.case("a dbt project without a model is no missing project", function()
  has_line(run({ product { ["dbt_project.yml"] = "name: shop\n" } })[1], "2 skip No models yet")
end)

-- ---- products that can be judged --------------------------------------------------------------------------

test.case("the broken example has every code, each finding its place and fingerprint", function()
  local verdicts <const>, exit <const> = run { BROKEN }
  local codes <const>, places <const> = {}, {}
  for _, finding in ipairs(verdicts[1].findings) do
    codes[finding.code] = true
    places[finding.code] = ("%s:%d"):format(finding.file, finding.line)
    test.truthy(finding.line >= 1 and finding.column >= 1 and #finding.fingerprint == 32, finding.code)
  end
  for _, entry in ipairs(verdicts[1].errors) do
    codes[entry.code] = true
    places[entry.code] = ("%s:%d"):format(entry.file, entry.line)
  end
  local wanted <const> = "201 210 211 220 221 222 230 231 232 233 301 302 303 400 401 402 500 501 502 503 504 505 506 "
    .. "507 508 509 601 602 603 604 605"
  for code in wanted:gmatch("%d+") do
    test.truthy(codes["FLOE-E" .. code], "no finding with the code FLOE-E" .. code)
  end
  test.equal({ exit, verdicts[1].verdict, verdicts[1].exit, #verdicts[1].errors }, { 1, "blocked", 1, 1 })
  test.equal(places["FLOE-E303"], "models/bronze/bronze_accounts.sql:2")
  test.equal(places["FLOE-E201"], "models/silver/stg_payments.sql:1")
  test.equal(places["FLOE-E509"], "contracts/archive.yaml:5")
  test.contains(places["FLOE-E230"], "models/properties.yml:")
  test.contains(places["FLOE-E301"], "floe.yaml:")
  test.equal(verdicts[1].product, { id = "sales.customer_360_broken", version = "1.0.0", path = BROKEN })
end)

test.case("counts add up", function()
  local counts <const> = run({ BROKEN })[1].counts
  test.equal(counts.block + counts.alert + counts.warn + counts.waived + counts.baseline, #run({ BROKEN })[1].findings)
  test.truthy(counts.pass < counts.checks and counts.subjects > 0 and counts.policies > 10)
end)

test.case("a product that was just begun passes, and says what it looked at", function()
  local verdicts <const>, exit <const> = run { product() }
  test.equal({ exit, verdicts[1].verdict }, { 0, "pass" })
  has_line(verdicts[1], "1 pass Schema valid")
  has_line(verdicts[1], "1 pass Platform reference resolved: acme v1.2.3")
  has_line(verdicts[1], "2 skip No dbt project")
  has_line(verdicts[1], "3 skip No data contract")
  has_line(verdicts[1], "4 skip Naming conventions: nothing to check")
  test.equal(verdicts[1].platform[1].file, "platform/manifest.yaml")
end)

test.case("many products are judged in one run, each on its own", function()
  local good <const>, bad <const> = product(), product { ["floe.yaml"] = "kind: [" }
  local verdicts <const>, exit <const> = run { good, BROKEN, bad }
  test.equal({ verdicts[1].exit, verdicts[2].exit, verdicts[3].exit, exit }, { 0, 1, 2, 2 })
  for _, input in ipairs(verdicts[1].inputs) do
    test.truthy(not input.path:find("broken", 1, true), input.path)
  end
end)

test.case("a floe.yaml may be named instead of its folder", function()
  local folder <const> = product()
  local verdict <const> = run({ files.join(folder, "floe.yaml") })[1]
  test.equal({ verdict.exit, verdict.product.path }, { 0, folder })
end)

test.case("two contracts with one id are noted", function()
  local folder <const> = product {
    ["datacontract.yaml"] = "apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: 1.0.0\nstatus: active\n",
    ["contracts/b.yaml"] = "apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: 1.0.0\nstatus: active\n",
  }
  test.contains(run({ folder })[1].notes[1].message, "are contracts with one id, 'a'")
end)

test.case("one worker and many give the same verdict", function()
  local one <const>, many <const> = run({ BROKEN }, { workers = 1 })[1], run({ BROKEN }, { workers = 3 })[1]
  test.equal(many.findings, one.findings)
  test.equal(many.counts, one.counts)
end)

test.case("the listener hears every step and line in order", function()
  local heard <const> = {}
  validate.run({ folders = { product() }, as_of = "2026-11-21", as_of_time = "x" }, {
    step = function(_, number, total, title)
      heard[#heard + 1] = ("[%d/%d] %s"):format(number, total, title)
    end,
    line = function(_, mark)
      heard[#heard + 1] = mark
    end,
    done = function(verdict)
      heard[#heard + 1] = verdict.verdict
    end,
  })
  test.equal({ heard[1], heard[2], heard[#heard] }, { "[1/4] Validating floe.yaml", "pass", "pass" })
end)

-- ---- enforcement, end to end ------------------------------------------------------------------------------

local CONTRACT <const> = [[
apiVersion: v3.1.0
kind: DataContract
id: a
version: 1.0.0
status: active
schema: []
odd: 1
]]

local function with_governance(text)
  return product { ["platform/manifest.yaml"] = PLATFORM .. "governance:\n" .. text, ["datacontract.yaml"] = CONTRACT }
end

local function only(verdict)
  test.equal(#verdict.findings, 1)
  return verdict.findings[1]
end

test.case("modes decide what becomes of a finding", function()
  for mode, wanted in pairs { warn = { "warn", "warned", 0 }, alert_only = { "alert", "alerted", 0 },
    block = { "block", "blocked", 1 } } do
    local verdicts <const>, exit <const> = run { with_governance(("  policies: { contract.form: %s }\n"):format(mode)) }
    test.equal({ only(verdicts[1]).verdict, verdicts[1].verdict, exit }, wanted)
  end
  test.equal(#run({ with_governance("  policies: { contract.form: \"off\" }\n") })[1].findings, 0)
end)

local WAIVER <const> = [[
  policies: { contract.form: block }
  waivers:
    - { policy: contract.form, subject: "contract.a", reason: r, approved_by: gov, ticket: T-1, expires: "2026-11-21" }
]]

test.case("a waived finding is shown with its waiver, and comes back when it has expired", function()
  local folder <const> = with_governance(WAIVER)
  local verdicts <const>, exit <const> = run { folder }
  local waiver <const> = only(verdicts[1]).waiver
  test.equal({ exit, verdicts[1].findings[1].verdict, waiver.ticket, waiver.file, waiver.line },
    { 0, "waived", "T-1", "platform/manifest.yaml", 8 })
  test.equal({ verdicts[1].counts.waived, verdicts[1].waivers[1].used }, { 1, 1 })
  local later <const>, blocked <const> = run({ folder }, { as_of = "2026-11-22" })
  test.equal({ blocked, later[1].notes[1].kind }, { 1, "expired" })
end)

test.case("findings of the baseline do not block, new ones do", function()
  local folder <const> = with_governance("  policies: { contract.form: block }\n")
  local path <const> = files.join(folder, baselines.default_path)
  assert(baselines.write(path, baselines.entries((run({ folder }, { baseline = false }))), { as_of = "2026-11-21" }))
  local verdicts <const>, exit <const> = run { folder }
  test.equal({ exit, only(verdicts[1]).verdict, verdicts[1].counts.baseline }, { 0, "baseline", 1 })
  assert(files.write(files.join(folder, "datacontract.yaml"), "# moved down\n" .. CONTRACT))
  test.equal(only(run({ folder })[1]).verdict, "baseline")
  assert(files.write(files.join(folder, "datacontract.yaml"), CONTRACT .. "odder: 1\n"))
  local _, again <const> = run { folder }
  test.equal(again, 1)
  assert(files.write(files.join(folder, "datacontract.yaml"), (CONTRACT:gsub("odd: 1\n", ""))))
  test.contains(run({ folder })[1].notes[1].message, "1 finding of the baseline is gone")
end)

test.case("--enforce raises, a selection leaves out", function()
  local folder <const> = with_governance("  policies: { contract.form: warn }\n")
  test.equal(select(2, run({ folder }, { enforce = "block" })), 1)
  local selected <const> = run({ folder }, { policies = { "secrets.in_files" } })[1]
  test.equal({ selected.counts.policies, #selected.findings }, { 1, 0 })
  test.contains(errors_of(run({ folder }, { policies = { "secrets.in_file" } })[1])[1],
    "there is no policy 'secrets.in_file'")
end)

-- ---- bundles ----------------------------------------------------------------------------------------------

local POLICY <const> = [[
local policy <const> = require "floe.policy"
return policy.define {
  id = "acme.rule", code = "ACME-E1", title = "T", why = "W", targets = "product", mode = "block",
  check = function(product, ctx) %s end,
}
]]

local function with_bundle(check, more)
  local contents <const> = {
    ["platform/manifest.yaml"] = PLATFORM .. "governance: { bundles: [../bundle] }\n",
    ["bundle/bundle.yaml"] = "name: acme\nversion: 1.0.0\ncategories: { acme: Our rules }\n",
    ["bundle/policies/acme/rule.lua"] = POLICY:format(check),
  }
  for name, text in pairs(more or {}) do
    contents[name] = text
  end
  return product(contents)
end

test.case("a bundle's policy judges beside floe's own", function()
  local verdicts <const>, exit <const> = run { with_bundle('ctx:report { message = "no", field = "name" }') }
  local finding <const> = only(verdicts[1])
  test.equal({ exit, finding.policy, finding.subject, finding.path }, { 1, "acme.rule", "sales.orders", "name" })
  has_line(verdicts[1], "4 fail Our rules: 1 finding")
end)

test.case("a policy that fails is named, and the run fails closed", function()
  local verdicts <const>, exit <const> = run { with_bundle("return product.nothing") }
  test.equal({ exit, verdicts[1].verdict, verdicts[1].errors[1].policy, verdicts[1].errors[1].at },
    { 3, "error", "acme.rule", verdicts[1].errors[1].at })
  test.contains(verdicts[1].errors[1].at, "rule.lua:4")
end)

test.case("a policy that cannot be loaded fails, unless it is off", function()
  local broken <const> = { ["bundle/policies/acme/rule.lua"] = "return {" }
  test.equal(select(2, run { with_bundle("", broken) }), 3)
  broken["platform/manifest.yaml"] = PLATFORM
    .. "governance: { bundles: [../bundle], policies: { acme.rule: \"off\" } }\n"
  test.equal(select(2, run { with_bundle("", broken) }), 0)
end)

test.case("a policy that cannot be loaded is not switched off below the first tier", function()
  local broken <const> = { ["bundle/policies/acme/rule.lua"] = "return {" }
  for _, word in ipairs { "acme.rule", "acme.*", "\"*\"" } do
    broken["floe.yaml"] = PRODUCT .. ("governance: { policies: { %s: \"off\" } }\n"):format(word)
    test.truthy(select(2, run { with_bundle("", broken) }) ~= 0, word)
  end
  local asked <const> = "governance: { policies: { acme.rule: { mode: block, from: 2027-01-01 } } }\n"
  test.equal(select(2, run { with_bundle("", {
    ["bundle/policies/acme/rule.lua"] = "return {",
    ["platform/manifest.yaml"] = PLATFORM .. "governance: { bundles: [../bundle], policies: { \"*\": \"off\" } }\n",
    ["floe.yaml"] = PRODUCT .. asked,
  }) }), 3)
end)

test.case("a file that answers what policy.define would refuse defines no policy", function()
  local function answer(text)
    local policy <const> = ("return { id = 'acme.rule', check = function(_, ctx) %s end, %s }"):format(
      "ctx:report { message = 'x', code = 'FLOE-E601' }", text)
    local verdicts <const>, exit <const> = run { with_bundle("", { ["bundle/policies/acme/rule.lua"] = policy }) }
    return { exit, verdicts[1].errors[1] and verdicts[1].errors[1].kind }
  end
  for _, text in ipairs {
    "targets = 'product', mode = 5, params = 3", "targets = 'product', params = { x = 5 }", "targets = 'product'",
    "targets = 'product', code = 'A-E1', title = {}, why = 'W'", "targets = 'product', mode = 'blok', code = 'A-E1'",
    "targets = 'product', code = 'A-E1', title = 'T', why = 'W', phases = { 'validat' }",
  } do
    test.equal(answer(text), { 3, "definition" }, text)
  end
end)

test.case("a policy cannot report under another policy's code", function()
  local borrowed <const> = [[
local policy <const> = require "floe.policy"
local own
own = policy.define {
  id = "acme.rule", code = "ACME-E1", title = "T", why = "W", targets = "product", mode = "block",
  check = function(_, ctx)
    own.codes = nil
    ctx:report { message = "x", code = "FLOE-E601" }
  end,
}
return own]]
  local verdicts <const> = run { with_bundle("", { ["bundle/policies/acme/rule.lua"] = borrowed }) }
  test.equal(only(verdicts[1]).code, "ACME-E1")
end)

test.case("a bundle that is no tree of files is an input error", function()
  local folder <const> = with_bundle("")
  assert(files.mkdir(files.join(folder, "bundle/policies/" .. ("d/"):rep(80))))
  local verdicts <const>, exit <const> = run { folder }
  test.equal({ exit, verdicts[1].errors[1].kind }, { 2, "input" })
  test.contains(verdicts[1].errors[1].message, "deeper than")
end)

test.case("what is wrong with a bundle is said with its place", function()
  local function first(more)
    return errors_of(run({ with_bundle("", more) })[1])[1]
  end
  test.contains(first { ["platform/manifest.yaml"] = PLATFORM .. "governance: { bundles: [../nowhere] }\n" },
    "platform/manifest.yaml:5 there is no bundle '")
  test.contains(first { ["platform/manifest.yaml"] = PLATFORM .. "governance: { bundles: [oci://x] }\n" },
    "is in a registry, and this version of floe reads none")
  test.contains(first { ["bundle/bundle.yaml"] = "name: acme\nversion: 1.0.0\nfloe: \">=9.0.0\"\n" },
    "bundle/bundle.yaml:3 the bundle 'acme' works with floe >=9.0.0")
  test.contains(first { ["bundle/bundle.yaml"] = "name: acme\n" }, "'version' is missing")
  test.contains(first { ["bundle/stdlib/floe/text.lua"] = "return {}" }, "may not bring the module 'floe.text'")
  test.contains(first { ["bundle/policies/naming/layer_prefix.lua"] = "return {}" },
    "the policy 'naming.layer_prefix' is in two bundles, 'floe-default' and 'acme'")
end)

-- ---- products that cannot be judged -----------------------------------------------------------------------

test.case("every kind of bad input has its place and exit code", function()
  local function check(more, exit, ...)
    local verdicts <const>, actual <const> = run { product(more) }
    test.equal({ actual, errors_of(verdicts[1]) }, { exit, { ... } })
  end
  check({ ["floe.yaml"] = PRODUCT:gsub("version: 1.0.0", "version: one") }, 2,
    "floe.yaml:3 'metadata.version' must be a semantic version such as 1.2.3; found 'one'")
  check({ ["floe.yaml"] = PRODUCT:gsub("ref: platform", "ref: oci://x/y:v1") }, 2,
    "floe.yaml:4 'oci://x/y:v1' is in the registry 'x': reading registries is not available in this build")
  check({ ["floe.yaml"] = PRODUCT:gsub("ref: platform", "ref: 'oci://x/Y:v1'") }, 2,
    "floe.yaml:4 'oci://x/Y:v1' is no reference to a registry: the repository 'Y' has capital letters: repositories "
      .. "are written in lower case")
  check({ ["platform/manifest.yaml"] = PLATFORM .. "security: { jobs: [ { prod: 1 } ] }\n" }, 2,
    "platform/manifest.yaml:5 'prod' is not allowed here: files are the same in every environment")
  check({ ["platform/manifest.yaml"] = PLATFORM .. "governence: {}\n" }, 2,
    "platform/manifest.yaml:5 unknown key 'governence'")
end)

test.case("a missing folder, floe.yaml or manifest says what to do", function()
  local folder <const> = test.folder {}
  local verdict <const> = run({ folder })[1]
  test.equal({ verdict.exit, verdict.errors[1].file }, { 2, "floe.yaml" })
  test.contains(verdict.errors[1].hint, "floe init")
  test.contains(errors_of(run({ files.join(folder, "no") })[1])[1], "there is no folder")
  local gone <const> = product { ["floe.yaml"] = PRODUCT:gsub("ref: platform", "ref: nowhere") }
  test.contains(errors_of(run({ gone })[1])[1], "floe.yaml:4 there is no platform manifest '")
end)

test.case("models without a dbt_project.yml are no pass, and none without a manifest that is asked for", function()
  local folder <const> = product { ["models/a.sql"] = "select 1" }
  local verdicts <const>, exit <const> = run { folder }
  test.equal(exit, 2)
  test.contains(verdicts[1].errors[1].message, "has models and no dbt_project.yml")
  local asked <const> = run({ folder }, { reading = { facts = "manifest" } })[1].errors[1]
  test.contains(asked.message, "has models and no manifest")
  test.contains(asked.hint, "dbt parse")
end)

local function tier(name, scope, parent)
  local head <const> = PLATFORM:gsub("acme", name):gsub("1%.2%.3", "1.0.0")
  return ("%sscope: %s\n%s"):format(head, scope, parent and ("parent_manifest: %s\n"):format(parent) or "")
end

test.case("tiers are found from the product up to the enterprise", function()
  local folder <const> = product {
    ["platform/manifest.yaml"] = tier("sales", "domain", "../enterprise.yaml"),
    ["enterprise.yaml"] = tier("acme", "enterprise"),
  }
  local verdict <const> = run({ folder })[1]
  test.equal({ verdict.exit, verdict.platform[1].name, verdict.platform[2].tier }, { 0, "acme", "domain" })
  has_line(verdict, "1 pass Platform reference resolved: acme v1.0.0 → sales v1.0.0")
end)

test.case("any number of tiers may stand above one another", function()
  local contents <const> = {}
  for level = 1, 40 do
    contents[("platform/tier%d.yaml"):format(level)] = tier(("t%d"):format(level), "domain",
      level < 40 and ("tier%d.yaml"):format(level + 1) or "top.yaml")
  end
  contents["platform/top.yaml"] = tier("top", "enterprise")
  contents["floe.yaml"] = PRODUCT:gsub("ref: platform", "ref: platform/tier1.yaml")
  local verdict <const> = run({ product(contents) })[1]
  test.equal({ verdict.exit, #verdict.platform, verdict.platform[1].name }, { 0, 41, "top" })
end)

-- The errors of a product, its folder left out of all paths.
local function told(folder)
  local out <const> = errors_of(run({ folder })[1])
  for index, text in ipairs(out) do
    out[index] = text:gsub(folder:gsub("%p", "%%%0") .. "/", "")
  end
  return out
end

test.case("a manifest has one parent, in whatever spelling", function()
  local function check(more, ...)
    local folder <const> = product {
      ["platform/manifest.yaml"] = tier("sales", "domain", "../enterprise.yaml") .. more,
      ["enterprise.yaml"] = tier("acme", "enterprise"),
      ["other.yaml"] = tier("other", "enterprise"),
    }
    test.equal(told(folder), { ... })
  end
  check("parent: { ref: ../platform/../enterprise.yaml }\n")
  check("parent: { ref: ../other.yaml }\n", "platform/manifest.yaml:7 the domain manifest 'sales' has two parents: "
    .. "'../enterprise.yaml' (platform/manifest.yaml:6) and '../other.yaml' (platform/manifest.yaml:7)")
end)

test.case("a product's domain leads to the platform that it names", function()
  local function check(ref, ...)
    local folder <const> = product {
      ["floe.yaml"] = PRODUCT:gsub("ref: platform", "ref: " .. ref .. ", version: ^1.0.0")
        .. "domain: { ref: platform }\n",
      ["platform/manifest.yaml"] = tier("sales", "domain", "../enterprise.yaml"),
      ["enterprise.yaml"] = tier("acme", "enterprise"),
      ["other.yaml"] = tier("other", "enterprise"),
    }
    test.equal(told(folder), { ... })
  end
  check("enterprise.yaml")
  check("other.yaml", "floe.yaml:4 the product's platform 'other.yaml' and its domain do not meet: the domain's "
    .. "manifests are platform/manifest.yaml → enterprise.yaml (floe.yaml:6)")
end)

test.case("a circle of manifests names every step of it", function()
  local folder <const> = product {
    ["platform/manifest.yaml"] = tier("a", "domain", "b.yaml"),
    ["platform/b.yaml"] = tier("b", "domain", "manifest.yaml"),
  }
  local verdict <const> = run({ folder })[1]
  test.equal({ verdict.exit, verdict.errors[1].file, verdict.errors[1].line }, { 2, "platform/b.yaml", 6 })
  for _, part in ipairs { "floe.yaml:4 → ", "platform/manifest.yaml:6 → ", "platform/b.yaml:6 → " } do
    test.contains(verdict.errors[1].message, part)
  end
end)

test.case("a file made to be wrong ends soon, and shows nothing of another file", function()
  local keys <const> = {}
  for i = 1, 20000 do
    keys[i] = ("descriptio%d: 1\n"):format(i)
  end
  local function errors(text)
    return run({ product { ["floe.yaml"] = text, ["token"] = "s3cr3t-of-the-machine\n" } })[1].errors
  end
  test.equal(#errors(PRODUCT .. table.concat(keys)), 201)
  local long <const> = errors(PRODUCT .. ('? "%sx"\n: 1\n'):format(("\\n"):rep(100000)))
  test.truthy(#long[1].message < 200, "a key is cut")
  local leaks <const> = errors((PRODUCT:gsub("ref: platform", "ref: token")))
  test.equal(leaks[1].message, "expected an object, found a text")
end)

test.case("a product that weakens is not judged", function()
  local folder <const> = product {
    ["floe.yaml"] = PRODUCT .. "governance: { policies: { secrets.in_files: warn } }\n",
    ["platform/manifest.yaml"] = PLATFORM .. "governance: { policies: { secrets.in_files: block } }\n",
  }
  local verdict <const> = run({ folder })[1]
  test.equal({ verdict.exit, verdict.errors[1].file, verdict.errors[1].line }, { 2, "floe.yaml", 6 })
  test.contains(verdict.errors[1].message, "platform/manifest.yaml:5")
end)

test.case("policies are resolved without judging", function()
  local folder <const> = with_governance("  policies: { contract.form: warn }\n")
  local list <const> = validate.resolve { folder = folder, as_of = "2026-11-21" }
  local modes <const> = {}
  for _, policy in ipairs(list) do
    modes[policy.id] = policy.mode
  end
  test.equal({ modes["contract.form"], modes["secrets.in_files"] }, { "warn", "alert_only" })
  local nothing <const>, problems <const> = validate.resolve { folder = "nowhere", as_of = "2026-11-21" }
  test.equal({ nothing, #problems }, { nil, 1 })
end)

test.case("a bundle's digest is the same from wherever it is reached", function()
  local folder <const> = "examples/governance"
  local near <const>, far <const> = assert(bundles.read(folder)), assert(bundles.read(files.absolute(folder)))
  test.equal(bundles.digest(near), bundles.digest(far))
end)

test.finish()

local baseline <const> = require "enforce.baseline"
local document <const> = require "host.document"
local files <const> = require "host.files"
local modes <const> = require "enforce.modes"
local params <const> = require "enforce.params"
local settings <const> = require "enforce.settings"
local test <const> = dofile "tests/lua/support.lua"
local tiers <const> = require "manifest.tiers"
local verdict <const> = require "enforce.verdict"
local waivers <const> = require "enforce.waivers"

-- ---- settings ---------------------------------------------------------------------------------------------

local DEFINITIONS <const> = {
  ["naming.layer_prefix"] = {
    params = {
      pattern = { type = "enum", values = { "medallion", "kimball", "custom" }, default = "medallion" },
      custom_patterns = { type = "list", of = { type = "regex" }, default = {}, stricter = "subset" },
    },
  },
  ["coverage.columns"] = {
    params = {
      minimum = { type = "integer", default = 80, min = 0, max = 100, stricter = "higher" },
      layers = {
        type = "map",
        of = { type = "integer", stricter = "higher" },
        default = { bronze = 50, gold = 100 },
        stricter = "superset",
      },
      exclude = { type = "list", of = { type = "string" }, default = {}, stricter = "subset" },
      zero_columns = { type = "enum", values = { "a", "b" }, default = "a", stricter = { "a", "b" } },
    },
  },
  ["coverage.tests_of_type"] = {
    params = {
      test_types = { type = "list", of = { type = "string" }, default = {} },
      min_columns = { type = "integer", default = 1 },
      applies_to = { type = "string", default = "*" },
    },
  },
  ["documentation.model"] = { mode = "warn" },
  ["secrets.in_files"] = {},
}

local ORDER <const> = {
  "coverage.columns", "coverage.tests_of_type", "documentation.model", "naming.layer_prefix", "secrets.in_files",
}

local function known()
  local out <const> = {}
  for id, definition in pairs(DEFINITIONS) do
    out[id] = {
      bundle = 1,
      definition = {
        id = id,
        mode = definition.mode or "alert_only",
        params = definition.params or {},
        phases = { "validate" },
        targets = { "model" },
      },
    }
  end
  return out
end

-- Tiers from YAML texts of governance sections; the last is the product's.
local function tiers_of(...)
  local titles <const> = { "enterprise manifest 'acme'", "domain manifest 'sales'" }
  local texts <const> = { ... }
  local out <const> = {}
  for i, text in ipairs(texts) do
    local product <const> = i == #texts
    local root <const> = test.yaml("metadata: { name: x, owner: gov }\nplugins: {}\ngovernance:\n" .. text,
      ("tier%d.yaml"):format(i))
    out[i] = {
      title = product and "product's floe.yaml" or titles[i],
      kind = product and "product" or i == 1 and "enterprise" or "domain",
      manifest = root,
      governance = root.governance,
    }
  end
  return out
end

local function resolve(options, ...)
  return settings.resolve {
    known = known(),
    order = ORDER,
    bundles = { { policies = options.bundle and test.yaml(options.bundle, "bundle.yaml") } },
    tiers = tiers_of(...),
    enforce = options.enforce,
    as_of = options.as_of or "2026-11-21",
    phase = "validate",
    selection = options.selection,
    layers = { "bronze", "silver", "gold" },
  }
end

local function modes_of(result)
  local out <const> = {}
  for _, policy in ipairs(result.policies) do
    out[policy.id] = policy.mode
  end
  return out
end

local function messages(problems)
  local out <const> = {}
  for i, problem in ipairs(problems) do
    out[i] = ("%s:%s %s"):format(problem.file, problem.line, problem.message)
  end
  return out
end

local NOTHING <const> = "  {}\n"

test.case("modes have one order", function()
  test.equal({ modes.read("strict"), modes.read("blok") }, { "block" })
  test.equal({ modes.compare("off", "warn"), modes.compare("block", "alert_only"), modes.compare("warn", "warn") },
    { -1, 1, 0 })
  test.equal({ modes.on("block", "2026-12-01", "2026-11-30"), modes.on("block", "2026-12-01", "2026-12-01") },
    { "alert_only", "block" })
end)

test.case("without tiers every policy has its own mode and params", function()
  local result <const> = resolve({}, NOTHING)
  test.equal(modes_of(result), {
    ["coverage.columns"] = "alert_only",
    ["coverage.tests_of_type"] = "alert_only",
    ["documentation.model"] = "warn",
    ["naming.layer_prefix"] = "alert_only",
    ["secrets.in_files"] = "alert_only",
  })
  test.equal(result.policies[1].instances[1].params.minimum, 80)
end)

test.case("the first tier decides freely, later ones only make stricter", function()
  local result <const> = resolve({}, [[
  policies: { documentation.model: "off", coverage.columns: { mode: warn, params: { minimum: 50 } } }
]], [[
  policies: { coverage.columns: { mode: block, params: { minimum: 60 } } }
]], [[
  policies: { coverage.columns: { params: { layers: { gold: 100, silver: 90 } } } }
]])
  test.equal(messages(result.problems), {})
  test.equal({ modes_of(result)["documentation.model"], modes_of(result)["coverage.columns"] }, { nil, "block" })
  local values <const> = result.policies[1].instances[1].params
  test.equal({ values.minimum, values.layers }, { 60, { bronze = 50, silver = 90, gold = 100 } })
end)

test.case("a weakened mode is an error that names both places", function()
  local result <const> = resolve({}, "  policies: { naming.layer_prefix: block }\n",
    "  policies:\n    naming.layer_prefix: { mode: warn }\n")
  test.equal(messages(result.problems), {
    "tier2.yaml:5 the product's floe.yaml weakens policy 'naming.layer_prefix' to warn; it is block in the "
      .. "enterprise manifest 'acme' (tier1.yaml:4)",
  })
end)

test.case("a product below a silent platform cannot weaken a default", function()
  local result <const> = resolve({}, NOTHING, "  policies: { secrets.in_files: \"off\" }\n")
  test.contains(messages(result.problems)[1], "it is alert_only by default")
end)

test.case("weakened params are errors, in each direction", function()
  local function weakens(text)
    local result <const> = resolve({}, "  policies: { coverage.columns: { params: { minimum: 70 } } }\n",
      "  policies: { coverage.columns: { params: { " .. text .. " } } }\n")
    return result.problems[1] and result.problems[1].message or nil
  end
  test.contains(weakens("minimum: 60"), "weakens param 'minimum' of policy 'coverage.columns' to 60; it is 70")
  test.contains(weakens("layers: { gold: 90 }"), "weakens param 'layers'")
  test.contains(weakens("exclude: [id]"), "weakens param 'exclude'")
  test.equal(weakens("minimum: 90, zero_columns: b, layers: { bronze: 60, other: 1 }"), nil)
  local changed <const> = resolve({}, NOTHING,
    "  policies: { naming.layer_prefix: { params: { pattern: kimball } } }\n")
  test.contains(changed.problems[1].message, "changes param 'pattern'")
end)

test.case("unknown policies and params come with what was meant", function()
  local result <const> = resolve({}, [[
  policies:
    naming.layer_prefx: block
    coverge.*: warn
    coverage.columns: { params: { minimun: 1 } }
]])
  test.equal(messages(result.problems), {
    "tier1.yaml:5 there is no policy 'naming.layer_prefx'",
    "tier1.yaml:6 there is no policy 'coverge.*'",
    "tier1.yaml:7 policy 'coverage.columns' has no param 'minimun'",
  })
  test.equal(result.problems[1].hint, "did you mean 'naming.layer_prefix'?")
  test.equal(result.problems[3].hint, "did you mean 'minimum'?")
end)

test.case("a param of the wrong type is an error at its place", function()
  local result <const> = resolve({}, "  policies:\n    coverage.columns:\n      params: { minimum: eighty }\n")
  test.equal(messages(result.problems),
    { "tier1.yaml:6 param of policy 'coverage.columns': minimum must be an integer, not a string" })
end)

test.case("a dated block alerts until its day", function()
  local text <const> = "  policies: { secrets.in_files: { mode: block, from: \"2026-12-01\" } }\n"
  test.equal(modes_of(resolve({}, text))["secrets.in_files"], "alert_only")
  test.equal(modes_of(resolve({ as_of = "2026-12-01" }, text))["secrets.in_files"], "block")
end)

test.case("the command line raises what runs, and wakes nothing", function()
  local found <const> = modes_of(resolve({ enforce = "block" }, "  policies: { documentation.model: \"off\" }\n"))
  test.equal({ found["documentation.model"], found["secrets.in_files"] }, { nil, "block" })
end)

test.case("wildcards and the general level stand behind exact entries", function()
  local found <const> = modes_of(resolve({}, [[
  policy_enforcement_level: strict
  policies: { "coverage.*": warn, coverage.columns: alert_only }
]]))
  test.equal(found, {
    ["coverage.columns"] = "alert_only",
    ["coverage.tests_of_type"] = "warn",
    ["documentation.model"] = "block",
    ["naming.layer_prefix"] = "block",
    ["secrets.in_files"] = "block",
  })
end)

test.case("a bundle's defaults come between the policy's and the tiers'", function()
  local defaults <const> = "documentation.model: block\ncoverage.columns: { params: { minimum: 10 } }\n"
  local result <const> = resolve({ bundle = defaults }, NOTHING)
  test.equal(modes_of(result)["documentation.model"], "block")
  test.equal(result.policies[1].instances[1].params.minimum, 10)
end)

test.case("a selection leaves the others out", function()
  test.equal(modes_of(resolve({ selection = { "coverage.*" } }, NOTHING)),
    { ["coverage.columns"] = "alert_only", ["coverage.tests_of_type"] = "alert_only" })
end)

test.case("the reference's keys are read as policies", function()
  local result <const> = resolve({}, [[
  naming: { enforcement: strict, pattern: kimball }
  quality_gates:
    minimum_test_coverage: 70
    layer_thresholds: { bronze: 40 }
    require_descriptions: true
    block_on_failure: false
  secret_scanning: { enabled: true, severity: error }
  custom_rules: [ { type: require_tests_of_type, test_types: [unique], applies_to: "gold_*" } ]
]])
  test.equal(messages(result.problems), {})
  test.equal(modes_of(result), {
    ["coverage.columns"] = "alert_only",
    ["coverage.tests_of_type"] = "alert_only",
    ["documentation.model"] = "alert_only",
    ["naming.layer_prefix"] = "block",
    ["secrets.in_files"] = "block",
  })
  test.equal(result.policies[1].instances[1].params.layers, { bronze = 40, gold = 100 })
  test.equal(result.policies[4].instances[1].params.pattern, "kimball")
  local rule <const> = result.policies[6]
  test.equal({ rule.id, rule.instances[1].params.test_types, rule.instances[1].params.applies_to },
    { "coverage.tests_of_type", { "unique" }, "gold_*" })
end)

test.case("weakening through the reference's keys is an error, too", function()
  local result <const> = resolve({}, "  policies: { coverage.columns: { params: { minimum: 90 } } }\n",
    "  quality_gates:\n    minimum_test_coverage: 50\n")
  test.equal(messages(result.problems), {
    "tier2.yaml:5 the product's floe.yaml weakens param 'minimum' of policy 'coverage.columns' to 50; it is 90 "
      .. "(tier1.yaml:4)",
  })
end)

test.case("a product may ask more quality of itself, and not less", function()
  local function with_quality(minimum)
    local list <const> = tiers_of("  policies: { coverage.columns: { params: { minimum: 70 } } }\n", NOTHING)
    local root <const> = test.yaml(("quality: { minimum_coverage: %d }\n"):format(minimum), "floe.yaml")
    list[2].manifest, list[2].governance = root, nil
    return settings.resolve {
      known = known(), order = ORDER, bundles = { {} }, tiers = list, as_of = "2026-11-21", phase = "validate",
    }
  end
  test.equal(with_quality(90).policies[1].instances[1].params.minimum, 90)
  test.equal(messages(with_quality(60).problems), {
    "floe.yaml:1 the product's floe.yaml weakens param 'minimum' of policy 'coverage.columns' to 60; it is 70 "
      .. "(tier1.yaml:4)",
  })
end)

test.case("rules written in place that cannot be run say so", function()
  local result <const> = resolve({}, [[
  policies: { naming.layer_prefix: warn }
  rules:
    - { name: only-three, type: max_transforms, config: { max: 3 } }
    - { name: expr, type: custom, config: { expression: "len(models) > 0" } }
    - { name: prefix, type: naming_convention, action: error, message: "use our prefix", config: { pattern: "^x_" } }
]])
  test.equal(#result.problems, 2)
  test.contains(result.problems[2].message, "the rule 'expr' of type 'custom' holds an expression")
  local rule <const> = result.policies[#result.policies]
  test.equal({ rule.id, rule.mode, rule.message, rule.instances[1].params.custom_patterns },
    { "naming.layer_prefix", "block", "use our prefix", { "^x_" } })
end)

test.case("a rule written in place whose setting is missing or misspelt is told: it would ask for nothing", function()
  local result <const> = resolve({}, [[
  rules:
    - { name: bare, type: required_tags }
    - { name: typo, type: required_tags, config: { required_tag: [owner] } }
    - { name: other, type: naming_convention, config: { tags: [owner] } }
    - { name: right, type: naming_convention, config: { pattern: "^y_" } }
]])
  local told <const> = {}
  for index, entry in ipairs(result.problems) do
    told[index] = entry.message
  end
  test.equal(told, {
    "the rule 'bare' of type 'required_tags' asks for nothing",
    "the rule 'typo' of type 'required_tags' asks for nothing",
    "the rule 'other' of type 'naming_convention' asks for nothing",
  })
  test.equal(result.policies[#result.policies].instances[1].params.custom_patterns, { "^y_" })
end)

local function model(name, layer, tags, file)
  return document.record("model", {
    unique_id = "model.p." .. name,
    name = name,
    layer = layer,
    tags = document.list(tags or {}),
    file = file or "models/" .. name .. ".sql",
  })
end

local PRODUCT <const> = document.record("product", { unique_id = "sales.p", name = "p", domain = "sales" })

test.case("scoped entries hold where they fit, the first one first", function()
  local result <const> = resolve({ selection = { "naming.layer_prefix" } }, [[
  policies:
    naming.layer_prefix:
      - { mode: "off", where: { path: "models/legacy/**" } }
      - { mode: block, where: { layer: [gold, silver], tag: pii } }
      - { mode: warn, where: { domain: sales, environment: production } }
]])
  local policy <const> = result.policies[1]
  local function mode(subject)
    return settings.variant_for(policy, subject, PRODUCT).mode
  end
  test.equal(policy.mode, "block")
  test.equal(mode(model("a", "gold", { "pii" })), "block")
  test.equal(mode(model("a", "gold")), "alert_only")
  test.equal(mode(model("a", "gold", { "pii" }, "models/legacy/x/a.sql")), "off")
  local column <const> = document.record("column", {
    unique_id = "model.p.a.c", name = "c", tags = document.list { "pii" }, node = model("a", "silver"),
  })
  test.equal(mode(column), "block")
end)

test.case("an entry behind one that holds for every subject is an error, not silence", function()
  local result <const> = resolve({}, [[
  policies:
    naming.layer_prefix:
      - { mode: warn }
      - { mode: block, where: { layer: gold } }
]], NOTHING)
  test.equal(messages(result.problems), {
    "tier1.yaml:7 this entry of policy 'naming.layer_prefix' is never used: the one at tier1.yaml:6 has no 'where'",
  })
end)

test.case("a misspelt layer is an error, a layer like no other may be a model's own", function()
  local result <const> = resolve({}, [[
  policies:
    naming.layer_prefix: { mode: block, where: { layer: [gol, silver] } }
    secrets.in_files: { mode: block, where: { layer: landing } }
]], NOTHING)
  test.equal(messages(result.problems), {
    "tier1.yaml:5 policy 'naming.layer_prefix' is scoped to layer 'gol', which there is not",
  })
  test.equal(result.problems[1].hint, "did you mean 'gold'?")
end)

test.case("scopes with params run as instances of their own", function()
  local result <const> = resolve({ selection = { "coverage.columns" } }, [[
  policies:
    coverage.columns:
      - { mode: block, where: { layer: gold }, params: { minimum: 100 } }
      - { params: { minimum: 50 } }
]], "  policies: { coverage.columns: { where: { layer: gold }, mode: block } }\n")
  local policy <const> = result.policies[1]
  test.equal({ #policy.instances, #result.problems }, { 2, 0 })
  local gold <const> = settings.variant_for(policy, model("a", "gold"), PRODUCT)
  local other <const> = settings.variant_for(policy, model("a", "bronze"), PRODUCT)
  test.equal({ gold.mode, policy.instances[gold.instance].params.minimum }, { "block", 100 })
  test.equal({ other.mode, policy.instances[other.instance].params.minimum }, { "alert_only", 50 })
end)

-- ---- params -----------------------------------------------------------------------------------------------

test.case("a value is stricter, weaker or neither", function()
  local higher <const> = { type = "integer", stricter = "higher" }
  test.equal({ params.keeps(higher, 5, 6), params.keeps(higher, 5, 4), params.keeps({ type = "integer" }, 5, 6) },
    { true, false })
  local superset <const> = { type = "list", of = { type = "string" }, stricter = "superset" }
  test.equal({ params.keeps(superset, { "a" }, { "b", "a" }), params.keeps(superset, { "a" }, { "b" }) },
    { true, false })
  local map <const> = { type = "map", of = superset, stricter = "superset" }
  test.equal(params.keeps(map, { x = { "a" } }, { x = { "a", "b" }, y = {} }), true)
  test.equal(params.keeps(map, { x = { "a" } }, { x = {} }), false)
  test.equal(params.keeps({ type = "boolean", stricter = true }, false, true), true)
end)

-- ---- tiers ------------------------------------------------------------------------------------------------

test.case("governance outside of policies may only be strengthened", function()
  local problems <const> = tiers.merge(tiers_of([[
  pii_encryption: required
  data_retention_days: 30
  policy_enforcement_level: strict
  rbac: { enabled: true }
]], [[
  pii_encryption: optional
  data_retention_days: 7
  policy_enforcement_level: warn
  rbac: { enabled: false }
]], NOTHING)).problems
  test.equal(#problems, 4)
  test.equal(messages(problems)[1],
    "tier2.yaml:4 the domain manifest 'sales' weakens 'governance.pii_encryption' from required to optional; the "
      .. "enterprise manifest 'acme' decided it (tier1.yaml:4)")
end)

test.case("tiers that strengthen merge into one section", function()
  local merged <const> = tiers.merge(tiers_of(
    "  audit_logging: disabled\n  data_retention_days: 30\n  custom_rules: [ { a: 1 } ]\n",
    "  audit_logging: enabled\n  data_retention_days: 90\n  custom_rules: [ { b: 2 } ]\n", NOTHING))
  test.equal(merged.problems, {})
  test.equal(merged.governance,
    { audit_logging = "enabled", data_retention_days = 90, custom_rules = { { a = 1 }, { b = 2 } } })
end)

local function manifests(...)
  local out <const> = {}
  for i, text in ipairs { ... } do
    local root <const> = test.yaml(text, ("tier%d.yaml"):format(i))
    out[i] = { title = ("tier %d"):format(i), kind = root.transforms and "product" or "domain", manifest = root }
  end
  return tiers.merge(out).problems
end

test.case("choices stay among what the tiers above approve", function()
  local problems <const> = manifests([[
metadata: { name: acme, owner: gov }
approved_plugins: { compute: [duckdb, spark] }
approved_sinks: [salesforce]
plugins: {}
]], [[
metadata: { name: sales, owner: sales-lead }
approved_products: [orders]
plugins: { compute: { type: sparc, approved: [ { name: duckdb } ] } }
]], [[
metadata: { name: customers, domain: sales }
transforms: [ { name: a, compute: snowflake } ]
destinations: [ { name: x, sink_type: hubspot } ]
]])
  test.equal(messages(problems), {
    "tier2.yaml:3 plugin 'sparc' is not among those the tier 1 approves for compute: duckdb, spark (tier1.yaml:2)",
    "tier3.yaml:2 compute 'snowflake' is not among those the platform offers: sparc, duckdb (tier2.yaml:3)",
    "tier3.yaml:3 sink 'hubspot' is not among those the tier 1 approves: salesforce (tier1.yaml:3)",
    "tier3.yaml:1 product 'customers' is not among those the tier 2 approves (tier2.yaml:2)",
  })
end)

-- ---- waivers ----------------------------------------------------------------------------------------------

local WAIVERS <const> = [[
  waivers:
    - { policy: naming.layer_prefix, subject: "model.*.legacy_*", reason: r, approved_by: gov, expires: "2026-12-31" }
    - { policy: naming.layer_prefix, subject: "model.p.old", reason: r, approved_by: gov, expires: "2026-11-20" }
    - { policy: "*", subject: "model.p.a", reason: r, approved_by: gov, expires: "2026-11-21" }
  policy_overrides:
    - { pattern: "stg_*", action: downgrade, reason: r, expires: "2027-01-01", policy_types: [naming] }
]]

test.case("waivers cover policies and subjects until their last day", function()
  local list <const> = waivers.read(tiers_of(WAIVERS, NOTHING), "2026-11-21")
  local function found(policy, subject)
    local waiver <const> = waivers.find(list, policy, subject)
    return waiver and waiver.line
  end
  test.equal(found("naming.layer_prefix", model("legacy_x")), 5)
  test.equal(found("coverage.columns", model("legacy_x")), nil)
  test.equal(found("naming.layer_prefix", model("old")), nil)
  test.equal(found("coverage.columns", model("a")), 7)
  test.equal(waivers.find(list, "naming.layer_prefix", model("stg_b")).action, "downgrade")
  test.equal(found("coverage.columns", model("stg_b")), nil)
end)

test.case("expired, unused and over-broad waivers are reported", function()
  local list <const> = waivers.read(tiers_of(WAIVERS, NOTHING), "2026-11-21")
  waivers.find(list, "naming.layer_prefix", model("old"))
  waivers.find(list, "naming.layer_prefix", model("stg_b"))
  local kinds <const> = {}
  for i, note in ipairs(waivers.notes(list, "validate", {})) do
    kinds[i] = ("%s %d"):format(note.kind, note.line)
  end
  test.equal(kinds, { "unused 5", "expired 6", "unused 7", "broad 7" })
  test.contains(waivers.notes(list, "validate", {})[2].message, "expired on 2026-11-20; 1 finding came back")
end)

test.case("a waiver for all subjects of a kind is over-broad, one for a product's is not", function()
  for subject, broad in pairs { ["model.*"] = true, ["column.*.*"] = true, ["**"] = true, ["model.shop.*"] = false } do
    local list <const> = waivers.read(tiers_of(([[
  waivers:
    - { policy: naming.layer_prefix, subject: "%s", reason: r, approved_by: a, expires: 2027-01-01 }
]]):format(subject), NOTHING), "2026-11-21")
    waivers.find(list, "naming.layer_prefix", model("a"))
    local notes <const> = waivers.notes(list, "validate", {})
    test.equal(#notes > 0 and notes[#notes].kind == "broad", broad)
  end
end)

test.case("a waiver for no policy is an error", function()
  local problems <const> = waivers.check(
    tiers_of("  waivers: [ { policy: naming.layer_prefx } ]\n", NOTHING), ORDER)
  test.equal(messages(problems), { "tier1.yaml:4 there is no policy 'naming.layer_prefx' to waive" })
end)

-- ---- baseline ---------------------------------------------------------------------------------------------

local function finding(subject, path)
  return {
    policy = "p.q",
    code = "X-E1",
    subject = subject,
    path = path,
    verdict = "block",
    fingerprint = baseline.fingerprint("p.q", "X-E1", subject, path),
  }
end

local function entries(...)
  return baseline.entries { { findings = { ... } } }
end

test.case("a fingerprint does not depend on lines, and on all else", function()
  test.equal(finding("a").fingerprint, finding("a").fingerprint)
  test.truthy(finding("a").fingerprint ~= finding("a", "b").fingerprint)
  test.truthy(finding("a", "b").fingerprint:find("^%x+$") and #finding("a").fingerprint == 32)
end)

test.case("a baseline takes each entry once and may only shrink", function()
  local path <const> = files.join(test.folder {}, ".floe/baseline.yaml")
  local four <const> = entries(finding("b"), finding("a", "it's \"x\": y"), finding("a", "x"), finding("a", "x"))
  test.equal(baseline.write(path, four, { as_of = "2026-11-21" }).added, 4)
  local read <const> = assert(baseline.read(path))
  test.equal({ read.entries[1].path, read.accepted }, { "it's \"x\": y", "2026-11-21" })
  local same <const> = finding("a", "x").fingerprint
  test.equal({ baseline.take(read, same), baseline.take(read, same), baseline.take(read, same) }, { true, true, false })
  test.equal(#baseline.stale(read), 2)
  test.contains(baseline.notes(read)[1].message, "2 findings of the baseline are gone")

  local refused <const>, err <const> = baseline.write(path, entries(finding("c")), { as_of = "2026-11-22" })
  test.equal({ refused, #err.new }, { nil, 1 })
  local difference <const> = baseline.check(path, entries(finding("b"), finding("c")))
  test.equal({ #difference.stale, #difference.new, difference.kept }, { 3, 1, 1 })
  local shrunk <const> = baseline.write(path, entries(finding("b")), { as_of = "2026-11-22" })
  test.equal({ shrunk.kept, shrunk.added, shrunk.removed }, { 1, 0, 3 })
  test.equal(baseline.write(path, entries(finding("c")), { as_of = "2026-11-22", grow = true }).added, 1)
end)

test.case("a broken baseline says where", function()
  local folder <const> = test.folder { ["b.yaml"] = "version: 2\naccepted: soon\nfindings: []\n" }
  local read <const>, problems <const> = baseline.read(files.join(folder, "b.yaml"))
  test.equal({ read, #problems, problems[2].line }, { nil, 2, 2 })
end)

test.case("a baseline that was merged or edited by hand is not trusted", function()
  local entry <const> = finding("c")
  local text <const> = ('version: 1\naccepted: "2026-11-21"\nfindings:\n  - fingerprint: "%s"\n    policy: p.q\n'
    .. "    code: X-E1\n    subject: %s\n"):format(entry.fingerprint, entry.subject)
  local folder <const> = test.folder {
    ["merged.yaml"] = text .. "<<<<<<< HEAD\n=======\n>>>>>>> main\n",
    ["edited.yaml"] = text:gsub("subject: .*", "subject: other\n"),
  }
  local _, merged <const> = baseline.read(files.join(folder, "merged.yaml"))
  test.equal({ merged[1].message, merged[1].line }, { "the baseline holds a merge conflict", 8 })
  local _, edited <const> = baseline.read(files.join(folder, "edited.yaml"))
  test.equal({ edited[1].message, edited[1].line }, { "the fingerprint is not that of 'p.q' on 'other'", 4 })
end)

-- ---- outcomes ---------------------------------------------------------------------------------------------

test.case("the gravest reason decides the exit code", function()
  local function outcome(counts, ...)
    local errors <const> = {}
    for i, kind in ipairs { ... } do
      errors[i] = { kind = kind }
    end
    local all <const> = { block = counts.block or 0, alert = counts.alert or 0, warn = counts.warn or 0 }
    return { verdict.outcome(errors, all) }
  end
  test.equal(outcome {}, { "pass", 0 })
  test.equal(outcome { warn = 1 }, { "warned", 0 })
  test.equal(outcome { warn = 1, alert = 1 }, { "alerted", 0 })
  test.equal(outcome { block = 1 }, { "blocked", 1 })
  test.equal(outcome({ block = 1 }, "time"), { "error", 3 })
  test.equal(outcome({}, "time", "outside", "time"), { "error", 4 })
  test.equal(outcome({}, "outside", "input", "outside"), { "error", 2 })
  test.equal(verdict.exit { { exit = 1 }, { exit = 3 }, { exit = 0 } }, 3)
end)

test.case("scopes in very many tiers are an error and no endless table", function()
  local written <const> = {}
  for i = 1, 16 do
    written[i] = "  policies: { naming.layer_prefix: [ { mode: block, where: { layer: gold } },"
      .. " { mode: block, where: { layer: silver } }, { mode: block, where: { layer: bronze } } ] }\n"
  end
  local result <const> = resolve({}, table.unpack(written))
  test.contains(table.concat(messages(result.problems), "\n"), "has scopes in so many tiers")
end)

test.finish()

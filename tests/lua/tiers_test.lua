local common <const> = require "manifest.common"
local document <const> = require "host.document"
local rules <const> = require "manifest.tiers.rules"
local shapes <const> = require "manifest.shape"
local test <const> = dofile "tests/lua/support.lua"
local tiers <const> = require "manifest.tiers"

local NOTHING <const> = "x-says: nothing"
local KINDS <const> = { "enterprise", "domain", "domain", "product" }

-- Tiers from YAML texts, the last of them the product's.
local function tiers_of(...)
  local texts <const>, out <const> = { ... }, {}
  for index, text in ipairs(texts) do
    local last <const> = index == #texts
    local name <const> = last and "floe.yaml" or ("tier%d.yaml"):format(index)
    local root <const> = test.yaml(text .. "\nmetadata: { name: orders, owner: team, domain: sales }\n", name)
    local kind <const> = last and "product" or KINDS[index]
    out[index] = {
      title = last and "product's floe.yaml" or ("%s manifest %d"):format(kind, index), kind = kind, manifest = root,
      governance = root.governance,
    }
  end
  return out
end

local function merge(...)
  return tiers.merge(tiers_of(...))
end

local function messages(problems)
  local out <const> = {}
  for index, problem in ipairs(problems) do
    out[index] = ("%s:%s %s"):format(problem.file, problem.line, problem.message)
  end
  return out
end

local function first(...)
  return messages(merge(...).problems)[1]
end

-- ---- the table --------------------------------------------------------------------------------------------

local function child(parts, name)
  local out <const> = table.move(parts, 1, #parts, 1, {})
  out[#out + 1] = name
  return out
end

-- The fields of a shape that no rule is about, where a field is only found by its own name.
local function unruled(shape, parts, out)
  for _, choice in ipairs(shape.either or {}) do
    unruled(choice, parts, out)
  end
  for _, field in ipairs(shape.fields or {}) do
    local inner <const> = child(parts, field[1])
    local rule <const> = rules.of(inner)
    if not rule or rule.parts and rule.parts[#inner] == "*" and not rules.of(parts).list_as then
      out[#out + 1] = table.concat(inner, ".")
    elseif rule.as then
      unruled(field, rules.spelt(rule, inner), out)
    elseif rule.kind == "members" then
      unruled(field, inner, out)
    end
  end
  local members <const> = shape.type == "map" and shape.values or shape.additional
  local inner <const> = child(parts, "*")
  if members and #parts > 0 then
    local rule <const> = rules.of(inner)
    if not rule then
      out[#out + 1] = table.concat(inner, ".")
    elseif type(members) == "table" and rule.kind == "members" then
      unruled(members, inner, out)
    end
  end
  return out
end

test.case("every field of a platform manifest and of floe.yaml has a rule", function()
  test.equal(unruled(require "manifest.platform", {}, {}), {})
  test.equal(unruled(require "manifest.product", {}, {}), {})
end)

test.case("a field without a rule is found", function()
  local shape <const> = { type = "object", fields = {
    { "governance", type = "object", fields = { { "invented", type = "string" } } },
    { "made_up", type = "object", fields = {} },
  } }
  test.equal(unruled(shape, {}, {}), { "governance.invented", "made_up" })
end)

-- The shape's field that a rule's path leads to; false where there is none, true below what no shape describes.
local function field_at(shape, parts, index)
  if index > #parts then
    return shape
  end
  for _, choice in ipairs(shape.either or {}) do
    local found <const> = field_at(choice, parts, index)
    if found then
      return found
    end
  end
  for _, field in ipairs(shape.fields or {}) do
    if field[1] == parts[index] then
      return field_at(field, parts, index + 1)
    end
  end
  if parts[index] == "*" and (shape.fields and #shape.fields > 0) and not shape.additional and shape.type ~= "map" then
    return field_at(shape.fields[1], parts, index + 1)
  end
  local members <const> = shape.type == "map" and (shape.values or true) or shape.additional
    or shape.type == "any" or false
  return type(members) == "table" and (field_at(members, parts, index + 1)
    or parts[index] == "*" and shape.fields and shape.fields[1] and field_at(shape.fields[1], parts, index + 1))
    or members == true
end

test.case("every rule is about a field that there is", function()
  for _, rule in ipairs(rules.all) do
    local found <const> = field_at(require "manifest.platform", rule.parts, 1)
      or field_at(require "manifest.product", rule.parts, 1)
    test.truthy(found, "no shape has " .. rule.path)
    if rule.as then
      test.truthy(rules.of(rules.spelt(rule, rule.parts)), "no rule for " .. rule.as)
    end
  end
end)

test.case("the words of an order are those that a field may have", function()
  for _, rule in ipairs(rules.all) do
    local field <const> = type(rule.order) == "table" and field_at(require "manifest.platform", rule.parts, 1)
    if field then
      local wanted <const>, have <const> = { table.unpack(field.enum) }, { table.unpack(rule.order) }
      table.sort(wanted)
      table.sort(have)
      test.equal(have, wanted, rule.path)
    end
  end
end)

-- ---- merging ----------------------------------------------------------------------------------------------

test.case("a weakening names the field, both values, both files and both lines", function()
  local found <const> = first([[
governance:
  quality_gates:
    minimum_test_coverage: 80
]], [[
governance: { quality_gates: { minimum_test_coverage: 60 } }
]], "")
  test.equal(found, "tier2.yaml:1 the domain manifest 2 weakens 'governance.quality_gates.minimum_test_coverage' from "
    .. "80 to 60; the enterprise manifest 1 decided it (tier1.yaml:3)")
end)

test.case("every stricter-only field keeps its direction", function()
  for _, row in ipairs {
    { "governance: { audit_logging: %s }", "enabled", "disabled" },
    { "governance: { policy_enforcement_level: %s }", "strict", "alert_only" },
    { "governance: { naming: { enforcement: %s } }", "block", "warn" },
    { "governance: { quality_gates: { block_on_failure: %s } }", "true", "false" },
    { "governance: { quality_gates: { layer_thresholds: { gold: %s } } }", "90", "80" },
    { "governance: { quality_gates: { required_tests: %s } }", "[not_null, unique]", "[unique]" },
    { "governance: { quality_gates: { layers: { gold: { minimum_coverage: %s } } } }", "90", "80" },
    { "governance: { secret_scanning: { exclude_patterns: %s } }", "[a]", "[a, b]" },
    { "governance: { secret_scanning: { severity: %s } }", "error", "warning" },
    { "governance: { rbac: { allow_principal_fallback: %s } }", "false", "true" },
    { "governance: { network_policies: { default_deny: %s } }", "true", "false" },
    { "governance: { data_contracts: { inheritance_mode: %s } }", "strict", "merge" },
    { "governance: { data_contracts: { drift_detection: { warn_on_extra_column: %s } } }", "true", "false" },
    { "governance: { schema_evolution: %s }", "additive", "any" },
    { "governance: { slas: { freshness: %s } }", "PT6H", "PT12H" },
    { "governance: { slas: { availability: %s } }", "99.9%", "99%" },
    { "governance: { evidence: { required: %s } }", "true", "false" },
    { "governance: { evidence: { retention: %s } }", "13w", "90d" },
    { "observability: { metrics: { enabled: %s } }", "true", "false" },
    { "identity: { enforcement: %s }", "enforce", "warn" },
    { "observability: { lineage: { enabled: %s } }", "true", "false" },
    { "artifacts: { promotion: { signature_enforcement: %s } }", "enforce", "warn" },
    { "security: { require_signed_artifacts: %s }", "true", "false" },
  } do
    local strict <const>, weak <const> = row[1]:format(row[2]), row[1]:format(row[3])
    test.equal(messages(merge(weak, strict, "").problems), {}, strict)
    test.contains(first(strict, weak, ""), "weakens '")
  end
end)

test.case("what is forbidden below may be repeated, and not changed", function()
  local one <const> = "data_architecture: { layers: { gold: { prefix: gold_ } } }"
  test.equal(merge(one, one, "").problems, {})
  test.contains(first(one, "data_architecture: { layers: { gold: { prefix: mart_ } } }", ""),
    "changes 'data_architecture.layers.gold.prefix' from gold_ to mart_")
  test.equal(tiers.layers(tiers_of(one, "data_architecture: { layers: { raw: { prefix: raw_ } } }", "")),
    { gold = "gold_", raw = "raw_" })
end)

test.case("two spellings of a field are one field", function()
  test.contains(first("data_contracts: { enforcement: block }", "governance: { data_contracts: { enforcement: warn } }",
    ""), "weakens 'governance.data_contracts.enforcement' from block to warn")
  test.contains(first("governance: { quality_gates: { minimum_test_coverage: 80 } }",
    "quality: { minimum_coverage: 70 }"), "weakens 'governance.quality_gates.minimum_test_coverage' from 80 to 70")
  test.contains(first("governance: { quality_gates: { layers: { gold: { minimum_coverage: 90 } } } }",
    "data_architecture: { layers: { gold: { quality_gates: { minimum_coverage: 80 } } } }", ""),
    "weakens 'governance.quality_gates.layers.gold.minimum_coverage' from 90 to 80")
end)

test.case("a list of a lower tier may only hold what the list above holds", function()
  test.equal(first("approved_plugins: { compute: [duckdb, spark] }", "approved_plugins: { compute: [spark, trino] }",
    ""), "tier2.yaml:1 the domain manifest 2 adds trino to 'approved_plugins.compute', which the enterprise manifest 1 "
      .. "limits to duckdb, spark (tier1.yaml:1)")
  test.equal(merge("approved_sinks: [a, b]", "approved_sinks: [b]", "").values.approved_sinks, { "b" })
end)

test.case("a choice must be on every list above it", function()
  test.equal(messages(merge("approved_plugins: { compute: [duckdb, spark] }",
    "approved_plugins: { compute: [duckdb] }", "plugins: { compute: { type: spark } }", "").problems),
    { "tier3.yaml:1 plugin 'spark' is not among those the domain manifest 2 approves for compute: duckdb "
      .. "(tier2.yaml:1)" })
  test.contains(first("approved_plugins: { compute: [spark] }\nplugins: { compute: { type: duckdb } }", ""),
    "plugin 'duckdb' is not among those the enterprise manifest 1 approves")
  test.contains(first("plugins: { compute: { approved: [ { name: duckdb } ] } }",
    "plugins: { compute: { type: spark } }", ""),
    "chooses spark for 'plugins.compute', where the enterprise manifest 1 offers duckdb (tier1.yaml:1)")
end)

test.case("a list leaves out no choice that a tier takes over from above", function()
  test.equal(messages(merge("plugins: { compute: { type: duckdb } }", "approved_plugins: { compute: [spark] }", "")
    .problems), { "tier2.yaml:1 the domain manifest 2 approves spark for compute, which leaves out 'duckdb', the "
      .. "choice of the enterprise manifest 1 (tier1.yaml:1)" })
  test.equal(merge("plugins: { compute: { type: duckdb } }",
    "approved_plugins: { compute: [spark] }\nplugins: { compute: { type: spark } }", "").problems, {})
  test.equal(messages(merge("plugins: { compute: { approved: [ { name: duckdb }, { name: spark } ], default: spark } }",
    "approved_plugins: { compute: [spark] }", "transforms: [ { name: a, compute: duckdb } ]").problems),
    { "floe.yaml:1 compute 'duckdb' is not among those the domain manifest 2 approves: spark (tier2.yaml:1)" })
end)

test.case("what every tier adds to may be one word where others write a list", function()
  test.equal(merge("governance: { sensitive_fields: [email] }", "governance: { sensitive_fields: phone }", "")
    .governance.sensitive_fields, { "email", "phone" })
  test.equal(merge("governance: { sensitive_fields: email }", "governance: { sensitive_fields: [] }", "")
    .governance.sensitive_fields, { "email" })
end)

test.case("a refusal shows lists as lists, and no secret", function()
  test.contains(first("governance: { quality_gates: { required_tests: [not_null, unique] } }",
    "governance: { quality_gates: { required_tests: [] } }", ""), "from [not_null, unique] to [];")
  test.contains(first("security: { api_auth: { token: hunter2, address: 'https://me:hunter2@host/x' } }",
    "security: { api_auth: {} }", ""), "from { address: https://host/x, token: [redacted] } to {};")
end)

test.case("a tier that names a default alone keeps the choices above", function()
  local merged <const> = merge("plugins: { compute: { approved: [ { name: duckdb }, { name: spark } ] } }",
    "plugins: { compute: { default: spark } }", "transforms: [ { name: a, compute: trino } ]")
  test.equal(merged.values.plugins.compute.default, "spark")
  test.equal(#merged.values.plugins.compute.approved, 2)
  test.contains(messages(merged.problems)[1], "compute 'trino' is not among those the platform offers")
end)

test.case("a resolved value knows the chain of tiers that spoke of it", function()
  local merged <const> = merge("governance: { data_retention_days: 30 }", "governance: { data_retention_days: 30 }",
    "governance: { data_retention_days: 90 }", "governance: { data_retention_days: 90 }")
  local field <const> = merged.fields["governance.data_retention_days"]
  local effects <const> = {}
  for index, word in ipairs(field.words) do
    effects[index] = word.effect
  end
  test.equal(effects, { "sets", "keeps", "strengthens", "keeps" })
  test.equal({ field.value, field.winner.tier.title, document.place(field.winner.owner, field.winner.key) },
    { 90, "domain manifest 3", "tier3.yaml", 1, 15 })
end)

test.case("short and long entries of policies merge, and a mode never gets weaker", function()
  local merged <const> = merge("governance: { policies: { a.b: block } }",
    "governance: { policies: { a.b: { params: { x: 1 } } } }", "governance: { policies: { a.b: warn } }")
  test.equal(merged.governance.policies["a.b"], { mode = "block", params = { x = 1 } })
  test.equal(merged.problems, {})
end)

test.case("entries of a policy come together scope by scope, however each tier writes them", function()
  local function policy(...)
    local texts <const> = { ... }
    for index, text in ipairs(texts) do
      texts[index] = ("governance: { policies: { a.b: %s } }"):format(text)
    end
    local merged <const> = merge(table.unpack(texts))
    test.equal(merged.problems, {})
    return merged.governance.policies["a.b"]
  end
  local gold <const> = { mode = "block", where = { layer = "gold" } }
  local both <const> = { { mode = "warn", params = { x = 1 } }, gold }
  test.equal(policy("[ { mode: block, where: { layer: gold } }, { mode: warn } ]", "{ params: { x: 1 } }"), both)
  test.equal(policy("{ params: { x: 1 } }", "[ { mode: block, where: { layer: gold } }, { mode: warn } ]"), both)
  test.equal(policy("warn", "{ mode: block, where: { layer: gold } }", "{ params: { x: 1 } }"), both)
  test.equal(policy("{ mode: block, where: { layer: gold } }", "{ mode: warn, where: { layer: gold } }"), gold)
  test.equal(policy("{ mode: block, where: { layer: gold } }", "{ mode: warn, where: { layer: silver, tag: t } }"),
    { gold, { mode = "warn", where = { layer = "silver", tag = "t" } } })
  test.equal(policy("[ { mode: warn } ]", "block"), { mode = "block" })
end)

test.case("policies by id in one tier and rules as a list in another both stay, in whichever order", function()
  local by_id <const> = "governance: { policies: { a.b: block } }"
  local listed <const> = "governance: { policies: [ { name: tagged, type: required_tags, config: { tags: [x] } } ] }"
  local rule <const> = { name = "tagged", type = "required_tags", config = { tags = { "x" } } }
  for _, texts in ipairs { { by_id, listed, NOTHING }, { listed, by_id, NOTHING }, { NOTHING, by_id, listed } } do
    local merged <const> = merge(table.unpack(texts))
    test.equal(merged.governance, { policies = { ["a.b"] = { mode = "block" } }, rules = { rule } })
    test.equal(merged.problems, {})
  end
  local more <const> = "governance: { rules: [ { name: named, type: naming_convention, config: { pattern: ^x_ } } ] }"
  local names <const> = {}
  for index, entry in ipairs(merge(listed, more, listed, NOTHING).governance.rules) do
    names[index] = entry.name
  end
  test.equal(names, { "tagged", "named", "tagged" })
end)

test.case("rules have one spelling in a file", function()
  local rule <const> = "{ name: tagged, type: required_tags }"
  local text <const> = ("policies: [ %s ]\nrules: [ %s ]\n"):format(rule, rule)
  local problems <const> = shapes.check(common.product_governance, test.yaml(text, "floe.yaml"))
  test.equal(messages(problems), { "floe.yaml:2 'rules' and 'policies' as a list are two spellings of one thing" })
  local both <const> = test.yaml("policies: { a.b: warn }\nrules: [ " .. rule .. " ]", "floe.yaml")
  test.equal(shapes.check(common.product_governance, both), {})
end)

test.case("what a file says of itself is not inherited", function()
  local merged <const> = merge("scope: enterprise\nplugins: {}", "transforms: [ { path: models } ]")
  test.equal({ merged.values.scope, merged.values.metadata.name }, { nil, "orders" })
end)

test.finish()

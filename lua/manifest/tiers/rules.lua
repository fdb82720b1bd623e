-- How every field of platform manifests and of floe.yaml comes together over the tiers, said once: merging, `floe
-- explain` and the reference page read nothing else. A field without a row here fails a test.

local params <const> = require "enforce.params"

local M = {}

---@alias floe.tiers.kind
---| "own"       # speaks of its own file; tiers below inherit nothing
---| "override"  # the lowest tier that says it decides
---| "extend"    # every tier adds to the list
---| "intersect" # a lower tier's list may only hold what the list above holds
---| "stricter"  # a lower tier may keep or strengthen it, in the order given
---| "forbidden" # the first tier that says it decides; a lower one may repeat it, not change it
---| "choice"    # a plugin: the lowest tier chooses, among what the tiers above approve
---| "policy"    # the lowest tier decides, as far as the policy's own direction allows (enforce/settings.lua)
---| "members"   # an object: its members have rules of their own

---@class floe.tiers.rule
---@field path string a `*` stands for any key
---@field kind floe.tiers.kind
---@field order any of `stricter`: "higher", "lower", "mode", "level", "superset", "subset", the stricter truth value,
--- or the words from the weakest to the strictest
---@field as string? another spelling: it is merged as that field
---@field short string? of `members`: the member that a text in the object's place gives
---@field scoped boolean? of `members`: it may be a list of entries, and an entry may hold for a scope (`where`)
---@field list_as string? of `members`: the field that it is another spelling of where it is written as a list

--- What each kind means, for people.
M.words = {
  own = "each file's own",
  override = "the lowest tier that says it decides",
  extend = "every tier adds to it",
  intersect = "a lower tier may only list what the tier above lists",
  stricter = "a lower tier may keep or strengthen it",
  forbidden = "the first tier that says it decides; forbidden below",
  choice = "the lowest tier chooses, among what the tiers above approve",
  policy = "a lower tier may make it stricter, in the direction that the policy declares",
  members = "member by member",
}

local MODES <const> = "mode"
local ON <const>, OFF <const> = true, false

-- { path, kind, order of strength }; `as` in the second place names the field that is meant.
local ROWS <const> = {
  { "apiVersion", "own" },
  { "kind", "own" },
  { "metadata", "own" },
  { "scope", "own" },
  { "parent_manifest", "own" },
  { "parent", "own" },
  { "parent_ref", "own" },

  -- what a platform is made of
  { "plugins", "members" },
  { "plugins.compute", "choice" },
  { "plugins.orchestrator", "choice" },
  { "plugins.catalog", "choice" },
  { "plugins.storage", "choice" },
  { "plugins.semantic_layer", "choice" },
  { "plugins.ingestion", "choice" },
  { "plugins.secrets", "choice" },
  { "plugins.telemetry_backend", "choice" },
  { "plugins.lineage_backend", "choice" },
  { "plugins.identity", "choice" },
  { "plugins.dbt", "choice" },
  { "plugins.rbac", "choice" },
  { "plugins.network_security", "choice" },
  { "plugins.alert_channel", "choice" },
  { "plugins.quality", "override" },
  { "plugins.dbt_compiler", "override" },
  { "approved_plugins", "members" },
  { "approved_plugins.*", "intersect" },
  { "approved_sinks", "intersect" },
  { "approved_products", "intersect" },
  { "defaults", "members" },
  { "defaults.*", "override" },
  { "resource_presets", "members" },
  { "resource_presets.*", "override" },

  -- policies
  { "governance", "members" },
  { "governance.bundles", "extend" },
  { "governance.waivers", "extend" },
  { "governance.approvals", "extend" },
  { "governance.policy_overrides", "extend" },
  { "governance.accepted_changes", "extend" },
  { "governance.custom_rules", "extend" },
  { "governance.policies", "members", list_as = "governance.rules" },
  { "governance.policies.*", "members", short = "mode", scoped = true },
  { "governance.policies.*.mode", "policy", MODES },
  { "governance.policies.*.from", "policy" },
  { "governance.policies.*.where", "policy" },
  { "governance.policies.*.params", "members" },
  { "governance.policies.*.params.*", "policy" },
  { "governance.policies.*.production", "members" },
  { "governance.policies.*.production.action", "forbidden" },
  { "governance.policies.*.production.requires_role", "stricter", "subset" },
  { "governance.policies.*.non_production", "members" },
  { "governance.policies.*.non_production.action", "forbidden" },
  { "governance.policies.*.non_production.requires_role", "stricter", "subset" },
  { "governance.policy_enforcement_level", "stricter", MODES },
  { "governance.rules", "extend" },
  { "governance.evidence", "members" },
  { "governance.evidence.required", "stricter", ON },
  { "governance.evidence.retention", "stricter", "longer" },

  -- rules about data
  { "governance.pii_encryption", "stricter", { "optional", "required" } },
  { "governance.audit_logging", "stricter", { "disabled", "enabled" } },
  { "governance.data_retention_days", "stricter", "higher" },
  { "governance.default_ttl_hours", "override" },
  { "governance.snapshot_keep_last", "override" },
  { "governance.stale_table_recovery_mode", "override" },
  { "governance.classification", "members" },
  { "governance.classification.source", "forbidden" },
  { "governance.classification.levels", "stricter", "subset" },
  { "governance.sensitive_fields", "extend" },
  { "governance.slas", "members" },
  { "governance.slas.freshness", "stricter", "level" },
  { "governance.slas.availability", "stricter", "level" },
  { "governance.slas.*", "stricter", "level" },
  { "governance.schema_evolution", "stricter", { "any", "additive", "strict" } },
  { "governance.interoperability", "members" },
  { "governance.interoperability.data_contracts", "members" },
  { "governance.interoperability.data_contracts.required", "stricter", ON },
  { "governance.interoperability.data_contracts.*", "forbidden" },
  { "governance.interoperability.*", "forbidden" },
  { "governance.orphan_handling", "members" },
  { "governance.orphan_handling.require_approval", "stricter", ON },
  { "governance.orphan_handling.audit_deletions", "stricter", ON },
  { "governance.orphan_handling.pii_scan_before_delete", "stricter", ON },
  { "governance.orphan_handling.quarantine_days", "stricter", "higher" },
  { "governance.orphan_handling.*", "override" },

  -- naming and quality
  { "governance.naming", "members" },
  { "governance.naming.enforcement", "stricter", MODES },
  { "governance.naming.pattern", "forbidden" },
  { "governance.naming.custom_patterns", "stricter", "subset" },
  { "governance.quality_gates", "members" },
  { "governance.quality_gates.minimum_test_coverage", "stricter", "higher" },
  { "governance.quality_gates.require_descriptions", "stricter", ON },
  { "governance.quality_gates.require_column_descriptions", "stricter", ON },
  { "governance.quality_gates.block_on_failure", "stricter", ON },
  { "governance.quality_gates.layer_thresholds", "members" },
  { "governance.quality_gates.layer_thresholds.*", "stricter", "higher" },
  { "governance.quality_gates.zero_column_coverage_behavior", "stricter", { "report_100_percent", "report_na" } },
  { "governance.quality_gates.enforcement", "stricter", MODES },
  { "governance.quality_gates.required_tests", "stricter", "superset" },
  { "governance.quality_gates.layers", "members" },
  { "governance.quality_gates.layers.*", "members" },
  { "governance.quality_gates.layers.*.required_tests", "stricter", "superset" },
  { "governance.quality_gates.layers.*.minimum_coverage", "stricter", "higher" },

  -- contracts
  { "governance.data_contracts", "members" },
  { "governance.data_contracts.enforcement", "stricter", MODES },
  { "governance.data_contracts.standard", "forbidden" },
  { "governance.data_contracts.plugin", "override" },
  { "governance.data_contracts.auto_generation", "members" },
  { "governance.data_contracts.auto_generation.enabled", "override" },
  { "governance.data_contracts.auto_generation.include_descriptions", "override" },
  { "governance.data_contracts.auto_generation.default_classification", "stricter",
    { "public", "internal", "confidential", "restricted", "sensitive", "pii", "phi", "financial", "identifier" } },
  { "governance.data_contracts.auto_generation.from_ports", "override" },
  { "governance.data_contracts.auto_generation.from_dbt_manifest", "override" },
  { "governance.data_contracts.inherits", "extend" },
  { "governance.data_contracts.drift_detection", "members" },
  { "governance.data_contracts.drift_detection.enabled", "stricter", ON },
  { "governance.data_contracts.drift_detection.fail_on_type_mismatch", "stricter", ON },
  { "governance.data_contracts.drift_detection.fail_on_missing_column", "stricter", ON },
  { "governance.data_contracts.drift_detection.warn_on_extra_column", "stricter", ON },
  { "governance.data_contracts.inheritance_mode", "stricter", { "override", "merge", "strict" } },
  { "governance.data_contracts.monitoring", "members" },
  { "governance.data_contracts.monitoring.enabled", "stricter", ON },
  { "governance.data_contracts.monitoring.mode", "override" },
  { "governance.data_contracts.monitoring.freshness", "override" },
  { "governance.data_contracts.monitoring.schema_drift", "override" },
  { "governance.data_contracts.monitoring.quality", "override" },
  { "governance.data_contracts.monitoring.availability", "override" },
  { "governance.data_contracts.monitoring.*", "override" },
  { "governance.data_contracts.alerting", "members" },
  { "governance.data_contracts.alerting.dedup", "override" },
  { "governance.data_contracts.alerting.rate_limit", "override" },
  { "governance.data_contracts.alerting.rate_window", "override" },
  { "governance.data_contracts.alerting.min_severity", "override" },
  { "governance.data_contracts.alerting.routing", "override" },
  { "governance.data_contracts.alerting.*", "override" },
  { "data_contracts", as = "governance.data_contracts" },

  -- who may do what
  { "governance.rbac", "members" },
  { "governance.rbac.enabled", "stricter", ON },
  { "governance.rbac.required_role", "forbidden" },
  { "governance.rbac.allow_principal_fallback", "stricter", OFF },
  { "governance.secret_scanning", "members" },
  { "governance.secret_scanning.enabled", "stricter", ON },
  { "governance.secret_scanning.exclude_patterns", "stricter", "subset" },
  { "governance.secret_scanning.custom_patterns", "extend" },
  { "governance.secret_scanning.severity", "stricter", { "warning", "error" } },
  { "governance.network_policies", "members" },
  { "governance.network_policies.enabled", "stricter", ON },
  { "governance.network_policies.default_deny", "stricter", ON },
  { "governance.network_policies.allow_external_https", "stricter", OFF },
  { "governance.network_policies.custom_egress_rules", "forbidden" },
  { "security", "members" },
  { "security.require_signed_artifacts", "stricter", ON },
  { "security.network_policies", "members" },
  { "security.network_policies.enabled", "stricter", ON },
  { "security.network_policies.default_deny", "stricter", ON },
  { "security.network_policies.allow_external_https", "stricter", OFF },
  { "security.network_policies.*", "forbidden" },
  { "security.*", "forbidden" },
  { "identity", "members" },
  { "identity.enforcement", "stricter", { "off", "warn", "register", "enforce" } },
  { "identity.auto_register", "stricter", OFF },

  -- how data is organised
  { "data_architecture", "members" },
  { "data_architecture.pattern", "forbidden" },
  { "data_architecture.layers", "members" },
  { "data_architecture.layers.*", "members" },
  { "data_architecture.layers.*.prefix", "forbidden" },
  { "data_architecture.layers.*.description", "override" },
  { "data_architecture.layers.*.catalog_namespace", "override" },
  { "data_architecture.layers.*.quality_gates", as = "governance.quality_gates.layers.*" },
  { "data_architecture.naming", "members" },
  { "data_architecture.naming.enforcement", as = "governance.naming.enforcement" },
  { "data_architecture.naming.case", "forbidden" },
  { "data_architecture.scd", "members" },
  { "data_architecture.scd.types_allowed", "intersect" },
  { "data_architecture.scd.default_type", "override" },
  { "catalog_structure", "members" },
  { "catalog_structure.*", "override" },

  -- telemetry
  { "observability", "members" },
  { "observability.tracing", "members" },
  { "observability.tracing.enabled", "stricter", ON },
  { "observability.tracing.exporter", "override" },
  { "observability.tracing.endpoint", "override" },
  { "observability.lineage", "members" },
  { "observability.lineage.enabled", "stricter", ON },
  { "observability.lineage.transport", "override" },
  { "observability.lineage.endpoint", "override" },
  { "observability.metrics", "members" },
  { "observability.metrics.enabled", "stricter", ON },
  { "observability.metrics.textfile", "override" },
  { "observability.metrics.pushgateway", "override" },
  { "observability.metrics.job", "override" },
  { "observability.logging", "members" },
  { "observability.logging.level", "override" },
  { "observability.logging.format", "override" },
  { "observability.webhooks", "extend" },
  { "telemetry", "members" },
  { "telemetry.*", "override" },

  -- artifacts and what is done with them
  { "artifacts", "members" },
  { "artifacts.registry", "override" },
  { "artifacts.promotion", "members" },
  { "artifacts.promotion.environments", "forbidden" },
  { "artifacts.promotion.audit_backend", "override" },
  { "artifacts.promotion.default_timeout_seconds", "override" },
  { "artifacts.promotion.webhooks", "extend" },
  { "artifacts.promotion.gate_commands", "members" },
  { "artifacts.promotion.gate_commands.*", "forbidden" },
  { "artifacts.promotion.signature_enforcement", "stricter", { "off", "warn", "enforce" } },
  { "artifacts.promotion.secondary_registries", "extend" },
  { "artifacts.promotion.verify_secondary_digests", "stricter", ON },
  { "artifacts.promotion.*", "override" },
  { "artifacts.*", "override" },
  { "promotion", as = "artifacts.promotion" },
  { "reconciliation", "members" },
  { "reconciliation.enabled", "stricter", ON },
  { "reconciliation.schedule", "override" },
  { "reconciliation.namespaces", "override" },
  { "reconciliation.actions", "override" },
  { "reconciliation.thresholds", "members" },
  { "reconciliation.thresholds.*", "stricter", "lower" },
  { "notifications", "members" },
  { "notifications.*", "override" },
  { "compile", "members" },
  { "compile.*", "override" },

  -- what only a product says
  { "platform", "own" },
  { "domain", "own" },
  { "transforms", "own" },
  { "schedule", "own" },
  { "output_ports", "own" },
  { "outputPorts", "own" },
  { "input_ports", "own" },
  { "inputPorts", "own" },
  { "destinations", "own" },
  { "ingestion", "own" },
  { "environments", "own" },
  { "quality", "members" },
  { "quality.minimum_coverage", as = "governance.quality_gates.minimum_test_coverage" },
  { "quality.required_tests", as = "governance.quality_gates.required_tests" },
  { "quality.gates", "own" },
  { "ownership", "own" },
  { "depends_on", "own" },
  { "deprecation", "own" },
}

local function split(path)
  local parts <const> = {}
  for part in path:gmatch("[^.]+") do
    parts[#parts + 1] = part
  end
  return parts
end

-- The rules as a tree of their paths: { rule =, members = { name → node }, any = node }.
local root <const> = { members = {} }

--- The rules in the order of the table.
---@type floe.tiers.rule[]
M.all = {}

for index, row in ipairs(ROWS) do
  local node = root
  for _, part in ipairs(split(row[1])) do
    local into <const> = part == "*" and node.any or node.members[part]
    local child <const> = into or { members = {} }
    if part == "*" then
      node.any = child
    else
      node.members[part] = child
    end
    node = child
  end
  M.all[index] = {
    path = row[1], parts = split(row[1]), kind = row[2], order = row[3],
    as = row.as, short = row.short, scoped = row.scoped, list_as = row.list_as,
  }
  node.rule = M.all[index]
end

local meant <const> = {}
for _, rule in ipairs(M.all) do
  meant[rule.as and split(rule.as)[1] or 1] = true
end

--- The keys of a path.
M.split = split

--- Whether other spellings stand for fields of this section.
---@param section string a key of the root
---@return boolean
function M.is_meant(section)
  return meant[section] or false
end

local EXTENSION <const> = { path = "x-…", kind = "override" }

-- Kinds that are about an object or a list as a whole.
local function is_whole(rule)
  return rule.kind ~= "members" and not rule.as
end

--- The key of the entries that hold for a scope, below their policy; it is no key of a file, and has no rule.
---@param where table plain
---@return string
function M.scope(where)
  return ("[%s]"):format(params.words(where):match("^{ (.*) }$"))
end

--- Whether a key is that of a scope.
---@param part string
---@return boolean
function M.is_scope(part)
  return part:find("^%[.*%]$") ~= nil
end

--- The rule of a field. What lies below a field that is merged as a whole has that field's rule.
---@param parts string[] its keys, from the root of the file
---@return floe.tiers.rule? rule nil where the table says nothing
---@return integer depth how many of the keys the rule is about
function M.of(parts)
  local node = root
  for depth, part in ipairs(parts) do
    local child <const> = M.is_scope(part) and node or node.members[part] or node.any
    if not child then
      if part:sub(1, 2) == "x-" then
        return EXTENSION, depth
      end
      return nil, depth
    end
    node = child
    if is_whole(node.rule) or node.rule.as then
      return node.rule, depth
    end
  end
  return node.rule, #parts
end

--- The keys that are meant by another spelling: those of `rule.as`, its `*` filled in, and what lies below.
---@param rule floe.tiers.rule with `as`
---@param parts string[]
---@return string[]
function M.spelt(rule, parts)
  local caught <const>, out <const> = {}, {}
  for index, part in ipairs(rule.parts) do
    if part == "*" then
      caught[#caught + 1] = parts[index]
    end
  end
  for _, part in ipairs(split(rule.as)) do
    out[#out + 1] = part == "*" and table.remove(caught, 1) or part
  end
  return table.move(parts, #rule.parts + 1, #parts, #out + 1, out)
end

--- The order of a rule in words; nil where it has none.
---@param rule floe.tiers.rule
---@return string?
function M.order_words(rule)
  local order <const> = rule.order
  if rule.kind ~= "stricter" then
    return nil
  elseif type(order) == "table" then
    return table.concat(order, " < ")
  elseif type(order) == "boolean" then
    return order and "false < true" or "true < false"
  end
  return ({
    higher = "higher is stricter", lower = "lower is stricter", mode = "off < warn < alert_only < block",
    superset = "more is stricter", subset = "less is stricter", level = "the firmer promise is stricter",
  })[order]
end

return M

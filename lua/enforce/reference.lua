-- How the general keys of a governance section are read: each sets modes or params of policies, or grants waivers.

local document <const> = require "host.document"
local modes <const> = require "enforce.modes"

local M = {}

--- Every key, and what it sets; the functions below do so, the reference page prints it.
M.mapping = {
  { "`policy_enforcement_level`", "the mode of every policy that nothing else names; `strict` is `block`" },
  { "`naming.enforcement`", "mode of `naming.layer_prefix`" },
  { "`naming.pattern`, `naming.custom_patterns`", "params of `naming.layer_prefix` of the same names" },
  { "`data_architecture.naming.enforcement`", "mode of `naming.layer_prefix`" },
  { "`quality_gates.enforcement`",
    "mode of `coverage.columns`, `coverage.required_tests` and, where descriptions are required, `documentation.*`" },
  { "`quality_gates.block_on_failure`",
    "the same where there is no `enforcement`: `true` is `block`, `false` is `alert_only`" },
  { "`quality_gates.minimum_test_coverage`", "`minimum` of `coverage.columns`" },
  { "`quality_gates.layer_thresholds`", "`layers` of `coverage.columns`" },
  { "`quality_gates.zero_column_coverage_behavior`", "`zero_columns` of `coverage.columns`" },
  { "`quality_gates.required_tests`", "`layers` of `coverage.required_tests`, for bronze, silver and gold" },
  { "`quality_gates.layers.L.minimum_coverage`, `.required_tests`",
    "`layers` of `coverage.columns` and of `coverage.required_tests`" },
  { "`quality_gates.require_descriptions`",
    "`true`: `documentation.model` in the mode of the gates, else `alert_only`; `false`: `off`" },
  { "`quality_gates.require_column_descriptions`", "the same for `documentation.column`, in every layer" },
  { "`data_architecture.layers.L.quality_gates`", "as `quality_gates.layers.L`" },
  { "`quality.minimum_coverage`, `quality.required_tests` of a floe.yaml",
    "as `quality_gates.minimum_test_coverage` and `quality_gates.required_tests`" },
  { "`secret_scanning`",
    "`secrets.in_files`: `enabled: false` is `off`; `severity: error` is `block`, `warning` is `warn`; its patterns "
      .. "are `exclude_patterns` and `custom_patterns`" },
  { "`classification.levels`", "`classifications` of `classification.known_values`" },
  { "`data_contracts.enforcement`",
    "mode of the policies `contract.*` and of `classification.contract_agrees`, but for those that only warn "
      .. "(`contract.extra_columns`, `contract.merge`, `contract.deprecated_inputs`, `contract.deprecation`), which "
      .. "`off` turns off; all but `off` set `required` of `contract.present`" },
  { "`data_contracts.drift_detection`",
    "`enabled: false` turns `contract.columns`, `contract.types`, `contract.extra_columns`, `contract.nullability` and "
      .. "`contract.schema_drift` off; `fail_on_missing_column: false` makes `contract.columns` a warning, "
      .. "`fail_on_type_mismatch: false` `contract.types`; `warn_on_extra_column: false` turns "
      .. "`contract.extra_columns` off" },
  { "`slas`",
    "service levels of every contract: `contract.inherits` reports a weaker one, and what a contract does not say is "
      .. "taken over, as `data_contracts.inheritance_mode` says" },
  { "`interoperability.data_contracts.required`", "`true`: `required` of `contract.present`" },
  { "`custom_rules[]`",
    "`require_tags_for_prefix` runs `metadata.required_tags`, `require_meta_field` runs `metadata.required_meta`, "
      .. "`require_tests_of_type` runs `coverage.tests_of_type`: once for each rule" },
  { "`rules[]` (also `policies` as a list)",
    "`required_tags` runs `metadata.required_tags` with the `required_tags` (or `tags`) of its `config`, "
      .. "`naming_convention` runs `naming.layer_prefix` with its `pattern`; `max_transforms` and `custom` "
      .. "cannot be run: floe says so" },
  { "`policy_overrides[]`",
    "waivers by model name: `exclude` waives, `downgrade` turns findings into warnings" },
}

local Claims = {}
Claims.__index = Claims

-- The claim about a policy, made where there is none yet; it stands at `key` of `owner`.
function Claims:about(id, owner, key)
  local claim = self.map[id]
  if not claim then
    claim = { owner = owner, key = key, places = {} }
    self.map[id] = claim
  end
  return claim
end

function Claims:mode(id, mode, owner, key)
  if mode then
    local claim <const> = self:about(id, owner, key)
    claim.mode, claim.owner, claim.key = mode, owner, key
  end
end

function Claims:param(id, name, value, owner, key)
  if value ~= nil then
    local claim <const> = self:about(id, owner, key)
    claim.params = claim.params or {}
    claim.params[name] = type(value) == "userdata" and document.plain(value) or value
    claim.places[name] = { owner, key }
  end
end

-- A value of one layer in a param that maps layers.
function Claims:layer(id, layer, value, owner, key)
  if value ~= nil then
    local claim <const> = self:about(id, owner, key)
    claim.params = claim.params or {}
    claim.params.layers = claim.params.layers or {}
    claim.params.layers[layer] = type(value) == "userdata" and document.plain(value) or value
    claim.places.layers = { owner, key }
  end
end

local function read_naming(claims, governance, manifest)
  local architecture <const> = manifest and manifest.data_architecture
  local of_layers <const> = architecture and architecture.naming
  if of_layers and of_layers.enforcement then
    claims:mode("naming.layer_prefix", modes.read(of_layers.enforcement), of_layers, "enforcement")
  end
  local naming <const> = governance.naming
  if naming then
    claims:param("naming.layer_prefix", "pattern", naming.pattern, naming, "pattern")
    claims:param("naming.layer_prefix", "custom_patterns", naming.custom_patterns, naming, "custom_patterns")
    claims:mode("naming.layer_prefix", naming.enforcement and modes.read(naming.enforcement), naming, "enforcement")
  end
end

local function read_layer_gates(claims, layer, gates)
  claims:layer("coverage.columns", layer, gates.minimum_coverage, gates, "minimum_coverage")
  claims:layer("coverage.required_tests", layer, gates.required_tests, gates, "required_tests")
end

-- Prefixes of layers become the naming of the custom pattern; their gates those of quality_gates.
local function read_layers(claims, manifest)
  local layers <const> = manifest and manifest.data_architecture and manifest.data_architecture.layers
  for name, layer in pairs(layers or {}) do
    if layer.quality_gates then
      read_layer_gates(claims, name, layer.quality_gates)
    end
  end
end

-- The mode of the gates, and the key that says it.
local function gate_mode(gates)
  if gates.enforcement then
    return modes.read(gates.enforcement), "enforcement"
  elseif gates.block_on_failure ~= nil then
    return gates.block_on_failure and "block" or "alert_only", "block_on_failure"
  end
end

local function read_required_docs(claims, gates, key, id)
  local required <const> = gates[key]
  if required == false then
    claims:mode(id, "off", gates, key)
  elseif required then
    claims:mode(id, gate_mode(gates) or "alert_only", gates, key)
  end
end

local LAYERS <const> = { "bronze", "silver", "gold" }

local function read_required_tests(claims, gates)
  for _, layer in ipairs(gates.required_tests and LAYERS or {}) do
    claims:layer("coverage.required_tests", layer, gates.required_tests, gates, "required_tests")
  end
end

-- What a product asks of itself.
local function read_quality(claims, quality)
  claims:param("coverage.columns", "minimum", quality.minimum_coverage, quality, "minimum_coverage")
  read_required_tests(claims, quality)
end

local function read_gates(claims, gates)
  local mode <const>, key <const> = gate_mode(gates)
  claims:mode("coverage.columns", mode, gates, key)
  claims:mode("coverage.required_tests", mode, gates, key)
  claims:param("coverage.columns", "minimum", gates.minimum_test_coverage, gates, "minimum_test_coverage")
  claims:param("coverage.columns", "zero_columns", gates.zero_column_coverage_behavior, gates,
    "zero_column_coverage_behavior")
  for layer, minimum in pairs(gates.layer_thresholds or {}) do
    claims:layer("coverage.columns", layer, minimum, gates.layer_thresholds, layer)
  end
  read_required_tests(claims, gates)
  for layer, inner in pairs(gates.layers or {}) do
    read_layer_gates(claims, layer, inner)
  end
  read_required_docs(claims, gates, "require_descriptions", "documentation.model")
  read_required_docs(claims, gates, "require_column_descriptions", "documentation.column")
  if gates.require_column_descriptions then
    claims:param("documentation.column", "layers", { "*" }, gates, "require_column_descriptions")
  end
end

local SEVERITIES <const> = { error = "block", warning = "warn" }

local function read_secrets(claims, scanning)
  if scanning.enabled == false then
    claims:mode("secrets.in_files", "off", scanning, "enabled")
  else
    claims:mode("secrets.in_files", SEVERITIES[scanning.severity], scanning, "severity")
  end
  claims:param("secrets.in_files", "exclude_patterns", scanning.exclude_patterns, scanning, "exclude_patterns")
  local patterns <const> = {}
  for _, pattern in ipairs(scanning.custom_patterns or {}) do
    patterns[pattern.name] = pattern.pattern
  end
  if next(patterns) then
    claims:param("secrets.in_files", "custom_patterns", patterns, scanning, "custom_patterns")
  end
end

-- Policies on contracts: those that tell what is wrong, and those that only warn.
local CONTRACT_POLICIES <const> = {
  "contract.present", "contract.form", "contract.ports", "contract.columns", "contract.types", "contract.nullability",
  "contract.inherits", "contract.version", "contract.lifecycle", "contract.retired_inputs", "contract.freshness",
  "contract.availability", "contract.quality", "contract.schema_drift",
  "classification.contract_agrees",
}
local CONTRACT_WARNINGS <const> = {
  "contract.extra_columns", "contract.merge", "contract.deprecated_inputs", "contract.deprecation",
}

-- Those that compare contracts with what is built.
local DRIFT_POLICIES <const> = {
  "contract.columns", "contract.types", "contract.extra_columns", "contract.nullability", "contract.schema_drift",
}

-- Members of drift_detection that make less of a policy where they are false.
local DRIFT_KEYS <const> = {
  { "fail_on_missing_column", "contract.columns", "warn" },
  { "fail_on_type_mismatch", "contract.types", "warn" },
  { "warn_on_extra_column", "contract.extra_columns", "off" },
}

local function read_drift(claims, drift, is_off)
  for _, row in ipairs(is_off and {} or DRIFT_KEYS) do
    if drift[row[1]] == false then
      claims:mode(row[2], row[3], drift, row[1])
    end
  end
  for _, id in ipairs(drift.enabled == false and DRIFT_POLICIES or {}) do
    claims:mode(id, "off", drift, "enabled")
  end
end

local function read_contracts(claims, section)
  if section == nil then
    return
  end
  local mode <const> = section.enforcement and modes.read(section.enforcement)
  for _, id in ipairs(mode and CONTRACT_POLICIES or {}) do
    claims:mode(id, mode, section, "enforcement")
  end
  for _, id in ipairs(mode == "off" and CONTRACT_WARNINGS or {}) do
    claims:mode(id, mode, section, "enforcement")
  end
  if mode and mode ~= "off" then
    claims:param("contract.present", "required", true, section, "enforcement")
  end
  if section.drift_detection then
    read_drift(claims, section.drift_detection, mode == "off")
  end
end

local function read_interoperability(claims, section)
  local contracts <const> = section.data_contracts
  if contracts and contracts.required ~= nil then
    claims:param("contract.present", "required", contracts.required, contracts, "required")
  end
end

--- What a tier's general keys say about policies, as claims by id; `*` holds for every policy.
---@param tier floe.settings.tier
---@return table<string, floe.settings.claim>
function M.claims(tier)
  local claims <const> = setmetatable({ map = {} }, Claims)
  local governance <const>, manifest <const> = tier.governance, tier.manifest
  read_layers(claims, manifest)
  read_contracts(claims, manifest and manifest.data_contracts)
  if manifest and manifest.quality then
    read_quality(claims, manifest.quality)
  end
  if governance == nil then
    return claims.map
  end
  if governance.policy_enforcement_level then
    claims:mode("*", modes.read(governance.policy_enforcement_level), governance, "policy_enforcement_level")
    claims.map["*"].soft = true
  end
  read_naming(claims, governance, manifest)
  if governance.quality_gates then
    read_gates(claims, governance.quality_gates)
  end
  local levels <const> = governance.classification
  if levels then
    claims:param("classification.known_values", "classifications", levels.levels, levels, "levels")
  end
  if governance.secret_scanning then
    read_secrets(claims, governance.secret_scanning)
  end
  read_contracts(claims, governance.data_contracts)
  if governance.interoperability then
    read_interoperability(claims, governance.interoperability)
  end
  return claims.map
end

local ACTIONS <const> = { warn = "warn", error = "block", block = "block" }

-- custom_rules by type: the policy that does the work, and its params.
local CUSTOM <const> = {
  require_tags_for_prefix = function(rule)
    return "metadata.required_tags", {
      tags = document.plain(rule.required_tags),
      prefix = rule.prefix,
      applies_to = rule.applies_to,
    }
  end,
  require_meta_field = function(rule)
    if rule.required == false then
      return nil
    end
    return "metadata.required_meta", { fields = { rule.field }, applies_to = rule.applies_to }
  end,
  require_tests_of_type = function(rule)
    return "coverage.tests_of_type", {
      test_types = document.plain(rule.test_types),
      min_columns = rule.min_columns,
      applies_to = rule.applies_to,
    }
  end,
}

-- Rules of governance.rules, of which governance.policies as a list is another spelling, by type: the names of the one
-- setting that each has, and the policy with its params that it makes.
local IN_PLACE <const> = {
  required_tags = {
    settings = { "required_tags", "tags" },
    read = function(tags)
      return "metadata.required_tags", { tags = tags }
    end,
  },
  naming_convention = {
    settings = { "pattern" },
    read = function(pattern)
      return "naming.layer_prefix", { pattern = "custom", custom_patterns = { pattern } }
    end,
  },
}

local CANNOT <const> = {
  custom = "holds an expression of another language, which floe does not run",
  max_transforms = "counts transforms, for which no policy exists",
}

-- The setting of a rule. A misspelt one would leave a rule that asks for nothing, so that it is told.
local function setting_of(rule, kind, problem)
  local config <const> = rule.config and document.plain(rule.config) or {}
  for _, name in ipairs(kind.settings) do
    if config[name] ~= nil then
      return config[name]
    end
  end
  local key <const> = rule.config and "config" or "type"
  problem(rule, key, ("the rule '%s' of type '%s' asks for nothing"):format(rule.name, rule.type),
    ("say in its 'config' what it asks for: %s"):format(kind.settings[1]))
end

local function rules_in_place(list, rules, problem)
  for index = 1, #list do
    local rule <const> = list[index]
    local kind <const> = IN_PLACE[rule.type]
    local setting <const> = kind and setting_of(rule, kind, problem)
    if setting ~= nil then
      local id <const>, params <const> = kind.read(setting)
      rules[#rules + 1] = {
        id = id,
        name = rule.name,
        params = params,
        mode = ACTIONS[rule.action or "warn"],
        message = rule.message,
        owner = list,
        key = index,
      }
    elseif not kind then
      problem(rule, "type", ("the rule '%s' of type '%s' %s"):format(rule.name, rule.type, CANNOT[rule.type]),
        "write it as a policy: `floe policy new CATEGORY.NAME` makes one")
    end
  end
end

--- The rules a tier writes in place, each to run as an instance of its own.
---@param tier floe.settings.tier
---@param problem fun(owner: any, key: any, message: string, hint: string)
---@return table[] rules { id, name, params, mode, message, owner, key }
function M.rules(tier, problem)
  local rules <const> = {}
  local governance <const> = tier.governance
  local custom <const> = governance and governance.custom_rules
  for index = 1, custom and #custom or 0 do
    local id <const>, params <const> = CUSTOM[custom[index].type](custom[index])
    if id then
      rules[#rules + 1] = { id = id, name = custom[index].type, params = params, owner = custom, key = index }
    end
  end
  local policies <const> = governance and governance.policies
  local in_place <const> = document.kind(policies) == "array" and policies or governance and governance.rules
  if in_place then
    rules_in_place(in_place, rules, problem)
  end
  return rules
end

return M

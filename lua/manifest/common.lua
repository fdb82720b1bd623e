-- What the shapes of floe.yaml and of platform manifests share.

local document <const> = require "host.document"
local shape <const> = require "manifest.shape"

local field <const> = shape.field

local M = {}

M.api_version = { type = "string", enum = { "floe.dev/v1" }, required = true, doc = "Version of this file's form." }

--- Modes as written; `strict` is another word for `block`.
M.modes = { "off", "warn", "alert_only", "block", "strict" }

--- Classifications of data, from open to closed.
M.classifications = {
  "public",
  "internal",
  "confidential",
  "restricted",
  "sensitive",
  "pii",
  "phi",
  "financial",
  "identifier",
}

M.mode = {
  type = "string",
  enum = M.modes,
  doc = "`off`, `warn` (prints), `alert_only` (records too) or `block` (fails); `strict` is read as `block`.",
}

M.percent = { type = "integer", minimum = 0, maximum = 100 }

--- A text, number or truth value.
M.scalar = { either = { { type = "string" }, { type = "number" }, { type = "boolean" } } }

M.labels = { type = "map", values = M.scalar, doc = "Free labels." }

M.schedule = {
  name = "Schedule",
  type = "object",
  doc = "When the product runs.",
  fields = {
    { "cron", type = "string", format = "cron", required = true, doc = "When it runs." },
    { "timezone", type = "string", format = "timezone", default = "UTC", doc = "An IANA time zone." },
    { "enabled", type = "boolean", default = true, doc = "False keeps the schedule but does not run it." },
  },
}

--- Keys that would tie a file to one environment, and what to do instead.
M.environment_rule = {
  names = { "env_overrides", "environment", "env", "dev", "staging", "prod", "production", "target_env", "floe_env" },
  why = "files are the same in every environment",
  hint = "the environment enters at run time, through FLOE_ENV",
  code = "FLOE-E104",
  deep = true,
}

local scope_fields <const> = {
  field("layer", shape.one_or_more, { doc = "The layer of the subject, or of the model it belongs to." }),
  field("tag", shape.one_or_more, { doc = "A tag of the subject, or of the model it belongs to." }),
  field("domain", shape.one_or_more, { doc = "The product's domain." }),
  field("path", shape.one_or_more, { doc = "Glob over the path of the subject's file, such as `models/legacy/**`." }),
  field("environment", shape.one_or_more, { doc = "The environment named by FLOE_ENV." }),
}

--- The name of a manifest or a bundle: a label of a DNS name.
M.label = {
  type = "string",
  pattern = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$",
  says = "lower-case letters, digits and dashes, with no dash at either end",
  min_length = 1,
  max_length = 63,
}

--- The scope of an entry.
M.scope = {
  name = "Scope",
  type = "object",
  doc = "What the entry is about: a subject fits when it fits every key. Of several values of a key, one must fit.",
  fields = scope_fields,
}

local entry <const> = {
  name = "PolicyEntry",
  type = "object",
  doc = "What a tier says about one policy. In a list of entries, the first whose `where` fits a subject counts for "
    .. "it. Each tier may only make stricter what a tier above it decided: the mode, and those params that have a "
    .. "stricter direction.",
  fields = {
    field("mode", M.mode),
    { "from", type = "string", format = "date",
      doc = "`mode: block` holds from this day on; before, it is `alert_only`. `--as-of DATE` shows any day." },
    field("where", M.scope),
    { "params", type = "object", additional = true, own_names = true,
      doc = "The policy's params, by name: `floe policy explain ID` lists them." },
  },
}

local rule_in_place <const> = {
  name = "PolicyRule",
  type = "object",
  doc = "A rule written in the manifest instead of a bundle.",
  fields = {
    { "name", type = "string", required = true, min_length = 1, doc = "The rule's name." },
    {
      "type",
      type = "string",
      required = true,
      enum = { "required_tags", "naming_convention", "max_transforms", "custom" },
      doc = "What it asks for.",
    },
    { "action", type = "string", enum = { "warn", "error", "block" }, default = "warn", doc = "`error` is `block`." },
    { "message", type = "string", doc = "What is printed where it is broken." },
    { "config", type = "object", additional = true, doc = "The rule's settings." },
  },
}

local data_policy <const> = {
  name = "DataPolicy",
  type = "object",
  about = "How data of one classification is handled in one kind of environment.",
  fields = {
    { "action", type = "string", enum = { "restrict", "synthesize", "redact" }, doc = "What happens to the data." },
    field("requires_role", shape.texts, { doc = "Roles that may see it as it is." }),
  },
}

local function data_policy_fields()
  local out <const> = {}
  for i, name in ipairs(M.classifications) do
    out[i] = {
      name,
      name = "DataPolicies",
      type = "object",
      about = "How data of one classification is handled.",
      doc = ("How data classified `%s` is handled."):format(name),
      fields = {
        field("production", data_policy, { doc = "In production." }),
        field("non_production", data_policy, { doc = "Elsewhere." }),
      },
    }
  end
  return out
end

local function check_policy_keys(policies, report)
  for key in pairs(policies) do
    if not shape.one_of(M.classifications, key) and not key:find("^%l[%w_]*%.[%l*][%w_]*$") and key ~= "*" then
      report(key, ("'%s' is not a policy id"):format(key), {
        expected = "an id such as naming.layer_prefix, or naming.*",
        actual = key,
        hint = "an id is the policy's category and name; `floe policy list` shows them",
      })
    end
  end
end

--- Modes and params of policies, by id.
M.policies_by_id = {
  name = "Policies",
  type = "object",
  doc = "Ids of policies, such as `naming.layer_prefix`, `naming.*` or `*`, each with a mode, an entry, or a "
    .. "list of entries; an id comes before `naming.*`, and that before `*`. Classifications say how data is "
    .. "handled.",
  fields = data_policy_fields(),
  additional = { either = { M.mode, entry, { type = "list", items = entry, min_items = 1 } } },
  check = check_policy_keys,
}

local rules_in_place <const> = { type = "list", items = rule_in_place, unique = "name" }

M.policies = {
  either = { M.policies_by_id, rules_in_place },
  doc = "Modes and params of policies, by id. A list of rules is another spelling of `rules`.",
}

-- Rules have two spellings, of which a file uses one.
local function check_rules(governance, report)
  if governance.rules ~= nil and document.kind(governance.policies) == "array" then
    report("rules", "'rules' and 'policies' as a list are two spellings of one thing", {
      expected = "one of them",
      actual = "both",
      hint = "write all rules below 'rules'",
    })
  end
end

local coverage_of_layers <const> = {
  type = "map",
  own_names = true,
  values = M.percent,
  default = { bronze = 50, silver = 80, gold = 100 },
  doc = "Columns with a test, in percent, that each model of a layer needs.",
}

local layer_gates <const> = {
  name = "LayerGates",
  type = "object",
  doc = "What the models of one layer need.",
  fields = {
    field("required_tests", shape.texts, {
      doc = "Names of tests that every model of the layer needs, such as `not_null`." }),
    field("minimum_coverage", M.percent, { doc = "Columns with a test, in percent, in each of its models." }),
  },
}

M.quality_gates = {
  name = "QualityGates",
  type = "object",
  doc = "Coverage and documentation that models need.",
  fields = {
    field("minimum_test_coverage", M.percent, { default = 80,
      doc = "Columns with a test, in percent, over all models." }),
    { "require_descriptions", type = "boolean", doc = "Models need a description; `false` asks for none." },
    { "require_column_descriptions", type = "boolean",
      doc = "Columns need a description, in every layer; `false` asks for none." },
    { "block_on_failure", type = "boolean",
      doc = "Whether a gate that is missed fails the command; `enforcement` comes before it." },
    field("layer_thresholds", coverage_of_layers),
    {
      "zero_column_coverage_behavior",
      type = "string",
      enum = { "report_100_percent", "report_na" },
      default = "report_na",
      doc = "What a model without declared columns counts: all, or nothing.",
    },
    field("enforcement", M.mode),
    field("required_tests", shape.texts, { doc = "Names of tests that every model needs, such as `not_null`." }),
    { "layers", type = "map", values = layer_gates, own_names = true, doc = "Gates by layer." },
  },
}

M.naming = {
  name = "Naming",
  type = "object",
  doc = "How models are named.",
  fields = {
    field("enforcement", M.mode),
    {
      "pattern",
      type = "string",
      enum = { "medallion", "kimball", "custom" },
      default = "medallion",
      doc = "The convention: `medallion` is bronze_, silver_, gold_; `kimball` is dim_, fact_, bridge_, hub_, link_, "
        .. "sat_.",
    },
    field("custom_patterns", shape.texts, {
      doc = "Regular expressions, one of which a name must match from its start; with `pattern: custom`." }),
  },
  check = function(naming, report)
    if naming.pattern == "custom" and not naming.custom_patterns then
      report("pattern", "pattern 'custom' needs 'custom_patterns'", { expected = "custom_patterns: […]" })
    elseif naming.custom_patterns and naming.pattern ~= "custom" then
      report("custom_patterns", "'custom_patterns' is only read with `pattern: custom`", {
        expected = "pattern: custom",
        actual = naming.pattern or "medallion",
      })
    end
  end,
}

local custom_rule <const> = {
  name = "CustomRule",
  type = "object",
  doc = "A rule about tags, meta or tests; which keys it needs depends on its type.",
  fields = {
    {
      "type",
      type = "string",
      required = true,
      enum = { "require_tags_for_prefix", "require_meta_field", "require_tests_of_type" },
      doc = "What it asks for.",
    },
    { "prefix", type = "string", doc = "How the names begin that the rule is about (require_tags_for_prefix)." },
    field("required_tags", shape.texts, { doc = "Tags that those models need (require_tags_for_prefix)." }),
    { "field", type = "string", doc = "The key that must stand in a model's meta (require_meta_field)." },
    { "required", type = "boolean", default = true, doc = "`false` asks for nothing (require_meta_field)." },
    field("test_types", shape.texts, { doc = "Names of tests, one of which is needed (require_tests_of_type)." }),
    { "min_columns", type = "integer", minimum = 1, default = 1,
      doc = "How many columns of a model need one of them (require_tests_of_type)." },
    { "applies_to", type = "string", default = "*", doc = "Glob over the names of the models it is about." },
  },
  check = function(rule, report)
    local needs <const> = {
      require_tags_for_prefix = { "prefix", "required_tags" },
      require_meta_field = { "field" },
      require_tests_of_type = { "test_types" },
    }
    for _, key in ipairs(needs[rule.type] or {}) do
      if rule[key] == nil then
        report(nil, ("a rule of type '%s' needs '%s'"):format(rule.type, key), { expected = key, actual = "nothing" })
      end
    end
  end,
}

M.policy_types = {
  "naming",
  "coverage",
  "documentation",
  "semantic",
  "custom",
  "data_contract",
  "rbac",
  "secret_scanning",
  "network_policy",
}

local override <const> = {
  name = "PolicyOverride",
  type = "object",
  doc = "An exception for models of a name, with an end; read as a waiver.",
  fields = {
    { "pattern", type = "string", required = true, min_length = 1, doc = "Glob over model names." },
    {
      "action",
      type = "string",
      required = true,
      enum = { "downgrade", "exclude" },
      doc = "`downgrade` turns findings into warnings, `exclude` waives them.",
    },
    { "reason", type = "string", required = true, min_length = 1, doc = "Why." },
    { "expires", type = "string", format = "date", required = true, doc = "The last day on which it holds." },
    {
      "policy_types",
      type = "list",
      items = { type = "string", enum = M.policy_types },
      doc = "Which kinds of policies; absent: all.",
    },
  },
}

local waiver <const> = {
  name = "Waiver",
  type = "object",
  doc = "A permission that ends: findings of one policy on some subjects are counted and shown, but stop nobody. "
    .. "Only a platform grants it. One that is expired, not needed or too wide is reported: `floe waivers`.",
  fields = {
    { "policy", type = "string", required = true, min_length = 1, doc = "The policy's id." },
    { "subject", type = "string", required = true, min_length = 1,
      doc = "Glob over the subject's unique id, such as `model.shop.legacy_*`." },
    { "reason", type = "string", required = true, min_length = 1, doc = "Why it is granted." },
    { "approved_by", type = "string", required = true, min_length = 1, doc = "Who granted it." },
    { "ticket", type = "string", doc = "Where it was decided, such as `GOV-12`." },
    { "expires", type = "string", format = "date", required = true, doc = "The last day on which it holds." },
  },
}

local approval <const> = {
  name = "Approval",
  type = "object",
  doc = "A word that products may run in an environment, until a day. The policy `run.approval` says which "
    .. "environments need one; only a platform gives it.",
  fields = {
    { "product", type = "string", min_length = 1, default = "*",
      doc = "Glob over the products' ids, such as `sales.*`." },
    field("environment", shape.one_or_more, { required = true,
      doc = "The environments, named as FLOE_ENV names them; globs." }),
    { "version", type = "string", min_length = 1, doc = "The product's version that was approved; absent: every one." },
    { "reason", type = "string", required = true, min_length = 1, doc = "Why it is given." },
    { "approved_by", type = "string", required = true, min_length = 1, doc = "Who gave it." },
    { "ticket", type = "string", doc = "Where it was decided, such as `GOV-12`." },
    { "from", type = "string", format = "date", doc = "The first day on which it holds." },
    { "expires", type = "string", format = "date", required = true, doc = "The last day on which it holds." },
  },
}

-- How often contracts are checked while they are monitored.
local function watched(what, otherwise)
  return {
    type = "object",
    doc = what,
    fields = {
      { "enabled", type = "boolean", default = true, doc = "`false` leaves it out." },
      { "check_interval", type = "string", format = "duration", default = otherwise,
        doc = "How often: once a second at most." },
    },
  }
end

local monitoring <const> = {
  name = "ContractMonitoring",
  type = "object",
  doc = "How `floe monitor` watches contracts; neither validating nor compiling acts on it.",
  additional = true,
  fields = {
    { "enabled", type = "boolean", default = true, doc = "`false`: contracts are not watched." },
    { "mode", type = "string", enum = { "scheduled", "continuous", "on_demand" }, default = "scheduled",
      doc = "`on_demand`: only when somebody asks, by `floe contract check`; the others are the same." },
    field("freshness", watched("How old the data are.", "15m")),
    field("schema_drift", watched("Whether the schema is still the promised one.", "1h")),
    field("quality", watched("Rules about quality.", "6h")),
    field("availability", watched("Whether the data can be read.", "5m")),
  },
}

local severity <const> = { type = "string", enum = { "info", "warning", "error", "critical" } }

local alerting <const> = {
  name = "ContractAlerting",
  type = "object",
  doc = "Who hears from `floe monitor`, and how often; neither validating nor compiling acts on it. The channels "
    .. "themselves stand in `observability.webhooks`.",
  additional = true,
  fields = {
    { "dedup", type = "string", format = "duration", default = "30m",
      doc = "The same is not said again before; what stands longer is said again then." },
    { "rate_limit", type = "integer", minimum = 1, default = 10, doc = "Alerts of one contract within `rate_window`." },
    { "rate_window", type = "string", format = "duration", default = "60m", doc = "See `rate_limit`." },
    field("min_severity", severity, { default = "warning", doc = "The least severity that is told." }),
    {
      "routing",
      type = "list",
      doc = "Which channel hears what; without it each hears what it says itself.",
      items = {
        name = "AlertRoute",
        type = "object",
        doc = "What one channel hears.",
        fields = {
          { "channel", type = "string", required = true, doc = "The channel: `webhook.NAME`." },
          field("min_severity", severity, { doc = "The least severity; absent: that of `alerting`." }),
          { "contract_filter", type = "string", doc = "A glob of contracts' names, such as `sales.*`." },
        },
      },
    },
  },
}

M.data_contracts = {
  name = "ContractGovernance",
  type = "object",
  doc = "How contracts are checked and made.",
  fields = {
    field("enforcement", M.mode),
    { "standard", type = "string", enum = { "odcs_v3" },
      doc = "The contracts' standard: a word for readers, as floe knows no other." },
    {
      "plugin",
      type = "object",
      doc = "What reads contracts: a word for readers, as floe does so itself.",
      fields = { { "type", type = "string", enum = { "odcs" }, doc = "Its name." } },
    },
    {
      "auto_generation",
      type = "object",
      doc = "Contracts made from output ports, and what is added to those that are written.",
      fields = {
        { "enabled", type = "boolean", default = true,
          doc = "Whether they are made; `false` leaves contracts as they are written." },
        { "include_descriptions", type = "boolean", default = true, doc = "Copy descriptions of ports and of dbt." },
        {
          "default_classification",
          type = "string",
          enum = M.classifications,
          doc = "Classification of columns that nobody has classified; absent: they stay so.",
        },
        { "from_ports", type = "boolean", default = true,
          doc = "Make contracts of output ports; `false`: ports only add to those that are written." },
        { "from_dbt_manifest", type = "boolean", default = true, doc = "Add what dbt knows." },
      },
    },
    field("inherits", shape.texts, { doc = "Contract files, by path, that every product's contracts stand below." }),
    {
      "drift_detection",
      type = "object",
      doc = "Comparing contracts with models, tables and output ports.",
      fields = {
        { "enabled", type = "boolean", default = true, doc = "Whether they are compared." },
        { "fail_on_type_mismatch", type = "boolean", default = true,
          doc = "A different type counts as `enforcement` says; `false`: it is a warning." },
        { "fail_on_missing_column", type = "boolean", default = true,
          doc = "A missing column counts as `enforcement` says; `false`: it is a warning." },
        { "warn_on_extra_column", type = "boolean", default = true,
          doc = "An extra column is a warning; `false`: it is not told." },
      },
    },
    {
      "inheritance_mode",
      type = "string",
      enum = { "merge", "override", "strict" },
      default = "merge",
      doc = "How a contract takes over from those above it. `merge`: what it leaves open it takes over, what it says "
        .. "is no weaker. `strict`: it says everything itself. `override`: what it says itself counts, even if weaker.",
    },
    field("monitoring", monitoring),
    field("alerting", alerting),
  },
}

local secret_scanning <const> = {
  name = "SecretScanning",
  type = "object",
  doc = "Looking for secrets in the product's files.",
  fields = {
    { "enabled", type = "boolean", doc = "`false` searches no file." },
    field("exclude_patterns", shape.texts, { doc = "Globs of files to leave out." }),
    {
      "custom_patterns",
      type = "list",
      doc = "More patterns.",
      items = {
        name = "SecretPattern",
        type = "object",
        fields = {
          { "name", type = "string", required = true, doc = "Its name." },
          { "pattern", type = "string", required = true, doc = "A regular expression." },
          { "severity", type = "string", enum = { "error", "warning" }, default = "error",
            doc = "Read, but `severity` of the section decides." },
        },
      },
    },
    { "severity", type = "string", enum = { "error", "warning" }, doc = "`error` blocks, `warning` warns." },
  },
}

--- A share as it is written: 99.9 or "99.9%".
M.percentage = {
  either = {
    { type = "string", pattern = [[^\s*(100(\.0+)?|\d{1,2}(\.\d+)?)\s*%?\s*$]], says = "a percentage such as 99.9%" },
    { type = "number", minimum = 0, maximum = 100 },
  },
}

local level <const> = {
  either = {
    { type = "string", min_length = 1 },
    { type = "number" },
    {
      name = "ServiceLevel",
      type = "object",
      about = "A service level as an amount and its unit.",
      fields = {
        { "value", either = { { type = "string" }, { type = "number" } }, required = true, doc = "The amount." },
        { "unit", type = "string", doc = "Its unit, such as `h` or `percent`." },
      },
    },
  },
}

local levels <const> = {
  name = "PlatformServiceLevels",
  type = "object",
  doc = "Service levels of every contract: one that declares none gets them, and none may promise less. Any of the "
    .. "standard's names may be a key, such as `latency`.",
  additional = level,
  fields = {
    { "freshness", type = "string", format = "duration", doc = "How old data may be.", code = "FLOE-E504" },
    field("availability", M.percentage, { doc = "How often it can be read.", code = "FLOE-E504" }),
  },
}

local interoperability <const> = {
  type = "object",
  additional = true,
  doc = "What products owe one another.",
  fields = {
    {
      "data_contracts",
      type = "object",
      additional = true,
      doc = "Contracts between products.",
      fields = { { "required", type = "boolean", doc = "Every product has a contract, or output ports." } },
    },
  },
}

-- The fields of a governance section that every tier may write.
local function shared_fields()
  return {
    field("policies", M.policies),
    field("rules", rules_in_place, { doc = "Rules written here instead of in a bundle; those of all tiers hold." }),
    field("policy_enforcement_level", M.mode, { doc = "The mode of every policy that nothing else names." }),
    { "pii_encryption", type = "string", enum = { "optional", "required" }, doc = "Whether PII must be encrypted." },
    { "audit_logging", type = "string", enum = { "disabled", "enabled" }, doc = "Whether access is logged." },
    { "data_retention_days", type = "integer", minimum = 1, doc = "How long data is kept at least." },
    { "default_ttl_hours", type = "integer", minimum = 1, maximum = 8760, doc = "Age at which table data expires." },
    { "snapshot_keep_last", type = "integer", minimum = 1, maximum = 100, doc = "Snapshots a table keeps." },
    {
      "stale_table_recovery_mode",
      type = "string",
      enum = { "strict", "repair" },
      doc = "What to do with a table whose metadata is stale.",
    },
    field("naming", M.naming),
    field("quality_gates", M.quality_gates),
    { "custom_rules", type = "list", items = custom_rule,
      doc = "Rules about tags, meta and tests, one after the other." },
    field("data_contracts", M.data_contracts),
    {
      "rbac",
      type = "object",
      doc = "Who may compile.",
      fields = {
        { "enabled", type = "boolean", default = false, doc = "Whether it is checked who compiles." },
        { "required_role", type = "string", doc = "The role that is needed." },
        { "allow_principal_fallback", type = "boolean", default = true, doc = "Accept FLOE_PRINCIPAL." },
      },
    },
    field("secret_scanning", secret_scanning),
    {
      "network_policies",
      type = "object",
      doc = "Network policies of jobs.",
      fields = {
        { "enabled", type = "boolean", default = false, doc = "Whether they are made." },
        { "default_deny", type = "boolean", default = true, doc = "Deny what is not allowed." },
        { "allow_external_https", type = "boolean", doc = "Allow HTTPS to the outside." },
        { "custom_egress_rules", type = "list", items = { type = "any" }, doc = "More rules." },
      },
    },
    {
      "classification",
      type = "object",
      doc = "How data is classified.",
      fields = {
        { "source", type = "string", enum = { "dbt_meta" }, default = "dbt_meta", doc = "Where it is written." },
        field("levels", shape.texts, { doc = "The words that are used, from open to closed." }),
      },
    },
    { "sensitive_fields", type = "any", doc = "Names of columns that hold sensitive data." },
    field("slas", levels),
    { "schema_evolution", type = "string", enum = { "strict", "additive", "any" }, doc = "Which changes are allowed." },
    field("interoperability", interoperability),
    { "orphan_handling", type = "object", additional = true, doc = "What happens to tables nobody owns." },
  }
end

local accepted <const> = {
  name = "AcceptedChange",
  type = "object",
  doc = "A word that one version of a data contract may carry breaking changes without a new MAJOR. Only a platform "
    .. "gives it.",
  fields = {
    { "contract", type = "string", required = true, min_length = 1, doc = "Glob over the contracts' ids." },
    { "version", type = "string", required = true, format = "semver", doc = "The version that may carry them." },
    { "changes", type = "list", items = { type = "string" }, min_items = 1,
      doc = "Globs over what changes, such as `schema.customers.properties.email`; absent: all of that version." },
    { "reason", type = "string", required = true, min_length = 1, doc = "Why it is accepted." },
    { "approved_by", type = "string", required = true, min_length = 1, doc = "Who reviewed it." },
    { "ticket", type = "string", doc = "Where it was decided, such as `GOV-12`." },
  },
}

local evidence <const> = {
  name = "EvidenceRules",
  type = "object",
  doc = "What the platform asks of products' ledgers.",
  fields = {
    { "required", type = "boolean", default = false,
      doc = "A command whose verdict cannot be kept in the ledger fails, also where FLOE_LEDGER is `off`." },
    { "retention", type = "string", pattern = [[^[1-9]\d{0,4}[hdw]$]], says = "hours, days or weeks, such as 90d",
      doc = "What is older is taken out of a product's own ledger, once a day at most, when something is added; "
        .. "absent: nothing is. A ledger that FLOE_LEDGER names is pruned by who keeps it." },
  },
}

local function platform_fields()
  local fields <const> = shared_fields()
  table.insert(fields, 1, field("bundles", shape.texts, {
    doc = "Folders of policy bundles, relative to the manifest.",
    unique = true,
  }))
  table.insert(fields, 3, { "waivers", type = "list", items = waiver,
    doc = "Permissions to break a policy for a while." })
  table.insert(fields, 4, { "approvals", type = "list", items = approval,
    doc = "What may run where, until when." })
  table.insert(fields, { "accepted_changes", type = "list", items = accepted,
    doc = "Breaking changes of data contracts that were reviewed and accepted." })
  table.insert(fields, field("evidence", evidence))
  table.insert(fields, { "policy_overrides", type = "list", items = override, doc = "Exceptions by model name." })
  return fields
end

--- The governance section of a platform manifest.
M.platform_governance = {
  name = "Governance",
  type = "object",
  doc = "The policies that hold, and how strictly. The mode and the params of a policy are decided in this order: "
    .. "its own, its bundle's, the enterprise's manifest, the domain's, the product's floe.yaml, the command line. "
    .. "The first manifest decides freely, and each later one may only make things stricter.",
  fields = platform_fields(),
  extensions = true,
  check = check_rules,
}

--- The governance section of a floe.yaml: it may strengthen what the platform says.
M.product_governance = {
  name = "ProductGovernance",
  type = "object",
  doc = "Makes stricter, for this product, what its platform decided; without a platform it decides freely.",
  fields = shared_fields(),
  extensions = true,
  check = check_rules,
  forbidden = {
    {
      names = { "waivers", "policy_overrides" },
      why = "a product may not waive the policies it is judged by",
      hint = "ask the platform team to grant it in the platform manifest's governance.waivers",
    },
    {
      names = { "approvals" },
      why = "a product may not approve its own runs",
      hint = "ask the platform team to record it in the platform manifest's governance.approvals",
    },
    {
      names = { "accepted_changes" },
      why = "a product may not accept its own breaking changes",
      hint = "ask the platform team to record it in the platform manifest's governance.accepted_changes",
    },
    {
      names = { "bundles" },
      why = "the platform decides which policies hold",
      hint = "name bundles in the platform manifest's governance.bundles",
    },
  },
}

return M

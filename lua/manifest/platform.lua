-- The shape of a platform manifest: what a platform team decides for its products. Sections that are only read
-- by later phases (security, promotion, reconciliation …) are described as far as their form is settled.

local common <const> = require "manifest.common"
local shape <const> = require "manifest.shape"

local field <const> = shape.field

local free <const> = { type = "object", additional = true }

local metadata <const> = {
  name = "ManifestMetadata",
  type = "object",
  doc = "Who the manifest is.",
  fields = {
    field("name", common.label, {
      required = true,
      reserved = { "default", "system", "floe", "admin", "root" },
      doc = "The platform's or domain's name.",
      code = "FLOE-E101",
    }),
    {
      "version",
      type = "string",
      required = true,
      format = "version",
      doc = "The manifest's version.",
      code = "FLOE-E102",
    },
    { "owner", type = "string", required = true, min_length = 1, doc = "A team or an address." },
    { "description", type = "string", max_length = 500, doc = "What it is for." },
    { "scope", type = "string", enum = { "enterprise", "domain" }, doc = "Another place for `scope`." },
  },
}

-- Plugins by category and the names known for each.
local KNOWN <const> = {
  { "compute", "duckdb, snowflake, spark, bigquery, databricks" },
  { "orchestrator", "dagster, airflow, prefect" },
  { "catalog", "sqlite, iceberg-rest, polaris" },
  { "storage", "s3, gcs, azure-blob, minio" },
  { "semantic_layer", "cube, dbt-semantic-layer" },
  { "ingestion", "dlt, airbyte" },
  { "secrets", "k8s-secrets, eso, vault" },
  { "telemetry_backend", "console, jaeger, datadog, grafana-cloud" },
  { "lineage_backend", "marquez, atlan, openmetadata" },
  { "identity", "k8s-rbac, custom" },
  { "dbt", "core, fusion" },
  { "rbac", "k8s-rbac" },
  { "network_security", "k8s-network-policies" },
  { "alert_channel", "alertmanager, email, slack, webhook" },
}

local approved <const> = {
  name = "ApprovedPlugin",
  type = "object",
  doc = "One of the choices.",
  fields = {
    { "name", type = "string", required = true, min_length = 1, doc = "The plugin's name." },
    { "config", type = "object", additional = true, doc = "Its settings." },
  },
}

local plugin <const> = {
  name = "PluginSelection",
  type = "object",
  about = "What a platform takes for one category: one plugin, or the ones that products choose from.",
  fields = {
    { "type", type = "string", min_length = 1, doc = "The plugin's name." },
    { "version", type = "string", format = "version", doc = "Its version." },
    { "config", type = "object", additional = true, doc = "Its settings." },
    {
      "connection_secret_ref",
      type = "string",
      min_length = 1,
      max_length = 253,
      doc = "The Kubernetes secret that holds its credentials.",
    },
    { "approved", type = "list", items = approved, unique = "name", doc = "The choices products have." },
    { "default", type = "string", doc = "The choice of products that make none." },
  },
  check = function(value, report)
    if not value.type and not value.approved and not value.default then
      report(nil, "a plugin needs a 'type' (or a list of 'approved' ones)", { expected = "type", actual = "nothing" })
    end
  end,
}

local function plugin_fields()
  local fields <const> = {}
  for i, row in ipairs(KNOWN) do
    fields[i] = field(row[1], plugin, { doc = ("Known: %s."):format(row[2]) })
  end
  table.insert(fields, field("quality", free, { doc = "Known: great_expectations, soda, dbt_expectations." }))
  table.insert(fields, field("dbt_compiler", free, { doc = "The dbt compiler and its SQL linting." }))
  return fields
end

local endpoint <const> = {
  type = "string",
  pattern = [[^https?://(?!(localhost|127\.|10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|169\.254\.))\S+$]],
  says = "an http or https address that is reachable from the cluster (no localhost, no private address)",
}

-- A value that stands in the manifest, or in a variable of the environment that it names.
local function check_value(key)
  return function(value, report)
    if (value[key] == nil) == (value[key .. "_env"] == nil) then
      report(nil, ("either '%s' or '%s_env' is needed"):format(key, key), {
        expected = key .. "_env", actual = value[key] == nil and "neither" or "both",
      })
    end
  end
end

local channel <const> = {
  name = "AlertWebhook",
  type = "object",
  doc = "A channel that is told of violated contracts and failed runs.",
  fields = {
    field("name", common.label, { required = true, doc = "Its name." }),
    { "enabled", type = "boolean", default = true, doc = "Whether it is told." },
    { "type", type = "string", enum = { "generic", "slack", "alertmanager" }, default = "generic",
      doc = "The shape: JSON for whoever reads it, messages of Slack, or alerts of Alertmanager (version 2)." },
    { "url", type = "string", pattern = [[^https?://[^@\s]+$]], says = "an http or https address without a user",
      doc = "Its address, where that is no secret." },
    { "url_env", type = "string", min_length = 1, doc = "The variable that holds its address." },
    { "min_severity", type = "string", enum = { "info", "warning", "error", "critical" }, default = "warning",
      doc = "The mildest that it is told of." },
    field("contracts", shape.texts, { doc = "Globs of the contracts it is told of, such as `sales.*`; absent: all." }),
    {
      "events",
      type = "list",
      items = { type = "string", enum = { "contract_violation", "run_failed", "policy_violation" } },
      doc = "What it is told of; absent: all.",
    },
    {
      "headers",
      type = "list",
      unique = "name",
      items = {
        type = "object",
        fields = {
          { "name", type = "string", required = true, pattern = "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
            says = "the name of an HTTP header", doc = "Its name." },
          { "value", type = "string", doc = "Its value, where that is no secret." },
          { "value_env", type = "string", min_length = 1, doc = "The variable that holds its value." },
        },
        check = check_value "value",
      },
      doc = "HTTP headers.",
    },
    { "timeout", type = "integer", minimum = 1, maximum = 60, default = 10, doc = "Seconds of one request." },
  },
  check = check_value "url",
}

local observability <const> = {
  name = "Observability",
  type = "object",
  doc = "Where traces, lineage, metrics, logs and alerts go.",
  fields = {
    {
      "tracing",
      type = "object",
      doc = "Traces.",
      fields = {
        { "enabled", type = "boolean", default = true, doc = "Whether they are sent." },
        { "exporter", type = "string", enum = { "otlp", "console", "none" }, default = "otlp", doc = "How." },
        field("endpoint", endpoint, { doc = "Where to." }),
      },
    },
    {
      "lineage",
      type = "object",
      doc = "Lineage events.",
      fields = {
        { "enabled", type = "boolean", default = true, doc = "Whether they are sent." },
        { "transport", type = "string", enum = { "http", "console", "noop" }, default = "http", doc = "How." },
        field("endpoint", endpoint, { doc = "Where to." }),
      },
    },
    {
      "metrics",
      type = "object",
      doc = "Metrics of commands that end, for Prometheus.",
      fields = {
        { "enabled", type = "boolean", default = true, doc = "Whether they are written." },
        { "textfile", type = "string", min_length = 1,
          doc = "A file for node_exporter's textfile collector, or a folder in which each product has one; a path "
            .. "that is not absolute leads from the product." },
        field("pushgateway", endpoint, { doc = "The address of a pushgateway." }),
        { "job", type = "string", min_length = 1, default = "floe", doc = "The job under which it keeps them." },
      },
    },
    {
      "logging",
      type = "object",
      doc = "Logs.",
      fields = {
        {
          "level",
          type = "string",
          enum = { "DEBUG", "INFO", "WARNING", "ERROR" },
          default = "INFO",
          doc = "The least level.",
        },
        { "format", type = "string", enum = { "json", "text" }, default = "json", doc = "The form." },
      },
    },
    { "webhooks", type = "list", items = channel, unique = "name", doc = "Channels that are told of what goes wrong." },
  },
}

local preset <const> = {
  name = "ResourcePreset",
  type = "object",
  doc = "A size of jobs: CPU and memory, grouped or each on its own.",
  fields = {
    { "requests", type = "object", fields = {
      { "cpu", type = "string", doc = "CPU, such as `500m`." },
      { "memory", type = "string", doc = "Memory, such as `1Gi`." },
    }, doc = "What is asked for." },
    { "limits", type = "object", fields = {
      { "cpu", type = "string", doc = "CPU, such as `500m`." },
      { "memory", type = "string", doc = "Memory, such as `1Gi`." },
    }, doc = "What is never passed." },
    { "cpu_request", type = "string", doc = "CPU asked for." },
    { "cpu_limit", type = "string", doc = "CPU never passed." },
    { "memory_request", type = "string", doc = "Memory asked for." },
    { "memory_limit", type = "string", doc = "Memory never passed." },
  },
}

local layer <const> = {
  name = "Layer",
  type = "object",
  doc = "One layer of the architecture.",
  fields = {
    { "prefix", type = "string", min_length = 1, doc = "What its models' names begin with, such as `bronze_`." },
    { "description", type = "string", doc = "What it is for." },
    { "catalog_namespace", type = "string", doc = "Its namespace in the catalog." },
    {
      "quality_gates",
      type = "object",
      doc = "What its models need, as `governance.quality_gates.layers`.",
      fields = {
        field("required_tests", shape.texts, { doc = "Names of tests that every model needs, such as `not_null`." }),
        field("minimum_coverage", common.percent, { doc = "Columns with a test, in percent." }),
      },
    },
  },
}

local architecture <const> = {
  name = "DataArchitecture",
  type = "object",
  doc = "Layers and their names.",
  fields = {
    {
      "pattern",
      type = "string",
      enum = { "medallion", "kimball", "data_vault", "hybrid" },
      doc = "The architecture.",
    },
    { "layers", type = "map", values = layer, own_names = true, doc = "Layers by name." },
    {
      "naming",
      type = "object",
      doc = "How models are named.",
      fields = {
        field("enforcement", common.mode),
        {
          "case",
          type = "string",
          enum = { "snake_case", "camelCase", "PascalCase" },
          doc = "How names are spelt.",
        },
      },
    },
    {
      "scd",
      type = "object",
      doc = "Slowly changing dimensions (Kimball).",
      fields = {
        { "types_allowed", type = "list", items = { type = "any" }, doc = "The types in use." },
        { "default_type", type = "any", doc = "The type where none is named." },
      },
    },
  },
}

local gate <const> = {
  either = {
    { type = "boolean" },
    {
      name = "SecurityGate",
      type = "object",
      about = "A command that must succeed before an artifact moves on.",
      fields = {
        { "command", type = "string", required = true, doc = "The command, with ${ARTIFACT_REF}." },
        field("block_on_severity", shape.texts, { default = { "CRITICAL", "HIGH" }, doc = "What blocks." }),
        { "ignore_unfixed", type = "boolean", default = false, doc = "Leave out what has no fix." },
        { "scanner_format", type = "string", enum = { "trivy", "grype" }, doc = "The scanner's output." },
        { "timeout", type = "integer", minimum = 1, default = 600, doc = "Seconds." },
      },
    },
  },
}

local promotion_environment <const> = {
  name = "PromotionEnvironment",
  type = "object",
  doc = "One environment, and what must hold before an artifact enters it.",
  fields = {
    {
      "name",
      type = "string",
      required = true,
      pattern = "^[a-z][a-z0-9_-]*$",
      says = "lower-case letters, digits, dashes and underscores",
      max_length = 50,
      doc = "The environment.",
    },
    {
      "gates",
      type = "object",
      doc = "What must hold before an artifact enters it.",
      fields = {
        { "policy_compliance", type = "boolean", enum = { true }, doc = "Policies hold in every environment." },
        field("tests", gate, { doc = "Tests." }),
        field("security_scan", gate, { doc = "A security scan." }),
        field("cost_analysis", gate, { doc = "A cost analysis." }),
        field("performance_baseline", gate, { doc = "A performance comparison." }),
      },
    },
    { "gate_timeout_seconds", type = "integer", minimum = 1, default = 300, doc = "Seconds a gate may take." },
    {
      "authorization",
      type = "object",
      doc = "Who may promote.",
      fields = {
        field("allowed_groups", shape.texts, { doc = "Groups." }),
        field("allowed_operators", shape.texts, { doc = "People." }),
        { "separation_of_duties", type = "boolean", default = false, doc = "Never the one who built it." },
      },
    },
    { "lock", type = "any", doc = "Closes the environment for promotions." },
  },
}

local webhook <const> = {
  name = "Webhook",
  type = "object",
  doc = "An address that is told of promotions.",
  fields = {
    { "url", type = "string", required = true, pattern = "^https?://", says = "an http address", doc = "Where to." },
    {
      "events",
      type = "list",
      items = { type = "string", enum = { "promote", "rollback", "lock", "unlock" } },
      doc = "Which events are told; absent: all.",
    },
    { "headers", type = "map", values = { type = "string" }, doc = "HTTP headers." },
    { "timeout", type = "integer", minimum = 1, default = 30, doc = "Seconds." },
    { "retry", type = "integer", minimum = 0, default = 3, doc = "How often to try again." },
  },
}

local promotion <const> = {
  name = "Promotion",
  type = "object",
  doc = "How artifacts move from one environment to the next.",
  additional = true,
  fields = {
    { "environments", type = "list", items = promotion_environment, unique = "name", doc = "In order." },
    {
      "audit_backend",
      type = "string",
      enum = { "oci", "s3", "database" },
      default = "oci",
      doc = "Where promotions are recorded.",
    },
    {
      "default_timeout_seconds",
      type = "integer",
      minimum = 30,
      maximum = 3600,
      default = 300,
      doc = "Seconds a promotion may take.",
    },
    { "webhooks", type = "list", items = webhook, doc = "Who is told." },
    { "gate_commands", type = "map", doc = "Commands of gates." },
    {
      "signature_enforcement",
      type = "string",
      enum = { "enforce", "warn", "off" },
      default = "enforce",
      doc = "What a missing signature does.",
    },
    field("secondary_registries", shape.texts, { doc = "Registries that get a copy." }),
    { "verify_secondary_digests", type = "boolean", default = true, doc = "Compare the copies." },
  },
}

local identity <const> = {
  name = "Identity",
  type = "object",
  doc = "Who may own a product's namespace.",
  fields = {
    { "enforcement", type = "string", enum = { "off", "warn", "register", "enforce" }, doc = "How strictly." },
    { "auto_register", type = "boolean", default = true, doc = "Register what is free." },
  },
}

local reconciliation <const> = {
  name = "Reconciliation",
  type = "object",
  doc = "Comparing the catalog with the products.",
  fields = {
    { "enabled", type = "boolean", doc = "Whether it is done." },
    { "schedule", type = "string", format = "cron", doc = "When." },
    field("namespaces", shape.texts, { doc = "Where." }),
    { "actions", type = "any", doc = "What is done about it." },
    { "thresholds", type = "map", values = { type = "number" }, doc = "How many are too many." },
  },
}

local function check_scope(value, report)
  local scope <const> = value.scope or (value.metadata and value.metadata.scope)
  local parent_key <const> = value.parent_manifest and "parent_manifest" or value.parent and "parent"
    or value.parent_ref and "parent_ref"
  if parent_key and scope ~= "domain" then
    report(parent_key, ("'%s' is only for manifests with `scope: domain`"):format(parent_key), {
      expected = "scope: domain",
      actual = scope or "no scope",
      code = "FLOE-C001",
    })
  elseif scope == "domain" and not parent_key then
    report("scope", "a manifest with `scope: domain` needs the enterprise's manifest", {
      expected = "parent_manifest: PATH",
      actual = "nothing",
      code = "FLOE-C001",
    })
  end
  for _, key in ipairs { "approved_plugins", "approved_sinks" } do
    if value[key] ~= nil and not scope then
      report(key, ("'%s' is only for manifests with a `scope`"):format(key), {
        expected = "scope: enterprise",
        actual = "no scope",
      })
    end
  end
  if value.approved_products ~= nil and scope ~= "domain" then
    report("approved_products", "'approved_products' is only for manifests with `scope: domain`", {
      expected = "scope: domain",
      actual = scope or "no scope",
    })
  end
end

return {
  name = "Manifest",
  type = "object",
  doc = "What a platform team decides for products: which policies hold and how strictly, which plugins may be used, "
    .. "and how data is organised. `floe validate` acts on `governance`, `data_architecture`, "
    .. "`data_contracts`, `plugins` and the `approved_…` lists; the other sections are checked for "
    .. "their form and kept for the steps that need them. A product refers to its manifest by `platform.ref`; a "
    .. "domain's manifest to the enterprise's by `parent_manifest`.",
  fields = {
    field("apiVersion", common.api_version),
    { "kind", type = "string", required = true, enum = { "Manifest" }, doc = "What the file is." },
    field("metadata", metadata, { required = true }),
    {
      "scope",
      type = "string",
      enum = { "enterprise", "domain" },
      doc = "The tier; absent where there is only one.",
    },
    { "parent_manifest", type = "string", min_length = 1, doc = "The enterprise's manifest (scope: domain)." },
    {
      "parent",
      type = "object",
      doc = "Another spelling of `parent_manifest`.",
      fields = { { "ref", type = "string", required = true, min_length = 1, doc = "The manifest." } },
    },
    { "parent_ref", type = "string", min_length = 1, doc = "Another spelling of `parent_manifest`." },
    {
      "plugins",
      name = "Plugins",
      type = "object",
      required = true,
      doc = "What the platform is made of.",
      fields = plugin_fields(),
    },
    field("governance", common.platform_governance),
    {
      "approved_plugins",
      type = "map",
      values = shape.texts,
      doc = "Plugins that this tier and those below may choose, by category; a domain may only narrow its parent's.",
    },
    field("approved_sinks", shape.texts, {
      doc = "Destinations products may use; a domain may only narrow its parent's." }),
    field("approved_products", shape.texts, { doc = "Products of the domain (scope: domain)." }),
    { "defaults", type = "map", values = { type = "string" }, doc = "Defaults, such as `compute`." },
    {
      "artifacts",
      type = "object",
      additional = true,
      doc = "Registry, promotion, signing and retention of artifacts.",
      fields = { field("registry", free, { doc = "The registry." }), field("promotion", promotion) },
    },
    field("observability", observability),
    { "resource_presets", type = "map", values = preset, doc = "Sizes of jobs by name." },
    field("data_architecture", architecture),
    field("identity", identity),
    field("data_contracts", common.data_contracts),
    field("security", free, { doc = "Signatures, pod security, network, service mesh, audit." }),
    field("promotion", promotion),
    field("reconciliation", reconciliation),
    field("notifications", free, { doc = "Who is told what." }),
    field("catalog_structure", free, { doc = "Namespaces of the catalog and their grants." }),
    field("telemetry", free, { doc = "Buffering of telemetry." }),
    field("compile", free, { doc = "Checks at compile time." }),
  },
  extensions = true,
  forbidden = {
    common.environment_rule,
    {
      names = { "environments" },
      why = "a manifest is the same in every environment",
      hint = "environments of promotion stand in artifacts.promotion.environments",
      code = "FLOE-E104",
      deep = true,
    },
  },
  check = check_scope,
}

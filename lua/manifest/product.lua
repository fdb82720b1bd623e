-- The shape of floe.yaml: what a product is, in both of its forms. `kind: DataProduct` names its platform by
-- `ref`, its transforms by path and its ports `output_ports`; `kind: FloeSpec` says `platform.manifest`, one
-- transform a model, and `outputPorts`.

local common <const> = require "manifest.common"
local shape <const> = require "manifest.shape"

local field <const> = shape.field

local name <const> = {
  type = "string",
  pattern = "^[a-z][a-z0-9-]*$",
  says = "lower-case letters, digits and dashes, beginning with a letter",
  min_length = 1,
  max_length = 63,
}

local metadata <const> = {
  name = "ProductMetadata",
  type = "object",
  doc = "Who the product is.",
  fields = {
    field("name", name, { required = true, doc = "The product's name.", code = "FLOE-E101" }),
    {
      "version",
      type = "string",
      format = "semver",
      required = true,
      doc = "The product's version.",
      code = "FLOE-E102",
    },
    { "description", type = "string", max_length = 500, doc = "What it is for." },
    { "owner", type = "string", min_length = 1, doc = "A team or an address." },
    field("domain", name, { doc = "The domain it belongs to; with the name it makes the product's id." }),
    { "repository", type = "string", min_length = 1, doc = "Where its source lives; proves its identity." },
    field("labels", common.labels),
  },
}

local reference <const> = {
  type = "string",
  min_length = 1,
  doc = "A platform manifest: a file or a folder, relative to this file. (`oci://…` is not served yet.)",
}

local platform <const> = {
  name = "PlatformReference",
  type = "object",
  doc = "The platform the product stands on.",
  fields = {
    field("ref", reference),
    field("manifest", reference, { doc = "Another spelling of `ref`." }),
    { "cache", type = "boolean", default = true, doc = "Keep a pulled platform." },
    { "version", type = "string", doc = "Which versions are accepted: `v1.2.3`, `^1.2.0`, `>=1.0.0,<2.0.0`, …" },
  },
  check = function(value, report)
    if value.ref and value.manifest then
      report("manifest", "'platform.ref' and 'platform.manifest' are two spellings of one thing", {
        expected = "one of them",
        actual = "both",
        hint = "keep 'ref'",
      })
    elseif not value.ref and not value.manifest then
      report(nil, "'platform' names no manifest", {
        expected = "platform.ref",
        actual = "nothing",
        hint = "write `ref: ../platform`, or leave 'platform' out",
      })
    end
  end,
}

local transform <const> = {
  name = "Transform",
  type = "object",
  doc = "A dbt project by its path, or one model by its name.",
  fields = {
    { "type", type = "string", enum = { "dbt" }, default = "dbt", doc = "What runs it." },
    { "path", type = "string", min_length = 1, doc = "The dbt project or its models folder." },
    {
      "name",
      type = "string",
      pattern = "^[a-zA-Z_][a-zA-Z0-9_]*$",
      says = "letters, digits and underscores, not beginning with a digit",
      max_length = 128,
      doc = "A dbt model.",
      code = "FLOE-E105",
    },
    { "description", type = "string", doc = "What it does." },
    { "compute", type = "string", doc = "The compute it runs on; the platform's default where absent." },
    field("tags", shape.texts, { doc = "Tags." }),
    field("dependsOn", shape.texts, { doc = "Models it needs." }),
    field("depends_on", shape.texts, { doc = "Another spelling of `dependsOn`." }),
    { "tier", type = "string", min_length = 1, doc = "The model's layer: bronze, silver, gold." },
    { "qualityChecks", type = "list", items = { type = "any" }, doc = "Checks after the run." },
    { "profiles_dir", type = "string", default = ".floe/profiles", doc = "Where dbt's profiles are." },
    { "target", type = "string", doc = "dbt's target." },
    { "threads", type = "integer", minimum = 1, doc = "dbt's threads." },
  },
  check = function(value, report)
    if not value.name and not value.path then
      report(nil, "a transform needs a 'path' (a dbt project) or a 'name' (a model)", {
        expected = "path or name",
        actual = "neither",
        hint = "write `- { type: dbt, path: models/ }`",
      })
    end
  end,
}

local port_column <const> = {
  name = "PortColumn",
  type = "object",
  doc = "A column that a port serves.",
  fields = {
    { "name", type = "string", required = true, min_length = 1, doc = "The column's name." },
    { "type", type = "string", required = true, min_length = 1, doc = "Its type." },
    { "description", type = "string", doc = "What it holds." },
    { "required", type = "boolean", default = false, doc = "It is never null." },
    { "primaryKey", type = "boolean", default = false, doc = "It is part of the primary key." },
    { "primary_key", type = "boolean", doc = "Another spelling of `primaryKey`." },
    { "unique", type = "boolean", default = false, doc = "Its values differ." },
    { "classification", type = "string", enum = common.classifications, doc = "How sensitive it is." },
  },
}

local port_schema <const> = {
  either = {
    { type = "list", items = port_column, min_items = 1, unique = "name" },
    {
      name = "SchemaReference",
      type = "object",
      about = "The contract that lists a port's columns.",
      fields = { { "ref", type = "string", required = true, min_length = 1, doc = "A contract file." } },
    },
  },
  doc = "The port's columns, or the contract that lists them.",
}

local sla <const> = {
  name = "ServiceLevels",
  type = "object",
  doc = "What consumers may rely on.",
  additional = true,
  fields = {
    { "freshness", type = "string", format = "duration", doc = "How old data may be.", code = "FLOE-E504" },
    field("availability", common.percentage, { doc = "How often it can be read.", code = "FLOE-E504" }),
    { "quality", type = "any", doc = "Quality levels." },
  },
}

local grant <const> = {
  name = "PortGrant",
  type = "object",
  doc = "A domain or a role that may read a port.",
  fields = {
    { "domain", type = "string", doc = "A domain that may read." },
    { "role", type = "string", doc = "A role that may read." },
    { "access", type = "string", doc = "What is allowed, such as `read`." },
  },
}

local access <const> = {
  name = "PortAccess",
  type = "object",
  doc = "Who may read it.",
  fields = {
    { "default", type = "string", enum = { "deny", "allow" }, default = "deny", doc = "For everybody else." },
    { "grants", type = "list", items = grant, doc = "Who may." },
  },
}

local output_port <const> = {
  name = "OutputPort",
  type = "object",
  doc = "A table the product serves to others.",
  fields = {
    { "name", type = "string", required = true, min_length = 1, doc = "The port's name." },
    { "description", type = "string", doc = "What it serves." },
    { "owner", type = "string", doc = "Who answers for it." },
    { "table", type = "string", min_length = 1, doc = "The table; its last part is the dbt model's name." },
    { "format", type = "string", doc = "The table's format." },
    field("schema", port_schema),
    field("sla", sla),
    field("access", access),
  },
}

local input_port <const> = {
  name = "InputPort",
  type = "object",
  doc = "Data the product reads.",
  fields = {
    { "name", type = "string", required = true, min_length = 1, doc = "The port's name." },
    { "description", type = "string", doc = "What it reads." },
    {
      "source",
      type = "object",
      doc = "Where the data comes from.",
      fields = {
        { "type", type = "string", enum = { "ingestion", "data_product" }, doc = "Its kind." },
        { "ref", type = "string", doc = "Which one." },
      },
    },
    { "freshness_requirement", type = "string", format = "duration", doc = "How fresh it must be." },
  },
}

local destination <const> = {
  name = "Destination",
  type = "object",
  doc = "A system that gets data back.",
  fields = {
    { "name", type = "string", required = true, min_length = 1, doc = "Its name." },
    { "sink_type", type = "string", required = true, min_length = 1, doc = "Its kind." },
    { "connection_secret_ref", type = "string", min_length = 1, max_length = 253, doc = "A Kubernetes secret." },
    { "source_table", type = "string", doc = "The table that is sent." },
    { "config", type = "object", additional = true, doc = "Settings, without credentials." },
    { "field_mapping", type = "map", values = { type = "string" }, doc = "Column → field." },
    { "batch_size", type = "integer", minimum = 1, maximum = 100000, doc = "Rows at a time." },
  },
}

local ingestion <const> = {
  name = "Ingestion",
  type = "object",
  doc = "Data brought in from outside.",
  fields = {
    { "name", type = "string", required = true, min_length = 1, doc = "Its name." },
    { "type", type = "string", enum = { "dlt", "airbyte" }, doc = "What brings it in." },
    { "destination", type = "string", doc = "namespace.table." },
    {
      "dlt",
      type = "object",
      doc = "Settings of dlt.",
      fields = {
        { "source", type = "string", doc = "The source." },
        { "resource", type = "string", doc = "The resource." },
        {
          "write_disposition",
          type = "string",
          enum = { "append", "replace", "merge" },
          default = "append",
          doc = "How rows are written.",
        },
        {
          "incremental",
          type = "object",
          doc = "Only what is new.",
          fields = { { "cursor_column", type = "string", doc = "The column that tells." } },
        },
      },
    },
    {
      "airbyte",
      type = "object",
      doc = "Settings of Airbyte.",
      fields = { { "connection_id", type = "string", doc = "The connection." } },
    },
    { "secret_refs", type = "any", doc = "Names of secrets." },
  },
}

local environment <const> = {
  name = "ProductEnvironment",
  type = "object",
  doc = "What differs in one environment.",
  fields = {
    { "name", type = "string", required = true, enum = { "development", "staging", "production" }, doc = "Which." },
    {
      "transforms",
      type = "object",
      doc = "Transforms.",
      fields = { { "threads", type = "integer", minimum = 1, doc = "dbt's threads." } },
      forbidden = { { names = { "compute" }, why = "compute is the same in every environment" } },
    },
    field("schedule", common.schedule, { doc = "Another schedule." }),
    { "quality", type = "object", additional = true, doc = "Other quality settings." },
  },
}

local quality <const> = {
  name = "ProductQuality",
  type = "object",
  doc = "Quality the product asks of itself.",
  fields = {
    field("minimum_coverage", common.percent, { doc = "Columns with a test, in percent, over all models." }),
    field("required_tests", shape.texts, { doc = "Names of tests that every model needs, such as `not_null`." }),
    { "gates", type = "list", items = { type = "any" }, doc = "More gates." },
  },
}

local deprecation <const> = {
  name = "Deprecation",
  type = "object",
  doc = "What will go away.",
  additional = true,
  fields = {
    { "tables", type = "list", items = { type = "object", additional = true }, doc = "Tables that will go away." },
  },
}


-- Keys that hold credentials or connections.
local credentials <const> = {
  names = {
    "database",
    "schema",
    "host",
    "port",
    "username",
    "password",
    "credentials",
    "connection_string",
    "endpoint",
    "access_key",
    "secret_key",
    "token",
    "api_key",
  },
  why = "connections and credentials belong to the platform, never to floe.yaml",
  hint = "name a secret (connection_secret_ref, secret_refs) or leave it to the platform manifest",
  code = "FLOE-E107",
  deep = true,
}

return {
  name = "Product",
  type = "object",
  doc = "What a data product is: its name and version, the platform it stands on, the dbt project that makes its "
    .. "data, and the ports that serve it. `kind: FloeSpec` is an older form of the same: `platform.manifest`, one "
    .. "transform a model, `outputPorts`.",
  fields = {
    field("apiVersion", common.api_version),
    {
      "kind",
      type = "string",
      required = true,
      enum = { "DataProduct", "FloeSpec" },
      doc = "What the file is; `FloeSpec` is the older word.",
    },
    field("metadata", metadata, { required = true }),
    field("platform", platform),
    {
      "domain",
      type = "object",
      doc = "The domain's manifest, in a mesh.",
      fields = { field("ref", reference, { required = true }) },
    },
    {
      "transforms",
      type = "list",
      items = transform,
      min_items = 1,
      unique = "name",
      unique_code = "FLOE-E106",
      required = true,
      doc = "What makes the data: the dbt project, or its models one by one.",
    },
    field("schedule", common.schedule),
    { "output_ports", type = "list", items = output_port, unique = "name", doc = "Tables it serves." },
    { "outputPorts", type = "list", items = output_port, unique = "name", doc = "Another spelling of `output_ports`." },
    { "input_ports", type = "list", items = input_port, unique = "name", doc = "Data it reads." },
    { "inputPorts", type = "list", items = input_port, unique = "name", doc = "Another spelling of `input_ports`." },
    { "destinations", type = "list", items = destination, unique = "name", doc = "Systems that get data back." },
    { "ingestion", type = "list", items = ingestion, unique = "name", doc = "Data brought in." },
    { "environments", type = "list", items = environment, unique = "name", doc = "What differs by environment." },
    field("quality", quality),
    field("governance", common.product_governance),
    {
      "ownership",
      type = "object",
      doc = "Who answers for it.",
      fields = {
        { "team", type = "string", doc = "A team." },
        { "email", type = "string", doc = "An address." },
        { "slack", type = "string", doc = "A channel." },
      },
    },
    { "depends_on", type = "list", items = { type = "any" }, doc = "Other products whose data it needs." },
    field("deprecation", deprecation),
  },
  extensions = true,
  forbidden = { credentials, common.environment_rule },
  check = function(value, report)
    for _, pair in ipairs { { "output_ports", "outputPorts" }, { "input_ports", "inputPorts" } } do
      if value[pair[1]] ~= nil and value[pair[2]] ~= nil then
        report(pair[2], ("'%s' and '%s' are two spellings of one thing"):format(pair[1], pair[2]), {
          expected = "one of them",
          actual = "both",
        })
      end
    end
  end,
}

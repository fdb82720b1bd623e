-- The shape of the artifact, `.floe/artifacts.json`: what a product was compiled to. The JSON Schema, the reference
-- page and the order of what is written come from here.

local shape <const> = require "manifest.shape"

local field <const>, digest <const> = shape.field, shape.digest

local M = {}

--- The version of the artifact's form. A new field raises its second number, a field that goes or means something else
--- its first.
M.version = "1.2.0"

local free <const> = { type = "object", additional = true }
local free_map <const> = { type = "map", values = free }
local moment <const> = {
  type = "string",
  pattern = [[^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$]],
  says = "a time in UTC such as 2026-01-03T10:00:00Z",
}

local metadata <const> = {
  name = "ArtifactMetadata",
  type = "object",
  doc = "What was compiled, by what, from what.",
  fields = {
    field("compiled_at", moment, {
      required = true,
      doc = "The moment the artifact is dated to: SOURCE_DATE_EPOCH, otherwise the time of the commit, otherwise of "
        .. "the newest input. Never the clock.",
    }),
    { "floe_version", type = "string", required = true, doc = "The floe that made it." },
    field("source_hash", digest, { required = true, doc = "One digest of all inputs." }),
    { "git_commit", type = "string", doc = "The commit that was checked out." },
    { "product_name", type = "string", required = true, doc = "The product's name." },
    { "product_version", type = "string", required = true, doc = "The product's version." },
    { "description", type = "string", doc = "What the product is for." },
    { "owner", type = "string", doc = "Who answers for it." },
  },
}

local identity <const> = {
  name = "ArtifactIdentity",
  type = "object",
  doc = "Who the product is in the catalog.",
  fields = {
    { "product_id", type = "string", required = true, doc = "Domain and name: the product's namespace." },
    { "domain", type = "string", doc = "The domain." },
    { "repository", type = "string", doc = "Where the source lives; proves the identity." },
    { "namespace_registered", type = "boolean", required = true, doc = "The namespace is the product's." },
    { "registration_timestamp", type = "string", doc = "Since when: the moment of the compile that registered it." },
  },
}

local inherited <const> = {
  name = "InheritedManifest",
  type = "object",
  doc = "A platform manifest that applies.",
  fields = {
    { "name", type = "string", required = true, doc = "Its name." },
    { "version", type = "string", required = true, doc = "Its version." },
    { "scope", type = "string", required = true, enum = { "enterprise", "domain", "platform" }, doc = "Its tier." },
    { "ref", type = "string", required = true, doc = "The file, as it is reached from the product's folder." },
    field("digest", digest, { required = true, doc = "The digest of the file." }),
  },
}

local plugin <const> = {
  name = "ResolvedPlugin",
  type = "object",
  doc = "A plugin, as the tiers resolved it. What looks like a secret is left out.",
  additional = true,
  fields = {
    { "type", type = "string", doc = "Its name." },
    { "version", type = "string", doc = "Its version." },
    field("config", free, { doc = "Its settings." }),
  },
}

local model <const> = {
  name = "TransformModel",
  type = "object",
  doc = "A model of the dbt project.",
  fields = {
    { "name", type = "string", required = true, doc = "Its name." },
    { "version", type = "string", doc = "Its version, where it has versions." },
    { "file", type = "string", doc = "Its file, below the dbt project." },
    { "compute", type = "string", required = true, doc = "What it runs on." },
    field("tags", shape.texts, { required = true, doc = "Its tags." }),
    field("depends_on", shape.texts, { required = true, doc = "What it reads: models, seeds, snapshots and sources." }),
    field("quality_checks", shape.texts, { required = true, doc = "Its tests." }),
    { "quality_tier", type = "string", doc = "Its layer." },
    { "materialized", type = "string", doc = "How it is built." },
  },
}

local transforms <const> = {
  name = "Transforms",
  type = "object",
  doc = "What makes the data.",
  fields = {
    { "default_compute", type = "string", required = true, doc = "The compute of models that name none." },
    { "models", type = "list", items = model, required = true, doc = "The product's own models." },
  },
}

local schedule <const> = {
  name = "ArtifactSchedule",
  type = "object",
  doc = "When the product runs.",
  fields = {
    { "cron", type = "string", required = true, doc = "Five cron fields." },
    { "timezone", type = "string", required = true, doc = "An IANA time zone." },
    { "enabled", type = "boolean", required = true, doc = "Whether it runs." },
  },
}

local dbt <const> = {
  name = "ArtifactDbt",
  type = "object",
  doc = "The dbt project.",
  fields = {
    { "project_name", type = "string", required = true, doc = "Its name." },
    { "project_path", type = "string", required = true, doc = "Its folder." },
    { "facts", type = "string", required = true, enum = { "sources", "manifest" }, doc = "What it was compiled from." },
    { "manifest_path", type = "string", doc = "dbt's manifest." },
    { "profiles_dir", type = "string", doc = "Where profiles.yml is." },
    { "profile", type = "string", doc = "The profile, where dbt_project.yml does not say it." },
    { "adapter", type = "string", doc = "The adapter." },
    { "version", type = "string", doc = "The dbt that compiled it, or whose rules were followed." },
    { "target", type = "string", doc = "The target." },
  },
}

local policy <const> = {
  name = "AppliedPolicy",
  type = "object",
  doc = "A policy that ran.",
  fields = {
    { "id", type = "string", required = true, doc = "The policy." },
    { "mode", type = "string", required = true, doc = "Its strictest mode." },
    { "checks", type = "integer", required = true, doc = "How many subjects it looked at." },
    { "findings", type = "integer", required = true, doc = "How many findings it has." },
  },
}

local bundle <const> = {
  name = "AppliedBundle",
  type = "object",
  doc = "A bundle of policies.",
  fields = {
    { "name", type = "string", required = true, doc = "Its name." },
    { "version", type = "string", required = true, doc = "Its version." },
    { "path", type = "string", doc = "Its folder; absent for the one inside floe." },
  },
}

local governance <const> = {
  name = "ResolvedGovernance",
  type = "object",
  doc = "What the tiers ask for.",
  fields = {
    field("resolved", free, { required = true, doc = "The `governance` sections of all tiers, merged." }),
    { "bundles", type = "list", items = bundle, required = true, doc = "Bundles." },
    { "policies", type = "list", items = policy, required = true, doc = "Policies." },
  },
}

local contract <const> = {
  name = "CompiledContract",
  type = "object",
  doc = "A data contract.",
  fields = {
    { "name", type = "string", required = true, doc = "Its name." },
    { "version", type = "string", required = true, doc = "Its version." },
    { "id", type = "string", doc = "Its id." },
    { "status", type = "string", doc = "Where it is in its life." },
    field("hash", digest, { required = true, doc = "The hash of what it promises: its schema and service levels." }),
    { "file", type = "string", doc = "Its file." },
    { "source", type = "string", required = true, enum = { "file", "port", "merged" }, doc = "Where it comes from." },
    { "registered", type = "boolean", required = true, doc = "The catalog knows this version." },
    field("document", free, { required = true, doc = "The contract in the form of ODCS 3.1." }),
  },
}

local finding <const> = {
  name = "ArtifactFinding",
  type = "object",
  doc = "What a policy found and did not block.",
  fields = {
    { "policy", type = "string", required = true, doc = "The policy." },
    { "code", type = "string", doc = "The code." },
    { "verdict", type = "string", required = true, enum = { "warn", "alert", "waived", "baseline" },
      doc = "Its standing." },
    { "subject", type = "string", required = true, doc = "What it is about." },
    { "file", type = "string", doc = "The file." },
    { "line", type = "integer", doc = "The line." },
    { "message", type = "string", required = true, doc = "What is wrong." },
    { "fingerprint", type = "string", required = true, doc = "The finding's name across versions." },
  },
}

local counts <const> = { name = "VerdictCounts", type = "object", doc = "How many.", fields = {} }
for i, name in ipairs { "policies", "subjects", "checks", "pass", "warn", "alert", "block", "waived", "baseline",
  "errors" } do
  counts.fields[i] = { name, type = "integer", required = true, doc = ("Number of %s."):format(name) }
end

local verdict <const> = {
  name = "ArtifactVerdict",
  type = "object",
  doc = "What the policies of phase compile said. An artifact is only written where nothing blocks.",
  fields = {
    { "verdict", type = "string", required = true, enum = { "pass", "warned", "alerted" }, doc = "The verdict." },
    field("counts", counts, { required = true }),
    { "findings", type = "list", items = finding, required = true, doc = "Findings." },
    { "valid_until", type = "string", format = "date",
      doc = "The last day on which the same inputs have this verdict; afterwards a mode, a waiver or the stage of a "
        .. "contract is another." },
  },
}

local file <const> = {
  name = "ArtifactFile",
  type = "object",
  doc = "A file and what was in it.",
  fields = {
    { "path", type = "string", required = true, doc = "As it is reached from the product's folder." },
    field("digest", digest, { required = true, doc = "The digest." }),
  },
}

local variable <const> = {
  name = "ArtifactVariable",
  type = "object",
  doc = "A variable of the environment that dbt or a template reads. Its value is not told.",
  fields = {
    { "name", type = "string", required = true, doc = "Its name." },
    { "secret", type = "boolean", doc = "It may hold a secret: nothing is told of its value." },
    { "is_set", type = "boolean", doc = "Whether it was set." },
    field("digest", digest, { doc = "The digest of its value." }),
  },
}

local selection <const> = {
  name = "ArtifactSelection",
  type = "object",
  doc = "What was asked for beside the files.",
  fields = {
    { "profile", type = "string", doc = "The profile, by --profile." },
    { "target", type = "string", doc = "The target, by --target." },
    field("vars", digest, { doc = "The digest of --vars." }),
  },
}

local input <const> = {
  name = "ArtifactInput",
  type = "object",
  doc = "A contract by which the product reads.",
  fields = {
    { "name", type = "string", required = true, doc = "The input port, or the dbt source." },
    { "reference", type = "string", required = true, doc = "How it names the contract." },
    { "contract", type = "string", required = true, doc = "The contract's id, or its name." },
    { "version", type = "string", doc = "Its version." },
    { "status", type = "string", doc = "Its status." },
    { "consumer", type = "boolean", required = true,
      doc = "The product is one of its consumers; not where the contract took no new ones any more." },
  },
}

local telemetry <const> = {
  name = "ArtifactObservability",
  type = "object",
  doc = "Where traces, lineage, metrics and logs go, and what they carry.",
  fields = {
    field("tracing", free, { required = true, doc = "Traces." }),
    field("lineage", free, { required = true, doc = "Lineage." }),
    field("logging", free, { required = true, doc = "Logs." }),
    field("metrics", free, { doc = "Metrics. Since 1.2.0." }),
    { "webhooks", type = "list", items = free, doc = "Channels of alerts. Since 1.2.0." },
    { "lineage_namespace", type = "string", required = true, doc = "The namespace of lineage events." },
    { "resource_attributes", type = "map", values = { type = "string" }, required = true,
      doc = "Attributes of every trace." },
  },
}

M.shape = {
  name = "Artifact",
  type = "object",
  doc = "What a product was compiled to by `floe compile`: everything that running, monitoring and deploying it "
    .. "depends on. The same inputs give the same bytes. It belongs to no environment and holds no secret.",
  fields = {
    {
      "version",
      type = "string",
      required = true,
      pattern = [[^1\.\d+\.\d+$]],
      says = "the version of the artifact's form",
      doc = "A floe reads artifacts of its own version and older ones.",
    },
    field("metadata", metadata, { required = true }),
    field("identity", identity, { required = true }),
    { "mode", type = "string", required = true, enum = { "simple", "centralized", "mesh" },
      doc = "Which tiers apply." },
    { "inheritance_chain", type = "list", items = inherited, required = true, doc = "The tiers, enterprise first." },
    { "plugins", type = "map", values = plugin, required = true, doc = "Plugins by category." },
    field("transforms", transforms, { required = true }),
    field("schedule", schedule),
    field("dbt", dbt),
    field("dbt_profiles", free_map, { doc = "The profiles that floe generated for dbt." }),
    field("governance", governance, { required = true }),
    { "input_ports", type = "list", items = free, required = true, doc = "Ports that read, as written." },
    { "input_contracts", type = "list", items = input, doc = "Known contracts of what it reads." },
    { "output_ports", type = "list", items = free, required = true, doc = "Ports that serve, as written." },
    { "data_contracts", type = "list", items = contract, required = true, doc = "Contracts." },
    field("observability", telemetry, { required = true }),
    field("verdict", verdict, { required = true }),
    { "outputs", type = "list", items = file, required = true, doc = "Further files that floe generated." },
    { "inputs", type = "list", items = file, required = true, doc = "Every file it was compiled from." },
    { "environment", type = "list", items = variable,
      doc = "The variables of the environment it was compiled by. Since 1.1.0." },
    field("selection", selection, { doc = "The options it was compiled by. Since 1.1.0." }),
  },
}

return M

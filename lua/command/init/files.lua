-- The files of a new data product, as templates: `${name}` stands for a value, `${name!}` for it as a quoted
-- YAML text, and a line that names a value that is absent is left out.
local M = {}

local PRODUCT <const> = [[
apiVersion: floe.dev/v1
kind: DataProduct
metadata:
  name: ${name}
  version: "0.1.0"
  owner: ${owner!}
  domain: ${domain}
  repository: ${repository!}

platform:
  ref: ${platform!}

transforms:
  - type: dbt
    path: ${models}

schedule:
  cron: "0 6 * * *"
  timezone: UTC
]]

local PORTS <const> = [[

# What other products may read. A port is backed by a dbt model and described in datacontract.yaml:
# output_ports:
#   - name: customers
#     table: gold.${project}.gold_customers
#     sla:
#       freshness: "6h"
#       availability: "99.9%"
]]

local CONTRACT <const> = [[
apiVersion: v3.1.0
kind: DataContract
id: ${domain}.${project}
name: ${name}
version: 0.1.0
status: draft
domain: ${domain}
description:
  purpose: What the consumers of ${name} may rely on.

# One entry a table that an output port serves:
# schema:
#   - name: gold_customers
#     properties:
#       - name: customer_id
#         logicalType: string
#         primaryKey: true
#         required: true
#       - name: email
#         logicalType: string
#         classification: pii
]]

local PROJECT <const> = [[
name: ${project}
version: "0.1.0"
config-version: 2
profile: ${project}

model-paths: [models]
test-paths: [tests]
target-path: target
clean-targets: [target]

models:
  ${project}:
    bronze:
      +materialized: view
      +tags: [bronze]
    silver:
      +materialized: table
      +tags: [silver]
    gold:
      +materialized: table
      +tags: [gold]
]]

local PROFILES <const> = [[
# One DuckDB file below target/: no server, no secret.
${project}:
  target: dev
  outputs:
    dev:
      type: duckdb
      path: target/${project}.duckdb
]]

local IGNORED <const> = [[
target/
logs/
dbt_packages/
.user.yml
.floe/cache/
.floe/*.db*
]]

local README <const> = [[
# ${name}

A data product of the domain ${domain}.

| path | what |
|---|---|
| `floe.yaml` | what the product is: owner, platform, schedule, ports |
| `models/bronze`, `silver`, `gold` | dbt models; a model's name begins with its layer, such as `silver_customers` |
| `tests` | dbt tests that are queries of their own |

```
floe validate      # judges the product: its files, no dbt is needed
floe facts         # what floe knows about the models
```
]]

local PLATFORM <const> = [[
apiVersion: floe.dev/v1
kind: Manifest
metadata:
  name: ${manifest}
  version: 1.0.0
  owner: ${manifest_owner!}
scope: ${scope}
parent_manifest: ${parent}

plugins:
  compute: { type: duckdb }
  orchestrator: { type: dagster }
]]

-- The tier that starts governance: lenient, so that nobody is blocked on the first day.
local GOVERNANCE <const> = [[

governance:
  # off, warn, alert_only or block. Start with alert_only; let a policy block when its findings are gone.
  policy_enforcement_level: alert_only
  policies:
    naming.layer_prefix: { params: { pattern: medallion } }
]]

local DOMAIN_GOVERNANCE <const> = [[

governance:
  # A domain may ask for more than its enterprise, never for less.
  policies:
    documentation.model: alert_only
]]

-- A YAML text in double quotes (YAML 1.2, section 7.3.1): what JSON escapes is escaped the same way.
local function quote(text)
  return require("host.json").encode(text)
end

local function fill_line(line, values)
  local absent = false
  local filled <const> = line:gsub("%${(%w[%w_]*)(!?)}", function(name, quoted)
    local value <const> = values[name]
    if value == nil then
      absent = true
      return ""
    end
    return quoted == "!" and quote(value) or value
  end)
  return not absent and filled or nil
end

local function fill(template, values)
  local lines <const> = {}
  for line in template:gmatch("([^\n]*)\n") do
    lines[#lines + 1] = fill_line(line, values)
  end
  -- A key whose only member was left out goes with it.
  local text <const> = table.concat(lines, "\n") .. "\n"
  return (text:gsub("\nplatform:\n\n", "\n"))
end

local function with(values, more)
  return setmetatable(more, { __index = values })
end

local function add_manifests(list, values)
  local shared <const> = { manifest_owner = "platform-team@example.com" }
  if values.mode == "centralized" then
    list[#list + 1] = { path = "platform/manifest.yaml", text = fill(PLATFORM .. GOVERNANCE,
      with(shared, { manifest = values.domain .. "-platform" })) }
    return "platform/manifest.yaml"
  end
  list[#list + 1] = { path = "platform/enterprise/manifest.yaml", text = fill(PLATFORM .. GOVERNANCE,
    with(shared, { manifest = "enterprise-platform", scope = "enterprise" })) }
  list[#list + 1] = { path = "platform/domain/manifest.yaml", text = fill(PLATFORM .. DOMAIN_GOVERNANCE,
    with({ manifest_owner = values.owner },
      { manifest = values.domain .. "-domain", scope = "domain", parent = "../enterprise/manifest.yaml" })) }
  return "platform/domain/manifest.yaml"
end

--- The files of a product, in the order in which they are written.
--- `keep` marks those that give way to what is there, `dbt` those that only a new dbt project needs.
---@param values table mode, name, project, domain, owner, models, platform?, repository?
---@return { path: string, text: string, keep: boolean?, dbt: boolean? }[]
function M.list(values)
  local list <const> = {}
  local platform = values.platform
  if not platform and values.mode ~= "simple" then
    platform = add_manifests(list, values)
  end
  local models <const> = values.models:find("^[%w_./-]+$") and values.models or quote(values.models)
  local all <const> = with(values, { platform = platform, models = models })
  local mesh <const> = values.mode == "mesh"
  table.insert(list, 1, { path = "floe.yaml", text = fill(mesh and PRODUCT .. PORTS or PRODUCT, all) })
  if mesh then
    list[#list + 1] = { path = "datacontract.yaml", text = fill(CONTRACT, all) }
  end
  local function add(path, text, dbt)
    list[#list + 1] = { path = path, text = text, keep = true, dbt = dbt }
  end
  add("dbt_project.yml", fill(PROJECT, all), true)
  add("profiles.yml", fill(PROFILES, all), true)
  for _, folder in ipairs({ "models/bronze", "models/silver", "models/gold", "tests" }) do
    add(folder .. "/.gitkeep", "", true)
  end
  add(".gitignore", IGNORED)
  add("README.md", fill(README, all))
  return list
end

return M

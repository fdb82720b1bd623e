local contracts <const> = require "manifest.environment_contract"
local export <const> = require "manifest.export"
local test <const> = dofile "tests/lua/support.lua"

local CONTRACT <const> = [[
apiVersion: floe.dev/v1alpha1
kind: PlatformEnvironmentContract
metadata: { name: sales-dev, owner: platform@example.com }
environment: { name: dev, platformManifest: { source: repository, path: ../platform/manifest.yaml } }
]]

local function problems_of(more)
  local out <const> = {}
  for index, problem in ipairs(contracts.check(test.yaml(CONTRACT .. (more or ""), "dev.yaml"), "dev.yaml")) do
    out[index] = ("%s %s"):format(problem.line, problem.message)
  end
  return out
end

test.case("a contract has a form, and says what is wrong with it", function()
  test.equal(problems_of(), {})
  test.equal(problems_of [[
plugins:
  compute: { default: duckdb, approved: [ { name: duckdb, use: all } ] }
  catalog: { alphaSupported: [polaris] }
runtime: { recommendedAlphaSpine: [dagster], artifactRegistry: registry.example.com/x, imageTagPolicy: git-sha }
access: { serviceAccount: jobs, secrets: { convention: one secret a connection } }
observability: { dagsterUrl: "http://localhost:3000", grafanaUrl: "https://grafana.example.com" }
promotion: { requiredEvidence: [tests pass] }
support: { escalation: "#platform" }
]], {})
  test.contains(problems_of("plugin: {}\n")[1], "unknown key 'plugin'")
  test.contains(problems_of("observability: { dagsterUrl: 'http://me:pw@x' }\n")[1], "without user information")
end)

test.case("no secret stands in it, under whatever key", function()
  for _, text in ipairs {
    "access: { secrets: { password: hunter2 } }", "access: { pat: ghp_abcdefghijklmnopqrstuvwxyz0123456789 }",
    "support: { escalation: 'AKIAIOSFODNN7EXAMPLE' }", "runtime: { extra: [ { token: abc } ] }",
    "support: { a: '-----BEGIN RSA PRIVATE KEY-----' }", "runtime: { url: 'https://me:secret@registry' }",
  } do
    test.contains(problems_of(text)[1], "5 '")
    test.contains(problems_of(text)[1], " holds ")
  end
  test.equal(problems_of("access: { secrets: { password_env: SALES_PASSWORD, token: '${TOKEN}' } }"), {})
end)

test.case("no path of a workstation stands in it", function()
  for _, path in ipairs { "/home/me/platform", "~/platform", "/Users/me/x", "C:\\\\work\\\\x", "file:///home/me/x" } do
    test.contains(problems_of(('runtime: { spine: "%s" }'):format(path))[1], "is a path of a workstation")
  end
  test.equal(problems_of('runtime: { spine: "see /docs/home/page and https://x.example.com/a" }'), {})
end)

test.case("it has a JSON Schema and a page", function()
  test.contains(require("host.json").encode(export.schema("environment")), '"platformManifest"')
  test.contains(export.page("environment"), "platformManifest")
end)

-- ---- products that target one -----------------------------------------------------------------------------

local MANIFEST <const> = [[
apiVersion: floe.dev/v1
kind: Manifest
metadata: { name: acme, version: 1.0.0, owner: o }
plugins: { compute: { approved: [ { name: duckdb }, { name: spark } ], default: duckdb } }
]]

local PRODUCT <const> = [[
apiVersion: floe.dev/v1
kind: DataProduct
metadata: { name: orders, version: 1.0.0, domain: sales }
platform: { ref: %s }
transforms: [ { path: models/, compute: %s } ]
]]

local function open(ref, compute, contract, target)
  local folder <const> = test.folder {
    ["floe.yaml"] = PRODUCT:format(ref, compute),
    ["platform/manifest.yaml"] = MANIFEST,
    ["environments/dev.yaml"] = CONTRACT .. (contract or ""),
  }
  local loading <const> = require("phase.product").open(folder, target and folder .. "/" .. target)
  local out <const> = {}
  for index, problem in ipairs(loading.errors) do
    out[index] = problem.message:gsub(folder:gsub("%p", "%%%0") .. "/", "")
  end
  return out, loading
end

local ONLY_DUCKDB <const> = "plugins: { compute: { approved: [ { name: duckdb } ] } }\n"

test.case("a product may refer to an environment contract, or be given one", function()
  for _, row in ipairs { { "environments/dev.yaml" }, { "nowhere", "environments/dev.yaml" } } do
    local problems <const>, loading <const> = open(row[1], "duckdb", ONLY_DUCKDB, row[2])
    test.equal(problems, {})
    test.equal({ loading.environment.name, loading.platforms[1].name }, { "dev", "acme" })
  end
end)

test.case("what is no environment contract cannot be targeted", function()
  test.equal(open("platform", "duckdb", nil, "platform/manifest.yaml"),
    { "'platform/manifest.yaml' is no environment contract" })
end)

test.case("a product runs on what its environment approves", function()
  test.equal(open("environments/dev.yaml", "spark", ONLY_DUCKDB),
    { "compute 'spark' is not approved in the environment 'dev': duckdb (environments/dev.yaml:5)" })
  test.equal(open("environments/dev.yaml", "spark"), {})
end)

test.case("the environment's default is what products run on that choose nothing", function()
  local both <const> = "plugins: { compute: { default: spark, approved: [ { name: spark }, { name: duckdb } ] } }\n"
  local plugins <const> = require "compile.plugins"
  local function default_with(contract)
    local problems <const>, loading <const> = open("environments/dev.yaml", "duckdb", contract)
    test.equal(problems, {})
    return plugins.compute(plugins.resolve(loading.resolved)).default
  end
  test.equal({ default_with(), default_with(both) }, { "duckdb", "spark" })
  local _, loading <const> = open("environments/dev.yaml", "duckdb", both)
  local field <const> = loading.resolved.fields["plugins.compute"]
  test.equal({ field.winner.tier.title, field.winner.effect, #field.value.approved },
    { "environment contract 'sales-dev'", "replaces", 2 })
end)

test.case("an environment chooses nothing that its platform does not offer", function()
  test.equal(open("environments/dev.yaml", "duckdb", "plugins: { compute: { default: trino } }\n"),
    { "compute 'trino' is not among those the platform approves: duckdb, spark" })
end)

test.case("an environment approves what its platform offers", function()
  test.equal(open("environments/dev.yaml", "duckdb", "plugins: { compute: { approved: [ { name: duckdb }, "
    .. "{ name: trino } ] } }\n"), { "compute 'trino' is not among those the platform approves: duckdb, spark" })
end)

test.finish()

floe init writes a product for each mode, never overwrites, and fits into a dbt project that exists.

$ floe init simple --name my-product --domain sales --owner "sales: team@example.com"
Created simple:
      ✓ floe.yaml
      ✓ dbt_project.yml
      ✓ profiles.yml
      ✓ models/bronze/.gitkeep
      ✓ models/silver/.gitkeep
      ✓ models/gold/.gitkeep
      ✓ tests/.gitkeep
      ✓ .gitignore
      ✓ README.md

Next: cd simple && floe validate

$ cat simple/floe.yaml simple/dbt_project.yml
apiVersion: floe.dev/v1
kind: DataProduct
metadata:
  name: my-product
  version: "0.1.0"
  owner: "sales: team@example.com"
  domain: sales

transforms:
  - type: dbt
    path: models/

schedule:
  cron: "0 6 * * *"
  timezone: UTC
name: my_product
version: "0.1.0"
config-version: 2
profile: my_product

model-paths: [models]
test-paths: [tests]
target-path: target
clean-targets: [target]

models:
  my_product:
    bronze:
      +materialized: view
      +tags: [bronze]
    silver:
      +materialized: table
      +tags: [silver]
    gold:
      +materialized: table
      +tags: [gold]

$ cat simple/.gitignore
target/
logs/
dbt_packages/
.user.yml
.floe/cache/
.floe/*.db*

$ floe init "My Product 2"
Created My Product 2:
      ✓ floe.yaml
      ✓ dbt_project.yml
      ✓ profiles.yml
      ✓ models/bronze/.gitkeep
      ✓ models/silver/.gitkeep
      ✓ models/gold/.gitkeep
      ✓ tests/.gitkeep
      ✓ .gitignore
      ✓ README.md

Next: cd 'My Product 2' && floe validate

$ grep name: "My Product 2/floe.yaml"
  name: my-product-2

$ floe init central --mode centralized && cat central/platform/manifest.yaml && grep -A1 ^platform: central/floe.yaml
Created central:
      ✓ floe.yaml
      ✓ platform/manifest.yaml
      ✓ dbt_project.yml
      ✓ profiles.yml
      ✓ models/bronze/.gitkeep
      ✓ models/silver/.gitkeep
      ✓ models/gold/.gitkeep
      ✓ tests/.gitkeep
      ✓ .gitignore
      ✓ README.md

Next: cd central && floe validate
apiVersion: floe.dev/v1
kind: Manifest
metadata:
  name: analytics-platform
  version: 1.0.0
  owner: "platform-team@example.com"

plugins:
  compute: { type: duckdb }
  orchestrator: { type: dagster }

governance:
  # off, warn, alert_only or block. Start with alert_only; let a policy block when its findings are gone.
  policy_enforcement_level: alert_only
  policies:
    naming.layer_prefix: { params: { pattern: medallion } }
platform:
  ref: "platform/manifest.yaml"

$ floe init mesh --mode mesh --domain sales --quiet && cat mesh/platform/*/manifest.yaml mesh/datacontract.yaml && tail -n 8 mesh/floe.yaml
apiVersion: floe.dev/v1
kind: Manifest
metadata:
  name: sales-domain
  version: 1.0.0
  owner: "sales-team@example.com"
scope: domain
parent_manifest: ../enterprise/manifest.yaml

plugins:
  compute: { type: duckdb }
  orchestrator: { type: dagster }

governance:
  # A domain may ask for more than its enterprise, never for less.
  policies:
    documentation.model: alert_only
apiVersion: floe.dev/v1
kind: Manifest
metadata:
  name: enterprise-platform
  version: 1.0.0
  owner: "platform-team@example.com"
scope: enterprise

plugins:
  compute: { type: duckdb }
  orchestrator: { type: dagster }

governance:
  # off, warn, alert_only or block. Start with alert_only; let a policy block when its findings are gone.
  policy_enforcement_level: alert_only
  policies:
    naming.layer_prefix: { params: { pattern: medallion } }
apiVersion: v3.1.0
kind: DataContract
id: sales.mesh
name: mesh
version: 0.1.0
status: draft
domain: sales
description:
  purpose: What the consumers of mesh may rely on.

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

# What other products may read. A port is backed by a dbt model and described in datacontract.yaml:
# output_ports:
#   - name: customers
#     table: gold.mesh.gold_customers
#     sla:
#       freshness: "6h"
#       availability: "99.9%"

$ floe init linked --mode centralized --platform ../central/platform/manifest.yaml --quiet && grep -A1 ^platform: linked/floe.yaml && ls linked
platform:
  ref: "../central/platform/manifest.yaml"
README.md
dbt_project.yml
floe.yaml
models
profiles.yml
tests

$ floe init simple
2> ERROR: nothing was created: simple/floe.yaml exists
2>     Nothing is overwritten. Name another folder, or move what is in the way.
[2]

$ floe init central --mode centralized
2> ERROR: nothing was created: central/floe.yaml, central/platform/manifest.yaml exist
2>     Nothing is overwritten. Name another folder, or move what is in the way.
[2]

$ mkdir -p dbt/models && echo "name: kept" > dbt/dbt_project.yml && floe init dbt && cat dbt/dbt_project.yml
Created dbt:
      ✓ floe.yaml
      ✓ .gitignore
      ✓ README.md

Next: cd dbt && floe validate
name: kept

$ mkdir -p moved/transform && printf "name: moved\nmodel-paths: [missing, transform]\n" > moved/dbt_project.yml && floe init moved --quiet && grep path: moved/floe.yaml
    path: transform/

$ floe init far/below --platform central/platform/manifest.yaml --quiet && grep ref: far/below/floe.yaml
  ref: "../../central/platform/manifest.yaml"

$ floe init x --platform nowhere/manifest.yaml
2> ERROR: there is no platform manifest 'nowhere/manifest.yaml'
2>     Name its file, as it is reached from the product's folder.
2>     'floe init --help' shows what it takes.
[2]

$ floe init x --platform oci://registry.example.com/platform:1
2> ERROR: --platform cannot be 'oci://registry.example.com/platform:1': this version of floe reads no registry
2>     Name the manifest's file in a checkout of the platform's repository.
2>     'floe init --help' shows what it takes.
[2]

$ mkdir -p cloned/.git && printf '[remote "origin"]\n\turl = https://user:secret@github.com/acme/my-product.git\n[branch "main"]\n' > cloned/.git/config && floe init cloned --quiet && grep repository cloned/floe.yaml
  repository: "github.com/acme/my-product"

$ mkdir -p ssh/.git && printf '[remote "origin"]\n\turl = git@github.com:acme/my-product.git\n' > ssh/.git/config && floe init ssh --quiet && grep repository ssh/floe.yaml
  repository: "github.com/acme/my-product"

$ floe validate simple central mesh linked dbt moved far/below --quiet && echo "all validate at once"
all validate at once

$ floe validate mesh
[1/4] Validating floe.yaml
      ✓ Schema valid
      ✓ Platform reference resolved: enterprise-platform v1.0.0 → sales-domain v1.0.0

[2/4] Validating dbt project
      · Facts from sources: there is no target/manifest.json
      - No models yet
      ✓ Graph: no cycles, references resolve

[3/4] Validating data contracts
      ✓ datacontract.yaml valid (ODCS v3.1.0)
      ✓ Contract matches output ports

[4/4] Checking platform compliance
      ✓ Classification: contract and dbt agree
      ✓ Quality gates: test coverage n/a (required: 80%)
      - Documentation: nothing to check
      - Metadata: nothing to check
      - Naming conventions: nothing to check
      ✓ Secrets: no secrets in files

Validation PASSED (TIME)

$ floe init x --name Wrong_Name
2> ERROR: --name cannot be 'Wrong_Name'
2>     It is made of lower-case letters, digits and dashes, beginning with a letter, at most 63.
2>     'floe init --help' shows what it takes.
[2]

$ floe init x --mode mash
2> ERROR: --mode cannot be 'mash'; did you mean 'mesh'?
2>     It is one of: simple, centralized, mesh.
2>     'floe init --help' shows what it takes.
[2]

$ touch file && floe init file/below
2> ERROR: cannot make the folder 'file': File exists
2>     at file
[2]

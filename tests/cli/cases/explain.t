Where a resolved value comes from.
fixture: mesh
needs: command:explain

$ cd orders && floe explain governance.data_retention_days
governance.data_retention_days = 90
  Meaning: How long data is kept at least.
  Rule:    a lower tier may keep or strengthen it (higher is stricter)
    enterprise manifest 'acme'  ../enterprise/manifest.yaml:25:3  sets         30
  → domain manifest 'sales'     ../sales/manifest.yaml:18:3       strengthens  90

$ cd orders && floe explain plugins.compute.default
plugins.compute.default = spark
  Meaning: The choice of products that make none.
  Rule:    the lowest tier chooses, among what the tiers above approve
    enterprise manifest 'acme'  ../enterprise/manifest.yaml:15:5  sets      duckdb
  → domain manifest 'sales'     ../sales/manifest.yaml:12:14      replaces  spark

$ cd orders && floe explain governance.policies.coverage.columns.params.minimum
governance.policies.coverage.columns.params.minimum = 90
  Meaning: percent, over all models
  Default: 80
  Rule:    a lower tier may keep or strengthen it (higher is stricter)
    bundle 'floe-default'       -                                  sets      80
    enterprise manifest 'acme'  ../enterprise/manifest.yaml:31:35  replaces  70
  → product's floe.yaml         floe.yaml:21:48                    replaces  90

$ cd orders && floe explain governance.policies.naming.layer_prefix.mode
governance.policies.naming.layer_prefix.mode = block
  Meaning: Model names carry the prefix of their layer
  Default: alert_only
  Rule:    a lower tier may keep or strengthen it (off < warn < alert_only < block)
    bundle 'floe-default'       -                                  sets      alert_only
    enterprise manifest 'acme'  ../enterprise/manifest.yaml:26:33  replaces  warn
  → domain manifest 'sales'     ../sales/manifest.yaml:19:13       replaces  block
    product's floe.yaml         floe.yaml:20:5                     keeps     block

$ cd orders && floe explain governance.policies.naming.layer_prefix
governance.policies.naming.layer_prefix.mode = block
  Meaning: Model names carry the prefix of their layer
  Default: alert_only
  Rule:    a lower tier may keep or strengthen it (off < warn < alert_only < block)
    bundle 'floe-default'       -                                  sets      alert_only
    enterprise manifest 'acme'  ../enterprise/manifest.yaml:26:33  replaces  warn
  → domain manifest 'sales'     ../sales/manifest.yaml:19:13       replaces  block
    product's floe.yaml         floe.yaml:20:5                     keeps     block

governance.policies.naming.layer_prefix.params.custom = {}
  Meaning: with `pattern: custom`: layer → prefix, such as `staging: stg_`
  Default: {}
  Rule:    a lower tier may keep or strengthen it (less is stricter)
  → bundle 'floe-default'  -  sets  {}

governance.policies.naming.layer_prefix.params.custom_patterns = []
  Meaning: with `pattern: custom`: regular expressions, one of which a name must match from its start
  Default: []
  Rule:    a lower tier may keep or strengthen it (less is stricter)
  → bundle 'floe-default'  -  sets  []

governance.policies.naming.layer_prefix.params.pattern = medallion
  Meaning: `medallion`: bronze_, silver_, gold_; `kimball`: dim_, fact_, bridge_, hub_, link_, sat_; `custom`: what `custom` and `custom_patterns` say
  Default: medallion
  Rule:    only the first tier that speaks of the policy may set it: it has no direction
  → bundle 'floe-default'       -                                  sets   medallion
    enterprise manifest 'acme'  ../enterprise/manifest.yaml:26:13  keeps  medallion

$ cd orders && floe explain governance.naming
governance.naming.enforcement = block
  Rule:    a lower tier may keep or strengthen it (off < warn < alert_only < block)
    enterprise manifest 'acme'  ../enterprise/manifest.yaml:26:33  sets         warn
  → domain manifest 'sales'     ../sales/manifest.yaml:19:13       strengthens  block

governance.naming.pattern = medallion
  Rule:    the first tier that says it decides; forbidden below
  → enterprise manifest 'acme'  ../enterprise/manifest.yaml:26:13  sets  medallion

$ floe explain governance.quality_gates sales
governance.quality_gates.layer_thresholds.bronze = 50
  Rule:    a lower tier may keep or strengthen it (higher is stricter)
  → enterprise manifest 'acme'  enterprise/manifest.yaml:29:25  sets  50

governance.quality_gates.layer_thresholds.gold = 100
  Rule:    a lower tier may keep or strengthen it (higher is stricter)
    enterprise manifest 'acme'  enterprise/manifest.yaml:29:37  sets         80
  → domain manifest 'sales'     sales/manifest.yaml:21:25       strengthens  100

governance.quality_gates.minimum_test_coverage = 70
  Rule:    a lower tier may keep or strengthen it (higher is stricter)
  → enterprise manifest 'acme'  enterprise/manifest.yaml:28:5  sets  70

$ cd orders && floe explain plugins.catalog
plugins.catalog = {"config":{"password":"[redacted]","uri":"https://catalog.example.com"},"type":"polaris"}
  Meaning: Known: sqlite, iceberg-rest, polaris.
  Rule:    the lowest tier chooses, among what the tiers above approve
  → domain manifest 'sales'  ../sales/manifest.yaml:13:3  sets  {"config":{"password":"[redacted]","uri":"https://catalog.example.com"},"type":"polaris"}

$ cd orders && floe explain
approved_plugins.compute = ["duckdb","spark"]
      enterprise manifest 'acme', ../enterprise/manifest.yaml:20:3
approved_plugins.orchestrator = ["dagster","airflow"]
      enterprise manifest 'acme', ../enterprise/manifest.yaml:21:3
approved_products = ["orders"]
      domain manifest 'sales', ../sales/manifest.yaml:15:1
governance.audit_logging = enabled
      enterprise manifest 'acme', ../enterprise/manifest.yaml:24:3
governance.data_retention_days = 90
      domain manifest 'sales', ../sales/manifest.yaml:18:3
governance.naming.enforcement = block
      domain manifest 'sales', ../sales/manifest.yaml:19:13
governance.naming.pattern = medallion
      enterprise manifest 'acme', ../enterprise/manifest.yaml:26:13
governance.policies.coverage.columns.mode = block
      product's floe.yaml, floe.yaml:21:25
governance.policies.coverage.columns.params.minimum = 90
      product's floe.yaml, floe.yaml:21:48
governance.policies.naming.layer_prefix.mode = block
      product's floe.yaml, floe.yaml:20:5
governance.quality_gates.layer_thresholds.bronze = 50
      enterprise manifest 'acme', ../enterprise/manifest.yaml:29:25
governance.quality_gates.layer_thresholds.gold = 100
      domain manifest 'sales', ../sales/manifest.yaml:21:25
governance.quality_gates.minimum_test_coverage = 70
      enterprise manifest 'acme', ../enterprise/manifest.yaml:28:5
plugins.catalog = {"config":{"password":"[redacted]","uri":"https://catalog.example.com"},"type":"polaris"}
      domain manifest 'sales', ../sales/manifest.yaml:13:3
plugins.compute = {"approved":[{"config":{"threads":4},"name":"duckdb"},{"name":"spark"}],"default":"spark"}
      domain manifest 'sales', ../sales/manifest.yaml:12:3
plugins.orchestrator = {"type":"dagster"}
      enterprise manifest 'acme', ../enterprise/manifest.yaml:16:3

$ cd orders && floe explain governance.data_retention_days --format json
{
  "schema": "floe.dev/explain/v1",
  "fields": [
    {
      "field": "governance.data_retention_days",
      "value": 90,
      "default": null,
      "rule": {
        "kind": "stricter",
        "words": "a lower tier may keep or strengthen it (higher is stricter)"
      },
      "chain": [
        {
          "tier": "enterprise manifest 'acme'",
          "value": 30,
          "effect": "sets",
          "decides": false,
          "file": "../enterprise/manifest.yaml",
          "line": 25,
          "column": 3
        },
        {
          "tier": "domain manifest 'sales'",
          "value": 90,
          "effect": "strengthens",
          "decides": true,
          "file": "../sales/manifest.yaml",
          "line": 18,
          "column": 3
        }
      ]
    }
  ]
}

$ cd orders && floe explain data_contracts.enforcement
governance.data_contracts.enforcement = not set
  Meaning: `off`, `warn` (prints), `alert_only` (records too) or `block` (fails); `strict` is read as `block`.
  Rule:    a lower tier may keep or strengthen it (off < warn < alert_only < block)
  No tier says it.

$ cd orders && floe explain governance.data_retention_day
2> ERROR: there is no field 'governance.data_retention_day'
2>     did you mean 'governance.data_retention_days'?
[2]

$ cd orders && floe explain governance.policies.coverage.columns.params.minimun
2> ERROR: policy 'coverage.columns' has no such field: 'governance.policies.coverage.columns.params.minimun'
2>     did you mean 'minimum'?
[2]

$ cd orders && floe explain nonsense
2> ERROR: there is no field 'nonsense'
2>     `floe explain` lists all that are set
[2]

$ floe explain governance
2> ERROR: there is neither a floe.yaml nor a platform manifest in '.'
2>     name the folder of a product or of a manifest: `floe explain FIELD DIR`
[2]

$ sed -i 's/data_retention_days: 90/data_retention_days: 7/' sales/manifest.yaml; cd orders && floe explain governance.data_retention_days
governance.data_retention_days = 30
  Meaning: How long data is kept at least.
  Rule:    a lower tier may keep or strengthen it (higher is stricter)
  → enterprise manifest 'acme'  ../enterprise/manifest.yaml:25:3  sets     30
    domain manifest 'sales'     ../sales/manifest.yaml:18:3       refused  7

$ sed -i 's/^parent_manifest.*/parent_manifest: nowhere/' sales/manifest.yaml; floe explain governance sales
2> ERROR: there is no platform manifest 'sales/nowhere'
2>     at sales/manifest.yaml:4:1
2>     the path is relative to the file that names it
[2]

floe facts says what is known about a dbt project, where from and why, and what only a run of dbt would tell.
fixture: shop
needs: command:facts

$ floe facts
shop  .
facts from sources: there is no target/manifest.json
rules of dbt 1.12

  models                  3
  sources                 2
  tests                   2

$ floe facts nowhere; floe facts platform
2> ERROR: there is no dbt project in 'nowhere'
2>     Name a folder with a dbt_project.yml.
2> ERROR: there is no dbt project in 'platform'
2>     Name a folder with a dbt_project.yml.
[2]

$ printf 'shop: { target: dev, outputs: { dev: { type: duckdb, path: shop.duckdb }, prod: { type: duckdb, path: prod.duckdb } } }\n' > profiles.yml; floe facts | head -n 3; floe facts --target prod | sed -n 3p; DBT_TARGET=prod floe facts | sed -n 3p; FLOE_FACTS_TARGET=prod floe facts --dbt-rules 1.10 | sed -n 3p
shop  .
facts from sources: there is no target/manifest.json
rules of dbt 1.12, target dev, duckdb
rules of dbt 1.12, target prod, duckdb
rules of dbt 1.12, target prod, duckdb
rules of dbt 1.10, target prod, duckdb

$ floe facts --target staging; floe facts --dbt-rules newest; floe facts --vars '{a'
shop  .
facts from sources: there is no target/manifest.json
rules of dbt 1.12

  models                  3
  sources                 2
  tests                   2

Problems: 1 error
  profiles.yml: ERROR: the target that is asked for is not known: the profile 'shop' has no target 'staging' [unknown_target]
      name a profile and a target that profiles.yml has, or none
shop  .
facts from sources: there is no target/manifest.json
rules of dbt 1.12, target dev, duckdb

  models                  3
  sources                 2
  tests                   2

Problems: 1 error
  --vars:1:3: ERROR: cannot read YAML: did not find expected ',' or '}' while parsing a flow mapping (which began at 1:1) [invalid_vars]

The graph is only partly known: no policy takes what is missing from it for known.
2> ERROR: 'newest' is no version of dbt, such as 1.10

$ floe facts --node stg_payments --node 'source.*'
model.shop.stg_payments
  name               stg_payments
  kind               model
  package            shop
  own                true
  fqn                shop, silver, stg_payments
  path               silver/stg_payments.sql
  file               models/silver/stg_payments.sql
  config             {"enabled":true,"materialized":"view","lookback":1,"on_schema_change":"ignore","on_configuration_change":"apply","docs":{"show":true},"contract":{"enforced":false,"alias_types":true},"access":"protected"}
  layer              silver
  layer from         folder
  tested columns     0
  parents            source.shop.raw.payments
  children           model.shop.gold_revenue
  depends on         source.shop.raw.payments
  edges known        true
  source calls       [{"source":"raw","table":"payments"}]
  materialized       view
  database           shop
  schema             main
  alias              stg_payments
  relation name      "shop"."main"."stg_payments"
  access             protected
  language           sql
  checksum           1f2a428b897de9b38b6585a536828747d4c2bae8a7b7a95d6f0a5a8b60430e45

source.shop.raw.orders
  name               orders
  kind               source
  package            shop
  own                true
  fqn                shop, raw, orders
  file               models/sources.yml
  source name        raw
  config             {"enabled":true}
  tested columns     0
  children           model.shop.bronze_orders
  database           shop
  schema             raw
  identifier         orders
  relation name      "shop"."raw"."orders"

source.shop.raw.payments
  name               payments
  kind               source
  package            shop
  own                true
  fqn                shop, raw, payments
  file               models/sources.yml
  source name        raw
  config             {"enabled":true}
  tested columns     0
  children           model.shop.stg_payments
  database           shop
  schema             raw
  identifier         payments
  relation name      "shop"."raw"."payments"

$ floe facts --node stg_payment
2> ERROR: there is no node 'stg_payment' in the project 'shop'; did you mean 'stg_payments'?
2>     A node is named by its name, its unique id or its file; * stands for any text.
[2]

$ floe facts --node models/gold/gold_revenue.sql --format json | $PYTHON -c 'import json, sys; d = json.load(sys.stdin); print(d["schema"], d["project"]["facts_from"], [(n["unique_id"], n["parents"], list(n["columns"]), n["columns"]["revenue"]["tests"]) for n in d["nodes"]], d["counts"]["tests"])'
floe.dev/project-facts/v1 sources [('model.shop.gold_revenue', ['model.shop.bronze_orders', 'model.shop.stg_payments'], ['order_id', 'revenue'], [])] 2

$ floe facts --format json | $PYTHON -c 'import json, sys; d = json.load(sys.stdin); print(sorted(d), len(d["nodes"]), sum(d["counts"].values()))'
['counts', 'nodes', 'problems', 'project', 'schema'] 7 7

$ floe facts --facts sources --format manifest | $PYTHON -c 'import json, sys; d = json.load(sys.stdin); print(d["metadata"]["dbt_schema_version"], sorted(d["nodes"]), d["nodes"]["model.shop.gold_revenue"]["depends_on"]["nodes"])'
https://schemas.getdbt.com/dbt/manifest/v12.json ['model.shop.bronze_orders', 'model.shop.gold_revenue', 'model.shop.stg_payments', 'test.shop.not_null_bronze_orders_order_id.24f68d0dd3', 'test.shop.unique_bronze_orders_order_id.eec6e86d13'] ['model.shop.bronze_orders', 'model.shop.stg_payments']

$ floe facts --facts sources --format manifest --dbt-rules 1.10 --target prod | $PYTHON -c 'import json, sys; print(json.load(sys.stdin)["metadata"]["floe"])'
{'dbt_rules': '1.10', 'target': 'prod', 'missing_packages': False}

$ floe facts --format manifest --node stg_payments
2> ERROR: --format manifest prints the whole tree, not single nodes
2>     Use --format json for those.
2>     'floe facts --help' shows what it takes.
[2]

$ floe facts --facts sources --manifest target/manifest.json
2> ERROR: --manifest names a manifest, and --facts sources reads none
2>     Leave out one of them.
2>     'floe facts --help' shows what it takes.
[2]

$ echo "select * from {{ ref('gold_' ~ run_started_at.day) }}" > models/gold/gold_day.sql; echo "{% if run_started_at.day == 1 %}select * from {{ ref('stg_payments') }}{% endif %}" > models/gold/gold_first.sql; floe facts; floe facts --node gold_first --node gold_day | grep -A 1 -E '^[a-z]|partial|conditional|known'
shop  .
facts from sources: there is no target/manifest.json
rules of dbt 1.12, target dev, duckdb

  models                  5
  sources                 2
  tests                   2

Partial: what only a run of dbt knows of nodes
  models/gold/gold_day.sql:1:32: model.shop.gold_day: edges: this differs from run to run

Conditional: edges that hang on what only a run of dbt knows
  models/gold/gold_first.sql:1:50: model.shop.gold_first → model.shop.stg_payments: this differs from run to run

The graph is only partly known: no policy takes what is missing from it for known.
model.shop.gold_day
  name               gold_day
--
  partial
  models/gold/gold_day.sql:1:32: edges: this differs from run to run
--
model.shop.gold_first
  name               gold_first
--
  edges known        true
  refs               [{"name":"stg_payments","package":null,"version":null}]
--
  conditional
  models/gold/gold_first.sql:1:50: → model.shop.stg_payments: this differs from run to run

$ rm models/gold/gold_day.sql models/gold/gold_first.sql; echo "select * from {{ ref('stg_payment') }} {% endif %}" > models/gold/gold_new.sql; echo "models: [" > models/broken.yml; cp models/silver/stg_payments.sql models/gold; floe facts; rm models/gold/gold_new.sql models/broken.yml models/gold/stg_payments.sql
shop  .
facts from sources: there is no target/manifest.json
rules of dbt 1.12, target dev, duckdb

  models                  4
  sources                 2
  tests                   2

Partial: what only a run of dbt knows of nodes
  models/gold/gold_new.sql:1:1: model.shop.gold_new: edges: its file could not be read

Problems: 3 errors
  models/broken.yml:2:1: ERROR: cannot read YAML: did not find expected node content while parsing a flow node [invalid_yaml]
  models/gold/gold_new.sql:1:43: ERROR: the tag 'endif' closes nothing here [invalid_jinja]
  models/silver/stg_payments.sql:1:1: ERROR: two enabled resources are named 'stg_payments' (model.shop.stg_payments): models/gold/stg_payments.sql and models/silver/stg_payments.sql [duplicate_name]
      rename one of them, or disable it

The graph is only partly known: no policy takes what is missing from it for known.

$ for number in $(seq 1 12); do echo "select * from {{ ref('gone_$number') }}" > models/gold/gold_$number.sql; done; floe facts | tail -n 4; floe facts --verbose | grep -c ERROR; floe validate --policy naming.layer_prefix | grep -A 20 'dbt project'; rm models/gold/gold_*[0-9].sql
      did you mean 'gold_6'?
  models/gold/gold_7.sql:1:18: ERROR: ref('gone_7') of model.shop.gold_7: there is nothing of that name [unknown_ref]
      did you mean 'gold_7'?
  and 2 more: --verbose prints all
12
[2/4] Validating dbt project
      · Facts from sources: there is no target/manifest.json
      ✓ Models parsed: 15 (rules of dbt 1.12, duckdb)
      ✓ Sources defined: 2
      ✓ Tests discovered: 2
      ✗ ref('gone_1') of model.shop.gold_1: there is nothing of that name
      ✗ ref('gone_10') of model.shop.gold_10: there is nothing of that name
      ✗ ref('gone_11') of model.shop.gold_11: there is nothing of that name
      ✗ ref('gone_12') of model.shop.gold_12: there is nothing of that name
      ✗ ref('gone_2') of model.shop.gold_2: there is nothing of that name
      ✗ and 7 more errors

[3/4] Validating data contracts
      - No data contract

[4/4] Checking platform compliance
      ✗ Naming conventions: 13 findings

model.shop.gold_1
  models/gold/gold_1.sql:1:1: ERROR: model 'gold_1' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_

$ mkdir target && cp "$TESTS/fixtures/manifest/target/manifest.json" target; floe facts | head -n 2; floe facts --facts manifest | sed -n '2,3p;$p'; floe facts --manifest target/manifest.json | sed -n 2p
shop  .
facts from sources: target/manifest.json is out of date, dbt_project.yml is newer than the manifest
facts from target/manifest.json
written by dbt 1.11.16, duckdb
NOTE: 'target/manifest.json' does not describe the files as they are: dbt_project.yml is newer than the manifest
facts from target/manifest.json

$ mv dbt_project.yml renamed.yml; floe facts; mv renamed.yml dbt_project.yml
shop  .
facts from target/manifest.json
written by dbt 1.11.16, duckdb

  models                  3
  sources                 2
  tests                   2

$ rm profiles.yml; floe validate --target prod --policy graph.cycle --quiet; floe validate --facts manifest --target prod --policy secrets.in_files --quiet
ERROR: the target that is asked for is not known: there is no profiles.yml [FLOE-E300]
      At:            profiles.yml
      What to do:    name a profile and a target that profiles.yml has, or none

Validation FAILED: the product cannot be judged (TIME)
  target/manifest.json: NOTE: 'target/manifest.json' does not describe the files as they are: dbt_project.yml is newer than the manifest
      What to do:    leave out `--facts manifest` and `--manifest`, or run `dbt parse` and validate again

Validation PASSED (TIME)

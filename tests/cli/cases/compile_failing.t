Where something blocks or fails, floe compile leaves nothing behind.
fixture: made
env: FLOE_COMPILE_FACTS=sources
env: FLOE_COMPILE_AS_OF=2026-11-21
env: SOURCE_DATE_EPOCH=1764000000
needs: command:compile
env: FLOE_LEDGER=off

$ mv models/silver/silver_orders.sql models/silver/orders.sql; floe compile; ls -A
[1/7] Loading platform artifacts
      ✓ Platform: acme-platform v1.2.3
      ✓ Compute: duckdb (enforced)

[2/7] Validating product identity
      Product ID: sales.daily_orders
      Repository: github.com/acme/daily-orders
      ✓ Namespace available

[3/7] Resolving inheritance
      ✓ Platform → Product

[4/7] Compiling dbt project
      · Profile: made for duckdb, which the platform enforces
      · dbt was not run: facts from sources
      ✓ 2 models read from their sources (rules of dbt 1.12, duckdb)
      ! 3 warnings of dbt
      ! Documentation: 2 findings
      ✗ Naming conventions: 1 finding

[5/7] Processing data contracts
      ✓ Auto-generated contract from ports
      ✓ Merged with explicit datacontract.yaml
      ✓ Contract version: 1.0.0

[6/7] Generating orchestration
      - Dagster definitions not written
      ✓ Schedule: 30 2 * * mon-fri (Europe/Berlin)
      · Next runs: Mon 2026-11-23 02:30 CET, Tue 2026-11-24 02:30 CET, Wed 2026-11-25 02:30 CET, Thu 2026-11-26 02:30 CET, Fri 2026-11-27 02:30 CET

[7/7] Writing artifacts
      - Nothing was registered or written

model.orders.bronze_orders
  models/bronze/bronze_orders.sql:1:1: ALERT: model 'bronze_orders' has no description [FLOE-E220]
      Expected:      a description
      Actual:        none
      Suggestion:    say in one sentence what one row of it stands for
      Policy:        documentation.model (alert_only)
      Documentation: https://floe.dev/docs/policies/documentation.model

model.orders.orders
  models/silver/orders.sql:1:1: ALERT: model 'orders' has no description [FLOE-E220]
      Expected:      a description
      Actual:        none
      Suggestion:    say in one sentence what one row of it stands for
      Policy:        documentation.model (alert_only)
  models/silver/orders.sql:1:1: ERROR: model 'orders' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_
      Actual:        orders
      Suggestion:    silver_orders
      Policy:        naming.layer_prefix (block)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix

  models/silver/silver_orders.yml:1:23: NOTE: ref('silver_orders') of test.orders.not_null_silver_orders_order_id.36e5019145: there is nothing of that name
  models/silver/silver_orders.yml:1:23: NOTE: ref('silver_orders') of test.orders.unique_silver_orders_order_id.94ba774900: there is nothing of that name
  models/silver/silver_orders.yml:3:5: NOTE: 'models' describes the model 'silver_orders', and there is no such model

Compilation FAILED: 1 finding blocks, 2 alert (TIME)
datacontract.yaml
dbt_project.yml
floe.yaml
models
platform

$ mv models/silver/orders.sql models/silver/silver_orders.sql; sed -i 's/30 2 . . mon-fri/30 25 * * mon-fri/; s#Europe/Berlin#Europe/Berln#' floe.yaml; floe compile; ls -A
[1/7] Loading platform artifacts
      ✗ 'schedule.cron': hour 25 does not exist (character 4 of '30 25 * * mon-fri')
      ✗ 'schedule.timezone': there is no time zone 'Europe/Berln'

[2/7] Validating product identity
      - Not reached

[3/7] Resolving inheritance
      - Not reached

[4/7] Compiling dbt project
      - Not reached

[5/7] Processing data contracts
      - Not reached

[6/7] Generating orchestration
      - Not reached

[7/7] Writing artifacts
      - Nothing was registered or written

ERROR: 'schedule.cron': hour 25 does not exist (character 4 of '30 25 * * mon-fri')
      At:            floe.yaml:19:3
      What to do:    it goes from 0 to 23

ERROR: 'schedule.timezone': there is no time zone 'Europe/Berln'
      At:            floe.yaml:20:3
      What to do:    did you mean 'Europe/Berlin'?

Compilation FAILED: the product cannot be judged (TIME)
datacontract.yaml
dbt_project.yml
floe.yaml
models
platform

$ sed -i 's/30 25 . . mon-fri/0 0 30 feb */; s#Europe/Berln#Europe/Berlin#' floe.yaml; floe compile | tail -3
      What to do:    write a day that the month has

Compilation FAILED: the product cannot be judged (TIME)

$ sed -i 's/0 0 30 feb ./0 6 * * */' floe.yaml; floe compile --dry-run | sed -n '/^.7.7/,/^$/p'; ls -A
[7/7] Writing artifacts
      - .floe/profiles/profiles.yml (dry run: not written)
      - definitions.py (dry run: not written)
      - .floe/artifacts.json (dry run: not written)

datacontract.yaml
dbt_project.yml
floe.yaml
models
platform

$ rm -rf .floe; touch .floe; floe compile | sed -n '/^.7.7/,$p'; rm .floe; ls -A
[7/7] Writing artifacts
      - Nothing was registered or written

ERROR: cannot make the folder '.floe': File exists
      At:            .floe

Compilation FAILED: the product cannot be judged (TIME)
datacontract.yaml
dbt_project.yml
floe.yaml
models
platform

$ echo 'select * from {{ ref("gone") }}' > models/silver/silver_lost.sql; floe compile | sed -n '/^.4.7/,/^$/p'; ls -A .floe 2>/dev/null
[4/7] Compiling dbt project
      · Profile: made for duckdb, which the platform enforces
      · dbt was not run: facts from sources
      ✓ 3 models read from their sources (rules of dbt 1.12, duckdb)
      ✗ ref('gone') of model.orders.silver_lost: there is nothing of that name
      ! Documentation: 2 findings
      ✓ Naming conventions: bronze_, silver_, gold_
[2]

$ floe compile nowhere
[1/7] Loading platform artifacts
      ✗ there is no folder 'nowhere'

[2/7] Validating product identity
      - Not reached

[3/7] Resolving inheritance
      - Not reached

[4/7] Compiling dbt project
      - Not reached

[5/7] Processing data contracts
      - Not reached

[6/7] Generating orchestration
      - Not reached

[7/7] Writing artifacts
      - Nothing was registered or written

ERROR: there is no folder 'nowhere'
      At:            nowhere/floe.yaml
      What to do:    name a folder that holds a floe.yaml

Compilation FAILED: the product cannot be judged (TIME)
[2]

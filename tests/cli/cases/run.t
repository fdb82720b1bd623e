floe run refuses what may not run, tells what dbt says node by node, and goes on with what a run left: a program that
answers as dbt does stands in for it.
fixture: shop runs
env: FLOE_COMPILE_AS_OF=2026-11-21
env: FLOE_RUN_AS_OF=2026-11-21
env: SOURCE_DATE_EPOCH=1764000000
env: PATH=/usr/bin:/bin
env: FLOE_EVIDENCE_WAIT=0
env: TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
needs: command:run
needs: python:json

$ sed -i 's/mode: block, params/mode: warn, params/' platform/manifest.yaml; $FLOE run
2> ERROR: nothing was compiled yet: there is no artifact
2>     at .floe/artifacts.json
2>     `floe compile` makes it, and judges the product
[2]

$ $FLOE run nowhere
2> ERROR: there is no folder 'nowhere'
2>     at nowhere/.floe/artifacts.json
2>     name the folder of a product
[2]

$ $FLOE run --retry-failed --select a
2> ERROR: --retry-failed runs what the last run left, so it takes no selection
2>     Leave out --select and --exclude.
2>     'floe run --help' shows what it takes.
[2]

$ $FLOE compile --facts sources --quiet >/dev/null; $FLOE run
2> ERROR: there is no dbt: not in the product's virtual environment, nor in the PATH
2>     `python3 -m venv .venv && .venv/bin/pip install dbt-core dbt-duckdb` installs it
[4]

$ export FLOE_DBT=bin/dbt; $FLOE run --retry-failed
2> ERROR: there is no run of this product to go on with
2>     `floe run` is its first
[2]

$ export FLOE_DBT=bin/dbt FAIL=1; $FLOE run --threads 3
[1/4] Starting runtime
      ✓ Artifact: shop 1.2.0, compiled 2025-11-24T16:00:00Z, current (10 inputs)
      ✓ Platform: acme-platform v1.0.0
      ✓ dbt 1.11.0: duckdb 1.11.1, target dev, 2 threads

[2/4] Executing transforms
      ▶ bronze_orders (TIME)
          ├── Rows: 1,234,567
          └── OpenLineage: COMPLETE
      ✗ stg_payments (TIME): error
          └── OpenLineage: FAIL
      - gold_revenue: skipped, as what it depends on failed

[3/4] Running quality checks
      - No test ran

Pipeline FAILED (TIME)
2>
2> ERROR: Transform stg_payments failed
2>   | Database Error in model stg_payments
2>   |   connection refused
2>     at models/silver/stg_payments.sql
2>     [View logs] logs/dbt.log
2>     Trace: 0af7651916cd43dd8448eb211c80319c
2> Repair it, then `floe run --retry-failed` does what is left.
2> Where that changes what was compiled, all is compiled and run anew: `floe compile && floe run`.
[1]

$ export FLOE_DBT=bin/dbt; $FLOE run --retry-failed | sed 's/run [0-9a-f-]* /run [ID] /; /^.4.4/,$d'; cat logs/asked | sed 's/--profiles-dir [^ ]*/--profiles-dir DIR/'
[1/4] Starting runtime
      ✓ Artifact: shop 1.2.0, compiled 2025-11-24T16:00:00Z, current (10 inputs)
      ✓ Platform: acme-platform v1.0.0
      · Attempt 2, after the run [ID] (failed)
      ✓ dbt 1.11.0: duckdb 1.11.1, target dev, 2 threads

[2/4] Executing transforms
      · Reused: 1 node, 0 tests (bronze_orders)
      ▶ stg_payments (TIME)
          ├── Rows: 12
          └── OpenLineage: COMPLETE
      ▶ gold_revenue (TIME)
          ├── Rows: 3
          └── OpenLineage: COMPLETE

[3/4] Running quality checks
      - No test ran

--log-format json build --profiles-dir DIR --log-format-file debug --threads 3
--log-format json build --profiles-dir DIR --log-format-file debug --select shop.gold.gold_revenue,file:gold_revenue.sql,resource_type:model shop.silver.stg_payments,file:stg_payments.sql,resource_type:model --indirect-selection empty

$ export FLOE_DBT=bin/dbt; rm .floe/lineage.jsonl; SLOW=1 FLOE_RUNNING_AFTER=0.2 $FLOE run --quiet; "$PYTHON" "$TESTS/ends.py" .floe/lineage.jsonl | sed -En 's/RUNNING (RUNNING )+/RUNNING, again and again, /; /stg/p'
model.shop.stg_payments START RUNNING, again and again, COMPLETE

$ export FLOE_DBT=bin/dbt; rm .floe/lineage.jsonl; (SLOW=1 FLOE_RUNNING_AFTER=0.4 $FLOE run --quiet) & until grep -qs stg_payments .floe/lineage.jsonl; do sleep 0.05; done; $FLOE run --wait | sed -E '2,$d; s/run [0-9a-f-]+ \(process [0-9]+\)/run [ID]/; s/since .*/since …/'; wait
      · Waiting: run [ID] has been at work on this product since …

$ export FLOE_DBT=bin/dbt; touch nohup.out; $FLOE run --quiet

$ export FLOE_DBT=bin/dbt; $FLOE run --select nothing | tail -1
Pipeline FAILED (TIME)
2>
2> ERROR: nothing was selected: 'nothing'
2>     `dbt ls --select …` shows what a selection names

$ export FLOE_DBT=bin/dbt; $FLOE run --vars '{a: 1}' >/dev/null
2> ERROR: the artifact is not that of the files, so it may not run
2>   | new      --vars
2>     at .floe/artifacts.json
2>     give the options that it was compiled by, or compile with these: --vars
[1]

$ export FLOE_DBT=bin/dbt; echo "-- more" >> models/bronze/bronze_orders.sql; $FLOE run --quiet
2> ERROR: the artifact is not that of the files, so it may not run
2>   | changed  models/bronze/bronze_orders.sql
2>     at .floe/artifacts.json
2>     `floe compile` makes it anew
[1]

$ sed -i 's/"verdict": "[a-z]*",/"verdict": "blocked",/' .floe/artifacts.json; $FLOE run
2> ERROR: the verdict on the artifact is 'blocked': it may not run
2>     at .floe/artifacts.json
2>     `floe compile` tells what blocks
[1]

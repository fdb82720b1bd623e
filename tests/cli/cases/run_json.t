floe run --format json prints one document at its end, whatever became of the run, in the form that `floe schema run`
tells, and nothing else on standard output; other formats show failures as findings.
fixture: shop runs
env: FLOE_COMPILE_AS_OF=2026-11-21
env: FLOE_RUN_AS_OF=2026-11-21
env: SOURCE_DATE_EPOCH=1764000000
env: FLOE_DBT=bin/dbt
env: FLOE_EVIDENCE_WAIT=0
env: TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
needs: command:run
needs: python:jsonschema

$ floe schema run >schema.json; check() { floe run --format json "$@" >run.json; code=$?; $PYTHON $TESTS/check_schema.py schema.json run.json && echo "exit $code, as published"; }; declare -f check >check.sh; sed -i 's/mode: block, params/mode: warn, params/' platform/manifest.yaml; check; grep -E '"(run|status|message|id|path)"' run.json
exit 2, as published
  "run": null,
  "status": "refused",
  "message": "nothing was compiled yet: there is no artifact",
    "id": null,
    "path": "."
      "message": "nothing was compiled yet: there is no artifact",
2> ERROR: nothing was compiled yet: there is no artifact
2>     at .floe/artifacts.json
2>     `floe compile` makes it, and judges the product

$ . ./check.sh; floe compile --facts sources --quiet >/dev/null; FAIL=1 check --report junit=floe.xml; sed -E 's/"(run|seconds|started_at|artifact)": [^{]*,/"\1": ...,/; s/sha256:[0-9a-f]*/DIGEST/' run.json; cat floe.xml
exit 1, as published
{
  "schema": "floe.dev/run/v1",
  "floe": "[VERSION]",
  "run": ...,
  "trace": "0af7651916cd43dd8448eb211c80319c",
  "attempt": 1,
  "retry_of": null,
  "status": "failed",
  "verdict": "blocked",
  "exit": 1,
  "message": "Database Error in model stg_payments\n  connection refused",
  "as_of": "2026-11-21T00:00:00Z",
  "started_at": ...,
  "seconds": ...,
  "environment": null,
  "product": {
    "id": "sales.shop",
    "version": "1.2.0",
    "path": "."
  },
  "platform": {
    "name": "acme-platform",
    "version": "1.0.0",
    "digest": "DIGEST"
  },
  "artifact": {
    "digest": "DIGEST",
    "compiled_at": "2025-11-24T16:00:00Z"
  },
  "dbt": {
    "version": "1.11.0",
    "adapter": "duckdb 1.11.1",
    "target": "dev"
  },
  "selection": {
    "select": [],
    "exclude": [],
    "full_refresh": false,
    "threads": null,
    "target": null,
    "environment": null,
    "vars": null
  },
  "counts": {
    "error": 1,
    "skipped": 1,
    "success": 1
  },
  "models": [
    {
      "unique_id": "model.shop.bronze_orders",
      "kind": "model",
      "name": "bronze_orders",
      "status": "success",
      "attempt": 1,
      "reused": false,
      "started_at": ...,
      "seconds": ...,
      "message": null,
      "file": "models/bronze/bronze_orders.sql",
      "rows": 1234567,
      "layer": "bronze",
      "materialization": null
    },
    {
      "unique_id": "model.shop.stg_payments",
      "kind": "model",
      "name": "stg_payments",
      "status": "error",
      "attempt": 1,
      "reused": false,
      "started_at": ...,
      "seconds": ...,
      "message": "Database Error in model stg_payments\n  connection refused",
      "file": "models/silver/stg_payments.sql",
      "rows": null,
      "layer": "silver",
      "materialization": null
    },
    {
      "unique_id": "model.shop.gold_revenue",
      "kind": "model",
      "name": "gold_revenue",
      "status": "skipped",
      "attempt": 1,
      "reused": false,
      "started_at": ...,
      "seconds": ...,
      "message": null,
      "file": "models/gold/gold_revenue.sql",
      "rows": null,
      "layer": "gold",
      "materialization": null
    }
  ],
  "tests": [],
  "contracts": [],
  "findings": [],
  "errors": [
    {
      "policy": null,
      "kind": "run",
      "code": "FLOE-E807",
      "message": "Transform stg_payments failed\nDatabase Error in model stg_payments\n  connection refused",
      "hint": "[View logs] logs/dbt.log\nTrace: 0af7651916cd43dd8448eb211c80319c",
      "subject": "model.shop.stg_payments",
      "at": null,
      "file": "models/silver/stg_payments.sql",
      "line": null,
      "column": null
    }
  ],
  "notes": [],
  "evidence": []
}
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="floe">
  <testsuite name="sales.shop" tests="3" failures="1" errors="0" skipped="1" timestamp="2026-11-21T00:00:00Z">
    <testcase classname="dbt.model" name="model.shop.bronze_orders" time="0.250"/>
    <testcase classname="dbt.model" name="model.shop.stg_payments" time="0.500"><failure type="error" message="Database Error in model stg_payments&#10;  connection refused"/></testcase>
    <testcase classname="dbt.model" name="model.shop.gold_revenue" time="0.000"><skipped message="skipped"/></testcase>
  </testsuite>
</testsuites>
2> ERROR: Transform stg_payments failed
2>   | Database Error in model stg_payments
2>   |   connection refused
2>     at models/silver/stg_payments.sql
2>     [View logs] logs/dbt.log
2>     Trace: 0af7651916cd43dd8448eb211c80319c

$ . ./check.sh; check --retry-failed; $PYTHON -c 'import json; run = json.load(open("run.json")); print(run["status"], run["verdict"], run["attempt"], run["counts"], [(node["name"], node["status"], node["attempt"], node["reused"]) for node in run["models"]]); ledger = json.loads(__import__("subprocess").run(["floe", "ledger", "list", "--run", run["run"], "--format", "json"], capture_output=True).stdout); print([entry["kind"] for entry in ledger["entries"]], ledger["entries"][0]["run"] == run["run"])'
exit 0, as published
complete pass 2 {'success': 2} [('bronze_orders', 'success', 1, True), ('stg_payments', 'success', 2, False), ('gold_revenue', 'success', 2, False)]
['run.end', 'run.node', 'run.node', 'run.start'] True

$ . ./check.sh; check --retry-failed --quiet; grep -E '"(run|status|retry_of)"' run.json | sed 's/"[0-9a-f]*-[^"]*"/"ID"/'
exit 0, as published
  "run": null,
  "retry_of": "ID",
  "status": "complete",

$ . ./check.sh; check --select nothing; grep -E '"(status|verdict|kind|message)"' run.json
exit 2, as published
  "status": "failed",
  "verdict": "error",
  "message": "nothing was selected: 'nothing'",
      "kind": "input",
      "message": "nothing was selected: 'nothing'",
2> ERROR: nothing was selected: 'nothing'
2>     `dbt ls --select …` shows what a selection names

$ FAIL=1 floe run --format github 2>/dev/null; FAIL=1 floe run --quiet --report text=floe.txt >/dev/null 2>&1; cat floe.txt; FAIL=1 floe run --format sarif 2>/dev/null >floe.sarif; $PYTHON -c 'import json; run = json.load(open("floe.sarif"))["runs"][0]; print([(rule["id"], rule["name"], rule["shortDescription"]["text"]) for rule in run["tool"]["driver"]["rules"]], [(found["ruleId"], found["level"], found["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]) for found in run["results"]])'
::error file=models/silver/stg_payments.sql,title=FLOE-E807 run::Transform stg_payments failed%0ADatabase Error in model stg_payments%0A  connection refused%0A[View logs] logs/dbt.log%0ATrace: 0af7651916cd43dd8448eb211c80319c
sales.shop: Run FAILED: 1 failure
ERROR: Transform stg_payments failed [FLOE-E807]
      | Database Error in model stg_payments
      |   connection refused
      Subject:       model.shop.stg_payments
      At:            models/silver/stg_payments.sql
      What to do:
        | [View logs] logs/dbt.log
        | Trace: 0af7651916cd43dd8448eb211c80319c

Run FAILED: 1 failure (TIME)
[('FLOE-E807', 'RunFLOEE807', 'What runs is current, and ends well')] [('FLOE-E807', 'error', 'model.shop.stg_payments')]

$ . ./check.sh; echo "-- more" >> models/bronze/bronze_orders.sql; check; grep -E '"(status|verdict|id|kind|code|message|file)"' run.json; floe run --format github 2>/dev/null; floe run --format json --report json=nowhere/run.json 2>&1 >run.json | tail -2; grep -c schema run.json
exit 1, as published
  "status": "refused",
  "verdict": "blocked",
  "message": "the artifact is not that of the files, so it may not run\nchanged  models/bronze/bronze_orders.sql",
    "id": "sales.shop",
      "kind": "run",
      "code": "FLOE-E808",
      "message": "the artifact is not that of the files, so it may not run\nchanged  models/bronze/bronze_orders.sql",
      "file": ".floe/artifacts.json",
::error file=.floe/artifacts.json,title=FLOE-E808 run::the artifact is not that of the files, so it may not run%0Achanged  models/bronze/bronze_orders.sql%0A`floe compile` makes it anew
sales.shop: Run FAILED: 1 failure
ERROR: the json report was not written: cannot write 'nowhere/run.json': No such file or directory
    Name a file in a folder that exists and may be written.
1
2> ERROR: the artifact is not that of the files, so it may not run
2>   | changed  models/bronze/bronze_orders.sql
2>     at .floe/artifacts.json
2>     `floe compile` makes it anew

$ floe compile --facts sources --quiet --target dev >/dev/null; floe run --format json | grep '"target"'
    "target": "dev"
    "target": "dev",

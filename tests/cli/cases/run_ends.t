A run that a bug or a signal ends outside of dbt has one end all the same: in the ledger, in lineage and in telemetry.
fixture: shop runs
env: FLOE_COMPILE_AS_OF=2026-11-21
env: FLOE_RUN_AS_OF=2026-11-21
env: PATH=/usr/bin:/bin
env: FLOE_DBT=bin/dbt

$ sed -i 's/mode: block, params/mode: warn, params/' platform/manifest.yaml; $FLOE compile --facts sources --quiet >/dev/null; for raises in bug interruption; do RAISES=$raises "$(dirname "$FLOE")/run_lua" "$TESTS/run_ends.lua"; done
exit 70
exit 143
2> ERROR: this is a bug in floe: a planted bug
2>     Please report it with the command line and the output of 'floe env'.
2> Interrupted: dbt was ended, and what was done is in the ledger.

$ $FLOE ledger list --format json | grep -A4 '"kind": "run.end"' | grep verdict
      "verdict": "aborted",
      "verdict": "failed",

$ sed -n 's/^{"eventType":"\([A-Z]*\)".*"job":{"namespace":"[^"]*","name":"shop",.*/\1/p' .floe/lineage.jsonl
START
FAIL
START
ABORT

$ grep -o '"key":"process.exit.code","value":{[^}]*}\|"key":"error.type","value":{[^}]*}' .floe/traces.jsonl
"key":"process.exit.code","value":{"intValue":"70"}
"key":"error.type","value":{"stringValue":"bug"}
"key":"process.exit.code","value":{"intValue":"143"}
"key":"error.type","value":{"stringValue":"interrupted"}

$ printf '#!/bin/sh\nfor name in AdapterRegistered ConcurrencyLine StatsLine MainReportVersion; do\n  echo "{\\"info\\": {\\"name\\": \\"$name\\", \\"level\\": \\"info\\", \\"msg\\": \\"x\\"}}"\ndone\n' >.floe/odd; chmod +x .floe/odd; $FLOE run --dbt .floe/odd | grep 'dbt of'; echo "exit code ${PIPESTATUS[0]}"
      ✓ dbt of an unknown version: no adapter, target unknown, 1 thread
exit code 2
2>
2> ERROR: nothing was selected
2>     `dbt ls --select …` shows what a selection names

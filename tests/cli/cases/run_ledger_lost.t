A ledger that is taken away, emptied or held by another process while dbt works: the run goes on and says so in one line;
where the platform requires the ledger it has failed, with the exit code that everybody is told.
fixture: shop runs
env: FLOE_COMPILE_AS_OF=2026-11-21
env: FLOE_RUN_AS_OF=2026-11-21
env: SOURCE_DATE_EPOCH=1764000000
env: PATH=/usr/bin:/bin
env: FLOE_EVIDENCE_WAIT=0
env: FLOE_DBT=bin/dbt
needs: python:sqlite3

$ sed -i 's/mode: block, params/mode: warn, params/' platform/manifest.yaml; $FLOE compile --facts sources --quiet >/dev/null; MEANWHILE='rm .floe/ledger.db*' $FLOE run --quiet; echo "exit code $?"; rm .floe/lineage.jsonl; MEANWHILE=': >.floe/ledger.db' $FLOE run --quiet
exit code 0
2> evidence: ledger: the ledger '.floe/ledger.db' was taken away or replaced while it was in use: what was to be kept is gone with it
2> evidence: ledger: '.floe/ledger.db' does not hold what was written to it: it was emptied or damaged meanwhile

$ sed -i 's/^governance:/governance:\n  evidence: { required: true }/' platform/manifest.yaml; $FLOE compile --facts sources --quiet >/dev/null; rm .floe/*.jsonl; MEANWHILE='rm .floe/ledger.db*' $FLOE run
[1/4] Starting runtime
      ✓ Artifact: shop 1.2.0, compiled 2025-11-24T16:00:00Z, current (10 inputs)
      ✓ Platform: acme-platform v1.0.0
      ✓ dbt 1.11.0: duckdb 1.11.1, target dev, 2 threads

[2/4] Executing transforms
      ▶ bronze_orders (TIME)
          ├── Rows: 1,234,567
          └── OpenLineage: COMPLETE
      ▶ stg_payments (TIME)
          ├── Rows: 12
          └── OpenLineage: COMPLETE
      ▶ gold_revenue (TIME)
          ├── Rows: 3
          └── OpenLineage: COMPLETE

[3/4] Running quality checks
      - No test ran

[4/4] Validating contracts
      - The product has no contract

Pipeline FAILED (TIME)
2>
2> ERROR: this run is not in the ledger, which the platform requires
2>     look where FLOE_LEDGER leads, and whether that can be written
2> evidence: ledger: the ledger '.floe/ledger.db' was taken away or replaced while it was in use: what was to be kept is gone with it
[4]

$ "$PYTHON" "$TESTS/ends.py" .floe/lineage.jsonl | grep '^shop'; grep -o '"key":"process.exit.code","value":{[^}]*}\|"key":"error.[a-z]*","value":{[^}]*}' .floe/traces.jsonl
shop START FAIL
"key":"process.exit.code","value":{"intValue":"4"}
"key":"error.type","value":{"stringValue":"ledger"}

$ rm .floe/lineage.jsonl; MEANWHILE='$PYTHON $TESTS/hold_ledger.py' $FLOE run --quiet; kill $(cat logs/holder); $FLOE run --retry-failed --quiet && $FLOE ledger verify | sed 's/: .*//'; $FLOE ledger list --kind run.end | awk '/sales/ { print $3, $5 }'
Pipeline FAILED (TIME)
✓ 8 entries with 0 findings hold together
  Head
run.end complete
run.end cut
2> ERROR: this run is not in the ledger, which the platform requires
2>     look where FLOE_LEDGER leads, and whether that can be written
2> evidence: ledger: the ledger '.floe/ledger.db' stayed locked by another process for 10 seconds

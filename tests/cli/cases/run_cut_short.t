What a run leaves that ended early: where dbt stopped at the first failure, what it did not come to runs with the next
attempt; where it was interrupted while contracts were checked, the ledger has its end.
fixture: shop runs
env: FLOE_COMPILE_AS_OF=2026-11-21
env: FLOE_RUN_AS_OF=2026-11-21
env: SOURCE_DATE_EPOCH=1764000000
env: PATH=/usr/bin:/bin
env: FLOE_EVIDENCE_WAIT=0
env: FLOE_DBT=bin/dbt
needs: command:run

$ sed -i 's/mode: block, params/mode: warn, params/' platform/manifest.yaml; $FLOE compile --facts sources --quiet >/dev/null; FAIL=fast $FLOE run --quiet >/dev/null 2>&1; $FLOE run --retry-failed >/dev/null; sed 's/--profiles-dir [^ ]*/--profiles-dir DIR/' logs/asked; $FLOE ledger list | awk '/run\./ { print $3, $5 }'
--log-format json build --profiles-dir DIR --log-format-file debug
--log-format json build --profiles-dir DIR --log-format-file debug --exclude shop.bronze.bronze_orders,file:bronze_orders.sql,resource_type:model --indirect-selection empty
run.end complete
run.start -
run.end failed
run.start -

$ printf 'apiVersion: v3.0.2\nkind: DataContract\nid: revenue\nname: revenue\nversion: 1.0.0\nstatus: active\nschema: [{ name: gold_revenue, properties: [{ name: id, logicalType: integer }] }]\n' > datacontract.yaml; printf '#!/bin/sh\nkill -$SIGNAL $PPID\n[ $SIGNAL = 0 ] || exec sleep 10\n' > bin/python; chmod +x bin/python; $FLOE compile --facts sources --quiet >/dev/null; SIGNAL=INT $FLOE run | tail -3
      - No test ran

[4/4] Validating contracts
2> Interrupted: dbt was ended, and what was done is in the ledger.

$ $FLOE ledger list | awk '/run\./ { print $3, $5 }' | head -2; SIGNAL=0 $FLOE run --retry-failed 2>/dev/null | grep Reused
run.end aborted
run.start -
      · Reused: 3 nodes, 0 tests (bronze_orders, gold_revenue, stg_payments)

$ sh -c 'SIGNAL=KILL $FLOE run --quiet; true' >/dev/null 2>&1; $FLOE ledger list | awk '/run\./ { print $3, $5 }' | head -1; SIGNAL=0 $FLOE run --retry-failed 2>/dev/null | grep -e Reused -e Pipeline
run.start -
      · Reused: 3 nodes, 0 tests (bronze_orders, gold_revenue, stg_payments)
Pipeline COMPLETE (TIME)

A run whose floe is killed has no end in the ledger, and its lineage has open runs: the next run writes that end, and ends
what was open under the same ids, once.
fixture: shop runs
env: FLOE_COMPILE_AS_OF=2026-11-21
env: FLOE_RUN_AS_OF=2026-11-21
env: SOURCE_DATE_EPOCH=1764000000
env: PATH=/usr/bin:/bin
env: FLOE_EVIDENCE_WAIT=0
needs: command:run
needs: python:json

$ sed -i 's/mode: block, params/mode: warn, params/' platform/manifest.yaml; $FLOE compile --facts sources --quiet >/dev/null; (CUT_OFF=1 $FLOE run --dbt bin/dbt; echo "exit code $?") 2>/dev/null | tail -1; $FLOE ledger list --kind run.end; ls .floe/lineage | sed 's/.*[.]/./'
exit code 137
0 entries of .floe/ledger.db
.lock
.open

$ $FLOE run --dbt bin/dbt --wait=20 --quiet && $FLOE run --dbt bin/dbt --quiet; $FLOE ledger list --kind run.end | awk '/sales/ { print $1, $3, $5, $6 }' | sed 's/ -$//'; ls .floe/lineage
14 run.end complete
9 run.end complete
4 run.end cut off

$ $FLOE ledger list --run $($FLOE ledger show 4 | sed -n 's/.*Run: *//p') | sed -nE 's/20..-[^ ]* //; s/  +/ /gp'; $FLOE ledger show 6 | sed -E 's/(At|Took|Id|Run|Hash): .*/\1: …/'; $FLOE ledger show 1 | head -1
4 run.end sales.shop cut off - root -
3 run.node sales.shop success - - model.shop.bronze_orders
2 run.start sales.shop - - root -
6 run.node sales.shop: success
  At: …
  Node:        model.shop.bronze_orders
  Took: …
  Rows:        1234567
  Id: …
  Run: …
  Hash: …
1 compile sales.shop: alerted

$ $FLOE ledger show 4 | grep Command; $FLOE ledger list --verdict 'cut off' --format json | grep -c run.end; $FLOE ledger verify | sed 's/: .*//'
  Command:     floe run --dbt bin/dbt --wait=20 --quiet
1
✓ 14 entries with 2 findings hold together
  Head

$ "$PYTHON" "$TESTS/ends.py" .floe/lineage.jsonl
shop START ABORT
model.shop.bronze_orders START COMPLETE
model.shop.stg_payments START ABORT
shop START COMPLETE
model.shop.bronze_orders START COMPLETE
model.shop.stg_payments START COMPLETE
model.shop.gold_revenue START COMPLETE
shop START COMPLETE
model.shop.bronze_orders START COMPLETE
model.shop.stg_payments START COMPLETE
model.shop.gold_revenue START COMPLETE

A clock that is set back or forward while dbt works, and between runs: what took how long comes from a clock that nobody
sets, the ledger's order from its chain, and no lock is stale and nothing waits for a moment that may never come.
fixture: shop runs
env: FLOE_COMPILE_AS_OF=2026-11-21
env: FLOE_RUN_AS_OF=2026-11-21
env: PATH=/usr/bin:/bin
env: FLOE_EVIDENCE_WAIT=0
env: FLOE_DBT=bin/dbt
env: FAKETIME_DONT_FAKE_MONOTONIC=1
env: FAKETIME_NO_CACHE=1
env: FAKETIME_TIMESTAMP_FILE=logs/clock
env: ASAN_OPTIONS=verify_asan_link_order=0
needs: program:faketime
needs: python:json

$ mkdir logs; echo +0 >logs/clock; sed -i 's/mode: block, params/mode: warn, params/' platform/manifest.yaml; export LD_PRELOAD='/usr/$LIB/faketime/libfaketime.so.1'; $FLOE compile --facts sources --quiet >/dev/null; for jump in -1d +365d -2d; do MEANWHILE="echo $jump >logs/clock" $FLOE run | tail -1; done; $FLOE ledger list --kind run.end | awk '/sales/ { print $3, $5 }'; $FLOE ledger verify | sed 's/: .*//'; $FLOE ledger prune --keep 90d | sed 's/20..-.*/DAY/'
Pipeline COMPLETE (TIME)
Pipeline COMPLETE (TIME)
Pipeline COMPLETE (TIME)
run.end complete
run.end complete
run.end complete
✓ 16 entries with 2 findings hold together
  Head
nothing is older than DAY

$ "$PYTHON" "$TESTS/took.py" .floe/traces.jsonl .floe/metrics.jsonl
True

$ export LD_PRELOAD='/usr/$LIB/faketime/libfaketime.so.1'; echo +0 >logs/clock; rm .floe/lineage.jsonl; (CUT_OFF=1 $FLOE run; echo "exit code $?") 2>/dev/null | tail -1; echo -400d >logs/clock; $FLOE run --wait=20 --quiet; echo "exit code $?"; $FLOE ledger list --kind run.end | awk '/sales/ { print $3, $5 }'
exit code 137
exit code 0
run.end complete
run.end cut
run.end complete
run.end complete
run.end complete

$ export LD_PRELOAD='/usr/$LIB/faketime/libfaketime.so.1' OPENLINEAGE_URL=http://127.0.0.1:9; $FLOE run --quiet >/dev/null 2>&1; $FLOE evidence flush --wait 0 >/dev/null 2>&1; echo +365d >logs/clock; $FLOE evidence status | grep -o 'events for openlineage'; echo -800d >logs/clock; $FLOE evidence flush --wait 0 2>&1 | grep -o 'events for openlineage still wait\|cannot reach'
events for openlineage
events for openlineage still wait
cannot reach

Who hears of a command hears the exit code with which it ends, also where a ledger that the platform requires or a report
decides it after the verdict.
fixture: shop
env: FLOE_VALIDATE_POLICY=documentation.model

$ sed -i 's/^governance:/governance:\n  evidence: { required: true }/' platform/manifest.yaml; export OTEL_TRACES_EXPORTER=otlp_file; for ledger in off .floe/ledger.db; do FLOE_LEDGER=$ledger floe validate --quiet >/dev/null 2>&1; echo "exit code $?"; done; FLOE_LEDGER=.floe/ledger.db floe validate --quiet --report json=nowhere/x >/dev/null 2>&1; echo "exit code $?"
exit code 4
exit code 0
exit code 2

$ grep -o '"key":"process.exit.code","value":{[^}]*}\|"key":"error.message","value":{[^}]*}' .floe/traces.jsonl
"key":"process.exit.code","value":{"intValue":"4"}
"key":"process.exit.code","value":{"intValue":"0"}
"key":"process.exit.code","value":{"intValue":"2"}

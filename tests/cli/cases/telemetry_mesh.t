In a mesh telemetry names the enterprise, the platform at the top, whatever domains stand below it.
fixture: mesh

$ cd orders && OTEL_TRACES_EXPORTER=otlp_file floe validate --facts sources --quiet >/dev/null; grep -o '"key":"floe.\(mode\|domain\|enterprise\|platform.name\)","value":{[^}]*}' .floe/traces.jsonl | sort -u
"key":"floe.domain","value":{"stringValue":"sales"}
"key":"floe.enterprise","value":{"stringValue":"acme"}
"key":"floe.mode","value":{"stringValue":"mesh"}
"key":"floe.platform.name","value":{"stringValue":"acme"}

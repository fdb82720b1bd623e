Telemetry goes where variables of OpenTelemetry send it: files and the terminal here; a collector is in tests/service.
fixture: shop

$ floe validate --quiet >/dev/null; ls .floe | grep -c jsonl
0
[1]

$ OTEL_SDK_DISABLED=true OTEL_TRACES_EXPORTER=otlp_file floe validate --quiet >/dev/null; ls .floe | grep -c jsonl
0
[1]

$ OTEL_TRACES_EXPORTER=otlp_file OTEL_METRICS_EXPORTER=otlp_file OTEL_LOGS_EXPORTER=otlp_file floe validate --quiet --policy naming.layer_prefix --policy graph.cycle >/dev/null; ls -l .floe/*.jsonl | cut -c 1-10 | sort -u; python3 $TESTS/../lib/otlp.py spans .floe/traces.jsonl; python3 $TESTS/../lib/otlp.py metrics .floe/metrics.jsonl; python3 $TESTS/../lib/otlp.py logs .floe/logs.jsonl
-rw-------
floe.validate FAILED
  floe.step Reading products
  floe.step Loading policies
  floe.step Reading facts
  floe.policy.judge FAILED
    floe.policy.evaluate naming.layer_prefix FAILED
floe.pipeline.duration {floe.command=validate, floe.status=failed} 1
floe.pipeline.failures {floe.command=validate, floe.status=failed} 1
floe.pipeline.runs {floe.command=validate, floe.status=failed} 1
floe.policy.evaluations {floe.policy.id=naming.layer_prefix, floe.policy.mode=block, floe.policy.phase=validate} 3
floe.policy.findings {floe.policy.id=naming.layer_prefix, floe.policy.phase=validate, floe.policy.verdict=block} 1
ERROR floe.policy.finding model 'stg_payments' carries no layer prefix in a span
ERROR floe.command.ended floe validate: failed: Validation BLOCKED: 1 finding blocks in a span

$ rm .floe/*.jsonl; TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 OTEL_TRACES_EXPORTER=otlp_file floe compile --facts sources --quiet --vars '{password: hunter2}' >/dev/null; grep -o '"traceId":"[^"]*"' .floe/traces.jsonl | sort -u; grep -c hunter2 .floe/traces.jsonl; python3 $TESTS/../lib/otlp.py spans .floe/traces.jsonl | grep -v evaluate; grep -o '"parentSpanId":"b7ad6b7169203331","flags":1,"name":"[^"]*"' .floe/traces.jsonl
"traceId":"0af7651916cd43dd8448eb211c80319c"
0
floe.compile FAILED
  floe.step Reading the product
  floe.step Loading policies
  floe.step Planning
  floe.step Reading facts
  floe.policy.judge FAILED
"parentSpanId":"b7ad6b7169203331","flags":1,"name":"floe.compile"

$ TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00 OTEL_TRACES_EXPORTER=otlp_file floe validate --quiet >/dev/null; wc -l < .floe/traces.jsonl
1

$ rm -r .floe; OTEL_LOGS_EXPORTER=console floe validate --quiet --policy naming.layer_prefix 2>&1 >/dev/null | sed -E 's/"[0-9]{19}"/"NANOSECONDS"/g; s/("(trace|span)Id":)"[0-9a-f]*"/\1"ID"/g; s/\{"resource".*"logRecords"/…/' ; ls .floe | grep jsonl
{"resourceLogs":[…:[{"timeUnixNano":"NANOSECONDS","observedTimeUnixNano":"NANOSECONDS","severityNumber":17,"severityText":"ERROR","body":{"stringValue":"model 'stg_payments' carries no layer prefix"},"attributes":[{"key":"floe.policy.id","value":{"stringValue":"naming.layer_prefix"}},{"key":"floe.policy.code","value":{"stringValue":"FLOE-E201"}},{"key":"floe.policy.mode","value":{"stringValue":"block"}},{"key":"floe.policy.verdict","value":{"stringValue":"block"}},{"key":"floe.subject","value":{"stringValue":"model.shop.stg_payments"}},{"key":"code.file.path","value":{"stringValue":"models/silver/stg_payments.sql"}},{"key":"code.line.number","value":{"intValue":"1"}}],"eventName":"floe.policy.finding","traceId":"ID","spanId":"ID","flags":1},{"timeUnixNano":"NANOSECONDS","observedTimeUnixNano":"NANOSECONDS","severityNumber":17,"severityText":"ERROR","body":{"stringValue":"floe validate: failed: Validation BLOCKED: 1 finding blocks"},"attributes":[{"key":"floe.command","value":{"stringValue":"validate"}},{"key":"floe.status","value":{"stringValue":"failed"}},{"key":"process.exit.code","value":{"intValue":"1"}},{"key":"error.message","value":{"stringValue":"Validation BLOCKED: 1 finding blocks"}}],"eventName":"floe.command.ended","traceId":"ID","spanId":"ID","flags":1}]}]}]}
[1]

$ OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317 OTEL_EXPORTER_OTLP_PROTOCOL=grpc OTEL_EXPORTER_OTLP_HEADERS=hunter2 floe validate --quiet 2>&1 >/dev/null | grep evidence:
evidence: OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc', and floe speaks http/json: no telemetry is sent; set OTEL_EXPORTER_OTLP_PROTOCOL=http/json and the collector's address for HTTP, which is mostly port 4318

$ OTEL_TRACES_EXPORTER=otlp_file,zipkin OTEL_TRACES_SAMPLER=sometimes OTEL_RESOURCE_ATTRIBUTES=a floe validate --quiet 2>&1 >/dev/null | grep evidence:
evidence: OTEL_RESOURCE_ATTRIBUTES holds something that is no NAME=VALUE: it is left out
evidence: OTEL_TRACES_EXPORTER names 'zipkin': floe knows otlp, otlp_file, console and none
evidence: OTEL_TRACES_SAMPLER names 'sometimes', which floe does not know: parentbased_always_on is taken

$ mkdir empty; OTEL_TRACES_EXPORTER=otlp_file floe validate --quiet empty >/dev/null 2>&1; ls -a empty
.
..

$ printf '#!/bin/sh\necho "$TRACEPARENT $TRACESTATE $BAGGAGE" >told; exit 2\n' >dbt; chmod +x dbt; TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 TRACESTATE=vendor=1 BAGGAGE=team=data OTEL_TRACES_EXPORTER=otlp_file FLOE_DBT=./dbt floe compile --quiet >/dev/null; sed -E 's/-[0-9a-f]{16}-/-SPAN-/' told; grep -o "\"spanId\":\"$(cut -d- -f3 told)\",\"traceState\":\"vendor=1\",\"parentSpanId\":\"b7ad6b7169203331\",\"flags\":1,\"name\":\"[^\"]*\"" .floe/traces.jsonl | cut -d, -f 2-
00-0af7651916cd43dd8448eb211c80319c-SPAN-01 vendor=1 team=data
"traceState":"vendor=1","parentSpanId":"b7ad6b7169203331","flags":1,"name":"floe.compile"

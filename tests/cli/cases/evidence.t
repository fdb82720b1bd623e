floe evidence tells what waits for backends and sends it; what nobody knows how to send stays.
fixture: shop
needs: command:evidence

$ floe evidence status; floe evidence flush
nothing waits
nothing waits

$ floe evidence status --format json
{
  "schema": "floe.dev/evidence-status/v1",
  "destinations": []
}

$ mkdir -p .floe/evidence/webhook.oncall; for key in a b; do echo '{"key":"'$key'","kind":"run_failed","status":"firing","severity":"error","title":"T","at":1767225600000}'; done >.floe/evidence/webhook.oncall/000000000001-1.jsonl; floe evidence status | sed 's/came .*/came AGO/'
2 events for webhook.oncall: 200 bytes, the oldest came AGO
  nothing says where to send them: set the variables that were set when they came AGO

$ floe evidence flush
2> ERROR: 2 events for webhook.oncall wait, and nothing says where to
2>     set the variables that were set when they came to be, or run the product again with its platform
[2]

$ floe evidence flush --format json
{
  "schema": "floe.dev/evidence-flush/v1",
  "destinations": [
    {
      "destination": "webhook.oncall",
      "address": null,
      "sent": 0,
      "refused": 0,
      "waiting": 2,
      "why": null
    }
  ]
}
[2]

$ cp -r .floe/evidence/webhook.oncall .floe/evidence/webhook.other; floe evidence flush; rm -r .floe/evidence/webhook.other
2> ERROR: 2 events for webhook.oncall wait, and nothing says where to
2> ERROR: 2 events for webhook.other wait, and nothing says where to
2>     set the variables that were set when they came to be, or run the product again with its platform

$ printf '%s\n' '{"webhooks":[{"name":"oncall","url_env":"ONCALL"}]}' >.floe/evidence/settings.json; floe evidence flush
2> ERROR: webhook 'oncall': the variable ONCALL is not set: nothing can be sent there
2>     set ONCALL where floe runs
2> ERROR: 2 events for webhook.oncall wait, and nothing says where to
2>     set the variables that were set when they came to be, or run the product again with its platform
[2]

$ ONCALL=http://127.0.0.1:1/planted floe evidence flush --wait 0 2>&1 | sed 's/127.0.0.1:1: .*/127.0.0.1:1: WHY/'; ls .floe/evidence/webhook.oncall | grep -c jsonl
ERROR: 2 events for webhook.oncall still wait: cannot reach http://127.0.0.1:1: WHY
    when the backend takes events again, `floe evidence flush` sends them; nothing is lost until then
1

$ ONCALL=http://127.0.0.1:1/planted floe evidence status | sed 's/came .*/came AGO/; s/127.0.0.1:1: .*/127.0.0.1:1: WHY/'
2 events for webhook.oncall (http://127.0.0.1:1): 200 bytes, the oldest came AGO
  1 try failed: cannot reach http://127.0.0.1:1: WHY

$ ONCALL=http://127.0.0.1:1/planted floe evidence status --format json | grep -v '"since"\|"next"\|"why"'
{
  "schema": "floe.dev/evidence-status/v1",
  "destinations": [
    {
      "destination": "webhook.oncall",
      "address": "http://127.0.0.1:1",
      "events": 2,
      "bytes": 200,
      "files": 1,
      "refused": 0,
      "failures": 1,
    }
  ]
}

$ ONCALL=ftp://planted floe evidence flush --wait 0
2> ERROR: webhook 'oncall': its address is none of http or https
2>     write it as https://host/path
2> ERROR: 2 events for webhook.oncall wait, and nothing says where to
2>     set the variables that were set when they came to be, or run the product again with its platform
[2]

$ echo '{"key":"c"}' >.floe/evidence/webhook.oncall/000000000001-1.jsonl; ONCALL=http://127.0.0.1:1/planted floe evidence flush --wait 0 | sed 's/sent: .*/sent: WHY/'
! 1 event for webhook.oncall refused: it is no event that can be sent: WHY
  They lie in .floe/evidence/webhook.oncall/refused.log

$ ONCALL=http://127.0.0.1:1/planted floe evidence status; cat .floe/evidence/webhook.oncall/refused.log
1 event for webhook.oncall refused: .floe/evidence/webhook.oncall/refused.log
{"key":"c"}

$ floe evidence follow nobody
2> ERROR: 'nobody' is no process
2>     'floe evidence follow --help' shows what it takes.
[2]

$ floe evidence flush --wait forever
2> ERROR: --wait takes a whole number from 0 to 86400, not 'forever'
2>     'floe evidence flush --help' shows what it takes.
[2]

$ floe evidence status nowhere; floe evidence flush nowhere
2> ERROR: there is no folder 'nowhere'
2>     name the folder of a product
2> ERROR: there is no folder 'nowhere'
2>     name the folder of a product
[2]

$ for wrong in FLOE_EVIDENCE_WAIT=abc FLOE_EVIDENCE_WAIT=601 FLOE_OPENLINEAGE_BATCH=1.5 FLOE_RUNNING_AFTER=soon FLOE_NOMINAL_TIME=yesterday; do env $wrong "$FLOE" run 2>&1 | head -1; done; FLOE_EVIDENCE_WAIT=abc floe version | cut -d ' ' -f 1; FLOE_EVIDENCE_WAIT=-1 floe validate
ERROR: FLOE_EVIDENCE_WAIT takes seconds from 0 to 600, not 'abc'
ERROR: FLOE_EVIDENCE_WAIT takes seconds from 0 to 600, not '601'
ERROR: FLOE_OPENLINEAGE_BATCH takes a number of events from 1 to 10000, not '1.5'
ERROR: FLOE_RUNNING_AFTER takes seconds from 0.1 to 86400, not 'soon'
ERROR: FLOE_NOMINAL_TIME takes a moment such as 2026-01-03T06:00:00Z, not 'yesterday'
floe
2> ERROR: FLOE_EVIDENCE_WAIT takes seconds from 0 to 600, not '-1'
2>     'floe validate --help' shows what it takes.
[2]

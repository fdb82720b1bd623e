What policies say before a run: a freeze, a missing approval, waivers of both. dbt is never started where they block.
example: customer-360 platform governance
env: FLOE_RUN_DBT=/bin/true
env: SOURCE_DATE_EPOCH=1763683200

$ cd customer-360; sed -i 's|^  policies:|&\n    run.freeze_window: { mode: block, params: { windows: [fri 16:00/mon 06:00], time_zone: Europe/Berlin, environments: [production] } }\n    run.approval: { mode: block, params: { environments: [production, staging] } }|' ../platform/manifest.yaml; floe compile --facts sources --as-of 2026-11-21 --quiet

$ cd customer-360; FLOE_ENV=production floe run --as-of 2026-11-21
[1/4] Starting runtime
      ✓ Artifact: customer-360 1.0.0, compiled 2025-11-21T00:00:00Z, current (35 inputs)
      ✓ Platform: acme-platform v1.2.3

run.sales.customer_360
  floe.yaml:1:1: ERROR: 'sales.customer_360' has no approval to run in 'production' [FLOE-E802]
      Expected:      an approval for sales.customer_360 1.0.0 on 2026-11-21
      Actual:        none
      Suggestion:    ask the platform team to record one in governance.approvals
      Policy:        run.approval (block)
      Documentation: https://floe.dev/docs/policies/run.approval
  floe.yaml:1:1: ERROR: environment 'production' is frozen: fri 16:00/mon 06:00 [FLOE-E801]
      Expected:      a run outside of fri 16:00/mon 06:00 (Europe/Berlin)
      Actual:        sat 2026-11-21 01:00
      Suggestion:    run it after the freeze
      Policy:        run.freeze_window (block)
      Documentation: https://floe.dev/docs/policies/run.freeze_window

Pipeline FAILED (TIME)
[1]

$ cd customer-360; FLOE_ENV=production floe run --as-of 2026-11-24 --quiet
run.sales.customer_360
  floe.yaml:1:1: ERROR: 'sales.customer_360' has no approval to run in 'production' [FLOE-E802]
      Expected:      an approval for sales.customer_360 1.0.0 on 2026-11-24
      Actual:        none
      Suggestion:    ask the platform team to record one in governance.approvals
      Policy:        run.approval (block)
      Documentation: https://floe.dev/docs/policies/run.approval

Pipeline FAILED (TIME)
[1]

$ cd customer-360; floe ledger list --findings | cut -c 1-60
6  block  run.approval       run.sales.customer_360  'sales.
3  block  run.approval       run.sales.customer_360  'sales.
3  block  run.freeze_window  run.sales.customer_360  environ
3 findings of .floe/ledger.db

$ cd customer-360; cp ../platform/manifest.yaml ../kept.yaml; sed -i 's|^  policies:|  approvals:\n    - { product: sales.*, environment: production, approved_by: board, reason: reviewed, expires: 2026-11-20 }\n  waivers:\n    - { policy: run.freeze_window, subject: run.sales.customer_360, reason: month end, approved_by: board, expires: 2026-11-30 }\n&|' ../platform/manifest.yaml; floe compile --facts sources --as-of 2026-11-21 --quiet; FLOE_ENV=production floe run --as-of 2026-11-21; floe waivers --as-of 2026-11-21; floe waivers --unused --as-of 2026-11-21
[1/4] Starting runtime
      ✓ Artifact: customer-360 1.0.0, compiled 2025-11-21T00:00:00Z, current (35 inputs)
      ✓ Platform: acme-platform v1.2.3

run.sales.customer_360
  ../platform/manifest.yaml:18:7: ERROR: 'sales.customer_360' has no approval to run in 'production': it expired on 2026-11-20 [FLOE-E802]
      Expected:      an approval for sales.customer_360 1.0.0 on 2026-11-21
      Actual:        that of board: it expired on 2026-11-20
      Suggestion:    ask the platform team to record one in governance.approvals
      Policy:        run.approval (block)
      Documentation: https://floe.dev/docs/policies/run.approval
  floe.yaml:1:1: WAIVED: environment 'production' is frozen: fri 16:00/mon 06:00 [FLOE-E801]
      Expected:      a run outside of fri 16:00/mon 06:00 (Europe/Berlin)
      Actual:        sat 2026-11-21 01:00
      Suggestion:    run it after the freeze
      Waiver:        until 2026-11-30, approved by board: month end
      Policy:        run.freeze_window (block)
      Documentation: https://floe.dev/docs/policies/run.freeze_window

Pipeline FAILED (TIME)
../platform/manifest.yaml:20: active  run.freeze_window  run.sales.customer_360
      until 2026-11-30 (9 days), permits what runs and checks find
      approved by board: month end
../platform/manifest.yaml:18: expired  sales.customer_360 may run in production
      expired on 2026-11-20, every version
      approved by board: reviewed
1 waiver, 1 approval
0 of 1 waiver, 0 of 1 approval

$ cd customer-360; cp ../kept.yaml ../platform/manifest.yaml; sed -i 's|Europe/Berlin|Europe/Berln|' ../platform/manifest.yaml; floe validate --quiet
ERROR: param of policy 'run.freeze_window': there is no time zone 'Europe/Berln'
      At:            ../platform/manifest.yaml:18:81
      What to do:    did you mean 'Europe/Berlin'?

Validation FAILED: the product cannot be judged (TIME)
[2]

$ cd customer-360; sed 's|^  policies:|  approvals:\n    - { product: sales.*, environment: production, approved_by: board, ticket: REL-7, reason: reviewed, version: 1.0.0, expires: 2026-12-01 }\n    - { environment: [staging, qa-*], approved_by: board, reason: reviewed, version: 2.0.0, expires: 2026-12-31 }\n    - { environment: production, approved_by: us, reason: the new year, from: 2027-01-01, expires: 2027-12-31 }\n    - { product: finance.*, environment: production, approved_by: us, reason: another product, expires: 2027-12-31 }\n&|' ../kept.yaml > ../platform/manifest.yaml; floe waivers --as-of 2026-11-21; floe waivers --as-of 2026-11-21 --expiring 30; floe waivers --as-of 2026-11-21 --format json | sed -n '/"approvals"/,/"ticket"/p' 
../platform/manifest.yaml:18: active  sales.customer_360 may run in production
      until 2026-12-01 (10 days), version 1.0.0
      approved by board (REL-7): reviewed
../platform/manifest.yaml:19: other version  sales.customer_360 may run in staging, qa-*
      until 2026-12-31 (40 days), version 2.0.0, and this is 1.0.0
      approved by board: reviewed
../platform/manifest.yaml:20: to come  sales.customer_360 may run in production
      until 2027-12-31 (405 days), every version, from 2027-01-01
      approved by us: the new year
0 waivers, 3 approvals
../platform/manifest.yaml:18: active  sales.customer_360 may run in production
      until 2026-12-01 (10 days), version 1.0.0
      approved by board (REL-7): reviewed
0 waivers, 1 of 3 approvals
  "approvals": [
    {
      "id": "sales.customer_360",
      "product": "sales.*",
      "environments": [
        "production"
      ],
      "state": "active",
      "version": "1.0.0",
      "from": null,
      "expires": "2026-12-01",
      "days": 10,
      "reason": "reviewed",
      "approved_by": "board",
      "ticket": "REL-7",

$ cd customer-360; for wrong in weekends 2026-12-40/2027-01-06 2027-01-06/2026-12-20; do sed "s|fri 16:00/mon 06:00|$wrong|" ../kept.yaml > ../platform/manifest.yaml; floe validate --quiet | head -2; done; sed 's|windows:|window:|' ../kept.yaml > ../platform/manifest.yaml; floe validate --quiet
ERROR: param of policy 'run.freeze_window': windows[1]: 'weekends' is no window of time; write it like '2026-12-20/2027-01-06' or 'fri 16:00/mon 06:00'
      At:            ../platform/manifest.yaml:18:49
ERROR: param of policy 'run.freeze_window': windows[1]: '2026-12-40/2027-01-06' is no window of time; write it like '2026-12-20/2027-01-06' or 'fri 16:00/mon 06:00'
      At:            ../platform/manifest.yaml:18:49
ERROR: param of policy 'run.freeze_window': windows[1]: the window '2027-01-06/2026-12-20' ends before it begins
      At:            ../platform/manifest.yaml:18:49
ERROR: policy 'run.freeze_window' has no param 'window'
      At:            ../platform/manifest.yaml:18:49
      What to do:    did you mean 'windows'?

Validation FAILED: the product cannot be judged (TIME)
[2]

$ cd customer-360; cp ../kept.yaml ../platform/manifest.yaml; printf 'governance:\n  approvals: [ { environment: production, approved_by: us, reason: ours, expires: 2099-01-01 } ]\n' >> floe.yaml; floe validate --quiet
ERROR: 'approvals' is not allowed here: a product may not approve its own runs
      At:            floe.yaml:32:3
      What to do:    ask the platform team to record it in the platform manifest's governance.approvals

Validation FAILED: the product cannot be judged (TIME)
[2]

$ floe policy explain run.freeze_window
run.freeze_window  FLOE-E801
Nothing runs while its environment is frozen

Why
  At the end of a year, or over a weekend, nobody is there to repair what a run breaks.

What to write
  Run it when the freeze has ended. A platform that has to let one run through grants a waiver of this policy for
  `run.<product>`. Windows are written as days, `2026-12-20/2027-01-06`, as moments, `2026-12-24T16:00/2026-12-27T06:00`,
  or as parts of every week, `fri 16:00/mon 06:00` and `sat/sun`.

Targets: run
Phases:  run
Mode:    alert_only (its own)
Bundle:  floe-default 0.1.0
Docs:    https://floe.dev/docs/policies/run.freeze_window

Params
  environments: list of texts (default: ["*"])
      globs over the environments that are frozen; one that has no name is meant by `*`
  time_zone: time zone (default: "UTC")
      whose clocks the windows mean
  windows: list of windows of time (default: none)
      when nothing runs

$ cd customer-360; sed -i '/^governance:/,$d' floe.yaml; cp ../kept.yaml ../platform/manifest.yaml; sed -i 's|run.approval: .*|run.approval: [ { mode: block, where: { environment: production }, params: { environments: [production] } } ]|; s|documentation.model: .*|documentation.model: block|' ../platform/manifest.yaml; floe compile --facts sources --as-of 2026-11-24 --quiet; FLOE_ENV=production floe compile --check --facts sources --as-of 2026-11-24 --quiet; echo "rules for runs: exit code $?"; FLOE_ENV=production floe run --as-of 2026-11-24 --quiet 2>&1 | grep ERROR; sed -i 's|documentation.model: .*|documentation.model: [ { mode: block, where: { environment: production } } ]|' ../platform/manifest.yaml; floe compile --facts sources --as-of 2026-11-24 --quiet; FLOE_ENV=production floe compile --check --facts sources --as-of 2026-11-24 --quiet
rules for runs: exit code 0
  floe.yaml:1:1: ERROR: 'sales.customer_360' has no approval to run in 'production' [FLOE-E802]
✗ .floe/artifacts.json is not current
  new      variable FLOE_ENV
`floe compile` makes it anew.
[1]

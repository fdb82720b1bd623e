A baseline accepts what is there, lets nothing new in, and may only shrink.
fixture: shop
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:baseline

$ floe baseline check
2> ERROR: there is no baseline '.floe/baseline.yaml'
2>     'floe baseline write' makes one.
[2]

$ floe baseline write --as-of 2026-11-21 && cat .floe/baseline.yaml
Wrote .floe/baseline.yaml: 2 findings accepted, 2 new, 0 gone
# Findings that are accepted until they are repaired. The list may only shrink: `floe baseline write` takes out what
# is gone and refuses what is new.
version: 1
accepted: "2026-11-21"
findings:
  - fingerprint: "d91dfb650e90e8b9482f8a64bd20a1df"
    policy: "documentation.model"
    code: "FLOE-E220"
    subject: "model.shop.stg_payments"
    path: "description"
  - fingerprint: "ca14e0d4ea64acad79ce65bb3b096969"
    policy: "naming.layer_prefix"
    code: "FLOE-E201"
    subject: "model.shop.stg_payments"

$ floe validate --quiet; echo $?
0

$ floe validate | tail -n 1
Validation PASSED (2 in the baseline) (TIME)

$ floe validate --verbose | grep ACCEPTED
  models/silver/stg_payments.sql:1:1: ACCEPTED: model 'stg_payments' has no description [FLOE-E220]
  models/silver/stg_payments.sql:1:1: ACCEPTED: model 'stg_payments' carries no layer prefix [FLOE-E201]

$ floe validate --format sarif | grep -c '"baselineState": "unchanged"'
2

$ floe baseline check
2 findings in the baseline, 0 new, 0 gone

$ sed -i 's|documentation.column: warn|metadata.required_meta: { mode: block, params: { fields: [owner] } }|' platform/manifest.yaml; floe baseline check
  new: metadata.required_meta on model.shop.bronze_orders (meta.owner)
  new: metadata.required_meta on model.shop.gold_revenue (meta.owner)
  new: metadata.required_meta on model.shop.stg_payments (meta.owner)
2 findings in the baseline, 3 new, 0 gone
[1]

$ floe baseline write
2> ERROR: the baseline '.floe/baseline.yaml' may only shrink: 3 findings are not in it
2>     at .floe/baseline.yaml
2>     Repair it, have it waived, or accept it with --grow:
2>       metadata.required_meta on model.shop.bronze_orders (meta.owner)
2>       metadata.required_meta on model.shop.gold_revenue (meta.owner)
2>       metadata.required_meta on model.shop.stg_payments (meta.owner)
[1]

$ floe validate --quiet | tail -n 1
Validation BLOCKED: 3 findings block (2 in the baseline) (TIME)

$ floe baseline write --grow --as-of 2026-11-22
Wrote .floe/baseline.yaml: 5 findings accepted, 3 new, 0 gone

$ sed -i '/required_meta/d; /documentation.model/d' platform/manifest.yaml; floe validate | tail -n 6
      · 4 findings of the baseline are gone: documentation.model on model.shop.stg_payments (description), metadata.required_meta on model.shop.bronze_orders (meta.owner), metadata.required_meta on model.shop.gold_revenue (meta.owner) and 1 more

  .floe/baseline.yaml: NOTE: 4 findings of the baseline are gone: documentation.model on model.shop.stg_payments (description), metadata.required_meta on model.shop.bronze_orders (meta.owner), metadata.required_meta on model.shop.gold_revenue (meta.owner) and 1 more
      What to do:    `floe baseline write` takes them out

Validation PASSED (1 in the baseline) (TIME)

$ floe baseline check
  gone: documentation.model on model.shop.stg_payments (description)
  gone: metadata.required_meta on model.shop.bronze_orders (meta.owner)
  gone: metadata.required_meta on model.shop.gold_revenue (meta.owner)
  gone: metadata.required_meta on model.shop.stg_payments (meta.owner)
1 finding in the baseline, 0 new, 4 gone

$ floe baseline write --as-of 2026-11-23 && cat .floe/baseline.yaml
Wrote .floe/baseline.yaml: 1 finding accepted, 0 new, 4 gone
# Findings that are accepted until they are repaired. The list may only shrink: `floe baseline write` takes out what
# is gone and refuses what is new.
version: 1
accepted: "2026-11-23"
findings:
  - fingerprint: "ca14e0d4ea64acad79ce65bb3b096969"
    policy: "naming.layer_prefix"
    code: "FLOE-E201"
    subject: "model.shop.stg_payments"

$ echo 'version: 2' > .floe/baseline.yaml; floe validate --quiet; floe baseline check; floe baseline write
ERROR: 'version' must be 1; found the number 2
      At:            .floe/baseline.yaml:1:1

ERROR: 'accepted' is missing
      At:            .floe/baseline.yaml:1:1
      What to do:    add 'accepted' (a date such as 2026-12-31): The day on which it was written.

ERROR: 'findings' is missing
      At:            .floe/baseline.yaml:1:1
      What to do:    add 'findings' (a list): The findings.

Validation FAILED: the product cannot be judged (TIME)
2> ERROR: 'version' must be 1; found the number 2
2>     at .floe/baseline.yaml:1:1
2> ERROR: 'accepted' is missing
2>     at .floe/baseline.yaml:1:1
2>     add 'accepted' (a date such as 2026-12-31): The day on which it was written.
2> ERROR: 'findings' is missing
2>     at .floe/baseline.yaml:1:1
2>     add 'findings' (a list): The findings.
2> ERROR: 'version' must be 1; found the number 2
2>     at .floe/baseline.yaml
[2]

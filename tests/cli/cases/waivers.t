floe waivers says of each waiver until when it holds and whether it is needed.
fixture: shop waived
env: FLOE_WAIVERS_AS_OF=2026-11-21
needs: command:waivers

$ floe waivers
platform/manifest.yaml:18: active  naming.layer_prefix  model.shop.stg_*
      until 2026-12-10 (19 days), permits 1 finding
      approved by data-governance (GOV-12): moved in Q1
platform/manifest.yaml:24: expired  documentation.model  model.shop.stg_payments
      expired on 2026-11-01, 1 finding came back
      approved by data-governance: described with the move
platform/manifest.yaml:29: unused  documentation.model  model.shop.gold_*
      until 2027-06-30 (221 days), permits nothing
      approved by data-governance: nobody remembers
3 waivers

$ floe waivers --unused
platform/manifest.yaml:24: expired  documentation.model  model.shop.stg_payments
      expired on 2026-11-01, 1 finding came back
      approved by data-governance: described with the move
platform/manifest.yaml:29: unused  documentation.model  model.shop.gold_*
      until 2027-06-30 (221 days), permits nothing
      approved by data-governance: nobody remembers
2 of 3 waivers

$ floe waivers --expiring 30
platform/manifest.yaml:18: active  naming.layer_prefix  model.shop.stg_*
      until 2026-12-10 (19 days), permits 1 finding
      approved by data-governance (GOV-12): moved in Q1
platform/manifest.yaml:24: expired  documentation.model  model.shop.stg_payments
      expired on 2026-11-01, 1 finding came back
      approved by data-governance: described with the move
2 of 3 waivers

$ floe waivers --expiring 10 --quiet
platform/manifest.yaml:24: expired  documentation.model  model.shop.stg_payments
      expired on 2026-11-01, 1 finding came back
      approved by data-governance: described with the move

$ floe waivers --format json --unused
{
  "schema": "floe.dev/waivers/v1",
  "waivers": [
    {
      "policy": "documentation.model",
      "subject": "model.shop.stg_payments",
      "action": "waive",
      "state": "expired",
      "expires": "2026-11-01",
      "days": -20,
      "used": 0,
      "hidden": 1,
      "reason": "described with the move",
      "approved_by": "data-governance",
      "ticket": null,
      "file": "platform/manifest.yaml",
      "line": 24
    },
    {
      "policy": "documentation.model",
      "subject": "model.shop.gold_*",
      "action": "waive",
      "state": "unused",
      "expires": "2027-06-30",
      "days": 221,
      "used": 0,
      "hidden": 0,
      "reason": "nobody remembers",
      "approved_by": "data-governance",
      "ticket": null,
      "file": "platform/manifest.yaml",
      "line": 29
    }
  ],
  "approvals": []
}

$ floe waivers nowhere
2> ERROR: there is no folder 'nowhere'
2>     at nowhere/floe.yaml
2>     name a folder that holds a floe.yaml
[2]

$ floe validate --as-of 2026-11-21
[1/4] Validating floe.yaml
      ✓ Schema valid
      ✓ Platform reference resolved: acme-platform v1.0.0

[2/4] Validating dbt project
      · Facts from sources: there is no target/manifest.json
      ✓ Models parsed: 3 (rules of dbt 1.12)
      ✓ Sources defined: 2
      ✓ Tests discovered: 2

[3/4] Validating data contracts
      - No data contract

[4/4] Checking platform compliance
      ✗ Documentation: 1 finding
      ✓ Naming conventions: bronze_, silver_, gold_ (1 waived)
      ! the waiver of 'documentation.model' for 'model.shop.stg_payments' expired on 2026-11-01; 1 finding came back
      · the waiver of 'documentation.model' for 'model.shop.gold_*' permits nothing here

model.shop.stg_payments
  models/silver/stg_payments.sql:1:1: ERROR: model 'stg_payments' has no description [FLOE-E220]
      Expected:      a description
      Actual:        none
      Suggestion:    say in one sentence what one row of it stands for
      Policy:        documentation.model (block)
      Documentation: https://floe.dev/docs/policies/documentation.model
  models/silver/stg_payments.sql:1:1: WAIVED: model 'stg_payments' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_
      Actual:        stg_payments
      Suggestions:
        - silver_payments
        - bronze_payments
      Waiver:        until 2026-12-10, approved by data-governance, GOV-12: moved in Q1
      Policy:        naming.layer_prefix (block)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix

  platform/manifest.yaml:24: NOTE: the waiver of 'documentation.model' for 'model.shop.stg_payments' expired on 2026-11-01; 1 finding came back
      What to do:    repair what it permitted, or have it granted again
  platform/manifest.yaml:29: NOTE: the waiver of 'documentation.model' for 'model.shop.gold_*' permits nothing here
      What to do:    take it out, unless another product needs it

Validation BLOCKED: 1 finding blocks (1 waived) (TIME)
[1]

$ floe waivers --unused --expiring 30 | tail -n 1
3 waivers

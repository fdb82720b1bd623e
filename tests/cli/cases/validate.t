floe validate prints the four steps, what was found, and one closing line.
fixture: shop
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:validate

$ floe validate
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
      ! Documentation: 1 finding
      ✗ Naming conventions: 1 finding

model.shop.stg_payments
  models/silver/stg_payments.sql:1:1: ALERT: model 'stg_payments' has no description [FLOE-E220]
      Expected:      a description
      Actual:        none
      Suggestion:    say in one sentence what one row of it stands for
      Policy:        documentation.model (alert_only)
      Documentation: https://floe.dev/docs/policies/documentation.model
  models/silver/stg_payments.sql:1:1: ERROR: model 'stg_payments' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_
      Actual:        stg_payments
      Suggestions:
        - silver_payments
        - bronze_payments
      Policy:        naming.layer_prefix (block)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix

Validation BLOCKED: 1 finding blocks, 1 alerts (TIME)
[1]

$ floe validate --quiet
model.shop.stg_payments
  models/silver/stg_payments.sql:1:1: ERROR: model 'stg_payments' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_
      Actual:        stg_payments
      Suggestions:
        - silver_payments
        - bronze_payments
      Policy:        naming.layer_prefix (block)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix

Validation BLOCKED: 1 finding blocks, 1 alerts (TIME)
[1]

$ floe validate --policy documentation.model
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
      ! Documentation: 1 finding

model.shop.stg_payments
  models/silver/stg_payments.sql:1:1: ALERT: model 'stg_payments' has no description [FLOE-E220]
      Expected:      a description
      Actual:        none
      Suggestion:    say in one sentence what one row of it stands for
      Policy:        documentation.model (alert_only)
      Documentation: https://floe.dev/docs/policies/documentation.model

Validation PASSED with 1 alert (TIME)

$ floe validate --policy documentation.model --quiet

$ floe validate --enforce block --quiet
model.shop.stg_payments
  models/silver/stg_payments.sql:1:1: ERROR: model 'stg_payments' has no description [FLOE-E220]
      Expected:      a description
      Actual:        none
      Suggestion:    say in one sentence what one row of it stands for
      Policy:        documentation.model (block)
      Documentation: https://floe.dev/docs/policies/documentation.model
  models/silver/stg_payments.sql:1:1: ERROR: model 'stg_payments' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_
      Actual:        stg_payments
      Suggestions:
        - silver_payments
        - bronze_payments
      Policy:        naming.layer_prefix (block)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix

Validation BLOCKED: 2 findings block (TIME)
[1]

$ floe validate --policy documentation.modle
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
      ✗ there is no policy 'documentation.modle'

ERROR: there is no policy 'documentation.modle'
      What to do:    did you mean 'documentation.model'?

Validation FAILED: the product cannot be judged (TIME)
[2]

$ floe validate --verbose --policy naming.layer_prefix
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
      ✗ Naming conventions: 1 finding

model.shop.stg_payments
  models/silver/stg_payments.sql:1:1: ERROR: model 'stg_payments' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_
      Actual:        stg_payments
      Suggestions:
        - silver_payments
        - bronze_payments
      Policy:        naming.layer_prefix (block)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix
      Fingerprint:   ca14e0d4ea64acad79ce65bb3b096969

1 policy, 3 subjects, 3 checks, 2 passed
Validation BLOCKED: 1 finding blocks (TIME)
[1]

$ FLOE_VALIDATE_POLICY=documentation.model,documentation.column FLOE_VALIDATE_QUIET=yes floe validate

$ floe validate --facts sources --manifest target/manifest.json
2> ERROR: --manifest names a manifest, and --facts sources reads none
2>     Leave out one of them.
2>     'floe validate --help' shows what it takes.
[2]

$ floe validate --color always --policy documentation.column | cat -v | sed -n '/COLUMN/p;$p' | tail -n 1
^[[32mValidation PASSED^[[0m^[[2m (TIME)^[[0m

$ mkdir target; cp "$TESTS/fixtures/manifest/target/manifest.json" target; floe validate --facts manifest --quiet --policy secrets.in_files; rm -r target
  target/manifest.json: NOTE: 'target/manifest.json' does not describe the files as they are: dbt_project.yml is newer than the manifest
      What to do:    leave out `--facts manifest` and `--manifest`, or run `dbt parse` and validate again

Validation PASSED (TIME)

$ floe validate --quiet --policy secrets.in_files

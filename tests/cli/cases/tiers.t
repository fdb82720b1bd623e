Manifests that cannot be resolved, and words of a lower tier that weaken a higher one.
fixture: shop
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:validate

$ mkdir -p tiers && for name in a b; do printf 'apiVersion: floe.dev/v1\nkind: Manifest\nmetadata: { name: %s, version: 1.0.0, owner: x }\nscope: domain\nparent_manifest: %s.yaml\nplugins: { compute: { type: duckdb }, orchestrator: { type: dagster } }\n' $name $(echo $name | tr ab ba) > tiers/$name.yaml; done; sed 's|platform/manifest.yaml|tiers/a.yaml|' floe.yaml > new.yaml && mv new.yaml floe.yaml; floe validate
[1/4] Validating floe.yaml
      ✓ Schema valid
      ✗ the platform manifests refer to one another in a circle: floe.yaml:10 → tiers/a.yaml, tiers/a.yaml:5 → tiers/b.yaml, tiers/b.yaml:5 → tiers/a.yaml, which comes back to tiers/a.yaml

[2/4] Validating dbt project
      - Not reached

[3/4] Validating data contracts
      - Not reached

[4/4] Checking platform compliance
      - Not reached

ERROR: the platform manifests refer to one another in a circle: floe.yaml:10 → tiers/a.yaml, tiers/a.yaml:5 → tiers/b.yaml, tiers/b.yaml:5 → tiers/a.yaml, which comes back to tiers/a.yaml
      At:            tiers/b.yaml:5:1
      What to do:    one of them must not name a parent

Validation FAILED: the product cannot be judged (TIME)
[2]

$ sed -i 's|tiers/a.yaml|platform/manifest.yaml|' floe.yaml; printf 'governance:\n  policies:\n    naming.layer_prefix: warn\n' >> floe.yaml; floe validate
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
      ✗ the product's floe.yaml weakens policy 'naming.layer_prefix' to warn; it is block in the platform manifest 'acme-platform' (platform/manifest.yaml:15)

ERROR: the product's floe.yaml weakens policy 'naming.layer_prefix' to warn; it is block in the platform manifest 'acme-platform' (platform/manifest.yaml:15)
      At:            floe.yaml:17:5
      What to do:    a lower tier may only make a policy stricter: remove the entry, or ask who owns the tier above

Validation FAILED: the product cannot be judged (TIME)
[2]

$ sed -i 's|naming.layer_prefix: warn|documentation.model: block|' floe.yaml; floe validate --quiet
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

$ sed -i 's|documentation.model: block|documentation.modl: block|' floe.yaml; floe validate
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
      ✗ there is no policy 'documentation.modl'

ERROR: there is no policy 'documentation.modl'
      At:            floe.yaml:17:5
      What to do:    did you mean 'documentation.model'?

Validation FAILED: the product cannot be judged (TIME)
[2]

$ sed -i '/^governance/,$d' floe.yaml; sed -i 's|{ pattern: medallion }|{ pattern: 3 }|' platform/manifest.yaml; floe validate
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
      ✗ param of policy 'naming.layer_prefix': pattern is '3'; it must be one of: medallion, kimball, custom

ERROR: param of policy 'naming.layer_prefix': pattern is '3'; it must be one of: medallion, kimball, custom
      At:            platform/manifest.yaml:15:51
      What to do:    pattern: `medallion`: bronze_, silver_, gold_; `kimball`: dim_, fact_, bridge_, hub_, link_, sat_; `custom`: what `custom` and `custom_patterns` say

Validation FAILED: the product cannot be judged (TIME)
[2]

$ sed -i 's|{ pattern: 3 }|{ patern: medallion }|' platform/manifest.yaml; floe validate
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
      ✗ policy 'naming.layer_prefix' has no param 'patern'

ERROR: policy 'naming.layer_prefix' has no param 'patern'
      At:            platform/manifest.yaml:15:51
      What to do:    did you mean 'pattern'?

Validation FAILED: the product cannot be judged (TIME)
[2]

$ sed -i 's|{ patern: medallion }|{ pattern: medallion }|' platform/manifest.yaml; printf '  waivers:\n    - { policy: naming.layer_prefix, subject: "model.shop.stg_*", reason: "moved in Q1", approved_by: governance }\n' >> platform/manifest.yaml; floe validate
[1/4] Validating floe.yaml
      ✓ Schema valid
      ✗ 'governance.waivers[0].expires' is missing

[2/4] Validating dbt project
      - Not reached

[3/4] Validating data contracts
      - Not reached

[4/4] Checking platform compliance
      - Not reached

ERROR: 'governance.waivers[0].expires' is missing
      At:            platform/manifest.yaml:19:7
      What to do:    add 'expires' (a date such as 2026-12-31): The last day on which it holds.

Validation FAILED: the product cannot be judged (TIME)
[2]

$ sed -i 's|approved_by: governance|approved_by: governance, ticket: GOV-12, expires: 2026-12-31|' platform/manifest.yaml; floe validate --as-of 2026-11-21
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
      ✓ Naming conventions: bronze_, silver_, gold_ (1 waived)

model.shop.stg_payments
  models/silver/stg_payments.sql:1:1: ALERT: model 'stg_payments' has no description [FLOE-E220]
      Expected:      a description
      Actual:        none
      Suggestion:    say in one sentence what one row of it stands for
      Policy:        documentation.model (alert_only)
      Documentation: https://floe.dev/docs/policies/documentation.model
  models/silver/stg_payments.sql:1:1: WAIVED: model 'stg_payments' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_
      Actual:        stg_payments
      Suggestions:
        - silver_payments
        - bronze_payments
      Waiver:        until 2026-12-31, approved by governance, GOV-12: moved in Q1
      Policy:        naming.layer_prefix (block)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix

Validation PASSED with 1 alert (1 waived) (TIME)

$ floe validate --as-of 2027-01-01
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
      ! the waiver of 'naming.layer_prefix' for 'model.shop.stg_*' expired on 2026-12-31; 1 finding came back

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

  platform/manifest.yaml:19: NOTE: the waiver of 'naming.layer_prefix' for 'model.shop.stg_*' expired on 2026-12-31; 1 finding came back
      What to do:    repair what it permitted, or have it granted again

Validation BLOCKED: 1 finding blocks, 1 alerts (TIME)
[1]

$ floe validate --as-of 2026-11-21 --format sarif | grep -A 6 suppressions
          "suppressions": [
            {
              "kind": "external",
              "status": "accepted",
              "justification": "until 2026-12-31, approved by governance, GOV-12: moved in Q1"
            }
          ],

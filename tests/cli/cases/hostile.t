Nothing in a project's files reaches a terminal, a workflow command or a comment unescaped.
fixture: shop manifest
env: FLOE_VALIDATE_AS_OF=2026-11-21
env: FLOE_VALIDATE_FACTS=manifest
needs: command:validate

$ $PYTHON - <<< 'import json; m = json.load(open("target/manifest.json")); n = m["nodes"]; k = "model.shop.stg_payments"; n[k]["name"] = "stg\u001b]0;owned\u0007\n::error::<b>|`@team\u202e %0A"; json.dump(m, open("target/manifest.json", "w"))'

$ floe validate --policy naming.layer_prefix
[1/4] Validating floe.yaml
      ✓ Schema valid
      ✓ Platform reference resolved: acme-platform v1.0.0

[2/4] Validating dbt project
      ✓ Models parsed: 3 (dbt 1.11.16, duckdb)
      ✓ Sources defined: 2
      ✓ Tests discovered: 2
      ! 'target/manifest.json' does not describe the files as they are: dbt_project.yml is newer than the manifest

[3/4] Validating data contracts
      - No data contract

[4/4] Checking platform compliance
      ✗ Naming conventions: 1 finding

model.shop.stg_payments
  models/silver/stg_payments.sql:1:1: ERROR: model 'stg?]0;owned? [FLOE-E201]
      | ::error::<b>|`@team\u{202e} %0A' carries no layer prefix
      Expected:      bronze_, silver_, gold_
      Actual:
        | stg?]0;owned?
        | ::error::<b>|`@team\u{202e} %0A
      Suggestion:    silver_stg_0_owned_error_b_team\u{202e}_0_a
      Policy:        naming.layer_prefix (block)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix

  target/manifest.json: NOTE: 'target/manifest.json' does not describe the files as they are: dbt_project.yml is newer than the manifest
      What to do:    leave out `--facts manifest` and `--manifest`, or run `dbt parse` and validate again

Validation BLOCKED: 1 finding blocks (TIME)
[1]

$ floe validate --policy naming.layer_prefix --format github
::error file=models/silver/stg_payments.sql,line=1,col=1,title=FLOE-E201 naming.layer_prefix::model 'stg?]0;owned?%0A::error::<b>|`@team\u{202e} %250A' carries no layer prefix%0AExpected: bronze_, silver_, gold_%0AActual: stg?]0;owned?%0A::error::<b>|`@team\u{202e} %250A%0ASuggestions: silver_stg_0_owned_error_b_team\u{202e}_0_a%0Ahttps://floe.dev/docs/policies/naming.layer_prefix
::notice file=target/manifest.json,title=floe::'target/manifest.json' does not describe the files as they are: dbt_project.yml is newer than the manifest%0Aleave out `--facts manifest` and `--manifest`, or run `dbt parse` and validate again
sales.shop: Validation BLOCKED: 1 finding blocks
[1]

$ floe validate --policy naming.layer_prefix --format markdown
## floe

### ❌ `sales.shop`: Validation BLOCKED: 1 finding blocks

| | Where | Policy | What |
|---|---|---|---|
| ERROR | `models/silver/stg_payments.sql:1:1` | [`naming.layer_prefix`](https://floe.dev/docs/policies/naming.layer_prefix) | model 'stg?\]0;owned? ::error::&lt;b&gt;\|\`@<!-- -->team\\u\{202e\} %0A' carries no layer prefix<br>Expected: `bronze_, silver_, gold_`<br>Actual: ``stg?]0;owned?\n::error::<b>\|`@team\u{202e} %0A``<br>Suggestions: `silver_stg_0_owned_error_b_team\u{202e}_0_a` |

- note: 'target/manifest.json' does not describe the files as they are: dbt\_project.yml is newer than the manifest at `target/manifest.json`

1 policy, 3 subjects, 3 checks. As of 2026-11-21.
[1]

$ floe validate --policy naming.layer_prefix --format junit
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="floe">
  <testsuite name="sales.shop" tests="1" failures="1" errors="0" skipped="0" timestamp="2026-11-21T00:00:00Z">
    <testcase classname="naming.layer_prefix" name="model.shop.stg_payments" file="models/silver/stg_payments.sql" line="1"><failure type="FLOE-E201" message="model &apos;stg?]0;owned?&#10;::error::&lt;b&gt;|`@team\u{202e} %0A&apos; carries no layer prefix">model &apos;stg?]0;owned?
::error::&lt;b&gt;|`@team\u{202e} %0A&apos; carries no layer prefix
Expected: bronze_, silver_, gold_
Actual: stg?]0;owned?
::error::&lt;b&gt;|`@team\u{202e} %0A
Suggestions: silver_stg_0_owned_error_b_team\u{202e}_0_a
At: models/silver/stg_payments.sql:1:1
Documentation: https://floe.dev/docs/policies/naming.layer_prefix</failure></testcase>
  </testsuite>
</testsuites>
[1]

$ floe validate --policy naming.layer_prefix --format json | LC_ALL=C grep -c '[[:cntrl:]]'
0
[1]

Many products are judged at once; each has its verdict, and the gravest decides the exit code.
fixture: shop
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:validate

$ for name in one two three; do mkdir -p $name; cp -r floe.yaml platform models dbt_project.yml $name; sed -i "s/name: shop/name: $name/" $name/floe.yaml; done; sed -i 's/naming.layer_prefix: { mode: block/naming.layer_prefix: { mode: warn/' two/platform/manifest.yaml; echo 'kind: [' > three/floe.yaml; floe validate one two three
sales.one 1.2.0  one

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
  one/models/silver/stg_payments.sql:1:1: ALERT: model 'stg_payments' has no description [FLOE-E220]
      Expected:      a description
      Actual:        none
      Suggestion:    say in one sentence what one row of it stands for
      Policy:        documentation.model (alert_only)
      Documentation: https://floe.dev/docs/policies/documentation.model
  one/models/silver/stg_payments.sql:1:1: ERROR: model 'stg_payments' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_
      Actual:        stg_payments
      Suggestions:
        - silver_payments
        - bronze_payments
      Policy:        naming.layer_prefix (block)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix

Validation BLOCKED: 1 finding blocks, 1 alerts

sales.two 1.2.0  two

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
      ! Naming conventions: 1 finding

model.shop.stg_payments
  two/models/silver/stg_payments.sql:1:1: ALERT: model 'stg_payments' has no description [FLOE-E220]
      Expected:      a description
      Actual:        none
      Suggestion:    say in one sentence what one row of it stands for
      Policy:        documentation.model (alert_only)
      Documentation: https://floe.dev/docs/policies/documentation.model
  two/models/silver/stg_payments.sql:1:1: WARNING: model 'stg_payments' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_
      Actual:        stg_payments
      Suggestions:
        - silver_payments
        - bronze_payments
      Policy:        naming.layer_prefix (warn)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix

Validation PASSED with 1 alert and 1 warning

three  three

[1/4] Validating floe.yaml
      ✗ cannot read YAML: did not find expected node content while parsing a flow node

[2/4] Validating dbt project
      - Not reached

[3/4] Validating data contracts
      - Not reached

[4/4] Checking platform compliance
      - Not reached

ERROR: cannot read YAML: did not find expected node content while parsing a flow node
      At:            three/floe.yaml:2:1

Validation FAILED: the product cannot be judged

3 products: 1 failed, 1 blocked, 1 passed (TIME)
[2]

$ floe validate one two --quiet
sales.one 1.2.0  one

model.shop.stg_payments
  one/models/silver/stg_payments.sql:1:1: ERROR: model 'stg_payments' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_
      Actual:        stg_payments
      Suggestions:
        - silver_payments
        - bronze_payments
      Policy:        naming.layer_prefix (block)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix

Validation BLOCKED: 1 finding blocks, 1 alerts

2 products: 1 blocked, 1 passed (TIME)
[1]

$ floe validate two one --format json | $PYTHON -c 'import json, sys; d = json.load(sys.stdin); print(d["schema"], [(v["product"]["id"], v["product"]["path"], v["verdict"], v["exit"], v["findings"][0]["file"]) for v in d["verdicts"]])'
floe.dev/verdicts/v1 [('sales.two', 'two', 'alerted', 0, 'models/silver/stg_payments.sql'), ('sales.one', 'one', 'blocked', 1, 'models/silver/stg_payments.sql')]

$ floe validate one two --format sarif | $PYTHON -c 'import json, sys; r = json.load(sys.stdin)["runs"]; print(len(r), len(r[0]["tool"]["driver"]["rules"]), [x["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for x in r[0]["results"]])'
1 3 ['one/models/silver/stg_payments.sql', 'one/models/silver/stg_payments.sql', 'two/models/silver/stg_payments.sql', 'two/models/silver/stg_payments.sql']

$ mkdir -p checkout/.git checkout/products && cp -r platform checkout && cp -r one checkout/products && cd checkout/products/one/models && floe validate .. --format github | grep -o "file=[^,]*" | sort -u; floe validate .. --format gitlab | grep path | sort -u; floe validate "$PWD/.." --format sarif | grep '"uri"' | sort -u; cd ..; floe validate --format github | grep -o "file=[^,]*" | sort -u; floe validate ../../../one --format github | grep -o "file=[^,]*" | sort -u
file=products/one/models/silver/stg_payments.sql
      "path": "products/one/models/silver/stg_payments.sql",
                  "uri": "products/one/models/silver/stg_payments.sql"
file=products/one/models/silver/stg_payments.sql
file=../../../one/models/silver/stg_payments.sql

$ floe validate "$PWD/one" --format github | grep -o "file=[^,]*" | sort -u
file=one/models/silver/stg_payments.sql

$ floe validate one two three --format github
::warning file=one/models/silver/stg_payments.sql,line=1,col=1,title=FLOE-E220 documentation.model::model 'stg_payments' has no description%0AExpected: a description%0AActual: none%0ASuggestions: say in one sentence what one row of it stands for%0Ahttps://floe.dev/docs/policies/documentation.model
::error file=one/models/silver/stg_payments.sql,line=1,col=1,title=FLOE-E201 naming.layer_prefix::model 'stg_payments' carries no layer prefix%0AExpected: bronze_, silver_, gold_%0AActual: stg_payments%0ASuggestions: silver_payments, bronze_payments%0Ahttps://floe.dev/docs/policies/naming.layer_prefix
sales.one: Validation BLOCKED: 1 finding blocks, 1 alerts
::warning file=two/models/silver/stg_payments.sql,line=1,col=1,title=FLOE-E220 documentation.model::model 'stg_payments' has no description%0AExpected: a description%0AActual: none%0ASuggestions: say in one sentence what one row of it stands for%0Ahttps://floe.dev/docs/policies/documentation.model
::notice file=two/models/silver/stg_payments.sql,line=1,col=1,title=FLOE-E201 naming.layer_prefix::model 'stg_payments' carries no layer prefix%0AExpected: bronze_, silver_, gold_%0AActual: stg_payments%0ASuggestions: silver_payments, bronze_payments%0Ahttps://floe.dev/docs/policies/naming.layer_prefix
sales.two: Validation PASSED with 1 alert and 1 warning
::error file=three/floe.yaml,line=2,col=1,title=floe cannot judge this product::cannot read YAML: did not find expected node content while parsing a flow node
three: Validation FAILED: the product cannot be judged
[2]

$ floe validate one two --workers 1 --format json > 1.json; floe validate one two --workers 4 --format json | cmp - 1.json && echo the same
the same

$ floe validate one two --manifest target/manifest.json
2> ERROR: --manifest names one file and cannot serve several folders
2>     'floe validate --help' shows what it takes.
[2]

$ floe validate one/floe.yaml --quiet | head -n 2
model.shop.stg_payments
  one/models/silver/stg_payments.sql:1:1: ERROR: model 'stg_payments' carries no layer prefix [FLOE-E201]

What dbt would refuse is an error in every report, what it would warn of a note; the rest is judged.
fixture: shop
env: FLOE_VALIDATE_AS_OF=2026-11-21
env: FLOE_VALIDATE_POLICY=documentation.column
needs: command:validate

$ echo "select * from {{ ref('stg_payment') }}" > models/gold/gold_new.sql; printf 'models:\n  - name: stg_payments\n    description: Payments.\n    meta: { owner: me }\n    tests: []\n' > models/silver/stg_payments.yml; floe validate
[1/4] Validating floe.yaml
      ✓ Schema valid
      ✓ Platform reference resolved: acme-platform v1.0.0

[2/4] Validating dbt project
      · Facts from sources: there is no target/manifest.json
      ✓ Models parsed: 4 (rules of dbt 1.12)
      ✓ Sources defined: 2
      ✓ Tests discovered: 2
      ✗ ref('stg_payment') of model.shop.gold_new: there is nothing of that name
      · 2 old spellings

[3/4] Validating data contracts
      - No data contract

[4/4] Checking platform compliance
      ✓ Documentation: columns of gold models and sensitive columns described

ERROR: ref('stg_payment') of model.shop.gold_new: there is nothing of that name [FLOE-E301]
      Subject:       model.shop.gold_new
      At:            models/gold/gold_new.sql:1:18
      What to do:    did you mean 'stg_payments'?

  models/silver/stg_payments.yml:4:5: NOTE: 'meta' of a model stands beside its config: this is an old spelling
      What to do:    write it below 'config:'
  models/silver/stg_payments.yml:5:5: NOTE: 'tests' of a model is an old spelling
      What to do:    write 'data_tests:'

Validation BLOCKED: 1 error of dbt (TIME)
[1]

$ floe validate --quiet
ERROR: ref('stg_payment') of model.shop.gold_new: there is nothing of that name [FLOE-E301]
      Subject:       model.shop.gold_new
      At:            models/gold/gold_new.sql:1:18
      What to do:    did you mean 'stg_payments'?

Validation BLOCKED: 1 error of dbt (TIME)
[1]

$ floe validate --format json | $PYTHON -c 'import json, sys; d = json.load(sys.stdin); print(d["verdict"], d["exit"], d["counts"]["errors"]); print(json.dumps(d["errors"], indent=1)); print([(n["kind"], n["code"], n["file"], n["line"]) for n in d["notes"]])'
blocked 1 1
[
 {
  "policy": null,
  "kind": "dbt",
  "code": "FLOE-E301",
  "message": "ref('stg_payment') of model.shop.gold_new: there is nothing of that name",
  "hint": "did you mean 'stg_payments'?",
  "subject": "model.shop.gold_new",
  "at": null,
  "file": "models/gold/gold_new.sql",
  "line": 1,
  "column": 18
 }
]
[('dbt_deprecation', 'FLOE-E309', 'models/silver/stg_payments.yml', 4), ('dbt_deprecation', 'FLOE-E309', 'models/silver/stg_payments.yml', 5)]

$ floe validate --format github
::error file=models/gold/gold_new.sql,line=1,col=18,title=FLOE-E301 dbt::ref('stg_payment') of model.shop.gold_new: there is nothing of that name%0Adid you mean 'stg_payments'?
::notice file=models/silver/stg_payments.yml,line=4,col=5,title=floe::'meta' of a model stands beside its config: this is an old spelling%0Awrite it below 'config:'
::notice file=models/silver/stg_payments.yml,line=5,col=5,title=floe::'tests' of a model is an old spelling%0Awrite 'data_tests:'
sales.shop: Validation BLOCKED: 1 error of dbt
[1]

$ floe validate --format gitlab | $PYTHON -c 'import json, sys; print([(i["check_name"], i["severity"], i["location"]["path"], i["location"]["lines"]["begin"]) for i in json.load(sys.stdin)])'
[('floe.dbt', 'blocker', 'models/gold/gold_new.sql', 1)]

$ floe validate --format sarif | $PYTHON -c 'import json, sys; r = json.load(sys.stdin)["runs"][0]; i = r["invocations"][0]; print(i["exitCode"], i["executionSuccessful"], [(n["level"], n["descriptor"]["id"], n["locations"][0]["physicalLocation"]["region"]["startLine"]) for n in i["toolExecutionNotifications"] if "locations" in n]); print([(x["ruleId"], x["ruleIndex"], x["level"], x["locations"][0]["physicalLocation"]["region"]) for x in r["results"]], [x["id"] for x in r["tool"]["driver"]["rules"]])'
1 True [('note', 'FLOE-E309', 4), ('note', 'FLOE-E309', 5)]
[('FLOE-E301', 1, 'error', {'startLine': 1, 'startColumn': 18})] ['documentation.column', 'FLOE-E301']

$ floe validate --format junit | grep -B 1 -A 2 '<error'
  <testsuite name="sales.shop" tests="2" failures="0" errors="1" skipped="0" timestamp="2026-11-21T00:00:00Z">
    <testcase classname="floe.dbt" name="model.shop.gold_new"><error type="dbt" message="ref(&apos;stg_payment&apos;) of model.shop.gold_new: there is nothing of that name">ref(&apos;stg_payment&apos;) of model.shop.gold_new: there is nothing of that name
did you mean &apos;stg_payments&apos;?</error></testcase>
    <testcase classname="documentation.column" name="Columns that others rely on have a description"/>

$ floe validate --format markdown
## floe

### ❌ `sales.shop`: Validation BLOCKED: 1 error of dbt

- ref\('stg\_payment'\) of model.shop.gold\_new: there is nothing of that name at `models/gold/gold_new.sql:1:18`

- note: 'meta' of a model stands beside its config: this is an old spelling at `models/silver/stg_payments.yml:4:5`
- note: 'tests' of a model is an old spelling at `models/silver/stg_payments.yml:5:5`

1 policy, 4 subjects, 4 checks. As of 2026-11-21.
[1]

$ printf 'models: [' > models/broken.yml; floe validate; rm models/broken.yml models/gold/gold_new.sql
[1/4] Validating floe.yaml
      ✓ Schema valid
      ✓ Platform reference resolved: acme-platform v1.0.0

[2/4] Validating dbt project
      · Facts from sources: there is no target/manifest.json
      ✓ Models parsed: 4 (rules of dbt 1.12)
      ✓ Sources defined: 2
      ✓ Tests discovered: 2
      ✗ cannot read YAML: did not find expected node content while parsing a flow node
      ✗ ref('stg_payment') of model.shop.gold_new: there is nothing of that name
      · 2 old spellings
      · Graph known in part: floe facts tells more

[3/4] Validating data contracts
      - No data contract

[4/4] Checking platform compliance
      ✓ Documentation: columns of gold models and sensitive columns described

ERROR: cannot read YAML: did not find expected node content while parsing a flow node [FLOE-E306]
      At:            models/broken.yml:1:10

ERROR: ref('stg_payment') of model.shop.gold_new: there is nothing of that name [FLOE-E301]
      Subject:       model.shop.gold_new
      At:            models/gold/gold_new.sql:1:18
      What to do:    did you mean 'stg_payments'?

  models/silver/stg_payments.yml:4:5: NOTE: 'meta' of a model stands beside its config: this is an old spelling
      What to do:    write it below 'config:'
  models/silver/stg_payments.yml:5:5: NOTE: 'tests' of a model is an old spelling
      What to do:    write 'data_tests:'

Validation FAILED: not all of the product can be read (TIME)

$ $PYTHON -c 'print("models:"); [print(f"  - name: gone_{i}\n    meta: {{}}") for i in range(9)]' > models/many.yml; floe validate; floe validate --format github; floe validate --verbose | grep -c NOTE
[1/4] Validating floe.yaml
      ✓ Schema valid
      ✓ Platform reference resolved: acme-platform v1.0.0

[2/4] Validating dbt project
      · Facts from sources: there is no target/manifest.json
      ✓ Models parsed: 3 (rules of dbt 1.12)
      ✓ Sources defined: 2
      ✓ Tests discovered: 2
      ! 9 warnings of dbt
      · 11 old spellings

[3/4] Validating data contracts
      - No data contract

[4/4] Checking platform compliance
      ✓ Documentation: columns of gold models and sensitive columns described

  models/many.yml:2:5: NOTE: 'models' describes the model 'gone_0', and there is no such model
  models/many.yml:3:5: NOTE: 'meta' of a model stands beside its config: this is an old spelling
      What to do:    write it below 'config:'
  models/many.yml:4:5: NOTE: 'models' describes the model 'gone_1', and there is no such model
  models/many.yml:5:5: NOTE: 'meta' of a model stands beside its config: this is an old spelling
      What to do:    write it below 'config:'
  models/many.yml:6:5: NOTE: 'models' describes the model 'gone_2', and there is no such model
  models/many.yml:7:5: NOTE: 'meta' of a model stands beside its config: this is an old spelling
      What to do:    write it below 'config:'
  NOTE: and 6 more warnings
      What to do:    `floe facts --verbose` shows all of them
  NOTE: and 8 more old spellings
      What to do:    `floe facts --verbose` shows all of them

Validation PASSED (TIME)
::notice file=models/many.yml,line=2,col=5,title=floe::'models' describes the model 'gone_0', and there is no such model
::notice file=models/many.yml,line=3,col=5,title=floe::'meta' of a model stands beside its config: this is an old spelling%0Awrite it below 'config:'
::notice file=models/many.yml,line=4,col=5,title=floe::'models' describes the model 'gone_1', and there is no such model
::notice file=models/many.yml,line=5,col=5,title=floe::'meta' of a model stands beside its config: this is an old spelling%0Awrite it below 'config:'
::notice file=models/many.yml,line=6,col=5,title=floe::'models' describes the model 'gone_2', and there is no such model
::notice file=models/many.yml,line=7,col=5,title=floe::'meta' of a model stands beside its config: this is an old spelling%0Awrite it below 'config:'
::notice file=floe.yaml,title=floe::and 6 more warnings%0A`floe facts --verbose` shows all of them
::notice file=floe.yaml,title=floe::and 8 more old spellings%0A`floe facts --verbose` shows all of them
sales.shop: Validation PASSED
20

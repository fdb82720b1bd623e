A policy that fails to run fails the command with 3, is named with its line, and stops no other policy.
fixture: shop failing
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:validate

$ floe validate --policy naming.layer_prefix --policy bad.raises
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
      ✗ bad.raises failed to run: a model has no field 'descripton'; did you mean 'description'?

model.shop.stg_payments
  models/silver/stg_payments.sql:1:1: ERROR: model 'stg_payments' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_
      Actual:        stg_payments
      Suggestions:
        - silver_payments
        - bronze_payments
      Policy:        naming.layer_prefix (block)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix

ERROR: a model has no field 'descripton'; did you mean 'description'?
      Policy:        bad.raises (error)
      Subject:       model.shop.bronze_orders
      At:            governance/policies/bad/raises.lua:11

Validation FAILED: 1 policy failed to run, 1 blocking finding (TIME)
[3]

$ floe validate --policy bad.loops
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
      ✗ bad.loops failed to run: the policy ran for more than 1000 ms

ERROR: the policy ran for more than 1000 ms
      Policy:        bad.loops (time)
      Subject:       model.shop.bronze_orders
      At:            governance/policies/bad/loops.lua:11

Validation FAILED: 1 policy failed to run (TIME)
[3]

$ floe validate --policy bad.eats_memory
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
      ✗ bad.eats_memory failed to run: the policy needs more than 65536 KiB of memory

ERROR: the policy needs more than 65536 KiB of memory
      Policy:        bad.eats_memory (memory)
      Subject:       model.shop.bronze_orders
      At:            governance/policies/bad/eats_memory.lua:13

Validation FAILED: 1 policy failed to run (TIME)
[3]

$ floe validate --policy bad.raises --format json | sed -n '/"errors": \[/,/\]/p'
  "errors": [
    {
      "policy": "bad.raises",
      "kind": "error",
      "code": null,
      "message": "a model has no field 'descripton'; did you mean 'description'?",
      "hint": null,
      "subject": "model.shop.bronze_orders",
      "at": "governance/policies/bad/raises.lua:11",
      "file": null,
      "line": null,
      "column": null
    }
  ],

$ for name in not_lua returns_nothing unknown_module wrong_key; do mkdir -p broken/$name/policies/bad; printf 'name: broken\nversion: 0.1.0\n' > broken/$name/bundle.yaml; cp sources/$name.txt broken/$name/policies/bad/$name.lua; sed "s|../governance|../broken/$name|; /bad\./d" platform/manifest.yaml > platform/$name.yaml; echo "    bad.$name: alert_only" >> platform/$name.yaml; sed "s|platform/manifest.yaml|platform/$name.yaml|" floe.yaml > floe.new; mkdir -p p/$name; cp -r models dbt_project.yml p/$name; sed "s|platform/|../../platform/|" floe.new > p/$name/floe.yaml; done

$ floe validate p/not_lua
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
      ✗ bad.not_lua failed to run: '}' expected (to close '{' at line 3) near 'code'

model.shop.stg_payments
  p/not_lua/models/silver/stg_payments.sql:1:1: ERROR: model 'stg_payments' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_
      Actual:        stg_payments
      Suggestions:
        - silver_payments
        - bronze_payments
      Policy:        naming.layer_prefix (block)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix

ERROR: '}' expected (to close '{' at line 3) near 'code'
      Policy:        bad.not_lua (compile)
      At:            broken/not_lua/policies/bad/not_lua.lua:5

Validation FAILED: 1 policy failed to run, 1 blocking finding (TIME)
[3]

$ floe validate p/returns_nothing
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
      ✗ bad.returns_nothing failed to run: the file returns nothing instead of what policy.define answers

model.shop.stg_payments
  p/returns_nothing/models/silver/stg_payments.sql:1:1: ERROR: model 'stg_payments' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_
      Actual:        stg_payments
      Suggestions:
        - silver_payments
        - bronze_payments
      Policy:        naming.layer_prefix (block)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix

ERROR: the file returns nothing instead of what policy.define answers
      Policy:        bad.returns_nothing (definition)
      At:            broken/returns_nothing/policies/bad/returns_nothing.lua

Validation FAILED: 1 policy failed to run, 1 blocking finding (TIME)
[3]

$ floe validate p/unknown_module
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
      ✗ bad.unknown_module failed to run: there is no module 'socket'

model.shop.stg_payments
  p/unknown_module/models/silver/stg_payments.sql:1:1: ERROR: model 'stg_payments' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_
      Actual:        stg_payments
      Suggestions:
        - silver_payments
        - bronze_payments
      Policy:        naming.layer_prefix (block)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix

ERROR: there is no module 'socket'
      Policy:        bad.unknown_module (error)
      At:            broken/unknown_module/policies/bad/unknown_module.lua:1

Validation FAILED: 1 policy failed to run, 1 blocking finding (TIME)
[3]

$ floe validate p/wrong_key
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
      ✗ bad.wrong_key failed to run: policy 'bad.wrong_key': a policy has no key 'target'; did you mean 'targets'?

model.shop.stg_payments
  p/wrong_key/models/silver/stg_payments.sql:1:1: ERROR: model 'stg_payments' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_
      Actual:        stg_payments
      Suggestions:
        - silver_payments
        - bronze_payments
      Policy:        naming.layer_prefix (block)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix

ERROR: policy 'bad.wrong_key': a policy has no key 'target'; did you mean 'targets'?
      Policy:        bad.wrong_key (error)
      At:            broken/wrong_key/policies/bad/wrong_key.lua

Validation FAILED: 1 policy failed to run, 1 blocking finding (TIME)
[3]

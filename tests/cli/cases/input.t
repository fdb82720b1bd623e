An input that cannot be judged is an error that says what, where, and what to do.
fixture: shop manifest
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:validate

$ floe validate nowhere
[1/4] Validating floe.yaml
      ✗ there is no folder 'nowhere'

[2/4] Validating dbt project
      - Not reached

[3/4] Validating data contracts
      - Not reached

[4/4] Checking platform compliance
      - Not reached

ERROR: there is no folder 'nowhere'
      At:            nowhere/floe.yaml
      What to do:    name a folder that holds a floe.yaml

Validation FAILED: the product cannot be judged (TIME)
[2]

$ mkdir empty; floe validate empty
[1/4] Validating floe.yaml
      ✗ there is no floe.yaml in 'empty'

[2/4] Validating dbt project
      - Not reached

[3/4] Validating data contracts
      - Not reached

[4/4] Checking platform compliance
      - Not reached

ERROR: there is no floe.yaml in 'empty'
      At:            empty/floe.yaml
      What to do:    `floe init` makes one; or name the product's folder

Validation FAILED: the product cannot be judged (TIME)
[2]

$ mkdir copy; cp -r floe.yaml platform models dbt_project.yml copy; floe validate copy
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
  copy/models/silver/stg_payments.sql:1:1: ALERT: model 'stg_payments' has no description [FLOE-E220]
      Expected:      a description
      Actual:        none
      Suggestion:    say in one sentence what one row of it stands for
      Policy:        documentation.model (alert_only)
      Documentation: https://floe.dev/docs/policies/documentation.model
  copy/models/silver/stg_payments.sql:1:1: ERROR: model 'stg_payments' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_
      Actual:        stg_payments
      Suggestions:
        - silver_payments
        - bronze_payments
      Policy:        naming.layer_prefix (block)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix

Validation BLOCKED: 1 finding blocks, 1 alerts (TIME)
[1]

$ floe validate copy --facts manifest
[1/4] Validating floe.yaml
      ✓ Schema valid
      ✓ Platform reference resolved: acme-platform v1.0.0

[2/4] Validating dbt project
      ✗ the dbt project in 'copy' has models and no manifest

[3/4] Validating data contracts
      - No data contract

[4/4] Checking platform compliance
      - Not reached

ERROR: the dbt project in 'copy' has models and no manifest
      At:            copy/target/manifest.json
      What to do:    run `dbt parse` there, or leave out `--facts manifest`: floe reads the sources itself

Validation FAILED: the product cannot be judged (TIME)
[2]

$ cp -r target copy; sed -i 's|manifest/v12.json|catalog/v1.json|' copy/target/manifest.json; floe validate copy --facts manifest
[1/4] Validating floe.yaml
      ✓ Schema valid
      ✓ Platform reference resolved: acme-platform v1.0.0

[2/4] Validating dbt project
      ✗ 'copy/target/manifest.json' is no dbt manifest: its schema is 'catalog/v1'

[3/4] Validating data contracts
      - No data contract

[4/4] Checking platform compliance
      - Not reached

ERROR: 'copy/target/manifest.json' is no dbt manifest: its schema is 'catalog/v1'
      At:            copy/target/manifest.json:3:25
      What to do:    run `dbt parse` in 'copy' to write it anew

Validation FAILED: the product cannot be judged (TIME)
[2]

$ head -c 4000 target/manifest.json > copy/target/manifest.json; floe validate copy --facts manifest
[1/4] Validating floe.yaml
      ✓ Schema valid
      ✓ Platform reference resolved: acme-platform v1.0.0

[2/4] Validating dbt project
      ✗ cannot read JSON: the file ends inside the object that began at 164:31

[3/4] Validating data contracts
      - No data contract

[4/4] Checking platform compliance
      - Not reached

ERROR: cannot read JSON: the file ends inside the object that began at 164:31
      At:            copy/target/manifest.json:172:17
      What to do:    run `dbt parse` in 'copy' to write it anew

Validation FAILED: the product cannot be judged (TIME)
[2]

$ sed 's/"project_name": "shop"/"project_name": "other"/' target/manifest.json > copy/target/manifest.json; floe validate copy --facts manifest
[1/4] Validating floe.yaml
      ✓ Schema valid
      ✓ Platform reference resolved: acme-platform v1.0.0

[2/4] Validating dbt project
      ✗ 'copy/target/manifest.json' is the manifest of the project 'other', but 'copy/dbt_project.yml' names the project 'shop'

[3/4] Validating data contracts
      - No data contract

[4/4] Checking platform compliance
      - Not reached

ERROR: 'copy/target/manifest.json' is the manifest of the project 'other', but 'copy/dbt_project.yml' names the project 'shop'
      At:            copy/target/manifest.json:9:19
      What to do:    run `dbt parse` in 'copy' to write it anew

Validation FAILED: the product cannot be judged (TIME)
[2]

$ echo '[]' > copy/target/manifest.json; floe validate copy --facts manifest
[1/4] Validating floe.yaml
      ✓ Schema valid
      ✓ Platform reference resolved: acme-platform v1.0.0

[2/4] Validating dbt project
      ✗ 'copy/target/manifest.json' is no dbt manifest: it has no metadata.dbt_schema_version of dbt's

[3/4] Validating data contracts
      - No data contract

[4/4] Checking platform compliance
      - Not reached

ERROR: 'copy/target/manifest.json' is no dbt manifest: it has no metadata.dbt_schema_version of dbt's
      At:            copy/target/manifest.json:1:1
      What to do:    run `dbt parse` in 'copy' to write it anew

Validation FAILED: the product cannot be judged (TIME)
[2]

$ floe validate --manifest nowhere.json
[1/4] Validating floe.yaml
      ✓ Schema valid
      ✓ Platform reference resolved: acme-platform v1.0.0

[2/4] Validating dbt project
      ✗ there is no dbt manifest at 'nowhere.json'

[3/4] Validating data contracts
      - No data contract

[4/4] Checking platform compliance
      - Not reached

ERROR: there is no dbt manifest at 'nowhere.json'
      At:            nowhere.json
      What to do:    run `dbt parse` in '.', or name the file that dbt wrote

Validation FAILED: the product cannot be judged (TIME)
[2]

$ sed 's|platform/manifest.yaml|platform/nowhere.yaml|' floe.yaml > copy/floe.yaml; floe validate copy
[1/4] Validating floe.yaml
      ✓ Schema valid
      ✗ there is no platform manifest 'copy/platform/nowhere.yaml'

[2/4] Validating dbt project
      - Not reached

[3/4] Validating data contracts
      - Not reached

[4/4] Checking platform compliance
      - Not reached

ERROR: there is no platform manifest 'copy/platform/nowhere.yaml'
      At:            copy/floe.yaml:10:3
      What to do:    the path is relative to the file that names it

Validation FAILED: the product cannot be judged (TIME)
[2]

$ sed 's|platform/manifest.yaml|oci://registry.example.com/platform:v1|' floe.yaml > copy/floe.yaml; floe validate copy
[1/4] Validating floe.yaml
      ✓ Schema valid
      ✗ 'oci://registry.example.com/platform:v1' is in the registry 'registry.example.com': reading registries is not available in this build

[2/4] Validating dbt project
      - Not reached

[3/4] Validating data contracts
      - Not reached

[4/4] Checking platform compliance
      - Not reached

ERROR: 'oci://registry.example.com/platform:v1' is in the registry 'registry.example.com': reading registries is not available in this build
      At:            copy/floe.yaml:10:3
      What to do:    put the manifest into a folder (a checkout of the platform's repository) and refer to it by path

Validation FAILED: the product cannot be judged (TIME)
[2]

$ sed 's|^  ref:|  reff:|' floe.yaml > copy/floe.yaml; floe validate copy
[1/4] Validating floe.yaml
      ✗ 'platform' names no manifest
      ✗ unknown key 'reff' in 'platform'

[2/4] Validating dbt project
      - Not reached

[3/4] Validating data contracts
      - Not reached

[4/4] Checking platform compliance
      - Not reached

ERROR: 'platform' names no manifest
      At:            copy/floe.yaml:9:1
      What to do:    write `ref: ../platform`, or leave 'platform' out

ERROR: unknown key 'reff' in 'platform'
      At:            copy/floe.yaml:10:3
      What to do:    did you mean 'ref'?

Validation FAILED: the product cannot be judged (TIME)
[2]

$ printf 'apiVersion: floe.dev/v1\nkind: [\n' > copy/floe.yaml; floe validate copy
[1/4] Validating floe.yaml
      ✗ cannot read YAML: did not find expected node content while parsing a flow node

[2/4] Validating dbt project
      - Not reached

[3/4] Validating data contracts
      - Not reached

[4/4] Checking platform compliance
      - Not reached

ERROR: cannot read YAML: did not find expected node content while parsing a flow node
      At:            copy/floe.yaml:3:1

Validation FAILED: the product cannot be judged (TIME)
[2]

$ : > copy/floe.yaml; floe validate copy
[1/4] Validating floe.yaml
      ✗ 'copy/floe.yaml' is empty

[2/4] Validating dbt project
      - Not reached

[3/4] Validating data contracts
      - Not reached

[4/4] Checking platform compliance
      - Not reached

ERROR: 'copy/floe.yaml' is empty
      At:            copy/floe.yaml:1:1

Validation FAILED: the product cannot be judged (TIME)
[2]

$ cd models/silver && floe validate --quiet
ERROR: there is no floe.yaml in '.'
      At:            floe.yaml
      What to do:    there is one above: `floe validate ../..`

Validation FAILED: the product cannot be judged (TIME)
[2]

$ rm copy/floe.yaml; mkdir copy/floe.yaml; floe validate copy
[1/4] Validating floe.yaml
      ✗ 'copy/floe.yaml' is a folder, not a file

[2/4] Validating dbt project
      - Not reached

[3/4] Validating data contracts
      - Not reached

[4/4] Checking platform compliance
      - Not reached

ERROR: 'copy/floe.yaml' is a folder, not a file
      At:            copy/floe.yaml
      What to do:    put the product's declaration there

Validation FAILED: the product cannot be judged (TIME)
[2]

$ floe validate nowhere --format json
{
  "schema": "floe.dev/verdict/v1",
  "command": "validate",
  "floe": "[VERSION]",
  "as_of": "2026-11-21T00:00:00Z",
  "product": {
    "id": null,
    "version": null,
    "path": "nowhere"
  },
  "platform": [],
  "verdict": "error",
  "exit": 2,
  "counts": {
    "policies": 0,
    "subjects": 0,
    "checks": 0,
    "pass": 0,
    "warn": 0,
    "alert": 0,
    "block": 0,
    "waived": 0,
    "baseline": 0,
    "errors": 1
  },
  "findings": [],
  "errors": [
    {
      "policy": null,
      "kind": "input",
      "code": null,
      "message": "there is no folder 'nowhere'",
      "hint": "name a folder that holds a floe.yaml",
      "subject": null,
      "at": null,
      "file": "floe.yaml",
      "line": null,
      "column": null
    }
  ],
  "notes": [],
  "dbt": null,
  "inputs": []
}
[2]

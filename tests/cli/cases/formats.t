One verdict in every format.
fixture: shop
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:validate

$ floe validate --format json
{
  "schema": "floe.dev/verdict/v1",
  "command": "validate",
  "floe": "[VERSION]",
  "as_of": "2026-11-21T00:00:00Z",
  "product": {
    "id": "sales.shop",
    "version": "1.2.0",
    "path": "."
  },
  "platform": [
    {
      "name": "acme-platform",
      "version": "1.0.0",
      "tier": "platform",
      "digest": "sha256:[DIGEST]"
    }
  ],
  "verdict": "blocked",
  "exit": 1,
  "counts": {
    "policies": 3,
    "subjects": 7,
    "checks": 10,
    "pass": 8,
    "warn": 0,
    "alert": 1,
    "block": 1,
    "waived": 0,
    "baseline": 0,
    "errors": 0
  },
  "findings": [
    {
      "policy": "documentation.model",
      "code": "FLOE-E220",
      "title": "Models have a description",
      "mode": "alert_only",
      "verdict": "alert",
      "subject": "model.shop.stg_payments",
      "kind": "model",
      "path": "description",
      "file": "models/silver/stg_payments.sql",
      "line": 1,
      "column": 1,
      "message": "model 'stg_payments' has no description",
      "expected": "a description",
      "actual": "none",
      "suggestions": [
        "say in one sentence what one row of it stands for"
      ],
      "docs": "https://floe.dev/docs/policies/documentation.model",
      "fingerprint": "d91dfb650e90e8b9482f8a64bd20a1df",
      "waiver": null
    },
    {
      "policy": "naming.layer_prefix",
      "code": "FLOE-E201",
      "title": "Model names carry the prefix of their layer",
      "mode": "block",
      "verdict": "block",
      "subject": "model.shop.stg_payments",
      "kind": "model",
      "path": null,
      "file": "models/silver/stg_payments.sql",
      "line": 1,
      "column": 1,
      "message": "model 'stg_payments' carries no layer prefix",
      "expected": "bronze_, silver_, gold_",
      "actual": "stg_payments",
      "suggestions": [
        "silver_payments",
        "bronze_payments"
      ],
      "docs": "https://floe.dev/docs/policies/naming.layer_prefix",
      "fingerprint": "ca14e0d4ea64acad79ce65bb3b096969",
      "waiver": null
    }
  ],
  "errors": [],
  "notes": [],
  "dbt": {
    "facts": "sources",
    "reason": "there is no target/manifest.json",
    "file": "dbt_project.yml",
    "version": null,
    "rules": "1.12",
    "target": null,
    "adapter": null,
    "partial": false,
    "partial_nodes": 0,
    "conditional_edges": 0
  },
  "inputs": [
    {
      "path": "floe.yaml",
      "digest": "sha256:[DIGEST]"
    },
    {
      "path": "platform/manifest.yaml",
      "digest": "sha256:[DIGEST]"
    },
    {
      "path": "dbt_project.yml",
      "digest": "sha256:[DIGEST]"
    },
    {
      "path": "models/bronze/bronze_orders.sql",
      "digest": "sha256:[DIGEST]"
    },
    {
      "path": "models/gold/gold_revenue.sql",
      "digest": "sha256:[DIGEST]"
    },
    {
      "path": "models/silver/stg_payments.sql",
      "digest": "sha256:[DIGEST]"
    },
    {
      "path": "models/bronze/bronze_orders.yml",
      "digest": "sha256:[DIGEST]"
    },
    {
      "path": "models/gold/gold_revenue.yml",
      "digest": "sha256:[DIGEST]"
    },
    {
      "path": "models/sources.yml",
      "digest": "sha256:[DIGEST]"
    }
  ]
}
[1]

$ floe validate --format sarif
{
  "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
  "version": "2.1.0",
  "runs": [
    {
      "tool": {
        "driver": {
          "name": "floe",
          "semanticVersion": "[VERSION]",
          "informationUri": "https://floe.dev",
          "shortDescription": {
            "text": "a policy host for data products"
          },
          "rules": [
            {
              "id": "documentation.column",
              "name": "DocumentationColumn",
              "shortDescription": {
                "text": "Columns that others rely on have a description"
              },
              "fullDescription": {
                "text": "Who consumes a gold table or handles personal data must know what a column holds and how it was made."
              },
              "help": {
                "text": "Who consumes a gold table or handles personal data must know what a column holds and how it was made.\n\nDescribe the column where it is declared:\n\n    columns:\n      - name: lifetime_value\n        description: Sum of all paid orders in EUR, refunds taken off.\n\nDocumentation: https://floe.dev/docs/policies/documentation.column",
                "markdown": "**Columns that others rely on have a description**\n\nWho consumes a gold table or handles personal data must know what a column holds and how it was made.\n\nDescribe the column where it is declared:\n\n    columns:\n      - name: lifetime_value\n        description: Sum of all paid orders in EUR, refunds taken off.\n\n[Documentation](https://floe.dev/docs/policies/documentation.column)"
              },
              "helpUri": "https://floe.dev/docs/policies/documentation.column",
              "defaultConfiguration": {
                "level": "note"
              },
              "properties": {
                "tags": [
                  "documentation",
                  "FLOE-E221"
                ],
                "mode": "warn"
              }
            },
            {
              "id": "documentation.model",
              "name": "DocumentationModel",
              "shortDescription": {
                "text": "Models have a description"
              },
              "fullDescription": {
                "text": "Whoever finds a table in the catalog must be able to tell what one row of it is, without reading its SQL."
              },
              "help": {
                "text": "Whoever finds a table in the catalog must be able to tell what one row of it is, without reading its SQL.\n\nSay in one sentence what one row stands for, in the properties file beside the model:\n\n    models:\n      - name: gold_customers\n        description: One row for every customer who ordered at least once.\n\nDocumentation: https://floe.dev/docs/policies/documentation.model",
                "markdown": "**Models have a description**\n\nWhoever finds a table in the catalog must be able to tell what one row of it is, without reading its SQL.\n\nSay in one sentence what one row stands for, in the properties file beside the model:\n\n    models:\n      - name: gold_customers\n        description: One row for every customer who ordered at least once.\n\n[Documentation](https://floe.dev/docs/policies/documentation.model)"
              },
              "helpUri": "https://floe.dev/docs/policies/documentation.model",
              "defaultConfiguration": {
                "level": "warning"
              },
              "properties": {
                "tags": [
                  "documentation",
                  "FLOE-E220"
                ],
                "mode": "alert_only"
              }
            },
            {
              "id": "naming.layer_prefix",
              "name": "NamingLayerPrefix",
              "shortDescription": {
                "text": "Model names carry the prefix of their layer"
              },
              "fullDescription": {
                "text": "Consumers, grants and catalogs find a table's layer in its name; a name without it has to be looked up."
              },
              "help": {
                "text": "Consumers, grants and catalogs find a table's layer in its name; a name without it has to be looked up.\n\nRename the model so that its name begins with the prefix of its layer, for example `stg_payments` to\n`silver_payments`, and every `ref()` to it. The file carries the model's name: `models/silver/silver_payments.sql`.\n\nDocumentation: https://floe.dev/docs/policies/naming.layer_prefix",
                "markdown": "**Model names carry the prefix of their layer**\n\nConsumers, grants and catalogs find a table's layer in its name; a name without it has to be looked up.\n\nRename the model so that its name begins with the prefix of its layer, for example `stg_payments` to\n`silver_payments`, and every `ref()` to it. The file carries the model's name: `models/silver/silver_payments.sql`.\n\n[Documentation](https://floe.dev/docs/policies/naming.layer_prefix)"
              },
              "helpUri": "https://floe.dev/docs/policies/naming.layer_prefix",
              "defaultConfiguration": {
                "level": "error"
              },
              "properties": {
                "tags": [
                  "naming",
                  "FLOE-E201"
                ],
                "mode": "block"
              }
            }
          ]
        }
      },
      "invocations": [
        {
          "executionSuccessful": true,
          "exitCode": 1,
          "exitCodeDescription": "a policy blocks, dbt would refuse the project, or a run failed",
          "toolExecutionNotifications": []
        }
      ],
      "results": [
        {
          "ruleId": "documentation.model",
          "ruleIndex": 1,
          "level": "warning",
          "message": {
            "text": "model 'stg_payments' has no description\nExpected: a description\nActual: none\nSuggestions: say in one sentence what one row of it stands for"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "models/silver/stg_payments.sql"
                },
                "region": {
                  "startLine": 1,
                  "startColumn": 1
                }
              },
              "logicalLocations": [
                {
                  "fullyQualifiedName": "model.shop.stg_payments",
                  "kind": "model"
                }
              ]
            }
          ],
          "partialFingerprints": {
            "floe/v1": "d91dfb650e90e8b9482f8a64bd20a1df"
          },
          "properties": {
            "code": "FLOE-E220",
            "mode": "alert_only",
            "product": "sales.shop"
          }
        },
        {
          "ruleId": "naming.layer_prefix",
          "ruleIndex": 2,
          "level": "error",
          "message": {
            "text": "model 'stg_payments' carries no layer prefix\nExpected: bronze_, silver_, gold_\nActual: stg_payments\nSuggestions: silver_payments, bronze_payments"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "models/silver/stg_payments.sql"
                },
                "region": {
                  "startLine": 1,
                  "startColumn": 1
                }
              },
              "logicalLocations": [
                {
                  "fullyQualifiedName": "model.shop.stg_payments",
                  "kind": "model"
                }
              ]
            }
          ],
          "partialFingerprints": {
            "floe/v1": "ca14e0d4ea64acad79ce65bb3b096969"
          },
          "properties": {
            "code": "FLOE-E201",
            "mode": "block",
            "product": "sales.shop"
          }
        }
      ],
      "columnKind": "unicodeCodePoints"
    }
  ]
}
[1]

$ floe validate --format junit
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="floe">
  <testsuite name="sales.shop" tests="3" failures="1" errors="0" skipped="0" timestamp="2026-11-21T00:00:00Z">
    <testcase classname="documentation.model" name="model.shop.stg_payments" file="models/silver/stg_payments.sql" line="1"><system-out>ALERT: model &apos;stg_payments&apos; has no description
Expected: a description
Actual: none
Suggestions: say in one sentence what one row of it stands for
At: models/silver/stg_payments.sql:1:1
Documentation: https://floe.dev/docs/policies/documentation.model</system-out></testcase>
    <testcase classname="naming.layer_prefix" name="model.shop.stg_payments" file="models/silver/stg_payments.sql" line="1"><failure type="FLOE-E201" message="model &apos;stg_payments&apos; carries no layer prefix">model &apos;stg_payments&apos; carries no layer prefix
Expected: bronze_, silver_, gold_
Actual: stg_payments
Suggestions: silver_payments, bronze_payments
At: models/silver/stg_payments.sql:1:1
Documentation: https://floe.dev/docs/policies/naming.layer_prefix</failure></testcase>
    <testcase classname="documentation.column" name="Columns that others rely on have a description"/>
  </testsuite>
</testsuites>
[1]

$ floe validate --format github
::warning file=models/silver/stg_payments.sql,line=1,col=1,title=FLOE-E220 documentation.model::model 'stg_payments' has no description%0AExpected: a description%0AActual: none%0ASuggestions: say in one sentence what one row of it stands for%0Ahttps://floe.dev/docs/policies/documentation.model
::error file=models/silver/stg_payments.sql,line=1,col=1,title=FLOE-E201 naming.layer_prefix::model 'stg_payments' carries no layer prefix%0AExpected: bronze_, silver_, gold_%0AActual: stg_payments%0ASuggestions: silver_payments, bronze_payments%0Ahttps://floe.dev/docs/policies/naming.layer_prefix
sales.shop: Validation BLOCKED: 1 finding blocks, 1 alerts
[1]

$ floe validate --format gitlab
[
  {
    "description": "model 'stg_payments' has no description; expected: a description; actual: none; suggestions: say in one sentence what one row of it stands for",
    "check_name": "documentation.model",
    "fingerprint": "00a82d89f1e22c99587e08c30d72031c690b7483e8c12cd0c491b543d8b3eafb",
    "severity": "major",
    "location": {
      "path": "models/silver/stg_payments.sql",
      "lines": {
        "begin": 1
      }
    }
  },
  {
    "description": "model 'stg_payments' carries no layer prefix; expected: bronze_, silver_, gold_; actual: stg_payments; suggestions: silver_payments, bronze_payments",
    "check_name": "naming.layer_prefix",
    "fingerprint": "62743ebee4765b3ac5160fba3b5c5de07d34221c381fb6fc785a564800379dc7",
    "severity": "blocker",
    "location": {
      "path": "models/silver/stg_payments.sql",
      "lines": {
        "begin": 1
      }
    }
  }
]
[1]

$ floe validate --format markdown
## floe

### ❌ `sales.shop`: Validation BLOCKED: 1 finding blocks, 1 alerts

| | Where | Policy | What |
|---|---|---|---|
| ERROR | `models/silver/stg_payments.sql:1:1` | [`naming.layer_prefix`](https://floe.dev/docs/policies/naming.layer_prefix) | model 'stg\_payments' carries no layer prefix<br>Expected: `bronze_, silver_, gold_`<br>Actual: `stg_payments`<br>Suggestions: `silver_payments, bronze_payments` |
| ALERT | `models/silver/stg_payments.sql:1:1` | [`documentation.model`](https://floe.dev/docs/policies/documentation.model) | model 'stg\_payments' has no description<br>Expected: `a description`<br>Actual: `none`<br>Suggestions: `say in one sentence what one row of it stands for` |

3 policies, 7 subjects, 10 checks. As of 2026-11-21.
[1]

$ floe validate --quiet --report text=out.txt --report json=out.json --report sarif=out.sarif > /dev/null; wc -l out.txt | grep -c '^[1-9]'; floe validate --format json | cmp - out.json && floe validate --format sarif | cmp - out.sarif && echo the same
1
the same

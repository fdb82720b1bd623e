Which policies apply in a folder, in which mode, and who says so.
fixture: shop
needs: command:policy

$ floe policy list
floe-default 0.1.0
  classification.contract_agrees  off         FLOE-E233  Contract and dbt classify a column alike
  classification.downgrade        off         FLOE-E232  A column is never classified lower than the one it carries on
  classification.known_values     off         FLOE-E231  Classifications use the agreed words
  classification.unmarked_pii     off         FLOE-E230  Columns that look like personal data are classified
  contract.availability           off         FLOE-E561  Data can be read as often as its contract promises
  contract.columns                off         FLOE-E531  What a contract promises exists in its model and port
  contract.deprecated_inputs      off         FLOE-E527  Products leave deprecated contracts in time
  contract.deprecation            off         FLOE-E529  Contracts that are kept have not ended
  contract.extra_columns          off         FLOE-E532  Models and ports serve no column that their contract leaves out
  contract.form                   off         FLOE-E501  Data contracts follow the standard
  contract.freshness              off         FLOE-E560  Data is as fresh as its contract promises
  contract.inherits               off         FLOE-E510  Contracts promise no less than those above them
  contract.lifecycle              off         FLOE-E525  Contracts end with notice, on the days they say
  contract.merge                  off         FLOE-E535  A contract and what it is merged with say the same
  contract.nullability            off         FLOE-E533  dbt holds what a contract promises is never null
  contract.ports                  off         FLOE-E508  Contracts match the output ports and models they describe
  contract.present                off         FLOE-E500  Products that others read have a contract
  contract.quality                off         FLOE-E562  Data holds the quality rules of its contract
  contract.retired_inputs         off         FLOE-E528  Products begin no reading by contracts in sunset, and end it with them
  contract.schema_drift           off         FLOE-E534  Tables have the columns and types that their contract promises
  contract.types                  off         FLOE-E530  Promised types are those of the model and port
  contract.version                off         FLOE-E520  A contract's version says what changed
  coverage.columns                off         FLOE-E210  Enough columns have a test
  coverage.required_tests         off         FLOE-E212  Models have the tests that their layer requires
  coverage.tests_of_type          off         FLOE-E402  Models have tests of the required types
  documentation.column            warn        FLOE-E221  Columns that others rely on have a description
  documentation.model             alert_only  FLOE-E220  Models have a description
  documentation.placeholder       off         FLOE-E222  Descriptions are written, not announced
  graph.cycle                     off         FLOE-E302  Dependencies form no cycle
  graph.undefined_source          off         FLOE-E303  Every source a model reads is declared
  graph.unknown_ref               off         FLOE-E301  Every reference leads to something
  metadata.required_meta          off         FLOE-E401  Models state the required metadata
  metadata.required_tags          off         FLOE-E400  Models carry the required tags
  naming.layer_prefix             block       FLOE-E201  Model names carry the prefix of their layer
  run.approval                    off         FLOE-E802  What runs where it matters was approved
  run.duration                    off         FLOE-E803  Runs and their nodes take about as long as they use to
  run.failed_tests                off         FLOE-E805  Tests pass in every run
  run.freeze_window               off         FLOE-E801  Nothing runs while its environment is frozen
  run.retries                     off         FLOE-E806  Runs succeed without being tried again and again
  run.row_drop                    off         FLOE-E804  Tables keep about as many rows as they use to have
  secrets.in_files                off         FLOE-E601  No secret stands in the product's files

$ floe policy list --format names | head -n 3
classification.contract_agrees
classification.downgrade
classification.known_values

$ floe policy list --format json | $PYTHON -c 'import json, sys; print([(p["id"], p["mode"]) for p in json.load(sys.stdin)["policies"] if p["mode"] != "off"])'
[('documentation.column', 'warn'), ('documentation.model', 'alert_only'), ('naming.layer_prefix', 'block')]

$ floe policy explain naming.layer_prefix
naming.layer_prefix  FLOE-E201
Model names carry the prefix of their layer

Why
  Consumers, grants and catalogs find a table's layer in its name; a name without it has to be looked up.

What to write
  Rename the model so that its name begins with the prefix of its layer, for example `stg_payments` to
  `silver_payments`, and every `ref()` to it. The file carries the model's name: `models/silver/silver_payments.sql`.

Targets: model
Phases:  validate, compile
Mode:    alert_only (its own)
Bundle:  floe-default 0.1.0
Docs:    https://floe.dev/docs/policies/naming.layer_prefix

Params
  custom: map of texts (default: none)
      with `pattern: custom`: layer → prefix, such as `staging: stg_`
  custom_patterns: list of regular expressions (default: none)
      with `pattern: custom`: regular expressions, one of which a name must match from its start
  pattern: medallion | kimball | custom (default: "medallion")
      `medallion`: bronze_, silver_, gold_; `kimball`: dim_, fact_, bridge_, hub_, link_, sat_; `custom`: what `custom` and `custom_patterns` say

Here
  mode: block
  platform/manifest.yaml:15:5: block; pattern = "medallion"
  custom = none
  custom_patterns = none
  pattern = "medallion"

$ floe policy explain naming.layer_prefx
2> ERROR: there is no policy 'naming.layer_prefx'; did you mean 'naming.layer_prefix'?
2>     'floe policy list' shows the policies there are.
[2]

$ floe policy explain
2> ERROR: missing ID
2>     'floe policy explain --help' shows what it takes.
[2]

$ printf 'governance:\n  policies:\n    documentation.model: { mode: block, from: 2026-12-01 }\n' >> floe.yaml; floe policy explain documentation.model --as-of 2026-11-21 | sed -n '/^Here/,$p'
Here
  mode: alert_only
  platform/manifest.yaml:16:5: alert_only
  floe.yaml:17:5: block from 2026-12-01
  minimum_length = 1

$ floe policy explain documentation.model --as-of 2026-12-01 | sed -n '/^Here/,$p'
Here
  mode: block
  platform/manifest.yaml:16:5: alert_only
  floe.yaml:17:5: block from 2026-12-01
  minimum_length = 1

$ sed -i 's|{ mode: block, from: 2026-12-01 }|warn|' floe.yaml; floe policy list
2> ERROR: the product's floe.yaml weakens policy 'documentation.model' to warn; it is alert_only in the platform manifest 'acme-platform' (platform/manifest.yaml:16)
2>     at floe.yaml:17:5
2>     a lower tier may only make a policy stricter: remove the entry, or ask who owns the tier above
[2]

$ mkdir elsewhere; cd elsewhere; floe policy list | tail -n 4
  run.row_drop                    alert_only  FLOE-E804  Tables keep about as many rows as they use to have
  secrets.in_files                alert_only  FLOE-E601  No secret stands in the product's files

There is no floe.yaml here: the policies are in their own modes.

What a platform says of data contracts decides which policies on them hold, and how strictly.
fixture: made
env: FLOE_COMPILE_AS_OF=2026-11-21
env: FLOE_VALIDATE_AS_OF=2026-11-21
env: FLOE_COMPILE_FACTS=sources
env: FLOE_VALIDATE_FACTS=sources
env: FLOE_VALIDATE_QUIET=1
env: SOURCE_DATE_EPOCH=1764000000
env: FLOE_COMPILE_QUIET=1
needs: command:compile

$ sed -i '/^    "\*": off/d; /alert_only/d; /layer_prefix/d; s/^  policies:/  policies: { documentation.*: off, coverage.*: off, classification.*: off, metadata.*: off, graph.*: off, naming.*: off, secrets.*: off }/' platform/manifest.yaml; printf '%s\n' '      - { name: customer, physicalType: integer }' '      - { name: gone, physicalType: integer }' >> datacontract.yaml; printf '%s\n' 'models:' '  - name: silver_orders' '    columns:' '      - { name: order_id, data_type: varchar, data_tests: [not_null] }' '      - { name: customer, data_type: varchar }' '      - { name: amount, data_type: integer }' > models/silver/silver_orders.yml; floe validate --policy 'contract.*'

$ printf '  data_contracts: { enforcement: block }\n' >> platform/manifest.yaml; floe validate --policy 'contract.*'
contract.sales.daily-orders.orders
  datacontract.yaml:16:9: ERROR: the contract promises column 'gone' of 'silver_orders', which model 'silver_orders' does not have [FLOE-E531]
      Expected:      a column of model 'silver_orders'
      Actual:        gone
      Suggestion:    build column 'gone' in the model, or take it out of the contract
      Policy:        contract.columns (block)
      Documentation: https://floe.dev/docs/policies/contract.columns
  datacontract.yaml:15:27: ERROR: the contract promises column 'customer' of 'silver_orders' as integer, model 'silver_orders' has it as varchar [FLOE-E530]
      Expected:      integer
      Actual:        varchar
      Suggestion:    cast the column in the model, or correct the contract
      Policy:        contract.types (block)
      Documentation: https://floe.dev/docs/policies/contract.types

Validation BLOCKED: 2 findings block, 1 warns (TIME)
[1]

$ sed -i 's/enforcement: block/enforcement: block, drift_detection: { fail_on_missing_column: false, fail_on_type_mismatch: false, warn_on_extra_column: false }/' platform/manifest.yaml; floe validate --policy 'contract.*'; floe policy list | grep ' contract\.'
  contract.availability           block       FLOE-E561  Data can be read as often as its contract promises
  contract.columns                warn        FLOE-E531  What a contract promises exists in its model and port
  contract.deprecated_inputs      warn        FLOE-E527  Products leave deprecated contracts in time
  contract.deprecation            warn        FLOE-E529  Contracts that are kept have not ended
  contract.extra_columns          off         FLOE-E532  Models and ports serve no column that their contract leaves out
  contract.form                   block       FLOE-E501  Data contracts follow the standard
  contract.freshness              block       FLOE-E560  Data is as fresh as its contract promises
  contract.inherits               block       FLOE-E510  Contracts promise no less than those above them
  contract.lifecycle              block       FLOE-E525  Contracts end with notice, on the days they say
  contract.merge                  warn        FLOE-E535  A contract and what it is merged with say the same
  contract.nullability            block       FLOE-E533  dbt holds what a contract promises is never null
  contract.ports                  block       FLOE-E508  Contracts match the output ports and models they describe
  contract.present                block       FLOE-E500  Products that others read have a contract
  contract.quality                block       FLOE-E562  Data holds the quality rules of its contract
  contract.retired_inputs         block       FLOE-E528  Products begin no reading by contracts in sunset, and end it with them
  contract.schema_drift           block       FLOE-E534  Tables have the columns and types that their contract promises
  contract.types                  warn        FLOE-E530  Promised types are those of the model and port
  contract.version                block       FLOE-E520  A contract's version says what changed

$ sed -i 's/drift_detection: {/drift_detection: { enabled: false,/' platform/manifest.yaml; floe validate --policy 'contract.*'; floe policy list | grep ' contract\.'
  contract.availability           block       FLOE-E561  Data can be read as often as its contract promises
  contract.columns                off         FLOE-E531  What a contract promises exists in its model and port
  contract.deprecated_inputs      warn        FLOE-E527  Products leave deprecated contracts in time
  contract.deprecation            warn        FLOE-E529  Contracts that are kept have not ended
  contract.extra_columns          off         FLOE-E532  Models and ports serve no column that their contract leaves out
  contract.form                   block       FLOE-E501  Data contracts follow the standard
  contract.freshness              block       FLOE-E560  Data is as fresh as its contract promises
  contract.inherits               block       FLOE-E510  Contracts promise no less than those above them
  contract.lifecycle              block       FLOE-E525  Contracts end with notice, on the days they say
  contract.merge                  warn        FLOE-E535  A contract and what it is merged with say the same
  contract.nullability            off         FLOE-E533  dbt holds what a contract promises is never null
  contract.ports                  block       FLOE-E508  Contracts match the output ports and models they describe
  contract.present                block       FLOE-E500  Products that others read have a contract
  contract.quality                block       FLOE-E562  Data holds the quality rules of its contract
  contract.retired_inputs         block       FLOE-E528  Products begin no reading by contracts in sunset, and end it with them
  contract.schema_drift           off         FLOE-E534  Tables have the columns and types that their contract promises
  contract.types                  off         FLOE-E530  Promised types are those of the model and port
  contract.version                block       FLOE-E520  A contract's version says what changed

$ sed -i 's/  data_contracts: .*/  data_contracts: { enforcement: off }/' platform/manifest.yaml; floe policy list | grep ' contract\.'
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

$ sed -i 's/  data_contracts: .*/  data_contracts: { enforcement: block }/' platform/manifest.yaml; mv datacontract.yaml kept.yaml; sed -i '/^output_ports/,$d' floe.yaml; floe validate
sales.daily_orders
  floe.yaml:1:1: ERROR: product 'sales.daily_orders' has no data contract, and the platform requires one [FLOE-E500]
      Expected:      output_ports in floe.yaml, or a datacontract.yaml
      Actual:        neither a contract nor an output port
      Suggestions:
        - write `output_ports: [{ name: …, table: … }]` in floe.yaml
        - write datacontract.yaml: `floe contract import --node MODEL > datacontract.yaml` begins it
      Policy:        contract.present (block)
      Documentation: https://floe.dev/docs/policies/contract.present

Validation BLOCKED: 1 finding blocks (TIME)
[1]

$ floe compile
sales.daily_orders
  floe.yaml:1:1: ERROR: product 'sales.daily_orders' has no data contract, and the platform requires one [FLOE-E500]
      Expected:      output_ports in floe.yaml, or a datacontract.yaml
      Actual:        neither a contract nor an output port
      Suggestions:
        - write `output_ports: [{ name: …, table: … }]` in floe.yaml
        - write datacontract.yaml: `floe contract import --node MODEL > datacontract.yaml` begins it
      Policy:        contract.present (block)
      Documentation: https://floe.dev/docs/policies/contract.present

Compilation FAILED: 1 finding blocks (TIME)
[1]

$ sed -i 's/  data_contracts: .*/  interoperability: { data_contracts: { required: true } }/' platform/manifest.yaml; floe validate

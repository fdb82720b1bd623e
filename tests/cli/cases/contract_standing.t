Contracts stand below those of the tiers, follow the registered versions, and end with notice.
fixture: made
env: FLOE_COMPILE_AS_OF=2026-11-21
env: FLOE_VALIDATE_AS_OF=2026-11-21
env: FLOE_COMPILE_FACTS=sources
env: FLOE_VALIDATE_FACTS=sources
env: SOURCE_DATE_EPOCH=1764000000
env: FLOE_COMPILE_QUIET=1
needs: command:compile

$ sed -i 's/^    "\*": off/    "*": off\n    contract.*: block\n    documentation.model: off/; /alert_only/d; s#^governance:#governance:\n  data_contracts: { inherits: [enterprise.yaml], inheritance_mode: strict }#' platform/manifest.yaml

$ printf '%s\n' 'apiVersion: v3.1.0' 'kind: DataContract' 'id: acme.enterprise' 'version: 1.0.0' 'status: active' 'slaProperties:' '  - { property: freshness, value: 4, unit: h }' '  - { property: availability, value: 99.5, unit: percent }' 'schema:' '  - name: "*"' '    properties:' '      - { name: order_id, classification: internal, required: true }' > platform/enterprise.yaml

$ floe compile
contract.sales.daily-orders.orders
  floe.yaml:26:7: ERROR: the contract weakens 'freshness' to 6 h; platform/enterprise.yaml:7 asks for 4 h [FLOE-E510]
      Expected:      4 h
      Actual:        6 h
      Suggestion:    promise 4 h, or a firmer one
      Policy:        contract.inherits (block)
      Documentation: https://floe.dev/docs/policies/contract.inherits
  datacontract.yaml:1:1: ERROR: the contract promises no 'availability'; platform/enterprise.yaml:8 asks for 99.5 percent [FLOE-E510]
      Expected:      99.5 percent
      Actual:        not promised
      Suggestion:    promise 99.5 percent, or a firmer one
      Policy:        contract.inherits (block)
  datacontract.yaml:10:9: ERROR: column 'order_id' is internal to platform/enterprise.yaml:12, and unmarked in the contract [FLOE-E511]
      Expected:      internal
      Actual:        unmarked
      Suggestion:    write `classification: internal` at column 'order_id'
      Policy:        contract.inherits (block)

Compilation FAILED: 3 findings block (TIME)
[1]

$ floe validate --quiet | grep ERROR
  floe.yaml:26:7: ERROR: the contract weakens 'freshness' to 6 h; platform/enterprise.yaml:7 asks for 4 h [FLOE-E510]
  datacontract.yaml:1:1: ERROR: the contract promises no 'availability'; platform/enterprise.yaml:8 asks for 99.5 percent [FLOE-E510]
  datacontract.yaml:10:9: ERROR: column 'order_id' is internal to platform/enterprise.yaml:12, and unmarked in the contract [FLOE-E511]

$ sed -i 's/inheritance_mode: strict/inheritance_mode: override/' platform/manifest.yaml; floe validate --quiet; sed -i 's/, inheritance_mode: override//' platform/manifest.yaml; floe validate --quiet | grep ERROR
  floe.yaml:26:7: ERROR: the contract weakens 'freshness' to 6 h; platform/enterprise.yaml:7 asks for 4 h [FLOE-E510]

$ sed -i 's/value: 4/value: 24/' platform/enterprise.yaml; floe compile && python3 -c 'import json; one = json.load(open(".floe/artifacts.json"))["data_contracts"][0]["document"]; print(one["slaProperties"][1], one["schema"][0]["properties"][0]["classification"])'; rm -r .floe
{'property': 'availability', 'unit': 'percent', 'value': 99.5} internal

$ sed -i 's/- { property: availability.*//' platform/enterprise.yaml; sed -i 's/^        primaryKey: true/&\n        classification: internal/' datacontract.yaml; floe compile

$ cp .floe/artifacts.json before.json; sed -i 's/logicalType: string/logicalType: integer/' datacontract.yaml; floe compile; cmp before.json .floe/artifacts.json
contract.sales.daily-orders.orders
  datacontract.yaml:5:1: ERROR: version 1.0.0 is taken: it is registered with other contents [FLOE-E524]
      Expected:      sha256:[DIGEST]
      Actual:        sha256:[DIGEST]
      Suggestion:    write version: 2.0.0
      Policy:        contract.version (block)
      Documentation: https://floe.dev/docs/policies/contract.version

Compilation FAILED: 1 finding blocks (TIME)

$ floe compile | grep -oE 'sha256:[0-9a-f]{64}' | sort -u | wc -l
2

$ sed -i 's/^    contract.\*: block/&\n    contract.version: alert_only/' platform/manifest.yaml; floe compile; cmp before.json .floe/artifacts.json
ERROR: the contract sales.daily_orders/daily-orders:1.0.0 is registered with other contents: sha256:[DIGEST] in the catalog, sha256:[DIGEST] here
      What to do:    a version that was published does not change: raise `version` in the contract

Compilation FAILED: 1 conflict with the catalog, 1 alerts (TIME)

$ floe compile --dry-run | grep -c 'registered with other contents'
1

$ sed -i '/contract.version: alert_only/d' platform/manifest.yaml

$ sed -i 's/^version: 1.0.0/version: 1.1.0/' datacontract.yaml; floe compile
contract.sales.daily-orders.orders
  datacontract.yaml:5:1: ERROR: 1.0.0 → 1.1.0 is no new MAJOR: the type of 'silver_orders.order_id' changed from string to integer [FLOE-E520]
      Expected:      2.0.0
      Actual:        1.1.0
      Suggestion:
        | write version: 2.0.0; or have a platform team record that it is accepted:
        | governance.accepted_changes: [{ contract: sales.daily-orders.orders, version: 1.1.0, changes: ["schema.silver_orders.properties.order_id"], reason: …, approved_by: … }]
      Policy:        contract.version (block)
      Documentation: https://floe.dev/docs/policies/contract.version

Compilation FAILED: 1 finding blocks (TIME)
[1]

$ sed -i 's/^version: 1.1.0/version: 2.0.0/' datacontract.yaml; sed -i 's/^      freshness: .*/      freshness: "12h"/' floe.yaml; printf 'slaProperties: [{ property: freshness, value: 6, unit: h }]\n' >> datacontract.yaml; floe compile
contract.sales.daily-orders.orders
  datacontract.yaml:16:40: ERROR: service level 'freshness': the contract says 6 h, the output port (floe.yaml:26) says 12 h; the contract counts [FLOE-E535]
      Expected:      12 h
      Actual:        6 h
      Suggestion:    say the same on both sides, or leave it to one of them
      Policy:        contract.merge (block)
      Documentation: https://floe.dev/docs/policies/contract.merge

Compilation FAILED: 1 finding blocks (TIME)
[1]

$ sed -i 's/^      freshness: .*/      freshness: "6h"/' floe.yaml; sed -i 's/^status: active/status: deprecated\ncustomProperties:\n  - { property: deprecation, value: { announced: 2026-11-01, sunset_date: 2026-11-20, replacement: orders_v2 } }/' datacontract.yaml; floe validate --quiet
contract.sales.daily-orders.orders
  datacontract.yaml:8:62: ERROR: the contract's sunset comes 19 days after its announcement [FLOE-E525]
      Expected:      at least 30 days between 2026-11-01 and the sunset
      Actual:        2026-11-20
      Suggestion:    write `sunset_date: 2026-12-01` or a later day
      Policy:        contract.lifecycle (block)
      Documentation: https://floe.dev/docs/policies/contract.lifecycle
  datacontract.yaml:6:1: ERROR: by its dates the contract is sunset on 2026-11-21, and its status is deprecated [FLOE-E526]
      Expected:      sunset
      Actual:        deprecated
      Suggestion:    write `status: sunset`, or correct the dates
      Policy:        contract.lifecycle (block)

Validation BLOCKED: 2 findings block (TIME)
[1]

$ sed -i 's/sunset_date: 2026-11-20/sunset_date: 2026-12-01/' datacontract.yaml; floe compile

$ printf 'input_ports:\n  - { name: orders, source: { type: data_product, ref: sales.daily-orders/daily-orders } }\n  - { name: file, source: { type: data_product, ref: datacontract.yaml } }\n' >> floe.yaml; floe compile
sales.daily_orders
  floe.yaml:28:5: ERROR: 'orders' reads by contract 'sales.daily-orders.orders' 2.0.0, which is deprecated [FLOE-E527]
      Expected:      a contract that is active
      Actual:        deprecated, sunset on 2026-12-01
      Suggestion:    move to orders_v2
      Policy:        contract.deprecated_inputs (block)
      Documentation: https://floe.dev/docs/policies/contract.deprecated_inputs
  floe.yaml:29:5: ERROR: 'file' reads by contract 'sales.daily-orders.orders' 2.0.0, which is deprecated [FLOE-E527]
      Expected:      a contract that is active
      Actual:        deprecated, sunset on 2026-12-01
      Suggestion:    move to orders_v2
      Policy:        contract.deprecated_inputs (block)

Compilation FAILED: 2 findings block (TIME)
[1]

$ sed -i 's/^customProperties:/&\n  - { property: inherits, value: upper.yaml }/' datacontract.yaml; sed 's/^customProperties:/&\n  - { property: inherits, value: datacontract.yaml }/; /upper.yaml/d' datacontract.yaml > upper.yaml; floe validate --quiet | grep E512
  datacontract.yaml:1:1: ERROR: contracts inherit from one another: datacontract.yaml → upper.yaml → datacontract.yaml [FLOE-E512]

A contract in sunset keeps the consumers it has and takes no new ones; the catalog, or the last artifact, knows them.
fixture: made
env: FLOE_COMPILE_AS_OF=2026-11-21
env: FLOE_VALIDATE_AS_OF=2026-11-21
env: FLOE_COMPILE_FACTS=sources
env: FLOE_VALIDATE_FACTS=sources
env: FLOE_VALIDATE_QUIET=1
env: SOURCE_DATE_EPOCH=1764000000
env: FLOE_COMPILE_QUIET=1
needs: command:compile

$ mkdir product && mv datacontract.yaml dbt_project.yml floe.yaml models product/; sed -i 's/^    "\*": off/    "*": off\n    contract.retired_inputs: block\n    contract.deprecated_inputs: warn/; /alert_only/d; /layer_prefix/d; s#^plugins:#plugins:\n  catalog: { type: sqlite, config: { path: shared.db } }#' platform/manifest.yaml; sed -i 's#ref: platform#ref: ../platform#' product/floe.yaml; cp -r product reader; cp -r product late

$ for one in reader late; do sed -i "s/daily-orders/$one/" $one/floe.yaml; rm $one/datacontract.yaml; printf 'input_ports:\n  - { name: orders, source: { type: data_product, ref: sales.daily-orders/daily-orders } }\n' >> $one/floe.yaml; done; floe compile product; floe compile reader; cd product; floe catalog show sales.reader --format json | grep floe.inputs
    "floe.inputs": "[\"sales.daily-orders.orders:1.0.0\"]",

$ sed -i 's/^status: active/status: sunset\ncustomProperties:\n  - { property: deprecation, value: { announced: 2026-10-01, sunset_date: 2026-11-20, replacement: sales.orders_v2 } }/; s/^version: 1.0.0/version: 1.1.0/' product/datacontract.yaml; floe compile product

$ rm -r reader/.floe; floe compile reader --report json=reader.json; python3 -c 'import json; print(*(one["message"] for one in json.load(open("reader.json"))["findings"]))'; floe compile reader --check; floe compile reader --check --as-of 2026-11-27; python3 -c 'import json; print(json.load(open("reader/.floe/artifacts.json"))["input_contracts"])'
'orders' reads by contract 'sales.daily-orders.orders' 1.1.0, which is in sunset
✗ .floe/artifacts.json is not current
  its verdict stood until 2026-11-26: a mode, a waiver or a contract is dated
`floe compile` makes it anew.
[{'name': 'orders', 'reference': 'sales.daily-orders/daily-orders', 'contract': 'sales.daily-orders.orders', 'version': '1.1.0', 'status': 'sunset', 'consumer': True}]

$ floe compile late
sales.late
  late/floe.yaml:28:5: ERROR: 'orders' reads by contract 'sales.daily-orders.orders' 1.1.0, which is in sunset and takes no new consumers [FLOE-E528]
      Expected:      a contract that is active
      Actual:        sunset since 2026-11-20, retired on 2026-11-27
      Suggestion:    move to sales.orders_v2
      Policy:        contract.retired_inputs (block)
      Documentation: https://floe.dev/docs/policies/contract.retired_inputs

Compilation FAILED: 1 finding blocks (TIME)
[1]

$ cd product; floe catalog show sales.late
2> ERROR: the catalog ../platform/shared.db (sqlite) has no product 'sales.late'
2>     `floe catalog list` shows those it has; `floe compile` registers one
[1]

$ floe compile reader --as-of 2026-11-27
sales.reader
  reader/floe.yaml:28:5: ERROR: 'orders' reads by contract 'sales.daily-orders.orders' 1.1.0, which is retired [FLOE-E528]
      Expected:      a contract that is active
      Actual:        retired since 2026-11-27
      Suggestion:    move to sales.orders_v2
      Policy:        contract.retired_inputs (block)
      Documentation: https://floe.dev/docs/policies/contract.retired_inputs

Compilation FAILED: 1 finding blocks (TIME)
[1]

$ sed -i 's/contract.retired_inputs: block/contract.retired_inputs: warn/' platform/manifest.yaml; floe compile late; (cd product; floe catalog show sales.late --format json | grep inputs); python3 -c 'import json; print(json.load(open("late/.floe/artifacts.json"))["input_contracts"][0]["consumer"])'
    "floe.inputs": "[]",
False

$ sed -i 's/contract.retired_inputs: warn/contract.retired_inputs: block/' platform/manifest.yaml; sed -i 's#ref: sales.daily-orders/daily-orders#ref: ../product#' reader/floe.yaml late/floe.yaml; floe validate reader && echo known by its artifact; floe validate late | head -5; rm -r reader/.floe; floe validate reader | head -2; floe compile reader && echo known by the catalog
known by its artifact
sales.late
  late/floe.yaml:28:5: ERROR: 'orders' reads by contract 'sales.daily-orders.orders' 1.1.0, which is in sunset and takes no new consumers [FLOE-E528]
      Expected:      a contract that is active
      Actual:        sunset since 2026-11-20, retired on 2026-11-27
      Suggestion:    move to sales.orders_v2
sales.reader
  reader/floe.yaml:28:5: ERROR: 'orders' reads by contract 'sales.daily-orders.orders' 1.1.0, which is in sunset and takes no new consumers [FLOE-E528]
known by the catalog

$ sed -i 's#ref: ../product#ref: ../produkt#' reader/floe.yaml; sed -i "s#ref: ../product#ref: sales.daily-orders/orders#" late/floe.yaml; FLOE_VALIDATE_QUIET=0 floe validate reader | grep -A6 "3/4"; FLOE_COMPILE_QUIET=0 floe compile late | grep -A4 "5/7"
[3/4] Validating data contracts
      - No data contract
      · 'orders' names the contract '../produkt', which is no file, and no folder with contracts

[4/4] Checking platform compliance
      - Not reached

[5/7] Processing data contracts
      ✓ Auto-generated contract from ports
      ✓ Contract version: 1.0.0
      ✓ Contract registered already: sales.late/orders:1.0.0
      · 'orders' names the contract 'sales.daily-orders/orders', which neither a file nor the catalog has

$ printf 'kind: DataContract\nid: [\n' > reader/broken.yaml; sed -i 's#ref: ../produkt#ref: broken.yaml#' reader/floe.yaml; FLOE_VALIDATE_QUIET=0 floe validate reader | grep -A3 "3/4"
[3/4] Validating data contracts
      - No data contract
      · 'orders' names the contract 'broken.yaml', which cannot be read: cannot read YAML: did not find expected node content while parsing a flow node

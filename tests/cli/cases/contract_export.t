Contracts become files of the standard, of dbt and of JSON Schema; what dbt knows becomes a contract.
fixture: shop contracts
needs: command:contract

$ floe contract export next.yaml > standard.yaml && cat standard.yaml && floe contract validate standard.yaml && floe contract diff next.yaml standard.yaml
apiVersion: v3.1.0
kind: DataContract
id: sales.orders
name: orders
version: 1.5.0
status: active
domain: sales
description:
  purpose: All orders.
team:
  name: order-team
schema:
  - name: orders
    physicalName: gold_orders
    properties:
      - name: order_id
        physicalType: bigint
        logicalType: integer
        required: true
        unique: true
        primaryKey: true
      - name: email_address
        physicalType: varchar(50)
        logicalType: string
        required: true
        classification: pii
      - name: status
        logicalType: string
        logicalTypeOptions:
          pattern: "^(open|paid)$"
      - name: amount
        physicalType: DECIMAL(12, 2)
        logicalType: number
        description: In euros. `x` <b>
      - name: note
        logicalType: string
slaProperties:
  - property: freshness
    value: P1D
    element: orders.order_id
✓ standard.yaml

1 contract, no problem
No changes

$ floe contract export --format dbt
version: 2
models:
  - name: gold_orders
    config:
      meta:
        contract: sales.orders
        contract_version: 1.4.0
    columns:
      - name: order_id
        data_type: int
        data_tests: [not_null, unique]
      - name: email
        data_type: varchar(50)
        config:
          meta:
            classification: pii
      - name: status
        data_type: varchar
      - name: amount
        data_type: decimal(12,2)

$ floe contract export orders --format jsonschema
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "orders 1.4.0",
  "description": "All orders.",
  "$ref": "#/$defs/orders",
  "$defs": {
    "orders": {
      "type": "object",
      "title": "orders",
      "properties": {
        "order_id": {
          "type": "integer"
        },
        "email": {
          "type": [
            "string",
            "null"
          ]
        },
        "status": {
          "type": [
            "string",
            "null"
          ],
          "pattern": "^(open|paid|sent)$"
        },
        "amount": {
          "type": [
            "number",
            "null"
          ]
        }
      },
      "required": [
        "order_id"
      ]
    }
  }
}

$ floe contract export nothing
2> ERROR: there is no contract 'nothing' here
2>     Name one of them: orders
[2]

$ floe contract import
2> ERROR: no table of 'shop' is public or has an enforced dbt contract
2>     Name those that the contract is about: --node 'gold_*'.
[2]

$ floe contract import --node 'stg_*' --id sales.staging
apiVersion: v3.1.0
kind: DataContract
id: sales.staging
name: shop
version: 0.1.0
status: draft
domain: sales
team:
  name: shop-team@example.com
schema:
  - name: stg_payments
    physicalName: stg_payments
    physicalType: view
    properties: []

$ floe contract import --node 'stg_*' > imported.yaml && floe contract validate imported.yaml
✓ imported.yaml

1 contract, no problem

$ floe contract import --node nothing
2> ERROR: there is no node 'nothing' in the project 'shop'
2>     A node is named by its name, its unique id or its file; * stands for any text.
[2]

$ floe contract import released
2> ERROR: there is no dbt project in 'released'
2>     Name a folder with a dbt_project.yml.
[2]

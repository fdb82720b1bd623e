floe contract check where there is nothing to ask: what is missing is said, and nothing passes. What it finds in real
data, tests/service/check.py tests.
example: customer-360 platform governance
env: FLOE_LEDGER=off

$ cd customer-360 && floe contract check nobody
2> ERROR: the product has no contract 'nobody'
2>     it has customer-360-customers
[2]

$ cd customer-360 && PATH=$(dirname $FLOE):/usr/bin:/bin floe contract check --dbt ./no/such/dbt
2> ERROR: there is no dbt './no/such/dbt' (--dbt)
2>     `python3 -m venv .venv && .venv/bin/pip install dbt-core dbt-duckdb` installs it; --dbt names another
[4]

$ cd customer-360 && floe contract check --all customers
2> ERROR: --all and the names of contracts exclude each other
2>     Leave out one of them.
2>     'floe contract check --help' shows what it takes.
[2]

$ floe contract check --product nowhere
2> ERROR: there is no folder 'nowhere'
2>     at nowhere/floe.yaml
2>     name a folder that holds a floe.yaml
[2]

$ cd customer-360 && floe contract check --type age
2> ERROR: --type cannot be 'age'
2>     It is one of: freshness, schema, quality, availability, deprecation.
2>     'floe contract check --help' shows what it takes.
[2]

$ cd customer-360 && floe contract check --facts-from iceberg --type freshness
customer-360-customers 1.0.0
      ✗ freshness: the catalog has no table 'customer_360.main_gold.gold_customers'

1 check of 1 contract: 0 passed, 1 violation

contract.sales.customer-360.customers.freshness.gold_customers.updated_at
  datacontract.yaml:94:5: ERROR: contract 'customer-360-customers' 1.0.0: the catalog has no table 'customer_360.main_gold.gold_customers' [FLOE-E560]
      Expected:      6h
      Actual:        missing
      Suggestion:    run the product, or see why what it reads is late
      Policy:        contract.freshness (block)
      Documentation: https://floe.dev/docs/policies/contract.freshness

Contract check BLOCKED: 1 finding blocks (TIME)
[1]

$ cd customer-360 && export FLOE_LEDGER=kept.db; floe contract check --facts-from iceberg --type freshness --quiet >/dev/null; floe ledger show 1 | sed -E '/^  (By|Folder|Command|Inputs|Counts)/!d; s/By: .*/By: …/; s/(Folder: ).*/\1…/'; floe ledger show 1 --format json | grep -cE '"(bundles|policies|waivers)": '; floe ledger verify | head -1
  By: …
  Folder: …
  Command:     floe contract check --facts-from iceberg --type freshness --quiet
  Counts:      checks 5, pass 4, block 1
  Inputs:      sha256:[DIGEST]
4
✓ 1 entry with 1 finding hold together

floe compile goes through seven steps, and writes the artifact last.
fixture: made
env: FLOE_COMPILE_AS_OF=2026-11-21
env: FLOE_COMPILE_FACTS=sources
env: SOURCE_DATE_EPOCH=1764000000
needs: command:compile
env: FLOE_LEDGER=off

$ floe compile
[1/7] Loading platform artifacts
      ✓ Platform: acme-platform v1.2.3
      ✓ Compute: duckdb (enforced)

[2/7] Validating product identity
      Product ID: sales.daily_orders
      Repository: github.com/acme/daily-orders
      ✓ Namespace available, registering...
      ✓ Product registered in catalog

[3/7] Resolving inheritance
      ✓ Platform → Product

[4/7] Compiling dbt project
      · Profile: made for duckdb, which the platform enforces
      · dbt was not run: facts from sources
      ✓ 2 models read from their sources (rules of dbt 1.12, duckdb)
      ! Documentation: 1 finding
      ✓ Naming conventions: bronze_, silver_, gold_

[5/7] Processing data contracts
      ✓ Auto-generated contract from ports
      ✓ Merged with explicit datacontract.yaml
      ✓ Contract version: 1.0.0
      ✓ Contract registered: sales.daily_orders/daily-orders:1.0.0

[6/7] Generating orchestration
      ✓ Dagster definitions created
      ✓ Schedule: 30 2 * * mon-fri (Europe/Berlin)
      · Next runs: Mon 2026-11-23 02:30 CET, Tue 2026-11-24 02:30 CET, Wed 2026-11-25 02:30 CET, Thu 2026-11-26 02:30 CET, Fri 2026-11-27 02:30 CET

[7/7] Writing artifacts
      ✓ .floe/profiles/profiles.yml
      ✓ definitions.py
      ✓ .floe/artifacts.json

model.orders.bronze_orders
  models/bronze/bronze_orders.sql:1:1: ALERT: model 'bronze_orders' has no description [FLOE-E220]
      Expected:      a description
      Actual:        none
      Suggestion:    say in one sentence what one row of it stands for
      Policy:        documentation.model (alert_only)
      Documentation: https://floe.dev/docs/policies/documentation.model

Compilation COMPLETE with 1 alert (TIME)

$ ls -A . .floe
.:
.floe
datacontract.yaml
dbt_project.yml
definitions.py
floe.yaml
models
platform

.floe:
artifacts.json
cache
catalog.db
profiles

$ sed -n 2,40p .floe/artifacts.json | grep -v floe_version
  "version": "1.2.0",
  "metadata": {
    "compiled_at": "2025-11-24T16:00:00Z",
    "source_hash": "sha256:[DIGEST]",
    "product_name": "daily-orders",
    "product_version": "1.0.0",
    "description": "The orders of every day.",
    "owner": "orders-team@example.com"
  },
  "identity": {
    "product_id": "sales.daily_orders",
    "domain": "sales",
    "repository": "github.com/acme/daily-orders",
    "namespace_registered": true,
    "registration_timestamp": "2025-11-24T16:00:00Z"
  },
  "mode": "centralized",
  "inheritance_chain": [
    {
      "name": "acme-platform",
      "version": "1.2.3",
      "scope": "platform",
      "ref": "platform/manifest.yaml",
      "digest": "sha256:[DIGEST]"
    }
  ],
  "plugins": {
    "compute": {
      "type": "duckdb",
      "config": {
        "password": "[redacted]",
        "threads": 2
      }
    },
    "orchestrator": {
      "type": "dagster"
    }
  },

$ floe compile | tail -4
      Policy:        documentation.model (alert_only)
      Documentation: https://floe.dev/docs/policies/documentation.model

Compilation COMPLETE with 1 alert (TIME)

$ floe compile --check
✓ .floe/artifacts.json is current: 9 inputs (TIME)

$ echo "-- one more line" >> models/silver/silver_orders.sql; echo > new.md; rm platform/README.md

$ floe compile --check
✗ .floe/artifacts.json is not current
  changed  models/silver/silver_orders.sql
  new      new.md
  gone     platform/README.md
`floe compile` makes it anew.
[1]

$ floe compile --check --format json
{
  "schema": "floe.dev/check/v1",
  "artifact": ".floe/artifacts.json",
  "current": false,
  "inputs": 9,
  "changes": [
    {
      "kind": "changed",
      "path": "models/silver/silver_orders.sql"
    },
    {
      "kind": "new",
      "path": "new.md"
    },
    {
      "kind": "gone",
      "path": "platform/README.md"
    }
  ],
  "reasons": []
}
[1]

$ floe compile --quiet; floe compile --check
✓ .floe/artifacts.json is current: 9 inputs (TIME)

$ echo '# mine' > definitions.py; floe compile --check
✗ .floe/artifacts.json is not current
  changed  definitions.py
`floe compile` makes it anew.
[1]

$ floe compile | sed -n '/^.6.7/,$p'; cat definitions.py
[6/7] Generating orchestration
      · definitions.py is your own and was left as it is
      ✓ Schedule: 30 2 * * mon-fri (Europe/Berlin)
      · Next runs: Mon 2026-11-23 02:30 CET, Tue 2026-11-24 02:30 CET, Wed 2026-11-25 02:30 CET, Thu 2026-11-26 02:30 CET, Fri 2026-11-27 02:30 CET

[7/7] Writing artifacts
      ✓ .floe/profiles/profiles.yml (unchanged)
      ✓ .floe/artifacts.json

model.orders.bronze_orders
  models/bronze/bronze_orders.sql:1:1: ALERT: model 'bronze_orders' has no description [FLOE-E220]
      Expected:      a description
      Actual:        none
      Suggestion:    say in one sentence what one row of it stands for
      Policy:        documentation.model (alert_only)
      Documentation: https://floe.dev/docs/policies/documentation.model

Compilation COMPLETE with 1 alert (TIME)
# mine

$ floe compile --check --format sarif
2> ERROR: --check prints text or JSON, not sarif
2>     'floe compile --help' shows what it takes.
[2]

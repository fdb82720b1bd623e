floe compile registers a product and its contracts once; another repository, and other contents under a version that is registered, are refused with exit 1 and nothing is written.
fixture: made
env: FLOE_COMPILE_FACTS=sources
env: FLOE_COMPILE_AS_OF=2026-11-21
env: SOURCE_DATE_EPOCH=1764000000
needs: command:compile
env: FLOE_LEDGER=off

$ mkdir one two; mv datacontract.yaml dbt_project.yml floe.yaml models platform one/; sed -i 's#orchestrator:#catalog: { type: sqlite, config: { path: ../../catalog.db } }\n  orchestrator:#' one/platform/manifest.yaml; cp -r one/* two/; sed -i 's#acme/daily-orders#acme/other#' two/floe.yaml

$ floe compile one --quiet

$ floe compile one | sed -n '/^.2.7/,/^$/p'
[2/7] Validating product identity
      Product ID: sales.daily_orders
      Repository: github.com/acme/daily-orders
      ✓ Namespace owned by this repository

$ sed -i 's/version: "1.0.0"/version: "1.1.0"/' one/floe.yaml; floe compile one | sed -n '/^.2.7/,/^$/p; /^.5.7/,/^$/p'
[2/7] Validating product identity
      Product ID: sales.daily_orders
      Repository: github.com/acme/daily-orders
      ✓ Namespace owned by this repository
      ✓ Product metadata updated in catalog

[5/7] Processing data contracts
      ✓ Auto-generated contract from ports
      ✓ Merged with explicit datacontract.yaml
      ✓ Contract version: 1.0.0
      ✓ Contract registered already: sales.daily_orders/daily-orders:1.0.0

$ floe compile two
[1/7] Loading platform artifacts
      ✓ Platform: acme-platform v1.2.3
      ✓ Compute: duckdb (enforced)

[2/7] Validating product identity
      Product ID: sales.daily_orders
      Repository: github.com/acme/other
      ✗ ERROR: Namespace 'sales.daily_orders' owned by different repository
              Owner: github.com/acme/daily-orders
              Expected: github.com/acme/other
      Resolution: Choose a different product name or contact the namespace owner: orders-team@example.com

[3/7] Resolving inheritance
      ✓ Platform → Product

[4/7] Compiling dbt project
      - Not reached

[5/7] Processing data contracts
      - Not reached

[6/7] Generating orchestration
      - Not reached

[7/7] Writing artifacts
      - Nothing was registered or written

Compilation FAILED: 1 conflict with the catalog (TIME)
[1]

$ ls -A two; cat two/.floe/* 2>/dev/null
datacontract.yaml
dbt_project.yml
floe.yaml
models
platform
[1]

$ sed -i 's/logicalType: string/logicalType: integer/' one/datacontract.yaml; cp one/.floe/artifacts.json before.json; floe compile one | sed -n '/^.5.7/,/^$/p; /^ERROR/,$p'; cmp before.json one/.floe/artifacts.json
[5/7] Processing data contracts
      ✓ Auto-generated contract from ports
      ✓ Merged with explicit datacontract.yaml
      ✓ Contract version: 1.0.0
      ✗ the contract sales.daily_orders/daily-orders:1.0.0 is registered with other contents: sha256:[DIGEST] in the catalog, sha256:[DIGEST] here

ERROR: the contract sales.daily_orders/daily-orders:1.0.0 is registered with other contents: sha256:[DIGEST] in the catalog, sha256:[DIGEST] here
      What to do:    a version that was published does not change: raise `version` in the contract

Compilation FAILED: 1 conflict with the catalog, 1 alerts (TIME)

$ sed -i 's/^version: 1.0.0/version: 2.0.0/' one/datacontract.yaml; floe compile one | sed -n '/^.5.7/,/^$/p'
[5/7] Processing data contracts
      ✓ Auto-generated contract from ports
      ✓ Merged with explicit datacontract.yaml
      ✓ Contract version: 2.0.0
      ✓ Contract registered: sales.daily_orders/daily-orders:2.0.0

$ sed -i 's#^governance:#identity: { enforcement: warn }\ngovernance:#' two/platform/manifest.yaml; floe compile two | sed -n '/^.2.7/,/^$/p'; grep namespace_registered two/.floe/artifacts.json
[2/7] Validating product identity
      Product ID: sales.daily_orders
      Repository: github.com/acme/other
      ! Namespace 'sales.daily_orders' owned by different repository
              Owner: github.com/acme/daily-orders
              Expected: github.com/acme/other
      Resolution: Choose a different product name or contact the namespace owner: orders-team@example.com

    "namespace_registered": false,

$ sed -i 's/enforcement: warn/enforcement: "off"/' two/platform/manifest.yaml; floe compile two | sed -n '/^.2.7/,/^$/p'
[2/7] Validating product identity
      Product ID: sales.daily_orders
      Repository: github.com/acme/other
      - Identity is not checked: the platform's level is off

$ sed -i 's/enforcement: "off"/enforcement: enforce, auto_register: false/; s/name: daily-orders/name: daily-others/' two/platform/manifest.yaml two/floe.yaml; floe compile two | sed -n '/^.2.7/,/^$/p; /^ERROR/,$p'
[2/7] Validating product identity
      Product ID: sales.daily_others
      Repository: github.com/acme/other
      ✗ ERROR: Product 'sales.daily_others' is not registered in the catalog
      Resolution: The platform registers products by hand: ask its team

The product of the lifecycle guide goes through the seven steps with the lines of that guide; another repository that wants its name gets the guide's error.
fixture: lifecycle
env: FLOE_COMPILE_AS_OF=2026-11-21
env: FLOE_COMPILE_FACTS=sources
env: SOURCE_DATE_EPOCH=1764000000
needs: command:compile
env: FLOE_LEDGER=off

$ floe compile product
[1/7] Loading platform artifacts
      ✓ Platform: acme-platform v1.2.3
      ✓ Domain: sales v1.0.0
      ✓ Compute: duckdb (enforced)

[2/7] Validating product identity
      Product ID: sales.my_product
      Repository: github.com/acme/my-product
      ✓ Namespace available, registering...
      ✓ Product registered in catalog

[3/7] Resolving inheritance
      ✓ Enterprise → Domain → Product

[4/7] Compiling dbt project
      · Profile: made for duckdb, which the platform enforces
      · dbt was not run: facts from sources
      ✓ 2 models read from their sources (rules of dbt 1.12, duckdb)
      · 3 old spellings
      ✓ Classification: contract and dbt agree, no classification lost downstream, known classifications, PII fields marked
      ✓ Quality gates: test coverage 100% (required: 80%), tests required by layer, no type of test required
      ✓ Documentation: columns of gold models and sensitive columns described, models described, descriptions written
      ✓ Graph: no cycles, sources defined, references resolve
      ✓ Metadata: no metadata required, no tag required
      ✓ Naming conventions: bronze_, silver_, gold_
      ✓ Secrets: no secrets in files

[5/7] Processing data contracts
      ✓ Auto-generated contract from ports
      ✓ Merged with explicit datacontract.yaml
      ✓ Contract version: 1.0.0
      ✓ Contract registered: sales.my_product/customers:1.0.0
      ✓ Contract matches output ports

[6/7] Generating orchestration
      ✓ Dagster definitions created
      ✓ Schedule: 0 6 * * * (UTC)
      · Next runs: Sat 2026-11-21 06:00 UTC, Sun 2026-11-22 06:00 UTC, Mon 2026-11-23 06:00 UTC, Tue 2026-11-24 06:00 UTC, Wed 2026-11-25 06:00 UTC

[7/7] Writing artifacts
      ✓ .floe/profiles/profiles.yml
      ✓ definitions.py
      ✓ .floe/artifacts.json

  product/models/silver/silver.yml:14:9: NOTE: 'tests' of a column is an old spelling
      What to do:    write 'data_tests:'
  product/models/silver/silver.yml:19:9: NOTE: 'tests' of a column is an old spelling
      What to do:    write 'data_tests:'
  product/models/silver/silver.yml:21:9: NOTE: 'meta' of a column stands beside its config: this is an old spelling
      What to do:    write it below 'config:'

Compilation COMPLETE (TIME)

$ floe catalog list product; floe catalog show --folder product
sales.my_product  1.0.0  github.com/acme/my-product  data-team@example.com  1 contract
1 product in catalog.db (sqlite)
sales.my_product 1.0.0
  Repository:  github.com/acme/my-product
  Owner:       data-team@example.com
  Domain:      sales
  Registered:  2025-11-24T16:00:00Z
  Contracts:
    my-product-customers  1.0.0  active  sha256:[DIGEST]  2025-11-24T16:00:00Z

$ python3 -c "import sqlite3; [print(*row) for row in sqlite3.connect('catalog.db').execute('select property_key, property_value from iceberg_namespace_properties where namespace = ? order by 1', ['sales.my_product'])]"
exists true
floe.contracts ["customers:1.0.0"]
floe.domain.name sales
floe.domain.owner sales@example.com
floe.product.domain sales
floe.product.name my-product
floe.product.owner data-team@example.com
floe.product.registered_at 2025-11-24T16:00:00Z
floe.product.repo github.com/acme/my-product
floe.product.version 1.0.0

$ mkdir other; cp -r product/* other/; rm other/definitions.py; sed -i 's#acme/my-product#acme/other-repo#; s/data-team/other-team/' other/floe.yaml; floe compile other
[1/7] Loading platform artifacts
      ✓ Platform: acme-platform v1.2.3
      ✓ Domain: sales v1.0.0
      ✓ Compute: duckdb (enforced)

[2/7] Validating product identity
      Product ID: sales.my_product
      Repository: github.com/acme/other-repo
      ✗ ERROR: Namespace 'sales.my_product' owned by different repository
              Owner: github.com/acme/my-product
              Expected: github.com/acme/other-repo
      Resolution: Choose a different product name or contact the namespace owner: data-team@example.com

[3/7] Resolving inheritance
      ✓ Enterprise → Domain → Product

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

$ floe compile other --quiet
ERROR: Namespace 'sales.my_product' owned by different repository (Owner: github.com/acme/my-product, Expected: github.com/acme/other-repo) [IDENTITY_CONFLICT]
      At:            other/floe.yaml:8:3
      What to do:    Choose a different product name or contact the namespace owner: data-team@example.com

Compilation FAILED: 1 conflict with the catalog (TIME)
[1]

$ ls -A other
datacontract.yaml
dbt_project.yml
floe.yaml
models

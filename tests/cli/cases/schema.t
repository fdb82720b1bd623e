floe schema prints a JSON Schema that accepts what floe accepts.
fixture: shop

$ for kind in product platform contract bundle; do floe schema $kind | $PYTHON -c 'import json, sys; schema = json.load(sys.stdin); print(schema["title"], schema["$id"], schema["$schema"])'; done
floe.yaml https://floe.dev/schemas/product.json https://json-schema.org/draft/2020-12/schema
Platform manifest https://floe.dev/schemas/platform.json https://json-schema.org/draft/2020-12/schema
Data contract https://floe.dev/schemas/contract.json https://json-schema.org/draft/2020-12/schema
bundle.yaml https://floe.dev/schemas/bundle.json https://json-schema.org/draft/2020-12/schema

$ floe schema produkt
2> ERROR: KIND cannot be 'produkt'; did you mean 'product'?
2>     It is one of: product, platform, environment, contract, bundle, artifacts, platform-compilation, contract-problems, contract-list, contract-diff, contract-version, contract-kinds, contract-checks, run, ledger-list, ledger-entry, ledger-verification, facts, metrics, floe-run-facet, floe-dataset-facet, data-classification-facet, contract-violation-facet, contract-status-facet, trace-correlation-facet, iceberg-snapshot-facet.
2>     'floe schema --help' shows what it takes.
[2]

$ floe schema
2> ERROR: missing KIND
2>     'floe schema --help' shows what it takes.
[2]

$ floe schema facts | $PYTHON -c 'import json, sys; facts = json.load(sys.stdin); print(facts["schema"], [field["type"] for kind in facts["types"] if kind["name"] == "column" for field in kind["fields"] if field["name"] == "tests"])'
floe.dev/facts/v1 ['test[]']

$ for kind in product platform contract bundle facts; do floe schema $kind --format markdown | head -n 1; done
# floe.yaml
# Platform manifest
# Data contract
# bundle.yaml
# Facts

floe catalog shows what is registered, and reconciles it with the products of a checkout: a dry run, then --apply.
needs: command:catalog

$ mkdir -p repo/.git repo/platform && cd repo && printf 'apiVersion: floe.dev/v1\nkind: Manifest\nmetadata: { name: acme, version: 1.0.0, owner: platform@acme.com }\nplugins: { compute: { type: duckdb }, catalog: { type: sqlite, config: { path: ../shared/catalog.db } } }\n' > platform/manifest.yaml && for name in orders customers; do mkdir -p products/$name && printf 'apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: { name: %s, version: 1.0.0, domain: sales, owner: sales@acme.com, repository: "https://GitHub.com/acme/sales.git" }\nplatform: { ref: ../../platform }\ntransforms: [ { type: dbt, path: models/ } ]\n' $name > products/$name/floe.yaml; done; ls products
customers
orders

$ cd repo/products/orders && floe catalog list; floe catalog list --all --format json; ls ../..
0 products in ../../shared/catalog.db (sqlite)
{
  "schema": "floe.dev/catalog-list/v1",
  "catalog": {
    "type": "sqlite",
    "address": "../../shared/catalog.db"
  },
  "products": [],
  "namespaces": []
}
platform
products

$ cd repo/products/orders && floe catalog show
2> ERROR: the catalog ../../shared/catalog.db (sqlite) has no product 'sales.orders'
2>     `floe catalog list` shows those it has; `floe compile` registers one
[1]

$ cd repo && floe catalog reconcile products/*
would register  sales.customers: missing in the catalog
would register  sales.orders: missing in the catalog
0 of 2 products valid; 0 namespaces, 0 tables in shared/catalog.db (sqlite)
2 differences, nothing was changed; --apply repairs 2
[1]

$ cd repo && floe catalog reconcile products/* --apply; ls shared
registered  sales.customers: missing in the catalog
registered  sales.orders: missing in the catalog
0 of 2 products valid; 0 namespaces, 0 tables in shared/catalog.db (sqlite)
2 of 2 differences repaired
catalog.db

$ cd repo && floe catalog reconcile products/*
2 of 2 products valid; 3 namespaces, 0 tables in shared/catalog.db (sqlite)

$ cd repo/products/orders && floe catalog list && floe catalog list --all --quiet
sales.customers  1.0.0  github.com/acme/sales  sales@acme.com  0 contracts
sales.orders     1.0.0  github.com/acme/sales  sales@acme.com  0 contracts
2 products in ../../shared/catalog.db (sqlite)
sales.customers  1.0.0  github.com/acme/sales  sales@acme.com  0 contracts
sales.orders     1.0.0  github.com/acme/sales  sales@acme.com  0 contracts
sales            -      no product owns it     -               -

$ cd repo/products/orders && floe catalog show | sed -E 's/[0-9-]{10}T[0-9:]{8}Z/TIME/'
sales.orders 1.0.0
  Repository:  github.com/acme/sales
  Owner:       sales@acme.com
  Domain:      sales
  Registered:  TIME

$ cd repo && floe catalog show sales.customers --catalog shared/catalog.db --format json | sed -E 's/[0-9-]{10}T[0-9:]{8}Z/TIME/'
{
  "schema": "floe.dev/catalog-product/v1",
  "catalog": {
    "type": "sqlite",
    "address": "shared/catalog.db"
  },
  "id": "sales.customers",
  "version": "1.0.0",
  "repository": "github.com/acme/sales",
  "owner": "sales@acme.com",
  "registered_at": "TIME",
  "properties": {
    "floe.contracts": "[]",
    "floe.domain.name": "sales",
    "floe.product.domain": "sales",
    "floe.product.name": "customers",
    "floe.product.owner": "sales@acme.com",
    "floe.product.registered_at": "TIME",
    "floe.product.repo": "github.com/acme/sales",
    "floe.product.version": "1.0.0"
  },
  "contracts": [],
  "tables": []
}

$ cd repo && sed -i 's/1.0.0, domain/1.1.0, domain/' products/orders/floe.yaml && rm -r products/customers && floe catalog reconcile products/orders; floe catalog reconcile products/orders --apply --quiet; floe catalog reconcile products/orders
would update  sales.orders: floe.product.version is '1.0.0', the product says '1.1.0'
would drop  sales.customers: github.com/acme/sales holds no such product any more
0 of 1 product valid; 3 namespaces, 0 tables in shared/catalog.db (sqlite)
2 differences, nothing was changed; --apply repairs 2
updated  sales.orders: floe.product.version is '1.0.0', the product says '1.1.0'
dropped  sales.customers: github.com/acme/sales holds no such product any more
1 of 1 product valid; 2 namespaces, 0 tables in shared/catalog.db (sqlite)

$ cd repo && sed -i 's|github.com/acme/sales|github.com/acme/other|i' products/orders/floe.yaml && floe catalog reconcile products/orders; floe catalog reconcile products/orders --apply --format json
differs  sales.orders: owned by github.com/acme/sales, not by github.com/acme/other
      Choose a different product name or contact the namespace owner: sales@acme.com
0 of 1 product valid; 2 namespaces, 0 tables in shared/catalog.db (sqlite)
{
  "schema": "floe.dev/catalog-reconcile/v1",
  "applied": true,
  "catalogs": [
    {
      "catalog": {
        "type": "sqlite",
        "address": "shared/catalog.db"
      },
      "counts": {
        "products": 1,
        "valid": 0,
        "namespaces": 2,
        "tables": 0,
        "differences": 1,
        "left": 1
      },
      "orphans_looked_for": true,
      "differences": [
        {
          "kind": "identity",
          "namespace": "sales.orders",
          "table": null,
          "message": "owned by github.com/acme/sales, not by github.com/acme/other",
          "action": null,
          "result": "none",
          "error": null
        }
      ]
    }
  ]
}
[1]

$ cd repo && floe catalog reconcile products/nothing
2> ERROR: there is no folder 'products/nothing'
2>     at products/nothing/floe.yaml
2>     name a folder that holds a floe.yaml
[2]

$ cd repo && echo '{' > products/orders/copy.yaml && mkdir products/broken && echo 'metadata: [' > products/broken/floe.yaml && floe catalog reconcile products/orders
2> ERROR: cannot read YAML: did not find expected node content while parsing a flow node
2>     at [FOLDER]/repo/products/broken/floe.yaml:2:1
[2]

$ cd repo && floe catalog show
2> ERROR: there is no floe.yaml in '.'
2>     at floe.yaml
2>     `floe init` makes one; or name the product's folder
[2]

$ cd repo && floe catalog show --catalog shared/catalog.db
2> ERROR: which product is meant is not said
2>     Name its id: floe catalog show sales.orders
2>     'floe catalog show --help' shows what it takes.
[2]

$ cd repo && floe catalog list --catalog nothing.db
2> ERROR: there is no catalog 'nothing.db'
2>     floe compile makes it
[2]

$ echo 'this is a note, and no database, whatever its name may say about it; it goes on for longer than a header is' > note.db && floe catalog list --catalog note.db
2> ERROR: 'note.db' is not a catalog: it is no SQLite database
2>     name another file in plugins.catalog.config.path
[2]

$ cd repo/products/orders && sed -i 's|type: sqlite|type: sqlit|' ../../platform/manifest.yaml && floe catalog list
2> ERROR: there is no catalog of the type 'sqlit'
2>     at ../../platform/manifest.yaml:4:39
2>     did you mean 'sqlite'?
[2]

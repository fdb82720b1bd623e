Contracts are compared with the versions that the product's catalog holds.
fixture: shop contracts
needs: command:contract
needs: command:compile
needs: program:git
env: SOURCE_DATE_EPOCH=1790000000

$ floe contract diff --against catalog
orders (sales.orders)  1.4.0, new

No changes

$ sed -i 's/mode: block, params/mode: warn, params/' platform/manifest.yaml; sed -i 's/  domain: sales/  domain: sales\n  repository: https:\/\/example.com\/shop/' floe.yaml; git init -q . && floe compile --facts sources --quiet > compiled.txt; echo "exit code $?"
exit code 0

$ floe contract validate-version --against catalog
orders (sales.orders)  1.4.0
  ✓ nothing changed, the version is the same

1 contract: the versions say what changed

$ sed -i 's/varchar(50)/varchar(40)/' datacontract.yaml; floe contract validate-version --against catalog
orders (sales.orders)  1.4.0
  ✗ version 1.4.0 is taken: what it says has changed since [FLOE-E524]
      datacontract.yaml:5:1
  MAJOR  the type of 'orders.email' was narrowed from varchar(50) to varchar(40)
         datacontract.yaml:22:9
         → See that your values of 'orders.email' still fit varchar(40).
      write version: 2.0.0

1 of 1 contract: the version does not say what changed
[1]

$ sed -i 's/1.4.0/2.0.0/' datacontract.yaml; floe contract validate-version --against catalog
orders (sales.orders)  1.4.0 → 2.0.0
  ✓ MAJOR is needed, a new MAJOR was made

1 contract: the versions say what changed

$ mkdir ../elsewhere.$$; cp next.yaml ../elsewhere.$$; floe contract diff ../elsewhere.$$/next.yaml --against catalog 2>&1 | sed 's/elsewhere\.[0-9]*/elsewhere/'; rm -r ../elsewhere.$$
ERROR: '../elsewhere/next.yaml' belongs to no product, and so to no catalog
    the product's floe.yaml names its platform, and that the catalog

floe env says what is linked, what is found, and which variables are in effect or misspelt.

$ floe env --format json | $PYTHON -c 'import json, sys; facts = json.load(sys.stdin); print(sorted(facts), facts["versions"]["lua"]["linked"])'
['cpus', 'files', 'folder', 'limits', 'programs', 'variables', 'versions'] static

$ FLOE_DBT=/opt/dbt FLOE_LEDGER=off floe env | grep -E '^  FLOE_(DBT|LEDGER)'
  FLOE_DBT     /opt/dbt  (the dbt that `floe compile` and `floe run` run, where --dbt names none)
  FLOE_LEDGER  off  (the file of the ledger, or `off`: nothing is recorded)

$ FLOE_ENV=production FLOE_VERSION_FORMAT=json FLOE_VERSION_FROMAT=json floe env | sed -n '/^FLOE_/,$p'
FLOE_ variables
  FLOE_ENV             production  (the environment (such as production) that scoped policies see)
  FLOE_VERSION_FORMAT  json  (floe version --format)
  FLOE_VERSION_FROMAT  json  (is not read by floe; did you mean FLOE_VERSION_FORMAT?)

$ floe env | grep -A1 '^Libraries' | sed 's/[0-9.]* (/N (/'
Libraries
  cjson    N (dynamic)

$ FLOE_ENV=$'a\e[31mb' floe env | grep FLOE_ENV
  FLOE_ENV  a\x1b[31mb  (the environment (such as production) that scoped policies see)

$ FLOE_CATALOG_TOKEN=hidden floe env | grep FLOE_CATALOG_TOKEN | sed 's/  (is not.*//'
  FLOE_CATALOG_TOKEN  (set; not shown)

What is wrong with the settings of a catalog is said before any server is asked, with its key, and no secret is shown.
fixture: shop
needs: command:catalog

$ printf 'for config in "$@"; do\n  printf "apiVersion: floe.dev/v1\\nkind: Manifest\\nmetadata: { name: acme, version: 1.0.0, owner: platform@acme.com }\\nplugins: { compute: { type: duckdb }, catalog: { %%s } }\\n" "$config" > platform/manifest.yaml\n  floe catalog list 2>&1 || echo "exit code $?"\ndone\n' > try

$ bash try 'type: sqlite, config: { path: "" }' 'type: sqlite, config: { pth: x }' 'type: sqlite, config: { timeout: soon }' 'type: sqlite, config: { journal: memory }' 'type: glue' 'type: sqlit' 'type: sqlite, config: { path: . }'
ERROR: plugins.catalog.config.path must be a text that is not empty
    at platform/manifest.yaml:4:39
exit code 2
ERROR: plugins.catalog.config has no key 'pth' for the type sqlite
    at platform/manifest.yaml:4:39
    did you mean 'path'?
exit code 2
ERROR: plugins.catalog.config.timeout must be a number of seconds from 0 to 3600
    at platform/manifest.yaml:4:39
exit code 2
ERROR: plugins.catalog.config.journal must be 'wal' or 'rollback'
    at platform/manifest.yaml:4:39
exit code 2
ERROR: there is no catalog of the type 'glue'
    at platform/manifest.yaml:4:39
    sqlite is a file; iceberg-rest and polaris are servers that speak the Iceberg REST API
exit code 2
ERROR: there is no catalog of the type 'sqlit'
    at platform/manifest.yaml:4:39
    did you mean 'sqlite'?
exit code 2
ERROR: 'platform' is not a catalog: it is no file
    at platform/manifest.yaml:4:39
exit code 2

$ bash try 'type: polaris' 'type: polaris, config: { uri: catalog.example.com }' 'type: polaris, config: { uri: "https://me:hunter2@127.0.0.1:1" }' 'type: polaris, config: { uri: "https://127.0.0.1:1", ca_file: none.pem }' 'type: polaris, config: { url: "https://127.0.0.1:1" }'
ERROR: plugins.catalog.config needs a uri
    at platform/manifest.yaml:4:39
    the address below which the catalog answers /v1/config, such as https://host/api/catalog
exit code 2
ERROR: plugins.catalog.config has a uri that is no http or https address
    at platform/manifest.yaml:4:39
    the address below which the catalog answers /v1/config, such as https://host/api/catalog
exit code 2
ERROR: the address of https://127.0.0.1:1/v1/config holds a user or a password
    addresses are printed and stored: name the variable or file that holds them instead
exit code 2
ERROR: plugins.catalog.config.ca_file names 'platform/none.pem': No such file or directory
    at platform/manifest.yaml:4:39
exit code 2
ERROR: plugins.catalog.config has no key 'url' for a REST catalog
    at platform/manifest.yaml:4:39
    did you mean 'uri'?
exit code 2

$ bash try 'type: polaris, config: { uri: "http://127.0.0.1:1", token: hunter2 }' 'type: polaris, config: { uri: "http://127.0.0.1:1", oauth2: { client_id: a, client_secret: hunter2 } }' 'type: polaris, config: { uri: "http://127.0.0.1:1", headers: { Authorization: "Bearer hunter2" } }' 'type: polaris, config: { uri: "http://127.0.0.1:1", oauth2: { client_id: a } }' 'type: polaris, config: { uri: "http://127.0.0.1:1", token_env: A, token_file: b }'
ERROR: plugins.catalog.config.token would be a secret in a manifest
    at platform/manifest.yaml:4:39
    name the environment variable that holds it: token_env
exit code 2
ERROR: plugins.catalog.config.oauth2.client_secret would be a secret in a manifest
    at platform/manifest.yaml:4:39
    name the environment variable that holds it: client_secret_env
exit code 2
ERROR: plugins.catalog.config.headers would hold a secret
    at platform/manifest.yaml:4:39
    name the variable that holds the token: token_env
exit code 2
ERROR: plugins.catalog.config.oauth2 does not say who asks
    at platform/manifest.yaml:4:39
    give client_id and client_secret_env, or credential_env for 'id:secret'
exit code 2
ERROR: plugins.catalog.config has both token_env and token_file: one of them is to be taken
    at platform/manifest.yaml:4:39
exit code 2

$ bash try 'type: polaris, config: { uri: "http://127.0.0.1:1", token_env: CATALOG_TOKEN_NOT_SET }'; CATALOG_CREDENTIAL=hunter2 bash try 'type: polaris, config: { uri: "http://127.0.0.1:1", oauth2: { credential_env: CATALOG_CREDENTIAL } }'
ERROR: plugins.catalog.config.token_env names the variable CATALOG_TOKEN_NOT_SET, which is not set
    export CATALOG_TOKEN_NOT_SET=… where floe runs
exit code 2
ERROR: what plugins.catalog.config.oauth2.credential_env names is not of the form id:secret
exit code 2

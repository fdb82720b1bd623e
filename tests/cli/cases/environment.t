A product is held to the platform of an environment contract.
fixture: mesh
needs: command:platform

$ mkdir environments; printf 'apiVersion: floe.dev/v1alpha1\nkind: PlatformEnvironmentContract\nmetadata: { name: sales-dev, owner: platform@example.com }\nenvironment: { name: dev, platformManifest: { path: ../sales/manifest.yaml } }\nplugins: { compute: { approved: [ { name: duckdb } ] } }\n' > environments/dev.yaml; cd orders && floe validate --target-contract ../environments/dev.yaml | head -n 4
[1/4] Validating floe.yaml
      ✓ Schema valid
      ✓ Environment contract: sales-dev (environment dev)
      ✓ Platform reference resolved: acme v2.1.0 → sales v1.4.0

$ cd orders && floe compile --facts sources --dry-run --target-contract ../environments/dev.yaml | head -n 6
[1/7] Loading platform artifacts
      ✓ Environment contract: sales-dev (environment dev)
      ✓ Platform: acme v2.1.0
      ✓ Domain: sales v1.4.0
      ✓ Compute: spark (default)

$ sed -i 's|ref: ../enterprise, version: ^2.0.0|ref: ../environments/dev.yaml|' orders/floe.yaml; cd orders && floe validate --quiet; floe explain plugins.compute.default
plugins.compute.default = spark
  Meaning: The choice of products that make none.
  Rule:    the lowest tier chooses, among what the tiers above approve
    enterprise manifest 'acme'  ../enterprise/manifest.yaml:15:5  sets      duckdb
  → domain manifest 'sales'     ../sales/manifest.yaml:12:14      replaces  spark

$ cp environments/dev.yaml before.yaml; sed -i 's|compute: {|compute: { default: duckdb,|' environments/dev.yaml; cd orders && floe explain plugins.compute.default; floe compile --facts sources --dry-run | sed -n 2,5p; mv ../before.yaml ../environments/dev.yaml
plugins.compute.default = duckdb
  Meaning: The choice of products that make none.
  Rule:    the lowest tier chooses, among what the tiers above approve
    enterprise manifest 'acme'        ../enterprise/manifest.yaml:15:5  sets      duckdb
    domain manifest 'sales'           ../sales/manifest.yaml:12:14      replaces  spark
  → environment contract 'sales-dev'  ../environments/dev.yaml:5:23     replaces  duckdb
      ✓ Environment contract: sales-dev (environment dev)
      ✓ Platform: acme v2.1.0
      ✓ Domain: sales v1.4.0
      ✓ Compute: duckdb (default)

$ sed -i 's|compute: duckdb|compute: spark|' orders/floe.yaml; cd orders && floe validate --quiet
ERROR: compute 'spark' is not approved in the environment 'dev': duckdb (../environments/dev.yaml:5)
      At:            floe.yaml:15:33

Validation FAILED: the product cannot be judged (TIME)
[2]

$ floe platform compile environments/dev.yaml | head -n 4
[1/3] Resolving manifests
      ✓ Environment contract: sales-dev (environment dev)
      ✓ Platform: acme v2.1.0 → sales v1.4.0 (domain)
      ✓ Fields resolved: 19, none weakened

$ printf 'access: { secrets: { token: abc123 } }\nruntime: { artifactRegistry: /home/me/registry }\n' >> environments/dev.yaml; floe platform compile environments/dev.yaml --quiet
2> ERROR: 'token' holds a secret
2>     at environments/dev.yaml:6:22
2>     a contract is read by everybody: name where the secret is kept, never the secret
2> ERROR: 'artifactRegistry' is a path of a workstation
2>     at environments/dev.yaml:7:12
2>     the contract holds on other machines too: write a path relative to this file, or an address
[2]

$ sed -i '/^access/,$d; s|path: ../sales/manifest.yaml|ociRef: "oci://registry.example.com/sales:1.4.0"|' environments/dev.yaml; floe platform compile environments/dev.yaml --quiet
2> ERROR: 'oci://registry.example.com/sales:1.4.0' is in the registry 'registry.example.com': reading registries is not available in this build
2>     at environments/dev.yaml:4:47
2>     put the manifest into a folder (a checkout of the platform's repository) and refer to it by path
[2]

$ cd orders && floe validate --quiet --target-contract ../sales/manifest.yaml
ERROR: '../sales/manifest.yaml' is no environment contract
      At:            ../sales/manifest.yaml
      What to do:    its `kind` is PlatformEnvironmentContract

Validation FAILED: the product cannot be judged (TIME)
[2]

$ floe schema environment | head -n 4
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://floe.dev/schemas/environment.json",
  "title": "Platform environment contract",

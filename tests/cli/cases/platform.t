A platform manifest with those above it is checked, compiled to a folder, and its policies are tested.
fixture: mesh published
example: governance
needs: command:platform

$ floe platform compile sales
[1/3] Resolving manifests
      ✓ Platform: acme v2.1.0 → sales v1.4.0 (domain)
      ✓ Fields resolved: 20, none weakened

[2/3] Checking policies
      ✓ Bundle acme-governance v1.0.0: 2 policies, each with tests
      ✓ Policies settled: 43, of which 43 are on

[3/3] Writing artifact
      ✓ sales/.floe/platform/1.4.0: 11 files
      ✓ manifest.json sha256:[DIGEST]

Platform compilation COMPLETE

$ cd sales/.floe/platform/1.4.0 && find . -type f | sort && cat architecture/architecture.json catalog/catalog.json && head -n 20 manifest.json
./architecture/architecture.json
./catalog/catalog.json
./manifest.json
./policies/acme-governance/README.md
./policies/acme-governance/bundle.yaml
./policies/acme-governance/policies/exposure/public_model.lua
./policies/acme-governance/policies/exposure/public_model_test.lua
./policies/acme-governance/policies/ownership/model_owner.lua
./policies/acme-governance/policies/ownership/model_owner_test.lua
./policies/acme-governance/stdlib/acme/teams.lua
./policies/effective.json
{
  "architecture": {},
  "naming": {
    "enforcement": "block",
    "pattern": "medallion"
  },
  "quality_gates": {
    "layer_thresholds": {
      "bronze": 50,
      "gold": 100
    },
    "minimum_test_coverage": 70
  },
  "classification": {},
  "data_contracts": {}
}
{
  "catalog": {
    "config": {
      "password": "[redacted]",
      "uri": "https://catalog.example.com"
    },
    "type": "polaris"
  },
  "identity": {},
  "structure": {},
  "reconciliation": {}
}
{
  "schema": "floe.dev/platform/v1",
  "name": "sales",
  "version": "1.4.0",
  "tier": "domain",
  "chain": [
    {
      "name": "acme",
      "version": "2.1.0",
      "tier": "enterprise",
      "digest": "sha256:[DIGEST]"
    },
    {
      "name": "sales",
      "version": "1.4.0",
      "tier": "domain",
      "digest": "sha256:[DIGEST]"
    }
  ],
  "manifest": {

$ floe platform compile sales --quiet && floe platform compile sales --check
sales/.floe/platform/1.4.0 is current

$ grep -r not-to-be-shown sales/.floe || echo "no secret in the artifact"
no secret in the artifact

$ cp -r sales/.floe first && floe platform compile sales -q && diff -r first sales/.floe && echo "the same bytes"
the same bytes

$ mkdir -p sales/.floe/platform/.1.4.0.new.4194999/x && floe platform compile sales -q; echo extra > sales/.floe/platform/1.4.0/extra; sed -i 's/gold: 100/gold: 95/' sales/manifest.yaml; floe platform compile sales --check
sales/.floe/platform/1.4.0/architecture/architecture.json differs
sales/.floe/platform/1.4.0/extra does not belong to it
sales/.floe/platform/1.4.0/manifest.json differs
sales/.floe/platform/1.4.0/policies/effective.json differs
2> ERROR: sales/.floe/platform/1.4.0 is not that of the manifest
2>     run `floe platform compile`
[1]

$ floe platform compile sales | tail -n 5; floe platform compile sales --check; ls -A sales/.floe/platform
[3/3] Writing artifact
      ✓ sales/.floe/platform/1.4.0: 11 files
      ✓ manifest.json sha256:[DIGEST]

Platform compilation COMPLETE
sales/.floe/platform/1.4.0 is current
1.4.0

$ floe platform test sales
Bundle acme-governance (governance)

exposure.public_model
      ✓ a dashboard on a protected model is reported
      ✓ a dashboard on a public model passes
ownership.model_owner
      ✓ a silver model without an owner is reported
      ✓ an owner that is no team is reported, with the team that was meant
      ✓ a team may own a model
      ✓ bronze needs no owner unless the platform says so
      ✓ the platform chooses the layers

7 passed, 0 failed, 0 skipped: 2 policies (TIME)

$ floe platform test sales --format junit | head -n 3
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="floe policy test">
  <testsuite name="exposure.public_model" tests="2" failures="0" errors="0" skipped="0">

$ mv governance/policies/ownership/model_owner_test.lua . && floe platform test sales --quiet
2 passed, 0 failed, 0 skipped: 2 policies, 1 policy without tests (TIME)
2> ERROR: policies without a test: ownership.model_owner
2>     The tests of policies/a/b.lua stand in policies/a/b_test.lua; 'floe policy new ID' shows how.
[1]

$ floe platform compile sales
[1/3] Resolving manifests
      ✓ Platform: acme v2.1.0 → sales v1.4.0 (domain)
      ✓ Fields resolved: 20, none weakened

[2/3] Checking policies
      ✗ policy 'ownership.model_owner' of the bundle 'acme-governance' has no test

Platform compilation FAILED
2> ERROR: policy 'ownership.model_owner' of the bundle 'acme-governance' has no test
2>     write model_owner_test.lua beside it; `floe policy new` shows how
[1]

$ mv model_owner_test.lua governance/policies/ownership/ && sed -i 's/gold: 95/gold: 10/' sales/manifest.yaml && floe platform compile sales
[1/3] Resolving manifests
      ✗ the domain manifest 'sales' weakens 'governance.quality_gates.layer_thresholds.gold' from 80 to 10; the enterprise manifest 'acme' decided it (enterprise/manifest.yaml:30)

Platform compilation FAILED
2> ERROR: the domain manifest 'sales' weakens 'governance.quality_gates.layer_thresholds.gold' from 80 to 10; the enterprise manifest 'acme' decided it (enterprise/manifest.yaml:30)
2>     at sales/manifest.yaml:21:25
2>     a lower tier may keep or strengthen what an upper one decides
[2]

$ sed -i 's/gold: 10/gold: 95/' sales/manifest.yaml && printf '  policies: { naming.layer_prefx: block }\n' >> sales/manifest.yaml && floe platform compile sales --quiet
2> ERROR: there is no policy 'naming.layer_prefx'
2>     at sales/manifest.yaml:22:15
2>     did you mean 'naming.layer_prefix'?
[2]

$ sed -i '$d' sales/manifest.yaml && echo 'error("no")' > governance/policies/ownership/model_owner.lua && floe platform compile sales --quiet
2> ERROR: policy 'ownership.model_owner' could not be loaded: no
2>     at governance/policies/ownership/model_owner.lua:1
[3]

$ sed -i 's|../governance|../nowhere|' enterprise/manifest.yaml && floe platform test sales
2> ERROR: there is no bundle 'nowhere'
2>     at enterprise/manifest.yaml:24:13
2>     the path is relative to the manifest that names it
[2]

$ floe platform compile
[1/3] Resolving manifests
      ✗ the folder '.' holds no platform manifest

Platform compilation FAILED
2> ERROR: the folder '.' holds no platform manifest
2>     it is called manifest.yaml or platform.yaml
[2]

$ floe platform compile oci://registry.example.com/platform/core:1.0.0
[1/3] Resolving manifests
      ✗ 'oci://registry.example.com/platform/core:1.0.0' is in the registry 'registry.example.com': reading registries is not available in this build

Platform compilation FAILED
2> ERROR: 'oci://registry.example.com/platform/core:1.0.0' is in the registry 'registry.example.com': reading registries is not available in this build
2>     put the manifest into a folder (a checkout of the platform's repository) and refer to it by path
[2]

$ mkdir above && printf 'apiVersion: floe.dev/v1\nkind: Manifest\nmetadata: { name: a, version: 1.0.0, owner: p@example.com }\nplugins: { compute: { type: duckdb } }\ngovernance: { data_contracts: { inherits: [contracts/all.yaml] } }\n' > above/manifest.yaml; floe platform compile above --quiet
2> ERROR: cannot read 'above/contracts/all.yaml': No such file or directory
2>     at above/contracts/all.yaml
[2]

What floe platform compile prints as JSON is what its published schema says, whatever became of it.
fixture: mesh published
example: governance
needs: command:platform
needs: python:jsonschema

$ floe schema platform-compilation > schema.json; print() { floe platform compile sales --format json "$@" > out.json; code=$?; $PYTHON $TESTS/check_schema.py schema.json out.json; sed -E -i 's/"(size|policies|on)": [0-9]+/"\1": N/' out.json; return $code; }; declare -f print > print.sh; print; head -n 36 out.json; sed -n '/"artifact"/,/"files"/p' out.json; tail -n 9 out.json
{
  "schema": "floe.dev/platform-compilation/v1",
  "command": "platform compile",
  "floe": "[VERSION]",
  "verdict": "pass",
  "exit": 0,
  "platform": [
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
  "counts": {
    "fields": 20,
    "policies": N,
    "on": N
  },
  "bundles": [
    {
      "name": "acme-governance",
      "version": "1.0.0",
      "policies": N
    }
  ],
  "policies": [
    {
      "id": "classification.contract_agrees",
      "bundle": "floe-default",
  "artifact": {
    "path": "sales/.floe/platform/1.4.0",
    "state": "written",
    "digest": "sha256:[DIGEST]",
    "files": [
        "path": "manifest.json",
        "size": N,
        "digest": "sha256:[DIGEST]"
      }
    ]
  },
  "differences": [],
  "errors": []
}

$ . ./print.sh; print --quiet; grep state out.json; print --check; grep state out.json
    "state": "unchanged",
    "state": "current",

$ . ./print.sh; sed -i 's/gold: 100/gold: 95/' sales/manifest.yaml; print --check; echo $?; grep -A 20 differences out.json
1
  "differences": [
    {
      "path": "architecture/architecture.json",
      "kind": "changed"
    },
    {
      "path": "manifest.json",
      "kind": "changed"
    },
    {
      "path": "policies/effective.json",
      "kind": "changed"
    }
  ],
  "errors": [
    {
      "message": "sales/.floe/platform/1.4.0 is not that of the manifest",
      "hint": "run `floe platform compile`"
    }
  ]
}

$ . ./print.sh; mv governance/policies/ownership/model_owner_test.lua .; print; echo $?; grep -B 1 -A 10 '"differences"' out.json; grep -c artifact out.json
1
  ],
  "differences": [],
  "errors": [
    {
      "message": "policy 'ownership.model_owner' of the bundle 'acme-governance' has no test",
      "hint": "write model_owner_test.lua beside it; `floe policy new` shows how"
    }
  ]
}
0
[1]

$ . ./print.sh; sed -i 's/gold: 95/gold: 10/' sales/manifest.yaml; print; cat out.json
{
  "schema": "floe.dev/platform-compilation/v1",
  "command": "platform compile",
  "floe": "[VERSION]",
  "verdict": "error",
  "exit": 2,
  "platform": [],
  "bundles": [],
  "policies": [],
  "differences": [],
  "errors": [
    {
      "message": "the domain manifest 'sales' weakens 'governance.quality_gates.layer_thresholds.gold' from 80 to 10; the enterprise manifest 'acme' decided it (enterprise/manifest.yaml:30)",
      "hint": "a lower tier may keep or strengthen what an upper one decides",
      "file": "sales/manifest.yaml",
      "line": 21,
      "column": 25
    }
  ]
}

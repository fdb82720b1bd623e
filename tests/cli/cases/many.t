Many products are judged at once; each has its verdict, and the gravest decides the exit code.
fixture: shop
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:validate

$ for name in one two three; do mkdir -p $name; cp -r floe.yaml platform models target dbt_project.yml $name; sed -i "s/name: shop/name: $name/" $name/floe.yaml; done; sed -i 's/naming.layer_prefix: { mode: block/naming.layer_prefix: { mode: warn/' two/platform/manifest.yaml; echo 'kind: [' > three/floe.yaml; floe validate one two three

$ floe validate one two --quiet

$ floe validate two one --format json | $PYTHON -c 'import json, sys; d = json.load(sys.stdin); print(d["schema"], [(v["product"]["id"], v["product"]["path"], v["verdict"], v["exit"], v["findings"][0]["file"]) for v in d["verdicts"]])'

$ floe validate one two --format sarif | $PYTHON -c 'import json, sys; r = json.load(sys.stdin)["runs"]; print(len(r), len(r[0]["tool"]["driver"]["rules"]), [x["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for x in r[0]["results"]])'

$ floe validate one two three --format github

$ floe validate one two --workers 1 --format json > 1.json; floe validate one two --workers 4 --format json | cmp - 1.json && echo the same

$ floe validate one two --manifest target/manifest.json

$ floe validate one/floe.yaml --quiet | head -n 2

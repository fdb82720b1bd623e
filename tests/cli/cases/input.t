An input that cannot be judged is an error that says what, where, and what to do.
fixture: shop
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:validate

$ floe validate nowhere

$ mkdir empty; floe validate empty

$ mkdir copy; cp -r floe.yaml platform models dbt_project.yml copy; floe validate copy

$ floe validate copy --facts manifest

$ cp -r target copy; sed -i 's|manifest/v12.json|catalog/v1.json|' copy/target/manifest.json; floe validate copy

$ head -c 4000 target/manifest.json > copy/target/manifest.json; floe validate copy

$ sed 's/"project_name": "shop"/"project_name": "other"/' target/manifest.json > copy/target/manifest.json; floe validate copy

$ echo '[]' > copy/target/manifest.json; floe validate copy

$ floe validate --manifest nowhere.json

$ sed 's|platform/manifest.yaml|platform/nowhere.yaml|' floe.yaml > copy/floe.yaml; floe validate copy

$ sed 's|platform/manifest.yaml|oci://registry.example.com/platform:v1|' floe.yaml > copy/floe.yaml; floe validate copy

$ sed 's|^  ref:|  reff:|' floe.yaml > copy/floe.yaml; floe validate copy

$ printf 'apiVersion: floe.dev/v1\nkind: [\n' > copy/floe.yaml; floe validate copy

$ : > copy/floe.yaml; floe validate copy

$ rm copy/floe.yaml; mkdir copy/floe.yaml; floe validate copy

$ floe validate nowhere --format json

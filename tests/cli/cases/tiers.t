Manifests that cannot be resolved, and words of a lower tier that weaken a higher one.
fixture: shop
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:validate

$ mkdir -p tiers && for name in a b; do printf 'apiVersion: floe.dev/v1\nkind: Manifest\nmetadata: { name: %s, version: 1.0.0, owner: x }\nscope: domain\nparent_manifest: %s.yaml\nplugins: { compute: { type: duckdb }, orchestrator: { type: dagster } }\n' $name $(echo $name | tr ab ba) > tiers/$name.yaml; done; sed 's|platform/manifest.yaml|tiers/a.yaml|' floe.yaml > new.yaml && mv new.yaml floe.yaml; floe validate

$ sed -i 's|tiers/a.yaml|platform/manifest.yaml|' floe.yaml; printf 'governance:\n  policies:\n    naming.layer_prefix: warn\n' >> floe.yaml; floe validate

$ sed -i 's|naming.layer_prefix: warn|documentation.model: block|' floe.yaml; floe validate --quiet

$ sed -i 's|documentation.model: block|documentation.modl: block|' floe.yaml; floe validate

$ sed -i '/^governance/,$d' floe.yaml; sed -i 's|{ pattern: medallion }|{ pattern: 3 }|' platform/manifest.yaml; floe validate

$ sed -i 's|{ pattern: 3 }|{ patern: medallion }|' platform/manifest.yaml; floe validate

$ sed -i 's|{ patern: medallion }|{ pattern: medallion }|' platform/manifest.yaml; printf '  waivers:\n    - { policy: naming.layer_prefix, subject: "model.shop.stg_*", reason: "moved in Q1", approved_by: governance }\n' >> platform/manifest.yaml; floe validate

$ sed -i 's|approved_by: governance|approved_by: governance, ticket: GOV-12, expires: 2026-12-31|' platform/manifest.yaml; floe validate --as-of 2026-11-21

$ floe validate --as-of 2027-01-01

$ floe validate --as-of 2026-11-21 --format sarif | grep -A 6 suppressions

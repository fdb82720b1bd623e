A baseline accepts what is there, lets nothing new in, and may only shrink.
fixture: shop
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:baseline

$ floe baseline check

$ floe baseline write --as-of 2026-11-21 && cat .floe/baseline.yaml

$ floe validate --quiet; echo $?

$ floe validate | tail -n 1

$ floe validate --verbose | grep ACCEPTED

$ floe validate --format sarif | grep -c '"baselineState": "unchanged"'

$ floe baseline check

$ sed -i 's|documentation.column: warn|metadata.required_meta: { mode: block, params: { fields: [owner] } }|' platform/manifest.yaml; floe baseline check

$ floe baseline write

$ floe validate --quiet | tail -n 1

$ floe baseline write --grow --as-of 2026-11-22

$ sed -i '/required_meta/d; /documentation.model/d' platform/manifest.yaml; floe validate | tail -n 6

$ floe baseline check

$ floe baseline write --as-of 2026-11-23 && cat .floe/baseline.yaml

$ echo 'version: 2' > .floe/baseline.yaml; floe validate --quiet; floe baseline check; floe baseline write

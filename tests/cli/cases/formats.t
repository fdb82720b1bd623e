One verdict in every format.
fixture: shop
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:validate

$ floe validate --format json

$ floe validate --format sarif

$ floe validate --format junit

$ floe validate --format github

$ floe validate --format gitlab

$ floe validate --format markdown

$ floe validate --quiet --report text=out.txt --report json=out.json --report sarif=out.sarif > /dev/null; wc -l out.txt | grep -c '^[1-9]'; floe validate --format json | cmp - out.json && floe validate --format sarif | cmp - out.sarif && echo the same

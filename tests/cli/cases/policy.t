Policies are begun, tested, checked, listed and explained.
needs: command:policy

$ floe policy new ownership.model_owner --bundle governance

$ floe policy check governance

$ floe policy test governance

$ cd governance && floe policy test policies/ownership/model_owner_test.lua --quiet

$ sed -i 's|expected = "meta.steward"|expected = "meta.nobody"|' governance/policies/ownership/model_owner_test.lua; floe policy test governance

$ floe policy test governance --format json | $PYTHON -c 'import json, sys; print(json.load(sys.stdin)["totals"])'

$ floe policy test governance --format junit | sed 's/time="[0-9.]*"/time="T"/'

$ floe policy new ownership.model_owner --bundle governance

$ floe policy new Ownership --bundle governance

$ floe policy new a.b --bundle governance --code nocode

$ floe policy new a.b --bundle governance --quiet && rm governance/policies/ownership/model_owner.lua; floe policy test governance

$ rm -r governance/policies/a; floe policy test governance

$ floe policy new a.b --bundle other --quiet && rm other/policies/a/b_test.lua && floe policy test other

$ mkdir empty && cd empty && floe policy test

$ floe policy test nowhere

$ echo 'return 1' > other/policies/a/b.lua; floe policy check other

$ echo 'name: Other' > other/bundle.yaml; floe policy check other

$ floe policy lst

$ floe policy

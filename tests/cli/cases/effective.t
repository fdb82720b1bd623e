Which policies apply in a folder, in which mode, and who says so.
fixture: shop
needs: command:policy

$ floe policy list

$ floe policy list --format names | head -n 3

$ floe policy list --format json | $PYTHON -c 'import json, sys; print([(p["id"], p["mode"]) for p in json.load(sys.stdin)["policies"] if p["mode"] != "off"])'

$ floe policy explain naming.layer_prefix

$ floe policy explain naming.layer_prefx

$ floe policy explain

$ printf 'governance:\n  policies:\n    documentation.model: { mode: block, from: 2026-12-01 }\n' >> floe.yaml; floe policy explain documentation.model --as-of 2026-11-21 | sed -n '/^Here/,$p'

$ floe policy explain documentation.model --as-of 2026-12-01 | sed -n '/^Here/,$p'

$ sed -i 's|{ mode: block, from: 2026-12-01 }|warn|' floe.yaml; floe policy list

$ mkdir elsewhere; cd elsewhere; floe policy list | tail -n 4

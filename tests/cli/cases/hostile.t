Nothing in a project's files reaches a terminal, a workflow command or a comment unescaped.
fixture: shop
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:validate

$ $PYTHON - <<< 'import json; m = json.load(open("target/manifest.json")); n = m["nodes"]; k = "model.shop.stg_payments"; n[k]["name"] = "stg\u001b]0;owned\u0007\n::error::<b>|`@team\u202e %0A"; json.dump(m, open("target/manifest.json", "w"))'

$ floe validate --policy naming.layer_prefix

$ floe validate --policy naming.layer_prefix --format github

$ floe validate --policy naming.layer_prefix --format markdown

$ floe validate --policy naming.layer_prefix --format junit

$ floe validate --policy naming.layer_prefix --format json | LC_ALL=C grep -c '[[:cntrl:]]'

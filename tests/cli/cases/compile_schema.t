What floe compile writes is what its published schema says, and the same inputs give the same bytes.
fixture: made
env: FLOE_COMPILE_FACTS=sources
env: SOURCE_DATE_EPOCH=1764000000
needs: python:jsonschema

$ floe compile --quiet; floe schema artifacts > schema.json; $PYTHON $TESTS/check_schema.py schema.json .floe/artifacts.json

$ cp .floe/artifacts.json /tmp/first.$$; rm -r .floe schema.json; floe compile --quiet; cmp .floe/artifacts.json /tmp/first.$$; rm /tmp/first.$$

$ mkdir elsewhere; cp -r datacontract.yaml dbt_project.yml floe.yaml models platform elsewhere/; cd elsewhere; floe compile --quiet; cmp .floe/artifacts.json ../.floe/artifacts.json

$ sed 's/"version": "1/"version": "2/' .floe/artifacts.json > newer.json; mv newer.json .floe/artifacts.json; floe compile --check
2> ERROR: '.floe/artifacts.json' has version 2.2.0, and this floe knows versions up to 1.2.0
2>     at .floe/artifacts.json
2>     take the floe that wrote it or a newer one
[2]

$ printf '{"version": "0.1.0", "metadata": {"product_name": "shop"}}' > .floe/artifacts.json; floe compile --check
✗ .floe/artifacts.json is not current
  an older floe made it, and it lists no inputs
`floe compile` makes it anew.
[1]

$ echo '[]' > .floe/artifacts.json; floe compile --check
2> ERROR: '.floe/artifacts.json' is no artifact of floe: it has no version
2>     at .floe/artifacts.json
2>     `floe compile` writes it anew
[2]

$ SOURCE_DATE_EPOCH=soon floe compile | tail -8

[7/7] Writing artifacts
      ✗ SOURCE_DATE_EPOCH is 'soon', which is no number of seconds since 1970

ERROR: SOURCE_DATE_EPOCH is 'soon', which is no number of seconds since 1970
      What to do:    write it as `date +%s` prints it, or unset it

Compilation FAILED: the product cannot be judged (TIME)

$ rm -rf .floe; floe compile --facts sources --quiet; cp .floe/artifacts.json good.json; for bad in 'garbage' '{"version":"1.0.0"}' '{"version":"1.2.0","metadata":{"floe_version":3},"inputs":5,"outputs":{},"governance":{},"verdict":{}}' ''; do printf '%s' "$bad" > .floe/artifacts.json; floe compile --check 2>&1; echo "exit $?"; done
ERROR: cannot read JSON: expected a value, found 'g'
    at .floe/artifacts.json:1:1
    `floe compile` writes it anew
exit 2
✗ .floe/artifacts.json is not current
  an older floe made it, and it lists no inputs
`floe compile` makes it anew.
exit 1
ERROR: 'metadata.compiled_at' is missing
    at .floe/artifacts.json:1:31
    `floe compile` writes it anew
exit 2
ERROR: cannot read JSON: it is empty
    at .floe/artifacts.json:1:1
    `floe compile` writes it anew
exit 2

$ sed 's/"version": "1.2.0"/"version": "1.0.0"/' good.json > .floe/artifacts.json; rm good.json; floe compile --check
✗ .floe/artifacts.json is not current
  it has the form 1.0.0, and this floe writes 1.2.0
`floe compile` makes it anew.
[1]

$ rm -rf .floe; find . -type f -exec touch -d 2020-01-02T03:04:05Z {} +; env -u SOURCE_DATE_EPOCH $FLOE compile --quiet; grep -E 'compiled_at|registration_timestamp' .floe/artifacts.json
    "compiled_at": "2020-01-02T03:04:05Z",
    "registration_timestamp": "2020-01-02T03:04:05Z"

$ sed -i '/"\*": off/d' platform/manifest.yaml; rm -rf .floe elsewhere; for phase in validate compile; do floe $phase --facts sources --format json | grep '"policies":'; done | uniq -d | wc -l
1

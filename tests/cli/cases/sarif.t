SARIF passes the official schema, with findings, with errors of the input, and with nothing to say.
fixture: shop
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:validate
needs: python:jsonschema
needs: file:../shared/data/sarif/sarif-schema-2.1.0.json

$ floe validate --format sarif | $PYTHON $TESTS/check_sarif.py $ROOT/../shared/data/sarif/sarif-schema-2.1.0.json
valid: 3 rules, 2 results, 0 notifications

$ floe validate --policy coverage.columns --format sarif | $PYTHON $TESTS/check_sarif.py $ROOT/../shared/data/sarif/sarif-schema-2.1.0.json
valid: 0 rules, 0 results, 0 notifications

$ rm floe.yaml; floe validate --format sarif | $PYTHON $TESTS/check_sarif.py $ROOT/../shared/data/sarif/sarif-schema-2.1.0.json
valid: 0 rules, 0 results, 1 notifications

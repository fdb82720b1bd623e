What floe ledger prints as JSON has published schemas.
fixture: shop
needs: python:jsonschema

$ floe validate --quiet > /dev/null; floe validate --quiet > /dev/null; floe ledger prune --before 2100-01-01 --quiet; floe validate --quiet > /dev/null; for kind in list entry verification; do floe schema ledger-$kind > $kind.json; done

$ floe ledger list --format json > document.json; $PYTHON $TESTS/check_schema.py list.json document.json; floe ledger list --findings --format json > document.json; $PYTHON $TESTS/check_schema.py list.json document.json

$ floe ledger show 4 --format json > document.json; $PYTHON $TESTS/check_schema.py entry.json document.json; floe ledger show 3 --format json > document.json; $PYTHON $TESTS/check_schema.py entry.json document.json; floe ledger export | tail -1 > document.json; $PYTHON $TESTS/check_schema.py entry.json document.json

$ floe ledger verify --format json > document.json; $PYTHON $TESTS/check_schema.py verification.json document.json; rm -r .floe; floe validate --quiet > /dev/null; python3 -c 'import sqlite3; d = sqlite3.connect(".floe/ledger.db"); d.executescript("DROP TRIGGER entries_stay; UPDATE entries SET verdict = 1")'; floe ledger verify --format json > document.json; $PYTHON $TESTS/check_schema.py verification.json document.json

$ sed -i 's/"ok"/"okay"/' document.json; $PYTHON $TESTS/check_schema.py verification.json document.json
 'ok' is a required property
 Additional properties are not allowed ('okay' was unexpected)
[1]

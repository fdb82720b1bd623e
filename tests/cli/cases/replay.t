floe replay judges again what the ledger recorded: the same files give the same verdict, found in the folder or in the commit that was judged.
fixture: shop
needs: program:git

$ floe validate --quiet >/dev/null; floe replay 1 | sed -E 's/of 20.*/of MOMENT/'; ls -A .floe/cache
✓ the same verdict: blocked, 2 findings of MOMENT

$ git init -q . && git add -A ':!.floe' && git -c user.name=a -c user.email=a@example.com commit -qm first && floe validate --quiet --as-of 2027-01-01 --enforce block >/dev/null; echo '-- changed' >> models/silver/stg_payments.sql; echo '# changed' >> floe.yaml; floe replay 2 | sed -E 's/of 20.*/of MOMENT/'
✓ the same verdict: blocked, 2 findings of MOMENT

$ floe replay 1
2> ERROR: 2 of 9 files are not what was judged any more: floe.yaml, models/silver/stg_payments.sql
2>     check out the commit that was judged, or bring the files back
[2]

$ git checkout -q . && floe validate --quiet --vars '{a: 1}' >/dev/null; floe replay 3; floe replay 3 --vars '{a: 2}'; floe replay 3 --vars '{a: 1}' | sed -E 's/of 20.*/of MOMENT/'
✓ the same verdict: blocked, 2 findings of MOMENT
2> ERROR: variables of dbt were given, and a ledger does not keep them
2>     give the same: --vars
2> ERROR: variables of dbt were given, and a ledger does not keep them
2>     give the same: --vars

$ python3 -c 'import sqlite3; d = sqlite3.connect(".floe/ledger.db"); d.executescript("DROP TRIGGER findings_stay; UPDATE findings SET body = replace(body, \"alert\", \"warn\") WHERE entry = 1 AND number = 1")'; floe replay 1 | cut -c1-60
✗ another verdict: 2 findings recorded, 2 findings now
  recorded: {"policy":"documentation.model","code":"FLOE-E22
  now:      {"policy":"documentation.model","code":"FLOE-E22

$ floe baseline write . --quiet; mv .floe/baseline.yaml accepted.yaml; cp floe.yaml copy.yaml; git add accepted.yaml copy.yaml; git -c user.name=a -c user.email=a@example.com commit -qm second; floe validate --quiet --baseline accepted.yaml >/dev/null; floe replay 4 | sed -E 's/of 20.*/of MOMENT/'; echo '# changed' >> accepted.yaml; floe replay 4
✓ the same verdict: pass, 2 findings of MOMENT
2> ERROR: 'accepted.yaml' was read now, and is not what was judged
2>     bring the file back that an option or a variable named then
[2]

$ git checkout -q accepted.yaml; echo mine > copy.yaml; python3 -c 'import os, sqlite3; d = sqlite3.connect(".floe/ledger.db"); d.execute("DROP TRIGGER documents_stay"); d.execute("UPDATE documents SET body = replace(body, ?, ?)", ("\"floe.yaml", "\"" + os.getcwd() + "/copy.yaml")); d.commit()'; floe replay 4; cat copy.yaml
mine
2> ERROR: the entry lists what no file of a product is: [FOLDER]/copy.yaml
2>     look at the ledger with `floe ledger verify`

$ floe replay 9; floe replay
2> ERROR: the ledger '.floe/ledger.db' has no entry '9'
2>     `floe ledger list` shows those it has
2> ERROR: missing ENTRY
2>     'floe replay --help' shows what it takes.
[2]

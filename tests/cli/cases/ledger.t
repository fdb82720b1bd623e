floe ledger tells what was judged: listed, shown, verified, exported and pruned; what was changed shows.
fixture: shop
needs: command:ledger

$ floe ledger list
2> ERROR: there is no ledger '.floe/ledger.db'
2>     `floe validate` and `floe compile` write it
[2]

$ floe validate --quiet >/dev/null; floe validate --quiet --vars '{password: hunter2}' >/dev/null; ls -a .floe | grep -c ledger.db; grep -c hunter2 .floe/ledger.db*
3
.floe/ledger.db:0
.floe/ledger.db-shm:0
.floe/ledger.db-wal:0
[1]

$ floe ledger list | sed -E 's/20..-..-..T..:..:..Z/MOMENT/; s/findings .*/findings …/'
2  MOMENT  validate  sales.shop  blocked  2 findings …
1  MOMENT  validate  sales.shop  blocked  2 findings …
2 entries of .floe/ledger.db

$ floe ledger list --policy naming.layer_prefix --limit 1
2  block  naming.layer_prefix  model.shop.stg_payments  model 'stg_payments' carries no layer prefix
1 finding of .floe/ledger.db, the newest; --limit shows more

$ floe ledger list --limit 1 | tail -1; floe ledger list --limit 2 | tail -1; floe ledger list --findings --limit 3 --format json | grep -c '"number"'
1 entry of .floe/ledger.db, the newest; --limit shows more
2 entries of .floe/ledger.db
3

$ floe ledger list --kind compile
0 entries of .floe/ledger.db

$ floe ledger list --verdict blocked --quiet | wc -l; floe ledger list --findings --verdict block --quiet | wc -l
2
2

$ floe ledger list --kind compiled; floe ledger list --verdict block; floe ledger list --findings --verdict blocked
2> ERROR: --kind cannot be 'compiled'; did you mean 'compile'?
2>     It is one of: validate, compile, run.start, run.node, run.verdict, run.end, check, monitor.alert, prune.
2>     'floe ledger list --help' shows what it takes.
2> ERROR: no entry comes to 'block'
2>     It is one of: pass, warned, alerted, blocked, error, complete, failed, aborted, cut off, success, fail, warn, skipped, violated, unknown.
2>     'floe ledger list --help' shows what it takes.
2> ERROR: no finding comes to 'blocked'
2>     It is one of: warn, alert, block, waived, baseline.
2>     'floe ledger list --help' shows what it takes.
[2]

$ floe ledger show 2 | sed -E 's/(At|By|As of|Id|Counts): .*/\1: …/' | head -12
2 validate sales.shop: blocked
  At: …
  By: …
  Folder:      [FOLDER]
  Command:     floe validate --quiet --vars …
  As of: …
  Platform:    acme-platform 1.0.0 (sha256:[DIGEST])
  Counts: …
  Id: …
  Inputs:      sha256:[DIGEST]
  Hash:        sha256:[DIGEST]
  alert documentation.model: model 'stg_payments' has no description

$ floe ledger show 7
2> ERROR: the ledger '.floe/ledger.db' has no entry '7'
2>     `floe ledger list` shows those it has
[1]

$ floe ledger verify
✓ 2 entries with 4 findings hold together
  Head: sha256:[DIGEST]

$ floe ledger verify --head sha256:0000000000000000000000000000000000000000000000000000000000000000
2> ERROR: the ledger '.floe/ledger.db' does not hold together: the entry with the digest sha256:[DIGEST] is gone
2>     keep the file as it is, and look at who may write it; an earlier export tells what it said
[5]

$ floe ledger verify --head 1; floe ledger verify --head sha256:418a
2> ERROR: '1' is no digest
2>     Hand it the head that an earlier `floe ledger verify` printed: sha256:…
2>     'floe ledger verify --help' shows what it takes.
2> ERROR: 'sha256:418a' is no digest
2>     Hand it the head that an earlier `floe ledger verify` printed: sha256:…
2>     'floe ledger verify --help' shows what it takes.
[2]

$ floe ledger export | python3 -c 'import json, sys; print([(e["seq"], e["kind"], e["verdict"], len(e["findings"]) > 0, len(e["inputs"]) > 0) for e in map(json.loads, sys.stdin)])'
[(1, 'validate', 'blocked', True, True), (2, 'validate', 'blocked', True, True)]

$ floe ledger export --until 2020-01-01

$ floe ledger prune --keep 1d | sed -E 's|than .*|than …|'; floe ledger prune; floe ledger prune --keep 3y
nothing is older than …
2> ERROR: what is to be taken out is not said
2>     Say --before DATE or --keep DURATION.
2>     'floe ledger prune --help' shows what it takes.
2> ERROR: '3y' is no duration
2>     Write it as hours, days or weeks: 48h, 90d, 12w.
2>     'floe ledger prune --help' shows what it takes.
[2]

$ python3 -c 'import sqlite3; d = sqlite3.connect(".floe/ledger.db"); d.executescript("DROP TRIGGER entries_stay; UPDATE entries SET verdict = \"pass\" WHERE seq = 1")'; floe ledger verify; floe ledger prune --before 2100-01-01
2> ERROR: the ledger '.floe/ledger.db' does not hold together: entry 1 was changed
2>     keep the file as it is, and look at who may write it; an earlier export tells what it said
2> ERROR: the ledger '.floe/ledger.db' does not hold together: entry 1 was changed
2>     nothing was taken out; keep the file as it is for whoever looks into this
[5]

$ floe ledger verify --format json | sed -E 's/"(findings)": .*/"\1": …/'
{
  "schema": "floe.dev/ledger-verification/v1",
  "ledger": ".floe/ledger.db",
  "ok": false,
  "entries": 2,
  "findings": …
  "first": 1,
  "last": 2,
  "head": "sha256:[DIGEST]",
  "head_taken_out_by": null,
  "problem": "entry 1 was changed"
}

$ FLOE_LEDGER=off floe validate --quiet >/dev/null; FLOE_LEDGER=off floe ledger list; floe ledger list | tail -1
2 entries of .floe/ledger.db
2> ERROR: FLOE_LEDGER is 'off': nothing is recorded
2>     name a file with --ledger

$ mkdir other && echo 'no database' > other/file && FLOE_LEDGER=other/file floe validate --quiet --policy naming.layer_prefix 2>&1 | tail -2; cat other/file
ERROR: this verdict is not in the ledger: 'other/file' is not a ledger: it is no SQLite database
    name another file, with --ledger or FLOE_LEDGER
no database

$ FLOE_LEDGER=shared/team.db floe validate --quiet >/dev/null; floe ledger list --ledger shared/team.db | tail -1
1 entry of shared/team.db

$ export FLOE_LEDGER=shared/team.db; floe ledger prune --before 2100-01-01; floe ledger list | sed -E 's/20..-..-..T..:..:..Z/MOMENT/; s/(prune  -  -) .*/\1 …/'; floe ledger show 2 | grep -E '^2|Taken|Command'; floe replay 2
1 entry and 2 findings before 2100-01-01T00:00:00Z taken out
2  MOMENT  prune  -  - …
1 entry of shared/team.db
2 prune
  Command:     floe ledger prune --before 2100-01-01
  Taken out:   1 entry with 2 findings, before 2100-01-01T00:00:00Z
2> ERROR: entry 2 is no verdict, but a prune
2>     `floe ledger list --kind validate` shows what can be judged again
[2]

$ unset FLOE_LEDGER; rm -r .floe; floe validate --quiet > /dev/null; head=$(floe ledger verify --format json | python3 -c 'import json, sys; print(json.load(sys.stdin)["head"])'); floe ledger prune --before 2100-01-01 --quiet; floe ledger verify --head $head; floe validate --quiet > /dev/null; floe ledger verify --head $head --format json | grep -E 'ok|taken'
✓ 1 entry with 0 findings hold together
  Head: sha256:[DIGEST]
  Noted: all up to that entry was taken out, as entry 2 says
  "ok": true,
  "head_taken_out_by": 2,

$ mkdir -p unseen/.floe; ln -s ledger.db unseen/.floe/ledger.db; floe ledger list unseen; cp floe.yaml unseen; FLOE_LEDGER=unseen/.floe/ledger.db floe validate --quiet --policy documentation.model 2>&1 >/dev/null | grep -A1 ledger
ERROR: this verdict is not in the ledger: cannot open the ledger 'unseen/.floe/ledger.db': Too many levels of symbolic links
    look at the rights of the folders that lead to it; name another file, with --ledger or FLOE_LEDGER
2> ERROR: cannot open the ledger 'unseen/.floe/ledger.db': Too many levels of symbolic links
2>     look at the rights of the folders that lead to it; name another file, with --ledger or FLOE_LEDGER

"""How long floe takes to hold contracts against data in DuckDB, and how much memory: 1, 100 and 1,000 contracts in one batch.

    FLOE=build/release/floe build/venv-dbt/bin/python tests/bench/check.py [COUNT…]

Each contract has one table of 10 columns and 1,000 rows: freshness, drift of the schema, a rule, a key, availability. What
is told beside the seconds is how often longer that is than what one Python takes which asks DuckDB for the same numbers:
both are measured in turns, so that a busy machine is busy for both.
"""
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

import duckdb

COLUMNS = [{"name": "id", "logicalType": "integer", "physicalType": "bigint", "primaryKey": True, "required": True},
           {"name": "at", "logicalType": "timestamp", "physicalType": "timestamp"}] + [
    {"name": f"c{number}", "logicalType": "string", "physicalType": "varchar", "required": number < 4} for number in range(8)]


def product(folder, count):
    for name in ("models", "contracts"):
        (folder / name).mkdir()
    (folder / "floe.yaml").write_text(json.dumps({
        "apiVersion": "floe.dev/v1", "kind": "DataProduct", "metadata": {"name": "bench", "version": "1.0.0", "owner": "a@example.com"},
        "transforms": [{"type": "dbt", "path": "models/"}]}))
    (folder / "dbt_project.yml").write_text("name: bench\nversion: 1.0.0\nconfig-version: 2\nprofile: bench\n")
    (folder / "profiles.yml").write_text("bench: { target: dev, outputs: { dev: { type: duckdb, path: bench.duckdb } } }\n")
    with duckdb.connect(str(folder / "bench.duckdb")) as connection:
        values = ", ".join(f"'v' || i AS c{number}" for number in range(8))
        for number in range(count):
            connection.execute(f"CREATE TABLE t{number} AS SELECT CAST(i AS BIGINT) AS id, CAST(now() AT TIME ZONE 'UTC' AS TIMESTAMP) AS at, "
                               f"{values} FROM range(1000) r(i)")
            (folder / "contracts" / f"t{number}.yaml").write_text(json.dumps({
                "apiVersion": "v3.1.0", "kind": "DataContract", "id": f"bench.t{number}", "name": f"t{number}", "version": "1.0.0",
                "status": "active", "slaProperties": [{"property": "freshness", "value": "PT6H", "element": f"t{number}.at"}],
                "schema": [{"name": f"t{number}", "properties": COLUMNS, "quality": [{"metric": "rowCount", "mustBeGreaterThan": 0}]}]}))


# What floe asks of a table, by hand: its columns, its newest value, its rows, nulls and duplicates.
ASKED = """
import sys, duckdb
with duckdb.connect("bench.duckdb", read_only=True) as connection:
    connection.execute("SELECT * FROM duckdb_columns() WHERE NOT internal").fetchall()
    for number in range(int(sys.argv[1])):
        connection.execute(f"SELECT 1 FROM t{number} LIMIT 1").fetchone()
        connection.execute('SELECT max("at"), count(*), count(*) - count(id), count(*) - count(c0), count(*) - count(c1), '
                           f"count(*) - count(c2), count(*) - count(c3), count(id) - count(DISTINCT id) FROM t{number}").fetchone()
"""


for count in [int(word) for word in sys.argv[1:]] or [1, 100, 1000]:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        product(folder, count)
        environment = {**os.environ, "FLOE_DBT": str(pathlib.Path(sys.executable).parent / "dbt"), "FLOE_LEDGER": "off"}
        command = [str(pathlib.Path(os.environ["FLOE"]).resolve()), "contract", "check", "--format", "json"]
        best, by_hand, before = None, 1e9, resource.getrusage(resource.RUSAGE_CHILDREN)
        aside = 0
        for _ in range(3):
            begun = time.monotonic()
            done = subprocess.run(["/usr/bin/time", "-f", "%M", *command], cwd=folder, env=environment, capture_output=True, text=True,
                                  check=False)
            best = min(best or 1e9, time.monotonic() - begun)
            used, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            subprocess.run([sys.executable, "-I", "-c", ASKED, str(count)], cwd=folder, check=True)
            by_hand = min(by_hand, time.monotonic() - begun)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            aside += after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        checks = json.loads(done.stdout)["checks"]
        assert done.returncode == 0 and {one["status"] for one in checks} == {"pass"}, done.stderr
        processor = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime - aside) / 3
        memory = int(done.stderr.split()[-1]) / 1024
        print(f"{count} contracts, {len(checks)} checks: {best:.2f} s, {best / by_hand:.1f} times DuckDB by hand, {processor:.2f} s of processor "
              f"with DuckDB, {memory:.0f} MiB of the larger process", flush=True)

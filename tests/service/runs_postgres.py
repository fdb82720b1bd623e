"""floe run on PostgreSQL: rows, durations and what policies make of them come from dbt's own answers there; and what
becomes of a run whose server is killed.

    FLOE=… tests/service/runs_postgres.py DBT

Reports in TAP.
"""
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

from check_postgres import Postgres, make_product

MODELS = {
    "raw": ("view", "select g as id from generate_series(1, {{ var('rows', 1000) }}) g"),
    "orders": ("table", "select id, id % 7 as kind from {{ ref('raw') }}"),
    "grown": ("incremental", "select id from {{ ref('orders') }}"),
}

ASLEEP = ("table", "select id, pg_sleep(0.004)::text as slept from {{ ref('orders') }}")  # of 1,000 rows: 4 seconds

PLATFORM = {
    "apiVersion": "floe.dev/v1", "kind": "Manifest", "metadata": {"name": "acme", "version": "1.0.0", "owner": "gov@example.com"},
    "plugins": {"compute": {"approved": [{"name": "postgres"}, {"name": "duckdb"}], "default": "postgres"}},
    "governance": {"policies": {"run.row_drop": {"mode": "block", "params": {"maximum_drop": 30, "least_runs": 2}}}},
}


def prepare(folder, port, models):
    make_product(folder, port)
    (folder / "datacontract.yaml").unlink()
    product = json.loads((folder / "floe.yaml").read_text()) | {"platform": {"ref": "platform"}}
    (folder / "floe.yaml").write_text(json.dumps(product))
    (folder / "platform").mkdir()
    (folder / "platform/manifest.yaml").write_text(json.dumps(PLATFORM))
    for name, (kind, sql) in models.items():
        (folder / f"models/{name}.sql").write_text("{{ config(materialized='%s') }}\n%s\n" % (kind, sql))


def floe(folder, dbt, *arguments):
    return subprocess.run([os.environ["FLOE"], *arguments, "--dbt", dbt], cwd=folder, text=True, timeout=300, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def run(folder, dbt, rows):
    variables = ("--vars", json.dumps({"rows": rows}))
    compiled = floe(folder, dbt, "compile", "--facts", "sources", "--quiet", *variables)
    assert compiled.returncode == 0, compiled.stdout
    return floe(folder, dbt, "run", *variables)


def nodes_of(folder):
    """What the ledger has of the last run's nodes, by name."""
    with sqlite3.connect(folder / ".floe/ledger.db") as ledger:
        (last,) = ledger.execute("select run from entries where kind = 'run.start' order by seq desc limit 1").fetchone()
        bodies = ledger.execute("select body from entries where kind = 'run.node' and run = ?", (last,)).fetchall()
    return {node["name"]: node for node in (json.loads(body) for (body,) in bodies)}


def tells_rows_and_holds_the_gate(server, folder, dbt):
    prepare(folder, server.port, MODELS)
    for _ in range(2):
        done = run(folder, dbt, 1000)
        assert done.returncode == 0 and "Pipeline COMPLETE" in done.stdout, done.stdout
    assert re.search(r"▶ orders \(.*?\)\n +[├└]── Rows: 1,000\n", done.stdout), done.stdout
    nodes = nodes_of(folder)
    truth = int(server.ask("select count(*) from gold.orders"))
    assert nodes["orders"]["rows"] == truth == 1000, nodes
    assert nodes["grown"]["rows"] == 1000 and nodes["raw"]["rows"] is None, nodes
    assert all(0 < node["seconds"] < 60 for node in nodes.values()), nodes
    dropped = run(folder, dbt, 500)
    assert dropped.returncode == 1, dropped.stdout
    assert "run.row_drop (block)" in dropped.stdout and "500" in dropped.stdout, dropped.stdout


def retry(folder, dbt, exit_code, *parts):
    done = floe(folder, dbt, "run", "--retry-failed")
    assert done.returncode == exit_code and all(part in done.stdout for part in parts), (done.returncode, done.stdout)


def goes_on_after_a_server_that_was_killed(server, folder, dbt):
    """While a model runs; then it is away while dbt starts; then it is back."""
    prepare(folder, server.port, MODELS | {"asleep": ASLEEP})
    compiled = floe(folder, dbt, "compile", "--facts", "sources", "--quiet")
    assert compiled.returncode == 0, compiled.stdout
    with subprocess.Popen([os.environ["FLOE"], "run", "--select", "raw orders asleep", "--dbt", dbt], cwd=folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        until = time.monotonic() + 60
        while server.ask("select count(*) from pg_stat_activity where query like '%pg_sleep(0.004)%' and state = 'active'"
                         " and pid <> pg_backend_pid()") == "0":
            assert process.poll() is None and time.monotonic() < until, process.communicate()
            time.sleep(0.05)
        server.stop()
        said, _ = process.communicate(timeout=60)
    try:
        assert process.returncode == 1 and "ERROR: Transform asleep failed" in said and "server" in said, (process.returncode, said)
        first = nodes_of(folder)
        assert first["orders"]["name"] == "orders" and "message" in first["asleep"], first
        retry(folder, dbt, 4, "onnection refused", "Pipeline FAILED")
    finally:
        server.start()
    retry(folder, dbt, 0, "Reused: 2 nodes", "▶ asleep", "Pipeline COMPLETE")
    assert set(nodes_of(folder)) == {"asleep"}, nodes_of(folder)
    assert server.ask("select count(*) from gold.asleep") == "1000"
    verified = subprocess.run([os.environ["FLOE"], "ledger", "verify"], cwd=folder, capture_output=True, text=True, check=False)
    assert verified.returncode == 0, verified
    ends = {}
    for line in (folder / ".floe/lineage.jsonl").read_text().splitlines():
        event = json.loads(line)
        ends.setdefault(event["run"]["runId"], []).extend([event["eventType"]] if event["eventType"] in ENDS else [])
    assert all(len(told) == 1 for told in ends.values()), ends


ENDS = ("COMPLETE", "FAIL", "ABORT")
CASES = {
    "a run on PostgreSQL tells rows and durations, and a drop of rows blocks it": tells_rows_and_holds_the_gate,
    "a run whose PostgreSQL is killed fails with its words, and is gone on with once it is back":
        goes_on_after_a_server_that_was_killed,
}


def main():
    dbt, folder = os.path.abspath(sys.argv[1]), pathlib.Path(tempfile.mkdtemp(prefix="floe-runs-postgres-"))
    folder.chmod(0o755)
    (folder / "server").mkdir()
    server, failed = None, 0
    try:
        server = Postgres(folder / "server")
        for name, case in CASES.items():
            try:
                case(server, folder / case.__name__, dbt)
                print(f"ok - {name}", flush=True)
            except Exception as err:  # a case that breaks is a case that fails
                failed = 1
                print(f"not ok - {name}\n    {type(err).__name__}: {err}", flush=True)
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())

"""floe run on PostgreSQL: rows, durations and what policies make of them come from dbt's own answers there.

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

from check_postgres import Postgres, make_product

MODELS = {
    "raw": ("view", "select g as id from generate_series(1, {{ var('rows', 1000) }}) g"),
    "orders": ("table", "select id, id % 7 as kind from {{ ref('raw') }}"),
    "grown": ("incremental", "select id from {{ ref('orders') }}"),
}

PLATFORM = {
    "apiVersion": "floe.dev/v1", "kind": "Manifest", "metadata": {"name": "acme", "version": "1.0.0", "owner": "gov@example.com"},
    "plugins": {"compute": {"approved": [{"name": "postgres"}, {"name": "duckdb"}], "default": "postgres"}},
    "governance": {"policies": {"run.row_drop": {"mode": "block", "params": {"maximum_drop": 30, "least_runs": 2}}}},
}


def prepare(folder, port):
    make_product(folder, port)
    (folder / "datacontract.yaml").unlink()
    product = json.loads((folder / "floe.yaml").read_text()) | {"platform": {"ref": "platform"}}
    (folder / "floe.yaml").write_text(json.dumps(product))
    (folder / "platform").mkdir()
    (folder / "platform/manifest.yaml").write_text(json.dumps(PLATFORM))
    for name, (kind, sql) in MODELS.items():
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
    prepare(folder, server.port)
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


def main():
    dbt, folder = os.path.abspath(sys.argv[1]), pathlib.Path(tempfile.mkdtemp(prefix="floe-runs-postgres-"))
    folder.chmod(0o755)
    (folder / "server").mkdir()
    server = None
    try:
        server = Postgres(folder / "server")
        tells_rows_and_holds_the_gate(server, folder / "product", dbt)
        print("ok - a run on PostgreSQL tells rows and durations, and a drop of rows blocks it")
    except Exception as err:  # a case that breaks is a case that fails
        print(f"not ok - a run on PostgreSQL tells rows and durations, and a drop of rows blocks it\n{err}")
        return 1
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

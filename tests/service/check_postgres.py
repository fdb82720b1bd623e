"""Contracts against data in PostgreSQL, through dbt show: a server of its own, on a port that was free.

    FLOE=… tests/service/check_postgres.py DBT

Reports in TAP.
"""
import glob
import json
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import traceback

COLUMNS = [
    {"name": "id", "logicalType": "integer", "physicalType": "bigint", "primaryKey": True, "required": True},
    {"name": "kind", "logicalType": "string", "physicalType": "varchar(20)", "quality": [
        {"metric": "invalidValues", "mustBe": 0, "arguments": {"pattern": "^[a-z]$"}}]},
    {"name": "price", "logicalType": "number", "physicalType": "numeric(10,2)", "quality": [
        {"type": "sql", "name": "greatest", "query": "SELECT max(${column}) FROM ${table}", "mustBeGreaterThan": 5},
        {"type": "sql", "name": "writes", "query": "WITH x AS (DELETE FROM gold.orders RETURNING 1) SELECT count(*) FROM x", "mustBe": 2}]},
    {"name": "at", "logicalType": "timestamp", "physicalType": "timestamp"},
    {"name": "zoned", "logicalType": "timestamp", "physicalType": "timestamptz"},
    {"name": "days", "logicalType": "array", "physicalType": "array<integer>"},
    {"name": "ratio", "logicalType": "number", "physicalType": "double precision", "required": True},
    {"name": "Name", "logicalType": "string", "physicalType": "char(3)"},
    {"name": "gone", "logicalType": "string"}]

TABLE = """
CREATE SCHEMA gold;
CREATE TABLE gold.orders (id bigint NOT NULL, kind varchar(20), price numeric(10,2), at timestamp, zoned timestamptz,
                          days integer[], ratio real, "Name" char(3), more json);
INSERT INTO gold.orders VALUES
  (1, 'a', 1.5, now() AT TIME ZONE 'utc' - interval '9 hours', now() - interval '2 hours', '{1}', 0.5, 'abc', '{}'),
  (2, 'B', 7.25, now() AT TIME ZONE 'utc' - interval '10 hours', now() - interval '3 hours', NULL, NULL, 'x', NULL);
"""


class Postgres:
    """A server below a folder; PostgreSQL does not run as root."""

    def __init__(self, folder):
        self.programs = pathlib.Path(sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))[-1]).parent
        self.folder, self.port = folder, free_port()
        self.as_other = []
        if os.getuid() == 0:
            os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
            self.as_other = ["runuser", "-u", "postgres", "--"]
        self.call("initdb", "-D", folder / "data", "-A", "trust", "-U", "floe")
        self.start()

    def start(self):
        self.call("pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-w", "-o",
                  f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder}", "start")

    def call(self, program, *arguments):
        done = subprocess.run([*self.as_other, self.programs / program, *arguments], cwd=self.folder, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr

    def ask(self, statement):
        return subprocess.run([self.programs / "psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "floe", "-d", "postgres", "-qAt",
                               "-v", "ON_ERROR_STOP=1", "-c", statement], text=True, capture_output=True, check=True).stdout.strip()

    def stop(self):
        """By SIGQUIT: no statement comes to its end, and nothing is put in order."""
        self.call("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def make_product(folder, port):
    (folder / "models").mkdir(parents=True)
    (folder / "floe.yaml").write_text(json.dumps({
        "apiVersion": "floe.dev/v1", "kind": "DataProduct", "metadata": {"name": "shop", "version": "1.0.0", "owner": "a@example.com"},
        "transforms": [{"type": "dbt", "path": "models/"}]}))
    (folder / "dbt_project.yml").write_text("name: shop\nversion: 1.0.0\nconfig-version: 2\nprofile: shop\n")
    (folder / "profiles.yml").write_text(json.dumps({"shop": {"target": "dev", "outputs": {"dev": {
        "type": "postgres", "host": "127.0.0.1", "port": port, "user": "floe", "password": "planted-c0ffee", "dbname": "postgres",
        "schema": "gold", "threads": 1}}}}))
    (folder / "datacontract.yaml").write_text(json.dumps({
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": "shop.orders", "name": "orders", "version": "1.0.0", "status": "active",
        "slaProperties": [{"property": "freshness", "value": "PT6H", "element": f"orders.{name}"} for name in ("at", "zoned")],
        "schema": [{"name": "orders", "physicalName": "gold.orders", "properties": COLUMNS}]}))


def check(folder, dbt):
    done = subprocess.run([os.environ["FLOE"], "contract", "check", "--format", "json", "--dbt", dbt], cwd=folder, text=True,
                          capture_output=True, check=False, timeout=300)
    assert done.stdout, done.stderr
    kept = b"".join(path.read_bytes() for path in folder.glob(".floe/**/*") if path.is_file())
    assert "planted-c0ffee" not in done.stdout + done.stderr and b"planted-c0ffee" not in kept
    return {(one["type"], one["element"], one["rule"]): one for one in json.loads(done.stdout)["checks"]}


def tells_what_is_there(server, folder, dbt):
    make_product(folder, server.port)
    server.ask(TABLE)
    found = check(folder, dbt)
    assert {one["source"] for one in found.values()} == {"dbt"}, found
    old, fresh = found["freshness", "at", None], found["freshness", "zoned", None]
    assert (old["status"], old["actual"], fresh["status"], fresh["actual"]) == ("violation", "9.0h", "pass", "2.0h"), (old, fresh)
    drift = {(element, rule) for kind, element, rule in found if kind == "schema_drift"}
    assert drift == {("ratio", "type_changed"), ("ratio", "nullability_changed"), ("gone", "column_removed"), ("more", "column_added")}, drift
    assert found["quality", "kind", "invalidValues"]["actual"] == "1 row", found
    assert found["quality", "price", "greatest"]["value"] == 7.25, found
    assert found["quality", "price", "writes"]["status"] == "error", found
    assert found["availability", None, None]["status"] == "pass", found
    assert server.ask("SELECT count(*) FROM gold.orders") == "2"


def is_gone(server, folder, dbt):
    server.stop()
    found = check(folder, dbt)
    assert found["availability", None, None]["severity"] == "critical", found
    assert {one["status"] for (kind, _, _), one in found.items() if kind == "quality"} == {"error"}, found


if __name__ == "__main__":
    failed = False
    base = pathlib.Path(tempfile.mkdtemp(prefix="floe-postgres-"))
    base.chmod(0o755)
    (base / "server").mkdir()
    try:
        running = Postgres(base / "server")
        for name, run in (("what is in PostgreSQL is told through dbt, and nothing is written there", tells_what_is_there),
                          ("a PostgreSQL that is gone is told, without its password", is_gone)):
            try:
                run(running, base / "product", sys.argv[1])
                print(f"ok - {name}", flush=True)
            except Exception:  # whatever it is, it is told and the next test runs
                failed = True
                print(f"not ok - {name}\n" + "".join(f"    {line}\n" for line in traceback.format_exc()[-2500:].splitlines()), flush=True)
    finally:
        subprocess.run([*running.as_other, running.programs / "pg_ctl", "-D", running.folder / "data", "-m", "immediate", "stop"],
                       check=False, capture_output=True)
        shutil.rmtree(base, ignore_errors=True)
    sys.exit(failed)

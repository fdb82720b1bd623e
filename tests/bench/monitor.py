#!/usr/bin/env python3
"""Measures what floe monitor costs: one product with many contracts over as many tables in a real DuckDB file.

    build/venv-dbt/bin/python tests/bench/monitor.py [--build FOLDER] [--contracts 1000] [--speed 20] [--minutes 60]

Every interval is divided by --speed: with 20, an hour of checks takes three minutes. Each check is really done, none
is simulated. Told are: the processor time of the service and of all that it starts, for --minutes of its own time
after the first rounds (which check everything); the memory of the service at both ends, and the largest sum of it and
of the processes beside it, in which shared pages count once (Pss).
"""
import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import duckdb

ROOT = pathlib.Path(__file__).resolve().parents[2]
INTERVALS = {"freshness": 900, "schema_drift": 3600, "quality": 21600, "availability": 300}  # seconds
TICKS = os.sysconf("SC_CLK_TCK")


def write(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def contract(number):
    name = f"table_{number:04d}"
    return {
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": f"bench.{name}", "name": name, "version": "1.0.0",
        "status": "active",
        "schema": [{"name": name, "properties": [
            {"name": "id", "logicalType": "integer", "unique": True}, {"name": "name", "logicalType": "string"},
            {"name": "amount", "logicalType": "number"}, {"name": "updated_at", "logicalType": "timestamp"}]}],
        "slaProperties": [{"property": "freshness", "value": 6, "unit": "d", "element": f"{name}.updated_at"}]}


def make(folder, arguments):
    product = folder / "bench"
    (product / "models").mkdir(parents=True)
    (product / "contracts").mkdir()
    (product / "target").mkdir()
    write(folder / "platform.yaml", {
        "apiVersion": "floe.dev/v1", "kind": "Manifest", "plugins": {"compute": {"type": "duckdb"}},
        "metadata": {"name": "acme", "version": "1.0.0", "owner": "a@example.com"},
        "data_contracts": {"monitoring": {
            kind: {"check_interval": f"{seconds // arguments.speed}s"} for kind, seconds in INTERVALS.items()}},
        "observability": {"lineage": {"enabled": False}, "tracing": {"enabled": False}}})
    write(product / "floe.yaml", {
        "apiVersion": "floe.dev/v1", "kind": "DataProduct", "platform": {"ref": "../platform.yaml"},
        "metadata": {"name": "bench", "version": "1.0.0", "owner": "a@example.com"},
        "transforms": [{"type": "dbt", "path": "models/"}]})
    write(product / "dbt_project.yml", {"name": "bench", "version": "1.0.0", "config-version": 2, "profile": "bench"})
    write(product / "profiles.yml", {"bench": {"target": "dev", "outputs": {
        "dev": {"type": "duckdb", "path": "target/bench.duckdb"}}}})
    with contextlib.closing(duckdb.connect(str(product / "target" / "bench.duckdb"))) as database:
        for number in range(arguments.contracts):
            write(product / "contracts" / f"table_{number:04d}.odcs.yaml", contract(number))
            database.execute(
                f"CREATE TABLE table_{number:04d} AS SELECT CAST(i AS BIGINT) AS id, 'name ' || i AS name, "
                f"i * 1.5 AS amount, now()::TIMESTAMP AS updated_at FROM range({arguments.rows}) t(i)")
    return product


def processor_seconds(pid):
    """Of a process and of those it waited for."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(field) for field in fields[11:15]) / TICKS, sum(int(field) for field in fields[11:13]) / TICKS


def descendants(pid):
    parents = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            parents.setdefault(int(path.read_text().rsplit(")", 1)[1].split()[1]), []).append(int(path.parent.name))
    found, open_ = [], [pid]
    while open_:
        one = open_.pop()
        found.append(one)
        open_ += parents.get(one, [])
    return found


def value_of(path, name):
    with contextlib.suppress(OSError, StopIteration, ValueError):
        return int(next(line for line in pathlib.Path(path).read_text().splitlines() if line.startswith(name)).split()[1])
    return 0


def shared_memory(pid):
    return sum(value_of(f"/proc/{one}/smaps_rollup", "Pss:") for one in descendants(pid)) / 1024


def events(log, name):
    out = []
    for line in log.read_text().splitlines():
        with contextlib.suppress(json.JSONDecodeError):
            out += [entry for entry in [json.loads(line)] if entry.get("event") == name]
    return out


def measure(product, floe, arguments):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("FLOE")}
    environment["FLOE_DBT"] = str(pathlib.Path(sys.executable).parent / "dbt")
    subprocess.run([floe, "compile", "--facts", "sources", "--quiet"], cwd=product, env=environment, check=True)
    log = product / "monitor.log"
    with open(log, "wb") as output:
        service = subprocess.Popen([floe, "monitor", "--listen", "127.0.0.1:0", "--log-format", "json"], cwd=product,
                                   env=environment, stdout=output, stderr=output)
    try:
        first = []
        while sum(entry["checks"] for entry in first) < arguments.contracts * len(INTERVALS):
            assert service.poll() is None, log.read_text()
            time.sleep(0.2)
            first = events(log, "checked")
        print(f"at the start: {sum(entry['checks'] for entry in first)} checks in {len(first)} rounds of "
              f"{sum(entry['duration_ms'] for entry in first) / 1000:.1f} s in all")
        before, own_before = processor_seconds(service.pid)
        memory = value_of(f"/proc/{service.pid}/status", "VmRSS:") / 1024
        peak, start, done = 0.0, time.monotonic(), len(events(log, "checked"))
        while time.monotonic() - start < arguments.minutes * 60 / arguments.speed:
            peak = max(peak, shared_memory(service.pid))
            time.sleep(0.5)
        after, own_after = processor_seconds(service.pid)
        rounds = events(log, "checked")[done:]
        factor = 60 / arguments.minutes
        checks = sum(entry["checks"] for entry in rounds)
        print(f"{arguments.minutes} minutes at {arguments.speed} times the pace: {len(rounds)} rounds, {checks} checks, "
              f"{sum(entry['errors'] + entry['violations'] for entry in rounds)} not passed")
        print(f"processor time for an hour: {(after - before) * factor:.1f} s in all, "
              f"{(own_after - own_before) * factor:.1f} s of it the service itself")
        print(f"memory of the service: {memory:.1f} MB after the first rounds, "
              f"{value_of(f'/proc/{service.pid}/status', 'VmRSS:') / 1024:.1f} MB at the end, "
              f"{peak:.1f} MB at most with all that it started")
        ledger = sum(path.stat().st_size for path in (product / ".floe").glob("ledger.db*")) / 1e6
        print(f"ledger: {ledger:.2f} MB")
    finally:
        service.terminate()
        service.wait(20)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--contracts", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=100)
    parser.add_argument("--speed", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=60)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        measure(make(pathlib.Path(name), arguments), arguments.build / "release" / "floe", arguments)


if __name__ == "__main__":
    main()

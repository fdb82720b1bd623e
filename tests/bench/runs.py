"""What floe run adds to dbt: the same build by dbt alone and by floe, in turns, on examples/customer-360 and on a
project of many models. Times are of whole processes; memory is the peak of floe's own process. Ratios are those of the
medians of this very run of the bench.

    tests/bench/runs.py [--floe PATH] [--dbt PATH] [--models N] [--turns N]
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

FLOE_YAML = """apiVersion: floe.dev/v1
kind: DataProduct
metadata: { name: many, version: 1.0.0, owner: bench@example.com, domain: bench, repository: github.com/acme/many }
transforms: [{ type: dbt, path: models/ }]
"""
PROJECT = """name: many
version: "1.0.0"
profile: many
model-paths: [models]
flags: { send_anonymous_usage_stats: false }
"""
PROFILES = "many: { target: dev, outputs: { dev: { type: duckdb, path: target/many.duckdb, threads: 4 } } }\n"


def make_project(folder, models):
    """Each model a table that reads the one before it in its chain of ten; a test for every second."""
    (folder / "models").mkdir(parents=True)
    for name, text in (("floe.yaml", FLOE_YAML), ("dbt_project.yml", PROJECT), ("profiles.yml", PROFILES)):
        (folder / name).write_text(text)
    tested = ["version: 2", "models:"]
    for number in range(models):
        source = f"{{{{ ref('bronze_{number - 1:04}') }}}}" if number % 10 else "range(1000) as t(id)"
        text = "{{ config(materialized='table') }}\nselect id from " + source + "\n"
        (folder / f"models/bronze_{number:04}.sql").write_text(text)
        tested += [f"  - name: bronze_{number:04}", "    columns:", "      - name: id"]
        tested += ["        tests: [not_null]"] if number % 2 else []
    (folder / "models/models.yml").write_text("\n".join(tested) + "\n")


def timed(arguments, folder, env):
    """Seconds, and the peak of the process's own memory in MiB."""
    begin, peak = time.monotonic(), 0
    process = subprocess.Popen(arguments, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output = []
    reader = threading.Thread(target=lambda: output.append(process.stdout.read()))
    reader.start()
    while process.poll() is None:
        try:
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            peak = max([peak] + [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")])
        except OSError:
            pass
        time.sleep(0.2)
    reader.join()
    if process.returncode:
        raise SystemExit(f"{arguments} ended with {process.returncode}:\n{output[0][-4000:]}")
    return time.monotonic() - begin, peak / 1024


def compare(name, folder, options, env):
    subprocess.run([options.floe, "compile", "--quiet"], cwd=folder, env=env, check=True)
    alone, with_floe, peaks = [], [], []
    ways = ((alone, [options.dbt, "--log-format", "json", "build"]), (with_floe, [options.floe, "run"]))
    for _, arguments in ways:
        timed(arguments, folder, env)  # once to warm up
    for turn in range(options.turns):
        for times, arguments in ways if turn % 2 else reversed(ways):
            seconds, peak = timed(arguments, folder, env)
            times.append(seconds)
            peaks += [peak] if arguments[0] == options.floe else []
    dbt, floe = statistics.median(alone), statistics.median(with_floe)
    print(f"{name:<24} dbt {dbt:7.2f} s   floe run {floe:7.2f} s   ratio {floe / dbt:5.3f}   floe's memory {max(peaks):5.1f} MiB"
          f"   ({options.turns} turns)", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--floe", default=str(ROOT / "build/release/floe"))
    parser.add_argument("--dbt", default=str(ROOT / "build/venv-dbt/bin/dbt"))
    parser.add_argument("--models", type=int, default=500)
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    options.floe, options.dbt = os.path.abspath(options.floe), os.path.abspath(options.dbt)
    env = {key: value for key, value in os.environ.items() if not key.startswith(("FLOE_", "DBT_"))}
    env |= {"FLOE_DBT": options.dbt, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    with tempfile.TemporaryDirectory(prefix="floe-bench-") as base:
        for part in ("customer-360", "platform", "governance"):
            shutil.copytree(ROOT / "examples" / part, pathlib.Path(base, part), ignore=shutil.ignore_patterns("target", "logs"))
        compare("customer-360", pathlib.Path(base, "customer-360"), options, env)
        many = pathlib.Path(base, "many")
        make_project(many, options.models)
        compare(f"{options.models} models", many, options, env)


main()

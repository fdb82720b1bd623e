"""Measures `floe compile` without dbt: an example cold, generated products, and one with a contract and an output port
for each of its models; and `floe compile --check` of each.

Cold means that nothing floe wrote before is there: no artifact, no catalog, no digests. Times are the shortest of
whole processes, output to nowhere; computing is that of all of the process's children too, so it tells how much of a
busy machine's time was waiting.
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(words, folder):
    """Seconds of one run by the clock and of computing."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    seconds, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))} ended with {done.returncode}: {done.stderr.decode()}")
    return seconds, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def forget(folder):
    shutil.rmtree(folder / ".floe", ignore_errors=True)
    (folder / "definitions.py").unlink(missing_ok=True)


def generate(product, models, columns):
    """A product of so many models; the nodes of its manifest."""
    subprocess.run([sys.executable, ROOT / "tests" / "bench" / "generate.py", product, str(models), "--columns",
                    str(columns), "--files"], check=True, stdout=subprocess.DEVNULL)
    nodes = json.loads((product / "target" / "manifest.json").read_text(encoding="utf-8"))["nodes"].values()
    shutil.rmtree(product / "target")
    shutil.copy(ROOT / "tests" / "bench" / "platform.yaml", product)
    return [node for node in nodes if node["resource_type"] == "model"]


def add_contracts(product, models):
    """A contract and a port for each model, and one above them all."""
    (product / "contracts").mkdir()
    ports = ["output_ports:\n"]
    for model in models:
        name = model["name"]
        lines = [f"apiVersion: v3.1.0\nkind: DataContract\nid: sales.{name}\nname: {name}\nversion: 1.0.0\n"
                 f"status: active\nschema:\n  - name: {name}\n    properties:\n"]
        for column in model["columns"].values():
            lines.append(f"      - name: {column['name']}\n        physicalType: {column['data_type']}\n"
                         f"        description: {json.dumps(column['description'])}\n")
        (product / "contracts" / f"{name}.yaml").write_text("".join(lines), encoding="utf-8")
        ports.append(f"  - {{ name: {name}, table: sales.{name}, sla: {{ freshness: 6h }} }}\n")
    (product / "above.yaml").write_text(
        "apiVersion: v3.1.0\nkind: DataContract\nid: bench.all\nversion: 1.0.0\nstatus: active\n"
        "slaProperties:\n  - { property: freshness, value: 24, unit: h }\nschema:\n  - name: '*'\n    properties:\n"
        "      - { name: email, classification: pii }\n", encoding="utf-8")
    with open(product / "floe.yaml", "a", encoding="utf-8") as stream:
        stream.write("".join(ports))
    with open(product / "platform.yaml", "a", encoding="utf-8") as stream:
        stream.write("  data_contracts: { inherits: [above.yaml] }\n")


def measure(name, floe, folder, repeat):
    compile_words = [floe, "compile", "--facts", "sources"]
    rows = [("compile, cold", [], compile_words), ("compile, unchanged", None, compile_words),
            ("compile --check", None, [floe, "compile", "--check"]),
            ("validate", None, [floe, "validate", "--facts", "sources"])]
    for title, cold, words in rows:
        runs = []
        for _ in range(repeat):
            if cold is not None:
                forget(folder)
            runs.append(run(words, folder))
        print(f"  {name:<22} {title:<20} {min(one[0] for one in runs) * 1000:8.0f} ms "
              f"({min(one[1] for one in runs) * 1000:.0f} ms of computing)", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--models", default="50,500,5000")
    parser.add_argument("--contracts", default="50,200", help="products of so many models, each with a contract")
    parser.add_argument("--columns", type=int, default=50, help="of each of these contracts")
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    floe = arguments.build / "release" / "floe"
    with tempfile.TemporaryDirectory(prefix="floe-bench-") as name:
        folder = pathlib.Path(name)
        for part in ("customer-360", "platform", "governance"):
            shutil.copytree(ROOT / "examples" / part, folder / part,
                            ignore=shutil.ignore_patterns("target", "logs", ".floe", "definitions.py"))
        measure("customer-360", floe, folder / "customer-360", arguments.repeat)
        for models in filter(None, map(int, arguments.models.split(","))):
            product = folder / f"models-{models}"
            generate(product, models, 15)
            measure(f"{models} models", floe, product, arguments.repeat)
        for count in filter(None, map(int, arguments.contracts.split(","))):
            product = folder / f"contracts-{count}"
            add_contracts(product, generate(product, count, arguments.columns))
            measure(f"{count} contracts", floe, product, arguments.repeat)


if __name__ == "__main__":
    main()

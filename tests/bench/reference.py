"""Measures floe beside the reference implementation, floe-core of the Python registry with its DuckDB plugin, on one
product and one manifest that both read, in one run; compares what both say in their artifacts; prints ratios.

What each of them does, and so what a ratio means:

- `floe platform compile --spec --manifest` of the reference is the nearest thing it has to a compile of a product: its
  `floe compile` only says that it is not implemented. It reads floe.yaml and the manifest, resolves the plugins, asks
  the compute's plugin for dbt's profile, judges the models that floe.yaml lists, and writes compiled_artifacts.json.
  It does not open the dbt project: to its rules models have no columns, tests or descriptions, so only naming can find
  anything. It says "Contract validation: ENABLED" and reads no contract, and it registers nothing.
- `floe compile --facts sources` does all of that. It also reads the dbt project's files and a contract, judges every
  policy of the phase on models, columns, tests and the contract, generates Dagster's definitions, and hashes what it
  read. It starts cold each time: what an earlier run left is removed. What runs it without the dbt project opens just
  what the reference opens. What registers it names a domain and a repository, which the reference's floe.yaml may not.
- `floe platform compile` of ours is about the manifest alone: tiers, bundles, policies, and its artifact folder.

Most of the reference's time is Python starting and importing; so its `--version` is measured too, and its pipeline as a
function called again and again in one process that has everything imported, which is the best that any use of it gets.
A row is the shortest and the median of all runs, whole processes by the clock, output to nowhere, and what they and
their children computed at the least; the runs of all rows take turns, so that a busy machine is busy for all of them.
Ratios are those of the shortest runs; on a busy machine those of computing are the steadier ones.
"""

import argparse
import json
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import generate

ROOT = pathlib.Path(__file__).resolve().parents[2]

MANIFEST = """\
apiVersion: floe.dev/v1
kind: Manifest
metadata: {name: bench-platform, version: 1.0.0, owner: platform@example.com}
plugins:
  compute: {type: duckdb, config: {path: target/bench.duckdb, threads: 4}}
  orchestrator: {type: dagster}
governance:
  policy_enforcement_level: warn
  data_retention_days: 30
  naming: {enforcement: warn, pattern: medallion}
  quality_gates: {minimum_test_coverage: 5, layer_thresholds: {bronze: 5, silver: 5, gold: 5}}
"""

HEAD = """\
apiVersion: floe.dev/v1
kind: FloeSpec
metadata: {name: bench, version: 1.0.0, owner: bench@example.com%s}
platform: {manifest: manifest.yaml}
schedule: {cron: "0 8 * * *", timezone: UTC, enabled: false}
transforms:
"""

CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: bench-gold
name: bench-gold
version: 1.0.0
status: active
schema:
"""

OURS_ALONE = ", domain: sales, repository: github.com/acme/bench"

# The function behind the reference's command, called again and again in a process that has imported everything.
PIPELINE = """\
import json, logging, sys, time
from pathlib import Path
import structlog
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
from floe_core.compilation.stages import compile_pipeline
times = []
for _ in range(int(sys.argv[1]) + 1):
    start = time.perf_counter()
    compile_pipeline(Path("floe.yaml"), Path("manifest.yaml")).to_json_file(Path("target/compiled_artifacts.json"))
    times.append(time.perf_counter() - start)
json.dump(times[1:], open(sys.argv[2], "w"))
"""


def transform_of(node):
    layer = node["tags"][0]
    line = f"  - {{name: {node['name']}, tier: {layer}"
    parents = [entry["name"] for entry in node["refs"]]
    return line + (f", dependsOn: [{', '.join(parents)}]" if parents else "") + "}\n"


def contract_of(node):
    """A contract in a file of its own: a port of floe.yaml must have a `schema`, a word the reference forbids in it."""
    columns = "".join(
        f"      - {{name: {column['name']}, logicalType: string, physicalType: {json.dumps(column['data_type'])}}}\n"
        for column in node["columns"].values())
    return CONTRACT + f"  - name: {node['name']}\n    properties:\n{columns}"


def make_product(folder, count):
    """The dbt project, and floe.yaml and manifest.yaml in the words that both read."""
    manifest = generate.build(count, 15)
    generate.write_project(folder, manifest)
    (folder / "profiles.yml").unlink()  # both generate it from the manifest's compute
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    body = "".join(map(transform_of, models))
    (folder / "dbt_project.yml").write_text(generate.DBT_PROJECT, encoding="utf-8")
    (folder / "datacontract.yaml").write_text(contract_of(models[-1]), encoding="utf-8")
    (folder / "manifest.yaml").write_text(MANIFEST, encoding="utf-8")
    (folder / "floe.yaml").write_text(HEAD % "" + body, encoding="utf-8")
    return body


def forget(folder):
    """Removes what earlier runs wrote, so that each starts cold."""
    for name in (".floe", "target"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "definitions.py").unlink(missing_ok=True)


class Row:
    """One thing that is measured: a command in a folder."""

    def __init__(self, title, folder, words):
        self.title, self.folder, self.words = title, folder, words
        self.times, self.computing = [], []

    def run(self):
        forget(self.folder)
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run(self.words, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              check=False)
        seconds, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        self.times.append(seconds)
        self.computing.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
        if done.returncode != 0:
            sys.exit(f"{' '.join(map(str, self.words))} ended with {done.returncode}: {done.stderr.decode()[-2000:]}")

    def __str__(self):
        computing = f"{min(self.computing) * 1000:8.1f} ms of computing" if self.computing else ""
        median = statistics.median(self.times) * 1000
        return f"  {self.title:<52} {min(self.times) * 1000:8.1f} ms, median {median:8.1f} ms {computing}".rstrip()


def pipeline_row(python, folder, repeat):
    row = Row("reference: its pipeline alone, in one warm process", folder, None)
    forget(folder)
    (folder / "target").mkdir()
    out = folder / "times.json"
    subprocess.run([python, "-c", PIPELINE, str(repeat), out], cwd=folder, stdout=subprocess.DEVNULL, check=True)
    row.times = json.loads(out.read_text())
    out.unlink()
    return row


# ---- what both say ----------------------------------------------------------------------------------------------


def models_of(artifact):
    """Compute, layer and parents of each model; only floe knows of sources, so parents are models."""
    models = artifact["transforms"]["models"]
    names = {model["name"] for model in models}
    return {model["name"]: (model.get("compute"), model.get("quality_tier"),
                            sorted(names.intersection(model.get("depends_on") or []))) for model in models}


def profile_of(profiles):
    output = next(iter(next(iter(profiles.values()))["outputs"].values()))
    return output["type"], output["path"], output["threads"]


def common(artifact):
    """What an artifact of either says that the other's says too."""
    metadata, plugins, governance = artifact["metadata"], artifact["plugins"], artifact["governance"]
    governance = governance.get("resolved", governance)
    return {
        "product": (metadata["product_name"], metadata["product_version"]),
        "compute, orchestrator": (plugins["compute"]["type"], plugins["orchestrator"]["type"]),
        "default compute": artifact["transforms"]["default_compute"],
        "models with compute, layer, parents": models_of(artifact),
        "enforcement level": governance["policy_enforcement_level"],
        "retention": governance["data_retention_days"],
        "dbt profile": profile_of(artifact["dbt_profiles"]),
    }


def badly_named_by_reference(stdout):
    """The models that the reference's log calls badly named."""
    lines = (json.loads(line) for line in stdout.splitlines() if line.startswith("{"))
    return {line["model_name"] for line in lines
            if line.get("event") == "policy_violation" and line.get("policy_type") == "naming"}


def badly_named_by_floe(artifact):
    return {finding["subject"].rsplit(".", 1)[1] for finding in artifact["verdict"]["findings"]
            if finding["policy"] == "naming.layer_prefix"}


def compare(reference, ours, folder):
    """Runs both once and tells where what they have in common differs; how many things agree."""
    forget(folder)
    log = subprocess.run(reference, cwd=folder, capture_output=True, text=True, check=True)
    theirs = json.loads((folder / "target" / "compiled_artifacts.json").read_text())
    forget(folder)
    subprocess.run(ours, cwd=folder, capture_output=True, check=True)
    own = json.loads((folder / ".floe" / "artifacts.json").read_text())
    left, right = common(theirs), common(own)
    left["badly named models"] = badly_named_by_reference(log.stdout + log.stderr)
    right["badly named models"] = badly_named_by_floe(own)
    differing = [name for name in left if left[name] != right[name]]
    for name in differing:
        print(f"  differs: {name}\n    reference: {str(left[name])[:400]}\n    floe:      {str(right[name])[:400]}")
    print(f"  both artifacts agree on {len(left) - len(differing)} of {len(left)}: "
          + ", ".join(name for name in left if name not in differing))
    print(f"  badly named models: {len(left['badly named models'])} to the reference; "
          f"checks: {own['verdict']['counts']['checks']} of floe; contracts: {len(own['data_contracts'])} of floe, "
          f"{len(theirs['data_contracts'])} of the reference")
    return not differing


def measure(arguments, count):
    python, reference = arguments.venv / "bin" / "python", arguments.venv / "bin" / "floe"
    floe = arguments.build.resolve() / "release" / "floe"
    with tempfile.TemporaryDirectory(prefix="floe-bench-") as name:
        both, alone, registered = (pathlib.Path(name) / part for part in ("both", "alone", "registered"))
        body = make_product(both, count)
        alone.mkdir()
        for file in ("floe.yaml", "manifest.yaml"):
            shutil.copy(both / file, alone)
        shutil.copytree(both, registered)
        (registered / "floe.yaml").write_text(HEAD % OURS_ALONE + body, encoding="utf-8")
        theirs = [reference, "platform", "compile", "--spec", "floe.yaml", "--manifest", "manifest.yaml"]
        compiling = [floe, "compile", "--facts", "sources"]
        rows = [Row("reference: floe platform compile", both, theirs),
                Row("reference: floe --version, which is starting alone", both, [reference, "--version"]),
                Row("floe compile without the dbt project", alone, compiling),
                Row("floe compile", both, compiling),
                Row("floe compile, and registered in a catalog", registered, compiling),
                Row("floe platform compile", both, [floe, "platform", "compile", "manifest.yaml"])]
        print(f"{count} models, their floe.yaml {(both / 'floe.yaml').stat().st_size} bytes")
        agreed = compare(theirs, compiling, both)
        for _ in range(arguments.repeat):
            for row in rows:
                row.run()
        rows.insert(2, pipeline_row(python, both, arguments.repeat))
        print(*rows, sep="\n")
        whole, pipeline = rows[0], rows[2]
        for row in rows[3:]:
            print(f"  {row.title}: {min(whole.times) / min(row.times):.0f}x faster than the reference's command, with "
                  f"1/{min(whole.computing) / min(row.computing):.0f} of its computing; "
                  f"{min(pipeline.times) / min(row.times):.1f}x than its pipeline alone", flush=True)
    return agreed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--venv", type=pathlib.Path, required=True, help="where floe-core is installed")
    parser.add_argument("--models", default="3,50,500")
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    arguments.venv = arguments.venv.resolve()
    agreed = [measure(arguments, int(count)) for count in arguments.models.split(",")]
    sys.exit(0 if all(agreed) else 1)


if __name__ == "__main__":
    main()

"""Runs floe and its rivals over generated projects and prints one table with ratios.

Every program gets the same manifest and the nearest equal rules: names carry their layer, models have a
description, a unique test, a tag and an owner; columns have a description (dbt-bouncer judges columns only
from a catalog.json, so it is spared them). Two lines are no equals: all of floe's policies, and the most that
dbt-bouncer has a preset for. Times are medians of whole processes, output to a file; memory is the
sum of the proportional set sizes of the process and its children, sampled in a run of its own.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))

LAYER_PATTERN = "^(bronze|silver|gold)_[a-z][a-z0-9_]*$"

EQUAL_POLICIES = ("naming.layer_prefix", "documentation.model", "documentation.column", "coverage.required_tests",
                  "metadata.required_tags", "metadata.required_meta")

BOUNCER = {
    "dbt_artifacts_dir": "target",
    "manifest_checks": [
        {"name": "check_model_names", "model_name_pattern": LAYER_PATTERN},
        {"name": "check_model_description_populated"},
        {"name": "check_model_has_unique_test"},
        {"name": "check_model_has_tags", "tags": ["daily"]},
        {"name": "check_model_has_meta_keys", "keys": ["owner"]},
    ],
}

DBTECTIVE = {
    "manifest_tests": [
        {"name": "names", "type": "name_convention", "pattern": LAYER_PATTERN, "applies_to": ["models"]},
        {"name": "descriptions", "type": "has_description", "applies_to": ["models"]},
        {"name": "unique", "type": "has_unique_test", "applies_to": ["models"]},
        {"name": "tags", "type": "has_tags", "required_tags": ["daily"], "applies_to": ["models"]},
        {"name": "meta", "type": "has_metadata_keys", "required_keys": ["owner"], "applies_to": ["models"]},
    ],
    "catalog_tests": [{"name": "columns", "type": "columns_have_description", "applies_to": ["models"]}],
}

SCORE = """\
[tool.dbt-score]
rule_namespaces = ["dbt_score.rules.generic", "rules"]
disabled_rules = [
  "dbt_score.rules.generic.has_example_sql",
  "dbt_score.rules.generic.has_no_unused_is_incremental",
  "dbt_score.rules.generic.single_column_uniqueness_at_column_level",
  "dbt_score.rules.generic.single_pk_defined_at_column_level",
  "dbt_score.rules.generic.sql_has_reasonable_number_of_lines",
]
"""


def run_once(command, folder, output, environment):
    """Seconds, seconds of processor time (children included) and exit code; what it prints goes to a file."""
    os.chdir(folder)
    actions = ((os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
               (os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
               (os.POSIX_SPAWN_DUP2, 1, 2))
    start = time.perf_counter()
    child = os.posix_spawn(command[0], command, environment, file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, os.waitstatus_to_exitcode(status)


def family(root):
    """The process and everything below it."""
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as stream:
                    waiting += [int(word) for word in stream.read().split()]
        except OSError:
            pass
    return found


def proportional(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as stream:
            for line in stream:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def memory_of(command, folder, environment):
    """The largest sum of PSS seen over the process and its children, in bytes."""
    with open(os.devnull, "wb") as sink:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, env=environment)
        most = 0
        while process.poll() is None:
            most = max(most, sum(proportional(pid) for pid in family(process.pid)))
            time.sleep(0.002)
        return most


class Contestant:
    """One program: how it is run in a project's folder and how its output shows that it did the work."""

    def __init__(self, name, command, checks, folder="."):
        self.name, self.command, self.checks, self.folder = name, command, checks, folder


def floe_checks(output):
    verdict = json.load(open(output, encoding="utf-8"))
    verdict = verdict[0] if isinstance(verdict, list) else verdict
    if verdict["verdict"] == "error" or verdict["errors"]:
        raise ValueError(f"floe could not judge: {verdict['errors'][:2]}")
    return verdict["counts"]["checks"], len(verdict["findings"])


def bouncer_checks(output):
    results = json.load(open(os.path.join(os.path.dirname(output), "bouncer.json"), encoding="utf-8"))
    return len(results), sum(result["outcome"] == "failed" for result in results)


def dbtective_checks(output):
    document = json.load(open(output, encoding="utf-8"))
    return None, document["summary"]["total"]


def score_checks(output):
    results = [result["result"] for item in json.load(open(output, encoding="utf-8"))["evaluables"].values()
               for result in item["results"].values()]
    return len(results), sum(result != "OK" for result in results)


def contestants(build, project):
    floe = os.path.join(build, "release", "floe")
    equal = [word for policy in EQUAL_POLICIES for word in ("--policy", policy)]
    found = [
        Contestant("floe, equal rules", [floe, "validate", "--format", "json", *equal], floe_checks),
        Contestant("floe, equal rules, 1 worker", [floe, "validate", "--format", "json", "--workers", "1", *equal], floe_checks),
        Contestant("floe, all core policies", [floe, "validate", "--format", "json"], floe_checks),
    ]
    rivals = (
        ("dbt-bouncer", "venv-bouncer/bin/dbt-bouncer",
         ["run", "--config-file", "dbt-bouncer.yml", "--output-file", os.path.join(project, "bouncer.json")], bouncer_checks),
        ("dbt-bouncer, its preset 'strict'", "venv-bouncer/bin/dbt-bouncer",
         ["run", "--preset", "strict", "--output-file", os.path.join(project, "bouncer.json")], bouncer_checks),
        ("dbt-score", "venv-score/bin/dbt-score", ["lint", "-m", "target/manifest.json", "-f", "json"], score_checks),
        ("dbtective", "venv-dbtective/bin/dbtective",
         ["run", "--only-manifest", "--output-format", "json"], dbtective_checks),
    )
    for name, program, arguments, checks in rivals:
        path = os.path.join(build, program)
        if os.path.exists(path):
            found.append(Contestant(name, [path, *arguments], checks))
    return found


def prepare(build, models, files):
    """A generated project with everybody's configuration in it."""
    project = os.path.join(build, "bench", f"{models}{'-files' if files else ''}")
    manifest = os.path.join(project, "target", "manifest.json")
    if not os.path.exists(manifest):
        subprocess.run([sys.executable, os.path.join(HERE, "generate.py"), project, str(models)] +
                       (["--files"] if files else []), check=True)
    for name, text in (("dbt-bouncer.yml", json.dumps(BOUNCER)), ("dbtective.yml", json.dumps(DBTECTIVE)),
                       ("pyproject.toml", SCORE),
                       ("platform.yaml", open(os.path.join(HERE, "platform.yaml"), encoding="utf-8").read()),
                       ("rules.py", open(os.path.join(HERE, "rules.py"), encoding="utf-8").read())):
        with open(os.path.join(project, name), "w", encoding="utf-8") as stream:
            stream.write(text)
    return project, os.path.getsize(manifest)


def median_of(command, folder, output, repeat, environment):
    """Medians of the seconds and of the processor time, and the last exit code."""
    runs = [run_once(command, folder, output, environment) for _ in range(repeat)]
    return statistics.median(run[0] for run in runs), statistics.median(run[1] for run in runs), runs[-1][2]


def show(seconds):
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def startup(build, repeat, environment):
    floe = os.path.join(build, "release", "floe")
    output = os.path.join(build, "bench", "startup.out")
    nothing = median_of(["/bin/true"], ".", output, repeat * 10, environment)[0]
    version = median_of([floe, "version"], ".", output, repeat * 10, environment)[0]
    print("start-up")
    print(f"  /bin/true (the price of starting any process here)   {show(nothing):>10}")
    print(f"  floe version                                         {show(version):>10}")
    for name in ("bouncer", "score", "dbtective"):
        program = {"bouncer": "venv-bouncer/bin/dbt-bouncer", "score": "venv-score/bin/dbt-score",
                   "dbtective": "venv-dbtective/bin/dbtective"}[name]
        if os.path.exists(os.path.join(build, program)):
            seconds = median_of([os.path.join(build, program), "--version"], ".", output, repeat, environment)[0]
            print(f"  {os.path.basename(program) + ' --version':<50}   {show(seconds):>10}   {seconds / version:6.1f} x floe")


def load(build, project, size, repeat, environment):
    program = os.path.join(build, "release", "bench_load")
    if not os.path.exists(program):
        return
    output = os.path.join(build, "bench", "load.out")
    manifest = os.path.join(project, "target", "manifest.json")
    loading = median_of([program, project], ".", output, repeat, environment)[0]
    python = median_of([os.path.realpath(sys.executable), "-c", f"import json; json.load(open({manifest!r}))"], ".", output,
                       max(1, repeat // 2), environment)[0]
    print(f"  {'load of the manifest and its graph, floe':<44} {show(loading):>10}   "
          f"{size / loading / 1e6:6.0f} MB/s")
    print(f"  {'load of the manifest, python json':<44} {show(python):>10}   {python / loading:6.1f} x")


def limits(build, project, repeat, environment):
    """The price of the sandbox's limits: runs with and without them, in turn, by processor time."""
    library = os.path.join(build, "bench", "unlimited.so")
    compiled = subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, os.path.join(HERE, "unlimited.c")], check=False)
    if compiled.returncode != 0:
        return
    command = [os.path.join(build, "release", "floe"), "validate", "--format", "json"]
    output = os.path.join(build, "bench", "limits.out")
    free = {**environment, "LD_PRELOAD": library}
    pairs = [(run_once(command, project, output, environment)[1], run_once(command, project, output, free)[1])
             for _ in range(repeat * 2)]
    held, unheld = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
    print(f"  {'price of the limits (cpu, all core policies)':<44} {show(held):>10} with, {show(unheld)} without: "
          f"{(held / unheld - 1) * 100:+.1f} %")


def measure(build, models, repeat, environment, rivals, files):
    project, size = prepare(build, models, files)
    print(f"\n{models} models, manifest of {size / 1e6:.1f} MB" + (", with its SQL and YAML files" if files else ""))
    load(build, project, size, repeat, environment)
    limits(build, project, repeat, environment)
    base = None
    print(f"  {'':<44} {'median':>10} {'ratio':>8} {'cpu':>10} {'memory':>10} {'x manifest':>10} {'checks':>9} {'findings':>9}")
    for one in contestants(build, project):
        if not rivals and not one.name.startswith("floe"):
            continue
        output = os.path.join(build, "bench", "output.txt")
        if one.name.startswith("dbt-bouncer"):
            output = os.path.join(project, "output.txt")
        seconds, busy, code = median_of(one.command, project, output, repeat, environment)
        try:
            checks, findings = one.checks(output)
        except (OSError, ValueError, KeyError) as error:
            print(f"  {one.name:<44} did not do the work (exit code {code}): {error}")
            continue
        memory = memory_of(one.command, project, environment)
        base = base or seconds
        print(f"  {one.name:<44} {show(seconds):>10} {seconds / base:7.1f}x {show(busy):>10} {memory / 1e6:7.0f} MB {memory / size:9.1f}x "
              f"{checks if checks is not None else '-':>9} {findings:>9}", flush=True)


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--models", default="50,500,5000,10000")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--rivals", choices=("all", "none"), default="all")
    parser.add_argument("--files", action="store_true", help="also the SQL and properties files of each model")
    parser.add_argument("--dbt-models", help=argparse.SUPPRESS)  # of the other half, sources.py
    options = parser.parse_args()
    options.build = os.path.abspath(options.build)
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONPATH": "."}
    os.makedirs(os.path.join(options.build, "bench"), exist_ok=True)
    print(f"{os.cpu_count()} cores; medians of {options.repeat} runs; "
          f"ratios are times of 'floe, equal rules' in the same table")
    startup(options.build, options.repeat, environment)
    for models in (int(word) for word in options.models.split(",")):
        measure(options.build, models, options.repeat, environment, options.rivals == "all", options.files)


if __name__ == "__main__":
    main()

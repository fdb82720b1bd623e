"""Measures floe's reading of sources beside `dbt parse`, all in one run, and says what was wanted and what is met.

For each size: a generated project of which a third of the files loop, call macros and depend on conditions; the time
and the memory of reading it (`bench_load`, a process of its own that starts with nothing: floe keeps nothing between
runs), of `floe validate` with all policies, and of `dbt parse` without its partial parse. Times are medians of whole
processes, busy is what all their threads and the processes they waited for computed; memory is what the kernel calls
the largest resident set of one of them.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import measure

HERE = os.path.dirname(os.path.abspath(__file__))

WANTED_SECONDS, WANTED_MODELS = 0.5, 5000
WANTED_MEMORY = 200e6
WANTED_RATIO = {"1.12": 100, "2.x": 10}
LINEAR = 1.5  # seconds a model at the largest size, at most so many times those at the smallest of 500 and more


def run_measured(command, folder, environment, output=os.devnull):
    """Seconds, bytes of the largest resident set, exit code, and seconds of computing of one process and those it waits for."""
    with open(output, "wb") as sink:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return time.perf_counter() - start, usage.ru_maxrss * 1024, process.returncode, usage.ru_utime + usage.ru_stime


class Measured:
    """Medians of some runs of one command."""

    def __init__(self, name, command, folder, environment, repeat, accepted=(0,)):
        log = os.path.join(tempfile.gettempdir(), f"floe-bench-{os.getpid()}.log")
        runs = [run_measured(command, folder, environment, log) for _ in range(repeat)]
        self.name = name
        self.failed = ""
        if runs[-1][2] not in accepted:
            with open(log, encoding="utf-8", errors="replace") as stream:
                self.failed = f"exit code {runs[-1][2]}: {' '.join(stream.read().split())[-300:]}"
        os.unlink(log)
        self.seconds = statistics.median(run[0] for run in runs)
        self.memory = statistics.median(run[1] for run in runs)
        self.busy = statistics.median(run[3] for run in runs)


def prepare(build, models):
    """A project with sources only, and floe's own files beside them."""
    project = os.path.join(build, "bench", f"{models}-sources")
    if not os.path.exists(os.path.join(project, "floe.yaml")):
        shutil.rmtree(project, ignore_errors=True)
        subprocess.run([sys.executable, os.path.join(HERE, "generate.py"), project, str(models), "--files"], check=True,
                       stdout=subprocess.DEVNULL)
        shutil.rmtree(os.path.join(project, "target"))
        shutil.copy(os.path.join(HERE, "platform.yaml"), project)
    return project


def dbt_command(program, version, project, work):
    plain = [] if version.startswith("2") else ["--no-use-colors"]
    return [program, *plain, "parse", "--no-partial-parse", "--project-dir", project, "--profiles-dir", project,
            "--target-path", os.path.join(work, "target"), "--log-path", os.path.join(work, "logs")]


def measure_dbt(version, program, project, models, options, environment):
    """`dbt parse` with an empty target folder each time; large projects once, since that takes minutes."""
    with tempfile.TemporaryDirectory(prefix="floe-bench-") as work:
        repeat = 1 if models > 500 else min(3, options.repeat)
        # dbt 2.x exits with 1 where it has words about keys of properties files; it has parsed all the same
        accepted = (0, 1) if version.startswith("2") else (0,)
        return Measured(f"dbt parse {version}", dbt_command(program, version, project, work), work,
                        {**environment, "HOME": work}, repeat, accepted)


def show_line(one, models, base=None):
    ratio = f"{one.seconds / base.seconds:8.1f}x" if base and not one.failed else f"{'':>9}"
    if one.failed:
        print(f"  {one.name:<36} failed: {one.failed}", flush=True)
    else:
        print(f"  {one.name:<36} {measure.show(one.seconds):>10} {ratio} {measure.show(one.busy):>10} {one.memory / 1e6:8.0f} MB "
              f"{one.seconds / models * 1000 * 1000:9.1f} ms", flush=True)


def measure_size(models, options, environment):
    """All that is measured at one size, by name."""
    project = prepare(options.build, models)
    floe = os.path.join(options.build, "release", "floe")
    loader = os.path.join(options.build, "release", "bench_load")
    found = {"read": Measured("read from sources", [loader, project, "sources"], project, environment, options.repeat)}
    print(f"\n{models} models\n  {'':<36} {'median':>10} {'ratio':>9} {'busy':>10} {'memory':>11} {'a 1,000 models':>12}")
    show_line(found["read"], models)
    found["validate"] = Measured("floe validate --facts sources", [floe, "validate", "--facts", "sources", "--format", "json"],
                                 project, environment, options.repeat, (0, 1))
    show_line(found["validate"], models, found["read"])
    for version, program in options.dbt.items():
        if models <= options.dbt_models:
            found[version] = measure_dbt(version, program, project, models, options, environment)
            show_line(found[version], models, found["read"])
    return found


def judge(text, met):
    print(f"  {'met   ' if met else 'MISSED'}  {text}")


def verdicts(sizes, options):
    """What was wanted, beside what was measured."""
    print("\nwanted")
    largest = sizes.get(WANTED_MODELS, {}).get("read")
    if largest and not largest.failed:
        judge(f"{WANTED_MODELS} models are read in less than {WANTED_SECONDS} s: {largest.seconds:.3f} s", largest.seconds < WANTED_SECONDS)
        judge(f"{WANTED_MODELS} models are read in less than {WANTED_MEMORY / 1e6:.0f} MB: {largest.memory / 1e6:.0f} MB",
              largest.memory < WANTED_MEMORY)
    for version, ratio in WANTED_RATIO.items():
        compared = [(models, found[version].seconds / found["read"].seconds) for models, found in sizes.items()
                    if version in found and not found[version].failed and not found["read"].failed]
        if compared:
            judge(f"{ratio} times as fast as dbt {version}: " + ", ".join(f"{times:.0f}x at {models}" for models, times in compared),
                  all(times >= ratio for _, times in compared))
        else:
            print(f"  skipped {ratio} times as fast as dbt {version}: {options.missing.get(version, 'not measured')}")
    straight = [(models, found["read"].seconds / models) for models, found in sorted(sizes.items())
                if models >= 500 and not found["read"].failed]
    if len(straight) > 1:
        judge(f"cost grows in a straight line from {straight[0][0]} to {straight[-1][0]} models: "
              f"{straight[-1][1] / straight[0][1]:.2f} times the time a model", straight[-1][1] <= LINEAR * straight[0][1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--models", default="50,500,5000,10000")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--dbt", action="append", default=[], metavar="VERSION=PATH")
    parser.add_argument("--dbt-models", type=int, default=5000, help="dbt is measured up to so many models")
    for name in ("--rivals", "--files"):  # of the other half, measure.py
        parser.add_argument(name, nargs="?", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.build = os.path.abspath(options.build)
    pairs = [one.split("=", 1) for one in options.dbt]
    options.dbt = {version: path for version, path in pairs if os.path.exists(path)}
    options.missing = {version: "it cannot be installed here" for version, path in pairs if not os.path.exists(path)}
    environment = {**os.environ, "NO_COLOR": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "False", "DO_NOT_TRACK": "1"}
    print(f"{os.cpu_count()} cores; medians of {options.repeat} runs, dbt once where there are more than 500 models; "
          "ratios are times of 'read from sources'")
    verdicts({models: measure_size(models, options, environment) for models in map(int, options.models.split(","))}, options)


if __name__ == "__main__":
    main()

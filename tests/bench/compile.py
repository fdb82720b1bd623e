"""Measures `floe compile` without dbt: an example cold, and a generated product; and `floe compile --check` of each.

Cold means that nothing floe wrote before is there: no artifact, no catalog, no digests. Times are the shortest of
whole processes, output to nowhere; computing is that of all of the process's children too, so it tells how much of a
busy machine's time was waiting.
"""

import argparse
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
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    floe = arguments.build / "release" / "floe"
    with tempfile.TemporaryDirectory(prefix="floe-bench-") as name:
        folder = pathlib.Path(name)
        for part in ("customer-360", "platform", "governance"):
            shutil.copytree(ROOT / "examples" / part, folder / part,
                            ignore=shutil.ignore_patterns("target", "logs", ".floe", "definitions.py"))
        measure("customer-360", floe, folder / "customer-360", arguments.repeat)
        for models in map(int, arguments.models.split(",")):
            product = folder / f"models-{models}"
            subprocess.run([sys.executable, ROOT / "tests" / "bench" / "generate.py", product, str(models), "--files"],
                           check=True, stdout=subprocess.DEVNULL)
            shutil.rmtree(product / "target")
            shutil.copy(ROOT / "tests" / "bench" / "platform.yaml", product)
            measure(f"{models} models", floe, product, arguments.repeat)


if __name__ == "__main__":
    main()

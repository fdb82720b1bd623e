#!/usr/bin/env python3
"""Measures the comparison of contracts: many of them with their previous versions, from files to the report,
with the form of each checked.

    tests/bench/contracts.py [--build FOLDER] [--contracts 1000] [--columns 50] [--changed 5] [--repeat 5]

Every contract differs from its previous version in some columns, so that none is skipped as the same. The best run
counts, as the others tell what else the machine did.
"""
import argparse
import pathlib
import resource
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
COLUMN = """\
      - name: column_{index}
        logicalType: string
        physicalType: varchar({length})
        required: true
        classification: internal
        description: What column {index} holds, in some words.
"""
HEAD = """\
apiVersion: v3.1.0
kind: DataContract
id: sales.table_{number}
name: table_{number}
version: {version}
status: active
schema:
  - name: table_{number}
    properties:
"""


def write(folder, arguments, version, longer):
    folder.mkdir()
    step = max(1, arguments.columns // max(1, arguments.changed))
    columns = "".join(
        COLUMN.format(index=index, length=20 + (longer if index % step == 0 else 0))
        for index in range(arguments.columns)
    )
    for number in range(arguments.contracts):
        text = HEAD.format(number=number, version=version) + columns
        (folder / f"table_{number}.odcs.yaml").write_text(text, encoding="utf-8")


def run(floe, old, new):
    """Seconds of one run by the clock and of computing, and what it printed."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([floe, "contract", "diff", old, new], stdout=subprocess.PIPE, check=True)
    seconds, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, done.stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--contracts", type=int, default=1000)
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("--changed", type=int, default=5)
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    floe = arguments.build / "release" / "floe"
    with tempfile.TemporaryDirectory() as name:
        old, new = pathlib.Path(name) / "old", pathlib.Path(name) / "new"
        write(old, arguments, "1.0.0", 0)
        write(new, arguments, "1.1.0", 10)
        runs = [run(floe, old, new) for _ in range(arguments.repeat)]
    found = runs[0][2].count(b"was widened")
    seconds, computing = min(one[0] for one in runs), min(one[1] for one in runs)
    print(
        f"{arguments.contracts} contracts of {arguments.columns} columns, {found} changes: "
        f"{seconds:.2f} s ({computing:.2f} s of computing)"
    )


if __name__ == "__main__":
    main()

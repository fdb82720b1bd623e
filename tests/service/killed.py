"""Kills floe compile at every call by which it changes something, and compiles again: the result is that of a compile
that nobody disturbed, byte for byte, in the product's folder and in its catalog. One that is blocked leaves every file as
it was, wherever it ends. Called with the program and a product; a script that hands out a manifest stands in for dbt.
Prints TAP."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import killing

floe, product = sys.argv[1:3]
CHANGING = ["rename", "mkdir", "unlink", "unlinkat", "rmdir", "pwrite64", "ftruncate", "fdatasync", "fsync"]
# Outside of any checkout: a commit made meanwhile would stand in the artifact.
scratch = tempfile.mkdtemp(prefix="floe-killed-")
shutil.copytree(os.path.dirname(product), scratch, symlinks=True, dirs_exist_ok=True)
work = os.path.join(scratch, os.path.basename(product))
COMPILE = [floe, "compile", "--no-cache", "--dbt", os.path.join(scratch, "dbt")]
DBT = """#!/bin/sh
while [ "$1" != --target-path ]; do shift; done
mkdir "$2/compiled" && echo "select 1" > "$2/compiled/model.sql"
cat "%s" > "$2/manifest.json"
"""
os.environ["FLOE_LEDGER"] = "off"  # it is written behind a compile, whatever came of that
os.environ["SOURCE_DATE_EPOCH"] = "1764000000"  # otherwise the time of a registration is that of the clock


def fresh(is_blocked=False):
    """The product as it was at first, in one and the same folder: paths stand in what is written."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(product, work, symlinks=True)
    if is_blocked:  # no description, which the platform blocks
        pathlib.Path(work, "models/silver/silver_untold.sql").write_text("select 1 as a\n", encoding="utf-8")


def stand_in(is_blocked=False):
    """What answers as dbt does for a product."""
    fresh(is_blocked)
    manifest = os.path.join(scratch, "manifest.json")
    with open(manifest, "wb") as file:
        subprocess.run([floe, "facts", "--facts", "sources", "--format", "manifest"], cwd=work, stdout=file, check=True)
    path = pathlib.Path(scratch, "dbt")
    path.write_text(DBT % manifest, encoding="utf-8")
    path.chmod(0o755)


def compile_again():
    return subprocess.run(COMPILE, cwd=work, capture_output=True, text=True, check=False)


def state():
    """What a compile leaves: every file but what may be deleted at any time, and what the catalog says of the product."""
    files = {}
    for path in sorted(pathlib.Path(work).rglob("*")):
        name = str(path.relative_to(work))
        if path.is_file() and not name.startswith((".floe/cache/", ".floe/catalog.db")):
            files[name] = path.read_bytes()
    catalog = subprocess.run([floe, "catalog", "show", "sales.customer_360"], cwd=work, capture_output=True, check=False)
    files["the catalog"] = catalog.stdout + catalog.stderr
    return files


def everything():
    return {str(path.relative_to(work)) for path in pathlib.Path(work).rglob("*")}


def differing(found, expected):
    return sorted(name for name in set(found) | set(expected) if found.get(name) != expected.get(name))


def repaired():
    stand_in()
    calls = killing.count_calls(COMPILE, work, CHANGING)
    fresh()
    subprocess.run(COMPILE, cwd=work, stdout=subprocess.DEVNULL, check=True)
    expected = state()
    killed, wrong = 0, []
    for call, when in killing.points(calls):
        fresh()
        killed += killing.run_until(COMPILE, work, call, when)
        again = compile_again()
        others = differing(state(), expected)
        if again.returncode != 0 or others:
            wrong.append(f"{call} {when}: exit {again.returncode}, other files: {others}\n{again.stdout[-600:]}")
    killing.report(killed >= 10 and not wrong, f"a compile that is killed at any of {killed} steps is repaired by the next",
                   wrong)


def blocked():
    stand_in(is_blocked=True)
    names, before, wrong = everything(), state(), []
    run = compile_again()
    if run.returncode != 1 or everything() != names or state() != before:
        wrong.append(f"exit {run.returncode}: {sorted(everything() ^ names)}\n{run.stdout[-600:]}")
    calls, killed = killing.count_calls(COMPILE, work, CHANGING, exits=1), 0
    for call, when in killing.points(calls):
        fresh(is_blocked=True)
        killed += killing.run_until(COMPILE, work, call, when, exits=1)
        if others := differing(state(), before):
            wrong.append(f"{call} {when}: {others}")
    killing.report(killed >= 10 and not wrong, f"a compile that is blocked leaves nothing, killed at any of {killed} steps or not",
                   wrong)


if not shutil.which("strace"):
    print("ok - a compile that is killed at any step is repaired by the next # SKIP there is no strace")
else:
    repaired()
    blocked()
shutil.rmtree(scratch)

"""Kills floe compile at every call by which it changes something, and compiles again: the result is that of a compile
that nobody disturbed, byte for byte, in the product's folder and in its catalog. Called with the program and a product.
Prints TAP."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import killing

floe, product = sys.argv[1:3]
CHANGING = ["rename", "mkdir", "unlink", "pwrite64", "ftruncate", "fdatasync", "fsync"]
COMPILE = [floe, "compile", "--facts", "sources", "--no-cache"]
# Outside of any checkout: a commit made meanwhile would stand in the artifact.
scratch = tempfile.mkdtemp(prefix="floe-killed-")
shutil.copytree(os.path.dirname(product), scratch, symlinks=True, dirs_exist_ok=True)
work = os.path.join(scratch, os.path.basename(product))
os.environ["SOURCE_DATE_EPOCH"] = "1764000000"  # otherwise the time of a registration is that of the clock


def fresh():
    """The product as it was at first, in one and the same folder: paths stand in what is written."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(product, work, symlinks=True)


def state():
    """What a compile leaves: every file but kept digests, and what the catalog says of the product."""
    files = {}
    for path in sorted(pathlib.Path(work).rglob("*")):
        name = str(path.relative_to(work))
        if path.is_file() and not name.startswith((".floe/cache/", ".floe/catalog.db")):
            files[name] = path.read_bytes()
    catalog = subprocess.run([floe, "catalog", "show", "sales.customer_360"], cwd=work, capture_output=True, check=False)
    files["the catalog"] = catalog.stdout + catalog.stderr
    return files


if not shutil.which("strace"):
    shutil.rmtree(scratch)
    print("ok - a compile that is killed at any step is repaired by the next # SKIP there is no strace")
    sys.exit()
fresh()
calls = killing.count_calls(COMPILE, work, CHANGING)
fresh()
subprocess.run(COMPILE, cwd=work, stdout=subprocess.DEVNULL, check=True)
expected = state()
killed, wrong = 0, []
for call, when in killing.points(calls):
    fresh()
    killed += killing.run_until(COMPILE, work, call, when)
    again = subprocess.run(COMPILE, cwd=work, capture_output=True, text=True, check=False)
    found = state()
    if again.returncode != 0 or found != expected:
        names = sorted(name for name in set(found) | set(expected) if found.get(name) != expected.get(name))
        wrong.append(f"{call} {when}: exit {again.returncode}, other files: {names}\n{again.stdout[-600:]}")
shutil.rmtree(scratch)
killing.report(killed >= 10 and not wrong, f"a compile that is killed at any of {killed} steps is repaired by the next",
               wrong)

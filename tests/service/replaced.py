"""Kills floe platform compile at every call by which it changes something: at every one of these moments the artifact's
folder is the old one or the new one, whole, and the next compile makes it the new one and leaves nothing beside it. Where
the file system cannot exchange two folders (strace makes the call fail), the second half still holds. Called with the
program and a folder of fixtures with the manifest sales/manifest.yaml. Prints TAP."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

import killing

floe, fixture = sys.argv[1:3]
CHANGING = ["rename", "renameat2", "mkdir", "write", "unlink", "rmdir"]
COMPILE = [floe, "platform", "compile", "sales"]
NO_EXCHANGE = ["-e", "inject=renameat2:error=EINVAL"]
MANIFEST = "sales/manifest.yaml"

scratch = pathlib.Path(tempfile.mkdtemp(prefix="floe-replaced-"))
work, before = scratch / "work", scratch / "before"


def artifact(folder):
    """Every file of all artifacts, those left half-done included."""
    root = folder / "sales" / ".floe" / "platform"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def whole(files):
    """The artifact itself."""
    return {path: text for path, text in files.items() if path.startswith("1.4.0/")}


def fresh():
    """An artifact of the manifest as it was, and the manifest as it is now."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(before, work)
    manifest = work / MANIFEST
    manifest.write_text(manifest.read_text().replace("gold: 100", "gold: 95"))


def kill_everywhere(title, inject, is_exchanged):
    fresh()
    calls = killing.count_calls(COMPILE, work, CHANGING, inject)
    new = artifact(work)
    old = artifact(before)
    killed, seen, wrong = 0, set(), []
    if old == new:
        wrong.append("the new artifact is that of the old manifest")
    if is_exchanged == (calls["rename"] > len(new)):
        wrong.append(f"the folders were{'' if is_exchanged else ' not'} renamed one by one")
    injectable = {call: number for call, number in calls.items() if not (inject and call == "renameat2")}
    for call, when in killing.points(injectable):
        fresh()
        killed += killing.run_until(COMPILE, work, call, when, inject)
        found = whole(artifact(work))
        seen.add("old" if found == old else "new" if found == new else "broken")
        if is_exchanged and found not in (old, new):
            wrong.append(f"{call} {when}: the folder is neither the old one nor the new one: {sorted(found)}")
        again = subprocess.run(COMPILE, cwd=work, capture_output=True, text=True, check=False)
        if again.returncode != 0 or artifact(work) != new:
            wrong.append(f"{call} {when}: exit {again.returncode}, there is {sorted(artifact(work))}\n{again.stderr}")
    if not {"old", "new"} <= seen:
        wrong.append(f"only these were seen: {sorted(seen)}")
    killing.report(killed >= 10 and not wrong, title % killed, wrong)


if not shutil.which("strace"):
    print("ok - a platform's artifact is replaced as a whole # SKIP there is no strace")
    sys.exit()
shutil.copytree(fixture, before)
subprocess.run(COMPILE, cwd=before, stdout=subprocess.DEVNULL, check=True)
kill_everywhere("a platform compile that is killed at any of %d steps leaves the old artifact or the new one", [], True)
kill_everywhere("where folders cannot be exchanged, one that is killed at any of %d steps is repaired by the next",
                NO_EXCHANGE, False)
shutil.rmtree(scratch)

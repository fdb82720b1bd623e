"""A disk without room while the real dbt works: it is said what could not be written, the ledger stays true, and once there
is room the run is gone on with. The disk is a small tmpfs in a mount namespace of its own. DBT and FLOE name the programs.
Prints TAP."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLOE, DBT = os.path.realpath(os.environ["FLOE"]), os.path.realpath(os.environ["DBT"])
TITLE = "full disk"
INSIDE = "FULL_DISK"  # the folder, in the process that has the namespace
SIZE = "48m"
SELECTION = ("--select", "+gold_customers", "--exclude", "resource_type:test resource_type:unit_test")


def report(name, wrong):
    print(f"{'not ok' if wrong else 'ok'} - {TITLE}: {name}", *(f"    {line}" for text in wrong for line in text.splitlines()),
          sep="\n", flush=True)
    return bool(wrong)


def enter():
    """Runs this file again where it may mount; None where that is not allowed here."""
    for words in (["unshare", "--mount"], ["unshare", "--user", "--map-root-user", "--mount"]):
        if shutil.which(words[0]) and subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0:
            folder = tempfile.mkdtemp(prefix="floe-full-")
            try:
                return subprocess.run([*words, sys.executable, __file__], env=os.environ | {INSIDE: folder}, check=False).returncode
            finally:
                os.rmdir(folder)
    return None


class Disk:
    def __init__(self, path, size):
        self.path = pathlib.Path(path)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", path], check=True)

    def fill(self):
        with (self.path / "fill").open("wb", buffering=0) as file:
            try:
                while file.write(bytes(1 << 16)):
                    pass
            except OSError:
                pass

    def clear(self):
        (self.path / "fill").unlink()

    def end(self):
        subprocess.run(["umount", "-l", self.path], check=True)


def floe(folder, *arguments):
    env = {key: value for key, value in os.environ.items() if not key.startswith(("FLOE_", "OTEL_", "OPENLINEAGE_"))}
    env |= {"FLOE_DBT": DBT, "FLOE_EVIDENCE_WAIT": "0", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    return subprocess.Popen([FLOE, *arguments], cwd=folder, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def ended(process, code, *parts):
    """What is wrong with how a command ended."""
    text, _ = process.communicate(timeout=240)
    wrong = [f"{part!r} is not in what floe said:\n{text}" for part in parts if part not in text]
    return wrong + ([] if process.returncode == code else [f"exit code {process.returncode}, not {code}:\n{text}"])


def true_ledger(folder):
    return ended(floe(folder, "ledger", "verify"), 0, "hold together")


def while_dbt_works(disk, product):
    running, seen = floe(product, "run", *SELECTION), ""
    for line in running.stdout:
        seen += line
        if "▶ bronze_" in line:  # not before DuckDB has made its file, of which a part would be left
            disk.fill()
            break
    wrong = ended(running, 1, "No space left on device", "Pipeline FAILED", "evidence: ledger: the disk is full")
    failures = report("dbt's failure and what could not be kept are told", wrong)
    wrong = ended(floe(product, "validate", "--quiet", "--report", "json=out.json"), 2, "out.json': No space left on device",
                  "make room", "this verdict is not in the ledger: the disk is full")
    wrong += ["a part of the report was left"] if (product / "out.json").exists() else []
    failures += report("a report that has no room is told, and nothing is left of it", wrong)
    return failures


def with_room_again(disk, product):
    disk.clear()
    before = true_ledger(product)
    log = Disk(product / "logs", "64k")
    log.fill()
    wrong = before + ended(floe(product, "run", "--retry-failed"), 0, "Attempt 2", "(cut off)", "Pipeline COMPLETE") + true_ledger(product)
    log.end()
    return report("once there is room the ledger is true and --retry-failed does what is left, also where dbt's log has none", wrong)


def of_the_monitor(disk, product):
    disk.fill()
    wrong = ended(floe(product, "monitor", "--once", "--listen", "off"), 4, "could not be checked",
                  "something is not in the ledger: the disk is full")
    disk.clear()
    wrong += true_ledger(product)
    return report("a monitor that cannot keep what it found says so", wrong)


def main():
    folder = os.environ[INSIDE]
    disk = Disk(folder, SIZE)
    for part in ("customer-360", "platform", "governance"):
        shutil.copytree(ROOT / "examples" / part, disk.path / part, symlinks=True,
                        ignore=shutil.ignore_patterns("target", "logs", ".floe", "definitions.py"))
    product = disk.path / "customer-360"
    wrong = ended(floe(product, "compile", "--quiet"), 0)
    if report("customer-360 compiles", wrong):
        return 1
    failures = while_dbt_works(disk, product) + with_room_again(disk, product) + of_the_monitor(disk, product)
    disk.end()
    return 1 if failures else 0


if INSIDE in os.environ:
    sys.exit(main())
CODE = enter()
if CODE is None:
    print(f"ok - {TITLE}: what is written finds no room # SKIP nothing may be mounted here")
sys.exit(CODE or 0)

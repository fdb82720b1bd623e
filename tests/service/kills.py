"""floe run with the real dbt and DuckDB, ended by SIGKILL at each of its four steps: floe alone, or all of its session,
as where the machine's memory is gone; dbt, while it starts; by a terminal that is closed; and with the database taken
away from under it. What is left is the same each time: a ledger that verifies, a retry that completes and does nothing
twice, one end of each run in the ledger and in lineage, no process, no lock. DBT and FLOE name the programs. Prints
TAP."""
import fcntl
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import sys
import termios
import time

from runs import ENDS, PYTHON, Product, child_of, main, needs, read_until, scratch, wrong_unless

STEPS = ("[1/4]", "[2/4]", "[3/4]", "[4/4]")
MODELS = {"first": "select i as id from range(10) t(i)", "second": "select id from {{ ref('first') }}",
          "third": "select id from {{ ref('second') }}"}
NODES = {f"model.shop.{name}" for name in MODELS} | {"test.shop"}  # the test's id ends with a digest

PLATFORM = {"apiVersion": "floe.dev/v1", "kind": "Manifest", "metadata": {"name": "acme", "version": "1.0.0", "owner": "gov@example.com"},
            "plugins": {"compute": {"type": "duckdb"}}, "governance": {"bundles": ["../slow"]}}
SHOP = {"apiVersion": "floe.dev/v1", "kind": "DataProduct", "metadata": {"name": "shop", "version": "1.0.0", "owner": "a@example.com"},
        "platform": {"ref": "../platform/manifest.yaml"}, "transforms": [{"type": "dbt", "path": "models/"}]}
PROFILE = {"shop": {"target": "dev", "outputs": {"dev": {"type": "duckdb", "path": "target/shop.duckdb", "threads": 1}}}}
# A rule that takes a second or two: DuckDB counts pairs.
CONTRACT = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "shop.third", "name": "third", "version": "1.0.0", "status": "active",
            "schema": [{"name": "third", "properties": [{"name": "id", "logicalType": "integer", "quality": [
                {"type": "sql", "name": "slow", "mustBeGreaterThan": 0,
                 "query": "SELECT count(*) FROM range(10000) a(i), range(10000) b(j), ${table} WHERE (i + j) % 7 = 3"}]}]}]}
BUNDLE = {"name": "slow", "version": "1.0.0", "floe": ">=0.1.0", "description": "A judgement that takes a moment.",
          "categories": {"slow": "Slow"}}
POLICY = """
return require("floe.policy").define {
  id = "slow.run", code = "SLOW-E001", title = "Runs are looked at for a moment", why = "A run can be killed meanwhile.",
  help = "There is nothing to do.", targets = "run", phases = "run", summary = "looked at",
  check = function()
    local sum = 0
    for number = 1, 10000000 do
      sum = sum + number % 7
    end
  end,
}
"""


class Shop(Product):
    """A product of three models, one after the other, with a policy and a contract that take a moment to judge."""

    SOURCE, PARTS, DATABASE = scratch / "source", ("shop", "platform", "slow"), "target/shop.duckdb"

    def session(self, *arguments):
        """Starts a run in a session of its own: whatever it starts is found by that."""
        return self.start(*arguments, start_new_session=True)


def lay_source():
    files = {"shop/floe.yaml": SHOP, "shop/profiles.yml": PROFILE, "shop/datacontract.yaml": CONTRACT,
             "shop/dbt_project.yml": {"name": "shop", "version": "1.0.0", "config-version": 2, "profile": "shop",
                                      "models": {"+materialized": "table"}},
             "shop/models/models.yml": {"models": [{"name": "first", "columns": [{"name": "id", "data_tests": ["not_null"]}]}]},
             "platform/manifest.yaml": PLATFORM, "slow/bundle.yaml": BUNDLE, "slow/policies/slow/run.lua": POLICY}
    for name, sql in MODELS.items():
        files[f"shop/models/{name}.sql"] = sql + "\n"
    for path, content in files.items():
        file = Shop.SOURCE / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content))


def processes_of(session):
    """The processes of a session that live, by their ids."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split() if entry.name.isdigit() else []
            if fields and int(fields[3]) == session and fields[0] != "Z":
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # it ended meanwhile
    return found


def gone(wrong, session, seconds=30):
    """Whatever a run started ends by itself once the run is gone."""
    until = time.monotonic() + seconds
    while processes_of(session) and time.monotonic() < until:
        time.sleep(0.1)
    wrong_unless(wrong, not processes_of(session), f"there still is {[words[:200] for words in processes_of(session).values()]}")


def kill_all(session):
    while left := processes_of(session):
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.02)


def stop_in(process, step):
    """Stops floe right after it said that it is at a step; raises where it is past it by then."""
    seen = read_until(process, step)
    os.kill(process.pid, signal.SIGSTOP)
    while pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        time.sleep(0.005)
    os.set_blocking(process.stdout.fileno(), False)
    more = process.stdout.buffer.read() or b""
    os.set_blocking(process.stdout.fileno(), True)
    assert not re.search(rb"^(\[[1-4]/4\]|Pipeline )", more, re.M), f"floe was past {step}:\n{seen}{more.decode()}"


def settled(wrong, product, sessions, ends=("cut off",), lineage=("ABORT",), is_anew=False):
    """What holds after a run was ended from outside and the next one did the rest."""
    verified = product.floe("ledger", "verify")
    wrong_unless(wrong, verified.returncode == 0, f"the ledger does not verify:\n{verified.stdout}")
    runs, done = product.runs(), set()
    for run in runs:
        twice = done & set(run["nodes"])
        wrong_unless(wrong, bool(twice) == (is_anew and bool(done)), f"{twice} ran again")
        done |= {node for node, entry in run["nodes"].items() if entry["status"] in ("success", "pass")}
    wrong_unless(wrong, {node if node.startswith("model.") else "test.shop" for node in done} == NODES, f"done is {done}")
    known = [run["end"] for run in runs]
    wrong_unless(wrong, known == [*ends, "complete"], f"the ledger knows the ends {known}")
    told = product.lineage()
    ended = {run: [kind for kind in kinds if kind in ENDS] for run, kinds in told.items()}
    wrong_unless(wrong, all(len(kinds) == 1 for kinds in ended.values()), f"lineage has not one end of each run: {told}")
    first = list(ended.values())[0]
    wrong_unless(wrong, first == list(lineage), f"the lineage of the first run ended with {first}")
    wrong_unless(wrong, product.query("select count(*) from main.third") == "10", "the last table is not whole")
    nothing = product.floe("run", "--retry-failed")  # waits for no lock
    needs(wrong, nothing.stdout, "nothing is left to run")
    wrong_unless(wrong, not (product.path / ".floe/cache/companion").exists(), "the module lent to dbt was left")
    for session in sessions:
        gone(wrong, session)


def go_on(wrong, product):
    verified = product.floe("ledger", "verify")
    wrong_unless(wrong, verified.returncode == 0, f"the ledger of a run that was killed does not verify:\n{verified.stdout}")
    process = product.session("--retry-failed", "--wait=60")
    seen, _ = process.communicate(timeout=120)
    wrong_unless(wrong, process.returncode == 0, f"the retry ended with {process.returncode}:\n{seen}")
    needs(wrong, seen, "(cut off)", "Pipeline COMPLETE")
    return process


def killed_in_each_step(template, name, kill):
    wrong = []
    for number, step in enumerate(STEPS, 1):
        product, before = Shop(f"{name}-{number}", template), len(wrong)
        process = product.session()
        stop_in(process, step)
        kill(process)
        process.communicate()
        settled(wrong, product, (process.pid, go_on(wrong, product).pid))
        wrong[before:] = [f"in {step}: {text}" for text in wrong[before:]]
    return wrong


def floe_killed(template):
    return killed_in_each_step(template, "floe", lambda process: process.kill())


def all_killed(template):
    return killed_in_each_step(template, "all", lambda process: kill_all(process.pid))


def endless_rule(product):
    product.change("shop/datacontract.yaml", "range(10000) a", "range(1000000000000) a")


def reader_of(session):
    """The process that reads DuckDB for the checks of contracts."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for pid, words in processes_of(session).items():
            if " -I -c " in words:
                return pid
        time.sleep(0.05)
    raise AssertionError("no contract was checked")


def floe_killed_while_a_rule_is_asked(_):
    wrong, product = [], Shop("rule", None, endless_rule)
    process = product.session()
    read_until(process, "[4/4]")
    reader_of(process.pid)
    time.sleep(1)  # the first reader measures, and the second one asks the rule
    reader_of(process.pid)
    process.kill()
    process.communicate()
    gone(wrong, process.pid, 5)
    again = product.session("--retry-failed", "--wait=60")
    seen = read_until(again, "[4/4]")  # dbt could write to the database
    needs(wrong, seen, "(cut off)", "Reused: 3 nodes, 1 test")
    again.terminate()
    again.communicate(timeout=60)
    wrong_unless(wrong, again.returncode == 143, f"the retry ended with {again.returncode}")
    ends = [run["end"] for run in product.runs()]
    wrong_unless(wrong, ends == ["cut off", "aborted"], f"the ledger knows the ends {ends}")
    gone(wrong, again.pid, 5)
    return wrong


def dbt_killed_while_it_starts(template):
    wrong, product = [], Shop("dbt-starts", template)
    process = product.session()
    read_until(process, "[1/4]")
    until = time.monotonic() + 30
    while not product.notes.exists() and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(child_of(process.pid), signal.SIGKILL)
    seen, _ = process.communicate(timeout=60)
    wrong_unless(wrong, process.returncode in (1, 4), f"exit code {process.returncode}")
    needs(wrong, seen, "signal 9", "Pipeline FAILED")
    wrong_unless(wrong, "[2/4]" not in seen, "dbt was at work already")
    again = product.session("--retry-failed")
    seen, _ = again.communicate(timeout=120)
    wrong_unless(wrong, again.returncode == 0, f"the retry ended with {again.returncode}:\n{seen}")
    settled(wrong, product, (process.pid, again.pid), ["failed"], ["FAIL"])
    return wrong


def database_taken_away(template):
    wrong, product = [], Shop("taken", template)
    process = product.session()
    seen = read_until(process, "▶ first")
    (product.path / product.DATABASE).unlink()
    seen += process.communicate(timeout=60)[0]
    wrong_unless(wrong, process.returncode == 4, f"exit code {process.returncode}")
    needs(wrong, seen, "there is no database 'target/shop.duckdb' any more", "Pipeline FAILED", "floe run --retry-failed")
    again = product.session("--retry-failed")
    seen, _ = again.communicate(timeout=120)
    wrong_unless(wrong, again.returncode == 0, f"the retry ended with {again.returncode}:\n{seen}")
    needs(wrong, seen, "There is no database, so nothing of that is reused", "▶ first", "Pipeline COMPLETE")
    settled(wrong, product, (process.pid, again.pid), ["failed"], ["FAIL"], is_anew=True)
    return wrong


HOLDER = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


def database_held(template):
    """Another process takes the file while dbt starts: floe cannot have seen it."""
    wrong, product = [], Shop("held", template)
    process = product.session()
    read_until(process, "[1/4]")
    with subprocess.Popen([PYTHON, "-c", HOLDER, product.path / product.DATABASE], text=True, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        seen, _ = process.communicate(timeout=60)
        holder.stdin.close()
    wrong_unless(wrong, process.returncode == 4, f"exit code {process.returncode}")
    needs(wrong, seen, "shop.duckdb' is in use", f"PID {holder.pid}", "Pipeline FAILED")
    again = product.session("--retry-failed")
    seen, _ = again.communicate(timeout=120)
    wrong_unless(wrong, again.returncode == 0, f"the retry ended with {again.returncode}:\n{seen}")
    settled(wrong, product, (process.pid, again.pid), ["failed"], ["FAIL"])
    return wrong


def take_terminal():
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # what runs the tests may ignore it, as nohup does
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def terminal_closed(template):
    """What the system does to a session whose terminal is gone: SIGHUP to its leader and the processes in front."""
    wrong, product = [], Shop("terminal", template)
    above, below = pty.openpty()
    process = product.start(stdin=below, stdout=below, start_new_session=True, preexec_fn=take_terminal)
    os.close(below)
    seen = b""
    while b"first (" not in seen:
        seen += os.read(above, 4096)
    os.close(above)
    wrong_unless(wrong, process.wait(timeout=60) == 128 + signal.SIGHUP, f"exit code {process.returncode}")
    gone(wrong, process.pid, 5)
    known = [run["end"] for run in product.runs()]
    wrong_unless(wrong, known == ["aborted"], f"the ledger knows the ends {known}")
    again = product.session("--retry-failed")
    seen, _ = again.communicate(timeout=120)
    wrong_unless(wrong, again.returncode == 0, f"the retry ended with {again.returncode}:\n{seen}")
    settled(wrong, product, (process.pid, again.pid), ["aborted"])
    return wrong


CASES = {
    "floe that is killed alone, at any of its four steps, is gone on with": floe_killed,
    "floe that is killed with all that it started, at any of its four steps, is gone on with": all_killed,
    "floe that is killed while a contract's rule is asked leaves no reader of the database":
        floe_killed_while_a_rule_is_asked,
    "a run whose terminal is closed ends its dbt, and is gone on with": terminal_closed,
    "a database that is taken away while dbt works fails the run, and a retry builds all of it": database_taken_away,
    "a database that another process takes while dbt starts is told with that process": database_held,
    "dbt that is killed while it starts fails the run, and a retry does all of it": dbt_killed_while_it_starts,
}

if __name__ == "__main__":
    lay_source()
    sys.exit(main(Shop, CASES))

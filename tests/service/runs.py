"""floe run with the real dbt and DuckDB on examples/customer-360: end to end, with a contract that is broken in `block`
and in `alert_only`, and what becomes of a run whose model fails, whose dbt or floe is killed, whose artifact is stale,
whose ledger has no room, whose database is damaged. DBT and FLOE name the programs, PYTHON one that has duckdb. Prints
TAP."""
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLOE, DBT = os.path.realpath(os.environ["FLOE"]), os.path.realpath(os.environ["DBT"])
PYTHON = str(pathlib.Path(os.environ["DBT"]).parent / "python")
scratch = pathlib.Path(tempfile.mkdtemp(prefix="floe-runs-"))

# What dbt is started with is noted, so that a run that starts it twice, or without its trace, shows.
WRAPPER = f"""#!/bin/sh
echo "$@" >>"$DBT_NOTES"
env | grep -E '^(TRACEPARENT|OPENLINEAGE_PARENT_ID|FLOE_ENV)=' >>"$DBT_NOTES.env"
exec {DBT} "$@"
"""


ENDS = ("COMPLETE", "FAIL", "ABORT")  # how a run of lineage ends
MODEL = "model.customer_360.silver_tickets"


class Product:
    """A copy of the compiled example, with what stands beside it."""

    SOURCE, PARTS, DATABASE = ROOT / "examples", ("customer-360", "platform", "governance"), "target/customer_360.duckdb"

    def __init__(self, name, template=None, change=None):
        self.base = scratch / name
        source = template.base if template else self.SOURCE
        self.base.mkdir()
        for part in self.PARTS:
            shutil.copytree(source / part, self.base / part, symlinks=True,
                            ignore=None if template else shutil.ignore_patterns("target", "logs", ".floe", "definitions.py"))
        self.path = self.base / self.PARTS[0]
        self.notes = self.base / "dbt.notes"
        self.env = {key: value for key, value in os.environ.items() if not key.startswith(("FLOE_", "DBT_", "OTEL_", "OPENLINEAGE_"))}
        self.env |= {"FLOE_DBT": str(scratch / "dbt"), "DBT_NOTES": str(self.notes), "FLOE_EVIDENCE_WAIT": "0"}
        self.env["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
        if change:
            change(self)
            assert self.floe("compile").returncode == 0

    def change(self, path, old, new):
        file = self.base / path
        text = file.read_text()
        assert old in text, (path, old)
        file.write_text(text.replace(old, new))

    def floe(self, *arguments, **more):
        return subprocess.run([FLOE, *arguments], cwd=self.path, env=self.env | more.pop("env", {}), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=240, **more)

    def start(self, *arguments, **more):
        return subprocess.Popen([FLOE, "run", *arguments], cwd=self.path, env=self.env, text=True,
                                stdout=more.pop("stdout", subprocess.PIPE), stderr=subprocess.STDOUT, **more)

    def runs(self):
        """The runs of the ledger, oldest first: what started, the nodes that ended, and how it ended."""
        out = {}
        with sqlite3.connect(self.path / ".floe/ledger.db") as ledger:
            for kind, run, verdict, body in ledger.execute("select kind, run, verdict, body from entries order by seq"):
                if kind == "run.start":
                    out[run] = {"start": json.loads(body), "nodes": {}, "end": None}
                elif kind == "run.node":
                    out[run]["nodes"][json.loads(body)["unique_id"]] = json.loads(body) | {"status": verdict}
                elif kind == "run.end":
                    out[run]["end"] = verdict
        return list(out.values())

    def lineage(self):
        """What was told of each run of lineage, by its id, in order."""
        out = {}
        for line in (self.path / ".floe/lineage.jsonl").read_text().splitlines():
            event = json.loads(line)
            out.setdefault(event["run"]["runId"], []).append(event["eventType"])
        return out

    def query(self, sql):
        script = "import duckdb, sys; print(duckdb.connect(sys.argv[1], read_only=True).execute(sys.argv[2]).fetchone()[0])"
        return subprocess.run([PYTHON, "-c", script, self.path / self.DATABASE, sql], text=True,
                              check=True, capture_output=True).stdout.strip()


def wrong_unless(wrong, true, what):
    if not true:
        wrong.append(what)


def needs(wrong, text, *parts):
    for part in parts:
        wrong_unless(wrong, part in text, f"{part!r} is not in what floe printed:\n{text}")


def read_until(process, part):
    seen = ""
    for line in process.stdout:
        seen += line
        if part in line:
            return seen
    raise AssertionError(f"{part!r} never came:\n{seen}")


def child_of(pid):
    for entry in pathlib.Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split() if entry.name.isdigit() else []
        except OSError:
            continue
        if fields and fields[1] == str(pid) and "dbt" in (entry / "cmdline").read_text():
            return int(entry.name)
    raise AssertionError("dbt is not there")


# ---- cases: each prepares a product of its own, and answers what is wrong ----------------------------------------


def all_four_steps(template):
    wrong, product = [], Product("whole", template)
    done = product.floe("run", "--environment", "dev", env={"TRACEPARENT": f"00-{'a' * 32}-{'b' * 16}-01"})
    wrong_unless(wrong, done.returncode == 0, f"exit code {done.returncode}")
    needs(wrong, done.stdout, "[1/4] Starting runtime", "[2/4] Executing transforms", "[3/4] Running quality checks",
          "✓ not_null: customer_id (pass)", "[4/4] Validating contracts", "✓ schema: no drift", "Pipeline COMPLETE (")
    for model, table in (("silver_orders", "main_silver.silver_orders"), ("gold_customers", "main_gold.gold_customers"),
                         ("countries", "main_reference.countries")):
        rows = re.search(rf"▶ {model} \(.*?\)\n +[├└]── Rows: (\d+)\n +└── OpenLineage: COMPLETE", done.stdout)
        true = product.query(f"select count(*) from {table}")
        wrong_unless(wrong, rows and rows[1] == true, f"{model} has {true} rows, told was {rows and rows[1]}")
    wrong_unless(wrong, "Rows" not in done.stdout.split("bronze_crm_accounts")[1][:40], "a view has rows")
    wrong_unless(wrong, re.search(r"^ {6}silver_customers\n(?: {8}.*\n)* {8}✓ addresses_are_put_in_one_form", done.stdout, re.M),
                 f"the unit test is not told with its model:\n{done.stdout}")
    wrong_unless(wrong, len(product.notes.read_text().splitlines()) == 1, "dbt was not started once")
    given = pathlib.Path(f"{product.notes}.env").read_text()
    run = product.runs()[0]
    wrong_unless(wrong, f"TRACEPARENT=00-{'a' * 32}-" in given and "FLOE_ENV=dev" in given, f"dbt's environment: {given}")
    lineage = [json.loads(line) for line in (product.path / ".floe/lineage.jsonl").read_text().splitlines()]
    ids = {event["run"]["runId"] for event in lineage}
    wrong_unless(wrong, re.search(r"OPENLINEAGE_PARENT_ID=.*/(.*)", given)[1] in ids, "dbt has another parent")
    wrong_unless(wrong, run["end"] == "complete" and len(run["nodes"]) == 73, f"{len(run['nodes'])} nodes, {run['end']}")
    wrong_unless(wrong, product.floe("ledger", "verify").returncode == 0, "the ledger does not verify")
    wrong_unless(wrong, not (product.path / ".floe/cache/companion").exists(), "the module lent to dbt was left")
    artifact = (product.path / ".floe/artifacts.json").read_bytes()
    needs(wrong, product.floe("compile").stdout, "manifest.json is current: dbt was not run again")
    wrong_unless(wrong, (product.path / ".floe/artifacts.json").read_bytes() == artifact, "what dbt built changed the artifact")
    return wrong


def a_failed_model(template):
    wrong, product = [], Product("failed", template)
    landed = product.path / "landing/support_tickets.csv"
    landed.rename(product.base / "tickets.csv")
    failed = product.floe("run")
    wrong_unless(wrong, failed.returncode == 1, f"exit code {failed.returncode}")
    needs(wrong, failed.stdout, "ERROR: Transform bronze_support_tickets failed", "No files found that match",
          "[View logs] logs/dbt.log", "at models/bronze/bronze_support_tickets.sql", "Trace: ", "Pipeline FAILED",
          "floe run --retry-failed", "- gold_customers: skipped")
    (product.base / "tickets.csv").rename(landed)
    again = product.floe("run", "--retry-failed")
    wrong_unless(wrong, again.returncode == 0, f"exit code of the retry {again.returncode}")
    needs(wrong, again.stdout, "Attempt 2, after the run", "Reused: 6 nodes, ", "silver_customers", "Pipeline COMPLETE")
    first, second = product.runs()
    undone = {node for node, entry in first["nodes"].items() if entry["status"] in ("error", "skipped")}
    wrong_unless(wrong, set(second["nodes"]) == undone, f"another set ran: {undone ^ set(second['nodes'])}")
    wrong_unless(wrong, "message" in first["nodes"]["model.customer_360.bronze_support_tickets"], "no message in the ledger")
    needs(wrong, product.floe("run", "--retry-failed").stdout, "nothing is left to run")
    return wrong


def break_freshness(product):
    product.change("customer-360/models/gold/gold_customers.sql", "cast(current_timestamp as timestamp) as updated_at",
                   "cast(current_timestamp as timestamp) - interval 8 hour as updated_at")


def alert_only(product):
    break_freshness(product)
    product.change("platform/manifest.yaml", "contract.*: block", "contract.*: alert_only")


def a_broken_contract(_):
    wrong = []
    for name, change, code, told in (("blocked", break_freshness, 1, "ERROR: Contract violation detected"),
                                     ("alerted", alert_only, 0, "WARNING: Contract violation detected")):
        done = Product(name, None, change).floe("run", "--select", "+gold_customers", "--exclude", "resource_type:test")
        wrong_unless(wrong, done.returncode == code, f"{name}: exit code {done.returncode}")
        needs(wrong, done.stdout, told, "Contract: customer-360-customers", "Type: freshness_violation", "8.0h old",
              "Continuing (alert_only mode)" if code == 0 else "Stopping (block mode)",
              "Pipeline COMPLETE" if code == 0 else "Pipeline FAILED")
    return wrong


def floe_killed(template):
    wrong, product = [], Product("killed", template)
    process = product.start()
    read_until(process, "▶ bronze_")
    process.kill()
    process.wait()
    refused = product.floe("run")
    if refused.returncode != 0:  # dbt may have ended by now
        wrong_unless(wrong, refused.returncode == 4, f"exit code {refused.returncode}")
        needs(wrong, refused.stdout, "which was cut off, has been at work on this product", "--wait")
        again = product.floe("run", "--retry-failed", "--wait")
        wrong_unless(wrong, again.returncode == 0, again.stdout)
        needs(wrong, again.stdout, "(cut off)", "Pipeline COMPLETE")
        first, second = product.runs()
        done = {node for node, entry in first["nodes"].items() if entry["status"] in ("success", "pass")}
        wrong_unless(wrong, done and not done & set(second["nodes"]), "what was done ran again")
        wrong_unless(wrong, len(done | set(second["nodes"])) == 73, f"{len(done | set(second['nodes']))} nodes in all")
        wrong_unless(wrong, first["end"] == "cut off", f"a run that was killed ended with {first['end']}")
    told = product.lineage()
    ends = {run: [kind for kind in kinds if kind in ENDS] for run, kinds in told.items()}
    wrong_unless(wrong, all(len(kinds) == 1 for kinds in ends.values()), f"lineage is not closed: {ends}")
    wrong_unless(wrong, ends[list(told)[0]] == ["ABORT"], f"the run that was killed ended with {ends[list(told)[0]]}")
    return wrong


def dbt_killed(template):
    wrong, product = [], Product("dbt-killed", template)
    process = product.start("--select", "+silver_customers", "--exclude", "resource_type:test")
    seen = read_until(process, "▶ bronze_")
    os.kill(child_of(process.pid), signal.SIGKILL)
    seen += process.stdout.read()
    wrong_unless(wrong, process.wait() in (1, 4), f"exit code {process.returncode}")
    needs(wrong, seen, "signal 9", "Pipeline FAILED")
    again = product.floe("run", "--retry-failed")  # its contract's table is not judged: what makes that was not selected
    needs(wrong, again.stdout, "Attempt 2, after the run", "'gold_customers' was not built by this run", "Pipeline COMPLETE")
    last = product.runs()[-1]["nodes"]
    ran = last.get("model.customer_360.silver_customers", {}).get("status")
    wrong_unless(wrong, ran == "success", f"the rest did not run:\n{again.stdout}")
    wrong_unless(wrong, "model.customer_360.gold_customers" not in last, "more than was selected ran")
    return wrong


def contracts_of_what_is_not_built(_):
    wrong, product = [], Product("part", None, break_freshness)
    done = product.floe("run", "--select", "+silver_orders", "--exclude", "resource_type:test")
    wrong_unless(wrong, done.returncode == 0, f"exit code {done.returncode}")
    needs(wrong, done.stdout, "freshness: not checked: 'gold_customers' was not built by this run", "Pipeline COMPLETE")
    wrong_unless(wrong, "violation" not in done.stdout, f"it was judged by data of another run:\n{done.stdout}")
    return wrong


def cut_with_a_selection(template):
    wrong, product = [], Product("selected", template)
    models = {f"model.customer_360.{name}" for name in ("bronze_support_tickets", "silver_tickets")}
    manifest = json.loads((product.path / "target/manifest.json").read_text())
    tests = {id for kind in ("nodes", "unit_tests") for id, node in manifest[kind].items()
             if id.startswith(("test.", "unit_test.")) and models & set(node["depends_on"]["nodes"])}
    process = product.start("--select", "bronze_support_tickets silver_tickets")
    read_until(process, "▶ bronze_support_tickets")  # its tests are still to come
    child = child_of(process.pid)
    process.kill()
    os.kill(child, signal.SIGKILL)
    process.communicate()
    again = product.floe("run", "--retry-failed", "--wait=60")
    needs(wrong, again.stdout, "Attempt 2, after the run", "(cut off)", "bronze_support_tickets")
    first, second = product.runs()
    done = {node for node, entry in first["nodes"].items() if entry["status"] in ("success", "pass")}
    wrong_unless(wrong, "model.customer_360.bronze_support_tickets" in done, f"done were {done}")
    wrong_unless(wrong, tests - done, "all tests were done before: nothing is tried here")
    wrong_unless(wrong, set(second["nodes"]) == (models | tests) - done,
                 f"another set ran: {sorted(set(second['nodes']) ^ ((models | tests) - done))}\n{again.stdout}")
    wrong_unless(wrong, second["end"] is not None, "the retry has no end")
    return wrong


def ended_by_a_signal(template):
    wrong, product = [], Product("ended", template)
    process = product.start()
    seen = read_until(process, "▶ bronze_")
    child = child_of(process.pid)
    process.terminate()
    begin = time.monotonic()
    seen += process.stdout.read()
    wrong_unless(wrong, process.wait() == 143, f"exit code {process.returncode}")
    wrong_unless(wrong, time.monotonic() - begin < 20, "it took long to end")
    needs(wrong, seen, "Pipeline ABORTED", "Interrupted: dbt was ended")
    wrong_unless(wrong, not pathlib.Path(f"/proc/{child}").exists(), "dbt lives on")
    wrong_unless(wrong, product.runs()[0]["end"] == "aborted", "the ledger knows another end")
    kinds = [json.loads(line)["eventType"] for line in (product.path / ".floe/lineage.jsonl").read_text().splitlines()]
    wrong_unless(wrong, kinds.count("START") == len(kinds) - kinds.count("START") - kinds.count("RUNNING")
                 and "ABORT" in kinds, f"lineage is not closed: {kinds}")
    again = product.floe("run", "--retry-failed", "--quiet")
    wrong_unless(wrong, again.returncode == 0 and again.stdout == "", f"the retry: {again.returncode} {again.stdout}")
    return wrong


def endless(product):
    product.change("customer-360/models/silver/silver_tickets.sql", "lower(state)",
                   "lower(state || (select case when sum(i) < 0 then '' else '' end from range(100000000000000) t(i)))")


def wait_for_model(product, number, process):
    """The id of the run of silver_tickets in the run of that number, once it runs."""
    path = product.path / ".floe/lineage.jsonl"
    while process.poll() is None:
        events = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        begun = [event["run"]["runId"] for event in events
                 if event["job"]["name"] == MODEL and event["eventType"] == "START"]
        if len(begun) == number:
            return begun[-1]
        time.sleep(0.1)
    raise AssertionError(f"{MODEL} never began:\n{process.stdout.read()}")


def cut_while_a_model_runs(_):
    wrong, product = [], Product("endless", None, endless)
    arguments = ("--select", "bronze_support_tickets silver_tickets", "--exclude", "resource_type:test resource_type:unit_test")
    process = product.start(*arguments)
    killed = wait_for_model(product, 1, process)
    child = child_of(process.pid)
    process.kill()
    os.kill(child, signal.SIGKILL)
    process.communicate()
    process = product.start("--wait=60", *arguments)
    ended = wait_for_model(product, 2, process)
    process.terminate()
    seen, _ = process.communicate(timeout=60)
    wrong_unless(wrong, process.returncode == 143, f"exit code {process.returncode}: {seen}")
    told, (first, second) = product.lineage(), product.runs()
    wrong_unless(wrong, told[killed] == told[ended] == ["START", "ABORT"], f"{told[killed]}, {told[ended]}")
    ends = {run: [kind for kind in kinds if kind in ENDS] for run, kinds in told.items()}
    wrong_unless(wrong, all(len(kinds) == 1 for kinds in ends.values()), f"lineage is not closed: {ends}")
    wrong_unless(wrong, (first["end"], second["end"]) == ("cut off", "aborted"), f"{first['end']}, {second['end']}")
    wrong_unless(wrong, MODEL not in first["nodes"] and second["nodes"].get(MODEL, {}).get("status") == "aborted",
                 f"the ledger says of the model: {first['nodes'].get(MODEL)}, {second['nodes'].get(MODEL)}")
    return wrong


def damage(template):
    wrong, product = [], Product("damaged", template)
    database = product.path / "target/customer_360.duckdb"
    database.parent.mkdir(exist_ok=True)
    database.write_bytes(b"no database" * 1000)
    done = product.floe("run")
    wrong_unless(wrong, done.returncode in (1, 4) and "Pipeline FAILED" in done.stdout, done.stdout)
    wrong_unless(wrong, "customer_360.duckdb" in done.stdout, f"the file is not named:\n{done.stdout}")
    database.unlink()
    # A ledger that cannot be written, and a disk without room for it, are said in one line and break no run.
    done = product.floe("run", "--select", "+gold_customers", "--exclude", "resource_type:test", env={"FLOE_LEDGER": "/proc/floe/ledger.db"})
    wrong_unless(wrong, done.returncode == 0, f"without a ledger: {done.stdout}")
    needs(wrong, done.stdout, "ledger", "Pipeline COMPLETE")
    return wrong


def a_stale_artifact(template):
    wrong, product = [], Product("stale", template)
    (product.path / "landing/more.csv").write_text("a,b\n1,2\n")
    product.change("customer-360/models/silver/silver_tickets.sql", "lower(state)", "upper(state)")
    product.change("platform/manifest.yaml", "minimum: 80", "minimum: 81")
    done = product.floe("run")
    wrong_unless(wrong, done.returncode == 1, f"exit code {done.returncode}")
    needs(wrong, done.stdout, "changed  models/silver/silver_tickets.sql", "it was compiled for acme-platform 1.2.3 (sha256:",
          "`floe compile` makes it anew")
    wrong_unless(wrong, "landing" not in done.stdout, "a delivery made the artifact stale")
    wrong_unless(wrong, not product.notes.exists(), "dbt ran all the same")
    return wrong


def broken_companions(_):
    """The module lent to dbt, with connections that are other than it knows."""
    script = """
import importlib.util, sys, types
def load(manager):
    for name in ("dbt", "dbt.adapters", "dbt.adapters.duckdb"):
        sys.modules[name] = types.ModuleType(name)
    module = types.ModuleType("dbt.adapters.duckdb.connections")
    if manager: module.DuckDBConnectionManager = manager
    sys.modules[module.__name__] = module
    spec = importlib.util.spec_from_file_location("dbt_floe_rows", sys.argv[1])
    loaded = importlib.util.module_from_spec(spec); spec.loader.exec_module(loaded)
class Response:
    def __init__(self, _message, code=None, rows_affected=None): self._message, self.code, self.rows_affected = _message, code, rows_affected
    def __str__(self): return self._message
class Cursor:
    description = [("Count",)]
    def __init__(self, row): self.row = row
    def fetchone(self):
        if isinstance(self.row, Exception): raise self.row
        row, self.row = self.row, None
        return row
def manager():
    class Manager:
        def execute(self, sql, auto_begin=False, fetch=False, limit=None):
            self.get_response(sql)
            return self.get_response(sql), None
        @classmethod
        def get_response(cls, cursor): return Response("OK")
    return Manager
load(None)                                     # nothing to install it in
load(type("Manager", (), {}))                  # a manager without the methods
for row, fetch, told in (((7,), False, "OK 7"), ((7,), True, "OK"), ((), False, "OK"), (None, False, "OK"),
                         (("7",), False, "OK"), ((-1,), False, "OK"), (RuntimeError("no"), False, "OK")):
    own = manager(); load(own)
    got = own().execute(Cursor(row), fetch=fetch)[0]
    assert str(got) == told, (row, fetch, str(got))
own = manager(); load(own)
cursor = Cursor((7,)); cursor.description = None
assert str(own().execute(cursor)[0]) == "OK"
class Broken(Exception): pass
def fails(self, *a, **k): raise Broken()
own = manager(); own.execute = fails; load(own)
try: own().execute(Cursor((7,))); raise SystemExit("an error of dbt's was hidden")
except Broken: pass
"""
    done = subprocess.run([PYTHON, "-c", script, ROOT / "lua/run/dbt_floe_rows.py"], text=True, capture_output=True)
    return [done.stderr] if done.returncode else []


CASES = {
    "customer-360 runs in four steps with one dbt, and its rows, trace, lineage and ledger are true": all_four_steps,
    "a model that fails is told with dbt's words, and --retry-failed runs the rest and nothing else": a_failed_model,
    "a broken contract ends the run in block, and is told and passed by in alert_only": a_broken_contract,
    "contracts of what a run was not to build are told, and not judged by older data": contracts_of_what_is_not_built,
    "a run that is killed keeps a second one away while its dbt works, and is gone on with": floe_killed,
    "a dbt that is killed fails the run, and a retry keeps to what was selected": dbt_killed,
    "a run of a selection that is killed with its dbt goes on with what it did not do, and nothing else": cut_with_a_selection,
    "SIGTERM ends dbt, closes lineage as ABORT, and the ledger knows it": ended_by_a_signal,
    "a model that is cut off while it runs is aborted: by SIGTERM at once, after SIGKILL by the next run":
        cut_while_a_model_runs,
    "a damaged database and a ledger that cannot be written are told, and the latter breaks nothing": damage,
    "an artifact that is not that of the files or of the platform does not run; data that landed makes none stale":
        a_stale_artifact,
    "the module lent to dbt changes nothing where anything is other than it knows": broken_companions,
}


def run_case(item, template):
    try:
        return item[0], item[1](template)
    except Exception as err:  # a case that breaks is a case that fails
        return item[0], [f"{type(err).__name__}: {err}"]


def run_cases(kind, cases):
    """Runs those that the command line names, or all, on copies of one compiled product."""
    for name, text in (("dbt", WRAPPER), ("python", f'#!/bin/sh\nexec {PYTHON} "$@"\n')):
        (scratch / name).write_text(text)
        (scratch / name).chmod(0o755)
    template = kind("template")
    compiled = template.floe("compile")
    template.notes.unlink(missing_ok=True)
    if compiled.returncode:
        print(f"not ok - runs: {template.path.name} compiles\n{compiled.stdout}")
        return 1
    wanted = [(name, case) for name, case in cases.items() if len(sys.argv) < 2 or case.__name__ in sys.argv[1:]]
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, wrong in pool.map(lambda item: run_case(item, template), wanted):
            bad += bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} - runs: {name}", flush=True)
            for text in wrong:
                print("\n".join("    " + line for line in text.splitlines()), flush=True)
    return 1 if bad else 0


def main(kind, cases):
    try:
        return run_cases(kind, cases)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(Product, CASES))

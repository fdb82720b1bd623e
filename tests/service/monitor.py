"""floe monitor on a real DuckDB product that a real dbt built: planted violations are raised once, heard by a receiver
that may be down, remembered over a restart; settings are read anew, and it ends when it is asked to.

    FLOE=… tests/service/monitor.py [WORD…]

It runs in the Python of the dbt that floe is to use. Reports in TAP.
"""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

import duckdb
import yaml

sys.dont_write_bytecode = True
from watching import DBT, FLOE, PATIENCE, Monitor, Receiver, environment, until  # noqa: E402

RUN_LUA = os.environ.get("RUN_LUA") or str(pathlib.Path(FLOE).resolve().parent / "run_lua")
TESTS = []


def test(function):
    TESTS.append(function)
    return function


MODEL = """{{ config(materialized='table') }}
select 1 as order_id, 10.5 as amount, cast(now() at time zone 'UTC' as timestamp) as updated_at
union all select 2, 20.0, cast(now() at time zone 'UTC' as timestamp)
"""


class Product:
    """A product that dbt built, its platform, and who hears of it."""

    def __init__(self, folder, template=None):
        self.folder, self.monitors, self.receiver = pathlib.Path(folder) / "shop", [], Receiver()
        if template:
            shutil.copytree(template, self.folder.parent, dirs_exist_ok=True, symlinks=True)
            return
        (self.folder / "models").mkdir(parents=True)
        self.platform()
        self.write("floe.yaml", {
            "apiVersion": "floe.dev/v1", "kind": "DataProduct", "platform": {"ref": "../platform.yaml"},
            "metadata": {"name": "shop", "version": "1.0.0", "owner": "a@example.com"},
            "transforms": [{"type": "dbt", "path": "models/"}]})
        self.write("dbt_project.yml", {"name": "shop", "version": "1.0.0", "config-version": 2, "profile": "shop"})
        self.write("profiles.yml", {"shop": {"target": "dev", "outputs": {
            "dev": {"type": "duckdb", "path": "target/shop.duckdb"}}}})
        self.write("models/orders.sql", MODEL)
        self.contract()

    def contract(self, version="1.0.0"):
        def column(name, kind, **more):
            return {"name": name, "logicalType": kind, **more}
        self.write("datacontract.yaml", {
            "apiVersion": "v3.1.0", "kind": "DataContract", "id": "shop.orders", "name": "orders", "version": version,
            "status": "active",
            "schema": [{"name": "orders", "properties": [
                column("order_id", "integer", unique=True, quality=[
                    {"type": "library", "metric": "duplicateValues", "mustBe": 0}]),
                column("amount", "number"), column("updated_at", "timestamp")]}],
            "slaProperties": [{"property": "freshness", "value": 6, "unit": "h", "element": "orders.updated_at"}]})

    def platform(self, interval="1s", **alerting):
        policies = {f"contract.{kind}": "alert_only" for kind in ("freshness", "schema_drift", "quality", "availability")}
        self.write("../platform.yaml", {
            "apiVersion": "floe.dev/v1", "kind": "Manifest", "plugins": {"compute": {"type": "duckdb"}},
            "metadata": {"name": "acme", "version": "1.0.0", "owner": "a@example.com"},
            "governance": {"policies": policies},
            "data_contracts": {
                "monitoring": {kind: {"check_interval": interval}
                               for kind in ("freshness", "schema_drift", "quality", "availability")},
                "alerting": alerting},
            "observability": {"webhooks": [{"name": "oncall", "url_env": "RECEIVER"}],
                              "lineage": {"enabled": False}, "tracing": {"enabled": False}}})

    def write(self, name, content):
        (self.folder / name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")

    def floe(self, *arguments, **more):
        return subprocess.run([FLOE, *arguments], cwd=self.folder, env=environment(
            RECEIVER=f"http://127.0.0.1:{self.receiver.port}/hook", **more), text=True, capture_output=True, check=False)

    def compile(self):
        done = self.floe("compile", "--facts", "sources", "--quiet")
        assert done.returncode == 0, done.stdout + done.stderr

    def build(self):
        subprocess.run([DBT, "--quiet", "build", "--profiles-dir", "."], cwd=self.folder, env=environment(), check=True)

    def sql(self, statement):
        """Changes the data; the monitor may be reading them."""
        def attempt():
            try:
                with contextlib.closing(duckdb.connect(str(self.folder / "target" / "shop.duckdb"))) as connection:
                    connection.execute(statement)
                return True
            except duckdb.IOException:
                return False
        until("getting at the database", attempt)

    def entries(self, kind):
        done = self.floe("ledger", "list", "--kind", kind, "--format", "json", "--limit", "1000")
        return json.loads(done.stdout)["entries"] if done.stdout else []

    def notices(self):
        return self.entries("monitor.alert")

    def close(self):
        for monitor in self.monitors:
            if monitor.process.poll() is None:
                monitor.process.kill()
                monitor.process.wait()
        self.receiver.stop()


def is_left(product):
    """Processes that the product's monitors left behind."""
    left = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if str(os.readlink(path)).startswith(str(product.folder)):
                left.append(path.parent.name)
    return left


OLD = "UPDATE orders SET updated_at = now() AT TIME ZONE 'UTC' - INTERVAL 8 HOURS"
NEW = "UPDATE orders SET updated_at = now() AT TIME ZONE 'UTC'"


@test
def a_column_that_is_back_is_told(product):
    monitor = Monitor(product).ready()
    product.sql("ALTER TABLE orders RENAME COLUMN updated_at TO renamed")
    until("the drift", lambda: ("schema_drift", "firing", "critical") in product.receiver.said())
    product.sql("ALTER TABLE orders RENAME COLUMN renamed TO updated_at")
    until("the end", lambda: ("schema_drift", "resolved", "critical") in product.receiver.said())
    monitor.rounds(1)


@test
def what_is_broken_is_told_once_and_again_when_graver_and_when_it_is_over(product):
    monitor = Monitor(product).ready()
    monitor.rounds(2)
    assert product.receiver.alerts == [], product.receiver.alerts
    product.sql(OLD)
    until("the alert", lambda: product.receiver.said("freshness"))
    first = product.receiver.alerts[0]
    assert first["contract"] == "orders" and first["version"] == "1.0.0" and first["product"] == "shop", first
    assert first["element"] == "orders.updated_at" and first["expected"] == "6h" and first["actual"] == "8.0h", first
    until("the graver alert", lambda: len(product.receiver.said("freshness")) == 2)
    monitor.rounds(3)
    assert product.receiver.said() == [("freshness", "firing", "error"), ("freshness", "firing", "critical")]
    product.sql(NEW)
    until("the end", lambda: len(product.receiver.said()) == 3)
    assert product.receiver.said()[2] == ("freshness", "resolved", "critical")
    notices = product.notices()
    assert len(notices) == 3 and notices[0]["verdict"] == "resolved", notices
    listed = product.floe("ledger", "list", "--kind", "monitor.alert", "--limit", "1").stdout.split("\n")[0]
    assert listed.endswith("  resolved  -  -  orders: freshness"), listed
    found = next(entry for entry in product.entries("check") if entry["verdict"] == "alerted")
    assert found["user"], found
    assert product.floe("ledger", "verify").returncode == 0


@test
def quality_and_the_schema_are_watched_as_well(product):
    monitor = Monitor(product).ready()
    monitor.rounds(1)
    product.sql("UPDATE orders SET order_id = 1")
    product.sql("ALTER TABLE orders DROP COLUMN amount")
    until("both alerts", lambda: {one[0] for one in product.receiver.said()} >= {"quality", "schema_drift"})
    assert ("schema_drift", "firing", "critical") in product.receiver.said(), product.receiver.said()


@test
def a_restart_neither_forgets_nor_repeats(product):
    first = Monitor(product).ready()
    product.sql(OLD)
    until("the graver alert", lambda: len(product.receiver.said("freshness")) == 2)
    code, _ = first.stop()
    assert code == 0, code
    second = Monitor(product).ready()
    second.rounds(3)
    assert len(product.receiver.said()) == 2, product.receiver.said()
    assert json.loads(second.get("/readyz")[1])["checks"]["shop"]["open_alerts"] == 1
    second.stop(signal.SIGKILL)
    third = Monitor(product).ready()
    third.rounds(2)
    assert len(product.receiver.said()) == 2, product.receiver.said()
    product.sql(NEW)
    until("the end", lambda: len(product.receiver.said()) == 3)


@test
def what_somebody_else_found_is_told_when_the_watching_begins(product):
    product.platform(interval="1h")
    product.compile()
    product.sql(OLD)
    assert product.floe("contract", "check").returncode in (0, 1)
    monitor = Monitor(product).ready()
    until("the alert", lambda: product.receiver.said("freshness"))
    monitor.stop()


@test
def alerts_wait_for_a_receiver_that_is_down_and_arrive_once(product):
    product.receiver.stop()
    monitor = Monitor(product).ready()
    product.sql("ALTER TABLE orders DROP COLUMN amount")
    until("the alert in the log", lambda: monitor.log("alert"))
    monitor.rounds(3)
    spooled = list((product.folder / ".floe" / "evidence" / "webhook.oncall").glob("*"))
    assert any(path.suffix in (".jsonl", ".open") for path in spooled), spooled
    product.receiver.start()
    until("the alert", lambda: product.receiver.said("schema_drift"))
    monitor.rounds(3)
    assert len(product.receiver.said("schema_drift")) == 1, product.receiver.said()


@test
def pages_tell_of_health_and_metrics(product):
    monitor = Monitor(product).ready()
    product.sql(OLD)
    until("the alert", lambda: product.receiver.said("freshness"))
    status, text = monitor.get("/healthz")
    health = json.loads(text)
    assert status == 200 and health["status"] == "ok" and isinstance(health["uptime_seconds"], int), text
    assert set(health) == {"status", "version", "uptime_seconds", "checks"}, text
    status, metrics = monitor.get("/metrics")
    assert status == 200 and 'floe_contract_violations_total{contract="orders",type="freshness"' in metrics, metrics
    assert 'floe_contract_availability_up{contract="orders"} 1' in metrics, metrics
    if shutil.which("promtool"):
        done = subprocess.run(["promtool", "check", "metrics"], input=metrics, text=True, capture_output=True, check=False)
        told = [line for line in (done.stdout + done.stderr).splitlines() if "floe_contract_freshness_hours" not in line]
        assert told == [], told  # the documented name counts in hours
    assert monitor.get("/else")[0] == 404


@test
def settings_are_read_anew_and_broken_ones_leave_the_old(product):
    monitor = Monitor(product).ready()
    artifact = product.folder / ".floe" / "artifacts.json"
    good = artifact.read_text()
    artifact.write_text('{"version": "1.0.0"')
    monitor.process.send_signal(signal.SIGHUP)
    until("the complaint", lambda: any("the old ones stay" in line["message"] for line in monitor.log()))
    monitor.rounds(2)
    artifact.write_text(good)
    product.platform(interval="1h")
    product.compile()
    monitor.process.send_signal(signal.SIGHUP)
    until("reading anew", lambda: any("read anew" in line["message"] for line in monitor.log()))
    time.sleep(1)  # a round that was under way
    before = len(monitor.log("checked"))
    time.sleep(3)
    assert len(monitor.log("checked")) == before, "it goes on as before"
    assert monitor.get("/healthz")[0] == 200


@test
def it_ends_within_seconds_also_in_the_middle_of_a_check(product):
    monitor = Monitor(product).ready()
    # The database is held by a writer: a check waits for it.
    with contextlib.closing(duckdb.connect(str(product.folder / "target" / "shop.duckdb"))):
        until("a check that waits", lambda: len(is_left(product)) > 2)
        assert monitor.get("/healthz")[0] == 200, "health is told while a check runs"
        code, seconds = monitor.stop()
    assert code == 0 and seconds < 6, (code, seconds)
    assert monitor.log("stopped"), monitor.log()
    until("nothing being left", lambda: not is_left(product))
    code, seconds = Monitor(product).ready().stop(signal.SIGINT)
    assert code == 0 and seconds < 6, (code, seconds)


@test
def what_keeps_it_from_watching_is_told(product):
    monitor = Monitor(product).ready()
    second = product.floe("monitor", "--listen", "127.0.0.1:0")
    assert second.returncode == 4 and "is monitored already" in second.stdout, second
    monitor.stop()
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = product.floe("monitor", "--listen", address)
        assert done.returncode == 4 and f"cannot listen on {address}" in done.stdout, done
    assert product.floe("monitor", "--listen", "nowhere").returncode == 2
    (product.folder / ".floe" / "artifacts.json").unlink()
    done = product.floe("monitor", "--once")
    assert done.returncode == 2 and "run `floe compile`" in done.stdout, done


@test
def one_round_answers_by_its_exit_code(product):
    assert product.floe("monitor", "--once").returncode == 0
    product.sql(OLD)
    assert product.floe("monitor", "--once").returncode == 0
    until("the alert", lambda: product.receiver.said("freshness"))
    done = product.floe("monitor", "--once", "--enforce", "block")
    assert done.returncode == 1, done
    assert len(product.receiver.said()) == 1, "the same is not said again"
    done = product.floe("monitor", "--once", "--dbt", "/nowhere/dbt")
    assert done.returncode == 4, done


def governed(product, **evidence):
    """The product's platform asks for this of its ledger."""
    platform = json.loads((product.folder / "../platform.yaml").read_text())
    platform["governance"]["evidence"] = evidence
    product.write("../platform.yaml", platform)
    product.compile()


@test
def a_ledger_that_has_to_be_kept_and_is_not_is_told_and_written_later(product):
    governed(product, required=True)
    done = product.floe("monitor", "--once", FLOE_LEDGER="off")
    assert done.returncode == 4 and "the platform requires that checks are recorded" in done.stdout, done
    monitor = Monitor(product).ready()
    ledger, aside = product.folder / ".floe" / "ledger.db", product.folder / ".floe" / "aside"
    monitor.rounds(1)
    aside.mkdir()
    for path in ledger.parent.glob("ledger.db*"):
        path.rename(aside / path.name)
    ledger.mkdir()
    product.sql(OLD)
    until("the alert", lambda: product.receiver.said("freshness"))
    state = until("not being ready", lambda: [page for page in [monitor.get("/readyz")] if page[0] == 503])[0]
    told = json.loads(state[1])["checks"]["shop"]
    assert told["status"] == "failing" and "which the platform requires" in told["message"], state
    assert monitor.get("/healthz")[0] == 200
    until("saying so", lambda: [line for line in monitor.log() if "which the platform requires" in line["message"]
                                and line["level"] == "ERROR"])
    until("saying that it is repeated", lambda: monitor.log("repeated"))
    monitor.rounds(3)
    assert product.receiver.said("freshness") == [("freshness", "firing", "error")], "what is not kept makes nothing graver"
    ledger.rmdir()
    for path in aside.iterdir():
        path.rename(ledger.parent / path.name)
    until("being ready", lambda: monitor.get("/readyz")[0] == 200)
    notices = product.notices()
    assert [one["verdict"] for one in notices] == ["firing"], notices
    assert product.floe("ledger", "verify").returncode == 0


AGED = """
local ledgers <const> = require "evidence.ledger"
local ledger <close> = assert(ledgers.open("%s"))
for day = 5, 0, -1 do
  assert(ledger:append {
    kind = "validate", product = "shop", verdict = "pass", body = "{}", at = (os.time() - day * 86400 - 43200) * 1000,
  })
end
"""


@test
def what_the_platform_does_not_keep_any_longer_is_taken_out(product):
    script = product.folder / "aged.lua"
    script.write_text(AGED % (product.folder / ".floe" / "ledger.db"), encoding="utf-8")
    for path in (product.folder / ".floe").glob("ledger.db*"):
        path.unlink()
    subprocess.run([RUN_LUA, script], check=True)
    assert len(product.entries("validate")) == 6
    governed(product, retention="48h")  # the compile records something, and takes out what is old
    assert len(product.entries("validate")) == 2, product.entries("validate")
    for path in (product.folder / ".floe").glob("ledger.db*"):
        path.unlink()
    subprocess.run([RUN_LUA, script], check=True)
    monitor = Monitor(product).ready()
    pruned = until("the pruning", lambda: monitor.log("pruned"))
    assert pruned[0]["entries"] == 4, pruned
    assert len(product.entries("validate")) == 2 and len(product.entries("prune")) == 1
    assert product.floe("ledger", "verify").returncode == 0


@test
def a_run_that_was_cut_off_is_ended(product):
    platform = json.loads((product.folder / "../platform.yaml").read_text())
    platform["observability"]["lineage"]["enabled"] = True
    product.write("../platform.yaml", platform)
    product.compile()
    run = subprocess.Popen([FLOE, "run"], cwd=product.folder, env=environment(), stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, start_new_session=True)
    lineage = product.folder / ".floe" / "lineage.jsonl"
    until("the start of the run", lambda: lineage.exists() and '"START"' in lineage.read_text(encoding="utf-8"))
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert not product.entries("run.end")
    monitor = Monitor(product).ready()
    said = until("the end of the run", lambda: monitor.log("run_ended"))
    started, ended = product.entries("run.start"), product.entries("run.end")
    assert len(started) == len(ended) == 1 and ended[0]["verdict"] == "cut off", (started, ended)
    assert said[0]["run"] == started[0]["run"] == ended[0]["run"], (said, started, ended)

    def kinds():
        events = [json.loads(line) for line in lineage.read_text(encoding="utf-8").splitlines()]
        kinds = [one["eventType"] for one in events if one["run"]["runId"] == started[0]["run"]]
        return [kind for kind in kinds if kind != "RUNNING"]  # it was killed sooner or later

    until("the end in lineage", lambda: kinds() == ["START", "ABORT"])
    monitor.rounds(2)
    assert len(product.entries("run.end")) == 1 and kinds() == ["START", "ABORT"]
    assert product.floe("ledger", "verify").returncode == 0


@test
def checks_that_do_not_come_to_their_end_are_told(product):
    monitor = Monitor(product).ready()
    monitor.rounds(1)

    def reader():  # the Python that reads the database, while it does
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                if "-I\0-c\0" in path.read_text() and os.readlink(path.parent / "cwd") == str(product.folder):
                    os.kill(int(path.parent.name), signal.SIGSTOP)
                    return [int(path.parent.name)]
        return None

    stopped = until("a reader", reader)[0]
    status, text = until("being stale", lambda: [page for page in [monitor.get("/readyz")] if page[0] == 503])[0]
    told = json.loads(text)["checks"]["shop"]
    assert told["status"] == "stale" and "not done in time" in told["message"], text
    assert monitor.get("/healthz")[0] == 200, "it turns all the same"
    with contextlib.suppress(ProcessLookupError):
        os.kill(stopped, signal.SIGCONT)
    until("being ready again", lambda: monitor.get("/readyz")[0] == 200, 60)


@test
def a_service_manager_is_told(product):
    path = str(product.folder / "notify")
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as manager:
        manager.bind(path)
        manager.settimeout(PATIENCE)
        monitor = Monitor(product, NOTIFY_SOCKET=path, WATCHDOG_USEC="1000000")

        def hear(word):
            while True:
                text = manager.recv(4096).decode()
                if text.startswith(word):
                    return text
                assert text == "WATCHDOG=1", text

        assert hear("READY=1") == "READY=1\nSTATUS=monitoring 1 contract of 1 product"
        monitor.ready()
        for _ in range(3):
            hear("WATCHDOG=1")
        before = time.monotonic_ns() // 1000
        monitor.process.send_signal(signal.SIGHUP)
        microseconds = int(hear("RELOADING=1").rsplit("=", 1)[1])
        assert before <= microseconds <= time.monotonic_ns() // 1000, (before, microseconds)
        hear("READY=1")
        assert monitor.stop()[0] == 0
        hear("STOPPING=1")
    monitor = Monitor(product, NOTIFY_SOCKET="nowhere").ready()
    until("a complaint", lambda: [line for line in monitor.log() if "the service manager cannot be told" in line["message"]])
    monitor.rounds(1)


@test
def what_is_waived_or_off_is_not_told(product):
    platform = json.loads((product.folder / "../platform.yaml").read_text())
    platform["governance"]["policies"]["contract.freshness"] = "off"
    product.write("../platform.yaml", platform)
    product.compile()
    product.sql(OLD)
    monitor = Monitor(product).ready()
    monitor.rounds(3)
    assert product.receiver.said("freshness") == [], product.receiver.said()


@test
def the_examples_of_services_fit_the_program(product):
    examples = pathlib.Path(__file__).resolve().parents[2] / "examples" / "monitor"
    monitor = Monitor(product).ready()
    commands = []
    for one in yaml.safe_load_all((examples / "kubernetes.yaml").read_text(encoding="utf-8")):
        template = {"Deployment": lambda one: one["spec"]["template"],
                    "CronJob": lambda one: one["spec"]["jobTemplate"]["spec"]["template"]}.get(one["kind"])
        for container in template(one)["spec"]["containers"] if template else []:
            commands.append(container["command"][1:])
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                if probe in container:
                    assert monitor.get(container[probe]["httpGet"]["path"])[0] == 200, probe
            for port in container.get("ports", []):
                assert f"0.0.0.0:{port['containerPort']}" in container["command"], container["command"]
    unit = (examples / "floe-monitor.service").read_text(encoding="utf-8")
    line = next(line for line in unit.splitlines() if line.startswith("ExecStart="))
    commands.append(line.split()[1:])
    assert len(commands) == 3, commands
    for command in commands:  # every option is one of the program's; the products are not here
        done = product.floe(*command)
        assert done.returncode == 2 and "there is no folder" in done.stdout, (command, done)
    if shutil.which("systemd-analyze"):
        copy = product.folder / "floe-monitor.service"
        copy.write_text(unit.replace("/usr/local/bin/floe", str(pathlib.Path(FLOE).resolve())), encoding="utf-8")
        done = subprocess.run(["systemd-analyze", "verify", str(copy)], text=True, capture_output=True, check=False)
        assert "floe-monitor.service" not in done.stdout + done.stderr, done.stdout + done.stderr


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as base:
        template = Product(pathlib.Path(base) / "template")
        template.compile()
        template.build()
        template.close()
        for one in TESTS:
            if sys.argv[1:] and not any(word in one.__name__ for word in sys.argv[1:]):
                continue
            product = Product(pathlib.Path(base) / one.__name__[:40], template.folder.parent)
            try:
                one(product)
                print(f"ok - {one.__name__.replace('_', ' ')}", flush=True)
            except Exception:  # whatever it is, it is told and the next test runs
                failed += 1
                print(f"not ok - {one.__name__.replace('_', ' ')}")
                logs = "".join(monitor.log_path.read_text()[-1500:] for monitor in product.monitors)
                print("".join("    " + line + "\n" for line in (traceback.format_exc()[-2500:] + logs).splitlines()),
                      flush=True)
            finally:
                product.close()
    return 1 if failed else 0


sys.exit(main())

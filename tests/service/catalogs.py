#!/usr/bin/env python3
"""Catalogs behind real servers: what the interface promises, races for a name, lost answers, other readers.

    catalogs.py SERVER…        SERVER: iceberg, nessie

FLOE names floe, RUN_LUA the program that runs Lua. Prints TAP."""
import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "catalog"))
import race  # noqa: E402
from products import compiles, floe, lua, make_product, page_example  # noqa: E402
from servers import BUILD, Faults, Iceberg, Nessie, ROOT  # noqa: E402
from vending import credentials_are_handed_out  # noqa: E402

PROCESSES, ROUNDS = 64, 100  # of a race; the processes are of 8 repositories

failed = False
for variable in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[variable]  # none is between a test and its own machine


def case(name, run, *arguments):
    begun = time.monotonic()
    try:
        told = run(*arguments)
        print(f"ok - {name} ({time.monotonic() - begun:.1f} s){'; ' + told if told else ''}\n", end="", flush=True)
    except Exception as wrong:  # noqa: BLE001
        tell_failure(name, wrong)


def tell_failure(name, wrong):
    global failed
    failed = True
    trace = "".join(f"    {line}\n" for line in traceback.format_exc().splitlines())
    print(f"not ok - {name}: {str(wrong).splitlines()[0] if str(wrong) else type(wrong).__name__}\n{trace}", end="", flush=True)


def run_race(settings, rounds, kill=0):
    contest = race.Race(settings, PROCESSES)
    try:
        for number in range(rounds):
            contest.round(f"r{number}_{kill}", kill)
    finally:
        contest.close()


def run_adoptions(settings, rounds):
    contest = race.Race(settings, PROCESSES)
    try:
        for number in range(rounds):
            contest.adoption(f"a{number}")
    finally:
        contest.close()


class Persistent(race.Race):
    """A race in which whoever got no answer asks again, as people run a command again."""

    again = 0

    def __init__(self, settings, processes, calm, disturb=lambda _: None):
        self.calm = calm
        super().__init__(settings, processes, disturb=disturb)

    def ask_all(self, workers, request, kill=0):
        told, dead = super().ask_all(workers, request, kill)
        until = time.monotonic() + race.PATIENCE
        while time.monotonic() < until:
            unheard = [worker for worker in workers if (told[worker.number] or {}).get("code") == "outside"]
            if not unheard:
                return told, dead
            time.sleep(0.5)
            self.again += len(unheard)
            for worker in unheard:
                worker.ask(request)
            told.update(race.answers(unheard))
        raise AssertionError(f"{request}: still no answer: {[told[worker.number] for worker in unheard][:3]}")

    def show(self, name):
        with self.calm():
            return super().show(name)


def cut_connections(server, rounds):
    """Some answers are lost in every round; in every tenth, a third of them."""
    faults = Faults(server)
    contest = Persistent(server.settings(faults.port), PROCESSES, faults.calm)
    try:
        for number in range(rounds):
            faults.chance = 0.3 if number % 10 == 9 else 0.04
            contest.round(f"cut{number}")
    finally:
        contest.close()
        faults.close()
    assert min(faults.count.values()) > 0, faults.count
    return f"{sum(faults.count.values())} answers lost, {contest.again} commands run again"


def restarts(server, rounds):
    """The server gets SIGKILL in the middle of each round and is started again; the proxy keeps its address."""
    faults = Faults(server, chance=0)
    killed = 0

    def restart(random):
        nonlocal killed
        time.sleep(random.random() * 0.2)
        server.kill()
        server.start()
        killed += 1

    def disturb(random):
        nonlocal thread
        thread.join()
        thread = threading.Thread(target=restart, args=(random,))
        thread.start()

    @contextlib.contextmanager
    def calm():
        thread.join()
        yield

    thread = threading.Thread(target=lambda: None)
    thread.start()
    contest = Persistent(server.settings(faults.port), PROCESSES, calm, disturb)
    try:
        for number in range(rounds):
            contest.round(f"restart{number}")
    finally:
        thread.join()
        contest.close()
        faults.close()
    return f"{killed} times, {contest.again} commands run again"


def keeps_promises(server, kind="iceberg-rest"):
    """What every catalog promises, of a type of catalog as manifests name it."""
    lua({**server.settings(), "type": kind}, "catalog.lua")


def pyiceberg_reads(server):
    """Another program reads what floe wrote, and floe the table that it makes."""
    done = subprocess.run([BUILD / "venv-pyiceberg-sql/bin/python", ROOT / "tests/service/reader.py", server.settings()["config"]["uri"]],
                          text=True, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    lua(server.settings(), "table.lua")


def commands(server, folder):
    """The configuration of the guide, used by the commands: with OAuth2, over TLS, by two repositories."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                   check=True, capture_output=True)
    proxy = Faults(server, chance=0, certificate=(folder / "cert.pem", folder / "key.pem"))
    try:
        example = page_example(f"https://127.0.0.1:{proxy.port}")
        trusting = make_product(folder / "one", example + "      ca_file: ../cert.pem\n", "github.com/acme/invoices")
        other = make_product(folder / "two", example + "      ca_file: ../cert.pem\n", "github.com/acme/other")
        plain = make_product(folder / "three", example, "github.com/acme/invoices")
        assert "POLARIS_SECRET, which is not set" in floe(trusting, "catalog", "list", expect=2)
        secret = {"POLARIS_SECRET": "hidden-in-here"}
        assert "cannot be trusted" in floe(plain, "catalog", "list", expect=5, **secret)
        floe(trusting, "catalog", "reconcile", "--apply", **secret)
        assert "finance.invoices  1.0.0  github.com/acme/invoices" in floe(trusting, "catalog", "list", **secret)
        assert "Repository:  github.com/acme/invoices" in floe(other, "catalog", "show", **secret)
        assert "github.com/acme/invoices" in floe(other, "catalog", "reconcile", expect=1, **secret)
    finally:
        proxy.close()


def race_everywhere(server, name, cut, restarted):
    """What must hold of every server: one owner a round, whatever happens to processes, connections and the server."""
    race_of = f"{PROCESSES} processes of 8 repositories race for a name in {name}"
    case(f"{race_of}, {ROUNDS} rounds", run_race, server.settings(), ROUNDS)
    case(f"{race_of}, 5 rounds, 8 of them killed in each", run_race, server.settings(), 5, 8)
    case(f"{race_of} that nobody owns yet, 10 rounds", run_adoptions, server.settings(), 10)
    case(f"{race_of} while connections are cut, {cut} rounds", cut_connections, server, cut)
    case(f"{race_of} while it is killed and started again, {restarted} rounds", restarts, server, restarted)


def iceberg(folder):
    case("credentials that Iceberg's REST catalog hands out are used, and are nowhere printed or stored", credentials_are_handed_out,
         folder / "vending")
    with Iceberg(folder) as server:
        case("Iceberg's REST catalog keeps what the interface promises", keeps_promises, server)
        case("the guide's example of a REST catalog works, with OAuth2 and over TLS", commands, server, folder)
        case("floe compile registers in Iceberg's REST catalog, and leaves nothing behind where it cannot", compiles, server, folder)
        if (BUILD / "venv-pyiceberg-sql/bin/python").exists():
            lua(server.settings(), "written.lua")
            case("pyiceberg reads what floe registered, and floe the table that pyiceberg made", pyiceberg_reads, server)
        else:
            print("ok - pyiceberg reads what floe registered # SKIP pyiceberg is not installed", flush=True)
        race_everywhere(server, "Iceberg's REST catalog", cut=ROUNDS, restarted=5)


def nessie(folder):
    with Nessie(folder) as server:
        case("Nessie, as a catalog of the type polaris whose warehouse becomes a prefix, keeps what the interface promises",
             keeps_promises, server, "polaris")
        race_everywhere(server, "Nessie", cut=ROUNDS // 4, restarted=2)


def suite(name, folder):
    try:
        {"iceberg": iceberg, "nessie": nessie}[name](folder)
    except Exception as wrong:  # noqa: BLE001
        tell_failure(f"the tests with {name} run", wrong)


def main():
    """All servers at once: a race mostly waits."""
    with tempfile.TemporaryDirectory() as folder:
        suites = [threading.Thread(target=suite, args=(name, pathlib.Path(folder) / name)) for name in sys.argv[1:]]
        for thread in suites:
            thread.start()
        for thread in suites:
            thread.join()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

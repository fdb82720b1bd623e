#!/usr/bin/env python3
"""Catalogs behind real servers: what the interface promises, races for a name, lost answers, other readers.

    catalogs.py SERVER…        SERVER: iceberg, nessie

FLOE names floe, RUN_LUA the program that runs Lua. Prints TAP."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "catalog"))
import race  # noqa: E402
from servers import BUILD, Faults, Iceberg, Nessie, ROOT  # noqa: E402

failed = False
for variable in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[variable]  # none is between a test and its own machine


def case(name, run, *arguments):
    begun = time.monotonic()
    try:
        told = run(*arguments)
        print(f"ok - {name} ({time.monotonic() - begun:.1f} s){'; ' + told if told else ''}", flush=True)
    except Exception as wrong:  # noqa: BLE001
        tell_failure(name, wrong)


def tell_failure(name, wrong):
    global failed
    failed = True
    print(f"not ok - {name}: {str(wrong).splitlines()[0] if str(wrong) else type(wrong).__name__}", flush=True)
    print("".join(f"    {line}\n" for line in traceback.format_exc().splitlines()), flush=True)


def lua(settings, script):
    """Runs a file of Lua beside this one against a catalog."""
    done = subprocess.run([os.environ["RUN_LUA"], f"tests/service/{script}"], cwd=ROOT, text=True, capture_output=True,
                          env={**os.environ, "FLOE_TEST_CATALOG": json.dumps(settings)}, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def run_race(settings, rounds, processes=64, kill=0):
    contest = race.Race(settings, processes)
    try:
        for number in range(rounds):
            contest.round(f"r{number}_{kill}", kill)
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
        for _ in range(40):
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
    faults = Faults(server)
    contest = Persistent(server.settings(faults.port), 32, faults.calm)
    try:
        for number in range(rounds):
            contest.round(f"cut{number}")
    finally:
        contest.close()
        faults.close()
    assert min(faults.count.values()) > 0, faults.count
    return f"{sum(faults.count.values())} answers lost, {contest.again} commands run again"


def restarts(server, rounds):
    """The server gets SIGKILL in the middle of each round and is started again; the proxy keeps its address."""
    faults = Faults(server, chance=0)

    def restart(random):
        time.sleep(random.random() * 0.2)
        server.kill()
        server.start()

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
    contest = Persistent(server.settings(faults.port), 16, calm, disturb)
    try:
        for number in range(rounds):
            contest.round(f"restart{number}")
    finally:
        thread.join()
        contest.close()
        faults.close()
    return f"{contest.again} commands run again"


def pyiceberg_reads(server):
    """Another program reads what floe wrote, and floe the table that it makes."""
    done = subprocess.run([BUILD / "venv-pyiceberg-sql/bin/python", ROOT / "tests/service/reader.py", server.settings()["config"]["uri"]],
                          text=True, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    lua(server.settings(), "table.lua")


def floe(folder, *arguments, expect=0, **variables):
    """What floe prints in a folder."""
    done = subprocess.run([os.environ["FLOE"], *arguments], cwd=folder, text=True, capture_output=True,
                          env={**os.environ, **variables}, timeout=120)
    assert done.returncode == expect, (arguments, done.returncode, done.stdout, done.stderr)
    assert "hidden" not in done.stdout + done.stderr, (arguments, done.stdout, done.stderr)
    return done.stdout + done.stderr


def make_product(folder, catalog, repository):
    folder.mkdir(parents=True)
    (folder / "platform.yaml").write_text("apiVersion: floe.dev/v1\nkind: Manifest\n"
                                          "metadata: { name: acme, version: 1.0.0, owner: platform@acme.com }\n" + catalog)
    (folder / "floe.yaml").write_text(
        "apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: { name: invoices, version: 1.0.0, domain: finance, "
        f"owner: finance@acme.com, repository: {repository} }}\nplatform: {{ ref: ./platform.yaml }}\n"
        "transforms: [ { type: dbt, path: models/ } ]\n")
    return folder


def page_example(address, more=""):
    """The configuration that docs/platform.md shows, with another address."""
    page = (ROOT / "docs/platform.md").read_text()
    shown = re.search(r"```yaml\n(plugins:\n  catalog:\n    type: polaris.*?)```", page, re.S).group(1)
    return re.sub(r"uri: \S+", f"uri: {address}", shown).replace("plugins:", "plugins:\n  compute: { type: duckdb }") + more


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


def compiles(server, folder):
    """floe compile registers what it compiles, is refused where another repository owns it, and leaves nothing behind."""
    ignored = shutil.ignore_patterns("target", "logs", ".floe", "definitions.py")
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=ignored)
    manifest, product = folder / "examples/platform/manifest.yaml", folder / "examples/customer-360"
    plain, artifact = manifest.read_text(), product / ".floe/artifacts.json"

    def use(port):
        config = f"{{ uri: 'http://127.0.0.1:{port}', oauth2: {{ client_id: floe, client_secret_env: CATALOG_SECRET }} }}"
        manifest.write_text(plain.replace("plugins:\n", f"plugins:\n  catalog: {{ type: iceberg-rest, config: {config} }}\n", 1))

    def compile_it(expect):
        return floe(product, "compile", "--facts", "sources", expect=expect, CATALOG_SECRET="hidden")

    nobody = socket.create_server(("127.0.0.1", 0))  # a port where nobody is
    use(nobody.getsockname()[1])
    nobody.close()
    compile_it(4)
    assert not artifact.exists() and not (product / "definitions.py").exists()
    use(server.port)
    assert "Product registered in catalog" in compile_it(0)
    assert "hidden" not in artifact.read_text()
    assert "registered already" in compile_it(0)
    floe_yaml = product / "floe.yaml"
    floe_yaml.write_text(floe_yaml.read_text().replace("acme/customer-360", "acme/somebody-else"))
    artifact.unlink()
    refused = compile_it(1)
    assert "owned by different repository" in refused and "Owner: github.com/acme/customer-360" in refused, refused
    assert not artifact.exists()


def iceberg(folder):
    with Iceberg(folder) as server:
        case("Iceberg's REST catalog keeps what the interface promises", lua, server.settings(), "catalog.lua")
        case("the guide's example of a REST catalog works, with OAuth2 and over TLS", commands, server, folder)
        case("floe compile registers in Iceberg's REST catalog, and leaves nothing behind where it cannot", compiles, server, folder)
        case("64 processes of 8 repositories race for a name in Iceberg's REST catalog", run_race, server.settings(), 5)
        case("the same with 8 of them killed in each round", run_race, server.settings(), 2, 64, 8)
        case("one owner a round while connections to Iceberg's REST catalog are cut", cut_connections, server, 3)
        case("one owner a round while Iceberg's REST catalog is killed and restarted", restarts, server, 2)
        if (BUILD / "venv-pyiceberg-sql/bin/python").exists():
            lua(server.settings(), "written.lua")
            case("pyiceberg reads what floe registered, and floe the table that pyiceberg made", pyiceberg_reads, server)
        else:
            print("ok - pyiceberg reads what floe registered # SKIP pyiceberg is not installed")


def nessie(folder):
    with Nessie(folder) as server:
        case("Nessie keeps what the interface promises", lua, server.settings(), "catalog.lua")
        case("64 processes of 8 repositories race for a name in Nessie", run_race, server.settings(), 2)
        case("one owner a round while connections to Nessie are cut", cut_connections, server, 2)


def main():
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:]:
            try:
                {"iceberg": iceberg, "nessie": nessie}[name](pathlib.Path(folder) / name)
            except Exception as wrong:  # noqa: BLE001
                tell_failure(f"the tests with {name} run", wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

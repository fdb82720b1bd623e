"""Alerts with a real Alertmanager: what floe tells a channel of that type is there with its labels, is one alert however
often it is told, and is resolved when it is over. FLOE names floe, RUN_LUA the program that runs Lua. Prints TAP."""
import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
PATIENCE = 20  # seconds
CONFIG = "route: { receiver: nobody }\nreceivers: [ { name: nobody } ]\n"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def alertmanager(folder):
    port = free_port()
    (folder / "config.yml").write_text(CONFIG, encoding="utf-8")
    with open(folder / "log", "wb") as log:
        server = subprocess.Popen([PROGRAM, f"--config.file={folder}/config.yml", f"--storage.path={folder}/data",
                                   f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="],
                                  stdout=log, stderr=log)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def ask(url):
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5) as answer:
        return answer.read()


def wait_for(what, holds):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            found = holds()
            if found:
                return found
        time.sleep(0.1)
    raise SystemExit(f"not ok - alertmanager: {what}")


def tell(root, url, **more):
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run([os.environ["RUN_LUA"], "tests/service/evidence.lua"], cwd=ROOT, text=True, capture_output=True,
                          timeout=60, check=True,
                          env={**kept, "ROOT": str(root), "EVIDENCE_URL": url, "EVIDENCE_TOKEN": "none", "EVENTS": "2",
                               "SHAPE": "alertmanager", **more})
    return json.loads(done.stdout.splitlines()[-1])["lines"]


def alerts(url):
    return json.loads(ask(url + "/api/v2/alerts"))


def judge(root, url):
    wrong = tell(root, url, MESSAGE="It is 12 h old.") + tell(root, url, MESSAGE="It is 12 h old.")
    found = alerts(url)
    labels = {"alertname": "FloeContractViolation", "severity": "error", "contract": "sales.orders"}
    if len(found) != 1 or found[0]["labels"] != labels:  # labels say which alert it is: both events are about one
        wrong.append(f"alerts: {found}")
    elif found[0]["annotations"].get("description") != "It is 12 h old." or not found[0]["startsAt"].startswith("2026-01-01T"):
        wrong.append(f"the alert: {found[0]}")
    wrong += tell(root, url, STATUS="resolved")
    if alerts(url):
        wrong.append(f"it is not resolved: {alerts(url)}")
    return wrong


with tempfile.TemporaryDirectory(prefix="floe-alertmanager-") as name:
    scratch = pathlib.Path(name)
    (scratch / "product").mkdir()
    with alertmanager(scratch) as address:
        wait_for("it does not get ready", lambda: ask(address + "/-/ready"))
        problems = judge(scratch / "product", address)
print(f"{'not ok' if problems else 'ok'} - alertmanager: an alert is there once, with its labels, until it is resolved"
      + "".join(f"\n    {line}" for line in problems))
raise SystemExit(1 if problems else 0)

"""What tests of floe monitor share: the service with its log and its pages, and who hears of its alerts."""
import contextlib
import http.server
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

FLOE = os.environ["FLOE"]
DBT = pathlib.Path(sys.executable).parent / "dbt"
PATIENCE = 30  # seconds for something to happen


def until(what, ask, seconds=PATIENCE):
    """The first answer that is something."""
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} seconds"
        time.sleep(0.05)


class Receiver:
    """Takes alerts. It can be down, and come back at the same address."""

    def __init__(self):
        self.alerts, self.server = [], None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()

    def start(self):
        alerts = self.alerts

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                alerts.extend(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["alerts"])
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def said(self, kind=None):
        return [(one["type"], one["status"], one["severity"]) for one in self.alerts if kind in (None, one["type"])]


def environment(**more):
    keep = {key: value for key, value in os.environ.items() if not key.startswith(("FLOE", "DBT", "OTEL", "OPENLINEAGE"))}
    return {**keep, "FLOE_DBT": str(DBT), "DBT_SEND_ANONYMOUS_USAGE_STATS": "False", **more}


class Monitor:
    """floe monitor, its log, and what it serves."""

    def __init__(self, product, *arguments, **more):
        self.log_path = product.folder / f"monitor-{time.monotonic_ns()}.log"
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [FLOE, "monitor", "--listen", "127.0.0.1:0", *arguments], cwd=product.folder, stdout=log, stderr=log,
                env=environment(RECEIVER=f"http://127.0.0.1:{product.receiver.port}/hook", **more))
        product.monitors.append(self)

    def log(self, event=None):
        lines = []
        for line in self.log_path.read_text(encoding="utf-8").splitlines():
            with contextlib.suppress(json.JSONDecodeError):
                lines.append(json.loads(line))
        return [line for line in lines if event in (None, line.get("event"))]

    def ready(self):
        started = until("the start", lambda: self.log("started") or self.process.poll() is not None and ["ended"])
        assert started != ["ended"], self.log_path.read_text()
        self.address = started[0]["listen"]
        until("being ready", lambda: self.get("/readyz")[0] == 200)
        return self

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://{self.address}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def rounds(self, more):
        """Waits for so many rounds more."""
        now = len(self.log("checked"))
        until(f"{more} rounds", lambda: len(self.log("checked")) >= now + more)

    def stop(self, number=signal.SIGTERM, seconds=10):
        begin = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(seconds)
        return code, time.monotonic() - begin

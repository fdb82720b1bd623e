"""Evidence: how many events a second reach a file, the spool and backends over HTTP, beside a Python program that adds
the same lines with one write each. The backends are a server of Python's library on loopback, which is slower than any
real one: what is measured is floe with it. Prints a line a case: events a second, and the peak memory of the command."""
import argparse
import fcntl
import gzip
import http.server
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
OFF = {"OPENLINEAGE_DISABLED": "true", "OTEL_SDK_DISABLED": "true"}


class Backend:
    """Takes everything, and counts the events in it."""

    def __init__(self):
        self.events = self.requests = 0
        backend = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # an answer in one packet: the kernel holds back a second one until the first is acknowledged

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                if self.headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                backend.requests += 1
                document = json.loads(body)
                backend.events += len(document) if isinstance(document, list) else backend.count(document)
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def count(document):
        spans = [span for resource in document.get("resourceSpans", []) for scope in resource["scopeSpans"]
                 for span in scope["spans"]]
        return len(spans) or ("eventType" in document)


def run(floe, run_lua, mode, nodes, **variables):
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    with tempfile.TemporaryDirectory(prefix="floe-evidence-") as root:
        done = subprocess.run([run_lua, "tests/bench/evidence.lua"], cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True,
                              env={**kept, "ROOT": root, "FLOE": floe, "MODE": mode, "NODES": str(nodes), **variables})
        telling, ending, memory = done.stdout.split()
        return float(telling), float(ending), int(memory) / 1024


def plainly(nodes):
    line = b'{"eventType":"COMPLETE","filler":"' + b"x" * 1500 + b'"}\n'
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        for _ in range(nodes):
            file = os.open(f"{folder}/events.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            fcntl.flock(file, fcntl.LOCK_EX)
            os.write(file, line)
            os.close(file)
        return time.monotonic() - begun


def tell(what, events, seconds, memory=None):
    print(f"{what:54} {events / seconds:10,.0f} events/s" + (f" {memory:8.1f} MB" if memory else ""), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=str(ROOT / "build"), help="the folder of the builds")
    parser.add_argument("--events", type=int, default=20000, help="lines that go to disk")
    parser.add_argument("--nodes", type=int, default=1000, help="models of the run that is told to observers")
    asked = parser.parse_args()
    floe, run_lua = (os.path.join(os.path.abspath(asked.build), "release", name) for name in ("floe", "run_lua"))
    tell("Python: open, lock, write, close", asked.events, plainly(asked.events))
    for mode in ("file", "spool"):
        telling, _, memory = run(floe, run_lua, mode, asked.events)
        tell(f"{mode}: lines of 1.5 KB", asked.events, telling, memory)
    cases = [
        ("OpenLineage to a file", {"OTEL_SDK_DISABLED": "true"}, 2),
        ("OpenLineage over HTTP, one by one", {"OTEL_SDK_DISABLED": "true", "OPENLINEAGE_URL": "URL"}, None),
        ("OpenLineage over HTTP, a hundred at once",
         {"OTEL_SDK_DISABLED": "true", "OPENLINEAGE_URL": "URL", "FLOE_OPENLINEAGE_BATCH": "100"}, None),
        ("OpenTelemetry over HTTP (spans)", {"OPENLINEAGE_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "URL"}, None),
        ("no destination at all", OFF, 1),
    ]
    for what, variables, each in cases:
        backend = Backend()
        variables = {name: value.replace("URL", backend.url) for name, value in variables.items()}
        telling, ending, memory = run(floe, run_lua, "told", asked.nodes, **variables)
        backend.server.shutdown()
        events = each * asked.nodes if each else backend.events
        tell(f"{what}: until it is there", events, telling + ending, memory)
        if not each:
            tell(f"{what}: until the command goes on", events, telling, memory)


if __name__ == "__main__":
    main()

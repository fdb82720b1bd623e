"""What becomes of evidence where its backend is dead, slow, silent, lying or too loud, where the disk is full, where
senders race and where floe is killed: a bounded time is lost, no event that was kept is, and one line says so. A server
on loopback misbehaves as no real one can be made to. FLOE names floe, RUN_LUA the program that runs Lua. Prints TAP."""
import collections
import contextlib
import gzip
import http.server
import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLOE, RUN_LUA = os.environ["FLOE"], os.environ["RUN_LUA"]
TOKEN, SECRET_PATH = "planted-token-7781", "/services/planted-path-4402"
scratch = pathlib.Path(tempfile.mkdtemp(prefix="floe-evidence-"))
failures = 0


def check(name, wrong):
    global failures
    failures += bool(wrong)
    print(f"{'not ok' if wrong else 'ok'} - evidence: {name}" + "".join(f"\n    {line}" for line in wrong), flush=True)


class Backend:
    """A server that answers as `behave(backend, number of the request, keys)` says, and keeps what it accepted."""

    def __init__(self, behave=None, port=0):
        self.accepted, self.requests, self.bodies = collections.Counter(), 0, []
        self.order, self.ending = [], threading.Event()
        backend = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                if self.headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                backend.requests += 1
                backend.bodies.append((dict(self.headers), body))
                with contextlib.suppress(OSError):
                    backend.answer(self, behave, json.loads(body))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}{SECRET_PATH}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def answer(self, handler, behave, document):
        keys = [alert["key"] for alert in document["alerts"]] if "alerts" in document else []
        status, headers, body = (behave and behave(self, self.requests, keys)) or (200, {}, b"ok")
        if status is None:
            self.ending.wait(30)
            return
        if status == 200:
            self.accepted.update(keys)
            self.order += keys
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.server.shutdown()
        self.server.server_close()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def environment(root, url, **more):
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return {**kept, "ROOT": str(root), "EVIDENCE_URL": url, "EVIDENCE_TOKEN": TOKEN, "FLOE_EVIDENCE_WAIT": "2",
            "OPENLINEAGE_DISABLED": "true", **{name: str(value) for name, value in more.items()}}


def product(name):
    root = scratch / name
    root.mkdir()
    return root


def command(root, url, **more):
    """Runs the command, and gives what it says."""
    limits = more.pop("limits", None)
    done = subprocess.run([RUN_LUA, "tests/service/evidence.lua"], cwd=ROOT, text=True, capture_output=True, timeout=60,
                          env=environment(root, url, **more), preexec_fn=limits, check=True)
    return json.loads(done.stdout.splitlines()[-1]), done.stdout + done.stderr


def floe(root, url, *words, **more):
    return subprocess.run([FLOE, "evidence", *words, str(root)], env=environment(root, url, **more), text=True,
                          capture_output=True, timeout=60, check=False)


def status(root, url):
    return json.loads(floe(root, url, "status", "--format", "json").stdout)["destinations"]


def missing(backend, count, first=1):
    """What is wrong with what a backend has: events that are not there, or there twice."""
    wrong = [f"event-{n} arrived {backend.accepted[f'event-{n}']} times" for n in range(first, first + count)
             if backend.accepted[f"event-{n}"] != 1]
    return wrong[:5]


def waits(root, url, count, why=None):
    """What is wrong with what waits."""
    found = status(root, url)
    wrong = [] if [one["events"] for one in found] == [count] else [f"{found} instead of {count} events"]
    return wrong + ([f"{found[0]['why']!r} says nothing of {why!r}"] if why and why not in str(found and found[0]["why"]) else [])


def said(result, *parts):
    lines = result["lines"]
    return ([] if len(lines) == 1 else [f"{len(lines)} lines: {lines}"]) + [
        f"{part!r} is not said: {lines}" for part in parts if not any(part in line for line in lines)]


def within(result, seconds):
    wrong = [f"telling took {result['told']:.2f} s"] if result["told"] > 1 else []
    return wrong + ([f"ending took {result['ended']:.2f} s"] if result["ended"] > seconds else [])


def flushed(root, url, backend, count, *words):
    done = floe(root, url, "flush", "--wait", "10", *words)
    wrong = [f"flush ends with {done.returncode}: {done.stdout}{done.stderr}"] if done.returncode else []
    return wrong + missing(backend, count) + ([] if status(root, url) == [] else ["something still waits"])


# ---- backends ----------------------------------------------------------------------------------------------

def all_is_well():
    root = product("well")
    with Backend() as backend:
        result, _ = command(root, backend.url, EVENTS=1000)
        wrong = within(result, 2) + missing(backend, 1000) + [f"said: {line}" for line in result["lines"]]
        if backend.order != [f"event-{n}" for n in range(1, 1001)]:
            wrong.append("they came in another order")
        if any(headers.get("Authorization") != TOKEN for headers, _ in backend.bodies):
            wrong.append("a header did not come")
    check("a thousand events arrive once, in order, and nothing is said", wrong)


def dead():
    root, port = product("dead"), free_port()
    url = f"http://127.0.0.1:{port}{SECRET_PATH}"
    result, _ = command(root, url, EVENTS=20)
    wrong = within(result, 2.5) + said(result, "20 events for webhook.oncall", "floe evidence flush", "cannot reach")
    again, _ = command(root, url, EVENTS=5, FIRST=21)
    wrong += within(again, 1.5) + waits(root, url, 25, "cannot reach")
    refused = floe(root, url, "flush", "--wait", "0")
    if refused.returncode != 4 or "25 events for webhook.oncall still wait" not in refused.stderr:
        wrong.append(f"flush ends with {refused.returncode}: {refused.stderr}")
    with Backend(port=port) as backend:
        wrong += flushed(root, url, backend, 25)
    check("a dead backend costs little, each time less, and gets everything once it is up", wrong)


def silent():
    root = product("silent")
    with Backend(lambda *_: (None, {}, b"")) as backend:
        result, _ = command(root, backend.url, EVENTS=10)
        wrong = within(result, 3.5) + said(result, "10 events")
    with Backend(port=backend.port) as again:
        wrong += flushed(root, backend.url, again, 10)
    check("a backend that accepts and never answers is left after its time", wrong)


def slow():
    root = product("slow")

    def behave(*_):
        time.sleep(0.3)

    with Backend(behave) as backend:
        result, _ = command(root, backend.url, EVENTS=100)
        wrong = within(result, 2) + missing(backend, 100) + result["lines"]
    check("a slow backend is waited for", wrong)


def beside():
    root = product("beside")

    def behave(*_):
        time.sleep(0.5)

    with Backend(behave) as backend, Backend() as other:
        result, _ = command(root, backend.url, EVENTS=1000, OTHER_URL=other.url, FLOE_EVIDENCE_WAIT=4)
        wrong = within(result, 5.5) + missing(other, 1000) + said(result, "for webhook.oncall")
    check("a slow backend keeps nothing from another one", wrong)


def lying():
    root = product("lying")
    with Backend(lambda *_: (200, {}, b"<html>Welcome</html>")) as backend:
        result, _ = command(root, backend.url, EVENTS=3, SHAPE="slack")
        wrong = within(result, 2.5) + said(result, "is not that of Slack") + waits(root, backend.url, 3)
    check("a page that welcomes everybody is not taken for an answer", wrong)


def elsewhere():
    root = product("elsewhere")
    with Backend() as other:
        with Backend(lambda *_: (307, {"Location": other.url + "/elsewhere"}, b"")) as backend:
            result, _ = command(root, backend.url, EVENTS=3)
            wrong = within(result, 2.5) + said(result, "redirects to") + waits(root, backend.url, 3)
            if other.requests:
                wrong.append("the other host was sent the events")
    check("a redirect to another host is not followed, and said", wrong)


def too_many():
    root = product("too-many")
    with Backend(lambda _, number, __: (429, {"Retry-After": "1"}, b"") if number == 1 else None) as backend:
        result, _ = command(root, backend.url, EVENTS=10, FLOE_EVIDENCE_WAIT=5)
        wrong = missing(backend, 10) + result["lines"] + within(result, 4)
        if result["ended"] < 0.9:
            wrong.append(f"the wait that was asked for was not waited: {result['ended']:.2f} s")
    check("a backend that asks for patience gets it, and then the events", wrong)


def loud():
    root = product("loud")
    with Backend(lambda *_: (200, {}, b"x" * (8 << 20))) as backend:
        result, _ = command(root, backend.url, EVENTS=3)
        wrong = within(result, 2.5) + said(result, "is larger than") + waits(root, backend.url, 3)
    check("a huge answer is not read to its end", wrong)


def picky():
    root = product("picky")

    def behave(_, __, keys):
        return (400, {}, b"") if "event-37" in keys else None

    with Backend(behave) as backend:
        result, _ = command(root, backend.url, EVENTS=250)
        backend.accepted["event-37"] += 1
        wrong = within(result, 2.5) + missing(backend, 250)
        found = status(root, backend.url)
        if [(one["events"], one["refused"]) for one in found] != [(0, 1)]:
            wrong.append(f"status: {found}")
        refused = (root / ".floe/evidence/webhook.oncall/refused.log").read_text(encoding="utf-8")
        if refused.count("\n") != 1 or '"event-37"' not in refused:
            wrong.append(f"refused.log: {refused[:200]}")
    check("one event that is refused for ever keeps none of the others back, and is kept", wrong)


# ---- this machine ------------------------------------------------------------------------------------------

def full_disk():
    root = product("full")

    def limits():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    with Backend(lambda *_: (503, {}, b"")) as backend:
        result, _ = command(root, backend.url, EVENTS=500, limits=limits)
        wrong = within(result, 3.5)
        if not any("could not be kept: " in line and "File too large" in line for line in result["lines"]):
            wrong.append(f"said: {result['lines']}")
        lost = sum(int(line.split()[0]) for line in result["lines"] if "could not be kept" in line)
        kept = sum(one["events"] for one in status(root, backend.url))
        if lost + kept != 500 or not lost:
            wrong.append(f"{kept} kept and {lost} lost of 500")
    check("a full disk loses what is counted and said, and nothing that was kept", wrong)


def killed():
    root = product("killed")
    with Backend() as backend:
        running = subprocess.Popen([RUN_LUA, "tests/service/evidence.lua"], cwd=ROOT, stdout=subprocess.PIPE,
                                   env=environment(root, backend.url, EVENTS=300, LINGER=30))
        running.stdout.readline()
        running.kill()
        running.wait()
        running.stdout.close()
        deadline = time.monotonic() + 8
        while missing(backend, 300) and time.monotonic() < deadline:
            time.sleep(0.05)
        wrong = missing(backend, 300)
    check("what a killed floe had told is sent all the same", wrong)


def torn():
    root, port = product("torn"), free_port()
    url = f"http://127.0.0.1:{port}{SECRET_PATH}"
    command(root, url, EVENTS=10, FLOE_EVIDENCE_WAIT=0)
    waiting = next((root / ".floe/evidence/webhook.oncall").glob("*.jsonl"))
    whole = waiting.read_bytes()
    waiting.write_bytes(whole + whole.splitlines()[0][:40])
    with Backend(port=port) as backend:
        wrong = flushed(root, url, backend, 10)
    check("a line that was cut off keeps none of the others back", wrong)


def racing():
    root, port = product("racing"), free_port()
    url = f"http://127.0.0.1:{port}{SECRET_PATH}"
    command(root, url, EVENTS=2000, FLOE_EVIDENCE_WAIT=0)

    def behave(*_):
        time.sleep(0.01)

    with Backend(behave, port=port) as backend:
        senders = [subprocess.Popen([FLOE, "evidence", "flush", "--wait", "20", str(root)], env=environment(root, url),
                                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(4)]
        wrong = [f"a sender ended with {one.returncode}: {err.decode()}" for one in senders
                 for err in [one.communicate(timeout=60)[1]] if one.returncode]
        wrong += missing(backend, 2000)
    check("four senders at once send every event once", wrong)


def clock():
    root = product("clock")
    folder = root / ".floe/evidence/webhook.oncall"
    folder.mkdir(parents=True)
    (folder / "state.json").write_text('{"failures": 9, "next": 9999999999999, "why": "long ago"}', encoding="utf-8")
    with Backend() as backend:
        result, _ = command(root, backend.url, EVENTS=10)
        wrong = missing(backend, 10) + result["lines"]
        (folder / "state.json").write_text("not JSON at all", encoding="utf-8")
        result, _ = command(root, backend.url, EVENTS=10, FIRST=11)
        wrong += missing(backend, 10, 11) + result["lines"]
    check("a clock that was set back, or a torn state, silences no destination", wrong)


# ---- secrets -----------------------------------------------------------------------------------------------

def secrets():
    root, port = product("secrets"), free_port()
    url = f"http://127.0.0.1:{port}{SECRET_PATH}"
    running = subprocess.Popen([RUN_LUA, "tests/service/evidence.lua"], cwd=ROOT, stdout=subprocess.PIPE, text=True,
                               env=environment(root, url, EVENTS=3, LINGER=1))
    running.stdout.readline()
    deadline, lines = time.monotonic() + 3, []
    while not lines and time.monotonic() < deadline:  # the sender's command line, while it runs
        for task in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                text = task.read_bytes()
                lines += [text] if b"follow" in text and str(root).encode() in text else []
    output = running.communicate(timeout=30)[0]
    printed = floe(root, url, "status").stdout + floe(root, url, "flush", "--wait", "0").stderr + output
    places = {"the command line of the sender": b"".join(lines), "what is printed": printed.encode()}
    places |= {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    wrong = [] if lines else ["no sender was seen"]
    for place, text in places.items():
        for secret in (TOKEN, SECRET_PATH.rsplit("/", 1)[1]):
            if secret.encode() in text:
                wrong.append(f"{place} holds {secret}")
    modes = {oct(path.stat().st_mode & 0o077) for path in (root / ".floe/evidence/webhook.oncall").iterdir()}
    if modes != {"0o0"}:
        wrong.append(f"others may read what waits: {modes}")
    check("an address and a header that are secrets stand in no file, no output and no command line", wrong)


def quoted():
    root, header, key = product("quoted"), "planted-header-5530", "planted-key-8812"
    words = f"nobody knows {header} or {key}"

    def behave(_, number, __):
        if number == 1:
            return 200, {}, json.dumps({"failed_events": [{"index": 0, "retriable": False, "reason": words}]}).encode()
        return (503, 400)[number - 2], {}, json.dumps({"message": words}).encode()

    with Backend(behave) as backend:
        (scratch / "quoted.yml").write_text(f"transport: {{ type: http, url: '{backend.url}', auth: {{ type: api_key, apiKey: {key} }} }}")
        for name in ("openlineage", "otlp.logs"):
            folder = root / ".floe/evidence" / name
            folder.mkdir(parents=True)
            (folder / "000000000001-1.jsonl").write_text("{}\n", encoding="utf-8")
        more = {"OPENLINEAGE_DISABLED": "false", "OPENLINEAGE_CONFIG": scratch / "quoted.yml", "FLOE_OPENLINEAGE_BATCH": 10,
                "OTEL_EXPORTER_OTLP_ENDPOINT": backend.url, "OTEL_EXPORTER_OTLP_HEADERS": f"x-login={header}"}
        places = {f"what {word} {number} prints": (lambda done: done.stdout + done.stderr)(
            floe(root, backend.url, word, *wait, **more))
            for number, (word, *wait) in enumerate((("flush", "--wait", "0"), ("status",), ("flush", "--wait", "0")))}
        places |= {str(path): path.read_text(encoding="utf-8") for path in root.rglob("*") if path.is_file()}
    wrong = [f"{place} holds {secret}" for place, text in places.items() for secret in (header, key) if secret in text]
    said = sum(text.count("nobody knows [redacted] or [redacted]") for text in places.values())
    if said != 4 or "1 event for openlineage refused" not in places["what flush 0 prints"]:
        wrong.append(f"what the backend says is said {said} times, not 4: {places}")
    check("a backend that quotes its credentials brings them into no file and no output", wrong)


try:
    for case in (all_is_well, dead, silent, slow, beside, lying, elsewhere, too_many, loud, picky, full_disk, killed, torn, racing,
                 clock, secrets, quoted):
        case()
finally:
    shutil.rmtree(scratch, ignore_errors=True)
raise SystemExit(1 if failures else 0)

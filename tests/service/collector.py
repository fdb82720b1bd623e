"""What floe tells of itself as OpenTelemetry, received by the real collector and compared with what floe did; and what
only a server that misbehaves shows: what is sent again, and what is not.

    FLOE=… tests/service/collector.py [COLLECTOR]

It runs in the Python of the dbt that floe is to use, with the collector that tests/service/collector describes; without
one only the latter is tested. Reports in TAP.
"""
import collections
import contextlib
import email.utils
import gzip
import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse

import duckdb

import servers

sys.path.insert(0, str(servers.ROOT / "tests" / "lib"))
import otlp  # noqa: E402

FLOE = os.environ["FLOE"]
COLLECTOR = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None
DBT = pathlib.Path(sys.executable).parent / "dbt"
SIGNALS = ("traces", "metrics", "logs")
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TESTS = []
failed = 0


def test(function):
    TESTS.append(function)
    return function


# ---- who receives ---------------------------------------------------------------------------------------------


def free_ports(count):
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in opened]


def certificates(folder):
    """An authority with a server and a client; the server goes by localhost."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=authority", "-keyout", "ca.key",
            "-out", "ca.pem")
    (folder / "names").write_text("subjectAltName=DNS:localhost\n", encoding="utf-8")
    for name in ("server", "client"):
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                "-extfile", "names", "-out", f"{name}.pem")


class Collector(servers.Server):
    """The collector, which writes what it receives into files: anybody may send to `open`, who knows the token to
    `guarded`, who has a certificate to `tls`."""

    sign = r"Everything is read(y)"
    token = "a+token,with/signs%&="

    def __init__(self, folder):
        self.ports = dict(zip(("open", "guarded", "tls"), free_ports(3)))
        pathlib.Path(folder).mkdir()
        certificates(pathlib.Path(folder))
        super().__init__(folder)

    def command(self):
        def endpoint(name, more):
            return {"protocols": {"http": {"endpoint": f"127.0.0.1:{self.ports[name]}", **more}}}

        def at(name):
            return str(self.folder / name)

        config = {
            "extensions": {"bearertokenauth": {"token": self.token}},
            "receivers": {
                "otlp/open": endpoint("open", {}),
                "otlp/guarded": endpoint("guarded", {"auth": {"authenticator": "bearertokenauth"}}),
                "otlp/tls": endpoint("tls", {"tls": {"cert_file": at("server.pem"), "key_file": at("server.key"),
                                                     "client_ca_file": at("ca.pem")}}),
            },
            "exporters": {f"file/{signal}": {"path": at(signal), "append": True, "flush_interval": "50ms"} for signal in SIGNALS},
            "service": {
                "extensions": ["bearertokenauth"], "telemetry": {"metrics": {"level": "none"}},
                "pipelines": {signal: {"receivers": ["otlp/open", "otlp/guarded", "otlp/tls"], "exporters": [f"file/{signal}"]}
                              for signal in SIGNALS},
            },
        }
        (self.folder / "config.yaml").write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
        return [str(COLLECTOR), "--config", f"file:{self.folder / 'config.yaml'}"]

    def start(self):
        with contextlib.suppress(ValueError):  # the log tells no port
            super().start()
        assert self.process.poll() is None

    def address(self, name):
        return f"http{'s' if name == 'tls' else ''}://{'localhost' if name == 'tls' else '127.0.0.1'}:{self.ports[name]}"

    def forget(self):
        for signal in SIGNALS:
            with contextlib.suppress(FileNotFoundError):
                os.truncate(self.folder / signal, 0)

    def received(self, signal):
        kind = "spans" if signal == "traces" else signal
        path = self.folder / signal
        return list(otlp.items(kind, [path])) if path.exists() else []

    def await_spans(self, name):
        """The spans, once the last one of a command is among them: it reaches the file a moment after the answer."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with contextlib.suppress(json.JSONDecodeError):  # half a line is there
                found = self.received("traces")
                if any(span["name"] == name for span in found) and self.received("metrics") and self.received("logs"):
                    return found
            time.sleep(0.05)
        raise AssertionError(f"no {name} is received: {[span['name'] for span in self.received('traces')]}")


class Misbehaving:
    """A server that answers each request of a signal with the next of some answers, then with the last of them; it keeps
    when each came, and what it said."""

    def __init__(self, *answers):
        outer, self.requests, lock = self, [], threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                with lock:
                    same = [one for one in outer.requests if one["path"] == self.path]
                    status, headers, answer = answers[min(len(same), len(answers) - 1)]
                    outer.requests.append({"path": self.path, "at": time.monotonic(), "body": body, "headers": dict(self.headers)})
                text = json.dumps(answer).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", "Content-Length": str(len(text)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def address(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def of(self, signal):
        return [one for one in self.requests if one["path"] == f"/v1/{signal}"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


# ---- what floe does -------------------------------------------------------------------------------------------


class Product:
    """A copy of an example; what its commands say."""

    def __init__(self, folder, name):
        examples = pathlib.Path(folder) / "examples"
        shutil.copytree(servers.ROOT / "examples", examples, ignore=shutil.ignore_patterns("target", "logs", ".floe", "*.duckdb"))
        self.folder = examples / name

    def run(self, *arguments, **environment):
        keep = {key: value for key, value in os.environ.items() if not key.startswith(("FLOE", "DBT", "OTEL_", "TRACE"))}
        environment = {key: str(value) for key, value in environment.items()}
        return subprocess.run([FLOE, *arguments], cwd=self.folder, text=True, check=False, capture_output=True,
                              env={**keep, "FLOE_DBT": str(DBT), **environment})


def telemetry(address, **more):
    return {"OTEL_EXPORTER_OTLP_ENDPOINT": address, "FLOE_EVIDENCE_WAIT": "20", **more}


def by_name(spans):
    out = collections.defaultdict(list)
    for span in spans:
        out[span["name"]].append(span)
    return out


def total(metrics, name, **wanted):
    """The sum over the points of a metric that have these attributes."""
    return sum(number for metric in metrics if metric["name"] == name for told, number in otlp.points(metric)
               if all(told.get(key.replace("__", ".")) == value for key, value in wanted.items()))


def check_judgement(document, collector, spans):
    """What was received of a validate is what its document says."""
    spans, counts = by_name(spans), document["counts"]
    (root,), (judging,) = spans["floe.validate"], spans["floe.policy.judge"]
    assert (root["traceId"], root["parentSpanId"]) == tuple(PARENT.split("-")[1:3])
    assert judging["parentSpanId"] == root["spanId"]
    assert root["told"]["process.exit.code"] == 1 and root["status"]["code"] == 2, root
    assert judging["told"]["floe.policy.checks"] == counts["checks"], (judging["told"], counts)
    assert {one["parentSpanId"] for one in spans["floe.policy.evaluate"]} == {judging["spanId"]}
    assert len(spans["floe.policy.evaluate"]) == counts["policies"]
    took = [one["told"]["floe.policy.duration"] for one in spans["floe.policy.evaluate"]]
    assert min(took) >= 0 and len(set(took)) > 1, "each policy has a duration of its own"
    assert any(seconds > 0 for seconds in took), took
    found = collections.Counter(one["policy"] for one in document["findings"])
    assert {one["told"]["floe.policy.id"]: one["told"]["floe.policy.findings"] for one in spans["floe.policy.evaluate"]
            if one["told"]["floe.policy.findings"]} == dict(found)
    logs = [one for one in collector.received("logs") if one["eventName"] == "floe.policy.finding"]
    assert sorted(one["body"]["stringValue"] for one in logs) == sorted(one["message"] for one in document["findings"])
    of = {one["spanId"]: one["told"]["floe.policy.id"] for one in spans["floe.policy.evaluate"]}
    assert all(of[one["spanId"]] == one["told"]["floe.policy.id"] for one in logs), "a record belongs to its policy's span"
    metrics = collector.received("metrics")
    assert total(metrics, "floe.policy.evaluations") == counts["checks"], counts
    assert total(metrics, "floe.policy.findings", floe__policy__verdict="block") == counts["block"]
    resource = root["resource"]
    assert resource["service.name"] == "nightly" and resource["team"] == "data platform", resource


@test
def a_collector_receives_what_was_judged(folder):
    product = Product(folder, "customer-360-broken")
    with Collector(folder / "collector") as collector:
        done = product.run("validate", "--facts", "sources", "--format", "json", TRACEPARENT=PARENT, OTEL_SERVICE_NAME="nightly",
                           OTEL_RESOURCE_ATTRIBUTES="team=data%20platform", **telemetry(collector.address("open")))
        assert (done.returncode, done.stderr) == (1, ""), (done.returncode, done.stderr)
        check_judgement(json.loads(done.stdout), collector, collector.await_spans("floe.validate"))


def check_run(product, collector, spans):
    """What was received of a run is what dbt and the database say."""
    results = json.loads((product.folder / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    results = [one for one in results if one["status"] != "no-op"]  # exposures: nothing ran
    told = {one["told"]["floe.dbt.unique_id"]: one for one in spans if "floe.dbt.unique_id" in one["told"]}
    assert set(told) == {one["unique_id"] for one in results}, set(told) ^ {one["unique_id"] for one in results}
    (root,) = by_name(spans)["floe.pipeline.run"]
    assert {one["traceId"] for one in spans} == {root["traceId"]}
    for one in results:
        span = told[one["unique_id"]]
        status = span["told"].get("floe.transform.status", span["told"].get("floe.quality.result"))
        assert status == one["status"], (one["unique_id"], status, one["status"])
        lasted = (int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"])) / 1e9
        assert abs(lasted - one["execution_time"]) < 0.5, (one["unique_id"], lasted, one["execution_time"])
        attached = told.get(span["told"].get("floe.quality.model"))
        is_first = one["unique_id"].startswith("unit_test.")  # dbt runs these before it makes their model
        assert not attached or (span["parentSpanId"] == attached["spanId"]) != is_first, one["unique_id"]
    check_rows(product, told.values())
    metrics = collector.received("metrics")
    assert total(metrics, "floe.quality.passed") == sum(one["status"] == "pass" for one in results)
    assert total(metrics, "floe.transform.duration") == sum(one["status"] == "success" for one in results)
    assert total(metrics, "floe.pipeline.runs", floe__command="run", floe__status="complete") == 1


def check_rows(product, spans):
    counted = 0
    (database,) = product.folder.rglob("*.duckdb")
    with contextlib.closing(duckdb.connect(str(database), read_only=True)) as connection:
        for one in (span["told"] for span in spans if "floe.transform.rows_affected" in span["told"]):
            schema = one["db.namespace"].split(".")[-1]
            rows = connection.execute(f'select count(*) from "{schema}"."{one["db.collection.name"]}"').fetchone()[0]
            assert one["floe.transform.rows_affected"] == rows, (one, rows)
            counted += 1
    assert counted > 3, "the rows of some models are known"


@test
def a_collector_receives_what_ran(folder):
    product = Product(folder, "customer-360")
    with Collector(folder / "collector") as collector:
        header = f"Authorization=Bearer%20{urllib.parse.quote(Collector.token, safe=str())}"
        asked = telemetry(collector.address("guarded"), OTEL_EXPORTER_OTLP_HEADERS=header, OTEL_EXPORTER_OTLP_COMPRESSION="gzip")
        done = product.run("compile", "--quiet", **asked)
        assert (done.returncode, done.stderr) == (0, ""), (done.returncode, done.stdout, done.stderr)
        steps = [one["told"]["floe.step.title"] for one in by_name(collector.await_spans("floe.compile"))["floe.step"]]
        assert "Running dbt" in steps, steps
        collector.forget()
        done = product.run("run", **asked)
        assert (done.returncode, done.stderr) == (0, ""), (done.returncode, done.stdout, done.stderr)
        check_run(product, collector, collector.await_spans("floe.pipeline.run"))


@test
def what_a_collector_refuses_is_said_and_changes_no_verdict(folder):
    product = Product(folder, "customer-360-broken")
    with Collector(folder / "collector") as collector:
        done = product.run("validate", "--facts", "sources", "--quiet",
                           **telemetry(collector.address("guarded"), OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20hunter2"))
        assert done.returncode == 1 and "status 401" in done.stderr, done.stderr
        assert "hunter2" not in done.stderr
        assert not any("hunter2" in path.read_text(errors="replace") for path in (product.folder / ".floe").rglob("*")
                       if path.is_file()), "no header is kept"
        assert not collector.received("traces")


@test
def a_collector_is_trusted_by_the_certificate_that_was_named_and_knows_who_sends(folder):
    product = Product(folder, "customer-360-broken")
    with Collector(folder / "collector") as collector:
        named = {"OTEL_EXPORTER_OTLP_CERTIFICATE": collector.folder / "ca.pem"}
        own = {"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": collector.folder / "client.pem",
               "OTEL_EXPORTER_OTLP_CLIENT_KEY": collector.folder / "client.key"}
        for variables in (named, own):
            product.run("validate", "--facts", "sources", "--quiet", FLOE_EVIDENCE_WAIT="2",
                        OTEL_EXPORTER_OTLP_ENDPOINT=collector.address("tls"), **variables)
        assert not collector.received("traces"), "one of both does not suffice"
        done = product.run("evidence", "flush", **telemetry(collector.address("tls"), **named, **own))
        assert done.returncode == 0, (done.stdout, done.stderr)
        assert len(by_name(collector.await_spans("floe.validate"))["floe.validate"]) == 2


@test
def what_a_collector_misses_is_sent_when_it_is_there(folder):
    product = Product(folder, "customer-360-broken")
    with Collector(folder / "collector") as collector:
        asked = telemetry(collector.address("open"), FLOE_EVIDENCE_WAIT="1")
        collector.stop()
        began = time.monotonic()
        done = product.run("validate", "--facts", "sources", "--quiet", **asked)
        assert done.returncode == 1 and "floe evidence flush" in done.stderr, done.stderr
        assert time.monotonic() - began < 5, "a collector that is gone costs a bounded time"
        collector.start()
        done = product.run("evidence", "flush", **asked)
        assert done.returncode == 0, (done.stdout, done.stderr)
        assert len(by_name(collector.await_spans("floe.validate"))["floe.validate"]) == 1


# ---- what only a server that misbehaves shows -----------------------------------------------------------------

TAKEN = (200, {}, {})


def validate(folder, server, **more):
    product = Product(folder, "customer-360-broken")
    return product, product.run("validate", "--facts", "sources", "--quiet", **telemetry(server.address(), **more))


@test
def what_was_taken_in_part_is_not_sent_again(folder):
    with Misbehaving((200, {}, {"partialSuccess": {"rejectedSpans": "2", "rejectedDataPoints": "1", "errorMessage": "too old"}})) as server:
        product, done = validate(folder, server)
        assert done.returncode == 1, done.stderr
        done = product.run("evidence", "flush", **telemetry(server.address()))
        assert done.returncode == 0, (done.stdout, done.stderr)
        assert {signal: len(server.of(signal)) for signal in SIGNALS} == dict.fromkeys(SIGNALS, 1)
        done = product.run("validate", "--facts", "sources", "--quiet", **telemetry("http://127.0.0.1:9", FLOE_EVIDENCE_WAIT="0"))
        assert "floe evidence flush" in done.stderr, done.stderr
        done = product.run("evidence", "flush", **telemetry(server.address()))
        assert "it refused 2 of the traces: too old" in done.stdout, (done.stdout, done.stderr)
        assert "refused.log" not in done.stdout, "nothing lies there: the server took the request"


@test
def what_cannot_be_taken_now_is_sent_again_when_the_server_says(folder):
    for status in (429, 502, 503, 504):
        wait = "2" if status % 2 else email.utils.formatdate(time.time() + 3, usegmt=True)
        with Misbehaving((status, {"Retry-After": wait}, {}), TAKEN) as server, tempfile.TemporaryDirectory() as scratch:
            _, done = validate(pathlib.Path(scratch), server)
            assert done.returncode == 1 and not done.stderr, (status, done.stderr)
            for signal in SIGNALS:
                first, second = server.of(signal)
                assert first["body"] == second["body"], "the same is sent again"
                assert second["at"] - first["at"] >= 2, (status, signal, second["at"] - first["at"])


@test
def what_is_refused_is_never_sent_again(folder):
    for status in (400, 401, 404, 413, 500, 501):
        with Misbehaving((status, {"Retry-After": "0"}, {"code": 3, "message": "a span without a name"}), TAKEN) as server:
            with tempfile.TemporaryDirectory() as scratch:
                product, done = validate(pathlib.Path(scratch), server)
                assert done.returncode == 1, done.stderr
                assert product.run("evidence", "flush", **telemetry(server.address())).returncode == 0
            assert {signal: len(server.of(signal)) for signal in SIGNALS} == dict.fromkeys(SIGNALS, 1), status


@test
def requests_are_what_the_protocol_asks_for(folder):
    with Misbehaving(TAKEN) as server:
        validate(folder, server, OTEL_EXPORTER_OTLP_COMPRESSION="gzip", OTEL_EXPORTER_OTLP_TRACES_HEADERS="x-key=%41%3D")
        (request,) = server.of("traces")
        headers = {name.lower(): value for name, value in request["headers"].items()}
        assert headers["content-type"] == "application/json" and headers["content-encoding"] == "gzip", headers
        assert headers["x-key"] == "A=", headers
        assert list(json.loads(request["body"])) == ["resourceSpans"]
        assert "x-key" not in {name.lower() for name in server.of("logs")[0]["headers"]}


@test
def a_server_that_never_answers_costs_a_bounded_time(folder):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        product = Product(folder, "customer-360-broken")
        done = product.run("validate", "--facts", "sources", "--quiet", FLOE_EVIDENCE_WAIT="1", OTEL_EXPORTER_OTLP_TIMEOUT="500",
                           OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert done.returncode == 1 and "floe evidence flush" in done.stderr, done.stderr
        assert time.monotonic() - began < 8


NEEDS_COLLECTOR = {name for name in list(globals()) if name.startswith(("a_collector", "what_a_collector"))}

for function in TESTS:
    title = function.__name__.replace("_", " ")
    if function.__name__ in NEEDS_COLLECTOR and not COLLECTOR:
        print(f"ok - {title} # SKIP there is no collector")
        continue
    with tempfile.TemporaryDirectory() as scratch:
        try:
            function(pathlib.Path(scratch))
            print(f"ok - {title}", flush=True)
        except Exception:  # the others are run all the same
            failed += 1
            print(f"not ok - {title}", flush=True)
            print("".join(f"    {line}\n" for line in traceback.format_exc().splitlines()), flush=True)
sys.exit(failed > 0)

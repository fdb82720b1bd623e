"""Contracts against tables in Iceberg's own REST catalog: what its metadata tell, without an engine.

    FLOE=… tests/service/check_iceberg.py
"""
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import types
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
from servers import Faults, Iceberg  # noqa: E402
from watching import FLOE, Monitor, Receiver, environment, until  # noqa: E402

FIELDS = [{"id": 1, "name": "id", "type": "long", "required": True}, {"id": 2, "name": "at", "type": "timestamp", "required": False},
          {"id": 3, "name": "price", "type": "decimal(10, 2)", "required": False},
          {"id": 4, "name": "lines", "required": False, "type": {"type": "list", "element-id": 5, "element": {
              "type": "struct", "fields": [{"id": 6, "name": "sku", "type": "string", "required": True}]}, "element-required": False}}]
PROMISED = [{"name": "id", "logicalType": "integer", "physicalType": "bigint", "required": True},
            {"name": "at", "logicalType": "timestamp", "physicalType": "timestamp"},
            {"name": "price", "logicalType": "number", "physicalType": "decimal(10,2)"},
            {"name": "lines", "logicalType": "array", "physicalType": "array<struct<sku: string>>"}]
# Credentials that come with every table; "hidden" must be in nothing that floe prints or keeps.
CREDENTIALS = {"s3.access-key-id": "hidden-key", "s3.secret-access-key": "hidden-secret", "s3.session-token": "hidden-token"}
ROOT = pathlib.Path(__file__).parents[2]
SCHEMAS = [ROOT.parent / "shared" / "data" / "openlineage"]
failed = False


def case(name, run, *arguments):
    global failed
    try:
        run(*arguments)
        print(f"ok - {name}", flush=True)
    except Exception:  # whatever it is, it is told and the next test runs
        failed = True
        print(f"not ok - {name}\n" + "".join(f"    {line}\n" for line in traceback.format_exc()[-2500:].splitlines()), flush=True)


def send(server, path, body=None, method="POST"):
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}/v1/{path}", body and json.dumps(body).encode(),
                                     {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or "null")
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{path}: {error.read().decode()[:400]}") from error


def make_table(server, name, fields):
    return send(server, "namespaces/sales%1Fshop/tables", {
        "name": name, "schema": {"type": "struct", "schema-id": 0, "fields": fields}, "properties": {"format-version": "2"}})


def write_snapshot(server, name, count=1, ago=0, **summary):
    """A table's first snapshot, or so many'th, as a writer commits it; its files are never looked at."""
    number = int((time.time() - ago) * 1000)
    send(server, f"namespaces/sales%1Fshop/tables/{name}", {
        "identifier": {"namespace": ["sales", "shop"], "name": name}, "requirements": [], "updates": [
            {"action": "add-snapshot", "snapshot": {
                "snapshot-id": number, "timestamp-ms": number, "sequence-number": count, "schema-id": 0, "manifest-list": "file:///nowhere.avro",
                "summary": {"operation": "append", **summary}}},
            {"action": "set-snapshot-ref", "ref-name": "main", "type": "branch", "snapshot-id": number}]})


def make_product(folder, settings, levels, tables, quality=(), product="shop", **platform):
    folder.mkdir(parents=True)
    (folder / "platform.yaml").write_text(json.dumps({
        "apiVersion": "floe.dev/v1", "kind": "Manifest", "metadata": {"name": "acme", "version": "1.0.0", "owner": "a@example.com"},
        "plugins": {"compute": {"type": "duckdb"}, "catalog": settings}, **platform}))
    (folder / "floe.yaml").write_text(json.dumps({
        "apiVersion": "floe.dev/v1", "kind": "DataProduct", "platform": {"ref": "./platform.yaml"},
        "metadata": {"name": product, "version": "1.0.0", "owner": "a@example.com", "domain": "sales"},
        "transforms": [{"type": "dbt", "path": "models/"}]}))
    (folder / "models").mkdir()
    (folder / "datacontract.yaml").write_text(json.dumps({
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": "shop.orders", "name": "orders", "version": "1.0.0", "status": "active",
        "slaProperties": levels, "schema": [
            {"name": name, "physicalName": f"sales.shop.{name}", "properties": PROMISED, "quality": list(quality)} for name in tables]}))


def check(folder, *arguments):
    done = subprocess.run([os.environ["FLOE"], "contract", "check", "--format", "json", "--facts-from", "iceberg", *arguments],
                          cwd=folder, text=True, capture_output=True, check=False, timeout=120)
    assert done.stdout, done.stderr
    kept = b"".join(path.read_bytes() for path in folder.glob(".floe/**/*") if path.is_file())
    assert "hidden" not in done.stdout + done.stderr and b"hidden" not in kept
    return {(one["schema"], one["type"], one["rule"] or one["element"]): one for one in json.loads(done.stdout)["checks"]}


def tells_what_it_knows(server, folder):
    make_table(server, "orders", FIELDS)
    make_table(server, "empty", FIELDS)
    drifted = [{**FIELDS[0], "type": "int", "required": False}, FIELDS[1], {"id": 9, "name": "more", "type": "uuid", "required": False}]
    make_table(server, "drifted", drifted)
    write_snapshot(server, "orders", **{"total-records": "40", "total-position-deletes": "2", "total-equality-deletes": "0"})
    write_snapshot(server, "drifted", **{"total-records": "5", "total-equality-deletes": "1"})
    quality = [{"metric": "rowCount", "mustBe": 38}, {"metric": "duplicateValues", "mustBe": 0, "arguments": {"properties": ["id"]}}]
    make_product(folder, server.settings(), [{"property": "freshness", "value": "PT6H"}], ["orders", "empty", "drifted", "gone"], quality)
    found = check(folder)
    assert {one["source"] for one in found.values()} == {"iceberg"}, found
    fresh = found["orders", "freshness", None]
    assert fresh["status"] == "pass" and fresh["actual"] == "0.0h", fresh
    assert found["orders", "schema_drift", None]["status"] == "pass", found
    assert found["orders", "quality", "rowCount"]["status"] == "pass", found
    untold = found["orders", "quality", "duplicateValues"]
    assert untold["status"] == "skipped" and "do not tell it" in untold["message"], untold
    assert "is empty" in found["empty", "freshness", None]["message"], found
    assert found["empty", "quality", "rowCount"]["actual"] == "0 rows", found
    assert found["drifted", "quality", "rowCount"]["status"] == "skipped", found
    for rule, severity in {"type_changed": "error", "nullability_changed": "warning", "column_removed": "critical",
                           "column_added": "warning"}.items():
        assert found["drifted", "schema_drift", rule]["severity"] == severity, (rule, found)
    assert found["gone", "availability", None]["severity"] == "critical", found
    assert found["gone", "freshness", None]["status"] == "violation", found


def is_not_there(folder):
    make_product(folder, {"type": "iceberg-rest", "config": {"uri": "http://127.0.0.1:1", "timeout": 2}},
                 [{"property": "freshness", "value": "PT6H"}], ["orders"])
    found = check(folder)
    assert found["orders", "availability", None]["status"] == "violation", found
    assert found["orders", "freshness", None]["status"] == "error", found


def alter_table(server, name, fields):
    """Another schema, as engines commit ALTER TABLE."""
    send(server, f"namespaces/sales%1Fshop/tables/{name}", {
        "identifier": {"namespace": ["sales", "shop"], "name": name}, "requirements": [], "updates": [
            {"action": "add-schema", "schema": {"type": "struct", "schema-id": 1, "fields": fields}},
            {"action": "set-current-schema", "schema-id": -1}]})


class Watched:
    """A product without an engine whose contract is monitored: its folder, and who hears of it."""

    def __init__(self, folder, settings):
        self.folder, self.receiver, self.monitors = folder, Receiver(), []
        kinds = ("freshness", "schema_drift", "quality", "availability")
        make_product(
            folder, settings, [{"property": "freshness", "value": "PT10S"}], ["watched"], product="watched",
            governance={"policies": {f"contract.{kind}": "alert_only" for kind in kinds}},
            data_contracts={"monitoring": {kind: {"check_interval": "1s"} for kind in kinds}},
            observability={"webhooks": [{"name": "oncall", "url_env": "RECEIVER", "min_severity": "error"}], "lineage": {"enabled": False}})
        subprocess.run([FLOE, "compile", "--facts", "sources", "--quiet"], cwd=folder, check=True,
                       env=environment(RECEIVER=f"http://127.0.0.1:{self.receiver.port}/hook"))

    def heard(self, *wanted):
        """What was said of some kinds of checks."""
        return [one for one in self.receiver.said() if one[0] in wanted]


def is_watched(server, folder):
    make_table(server, "watched", FIELDS)
    write_snapshot(server, "watched", **{"total-records": "40"})
    proxy = Faults(server, chance=0)  # what the product knows of stays where it is while the catalog is gone
    product = Watched(folder, server.settings(proxy.port))
    monitor = Monitor(product).ready()
    try:
        monitor.rounds(2)
        assert product.receiver.alerts == [], product.receiver.alerts
        alter_table(server, "watched", [one for one in FIELDS if one["name"] != "price"])
        until("the drift", lambda: product.heard("schema_drift") == [("schema_drift", "firing", "critical")])
        assert product.receiver.alerts[0]["element"] == "watched.price", product.receiver.alerts
        monitor.rounds(2)
        alter_table(server, "watched", [{**one, "id": 10} if one["name"] == "price" else one for one in FIELDS])
        until("its end", lambda: product.heard("schema_drift")[1:] == [("schema_drift", "resolved", "critical")])
        proxy.server = types.SimpleNamespace(port=server.port)  # it stays away until its tables are there again
        server.kill()
        until("what is not there", lambda: product.heard("availability") == [("availability", "firing", "critical")])
        monitor.rounds(3)
        assert len(product.heard("availability", "schema_drift")) == 3, product.receiver.said()
        server.start()
        send(server, "namespaces/sales%1Fshop/tables/watched", method="DELETE")  # its files were in the server's memory
        make_table(server, "watched", FIELDS)
        write_snapshot(server, "watched", ago=50, **{"total-records": "41"})
        proxy.server = server
        until("being back", lambda: product.heard("availability")[1:] == [("availability", "resolved", "critical")])
        until("old data", lambda: product.heard("freshness") == [("freshness", "firing", "error")])
        write_snapshot(server, "watched", 2, **{"total-records": "42"})
        until("new data", lambda: product.heard("freshness")[-1][1] == "resolved")
        told = product.receiver.said()
        assert len(told) == len(set(told)), told
        assert json.loads(monitor.get("/readyz")[1])["checks"]["sales.watched"]["open_alerts"] == 0
        assert monitor.stop()[0] == 0
    finally:
        for one in product.monitors:
            if one.process.poll() is None:
                one.process.kill()
                one.process.wait()
        product.receiver.stop()
        proxy.close()


class Hostile(http.server.BaseHTTPRequestHandler):
    """A catalog whose tables say what no catalog says."""

    tables = {}

    def do_GET(self):  # noqa: N802, its name is the protocol's
        table = self.path.split("?")[0].rsplit("/", 1)[-1]
        if self.path.startswith("/v1/config"):
            body = {"defaults": {}, "overrides": {}}
        elif "/tables/" in self.path and table in self.tables:
            body = {"metadata-location": "file:///x", "metadata": self.tables[table], "config": CREDENTIALS}
        else:
            return self.answer(404, {"error": {"message": "hidden-in-an-error", "type": "NoSuchTableException", "code": 404}})
        return self.answer(200, body)

    def answer(self, status, body):
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def nested(depth):
    inner = "string"
    for _ in range(depth):
        inner = {"type": "list", "element-id": 1, "element": inner, "element-required": False}
    return inner


def check_lineage_of(path):
    done = subprocess.run([sys.executable, ROOT / "tests/cli/check_lineage.py", path, *filter(pathlib.Path.is_dir, SCHEMAS)],
                          text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    told = {event["job"]["name"].rsplit(".", 1)[1]: data for event in events for data in event["inputs"]
            if data["name"] == "shop/old" and event["eventType"] != "START"}
    for data in told.values():
        assert data["namespace"] == "s3://lake" and data["facets"]["version"]["datasetVersion"] == str(2**62 + 1), data
        snapshot = data["facets"]["icebergSnapshot"]
        assert (snapshot["operation"], snapshot["summary"]) == ("append", {"total-records": 40}), snapshot
    assert told["quality"]["inputFacets"]["dataQualityMetrics"]["rowCount"] == 40, told
    assert "dataQualityMetrics" not in told["freshness"]["inputFacets"], told


def survives_what_is_said(folder):
    now = int(time.time() * 1000)

    def table(fields, moment=now, **more):
        return {"format-version": 2, "current-schema-id": 0, "schemas": [{"schema-id": 0, "type": "struct", "fields": fields}],
                "current-snapshot-id": 7, "snapshots": [{"snapshot-id": 7, "timestamp-ms": moment, "summary": {}}], **more}

    Hostile.tables = {
        "old": table(FIELDS, now - 9 * 3600000), "ahead": table(FIELDS, now + 9 * 3600000), "text": table(FIELDS, "yesterday"),
        "deep": table([{"id": 1, "name": "id", "type": nested(60)}]), "wide": table([{"id": 1, "name": "a", "type": "int"}] * 20000),
        "odd": table([{"id": 1, "name": 5, "type": "int"}]), "list": table("fields"), "none": {"format-version": 2},
        "first": {"format-version": 1, "schema": {"type": "struct", "fields": FIELDS}, "current-snapshot-id": -1},
        "escape": table([{"id": 1, "name": "\u001b[31mred\u202e", "type": "int"}]), "loose": table(FIELDS, snapshots=5)}
    Hostile.tables["old"] |= {"location": "s3://user:hidden@lake/shop/old"}
    Hostile.tables["old"]["snapshots"][0] |= {"snapshot-id": 2**62 + 1, "summary": {
        "operation": "append", "total-records": "40", "spark.app.id": "hidden-app"}}
    Hostile.tables["old"]["current-snapshot-id"] = 2**62 + 1
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        settings = {"type": "iceberg-rest", "config": {"uri": f"http://127.0.0.1:{server.server_port}"}}
        make_product(folder, settings, [{"property": "freshness", "value": "PT6H"}], list(Hostile.tables),
                     [{"metric": "rowCount", "mustBe": 38}])
        found = check(folder)
        check_lineage_of(folder / ".floe" / "lineage.jsonl")
        plain = subprocess.run([os.environ["FLOE"], "contract", "check", "--facts-from", "iceberg"], cwd=folder, capture_output=True,
                               check=False, timeout=120).stdout
    finally:
        server.shutdown()
        server.server_close()
    ages = {schema: one["status"] for (schema, kind, _), one in found.items() if kind == "freshness"}
    assert ages == {"old": "violation", "ahead": "violation", "text": "skipped", "deep": "error", "wide": "error", "odd": "error",
                    "list": "error", "none": "error", "first": "violation", "escape": "pass", "loose": "skipped"}, ages
    assert b"\x1b" not in plain and "\u202e".encode() not in plain and b"hidden" not in plain, plain


with tempfile.TemporaryDirectory() as name:
    base = pathlib.Path(name)
    with Iceberg(base / "server", CREDENTIALS) as server:
        send(server, "namespaces", {"namespace": ["sales"], "properties": {}})
        send(server, "namespaces", {"namespace": ["sales", "shop"], "properties": {}})
        case("the metadata of Iceberg tables tell age, columns and rows, and what they do not tell is not passed",
             tells_what_it_knows, server, base / "product")
        case("a contract over a live catalog is watched: what drifts, is old, or cannot be read is told once, and its end",
             is_watched, server, base / "watched")
    case("a catalog that says what no catalog says is survived, and its credentials stay hidden", survives_what_is_said,
         base / "hostile")
    case("a catalog that does not answer is told, and nothing passes", is_not_there, base / "unreachable")
sys.exit(failed)

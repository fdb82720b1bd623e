"""A run of examples/customer-360 with the real dbt, told to a backend over HTTP: what arrives is dbt's own graph.

The backend takes what OpenLineage's API takes: one event, or many as an array, compressed or not, with a key. What it
got is compared with the manifest that dbt wrote, and judged by tests/cli/check_lineage.py. Reports in TAP.
"""
import collections
import gzip
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
OFFICIAL = ROOT.parent / "shared" / "data" / "openlineage"
KEY = "a-key-that-nobody-may-see"
failed = 0


def ok(holds, name, detail=""):
    global failed
    failed += not holds
    print(f"{'ok' if holds else 'not ok'} - {name}")
    if not holds:
        print("\n".join("    " + line for line in str(detail).splitlines()[-40:]))


class Backend(http.server.ThreadingHTTPServer):
    """Keeps what it is sent; answers as the specification of the API says."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.events, self.requests = [], []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers)))
        if self.headers["Authorization"] != f"Bearer {KEY}":
            return self.answer(401)
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        told = json.loads(body)
        many = self.path.endswith("/batch")
        if not many and self.path != "/api/v1/lineage" or isinstance(told, list) != many:
            return self.answer(404)
        self.server.events += told if many else [told]
        return self.answer(204 if many else 201)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def floe(folder, *arguments, **variables):
    env = {name: value for name, value in os.environ.items() if not name.startswith(("OPENLINEAGE", "OTEL", "FLOE_"))}
    env.update(variables, FLOE_DBT=str(ROOT / "build" / "venv-dbt" / "bin" / "dbt"))
    return subprocess.run([os.environ["FLOE"], *arguments], cwd=folder, env=env, capture_output=True, text=True, check=False)


def expected_edges(manifest, namespace):
    """(what is read, what is made), by the names that datasets have, of dbt's own graph."""
    nodes = {**manifest["nodes"], **manifest["sources"]}
    folder = pathlib.Path(namespace.removeprefix("duckdb://")).parents[1]

    def name(node):
        location = node.get("meta", {}).get("external_location") or node.get("source_meta", {}).get("external_location")
        if location:
            return "file", str(folder / location.format(name=node["name"]))
        return namespace, f"{node['database']}.{node['schema']}.{node.get('alias') or node['identifier']}"

    return {(name(nodes[parent]), name(nodes[child])) for child, parents in manifest["parent_map"].items()
            if child.split(".")[0] in ("model", "snapshot", "seed") for parent in parents if parent in nodes}


def edges(events):
    def name(dataset):
        return dataset["namespace"], dataset["name"]

    return {(name(read), name(made)) for event in events if event["eventType"] == "COMPLETE"
            for made in event["outputs"] for read in event["inputs"]}


def judged(events, folder):
    path = folder / "received.jsonl"
    path.write_text("".join(json.dumps(event) + "\n" for event in events))
    schemas = [str(OFFICIAL)] if OFFICIAL.is_dir() else []
    return subprocess.run([sys.executable, ROOT / "tests" / "cli" / "check_lineage.py", path, *schemas],
                          capture_output=True, text=True, check=False)


def whole_run(product, folder, backend):
    done = floe(product, "run", OPENLINEAGE_URL=backend.url, OPENLINEAGE_API_KEY=KEY, FLOE_EVIDENCE_WAIT="30")
    ok(done.returncode == 0, "floe run tells a backend what it does", done.stdout + done.stderr)
    ok("OpenLineage: COMPLETE" in done.stdout, "the screen says how the lineage of each model ended", done.stdout)
    result = judged(backend.events, folder)
    ok(result.returncode == 0, "all events that arrive hold together" +
       (", and fit the official schemas" if OFFICIAL.is_dir() else ""), result.stdout + result.stderr)
    manifest = json.loads((product / "target" / "manifest.json").read_text())
    expected = expected_edges(manifest, f"duckdb://{product}/target/customer_360.duckdb")
    found = edges(backend.events)
    ok(found == expected and len(found) > 10, "what reads what is what dbt says",
       f"only dbt: {expected - found}\nonly floe: {found - expected}")
    quality = [event for event in backend.events if event["job"]["name"].endswith(".tests")]
    tests = collections.Counter(assertion["success"] for event in quality for read in event["inputs"]
                                for assertion in read.get("inputFacets", {}).get("dataQualityAssertions", {}).get("assertions", []))
    attached = sum(node["resource_type"] == "test" and bool(node.get("attached_node")) for node in manifest["nodes"].values())
    ok(tests == {True: attached}, "each test of a table is an assertion about it", f"{tests}, of {attached}")
    ok(not any(header.get("Content-Encoding") for _, header in backend.requests), "nothing is compressed unasked")


def many_at_once(product, folder, backend):
    """A run whose model fails, told in arrays: settings from a file, a parent, and one event of each run's end."""
    backend.events.clear()
    backend.requests.clear()
    landing = product / "landing" / "shop_orders.csv"
    lines = landing.read_text().splitlines(keepends=True)
    lines[1] = lines[1].replace(lines[1].split(",")[2], "many")
    landing.write_text("".join(lines))
    settings = folder / ".openlineage" / "openlineage.yml"
    settings.parent.mkdir()
    settings.write_text(
        f"transport:\n  type: http\n  url: {backend.url}\n  compression: gzip\n  auth: {{ type: api_key, apiKey: {KEY} }}\n")
    parent = "airflow/daily.customer_360/0193502e-1c5e-7d55-9a37-1c9c4a6e2b10"
    done = floe(product, "run", "--select", "bronze_shop_orders+", FLOE_OPENLINEAGE_BATCH="1000", OPENLINEAGE_PARENT_ID=parent,
                FLOE_EVIDENCE_WAIT="30", HOME=str(folder))
    ok(done.returncode == 1 and len(backend.events) > 5, "a backend that takes many gets many", done.stdout + done.stderr)
    ok(all(path == "/api/v1/lineage/batch" and header["Content-Encoding"] == "gzip" for path, header in backend.requests)
       and len(backend.requests) < len(backend.events), "they come as arrays, compressed, in few requests", backend.requests)
    first = backend.events[0]["run"]["facets"].get("parent", {})
    ok(first.get("run", {}).get("runId") == parent.rpartition("/")[2], "the run belongs to who started it", first)
    a_model_that_failed(done, backend)
    result = judged(backend.events, folder)
    ok(result.returncode == 0, "arrays hold whole events, and each run ends once, also where one fails",
       result.stdout + result.stderr)


def a_model_that_failed(done, backend):
    ended = {event["job"]["name"]: event for event in backend.events if event["eventType"] in ("COMPLETE", "FAIL", "ABORT")}
    model, run = ended.get("model.customer_360.silver_orders"), ended.get("customer-360")
    ok(model and run and model["eventType"] == run["eventType"] == "FAIL",
       "a model that fails fails its run, and that of the product", done.stdout + done.stderr)
    ok(model and model["outputs"] == [] and "silver_orders" in model["run"]["facets"]["errorMessage"]["message"],
       "it made nothing, and says why", model)
    ok("model.customer_360.gold_customers" not in ended, "what was skipped has no run", sorted(ended))


def secrets(product):
    holding = [str(path) for path in product.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    ok(not holding, "the key is in no file that floe or dbt wrote", holding)


def main():
    backend = Backend()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        for part in ("customer-360", "platform", "governance"):
            shutil.copytree(ROOT / "examples" / part, folder / part, ignore=shutil.ignore_patterns("target", "logs", ".floe"))
        product = folder / "customer-360"
        done = floe(product, "compile", "--quiet")
        ok(done.returncode == 0, "examples/customer-360 compiles", done.stderr)
        whole_run(product, folder, backend)
        many_at_once(product, folder, backend)
        secrets(product)
    backend.shutdown()
    sys.exit(1 if failed else 0)


main()

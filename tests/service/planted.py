"""Plants secrets where a run may meet them: in variables, a connection string, the profile, the variables of the project,
what a database and a model of dbt say, the address of a webhook and of a backend, the headers of telemetry, the key of
lineage. None may show in an event, in what waits in the spool, in a log, in the ledger, in a report, in the arguments of a
process or on the terminal. Called with floe and dbt. Prints TAP."""
import contextlib
import http.server
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

floe, dbt = map(os.path.abspath, sys.argv[1:3])
SECRETS = {
    "a variable of dbt": "planted-dbt-1111", "a password in a variable": "planted-pg-2222",
    "a connection string": "planted-dsn-3333", "an address": "planted-url-4444", "a webhook": "planted-hook-5555",
    "a header of telemetry": "planted-otlp-6666", "the key of lineage": "planted-lineage-7777",
    "the profile": "planted-profile-8888", "a variable of the project": "planted-vars-9999",
    "the address of a backend": "planted-user-1212",
}
VARS = "a variable of the project"  # dbt takes it as an argument, and from nowhere else
FILES = {
    "platform.yaml": """
apiVersion: floe.dev/v1
kind: Manifest
metadata: { name: planted, version: 1.0.0, owner: platform@example.com }
plugins: { orchestrator: { type: dagster } }
observability:
  webhooks: [ { name: oncall, url_env: ONCALL, min_severity: info } ]
""",
    "product/floe.yaml": """
apiVersion: floe.dev/v1
kind: DataProduct
metadata: { name: planted, version: 1.0.0, owner: team@example.com, domain: sales, repository: example.com/planted }
platform: { ref: ../platform.yaml }
transforms: [ { type: dbt, path: models/ } ]
""",
    "product/dbt_project.yml": "name: planted\nversion: 1.0.0\nprofile: planted\nmodel-paths: [models]\n",
    "product/profiles.yml": """
planted:
  target: dev
  outputs:
    dev: { type: duckdb, path: target/planted.duckdb, threads: 1, password: planted-profile-8888 }
""",
    "product/models/bronze_told.sql": """
{% do log("connected by " ~ env_var('WAREHOUSE_DSN') ~ " and " ~ env_var('MIRROR'), info=True) %}
{% do exceptions.warn("the password is " ~ env_var('PGPASSWORD')) %}
{% do log("it refuses planted-profile-8888, and " ~ var('api_token'), info=True) %}
select 1 as id
""",
    "product/models/bronze_failed.sql": """
{{ config(materialized='table') }}
select cast('login with {{ env_var('PGPASSWORD') }} or planted-profile-8888 by {{ var('api_token') }} to {{ env_var('WAREHOUSE_DSN') }} {{ env_var('MIRROR') }}' as integer) as id
""",
}
REPORTS = ("json", "sarif", "junit", "markdown")
bodies, arguments, ending = [], set(), threading.Event()
scratch = pathlib.Path(tempfile.mkdtemp(prefix="floe-planted-"))
root = scratch / "product"


class Backend(http.server.BaseHTTPRequestHandler):
    """Takes nothing: all events stay in the spool as well."""

    def do_POST(self):
        bodies.append(self.rfile.read(int(self.headers.get("content-length", 0))))
        self.send_response(503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def watch():
    """The arguments of all processes, while the run goes on."""
    while not ending.wait(0.02):
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                arguments.add(path.read_bytes())


def environment(url):
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return {
        **kept, "DBT_ENV_SECRET_WAREHOUSE": SECRETS["a variable of dbt"], "PGPASSWORD": SECRETS["a password in a variable"],
        "WAREHOUSE_DSN": f"Server=db;User=me;Password={SECRETS['a connection string']}",
        "MIRROR": f"postgres://me:{SECRETS['an address']}@db/mirror", "ONCALL": f"{url}/services/{SECRETS['a webhook']}",
        "OTEL_EXPORTER_OTLP_ENDPOINT": url.replace("//", f"//floe:{SECRETS['the address of a backend']}@"), "OPENLINEAGE_URL": url,
        "OTEL_EXPORTER_OTLP_HEADERS": f"authorization=Bearer%20{SECRETS['a header of telemetry']}",
        "OPENLINEAGE_API_KEY": SECRETS["the key of lineage"], "FLOE_EVIDENCE_WAIT": "2", "NO_COLOR": "1",
    }


def reports(command):
    return [word for form in REPORTS for word in ("--report", f"{form}={scratch / 'reports' / command}.{form}")]


def run(url):
    for name, text in FILES.items():
        path = scratch / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip(), encoding="utf-8")
    (scratch / "reports").mkdir()
    output, variables = [], ["--vars", f"{{api_token: {SECRETS[VARS]}}}"]
    for words in (["compile", "--facts", "sources", "--dbt", dbt, *variables], ["run", "--dbt", dbt, *variables, *reports("run")],
                  ["evidence", "status"], ["evidence", "flush", "--wait", "0"], ["ledger", "export"],
                  ["validate", "--facts", "sources", *variables, *reports("validate")]):
        done = subprocess.run([floe, *words], cwd=root, env=environment(url), text=True, capture_output=True, timeout=300,
                              check=False)
        output.append((words, done.returncode, done.stdout + done.stderr))
    return output


def places(output):
    yield from ((f"what floe {words[0]} prints", text.encode()) for words, _, text in output)
    yield from (("the arguments of a process", text.replace(SECRETS[VARS].encode(), b"")) for text in arguments)
    yield from (("what was sent", body) for body in bodies)
    for folder in (root / ".floe", root / "logs", scratch / "reports"):
        yield from ((str(path.relative_to(folder.parent)), path.read_bytes()) for path in folder.rglob("*") if path.is_file())


def judge(output):
    """What is wrong, and whether anything was there to be found."""
    codes = {words[0] + " " + words[-1]: code for words, code, _ in output}
    seen = {name for name, _ in places(output)}
    wrong = []
    if output[0][1] != 0 or output[1][1] != 1 or "bronze_failed" not in output[1][2]:
        wrong.append(f"the run was to fail in bronze_failed: {codes}")
        wrong += output[0][2].splitlines()[-15:] + output[1][2].splitlines()[-15:]
    for part in (".floe/evidence/openlineage/", ".floe/evidence/otlp", ".floe/evidence/webhook.oncall/", "logs/dbt.log",
                 ".floe/ledger.db", "what was sent"):
        if not any(name.startswith(part) for name in seen):
            wrong.append(f"there is nothing in {part}: {sorted(seen)}")
    for name in (f"reports/{command}.{form}" for command in ("run", "validate") for form in REPORTS):
        if name not in seen:
            wrong.append(f"there is no {name}")
    if not any(b"[redacted]" in text for name, text in places(output) if name == "logs/dbt.log"):
        wrong.append("dbt never told what was planted: this test finds nothing")
    if not any(b"\0evidence\0follow\0" in text for text in arguments):
        wrong.append("no sender was seen")
    for name, text in places(output):
        wrong += [f"{name} holds {what}" for what, secret in SECRETS.items() if secret.encode() in text]
    return sorted(set(wrong))


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backend)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
watching = threading.Thread(target=watch, daemon=True)
watching.start()
try:
    found = run(f"http://127.0.0.1:{server.server_port}")
    ending.set()
    watching.join()
    problems = judge(found)
finally:
    ending.set()
    server.shutdown()
    server.server_close()
    shutil.rmtree(scratch, ignore_errors=True)
print(f"{'not ok' if problems else 'ok'} - no secret that is planted in a run shows in evidence, logs, the ledger, reports, processes or on "
      "the terminal" + "".join(f"\n    {line}" for line in problems))
raise SystemExit(1 if problems else 0)

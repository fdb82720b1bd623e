"""Where lineage goes must be what OpenLineage's own Python client makes of the same variables and files; and what a
server gets of both must be alike: path, headers, encoding and form.

Run by that client's Python; floe is named by FLOE, its run_lua by RUN_LUA. Reports in TAP.
"""
import gzip
import http.server
import json
import logging
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile
import threading
from urllib.parse import urljoin

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
from openlineage.client.facet_v2 import documentation_job
from openlineage.client.transport.file import LocalFileHandler

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]

URL = {"OPENLINEAGE_URL": "http://one.example.com:5000"}
KEY = {"OPENLINEAGE_API_KEY": "k3y"}
HTTP = {"OPENLINEAGE__TRANSPORT__TYPE": "http", "OPENLINEAGE__TRANSPORT__URL": "https://two.example.com/base/"}
FILE = "transport:\n  type: file\n  log_file_path: /tmp/events.json\n  append: true\n"
YAML = ("transport:\n  type: http\n  url: https://three.example.com\n  endpoint: /custom/lineage\n  timeout: 12\n"
        "  compression: gzip\n  custom_headers: { X-Team: sales }\n  auth: { type: api_key, apiKey: from-file }\n")

# name → variables, and files of the working folder
CASES = {
    "an address": (URL, {}),
    "an address and a key": ({**URL, **KEY}, {}),
    "an address and an endpoint": ({**URL, **KEY, "OPENLINEAGE_ENDPOINT": "other/path"}, {}),
    "an endpoint from the root": ({**URL, "OPENLINEAGE_ENDPOINT": "/from/root"}, {}),
    "an address with a path": ({"OPENLINEAGE_URL": "http://one.example.com/a/b"}, {}),
    "an address with a path and a slash": ({"OPENLINEAGE_URL": "http://one.example.com/a/b/"}, {}),
    "disabled": ({**URL, "OPENLINEAGE_DISABLED": "TRUE"}, {}),
    "not disabled by another word": ({**URL, "OPENLINEAGE_DISABLED": "1"}, {}),
    "a transport in variables": (HTTP, {}),
    "a transport in variables, over an address": ({**URL, **HTTP}, {}),
    "a key as JSON": ({**HTTP, "OPENLINEAGE__TRANSPORT__AUTH": '{"type": "api_key", "apiKey": "a b"}'}, {}),
    "a key in parts": ({**HTTP, "OPENLINEAGE__TRANSPORT__AUTH__TYPE": "api_key",
                        "OPENLINEAGE__TRANSPORT__AUTH__API_KEY": "in-parts"}, {}),
    "a shorter name wins over a longer one": (
        {**HTTP, "OPENLINEAGE__TRANSPORT": '{"type": "file", "log_file_path": "/tmp/short.json", "append": true}'}, {}),
    "compression and time": ({**HTTP, "OPENLINEAGE__TRANSPORT__COMPRESSION": "gzip",
                              "OPENLINEAGE__TRANSPORT__TIMEOUT": "2.5"}, {}),
    "headers": ({**HTTP, "OPENLINEAGE__TRANSPORT__CUSTOM_HEADERS": '{"X-One": "1", "X-Two": "2"}'}, {}),
    "the file of the working folder": ({}, {"openlineage.yml": YAML}),
    "the file of the working folder, over an address": ({**URL, **KEY}, {"openlineage.yml": YAML}),
    "the file of the working folder, merged over variables": (
        {**HTTP, "OPENLINEAGE__TRANSPORT__COMPRESSION": "gzip"},
        {"openlineage.yml": "transport:\n  type: http\n  endpoint: from/file\n"}),
    "a named file, over that of the working folder": (
        {"OPENLINEAGE_CONFIG": "named.yml"}, {"openlineage.yml": YAML, "named.yml": FILE}),
    "a named file that is not there": ({**URL, "OPENLINEAGE_CONFIG": "nowhere.yml"}, {"openlineage.yml": YAML}),
    "the file of the user": ({}, {".openlineage/openlineage.yml": FILE}),
    "a file that is empty": (URL, {"openlineage.yml": ""}),
    "events for nobody": ({**URL, "OPENLINEAGE__TRANSPORT__TYPE": "noop"}, {}),
    "events on the console": ({**URL, "OPENLINEAGE__TRANSPORT__TYPE": "console"}, {}),
    "many at once, with the address": ({
        **URL, **KEY, "OPENLINEAGE__TRANSPORT__TYPE": "composite",
        "OPENLINEAGE__TRANSPORT__TRANSPORTS__ANOTHER__TYPE": "file",
        "OPENLINEAGE__TRANSPORT__TRANSPORTS__ANOTHER__LOG_FILE_PATH": "/tmp/another.json",
        "OPENLINEAGE__TRANSPORT__TRANSPORTS__ANOTHER__APPEND": "true"}, {}),
    "many at once, as a list": ({}, {"openlineage.yml": (
        "transport:\n  type: composite\n  transports:\n    - { type: http, url: 'http://a.example.com' }\n"
        "    - { type: http, url: 'http://b.example.com', endpoint: lineage }\n")}),
    "a transport in the background": ({**URL, **KEY, "OPENLINEAGE__TRANSPORT__TYPE": "async_http"}, {}),
    "a transport that nobody has": ({"OPENLINEAGE__TRANSPORT__TYPE": "carrier_pigeon"}, {}),
    "an address that is none": ({"OPENLINEAGE_URL": "one.example.com"}, {}),
    "a path with a scheme": ({}, {"openlineage.yml": FILE.replace("/tmp/", "file:///tmp/all%20")}),
    "an endpoint that is nothing": ({**HTTP, "OPENLINEAGE__TRANSPORT__ENDPOINT": '""'}, {}),
    "a key of a certificate that is missing": (
        {**HTTP, "OPENLINEAGE__TRANSPORT__SSL_CONTEXT__CLIENT_KEY_PATH": "/tmp/client.key"}, {}),
    "a key that is missing": ({**HTTP, "OPENLINEAGE__TRANSPORT__AUTH": '{"type": "api_key"}'}, {}),
}


def plain(transport):
    """A transport of the client, as floe's are printed."""
    if transport.kind == "composite":
        return [one for child in transport.transports for one in plain(child)]
    if transport.kind in ("http", "async_http"):
        config = transport.config
        token = config.auth.get_bearer()
        one = {"kind": "http", "url": urljoin(transport.url, transport.endpoint), "timeout": float(transport.timeout),
               "gzip": config.compression is not None}
        if token:
            one["key"] = token.removeprefix("Bearer ")
        if config.custom_headers:
            one["headers"] = config.custom_headers
        return [one]
    if transport.kind == "file":
        return [{"kind": "file", "path": LocalFileHandler._to_local_path(transport.config.log_file_path)}]
    return [] if transport.kind == "noop" else [{"kind": transport.kind}]


def with_variables(variables):
    for name in [name for name in os.environ if name.startswith("OPENLINEAGE")]:
        del os.environ[name]
    os.environ.update(variables)


def of_client(variables):
    with_variables(variables)
    try:
        return plain(OpenLineageClient().transport)
    except Exception:  # whatever the client raises: nothing is sent
        return []


def of_floe(variables, folder):
    env = {"PATH": os.environ["PATH"], "HOME": folder, **variables}
    done = subprocess.run([os.environ["RUN_LUA"], HERE / "lineage_settings.lua"], cwd=folder, env=env,
                          capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    for one in found:
        if "timeout" in one:
            one["timeout"] = float(one["timeout"])
    return found


# What is sent: name → variables; {url} is a server's, {tls} is that of one whose authority is in the file {ca}.
SENT = {
    "an address": {"OPENLINEAGE_URL": "{url}"},
    "a key": {"OPENLINEAGE_URL": "{url}/base/", "OPENLINEAGE_API_KEY": "k3y with/=+ signs"},
    "an endpoint with a question": {"OPENLINEAGE_URL": "{url}", "OPENLINEAGE_ENDPOINT": "a/b?tenant=1&x=%20y"},
    "an endpoint that goes up": {"OPENLINEAGE_URL": "{url}/one/two", "OPENLINEAGE_ENDPOINT": "../api"},
    "compression": {"OPENLINEAGE__TRANSPORT__TYPE": "http", "OPENLINEAGE__TRANSPORT__URL": "{url}",
                    "OPENLINEAGE__TRANSPORT__COMPRESSION": "gzip", "OPENLINEAGE__TRANSPORT__AUTH":
                    '{{"type": "api_key", "apiKey": "k3y"}}'},
    "headers, over those of all requests": {
        "OPENLINEAGE__TRANSPORT__TYPE": "http", "OPENLINEAGE__TRANSPORT__URL": "{url}",
        "OPENLINEAGE__TRANSPORT__AUTH": '{{"type": "api_key", "apiKey": "k3y"}}', "OPENLINEAGE__TRANSPORT__CUSTOM_HEADERS":
        '{{"X-Team": "sales", "Authorization": "Token t", "Content-Type": "application/vnd.lineage+json"}}'},
    "a transport in the background": {"OPENLINEAGE_URL": "{url}", "OPENLINEAGE_API_KEY": "k3y",
                                      "OPENLINEAGE__TRANSPORT__TYPE": "async_http"},
    "an authority of one's own": {
        "OPENLINEAGE__TRANSPORT__TYPE": "http", "OPENLINEAGE__TRANSPORT__URL": "{tls}",
        "OPENLINEAGE__TRANSPORT__SSLCONTEXT": '{{"caCertPath": "{ca}"}}'},
    "an authority of one's own, as what is verified": {
        "OPENLINEAGE__TRANSPORT__TYPE": "http", "OPENLINEAGE__TRANSPORT__URL": "{tls}",
        "OPENLINEAGE__TRANSPORT__VERIFY": "{ca}"},
    "an authority that nobody knows": {
        "OPENLINEAGE__TRANSPORT__TYPE": "http", "OPENLINEAGE__TRANSPORT__URL": "{tls}",
        "OPENLINEAGE__TRANSPORT__RETRY": '{{"total": 0}}'},
}


class Server(http.server.ThreadingHTTPServer):
    """Keeps what requests have that both must have alike."""

    def __init__(self, certificate=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.got = []
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass  # a client that does not trust the certificate is gone


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told = json.loads(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
        self.server.got.append({"path": self.path, "type": told["eventType"], "headers": sorted(
            f"{name.lower()}: {value}" for name, value in self.headers.items()
            if name.lower() in ("authorization", "content-type", "content-encoding") or name.lower().startswith("x-"))})
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def sent_by_client(variables, server):
    with_variables(variables)
    server.got.clear()
    client = OpenLineageClient()
    run, text = Run(runId="0193502e-1c5e-7d55-9a37-1c9c4a6e2b10"), documentation_job.DocumentationJobFacet("What was sold. " * 100)
    for state in (RunState.START, RunState.COMPLETE):
        try:
            client.emit(RunEvent(eventTime="2026-11-22T09:33:20.123Z", run=run, eventType=state, producer="https://example.com",
                                 job=Job(namespace="shop", name="shop", facets={"documentation": text})))
        except Exception:  # whatever the client raises: nothing came
            pass
    client.close(timeout=10)
    return list(server.got)


def sent_by_floe(variables, server, folder):
    server.got.clear()
    env = {"PATH": os.environ["PATH"], "HOME": folder, "ROOT": folder, "FLOE": os.environ["FLOE"], "FLOE_EVIDENCE_WAIT": "10",
           "OTEL_SDK_DISABLED": "true", **variables}
    done = subprocess.run([os.environ["RUN_LUA"], HERE / "lineage_sent.lua"], cwd=folder, env=env, capture_output=True,
                          text=True, check=True)
    return list(server.got), done.stdout


def certificate(folder):
    key, chain = str(folder / "server.key"), str(folder / "ca.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=lineage", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", chain], check=True, capture_output=True)
    return chain, key


def compare_requests():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        chain, key = certificate(pathlib.Path(folder))
        plain_server, tls_server = Server(), Server((chain, key))
        os.chdir(folder)
        for name, given in SENT.items():
            variables = {variable: value.format(url=plain_server.url, tls=tls_server.url, ca=chain) for variable, value in given.items()}
            server = tls_server if any("{tls}" in value for value in given.values()) else plain_server
            with tempfile.TemporaryDirectory() as product:
                client = sent_by_client(variables, server)
                floe, said = sent_by_floe(variables, server, product)
            alike = client == floe and (len(client) == 2) != ("nobody" in name)
            failed += not alike
            print(f"{'ok' if alike else 'not ok'} - a server gets of floe what it gets of OpenLineage's client: {name}")
            if not alike:
                print(f"    client {json.dumps(client)}\n    floe   {json.dumps(floe)}\n    {said}")
        os.chdir(ROOT)
    return failed


def ordered(transports):
    return sorted(transports, key=lambda one: json.dumps(one, sort_keys=True))


def main():
    logging.disable()
    failed = 0
    for name, (variables, files) in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            for path, text in files.items():
                target = pathlib.Path(folder, path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text)
            os.chdir(folder)
            os.environ["HOME"] = folder
            floe, client = ordered(of_floe(variables, folder)), ordered(of_client(variables))
            os.chdir(ROOT)
        if floe == client:
            print(f"ok - lineage goes where OpenLineage's client sends it: {name}")
        else:
            failed += 1
            print(f"not ok - lineage goes where OpenLineage's client sends it: {name}")
            print(f"    client {json.dumps(client)}\n    floe   {json.dumps(floe)}")
    failed += compare_requests()
    sys.exit(1 if failed else 0)


main()

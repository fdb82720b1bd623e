"""Where lineage goes must be what OpenLineage's own Python client makes of the same variables and files.

Run by that client's Python; FLOE's run_lua is named by RUN_LUA. Reports in TAP.
"""
import json
import logging
import os
import pathlib
import subprocess
import sys
import tempfile
from urllib.parse import urljoin

from openlineage.client import OpenLineageClient

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
        return [{"kind": "file", "path": transport.config.log_file_path}]
    return [] if transport.kind == "noop" else [{"kind": transport.kind}]


def of_client(variables):
    for name in [name for name in os.environ if name.startswith("OPENLINEAGE")]:
        del os.environ[name]
    os.environ.update(variables)
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
    sys.exit(1 if failed else 0)


main()

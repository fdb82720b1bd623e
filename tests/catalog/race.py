#!/usr/bin/env python3
"""Many processes race for one namespace a round; one owns it, and the others are told whose it is.

    race.py [--settings JSON] [--rounds N] [--processes N] [--repositories N] [--kill N | --adopt]

RUN_LUA names the program that runs worker.lua. With --kill so many processes get SIGKILL in the middle of each round,
and new ones take their places. Prints TAP."""
import argparse
import json
import os
import pathlib
import random
import selectors
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORKER = "tests/catalog/worker.lua"
PATIENCE = 120  # seconds for one answer


class Worker:
    """A process of one repository, that answers requests one at a time."""

    def __init__(self, number, repository, settings):
        self.number, self.repository, self.owner = number, repository, f"team-{repository.rsplit('/', 1)[1]}@example.com"
        self.hash = f"sha256:{number:064x}"
        # Each process writes its repository's address in a way of its own.
        host, path = repository.split("/", 1)
        forms = [f"https://{host}/{path}.git", f"git@{host}:{path}", f"ssh://git@{host}/{path}", repository]
        race = {"settings": settings, "repository": forms[number % 4], "owner": self.owner, "hash": self.hash}
        self.process = subprocess.Popen([os.environ["RUN_LUA"], WORKER], cwd=ROOT, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, env={**os.environ, "FLOE_RACE": json.dumps(race)})

    def ask(self, request):
        self.process.stdin.write(request.encode() + b"\n")
        self.process.stdin.flush()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.close()

    def close(self):
        for stream in (self.process.stdin, self.process.stdout):
            try:
                stream.close()
            except BrokenPipeError:
                pass
        self.process.wait()


def answers(workers):
    """The answer of each worker by its number; None of one that died before it answered."""
    told, selector = {}, selectors.DefaultSelector()
    buffers = {worker.number: b"" for worker in workers}
    for worker in workers:
        selector.register(worker.process.stdout, selectors.EVENT_READ, worker)
    until = time.monotonic() + PATIENCE
    while selector.get_map():
        ready = selector.select(max(0.0, until - time.monotonic()))
        assert ready, f"{len(selector.get_map())} processes did not answer within {PATIENCE} s"
        for key, _ in ready:
            worker, part = key.data, os.read(key.fd, 65536)
            buffers[worker.number] += part
            if not part or buffers[worker.number].endswith(b"\n"):
                selector.unregister(worker.process.stdout)
                whole = buffers[worker.number].endswith(b"\n")
                told[worker.number] = json.loads(buffers[worker.number]) if whole else None
    selector.close()
    return told


class Race:
    """The processes of a race, and what must hold of each round."""

    def __init__(self, settings, processes=64, repositories=8, seed=1, disturb=None):
        self.settings, self.disturb, self.random = settings, disturb, random.Random(seed)
        self.repositories = [f"git.example.com/acme/repository-{i}" for i in range(repositories)]
        self.workers = [self.start(i) for i in range(processes)]
        self.judge = self.start(processes)

    def start(self, number):
        worker = Worker(number, self.repositories[number % len(self.repositories)], self.settings)
        worker.ask("open")
        assert answers([worker])[number] == {"opened": True}
        return worker

    def close(self):
        for worker in [*self.workers, self.judge]:
            worker.close()

    def show(self, name):
        self.judge.ask(f"show {name}")
        return answers([self.judge])[self.judge.number]

    def ask_all(self, workers, request, kill=0):
        """Sends a request to all; kills some of them after a moment, and replaces them."""
        victims = self.random.sample(workers, kill) if kill else []
        for worker in self.random.sample(workers, len(workers)):
            worker.ask(request)
        if self.disturb:
            self.disturb(self.random)
        for victim in victims:
            time.sleep(self.random.random() * 0.004)
            victim.process.kill()
        told = answers(workers)
        for victim in victims:
            victim.kill()
            self.workers[victim.number] = self.start(victim.number)
        return told, {victim.number for victim in victims}

    def round(self, name, kill=0):
        workers = list(self.workers)
        claims, dead = self.ask_all(workers, f"claim {name}", kill)
        owner = self.check_claims(name, workers, claims, dead)
        owners = [worker for worker in self.workers if worker.repository == owner]
        publications, dead = self.ask_all(owners, f"publish {name}", min(kill, len(owners) // 2))
        self.check_publications(name, owners, publications, dead)

    def adoption(self, name):
        """The same for a namespace that is there and that nobody owns."""
        self.judge.ask(f"make {name}")
        assert answers([self.judge])[self.judge.number] == {"outcome": "created"}
        workers = list(self.workers)
        told, dead = self.ask_all(workers, f"adopt {name}")
        renamed = {"adopted": "registered"}
        for answer in told.values():
            if answer and "outcome" in answer:
                answer["outcome"] = renamed.get(answer["outcome"], answer["outcome"])
        self.check_claims(name, workers, told, dead, most=len(workers))

    def check_claims(self, name, workers, claims, dead, most=1):
        """Exactly one owner, whole, and known to everybody who was told anything."""
        properties = self.show(name)["properties"]
        assert properties, f"{name}: {len(workers) - len(dead)} processes are alive and nobody owns it"
        owner = properties["floe.product.repo"]
        assert owner in self.repositories, properties
        team = f"team-{owner.rsplit('/', 1)[1]}@example.com"
        properties.pop("location", None)  # a server's own
        expected = {"floe.product.repo": owner, "floe.product.name": "orders", "floe.product.domain": name,
                    "floe.product.owner": team, "floe.product.version": "1.0.0", "floe.domain.name": name,
                    "floe.domain.owner": "domain@example.com", "floe.contracts": "[]",
                    "floe.product.registered_at": properties.get("floe.product.registered_at")}
        assert properties == expected and expected["floe.product.registered_at"], f"{name} is half-written: {properties}"
        registered = 0
        for worker in workers:
            told = claims[worker.number]
            if told is None:
                assert worker.number in dead, f"{name}: a process died by itself"
            elif worker.repository == owner:
                assert told.get("outcome") in ("registered", "already_registered", "unchanged"), (name, told)
                registered += told["outcome"] == "registered"
            else:
                assert told.get("kind") == "identity_conflict", (name, told)
                assert told["owner"] == owner and told["contact"] == team, (name, owner, told)
        at_least = 0 if dead or self.disturb else 1  # who registered may not have lived to tell, or not have heard it
        assert at_least <= registered <= most, f"{name}: {registered} processes were told that they registered it"
        return owner

    def check_publications(self, name, owners, publications, dead):
        """One version with one hash, and everybody else told which."""
        shown = self.show(name)
        assert len(shown["versions"]) == 1, (name, shown["versions"])
        version, registered = shown["versions"][0], 0
        for worker in owners:
            told = publications[worker.number]
            if told is None:
                assert worker.number in dead, f"{name}: a process died by itself"
            elif worker.hash == version["hash"]:
                assert told.get("outcome") in ("registered", "already_registered", "unchanged"), (name, told)
                registered += told["outcome"] == "registered"
            else:
                assert told.get("kind") == "contract_conflict", (name, told)
                assert told["registered_hash"] == version["hash"], (name, told)
        winner = int(version["hash"].split(":")[1], 16)
        if winner in dead:  # it died before it wrote the summary: the same again repairs that
            self.workers[winner].ask(f"publish {name}")
            assert answers([self.workers[winner]])[winner]["outcome"] == "unchanged"
            shown = self.show(name)
        else:
            assert registered == 1 or dead or self.disturb, (name, publications)
        assert shown["properties"]["floe.contracts"] == '["orders:1.0.0"]', (name, shown["properties"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--settings", type=json.loads)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--processes", type=int, default=64)
    parser.add_argument("--repositories", type=int, default=8)
    parser.add_argument("--kill", type=int, default=0)
    parser.add_argument("--adopt", action="store_true", help="namespaces that are there and that nobody owns")
    options = parser.parse_args()
    what = f"{options.processes} processes of {options.repositories} repositories, {options.rounds} rounds"
    what += f", {options.kill} killed in each" if options.kill else ""
    what += ", of namespaces that nobody owns" if options.adopt else ""
    with tempfile.TemporaryDirectory() as folder:
        settings = options.settings or {"type": "sqlite", "config": {"path": f"{folder}/.floe/catalog.db"}}
        race = Race(settings, options.processes, options.repositories)
        begun = time.monotonic()
        try:
            for number in range(options.rounds):
                if options.adopt:
                    race.adoption(f"r{number}")
                else:
                    race.round(f"r{number}", options.kill)
        except AssertionError as wrong:
            print(f"not ok - one owner a round, known to all: {what}\n# {wrong}")
            return 1
        finally:
            race.close()
    print(f"ok - one owner a round, known to all: {what} ({time.monotonic() - begun:.1f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())

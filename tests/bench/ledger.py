"""A ledger of many findings: how long adding, asking and proving take, each beside the same work done with nothing but
SQLite (through Python's module), sha256sum or openssl. Prints one line a case, the last column being the ratio. Adding
is measured by the clock, as it waits for the disk; everything else in time of the processor."""
import argparse
import json
import os
import pathlib
import resource
import sqlite3
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
POLICIES, MODELS = 40, 10_000

# The tables of a ledger with their indices, but nothing that proves anything.
PLAIN = """
CREATE TABLE entries (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE findings (entry INTEGER NOT NULL, number INTEGER NOT NULL, policy TEXT NOT NULL, verdict TEXT NOT NULL,
  subject TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (entry, number)) WITHOUT ROWID;
CREATE INDEX by_policy ON findings (policy, entry);
CREATE INDEX by_subject ON findings (subject, entry);
"""


def finding(number):
    policy, model = f"category_{number % 7}.policy_{number % POLICIES}", f"model_{number * 7919 % MODELS}"
    body = {"policy": policy, "code": f"FLOE-E2{number % 100:02}", "mode": "alert_only", "verdict": "alert",
            "subject": f"model.shop.{model}", "kind": "model", "file": f"models/silver/{model}.sql", "line": number % 90 + 1,
            "column": 1, "message": f"model '{model}' carries no layer prefix", "expected": "bronze_, silver_, gold_",
            "actual": model, "suggestions": [f"silver_{model}", f"bronze_{model}"],
            "docs": f"https://floe.dev/docs/policies/{policy}", "fingerprint": f"{number:032x}", "waiver": None}
    return policy, "alert", f"model.shop.{model}", json.dumps(body, separators=(",", ":"))


def processor():
    """Seconds of the processor that ended children took: what else the machine does is not in it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def median(repeat, work):
    taken = []
    for _ in range(repeat):
        begun = processor()
        work()
        taken.append(processor() - begun)
    return statistics.median(taken)


def tell(what, ours, other, theirs):
    print(f"{what:42} {ours * 1000:10.1f} ms   {other:24} {theirs * 1000:10.1f} ms   {ours / theirs:6.2f}", flush=True)


def add_plainly(path, lines, size, body):
    """The same rows, as many in a transaction, with the same durability."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    database.executescript(PLAIN)
    seconds, entry, batch = 0.0, 0, []
    with open(lines, encoding="utf-8") as file:
        for line in file:
            batch.append((entry + 1, len(batch) + 1, *line.rstrip("\n").split("\t")))
            if len(batch) == size:
                entry += 1
                begun = time.monotonic()
                database.execute("BEGIN IMMEDIATE")
                database.execute("INSERT INTO entries VALUES (?, ?, 'validate', ?)", (entry, int(time.time() * 1000), body))
                database.executemany("INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?)", batch)
                database.execute("COMMIT")
                seconds += time.monotonic() - begun
                batch = []
    database.close()
    return seconds


def ask_plainly(path, sql):
    """A process that asks and prints JSON, as floe is one."""
    code = ("import json, sqlite3, sys\n"
            "rows = sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall()\n"
            "json.dump([[json.loads(v) if isinstance(v, str) and v[:1] == '{' else v for v in row] for row in rows], sys.stdout)")
    subprocess.run(["python3", "-S", "-c", code, path, sql], stdout=subprocess.DEVNULL, check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=str(ROOT / "build"))
    parser.add_argument("--findings", type=int, default=1_000_000)
    parser.add_argument("--size", type=int, default=1000, help="findings of an entry")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--folder", help="where the files lie (default: a temporary folder)")
    options = parser.parse_args()
    floe = f"{options.build}/release/floe"
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        measure(floe, f"{options.build}/release/run_lua", pathlib.Path(folder), options)


def measure(floe, run_lua, folder, options):
    lines, ledger, plain = folder / "findings.tsv", folder / "ledger.db", folder / "plain.db"
    entry_body = json.dumps({"origin": {"user": "u"}, "document": {"inputs": ["x" * 40] * 50}})
    with lines.open("w", encoding="utf-8") as file:
        for number in range(options.findings):
            file.write("\t".join(finding(number)) + "\n")
    print(f"{options.findings} findings in entries of {options.size}; {lines.stat().st_size / 1e6:.0f} MB as text")

    bench = {"path": str(ledger), "lines": str(lines), "size": options.size, "body": entry_body}
    added = float(subprocess.run([run_lua, "tests/bench/ledger.lua"], cwd=ROOT, check=True, capture_output=True, text=True,
                                 env={**os.environ, "FLOE_BENCH": json.dumps(bench)}).stdout)
    tell("add all", added, "sqlite3", add_plainly(plain, lines, options.size, entry_body))
    print(f"  {options.findings / added:.0f} findings a second; {ledger.stat().st_size / 1e6:.0f} MB, "
          f"plainly {plain.stat().st_size / 1e6:.0f} MB")

    def ask(*arguments):
        subprocess.run([floe, "ledger", *arguments, "--ledger", str(ledger)], stdout=subprocess.DEVNULL, check=True)

    last = options.findings // options.size
    for what, arguments, sql in (
            ("list the last 20 entries", ["list"], "SELECT * FROM entries ORDER BY seq DESC LIMIT 20"),
            ("show the last entry, all of it", ["show", str(last), "--format", "json"],
             f"SELECT * FROM findings WHERE entry = {last}"),
            ("100 findings of one policy", ["list", "--policy", "category_0.policy_0", "--limit", "100", "--format", "json"],
             "SELECT * FROM findings WHERE policy = 'category_0.policy_0' ORDER BY entry DESC, number LIMIT 100"),
            ("history of one subject", ["list", "--subject", "model.shop.model_42", "--limit", "1000", "--format", "json"],
             "SELECT * FROM findings WHERE subject = 'model.shop.model_42' ORDER BY entry DESC, number LIMIT 1000"),
            ("20 entries of another kind: none", ["list", "--kind", "compile"],
             "SELECT * FROM entries WHERE kind = 'compile' LIMIT 20")):
        tell(what, median(options.repeat, lambda: ask(*arguments)),
             "python3, sqlite3", median(options.repeat, lambda: ask_plainly(str(plain), sql)))

    hashed = folder / "hashed"
    with lines.open("rb") as file, hashed.open("wb") as out:
        for line in file:
            out.write(b"".join(b"%d:%s," % (len(part), part) for part in line.rstrip(b"\n").split(b"\t")))
    ask("verify", "--quiet")
    proved = median(options.repeat, lambda: ask("verify", "--quiet"))
    size = hashed.stat().st_size
    tell("verify", proved, "sha256sum, same bytes",
         median(options.repeat, lambda: subprocess.run(["sha256sum", hashed], stdout=subprocess.DEVNULL, check=True)))
    tell("", proved, "openssl sha256, same bytes",
         median(options.repeat, lambda: subprocess.run(["openssl", "dgst", "-sha256", hashed], stdout=subprocess.DEVNULL,
                                                       check=True)))
    print(f"  {size / proved / 1e6:.0f} MB/s of {size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()

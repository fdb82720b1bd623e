"""How many products a second several processes register in one catalog: each of them with the checks, the properties
and the transactions of a compilation. Prints one line a case."""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def measure(program, settings, processes, seconds, contract):
    """Registrations a second, of all processes together."""
    workers = []
    for number in range(processes):
        bench = {"settings": settings, "number": number, "seconds": seconds, "contract": contract}
        workers.append(subprocess.Popen([program, "tests/bench/register.lua"], cwd=ROOT, text=True, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, env={**os.environ, "FLOE_BENCH": json.dumps(bench)}))
    for worker in workers:
        worker.stdin.write("begin\n")
        worker.stdin.flush()
    rate = 0.0
    for worker in workers:
        out, _ = worker.communicate()
        assert worker.returncode == 0, "a process failed"
        count, took = out.split()
        rate += int(count) / float(took)
    return rate


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=str(ROOT / "build"))
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--folder", help="where the catalog's file lies (default: a temporary folder)")
    parser.add_argument("--settings", type=json.loads, help="another catalog, as host.catalog.open takes it")
    options = parser.parse_args()
    program = f"{options.build}/release/run_lua"
    for contract in (False, True):
        for processes in (1, options.processes):
            with tempfile.TemporaryDirectory(dir=options.folder) as folder:
                settings = options.settings or {"type": "sqlite", "config": {"path": f"{folder}/catalog.db"}}
                rate = measure(program, settings, processes, options.seconds, contract)
            what = "products with a contract each" if contract else "products"
            print(f"{settings['type']}, {processes} process{'es' if processes > 1 else ''}: {rate:.0f} {what} a second",
                  flush=True)


if __name__ == "__main__":
    main()

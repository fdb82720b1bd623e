"""Ends a program at a chosen system call: strace counts the calls and delivers the kill, so the program needs to know
nothing of it."""
import collections
import os
import re
import subprocess
import tempfile


def count_calls(words, folder, calls, inject=(), exits=0):
    """How often a program makes each of these calls; `exits` is how it ends by itself."""
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as scratch:
        trace = os.path.join(scratch, "trace")
        run = subprocess.run(["strace", "-f", "-o", trace, "-e", "trace=" + ",".join(calls), *inject, *words], cwd=folder,
                             stdout=subprocess.DEVNULL, check=False)
        assert run.returncode == exits, f"{words} ended with {run.returncode}"
        with open(trace, encoding="utf-8", errors="replace") as file:
            for line in file:
                call = re.match(r"\d+\s+(\w+)\(", line)
                if call:
                    counts[call.group(1)] += 1
    return counts


def points(counts):
    """Every call, by its name and its number."""
    return [(call, when) for call, number in sorted(counts.items()) for when in range(1, number + 1)]


def run_until(words, folder, call, when, inject=(), exits=0):
    """Runs a program that ends at one call; whether it did, and not as it does by itself."""
    kill = ["-e", f"inject={call}:signal=KILL:when={when}"]
    run = subprocess.run(["strace", "-f", "-o", "/dev/null", *inject, *kill, *words], cwd=folder, capture_output=True,
                         check=False)
    return run.returncode not in (0, exits)


def report(holds, title, wrong):
    print("%s - %s" % ("ok" if holds else "not ok", title))
    for line in "\n".join(wrong).splitlines()[:60]:
        print("    " + line)

"""Runs a command whose standard output is closed, or that is interrupted while it works.

    streams.py closed COMMAND...      the reader has gone away before the command writes
    streams.py interrupt COMMAND...   SIGINT to it and its children, as from a keyboard, once it has a child

Prints what came on standard error, and the exit code.
"""
import os
import signal
import subprocess
import sys

kind, command = sys.argv[1], sys.argv[2:]
if kind == "closed":
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.Popen(command, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
else:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    children = "/proc/%d/task/%d/children" % (process.pid, process.pid)
    while process.poll() is None:
        with open(children, encoding="ascii") as file:
            if file.read():
                os.killpg(process.pid, signal.SIGINT)
                break
    process.stdout.read()
errors = process.stderr.read().decode()
print("exit code %d" % process.wait())
print(errors, end="")

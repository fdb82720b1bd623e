"""Runs a command whose standard output is closed, or that is interrupted once it has printed something.

    streams.py closed COMMAND...      the reader has gone away before the command writes
    streams.py interrupt COMMAND...   SIGINT after the first line about compliance, which policies decide

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
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for line in process.stdout:
        if b"[4/4]" in line:
            process.send_signal(signal.SIGINT)
            break
    process.stdout.read()
errors = process.stderr.read().decode()
print("exit code %d" % process.wait())
print(errors, end="")

"""Runs a command whose standard output is closed, or that is interrupted while it works.

    streams.py closed COMMAND...      the reader has gone away before the command writes
    streams.py interrupt COMMAND...   SIGINT to it and its children, as from a keyboard, once it has a child
    streams.py busy COMMAND...        the same, once it has computed for a fifth of a second

Prints what came on standard error, and the exit code.
"""
import os
import signal
import subprocess
import sys



def has_child(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as file:
        return bool(file.read())


def seconds_of(pid):
    with open("/proc/%d/stat" % pid, encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


kind, command = sys.argv[1], sys.argv[2:]
if kind == "closed":
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.Popen(command, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
else:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    while process.poll() is None:
        if has_child(process.pid) if kind == "interrupt" else seconds_of(process.pid) >= 0.2:
            os.killpg(process.pid, signal.SIGINT)
            break
    process.stdout.read()
errors = process.stderr.read().decode()
print("exit code %d" % process.wait())
print(errors, end="")

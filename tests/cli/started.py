"""Runs a command as a hostile or a broken caller might have started it.

    started.py HOW COMMAND...

HOW: sigchld  ends of children are not reported (SIGCHLD is ignored)
     mask     every signal is blocked that can be
     filters  the system has no filters of system calls, as in some containers
"""
import ctypes
import os
import signal
import sys

ALLOW, FAIL_WITH = 0x7FFF0000, 0x00050000
ENOSYS, EINVAL, PR_SET_SECCOMP, EQUAL = 38, 22, 22, 4


class Comparison(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("operator", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def take_filters_away():
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(ALLOW)))
    library.seccomp_rule_add(rules, ctypes.c_uint32(FAIL_WITH | ENOSYS), library.seccomp_syscall_resolve_name(b"seccomp"), 0)
    library.seccomp_rule_add_array(rules, ctypes.c_uint32(FAIL_WITH | EINVAL), library.seccomp_syscall_resolve_name(b"prctl"),
                                   1, ctypes.byref(Comparison(0, EQUAL, PR_SET_SECCOMP, 0)))
    if library.seccomp_load(rules) != 0:
        sys.exit("the filters cannot be taken away here")


how, command = sys.argv[1], sys.argv[2:]
if how == "sigchld":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
elif how == "mask":
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
else:
    take_filters_away()
os.execvp(command[0], command)

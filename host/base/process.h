/*
 * A child process whose output is read line by line. It runs in a process group of its own, so that stopping
 * it stops what it started; it reads nothing, and inherits no open file but that of a lock. No shell is
 * involved.
 */
#ifndef FLOE_BASE_PROCESS_H
#define FLOE_BASE_PROCESS_H

#include "base/lock.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct floe_process floe_process;

typedef struct floe_process_options {
    const char *const *arguments; /* the program's path, then its arguments, NULL at the end */
    const char *const
        *environment;      /* "NAME=value", NULL at the end; NULL is the environment of this process */
    const char *folder;    /* where it runs; NULL is the current folder */
    size_t longest_line;   /* bytes of a line that are kept; 0 is 1 MiB */
    const floe_lock *lock; /* stays taken until the child has ended too, also where this process ends before;
                            * NULL for none */
} floe_process_options;

/* Starts a process. FLOE_NOT_FOUND where there is no such program, FLOE_OUTSIDE where it cannot be run.
 * `*out` is the caller's, who ends it with floe_process_free. */
int floe_process_start(floe_process **out, const floe_process_options *options, floe_error *error);

/* A child that goes on with this program as it is: a copy in which `*child` is set and `*out` is not. It
 * belongs to a group of its own, writes its outputs to this process, holds no other file of it, hears its
 * signals as this one does, and is asked to end where this one ends before it. It ends with
 * floe_process_leave. `longest_line` as above. */
int floe_process_fork(floe_process **out, bool *child, size_t longest_line, floe_error *error);
_Noreturn void floe_process_leave(int code);

/* A line without its end. It is the process's, and stands until the next call. */
typedef struct floe_process_line {
    int stream; /* 1 for standard output, 2 for standard error */
    const char *text;
    size_t length;
    bool cut; /* it was longer than `longest_line` */
} floe_process_line;

typedef enum floe_process_event {
    FLOE_PROCESS_LINE,        /* `line` was filled */
    FLOE_PROCESS_QUIET,       /* nothing happened for the time given */
    FLOE_PROCESS_INTERRUPTED, /* this process was interrupted: the child is for the caller to stop */
    FLOE_PROCESS_ENDED        /* it ended, and every line of it was handed out */
} floe_process_event;

/* What happens next, within `milliseconds`; -1 waits for as long as it takes. A process that leaves children
 * behind which hold its output has ended all the same. */
floe_process_event floe_process_next(floe_process *process, floe_process_line *line, int milliseconds);

/* Sends an interrupt to the process and all of its group. From then on `floe_process_next` hands out what is
 * left to hear, whatever interrupted this process. */
void floe_process_interrupt(floe_process *process);

/* How it ended: its exit code, or the signal that ended it (then `code` is -1). */
typedef struct floe_process_end {
    int code;
    int signal;
} floe_process_end;

/* Ends a process and all of its group, where it still runs: an interrupt, and what is left of it after
 * `milliseconds` is killed. Afterwards, as after FLOE_PROCESS_ENDED, `end` tells how it ended. */
void floe_process_stop(floe_process *process, int milliseconds, floe_process_end *end);

/* Kills what still runs. In a copy of the process that started it only memory is given back. NULL is
 * allowed. */
void floe_process_free(floe_process *process);

#endif

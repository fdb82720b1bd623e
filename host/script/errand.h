/*
 * An errand: one worker that is sent off, answers in frames, and ends. What loading bundles and testing
 * policies share; judging, which keeps many workers busy, has its own loop.
 */
#ifndef FLOE_SCRIPT_ERRAND_H
#define FLOE_SCRIPT_ERRAND_H

#include "evaluator.h"
#include "worker.h"

typedef struct floe_errand {
    floe_worker_task task;
    uint32_t milliseconds; /* the budget of one beat; at twice that and a second more the worker is killed. 0:
                              default */
    int (*take)(void *data, floe_frame *frame); /* every frame; FLOE_INVALID for nonsense ends the errand */
    void *data;
    char *confinement; /* gets why the wall is lower, where it is */
    size_t confinement_size;
} floe_errand;

/* How the worker ended. */
typedef struct floe_errand_end {
    bool clean;             /* by itself, with code 0, and all that it sent was taken */
    floe_failure_kind kind; /* time, or died */
    char message[256];      /* a sentence for whoever is blamed */
} floe_errand_end;

/* Runs the worker to its end. Fails where none can be started; FLOE_IO with "interrupted" after a SIGINT. */
int floe_errand_run(floe_errand_end *end, const floe_errand *errand, floe_error *error);

/* Processor time of a process in nanoseconds; 0 where it is not known. */
int64_t floe_cpu_time(pid_t pid);

#endif

/* What the two sides of a trial (trial.c, trial_worker.c) share. */
#ifndef FLOE_SCRIPT_TRIAL_WIRE_H
#define FLOE_SCRIPT_TRIAL_WIRE_H

#include "trial.h"
#include "worker.h"

/*
 * From the worker: SUITE   policy, number of cases, their names
 *                  CASE    index, ok, message, detail, subjects, instructions, nanoseconds
 *                  FAILED  kind, text, file, line: there is no suite, or its policy cannot be loaded
 */
enum { FLOE_FRAME_SUITE = FLOE_FRAME_FIRST, FLOE_FRAME_CASE, FLOE_FRAME_TRIAL_FAILED };

enum {
    FLOE_TRIAL_CASES = 4096, /* of one file */
    FLOE_TRIAL_NAME = 512,
    FLOE_TRIAL_MESSAGE = 4096,
    FLOE_TRIAL_DETAIL = 64 * 1024,
};

/* What the worker is made from. */
typedef struct floe_trial_task {
    const floe_bundle *bundle;
    const floe_source *test;
    floe_limits limits;
    floe_context *context;
    uint32_t first_case; /* earlier ones were answered by a worker that ended */
} floe_trial_task;

void floe_trial_worker_task(floe_worker_task *task, floe_trial_task *trial);

#endif

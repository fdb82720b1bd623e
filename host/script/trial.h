/*
 * Trials: the tests of policies. Each test file runs in a worker and a sandbox of its own; its cases make
 * facts and have the policy judge them through the same evaluator that judges products.
 *
 * A test file returns what floe.test's `suite` answers: { policy = id, cases = { … }, run_case = function }.
 * For each case run_case(suite, index, judge) is called and answers { name =, ok =, message =, detail =,
 * subjects = }.
 */
#ifndef FLOE_SCRIPT_TRIAL_H
#define FLOE_SCRIPT_TRIAL_H

#include "evaluator.h"

typedef struct floe_trial_case {
    const char *name;
    bool ok;
    const char *message, *detail; /* NULL where there is none */
    uint32_t subjects;            /* that the policy judged */
    uint64_t instructions;
    double seconds;
} floe_trial_case;

typedef struct floe_trial {
    const char *policy;     /* the id that the file tests; NULL where it could not be loaded, and … */
    floe_failure_kind kind; /* … this is why */
    const char *message;
    const char *file;
    uint32_t line;
    floe_trial_case *cases;
    uint32_t case_count;
} floe_trial;

typedef struct floe_trials {
    floe_arena *arena;
    floe_trial *items; /* one for each test file */
    uint32_t count;
    char confinement[256];
} floe_trials;

/* Budgets of one case, where the limits give none. */
enum { FLOE_TRIAL_MILLISECONDS = 10 * 1000, FLOE_TRIAL_INSTRUCTIONS = 100 * 1000 * 1000 };

/* Runs the test files on the policies of a bundle. Fails only where no worker can be had. */
int floe_trials_run(floe_trials **out, const floe_bundle *bundle, const floe_source *tests, uint32_t count,
                    const floe_limits *limits, floe_context *context, floe_error *error);
void floe_trials_free(floe_trials *trials);

#endif

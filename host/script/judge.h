/*
 * Judging: products are taken apart into subjects, these are dealt out in chunks to confined workers, and
 * what the policies report comes back in one stable order, the same for one worker and for many.
 *
 * It fails closed. A policy that raises is recorded and goes on with the next subject; one that spends a
 * budget or takes its worker down judges no further subject of that job, and the record says so. No chunk is
 * left unanswered.
 */
#ifndef FLOE_SCRIPT_JUDGE_H
#define FLOE_SCRIPT_JUDGE_H

#include "evaluator.h"

/* A policy as one job uses it. */
typedef struct floe_judge_policy {
    uint32_t bundle, policy; /* which: bundles[bundle].policies[policy] */
    floe_node params;        /* an object, or null for the defaults */
    floe_target_set targets;
    bool packages; /* also nodes of installed packages */
} floe_judge_policy;

/* One product under some policies. All is borrowed. */
typedef struct floe_judge_job {
    floe_node product; /* a record */
    floe_node run;     /* a record of the product's run; null where none is judged */
    bool run_only;     /* the product is no subject, nor is anything in it */
    const floe_judge_policy *policies;
    uint32_t policy_count;
    const char *phase, *as_of, *as_of_time; /* as_of_time may be NULL: the day's beginning */
} floe_judge_job;

typedef struct floe_judge_plan {
    floe_context *context;
    const floe_bundle *bundles;
    uint32_t bundle_count;
    const floe_judge_job *jobs;
    uint32_t job_count;
    floe_limits limits;
    uint32_t workers;        /* at most; 0 is one for each processor */
    const luaL_Reg *natives; /* as of floe_evaluator_options */
} floe_judge_plan;

enum { FLOE_NO_SUBJECT = UINT32_MAX };

typedef struct floe_judged_finding {
    uint32_t job, policy, subject; /* the subject's index in its job's subjects */
    uint32_t sequence;             /* rising within a policy and subject */
    floe_node at;                  /* a container, or null: the subject */
    floe_slice field, path, code, message, expected, actual;
    const floe_slice *suggestions;
    uint32_t suggestion_count;
    uint32_t line, column; /* 0 where not given */
    uint64_t offset;       /* UINT64_MAX where not given */
} floe_judged_finding;

typedef struct floe_judged_note {
    uint32_t job, policy, subject, sequence;
    floe_slice text;
} floe_judged_note;

typedef struct floe_judged_error {
    uint32_t job, policy;
    uint32_t subject; /* the first on which it happened; FLOE_NO_SUBJECT where it judged none */
    uint32_t count;   /* of subjects */
    floe_failure_kind kind;
    const char *message;
    const char *file; /* NULL where unknown */
    uint32_t line;
} floe_judged_error;

typedef struct floe_judged_job {
    floe_subjects subjects; /* those that some policy targets */
    uint64_t *checks;       /* by policy: how many subjects it judged */
    uint64_t *nanoseconds;  /* by policy: what its checks took, those of all workers added up */
    floe_slice *summaries;  /* by policy */
} floe_judged_job;

typedef struct floe_judgement {
    floe_arena *arena; /* the texts */
    floe_judged_job *jobs;
    uint32_t job_count;
    floe_judged_finding *findings; /* by job, subject, policy, sequence */
    size_t finding_count, finding_capacity;
    floe_judged_note *notes;
    size_t note_count, note_capacity;
    floe_judged_error *errors; /* by job, policy */
    size_t error_count, error_capacity;
    uint32_t workers;      /* that ran at the same time */
    uint32_t replaced;     /* that ended before their time */
    bool interrupted;      /* SIGINT: nothing above is complete */
    char confinement[256]; /* why the workers' wall is lower than it should be; empty where it is not */
    double seconds;
} floe_judgement;

/* Judges. FLOE_IO, FLOE_MEMORY or FLOE_INTERNAL where no worker can be had; FLOE_LIMIT where policies report
 * more than can be kept. Otherwise `*out` is the caller's, for floe_judgement_free. */
int floe_judge(floe_judgement **out, const floe_judge_plan *plan, floe_error *error);
void floe_judgement_free(floe_judgement *judgement);

#endif

/*
 * What the two sides of judging (judge.c, judge_worker.c) share: the frames, the schedule that both see
 * because it was made before the fork, and the board on which the parent withdraws policies.
 */
#ifndef FLOE_SCRIPT_JUDGE_WIRE_H
#define FLOE_SCRIPT_JUDGE_WIRE_H

#include "judge.h"
#include "worker.h"

/* The frames of both sides, and what is in each. */
enum {
    /* to the worker */
    FLOE_FRAME_CHUNK = FLOE_FRAME_FIRST, /* chunk */
    /* from the worker */
    FLOE_FRAME_FINDING, /* chunk, policy, subject, document, node, texts, line, column, offset, suggestions */
    FLOE_FRAME_NOTE,    /* chunk, policy, subject, text */
    FLOE_FRAME_RAISED,  /* chunk, policy, subject, count, text, file, line: so often, and here first */
    FLOE_FRAME_TRIPPED, /* chunk, policy, subject, kind, text, file, line: a budget is spent; it ends */
    FLOE_FRAME_BROKEN,  /* unit, kind, text, file, line: a policy could not be loaded */
    FLOE_FRAME_UNFIT,   /* job, policy, kind, text, file, line: its params or its summary failed */
    FLOE_FRAME_SUMMARY, /* job, policy, text */
    FLOE_FRAME_DONE,    /* chunk, nanoseconds of each policy of its job: all of the chunk was judged */
};

enum { FLOE_ERROR_TEXT = 768, FLOE_ERROR_FILE = 512, FLOE_SUMMARY_TEXT = 512 };

/* A run of subjects of one job. */
typedef struct floe_chunk {
    uint32_t job, first, last; /* last is behind the end */
} floe_chunk;

/* A policy file that some job uses. */
typedef struct floe_unit {
    uint32_t bundle, policy;
} floe_unit;

/* By target and whether the subject is the product's own: which policies of a job judge it, as indexes. */
typedef struct floe_roster {
    uint32_t *policies[FLOE_TARGETS][2];
    uint32_t counts[FLOE_TARGETS][2];
} floe_roster;

typedef struct floe_schedule {
    const floe_judge_plan *plan;
    floe_arena *arena;
    floe_judged_job *jobs; /* the judgement's */
    floe_roster *rosters;  /* by job */
    uint32_t *first_slot;  /* by job: where its policies begin among all */
    uint32_t slot_count;   /* policies of all jobs */
    uint32_t *slot_unit;   /* by slot */
    floe_unit *units;
    uint32_t unit_count;
    floe_chunk *chunks;
    size_t chunk_count, chunk_capacity;
    uint64_t weight; /* checks in all */
    /* The board: from which subject on a policy (by slot) judges no more. Written by the parent, shared. */
    volatile uint32_t *cutoff;
    volatile uint8_t *broken; /* by unit: not to be loaded */
    size_t board_size;
} floe_schedule;

/* Makes the schedule of a plan; `jobs` gets the subjects. */
int floe_schedule_make(floe_schedule *out, const floe_judge_plan *plan, floe_judged_job *jobs,
                       floe_error *error);
void floe_schedule_free(floe_schedule *schedule);

/* The task of a worker on a schedule; `*task` borrows it. */
void floe_judge_task(floe_worker_task *task, floe_schedule *schedule);

#endif

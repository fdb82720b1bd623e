/*
 * The parent's side of judging while it runs, shared by its three parts: who works on what (judge.c), what
 * the workers answer (judge_answers.c), and what comes of it (judge_results.c).
 */
#ifndef FLOE_SCRIPT_JUDGE_STATE_H
#define FLOE_SCRIPT_JUDGE_STATE_H

#include "judge_wire.h"

enum { FLOE_IN_FLIGHT = 2 /* chunks a worker has before it: one to judge, one so that it need not wait */ };

typedef struct floe_crew {
    floe_worker worker;
    uint32_t chunks[FLOE_IN_FLIGHT];
    uint32_t chunk_count;
    bool spoke;        /* sent its first frame */
    int64_t cpu_began; /* processor time of the worker when it was last seen to begin something */
} floe_crew;

typedef struct floe_chunk_state {
    bool done;
    uint32_t attempt; /* results of earlier ones do not count */
    uint32_t strikes;
} floe_chunk_state;

/* Results carry the attempt they belong to. */
typedef struct floe_kept_finding {
    floe_judged_finding finding;
    uint32_t chunk, attempt;
} floe_kept_finding;

typedef struct floe_kept_note {
    floe_judged_note note;
    uint32_t chunk, attempt;
} floe_kept_note;

typedef struct floe_kept_error {
    floe_judged_error error;
    uint32_t chunk, attempt;
} floe_kept_error;

typedef struct floe_judging {
    const floe_judge_plan *plan;
    floe_schedule schedule;
    floe_judgement *out;
    floe_crew *crews;
    uint32_t crew_count;
    floe_chunk_state *states; /* by chunk */
    uint32_t *again;          /* chunks to deal once more, the last one first */
    uint32_t again_count;
    uint32_t next_chunk, done_count;
    uint32_t false_starts;
    uint32_t sequence;
    int64_t watched;              /* when the workers were last looked at */
    floe_judged_error *withdrawn; /* by slot: why it judges no more; message is NULL where it does */
    floe_kept_finding *findings;
    size_t finding_count, finding_capacity;
    floe_kept_note *notes;
    size_t note_count, note_capacity;
    floe_kept_error *raised;
    size_t raised_count, raised_capacity;
} floe_judging;

/* Makes the schedule of a plan (borrowed) and an empty judgement. Whatever it answers, floe_judging_end frees
 * all of it, the judgement too where `out` was not taken. */
int floe_judging_begin(floe_judging *self, const floe_judge_plan *plan, floe_error *error);
void floe_judging_end(floe_judging *self);

/* The number of a job's policy among all. */
static inline uint32_t floe_judging_slot(const floe_judging *self, uint32_t job, uint32_t policy) {
    return self->schedule.first_slot[job] + policy;
}

/* ---- answers ---- */

/* What is said about a failure: texts of the judgement. */
typedef struct floe_blame {
    floe_failure_kind kind;
    const char *message;
    const char *file;
    uint32_t line;
} floe_blame;

/* What a frame means for the worker that sent it. */
typedef enum floe_answer {
    FLOE_GOES_ON,
    FLOE_ENDS,     /* it said that it ends, and why */
    FLOE_NONSENSE, /* it sent what it was not asked for */
    FLOE_FATAL,    /* the error is filled: nothing can go on */
} floe_answer;

/* Takes one frame of a worker. FLOE_FATAL fills the error. */
floe_answer floe_judging_take(floe_judging *self, floe_crew *from, floe_frame *frame, floe_error *error);

/* True where the chunk has that subject and the policy judges it. */
bool floe_judging_asked(const floe_judging *self, const floe_chunk *chunk, uint32_t policy, uint32_t subject);

/* From `subject` on (FLOE_NO_SUBJECT: from the first) a policy judges no more of this job. The place that is
 * reported is the first one, whoever came upon it first. */
void floe_judging_withdraw(floe_judging *self, uint32_t job, uint32_t policy, uint32_t subject,
                           const floe_blame *why);

/* A policy file that cannot be loaded is withdrawn from every job. */
void floe_judging_withdraw_unit(floe_judging *self, uint32_t unit, const floe_blame *why);

/* Nobody in particular can be blamed, so nobody is believed: all policies of the chunk's job end before it.
 */
void floe_judging_withdraw_all(floe_judging *self, const floe_chunk *chunk, const floe_blame *why);

/* ---- results ---- */

/* Puts what counts of the findings, notes and errors into the judgement, in order. FLOE_MEMORY. */
int floe_judging_gather(floe_judging *self);

/* How many subjects each policy judged: known from the schedule, no worker needs to be believed. */
void floe_judging_count_checks(floe_judging *self);

#endif

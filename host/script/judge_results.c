/* What comes of judging: the results that count, in one order. */
#include "judge_state.h"

#include <stdlib.h>

/* qsort, which does not take NULL for nothing. */
static void sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *)) {
    if (count) {
        qsort(items, count, size, compare);
    }
}

static int compare_numbers(uint32_t a, uint32_t b) {
    return (a > b) - (a < b);
}

static int compare_findings(const void *left, const void *right) {
    const floe_judged_finding *a = left, *b = right;
    int order = compare_numbers(a->job, b->job);
    order = order ? order : compare_numbers(a->subject, b->subject);
    order = order ? order : compare_numbers(a->policy, b->policy);
    return order ? order : compare_numbers(a->sequence, b->sequence);
}

static int compare_notes(const void *left, const void *right) {
    const floe_judged_note *a = left, *b = right;
    int order = compare_numbers(a->job, b->job);
    order = order ? order : compare_numbers(a->policy, b->policy);
    order = order ? order : compare_numbers(a->subject, b->subject);
    return order ? order : compare_numbers(a->sequence, b->sequence);
}

static int compare_errors(const void *left, const void *right) {
    const floe_judged_error *a = left, *b = right;
    int order = compare_numbers(a->job, b->job);
    order = order ? order : compare_numbers(a->policy, b->policy);
    return order ? order : compare_numbers(a->subject, b->subject);
}

/* True for a result of the attempt that counts, on a subject that the policy was still to judge. */
static bool counts(const floe_judging *self, uint32_t chunk, uint32_t attempt, uint32_t job, uint32_t policy,
                   uint32_t subject) {
    const floe_chunk_state *state = &self->states[chunk];
    return state->done && state->attempt == attempt &&
           subject < self->schedule.cutoff[floe_judging_slot(self, job, policy)];
}

static int gather_findings(floe_judging *self) {
    floe_judgement *out = self->out;
    for (size_t i = 0; i < self->finding_count; i++) {
        const floe_kept_finding *kept = &self->findings[i];
        const floe_judged_finding *one = &kept->finding;
        if (!counts(self, kept->chunk, kept->attempt, one->job, one->policy, one->subject)) {
            continue;
        }
        if (floe_grow(&out->findings, &out->finding_capacity, out->finding_count + 1, sizeof *one)) {
            return FLOE_MEMORY;
        }
        out->findings[out->finding_count++] = *one;
    }
    sort(out->findings, out->finding_count, sizeof *out->findings, compare_findings);
    return 0;
}

static int gather_notes(floe_judging *self) {
    floe_judgement *out = self->out;
    for (size_t i = 0; i < self->note_count; i++) {
        const floe_kept_note *kept = &self->notes[i];
        const floe_judged_note *one = &kept->note;
        if (!counts(self, kept->chunk, kept->attempt, one->job, one->policy, one->subject)) {
            continue;
        }
        if (floe_grow(&out->notes, &out->note_capacity, out->note_count + 1, sizeof *one)) {
            return FLOE_MEMORY;
        }
        out->notes[out->note_count++] = *one;
    }
    sort(out->notes, out->note_count, sizeof *out->notes, compare_notes);
    return 0;
}

static int add_error(floe_judgement *out, const floe_judged_error *error) {
    if (floe_grow(&out->errors, &out->error_capacity, out->error_count + 1, sizeof *error)) {
        return FLOE_MEMORY;
    }
    out->errors[out->error_count++] = *error;
    return 0;
}

/* One error for each policy that raised (the first subject, and on how many), one for each that was
 * withdrawn. */
static int gather_errors(floe_judging *self) {
    floe_judged_error *raised = calloc(self->schedule.slot_count + 1, sizeof *raised);
    int result = raised ? 0 : FLOE_MEMORY;
    for (size_t i = 0; i < self->raised_count && !result; i++) {
        const floe_kept_error *kept = &self->raised[i];
        const floe_judged_error *one = &kept->error;
        if (!counts(self, kept->chunk, kept->attempt, one->job, one->policy, one->subject)) {
            continue;
        }
        floe_judged_error *sum = &raised[floe_judging_slot(self, one->job, one->policy)];
        uint32_t total = sum->count + one->count;
        if (!sum->count || one->subject < sum->subject) {
            *sum = *one;
        }
        sum->count = total;
    }
    for (uint32_t i = 0; i < self->schedule.slot_count && !result; i++) {
        result = raised[i].count ? add_error(self->out, &raised[i]) : 0;
        result = !result && self->withdrawn[i].message ? add_error(self->out, &self->withdrawn[i]) : result;
    }
    free(raised);
    sort(self->out->errors, self->out->error_count, sizeof *self->out->errors, compare_errors);
    return result;
}

void floe_judging_count_checks(floe_judging *self) {
    for (uint32_t job = 0; job < self->plan->job_count; job++) {
        const floe_subjects *subjects = &self->out->jobs[job].subjects;
        const floe_roster *roster = &self->schedule.rosters[job];
        for (uint32_t i = 0; i < subjects->count; i++) {
            const floe_subject *one = &subjects->items[i];
            for (uint32_t k = 0; k < roster->counts[one->target][one->own]; k++) {
                uint32_t policy = roster->policies[one->target][one->own][k];
                self->out->jobs[job].checks[policy] +=
                    i < self->schedule.cutoff[floe_judging_slot(self, job, policy)];
            }
        }
    }
}

int floe_judging_gather(floe_judging *self) {
    return gather_findings(self) || gather_notes(self) || gather_errors(self) ? FLOE_MEMORY : 0;
}

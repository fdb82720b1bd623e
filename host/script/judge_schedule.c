/* The schedule of judging: which policies judge which subjects, in which chunks, made before any worker is.
 */
#include "judge_wire.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    CHUNKS_A_WORKER = 24,   /* so that the last ones end at about the same time */
    LEAST_CHECKS = 256,     /* of a chunk: less is mostly talk */
    MOST_CHECKS = 16 * 1024 /* of a chunk: what is lost and done again when a worker dies */
};

static bool judges(const floe_judge_policy *policy, int target, int own) {
    return policy->targets & 1u << target && (own || policy->packages);
}

static int make_roster(floe_schedule *self, floe_roster *roster, const floe_judge_job *job) {
    for (int target = 0; target < FLOE_TARGETS; target++) {
        for (int own = 0; own < 2; own++) {
            uint32_t *list = floe_arena_array(self->arena, job->policy_count + 1, sizeof *list);
            if (!list) {
                return FLOE_MEMORY;
            }
            uint32_t count = 0;
            for (uint32_t i = 0; i < job->policy_count; i++) {
                if (judges(&job->policies[i], target, own)) {
                    list[count++] = i;
                }
            }
            roster->policies[target][own] = list;
            roster->counts[target][own] = count;
        }
    }
    return 0;
}

static int expand_job(floe_schedule *self, uint32_t index, floe_error *error) {
    const floe_judge_job *job = &self->plan->jobs[index];
    floe_target_set own = 0, all = 0;
    for (uint32_t i = 0; i < job->policy_count; i++) {
        own |= job->policies[i].targets;
        all |= job->policies[i].packages ? job->policies[i].targets : 0;
    }
    floe_subjects *subjects = &self->jobs[index].subjects;
    int result = job->run_only ? 0 : floe_subjects_expand(subjects, &job->product, own, all, error);
    if (!result && !floe_node_absent(&job->run)) {
        result = floe_subjects_expand(subjects, &job->run, own, all, error);
    }
    if (!result && subjects->count >= FLOE_NO_SUBJECT) {
        return floe_error_set(error, FLOE_LIMIT, "a product has too many parts to judge");
    }
    for (size_t i = 0; !result && i < subjects->count; i++) {
        self->weight += self->rosters[index].counts[subjects->items[i].target][subjects->items[i].own];
    }
    return result;
}

static int add_chunk(floe_schedule *self, floe_chunk chunk) {
    if (floe_grow(&self->chunks, &self->chunk_capacity, self->chunk_count + 1, sizeof *self->chunks)) {
        return FLOE_MEMORY;
    }
    self->chunks[self->chunk_count++] = chunk;
    return 0;
}

/* Cuts a job's subjects into chunks of about `size` checks. */
static int cut_job(floe_schedule *self, uint32_t job, uint64_t size) {
    const floe_subjects *subjects = &self->jobs[job].subjects;
    floe_chunk chunk = {.job = job};
    uint64_t checks = 0;
    for (uint32_t i = 0; i < subjects->count; i++) {
        checks += self->rosters[job].counts[subjects->items[i].target][subjects->items[i].own];
        chunk.last = i + 1;
        if (checks >= size || chunk.last == subjects->count) {
            if (add_chunk(self, chunk)) {
                return FLOE_MEMORY;
            }
            chunk.first = chunk.last;
            checks = 0;
        }
    }
    return 0;
}

static int cut_all(floe_schedule *self) {
    uint32_t workers = self->plan->workers ? self->plan->workers : 1;
    uint64_t size = self->weight / ((uint64_t)workers * CHUNKS_A_WORKER) + 1;
    size = size < LEAST_CHECKS ? LEAST_CHECKS : size > MOST_CHECKS ? MOST_CHECKS : size;
    int result = 0;
    for (uint32_t job = 0; job < self->plan->job_count && !result; job++) {
        result = cut_job(self, job, size);
    }
    return result;
}

/* The number of a policy file among the units; a new one where no job used it before. */
static uint32_t unit_of(floe_schedule *self, const floe_judge_policy *policy, uint32_t **by_bundle) {
    uint32_t *known = &by_bundle[policy->bundle][policy->policy];
    if (!*known) {
        self->units[self->unit_count++] = (floe_unit){.bundle = policy->bundle, .policy = policy->policy};
        *known = self->unit_count;
    }
    return *known - 1;
}

static int number_units(floe_schedule *self) {
    const floe_judge_plan *plan = self->plan;
    uint32_t **by_bundle = floe_arena_array(self->arena, plan->bundle_count + 1, sizeof *by_bundle);
    size_t all = 0;
    for (uint32_t i = 0; by_bundle && i < plan->bundle_count; i++) {
        size_t size = (plan->bundles[i].policy_count + 1) * sizeof **by_bundle;
        by_bundle[i] = floe_arena_alloc(self->arena, size);
        if (!by_bundle[i]) {
            return FLOE_MEMORY;
        }
        memset(by_bundle[i], 0, size);
        all += plan->bundles[i].policy_count;
    }
    self->units = floe_arena_array(self->arena, all + 1, sizeof *self->units);
    self->slot_unit = floe_arena_array(self->arena, self->slot_count + 1, sizeof *self->slot_unit);
    if (!by_bundle || !self->units || !self->slot_unit) {
        return FLOE_MEMORY;
    }
    for (uint32_t job = 0; job < plan->job_count; job++) {
        for (uint32_t i = 0; i < plan->jobs[job].policy_count; i++) {
            self->slot_unit[self->first_slot[job] + i] =
                unit_of(self, &plan->jobs[job].policies[i], by_bundle);
        }
    }
    return 0;
}

static int make_board(floe_schedule *self) {
    size_t cutoffs = ((size_t)self->slot_count + 1) * sizeof *self->cutoff;
    self->board_size = cutoffs + self->unit_count + 1;
    void *board = mmap(NULL, self->board_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED) {
        return FLOE_MEMORY;
    }
    self->cutoff = board;
    self->broken = (volatile uint8_t *)board + cutoffs;
    for (uint32_t i = 0; i < self->slot_count; i++) {
        self->cutoff[i] = FLOE_NO_SUBJECT;
    }
    return 0;
}

int floe_schedule_make(floe_schedule *out, const floe_judge_plan *plan, floe_judged_job *jobs,
                       floe_error *error) {
    *out = (floe_schedule){.plan = plan, .jobs = jobs, .arena = floe_arena_new(0)};
    if (!out->arena) {
        return floe_error_memory(error);
    }
    out->rosters = floe_arena_array(out->arena, plan->job_count + 1, sizeof *out->rosters);
    out->first_slot = floe_arena_array(out->arena, plan->job_count + 1, sizeof *out->first_slot);
    if (!out->rosters || !out->first_slot) {
        return floe_error_memory(error);
    }
    for (uint32_t job = 0; job < plan->job_count; job++) {
        out->first_slot[job] = out->slot_count;
        out->slot_count += plan->jobs[job].policy_count;
        if (make_roster(out, &out->rosters[job], &plan->jobs[job])) {
            return floe_error_memory(error);
        }
        int result = expand_job(out, job, error);
        if (result) {
            return result;
        }
    }
    return number_units(out) || cut_all(out) || make_board(out) ? floe_error_memory(error) : 0;
}

void floe_schedule_free(floe_schedule *schedule) {
    if (schedule->cutoff) {
        munmap((void *)(uintptr_t)schedule->cutoff, schedule->board_size);
    }
    free(schedule->chunks);
    floe_arena_free(schedule->arena);
    *schedule = (floe_schedule){0};
}

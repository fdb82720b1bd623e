/* The parent's side of judging: deals chunks out, waits for answers, and replaces workers that end. */
#include "judge_state.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "errand.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TICK_MILLISECONDS = 20,
    MOST_WORKERS = 256,
    MOST_STRIKES = 3,       /* deaths over one chunk that nobody could be blamed for */
    MOST_FALSE_STARTS = 3,  /* workers in a row that ended before their first answer */
    PATIENCE = 5,           /* times what a check may take, in which a worker that only waits is given up */
    CHECKS_A_WORKER = 2048, /* for fewer a second worker costs more than it brings */
};

/* ---- workers ---- */

static int start_worker(floe_judging *self, floe_crew *one, floe_error *error) {
    floe_worker_task task;
    floe_judge_task(&task, &self->schedule);
    *one = (floe_crew){0};
    return floe_worker_start(&one->worker, &task, error);
}

/* The next chunk to judge; false where all are dealt. */
static bool next_chunk(floe_judging *self, uint32_t *chunk) {
    if (self->again_count) {
        *chunk = self->again[--self->again_count];
        return true;
    }
    if (self->next_chunk < self->schedule.chunk_count) {
        *chunk = self->next_chunk++;
        return true;
    }
    return false;
}

static void deal(floe_judging *self, floe_crew *to) {
    uint32_t chunk;
    while (to->chunk_count < FLOE_IN_FLIGHT && next_chunk(self, &chunk)) {
        to->chunks[to->chunk_count++] = chunk;
        const uint32_t request[] = {FLOE_FRAME_CHUNK, sizeof chunk, chunk};
        /* Where this fails the worker is gone, and the end of its answers will tell. */
        floe_worker_send(&to->worker, request, sizeof request, NULL);
    }
}

/* Blames whoever the worker said that it was about to run. What it said is checked: it can only cost policies
 * of the chunk that it was judging. False where it names nobody. */
static bool blame_page(floe_judging *self, const floe_crew *from, const floe_worker_page *page,
                       const floe_blame *why) {
    uint32_t job = page->job, policy = page->policy, subject = page->subject;
    if (job == FLOE_WORKER_IDLE && policy < self->schedule.unit_count && subject == FLOE_WORKER_IDLE) {
        floe_blame where = *why;
        const floe_unit *unit = &self->schedule.units[policy];
        where.file = self->plan->bundles[unit->bundle].policies[unit->policy].chunk;
        floe_judging_withdraw_unit(self, policy, &where);
        return true;
    }
    if (!from->chunk_count) {
        return false;
    }
    const floe_chunk *chunk = &self->schedule.chunks[from->chunks[0]];
    if (job != chunk->job || policy >= self->plan->jobs[job].policy_count) {
        return false;
    }
    const floe_unit *unit =
        &self->schedule.units[self->schedule.slot_unit[floe_judging_slot(self, job, policy)]];
    floe_blame where = *why;
    where.file = self->plan->bundles[unit->bundle].policies[unit->policy].chunk;
    if (subject != FLOE_WORKER_IDLE && !floe_judging_asked(self, chunk, policy, subject)) {
        return false;
    }
    if (self->schedule.cutoff[floe_judging_slot(self, job, policy)] <=
        (subject == FLOE_WORKER_IDLE ? 0 : subject)) {
        return false; /* it was withdrawn already: that does not help */
    }
    floe_judging_withdraw(self, job, policy, subject, &where);
    return true;
}

/* The chunks of a worker that is gone are judged again, by whoever comes next. */
static void take_back(floe_judging *self, floe_crew *from) {
    while (from->chunk_count) {
        uint32_t chunk = from->chunks[--from->chunk_count];
        self->states[chunk].attempt++;
        self->again[self->again_count++] = chunk;
    }
}

/* A chunk that workers die over without anyone to floe_blame: first all its policies are withdrawn, then it
 * counts as answered, since nobody is left to judge it. */
static void strike(floe_judging *self, floe_crew *from, const floe_blame *why) {
    if (!from->chunk_count) {
        return;
    }
    uint32_t number = from->chunks[0];
    floe_chunk_state *state = &self->states[number];
    if (++state->strikes >= MOST_STRIKES) {
        floe_judging_withdraw_all(self, &self->schedule.chunks[number], why);
    }
    if (state->strikes >= 2 * MOST_STRIKES) {
        state->attempt++;
        state->done = true;
        self->done_count++;
        memmove(from->chunks, from->chunks + 1, --from->chunk_count * sizeof *from->chunks);
    }
}

static const char *keep_message(floe_judging *self, const char *message) {
    const char *copy = floe_arena_text(self->out->arena, message, strlen(message));
    return copy ? copy : "the worker that ran it ended";
}

/* A worker is gone, or has to go. `why` is NULL where it told. Starts another one while there is work. */
static int replace(floe_judging *self, floe_crew *one, const char *why, floe_failure_kind kind,
                   floe_error *error) {
    char how[128], message[512];
    floe_worker_page page = *one->worker.page;
    self->out->replaced++;
    self->false_starts = one->spoke ? 0 : self->false_starts + 1;
    floe_worker_stop(&one->worker, how, sizeof how);
    if (why) {
        snprintf(message, sizeof message, why[0] ? "%s" : "the worker that ran it %s", why[0] ? why : how);
        floe_blame cause = {.kind = kind, .message = keep_message(self, message)};
        if (!blame_page(self, one, &page, &cause)) {
            strike(self, one, &cause);
        }
    }
    take_back(self, one);
    if (self->false_starts >= MOST_FALSE_STARTS) {
        return floe_error_set(error, FLOE_INTERNAL, "workers end before they answer: the last one %s", how);
    }
    if (!self->again_count && self->next_chunk >= self->schedule.chunk_count) {
        return 0;
    }
    int result = start_worker(self, one, error);
    if (!result) {
        deal(self, one);
    }
    return result;
}

/* Takes all whole frames of a worker. */
static int listen(floe_judging *self, floe_crew *from, floe_error *error) {
    int result = floe_worker_receive(&from->worker, error);
    bool ended = result == FLOE_NOT_FOUND;
    if (result && !ended) {
        return result;
    }
    floe_frame frame;
    while ((result = floe_worker_frame(&from->worker, &frame, NULL)) == 1) {
        switch (floe_judging_take(self, from, &frame, error)) {
        case FLOE_GOES_ON:
            continue;
        case FLOE_ENDS:
            return replace(self, from, NULL, FLOE_FAILURE_DIED, error);
        case FLOE_NONSENSE:
            return replace(self, from, "the worker that ran it answered what it was not asked",
                           FLOE_FAILURE_DIED, error);
        case FLOE_FATAL:
            return error ? (int)error->code : FLOE_INTERNAL;
        }
    }
    if (result < 0) {
        return replace(self, from, "the worker that ran it answered nonsense", FLOE_FAILURE_DIED, error);
    }
    if (ended) {
        return replace(self, from, "", FLOE_FAILURE_DIED, error);
    }
    deal(self, from);
    return 0;
}

/* Kills a worker that is on one thing for far longer than its budget allows: the script's own limits did not
 * stop it. Time is the worker's processor time, so that a busy machine blames nobody. */
static int watch(floe_judging *self, floe_crew *one, floe_error *error) {
    uint64_t beats = one->worker.page->beats;
    int64_t now = floe_cpu_time(one->worker.pid);
    uint32_t budget =
        self->plan->limits.milliseconds ? self->plan->limits.milliseconds : FLOE_SANDBOX_MILLISECONDS;
    one->worker.idle = one->chunk_count || !one->spoke ? one->worker.idle : 0;
    if (floe_worker_idles(&one->worker, now, PATIENCE * (budget * 2 + 1000) / TICK_MILLISECONDS)) {
        return replace(self, one, "the worker that ran it waited for something that never came",
                       FLOE_FAILURE_TIME, error);
    }
    if (beats != one->worker.beats || !one->cpu_began) {
        one->worker.beats = beats;
        one->cpu_began = now ? now : 1;
        return 0;
    }
    if (now - one->cpu_began < ((int64_t)budget * 2 + 1000) * 1000000) {
        return 0;
    }
    char why[128];
    snprintf(why, sizeof why, "the policy did not end after %u ms, and its worker had to be killed", budget);
    return replace(self, one, why, FLOE_FAILURE_TIME, error);
}

static int wait_for_answers(floe_judging *self, floe_error *error) {
    struct pollfd polls[MOST_WORKERS];
    uint32_t who[MOST_WORKERS];
    nfds_t count = 0;
    for (uint32_t i = 0; i < self->crew_count; i++) {
        if (self->crews[i].worker.pid) {
            who[count] = i;
            polls[count++] = (struct pollfd){.fd = self->crews[i].worker.reply, .events = POLLIN};
        }
    }
    if (!count) {
        return floe_error_set(error, FLOE_INTERNAL, "chunks are left, but no worker is");
    }
    int ready = poll(polls, count, TICK_MILLISECONDS);
    if (ready < 0 && errno != EINTR) {
        return floe_error_set(error, FLOE_IO, "cannot wait for workers: %s", strerror(errno));
    }
    int result = 0;
    for (nfds_t i = 0; i < count && ready > 0 && !result; i++) {
        if (polls[i].revents) {
            result = listen(self, &self->crews[who[i]], error);
        }
    }
    if (floe_clock_monotonic() - self->watched > TICK_MILLISECONDS * 1000000) {
        self->watched = floe_clock_monotonic();
        for (uint32_t i = 0; i < self->crew_count && !result; i++) {
            result = self->crews[i].worker.pid ? watch(self, &self->crews[i], error) : 0;
        }
    }
    return result;
}

static uint32_t worker_count(const floe_judging *self) {
    uint64_t most = self->schedule.weight / CHECKS_A_WORKER + 1;
    uint32_t count = self->plan->workers;
    count = count < most ? count : (uint32_t)most;
    count = count < self->schedule.chunk_count ? count : (uint32_t)self->schedule.chunk_count;
    return count < MOST_WORKERS ? count : MOST_WORKERS;
}

static int run_workers(floe_judging *self, floe_error *error) {
    int result = 0;
    self->crew_count = self->out->workers = worker_count(self);
    self->crews = calloc(self->crew_count + 1, sizeof *self->crews);
    if (!self->crews) {
        return floe_error_memory(error);
    }
    for (uint32_t i = 0; i < self->crew_count && !result; i++) {
        result = start_worker(self, &self->crews[i], error);
        if (!result) {
            deal(self, &self->crews[i]);
        }
    }
    while (!result && self->done_count < self->schedule.chunk_count) {
        self->out->interrupted = floe_interrupted();
        if (self->out->interrupted) {
            break;
        }
        result = wait_for_answers(self, error);
    }
    for (uint32_t i = 0; i < self->crew_count; i++) {
        floe_worker_stop(&self->crews[i].worker, NULL, 0);
    }
    return result;
}

/* ---- all of it ---- */

static int make_judgement(floe_judgement **out, const floe_judge_plan *plan, floe_error *error) {
    floe_judgement *made = calloc(1, sizeof *made);
    if (!made || !(made->arena = floe_arena_new(0)) ||
        !(made->jobs = calloc(plan->job_count + 1, sizeof *made->jobs))) {
        floe_judgement_free(made);
        return floe_error_memory(error);
    }
    made->job_count = plan->job_count;
    for (uint32_t job = 0; job < plan->job_count; job++) {
        size_t count = plan->jobs[job].policy_count + 1;
        made->jobs[job].checks = calloc(count, sizeof(uint64_t));
        made->jobs[job].nanoseconds = calloc(count, sizeof(uint64_t));
        made->jobs[job].summaries = calloc(count, sizeof(floe_slice));
        if (!made->jobs[job].checks || !made->jobs[job].nanoseconds || !made->jobs[job].summaries) {
            floe_judgement_free(made);
            return floe_error_memory(error);
        }
    }
    *out = made;
    return 0;
}

void floe_judgement_free(floe_judgement *judgement) {
    if (!judgement) {
        return;
    }
    for (uint32_t job = 0; judgement->jobs && job < judgement->job_count; job++) {
        free(judgement->jobs[job].subjects.items);
        free(judgement->jobs[job].checks);
        free(judgement->jobs[job].nanoseconds);
        free(judgement->jobs[job].summaries);
    }
    free(judgement->jobs);
    free(judgement->findings);
    free(judgement->notes);
    free(judgement->errors);
    floe_arena_free(judgement->arena);
    free(judgement);
}

int floe_judging_begin(floe_judging *self, const floe_judge_plan *plan, floe_error *error) {
    *self = (floe_judging){.plan = plan};
    int result = make_judgement(&self->out, plan, error);
    result = result ? result : floe_schedule_make(&self->schedule, plan, self->out->jobs, error);
    if (result) {
        return result;
    }
    self->states = calloc(self->schedule.chunk_count + 1, sizeof *self->states);
    self->again = calloc(self->schedule.chunk_count + 1, sizeof *self->again);
    self->withdrawn = calloc(self->schedule.slot_count + 1, sizeof *self->withdrawn);
    return self->states && self->again && self->withdrawn ? 0 : floe_error_memory(error);
}

void floe_judging_end(floe_judging *self) {
    free(self->crews);
    free(self->states);
    free(self->again);
    free(self->withdrawn);
    free(self->findings);
    free(self->notes);
    free(self->raised);
    floe_schedule_free(&self->schedule);
    floe_judgement_free(self->out);
}

int floe_judge(floe_judgement **out, const floe_judge_plan *given, floe_error *error) {
    int64_t began = floe_clock_monotonic();
    floe_judge_plan plan = *given;
    cpu_set_t set;
    if (!plan.workers) {
        plan.workers = sched_getaffinity(0, sizeof set, &set) ? 1 : (uint32_t)CPU_COUNT(&set);
    }
    floe_judging self;
    int result = floe_judging_begin(&self, &plan, error);
    result = result ? result : run_workers(&self, error);
    if (!result && floe_judging_gather(&self)) {
        result = floe_error_memory(error);
    }
    if (!result) {
        floe_judging_count_checks(&self);
        self.out->seconds = (double)(floe_clock_monotonic() - began) / 1e9;
        *out = self.out;
        self.out = NULL;
    }
    floe_judging_end(&self);
    return result;
}

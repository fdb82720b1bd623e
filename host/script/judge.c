/* The parent's side of judging: deals chunks out, checks every answer, replaces workers that end, and puts
 * the results in order. */
#include "judge.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "data/place.h"
#include "errand.h"
#include "judge_wire.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    IN_FLIGHT = 2, /* chunks a worker has before it: one to judge, one so that it need not wait */
    TICK_MILLISECONDS = 20,
    MOST_WORKERS = 256,
    MOST_STRIKES = 3,       /* deaths over one chunk that nobody could be blamed for */
    MOST_FALSE_STARTS = 3,  /* workers in a row that ended before their first answer */
    CHECKS_A_WORKER = 2048, /* for fewer a second worker costs more than it brings */
};

static const size_t most_text = (size_t)512 << 20; /* bytes of results */

typedef struct crew {
    floe_worker worker;
    uint32_t chunks[IN_FLIGHT];
    uint32_t chunk_count;
    bool spoke;        /* sent its first frame */
    int64_t cpu_began; /* processor time of the worker when it was last seen to begin something */
} crew;

typedef struct chunk_state {
    bool done;
    uint32_t attempt; /* results of earlier ones do not count */
    uint32_t strikes;
} chunk_state;

/* Results carry the attempt they belong to. */
typedef struct kept_finding {
    floe_judged_finding finding;
    uint32_t chunk, attempt;
} kept_finding;

typedef struct kept_note {
    floe_judged_note note;
    uint32_t chunk, attempt;
} kept_note;

typedef struct kept_error {
    floe_judged_error error;
    uint32_t chunk, attempt;
} kept_error;

typedef struct judge {
    const floe_judge_plan *plan;
    floe_schedule schedule;
    floe_judgement *out;
    crew *crews;
    uint32_t crew_count;
    chunk_state *states; /* by chunk */
    uint32_t *again;     /* chunks to deal once more, the last one first */
    uint32_t again_count;
    uint32_t next_chunk, done_count;
    uint32_t false_starts;
    uint32_t sequence;
    int64_t watched;              /* when the workers were last looked at */
    floe_judged_error *withdrawn; /* by slot: why it judges no more; message is NULL where it does */
    kept_finding *findings;
    size_t finding_count, finding_capacity;
    kept_note *notes;
    size_t note_count, note_capacity;
    kept_error *raised;
    size_t raised_count, raised_capacity;
} judge;

static int out_of_memory(floe_error *error) {
    return floe_error_set(error, FLOE_MEMORY, "out of memory");
}

/* ---- withdrawing policies ---- */

static uint32_t slot_of(const judge *self, uint32_t job, uint32_t policy) {
    return self->schedule.first_slot[job] + policy;
}

/* What is said about a failure: texts of the judgement. */
typedef struct blame {
    floe_failure_kind kind;
    const char *message;
    const char *file;
    uint32_t line;
} blame;

/* From `subject` on (0 with FLOE_NO_SUBJECT: from the first) a policy judges no more of this job. The place
 * that is reported is the first one, whoever came upon it first. */
static void withdraw(judge *self, uint32_t job, uint32_t policy, uint32_t subject, const blame *why) {
    uint32_t slot = slot_of(self, job, policy);
    uint32_t from = subject == FLOE_NO_SUBJECT ? 0 : subject;
    floe_judged_error *known = &self->withdrawn[slot];
    if (known->message && self->schedule.cutoff[slot] <= from) {
        return;
    }
    self->schedule.cutoff[slot] = from;
    *known = (floe_judged_error){.job = job,
                                 .policy = policy,
                                 .subject = subject,
                                 .count = 1,
                                 .kind = why->kind,
                                 .message = why->message,
                                 .file = why->file,
                                 .line = why->line};
}

/* A policy file that cannot be loaded is withdrawn from every job. */
static void withdraw_unit(judge *self, uint32_t unit, const blame *why) {
    self->schedule.broken[unit] = 1;
    for (uint32_t job = 0; job < self->plan->job_count; job++) {
        for (uint32_t i = 0; i < self->plan->jobs[job].policy_count; i++) {
            if (self->schedule.slot_unit[slot_of(self, job, i)] == unit) {
                withdraw(self, job, i, FLOE_NO_SUBJECT, why);
            }
        }
    }
}

/* Nobody in particular can be blamed, so nobody is believed: all policies of the chunk's job end before it.
 */
static void withdraw_all(judge *self, const floe_chunk *chunk, const blame *why) {
    for (uint32_t i = 0; i < self->plan->jobs[chunk->job].policy_count; i++) {
        withdraw(self, chunk->job, i, chunk->first, why);
    }
}

/* ---- answers ---- */

/* What a policy wrote goes to terminals: control characters, but for line ends and tabs, become '?'. */
static void tame(char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i], next = i + 1 < length ? (unsigned char)text[i + 1] : 0;
        if ((byte < ' ' && byte != '\n' && byte != '\t') || byte == 0x7F) {
            text[i] = '?';
        } else if (byte == 0xC2 && next < 0xA0) { /* U+0080 to U+009F */
            text[i] = text[i + 1] = '?';
        }
    }
}

static floe_slice keep_text(judge *self, floe_frame *frame, size_t most) {
    floe_slice out = {0};
    size_t length;
    const char *text = floe_frame_text(frame, &length, most);
    if (text) {
        char *copy = floe_arena_text(self->out->arena, text, length);
        if (copy) {
            tame(copy, length);
        }
        out = (floe_slice){.text = copy, .length = copy ? length : 0};
        frame->broken = frame->broken || !copy;
    }
    return out;
}

static blame read_blame(judge *self, floe_frame *frame, floe_failure_kind kind) {
    blame why = {.kind = kind};
    why.message = keep_text(self, frame, FLOE_ERROR_TEXT).text;
    why.file = keep_text(self, frame, FLOE_ERROR_FILE).text;
    why.line = floe_frame_u32(frame);
    frame->broken = frame->broken || !why.message;
    return why;
}

/* The check a frame is about. It must be one that the worker was asked for. */
typedef struct checked {
    const floe_chunk *chunk;
    uint32_t number, attempt, job, policy, subject;
} checked;

static bool was_asked(const judge *self, const floe_chunk *chunk, uint32_t policy, uint32_t subject) {
    if (policy >= self->plan->jobs[chunk->job].policy_count || subject < chunk->first ||
        subject >= chunk->last) {
        return false;
    }
    const floe_judge_policy *one = &self->plan->jobs[chunk->job].policies[policy];
    const floe_subject *about = &self->schedule.jobs[chunk->job].subjects.items[subject];
    return one->targets & 1u << about->target && (about->own || one->packages);
}

static checked read_checked(const judge *self, const crew *from, floe_frame *frame) {
    checked out = {.number = floe_frame_u32(frame)};
    uint32_t policy = floe_frame_u32(frame), subject = floe_frame_u32(frame);
    if (!from->chunk_count || out.number != from->chunks[0]) {
        frame->broken = true;
        return out;
    }
    out.chunk = &self->schedule.chunks[out.number];
    out.attempt = self->states[out.number].attempt;
    out.job = out.chunk->job;
    if (!was_asked(self, out.chunk, policy, subject)) {
        frame->broken = true;
        return out;
    }
    out.policy = policy;
    out.subject = subject;
    return out;
}

static void read_at(const judge *self, floe_frame *frame, floe_node *at) {
    floe_place place = {.document = floe_frame_u32(frame), .at = floe_frame_u32(frame)};
    *at = floe_null_node(0);
    if (!frame->broken && place.document != UINT32_MAX &&
        floe_container_at(at, self->plan->context->store, place, NULL)) {
        frame->broken = true;
    }
}

static void read_suggestions(judge *self, floe_frame *frame, floe_judged_finding *finding) {
    finding->suggestion_count = floe_frame_index(frame, FLOE_SUGGESTIONS + 1);
    floe_slice *list = floe_arena_array(self->out->arena, finding->suggestion_count + 1, sizeof *list);
    if (!list) {
        frame->broken = true;
        return;
    }
    for (uint32_t i = 0; i < finding->suggestion_count; i++) {
        list[i] = keep_text(self, frame, FLOE_FINDING_TEXT);
        frame->broken = frame->broken || !list[i].text;
    }
    finding->suggestions = list;
}

static int take_finding(judge *self, const crew *from, floe_frame *frame) {
    checked about = read_checked(self, from, frame);
    kept_finding kept = {.chunk = about.number, .attempt = about.attempt};
    floe_judged_finding *finding = &kept.finding;
    finding->job = about.job;
    finding->policy = about.policy;
    finding->subject = about.subject;
    finding->sequence = self->sequence++;
    read_at(self, frame, &finding->at);
    finding->field = keep_text(self, frame, FLOE_FINDING_NAME);
    finding->path = keep_text(self, frame, 4 * FLOE_FINDING_NAME);
    finding->code = keep_text(self, frame, FLOE_FINDING_NAME);
    finding->message = keep_text(self, frame, FLOE_FINDING_TEXT);
    finding->expected = keep_text(self, frame, FLOE_FINDING_TEXT);
    finding->actual = keep_text(self, frame, FLOE_FINDING_TEXT);
    finding->line = floe_frame_u32(frame);
    finding->column = floe_frame_u32(frame);
    finding->offset = floe_frame_u64(frame);
    read_suggestions(self, frame, finding);
    if (!floe_frame_done(frame) || !finding->message.text) {
        return FLOE_INVALID;
    }
    if (floe_grow(&self->findings, &self->finding_capacity, self->finding_count + 1, sizeof kept)) {
        return FLOE_MEMORY;
    }
    self->findings[self->finding_count++] = kept;
    return 0;
}

static int take_note(judge *self, const crew *from, floe_frame *frame) {
    checked about = read_checked(self, from, frame);
    kept_note kept = {.chunk = about.number, .attempt = about.attempt};
    kept.note = (floe_judged_note){
        .job = about.job, .policy = about.policy, .subject = about.subject, .sequence = self->sequence++};
    kept.note.text = keep_text(self, frame, FLOE_NOTE_TEXT);
    if (!floe_frame_done(frame) || !kept.note.text.text) {
        return FLOE_INVALID;
    }
    if (floe_grow(&self->notes, &self->note_capacity, self->note_count + 1, sizeof kept)) {
        return FLOE_MEMORY;
    }
    self->notes[self->note_count++] = kept;
    return 0;
}

static int take_raised(judge *self, const crew *from, floe_frame *frame) {
    checked about = read_checked(self, from, frame);
    kept_error kept = {.chunk = about.number, .attempt = about.attempt};
    kept.error = (floe_judged_error){.job = about.job, .policy = about.policy, .subject = about.subject};
    kept.error.count = floe_frame_u32(frame);
    blame why = read_blame(self, frame, FLOE_FAILURE_ERROR);
    kept.error.kind = why.kind;
    kept.error.message = why.message;
    kept.error.file = why.file;
    kept.error.line = why.line;
    if (!floe_frame_done(frame) || !kept.error.count ||
        kept.error.count > about.chunk->last - about.chunk->first) {
        return FLOE_INVALID;
    }
    if (floe_grow(&self->raised, &self->raised_capacity, self->raised_count + 1, sizeof kept)) {
        return FLOE_MEMORY;
    }
    self->raised[self->raised_count++] = kept;
    return 0;
}

static int take_summary(judge *self, floe_frame *frame) {
    uint32_t job = floe_frame_index(frame, self->plan->job_count);
    uint32_t policy = floe_frame_u32(frame);
    if (frame->broken || policy >= self->plan->jobs[job].policy_count) {
        return FLOE_INVALID;
    }
    floe_slice *known = &self->out->jobs[job].summaries[policy];
    floe_slice text = keep_text(self, frame, FLOE_SUMMARY_TEXT);
    if (!floe_frame_done(frame)) {
        return FLOE_INVALID;
    }
    if (!known->text) {
        *known = text;
    }
    return 0;
}

/* What a frame means for the worker that sent it. */
typedef enum verdict {
    GOES_ON,
    ENDS,     /* it said that it ends, and why */
    NONSENSE, /* it sent what it was not asked for */
    FATAL,    /* the error is filled: nothing can go on */
} verdict;

static verdict take_broken(judge *self, floe_frame *frame) {
    uint32_t unit = floe_frame_index(frame, self->schedule.unit_count);
    floe_failure_kind kind = (floe_failure_kind)floe_frame_index(frame, FLOE_FAILURES);
    blame why = read_blame(self, frame, kind);
    if (!floe_frame_done(frame)) {
        return NONSENSE;
    }
    withdraw_unit(self, unit, &why);
    return floe_failure_is_final(kind) ? ENDS : GOES_ON;
}

static verdict take_unfit(judge *self, const crew *from, floe_frame *frame) {
    uint32_t job = floe_frame_index(frame, self->plan->job_count), policy = floe_frame_u32(frame);
    floe_failure_kind kind = (floe_failure_kind)floe_frame_index(frame, FLOE_FAILURES);
    blame why = read_blame(self, frame, kind);
    bool asked = from->chunk_count && self->schedule.chunks[from->chunks[0]].job == job;
    if (!floe_frame_done(frame) || !asked || policy >= self->plan->jobs[job].policy_count) {
        return NONSENSE;
    }
    withdraw(self, job, policy, FLOE_NO_SUBJECT, &why);
    return floe_failure_is_final(kind) ? ENDS : GOES_ON;
}

static verdict take_tripped(judge *self, const crew *from, floe_frame *frame) {
    checked about = read_checked(self, from, frame);
    floe_failure_kind kind = (floe_failure_kind)floe_frame_index(frame, FLOE_FAILURES);
    blame why = read_blame(self, frame, kind);
    if (!floe_frame_done(frame) || !floe_failure_is_final(kind)) {
        return NONSENSE;
    }
    withdraw(self, about.job, about.policy, about.subject, &why);
    return ENDS;
}

static verdict take_done(judge *self, crew *from, floe_frame *frame) {
    uint32_t number = floe_frame_u32(frame);
    if (!floe_frame_done(frame) || !from->chunk_count || number != from->chunks[0]) {
        return NONSENSE;
    }
    self->states[number].done = true;
    self->done_count++;
    memmove(from->chunks, from->chunks + 1, --from->chunk_count * sizeof *from->chunks);
    return GOES_ON;
}

static verdict take_hello(judge *self, floe_frame *frame) {
    floe_slice why = keep_text(self, frame, 4096);
    if (!floe_frame_done(frame)) {
        return NONSENSE;
    }
    if (why.text) {
        snprintf(self->out->confinement, sizeof self->out->confinement, "%s", why.text);
    }
    return GOES_ON;
}

static verdict as_verdict(int result, floe_error *error) {
    if (result == FLOE_MEMORY) {
        out_of_memory(error);
        return FATAL;
    }
    return result ? NONSENSE : GOES_ON;
}

static verdict take_frame(judge *self, crew *from, floe_frame *frame, floe_error *error) {
    if (floe_arena_used(self->out->arena) > most_text) {
        floe_error_set(error, FLOE_LIMIT, "the policies report more than %zu MiB", most_text >> 20);
        floe_error_hint(error,
                        "A policy may report the same thing on every subject; try fewer policies at once.");
        return FATAL;
    }
    bool first = !from->spoke;
    from->spoke = true;
    switch (frame->type) {
    case FLOE_FRAME_HELLO:
        return first ? take_hello(self, frame) : NONSENSE;
    case FLOE_FRAME_FAILED: {
        floe_slice why = keep_text(self, frame, 4096);
        floe_error_set(error, FLOE_INTERNAL, "a worker cannot start: %s", why.text ? why.text : "");
        return first ? FATAL : NONSENSE;
    }
    case FLOE_FRAME_FINDING:
        return as_verdict(take_finding(self, from, frame), error);
    case FLOE_FRAME_NOTE:
        return as_verdict(take_note(self, from, frame), error);
    case FLOE_FRAME_RAISED:
        return as_verdict(take_raised(self, from, frame), error);
    case FLOE_FRAME_SUMMARY:
        return as_verdict(take_summary(self, frame), error);
    case FLOE_FRAME_BROKEN:
        return take_broken(self, frame);
    case FLOE_FRAME_UNFIT:
        return take_unfit(self, from, frame);
    case FLOE_FRAME_TRIPPED:
        return take_tripped(self, from, frame);
    case FLOE_FRAME_DONE:
        return take_done(self, from, frame);
    default:
        return NONSENSE;
    }
}

/* ---- workers ---- */

static int start_worker(judge *self, crew *one, floe_error *error) {
    floe_worker_task task;
    floe_judge_task(&task, &self->schedule);
    *one = (crew){0};
    return floe_worker_start(&one->worker, &task, error);
}

/* The next chunk to judge; false where all are dealt. */
static bool next_chunk(judge *self, uint32_t *chunk) {
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

static void deal(judge *self, crew *to) {
    uint32_t chunk;
    while (to->chunk_count < IN_FLIGHT && next_chunk(self, &chunk)) {
        to->chunks[to->chunk_count++] = chunk;
        const uint32_t request[] = {FLOE_FRAME_CHUNK, sizeof chunk, chunk};
        /* Where this fails the worker is gone, and the end of its answers will tell. */
        floe_worker_send(&to->worker, request, sizeof request, NULL);
    }
}

/* Blames whoever the worker said that it was about to run. What it said is checked: it can only cost policies
 * of the chunk that it was judging. False where it names nobody. */
static bool blame_page(judge *self, const crew *from, const floe_worker_page *page, const blame *why) {
    uint32_t job = page->job, policy = page->policy, subject = page->subject;
    if (job == FLOE_WORKER_IDLE && policy < self->schedule.unit_count && subject == FLOE_WORKER_IDLE) {
        blame where = *why;
        const floe_unit *unit = &self->schedule.units[policy];
        where.file = self->plan->bundles[unit->bundle].policies[unit->policy].chunk;
        withdraw_unit(self, policy, &where);
        return true;
    }
    if (!from->chunk_count) {
        return false;
    }
    const floe_chunk *chunk = &self->schedule.chunks[from->chunks[0]];
    if (job != chunk->job || policy >= self->plan->jobs[job].policy_count) {
        return false;
    }
    const floe_unit *unit = &self->schedule.units[self->schedule.slot_unit[slot_of(self, job, policy)]];
    blame where = *why;
    where.file = self->plan->bundles[unit->bundle].policies[unit->policy].chunk;
    if (subject != FLOE_WORKER_IDLE && !was_asked(self, chunk, policy, subject)) {
        return false;
    }
    if (self->schedule.cutoff[slot_of(self, job, policy)] <= (subject == FLOE_WORKER_IDLE ? 0 : subject)) {
        return false; /* it was withdrawn already: that does not help */
    }
    withdraw(self, job, policy, subject, &where);
    return true;
}

/* The chunks of a worker that is gone are judged again, by whoever comes next. */
static void take_back(judge *self, crew *from) {
    while (from->chunk_count) {
        uint32_t chunk = from->chunks[--from->chunk_count];
        self->states[chunk].attempt++;
        self->again[self->again_count++] = chunk;
    }
}

/* A chunk that workers die over without anyone to blame: first all its policies are withdrawn, then it counts
 * as answered, since nobody is left to judge it. */
static void strike(judge *self, crew *from, const blame *why) {
    if (!from->chunk_count) {
        return;
    }
    uint32_t number = from->chunks[0];
    chunk_state *state = &self->states[number];
    if (++state->strikes >= MOST_STRIKES) {
        withdraw_all(self, &self->schedule.chunks[number], why);
    }
    if (state->strikes >= 2 * MOST_STRIKES) {
        state->attempt++;
        state->done = true;
        self->done_count++;
        memmove(from->chunks, from->chunks + 1, --from->chunk_count * sizeof *from->chunks);
    }
}

static const char *keep_message(judge *self, const char *message) {
    const char *copy = floe_arena_text(self->out->arena, message, strlen(message));
    return copy ? copy : "the worker that ran it ended";
}

/* A worker is gone, or has to go. `why` is NULL where it told. Starts another one while there is work. */
static int replace(judge *self, crew *one, const char *why, floe_failure_kind kind, floe_error *error) {
    char how[128], message[512];
    floe_worker_page page = *one->worker.page;
    self->out->replaced++;
    self->false_starts = one->spoke ? 0 : self->false_starts + 1;
    floe_worker_stop(&one->worker, how, sizeof how);
    if (why) {
        snprintf(message, sizeof message, why[0] ? "%s" : "the worker that ran it %s", why[0] ? why : how);
        blame cause = {.kind = kind, .message = keep_message(self, message)};
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
static int listen(judge *self, crew *from, floe_error *error) {
    int result = floe_worker_receive(&from->worker, error);
    bool ended = result == FLOE_NOT_FOUND;
    if (result && !ended) {
        return result;
    }
    floe_frame frame;
    while ((result = floe_worker_frame(&from->worker, &frame, NULL)) == 1) {
        switch (take_frame(self, from, &frame, error)) {
        case GOES_ON:
            continue;
        case ENDS:
            return replace(self, from, NULL, FLOE_FAILURE_DIED, error);
        case NONSENSE:
            return replace(self, from, "the worker that ran it answered what it was not asked",
                           FLOE_FAILURE_DIED, error);
        case FATAL:
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
static int watch(judge *self, crew *one, floe_error *error) {
    uint64_t beats = one->worker.page->beats;
    int64_t now = floe_cpu_time(one->worker.pid);
    if (beats != one->worker.beats || !one->cpu_began) {
        one->worker.beats = beats;
        one->cpu_began = now ? now : 1;
        return 0;
    }
    uint32_t budget =
        self->plan->limits.milliseconds ? self->plan->limits.milliseconds : FLOE_SANDBOX_MILLISECONDS;
    if (now - one->cpu_began < ((int64_t)budget * 2 + 1000) * 1000000) {
        return 0;
    }
    char why[128];
    snprintf(why, sizeof why, "the policy did not end after %u ms, and its worker had to be killed", budget);
    return replace(self, one, why, FLOE_FAILURE_TIME, error);
}

static int wait_for_answers(judge *self, floe_error *error) {
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

static uint32_t worker_count(const judge *self) {
    uint64_t most = self->schedule.weight / CHECKS_A_WORKER + 1;
    uint32_t count = self->plan->workers;
    count = count < most ? count : (uint32_t)most;
    count = count < self->schedule.chunk_count ? count : (uint32_t)self->schedule.chunk_count;
    return count < MOST_WORKERS ? count : MOST_WORKERS;
}

static int run_workers(judge *self, floe_error *error) {
    int result = 0;
    self->crew_count = self->out->workers = worker_count(self);
    self->crews = calloc(self->crew_count + 1, sizeof *self->crews);
    if (!self->crews) {
        return out_of_memory(error);
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

/* ---- results ---- */

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
static bool counts(const judge *self, uint32_t chunk, uint32_t attempt, uint32_t job, uint32_t policy,
                   uint32_t subject) {
    const chunk_state *state = &self->states[chunk];
    return state->done && state->attempt == attempt &&
           subject < self->schedule.cutoff[slot_of(self, job, policy)];
}

static int gather_findings(judge *self) {
    floe_judgement *out = self->out;
    for (size_t i = 0; i < self->finding_count; i++) {
        const kept_finding *kept = &self->findings[i];
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

static int gather_notes(judge *self) {
    floe_judgement *out = self->out;
    for (size_t i = 0; i < self->note_count; i++) {
        const kept_note *kept = &self->notes[i];
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
static int gather_errors(judge *self) {
    floe_judged_error *raised = calloc(self->schedule.slot_count + 1, sizeof *raised);
    int result = raised ? 0 : FLOE_MEMORY;
    for (size_t i = 0; i < self->raised_count && !result; i++) {
        const kept_error *kept = &self->raised[i];
        const floe_judged_error *one = &kept->error;
        if (!counts(self, kept->chunk, kept->attempt, one->job, one->policy, one->subject)) {
            continue;
        }
        floe_judged_error *sum = &raised[slot_of(self, one->job, one->policy)];
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

/* How many subjects each policy judged: known from the schedule, no worker needs to be believed. */
static void count_checks(judge *self) {
    for (uint32_t job = 0; job < self->plan->job_count; job++) {
        const floe_subjects *subjects = &self->out->jobs[job].subjects;
        const floe_roster *roster = &self->schedule.rosters[job];
        for (uint32_t i = 0; i < subjects->count; i++) {
            const floe_subject *one = &subjects->items[i];
            for (uint32_t k = 0; k < roster->counts[one->target][one->own]; k++) {
                uint32_t policy = roster->policies[one->target][one->own][k];
                self->out->jobs[job].checks[policy] += i < self->schedule.cutoff[slot_of(self, job, policy)];
            }
        }
    }
}

/* ---- all of it ---- */

static int make_judgement(floe_judgement **out, const floe_judge_plan *plan, floe_error *error) {
    floe_judgement *made = calloc(1, sizeof *made);
    if (!made || !(made->arena = floe_arena_new(0)) ||
        !(made->jobs = calloc(plan->job_count + 1, sizeof *made->jobs))) {
        floe_judgement_free(made);
        return out_of_memory(error);
    }
    made->job_count = plan->job_count;
    for (uint32_t job = 0; job < plan->job_count; job++) {
        size_t count = plan->jobs[job].policy_count + 1;
        made->jobs[job].checks = calloc(count, sizeof(uint64_t));
        made->jobs[job].summaries = calloc(count, sizeof(floe_slice));
        if (!made->jobs[job].checks || !made->jobs[job].summaries) {
            floe_judgement_free(made);
            return out_of_memory(error);
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
        free(judgement->jobs[job].summaries);
    }
    free(judgement->jobs);
    free(judgement->findings);
    free(judgement->notes);
    free(judgement->errors);
    floe_arena_free(judgement->arena);
    free(judgement);
}

static int prepare(judge *self, floe_error *error) {
    int result = floe_schedule_make(&self->schedule, self->plan, self->out->jobs, error);
    if (result) {
        return result;
    }
    self->states = calloc(self->schedule.chunk_count + 1, sizeof *self->states);
    self->again = calloc(self->schedule.chunk_count + 1, sizeof *self->again);
    self->withdrawn = calloc(self->schedule.slot_count + 1, sizeof *self->withdrawn);
    return self->states && self->again && self->withdrawn ? 0 : out_of_memory(error);
}

static void clean_up(judge *self) {
    free(self->crews);
    free(self->states);
    free(self->again);
    free(self->withdrawn);
    free(self->findings);
    free(self->notes);
    free(self->raised);
    floe_schedule_free(&self->schedule);
}

int floe_judge(floe_judgement **out, const floe_judge_plan *given, floe_error *error) {
    int64_t began = floe_clock_monotonic();
    floe_judge_plan plan = *given;
    cpu_set_t set;
    if (!plan.workers) {
        plan.workers = sched_getaffinity(0, sizeof set, &set) ? 1 : (uint32_t)CPU_COUNT(&set);
    }
    judge self = {.plan = &plan};
    int result = make_judgement(&self.out, &plan, error);
    if (result) {
        return result;
    }
    result = prepare(&self, error);
    result = result ? result : run_workers(&self, error);
    if (!result && (gather_findings(&self) || gather_notes(&self) || gather_errors(&self))) {
        result = out_of_memory(error);
    }
    if (!result) {
        count_checks(&self);
        self.out->seconds = (double)(floe_clock_monotonic() - began) / 1e9;
        *out = self.out;
    } else {
        floe_judgement_free(self.out);
    }
    clean_up(&self);
    return result;
}

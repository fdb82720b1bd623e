/* What workers answer while they judge: each frame is checked against what its sender was asked. */
#include "judge_state.h"

#include "floe/place.h"

#include <stdio.h>
#include <string.h>

static const size_t most_text = (size_t)512 << 20; /* bytes of results */

/* ---- withdrawing policies ---- */

void floe_judging_withdraw(floe_judging *self, uint32_t job, uint32_t policy, uint32_t subject,
                           const floe_blame *why) {
    uint32_t slot = floe_judging_slot(self, job, policy);
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

void floe_judging_withdraw_unit(floe_judging *self, uint32_t unit, const floe_blame *why) {
    self->schedule.broken[unit] = 1;
    for (uint32_t job = 0; job < self->plan->job_count; job++) {
        for (uint32_t i = 0; i < self->plan->jobs[job].policy_count; i++) {
            if (self->schedule.slot_unit[floe_judging_slot(self, job, i)] == unit) {
                floe_judging_withdraw(self, job, i, FLOE_NO_SUBJECT, why);
            }
        }
    }
}

void floe_judging_withdraw_all(floe_judging *self, const floe_chunk *chunk, const floe_blame *why) {
    for (uint32_t i = 0; i < self->plan->jobs[chunk->job].policy_count; i++) {
        floe_judging_withdraw(self, chunk->job, i, chunk->first, why);
    }
}

/* ---- frames ---- */

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

static floe_slice keep_text(floe_judging *self, floe_frame *frame, size_t most) {
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

static floe_blame read_blame(floe_judging *self, floe_frame *frame, floe_failure_kind kind) {
    floe_blame why = {.kind = kind};
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

bool floe_judging_asked(const floe_judging *self, const floe_chunk *chunk, uint32_t policy,
                        uint32_t subject) {
    if (policy >= self->plan->jobs[chunk->job].policy_count || subject < chunk->first ||
        subject >= chunk->last) {
        return false;
    }
    const floe_judge_policy *one = &self->plan->jobs[chunk->job].policies[policy];
    const floe_subject *about = &self->schedule.jobs[chunk->job].subjects.items[subject];
    return one->targets & 1u << about->target && (about->own || one->packages);
}

static checked read_checked(const floe_judging *self, const floe_crew *from, floe_frame *frame) {
    checked out = {.number = floe_frame_u32(frame)};
    uint32_t policy = floe_frame_u32(frame), subject = floe_frame_u32(frame);
    if (!from->chunk_count || out.number != from->chunks[0]) {
        frame->broken = true;
        return out;
    }
    out.chunk = &self->schedule.chunks[out.number];
    out.attempt = self->states[out.number].attempt;
    out.job = out.chunk->job;
    if (!floe_judging_asked(self, out.chunk, policy, subject)) {
        frame->broken = true;
        return out;
    }
    out.policy = policy;
    out.subject = subject;
    return out;
}

static void read_at(const floe_judging *self, floe_frame *frame, floe_node *at) {
    floe_place place = {.document = floe_frame_u32(frame), .at = floe_frame_u32(frame)};
    *at = floe_null_node(0);
    if (!frame->broken && place.document != UINT32_MAX &&
        floe_container_at(at, self->plan->context->store, place, NULL)) {
        frame->broken = true;
    }
}

static void read_suggestions(floe_judging *self, floe_frame *frame, floe_judged_finding *finding) {
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

static int take_finding(floe_judging *self, const floe_crew *from, floe_frame *frame) {
    checked about = read_checked(self, from, frame);
    floe_kept_finding kept = {.chunk = about.number, .attempt = about.attempt};
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

static int take_note(floe_judging *self, const floe_crew *from, floe_frame *frame) {
    checked about = read_checked(self, from, frame);
    floe_kept_note kept = {.chunk = about.number, .attempt = about.attempt};
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

static int take_raised(floe_judging *self, const floe_crew *from, floe_frame *frame) {
    checked about = read_checked(self, from, frame);
    floe_kept_error kept = {.chunk = about.number, .attempt = about.attempt};
    kept.error = (floe_judged_error){.job = about.job, .policy = about.policy, .subject = about.subject};
    kept.error.count = floe_frame_u32(frame);
    floe_blame why = read_blame(self, frame, FLOE_FAILURE_ERROR);
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

static int take_summary(floe_judging *self, floe_frame *frame) {
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

static floe_answer take_broken(floe_judging *self, floe_frame *frame) {
    uint32_t unit = floe_frame_index(frame, self->schedule.unit_count);
    floe_failure_kind kind = (floe_failure_kind)floe_frame_index(frame, FLOE_FAILURES);
    floe_blame why = read_blame(self, frame, kind);
    if (!floe_frame_done(frame)) {
        return FLOE_NONSENSE;
    }
    floe_judging_withdraw_unit(self, unit, &why);
    return floe_failure_is_final(kind) ? FLOE_ENDS : FLOE_GOES_ON;
}

static floe_answer take_unfit(floe_judging *self, const floe_crew *from, floe_frame *frame) {
    uint32_t job = floe_frame_index(frame, self->plan->job_count), policy = floe_frame_u32(frame);
    floe_failure_kind kind = (floe_failure_kind)floe_frame_index(frame, FLOE_FAILURES);
    floe_blame why = read_blame(self, frame, kind);
    bool asked = from->chunk_count && self->schedule.chunks[from->chunks[0]].job == job;
    if (!floe_frame_done(frame) || !asked || policy >= self->plan->jobs[job].policy_count) {
        return FLOE_NONSENSE;
    }
    floe_judging_withdraw(self, job, policy, FLOE_NO_SUBJECT, &why);
    return floe_failure_is_final(kind) ? FLOE_ENDS : FLOE_GOES_ON;
}

static floe_answer take_tripped(floe_judging *self, const floe_crew *from, floe_frame *frame) {
    checked about = read_checked(self, from, frame);
    floe_failure_kind kind = (floe_failure_kind)floe_frame_index(frame, FLOE_FAILURES);
    floe_blame why = read_blame(self, frame, kind);
    if (!floe_frame_done(frame) || !floe_failure_is_final(kind)) {
        return FLOE_NONSENSE;
    }
    floe_judging_withdraw(self, about.job, about.policy, about.subject, &why);
    return FLOE_ENDS;
}

static floe_answer take_done(floe_judging *self, floe_crew *from, floe_frame *frame) {
    uint32_t number = floe_frame_u32(frame);
    if (frame->broken || !from->chunk_count || number != from->chunks[0]) {
        return FLOE_NONSENSE;
    }
    uint32_t job = self->schedule.chunks[number].job, count = self->plan->jobs[job].policy_count;
    uint64_t *nanoseconds = self->out->jobs[job].nanoseconds;
    if (frame->left != count * sizeof *nanoseconds) {
        return FLOE_NONSENSE;
    }
    for (uint32_t i = 0; i < count; i++) {
        nanoseconds[i] += floe_frame_u64(frame);
    }
    self->states[number].done = true;
    self->done_count++;
    memmove(from->chunks, from->chunks + 1, --from->chunk_count * sizeof *from->chunks);
    return FLOE_GOES_ON;
}

static floe_answer take_hello(floe_judging *self, floe_frame *frame) {
    floe_slice why = keep_text(self, frame, 4096);
    if (!floe_frame_done(frame)) {
        return FLOE_NONSENSE;
    }
    if (why.text) {
        snprintf(self->out->confinement, sizeof self->out->confinement, "%s", why.text);
    }
    return FLOE_GOES_ON;
}

static floe_answer as_verdict(int result, floe_error *error) {
    if (result == FLOE_MEMORY) {
        floe_error_memory(error);
        return FLOE_FATAL;
    }
    return result ? FLOE_NONSENSE : FLOE_GOES_ON;
}

floe_answer floe_judging_take(floe_judging *self, floe_crew *from, floe_frame *frame, floe_error *error) {
    if (floe_arena_used(self->out->arena) > most_text) {
        floe_error_set(error, FLOE_LIMIT, "the policies report more than %zu MiB", most_text >> 20);
        floe_error_hint(error,
                        "A policy may report the same thing on every subject; try fewer policies at once.");
        return FLOE_FATAL;
    }
    bool first = !from->spoke;
    from->spoke = true;
    switch (frame->type) {
    case FLOE_FRAME_HELLO:
        return first ? take_hello(self, frame) : FLOE_NONSENSE;
    case FLOE_FRAME_FAILED: {
        floe_slice why = keep_text(self, frame, 4096);
        floe_error_set(error, FLOE_INTERNAL, "a worker cannot start: %s", why.text ? why.text : "");
        return first ? FLOE_FATAL : FLOE_NONSENSE;
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
        return FLOE_NONSENSE;
    }
}

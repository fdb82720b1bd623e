/* The worker's side of judging: loads the policies, then judges the chunks it is asked for, one by one. */
#include "base/clock.h"
#include "confine.h"
#include "judge_wire.h"

#include "floe/place.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FLUSH_SIZE = 64 * 1024 };

/* What a policy raised in the chunk that is being judged. */
typedef struct raised {
    uint32_t count, subject;
    floe_error error;
} raised;

/* A job once the worker has met it. */
typedef struct known_job {
    bool ready;
    floe_setting *settings; /* by policy */
    floe_node *params;
    raised *raised;
    uint64_t *nanoseconds; /* by policy: of the chunk that is being judged */
} known_job;

typedef struct judge_worker {
    floe_schedule *schedule;
    floe_worker_page *page;
    floe_evaluator **evaluators; /* by bundle */
    known_job *jobs;
    floe_buffer out;
    uint32_t chunk, policy, subject; /* under way */
} judge_worker;

static judge_worker worker; /* a process holds one */

/* ---- telling ---- */

static void flush(void) {
    if (worker.out.failed || floe_wire_send(FLOE_CONFINE_WRITE, worker.out.data, worker.out.size, NULL)) {
        _exit(1); /* the parent is gone, or the memory: it sees the end of the stream */
    }
    floe_buffer_clear(&worker.out);
}

static size_t begin_check_frame(uint32_t type) {
    size_t begin = floe_wire_begin(&worker.out, type);
    floe_wire_u32(&worker.out, worker.chunk);
    floe_wire_u32(&worker.out, worker.policy);
    floe_wire_u32(&worker.out, worker.subject);
    return begin;
}

static void put_slice(floe_slice slice, size_t most) {
    floe_wire_text(&worker.out, slice.text, slice.length, most);
}

static void put_error(const floe_error *error) {
    floe_wire_text(&worker.out, error->message, strlen(error->message), FLOE_ERROR_TEXT);
    floe_wire_text(&worker.out, error->file[0] ? error->file : NULL, strlen(error->file), FLOE_ERROR_FILE);
    floe_wire_u32(&worker.out, error->line);
}

static void put_finding(lua_State *L, void *data, const floe_finding *finding) {
    (void)L;
    (void)data;
    floe_place at;
    bool placed = finding->at && floe_container_place(&at, finding->at);
    size_t begin = begin_check_frame(FLOE_FRAME_FINDING);
    floe_wire_u32(&worker.out, placed ? at.document : UINT32_MAX);
    floe_wire_u32(&worker.out, placed ? at.at : 0);
    put_slice(finding->field, FLOE_FINDING_NAME);
    put_slice(finding->path, 4 * FLOE_FINDING_NAME);
    put_slice(finding->code, FLOE_FINDING_NAME);
    put_slice(finding->message, FLOE_FINDING_TEXT);
    put_slice(finding->expected, FLOE_FINDING_TEXT);
    put_slice(finding->actual, FLOE_FINDING_TEXT);
    floe_wire_u32(&worker.out, finding->line);
    floe_wire_u32(&worker.out, finding->column);
    floe_wire_u64(&worker.out, finding->offset);
    floe_wire_u32(&worker.out, finding->suggestion_count);
    for (uint32_t i = 0; i < finding->suggestion_count; i++) {
        put_slice(finding->suggestions[i], FLOE_FINDING_TEXT);
    }
    floe_wire_end(&worker.out, begin);
}

static void put_note(lua_State *L, void *data, floe_slice text) {
    (void)L;
    (void)data;
    size_t begin = begin_check_frame(FLOE_FRAME_NOTE);
    put_slice(text, FLOE_NOTE_TEXT);
    floe_wire_end(&worker.out, begin);
}

/* A budget is spent, so this state is dead and the process with it. Findings that were not sent are made
 * again. */
_Noreturn static void end_tripped(const floe_failure *failure) {
    floe_buffer_clear(&worker.out);
    size_t begin = begin_check_frame(FLOE_FRAME_TRIPPED);
    floe_wire_u32(&worker.out, failure->kind);
    put_error(&failure->error);
    floe_wire_end(&worker.out, begin);
    flush();
    _exit(0);
}

static void put_raised(const floe_chunk *chunk) {
    known_job *job = &worker.jobs[chunk->job];
    for (uint32_t i = 0; i < worker.schedule->plan->jobs[chunk->job].policy_count; i++) {
        raised *one = &job->raised[i];
        if (!one->count) {
            continue;
        }
        worker.policy = i;
        worker.subject = one->subject;
        size_t begin = begin_check_frame(FLOE_FRAME_RAISED);
        floe_wire_u32(&worker.out, one->count);
        put_error(&one->error);
        floe_wire_end(&worker.out, begin);
        one->count = 0;
    }
}

/* ---- loading ---- */

static void mark(uint32_t job, uint32_t policy, uint32_t subject) {
    worker.page->job = job;
    worker.page->policy = policy;
    worker.page->subject = subject;
    worker.page->beats++;
}

static void load_unit(uint32_t unit) {
    const floe_unit *one = &worker.schedule->units[unit];
    if (worker.schedule->broken[unit]) {
        return;
    }
    mark(FLOE_WORKER_IDLE, unit, FLOE_WORKER_IDLE);
    floe_failure failure;
    if (floe_evaluator_load(worker.evaluators[one->bundle], one->policy, &failure)) {
        return;
    }
    size_t begin = floe_wire_begin(&worker.out, FLOE_FRAME_BROKEN);
    floe_wire_u32(&worker.out, unit);
    floe_wire_u32(&worker.out, failure.kind);
    put_error(&failure.error);
    floe_wire_end(&worker.out, begin);
    flush();
    if (floe_failure_is_final(failure.kind)) {
        _exit(0);
    }
}

static void put_unfit(uint32_t job, uint32_t policy, const floe_failure *failure) {
    size_t begin = floe_wire_begin(&worker.out, FLOE_FRAME_UNFIT);
    floe_wire_u32(&worker.out, job);
    floe_wire_u32(&worker.out, policy);
    floe_wire_u32(&worker.out, failure->kind);
    put_error(&failure->error);
    floe_wire_end(&worker.out, begin);
    flush();
    if (floe_failure_is_final(failure->kind)) {
        _exit(0);
    }
}

static void put_summary(uint32_t job, uint32_t policy, const floe_buffer *text) {
    size_t begin = floe_wire_begin(&worker.out, FLOE_FRAME_SUMMARY);
    floe_wire_u32(&worker.out, job);
    floe_wire_u32(&worker.out, policy);
    floe_wire_text(&worker.out, text->data, text->size, FLOE_SUMMARY_TEXT);
    floe_wire_end(&worker.out, begin);
}

static const char *environment_of(const floe_node *product) {
    size_t length;
    const char *text = floe_node_string(floe_node_get(product, "environment", 11), &length);
    return text ? strndup(text, length) : NULL;
}

/* Makes the params of a job's policy and its summary. */
static void prepare_policy(uint32_t job, uint32_t index, floe_setting *setting, floe_node *params) {
    const floe_judge_policy *policy = &worker.schedule->plan->jobs[job].policies[index];
    floe_evaluator *evaluator = worker.evaluators[policy->bundle];
    if (!floe_evaluator_loaded(evaluator, policy->policy) ||
        !worker.schedule->cutoff[worker.schedule->first_slot[job] + index]) {
        return;
    }
    mark(job, index, FLOE_WORKER_IDLE);
    floe_failure failure;
    floe_buffer summary = {0};
    if (!floe_evaluator_params(evaluator, policy->policy, &policy->params, params, &failure)) {
        put_unfit(job, index, &failure);
        return;
    }
    setting->params = params;
    if (!floe_evaluator_summary(evaluator, policy->policy, setting, &summary, &failure)) {
        setting->params = NULL;
        put_unfit(job, index, &failure);
    } else if (summary.size) {
        put_summary(job, index, &summary);
    }
    floe_buffer_free(&summary);
}

static void meet_job(uint32_t index) {
    known_job *job = &worker.jobs[index];
    if (job->ready) {
        return;
    }
    const floe_judge_job *plan = &worker.schedule->plan->jobs[index];
    size_t count = plan->policy_count + 1;
    job->settings = calloc(count, sizeof *job->settings);
    job->params = calloc(count, sizeof *job->params);
    job->raised = calloc(count, sizeof *job->raised);
    job->nanoseconds = calloc(count, sizeof *job->nanoseconds);
    if (!job->settings || !job->params || !job->raised || !job->nanoseconds) {
        _exit(1);
    }
    bool is_product = floe_target_of(&plan->product) == FLOE_TARGET_PRODUCT;
    const floe_node *project = is_product ? floe_node_get(&plan->product, "project", 7) : NULL;
    const char *environment = environment_of(&plan->product);
    for (uint32_t i = 0; i < plan->policy_count; i++) {
        job->settings[i] = (floe_setting){.product = is_product ? &plan->product : NULL,
                                          .project = project,
                                          .run = floe_node_absent(&plan->run) ? NULL : &plan->run,
                                          .phase = plan->phase,
                                          .as_of = plan->as_of,
                                          .as_of_time = plan->as_of_time,
                                          .environment = environment};
        prepare_policy(index, i, &job->settings[i], &job->params[i]);
    }
    job->ready = true;
}

/* ---- judging ---- */

static void judge_subject(const floe_chunk *chunk, uint32_t subject) {
    static const floe_sink sink = {.finding = put_finding, .note = put_note};
    const floe_schedule *schedule = worker.schedule;
    const floe_subject *one = &schedule->jobs[chunk->job].subjects.items[subject];
    const floe_roster *roster = &schedule->rosters[chunk->job];
    known_job *job = &worker.jobs[chunk->job];
    const floe_judge_policy *policies = schedule->plan->jobs[chunk->job].policies;
    const volatile uint32_t *cutoff = schedule->cutoff + schedule->first_slot[chunk->job];
    floe_failure failure;
    int64_t began = floe_clock_monotonic();
    worker.subject = subject;
    for (uint32_t i = 0; i < roster->counts[one->target][one->own]; i++) {
        uint32_t policy = roster->policies[one->target][one->own][i];
        if (subject >= cutoff[policy] || !job->settings[policy].params) {
            continue;
        }
        worker.policy = policy;
        mark(chunk->job, policy, subject);
        bool passed =
            floe_evaluator_check(worker.evaluators[policies[policy].bundle], policies[policy].policy,
                                 &job->settings[policy], one->node, &sink, &failure);
        int64_t ended = floe_clock_monotonic();
        job->nanoseconds[policy] += (uint64_t)(ended - began);
        began = ended;
        if (passed) {
            continue;
        }
        if (floe_failure_is_final(failure.kind)) {
            end_tripped(&failure);
        }
        raised *first = &job->raised[policy];
        if (!first->count++) {
            first->subject = subject;
            first->error = failure.error;
        }
    }
}

static void put_done(uint32_t number, known_job *job, uint32_t policies) {
    size_t begin = floe_wire_begin(&worker.out, FLOE_FRAME_DONE);
    floe_wire_u32(&worker.out, number);
    for (uint32_t i = 0; i < policies; i++) {
        floe_wire_u64(&worker.out, job->nanoseconds[i]);
        job->nanoseconds[i] = 0;
    }
    floe_wire_end(&worker.out, begin);
}

static void judge_chunk(uint32_t number) {
    const floe_chunk *chunk = &worker.schedule->chunks[number];
    meet_job(chunk->job);
    worker.chunk = number;
    for (uint32_t subject = chunk->first; subject < chunk->last; subject++) {
        judge_subject(chunk, subject);
        if (worker.out.size >= FLUSH_SIZE) {
            flush();
        }
    }
    mark(FLOE_WORKER_IDLE, FLOE_WORKER_IDLE, FLOE_WORKER_IDLE);
    put_raised(chunk);
    put_done(number, &worker.jobs[chunk->job], worker.schedule->plan->jobs[chunk->job].policy_count);
    flush();
}

/* ---- the task ---- */

static int prepare(void *data, floe_worker_page *page, floe_error *error) {
    worker = (judge_worker){.schedule = data, .page = page};
    const floe_judge_plan *plan = worker.schedule->plan;
    worker.evaluators = calloc(plan->bundle_count + 1, sizeof *worker.evaluators);
    worker.jobs = calloc(plan->job_count + 1, sizeof *worker.jobs);
    if (!worker.evaluators || !worker.jobs ||
        mprotect((void *)(uintptr_t)worker.schedule->cutoff, worker.schedule->board_size, PROT_READ)) {
        return floe_error_memory(error);
    }
    const floe_evaluator_options options = {
        .limits = plan->limits, .context = plan->context, .natives = plan->natives};
    int result = 0;
    for (uint32_t i = 0; i < plan->bundle_count && !result; i++) {
        result = floe_evaluator_new(&worker.evaluators[i], &plan->bundles[i], &options, error);
    }
    return result;
}

static void run(void *data) {
    (void)data;
    for (uint32_t unit = 0; unit < worker.schedule->unit_count; unit++) {
        load_unit(unit);
    }
    mark(FLOE_WORKER_IDLE, FLOE_WORKER_IDLE, FLOE_WORKER_IDLE);
    uint32_t request[FLOE_WIRE_HEADER / sizeof(uint32_t) + 1];
    while (floe_wire_receive(FLOE_CONFINE_READ, request, sizeof request, NULL) == 0) {
        if (request[0] != FLOE_FRAME_CHUNK || request[2] >= worker.schedule->chunk_count) {
            return;
        }
        judge_chunk(request[2]);
    }
}

void floe_judge_task(floe_worker_task *task, floe_schedule *schedule) {
    size_t memory = schedule->plan->limits.memory ? schedule->plan->limits.memory : FLOE_SANDBOX_MEMORY;
    const size_t own = (size_t)256 << 20; /* texts, frames, regular expressions */
    *task = (floe_worker_task){.prepare = prepare,
                               .run = run,
                               .data = schedule,
                               .memory = own + memory * (schedule->plan->bundle_count + 1)};
}

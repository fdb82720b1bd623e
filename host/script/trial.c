#include "trial.h"

#include "errand.h"
#include "trial_wire.h"

#include <stdlib.h>
#include <string.h>

/* One test file while its workers answer. */
typedef struct trial_run {
    floe_trials *out;
    floe_trial *trial;
    uint32_t next; /* the first case that is not answered */
    bool answered; /* a suite, or why there is none */
} trial_run;

static const char *keep(trial_run *self, floe_frame *frame, size_t most) {
    size_t length;
    const char *text = floe_frame_text(frame, &length, most);
    return text ? floe_arena_text(self->out->arena, text, length) : NULL;
}

static int take_suite(trial_run *self, floe_frame *frame) {
    floe_trial *trial = self->trial;
    const char *policy = keep(self, frame, FLOE_TRIAL_NAME);
    uint32_t count = floe_frame_index(frame, FLOE_TRIAL_CASES + 1);
    if (self->answered && count != trial->case_count) {
        return FLOE_INVALID; /* a later worker tells the same as the first */
    }
    floe_trial_case *cases = floe_arena_array(self->out->arena, count + 1, sizeof *cases);
    if (!cases || !policy) {
        return FLOE_INVALID;
    }
    for (uint32_t i = 0; i < count; i++) {
        const char *name = keep(self, frame, FLOE_TRIAL_NAME);
        cases[i] = (floe_trial_case){.name = name ? name : ""};
    }
    if (!floe_frame_done(frame)) {
        return FLOE_INVALID;
    }
    if (!self->answered) {
        trial->policy = policy;
        trial->cases = cases;
        trial->case_count = count;
        self->answered = true;
    }
    return 0;
}

static int take_case(trial_run *self, floe_frame *frame) {
    uint32_t index = floe_frame_u32(frame);
    if (!self->answered || index != self->next || index >= self->trial->case_count) {
        return FLOE_INVALID;
    }
    floe_trial_case one = {.name = self->trial->cases[index].name};
    one.ok = floe_frame_index(frame, 2);
    one.message = keep(self, frame, FLOE_TRIAL_MESSAGE);
    one.detail = keep(self, frame, FLOE_TRIAL_DETAIL);
    one.subjects = floe_frame_u32(frame);
    one.instructions = floe_frame_u64(frame);
    one.seconds = (double)floe_frame_u64(frame) / 1e9;
    if (!floe_frame_done(frame)) {
        return FLOE_INVALID;
    }
    self->trial->cases[self->next++] = one;
    return 0;
}

static int take_failed(trial_run *self, floe_frame *frame) {
    floe_trial *trial = self->trial;
    floe_failure_kind kind = (floe_failure_kind)floe_frame_index(frame, FLOE_FAILURES);
    const char *message = keep(self, frame, FLOE_TRIAL_MESSAGE);
    const char *file = keep(self, frame, FLOE_TRIAL_NAME);
    uint32_t line = floe_frame_u32(frame);
    if (!floe_frame_done(frame) || !message || self->answered) {
        return FLOE_INVALID;
    }
    *trial = (floe_trial){.kind = kind, .message = message, .file = file, .line = line};
    self->answered = true;
    return 0;
}

static int take_frame(void *data, floe_frame *frame) {
    trial_run *self = data;
    switch (frame->type) {
    case FLOE_FRAME_SUITE:
        return take_suite(self, frame);
    case FLOE_FRAME_CASE:
        return take_case(self, frame);
    case FLOE_FRAME_TRIAL_FAILED:
        return take_failed(self, frame);
    default:
        return FLOE_INVALID;
    }
}

/* The worker ended before it answered: the case that it was on failed, or there never was a suite. */
static void blame(trial_run *self, const floe_source *test, const floe_errand_end *end) {
    const char *message = floe_arena_text(self->out->arena, end->message, strlen(end->message));
    message = message ? message : "";
    if (!self->answered) {
        *self->trial = (floe_trial){.kind = end->kind, .message = message, .file = test->chunk};
        self->answered = true;
    } else {
        floe_trial_case *one = &self->trial->cases[self->next++];
        one->ok = false;
        one->message = message;
    }
}

static int run_trial(trial_run *self, const floe_trial_task *given, floe_error *error) {
    floe_trial_task trial = *given;
    int result = 0;
    while (!result && !(self->answered && self->next >= self->trial->case_count)) {
        trial.first_case = self->next;
        floe_errand errand = {.milliseconds = trial.limits.milliseconds,
                              .take = take_frame,
                              .data = self,
                              .confinement = self->out->confinement,
                              .confinement_size = sizeof self->out->confinement};
        floe_trial_worker_task(&errand.task, &trial);
        floe_errand_end end;
        result = floe_errand_run(&end, &errand, error);
        bool finished = self->answered && self->next >= self->trial->case_count;
        if (!result && !finished && !(end.clean && self->next > trial.first_case)) {
            blame(self, given->test, &end);
        }
    }
    return result;
}

int floe_trials_run(floe_trials **out, const floe_bundle *bundle, const floe_source *tests, uint32_t count,
                    const floe_limits *limits, floe_context *context, floe_error *error) {
    floe_trials *made = calloc(1, sizeof *made);
    if (!made || !(made->arena = floe_arena_new(0)) ||
        !(made->items = calloc(count + 1, sizeof *made->items))) {
        floe_trials_free(made);
        return floe_error_memory(error);
    }
    made->count = count;
    floe_trial_task task = {.bundle = bundle, .limits = *limits, .context = context};
    task.limits.milliseconds = limits->milliseconds ? limits->milliseconds : FLOE_TRIAL_MILLISECONDS;
    task.limits.instructions = limits->instructions ? limits->instructions : FLOE_TRIAL_INSTRUCTIONS;
    int result = 0;
    for (uint32_t i = 0; i < count && !result; i++) {
        trial_run run = {.out = made, .trial = &made->items[i]};
        task.test = &tests[i];
        result = run_trial(&run, &task, error);
    }
    if (result) {
        floe_trials_free(made);
    } else {
        *out = made;
    }
    return result;
}

void floe_trials_free(floe_trials *trials) {
    if (trials) {
        free(trials->items);
        floe_arena_free(trials->arena);
        free(trials);
    }
}

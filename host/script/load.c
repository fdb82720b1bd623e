#include "load.h"

#include "confine.h"
#include "embedded.h"
#include "errand.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* From the worker: DEFINED index, json · FAILED index, kind, text, file, line. One for each policy, in their
 * order. */
enum { FRAME_DEFINED = FLOE_FRAME_FIRST, FRAME_FAILED };

enum { TEXT_SIZE = 768, FILE_SIZE = 512 };

typedef struct load {
    const floe_bundle *bundles;
    uint32_t bundle_count;
    const floe_limits *limits;
    floe_context *context;
    floe_loading *out;
    uint32_t next;           /* the first policy that is not answered; a new worker begins there */
    floe_loaded_policy last; /* the last answer of a worker */
    floe_evaluator **evaluators;
    floe_worker_page *page;
} load;

/* ---- the worker's side ---- */

static int prepare(void *data, floe_worker_page *page, floe_error *error) {
    load *self = data;
    self->page = page;
    self->evaluators = calloc(self->bundle_count + 1, sizeof *self->evaluators);
    if (!self->evaluators) {
        return floe_error_memory(error);
    }
    const floe_evaluator_options options = {.limits = *self->limits, .context = self->context};
    int result = 0;
    for (uint32_t i = 0; i < self->bundle_count && !result; i++) {
        result = floe_evaluator_new(&self->evaluators[i], &self->bundles[i], &options, error);
    }
    return result;
}

static void answer(floe_buffer *frame) {
    if (frame->failed || floe_wire_send(FLOE_CONFINE_WRITE, frame->data, frame->size, NULL)) {
        _exit(1);
    }
    floe_buffer_clear(frame);
}

static void load_policy(load *self, uint32_t bundle, uint32_t policy, uint32_t index, floe_buffer *frame) {
    floe_evaluator *evaluator = self->evaluators[bundle];
    floe_failure failure;
    floe_buffer json = {0};
    self->page->policy = index;
    self->page->beats++;
    bool loaded = floe_evaluator_load(evaluator, policy, &failure) &&
                  floe_evaluator_describe(evaluator, policy, &json, &failure);
    if (loaded && json.size > FLOE_DEFINITION_SIZE) {
        floe_error_set(&failure.error, FLOE_LIMIT, "the definition has more than %d bytes",
                       FLOE_DEFINITION_SIZE);
        failure.kind = FLOE_FAILURE_DEFINITION;
        loaded = false;
    }
    size_t begin = floe_wire_begin(frame, loaded ? FRAME_DEFINED : FRAME_FAILED);
    floe_wire_u32(frame, index);
    if (loaded) {
        floe_wire_text(frame, json.data, json.size, FLOE_DEFINITION_SIZE);
    } else {
        const floe_error *error = &failure.error;
        floe_wire_u32(frame, failure.kind);
        floe_wire_text(frame, error->message, strlen(error->message), TEXT_SIZE);
        floe_wire_text(frame, error->file[0] ? error->file : NULL, strlen(error->file), FILE_SIZE);
        floe_wire_u32(frame, error->line);
    }
    floe_wire_end(frame, begin);
    answer(frame);
    floe_buffer_free(&json);
    if (!loaded && floe_failure_is_final(failure.kind)) {
        _exit(0);
    }
}

static void run(void *data) {
    load *self = data;
    floe_buffer frame = {0};
    uint32_t index = 0;
    for (uint32_t bundle = 0; bundle < self->bundle_count; bundle++) {
        for (uint32_t policy = 0; policy < self->bundles[bundle].policy_count; policy++, index++) {
            if (index >= self->next && !self->out->policies[index].json) {
                load_policy(self, bundle, policy, index, &frame);
            }
        }
    }
}

/* ---- the parent's side ---- */

/* Passes over what is answered already. */
static void skip_known(load *self) {
    while (self->next < self->out->count && self->out->policies[self->next].json) {
        self->next++;
    }
}

static const char *keep(load *self, floe_frame *frame, size_t *length, size_t most) {
    const char *text = floe_frame_text(frame, length, most);
    return text ? floe_arena_text(self->out->arena, text, *length) : NULL;
}

static int take_frame(void *data, floe_frame *frame) {
    load *self = data;
    floe_loaded_policy policy = {0};
    size_t length;
    if (floe_frame_u32(frame) != self->next || self->next >= self->out->count) {
        return FLOE_INVALID;
    }
    if (frame->type == FRAME_DEFINED) {
        policy.json = keep(self, frame, &policy.size, FLOE_DEFINITION_SIZE);
    } else if (frame->type == FRAME_FAILED) {
        policy.kind = (floe_failure_kind)floe_frame_index(frame, FLOE_FAILURES);
        policy.message = keep(self, frame, &length, TEXT_SIZE);
        policy.file = keep(self, frame, &length, FILE_SIZE);
        policy.line = floe_frame_u32(frame);
    }
    if (!floe_frame_done(frame) || !(policy.json || policy.message)) {
        return FLOE_INVALID;
    }
    self->out->policies[self->next++] = policy;
    self->last = policy;
    skip_known(self);
    return 0;
}

static const floe_source *source_of(const load *self, uint32_t index) {
    for (uint32_t bundle = 0; bundle < self->bundle_count; bundle++) {
        if (index < self->bundles[bundle].policy_count) {
            return &self->bundles[bundle].policies[index];
        }
        index -= (uint32_t)self->bundles[bundle].policy_count;
    }
    return NULL;
}

/* The worker ended before it answered for the policy that is next. */
static void blame_next(load *self, const floe_errand_end *end) {
    const floe_source *source = source_of(self, self->next);
    char *message = floe_arena_text(self->out->arena, end->message, strlen(end->message));
    self->out->policies[self->next++] = (floe_loaded_policy){
        .kind = end->kind, .message = message ? message : "", .file = source ? source->chunk : NULL};
    skip_known(self);
}

/* Answers for the policies that floe brings along, which need no worker: their text is what it was when floe
 * was built, and they require nothing that a bundle could change. */
static void answer_embedded(load *self) {
    for (uint32_t index = 0; floe_embedded_definitions && index < self->out->count; index++) {
        const floe_source *source = source_of(self, index);
        const floe_definition *known = floe_embedded_definitions;
        while (known->chunk && strcmp(known->chunk, source->chunk) != 0) {
            known++;
        }
        if (known->chunk && floe_embedded_same(source->chunk, source->text, source->size)) {
            self->out->policies[index] = (floe_loaded_policy){.json = known->json, .size = known->size};
        }
    }
    skip_known(self);
}

static int load_all(load *self, floe_error *error) {
    size_t memory = self->limits->memory ? self->limits->memory : FLOE_SANDBOX_MEMORY;
    const floe_errand errand = {
        .task = {.prepare = prepare,
                 .run = run,
                 .data = self,
                 .memory = ((size_t)128 << 20) + memory * (self->bundle_count + 1)},
        .milliseconds = self->limits->milliseconds,
        .take = take_frame,
        .data = self,
        .confinement = self->out->confinement,
        .confinement_size = sizeof self->out->confinement,
    };
    int result = 0;
    while (!result && self->next < self->out->count) {
        floe_errand_end end;
        uint32_t before = self->next;
        result = floe_errand_run(&end, &errand, error);
        /* A worker that ended by itself after a spent budget has answered; any other must have answered all.
         */
        bool told = self->next > before && self->last.message && floe_failure_is_final(self->last.kind);
        if (!result && self->next < self->out->count && !(told && end.clean)) {
            blame_next(self, &end);
        }
    }
    return result;
}

int floe_load(floe_loading **out, const floe_bundle *bundles, uint32_t count, const floe_limits *limits,
              floe_context *context, floe_error *error) {
    floe_loading *made = calloc(1, sizeof *made);
    for (uint32_t i = 0; made && i < count; i++) {
        made->count += (uint32_t)bundles[i].policy_count;
    }
    if (!made || !(made->arena = floe_arena_new(0)) ||
        !(made->policies = calloc(made->count + 1, sizeof *made->policies))) {
        floe_loading_free(made);
        return floe_error_memory(error);
    }
    load self = {
        .bundles = bundles, .bundle_count = count, .limits = limits, .context = context, .out = made};
    answer_embedded(&self);
    int result = load_all(&self, error);
    if (result) {
        floe_loading_free(made);
    } else {
        *out = made;
    }
    return result;
}

void floe_loading_free(floe_loading *loading) {
    if (loading) {
        free(loading->policies);
        floe_arena_free(loading->arena);
        free(loading);
    }
}

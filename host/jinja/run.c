/*
 * A run's life, its bounds, and how it fails.
 */
#include "jinja/run.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_STEPS = 5000000,
    MOST_CALLS = 100,
    MOST_MEMORY = 64 << 20,
    KEPT_TEXT = 1 << 20,
    MOST_STACK = 3 << 20
};

int floe_jinja_run_new(floe_jinja_run **out, const floe_jinja_host *host, void *context,
                       const floe_jinja_bounds *bounds, floe_error *error) {
    floe_jinja_run *run = calloc(1, sizeof *run);
    if (!run) {
        return floe_error_memory(error);
    }
    run->host = host;
    run->bounds = bounds ? *bounds : (floe_jinja_bounds){0};
    run->bounds.steps = run->bounds.steps ? run->bounds.steps : MOST_STEPS;
    run->bounds.calls = run->bounds.calls ? run->bounds.calls : MOST_CALLS;
    run->bounds.memory = run->bounds.memory ? run->bounds.memory : MOST_MEMORY;
    run->arena = floe_arena_new(run->bounds.memory);
    if (!run->arena) {
        free(run);
        return floe_error_memory(error);
    }
    floe_jinja_run_reset(run, context);
    *out = run;
    return 0;
}

void floe_jinja_run_free(floe_jinja_run *run) {
    if (run) {
        floe_arena_free(run->arena);
        free(run->text);
        free(run->branches);
        free(run->journal);
        free(run->uses);
        free(run);
    }
}

void floe_jinja_run_reset(floe_jinja_run *run, void *context) {
    floe_arena_reset(run->arena);
    run->context = context;
    run->steps = 0;
    run->stack = NULL;
    run->calls = 0;
    run->chaining = run->lenient = true;
    run->template = NULL;
    run->at = 0;
    run->scope = NULL;
    run->frame = NULL;
    run->turns = NULL;
    run->size = 0;
    run->capture = NULL;
    run->native = NULL;
    if (run->capacity > KEPT_TEXT) {
        free(run->text);
        run->text = NULL;
        run->capacity = 0;
    }
    run->doubt = NULL;
    run->serial = 0;
    run->widened = 0;
    run->escaped = NULL;
    run->branch_count = run->journal_count = 0;
    run->error.code = FLOE_OK;
    run->error.message[0] = '\0';
}

void floe_jinja_chaining(floe_jinja_run *run, bool chaining) {
    run->chaining = run->lenient = chaining;
}

void *floe_jinja_context(floe_jinja_run *run) {
    return run->context;
}

floe_arena *floe_jinja_arena(floe_jinja_run *run) {
    return run->arena;
}

const floe_jinja_doubt *floe_jinja_in_doubt(const floe_jinja_run *run) {
    return run->doubt;
}

const floe_jinja_template *floe_jinja_here(const floe_jinja_run *run, uint32_t *at, uint32_t *depth) {
    if (at) {
        *at = run->at;
    }
    if (depth) {
        *depth = run->calls;
    }
    return run->template;
}

const floe_error *floe_jinja_error(const floe_jinja_run *run) {
    return &run->error;
}

int floe_jinja_fail(floe_jinja_run *run, floe_code code, const char *format, ...) {
    char message[sizeof run->error.message];
    uint32_t line = 0, column = 0;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    floe_error_set(&run->error, code, "%s", message);
    if (run->template) {
        floe_jinja_position(run->template, run->at, &line, &column);
        floe_error_at(&run->error, run->template->name, line, column);
    }
    return code;
}

int floe_jinja_out_of_memory(floe_jinja_run *run) {
    if (floe_arena_refused(run->arena)) {
        return floe_jinja_fail(run, FLOE_LIMIT, "rendering takes more than %zu MiB of memory",
                               run->bounds.memory >> 20);
    }
    return floe_jinja_fail(run, FLOE_MEMORY, "out of memory");
}

int floe_jinja_steps(floe_jinja_run *run, size_t count) {
    run->steps += count;
    if (run->steps > run->bounds.steps) {
        if (floe_arena_refused(run->arena)) {
            return floe_jinja_out_of_memory(run);
        }
        return floe_jinja_fail(run, FLOE_LIMIT, "rendering takes more than %llu steps",
                               (unsigned long long)run->bounds.steps);
    }
    return 0;
}

int floe_jinja_weigh(floe_jinja_run *run, const floe_jinja_value *value, size_t at_once) {
    return value->type == FLOE_JINJA_IS_STRING ? floe_jinja_steps(run, value->length / at_once) : 0;
}

uint64_t floe_jinja_spent(const floe_jinja_run *run) {
    return run->steps + (floe_arena_used(run->arena) + run->capacity) / 32;
}

void floe_jinja_allow(floe_jinja_run *run, uint64_t steps) {
    enum { LEAST_MEMORY = 4 << 20 };
    run->bounds.steps = steps < MOST_STEPS ? steps : MOST_STEPS;
    if (floe_arena_refused(run->arena)) {
        return; /* it is to end, with the bound that it met in its message */
    }
    run->bounds.memory = (size_t)(run->bounds.steps * (uint64_t)MOST_MEMORY / MOST_STEPS);
    run->bounds.memory = run->bounds.memory < LEAST_MEMORY ? LEAST_MEMORY : run->bounds.memory;
    floe_arena_limit(run->arena, run->bounds.memory);
}

int floe_jinja_step(floe_jinja_run *run) {
    const char *here = __builtin_frame_address(0);
    if (!run->stack) {
        run->stack = here;
    }
    size_t height = (size_t)(here < run->stack ? run->stack - here : here - run->stack);
    if (height > MOST_STACK) {
        return floe_jinja_fail(run, FLOE_LIMIT, "what is called here is nested too deeply");
    }
    return floe_jinja_steps(run, 1);
}

/* ---- names of builtins ---- */

void floe_jinja_names_build(floe_jinja_names *names, const floe_jinja_name *list) {
    names->names = list;
    memset(names->slots, 0, sizeof names->slots);
    for (uint16_t i = 0; list[i].name; i++) {
        uint32_t slot = floe_jinja_hash(list[i].name, strlen(list[i].name));
        while (names->slots[slot & 255]) {
            slot++;
        }
        names->slots[slot & 255] = i + 1;
    }
}

void (*floe_jinja_names_find(const floe_jinja_names *names, floe_jinja_text name))(void) {
    for (uint32_t slot = floe_jinja_hash(name.text, name.length); names->slots[slot & 255]; slot++) {
        const floe_jinja_name *one = &names->names[names->slots[slot & 255] - 1];
        if (strncmp(one->name, name.text, name.length) == 0 && !one->name[name.length]) {
            return one->function;
        }
    }
    return NULL;
}

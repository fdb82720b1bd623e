/*
 * Loading bundles: each policy's file is run once, in a confined worker, to learn what it defines. Running
 * the file is running untrusted code, so one that does not end, or takes the worker down, is an error of that
 * policy alone.
 */
#ifndef FLOE_SCRIPT_LOAD_H
#define FLOE_SCRIPT_LOAD_H

#include "evaluator.h"

typedef struct floe_loaded_policy {
    const char *json; /* the definition; NULL where it failed, and … */
    size_t size;
    floe_failure_kind kind; /* … this is why */
    const char *message;
    const char *file;
    uint32_t line;
} floe_loaded_policy;

typedef struct floe_loading {
    floe_arena *arena;
    floe_loaded_policy *policies; /* of all bundles, one after the other */
    uint32_t count;
    char confinement[256]; /* as of a judgement */
} floe_loading;

enum { FLOE_DEFINITION_SIZE = 1 << 20 };

/* What a policy inside the binary defines, known since floe was built (cmake/describe.c). The program has the
 * table, ended by a row of zeros; a program that is linked with the library alone has none, and loads those
 * policies too. */
typedef struct floe_definition {
    const char *chunk;
    const char *json;
    size_t size;
} floe_definition;

extern const floe_definition floe_embedded_definitions[] __attribute__((weak));

/* Loads all policies of the bundles. Fails only where no worker can be had. */
int floe_load(floe_loading **out, const floe_bundle *bundles, uint32_t count, const floe_limits *limits,
              floe_context *context, floe_error *error);
void floe_loading_free(floe_loading *loading);

#endif

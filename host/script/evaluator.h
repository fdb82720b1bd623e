/*
 * The evaluator: the policies of one bundle in one sandbox, and the one way in which a check runs. Judging a
 * product and testing a policy both go through it, so that a test proves what a verdict will say.
 *
 * It belongs in a worker. Nothing here prints, and no error leaves it but as a floe_failure.
 */
#ifndef FLOE_SCRIPT_EVALUATOR_H
#define FLOE_SCRIPT_EVALUATOR_H

#include "base/buffer.h"
#include "check.h"
#include "context.h"
#include "sandbox.h"
#include "subject.h"

#include <lauxlib.h>

/* A Lua source of a bundle. Borrowed from whoever made the bundle, as all texts below. */
typedef struct floe_source {
    const char *name;  /* a policy's id, "naming.layer_prefix", or a module's name, "acme.names" */
    const char *chunk; /* the path that errors show */
    const char *text;
    size_t size;
} floe_source;

typedef struct floe_bundle {
    const char *name;
    const floe_source *policies;
    size_t policy_count;
    const floe_source *modules; /* what the bundle adds to the stdlib */
    size_t module_count;
} floe_bundle;

/* Why a policy failed to run. */
typedef enum floe_failure_kind {
    FLOE_FAILURE_ERROR, /* it raised */
    FLOE_FAILURE_TIME,  /* its budgets … */
    FLOE_FAILURE_MEMORY,
    FLOE_FAILURE_INSTRUCTIONS,
    FLOE_FAILURE_DIED,       /* the worker that ran it ended, or answered nonsense */
    FLOE_FAILURE_CAPABILITY, /* it asked for what it was not granted */
    FLOE_FAILURE_COMPILE,    /* its file is no Lua text */
    FLOE_FAILURE_DEFINITION, /* its file does not return a definition, or one with another id */
    FLOE_FAILURES
} floe_failure_kind;

const char *floe_failure_name(floe_failure_kind kind);

/* What an outcome other than FLOE_RUN_OK means. */
floe_failure_kind floe_failure_of(floe_outcome outcome);

typedef struct floe_failure {
    floe_failure_kind kind;
    floe_error error; /* message, and where in the policy */
} floe_failure;

/* After these the sandbox is dead: its worker must end. */
static inline bool floe_failure_is_final(floe_failure_kind kind) {
    return kind >= FLOE_FAILURE_TIME && kind <= FLOE_FAILURE_INSTRUCTIONS;
}

typedef struct floe_evaluator floe_evaluator;

typedef struct floe_evaluator_options {
    floe_limits limits;
    floe_context *context;   /* borrowed */
    bool facts;              /* tests may make facts: floe.facts */
    const luaL_Reg *natives; /* more modules in C, ended by a row of NULLs; NULL for none */
} floe_evaluator_options;

/* A sandbox with the stdlib, the bundle's modules, floe.regex, floe.sql_tokens, and none of the bundle's
 * policies yet. Starts timers, so it comes before the process is confined. It lives as long as its process.
 */
int floe_evaluator_new(floe_evaluator **out, const floe_bundle *bundle, const floe_evaluator_options *options,
                       floe_error *error);

/* Frees the evaluator. NULL is allowed. */
void floe_evaluator_free(floe_evaluator *evaluator);

/* Runs a policy's file and keeps its definition. False, and `failure` filled, where that fails. */
bool floe_evaluator_load(floe_evaluator *evaluator, uint32_t policy, floe_failure *failure);
bool floe_evaluator_loaded(const floe_evaluator *evaluator, uint32_t policy);

/* What a loaded policy says that it judges, and whether nodes of installed packages too. */
floe_target_set floe_evaluator_targets(const floe_evaluator *evaluator, uint32_t policy, bool *packages);

/* Appends a loaded policy's definition as JSON; functions are left out, but `summary` is true for one. */
bool floe_evaluator_describe(floe_evaluator *evaluator, uint32_t policy, floe_buffer *out,
                             floe_failure *failure);

/* Makes a policy's params from `given` (an object, or NULL): declared ones that it lacks take their default.
 * An undeclared one is a failure. The node lives as long as the context's store. */
bool floe_evaluator_params(floe_evaluator *evaluator, uint32_t policy, const floe_node *given, floe_node *out,
                           floe_failure *failure);

/* The policy's summary for these params: a text, or what its function answers; appended to `out`. */
bool floe_evaluator_summary(floe_evaluator *evaluator, uint32_t policy, const floe_setting *setting,
                            floe_buffer *out, floe_failure *failure);

/* Judges one subject. What it reports goes to the sink as it comes, also where the check fails later. */
bool floe_evaluator_check(floe_evaluator *evaluator, uint32_t policy, const floe_setting *setting,
                          const floe_node *subject, const floe_sink *sink, floe_failure *failure);

/* The sandbox beneath, for tests of policies. */
floe_sandbox *floe_evaluator_sandbox(floe_evaluator *evaluator);

#endif

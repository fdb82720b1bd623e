#include "evaluator.h"

#include "bind.h"
#include "convert.h"
#include "data/print.h"
#include "embedded.h"
#include "field.h"
#include "pool.h"
#include "view.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FORGET_EVERY = 32, /* subjects, after which the views of earlier ones may go */
    GC_PAUSE =
        400, /* percent of the memory in use at which garbage is collected: what a check leaves is little */
};

typedef struct unit {
    bool loaded;
    bool packages;
    floe_target_set targets;
    int definition, check; /* references in the registry */
    int params;            /* reference of the view of `params_node`, LUA_NOREF at first */
    const floe_node *params_node;
    char *params_name; /* "the params of naming.layer_prefix" */
} unit;

struct floe_evaluator {
    const floe_bundle *bundle;
    floe_evaluator_options options;
    floe_pool *pool; /* the sandbox's memory */
    floe_sandbox *sandbox;
    floe_store *scratch; /* documents of descriptions and params */
    unit *units;
    int ctx, subject_view; /* references */
    floe_check *running;
    const floe_node *subject, *product; /* of the check before */
    unsigned judged;                    /* subjects since views were forgotten */
};

const char *floe_failure_name(floe_failure_kind kind) {
    static const char *const names[FLOE_FAILURES] = {
        "error", "time", "memory", "instructions", "died", "capability", "compile", "definition",
    };
    return names[kind];
}

floe_failure_kind floe_failure_of(floe_outcome outcome) {
    switch (outcome) {
    case FLOE_RUN_TIME:
        return FLOE_FAILURE_TIME;
    case FLOE_RUN_MEMORY:
        return FLOE_FAILURE_MEMORY;
    case FLOE_RUN_INSTRUCTIONS:
        return FLOE_FAILURE_INSTRUCTIONS;
    case FLOE_RUN_OK:
    case FLOE_RUN_ERROR:
        break;
    }
    return FLOE_FAILURE_ERROR;
}

/* ---- making ---- */

/* The modules of stdlib/ under the names that require knows, made once a process. */
static const floe_source *standard_modules(size_t *count) {
    static floe_source *modules;
    static size_t made;
    for (const floe_embedded *file = floe_embedded_files; !modules && file->path; file++) {
        made += strncmp(file->path, "stdlib/", 7) == 0;
    }
    if (!modules && (modules = calloc(made + 1, sizeof *modules))) {
        made = 0;
        for (const floe_embedded *file = floe_embedded_files; file->path; file++) {
            size_t length = strlen(file->path);
            if (strncmp(file->path, "stdlib/", 7) != 0 || length < 12) {
                continue;
            }
            char *name = strndup(file->path + 7, length - 7 - 4); /* without "stdlib/" and ".lua" */
            for (char *c = name; c && *c; c++) {
                *c = *c == '/' ? '.' : *c;
            }
            modules[made++] = (floe_source){name, file->path, file->text, file->size};
        }
    }
    *count = modules ? made : 0;
    return modules;
}

static int add_modules(floe_sandbox *sandbox, const floe_source *modules, size_t count) {
    int result = 0;
    for (size_t i = 0; i < count && !result; i++) {
        result = modules[i].name ? floe_sandbox_add_text(sandbox, modules[i].name, modules[i].chunk,
                                                         modules[i].text, modules[i].size)
                                 : FLOE_MEMORY;
    }
    return result;
}

/* The stdlib comes last, as the module added last wins: no bundle takes the place of floe.policy. */
static int add_all_modules(floe_evaluator *self) {
    size_t count;
    const floe_source *standard = standard_modules(&count);
    if (!standard || add_modules(self->sandbox, self->bundle->modules, self->bundle->module_count) ||
        add_modules(self->sandbox, standard, count) ||
        floe_sandbox_add_native(self->sandbox, "floe.regex", luaopen_host_regex) ||
        floe_sandbox_add_native(self->sandbox, "floe.sql_tokens", luaopen_host_sql) ||
        floe_sandbox_add_native(self->sandbox, "floe.text_search", luaopen_host_text)) {
        return FLOE_MEMORY;
    }
    int result =
        self->options.facts ? floe_sandbox_add_native(self->sandbox, "floe.facts", luaopen_floe_facts) : 0;
    for (const luaL_Reg *native = self->options.natives; native && native->name && !result; native++) {
        result = floe_sandbox_add_native(self->sandbox, native->name, native->func);
    }
    return result;
}

static int open_state(lua_State *L) {
    floe_evaluator *self = lua_touserdata(L, 1);
    floe_context_attach(L, self->options.context);
    floe_view_open(L);
    floe_check_push_ctx(L, &self->running);
    self->ctx = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pushboolean(L, 0);
    self->subject_view = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
}

/* Calls a C function with the evaluator as its last argument, behind `arguments` values on the stack. */
static floe_outcome call_protected(floe_evaluator *self, lua_CFunction function, int arguments, int results,
                                   floe_error *error) {
    lua_State *L = floe_sandbox_lua(self->sandbox);
    lua_pushcfunction(L, function);
    lua_insert(L, -1 - arguments);
    lua_pushlightuserdata(L, self);
    return floe_sandbox_call(self->sandbox, arguments + 1, results, error);
}

void floe_evaluator_free(floe_evaluator *evaluator) {
    if (!evaluator) {
        return;
    }
    floe_sandbox_free(evaluator->sandbox);
    floe_pool_free(evaluator->pool);
    floe_store_free(evaluator->scratch);
    for (size_t i = 0; evaluator->units && i < evaluator->bundle->policy_count; i++) {
        free(evaluator->units[i].params_name);
    }
    free(evaluator->units);
    free(evaluator);
}

int floe_evaluator_new(floe_evaluator **out, const floe_bundle *bundle, const floe_evaluator_options *options,
                       floe_error *error) {
    floe_evaluator *self = calloc(1, sizeof *self);
    int result = FLOE_MEMORY;
    if (!self) {
        return floe_error_memory(error);
    }
    self->bundle = bundle;
    self->options = *options;
    self->units = calloc(bundle->policy_count + 1, sizeof *self->units);
    self->scratch = floe_store_new();
    self->pool = floe_pool_new();
    if (!self->units || !self->scratch || !self->pool) {
        floe_error_memory(error);
        goto fail;
    }
    if ((result = floe_sandbox_new_with(&self->sandbox, &options->limits, floe_pool_allocate, self->pool,
                                        error))) {
        goto fail;
    }
    if ((result = add_all_modules(self))) {
        floe_error_memory(error);
        goto fail;
    }
    if (call_protected(self, open_state, 0, 0, error) != FLOE_RUN_OK) {
        result = error ? (int)error->code : FLOE_MEMORY;
        goto fail;
    }
    floe_sandbox_rebase(self->sandbox);
    lua_gc(floe_sandbox_lua(self->sandbox), LUA_GCINC, GC_PAUSE, 0, 0);
    *out = self;
    return 0;
fail:
    floe_evaluator_free(self);
    return result;
}

floe_sandbox *floe_evaluator_sandbox(floe_evaluator *evaluator) {
    return evaluator->sandbox;
}

/* ---- loading ---- */

static void add_target(lua_State *L, unit *out) {
    size_t length;
    const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
    int target = name ? floe_target_named(name, length) : -1;
    if (target < 0) {
        luaL_error(L, "'%s' is no target", name ? name : luaL_typename(L, -1));
    }
    out->targets |= 1u << target;
}

/* (definition, id, unit, evaluator): checks a definition and keeps it. */
static int adopt(lua_State *L) {
    const char *id = lua_touserdata(L, 2);
    unit *out = lua_touserdata(L, 3);
    if (lua_type(L, 1) != LUA_TTABLE) {
        return luaL_error(L, "the file returns %s%s instead of what policy.define answers",
                          lua_isnil(L, 1) ? "" : "a ", lua_isnil(L, 1) ? "nothing" : luaL_typename(L, 1));
    }
    if (floe_field_push(L, 1, "id") != LUA_TSTRING) {
        return luaL_error(L, "the file returns a table that policy.define did not make");
    }
    if (strcmp(lua_tostring(L, -1), id) != 0) {
        return luaL_error(L, "the file defines the policy '%s'; by its path it is '%s'", lua_tostring(L, -1),
                          id);
    }
    if (floe_field_push(L, 1, "check") != LUA_TFUNCTION) {
        return luaL_error(L, "policy '%s' has no check function", id);
    }
    int targets = floe_field_push(L, 1, "targets");
    if (targets == LUA_TTABLE) {
        for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
            add_target(L, out);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    } else {
        add_target(L, out);
    }
    floe_field_push(L, 1, "packages");
    out->packages = lua_toboolean(L, -1);
    floe_field_push(L, 1, "check");
    out->check = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pushvalue(L, 1);
    out->definition = luaL_ref(L, LUA_REGISTRYINDEX);
    out->params = LUA_NOREF;
    out->loaded = true;
    return 0;
}

static bool fail(floe_failure *failure, floe_failure_kind kind, const char *chunk) {
    failure->kind = kind;
    if (chunk && !failure->error.file[0]) {
        floe_error_at(&failure->error, chunk, failure->error.line, 0);
    }
    return false;
}

static int do_nothing(lua_State *L) {
    (void)L;
    return 0;
}

static floe_failure_kind final_kind(floe_evaluator *self, floe_failure_kind otherwise) {
    /* A dead sandbox ends every call with the outcome that killed it. */
    lua_pushcfunction(floe_sandbox_lua(self->sandbox), do_nothing);
    floe_outcome outcome = floe_sandbox_call(self->sandbox, 0, 0, NULL);
    return outcome == FLOE_RUN_OK ? otherwise : floe_failure_of(outcome);
}

static bool is_bundle_file(const floe_bundle *bundle, const char *file) {
    for (size_t i = 0; i < bundle->module_count; i++) {
        if (strcmp(bundle->modules[i].chunk, file) == 0) {
            return true;
        }
    }
    return false;
}

/* `return policy.define { … }` is a tail call: when it raises, the policy's own line is gone from the stack
 * and what is left is a line of floe's library, which is no help to the policy's author. The file is. */
static void keep_place_in_bundle(const floe_evaluator *self, const floe_source *source, floe_error *error) {
    if (strcmp(error->file, source->chunk) != 0 && !is_bundle_file(self->bundle, error->file)) {
        error->line = 0;
        floe_error_at(error, source->chunk, 0, 0);
    }
}

bool floe_evaluator_load(floe_evaluator *self, uint32_t policy, floe_failure *failure) {
    const floe_source *source = &self->bundle->policies[policy];
    unit *out = &self->units[policy];
    char name[256];
    snprintf(name, sizeof name, "the params of %s", source->name);
    out->params_name = out->params_name ? out->params_name : strdup(name);
    if (!out->params_name) {
        floe_error_memory(&failure->error);
        return fail(failure, FLOE_FAILURE_DIED, source->chunk);
    }
    if (floe_sandbox_load(self->sandbox, source->chunk, source->text, source->size, &failure->error)) {
        return fail(failure, final_kind(self, FLOE_FAILURE_COMPILE), source->chunk);
    }
    floe_outcome outcome = floe_sandbox_call(self->sandbox, 0, 1, &failure->error);
    if (outcome != FLOE_RUN_OK) {
        keep_place_in_bundle(self, source, &failure->error);
        return fail(failure, floe_failure_of(outcome), source->chunk);
    }
    lua_State *L = floe_sandbox_lua(self->sandbox);
    lua_pushlightuserdata(L, (void *)(uintptr_t)source->name);
    lua_pushlightuserdata(L, out);
    outcome = call_protected(self, adopt, 3, 0, &failure->error);
    if (outcome == FLOE_RUN_ERROR) {
        return fail(failure, FLOE_FAILURE_DEFINITION, source->chunk);
    }
    return outcome == FLOE_RUN_OK || fail(failure, floe_failure_of(outcome), source->chunk);
}

bool floe_evaluator_loaded(const floe_evaluator *evaluator, uint32_t policy) {
    return policy < evaluator->bundle->policy_count && evaluator->units[policy].loaded;
}

floe_target_set floe_evaluator_targets(const floe_evaluator *evaluator, uint32_t policy, bool *packages) {
    *packages = evaluator->units[policy].packages;
    return evaluator->units[policy].targets;
}

/* ---- describing ---- */

static floe_document *scratch_document(lua_State *L, floe_evaluator *self) {
    floe_document *document;
    if (floe_document_new(&document, self->scratch, FLOE_FACTS, "definitions", NULL)) {
        luaL_error(L, "out of memory");
    }
    return document;
}

/* (definition, buffer, evaluator): prints the definition's data. */
static int describe(lua_State *L) {
    floe_buffer *out = lua_touserdata(L, 2);
    floe_document *document = scratch_document(L, lua_touserdata(L, 3));
    lua_newtable(L);
    int data = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        bool function = lua_type(L, -1) == LUA_TFUNCTION;
        bool summary = lua_type(L, -2) == LUA_TSTRING && strcmp(lua_tostring(L, -2), "summary") == 0;
        if (function && !summary) {
            continue;
        }
        lua_pushvalue(L, -2);
        if (function) {
            lua_pushboolean(L, 1);
        } else {
            lua_pushvalue(L, -2);
        }
        lua_rawset(L, data);
    }
    floe_node node;
    floe_error error;
    floe_convert_build(L, data, document, &node);
    if (floe_json_print(out, &node, 0, &error)) {
        return luaL_error(L, "%s", error.message);
    }
    return 0;
}

bool floe_evaluator_describe(floe_evaluator *self, uint32_t policy, floe_buffer *out, floe_failure *failure) {
    lua_State *L = floe_sandbox_lua(self->sandbox);
    lua_rawgeti(L, LUA_REGISTRYINDEX, self->units[policy].definition);
    lua_pushlightuserdata(L, out);
    floe_outcome outcome = call_protected(self, describe, 2, 0, &failure->error);
    if (outcome == FLOE_RUN_ERROR) {
        return fail(failure, FLOE_FAILURE_DEFINITION, self->bundle->policies[policy].chunk);
    }
    return outcome == FLOE_RUN_OK ||
           fail(failure, floe_failure_of(outcome), self->bundle->policies[policy].chunk);
}

/* ---- params ---- */

/* What `make_params` gets and gives. */
typedef struct params_request {
    const floe_node *given;
    floe_node *out;
    const char *policy;
} params_request;

/* Every key of `given` must be declared in the table at `declared`. */
static void check_given_params(lua_State *L, const params_request *request, int declared) {
    for (uint32_t i = 0; request->given && i < floe_node_size(request->given); i++) {
        const floe_key *key = floe_node_key(request->given, i);
        lua_pushlstring(L, key ? key->text : "", key ? key->length : 0);
        if (lua_rawget(L, declared) == LUA_TNIL) {
            luaL_error(L, "policy '%s' declares no param '%s'", request->policy, key ? key->text : "");
        }
        lua_pop(L, 1);
    }
}

/* (definition, request, evaluator): an object with all declared params. */
static int make_params(lua_State *L) {
    params_request *request = lua_touserdata(L, 2);
    floe_document *document = scratch_document(L, lua_touserdata(L, 3));
    if (floe_field_push(L, 1, "params") != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_newtable(L);
    }
    int declared = lua_gettop(L);
    check_given_params(L, request, declared);
    floe_convert_sorted_keys(L, declared);
    int names = lua_gettop(L);
    size_t count = lua_rawlen(L, names);
    floe_key *keys = lua_newuserdatauv(L, (count + 1) * sizeof *keys, 0);
    floe_node *items = lua_newuserdatauv(L, (count + 1) * sizeof *items, 0);
    for (size_t i = 0; i < count; i++) {
        size_t length;
        lua_rawgeti(L, names, (lua_Integer)i + 1);
        const char *name = luaL_checklstring(L, -1, &length);
        const char *copy = floe_arena_text(document->arena, name, length);
        const floe_node *given = floe_node_get(request->given, name, length);
        if (!copy) {
            return luaL_error(L, "out of memory");
        }
        keys[i] = floe_key_of(copy, length);
        lua_pushvalue(L, -1);
        bool has_default =
            lua_rawget(L, declared) == LUA_TTABLE && floe_field_push(L, -1, "default") != LUA_TNIL;
        if (!floe_node_absent(given)) {
            items[i] = *given;
        } else if (has_default) {
            floe_convert_build(L, -1, document, &items[i]);
        } else {
            items[i] = floe_null_node(0);
        }
        lua_settop(L, names + 2);
    }
    floe_error error;
    if (floe_document_map(request->out, document, keys, items, NULL, count, 0, &error)) {
        return luaL_error(L, "%s", error.message);
    }
    return 0;
}

bool floe_evaluator_params(floe_evaluator *self, uint32_t policy, const floe_node *given, floe_node *out,
                           floe_failure *failure) {
    const floe_source *source = &self->bundle->policies[policy];
    params_request request = {.given = given, .out = out, .policy = source->name};
    lua_State *L = floe_sandbox_lua(self->sandbox);
    lua_rawgeti(L, LUA_REGISTRYINDEX, self->units[policy].definition);
    lua_pushlightuserdata(L, &request);
    floe_outcome outcome = call_protected(self, make_params, 2, 0, &failure->error);
    return outcome == FLOE_RUN_OK || fail(failure, floe_failure_of(outcome), source->chunk);
}

/* Makes sure that the unit has a view of these params. */
static void hold_params(lua_State *L, unit *out, const floe_node *params) {
    if (out->params_node != params) {
        floe_view_push_strict(L, params, out->params_name);
        int fresh = luaL_ref(L, LUA_REGISTRYINDEX);
        luaL_unref(L, LUA_REGISTRYINDEX, out->params);
        out->params = fresh;
        out->params_node = params;
    }
}

/* ---- running ---- */

typedef struct run {
    unit *unit;
    const floe_setting *setting;
    const floe_node *subject;
    floe_buffer *out; /* of a summary */
} run;

/* (run, evaluator): appends the summary. */
static int summarise(lua_State *L) {
    const run *self = lua_touserdata(L, 1);
    hold_params(L, self->unit, self->setting->params);
    lua_rawgeti(L, LUA_REGISTRYINDEX, self->unit->definition);
    if (floe_field_push(L, -1, "summary") == LUA_TFUNCTION) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, self->unit->params);
        lua_call(L, 1, 1);
    }
    if (lua_type(L, -1) == LUA_TSTRING) {
        size_t length;
        const char *text = lua_tolstring(L, -1, &length);
        floe_buffer_append(self->out, text, length);
    } else if (!lua_isnil(L, -1)) {
        return luaL_error(L, "summary must be a text, not a %s", luaL_typename(L, -1));
    }
    return 0;
}

bool floe_evaluator_summary(floe_evaluator *self, uint32_t policy, const floe_setting *setting,
                            floe_buffer *out, floe_failure *failure) {
    run what = {.unit = &self->units[policy], .setting = setting, .out = out};
    lua_pushlightuserdata(floe_sandbox_lua(self->sandbox), &what);
    floe_outcome outcome = call_protected(self, summarise, 1, 0, &failure->error);
    return outcome == FLOE_RUN_OK ||
           fail(failure, floe_failure_of(outcome), self->bundle->policies[policy].chunk);
}

/* Lets the views of earlier subjects go, now and then, but keeps those of the product and the project, so
 * that what a policy remembers by them stays found. */
static void forget_subjects(lua_State *L, floe_evaluator *self, const floe_setting *setting) {
    if (self->product != setting->product) {
        self->product = setting->product;
        floe_view_release(L);
        floe_view_push(L, setting->product);
        floe_view_keep(L, -1);
        floe_view_push(L, setting->project);
        floe_view_keep(L, -1);
        lua_pop(L, 2);
    }
    if (++self->judged >= FORGET_EVERY) {
        self->judged = 0;
        floe_view_forget(L);
    }
}

/* Pushes the view of the subject, which all policies that judge it get one after the other. Tests remember
 * facts by their views, so there all of them stay. */
static void push_subject(lua_State *L, floe_evaluator *self, const run *what) {
    if (self->options.facts) {
        floe_view_push(L, what->subject);
        return;
    }
    if (self->subject != what->subject) {
        self->subject = NULL; /* until its view is there: making it may raise */
        forget_subjects(L, self, what->setting);
        floe_view_push(L, what->subject);
        lua_rawseti(L, LUA_REGISTRYINDEX, self->subject_view);
        self->subject = what->subject;
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, self->subject_view);
}

/* (run, evaluator): check(subject, ctx). */
static int judge(lua_State *L) {
    const run *what = lua_touserdata(L, 1);
    floe_evaluator *self = lua_touserdata(L, 2);
    hold_params(L, what->unit, what->setting->params);
    self->running->params = what->unit->params;
    lua_rawgeti(L, LUA_REGISTRYINDEX, what->unit->check);
    push_subject(L, self, what);
    lua_rawgeti(L, LUA_REGISTRYINDEX, self->ctx);
    lua_call(L, 2, 0);
    return 0;
}

bool floe_evaluator_check(floe_evaluator *self, uint32_t policy, const floe_setting *setting,
                          const floe_node *subject, const floe_sink *sink, floe_failure *failure) {
    unit *one = &self->units[policy];
    run what = {.unit = one, .setting = setting, .subject = subject};
    floe_check check = {.setting = setting, .subject = subject, .sink = sink, .definition = one->definition};
    floe_check *outer = self->running;
    self->running = &check;
    lua_State *L = floe_sandbox_lua(self->sandbox);
    lua_pushcfunction(L, judge);
    lua_pushlightuserdata(L, &what);
    lua_pushlightuserdata(L, self);
    floe_outcome outcome = floe_sandbox_call(self->sandbox, 2, 0, &failure->error);
    self->running = outer;
    return outcome == FLOE_RUN_OK ||
           fail(failure, floe_failure_of(outcome), self->bundle->policies[policy].chunk);
}

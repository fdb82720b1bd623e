/* host.engine: bundles of policies are loaded, products judged, and policies tested, all in confined workers.
 */
#include "bind.h"
#include "check.h"
#include "context.h"
#include "convert.h"
#include "field.h"
#include "judge.h"
#include "load.h"
#include "sandbox.h"
#include "trial.h"
#include "view.h"

#include "floe/json.h"

#include <string.h>

/* ---- reading requests ---- */

static void free_arena(void *arena) {
    floe_arena_free(arena);
}

/* Pushes the owner of a new arena, for what a request is made into. */
static floe_arena *push_arena(lua_State *L) {
    void **owner = floe_bind_local(L, free_arena);
    floe_arena *arena = floe_arena_new(0);
    *owner = arena;
    if (!arena) {
        luaL_error(L, "out of memory");
    }
    return arena;
}

static void *allocate(lua_State *L, floe_arena *arena, size_t count, size_t size) {
    void *memory = floe_arena_array(arena, count + 1, size);
    if (!memory) {
        luaL_error(L, "out of memory");
    }
    memset(memory, 0, (count + 1) * size);
    return memory;
}

/* Pushes the field of the table at `index`, of a type. `optional` allows nil; false is then returned. */
static bool push_field(lua_State *L, int index, const char *name, int type, bool optional) {
    int found = lua_getfield(L, index, name);
    if (found == LUA_TNIL && optional) {
        return false;
    }
    if (found != type) {
        luaL_error(L, "field '%s' must be a %s, not a %s", name, lua_typename(L, type),
                   lua_typename(L, found));
    }
    return true;
}

/* A string of the table at `index`. The table keeps it alive as long as the request. */
static const char *text_field(lua_State *L, int index, const char *name, size_t *size, bool optional) {
    size_t length = 0;
    const char *text =
        push_field(L, index, name, LUA_TSTRING, optional) ? lua_tolstring(L, -1, &length) : NULL;
    if (size) {
        *size = length;
    }
    lua_pop(L, 1);
    return text;
}

static lua_Integer integer_field(lua_State *L, int index, const char *name, lua_Integer least,
                                 lua_Integer most) {
    push_field(L, index, name, LUA_TNUMBER, false);
    lua_Integer number = floe_bind_integer(L, lua_gettop(L), least, most);
    lua_pop(L, 1);
    return number;
}

/* The list of sources in the field `list` of the table at `index`; `key` is what a source's name is called
 * there. */
static const floe_source *read_sources(lua_State *L, floe_arena *arena, int index, const char *list,
                                       const char *key, size_t *count) {
    bool given = push_field(L, index, list, LUA_TTABLE, true);
    *count = given ? lua_rawlen(L, -1) : 0;
    floe_source *sources = allocate(L, arena, *count, sizeof *sources);
    for (size_t i = 0; i < *count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        luaL_checktype(L, -1, LUA_TTABLE);
        int source = lua_gettop(L);
        sources[i].name = text_field(L, source, key, NULL, false);
        sources[i].chunk = text_field(L, source, "chunk", NULL, false);
        sources[i].text = text_field(L, source, "source", &sources[i].size, false);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return sources;
}

/* The bundles in the list at `index`. */
static const floe_bundle *read_bundles(lua_State *L, floe_arena *arena, int index, uint32_t *count) {
    luaL_checktype(L, index, LUA_TTABLE);
    *count = (uint32_t)lua_rawlen(L, index);
    floe_bundle *bundles = allocate(L, arena, *count, sizeof *bundles);
    for (uint32_t i = 0; i < *count; i++) {
        lua_rawgeti(L, index, (lua_Integer)i + 1);
        luaL_checktype(L, -1, LUA_TTABLE);
        int bundle = lua_gettop(L);
        bundles[i].name = text_field(L, bundle, "name", NULL, true);
        bundles[i].policies = read_sources(L, arena, bundle, "policies", "id", &bundles[i].policy_count);
        bundles[i].modules = read_sources(L, arena, bundle, "stdlib", "name", &bundles[i].module_count);
        lua_pop(L, 1);
    }
    return bundles;
}

/* { milliseconds =, memory =, instructions = }, all optional. */
static floe_limits read_limits(lua_State *L, int index) {
    return (floe_limits){
        .milliseconds = (uint32_t)floe_bind_integer_option(L, index, "milliseconds", 1, 3600 * 1000, 0),
        .memory = (size_t)floe_bind_integer_option(L, index, "memory", 1 << 16, (lua_Integer)1 << 40, 0),
        .instructions = (uint64_t)floe_bind_integer_option(L, index, "instructions", 1, LUA_MAXINTEGER, 0),
    };
}

static floe_target_set read_targets(lua_State *L, int index) {
    floe_target_set targets = 0;
    push_field(L, index, "targets", LUA_TTABLE, false);
    for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
        size_t length;
        const char *name = luaL_checklstring(L, -1, &length);
        int target = floe_target_named(name, length);
        if (target < 0) {
            luaL_error(L, "there is no target '%s'", name);
        }
        targets |= 1u << target;
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
    return targets;
}

static uint32_t find_policy(lua_State *L, const floe_bundle *bundle, const char *id) {
    for (uint32_t i = 0; i < bundle->policy_count; i++) {
        if (strcmp(bundle->policies[i].name, id) == 0) {
            return i;
        }
    }
    return (uint32_t)luaL_error(L, "the bundle has no policy '%s'", id);
}

/* A policy of a job, at the top of the stack. */
static void read_job_policy(lua_State *L, floe_judge_policy *out, const floe_judge_plan *plan) {
    luaL_checktype(L, -1, LUA_TTABLE);
    int index = lua_gettop(L);
    out->bundle = (uint32_t)integer_field(L, index, "bundle", 1, plan->bundle_count) - 1;
    out->policy = find_policy(L, &plan->bundles[out->bundle], text_field(L, index, "id", NULL, false));
    out->targets = read_targets(L, index);
    lua_getfield(L, index, "packages");
    out->packages = lua_toboolean(L, -1);
    if (lua_getfield(L, index, "params") != LUA_TNIL) {
        floe_convert_build(L, -1, floe_context_facts(L), &out->params);
        if (floe_node_kind(&out->params) != FLOE_OBJECT) {
            luaL_error(L, "field 'params' must be a map");
        }
    }
    lua_settop(L, index);
}

/* The run of a job, which may have none. */
static void read_job_run(lua_State *L, floe_judge_job *out, int index) {
    out->run = floe_null_node(0);
    if (lua_getfield(L, index, "run") != LUA_TNIL) {
        const floe_node *run = floe_view_to(L, -1);
        if (!run || floe_target_of(run) != FLOE_TARGET_RUN) {
            luaL_error(L, "field 'run' must be the fact of a run");
        }
        out->run = *run;
    }
    lua_getfield(L, index, "run_only");
    out->run_only = lua_toboolean(L, -1);
}

/* A job, at the top of the stack. */
static void read_job(lua_State *L, floe_arena *arena, floe_judge_job *out, const floe_judge_plan *plan) {
    luaL_checktype(L, -1, LUA_TTABLE);
    int index = lua_gettop(L);
    lua_getfield(L, index, "product");
    const floe_node *product = floe_view_to(L, -1);
    if (!product || !floe_node_type(product)) {
        luaL_error(L, "field 'product' must be a fact");
    }
    out->product = *product;
    read_job_run(L, out, index);
    out->phase = text_field(L, index, "phase", NULL, true);
    out->as_of = text_field(L, index, "as_of", NULL, true);
    out->as_of_time = text_field(L, index, "as_of_time", NULL, true);
    push_field(L, index, "policies", LUA_TTABLE, false);
    out->policy_count = (uint32_t)lua_rawlen(L, -1);
    floe_judge_policy *policies = allocate(L, arena, out->policy_count, sizeof *policies);
    for (uint32_t i = 0; i < out->policy_count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        read_job_policy(L, &policies[i], plan);
        lua_pop(L, 1);
    }
    out->policies = policies;
    lua_settop(L, index);
}

/* The request at 1. Texts stay those of the request's tables, which the argument keeps alive. */
static void read_plan(lua_State *L, floe_arena *arena, floe_judge_plan *plan) {
    luaL_checktype(L, 1, LUA_TTABLE);
    plan->context = floe_context_of(L);
    push_field(L, 1, "bundles", LUA_TTABLE, false);
    plan->bundles = read_bundles(L, arena, lua_gettop(L), &plan->bundle_count);
    push_field(L, 1, "limits", LUA_TTABLE, true);
    plan->limits = read_limits(L, lua_gettop(L));
    plan->workers = (uint32_t)floe_bind_integer_option(L, 1, "workers", 0, 256, 0);
    push_field(L, 1, "jobs", LUA_TTABLE, false);
    int list = lua_gettop(L);
    plan->job_count = (uint32_t)lua_rawlen(L, list);
    floe_judge_job *jobs = allocate(L, arena, plan->job_count, sizeof *jobs);
    for (uint32_t i = 0; i < plan->job_count; i++) {
        lua_rawgeti(L, list, (lua_Integer)i + 1);
        read_job(L, arena, &jobs[i], plan);
        lua_settop(L, list);
    }
    plan->jobs = jobs;
}

/* ---- writing results ---- */

static void set_integer(lua_State *L, const char *name, lua_Integer number) {
    lua_pushinteger(L, number);
    lua_setfield(L, -2, name);
}

/* "policies/x/y.lua:12", or the file alone. */
static void set_at(lua_State *L, const char *file, uint32_t line) {
    if (file && line) {
        lua_pushfstring(L, "%s:%d", file, (int)line);
        lua_setfield(L, -2, "at");
    } else {
        floe_field_set_text(L, "at", file);
    }
}

static void set_subject(lua_State *L, const floe_judgement *judgement, uint32_t job, uint32_t subject) {
    if (subject != FLOE_NO_SUBJECT) {
        floe_view_push(L, judgement->jobs[job].subjects.items[subject].node);
        lua_setfield(L, -2, "subject");
    }
}

static void push_finding(lua_State *L, const floe_judgement *judgement, const floe_judged_finding *finding) {
    lua_createtable(L, 0, 12);
    set_integer(L, "job", (lua_Integer)finding->job + 1);
    set_integer(L, "policy", (lua_Integer)finding->policy + 1);
    set_subject(L, judgement, finding->job, finding->subject);
    if (!floe_node_absent(&finding->at)) {
        floe_view_push(L, &finding->at);
        lua_setfield(L, -2, "at");
    }
    floe_field_set_slice(L, "field", finding->field);
    floe_field_set_slice(L, "path", finding->path);
    floe_field_set_slice(L, "code", finding->code);
    floe_field_set_slice(L, "message", finding->message);
    floe_field_set_slice(L, "expected", finding->expected);
    floe_field_set_slice(L, "actual", finding->actual);
    floe_field_set_integer(L, "line", finding->line, 0);
    floe_field_set_integer(L, "column", finding->column, 0);
    floe_field_set_integer(L, "offset", finding->offset, UINT64_MAX);
    floe_field_set_slices(L, "suggestions", finding->suggestions, finding->suggestion_count);
}

static void push_findings(lua_State *L, const floe_judgement *judgement) {
    lua_createtable(L, (int)judgement->finding_count, 0);
    for (size_t i = 0; i < judgement->finding_count; i++) {
        push_finding(L, judgement, &judgement->findings[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static void push_errors(lua_State *L, const floe_judgement *judgement) {
    lua_createtable(L, (int)judgement->error_count, 0);
    for (size_t i = 0; i < judgement->error_count; i++) {
        const floe_judged_error *one = &judgement->errors[i];
        lua_createtable(L, 0, 7);
        set_integer(L, "job", (lua_Integer)one->job + 1);
        set_integer(L, "policy", (lua_Integer)one->policy + 1);
        set_integer(L, "count", one->count);
        set_subject(L, judgement, one->job, one->subject);
        floe_field_set_text(L, "kind", floe_failure_name(one->kind));
        floe_field_set_text(L, "message", one->message);
        set_at(L, one->file, one->line);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static void push_notes(lua_State *L, const floe_judgement *judgement) {
    lua_createtable(L, (int)judgement->note_count, 0);
    for (size_t i = 0; i < judgement->note_count; i++) {
        const floe_judged_note *one = &judgement->notes[i];
        lua_createtable(L, 0, 4);
        set_integer(L, "job", (lua_Integer)one->job + 1);
        set_integer(L, "policy", (lua_Integer)one->policy + 1);
        set_subject(L, judgement, one->job, one->subject);
        floe_field_set_slice(L, "text", one->text);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* What a job's policies came to, by place: { checks =, seconds =, summaries =, subjects = }. */
static void push_totals(lua_State *L, const floe_judged_job *job, uint32_t policies) {
    lua_createtable(L, 0, 4);
    lua_createtable(L, (int)policies, 0);
    lua_createtable(L, (int)policies, 0);
    lua_newtable(L);
    for (uint32_t i = 0; i < policies; i++) {
        lua_pushinteger(L, (lua_Integer)job->checks[i]);
        lua_rawseti(L, -4, (lua_Integer)i + 1);
        lua_pushnumber(L, (double)job->nanoseconds[i] / 1e9);
        lua_rawseti(L, -3, (lua_Integer)i + 1);
        if (job->summaries[i].text) {
            lua_pushlstring(L, job->summaries[i].text, job->summaries[i].length);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
    }
    lua_setfield(L, -4, "summaries");
    lua_setfield(L, -3, "seconds");
    lua_setfield(L, -2, "checks");
    set_integer(L, "subjects", job->subjects.count);
}

static void free_judgement(void *judgement) {
    floe_judgement_free(judgement);
}

/* judge{ bundles =, jobs =, workers =, limits = } → { findings, errors, notes, totals, …}. */
static int engine_judge(lua_State *L) {
    lua_settop(L, 1);
    floe_arena *arena = push_arena(L);
    floe_judge_plan plan = {0};
    read_plan(L, arena, &plan);
    void **owner = floe_bind_local(L, free_judgement);
    floe_judgement *judgement;
    floe_error error;
    if (floe_judge(&judgement, &plan, &error)) {
        return floe_bind_failure(L, &error);
    }
    *owner = judgement;
    lua_createtable(L, 0, 12);
    push_findings(L, judgement);
    lua_setfield(L, -2, "findings");
    push_errors(L, judgement);
    lua_setfield(L, -2, "errors");
    push_notes(L, judgement);
    lua_setfield(L, -2, "notes");
    lua_createtable(L, (int)judgement->job_count, 0);
    for (uint32_t i = 0; i < judgement->job_count; i++) {
        push_totals(L, &judgement->jobs[i], plan.jobs[i].policy_count);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "totals");
    set_integer(L, "workers", judgement->workers);
    set_integer(L, "replaced", judgement->replaced);
    floe_field_set_text(L, "confinement", judgement->confinement[0] ? judgement->confinement : NULL);
    lua_pushboolean(L, judgement->interrupted);
    lua_setfield(L, -2, "interrupted");
    lua_pushnumber(L, judgement->seconds);
    lua_setfield(L, -2, "seconds");
    return 1;
}

/* ---- loading ---- */

static void free_loading(void *loading) {
    floe_loading_free(loading);
}

static void push_load_error(lua_State *L, const floe_loaded_policy *policy) {
    lua_createtable(L, 0, 3);
    floe_field_set_text(L, "kind", floe_failure_name(policy->kind));
    floe_field_set_text(L, "message", policy->message);
    set_at(L, policy->file, policy->line);
}

/* Pushes { id =, definition = } or { id =, error = { kind =, message =, at = } }. */
static void push_loaded(lua_State *L, const floe_source *source, const floe_loaded_policy *policy) {
    floe_document *document;
    floe_error error;
    lua_createtable(L, 0, 2);
    floe_field_set_text(L, "id", source->name);
    if (!policy->json) {
        push_load_error(L, policy);
        lua_setfield(L, -2, "error");
    } else if (floe_json_parse(&document, floe_context_of(L)->store, source->chunk, policy->json,
                               policy->size, NULL, &error)) {
        const floe_loaded_policy wrong = {
            .kind = FLOE_FAILURE_DEFINITION, .message = error.message, .file = source->chunk};
        push_load_error(L, &wrong);
        lua_setfield(L, -2, "error");
    } else {
        floe_view_push(L, &document->root);
        lua_setfield(L, -2, "definition");
    }
}

/* load(bundles, limits?) → for each bundle { policies = { … } }. */
static int engine_load(lua_State *L) {
    lua_settop(L, 2);
    floe_arena *arena = push_arena(L);
    uint32_t count;
    const floe_bundle *bundles = read_bundles(L, arena, 1, &count);
    floe_limits limits = read_limits(L, 2);
    void **owner = floe_bind_local(L, free_loading);
    floe_loading *loading;
    floe_error error;
    if (floe_load(&loading, bundles, count, &limits, floe_context_of(L), &error)) {
        return floe_bind_failure(L, &error);
    }
    *owner = loading;
    lua_createtable(L, (int)count, 0);
    uint32_t index = 0;
    for (uint32_t i = 0; i < count; i++) {
        lua_createtable(L, 0, 1);
        lua_createtable(L, (int)bundles[i].policy_count, 0);
        for (uint32_t k = 0; k < bundles[i].policy_count; k++) {
            push_loaded(L, &bundles[i].policies[k], &loading->policies[index++]);
            lua_rawseti(L, -2, (lua_Integer)k + 1);
        }
        lua_setfield(L, -2, "policies");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* ---- testing ---- */

static void free_trials(void *trials) {
    floe_trials_free(trials);
}

static void push_case(lua_State *L, const floe_trial *trial, const floe_trial_case *one) {
    lua_createtable(L, 0, 8);
    floe_field_set_text(L, "name", one->name);
    lua_pushboolean(L, one->ok);
    lua_setfield(L, -2, "ok");
    floe_field_set_text(L, "message", one->message);
    floe_field_set_text(L, "detail", one->detail);
    floe_field_set_text(L, "policy", trial->policy);
    set_integer(L, "subjects", one->subjects);
    set_integer(L, "instructions", (lua_Integer)one->instructions);
    lua_pushnumber(L, one->seconds);
    lua_setfield(L, -2, "seconds");
}

/* Pushes { id =, cases = { … } } or { id =, error = { kind =, message =, at = } }. */
static void push_trial(lua_State *L, const floe_source *test, const floe_trial *trial) {
    lua_createtable(L, 0, 3);
    floe_field_set_text(L, "id", test->name);
    if (!trial->policy) {
        const floe_loaded_policy failed = {
            .kind = trial->kind, .message = trial->message, .file = trial->file, .line = trial->line};
        push_load_error(L, &failed);
        lua_setfield(L, -2, "error");
        return;
    }
    floe_field_set_text(L, "policy", trial->policy);
    lua_createtable(L, (int)trial->case_count, 0);
    for (uint32_t i = 0; i < trial->case_count; i++) {
        push_case(L, trial, &trial->cases[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "cases");
}

/* test{ bundles =, bundle =, tests = { { id =, chunk =, source = } … }, limits = } → a list, one entry a test
 * file. */
static int engine_test(lua_State *L) {
    lua_settop(L, 1);
    luaL_checktype(L, 1, LUA_TTABLE);
    floe_arena *arena = push_arena(L);
    uint32_t bundle_count;
    push_field(L, 1, "bundles", LUA_TTABLE, false);
    const floe_bundle *bundles = read_bundles(L, arena, lua_gettop(L), &bundle_count);
    uint32_t bundle = (uint32_t)floe_bind_integer_option(L, 1, "bundle", 1, bundle_count, 1) - 1;
    luaL_argcheck(L, bundle < bundle_count, 1, "at least one bundle expected");
    push_field(L, 1, "limits", LUA_TTABLE, true);
    floe_limits limits = read_limits(L, lua_gettop(L));
    size_t count;
    const floe_source *tests = read_sources(L, arena, 1, "tests", "id", &count);
    void **owner = floe_bind_local(L, free_trials);
    floe_trials *trials;
    floe_error error;
    if (floe_trials_run(&trials, &bundles[bundle], tests, (uint32_t)count, &limits, floe_context_of(L),
                        &error)) {
        return floe_bind_failure(L, &error);
    }
    *owner = trials;
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        push_trial(L, &tests[i], &trials->items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* docs() → { ctx = { fields =, report = }, globals = { functions =, libraries =, absent = } }: what policies
 * see beside their subject. */
static int engine_docs(lua_State *L) {
    lua_createtable(L, 0, 2);
    floe_check_push_docs(L);
    lua_setfield(L, -2, "ctx");
    floe_sandbox_push_docs(L);
    lua_setfield(L, -2, "globals");
    return 1;
}

int luaopen_host_engine(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"load", engine_load}, {"judge", engine_judge}, {"test", engine_test}, {"docs", engine_docs},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    return 1;
}

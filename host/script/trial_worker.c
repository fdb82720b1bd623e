/* The worker's side of a trial: loads the test file and its policy, runs the cases, and judges what they
 * make. */
#include "base/clock.h"
#include "confine.h"
#include "convert.h"
#include "field.h"
#include "trial_wire.h"
#include "view.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct trial_worker {
    const floe_trial_task *task;
    floe_worker_page *page;
    floe_evaluator *evaluator;
    floe_buffer out;
    int suite, run_case; /* references in the registry */
    uint32_t policy;     /* index in the bundle */
    uint32_t case_count;
    /* of the judging under way */
    int findings, notes; /* references */
    const floe_node *subject;
} trial_worker;

static trial_worker worker; /* a process holds one */

/* ---- telling ---- */

static void flush(void) {
    if (worker.out.failed || floe_wire_send(FLOE_CONFINE_WRITE, worker.out.data, worker.out.size, NULL)) {
        _exit(1);
    }
    floe_buffer_clear(&worker.out);
}

_Noreturn static void end_failed(const floe_failure *failure) {
    const floe_error *error = &failure->error;
    size_t begin = floe_wire_begin(&worker.out, FLOE_FRAME_TRIAL_FAILED);
    floe_wire_u32(&worker.out, failure->kind);
    floe_wire_text(&worker.out, error->message, strlen(error->message), FLOE_TRIAL_MESSAGE);
    floe_wire_text(&worker.out, error->file[0] ? error->file : NULL, strlen(error->file), FLOE_TRIAL_NAME);
    floe_wire_u32(&worker.out, error->line);
    floe_wire_end(&worker.out, begin);
    flush();
    _exit(0);
}

static void put_text_field(lua_State *L, int index, const char *name, size_t most) {
    size_t length = 0;
    const char *text = floe_field_push(L, index, name) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
    floe_wire_text(&worker.out, text, length, most);
    lua_pop(L, 1);
}

/* ---- what a case sees of judging ---- */

/* Appends the value on top of the stack to the list that `reference` names. */
static void append(lua_State *L, int reference) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, reference);
    lua_insert(L, -2);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pop(L, 1);
}

static void keep_finding(lua_State *L, void *data, const floe_finding *finding) {
    (void)data;
    lua_createtable(L, 0, 12);
    floe_view_push(L, worker.subject);
    lua_setfield(L, -2, "subject");
    if (finding->at) {
        floe_view_push(L, finding->at);
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
    append(L, worker.findings);
}

static void keep_note(lua_State *L, void *data, floe_slice text) {
    (void)data;
    lua_pushlstring(L, text.text, text.length);
    append(L, worker.notes);
}

/* A fact in the options, as a node that stays where it is; NULL where there is none. */
static const floe_node *fact_option(lua_State *L, int options, const char *name) {
    if (floe_field_push(L, options, name) == LUA_TNIL) {
        return NULL;
    }
    return floe_view_check(L, lua_gettop(L)); /* the stack keeps its view */
}

static const char *text_option(lua_State *L, int options, const char *name) {
    int type = floe_field_push(L, options, name);
    if (type != LUA_TNIL && type != LUA_TSTRING) {
        luaL_error(L, "option '%s' must be a text", name);
    }
    return lua_tostring(L, -1); /* the stack keeps it */
}

static void raise_failure(lua_State *L, const floe_failure *failure) {
    floe_sandbox_check(L);
    luaL_error(L, "%s", failure->error.message);
}

/* The params of the options, completed by the policy's defaults. */
static const floe_node *params_option(lua_State *L, int options) {
    floe_document *facts = floe_context_facts(L);
    floe_node given = floe_null_node(0);
    /* Never the address of an earlier judging's params: the evaluator knows them by it. */
    floe_node *params = floe_arena_alloc(facts->arena, sizeof *params);
    if (!params) {
        luaL_error(L, "out of memory");
    }
    if (floe_field_push(L, options, "params") != LUA_TNIL) {
        floe_convert_build(L, -1, facts, &given);
    }
    floe_failure failure;
    if (!floe_evaluator_params(worker.evaluator, worker.policy, &given, params, &failure)) {
        raise_failure(L, &failure);
    }
    return params;
}

static bool is_judged(const floe_node *subject) {
    bool packages;
    floe_target_set targets = floe_evaluator_targets(worker.evaluator, worker.policy, &packages);
    int target = floe_target_of(subject);
    return target >= 0 && targets & 1u << target && (packages || floe_subject_is_own(subject));
}

/* Pushes "message (file:line)". */
static void push_failure(lua_State *L, const floe_failure *failure) {
    const floe_error *error = &failure->error;
    if (error->file[0]) {
        lua_pushfstring(L, "%s (%s:%d)", error->message, error->file, (int)error->line);
    } else {
        lua_pushstring(L, error->message);
    }
}

/* judge(policy, subjects, options) → { checks =, findings =, notes =, error = }. */
static int judge(lua_State *L) {
    static const floe_sink sink = {.finding = keep_finding, .note = keep_note};
    const char *id = luaL_checkstring(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    luaL_checktype(L, 3, LUA_TTABLE);
    luaL_checkstack(L, 64, NULL);
    lua_settop(L, 3);
    luaL_argcheck(L, strcmp(id, worker.task->bundle->policies[worker.policy].name) == 0, 1,
                  "the policy that the suite names expected");
    const floe_setting setting = {.product = fact_option(L, 3, "product"),
                                  .project = fact_option(L, 3, "project"),
                                  .run = fact_option(L, 3, "run"),
                                  .phase = text_option(L, 3, "phase"),
                                  .as_of = text_option(L, 3, "as_of"),
                                  .as_of_time = text_option(L, 3, "as_of_time"),
                                  .environment = text_option(L, 3, "environment"),
                                  .params = params_option(L, 3)};
    lua_createtable(L, 0, 4);
    int result = lua_gettop(L);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    worker.findings = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_setfield(L, result, "findings");
    lua_newtable(L);
    lua_pushvalue(L, -1);
    worker.notes = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_setfield(L, result, "notes");
    lua_Integer checks = 0;
    for (lua_Integer i = 1; lua_rawgeti(L, 2, i) != LUA_TNIL; i++, lua_settop(L, result)) {
        worker.subject = floe_view_check(L, lua_gettop(L));
        floe_failure failure;
        if (!is_judged(worker.subject)) {
            continue;
        }
        checks++;
        if (!floe_evaluator_check(worker.evaluator, worker.policy, &setting, worker.subject, &sink,
                                  &failure)) {
            floe_sandbox_check(L);
            if (floe_field_push(L, result, "error") == LUA_TNIL) {
                push_failure(L, &failure);
                lua_setfield(L, result, "error");
            }
        }
    }
    lua_settop(L, result);
    luaL_unref(L, LUA_REGISTRYINDEX, worker.findings);
    luaL_unref(L, LUA_REGISTRYINDEX, worker.notes);
    lua_pushinteger(L, checks);
    lua_setfield(L, result, "checks");
    return 1;
}

/* ---- the suite ---- */

static uint32_t find_policy(lua_State *L, const char *id) {
    const floe_bundle *bundle = worker.task->bundle;
    for (uint32_t i = 0; id && i < bundle->policy_count; i++) {
        if (strcmp(bundle->policies[i].name, id) == 0) {
            return i;
        }
    }
    return (uint32_t)luaL_error(L, "the suite tests '%s', and the bundle has no such policy", id ? id : "");
}

/* (suite): keeps it, and tells the parent its policy and the names of its cases. */
static int adopt(lua_State *L) {
    if (lua_type(L, 1) != LUA_TTABLE || floe_field_push(L, 1, "run_case") != LUA_TFUNCTION ||
        floe_field_push(L, 1, "cases") != LUA_TTABLE) {
        return luaL_error(L, "the file does not return what test.suite answers");
    }
    floe_field_push(L, 1, "policy");
    worker.policy = find_policy(L, lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL);
    floe_field_push(L, 1, "cases");
    int cases = lua_gettop(L);
    if (lua_rawlen(L, cases) > FLOE_TRIAL_CASES) {
        return luaL_error(L, "a suite has more than %d cases", FLOE_TRIAL_CASES);
    }
    worker.case_count = (uint32_t)lua_rawlen(L, cases);
    const char *id = worker.task->bundle->policies[worker.policy].name;
    size_t begin = floe_wire_begin(&worker.out, FLOE_FRAME_SUITE);
    floe_wire_text(&worker.out, id, strlen(id), FLOE_TRIAL_NAME);
    floe_wire_u32(&worker.out, worker.case_count);
    for (uint32_t i = 0; i < worker.case_count; i++) {
        if (lua_rawgeti(L, cases, (lua_Integer)i + 1) != LUA_TTABLE) {
            return luaL_error(L, "case %d is not made by test.case", (int)i + 1);
        }
        put_text_field(L, lua_gettop(L), "name", FLOE_TRIAL_NAME);
        lua_pop(L, 1);
    }
    floe_wire_end(&worker.out, begin);
    floe_field_push(L, 1, "run_case");
    worker.run_case = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pushvalue(L, 1);
    worker.suite = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
}

/* Runs the file. Ends the worker where there is no suite to run. */
static void load_suite(void) {
    const floe_source *test = worker.task->test;
    floe_sandbox *sandbox = floe_evaluator_sandbox(worker.evaluator);
    lua_State *L = floe_sandbox_lua(sandbox);
    floe_failure failure = {.kind = FLOE_FAILURE_COMPILE};
    if (floe_sandbox_load(sandbox, test->chunk, test->text, test->size, &failure.error)) {
        end_failed(&failure);
    }
    floe_outcome outcome = floe_sandbox_call(sandbox, 0, 1, &failure.error);
    if (outcome == FLOE_RUN_OK) {
        lua_pushcfunction(L, adopt);
        lua_insert(L, -2);
        outcome = floe_sandbox_call(sandbox, 1, 0, &failure.error);
        failure.kind = FLOE_FAILURE_DEFINITION;
    } else {
        failure.kind = floe_failure_of(outcome);
    }
    if (outcome != FLOE_RUN_OK) {
        floe_buffer_clear(&worker.out);
        if (!failure.error.file[0]) {
            floe_error_at(&failure.error, test->chunk, 0, 0);
        }
        end_failed(&failure);
    }
    if (!floe_evaluator_load(worker.evaluator, worker.policy, &failure)) {
        floe_buffer_clear(&worker.out); /* no case can run: the suite is not told */
        end_failed(&failure);
    }
    flush();
}

/* ---- cases ---- */

/* (index): run_case(suite, index, judge) → its result. */
static int call_case(lua_State *L) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, worker.run_case);
    lua_rawgeti(L, LUA_REGISTRYINDEX, worker.suite);
    lua_pushvalue(L, 1);
    lua_pushcfunction(L, judge);
    lua_call(L, 3, 1);
    luaL_checktype(L, -1, LUA_TTABLE);
    return 1;
}

/* (result): the frame's fields that the case answered. */
static int put_result(lua_State *L) {
    floe_field_push(L, 1, "ok");
    floe_wire_u32(&worker.out, (uint32_t)lua_toboolean(L, -1));
    put_text_field(L, 1, "message", FLOE_TRIAL_MESSAGE);
    put_text_field(L, 1, "detail", FLOE_TRIAL_DETAIL);
    floe_field_push(L, 1, "subjects");
    lua_Integer subjects = lua_tointeger(L, -1);
    floe_wire_u32(&worker.out, subjects < 0 || subjects > UINT32_MAX ? 0 : (uint32_t)subjects);
    return 0;
}

static void put_failed_result(const floe_error *error) {
    char message[FLOE_TRIAL_MESSAGE];
    if (error->file[0]) {
        snprintf(message, sizeof message, "%s (%s:%d)", error->message, error->file, (int)error->line);
    } else {
        snprintf(message, sizeof message, "%s", error->message);
    }
    floe_wire_u32(&worker.out, 0);
    floe_wire_text(&worker.out, message, strlen(message), FLOE_TRIAL_MESSAGE);
    floe_wire_text(&worker.out, NULL, 0, FLOE_TRIAL_DETAIL);
    floe_wire_u32(&worker.out, 0);
}

static void run_case(uint32_t index) {
    floe_sandbox *sandbox = floe_evaluator_sandbox(worker.evaluator);
    lua_State *L = floe_sandbox_lua(sandbox);
    worker.page->subject = index;
    worker.page->beats++;
    floe_error error;
    int64_t began = floe_clock_monotonic();
    lua_pushcfunction(L, call_case);
    lua_pushinteger(L, (lua_Integer)index + 1);
    floe_outcome outcome = floe_sandbox_call(sandbox, 1, 1, &error);
    uint64_t instructions = floe_sandbox_instructions(sandbox);
    int64_t took = floe_clock_monotonic() - began;
    size_t begin = floe_wire_begin(&worker.out, FLOE_FRAME_CASE);
    floe_wire_u32(&worker.out, index);
    size_t result = worker.out.size;
    floe_outcome told = outcome;
    if (outcome == FLOE_RUN_OK) {
        lua_pushcfunction(L, put_result);
        lua_insert(L, -2);
        told = floe_sandbox_call(sandbox, 1, 0, &error);
    }
    if (told != FLOE_RUN_OK) {
        worker.out.size = result;
        put_failed_result(&error);
    }
    floe_wire_u64(&worker.out, instructions);
    floe_wire_u64(&worker.out, (uint64_t)took);
    floe_wire_end(&worker.out, begin);
    flush();
    if (told != FLOE_RUN_OK && told != FLOE_RUN_ERROR) {
        _exit(0); /* the state is dead; another worker runs the other cases */
    }
}

/* ---- the task ---- */

static int prepare(void *data, floe_worker_page *page, floe_error *error) {
    worker = (trial_worker){.task = data, .page = page};
    const floe_evaluator_options options = {
        .limits = worker.task->limits, .context = worker.task->context, .facts = true};
    return floe_evaluator_new(&worker.evaluator, worker.task->bundle, &options, error);
}

static void run(void *data) {
    (void)data;
    load_suite();
    for (uint32_t i = worker.task->first_case; i < worker.case_count; i++) {
        run_case(i);
    }
}

void floe_trial_worker_task(floe_worker_task *task, floe_trial_task *trial) {
    size_t memory = trial->limits.memory ? trial->limits.memory : FLOE_SANDBOX_MEMORY;
    *task = (floe_worker_task){
        .prepare = prepare, .run = run, .data = trial, .memory = ((size_t)256 << 20) + 2 * memory};
}

/* The sandbox's calls, errors, modules and budgets. */
#include "script.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_sandbox(void **state) {
    const floe_limits limits = {.memory = 8 << 20, .milliseconds = 100};
    return floe_sandbox_new((floe_sandbox **)state, &limits, NULL);
}

static int close_sandbox(void **state) {
    floe_sandbox_free(*state);
    return 0;
}

static void a_call_gives_its_results(void **state) {
    assert_text_gives(*state, "return ('%d models'):format(3)", "3 models");
    assert_int_equal(lua_gettop(floe_sandbox_lua(*state)), 0);
}

static void an_error_names_the_file_and_line_of_the_policy(void **state) {
    floe_error error;
    assert_int_equal(run_text(*state, "local t\n\nreturn t.name", &error), FLOE_RUN_ERROR);
    assert_string_equal(error.file, "policies/test.lua");
    assert_int_equal(error.line, 3);
    assert_string_equal(error.message, "attempt to index a nil value (local 't')");
    assert_int_equal(lua_gettop(floe_sandbox_lua(*state)), 0);
}

static void an_error_in_a_module_names_the_policy_and_hints_at_the_module(void **state) {
    const char *module = "local M = {}\nfunction M.f(x)\n  return x.y\nend\n"
                         "function M.g() error('wrong use', 2) end\nreturn M\n";
    floe_sandbox_add_text(*state, "acme.names", "stdlib/acme/names.lua", module, strlen(module));
    floe_error error;
    run_text(*state, "local names = require 'acme.names'\n\nreturn 1 + names.f(nil)", &error);
    assert_string_equal(error.file, "policies/test.lua");
    assert_int_equal(error.line, 3);
    assert_string_equal(error.message, "attempt to index a nil value (local 'x')");
    assert_string_equal(error.hint, "raised at stdlib/acme/names.lua:3");
    run_text(*state, "local names = require 'acme.names'\n\n\nnames.g()", &error);
    assert_int_equal(error.line, 4);
    assert_string_equal(error.message, "wrong use");
    assert_string_equal(error.hint, "");
}

static void a_long_chunk_name_is_shown_whole(void **state) {
    const char *chunk = "bundles/enterprise/governance/policies/naming/a_rather_long_name_for_a_policy.lua";
    floe_error error;
    assert_int_equal(floe_sandbox_load(*state, chunk, "error('no')", 11, &error), 0);
    assert_int_equal(floe_sandbox_call(*state, 0, 0, &error), FLOE_RUN_ERROR);
    assert_string_equal(error.file, chunk);
    assert_string_equal(error.message, "no");
    assert_int_equal(floe_sandbox_load(*state, chunk, "\nlocal = 3", 10, &error), FLOE_INVALID);
    assert_string_equal(error.file, chunk);
    assert_int_equal(error.line, 2);
    assert_string_equal(error.message, "<name> expected near '='");
}

static void error_objects_are_shown_without_running_code(void **state) {
    assert_text_raises(*state, "error({})", "error object is a table");
    assert_text_raises(*state, "error(setmetatable({}, {__tostring = function() while true do end end}))",
                       "error object is a table");
    assert_text_raises(*state, "error(nil)", "error object is a nil");
    assert_text_raises(*state, "error(42)", "42");
    assert_text_raises(*state, "error('a\\27[31m\\255b\\nc', 0)", "a?[31m?b c");
}

static void bytecode_is_not_loaded(void **state) {
    floe_error error;
    assert_int_equal(floe_sandbox_load(*state, "x.lua", "\x1bLua", 4, &error), FLOE_INVALID);
    assert_non_null(strstr(error.message, "attempt to load a binary chunk"));
}

static void a_text_that_is_too_long_is_refused(void **state) {
    char *text = malloc(FLOE_SANDBOX_TEXT + 1);
    memset(text, ' ', FLOE_SANDBOX_TEXT + 1);
    assert_int_equal(floe_sandbox_load(*state, "x.lua", text, FLOE_SANDBOX_TEXT + 1, NULL), FLOE_LIMIT);
    assert_int_equal(floe_sandbox_load(*state, "x.lua", text, FLOE_SANDBOX_TEXT, NULL), 0);
    lua_pop(floe_sandbox_lua(*state), 1);
    free(text);
}

static void globals_are_fixed_and_absent_ones_are_explained(void **state) {
    assert_text_raises(*state, "x = 1", "global 'x' cannot be assigned; declare it with 'local'");
    assert_text_raises(*state, "string = nil", "global 'string' cannot be assigned");
    assert_text_raises(*state, "function type() end", "global 'type' cannot be assigned");
    assert_text_raises(*state, "return tostrin(1)", "did you mean 'tostring'?");
    assert_text_raises(*state, "return os.time()",
                       "there is no global 'os' here: the date of the run is ctx.as_of");
    assert_text_raises(*state, "print 'x'", "use ctx:note");
    assert_text_raises(*state, "return string.fromat('x')", "string has no 'fromat'");
    assert_text_raises(*state, "string.format = nil", "string is read-only");
}

static void each_policy_has_its_own_instance_of_a_module(void **state) {
    const char *module = "return { layers = { 'bronze' }, seen = 0 }";
    floe_sandbox_add_text(*state, "names", "stdlib/names.lua", module, strlen(module));
    assert_text_gives(*state,
                      "local n = require 'names'; n.layers[1] = 'evil'; n.seen = 1\n"
                      "return require 'names'.layers[1]",
                      "evil");
    assert_text_gives(*state, "local n = require 'names'; return n.layers[1] .. n.seen", "bronze0");
}

static int open_native(lua_State *L) {
    lua_newtable(L);
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "name");
    return 1;
}

static void modules_are_found_by_name_only(void **state) {
    floe_sandbox_add_native(*state, "floe.regex", open_native);
    const char *loops = "return require 'loops'";
    floe_sandbox_add_text(*state, "loops", "stdlib/loops.lua", loops, strlen(loops));
    const char *empty = "local x";
    floe_sandbox_add_text(*state, "empty", "stdlib/empty.lua", empty, strlen(empty));
    const char *broken = "local =";
    floe_sandbox_add_text(*state, "broken", "stdlib/broken.lua", broken, strlen(broken));
    assert_text_gives(*state, "return require 'floe.regex'.name", "floe.regex");
    assert_text_raises(*state, "require 'floe.regx'",
                       "there is no module 'floe.regx'; did you mean 'floe.regex'?");
    assert_text_raises(*state, "require '/etc/passwd'", "there is no module '/etc/passwd'");
    assert_text_raises(*state, "require 'loops'", "module 'loops' requires itself");
    assert_text_raises(*state, "require 'empty'", "module 'empty' returned nothing");
    assert_text_raises(*state, "require 'broken'", "stdlib/broken.lua:1: <name> expected near '='");
}

static void take_line(void *data, const char *line, size_t size) {
    snprintf(data, 64, "%.*s", (int)size, line);
}

static void print_reaches_the_host_where_it_is_given(void **state) {
    char line[64] = "";
    floe_sandbox_set_print(*state, take_line, line);
    floe_error error;
    assert_int_equal(run_text(*state, "print('a', 1, nil, {}, print)", &error), FLOE_RUN_OK);
    assert_string_equal(line, "a\t1\tnil\ttable\tfunction");
    lua_settop(floe_sandbox_lua(*state), 0);
}

/* Runs a text that must spend a budget, soon and at this line. */
static void assert_spends(const floe_limits *limits, const char *text, floe_outcome expected, uint32_t line) {
    floe_sandbox *sandbox;
    floe_error error;
    assert_int_equal(floe_sandbox_new(&sandbox, limits, &error), 0);
    double start = processor_milliseconds();
    floe_outcome outcome = run_text(sandbox, text, &error);
    double took = processor_milliseconds() - start;
    if (outcome != expected || error.line != line || took > 3 * limits->milliseconds + 50) {
        fail_msg("%s\nended with %s at line %u after %.0f ms: %s", text, floe_outcome_name(outcome),
                 error.line, took, error.message);
    }
    assert_string_equal(error.file, "policies/test.lua");
    assert_int_equal(error.code, FLOE_LIMIT);
    assert_int_equal(floe_sandbox_call(sandbox, 0, 0, NULL), expected);
    floe_sandbox_free(sandbox);
}

static void a_policy_that_runs_too_long_is_ended_at_its_line(void **state) {
    (void)state;
    const floe_limits limits = {.milliseconds = 50};
    assert_spends(&limits, "local x = 0\n\nwhile true do x = x + 1 end", FLOE_RUN_TIME, 3);
    assert_spends(&limits, "while true do pcall(function() while true do end end) end", FLOE_RUN_TIME, 1);
}

static void a_loop_in_a_module_is_hinted_at(void **state) {
    const char *module = "local M = {}\nfunction M.spin()\n  while true do end\nend\nreturn M\n";
    floe_sandbox_add_text(*state, "acme.spin", "stdlib/acme/spin.lua", module, strlen(module));
    floe_error error;
    assert_int_equal(run_text(*state, "\nlocal x = require 'acme.spin'.spin()", &error), FLOE_RUN_TIME);
    assert_string_equal(error.file, "policies/test.lua");
    assert_int_equal(error.line, 2);
    assert_string_equal(error.hint, "it was at stdlib/acme/spin.lua:3");
}

static void a_policy_that_eats_memory_is_ended_at_its_line(void **state) {
    (void)state;
    const floe_limits limits = {.memory = 1 << 20, .milliseconds = 200};
    assert_spends(&limits, "local t = {}\nwhile true do\n  t[#t + 1] = {}\nend", FLOE_RUN_MEMORY, 3);
    assert_spends(&limits, "local s = 'xxxxxxxxxxxxxxxx'\nwhile true do s = s .. s end", FLOE_RUN_MEMORY, 2);
    assert_spends(&limits, "return pcall(string.rep, 'x', 2000000)", FLOE_RUN_MEMORY, 1);
}

static void garbage_is_collected_before_memory_counts_as_spent(void **state) {
    (void)state;
    const floe_limits limits = {.memory = 1 << 20, .milliseconds = 5000};
    floe_sandbox *sandbox;
    assert_int_equal(floe_sandbox_new(&sandbox, &limits, NULL), 0);
    assert_text_gives(sandbox, "for i = 1, 200 do local s = ('x'):rep(400000 + i) end return 'done'", "done");
    floe_sandbox_free(sandbox);
}

static void instructions_are_counted_the_same_each_time(void **state) {
    (void)state;
    const floe_limits limits = {.instructions = 1000000};
    const char *text = "local t = {}\nfor i = 1, 1000 do t[i] = ('x'):rep(i % 7) end\n"
                       "table.sort(t)\nlocal n = 0\nfor k, v in pairs(t) do n = n + #v end\n"
                       "return (('a'):rep(50):gsub('a-b', ''))";
    uint64_t first = 0;
    for (int i = 0; i < 3; i++) {
        floe_sandbox *sandbox;
        floe_error error;
        assert_int_equal(floe_sandbox_new(&sandbox, &limits, NULL), 0);
        assert_int_equal(run_text(sandbox, text, &error), FLOE_RUN_OK);
        assert_true(floe_sandbox_instructions(sandbox) > 10000);
        assert_true(i == 0 || floe_sandbox_instructions(sandbox) == first);
        first = floe_sandbox_instructions(sandbox);
        floe_sandbox_free(sandbox);
    }
    assert_spends(&(floe_limits){.instructions = 100000, .milliseconds = 60000},
                  "\nwhile true do pcall(string.rep, 'x') end", FLOE_RUN_INSTRUCTIONS, 2);
    assert_spends(&(floe_limits){.instructions = 100000, .milliseconds = 60000},
                  "return (('a'):rep(2000):find('a-a-a-b'))", FLOE_RUN_INSTRUCTIONS, 1);
}

static int fill_buffer(lua_State *L) {
    luaL_Buffer buffer;
    luaL_buffinitsize(L, &buffer, 32 << 20);
    luaL_pushresultsize(&buffer, 0);
    return 1;
}

static int open_filler(lua_State *L) {
    lua_pushcfunction(L, fill_buffer);
    return 1;
}

static void memory_that_a_binding_asks_for_counts_too(void **state) {
    floe_error error;
    floe_sandbox_add_native(*state, "filler", open_filler);
    assert_int_equal(run_text(*state, "while true do pcall(require 'filler') end", &error), FLOE_RUN_MEMORY);
    assert_int_equal(error.line, 1);
}

static int call_again(lua_State *L) {
    floe_sandbox *sandbox = floe_sandbox_of(L);
    floe_error error;
    lua_pushvalue(L, 1);
    lua_pushinteger(L, (lua_Integer)floe_sandbox_call(sandbox, 0, 0, &error));
    floe_sandbox_check(L);
    return 1;
}

static int open_again(lua_State *L) {
    lua_pushcfunction(L, call_again);
    return 1;
}

static void a_call_inside_a_call_shares_its_budget(void **state) {
    floe_sandbox_add_native(*state, "again", open_again);
    assert_text_gives(*state, "local again = require 'again'\nreturn again(function() error('x') end) .. ''",
                      "1");
    floe_error error;
    assert_int_equal(run_text(*state,
                              "local again = require 'again'\n"
                              "while true do again(function() for i = 1, 1000 do end end) end",
                              &error),
                     FLOE_RUN_TIME);
    assert_int_equal(error.line, 2);
}

/* Together the calls take longer than one may. */
static void a_budget_is_anew_for_each_call(void **state) {
    const char *text = getenv("FLOE_VALGRIND") ? "local x = 0\nfor i = 1, 10000 do x = x + i end\nreturn x"
                                               : "local x = 0\nfor i = 1, 1000000 do x = x + i end\nreturn x";
    double start = processor_milliseconds();
    for (int i = 0; i < 10 || processor_milliseconds() - start < 300; i++) {
        floe_error error;
        assert_int_equal(run_text(*state, text, &error), FLOE_RUN_OK);
        lua_settop(floe_sandbox_lua(*state), 0);
    }
}

/* One text: a start, a piece as often as fits, an end. Loads and runs it; it must end by itself or by the
 * budget, within a second. */
static void assert_text_is_survived(const char *start, const char *piece, const char *end) {
    const floe_limits limits = {.memory = 32 << 20, .milliseconds = 100};
    char *text = malloc(FLOE_SANDBOX_TEXT + 1);
    size_t size = strlen(start);
    memcpy(text, start, size);
    for (unsigned i = 0; size + strlen(piece) + strlen(end) + 8 < FLOE_SANDBOX_TEXT; i++) {
        char one[128];
        int length = snprintf(one, sizeof one, "%s", piece);
        char *number = strchr(one, '#');
        if (number) {
            length = snprintf(one, sizeof one, "%.*s%x%s", (int)(strchr(piece, '#') - piece), piece, i,
                              strchr(piece, '#') + 1);
        }
        memcpy(text + size, one, (size_t)length);
        size += (size_t)length;
    }
    memcpy(text + size, end, strlen(end));
    size += strlen(end);
    floe_sandbox *sandbox;
    floe_error error = {0};
    double from = processor_milliseconds();
    assert_int_equal(floe_sandbox_new(&sandbox, &limits, NULL), 0);
    if (floe_sandbox_load(sandbox, "policies/test.lua", text, size, &error) == 0) {
        floe_sandbox_call(sandbox, 0, 0, &error);
    }
    double took = processor_milliseconds() - from;
    if (took > 1000 && !getenv("FLOE_VALGRIND")) {
        fail_msg("%s%s… took %.0f ms: %s", start, piece, took, error.message);
    }
    floe_sandbox_free(sandbox);
    free(text);
}

static void a_chain_of_fields_is_bounded(void **state) {
    floe_error error;
    char text[1024] = "local t = {}\nreturn t";
    for (int i = 0; i < 200; i++) {
        strcat(text, i % 2 ? ".x" : "[1]");
    }
    assert_int_equal(floe_sandbox_load(*state, "x.lua", text, strlen(text), &error), 0);
    lua_pop(floe_sandbox_lua(*state), 1);
    strcat(text, ".x");
    assert_int_equal(floe_sandbox_load(*state, "x.lua", text, strlen(text), &error), FLOE_LIMIT);
    assert_string_equal(error.file, "x.lua");
    assert_int_equal(error.line, 2);
    floe_sandbox_add_text(*state, "chain", "stdlib/chain.lua", text, strlen(text));
    assert_text_raises(*state, "require 'chain'",
                       "stdlib/chain.lua:2: more than 200 fields follow one another");
    char many[4096] = "local a, t = ... ; return {";
    for (int i = 0; i < 300; i++) {
        strcat(many, "t.x(a.b),");
    }
    strcat(many, "}");
    assert_int_equal(floe_sandbox_load(*state, "x.lua", many, strlen(many), &error), 0);
    lua_pop(floe_sandbox_lua(*state), 1);
}

static void hostile_texts_end_in_an_error_or_the_budget(void **state) {
    (void)state;
    assert_text_is_survived("return ", "(", "");
    assert_text_is_survived("return ", "{", "");
    assert_text_is_survived("return ", "-", "1");
    assert_text_is_survived("return ", "not ", "1");
    assert_text_is_survived("return 'a'", "..'a'", "");
    assert_text_is_survived("return 1", "^1", "");
    assert_text_is_survived("", "do ", "");
    assert_text_is_survived("", "function f() ", "");
    assert_text_is_survived("", "local a# ", "");
    assert_text_is_survived("return {", "'#',", "}");
    assert_text_is_survived("return {", "f=#,", "}");
    assert_text_is_survived("", "::a#:: ", "");
    assert_text_is_survived("do ", "goto a# ", "end");
    assert_text_is_survived("do ", "goto a ", "::a:: end");
    assert_text_is_survived("return '", "x", "");
    assert_text_is_survived("--[==[", "]=", "");
    assert_text_is_survived("return 0x", "f", "");
    assert_text_is_survived("return 1", "0", "e99999");
    assert_text_is_survived("local a = ''; return ", "a,", "a");
    assert_text_is_survived("local a = type; return a(", "a,", "a)");
    assert_text_is_survived("if x then ", "elseif x then ", "end");
}

/* Naming the value that an error is about walks back through the code, once for each step of such a chain. */
static void a_long_chain_before_an_error_is_survived(void **state) {
    (void)state;
    const char *start = "local t = setmetatable({}, {__index = function(t) return t end}) return ";
    char text[256];
    assert_text_is_survived("local t, k = {}, 1 t[1] = 1 ", "k=t[k]", " k()");
    snprintf(text, sizeof text, "%st", start);
    assert_text_is_survived(text, ".x", "()");
    assert_text_is_survived(text, "\n.\nx", "()");
    assert_text_is_survived(text, "--\n.--[[]]x", ":x()");
    assert_text_is_survived(text, "[1]", "()");
    assert_text_is_survived(text, "[f(1,2)]", "()");
    assert_text_is_survived(text, "[{}]", "()");
    assert_text_is_survived(text, "['x']", ".x()");
    assert_text_is_survived(text, "[ [[x]] ]", "()");
    assert_text_is_survived(text, "[1+1]", "()");
    assert_text_is_survived(text, "[t.x.x.x]", "()");
    assert_text_is_survived(text, "[-1]", "()");
    snprintf(text, sizeof text, "%s((((t", start);
    assert_text_is_survived(text, ".x.x", ").x).x).x).x()");
}

/* The timer does not survive a fork, so a worker's first sandbox makes its own. */
static void a_forked_process_has_its_own_timer(void **state) {
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        const floe_limits limits = {.milliseconds = 50};
        floe_sandbox *sandbox;
        floe_error error;
        alarm(20);
        _exit(floe_sandbox_new(&sandbox, &limits, &error) == 0 &&
                      run_text(sandbox, "while true do end", &error) == FLOE_RUN_TIME
                  ? 0
                  : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void a_sandbox_made_before_a_fork_is_bounded_in_the_child(void **state) {
    pid_t child = fork();
    if (child == 0) {
        floe_error error;
        alarm(20);
        _exit(run_text(*state, "while true do end", &error) == FLOE_RUN_TIME ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void an_error_deep_in_a_recursion_is_described_at_once(void **state) {
    (void)state;
    const floe_limits limits = {.memory = 256 << 20, .milliseconds = 5000};
    const char *module = "local function down(n) return 1 + down(n + 1) end return { down = down }";
    floe_sandbox *sandbox;
    floe_error error;
    assert_int_equal(floe_sandbox_new(&sandbox, &limits, NULL), 0);
    floe_sandbox_add_text(sandbox, "deep", "stdlib/deep.lua", module, strlen(module));
    double start = processor_milliseconds();
    assert_int_equal(run_text(sandbox, "\nlocal function f(n) return 1 + f(n + 1) end\nreturn f(1)", &error),
                     FLOE_RUN_ERROR);
    assert_non_null(strstr(error.message, "stack overflow"));
    assert_int_equal(error.line, 2);
    assert_int_equal(run_text(sandbox, "\n\nlocal n = 1 + require 'deep'.down(1)", &error), FLOE_RUN_ERROR);
    assert_string_equal(error.file, "");
    assert_string_equal(error.hint, "raised at stdlib/deep.lua:1");
    if (!getenv("FLOE_VALGRIND")) {
        assert_true(processor_milliseconds() - start < 1000);
    }
    floe_sandbox_free(sandbox);
}

static void a_state_that_is_no_sandbox_has_no_budget(void **state) {
    (void)state;
    lua_State *L = luaL_newstate();
    assert_null(floe_sandbox_of(L));
    floe_sandbox_check(L);
    floe_sandbox_spend(L, 1000);
    assert_null(floe_sandbox_stop(L));
    lua_close(L);
}

/* Gives memory until `left` requests were granted. */
typedef struct failing {
    long left;
    size_t bytes;
} failing;

static void *allocate_until(void *data, void *block, size_t old_size, size_t size) {
    failing *memory = data;
    size_t held = block ? old_size : 0;
    if (size > held && memory->left-- <= 0) {
        return NULL;
    }
    void *result = size ? realloc(block, size) : (free(block), NULL);
    memory->bytes = memory->bytes - held + size;
    return result;
}

static const char small_policy[] =
    "local names = require 'names'\n"
    "local found = {}\n"
    "for name in ('stg_a, dim_b'):gmatch('%w+') do found[#found + 1] = name:upper() end\n"
    "table.sort(found, function(a, b) return a > b end)\n"
    "local object = setmetatable({}, { __index = names, __tostring = function() return 'x' end })\n"
    "local text = ('%s %5.1f %q'):format(tostring(object), 1.5, 'y') .. table.concat(found, ',')\n"
    "for k, v in pairs({ b = 1, a = 2 }) do text = text .. k .. v end\n"
    "local ok, problem = pcall(error, 'no')\n"
    "return text:gsub('%d', '<%0>') .. tostring(object.layer) .. tostring(ok) .. problem";

/* Everything up to the policy's result, with memory for `left` allocations. True when it got there. */
static bool run_with(failing *memory) {
    floe_sandbox *sandbox;
    floe_error error = {0};
    const char *module = "return { layer = 'gold' }";
    int code = floe_sandbox_new_with(&sandbox, NULL, allocate_until, memory, &error);
    if (code != 0) {
        assert_int_equal(code, FLOE_MEMORY);
        assert_int_equal(memory->bytes, 0);
        return false;
    }
    floe_sandbox_add_text(sandbox, "names", "stdlib/names.lua", module, strlen(module));
    floe_outcome outcome = run_text(sandbox, small_policy, &error);
    if (outcome == FLOE_RUN_OK) {
        assert_string_equal(lua_tostring(floe_sandbox_lua(sandbox), -1),
                            "x   <1>.<5> \"y\"STG,DIM,B,Aa<2>b<1>goldfalseno");
    } else {
        assert_int_equal(error.code, FLOE_LIMIT);
        assert_true(outcome == FLOE_RUN_MEMORY || outcome == FLOE_RUN_ERROR);
        assert_non_null(strstr(error.message, "memory"));
    }
    floe_sandbox_free(sandbox);
    assert_int_equal(memory->bytes, 0);
    return outcome == FLOE_RUN_OK;
}

static void every_failing_allocation_ends_in_not_enough_memory(void **state) {
    (void)state;
    for (long granted = 0;; granted++) {
        failing memory = {.left = granted};
        if (run_with(&memory)) {
            assert_true(granted > 100);
            return;
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_call_gives_its_results, open_sandbox, close_sandbox),
        cmocka_unit_test_setup_teardown(an_error_names_the_file_and_line_of_the_policy, open_sandbox,
                                        close_sandbox),
        cmocka_unit_test_setup_teardown(an_error_in_a_module_names_the_policy_and_hints_at_the_module,
                                        open_sandbox, close_sandbox),
        cmocka_unit_test_setup_teardown(a_long_chunk_name_is_shown_whole, open_sandbox, close_sandbox),
        cmocka_unit_test_setup_teardown(error_objects_are_shown_without_running_code, open_sandbox,
                                        close_sandbox),
        cmocka_unit_test_setup_teardown(bytecode_is_not_loaded, open_sandbox, close_sandbox),
        cmocka_unit_test_setup_teardown(a_text_that_is_too_long_is_refused, open_sandbox, close_sandbox),
        cmocka_unit_test_setup_teardown(globals_are_fixed_and_absent_ones_are_explained, open_sandbox,
                                        close_sandbox),
        cmocka_unit_test_setup_teardown(each_policy_has_its_own_instance_of_a_module, open_sandbox,
                                        close_sandbox),
        cmocka_unit_test_setup_teardown(modules_are_found_by_name_only, open_sandbox, close_sandbox),
        cmocka_unit_test_setup_teardown(print_reaches_the_host_where_it_is_given, open_sandbox,
                                        close_sandbox),
        cmocka_unit_test(a_policy_that_runs_too_long_is_ended_at_its_line),
        cmocka_unit_test_setup_teardown(a_loop_in_a_module_is_hinted_at, open_sandbox, close_sandbox),
        cmocka_unit_test(a_policy_that_eats_memory_is_ended_at_its_line),
        cmocka_unit_test(garbage_is_collected_before_memory_counts_as_spent),
        cmocka_unit_test_setup_teardown(memory_that_a_binding_asks_for_counts_too, open_sandbox,
                                        close_sandbox),
        cmocka_unit_test(instructions_are_counted_the_same_each_time),
        cmocka_unit_test_setup_teardown(a_call_inside_a_call_shares_its_budget, open_sandbox, close_sandbox),
        cmocka_unit_test_setup_teardown(a_budget_is_anew_for_each_call, open_sandbox, close_sandbox),
        cmocka_unit_test_setup_teardown(a_chain_of_fields_is_bounded, open_sandbox, close_sandbox),
        cmocka_unit_test(hostile_texts_end_in_an_error_or_the_budget),
        cmocka_unit_test(a_long_chain_before_an_error_is_survived),
        cmocka_unit_test(a_forked_process_has_its_own_timer),
        cmocka_unit_test_setup_teardown(a_sandbox_made_before_a_fork_is_bounded_in_the_child, open_sandbox,
                                        close_sandbox),
        cmocka_unit_test(an_error_deep_in_a_recursion_is_described_at_once),
        cmocka_unit_test(a_state_that_is_no_sandbox_has_no_budget),
        cmocka_unit_test(every_failing_allocation_ends_in_not_enough_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The attacks of tests/escape/, one test a file. A file says in its first lines what it tries, how it must
 * end, and which wall holds it:
 *
 *     -- tries: to catch the error that ends a loop
 *     -- wall: budget
 *     -- expects: time
 *
 * "state" is run a second time without any budget: what is not there cannot be reached, however long one
 * tries. "budget" is run a second time with Lua's own libraries: the budget must hold without the sandbox's
 * functions. "both" needs the sandbox's functions and the budget together. Outcomes are ok, time, memory, and
 * error with a part of its message; several may be joined by '|'.
 */
#include "script.h"

#include "base/file.h"
#include "base/folder.h"
#include "script/bind.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdbool.h>
#include <stdlib.h>

static const char folder[] = "tests/escape";

/* Milliseconds, bytes. What memory ends should not run into the time first. */
enum { DEADLINE = 50, LONG_DEADLINE = 2000, MEMORY = 8 << 20, ENDLESS = 1 << 30 };

typedef enum world { SANDBOX, SANDBOX_WITHOUT_BUDGET, STOCK_WITH_BUDGET } world;

static void *allocate_counted(void *data, void *block, size_t old_size, size_t size) {
    size_t *bytes = data;
    *bytes = *bytes - (block ? old_size : 0) + size;
    if (size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, size);
}

/* What the next policy in the same state must find as it was. */
static const char canary[] =
    "local shared = require 'shared'\n"
    "assert(shared.answer() == 42 and shared.names[1] == 'bronze')\n"
    "for _, library in ipairs({ string, table, math, utf8, _ENV }) do\n"
    "  assert(next(library) == nil and rawlen(library) == 0 and getmetatable(library) == false)\n"
    "end\n"
    "for _, name in ipairs({ 'model', 'another', 'io', '_G' }) do\n"
    "  assert(not pcall(function() return _ENV[name] end))\n"
    "end\n"
    "assert(not pcall(function() return string.trim end) and getmetatable('') == false)\n"
    "assert(('%d %s'):format(3, 'x') == '3 x' and ('x'):upper() == 'X')\n"
    "assert(table.concat({ 1, 2 }, ',') == '1,2' and tostring({}) == 'table' and rawget(_ENV, 1) == nil)\n"
    "assert(require('floe.regex').find('b', 'ab') == 2)\n"
    "local seen = ''\n"
    "for k in pairs({ b = 1, a = 2 }) do seen = seen .. k end\n"
    "assert(seen == 'ab')\n";

/* The value of the header line "-- <name>: value". */
static void read_header(char *out, size_t capacity, const char *text, const char *name) {
    char start[32];
    snprintf(start, sizeof start, "\n-- %s: ", name);
    const char *line = strstr(text, start);
    assert_non_null(line);
    line += strlen(start);
    snprintf(out, capacity, "%.*s", (int)strcspn(line, "\n"), line);
}

/* Whether the outcome is one of "time|error part of the message|…". */
static bool is_expected(const char *expects, floe_outcome outcome, const char *message) {
    const char *name = floe_outcome_name(outcome);
    for (const char *at = expects; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL) {
        size_t size = strcspn(at, "|");
        size_t name_size = strlen(name);
        if (size < name_size || strncmp(at, name, name_size) != 0) {
            continue;
        }
        char part[256] = "";
        if (size > name_size) {
            snprintf(part, sizeof part, "%.*s", (int)(size - name_size - 1), at + name_size + 1);
        }
        if (strstr(message, part)) {
            return true;
        }
    }
    return false;
}

static int open_stock(lua_State *L) {
    luaL_openlibs(L);
    return 0;
}

/* Puts Lua's own libraries in place of the sandbox's and loads the text with them. */
static int load_with_stock(floe_sandbox *sandbox, const char *text, size_t size) {
    lua_State *L = floe_sandbox_lua(sandbox);
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushcfunction(L, open_stock);
    assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_OK);
    floe_sandbox_rebase(sandbox);
    return luaL_loadbufferx(L, text, size, "@policies/test.lua", "t");
}

static void assert_no_trace(floe_sandbox *sandbox, const char *path) {
    floe_error error;
    if (run_text(sandbox, canary, &error) != FLOE_RUN_OK) {
        fail_msg("%s left a trace: line %u of the next policy: %s", path, error.line, error.message);
    }
}

static void attack(const char *path, const char *text, size_t size, const char *expects, world where) {
    static const char shared[] = "return { answer = function() return 42 end, names = { 'bronze' } }";
    static const char broken[] = "local broken = nil + 1\n";
    static const char *const names[] = {"in the sandbox", "without a budget", "with stock libraries"};
    const uint32_t deadline = strstr(expects, "time") ? DEADLINE : LONG_DEADLINE;
    const floe_limits bounded = {.memory = MEMORY, .milliseconds = deadline};
    const floe_limits endless = {.memory = ENDLESS, .milliseconds = ENDLESS};
    size_t bytes = 0;
    floe_sandbox *sandbox;
    floe_error error = {0};
    assert_int_equal(floe_sandbox_new_with(&sandbox, where == SANDBOX_WITHOUT_BUDGET ? &endless : &bounded,
                                           allocate_counted, &bytes, &error),
                     0);
    floe_sandbox_add_text(sandbox, "shared", "stdlib/shared.lua", shared, sizeof shared - 1);
    floe_sandbox_add_text(sandbox, "broken", "stdlib/broken.lua", broken, sizeof broken - 1);
    floe_sandbox_add_native(sandbox, "floe.regex", luaopen_host_regex);
    floe_sandbox_add_native(sandbox, "floe.sql_tokens", luaopen_host_sql);
    floe_sandbox_add_native(sandbox, "floe.text_search", luaopen_host_text);
    int code = where == STOCK_WITH_BUDGET ? load_with_stock(sandbox, text, size)
                                          : floe_sandbox_load(sandbox, path, text, size, &error);
    assert_int_equal(code, 0);
    double start = processor_milliseconds();
    floe_outcome outcome = floe_sandbox_call(sandbox, 0, 0, &error);
    double took = processor_milliseconds() - start;
    if (!is_expected(expects, outcome, outcome == FLOE_RUN_OK ? "" : error.message)) {
        fail_msg("%s %s ended with %s, line %u: %s", path, names[where], floe_outcome_name(outcome),
                 error.line, error.message);
    }
    if (took > 3 * deadline && !getenv("FLOE_VALGRIND")) {
        fail_msg("%s %s took %.0f ms", path, names[where], took);
    }
    if (where != STOCK_WITH_BUDGET && outcome <= FLOE_RUN_ERROR) {
        assert_no_trace(sandbox, path);
    }
    assert_true(floe_sandbox_bytes(sandbox) == bytes);
    floe_sandbox_free(sandbox);
    assert_int_equal(bytes, 0);
}

static void the_attack_is_held(void **state) {
    const char *path = *state;
    char *text;
    size_t size;
    char tries[256];
    char wall[32];
    char expects[256];
    assert_int_equal(floe_file_read(&text, &size, path, 0, NULL), 0);
    read_header(tries, sizeof tries, text, "tries");
    read_header(wall, sizeof wall, text, "wall");
    read_header(expects, sizeof expects, text, "expects");
    attack(path, text, size, expects, SANDBOX);
    if (strcmp(wall, "state") == 0) {
        attack(path, text, size, expects, SANDBOX_WITHOUT_BUDGET);
    } else if (strcmp(wall, "budget") == 0) {
        attack(path, text, size, expects, STOCK_WITH_BUDGET);
    } else {
        assert_string_equal(wall, "both");
    }
    free(text);
}

/* The files of the folder, as tests. */
static struct CMUnitTest *list_attacks(size_t *count) {
    floe_file_list list;
    if (floe_folder_list(&list, folder, NULL) != 0 || list.count == 0) {
        return NULL;
    }
    struct CMUnitTest *tests = calloc(list.count, sizeof *tests);
    for (size_t i = 0; tests && i < list.count; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", folder, list.items[i].path);
        char *name = strdup(path);
        tests[i] = (struct CMUnitTest){name, the_attack_is_held, NULL, NULL, name};
    }
    *count = list.count;
    floe_file_list_free(&list);
    return tests;
}

int main(void) {
    size_t count;
    struct CMUnitTest *tests = list_attacks(&count);
    if (!tests) {
        fprintf(stderr, "no attacks in %s: run this from the repository's folder\n", folder);
        return 1;
    }
    int failed = _cmocka_run_group_tests("attacks", tests, count, NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        free(tests[i].initial_state);
    }
    free(tests);
    return failed;
}

/* Running a piece of Lua in a sandbox and looking at how it ended: shared by the tests of the sandbox. */
#ifndef FLOE_TESTS_SCRIPT_H
#define FLOE_TESTS_SCRIPT_H

#include "script/sandbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static inline double processor_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Loads and calls `text` as policies/test.lua; what it returns (at most one value) is left on the stack. */
static inline floe_outcome run_text(floe_sandbox *sandbox, const char *text, floe_error *error) {
    memset(error, 0, sizeof *error);
    if (floe_sandbox_load(sandbox, "policies/test.lua", text, strlen(text), error) != 0) {
        return FLOE_RUN_ERROR;
    }
    return floe_sandbox_call(sandbox, 0, 1, error);
}

/* The text must end well, and what it returns be the string `expected`. */
static inline void assert_text_gives(floe_sandbox *sandbox, const char *text, const char *expected) {
    floe_error error;
    floe_outcome outcome = run_text(sandbox, text, &error);
    if (outcome != FLOE_RUN_OK) {
        fail_msg("%s\n%s: %s:%u: %s", text, floe_outcome_name(outcome), error.file, error.line,
                 error.message);
    }
    lua_State *L = floe_sandbox_lua(sandbox);
    if (lua_type(L, -1) != LUA_TSTRING || strcmp(lua_tostring(L, -1), expected) != 0) {
        fail_msg("%s\ngave %s, expected %s", text,
                 lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : lua_typename(L, lua_type(L, -1)),
                 expected);
    }
    lua_pop(L, 1);
}

/* The text must raise (compile or run) with `expected` in its message. */
static inline void assert_text_raises(floe_sandbox *sandbox, const char *text, const char *expected) {
    floe_error error;
    floe_outcome outcome = run_text(sandbox, text, &error);
    if (outcome != FLOE_RUN_ERROR || !strstr(error.message, expected)) {
        fail_msg("%s\nended with %s: '%s', expected an error with '%s'", text, floe_outcome_name(outcome),
                 error.message, expected);
    }
}

#endif

/* host.process: child processes, read line by line. */
#include "bind.h"

#include "base/process.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROCESS "floe.process"

enum { LONGEST_WAIT = 24 * 60 * 60, GRACE = 5 /* seconds a process has to end in good order */ };

static floe_process **check_process(lua_State *L) {
    floe_process **slot = luaL_checkudata(L, 1, PROCESS);
    luaL_argcheck(L, *slot, 1, "the process was closed");
    return slot;
}

/* A list of strings as an array that ends with NULL, in a userdata on the stack; the list keeps them alive.
 */
static const char *const *check_texts(lua_State *L, int index, const char *name, size_t least) {
    if (lua_getfield(L, index, name) == LUA_TNIL && !least) {
        return NULL;
    }
    if (!lua_istable(L, -1) || lua_rawlen(L, -1) < least) {
        luaL_error(L, "option '%s' must be a list of strings", name);
    }
    size_t count = lua_rawlen(L, -1);
    const char **texts = lua_newuserdatauv(L, (count + 1) * sizeof *texts, 0);
    for (size_t i = 0; i < count; i++) {
        size_t length = 0;
        const char *text =
            lua_rawgeti(L, -2, (lua_Integer)i + 1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
        if (!text || strlen(text) != length) {
            luaL_error(L, "option '%s' must be a list of strings without NUL bytes", name);
        }
        texts[i] = text;
        lua_pop(L, 1);
    }
    texts[count] = NULL;
    return texts;
}

/* start{ arguments = { path, … }, environment = { "NAME=value", … }?, folder =?, longest_line =?, lock =? } →
 * a process; or nil and an error. `lock` (of host.files) stays taken until the process has ended too. */
static int process_start(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    floe_process_options options = {
        .arguments = check_texts(L, 1, "arguments", 1),
        .environment = check_texts(L, 1, "environment", 0),
        .folder = floe_bind_text_option(L, 1, "folder", NULL),
        .longest_line = (size_t)floe_bind_integer_option(L, 1, "longest_line", 1, 1 << 28, 0),
        .lock = lua_getfield(L, 1, "lock") == LUA_TNIL ? NULL : floe_bind_lock(L, -1),
    };
    floe_process **slot = lua_newuserdatauv(L, sizeof *slot, 0);
    *slot = NULL;
    luaL_setmetatable(L, PROCESS);
    floe_error error;
    if (floe_process_start(slot, &options, &error)) {
        return floe_bind_failure(L, &error);
    }
    return 1;
}

/* Runs the function on top of the stack, and ends this process. */
_Noreturn static void run_child(lua_State *L) {
    int code = EXIT_SUCCESS;
    if (lua_pcall(L, 0, 0, 0) != LUA_OK) {
        size_t size;
        const char *message = luaL_tolstring(L, -1, &size);
        code = EXIT_FAILURE;
        (void)!write(2, message, size); /* who reads it may be gone */
    }
    floe_process_leave(code);
}

/* fork(function, { longest_line = }?) → a process that runs the function in a copy of this one, and ends; or
 * nil and an error. What it raises ends it too, with code 1 and the error on its standard error. */
static int process_fork(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    size_t longest_line = (size_t)floe_bind_integer_option(L, 2, "longest_line", 1, 1 << 28, 0);
    floe_process **slot = lua_newuserdatauv(L, sizeof *slot, 0);
    *slot = NULL;
    luaL_setmetatable(L, PROCESS);
    bool child;
    floe_error error;
    if (floe_process_fork(slot, &child, longest_line, &error)) {
        return floe_bind_failure(L, &error);
    }
    if (child) {
        lua_pushvalue(L, 1);
        run_child(L);
    }
    return 1;
}

/* process:next(seconds?) → "line", stream, text, cut; or "quiet", "interrupted", "ended". */
static int process_next(lua_State *L) {
    floe_process **slot = check_process(L);
    lua_Number seconds = luaL_optnumber(L, 2, -1);
    luaL_argcheck(L, seconds <= LONGEST_WAIT, 2, "at most a day expected");
    static const char *const names[] = {
        [FLOE_PROCESS_LINE] = "line",
        [FLOE_PROCESS_QUIET] = "quiet",
        [FLOE_PROCESS_INTERRUPTED] = "interrupted",
        [FLOE_PROCESS_ENDED] = "ended",
    };
    floe_process_line line;
    floe_process_event event = floe_process_next(*slot, &line, seconds < 0 ? -1 : (int)(seconds * 1000));
    lua_pushstring(L, names[event]);
    if (event != FLOE_PROCESS_LINE) {
        return 1;
    }
    lua_pushinteger(L, line.stream);
    lua_pushlstring(L, line.text, line.length);
    lua_pushboolean(L, line.cut);
    return 4;
}

/* process:interrupt(): what is left to hear comes from process:next. */
static int process_interrupt(lua_State *L) {
    floe_process_interrupt(*check_process(L));
    return 0;
}

/* process:stop(seconds?) → { code = } or { signal = }; a process that still runs is ended. */
static int process_stop(lua_State *L) {
    floe_process **slot = check_process(L);
    lua_Integer seconds = lua_isnoneornil(L, 2) ? GRACE : floe_bind_integer(L, 2, 0, LONGEST_WAIT);
    floe_process_end end;
    floe_process_stop(*slot, (int)seconds * 1000, &end);
    lua_createtable(L, 0, 1);
    lua_pushinteger(L, end.signal ? end.signal : end.code);
    lua_setfield(L, -2, end.signal ? "signal" : "code");
    return 1;
}

static int process_close(lua_State *L) {
    floe_process **slot = luaL_checkudata(L, 1, PROCESS);
    floe_process_free(*slot);
    *slot = NULL;
    return 0;
}

int luaopen_host_process(lua_State *L) {
    static const luaL_Reg functions[] = {{"start", process_start}, {"fork", process_fork}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"next", process_next},
                                       {"interrupt", process_interrupt},
                                       {"stop", process_stop},
                                       {"close", process_close},
                                       {NULL, NULL}};
    static const luaL_Reg meta[] = {{"__gc", process_close}, {"__close", process_close}, {NULL, NULL}};
    if (luaL_newmetatable(L, PROCESS)) {
        luaL_setfuncs(L, meta, 0);
        luaL_newlib(L, methods);
        lua_setfield(L, -2, "__index");
    }
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    return 1;
}

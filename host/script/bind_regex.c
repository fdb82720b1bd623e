/* host.regex, and floe.regex in the sandbox: regular expressions with bounded cost. */
#include "bind.h"

#include "base/regex.h"
#include "sandbox.h"

static void push_groups(lua_State *L, const char *text, const floe_match *match, size_t first) {
    luaL_checkstack(L, FLOE_REGEX_GROUPS + 4, NULL);
    for (size_t i = first; i < match->count; i++) {
        if (match->groups[i].start == SIZE_MAX) {
            lua_pushboolean(L, 0);
        } else {
            lua_pushlstring(L, text + match->groups[i].start, match->groups[i].stop - match->groups[i].start);
        }
    }
}

/* Searches argument 2 for argument 1. Returns the number of results pushed for a failure, 0 where `found`
 * tells. */
static int search(lua_State *L, size_t start, bool *found, floe_match *match) {
    size_t pattern_length, length;
    const char *pattern = luaL_checklstring(L, 1, &pattern_length);
    const char *text = luaL_checklstring(L, 2, &length);
    const floe_regex *regex;
    floe_error error;
    if (floe_regex_get(&regex, pattern, pattern_length, &error) ||
        floe_regex_search(found, match, regex, text, length, start, floe_sandbox_stop(L), &error)) {
        floe_sandbox_check(L);
        lua_pushnil(L);
        lua_pushstring(L, error.message);
        return 2;
    }
    return 0;
}

/* match(pattern, text) → the captures, or the whole match where there are none; nil; or nil, message. A group
 * that took no part is false. */
static int regex_match(lua_State *L) {
    bool found;
    floe_match match;
    int failed = search(L, 0, &found, &match);
    if (failed) {
        return failed;
    }
    if (!found) {
        lua_pushnil(L);
        return 1;
    }
    size_t first = match.count > 1;
    push_groups(L, lua_tostring(L, 2), &match, first);
    return (int)(match.count - first);
}

/* find(pattern, text, init = 1) → start, stop, captures…; nil; or nil, message. */
static int regex_find(lua_State *L) {
    bool found;
    floe_match match;
    lua_Integer init = luaL_optinteger(L, 3, 1);
    if (init < 1) {
        return luaL_argerror(L, 3, "a position from 1 expected");
    }
    int failed = search(L, (size_t)init - 1, &found, &match);
    if (failed) {
        return failed;
    }
    if (!found) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushinteger(L, (lua_Integer)match.groups[0].start + 1);
    lua_pushinteger(L, (lua_Integer)match.groups[0].stop);
    push_groups(L, lua_tostring(L, 2), &match, 1);
    return (int)match.count + 1;
}

/* check(pattern) → true; or nil, message, position. */
static int regex_check(lua_State *L) {
    size_t length;
    const char *pattern = luaL_checklstring(L, 1, &length);
    const floe_regex *regex;
    floe_error error;
    if (floe_regex_get(&regex, pattern, length, &error)) {
        lua_pushnil(L);
        lua_pushstring(L, error.message);
        lua_pushinteger(L, error.column);
        return 3;
    }
    lua_pushboolean(L, 1);
    return 1;
}

int luaopen_host_regex(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"match", regex_match},
        {"find", regex_find},
        {"check", regex_check},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    return 1;
}

/*
 * setmetatable and getmetatable.
 *
 * A metatable that a script can reach can be given __gc or __mode after it was set, and either of them breaks
 * Lua 5.4.4's memory when an allocation fails. So the table that a script hands in is never the one that Lua
 * uses: that is a private copy of the events below, kept in the script's table under a key that no script can
 * name (and that pairs and next pass over), and brought up to date at each setmetatable. getmetatable gives
 * the script's own table back.
 */
#include "library.h"

#include <string.h>

/* The events a policy may define. */
static const char *const events[] = {
    "__add",      "__band",  "__bnot",  "__bor", "__bxor", "__call", "__concat",   "__div",
    "__eq",       "__idiv",  "__index", "__le",  "__len",  "__lt",   "__mod",      "__mul",
    "__newindex", "__pairs", "__pow",   "__shl", "__shr",  "__sub",  "__tostring", "__unm",
};

static const char *const refused[] = {"__close", "__gc", "__metatable", "__mode", "__name"};

static const char copy_key;  /* in a script's table: its copy */
static const char count_key; /* in a copy: how many events it holds */

static void refuse_events(lua_State *L, int index) {
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        lua_pushstring(L, refused[i]);
        if (lua_rawget(L, index) != LUA_TNIL) {
            luaL_error(L, "a policy's metatable cannot have '%s'", refused[i]);
        }
        lua_pop(L, 1);
    }
}

/* Brings the copy at `copy` up to date with the table at `index`. */
static void fill_copy(lua_State *L, int index, int copy) {
    lua_Integer count = 0;
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        lua_pushstring(L, events[i]);
        lua_pushvalue(L, -1);
        count += lua_rawget(L, index) != LUA_TNIL;
        lua_rawset(L, copy);
    }
    lua_pushinteger(L, count);
    lua_rawsetp(L, copy, &count_key);
}

/* Whether the table at `index` is as it was when the copy was made: every name in it that starts as an event
 * is in the copy with the same value, and there are as many. */
static bool is_current(lua_State *L, int index, int copy) {
    lua_Integer count = 0;
    lua_rawgetp(L, copy, &count_key);
    lua_Integer expected = lua_tointeger(L, -1);
    for (lua_settop(L, copy), lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
        if (name[0] != '_' || name[1] != '_') {
            continue;
        }
        lua_pushvalue(L, -2);
        lua_rawget(L, copy);
        bool same = lua_rawequal(L, -1, -2);
        lua_pop(L, 1);
        if (!same) {
            lua_settop(L, copy);
            return false;
        }
        count++;
    }
    return count == expected;
}

/* Pushes the private copy of the metatable at `index`. */
static void push_copy(lua_State *L, int index) {
    bool made = lua_rawgetp(L, index, &copy_key) != LUA_TNIL;
    int copy = lua_gettop(L);
    if (made && is_current(L, index, copy)) {
        return;
    }
    refuse_events(L, index);
    if (!made) {
        lua_createtable(L, 0, 8);
        lua_replace(L, copy);
        lua_pushvalue(L, index);
        lua_setfield(L, copy, "__metatable");
        lua_pushvalue(L, copy);
        lua_rawsetp(L, index, &copy_key);
    }
    fill_copy(L, index, copy);
}

int floe_base_setmetatable(lua_State *L) {
    int type = lua_type(L, 2);
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
    floe_check_writable(L, 1);
    lua_settop(L, 2);
    if (type == LUA_TTABLE) {
        floe_check_writable(L, 2);
        push_copy(L, 2);
    }
    lua_setmetatable(L, 1);
    lua_settop(L, 1);
    return 1;
}

int floe_base_getmetatable(lua_State *L) {
    luaL_checkany(L, 1);
    if (!lua_getmetatable(L, 1)) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushliteral(L, "__metatable");
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pushboolean(L, 0);
    }
    return 1;
}

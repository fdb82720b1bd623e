/*
 * pairs and next in a fixed order: numbers ascending, then strings by their bytes, then false and true.
 *
 * Lua's own order depends on addresses and on a seed that differs from run to run, and a verdict must not.
 * pairs takes the keys as they are when the loop starts; a key whose value is gone when its turn comes is
 * passed over. Keys of other types have no order that would be the same in the next run, so they are refused.
 */
#include "library.h"
#include "sandbox.h"

#include <string.h>

enum { RANK_NUMBER, RANK_STRING, RANK_BOOLEAN, RANK_HIDDEN };

static int key_rank(lua_State *L, int index) {
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
        return RANK_NUMBER;
    case LUA_TSTRING:
        return RANK_STRING;
    case LUA_TBOOLEAN:
        return RANK_BOOLEAN;
    case LUA_TLIGHTUSERDATA: /* the host's, see library_metatable.c */
        return RANK_HIDDEN;
    default:
        return luaL_error(L, "a table with a %s as key has no fixed order; use a name or an id as key",
                          luaL_typename(L, index));
    }
}

/* Whether the key at `a` stands before the key at `b`. */
static bool key_before(lua_State *L, int a, int b) {
    int rank = key_rank(L, a);
    int other = key_rank(L, b);
    if (rank != other) {
        return rank < other;
    }
    if (rank == RANK_BOOLEAN) {
        return !lua_toboolean(L, a) && lua_toboolean(L, b);
    }
    return rank == RANK_STRING ? floe_text_before(L, a, b) : lua_compare(L, a, b, LUA_OPLT);
}

/* next(table, key): the first key after `key`, found by looking at all. */
int floe_base_next(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    bool first = lua_isnil(L, 2);
    lua_pushnil(L); /* 3: the best so far */
    uint64_t steps = 0;
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1), steps++) {
        if (key_rank(L, 4) != RANK_HIDDEN && (first || key_before(L, 2, 4)) &&
            (lua_isnil(L, 3) || key_before(L, 4, 3))) {
            lua_pushvalue(L, 4);
            lua_replace(L, 3);
        }
        if (steps % 256 == 0) {
            floe_sandbox_check(L);
        }
    }
    floe_sandbox_spend(L, steps);
    lua_settop(L, 3);
    if (lua_isnil(L, 3)) {
        return 1;
    }
    lua_pushvalue(L, 3);
    lua_rawget(L, 1);
    return 2;
}

/* The step of a loop. Upvalues: the table, its keys in order, how many were given. */
static int step(lua_State *L) {
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(3));
    lua_settop(L, 0);
    for (;;) {
        if (lua_rawgeti(L, lua_upvalueindex(2), ++at) == LUA_TNIL) {
            return 1;
        }
        lua_pushvalue(L, 1);
        if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) {
            break;
        }
        lua_settop(L, 0);
        floe_sandbox_check(L);
    }
    lua_pushinteger(L, at);
    lua_replace(L, lua_upvalueindex(3));
    return 2;
}

/* Pushes the keys of the table at 1, in order. */
static void push_keys(lua_State *L) {
    lua_newtable(L);
    int keys = lua_gettop(L);
    lua_Integer count = 0;
    bool sorted = true;
    lua_pushnil(L); /* the last key that was kept */
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        int key = keys + 2;
        if (key_rank(L, key) == RANK_HIDDEN) {
            continue;
        }
        sorted = sorted && (count == 0 || key_before(L, keys + 1, key));
        lua_pushvalue(L, key);
        lua_copy(L, key, keys + 1);
        lua_rawseti(L, keys, ++count);
        if (count % 256 == 0) {
            floe_sandbox_check(L);
        }
    }
    lua_settop(L, keys);
    floe_sandbox_spend(L, (uint64_t)count);
    if (!sorted) {
        floe_sort_keys(L, keys, key_before);
    }
}

int floe_base_pairs(lua_State *L) {
    luaL_checkany(L, 1);
    if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_call(L, 1, 3);
        return 3;
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    push_keys(L);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, step, 3);
    return 1;
}

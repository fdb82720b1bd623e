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

/* Gives the value of the key on top of the stack below itself, when there still is one. */
static bool push_value(lua_State *L) {
    lua_pushvalue(L, -1);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) {
        return true;
    }
    lua_settop(L, 0);
    return false;
}

/* The step of a loop over many keys. Upvalues: the table, how many keys were given, a table of the keys. */
static int step_through_table(lua_State *L) {
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(2));
    lua_settop(L, 0);
    do {
        floe_sandbox_check(L);
        if (lua_rawgeti(L, lua_upvalueindex(3), ++at) == LUA_TNIL) {
            return 1;
        }
    } while (!push_value(L));
    lua_pushinteger(L, at);
    lua_replace(L, lua_upvalueindex(2));
    return 2;
}

enum { FEW = 16, FIRST_KEY = 4 };

/* The step of a loop over a few keys. Upvalues: the table, how many keys were given, how many there are, the
 * keys. */
static int step_through_upvalues(lua_State *L) {
    int at = (int)lua_tointeger(L, lua_upvalueindex(2));
    int count = (int)lua_tointeger(L, lua_upvalueindex(3));
    lua_settop(L, 0);
    do {
        if (at == count) {
            lua_pushnil(L);
            return 1;
        }
        lua_pushvalue(L, lua_upvalueindex(FIRST_KEY + at));
        at++;
    } while (!push_value(L));
    lua_pushinteger(L, at);
    lua_replace(L, lua_upvalueindex(2));
    return 2;
}

/* Pushes a copy of the key at the top and puts it in its place among those from `first` on. */
static void keep_key(lua_State *L, int first) {
    int key = lua_gettop(L);
    int place = key;
    while (place > first && key_before(L, key, place - 1)) {
        place--;
    }
    lua_pushvalue(L, key);
    lua_insert(L, place);
}

/* Pushes the keys of the table at 1 in order, where they are few; otherwise nothing, and says no. */
static bool push_few_keys(lua_State *L) {
    const int first = lua_gettop(L) + 1;
    for (lua_pushnil(L); lua_next(L, 1);) {
        lua_pop(L, 1);
        if (lua_gettop(L) - first == FEW) {
            lua_settop(L, first - 1);
            return false;
        }
        if (key_rank(L, -1) != RANK_HIDDEN) {
            keep_key(L, first);
        }
    }
    return true;
}

/* Pushes a table with the keys of the table at 1, in order. */
static void push_many_keys(lua_State *L) {
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
    luaL_checkstack(L, FEW + 8, NULL);
    lua_settop(L, 1);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    lua_pushnil(L);
    if (push_few_keys(L)) {
        int count = lua_gettop(L) - FIRST_KEY;
        lua_pushinteger(L, count);
        lua_replace(L, FIRST_KEY);
        lua_pushcclosure(L, step_through_upvalues, count + FIRST_KEY - 1);
    } else {
        lua_pop(L, 1);
        push_many_keys(L);
        lua_pushcclosure(L, step_through_table, 3);
    }
    return 1;
}

/*
 * The table functions. Those that change a table work on the table itself (no metamethods) and refuse one
 * that is read-only; concat, unpack and move also read from views and other values that can be indexed.
 */
#include "library.h"
#include "sandbox.h"

#include <limits.h>
#include <string.h>

enum { POLL = 256, UNPACK_LIMIT = 1 << 16 };

/* Looks at the budget at every so many turns of a loop. */
static void turn(lua_State *L, lua_Unsigned turns) {
    if (turns % POLL == 0) {
        floe_sandbox_spend(L, POLL);
    }
}

/* The length of what is read from: raw for plain tables, # for the rest. */
static lua_Integer length_of(lua_State *L, int index) {
    if (lua_type(L, index) == LUA_TTABLE) {
        if (luaL_getmetafield(L, index, "__len") == LUA_TNIL) {
            return (lua_Integer)lua_rawlen(L, index);
        }
        lua_pop(L, 1);
    }
    return luaL_len(L, index);
}

/* Raises unless the value is a table or can be indexed. */
static void check_readable(lua_State *L, int index) {
    if (lua_type(L, index) == LUA_TTABLE) {
        return;
    }
    if (luaL_getmetafield(L, index, "__index") == LUA_TNIL) {
        luaL_checktype(L, index, LUA_TTABLE);
    }
    lua_pop(L, 1);
}

/* Appends the element at the top of the stack and pops it. */
static void add_element(lua_State *L, floe_text *text, lua_Integer i) {
    size_t size;
    int type = lua_type(L, -1);
    if (type != LUA_TSTRING && type != LUA_TNUMBER) {
        luaL_error(L, "invalid value (%s) at index %I in table for 'concat'", luaL_typename(L, -1),
                   (LUAI_UACINT)i);
    }
    const char *bytes = lua_tolstring(L, -1, &size);
    floe_text_add(text, bytes, size);
    lua_pop(L, 1);
}

static int table_concat(lua_State *L) {
    size_t size;
    check_readable(L, 1);
    const char *separator = luaL_optlstring(L, 2, "", &size);
    lua_Integer from = luaL_optinteger(L, 3, 1);
    lua_Integer to = lua_isnoneornil(L, 4) ? length_of(L, 1) : luaL_checkinteger(L, 4);
    floe_text text;
    floe_text_start(&text, L);
    for (lua_Integer i = from; i <= to; i++) {
        turn(L, (lua_Unsigned)i - (lua_Unsigned)from + 1);
        lua_geti(L, 1, i);
        add_element(L, &text, i);
        if (i == to) {
            break;
        }
        floe_text_add(&text, separator, size);
    }
    floe_text_push(&text);
    return 1;
}

static int table_insert(lua_State *L) {
    floe_check_writable(L, 1);
    lua_Integer end = luaL_intop(+, (lua_Integer)lua_rawlen(L, 1), 1);
    switch (lua_gettop(L)) {
    case 2:
        lua_rawseti(L, 1, end);
        return 0;
    case 3: {
        lua_Integer at = luaL_checkinteger(L, 2);
        luaL_argcheck(L, (lua_Unsigned)at - 1u < (lua_Unsigned)end, 2, "position out of bounds");
        for (lua_Integer i = end; i > at; i--) {
            turn(L, (lua_Unsigned)(end - i) + 1);
            lua_rawgeti(L, 1, i - 1);
            lua_rawseti(L, 1, i);
        }
        lua_rawseti(L, 1, at);
        return 0;
    }
    default:
        return luaL_error(L, "wrong number of arguments to 'insert'");
    }
}

static int table_remove(lua_State *L) {
    floe_check_writable(L, 1);
    lua_Integer size = (lua_Integer)lua_rawlen(L, 1);
    lua_Integer at = luaL_optinteger(L, 2, size);
    if (!lua_isnone(L, 2)) {
        luaL_argcheck(L, (lua_Unsigned)at - 1u <= (lua_Unsigned)size || (size == 0 && at == 0), 2,
                      "position out of bounds");
    }
    lua_rawgeti(L, 1, at);
    for (; at < size; at++) {
        turn(L, (lua_Unsigned)(size - at));
        lua_rawgeti(L, 1, at + 1);
        lua_rawseti(L, 1, at);
    }
    lua_pushnil(L);
    lua_rawseti(L, 1, at);
    return 1;
}

static int table_move(lua_State *L) {
    lua_Integer from = luaL_checkinteger(L, 2);
    lua_Integer end = luaL_checkinteger(L, 3);
    lua_Integer to = luaL_checkinteger(L, 4);
    int target = lua_isnoneornil(L, 5) ? 1 : 5;
    check_readable(L, 1);
    floe_check_writable(L, target);
    if (end < from) {
        lua_pushvalue(L, target);
        return 1;
    }
    luaL_argcheck(L, from > 0 || end < LUA_MAXINTEGER + from, 3, "too many elements to move");
    lua_Integer count = end - from + 1;
    luaL_argcheck(L, to <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
    bool forwards = to > end || to <= from || target != 1;
    for (lua_Integer i = 0; i < count; i++) {
        lua_Integer offset = forwards ? i : count - 1 - i;
        turn(L, (lua_Unsigned)i + 1);
        lua_geti(L, 1, from + offset);
        lua_rawseti(L, target, to + offset);
    }
    lua_pushvalue(L, target);
    return 1;
}

static int table_pack(lua_State *L) {
    int count = lua_gettop(L);
    lua_createtable(L, count, 1);
    lua_insert(L, 1);
    for (int i = count; i >= 1; i--) {
        lua_rawseti(L, 1, i);
    }
    lua_pushinteger(L, count);
    lua_setfield(L, 1, "n");
    return 1;
}

static int table_unpack(lua_State *L) {
    check_readable(L, 1);
    lua_Integer from = luaL_optinteger(L, 2, 1);
    lua_Integer to = lua_isnoneornil(L, 3) ? length_of(L, 1) : luaL_checkinteger(L, 3);
    if (from > to) {
        return 0;
    }
    lua_Unsigned count = (lua_Unsigned)to - (lua_Unsigned)from;
    if (count >= UNPACK_LIMIT || !lua_checkstack(L, (int)count + 1)) {
        return luaL_error(L, "too many results to unpack");
    }
    for (lua_Integer i = from; i < to; i++) {
        lua_geti(L, 1, i);
    }
    lua_geti(L, 1, to);
    floe_sandbox_spend(L, count);
    return (int)count + 1;
}

static const luaL_Reg functions[] = {
    {"concat", table_concat}, {"insert", table_insert},  {"move", table_move},     {"pack", table_pack},
    {"remove", table_remove}, {"sort", floe_table_sort}, {"unpack", table_unpack}, {NULL, NULL},
};

int floe_open_table(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}

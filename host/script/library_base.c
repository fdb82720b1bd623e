/* The basic functions: what is left of Lua's own when nothing loads, collects or looks inside. */
#include "library.h"
#include "sandbox.h"

#include <ctype.h>
#include <string.h>

static int base_error(lua_State *L) {
    int level = (int)luaL_optinteger(L, 2, 1);
    lua_settop(L, 1);
    if (lua_type(L, 1) == LUA_TSTRING && level > 0) {
        luaL_where(L, level);
        lua_insert(L, 1);
        lua_concat(L, 2);
    }
    return lua_error(L);
}

static int base_assert(lua_State *L) {
    if (lua_toboolean(L, 1)) {
        return lua_gettop(L);
    }
    luaL_checkany(L, 1);
    lua_remove(L, 1);
    lua_pushliteral(L, "assertion failed!");
    lua_settop(L, 1);
    return base_error(L);
}

/* A budget that ran out passes through every pcall. */
static int base_pcall(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    int status = lua_pcall(L, lua_gettop(L) - 2, LUA_MULTRET, 0);
    floe_sandbox_check(L);
    if (status == LUA_OK) {
        return lua_gettop(L);
    }
    lua_pushboolean(L, 0);
    lua_insert(L, -2);
    return 2;
}

static int base_select(lua_State *L) {
    int count = lua_gettop(L);
    if (lua_type(L, 1) == LUA_TSTRING && strcmp(lua_tostring(L, 1), "#") == 0) {
        lua_pushinteger(L, count - 1);
        return 1;
    }
    lua_Integer from = luaL_checkinteger(L, 1);
    if (from < 0) {
        from += count;
    } else if (from > count) {
        from = count;
    }
    luaL_argcheck(L, from >= 1, 1, "index out of range");
    return count - (int)from;
}

/* The value of a digit in bases up to 36; 36 for what is no digit. */
static int digit_value(char c) {
    unsigned char byte = (unsigned char)c;
    return isdigit(byte) ? byte - '0' : isalpha(byte) ? toupper(byte) - 'A' + 10 : 36;
}

static int to_number_in_base(lua_State *L, int base) {
    size_t size;
    luaL_checktype(L, 1, LUA_TSTRING);
    const char *text = lua_tolstring(L, 1, &size);
    const char *end = text + size;
    const char *at = text + strspn(text, " \f\n\r\t\v");
    bool negative = *at == '-';
    at += negative || *at == '+';
    lua_Unsigned number = 0;
    const char *first = at;
    for (; digit_value(*at) < base; at++) {
        number = number * (lua_Unsigned)base + (lua_Unsigned)digit_value(*at);
    }
    bool any = at > first;
    at += strspn(at, " \f\n\r\t\v");
    if (any && at == end) {
        lua_pushinteger(L, (lua_Integer)(negative ? 0 - number : number));
    } else {
        luaL_pushfail(L);
    }
    return 1;
}

static int base_tonumber(lua_State *L) {
    if (!lua_isnoneornil(L, 2)) {
        lua_Integer base = luaL_checkinteger(L, 2);
        luaL_argcheck(L, base >= 2 && base <= 36, 2, "base out of range");
        return to_number_in_base(L, (int)base);
    }
    if (lua_type(L, 1) == LUA_TNUMBER) {
        lua_settop(L, 1);
        return 1;
    }
    size_t size;
    luaL_checkany(L, 1);
    const char *text = lua_tolstring(L, 1, &size);
    if (!text || lua_stringtonumber(L, text) != size + 1) {
        luaL_pushfail(L);
    }
    return 1;
}

static int base_tostring(lua_State *L) {
    luaL_checkany(L, 1);
    floe_push_text(L, 1, NULL);
    return 1;
}

static int base_type(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushstring(L, luaL_typename(L, 1));
    return 1;
}

static int base_rawequal(lua_State *L) {
    luaL_checkany(L, 1);
    luaL_checkany(L, 2);
    lua_pushboolean(L, lua_rawequal(L, 1, 2));
    return 1;
}

static int base_rawlen(lua_State *L) {
    int type = lua_type(L, 1);
    luaL_argexpected(L, type == LUA_TTABLE || type == LUA_TSTRING, 1, "table or string");
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, 1));
    return 1;
}

static int base_rawget(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkany(L, 2);
    lua_settop(L, 2);
    lua_rawget(L, 1);
    return 1;
}

static int next_index(lua_State *L) {
    lua_Integer i = luaL_intop(+, luaL_checkinteger(L, 2), 1);
    lua_pushinteger(L, i);
    return lua_geti(L, 1, i) == LUA_TNIL ? 1 : 2;
}

static int base_ipairs(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushcfunction(L, next_index);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

static const luaL_Reg functions[] = {
    {"assert", base_assert},
    {"error", base_error},
    {"getmetatable", floe_base_getmetatable},
    {"ipairs", base_ipairs},
    {"next", floe_base_next},
    {"pairs", floe_base_pairs},
    {"pcall", base_pcall},
    {"rawequal", base_rawequal},
    {"rawget", base_rawget},
    {"rawlen", base_rawlen},
    {"select", base_select},
    {"setmetatable", floe_base_setmetatable},
    {"tonumber", base_tonumber},
    {"tostring", base_tostring},
    {"type", base_type},
    {NULL, NULL},
};

int floe_open_base(lua_State *L) {
    luaL_newlib(L, functions);
    lua_pushliteral(L, LUA_VERSION);
    lua_setfield(L, -2, "_VERSION");
    return 1;
}

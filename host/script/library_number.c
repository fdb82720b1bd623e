/* math and utf8: Lua's own functions, those that always give the same answer in a bounded time. */
#include "library.h"

#include <lualib.h>
#include <string.h>

/* No random numbers: the same facts must give the same findings. */
static const char *const math_names[] = {
    "abs",  "acos", "asin", "atan", "ceil",       "cos",  "deg",        "exp",  "floor",
    "fmod", "huge", "log",  "max",  "maxinteger", "min",  "mininteger", "modf", "pi",
    "rad",  "sin",  "sqrt", "tan",  "tointeger",  "type", "ult",        NULL,
};

static const char *const utf8_constants[] = {"char", "charpattern", NULL};
static const char *const utf8_readers[] = {"codepoint", "codes", "len", "offset", NULL};

/* Pops the library on top of the stack and copies these fields of it to the table below. */
static void copy_fields(lua_State *L, const char *const *names) {
    for (; *names; names++) {
        lua_getfield(L, -1, *names);
        lua_setfield(L, -3, *names);
    }
}

int floe_open_math(lua_State *L) {
    lua_createtable(L, 0, sizeof math_names / sizeof *math_names);
    luaopen_math(L);
    copy_fields(L, math_names);
    lua_pop(L, 1);
    return 1;
}

/* Calls upvalue 1 with the same arguments when the text that it walks through is not too long. */
static int read_bounded(lua_State *L) {
    size_t size;
    luaL_checklstring(L, 1, &size);
    luaL_argcheck(L, size <= FLOE_TEXT_LIMIT, 1, "string too long");
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

int floe_open_utf8(lua_State *L) {
    lua_createtable(L, 0, 6);
    luaopen_utf8(L);
    copy_fields(L, utf8_constants);
    for (const char *const *name = utf8_readers; *name; name++) {
        lua_getfield(L, -1, *name);
        lua_pushcclosure(L, read_bounded, 1);
        lua_setfield(L, -3, *name);
    }
    lua_pop(L, 1);
    return 1;
}

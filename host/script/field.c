#include "field.h"

int floe_field_push(lua_State *L, int index, const char *name) {
    index = lua_absindex(L, index);
    lua_pushstring(L, name);
    return lua_rawget(L, index);
}

void floe_field_set_text(lua_State *L, const char *name, const char *text) {
    if (text) {
        lua_pushstring(L, text);
        lua_setfield(L, -2, name);
    }
}

void floe_field_set_slice(lua_State *L, const char *name, floe_slice slice) {
    if (slice.text) {
        lua_pushlstring(L, slice.text, slice.length);
        lua_setfield(L, -2, name);
    }
}

void floe_field_set_integer(lua_State *L, const char *name, uint64_t integer, uint64_t absent) {
    if (integer != absent) {
        lua_pushinteger(L, (lua_Integer)integer);
        lua_setfield(L, -2, name);
    }
}

void floe_field_set_slices(lua_State *L, const char *name, const floe_slice *slices, uint32_t count) {
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        lua_pushlstring(L, slices[i].text, slices[i].length);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, name);
}

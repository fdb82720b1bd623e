/* What the sandbox's libraries share: text that grows on the Lua stack, tostring, tables that cannot be
 * written. */
#include "library.h"

#include "sandbox.h"

#include <stdint.h>
#include <string.h>

void floe_text_start(floe_text *text, lua_State *L) {
    text->L = L;
    text->data = text->initial;
    text->size = 0;
    text->capacity = sizeof text->initial;
    luaL_checkstack(L, 4, NULL);
    lua_pushnil(L);
    text->slot = lua_gettop(L);
}

char *floe_text_room(floe_text *text, size_t size) {
    if (size > text->capacity - text->size) {
        if (size > FLOE_TEXT_LIMIT - text->size) {
            luaL_error(text->L, "resulting string too large");
        }
        size_t capacity = text->capacity * 2;
        capacity = capacity > FLOE_TEXT_LIMIT ? FLOE_TEXT_LIMIT : capacity;
        capacity = capacity < text->size + size ? text->size + size : capacity;
        char *data = lua_newuserdatauv(text->L, capacity, 0);
        memcpy(data, text->data, text->size);
        lua_replace(text->L, text->slot);
        text->data = data;
        text->capacity = capacity;
    }
    return text->data + text->size;
}

void floe_text_add(floe_text *text, const char *bytes, size_t size) {
    if (size) {
        memcpy(floe_text_room(text, size), bytes, size);
        text->size += size;
    }
}

void floe_text_push(floe_text *text) {
    lua_pushlstring(text->L, text->data, text->size);
}

static void push_plain_text(lua_State *L, int index) {
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        lua_pushvalue(L, index);
        break;
    case LUA_TNUMBER:
        lua_pushvalue(L, index);
        lua_tolstring(L, -1, NULL);
        break;
    case LUA_TNIL:
        lua_pushliteral(L, "nil");
        break;
    case LUA_TBOOLEAN:
        lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
        break;
    case LUA_TUSERDATA:
        if (luaL_getmetafield(L, index, "__name") == LUA_TSTRING) {
            break;
        }
        /* fall through */
    default:
        lua_pushstring(L, luaL_typename(L, index));
    }
}

const char *floe_push_text(lua_State *L, int index, size_t *size) {
    index = lua_absindex(L, index);
    luaL_checkstack(L, 4, NULL);
    if (luaL_callmeta(L, index, "__tostring")) {
        if (!lua_isstring(L, -1)) {
            luaL_error(L, "'__tostring' must return a string");
        }
    } else {
        push_plain_text(L, index);
    }
    return lua_tolstring(L, -1, size);
}

/* Only the host's metatables have a __metatable that is not a table: a policy's own is its original. */
void floe_check_writable(lua_State *L, int index) {
    luaL_checktype(L, index, LUA_TTABLE);
    int type = luaL_getmetafield(L, index, "__metatable");
    if (type != LUA_TNIL) {
        luaL_argcheck(L, type == LUA_TTABLE, index, "this table is read-only");
        lua_pop(L, 1);
    }
}

/* __index: (table, key); upvalue 1 is the name. */
static int absent_key(lua_State *L) {
    const char *name = lua_tostring(L, lua_upvalueindex(1));
    return luaL_error(L, "%s has no '%s'", name, floe_push_text(L, 2, NULL));
}

/* __newindex: (table, key, value); upvalue 1 is the name. */
static int refuse_write(lua_State *L) {
    return luaL_error(L, "%s is read-only", lua_tostring(L, lua_upvalueindex(1)));
}

void floe_protect_table(lua_State *L, const char *name) {
    int table = lua_gettop(L);
    lua_createtable(L, 0, 1);
    lua_pushstring(L, name);
    lua_pushcclosure(L, absent_key, 1);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, table);
    lua_newtable(L);
    lua_createtable(L, 0, 3);
    lua_pushvalue(L, table);
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, name);
    lua_pushcclosure(L, refuse_write, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_replace(L, table);
}

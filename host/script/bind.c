#include "bind.h"

#include <stdbool.h>
#include <stdlib.h>

const luaL_Reg floe_bind_modules[] = {
#define MODULE(name) {"host." #name, luaopen_host_##name},
    FLOE_BIND_MODULES
#undef MODULE
    /* What policies know it by, and so the standard library, which trusted Lua may require too. */
    {"floe.regex", luaopen_host_regex},
    {"floe.sql_tokens", luaopen_host_sql},
    {"floe.text_search", luaopen_host_text},
    {NULL, NULL},
};

static void set_text(lua_State *L, const char *name, const char *text) {
    if (text[0]) {
        lua_pushstring(L, text);
        lua_setfield(L, -2, name);
    }
}

static void set_position(lua_State *L, const char *name, uint32_t number) {
    if (number) {
        lua_pushinteger(L, number);
        lua_setfield(L, -2, name);
    }
}

int floe_bind_failure(lua_State *L, const floe_error *error) {
    lua_pushnil(L);
    lua_createtable(L, 0, 6);
    set_text(L, "code", floe_code_name(error->code));
    set_text(L, "message", error->message);
    set_text(L, "hint", error->hint);
    set_text(L, "file", error->file);
    set_position(L, "line", error->line);
    set_position(L, "column", error->column);
    return 2;
}

/* Pushes an option; false (and nothing on the stack) where it is not given. */
static bool push_option(lua_State *L, int index, const char *name) {
    if (lua_isnoneornil(L, index)) {
        return false;
    }
    luaL_checktype(L, index, LUA_TTABLE);
    if (lua_getfield(L, index, name) == LUA_TNIL) {
        lua_pop(L, 1);
        return false;
    }
    return true;
}

const char *floe_bind_text_option(lua_State *L, int index, const char *name, const char *otherwise) {
    if (!push_option(L, index, name)) {
        return otherwise;
    }
    if (lua_type(L, -1) != LUA_TSTRING) {
        luaL_error(L, "option '%s' must be a string", name);
    }
    /* The options table keeps the string alive after the pop. */
    const char *text = lua_tostring(L, -1);
    lua_pop(L, 1);
    return text;
}

lua_Integer floe_bind_integer_option(lua_State *L, int index, const char *name, lua_Integer least,
                                     lua_Integer most, lua_Integer otherwise) {
    if (!push_option(L, index, name)) {
        return otherwise;
    }
    int exact;
    lua_Integer number = lua_tointegerx(L, -1, &exact);
    if (lua_type(L, -1) != LUA_TNUMBER || !exact || number < least || number > most) {
        luaL_error(L, "option '%s' must be an integer from %I to %I", name, least, most);
    }
    lua_pop(L, 1);
    return number;
}

lua_Integer floe_bind_integer(lua_State *L, int index, lua_Integer least, lua_Integer most) {
    lua_Integer number = luaL_checkinteger(L, index);
    if (number < least || number > most) {
        luaL_error(L, "bad argument #%d (an integer from %I to %I expected)", index, least, most);
    }
    return number;
}

static const char owner_type[] = "floe.owner";

typedef struct owner {
    void *resource;
    void (*release)(void *);
} owner;

static int release_resource(lua_State *L) {
    owner *self = luaL_checkudata(L, 1, owner_type);
    if (self->resource) {
        self->release(self->resource);
        self->resource = NULL;
    }
    return 0;
}

/* Pushes the metatable of owners. It is complete before it is known: making it may run out of memory. */
static void push_owner_type(lua_State *L) {
    if (luaL_getmetatable(L, owner_type) == LUA_TTABLE) {
        return;
    }
    lua_pop(L, 1);
    lua_createtable(L, 0, 3);
    lua_pushstring(L, owner_type);
    lua_setfield(L, -2, "__name");
    lua_pushcfunction(L, release_resource);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, release_resource);
    lua_setfield(L, -2, "__close");
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, owner_type);
}

void **floe_bind_owner(lua_State *L, void (*release)(void *)) {
    owner *self = lua_newuserdatauv(L, sizeof *self, 0);
    *self = (owner){.release = release};
    push_owner_type(L);
    lua_setmetatable(L, -2);
    return &self->resource;
}

void **floe_bind_local(lua_State *L, void (*release)(void *)) {
    void **resource = floe_bind_owner(L, release);
    lua_toclose(L, -1);
    return resource;
}

static void free_buffer(void *buffer) {
    floe_buffer_free(buffer);
    free(buffer);
}

floe_buffer *floe_bind_buffer(lua_State *L) {
    void **slot = floe_bind_local(L, free_buffer);
    floe_buffer *buffer = *slot = calloc(1, sizeof *buffer);
    if (!buffer) {
        luaL_error(L, "out of memory");
    }
    return buffer;
}

/* host.catalog: catalogs of namespaces and tables (host/catalog/catalog.h); results are plain tables. */
#include "bind.h"

#include "catalog/catalog.h"
#include "convert.h"

#include <string.h>
#include <unistd.h>

static const char type_name[] = "host.catalog";

typedef struct handle {
    floe_catalog *catalog; /* NULL once it is closed */
    pid_t process;         /* that opened it: a forked child leaves it alone */
} handle;

/* ---- arguments ---- */

static floe_catalog *check_catalog(lua_State *L) {
    handle *self = luaL_checkudata(L, 1, type_name);
    if (!self->catalog || self->process != getpid()) {
        luaL_argerror(L, 1, "the catalog is closed");
    }
    return self->catalog;
}

static void free_arena(void *arena) {
    floe_arena_free(arena);
}

static void free_store(void *store) {
    floe_store_free(store);
}

/* An arena, or a store, for one call: freed with its owner, which is left on the stack. */
static floe_arena *new_arena(lua_State *L) {
    void **owner = floe_bind_local(L, free_arena);
    *owner = floe_arena_new(0);
    if (!*owner) {
        luaL_error(L, "out of memory");
    }
    return *owner;
}

static floe_store *new_store(lua_State *L) {
    void **owner = floe_bind_local(L, free_store);
    *owner = floe_store_new();
    if (!*owner) {
        luaL_error(L, "out of memory");
    }
    return *owner;
}

static void *new_array(lua_State *L, floe_arena *arena, size_t count, size_t size) {
    void *array = floe_arena_array(arena, count + 1, size);
    if (!array) {
        luaL_error(L, "out of memory");
    }
    return array;
}

/* The string on top of the stack, which something else keeps alive. */
static const char *top_text(lua_State *L, int argument, const char *what) {
    size_t length;
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
    if (!text || strlen(text) != length) {
        luaL_argerror(L, argument, what);
    }
    return text;
}

/* A list of strings; none at all where the argument is optional and not there. */
static floe_catalog_texts check_texts(lua_State *L, int index, floe_arena *arena) {
    static const char what[] = "a list of strings without NUL bytes expected";
    luaL_checktype(L, index, LUA_TTABLE);
    size_t count = lua_rawlen(L, index);
    const char **items = new_array(L, arena, count, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, index, (lua_Integer)i + 1);
        items[i] = top_text(L, index, what);
        lua_pop(L, 1);
    }
    return (floe_catalog_texts){items, count};
}

static floe_catalog_name check_name(lua_State *L, int index, floe_arena *arena) {
    floe_catalog_texts parts = check_texts(L, index, arena);
    return (floe_catalog_name){parts.items, parts.count};
}

static const char *check_text(lua_State *L, int index) {
    luaL_checktype(L, index, LUA_TSTRING);
    lua_pushvalue(L, index);
    const char *text = top_text(L, index, "a string without NUL bytes expected");
    lua_pop(L, 1);
    return text;
}

/* A table of strings by strings. */
static floe_catalog_properties check_properties(lua_State *L, int index, floe_arena *arena) {
    static const char what[] = "a table of strings by strings without NUL bytes expected";
    luaL_checktype(L, index, LUA_TTABLE);
    size_t count = 0;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        top_text(L, index, what);
        count++;
    }
    floe_catalog_property *items = new_array(L, arena, count, sizeof *items);
    count = 0;
    for (lua_pushnil(L); lua_next(L, index);) {
        items[count].value = top_text(L, index, what);
        lua_pop(L, 1);
        items[count++].key = top_text(L, index, what);
    }
    return (floe_catalog_properties){items, count};
}

/* ---- results ---- */

static void push_texts(lua_State *L, const char *const *items, size_t count) {
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushstring(L, items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static void push_properties(lua_State *L, const floe_catalog_properties *properties) {
    lua_createtable(L, 0, (int)properties->count);
    for (size_t i = 0; i < properties->count; i++) {
        lua_pushstring(L, properties->items[i].value);
        lua_setfield(L, -2, properties->items[i].key);
    }
}

static int push_done(lua_State *L, int result, const floe_error *error) {
    if (result) {
        return floe_bind_failure(L, error);
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* ---- operations ---- */

/* catalog:create(name, properties) → "created" | "exists". */
static int catalog_create(lua_State *L) {
    floe_catalog *catalog = check_catalog(L);
    floe_arena *arena = new_arena(L);
    floe_catalog_name name = check_name(L, 2, arena);
    floe_catalog_properties properties = check_properties(L, 3, arena);
    floe_catalog_outcome outcome;
    floe_error error;
    if (floe_catalog_create(catalog, &outcome, &name, &properties, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_pushstring(L, outcome == FLOE_CATALOG_CREATED ? "created" : "exists");
    return 1;
}

/* catalog:load(name) → properties | false. */
static int catalog_load(lua_State *L) {
    floe_catalog *catalog = check_catalog(L);
    floe_arena *arena = new_arena(L);
    floe_catalog_name name = check_name(L, 2, arena);
    floe_catalog_properties properties;
    floe_error error;
    bool found;
    if (floe_catalog_load(catalog, &found, &properties, arena, &name, &error)) {
        return floe_bind_failure(L, &error);
    }
    if (found) {
        push_properties(L, &properties);
    } else {
        lua_pushboolean(L, 0);
    }
    return 1;
}

/* catalog:list(parent) → names, each a list of parts. */
static int catalog_list(lua_State *L) {
    floe_catalog *catalog = check_catalog(L);
    floe_arena *arena = new_arena(L);
    floe_catalog_name parent = check_name(L, 2, arena);
    floe_catalog_names names;
    floe_error error;
    if (floe_catalog_list(catalog, &names, arena, &parent, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_createtable(L, (int)names.count, 0);
    for (size_t i = 0; i < names.count; i++) {
        push_texts(L, names.items[i].parts, names.items[i].count);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* catalog:update(name, updates, removals?) → true. */
static int catalog_update(lua_State *L) {
    floe_catalog *catalog = check_catalog(L);
    lua_settop(L, 4);
    floe_arena *arena = new_arena(L);
    floe_catalog_name name = check_name(L, 2, arena);
    floe_catalog_properties updates = check_properties(L, 3, arena);
    floe_catalog_texts removals = {0};
    floe_error error;
    if (!lua_isnil(L, 4)) {
        removals = check_texts(L, 4, arena);
    }
    return push_done(L, floe_catalog_update(catalog, &name, &updates, &removals, &error), &error);
}

/* catalog:drop(name) → true. */
static int catalog_drop(lua_State *L) {
    floe_catalog *catalog = check_catalog(L);
    floe_arena *arena = new_arena(L);
    floe_catalog_name name = check_name(L, 2, arena);
    floe_error error;
    return push_done(L, floe_catalog_drop(catalog, &name, &error), &error);
}

/* catalog:tables(name) → names. */
static int catalog_tables(lua_State *L) {
    floe_catalog *catalog = check_catalog(L);
    floe_arena *arena = new_arena(L);
    floe_catalog_name name = check_name(L, 2, arena);
    floe_catalog_texts names;
    floe_error error;
    if (floe_catalog_tables(catalog, &names, arena, &name, &error)) {
        return floe_bind_failure(L, &error);
    }
    push_texts(L, names.items, names.count);
    return 1;
}

/* catalog:table(name, table) → { metadata_location =, metadata = | problem =, missing = } | false. */
static int catalog_table(lua_State *L) {
    floe_catalog *catalog = check_catalog(L);
    floe_arena *arena = new_arena(L);
    floe_store *store = new_store(L);
    floe_catalog_name name = check_name(L, 2, arena);
    const char *table = check_text(L, 3);
    floe_catalog_table loaded;
    floe_error error;
    bool found;
    if (floe_catalog_table_load(catalog, &found, &loaded, arena, store, &name, table, &error)) {
        return floe_bind_failure(L, &error);
    }
    if (!found) {
        lua_pushboolean(L, 0);
        return 1;
    }
    lua_createtable(L, 0, 4);
    lua_pushstring(L, loaded.metadata_location);
    lua_setfield(L, -2, "metadata_location");
    lua_pushstring(L, loaded.problem); /* nil where there is none */
    lua_setfield(L, -2, "problem");
    lua_pushboolean(L, loaded.missing);
    lua_setfield(L, -2, "missing");
    if (!floe_node_absent(&loaded.metadata)) {
        floe_convert_plain(L, &loaded.metadata, false);
        lua_setfield(L, -2, "metadata");
    }
    return 1;
}

/* catalog:drop_table(name, table, purge?) → true. */
static int catalog_drop_table(lua_State *L) {
    floe_catalog *catalog = check_catalog(L);
    lua_settop(L, 4);
    floe_arena *arena = new_arena(L);
    floe_catalog_name name = check_name(L, 2, arena);
    const char *table = check_text(L, 3);
    floe_error error;
    return push_done(L, floe_catalog_table_drop(catalog, &name, table, lua_toboolean(L, 4), &error), &error);
}

/* catalog:credentials(name, table) → properties: secrets. */
static int catalog_credentials(lua_State *L) {
    floe_catalog *catalog = check_catalog(L);
    floe_arena *arena = new_arena(L);
    floe_catalog_name name = check_name(L, 2, arena);
    const char *table = check_text(L, 3);
    floe_catalog_properties credentials;
    floe_error error;
    if (floe_catalog_credentials(catalog, &credentials, arena, &name, table, &error)) {
        return floe_bind_failure(L, &error);
    }
    push_properties(L, &credentials);
    return 1;
}

/* catalog:describe() → { type =, address =, capabilities = { … }, property_limit = }. */
static int catalog_describe(lua_State *L) {
    floe_catalog *catalog = check_catalog(L);
    floe_arena *arena = new_arena(L);
    floe_catalog_description description;
    floe_error error;
    if (floe_catalog_describe(catalog, &description, arena, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_createtable(L, 0, 4);
    lua_pushstring(L, description.type);
    lua_setfield(L, -2, "type");
    lua_pushstring(L, description.address);
    lua_setfield(L, -2, "address");
    push_texts(L, description.capabilities.items, description.capabilities.count);
    lua_setfield(L, -2, "capabilities");
    if (description.property_limit) {
        lua_pushinteger(L, (lua_Integer)description.property_limit);
        lua_setfield(L, -2, "property_limit");
    }
    return 1;
}

/* catalog:close(); once more is fine. */
static int catalog_close(lua_State *L) {
    handle *self = luaL_checkudata(L, 1, type_name);
    if (self->process == getpid()) {
        floe_catalog_close(self->catalog);
    }
    self->catalog = NULL;
    return 0;
}

/* open{ type =, config = } → catalog. */
static int catalog_open(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    const char *type = floe_bind_text_option(L, 1, "type", NULL);
    luaL_argcheck(L, type, 1, "option 'type' must be a string");
    luaL_argcheck(L, lua_getfield(L, 1, "config") == LUA_TTABLE, 1, "option 'config' must be a table");
    int config_index = lua_gettop(L);
    floe_store *store = new_store(L);
    floe_document *document;
    floe_node config;
    floe_error error;
    if (floe_document_new(&document, store, FLOE_FACTS, "plugins.catalog.config", &error)) {
        return floe_bind_failure(L, &error);
    }
    floe_convert_build(L, config_index, document, &config);
    handle *self = lua_newuserdatauv(L, sizeof *self, 0);
    *self = (handle){.process = getpid()};
    luaL_setmetatable(L, type_name);
    if (floe_catalog_open(&self->catalog, type, &config, &error)) {
        return floe_bind_failure(L, &error);
    }
    return 1;
}

static void make_type(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"create", catalog_create},
        {"load", catalog_load},
        {"list", catalog_list},
        {"update", catalog_update},
        {"drop", catalog_drop},
        {"tables", catalog_tables},
        {"table", catalog_table},
        {"drop_table", catalog_drop_table},
        {"credentials", catalog_credentials},
        {"describe", catalog_describe},
        {"close", catalog_close},
        {NULL, NULL},
    };
    luaL_newmetatable(L, type_name);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, catalog_close);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, catalog_close);
    lua_setfield(L, -2, "__close");
    lua_pop(L, 1);
}

int luaopen_host_catalog(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"open", catalog_open},
        {NULL, NULL},
    };
    make_type(L);
    luaL_newlib(L, functions);
    return 1;
}

/* host.json: values as JSON text and back. Reading JSON that people wrote is host.document's, as it makes a
 * tree with positions, which stays. */
#include "bind.h"
#include "convert.h"

#include "data/print.h"
#include "floe/json.h"

#include <stdlib.h>

static void free_store(void *store) {
    floe_store_free(store);
}

/* A document that lives as long as the owner that is pushed. */
static floe_document *push_scratch(lua_State *L) {
    void **owner = floe_bind_local(L, free_store);
    floe_store *store = floe_store_new();
    *owner = store;
    floe_document *document = NULL;
    if (!store || floe_document_new(&document, store, FLOE_FACTS, "json", NULL)) {
        luaL_error(L, "out of memory");
    }
    return document;
}

/* encode(value, { indent = 0 }) → text. A value that JSON cannot hold raises: it is a bug of the caller. */
static int json_encode(lua_State *L) {
    luaL_checkany(L, 1);
    unsigned indent = (unsigned)floe_bind_integer_option(L, 2, "indent", 0, 8, 0);
    floe_document *document = push_scratch(L);
    floe_node node;
    floe_convert_build(L, 1, document, &node);
    void **owner = floe_bind_local(L, free);
    floe_buffer text = {0};
    floe_error error;
    if (floe_json_print(&text, &node, indent, &error)) {
        floe_buffer_free(&text);
        return luaL_error(L, "%s", error.message);
    }
    size_t size;
    *owner = floe_buffer_take(&text, &size);
    lua_pushlstring(L, *owner, size);
    return 1;
}

/* decode(text) → value | nil, err. Objects and lists are tables, null is nil, and json.null in a list;
 * nothing of the document stays. */
static int json_decode(lua_State *L) {
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    void **owner = floe_bind_local(L, free_store);
    floe_store *store = floe_store_new();
    *owner = store;
    if (!store) {
        return luaL_error(L, "out of memory");
    }
    floe_document *document;
    floe_error error;
    if (floe_json_parse(&document, store, "JSON", text, size, NULL, &error)) {
        return floe_bind_failure(L, &error);
    }
    floe_convert_plain(L, &document->root, false);
    return 1;
}

/* object{ { key, value }, … } → the same table, printed as an object in this order. */
static int json_object(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    floe_convert_mark_ordered(L);
    return 1;
}

/* members{ key, value, key, value, … } → the same table, printed as an object in this order: of many objects,
 * with one table each. */
static int json_members(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    floe_convert_mark_members(L);
    return 1;
}

/* array(t) → the same table, printed as an array also where it is empty. */
static int json_array(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    floe_convert_mark_list(L);
    return 1;
}

int luaopen_host_json(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"encode", json_encode},   {"decode", json_decode}, {"object", json_object},
        {"members", json_members}, {"array", json_array},   {NULL, NULL},
    };
    luaL_newlib(L, functions);
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
    return 1;
}

#include "context.h"

#include <lauxlib.h>

static const char registry_key;

void floe_context_attach(lua_State *L, floe_context *context) {
    lua_pushlightuserdata(L, context);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &registry_key);
}

floe_context *floe_context_of(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &registry_key);
    floe_context *context = lua_touserdata(L, -1);
    lua_pop(L, 1);
    if (!context) {
        luaL_error(L, "this state has no documents");
    }
    return context;
}

floe_document *floe_context_facts(lua_State *L) {
    floe_context *context = floe_context_of(L);
    floe_error error;
    if (!context->facts && floe_document_new(&context->facts, context->store, FLOE_FACTS, "facts", &error)) {
        luaL_error(L, "%s", error.message);
    }
    return context->facts;
}

/* Runs one Lua test file in a trusted state: the modules inside the binary, and nothing in between. */
#include "script/trusted.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>

static int add_traceback(lua_State *L) {
    luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
    return 1;
}

int main(int argc, char **argv) {
    static floe_context context;
    if (argc != 2) {
        fputs("usage: run_lua TEST.lua\n", stderr);
        return EXIT_FAILURE;
    }
    context.store = floe_store_new();
    context.argument_count = argc - 1;
    context.arguments = argv + 1;
    lua_State *L = context.store ? floe_trusted_new(&context) : NULL;
    if (!L) {
        fputs("run_lua: out of memory\n", stderr);
        return EXIT_FAILURE;
    }
    lua_pushcfunction(L, add_traceback);
    bool ok = luaL_loadfile(L, argv[1]) == LUA_OK && lua_pcall(L, 0, 0, 1) == LUA_OK;
    if (!ok) {
        fprintf(stderr, "%s\n", lua_tostring(L, -1));
    }
    floe_trusted_free(L);
    floe_store_free(context.store);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

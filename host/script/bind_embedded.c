/* host.embedded: the texts of the default bundle and the standard library inside the binary. */
#include "bind.h"
#include "embedded.h"

static int embedded_list(lua_State *L) {
    lua_newtable(L);
    lua_Integer count = 0;
    for (const floe_embedded *file = floe_embedded_files; file->path; file++) {
        if (file->text) {
            lua_pushstring(L, file->path);
            lua_rawseti(L, -2, ++count);
        }
    }
    return 1;
}

static int embedded_read(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    const floe_embedded *file = floe_embedded_find(path);
    if (!file || !file->text) {
        floe_error error;
        floe_error_set(&error, FLOE_NOT_FOUND, "there is no '%s' inside floe", path);
        return floe_bind_failure(L, &error);
    }
    lua_pushlstring(L, file->text, file->size);
    return 1;
}

int luaopen_host_embedded(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"list", embedded_list},
        {"read", embedded_read},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    return 1;
}

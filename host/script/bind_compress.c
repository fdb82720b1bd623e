/* host.compress: texts made smaller before they are sent. */
#include "bind.h"

#include "net/gzip.h"

/* gzip(text) → the text, compressed; or nil and an error. */
static int compress_gzip(lua_State *L) {
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    floe_buffer *out = floe_bind_buffer(L);
    floe_error error;
    if (floe_gzip(out, text, size, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_pushlstring(L, out->data, out->size);
    return 1;
}

int luaopen_host_compress(lua_State *L) {
    static const luaL_Reg functions[] = {{"gzip", compress_gzip}, {NULL, NULL}};
    luaL_newlib(L, functions);
    return 1;
}

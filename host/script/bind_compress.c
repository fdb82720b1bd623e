/* host.compress: texts made smaller before they are sent. */
#include "bind.h"

#include "net/gzip.h"

#include <stdlib.h>

static void free_buffer(void *buffer) {
    floe_buffer_free(buffer);
    free(buffer);
}

/* gzip(text) → the text, compressed; or nil and an error. */
static int compress_gzip(lua_State *L) {
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    void **owner = floe_bind_owner(L, free_buffer);
    floe_buffer *out = *owner = calloc(1, sizeof *out);
    floe_error error;
    if (!out) {
        return luaL_error(L, "out of memory");
    }
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

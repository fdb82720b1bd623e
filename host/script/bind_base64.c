/* host.base64: bytes as text. */
#include "bind.h"

#include "base/base64.h"

static int push_encoded(lua_State *L, bool for_address) {
    size_t size;
    const char *bytes = luaL_checklstring(L, 1, &size);
    floe_buffer *out = floe_bind_buffer(L);
    if (floe_base64(out, bytes, size, for_address)) {
        return luaL_error(L, "out of memory");
    }
    lua_pushlstring(L, out->size ? out->data : "", out->size);
    return 1;
}

/* text(bytes) → with padding. */
static int base64_text(lua_State *L) {
    return push_encoded(L, false);
}

/* url(bytes) → as it may stand in an address: without padding. */
static int base64_url(lua_State *L) {
    return push_encoded(L, true);
}

int luaopen_host_base64(lua_State *L) {
    static const luaL_Reg functions[] = {{"text", base64_text}, {"url", base64_url}, {NULL, NULL}};
    luaL_newlib(L, functions);
    return 1;
}

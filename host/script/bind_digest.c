/* host.digest: SHA-256. */
#include "bind.h"

#include "base/digest.h"

#include <string.h>

/* sha256(text) → hexadecimal digits, without the "sha256:" of a digest. */
static int digest_sha256(lua_State *L) {
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    char digest[FLOE_DIGEST_SIZE];
    floe_error error;
    if (floe_digest(digest, text, size, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_pushstring(L, digest + strlen("sha256:"));
    return 1;
}

int luaopen_host_digest(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"sha256", digest_sha256},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    return 1;
}

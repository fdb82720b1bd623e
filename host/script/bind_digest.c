/* host.digest: SHA-256 of texts and of files. */
#include "bind.h"

#include "base/digest.h"
#include "base/file.h"

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

/* of_file(path) → "sha256:…", whether it holds a NUL byte; or nil and an error. */
static int digest_of_file(lua_State *L) {
    char digest[FLOE_DIGEST_SIZE];
    bool binary;
    floe_error error;
    if (floe_file_digest(digest, &binary, luaL_checkstring(L, 1), &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_pushstring(L, digest);
    lua_pushboolean(L, binary);
    return 2;
}

int luaopen_host_digest(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"sha256", digest_sha256},
        {"of_file", digest_of_file},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    return 1;
}

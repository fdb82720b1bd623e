/* Chunks of Lua in a state that trusts them: shared by the tests of views and bindings. */
#ifndef FLOE_TESTS_CHUNK_H
#define FLOE_TESTS_CHUNK_H

#include "support.h"

#include <lauxlib.h>
#include <string.h>

/* The chunk must raise an error with `message` in it. */
static inline void assert_chunk_raises(lua_State *L, const char *chunk, const char *message) {
    assert_int_not_equal(LUA_OK, luaL_dostring(L, chunk));
    if (!strstr(lua_tostring(L, -1), message)) {
        fail_msg("'%s' does not say '%s'", lua_tostring(L, -1), message);
    }
    lua_settop(L, 0);
}

#endif

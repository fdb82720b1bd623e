/*
 * What every binding uses: the error value of the world's failures, checked arguments, and the list of
 * modules.
 */
#ifndef FLOE_SCRIPT_BIND_H
#define FLOE_SCRIPT_BIND_H

#include "base/buffer.h"
#include "base/lock.h"

#include <lauxlib.h>
#include <lua.h>

/* Pushes nil and { code, message, hint, file, line, column } (empty parts are absent); returns 2. */
int floe_bind_failure(lua_State *L, const floe_error *error);

/* A boolean, number or string field of an options table at `index` (none and nil are no options). A field of
 * another type raises "option 'name' must be a string". */
const char *floe_bind_text_option(lua_State *L, int index, const char *name, const char *otherwise);
lua_Integer floe_bind_integer_option(lua_State *L, int index, const char *name, lua_Integer least,
                                     lua_Integer most, lua_Integer otherwise);

/* An integer argument between `least` and `most`; anything else raises. */
lua_Integer floe_bind_integer(lua_State *L, int index, lua_Integer least, lua_Integer most);

/* Pushes an owner: what is stored in the slot it returns is released when the owner is collected, so that an
 * error that jumps out of a binding leaks nothing. Not for sandboxed states. */
void **floe_bind_owner(lua_State *L, void (*release)(void *));

/* The same for what one call needs, released as soon as the binding returns or an error jumps out of it: the
 * collector knows nothing of memory outside of Lua, and would let many calls' worth pile up. It stays on the
 * stack: neither moved nor taken off. */
void **floe_bind_local(lua_State *L, void (*release)(void *));

/* An empty buffer for one call. */
floe_buffer *floe_bind_buffer(lua_State *L);

/* The lock of host.files at `index`; what is none, and one that was given back, raises. */
const floe_lock *floe_bind_lock(lua_State *L, int index);

/* The host's modules: host.<name> is luaopen_host_<name>, in bind_<name>.c. */
#define FLOE_BIND_MODULES                                                                                    \
    MODULE(base64)                                                                                           \
    MODULE(catalog)                                                                                          \
    MODULE(compress)                                                                                         \
    MODULE(dbt)                                                                                              \
    MODULE(digest)                                                                                           \
    MODULE(document)                                                                                         \
    MODULE(embedded)                                                                                         \
    MODULE(engine)                                                                                           \
    MODULE(files)                                                                                            \
    MODULE(http)                                                                                             \
    MODULE(json)                                                                                             \
    MODULE(ledger)                                                                                           \
    MODULE(process)                                                                                          \
    MODULE(regex)                                                                                            \
    MODULE(serve)                                                                                            \
    MODULE(sql)                                                                                              \
    MODULE(system)                                                                                           \
    MODULE(text)                                                                                             \
    MODULE(zone)

#define MODULE(name) int luaopen_host_##name(lua_State *L);
FLOE_BIND_MODULES
#undef MODULE

/* The same as a table, ended by a row of NULLs. */
extern const luaL_Reg floe_bind_modules[];

/* floe.facts, which only tests of policies may require. */
int luaopen_floe_facts(lua_State *L);

#endif

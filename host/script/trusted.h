/*
 * The state in which floe's own Lua (lua/) runs: the standard libraries, the host's modules, and a `require`
 * that finds only what is inside the binary. Nothing is compiled before it is required.
 */
#ifndef FLOE_SCRIPT_TRUSTED_H
#define FLOE_SCRIPT_TRUSTED_H

#include "context.h"

/* A new state on `context` (borrowed); NULL when memory ran out. */
lua_State *floe_trusted_new(floe_context *context);

/* Closes a state of floe_trusted_new and frees all its memory. */
void floe_trusted_free(lua_State *L);

/* Calls what lua/main.lua returns with the list of arguments. Returns the exit code it answers; an error that
 * nothing caught is printed to stderr with its traceback and answers 70. */
int floe_trusted_main(lua_State *L);

#endif

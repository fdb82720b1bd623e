/*
 * What the bindings of one Lua state share: where its documents live and the command line it was given.
 * Kept in the state's registry, so that trusted and sandboxed states find it in the same way.
 */
#ifndef FLOE_SCRIPT_CONTEXT_H
#define FLOE_SCRIPT_CONTEXT_H

#include "floe/node.h"

#include <lua.h>

typedef struct floe_context {
    floe_store *store;
    floe_document *facts; /* where records and plain trees made from Lua go; NULL until the first one */
    int argument_count;   /* the command line without the program's name */
    char **arguments;
} floe_context;

/* Makes `context` (borrowed; it must outlive the state) the one of this state. */
void floe_context_attach(lua_State *L, floe_context *context);

/* The state's context; raises where there is none. */
floe_context *floe_context_of(lua_State *L);

/* The facts document of the state, made on first use. Raises when memory runs out. */
floe_document *floe_context_facts(lua_State *L);

#endif

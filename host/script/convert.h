/*
 * Lua tables into nodes and nodes into Lua tables, for facts made from Lua and for what is printed as JSON.
 * Everything here raises: on tables that are no tree (mixed keys, cycles, functions), and out of memory.
 */
#ifndef FLOE_SCRIPT_CONVERT_H
#define FLOE_SCRIPT_CONVERT_H

#include "floe/node.h"

#include <lua.h>

enum { FLOE_CONVERT_DEPTH = 64, FLOE_CONVERT_NODES = 4 * 1000 * 1000 };

/* Marks the table on top of the stack. */
void floe_convert_mark_list(lua_State *L);
void floe_convert_mark_ordered(lua_State *L);
void floe_convert_mark_members(lua_State *L);

/* Pushes a new table of the string keys of the map at `index`, sorted by their bytes. */
void floe_convert_sorted_keys(lua_State *L, int index);

/* Builds the value at `index` (nil, boolean, number, string, view, table) in `document`. */
void floe_convert_build(lua_State *L, int index, floe_document *document, floe_node *out);

/* Builds a record from the table of fields at `index`; fields left out are null, unknown ones raise. */
void floe_convert_record(lua_State *L, int index, floe_document *document, const floe_type *type,
                         const floe_place *origin, floe_node *out);

/* Pushes a deep copy of a node as Lua tables; lists are marked. With `holes` the nulls of lists are nil,
 * otherwise null pointers. */
void floe_convert_plain(lua_State *L, const floe_node *node, bool holes);

#endif

/*
 * Views: how Lua sees the document tree. A container node is a userdata that refers to the tree, scalars are
 * Lua values; nothing is copied that is not read, and nothing can be written. Records are strict: a field
 * that their type does not declare raises, with a suggestion. The same in trusted and in sandboxed states.
 *
 * The same fact (record) is the same userdata, so that it can be a key, until floe_view_forget lets the ones
 * made so far go. Views of plain lists and maps are made anew each time; `==` tells whether two are of the
 * same container.
 */
#ifndef FLOE_SCRIPT_VIEW_H
#define FLOE_SCRIPT_VIEW_H

#include "floe/node.h"

#include <lua.h>

/* Prepares a state for views; doing it again does nothing. Raises when memory runs out, as all below may. */
void floe_view_open(lua_State *L);

/* Pushes a node: nil where it is absent or null, a Lua value for a scalar, a view for a container. */
void floe_view_push(lua_State *L, const floe_node *node);

/* Pushes a new view of an object that answers only for its own keys, as a record does. `what` (borrowed, must
 * outlive the state) names it in the error: "the params of x.y". */
void floe_view_push_strict(lua_State *L, const floe_node *node, const char *what);

/* The node of a view; NULL where the value at `index` is none. Valid as long as the document. */
const floe_node *floe_view_to(lua_State *L, int index);

/* The same, but raises where the argument is no view. */
const floe_node *floe_view_check(lua_State *L, int index);

/* Forgets which views were made, except those that were kept: they may be collected once no script holds
 * them. */
void floe_view_forget(lua_State *L);

/* The view at `index` stays the view of its container until floe_view_release. */
void floe_view_keep(lua_State *L, int index);
void floe_view_release(lua_State *L);

/* Raises "a model has no field 'descripton'; did you mean 'description'?". `what` begins the sentence. */
int floe_view_no_member(lua_State *L, const floe_shape *shape, const char *what, const char *key);

#endif

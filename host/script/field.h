/*
 * Fields of tables as C reads and fills them. Reading is raw, so that no code of a script runs.
 */
#ifndef FLOE_SCRIPT_FIELD_H
#define FLOE_SCRIPT_FIELD_H

#include "check.h"

/* Pushes a field of the table at `index` and returns its type. */
int floe_field_push(lua_State *L, int index, const char *name);

/* These set a field of the table on top of the stack. A NULL text or slice, and an integer equal to `absent`,
 * set nothing. */
void floe_field_set_text(lua_State *L, const char *name, const char *text);
void floe_field_set_slice(lua_State *L, const char *name, floe_slice slice);
void floe_field_set_integer(lua_State *L, const char *name, uint64_t integer, uint64_t absent);

/* A list of texts. */
void floe_field_set_slices(lua_State *L, const char *name, const floe_slice *slices, uint32_t count);

#endif

/*
 * A look at a script's text before Lua compiles it.
 *
 * When an operation fails, Lua names the value that it failed on by walking back along the fields that led to
 * it ("t.x.x.x…"). Up to 5.4.6 that walk recurses once for each of them and reads the whole function each
 * time, so one long chain of fields takes seconds that no hook can end, or overflows the C stack. No one
 * writes such a chain by hand; a text that has one is refused.
 */
#ifndef FLOE_SCRIPT_SOURCE_CHECK_H
#define FLOE_SCRIPT_SOURCE_CHECK_H

#include "floe/error.h"

#include <stddef.h>

enum { FLOE_SOURCE_CHAIN = 200 }; /* fields that may follow one another in an expression */

/* FLOE_LIMIT, with the line, for a text with a longer chain. Text that is no Lua passes: compiling finds it.
 */
int floe_source_check(const char *text, size_t size, floe_error *error);

#endif

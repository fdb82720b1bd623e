/*
 * The libraries of the sandbox, in place of Lua's own: the same functions with the same meaning, except that
 * a loop in C looks at the budget, that results are bounded, that what is shared cannot be changed, and that
 * nothing shows an address or an order that differs from run to run.
 *
 * Each `open` pushes a table of functions. They work in any Lua state; only in a sandbox is there a budget.
 */
#ifndef FLOE_SCRIPT_LIBRARY_H
#define FLOE_SCRIPT_LIBRARY_H

#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

enum { FLOE_TEXT_LIMIT = 16 << 20 }; /* bytes of a string that a library function makes */

int floe_open_base(lua_State *L);
int floe_open_string(lua_State *L);
int floe_open_table(lua_State *L);
int floe_open_math(lua_State *L);
int floe_open_utf8(lua_State *L);

/* The rows of string.find, match, gmatch and gsub, and string.format. */
extern const luaL_Reg floe_pattern_functions[];
int floe_string_format(lua_State *L);

/* The basic functions that have files of their own. */
int floe_base_getmetatable(lua_State *L);
int floe_base_next(lua_State *L);
int floe_base_pairs(lua_State *L);
int floe_base_setmetatable(lua_State *L);

/* table.sort; and a stable sort of a table of the host's own: `before` compares two values on the stack. */
typedef bool (*floe_order)(lua_State *L, int a, int b);
bool floe_text_before(lua_State *L, int a, int b); /* two strings, by their bytes */
int floe_table_sort(lua_State *L);
void floe_sort_keys(lua_State *L, int table, floe_order before);

/* Pushes what tostring gives for the value at `index`: never an address; a policy's __tostring runs. */
const char *floe_push_text(lua_State *L, int index, size_t *size);

/* Raises unless the value at `index` is a table that a policy may write to. */
void floe_check_writable(lua_State *L, int index);

/* Puts a read-only stand-in for the table on top of the stack in its place. Reading an absent key of it
 * raises "<name> has no '<key>'". */
void floe_protect_table(lua_State *L, const char *name);

/* Growable text on the Lua stack. Start it, append, and push the result; other values may be pushed and
 * popped in between. Its memory is Lua's, so an error that passes through loses nothing. Raises where the
 * text grows over FLOE_TEXT_LIMIT. */
typedef struct floe_text {
    lua_State *L;
    char *data;
    size_t size;
    size_t capacity;
    int slot; /* of the stack: what keeps `data` alive */
    char initial[512];
} floe_text;

void floe_text_start(floe_text *text, lua_State *L);
char *floe_text_room(floe_text *text,
                     size_t size); /* where `size` bytes may be written; add them to `size` */
void floe_text_add(floe_text *text, const char *bytes, size_t size);
void floe_text_push(floe_text *text);

#endif

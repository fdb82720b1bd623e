/*
 * The sources inside the binary: lua/ (trusted, with the Python that reads DuckDB), stdlib/ and policies/
 * (the default bundle), by the path they have in the repository. The table is written by cmake/embed.c and
 * ends with a row of zeros.
 */
#ifndef FLOE_SCRIPT_EMBEDDED_H
#define FLOE_SCRIPT_EMBEDDED_H

#include <stddef.h>

typedef struct floe_embedded {
    const char *path;
    const char *text; /* NUL-terminated behind `size` bytes; NULL for the Lua below lua/, which only runs */
    size_t size;
    const char *code; /* compiled by the Lua that is linked, with line numbers; NULL where it is no Lua */
    size_t code_size;
} floe_embedded;

extern const floe_embedded floe_embedded_files[];

/* The file with this path, such as "stdlib/floe/text.lua"; NULL where there is none. */
const floe_embedded *floe_embedded_find(const char *path);

/* The Lua file with this path if its text is `text` to the byte, so that its code may stand for it. Code from
 * anywhere else is never run. NULL where there is none. */
const floe_embedded *floe_embedded_same(const char *path, const char *text, size_t size);

#endif

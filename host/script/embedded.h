/*
 * The Lua sources inside the binary: lua/ (trusted), stdlib/ and policies/ (the default bundle), by the path
 * they have in the repository. The table is written by cmake/embed.cmake and ends with a row of zeros.
 */
#ifndef FLOE_SCRIPT_EMBEDDED_H
#define FLOE_SCRIPT_EMBEDDED_H

#include <stddef.h>

typedef struct floe_embedded {
    const char *path;
    const char *text; /* NUL-terminated behind `size` bytes */
    size_t size;
} floe_embedded;

extern const floe_embedded floe_embedded_files[];

/* The file with this path, such as "stdlib/floe/text.lua"; NULL where there is none. */
const floe_embedded *floe_embedded_find(const char *path);

#endif

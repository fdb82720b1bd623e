/* A shared library that is opened when it is first needed, so that a command which does without it neither
 * waits for the loader nor fails where it is missing. */
#ifndef FLOE_NET_LIBRARY_H
#define FLOE_NET_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

/* A function of the library, and the pointer to a function that is to be filled. */
typedef struct floe_library_function {
    const char *name;
    void *slot;
} floe_library_function;

/* Opens the first of `names` (ended by NULL) that is there; NULL where none is. */
void *floe_library_open(const char *const *names);

/* Fills every slot; false where a function is missing. */
bool floe_library_find(void *library, const floe_library_function *functions, size_t count);

/* Closes a library that turned out to be of no use. */
void floe_library_close(void *library);

#endif

/* "Did you mean": the known name that a misspelt one was most likely meant to be. */
#ifndef FLOE_BASE_NEAREST_H
#define FLOE_BASE_NEAREST_H

#include <stddef.h>

enum { FLOE_NEAREST_LENGTH = 64 }; /* longer names are never suggested */

/* The number of insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`; a number
 * above every real one where either is longer than FLOE_NEAREST_LENGTH. */
size_t floe_name_distance(const char *a, size_t a_length, const char *b, size_t b_length);

/* True where a distance is small enough, for a name of this length, to be a slip of the fingers. */
int floe_name_close(size_t distance, size_t length);

#endif

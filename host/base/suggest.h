/* "Did you mean": the name nearest to a misspelt one. */
#ifndef FLOE_BASE_SUGGEST_H
#define FLOE_BASE_SUGGEST_H

#include <stddef.h>

/* Start it with the word as written, offer every name that would have been right, then read `best`: NULL
 * where none is near enough. Of equally near names the one offered first stays. Borrows all texts. */
typedef struct floe_suggestion {
    const char *word;
    size_t length;
    const char *best;
    size_t best_length;
    size_t distance; /* of the best; a further one is not taken */
} floe_suggestion;

void floe_suggest_start(floe_suggestion *suggestion, const char *word, size_t length);
void floe_suggest_offer(floe_suggestion *suggestion, const char *name, size_t length);

#endif

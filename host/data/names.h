/* A set of texts, each stored once and numbered in the order of its coming. */
#ifndef FLOE_DATA_NAMES_H
#define FLOE_DATA_NAMES_H

#include "floe/node.h"

/* Zeroed is empty. The texts live in an arena, the rest is malloc'd. */
typedef struct floe_names {
    floe_key *items;
    size_t count, capacity;
    uint32_t *index; /* open addressing, number + 1, 0 is empty */
    uint32_t mask;
} floe_names;

void floe_names_free(floe_names *names);

/* The number of a text, or -1. */
int64_t floe_names_find(const floe_names *names, const char *text, size_t length);

/* The number of a text, which is copied into the arena where it is new. 0 or FLOE_MEMORY. */
int floe_names_add(uint32_t *out, floe_names *names, floe_arena *arena, const char *text, size_t length);

#endif

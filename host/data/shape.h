/* Shapes: the key lists that objects share. Each document keeps its own table of them. */
#ifndef FLOE_DATA_SHAPE_H
#define FLOE_DATA_SHAPE_H

#include "floe/node.h"

/* Zeroed is empty. */
typedef struct floe_shape_table {
    const floe_shape **slots;
    uint32_t *hashes;
    uint32_t count, mask;
} floe_shape_table;

void floe_shape_table_free(floe_shape_table *table);

/* The table's shape of these keys, made in the arena where there is none yet; NULL where memory ran out or a
 * key stands twice. */
const floe_shape *floe_shape_intern(floe_shape_table *table, floe_arena *arena, const floe_key *keys,
                                    size_t count);

/* Gives a shape of many keys its index. 0, FLOE_MEMORY, or FLOE_INVALID where a key stands twice. */
int floe_shape_index(floe_arena *arena, floe_shape *shape);

#endif

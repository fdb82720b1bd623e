/* What the readers build containers on: stacks of values and keys, copied into the document when a container
 * ends. */
#ifndef FLOE_DATA_BUILDER_H
#define FLOE_DATA_BUILDER_H

#include "base/buffer.h"
#include "floe/node.h"

/* Zeroed is empty. All memory is malloc'd. */
typedef struct floe_builder {
    floe_node *values;
    uint32_t *key_at; /* of the member with the same index in `values` */
    size_t value_count, value_capacity, key_at_capacity;
    floe_key *keys;
    size_t key_count, key_capacity;
} floe_builder;

void floe_builder_free(floe_builder *builder);

/* Makes room for one more value. */
int floe_builder_grow(floe_builder *builder);
static inline int floe_builder_reserve(floe_builder *builder) {
    return builder->value_count < builder->value_capacity ? 0 : floe_builder_grow(builder);
}

static inline int floe_builder_push_key(floe_builder *builder, floe_key key) {
    if (floe_grow(&builder->keys, &builder->key_capacity, builder->key_count + 1, sizeof key)) {
        return FLOE_MEMORY;
    }
    builder->keys[builder->key_count++] = key;
    return 0;
}

/* Writes the sentence about the first key that stands twice among `count` keys and returns where the second
 * of the pair stands; false where none does. The document's lines must be known. */
bool floe_builder_repetition(char *what, size_t size, uint32_t *at, const floe_document *document,
                             const floe_key *keys, const uint32_t *key_at, size_t count);

#endif

#include "data/builder.h"

#include <stdio.h>
#include <stdlib.h>

void floe_builder_free(floe_builder *builder) {
    free(builder->values);
    free(builder->key_at);
    free(builder->keys);
    *builder = (floe_builder){0};
}

int floe_builder_grow(floe_builder *builder) {
    size_t needed = builder->value_count + 1;
    if (floe_grow(&builder->values, &builder->value_capacity, needed, sizeof *builder->values)) {
        return FLOE_MEMORY;
    }
    if (floe_grow(&builder->key_at, &builder->key_at_capacity, builder->value_capacity,
                  sizeof *builder->key_at)) {
        builder->value_capacity = builder->key_at_capacity;
        return FLOE_MEMORY;
    }
    return 0;
}

bool floe_builder_repetition(char *what, size_t size, uint32_t *at, const floe_document *document,
                             const floe_key *keys, const uint32_t *key_at, size_t count) {
    uint32_t pair[2], line, column;
    if (!floe_keys_repeated(keys, count, pair)) {
        return false;
    }
    floe_document_position(document, key_at[pair[0]], &line, &column);
    int shown = keys[pair[0]].length < 200 ? (int)keys[pair[0]].length : 200;
    snprintf(what, size, "the key '%.*s' stands twice in one object, first at %u:%u", shown,
             keys[pair[0]].text, line, column);
    *at = key_at[pair[1]];
    return true;
}

#include "data/names.h"

#include "base/buffer.h"

#include <stdlib.h>
#include <string.h>

void floe_names_free(floe_names *names) {
    free(names->items);
    free(names->index);
    *names = (floe_names){0};
}

/* The place in the index that holds a key or is free for it. */
static uint32_t *slot_of(const floe_names *names, const floe_key *key) {
    uint32_t probe = key->hash & names->mask;
    for (; names->index[probe]; probe = (probe + 1) & names->mask) {
        const floe_key *one = &names->items[names->index[probe] - 1];
        if (one->hash == key->hash && one->length == key->length &&
            memcmp(one->text, key->text, key->length) == 0) {
            break;
        }
    }
    return &names->index[probe];
}

static int grow_index(floe_names *names) {
    if (names->mask && names->count < names->mask / 2) {
        return 0;
    }
    uint32_t size = names->mask ? (names->mask + 1) * 2 : 64;
    uint32_t *index = calloc(size, sizeof *index);
    if (!index) {
        return FLOE_MEMORY;
    }
    free(names->index);
    names->index = index;
    names->mask = size - 1;
    for (uint32_t i = 0; i < names->count; i++) {
        *slot_of(names, &names->items[i]) = i + 1;
    }
    return 0;
}

int64_t floe_names_find(const floe_names *names, const char *text, size_t length) {
    floe_key key = floe_key_of(text, length);
    return names->mask ? (int64_t)*slot_of(names, &key) - 1 : -1;
}

int floe_names_add(uint32_t *out, floe_names *names, floe_arena *arena, const char *text, size_t length) {
    if (grow_index(names) ||
        floe_grow(&names->items, &names->capacity, names->count + 1, sizeof *names->items)) {
        return FLOE_MEMORY;
    }
    floe_key key = floe_key_of(text, length);
    uint32_t *slot = slot_of(names, &key);
    if (!*slot) {
        key.text = floe_arena_text(arena, text, length);
        if (!key.text) {
            return FLOE_MEMORY;
        }
        names->items[names->count++] = key;
        *slot = (uint32_t)names->count;
    }
    *out = *slot - 1;
    return 0;
}

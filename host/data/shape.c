#include "data/shape.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { SMALL_SHAPE = 8 }; /* up to here a walk over the keys beats an index */

/* ---- hashing ---- */

static uint64_t hash_seed = 0x9E3779B97F4A7C15u;

__attribute__((constructor)) static void choose_seed(void) {
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) == (ssize_t)sizeof seed) {
        hash_seed = seed;
    }
}

static uint64_t load(const char *text, size_t size) {
    uint64_t word = 0;
    memcpy(&word, text, size);
    return word;
}

static uint64_t mix(uint64_t left, uint64_t right) {
    __extension__ unsigned __int128 product = (unsigned __int128)left * right;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Two words a step, folded by a wide multiplication; the last step's words may overlap. */
uint32_t floe_hash(const char *text, size_t length) {
    const uint64_t odd = 0xD6E8FEB86659FD93u;
    uint64_t hash = hash_seed ^ (length * odd);
    size_t rest = length;
    for (; rest > 16; rest -= 16, text += 16) {
        hash = mix(load(text, 8) ^ odd, load(text + 8, 8) ^ hash);
    }
    uint64_t first = 0, second = 0;
    if (rest >= 8) {
        first = load(text, 8);
        second = load(text + rest - 8, 8);
    } else if (rest >= 4) {
        first = load(text, 4);
        second = load(text + rest - 4, 4);
    } else if (rest) {
        first = (uint64_t)(unsigned char)text[0] << 16 | (uint64_t)(unsigned char)text[rest / 2] << 8 |
                (unsigned char)text[rest - 1];
    }
    hash = mix(first ^ odd, second ^ hash);
    return (uint32_t)(hash ^ hash >> 32);
}

static uint32_t hash_keys(const floe_key *keys, size_t count) {
    uint32_t hash = 2166136261u ^ (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        hash = (hash ^ keys[i].hash) * 16777619u;
    }
    return hash ^ hash >> 15;
}

/* ---- the index of one shape ---- */

static bool same_key(const floe_key *left, const floe_key *right) {
    return left->hash == right->hash && left->length == right->length &&
           memcmp(left->text, right->text, left->length) == 0;
}

static uint32_t index_size(size_t count) {
    uint32_t size = 16;
    while (size < count * 2) {
        size *= 2;
    }
    return size;
}

/* Fills a cleared index. Returns false, with the first repetition in `pair`, where a key stands twice. */
static bool fill_index(uint32_t *index, uint32_t size, const floe_key *keys, size_t count, uint32_t pair[2]) {
    for (uint32_t slot = 0; slot < count; slot++) {
        uint32_t probe = keys[slot].hash & (size - 1);
        for (; index[probe]; probe = (probe + 1) & (size - 1)) {
            if (same_key(&keys[index[probe] - 1], &keys[slot])) {
                pair[0] = index[probe] - 1;
                pair[1] = slot;
                return false;
            }
        }
        index[probe] = slot + 1;
    }
    return true;
}

static bool repeats_few(const floe_key *keys, size_t count, uint32_t pair[2]) {
    for (uint32_t i = 1; i < count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (same_key(&keys[j], &keys[i])) {
                pair[0] = j;
                pair[1] = i;
                return true;
            }
        }
    }
    return false;
}

int floe_shape_index(floe_arena *arena, floe_shape *shape) {
    uint32_t pair[2];
    if (shape->count <= SMALL_SHAPE) {
        return repeats_few(shape->keys, shape->count, pair) ? FLOE_INVALID : 0;
    }
    uint32_t size = index_size(shape->count);
    uint32_t *index = floe_arena_array(arena, size, sizeof *index);
    if (!index) {
        return FLOE_MEMORY;
    }
    memset(index, 0, size * sizeof *index);
    if (!fill_index(index, size, shape->keys, shape->count, pair)) {
        return FLOE_INVALID;
    }
    shape->index = index;
    shape->mask = size - 1;
    return 0;
}

bool floe_keys_repeated(const floe_key *keys, size_t count, uint32_t pair[2]) {
    if (count <= SMALL_SHAPE) {
        return repeats_few(keys, count, pair);
    }
    uint32_t size = index_size(count);
    uint32_t *index = calloc(size, sizeof *index);
    bool repeated = index && !fill_index(index, size, keys, count, pair);
    free(index);
    return repeated;
}

/* ---- the table of a document ---- */

void floe_shape_table_free(floe_shape_table *table) {
    free(table->slots);
    free(table->hashes);
    *table = (floe_shape_table){0};
}

static bool same_keys(const floe_shape *shape, const floe_key *keys, size_t count) {
    if (shape->count != count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!same_key(&shape->keys[i], &keys[i])) {
            return false;
        }
    }
    return true;
}

static int grow_table(floe_shape_table *table) {
    if (table->mask && table->count < table->mask / 2) {
        return 0;
    }
    uint32_t size = table->mask ? (table->mask + 1) * 2 : 64;
    const floe_shape **slots = calloc(size, sizeof *slots);
    uint32_t *hashes = calloc(size, sizeof *hashes);
    if (!slots || !hashes) {
        free(slots);
        free(hashes);
        return FLOE_MEMORY;
    }
    for (uint32_t i = 0; table->mask && i <= table->mask; i++) {
        if (table->slots[i]) {
            uint32_t probe = table->hashes[i] & (size - 1);
            while (slots[probe]) {
                probe = (probe + 1) & (size - 1);
            }
            slots[probe] = table->slots[i];
            hashes[probe] = table->hashes[i];
        }
    }
    free(table->slots);
    free(table->hashes);
    table->slots = slots;
    table->hashes = hashes;
    table->mask = size - 1;
    return 0;
}

const floe_shape *floe_shape_intern(floe_shape_table *table, floe_arena *arena, const floe_key *keys,
                                    size_t count) {
    if (grow_table(table)) {
        return NULL;
    }
    uint32_t hash = hash_keys(keys, count);
    uint32_t probe = hash & table->mask;
    for (; table->slots[probe]; probe = (probe + 1) & table->mask) {
        if (table->hashes[probe] == hash && same_keys(table->slots[probe], keys, count)) {
            return table->slots[probe];
        }
    }
    floe_shape *shape = floe_arena_alloc(arena, sizeof *shape);
    floe_key *copies = floe_arena_array(arena, count ? count : 1, sizeof *copies);
    if (!shape || !copies) {
        return NULL;
    }
    if (count) {
        memcpy(copies, keys, count * sizeof *copies);
    }
    *shape = (floe_shape){.count = (uint32_t)count, .keys = copies};
    if (floe_shape_index(arena, shape)) {
        return NULL;
    }
    table->slots[probe] = shape;
    table->hashes[probe] = hash;
    table->count++;
    return shape;
}

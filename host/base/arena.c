#include "floe/arena.h"

#include "base/sanitizer.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What is kept in arenas: pointers, 64-bit numbers, and structs of them. Nothing needs a wider alignment, and
 * rounding to more costs a large document a tenth of its memory. */
typedef union arena_unit {
    void *pointer;
    uint64_t integer;
    double number;
} arena_unit;

typedef struct chunk {
    struct chunk *next;
    size_t capacity;
    alignas(arena_unit) char data[];
} chunk;

struct floe_arena {
    chunk *chunks;
    char *cursor;
    size_t room;
    size_t used;
    size_t limit;
    size_t chunk_size;
    bool refused; /* by the limit, … */
    bool failed;  /* … or by anything */
};

enum { FIRST_CHUNK = 1024, LARGEST_CHUNK = 4 * 1024 * 1024 };

floe_arena *floe_arena_new(size_t limit) {
    floe_arena *arena = calloc(1, sizeof *arena);
    if (arena) {
        arena->limit = limit ? limit : SIZE_MAX;
        arena->chunk_size = FIRST_CHUNK;
    }
    return arena;
}

static void free_chunks(chunk *first) {
    chunk *next;
    for (chunk *one = first; one; one = next) {
        next = one->next;
        free(one);
    }
}

void floe_arena_free(floe_arena *arena) {
    if (arena) {
        free_chunks(arena->chunks);
        free(arena);
    }
}

/* The newest chunk is kept, which is the largest of the usual ones: what needed several the first time fits
 * into one after some rounds. With the sanitizer all are freed, so that it sees who still reads there. */
void floe_arena_reset(floe_arena *arena) {
    chunk *kept = arena->chunks;
    arena->used = 0;
    arena->refused = arena->failed = false;
    if (kept && !FLOE_SANITIZED && kept->capacity <= LARGEST_CHUNK) {
        free_chunks(kept->next);
        kept->next = NULL;
        arena->cursor = kept->data;
        arena->room = kept->capacity;
        return;
    }
    free_chunks(kept);
    arena->chunks = NULL;
    arena->cursor = NULL;
    arena->room = 0;
    arena->chunk_size = FIRST_CHUNK;
}

/* Links a fresh chunk. One that is larger than usual goes behind the current chunk, whose room stays in use.
 */
static void *add_chunk(floe_arena *arena, size_t size) {
    size_t capacity = size > arena->chunk_size / 4 ? size : arena->chunk_size;
    chunk *fresh = malloc(sizeof *fresh + capacity);
    if (!fresh) {
        return NULL;
    }
    fresh->capacity = capacity;
    if (capacity == size && arena->chunks) {
        fresh->next = arena->chunks->next;
        arena->chunks->next = fresh;
        return fresh->data;
    }
    fresh->next = arena->chunks;
    arena->chunks = fresh;
    arena->cursor = fresh->data + size;
    arena->room = capacity - size;
    if (arena->chunk_size < LARGEST_CHUNK) {
        arena->chunk_size *= 2;
    }
    return fresh->data;
}

bool floe_arena_refused(const floe_arena *arena) {
    return arena->refused;
}

bool floe_arena_failed(const floe_arena *arena) {
    return arena->failed;
}

void floe_arena_limit(floe_arena *arena, size_t limit) {
    arena->limit = limit > arena->used ? limit : arena->used;
}

void *floe_arena_alloc(floe_arena *arena, size_t size) {
    const size_t grain = alignof(arena_unit);
    void *memory = NULL;
    bool allowed = size <= SIZE_MAX / 2;
    if (allowed) {
        size = size ? (size + grain - 1) / grain * grain : grain; /* even nothing has an address */
        allowed = size <= arena->limit - arena->used;
        arena->refused = arena->refused || !allowed;
    }
    if (allowed && size <= arena->room) {
        memory = arena->cursor;
        arena->cursor += size;
        arena->room -= size;
    } else if (allowed) {
        memory = add_chunk(arena, size);
    }
    arena->failed = arena->failed || !memory;
    arena->used += memory ? size : 0;
    return memory;
}

void *floe_arena_array(floe_arena *arena, size_t count, size_t size) {
    return floe_arena_alloc(arena, size && count > SIZE_MAX / 2 / size ? SIZE_MAX : count * size);
}

char *floe_arena_text(floe_arena *arena, const char *text, size_t length) {
    char *copy = floe_arena_alloc(arena, length + 1);
    if (copy) {
        if (length) {
            memcpy(copy, text, length);
        }
        copy[length] = '\0';
    }
    return copy;
}

size_t floe_arena_used(const floe_arena *arena) {
    return arena->used;
}

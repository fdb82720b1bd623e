#include "pool.h"

#include "base/sanitizer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { GRAIN = 16, LARGEST = 512, CLASSES = LARGEST / GRAIN + 1, CHUNK = 256 * 1024 };

typedef struct chunk {
    struct chunk *next;
    size_t padding; /* to a grain */
} chunk;

typedef struct gap {
    struct gap *next;
} gap;

struct floe_pool {
    gap *gaps[CLASSES]; /* free blocks by size in grains */
    char *cursor;
    size_t room;
    chunk *chunks;
};

floe_pool *floe_pool_new(void) {
    return calloc(1, sizeof(floe_pool));
}

void floe_pool_free(floe_pool *pool) {
    for (chunk *next, *one = pool ? pool->chunks : NULL; one; one = next) {
        next = one->next;
        munmap(one, CHUNK);
    }
    free(pool);
}

static int is_large(size_t size) {
    /* The sanitizer should see every block. */
    return FLOE_SANITIZED || size > LARGEST;
}

static size_t grains(size_t size) {
    return (size + GRAIN - 1) / GRAIN;
}

/* A block from new pages. They are asked for together, as a fault for each would cost more than they do. */
static void *cut(floe_pool *pool, size_t size) {
    if (size > pool->room) {
        chunk *fresh =
            mmap(NULL, CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
        if (fresh == MAP_FAILED) {
            return NULL;
        }
        fresh->next = pool->chunks;
        pool->chunks = fresh;
        pool->cursor = (char *)(fresh + 1);
        pool->room = CHUNK - sizeof *fresh;
    }
    void *block = pool->cursor;
    pool->cursor += size;
    pool->room -= size;
    return block;
}

static void *give(floe_pool *pool, size_t size) {
    if (is_large(size)) {
        return malloc(size);
    }
    size_t class = grains(size);
    gap *one = pool->gaps[class];
    if (!one) {
        return cut(pool, class * GRAIN);
    }
    pool->gaps[class] = one->next;
    return one;
}

static void take_back(floe_pool *pool, void *block, size_t size) {
    if (is_large(size)) {
        free(block);
        return;
    }
    gap *one = block;
    one->next = pool->gaps[grains(size)];
    pool->gaps[grains(size)] = one;
}

void *floe_pool_allocate(void *data, void *block, size_t old_size, size_t size) {
    floe_pool *pool = data;
    if (!block) {
        return size ? give(pool, size) : NULL; /* the old size of a new block is its type */
    }
    if (!size) {
        take_back(pool, block, old_size);
        return NULL;
    }
    if (is_large(old_size) && is_large(size)) {
        return realloc(block, size);
    }
    if (!is_large(old_size) && !is_large(size) && grains(old_size) == grains(size)) {
        return block;
    }
    void *moved = give(pool, size);
    if (!moved) {
        /* Lua relies on it that a block can always shrink, and where it stands there is room enough. */
        return size < old_size ? block : NULL;
    }
    memcpy(moved, block, size < old_size ? size : old_size);
    take_back(pool, block, old_size);
    return moved;
}

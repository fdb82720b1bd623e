/*
 * Memory that runs out on demand, for test programs whose name ends in _memory: they are linked with --wrap,
 * so that the host's own calls of malloc, calloc and realloc come here, and those of arenas as well. An arena
 * that has room left asks nobody, so without these most of what can fail would never do so.
 */
#ifndef FLOE_TESTS_ALLOCATOR_H
#define FLOE_TESTS_ALLOCATOR_H

#include "floe/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GONE = -2 }; /* what `left` is once one has failed */

static long left = -1;        /* allocations until one fails; negative: none does, or GONE */
static bool for_good = false; /* all that follow fail too */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_floe_arena_alloc(floe_arena *arena, size_t size);
void *__real_floe_arena_array(floe_arena *arena, size_t count, size_t size);
char *__real_floe_arena_text(floe_arena *arena, const char *text, size_t length);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_floe_arena_alloc(floe_arena *arena, size_t size);
void *__wrap_floe_arena_array(floe_arena *arena, size_t count, size_t size);
char *__wrap_floe_arena_text(floe_arena *arena, const char *text, size_t length);

static bool fails(void) {
    bool now = left == 0 || (for_good && left == GONE);
    left = now ? GONE : left > 0 ? left - 1 : left;
    return now;
}

void *__wrap_malloc(size_t size) {
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size) {
    return fails() ? NULL : __real_realloc(memory, size);
}

void *__wrap_floe_arena_alloc(floe_arena *arena, size_t size) {
    return __real_floe_arena_alloc(arena, fails() ? SIZE_MAX : size);
}

void *__wrap_floe_arena_array(floe_arena *arena, size_t count, size_t size) {
    return fails() ? __real_floe_arena_alloc(arena, SIZE_MAX) : __real_floe_arena_array(arena, count, size);
}

char *__wrap_floe_arena_text(floe_arena *arena, const char *text, size_t length) {
    return fails() ? __real_floe_arena_alloc(arena, SIZE_MAX) : __real_floe_arena_text(arena, text, length);
}

#endif

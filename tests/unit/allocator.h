/*
 * Memory that runs out on demand, for test programs whose name ends in _memory: they are linked with --wrap,
 * so that the host's own calls of malloc, calloc and realloc come here.
 */
#ifndef FLOE_TESTS_ALLOCATOR_H
#define FLOE_TESTS_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>

static long left = -1; /* allocations until one fails; negative: none does, or it has failed */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static bool fails(void) {
    return left >= 0 && left-- == 0;
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

#endif

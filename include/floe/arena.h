/*
 * An arena: memory for what lives and dies together. Allocation is a pointer bump; freeing is all at once.
 * Not thread-safe. Pointers stay valid until floe_arena_free or
 * floe_arena_reset.
 */
#ifndef FLOE_ARENA_H
#define FLOE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct floe_arena floe_arena;

/* A new, empty arena, or NULL when memory ran out. `limit` bounds the bytes it may ever hold; 0: no bound. */
floe_arena *floe_arena_new(size_t limit);

/* Frees the arena and all that came from it. NULL is allowed. */
void floe_arena_free(floe_arena *arena);

/* Takes back all that came from it and keeps some of the memory for what comes next. */
void floe_arena_reset(floe_arena *arena);

/* `size` bytes, aligned for pointers, doubles and 64-bit integers, not cleared; NULL when memory or the
 * arena's limit is used up. */
void *floe_arena_alloc(floe_arena *arena, size_t size);

/* The same for `count` objects of `size` bytes, with the product checked for overflow. */
void *floe_arena_array(floe_arena *arena, size_t count, size_t size);

/* A NUL-terminated copy of `length` bytes (which may hold NULs themselves). */
char *floe_arena_text(floe_arena *arena, const char *text, size_t length);

/* Bytes handed out so far. */
size_t floe_arena_used(const floe_arena *arena);

/* Changes the limit; what is in use already stays. */
void floe_arena_limit(floe_arena *arena, size_t limit);

/* Whether the limit, and not the system, refused room since the arena was made or reset. */
bool floe_arena_refused(const floe_arena *arena);

/* Whether either of them did. Who made many small things may ask once at the end instead of after each. */
bool floe_arena_failed(const floe_arena *arena);

#endif

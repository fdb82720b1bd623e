/*
 * Memory for a Lua state: small blocks by size class from pages of its own. Faster than malloc for what a
 * state does all day, and in a forked process it leaves the parent's pages alone, which would else be copied
 * one by one. Nothing goes back to the system before the pool is freed. Not thread-safe.
 */
#ifndef FLOE_SCRIPT_POOL_H
#define FLOE_SCRIPT_POOL_H

#include <stddef.h>

typedef struct floe_pool floe_pool;

/* NULL when memory ran out. */
floe_pool *floe_pool_new(void);

/* Frees the pool with all its small blocks; large ones must have been given back. NULL is allowed. */
void floe_pool_free(floe_pool *pool);

/* The contract of lua_Alloc; `data` is the pool. */
void *floe_pool_allocate(void *data, void *block, size_t old_size, size_t size);

#endif

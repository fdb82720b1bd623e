/* Growable memory: bytes that are appended to, and the growing of any other vector. */
#ifndef FLOE_BASE_BUFFER_H
#define FLOE_BASE_BUFFER_H

#include "floe/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes with a NUL after the last one. A zeroed struct is an empty buffer. When memory runs out `failed` is
 * set and all later appends do nothing, so a writer may look at it once, at the end. */
typedef struct floe_buffer {
    char *data; /* NULL until something was appended */
    size_t size;
    size_t capacity;
    bool failed;
} floe_buffer;

/* Frees the bytes and leaves an empty buffer. */
void floe_buffer_free(floe_buffer *buffer);

/* Forgets the bytes and keeps the memory. */
void floe_buffer_clear(floe_buffer *buffer);

/* Makes room for `size` more bytes. 0 or FLOE_MEMORY, as for the two below. */
int floe_buffer_reserve(floe_buffer *buffer, size_t size);
int floe_buffer_append(floe_buffer *buffer, const void *bytes, size_t size);
int floe_buffer_printf(floe_buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Hands the bytes to the caller, who frees them; NULL where an append failed. The buffer is empty afterwards.
 */
char *floe_buffer_take(floe_buffer *buffer, size_t *size);

/* Grows the vector `*items` (malloc'd, may be NULL) so that it holds at least `needed` items of `item` bytes.
 * 0, or FLOE_MEMORY with the vector as it was. */
int floe_grow(void *items, size_t *capacity, size_t needed, size_t item);

#endif

/*
 * Compressing what is sent (RFC 1952). zlib is loaded when the first text is compressed: few commands send
 * anything.
 */
#ifndef FLOE_NET_GZIP_H
#define FLOE_NET_GZIP_H

#include "base/buffer.h"

enum { FLOE_GZIP_LIMIT = 64 << 20 }; /* bytes of a text */

/* Appends `text`, compressed, to `out`. FLOE_LIMIT for a text that is longer than FLOE_GZIP_LIMIT,
 * FLOE_OUTSIDE where there is no zlib. */
int floe_gzip(floe_buffer *out, const void *text, size_t size, floe_error *error);

#endif

/* Base64 (RFC 4648): of bytes in headers, and as it may stand in an address. */
#ifndef FLOE_BASE_BASE64_H
#define FLOE_BASE_BASE64_H

#include "base/buffer.h"

#include <stdbool.h>

/* Appends bytes as text: with padding (section 4), or for an address, with its letters and without padding
 * (section 5). 0 or FLOE_MEMORY. */
int floe_base64(floe_buffer *out, const void *bytes, size_t size, bool for_address);

#endif

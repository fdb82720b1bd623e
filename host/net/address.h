/* Addresses (RFC 3986) as requests use and errors show them. */
#ifndef FLOE_NET_ADDRESS_H
#define FLOE_NET_ADDRESS_H

#include "base/buffer.h"
#include "net/curl.h"

#include <stdbool.h>

/* Appends `text` as part of a path, a query or a form: all but letters, digits and "-._~" percent-encoded
 * (section 2.3). */
int floe_address_encode(floe_buffer *out, const char *text, size_t length);

/* Writes an address as people may see it: without user, password, query and fragment, without control
 * characters, cut where `size` ends. */
void floe_address_show(char *out, size_t size, const char *address);

/* Whether an address can be asked: absolute, http or https, with a host, without user and password, made of
 * visible ASCII. FLOE_INVALID with what is wrong. */
int floe_address_check(const floe_curl *curl, const char *address, floe_error *error);

/* Whether two addresses that were checked have the same scheme, host and port. */
bool floe_address_same_origin(const floe_curl *curl, const char *left, const char *right);

#endif

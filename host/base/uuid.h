/* Identifiers that nobody has to hand out: UUIDs of version 7 (RFC 9562, section 5.7), which sort by their
 * time. */
#ifndef FLOE_BASE_UUID_H
#define FLOE_BASE_UUID_H

#include "floe/error.h"

enum { FLOE_UUID_SIZE = 37 }; /* with the NUL */

/* A new one, in lower case. Errors are those of floe_random. */
int floe_uuid(char out[FLOE_UUID_SIZE], floe_error *error);

#endif

/* Numbers that nobody can guess, from the kernel and from nowhere else. */
#ifndef FLOE_BASE_RANDOM_H
#define FLOE_BASE_RANDOM_H

#include "floe/error.h"

#include <stddef.h>

enum { FLOE_RANDOM_MOST = 256 }; /* what the kernel gives at once, whatever interrupts it */

/* Fills up to FLOE_RANDOM_MOST bytes. FLOE_OUTSIDE where the kernel gives none. */
int floe_random(void *out, size_t size, floe_error *error);

#endif

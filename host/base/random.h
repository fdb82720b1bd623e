/* Numbers that nobody can guess, from the kernel. */
#ifndef FLOE_BASE_RANDOM_H
#define FLOE_BASE_RANDOM_H

#include <stddef.h>

enum { FLOE_RANDOM_MOST = 256 }; /* what the kernel gives at once, whatever interrupts it */

/* Fills up to FLOE_RANDOM_MOST bytes. Where the kernel has none to give they are unlike those of this process
 * at least. */
void floe_random(void *out, size_t size);

#endif

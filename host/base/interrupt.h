/*
 * SIGINT, SIGTERM and SIGHUP as a flag: long work looks at it and ends in good order. A second one ends the
 * process at once.
 */
#ifndef FLOE_BASE_INTERRUPT_H
#define FLOE_BASE_INTERRUPT_H

#include "floe/error.h"

#include <stdbool.h>

/* From now on the first of them sets the flag, and a write to a closed pipe is an error instead of a signal.
 */
void floe_interrupt_watch(void);

/* True once one was seen. */
bool floe_interrupted(void);

/* The same for work that ends with an error: 0, or FLOE_IO with "interrupted". */
int floe_interrupt_check(floe_error *error);

#endif

/* The two clocks, so that nothing else asks the system for the time. */
#ifndef FLOE_BASE_CLOCK_H
#define FLOE_BASE_CLOCK_H

#include <stdint.h>

/* Nanoseconds since 1970-01-01T00:00:00Z; follows corrections of the system's clock. */
int64_t floe_clock_now(void);

/* Nanoseconds since some moment before the program's start; never goes back. For measuring. */
int64_t floe_clock_monotonic(void);

#endif

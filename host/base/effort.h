/* What a search that a script asked for may cost: it is counted, and can be stopped from outside. */
#ifndef FLOE_BASE_EFFORT_H
#define FLOE_BASE_EFFORT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct floe_effort {
    const volatile sig_atomic_t *stop; /* not 0: give up; NULL where nobody stops it */
    uint64_t steps;                    /* made so far */
} floe_effort;

/* Counts a step; false where the effort is to end, which is looked at now and then. */
static inline bool floe_effort_step(floe_effort *effort) {
    return (++effort->steps & 1023) != 0 || !effort->stop || !*effort->stop;
}

#endif

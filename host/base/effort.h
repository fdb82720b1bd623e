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

/* Counts steps; false where the effort is to end, which is looked at now and then. */
static inline bool floe_effort_steps(floe_effort *effort, uint64_t count) {
    enum { UNSEEN = 1024 }; /* steps between two looks */
    uint64_t before = effort->steps / UNSEEN;
    effort->steps += count;
    return effort->steps / UNSEEN == before || !effort->stop || !*effort->stop;
}

static inline bool floe_effort_step(floe_effort *effort) {
    return floe_effort_steps(effort, 1);
}

#endif

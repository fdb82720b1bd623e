/* How large an input may be before it is refused. What is hostile must end in an error, not in memory. */
#ifndef FLOE_LIMITS_H
#define FLOE_LIMITS_H

#include <stddef.h>
#include <stdint.h>

/* Zeros stand for the defaults, which the readers state. Past any of them a reader answers FLOE_LIMIT. */
typedef struct floe_read_limits {
    size_t bytes;     /* of the source; never more than FLOE_SIZE_LIMIT */
    uint32_t depth;   /* containers within one another */
    uint32_t nodes;   /* of the tree; 0 is FLOE_NODE_LIMIT */
    uint32_t aliases; /* nodes that YAML's aliases stand for, counted as if they were copied */
} floe_read_limits;

enum { FLOE_NODE_LIMIT = 32 * 1024 * 1024 };

#endif

/*
 * What policies judge: the kinds of subjects, and a product taken apart into subjects in one fixed order.
 */
#ifndef FLOE_SCRIPT_SUBJECT_H
#define FLOE_SCRIPT_SUBJECT_H

#include "floe/node.h"

/* In the order in which a product is walked, but for columns, which follow the node they belong to. */
typedef enum floe_target {
    FLOE_TARGET_PRODUCT,
    FLOE_TARGET_PORT,
    FLOE_TARGET_CONTRACT,
    FLOE_TARGET_FILE,
    FLOE_TARGET_PROJECT,
    FLOE_TARGET_MODEL,
    FLOE_TARGET_SEED,
    FLOE_TARGET_SNAPSHOT,
    FLOE_TARGET_SOURCE,
    FLOE_TARGET_COLUMN,
    FLOE_TARGET_ANALYSIS,
    FLOE_TARGET_TEST,
    FLOE_TARGET_UNIT_TEST,
    FLOE_TARGET_EXPOSURE,
    FLOE_TARGET_METRIC,
    FLOE_TARGET_SEMANTIC_MODEL,
    FLOE_TARGET_SAVED_QUERY,
    FLOE_TARGET_GROUP,
    FLOE_TARGET_MACRO,
    FLOE_TARGET_RUN,
    FLOE_TARGET_RUN_NODE,
    FLOE_TARGET_CONTRACT_CHECK,
    FLOE_TARGETS
} floe_target;

/* A set of targets: bit 1 << target. */
typedef uint32_t floe_target_set;

typedef struct floe_subject {
    const floe_node *node; /* a record, in the memory of the facts */
    uint8_t target;
    bool own; /* false for a node of an installed package, and for its columns */
} floe_subject;

typedef struct floe_subjects {
    floe_subject *items; /* malloc'd */
    size_t count, capacity;
} floe_subjects;

/* The target of a name such as "semantic_model", or of a record; -1 for anything else. */
int floe_target_named(const char *name, size_t length);
int floe_target_of(const floe_node *record);

/* False for a node of an installed package. */
bool floe_subject_is_own(const floe_node *record);

/* Appends the subjects of a product, a run, or any other record whose target is in `own`, or in `all` where
 * they belong to an installed package. A run at the moment `check` is none itself: it was judged before.
 * `root` must stay where it is: the subjects point to it. FLOE_MEMORY. */
int floe_subjects_expand(floe_subjects *out, const floe_node *root, floe_target_set own, floe_target_set all,
                         floe_error *error);

#endif

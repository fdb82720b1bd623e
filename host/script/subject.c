#include "subject.h"

#include "base/buffer.h"
#include "data/facts.h"

#include <string.h>

/* Targets and types of facts have the same names. */
static const floe_type *const types[FLOE_TARGETS] = {
    [FLOE_TARGET_PRODUCT] = &floe_type_product,
    [FLOE_TARGET_PORT] = &floe_type_port,
    [FLOE_TARGET_CONTRACT] = &floe_type_contract,
    [FLOE_TARGET_FILE] = &floe_type_file,
    [FLOE_TARGET_PROJECT] = &floe_type_project,
    [FLOE_TARGET_MODEL] = &floe_type_model,
    [FLOE_TARGET_SEED] = &floe_type_seed,
    [FLOE_TARGET_SNAPSHOT] = &floe_type_snapshot,
    [FLOE_TARGET_SOURCE] = &floe_type_source,
    [FLOE_TARGET_COLUMN] = &floe_type_column,
    [FLOE_TARGET_ANALYSIS] = &floe_type_analysis,
    [FLOE_TARGET_TEST] = &floe_type_test,
    [FLOE_TARGET_UNIT_TEST] = &floe_type_unit_test,
    [FLOE_TARGET_EXPOSURE] = &floe_type_exposure,
    [FLOE_TARGET_METRIC] = &floe_type_metric,
    [FLOE_TARGET_SEMANTIC_MODEL] = &floe_type_semantic_model,
    [FLOE_TARGET_SAVED_QUERY] = &floe_type_saved_query,
    [FLOE_TARGET_GROUP] = &floe_type_group,
    [FLOE_TARGET_MACRO] = &floe_type_macro,
    [FLOE_TARGET_RUN] = &floe_type_run,
    [FLOE_TARGET_RUN_NODE] = &floe_type_run_node,
    [FLOE_TARGET_CONTRACT_CHECK] = &floe_type_contract_check,
};

_Static_assert(FLOE_TARGETS <= 8 * sizeof(floe_target_set), "a set has a bit for each target");

int floe_target_named(const char *name, size_t length) {
    for (int i = 0; i < FLOE_TARGETS; i++) {
        if (strlen(types[i]->name) == length && memcmp(types[i]->name, name, length) == 0) {
            return i;
        }
    }
    return -1;
}

int floe_target_of(const floe_node *record) {
    const floe_type *type = floe_node_type(record);
    for (int i = 0; type && i < FLOE_TARGETS; i++) {
        if (types[i] == type) {
            return i;
        }
    }
    return -1;
}

typedef struct walk {
    floe_subjects *out;
    floe_target_set own, all;
} walk;

static int add(walk *self, const floe_node *node, floe_target target, bool own) {
    floe_subjects *out = self->out;
    if (!((own ? self->own : self->all) & 1u << target)) {
        return 0;
    }
    if (out->count == out->capacity &&
        floe_grow(&out->items, &out->capacity, out->count + 1, sizeof *out->items)) {
        return FLOE_MEMORY;
    }
    out->items[out->count++] = (floe_subject){.node = node, .target = (uint8_t)target, .own = own};
    return 0;
}

/* `own` where the record has that field; true for what belongs to the product anyway. */
bool floe_subject_is_own(const floe_node *record) {
    const floe_node *own = floe_node_get(record, "own", 3);
    return !own || floe_node_kind(own) != FLOE_BOOLEAN || own->boolean;
}

static int walk_node(walk *self, const floe_node *node) {
    int target = floe_target_of(node);
    if (target < 0) {
        return 0;
    }
    bool own = floe_subject_is_own(node);
    int result = add(self, node, (floe_target)target, own);
    if (!((self->own | self->all) & 1u << FLOE_TARGET_COLUMN) || target > FLOE_TARGET_SOURCE ||
        target < FLOE_TARGET_MODEL) {
        return result;
    }
    const floe_node *columns = floe_node_get(node, "columns", 7), *column;
    for (uint32_t i = 0; !result && (column = floe_node_child(columns, i)); i++) {
        if (floe_target_of(column) == FLOE_TARGET_COLUMN) {
            result = add(self, column, FLOE_TARGET_COLUMN, own);
        }
    }
    return result;
}

static int walk_list(walk *self, const floe_node *list) {
    int result = 0;
    const floe_node *node;
    for (uint32_t i = 0; !result && (node = floe_node_child(list, i)); i++) {
        result = walk_node(self, node);
    }
    return result;
}

static int walk_project(walk *self, const floe_node *project) {
    static const uint32_t lists[] = {
        FLOE_SLOT(project, models),          FLOE_SLOT(project, seeds),         FLOE_SLOT(project, snapshots),
        FLOE_SLOT(project, sources),         FLOE_SLOT(project, analyses),      FLOE_SLOT(project, tests),
        FLOE_SLOT(project, unit_tests),      FLOE_SLOT(project, exposures),     FLOE_SLOT(project, metrics),
        FLOE_SLOT(project, semantic_models), FLOE_SLOT(project, saved_queries), FLOE_SLOT(project, groups),
        FLOE_SLOT(project, macros),
    };
    int result = walk_node(self, project);
    for (size_t i = 0; !result && i < sizeof lists / sizeof *lists; i++) {
        result = walk_list(self, floe_node_child(project, lists[i]));
    }
    return result;
}

static int walk_product(walk *self, const floe_node *product) {
    static const uint32_t lists[] = {FLOE_SLOT(product, output_ports), FLOE_SLOT(product, contracts),
                                     FLOE_SLOT(product, files)};
    int result = walk_node(self, product);
    for (size_t i = 0; !result && i < sizeof lists / sizeof *lists; i++) {
        result = walk_list(self, floe_node_child(product, lists[i]));
    }
    const floe_node *project = floe_node_child(product, FLOE_SLOT(product, project));
    return result || floe_target_of(project) != FLOE_TARGET_PROJECT ? result : walk_project(self, project);
}

static int walk_run(walk *self, const floe_node *run) {
    const floe_node *moment = floe_node_child(run, FLOE_SLOT(run, moment));
    int result = floe_node_equals(moment, "check") ? 0 : walk_node(self, run);
    result = result ? result : walk_list(self, floe_node_child(run, FLOE_SLOT(run, nodes)));
    return result ? result : walk_list(self, floe_node_child(run, FLOE_SLOT(run, checks)));
}

int floe_subjects_expand(floe_subjects *out, const floe_node *root, floe_target_set own, floe_target_set all,
                         floe_error *error) {
    walk self = {.out = out, .own = own, .all = all};
    int target = floe_target_of(root);
    int result = target == FLOE_TARGET_PRODUCT   ? walk_product(&self, root)
                 : target == FLOE_TARGET_PROJECT ? walk_project(&self, root)
                 : target == FLOE_TARGET_RUN     ? walk_run(&self, root)
                                                 : walk_node(&self, root);
    return result ? floe_error_memory(error) : 0;
}

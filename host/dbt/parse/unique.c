/*
 * What dbt does not take twice among what is enabled: an id, a relation of the database, and a name that has
 * versions. Of a name that a model shares with a seed dbt only warns, from 1.11 on.
 */
#include "dbt/parse/nodes.h"

#include <string.h>

static int enter(floe_parse_table *table, const char *key, floe_parse_node *node) {
    return key ? floe_parse_table_add(table, key, strlen(key), node) : FLOE_MEMORY;
}

static const floe_parse_node *first_of(const floe_parse_table *table, const char *key) {
    const floe_parse_entry *entry = key ? floe_parse_table_find(table, key, strlen(key)) : NULL;
    return entry ? entry->item : NULL;
}

/* ---- ids ---- */

/* The first of an id is kept. */
static int check_id(floe_parse *parse, floe_parse_table *ids, floe_parse_node *node) {
    const floe_parse_node *first = first_of(ids, node->unique_id);
    if (node->kind == FLOE_PARSE_OPERATION) {
        return 0;
    }
    if (!first) {
        return enter(ids, node->unique_id, node);
    }
    floe_parse_report(parse, FLOE_PARSE_ERROR, "duplicate_name", floe_parse_shown(node), 1, 1,
                      "rename one of them, or disable it",
                      "two enabled resources are named '%s' (%s): %s and %s", node->name, node->unique_id,
                      floe_parse_shown(first), floe_parse_shown(node));
    return 0;
}

/* ---- relations ---- */

/* Whether anything that is in doubt may make its relation another, or may disable it. */
static bool is_settled(const floe_parse_node *node) {
    static const char *const about[] = {"config", "edges", "name"};
    for (size_t i = 0; i < node->doubts.count; i++) {
        for (size_t k = 0; k < sizeof about / sizeof *about; k++) {
            if (strncmp(node->doubts.items[i].about, about[k], strlen(about[k])) == 0) {
                return false;
            }
        }
    }
    const floe_node *quoting = floe_parse_get(&node->config, "quoting");
    bool quotes = quoting && floe_node_kind(quoting) == FLOE_OBJECT && floe_node_size(quoting);
    return node->database && node->schema && node->alias && !quotes;
}

/* dbt compares the names as they are written, ephemeral models up to dbt 1 among them. */
static int check_relation(floe_parse *parse, floe_parse_table *relations, floe_parse_node *node) {
    const floe_node *form = floe_parse_get(&node->config, "materialized");
    bool is_none = parse->dbt >= 200 && form && floe_node_equals(form, "ephemeral");
    if (!floe_parse_refable(node) || is_none || !is_settled(node)) {
        return 0;
    }
    char *name = floe_parse_format(parse->arena, "%s.%s.%s", node->database, node->schema, node->alias);
    const floe_parse_node *first = first_of(relations, name);
    if (!first || strcmp(first->unique_id, node->unique_id) == 0) {
        return enter(relations, name, node);
    }
    floe_parse_report_about(
        parse, FLOE_PARSE_ERROR, "ambiguous_relation", node->unique_id, floe_parse_shown(node), 1, 1,
        "give one of them another alias, schema or database", "%s and %s (%s) are one relation, %s",
        node->unique_id, first->unique_id, floe_parse_shown(first), name);
    return 0;
}

/* ---- names ---- */

/* A name of a package that has versions is nothing else's. */
static void report_versioned(floe_parse *parse, const floe_parse_node *node, const floe_parse_node *other) {
    const floe_parse_node *versioned = floe_node_absent(&node->version) ? other : node;
    const floe_parse_node *plain = versioned == node ? other : node;
    floe_parse_report_about(
        parse, FLOE_PARSE_ERROR, "versioned_name", plain->unique_id, floe_parse_shown(plain), 1, 1,
        "rename it, or make it one of the versions of that model",
        "%s has the name of a model that has versions, %s", plain->unique_id, versioned->unique_id);
}

/* dbt 1.11 and 1.12 warn of it, and refuses it where it is told to. */
static void report_shared(floe_parse *parse, const floe_parse_node *node, const floe_parse_node *other) {
    bool refused = floe_parse_true(floe_node_path(&parse->packages.items[0]->spec, "flags",
                                                  "require_unique_project_resource_names", NULL));
    floe_parse_report_about(parse, refused ? FLOE_PARSE_ERROR : FLOE_PARSE_DEPRECATION, "shared_name",
                            node->unique_id, floe_parse_shown(node), 1, 1, "rename one of them",
                            "%s has the name of %s", node->unique_id, other->unique_id);
}

static int check_name(floe_parse *parse, floe_parse_table *names, floe_parse_node *node) {
    if (!floe_parse_refable(node) || parse->dbt >= 200) {
        return 0;
    }
    char *name = floe_parse_format(parse->arena, "%s.%s", node->package->name, node->name);
    const floe_parse_node *first = first_of(names, name);
    if (!first) {
        return enter(names, name, node);
    }
    if (floe_node_absent(&node->version) != floe_node_absent(&first->version)) {
        report_versioned(parse, node, first);
    } else if (parse->dbt >= 111 && floe_node_absent(&node->version) &&
               strcmp(first->unique_id, node->unique_id) != 0) {
        report_shared(parse, node, first);
    }
    return 0;
}

int floe_parse_check_unique(floe_parse *parse) {
    floe_parse_table ids = {.arena = parse->arena}, relations = ids, names = ids;
    int result = 0;
    for (size_t i = 0; !result && i < parse->nodes.count; i++) {
        floe_parse_node *node = parse->nodes.items[i];
        if (node->enabled) {
            result = check_id(parse, &ids, node);
            result = result ? result : check_relation(parse, &relations, node);
            result = result ? result : check_name(parse, &names, node);
        }
    }
    return result;
}

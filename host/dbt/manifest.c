/*
 * A whole manifest: its sections in one fixed order whatever the order in the file, so that all versions of
 * dbt give the same project; within a section the manifest's order.
 */
#include "base/buffer.h"
#include "base/interrupt.h"
#include "dbt/build.h"

#include <stdlib.h>
#include <string.h>

#define NODE_KIND(word, plural)                                                                              \
    {                                                                                                        \
#word, "nodes", &floe_type_##word, floe_dbt_add_node, FLOE_SLOT(project, plural),                    \
            FLOE_SLOT(model, depends_on), FLOE_SLOT(model, parents), FLOE_SLOT(model, children),             \
            FLOE_SLOT(model, tests), FLOE_SLOT(model, unit_tests), FLOE_SLOT(model, run),                    \
            FLOE_SLOT(model, catalog), FLOE_SLOT(model, conditional), FLOE_SLOT(model, possible_children)    \
    }
#define RESOURCE_KIND(word, name, plural)                                                                    \
    {                                                                                                        \
        name, #plural, &floe_type_##word, floe_dbt_add_resource, FLOE_SLOT(project, plural),                 \
            FLOE_SLOT(exposure, depends_on), FLOE_SLOT(exposure, parents), FLOE_DBT_NONE, FLOE_DBT_NONE,     \
            FLOE_DBT_NONE, FLOE_SLOT(exposure, run), FLOE_DBT_NONE, FLOE_SLOT(exposure, conditional),        \
            FLOE_DBT_NONE                                                                                    \
    }

static const floe_dbt_kind kinds[] = {
    NODE_KIND(model, models),
    NODE_KIND(seed, seeds),
    NODE_KIND(snapshot, snapshots),
    NODE_KIND(analysis, analyses),
    {"test", "nodes", &floe_type_test, floe_dbt_add_test, FLOE_SLOT(project, tests),
     FLOE_SLOT(test, depends_on), FLOE_DBT_NONE, FLOE_DBT_NONE, FLOE_DBT_NONE, FLOE_DBT_NONE,
     FLOE_SLOT(test, run), FLOE_DBT_NONE, FLOE_DBT_NONE, FLOE_DBT_NONE},
    {"source", "sources", &floe_type_source, floe_dbt_add_source, FLOE_SLOT(project, sources), FLOE_DBT_NONE,
     FLOE_DBT_NONE, FLOE_SLOT(source, children), FLOE_SLOT(source, tests), FLOE_DBT_NONE, FLOE_DBT_NONE,
     FLOE_SLOT(source, catalog), FLOE_DBT_NONE, FLOE_SLOT(source, possible_children)},
    RESOURCE_KIND(unit_test, "unit_test", unit_tests),
    RESOURCE_KIND(exposure, "exposure", exposures),
    RESOURCE_KIND(metric, "metric", metrics),
    RESOURCE_KIND(semantic_model, "semantic_model", semantic_models),
    RESOURCE_KIND(saved_query, "saved_query", saved_queries),
    RESOURCE_KIND(group, "group", groups),
    RESOURCE_KIND(udf, "function", functions),
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

const floe_dbt_kind *floe_dbt_kind_of(const floe_type *type) {
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (kinds[i].type == type) {
            return &kinds[i];
        }
    }
    return NULL;
}

/* The kind of an entry of `nodes`: its resource_type, or the first part of its id. NULL for hooks and the
 * like. */
static const floe_dbt_kind *kind_of_node(const floe_key *id, const floe_node *node) {
    size_t length;
    const char *type = floe_node_string(floe_node_get(node, "resource_type", 13), &length);
    if (!type) {
        const char *dot = memchr(id->text, '.', id->length);
        type = id->text;
        length = dot ? (size_t)(dot - id->text) : id->length;
    }
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (strcmp(kinds[i].section, "nodes") == 0 && strlen(kinds[i].name) == length &&
            memcmp(kinds[i].name, type, length) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}

static const floe_node *section_of(floe_dbt_build *build, const floe_node *root, const char *name) {
    const floe_node *section = floe_node_get(root, name, strlen(name));
    if (floe_node_absent(section)) {
        return NULL;
    }
    if (floe_node_kind(section) != FLOE_OBJECT) {
        floe_dbt_wrong(build, section, "an object", "%s", name);
        return NULL;
    }
    return section;
}

/* The entry at `index` of a section. False, with the build failed, where it is no object. */
static bool entry_at(floe_dbt_entry *entry, floe_dbt_build *build, const char *name, const floe_node *section,
                     uint32_t index) {
    *entry = (floe_dbt_entry){.build = build,
                              .section = name,
                              .id = floe_node_key(section, index),
                              .node = floe_node_child(section, index)};
    if (floe_node_kind(entry->node) != FLOE_OBJECT) {
        floe_dbt_wrong(build, entry->node, "an object", "%s['%s']", name, entry->id->text);
        return false;
    }
    entry->config = floe_dbt_object(entry, entry->node, "config");
    return build->failure == 0;
}

static int keep_entry(floe_dbt_build *build, const floe_dbt_entry *entry) {
    if (floe_grow(&build->entries, &build->entry_capacity, build->entry_count + 1, sizeof *entry)) {
        return floe_error_memory(build->error);
    }
    build->entries[build->entry_count++] = *entry;
    return 0;
}

/* Records for the entries of one section; `kind` is NULL for `nodes`, whose entries say what they are. */
static int read_section(floe_dbt_build *build, const floe_node *root, const char *name,
                        const floe_dbt_kind *kind) {
    const floe_node *section = section_of(build, root, name);
    uint32_t count = section ? floe_node_size(section) : 0;
    int result = build->failure;
    for (uint32_t i = 0; !result && i < count; i++) {
        floe_dbt_entry entry;
        if (!entry_at(&entry, build, name, section, i)) {
            return build->failure;
        }
        entry.kind = kind ? kind : kind_of_node(entry.id, entry.node);
        if (entry.kind) {
            result = floe_interrupt_check(build->error);
            result = result ? result : entry.kind->add(&entry, &entry.record);
            result = result ? result : keep_entry(build, &entry);
        }
    }
    return result;
}

/* ---- macros ---- */

static bool named(const floe_node *package, const char *prefix, const char *name, size_t length) {
    size_t start = strlen(prefix);
    return floe_node_size(package) == start + length && memcmp(package->string, prefix, start) == 0 &&
           memcmp(package->string + start, name, length) == 0;
}

/* dbt's own macros come as packages too: `dbt`, the adapter's, and the adapters that others are built upon.
 */
static bool is_dbts_own(const floe_node *package, const floe_node *adapter) {
    static const char *const bases[] = {"postgres", "spark", "fabric", "sqlserver"};
    if (!package || floe_node_kind(package) != FLOE_STRING) {
        return false;
    }
    bool own =
        named(package, "dbt", "", 0) || (floe_node_kind(adapter) == FLOE_STRING &&
                                         named(package, "dbt_", adapter->string, floe_node_size(adapter)));
    for (size_t i = 0; !own && i < sizeof bases / sizeof *bases; i++) {
        own = named(package, "dbt_", bases[i], strlen(bases[i]));
    }
    return own;
}

static int read_macros(floe_dbt_build *build, const floe_node *root, floe_dbt_pairs *lists) {
    const floe_node *section = section_of(build, root, "macros");
    const floe_node *adapter = &floe_record_items(&build->project)[FLOE_SLOT(project, adapter)];
    uint32_t count = section ? floe_node_size(section) : 0;
    for (uint32_t i = 0; i < count; i++) {
        floe_dbt_entry entry;
        if (!entry_at(&entry, build, "macros", section, i)) {
            return build->failure;
        }
        const floe_node *package = floe_dbt_member(&entry, "package_name");
        bool project = package && floe_node_kind(package) == FLOE_STRING &&
                       named(package, "", build->name.string, floe_node_size(&build->name));
        if (!project && is_dbts_own(package, adapter)) {
            continue;
        }
        int result = floe_dbt_add_macro(&entry, &entry.record);
        result =
            result ? result : floe_dbt_pair_up(build, lists, FLOE_SLOT(project, macros), entry.record.at);
        if (result) {
            return result;
        }
    }
    return build->failure;
}

/* ---- the project's lists ---- */

/* Ids of what is disabled: the keys of the section, or the ids of the nodes in the list it was before v3. */
static int read_disabled(floe_dbt_build *build, const floe_node *root) {
    const floe_node *disabled = floe_node_get(root, "disabled", 8);
    if (floe_node_absent(disabled) || floe_node_kind(disabled) < FLOE_ARRAY) {
        return 0;
    }
    uint32_t count = floe_node_size(disabled);
    floe_node *ids = floe_dbt_scratch(build, count);
    size_t kept = 0;
    for (uint32_t i = 0; ids && i < count; i++) {
        const floe_key *key = floe_node_key(disabled, i);
        const floe_node *child = floe_node_child(disabled, i);
        const floe_node *id = floe_node_get(child, "unique_id", 9);
        if (key) {
            ids[kept++] = floe_string_node(key->text, key->length, child->at);
        } else if (id && floe_node_kind(id) == FLOE_STRING) {
            ids[kept++] = *id;
        }
    }
    floe_node *slot = &floe_record_items(&build->project)[FLOE_SLOT(project, disabled)];
    return ids ? floe_document_list(slot, build->facts, ids, kept, 0, build->error) : build->failure;
}

/* Says which id two sections share; floe_document_map found that one does. */
static int report_twin(floe_dbt_build *build, const floe_node *root) {
    int result = floe_error_set(build->error, FLOE_INVALID, "one id stands in two sections");
    for (size_t i = 0; i < build->entry_count; i++) {
        const floe_dbt_entry *entry = &build->entries[i];
        for (size_t j = 0; j < KIND_COUNT; j++) {
            const floe_node *section = floe_node_path(root, kinds[j].section, NULL);
            if (strcmp(kinds[j].section, entry->section) != 0 &&
                floe_node_get(section, entry->id->text, entry->id->length)) {
                uint32_t line, column;
                floe_document_position(build->source, entry->node->at, &line, &column);
                floe_error_set(build->error, FLOE_INVALID, "'%s' stands in '%s' and in '%s'", entry->id->text,
                               entry->section, kinds[j].section);
                return floe_error_at(build->error, build->source->path, line, column);
            }
        }
    }
    return result;
}

static int make_node_map(floe_dbt_build *build, const floe_node *root) {
    floe_node *records = floe_dbt_scratch(build, build->entry_count);
    floe_key *keys = malloc((build->entry_count + 1) * sizeof *keys);
    int result = FLOE_MEMORY;
    if (!records || !keys) {
        floe_error_memory(build->error);
        goto out;
    }
    for (size_t i = 0; i < build->entry_count; i++) {
        keys[i] = *build->entries[i].id;
        records[i] = build->entries[i].record;
    }
    result = floe_document_map(&build->nodes, build->facts, keys, records, NULL, build->entry_count, 0,
                               build->error);
    if (result == FLOE_INVALID) {
        result = report_twin(build, root);
    }
    if (!result) {
        floe_record_items(&build->project)[FLOE_SLOT(project, nodes)] = build->nodes;
    }
out:
    free(keys);
    return result;
}

static void put_project_list(floe_dbt_build *build, uint32_t owner, floe_node list) {
    floe_record_items(&build->project)[owner] = list;
}

int floe_dbt_read_manifest(floe_dbt_build *build, const floe_node *root) {
    floe_dbt_pairs lists = {0};
    int result = read_section(build, root, "nodes", NULL);
    for (size_t i = 0; !result && i < KIND_COUNT; i++) {
        if (strcmp(kinds[i].section, "nodes") != 0) {
            result = read_section(build, root, kinds[i].section, &kinds[i]);
        }
    }
    for (size_t i = 0; !result && i < build->entry_count; i++) {
        result = floe_dbt_pair_up(build, &lists, (uint32_t)build->entries[i].kind->list,
                                  build->entries[i].record.at);
    }
    result = result ? result : read_macros(build, root, &lists);
    result = result ? result : read_disabled(build, root);
    result = result ? result : floe_dbt_read_problems(build, root);
    result = result ? result : make_node_map(build, root);
    result = result ? result : floe_dbt_group(build, &lists, FLOE_SLOT_COUNT(project), put_project_list);
    free(lists.items);
    return result ? result : build->failure;
}

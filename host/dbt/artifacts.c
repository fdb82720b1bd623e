/*
 * What dbt wrote about the warehouse and about its runs: catalog.json (schema v1), run_results.json (v4 to
 * v6) and sources.json (v3). Entries of what the manifest does not hold are passed over: they tell of another
 * day.
 */
#include "dbt/build.h"

static bool is_object(floe_dbt_build *build, const floe_node *node, const char *section, const char *id) {
    if (floe_node_kind(node) == FLOE_OBJECT) {
        return true;
    }
    floe_dbt_wrong(build, node, "an object", "%s['%s']", section, id);
    return false;
}

int floe_dbt_read_catalog(floe_dbt_build *build, const floe_node *root) {
    static const char *const sections[] = {"nodes", "sources"};
    for (size_t s = 0; s < sizeof sections / sizeof *sections; s++) {
        const floe_node *section = floe_node_path(root, sections[s], NULL);
        if (floe_node_absent(section)) {
            continue;
        }
        if (floe_node_kind(section) != FLOE_OBJECT) {
            floe_dbt_wrong(build, section, "an object", "%s", sections[s]);
            return build->failure;
        }
        for (uint32_t i = 0; i < floe_node_size(section); i++) {
            const floe_node *child = floe_node_child(section, i);
            const floe_key *id = floe_node_key(section, i);
            const floe_node key = floe_string_node(id->text, id->length, 0);
            const floe_dbt_entry *entry = floe_dbt_find(build, &key);
            if (!is_object(build, child, sections[s], id->text)) {
                return build->failure;
            }
            if (entry && entry->kind->catalog != FLOE_DBT_NONE) {
                floe_record_items(&entry->record)[entry->kind->catalog] = *child;
            }
        }
    }
    floe_record_items(&build->project)[FLOE_SLOT(project, has_catalog)] = floe_boolean_node(true, 0);
    return 0;
}

static floe_node number(const floe_node *node, bool whole) {
    floe_kind kind = node ? floe_node_kind(node) : FLOE_NULL;
    return kind == FLOE_INTEGER || (kind == FLOE_NUMBER && !whole) ? *node : floe_null_node(0);
}

static int add_result(floe_dbt_build *build, const floe_node *result, floe_node *slot) {
    floe_node fields[FLOE_SLOT_COUNT(run_result)];
    const floe_node *message = floe_node_path(result, "message", NULL);
    message = message ? message : floe_node_path(result, "error", NULL);
    fields[FLOE_SLOT(run_result, status)] =
        floe_dbt_text_or(floe_node_path(result, "status", NULL), build->empty_text);
    fields[FLOE_SLOT(run_result, execution_time)] =
        number(floe_node_path(result, "execution_time", NULL), false);
    fields[FLOE_SLOT(run_result, message)] = floe_dbt_text(message);
    fields[FLOE_SLOT(run_result, failures)] = number(floe_node_path(result, "failures", NULL), true);
    fields[FLOE_SLOT(run_result, rows_affected)] =
        number(floe_node_path(result, "adapter_response", "rows_affected", NULL), true);
    fields[FLOE_SLOT(run_result, spec)] = *result;
    floe_place place = floe_node_place(build->source, result);
    return floe_document_record(slot, build->facts, &floe_type_run_result, fields, &place, build->error);
}

/* The slot of an entry that takes a result, or NULL. */
static floe_node *result_slot(const floe_dbt_entry *entry, bool freshness) {
    if (!entry) {
        return NULL;
    }
    bool source = entry->kind->type == &floe_type_source;
    int slot = freshness && source ? (int)FLOE_SLOT(source, freshness_result)
               : freshness         ? FLOE_DBT_NONE
                                   : entry->kind->run;
    return slot == FLOE_DBT_NONE ? NULL : &floe_record_items(&entry->record)[slot];
}

int floe_dbt_read_results(floe_dbt_build *build, const floe_node *root, bool freshness) {
    const floe_node *results = floe_node_path(root, "results", NULL);
    if (!floe_node_absent(results) && floe_node_kind(results) != FLOE_ARRAY) {
        floe_dbt_wrong(build, results, "an array", "results");
        return build->failure;
    }
    uint32_t count = results ? floe_node_size(results) : 0;
    for (uint32_t i = 0; i < count; i++) {
        const floe_node *one = floe_node_child(results, i);
        if (floe_node_kind(one) != FLOE_OBJECT) {
            floe_dbt_wrong(build, one, "an object", "results[%u]", i);
            return build->failure;
        }
        floe_node *slot =
            result_slot(floe_dbt_find(build, floe_node_path(one, "unique_id", NULL)), freshness);
        int result = slot ? add_result(build, one, slot) : 0;
        if (result) {
            return result;
        }
    }
    floe_record_items(&build->project)[freshness ? FLOE_SLOT(project, has_freshness)
                                                 : FLOE_SLOT(project, has_run_results)] =
        floe_boolean_node(true, 0);
    return 0;
}

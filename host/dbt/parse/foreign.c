/*
 * What a model refers to without saying so in its code: the tables that foreign keys among its constraints
 * name, those of its columns first.
 */
#include "dbt/parse/entries.h"
#include "dbt/parse/nodes.h"

static int add_calls(floe_entry_reader *reader, floe_parse_node *node, const floe_node *constraints) {
    int result = 0;
    for (uint32_t i = 0; !result && i < floe_entry_count(constraints, FLOE_ARRAY); i++) {
        const floe_node *one = floe_node_child(constraints, i);
        floe_parse_call call;
        if (floe_node_equals(floe_parse_get(one, "type"), "foreign_key") &&
            floe_entry_call(reader, floe_parse_get(one, "to"), &call)) {
            result = FLOE_PARSE_PUSH(&node->calls, call);
        }
    }
    return result;
}

static int add_all(floe_entry_reader *reader, floe_parse_node *node) {
    const floe_node **columns, *own = NULL;
    size_t count;
    int result = floe_parse_columns(reader->thread, node->patch, node->patch_version, &columns, &count);
    for (size_t i = 0; !result && i < count; i++) {
        result = add_calls(reader, node, floe_parse_get(columns[i], "constraints"));
    }
    if (node->patch_version) {
        own = floe_parse_get(node->patch_version, "constraints");
    }
    own = floe_parse_true(own) ? own : floe_parse_get(node->patch, "constraints");
    return result ? result : add_calls(reader, node, own);
}

int floe_parse_foreign_calls(floe_parse_thread *thread, floe_parse_node *node) {
    if (node->kind != FLOE_PARSE_MODEL || !node->patch) {
        return 0;
    }
    floe_entry_reader reader = {.thread = thread, .file = node->patch_file, .section = "models"};
    int result = add_all(&reader, node);
    if (!result && node->patch_version) { /* dbt looks at the constraints of a version twice */
        result = add_all(&reader, node);
    }
    return result;
}

/*
 * What waits until configs are settled: a metric that a measure made goes with its semantic model, and in dbt
 * 1 the parts of a semantic model have its meta below their own.
 */
#include "dbt/parse/entries.h"

static int inherit_metric(floe_parse_thread *thread, floe_parse_node *metric) {
    const floe_parse_node *model = metric->attached;
    const floe_node *meta = floe_entry_get(&model->config, "meta");
    floe_maker config = {0};
    floe_maker_set(&config, "enabled", floe_boolean_node(model->enabled, 0));
    if (thread->parse->dbt >= 112) {
        floe_maker_some(&config, "meta", meta);
    }
    int result = floe_maker_finish(&config, 0, thread, 0, &metric->test_config);
    return result ? result : floe_parse_configure(thread, metric);
}

/* A part with the meta of its semantic model. */
static int inherit_meta(floe_parse_thread *thread, const floe_node *part, const floe_node *meta,
                        floe_node *out) {
    floe_maker joined = {0}, config = {0}, made = {0};
    floe_node all;
    floe_maker_update(&joined, meta);
    floe_maker_update(&joined, floe_node_path(part, "config", "meta", NULL));
    int result = floe_maker_finish(&joined, 0, thread, 0, &all);
    floe_maker_set(&config, "meta", all);
    result = floe_maker_finish(&config, result, thread, 0, &all);
    floe_maker_update(&made, part);
    floe_maker_set(&made, "config", all);
    return floe_maker_finish(&made, result, thread, part->at, out);
}

static int inherit_list(floe_parse_thread *thread, const floe_node *parts, const floe_node *meta,
                        floe_node *out) {
    uint32_t count = floe_entry_count(parts, FLOE_ARRAY);
    floe_node *items = floe_arena_array(thread->arena, count + 1, sizeof *items);
    int result = items ? 0 : FLOE_MEMORY;
    for (uint32_t i = 0; i < count && !result; i++) {
        result = inherit_meta(thread, &parts->block->items[i], meta, &items[i]);
    }
    return result ? result : floe_document_list(out, thread->document, items, count, 0, NULL);
}

static int inherit_parts(floe_parse_thread *thread, floe_parse_node *model) {
    static const char *const lists[] = {"dimensions", "entities", "measures"};
    const floe_node *meta = floe_entry_get(&model->config, "meta");
    floe_maker members = {0};
    if (thread->parse->dbt >= 200 || !floe_entry_count(meta, FLOE_OBJECT)) {
        return 0;
    }
    floe_maker_update(&members, &model->members);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        floe_node list;
        int result = inherit_list(thread, floe_entry_get(&model->members, lists[i]), meta, &list);
        if (result) {
            return floe_maker_finish(&members, result, thread, 0, &list);
        }
        floe_maker_set(&members, lists[i], list);
    }
    return floe_maker_finish(&members, 0, thread, 0, &model->members);
}

int floe_parse_inherit(floe_parse *parse) {
    floe_parse_thread *thread = &parse->threads[0];
    int result = 0;
    for (size_t i = 0; i < parse->nodes.count && !result; i++) {
        floe_parse_node *node = parse->nodes.items[i];
        if (node->kind == FLOE_PARSE_METRIC && node->attached) {
            result = inherit_metric(thread, node);
        } else if (node->kind == FLOE_PARSE_SEMANTIC_MODEL) {
            result = inherit_parts(thread, node);
        }
    }
    return result == FLOE_MEMORY ? floe_error_memory(parse->error) : result;
}

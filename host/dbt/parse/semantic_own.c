/*
 * The semantic layer as the entry of a model says it, since dbt 1.12: which columns are dimensions and
 * entities, what is derived from them, and metrics. dbt 1 and dbt 2 make much the same of it, and differ in
 * what they fill in where nothing is said.
 */
#include "dbt/parse/semantic.h"

#include <string.h>

static bool is_dbt2(const floe_entry_reader *r) {
    return r->thread->parse->dbt >= 200;
}

/* The model's entry, and what of it all parts need. */
typedef struct own_model {
    const floe_node *entry, *semantic, *time;
    const char *model, *name; /* of the model, and of its semantic model */
} own_model;

/* ---- dimensions and entities ---- */

/* `config` of a part: its own meta above that of its column. In dbt 2 its own alone; NULL: it has none. */
static int put_meta(floe_entry_reader *r, floe_maker *made, const floe_node *part, const floe_node *column) {
    const floe_node *own = floe_node_path(part, "config", "meta", NULL);
    floe_maker meta = {0}, config = {0};
    floe_node out;
    if (column && !is_dbt2(r)) {
        floe_maker_update(&meta, floe_entry_get(column, "meta"));
        floe_maker_update(&meta, floe_node_path(column, "config", "meta", NULL));
    }
    floe_maker_update(&meta, own);
    int result = floe_maker_finish(&meta, 0, r->thread, part->at, &out);
    floe_maker_set(&config, "meta", out);
    result = floe_maker_finish(&config, result, r->thread, part->at, &out);
    floe_maker_set(made, "config", out);
    return result;
}

static int put_granularity(floe_entry_reader *r, floe_maker *made, const floe_node *granularity,
                           const floe_node *validity) {
    floe_maker one = {0};
    floe_node out;
    if (!granularity) {
        return 0;
    }
    floe_maker_set(&one, "time_granularity", *granularity);
    floe_maker_some(&one, "validity_params", validity);
    int result = floe_maker_finish(&one, 0, r->thread, granularity->at, &out);
    floe_maker_set(made, "type_params", out);
    return result;
}

static bool same_text(const floe_node *one, const floe_node *other) {
    return floe_node_kind(one) == FLOE_STRING && floe_node_kind(other) == FLOE_STRING &&
           floe_node_size(one) == floe_node_size(other) &&
           memcmp(one->string, other->string, floe_node_size(one)) == 0;
}

/* The name of a part is the column's unless told, and the column is its expression where the two differ. */
static void put_name(const floe_entry_reader *r, floe_maker *made, const floe_node *part,
                     const floe_node *column) {
    const floe_node *name = floe_entry_get(column, "name");
    const floe_node *own = floe_node_kind(part) == FLOE_OBJECT ? floe_entry_get(part, "name") : NULL;
    own = own ? own : name;
    floe_maker_some(made, "name", own);
    if (name && (is_dbt2(r) || !same_text(own, name))) {
        floe_maker_some(made, "expr", name);
    }
}

static void put_words(floe_maker *made, const floe_node *part, const floe_node *column) {
    static const char *const kept[] = {"type", "label", "is_partition", NULL};
    const floe_node *own = floe_node_kind(part) == FLOE_OBJECT ? floe_entry_get(part, "description") : NULL;
    own = own && floe_node_size(own) ? own : floe_entry_get(column, "description");
    floe_maker_some(made, "description", own);
    if (floe_node_kind(part) == FLOE_OBJECT) {
        floe_entry_copy(made, part, kept);
    } else {
        floe_maker_set(made, "type", *part);
    }
}

static int make_column_dimension(floe_entry_reader *r, const floe_node *column, const floe_node *part,
                                 floe_node *out) {
    bool object = floe_node_kind(part) == FLOE_OBJECT;
    floe_maker made = {0};
    int result = 0;
    put_name(r, &made, part, column);
    put_words(&made, part, column);
    if (object || is_dbt2(r)) {
        result = put_granularity(r, &made, floe_entry_get(column, "granularity"),
                                 object ? floe_entry_get(part, "validity_params") : NULL);
    }
    result = result ? result : put_meta(r, &made, part, column);
    return floe_maker_finish(&made, result, r->thread, column->at, out);
}

/* An entity's own meta stands alone, where it has any. */
static int make_column_entity(floe_entry_reader *r, const floe_node *column, const floe_node *part,
                              floe_node *out) {
    floe_maker made = {0};
    put_name(r, &made, part, column);
    put_words(&made, part, column);
    int result = put_meta(r, &made, part, floe_node_path(part, "config", "meta", NULL) ? NULL : column);
    return floe_maker_finish(&made, result, r->thread, column->at, out);
}

static int make_derived(floe_entry_reader *r, const floe_node *part, floe_node *out) {
    floe_maker made = {0};
    floe_maker_some(&made, "name", floe_entry_get(part, "name"));
    put_words(&made, part, NULL);
    int result = floe_semantic_expression(r, &made, floe_entry_get(part, "expr"));
    result = result ? result
                    : put_granularity(r, &made, floe_entry_get(part, "granularity"),
                                      floe_entry_get(part, "validity_params"));
    result = result ? result : put_meta(r, &made, part, NULL);
    return floe_maker_finish(&made, result, r->thread, part->at, out);
}

typedef int (*make_part)(floe_entry_reader *r, const floe_node *column, const floe_node *part,
                         floe_node *out);

/* Dimensions or entities: those of columns, then derived ones. */
static int put_parts(floe_entry_reader *r, floe_maker *members, const floe_node *entry, const char *key,
                     const char *list, make_part make) {
    const floe_node *columns = floe_entry_get(entry, "columns");
    const floe_node *derived = floe_node_path(entry, "derived_semantics", list, NULL);
    uint32_t count = floe_entry_count(columns, FLOE_ARRAY), more = floe_entry_count(derived, FLOE_ARRAY),
             used = 0;
    floe_node *items = floe_arena_array(r->thread->arena, (size_t)count + more + 1, sizeof *items);
    int result = items ? 0 : FLOE_MEMORY;
    for (uint32_t i = 0; i < count && !result; i++) {
        const floe_node *column = &columns->block->items[i], *part = floe_entry_get(column, key);
        result = part ? make(r, column, part, &items[used++]) : 0;
    }
    for (uint32_t i = 0; i < more && !result; i++) {
        const floe_node *part = &derived->block->items[i];
        result = floe_node_kind(part) == FLOE_OBJECT ? make_derived(r, part, &items[used++]) : 0;
    }
    if (!result) {
        floe_maker_set(members, list, floe_entry_list(r->thread, items, used));
    }
    return result;
}

/* ---- measures: dbt 2 makes one of each metric ---- */

static const floe_node *raw_metric(const floe_entry_reader *r, uint32_t index) {
    const floe_node *metrics = floe_entry_get(r->raw, "metrics");
    return index < floe_entry_count(metrics, FLOE_ARRAY) ? &metrics->block->items[index] : NULL;
}

/* Its description is not rendered. */
static int make_measure(floe_entry_reader *r, const own_model *own, uint32_t index, const floe_node *metric,
                        floe_node *out) {
    const floe_node *aggregation = floe_entry_get(metric, "agg");
    const floe_node *time = floe_entry_get(metric, "agg_time_dimension");
    floe_maker made = {0};
    floe_node percentile;
    int result = 0;
    floe_maker_some(&made, "name", floe_entry_get(metric, "name"));
    floe_maker_set(&made, "agg", aggregation ? *aggregation : floe_literal_node("sum"));
    floe_maker_some(&made, "description", floe_entry_get(raw_metric(r, index), "description"));
    floe_maker_some(&made, "label", floe_entry_get(metric, "label"));
    floe_maker_set(&made, "create_metric", floe_boolean_node(true, 0));
    floe_maker_some(&made, "agg_time_dimension", time ? time : own->time);
    if (floe_entry_get(metric, "percentile")) {
        result = floe_semantic_percentile(r, metric, &percentile);
        floe_maker_set(&made, "agg_params", percentile);
    }
    result = result ? result : floe_semantic_expression(r, &made, floe_entry_get(metric, "expr"));
    result = result ? result : floe_semantic_non_additive(r, &made, metric);
    result = result ? result : put_meta(r, &made, metric, NULL);
    return floe_maker_finish(&made, result, r->thread, metric->at, out);
}

static int put_measures(floe_entry_reader *r, floe_maker *members, const own_model *own) {
    const floe_node *metrics = floe_entry_get(own->entry, "metrics");
    uint32_t count = is_dbt2(r) ? floe_entry_count(metrics, FLOE_ARRAY) : 0, used = 0;
    floe_node *items = floe_arena_array(r->thread->arena, (size_t)count + 1, sizeof *items);
    int result = items ? 0 : FLOE_MEMORY;
    for (uint32_t i = 0; i < count && !result; i++) {
        const floe_node *metric = &metrics->block->items[i];
        bool named = floe_node_kind(metric) == FLOE_OBJECT && floe_entry_get(metric, "name");
        result = named ? make_measure(r, own, i, metric, &items[used++]) : 0;
    }
    if (!result) {
        floe_maker_set(members, "measures", floe_entry_list(r->thread, items, used));
    }
    return result;
}

/* ---- the semantic model ---- */

/* dbt 1 looks at `enabled` and `group` only where there is a config too. */
static int make_config(floe_entry_reader *r, const floe_node *semantic, floe_node *out) {
    static const char *const kept[] = {"enabled", "group", NULL};
    floe_maker config = {0};
    if (floe_node_kind(semantic) == FLOE_OBJECT && (is_dbt2(r) || floe_entry_get(semantic, "config"))) {
        floe_maker_some(&config, "meta", floe_node_path(semantic, "config", "meta", NULL));
        floe_entry_copy(&config, semantic, kept);
    }
    return floe_maker_finish(&config, 0, r->thread, semantic->at, out);
}

static int make_members(floe_entry_reader *r, const own_model *own, floe_node *out) {
    const floe_node *description = floe_entry_get(own->entry, "description");
    floe_maker members = {0}, defaults = {0};
    floe_node made = {0};
    floe_maker_set(&members, "model",
                   floe_literal_node(floe_parse_format(r->thread->arena, "ref('%s')", own->model)));
    floe_maker_set(&members, "description", description ? *description : floe_literal_node(""));
    floe_maker_some(&members, "primary_entity", floe_entry_get(own->entry, "primary_entity"));
    floe_maker_some(&defaults, "agg_time_dimension", own->time);
    int result = floe_maker_finish(&defaults, 0, r->thread, own->entry->at, &made);
    floe_maker_set(&members, "defaults", made);
    result = result ? result
                    : put_parts(r, &members, own->entry, "dimension", "dimensions", make_column_dimension);
    result = result ? result : put_parts(r, &members, own->entry, "entity", "entities", make_column_entity);
    result = result ? result : put_measures(r, &members, own);
    return floe_maker_finish(&members, result, r->thread, own->entry->at, out);
}

static int read_own_model(floe_entry_reader *r, const own_model *own) {
    floe_parse_call call = {
        .what = FLOE_CALL_REF, .name = own->model, .version = floe_null_node(0), .file = r->file->shown};
    floe_document_position(r->file->document, own->entry->at, &call.line, &call.column);
    floe_draft *draft =
        floe_entry_node(r, FLOE_PARSE_SEMANTIC_MODEL, "semantic_model", own->entry, own->name);
    int result = draft ? make_config(r, own->semantic, &draft->config) : FLOE_MEMORY;
    result = result ? result : make_members(r, own, &draft->members);
    return result ? result : floe_entry_calls(r, draft, &call, 1);
}

/* ---- doubts: what is unknown of a model's entry is so of what the entry makes ---- */

static int spread(floe_entry_reader *r, const char *from, const char *const *to) {
    size_t count = r->doubts.count;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; to[k] && strcmp(r->doubts.items[i].about, from) == 0; k++) {
            floe_parse_doubt doubt = r->doubts.items[i];
            doubt.about = to[k];
            if (FLOE_PARSE_PUSH(&r->doubts, doubt)) {
                return FLOE_MEMORY;
            }
        }
    }
    return 0;
}

static int spread_doubts(floe_entry_reader *r) {
    static const char *const parts[] = {"dimensions", "entities", NULL};
    static const char *const of_metrics[] = {"measures", "type_params", "filter", "label", "type", NULL};
    static const char *const of_model[] = {"unique_id", "config.meta", "config.group", "config.enabled",
                                           NULL};
    static const char *const of_time[] = {"defaults", "measures", "type_params", NULL};
    int result = spread(r, "columns", parts);
    result = result ? result : spread(r, "derived_semantics", parts);
    result = result ? result : spread(r, "metrics", of_metrics);
    result = result ? result : spread(r, "semantic_model", of_model);
    return result ? result : spread(r, "agg_time_dimension", of_time);
}

/* ---- the entry of a model ---- */

/* dbt 2 knows no short form. */
static void check_form(floe_entry_reader *r, const own_model *own) {
    bool object = floe_node_kind(own->semantic) == FLOE_OBJECT;
    if (is_dbt2(r) && (!object || !floe_entry_get(own->semantic, "enabled"))) {
        floe_entry_problem(r, FLOE_PARSE_ERROR, "bad_semantic_model",
                           floe_entry_key_at(own->entry, "semantic_model"),
                           "write 'semantic_model: {enabled: true}'",
                           "dbt 2 wants `enabled` below the semantic_model of '%s'", own->model);
    }
}

static bool is_off(const floe_entry_reader *r, const own_model *own) {
    const floe_node *semantic = own->semantic;
    const floe_node *enabled = floe_entry_get(semantic, "enabled");
    if (!semantic || (floe_node_kind(semantic) == FLOE_BOOLEAN && !semantic->boolean) ||
        (enabled && !floe_parse_true(enabled))) {
        return true;
    }
    return !is_dbt2(r) && floe_parse_true(floe_entry_get(own->entry, "versions"));
}

static int read_metrics(floe_entry_reader *r, const own_model *own) {
    const floe_node *metrics = floe_entry_get(own->entry, "metrics");
    int result = 0;
    for (uint32_t i = 0; !result && i < floe_entry_count(metrics, FLOE_ARRAY); i++) {
        const floe_node *metric = &metrics->block->items[i];
        bool named = floe_node_kind(metric) == FLOE_OBJECT && floe_entry_get(metric, "name");
        result = named ? floe_semantic_metric(r, metric, own->name, own->time) : 0;
    }
    return result;
}

int floe_entry_model_semantics(floe_entry_reader *r, const floe_node *entry) {
    own_model own = {.entry = entry,
                     .semantic = floe_entry_get(entry, "semantic_model"),
                     .time = floe_entry_get(entry, "agg_time_dimension")};
    if (r->thread->parse->dbt < 112 || !(own.semantic || floe_entry_get(entry, "metrics"))) {
        return 0;
    }
    const floe_node *name = floe_entry_get(own.semantic, "name");
    own.model = floe_parse_text_of(r->thread->arena, floe_entry_get(entry, "name"));
    own.name = name ? floe_parse_text_of(r->thread->arena, name) : own.model;
    if (!own.model || !own.name) {
        return FLOE_MEMORY;
    }
    if (own.semantic) {
        check_form(r, &own);
    }
    int result = spread_doubts(r);
    bool off = is_off(r, &own);
    result = result || off ? result : read_own_model(r, &own);
    /* dbt 2 reads metrics also where there is no semantic model for them to be of. */
    return result || (off && !is_dbt2(r)) ? result : read_metrics(r, &own);
}

/*
 * The semantic layer: semantic models, metrics and saved queries, in the shape in which dbt keeps them. What
 * the entry of a model says of it stands in semantic_own.c.
 */
#include "dbt/parse/semantic.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- parts of metrics ---- */

/* A filter, or a list of them. */
static int make_filter(floe_entry_reader *r, const floe_node *filter, floe_node *out) {
    bool list = floe_node_kind(filter) == FLOE_ARRAY;
    uint32_t count = list ? floe_node_size(filter) : 1;
    floe_node *items = floe_arena_array(r->thread->arena, count + 1, sizeof *items);
    floe_maker made = {0};
    int result = items ? 0 : FLOE_MEMORY;
    for (uint32_t i = 0; i < count && !result; i++) {
        floe_maker one = {0};
        floe_maker_set(&one, "where_sql_template", list ? filter->block->items[i] : *filter);
        result = floe_maker_finish(&one, 0, r->thread, filter->at, &items[i]);
    }
    if (result) {
        return result;
    }
    floe_maker_set(&made, "where_filters", floe_entry_list(r->thread, items, count));
    return floe_maker_finish(&made, 0, r->thread, filter->at, out);
}

static int put_filter(floe_entry_reader *r, floe_maker *made, const char *key, const floe_node *filter) {
    floe_node out;
    if (floe_node_absent(filter)) {
        return 0;
    }
    int result = make_filter(r, filter, &out);
    floe_maker_set(made, key, out);
    return result;
}

/* "28 days" is a count and a granularity. */
static int put_window(floe_entry_reader *r, floe_maker *made, const char *key, const floe_node *window) {
    static const char *const grains[] = {"nanosecond", "microsecond", "millisecond", "second",
                                         "minute",     "hour",        "day",         "week",
                                         "month",      "quarter",     "year",        NULL};
    const char *text = floe_parse_text_of(r->thread->arena, window);
    const char *space = text ? strchr(text, ' ') : NULL;
    if (!text) {
        return 0;
    }
    if (!space || space == text || strspn(text, "0123456789") != (size_t)(space - text)) {
        floe_entry_problem(r, FLOE_PARSE_ERROR, "bad_window", window->at, "write for example '28 days'",
                           "'%s' is no window of time", text);
        return 0;
    }
    size_t length = strlen(space + 1);
    char *grain = floe_arena_text(r->thread->arena, space + 1, length);
    for (size_t i = 0; grain && i < length; i++) {
        grain[i] = (char)tolower((unsigned char)grain[i]);
    }
    for (size_t i = 0; grain && length && grain[length - 1] == 's' && grains[i]; i++) {
        if (strlen(grains[i]) == length - 1 && memcmp(grains[i], grain, length - 1) == 0) {
            grain[--length] = '\0';
        }
    }
    floe_maker one = {0};
    floe_node out;
    floe_maker_set(&one, "count", floe_integer_node(strtoll(text, NULL, 10), 0));
    floe_maker_set(&one, "granularity", floe_literal_node(grain));
    int result = floe_maker_finish(&one, 0, r->thread, window->at, &out);
    floe_maker_set(made, key, out);
    return result;
}

/* A measure or a metric that another is made from: a name, or an object with one. */
static int make_input(floe_entry_reader *r, const floe_node *input, floe_node *out) {
    static const char *const kept[] = {
        "name", "alias", "join_to_timespine", "fill_nulls_with", "offset_to_grain", NULL};
    floe_maker made = {0};
    int result = 0;
    if (floe_node_kind(input) == FLOE_OBJECT) {
        floe_entry_copy(&made, input, kept);
        result = put_filter(r, &made, "filter", floe_entry_get(input, "filter"));
        result =
            result ? result : put_window(r, &made, "offset_window", floe_entry_get(input, "offset_window"));
    } else {
        floe_maker_set(&made, "name", *input);
    }
    return floe_maker_finish(&made, result, r->thread, input->at, out);
}

/* What a metric refers to, gathered while its parts are read. */
typedef struct references {
    FLOE_PARSE_LIST(floe_node) measures;
    FLOE_PARSE_LIST(floe_parse_call) metrics;
} references;

static int add_measure(references *refs, const floe_node *input) {
    const floe_node *name = floe_node_kind(input) == FLOE_OBJECT ? floe_entry_get(input, "name") : input;
    return floe_node_absent(name) || floe_node_kind(name) != FLOE_STRING
               ? 0
               : FLOE_PARSE_PUSH(&refs->measures, *name);
}

static int add_metric(floe_entry_reader *r, references *refs, const floe_node *input) {
    const floe_node *name = floe_node_kind(input) == FLOE_OBJECT ? floe_entry_get(input, "name") : input;
    floe_parse_call call = {.what = FLOE_CALL_METRIC, .version = floe_null_node(0), .file = r->file->shown};
    if (floe_node_absent(name) || floe_node_kind(name) != FLOE_STRING) {
        return 0;
    }
    call.name = floe_parse_text_of(r->thread->arena, name);
    floe_document_position(r->file->document, input->at, &call.line, &call.column);
    return call.name ? FLOE_PARSE_PUSH(&refs->metrics, call) : FLOE_MEMORY;
}

typedef enum input_kind { A_MEASURE, A_METRIC, LISTED_ONLY } input_kind;

static int put_input(floe_entry_reader *r, floe_maker *made, references *refs, const char *key,
                     const floe_node *input, input_kind kind) {
    floe_node out;
    if (floe_node_absent(input)) {
        return 0;
    }
    int result = make_input(r, input, &out);
    floe_maker_set(made, key, out);
    if (!result && kind != LISTED_ONLY) {
        result = kind == A_MEASURE ? add_measure(refs, input) : add_metric(r, refs, input);
    }
    return result;
}

static int put_inputs(floe_entry_reader *r, floe_maker *made, references *refs, const char *key,
                      const floe_node *inputs, bool refer) {
    uint32_t count = floe_entry_count(inputs, FLOE_ARRAY);
    floe_node *items = floe_arena_array(r->thread->arena, count + 1, sizeof *items);
    int result = items ? 0 : FLOE_MEMORY;
    for (uint32_t i = 0; i < count && !result; i++) {
        const floe_node *input = &inputs->block->items[i];
        result = make_input(r, input, &items[i]);
        result = result || !refer ? result : add_metric(r, refs, input);
    }
    if (!result) {
        floe_maker_set(made, key, floe_entry_list(r->thread, items, count));
    }
    return result;
}

int floe_semantic_expression(floe_entry_reader *r, floe_maker *made, const floe_node *expression) {
    if (floe_node_absent(expression)) {
        return 0;
    }
    floe_buffer_clear(&r->text);
    floe_python_str(&r->text, expression);
    const char *text = r->text.failed ? NULL : floe_arena_text(r->thread->arena, r->text.data, r->text.size);
    if (!text) {
        return FLOE_MEMORY;
    }
    floe_maker_set(made, "expr", floe_literal_node(text));
    return 0;
}

static int put_conversion(floe_entry_reader *r, floe_maker *made, references *refs, const floe_node *params) {
    static const char *const kept[] = {"entity", "calculation", "constant_properties", NULL};
    floe_maker one = {0};
    floe_node out = {0};
    floe_entry_copy(&one, params, kept);
    int result = put_input(r, &one, refs, "base_measure", floe_entry_get(params, "base_measure"), A_MEASURE);
    result = result ? result
                    : put_input(r, &one, refs, "conversion_measure",
                                floe_entry_get(params, "conversion_measure"), A_MEASURE);
    result = result
                 ? result
                 : put_input(r, &one, refs, "base_metric", floe_entry_get(params, "base_metric"), A_METRIC);
    result = result ? result
                    : put_input(r, &one, refs, "conversion_metric",
                                floe_entry_get(params, "conversion_metric"), A_METRIC);
    result = result ? result : put_window(r, &one, "window", floe_entry_get(params, "window"));
    result = floe_maker_finish(&one, result, r->thread, params->at, &out);
    floe_maker_set(made, "conversion_type_params", out);
    return result;
}

static int put_cumulative(floe_entry_reader *r, floe_maker *made, references *refs, const floe_node *params,
                          const floe_node *otherwise) {
    const floe_node *window = floe_entry_get(params, "window");
    const floe_node *grain = floe_entry_get(params, "grain_to_date");
    const floe_node *aggregation = floe_entry_get(params, "period_agg");
    floe_maker one = {0};
    floe_node out = {0};
    int result = put_window(r, &one, "window", window ? window : floe_entry_get(otherwise, "window"));
    floe_maker_some(&one, "grain_to_date", grain ? grain : floe_entry_get(otherwise, "grain_to_date"));
    floe_maker_set(&one, "period_agg", aggregation ? *aggregation : floe_literal_node("first"));
    result = result ? result
                    : put_input(r, &one, refs, "metric", floe_entry_get(otherwise, "input_metric"), A_METRIC);
    result = floe_maker_finish(&one, result, r->thread, 0, &out);
    floe_maker_set(made, "cumulative_type_params", out);
    return result;
}

/* ---- metrics ---- */

static bool is_type(const floe_node *entry, const char *type) {
    const floe_node *own = floe_entry_get(entry, "type");
    return own ? floe_node_equals(own, type) : strcmp(type, "simple") == 0;
}

/* type_params as they stand in an entry of the older form. */
static int make_old_params(floe_entry_reader *r, const floe_node *entry, references *refs, floe_node *out) {
    const floe_node *params = floe_entry_get(entry, "type_params");
    const floe_node *conversion = floe_entry_get(params, "conversion_type_params");
    bool ratio = is_type(entry, "ratio"), derived = is_type(entry, "derived");
    bool measured = is_type(entry, "simple") || is_type(entry, "cumulative");
    floe_maker made = {0};
    int result = put_input(r, &made, refs, "measure", floe_entry_get(params, "measure"),
                           measured ? A_MEASURE : LISTED_ONLY);
    result = result ? result
                    : put_input(r, &made, refs, "numerator", floe_entry_get(params, "numerator"),
                                ratio ? A_METRIC : LISTED_ONLY);
    result = result ? result
                    : put_input(r, &made, refs, "denominator", floe_entry_get(params, "denominator"),
                                ratio ? A_METRIC : LISTED_ONLY);
    result = result ? result : floe_semantic_expression(r, &made, floe_entry_get(params, "expr"));
    result = result ? result : put_window(r, &made, "window", floe_entry_get(params, "window"));
    floe_maker_some(&made, "grain_to_date", floe_entry_get(params, "grain_to_date"));
    result =
        result ? result : put_inputs(r, &made, refs, "metrics", floe_entry_get(params, "metrics"), derived);
    result = result || !conversion ? result : put_conversion(r, &made, refs, conversion);
    if (!result && is_type(entry, "cumulative")) {
        result = put_cumulative(r, &made, refs, floe_entry_get(params, "cumulative_type_params"), params);
    }
    return floe_maker_finish(&made, result, r->thread, entry->at, out);
}

/* A percentile, which dbt 2 keeps as a number of 32 bits. */
static floe_node percentile_of(const floe_entry_reader *r, const floe_node *entry) {
    const floe_node *own = floe_entry_get(entry, "percentile");
    if (own && floe_node_kind(own) == FLOE_NUMBER && r->thread->parse->dbt >= 200) {
        return floe_number_node((double)(float)own->number, own->at);
    }
    return own ? *own : floe_null_node(0);
}

static bool is_percentile(const floe_node *entry, const char *type) {
    const floe_node *own = floe_entry_get(entry, "percentile_type");
    return own && floe_node_kind(own) == FLOE_STRING && floe_node_size(own) == strlen(type) &&
           strncasecmp(own->string, type, strlen(type)) == 0;
}

int floe_semantic_percentile(floe_entry_reader *r, const floe_node *entry, floe_node *out) {
    floe_maker made = {0};
    bool told = r->thread->parse->dbt < 200 || floe_entry_get(entry, "percentile");
    floe_maker_set(&made, "percentile", percentile_of(r, entry));
    floe_maker_set(&made, "use_discrete_percentile",
                   floe_boolean_node(told && is_percentile(entry, "discrete"), 0));
    floe_maker_set(&made, "use_approximate_percentile",
                   floe_boolean_node(told && is_percentile(entry, "continuous"), 0));
    return floe_maker_finish(&made, 0, r->thread, entry->at, out);
}

int floe_semantic_non_additive(floe_entry_reader *r, floe_maker *made, const floe_node *entry) {
    const floe_node *own = floe_entry_get(entry, "non_additive_dimension");
    floe_maker one = {0};
    floe_node out;
    if (!own || floe_node_kind(own) != FLOE_OBJECT) {
        return 0;
    }
    floe_maker_some(&one, "name", floe_entry_get(own, "name"));
    floe_maker_some(&one, "window_choice", floe_entry_get(own, "window_agg"));
    floe_maker_some(&one, "window_groupings", floe_entry_get(own, "group_by"));
    int result = floe_maker_finish(&one, 0, r->thread, own->at, &out);
    floe_maker_set(made, "non_additive_dimension", out);
    return result;
}

static int put_aggregation(floe_entry_reader *r, floe_maker *made, const floe_node *entry,
                           const char *semantic_model, const floe_node *time) {
    const floe_node *own = floe_entry_get(entry, "agg_time_dimension");
    floe_maker one = {0};
    floe_node out = floe_null_node(entry->at), percentile;
    if (!floe_entry_get(entry, "agg")) {
        return 0;
    }
    int result = floe_semantic_percentile(r, entry, &percentile);
    floe_maker_set(&one, "semantic_model", floe_literal_node(semantic_model));
    floe_maker_some(&one, "agg", floe_entry_get(entry, "agg"));
    floe_maker_set(&one, "agg_params", percentile);
    floe_maker_some(&one, "agg_time_dimension", own ? own : time);
    result = result ? result : floe_semantic_non_additive(r, &one, entry);
    if (r->thread->parse->dbt >= 200) {
        result = result ? result : floe_semantic_expression(r, &one, floe_entry_get(entry, "expr"));
    }
    result = floe_maker_finish(&one, result, r->thread, entry->at, &out);
    floe_maker_set(made, "metric_aggregation_params", out);
    return result;
}

/* What the newer form says beside the parts of a metric. dbt 1 forgets about fill_nulls_with, and has a
 * window among those parts only. */
static int put_manner(floe_entry_reader *r, floe_maker *made, const floe_node *entry) {
    int result = 0;
    floe_maker_set(made, "join_to_timespine",
                   floe_boolean_node(floe_parse_true(floe_entry_get(entry, "join_to_timespine")), 0));
    floe_maker_set(made, "is_private",
                   floe_boolean_node(floe_parse_true(floe_entry_get(entry, "hidden")), 0));
    if (r->thread->parse->dbt >= 200) {
        floe_maker_some(made, "fill_nulls_with", floe_entry_get(entry, "fill_nulls_with"));
        result = put_window(r, made, "window", floe_entry_get(entry, "window"));
    }
    return result;
}

/* The same of an entry of the newer form, in which they stand beside the type. */
static int make_new_params(floe_entry_reader *r, const floe_node *entry, const char *semantic_model,
                           const floe_node *time, references *refs, floe_node *out) {
    bool ratio = is_type(entry, "ratio"), derived = is_type(entry, "derived");
    floe_maker made = {0};
    int result = put_input(r, &made, refs, "numerator", floe_entry_get(entry, "numerator"),
                           ratio ? A_METRIC : LISTED_ONLY);
    result = result ? result
                    : put_input(r, &made, refs, "denominator", floe_entry_get(entry, "denominator"),
                                ratio ? A_METRIC : LISTED_ONLY);
    result = result ? result : floe_semantic_expression(r, &made, floe_entry_get(entry, "expr"));
    result = result ? result
                    : put_inputs(r, &made, refs, "metrics", floe_entry_get(entry, "input_metrics"), derived);
    result = result || !is_type(entry, "conversion") ? result : put_conversion(r, &made, refs, entry);
    result = result || !is_type(entry, "cumulative") ? result : put_cumulative(r, &made, refs, entry, entry);
    result = result ? result : put_aggregation(r, &made, entry, semantic_model, time);
    result = result ? result : put_manner(r, &made, entry);
    return floe_maker_finish(&made, result, r->thread, entry->at, out);
}

static int make_metric_members(floe_entry_reader *r, const floe_node *entry, const floe_node *params,
                               const char *name, bool old, floe_node *out) {
    const floe_node *label = floe_entry_get(entry, "label"), *type = floe_entry_get(entry, "type");
    const floe_node *description = floe_entry_get(entry, "description");
    floe_maker members = {0};
    floe_maker_set(&members, "description", description ? *description : floe_literal_node(""));
    floe_maker_set(&members, "label", label ? *label : floe_literal_node(name));
    floe_maker_set(&members, "type", type ? *type : floe_literal_node("simple"));
    floe_maker_set(&members, "type_params", *params);
    int result = put_filter(r, &members, "filter", floe_entry_get(entry, "filter"));
    floe_maker_some(&members, "time_granularity", floe_entry_get(entry, "time_granularity"));
    if (old) {
        floe_maker_some(&members, "tags", floe_entry_get(entry, "tags"));
        floe_maker_some(&members, "meta", floe_entry_get(entry, "meta"));
    }
    return floe_maker_finish(&members, result, r->thread, entry->at, out);
}

/* In dbt 2 any metric in the entry of a model depends on its semantic model, and on that alone. */
static int put_references(floe_entry_reader *r, floe_draft *draft, const references *refs,
                          const floe_node *entry, const char *semantic_model) {
    bool own = semantic_model && r->thread->parse->dbt >= 200;
    int result = own ? 0 : floe_entry_calls(r, draft, refs->metrics.items, refs->metrics.count);
    if (result) {
        return result;
    }
    draft->measures = floe_entry_list(r->thread, refs->measures.items, refs->measures.count);
    if (own || (semantic_model && is_type(entry, "simple"))) {
        floe_node id =
            floe_literal_node(floe_parse_format(r->thread->arena, "semantic_model.%s.%s",
                                                r->thread->parse->packages.items[0]->name, semantic_model));
        draft->made_from = floe_entry_list(r->thread, &id, 1);
    }
    return 0;
}

int floe_semantic_metric(floe_entry_reader *r, const floe_node *entry, const char *semantic_model,
                         const floe_node *time) {
    const char *name = floe_parse_text_of(r->thread->arena, floe_entry_get(entry, "name"));
    bool old = floe_entry_get(entry, "type_params") != NULL;
    references refs = {0};
    floe_node params;
    if (!old && r->thread->parse->dbt < 112) {
        floe_entry_problem(r, FLOE_PARSE_ERROR, "no_type_params", entry->at, "write 'type_params:'",
                           "the metric '%s' has no type_params", name);
        return 0;
    }
    floe_draft *draft = name ? floe_entry_node(r, FLOE_PARSE_METRIC, "metric", entry, name) : NULL;
    int result = draft ? 0 : FLOE_MEMORY;
    result = result ? result
             : old  ? make_old_params(r, entry, &refs, &params)
                    : make_new_params(r, entry, semantic_model, time, &refs, &params);
    result = result ? result : make_metric_members(r, entry, &params, name, old, &draft->members);
    result = result ? result : put_references(r, draft, &refs, entry, semantic_model);
    free(refs.measures.items);
    free(refs.metrics.items);
    return result;
}

int floe_entry_metric(floe_entry_reader *r, const floe_node *entry) {
    return floe_semantic_metric(r, entry, NULL, NULL);
}

/* ---- semantic models ---- */

/* The parts of a semantic model with those keys of them that dbt keeps. */
static int make_parts(floe_entry_reader *r, const floe_node *parts, floe_node *out) {
    static const char *const kept[] = {"name",
                                       "type",
                                       "agg",
                                       "description",
                                       "label",
                                       "role",
                                       "is_partition",
                                       "type_params",
                                       "agg_params",
                                       "non_additive_dimension",
                                       "agg_time_dimension",
                                       "config",
                                       NULL};
    uint32_t count = floe_entry_count(parts, FLOE_ARRAY), used = 0;
    floe_node *items = floe_arena_array(r->thread->arena, count + 1, sizeof *items);
    int result = items ? 0 : FLOE_MEMORY;
    for (uint32_t i = 0; i < count && !result; i++) {
        const floe_node *part = &parts->block->items[i];
        floe_maker made = {0};
        if (floe_node_kind(part) != FLOE_OBJECT) {
            continue;
        }
        floe_entry_copy(&made, part, kept);
        result = floe_semantic_expression(r, &made, floe_entry_get(part, "expr"));
        result = floe_maker_finish(&made, result, r->thread, part->at, &items[used++]);
    }
    return result ? result : floe_document_list(out, r->thread->document, items, used, 0, NULL);
}

/* A metric for a measure with `create_metric`. */
static int create_metric(floe_entry_reader *r, floe_draft *model, const floe_node *entry,
                         const floe_node *measure) {
    const char *name = floe_parse_text_of(r->thread->arena, floe_entry_get(measure, "name"));
    const floe_node *label = floe_entry_get(measure, "label"), *own = floe_entry_get(measure, "description");
    const floe_node *expression = floe_entry_get(measure, "expr");
    floe_draft *draft = name ? floe_entry_node(r, FLOE_PARSE_METRIC, "metric", entry, name) : NULL;
    if (!draft) {
        return name ? FLOE_MEMORY : 0;
    }
    floe_node text = floe_literal_node(name), params = {0};
    floe_maker members = {0}, made = {0};
    floe_node input;
    int result = make_input(r, &text, &input);
    floe_maker_set(&made, "measure", input);
    bool own_expression = expression && r->thread->parse->dbt >= 112;
    result = result ? result : floe_semantic_expression(r, &made, own_expression ? expression : &text);
    result = floe_maker_finish(&made, result, r->thread, measure->at, &params);
    floe_maker_set(
        &members, "description",
        own ? *own
            : floe_literal_node(floe_parse_format(r->thread->arena, "Metric created from measure %s", name)));
    floe_maker_set(&members, "label", label ? *label : text);
    floe_maker_set(&members, "type", floe_literal_node("simple"));
    floe_maker_set(&members, "type_params", params);
    result = floe_maker_finish(&members, result, r->thread, measure->at, &draft->members);
    draft->measures = floe_entry_list(r->thread, &text, 1);
    draft->config = floe_null_node(0);
    draft->created_by = model;
    return result;
}

static int make_model_members(floe_entry_reader *r, const floe_node *entry, floe_node *out) {
    static const char *const kept[] = {"model", "description", "label", "defaults", "primary_entity", NULL};
    static const char *const parts[] = {"entities", "dimensions", "measures"};
    floe_maker members = {0};
    int result = 0;
    floe_entry_copy(&members, entry, kept);
    for (size_t i = 0; i < 3; i++) {
        floe_node list;
        result = result ? result : make_parts(r, floe_entry_get(entry, parts[i]), &list);
        floe_maker_set(&members, parts[i], result ? floe_null_node(0) : list);
    }
    return floe_maker_finish(&members, result, r->thread, entry->at, out);
}

static int gather_measures(floe_entry_reader *r, const floe_node *entry, floe_draft *draft) {
    const floe_node *measures = floe_entry_get(entry, "measures");
    floe_node *names =
        floe_arena_array(r->thread->arena, floe_entry_count(measures, FLOE_ARRAY) + 1, sizeof *names);
    uint32_t used = 0;
    if (!names) {
        return FLOE_MEMORY;
    }
    for (uint32_t i = 0; i < floe_entry_count(measures, FLOE_ARRAY); i++) {
        const floe_node *name = floe_entry_get(&measures->block->items[i], "name");
        if (name && floe_node_kind(name) == FLOE_STRING) {
            names[used++] = *name;
        }
    }
    draft->has_measures = floe_entry_list(r->thread, names, used);
    return 0;
}

int floe_entry_semantic_model(floe_entry_reader *r, const floe_node *entry) {
    const char *name = floe_parse_text_of(r->thread->arena, floe_entry_get(entry, "name"));
    const floe_node *measures = floe_entry_get(entry, "measures");
    floe_parse_call call;
    bool known = floe_entry_call(r, floe_entry_get(entry, "model"), &call);
    floe_draft *draft = floe_entry_node(r, FLOE_PARSE_SEMANTIC_MODEL, "semantic_model", entry, name);
    if (!draft) {
        return FLOE_MEMORY;
    }
    if (!known) {
        floe_entry_problem(r, FLOE_PARSE_ERROR, "no_model", floe_entry_key_at(entry, "model"),
                           "write \"model: ref('…')\"", "the semantic model '%s' does not refer to a model",
                           name);
    }
    int result = make_model_members(r, entry, &draft->members);
    result = result ? result : floe_entry_calls(r, draft, &call, known);
    result = result ? result : gather_measures(r, entry, draft);
    for (uint32_t i = 0; !result && i < floe_entry_count(measures, FLOE_ARRAY); i++) {
        const floe_node *measure = &measures->block->items[i];
        const floe_node *create = floe_entry_get(measure, "create_metric");
        bool wanted = create && floe_node_kind(create) == FLOE_BOOLEAN && create->boolean;
        result = wanted ? create_metric(r, draft, entry, measure) : 0;
    }
    return result;
}

/* ---- saved queries ---- */

static int make_query(floe_entry_reader *r, const floe_node *params, references *refs, floe_node *out) {
    static const char *const kept[] = {"metrics", "group_by", "order_by", "limit", NULL};
    const floe_node *metrics = floe_entry_get(params, "metrics");
    floe_maker made = {0};
    int result = put_filter(r, &made, "where", floe_entry_get(params, "where"));
    floe_entry_copy(&made, params, kept);
    for (uint32_t i = 0; !result && i < floe_entry_count(metrics, FLOE_ARRAY); i++) {
        result = add_metric(r, refs, &metrics->block->items[i]);
    }
    return floe_maker_finish(&made, result, r->thread, 0, out);
}

/* An export's config takes over what the query's own says. */
static int make_export(floe_entry_reader *r, const floe_node *entry, const floe_node *export,
                       floe_node *out) {
    static const char *const kept[] = {"export_as", "schema_name", "alias", "database", NULL};
    const floe_node *own = floe_entry_get(export, "config");
    const floe_node *schema = floe_entry_get(own, "schema");
    floe_maker made = {0}, config = {0};
    floe_node joined;
    floe_entry_copy(&config, floe_entry_get(entry, "config"), kept);
    floe_entry_copy(&config, own, kept);
    schema = schema ? schema : floe_node_path(entry, "config", "schema", NULL);
    if (!floe_maker_get(&config, "schema_name", 11)) {
        floe_maker_some(&config, "schema_name", schema);
    }
    int result = floe_maker_finish(&config, 0, r->thread, export->at, &joined);
    floe_maker_some(&made, "name", floe_entry_get(export, "name"));
    floe_maker_set(&made, "config", joined);
    floe_maker_some(&made, "unrendered_config", own);
    return floe_maker_finish(&made, result, r->thread, export->at, out);
}

static int make_exports(floe_entry_reader *r, const floe_node *entry, floe_node *out) {
    const floe_node *exports = floe_entry_get(entry, "exports");
    uint32_t count = floe_entry_count(exports, FLOE_ARRAY), used = 0;
    floe_node *items = floe_arena_array(r->thread->arena, count + 1, sizeof *items);
    int result = items ? 0 : FLOE_MEMORY;
    for (uint32_t i = 0; i < count && !result; i++) {
        const floe_node *one = &exports->block->items[i];
        result = floe_node_kind(one) == FLOE_OBJECT ? make_export(r, entry, one, &items[used++]) : 0;
    }
    return result ? result : floe_document_list(out, r->thread->document, items, used, entry->at, NULL);
}

int floe_entry_saved_query(floe_entry_reader *r, const floe_node *entry) {
    static const char *const kept[] = {"description", "label", "tags", NULL};
    const char *name = floe_parse_text_of(r->thread->arena, floe_entry_get(entry, "name"));
    references refs = {0};
    floe_maker members = {0};
    floe_node query, exports;
    floe_draft *draft = floe_entry_node(r, FLOE_PARSE_SAVED_QUERY, "saved_query", entry, name);
    int result = draft ? make_query(r, floe_entry_get(entry, "query_params"), &refs, &query) : FLOE_MEMORY;
    result = result ? result : make_exports(r, entry, &exports);
    result = result ? result : floe_entry_calls(r, draft, refs.metrics.items, refs.metrics.count);
    free(refs.measures.items);
    free(refs.metrics.items);
    if (result) {
        return result;
    }
    floe_entry_copy(&members, entry, kept);
    floe_maker_set(&members, "query_params", query);
    floe_maker_set(&members, "exports", exports);
    return floe_maker_finish(&members, 0, r->thread, entry->at, &draft->members);
}

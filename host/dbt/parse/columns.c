/* Columns of an entry in the shape that a manifest has them: what stands under `config` and beside it joined.
 */
#include "dbt/parse/entries.h"

#include "data/names.h"

#include <stdlib.h>
#include <string.h>

/* Keys of a column that its manifest entry has no use for, or that are written apart from the rest. */
static bool is_read_apart(const floe_key *key) {
    static const char *const names[] = {"name", "description", "meta",       "data_type", "constraints",
                                        "docs", "config",      "data_tests", "tests",     "tags"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(key->text, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static floe_node or_true(const floe_node *node) {
    return floe_node_absent(node) ? floe_boolean_node(true, 0) : *node;
}

/* One constraint of a column or a model. */
static int make_constraint(floe_parse_thread *thread, const floe_node *constraint, floe_node *out) {
    floe_maker made = {0};
    static const char *const texts[] = {"type", "name", "expression", "to", "to_columns", "columns"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        floe_maker_some(&made, texts[i], floe_entry_get(constraint, texts[i]));
    }
    floe_maker_set(&made, "warn_unenforced", or_true(floe_entry_get(constraint, "warn_unenforced")));
    floe_maker_set(&made, "warn_unsupported", or_true(floe_entry_get(constraint, "warn_unsupported")));
    return floe_maker_finish(&made, 0, thread, constraint->at, out);
}

int floe_parse_constraints(floe_parse_thread *thread, const floe_node *constraints, floe_node *out) {
    uint32_t count = floe_entry_count(constraints, FLOE_ARRAY), kept = 0;
    floe_node *items = floe_arena_array(thread->arena, count + 1, sizeof *items);
    if (!items) {
        return FLOE_MEMORY;
    }
    for (uint32_t i = 0; i < count; i++) {
        const floe_node *one = &constraints->block->items[i];
        if (floe_node_kind(one) == FLOE_OBJECT && make_constraint(thread, one, &items[kept++])) {
            return FLOE_MEMORY;
        }
    }
    return floe_document_list(out, thread->document, items, kept, constraints ? constraints->at : 0, NULL);
}

static int make_tags(floe_parse_thread *thread, const floe_node *column, floe_node *out) {
    floe_tags tags = {0};
    int result = floe_tags_add(&tags, floe_entry_get(column, "tags"));
    result = result ? result : floe_tags_add(&tags, floe_node_path(column, "config", "tags", NULL));
    floe_tags_sort(&tags);
    result =
        result ? result : floe_document_list(out, thread->document, tags.items, tags.count, column->at, NULL);
    free(tags.items);
    return result;
}

static int make_meta(floe_parse_thread *thread, const floe_node *column, floe_node *out) {
    floe_maker meta = {0};
    floe_maker_update(&meta, floe_entry_get(column, "meta"));
    floe_maker_update(&meta, floe_node_path(column, "config", "meta", NULL));
    return floe_maker_finish(&meta, 0, thread, column->at, out);
}

/* Both ends of a dimension's validity are told. */
static int put_validity(floe_parse_thread *thread, floe_maker *made, const floe_node *part) {
    const floe_node *validity = floe_entry_get(part, "validity_params");
    floe_maker one = {0};
    floe_node out;
    if (!validity) {
        return 0;
    }
    floe_maker_set(&one, "is_start", floe_boolean_node(false, 0));
    floe_maker_set(&one, "is_end", floe_boolean_node(false, 0));
    floe_maker_update(&one, validity);
    int result = floe_maker_finish(&one, 0, thread, validity->at, &out);
    floe_maker_set(made, "validity_params", out);
    return result;
}

/* A dimension or an entity has its column's name and description unless told; dbt 1 writes out the rest too.
 */
static int put_part(floe_parse_thread *thread, floe_maker *made, const floe_key *key, const floe_node *part,
                    const floe_node *column) {
    const floe_node *description = floe_entry_get(part, "description");
    floe_maker one = {0};
    floe_node out;
    floe_maker_some(&one, "name", floe_entry_get(column, "name"));
    if (thread->parse->dbt < 200 && strcmp(key->text, "dimension") == 0) {
        floe_maker_set(&one, "is_partition", floe_boolean_node(false, 0));
    }
    floe_maker_update(&one, part);
    if (!description || !floe_node_size(description)) {
        floe_maker_some(&one, "description", floe_entry_get(column, "description"));
    }
    int unmade = put_validity(thread, &one, part);
    int result = floe_maker_finish(&one, 0, thread, part->at, &out);
    floe_maker_put(made, key->text, key->length, out);
    return unmade ? unmade : result;
}

/* The keys of a column that are not read apart. */
static int put_rest(floe_parse_thread *thread, floe_maker *made, const floe_node *column) {
    int result = 0;
    for (uint32_t i = 0; i < floe_node_size(column) && !result; i++) {
        const floe_key *key = floe_node_key(column, i);
        const floe_node *value = &column->block->items[i];
        bool part = strcmp(key->text, "dimension") == 0 || strcmp(key->text, "entity") == 0;
        if (part && thread->parse->dbt >= 112 && floe_node_kind(value) == FLOE_OBJECT) {
            result = put_part(thread, made, key, value, column);
        } else if (!is_read_apart(key)) {
            floe_maker_put(made, key->text, key->length, *value);
        }
    }
    return result;
}

static int make_column(floe_parse_thread *thread, const floe_node *column, floe_node *out) {
    floe_maker made = {0}, config = {0};
    floe_node tags, meta, constraints, joined;
    const floe_node *description = floe_entry_get(column, "description");
    const floe_node *constrained = floe_entry_get(column, "constraints");
    int result = make_tags(thread, column, &tags);
    result = result ? result : make_meta(thread, column, &meta);
    if (!result) {
        floe_maker_set(&config, "meta", meta);
        floe_maker_set(&config, "tags", tags);
        result = floe_maker_finish(&config, 0, thread, column->at, &joined);
    }
    result = result || !constrained ? result : floe_parse_constraints(thread, constrained, &constraints);
    if (result) {
        return result;
    }
    floe_maker_set(&made, "name", *floe_entry_get(column, "name"));
    floe_maker_set(&made, "description", description ? *description : floe_literal_node(""));
    floe_maker_set(&made, "meta", meta);
    floe_maker_some(&made, "data_type", floe_entry_get(column, "data_type"));
    if (constrained) {
        floe_maker_set(&made, "constraints", constraints);
    }
    floe_maker_set(&made, "config", joined);
    floe_maker_set(&made, "tags", tags);
    result = put_rest(thread, &made, column);
    return floe_maker_finish(&made, result, thread, column->at, out);
}

/* Columns in the making, by name. */
typedef struct collection {
    floe_names names;
    floe_node *items;
    size_t item_capacity;
    floe_buffer text;
} collection;

static int add_column(collection *c, floe_parse_thread *thread, const floe_node *column) {
    const floe_node *name = floe_entry_get(column, "name");
    floe_node made;
    uint32_t number;
    if (!name) {
        return 0;
    }
    floe_buffer_clear(&c->text);
    floe_python_str(&c->text, name);
    if (c->text.failed || make_column(thread, column, &made) ||
        floe_names_add(&number, &c->names, thread->arena, c->text.data ? c->text.data : "", c->text.size) ||
        floe_grow(&c->items, &c->item_capacity, c->names.count, sizeof *c->items)) {
        return FLOE_MEMORY;
    }
    c->items[number] = made;
    return 0;
}

int floe_parse_column_map(floe_parse_thread *thread, const floe_node *const *columns, size_t count,
                          floe_node *out) {
    collection c = {0};
    int result = 0;
    for (size_t i = 0; i < count && !result; i++) {
        result = floe_node_kind(columns[i]) == FLOE_OBJECT ? add_column(&c, thread, columns[i]) : 0;
    }
    result = result ? result
                    : floe_document_map(out, thread->document, c.names.items, c.items, NULL, c.names.count, 0,
                                        NULL);
    floe_names_free(&c.names);
    floe_buffer_free(&c.text);
    free(c.items);
    return result;
}

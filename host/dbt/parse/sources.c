/*
 * Sources: each table of an entry is a node, with what the source says for all its tables merged below what
 * the table says itself. Another package may override what the entry of a source says.
 */
#include "dbt/parse/entries.h"

#include <stdlib.h>
#include <string.h>

/* ---- freshness ---- */

/* Of the four places that may speak of it. */
typedef struct freshness {
    bool none;                  /* null: switched off */
    floe_node after[2], filter; /* warn_after, error_after: null objects are unset */
    bool off[2];                /* null at the place that spoke last */
} freshness;

static const char *const limits[2] = {"warn_after", "error_after"};

static bool is_period(const floe_node *after) {
    return floe_entry_get(after, "count") && floe_entry_get(after, "period");
}

/* What the place that holds `freshness` adds to those before it. */
static void merge_freshness(freshness *all, const floe_node *holder) {
    const floe_node *own = floe_node_get(holder, "freshness", 9);
    if (own && floe_node_kind(own) == FLOE_NULL) {
        *all = (freshness){.none = true};
        return;
    }
    bool speaks = is_period(floe_entry_get(own, limits[0])) || is_period(floe_entry_get(own, limits[1]));
    if (all->none && !speaks) {
        return;
    }
    all->none = false;
    for (size_t i = 0; i < 2; i++) {
        const floe_node *after = floe_node_get(own, limits[i], strlen(limits[i]));
        if (after && floe_node_kind(after) == FLOE_NULL) {
            all->off[i] = true;
            all->after[i] = floe_null_node(0);
        } else if (is_period(after)) {
            all->off[i] = false;
            all->after[i] = *after;
        }
    }
    const floe_node *filter = floe_entry_get(own, "filter");
    all->filter = filter ? *filter : all->filter;
}

static int put_freshness(floe_entry_reader *r, const freshness *all, floe_maker *config) {
    floe_maker made = {0};
    floe_node out;
    if (all->none) {
        floe_maker_set(config, "freshness", floe_null_node(0));
        return 0;
    }
    floe_maker_drop(config, "freshness");
    if (!is_period(&all->after[0]) && !is_period(&all->after[1])) {
        return 0;
    }
    int result = 0;
    for (size_t i = 0; i < 2; i++) {
        floe_maker period = {0};
        floe_node one = floe_null_node(0);
        if (!all->off[i]) {
            const floe_node *count = floe_entry_get(&all->after[i], "count");
            const floe_node *unit = floe_entry_get(&all->after[i], "period");
            floe_maker_set(&period, "count", count ? *count : floe_null_node(0));
            floe_maker_set(&period, "period", unit ? *unit : floe_null_node(0));
            result = floe_maker_finish(&period, result, r->thread, 0, &one);
        }
        floe_maker_set(&made, limits[i], one);
    }
    floe_maker_set(&made, "filter", all->filter);
    result = floe_maker_finish(&made, result, r->thread, 0, &out);
    if (!result) {
        floe_maker_set(config, "freshness", out);
    }
    return result;
}

/* ---- what a source and its table say together ---- */

typedef struct reading {
    floe_entry_reader *r;
    const floe_node *source, *table;
    const floe_node *source_config, *table_config;
    const char *source_name, *name;
} reading;

static const floe_node *first_true(const floe_node *one, const floe_node *other) {
    return floe_parse_true(one) ? one : other;
}

/* Either key of an object: beside `config` or in it. */
static const floe_node *either(const floe_node *holder, const floe_node *config, const char *key) {
    return first_true(floe_entry_get(holder, key), floe_entry_get(config, key));
}

static void put_loaded_at(const reading *s, floe_maker *config) {
    bool present = floe_node_get(s->table, "loaded_at_field", 15) ||
                   floe_parse_true(floe_entry_get(s->table_config, "loaded_at_field"));
    const floe_node *field = present ? either(s->table, s->table_config, "loaded_at_field")
                                     : either(s->source, s->source_config, "loaded_at_field");
    const floe_node *query = either(s->table, s->table_config, "loaded_at_query");
    if (floe_node_absent(query) && !present) {
        query = either(s->source, s->source_config, "loaded_at_query");
    }
    floe_maker_set(config, "loaded_at_field", field ? *field : floe_null_node(0));
    floe_maker_set(config, "loaded_at_query", query ? *query : floe_null_node(0));
}

static int put_meta(const reading *s, floe_maker *config) {
    floe_maker meta = {0};
    floe_node out;
    floe_maker_update(&meta, floe_entry_get(s->source, "meta"));
    floe_maker_update(&meta, floe_entry_get(s->source_config, "meta"));
    floe_maker_update(&meta, floe_entry_get(s->table, "meta"));
    floe_maker_update(&meta, floe_entry_get(s->table_config, "meta"));
    int result = floe_maker_finish(&meta, 0, s->r->thread, s->table->at, &out);
    if (!result) {
        floe_maker_set(config, "meta", out);
    }
    return result;
}

static int put_tags(const reading *s, floe_maker *config) {
    floe_tags tags = {0};
    int result = floe_tags_add(&tags, floe_entry_get(s->source, "tags"));
    result = result ? result : floe_tags_add(&tags, floe_entry_get(s->source_config, "tags"));
    result = result ? result : floe_tags_add(&tags, floe_entry_get(s->table, "tags"));
    result = result ? result : floe_tags_add(&tags, floe_entry_get(s->table_config, "tags"));
    floe_tags_sort(&tags);
    if (!result) {
        floe_maker_set(config, "tags", floe_entry_list(s->r->thread, tags.items, tags.count));
    }
    free(tags.items);
    return result;
}

static int make_config(const reading *s, floe_node *out) {
    floe_maker config = {0};
    freshness fresh = {0};
    floe_maker_update(&config, s->source_config);
    floe_maker_update(&config, s->table_config);
    merge_freshness(&fresh, s->source);
    merge_freshness(&fresh, s->source_config);
    merge_freshness(&fresh, s->table);
    merge_freshness(&fresh, s->table_config);
    int result = put_freshness(s->r, &fresh, &config);
    put_loaded_at(s, &config);
    result = result ? result : put_meta(s, &config);
    result = result ? result : put_tags(s, &config);
    return floe_maker_finish(&config, result, s->r->thread, s->table->at, out);
}

static int make_quoting(const reading *s, floe_node *out) {
    static const char *const parts[] = {"database", "schema", "identifier", "column"};
    const floe_node *source = floe_entry_get(s->source, "quoting"),
                    *table = floe_entry_get(s->table, "quoting");
    floe_maker quoting = {0};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const floe_node *own = floe_entry_get(table, parts[i]);
        own = own ? own : floe_entry_get(source, parts[i]);
        floe_maker_set(&quoting, parts[i], own ? *own : floe_null_node(0));
    }
    return floe_maker_finish(&quoting, 0, s->r->thread, s->table->at, out);
}

static floe_node text_or(const floe_node *node, const char *otherwise) {
    return node && floe_node_kind(node) == FLOE_STRING ? *node : floe_literal_node(otherwise);
}

static int make_columns(const reading *s, floe_node *out) {
    const floe_node *columns = floe_entry_get(s->table, "columns");
    uint32_t count = floe_entry_count(columns, FLOE_ARRAY);
    const floe_node **list = floe_arena_array(s->r->thread->arena, count + 1, sizeof *list);
    if (!list) {
        return FLOE_MEMORY;
    }
    for (uint32_t i = 0; i < count; i++) {
        list[i] = &columns->block->items[i];
    }
    return floe_parse_column_map(s->r->thread, list, count, out);
}

static int make_source_meta(const reading *s, floe_node *out) {
    floe_maker meta = {0};
    floe_maker_update(&meta, floe_entry_get(s->source, "meta"));
    floe_maker_update(&meta, floe_entry_get(s->source_config, "meta"));
    return floe_maker_finish(&meta, 0, s->r->thread, s->source->at, out);
}

static int make_members(const reading *s, floe_node *out) {
    floe_node columns, quoting, meta;
    floe_maker members = {0};
    int result = make_columns(s, &columns);
    result = result ? result : make_quoting(s, &quoting);
    result = result ? result : make_source_meta(s, &meta);
    if (result) {
        return result;
    }
    const floe_node *identifier = floe_entry_get(s->table, "identifier");
    floe_maker_set(&members, "source_name", floe_literal_node(s->source_name));
    floe_maker_set(&members, "source_description", text_or(floe_entry_get(s->source, "description"), ""));
    floe_maker_set(&members, "loader", text_or(floe_entry_get(s->source, "loader"), ""));
    floe_maker_set(&members, "identifier", text_or(first_true(identifier, NULL), s->name));
    floe_maker_set(&members, "quoting", quoting);
    floe_maker_some(&members, "external", floe_entry_get(s->table, "external"));
    floe_maker_set(&members, "description", text_or(floe_entry_get(s->table, "description"), ""));
    floe_maker_set(&members, "columns", columns);
    floe_maker_set(&members, "source_meta", meta);
    return floe_maker_finish(&members, 0, s->r->thread, s->table->at, out);
}

/* ---- one table ---- */

/* The key of the source's database or schema: some targets have words of their own. */
static const floe_node *place_of(const floe_node *source, const char *key, const char *other,
                                 const char *third) {
    const floe_node *own = first_true(floe_entry_get(source, key), floe_entry_get(source, other));
    return first_true(own, floe_entry_get(source, third));
}

/* A table's name as it stands in the source's id: dbt 2 writes what is no letter, digit or '_' as "__". */
static const char *name_in_id(floe_parse_thread *thread, const char *name) {
    char *made = thread->parse->dbt >= 200 ? floe_arena_alloc(thread->arena, 2 * strlen(name) + 1) : NULL;
    if (!made) {
        return thread->parse->dbt >= 200 ? NULL : name;
    }
    size_t size = 0;
    for (const char *c = name; *c; c++) {
        bool plain =
            (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || *c == '_';
        bool goes_on = ((unsigned char)*c & 0xC0) == 0x80; /* a later byte of a character */
        if (plain) {
            made[size++] = *c;
        } else if (!goes_on) {
            made[size++] = '_';
            made[size++] = '_';
        }
    }
    made[size] = '\0';
    return made;
}

static int add_table(reading *s) {
    floe_entry_reader *r = s->r;
    floe_draft *draft = floe_entry_draft(r, FLOE_DRAFT_NODE, s->table);
    if (!draft) {
        return FLOE_MEMORY;
    }
    const char *names[] = {s->source_name, s->name};
    const floe_node *schema = place_of(s->source, "schema", "dataset", "schema");
    const floe_node *database = place_of(s->source, "database", "project", "catalog");
    draft->kind = FLOE_PARSE_SOURCE;
    draft->name = s->name;
    const char *in_id = name_in_id(r->thread, s->name);
    draft->unique_id = in_id ? floe_parse_format(r->thread->arena, "source.%s.%s.%s", r->file->package->name,
                                                 s->source_name, in_id)
                             : NULL;
    draft->path = r->file->path;
    draft->schema = floe_parse_text_of(r->thread->arena, schema);
    draft->schema = draft->schema ? draft->schema : s->source_name;
    draft->database = floe_parse_text_of(r->thread->arena, database);
    if (!draft->unique_id) {
        return FLOE_MEMORY;
    }
    int result = floe_entry_fqn(r->thread, r->file, r->file->within, &draft->fqn, names, 2);
    result = result ? result : make_config(s, &draft->config);
    return result ? result : make_members(s, &draft->members);
}

static const floe_node *quotes_columns(const reading *s) {
    const floe_node *own = floe_entry_get(floe_entry_get(s->table, "quoting"), "column");
    return own ? own : floe_entry_get(floe_entry_get(s->source, "quoting"), "column");
}

static int read_table(floe_entry_reader *r, const floe_node *source, const char *source_name,
                      const floe_node *table) {
    reading s = {.r = r,
                 .source = source,
                 .table = table,
                 .source_config = floe_entry_get(source, "config"),
                 .table_config = floe_entry_get(table, "config"),
                 .source_name = source_name,
                 .name = floe_parse_text_of(r->thread->arena, floe_entry_get(table, "name"))};
    if (floe_node_kind(table) != FLOE_OBJECT || !s.name) {
        floe_entry_problem(r, FLOE_PARSE_ERROR, "entry_without_name", table->at, NULL,
                           "a table of the source '%s' has no name", source_name);
        return 0;
    }
    floe_test_target target = {.name = s.name,
                               .source = source_name,
                               .version_index = -1,
                               .quote_columns = quotes_columns(&s),
                               .tags = {floe_entry_get(source, "tags"), floe_entry_get(table, "tags")}};
    int result = add_table(&s);
    return result ? result : floe_entry_source_tests(r, table, &target);
}

int floe_entry_source(floe_entry_reader *r, const floe_node *entry) {
    const char *name = floe_parse_text_of(r->thread->arena, floe_entry_get(entry, "name"));
    const floe_node *tables = floe_entry_get(entry, "tables");
    if (tables && floe_node_kind(tables) != FLOE_ARRAY) {
        floe_entry_problem(r, FLOE_PARSE_ERROR, "not_a_list", tables->at, NULL,
                           "the tables of the source '%s' are a list", name);
        return 0;
    }
    int result = 0;
    for (uint32_t i = 0; !result && i < floe_entry_count(tables, FLOE_ARRAY); i++) {
        result = read_table(r, entry, name, &tables->block->items[i]);
    }
    return result;
}

/* ---- overrides ---- */

static bool is_own_key(const floe_key *key, const char *const *names) {
    for (; *names; names++) {
        if (strcmp(key->text, *names) == 0) {
            return true;
        }
    }
    return false;
}

static void put_over(floe_maker *made, const floe_node *patch, const char *const *left_out) {
    for (uint32_t i = 0; i < floe_entry_count(patch, FLOE_OBJECT); i++) {
        const floe_key *key = floe_node_key(patch, i);
        if (!is_own_key(key, left_out)) {
            floe_maker_put(made, key->text, key->length, patch->block->items[i]);
        }
    }
}

static const floe_node *named(const floe_node *list, const floe_node *name) {
    for (uint32_t i = 0; i < floe_entry_count(list, FLOE_ARRAY); i++) {
        const floe_node *own = floe_entry_get(&list->block->items[i], "name");
        if (own && name && floe_node_kind(own) == FLOE_STRING && floe_node_kind(name) == FLOE_STRING &&
            floe_node_size(own) == floe_node_size(name) &&
            memcmp(own->string, name->string, floe_node_size(name)) == 0) {
            return &list->block->items[i];
        }
    }
    return NULL;
}

int floe_entry_override(floe_parse_thread *thread, const floe_node *entry, const floe_node *patch,
                        floe_node *out) {
    static const char *const of_source[] = {"name", "overrides", "tables", "path", NULL};
    static const char *const of_table[] = {"name", NULL};
    const floe_node *tables = floe_entry_get(entry, "tables"), *patches = floe_entry_get(patch, "tables");
    uint32_t count = floe_entry_count(tables, FLOE_ARRAY);
    floe_node *items = floe_arena_array(thread->arena, count + 1, sizeof *items);
    floe_maker made = {0};
    if (!items) {
        return FLOE_MEMORY;
    }
    for (uint32_t i = 0; i < count; i++) {
        const floe_node *table = items + i;
        items[i] = tables->block->items[i];
        const floe_node *over = named(patches, floe_entry_get(table, "name"));
        if (over) {
            floe_maker merged = {0};
            floe_maker_update(&merged, table);
            put_over(&merged, over, of_table);
            if (floe_maker_finish(&merged, 0, thread, table->at, &items[i])) {
                return FLOE_MEMORY;
            }
        }
    }
    floe_maker_update(&made, entry);
    put_over(&made, patch, of_source);
    floe_maker_set(&made, "tables", floe_entry_list(thread, items, count));
    return floe_maker_finish(&made, 0, thread, entry->at, out);
}

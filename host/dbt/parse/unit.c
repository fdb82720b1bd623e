/*
 * Unit tests: their inputs and what they expect, in the form in which dbt keeps them. Rows of CSV become
 * objects; rows that stand in a fixture's file are taken from there.
 */
#include "dbt/parse/entries.h"

#include <stdlib.h>
#include <string.h>

/* ---- CSV ---- */

/* A field from `*cursor` on, quotes taken off; `*cursor` is then behind it. */
static int read_field(floe_entry_reader *r, const char **cursor, const char *end, floe_node *out) {
    floe_buffer *text = &r->text;
    const char *c = *cursor;
    floe_buffer_clear(text);
    bool quoted = c < end && *c == '"';
    for (c += quoted; c < end; c++) {
        if (quoted && *c == '"') {
            if (c + 1 < end && c[1] == '"') {
                c++;
            } else {
                quoted = false;
                continue;
            }
        } else if (!quoted && (*c == ',' || *c == '\n' || *c == '\r')) {
            break;
        }
        floe_buffer_append(text, c, 1);
    }
    *cursor = c;
    const char *copy =
        text->failed ? NULL : floe_arena_text(r->thread->arena, text->data ? text->data : "", text->size);
    if (!copy) {
        return FLOE_MEMORY;
    }
    *out = floe_string_node(copy, text->size, 0);
    return 0;
}

typedef FLOE_PARSE_LIST(floe_node) node_list;

static int read_record(floe_entry_reader *r, const char **cursor, const char *end, node_list *out) {
    out->count = 0;
    for (;;) {
        floe_node field;
        if (read_field(r, cursor, end, &field) || FLOE_PARSE_PUSH(out, field)) {
            return FLOE_MEMORY;
        }
        if (*cursor >= end || **cursor != ',') {
            break;
        }
        (*cursor)++;
    }
    while (*cursor < end && (**cursor == '\n' || **cursor == '\r')) {
        (*cursor)++; /* empty lines are none */
    }
    return 0;
}

static int make_row(floe_entry_reader *r, const node_list *header, const node_list *fields, floe_node *out) {
    floe_maker row = {0};
    for (size_t i = 0; i < header->count; i++) {
        bool given = i < fields->count && floe_node_size(&fields->items[i]);
        floe_maker_put(&row, header->items[i].string, floe_node_size(&header->items[i]),
                       given ? fields->items[i] : floe_null_node(0));
    }
    return floe_maker_finish(&row, 0, r->thread, 0, out);
}

static int read_csv(floe_entry_reader *r, const char *text, size_t size, floe_node *out) {
    node_list header = {0}, fields = {0}, rows = {0};
    const char *cursor = text, *end = text + size;
    int result = 0;
    while (cursor < end && (*cursor == '\n' || *cursor == '\r')) {
        cursor++;
    }
    result = cursor < end ? read_record(r, &cursor, end, &header) : 0;
    while (!result && cursor < end) {
        floe_node row;
        result = read_record(r, &cursor, end, &fields);
        result = result ? result : make_row(r, &header, &fields, &row);
        result = result ? result : FLOE_PARSE_PUSH(&rows, row);
    }
    result = result ? result : floe_document_list(out, r->thread->document, rows.items, rows.count, 0, NULL);
    free(header.items);
    free(fields.items);
    free(rows.items);
    return result;
}

/* ---- fixtures ---- */

/* The file below tests/fixtures whose name without its ending is that of the fixture. */
static const floe_parse_file *find_fixture(const floe_entry_reader *r, const floe_node *name) {
    const floe_parse *parse = r->thread->parse;
    size_t length;
    const char *text = floe_node_string(name, &length);
    for (size_t i = 0; text && i < parse->files.count; i++) {
        const floe_parse_file *file = parse->files.items[i];
        if (file->role != FLOE_ROLE_FIXTURE || file->package != r->file->package) {
            continue;
        }
        const char *slash = strrchr(file->path, '/'), *own = slash ? slash + 1 : file->path;
        const char *dot = strrchr(own, '.');
        if (dot && (size_t)(dot - own) == length && memcmp(own, text, length) == 0) {
            return file;
        }
    }
    return NULL;
}

static int put_rows(floe_entry_reader *r, floe_maker *made, const floe_node *fixture, bool csv) {
    const floe_node *rows = floe_entry_get(fixture, "rows"), *name = floe_entry_get(fixture, "fixture");
    const floe_parse_file *file = name ? find_fixture(r, name) : NULL;
    size_t size;
    const char *text = floe_node_string(rows, &size);
    if (name && !file) {
        floe_entry_problem(r, FLOE_PARSE_ERROR, "no_such_fixture", name->at, NULL,
                           "there is no file of the fixture '%.*s'", (int)floe_node_size(name),
                           floe_node_kind(name) == FLOE_STRING ? name->string : "");
    }
    if (file && file->text) {
        text = file->text;
        size = file->size;
        for (; size && strchr(" \t\r\n", *text); text++) {
            size--;
        }
        while (size && strchr(" \t\r\n", text[size - 1])) {
            size--;
        }
    }
    floe_node out = rows ? *rows : floe_null_node(0);
    if (csv && text) {
        int result = read_csv(r, text, size, &out);
        if (result) {
            return result;
        }
    } else if (text) {
        out = floe_string_node(text, size, rows ? rows->at : 0);
    }
    floe_maker_set(made, "rows", out);
    return 0;
}

/* An input, or what is expected. */
static int make_fixture(floe_entry_reader *r, const floe_node *fixture, floe_node *out) {
    const floe_node *format = floe_entry_get(fixture, "format");
    floe_maker made = {0};
    floe_maker_some(&made, "input", floe_entry_get(fixture, "input"));
    int result = put_rows(r, &made, fixture, floe_node_equals(format, "csv"));
    floe_maker_set(&made, "format", format ? *format : floe_literal_node("dict"));
    floe_maker_some(&made, "fixture", floe_entry_get(fixture, "fixture"));
    return floe_maker_finish(&made, result, r->thread, fixture->at, out);
}

static int make_given(floe_entry_reader *r, const floe_node *entry, floe_node *out) {
    const floe_node *given = floe_entry_get(entry, "given");
    uint32_t count = floe_entry_count(given, FLOE_ARRAY), kept = 0;
    floe_node *items = floe_arena_array(r->thread->arena, count + 1, sizeof *items);
    int result = items ? 0 : FLOE_MEMORY;
    for (uint32_t i = 0; i < count && !result; i++) {
        const floe_node *one = &given->block->items[i];
        result = floe_node_kind(one) == FLOE_OBJECT ? make_fixture(r, one, &items[kept++]) : 0;
    }
    return result ? result : floe_document_list(out, r->thread->document, items, kept, entry->at, NULL);
}

/* ---- the test ---- */

static int make_members(floe_entry_reader *r, const floe_node *entry, floe_node *out) {
    static const char *const kept[] = {"model", "overrides", "versions", NULL};
    const floe_node *description = floe_entry_get(entry, "description"),
                    *expect = floe_entry_get(entry, "expect");
    floe_maker members = {0};
    floe_node given, expected = floe_null_node(0);
    int result = make_given(r, entry, &given);
    result =
        result || floe_entry_count(expect, FLOE_OBJECT) == 0 ? result : make_fixture(r, expect, &expected);
    if (result) {
        return result;
    }
    floe_entry_copy(&members, entry, kept);
    floe_maker_set(&members, "given", given);
    floe_maker_set(&members, "expect", expected);
    floe_maker_set(&members, "description", description ? *description : floe_literal_node(""));
    return floe_maker_finish(&members, 0, r->thread, entry->at, out);
}

int floe_entry_unit_test(floe_entry_reader *r, const floe_node *entry) {
    const char *name = floe_parse_text_of(r->thread->arena, floe_entry_get(entry, "name"));
    const char *model = floe_parse_text_of(r->thread->arena, floe_entry_get(entry, "model"));
    const floe_node *config = floe_entry_get(entry, "config");
    if (!model) {
        floe_entry_problem(r, FLOE_PARSE_ERROR, "no_model", entry->at, "write 'model:' with the model's name",
                           "the unit test '%s' does not say which model it tests", name);
        return 0;
    }
    const char *names[] = {model, name};
    floe_draft *draft = floe_entry_draft(r, FLOE_DRAFT_NODE, entry);
    if (!draft) {
        return FLOE_MEMORY;
    }
    draft->kind = FLOE_PARSE_UNIT_TEST;
    draft->name = name;
    draft->model = model;
    draft->path = r->file->within;
    draft->config = config ? *config : floe_null_node(0);
    draft->unique_id =
        floe_parse_format(r->thread->arena, "unit_test.%s.%s.%s", r->file->package->name, model, name);
    int result = draft->unique_id ? make_members(r, entry, &draft->members) : FLOE_MEMORY;
    return result ? result
                  : floe_entry_fqn(r->thread, r->file, floe_entry_below_root(r->file), &draft->fqn, names, 2);
}

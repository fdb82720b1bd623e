/*
 * The Jinja of properties files. dbt renders most strings of an entry when it reads it; arguments of tests,
 * hooks and filters are rendered later or by others, and descriptions once all docs blocks are known. Which
 * is which is told by the path of keys to a string.
 */
#include "dbt/parse/entries.h"

#include <string.h>

typedef enum fate { RENDER, KEEP, DESCRIBE } fate;

static bool is_key(const floe_entry_reader *r, uint32_t level, const char *name) {
    if (level >= r->depth || !r->path[level].text || r->path[level].text[0] != name[0]) {
        return false;
    }
    size_t length = strlen(name);
    return r->path[level].length == length && memcmp(r->path[level].text, name, length) == 0;
}

static bool is_late(const floe_entry_reader *r, uint32_t level) {
    return is_key(r, level, "tests") || is_key(r, level, "data_tests") || is_key(r, level, "description");
}

static bool is_list_of_described(const floe_entry_reader *r, uint32_t from) {
    static const char *const names[] = {"columns", "dimensions", "measures", "entities"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (is_key(r, from, names[i])) {
            return true;
        }
    }
    return is_key(r, from, "metrics") && r->thread->parse->dbt >= 112;
}

static bool is_late_version(const floe_entry_reader *r, uint32_t from) {
    if (r->thread->parse->dbt < 112 || !is_key(r, from, "versions")) {
        return false;
    }
    return is_late(r, from + 2) || (is_key(r, from + 2, "columns") && is_late(r, from + 4));
}

/* What is left alone below level `from` of the path, in entries of most sections. */
static bool is_kept(const floe_entry_reader *r, uint32_t from) {
    uint32_t length = r->depth > from ? r->depth - from : 0;
    if (is_late(r, from) || is_key(r, from, "loaded_at_query") ||
        (length == 2 && (is_late(r, from + 1) || is_key(r, from + 1, "loaded_at_query")))) {
        return true;
    }
    if (is_key(r, from, "config") && (is_key(r, from + 1, "pre_hook") || is_key(r, from + 1, "post_hook") ||
                                      is_key(r, from + 1, "loaded_at_query"))) {
        return true;
    }
    if (length == 5 && is_key(r, from + 4, "description")) {
        return true;
    }
    if (is_late_version(r, from) || (is_list_of_described(r, from) && is_late(r, from + 2))) {
        return true;
    }
    return r->thread->parse->dbt >= 112 && is_key(r, from, "derived_semantics") && is_late(r, from + 3);
}

static bool is_filter(const floe_entry_reader *r) {
    return is_key(r, r->depth - 1, "filter") || (r->depth > 1 && is_key(r, r->depth - 2, "filter"));
}

static bool is_left(const floe_entry_reader *r) {
    if (strcmp(r->section, "sources") == 0) {
        return is_key(r, 0, "description") || is_key(r, 0, "loaded_at_query") ||
               (is_key(r, 0, "config") && is_key(r, 1, "loaded_at_query")) ||
               (is_key(r, 0, "tables") && is_kept(r, 2));
    }
    if (strcmp(r->section, "macros") == 0 && is_key(r, 0, "arguments")) {
        return is_kept(r, 1);
    }
    if (strcmp(r->section, "metrics") == 0 && is_filter(r)) {
        return true;
    }
    if (strcmp(r->section, "saved_queries") == 0 && is_key(r, 0, "query_params") && is_key(r, 1, "where")) {
        return true;
    }
    return (is_key(r, 0, "metrics") && is_filter(r)) || is_kept(r, 0);
}

/* A description that dbt renders with docs blocks is one of an entry, or of an element of its lists, or of
 * what is derived. */
static bool is_description(const floe_entry_reader *r) {
    for (uint32_t i = 0; i + 1 < r->depth; i++) {
        if (is_key(r, i, "tests") || is_key(r, i, "data_tests") || is_key(r, i, "config") ||
            is_key(r, i, "meta")) {
            return false;
        }
    }
    bool derived = r->thread->parse->dbt >= 112 && r->depth == 4 && is_key(r, 0, "derived_semantics");
    return (r->depth % 2 == 1 || derived) && is_key(r, r->depth - 1, "description");
}

static fate fate_of(const floe_entry_reader *r) {
    return is_description(r) ? DESCRIBE : is_left(r) ? KEEP : RENDER;
}

/* ---- strings ---- */

int floe_entry_description(floe_entry_reader *r, const floe_node *text, floe_node *out) {
    const floe_jinja_doubt *doubt = NULL;
    if (floe_node_kind(text) != FLOE_STRING || !floe_jinja_is_template(text->string, floe_node_size(text))) {
        *out = *text;
        return 0;
    }
    int result = floe_parse_render_text(r->thread, r->file->package, text, r->file->shown, out, &doubt);
    out->at = text->at;
    return result || !doubt ? result : floe_entry_doubt(r, "description", doubt, text->at);
}

int floe_entry_value(floe_entry_reader *r, const floe_node *text, const char *about, floe_node *out) {
    uint32_t length = floe_node_size(text);
    if (text->head & FLOE_STANDS_FOR_VALUE) {
        *out = *text;
        return 0;
    }
    if (!floe_jinja_is_template(text->string, length)) {
        /* A template loses the line break it ends with. */
        bool broken = length && text->string[length - 1] == '\n';
        uint32_t size = length - broken - (broken && length > 1 && text->string[length - 2] == '\r');
        *out = floe_string_node(text->string, size, text->at);
        return 0;
    }
    const floe_jinja_doubt *doubt = NULL;
    int result = floe_parse_render_tree(r->thread, r->file->package, text, true, r->file->shown, out, &doubt);
    out->at = text->at;
    return result || !doubt ? result : floe_entry_doubt(r, about, doubt, text->at);
}

/* What a doubt at this path is about: "config.KEY", else the key of the entry. */
static const char *about_path(floe_entry_reader *r) {
    bool config = is_key(r, 0, "config") && r->depth > 1 && r->path[1].text;
    const floe_entry_key *key = &r->path[config ? 1 : 0];
    if (!key->text) {
        return "properties";
    }
    const char *text =
        floe_parse_format(r->thread->arena, "%s%.*s", config ? "config." : "", (int)key->length, key->text);
    return text ? text : "properties";
}

static int render_string(floe_entry_reader *r, const floe_node *node, floe_node *out) {
    switch (fate_of(r)) {
    case KEEP:
        *out = *node;
        return 0;
    case DESCRIBE:
        return floe_entry_description(r, node, out);
    default:
        break;
    }
    bool template = floe_jinja_is_template(node->string, floe_node_size(node));
    return floe_entry_value(r, node, template ? about_path(r) : NULL, out);
}

/* ---- trees ---- */

static bool is_same(const floe_node *one, const floe_node *other) {
    return one->head == other->head && one->integer == other->integer;
}

static int render_node(floe_entry_reader *r, const floe_node *node, floe_node *out);

/* Children are copied from the first that changes on: what has no Jinja stays the tree of the file. */
static int render_children(floe_entry_reader *r, const floe_node *node, floe_node *out) {
    uint32_t count = floe_node_size(node);
    floe_node *items = NULL;
    int result = 0;
    floe_entry_key *level = &r->path[r->depth++];
    for (uint32_t i = 0; i < count && !result; i++) {
        const floe_node *child = &node->block->items[i];
        const floe_key *key = floe_node_key(node, i);
        *level = key ? (floe_entry_key){key->text, key->length} : (floe_entry_key){NULL, 0};
        floe_node rendered;
        result = render_node(r, child, &rendered);
        if (result || (!items && is_same(child, &rendered))) {
            continue;
        }
        if (!items) {
            items = floe_arena_array(r->thread->arena, count, sizeof *items);
            if (!items) {
                result = FLOE_MEMORY;
                continue;
            }
            memcpy(items, node->block->items, count * sizeof *items);
        }
        items[i] = rendered;
    }
    r->depth--;
    if (result || !items) {
        *out = *node;
        return result;
    }
    return floe_node_kind(node) == FLOE_ARRAY
               ? floe_document_list(out, r->thread->document, items, count, node->at, NULL)
               : floe_document_object(out, r->thread->document, node->block->shape, items,
                                      node->block->key_at, node->at, NULL);
}

static int render_node(floe_entry_reader *r, const floe_node *node, floe_node *out) {
    floe_kind kind = floe_node_kind(node);
    if (kind == FLOE_STRING) {
        return render_string(r, node, out);
    }
    if (kind < FLOE_ARRAY || r->depth + 1 >= sizeof r->path / sizeof *r->path ||
        (r->depth && is_left(r) && !is_description(r))) {
        *out = *node;
        return 0;
    }
    return render_children(r, node, out);
}

int floe_entry_render(floe_entry_reader *r, const floe_node *entry, floe_node *out) {
    r->depth = 0;
    return render_node(r, entry, out);
}

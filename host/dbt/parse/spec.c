/*
 * dbt_project.yml with its Jinja rendered, as far as dbt renders it when a project is opened. Left as they
 * are written: vars, hooks and the query's comment, which dbt renders later; the trees of settings, which
 * config.c renders where each setting stands; and a text whose value only a run can know, which is said.
 */
#include "dbt/parse/layout.h"

#include <stdio.h>
#include <string.h>

typedef struct rendering {
    floe_parse *parse;
    floe_parse_package *package;
    const char *shown;
    char path[256]; /* of the setting, for its doubt: "models.shop.+enabled" */
} rendering;

static bool is_one_of(const char *const *words, const char *key) {
    for (; *words; words++) {
        if (strcmp(*words, key) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_left(const char *key) {
    static const char *const keys[] = {
        "on-run-start", "on-run-end",      "query-comment", "vars",       "models",     "seeds",
        "snapshots",    "sources",         "tests",         "data_tests", "unit_tests", "analyses",
        "metrics",      "semantic-models", "saved-queries", "exposures",  "functions",  NULL};
    return is_one_of(keys, key);
}

static void report_unknown(rendering *r, const floe_node *text, const floe_jinja_doubt *doubt) {
    uint32_t line, column;
    floe_document_position(r->package->document, text->at, &line, &column);
    floe_parse_report(r->parse, FLOE_PARSE_WARNING, "unknown_value", r->shown, line, column, NULL,
                      "the value of '%s' is not known: %s", r->path, doubt->reason);
}

static int render_text(rendering *r, const floe_node *text, floe_node *out) {
    const floe_jinja_doubt *doubt = NULL;
    floe_node value;
    int result =
        floe_parse_render_tree(&r->parse->threads[0], r->package, text, true, r->shown, &value, &doubt);
    if (!result && doubt) {
        report_unknown(r, text, doubt);
    } else if (!result) {
        *out = value;
    }
    return result;
}

static int render_node(rendering *r, const floe_node *node, floe_node *out);

static int render_members(rendering *r, const floe_node *node, floe_node *items) {
    size_t length = strlen(r->path);
    int result = 0;
    for (uint32_t i = 0; !result && i < floe_node_size(node); i++) {
        const floe_key *key = floe_node_key(node, i);
        items[i] = *floe_node_child(node, i);
        if (!length && key && is_left(key->text)) {
            continue;
        }
        if (key && length + key->length + 2 < sizeof r->path) {
            snprintf(r->path + length, sizeof r->path - length, "%s%s", length ? "." : "", key->text);
        }
        result = render_node(r, floe_node_child(node, i), &items[i]);
        r->path[length] = '\0';
    }
    return result;
}

/* The arrays and objects around a rendered text are made anew; keys keep their places. */
static int render_node(rendering *r, const floe_node *node, floe_node *out) {
    floe_kind kind = floe_node_kind(node);
    uint32_t count = kind >= FLOE_ARRAY ? floe_node_size(node) : 0;
    *out = *node;
    if (kind == FLOE_STRING && floe_jinja_is_template(node->string, floe_node_size(node))) {
        return render_text(r, node, out);
    }
    if (!count) {
        return 0;
    }
    floe_node *items = floe_arena_array(r->parse->arena, count, sizeof *items);
    int result = items ? render_members(r, node, items) : FLOE_MEMORY;
    if (result) {
        return result;
    }
    return kind == FLOE_ARRAY ? floe_document_list(out, r->parse->document, items, count, node->at, NULL)
                              : floe_document_map(out, r->parse->document, node->block->shape->keys, items,
                                                  node->block->key_at, count, node->at, NULL);
}

int floe_parse_render_spec(floe_parse *parse, floe_parse_package *package) {
    rendering r = {.parse = parse, .package = package, .shown = package->shown};
    const floe_document *document = package->document;
    if (!floe_jinja_is_template(document->text, document->size)) {
        return 0;
    }
    return render_node(&r, &document->root, &package->spec) ? floe_error_memory(parse->error) : 0;
}

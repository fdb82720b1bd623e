/*
 * The texts of which dbt 2 makes names and hashes of generic tests. They are near to Python's (python.c), but
 * numbers have JSON's form, quotes within strings are not escaped, and in a name what lies deeper in an
 * argument is JSON.
 */
#include "dbt/parse/entries.h"

#include <stdlib.h>
#include <string.h>

static void append_literal(floe_buffer *out, const char *text) {
    floe_buffer_append(out, text, strlen(text));
}

/* ---- hashes ---- */

/* A string as it is between quotes: double ones where it has a single one, whatever else it has. */
static void append_quoted(floe_buffer *out, const char *text, size_t length) {
    const char *quote = memchr(text, '\'', length) ? "\"" : "'";
    append_literal(out, quote);
    floe_buffer_append(out, text, length);
    append_literal(out, quote);
}

static void hash_object(floe_buffer *out, const floe_node *object) {
    const floe_key **keys = floe_python_sorted(object);
    out->failed |= !keys;
    append_literal(out, "{");
    for (uint32_t i = 0; keys && i < floe_node_size(object); i++) {
        floe_buffer_printf(out, "%s'%s': ", i ? ", " : "", keys[i]->text);
        floe_words_hashed(out, &object->block->items[keys[i] - object->block->shape->keys]);
    }
    append_literal(out, "}");
    free(keys);
}

void floe_words_hashed(floe_buffer *out, const floe_node *node) {
    switch (floe_node_kind(node)) {
    case FLOE_OBJECT:
        hash_object(out, node);
        break;
    case FLOE_ARRAY:
        append_literal(out, "[");
        for (uint32_t i = 0; i < floe_node_size(node); i++) {
            append_literal(out, i ? ", " : "");
            floe_words_hashed(out, &node->block->items[i]);
        }
        append_literal(out, "]");
        break;
    case FLOE_STRING:
        append_quoted(out, node->string, floe_node_size(node));
        break;
    default:
        append_literal(out, "'");
        floe_python_scalar(out, node, true);
        append_literal(out, "'");
    }
}

/* ---- names ---- */

/* A string as JSON writes it, but that dbt takes every \n and \r out of the JSON again, and with them the
 * letters behind backslashes of the string's own. */
static void name_string(floe_buffer *out, const floe_node *string) {
    static const char letters[] = "btnfr";
    const char *text = string->string, *end = text + floe_node_size(string);
    for (; text < end; text++) {
        char c = *text;
        if (c == '\\') {
            append_literal(out, "\\\\");
            text += text + 1 < end && (text[1] == 'n' || text[1] == 'r');
        } else if (c == '"') {
            append_literal(out, "\\\"");
        } else if (c == '\n' || c == '\r') {
            append_literal(out, " ");
        } else if (c == '\b' || c == '\t' || c == '\f') {
            floe_buffer_printf(out, "\\%c", letters[c - '\b']);
        } else if ((unsigned char)c < 0x20) {
            floe_buffer_printf(out, "\\u%04x", (unsigned)c);
        } else {
            floe_buffer_append(out, &c, 1);
        }
    }
}

static void name_json(floe_buffer *out, const floe_node *node);

static void name_object(floe_buffer *out, const floe_node *object) {
    const floe_key **keys = floe_python_sorted(object);
    out->failed |= !keys;
    append_literal(out, "{");
    for (uint32_t i = 0; keys && i < floe_node_size(object); i++) {
        floe_buffer_printf(out, "%s\"%s\":", i ? "," : "", keys[i]->text);
        name_json(out, &object->block->items[keys[i] - object->block->shape->keys]);
    }
    append_literal(out, "}");
    free(keys);
}

static void name_json(floe_buffer *out, const floe_node *node) {
    switch (floe_node_kind(node)) {
    case FLOE_OBJECT:
        name_object(out, node);
        break;
    case FLOE_ARRAY:
        append_literal(out, "[");
        for (uint32_t i = 0; i < floe_node_size(node); i++) {
            append_literal(out, i ? "," : "");
            name_json(out, &node->block->items[i]);
        }
        append_literal(out, "]");
        break;
    case FLOE_STRING:
        if (floe_node_is_long_integer(node)) {
            floe_python_scalar(out, node, true);
            break;
        }
        append_literal(out, "\"");
        name_string(out, node);
        append_literal(out, "\"");
        break;
    case FLOE_NULL:
        append_literal(out, "null");
        break;
    case FLOE_BOOLEAN:
        append_literal(out, node->boolean ? "true" : "false");
        break;
    default:
        floe_python_scalar(out, node, true);
    }
}

void floe_words_named(floe_buffer *out, const floe_node *node) {
    if (floe_node_kind(node) >= FLOE_ARRAY) {
        name_json(out, node);
    } else if (floe_node_kind(node) == FLOE_STRING) {
        name_string(out, node);
    } else {
        floe_python_scalar(out, node, true);
    }
}

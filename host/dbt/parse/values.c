/*
 * Values of a rendering as nodes of a document, which outlive the run, and nodes of YAML files as values.
 */
#include "dbt/parse/context.h"

#include <stdio.h>
#include <string.h>

enum { VALUE_DEPTH = 64 };

static int node_of(floe_parse_thread *thread, const floe_jinja_value *value, floe_node *out, int depth);

static int text_node(floe_parse_thread *thread, const char *text, size_t length, floe_node *out) {
    char *copy = floe_arena_text(thread->arena, text, length);
    if (!copy) {
        return FLOE_MEMORY;
    }
    *out = floe_string_node(copy, length, 0);
    return 0;
}

static int list_node(floe_parse_thread *thread, const floe_jinja_sequence *list, floe_node *out, int depth) {
    if (list->doubt) {
        return FLOE_INVALID;
    }
    floe_node few[16];
    floe_node *items = few;
    if (list->count > sizeof few / sizeof *few &&
        !(items = floe_arena_array(thread->arena, list->count, sizeof *items))) {
        return FLOE_MEMORY;
    }
    int result = 0;
    for (size_t i = 0; !result && i < list->count; i++) {
        result = node_of(thread, &list->items[i], &items[i], depth);
    }
    return result ? result : floe_document_list(out, thread->document, items, list->count, 0, NULL);
}

/* Keys become texts as in JSON. */
static int key_of(floe_parse_thread *thread, const floe_jinja_value *key, floe_key *out) {
    char text[48];
    const char *bytes = text;
    size_t length = 0;
    switch (key->type) {
    case FLOE_JINJA_IS_STRING:
        bytes = key->string;
        length = key->length;
        break;
    case FLOE_JINJA_IS_INTEGER:
        length = (size_t)snprintf(text, sizeof text, "%lld", (long long)key->integer);
        break;
    case FLOE_JINJA_IS_NUMBER:
        length = (size_t)snprintf(text, sizeof text, "%.17g", key->number);
        break;
    case FLOE_JINJA_IS_BOOLEAN:
        bytes = key->boolean ? "true" : "false";
        length = strlen(bytes);
        break;
    case FLOE_JINJA_IS_NONE:
        bytes = "null";
        length = 4;
        break;
    default:
        return FLOE_INVALID;
    }
    char *copy = floe_arena_text(thread->arena, bytes, length);
    if (!copy) {
        return FLOE_MEMORY;
    }
    *out = floe_key_of(copy, length);
    return 0;
}

static int dict_node(floe_parse_thread *thread, const floe_jinja_dict *dict, floe_node *out, int depth) {
    if (dict->doubt) {
        return FLOE_INVALID;
    }
    floe_node few_items[16];
    floe_key few_keys[16];
    floe_node *items = few_items;
    floe_key *keys = few_keys;
    if (dict->count > sizeof few_keys / sizeof *few_keys) {
        items = floe_arena_array(thread->arena, dict->count, sizeof *items);
        keys = floe_arena_array(thread->arena, dict->count, sizeof *keys);
        if (!items || !keys) {
            return FLOE_MEMORY;
        }
    }
    int result = 0;
    for (size_t i = 0; !result && i < dict->count; i++) {
        result = key_of(thread, &dict->keys[i], &keys[i]);
        result = result ? result : node_of(thread, &dict->values[i], &items[i], depth);
    }
    return result ? result
                  : floe_document_map(out, thread->document, keys, items, NULL, dict->count, 0, NULL);
}

static int node_of(floe_parse_thread *thread, const floe_jinja_value *value, floe_node *out, int depth) {
    if (depth >= VALUE_DEPTH) {
        return FLOE_INVALID; /* a list that holds itself, too */
    }
    switch ((floe_jinja_type)value->type) {
    case FLOE_JINJA_IS_NONE:
        *out = floe_null_node(0);
        return 0;
    case FLOE_JINJA_IS_BOOLEAN:
        *out = floe_boolean_node(value->boolean, 0);
        return 0;
    case FLOE_JINJA_IS_INTEGER:
        *out = floe_integer_node(value->integer, 0);
        return 0;
    case FLOE_JINJA_IS_NUMBER:
        *out = floe_number_node(value->number, 0);
        return 0;
    case FLOE_JINJA_IS_STRING:
        return text_node(thread, value->string, value->length, out);
    case FLOE_JINJA_IS_LIST:
    case FLOE_JINJA_IS_TUPLE:
    case FLOE_JINJA_IS_SET:
        return list_node(thread, value->sequence, out, depth + 1);
    case FLOE_JINJA_IS_DICT:
        return dict_node(thread, value->dict, out, depth + 1);
    default:
        return FLOE_INVALID;
    }
}

int floe_parse_node_of(floe_parse_thread *thread, const floe_jinja_value *value, floe_node *out) {
    floe_node made;
    int result = node_of(thread, value, &made, 0);
    if (!result) {
        *out = made;
    }
    return result;
}

static int value_of_list(floe_jinja_run *run, const floe_node *node, floe_jinja_value *out) {
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
    uint32_t count = floe_node_size(node);
    for (uint32_t i = 0; !result && i < count; i++) {
        floe_jinja_value item;
        result = floe_parse_value_of(run, floe_node_child(node, i), &item);
        result = result ? result : floe_jinja_append(run, out, &item);
    }
    return result;
}

static int value_of_map(floe_jinja_run *run, const floe_node *node, floe_jinja_value *out) {
    int result = floe_jinja_new_dict(run, out);
    uint32_t count = floe_node_size(node);
    for (uint32_t i = 0; !result && i < count; i++) {
        const floe_key *key = floe_node_key(node, i);
        floe_jinja_value name = floe_jinja_string(key->text, key->length);
        floe_jinja_value item;
        result = floe_parse_value_of(run, floe_node_child(node, i), &item);
        result = result ? result : floe_jinja_put(run, out, &name, &item);
    }
    return result;
}

int floe_parse_value_of(floe_jinja_run *run, const floe_node *node, floe_jinja_value *out) {
    if (floe_node_absent(node)) {
        *out = floe_jinja_none();
        return 0;
    }
    switch (floe_node_kind(node)) {
    case FLOE_BOOLEAN:
        *out = floe_jinja_boolean(node->boolean);
        return 0;
    case FLOE_INTEGER:
        *out = floe_jinja_integer(node->integer);
        return 0;
    case FLOE_NUMBER:
        *out = floe_jinja_number(node->number);
        return 0;
    case FLOE_STRING:
        *out = floe_jinja_string(node->string, floe_node_size(node));
        return 0;
    case FLOE_ARRAY:
        return value_of_list(run, node, out);
    default:
        return value_of_map(run, node, out);
    }
}

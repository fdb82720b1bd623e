/*
 * Values of a rendering as nodes of a document, which outlive the run, and nodes of YAML files as values.
 */
#include "dbt/parse/context.h"
#include "dbt/parse/entries.h"

#include <stdio.h>
#include <string.h>

enum { VALUE_DEPTH = 64 };

/* ---- dates and times ---- */

/* To dbt 1 a date of YAML is one of Python: what it prints is known, what is asked of it is not. */
typedef struct moment_object {
    floe_jinja_object head;
    const char *text; /* in the form of ISO 8601 */
    size_t length;
} moment_object;

static bool moment_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                             floe_jinja_value *out) {
    *out = floe_jinja_unknown(run, "the '%.*s' of a %s is not followed", (int)name.length, name.text,
                              object->class->name);
    return true;
}

static int moment_text(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out) {
    const moment_object *moment = (const moment_object *)object;
    char text[64];
    size_t length = moment->length < sizeof text ? moment->length : sizeof text;
    memcpy(text, moment->text, length);
    if (length > 10) {
        text[10] = ' ';
    }
    *out = floe_context_text(run, text, length);
    return 0;
}

static int moment_repr(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out) {
    const moment_object *moment = (const moment_object *)object;
    floe_buffer text = {0};
    floe_python_moment(&text, moment->text, moment->length);
    if (!text.failed) {
        *out = floe_context_text(run, text.data, text.size);
    }
    int result = text.failed ? FLOE_MEMORY : 0;
    floe_buffer_free(&text);
    return result;
}

static const floe_jinja_class moment_classes[] = {
    {.name = "datetime.date",
     .attribute = moment_attribute,
     .text = moment_text,
     .repr = moment_repr,
     .computes = true},
    {.name = "datetime.datetime",
     .attribute = moment_attribute,
     .text = moment_text,
     .repr = moment_repr,
     .computes = true},
};

static floe_jinja_value moment_value(floe_jinja_run *run, const floe_node *node) {
    size_t length = floe_node_size(node);
    const moment_object object = {
        .head = {&moment_classes[length > 10]}, .text = node->string, .length = length};
    return floe_context_object(run, &object.head, sizeof object);
}

static int node_of(floe_parse_thread *thread, const floe_jinja_value *value, floe_node *out, int depth);

static int text_node(floe_parse_thread *thread, const char *text, size_t length, floe_node *out) {
    char *copy = floe_arena_text(thread->arena, text, length);
    if (!copy) {
        return FLOE_MEMORY;
    }
    *out = floe_string_node(copy, length, 0);
    return 0;
}

static int moment_node(floe_parse_thread *thread, const floe_jinja_object *object, floe_node *out) {
    if (object->class != &moment_classes[0] && object->class != &moment_classes[1]) {
        return FLOE_INVALID;
    }
    const moment_object *moment = (const moment_object *)object;
    int result = text_node(thread, moment->text, moment->length, out);
    out->head |= result ? 0 : FLOE_STANDS_FOR_VALUE;
    return result;
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
    case FLOE_JINJA_IS_OBJECT:
        return moment_node(thread, value->object, out);
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
        if (floe_node_is_moment(node)) {
            *out = moment_value(run, node);
            return 0;
        }
        if (floe_node_is_long_integer(node)) {
            *out = floe_jinja_unknown(run, "the integer %.*s has more bits than templates here compute with",
                                      (int)(floe_node_size(node) < 64 ? floe_node_size(node) : 64),
                                      node->string);
            return 0;
        }
        *out = floe_jinja_string(node->string, floe_node_size(node));
        return 0;
    case FLOE_ARRAY:
        return value_of_list(run, node, out);
    default:
        return value_of_map(run, node, out);
    }
}

#include "print.h"

#include "base/utf8.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 256 };

static int make_item(cJSON **out, const floe_node *node, int depth, floe_error *error);

static cJSON *integer_item(int64_t integer) {
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, integer);
    return cJSON_CreateRaw(text);
}

/* The shortest text that reads back as the same double. */
static cJSON *number_item(double number) {
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number) {
            break;
        }
    }
    return cJSON_CreateRaw(text);
}

/* An integer of more than 64 bits. */
static cJSON *digits_item(const floe_node *node) {
    floe_buffer text = {0};
    floe_buffer_append(&text, node->string, floe_node_size(node));
    cJSON *item = text.failed ? NULL : cJSON_CreateRaw(text.data);
    floe_buffer_free(&text);
    return item;
}

/* Appends valid UTF-8 up to the next U+0000; returns how many bytes of `text` that took. */
static size_t append_segment(floe_buffer *out, const char *text, size_t length) {
    size_t i = 0;
    while (i < length && text[i]) {
        char next[5] = "";
        memcpy(next, text + i, length - i < 4 ? length - i : 4);
        size_t size = floe_utf8_length(next);
        if (size) {
            floe_buffer_append(out, text + i, size);
        } else {
            floe_buffer_append(out, "\xEF\xBF\xBD", 3);
        }
        i += size ? size : 1;
    }
    return i;
}

/* A string as JSON, without its quotes. */
static void append_escaped(floe_buffer *out, const char *text) {
    cJSON *item = cJSON_CreateString(text);
    char *printed = item ? cJSON_PrintUnformatted(item) : NULL;
    if (printed) {
        floe_buffer_append(out, printed + 1, strlen(printed) - 2);
    } else {
        out->failed = true;
    }
    cJSON_free(printed);
    cJSON_Delete(item);
}

/* cJSON ends a string at its first NUL, so one that holds NULs is put together from segments. */
static cJSON *string_item(const char *text, size_t length) {
    floe_buffer segment = {0}, raw = {0};
    size_t done = append_segment(&segment, text, length);
    floe_buffer_append(&segment, "", 0);
    cJSON *item = NULL;
    if (done == length) {
        item = segment.failed ? NULL : cJSON_CreateString(segment.size ? segment.data : "");
    } else {
        floe_buffer_append(&raw, "\"", 1);
        append_escaped(&raw, segment.size ? segment.data : "");
        while (done < length && !segment.failed) {
            floe_buffer_append(&raw, "\\u0000", 6);
            floe_buffer_clear(&segment);
            done += 1;
            done += append_segment(&segment, text + done, length - done);
            append_escaped(&raw, segment.size ? segment.data : "");
        }
        floe_buffer_append(&raw, "\"", 1);
        item = raw.failed || segment.failed ? NULL : cJSON_CreateRaw(raw.data);
    }
    floe_buffer_free(&segment);
    floe_buffer_free(&raw);
    return item;
}

/* Fills an array or object with the children of `node`. */
static int add_children(cJSON *container, const floe_node *node, int depth, floe_error *error) {
    if (depth == DEEPEST) {
        return floe_error_set(error, FLOE_LIMIT, "a value is nested more than %d deep", DEEPEST);
    }
    bool array = floe_node_kind(node) == FLOE_ARRAY;
    for (uint32_t i = 0; i < floe_node_size(node); i++) {
        const floe_key *key = array ? NULL : &node->block->shape->keys[i];
        if (key && strlen(key->text) != key->length) {
            return floe_error_set(error, FLOE_INVALID, "a key with U+0000 cannot be printed");
        }
        cJSON *item;
        int result = make_item(&item, &node->block->items[i], depth + 1, error);
        if (result) {
            return result;
        }
        cJSON_bool added =
            key ? cJSON_AddItemToObject(container, key->text, item) : cJSON_AddItemToArray(container, item);
        if (!added) {
            cJSON_Delete(item);
            return floe_error_memory(error);
        }
    }
    return 0;
}

static int make_item(cJSON **out, const floe_node *node, int depth, floe_error *error) {
    cJSON *item = NULL;
    switch (floe_node_kind(node)) {
    case FLOE_NULL:
        item = cJSON_CreateNull();
        break;
    case FLOE_BOOLEAN:
        item = cJSON_CreateBool(node->boolean);
        break;
    case FLOE_INTEGER:
        item = integer_item(node->integer);
        break;
    case FLOE_NUMBER:
        if (!isfinite(node->number)) {
            return floe_error_set(error, FLOE_INVALID,
                                  "JSON has no text for an infinite or undefined number");
        }
        item = number_item(node->number);
        break;
    case FLOE_STRING:
        item = floe_node_is_long_integer(node) ? digits_item(node)
                                               : string_item(node->string, floe_node_size(node));
        break;
    case FLOE_ARRAY:
        item = cJSON_CreateArray();
        break;
    case FLOE_OBJECT:
        item = cJSON_CreateObject();
        break;
    }
    if (!item) {
        return floe_error_memory(error);
    }
    int result = floe_node_kind(node) >= FLOE_ARRAY ? add_children(item, node, depth, error) : 0;
    if (result) {
        cJSON_Delete(item);
        return result;
    }
    *out = item;
    return 0;
}

static void append_line(floe_buffer *out, unsigned spaces) {
    floe_buffer_append(out, "\n", 1);
    for (; spaces; spaces--) {
        floe_buffer_append(out, " ", 1);
    }
}

/* Lays compact JSON out over lines. */
static void append_indented(floe_buffer *out, const char *json, unsigned indent) {
    unsigned level = 0;
    for (const char *c = json; *c;) {
        size_t size = 1;
        if (*c == '"') {
            while (c[size] != '"') {
                size += c[size] == '\\' ? 2 : 1;
            }
            size++;
        }
        bool opens = *c == '{' || *c == '[', closes = *c == '}' || *c == ']';
        if (closes) {
            append_line(out, --level * indent);
        }
        if (opens && (c[1] == '}' || c[1] == ']')) {
            size = 2;
            opens = false;
        }
        floe_buffer_append(out, c, size);
        if (opens) {
            append_line(out, ++level * indent);
        } else if (*c == ',') {
            append_line(out, level * indent);
        } else if (*c == ':') {
            floe_buffer_append(out, " ", 1);
        }
        c += size;
    }
}

int floe_json_print(floe_buffer *out, const floe_node *node, unsigned indent, floe_error *error) {
    cJSON *item;
    int result = make_item(&item, node, 0, error);
    if (result) {
        return result;
    }
    char *json = cJSON_PrintUnformatted(item);
    cJSON_Delete(item);
    if (json && indent) {
        append_indented(out, json, indent);
    } else if (json) {
        floe_buffer_append(out, json, strlen(json));
    }
    result = json && !out->failed ? 0 : floe_error_memory(error);
    cJSON_free(json);
    return result;
}

#include "print.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 256 };

typedef struct printer {
    floe_buffer *out;
    unsigned indent;
    floe_error *error;
} printer;

static int print_node(const printer *self, const floe_node *node, unsigned depth);

/* The shortest text that reads back as the same double. */
static void append_number(floe_buffer *out, double number) {
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number) {
            break;
        }
    }
    floe_buffer_append(out, text, strlen(text));
}

static bool is_plain(char byte) {
    unsigned char value = (unsigned char)byte;
    return value >= ' ' && value < 0x80 && value != '"' && value != '\\';
}

/* A byte of ASCII that cannot stand for itself. */
static void append_escape(floe_buffer *out, char byte) {
    static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    for (const char *pair = letters; *pair; pair += 2) {
        if (*pair == byte) {
            const char escape[] = {'\\', pair[1]};
            floe_buffer_append(out, escape, sizeof escape);
            return;
        }
    }
    floe_buffer_printf(out, "\\u%04x", (unsigned char)byte);
}

/* Appends the character at `text`, of which `length` bytes are there; returns how many bytes it took. */
static size_t append_character(floe_buffer *out, const char *text, size_t length) {
    if ((unsigned char)*text < 0x80) {
        append_escape(out, *text);
        return 1;
    }
    char next[5] = "";
    memcpy(next, text, length < 4 ? length : 4);
    size_t size = floe_utf8_length(next);
    floe_buffer_append(out, size ? text : "\xEF\xBF\xBD", size ? size : 3);
    return size ? size : 1;
}

static void append_string(floe_buffer *out, const char *text, size_t length) {
    floe_buffer_append(out, "\"", 1);
    for (size_t i = 0; i < length;) {
        size_t run = 0;
        while (i + run < length && is_plain(text[i + run])) {
            run++;
        }
        floe_buffer_append(out, text + i, run);
        i += run;
        i += i < length ? append_character(out, text + i, length - i) : 0;
    }
    floe_buffer_append(out, "\"", 1);
}

/* Begins a line at a level, where the text is laid out over lines. */
static void append_line(const printer *self, unsigned level) {
    if (self->indent) {
        floe_buffer_append(self->out, "\n", 1);
        for (unsigned spaces = level * self->indent; spaces; spaces--) {
            floe_buffer_append(self->out, " ", 1);
        }
    }
}

static int print_key(const printer *self, const floe_key *key) {
    if (memchr(key->text, '\0', key->length)) {
        return floe_error_set(self->error, FLOE_INVALID, "a key with U+0000 cannot be printed");
    }
    append_string(self->out, key->text, key->length);
    floe_buffer_append(self->out, ": ", self->indent ? 2 : 1);
    return 0;
}

static int print_container(const printer *self, const floe_node *node, unsigned depth) {
    if (depth == DEEPEST) {
        return floe_error_set(self->error, FLOE_LIMIT, "a value is nested more than %d deep", DEEPEST);
    }
    bool array = floe_node_kind(node) == FLOE_ARRAY;
    uint32_t size = floe_node_size(node);
    int result = 0;
    floe_buffer_append(self->out, array ? "[" : "{", 1);
    for (uint32_t i = 0; i < size && !result; i++) {
        floe_buffer_append(self->out, ",", i > 0);
        append_line(self, depth + 1);
        result = array ? 0 : print_key(self, &node->block->shape->keys[i]);
        result = result ? result : print_node(self, &node->block->items[i], depth + 1);
    }
    if (size) {
        append_line(self, depth);
    }
    floe_buffer_append(self->out, array ? "]" : "}", 1);
    return result;
}

static int print_node(const printer *self, const floe_node *node, unsigned depth) {
    switch (floe_node_kind(node)) {
    case FLOE_NULL:
        floe_buffer_append(self->out, "null", 4);
        return 0;
    case FLOE_BOOLEAN:
        floe_buffer_append(self->out, node->boolean ? "true" : "false", node->boolean ? 4 : 5);
        return 0;
    case FLOE_INTEGER:
        floe_buffer_printf(self->out, "%" PRId64, node->integer);
        return 0;
    case FLOE_NUMBER:
        if (!isfinite(node->number)) {
            return floe_error_set(self->error, FLOE_INVALID,
                                  "JSON has no text for an infinite or undefined number");
        }
        append_number(self->out, node->number);
        return 0;
    case FLOE_STRING:
        if (floe_node_is_long_integer(node)) {
            floe_buffer_append(self->out, node->string, floe_node_size(node));
        } else {
            append_string(self->out, node->string, floe_node_size(node));
        }
        return 0;
    case FLOE_ARRAY:
    case FLOE_OBJECT:
        break;
    }
    return print_container(self, node, depth);
}

int floe_json_print(floe_buffer *out, const floe_node *node, unsigned indent, floe_error *error) {
    const printer self = {.out = out, .indent = indent, .error = error};
    size_t before = out->size;
    int result = print_node(&self, node, 0);
    result = !result && out->failed ? floe_error_memory(error) : result;
    if (result && out->data) {
        out->size = before;
        out->data[before] = '\0';
    }
    return result;
}

#include "stream.h"

#include "base/interrupt.h"
#include "base/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEEPEST = 512, ROOM = 1 << 16 };

typedef struct stream {
    int fd;
    int result; /* the first failure; nothing is written from then on */
    floe_error *error;
    size_t size;
    char bytes[ROOM];
} stream;

static void flush(stream *out) {
    size_t done = 0;
    while (!out->result && done < out->size) {
        ssize_t written = write(out->fd, out->bytes + done, out->size - done);
        if (floe_interrupted()) {
            out->result = floe_interrupt_check(out->error);
        } else if (written >= 0) {
            done += (size_t)written;
        } else if (errno != EINTR) {
            out->result = floe_error_system(out->error, "write", "output");
        }
    }
    out->size = 0;
}

static void put(stream *out, const char *bytes, size_t size) {
    while (size) {
        if (out->size == ROOM) {
            flush(out);
        }
        size_t part = size < ROOM - out->size ? size : ROOM - out->size;
        memcpy(out->bytes + out->size, bytes, part);
        out->size += part;
        bytes += part;
        size -= part;
    }
}

static void put_text(stream *out, const char *text) {
    put(out, text, strlen(text));
}

/* ---- strings ---- */

/* Bytes that stand for themselves: valid UTF-8 but for quotes, backslashes and controls. */
static size_t plain_length(const char *text, size_t length) {
    size_t i = 0;
    while (i < length) {
        unsigned char byte = (unsigned char)text[i];
        if (byte < 0x20 || byte == '"' || byte == '\\') {
            break;
        }
        if (byte < 0x80) {
            i++;
            continue;
        }
        char next[5] = "";
        memcpy(next, text + i, length - i < 4 ? length - i : 4);
        size_t size = floe_utf8_length(next);
        if (!size) {
            break;
        }
        i += size;
    }
    return i;
}

static void put_special(stream *out, unsigned char byte) {
    static const char letters[] = "\b\f\n\r\t\"\\", words[] = "bfnrt\"\\";
    const char *letter = byte ? strchr(letters, byte) : NULL;
    char text[8];
    if (byte >= 0x80) {
        put_text(out, "\xEF\xBF\xBD");
    } else if (letter) {
        put(out, (char[]){'\\', words[letter - letters]}, 2);
    } else {
        snprintf(text, sizeof text, "\\u%04x", byte);
        put_text(out, text);
    }
}

static void put_string(stream *out, const char *text, size_t length) {
    put(out, "\"", 1);
    for (size_t i = 0; i < length;) {
        size_t plain = plain_length(text + i, length - i);
        put(out, text + i, plain);
        i += plain;
        if (i < length) {
            put_special(out, (unsigned char)text[i++]);
        }
    }
    put(out, "\"", 1);
}

/* ---- the tree ---- */

/* The shortest text that reads back as the same double, and as a double. */
static void put_number(stream *out, double number) {
    char text[40];
    if (!isfinite(number)) {
        put_text(out, "null");
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number) {
            break;
        }
    }
    put_text(out, text);
    if (!strpbrk(text, ".e")) {
        put_text(out, ".0");
    }
}

static void put_node(stream *out, const floe_node *node, int depth);

static void put_children(stream *out, const floe_node *node, int depth) {
    bool array = floe_node_kind(node) == FLOE_ARRAY;
    if (depth == DEEPEST) {
        out->result = floe_error_set(out->error, FLOE_LIMIT, "a value is nested more than %d deep", DEEPEST);
    }
    put(out, array ? "[" : "{", 1);
    for (uint32_t i = 0; !out->result && i < floe_node_size(node); i++) {
        if (i) {
            put(out, ",", 1);
        }
        if (!array) {
            const floe_key *key = &node->block->shape->keys[i];
            put_string(out, key->text, key->length);
            put(out, ":", 1);
        }
        put_node(out, &node->block->items[i], depth + 1);
    }
    put(out, array ? "]" : "}", 1);
}

static void put_node(stream *out, const floe_node *node, int depth) {
    char text[32];
    switch (floe_node_kind(node)) {
    case FLOE_NULL:
        put_text(out, "null");
        break;
    case FLOE_BOOLEAN:
        put_text(out, node->boolean ? "true" : "false");
        break;
    case FLOE_INTEGER:
        snprintf(text, sizeof text, "%" PRId64, node->integer);
        put_text(out, text);
        break;
    case FLOE_NUMBER:
        put_number(out, node->number);
        break;
    case FLOE_STRING:
        if (floe_node_is_long_integer(node)) {
            put(out, node->string, floe_node_size(node));
            break;
        }
        put_string(out, node->string, floe_node_size(node));
        break;
    case FLOE_ARRAY:
    case FLOE_OBJECT:
        put_children(out, node, depth);
        break;
    }
}

int floe_json_stream(int fd, const floe_node *node, floe_error *error) {
    stream *out = malloc(sizeof *out);
    if (!out) {
        return floe_error_memory(error);
    }
    out->fd = fd;
    out->result = 0;
    out->error = error;
    out->size = 0;
    put_node(out, node, 0);
    put(out, "\n", 1);
    flush(out);
    int result = out->result;
    free(out);
    return result;
}

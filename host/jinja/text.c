/*
 * str() and repr() as Python writes them: what a template prints of a value.
 */
#include "base/buffer.h"
#include "base/number.h"
#include "jinja/run.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 60 };

int floe_jinja_write_float(char out[40], double number) {
    return floe_number_write(out, number);
}

/* ---- repr ---- */

typedef struct printing {
    floe_jinja_run *run;
    floe_buffer buffer;
    const floe_jinja_doubt *doubt;
    const void *open[DEEPEST]; /* the containers being written: one that holds itself is "[...]" there */
    unsigned depth;
} printing;

static void put(printing *out, const char *text, size_t length) {
    floe_buffer_append(&out->buffer, text, length);
}

static void write_escape(printing *out, uint32_t code) {
    char text[16];
    int length = code < 0x100     ? snprintf(text, sizeof text, "\\x%02x", code)
                 : code < 0x10000 ? snprintf(text, sizeof text, "\\u%04x", code)
                                  : snprintf(text, sizeof text, "\\U%08x", code);
    put(out, text, (size_t)length);
}

static uint32_t decode(const char *text, size_t length) {
    static const unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t code = (unsigned char)text[0] & masks[length];
    for (size_t i = 1; i < length; i++) {
        code = code << 6 | ((unsigned char)text[i] & 0x3F);
    }
    return code;
}

/* What Python does not print as it is: controls, spaces other than " ", surrogates, private use, unassigned;
 * of those the ones that occur in texts. */
static bool printable(uint32_t code) {
    return code >= 0x20 && code != 0x7F && !(code >= 0x80 && code <= 0xA0) && code != 0xAD &&
           !(code >= 0x2000 && code <= 0x200F) && !(code >= 0x2028 && code <= 0x202F) &&
           !(code >= 0x205F && code <= 0x206F) && code != 0x3000 && code != 0xFEFF && code != 0x1680 &&
           !(code >= 0xE000 && code <= 0xF8FF) && !(code >= 0xFFF0 && code <= 0xFFFB) && code < 0xF0000;
}

static void write_string(printing *out, const char *text, size_t length) {
    bool single = memchr(text, '\'', length) != NULL, twice = memchr(text, '"', length) != NULL;
    char quote = single && !twice ? '"' : '\'';
    put(out, &quote, 1);
    for (size_t i = 0; i < length;) {
        size_t size = floe_jinja_character(text + i, length - i);
        char one = text[i];
        if (one == quote || one == '\\') {
            put(out, (char[]){'\\', one}, 2);
        } else if (one == '\n' || one == '\r' || one == '\t') {
            put(out, one == '\n' ? "\\n" : one == '\r' ? "\\r" : "\\t", 2);
        } else if (!printable(decode(text + i, size))) {
            write_escape(out, decode(text + i, size));
        } else {
            put(out, text + i, size);
        }
        i += size;
    }
    put(out, &quote, 1);
}

static int write_repr(printing *out, const floe_jinja_value *value);

static int write_items(printing *out, const floe_jinja_value *value, const char *open, const char *close) {
    const floe_jinja_sequence *items = value->sequence;
    int result = floe_jinja_steps(out->run, items->count);
    out->doubt = out->doubt ? out->doubt : items->doubt;
    put(out, open, 1);
    for (size_t i = 0; i < items->count && !result && !out->doubt; i++) {
        if (i) {
            put(out, ", ", 2);
        }
        result = write_repr(out, &items->items[i]);
    }
    put(out, close, strlen(close));
    return result;
}

static int write_dict(printing *out, const floe_jinja_dict *dict) {
    int result = floe_jinja_steps(out->run, dict->count);
    out->doubt = out->doubt ? out->doubt : dict->doubt;
    put(out, "{", 1);
    for (size_t i = 0; i < dict->count && !result && !out->doubt; i++) {
        if (i) {
            put(out, ", ", 2);
        }
        result = write_repr(out, &dict->keys[i]);
        put(out, ": ", 2);
        result = result ? result : write_repr(out, &dict->values[i]);
    }
    put(out, "}", 1);
    return result;
}

static int write_set(printing *out, const floe_jinja_value *value) {
    if (!value->sequence->count && !value->sequence->doubt) {
        put(out, "set()", 5);
        return 0;
    }
    if (value->sequence->count > 1) {
        floe_jinja_value unknown = floe_jinja_unknown(out->run, "the order of a set changes with every run");
        out->doubt = out->doubt ? out->doubt : unknown.doubt;
    }
    return write_items(out, value, "{", "}");
}

static int write_object(printing *out, floe_jinja_object *object) {
    floe_jinja_value text;
    int (*write)(floe_jinja_run *, floe_jinja_object *, floe_jinja_value *) =
        object->class->repr ? object->class->repr : object->class->text;
    if (!write) {
        text = floe_jinja_unknown(out->run, "how a '%s' object is printed changes with every run",
                                  object->class->name);
    } else {
        int result = write(out->run, object, &text);
        if (result) {
            return result;
        }
    }
    if (text.type == FLOE_JINJA_IS_STRING) {
        put(out, text.string, text.length);
    } else {
        out->doubt = out->doubt ? out->doubt : text.doubt;
    }
    return 0;
}

static int write_container(printing *out, const floe_jinja_value *value) {
    const void *self = value->dict; /* of any container: the union's pointer */
    for (unsigned i = 0; i < out->depth; i++) {
        if (out->open[i] == self) {
            const char *dots = value->type == FLOE_JINJA_IS_DICT ? "{...}" : "[...]";
            put(out, dots, 5);
            return 0;
        }
    }
    if (out->depth == DEEPEST) {
        return floe_jinja_fail(out->run, FLOE_LIMIT, "the value is too deep to be printed");
    }
    out->open[out->depth++] = self;
    int result;
    if (value->type == FLOE_JINJA_IS_DICT) {
        result = write_dict(out, value->dict);
    } else if (value->type == FLOE_JINJA_IS_SET) {
        result = write_set(out, value);
    } else if (value->type == FLOE_JINJA_IS_TUPLE) {
        result = write_items(out, value, "(", value->sequence->count == 1 ? ",)" : ")");
    } else {
        result = write_items(out, value, "[", "]");
    }
    out->depth--;
    return result;
}

static int write_repr(printing *out, const floe_jinja_value *value) {
    char text[48];
    switch (value->type) {
    case FLOE_JINJA_IS_UNDEFINED:
        put(out, "Undefined", 9);
        return 0;
    case FLOE_JINJA_IS_NONE:
        put(out, "None", 4);
        return 0;
    case FLOE_JINJA_IS_BOOLEAN:
        put(out, value->boolean ? "True" : "False", value->boolean ? 4 : 5);
        return 0;
    case FLOE_JINJA_IS_INTEGER:
        put(out, text, (size_t)snprintf(text, sizeof text, "%" PRId64, value->integer));
        return 0;
    case FLOE_JINJA_IS_NUMBER:
        put(out, text, (size_t)floe_jinja_write_float(text, value->number));
        return 0;
    case FLOE_JINJA_IS_STRING:
        write_string(out, value->string, value->length);
        return 0;
    case FLOE_JINJA_IS_OBJECT:
        return write_object(out, value->object);
    case FLOE_JINJA_IS_UNKNOWN:
        out->doubt = out->doubt ? out->doubt : value->doubt;
        return 0;
    default:
        return write_container(out, value);
    }
}

int floe_jinja_repr(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_value *out) {
    printing writer = {.run = run};
    int result = write_repr(&writer, value);
    if (!result && writer.doubt) {
        *out = floe_jinja_doubtful(writer.doubt);
    } else if (!result && writer.buffer.failed) {
        result = floe_jinja_out_of_memory(run);
    } else if (!result) {
        result = floe_jinja_copy_text(run, writer.buffer.data, writer.buffer.size, out);
    }
    floe_buffer_free(&writer.buffer);
    return result;
}

int floe_jinja_text_of(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_value *out) {
    switch (value->type) {
    case FLOE_JINJA_IS_STRING:
    case FLOE_JINJA_IS_UNKNOWN:
        *out = *value;
        return 0;
    case FLOE_JINJA_IS_UNDEFINED:
        *out = floe_jinja_string("", 0);
        return 0;
    case FLOE_JINJA_IS_NONE:
        *out = floe_jinja_string("None", 4);
        return 0;
    case FLOE_JINJA_IS_BOOLEAN:
        *out = value->boolean ? floe_jinja_string("True", 4) : floe_jinja_string("False", 5);
        return 0;
    case FLOE_JINJA_IS_INTEGER:
        return floe_jinja_format_text(run, out, "%" PRId64, value->integer);
    case FLOE_JINJA_IS_NUMBER: {
        char text[40];
        int length = floe_jinja_write_float(text, value->number);
        return floe_jinja_copy_text(run, text, (size_t)length, out);
    }
    case FLOE_JINJA_IS_OBJECT:
        if (value->object->class->text) {
            return value->object->class->text(run, value->object, out);
        }
        return floe_jinja_repr(run, value, out);
    default:
        return floe_jinja_repr(run, value, out);
    }
}

/* ---- output ---- */

static int room_for(floe_jinja_run *run, size_t length) {
    if (run->capacity - run->size < length) {
        size_t most = run->bounds.memory;
        if (length > most || run->size > most - length) {
            return floe_jinja_fail(run, FLOE_LIMIT, "the rendered text is larger than %zu MiB", most >> 20);
        }
        if (floe_grow(&run->text, &run->capacity, run->size + length, 1)) {
            return floe_jinja_out_of_memory(run);
        }
    }
    return 0;
}

void floe_jinja_capture_open(floe_jinja_run *run, floe_jinja_capture *capture) {
    *capture = (floe_jinja_capture){.outer = run->capture, .mark = run->size};
    run->capture = capture;
}

void floe_jinja_capture_drop(floe_jinja_run *run, floe_jinja_capture *capture) {
    run->size = capture->mark;
    run->capture = capture->outer;
}

int floe_jinja_capture_close(floe_jinja_run *run, floe_jinja_capture *capture, floe_jinja_value *out) {
    int result = 0;
    if (capture->doubt) {
        *out = floe_jinja_doubtful(capture->doubt);
    } else {
        result = floe_jinja_copy_text(run, run->text ? run->text + capture->mark : "",
                                      run->size - capture->mark, out);
    }
    floe_jinja_capture_drop(run, capture);
    return result;
}

int floe_jinja_write(floe_jinja_run *run, const char *text, size_t length) {
    if (run->capture->doubt || !length) {
        return 0;
    }
    if (room_for(run, length)) {
        return run->error.code;
    }
    memcpy(run->text + run->size, text, length);
    run->size += length;
    return 0;
}

int floe_jinja_write_value(floe_jinja_run *run, const floe_jinja_value *value) {
    floe_jinja_value text;
    int result = floe_jinja_text_of(run, value, &text);
    if (result) {
        return result;
    }
    if (text.type == FLOE_JINJA_IS_UNKNOWN) {
        floe_jinja_write_doubt(run, text.doubt);
        return 0;
    }
    return floe_jinja_write(run, text.string, text.length);
}

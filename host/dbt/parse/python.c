/*
 * str() and repr() of values as Python writes them: the names and hashes of generic tests are made of these
 * texts, so they must agree to the byte.
 */
#include "dbt/parse/entries.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers ---- */

/* The shortest digits that give the same number, placed as Python does: an exponent below 1e-4 and from 1e16
 * on. As JSON has it the exponent begins below 1e-5, and has no zero in front. */
static void append_number(floe_buffer *out, double number, bool json) {
    char text[40], digits[32];
    if (isnan(number) || isinf(number)) {
        const char *word = isnan(number) ? "nan" : number < 0 ? "-inf" : "inf";
        floe_buffer_append(out, word, strlen(word));
        return;
    }
    for (int precision = 0; precision < 18; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, number);
        if (strtod(text, NULL) == number) {
            break;
        }
    }
    const char *cursor = text;
    if (*cursor == '-') {
        floe_buffer_append(out, cursor++, 1);
    }
    int count = 0, exponent = atoi(strchr(cursor, 'e') + 1);
    for (; *cursor != 'e'; cursor++) {
        if (*cursor >= '0' && *cursor <= '9') {
            digits[count++] = *cursor;
        }
    }
    if (exponent < (json ? -5 : -4) || exponent >= 16) {
        floe_buffer_append(out, digits, 1);
        if (count > 1) {
            floe_buffer_printf(out, ".%.*s", count - 1, digits + 1);
        }
        floe_buffer_printf(out, json ? "e%+d" : "e%+03d", exponent);
    } else if (exponent < 0) {
        floe_buffer_printf(out, "0.%.*s%.*s", -exponent - 1, "0000", count, digits);
    } else {
        int whole = exponent + 1 < count ? exponent + 1 : count;
        floe_buffer_printf(out, "%.*s%.*s.", whole, digits, exponent + 1 - whole, "0000000000000000");
        floe_buffer_printf(out, "%.*s", count > whole ? count - whole : 1,
                           count > whole ? digits + whole : "0");
    }
}

/* ---- strings ---- */

/* Code points above ASCII that Python does not print: controls, formats, spaces, surrogates, private use and
 * what is no character. Those that Unicode has not assigned yet are left out but for whole blocks. */
static bool is_printed(uint32_t code) {
    static const uint32_t ranges[][2] = {
        {0x7F, 0xA0},       {0xAD, 0xAD},       {0x600, 0x605},     {0x61C, 0x61C},     {0x6DD, 0x6DD},
        {0x70F, 0x70F},     {0x890, 0x891},     {0x8E2, 0x8E2},     {0x1680, 0x1680},   {0x180E, 0x180E},
        {0x2000, 0x200F},   {0x2028, 0x202F},   {0x205F, 0x206F},   {0x3000, 0x3000},   {0xD800, 0xF8FF},
        {0xFDD0, 0xFDEF},   {0xFEFF, 0xFEFF},   {0xFFF0, 0xFFFB},   {0xFFFE, 0xFFFF},   {0x110BD, 0x110BD},
        {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE00FF},
        {0xE01F0, 0x10FFFF}};
    if (code < 0x7F) {
        return code >= 0x20;
    }
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges && code >= ranges[i][0]; i++) {
        if (code <= ranges[i][1]) {
            return false;
        }
    }
    return true;
}

/* The code point at `text` and how many bytes it has; a byte that begins none stands for itself. */
static uint32_t decode(const char *text, size_t length, size_t *size) {
    const unsigned char *bytes = (const unsigned char *)text;
    unsigned char first = bytes[0];
    *size = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (*size == 1 || *size > length) {
        *size = 1;
        return first;
    }
    uint32_t code = first & (0xFFu >> (*size + 1));
    for (size_t i = 1; i < *size; i++) {
        code = code << 6 | (bytes[i] & 0x3Fu);
    }
    return code;
}

static void append_escape(floe_buffer *out, uint32_t code) {
    if (code < 0x100) {
        floe_buffer_printf(out, "\\x%02x", code);
    } else if (code < 0x10000) {
        floe_buffer_printf(out, "\\u%04x", code);
    } else {
        floe_buffer_printf(out, "\\U%08x", code);
    }
}

static void append_quoted(floe_buffer *out, const char *text, size_t length) {
    bool doubled = memchr(text, '\'', length) && !memchr(text, '"', length);
    char quote = doubled ? '"' : '\'';
    floe_buffer_append(out, &quote, 1);
    for (size_t i = 0, size; i < length; i += size) {
        uint32_t code = decode(text + i, length - i, &size);
        const char *short_form = code == '\n' ? "\\n" : code == '\r' ? "\\r" : code == '\t' ? "\\t" : NULL;
        if (code == '\\' || code == (unsigned char)quote) {
            floe_buffer_append(out, "\\", 1);
        }
        if (short_form) {
            floe_buffer_append(out, short_form, 2);
        } else if (is_printed(code)) {
            floe_buffer_append(out, text + i, size);
        } else {
            append_escape(out, code);
        }
    }
    floe_buffer_append(out, &quote, 1);
}

/* ---- values ---- */

void floe_python_scalar(floe_buffer *out, const floe_node *node, bool json) {
    switch (floe_node_kind(node)) {
    case FLOE_NULL:
        floe_buffer_append(out, "None", 4);
        break;
    case FLOE_BOOLEAN:
        floe_buffer_append(out, node->boolean ? "True" : "False", node->boolean ? 4 : 5);
        break;
    case FLOE_INTEGER:
        floe_buffer_printf(out, "%lld", (long long)node->integer);
        break;
    case FLOE_NUMBER:
        append_number(out, node->number, json);
        break;
    default:
        floe_buffer_append(out, node->string, floe_node_size(node));
        if (floe_node_is_moment(node) && floe_node_size(node) > 10 && !out->failed) {
            out->data[out->size - floe_node_size(node) + 10] = ' '; /* where isoformat() has a T */
        }
    }
}

/* The numbers in a text, one after the other, as arguments. */
static unsigned number_at(const char *text, size_t length, size_t at, size_t digits) {
    unsigned number = 0;
    for (size_t i = at; i < at + digits && i < length && text[i] >= '0' && text[i] <= '9'; i++) {
        number = number * 10 + (unsigned)(text[i] - '0');
    }
    return number;
}

static void append_zone(floe_buffer *out, bool behind, unsigned seconds) {
    if (!seconds) {
        floe_buffer_printf(out, ", tzinfo=datetime.timezone.utc");
    } else if (behind) {
        floe_buffer_printf(out, ", tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=%u))",
                           24 * 3600 - seconds);
    } else {
        floe_buffer_printf(out, ", tzinfo=datetime.timezone(datetime.timedelta(seconds=%u))", seconds);
    }
}

void floe_python_moment(floe_buffer *out, const char *text, size_t length) {
    unsigned year = number_at(text, length, 0, 4), month = number_at(text, length, 5, 2);
    unsigned day = number_at(text, length, 8, 2);
    if (length <= 10) {
        floe_buffer_printf(out, "datetime.date(%u, %u, %u)", year, month, day);
        return;
    }
    bool fraction = length > 19 && text[19] == '.';
    size_t zone = fraction ? 26 : 19;
    unsigned second = number_at(text, length, 17, 2), micro = fraction ? number_at(text, length, 20, 6) : 0;
    floe_buffer_printf(out, "datetime.datetime(%u, %u, %u, %u, %u", year, month, day,
                       number_at(text, length, 11, 2), number_at(text, length, 14, 2));
    if (second || micro) {
        floe_buffer_printf(out, ", %u", second);
    }
    if (micro) {
        floe_buffer_printf(out, ", %u", micro);
    }
    if (length > zone) {
        append_zone(out, text[zone] == '-',
                    number_at(text, length, zone + 1, 2) * 3600 + number_at(text, length, zone + 4, 2) * 60);
    }
    floe_buffer_append(out, ")", 1);
}

static int compare_keys(const void *one, const void *other) {
    const floe_key *a = ((const floe_key *const *)one)[0], *b = ((const floe_key *const *)other)[0];
    int order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
    return order ? order : (a->length > b->length) - (a->length < b->length);
}

/* The keys as they stand. */
static const floe_key **keys_of(const floe_node *object) {
    uint32_t count = floe_node_size(object);
    const floe_key **keys = calloc(count + 1, sizeof *keys);
    for (uint32_t i = 0; keys && i < count; i++) {
        keys[i] = floe_node_key(object, i);
    }
    return keys;
}

const floe_key **floe_python_sorted(const floe_node *object) {
    const floe_key **keys = keys_of(object);
    if (keys) {
        qsort(keys, floe_node_size(object), sizeof *keys, compare_keys);
    }
    return keys;
}

static void append_dict(floe_buffer *out, const floe_node *node, bool hashable) {
    uint32_t count = floe_node_size(node);
    const floe_key **keys = hashable ? floe_python_sorted(node) : keys_of(node);
    if (!keys) {
        out->failed = true;
        return;
    }
    floe_buffer_append(out, "{", 1);
    for (uint32_t i = 0; i < count; i++) {
        if (i) {
            floe_buffer_append(out, ", ", 2);
        }
        append_quoted(out, keys[i]->text, keys[i]->length);
        floe_buffer_append(out, ": ", 2);
        floe_python_repr(out, &node->block->items[keys[i] - node->block->shape->keys], hashable);
    }
    floe_buffer_append(out, "}", 1);
    free(keys);
}

void floe_python_repr(floe_buffer *out, const floe_node *node, bool hashable) {
    floe_kind kind = floe_node_kind(node);
    if (kind == FLOE_OBJECT) {
        append_dict(out, node, hashable);
    } else if (kind == FLOE_ARRAY) {
        floe_buffer_append(out, "[", 1);
        for (uint32_t i = 0; i < floe_node_size(node); i++) {
            if (i) {
                floe_buffer_append(out, ", ", 2);
            }
            floe_python_repr(out, &node->block->items[i], hashable);
        }
        floe_buffer_append(out, "]", 1);
    } else if (floe_node_is_moment(node) && !hashable) {
        floe_python_moment(out, node->string, floe_node_size(node));
    } else if (kind == FLOE_STRING && !(node->head & FLOE_STANDS_FOR_VALUE)) {
        append_quoted(out, node->string, floe_node_size(node));
    } else if (hashable) {
        floe_buffer_append(out, "'", 1);
        floe_python_scalar(out, node, false);
        floe_buffer_append(out, "'", 1);
    } else {
        floe_python_scalar(out, node, false);
    }
}

void floe_python_str(floe_buffer *out, const floe_node *node) {
    if (floe_node_kind(node) >= FLOE_ARRAY) {
        floe_python_repr(out, node, false);
    } else {
        floe_python_scalar(out, node, false);
    }
}

/* What strings, numbers and texts of a template mean: escapes as in Python's strings, one kind of line break.
 */
#include "jinja/parser.h"

#include "base/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Behind the line break at `at` (LF, CR LF or CR); `at` where there is none. */
static uint32_t skip_break(const char *text, uint32_t at, uint32_t end) {
    if (text[at] == '\r') {
        return at + 1 < end && text[at + 1] == '\n' ? at + 2 : at + 1;
    }
    return text[at] == '\n' ? at + 1 : at;
}

bool floe_jinja_plain_text(floe_jinja_parser *parser, uint32_t at, uint32_t end, floe_jinja_text *out) {
    const char *text = parser->source->text;
    *out = floe_jinja_read_slice(parser, at, end);
    if (!parser->returns || !memchr(text + at, '\r', end - at)) {
        return true;
    }
    char *copy = floe_arena_alloc(parser->arena, end - at);
    if (!copy) {
        return floe_jinja_reject(parser, FLOE_MEMORY, at, "not enough memory");
    }
    uint32_t length = 0;
    while (at < end) {
        uint32_t next = skip_break(text, at, end);
        copy[length++] = next > at ? '\n' : text[at];
        at = next > at ? next : at + 1;
    }
    *out = (floe_jinja_text){copy, length};
    return true;
}

/* ---- strings ---- */

static int hex_value(char c) {
    char low = (char)(c | 0x20);
    return c >= '0' && c <= '9' ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/* \xHH, \uHHHH, \UHHHHHHHH: the digits at `at`, all of which must be there. */
static bool read_hex(floe_jinja_parser *parser, uint32_t at, uint32_t digits, uint32_t end, uint32_t *code) {
    *code = 0;
    for (uint32_t i = 0; i < digits; i++) {
        int value = at + i < end ? hex_value(parser->source->text[at + i]) : -1;
        if (value < 0) {
            floe_jinja_reject(parser, FLOE_INVALID, at - 2,
                              "the escape in this string needs %u hexadecimal digits", digits);
            floe_jinja_advise(parser, "write '\\\\' where a backslash is meant");
            return false;
        }
        *code = *code << 4 | (uint32_t)value;
    }
    return *code <= 0x10FFFF || floe_jinja_reject(parser, FLOE_INVALID, at - 2,
                                                  "the escape in this string is no Unicode character");
}

static char *write_code(char *out, uint32_t code) {
    return out + floe_utf8_write(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
}

/* A backslash before a character beyond ASCII keeps the backslash and spells the character in hexadecimal: so
 * does Python when a string is made ASCII before its escapes are read. */
static char *write_spelled(char *out, const char *text, uint32_t length) {
    static const char digits[] = "0123456789abcdef";
    uint32_t code = (unsigned char)text[0] & (0x7F >> length);
    for (uint32_t i = 1; i < length; i++) {
        code = code << 6 | ((unsigned char)text[i] & 0x3F);
    }
    int count = code < 0x100 ? 2 : code < 0x10000 ? 4 : 8;
    *out++ = '\\';
    *out++ = count == 2 ? 'x' : count == 4 ? 'u' : 'U';
    for (int i = count - 1; i >= 0; i--) {
        *out++ = digits[code >> 4 * i & 15];
    }
    return out;
}

/* One escape, `*at` behind its backslash. An unknown one stays as it is written. */
static bool unescape_one(floe_jinja_parser *parser, uint32_t *at, uint32_t end, char **out) {
    static const char letters[] = "\\'\"abfnrtv", values[] = "\\'\"\a\b\f\n\r\t\v";
    const char *text = parser->source->text;
    char c = text[*at];
    const char *letter = c ? strchr(letters, c) : NULL;
    uint32_t code = 0, next = skip_break(text, *at, end);
    if (letter) {
        *(*out)++ = values[letter - letters];
        (*at)++;
    } else if (next > *at) { /* the line goes on */
        *at = next;
    } else if (c >= '0' && c <= '7') {
        for (uint32_t i = 0; i < 3 && *at < end && text[*at] >= '0' && text[*at] <= '7'; i++) {
            code = code << 3 | (uint32_t)(text[(*at)++] - '0');
        }
        *out = write_code(*out, code);
    } else if (c == 'x' || c == 'u' || c == 'U') {
        uint32_t digits = c == 'x' ? 2 : c == 'u' ? 4 : 8;
        if (!read_hex(parser, *at + 1, digits, end, &code)) {
            return false;
        }
        *out = write_code(*out, code);
        *at += 1 + digits;
    } else if (c == 'N') {
        floe_jinja_reject(parser, FLOE_INVALID, *at - 1, "a character is escaped by its Unicode name");
        floe_jinja_advise(parser, "write the character itself, or '\\\\' where a backslash is meant");
        return false;
    } else if ((unsigned char)c >= 0x80) {
        uint32_t length = (uint32_t)floe_utf8_length(text + *at);
        *out = length ? write_spelled(*out, text + *at, length) : *out;
        *at += length ? length : 1;
    } else {
        *(*out)++ = '\\';
        *(*out)++ = c;
        (*at)++;
    }
    return true;
}

bool floe_jinja_unescape(floe_jinja_parser *parser, const floe_jinja_token *token, floe_jinja_text *out) {
    uint32_t at = token->at + 1, end = token->end - 1;
    const char *text = parser->source->text;
    if (!memchr(text + at, '\\', end - at)) {
        return floe_jinja_plain_text(parser, at, end, out);
    }
    /* No escape is more than twice as long once it is read: a backslash before U+0100 is six bytes from
     * three. */
    char *copy = floe_arena_array(parser->arena, end - at, 2), *to = copy;
    if (!copy) {
        return floe_jinja_reject(parser, FLOE_MEMORY, at, "not enough memory");
    }
    while (at < end) {
        uint32_t next = skip_break(text, at, end);
        if (text[at] == '\\') {
            at++;
            if (!unescape_one(parser, &at, end, &to)) {
                return false;
            }
        } else {
            *to++ = next > at ? '\n' : text[at];
            at = next > at ? next : at + 1;
        }
    }
    *out = (floe_jinja_text){copy, (uint32_t)(to - copy)};
    return true;
}

/* ---- numbers ---- */

bool floe_jinja_number(floe_jinja_parser *parser, const floe_jinja_token *token, floe_jinja_node *node) {
    enum { SHORT = 64 };
    char buffer[SHORT], *digits = buffer;
    size_t length = token->end - token->at, count = 0;
    if (length >= SHORT && !(digits = floe_arena_alloc(parser->arena, length + 1))) {
        return floe_jinja_reject(parser, FLOE_MEMORY, token->at, "not enough memory");
    }
    for (size_t i = 0; i < length; i++) {
        if (parser->source->text[token->at + i] != '_') {
            digits[count++] = parser->source->text[token->at + i];
        }
    }
    digits[count] = '\0';
    char letter = count > 1 ? (char)(digits[1] | 0x20) : 0;
    int base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;
    if (token->sort == FLOE_TOKEN_INTEGER) {
        errno = 0;
        long long value = strtoll(digits + (base == 10 ? 0 : 2), NULL, base);
        if (!errno) {
            node->kind = FLOE_JINJA_INTEGER;
            node->integer = value;
            return true;
        }
    }
    double number = 0;
    for (size_t i = 2; base != 10 && i < count; i++) {
        number = number * base + hex_value(digits[i]);
    }
    node->kind = FLOE_JINJA_NUMBER;
    node->number = base == 10 ? strtod(digits, NULL) : number;
    return true;
}

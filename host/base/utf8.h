/* UTF-8, one character at a time (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF). */
#ifndef FLOE_BASE_UTF8_H
#define FLOE_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

static inline int floe_utf8_continues(char byte) {
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* Bytes of the character at `text`, 0 where it is not valid. Stops at the first byte that does not fit, so a
 * NUL behind the text is bound enough. */
static inline size_t floe_utf8_length(const char *text) {
    unsigned char first = (unsigned char)text[0], second;
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xC2 || first > 0xF4 || !floe_utf8_continues(text[1])) {
        return 0;
    }
    if (first < 0xE0) {
        return 2;
    }
    second = (unsigned char)text[1];
    if (!floe_utf8_continues(text[2]) || (first == 0xE0 && second < 0xA0) ||
        (first == 0xED && second > 0x9F)) {
        return 0;
    }
    if (first < 0xF0) {
        return 3;
    }
    if (!floe_utf8_continues(text[3]) || (first == 0xF0 && second < 0x90) ||
        (first == 0xF4 && second > 0x8F)) {
        return 0;
    }
    return 4;
}

/* Writes a code point (at most U+10FFFF); returns how many bytes it took. */
static inline size_t floe_utf8_write(char *out, uint32_t code) {
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xE0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

#endif

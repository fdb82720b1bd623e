/*
 * Checksums as dbt writes them into a manifest: of a file's text, blanks around it or between its words
 * aside. Blanks are what Python's str.strip() and str.split() take for them.
 */
#include "base/digest.h"
#include "dbt/parse/layout.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of the blank at `text`, 0 where there is none. */
static size_t blank_at(const char *text, const char *end) {
    unsigned char first = (unsigned char)text[0];
    if (first < 0x80) {
        return first == ' ' || (first >= '\t' && first <= '\r') || (first >= 0x1C && first <= 0x1F);
    }
    if (first == 0xC2) {
        return end - text > 1 && ((unsigned char)text[1] == 0x85 || (unsigned char)text[1] == 0xA0) ? 2 : 0;
    }
    if ((first != 0xE1 && first != 0xE2 && first != 0xE3) || end - text < 3) {
        return 0;
    }
    unsigned code =
        (unsigned)(first & 0x0F) << 12 | ((unsigned)text[1] & 0x3F) << 6 | ((unsigned)text[2] & 0x3F);
    bool blank = code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 ||
                 code == 0x202F || code == 0x205F || code == 0x3000;
    return blank ? 3 : 0;
}

/* Bytes of the blank that ends at `end`, 0 where there is none. */
static size_t blank_before(const char *text, const char *end) {
    for (size_t length = 1; length <= 3 && text + length <= end; length++) {
        if (blank_at(end - length, end) == length) {
            return length;
        }
    }
    return 0;
}

void floe_strip(const char **text, size_t *size) {
    const char *start = *text, *end = start + *size;
    for (size_t length; start < end && (length = blank_at(start, end)) != 0;) {
        start += length;
    }
    for (size_t length; end > start && (length = blank_before(start, end)) != 0;) {
        end -= length;
    }
    *text = start;
    *size = (size_t)(end - start);
}

/* Each run of blanks as one; `out` takes at most `size` bytes. Returns how many it took. */
static size_t collapse(char *out, const char *text, size_t size) {
    const char *end = text + size;
    char *cursor = out;
    while (text < end) {
        size_t length = blank_at(text, end);
        if (!length) {
            *cursor++ = *text++;
            continue;
        }
        *cursor++ = ' ';
        for (; text < end && (length = blank_at(text, end)) != 0; text += length) {
        }
    }
    return (size_t)(cursor - out);
}

/* "\r\n" and a lone "\r" as "\n". */
static size_t unify_lines(char *out, const char *text, size_t size) {
    char *cursor = out;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\r') {
            *cursor++ = '\n';
            i += i + 1 < size && text[i + 1] == '\n';
        } else {
            *cursor++ = text[i];
        }
    }
    return (size_t)(cursor - out);
}

int floe_checksum(char out[65], floe_checksum_rule rule, const char *text, size_t size, floe_error *error) {
    char digest[FLOE_DIGEST_SIZE], *copy = NULL;
    floe_strip(&text, &size);
    if (size &&
        (rule == FLOE_CHECKSUM_COLLAPSED || (rule == FLOE_CHECKSUM_LINES && memchr(text, '\r', size)))) {
        copy = malloc(size);
        if (!copy) {
            return floe_error_memory(error);
        }
        size = rule == FLOE_CHECKSUM_COLLAPSED ? collapse(copy, text, size) : unify_lines(copy, text, size);
        text = copy;
    }
    int result = floe_digest(digest, text, size, error);
    free(copy);
    if (!result) {
        memcpy(out, digest + sizeof "sha256:" - 1, 65);
    }
    return result;
}

floe_checksum_rule floe_checksum_rule_of(int dbt, bool seed) {
    return dbt < 112 ? FLOE_CHECKSUM_STRIPPED : seed ? FLOE_CHECKSUM_LINES : FLOE_CHECKSUM_COLLAPSED;
}

/*
 * Strings by code points. Case mappings beyond ASCII come from the system's tables; where those and Python's
 * may differ the answer is unknown.
 */
#include "base/utf8.h"
#include "jinja/run.h"

#include <locale.h>
#include <stdatomic.h>
#include <string.h>
#include <wctype.h>

bool floe_jinja_is_ascii(const char *text, size_t length) {
    unsigned char all = 0;
    for (size_t i = 0; i < length; i++) {
        all |= (unsigned char)text[i];
    }
    return all < 0x80;
}

/* Bytes that are no UTF-8 count one by one. */
size_t floe_jinja_character(const char *text, size_t left) {
    unsigned char first = (unsigned char)text[0];
    size_t size = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 1;
    if (size > left) {
        return 1;
    }
    for (size_t i = 1; i < size; i++) {
        if (!floe_utf8_continues(text[i])) {
            return 1;
        }
    }
    return size;
}

size_t floe_jinja_count(const char *text, size_t length) {
    size_t count = 0;
    if (floe_jinja_is_ascii(text, length)) {
        return length;
    }
    for (size_t i = 0; i < length; count++) {
        i += floe_jinja_character(text + i, length - i);
    }
    return count;
}

size_t floe_jinja_offset(const char *text, size_t length, size_t index) {
    size_t at = 0;
    while (index && at < length) {
        at += floe_jinja_character(text + at, length - at);
        index--;
    }
    return at;
}

size_t floe_jinja_blank(const char *text, size_t left) {
    unsigned char first = (unsigned char)text[0];
    if (first < 0x80) {
        return first == ' ' || (first >= 9 && first <= 13) || (first >= 0x1C && first <= 0x1F);
    }
    static const char *const blanks[] = {"\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\xA8",
                                         "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
        size_t size = strlen(blanks[i]);
        if (size <= left && memcmp(text, blanks[i], size) == 0) {
            return size;
        }
    }
    bool quad = left >= 3 && first == 0xE2 && (unsigned char)text[1] == 0x80 &&
                (unsigned char)text[2] >= 0x80 && (unsigned char)text[2] <= 0x8A;
    return quad ? 3 : 0;
}

static locale_t unicode(void) {
    static _Atomic(locale_t) shared;
    locale_t locale = atomic_load(&shared);
    if (!locale) {
        locale_t mine = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
        if (atomic_compare_exchange_strong(&shared, &locale, mine)) {
            locale = mine;
        } else if (mine) {
            freelocale(mine);
        }
    }
    return locale;
}

/* Letters whose other case is more than one letter, or hangs on what stands beside them. */
static bool special(wint_t code) {
    return code == 0x130 || code == 0x149 || code == 0x1F0 || code == 0x345 || code == 0x390 ||
           code == 0x3B0 || code == 0x3A3 || code == 0x587 || (code >= 0x1C0 && code <= 0x1F3) ||
           (code >= 0x10D0 && code <= 0x10FF) || (code >= 0x13A0 && code <= 0x13FF) ||
           (code >= 0x1C80 && code <= 0x1CBF) || (code >= 0x1E96 && code <= 0x1E9F) ||
           (code >= 0x1F50 && code <= 0x1FFF) || (code >= 0xA640 && code <= 0xAB7F) ||
           (code >= 0xFB00 && code <= 0xFB17) || code >= 0x10000;
}

enum { SHARP_S = 0xDF };

static wint_t decode(const char *text, size_t size) {
    static const unsigned char masks[] = {0, 0xFF, 0x1F, 0x0F, 0x07};
    wint_t code = (unsigned char)text[0] & masks[size];
    for (size_t i = 1; i < size; i++) {
        code = code << 6 | ((unsigned char)text[i] & 0x3F);
    }
    return code;
}

static wint_t upper(wint_t code, locale_t locale) {
    return code < 0x80 ? (code >= 'a' && code <= 'z' ? code - 32 : code) : towupper_l(code, locale);
}

static wint_t lower(wint_t code, locale_t locale) {
    return code < 0x80 ? (code >= 'A' && code <= 'Z' ? code + 32 : code) : towlower_l(code, locale);
}

/* `*inside`: the character before has a case. */
static wint_t convert(int how, wint_t code, bool first, bool *inside, locale_t locale) {
    wint_t large = upper(code, locale), small = lower(code, locale);
    bool cased = large != small;
    wint_t result = code;
    switch (how) {
    case FLOE_JINJA_UPPER:
        result = large;
        break;
    case FLOE_JINJA_LOWER:
        result = small;
        break;
    case FLOE_JINJA_CAPITALIZE:
        result = first ? large : small;
        break;
    case FLOE_JINJA_TITLE:
        result = *inside ? small : large;
        break;
    default:
        result = code == large ? small : large;
        break;
    }
    *inside = cased;
    return result;
}

int floe_jinja_case(floe_jinja_run *run, int how, const char *text, size_t length, floe_jinja_value *out) {
    locale_t locale = floe_jinja_is_ascii(text, length) ? (locale_t)0 : unicode();
    bool plain = floe_jinja_is_ascii(text, length), inside = false;
    char *made = floe_jinja_alloc(run, (plain ? length : length * 4) + 1);
    size_t size = 0;
    if (!made) {
        return FLOE_MEMORY;
    }
    for (size_t i = 0; i < length;) {
        size_t bytes = plain ? 1 : floe_jinja_character(text + i, length - i);
        wint_t code = decode(text + i, bytes);
        if (!plain && (!locale || special(code) || (bytes == 1 && code > 0x7F))) {
            *out = floe_jinja_unknown(run, "the other case of a letter in '%.*s' is not known",
                                      (int)(length < 80 ? length : 0), text);
            return 0;
        }
        bool before = inside;
        wint_t other = convert(how, code, i == 0, &inside, locale);
        if (code == SHARP_S) { /* the one letter of many texts that has no capital of its own */
            bool small = how == FLOE_JINJA_LOWER || (how == FLOE_JINJA_TITLE && before) ||
                         (how == FLOE_JINJA_CAPITALIZE && i);
            bool large = how == FLOE_JINJA_UPPER || how == FLOE_JINJA_SWAPCASE;
            memcpy(made + size, small ? text + i : large ? "SS" : "Ss", 2);
            size += 2;
            i += bytes;
            inside = true;
            continue;
        }
        size += other > 0x10FFFF ? 0 : floe_utf8_write(made + size, (uint32_t)other);
        i += bytes;
    }
    made[size] = '\0';
    *out = floe_jinja_string(made, size);
    return 0;
}

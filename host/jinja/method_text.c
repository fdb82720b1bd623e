/* The methods of Python's str: which there are, and those of case, kinds of characters, widths and format. */
#include "jinja/method.h"

#include <ctype.h>
#include <string.h>

/* ---- parameters ---- */

int floe_jinja_bind_known(floe_jinja_run *run, const char *name, const floe_jinja_arguments *arguments,
                          const char *const *parameters, size_t count, floe_jinja_value *slots,
                          floe_jinja_value *out, bool *done) {
    const floe_jinja_doubt *doubt = floe_jinja_arguments_doubt(arguments);
    *done = doubt != NULL;
    if (doubt) {
        *out = floe_jinja_doubtful(doubt);
        return 0;
    }
    return floe_jinja_bind(run, name, arguments, parameters, count, slots);
}

int floe_jinja_want_text(floe_jinja_run *run, const char *name, const floe_jinja_value *value) {
    return value->type == FLOE_JINJA_IS_STRING
               ? 0
               : floe_jinja_fail(run, FLOE_INVALID, "%s() argument must be str, not %s", name,
                                 floe_jinja_type_name(value));
}

int floe_jinja_want_whole(floe_jinja_run *run, const floe_jinja_value *value) {
    return floe_jinja_is_whole(value)
               ? 0
               : floe_jinja_fail(run, FLOE_INVALID, "'%s' object cannot be interpreted as an integer",
                                 floe_jinja_type_name(value));
}

/* ---- case ---- */

#define CASE_METHOD(name, how)                                                                               \
    METHOD(name) {                                                                                           \
        TAKES_NOTHING;                                                                                       \
        return floe_jinja_case(run, how, value->string, value->length, out);                                 \
    }

CASE_METHOD(upper, FLOE_JINJA_UPPER)
CASE_METHOD(lower, FLOE_JINJA_LOWER)
CASE_METHOD(capitalize, FLOE_JINJA_CAPITALIZE)
CASE_METHOD(title, FLOE_JINJA_TITLE)
CASE_METHOD(swapcase, FLOE_JINJA_SWAPCASE)

/* ---- kinds of characters ---- */

typedef bool (*character_test)(char character);

static int all_are(floe_jinja_run *run, const floe_jinja_value *value, character_test test,
                   floe_jinja_value *out) {
    bool answer = value->length > 0;
    if (!floe_jinja_is_ascii(value->string, value->length)) {
        *out = floe_jinja_unknown(run, "what kind of characters a text has that is not ASCII");
        return 0;
    }
    for (size_t i = 0; i < value->length && answer; i++) {
        answer = test(value->string[i]);
    }
    *out = floe_jinja_boolean(answer);
    return 0;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_alpha(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_alnum(char c) {
    return is_digit(c) || is_alpha(c);
}

static bool is_space(char c) {
    return floe_jinja_blank(&c, 1) == 1;
}

static bool is_print(char c) {
    return c >= 0x20 && c < 0x7F;
}

#define TEST_METHOD(name, test)                                                                              \
    METHOD(name) {                                                                                           \
        TAKES_NOTHING;                                                                                       \
        return all_are(run, value, test, out);                                                               \
    }

TEST_METHOD(isdigit, is_digit)
TEST_METHOD(isalpha, is_alpha)
TEST_METHOD(isalnum, is_alnum)
TEST_METHOD(isspace, is_space)

METHOD(isascii) {
    (void)run;
    TAKES_NOTHING;
    *out = floe_jinja_boolean(floe_jinja_is_ascii(value->string, value->length));
    return 0;
}

METHOD(isprintable) {
    floe_jinja_value empty = floe_jinja_string(" ", 1);
    TAKES_NOTHING;
    return all_are(run, value->length ? value : &empty, is_print, out);
}

METHOD(isidentifier) {
    TAKES_NOTHING;
    int result = all_are(run, value, is_print, out);
    bool answer = value->length && !is_digit(value->string[0]);
    for (size_t i = 0; i < value->length && answer; i++) {
        answer = is_alnum(value->string[i]) || value->string[i] == '_';
    }
    if (out->type == FLOE_JINJA_IS_BOOLEAN) {
        *out = floe_jinja_boolean(answer);
    }
    return result;
}

int floe_jinja_has_case(floe_jinja_run *run, const floe_jinja_value *value, bool upper,
                        floe_jinja_value *out) {
    bool cased = false, answer = true;
    if (!floe_jinja_is_ascii(value->string, value->length)) {
        *out = floe_jinja_unknown(run, "what case a text has that is not ASCII");
        return 0;
    }
    for (size_t i = 0; i < value->length; i++) {
        char c = value->string[i];
        cased |= is_alpha(c);
        answer &= !is_alpha(c) || (c <= 'Z') == upper;
    }
    *out = floe_jinja_boolean(cased && answer);
    return 0;
}

METHOD(isupper) {
    TAKES_NOTHING;
    return floe_jinja_has_case(run, value, true, out);
}

METHOD(islower) {
    TAKES_NOTHING;
    return floe_jinja_has_case(run, value, false, out);
}

METHOD(istitle) {
    TAKES_NOTHING;
    bool cased = false, inside = false, answer = true;
    if (!floe_jinja_is_ascii(value->string, value->length)) {
        *out = floe_jinja_unknown(run, "what case a text has that is not ASCII");
        return 0;
    }
    for (size_t i = 0; i < value->length; i++) {
        bool letter = is_alpha(value->string[i]), upper = letter && value->string[i] <= 'Z';
        answer &= !letter || upper != inside;
        inside = letter;
        cased |= letter;
    }
    *out = floe_jinja_boolean(cased && answer);
    return 0;
}

/* ---- widths ---- */

static int pad_text(floe_jinja_run *run, const floe_jinja_value *value, size_t left, size_t right,
                    const char *with, size_t size, floe_jinja_value *out) {
    if ((left + right) > run->bounds.memory / 8) {
        return floe_jinja_fail(run, FLOE_LIMIT, "a text that wide is too large");
    }
    char *text = floe_jinja_alloc(run, value->length + (left + right) * size + 1), *at = text;
    if (!text) {
        return FLOE_MEMORY;
    }
    for (size_t i = 0; i < left; i++, at += size) {
        memcpy(at, with, size);
    }
    memcpy(at, value->string, value->length);
    at += value->length;
    for (size_t i = 0; i < right; i++, at += size) {
        memcpy(at, with, size);
    }
    *out = floe_jinja_string(text, (size_t)(at - text));
    return 0;
}

static int widen(floe_jinja_run *run, const char *name, const floe_jinja_value *value,
                 const floe_jinja_arguments *arguments, int side, floe_jinja_value *out) {
    static const char *const parameters[] = {"width", "fillchar="};
    floe_jinja_value slots[2];
    bool done;
    int result = floe_jinja_bind_known(run, name, arguments, parameters, 2, slots, out, &done);
    if (result || done || (result = floe_jinja_want_whole(run, &slots[0]))) {
        return result;
    }
    if (slots[1].type == FLOE_JINJA_IS_UNDEFINED) {
        slots[1] = floe_jinja_string(" ", 1);
    }
    if (slots[1].type != FLOE_JINJA_IS_STRING || floe_jinja_count(slots[1].string, slots[1].length) != 1) {
        return floe_jinja_fail(run, FLOE_INVALID, "the fill character must be exactly one character long");
    }
    int64_t width = floe_jinja_whole(&slots[0]),
            count = (int64_t)floe_jinja_count(value->string, value->length);
    size_t room = width > count ? (size_t)(width - count) : 0;
    /* Python puts the odd one on the left where the width is odd, too. */
    size_t left = side == 0 ? room / 2 + (room & (size_t)width & 1) : side > 0 ? room : 0;
    return pad_text(run, value, left, room - left, slots[1].string, slots[1].length, out);
}

METHOD(center) {
    return widen(run, "center", value, arguments, 0, out);
}

METHOD(ljust) {
    return widen(run, "ljust", value, arguments, -1, out);
}

METHOD(rjust) {
    return widen(run, "rjust", value, arguments, 1, out);
}

METHOD(zfill) {
    static const char *const parameters[] = {"width"};
    floe_jinja_value width, rest = *value, padded;
    bool done;
    int result = floe_jinja_bind_known(run, "zfill", arguments, parameters, 1, &width, out, &done);
    if (result || done || (result = floe_jinja_want_whole(run, &width))) {
        return result;
    }
    bool sign = value->length && (value->string[0] == '-' || value->string[0] == '+');
    int64_t room = floe_jinja_whole(&width) - (int64_t)floe_jinja_count(value->string, value->length);
    rest = floe_jinja_string(value->string + sign, value->length - sign);
    result = pad_text(run, &rest, room > 0 ? (size_t)room : 0, 0, "0", 1, &padded);
    if (result || !sign) {
        *out = padded;
        return result;
    }
    floe_jinja_value first = floe_jinja_string(value->string, 1);
    return floe_jinja_operate(run, FLOE_JINJA_ADD, &first, &padded, out);
}

METHOD(expandtabs) {
    (void)value;
    TAKES_NOTHING;
    *out = floe_jinja_unknown(run, "expandtabs() is not known here");
    return 0;
}

METHOD(format) {
    return floe_jinja_format(run, value, arguments, out);
}

METHOD(format_map) {
    static const char *const parameters[] = {"mapping"};
    floe_jinja_value mapping;
    bool done;
    int result = floe_jinja_bind_known(run, "format_map", arguments, parameters, 1, &mapping, out, &done);
    if (result || done) {
        return result;
    }
    if (mapping.type != FLOE_JINJA_IS_DICT) {
        return floe_jinja_fail(run, FLOE_INVALID, "format_map() takes a dict, not %s",
                               floe_jinja_type_name(&mapping));
    }
    const floe_jinja_dict *dict = mapping.dict;
    floe_jinja_text *keywords = floe_jinja_alloc(run, (dict->count + 1) * sizeof *keywords);
    if (!keywords) {
        return FLOE_MEMORY;
    }
    for (size_t i = 0; i < dict->count; i++) {
        bool text = dict->keys[i].type == FLOE_JINJA_IS_STRING;
        keywords[i] = (floe_jinja_text){text ? dict->keys[i].string : "", text ? dict->keys[i].length : 0};
    }
    floe_jinja_arguments named = {
        .keywords = keywords, .named = dict->values, .named_count = dict->count, .doubt = dict->doubt};
    return floe_jinja_format(run, value, &named, out);
}

/* What Python has and templates hardly use: the answer is unknown, and not undefined. */
METHOD(other) {
    (void)value;
    (void)arguments;
    *out = floe_jinja_unknown(run, "the result of a method of str that is not known here");
    return 0;
}

#define SHARED(name)                                                                                         \
    { #name, (void (*)(void))floe_jinja_text_##name }
#define ENTRY(name)                                                                                          \
    { #name, (void (*)(void))method_##name }
const floe_jinja_name floe_jinja_text_methods[] = {ENTRY(upper),
                                                   ENTRY(lower),
                                                   ENTRY(capitalize),
                                                   ENTRY(title),
                                                   ENTRY(swapcase),
                                                   SHARED(strip),
                                                   SHARED(lstrip),
                                                   SHARED(rstrip),
                                                   SHARED(split),
                                                   SHARED(rsplit),
                                                   SHARED(splitlines),
                                                   SHARED(partition),
                                                   SHARED(rpartition),
                                                   SHARED(join),
                                                   SHARED(replace),
                                                   SHARED(find),
                                                   SHARED(rfind),
                                                   SHARED(index),
                                                   SHARED(rindex),
                                                   SHARED(count),
                                                   SHARED(startswith),
                                                   SHARED(endswith),
                                                   SHARED(removeprefix),
                                                   SHARED(removesuffix),
                                                   ENTRY(isdigit),
                                                   ENTRY(isalpha),
                                                   ENTRY(isalnum),
                                                   ENTRY(isspace),
                                                   ENTRY(isascii),
                                                   ENTRY(isprintable),
                                                   ENTRY(isupper),
                                                   ENTRY(islower),
                                                   ENTRY(istitle),
                                                   ENTRY(isidentifier),
                                                   ENTRY(center),
                                                   ENTRY(ljust),
                                                   ENTRY(rjust),
                                                   ENTRY(zfill),
                                                   ENTRY(expandtabs),
                                                   ENTRY(format),
                                                   ENTRY(format_map),
                                                   {"isnumeric", (void (*)(void))method_isdigit},
                                                   {"isdecimal", (void (*)(void))method_isdigit},
                                                   {"casefold", (void (*)(void))method_lower},
                                                   {"encode", (void (*)(void))method_other},
                                                   {"translate", (void (*)(void))method_other},
                                                   {"maketrans", (void (*)(void))method_other},
                                                   {NULL, NULL}};

/* The methods of Python's str. */
#include "jinja/method.h"

#include <ctype.h>
#include <string.h>

/* ---- helpers ---- */

static bool absent(const floe_jinja_value *value) {
    return value->type == FLOE_JINJA_IS_UNDEFINED || value->type == FLOE_JINJA_IS_NONE;
}

/* Binds; `*done` where something is unknown and so is the answer. */
static int bind(floe_jinja_run *run, const char *name, const floe_jinja_arguments *arguments,
                const char *const *parameters, size_t count, floe_jinja_value *slots, floe_jinja_value *out,
                bool *done) {
    const floe_jinja_doubt *doubt = floe_jinja_arguments_doubt(arguments);
    *done = doubt != NULL;
    if (doubt) {
        *out = floe_jinja_doubtful(doubt);
        return 0;
    }
    return floe_jinja_bind(run, name, arguments, parameters, count, slots);
}

static int want_text(floe_jinja_run *run, const char *name, const floe_jinja_value *value) {
    return value->type == FLOE_JINJA_IS_STRING
               ? 0
               : floe_jinja_fail(run, FLOE_INVALID, "%s() argument must be str, not %s", name,
                                 floe_jinja_type_name(value));
}

static int want_whole(floe_jinja_run *run, const floe_jinja_value *value) {
    return floe_jinja_is_whole(value)
               ? 0
               : floe_jinja_fail(run, FLOE_INVALID, "'%s' object cannot be interpreted as an integer",
                                 floe_jinja_type_name(value));
}

static int part(floe_jinja_run *run, floe_jinja_value *list, const char *text, size_t length) {
    floe_jinja_value piece = floe_jinja_string(text, length);
    return floe_jinja_append(run, list, &piece);
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

/* ---- strip ---- */

static bool among(const char *character, size_t size, const floe_jinja_value *characters) {
    for (size_t i = 0; i < characters->length;) {
        size_t one = floe_jinja_character(characters->string + i, characters->length - i);
        if (one == size && memcmp(character, characters->string + i, size) == 0) {
            return true;
        }
        i += one;
    }
    return false;
}

static bool stripped(const char *character, size_t size, const floe_jinja_value *characters) {
    return absent(characters) ? floe_jinja_blank(character, size) == size
                              : among(character, size, characters);
}

void floe_jinja_strip(const floe_jinja_value *value, const floe_jinja_value *characters, bool left,
                      bool right, floe_jinja_value *out) {
    size_t start = 0, end = value->length;
    while (left && start < end) {
        size_t size = floe_jinja_character(value->string + start, end - start);
        if (!stripped(value->string + start, size, characters)) {
            break;
        }
        start += size;
    }
    while (right && end > start) {
        size_t size = 1;
        while (size < 4 && size < end - start && ((unsigned char)value->string[end - size] & 0xC0) == 0x80) {
            size++;
        }
        if (!stripped(value->string + end - size, size, characters)) {
            break;
        }
        end -= size;
    }
    *out = floe_jinja_string(value->string + start, end - start);
}

static int strip_sides(floe_jinja_run *run, const char *name, const floe_jinja_value *value,
                       const floe_jinja_arguments *arguments, bool left, bool right, floe_jinja_value *out) {
    static const char *const parameters[] = {"chars="};
    floe_jinja_value characters;
    bool done;
    int result = bind(run, name, arguments, parameters, 1, &characters, out, &done);
    if (result || done) {
        return result;
    }
    if (!absent(&characters) && (result = want_text(run, name, &characters))) {
        return result;
    }
    floe_jinja_strip(value, &characters, left, right, out);
    return 0;
}

METHOD(strip) {
    return strip_sides(run, "strip", value, arguments, true, true, out);
}

METHOD(lstrip) {
    return strip_sides(run, "lstrip", value, arguments, true, false, out);
}

METHOD(rstrip) {
    return strip_sides(run, "rstrip", value, arguments, false, true, out);
}

/* ---- split ---- */

static int split_blanks(floe_jinja_run *run, const floe_jinja_value *value, int64_t most,
                        floe_jinja_value *out) {
    const char *text = value->string;
    size_t at = 0, end = value->length;
    int result = 0;
    while (!result) {
        size_t blank;
        while (at < end && (blank = floe_jinja_blank(text + at, end - at))) {
            at += blank;
        }
        if (at == end) {
            break;
        }
        size_t start = at;
        if (most >= 0 && (int64_t)out->sequence->count == most) { /* the rest as it is, but for its end */
            floe_jinja_value rest = floe_jinja_string(text + start, end - start), none = floe_jinja_none();
            floe_jinja_strip(&rest, &none, false, true, &rest);
            return part(run, out, rest.string, rest.length);
        }
        while (at < end && !floe_jinja_blank(text + at, end - at)) {
            at += floe_jinja_character(text + at, end - at);
        }
        result = part(run, out, text + start, at - start);
    }
    return result;
}

static int split_at(floe_jinja_run *run, const floe_jinja_value *value, const floe_jinja_value *separator,
                    int64_t most, floe_jinja_value *out) {
    const char *text = value->string, *end = text + value->length, *found;
    int result = 0;
    while (!result && (most < 0 || (int64_t)out->sequence->count < most) &&
           (found = memmem(text, (size_t)(end - text), separator->string, separator->length))) {
        result = part(run, out, text, (size_t)(found - text));
        text = found + separator->length;
    }
    return result ? result : part(run, out, text, (size_t)(end - text));
}

static void reverse(floe_jinja_sequence *items) {
    for (size_t i = 0; i < items->count / 2; i++) {
        floe_jinja_value swap = items->items[i];
        items->items[i] = items->items[items->count - 1 - i];
        items->items[items->count - 1 - i] = swap;
    }
}

static const char *last_of(const char *text, size_t length, const floe_jinja_value *what) {
    for (size_t at = length + 1; at-- > 0;) {
        if (at + what->length <= length && memcmp(text + at, what->string, what->length) == 0) {
            return text + at;
        }
    }
    return NULL;
}

static int split_from_end(floe_jinja_run *run, const floe_jinja_value *value,
                          const floe_jinja_value *separator, int64_t most, floe_jinja_value *out) {
    size_t length = value->length;
    const char *found;
    int result = 0;
    while (!result && (int64_t)out->sequence->count < most &&
           (found = last_of(value->string, length, separator))) {
        size_t start = (size_t)(found - value->string) + separator->length;
        result = part(run, out, value->string + start, length - start);
        length = (size_t)(found - value->string);
    }
    result = result ? result : part(run, out, value->string, length);
    reverse(out->sequence);
    return result;
}

static size_t blank_before(const char *text, size_t end) {
    for (size_t size = 1; size <= 3 && size <= end; size++) {
        if (floe_jinja_blank(text + end - size, size) == size) {
            return size;
        }
    }
    return 0;
}

static int split_blanks_from_end(floe_jinja_run *run, const floe_jinja_value *value, int64_t most,
                                 floe_jinja_value *out) {
    floe_jinja_value none = floe_jinja_none(), rest = *value;
    int result = 0;
    floe_jinja_strip(value, &none, false, true, &rest);
    while (!result && rest.length && (int64_t)out->sequence->count < most) {
        size_t start = rest.length;
        while (start && !blank_before(rest.string, start)) {
            start--;
        }
        result = part(run, out, rest.string + start, rest.length - start);
        rest.length = (uint32_t)start;
        floe_jinja_strip(&rest, &none, false, true, &rest);
    }
    floe_jinja_strip(&rest, &none, true, false, &rest);
    if (!result && rest.length) {
        result = part(run, out, rest.string, rest.length);
    }
    reverse(out->sequence);
    return result;
}

static int split_with(floe_jinja_run *run, const char *name, const floe_jinja_value *value,
                      const floe_jinja_arguments *arguments, bool from_end, floe_jinja_value *out) {
    static const char *const parameters[] = {"sep=", "maxsplit="};
    floe_jinja_value slots[2];
    bool done;
    int result = bind(run, name, arguments, parameters, 2, slots, out, &done);
    if (result || done) {
        return result;
    }
    int64_t most = -1;
    if (slots[1].type != FLOE_JINJA_IS_UNDEFINED) {
        result = want_whole(run, &slots[1]);
        most = result ? 0 : floe_jinja_whole(&slots[1]);
    }
    result = result ? result : floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
    result = result ? result : floe_jinja_steps(run, value->length / 16);
    if (result) {
        return result;
    }
    if (absent(&slots[0])) {
        return from_end && most >= 0 ? split_blanks_from_end(run, value, most, out)
                                     : split_blanks(run, value, most, out);
    }
    if ((result = want_text(run, name, &slots[0]))) {
        return result;
    }
    if (!slots[0].length) {
        return floe_jinja_fail(run, FLOE_INVALID, "empty separator");
    }
    return from_end && most >= 0 ? split_from_end(run, value, &slots[0], most, out)
                                 : split_at(run, value, &slots[0], most, out);
}

METHOD(split) {
    return split_with(run, "split", value, arguments, false, out);
}

METHOD(rsplit) {
    return split_with(run, "rsplit", value, arguments, true, out);
}

/* Bytes of the line break there. */
static size_t line_break(const char *text, size_t left) {
    unsigned char first = (unsigned char)text[0];
    if (first == '\r' && left > 1 && text[1] == '\n') {
        return 2;
    }
    if (first < 0x80) {
        return (first >= 10 && first <= 13) || (first >= 0x1C && first <= 0x1E);
    }
    size_t blank = floe_jinja_blank(text, left);
    bool breaks = (blank == 2 && (unsigned char)text[1] == 0x85) ||
                  (blank == 3 && first == 0xE2 && (unsigned char)text[1] == 0x80 &&
                   ((unsigned char)text[2] == 0xA8 || (unsigned char)text[2] == 0xA9));
    return breaks ? blank : 0;
}

int floe_jinja_lines(floe_jinja_run *run, const floe_jinja_value *value, bool keep, floe_jinja_value *out) {
    size_t start = 0, at = 0;
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
    while (at < value->length && !result) {
        size_t size = line_break(value->string + at, value->length - at);
        if (size) {
            result = part(run, out, value->string + start, at - start + (keep ? size : 0));
            start = at + size;
        }
        at += size ? size : 1;
    }
    if (!result && start < value->length) {
        result = part(run, out, value->string + start, value->length - start);
    }
    return result ? result : floe_jinja_steps(run, value->length / 16);
}

METHOD(splitlines) {
    static const char *const parameters[] = {"keepends="};
    floe_jinja_value keep, truth = floe_jinja_boolean(false);
    bool done;
    int result = bind(run, "splitlines", arguments, parameters, 1, &keep, out, &done);
    if (result || done) {
        return result;
    }
    result = floe_jinja_truth(run, &keep, &truth);
    return result ? result : floe_jinja_lines(run, value, truth.boolean, out);
}

static int parts_of(floe_jinja_run *run, const char *name, const floe_jinja_value *value,
                    const floe_jinja_arguments *arguments, bool last, floe_jinja_value *out) {
    static const char *const parameters[] = {"sep"};
    floe_jinja_value separator;
    bool done;
    int result = bind(run, name, arguments, parameters, 1, &separator, out, &done);
    if (result || done || (result = want_text(run, name, &separator))) {
        return result;
    }
    if (!separator.length) {
        return floe_jinja_fail(run, FLOE_INVALID, "empty separator");
    }
    const char *found = last ? last_of(value->string, value->length, &separator)
                             : memmem(value->string, value->length, separator.string, separator.length);
    floe_jinja_value empty = floe_jinja_string("", 0), all[3] = {*value, empty, empty};
    if (!found && last) {
        all[0] = empty;
        all[2] = *value;
    } else if (found) {
        size_t at = (size_t)(found - value->string), behind = at + separator.length;
        all[0] = floe_jinja_string(value->string, at);
        all[1] = separator;
        all[2] = floe_jinja_string(value->string + behind, value->length - behind);
    }
    return floe_jinja_tuple(run, all, 3, out);
}

METHOD(partition) {
    return parts_of(run, "partition", value, arguments, false, out);
}

METHOD(rpartition) {
    return parts_of(run, "rpartition", value, arguments, true, out);
}

/* ---- join and replace ---- */

METHOD(join) {
    static const char *const parameters[] = {"iterable"};
    floe_jinja_value iterable, list;
    bool done;
    int result = bind(run, "join", arguments, parameters, 1, &iterable, out, &done);
    if (result || done) {
        return result;
    }
    result = floe_jinja_elements(run, &iterable, &list);
    for (size_t i = 0; !result && list.type != FLOE_JINJA_IS_UNKNOWN && i < list.sequence->count; i++) {
        const floe_jinja_value *item = &list.sequence->items[i];
        if (item->type != FLOE_JINJA_IS_STRING && item->type != FLOE_JINJA_IS_UNKNOWN) {
            result = floe_jinja_fail(run, FLOE_INVALID, "sequence item %zu: expected str instance, %s found",
                                     i, floe_jinja_type_name(item));
        }
    }
    return result ? result : floe_jinja_join_texts(run, &list, value, out);
}

int floe_jinja_replace(floe_jinja_run *run, const floe_jinja_value *value, const floe_jinja_value *old,
                       const floe_jinja_value *new, int64_t most, floe_jinja_value *out) {
    const char *at = value->string, *end = at + value->length, *found;
    floe_jinja_capture capture;
    int result = 0;
    floe_jinja_capture_open(run, &capture);
    for (int64_t done = 0; !result && done != most; done++) {
        if (old->length) {
            found = memmem(at, (size_t)(end - at), old->string, old->length);
        } else { /* before each character, and at the end */
            found = done == 0 ? at : at < end ? at + floe_jinja_character(at, (size_t)(end - at)) : NULL;
        }
        if (!found) {
            break;
        }
        result = floe_jinja_write(run, at, (size_t)(found - at));
        result = result ? result : floe_jinja_write(run, new->string, new->length);
        at = found + old->length;
    }
    result = result ? result : floe_jinja_write(run, at, (size_t)(end - at));
    if (result) {
        floe_jinja_capture_drop(run, &capture);
        return result;
    }
    return floe_jinja_capture_close(run, &capture, out);
}

METHOD(replace) {
    static const char *const parameters[] = {"old", "new", "count="};
    floe_jinja_value slots[3];
    bool done;
    int result = bind(run, "replace", arguments, parameters, 3, slots, out, &done);
    if (result || done) {
        return result;
    }
    result = want_text(run, "replace", &slots[0]);
    result = result ? result : want_text(run, "replace", &slots[1]);
    if (!result && slots[2].type != FLOE_JINJA_IS_UNDEFINED) {
        result = want_whole(run, &slots[2]);
    }
    if (result) {
        return result;
    }
    int64_t most = slots[2].type == FLOE_JINJA_IS_UNDEFINED ? -1 : floe_jinja_whole(&slots[2]);
    return floe_jinja_replace(run, value, &slots[0], &slots[1], most < 0 ? -1 : most, out);
}

/* ---- looking for ---- */

/* The part of the text that [start, end) of the arguments names, in bytes; false where start lies behind. */
static bool window(const floe_jinja_value *value, const floe_jinja_value *start, const floe_jinja_value *end,
                   size_t *from, size_t *to) {
    int64_t count = (int64_t)floe_jinja_count(value->string, value->length);
    int64_t first = floe_jinja_is_whole(start) ? floe_jinja_whole(start) : 0;
    int64_t last = floe_jinja_is_whole(end) ? floe_jinja_whole(end) : count;
    first = first < 0 ? first + count < 0 ? 0 : first + count : first;
    last = last < 0 ? last + count < 0 ? 0 : last + count : last > count ? count : last;
    if (first > count || first > last) {
        return false;
    }
    *from = floe_jinja_offset(value->string, value->length, (size_t)first);
    *to = floe_jinja_offset(value->string, value->length, (size_t)last);
    return true;
}

static int look_for(floe_jinja_run *run, const char *name, const floe_jinja_value *value,
                    const floe_jinja_arguments *arguments, bool last, bool must, floe_jinja_value *out) {
    static const char *const parameters[] = {"sub", "start=", "end="};
    floe_jinja_value slots[3];
    const char *found = NULL;
    size_t from, to;
    bool done;
    int result = bind(run, name, arguments, parameters, 3, slots, out, &done);
    if (result || done || (result = want_text(run, name, &slots[0]))) {
        return result;
    }
    if (window(value, &slots[1], &slots[2], &from, &to)) {
        found = last ? last_of(value->string + from, to - from, &slots[0])
                     : memmem(value->string + from, to - from, slots[0].string, slots[0].length);
    }
    if (!found && must) {
        return floe_jinja_fail(run, FLOE_INVALID, "substring not found");
    }
    *out = floe_jinja_integer(
        found ? (int64_t)floe_jinja_count(value->string, (size_t)(found - value->string)) : -1);
    return 0;
}

METHOD(find) {
    return look_for(run, "find", value, arguments, false, false, out);
}

METHOD(rfind) {
    return look_for(run, "rfind", value, arguments, true, false, out);
}

METHOD(index) {
    return look_for(run, "index", value, arguments, false, true, out);
}

METHOD(rindex) {
    return look_for(run, "rindex", value, arguments, true, true, out);
}

METHOD(count) {
    static const char *const parameters[] = {"sub", "start=", "end="};
    floe_jinja_value slots[3];
    size_t from, to;
    int64_t times = 0;
    bool done;
    int result = bind(run, "count", arguments, parameters, 3, slots, out, &done);
    if (result || done || (result = want_text(run, "count", &slots[0]))) {
        return result;
    }
    if (window(value, &slots[1], &slots[2], &from, &to)) {
        const char *at = value->string + from, *end = value->string + to, *found;
        if (!slots[0].length) {
            times = (int64_t)floe_jinja_count(at, (size_t)(end - at)) + 1;
        }
        while (slots[0].length &&
               (found = memmem(at, (size_t)(end - at), slots[0].string, slots[0].length))) {
            at = found + slots[0].length;
            times++;
        }
    }
    *out = floe_jinja_integer(times);
    return 0;
}

static bool begins(const char *text, size_t length, const floe_jinja_value *with, bool end) {
    return with->length <= length &&
           memcmp(end ? text + length - with->length : text, with->string, with->length) == 0;
}

static int has_end(floe_jinja_run *run, const char *name, const floe_jinja_value *value,
                   const floe_jinja_arguments *arguments, bool end, floe_jinja_value *out) {
    static const char *const parameters[] = {"prefix", "start=", "end="};
    floe_jinja_value slots[3];
    size_t from, to;
    bool done, answer = false;
    int result = bind(run, name, arguments, parameters, 3, slots, out, &done);
    if (result || done) {
        return result;
    }
    bool tuple = slots[0].type == FLOE_JINJA_IS_TUPLE,
         inside = window(value, &slots[1], &slots[2], &from, &to);
    size_t choices = tuple ? slots[0].sequence->count : 1;
    for (size_t i = 0; i < choices && !result && !answer; i++) {
        const floe_jinja_value *one = tuple ? &slots[0].sequence->items[i] : &slots[0];
        if (one->type == FLOE_JINJA_IS_UNKNOWN) {
            *out = *one;
            return 0;
        }
        result = want_text(run, name, one);
        answer = !result && inside && begins(value->string + from, to - from, one, end);
    }
    *out = floe_jinja_boolean(answer);
    return result;
}

METHOD(startswith) {
    return has_end(run, "startswith", value, arguments, false, out);
}

METHOD(endswith) {
    return has_end(run, "endswith", value, arguments, true, out);
}

static int remove_end(floe_jinja_run *run, const char *name, const floe_jinja_value *value,
                      const floe_jinja_arguments *arguments, bool end, floe_jinja_value *out) {
    static const char *const parameters[] = {"prefix"};
    floe_jinja_value slot;
    bool done;
    int result = bind(run, name, arguments, parameters, 1, &slot, out, &done);
    if (result || done || (result = want_text(run, name, &slot))) {
        return result;
    }
    size_t size = begins(value->string, value->length, &slot, end) ? slot.length : 0;
    *out = floe_jinja_string(value->string + (end ? 0 : size), value->length - size);
    return 0;
}

METHOD(removeprefix) {
    return remove_end(run, "removeprefix", value, arguments, false, out);
}

METHOD(removesuffix) {
    return remove_end(run, "removesuffix", value, arguments, true, out);
}

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
    int result = bind(run, name, arguments, parameters, 2, slots, out, &done);
    if (result || done || (result = want_whole(run, &slots[0]))) {
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
    int result = bind(run, "zfill", arguments, parameters, 1, &width, out, &done);
    if (result || done || (result = want_whole(run, &width))) {
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
    int result = bind(run, "format_map", arguments, parameters, 1, &mapping, out, &done);
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

#define ENTRY(name)                                                                                          \
    { #name, (void (*)(void))method_##name }
const floe_jinja_name floe_jinja_text_methods[] = {ENTRY(upper),
                                                   ENTRY(lower),
                                                   ENTRY(capitalize),
                                                   ENTRY(title),
                                                   ENTRY(swapcase),
                                                   ENTRY(strip),
                                                   ENTRY(lstrip),
                                                   ENTRY(rstrip),
                                                   ENTRY(split),
                                                   ENTRY(rsplit),
                                                   ENTRY(splitlines),
                                                   ENTRY(partition),
                                                   ENTRY(rpartition),
                                                   ENTRY(join),
                                                   ENTRY(replace),
                                                   ENTRY(find),
                                                   ENTRY(rfind),
                                                   ENTRY(index),
                                                   ENTRY(rindex),
                                                   ENTRY(count),
                                                   ENTRY(startswith),
                                                   ENTRY(endswith),
                                                   ENTRY(removeprefix),
                                                   ENTRY(removesuffix),
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

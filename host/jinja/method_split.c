/* Methods of Python's str that take a text apart, or blanks from its ends. */
#include "jinja/method.h"

#include <string.h>

static bool absent(const floe_jinja_value *value) {
    return value->type == FLOE_JINJA_IS_UNDEFINED || value->type == FLOE_JINJA_IS_NONE;
}

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
    int result = floe_jinja_bind_known(run, name, arguments, parameters, 1, &characters, out, &done);
    if (result || done) {
        return result;
    }
    if (!absent(&characters) && (result = floe_jinja_want_text(run, name, &characters))) {
        return result;
    }
    floe_jinja_strip(value, &characters, left, right, out);
    return 0;
}

TEXT_METHOD(strip) {
    return strip_sides(run, "strip", value, arguments, true, true, out);
}

TEXT_METHOD(lstrip) {
    return strip_sides(run, "lstrip", value, arguments, true, false, out);
}

TEXT_METHOD(rstrip) {
    return strip_sides(run, "rstrip", value, arguments, false, true, out);
}

static int part(floe_jinja_run *run, floe_jinja_value *list, const char *text, size_t length) {
    floe_jinja_value piece = floe_jinja_string(text, length);
    return floe_jinja_append(run, list, &piece);
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

int floe_jinja_last_of(floe_jinja_run *run, const char *text, size_t length, const floe_jinja_value *what,
                       const char **found) {
    enum { BYTES_A_STEP = 4096 };
    *found = NULL;
    for (size_t at = length < what->length ? 0 : length - what->length + 1; at-- > 0;) {
        if (memcmp(text + at, what->string, what->length) == 0) {
            *found = text + at;
            break;
        }
    }
    size_t scanned = length - (*found ? (size_t)(*found - text) : 0);
    return floe_jinja_steps(run, scanned / BYTES_A_STEP * what->length);
}

static int split_from_end(floe_jinja_run *run, const floe_jinja_value *value,
                          const floe_jinja_value *separator, int64_t most, floe_jinja_value *out) {
    size_t length = value->length;
    const char *found = value->string;
    int result = 0;
    while (!result && (int64_t)out->sequence->count < most) {
        result = floe_jinja_last_of(run, value->string, length, separator, &found);
        if (result || !found) {
            break;
        }
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
    int result = floe_jinja_bind_known(run, name, arguments, parameters, 2, slots, out, &done);
    if (result || done) {
        return result;
    }
    int64_t most = -1;
    if (slots[1].type != FLOE_JINJA_IS_UNDEFINED) {
        result = floe_jinja_want_whole(run, &slots[1]);
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
    if ((result = floe_jinja_want_text(run, name, &slots[0]))) {
        return result;
    }
    if (!slots[0].length) {
        return floe_jinja_fail(run, FLOE_INVALID, "empty separator");
    }
    return from_end && most >= 0 ? split_from_end(run, value, &slots[0], most, out)
                                 : split_at(run, value, &slots[0], most, out);
}

TEXT_METHOD(split) {
    return split_with(run, "split", value, arguments, false, out);
}

TEXT_METHOD(rsplit) {
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

TEXT_METHOD(splitlines) {
    static const char *const parameters[] = {"keepends="};
    floe_jinja_value keep, truth = floe_jinja_boolean(false);
    bool done;
    int result = floe_jinja_bind_known(run, "splitlines", arguments, parameters, 1, &keep, out, &done);
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
    int result = floe_jinja_bind_known(run, name, arguments, parameters, 1, &separator, out, &done);
    if (result || done || (result = floe_jinja_want_text(run, name, &separator))) {
        return result;
    }
    if (!separator.length) {
        return floe_jinja_fail(run, FLOE_INVALID, "empty separator");
    }
    const char *found = memmem(value->string, value->length, separator.string, separator.length);
    result = found && last ? floe_jinja_last_of(run, value->string, value->length, &separator, &found) : 0;
    if (result) {
        return result;
    }
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

TEXT_METHOD(partition) {
    return parts_of(run, "partition", value, arguments, false, out);
}

TEXT_METHOD(rpartition) {
    return parts_of(run, "rpartition", value, arguments, true, out);
}

/* Methods of Python's str that look for a text in another, and those that put texts together or replace them.
 */
#include "jinja/method.h"

#include <string.h>

/* ---- join and replace ---- */

TEXT_METHOD(join) {
    static const char *const parameters[] = {"iterable"};
    floe_jinja_value iterable, list;
    bool done;
    int result = floe_jinja_bind_known(run, "join", arguments, parameters, 1, &iterable, out, &done);
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

TEXT_METHOD(replace) {
    static const char *const parameters[] = {"old", "new", "count="};
    floe_jinja_value slots[3];
    bool done;
    int result = floe_jinja_bind_known(run, "replace", arguments, parameters, 3, slots, out, &done);
    if (result || done) {
        return result;
    }
    result = floe_jinja_want_text(run, "replace", &slots[0]);
    result = result ? result : floe_jinja_want_text(run, "replace", &slots[1]);
    if (!result && slots[2].type != FLOE_JINJA_IS_UNDEFINED) {
        result = floe_jinja_want_whole(run, &slots[2]);
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
    int result = floe_jinja_bind_known(run, name, arguments, parameters, 3, slots, out, &done);
    if (result || done || (result = floe_jinja_want_text(run, name, &slots[0]))) {
        return result;
    }
    if (window(value, &slots[1], &slots[2], &from, &to)) {
        found = memmem(value->string + from, to - from, slots[0].string, slots[0].length);
        result =
            found && last ? floe_jinja_last_of(run, value->string + from, to - from, &slots[0], &found) : 0;
    }
    if (result) {
        return result;
    }
    if (!found && must) {
        return floe_jinja_fail(run, FLOE_INVALID, "substring not found");
    }
    *out = floe_jinja_integer(
        found ? (int64_t)floe_jinja_count(value->string, (size_t)(found - value->string)) : -1);
    return 0;
}

TEXT_METHOD(find) {
    return look_for(run, "find", value, arguments, false, false, out);
}

TEXT_METHOD(rfind) {
    return look_for(run, "rfind", value, arguments, true, false, out);
}

TEXT_METHOD(index) {
    return look_for(run, "index", value, arguments, false, true, out);
}

TEXT_METHOD(rindex) {
    return look_for(run, "rindex", value, arguments, true, true, out);
}

TEXT_METHOD(count) {
    static const char *const parameters[] = {"sub", "start=", "end="};
    floe_jinja_value slots[3];
    size_t from, to;
    int64_t times = 0;
    bool done;
    int result = floe_jinja_bind_known(run, "count", arguments, parameters, 3, slots, out, &done);
    if (result || done || (result = floe_jinja_want_text(run, "count", &slots[0]))) {
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
    int result = floe_jinja_bind_known(run, name, arguments, parameters, 3, slots, out, &done);
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
        result = floe_jinja_want_text(run, name, one);
        answer = !result && inside && begins(value->string + from, to - from, one, end);
    }
    *out = floe_jinja_boolean(answer);
    return result;
}

TEXT_METHOD(startswith) {
    return has_end(run, "startswith", value, arguments, false, out);
}

TEXT_METHOD(endswith) {
    return has_end(run, "endswith", value, arguments, true, out);
}

static int remove_end(floe_jinja_run *run, const char *name, const floe_jinja_value *value,
                      const floe_jinja_arguments *arguments, bool end, floe_jinja_value *out) {
    static const char *const parameters[] = {"prefix"};
    floe_jinja_value slot;
    bool done;
    int result = floe_jinja_bind_known(run, name, arguments, parameters, 1, &slot, out, &done);
    if (result || done || (result = floe_jinja_want_text(run, name, &slot))) {
        return result;
    }
    size_t size = begins(value->string, value->length, &slot, end) ? slot.length : 0;
    *out = floe_jinja_string(value->string + (end ? 0 : size), value->length - size);
    return 0;
}

TEXT_METHOD(removeprefix) {
    return remove_end(run, "removeprefix", value, arguments, false, out);
}

TEXT_METHOD(removesuffix) {
    return remove_end(run, "removesuffix", value, arguments, true, out);
}

/* Filters over sequences. What Jinja makes a generator of is one here, too: it is true, reads its
 * source when it is asked, and gives once. */
#include "jinja/filter.h"

#include <string.h>

static bool given(const floe_jinja_value *value) {
    return value->type != FLOE_JINJA_IS_UNDEFINED && value->type != FLOE_JINJA_IS_NONE;
}

/* ---- attributes ---- */

/* "a.b.0" of a value, as `map(attribute=…)` has it. */
static int follow_path(floe_jinja_run *run, const floe_jinja_value *value, const floe_jinja_value *path,
                       floe_jinja_value *out) {
    *out = *value;
    if (path->type != FLOE_JINJA_IS_STRING) {
        floe_jinja_value one = *value;
        return given(path) ? floe_jinja_item(run, &one, path, out) : 0;
    }
    int result = 0;
    for (size_t start = 0; start <= path->length && !result;) {
        const char *dot = memchr(path->string + start, '.', path->length - start);
        size_t end = dot ? (size_t)(dot - path->string) : path->length;
        floe_jinja_value key = floe_jinja_string(path->string + start, end - start), from = *out;
        bool digits = end > start && end - start < 10;
        int64_t number = 0;
        for (size_t i = start; i < end; i++) {
            digits = digits && path->string[i] >= '0' && path->string[i] <= '9';
            number = digits ? number * 10 + (path->string[i] - '0') : number;
        }
        key = digits ? floe_jinja_integer(number) : key;
        result = floe_jinja_item(run, &from, &key, out);
        start = end + 1;
    }
    return result;
}

/* With ignore_case: what Jinja sorts and groups by. */
static int key_of(floe_jinja_run *run, const floe_jinja_value *item, const floe_jinja_value *path,
                  bool case_sensitive, floe_jinja_value *out) {
    int result = follow_path(run, item, path, out);
    if (!result && !case_sensitive && out->type == FLOE_JINJA_IS_STRING) {
        floe_jinja_value text = *out;
        result = floe_jinja_case(run, FLOE_JINJA_LOWER, text.string, text.length, out);
    }
    return result;
}

/* "a,b": a list of keys for each. */
static int keys_of(floe_jinja_run *run, const floe_jinja_value *item, const floe_jinja_value *path,
                   bool case_sensitive, floe_jinja_value *out) {
    if (path->type != FLOE_JINJA_IS_STRING || !memchr(path->string, ',', path->length)) {
        return key_of(run, item, path, case_sensitive, out);
    }
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
    for (size_t start = 0; start <= path->length && !result;) {
        const char *comma = memchr(path->string + start, ',', path->length - start);
        size_t end = comma ? (size_t)(comma - path->string) : path->length;
        floe_jinja_value one = floe_jinja_string(path->string + start, end - start), key;
        result = key_of(run, item, &one, case_sensitive, &key);
        result = result ? result : floe_jinja_append(run, out, &key);
        start = end + 1;
    }
    return result;
}

/* The elements; `*done` where they are unknown, with the answer in `out`. */
static int elements(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_value *list,
                    floe_jinja_value *out, bool *done) {
    int result = floe_jinja_elements(run, value, list);
    *done = !result && list->type == FLOE_JINJA_IS_UNKNOWN;
    if (*done) {
        *out = *list;
    }
    return result;
}

/* ---- sorting: stable, by merging ---- */

typedef struct sorting {
    floe_jinja_run *run;
    floe_jinja_value *items, *keys, *spare, *spare_keys;
    const floe_jinja_doubt *doubt;
    bool reverse;
} sorting;

static int merge_halves(sorting *self, size_t start, size_t middle, size_t end) {
    floe_jinja_value *keys = self->keys ? self->keys : self->items;
    size_t a = start, b = middle, at = start;
    int result = floe_jinja_steps(self->run, end - start);
    while (at < end && !result) {
        int order = 0;
        const floe_jinja_doubt *doubt = NULL;
        if (a < middle && b < end) { /* Python asks only whether one is less */
            result = self->reverse ? floe_jinja_order(self->run, "<", &keys[a], &keys[b], &order, &doubt)
                                   : floe_jinja_order(self->run, "<", &keys[b], &keys[a], &order, &doubt);
            order = order == 2 ? 0 : order;
            self->doubt = self->doubt ? self->doubt : doubt;
        } else {
            order = a < middle ? 0 : -1;
        }
        size_t from = order < 0 ? b++ : a++;
        self->spare[at] = self->items[from];
        if (self->keys) {
            self->spare_keys[at] = self->keys[from];
        }
        at++;
    }
    if (result) {
        return result;
    }
    memcpy(self->items + start, self->spare + start, (end - start) * sizeof *self->items);
    if (self->keys) {
        memcpy(self->keys + start, self->spare_keys + start, (end - start) * sizeof *self->items);
    }
    return 0;
}

int floe_jinja_sort(floe_jinja_run *run, floe_jinja_value *items, floe_jinja_value *keys, size_t count,
                    bool reverse, const floe_jinja_doubt **doubt) {
    sorting self = {.run = run, .items = items, .keys = keys, .reverse = reverse};
    int result = 0;
    if (count < 2) {
        return 0;
    }
    self.spare = floe_arena_array(run->arena, count, 2 * sizeof *items);
    if (!self.spare) {
        return floe_jinja_out_of_memory(run);
    }
    self.spare_keys = self.spare + count;
    for (size_t width = 1; width < count && !result; width *= 2) {
        for (size_t start = 0; start + width < count && !result; start += 2 * width) {
            size_t end = start + 2 * width < count ? start + 2 * width : count;
            result = merge_halves(&self, start, start + width, end);
        }
    }
    *doubt = *doubt ? *doubt : self.doubt;
    return result;
}

/* A list of the elements in order, and their keys beside them. */
static int sorted(floe_jinja_run *run, const floe_jinja_value *list, const floe_jinja_value *path,
                  bool case_sensitive, bool reverse, floe_jinja_value *out, floe_jinja_value **keys) {
    size_t count = list->sequence->count;
    const floe_jinja_doubt *doubt = list->sequence->doubt;
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
    *keys = floe_jinja_alloc(run, (count + 1) * sizeof **keys);
    if (result || !*keys) {
        return FLOE_MEMORY;
    }
    for (size_t i = 0; i < count && !result; i++) {
        result = keys_of(run, &list->sequence->items[i], path, case_sensitive, &(*keys)[i]);
        result = result ? result : floe_jinja_append(run, out, &list->sequence->items[i]);
    }
    result = result ? result : floe_jinja_sort(run, out->sequence->items, *keys, count, reverse, &doubt);
    out->sequence->doubt = doubt;
    return result;
}

FILTER(sort) {
    static const char *const parameters[] = {"reverse=", "case_sensitive=", "attribute="};
    floe_jinja_value slots[3], list, *keys;
    bool done, reverse, sensitive;
    int result = floe_jinja_filter_bind(run, "sort", arguments, parameters, 3, slots, out, &done);
    if (result || done) {
        return result;
    }
    result = floe_jinja_flag(run, &slots[0], &reverse);
    result = result ? result : floe_jinja_flag(run, &slots[1], &sensitive);
    result = result ? result : elements(run, value, &list, out, &done);
    return result || done ? result : sorted(run, &list, &slots[2], sensitive, reverse, out, &keys);
}

FILTER(dictsort) {
    static const char *const parameters[] = {"case_sensitive=", "by=", "reverse="};
    floe_jinja_value slots[3], view, list, *keys;
    bool done, sensitive, reverse;
    int result = floe_jinja_filter_bind(run, "dictsort", arguments, parameters, 3, slots, out, &done);
    if (result || done) {
        return result;
    }
    if (value->type != FLOE_JINJA_IS_DICT) {
        return value->type == FLOE_JINJA_IS_UNDEFINED
                   ? floe_jinja_needs(run, value)
                   : floe_jinja_fail(run, FLOE_INVALID, "'%s' object has no attribute 'items'",
                                     floe_jinja_type_name(value));
    }
    bool by_value = slots[1].type == FLOE_JINJA_IS_STRING && slots[1].length == 5;
    floe_jinja_value index = floe_jinja_integer(by_value);
    result = floe_jinja_flag(run, &slots[0], &sensitive);
    result = result ? result : floe_jinja_flag(run, &slots[2], &reverse);
    result = result ? result : floe_jinja_dict_view(run, value, FLOE_JINJA_ITEMS, &view);
    result = result ? result : elements(run, &view, &list, out, &done);
    return result || done ? result : sorted(run, &list, &index, sensitive, reverse, out, &keys);
}

FILTER(groupby) {
    static const char *const parameters[] = {"attribute", "default=", "case_sensitive="};
    floe_jinja_value slots[3], list, all, *keys, group, pair, name;
    const floe_jinja_doubt *doubt;
    bool done, sensitive;
    int result = floe_jinja_filter_bind(run, "groupby", arguments, parameters, 3, slots, out, &done);
    if (result || done) {
        return result;
    }
    result = floe_jinja_flag(run, &slots[2], &sensitive);
    result = result ? result : elements(run, value, &list, out, &done);
    if (result || done) {
        return result;
    }
    result = sorted(run, &list, &slots[0], sensitive, false, &all, &keys);
    result = result ? result : floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
    if (!result && (all.sequence->doubt || given(&slots[1]))) {
        *out = floe_jinja_unknown(run, "the groups of groupby()");
        *out = all.sequence->doubt ? floe_jinja_doubtful(all.sequence->doubt) : *out;
        return 0;
    }
    for (size_t i = 0; !result && i < all.sequence->count; i++) {
        if (!i || floe_jinja_compare_equal(&keys[i - 1], &keys[i], &doubt) != 1) {
            result = follow_path(run, &all.sequence->items[i], &slots[0], &name);
            result = result ? result : floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, &group);
            result = result ? result : floe_jinja_pair(run, &name, &group, &pair);
            result = result ? result : floe_jinja_append(run, out, &pair);
        }
        result = result ? result : floe_jinja_append(run, &group, &all.sequence->items[i]);
    }
    return result;
}

static int next_unique(floe_jinja_run *run, floe_jinja_lazy *self, floe_jinja_value *out, bool *found) {
    floe_jinja_value key, truth = floe_jinja_boolean(true);
    int result = self->state.type == FLOE_JINJA_IS_DICT ? 0 : floe_jinja_new_dict(run, &self->state);
    bool again = true;
    while (!result && again) {
        const floe_jinja_doubt *unknown = NULL;
        result = floe_jinja_take(run, self, out, found);
        if (result || !*found) {
            break;
        }
        result = key_of(run, out, &self->slots[1], self->sensitive, &key);
        if (result || !floe_jinja_hashable(run, &key, &unknown)) {
            return result ? result : FLOE_INVALID;
        }
        self->unsure = self->unsure ? self->unsure : unknown;
        again = !unknown && floe_jinja_get(&self->state, &key);
        self->state.dict->born = UINT32_MAX; /* the generator's own */
        result = again || unknown ? floe_jinja_step(run) : floe_jinja_put(run, &self->state, &key, &truth);
    }
    return result;
}

FILTER(unique) {
    static const char *const parameters[] = {"case_sensitive=", "attribute="};
    floe_jinja_lazy lazy = {.source = *value, .next = next_unique};
    bool done;
    int result = floe_jinja_filter_bind(run, "unique", arguments, parameters, 2, lazy.slots, out, &done);
    if (result || done) {
        return result;
    }
    result = floe_jinja_flag(run, &lazy.slots[0], &lazy.sensitive);
    return result ? result : floe_jinja_generator(run, &lazy, NULL, out);
}

static int extreme(floe_jinja_run *run, const char *name, bool largest, const floe_jinja_value *value,
                   const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    static const char *const parameters[] = {"case_sensitive=", "attribute="};
    floe_jinja_value slots[2], list, best, key;
    bool done, sensitive;
    int order, result = floe_jinja_filter_bind(run, name, arguments, parameters, 2, slots, out, &done);
    if (result || done) {
        return result;
    }
    result = floe_jinja_flag(run, &slots[0], &sensitive);
    result = result ? result : elements(run, value, &list, out, &done);
    if (result || done) {
        return result;
    }
    const floe_jinja_doubt *doubt = list.sequence->doubt, *unknown;
    if (!list.sequence->count) {
        *out = doubt ? floe_jinja_doubtful(doubt)
                     : floe_jinja_missing(run, "No aggregated item, sequence was empty.");
        return 0;
    }
    for (size_t i = 0; i < list.sequence->count && !result; i++) {
        result = key_of(run, &list.sequence->items[i], &slots[1], sensitive, &key);
        order = -1;
        if (!result && i) {
            result = largest ? floe_jinja_order(run, ">", &best, &key, &order, &unknown)
                             : floe_jinja_order(run, "<", &key, &best, &order, &unknown);
            doubt = doubt ? doubt : unknown;
        }
        if (!result && (!i || order < 0)) {
            best = key;
            *out = list.sequence->items[i];
        }
    }
    *out = doubt && !result ? floe_jinja_doubtful(doubt) : *out;
    return result;
}

FILTER(min) {
    return extreme(run, "min", false, value, arguments, out);
}

FILTER(max) {
    return extreme(run, "max", true, value, arguments, out);
}

FILTER(sum) {
    static const char *const parameters[] = {"attribute=", "start="};
    floe_jinja_value slots[2], list, one, total;
    bool done;
    int result = floe_jinja_filter_bind(run, "sum", arguments, parameters, 2, slots, out, &done);
    result = result || done ? result : elements(run, value, &list, out, &done);
    if (result || done) {
        return result;
    }
    *out = slots[1].type == FLOE_JINJA_IS_UNDEFINED ? floe_jinja_integer(0) : slots[1];
    for (size_t i = 0; i < list.sequence->count && !result; i++) {
        total = *out;
        result = follow_path(run, &list.sequence->items[i], &slots[0], &one);
        result = result ? result : floe_jinja_operate(run, FLOE_JINJA_ADD, &total, &one, out);
    }
    *out = !result && list.sequence->doubt ? floe_jinja_doubtful(list.sequence->doubt) : *out;
    return result;
}

/* ---- one of them ---- */

FILTER(first) {
    floe_jinja_value list;
    bool done;
    TAKES_NOTHING;
    if (floe_jinja_is_generator(value)) {
        return floe_jinja_generator_next(run, value->object, out);
    }
    int result = elements(run, value, &list, out, &done);
    if (result || done) {
        return result;
    }
    bool unordered = list.type == FLOE_JINJA_IS_SET && list.sequence->count > 1;
    if (list.sequence->doubt) {
        floe_jinja_escape(run, &list);
        *out = floe_jinja_doubtful(list.sequence->doubt);
    } else if (unordered) {
        *out = floe_jinja_unknown(run, "which element of a set is the first changes with every run");
    } else {
        *out = list.sequence->count ? list.sequence->items[0]
                                    : floe_jinja_missing(run, "No first item, sequence was empty.");
    }
    return 0;
}

FILTER(last) {
    floe_jinja_value list;
    bool done;
    TAKES_NOTHING;
    if (floe_jinja_is_generator(value) || value->type == FLOE_JINJA_IS_SET) {
        return floe_jinja_fail(run, FLOE_INVALID, "'%s' object is not reversible; write |list before |last",
                               floe_jinja_type_name(value));
    }
    int result = elements(run, value, &list, out, &done);
    if (result || done) {
        return result;
    }
    size_t count = list.sequence->count;
    if (list.sequence->doubt) {
        floe_jinja_escape(run, &list);
        *out = floe_jinja_doubtful(list.sequence->doubt);
    } else {
        *out = count ? list.sequence->items[count - 1]
                     : floe_jinja_missing(run, "No last item, sequence was empty.");
    }
    return 0;
}

FILTER(random) {
    (void)value;
    (void)arguments;
    *out = floe_jinja_unknown(run, "a random element is another one with every run");
    return 0;
}

FILTER(length) {
    TAKES_NOTHING;
    return floe_jinja_length(run, value, out);
}

/* ---- all of them ---- */

FILTER(list) {
    floe_jinja_value list;
    bool done;
    TAKES_NOTHING;
    int result = elements(run, value, &list, out, &done);
    result = result || done ? result : floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
    for (size_t i = 0; !result && !done && i < list.sequence->count; i++) {
        result = floe_jinja_append(run, out, &list.sequence->items[i]);
    }
    if (!result && !done) {
        out->sequence->doubt = list.sequence->doubt;
        result = floe_jinja_steps(run, list.sequence->count);
    }
    return result;
}

FILTER(items) {
    floe_jinja_lazy lazy = {.source = *value};
    TAKES_NOTHING;
    if (value->type == FLOE_JINJA_IS_UNDEFINED) {
        return floe_jinja_generator(run, &lazy, NULL, out);
    }
    if (value->type != FLOE_JINJA_IS_DICT) {
        return floe_jinja_fail(run, FLOE_INVALID, "Can only get item pairs from a mapping.");
    }
    int result = floe_jinja_dict_view(run, value, FLOE_JINJA_ITEMS, &lazy.source);
    return result ? result : floe_jinja_generator(run, &lazy, NULL, out);
}

FILTER(reverse) {
    floe_jinja_value list, made;
    bool done;
    TAKES_NOTHING;
    if (value->type == FLOE_JINJA_IS_STRING) {
        floe_jinja_value none = floe_jinja_none(), back = floe_jinja_integer(-1);
        return floe_jinja_slice(run, value, &none, &none, &back, out);
    }
    if (floe_jinja_is_sequence(value)) {
        floe_jinja_lazy lazy = {.source = *value, .backward = true};
        return floe_jinja_generator(run, &lazy, "list_reverseiterator", out);
    }
    int result = elements(run, value, &list, out, &done);
    result = result || done ? result : floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, &made);
    if (result || done) {
        return result;
    }
    for (size_t i = list.sequence->count; i-- > 0 && !result;) {
        result = floe_jinja_append(run, &made, &list.sequence->items[i]);
    }
    made.sequence->doubt = list.sequence->doubt;
    bool plain = floe_jinja_is_generator(value) || value->type == FLOE_JINJA_IS_SET;
    *out = made;
    floe_jinja_lazy lazy = {.source = made};
    return result || plain ? result : floe_jinja_generator(run, &lazy, "list_reverseiterator", out);
}

/* A row is given once the element behind it was taken, which then waits in `state`, in a list of its own. */
static int next_batch(floe_jinja_run *run, floe_jinja_lazy *self, floe_jinja_value *out, bool *found) {
    size_t size = (size_t)floe_jinja_whole(&self->slots[0]);
    floe_jinja_value one;
    bool more = true;
    int result =
        self->state.type == FLOE_JINJA_IS_LIST ? 0 : floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
    *out = self->state.type == FLOE_JINJA_IS_LIST ? self->state : *out;
    while (!result && more) {
        result = floe_jinja_take(run, self, &one, &more);
        if (result || !more || out->sequence->count == size) {
            break;
        }
        result = floe_jinja_append(run, out, &one);
    }
    *found = !result && out->sequence->count;
    self->done = !more;
    while (*found && !more && !result && given(&self->slots[1]) && out->sequence->count < size) {
        result = floe_jinja_append(run, out, &self->slots[1]);
    }
    if (!result && more) {
        result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, &self->state);
        result = result ? result : floe_jinja_append(run, &self->state, &one);
    }
    return result;
}

/* Lists of `size` elements, the last one filled up. */
FILTER(batch) {
    static const char *const parameters[] = {"linecount", "fill_with="};
    floe_jinja_lazy lazy = {.source = *value, .next = next_batch};
    bool done;
    int result = floe_jinja_filter_bind(run, "batch", arguments, parameters, 2, lazy.slots, out, &done);
    if (result || done) {
        return result;
    }
    int64_t size = floe_jinja_is_whole(&lazy.slots[0]) ? floe_jinja_whole(&lazy.slots[0]) : 0;
    if (size <= 0 || size > 1000000) {
        return floe_jinja_fail(run, FLOE_INVALID, "batch() takes a number of elements above 0");
    }
    return floe_jinja_generator(run, &lazy, NULL, out);
}

/* All that is there when the first slice is asked for, in rows. */
static int cut_slices(floe_jinja_run *run, floe_jinja_lazy *self) {
    size_t slices = (size_t)floe_jinja_whole(&self->slots[0]), at = 0;
    floe_jinja_value list, row;
    int result = floe_jinja_elements(run, &self->source, &list);
    result = result ? result : floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, &self->state);
    if (result || list.type == FLOE_JINJA_IS_UNKNOWN) {
        self->unsure = result ? self->unsure : list.doubt;
        return result;
    }
    size_t each = list.sequence->count / slices, more = list.sequence->count % slices;
    for (size_t i = 0; i < slices && !result; i++) {
        size_t end = at + each + (i < more);
        result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, &row);
        for (; at < end && !result; at++) {
            result = floe_jinja_append(run, &row, &list.sequence->items[at]);
        }
        if (!result && given(&self->slots[1]) && i >= more) {
            result = floe_jinja_append(run, &row, &self->slots[1]);
        }
        result = result ? result : floe_jinja_append(run, &self->state, &row);
    }
    self->unsure = self->unsure ? self->unsure : list.sequence->doubt;
    return result;
}

static int next_slice(floe_jinja_run *run, floe_jinja_lazy *self, floe_jinja_value *out, bool *found) {
    int result = self->state.type == FLOE_JINJA_IS_LIST ? 0 : cut_slices(run, self);
    *found = !result && self->at < self->state.sequence->count;
    if (*found) {
        *out = self->state.sequence->items[self->at++];
    }
    return result;
}

FILTER(slice) {
    static const char *const parameters[] = {"slices", "fill_with="};
    floe_jinja_lazy lazy = {.source = *value, .next = next_slice};
    bool done;
    int result = floe_jinja_filter_bind(run, "slice", arguments, parameters, 2, lazy.slots, out, &done);
    if (result || done) {
        return result;
    }
    int64_t slices = floe_jinja_is_whole(&lazy.slots[0]) ? floe_jinja_whole(&lazy.slots[0]) : 0;
    if (slices <= 0 || slices > 100000) {
        return floe_jinja_fail(run, FLOE_INVALID, "slice() takes a number of slices above 0");
    }
    return floe_jinja_generator(run, &lazy, NULL, out);
}

/* ---- join ---- */

int floe_jinja_join_texts(floe_jinja_run *run, const floe_jinja_value *list,
                          const floe_jinja_value *separator, floe_jinja_value *out) {
    floe_jinja_capture capture;
    int result = 0;
    if (list->type == FLOE_JINJA_IS_UNKNOWN || list->sequence->doubt) {
        *out = list->type == FLOE_JINJA_IS_UNKNOWN ? *list : floe_jinja_doubtful(list->sequence->doubt);
        return 0;
    }
    if (list->type == FLOE_JINJA_IS_SET && list->sequence->count > 1) {
        *out = floe_jinja_unknown(run, "the order of a set changes with every run");
        return 0;
    }
    floe_jinja_capture_open(run, &capture);
    for (size_t i = 0; i < list->sequence->count && !result; i++) {
        result = i ? floe_jinja_write(run, separator->string, separator->length) : 0;
        result = result ? result : floe_jinja_write_value(run, &list->sequence->items[i]);
    }
    result = result ? result : floe_jinja_steps(run, list->sequence->count);
    if (result) {
        floe_jinja_capture_drop(run, &capture);
        return result;
    }
    return floe_jinja_capture_close(run, &capture, out);
}

FILTER(join) {
    static const char *const parameters[] = {"d=", "attribute="};
    floe_jinja_value slots[2], list, separator, picked;
    bool done;
    int result = floe_jinja_filter_bind(run, "join", arguments, parameters, 2, slots, out, &done);
    result = result || done ? result : elements(run, value, &list, out, &done);
    result = result || done ? result : floe_jinja_text_of(run, &slots[0], &separator);
    if (result || done || !given(&slots[1])) {
        return result || done ? result : floe_jinja_join_texts(run, &list, &separator, out);
    }
    result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, &picked);
    for (size_t i = 0; i < list.sequence->count && !result; i++) {
        floe_jinja_value one;
        result = follow_path(run, &list.sequence->items[i], &slots[1], &one);
        result = result ? result : floe_jinja_append(run, &picked, &one);
    }
    picked.sequence->doubt = list.sequence->doubt;
    return result ? result : floe_jinja_join_texts(run, &picked, &separator, out);
}

/* ---- map, select, reject ---- */

static const floe_jinja_value *named(const floe_jinja_arguments *arguments, const char *name) {
    for (size_t i = 0; i < arguments->named_count; i++) {
        if (floe_jinja_text_is(arguments->keywords[i], name, strlen(name))) {
            return &arguments->named[i];
        }
    }
    return NULL;
}

static int map_one(floe_jinja_run *run, const floe_jinja_value *item, const floe_jinja_arguments *arguments,
                   floe_jinja_value *out) {
    const floe_jinja_value *attribute = arguments->count ? NULL : named(arguments, "attribute");
    const floe_jinja_value *otherwise = named(arguments, "default");
    if (attribute) {
        int result = follow_path(run, item, attribute, out);
        if (!result && otherwise && otherwise->type != FLOE_JINJA_IS_NONE &&
            out->type == FLOE_JINJA_IS_UNDEFINED) {
            *out = *otherwise;
        }
        return result;
    }
    if (!arguments->count || arguments->items[0].type != FLOE_JINJA_IS_STRING) {
        return floe_jinja_fail(run, FLOE_INVALID, "map requires a filter argument");
    }
    floe_jinja_arguments rest = *arguments;
    rest.items++;
    rest.count--;
    floe_jinja_text name = {arguments->items[0].string, arguments->items[0].length};
    return floe_jinja_apply_filter(run, name, item, &rest, out);
}

static int next_mapped(floe_jinja_run *run, floe_jinja_lazy *self, floe_jinja_value *out, bool *found) {
    floe_jinja_value one;
    int result = floe_jinja_take(run, self, &one, found);
    return result || !*found ? result : map_one(run, &one, &self->arguments, out);
}

FILTER(map) {
    floe_jinja_lazy lazy = {
        .source = *value, .next = next_mapped, .conditional = true, .arguments = *arguments};
    if (arguments->count && arguments->items[0].type == FLOE_JINJA_IS_UNKNOWN) {
        *out = arguments->items[0];
        return 0;
    }
    return floe_jinja_generator(run, &lazy, NULL, out);
}

static int choose_one(floe_jinja_run *run, const floe_jinja_value *item,
                      const floe_jinja_arguments *arguments, bool attribute, floe_jinja_value *out) {
    floe_jinja_arguments rest = *arguments;
    floe_jinja_value one = *item, answer;
    int result = 0;
    if (attribute) {
        if (!arguments->count) {
            return floe_jinja_fail(run, FLOE_INVALID, "Missing parameter for attribute name");
        }
        result = follow_path(run, item, &arguments->items[0], &one);
        rest.items++;
        rest.count--;
    }
    if (result || !rest.count) {
        return result ? result : floe_jinja_truth(run, &one, out);
    }
    if (rest.items[0].type != FLOE_JINJA_IS_STRING) {
        *out = rest.items[0];
        return rest.items[0].type == FLOE_JINJA_IS_UNKNOWN
                   ? 0
                   : floe_jinja_fail(run, FLOE_INVALID, "the name of a test must be a text");
    }
    floe_jinja_text name = {rest.items[0].string, rest.items[0].length};
    rest.items++;
    rest.count--;
    result = floe_jinja_apply_test(run, name, &one, &rest, &answer);
    return result ? result : floe_jinja_truth(run, &answer, out);
}

/* The next that passes. One of which that is unknown counts as passing. */
static int next_chosen(floe_jinja_run *run, floe_jinja_lazy *self, floe_jinja_value *out, bool *found) {
    floe_jinja_value truth;
    int result = 0;
    bool passes = false;
    while (!result && !passes) {
        result = floe_jinja_take(run, self, out, found);
        if (result || !*found) {
            break;
        }
        result = choose_one(run, out, &self->arguments, self->attribute, &truth);
        if (!result && truth.type == FLOE_JINJA_IS_UNKNOWN) {
            self->unsure = self->unsure ? self->unsure : truth.doubt;
            passes = true;
        } else if (!result) {
            passes = truth.boolean == self->keep;
            result = floe_jinja_step(run);
        }
    }
    return result;
}

static int choose(floe_jinja_run *run, const floe_jinja_value *value, const floe_jinja_arguments *arguments,
                  bool attribute, bool keep, floe_jinja_value *out) {
    floe_jinja_lazy lazy = {.source = *value,
                            .next = next_chosen,
                            .conditional = true,
                            .arguments = *arguments,
                            .attribute = attribute,
                            .keep = keep};
    return floe_jinja_generator(run, &lazy, NULL, out);
}

FILTER(select) {
    return choose(run, value, arguments, false, true, out);
}

FILTER(reject) {
    return choose(run, value, arguments, false, false, out);
}

FILTER(selectattr) {
    return choose(run, value, arguments, true, true, out);
}

FILTER(rejectattr) {
    return choose(run, value, arguments, true, false, out);
}

/* The methods of Python's containers and numbers, and how a method is found by its name. */
#include "jinja/method.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

/* ---- lists ---- */

/* True where the change is made for certain; else the list gets a doubt and keeps what it has. */
static bool may_change(floe_jinja_run *run, floe_jinja_sequence *items) {
    if (!floe_jinja_doubtful_change(run, items->born)) {
        return true;
    }
    run->widened += !items->doubt;
    items->doubt = items->doubt ? items->doubt : run->doubt;
    return false;
}

METHOD(append) {
    static const char *const parameters[] = {"object"};
    floe_jinja_value item, list = *value;
    int result = floe_jinja_bind(run, "append", arguments, parameters, 1, &item);
    *out = floe_jinja_none();
    return result ? result : floe_jinja_append(run, &list, &item);
}

METHOD(extend) {
    static const char *const parameters[] = {"iterable"};
    floe_jinja_value from, items, list = *value;
    int result = floe_jinja_bind(run, "extend", arguments, parameters, 1, &from);
    result = result ? result : floe_jinja_elements(run, &from, &items);
    *out = floe_jinja_none();
    if (result) {
        return result;
    }
    bool unknown = items.type == FLOE_JINJA_IS_UNKNOWN;
    size_t count = unknown ? 0 : items.sequence->count;
    for (size_t i = 0; i < count && !result; i++) {
        result = floe_jinja_append(run, &list, &items.sequence->items[i]);
    }
    if (unknown) { /* it stands for however many there are */
        result = floe_jinja_append(run, &list, &items);
    }
    const floe_jinja_doubt *doubt = unknown ? items.doubt : items.sequence->doubt;
    list.sequence->doubt = list.sequence->doubt ? list.sequence->doubt : doubt;
    return result ? result : floe_jinja_steps(run, count);
}

/* Items that are moved, or compared, in the time of a step. */
enum { MOVED_AT_ONCE = 64, COMPARED_AT_ONCE = 4 };

/* Where Python's insert() and pop() look, from an index that may be negative. */
static int64_t place_of(const floe_jinja_value *index, size_t count) {
    int64_t at = floe_jinja_whole(index);
    return at < 0 ? at + (int64_t)count : at;
}

METHOD(insert) {
    static const char *const parameters[] = {"index", "object"};
    floe_jinja_value slots[2], list = *value;
    int result = floe_jinja_bind(run, "insert", arguments, parameters, 2, slots);
    floe_jinja_sequence *items = value->sequence;
    *out = floe_jinja_none();
    size_t before = items->count;
    result = result ? result : floe_jinja_append(run, &list, &slots[1]);
    if (result || items->count == before) {
        return result;
    }
    if (slots[0].type == FLOE_JINJA_IS_UNKNOWN) {
        items->doubt = items->doubt ? items->doubt : slots[0].doubt;
        return 0;
    }
    if (!floe_jinja_is_whole(&slots[0])) {
        return floe_jinja_fail(run, FLOE_INVALID, "'%s' object cannot be interpreted as an integer",
                               floe_jinja_type_name(&slots[0]));
    }
    int64_t last = (int64_t)items->count - 1, at = place_of(&slots[0], (size_t)last);
    at = at < 0 ? 0 : at > last ? last : at;
    result = floe_jinja_steps(run, (size_t)(last - at) / MOVED_AT_ONCE);
    memmove(items->items + at + 1, items->items + at, (size_t)(last - at) * sizeof *items->items);
    items->items[at] = slots[1];
    return result;
}

static void take_out(floe_jinja_sequence *items, size_t at) {
    memmove(items->items + at, items->items + at + 1, (items->count - at - 1) * sizeof *items->items);
    items->count--;
}

METHOD(pop) {
    static const char *const parameters[] = {"index="};
    floe_jinja_value index;
    floe_jinja_sequence *items = value->sequence;
    int result = floe_jinja_bind(run, "pop", arguments, parameters, 1, &index);
    if (result) {
        return result;
    }
    const floe_jinja_doubt *doubt = index.type == FLOE_JINJA_IS_UNKNOWN ? index.doubt : items->doubt;
    index = index.type == FLOE_JINJA_IS_UNDEFINED ? floe_jinja_integer(-1) : index;
    if (doubt) {
        items->doubt = items->doubt ? items->doubt : doubt;
        *out = floe_jinja_doubtful(doubt);
        return 0;
    }
    int64_t at = floe_jinja_is_whole(&index) ? place_of(&index, items->count) : -1;
    if (at < 0 || at >= (int64_t)items->count) {
        return floe_jinja_fail(run, FLOE_INVALID,
                               items->count ? "pop index out of range" : "pop from empty list");
    }
    *out = items->items[at];
    if (may_change(run, items)) {
        result = floe_jinja_steps(run, (items->count - (size_t)at) / MOVED_AT_ONCE);
        take_out(items, (size_t)at);
    }
    return result;
}

static int look_up(floe_jinja_run *run, const char *name, const floe_jinja_value *value,
                   const floe_jinja_arguments *arguments, floe_jinja_value *out, int64_t *at) {
    static const char *const parameters[] = {"value"};
    floe_jinja_value item;
    const floe_jinja_sequence *items = value->sequence;
    const floe_jinja_doubt *doubt = items->doubt;
    int result = floe_jinja_bind(run, name, arguments, parameters, 1, &item);
    *at = -1;
    for (size_t i = 0; i < items->count && !result && !doubt; i++) {
        if (floe_jinja_compare_equal(&items->items[i], &item, &doubt) == 1) {
            *at = (int64_t)i;
            break;
        }
    }
    size_t seen = *at < 0 ? items->count : (size_t)*at;
    result = result ? result : floe_jinja_steps(run, seen / COMPARED_AT_ONCE);
    if (!result && doubt) {
        *out = floe_jinja_doubtful(doubt);
        *at = -2;
    } else if (!result && *at < 0) {
        result = floe_jinja_fail(run, FLOE_INVALID, "%s(x): x not in %s", name, floe_jinja_type_name(value));
    }
    return result;
}

METHOD(remove) {
    int64_t at;
    int result = look_up(run, "remove", value, arguments, out, &at);
    floe_jinja_sequence *items = value->sequence;
    if (!result && at == -2) {
        items->doubt = items->doubt ? items->doubt : out->doubt;
    } else if (!result && may_change(run, items)) {
        take_out(items, (size_t)at);
    }
    *out = floe_jinja_none();
    return result;
}

METHOD(index) {
    int64_t at;
    int result = look_up(run, "index", value, arguments, out, &at);
    if (!result && at >= 0) {
        *out = floe_jinja_integer(at);
    }
    return result;
}

METHOD(count) {
    static const char *const parameters[] = {"value"};
    floe_jinja_value item;
    const floe_jinja_doubt *doubt = value->sequence->doubt;
    int64_t count = 0;
    int result = floe_jinja_bind(run, "count", arguments, parameters, 1, &item);
    for (size_t i = 0; i < value->sequence->count && !result && !doubt; i++) {
        count += floe_jinja_compare_equal(&value->sequence->items[i], &item, &doubt) == 1;
    }
    *out = doubt ? floe_jinja_doubtful(doubt) : floe_jinja_integer(count);
    return result;
}

METHOD(sort) {
    static const char *const parameters[] = {"key=", "reverse="};
    floe_jinja_value slots[2], truth, list = *value;
    const floe_jinja_doubt *doubt = NULL;
    int result = floe_jinja_bind(run, "sort", arguments, parameters, 2, slots);
    result = result ? result : floe_jinja_truth(run, &slots[1], &truth);
    *out = floe_jinja_none();
    if (result || !may_change(run, value->sequence)) {
        return result;
    }
    bool key = slots[0].type != FLOE_JINJA_IS_UNDEFINED && slots[0].type != FLOE_JINJA_IS_NONE;
    if (key || truth.type == FLOE_JINJA_IS_UNKNOWN) {
        floe_jinja_value unknown = floe_jinja_unknown(run, "the order that sort() gives with this key");
        value->sequence->doubt = value->sequence->doubt ? value->sequence->doubt : unknown.doubt;
        return 0;
    }
    result = floe_jinja_sort(run, list.sequence->items, NULL, list.sequence->count, truth.boolean, &doubt);
    if (doubt && !value->sequence->doubt) {
        value->sequence->doubt = doubt;
    }
    return result;
}

METHOD(reverse) {
    floe_jinja_sequence *items = value->sequence;
    TAKES_NOTHING;
    *out = floe_jinja_none();
    for (size_t i = 0, count = may_change(run, items) ? items->count : 0; i < count / 2; i++) {
        floe_jinja_value swap = items->items[i];
        items->items[i] = items->items[count - 1 - i];
        items->items[count - 1 - i] = swap;
    }
    return 0;
}

METHOD(copy) {
    int result = floe_jinja_new_list(run, value->type, out);
    TAKES_NOTHING;
    for (size_t i = 0; i < value->sequence->count && !result; i++) {
        result = floe_jinja_append(run, out, &value->sequence->items[i]);
    }
    if (!result) {
        out->sequence->doubt = value->sequence->doubt;
    }
    return result ? result : floe_jinja_steps(run, value->sequence->count);
}

METHOD(clear) {
    TAKES_NOTHING;
    *out = floe_jinja_none();
    if (may_change(run, value->sequence)) {
        value->sequence->count = 0;
        value->sequence->doubt = NULL;
    }
    return 0;
}

/* ---- dicts ---- */

METHOD(items) {
    TAKES_NOTHING;
    return floe_jinja_dict_view(run, value, FLOE_JINJA_ITEMS, out);
}

METHOD(keys) {
    TAKES_NOTHING;
    return floe_jinja_dict_view(run, value, FLOE_JINJA_KEYS, out);
}

METHOD(values) {
    TAKES_NOTHING;
    return floe_jinja_dict_view(run, value, FLOE_JINJA_VALUES, out);
}

/* What a dict has for a key that may be unknown; absent where it has none for certain. */
static int find_key(floe_jinja_run *run, const floe_jinja_value *dict, const floe_jinja_value *key,
                    floe_jinja_value *out) {
    const floe_jinja_doubt *doubt = NULL;
    if (!floe_jinja_hashable(run, key, &doubt)) {
        return FLOE_INVALID;
    }
    const floe_jinja_value *found = doubt ? NULL : floe_jinja_get(dict, key);
    doubt = doubt ? doubt : dict->dict->doubt;
    if (found) {
        *out = *found;
    } else if (doubt) {
        *out = floe_jinja_doubtful(doubt);
    } else {
        out->type = FLOE_JINJA_IS_ABSENT;
    }
    return 0;
}

METHOD(get) {
    static const char *const parameters[] = {"key", "default="};
    floe_jinja_value slots[2];
    int result = floe_jinja_bind(run, "get", arguments, parameters, 2, slots);
    bool given = arguments->count > 1 || arguments->named_count;
    result = result ? result : find_key(run, value, &slots[0], out);
    if (!result && out->type == FLOE_JINJA_IS_ABSENT) {
        *out = given ? slots[1] : floe_jinja_none();
    }
    return result;
}

METHOD(setdefault) {
    static const char *const parameters[] = {"key", "default="};
    floe_jinja_value slots[2], dict = *value;
    int result = floe_jinja_bind(run, "setdefault", arguments, parameters, 2, slots);
    bool given = arguments->count > 1 || arguments->named_count;
    result = result ? result : find_key(run, value, &slots[0], out);
    if (result || out->type != FLOE_JINJA_IS_ABSENT) {
        return result;
    }
    *out = given ? slots[1] : floe_jinja_none();
    return floe_jinja_put(run, &dict, &slots[0], out);
}

METHOD(update) {
    floe_jinja_value dict = *value;
    *out = floe_jinja_none();
    return floe_jinja_update(run, &dict, arguments);
}

METHOD(dict_pop) {
    static const char *const parameters[] = {"key", "default="};
    floe_jinja_value slots[2], text;
    bool found;
    int result = floe_jinja_bind(run, "pop", arguments, parameters, 2, slots);
    bool given = arguments->count > 1 || arguments->named_count;
    result = result ? result : find_key(run, value, &slots[0], out);
    if (result) {
        return result;
    }
    if (slots[0].type == FLOE_JINJA_IS_UNKNOWN) {
        value->dict->doubt = value->dict->doubt ? value->dict->doubt : slots[0].doubt;
        return 0;
    }
    if (out->type != FLOE_JINJA_IS_ABSENT) {
        return floe_jinja_remove(run, value->dict, &slots[0], &found, out);
    }
    if (given) {
        *out = slots[1];
        return 0;
    }
    result = floe_jinja_repr(run, &slots[0], &text);
    return result ? result
                  : floe_jinja_fail(run, FLOE_INVALID, "the dict has no key %.*s",
                                    text.type == FLOE_JINJA_IS_STRING ? (int)text.length : 0, text.string);
}

METHOD(popitem) {
    floe_jinja_dict *dict = value->dict;
    TAKES_NOTHING;
    if (dict->doubt) {
        *out = floe_jinja_doubtful(dict->doubt);
        return 0;
    }
    if (!dict->count) {
        return floe_jinja_fail(run, FLOE_INVALID, "popitem(): dictionary is empty");
    }
    floe_jinja_value key = dict->keys[dict->count - 1], item;
    bool found;
    int result = floe_jinja_pair(run, &key, &dict->values[dict->count - 1], out);
    return result ? result : floe_jinja_remove(run, dict, &key, &found, &item);
}

METHOD(dict_copy) {
    floe_jinja_arguments all = {.items = value, .count = 1};
    int result = floe_jinja_new_dict(run, out);
    TAKES_NOTHING;
    return result ? result : floe_jinja_update(run, out, &all);
}

METHOD(dict_clear) {
    floe_jinja_dict *dict = value->dict;
    TAKES_NOTHING;
    *out = floe_jinja_none();
    if (floe_jinja_doubtful_change(run, dict->born)) {
        dict->doubt = dict->doubt ? dict->doubt : run->doubt;
        run->widened++;
        for (size_t i = 0; i < dict->count; i++) {
            dict->values[i] = floe_jinja_doubtful(run->doubt);
        }
        return 0;
    }
    uint32_t born = dict->born;
    memset(dict, 0, sizeof *dict);
    dict->born = born;
    return 0;
}

METHOD(fromkeys) {
    floe_jinja_value type, function;
    (void)value;
    floe_jinja_global(run, (floe_jinja_text){"dict", 4}, &type);
    int result = floe_jinja_attribute(run, &type, (floe_jinja_text){"fromkeys", 8}, &function);
    return result ? result : floe_jinja_call(run, &function, arguments, out);
}

/* ---- sets ---- */

static int add_all(floe_jinja_run *run, floe_jinja_value *set, const floe_jinja_value *from) {
    floe_jinja_value items;
    int result = floe_jinja_elements(run, from, &items);
    if (result) {
        return result;
    }
    const floe_jinja_doubt *doubt = items.type == FLOE_JINJA_IS_UNKNOWN ? items.doubt : items.sequence->doubt;
    for (size_t i = 0; !result && items.type != FLOE_JINJA_IS_UNKNOWN && i < items.sequence->count; i++) {
        result = floe_jinja_set_add(run, set, &items.sequence->items[i]);
    }
    if (!result && items.type == FLOE_JINJA_IS_UNKNOWN) {
        result = floe_jinja_append(run, set, &items);
    }
    set->sequence->doubt = set->sequence->doubt ? set->sequence->doubt : doubt;
    return result;
}

METHOD(add) {
    static const char *const parameters[] = {"element"};
    floe_jinja_value item, set = *value;
    int result = floe_jinja_bind(run, "add", arguments, parameters, 1, &item);
    *out = floe_jinja_none();
    return result ? result : floe_jinja_set_add(run, &set, &item);
}

METHOD(set_update) {
    floe_jinja_value set = *value;
    int result = 0;
    *out = floe_jinja_none();
    for (size_t i = 0; i < arguments->count && !result; i++) {
        result = add_all(run, &set, &arguments->items[i]);
    }
    return result;
}

METHOD(union) {
    static const floe_jinja_arguments none = {0};
    int result = method_copy(run, value, &none, out);
    for (size_t i = 0; i < arguments->count && !result; i++) {
        result = add_all(run, out, &arguments->items[i]);
    }
    return result;
}

/* The elements of `value` that `other` has (or has not). */
static int pick(floe_jinja_run *run, const floe_jinja_value *value, const floe_jinja_value *other,
                bool inside, floe_jinja_value *out) {
    floe_jinja_value items, truth;
    int result = floe_jinja_elements(run, other, &items);
    result = result ? result : floe_jinja_new_list(run, FLOE_JINJA_IS_SET, out);
    if (result) {
        return result;
    }
    const floe_jinja_doubt *doubt = value->sequence->doubt;
    for (size_t i = 0; i < value->sequence->count && !result; i++) {
        const floe_jinja_value *item = &value->sequence->items[i];
        truth = items;
        result = items.type == FLOE_JINJA_IS_UNKNOWN ? 0 : floe_jinja_contains(run, &items, item, &truth);
        doubt = !doubt && truth.type == FLOE_JINJA_IS_UNKNOWN ? truth.doubt : doubt;
        if (!result && (truth.type == FLOE_JINJA_IS_UNKNOWN || truth.boolean == inside)) {
            result = floe_jinja_append(run, out, item);
        }
    }
    out->sequence->doubt = doubt;
    return result;
}

static int pick_all(floe_jinja_run *run, const floe_jinja_value *value, const floe_jinja_arguments *arguments,
                    bool inside, floe_jinja_value *out) {
    static const floe_jinja_arguments none = {0};
    int result = method_copy(run, value, &none, out);
    for (size_t i = 0; i < arguments->count && !result; i++) {
        floe_jinja_value before = *out;
        result = pick(run, &before, &arguments->items[i], inside, out);
    }
    return result;
}

METHOD(intersection) {
    return pick_all(run, value, arguments, true, out);
}

METHOD(difference) {
    return pick_all(run, value, arguments, false, out);
}

METHOD(symmetric_difference) {
    floe_jinja_value mine, other = *value, theirs;
    floe_jinja_arguments one = {.count = 1, .items = &theirs};
    int result = pick_all(run, value, arguments, false, &mine);
    if (!result && arguments->count == 1) {
        floe_jinja_value set;
        result = floe_jinja_new_list(run, FLOE_JINJA_IS_SET, &set);
        result = result ? result : add_all(run, &set, &arguments->items[0]);
        result = result ? result : pick(run, &set, &other, false, &theirs);
        return result ? result : method_union(run, &mine, &one, out);
    }
    return result ? result : floe_jinja_fail(run, FLOE_INVALID, "symmetric_difference() takes one argument");
}

/* Whether all elements of one are (or, with `none`, none is) in the other. */
static int within(floe_jinja_run *run, const floe_jinja_value *one, const floe_jinja_value *other, bool none,
                  floe_jinja_value *out) {
    floe_jinja_value items, container, truth;
    int result = floe_jinja_elements(run, one, &items);
    result = result ? result : floe_jinja_elements(run, other, &container);
    *out = floe_jinja_boolean(true);
    if (result || items.type == FLOE_JINJA_IS_UNKNOWN || container.type == FLOE_JINJA_IS_UNKNOWN) {
        *out = items.type == FLOE_JINJA_IS_UNKNOWN ? items : container;
        return result;
    }
    const floe_jinja_doubt *doubt = items.sequence->doubt;
    for (size_t i = 0; i < items.sequence->count && !result; i++) {
        result = floe_jinja_contains(run, &container, &items.sequence->items[i], &truth);
        if (!result && truth.type == FLOE_JINJA_IS_BOOLEAN && truth.boolean == none) {
            *out = floe_jinja_boolean(false);
            return 0;
        }
        doubt = !doubt && truth.type == FLOE_JINJA_IS_UNKNOWN ? truth.doubt : doubt;
    }
    *out = doubt ? floe_jinja_doubtful(doubt) : *out;
    return result;
}

static int relation(floe_jinja_run *run, const char *name, const floe_jinja_value *value,
                    const floe_jinja_arguments *arguments, int how, floe_jinja_value *out) {
    static const char *const parameters[] = {"other"};
    floe_jinja_value other;
    int result = floe_jinja_bind(run, name, arguments, parameters, 1, &other);
    return result ? result : within(run, how == 1 ? &other : value, how == 1 ? value : &other, how == 2, out);
}

METHOD(issubset) {
    return relation(run, "issubset", value, arguments, 0, out);
}

METHOD(issuperset) {
    return relation(run, "issuperset", value, arguments, 1, out);
}

METHOD(isdisjoint) {
    return relation(run, "isdisjoint", value, arguments, 2, out);
}

METHOD(discard) {
    static const char *const parameters[] = {"element"};
    floe_jinja_value item, truth;
    int result = floe_jinja_bind(run, "discard", arguments, parameters, 1, &item);
    result = result ? result : floe_jinja_contains(run, value, &item, &truth);
    if (!result && truth.type == FLOE_JINJA_IS_BOOLEAN && truth.boolean) {
        return method_remove(run, value, arguments, out);
    }
    if (!result && truth.type == FLOE_JINJA_IS_UNKNOWN && !value->sequence->doubt) {
        value->sequence->doubt = truth.doubt;
    }
    *out = floe_jinja_none();
    return result;
}

METHOD(set_pop) {
    TAKES_NOTHING;
    if (value->sequence->count != 1 || value->sequence->doubt) {
        *out = floe_jinja_unknown(run, "which element of a set pop() takes changes with every run");
        value->sequence->doubt = value->sequence->doubt ? value->sequence->doubt : out->doubt;
        return value->sequence->count ? 0 : floe_jinja_fail(run, FLOE_INVALID, "pop from an empty set");
    }
    *out = value->sequence->items[0];
    value->sequence->count -= may_change(run, value->sequence);
    return 0;
}

/* ---- numbers ---- */

METHOD(is_integer) {
    (void)run;
    TAKES_NOTHING;
    *out = floe_jinja_boolean(value->type != FLOE_JINJA_IS_NUMBER || value->number == floor(value->number));
    return 0;
}

METHOD(bit_length) {
    uint64_t size = (uint64_t)floe_jinja_whole(value);
    int64_t bits = 0;
    (void)run;
    TAKES_NOTHING;
    for (size = floe_jinja_whole(value) < 0 ? 0 - size : size; size; size >>= 1) {
        bits++;
    }
    *out = floe_jinja_integer(bits);
    return 0;
}

/* ---- by name ---- */

#define ENTRY(name, function)                                                                                \
    { #name, (void (*)(void))method_##function }

static const floe_jinja_name list_methods[] = {
    ENTRY(append, append), ENTRY(extend, extend), ENTRY(insert, insert),   ENTRY(pop, pop),
    ENTRY(remove, remove), ENTRY(index, index),   ENTRY(count, count),     ENTRY(sort, sort),
    ENTRY(copy, copy),     ENTRY(clear, clear),   ENTRY(reverse, reverse), {NULL, NULL}};
static const floe_jinja_name tuple_methods[] = {ENTRY(index, index), ENTRY(count, count), {NULL, NULL}};
static const floe_jinja_name dict_methods[] = {ENTRY(items, items),       ENTRY(keys, keys),
                                               ENTRY(values, values),     ENTRY(get, get),
                                               ENTRY(update, update),     ENTRY(pop, dict_pop),
                                               ENTRY(popitem, popitem),   ENTRY(setdefault, setdefault),
                                               ENTRY(copy, dict_copy),    ENTRY(clear, dict_clear),
                                               ENTRY(fromkeys, fromkeys), {NULL, NULL}};
static const floe_jinja_name set_methods[] = {ENTRY(add, add),
                                              ENTRY(update, set_update),
                                              ENTRY(union, union),
                                              ENTRY(intersection, intersection),
                                              ENTRY(difference, difference),
                                              ENTRY(symmetric_difference, symmetric_difference),
                                              ENTRY(issubset, issubset),
                                              ENTRY(issuperset, issuperset),
                                              ENTRY(isdisjoint, isdisjoint),
                                              ENTRY(discard, discard),
                                              ENTRY(remove, remove),
                                              ENTRY(pop, set_pop),
                                              ENTRY(copy, copy),
                                              ENTRY(clear, clear),
                                              {NULL, NULL}};
static const floe_jinja_name number_methods[] = {
    ENTRY(is_integer, is_integer), ENTRY(bit_length, bit_length), {NULL, NULL}};

enum { OF_TEXT, OF_LIST, OF_TUPLE, OF_DICT, OF_SET, OF_NUMBER, KINDS };
static floe_jinja_names tables[KINDS];

static void build_tables(void) {
    static const floe_jinja_name *const lists[KINDS] = {
        floe_jinja_text_methods, list_methods, tuple_methods, dict_methods, set_methods, number_methods};
    for (int i = 0; i < KINDS; i++) {
        floe_jinja_names_build(&tables[i], lists[i]);
    }
}

floe_jinja_method floe_jinja_method_find(const floe_jinja_value *value, floe_jinja_text name) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    static const signed char kinds[] = {-1,      -1,       -1,     OF_NUMBER, OF_NUMBER, OF_TEXT,
                                        OF_LIST, OF_TUPLE, OF_SET, OF_DICT,   -1,        -1};
    int kind = value->type < sizeof kinds ? kinds[value->type] : -1;
    pthread_once(&once, build_tables);
    return kind < 0 ? NULL : (floe_jinja_method)floe_jinja_names_find(&tables[kind], name);
}

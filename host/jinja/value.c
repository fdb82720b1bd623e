/*
 * The containers of a rendering: lists, tuples, sets and dicts in the run's arena. What is changed in a
 * branch that may not be taken gets a doubt, unless the branch made it itself.
 */
#include "jinja/run.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FEW = 8, MANY = 64, DEEPEST = 64 };

void *floe_jinja_alloc(floe_jinja_run *run, size_t size) {
    void *memory = floe_arena_alloc(run->arena, size);
    if (!memory) {
        floe_jinja_out_of_memory(run);
    }
    return memory;
}

int floe_jinja_copy_text(floe_jinja_run *run, const char *text, size_t length, floe_jinja_value *out) {
    char *copy = floe_jinja_alloc(run, length + 1);
    if (!copy) {
        return FLOE_MEMORY;
    }
    memcpy(copy, length ? text : "", length);
    copy[length] = '\0';
    *out = floe_jinja_string(copy, length);
    return 0;
}

int floe_jinja_format_text(floe_jinja_run *run, floe_jinja_value *out, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0) {
        length = 0;
    } else if ((size_t)length >= sizeof text) {
        length = (int)sizeof text - 1;
    }
    return floe_jinja_copy_text(run, text, (size_t)length, out);
}

floe_jinja_value floe_jinja_unknown(floe_jinja_run *run, const char *reason, ...) {
    static const floe_jinja_doubt lost = {.reason = "it cannot be known without a run"};
    char text[512];
    va_list arguments;
    va_start(arguments, reason);
    vsnprintf(text, sizeof text, reason, arguments);
    va_end(arguments);
    floe_jinja_doubt *doubt = floe_arena_alloc(run->arena, sizeof *doubt);
    const char *copy = doubt ? floe_arena_text(run->arena, text, strlen(text)) : NULL;
    if (!copy) {
        return floe_jinja_doubtful(&lost);
    }
    *doubt = (floe_jinja_doubt){.reason = copy, .template = run->template, .at = run->at};
    return floe_jinja_doubtful(doubt);
}

floe_jinja_value floe_jinja_missing(floe_jinja_run *run, const char *sentence) {
    floe_jinja_value value = floe_jinja_undefined(sentence);
    value.length = !run->lenient;
    return value;
}

const char *floe_jinja_type_name(const floe_jinja_value *value) {
    static const char *const names[] = {"Undefined", "NoneType", "bool", "int",  "float",  "str",
                                        "list",      "tuple",    "set",  "dict", "object", "unknown"};
    if (value->type == FLOE_JINJA_IS_OBJECT) {
        return value->object->class->name;
    }
    return value->type < sizeof names / sizeof *names ? names[value->type] : "object";
}

int floe_jinja_needs(floe_jinja_run *run, const floe_jinja_value *undefined) {
    const char *name = undefined->name ? undefined->name : "a value";
    return strchr(name, ' ') ? floe_jinja_fail(run, FLOE_INVALID, "%s", name)
                             : floe_jinja_fail(run, FLOE_INVALID, "'%s' is undefined", name);
}

/* ---- lists, tuples, sets ---- */

int floe_jinja_new_list(floe_jinja_run *run, floe_jinja_type type, floe_jinja_value *out) {
    floe_jinja_sequence *sequence = floe_jinja_alloc(run, sizeof *sequence);
    if (!sequence) {
        return FLOE_MEMORY;
    }
    *sequence = (floe_jinja_sequence){.born = run->serial};
    *out = (floe_jinja_value){.type = (uint8_t)type, .sequence = sequence};
    return 0;
}

/* Of a list whose size is unknown it matters only what may be there: once is enough, or what is added in
 * doubt turn by turn would have no end. */
static bool may_be_there(const floe_jinja_sequence *sequence, const floe_jinja_value *item) {
    size_t from = sequence->count > MANY ? sequence->count - MANY : 0;
    for (size_t i = from; i < sequence->count; i++) {
        const floe_jinja_value *one = &sequence->items[i];
        if (one->type == item->type &&
            (item->type == FLOE_JINJA_IS_UNKNOWN || floe_jinja_identical(one, item))) {
            return true;
        }
    }
    return false;
}

int floe_jinja_append(floe_jinja_run *run, floe_jinja_value *list, const floe_jinja_value *item) {
    floe_jinja_sequence *sequence = list->sequence;
    if (sequence->doubt && floe_jinja_doubtful_change(run, sequence->born) && may_be_there(sequence, item)) {
        return 0;
    }
    if (sequence->count == sequence->capacity) {
        size_t capacity = sequence->capacity ? sequence->capacity * 2 : 4;
        floe_jinja_value *items = floe_arena_array(run->arena, capacity, sizeof *items);
        if (!items) {
            return floe_jinja_out_of_memory(run);
        }
        if (sequence->count) {
            memcpy(items, sequence->items, sequence->count * sizeof *items);
        }
        sequence->items = items;
        sequence->capacity = capacity;
    }
    sequence->items[sequence->count++] = *item;
    if (floe_jinja_doubtful_change(run, sequence->born)) {
        run->widened += !sequence->doubt;
        sequence->doubt = sequence->doubt ? sequence->doubt : run->doubt;
    }
    return 0;
}

int floe_jinja_tuple(floe_jinja_run *run, const floe_jinja_value *items, size_t count,
                     floe_jinja_value *out) {
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_TUPLE, out);
    if (!result && count) {
        out->sequence->items = floe_arena_array(run->arena, count, sizeof *items);
        if (!out->sequence->items) {
            return floe_jinja_out_of_memory(run);
        }
        memcpy(out->sequence->items, items, count * sizeof *items);
        out->sequence->count = out->sequence->capacity = count;
    }
    return result;
}

int floe_jinja_pair(floe_jinja_run *run, const floe_jinja_value *one, const floe_jinja_value *other,
                    floe_jinja_value *out) {
    return floe_jinja_tuple(run, (const floe_jinja_value[]){*one, *other}, 2, out);
}

int floe_jinja_set_add(floe_jinja_run *run, floe_jinja_value *set, const floe_jinja_value *item) {
    const floe_jinja_doubt *doubt = NULL;
    if (!floe_jinja_hashable(run, item, &doubt)) {
        return FLOE_INVALID;
    }
    for (size_t i = 0; i < set->sequence->count && !doubt; i++) {
        if (floe_jinja_compare_equal(&set->sequence->items[i], item, &doubt) == 1) {
            return 0;
        }
    }
    int result = floe_jinja_append(run, set, item);
    if (!result && doubt && !set->sequence->doubt) {
        set->sequence->doubt = doubt; /* it may be the same as another: how many there are is not known */
    }
    return result;
}

/* ---- dicts ---- */

static uint32_t mix(uint32_t hash, uint32_t more) {
    return (hash ^ more) * 2654435761U;
}

/* Equal keys hash alike: 1, 1.0 and true are one key. */
static uint32_t hash_of(const floe_jinja_value *key, unsigned depth) {
    switch (key->type) {
    case FLOE_JINJA_IS_STRING:
        return floe_jinja_hash(key->string, key->length);
    case FLOE_JINJA_IS_BOOLEAN:
    case FLOE_JINJA_IS_INTEGER: {
        uint64_t whole = (uint64_t)floe_jinja_whole(key);
        return mix((uint32_t)whole, (uint32_t)(whole >> 32) + 17);
    }
    case FLOE_JINJA_IS_NUMBER:
        if (key->number == floor(key->number) && fabs(key->number) < 9e18) {
            floe_jinja_value whole = floe_jinja_integer((int64_t)key->number);
            return hash_of(&whole, depth);
        }
        return floe_jinja_hash((const char *)&key->number, sizeof key->number);
    case FLOE_JINJA_IS_TUPLE: {
        uint32_t hash = 7;
        for (size_t i = 0; i < key->sequence->count && depth < DEEPEST; i++) {
            hash = mix(hash, hash_of(&key->sequence->items[i], depth + 1));
        }
        return hash;
    }
    case FLOE_JINJA_IS_OBJECT:
        return mix(3, (uint32_t)((uintptr_t)key->object >> 3));
    default:
        return key->type;
    }
}

bool floe_jinja_hashable(floe_jinja_run *run, const floe_jinja_value *value, const floe_jinja_doubt **doubt) {
    switch (value->type) {
    case FLOE_JINJA_IS_LIST:
    case FLOE_JINJA_IS_SET:
    case FLOE_JINJA_IS_DICT:
        floe_jinja_fail(run, FLOE_INVALID, "unhashable type: '%s': it cannot be a key or an element of a set",
                        floe_jinja_type_name(value));
        return false;
    case FLOE_JINJA_IS_TUPLE:
        for (size_t i = 0; i < value->sequence->count; i++) {
            if (!floe_jinja_hashable(run, &value->sequence->items[i], doubt)) {
                return false;
            }
        }
        return true;
    case FLOE_JINJA_IS_UNKNOWN:
        *doubt = value->doubt;
        return true;
    default:
        return true;
    }
}

int floe_jinja_new_dict(floe_jinja_run *run, floe_jinja_value *out) {
    floe_jinja_dict *dict = floe_jinja_alloc(run, sizeof *dict);
    if (!dict) {
        return FLOE_MEMORY;
    }
    *dict = (floe_jinja_dict){.born = run->serial};
    *out = (floe_jinja_value){.type = FLOE_JINJA_IS_DICT, .dict = dict};
    return 0;
}

static bool same_key(const floe_jinja_value *one, const floe_jinja_value *other) {
    if (one->type == FLOE_JINJA_IS_STRING) {
        return other->type == FLOE_JINJA_IS_STRING && one->length == other->length &&
               memcmp(one->string, other->string, one->length) == 0;
    }
    return floe_jinja_equal(one, other);
}

static bool locate(const floe_jinja_dict *dict, const floe_jinja_value *key, size_t *place) {
    if (!dict->index) {
        for (size_t i = 0; i < dict->count; i++) {
            if (same_key(key, &dict->keys[i])) {
                *place = i;
                return true;
            }
        }
        return false;
    }
    for (size_t slot = hash_of(key, 0) & dict->mask; dict->index[slot]; slot = (slot + 1) & dict->mask) {
        if (same_key(key, &dict->keys[dict->index[slot] - 1])) {
            *place = dict->index[slot] - 1;
            return true;
        }
    }
    return false;
}

static void enter_key(floe_jinja_dict *dict, size_t place) {
    size_t slot = hash_of(&dict->keys[place], 0) & dict->mask;
    while (dict->index[slot]) {
        slot = (slot + 1) & dict->mask;
    }
    dict->index[slot] = (uint32_t)place + 1;
}

static void enter_all(floe_jinja_dict *dict) {
    memset(dict->index, 0, (dict->mask + 1) * sizeof *dict->index);
    for (size_t i = 0; i < dict->count; i++) {
        enter_key(dict, i);
    }
}

static int grow(floe_jinja_run *run, floe_jinja_dict *dict) {
    size_t capacity = dict->capacity ? dict->capacity * 2 : 4;
    floe_jinja_value *keys = floe_arena_array(run->arena, capacity, 2 * sizeof *keys);
    uint32_t *index = NULL;
    if (keys && capacity > FEW) {
        index = floe_arena_array(run->arena, capacity * 2, sizeof *index);
    }
    if (!keys || (capacity > FEW && !index)) {
        return floe_jinja_out_of_memory(run);
    }
    if (dict->count) {
        memcpy(keys, dict->keys, dict->count * sizeof *keys);
        memcpy(keys + capacity, dict->values, dict->count * sizeof *keys);
    }
    dict->keys = keys;
    dict->values = keys + capacity;
    dict->capacity = capacity;
    dict->index = index;
    dict->mask = capacity * 2 - 1;
    if (index) {
        enter_all(dict);
    }
    return 0;
}

static void doubt_dict(floe_jinja_dict *dict, const floe_jinja_doubt *doubt) {
    if (!dict->doubt) {
        dict->doubt = doubt;
    }
}

/* Under an unknown key: it may be any of those there are, or others, which one unknown key stands for. */
static int put_anywhere(floe_jinja_run *run, floe_jinja_dict *dict, const floe_jinja_doubt *doubt) {
    for (size_t i = 0; i < dict->count; i++) {
        run->widened += dict->values[i].type != FLOE_JINJA_IS_UNKNOWN;
        floe_jinja_escape(run, &dict->values[i]);
        dict->values[i] = floe_jinja_doubtful(doubt);
    }
    doubt_dict(dict, doubt);
    if (dict->count && dict->keys[dict->count - 1].type == FLOE_JINJA_IS_UNKNOWN) {
        return 0;
    }
    if (dict->count == dict->capacity && grow(run, dict)) {
        return FLOE_MEMORY;
    }
    run->widened++;
    dict->keys[dict->count] = dict->values[dict->count] = floe_jinja_doubtful(doubt);
    dict->count++;
    if (dict->index) {
        enter_key(dict, dict->count - 1);
    }
    return 0;
}

int floe_jinja_put(floe_jinja_run *run, floe_jinja_value *value, const floe_jinja_value *key,
                   const floe_jinja_value *item) {
    floe_jinja_dict *dict = value->dict;
    const floe_jinja_doubt *doubt = NULL;
    bool doubtful = floe_jinja_doubtful_change(run, dict->born);
    size_t place;
    if (!floe_jinja_hashable(run, key, &doubt)) {
        return FLOE_INVALID;
    }
    if (doubt) {
        floe_jinja_escape(run, item);
        return put_anywhere(run, dict, doubt);
    }
    if (locate(dict, key, &place)) {
        if (!doubtful) {
            dict->values[place] = *item;
        } else if (!floe_jinja_identical(&dict->values[place], item)) {
            run->widened += dict->values[place].type != FLOE_JINJA_IS_UNKNOWN;
            floe_jinja_escape(run, &dict->values[place]);
            floe_jinja_escape(run, item);
            dict->values[place] = floe_jinja_doubtful(run->doubt);
        }
        return 0;
    }
    if (dict->count == dict->capacity && grow(run, dict)) {
        return FLOE_MEMORY;
    }
    dict->keys[dict->count] = *key;
    dict->values[dict->count] = doubtful ? floe_jinja_doubtful(run->doubt) : *item;
    dict->count++;
    if (dict->index) {
        enter_key(dict, dict->count - 1);
    }
    if (doubtful) {
        run->widened++;
        floe_jinja_escape(run, item);
        doubt_dict(dict, run->doubt);
    }
    return 0;
}

int floe_jinja_put_text(floe_jinja_run *run, floe_jinja_value *dict, const char *key,
                        const floe_jinja_value *value) {
    floe_jinja_value name;
    int result = floe_jinja_copy_text(run, key, strlen(key), &name);
    return result ? result : floe_jinja_put(run, dict, &name, value);
}

int floe_jinja_remove(floe_jinja_run *run, floe_jinja_dict *dict, const floe_jinja_value *key, bool *found,
                      floe_jinja_value *out) {
    size_t place;
    *found = locate(dict, key, &place);
    if (!*found) {
        return 0;
    }
    *out = dict->values[place];
    if (floe_jinja_doubtful_change(run, dict->born)) {
        run->widened += dict->values[place].type != FLOE_JINJA_IS_UNKNOWN;
        doubt_dict(dict, run->doubt);
        floe_jinja_escape(run, &dict->values[place]);
        dict->values[place] = floe_jinja_doubtful(run->doubt);
        return 0;
    }
    enum { MOVED_AT_ONCE = 64, ENTERED_AT_ONCE = 8 }; /* in the time of a step */
    size_t behind = dict->count - place - 1;
    memmove(dict->keys + place, dict->keys + place + 1, behind * sizeof *dict->keys);
    memmove(dict->values + place, dict->values + place + 1, behind * sizeof *dict->values);
    dict->count--;
    if (dict->index) {
        enter_all(dict);
    }
    return floe_jinja_steps(run, behind / MOVED_AT_ONCE + (dict->index ? dict->count / ENTERED_AT_ONCE : 0));
}

const floe_jinja_value *floe_jinja_get(const floe_jinja_value *dict, const floe_jinja_value *key) {
    size_t place;
    return locate(dict->dict, key, &place) ? &dict->dict->values[place] : NULL;
}

const floe_jinja_value *floe_jinja_get_text(const floe_jinja_value *dict, const char *key, size_t length) {
    floe_jinja_value name = floe_jinja_string(key, length);
    return floe_jinja_get(dict, &name);
}

/* ---- doubts ---- */

static const floe_jinja_doubt endless = {.reason = "it is too large, or holds itself"};

/* Looks at `*left` elements at most. */
static const floe_jinja_doubt *find_doubt(const floe_jinja_value *value, size_t *left, unsigned depth) {
    const floe_jinja_doubt *doubt;
    if (value->type == FLOE_JINJA_IS_UNKNOWN) {
        return value->doubt;
    }
    if (value->type < FLOE_JINJA_IS_LIST || value->type > FLOE_JINJA_IS_DICT) {
        return NULL;
    }
    if (depth > DEEPEST) {
        return &endless;
    }
    if (value->type == FLOE_JINJA_IS_DICT) {
        doubt = value->dict->doubt;
        for (size_t i = 0; i < value->dict->count && !doubt; i++) {
            doubt = !*left ? &endless : find_doubt(&value->dict->keys[i], left, depth + 1);
            doubt = doubt ? doubt : find_doubt(&value->dict->values[i], left, depth + 1);
            *left -= *left != 0;
        }
        return doubt;
    }
    doubt = value->sequence->doubt;
    for (size_t i = 0; i < value->sequence->count && !doubt; i++) {
        doubt = !*left ? &endless : find_doubt(&value->sequence->items[i], left, depth + 1);
        *left -= *left != 0;
    }
    return doubt;
}

const floe_jinja_doubt *floe_jinja_doubt_of(const floe_jinja_value *value) {
    size_t left = 1000000;
    return find_doubt(value, &left, 0);
}

int floe_jinja_truth(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_value *out) {
    switch (value->type) {
    case FLOE_JINJA_IS_BOOLEAN:
        *out = *value;
        return 0;
    case FLOE_JINJA_IS_INTEGER:
        *out = floe_jinja_boolean(value->integer != 0);
        return 0;
    case FLOE_JINJA_IS_NUMBER:
        *out = floe_jinja_boolean(value->number != 0);
        return 0;
    case FLOE_JINJA_IS_STRING:
        *out = floe_jinja_boolean(value->length != 0);
        return 0;
    case FLOE_JINJA_IS_LIST:
    case FLOE_JINJA_IS_TUPLE:
    case FLOE_JINJA_IS_SET:
        *out = value->sequence->doubt ? floe_jinja_doubtful(value->sequence->doubt)
                                      : floe_jinja_boolean(value->sequence->count != 0);
        return 0;
    case FLOE_JINJA_IS_DICT:
        *out = value->dict->doubt ? floe_jinja_doubtful(value->dict->doubt)
                                  : floe_jinja_boolean(value->dict->count != 0);
        return 0;
    case FLOE_JINJA_IS_OBJECT:
        if (value->object->class->truth) {
            return value->object->class->truth(run, value->object, out);
        }
        *out = floe_jinja_boolean(true);
        return 0;
    case FLOE_JINJA_IS_UNKNOWN:
        *out = *value;
        return 0;
    default:
        *out = floe_jinja_boolean(false);
        return 0;
    }
}

/*
 * What can be iterated besides lists: ranges, generators (which give each element once), and the views of
 * dicts.
 */
#include "jinja/run.h"

#include <inttypes.h>
#include <string.h>

/* ---- range ---- */

typedef struct range {
    floe_jinja_object head;
    int64_t start, stop, step, count;
} range;

enum { LARGEST_RANGE = 100000 }; /* Jinja's sandbox refuses larger ones */

static int range_list(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *list) {
    const range *self = (const range *)object;
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, list);
    for (int64_t i = 0; i < self->count && !result; i++) {
        floe_jinja_value number = floe_jinja_integer(self->start + i * self->step);
        result = floe_jinja_append(run, list, &number);
    }
    return result ? result : floe_jinja_steps(run, (size_t)self->count);
}

static int range_text(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out) {
    const range *self = (const range *)object;
    return self->step == 1
               ? floe_jinja_format_text(run, out, "range(%" PRId64 ", %" PRId64 ")", self->start, self->stop)
               : floe_jinja_format_text(run, out, "range(%" PRId64 ", %" PRId64 ", %" PRId64 ")", self->start,
                                        self->stop, self->step);
}

static int range_truth(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out) {
    (void)run;
    *out = floe_jinja_boolean(((const range *)object)->count != 0);
    return 0;
}

static int range_item(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_value *key,
                      floe_jinja_value *out) {
    const range *self = (const range *)object;
    (void)run;
    if (floe_jinja_is_whole(key)) {
        int64_t index = floe_jinja_whole(key);
        index += index < 0 ? self->count : 0;
        if (index >= 0 && index < self->count) {
            *out = floe_jinja_integer(self->start + index * self->step);
            return 0;
        }
    }
    *out = floe_jinja_missing(run, "range object has no such element");
    return 0;
}

const floe_jinja_class floe_jinja_range_class = {
    .name = "range", .iterate = range_list, .item = range_item, .text = range_text, .truth = range_truth};

static int call_range(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                      floe_jinja_value *out) {
    (void)object;
    const floe_jinja_doubt *doubt = floe_jinja_arguments_doubt(arguments);
    int64_t numbers[3] = {0, 0, 1};
    if (doubt) {
        *out = floe_jinja_doubtful(doubt);
        return 0;
    }
    if (!arguments->count || arguments->count > 3 || arguments->named_count) {
        return floe_jinja_fail(run, FLOE_INVALID, "range() takes one to three integers");
    }
    for (size_t i = 0; i < arguments->count; i++) {
        if (!floe_jinja_is_whole(&arguments->items[i])) {
            return floe_jinja_fail(run, FLOE_INVALID, "'%s' object cannot be interpreted as an integer",
                                   floe_jinja_type_name(&arguments->items[i]));
        }
        numbers[arguments->count == 1 ? 1 : i] = floe_jinja_whole(&arguments->items[i]);
    }
    if (!numbers[2]) {
        return floe_jinja_fail(run, FLOE_INVALID, "range() arg 3 must not be zero");
    }
    __int128 span = numbers[2] > 0 ? (__int128)numbers[1] - numbers[0] : (__int128)numbers[0] - numbers[1];
    __int128 step = numbers[2] > 0 ? numbers[2] : -(__int128)numbers[2];
    __int128 count = span > 0 ? (span + step - 1) / step : 0;
    if (count > LARGEST_RANGE) {
        return floe_jinja_fail(run, FLOE_INVALID, "range too big: Jinja allows at most %d elements",
                               LARGEST_RANGE);
    }
    range *made = floe_jinja_alloc(run, sizeof *made);
    if (!made) {
        return FLOE_MEMORY;
    }
    *made = (range){.head = {&floe_jinja_range_class},
                    .start = numbers[0],
                    .stop = numbers[1],
                    .step = numbers[2],
                    .count = (int64_t)count};
    *out = floe_jinja_of_object(&made->head);
    return 0;
}

const floe_jinja_class floe_jinja_range_type = {.name = "type", .call = call_range};

/* ---- generators ---- */

typedef struct generator {
    floe_jinja_object head;
    floe_jinja_value list;
    size_t next;
    uint32_t born;
    const floe_jinja_doubt *doubt;
} generator;

/* The rest of the elements; they are gone afterwards. */
static int drain(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *list) {
    generator *self = (generator *)object;
    const floe_jinja_sequence *all = self->list.sequence;
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, list);
    for (size_t i = self->next; i < all->count && !result; i++) {
        result = floe_jinja_append(run, list, &all->items[i]);
    }
    if (result) {
        return result;
    }
    list->sequence->doubt = self->doubt ? self->doubt : all->doubt;
    if (!floe_jinja_doubtful_change(run, self->born)) {
        self->next = all->count;
    } else if (!self->doubt) {
        self->doubt = run->doubt;
    }
    return 0;
}

static const floe_jinja_class generator_class = {.name = "generator", .iterate = drain};
static const floe_jinja_class reversed_class = {.name = "list_reverseiterator", .iterate = drain};

int floe_jinja_generator(floe_jinja_run *run, const floe_jinja_value *list, const char *type,
                         floe_jinja_value *out) {
    generator *made = floe_jinja_alloc(run, sizeof *made);
    if (!made) {
        return FLOE_MEMORY;
    }
    *made =
        (generator){.head = {type ? &reversed_class : &generator_class}, .list = *list, .born = run->serial};
    *out = floe_jinja_of_object(&made->head);
    return 0;
}

int floe_jinja_generator_next(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out) {
    generator *self = (generator *)object;
    if (self->doubt || self->list.sequence->doubt) {
        *out = floe_jinja_doubtful(self->doubt ? self->doubt : self->list.sequence->doubt);
    } else if (self->next >= self->list.sequence->count) {
        *out = floe_jinja_missing(run, "No first item, sequence was empty.");
    } else {
        *out = self->list.sequence->items[self->next];
        if (!floe_jinja_doubtful_change(run, self->born)) {
            self->next++;
        } else {
            self->doubt = run->doubt;
        }
    }
    return 0;
}

const floe_jinja_doubt *floe_jinja_generator_doubt(const floe_jinja_object *object) {
    const generator *self = (const generator *)object;
    return self->doubt ? self->doubt : floe_jinja_doubt_of(&self->list);
}

/* ---- keys(), values() and items() ---- */

typedef struct view {
    floe_jinja_object head;
    floe_jinja_dict *dict;
    int which;
} view;

static int view_list(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *list) {
    const view *self = (const view *)object;
    const floe_jinja_dict *dict = self->dict;
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, list);
    for (size_t i = 0; i < dict->count && !result; i++) {
        floe_jinja_value one = self->which == FLOE_JINJA_VALUES ? dict->values[i] : dict->keys[i];
        if (self->which == FLOE_JINJA_ITEMS) {
            result = floe_jinja_pair(run, &dict->keys[i], &dict->values[i], &one);
        }
        result = result ? result : floe_jinja_append(run, list, &one);
    }
    if (!result) {
        list->sequence->doubt = dict->doubt;
    }
    return result ? result : floe_jinja_steps(run, dict->count);
}

static int view_text(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out) {
    floe_jinja_value list, text;
    int result = view_list(run, object, &list);
    result = result ? result : floe_jinja_repr(run, &list, &text);
    if (result || text.type == FLOE_JINJA_IS_UNKNOWN) {
        *out = text;
        return result;
    }
    size_t name = strlen(object->class->name);
    char *whole = floe_jinja_alloc(run, name + text.length + 2);
    if (!whole) {
        return FLOE_MEMORY;
    }
    memcpy(whole, object->class->name, name);
    whole[name] = '(';
    memcpy(whole + name + 1, text.string, text.length);
    whole[name + 1 + text.length] = ')';
    *out = floe_jinja_string(whole, name + text.length + 2);
    return 0;
}

static int view_truth(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out) {
    const floe_jinja_dict *dict = ((const view *)object)->dict;
    (void)run;
    *out = dict->doubt ? floe_jinja_doubtful(dict->doubt) : floe_jinja_boolean(dict->count != 0);
    return 0;
}

static const floe_jinja_class view_classes[] = {
    {.name = "dict_keys", .iterate = view_list, .text = view_text, .truth = view_truth},
    {.name = "dict_values", .iterate = view_list, .text = view_text, .truth = view_truth},
    {.name = "dict_items", .iterate = view_list, .text = view_text, .truth = view_truth},
};

int floe_jinja_dict_view(floe_jinja_run *run, const floe_jinja_value *dict, int which,
                         floe_jinja_value *out) {
    view *made = floe_jinja_alloc(run, sizeof *made);
    if (!made) {
        return FLOE_MEMORY;
    }
    *made = (view){.head = {&view_classes[which]}, .dict = dict->dict, .which = which};
    *out = floe_jinja_of_object(&made->head);
    return 0;
}

bool floe_jinja_is_view(const floe_jinja_value *value) {
    return value->type == FLOE_JINJA_IS_OBJECT && value->object->class >= view_classes &&
           value->object->class <= view_classes + FLOE_JINJA_ITEMS;
}

bool floe_jinja_is_generator(const floe_jinja_value *value) {
    return value->type == FLOE_JINJA_IS_OBJECT &&
           (value->object->class == &generator_class || value->object->class == &reversed_class);
}

/* ---- any iterable ---- */

static int characters(floe_jinja_run *run, const floe_jinja_value *text, floe_jinja_value *out) {
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
    for (size_t i = 0; i < text->length && !result;) {
        size_t size = floe_jinja_character(text->string + i, text->length - i);
        floe_jinja_value one = floe_jinja_string(text->string + i, size);
        result = floe_jinja_append(run, out, &one);
        i += size;
    }
    return result ? result : floe_jinja_steps(run, text->length);
}

static int dict_keys(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_value *out) {
    const floe_jinja_dict *dict = value->dict;
    int result = floe_jinja_tuple(run, dict->keys, dict->count, out);
    if (!result) {
        out->sequence->doubt = dict->doubt;
    }
    return result ? result : floe_jinja_steps(run, dict->count);
}

int floe_jinja_elements(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_value *out) {
    switch (value->type) {
    case FLOE_JINJA_IS_LIST:
    case FLOE_JINJA_IS_TUPLE:
    case FLOE_JINJA_IS_SET:
    case FLOE_JINJA_IS_UNKNOWN:
        *out = *value;
        return 0;
    case FLOE_JINJA_IS_STRING:
        return characters(run, value, out);
    case FLOE_JINJA_IS_DICT:
        return dict_keys(run, value, out);
    case FLOE_JINJA_IS_UNDEFINED:
        return floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
    case FLOE_JINJA_IS_OBJECT:
        if (value->object->class->iterate) {
            return value->object->class->iterate(run, value->object, out);
        }
        break;
    default:
        break;
    }
    return floe_jinja_fail(run, FLOE_INVALID, "'%s' object is not iterable", floe_jinja_type_name(value));
}

int floe_jinja_length(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_value *out) {
    const floe_jinja_doubt *doubt = NULL;
    size_t count = 0;
    switch (value->type) {
    case FLOE_JINJA_IS_STRING:
        count = floe_jinja_count(value->string, value->length);
        break;
    case FLOE_JINJA_IS_LIST:
    case FLOE_JINJA_IS_TUPLE:
    case FLOE_JINJA_IS_SET:
        count = value->sequence->count;
        doubt = value->sequence->doubt;
        break;
    case FLOE_JINJA_IS_DICT:
        count = value->dict->count;
        doubt = value->dict->doubt;
        break;
    case FLOE_JINJA_IS_UNDEFINED:
        break;
    case FLOE_JINJA_IS_UNKNOWN:
        doubt = value->doubt;
        break;
    case FLOE_JINJA_IS_OBJECT:
        if (value->object->class == &floe_jinja_range_class) {
            count = (size_t)((const range *)value->object)->count;
            break;
        }
        if (floe_jinja_is_view(value)) {
            count = ((const view *)value->object)->dict->count;
            doubt = ((const view *)value->object)->dict->doubt;
            break;
        }
        if (value->object->class->iterate && !floe_jinja_is_generator(value)) {
            floe_jinja_value list;
            int result = floe_jinja_elements(run, value, &list);
            return result ? result : floe_jinja_length(run, &list, out);
        }
        /* fall through */
    default:
        return floe_jinja_fail(run, FLOE_INVALID, "object of type '%s' has no len()",
                               floe_jinja_type_name(value));
    }
    *out = doubt ? floe_jinja_doubtful(doubt) : floe_jinja_integer((int64_t)count);
    return 0;
}

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

/* ---- generators ---- */

static int drain(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *list);

static const floe_jinja_class generator_class = {.name = "generator", .iterate = drain};
static const floe_jinja_class reversed_class = {.name = "list_reverseiterator", .iterate = drain};

bool floe_jinja_is_generator(const floe_jinja_value *value) {
    return value->type == FLOE_JINJA_IS_OBJECT &&
           (value->object->class == &generator_class || value->object->class == &reversed_class);
}

static bool reads_later(const floe_jinja_value *source) {
    return source->type != FLOE_JINJA_IS_STRING && source->type != FLOE_JINJA_IS_UNDEFINED &&
           (source->type != FLOE_JINJA_IS_OBJECT || !source->object->class->iterate ||
            floe_jinja_is_view(source) || floe_jinja_is_generator(source));
}

int floe_jinja_generator(floe_jinja_run *run, const floe_jinja_lazy *lazy, const char *type,
                         floe_jinja_value *out) {
    floe_jinja_lazy *made = floe_jinja_alloc(run, sizeof *made);
    floe_jinja_value list = floe_jinja_none();
    int result = made ? 0 : FLOE_MEMORY;
    if (result) {
        return result;
    }
    *made = *lazy;
    made->head.class = type ? &reversed_class : &generator_class;
    made->born = run->serial;
    bool second = run->host && run->host->second;
    made->conditional = made->conditional && !second;
    if (!reads_later(&lazy->source)) {
        result = floe_jinja_elements(run, &lazy->source, &made->source);
    }
    if (!result && made->source.type == FLOE_JINJA_IS_UNKNOWN) {
        *out = made->source;
        return 0;
    }
    if (!result && made->backward && floe_jinja_is_sequence(&made->source)) {
        made->at = made->source.sequence->count;
    }
    if (!result && second) {
        result = drain(run, &made->head, &list);
    }
    *out = second ? list : floe_jinja_of_object(&made->head);
    return result;
}

/* One that nobody else pulls from; the one copied may have been. */
static floe_jinja_lazy *copy_lazy(floe_jinja_run *run, floe_jinja_lazy *self) {
    floe_jinja_lazy *made = floe_jinja_alloc(run, sizeof *made);
    floe_jinja_value seen;
    if (!made) {
        return NULL;
    }
    self->doubt = self->doubt ? self->doubt : run->doubt;
    *made = *self;
    made->born = UINT32_MAX;
    if (self->state.type == FLOE_JINJA_IS_DICT) {
        int result = floe_jinja_new_dict(run, &seen);
        for (size_t i = 0; i < self->state.dict->count && !result; i++) {
            result = floe_jinja_put(run, &seen, &self->state.dict->keys[i], &self->state.dict->values[i]);
        }
        if (result) {
            return NULL;
        }
        seen.dict->born = made->born;
        made->state = seen;
    } else if (self->state.type == FLOE_JINJA_IS_LIST) {
        int result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, &made->state);
        for (size_t i = 0; i < self->state.sequence->count && !result; i++) {
            result = floe_jinja_append(run, &made->state, &self->state.sequence->items[i]);
        }
        if (result) {
            return NULL;
        }
    }
    return made;
}

floe_jinja_lazy *floe_jinja_pullable(floe_jinja_run *run, floe_jinja_lazy *self) {
    if (self->born == UINT32_MAX || (!self->doubt && !floe_jinja_doubtful_change(run, self->born))) {
        return self;
    }
    const floe_jinja_doubt *before = self->doubt;
    floe_jinja_lazy *made = floe_jinja_step(run) ? NULL : copy_lazy(run, self);
    if (made) {
        made->unsure = made->unsure ? made->unsure : before;
    }
    if (made && floe_jinja_is_generator(&made->source)) {
        floe_jinja_lazy *inner = (floe_jinja_lazy *)made->source.object;
        inner->doubt = inner->doubt || inner->born == UINT32_MAX ? inner->doubt : self->doubt;
        floe_jinja_lazy *copy = floe_jinja_step(run) ? NULL : copy_lazy(run, inner);
        if (!copy) {
            return NULL;
        }
        made->source = floe_jinja_of_object(&copy->head);
    }
    return made;
}

static int changed_size(floe_jinja_run *run, floe_jinja_lazy *self, size_t size) {
    self->size = self->at ? self->size : size;
    return self->size == size
               ? 0
               : floe_jinja_fail(run, FLOE_INVALID, "dictionary changed size during iteration");
}

static int take_of_dict(floe_jinja_run *run, floe_jinja_lazy *self, const floe_jinja_dict *dict, int which,
                        floe_jinja_value *out, bool *found) {
    int result = dict->doubt ? 0 : changed_size(run, self, dict->count);
    self->unsure = self->unsure ? self->unsure : dict->doubt;
    size_t at = self->at++;
    *found = !result && at < dict->count;
    if (!*found) {
        return result;
    }
    *out = which == FLOE_JINJA_VALUES ? dict->values[at] : dict->keys[at];
    return which == FLOE_JINJA_ITEMS ? floe_jinja_pair(run, &dict->keys[at], &dict->values[at], out) : 0;
}

static int take_of_generator(floe_jinja_run *run, floe_jinja_lazy *self, floe_jinja_value *out, bool *found) {
    floe_jinja_lazy *inner = floe_jinja_pullable(run, (floe_jinja_lazy *)self->source.object);
    if (!inner) {
        return FLOE_MEMORY;
    }
    self->source = floe_jinja_of_object(&inner->head);
    int result = floe_jinja_pull(run, inner, out, found);
    self->unsure = self->unsure ? self->unsure : inner->unsure;
    return result;
}

static int take_of_list(floe_jinja_lazy *self, floe_jinja_value *out, bool *found) {
    const floe_jinja_sequence *list = self->source.sequence;
    self->unsure = self->unsure ? self->unsure : list->doubt;
    size_t at = self->backward ? self->at - 1 : self->at;
    *found = at < list->count;
    if (*found) {
        self->at = self->backward ? at : at + 1;
        *out = list->items[at];
    }
    return 0;
}

int floe_jinja_take(floe_jinja_run *run, floe_jinja_lazy *self, floe_jinja_value *out, bool *found) {
    floe_jinja_value *source = &self->source;
    *found = false;
    switch (source->type) {
    case FLOE_JINJA_IS_LIST:
    case FLOE_JINJA_IS_TUPLE:
    case FLOE_JINJA_IS_SET:
        return take_of_list(self, out, found);
    case FLOE_JINJA_IS_DICT:
        return take_of_dict(run, self, source->dict, FLOE_JINJA_KEYS, out, found);
    default:
        break;
    }
    if (floe_jinja_is_generator(source)) {
        return take_of_generator(run, self, out, found);
    }
    if (floe_jinja_is_view(source)) {
        const view *of = (const view *)source->object;
        return take_of_dict(run, self, of->dict, of->which, out, found);
    }
    floe_jinja_value list;
    return floe_jinja_elements(run, source, &list); /* fails: nothing else has any */
}

/* Whether a filter that begins with `if value` goes on. */
static int begin(floe_jinja_run *run, floe_jinja_lazy *self) {
    floe_jinja_value truth = floe_jinja_boolean(true);
    int result = self->started || !self->conditional ? 0 : floe_jinja_truth(run, &self->source, &truth);
    self->started = true;
    self->done = self->done || (truth.type == FLOE_JINJA_IS_BOOLEAN && !truth.boolean);
    return result;
}

int floe_jinja_pull(floe_jinja_run *run, floe_jinja_lazy *self, floe_jinja_value *out, bool *found) {
    int result = floe_jinja_step(run);
    *found = false;
    result = result ? result : begin(run, self);
    if (result || self->done) {
        return result;
    }
    result = self->next ? self->next(run, self, out, found) : floe_jinja_take(run, self, out, found);
    if (result < 0 && !floe_jinja_hard(result)) {
        const floe_jinja_doubt *doubt = floe_jinja_generator_doubt(&self->head);
        self->unsure = doubt;
        self->done = true;
        *out = doubt ? floe_jinja_doubtful(doubt) : *out;
        *found = doubt != NULL;
        return doubt ? 0 : result;
    }
    self->done = self->done || !*found;
    return result;
}

/* The rest of the elements; they are gone afterwards. */
static int drain(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *list) {
    floe_jinja_lazy *self = floe_jinja_pullable(run, (floe_jinja_lazy *)object);
    floe_jinja_value one;
    bool found = true;
    int result = self ? floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, list) : FLOE_MEMORY;
    while (!result && found) {
        result = floe_jinja_pull(run, self, &one, &found);
        result = result || !found ? result : floe_jinja_append(run, list, &one);
    }
    if (!result) {
        list->sequence->doubt = self->unsure;
    }
    return result;
}

int floe_jinja_generator_next(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out) {
    floe_jinja_lazy *self = floe_jinja_pullable(run, (floe_jinja_lazy *)object);
    bool found = false;
    int result = self ? floe_jinja_pull(run, self, out, &found) : FLOE_MEMORY;
    if (!result && self->unsure) {
        *out = floe_jinja_doubtful(self->unsure);
        ((floe_jinja_lazy *)object)->doubt = self->unsure;
    } else if (!result && !found) {
        *out = floe_jinja_missing(run, "No first item, sequence was empty.");
    }
    return result;
}

const floe_jinja_doubt *floe_jinja_generator_doubt(const floe_jinja_object *object) {
    for (;;) {
        const floe_jinja_lazy *self = (const floe_jinja_lazy *)object;
        const floe_jinja_doubt *doubt = self->doubt ? self->doubt : self->unsure;
        for (size_t i = 0; i < self->arguments.count && !doubt; i++) {
            doubt = floe_jinja_doubt_of(&self->arguments.items[i]);
        }
        for (size_t i = 0; i < self->arguments.named_count && !doubt; i++) {
            doubt = floe_jinja_doubt_of(&self->arguments.named[i]);
        }
        if (doubt || !floe_jinja_is_generator(&self->source)) {
            return doubt ? doubt : floe_jinja_doubt_of(&self->source);
        }
        object = self->source.object;
    }
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

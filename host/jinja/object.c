/*
 * Jinja's own globals: namespace, dict, range, cycler, joiner; and methods bound to their value.
 */
#include "jinja/run.h"

#include <string.h>

/* ---- bound methods ---- */

typedef struct bound {
    floe_jinja_object head;
    floe_jinja_value value;
    floe_jinja_method method;
} bound;

static int call_bound(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                      floe_jinja_value *out) {
    const bound *self = (const bound *)object;
    int result = floe_jinja_weigh(run, &self->value, FLOE_JINJA_READ);
    return result ? result : self->method(run, &self->value, arguments, out);
}

static const floe_jinja_class bound_class = {.name = "builtin_function_or_method", .call = call_bound};

int floe_jinja_bound(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_text name,
                     floe_jinja_method method, floe_jinja_value *out) {
    bound *made = floe_jinja_alloc(run, sizeof *made);
    (void)name;
    if (!made) {
        return FLOE_MEMORY;
    }
    *made = (bound){.head = {&bound_class}, .value = *value, .method = method};
    *out = floe_jinja_of_object(&made->head);
    return 0;
}

/* ---- dict ---- */

static int put_pair(floe_jinja_run *run, floe_jinja_value *dict, const floe_jinja_value *pair) {
    floe_jinja_value parts;
    int result = floe_jinja_elements(run, pair, &parts);
    if (result) {
        return result;
    }
    if (parts.type == FLOE_JINJA_IS_UNKNOWN) {
        return floe_jinja_put(run, dict, &parts, &parts);
    }
    if (parts.sequence->count != 2) {
        return floe_jinja_fail(run, FLOE_INVALID, "a dict is made of pairs; this element has length %zu",
                               parts.sequence->count);
    }
    return floe_jinja_put(run, dict, &parts.sequence->items[0], &parts.sequence->items[1]);
}

/* Anything may have been put there. */
static int put_unknown(floe_jinja_run *run, floe_jinja_value *dict, const floe_jinja_doubt *doubt) {
    floe_jinja_value unknown = floe_jinja_doubtful(doubt);
    return floe_jinja_put(run, dict, &unknown, &unknown);
}

static int update_from(floe_jinja_run *run, floe_jinja_value *dict, const floe_jinja_value *from) {
    floe_jinja_value list;
    int result = 0;
    if (from->type == FLOE_JINJA_IS_DICT) {
        const floe_jinja_dict *other = from->dict;
        for (size_t i = 0; i < other->count && !result; i++) {
            result = floe_jinja_put(run, dict, &other->keys[i], &other->values[i]);
        }
        if (other->doubt && !dict->dict->doubt) {
            dict->dict->doubt = other->doubt;
        }
        return result ? result : floe_jinja_steps(run, other->count);
    }
    result = floe_jinja_elements(run, from, &list);
    if (result) {
        return result;
    }
    if (list.type == FLOE_JINJA_IS_UNKNOWN || list.sequence->doubt) {
        return put_unknown(run, dict, list.type == FLOE_JINJA_IS_UNKNOWN ? list.doubt : list.sequence->doubt);
    }
    for (size_t i = 0; i < list.sequence->count && !result; i++) {
        result = put_pair(run, dict, &list.sequence->items[i]);
    }
    return result ? result : floe_jinja_steps(run, list.sequence->count);
}

int floe_jinja_update(floe_jinja_run *run, floe_jinja_value *dict, const floe_jinja_arguments *arguments) {
    int result = 0;
    if (arguments->count > 1) {
        return floe_jinja_fail(run, FLOE_INVALID, "a dict takes at most 1 positional argument, not %zu",
                               arguments->count);
    }
    if (arguments->count) {
        result = update_from(run, dict, &arguments->items[0]);
    }
    for (size_t i = 0; i < arguments->named_count && !result; i++) {
        floe_jinja_value key = floe_jinja_of_text(arguments->keywords[i]);
        result = floe_jinja_put(run, dict, &key, &arguments->named[i]);
    }
    if (!result && arguments->doubt) {
        result = put_unknown(run, dict, arguments->doubt);
    }
    return result;
}

static int call_dict(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                     floe_jinja_value *out) {
    (void)object;
    int result = floe_jinja_new_dict(run, out);
    return result ? result : floe_jinja_update(run, out, arguments);
}

static int from_keys(floe_jinja_run *run, const floe_jinja_value *value,
                     const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    static const char *const parameters[] = {"iterable", "value="};
    floe_jinja_value slots[2], list;
    (void)value;
    int result = floe_jinja_bind(run, "fromkeys", arguments, parameters, 2, slots);
    result = result ? result : floe_jinja_elements(run, &slots[0], &list);
    if (result || list.type == FLOE_JINJA_IS_UNKNOWN) {
        *out = list;
        return result;
    }
    slots[1] = slots[1].type == FLOE_JINJA_IS_UNDEFINED ? floe_jinja_none() : slots[1];
    result = floe_jinja_new_dict(run, out);
    for (size_t i = 0; i < list.sequence->count && !result; i++) {
        result = floe_jinja_put(run, out, &list.sequence->items[i], &slots[1]);
    }
    out->dict->doubt = list.sequence->doubt ? list.sequence->doubt : out->dict->doubt;
    return result;
}

static bool dict_type_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                                floe_jinja_value *out) {
    floe_jinja_value self = floe_jinja_of_object(object);
    return floe_jinja_text_is(name, "fromkeys", 8) && !floe_jinja_bound(run, &self, name, from_keys, out);
}

static int dict_type_text(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out) {
    (void)run;
    (void)object;
    *out = floe_jinja_string("<class 'dict'>", 14);
    return 0;
}

static const floe_jinja_class dict_type = {
    .name = "type", .call = call_dict, .attribute = dict_type_attribute, .text = dict_type_text};

/* ---- namespace: its attributes are names of a scope, so that branches note what they set ---- */

typedef struct space {
    floe_jinja_object head;
    floe_jinja_scope *scope;
    const floe_jinja_doubt *doubt; /* it may have others: it was made of something unknown */
} space;

static bool space_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                            floe_jinja_value *out) {
    const space *self = (const space *)object;
    (void)run;
    const floe_jinja_variable *one =
        floe_jinja_scope_find(self->scope, name, floe_jinja_hash(name.text, name.length));
    if (one && one->value.type != FLOE_JINJA_IS_ABSENT) {
        *out = one->value;
        return true;
    }
    if (self->doubt) {
        *out = floe_jinja_doubtful(self->doubt);
        return true;
    }
    return false;
}

static int space_assign(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                        const floe_jinja_value *value) {
    return floe_jinja_scope_set(run, ((space *)object)->scope, name, value);
}

static int space_text(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out) {
    const space *self = (const space *)object;
    floe_jinja_value dict, text;
    int result = floe_jinja_new_dict(run, &dict);
    for (uint32_t i = 0; i < self->scope->count && !result; i++) {
        const floe_jinja_variable *one = &self->scope->items[i];
        floe_jinja_value key = floe_jinja_string(one->name, one->length);
        result = one->value.type == FLOE_JINJA_IS_ABSENT ? 0 : floe_jinja_put(run, &dict, &key, &one->value);
    }
    dict.dict->doubt = self->doubt;
    result = result ? result : floe_jinja_repr(run, &dict, &text);
    if (result || text.type == FLOE_JINJA_IS_UNKNOWN) {
        *out = text;
        return result;
    }
    char *made = floe_jinja_alloc(run, text.length + 13);
    if (!made) {
        return FLOE_MEMORY;
    }
    memcpy(made, "<Namespace ", 11);
    memcpy(made + 11, text.string, text.length);
    made[11 + text.length] = '>';
    *out = floe_jinja_string(made, text.length + 12);
    return 0;
}

static const floe_jinja_class space_class = {
    .name = "Namespace", .attribute = space_attribute, .assign = space_assign, .text = space_text};

static int call_namespace(floe_jinja_run *run, floe_jinja_object *object,
                          const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    floe_jinja_value dict;
    int result = call_dict(run, object, arguments, &dict);
    space *made = result ? NULL : floe_jinja_alloc(run, sizeof *made);
    if (!made) {
        return result ? result : FLOE_MEMORY;
    }
    *made =
        (space){.head = {&space_class}, .scope = floe_jinja_scope_new(run, NULL), .doubt = dict.dict->doubt};
    if (!made->scope) {
        return FLOE_MEMORY;
    }
    for (size_t i = 0; i < dict.dict->count && !result; i++) {
        const floe_jinja_value *key = &dict.dict->keys[i];
        if (key->type == FLOE_JINJA_IS_STRING) {
            result = floe_jinja_scope_set(run, made->scope, (floe_jinja_text){key->string, key->length},
                                          &dict.dict->values[i]);
        }
    }
    *out = floe_jinja_of_object(&made->head);
    return result;
}

static const floe_jinja_class namespace_type = {.name = "type", .call = call_namespace};

floe_jinja_scope *floe_jinja_namespace_of(const floe_jinja_value *value) {
    bool is = value->type == FLOE_JINJA_IS_OBJECT && value->object->class == &space_class;
    return is ? ((space *)value->object)->scope : NULL;
}

/* ---- cycler and joiner ---- */

typedef struct cycler {
    floe_jinja_object head;
    floe_jinja_value items; /* of a joiner: its separator */
    size_t at;              /* of a joiner: whether it was used */
    const floe_jinja_doubt *doubt;
    uint32_t born;
} cycler;

static floe_jinja_value current(const cycler *self) {
    return self->doubt ? floe_jinja_doubtful(self->doubt) : self->items.sequence->items[self->at];
}

static void step_on(floe_jinja_run *run, cycler *self, size_t at) {
    self->at = at;
    if (floe_jinja_doubtful_change(run, self->born) && !self->doubt) {
        self->doubt = run->doubt;
    }
}

static int cycler_next(floe_jinja_run *run, const floe_jinja_value *value,
                       const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    cycler *self = (cycler *)value->object;
    (void)arguments;
    *out = current(self);
    step_on(run, self, (self->at + 1) % self->items.sequence->count);
    return 0;
}

static int cycler_reset(floe_jinja_run *run, const floe_jinja_value *value,
                        const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    cycler *self = (cycler *)value->object;
    (void)arguments;
    *out = floe_jinja_none();
    self->doubt = floe_jinja_doubtful_change(run, self->born) ? self->doubt : NULL;
    step_on(run, self, 0);
    return 0;
}

static bool cycler_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                             floe_jinja_value *out) {
    floe_jinja_value value = floe_jinja_of_object(object);
    if (floe_jinja_text_is(name, "current", 7)) {
        *out = current((const cycler *)object);
        return true;
    }
    if (floe_jinja_text_is(name, "next", 4)) {
        return !floe_jinja_bound(run, &value, name, cycler_next, out);
    }
    return floe_jinja_text_is(name, "reset", 5) && !floe_jinja_bound(run, &value, name, cycler_reset, out);
}

static const floe_jinja_class cycler_class = {.name = "Cycler", .attribute = cycler_attribute};

static int call_joiner(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                       floe_jinja_value *out) {
    cycler *self = (cycler *)object;
    (void)arguments;
    *out = self->doubt ? floe_jinja_doubtful(self->doubt) : self->at ? self->items : floe_jinja_string("", 0);
    step_on(run, self, 1);
    return 0;
}

static const floe_jinja_class joiner_class = {.name = "Joiner", .call = call_joiner};

static int make_cycler(floe_jinja_run *run, const floe_jinja_class *class, const floe_jinja_value *items,
                       const floe_jinja_doubt *doubt, floe_jinja_value *out) {
    cycler *made = floe_jinja_alloc(run, sizeof *made);
    if (!made) {
        return FLOE_MEMORY;
    }
    *made = (cycler){.head = {class}, .items = *items, .doubt = doubt, .born = run->serial};
    *out = floe_jinja_of_object(&made->head);
    return 0;
}

static int new_cycler(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                      floe_jinja_value *out) {
    floe_jinja_value items;
    (void)object;
    if (!arguments->count && !arguments->doubt) {
        return floe_jinja_fail(run, FLOE_INVALID, "at least one item has to be provided");
    }
    int result = floe_jinja_tuple(run, arguments->items, arguments->count, &items);
    if (!result && arguments->doubt && !items.sequence->count) {
        result = floe_jinja_append(run, &items, &(floe_jinja_value){.type = FLOE_JINJA_IS_NONE});
    }
    return result ? result : make_cycler(run, &cycler_class, &items, arguments->doubt, out);
}

static int new_joiner(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                      floe_jinja_value *out) {
    static const char *const parameters[] = {"sep="};
    floe_jinja_value separator;
    (void)object;
    int result = floe_jinja_bind(run, "joiner", arguments, parameters, 1, &separator);
    if (!result && separator.type == FLOE_JINJA_IS_UNDEFINED) {
        separator = floe_jinja_string(", ", 2);
    }
    return result ? result : make_cycler(run, &joiner_class, &separator, NULL, out);
}

static const floe_jinja_class cycler_type = {.name = "type", .call = new_cycler};
static const floe_jinja_class joiner_type = {.name = "type", .call = new_joiner};

/* ---- by name ---- */

bool floe_jinja_global(floe_jinja_run *run, floe_jinja_text name, floe_jinja_value *out) {
    static const struct {
        const char *name;
        floe_jinja_object object;
    } globals[] = {{"range", {&floe_jinja_range_type}},
                   {"namespace", {&namespace_type}},
                   {"dict", {&dict_type}},
                   {"cycler", {&cycler_type}},
                   {"joiner", {&joiner_type}}};
    for (size_t i = 0; i < sizeof globals / sizeof *globals; i++) {
        if (floe_jinja_text_is(name, globals[i].name, strlen(globals[i].name))) {
            *out = floe_jinja_of_object((floe_jinja_object *)&globals[i].object);
            return true;
        }
    }
    if (floe_jinja_text_is(name, "lipsum", 6)) {
        *out = floe_jinja_unknown(run, "lipsum() makes up a text of its own at every call");
        return true;
    }
    return false;
}

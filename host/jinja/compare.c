/*
 * Equality, order and membership as Python has them, with a third answer for what hangs on something unknown.
 */
#include "jinja/run.h"

#include <string.h>

enum { DEEPEST = 100, MOST = 10000000 };

static int equal_within(const floe_jinja_value *one, const floe_jinja_value *other,
                        const floe_jinja_doubt **doubt, size_t *left, unsigned depth);

static int cannot_tell(const floe_jinja_doubt **doubt, const floe_jinja_doubt *why) {
    static const floe_jinja_doubt endless = {.reason = "it is too large to compare, or holds itself"};
    *doubt = why ? why : &endless;
    return -1;
}

static int equal_items(const floe_jinja_value *one, const floe_jinja_value *other,
                       const floe_jinja_doubt **doubt, size_t *left, unsigned depth) {
    const floe_jinja_sequence *a = one->sequence, *b = other->sequence;
    int answer = 1;
    if (a->doubt || b->doubt) {
        return cannot_tell(doubt, a->doubt ? a->doubt : b->doubt);
    }
    if (a->count != b->count) {
        return 0;
    }
    for (size_t i = 0; i < a->count && answer; i++) {
        int same = equal_within(&a->items[i], &b->items[i], doubt, left, depth);
        answer = same == 1 ? answer : same;
    }
    return answer;
}

/* Whether one of `items` equals. */
static int among(const floe_jinja_sequence *items, const floe_jinja_value *item,
                 const floe_jinja_doubt **doubt, size_t *left, unsigned depth) {
    int answer = 0;
    for (size_t i = 0; i < items->count && !items->doubt; i++) { /* else what is there may not be */
        int same = equal_within(&items->items[i], item, doubt, left, depth);
        if (same == 1) {
            return 1;
        }
        answer = same ? same : answer;
    }
    return items->doubt ? cannot_tell(doubt, items->doubt) : answer;
}

static int equal_sets(const floe_jinja_value *one, const floe_jinja_value *other,
                      const floe_jinja_doubt **doubt, size_t *left, unsigned depth) {
    const floe_jinja_sequence *a = one->sequence, *b = other->sequence;
    int answer = 1;
    if (a->doubt || b->doubt) {
        return cannot_tell(doubt, a->doubt ? a->doubt : b->doubt);
    }
    if (a->count != b->count) {
        return 0;
    }
    for (size_t i = 0; i < a->count && answer; i++) {
        int found = among(b, &a->items[i], doubt, left, depth);
        answer = found == 1 ? answer : found;
    }
    return answer;
}

static int equal_dicts(const floe_jinja_value *one, const floe_jinja_value *other,
                       const floe_jinja_doubt **doubt, size_t *left, unsigned depth) {
    const floe_jinja_dict *a = one->dict, *b = other->dict;
    int answer = 1;
    if (a->doubt || b->doubt) {
        return cannot_tell(doubt, a->doubt ? a->doubt : b->doubt);
    }
    if (a->count != b->count) {
        return 0;
    }
    for (size_t i = 0; i < a->count && answer; i++) {
        const floe_jinja_value *value = floe_jinja_get(other, &a->keys[i]);
        int same = value ? equal_within(&a->values[i], value, doubt, left, depth) : 0;
        answer = same == 1 ? answer : same;
    }
    return answer;
}

static int equal_numbers(const floe_jinja_value *one, const floe_jinja_value *other) {
    if (floe_jinja_is_whole(one) && floe_jinja_is_whole(other)) {
        return floe_jinja_whole(one) == floe_jinja_whole(other);
    }
    return floe_jinja_real(one) == floe_jinja_real(other);
}

/* What two objects are that may be equal though they are two. */
static const floe_jinja_doubt not_followed = {.reason =
                                                  "whether these two objects are equal is not followed"};

static int equal_within(const floe_jinja_value *one, const floe_jinja_value *other,
                        const floe_jinja_doubt **doubt, size_t *left, unsigned depth) {
    if (one->type == FLOE_JINJA_IS_UNKNOWN || other->type == FLOE_JINJA_IS_UNKNOWN) {
        return cannot_tell(doubt, one->type == FLOE_JINJA_IS_UNKNOWN ? one->doubt : other->doubt);
    }
    if (floe_jinja_is_number(one) && floe_jinja_is_number(other)) {
        return equal_numbers(one, other);
    }
    if (one->type != other->type) {
        return 0;
    }
    if (depth > DEEPEST || !*left) {
        return cannot_tell(doubt, NULL);
    }
    --*left;
    switch (one->type) {
    case FLOE_JINJA_IS_UNDEFINED:
        return one->length == other->length;
    case FLOE_JINJA_IS_NONE:
        return 1;
    case FLOE_JINJA_IS_STRING:
        if (one->length == other->length) {
            *left -= one->length / 64 < *left ? one->length / 64 : *left;
        }
        return one->length == other->length &&
               (one->string == other->string || memcmp(one->string, other->string, one->length) == 0);
    case FLOE_JINJA_IS_LIST:
    case FLOE_JINJA_IS_TUPLE:
        return one->sequence == other->sequence && !one->sequence->doubt
                   ? 1
                   : equal_items(one, other, doubt, left, depth + 1);
    case FLOE_JINJA_IS_SET:
        return equal_sets(one, other, doubt, left, depth + 1);
    case FLOE_JINJA_IS_DICT:
        return one->dict == other->dict ? 1 : equal_dicts(one, other, doubt, left, depth + 1);
    default:
        return one->object != other->object && one->object->class->computes &&
                       one->object->class == other->object->class
                   ? cannot_tell(doubt, &not_followed)
                   : one->object == other->object;
    }
}

int floe_jinja_compare_equal(const floe_jinja_value *one, const floe_jinja_value *other,
                             const floe_jinja_doubt **doubt) {
    size_t left = MOST;
    return equal_within(one, other, doubt, &left, 0);
}

bool floe_jinja_equal(const floe_jinja_value *one, const floe_jinja_value *other) {
    const floe_jinja_doubt *doubt;
    return floe_jinja_compare_equal(one, other, &doubt) == 1;
}

static bool identical_within(const floe_jinja_value *one, const floe_jinja_value *other, size_t *left,
                             unsigned depth) {
    if (one->type != other->type || depth > DEEPEST || !*left) {
        return false;
    }
    --*left;
    bool same = true;
    switch (one->type) {
    case FLOE_JINJA_IS_UNKNOWN:
        return one->doubt == other->doubt;
    case FLOE_JINJA_IS_LIST:
    case FLOE_JINJA_IS_TUPLE:
    case FLOE_JINJA_IS_SET:
        same =
            one->sequence->count == other->sequence->count && one->sequence->doubt == other->sequence->doubt;
        for (size_t i = 0; same && one->sequence != other->sequence && i < one->sequence->count; i++) {
            same = identical_within(&one->sequence->items[i], &other->sequence->items[i], left, depth + 1);
        }
        return same;
    case FLOE_JINJA_IS_DICT:
        same = one->dict->count == other->dict->count && one->dict->doubt == other->dict->doubt;
        for (size_t i = 0; same && one->dict != other->dict && i < one->dict->count; i++) {
            same = identical_within(&one->dict->keys[i], &other->dict->keys[i], left, depth + 1) &&
                   identical_within(&one->dict->values[i], &other->dict->values[i], left, depth + 1);
        }
        return same;
    default:
        return floe_jinja_equal(one, other);
    }
}

bool floe_jinja_identical(const floe_jinja_value *one, const floe_jinja_value *other) {
    size_t left = 100000;
    return identical_within(one, other, &left, 0);
}

/* ---- order ---- */

static int order_items(floe_jinja_run *run, const char *sign, const floe_jinja_value *one,
                       const floe_jinja_value *other, int *out, const floe_jinja_doubt **doubt,
                       unsigned depth);

static int order_within(floe_jinja_run *run, const char *sign, const floe_jinja_value *one,
                        const floe_jinja_value *other, int *out, const floe_jinja_doubt **doubt,
                        unsigned depth) {
    if (one->type == FLOE_JINJA_IS_UNKNOWN || other->type == FLOE_JINJA_IS_UNKNOWN) {
        *doubt = one->type == FLOE_JINJA_IS_UNKNOWN ? one->doubt : other->doubt;
        return 0;
    }
    if (one->type == FLOE_JINJA_IS_UNDEFINED || other->type == FLOE_JINJA_IS_UNDEFINED) {
        return floe_jinja_needs(run, one->type == FLOE_JINJA_IS_UNDEFINED ? one : other);
    }
    if (floe_jinja_is_whole(one) && floe_jinja_is_whole(other)) {
        int64_t a = floe_jinja_whole(one), b = floe_jinja_whole(other);
        *out = (a > b) - (a < b);
        return 0;
    }
    if (floe_jinja_is_number(one) && floe_jinja_is_number(other)) {
        double a = floe_jinja_real(one), b = floe_jinja_real(other);
        *out = a != a || b != b ? 2 : (a > b) - (a < b);
        return 0;
    }
    if (one->type == FLOE_JINJA_IS_STRING && other->type == FLOE_JINJA_IS_STRING) {
        uint32_t shorter = one->length < other->length ? one->length : other->length;
        int order = memcmp(one->string, other->string, shorter);
        *out = order ? order : (one->length > other->length) - (one->length < other->length);
        return 0;
    }
    if (floe_jinja_is_sequence(one) && one->type == other->type) {
        return order_items(run, sign, one, other, out, doubt, depth + 1);
    }
    if (one->type == FLOE_JINJA_IS_OBJECT || other->type == FLOE_JINJA_IS_OBJECT ||
        (one->type == FLOE_JINJA_IS_SET && other->type == FLOE_JINJA_IS_SET)) {
        floe_jinja_value unknown = floe_jinja_unknown(run, "the order of '%s' and '%s' objects is not known",
                                                      floe_jinja_type_name(one), floe_jinja_type_name(other));
        *doubt = unknown.doubt;
        return 0;
    }
    return floe_jinja_fail(run, FLOE_INVALID, "'%s' not supported between instances of '%s' and '%s'", sign,
                           floe_jinja_type_name(one), floe_jinja_type_name(other));
}

static int order_items(floe_jinja_run *run, const char *sign, const floe_jinja_value *one,
                       const floe_jinja_value *other, int *out, const floe_jinja_doubt **doubt,
                       unsigned depth) {
    const floe_jinja_sequence *a = one->sequence, *b = other->sequence;
    *doubt = a->doubt ? a->doubt : b->doubt;
    if (depth > DEEPEST) {
        return floe_jinja_fail(run, FLOE_LIMIT, "the values are too deep to be compared");
    }
    for (size_t i = 0; i < a->count && i < b->count && !*doubt; i++) {
        int same = floe_jinja_compare_equal(&a->items[i], &b->items[i], doubt);
        if (same == 0) {
            return order_within(run, sign, &a->items[i], &b->items[i], out, doubt, depth);
        }
    }
    *out = (a->count > b->count) - (a->count < b->count);
    return 0;
}

int floe_jinja_order(floe_jinja_run *run, const char *sign, const floe_jinja_value *one,
                     const floe_jinja_value *other, int *out, const floe_jinja_doubt **doubt) {
    *doubt = NULL;
    *out = 0;
    return order_within(run, sign, one, other, out, doubt, 0);
}

static int compare_order(floe_jinja_run *run, floe_jinja_operation operation, const floe_jinja_value *one,
                         const floe_jinja_value *other, floe_jinja_value *out) {
    static const char *const signs[] = {"<", "<=", ">", ">="};
    const floe_jinja_doubt *doubt;
    int order;
    int result = floe_jinja_order(run, signs[operation - FLOE_JINJA_LESS], one, other, &order, &doubt);
    if (result) {
        return result;
    }
    bool answer = order != 2;
    switch (operation) {
    case FLOE_JINJA_LESS:
        answer &= order < 0;
        break;
    case FLOE_JINJA_LESS_EQUAL:
        answer &= order <= 0;
        break;
    case FLOE_JINJA_GREATER:
        answer &= order > 0;
        break;
    default:
        answer &= order >= 0;
        break;
    }
    *out = doubt ? floe_jinja_doubtful(doubt) : floe_jinja_boolean(answer);
    return 0;
}

static size_t members_of(const floe_jinja_value *value) {
    switch (value->type) {
    case FLOE_JINJA_IS_LIST:
    case FLOE_JINJA_IS_TUPLE:
        return value->sequence->count;
    case FLOE_JINJA_IS_SET:
    case FLOE_JINJA_IS_DICT:
        return value->dict->count;
    default:
        return 0;
    }
}

int floe_jinja_compare(floe_jinja_run *run, floe_jinja_operation operation, const floe_jinja_value *one,
                       const floe_jinja_value *other, floe_jinja_value *out) {
    const floe_jinja_doubt *doubt = NULL;
    int answer, result = floe_jinja_weigh(run, one, FLOE_JINJA_COPIED);
    result = result ? result : floe_jinja_weigh(run, other, FLOE_JINJA_COPIED);
    if (result) {
        return result;
    }
    switch (operation) {
    case FLOE_JINJA_EQUAL:
    case FLOE_JINJA_NOT_EQUAL:
        answer = floe_jinja_compare_equal(one, other, &doubt);
        if (floe_jinja_steps(run, members_of(one))) {
            return run->error.code;
        }
        *out = answer < 0 ? floe_jinja_doubtful(doubt)
                          : floe_jinja_boolean((answer == 1) == (operation == FLOE_JINJA_EQUAL));
        return 0;
    case FLOE_JINJA_IN:
    case FLOE_JINJA_NOT_IN:
        result = floe_jinja_contains(run, other, one, out);
        if (!result && operation == FLOE_JINJA_NOT_IN && out->type == FLOE_JINJA_IS_BOOLEAN) {
            out->boolean = !out->boolean;
        }
        return result;
    default:
        return compare_order(run, operation, one, other, out);
    }
}

/* ---- membership ---- */

static int contains_text(floe_jinja_run *run, const floe_jinja_value *text, const floe_jinja_value *item,
                         floe_jinja_value *out) {
    if (item->type == FLOE_JINJA_IS_UNKNOWN) {
        *out = *item;
        return 0;
    }
    if (item->type != FLOE_JINJA_IS_STRING) {
        return floe_jinja_fail(run, FLOE_INVALID, "'in <string>' requires string as left operand, not %s",
                               floe_jinja_type_name(item));
    }
    *out = floe_jinja_boolean(item->length == 0 ||
                              memmem(text->string, text->length, item->string, item->length) != NULL);
    return 0;
}

static int contains_key(floe_jinja_run *run, const floe_jinja_value *dict, const floe_jinja_value *key,
                        floe_jinja_value *out) {
    const floe_jinja_doubt *doubt = NULL;
    if (!floe_jinja_hashable(run, key, &doubt)) {
        return FLOE_INVALID;
    }
    doubt = doubt ? doubt : dict->dict->doubt;
    *out = doubt ? floe_jinja_doubtful(doubt) : floe_jinja_boolean(floe_jinja_get(dict, key) != NULL);
    return 0;
}

/* A generator gives up to the element that is equal; the rest stays. */
static int contains_given(floe_jinja_run *run, const floe_jinja_value *generator,
                          const floe_jinja_value *item, floe_jinja_value *out) {
    const floe_jinja_doubt *doubt = NULL;
    floe_jinja_lazy *shared = (floe_jinja_lazy *)generator->object, *self = floe_jinja_pullable(run, shared);
    floe_jinja_value one;
    bool found = true, same = false;
    int result = self ? 0 : FLOE_MEMORY;
    while (!result && found && !same) {
        result = floe_jinja_pull(run, self, &one, &found);
        if (!result && found) {
            const floe_jinja_doubt *unknown = NULL;
            same = floe_jinja_compare_equal(&one, item, &unknown) == 1;
            doubt = doubt ? doubt : unknown;
        }
    }
    doubt = doubt || result ? doubt : self->unsure;
    if (!result && doubt) {
        shared->doubt = shared->doubt ? shared->doubt : doubt;
    }
    *out = doubt ? floe_jinja_doubtful(doubt) : floe_jinja_boolean(same);
    return result;
}

int floe_jinja_contains(floe_jinja_run *run, const floe_jinja_value *container, const floe_jinja_value *item,
                        floe_jinja_value *out) {
    const floe_jinja_doubt *doubt = NULL;
    floe_jinja_value elements;
    size_t left = MOST;
    int result;
    switch (container->type) {
    case FLOE_JINJA_IS_STRING:
        return contains_text(run, container, item, out);
    case FLOE_JINJA_IS_DICT:
        return contains_key(run, container, item, out);
    case FLOE_JINJA_IS_NONE:
    case FLOE_JINJA_IS_BOOLEAN:
    case FLOE_JINJA_IS_INTEGER:
    case FLOE_JINJA_IS_NUMBER:
        return floe_jinja_fail(run, FLOE_INVALID, "argument of type '%s' is not iterable",
                               floe_jinja_type_name(container));
    default:
        break;
    }
    if (floe_jinja_is_generator(container)) {
        return contains_given(run, container, item, out);
    }
    result = floe_jinja_elements(run, container, &elements);
    if (result || elements.type == FLOE_JINJA_IS_UNKNOWN) {
        *out = elements;
        return result;
    }
    int answer = among(elements.sequence, item, &doubt, &left, 0);
    *out = answer < 0 ? floe_jinja_doubtful(doubt) : floe_jinja_boolean(answer == 1);
    return floe_jinja_steps(run, elements.sequence->count);
}

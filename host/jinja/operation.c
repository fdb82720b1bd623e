/*
 * Operators as Python has them: the sign of // and % follows the divisor, + joins texts and lists, * repeats.
 * An integer that needs more than 64 bits is unknown.
 */
#include "jinja/run.h"

#include <math.h>
#include <string.h>

static const char *const signs[] = {"+", "-", "*", "/", "//", "%", "** or pow()", "~"};

static int too_large(floe_jinja_run *run, floe_jinja_value *out) {
    *out = floe_jinja_unknown(run, "an integer of more than 64 bits");
    return 0;
}

static int unsupported(floe_jinja_run *run, floe_jinja_operation operation, const floe_jinja_value *one,
                       const floe_jinja_value *other) {
    if (operation == FLOE_JINJA_ADD && one->type == FLOE_JINJA_IS_STRING) {
        return floe_jinja_fail(run, FLOE_INVALID,
                               "can only concatenate str (not \"%s\") to str; ~ joins anything",
                               floe_jinja_type_name(other));
    }
    return floe_jinja_fail(run, FLOE_INVALID, "unsupported operand type(s) for %s: '%s' and '%s'",
                           signs[operation], floe_jinja_type_name(one), floe_jinja_type_name(other));
}

/* ---- numbers ---- */

static int64_t floor_divide(int64_t a, int64_t b) {
    int64_t quotient = a / b;
    return quotient - (a % b != 0 && (a < 0) != (b < 0));
}

static int power(floe_jinja_run *run, int64_t base, int64_t exponent, floe_jinja_value *out) {
    int64_t result = 1;
    bool overflow = false;
    if (exponent < 0) {
        if (!base) {
            return floe_jinja_fail(run, FLOE_INVALID, "0.0 cannot be raised to a negative power");
        }
        *out = floe_jinja_number(pow((double)base, (double)exponent));
        return 0;
    }
    if (base == 1 || base == 0 || base == -1) {
        *out = floe_jinja_integer(!exponent || base == 1 ? 1 : !base ? 0 : exponent % 2 ? -1 : 1);
        return 0;
    }
    for (int64_t i = 0; i < exponent && !overflow; i++) {
        overflow = __builtin_mul_overflow(result, base, &result);
    }
    *out = floe_jinja_integer(result);
    return overflow ? too_large(run, out) : 0;
}

static int operate_whole(floe_jinja_run *run, floe_jinja_operation operation, int64_t a, int64_t b,
                         floe_jinja_value *out) {
    int64_t result = 0;
    bool overflow = false;
    if (!b && operation >= FLOE_JINJA_DIVIDE && operation <= FLOE_JINJA_MODULO) {
        return floe_jinja_fail(run, FLOE_INVALID, "division by zero");
    }
    switch (operation) {
    case FLOE_JINJA_ADD:
        overflow = __builtin_add_overflow(a, b, &result);
        break;
    case FLOE_JINJA_SUBTRACT:
        overflow = __builtin_sub_overflow(a, b, &result);
        break;
    case FLOE_JINJA_MULTIPLY:
        overflow = __builtin_mul_overflow(a, b, &result);
        break;
    case FLOE_JINJA_DIVIDE:
        *out = floe_jinja_number((double)a / (double)b);
        return 0;
    case FLOE_JINJA_FLOOR_DIVIDE:
    case FLOE_JINJA_MODULO:
        if (b == -1) {
            overflow = operation == FLOE_JINJA_FLOOR_DIVIDE && __builtin_sub_overflow(0, a, &result);
        } else {
            result = operation == FLOE_JINJA_MODULO ? (a % b + (a % b && (a % b < 0) != (b < 0) ? b : 0))
                                                    : floor_divide(a, b);
        }
        break;
    default:
        return power(run, a, b, out);
    }
    *out = floe_jinja_integer(result);
    return overflow ? too_large(run, out) : 0;
}

static double modulo(double a, double b) {
    double rest = fmod(a, b);
    if (rest != 0) {
        return (rest < 0) != (b < 0) ? rest + b : rest;
    }
    return copysign(0, b);
}

static double floor_divide_real(double a, double b) {
    double rest = modulo(a, b), quotient = (a - rest) / b;
    if (quotient == 0) {
        return copysign(0, a / b);
    }
    double floored = floor(quotient);
    return quotient - floored > 0.5 ? floored + 1 : floored;
}

static int operate_real(floe_jinja_run *run, floe_jinja_operation operation, double a, double b,
                        floe_jinja_value *out) {
    double result;
    if (b == 0 && operation >= FLOE_JINJA_DIVIDE && operation <= FLOE_JINJA_MODULO) {
        return floe_jinja_fail(run, FLOE_INVALID,
                               operation == FLOE_JINJA_DIVIDE ? "float division by zero"
                                                              : "float floor division or modulo by zero");
    }
    switch (operation) {
    case FLOE_JINJA_ADD:
        result = a + b;
        break;
    case FLOE_JINJA_SUBTRACT:
        result = a - b;
        break;
    case FLOE_JINJA_MULTIPLY:
        result = a * b;
        break;
    case FLOE_JINJA_DIVIDE:
        result = a / b;
        break;
    case FLOE_JINJA_FLOOR_DIVIDE:
        result = floor_divide_real(a, b);
        break;
    case FLOE_JINJA_MODULO:
        result = modulo(a, b);
        break;
    default:
        if (a == 0 && b < 0) {
            return floe_jinja_fail(run, FLOE_INVALID, "0.0 cannot be raised to a negative power");
        }
        if (a < 0 && b != floor(b)) {
            *out = floe_jinja_unknown(run, "a complex number");
            return 0;
        }
        result = pow(a, b);
        if (isinf(result) && !isinf(a) && !isinf(b)) {
            return floe_jinja_fail(run, FLOE_INVALID, "(34, 'Numerical result out of range')");
        }
        break;
    }
    *out = floe_jinja_number(result);
    return 0;
}

/* ---- texts and lists ---- */

static int join_texts(floe_jinja_run *run, const floe_jinja_value *one, const floe_jinja_value *other,
                      floe_jinja_value *out) {
    size_t length = (size_t)one->length + other->length;
    char *text = length < UINT32_MAX ? floe_jinja_alloc(run, length + 1) : NULL;
    if (!text) {
        return length < UINT32_MAX ? FLOE_MEMORY : floe_jinja_fail(run, FLOE_LIMIT, "a text of over 4 GiB");
    }
    memcpy(text, one->string, one->length);
    memcpy(text + one->length, other->string, other->length);
    text[length] = '\0';
    *out = floe_jinja_string(text, length);
    return 0;
}

static int join_lists(floe_jinja_run *run, const floe_jinja_value *one, const floe_jinja_value *other,
                      floe_jinja_value *out) {
    const floe_jinja_sequence *a = one->sequence, *b = other->sequence;
    int result = floe_jinja_new_list(run, one->type, out);
    for (size_t i = 0; i < a->count && !result; i++) {
        result = floe_jinja_append(run, out, &a->items[i]);
    }
    for (size_t i = 0; i < b->count && !result; i++) {
        result = floe_jinja_append(run, out, &b->items[i]);
    }
    if (!result) {
        out->sequence->doubt = a->doubt ? a->doubt : b->doubt;
    }
    return result ? result : floe_jinja_steps(run, a->count + b->count);
}

static int repeat_text(floe_jinja_run *run, const floe_jinja_value *value, int64_t times,
                       floe_jinja_value *out) {
    size_t count = times < 0 ? 0 : (size_t)times;
    if (value->length && count > run->bounds.memory / value->length) {
        return floe_jinja_fail(run, FLOE_LIMIT, "a text of %u bytes %zu times is too large", value->length,
                               count);
    }
    char *text = floe_jinja_alloc(run, value->length * count + 1);
    if (!text) {
        return FLOE_MEMORY;
    }
    for (size_t i = 0; i < count && value->length; i++) {
        memcpy(text + i * value->length, value->string, value->length);
    }
    *out = floe_jinja_string(text, value->length * count);
    return 0;
}

static int repeat_list(floe_jinja_run *run, const floe_jinja_value *value, int64_t times,
                       floe_jinja_value *out) {
    int result = floe_jinja_new_list(run, value->type, out);
    const floe_jinja_sequence *items = value->sequence;
    for (int64_t i = 0; i < times && items->count && !result; i++) {
        result = floe_jinja_steps(run, items->count);
        for (size_t j = 0; j < items->count && !result; j++) {
            result = floe_jinja_append(run, out, &items->items[j]);
        }
    }
    if (!result) {
        out->sequence->doubt = items->doubt;
    }
    return result;
}

static int concatenate(floe_jinja_run *run, const floe_jinja_value *one, const floe_jinja_value *other,
                       floe_jinja_value *out) {
    floe_jinja_value a, b;
    int result = floe_jinja_text_of(run, one, &a);
    result = result ? result : floe_jinja_text_of(run, other, &b);
    if (result) {
        return result;
    }
    if (a.type == FLOE_JINJA_IS_UNKNOWN || b.type == FLOE_JINJA_IS_UNKNOWN) {
        *out = a.type == FLOE_JINJA_IS_UNKNOWN ? a : b;
        return 0;
    }
    return join_texts(run, &a, &b, out);
}

static int subtract_sets(floe_jinja_run *run, const floe_jinja_value *one, const floe_jinja_value *other,
                         floe_jinja_value *out) {
    floe_jinja_value truth;
    const floe_jinja_doubt *doubt = one->sequence->doubt ? one->sequence->doubt : other->sequence->doubt;
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_SET, out);
    for (size_t i = 0; i < one->sequence->count && !result; i++) {
        const floe_jinja_value *item = &one->sequence->items[i];
        result = floe_jinja_contains(run, other, item, &truth);
        if (!result && !(truth.type == FLOE_JINJA_IS_BOOLEAN && truth.boolean)) {
            doubt = truth.type == FLOE_JINJA_IS_UNKNOWN && !doubt ? truth.doubt : doubt;
            result = floe_jinja_append(run, out, item);
        }
    }
    if (!result) {
        out->sequence->doubt = doubt;
    }
    return result;
}

static int operate_others(floe_jinja_run *run, floe_jinja_operation operation, const floe_jinja_value *one,
                          const floe_jinja_value *other, floe_jinja_value *out) {
    bool repeats = operation == FLOE_JINJA_MULTIPLY;
    if (operation == FLOE_JINJA_MODULO && one->type == FLOE_JINJA_IS_STRING) {
        return floe_jinja_percent(run, one, other, out);
    }
    if (operation == FLOE_JINJA_ADD && one->type == other->type) {
        if (one->type == FLOE_JINJA_IS_STRING) {
            return join_texts(run, one, other, out);
        }
        if (floe_jinja_is_sequence(one)) {
            return join_lists(run, one, other, out);
        }
    }
    if (operation == FLOE_JINJA_SUBTRACT && one->type == FLOE_JINJA_IS_SET &&
        other->type == FLOE_JINJA_IS_SET) {
        return subtract_sets(run, one, other, out);
    }
    if (repeats && floe_jinja_is_whole(one)) {
        const floe_jinja_value *swap = one;
        one = other;
        other = swap;
    }
    if (repeats && floe_jinja_is_whole(other) && one->type == FLOE_JINJA_IS_STRING) {
        return repeat_text(run, one, floe_jinja_whole(other), out);
    }
    if (repeats && floe_jinja_is_whole(other) && floe_jinja_is_sequence(one)) {
        return repeat_list(run, one, floe_jinja_whole(other), out);
    }
    if ((one->type == FLOE_JINJA_IS_OBJECT && one->object->class->computes) ||
        (other->type == FLOE_JINJA_IS_OBJECT && other->object->class->computes)) {
        *out = floe_jinja_unknown(run, "what comes of computing with a '%s' is not followed",
                                  floe_jinja_type_name(one));
        return 0;
    }
    if (one->type == FLOE_JINJA_IS_OBJECT || other->type == FLOE_JINJA_IS_OBJECT) {
        bool view = floe_jinja_is_view(one) || floe_jinja_is_view(other);
        if (!view || operation != FLOE_JINJA_SUBTRACT) {
            return unsupported(run, operation, one, other);
        }
        *out = floe_jinja_unknown(run, "the difference of two views of dicts");
        return 0;
    }
    return unsupported(run, operation, one, other);
}

int floe_jinja_operate(floe_jinja_run *run, floe_jinja_operation operation, const floe_jinja_value *one,
                       const floe_jinja_value *other, floe_jinja_value *out) {
    int result = floe_jinja_weigh(run, one, FLOE_JINJA_COPIED);
    result = result ? result : floe_jinja_weigh(run, other, FLOE_JINJA_COPIED);
    if (result) {
        return result;
    }
    if (operation == FLOE_JINJA_CONCATENATE) {
        return concatenate(run, one, other, out);
    }
    if (one->type == FLOE_JINJA_IS_UNDEFINED || other->type == FLOE_JINJA_IS_UNDEFINED) {
        bool formats = operation == FLOE_JINJA_MODULO && one->type == FLOE_JINJA_IS_STRING;
        if (!formats) {
            return floe_jinja_needs(run, one->type == FLOE_JINJA_IS_UNDEFINED ? one : other);
        }
    }
    if (one->type == FLOE_JINJA_IS_UNKNOWN || other->type == FLOE_JINJA_IS_UNKNOWN) {
        *out = one->type == FLOE_JINJA_IS_UNKNOWN ? *one : *other;
        return 0;
    }
    if (floe_jinja_is_whole(one) && floe_jinja_is_whole(other)) {
        return operate_whole(run, operation, floe_jinja_whole(one), floe_jinja_whole(other), out);
    }
    if (floe_jinja_is_number(one) && floe_jinja_is_number(other)) {
        return operate_real(run, operation, floe_jinja_real(one), floe_jinja_real(other), out);
    }
    return operate_others(run, operation, one, other, out);
}

int floe_jinja_negate(floe_jinja_run *run, const floe_jinja_value *value, bool positive,
                      floe_jinja_value *out) {
    if (value->type == FLOE_JINJA_IS_UNDEFINED) {
        return floe_jinja_needs(run, value);
    }
    if (value->type == FLOE_JINJA_IS_UNKNOWN) {
        *out = *value;
        return 0;
    }
    if (value->type == FLOE_JINJA_IS_NUMBER) {
        *out = floe_jinja_number(positive ? value->number : -value->number);
        return 0;
    }
    if (floe_jinja_is_whole(value)) {
        int64_t whole = floe_jinja_whole(value);
        *out = floe_jinja_integer(positive ? whole : -(whole == INT64_MIN ? 0 : whole));
        return whole == INT64_MIN && !positive ? too_large(run, out) : 0;
    }
    return floe_jinja_fail(run, FLOE_INVALID, "bad operand type for unary %s: '%s'", positive ? "+" : "-",
                           floe_jinja_type_name(value));
}

/* ---- slices ---- */

typedef struct slice {
    int64_t start, stop, step;
} slice;

static int64_t bound_index(const floe_jinja_value *index, int64_t count, int64_t missing, int64_t low,
                           int64_t high) {
    if (index->type == FLOE_JINJA_IS_NONE) {
        return missing;
    }
    int64_t at = floe_jinja_whole(index);
    at += at < 0 ? count : 0;
    return at < low ? low : at > high ? high : at;
}

static int resolve_cut(floe_jinja_run *run, int64_t count, const floe_jinja_value *const parts[3],
                       slice *out) {
    for (int i = 0; i < 3; i++) {
        if (parts[i]->type != FLOE_JINJA_IS_NONE && !floe_jinja_is_whole(parts[i])) {
            return floe_jinja_fail(run, FLOE_INVALID, "slice indices must be integers or None");
        }
    }
    out->step = parts[2]->type == FLOE_JINJA_IS_NONE ? 1 : floe_jinja_whole(parts[2]);
    if (!out->step) {
        return floe_jinja_fail(run, FLOE_INVALID, "slice step cannot be zero");
    }
    bool forward = out->step > 0;
    out->start = forward ? bound_index(parts[0], count, 0, 0, count)
                         : bound_index(parts[0], count, count - 1, -1, count - 1);
    out->stop = forward ? bound_index(parts[1], count, count, 0, count)
                        : bound_index(parts[1], count, -1, -1, count - 1);
    return 0;
}

static int slice_text(floe_jinja_run *run, const floe_jinja_value *value, const slice *cut,
                      floe_jinja_value *out) {
    char *text;
    size_t size = 0, at = 0;
    if (cut->step == 1) {
        size_t start = floe_jinja_offset(value->string, value->length, (size_t)cut->start);
        size_t count = cut->stop > cut->start ? (size_t)(cut->stop - cut->start) : 0;
        *out = floe_jinja_string(value->string + start,
                                 floe_jinja_offset(value->string + start, value->length - start, count));
        return 0;
    }
    size_t count = floe_jinja_count(value->string, value->length);
    uint32_t *offsets = floe_arena_array(run->arena, count + 1, sizeof *offsets);
    text = floe_jinja_alloc(run, (size_t)value->length + 1);
    if (!offsets || !text) {
        return floe_jinja_out_of_memory(run);
    }
    for (size_t i = 0; i < count; i++) {
        offsets[i] = (uint32_t)at;
        at += floe_jinja_character(value->string + at, value->length - at);
    }
    offsets[count] = value->length;
    for (int64_t i = cut->start; cut->step > 0 ? i < cut->stop : i > cut->stop; i += cut->step) {
        memcpy(text + size, value->string + offsets[i], offsets[i + 1] - offsets[i]);
        size += offsets[i + 1] - offsets[i];
        if (cut->step > INT32_MAX || cut->step < INT32_MIN) {
            break;
        }
    }
    *out = floe_jinja_string(text, size);
    return 0;
}

static int slice_list(floe_jinja_run *run, const floe_jinja_value *value, const slice *cut,
                      floe_jinja_value *out) {
    int result = floe_jinja_new_list(run, value->type, out);
    for (int64_t i = cut->start; !result && (cut->step > 0 ? i < cut->stop : i > cut->stop); i += cut->step) {
        result = floe_jinja_append(run, out, &value->sequence->items[i]);
        if (cut->step > INT32_MAX || cut->step < INT32_MIN) {
            break;
        }
    }
    return result ? result : floe_jinja_steps(run, out->sequence->count);
}

int floe_jinja_slice(floe_jinja_run *run, const floe_jinja_value *value, const floe_jinja_value *start,
                     const floe_jinja_value *stop, const floe_jinja_value *step, floe_jinja_value *out) {
    const floe_jinja_value *parts[3] = {start, stop, step};
    slice cut = {.step = 1};
    if (value->type == FLOE_JINJA_IS_UNKNOWN) {
        *out = *value;
        return 0;
    }
    for (int i = 0; i < 3; i++) {
        if (parts[i]->type == FLOE_JINJA_IS_UNKNOWN) {
            *out = *parts[i];
            return 0;
        }
    }
    if (value->type == FLOE_JINJA_IS_UNDEFINED) {
        *out = *value;
        return value->length ? floe_jinja_needs(run, value) : 0;
    }
    if (floe_jinja_weigh(run, value, FLOE_JINJA_COPIED)) {
        return run->error.code;
    }
    if (value->type == FLOE_JINJA_IS_OBJECT && value->object->class == &floe_jinja_range_class) {
        floe_jinja_value list;
        int result = floe_jinja_elements(run, value, &list);
        return result ? result : floe_jinja_slice(run, &list, start, stop, step, out);
    }
    if (value->type != FLOE_JINJA_IS_STRING && !floe_jinja_is_sequence(value)) {
        return floe_jinja_fail(run, FLOE_INVALID, "'%s' object cannot be sliced",
                               floe_jinja_type_name(value));
    }
    if (value->type != FLOE_JINJA_IS_STRING && value->sequence->doubt) {
        *out = floe_jinja_doubtful(value->sequence->doubt);
        return 0;
    }
    bool text = value->type == FLOE_JINJA_IS_STRING;
    int64_t count =
        text ? (int64_t)floe_jinja_count(value->string, value->length) : (int64_t)value->sequence->count;
    int result = resolve_cut(run, count, parts, &cut);
    if (result) {
        return result;
    }
    return text ? slice_text(run, value, &cut, out) : slice_list(run, value, &cut, out);
}

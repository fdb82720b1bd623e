/* Jinja's tests: what stands behind `is`. */
#include "jinja/method.h"

#include <pthread.h>

#define PREDICATE(name)                                                                                      \
    static int is_##name(floe_jinja_run *run, const floe_jinja_value *value,                                 \
                         const floe_jinja_arguments *arguments, floe_jinja_value *out)

#define TYPE_PREDICATE(name, condition)                                                                      \
    PREDICATE(name) {                                                                                        \
        (void)run;                                                                                           \
        (void)value;                                                                                         \
        (void)arguments;                                                                                     \
        *out = floe_jinja_boolean(condition);                                                                \
        return 0;                                                                                            \
    }

TYPE_PREDICATE(defined, value->type != FLOE_JINJA_IS_UNDEFINED)
TYPE_PREDICATE(undefined, value->type == FLOE_JINJA_IS_UNDEFINED)
TYPE_PREDICATE(none, value->type == FLOE_JINJA_IS_NONE)
TYPE_PREDICATE(boolean, value->type == FLOE_JINJA_IS_BOOLEAN)
TYPE_PREDICATE(no, value->type == FLOE_JINJA_IS_BOOLEAN && !value->boolean)
TYPE_PREDICATE(yes, value->type == FLOE_JINJA_IS_BOOLEAN && value->boolean)
TYPE_PREDICATE(integer, value->type == FLOE_JINJA_IS_INTEGER)
TYPE_PREDICATE(float, value->type == FLOE_JINJA_IS_NUMBER)
TYPE_PREDICATE(number, floe_jinja_is_number(value))
TYPE_PREDICATE(string, value->type == FLOE_JINJA_IS_STRING)
TYPE_PREDICATE(mapping, value->type == FLOE_JINJA_IS_DICT ||
                            (value->type == FLOE_JINJA_IS_OBJECT && value->object->class->mapping))
TYPE_PREDICATE(escaped, false)
/* What dbt's lenient undefined is called is itself. */
TYPE_PREDICATE(callable, (value->type == FLOE_JINJA_IS_OBJECT && value->object->class->call) ||
                             value->type == FLOE_JINJA_IS_UNDEFINED)

/* A thing with a length and elements by index: also a set has none by index. */
TYPE_PREDICATE(sequence,
               value->type == FLOE_JINJA_IS_STRING || floe_jinja_is_sequence(value) ||
                   value->type == FLOE_JINJA_IS_DICT || value->type == FLOE_JINJA_IS_UNDEFINED ||
                   (value->type == FLOE_JINJA_IS_OBJECT &&
                    (value->object->class->mapping || value->object->class == &floe_jinja_range_class)))
TYPE_PREDICATE(iterable, value->type == FLOE_JINJA_IS_STRING || value->type == FLOE_JINJA_IS_UNDEFINED ||
                             (value->type >= FLOE_JINJA_IS_LIST && value->type <= FLOE_JINJA_IS_DICT) ||
                             (value->type == FLOE_JINJA_IS_OBJECT && value->object->class->iterate))

static int want_number(floe_jinja_run *run, const floe_jinja_value *value, const char *test) {
    if (value->type == FLOE_JINJA_IS_UNDEFINED) {
        return floe_jinja_needs(run, value);
    }
    return floe_jinja_is_number(value)
               ? 0
               : floe_jinja_fail(run, FLOE_INVALID, "'is %s' asks for a number, not %s", test,
                                 floe_jinja_type_name(value));
}

static int remainder_is(floe_jinja_run *run, const floe_jinja_value *value, int64_t by, int64_t rest,
                        const char *test, floe_jinja_value *out) {
    floe_jinja_value divisor = floe_jinja_integer(by), left, wanted = floe_jinja_integer(rest);
    int result = want_number(run, value, test);
    result = result ? result : floe_jinja_operate(run, FLOE_JINJA_MODULO, value, &divisor, &left);
    *out = floe_jinja_boolean(!result && floe_jinja_equal(&left, &wanted));
    return result;
}

PREDICATE(odd) {
    (void)arguments;
    return remainder_is(run, value, 2, 1, "odd", out);
}

PREDICATE(even) {
    (void)arguments;
    return remainder_is(run, value, 2, 0, "even", out);
}

static int operand(floe_jinja_run *run, const char *test, const floe_jinja_arguments *arguments,
                   floe_jinja_value *out) {
    static const char *const parameters[] = {"other"};
    return floe_jinja_bind(run, test, arguments, parameters, 1, out);
}

PREDICATE(divisibleby) {
    floe_jinja_value other, left, nothing = floe_jinja_integer(0);
    int result = operand(run, "divisibleby", arguments, &other);
    if (!result && other.type == FLOE_JINJA_IS_UNKNOWN) {
        *out = other;
        return 0;
    }
    result = result ? result : want_number(run, value, "divisibleby");
    result = result ? result : floe_jinja_operate(run, FLOE_JINJA_MODULO, value, &other, &left);
    *out = floe_jinja_boolean(!result && floe_jinja_equal(&left, &nothing));
    return result;
}

static int case_of(floe_jinja_run *run, const floe_jinja_value *value, bool upper, floe_jinja_value *out) {
    floe_jinja_value text;
    int result = floe_jinja_text_of(run, value, &text);
    if (result || text.type == FLOE_JINJA_IS_UNKNOWN) {
        *out = text;
        return result;
    }
    return floe_jinja_has_case(run, &text, upper, out);
}

PREDICATE(lower) {
    (void)arguments;
    return case_of(run, value, false, out);
}

PREDICATE(upper) {
    (void)arguments;
    return case_of(run, value, true, out);
}

PREDICATE(sameas) {
    floe_jinja_value other;
    int result = operand(run, "sameas", arguments, &other);
    if (!result && other.type == FLOE_JINJA_IS_UNKNOWN) {
        *out = other;
        return 0;
    }
    bool same = !result && value->type == other.type;
    if (same && value->type >= FLOE_JINJA_IS_LIST && value->type <= FLOE_JINJA_IS_OBJECT) {
        same = value->object == other.object;
    } else if (same && value->type != FLOE_JINJA_IS_NONE && value->type != FLOE_JINJA_IS_BOOLEAN) {
        if (floe_jinja_equal(value, &other)) {
            *out = floe_jinja_unknown(run, "whether two equal values are one and the same");
            return 0;
        }
        same = false;
    } else {
        same = same && floe_jinja_equal(value, &other);
    }
    *out = floe_jinja_boolean(same);
    return result;
}

static int compare(floe_jinja_run *run, const char *name, floe_jinja_operation operation,
                   const floe_jinja_value *value, const floe_jinja_arguments *arguments,
                   floe_jinja_value *out) {
    floe_jinja_value other;
    int result = operand(run, name, arguments, &other);
    return result ? result : floe_jinja_compare(run, operation, value, &other, out);
}

#define COMPARE_PREDICATE(name, operation)                                                                   \
    PREDICATE(name) {                                                                                        \
        return compare(run, #name, operation, value, arguments, out);                                        \
    }

COMPARE_PREDICATE(eq, FLOE_JINJA_EQUAL)
COMPARE_PREDICATE(ne, FLOE_JINJA_NOT_EQUAL)
COMPARE_PREDICATE(gt, FLOE_JINJA_GREATER)
COMPARE_PREDICATE(ge, FLOE_JINJA_GREATER_EQUAL)
COMPARE_PREDICATE(lt, FLOE_JINJA_LESS)
COMPARE_PREDICATE(le, FLOE_JINJA_LESS_EQUAL)
COMPARE_PREDICATE(in, FLOE_JINJA_IN)

PREDICATE(filter) {
    (void)run;
    (void)arguments;
    *out = floe_jinja_boolean(value->type == FLOE_JINJA_IS_STRING &&
                              floe_jinja_filter_find((floe_jinja_text){value->string, value->length}));
    return 0;
}

static floe_jinja_filter find_test(floe_jinja_text name);

PREDICATE(test) {
    (void)run;
    (void)arguments;
    *out = floe_jinja_boolean(value->type == FLOE_JINJA_IS_STRING &&
                              find_test((floe_jinja_text){value->string, value->length}));
    return 0;
}

#define ENTRY(name, function)                                                                                \
    { name, (void (*)(void))is_##function }

static const floe_jinja_name predicates[] = {ENTRY("odd", odd),
                                             ENTRY("even", even),
                                             ENTRY("divisibleby", divisibleby),
                                             ENTRY("defined", defined),
                                             ENTRY("undefined", undefined),
                                             ENTRY("filter", filter),
                                             ENTRY("test", test),
                                             ENTRY("none", none),
                                             ENTRY("boolean", boolean),
                                             ENTRY("false", no),
                                             ENTRY("true", yes),
                                             ENTRY("integer", integer),
                                             ENTRY("float", float),
                                             ENTRY("lower", lower),
                                             ENTRY("upper", upper),
                                             ENTRY("string", string),
                                             ENTRY("mapping", mapping),
                                             ENTRY("number", number),
                                             ENTRY("sequence", sequence),
                                             ENTRY("iterable", iterable),
                                             ENTRY("callable", callable),
                                             ENTRY("sameas", sameas),
                                             ENTRY("escaped", escaped),
                                             ENTRY("in", in),
                                             ENTRY("==", eq),
                                             ENTRY("eq", eq),
                                             ENTRY("equalto", eq),
                                             ENTRY("!=", ne),
                                             ENTRY("ne", ne),
                                             ENTRY(">", gt),
                                             ENTRY("gt", gt),
                                             ENTRY("greaterthan", gt),
                                             ENTRY(">=", ge),
                                             ENTRY("ge", ge),
                                             ENTRY("<", lt),
                                             ENTRY("lt", lt),
                                             ENTRY("lessthan", lt),
                                             ENTRY("<=", le),
                                             ENTRY("le", le),
                                             {NULL, NULL}};

static floe_jinja_names table;

static void build_table(void) {
    floe_jinja_names_build(&table, predicates);
}

static floe_jinja_filter find_test(floe_jinja_text name) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, build_table);
    return (floe_jinja_filter)floe_jinja_names_find(&table, name);
}

int floe_jinja_apply_test(floe_jinja_run *run, floe_jinja_text name, const floe_jinja_value *value,
                          const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    floe_jinja_filter test = find_test(name);
    int result = 0;
    if (!test && run->host && run->host->filter &&
        run->host->filter(run, name, value, arguments, out, &result)) {
        return result;
    }
    if (!test) {
        return floe_jinja_fail(run, FLOE_INVALID, "No test named '%.*s'", (int)name.length, name.text);
    }
    bool whole = test == is_eq || test == is_ne || test == is_in;
    if (value->type == FLOE_JINJA_IS_UNKNOWN && !whole) {
        *out = *value;
        return 0;
    }
    result = floe_jinja_weigh(run, value, FLOE_JINJA_READ);
    return result ? result : test(run, value, arguments, out);
}

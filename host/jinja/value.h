/*
 * Values of a rendering: Python's as far as templates see them, and one more: unknown, for what only a run of
 * dbt can tell. An unknown value says why and where; whatever is computed from it is unknown as well.
 *
 * All values live in the arena of the rendering that made them.
 */
#ifndef FLOE_JINJA_VALUE_H
#define FLOE_JINJA_VALUE_H

#include "jinja/syntax.h"

typedef enum floe_jinja_type {
    FLOE_JINJA_IS_UNDEFINED, /* Jinja's undefined: empty, false, raises where more is asked of it */
    FLOE_JINJA_IS_NONE,
    FLOE_JINJA_IS_BOOLEAN,
    FLOE_JINJA_IS_INTEGER,
    FLOE_JINJA_IS_NUMBER,
    FLOE_JINJA_IS_STRING,
    FLOE_JINJA_IS_LIST, /* mutable, shared by reference */
    FLOE_JINJA_IS_TUPLE,
    FLOE_JINJA_IS_SET,
    FLOE_JINJA_IS_DICT,   /* mutable, ordered, shared by reference */
    FLOE_JINJA_IS_OBJECT, /* the host's, or a macro, a bound method, a namespace, a loop */
    FLOE_JINJA_IS_UNKNOWN
} floe_jinja_type;

typedef struct floe_jinja_value floe_jinja_value;
typedef struct floe_jinja_run floe_jinja_run;
typedef struct floe_jinja_class floe_jinja_class;

/* Why something is unknown, and where in the project that was seen first. */
typedef struct floe_jinja_doubt {
    const char *reason; /* a sentence without full stop: "the result of run_query() is known to a run only" */
    const floe_jinja_template *template; /* NULL where no template is concerned */
    uint32_t at;
} floe_jinja_doubt;

typedef struct floe_jinja_sequence {
    floe_jinja_value *items;
    size_t count, capacity;
    const floe_jinja_doubt
        *doubt;    /* set once it was changed where it may not have been: its size is unknown */
    uint32_t born; /* when, in branches of the run: what a branch made itself it may change for certain */
} floe_jinja_sequence;

typedef struct floe_jinja_dict {
    floe_jinja_value *keys, *values; /* in the order of insertion; any hashable value is a key */
    size_t count, capacity;
    uint32_t *index; /* open addressing, slot + 1, once there are more than a few */
    size_t mask;
    const floe_jinja_doubt
        *doubt; /* as above: it may have other keys; a value that may be another is unknown */
    uint32_t born;
} floe_jinja_dict;

struct floe_jinja_value {
    uint8_t type;    /* floe_jinja_type */
    uint32_t length; /* of a string, in bytes; of UNDEFINED 1 where asking more of it fails, as Jinja's own */
    union {
        bool boolean;
        int64_t integer;
        double number;
        const char *string;            /* UTF-8, not NUL-terminated in general */
        floe_jinja_sequence *sequence; /* LIST, TUPLE, SET */
        floe_jinja_dict *dict;
        struct floe_jinja_object *object;
        const floe_jinja_doubt *doubt; /* of UNKNOWN */
        const char *name;              /* of UNDEFINED: a name, or the sentence that says why; may be NULL */
    };
};

/* An object: a class, and whatever its members need behind this head. */
typedef struct floe_jinja_object {
    const floe_jinja_class *class;
} floe_jinja_object;

/* Arguments of a call. `keywords[i]` is the name of `named[i]`. */
typedef struct floe_jinja_arguments {
    const floe_jinja_value *items;
    size_t count;
    const floe_jinja_text *keywords;
    const floe_jinja_value *named;
    size_t named_count;
    const floe_jinja_doubt *doubt;  /* set where *args or **kwargs were unknown: there may be more */
    const floe_jinja_value *caller; /* of {% call %}; NULL where there is none */
    uint32_t at;                    /* the call, in the template being rendered */
} floe_jinja_arguments;

/* What can be done with objects of a class; NULL members answer as Python would ("not callable", …).
 * Each returns 0 or a negative code with the run's error set (floe_jinja_fail). */
struct floe_jinja_class {
    const char *name; /* Python's type name, for messages and for `is` tests: "Relation", "macro" */
    bool (*attribute)(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                      floe_jinja_value *out); /* false: there is none */
    int (*call)(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                floe_jinja_value *out);
    int (*item)(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_value *key,
                floe_jinja_value *out);
    bool unknown_keys; /* item() is asked with keys that are unknown, too */
    int (*text)(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out); /* str() */
    int (*iterate)(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *list);
    int (*assign)(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                  const floe_jinja_value *value); /* {% set object.name = value %} */
    int (*truth)(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out); /* NULL: true */
    int (*repr)(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out);  /* NULL: text() */
    bool computes; /* two of them may be equal, or added: what comes of that is not known */
    bool mapping;  /* a Mapping of Python: `is mapping` and `is sequence` hold */
};

static inline floe_jinja_value floe_jinja_none(void) {
    return (floe_jinja_value){.type = FLOE_JINJA_IS_NONE, .integer = 0};
}
static inline floe_jinja_value floe_jinja_boolean(bool value) {
    return (floe_jinja_value){.type = FLOE_JINJA_IS_BOOLEAN, .boolean = value};
}
static inline floe_jinja_value floe_jinja_integer(int64_t value) {
    return (floe_jinja_value){.type = FLOE_JINJA_IS_INTEGER, .integer = value};
}
static inline floe_jinja_value floe_jinja_number(double value) {
    return (floe_jinja_value){.type = FLOE_JINJA_IS_NUMBER, .number = value};
}
/* Borrows the bytes, which must live as long as the run. */
static inline floe_jinja_value floe_jinja_string(const char *text, size_t length) {
    return (floe_jinja_value){.type = FLOE_JINJA_IS_STRING, .length = (uint32_t)length, .string = text};
}
static inline floe_jinja_value floe_jinja_undefined(const char *name) {
    return (floe_jinja_value){.type = FLOE_JINJA_IS_UNDEFINED, .name = name};
}
static inline floe_jinja_value floe_jinja_of_object(floe_jinja_object *object) {
    return (floe_jinja_value){.type = FLOE_JINJA_IS_OBJECT, .object = object};
}
static inline bool floe_jinja_is(const floe_jinja_value *value, floe_jinja_type type) {
    return value->type == type;
}

/* ---- making and reading containers; each fails with FLOE_MEMORY ---- */
int floe_jinja_new_list(floe_jinja_run *run, floe_jinja_type type, floe_jinja_value *out);
int floe_jinja_new_dict(floe_jinja_run *run, floe_jinja_value *out);
int floe_jinja_append(floe_jinja_run *run, floe_jinja_value *list, const floe_jinja_value *item);
int floe_jinja_put(floe_jinja_run *run, floe_jinja_value *dict, const floe_jinja_value *key,
                   const floe_jinja_value *value);
int floe_jinja_put_text(floe_jinja_run *run, floe_jinja_value *dict, const char *key,
                        const floe_jinja_value *value);
/* NULL where there is none. */
const floe_jinja_value *floe_jinja_get(const floe_jinja_value *dict, const floe_jinja_value *key);
const floe_jinja_value *floe_jinja_get_text(const floe_jinja_value *dict, const char *key, size_t length);

/* An unknown value; `reason` is copied. It stands where the run is now. */
floe_jinja_value floe_jinja_unknown(floe_jinja_run *run, const char *reason, ...)
    __attribute__((format(printf, 2, 3)));
static inline floe_jinja_value floe_jinja_doubtful(const floe_jinja_doubt *doubt) {
    return (floe_jinja_value){.type = FLOE_JINJA_IS_UNKNOWN, .doubt = doubt};
}
/* The first doubt anywhere in a value, its elements included; NULL where it is wholly known. */
const floe_jinja_doubt *floe_jinja_doubt_of(const floe_jinja_value *value);

/* Python's truth, ==, str() and repr() of a value. `*out` may be unknown. */
int floe_jinja_truth(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_value *out);
int floe_jinja_text_of(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_value *out);
int floe_jinja_repr(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_value *out);
bool floe_jinja_equal(const floe_jinja_value *one, const floe_jinja_value *other);

/* ---- arguments of a builtin ---- */

/* Spreads positional and keyword arguments over parameters: "name", "name=" where it may be left out (then
 * `*slot` is undefined). Fails as Python would: too many, unknown or repeated names, missing ones. */
int floe_jinja_bind(floe_jinja_run *run, const char *function, const floe_jinja_arguments *arguments,
                    const char *const *parameters, size_t count, floe_jinja_value *slots);

#endif

/*
 * What the files of the evaluator share: the run itself, its scopes, the branches it follows without knowing
 * whether they are taken, and the builtins by name.
 */
#ifndef FLOE_JINJA_RUN_H
#define FLOE_JINJA_RUN_H

#include "jinja/render.h"

/* How a list of statements may end besides well (0) and badly (a negative code). */
enum { FLOE_JINJA_RETURNED = 1, FLOE_JINJA_BROKEN, FLOE_JINJA_CONTINUED };

/* A value type of scopes only: the name was set in a branch that was taken back. */
enum { FLOE_JINJA_IS_ABSENT = 255 };

/* ---- names and scopes ---- */

typedef struct floe_jinja_variable {
    const char *name;
    uint32_t length, hash;
    floe_jinja_value value;
    uint32_t touched; /* the branch that has noted the value it had before */
} floe_jinja_variable;

typedef struct floe_jinja_scope {
    struct floe_jinja_scope *parent;
    floe_jinja_variable *items;
    uint32_t count, capacity;
    uint32_t born;
    floe_jinja_variable room[4];
} floe_jinja_scope;

static inline uint32_t floe_jinja_hash(const char *text, size_t length) {
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)text[i]) * 16777619U;
    }
    return hash;
}

floe_jinja_scope *floe_jinja_scope_new(floe_jinja_run *run, floe_jinja_scope *parent); /* NULL: memory */
/* In this scope alone; NULL where it has no such name. */
floe_jinja_variable *floe_jinja_scope_find(floe_jinja_scope *scope, floe_jinja_text name, uint32_t hash);
/* Borrows the name. */
int floe_jinja_scope_set(floe_jinja_run *run, floe_jinja_scope *scope, floe_jinja_text name,
                         const floe_jinja_value *value);

/* ---- the run ---- */

/* Where the output of statements goes. The bytes of all that are open stand behind one another in one buffer.
 */
typedef struct floe_jinja_capture {
    struct floe_jinja_capture *outer;
    size_t mark;
    const floe_jinja_doubt *doubt; /* a piece was unknown, and with it the whole */
} floe_jinja_capture;

/* What a rendering to a value has put out. */
typedef struct floe_jinja_native {
    struct floe_jinja_native *outer;
    floe_jinja_capture *capture; /* the template's own; what macros write is not put out */
    size_t count;
    floe_jinja_value value;        /* the first */
    const floe_jinja_doubt *doubt; /* how much was put out is unknown */
    bool constants;                /* are values as well, not texts */
} floe_jinja_native;

/* A macro of the host that is being rendered; what dbt's return() ends. The template has one too. */
typedef struct floe_jinja_frame {
    struct floe_jinja_frame *outer;
    const floe_jinja_node *macro;     /* NULL: the template */
    bool in_doubt;                    /* called where the run was in doubt already */
    const floe_jinja_doubt *returned; /* it may have returned `result` before */
    floe_jinja_value result;
} floe_jinja_frame;

/* A loop whose body is being rendered, for break and continue. */
typedef struct floe_jinja_turns {
    struct floe_jinja_turns *outer;
    const floe_jinja_doubt *broken, *continued; /* it may have ended before; this turn may have */
} floe_jinja_turns;

typedef struct floe_jinja_change {
    floe_jinja_scope *scope;
    uint32_t index;
    floe_jinja_value before, after;
} floe_jinja_change;

typedef struct floe_jinja_branch {
    uint32_t start;                /* what was born before may be changed in doubt only */
    bool lingering;                /* not of an `if`: what follows a jump that may have been made */
    size_t journal;                /* where its changes begin */
    const floe_jinja_doubt *outer; /* the run's doubt before */
    const floe_jinja_doubt *doubt; /* why the branch may not be taken */
    floe_jinja_change *first;      /* what the first side changed, once the second is followed */
    size_t first_count;
} floe_jinja_branch;

struct floe_jinja_run {
    const floe_jinja_host *host;
    void *context;
    floe_jinja_bounds bounds;
    floe_arena *arena;
    uint64_t steps;
    const char *stack; /* where the C stack stood when the run was entered; NULL outside */
    uint32_t calls;
    bool chaining; /* undefined names of the template answer more of themselves, as dbt's do in nodes */

    const floe_jinja_template *template;
    uint32_t at;
    bool lenient; /* `chaining`, where the template stands that is being rendered */
    floe_jinja_scope *scope;
    floe_jinja_frame *frame;
    floe_jinja_turns *turns;
    floe_jinja_value returned;

    char *text;
    size_t size, capacity;
    floe_jinja_capture *capture;
    floe_jinja_native *native; /* NULL unless a template is rendered to a value */

    const floe_jinja_doubt *doubt;
    uint32_t serial;
    struct floe_jinja_escaped *escaped; /* containers that something unknown may be: doubt.c */
    uint64_t widened; /* how often something of a container became unknown by a change in doubt */
    floe_jinja_branch *branches;
    size_t branch_count, branch_capacity;
    floe_jinja_change *journal;
    size_t journal_count, journal_capacity;

    struct floe_jinja_uses *uses; /* which macros use `caller`, `varargs`, `kwargs`: call.c */
    size_t uses_count, uses_capacity;
    floe_error error;
};

int floe_jinja_out_of_memory(floe_jinja_run *run);
/* FLOE_LIMIT once the run took too many steps or the C stack is too high. */
int floe_jinja_step(floe_jinja_run *run);
/* The same for `count` steps of a builtin's loop. */
int floe_jinja_steps(floe_jinja_run *run, size_t count);
/* The steps of looking at a whole text, which a loop may do to a long one time and again; `at_once` is how
 * many bytes are a step's work: FLOE_JINJA_COPIED where it is only copied or compared, FLOE_JINJA_READ where
 * its characters count. */
enum { FLOE_JINJA_COPIED = 64, FLOE_JINJA_READ = 16 };
int floe_jinja_weigh(floe_jinja_run *run, const floe_jinja_value *value, size_t at_once);
void *floe_jinja_alloc(floe_jinja_run *run, size_t size); /* NULL with the error set */
int floe_jinja_copy_text(floe_jinja_run *run, const char *text, size_t length, floe_jinja_value *out);
int floe_jinja_format_text(floe_jinja_run *run, floe_jinja_value *out, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- output ---- */
void floe_jinja_capture_open(floe_jinja_run *run, floe_jinja_capture *capture);
int floe_jinja_capture_close(floe_jinja_run *run, floe_jinja_capture *capture, floe_jinja_value *out);
void floe_jinja_capture_drop(floe_jinja_run *run, floe_jinja_capture *capture);
int floe_jinja_write(floe_jinja_run *run, const char *text, size_t length);
/* What `{{ expression }}` puts out, as a value: a constant is text. NULL: a text of the template. */
int floe_jinja_native_output(floe_jinja_run *run, const floe_jinja_node *expression, floe_jinja_value *value);
int floe_jinja_write_value(floe_jinja_run *run, const floe_jinja_value *value);
/* Whether capture holds unknown pieces is asked where text is made; this makes it so. */
static inline void floe_jinja_write_doubt(floe_jinja_run *run, const floe_jinja_doubt *doubt) {
    if (!run->capture->doubt) {
        run->capture->doubt = doubt;
    }
}

/* ---- branches that may not be taken (doubt.c) ----
 *   fork … first side … turn … second side … join */
int floe_jinja_fork(floe_jinja_run *run, const floe_jinja_doubt *doubt, size_t *mark);
int floe_jinja_turn(floe_jinja_run *run, size_t mark);
/* `*changed`, where not NULL, says whether a name is unknown now that was not. */
int floe_jinja_join(floe_jinja_run *run, size_t mark, bool *changed);
/* How the whole ends whose sides ended like this; either may have failed in a way that ends only itself.
 * `returned` is the run's `returned` behind the first side. */
int floe_jinja_outcome(floe_jinja_run *run, const floe_jinja_doubt *doubt, int first,
                       floe_jinja_value returned, int second);
/* A failure that ends more than the branch: a bound, memory. */
bool floe_jinja_hard(int code);
/* Ends what lingers above `mark`, merging what changed meanwhile. */
int floe_jinja_settle(floe_jinja_run *run, size_t mark);
/* Goes on in doubt where the macro or the loop may have ended before. */
int floe_jinja_linger(floe_jinja_run *run);
/* Something that is unknown now may be this value: what is changed of that may be changed of this. */
void floe_jinja_escape(floe_jinja_run *run, const floe_jinja_value *value);
/* Something unknown is changed: all that it may be is doubted. */
int floe_jinja_change_unknown(floe_jinja_run *run, const floe_jinja_doubt *doubt);
/* True where a change of something born then happens in doubt. */
static inline bool floe_jinja_doubtful_change(const floe_jinja_run *run, uint32_t born) {
    return run->branch_count && born < run->branches[run->branch_count - 1].start;
}

/* ---- values (value.c, text.c, compare.c) ---- */
const char *floe_jinja_type_name(const floe_jinja_value *value);                /* Python's */
int floe_jinja_needs(floe_jinja_run *run, const floe_jinja_value *undefined);   /* fails: it is undefined */
floe_jinja_value floe_jinja_missing(floe_jinja_run *run, const char *sentence); /* undefined, and why */
int floe_jinja_tuple(floe_jinja_run *run, const floe_jinja_value *items, size_t count, floe_jinja_value *out);
int floe_jinja_pair(floe_jinja_run *run, const floe_jinja_value *one, const floe_jinja_value *other,
                    floe_jinja_value *out);
/* False where it may not be a key; then the run has failed. `*doubt` where it holds something unknown. */
bool floe_jinja_hashable(floe_jinja_run *run, const floe_jinja_value *value, const floe_jinja_doubt **doubt);
int floe_jinja_remove(floe_jinja_run *run, floe_jinja_dict *dict, const floe_jinja_value *key, bool *found,
                      floe_jinja_value *out);
int floe_jinja_set_add(floe_jinja_run *run, floe_jinja_value *set, const floe_jinja_value *item);
/* 1, 0, or -1 where it hangs on `*doubt`. */
int floe_jinja_compare_equal(const floe_jinja_value *one, const floe_jinja_value *other,
                             const floe_jinja_doubt **doubt);
/* The same value of the same type, and nothing unknown in it. */
bool floe_jinja_identical(const floe_jinja_value *one, const floe_jinja_value *other);
/* <0, 0, >0 in `*out`; fails where Python has no order. `*doubt` where it cannot be known. */
int floe_jinja_order(floe_jinja_run *run, const char *sign, const floe_jinja_value *one,
                     const floe_jinja_value *other, int *out, const floe_jinja_doubt **doubt);
int floe_jinja_compare(floe_jinja_run *run, floe_jinja_operation operation, const floe_jinja_value *one,
                       const floe_jinja_value *other, floe_jinja_value *out);
int floe_jinja_contains(floe_jinja_run *run, const floe_jinja_value *container, const floe_jinja_value *item,
                        floe_jinja_value *out);
int floe_jinja_write_float(char out[40], double number); /* Python's repr; returns the length */

static inline bool floe_jinja_is_number(const floe_jinja_value *value) {
    return value->type == FLOE_JINJA_IS_BOOLEAN || value->type == FLOE_JINJA_IS_INTEGER ||
           value->type == FLOE_JINJA_IS_NUMBER;
}
static inline bool floe_jinja_is_whole(const floe_jinja_value *value) {
    return value->type == FLOE_JINJA_IS_BOOLEAN || value->type == FLOE_JINJA_IS_INTEGER;
}
static inline int64_t floe_jinja_whole(const floe_jinja_value *value) {
    return value->type == FLOE_JINJA_IS_BOOLEAN ? value->boolean : value->integer;
}
static inline double floe_jinja_real(const floe_jinja_value *value) {
    return value->type == FLOE_JINJA_IS_NUMBER ? value->number : (double)floe_jinja_whole(value);
}
static inline bool floe_jinja_is_sequence(const floe_jinja_value *value) {
    return value->type == FLOE_JINJA_IS_LIST || value->type == FLOE_JINJA_IS_TUPLE;
}
static inline floe_jinja_value floe_jinja_of_text(floe_jinja_text text) {
    return floe_jinja_string(text.text, text.length);
}
static inline bool floe_jinja_text_is(floe_jinja_text text, const char *literal, size_t length) {
    return text.length == length && __builtin_memcmp(text.text, literal, length) == 0;
}

/* ---- operators (operation.c) ---- */
int floe_jinja_operate(floe_jinja_run *run, floe_jinja_operation operation, const floe_jinja_value *one,
                       const floe_jinja_value *other, floe_jinja_value *out);
int floe_jinja_negate(floe_jinja_run *run, const floe_jinja_value *value, bool positive,
                      floe_jinja_value *out);
int floe_jinja_item(floe_jinja_run *run, const floe_jinja_value *value, const floe_jinja_value *key,
                    floe_jinja_value *out);
int floe_jinja_slice(floe_jinja_run *run, const floe_jinja_value *value, const floe_jinja_value *start,
                     const floe_jinja_value *stop, const floe_jinja_value *step, floe_jinja_value *out);
int floe_jinja_percent(floe_jinja_run *run, const floe_jinja_value *format, const floe_jinja_value *values,
                       floe_jinja_value *out);
int floe_jinja_format(floe_jinja_run *run, const floe_jinja_value *format,
                      const floe_jinja_arguments *arguments, floe_jinja_value *out);

/* ---- characters (characters.c): strings count in code points ---- */
size_t floe_jinja_count(const char *text, size_t length);
/* The byte offset of a code point; length where there are fewer. */
size_t floe_jinja_offset(const char *text, size_t length, size_t index);
bool floe_jinja_is_ascii(const char *text, size_t length);
size_t floe_jinja_character(const char *text, size_t left); /* its bytes */
size_t floe_jinja_blank(const char *text, size_t left); /* bytes of the blank there, 0 where there is none */
enum { FLOE_JINJA_UPPER, FLOE_JINJA_LOWER, FLOE_JINJA_CAPITALIZE, FLOE_JINJA_TITLE, FLOE_JINJA_SWAPCASE };
int floe_jinja_case(floe_jinja_run *run, int how, const char *text, size_t length, floe_jinja_value *out);

/* ---- iteration (iterate.c) ---- */

/* The elements of any iterable as a LIST or TUPLE (itself where it is one). Unknown where the iterable is. */
int floe_jinja_elements(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_value *out);
/* len(); fails where there is none. */
int floe_jinja_length(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_value *out);
/* A generator: what map, select and their like return. It reads its source when it is asked for an element,
 * and so sees what was changed until then; dbt 2's Jinja makes a list at once. */
typedef struct floe_jinja_lazy floe_jinja_lazy;
typedef int (*floe_jinja_next)(floe_jinja_run *run, floe_jinja_lazy *self, floe_jinja_value *out,
                               bool *found);
struct floe_jinja_lazy {
    floe_jinja_object head;
    floe_jinja_value source;
    floe_jinja_next next; /* NULL: the elements of the source as they are */
    size_t at, size;      /* of the source: what comes next, and how many a dict had in the beginning */
    bool conditional;     /* of a source that is false nothing is asked */
    bool backward;        /* `at` counts down */
    bool started, done;   /* once it has ended it stays so */
    bool sensitive, attribute, keep;
    floe_jinja_arguments arguments; /* of the filter, or what was bound of them */
    floe_jinja_value slots[2];
    floe_jinja_value state; /* of `next`: what it remembers */
    uint32_t born;
    const floe_jinja_doubt *unsure; /* what comes may not be there, or not be all */
    const floe_jinja_doubt *doubt;  /* elements may have been taken */
};
int floe_jinja_generator(floe_jinja_run *run, const floe_jinja_lazy *lazy, const char *type,
                         floe_jinja_value *out);
/* The source's next element; for `next`. */
int floe_jinja_take(floe_jinja_run *run, floe_jinja_lazy *self, floe_jinja_value *out, bool *found);
/* What to pull from: the generator, or where it may not be pulled from at all, a copy of its own. */
floe_jinja_lazy *floe_jinja_pullable(floe_jinja_run *run, floe_jinja_lazy *self); /* NULL: memory */
/* The next element; `unsure` tells whether that is known. */
int floe_jinja_pull(floe_jinja_run *run, floe_jinja_lazy *self, floe_jinja_value *out, bool *found);
int floe_jinja_dict_view(floe_jinja_run *run, const floe_jinja_value *dict, int which, floe_jinja_value *out);
enum { FLOE_JINJA_KEYS, FLOE_JINJA_VALUES, FLOE_JINJA_ITEMS };
/* The next element of a generator; undefined where there is none. */
int floe_jinja_generator_next(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out);
const floe_jinja_doubt *floe_jinja_generator_doubt(const floe_jinja_object *object);
bool floe_jinja_is_generator(const floe_jinja_value *value);
bool floe_jinja_is_view(const floe_jinja_value *value);
extern const floe_jinja_class floe_jinja_range_class, floe_jinja_range_type;

/* ---- objects and globals (object.c) ---- */
bool floe_jinja_global(floe_jinja_run *run, floe_jinja_text name, floe_jinja_value *out);
floe_jinja_scope *floe_jinja_namespace_of(const floe_jinja_value *value); /* NULL where it is none */
int floe_jinja_update(floe_jinja_run *run, floe_jinja_value *dict, const floe_jinja_arguments *arguments);

/* ---- builtins by name ---- */

/* A table of names, found by hash. Built once for the process. */
typedef struct floe_jinja_name {
    const char *name;
    void (*function)(void); /* of the table's type */
} floe_jinja_name;

typedef struct floe_jinja_names {
    const floe_jinja_name *names;
    uint16_t slots[256];
} floe_jinja_names;

void (*floe_jinja_names_find(const floe_jinja_names *names, floe_jinja_text name))(void);
void floe_jinja_names_build(floe_jinja_names *names, const floe_jinja_name *list);

typedef int (*floe_jinja_filter)(floe_jinja_run *run, const floe_jinja_value *value,
                                 const floe_jinja_arguments *arguments, floe_jinja_value *out);
typedef floe_jinja_filter floe_jinja_method; /* the value is what it is called on */

/* NULL where Jinja and dbt have no such filter, test or method. */
floe_jinja_filter floe_jinja_filter_find(floe_jinja_text name);
floe_jinja_method floe_jinja_method_find(const floe_jinja_value *value, floe_jinja_text name);
int floe_jinja_bound(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_text name,
                     floe_jinja_method method, floe_jinja_value *out);
/* By name, the host's as well; fails where there is none. */
int floe_jinja_apply_filter(floe_jinja_run *run, floe_jinja_text name, const floe_jinja_value *value,
                            const floe_jinja_arguments *arguments, floe_jinja_value *out);
int floe_jinja_apply_test(floe_jinja_run *run, floe_jinja_text name, const floe_jinja_value *value,
                          const floe_jinja_arguments *arguments, floe_jinja_value *out);
/* An unknown one among the arguments, NULL where all are known as far as they go. */
const floe_jinja_doubt *floe_jinja_arguments_doubt(const floe_jinja_arguments *arguments);

/* Where a builtin failed over what may not be there (an element added in doubt) its result is unknown. */
int floe_jinja_doubtful_failure(floe_jinja_run *run, int result, const floe_jinja_value *value,
                                const floe_jinja_arguments *arguments, floe_jinja_value *out);

/* ---- evaluation ---- */
int floe_jinja_expression(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_value *out);
/* A boolean, or unknown; `and`, `or` and `not` of known parts are known. */
int floe_jinja_condition(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_value *out);
int floe_jinja_statements(floe_jinja_run *run, floe_jinja_list list);
int floe_jinja_assign(floe_jinja_run *run, const floe_jinja_node *target, const floe_jinja_value *value);
int floe_jinja_for(floe_jinja_run *run, const floe_jinja_node *node);
int floe_jinja_define(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_value *out);
int floe_jinja_call_node(floe_jinja_run *run, const floe_jinja_node *node, const floe_jinja_value *caller,
                         floe_jinja_value *out);
/* The arguments of a CALL, FILTER or TEST; in the run's arena. */
int floe_jinja_collect(floe_jinja_run *run, floe_jinja_list items, floe_jinja_arguments *out);
int floe_jinja_untaken(floe_jinja_run *run, floe_jinja_list body);
/* Applies the filters of a set or filter block to what was captured. */
int floe_jinja_filters(floe_jinja_run *run, const floe_jinja_node *node, const floe_jinja_value *inner,
                       floe_jinja_value *out);

#endif

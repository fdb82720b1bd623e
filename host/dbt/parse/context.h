/*
 * What the files that stand for dbt's context while it parses share: the frame of one rendering, tables by
 * name, and the objects that templates see.
 *
 * dbt renders each template once while it parses, with `execute` false; what a name means then is written
 * here, file by file: context.c (names, and the steps that render), context_call.c (ref, source, config …),
 * context_macro.c (macros and adapter.dispatch), context_relation.c (relations, adapter, api),
 * context_function.c (plain functions), context_modules.c (modules, exceptions), context_yaml.c (values of
 * YAML files), context_test.c and context_reach.c (generic tests), context_python.c (models in Python),
 * vars.c, profile.c, builtin.c (macros of dbt itself), generate.c (names of schemas and the like).
 */
#ifndef FLOE_DBT_CONTEXT_H
#define FLOE_DBT_CONTEXT_H

#include "dbt/parse/parse.h"

/* ---- names in tables ---- */

/* A table of pointers by name. Zeroed is empty. The first entry of a name stays. */
typedef struct floe_context_table {
    struct floe_context_table_entry {
        floe_key key;
        void *value;
    } * entries;
    size_t count, mask; /* mask: slots minus one; 0 where there are none */
} floe_context_table;

/* 0 or FLOE_MEMORY; what is there already stays with `_add`, and goes with `_put`. */
int floe_context_table_add(floe_context_table *names, floe_key key, void *value);
int floe_context_table_put(floe_context_table *names, floe_key key, void *value);
void *floe_context_table_get(const floe_context_table *names, const floe_key *key);
void floe_context_table_free(floe_context_table *names);

/* ---- the target ---- */

/* The connection that dbt would use, as far as templates may see it. */
typedef struct floe_parse_target {
    bool known;         /* false: there is no profile; `reason` says why */
    const char *reason; /* a clause without full stop */
    const char *profile, *name;
    const char *type;              /* the adapter's, "duckdb"; NULL where unknown */
    const char *schema, *database; /* NULL where unknown */
    floe_node fields;              /* object: what `target` shows; a null where the value is not told */
} floe_parse_target;

/* ---- dbt's own macros ---- */

typedef enum floe_builtin_answer {
    FLOE_BUILTIN_TEXT,  /* SQL that depends on the adapter: unknown */
    FLOE_BUILTIN_EMPTY, /* the empty text */
    FLOE_BUILTIN_FALSE,
    FLOE_BUILTIN_NONE,
    FLOE_BUILTIN_UNDEFINED, /* an attribute of none: Jinja's undefined */
    FLOE_BUILTIN_ONE,
    FLOE_BUILTIN_SCHEMA, /* generate_schema_name, and the others of its kind */
    FLOE_BUILTIN_SCHEMA_FOR_ENV,
    FLOE_BUILTIN_DATABASE,
    FLOE_BUILTIN_ALIAS,
    FLOE_BUILTIN_SUBQUERY,     /* its first argument */
    FLOE_BUILTIN_HOOK_INSIDE,  /* in_transaction: a hook as JSON; also make_hook_config */
    FLOE_BUILTIN_HOOK_OUTSIDE, /* before_begin, after_commit */
    FLOE_BUILTIN_HEADER        /* set_sql_header: a config of what the call block says */
} floe_builtin_answer;

typedef struct floe_builtin {
    const char *name;
    floe_builtin_answer answer;
    const char *package; /* "dbt" */
    const char *unique_id;
} floe_builtin;

/* builtin_adapters.c: an adapter and its macros, a text of names with blanks between them. The last has no
 * name. */
typedef struct floe_builtin_adapter {
    const char *name, *parent, *macros;
} floe_builtin_adapter;
extern const floe_builtin_adapter floe_builtin_adapters[];

/* Adapters whose macros an adapter falls back to, itself first, in dbt's order; at most `room`. */
size_t floe_builtin_prefixes(const char *adapter, const char **prefixes, size_t room);

/* ---- the context ---- */

enum { FLOE_CONTEXT_PREFIXES = 6 };

typedef struct floe_parse_context {
    floe_parse *parse;
    floe_jinja_host host;
    floe_parse_target target;
    bool macros_ready;
    floe_context_table *macros; /* by package: its macros by name */
    size_t package_count;       /* of `macros` */
    floe_context_table all; /* macros by name in the order of dbt's resolver: project, packages, dbt's own */
    floe_context_table packages;              /* floe_parse_package by name */
    floe_context_table builtins;              /* floe_builtin by name */
    floe_context_table members;               /* floe_context_member by name */
    floe_context_table docs, docs_of_package; /* floe_parse_doc by name; by "package.name" */
    bool quoting;                             /* some dbt_project.yml speaks of quoting */
    const floe_node *dispatch;                /* of the project's dbt_project.yml; NULL */
    const char *prefixes[FLOE_CONTEXT_PREFIXES];
    size_t prefix_count; /* `default` is the last */
} floe_parse_context;

/* Fills context->builtins for the target's adapter. 0 or FLOE_MEMORY. */
int floe_builtin_index(floe_parse_context *context);

/* The parse's context, made when first asked for; NULL when memory ran out. Its target is known then. */
floe_parse_context *floe_context_for(floe_parse *parse);
/* Tables of macros, docs and packages; once the layout is known. 0 or FLOE_MEMORY. */
int floe_context_index(floe_parse_context *context);

typedef enum floe_frame_kind {
    FLOE_FRAME_NODE,    /* a node's template */
    FLOE_FRAME_NAME,    /* generate_schema_name and the like */
    FLOE_FRAME_YAML,    /* properties files */
    FLOE_FRAME_PROJECT, /* dbt_project.yml and its like */
    FLOE_FRAME_PROFILE  /* profiles.yml, packages.yml */
} floe_frame_kind;

/*
 * The macros that a generic test's arguments can call: dbt looks for the test's macro by its name without
 * namespace, and knows those only that it reaches (context_reach.c).
 */
typedef struct floe_context_reach {
    const floe_parse_macro *test; /* NULL: dbt's own */
    const char *unique_id;        /* of the test's macro; NULL: there is none */
    const floe_parse_macro **items;
    size_t count;
    bool ready; /* they were looked for */
} floe_context_reach;

/* One rendering: a run's host context. */
typedef struct floe_frame {
    floe_parse_thread *thread;
    floe_parse *parse;
    floe_parse_context *context;
    floe_frame_kind kind;
    bool native;                 /* values keep their types */
    bool hook;                   /* what is rendered is a hook of the node */
    floe_parse_package *package; /* whose names come first; NULL for profiles */
    floe_parse_node *node;       /* NULL in YAML */
    const char *file;
    const floe_document *document; /* of YAML, whose scalar at `at` is rendered; NULL: it is not known */
    uint32_t at;
    unsigned depth;              /* macros of dbt's kind within one another */
    uint32_t config_calls;       /* config() calls so far */
    floe_jinja_text missing[16]; /* names that the node's own template asked for in vain */
    size_t missing_count;
    const void *seen_untaken[64];              /* branches that were looked at */
    const floe_jinja_template *place_template; /* the last place that was worked out */
    uint32_t place_at, line, column;
    const floe_jinja_value *test_arguments; /* _dbt_generic_test_kwargs */
    floe_context_reach *reach;              /* of a generic test */
    int failure;                            /* FLOE_MEMORY in a place that cannot fail */
} floe_frame;

static inline floe_frame *floe_frame_of(floe_jinja_run *run) {
    return floe_jinja_context(run);
}

/* The thread's run, reset for a frame; NULL (and parse->error) when memory ran out. */
floe_jinja_run *floe_context_run(floe_frame *frame);

/* A doubt that outlives the run. NULL for NULL, and when memory ran out (frame->failure). */
const floe_jinja_doubt *floe_context_keep(floe_parse_thread *thread, const floe_jinja_doubt *doubt);
/* One that outlives the run from a sentence. */
const floe_jinja_doubt *floe_context_doubt(floe_parse_thread *thread, const floe_jinja_template *template,
                                           uint32_t at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Why the run failed, as a doubt that outlives it. */
const floe_jinja_doubt *floe_context_failure(floe_parse_thread *thread, const floe_jinja_run *run);
/* Which of the macros of one name is meant: `macro` has a rival. */
const floe_jinja_doubt *floe_context_rivals(floe_frame *frame, const floe_parse_macro *macro);
/* Adds a doubt to a node; about a thing that has one already nothing is added. */
int floe_context_doubts(floe_parse_thread *thread, floe_parse_node *node, const char *about,
                        const floe_jinja_doubt *doubt);

/* context_macro.c: whether in dbt 2 a macro of this name takes the place of what the context has; of all else
 * that the context has none does. */
bool floe_context_may_be_macro(floe_jinja_text name);

/* ---- objects ---- */

typedef int (*floe_context_handler)(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                                    floe_jinja_value *out);

/* A function of the context. */
typedef struct floe_context_function {
    floe_jinja_object head;
    const char *name;
    floe_context_handler call;
    void *self;
} floe_context_function;

floe_jinja_value floe_context_bound(floe_jinja_run *run, const char *name, floe_context_handler call,
                                    void *self);
/* Memory of the run. Where the run's bound refuses it the run ends at its next step, and what it still makes
 * until then is scratch of the thread. NULL where the system has no more: the reading fails. */
void *floe_context_alloc(floe_jinja_run *run, size_t size);
/* A NUL-terminated copy of a text in the run's memory; NULL as above. */
char *floe_context_copy(floe_jinja_run *run, const char *text, size_t length);
/* An object of the run, `size` bytes that are copied from `object`. */
floe_jinja_value floe_context_object(floe_jinja_run *run, const floe_jinja_object *object, size_t size);
/* A string value that the run owns. */
floe_jinja_value floe_context_text(floe_jinja_run *run, const char *text, size_t length);
static inline bool floe_text_is(floe_jinja_text text, const char *literal) {
    return text.length == __builtin_strlen(literal) && !__builtin_memcmp(text.text, literal, text.length);
}

/* A name that dbt's context has, macros not among them; false where there is none. */
bool floe_context_member(floe_jinja_run *run, floe_jinja_text name, floe_jinja_value *out);
/* A name as templates see it. */
bool floe_context_lookup(floe_jinja_run *run, floe_jinja_text name, floe_jinja_value *out);

/* context_reach.c: the macro that a name means in the arguments of a test; false: none. `package` is the
 * namespace that it was asked of ("dbt": dbt's own), or NULL. */
bool floe_context_reached(floe_jinja_run *run, const char *package, floe_jinja_text name,
                          const floe_parse_macro **macro, const floe_builtin **builtin);
/* Whether a macro is. */
bool floe_context_reaches(floe_jinja_run *run, const floe_parse_macro *macro);
/* Whether any macro of a package is. */
bool floe_context_reaches_package(floe_jinja_run *run, const floe_parse_package *package);
/* The macro that the call of the test itself means, or NULL where it comes to nothing. */
const floe_parse_macro *floe_context_reach_test(floe_jinja_run *run, const char *package);

/* context_call.c */
int floe_context_ref(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                     floe_jinja_value *out);
int floe_context_source(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                        floe_jinja_value *out);
int floe_context_metric(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                        floe_jinja_value *out);
int floe_context_udf(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                     floe_jinja_value *out);
floe_jinja_value floe_context_config(floe_jinja_run *run);
void floe_context_untaken(floe_jinja_run *run, floe_jinja_list body);
/* Adds the calls that stand in a body with literal names, each with this doubt. */
void floe_context_collect(floe_frame *frame, const floe_jinja_template *template, floe_jinja_list body,
                          const floe_jinja_doubt *doubt, bool untaken);
/* Records a keyword of config(). `value` may be NULL: unknown. */
int floe_context_set(floe_frame *frame, floe_jinja_text key, const floe_jinja_value *value,
                     const floe_jinja_doubt *doubt, uint32_t call, uint32_t line, uint32_t column);
/* Records a call; its texts are copied. */
int floe_context_record(floe_frame *frame, const floe_parse_call *call);
/* File, line and column of an offset of the template being rendered, or of the run's place. */
const char *floe_context_place(floe_frame *frame, const floe_jinja_template *template, uint32_t at,
                               uint32_t *line, uint32_t *column);

/* context_macro.c */
bool floe_context_find(floe_jinja_run *run, floe_jinja_text name, floe_jinja_value *out);
int floe_context_dispatch(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                          floe_jinja_value *out);
/* The nearest name of those in some tables that begin with `prefix`, which is left out; NULL: none is near.
 * It ends after `*length` bytes. */
const char *floe_context_near_macro(const floe_context_table *const *tables, size_t count, const char *prefix,
                                    floe_jinja_text name, size_t *length);
/* What an unknown name means may be a macro: it is unknown, and the node knows it. */
int floe_context_any_macro(floe_jinja_run *run, const floe_jinja_value *name, floe_jinja_value *out);
int floe_context_call_macro(floe_jinja_run *run, const floe_parse_macro *macro,
                            const floe_jinja_arguments *arguments, floe_jinja_value *out);
/* The macros that a macro calls as far as its text tells, as dbt writes them to the manifest. */
int floe_context_macro_calls(floe_parse_context *context, floe_parse_macro *macro);
int floe_context_note_macro(floe_frame *frame, const char *unique_id);

/* context_relation.c */
floe_jinja_value floe_context_relation(floe_jinja_run *run, const floe_parse_node *node);
floe_jinja_value floe_context_adapter(floe_jinja_run *run);
floe_jinja_value floe_context_api(floe_jinja_run *run);
floe_jinja_value floe_context_column_class(floe_jinja_run *run);

/* context_function.c */
/* Appends a text as Python's json writes it, with its quotes. */
void floe_context_write_string(floe_buffer *text, const char *bytes, size_t length);
extern const floe_context_function floe_context_functions[];
/* The elements of what can be iterated, as a list; false where that is not known, with `*out` unknown, or
 * where it cannot be: `*out` is none then. */
bool floe_context_elements(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_value *list,
                           floe_jinja_value *out);
/* context_modules.c */
floe_jinja_value floe_context_modules(floe_jinja_run *run);
floe_jinja_value floe_context_exceptions(floe_jinja_run *run);

/* vars.c */
floe_jinja_value floe_context_var(floe_jinja_run *run);
int floe_context_env_var(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                         floe_jinja_value *out);

/* profile.c */
int floe_profile_load(floe_parse_context *context, floe_parse_thread *thread);
floe_jinja_value floe_context_target(floe_jinja_run *run);
floe_jinja_value floe_context_target_field(floe_jinja_run *run, const char *name);

/* generate.c: dbt's own macros for names, as values. */
int floe_context_generate(floe_jinja_run *run, floe_builtin_answer which,
                          const floe_jinja_arguments *arguments, floe_jinja_value *out);
/* A node as a template sees it (`model`, `node`). */
floe_jinja_value floe_context_model(floe_jinja_run *run, floe_parse_node *node);

/* context_yaml.c */
int floe_context_render_text(floe_frame *frame, floe_jinja_run *run, const char *text, size_t size,
                             floe_jinja_value *out);
bool floe_context_filter(floe_jinja_run *run, floe_jinja_text name, const floe_jinja_value *value,
                         const floe_jinja_arguments *arguments, floe_jinja_value *out, int *result);
int floe_context_doc(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                     floe_jinja_value *out);

/* context_python.c */
int floe_context_python(floe_frame *frame);

#endif

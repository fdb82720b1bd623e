/*
 * What the files of step 4 share. Properties files are read in threads, one file at a time, into drafts; the
 * drafts become patches and nodes in the order of the files, and what of those has Jinja is rendered in
 * threads again.
 */
#ifndef FLOE_DBT_ENTRIES_H
#define FLOE_DBT_ENTRIES_H

#include "dbt/parse/parse.h"

typedef enum floe_draft_kind {
    FLOE_DRAFT_PATCH,    /* an entry for a node that a file of code defines */
    FLOE_DRAFT_MACRO,    /* an entry for a macro */
    FLOE_DRAFT_SOURCE,   /* an entry of `sources`; the drafts of its tables and tests follow */
    FLOE_DRAFT_OVERRIDE, /* an entry of `sources` that overrides another package's */
    FLOE_DRAFT_END,      /* behind the last draft of a source */
    FLOE_DRAFT_NODE      /* a source's table, a generic test, an exposure … */
} floe_draft_kind;

/* What an entry says, before it is a node. Lives in the arena of the thread that read it. */
typedef struct floe_draft {
    floe_draft_kind what;
    floe_parse_kind kind; /* of a NODE */
    const floe_parse_file *file;
    const char *section;
    const floe_node *entry; /* rendered */
    uint32_t at;            /* where it stands in the file */
    const char *name, *unique_id;
    floe_node fqn;
    const char *path;
    floe_node members, config;
    const char *schema, *database; /* of a source; NULL where the target has to say */
    const char *code;              /* Jinja that makes the calls of the node; NULL */
    floe_parse_call *calls;        /* those that need no rendering */
    uint32_t call_count;
    floe_node measures;  /* of a metric: names of the measures it is made from; the semantic models that
                            have them are what it depends on */
    floe_node made_from; /* unique ids that it depends on, whatever its calls say */
    struct floe_draft *created_by; /* of a metric that a measure made: its semantic model */
    floe_node has_measures;        /* of a semantic model: the names of its measures */
    floe_parse_doubt *doubts;
    uint32_t doubt_count;
    const char *model; /* that a unit test tests */
    /* of a generic test */
    const char *column_name, *test_name, *test_namespace;
    floe_node arguments;
    int32_t version; /* index into `versions` of the model it tests, -1 where there are none */
    bool of_source;
    floe_parse_node *node; /* once it is one */
} floe_draft;

/* Reading one file. */
typedef struct floe_entry_reader {
    floe_parse_thread *thread;
    const floe_parse_file *file;
    const char *section;  /* "models" … */
    const floe_node *raw; /* the entry being read, as it stands in the file */
    FLOE_PARSE_LIST(floe_draft *) drafts;
    FLOE_PARSE_LIST(floe_parse_doubt) doubts; /* of the entry being read */
    floe_buffer text, name;                   /* scratch */
    struct floe_entry_key {                   /* where in the entry the rendering is */
        const char *text;                     /* NULL: an element of a list */
        uint32_t length;
    } path[128];
    uint32_t depth;
    const char *about; /* what a doubt found now is about; NULL: the key at the top of `path` */
    void *md5;         /* tests.c */
} floe_entry_reader;

typedef struct floe_entry_key floe_entry_key;

/* ---- entry.c: building and reading trees ---- */

/* An object in the making. Zeroed is empty; members stand on the heap until it is finished. */
typedef struct floe_maker {
    floe_key *keys;
    floe_node *values;
    size_t count, key_capacity, value_capacity;
    bool failed;
} floe_maker;

/* Sets a member; `key` lives as long as the tree (a literal, a key of a file). A key that is there keeps its
 * place and gets the new value. `_some` leaves null and absent values out. */
void floe_maker_put(floe_maker *maker, const char *key, size_t length, floe_node value);
void floe_maker_set(floe_maker *maker, const char *key, floe_node value);
void floe_maker_some(floe_maker *maker, const char *key, const floe_node *value);
/* Copies the members of an object over those that are there. */
void floe_maker_update(floe_maker *maker, const floe_node *object);
const floe_node *floe_maker_get(const floe_maker *maker, const char *key, size_t length);
void floe_maker_drop(floe_maker *maker, const char *key);
/* The object, in the thread's document. `result` is how its making went until here: a failure is given back.
 * The maker is empty afterwards, also on failure, when `out` is null. */
int floe_maker_finish(floe_maker *maker, int result, floe_parse_thread *thread, uint32_t at, floe_node *out);
void floe_maker_free(floe_maker *maker);

/* The member of an object; NULL where it is absent or null. */
const floe_node *floe_entry_get(const floe_node *object, const char *key);
/* The elements of a list or members of an object; 0 of anything else. */
uint32_t floe_entry_count(const floe_node *node, floe_kind kind);
floe_node floe_entry_list(floe_parse_thread *thread, const floe_node *items, size_t count);
/* The fqn of what a properties file defines: package, folders of `path`, then the names (NULL ends). */
int floe_entry_fqn(floe_parse_thread *thread, const floe_parse_file *file, const char *path, floe_node *out,
                   const char *const *names, size_t count);
/* `file->path` without its first folder. */
const char *floe_entry_below_root(const floe_parse_file *file);
/* Adds to a sorted list of distinct strings what `node` (a string or a list) holds. */
typedef FLOE_PARSE_LIST(floe_node) floe_tags;
int floe_tags_add(floe_tags *tags, const floe_node *node);
void floe_tags_sort(floe_tags *tags);

/* A problem of the entry that is being read; `at` is an offset in its file. */
void floe_entry_problem(floe_entry_reader *reader, floe_parse_severity severity, const char *code,
                        uint32_t at, const char *hint, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* Notes that something about the entry's node cannot be known. */
int floe_entry_doubt(floe_entry_reader *reader, const char *about, const floe_jinja_doubt *doubt,
                     uint32_t at);
/* A new draft with the doubts of the entry so far; NULL where memory ran out. */
floe_draft *floe_entry_draft(floe_entry_reader *reader, floe_draft_kind what, const floe_node *entry);
/* Where a key of an object stands, else the object. */
uint32_t floe_entry_key_at(const floe_node *object, const char *key);

/* ---- entry_render.c ---- */

/* The entry as dbt renders it: which of its strings are Jinja, which stay as they are and which are
 * descriptions depends on the section and the version of dbt. */
int floe_entry_render(floe_entry_reader *reader, const floe_node *entry, floe_node *out);
/* One string as a value of its own type. */
int floe_entry_value(floe_entry_reader *reader, const floe_node *text, const char *about, floe_node *out);
int floe_entry_description(floe_entry_reader *reader, const floe_node *text, floe_node *out);

/* ---- python.c: str() and repr() ---- */

/* Appends str() of a value: a string is itself. */
void floe_python_str(floe_buffer *out, const floe_node *node);
/* Appends repr(). With `hashable` dicts are sorted and all scalars are strings, as dbt hashes the metadata of
 * tests. */
void floe_python_repr(floe_buffer *out, const floe_node *node, bool hashable);
/* Appends repr() of a date or time in the form of ISO 8601: "datetime.date(2020, 1, 1)". */
void floe_python_moment(floe_buffer *out, const char *text, size_t length);
/* str() of what is no list and no dict; with `json` a number has the form that it has in dbt 2's JSON. */
void floe_python_scalar(floe_buffer *out, const floe_node *node, bool json);
/* An object's keys in the order of their bytes; the caller frees them. NULL where memory ran out. */
const floe_key **floe_python_sorted(const floe_node *object);

/* ---- words.c: the same of dbt 2 ---- */

/* Appends what dbt 2 hashes of an argument. */
void floe_words_hashed(floe_buffer *out, const floe_node *node);
/* Appends what dbt 2 makes a part of a test's name of. */
void floe_words_named(floe_buffer *out, const floe_node *node);

/* ---- spelling.c ---- */

/* Reports keys of an entry that dbt does not know, that are old, or that stand twice. */
void floe_entry_spelling(floe_entry_reader *reader, const floe_node *entry);
void floe_entry_file_spelling(floe_entry_reader *reader, const floe_node *root);
/* The entry as the dbt whose rules hold takes it: dbt 2 passes over what belongs below `config` and stands
 * beside it. `out` may be `entry`. */
int floe_entry_current(floe_entry_reader *reader, const floe_node *entry, floe_node *out);
/* Of one generic test: what stands beside its arguments. */
void floe_entry_test_spelling(floe_entry_reader *reader, const floe_node *arguments, const char *test);

/* ---- tests.c ---- */

/* What generic tests hang on. */
typedef struct floe_test_target {
    const char *name;         /* of the node, or of a source's table */
    const char *source;       /* the source's name; NULL for nodes */
    const floe_node *version; /* value of `v`; NULL */
    int32_t version_index;
    const floe_node *quote_columns;
    const floe_node *tags[2]; /* of a source and its table */
} floe_test_target;

/* The tests of an entry (columns first for nodes, tables first for sources). */
int floe_entry_tests(floe_entry_reader *reader, const floe_node *entry, const char *name);
int floe_entry_source_tests(floe_entry_reader *reader, const floe_node *table,
                            const floe_test_target *target);
void floe_entry_tests_free(floe_entry_reader *reader);

/* ---- sources.c, exposures.c, semantic.c, semantic_own.c, unit.c: entries that are nodes of their own ----
 */
int floe_entry_source(floe_entry_reader *reader, const floe_node *entry);
/* The entry of a source with what `patch`, an entry with `overrides`, says instead. */
int floe_entry_override(floe_parse_thread *thread, const floe_node *entry, const floe_node *patch,
                        floe_node *out);
int floe_entry_exposure(floe_entry_reader *reader, const floe_node *entry);
int floe_entry_group(floe_entry_reader *reader, const floe_node *entry);
int floe_entry_semantic_model(floe_entry_reader *reader, const floe_node *entry);
/* What the entry of a model says of a semantic model and metrics (dbt 1.12 and later). */
int floe_entry_model_semantics(floe_entry_reader *reader, const floe_node *entry);
int floe_entry_metric(floe_entry_reader *reader, const floe_node *entry);
int floe_entry_saved_query(floe_entry_reader *reader, const floe_node *entry);
int floe_entry_unit_test(floe_entry_reader *reader, const floe_node *entry);
/* Members of `entry` with these keys (NULL ends), those that are not null, as they are. */
void floe_entry_copy(floe_maker *maker, const floe_node *entry, const char *const *keys);
/* A draft of a node with an id of `kind`.PACKAGE.NAME and the fqn of what stands in a properties file. */
floe_draft *floe_entry_node(floe_entry_reader *reader, floe_parse_kind kind, const char *word,
                            const floe_node *entry, const char *name);
/* Gives a draft calls that need no rendering. */
int floe_entry_calls(floe_entry_reader *reader, floe_draft *draft, const floe_parse_call *calls,
                     size_t count);
/* The call of ref(), source() or metric() that an expression is; false where it is none with literals. */
bool floe_entry_call(floe_entry_reader *reader, const floe_node *expression, floe_parse_call *out);

#endif

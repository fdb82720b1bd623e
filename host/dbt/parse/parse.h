/*
 * What the files of this folder share while a project is read from its sources. One floe_parse stands for the
 * whole reading; the steps fill it in this order, and each may rely on what stands above it:
 *
 *   1. layout    settings.c, packages.c, collect.c, blocks.c: packages, files, macros, docs blocks
 *   2. nodes     nodes.c: one floe_parse_node for each model, seed, snapshot, analysis, singular test, hook
 *   3. render    context.c: what the Jinja of each node says (calls of ref, source, config …); in threads
 *   4. entries   properties.c, tests.c: properties files: patches for nodes, sources, generic tests,
 * exposures …
 *   5. settle    config.c, resolve.c: configs, versions, ids, what refers to what
 *   6. write     write.c: the tree of a manifest (schema v12), with what only sources tell under the key
 * `floe`
 *
 * What is wrong in one file is a problem of the project and not the end of the reading.
 */
#ifndef FLOE_DBT_PARSE_H
#define FLOE_DBT_PARSE_H

#include "base/buffer.h"
#include "floe/node.h"
#include "floe/yaml.h"
#include "jinja/render.h"

#include <pthread.h>

typedef struct floe_parse floe_parse;
typedef struct floe_parse_thread floe_parse_thread;
typedef struct floe_parse_package floe_parse_package;
typedef struct floe_parse_file floe_parse_file;
typedef struct floe_parse_node floe_parse_node;
typedef struct floe_parse_macro floe_parse_macro;
typedef struct floe_parse_doc floe_parse_doc;

/* A growing list, on the heap and not in an arena; freed with the parse. */
#define FLOE_PARSE_LIST(type)                                                                                \
    struct {                                                                                                 \
        type *items;                                                                                         \
        size_t count, capacity;                                                                              \
    }

typedef struct floe_parse_options {
    const char *root;     /* the project's folder */
    const char *profiles; /* folder of profiles.yml; NULL: DBT_PROFILES_DIR, the project, ~/.dbt */
    const char *profile;  /* NULL: DBT_PROFILE, else dbt_project.yml's */
    const char *target;   /* NULL: DBT_TARGET, else the profile's */
    const char *dbt;      /* whose rules hold where versions of dbt differ: "1.10"; NULL: the newest that the
                             project's require-dbt-version accepts */
    const char *vars;     /* YAML or JSON text as of `dbt --vars`; NULL */
    unsigned threads;     /* 0: one for each core, at most 8 */
} floe_parse_options;

/* ---- problems ---- */

typedef enum floe_parse_severity {
    FLOE_PARSE_ERROR, /* dbt would refuse the project: a syntax error, a ref to nothing, two nodes of one name
                       */
    FLOE_PARSE_WARNING,     /* dbt would warn: properties of a model that does not exist */
    FLOE_PARSE_DEPRECATION, /* an old spelling */
    FLOE_PARSE_UNREAD       /* a file that could not be read: what it says is not in the graph */
} floe_parse_severity;

typedef struct floe_parse_problem {
    floe_parse_severity severity;
    const char
        *code; /* stable, in words: "duplicate_name", "tests_key", "unknown_ref"; the list is in problem.c */
    const char *message; /* a sentence */
    const char *hint;    /* what to write instead; NULL */
    const char *file;    /* below the project's folder */
    uint32_t line, column;
    const char *subject; /* unique id; NULL where it is of no node */
} floe_parse_problem;

/* Adds a problem; all texts are copied. Any thread may. */
void floe_parse_report(floe_parse *parse, floe_parse_severity severity, const char *code, const char *file,
                       uint32_t line, uint32_t column, const char *hint, const char *format, ...)
    __attribute__((format(printf, 8, 9)));
/* The same about a node: `subject` is its unique id, or NULL. */
void floe_parse_report_about(floe_parse *parse, floe_parse_severity severity, const char *code,
                             const char *subject, const char *file, uint32_t line, uint32_t column,
                             const char *hint, const char *format, ...)
    __attribute__((format(printf, 9, 10)));
/* The same for an error of a reader. `code` as above. `file` may be NULL: the error's own is taken then. */
void floe_parse_report_error(floe_parse *parse, floe_parse_severity severity, const char *code,
                             const floe_parse_file *file, const floe_error *error);
/* Brings the problems into the order of their places, each once; past FLOE_PARSE_PROBLEMS the gravest are
 * kept and one more says that there are others. After the last report. FLOE_MEMORY is the only failure. */
int floe_parse_order_problems(floe_parse *parse);
enum { FLOE_PARSE_PROBLEMS = 10000 };

/* ---- packages and files ---- */

/* The folders in which a package keeps a kind of file, below its own folder. */
typedef struct floe_parse_paths {
    const char **items;
    size_t count;
} floe_parse_paths;

struct floe_parse_package {
    uint32_t index; /* 0 is the project itself */
    const char *name;
    const char *folder; /* as it is opened */
    const char
        *prefix; /* what its files' paths begin with below the project's folder: "" or "dbt_packages/NAME/" */
    const char *shown;             /* its dbt_project.yml, below the project's folder */
    const floe_document *document; /* its dbt_project.yml */
    floe_node spec;                /* the same with its Jinja rendered (see spec.c) */
    const floe_node *vars;         /* `vars` of dbt_project.yml or vars.yml; NULL */
    floe_parse_paths models, seeds, snapshots, analyses, tests, macros, docs, functions;
    floe_parse_paths sources; /* all of these but docs, each once: where properties files are looked for */
    const char *version;      /* NULL */
    bool old_semantics;       /* its semantic layer is written as dbt 2 does not read it (properties.c) */
};

typedef enum floe_parse_role {
    FLOE_ROLE_MODEL, /* .sql and .py in the models' folders */
    FLOE_ROLE_SEED,
    FLOE_ROLE_SNAPSHOT, /* .sql with snapshot blocks */
    FLOE_ROLE_ANALYSIS,
    FLOE_ROLE_TEST,    /* singular tests */
    FLOE_ROLE_MACRO,   /* macros, and generic tests below tests/generic */
    FLOE_ROLE_DOCS,    /* .md */
    FLOE_ROLE_FIXTURE, /* below tests/fixtures */
    FLOE_ROLE_FUNCTION,
    FLOE_ROLE_PROPERTIES /* .yml, .yaml */
} floe_parse_role;

struct floe_parse_file {
    uint32_t index;
    floe_parse_role role;
    floe_parse_package *package;
    const char *path;   /* dbt's original_file_path: below the package's folder, "models/gold/orders.sql" */
    const char *shown;  /* below the project's folder: the package's prefix and `path` */
    const char *within; /* below the folder of its kind: "gold/orders.sql" */
    const char *text;   /* NULL where it was not read: seeds over the limit, unreadable files */
    size_t size;
    char checksum[65]; /* dbt's, in hexadecimal; empty for properties */
    bool checksum_is_path;
    const floe_jinja_template *template; /* SQL that was parsed; NULL where it is not Jinja or broken */
    const floe_document *document;       /* of properties; NULL where broken */
    bool generic;                        /* a MACRO below tests/generic: only its generic tests count */
    bool broken;                         /* a problem was reported */
};

struct floe_parse_macro {
    uint32_t index;
    const char *name; /* as dbt has it: "cents_to_dollars", "test_positive", "materialization_x_default" */
    const char *unique_id;
    floe_parse_package *package;
    const floe_parse_file *file;
    const floe_parse_macro *rival; /* of another package and this name: dbt 1 takes that of the package whose
                                      folder the system lists last. Each names the next; NULL ends */
    const floe_jinja_template *template; /* of this macro alone; its text and offsets are the file's */
    const floe_jinja_node *syntax;
    uint32_t at, end;       /* dbt's macro_sql in the file: with the blanks that its tags take away */
    const floe_node *patch; /* its entry in a properties file; NULL */
    const floe_parse_file *patch_file;
    FLOE_PARSE_LIST(const char *) calls; /* unique ids of macros it calls */
    FLOE_PARSE_LIST(const char *)
    named; /* what it calls by a name alone: what runs it depends in dbt 2 on what the name means there */
};

struct floe_parse_doc {
    const char *name;
    floe_parse_package *package;
    const floe_parse_file *file;
    const char *text; /* stripped, as dbt has it */
    size_t size;
};

/* ---- nodes ---- */

typedef enum floe_parse_kind {
    FLOE_PARSE_MODEL,
    FLOE_PARSE_SEED,
    FLOE_PARSE_SNAPSHOT,
    FLOE_PARSE_ANALYSIS,
    FLOE_PARSE_TEST, /* singular or generic */
    FLOE_PARSE_OPERATION,
    FLOE_PARSE_SOURCE,
    FLOE_PARSE_EXPOSURE,
    FLOE_PARSE_METRIC,
    FLOE_PARSE_SEMANTIC_MODEL,
    FLOE_PARSE_SAVED_QUERY,
    FLOE_PARSE_UNIT_TEST,
    FLOE_PARSE_GROUP,
    FLOE_PARSE_FUNCTION
} floe_parse_kind;

/* A call of ref(), source(), metric() or function(), in the order of the template. */
typedef struct floe_parse_call {
    enum { FLOE_CALL_REF, FLOE_CALL_SOURCE, FLOE_CALL_METRIC, FLOE_CALL_FUNCTION } what;
    const char *package; /* of a ref with two names; of a source its name. NULL */
    const char *name;
    floe_node version;             /* null, a string, an integer or a number */
    const floe_jinja_doubt *doubt; /* why it may not happen; NULL: certain */
    bool untaken;                  /* stands in a branch that is not taken: dbt has no such edge */
    const char *file;              /* where the call is written */
    uint32_t line, column;
} floe_parse_call;

/* One keyword of a config() call: later ones win or merge by the rules of config.c. */
typedef struct floe_parse_setting {
    const char *key;
    floe_node value;               /* null where unknown */
    const floe_jinja_doubt *doubt; /* its value, or whether it is set at all, is unknown */
    uint32_t call;                 /* number of the config() call it came from */
    uint32_t line, column;
} floe_parse_setting;

/* Something about a node that cannot be known without a run. */
typedef struct floe_parse_doubt {
    const char *about; /* "edges", "macros", "config.KEY", "name", "arguments", "description" … */
    const char *reason;
    const char *file;
    uint32_t line, column;
} floe_parse_doubt;

/* An edge that may not be there, and the call that would make it. */
typedef struct floe_parse_conditional {
    const char *unique_id;
    const floe_parse_call *call;
} floe_parse_conditional;

struct floe_parse_node {
    floe_parse_kind kind;
    uint32_t index;
    floe_parse_package *package;
    const floe_parse_file *file;
    uint32_t at; /* where its entry stands in the file, of what a properties file defines; else 0 */
    const char *name;
    const char *unique_id;
    floe_node fqn;    /* array of strings */
    const char *path; /* dbt's `path` */
    const floe_jinja_template *template;
    floe_jinja_list body; /* what of the template is this node's: all, or a snapshot's block */
    const char *code;     /* raw_code */
    size_t code_size;
    const char *language; /* "sql", "python" */

    /* what its Jinja says (context.c) */
    FLOE_PARSE_LIST(floe_parse_call) calls;
    FLOE_PARSE_LIST(floe_parse_setting) settings;
    FLOE_PARSE_LIST(const char *) macros; /* unique ids of macros it calls itself, in order, each once */
    FLOE_PARSE_LIST(floe_parse_doubt) doubts;

    /* what properties files say, set by floe_parse_patch: the entry itself with its Jinja rendered and its
     * descriptions' docs blocks resolved, a version's entry in it, and the file */
    const floe_node *patch, *patch_version;
    const floe_parse_file *patch_file;
    floe_node version; /* null where it has none */
    floe_node latest_version;

    /* of what a properties file defines (sources, exposures, metrics, unit tests …): the further members of
     * its manifest entry as dbt writes them (source_name, owner, description, columns …); an object or null.
     * What every entry has (name, fqn, config, depends_on, refs …) write.c adds, and what follows from the
     * config (tags, meta, group). A generic test has `description`, `file_key_name` and `tags` here, those of
     * its column or source: the config's come behind them, each once. */
    floe_node members;

    /* a generic test (tests.c) */
    const floe_parse_node *attached;
    const char *column_name;
    const char *test_name, *test_namespace;
    floe_node arguments;   /* kwargs as the manifest has them */
    floe_node test_config; /* an object: the config written at the test; of a source, exposure, metric, unit
                              test … the config of its entry, what stands beside `config` moved into it */

    /* settled (config.c, resolve.c) */
    floe_node config; /* resolved, an object */
    floe_node tags;   /* dbt's node.tags: each once */
    bool enabled;
    const char *alias, *schema, *database;    /* NULL where only a macro or a target knows */
    FLOE_PARSE_LIST(const char *) depends_on; /* unique ids of nodes, each once */
    FLOE_PARSE_LIST(floe_parse_conditional)
    conditional;     /* those of them, and further ones, that only may be */
    floe_node entry; /* of the manifest; written last */
};

/* ---- the reading ---- */

struct floe_parse {
    const floe_parse_options *options;
    floe_store *store;
    floe_document
        *document;     /* the manifest's tree, and all that one thread makes; threads[0] works with it too */
    floe_arena *arena; /* = document->arena */
    floe_parse_thread *threads;
    unsigned thread_count;
    pthread_mutex_t lock; /* for `problems` while threads run; they are sorted by place at the end */
    int dbt;              /* whose rules hold: 110 for 1.10, 112 for 1.12, 200 for 2.0 */

    FLOE_PARSE_LIST(floe_parse_package *) packages; /* the project first, then by name */
    FLOE_PARSE_LIST(floe_parse_file *) files;       /* by package, role, path */
    FLOE_PARSE_LIST(floe_parse_macro *) macros;
    FLOE_PARSE_LIST(floe_parse_doc *) docs;
    FLOE_PARSE_LIST(floe_parse_node *) nodes;
    FLOE_PARSE_LIST(floe_parse_problem) problems;
    floe_document *problem_texts;     /* where their texts live; under the lock too */
    size_t problems_left_out;         /* past the bound */
    bool starved;                     /* a problem found no room; under the lock too */
    struct floe_parse_target *target; /* profile.c; NULL where there is no profile */
    const floe_node *cli_vars;
    void *names;   /* nodes.c: tables of nodes by name */
    void *trees;   /* config.c: levels of the config trees of every dbt_project.yml */
    void *context; /* context.c: tables of macros by name, and the like */
    void *work;    /* what the work of a floe_parse_each shares beyond the parse; of who calls it */
    void (*release)(floe_parse *parse); /* frees `context` and the threads' runs; set by who made them */
    const char *boundary;               /* inside.c: the folder that no path may leave */
    uint64_t left;                      /* steps of rendering that the whole project may still take */
    bool missing_packages;              /* packages.yml names packages that are not installed */
    floe_error *error;
};

/* How the dbt whose rules hold reads YAML. */
floe_yaml_dialect floe_parse_dialect(const floe_parse *parse);

/* Room for one more item of a FLOE_PARSE_LIST; 0 or FLOE_MEMORY. */
#define FLOE_PARSE_PUSH(list, item)                                                                          \
    (floe_grow(&(list)->items, &(list)->capacity, (list)->count + 1, sizeof *(list)->items)                  \
         ? FLOE_MEMORY                                                                                       \
         : ((list)->items[(list)->count++] = (item), 0))

/* What one thread works with. Nodes and texts it makes go into its own document, whose arena lives as long as
 * the store: no lock is needed. `run` is reset for every template; what must outlive that (doubts, strings)
 * is copied. Syntax trees of nodes are scratch: what refers to their texts is copied too. */
struct floe_parse_thread {
    floe_parse *parse;
    unsigned number;
    floe_document *document;
    floe_arena *arena;   /* = document->arena */
    floe_arena *scratch; /* lives as long as the parse: for what the tree of the manifest does not refer to */
    floe_jinja_run *run; /* made by context.c when first needed */
    uint64_t allowed;    /* steps of rendering that the work at hand may still take */
    uint64_t spent;      /* those it took since they were last counted */
    bool rendering;      /* the run's steps are not counted yet */
    size_t kept;         /* bytes of the arena when the run began: what it leaves behind is bounded too */
    bool starved;        /* something found no room, in an arena or elsewhere, and could not say so */
    floe_error error;    /* where the work of a floe_parse_each says why it failed */
};

/* A parse for one reading: its threads, each with its document, and empty lists. `options` is borrowed;
 * `error` is where a step says why it failed. FLOE_MEMORY, or FLOE_INVALID where `options->dbt` is no
 * version. threads.c */
int floe_parse_new(floe_parse **out, floe_store *store, const floe_parse_options *options, floe_error *error);

/* Frees what is not the store's. What was read and written lives on with the store. NULL is allowed. */
void floe_parse_free(floe_parse *parse);

/* Runs `work(thread, index)` for 0 … count-1 on the parse's threads, in no order: results must not depend on
 * it. A work that fails fills `thread->error`. Returns the failure with the lowest index, with its error in
 * parse->error; after a failure those of higher indices may be left out. threads.c */
int floe_parse_each(floe_parse *parse, size_t count, int (*work)(floe_parse_thread *thread, size_t index));

/* The same for work that renders templates. One template may take long, many of them may not: the steps of
 * all are counted, and the more were taken, the fewer are left for each that follows (never so few that an
 * ordinary template would not do). They are counted between shares of the work whose sizes follow from the
 * counts alone, so that threads change nothing. threads.c */
int floe_parse_render_each(floe_parse *parse, size_t count,
                           int (*work)(floe_parse_thread *thread, size_t index));

/* Before a run begins: bounds it by what the work at hand may still take; and when it has ended. */
void floe_parse_bound_steps(floe_parse_thread *thread);
void floe_parse_count_steps(floe_parse_thread *thread);
/* Fails the run with FLOE_LIMIT where it would leave too much behind in the thread's arena with `more` bytes.
 */
int floe_parse_check_kept(floe_parse_thread *thread, floe_jinja_run *run, size_t more);

/* FLOE_MEMORY once anything that a thread wanted to make found no room: what was made without it may look
 * whole and is not. Asked after each work of a floe_parse_each and after each step. threads.c */
int floe_parse_check_memory(floe_parse_thread *thread);

/* All steps: `*manifest` is the tree of a manifest. parse.c */
int floe_parse_project(floe_parse *parse, floe_node *manifest);

/* ---- the steps; each returns 0, or a code with parse->error where nothing can be read at all ---- */
int floe_parse_layout(floe_parse *parse);     /* step 1: settings.c drives packages.c, collect.c, blocks.c */
int floe_parse_find_nodes(floe_parse *parse); /* step 2: nodes.c */
int floe_parse_render(floe_parse *parse);     /* step 3: context.c */
int floe_parse_properties(floe_parse *parse); /* step 4: properties.c, tests.c */
int floe_parse_settle(floe_parse *parse);     /* step 5: resolve.c, config.c */
int floe_parse_write(floe_parse *parse, floe_node *manifest); /* step 6 */

/* ---- between the parts ---- */

/* context.c: a tree of a YAML file with its Jinja rendered, as dbt renders it: a string that is all one `{{ …
 * }}` becomes a value of its own type where `native` holds. `*doubt` is set to the first thing that could not
 * be known (that value is null then). `file` is for messages. */
int floe_parse_render_tree(floe_parse_thread *thread, floe_parse_package *package, const floe_node *tree,
                           bool native, const char *file, floe_node *out, const floe_jinja_doubt **doubt);
/* A description, docs blocks resolved: a string. */
int floe_parse_render_text(floe_parse_thread *thread, floe_parse_package *package, const floe_node *text,
                           const char *file, floe_node *out, const floe_jinja_doubt **doubt);
/* Renders a generic test: its macro's body with these arguments, so that the refs, configs and macros of the
 * test are those of dbt. Fills the node's calls, settings, macros, doubts. */
int floe_parse_render_test(floe_parse_thread *thread, floe_parse_node *test);
/* The macro that a name means to a package (its own, the project's, a package's when qualified), or NULL. */
const floe_parse_macro *floe_parse_find_macro(floe_parse *parse, const floe_parse_package *package,
                                              const char *namespace, const char *name);
/* generate_alias_name, generate_schema_name, generate_database_name as the project has them, or dbt's own.
 * `*out` is NULL where it cannot be known; `*doubt` says why. */
int floe_parse_generate(floe_parse_thread *thread, floe_parse_node *node, const char *macro,
                        const floe_node *custom, const char **out, const floe_jinja_doubt **doubt);

/* context.c: what the Jinja of one node says, as floe_parse_render does it for all of step 2: for nodes that
 * properties files make. */
int floe_parse_render_node(floe_parse_thread *thread, floe_parse_node *node);
/* The same for a hook (pre-hook, post-hook): its calls and macros are added to the node's. */
int floe_parse_render_hook(floe_parse_thread *thread, floe_parse_node *node, const floe_node *hook);

/* nodes.c: a new node of `kind`, in the list of nodes and nothing but named: unique_id is
 * "kind.package.name", or as given. Not for threads. */
int floe_parse_add_node(floe_parse *parse, floe_parse_kind kind, floe_parse_package *package,
                        const floe_parse_file *file, const char *name, const char *unique_id,
                        floe_parse_node **out);
/* A snapshot that is an entry of `snapshots:` with `relation:`; its Jinja is not rendered yet. */
int floe_parse_add_snapshot(floe_parse *parse, const floe_parse_file *file, const floe_node *entry,
                            floe_parse_node **out);
/* versions.c: gives an entry of `models:`, `seeds:`, `snapshots:`, `analyses:`, `functions:` or of singular
 * tests (`data_tests:`) to the node it speaks of, or to one for each version, which get their names, ids and
 * fqns by it. `*nodes` are those nodes, in the order of the versions (NULL where a version has no file), in
 * the parse's arena; `*count` is 0, with a problem reported, where there is none. Before floe_parse_settle,
 * not for threads. `entry` is rendered (see `patch`). */
int floe_parse_patch(floe_parse *parse, const floe_parse_file *file, const char *section,
                     const floe_node *entry, floe_parse_node ***nodes, size_t *count);
/* version_columns.c: the entries of columns that `entry` gives to a version of it (include, exclude and
 * columns of its own; NULL: all), in dbt's order. In the thread's arena. */
int floe_parse_columns(floe_parse_thread *thread, const floe_node *entry, const floe_node *version,
                       const floe_node ***columns, size_t *count);
/* Those whose tests are tests of the version. To dbt 2 these are others: with include or exclude it passes
 * over the tests of a version's own columns, and without it takes those of the model's columns although the
 * version does not have them. */
int floe_parse_tested_columns(floe_parse_thread *thread, const floe_node *entry, const floe_node *version,
                              const floe_node ***columns, size_t *count);

/* columns.c: `columns` of a manifest entry from the (rendered) entries of columns: an object by name, with
 * meta and tags from both places, further keys as they are. For nodes and sources alike. */
int floe_parse_column_map(floe_parse_thread *thread, const floe_node *const *columns, size_t count,
                          floe_node *out);
/* The same for `constraints` of a model. */
int floe_parse_constraints(floe_parse_thread *thread, const floe_node *constraints, floe_node *out);

/* config.c: the config of `node` from trees of dbt_project.yml, its patch and its settings. */
int floe_parse_configure(floe_parse_thread *thread, floe_parse_node *node);

/* inherit.c: once all configs are settled, what metrics and the parts of semantic models take over. */
int floe_parse_inherit(floe_parse *parse);

/* values.c: from Jinja's values to nodes and back. FLOE_INVALID where a value has no such form (an object).
 */
int floe_parse_node_of(floe_parse_thread *thread, const floe_jinja_value *value, floe_node *out);
int floe_parse_value_of(floe_jinja_run *run, const floe_node *node, floe_jinja_value *out);

/* ---- small things ---- */

/* table.c: a text in an arena; NULL where memory ran out. */
char *floe_parse_format(floe_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* nodes.c: Python's truth of a node; NULL is false. */
bool floe_parse_true(const floe_node *node);
/* nodes.c: a NUL-terminated copy of a string in an arena; NULL where the node is none, or memory ran out. */
char *floe_parse_text_of(floe_arena *arena, const floe_node *node);

#endif

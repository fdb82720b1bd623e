/*
 * What nodes.c, versions.c, config.c, resolve.c and write.c share: tables of nodes by name, and small texts.
 */
#ifndef FLOE_DBT_PARSE_NODES_H
#define FLOE_DBT_PARSE_NODES_H

#include "dbt/parse/parse.h"

/* ---- table.c: items by text; more than one may have the same, and they keep their order ---- */

typedef struct floe_parse_entry {
    const char *key; /* borrowed */
    uint32_t length, hash;
    void *item;
    struct floe_parse_entry *next; /* of the same key */
    struct floe_parse_entry *last; /* of the first one: the end of its chain */
} floe_parse_entry;

typedef struct floe_parse_table {
    floe_arena *arena; /* where all of it lives */
    floe_parse_entry **slots;
    uint32_t count, mask; /* of different keys; of the slots */
} floe_parse_table;

int floe_parse_table_add(floe_parse_table *table, const char *key, size_t length, void *item);
/* The first of a key, or NULL; the others are behind `next`. */
const floe_parse_entry *floe_parse_table_find(const floe_parse_table *table, const char *key, size_t length);

/* ---- nodes.c ---- */

/* What parse->names is. */
typedef struct floe_parse_names {
    floe_parse_table nodes;    /* of step 2 and of properties files, by name */
    floe_parse_table targets;  /* what is enabled, by name and by "name.v1"; sources by "source.table" */
    floe_parse_table disabled; /* the same of what is not */
    floe_parse_table groups;   /* by name */
    uint32_t **stamps;         /* for each thread, for each node: the last node that depends on it */
    const void *tests;         /* write.c: the tests of each node */
    bool own_first;            /* flags: a package's own nodes are looked for before the project's */
} floe_parse_names;

/* Resource type: "model", "semantic_model" … */
const char *floe_parse_kind_name(floe_parse_kind kind);
/* True for what ref() can mean. */
bool floe_parse_refable(const floe_parse_node *node);
/* NAME.sql in the folder of a file, below that of its kind; NULL when memory ran out. */
char *floe_parse_beside(floe_parse *parse, const floe_parse_file *file, const char *name);
/* Folders and name of a path: [package, "gold", "name"]; `whole` keeps the file's name too. */
int floe_parse_make_fqn(floe_document *document, const char *package, const char *path, bool whole,
                        const char *name, floe_node *out);
/* The base name of a file without its last extension, in the arena. */
char *floe_parse_stem(floe_arena *arena, const char *path);
/* A node's file as messages show it. */
const char *floe_parse_shown(const floe_parse_node *node);
/* Adds a doubt about a node; texts are borrowed. `doubt` may be NULL. */
int floe_parse_doubt_about(floe_parse_node *node, const char *about, const char *reason,
                           const floe_jinja_doubt *doubt, const char *file, uint32_t line, uint32_t column);

/* ---- origin.c ---- */

/* Where a template stands that is the text of a scalar of a YAML file (`shown`) at an offset. */
floe_jinja_origin floe_parse_origin(const floe_document *document, const char *shown, uint32_t at,
                                    const char *text, size_t size);
/* The same for a hook of a node's config. */
floe_jinja_origin floe_parse_hook_origin(const floe_parse *parse, const floe_parse_node *node,
                                         const floe_node *hook);

/* ---- versions.c ---- */

/* `v2`, as ids and file names have it; NULL where memory ran out or it is no scalar. */
char *floe_parse_version_text(floe_arena *arena, const floe_node *version);

/* ---- config.c ---- */

/* Levels of all trees; once. */
int floe_parse_grow_trees(floe_parse *parse);
/* Whether `node` is enabled by what its files and dbt_project.yml say, its properties left aside. */
int floe_parse_enabled_unpatched(floe_parse_thread *thread, floe_parse_node *node, bool *enabled);

/* ---- foreign.c ---- */

/* Adds the calls that the constraints of a model stand for. */
int floe_parse_foreign_calls(floe_parse_thread *thread, floe_parse_node *node);

/* ---- unique.c ---- */

/* Reports what dbt does not take twice: ids, relations, names of versioned models. 0 or FLOE_MEMORY. */
int floe_parse_check_unique(floe_parse *parse);

/* ---- values ---- */

/* A member by a C string. */
static inline const floe_node *floe_parse_get(const floe_node *node, const char *key) {
    return floe_node_get(node, key, __builtin_strlen(key));
}
/* Python's deep merge of dicts as dbt has it for versions: `over` wins, lists are joined, `over` first. */
int floe_parse_deep_merge(floe_document *document, const floe_node *base, const floe_node *over,
                          floe_node *out);
/* dict(base, **over). */
int floe_parse_update(floe_document *document, const floe_node *base, const floe_node *over, floe_node *out);

#endif

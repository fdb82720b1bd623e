/* What the files of this folder share while a project is being read. */
#ifndef FLOE_DBT_BUILD_H
#define FLOE_DBT_BUILD_H

#include "data/facts.h"
#include "floe/dbt.h"

typedef struct floe_dbt_build floe_dbt_build;
typedef struct floe_dbt_entry floe_dbt_entry;

/* A kind of resource: where it stands in the manifest, the record made of it, and the slots that are filled
 * once all records exist. FLOE_DBT_NONE where its record has no such field. */
enum { FLOE_DBT_NONE = -1 };
typedef struct floe_dbt_kind {
    const char *name;    /* dbt's resource type */
    const char *section; /* key of the manifest */
    const floe_type *type;
    int (*add)(const floe_dbt_entry *entry, floe_node *record);
    int list; /* slot of the project's list */
    int depends_on, parents, children, tests, unit_tests, run, catalog;
    int conditional, possible_children;
} floe_dbt_kind;

/* The kind whose records have `type`; NULL for columns, macros and what is not dbt's. */
const floe_dbt_kind *floe_dbt_kind_of(const floe_type *type);

/* One resource of the manifest. */
struct floe_dbt_entry {
    floe_dbt_build *build;
    const floe_dbt_kind *kind;
    const char *section;
    const floe_key *id;
    const floe_key *column; /* set for a column of the resource */
    const floe_node *node;
    const floe_node *config; /* its `config`, NULL where it has none */
    floe_node record;        /* once it is made */
};

typedef struct floe_dbt_layer {
    floe_node name;
    floe_node prefix;
} floe_dbt_layer;

struct floe_dbt_build {
    const floe_dbt_options *options;
    floe_store *store;
    floe_document *facts;
    const floe_document *source; /* the file being read */
    const char *root;
    const char *packages; /* folder of installed packages, below the root */
    const char *target;   /* folder of dbt's files, below the root */
    floe_node name;       /* the project's name */
    floe_node project;
    floe_node nodes; /* every record by unique id: project.nodes */
    floe_node empty_list, empty_map, empty_text;
    floe_dbt_layer *layers;
    size_t layer_count;
    floe_dbt_entry *entries; /* in the order of `nodes` */
    size_t entry_count, entry_capacity;
    floe_node *scratch;
    size_t scratch_capacity;
    size_t columns;
    bool open_edges;    /* of some node it is not known what it refers to */
    bool missing_nodes; /* a file or a package could not be read */
    int failure;        /* the first failure of a reader below; they return empty values from then on */
    floe_error *error;
};

/* ---- fields.c: reading members; absent and null are the same, a container of the wrong kind is a failure
 * ---- */

/* Fails the build: `node` of the file being read is not `expected` ("an object"). `format` names its JSON
 * path. */
void floe_dbt_wrong(floe_dbt_build *build, const floe_node *node, const char *expected, const char *format,
                    ...) __attribute__((format(printf, 4, 5)));

const floe_node *floe_dbt_member(const floe_dbt_entry *entry, const char *key);
/* The member, or `config`'s where the resource itself has none. */
const floe_node *floe_dbt_either(const floe_dbt_entry *entry, const char *key);
/* A member that must be an object or an array; NULL where it is absent. */
const floe_node *floe_dbt_object(const floe_dbt_entry *entry, const floe_node *parent, const char *key);
const floe_node *floe_dbt_array(const floe_dbt_entry *entry, const floe_node *parent, const char *key);

/* A string as it is, else null, `otherwise`, or the empty text. */
floe_node floe_dbt_text(const floe_node *node);
floe_node floe_dbt_text_or(const floe_node *node, floe_node otherwise);
floe_node floe_dbt_text_or_empty(const floe_dbt_entry *entry, const char *key);
/* A copy in the facts' arena. */
floe_node floe_dbt_copy(floe_dbt_build *build, const char *text, size_t length);

/* An object, empty where absent; `_config_map` takes that of `config` where it is not empty. */
floe_node floe_dbt_map(const floe_dbt_entry *entry, const char *key);
floe_node floe_dbt_config_map(const floe_dbt_entry *entry, const char *key);
/* The strings of an array (what is no string is left out). */
floe_node floe_dbt_strings(const floe_dbt_entry *entry, const floe_node *parent, const char *key);
/* Tags: of `config` where there are any, else the resource's; a single string is a list of one. */
floe_node floe_dbt_tags(const floe_dbt_entry *entry);
/* The objects of an array. */
floe_node floe_dbt_tables(const floe_dbt_entry *entry, const char *key);
/* A path below the project's folder: with "/", and below the installed packages where it belongs to one. */
floe_node floe_dbt_path(const floe_dbt_entry *entry, const char *key, bool own);

/* Room for `count` nodes; NULL (a failure) when memory ran out. */
floe_node *floe_dbt_scratch(floe_dbt_build *build, size_t count);

/* ---- records.c: one entry as a record, with those of its columns ---- */
int floe_dbt_add_node(const floe_dbt_entry *entry, floe_node *record);
int floe_dbt_add_source(const floe_dbt_entry *entry, floe_node *record);
int floe_dbt_add_test(const floe_dbt_entry *entry, floe_node *record);
int floe_dbt_add_resource(const floe_dbt_entry *entry, floe_node *record);
int floe_dbt_add_macro(const floe_dbt_entry *entry, floe_node *record);

/* ---- doubts.c: what only a reading of sources tells ---- */
typedef struct floe_dbt_doubts {
    floe_node partial, conditional, unresolved; /* lists */
    bool edges_known;
} floe_dbt_doubts;
void floe_dbt_put_doubts(const floe_dbt_entry *entry, floe_dbt_doubts *out);
/* The project's problems, and whether its graph is only partly known: once all entries are read. */
int floe_dbt_read_problems(floe_dbt_build *build, const floe_node *root);

/* ---- manifest.c: all entries, and the project's lists of them ---- */
int floe_dbt_read_manifest(floe_dbt_build *build, const floe_node *root);

/* Groups pairs by owner and hands each owner its list, in the order in which the pairs were added. */
typedef struct floe_dbt_pairs {
    struct floe_dbt_pair {
        uint32_t owner;  /* a number below the bound given */
        uint32_t member; /* index of a record */
    } * items;
    size_t count, capacity;
} floe_dbt_pairs;
int floe_dbt_pair_up(floe_dbt_build *build, floe_dbt_pairs *pairs, uint32_t owner, uint32_t member);
typedef void (*floe_dbt_put)(floe_dbt_build *build, uint32_t owner, floe_node list);
int floe_dbt_group(floe_dbt_build *build, const floe_dbt_pairs *pairs, uint32_t owners, floe_dbt_put put);

/* ---- sources.c: the tree of a manifest from the files of the project; its document becomes build->source.
 * What is wrong in them is among the tree's problems. ---- */
int floe_dbt_read_sources(floe_dbt_build *build, floe_node *tree);

/* ---- graph.c: what refers to what, once all records exist ---- */
int floe_dbt_connect(floe_dbt_build *build);
const floe_dbt_entry *floe_dbt_find(const floe_dbt_build *build, const floe_node *id);

/* ---- artifacts.c ---- */
int floe_dbt_read_catalog(floe_dbt_build *build, const floe_node *root);
int floe_dbt_read_results(floe_dbt_build *build, const floe_node *root, bool freshness);

/* ---- layer.c ---- */
int floe_dbt_prepare_layers(floe_dbt_build *build);
/* The layer of a node and what told it ("meta", …); null where nothing does. */
floe_node floe_dbt_layer_of(floe_dbt_build *build, const floe_node *meta, const floe_node *name,
                            const floe_node *file, floe_node *from);

#endif

/*
 * A dbt project as facts: its sources, or the manifest that dbt wrote of them (schema v12 of dbt 1.8 to 2.x,
 * older ones as far as they go), and, where they exist, catalog.json, run_results.json and sources.json
 * become one graph of records. The formats are those of schemas.getdbt.com/dbt/. Nothing is run: no dbt, no
 * macro with effects, no warehouse.
 */
#ifndef FLOE_DBT_H
#define FLOE_DBT_H

#include "floe/node.h"

typedef enum floe_dbt_facts {
    FLOE_DBT_AUTO, /* the manifest where it describes the files as they are, else the sources; these too where
                    * an option below says how to read them */
    FLOE_DBT_SOURCES, /* the files of the project */
    FLOE_DBT_MANIFEST /* what dbt wrote, whether the files have changed since or not */
} floe_dbt_facts;

typedef struct floe_dbt_options {
    const char *root;     /* the project's folder; NULL is "." */
    floe_dbt_facts facts; /* a `manifest` that is named is taken by AUTO */
    /* Paths of dbt's files. NULL stands for the default name below the project's target folder. A default
     * that does not exist is left out (the manifest excepted); a file that is named must exist. */
    const char *manifest, *catalog, *run_results, *sources;
    const char *manifest_name; /* the path by which `manifest` is told of, where it will not stay where it is;
                                * NULL: its path */
    const char *target_path;   /* dbt's folder, below the root; NULL: dbt_project.yml's, or `target` */
    /* An object of layers, each with its name prefix or a list of them; NULL is bronze_, silver_, gold_. */
    const floe_node *layers;
    const floe_node *tiers; /* object: model name → layer; may be NULL */
    /* How sources are read, as the options of dbt's commands; NULL stands for dbt's own defaults and
     * environment variables. */
    const char *profiles; /* folder of profiles.yml */
    const char *profile, *target;
    const char *vars;  /* YAML */
    const char *rules; /* the version whose rules hold where versions of dbt differ, such as "1.10" */
    unsigned threads;  /* 0: one for each core */
} floe_dbt_options;

/* Reads the project into `project`, a record of type `project` that lives as long as the store.
 * FLOE_NOT_FOUND where there is no project, or no manifest where one is asked for, FLOE_INVALID (with file,
 * line, column and what to do) where a file is no JSON, of another kind, or of another project. What is wrong
 * in the sources is no failure but a fact: the project's `problems`. The store is as before where it fails.
 */
int floe_dbt_load(floe_node *project, floe_store *store, const floe_dbt_options *options, floe_error *error);

/* Whether a manifest tells of the project in the folder `root` as its files are now. `manifest` is the root
 * of the manifest's document. Models, seeds, snapshots, analyses and singular tests are compared by dbt's
 * checksums and macros by their text; of properties files, dbt_project.yml and the like, for which a manifest
 * has no checksum, none may be newer than the manifest. Where `*current` is false, `reason` (at most `size`
 * bytes with the NUL) says why in a few words: "models/gold/orders.sql was edited since". Fails where
 * dbt_project.yml cannot be read. */
int floe_dbt_is_current(bool *current, char *reason, size_t size, const floe_node *manifest, const char *root,
                        floe_error *error);

/* The tree that facts are made of, in the form of manifest.json: from sources with what only they tell under
 * the key `floe`. Lives as long as the store; fails as floe_dbt_load does. */
int floe_dbt_tree(floe_node *tree, floe_store *store, const floe_dbt_options *options, floe_error *error);

/* Where a fact of a loaded project, or one of its fields (NULL: the fact itself), stands in the project's
 * files. `file` gets at most `size` bytes with the NUL. Properties files are read once for each store. A file
 * that is missing, broken or does not hold the entry gives its first line and column; FLOE_INVALID means that
 * `record` is no fact of dbt. */
int floe_dbt_locate(char *file, size_t size, uint32_t *line, uint32_t *column, floe_store *store,
                    const floe_node *record, const char *field, floe_error *error);

#endif

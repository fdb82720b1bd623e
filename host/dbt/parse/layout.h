/* What the files of step 1 share: settings.c, packages.c, ignore.c, collect.c, checksum.c, blocks.c. */
#ifndef FLOE_DBT_PARSE_LAYOUT_H
#define FLOE_DBT_PARSE_LAYOUT_H

#include "dbt/parse/parse.h"

/* ---- settings.c ---- */

/* Where a path below the project's folder is opened: below options->root, which "." leaves out. */
const char *floe_parse_place(floe_parse *parse, const char *shown);

/* Whether what lies at `place` is in the project's repository, all links followed; if not, that is a problem
 * of `shown`. What does not exist is left to who reads it. Not for threads. inside.c */
int floe_parse_may_read(floe_parse *parse, const char *place, const char *shown, bool *out);

/* Reads one of the YAML files beside dbt_project.yml; `*out` stays NULL where there is none, and where it is
 * broken (a problem, with `code`). */
int floe_parse_open_yaml(floe_parse *parse, const floe_document **out, const char *shown, const char *code);

/* Told of repeated keys; `context` is a floe_parse_yaml. */
typedef struct floe_parse_yaml {
    floe_parse *parse;
    const char *shown;
} floe_parse_yaml;
void floe_parse_repeated(void *context, const floe_document *document, const floe_key *key, uint32_t first,
                         uint32_t again);

/* The package in a folder ("" is the project's own), as its dbt_project.yml tells; NULL where it has none or
 * it is broken (a problem). */
int floe_parse_open_package(floe_parse *parse, floe_parse_package **out, const char *prefix);

/* ---- require.c ---- */

/* Whether `required`, a require-dbt-version or NULL, accepts a release of a dbt (112 for 1.12). */
bool floe_parse_accepts(const floe_node *required, int dbt);
/* The newest dbt that it accepts, of dbt 1 where it may be. */
int floe_parse_choose_rules(const floe_node *required);

/* ---- spec.c ---- */

/* Renders the Jinja of dbt_project.yml into package->spec. The project must be the first of the parse's
 * packages by then, for its profile is what templates see. */
int floe_parse_render_spec(floe_parse *parse, floe_parse_package *package);

/* ---- packages.c ---- */

/* The project and its packages with their settings: `parse->packages`. */
int floe_parse_open_packages(floe_parse *parse);

/* Adds what is installed below the packages' folder, by name, and tells what is missing. */
int floe_parse_find_packages(floe_parse *parse);

/* ---- ignore.c ---- */

/* A .dbtignore: gitignore's syntax, the last pattern that matches a file decides. */
typedef struct floe_ignore floe_ignore;

/* Patterns from `size` bytes of text; `*bad` is the line (from 1) of the first that is none, or 0. NULL when
 * memory ran out. */
floe_ignore *floe_ignore_parse(const char *text, size_t size, uint32_t *bad);
void floe_ignore_free(floe_ignore *ignore);
/* True where the file at `path`, below the package's folder, is left out. `ignore` may be NULL. */
bool floe_ignore_matches(const floe_ignore *ignore, const char *path);

/* ---- collect.c ---- */

/* Finds the files of all packages, and reads none: `parse->files`, without texts. */
int floe_parse_find_files(floe_parse *parse);

/* Finds the files of all packages and reads them; what stands in them is in `parse->files` afterwards, and
 * blocks of macros and docs in a list for each file. */
int floe_parse_collect(floe_parse *parse);

/* True where a seed is too large for dbt to look into: its checksum is its path. */
bool floe_parse_is_large_seed(const floe_parse *parse, const floe_parse_file *file, const char *place);

/* ---- checksum.c ---- */

/* How dbt makes the checksum of a file's text. */
typedef enum floe_checksum_rule {
    FLOE_CHECKSUM_STRIPPED,  /* of the text without the blanks around it: dbt up to 1.11 */
    FLOE_CHECKSUM_COLLAPSED, /* with each run of blanks as one: dbt from 1.12 */
    FLOE_CHECKSUM_LINES      /* stripped, and each line break as "\n": seeds from 1.12 */
} floe_checksum_rule;

/* 64 hexadecimal digits of SHA-256 and a NUL. */
int floe_checksum(char out[65], floe_checksum_rule rule, const char *text, size_t size, floe_error *error);
floe_checksum_rule floe_checksum_rule_of(int dbt, bool seed);

/* The text without what Python counts as blanks around it. */
void floe_strip(const char **text, size_t *size);

/* ---- blocks.c ---- */

/* What a file defines, as one thread found it. */
typedef struct floe_parse_blocks {
    floe_parse_macro *macros;
    size_t macro_count;
    floe_parse_doc *docs;
    size_t doc_count;
} floe_parse_blocks;

/* Finds and parses the macros or docs blocks of a file; what is wrong in one leaves the others. */
int floe_parse_read_blocks(floe_parse_thread *thread, const floe_parse_file *file, floe_parse_blocks *out);

/* Adds them to the parse, in the order of the files; two of one name in one package are a problem. */
int floe_parse_add_blocks(floe_parse *parse, const floe_parse_blocks *blocks, size_t count);

#endif

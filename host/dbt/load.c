/*
 * From paths to a project: finds dbt's files, makes sure that each is what it is taken for and tells of this
 * project, and has them read.
 */
#include "base/digest.h"
#include "base/file.h"
#include "dbt/build.h"
#include "dbt/properties.h"
#include "floe/json.h"
#include "floe/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NEWEST_MANIFEST = 12 };

typedef struct artifact {
    const char *kind; /* in dbt_schema_version */
    const char *file;
    const char *command; /* that writes it */
} artifact;

static const artifact manifest = {"manifest", "manifest.json", "dbt parse"};
static const artifact catalog = {"catalog", "catalog.json", "dbt docs generate"};
static const artifact run_results = {"run-results", "run_results.json", "dbt build"};
static const artifact sources = {"sources", "sources.json", "dbt source freshness"};

/* `path` below `folder`, which "." and "" leave out; NULL when memory ran out. */
static const char *below(floe_dbt_build *build, const char *folder, const char *path) {
    if (path[0] == '/' || !folder[0] || strcmp(folder, ".") == 0) {
        return floe_arena_text(build->facts->arena, path, strlen(path));
    }
    size_t size = strlen(folder) + strlen(path) + 2;
    char *out = floe_arena_alloc(build->facts->arena, size);
    if (out) {
        const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
        snprintf(out, size, "%s%s%s", folder, slash, path);
    }
    return out;
}

static void hint_command(floe_dbt_build *build, const artifact *what) {
    floe_error_hint(build->error, "run `%s` in '%s' to write it anew", what->command, build->root);
}

/* ---- dbt_project.yml ---- */

/* A folder named in dbt_project.yml, unless an expression computes it. */
static const char *folder_of(floe_dbt_build *build, const floe_node *root, const char *key,
                             const char *otherwise) {
    size_t length;
    const char *text = floe_node_string(floe_node_path(root, key, NULL), &length);
    if (!length || memmem(text, length, "{{", 2)) {
        return otherwise;
    }
    return floe_dbt_copy(build, text, length).string;
}

/* Where the project's name is written; `document` stays NULL where there is no such file. */
typedef struct project_file {
    floe_document *document;
    const floe_node *name;
} project_file;

static int read_project_file(floe_dbt_build *build, project_file *file) {
    const char *path = below(build, build->root, "dbt_project.yml");
    if (!path) {
        return floe_error_memory(build->error);
    }
    if (floe_file_kind_of(path) == FLOE_FILE_NONE) {
        return 0;
    }
    int result = floe_yaml_read(&file->document, build->store, path, FLOE_YAML_DBT, NULL, build->error);
    if (result) {
        return result;
    }
    const floe_node *root = &file->document->root;
    file->name = floe_node_path(root, "name", NULL);
    file->name = file->name && floe_node_kind(file->name) == FLOE_STRING ? file->name : NULL;
    build->packages = folder_of(build, root, "packages-install-path", build->packages);
    if (!build->options->target_path) {
        build->target = folder_of(build, root, "target-path", build->target);
    }
    return build->failure;
}

/* ---- dbt's files ---- */

/* Splits "https://schemas.getdbt.com/dbt/manifest/v12.json" into "manifest" and 12. */
static bool parse_schema(const floe_node *schema, char kind[32], int *version) {
    char text[128];
    size_t length;
    const char *string = floe_node_string(schema, &length);
    if (!length || length >= sizeof text) {
        return false;
    }
    memcpy(text, string, length);
    text[length] = '\0';
    const char *start = strstr(text, "/dbt/");
    return start && sscanf(start, "/dbt/%31[a-z_-]/v%d.json", kind, version) == 2;
}

static int wrong_kind(floe_dbt_build *build, const floe_document *document, const artifact *what,
                      const floe_node *at, const char *why) {
    uint32_t line, column;
    floe_document_position(document, at->at, &line, &column);
    floe_error_set(build->error, FLOE_INVALID, "'%s' is no dbt %s: %s", document->path, what->kind, why);
    hint_command(build, what);
    return floe_error_at(build->error, document->path, line, column);
}

/* Makes sure that a file is what it is taken for, by the schema it names. */
static int check_kind(floe_dbt_build *build, const floe_document *document, const artifact *what,
                      int *version) {
    char kind[32], why[128];
    const floe_node *schema = floe_node_path(&document->root, "metadata", "dbt_schema_version", NULL);
    if (!parse_schema(schema, kind, version)) {
        return wrong_kind(build, document, what, schema ? schema : &document->root,
                          "it has no metadata.dbt_schema_version of dbt's");
    }
    if (strcmp(kind, what->kind) != 0) {
        snprintf(why, sizeof why, "its schema is '%s/v%d'", kind, *version);
        return wrong_kind(build, document, what, schema, why);
    }
    if (what == &manifest && *version > NEWEST_MANIFEST) {
        snprintf(why, sizeof why, "its schema v%d is newer than v%d, the newest known", *version,
                 NEWEST_MANIFEST);
        int result = wrong_kind(build, document, what, schema, why);
        floe_error_hint(build->error, "use a newer floe, or a dbt that writes manifest schema v%d",
                        NEWEST_MANIFEST);
        return result;
    }
    return 0;
}

/* Reads JSON from one path, as if it stood at another. */
static int read_as(floe_document **out, floe_store *store, const char *path, const char *name,
                   floe_error *error) {
    char *text, digest[FLOE_DIGEST_SIZE];
    size_t size;
    int result = floe_file_read_digest(&text, &size, digest, path, FLOE_SIZE_LIMIT, error);
    if (result) {
        return result;
    }
    result = floe_json_parse(out, store, name, text, size, NULL, error);
    free(text);
    if (!result) {
        memcpy((*out)->digest, digest, sizeof digest); /* it was read, after all */
    }
    return result;
}

/* Reads one of dbt's files. `*out` stays NULL where it was not named and does not exist, or is no JSON: what
 * dbt writes beside its manifest it writes in place, and a full disk or a kill leaves a part of it. */
static int open_artifact(floe_document **out, floe_dbt_build *build, const artifact *what, const char *given,
                         int *version) {
    const char *target = below(build, build->root, build->target);
    const char *path = given ? given : target ? below(build, target, what->file) : NULL;
    if (!path) {
        return floe_error_memory(build->error);
    }
    if (!given && what != &manifest && floe_file_kind_of(path) == FLOE_FILE_NONE) {
        return 0;
    }
    if (floe_file_kind_of(path) == FLOE_FILE_NONE) {
        floe_error_set(build->error, FLOE_NOT_FOUND, "there is no dbt %s at '%s'", what->kind, path);
        floe_error_hint(build->error, "run `%s` in '%s', or name the file that dbt wrote", what->command,
                        build->root);
        return floe_error_at(build->error, path, 0, 0);
    }
    floe_document *document;
    const char *name = what == &manifest && given ? build->options->manifest_name : NULL;
    int result = name ? read_as(&document, build->store, path, name, build->error)
                      : floe_json_read(&document, build->store, path, NULL, build->error);
    if (result == FLOE_INVALID && !given && what != &manifest) {
        return 0;
    }
    if (result == FLOE_INVALID && build->error && !build->error->hint[0]) {
        hint_command(build, what);
    }
    result = result ? result : check_kind(build, document, what, version);
    if (!result) {
        *out = document;
        build->source = document;
    }
    return result;
}

/* ---- the project ---- */

/* What facts are made of. */
typedef struct tree {
    floe_node root;
    const char *path; /* of the file that stands for it */
    bool sources;
    int version;        /* of the manifest's schema */
    const char *reason; /* why it was chosen; NULL */
    const char *stale;  /* what in the files a manifest does not describe; NULL */
} tree;

static int wrong_project(floe_dbt_build *build, const floe_document *document, const floe_node *name,
                         const project_file *file) {
    uint32_t line, column;
    floe_document_position(document, name->at, &line, &column);
    floe_error_set(build->error, FLOE_INVALID,
                   "'%s' is the manifest of the project '%.*s', but '%s' names the project '%.*s'",
                   document->path, (int)floe_node_size(name), name->string, file->document->path,
                   (int)floe_node_size(file->name), file->name->string);
    hint_command(build, &manifest);
    return floe_error_at(build->error, document->path, line, column);
}

/* The project's name: the manifest's; before v10 it has none, and dbt_project.yml or the first node tells. */
static int settle_name(floe_dbt_build *build, const tree *from, const project_file *file) {
    const floe_node *name = floe_node_path(&from->root, "metadata", "project_name", NULL);
    const floe_node *first = floe_node_child(floe_node_path(&from->root, "nodes", NULL), 0);
    bool told = name && floe_node_kind(name) == FLOE_STRING;
    if (told && file->name && !floe_properties_same(name, file->name)) {
        return wrong_project(build, build->source, name, file);
    }
    name = told ? name : file->name ? file->name : floe_node_path(first, "package_name", NULL);
    build->name = floe_dbt_text_or(name, build->empty_text);
    return 0;
}

static int make_project(floe_dbt_build *build, const tree *from) {
    const floe_node *metadata = floe_node_path(&from->root, "metadata", NULL);
    floe_node fields[FLOE_SLOT_COUNT(project)];
    for (uint32_t i = 0; i < FLOE_SLOT_COUNT(project); i++) {
        bool list = i >= FLOE_SLOT(project, models) && i <= FLOE_SLOT(project, disabled);
        fields[i] = list ? build->empty_list : floe_boolean_node(false, 0);
    }
    size_t size = floe_node_size(&build->name) + sizeof "project.";
    char *id = floe_arena_alloc(build->facts->arena, size);
    if (!id) {
        return floe_error_memory(build->error);
    }
    snprintf(id, size, "project.%.*s", (int)floe_node_size(&build->name), build->name.string);
    fields[FLOE_SLOT(project, unique_id)] = floe_literal_node(id);
    fields[FLOE_SLOT(project, name)] = build->name;
    fields[FLOE_SLOT(project, dbt_version)] = floe_dbt_text(floe_node_path(metadata, "dbt_version", NULL));
    fields[FLOE_SLOT(project, adapter)] = floe_dbt_text(floe_node_path(metadata, "adapter_type", NULL));
    fields[FLOE_SLOT(project, schema_version)] =
        from->sources ? floe_null_node(0) : floe_integer_node(from->version, 0);
    fields[FLOE_SLOT(project, facts_from)] = floe_literal_node(from->sources ? "sources" : "manifest");
    fields[FLOE_SLOT(project, facts_reason)] = floe_literal_node(from->reason);
    fields[FLOE_SLOT(project, stale)] = floe_literal_node(from->stale);
    fields[FLOE_SLOT(project, root)] = floe_literal_node(build->root);
    fields[FLOE_SLOT(project, file)] = floe_literal_node(from->path);
    fields[FLOE_SLOT(project, generated_at)] = floe_dbt_text(floe_node_path(metadata, "generated_at", NULL));
    fields[FLOE_SLOT(project, nodes)] = build->empty_map;
    floe_place place = floe_node_place(build->source, &from->root);
    return floe_document_record(&build->project, build->facts, &floe_type_project, fields, &place,
                                build->error);
}

static int prepare(floe_dbt_build *build, floe_store *store, const floe_dbt_options *options) {
    const char *root = options->root && options->root[0] ? options->root : ".";
    int result = floe_document_new(&build->facts, store, FLOE_FACTS, root, build->error);
    if (result) {
        return result;
    }
    build->root = floe_arena_text(build->facts->arena, root, strlen(root));
    build->packages = "dbt_packages";
    build->target = options->target_path ? options->target_path : "target";
    build->empty_text = floe_literal_node("");
    if (!build->root) {
        return floe_error_memory(build->error);
    }
    result = floe_document_list(&build->empty_list, build->facts, NULL, 0, 0, build->error);
    result = result
                 ? result
                 : floe_document_map(&build->empty_map, build->facts, NULL, NULL, NULL, 0, 0, build->error);
    return result ? result : floe_dbt_prepare_layers(build);
}

static void drop_since(floe_dbt_build *build, uint32_t before) {
    while (floe_store_count(build->store) > before) {
        floe_document_drop(floe_store_document(build->store, floe_store_count(build->store) - 1));
    }
}

/* The manifest's tree. */
static int take_manifest(floe_dbt_build *build, tree *out) {
    floe_document *document = NULL;
    int result = open_artifact(&document, build, &manifest, build->options->manifest, &out->version);
    if (!result) {
        out->root = document->root;
        out->path = document->path;
    }
    return result;
}

static int take_sources(floe_dbt_build *build, tree *out) {
    out->sources = true;
    out->path = below(build, build->root, "dbt_project.yml");
    return out->path ? floe_dbt_read_sources(build, &out->root) : floe_error_memory(build->error);
}

/* What in the files a manifest does not describe: NULL where it describes all of them, or where that cannot
 * be found out. */
static int find_stale(floe_dbt_build *build, tree *out) {
    char why[640];
    bool current = true;
    out->stale = NULL;
    if (floe_dbt_is_current(&current, why, sizeof why, &out->root, build->root, NULL) || current) {
        return 0;
    }
    out->stale = floe_arena_text(build->facts->arena, why, strlen(why));
    return out->stale ? 0 : floe_error_memory(build->error);
}

/* Takes the manifest where it can be read and describes the files as they are; else `why` says what is in the
 * way. */
static int try_manifest(floe_dbt_build *build, tree *out, const char *shown, char *why, size_t size) {
    floe_error error = {0};
    floe_error *kept = build->error;
    build->error = &error;
    int result = take_manifest(build, out);
    result = result ? result : find_stale(build, out);
    build->error = kept;
    if (result) {
        snprintf(why, size, "%.200s cannot be read: %s", shown, error.message);
    } else if (out->stale) {
        snprintf(why, size, "%.200s is out of date, %s", shown, out->stale);
    } else {
        out->reason = "it describes the files as they are";
    }
    return result;
}

/* Options of which a manifest does not tell whether it was made with them. */
static bool asks_for_more(const floe_dbt_options *options) {
    return options->profiles || options->profile || options->target || options->vars || options->rules;
}

/* The manifest where it describes the files as they are, else the sources; `reason` says why. */
static int choose(floe_dbt_build *build, tree *out) {
    char why[1024] = "";
    uint32_t before = floe_store_count(build->store);
    const char *path = below(build, build->target, manifest.file);
    const char *opened = path ? below(build, build->root, path) : NULL;
    if (!opened) {
        return floe_error_memory(build->error);
    }
    if (floe_file_kind_of(opened) == FLOE_FILE_NONE) {
        snprintf(why, sizeof why, "there is no %.200s", path);
    } else if (asks_for_more(build->options)) {
        snprintf(why, sizeof why, "%.200s says not with which profile, target and variables it was made",
                 path);
    } else if (!try_manifest(build, out, path, why, sizeof why) && !out->stale) {
        return 0;
    }
    drop_since(build, before);
    *out = (tree){.reason = floe_arena_text(build->facts->arena, why, strlen(why))};
    return out->reason ? take_sources(build, out) : floe_error_memory(build->error);
}

/* Where there is no dbt_project.yml there are no sources. */
static int take_tree(floe_dbt_build *build, const project_file *file, tree *out) {
    const floe_dbt_options *options = build->options;
    if (options->facts == FLOE_DBT_MANIFEST || options->manifest) {
        int result = take_manifest(build, out);
        return result ? result : find_stale(build, out);
    }
    return options->facts == FLOE_DBT_SOURCES ? take_sources(build, out)
           : file->document                   ? choose(build, out)
                                              : take_manifest(build, out);
}

static int read_project(floe_dbt_build *build) {
    project_file file = {0};
    tree from = {0};
    int result = read_project_file(build, &file);
    result = result ? result : take_tree(build, &file, &from);
    result = result ? result : settle_name(build, &from, &file);
    result = result ? result : make_project(build, &from);
    result = result ? result : floe_dbt_read_manifest(build, &from.root);
    return result ? result : floe_dbt_connect(build);
}

static int read_artifacts(floe_dbt_build *build) {
    floe_document *document = NULL;
    int version = 0;
    int result = open_artifact(&document, build, &catalog, build->options->catalog, &version);
    if (!result && document) {
        result = floe_dbt_read_catalog(build, &document->root);
    }
    document = NULL;
    result = result ? result
                    : open_artifact(&document, build, &run_results, build->options->run_results, &version);
    if (!result && document) {
        result = floe_dbt_read_results(build, &document->root, false);
    }
    document = NULL;
    result = result ? result : open_artifact(&document, build, &sources, build->options->sources, &version);
    if (!result && document) {
        result = floe_dbt_read_results(build, &document->root, true);
    }
    return result;
}

/* Takes back all documents of a reading that failed. */
static int finish(floe_dbt_build *build, uint32_t before, int result) {
    free(build->entries);
    free(build->scratch);
    if (result) {
        drop_since(build, before);
    }
    return result;
}

int floe_dbt_load(floe_node *project, floe_store *store, const floe_dbt_options *options, floe_error *error) {
    floe_dbt_build build = {.options = options, .store = store, .error = error};
    uint32_t before = floe_store_count(store);
    int result = prepare(&build, store, options);
    result = result ? result : read_project(&build);
    result = finish(&build, before, result ? result : read_artifacts(&build));
    if (!result) {
        *project = build.project;
    }
    return result;
}

int floe_dbt_tree(floe_node *root, floe_store *store, const floe_dbt_options *options, floe_error *error) {
    floe_dbt_build build = {.options = options, .store = store, .error = error};
    uint32_t before = floe_store_count(store);
    project_file file = {0};
    tree from = {0};
    int result = prepare(&build, store, options);
    result = result ? result : read_project_file(&build, &file);
    result = finish(&build, before, result ? result : take_tree(&build, &file, &from));
    if (!result) {
        *root = from.root;
    }
    return result;
}

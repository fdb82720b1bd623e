/*
 * Where a fact stands in the files that people edit. The manifest tells the file only; the line comes from
 * the properties file (its YAML keeps positions) or, for a macro, from the SQL.
 */
#include "dbt/build.h"
#include "dbt/properties.h"

#include <stdio.h>
#include <string.h>

/* What is looked for, and the best place so far: a file, and an offset in its document where one is known. */
typedef struct search {
    floe_store *store;
    const char *root;
    const floe_node *record;
    const char *field;             /* may be NULL */
    char file[1024];               /* below the root */
    const floe_document *document; /* of the file, once it was read */
    uint32_t at;
    bool found;
    uint32_t line, column; /* where the record itself tells them; else 0 */
} search;

static const floe_node *value_of(const floe_node *record, const char *field) {
    return floe_node_get(record, field, strlen(field));
}

static const floe_node *text_of(const floe_node *record, const char *field) {
    const floe_node *node = value_of(record, field);
    return node && floe_node_kind(node) == FLOE_STRING && floe_node_size(node) ? node : NULL;
}

/* The place becomes the start of a file. */
static void stand_in(search *one, const floe_node *path) {
    if (path) {
        snprintf(one->file, sizeof one->file, "%.*s", (int)floe_node_size(path), path->string);
    }
    one->document = NULL;
    one->found = false;
}

static void stand_on(search *one, uint32_t at) {
    one->at = at;
    one->found = true;
}

/* The place becomes the field's key in one of two entries (either may be NULL). */
static bool stand_at_key(search *one, const floe_node *first, const floe_node *second) {
    uint32_t at;
    if (one->field && ((first && floe_properties_member(&at, first, one->field)) ||
                       (second && floe_properties_member(&at, second, one->field)))) {
        stand_on(one, at);
        return true;
    }
    return false;
}

/* The same, or else the first entry there is. */
static bool stand_at(search *one, const floe_node *first, const floe_node *second) {
    const floe_node *entry = first ? first : second;
    if (entry && !stand_at_key(one, first, second)) {
        stand_on(one, entry->at);
    }
    return entry != NULL;
}

static bool is_yaml(const floe_node *path) {
    uint32_t size = path ? floe_node_size(path) : 0;
    return size > 5 && (memcmp(path->string + size - 4, ".yml", 4) == 0 ||
                        memcmp(path->string + size - 5, ".yaml", 5) == 0);
}

/* A list of a properties file; the place becomes the start of the file. */
static const floe_node *list_of(search *one, const floe_node *path, const char *section) {
    if (!is_yaml(path)) {
        return NULL;
    }
    stand_in(one, path);
    one->document = floe_properties_read(one->store, one->root, one->file);
    return one->document ? floe_node_get(&one->document->root, section, strlen(section)) : NULL;
}

static bool is_among(const char *word, const char *const *words, size_t count) {
    for (size_t i = 0; word && i < count; i++) {
        if (strcmp(words[i], word) == 0) {
            return true;
        }
    }
    return false;
}
#define IS_AMONG(word, words) is_among(word, words, sizeof(words) / sizeof *(words))

/* ---- models, seeds, snapshots, analyses ---- */

/* Fields that are written in a properties file; the others are the business of the SQL, unless written there.
 */
static const char *const properties[] = {
    "description", "columns",          "tags",        "meta",  "tests",    "data_tests",
    "unit_tests",  "constraints",      "access",      "group", "config",   "version",
    "versions",    "latest_version",   "primary_key", "docs",  "contract", "contract_enforced",
    "data_type",   "deprecation_date",
};

/* The entry of a node in its properties file, and that of its version where there is one. */
static const floe_node *node_entry(search *one, const floe_node *node, const floe_node **version) {
    const floe_type *type = floe_node_type(node);
    const char *section = type == &floe_type_seed       ? "seeds"
                          : type == &floe_type_snapshot ? "snapshots"
                          : type == &floe_type_analysis ? "analyses"
                                                        : "models";
    const floe_node *path = text_of(node, "patch_file");
    const floe_node *list = list_of(one, path ? path : text_of(node, "file"), section);
    const floe_node *entry = floe_properties_named(list, text_of(node, "name"));
    *version = floe_properties_version(entry, value_of(node, "version"));
    return entry;
}

static void locate_node(search *one) {
    const floe_node *file = text_of(one->record, "file"), *version;
    stand_in(one, file);
    bool property = IS_AMONG(one->field, properties) || is_yaml(file);
    if (!property && (!one->field || strcmp(one->field, "name") == 0)) {
        return;
    }
    search there = *one;
    const floe_node *entry = node_entry(&there, one->record, &version);
    if (property ? stand_at(&there, version, entry) : stand_at_key(&there, version, entry)) {
        *one = there;
    }
}

/* ---- sources, columns ---- */

static const floe_node *source_entry(search *one, const floe_node *source, const floe_node **owner) {
    const floe_node *list = list_of(one, text_of(source, "file"), "sources");
    *owner = floe_properties_named(list, text_of(source, "source_name"));
    return floe_properties_named(floe_node_get(*owner, "tables", 6), text_of(source, "name"));
}

static void locate_source(search *one) {
    static const char *const of_source[] = {"source_description", "source_meta", "source_name", "loader",
                                            "database",           "schema"};
    static const char *const inherited[] = {"freshness", "loaded_at_field"};
    const floe_node *owner;
    stand_in(one, text_of(one->record, "file"));
    const floe_node *table = source_entry(one, one->record, &owner);
    if (owner && IS_AMONG(one->field, of_source)) {
        stand_at(one, owner, NULL);
    } else if (table) {
        stand_at(one, table, IS_AMONG(one->field, inherited) ? owner : NULL);
    }
}

/* The entries that may hold what belongs to a node or source: its version's, or its own. */
static const floe_node *owner_entry(search *one, const floe_node *node, const floe_node **version) {
    *version = NULL;
    const floe_node *source;
    return floe_node_type(node) == &floe_type_source ? source_entry(one, node, &source)
                                                     : node_entry(one, node, version);
}

static const floe_node *column_entry(search *one, const floe_node *node, const floe_node *name) {
    const floe_node *version, *entry = owner_entry(one, node, &version);
    const floe_node *column = floe_properties_named(floe_node_get(version, "columns", 7), name);
    return column ? column : floe_properties_named(floe_node_get(entry, "columns", 7), name);
}

/* A column that is not written down stands where its node does. */
static void locate_column(search *one) {
    const floe_node *node = value_of(one->record, "node");
    if (stand_at(one, column_entry(one, node, text_of(one->record, "name")), NULL)) {
        return;
    }
    one->record = node;
    one->field = NULL;
    if (floe_node_type(node) == &floe_type_source) {
        locate_source(one);
    } else {
        stand_in(one, text_of(node, "file"));
    }
}

/* ---- tests and the smaller resources ---- */

static const floe_node *test_item(search *one, const floe_node *node) {
    const floe_node *column = text_of(one->record, "column_name"), *version;
    const floe_node *item =
        column ? floe_properties_test(column_entry(one, node, column), one->record) : NULL;
    if (!item) {
        const floe_node *entry = owner_entry(one, node, &version);
        item = floe_properties_test(version, one->record);
        item = item ? item : floe_properties_test(entry, one->record);
    }
    return item;
}

static void locate_test(search *one) {
    const floe_node *node = value_of(one->record, "node");
    stand_in(one, text_of(one->record, "file"));
    search there = *one;
    if (!floe_node_absent(node) && stand_at(&there, test_item(&there, node), NULL)) {
        *one = there;
    }
}

static void locate_resource(search *one, const char *section) {
    const floe_node *name = text_of(one->record, "name");
    const floe_node *model = floe_node_path(one->record, "spec", "model", NULL);
    stand_in(one, text_of(one->record, "file"));
    const floe_node *list = list_of(one, text_of(one->record, "file"), section);
    const floe_node *entry = floe_properties_named(list, name);
    /* Unit tests of several models may have one name. */
    bool ambiguous = entry && floe_node_type(one->record) == &floe_type_unit_test;
    for (uint32_t i = 0; ambiguous && i < floe_node_size(list); i++) {
        const floe_node *other = floe_node_child(list, i);
        if (floe_properties_same(floe_node_get(other, "name", 4), name) &&
            floe_properties_same(floe_node_get(other, "model", 5), model)) {
            entry = other;
            break;
        }
    }
    stand_at(one, entry, NULL);
}

/* ---- macros ---- */

static bool is_word(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const char *skip_blank(const char *c) {
    return c + strspn(c, " \t\r\n");
}

/* The name that a tag at `c` (behind its "{%") defines, as the manifest calls it; "" where it defines no
 * macro. */
static void macro_at(char name[256], const char *c) {
    static const char *const tags[][2] = {
        {"macro", ""}, {"test", "test_"}, {"data_test", "test_"}, {"materialization", "materialization_"}};
    c = skip_blank(c + (*c == '-' || *c == '+'));
    name[0] = '\0';
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        size_t length = strlen(tags[i][0]);
        if (strncmp(c, tags[i][0], length) == 0 && !is_word(c[length])) {
            const char *start = skip_blank(c + length), *end = start;
            while (is_word(*end)) {
                end++;
            }
            snprintf(name, 256, "%s%.*s", tags[i][1], (int)(end - start), start);
        }
    }
}

/* A macro's name in the manifest: a materialization's ends in "_<adapter>". */
static bool defines(const char *found, const floe_node *name) {
    size_t length = strlen(found);
    bool begins = length && length <= floe_node_size(name) && memcmp(found, name->string, length) == 0;
    return begins && (length == floe_node_size(name) ||
                      (strncmp(found, "materialization_", 16) == 0 && name->string[length] == '_'));
}

static void find_macro(search *one, const floe_node *name) {
    char found[256];
    one->document = floe_properties_text(one->store, one->root, one->file);
    const char *text = one->document ? one->document->text : NULL;
    const char *end = text ? text + one->document->size : NULL;
    for (const char *c = text; c < end && (c = memchr(c, '{', (size_t)(end - c))); c++) {
        macro_at(found, c[1] == '%' ? c + 2 : "");
        if (defines(found, name)) {
            stand_on(one, (uint32_t)(c - text));
            return;
        }
    }
}

static void locate_macro(search *one) {
    static const char *const of_code[] = {"name", "code", "depends_on"};
    const floe_node *name = text_of(one->record, "name");
    if (one->field && !IS_AMONG(one->field, of_code)) {
        const floe_node *list = list_of(one, text_of(one->record, "patch_file"), "macros");
        if (stand_at(one, floe_properties_named(list, name), NULL)) {
            return;
        }
    }
    stand_in(one, text_of(one->record, "file"));
    if (name && one->file[0]) {
        find_macro(one, name);
    }
}

/* ---- problems ---- */

static uint32_t number_of(const floe_node *record, const char *field) {
    const floe_node *number = value_of(record, field);
    bool told = number && floe_node_kind(number) == FLOE_INTEGER && number->integer > 0;
    return told && number->integer < UINT32_MAX ? (uint32_t)number->integer : 1;
}

static void locate_problem(search *one) {
    stand_in(one, text_of(one->record, "file"));
    one->line = number_of(one->record, "line");
    one->column = number_of(one->record, "column");
}

/* ---- */

static bool locate(search *one) {
    const floe_type *type = floe_node_type(one->record);
    const floe_dbt_kind *kind = floe_dbt_kind_of(type);
    if (type == &floe_type_column) {
        locate_column(one);
    } else if (type == &floe_type_macro) {
        locate_macro(one);
    } else if (type == &floe_type_source) {
        locate_source(one);
    } else if (type == &floe_type_test) {
        locate_test(one);
    } else if (type == &floe_type_dbt_problem) {
        locate_problem(one);
    } else if (kind && kind->unit_tests != FLOE_DBT_NONE) {
        locate_node(one);
    } else if (kind) {
        locate_resource(one, kind->section);
    } else if (type != &floe_type_project) {
        return false;
    }
    if (!one->file[0]) { /* the project itself, or what the manifest names no file of */
        snprintf(one->file, sizeof one->file, "dbt_project.yml");
    }
    return true;
}

/* The project's folder: a loaded project is the first record of its facts. */
static const char *root_of(char root[1024], const floe_node *record) {
    floe_node project = floe_document_record_at(record->block->document, 0);
    const floe_node *text = floe_node_type(&project) == &floe_type_project ? text_of(&project, "root") : NULL;
    snprintf(root, 1024, "%.*s", text ? (int)floe_node_size(text) : 1, text ? text->string : ".");
    return root;
}

int floe_dbt_locate(char *file, size_t size, uint32_t *line, uint32_t *column, floe_store *store,
                    const floe_node *record, const char *field, floe_error *error) {
    const floe_type *type = floe_node_type(record);
    char root[1024];
    search one = {
        .store = store, .root = type ? root_of(root, record) : "", .record = record, .field = field};
    if (!type || !locate(&one)) {
        return floe_error_set(error, FLOE_INVALID, "%s%s is no fact of a dbt project",
                              type ? "a " : "this value", type ? type->name : "");
    }
    bool plain = strcmp(root, ".") == 0;
    const char *slash = root[0] && root[strlen(root) - 1] == '/' ? "" : "/";
    snprintf(file, size, "%s%s%s", plain ? "" : root, plain ? "" : slash, one.file);
    *line = one.line ? one.line : 1;
    *column = one.column ? one.column : 1;
    if (one.found) {
        floe_document_position(one.document, one.at, line, column);
    }
    return 0;
}

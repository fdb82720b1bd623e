/*
 * The config of a node: dbt's defaults, the tree of its package's dbt_project.yml along its fqn, what its
 * properties say, what its own file says, and for a package the tree of the project, which has the last word.
 *
 * Each level of a tree is resolved once, with all levels above it; a node starts with a copy of its deepest
 * level.
 */
#include "dbt/parse/context.h"
#include "dbt/parse/merge.h"

#include <stdlib.h>
#include <string.h>

/* One key of a level, its Jinja rendered. */
typedef struct level_setting {
    floe_key key;
    floe_node value;
    const floe_jinja_doubt *doubt;
    uint32_t line, column;
} level_setting;

typedef struct level {
    const floe_node *tree;   /* NULL: the package has no tree of the kind */
    level_setting *settings; /* what this level says itself */
    size_t setting_count;
    floe_config config;   /* defaults and all levels to here; its slots are in the parse's arena */
    struct level **below; /* for each member of `tree`; NULL where it is a setting */
} level;

enum { KINDS = FLOE_PARSE_FUNCTION + 1 };

/* What parse->trees is: the root level of each kind, for each package. */
typedef struct trees {
    level *(*roots)[KINDS];
    const char *adapter;
} trees;

/* ---- growing the trees ---- */

/* The keys under which dbt_project.yml may have the tree of a kind, the one that wins first. */
static const char *const *keys_of(floe_parse_kind kind) {
    static const char *const keys[KINDS][3] = {
        [FLOE_PARSE_MODEL] = {"models"},
        [FLOE_PARSE_SEED] = {"seeds"},
        [FLOE_PARSE_SNAPSHOT] = {"snapshots"},
        [FLOE_PARSE_ANALYSIS] = {"models"},
        [FLOE_PARSE_TEST] = {"data_tests", "tests"},
        [FLOE_PARSE_OPERATION] = {"models"},
        [FLOE_PARSE_SOURCE] = {"sources"},
        [FLOE_PARSE_EXPOSURE] = {"exposures"},
        [FLOE_PARSE_METRIC] = {"metrics"},
        [FLOE_PARSE_SEMANTIC_MODEL] = {"semantic-models", "semantic_models"},
        [FLOE_PARSE_SAVED_QUERY] = {"saved-queries", "saved_queries"},
        [FLOE_PARSE_UNIT_TEST] = {"unit_tests"},
        [FLOE_PARSE_GROUP] = {"models"},
        [FLOE_PARSE_FUNCTION] = {"functions"},
    };
    return keys[kind];
}

static const floe_node *tree_of(const floe_parse *parse, const floe_parse_package *package,
                                floe_parse_kind kind) {
    const floe_node *root = &parse->packages.items[0]->spec;
    const char *const *keys = keys_of(kind);
    if (kind == FLOE_PARSE_ANALYSIS) {
        static const char *const corrected[] = {"analyses", NULL};
        bool set = floe_parse_true(floe_node_path(root, "flags", "require_corrected_analysis_fqns", NULL));
        keys = set || parse->dbt >= 200 ? corrected : keys;
    }
    if ((kind == FLOE_PARSE_OPERATION || kind == FLOE_PARSE_GROUP) && parse->dbt >= 200) {
        return NULL; /* to dbt 2 a hook has no config, and a group only its own */
    }
    for (; *keys; keys++) {
        const floe_node *tree = floe_parse_get(&package->spec, *keys);
        if (tree) {
            return floe_node_kind(tree) == FLOE_OBJECT ? tree : NULL;
        }
    }
    return NULL;
}

/* A setting of a level: with "+", or without where it is no dict. The "+" is taken off. */
static bool setting_at(const floe_node *tree, uint32_t index, floe_key *key) {
    *key = *floe_node_key(tree, index);
    if (key->length && key->text[0] == '+') {
        key->text++;
        key->length--;
        return true;
    }
    return floe_node_kind(floe_node_child(tree, index)) != FLOE_OBJECT;
}

static int apply_level(floe_config *config, const level *from) {
    int result = 0;
    for (size_t i = 0; !result && i < from->setting_count; i++) {
        const level_setting *one = &from->settings[i];
        result = floe_config_set(config, one->key.text, one->key.length, &one->value, one->doubt, one->line,
                                 one->column);
    }
    return result;
}

static bool has_jinja(const floe_node *node) {
    if (floe_node_kind(node) == FLOE_STRING) {
        return floe_jinja_is_template(node->string, floe_node_size(node));
    }
    for (uint32_t i = 0; floe_node_kind(node) >= FLOE_ARRAY && i < floe_node_size(node); i++) {
        if (has_jinja(floe_node_child(node, i))) {
            return true;
        }
    }
    return false;
}

/* Hooks are rendered with the node they belong to. */
static bool is_hook(const floe_key *key) {
    static const char *const names[] = {"pre-hook", "post-hook", "pre_hook", "post_hook"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], key->text) == 0) {
            return true;
        }
    }
    return false;
}

static int read_settings(floe_parse *parse, floe_parse_package *package, level *one) {
    uint32_t count = one->tree ? floe_node_size(one->tree) : 0;
    one->settings = floe_arena_array(parse->arena, count + 1, sizeof *one->settings);
    int result = one->settings ? 0 : FLOE_MEMORY;
    for (uint32_t i = 0; !result && i < count; i++) {
        level_setting fresh = {.value = *floe_node_child(one->tree, i)};
        if (!setting_at(one->tree, i, &fresh.key)) {
            continue;
        }
        if (package->document) {
            floe_document_position(package->document, fresh.value.at, &fresh.line, &fresh.column);
        }
        if (!is_hook(&fresh.key) && has_jinja(&fresh.value)) {
            result = floe_parse_render_tree(&parse->threads[0], package, floe_node_child(one->tree, i), true,
                                            package->shown, &fresh.value, &fresh.doubt);
        }
        one->settings[one->setting_count++] = fresh;
    }
    return result;
}

/* From the heap into the arena, where it stays. */
static int settle_level(floe_parse *parse, floe_config *from, level *one) {
    size_t count = from->slots.count;
    floe_config_slot *slots = floe_arena_array(parse->arena, count + 1, sizeof *slots);
    if (slots && count) {
        memcpy(slots, from->slots.items, count * sizeof *slots);
    }
    one->config = *from;
    one->config.slots.items = slots;
    one->config.slots.capacity = 0;
    floe_config_free(from);
    return slots ? 0 : FLOE_MEMORY;
}

static int grow(floe_parse *parse, floe_parse_package *package, const floe_node *tree,
                const floe_config *start, unsigned depth, level **out) {
    floe_config config = {.document = parse->document};
    level *one = floe_arena_alloc(parse->arena, sizeof *one);
    if (!one) {
        return FLOE_MEMORY;
    }
    *one = (level){.tree = tree};
    *out = one;
    int result = read_settings(parse, package, one);
    result = result ? result : floe_config_copy(&config, start);
    result = result ? result : apply_level(&config, one);
    if (result) {
        floe_config_free(&config);
        return result;
    }
    result = settle_level(parse, &config, one);
    uint32_t count = tree ? floe_node_size(tree) : 0;
    one->below = floe_arena_array(parse->arena, count + 1, sizeof(level *));
    result = one->below ? result : FLOE_MEMORY;
    for (uint32_t i = 0; !result && i < count; i++) {
        floe_key key;
        one->below[i] = NULL;
        if (!setting_at(tree, i, &key) && depth < 64) {
            result = grow(parse, package, floe_node_child(tree, i), &one->config, depth + 1, &one->below[i]);
        }
    }
    return result;
}

/* Settings that stand without their "+" where dbt could take them for folders: it asks for the "+". */
static void report_spelling(floe_parse *parse, const floe_parse_package *package, const floe_node *tree) {
    static const char *const known[] = {
        "enabled", "tags", "materialized", "schema", "database", "alias",         "meta",        "group",
        "access",  "docs", "severity",     "grants", "hooks",    "quote_columns", "persist_docs"};
    for (uint32_t i = 0; tree && package->index == 0 && i < floe_node_size(tree); i++) {
        const floe_key *key = floe_node_key(tree, i);
        const floe_node *value = floe_node_child(tree, i);
        if (floe_node_kind(value) == FLOE_OBJECT && key->length && key->text[0] != '+') {
            report_spelling(parse, package, value);
            continue;
        }
        for (size_t j = 0; j < sizeof known / sizeof *known; j++) {
            if (strcmp(known[j], key->text) == 0) {
                uint32_t line = 1, column = 1;
                if (package->document && value->at) {
                    floe_document_position(package->document, value->at, &line, &column);
                }
                char *hint = floe_parse_format(parse->arena, "write `+%s`", known[j]);
                floe_parse_report(parse, FLOE_PARSE_DEPRECATION, "missing_plus", package->shown, line, column,
                                  hint, "the setting '%s' stands without a `+`", known[j]);
            }
        }
    }
}

static int grow_package(floe_parse *parse, trees *all, floe_parse_package *package) {
    int result = 0;
    for (int kind = 0; !result && kind < KINDS; kind++) {
        const floe_node *tree = tree_of(parse, package, (floe_parse_kind)kind);
        floe_config start = {
            .kind = (floe_parse_kind)kind, .document = parse->document, .adapter = all->adapter};
        result = floe_config_defaults(&start, parse->dbt);
        result = result ? result : grow(parse, package, tree, &start, 0, &all->roots[package->index][kind]);
        floe_config_free(&start);
        if (!result && kind != FLOE_PARSE_ANALYSIS && kind != FLOE_PARSE_OPERATION &&
            kind != FLOE_PARSE_GROUP) {
            report_spelling(parse, package, tree);
        }
    }
    return result;
}

int floe_parse_grow_trees(floe_parse *parse) {
    if (parse->trees) {
        return 0;
    }
    trees *all = floe_arena_alloc(parse->arena, sizeof *all);
    if (!all) {
        return floe_error_memory(parse->error);
    }
    *all = (trees){.adapter = parse->target ? parse->target->type : NULL};
    all->roots = floe_arena_array(parse->arena, parse->packages.count + 1, sizeof *all->roots);
    int result = all->roots ? 0 : FLOE_MEMORY;
    for (size_t i = 0; !result && i < parse->packages.count; i++) {
        result = grow_package(parse, all, parse->packages.items[i]);
    }
    parse->trees = all;
    return result ? floe_error_memory(parse->error) : 0;
}

/* ---- the tree along an fqn ---- */

/* The level below for a part of the fqn, or NULL. */
static level *step(const level *from, const floe_node *part) {
    if (!from->tree || !floe_node_size(from->tree)) {
        return NULL;
    }
    int64_t slot = floe_shape_slot(from->tree->block->shape, part->string, floe_node_size(part));
    return slot < 0 ? NULL : from->below[slot];
}

static const level *deepest(const level *root, const floe_node *fqn) {
    const level *at = root;
    for (uint32_t i = 0; i < floe_node_size(fqn); i++) {
        const level *next = step(at, floe_node_child(fqn, i));
        if (!next) {
            break;
        }
        at = next;
    }
    return at;
}

/* The project's tree once more, over what a package has said. */
static int apply_root(floe_config *config, const level *root, const floe_node *fqn) {
    int result = apply_level(config, root);
    for (uint32_t i = 0; !result && i < floe_node_size(fqn); i++) {
        root = step(root, floe_node_child(fqn, i));
        if (!root) {
            break;
        }
        result = apply_level(config, root);
    }
    return result;
}

/* ---- one node ---- */

/* What stands beside `config` in an entry and belongs into it. */
static int gather_patch(floe_document *document, const floe_node *entry, const floe_node *version,
                        floe_node *out) {
    static const char *const moved[] = {"meta", "docs", "group", "contract", "access"};
    const floe_node *config = floe_parse_get(entry, "config");
    floe_key keys[5];
    floe_node items[5], extra;
    size_t count = 0;
    *out = config && floe_node_kind(config) == FLOE_OBJECT ? *config : floe_null_node(0);
    for (size_t i = 0; i < sizeof moved / sizeof *moved; i++) {
        const floe_node *value = floe_parse_get(entry, moved[i]);
        if (value) {
            keys[count] = floe_key_of(moved[i], strlen(moved[i]));
            items[count++] = *value;
        }
    }
    int result = 0;
    if (count) {
        result = floe_document_map(&extra, document, keys, items, NULL, count, 0, NULL);
        result = result ? result : floe_parse_update(document, out, &extra, out);
    }
    const floe_node *over = version ? floe_parse_get(version, "config") : NULL;
    if (!result && over && floe_node_kind(over) == FLOE_OBJECT) {
        result = floe_parse_deep_merge(document, out, over, out);
    }
    return result;
}

static bool is_python(const floe_parse_node *node) {
    return node->kind == FLOE_PARSE_MODEL && node->language && strcmp(node->language, "python") == 0;
}

/* dbt writes the config of a test into its code as well, behind the call of its macro: there it rules over
 * what that macro sets, and what is added is added twice; but for the two simplest tests, which it does not
 * render. */
static bool repeats_config(const floe_parse_node *node) {
    const char *macro = node->macros.count ? node->macros.items[0] : "";
    return node->test_name && strcmp(macro, "macro.dbt.test_unique") != 0 &&
           strcmp(macro, "macro.dbt.test_not_null") != 0;
}

static int apply_settings(floe_config *config, const floe_parse_node *node) {
    int result = floe_config_set_all(config, &node->test_config);
    for (size_t i = 0; !result && i < node->settings.count; i++) {
        const floe_parse_setting *one = &node->settings.items[i];
        result = floe_config_set(config, one->key, strlen(one->key), &one->value, one->doubt, one->line,
                                 one->column);
    }
    return result || !repeats_config(node) ? result : floe_config_set_all(config, &node->test_config);
}

/* The fqn by which dbt looked at a node before it was a version: with its file's name. */
static int unversioned_fqn(floe_parse_thread *thread, const floe_parse_node *node, floe_node *out) {
    uint32_t count = floe_node_size(&node->fqn);
    *out = node->fqn;
    if (floe_node_absent(&node->version) || count < 2 || !node->file) {
        return 0;
    }
    char *name = floe_parse_stem(thread->arena, node->file->within);
    floe_node *parts = floe_arena_array(thread->arena, count, sizeof *parts);
    if (!name || !parts) {
        return FLOE_MEMORY;
    }
    memcpy(parts, node->fqn.block->items, (count - 1) * sizeof *parts);
    parts[count - 2] = floe_literal_node(name);
    return floe_document_list(out, thread->document, parts, count - 1, 0, NULL);
}

/* One of dbt's passes: with the properties of the node or without. */
static int resolve(floe_parse_thread *thread, const floe_parse_node *node, const floe_node *fqn,
                   const floe_node *patch, floe_config *config) {
    const trees *all = thread->parse->trees;
    const floe_parse_package *own =
        patch && !floe_node_absent(patch) ? node->patch_file->package : node->package;
    const level *root = all->roots[own->index][node->kind];
    config->document = thread->document;
    int result = floe_config_copy(config, &deepest(root, fqn)->config);
    for (size_t i = 0; !result && i < config->slots.count; i++) {
        config->slots.items[i].before = config->slots.items[i].value;
    }
    if (!result && is_python(node) && !(patch && floe_parse_get(patch, "materialized"))) {
        floe_node table = floe_literal_node("table");
        result = floe_config_set(config, "materialized", 12, &table, NULL, 0, 0);
    }
    result = result || !patch ? result : floe_config_set_all(config, patch);
    result = result ? result : apply_settings(config, node);
    if (!result && own->index != 0) {
        result = apply_root(config, all->roots[0][node->kind], fqn);
    }
    return result;
}

int floe_parse_enabled_unpatched(floe_parse_thread *thread, floe_parse_node *node, bool *enabled) {
    floe_config config = {0};
    floe_node fqn;
    int result = floe_parse_grow_trees(thread->parse);
    result = result ? result : unversioned_fqn(thread, node, &fqn);
    result = result ? result : resolve(thread, node, &fqn, NULL, &config);
    if (!result) {
        const floe_config_slot *slot = floe_config_get(&config, "enabled");
        *enabled = !slot || floe_parse_true(&slot->value);
    }
    floe_config_free(&config);
    return result;
}

/* ---- what follows from it ---- */

/* `store_failures_as` rules over `store_failures`, or is made from it. */
static int settle_failures(floe_config *config) {
    const floe_config_slot *how = floe_config_get(config, "store_failures_as");
    const floe_config_slot *whether = floe_config_get(config, "store_failures");
    if (how && !floe_node_absent(&how->value)) {
        floe_node stored = floe_boolean_node(!floe_node_equals(&how->value, "ephemeral"), 0);
        return floe_config_set(config, "store_failures", 14, &stored, NULL, 0, 0);
    }
    if (whether && !floe_node_absent(&whether->value)) {
        floe_node form = floe_literal_node(floe_parse_true(&whether->value) ? "table" : "ephemeral");
        return floe_config_set(config, "store_failures_as", 17, &form, NULL, 0, 0);
    }
    return 0;
}

static bool has_text(const floe_node *items, size_t count, const floe_node *text) {
    for (size_t i = 0; i < count; i++) {
        if (floe_node_size(&items[i]) == floe_node_size(text) &&
            memcmp(items[i].string, text->string, floe_node_size(text)) == 0) {
            return true;
        }
    }
    return false;
}

/* Adds the tags of `config` that are not there yet: dbt's node.tags only grows. */
static int add_tags(floe_parse_node *node, const floe_config *config) {
    const floe_config_slot *slot = floe_config_get(config, "tags");
    const floe_node *tags = slot ? &slot->value : NULL;
    uint32_t fresh = tags && floe_node_kind(tags) == FLOE_ARRAY ? floe_node_size(tags) : 0;
    uint32_t count = floe_node_size(&node->tags);
    if (!fresh) {
        return 0;
    }
    floe_node *items = malloc((count + fresh) * sizeof *items);
    if (!items) {
        return FLOE_MEMORY;
    }
    for (uint32_t i = 0; i < count; i++) {
        items[i] = *floe_node_child(&node->tags, i);
    }
    for (uint32_t i = 0; i < fresh; i++) {
        const floe_node *tag = floe_node_child(tags, i);
        if (floe_node_kind(tag) == FLOE_STRING && !has_text(items, count, tag)) {
            items[count++] = *tag;
        }
    }
    int result = floe_document_list(&node->tags, config->document, items, count, 0, NULL);
    free(items);
    return result;
}

static int start_tags(floe_parse_thread *thread, floe_parse_node *node) {
    const floe_node *tags = floe_parse_get(&node->members, "tags");
    if (tags && floe_node_kind(tags) == FLOE_ARRAY) {
        node->tags = *tags;
    } else if (node->kind == FLOE_PARSE_OPERATION && thread->parse->dbt < 200) {
        floe_node when = floe_literal_node(strstr(node->name, "on-run-end") ? "on-run-end" : "on-run-start");
        return floe_document_list(&node->tags, thread->document, &when, 1, 0, NULL);
    }
    return 0;
}

static int render_hooks(floe_parse_thread *thread, floe_parse_node *node, const floe_config *config) {
    static const char *const keys[] = {"pre-hook", "post-hook"};
    int result = 0;
    for (size_t i = 0; i < 2 && node->kind != FLOE_PARSE_TEST; i++) {
        const floe_config_slot *slot = floe_config_get(config, keys[i]);
        bool hooks = slot && !slot->is_default && floe_node_kind(&slot->value) == FLOE_ARRAY;
        for (uint32_t j = 0; !result && hooks && j < floe_node_size(&slot->value); j++) {
            const floe_node *sql = floe_parse_get(floe_node_child(&slot->value, j), "sql");
            result = sql ? floe_parse_render_hook(thread, node, sql) : 0;
        }
    }
    return result;
}

static int note_doubts(floe_parse_thread *thread, floe_parse_node *node, const floe_config *config) {
    int result = 0;
    for (size_t i = 0; !result && i < config->slots.count; i++) {
        const floe_config_slot *slot = &config->slots.items[i];
        if (slot->doubt) {
            char *about = floe_parse_format(thread->arena, "config.%.*s", (int)slot->length, slot->key);
            result = about ? floe_parse_doubt_about(node, about, slot->doubt->reason, slot->doubt,
                                                    floe_parse_shown(node), slot->line, slot->column)
                           : FLOE_MEMORY;
        }
    }
    return result;
}

static int settle_config(floe_parse_thread *thread, floe_parse_node *node, floe_config *config) {
    int result = node->kind == FLOE_PARSE_TEST ? settle_failures(config) : 0;
    bool tagged = node->kind != FLOE_PARSE_METRIC; /* the tags of a metric's config stay there */
    result = result || !tagged ? result : add_tags(node, config);
    result = result ? result : render_hooks(thread, node, config);
    result = result ? result : note_doubts(thread, node, config);
    const floe_config_slot *enabled = floe_config_get(config, "enabled");
    node->enabled = !enabled || floe_parse_true(&enabled->value);
    return result ? result : floe_config_finish(config, &node->config);
}

/* What a text setting came to; NULL where it is none. */
static const floe_node *setting(const floe_config *config, const char *key) {
    const floe_config_slot *slot = floe_config_get(config, key);
    return slot && !floe_node_absent(&slot->value) ? &slot->value : NULL;
}

/* Two adapters ask the catalog of a node (catalogs.yml) where it stands. */
static bool is_of_catalog(const floe_config *config) {
    return config->adapter && setting(config, "catalog_name") &&
           (strcmp(config->adapter, "snowflake") == 0 || strcmp(config->adapter, "databricks") == 0);
}

static int name_one(floe_parse_thread *thread, floe_parse_node *node, const floe_config *config,
                    const char *key, const char *macro, const char **out) {
    const floe_jinja_doubt *doubt = NULL;
    const floe_config_slot *slot = floe_config_get(config, key);
    if ((slot && slot->doubt) || (strcmp(key, "alias") != 0 && is_of_catalog(config))) {
        *out = NULL;
        return 0;
    }
    return floe_parse_generate(thread, node, macro, setting(config, key), out, &doubt);
}

/* database, schema and alias, as the project's macros make them. */
static int name_relation(floe_parse_thread *thread, floe_parse_node *node, const floe_config *config) {
    if (node->kind > FLOE_PARSE_OPERATION && node->kind != FLOE_PARSE_FUNCTION) {
        return 0;
    }
    int result = name_one(thread, node, config, "database", "generate_database_name", &node->database);
    result =
        result ? result : name_one(thread, node, config, "schema", "generate_schema_name", &node->schema);
    result = result ? result : name_one(thread, node, config, "alias", "generate_alias_name", &node->alias);
    if (!result && node->kind == FLOE_PARSE_SNAPSHOT) {
        const floe_node *database = setting(config, "target_database");
        const floe_node *schema = setting(config, "target_schema");
        node->database = database && floe_node_kind(database) == FLOE_STRING
                             ? floe_parse_text_of(thread->arena, database)
                             : node->database;
        node->schema = schema && floe_node_kind(schema) == FLOE_STRING
                           ? floe_parse_text_of(thread->arena, schema)
                           : node->schema;
    }
    return result;
}

/* dbt 2 configures the snapshot of a package's SQL file by the folders below its own, and writes those below
 * the project. */
static int place_snapshot(floe_parse_thread *thread, floe_parse_node *node) {
    if (thread->parse->dbt < 200 || node->kind != FLOE_PARSE_SNAPSHOT || !node->package->index ||
        node->file->role != FLOE_ROLE_SNAPSHOT) {
        return 0;
    }
    return floe_parse_make_fqn(thread->document, node->package->name, node->file->shown, true, node->name,
                               &node->fqn);
}

int floe_parse_configure(floe_parse_thread *thread, floe_parse_node *node) {
    floe_config config = {0};
    floe_node patch = floe_null_node(0);
    int result = start_tags(thread, node);
    if (!result && node->patch) {
        result = gather_patch(thread->document, node->patch, node->patch_version, &patch);
    }
    if (!result && floe_node_size(&patch) && thread->parse->dbt < 200) {
        /* dbt 1 has looked at the node once before it saw its properties, unless they are all there is of it
         */
        bool written = node->kind == FLOE_PARSE_SNAPSHOT && node->file->role == FLOE_ROLE_PROPERTIES;
        floe_node fqn;
        result = unversioned_fqn(thread, node, &fqn);
        result = result ? result : resolve(thread, node, &fqn, written ? &patch : NULL, &config);
        result = result ? result : add_tags(node, &config);
        result = result ? result : render_hooks(thread, node, &config);
    }
    floe_node fqn = node->fqn;
    if (!result && thread->parse->dbt >= 200) { /* which knows it by its file's name all along */
        result = unversioned_fqn(thread, node, &fqn);
    }
    result = result ? result : resolve(thread, node, &fqn, &patch, &config);
    result = result ? result : settle_config(thread, node, &config);
    result = result ? result : name_relation(thread, node, &config);
    floe_config_free(&config);
    return result ? result : place_snapshot(thread, node);
}

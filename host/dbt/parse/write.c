/*
 * Step 6: the tree of a manifest (schema v12). Each node's entry is made in threads; then the sections are
 * put together, each in the order in which dbt found its resources.
 */
#include "dbt/parse/write.h"
#include "dbt/parse/context.h"
#include "dbt/parse/layout.h"

#include <stdlib.h>
#include <string.h>

/* ---- objects ---- */

void floe_put(floe_parse_maker *object, const char *key, floe_node value) {
    bool empty = floe_node_kind(&value) == FLOE_NULL ||
                 (floe_node_kind(&value) >= FLOE_ARRAY && !floe_node_size(&value));
    if (empty) {
        return;
    }
    if (object->count == sizeof object->keys / sizeof *object->keys) {
        object->failure = FLOE_INTERNAL;
        return;
    }
    object->keys[object->count] = floe_key_of(key, strlen(key));
    object->items[object->count++] = value;
}

void floe_put_text(floe_parse_maker *object, const char *key, const char *text) {
    floe_put(object, key, floe_literal_node(text));
}

void floe_put_list(floe_parse_maker *object, const char *key, const floe_node *items, size_t count) {
    floe_node list = floe_null_node(0);
    if (count && !object->failure) {
        object->failure = floe_document_list(&list, object->document, items, count, 0, NULL);
    }
    floe_put(object, key, list);
}

void floe_put_texts(floe_parse_maker *object, const char *key, const char *const *texts, size_t count) {
    floe_node *items = malloc((count + 1) * sizeof *items);
    if (!items) {
        object->failure = FLOE_MEMORY;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        items[i] = floe_literal_node(texts[i]);
    }
    floe_put_list(object, key, items, count);
    free(items);
}

int floe_put_end(floe_parse_maker *object, floe_node *out) {
    return object->failure ? object->failure
                           : floe_document_map(out, object->document, object->keys, object->items, NULL,
                                               object->count, 0, NULL);
}

void floe_put_object(floe_parse_maker *object, const char *key, floe_parse_maker *inner) {
    floe_node map = floe_null_node(0);
    int result = inner->count || inner->failure ? floe_put_end(inner, &map) : 0;
    object->failure = object->failure ? object->failure : result;
    floe_put(object, key, map);
}

floe_node floe_put_value(const floe_node *node) {
    return node ? *node : floe_null_node(0);
}

/* ---- primary keys ---- */

/* The tests of each model: a model's are tests[first[model] … first[model + 1]). */
typedef struct test_lists {
    uint32_t *first;
    const floe_parse_node **tests;
} test_lists;

static int group_tests(floe_parse *parse, test_lists *lists) {
    size_t count = parse->nodes.count, total = 0;
    lists->first = floe_arena_array(parse->arena, count + 2, sizeof *lists->first);
    lists->tests = floe_arena_array(parse->arena, count + 1, sizeof *lists->tests);
    if (!lists->first || !lists->tests) {
        return floe_error_memory(parse->error);
    }
    memset(lists->first, 0, (count + 2) * sizeof *lists->first);
    for (size_t i = 0; i < count; i++) {
        const floe_parse_node *test = parse->nodes.items[i];
        if (test->test_name && test->attached) {
            lists->first[test->attached->index + 2]++;
        }
    }
    for (size_t i = 2; i < count + 2; i++) {
        total += lists->first[i];
        lists->first[i] = (uint32_t)total;
    }
    for (size_t i = 0; i < count; i++) {
        const floe_parse_node *test = parse->nodes.items[i];
        if (test->test_name && test->attached) {
            lists->tests[lists->first[test->attached->index + 1]++] = test;
        }
    }
    return 0;
}

static bool is_primary(const floe_node *constraint) {
    return floe_node_equals(floe_parse_get(constraint, "type"), "primary_key");
}

static uint32_t list_size(const floe_node *node) {
    return node && floe_node_kind(node) == FLOE_ARRAY ? floe_node_size(node) : 0;
}

/* From constraints of the model, or of a column; false where there are none. */
static int promised_key(floe_parse_thread *thread, const floe_parse_node *node, floe_node *out) {
    const floe_node *constraints =
        node->patch_version ? floe_parse_get(node->patch_version, "constraints") : NULL;
    constraints = list_size(constraints) ? constraints : floe_parse_get(node->patch, "constraints");
    for (uint32_t i = 0; i < list_size(constraints); i++) {
        if (is_primary(floe_node_child(constraints, i))) {
            *out = floe_put_value(floe_parse_get(floe_node_child(constraints, i), "columns"));
            return 0;
        }
    }
    const floe_node **columns;
    size_t count;
    int result = floe_parse_columns(thread, node->patch, node->patch_version, &columns, &count);
    for (size_t i = 0; !result && i < count; i++) {
        const floe_node *own = floe_parse_get(columns[i], "constraints");
        const floe_node *name = floe_parse_get(columns[i], "name");
        for (uint32_t j = 0; name && j < list_size(own); j++) {
            if (is_primary(floe_node_child(own, j))) {
                return floe_document_list(out, thread->document, name, 1, 0, NULL);
            }
        }
    }
    return result;
}

/* Columns that tests speak of, and what they say: bits. */
enum { UNIQUE_ENABLED = 1, UNIQUE_DISABLED = 2, NOT_NULL = 4 };
typedef struct tested {
    floe_node name;
    unsigned says;
} tested;
typedef FLOE_PARSE_LIST(tested) tested_list;

static int note_column(tested_list *list, const floe_node *name, unsigned says) {
    for (size_t i = 0; i < list->count; i++) {
        const floe_node *other = &list->items[i].name;
        if (floe_node_size(other) == floe_node_size(name) &&
            memcmp(other->string, name->string, floe_node_size(name)) == 0) {
            list->items[i].says |= says;
            return 0;
        }
    }
    tested one = {.name = *name, .says = says};
    return floe_node_kind(name) == FLOE_STRING ? FLOE_PARSE_PUSH(list, one) : 0;
}

static int note_test(tested_list *list, const floe_parse_node *test) {
    bool unique = strcmp(test->test_name, "unique") == 0 ||
                  strcmp(test->test_name, "unique_combination_of_columns") == 0;
    unsigned says = unique ? (floe_parse_true(floe_parse_get(&test->config, "enabled")) ? UNIQUE_ENABLED
                                                                                        : UNIQUE_DISABLED)
                    : strcmp(test->test_name, "not_null") == 0 ? NOT_NULL
                                                               : 0;
    const floe_node *column = floe_parse_get(&test->arguments, "column_name");
    const floe_node *columns = floe_parse_get(&test->arguments, "combination_of_columns");
    int result = 0;
    if (says && column && floe_node_kind(column) == FLOE_STRING) {
        result = note_column(list, column, says);
    } else if (says) {
        for (uint32_t i = 0; !result && i < list_size(columns); i++) {
            result = note_column(list, floe_node_child(columns, i), says);
        }
    }
    return result;
}

static int compare_names(const void *one, const void *other) {
    const floe_node *a = one, *b = other;
    size_t size = floe_node_size(a) < floe_node_size(b) ? floe_node_size(a) : floe_node_size(b);
    int order = memcmp(a->string, b->string, size);
    return order ? order : (floe_node_size(a) > floe_node_size(b)) - (floe_node_size(a) < floe_node_size(b));
}

/* Unique and not null first, then unique by an enabled test, then by a disabled one. */
static int inferred_key(floe_document *document, const tested_list *list, floe_node *out) {
    static const unsigned wanted[][2] = {{NOT_NULL, UNIQUE_ENABLED | UNIQUE_DISABLED},
                                         {UNIQUE_ENABLED, UNIQUE_ENABLED},
                                         {UNIQUE_DISABLED, UNIQUE_DISABLED}};
    floe_node *names = malloc((list->count + 1) * sizeof *names);
    size_t count = 0;
    if (!names) {
        return FLOE_MEMORY;
    }
    for (size_t i = 0; !count && i < 3; i++) {
        for (size_t j = 0; j < list->count; j++) {
            if (list->items[j].says & wanted[i][0] && list->items[j].says & wanted[i][1]) {
                names[count++] = list->items[j].name;
            }
        }
    }
    qsort(names, count, sizeof *names, compare_names);
    int result = count ? floe_document_list(out, document, names, count, 0, NULL) : 0;
    free(names);
    return result;
}

/* Where nothing promises or tests one, dbt 2 takes `unique_key`. */
static int configured_key(floe_parse_thread *thread, const floe_parse_node *node, floe_node *out) {
    const floe_node *key = floe_parse_get(&node->config, "unique_key");
    if (thread->parse->dbt < 200 || !key) {
        return 0;
    }
    if (floe_node_kind(key) == FLOE_STRING) {
        return floe_document_list(out, thread->document, key, 1, 0, NULL);
    }
    *out = list_size(key) ? *key : *out;
    return 0;
}

static int find_primary_key(floe_parse_thread *thread, const floe_parse_node *node, const test_lists *lists,
                            floe_node *out) {
    tested_list list = {0};
    *out = floe_null_node(0);
    int result = node->patch ? promised_key(thread, node, out) : 0;
    if (result || floe_node_size(out)) {
        return result;
    }
    for (uint32_t i = lists->first[node->index]; !result && i < lists->first[node->index + 1]; i++) {
        result = note_test(&list, lists->tests[i]);
    }
    result = result || !list.count ? result : inferred_key(thread->document, &list, out);
    free(list.items);
    result = result || floe_node_size(out) ? result : configured_key(thread, node, out);
    return result;
}

/* ---- entries ---- */

static int write_one(floe_parse_thread *thread, size_t index) {
    floe_parse_node *node = thread->parse->nodes.items[index];
    const floe_parse_names *names = thread->parse->names;
    floe_node primary_key = floe_null_node(0);
    int result = 0;
    if (node->kind == FLOE_PARSE_MODEL && node->enabled) {
        result = find_primary_key(thread, node, names->tests, &primary_key);
    }
    return result ? result : floe_parse_write_node(thread, node, &primary_key);
}

/* ---- sections ---- */

/* Entries by id; an id that stands twice keeps its first entry. */
typedef struct section {
    floe_key *keys;
    floe_node *items;
    size_t count, key_capacity, item_capacity;
    floe_parse_table ids;
} section;

static int add_entry(section *to, const char *id, const floe_node *entry) {
    size_t length = strlen(id);
    if (floe_parse_table_find(&to->ids, id, length)) {
        return 0;
    }
    if (floe_parse_table_add(&to->ids, id, length, (void *)(uintptr_t)id) ||
        floe_grow(&to->keys, &to->key_capacity, to->count + 1, sizeof *to->keys) ||
        floe_grow(&to->items, &to->item_capacity, to->count + 1, sizeof *to->items)) {
        return FLOE_MEMORY;
    }
    to->keys[to->count] = floe_key_of(id, length);
    to->items[to->count++] = *entry;
    return 0;
}

static int end_section(floe_parse_maker *root, const char *name, section *from) {
    floe_node map;
    int result = floe_document_map(&map, root->document, from->keys, from->items, NULL, from->count, 0, NULL);
    if (!result) { /* also where it is empty: readers expect the section */
        root->keys[root->count] = floe_key_of(name, strlen(name));
        root->items[root->count++] = map;
    }
    free(from->keys);
    free(from->items);
    return result;
}

static const struct {
    const char *name;
    uint32_t kinds; /* bits of floe_parse_kind */
} sections[] = {
    {"nodes", 1u << FLOE_PARSE_MODEL | 1u << FLOE_PARSE_SEED | 1u << FLOE_PARSE_SNAPSHOT |
                  1u << FLOE_PARSE_ANALYSIS | 1u << FLOE_PARSE_TEST | 1u << FLOE_PARSE_OPERATION},
    {"sources", 1u << FLOE_PARSE_SOURCE},
    {"exposures", 1u << FLOE_PARSE_EXPOSURE},
    {"metrics", 1u << FLOE_PARSE_METRIC},
    {"groups", 1u << FLOE_PARSE_GROUP},
    {"unit_tests", 1u << FLOE_PARSE_UNIT_TEST},
    {"semantic_models", 1u << FLOE_PARSE_SEMANTIC_MODEL},
    {"saved_queries", 1u << FLOE_PARSE_SAVED_QUERY},
    {"functions", 1u << FLOE_PARSE_FUNCTION},
};

static int write_sections(floe_parse *parse, floe_parse_maker *root) {
    int result = 0;
    for (size_t i = 0; !result && i < sizeof sections / sizeof *sections; i++) {
        section one = {.ids = {.arena = parse->arena}};
        for (size_t j = 0; !result && j < parse->nodes.count; j++) {
            const floe_parse_node *node = parse->nodes.items[j];
            if (node->enabled && sections[i].kinds & 1u << node->kind) {
                result = add_entry(&one, node->unique_id, &node->entry);
            }
        }
        int ended = end_section(root, sections[i].name, &one);
        result = result ? result : ended;
    }
    return result;
}

/* All disabled nodes of one id, which need not be one. */
static int list_twins(floe_document *document, const floe_parse_entry *first, floe_node *out) {
    FLOE_PARSE_LIST(floe_node) items = {0};
    int result = 0;
    for (const floe_parse_entry *one = first; !result && one; one = one->next) {
        result = FLOE_PARSE_PUSH(&items, ((const floe_parse_node *)one->item)->entry);
    }
    result = result ? result : floe_document_list(out, document, items.items, items.count, 0, NULL);
    free(items.items);
    return result;
}

static int write_disabled(floe_parse *parse, floe_parse_maker *root) {
    section one = {.ids = {.arena = parse->arena}};
    floe_parse_table twins = {.arena = parse->arena};
    int result = 0;
    for (size_t i = 0; !result && i < parse->nodes.count; i++) {
        floe_parse_node *node = parse->nodes.items[i];
        bool listed = node->kind != FLOE_PARSE_ANALYSIS || parse->dbt < 200;
        if (!node->enabled && listed) {
            result = floe_parse_table_add(&twins, node->unique_id, strlen(node->unique_id), node);
        }
    }
    for (size_t i = 0; !result && i < parse->nodes.count; i++) {
        const floe_parse_node *node = parse->nodes.items[i];
        const floe_parse_entry *first =
            node->enabled ? NULL : floe_parse_table_find(&twins, node->unique_id, strlen(node->unique_id));
        floe_node list;
        if (first && first->item == node) {
            result = list_twins(root->document, first, &list);
            result = result ? result : add_entry(&one, node->unique_id, &list);
        }
    }
    int ended = end_section(root, "disabled", &one);
    return result ? result : ended;
}

/* ---- macros and docs ---- */

/* Names of a macro's parameters: dbt 1.12 takes them for its arguments where no properties tell of any. */
static void put_parameters(floe_parse *parse, floe_parse_maker *object, const floe_parse_macro *macro) {
    const floe_jinja_node *syntax = macro->syntax;
    const floe_node *flag =
        floe_node_path(&parse->packages.items[0]->spec, "flags", "validate_macro_args", NULL);
    bool wanted = floe_node_absent(flag) ? parse->dbt >= 112 : floe_parse_true(flag);
    static const floe_jinja_text languages = {"supported_languages", 19};
    wanted = wanted && !macro->file->generic; /* generic tests are read by another part of dbt */
    bool material = syntax->kind == FLOE_JINJA_MATERIALIZATION;
    uint32_t count = material ? 1 : syntax->items.count;
    floe_node *items = malloc((count + 1) * sizeof *items);
    object->failure = items ? object->failure : FLOE_MEMORY;
    for (uint32_t i = 0; wanted && !object->failure && i < count; i++) {
        floe_parse_maker one = {.document = object->document};
        floe_jinja_text name = material ? languages : syntax->items.items[i]->text;
        floe_put(&one, "name", floe_string_node(name.text, name.length, 0));
        object->failure = floe_put_end(&one, &items[i]);
    }
    floe_put_list(object, "arguments", items, wanted && !object->failure ? count : 0);
    free(items);
}

static void put_macro_patch(floe_parse *parse, floe_parse_maker *object, const floe_parse_macro *macro) {
    const floe_node *entry = macro->patch;
    const floe_node *config = parse->dbt >= 112 ? floe_parse_get(entry, "config") : NULL;
    const floe_node *docs = floe_parse_get(config, "docs"), *arguments = floe_parse_get(entry, "arguments");
    const floe_node *meta = floe_parse_get(config, "meta"), *top = floe_parse_get(entry, "meta");
    floe_node joined = floe_put_value(top);
    if (meta && floe_node_kind(meta) == FLOE_OBJECT) {
        object->failure = floe_parse_update(object->document, &joined, meta, &joined);
    }
    floe_put(object, "description", floe_put_value(floe_parse_get(entry, "description")));
    floe_put(object, "meta", joined);
    floe_put_docs(object, docs ? docs : floe_parse_get(entry, "docs"));
    if (floe_parse_true(arguments)) {
        floe_put(object, "arguments", *arguments);
    } else {
        put_parameters(parse, object, macro);
    }
    floe_put_text(object, "patch_path",
                  floe_parse_format(parse->arena, "%s://%s", macro->patch_file->package->name,
                                    macro->patch_file->path));
}

/* The languages a materialization says it supports. */
static void put_languages(floe_parse_maker *object, const floe_jinja_node *syntax) {
    floe_node items[8];
    size_t count = 0;
    for (uint32_t i = 0; i < syntax->items.count; i++) {
        const floe_jinja_node *value = i < syntax->defaults.count ? syntax->defaults.items[i] : NULL;
        floe_jinja_text name = syntax->items.items[i]->text;
        bool languages = name.length == 19 && memcmp(name.text, "supported_languages", 19) == 0;
        for (uint32_t j = 0; languages && value && j < value->items.count && count < 8; j++) {
            floe_jinja_text one = value->items.items[j]->text;
            items[count++] = floe_string_node(one.text, one.length, 0);
        }
    }
    if (!count) {
        items[count++] = floe_literal_node("sql");
    }
    floe_put_list(object, "supported_languages", items, count);
}

static int write_macro(floe_parse *parse, const floe_parse_macro *macro, floe_node *out) {
    floe_parse_maker object = {.document = parse->document}, depends = {.document = parse->document};
    const char *text = macro->file->text;
    size_t size = macro->file->size;
    floe_strip(&text, &size); /* dbt looks for macros in what is left then */
    size_t first = (size_t)(text - macro->file->text);
    size_t at = macro->at > first ? macro->at : first;
    size_t end = macro->end < first + size ? macro->end : first + size;
    floe_put_text(&object, "unique_id", macro->unique_id);
    floe_put_text(&object, "name", macro->name);
    floe_put_text(&object, "resource_type", "macro");
    floe_put_text(&object, "package_name", macro->package->name);
    floe_put_text(&object, "path", macro->file->path);
    floe_put_text(&object, "original_file_path", macro->file->path);
    floe_put(&object, "macro_sql", floe_string_node(macro->file->text + at, end - at, 0));
    floe_put_texts(&depends, "macros", macro->calls.items, macro->calls.count);
    floe_put_object(&object, "depends_on", &depends);
    if (macro->patch) {
        put_macro_patch(parse, &object, macro);
    } else {
        put_parameters(parse, &object, macro);
        floe_put_docs(&object, NULL);
    }
    if (macro->syntax->kind == FLOE_JINJA_MATERIALIZATION) {
        put_languages(&object, macro->syntax);
    }
    return floe_put_end(&object, out);
}

static int write_macros(floe_parse *parse, floe_parse_maker *root) {
    section one = {.ids = {.arena = parse->arena}};
    int result = 0;
    for (size_t i = 0; !result && i < parse->macros.count; i++) {
        const floe_parse_macro *macro = parse->macros.items[i];
        floe_node entry;
        if (macro->file && macro->file->text && macro->syntax) {
            result = write_macro(parse, macro, &entry);
            result = result ? result : add_entry(&one, macro->unique_id, &entry);
        }
    }
    int ended = end_section(root, "macros", &one);
    return result ? result : ended;
}

static int write_docs(floe_parse *parse, floe_parse_maker *root) {
    section one = {.ids = {.arena = parse->arena}};
    int result = 0;
    for (size_t i = 0; !result && i < parse->docs.count; i++) {
        const floe_parse_doc *doc = parse->docs.items[i];
        floe_parse_maker object = {.document = parse->document};
        floe_node entry;
        const char *name = *doc->name ? doc->name : "None"; /* Python's name of a block without one */
        char *id = floe_parse_format(parse->arena, "doc.%s.%s", doc->package->name, name);
        floe_put_text(&object, "unique_id", id);
        floe_put_text(&object, "name", name);
        floe_put_text(&object, "resource_type", "doc");
        floe_put_text(&object, "package_name", doc->package->name);
        floe_put_text(&object, "path", doc->file->within);
        floe_put_text(&object, "original_file_path", doc->file->path);
        floe_put(&object, "block_contents", floe_string_node(doc->text, doc->size, 0));
        result = id ? floe_put_end(&object, &entry) : FLOE_MEMORY;
        result = result ? result : add_entry(&one, id, &entry);
    }
    int ended = end_section(root, "docs", &one);
    return result ? result : ended;
}

/* ---- metadata ---- */

static int write_problem(floe_document *document, const floe_parse_problem *problem, floe_node *out) {
    static const char *const severities[] = {[FLOE_PARSE_ERROR] = "error",
                                             [FLOE_PARSE_WARNING] = "warning",
                                             [FLOE_PARSE_DEPRECATION] = "deprecation",
                                             [FLOE_PARSE_UNREAD] = "unread"};
    floe_parse_maker object = {.document = document};
    floe_put_text(&object, "severity", severities[problem->severity]);
    floe_put_text(&object, "code", problem->code);
    floe_put_text(&object, "message", problem->message);
    floe_put_text(&object, "hint", problem->hint);
    floe_put_text(&object, "file", problem->file);
    floe_put(&object, "line", problem->line ? floe_integer_node(problem->line, 0) : floe_null_node(0));
    floe_put(&object, "column", problem->line ? floe_integer_node(problem->column, 0) : floe_null_node(0));
    floe_put_text(&object, "subject", problem->subject);
    return floe_put_end(&object, out);
}

static void put_problems(floe_parse *parse, floe_parse_maker *object) {
    floe_node *items = malloc((parse->problems.count + 1) * sizeof *items);
    object->failure = items ? object->failure : FLOE_MEMORY;
    for (size_t i = 0; !object->failure && i < parse->problems.count; i++) {
        object->failure = write_problem(parse->document, &parse->problems.items[i], &items[i]);
    }
    if (!object->failure) {
        floe_put_list(object, "problems", items, parse->problems.count);
    }
    free(items);
}

static void put_metadata(floe_parse *parse, floe_parse_maker *root) {
    floe_parse_maker metadata = {.document = parse->document}, floe = {.document = parse->document};
    floe_put_text(&metadata, "dbt_schema_version", "https://schemas.getdbt.com/dbt/manifest/v12.json");
    floe_put_text(&metadata, "project_name", parse->packages.items[0]->name);
    floe_put_text(&metadata, "adapter_type", parse->target ? parse->target->type : NULL);
    put_problems(parse, &floe);
    char *rules = floe_parse_format(parse->arena, "%d.%d", parse->dbt / 100, parse->dbt % 100);
    floe.failure = rules ? floe.failure : FLOE_MEMORY;
    floe_put_text(&floe, "dbt_rules", rules);
    floe_put_text(&floe, "target", parse->target ? parse->target->name : NULL);
    floe_put(&floe, "missing_packages", floe_boolean_node(parse->missing_packages, 0));
    floe_put_object(&metadata, "floe", &floe);
    floe_put_object(root, "metadata", &metadata);
}

int floe_parse_write(floe_parse *parse, floe_node *manifest) {
    floe_parse_maker root = {.document = parse->document};
    test_lists lists;
    int result = 0;
    if (parse->names) {
        result = group_tests(parse, &lists);
        ((floe_parse_names *)parse->names)->tests = &lists;
        result = result ? result : floe_parse_each(parse, parse->nodes.count, write_one);
        ((floe_parse_names *)parse->names)->tests = NULL;
    }
    put_metadata(parse, &root);
    result = result ? result : write_sections(parse, &root);
    result = result ? result : write_macros(parse, &root);
    result = result ? result : write_docs(parse, &root);
    result = result ? result : write_disabled(parse, &root);
    result = result ? result : floe_put_end(&root, manifest);
    return result == FLOE_MEMORY ? floe_error_memory(parse->error) : result;
}

/*
 * Step 4: properties files. Each file is read in a thread into drafts; in the order of the files these become
 * patches of nodes and nodes of their own; then the Jinja of the new nodes is rendered in threads.
 */
#include "dbt/parse/entries.h"
#include "dbt/parse/nodes.h"

#include "base/interrupt.h"
#include "base/suggest.h"
#include "data/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a file said, in its order. */
typedef struct file_drafts {
    const floe_parse_file *file;
    floe_draft **items;
    size_t count;
} file_drafts;

typedef struct step {
    floe_parse *parse;
    floe_entry_reader *readers; /* one a thread */
    file_drafts *files;
    size_t file_count;
    floe_names macro_ids;
    FLOE_PARSE_LIST(floe_parse_macro *) macros; /* by the number of their id */
    FLOE_PARSE_LIST(floe_draft *) overrides;
    FLOE_PARSE_LIST(floe_draft *) units;     /* unit tests: they wait until all versions are known */
    FLOE_PARSE_LIST(floe_draft *) metrics;   /* that depend on semantic models */
    floe_parse_table measures;               /* semantic models by the names of their measures */
    FLOE_PARSE_LIST(floe_parse_node *) made; /* nodes whose Jinja is to be rendered */
    floe_parse_node **patched;               /* nodes of the entry before its tests */
    size_t patched_count;
    const char *patching; /* the name in that entry */
} step;

/* The step that threads work for: floe_parse_each hands over nothing of its own. */
static step *step_of(floe_parse_thread *thread) {
    return thread->parse->work;
}

/* ---- reading a file ---- */

typedef int (*read_entry)(floe_entry_reader *reader, const floe_node *entry);

/* An entry for something that is defined elsewhere, with its tests. */
static int read_patch(floe_entry_reader *r, const floe_node *entry) {
    floe_draft *draft = floe_entry_draft(r, FLOE_DRAFT_PATCH, entry);
    if (!draft) {
        return FLOE_MEMORY;
    }
    draft->name = floe_parse_text_of(r->thread->arena, floe_entry_get(entry, "name"));
    bool tested = strcmp(r->section, "models") == 0 || strcmp(r->section, "seeds") == 0 ||
                  strcmp(r->section, "snapshots") == 0;
    int result = !draft->name ? FLOE_MEMORY : tested ? floe_entry_tests(r, entry, draft->name) : 0;
    return result || strcmp(r->section, "models") != 0 ? result : floe_entry_model_semantics(r, entry);
}

static int read_macro(floe_entry_reader *r, const floe_node *entry) {
    floe_draft *draft = floe_entry_draft(r, FLOE_DRAFT_MACRO, entry);
    if (!draft) {
        return FLOE_MEMORY;
    }
    draft->name = floe_parse_text_of(r->thread->arena, floe_entry_get(entry, "name"));
    return draft->name ? 0 : FLOE_MEMORY;
}

static int read_source(floe_entry_reader *r, const floe_node *entry) {
    bool patch = floe_entry_get(entry, "overrides") != NULL;
    floe_draft *draft = floe_entry_draft(r, patch ? FLOE_DRAFT_OVERRIDE : FLOE_DRAFT_SOURCE, entry);
    if (!draft) {
        return FLOE_MEMORY;
    }
    draft->name = floe_parse_text_of(r->thread->arena, floe_entry_get(entry, "name"));
    if (patch) {
        return 0;
    }
    int result = floe_entry_source(r, entry);
    return result ? result : floe_entry_draft(r, FLOE_DRAFT_END, entry) ? 0 : FLOE_MEMORY;
}

/* In dbt's order. */
static const struct section {
    const char *name;
    read_entry read;
} sections[] = {
    {"models", read_patch},
    {"seeds", read_patch},
    {"snapshots", read_patch},
    {"sources", read_source},
    {"macros", read_macro},
    {"data_tests", read_patch},
    {"analyses", read_patch},
    {"exposures", floe_entry_exposure},
    {"functions", read_patch},
    {"metrics", floe_entry_metric},
    {"groups", floe_entry_group},
    {"semantic_models", floe_entry_semantic_model},
    {"unit_tests", floe_entry_unit_test},
    {"saved_queries", floe_entry_saved_query},
};
enum { SECTIONS = sizeof sections / sizeof *sections };

static const char *kind_word(const floe_node *node) {
    static const char *const words[] = {"nothing", "true or false", "a number", "a number",
                                        "a text",  "a list",        "an object"};
    return words[floe_node_kind(node)];
}

/* True where an entry can be read: an object with a name that is a text. */
static bool is_entry(floe_entry_reader *r, const floe_node *entry) {
    if (floe_node_kind(entry) != FLOE_OBJECT) {
        floe_entry_problem(r, FLOE_PARSE_ERROR, "not_an_object", entry->at,
                           "write '- name: …' and what belongs to it below, moved in",
                           "an entry of '%s' is %s and no object", r->section, kind_word(entry));
        return false;
    }
    const floe_node *name = floe_entry_get(entry, "name");
    if (!name) {
        floe_entry_problem(r, FLOE_PARSE_ERROR, "entry_without_name", entry->at, NULL,
                           "an entry of '%s' has no name", r->section);
        return false;
    }
    if (floe_node_kind(name) != FLOE_STRING || !floe_node_size(name)) {
        floe_entry_problem(r, FLOE_PARSE_ERROR, "name_is_no_text", floe_entry_key_at(entry, "name"),
                           "put the name into quotes", "the name of an entry of '%s' is %s and no text",
                           r->section, floe_node_size(name) ? kind_word(name) : "empty");
        return false;
    }
    return true;
}

/* Members that are lists or objects where they are given at all; one that is not is as if it were absent. */
static const struct shape {
    const char *key;
    floe_kind kind;
} shapes[] = {{"columns", FLOE_ARRAY},      {"config", FLOE_OBJECT},  {"meta", FLOE_OBJECT},
              {"versions", FLOE_ARRAY},     {"tables", FLOE_ARRAY},   {"docs", FLOE_OBJECT},
              {"arguments", FLOE_ARRAY},    {"measures", FLOE_ARRAY}, {"dimensions", FLOE_ARRAY},
              {"entities", FLOE_ARRAY},     {"exports", FLOE_ARRAY},  {"query_params", FLOE_OBJECT},
              {"type_params", FLOE_OBJECT}, {"quoting", FLOE_OBJECT}};

static bool is_bad(floe_entry_reader *r, const floe_node *entry, const struct shape *shape) {
    const floe_node *member = floe_entry_get(entry, shape->key);
    bool other = strcmp(shape->key, "versions") == 0 && strcmp(r->section, "models") != 0;
    if (!member || floe_node_kind(member) == shape->kind || other) {
        return false;
    }
    floe_entry_problem(r, FLOE_PARSE_ERROR, shape->kind == FLOE_ARRAY ? "not_a_list" : "not_an_object",
                       floe_entry_key_at(entry, shape->key), NULL, "'%s' is %s and not %s", shape->key,
                       kind_word(member), shape->kind == FLOE_ARRAY ? "a list" : "an object");
    return true;
}

/* The entry without members of the wrong kind. */
static int check_members(floe_entry_reader *r, const floe_node *entry, floe_node *out) {
    floe_maker fixed = {0};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        if (is_bad(r, entry, &shapes[i])) {
            if (!fixed.count) {
                floe_maker_update(&fixed, entry);
            }
            floe_maker_drop(&fixed, shapes[i].key);
        }
    }
    *out = *entry;
    return fixed.count || fixed.failed ? floe_maker_finish(&fixed, 0, r->thread, entry->at, out) : 0;
}

static int read_one(floe_entry_reader *r, const struct section *section, const floe_node *raw) {
    floe_node *entry = floe_arena_alloc(r->thread->arena, sizeof *entry);
    if (!entry) {
        return FLOE_MEMORY;
    }
    r->doubts.count = 0;
    if (!is_entry(r, raw)) {
        return 0;
    }
    floe_entry_spelling(r, raw);
    r->raw = raw;
    int result = floe_entry_render(r, raw, entry);
    result = result ? result : check_members(r, entry, entry);
    result = result ? result : floe_entry_current(r, entry, entry);
    if (result || !is_entry(r, entry)) {
        return result;
    }
    return section->read(r, entry);
}

static int read_section(floe_entry_reader *r, const struct section *section, const floe_node *root) {
    const floe_node *entries = floe_entry_get(root, section->name);
    r->section = section->name;
    if (entries && floe_node_kind(entries) != FLOE_ARRAY) {
        floe_entry_problem(r, FLOE_PARSE_ERROR, "not_a_list", floe_entry_key_at(root, section->name),
                           "begin each of its entries with '- name: …'", "'%s' is %s and not a list",
                           section->name, kind_word(entries));
        return 0;
    }
    int result = 0;
    for (uint32_t i = 0; !result && i < floe_entry_count(entries, FLOE_ARRAY); i++) {
        result = read_one(r, section, &entries->block->items[i]);
    }
    return result;
}

static int keep_drafts(floe_entry_reader *r, file_drafts *out) {
    size_t count = r->drafts.count;
    out->items = floe_arena_array(r->thread->arena, count + 1, sizeof *out->items);
    if (!out->items) {
        return FLOE_MEMORY;
    }
    if (count) {
        memcpy(out->items, r->drafts.items, count * sizeof *out->items);
    }
    out->count = count;
    r->drafts.count = 0;
    return 0;
}

static int read_file(floe_parse_thread *thread, size_t index) {
    step *s = step_of(thread);
    floe_entry_reader *r = &s->readers[thread->number];
    const floe_parse_file *file = s->files[index].file;
    const floe_node *root = &file->document->root;
    r->thread = thread;
    r->file = file;
    if (floe_node_kind(root) == FLOE_NULL) {
        return 0;
    }
    if (floe_node_kind(root) != FLOE_OBJECT) {
        floe_entry_problem(r, FLOE_PARSE_UNREAD, "not_an_object", root->at, NULL,
                           "a properties file is an object, and this is %s", kind_word(root));
        return 0;
    }
    floe_entry_file_spelling(r, root);
    int result = 0;
    for (size_t i = 0; i < SECTIONS && !result; i++) {
        result = read_section(r, &sections[i], root);
    }
    return result ? result : keep_drafts(r, &s->files[index]);
}

/* ---- from drafts to nodes ---- */

static void report(const step *s, const floe_draft *draft, floe_parse_severity severity, const char *code,
                   const char *hint, const char *message) {
    uint32_t line, column;
    floe_document_position(draft->file->document, draft->at, &line, &column);
    floe_parse_report(s->parse, severity, code, draft->file->shown, line, column, hint, "%s", message);
}

static int add_doubts(floe_parse_node *node, const floe_draft *draft) {
    for (uint32_t i = 0; i < draft->doubt_count; i++) {
        if (FLOE_PARSE_PUSH(&node->doubts, draft->doubts[i])) {
            return FLOE_MEMORY;
        }
    }
    return 0;
}

static int apply_patch(step *s, floe_draft *draft) {
    floe_parse_node *made = NULL;
    int result = 0;
    s->patched_count = 0;
    s->patching = draft->name;
    if (strcmp(draft->section, "snapshots") == 0 && floe_entry_get(draft->entry, "relation")) {
        result = floe_parse_add_snapshot(s->parse, draft->file, draft->entry, &made);
        result = result || !made ? result : FLOE_PARSE_PUSH(&s->made, made);
    }
    result = result ? result
                    : floe_parse_patch(s->parse, draft->file, draft->section, draft->entry, &s->patched,
                                       &s->patched_count);
    for (size_t i = 0; !result && i < s->patched_count; i++) {
        result = s->patched[i] ? add_doubts(s->patched[i], draft) : 0;
    }
    return result;
}

/* ---- macros ---- */

static int index_macros(step *s) {
    for (size_t i = 0; i < s->parse->macros.count; i++) {
        floe_parse_macro *macro = s->parse->macros.items[i];
        uint32_t number;
        size_t before = s->macro_ids.count;
        if (floe_names_add(&number, &s->macro_ids, s->parse->arena, macro->unique_id,
                           strlen(macro->unique_id)) ||
            (s->macro_ids.count > before && FLOE_PARSE_PUSH(&s->macros, macro))) {
            return FLOE_MEMORY;
        }
    }
    return 0;
}

static void suggest_macro(const step *s, const floe_draft *draft) {
    floe_suggestion near;
    char hint[256], message[320];
    floe_suggest_start(&near, draft->name, strlen(draft->name));
    for (size_t i = 0; i < s->macros.count; i++) {
        const floe_parse_macro *macro = s->macros.items[i];
        if (macro->package == draft->file->package) {
            floe_suggest_offer(&near, macro->name, strlen(macro->name));
        }
    }
    snprintf(hint, sizeof hint, "did you mean '%.*s'?", (int)near.best_length, near.best ? near.best : "");
    snprintf(message, sizeof message, "there is no macro '%s' in the package '%s'", draft->name,
             draft->file->package->name);
    report(s, draft, FLOE_PARSE_WARNING, "no_such_macro", near.best ? hint : NULL, message);
}

static int apply_macro(step *s, const floe_draft *draft) {
    const char *id =
        floe_parse_format(s->parse->arena, "macro.%s.%s", draft->file->package->name, draft->name);
    if (!id) {
        return FLOE_MEMORY;
    }
    int64_t number = floe_names_find(&s->macro_ids, id, strlen(id));
    if (number < 0) {
        suggest_macro(s, draft);
        return 0;
    }
    floe_parse_macro *macro = s->macros.items[number];
    if (macro->patch) {
        report(s, draft, FLOE_PARSE_ERROR, "duplicate_patch", "remove one of the entries",
               "the macro has another entry in a properties file");
        return 0;
    }
    macro->patch = draft->entry;
    macro->patch_file = draft->file;
    return 0;
}

/* ---- nodes ---- */

/* The node that a test hangs on: dbt knows it where it is of the package of the file. An entry in the wrong
 * section patches nothing, and its tests are tests of what has the name all the same. */
static const floe_parse_node *attached(const step *s, const floe_draft *draft) {
    const floe_parse_names *names = s->parse->names;
    size_t index = draft->version < 0 ? 0 : (size_t)draft->version;
    const floe_parse_node *node = index < s->patched_count ? s->patched[index] : NULL;
    if (draft->of_source || (node && node->package != draft->file->package)) {
        return NULL;
    }
    const floe_parse_entry *one =
        node || s->patched_count || draft->version >= 0 || !names
            ? NULL
            : floe_parse_table_find(&names->nodes, s->patching, strlen(s->patching));
    for (; one && !node; one = one->next) {
        const floe_parse_node *other = one->item;
        node = other->package == draft->file->package && floe_parse_refable(other) ? other : NULL;
    }
    return node;
}

/* Code whose Jinja makes the calls of a node. */
static int open_code(step *s, floe_parse_node *node, const floe_draft *draft) {
    floe_error error = {0};
    node->code = draft->code;
    node->code_size = strlen(draft->code);
    node->language = "sql";
    if (node->kind == FLOE_PARSE_TEST) {
        return FLOE_PARSE_PUSH(&s->made, node);
    }
    int result = floe_jinja_parse(&node->template, s->parse->threads[0].scratch, draft->file->shown,
                                  node->code, node->code_size, &error);
    if (result == FLOE_MEMORY) {
        return result;
    }
    if (result) {
        report(s, draft, FLOE_PARSE_ERROR, "bad_jinja", NULL, error.message);
        node->template = NULL;
        return 0;
    }
    node->body = node->template->body;
    return FLOE_PARSE_PUSH(&s->made, node);
}

/* A node of what a draft says, with this id. */
static int make_node(step *s, floe_draft *draft, const char *unique_id) {
    floe_parse_node *node;
    int result = floe_parse_add_node(s->parse, draft->kind, draft->file->package, draft->file, draft->name,
                                     unique_id, &node);
    if (result) {
        return result;
    }
    draft->node = node;
    node->at = draft->at;
    node->fqn = draft->fqn;
    node->path = draft->path;
    node->members = draft->members;
    node->test_config = draft->config;
    node->schema = draft->schema;
    node->database = draft->database;
    node->column_name = draft->column_name;
    node->test_name = draft->test_name;
    node->test_namespace = draft->test_namespace;
    node->arguments = draft->arguments;
    node->attached = draft->kind == FLOE_PARSE_TEST ? attached(s, draft)
                     : draft->created_by            ? draft->created_by->node
                                                    : NULL;
    for (uint32_t i = 0; i < draft->call_count; i++) {
        if (FLOE_PARSE_PUSH(&node->calls, draft->calls[i])) {
            return FLOE_MEMORY;
        }
    }
    result = add_doubts(node, draft);
    return result || !draft->code ? result : open_code(s, node, draft);
}

static int add_measures(step *s, const floe_draft *model) {
    for (uint32_t i = 0; i < floe_entry_count(&model->has_measures, FLOE_ARRAY); i++) {
        const floe_node *name = &model->has_measures.block->items[i];
        if (floe_parse_table_add(&s->measures, name->string, floe_node_size(name), model->node)) {
            return FLOE_MEMORY;
        }
    }
    return 0;
}

static bool is_semantic(floe_parse_kind kind) {
    return kind == FLOE_PARSE_METRIC || kind == FLOE_PARSE_SEMANTIC_MODEL || kind == FLOE_PARSE_SAVED_QUERY;
}

/* dbt 2 makes no tests of an entry that describes nothing of its section and package. */
static bool tests_nothing(const step *s, const floe_draft *draft) {
    return s->parse->dbt >= 200 && draft->kind == FLOE_PARSE_TEST && !draft->of_source &&
           draft->version < 0 && !s->patched_count;
}

static int add_node(step *s, floe_draft *draft) {
    if (tests_nothing(s, draft)) {
        return 0;
    }
    if (draft->kind == FLOE_PARSE_UNIT_TEST) {
        return FLOE_PARSE_PUSH(&s->units, draft);
    }
    if (is_semantic(draft->kind) && draft->file->package->old_semantics) {
        return 0;
    }
    int result = make_node(s, draft, draft->unique_id);
    result = result ? result : add_measures(s, draft);
    bool linked =
        floe_entry_count(&draft->measures, FLOE_ARRAY) || floe_entry_count(&draft->made_from, FLOE_ARRAY);
    return result || !linked ? result : FLOE_PARSE_PUSH(&s->metrics, draft);
}

/* ---- metrics: the semantic models of their measures ---- */

/* As dbt looks: in the project, in the metric's package, anywhere. */
static const floe_parse_node *measured_by(const step *s, const floe_parse_node *metric,
                                          const floe_node *measure) {
    const floe_parse_package *packages[] = {s->parse->packages.items[0], metric->package, NULL};
    for (size_t i = 0; i < 3; i++) {
        const floe_parse_entry *one =
            floe_parse_table_find(&s->measures, measure->string, floe_node_size(measure));
        for (; one; one = one->next) {
            const floe_parse_node *model = one->item;
            if (!packages[i] || model->package == packages[i]) {
                return model;
            }
        }
    }
    return NULL;
}

static int depend_on(floe_parse_node *node, const char *id) {
    for (size_t i = 0; i < node->depends_on.count; i++) {
        if (strcmp(node->depends_on.items[i], id) == 0) {
            return 0;
        }
    }
    return FLOE_PARSE_PUSH(&node->depends_on, id);
}

static int link_metric(step *s, floe_draft *draft) {
    int result = 0;
    for (uint32_t i = 0; !result && i < floe_entry_count(&draft->made_from, FLOE_ARRAY); i++) {
        result = depend_on(draft->node, draft->made_from.block->items[i].string);
    }
    for (uint32_t i = 0; !result && i < floe_entry_count(&draft->measures, FLOE_ARRAY); i++) {
        const floe_node *measure = &draft->measures.block->items[i];
        const floe_parse_node *model = measured_by(s, draft->node, measure);
        if (model) {
            result = depend_on(draft->node, model->unique_id);
        } else {
            char message[320];
            snprintf(message, sizeof message,
                     "the metric '%s' is made from the measure '%.*s', which no semantic model has",
                     draft->name, (int)floe_node_size(measure), measure->string);
            report(s, draft, FLOE_PARSE_ERROR, "unknown_measure", NULL, message);
        }
    }
    return result;
}

/* ---- unit tests: one for each version of the model ---- */

static int add_unit(step *s, floe_draft *draft, const floe_parse_node *model, const char *unique_id) {
    int result = make_node(s, draft, unique_id);
    if (!result) {
        draft->node->attached = model;
        draft->node->version = model->version;
        result = depend_on(draft->node, model->unique_id);
    }
    return result;
}

static bool is_listed(const floe_node *list, const floe_node *version) {
    for (uint32_t i = 0; i < floe_entry_count(list, FLOE_ARRAY); i++) {
        const floe_node *one = &list->block->items[i];
        bool text = floe_node_kind(one) == FLOE_STRING && floe_node_kind(version) == FLOE_STRING;
        if (text ? floe_node_size(one) == floe_node_size(version) &&
                       memcmp(one->string, version->string, floe_node_size(one)) == 0
                 : one->head == version->head && one->integer == version->integer) {
            return true;
        }
    }
    return false;
}

/* Whether the unit test is one of this version of its model. */
static bool is_tested(const floe_draft *draft, const floe_node *version) {
    const floe_node *versions = floe_entry_get(draft->entry, "versions");
    const floe_node *include = floe_entry_get(versions, "include"),
                    *exclude = floe_entry_get(versions, "exclude");
    return exclude ? !is_listed(exclude, version) : !include || is_listed(include, version);
}

static int expand_unit(step *s, floe_draft *draft) {
    const floe_parse_names *names = s->parse->names;
    size_t length = strcspn(draft->model, " ");
    const floe_parse_entry *one = names ? floe_parse_table_find(&names->nodes, draft->model, length) : NULL;
    int result = 0;
    bool found = false;
    for (; one && !result; one = one->next) {
        const floe_parse_node *model = one->item;
        bool versioned = !floe_node_absent(&model->version);
        if (model->kind != FLOE_PARSE_MODEL || model->package != draft->file->package ||
            strlen(model->name) != length || memcmp(model->name, draft->model, length) != 0) {
            continue;
        }
        if (versioned && is_tested(draft, &model->version)) {
            const char *version = floe_parse_version_text(s->parse->arena, &model->version);
            const char *id = floe_parse_format(s->parse->arena, s->parse->dbt < 200 ? "%s_v%s" : "%s.v%s",
                                               draft->unique_id, version ? version : "");
            result = version && id ? add_unit(s, draft, model, id) : FLOE_MEMORY;
        } else if (!versioned && !found) {
            result = add_unit(s, draft, model, draft->unique_id);
        }
        found = true;
    }
    if (!found) {
        char message[320];
        snprintf(message, sizeof message, "the unit test '%s' tests '%s', and there is no model of that name",
                 draft->name, draft->model);
        report(s, draft, FLOE_PARSE_ERROR, "unknown_model", NULL, message);
    }
    return result;
}

static int link_all(step *s) {
    int result = 0;
    for (size_t i = 0; i < s->metrics.count && !result; i++) {
        result = link_metric(s, s->metrics.items[i]);
    }
    for (size_t i = 0; i < s->units.count && !result; i++) {
        result = expand_unit(s, s->units.items[i]);
    }
    return result;
}

/* ---- overrides ---- */

static const floe_draft *override_of(const step *s, const floe_draft *source) {
    for (size_t i = 0; i < s->overrides.count; i++) {
        const floe_draft *one = s->overrides.items[i];
        if (floe_node_equals(floe_entry_get(one->entry, "overrides"), source->file->package->name) &&
            strcmp(one->name, source->name) == 0) {
            return one;
        }
    }
    return NULL;
}

static int add_drafts(step *s, floe_draft *const *drafts, size_t count);

/* Reads an entry of a source again, with what overrides it. */
static int add_overridden(step *s, const floe_draft *source, const floe_draft *patch) {
    floe_entry_reader *r = &s->readers[0];
    floe_node *entry = floe_arena_alloc(s->parse->arena, sizeof *entry);
    if (!entry) {
        return FLOE_MEMORY;
    }
    r->thread = &s->parse->threads[0];
    r->file = source->file;
    r->section = source->section;
    r->doubts.count = r->drafts.count = 0;
    int result = floe_entry_override(r->thread, source->entry, patch->entry, entry);
    result = result ? result : floe_entry_source(r, entry);
    file_drafts kept = {0};
    result = result ? result : keep_drafts(r, &kept);
    return result ? result : add_drafts(s, kept.items, kept.count);
}

static int find_overrides(step *s) {
    for (size_t i = 0; i < s->file_count; i++) {
        for (size_t k = 0; k < s->files[i].count; k++) {
            floe_draft *draft = s->files[i].items[k];
            if (draft->what == FLOE_DRAFT_OVERRIDE && FLOE_PARSE_PUSH(&s->overrides, draft)) {
                return FLOE_MEMORY;
            }
        }
    }
    return 0;
}

/* ---- the semantic layer of before ---- */

/* Semantic models that are entries of their own, and metrics with type_params. */
static bool is_old_semantics(const floe_draft *draft) {
    return draft->what == FLOE_DRAFT_NODE &&
           ((draft->kind == FLOE_PARSE_SEMANTIC_MODEL && strcmp(draft->section, "semantic_models") == 0) ||
            (draft->kind == FLOE_PARSE_METRIC && floe_entry_get(draft->entry, "type_params")));
}

/* A package that has one such entry has no semantic layer at all in dbt 2. */
static void find_old_semantics(step *s) {
    for (size_t i = 0; s->parse->dbt >= 200 && i < s->file_count; i++) {
        for (size_t k = 0; k < s->files[i].count; k++) {
            const floe_draft *draft = s->files[i].items[k];
            floe_parse_package *package = draft->file->package;
            if (!package->old_semantics && is_old_semantics(draft)) {
                package->old_semantics = true;
                report(s, draft, FLOE_PARSE_DEPRECATION, "old_semantic_layer",
                       "describe them in the entries of their models",
                       "dbt 2 reads no semantic models, metrics and saved queries of a package in which some "
                       "are written this way");
            }
        }
    }
}

/* ---- all drafts ---- */

/* Behind the drafts of a source's tables and tests. */
static size_t end_of_source(floe_draft *const *drafts, size_t count, size_t index) {
    while (index < count && drafts[index]->what != FLOE_DRAFT_END) {
        index++;
    }
    return index;
}

static int add_draft(step *s, floe_draft *draft) {
    switch (draft->what) {
    case FLOE_DRAFT_PATCH:
        return apply_patch(s, draft);
    case FLOE_DRAFT_MACRO:
        return apply_macro(s, draft);
    case FLOE_DRAFT_NODE:
        return add_node(s, draft);
    default:
        return 0;
    }
}

static int add_drafts(step *s, floe_draft *const *drafts, size_t count) {
    int result = 0;
    for (size_t i = 0; i < count && !result; i++) {
        const floe_draft *patch = drafts[i]->what == FLOE_DRAFT_SOURCE ? override_of(s, drafts[i]) : NULL;
        if (patch) {
            result = add_overridden(s, drafts[i], patch);
            i = end_of_source(drafts, count, i);
        } else {
            result = add_draft(s, drafts[i]);
        }
    }
    return result;
}

static int add_files(step *s) {
    int result = index_macros(s);
    result = result ? result : find_overrides(s);
    find_old_semantics(s);
    for (size_t i = 0; i < s->file_count && !result; i++) {
        result = floe_interrupt_check(s->parse->error);
        result = result ? result : add_drafts(s, s->files[i].items, s->files[i].count);
    }
    return result;
}

/* ---- rendering ---- */

static int render_made(floe_parse_thread *thread, size_t index) {
    floe_parse_node *node = step_of(thread)->made.items[index];
    return node->kind == FLOE_PARSE_TEST ? floe_parse_render_test(thread, node)
                                         : floe_parse_render_node(thread, node);
}

/* ---- the step ---- */

static int collect_files(step *s) {
    for (size_t i = 0; i < s->parse->files.count; i++) {
        const floe_parse_file *file = s->parse->files.items[i];
        if (file->role == FLOE_ROLE_PROPERTIES && file->document) {
            s->files[s->file_count++].file = file;
        }
    }
    return 0;
}

static void free_step(step *s) {
    for (unsigned i = 0; s->readers && i < s->parse->thread_count; i++) {
        floe_entry_reader *r = &s->readers[i];
        floe_entry_tests_free(r);
        free(r->drafts.items);
        free(r->doubts.items);
        floe_buffer_free(&r->text);
        floe_buffer_free(&r->name);
    }
    free(s->readers);
    free(s->files);
    floe_names_free(&s->macro_ids);
    free(s->macros.items);
    free(s->overrides.items);
    free(s->units.items);
    free(s->metrics.items);
    free(s->made.items);
}

int floe_parse_properties(floe_parse *parse) {
    step s = {.parse = parse, .measures = {.arena = parse->arena}};
    s.readers = calloc(parse->thread_count, sizeof *s.readers);
    s.files = calloc(parse->files.count + 1, sizeof *s.files);
    int result = s.readers && s.files ? collect_files(&s) : floe_error_memory(parse->error);
    parse->work = &s;
    result = result ? result : floe_parse_render_each(parse, s.file_count, read_file);
    result = result ? result : add_files(&s);
    result = result ? result : link_all(&s);
    result = result ? result : floe_parse_render_each(parse, s.made.count, render_made);
    parse->work = NULL;
    free_step(&s);
    return result;
}

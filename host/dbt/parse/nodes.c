/*
 * Step 2: a node for each model, seed, snapshot block, analysis, singular test, function and hook, in the
 * order in which dbt parses them: package by package, and in each by kind.
 */
#include "dbt/parse/nodes.h"
#include "dbt/parse/layout.h"

#include <string.h>

const char *floe_parse_kind_name(floe_parse_kind kind) {
    static const char *const names[] = {
        [FLOE_PARSE_MODEL] = "model",
        [FLOE_PARSE_SEED] = "seed",
        [FLOE_PARSE_SNAPSHOT] = "snapshot",
        [FLOE_PARSE_ANALYSIS] = "analysis",
        [FLOE_PARSE_TEST] = "test",
        [FLOE_PARSE_OPERATION] = "operation",
        [FLOE_PARSE_SOURCE] = "source",
        [FLOE_PARSE_EXPOSURE] = "exposure",
        [FLOE_PARSE_METRIC] = "metric",
        [FLOE_PARSE_SEMANTIC_MODEL] = "semantic_model",
        [FLOE_PARSE_SAVED_QUERY] = "saved_query",
        [FLOE_PARSE_UNIT_TEST] = "unit_test",
        [FLOE_PARSE_GROUP] = "group",
        [FLOE_PARSE_FUNCTION] = "function",
    };
    return names[kind];
}

bool floe_parse_refable(const floe_parse_node *node) {
    return node->kind == FLOE_PARSE_MODEL || node->kind == FLOE_PARSE_SEED ||
           node->kind == FLOE_PARSE_SNAPSHOT;
}

const char *floe_parse_shown(const floe_parse_node *node) {
    return node->file ? node->file->shown : "dbt_project.yml";
}

int floe_parse_doubt_about(floe_parse_node *node, const char *about, const char *reason,
                           const floe_jinja_doubt *doubt, const char *file, uint32_t line, uint32_t column) {
    floe_parse_doubt one = {.about = about, .reason = reason, .file = file, .line = line, .column = column};
    if (doubt) {
        one.reason = doubt->reason;
        if (doubt->template) {
            one.file = doubt->template->name;
            floe_jinja_position(doubt->template, doubt->at, &one.line, &one.column);
        }
    }
    return FLOE_PARSE_PUSH(&node->doubts, one);
}

bool floe_parse_true(const floe_node *node) {
    if (floe_node_absent(node)) {
        return false;
    }
    switch (floe_node_kind(node)) {
    case FLOE_BOOLEAN:
        return node->boolean;
    case FLOE_INTEGER:
        return node->integer != 0;
    case FLOE_NUMBER:
        return node->number != 0;
    default:
        return floe_node_size(node) > 0;
    }
}

char *floe_parse_text_of(floe_arena *arena, const floe_node *node) {
    size_t length;
    const char *text = floe_node_string(node, &length);
    return text ? floe_arena_text(arena, text, length) : NULL;
}

/* ---- names and paths ---- */

char *floe_parse_stem(floe_arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    return floe_arena_text(arena, name, dot && dot != name ? (size_t)(dot - name) : strlen(name));
}

int floe_parse_make_fqn(floe_document *document, const char *package, const char *path, bool whole,
                        const char *name, floe_node *out) {
    floe_node parts[128];
    size_t count = 0;
    parts[count++] = floe_literal_node(package);
    const char *start = path;
    for (const char *slash; (slash = strchr(start, '/')) && count < 126; start = slash + 1) {
        if (slash > start) {
            parts[count++] = floe_string_node(start, (size_t)(slash - start), 0);
        }
    }
    if (whole) {
        char *stem = floe_parse_stem(document->arena, start);
        if (!stem) {
            return FLOE_MEMORY;
        }
        parts[count++] = floe_literal_node(stem);
    }
    parts[count++] = floe_literal_node(name);
    return floe_document_list(out, document, parts, count, 0, NULL);
}

int floe_parse_add_node(floe_parse *parse, floe_parse_kind kind, floe_parse_package *package,
                        const floe_parse_file *file, const char *name, const char *unique_id,
                        floe_parse_node **out) {
    floe_parse_names *names = parse->names;
    if (!names) {
        names = floe_arena_alloc(parse->arena, sizeof *names);
        if (!names) {
            return floe_error_memory(parse->error);
        }
        memset(names, 0, sizeof *names);
        names->nodes.arena = names->targets.arena = names->disabled.arena = names->groups.arena =
            parse->arena;
        parse->names = names;
    }
    floe_parse_node *node = floe_arena_alloc(parse->threads[0].scratch, sizeof *node);
    if (!node) {
        return floe_error_memory(parse->error);
    }
    memset(node, 0, sizeof *node);
    node->kind = kind;
    node->index = (uint32_t)parse->nodes.count;
    node->package = package;
    node->file = file;
    node->name = name;
    node->unique_id = unique_id ? unique_id
                                : floe_parse_format(parse->arena, "%s.%s.%s", floe_parse_kind_name(kind),
                                                    package->name, name);
    node->enabled = true;
    if (!node->unique_id || FLOE_PARSE_PUSH(&parse->nodes, node) ||
        floe_parse_table_add(&names->nodes, name, strlen(name), node)) {
        return floe_error_memory(parse->error);
    }
    *out = node;
    return 0;
}

/* ---- one file ---- */

static void set_code(floe_parse_node *node, const char *text, size_t size) {
    floe_strip(&text, &size);
    node->code = text;
    node->code_size = size;
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* A node that is a whole file. `folder` stands before its path. */
static int add_file(floe_parse *parse, const floe_parse_file *file, floe_parse_kind kind,
                    const char *folder) {
    floe_parse_node *node;
    char *name = floe_parse_stem(parse->arena, file->within);
    char *path = floe_parse_format(parse->arena, "%s%s", folder, file->within);
    if (!name || !path) {
        return floe_error_memory(parse->error);
    }
    int result = floe_parse_add_node(parse, kind, file->package, file, name, NULL, &node);
    if (result) {
        return result;
    }
    node->path = path;
    node->language = ends_with(path, ".py") ? "python" : ends_with(path, ".js") ? "javascript" : "sql";
    if (kind != FLOE_PARSE_SEED && file->text) {
        set_code(node, file->text, file->size);
    }
    if (file->template && strcmp(node->language, "sql") == 0 && kind != FLOE_PARSE_SEED) {
        node->template = file->template;
        node->body = file->template->body;
    }
    if (kind != FLOE_PARSE_SEED && (file->broken || !file->text)) {
        result = floe_parse_doubt_about(node, "edges", "its file could not be read", NULL, file->shown, 1, 1);
    }
    const char *shown = parse->dbt < 200 ? path : file->within;
    return result ? result
                  : floe_parse_make_fqn(parse->document, file->package->name, shown, false, name, &node->fqn);
}

char *floe_parse_beside(floe_parse *parse, const floe_parse_file *file, const char *name) {
    const char *slash = strrchr(file->within, '/');
    return floe_parse_format(parse->arena, "%.*s%s.sql", slash ? (int)(slash + 1 - file->within) : 0,
                             file->within, name);
}

/* A snapshot of a file: its block is parsed alone, as dbt renders it without its tags. */
static int add_snapshot(floe_parse *parse, const floe_parse_file *file, const floe_jinja_blocks *blocks,
                        const floe_jinja_block *block) {
    floe_parse_node *node;
    floe_error error = {0};
    char *name = floe_arena_text(parse->arena, block->name.text, block->name.length);
    int result = name
                     ? floe_parse_add_node(parse, FLOE_PARSE_SNAPSHOT, file->package, file, name, NULL, &node)
                     : floe_error_memory(parse->error);
    if (result) {
        return result;
    }
    node->path = parse->dbt >= 200 ? floe_parse_beside(parse, file, name) : file->within;
    if (!node->path) {
        return floe_error_memory(parse->error);
    }
    node->language = "sql";
    node->code = file->text + block->inside;
    node->code_size = block->inside_end - block->inside;
    result = floe_jinja_parse_part(&node->template, parse->arena, blocks->source, block->inside,
                                   block->inside_end, &error);
    if (result == FLOE_MEMORY) {
        return floe_error_memory(parse->error);
    }
    if (result) {
        floe_parse_report_error(parse, FLOE_PARSE_ERROR, "invalid_jinja", file, &error);
        node->template = NULL;
        result = floe_parse_doubt_about(node, "edges", "its Jinja is broken", NULL, file->shown, 1, 1);
    } else {
        node->body = node->template->body;
    }
    return result ? result
                  : floe_parse_make_fqn(parse->document, file->package->name, file->within, true, name,
                                        &node->fqn);
}

static int add_snapshots(floe_parse *parse, const floe_parse_file *file) {
    static const char *const types[] = {"snapshot", NULL};
    floe_jinja_blocks blocks = {0};
    floe_error error = {0};
    if (!file->text) {
        return 0;
    }
    int result =
        floe_jinja_find_blocks(&blocks, parse->arena, file->shown, file->text, file->size, types, &error);
    if (result == FLOE_MEMORY) {
        return floe_error_memory(parse->error);
    }
    if (result) {
        floe_parse_report_error(parse, FLOE_PARSE_ERROR, "invalid_jinja", file, &error);
        result = 0;
    }
    for (uint32_t i = 0; !result && i < blocks.count; i++) {
        result = add_snapshot(parse, file, &blocks, &blocks.items[i]);
    }
    return result;
}

static int add_of_file(floe_parse *parse, const floe_parse_file *file) {
    switch (file->role) {
    case FLOE_ROLE_MODEL:
        return add_file(parse, file, FLOE_PARSE_MODEL, "");
    case FLOE_ROLE_SNAPSHOT:
        return add_snapshots(parse, file);
    case FLOE_ROLE_ANALYSIS:
        return add_file(parse, file, FLOE_PARSE_ANALYSIS, "analysis/");
    case FLOE_ROLE_TEST:
        return add_file(parse, file, FLOE_PARSE_TEST, "");
    case FLOE_ROLE_SEED:
        return add_file(parse, file, FLOE_PARSE_SEED, "");
    case FLOE_ROLE_FUNCTION:
        return parse->dbt >= 111 ? add_file(parse, file, FLOE_PARSE_FUNCTION, "") : 0;
    default:
        return 0;
    }
}

/* ---- hooks of a run ---- */

static int add_hook(floe_parse *parse, floe_parse_package *package, const floe_parse_file *file,
                    const char *when, unsigned number, const floe_node *hook) {
    floe_parse_node *node;
    size_t length;
    const char *text = floe_node_string(hook, &length);
    char *name = floe_parse_format(parse->arena, "%s-%s-%u", package->name, when, number);
    char *path = name ? floe_parse_format(parse->arena, "hooks/%s.sql", name) : NULL;
    if (!text || !path) {
        return text ? floe_error_memory(parse->error) : 0;
    }
    int result = floe_parse_add_node(parse, FLOE_PARSE_OPERATION, package, file, name, NULL, &node);
    if (result) {
        return result;
    }
    node->path = path;
    node->language = "sql";
    set_code(node, text, length);
    if (parse->dbt >= 200) { /* with the blanks around it */
        node->code = text;
        node->code_size = length;
    }
    floe_error error = {0};
    const floe_jinja_origin origin =
        floe_parse_origin(package->document, file->shown, hook->at, text, length);
    result = floe_jinja_parse_at(&node->template, parse->arena, &origin, node->code, node->code_size, &error);
    if (result == FLOE_MEMORY) {
        return floe_error_memory(parse->error);
    }
    if (result) {
        floe_parse_report_error(parse, FLOE_PARSE_ERROR, "jinja", file, &error);
        result = floe_parse_doubt_about(node, "edges", "its Jinja is broken", NULL, file->shown, error.line,
                                        error.column);
    } else {
        node->body = node->template->body;
    }
    return result ? result
                  : floe_parse_make_fqn(parse->document, package->name, path, false, name, &node->fqn);
}

/* A single hook, or a list of them. */
static int add_hooks(floe_parse *parse, floe_parse_package *package, const floe_parse_file *file,
                     const char *when) {
    const floe_node *hooks = floe_parse_get(&package->spec, when);
    if (floe_node_absent(hooks)) {
        return 0;
    }
    if (floe_node_kind(hooks) != FLOE_ARRAY) {
        return add_hook(parse, package, file, when, 0, hooks);
    }
    int result = 0;
    for (uint32_t i = 0; !result && i < floe_node_size(hooks); i++) {
        result = add_hook(parse, package, file, when, i, floe_node_child(hooks, i));
    }
    return result;
}

static int add_package_hooks(floe_parse *parse, floe_parse_package *package) {
    floe_parse_file *file = floe_arena_alloc(parse->arena, sizeof *file);
    if (!file) {
        return floe_error_memory(parse->error);
    }
    *file = (floe_parse_file){.role = FLOE_ROLE_PROPERTIES,
                              .package = package,
                              .path = "./dbt_project.yml",
                              .shown = package->shown,
                              .within = "dbt_project.yml",
                              .document = package->document};
    int result = add_hooks(parse, package, file, "on-run-start");
    return result ? result : add_hooks(parse, package, file, "on-run-end");
}

/* ---- all ---- */

static int find_in_package(floe_parse *parse, floe_parse_package *package, size_t start, size_t end) {
    static const floe_parse_role order[] = {FLOE_ROLE_MODEL, FLOE_ROLE_SNAPSHOT, FLOE_ROLE_ANALYSIS,
                                            FLOE_ROLE_TEST,  FLOE_ROLE_SEED,     FLOE_ROLE_FUNCTION};
    int result = 0;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        for (size_t j = start; !result && j < end; j++) {
            if (parse->files.items[j]->role == order[i]) {
                result = add_of_file(parse, parse->files.items[j]);
            }
        }
        if (!result && order[i] == FLOE_ROLE_SEED) {
            result = add_package_hooks(parse, package);
        }
    }
    return result;
}

int floe_parse_find_nodes(floe_parse *parse) {
    size_t start = 0;
    int result = 0;
    for (size_t i = 0; !result && i < parse->packages.count; i++) {
        floe_parse_package *package = parse->packages.items[i];
        size_t end = start;
        while (end < parse->files.count && parse->files.items[end]->package == package) {
            end++;
        }
        result = find_in_package(parse, package, start, end);
        start = end;
    }
    return result;
}

/*
 * Which node an entry of a properties file speaks of, and what becomes of a model with `versions:`: each
 * version has a file of its own, which gets the model's name, an id with the version, and its columns.
 */
#include "dbt/parse/nodes.h"

#include "base/suggest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *floe_parse_version_text(floe_arena *arena, const floe_node *version) {
    switch (floe_node_kind(version)) {
    case FLOE_STRING:
        return floe_parse_text_of(arena, version);
    case FLOE_INTEGER:
        return floe_parse_format(arena, "%" PRId64, version->integer);
    case FLOE_NUMBER: {
        char *text = NULL;
        for (int digits = 15; digits <= 17; digits++) {
            text = floe_parse_format(arena, "%.*g", digits, version->number);
            if (text && strtod(text, NULL) == version->number) {
                break;
            }
        }
        return text && !strpbrk(text, ".einf") ? floe_parse_format(arena, "%s.0", text) : text;
    }
    default:
        return NULL;
    }
}

/* ---- look-ups ---- */

/* What stands in a section, and what such an entry may speak of. */
typedef struct section_kind {
    const char *section;
    floe_parse_kind kind;
} section_kind;

static const section_kind sections[] = {
    {"models", FLOE_PARSE_MODEL},      {"seeds", FLOE_PARSE_SEED},         {"snapshots", FLOE_PARSE_SNAPSHOT},
    {"analyses", FLOE_PARSE_ANALYSIS}, {"functions", FLOE_PARSE_FUNCTION}, {"data_tests", FLOE_PARSE_TEST},
    {"tests", FLOE_PARSE_TEST},
};

static const section_kind *kind_of_section(const char *section) {
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        if (strcmp(sections[i].section, section) == 0) {
            return &sections[i];
        }
    }
    return NULL;
}

/* Texts of two versions are the same as dbt compares values: 1 and 1, not 1 and "1". */
static bool same_version(const floe_node *one, const floe_node *other) {
    if (floe_node_kind(one) != floe_node_kind(other)) {
        return false;
    }
    switch (floe_node_kind(one)) {
    case FLOE_STRING:
        return floe_node_size(one) == floe_node_size(other) &&
               memcmp(one->string, other->string, floe_node_size(one)) == 0;
    case FLOE_INTEGER:
        return one->integer == other->integer;
    case FLOE_NUMBER:
        return one->number == other->number;
    default:
        return false;
    }
}

/* Is `node` what a look-up of `name` without a version finds? A renamed node is not found by its old name. */
static bool answers_to(const floe_parse_node *node, const char *name) {
    return strcmp(node->name, name) == 0 &&
           (floe_node_absent(&node->version) || same_version(&node->version, &node->latest_version));
}

typedef FLOE_PARSE_LIST(floe_parse_node *) node_list;

/* Nodes that a name can mean to an entry of a package: its own ones, else, but in dbt 2, those of any
 * package. */
static int find_candidates(floe_parse *parse, const floe_parse_package *package, floe_parse_kind kind,
                           const char *name, node_list *found) {
    const floe_parse_names *names = parse->names;
    bool refable = kind == FLOE_PARSE_MODEL || kind == FLOE_PARSE_SEED || kind == FLOE_PARSE_SNAPSHOT;
    int turns = parse->dbt < 200 ? 2 : 1;
    for (int anywhere = 0; anywhere < turns && !found->count; anywhere++) {
        const floe_parse_entry *entry =
            names ? floe_parse_table_find(&names->nodes, name, strlen(name)) : NULL;
        for (; entry; entry = entry->next) {
            floe_parse_node *node = entry->item;
            bool fits = refable ? floe_parse_refable(node) : node->kind == kind && !node->test_name;
            if (fits && answers_to(node, name) && (anywhere || node->package == package) &&
                FLOE_PARSE_PUSH(found, node)) {
                return floe_error_memory(parse->error);
            }
        }
    }
    return 0;
}

/* Of several nodes of one name the enabled one; where none is, all of the right kind. */
static int settle_candidates(floe_parse *parse, floe_parse_kind kind, node_list *found) {
    size_t kept = 0;
    floe_parse_node *live = NULL;
    for (size_t i = 0; found->count > 1 && i < found->count; i++) {
        bool enabled = true;
        int result = floe_parse_enabled_unpatched(&parse->threads[0], found->items[i], &enabled);
        if (result) {
            return result;
        }
        live = enabled ? found->items[i] : live;
    }
    if (live) {
        found->items[0] = live;
        found->count = 1;
    }
    for (size_t i = 0; found->count > 1 && i < found->count; i++) {
        if (found->items[i]->kind == kind) {
            found->items[kept++] = found->items[i];
        }
    }
    found->count = found->count > 1 ? kept : found->count;
    return 0;
}

static void locate(const floe_parse_file *file, const floe_node *entry, uint32_t *line, uint32_t *column) {
    *line = *column = 1;
    if (file->document && entry) {
        floe_document_position(file->document, entry->at, line, column);
    }
}

/* Nothing has this name: says so, with the nearest one that something has. */
static void report_missing(floe_parse *parse, const floe_parse_file *file, const section_kind *of,
                           const floe_node *entry, const char *name) {
    uint32_t line, column;
    char hint[300] = "";
    floe_suggestion near;
    locate(file, entry, &line, &column);
    floe_suggest_start(&near, name, strlen(name));
    for (size_t i = 0; i < parse->nodes.count; i++) {
        const floe_parse_node *node = parse->nodes.items[i];
        if (node->kind == of->kind && node->package == file->package) {
            floe_suggest_offer(&near, node->name, strlen(node->name));
        }
    }
    if (near.best) {
        snprintf(hint, sizeof hint, "did you mean '%.*s'?", (int)near.best_length, near.best);
    }
    floe_parse_report(parse, FLOE_PARSE_WARNING, "no_such_node", file->shown, line, column,
                      *hint ? hint : NULL, "'%s' describes the %s '%s', and there is no such %s", of->section,
                      floe_parse_kind_name(of->kind), name, floe_parse_kind_name(of->kind));
}

/* ---- patching ---- */

/* Gives the entry to the node, unless another one came first. */
static bool take_patch(floe_parse *parse, floe_parse_node *node, const floe_parse_file *file,
                       const floe_node *entry, const floe_node *version) {
    if (node->patch) {
        uint32_t line, column;
        locate(file, entry, &line, &column);
        floe_parse_report(parse, FLOE_PARSE_ERROR, "duplicate_patch", file->shown, line, column,
                          "keep one of the two entries", "the %s '%s' is described here and in %s",
                          floe_parse_kind_name(node->kind), node->name, node->patch_file->shown);
        return false;
    }
    node->patch = entry;
    node->patch_version = version;
    node->patch_file = file;
    return true;
}

static int hand_out(floe_parse *parse, const node_list *found, floe_parse_node ***nodes, size_t *count) {
    *nodes = floe_arena_array(parse->arena, found->count + 1, sizeof **nodes);
    if (!*nodes) {
        return floe_error_memory(parse->error);
    }
    if (found->count) {
        memcpy(*nodes, found->items, found->count * sizeof **nodes);
    }
    *count = found->count;
    return 0;
}

static int patch_plain(floe_parse *parse, const floe_parse_file *file, const section_kind *of,
                       const floe_node *entry, const char *name, node_list *found) {
    int result = find_candidates(parse, file->package, of->kind, name, found);
    result = result ? result : settle_candidates(parse, of->kind, found);
    if (result) {
        return result;
    }
    if (!found->count) {
        report_missing(parse, file, of, entry, name);
    } else if (found->items[0]->kind != of->kind) {
        uint32_t line, column;
        locate(file, entry, &line, &column);
        floe_parse_report(parse, FLOE_PARSE_WARNING, "wrong_section", file->shown, line, column, NULL,
                          "'%s' is a %s and is described under '%s'", name,
                          floe_parse_kind_name(found->items[0]->kind), of->section);
        found->count = 0;
    }
    for (size_t i = 0; i < found->count; i++) {
        if (!take_patch(parse, found->items[i], file, entry, NULL)) {
            found->count = 0;
        }
    }
    return 0;
}

/* ---- versions ---- */

/* float(a) < float(b), or their texts where one is no number. */
static bool is_less(floe_arena *arena, const floe_node *one, const floe_node *other) {
    char *a = floe_parse_version_text(arena, one), *b = floe_parse_version_text(arena, other);
    if (!a || !b) {
        return false;
    }
    char *end_a, *end_b;
    double x = strtod(a, &end_a), y = strtod(b, &end_b);
    bool numbers = *a && *b && !*end_a && !*end_b;
    return numbers ? x < y : strcmp(a, b) < 0;
}

static floe_node latest_of(floe_arena *arena, const floe_node *entry, const floe_node *versions) {
    const floe_node *said = floe_parse_get(entry, "latest_version");
    if (!floe_node_absent(said)) {
        return *said;
    }
    const floe_node *best = NULL;
    for (uint32_t i = 0; i < floe_node_size(versions); i++) {
        const floe_node *v = floe_parse_get(floe_node_child(versions, i), "v");
        if (v && (!best || is_less(arena, best, v))) {
            best = v;
        }
    }
    return best ? *best : floe_null_node(0);
}

/* Leaves out versions that the same entry has named already: dbt finds them by their old names until all of
 * its versions are done. */
static void leave_named(node_list *found, const floe_node *entry) {
    size_t kept = 0;
    for (size_t i = 0; i < found->count; i++) {
        const floe_node *patch = found->items[i]->patch;
        if (!patch || patch->block != entry->block) {
            found->items[kept++] = found->items[i];
        }
    }
    found->count = kept;
}

/* The node that is a version: of its own file, or of the model's where it is the latest. */
static int find_version(floe_parse *parse, const floe_parse_package *package, const floe_node *entry,
                        const char *name, const char *file_name, bool latest, floe_parse_node **out) {
    node_list found = {0};
    int result = find_candidates(parse, package, FLOE_PARSE_MODEL, file_name, &found);
    leave_named(&found, entry);
    if (!result && !found.count && latest) {
        result = find_candidates(parse, package, FLOE_PARSE_MODEL, name, &found);
    }
    result = result ? result : settle_candidates(parse, FLOE_PARSE_MODEL, &found);
    *out = !result && found.count && found.items[0]->kind == FLOE_PARSE_MODEL ? found.items[0] : NULL;
    free(found.items);
    return result;
}

/* Name, id and fqn of a version. */
static int become_version(floe_parse *parse, floe_parse_node *node, const floe_parse_package *package,
                          const char *name, const char *text) {
    floe_parse_names *names = parse->names;
    uint32_t count = floe_node_size(&node->fqn);
    floe_node *parts = floe_arena_array(parse->arena, count + 1, sizeof *parts);
    char *last = floe_parse_format(parse->arena, "v%s", text);
    node->unique_id = floe_parse_format(parse->arena, "model.%s.%s.v%s", package->name, name, text);
    if (!parts || !last || !node->unique_id) {
        return floe_error_memory(parse->error);
    }
    for (uint32_t i = 0; i < count; i++) {
        parts[i] = *floe_node_child(&node->fqn, i);
    }
    parts[count - 1] = floe_literal_node(name);
    parts[count] = floe_literal_node(last);
    node->name = name;
    if (floe_parse_table_add(&names->nodes, name, strlen(name), node) ||
        floe_document_list(&node->fqn, parse->document, parts, count + 1, 0, NULL)) {
        return floe_error_memory(parse->error);
    }
    return 0;
}

static int patch_version(floe_parse *parse, const floe_parse_file *file, const floe_node *entry,
                         const char *name, const floe_node *version, const floe_node *latest,
                         floe_parse_node **out) {
    const floe_node *v = floe_parse_get(version, "v");
    char *text = v ? floe_parse_version_text(parse->arena, v) : NULL;
    *out = NULL;
    if (!text) {
        uint32_t line, column;
        locate(file, version, &line, &column);
        floe_parse_report(parse, FLOE_PARSE_ERROR, "version_without_v", file->shown, line, column,
                          "write `v: 1`, or another number or text", "a version of '%s' has no `v`", name);
        return 0;
    }
    char *own = floe_parse_text_of(parse->arena, floe_parse_get(version, "defined_in"));
    char *file_name = own ? own : floe_parse_format(parse->arena, "%s_v%s", name, text);
    if (!file_name) {
        return floe_error_memory(parse->error);
    }
    floe_parse_node *node;
    int result = find_version(parse, file->package, entry, name, file_name, same_version(v, latest), &node);
    if (result || !node) {
        if (!result) {
            report_missing(parse, file, &sections[0], version, file_name);
        }
        return result;
    }
    if (!take_patch(parse, node, file, entry, version)) {
        return 0;
    }
    node->version = *v;
    node->latest_version = *latest;
    *out = node;
    return become_version(parse, node, file->package, name, text);
}

static int patch_versions(floe_parse *parse, const floe_parse_file *file, const floe_node *entry,
                          const char *name, const floe_node *versions, node_list *found) {
    floe_node latest = latest_of(parse->arena, entry, versions);
    for (uint32_t i = 0; i < floe_node_size(versions); i++) {
        floe_parse_node *node;
        int result = patch_version(parse, file, entry, name, floe_node_child(versions, i), &latest, &node);
        if (result) {
            return result;
        }
        if (FLOE_PARSE_PUSH(found, node)) {
            return floe_error_memory(parse->error);
        }
    }
    return 0;
}

int floe_parse_patch(floe_parse *parse, const floe_parse_file *file, const char *section,
                     const floe_node *entry, floe_parse_node ***nodes, size_t *count) {
    const section_kind *of = kind_of_section(section);
    char *name = floe_parse_text_of(parse->arena, floe_parse_get(entry, "name"));
    node_list found = {0};
    int result = 0;
    if (of && name) {
        const floe_node *versions = floe_parse_get(entry, "versions");
        bool versioned = of->kind == FLOE_PARSE_MODEL && versions && floe_node_kind(versions) == FLOE_ARRAY &&
                         floe_node_size(versions);
        result = versioned ? patch_versions(parse, file, entry, name, versions, &found)
                           : patch_plain(parse, file, of, entry, name, &found);
    }
    result = result ? result : hand_out(parse, &found, nodes, count);
    free(found.items);
    return result;
}

/* ---- snapshots of properties files ---- */

int floe_parse_add_snapshot(floe_parse *parse, const floe_parse_file *file, const floe_node *entry,
                            floe_parse_node **out) {
    char *name = floe_parse_text_of(parse->arena, floe_parse_get(entry, "name"));
    char *relation = floe_parse_text_of(parse->arena, floe_parse_get(entry, "relation"));
    *out = NULL;
    if (!name || !relation) {
        return 0;
    }
    char *code = floe_parse_format(parse->arena, "select * from {{ %s }}", relation);
    /* up to dbt 1.11 the path began with the properties file's; to dbt 2 it is a file beside that */
    const char *path = parse->dbt >= 200  ? floe_parse_beside(parse, file, name)
                       : parse->dbt < 112 ? floe_parse_format(parse->arena, "%s/%s.sql", file->within, name)
                                          : floe_parse_format(parse->arena, "%s.sql", name);
    if (!code || !path) {
        return floe_error_memory(parse->error);
    }
    floe_parse_node *node;
    int result = floe_parse_add_node(parse, FLOE_PARSE_SNAPSHOT, file->package, file, name, NULL, &node);
    if (result) {
        return result;
    }
    node->path = path;
    node->language = "sql";
    node->code = code;
    node->code_size = strlen(code);
    floe_error error = {0};
    result = floe_jinja_parse(&node->template, parse->arena, file->shown, code, node->code_size, &error);
    if (result == FLOE_MEMORY) {
        return result;
    }
    if (result) {
        floe_parse_report_error(parse, FLOE_PARSE_ERROR, "jinja", file, &error);
        node->template = NULL;
    } else {
        node->body = node->template->body;
    }
    *out = node;
    return floe_parse_make_fqn(parse->document, file->package->name, file->within, false, name, &node->fqn);
}

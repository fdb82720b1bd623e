/*
 * What only a reading of sources tells, under the key `floe` of a manifest's tree: what of a resource only a
 * run knows, which of its edges hang on that, and what dbt would refuse or warn of. dbt's own manifests have
 * no such key.
 */
#include "dbt/build.h"

#include <string.h>

static bool starts_with(const char *text, size_t length, const char *prefix) {
    size_t size = strlen(prefix);
    return length >= size && memcmp(text, prefix, size) == 0;
}

/* True where a doubt leaves open what refers to what: anything but the value of a field that makes no edge.
 */
static bool hides_edges(const floe_node *doubt) {
    static const char *const harmless[] = {"arguments", "description", "columns",  "meta",
                                           "tags",      "schema",      "database", "alias"};
    size_t length;
    const char *about = floe_node_string(floe_node_path(doubt, "about", NULL), &length);
    if (!about) {
        return true;
    }
    if (starts_with(about, length, "config.")) {
        return starts_with(about, length, "config.enabled");
    }
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        if (strlen(harmless[i]) == length && memcmp(harmless[i], about, length) == 0) {
            return false;
        }
    }
    return true;
}

/* An edge in a branch that is not taken while dbt parses is none of dbt's graph. */
static bool may_be(const floe_node *edge) {
    const floe_node *taken = floe_node_path(edge, "taken", NULL);
    return !taken || floe_node_kind(taken) != FLOE_BOOLEAN || taken->boolean;
}

void floe_dbt_put_doubts(const floe_dbt_entry *entry, floe_dbt_doubts *out) {
    floe_dbt_build *build = entry->build;
    const floe_node *floe = floe_dbt_object(entry, entry->node, "floe");
    *out = (floe_dbt_doubts){build->empty_list, build->empty_list, build->empty_list, true};
    if (!floe) {
        return;
    }
    floe_dbt_entry within = *entry;
    within.node = floe;
    out->partial = floe_dbt_tables(&within, "partial");
    out->conditional = floe_dbt_tables(&within, "conditional");
    out->unresolved = floe_dbt_strings(&within, floe, "unresolved");
    for (uint32_t i = 0; out->edges_known && i < floe_node_size(&out->partial); i++) {
        out->edges_known = !hides_edges(floe_node_child(&out->partial, i));
    }
    build->open_edges = build->open_edges || !out->edges_known;
    for (uint32_t i = 0; !build->open_edges && i < floe_node_size(&out->conditional); i++) {
        build->open_edges = may_be(floe_node_child(&out->conditional, i));
    }
}

/* ---- problems ---- */

static floe_node text_in(const floe_node *node, const char *key) {
    return floe_dbt_text(floe_node_get(node, key, strlen(key)));
}

static floe_node number_in(const floe_node *node, const char *key) {
    const floe_node *number = floe_node_get(node, key, strlen(key));
    return number && floe_node_kind(number) == FLOE_INTEGER && number->integer > 0 ? *number
                                                                                   : floe_null_node(0);
}

/* A file that was not read, or that is broken, may hold anything. What is wrong with a reference or a test
 * hides none. */
static bool hides_nodes(const floe_node *severity, const floe_node *code) {
    static const char *const known[] = {"unknown_target",  "unknown_ref",   "unknown_source", "disabled_ref",
                                        "disabled_source", "ambiguous_ref", "private_ref",    "protected_ref",
                                        "unknown_group",   "test_config",   "tests_twice",    "bad_test",
                                        "bad_tests",       "duplicate_doc", "duplicate_patch"};
    bool hides = floe_node_equals(severity, "unread") || floe_node_equals(severity, "error");
    for (size_t i = 0; hides && i < sizeof known / sizeof *known; i++) {
        hides = !floe_node_equals(code, known[i]);
    }
    return hides;
}

static int add_problem(floe_dbt_build *build, const floe_node *problem, floe_node *record) {
    floe_node fields[FLOE_SLOT_COUNT(dbt_problem)];
    floe_node severity = text_in(problem, "severity"), code = text_in(problem, "code");
    floe_node message = text_in(problem, "message");
    fields[FLOE_SLOT(dbt_problem, severity)] = floe_dbt_text_or(&severity, floe_literal_node("error"));
    fields[FLOE_SLOT(dbt_problem, code)] = floe_dbt_text_or(&code, floe_literal_node("unknown"));
    fields[FLOE_SLOT(dbt_problem, message)] = floe_dbt_text_or(&message, build->empty_text);
    fields[FLOE_SLOT(dbt_problem, hint)] = text_in(problem, "hint");
    fields[FLOE_SLOT(dbt_problem, file)] = text_in(problem, "file");
    fields[FLOE_SLOT(dbt_problem, line)] = number_in(problem, "line");
    fields[FLOE_SLOT(dbt_problem, column)] = number_in(problem, "column");
    fields[FLOE_SLOT(dbt_problem, subject)] = text_in(problem, "subject");
    build->missing_nodes =
        build->missing_nodes || hides_nodes(&fields[FLOE_SLOT(dbt_problem, severity)], &code);
    floe_place place = floe_node_place(build->source, problem);
    return floe_document_record(record, build->facts, &floe_type_dbt_problem, fields, &place, build->error);
}

static int read_problems(floe_dbt_build *build, const floe_node *list) {
    uint32_t count = list && floe_node_kind(list) == FLOE_ARRAY ? floe_node_size(list) : 0, kept = 0;
    floe_node *records = floe_dbt_scratch(build, count);
    int result = records ? 0 : build->failure;
    for (uint32_t i = 0; !result && i < count; i++) {
        const floe_node *problem = floe_node_child(list, i);
        if (floe_node_kind(problem) == FLOE_OBJECT) {
            result = add_problem(build, problem, &records[kept++]);
        }
    }
    floe_node *slot = &floe_record_items(&build->project)[FLOE_SLOT(project, problems)];
    return result || !kept ? result
                           : floe_document_list(slot, build->facts, records, kept, list->at, build->error);
}

int floe_dbt_read_problems(floe_dbt_build *build, const floe_node *root) {
    const floe_node *floe = floe_node_path(root, "metadata", "floe", NULL);
    const floe_node *missing = floe_node_path(floe, "missing_packages", NULL);
    floe_node *project = floe_record_items(&build->project);
    int result = read_problems(build, floe_node_path(floe, "problems", NULL));
    bool known =
        !build->missing_nodes && !(missing && floe_node_kind(missing) == FLOE_BOOLEAN && missing->boolean);
    project[FLOE_SLOT(project, dbt_rules)] = floe_dbt_text(floe_node_path(floe, "dbt_rules", NULL));
    project[FLOE_SLOT(project, target)] = floe_dbt_text(floe_node_path(floe, "target", NULL));
    project[FLOE_SLOT(project, nodes_known)] = floe_boolean_node(known, 0);
    project[FLOE_SLOT(project, partial)] = floe_boolean_node(build->open_edges || !known, 0);
    return result;
}

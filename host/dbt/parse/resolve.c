/*
 * Step 5: configs of all nodes, then what their calls of ref(), source(), metric() and function() mean: the
 * node's own package, the project, any package, in the order in which dbt looks.
 */
#include "dbt/parse/nodes.h"

#include "base/suggest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MOST_HINTS = 200 }; /* problems after which names are not compared any more */

static int configure_one(floe_parse_thread *thread, size_t index) {
    floe_parse_node *node = thread->parse->nodes.items[index];
    int result = floe_parse_configure(thread, node);
    return result ? result : floe_parse_foreign_calls(thread, node);
}

/* ---- tables of what can be meant ---- */

static bool is_latest(floe_parse *parse, const floe_parse_node *node) {
    if (floe_node_absent(&node->version)) {
        return true;
    }
    char *own = floe_parse_version_text(parse->arena, &node->version);
    char *latest = floe_parse_version_text(parse->arena, &node->latest_version);
    return own && latest && strcmp(own, latest) == 0;
}

/* Each kind has names of its own: a prefix that no name can begin with keeps them apart. */
static const char *space_of(floe_parse_kind kind) {
    switch (kind) {
    case FLOE_PARSE_MODEL:
    case FLOE_PARSE_SEED:
    case FLOE_PARSE_SNAPSHOT:
        return "ref ";
    case FLOE_PARSE_SOURCE:
        return "source ";
    case FLOE_PARSE_METRIC:
        return "metric ";
    case FLOE_PARSE_FUNCTION:
        return "function ";
    default:
        return NULL;
    }
}

static int enter(floe_parse *parse, floe_parse_table *table, const char *key, floe_parse_node *node) {
    return !key || floe_parse_table_add(table, key, strlen(key), node) ? floe_error_memory(parse->error) : 0;
}

/* "source.table" as a source's id ends: its name but for what dbt 2 writes otherwise there. */
static const char *end_of_id(const floe_parse_node *node) {
    size_t skip = strlen("source.") + strlen(node->package->name) + 1;
    return strlen(node->unique_id) > skip ? node->unique_id + skip : node->name;
}

/* A source's name in look-ups: "source.table". */
static const char *source_name(floe_parse *parse, const floe_parse_node *node) {
    const floe_node *source = floe_parse_get(&node->members, "source_name");
    if (parse->dbt < 200 || !source || floe_node_kind(source) != FLOE_STRING) {
        return end_of_id(node);
    }
    return floe_parse_format(parse->arena, "%.*s.%s", (int)floe_node_size(source), source->string,
                             node->name);
}

static int enter_node(floe_parse *parse, floe_parse_node *node) {
    floe_parse_names *names = parse->names;
    floe_parse_table *table = node->enabled ? &names->targets : &names->disabled;
    const char *space = space_of(node->kind);
    if (node->kind == FLOE_PARSE_GROUP) {
        return enter(parse, &names->groups, node->name, node);
    }
    if (!space) {
        return 0;
    }
    const char *name = node->kind == FLOE_PARSE_SOURCE ? source_name(parse, node) : node->name;
    int result = 0;
    if (!floe_node_absent(&node->version)) {
        char *text = floe_parse_version_text(parse->arena, &node->version);
        result = enter(parse, table, floe_parse_format(parse->arena, "%s%s.v%s", space, name, text), node);
    }
    if (!result && (is_latest(parse, node) || !node->enabled)) {
        result = enter(parse, table, floe_parse_format(parse->arena, "%s%s", space, name), node);
    }
    return result;
}

static int fill_tables(floe_parse *parse) {
    floe_parse_names *names = parse->names;
    names->own_first = parse->dbt >= 200 || /* whatever the flag says */
                       floe_parse_true(floe_node_path(&parse->packages.items[0]->spec, "flags",
                                                      "require_ref_searches_node_package_before_root", NULL));
    int result = 0;
    for (size_t i = 0; !result && i < parse->nodes.count; i++) {
        floe_parse_node *node = parse->nodes.items[i];
        if (node->kind == FLOE_PARSE_UNIT_TEST && node->attached && !node->attached->enabled) {
            node->enabled = false;
            node->depends_on.count = 0;
        }
        result = enter_node(parse, node);
    }
    names->stamps = floe_arena_array(parse->arena, parse->thread_count, sizeof *names->stamps);
    for (unsigned i = 0; !result && i < parse->thread_count; i++) {
        uint32_t *stamps =
            names->stamps ? floe_arena_array(parse->arena, parse->nodes.count + 1, sizeof *stamps) : NULL;
        if (!stamps) {
            return floe_error_memory(parse->error);
        }
        memset(stamps, 0, (parse->nodes.count + 1) * sizeof *stamps);
        names->stamps[i] = stamps;
    }
    return result;
}

/* ---- look-ups ---- */

typedef struct outcome {
    floe_parse_node *node;     /* what is meant; NULL: nothing */
    floe_parse_node *disabled; /* what would be, were it enabled */
    floe_parse_node *other;    /* a second one that could as well be meant */
} outcome;

/* The last of a package has the name, as in a dict of dbt's. */
static floe_parse_node *in_package(const floe_parse_entry *entry, const char *package, bool first) {
    floe_parse_node *found = NULL;
    for (; entry; entry = entry->next) {
        floe_parse_node *node = entry->item;
        if (!package || strcmp(node->package->name, package) == 0) {
            found = first && found ? found : node;
        }
    }
    return found;
}

/* One package, or all of them where `package` is NULL. True: the search is over. */
static bool search(const floe_parse_entry *live, const floe_parse_entry *dead, const char *package,
                   bool ambiguous, outcome *out) {
    out->node = in_package(live, package, package == NULL);
    if (!package && ambiguous && out->node) {
        for (const floe_parse_entry *entry = live; entry; entry = entry->next) {
            floe_parse_node *node = entry->item;
            out->other = node->package != out->node->package ? node : out->other;
        }
        if (!out->other) { /* all are of one package */
            out->node = in_package(live, out->node->package->name, false);
        }
    }
    if (!out->node && !out->disabled) {
        out->disabled = in_package(dead, package, true);
    }
    return out->node != NULL;
}

static outcome look_up(const floe_parse *parse, const floe_parse_node *node, const char *key,
                       const char *package, bool ambiguous) {
    const floe_parse_names *names = parse->names;
    const floe_parse_entry *live = floe_parse_table_find(&names->targets, key, strlen(key));
    const floe_parse_entry *dead = floe_parse_table_find(&names->disabled, key, strlen(key));
    const char *root = parse->packages.items[0]->name, *own = node->package->name;
    outcome out = {0};
    if (package) {
        search(live, dead, package, ambiguous, &out);
        return out;
    }
    const char *first = node->package->index && names->own_first ? own : root;
    const char *second = first == root ? own : root;
    bool done = search(live, dead, first, ambiguous, &out);
    done = done || (node->package->index && search(live, dead, second, ambiguous, &out));
    if (!done) {
        search(live, dead, NULL, ambiguous, &out);
    }
    return out;
}

static outcome resolve_call(floe_parse_thread *thread, const floe_parse_node *node,
                            const floe_parse_call *call) {
    floe_parse *parse = thread->parse;
    char small[256];
    static const char *const spaces[] = {[FLOE_CALL_REF] = "ref ",
                                         [FLOE_CALL_SOURCE] = "source ",
                                         [FLOE_CALL_METRIC] = "metric ",
                                         [FLOE_CALL_FUNCTION] = "function "};
    const char *package = call->what == FLOE_CALL_SOURCE ? NULL : call->package;
    char *version =
        floe_parse_true(&call->version) ? floe_parse_version_text(thread->arena, &call->version) : NULL;
    const char *source = call->what == FLOE_CALL_SOURCE ? call->package : NULL;
    int length = snprintf(small, sizeof small, "%s%s%s%s%s%s", spaces[call->what], source ? source : "",
                          source ? "." : "", call->name, version ? ".v" : "", version ? version : "");
    const char *key = small;
    if (length >= (int)sizeof small) {
        key = floe_parse_format(thread->arena, "%s%s%s%s%s%s", spaces[call->what], source ? source : "",
                                source ? "." : "", call->name, version ? ".v" : "", version ? version : "");
    }
    return key ? look_up(parse, node, key, package, call->what == FLOE_CALL_REF) : (outcome){0};
}

/* ---- what is wrong with a call ---- */

/* As the author wrote it, about. */
static void write_call(char *text, size_t size, const floe_parse_call *call) {
    static const char *const names[] = {[FLOE_CALL_REF] = "ref",
                                        [FLOE_CALL_SOURCE] = "source",
                                        [FLOE_CALL_METRIC] = "metric",
                                        [FLOE_CALL_FUNCTION] = "function"};
    char package[150] = "", version[60] = "";
    if (call->package) {
        snprintf(package, sizeof package, "'%s', ", call->package);
    }
    if (floe_node_kind(&call->version) == FLOE_INTEGER) {
        snprintf(version, sizeof version, ", v=%" PRId64, call->version.integer);
    } else if (floe_node_kind(&call->version) == FLOE_STRING) {
        snprintf(version, sizeof version, ", v='%.*s'",
                 (int)(floe_node_size(&call->version) < 40 ? floe_node_size(&call->version) : 40),
                 call->version.string);
    }
    snprintf(text, size, "%s(%s'%s'%s)", names[call->what], package, call->name, version);
}

static bool fits(const floe_parse_node *node, const floe_parse_call *call) {
    return !node->enabled                   ? false
           : call->what == FLOE_CALL_SOURCE ? node->kind == FLOE_PARSE_SOURCE
           : call->what == FLOE_CALL_REF    ? floe_parse_refable(node)
           : call->what == FLOE_CALL_METRIC ? node->kind == FLOE_PARSE_METRIC
                                            : node->kind == FLOE_PARSE_FUNCTION;
}

/* There is something of that very name: it is of another package or source, or has no such version. */
static bool find_same(const floe_parse *parse, const floe_parse_call *call, char *hint, size_t size) {
    for (size_t i = 0; i < parse->nodes.count; i++) {
        const floe_parse_node *node = parse->nodes.items[i];
        if (!fits(node, call) || strcmp(node->name, call->name) != 0) {
            continue;
        }
        if (call->what == FLOE_CALL_SOURCE) {
            snprintf(hint, size, "did you mean '%s'?", end_of_id(node));
        } else if (call->package && strcmp(call->package, node->package->name) != 0) {
            snprintf(hint, size, "'%s' is in the package '%s'", node->name, node->package->name);
        } else {
            snprintf(hint, size, "'%s' has no such version", node->name);
        }
        return true;
    }
    return false;
}

/* The nearest name of what could be meant. */
static void find_near(const floe_parse *parse, const floe_parse_call *call, char *hint, size_t size) {
    floe_suggestion near;
    char name[300];
    bool source = call->what == FLOE_CALL_SOURCE;
    snprintf(name, sizeof name, "%s%s%s", source ? call->package : "", source ? "." : "", call->name);
    floe_suggest_start(&near, name, strlen(name));
    for (size_t i = 0; i < parse->nodes.count; i++) {
        const floe_parse_node *node = parse->nodes.items[i];
        if (fits(node, call)) {
            const char *one = source ? end_of_id(node) : node->name;
            floe_suggest_offer(&near, one, strlen(one));
        }
    }
    if (near.best) {
        snprintf(hint, size, "did you mean '%.*s'?", (int)near.best_length, near.best);
    }
}

static void report_call(floe_parse *parse, const floe_parse_node *node, const floe_parse_call *call,
                        floe_parse_severity severity, const char *code, const char *hint, const char *what) {
    char text[300];
    write_call(text, sizeof text, call);
    floe_parse_report_about(parse, severity, code, node->unique_id,
                            call->file ? call->file : floe_parse_shown(node), call->line, call->column, hint,
                            "%s of %s: %s", text, node->unique_id, what);
}

/* Nothing enabled is meant. A test is left out by dbt, a unit test goes with its model, all else ends it: a
 * call that only may happen and would end it does not happen in a project that dbt accepts. */
static int miss(floe_parse_thread *thread, floe_parse_node *node, floe_parse_call *call,
                const outcome *found) {
    floe_parse *parse = thread->parse;
    if (call->doubt) {
        call->untaken = node->kind != FLOE_PARSE_TEST && (found->disabled || !parse->missing_packages);
        return 0;
    }
    if (node->kind == FLOE_PARSE_UNIT_TEST && found->disabled) {
        node->enabled = false;
        return 0;
    }
    if (parse->missing_packages && !found->disabled && node->kind != FLOE_PARSE_TEST) {
        char text[300];
        write_call(text, sizeof text, call);
        char *reason = floe_parse_format(thread->arena,
                                         "%s may mean something of a package that is not installed", text);
        return reason
                   ? floe_parse_doubt_about(node, "edges", reason, NULL, call->file, call->line, call->column)
                   : FLOE_MEMORY;
    }
    floe_parse_severity severity = node->kind == FLOE_PARSE_TEST ? FLOE_PARSE_WARNING : FLOE_PARSE_ERROR;
    if (found->disabled) {
        if (node->kind != FLOE_PARSE_TEST) {
            report_call(parse, node, call, severity, "disabled_ref", NULL, "what it names is disabled");
        }
    } else {
        char hint[300] = "";
        bool source = call->what == FLOE_CALL_SOURCE;
        if (parse->problems.count < MOST_HINTS) {
            if (source || !find_same(parse, call, hint, sizeof hint)) {
                find_near(parse, call, hint, sizeof hint);
            }
            if (source && !*hint) {
                find_same(parse, call, hint, sizeof hint);
            }
        }
        report_call(parse, node, call, severity, source ? "unknown_source" : "unknown_ref",
                    *hint ? hint : NULL, "there is nothing of that name");
    }
    return 0;
}

static const char *config_text(const floe_parse_node *node, const char *key, size_t *length) {
    return floe_node_string(floe_parse_get(&node->config, key), length);
}

static bool same_group(const floe_parse_node *one, const floe_parse_node *other) {
    size_t length, other_length;
    const char *group = config_text(one->attached ? one->attached : one, "group", &length);
    const char *target = config_text(other, "group", &other_length);
    return group && length && target && length == other_length && memcmp(group, target, length) == 0;
}

/* Private and protected models may be meant by some nodes only. */
static void check_access(floe_parse *parse, const floe_parse_node *node, const floe_parse_call *call,
                         const floe_parse_node *target) {
    const floe_node *access = floe_parse_get(&target->config, "access");
    bool foreign = node->package != target->package;
    bool closed = target->package->index != 0 &&
                  floe_parse_true(floe_parse_get(&target->package->spec, "restrict-access"));
    if (target->kind != FLOE_PARSE_MODEL || call->doubt) {
        return;
    }
    if (floe_node_equals(access, "private") && (!same_group(node, target) || (foreign && closed))) {
        report_call(parse, node, call, FLOE_PARSE_ERROR, "private_ref",
                    "put both into one group, or make the model protected",
                    "the model is private to its group");
    } else if (floe_node_equals(access, "protected") && foreign && closed) {
        report_call(parse, node, call, FLOE_PARSE_ERROR, "protected_ref", NULL,
                    "the model is protected, and its package restricts access");
    }
}

/* ---- edges ---- */

/* The order in which dbt adds what a node depends on. */
static const int call_order[] = {FLOE_CALL_SOURCE, FLOE_CALL_REF, FLOE_CALL_METRIC, FLOE_CALL_FUNCTION};

static bool is_conditional(const floe_parse_node *node, const char *id) {
    for (size_t i = 0; i < node->conditional.count; i++) {
        if (node->conditional.items[i].unique_id == id) {
            return true;
        }
    }
    return false;
}

static int add_edge(floe_parse_thread *thread, floe_parse_node *node, const floe_parse_call *call,
                    floe_parse_node *target) {
    const floe_parse_names *names = thread->parse->names;
    uint32_t *stamp = &names->stamps[thread->number][target->index];
    bool seen = *stamp == node->index + 1;
    floe_parse_conditional edge = {.unique_id = target->unique_id, .call = call};
    if (!seen && !call->untaken && FLOE_PARSE_PUSH(&node->depends_on, target->unique_id)) {
        return FLOE_MEMORY;
    }
    if (!seen && (call->untaken || call->doubt) && !is_conditional(node, target->unique_id) &&
        FLOE_PARSE_PUSH(&node->conditional, edge)) {
        return FLOE_MEMORY;
    }
    if (!call->untaken) {
        *stamp = node->index + 1;
    }
    return 0;
}

/* dbt clears the mark of a node that cannot be whole, and leaves it where it is. */
static int disable_in_place(floe_parse_thread *thread, floe_parse_node *node) {
    floe_key key = floe_key_of("enabled", 7);
    floe_node off = floe_boolean_node(false, 0), over;
    int result = floe_document_map(&over, thread->document, &key, &off, NULL, 1, 0, NULL);
    return result ? result : floe_parse_update(thread->document, &node->config, &over, &node->config);
}

/* First certain calls, so that an edge that is certain once is not called conditional. */
static int resolve_calls(floe_parse_thread *thread, floe_parse_node *node, int what, bool certain) {
    int result = 0;
    for (size_t i = 0; !result && i < node->calls.count; i++) {
        floe_parse_call *call = &node->calls.items[i];
        if ((int)call->what != what || certain != (!call->doubt && !call->untaken)) {
            continue;
        }
        if (what == FLOE_CALL_METRIC && thread->parse->dbt >= 200 && node->kind != FLOE_PARSE_METRIC &&
            node->kind != FLOE_PARSE_SAVED_QUERY) {
            continue; /* dbt 2 lists it and looks no further */
        }
        outcome found = resolve_call(thread, node, call);
        if (found.other) {
            report_call(thread->parse, node, call, FLOE_PARSE_ERROR, "ambiguous_ref",
                        "name the package as first argument", "more than one package has this name");
        }
        if (found.node && node->kind == FLOE_PARSE_SEMANTIC_MODEL && call->what == FLOE_CALL_REF) {
            node->attached = found.node;
        }
        if (found.node) {
            result = add_edge(thread, node, call, found.node);
            if (!call->untaken) {
                check_access(thread->parse, node, call, found.node);
            }
        } else if (!call->untaken) {
            result = miss(thread, node, call, &found);
            if (!result && certain) {
                result = disable_in_place(thread, node);
            }
        }
    }
    return result;
}

/* In dbt 2 a unit test of a version depends on the latest version too. */
static int depend_on_latest(floe_parse_thread *thread, floe_parse_node *node) {
    const floe_parse_node *tested = node->kind == FLOE_PARSE_UNIT_TEST ? node->attached : NULL;
    if (thread->parse->dbt < 200 || !tested || floe_node_absent(&tested->version)) {
        return 0;
    }
    char *key = floe_parse_format(thread->arena, "%s%s", space_of(FLOE_PARSE_MODEL), tested->name);
    outcome found = key ? look_up(thread->parse, tested, key, tested->package->name, false) : (outcome){0};
    bool other = found.node && found.node != tested;
    return !key || (other && FLOE_PARSE_PUSH(&node->depends_on, found.node->unique_id)) ? FLOE_MEMORY : 0;
}

static int resolve_one(floe_parse_thread *thread, size_t index) {
    floe_parse_node *node = thread->parse->nodes.items[index];
    int result = 0;
    /* What is disabled is not connected; but a metric is in dbt 2. */
    bool linked = node->enabled || (node->kind == FLOE_PARSE_METRIC && thread->parse->dbt >= 200);
    if (!linked && (node->kind != FLOE_PARSE_UNIT_TEST || thread->parse->dbt >= 112)) {
        node->depends_on.count = 0;
    }
    if (!linked || node->kind == FLOE_PARSE_SEED) {
        return 0;
    }
    result = depend_on_latest(thread, node);
    for (size_t i = 0; !result && i < sizeof call_order / sizeof *call_order; i++) {
        result = resolve_calls(thread, node, call_order[i], true);
    }
    for (size_t i = 0; !result && i < sizeof call_order / sizeof *call_order; i++) {
        result = resolve_calls(thread, node, call_order[i], false);
    }
    return result;
}

/* A group that nobody defines. */
static void check_groups(floe_parse *parse) {
    const floe_parse_names *names = parse->names;
    for (size_t i = 0; i < parse->nodes.count; i++) {
        const floe_parse_node *node = parse->nodes.items[i];
        size_t length;
        const char *group = node->enabled ? config_text(node, "group", &length) : NULL;
        if (group && length && !floe_parse_table_find(&names->groups, group, length)) {
            floe_parse_report(parse, FLOE_PARSE_ERROR, "unknown_group", floe_parse_shown(node), 1, 1, NULL,
                              "%s is in the group '%.*s', which no properties file defines", node->unique_id,
                              (int)length, group);
        }
    }
}

/* Tests of a package that is not there and that no packages.yml names: dbt reads them, and runs none. Each
 * package is told of once. */
static int check_namespaces(floe_parse *parse) {
    floe_parse_table seen = {.arena = parse->arena};
    int result = floe_parse_table_add(&seen, "dbt", 3, parse);
    for (size_t i = 0; !result && i < parse->packages.count; i++) {
        const char *name = parse->packages.items[i]->name;
        result = floe_parse_table_add(&seen, name, strlen(name), parse);
    }
    for (size_t i = 0; !result && !parse->missing_packages && i < parse->nodes.count; i++) {
        const floe_parse_node *node = parse->nodes.items[i];
        const char *name = node->test_namespace;
        uint32_t line = 1, column = 1;
        if (!name || !node->enabled || floe_parse_table_find(&seen, name, strlen(name))) {
            continue;
        }
        if (node->at && node->file && node->file->document) {
            floe_document_position(node->file->document, node->at, &line, &column);
        }
        floe_parse_report_about(
            parse, FLOE_PARSE_WARNING, "missing_package", node->unique_id, floe_parse_shown(node), line,
            column, "name it in packages.yml and run `dbt deps`",
            "there is no package '%s', whose test '%s' stands here", name, node->test_name);
        result = floe_parse_table_add(&seen, name, strlen(name), parse);
    }
    return result;
}

int floe_parse_settle(floe_parse *parse) {
    if (!parse->names) {
        return 0; /* no node at all */
    }
    int result = floe_parse_grow_trees(parse);
    result = result ? result : floe_parse_render_each(parse, parse->nodes.count, configure_one);
    result = result ? result : floe_parse_inherit(parse);
    result = result ? result : fill_tables(parse);
    result = result ? result : floe_parse_check_unique(parse);
    result = result ? result : floe_parse_render_each(parse, parse->nodes.count, resolve_one);
    if (!result) {
        check_groups(parse);
    }
    return result ? result : check_namespaces(parse);
}

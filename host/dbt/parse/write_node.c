/* One node as its entry of a manifest. What is empty is left out: readers take what is absent for null. */
#include "dbt/parse/write.h"

#include <stdlib.h>
#include <string.h>

/* ---- what a node refers to ---- */

static int write_ref(floe_document *document, const floe_parse_call *call, floe_node *out) {
    floe_parse_maker object = {.document = document};
    floe_put_text(&object, "name", call->name);
    floe_put_text(&object, "package", call->package);
    floe_put(&object, "version", call->version);
    return floe_put_end(&object, out);
}

static int write_pair(floe_document *document, const floe_parse_call *call, floe_node *out) {
    floe_node parts[2];
    size_t count = 0;
    if (call->package) {
        parts[count++] = floe_literal_node(call->package);
    }
    parts[count++] = floe_literal_node(call->name);
    return floe_document_list(out, document, parts, count, 0, NULL);
}

static void put_calls(floe_parse_maker *object, const floe_parse_node *node, int what, const char *key) {
    floe_node *items = malloc((node->calls.count + 1) * sizeof *items);
    size_t count = 0;
    object->failure = items ? object->failure : FLOE_MEMORY;
    for (size_t i = 0; !object->failure && i < node->calls.count; i++) {
        const floe_parse_call *call = &node->calls.items[i];
        if ((int)call->what == what && !call->untaken) {
            object->failure = what == FLOE_CALL_REF ? write_ref(object->document, call, &items[count++])
                                                    : write_pair(object->document, call, &items[count++]);
        }
    }
    if (!object->failure) {
        floe_put_list(object, key, items, count);
    }
    free(items);
}

static void put_depends(floe_parse_maker *object, const floe_parse_node *node) {
    floe_parse_maker depends = {.document = object->document};
    floe_put_texts(&depends, "macros", node->macros.items, node->macros.count);
    floe_put_texts(&depends, "nodes", node->depends_on.items, node->depends_on.count);
    floe_put_object(object, "depends_on", &depends);
    put_calls(object, node, FLOE_CALL_REF, "refs");
    put_calls(object, node, FLOE_CALL_SOURCE, "sources");
    put_calls(object, node, FLOE_CALL_METRIC, "metrics");
    put_calls(object, node, FLOE_CALL_FUNCTION, "functions");
}

/* ---- what cannot be known ---- */

static int write_doubt(floe_document *document, const floe_parse_doubt *doubt, floe_node *out) {
    floe_parse_maker object = {.document = document};
    floe_put_text(&object, "about", doubt->about);
    floe_put_text(&object, "reason", doubt->reason);
    floe_put_text(&object, "file", doubt->file);
    floe_put(&object, "line", doubt->line ? floe_integer_node(doubt->line, 0) : floe_null_node(0));
    floe_put(&object, "column", doubt->line ? floe_integer_node(doubt->column, 0) : floe_null_node(0));
    return floe_put_end(&object, out);
}

static bool same_doubt(const floe_parse_doubt *one, const floe_parse_doubt *other) {
    return one->line == other->line && one->column == other->column &&
           strcmp(one->about, other->about) == 0 && strcmp(one->reason, other->reason) == 0;
}

static void put_doubts(floe_parse_maker *object, const floe_parse_node *node) {
    enum { MOST = 50 }; /* of one node: beyond that they tell nothing new */
    floe_node items[MOST];
    size_t count = 0;
    for (size_t i = 0; !object->failure && i < node->doubts.count && count < MOST; i++) {
        bool again = false;
        for (size_t j = 0; j < i && !again && i < 1000; j++) {
            again = same_doubt(&node->doubts.items[i], &node->doubts.items[j]);
        }
        if (!again) {
            object->failure = write_doubt(object->document, &node->doubts.items[i], &items[count++]);
        }
    }
    floe_put_list(object, "partial", items, object->failure ? 0 : count);
}

static bool depends_on(const floe_parse_node *node, const char *id) {
    for (size_t i = 0; i < node->depends_on.count; i++) {
        if (node->depends_on.items[i] == id) {
            return true;
        }
    }
    return false;
}

static int write_conditional(floe_document *document, const floe_parse_conditional *edge, bool taken,
                             floe_node *out) {
    floe_parse_maker object = {.document = document};
    const floe_parse_call *call = edge->call;
    floe_put_text(&object, "unique_id", edge->unique_id);
    floe_put_text(&object, "reason",
                  call->doubt ? call->doubt->reason : "it stands in a branch that is not taken");
    floe_put_text(&object, "file", call->file);
    floe_put(&object, "line", floe_integer_node(call->line, 0));
    floe_put(&object, "column", floe_integer_node(call->column, 0));
    floe_put(&object, "taken", floe_boolean_node(taken, 0));
    return floe_put_end(&object, out);
}

static void put_conditional(floe_parse_maker *object, const floe_parse_node *node) {
    floe_node *items = malloc((node->conditional.count + 1) * sizeof *items);
    size_t count = 0;
    object->failure = items ? object->failure : FLOE_MEMORY;
    for (size_t i = 0; !object->failure && i < node->conditional.count; i++) {
        const floe_parse_conditional *edge = &node->conditional.items[i];
        bool taken = depends_on(node, edge->unique_id);
        object->failure = write_conditional(object->document, edge, taken, &items[count++]);
    }
    if (!object->failure) {
        floe_put_list(object, "conditional", items, count);
    }
    free(items);
}

/* Which names of its relation only a run knows. */
static void put_unresolved(floe_parse_maker *object, const floe_parse_node *node) {
    const char *names[3];
    size_t count = 0;
    bool relation = node->kind == FLOE_PARSE_MODEL || node->kind == FLOE_PARSE_SEED ||
                    node->kind == FLOE_PARSE_SNAPSHOT || node->kind == FLOE_PARSE_FUNCTION;
    if (relation && !node->schema) {
        names[count++] = "schema";
    }
    if (relation && !node->database) {
        names[count++] = "database";
    }
    if (relation && !node->alias) {
        names[count++] = "alias";
    }
    floe_put_texts(object, "unresolved", names, count);
}

static void put_floe(floe_parse_maker *object, const floe_parse_node *node) {
    floe_parse_maker floe = {.document = object->document};
    put_doubts(&floe, node);
    put_conditional(&floe, node);
    put_unresolved(&floe, node);
    floe_put_object(object, "floe", &floe);
}

/* ---- an entry ---- */

static void put_identity(floe_parse_maker *object, const floe_parse_node *node) {
    const floe_parse_file *file = node->file;
    floe_put_text(object, "unique_id", node->unique_id);
    floe_put_text(object, "name", node->name);
    floe_put_text(object, "resource_type", floe_parse_kind_name(node->kind));
    floe_put_text(object, "package_name", node->package->name);
    floe_put_text(object, "path", node->path ? node->path : file ? file->within : NULL);
    floe_put_text(object, "original_file_path", file ? file->path : NULL);
    floe_put(object, "fqn", node->fqn);
    floe_put_text(object, "alias", node->alias);
    floe_put_text(object, "schema", node->schema);
    floe_put_text(object, "database", node->database);
}

static void put_config(floe_parse_maker *object, const floe_parse_node *node) {
    floe_put(object, "config", node->config);
    floe_put(object, "tags", node->tags);
    floe_put(object, "meta", floe_put_value(floe_parse_get(&node->config, "meta")));
    const floe_node *group = floe_parse_get(&node->config, "group");
    if (node->kind == FLOE_PARSE_TEST && node->attached) {
        group = floe_parse_get(&node->attached->config, "group");
    }
    floe_put(object, "group", floe_put_value(group));
    if (node->kind == FLOE_PARSE_MODEL) {
        floe_put(object, "access", floe_put_value(floe_parse_get(&node->config, "access")));
        floe_put(object, "contract", floe_put_value(floe_parse_get(&node->config, "contract")));
    }
}

/* What comes from code: its text and its checksum. */
static void put_code(floe_parse_maker *object, const floe_parse_node *node) {
    bool coded = node->kind <= FLOE_PARSE_OPERATION || node->kind == FLOE_PARSE_FUNCTION;
    if (!coded) {
        return;
    }
    if (node->kind != FLOE_PARSE_SEED) {
        floe_put_text(object, "language", node->language);
    }
    if (node->code) {
        floe_put(object, "raw_code", floe_string_node(node->code, node->code_size, 0));
    }
    if (node->file && *node->file->checksum && !node->test_name) {
        floe_parse_maker checksum = {.document = object->document};
        floe_put_text(&checksum, "name", node->file->checksum_is_path ? "path" : "sha256");
        floe_put_text(&checksum, "checksum", node->file->checksum);
        floe_put_object(object, "checksum", &checksum);
    }
}

static const floe_node *patched(const floe_parse_node *node, const char *key) {
    const floe_node *value = node->patch_version ? floe_parse_get(node->patch_version, key) : NULL;
    return floe_parse_true(value) ? value : floe_parse_get(node->patch, key);
}

/* A date gets its time, as dbt writes it. */
static floe_node date_of(floe_document *document, const floe_node *date) {
    size_t length;
    const char *text = floe_node_string(date, &length);
    char *whole =
        text && length == 10 ? floe_parse_format(document->arena, "%.10sT00:00:00+00:00", text) : NULL;
    return whole ? floe_literal_node(whole) : floe_put_value(date);
}

static int put_constraints(floe_parse_thread *thread, floe_parse_maker *object, const floe_parse_node *node) {
    const floe_node *constraints = patched(node, "constraints");
    floe_node list;
    if (!constraints || floe_node_kind(constraints) != FLOE_ARRAY || !floe_node_size(constraints)) {
        return 0;
    }
    int result = floe_parse_constraints(thread, constraints, &list);
    if (!result) {
        floe_put(object, "constraints", list);
    }
    return result;
}

/* What the node's properties say beside its config. */
static int put_patch(floe_parse_thread *thread, floe_parse_maker *object, const floe_parse_node *node) {
    if (!node->patch) {
        return 0;
    }
    const floe_node **columns;
    size_t count;
    floe_node map = floe_null_node(0);
    int result = floe_parse_columns(thread, node->patch, node->patch_version, &columns, &count);
    result = result || !count ? result : floe_parse_column_map(thread, columns, count, &map);
    floe_put(object, "description", floe_put_value(patched(node, "description")));
    floe_put(object, "columns", map);
    if (node->kind == FLOE_PARSE_MODEL) {
        floe_put(object, "version", node->version);
        floe_put(object, "latest_version", node->latest_version);
        result = result ? result : put_constraints(thread, object, node);
        floe_put(object, "deprecation_date",
                 date_of(object->document, node->patch_version
                                               ? floe_parse_get(node->patch_version, "deprecation_date")
                                               : floe_parse_get(node->patch, "deprecation_date")));
    } else if (node->kind == FLOE_PARSE_FUNCTION) {
        floe_put(object, "arguments", floe_put_value(floe_parse_get(node->patch, "arguments")));
        floe_put(object, "returns", floe_put_value(floe_parse_get(node->patch, "returns")));
    }
    char *path = floe_parse_format(object->document->arena, "%s://%s", node->patch_file->package->name,
                                   node->patch_file->path);
    object->failure = path ? object->failure : FLOE_MEMORY;
    floe_put_text(object, "patch_path", path);
    return result;
}

static void put_test(floe_parse_maker *object, const floe_parse_node *node) {
    if (!node->test_name) {
        return;
    }
    floe_parse_maker metadata = {.document = object->document};
    floe_put_text(&metadata, "name", node->test_name);
    floe_put(&metadata, "kwargs", node->arguments);
    floe_put_text(&metadata, "namespace", node->test_namespace);
    floe_put_object(object, "test_metadata", &metadata);
    floe_put_text(object, "column_name", node->column_name);
    floe_put_text(object, "attached_node", node->attached ? node->attached->unique_id : NULL);
}

/* Members that only the kind of the node has; what is written already stays. */
static void put_members(floe_parse_maker *object, const floe_parse_node *node) {
    const floe_node *members = &node->members;
    size_t written = object->count;
    bool any = floe_node_kind(members) == FLOE_OBJECT;
    for (uint32_t i = 0; any && i < floe_node_size(members); i++) {
        const floe_key *key = floe_node_key(members, i);
        bool taken = false;
        for (size_t j = 0; j < written && !taken; j++) {
            taken = object->keys[j].length == key->length &&
                    memcmp(object->keys[j].text, key->text, key->length) == 0;
        }
        if (!taken) {
            floe_put(object, key->text, *floe_node_child(members, i));
        }
    }
}

int floe_parse_write_node(floe_parse_thread *thread, floe_parse_node *node, const floe_node *primary_key) {
    floe_parse_maker object = {.document = thread->document};
    put_identity(&object, node);
    put_config(&object, node);
    put_code(&object, node);
    int result = put_patch(thread, &object, node);
    put_test(&object, node);
    put_depends(&object, node);
    floe_put(&object, "primary_key", floe_put_value(primary_key));
    put_floe(&object, node);
    put_members(&object, node);
    return result ? result : floe_put_end(&object, &node->entry);
}

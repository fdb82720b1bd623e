/* One node as its entry of a manifest. What is empty is left out: readers take what is absent for null. */
#include "base/digest.h"
#include "dbt/parse/context.h"
#include "dbt/parse/entries.h"
#include "dbt/parse/layout.h"
#include "dbt/parse/write.h"

#include <stdlib.h>
#include <string.h>

/* ---- what a node refers to ---- */

/* With all of its members, also those that are null: calls are compared as they are. */
static int write_ref(floe_document *document, const floe_parse_call *call, floe_node *out) {
    floe_key keys[] = {floe_key_of("name", 4), floe_key_of("package", 7), floe_key_of("version", 7)};
    floe_node items[] = {floe_literal_node(call->name), floe_literal_node(call->package), call->version};
    return floe_document_map(out, document, keys, items, NULL, 3, 0, NULL);
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
    if (node->kind != FLOE_PARSE_METRIC && node->kind != FLOE_PARSE_SAVED_QUERY) {
        put_calls(object, node, FLOE_CALL_METRIC, "metrics");
    }
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

static bool is_coded(const floe_parse_node *node) {
    return node->kind <= FLOE_PARSE_OPERATION || node->kind == FLOE_PARSE_FUNCTION;
}

/* dbt-duckdb reads some sources from where they lie: their relation is a place that it makes from a pattern.
 */
static bool is_elsewhere(const floe_parse *parse, const floe_parse_node *node) {
    return node->kind == FLOE_PARSE_SOURCE && parse->target && parse->target->type &&
           !strcmp(parse->target->type, "duckdb") &&
           (floe_node_path(&node->config, "meta", "external_location", NULL) ||
            floe_node_path(&node->config, "external_location", NULL));
}

/* Which names of its relation only a run knows. */
static void put_unresolved(const floe_parse *parse, floe_parse_maker *object, const floe_parse_node *node) {
    const char *names[4];
    size_t count = 0;
    bool relation = is_coded(node);
    bool told = node->database || (parse->target && parse->target->database);
    if (node->kind == FLOE_PARSE_SOURCE && !told) {
        names[count++] = "database";
    }
    if (is_elsewhere(parse, node)) {
        names[count++] = "relation_name";
    }
    const floe_parse_node *model = node->kind == FLOE_PARSE_SEMANTIC_MODEL ? node->attached : NULL;
    if (model && (!model->schema || !model->database || !model->alias)) {
        names[count++] = "node_relation";
    }
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

static void put_floe(const floe_parse *parse, floe_parse_maker *object, const floe_parse_node *node) {
    floe_parse_maker floe = {.document = object->document};
    put_doubts(&floe, node);
    put_conditional(&floe, node);
    put_unresolved(parse, &floe, node);
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

/* Whether the meta of a node's config is the node's as well. In dbt 1 it is not of the semantic layer, but
 * for metrics of the older form: only the newer can say of one that it is private. */
static bool has_meta(const floe_parse *parse, const floe_parse_node *node) {
    bool newer =
        node->kind == FLOE_PARSE_METRIC && floe_node_path(&node->members, "type_params", "is_private", NULL);
    return parse->dbt >= 200 ||
           !(newer || node->kind == FLOE_PARSE_SEMANTIC_MODEL || node->kind == FLOE_PARSE_SAVED_QUERY);
}

static void put_config(const floe_parse *parse, floe_parse_maker *object, const floe_parse_node *node) {
    floe_put(object, "config", node->config);
    floe_put(object, "tags", node->tags);
    if (has_meta(parse, node)) {
        floe_put(object, "meta", floe_put_value(floe_parse_get(&node->config, "meta")));
    }
    const floe_node *group = floe_parse_get(&node->config, "group");
    if (node->kind == FLOE_PARSE_TEST && node->attached) {
        group = floe_parse_get(&node->attached->config, "group");
    }
    floe_put(object, "group", floe_put_value(group));
    if (node->kind == FLOE_PARSE_MODEL) {
        floe_put(object, "access", floe_put_value(floe_parse_get(&node->config, "access")));
    }
}

/* `docs` of the config, or what dbt starts from. */
void floe_put_docs(floe_parse_maker *object, const floe_node *docs) {
    floe_parse_maker made = {.document = object->document};
    const floe_node *show = floe_parse_get(docs, "show"), *color = floe_parse_get(docs, "node_color");
    floe_put(&made, "show", show ? *show : floe_boolean_node(true, 0));
    floe_put(&made, "node_color", floe_put_value(color));
    floe_put_object(object, "docs", &made);
}

/* Of what text dbt takes a node's checksum where it has none of its file: of a properties file that makes a
 * snapshot, and of hooks, its text. To dbt 2 snapshots, hooks and Python are what they came to: their code.
 */
static bool checksum_text(int dbt, const floe_parse_node *node, const char **text, size_t *size) {
    const floe_parse_file *file = node->file;
    if (dbt >= 200 && node->code) {
        *text = node->code;
        *size = node->code_size;
        return true;
    }
    *text = file->text ? file->text : file->document ? file->document->text : NULL;
    *size = file->text ? file->size : file->document ? file->document->size : 0;
    return *text != NULL;
}

/* Whether the checksum is that of the node's file as it is. */
static bool is_of_file(int dbt, const floe_parse_node *node) {
    bool made = node->kind == FLOE_PARSE_SNAPSHOT || node->kind == FLOE_PARSE_OPERATION ||
                (node->language && strcmp(node->language, "python") == 0);
    return *node->file->checksum && !(dbt >= 200 && made);
}

static int put_checksum(floe_parse_thread *thread, floe_parse_maker *object, const floe_parse_node *node) {
    floe_parse_maker checksum = {.document = object->document};
    const floe_parse_file *file = node->file;
    int dbt = thread->parse->dbt;
    char made[65] = "";
    const char *text = "", *name = "none", *from;
    size_t size;
    bool any = file && !node->test_name && !(dbt >= 200 && node->kind == FLOE_PARSE_TEST);
    if (any && is_of_file(dbt, node)) {
        text = file->checksum;
        name = file->checksum_is_path ? "path" : "sha256";
    } else if (any && checksum_text(dbt, node, &from, &size)) {
        bool python = node->language && strcmp(node->language, "python") == 0;
        floe_error error;
        int result = floe_checksum(made, python ? FLOE_CHECKSUM_STRIPPED : floe_checksum_rule_of(dbt, false),
                                   from, size, &error);
        if (result) {
            return result;
        }
        text = floe_arena_text(thread->arena, made, strlen(made));
        name = "sha256";
    }
    if (!text) {
        return FLOE_MEMORY;
    }
    floe_put_text(&checksum, "name", name);
    floe_put_text(&checksum, "checksum", text);
    floe_put_object(object, "checksum", &checksum);
    return 0;
}

/* What comes from code: its text and its checksum. */
static int put_code(floe_parse_thread *thread, floe_parse_maker *object, const floe_parse_node *node) {
    if (!is_coded(node)) {
        return 0;
    }
    floe_put_docs(object, floe_parse_get(&node->config, "docs"));
    if (node->kind != FLOE_PARSE_SEED) {
        floe_put_text(object, "language", node->language);
    }
    if (node->code) {
        floe_put(object, "raw_code", floe_string_node(node->code, node->code_size, 0));
    }
    return put_checksum(thread, object, node);
}

/* ---- its relation ---- */

static bool is_related(int dbt, const floe_parse_node *node) {
    if (node->kind == FLOE_PARSE_TEST) {
        return floe_parse_true(floe_parse_get(&node->config, "store_failures"));
    }
    bool kind = floe_parse_refable(node) || node->kind == FLOE_PARSE_FUNCTION ||
                (dbt >= 200 && node->kind == FLOE_PARSE_ANALYSIS);
    return kind && !floe_node_equals(floe_parse_get(&node->config, "materialized"), "ephemeral");
}

/* Whether a part of the name is quoted: the node's word, the project's, the adapter's. */
static bool is_quoted(const floe_parse *parse, const floe_parse_node *node, const char *part) {
    /* `quoting` in the config of a node does not change how dbt 1 names it here */
    bool source = node->kind == FLOE_PARSE_SOURCE, by_config = !source && parse->dbt >= 200;
    const floe_node *own = source      ? floe_node_path(&node->members, "quoting", part, NULL)
                           : by_config ? floe_node_path(&node->config, "quoting", part, NULL)
                                       : NULL;
    if (floe_node_absent(own) && !(source && parse->dbt >= 200)) { /* dbt 2 does not ask it about sources */
        own = floe_node_path(&parse->packages.items[0]->spec, "quoting", part, NULL);
    }
    bool snowflake = parse->target && parse->target->type && strcmp(parse->target->type, "snowflake") == 0;
    return floe_node_absent(own) ? !snowflake : floe_parse_true(own);
}

static bool has_backticks(const char *type) {
    return strcmp(type, "bigquery") == 0 || strcmp(type, "databricks") == 0 || strcmp(type, "spark") == 0;
}

/* The names of its relation: database, schema, identifier; false where it has none, or one is not known. */
static bool name_relation(floe_parse_thread *thread, const floe_parse_node *node, const char **names) {
    const floe_parse *parse = thread->parse;
    bool source = node->kind == FLOE_PARSE_SOURCE;
    names[0] = node->database ? node->database : source && parse->target ? parse->target->database : NULL;
    names[1] = node->schema;
    names[2] = source ? floe_parse_text_of(thread->arena, floe_parse_get(&node->members, "identifier"))
                      : node->alias;
    return parse->target && parse->target->type &&
           (source || (is_coded(node) && is_related(parse->dbt, node))) && names[0] && names[1] && names[2];
}

static int put_relation(floe_parse_thread *thread, floe_parse_maker *object, const floe_parse_node *node) {
    const floe_parse *parse = thread->parse;
    static const char *const parts[] = {"database", "schema", "identifier"};
    const char *names[3];
    if (!name_relation(thread, node, names)) {
        return 0;
    }
    if (node->kind == FLOE_PARSE_SOURCE && !node->database) {
        floe_put_text(object, "database", names[0]);
    }
    if (is_elsewhere(parse, node)) {
        return 0;
    }
    const char *mark = has_backticks(parse->target->type) ? "`" : "\"";
    floe_buffer text = {0};
    for (size_t i = 0; i < 3; i++) {
        const char *quote = is_quoted(parse, node, parts[i]) ? mark : "";
        if (*names[i]) {
            floe_buffer_printf(&text, "%s%s%s%s", text.size ? "." : "", quote, names[i], quote);
        }
    }
    char *kept = text.failed || !text.data ? NULL : floe_arena_text(thread->arena, text.data, text.size);
    int result = text.failed || (text.data && !kept) ? FLOE_MEMORY : 0;
    floe_put_text(object, "relation_name", kept);
    floe_buffer_free(&text);
    return result;
}

/* A semantic model tells the relation of its model. */
static int put_node_relation(floe_parse_thread *thread, floe_parse_maker *object,
                             const floe_parse_node *node) {
    floe_parse_maker relation = {.document = object->document};
    const floe_parse_node *model = node->kind == FLOE_PARSE_SEMANTIC_MODEL ? node->attached : NULL;
    if (!model) {
        return 0;
    }
    floe_put_text(&relation, "alias", model->alias);
    floe_put_text(&relation, "schema_name", model->schema);
    floe_put_text(&relation, "database", model->database);
    int result = put_relation(thread, &relation, model);
    floe_put_object(object, "node_relation", &relation);
    return result;
}

/* ---- its contract ---- */

static int by_name(const void *one, const void *other) {
    const floe_key *a = *(const floe_key *const *)one, *b = *(const floe_key *const *)other;
    return strcmp(a->text, b->text);
}

static void write_repr(floe_buffer *out, const floe_node *value, const char *otherwise) {
    if (floe_node_absent(value)) {
        floe_buffer_printf(out, "%s", otherwise);
    } else {
        floe_python_repr(out, value, false);
    }
}

/* Constraints as Python writes the objects that dbt has for them. */
static void write_constraints(floe_buffer *out, const floe_node *constraints, bool of_model) {
    static const char *const fields[] = {"name", "expression", "warn_unenforced", "warn_unsupported", "to"};
    uint32_t count = constraints ? floe_node_size(constraints) : 0;
    floe_buffer_append(out, "[", 1);
    for (uint32_t i = 0; i < count; i++) {
        const floe_node *one = floe_node_child(constraints, i), *type = floe_parse_get(one, "type");
        int length = type && floe_node_kind(type) == FLOE_STRING ? (int)floe_node_size(type) : 0;
        const char *word = length ? type->string : "";
        floe_buffer_printf(out, "%s%sLevelConstraint(type=<ConstraintType.%.*s: '%.*s'>", i ? ", " : "",
                           of_model ? "Model" : "Column", length, word, length, word);
        for (size_t j = 0; j < sizeof fields / sizeof *fields; j++) {
            floe_buffer_printf(out, ", %s=", fields[j]);
            write_repr(out, floe_parse_get(one, fields[j]), "None");
        }
        floe_buffer_printf(out, ", to_columns=");
        write_repr(out, floe_parse_get(one, "to_columns"), "[]");
        if (of_model) {
            floe_buffer_printf(out, ", columns=");
            write_repr(out, floe_parse_get(one, "columns"), "[]");
        }
        floe_buffer_append(out, ")", 1);
    }
    floe_buffer_append(out, "]", 1);
}

/* What dbt hashes of an enforced contract: columns by name, and the model's constraints where they count. */
static int write_contract(floe_buffer *out, const floe_parse_node *node, const floe_node *columns,
                          const floe_node *constraints) {
    uint32_t count = floe_node_size(columns);
    const floe_key **keys = malloc((count + 1) * sizeof *keys);
    if (!keys) {
        return FLOE_MEMORY;
    }
    for (uint32_t i = 0; i < count; i++) {
        keys[i] = floe_node_key(columns, i);
    }
    qsort(keys, count, sizeof *keys, by_name);
    for (uint32_t i = 0; i < count; i++) {
        const floe_node *column = floe_node_get(columns, keys[i]->text, keys[i]->length);
        const floe_node *type = floe_parse_get(column, "data_type");
        floe_buffer_printf(out, "|%s", keys[i]->text);
        if (floe_node_absent(type)) {
            floe_buffer_printf(out, "None");
        } else {
            floe_python_str(out, type);
        }
        write_constraints(out, floe_parse_get(column, "constraints"), false);
    }
    const floe_node *materialized = floe_parse_get(&node->config, "materialized");
    if (floe_node_equals(materialized, "table") || floe_node_equals(materialized, "incremental")) {
        floe_python_str(out, materialized);
        write_constraints(out, constraints, true);
    }
    free(keys);
    return out->failed ? FLOE_MEMORY : 0;
}

static int put_contract(floe_parse_thread *thread, floe_parse_maker *object, const floe_parse_node *node,
                        const floe_node *columns, const floe_node *constraints) {
    if (!is_coded(node) || node->kind == FLOE_PARSE_SEED) {
        return 0;
    }
    floe_parse_maker made = {.document = object->document};
    const floe_node *contract = floe_parse_get(&node->config, "contract");
    const floe_node *types = floe_parse_get(contract, "alias_types");
    bool enforced = floe_parse_true(floe_parse_get(contract, "enforced"));
    int result = 0;
    floe_put(&made, "enforced", floe_boolean_node(enforced, 0));
    floe_put(&made, "alias_types", types ? *types : floe_boolean_node(true, 0));
    if (enforced && node->patch && node->kind == FLOE_PARSE_MODEL && thread->parse->dbt < 200) {
        floe_buffer text = {0};
        char digest[FLOE_DIGEST_SIZE];
        floe_error error;
        result = write_contract(&text, node, columns, constraints);
        result = result ? result : floe_digest(digest, text.data ? text.data : "", text.size, &error);
        char *kept = result ? NULL : floe_arena_text(thread->arena, digest + 7, strlen(digest + 7));
        floe_put_text(&made, "checksum", kept);
        floe_buffer_free(&text);
    }
    floe_put_object(object, "contract", &made);
    return result;
}

/* ---- its properties ---- */

static const floe_node *patched(const floe_parse_node *node, const char *key) {
    const floe_node *value = node->patch_version ? floe_parse_get(node->patch_version, key) : NULL;
    return floe_parse_true(value) ? value : floe_parse_get(node->patch, key);
}

/* A date gets its time, as dbt writes it. */
static floe_node date_of(floe_document *document, const floe_node *date) {
    size_t length;
    const char *text = floe_node_string(date, &length);
    if (text && length > 10 && text[10] == ' ') {
        char *joined = floe_arena_text(document->arena, text, length);
        if (joined) {
            joined[10] = 'T';
        }
        return floe_literal_node(joined);
    }
    char *whole =
        text && length == 10 ? floe_parse_format(document->arena, "%.10sT00:00:00+00:00", text) : NULL;
    return whole ? floe_literal_node(whole) : floe_put_value(date);
}

static int make_constraints(floe_parse_thread *thread, const floe_parse_node *node, floe_node *out) {
    const floe_node *constraints = node->kind == FLOE_PARSE_MODEL ? patched(node, "constraints") : NULL;
    *out = floe_null_node(0);
    bool any = constraints && floe_node_kind(constraints) == FLOE_ARRAY && floe_node_size(constraints);
    return any ? floe_parse_constraints(thread, constraints, out) : 0;
}

static void put_of_model(floe_parse_maker *object, const floe_parse_node *node) {
    const floe_node *entry = node->patch_version ? node->patch_version : node->patch;
    floe_put(object, "version", node->version);
    floe_put(object, "latest_version", node->latest_version);
    floe_put(object, "deprecation_date",
             date_of(object->document, floe_parse_get(entry, "deprecation_date")));
    if (!node->patch_version) {
        floe_put(object, "time_spine", floe_put_value(floe_parse_get(node->patch, "time_spine")));
    }
}

/* What the node's properties say beside its config. */
static int put_patch(floe_parse_thread *thread, floe_parse_maker *object, const floe_parse_node *node) {
    floe_node map = floe_null_node(0), constraints = floe_null_node(0);
    if (!node->patch) {
        return put_contract(thread, object, node, &map, &constraints);
    }
    const floe_node **columns;
    size_t count;
    int result = floe_parse_columns(thread, node->patch, node->patch_version, &columns, &count);
    result = result || !count ? result : floe_parse_column_map(thread, columns, count, &map);
    result = result ? result : make_constraints(thread, node, &constraints);
    result = result ? result : put_contract(thread, object, node, &map, &constraints);
    floe_put(object, "description", floe_put_value(patched(node, "description")));
    floe_put(object, "columns", map);
    floe_put(object, "constraints", constraints);
    if (node->kind == FLOE_PARSE_MODEL) {
        put_of_model(object, node);
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

/* What a kind repeats from its config, or has of its own. */
static void put_kind(floe_parse_maker *object, const floe_parse_node *node) {
    static const char *const repeated[] = {"freshness", "loaded_at_field", "loaded_at_query"};
    for (size_t i = 0; node->kind == FLOE_PARSE_SOURCE && i < 3; i++) {
        floe_put(object, repeated[i], floe_put_value(floe_parse_get(&node->config, repeated[i])));
    }
    if (node->kind == FLOE_PARSE_UNIT_TEST) {
        floe_put(object, "version", node->version);
    }
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
    put_config(thread->parse, &object, node);
    int result = put_code(thread, &object, node);
    result = result ? result : put_relation(thread, &object, node);
    result = result ? result : put_node_relation(thread, &object, node);
    result = result ? result : put_patch(thread, &object, node);
    put_test(&object, node);
    put_depends(&object, node);
    floe_put(&object, "primary_key", floe_put_value(primary_key));
    put_floe(thread->parse, &object, node);
    put_kind(&object, node);
    put_members(&object, node);
    return result ? result : floe_put_end(&object, &node->entry);
}

/*
 * One entry of a manifest as a record of facts.def. What stands in the manifest is referred to, not copied;
 * what refers from one record to another is filled in by graph.c.
 */
#include "dbt/build.h"

#include <string.h>

enum {
    MOST_COLUMNS = 4000000, /* of one project: a bound on what a hostile file can make of little text */
    LONGEST_ID = 4096       /* of a node with columns, whose ids repeat it */
};

#define PUT(type, field, value) fields[FLOE_SLOT(type, field)] = (value)

/* Fields start as null. */
#define FIELDS_OF(type)                                                                                      \
    floe_node fields[FLOE_SLOT_COUNT(type)];                                                                 \
    memset(fields, 0, sizeof fields)

static floe_node id_of(const floe_dbt_entry *entry) {
    return floe_string_node(entry->id->text, entry->id->length, entry->node->at);
}

/* The part of a dotted id, counted from 0; the last one holds the rest. */
static floe_node id_part(const floe_key *id, unsigned part) {
    const char *start = id->text, *end = id->text + id->length;
    for (; part > 0; part--) {
        const char *dot = memchr(start, '.', (size_t)(end - start));
        if (!dot) {
            return floe_string_node(start, 0, 0);
        }
        start = dot + 1;
    }
    const char *dot = memchr(start, '.', (size_t)(end - start));
    return floe_string_node(start, (size_t)((dot ? dot : end) - start), 0);
}

static floe_node package_of(const floe_dbt_entry *entry) {
    return floe_dbt_text_or(floe_dbt_member(entry, "package_name"), id_part(entry->id, 1));
}

static floe_node name_of(const floe_dbt_entry *entry) {
    return floe_dbt_text_or(floe_dbt_member(entry, "name"), id_part(entry->id, 2));
}

static bool is_own(const floe_dbt_entry *entry) {
    floe_node package = package_of(entry);
    const floe_node *name = &entry->build->name;
    return floe_node_size(&package) == floe_node_size(name) &&
           memcmp(package.string, name->string, floe_node_size(name)) == 0;
}

static floe_node file_of(const floe_dbt_entry *entry) {
    floe_node file = floe_dbt_path(entry, "original_file_path", is_own(entry));
    return floe_dbt_text_or(&file, entry->build->empty_text);
}

/* A record of `type` that remembers where its entry stands. */
static int make_record(floe_node *record, floe_dbt_build *build, const floe_type *type,
                       const floe_node *fields, const floe_node *origin) {
    floe_place place = floe_node_place(build->source, origin);
    return build->failure ? build->failure
                          : floe_document_record(record, build->facts, type, fields, &place, build->error);
}

/* ---- columns ---- */

static int add_column(const floe_dbt_entry *column, const floe_node *owner, floe_node id, floe_node *record) {
    FIELDS_OF(column);
    const floe_node name = floe_string_node(column->column->text, column->column->length, column->node->at);
    PUT(column, unique_id, id);
    PUT(column, name, floe_dbt_text_or(floe_dbt_member(column, "name"), name));
    PUT(column, description, floe_dbt_text_or_empty(column, "description"));
    PUT(column, data_type, floe_dbt_text(floe_dbt_member(column, "data_type")));
    PUT(column, meta, floe_dbt_config_map(column, "meta"));
    PUT(column, tags, floe_dbt_tags(column));
    PUT(column, constraints, floe_dbt_tables(column, "constraints"));
    PUT(column, tests, column->build->empty_list);
    PUT(column, node, *owner);
    return make_record(record, column->build, &floe_type_column, fields, column->node);
}

/* One piece of memory for the ids of all columns of a node: "<node>.<column>". */
static char *column_ids(const floe_dbt_entry *entry, const floe_node *columns) {
    size_t bytes = 0;
    for (uint32_t i = 0; i < floe_node_size(columns); i++) {
        bytes += entry->id->length + 2 + floe_node_key(columns, i)->length;
    }
    return floe_arena_alloc(entry->build->facts->arena, bytes);
}

static floe_node column_id(char *id, const floe_dbt_entry *column) {
    size_t length = column->id->length + 1 + column->column->length;
    memcpy(id, column->id->text, column->id->length);
    id[column->id->length] = '.';
    memcpy(id + column->id->length + 1, column->column->text, column->column->length);
    id[length] = '\0';
    return floe_string_node(id, length, column->node->at);
}

static int fill_columns(floe_node *out, const floe_dbt_entry *entry, const floe_node *columns,
                        const floe_node *owner) {
    floe_dbt_build *build = entry->build;
    uint32_t count = floe_node_size(columns);
    floe_node *records = floe_dbt_scratch(build, count);
    char *ids = column_ids(entry, columns);
    if (!records || !ids) {
        return floe_error_memory(build->error);
    }
    for (uint32_t i = 0; i < count; i++) {
        floe_dbt_entry column = *entry;
        column.column = floe_node_key(columns, i);
        column.node = floe_node_child(columns, i);
        if (floe_node_kind(column.node) != FLOE_OBJECT) {
            floe_dbt_wrong(build, column.node, "an object", "%s['%s'].columns['%s']", entry->section,
                           entry->id->text, column.column->text);
            return build->failure;
        }
        column.config = floe_dbt_object(&column, column.node, "config");
        floe_node record;
        int result = add_column(&column, owner, column_id(ids, &column), &record);
        if (result) {
            return result;
        }
        build->scratch[i] = record; /* a reader may have moved the scratch */
        ids += entry->id->length + column.column->length + 2;
    }
    return floe_document_map_like(out, build->facts, columns, build->scratch, owner->at, build->error);
}

/* Makes the records of `columns` and hangs them below `owner`, whose slot `slot` they fill. */
static int add_columns(const floe_dbt_entry *entry, const floe_node *owner, uint32_t slot) {
    floe_dbt_build *build = entry->build;
    const floe_node *columns = floe_dbt_object(entry, entry->node, "columns");
    if (build->failure || !columns || !floe_node_size(columns)) {
        return build->failure;
    }
    build->columns += floe_node_size(columns);
    if (build->columns > MOST_COLUMNS || entry->id->length > LONGEST_ID) {
        return floe_error_set(build->error, FLOE_LIMIT,
                              "the manifest has more than %d columns, or an id of more than %d bytes",
                              MOST_COLUMNS, LONGEST_ID);
    }
    return fill_columns(&floe_record_items(owner)[slot], entry, columns, owner);
}

/* ---- models, seeds, snapshots, analyses ---- */

/* A list of tables made from calls: {source, table} from [source, table]; {name, package, version} from the
 * [name] and [package, name] of older manifests. */
static floe_node calls_of(const floe_dbt_entry *entry, const char *member, bool source) {
    floe_dbt_build *build = entry->build;
    const floe_node *calls = floe_dbt_array(entry, entry->node, member);
    uint32_t count = calls ? floe_node_size(calls) : 0;
    floe_node *tables = floe_dbt_scratch(build, count);
    size_t kept = 0;
    for (uint32_t i = 0; tables && i < count; i++) {
        const floe_node *call = floe_node_child(calls, i);
        uint32_t parts = floe_node_kind(call) == FLOE_ARRAY ? floe_node_size(call) : 0;
        if (floe_node_kind(call) == FLOE_OBJECT) {
            tables[kept++] = *call;
        } else if (parts == 1 || parts == 2) {
            floe_key keys[] = {source ? floe_key_of("source", 6) : floe_key_of("package", 7),
                               source ? floe_key_of("table", 5) : floe_key_of("name", 4)};
            int result = floe_document_map(&tables[kept++], build->facts, keys + 2 - parts,
                                           call->block->items, NULL, parts, call->at, build->error);
            build->failure = result ? result : build->failure;
        }
    }
    floe_node out = build->empty_list;
    if (kept && !build->failure) {
        int result = floe_document_list(&out, build->facts, tables, kept, calls->at, build->error);
        build->failure = result ? result : build->failure;
    }
    return out;
}

static floe_node scalar(const floe_node *node) {
    return node && floe_node_kind(node) < FLOE_ARRAY ? *node : floe_null_node(0);
}

/* Puts what is in doubt about an entry into fields of those names; not every type has all of them. */
#define PUT_DOUBTS(type, entry)                                                                              \
    floe_dbt_doubts doubts;                                                                                  \
    floe_dbt_put_doubts(entry, &doubts);                                                                     \
    PUT(type, partial, doubts.partial)

static bool is_true(const floe_node *node) {
    return node && floe_node_kind(node) == FLOE_BOOLEAN && node->boolean;
}

/* Names, places and words. */
static void put_identity(const floe_dbt_entry *entry, floe_node *fields) {
    PUT(model, unique_id, id_of(entry));
    PUT(model, name, name_of(entry));
    PUT(model, kind, floe_literal_node(entry->kind->name));
    PUT(model, package, package_of(entry));
    PUT(model, own, floe_boolean_node(is_own(entry), 0));
    PUT(model, fqn, floe_dbt_strings(entry, entry->node, "fqn"));
    PUT(model, path, floe_dbt_text_or_empty(entry, "path"));
    PUT(model, file, file_of(entry));
    PUT(model, patch_file, floe_dbt_path(entry, "patch_path", is_own(entry)));
    PUT(model, description, floe_dbt_text_or_empty(entry, "description"));
    PUT(model, tags, floe_dbt_tags(entry));
    PUT(model, meta, floe_dbt_config_map(entry, "meta"));
    PUT(model, config, floe_dbt_map(entry, "config"));
    PUT(model, layer,
        floe_dbt_layer_of(entry->build, &fields[FLOE_SLOT(model, meta)], &fields[FLOE_SLOT(model, name)],
                          &fields[FLOE_SLOT(model, file)], &fields[FLOE_SLOT(model, layer_from)]));
}

/* What it stands on; the records themselves are connected later. */
static void put_calls(const floe_dbt_entry *entry, floe_node *fields) {
    const floe_node *depends_on = floe_dbt_object(entry, entry->node, "depends_on");
    PUT(model, columns, entry->build->empty_map);
    PUT(model, tested_columns, floe_integer_node(0, 0));
    PUT(model, tests, entry->build->empty_list);
    PUT(model, unit_tests, entry->build->empty_list);
    PUT(model, parents, entry->build->empty_list);
    PUT(model, children, entry->build->empty_list);
    PUT(model, possible_children, entry->build->empty_list);
    PUT(model, catalog, entry->build->empty_map);
    PUT(model, depends_on, floe_dbt_strings(entry, depends_on, "nodes"));
    PUT(model, macro_ids, floe_dbt_strings(entry, depends_on, "macros"));
    PUT(model, refs, calls_of(entry, "refs", false));
    PUT(model, source_calls, calls_of(entry, "sources", true));
    PUT_DOUBTS(model, entry);
    PUT(model, conditional, doubts.conditional);
    PUT(model, edges_known, floe_boolean_node(doubts.edges_known, 0));
    PUT(model, unresolved, doubts.unresolved);
}

/* Names that dbt changed: raw_code was raw_sql up to schema v6. */
static floe_node code_of(const floe_dbt_entry *entry, const char *now, const char *before) {
    const floe_node *code = floe_dbt_member(entry, now);
    return floe_dbt_text(floe_node_absent(code) ? floe_dbt_member(entry, before) : code);
}

/* How it is built and what it promises. */
static void put_promises(const floe_dbt_entry *entry, floe_node *fields) {
    const floe_node *contract = floe_dbt_object(entry, entry->node, "contract");
    contract = contract ? contract : floe_dbt_object(entry, entry->config, "contract");
    PUT(model, materialized, floe_dbt_text(floe_node_path(entry->config, "materialized", NULL)));
    PUT(model, database, floe_dbt_text(floe_dbt_member(entry, "database")));
    PUT(model, schema, floe_dbt_text(floe_dbt_member(entry, "schema")));
    PUT(model, alias, floe_dbt_text(floe_dbt_member(entry, "alias")));
    PUT(model, relation_name, floe_dbt_text(floe_dbt_member(entry, "relation_name")));
    PUT(model, access, floe_dbt_text(floe_dbt_either(entry, "access")));
    PUT(model, group, floe_dbt_text(floe_dbt_either(entry, "group")));
    PUT(model, version, scalar(floe_dbt_member(entry, "version")));
    PUT(model, latest_version, scalar(floe_dbt_member(entry, "latest_version")));
    PUT(model, deprecation_date, floe_dbt_text(floe_dbt_either(entry, "deprecation_date")));
    PUT(model, constraints, floe_dbt_tables(entry, "constraints"));
    PUT(model, contract_enforced, floe_boolean_node(is_true(floe_node_path(contract, "enforced", NULL)), 0));
    PUT(model, primary_key, floe_dbt_strings(entry, entry->node, "primary_key"));
    PUT(model, language, floe_dbt_text(floe_dbt_member(entry, "language")));
    floe_node code = code_of(entry, "raw_code", "raw_sql");
    PUT(model, code, floe_dbt_text_or(&code, entry->build->empty_text));
    PUT(model, compiled_code, code_of(entry, "compiled_code", "compiled_sql"));
    PUT(model, checksum, floe_dbt_text(floe_node_path(entry->node, "checksum", "checksum", NULL)));
}

int floe_dbt_add_node(const floe_dbt_entry *entry, floe_node *record) {
    FIELDS_OF(model);
    put_identity(entry, fields);
    put_calls(entry, fields);
    put_promises(entry, fields);
    PUT(model, project, entry->build->project);
    int result = make_record(record, entry->build, entry->kind->type, fields, entry->node);
    return result ? result : add_columns(entry, record, FLOE_SLOT(model, columns));
}

/* ---- sources ---- */

static floe_node freshness_of(const floe_dbt_entry *entry) {
    floe_node freshness = floe_dbt_map(entry, "freshness");
    return floe_node_size(&freshness) ? freshness : floe_dbt_config_map(entry, "freshness");
}

int floe_dbt_add_source(const floe_dbt_entry *entry, floe_node *record) {
    FIELDS_OF(source);
    PUT(source, unique_id, id_of(entry));
    PUT(source, name, floe_dbt_text_or(floe_dbt_member(entry, "name"), id_part(entry->id, 3)));
    PUT(source, kind, floe_literal_node(entry->kind->name));
    PUT(source, package, package_of(entry));
    PUT(source, own, floe_boolean_node(is_own(entry), 0));
    PUT(source, fqn, floe_dbt_strings(entry, entry->node, "fqn"));
    PUT(source, file, file_of(entry));
    PUT(source, source_name, floe_dbt_text_or(floe_dbt_member(entry, "source_name"), id_part(entry->id, 2)));
    PUT(source, source_description, floe_dbt_text_or_empty(entry, "source_description"));
    PUT(source, description, floe_dbt_text_or_empty(entry, "description"));
    PUT(source, tags, floe_dbt_tags(entry));
    PUT(source, meta, floe_dbt_config_map(entry, "meta"));
    PUT(source, source_meta, floe_dbt_map(entry, "source_meta"));
    PUT(source, config, floe_dbt_map(entry, "config"));
    PUT(source, columns, entry->build->empty_map);
    PUT(source, tested_columns, floe_integer_node(0, 0));
    PUT(source, tests, entry->build->empty_list);
    PUT(source, children, entry->build->empty_list);
    PUT(source, possible_children, entry->build->empty_list);
    PUT_DOUBTS(source, entry);
    PUT(source, unresolved, doubts.unresolved);
    PUT(source, database, floe_dbt_text(floe_dbt_member(entry, "database")));
    PUT(source, schema, floe_dbt_text(floe_dbt_member(entry, "schema")));
    PUT(source, identifier, floe_dbt_text(floe_dbt_member(entry, "identifier")));
    PUT(source, relation_name, floe_dbt_text(floe_dbt_member(entry, "relation_name")));
    PUT(source, loader, floe_dbt_text(floe_dbt_either(entry, "loader")));
    PUT(source, loaded_at_field, floe_dbt_text(floe_dbt_either(entry, "loaded_at_field")));
    PUT(source, freshness, freshness_of(entry));
    PUT(source, catalog, entry->build->empty_map);
    PUT(source, project, entry->build->project);
    int result = make_record(record, entry->build, entry->kind->type, fields, entry->node);
    return result ? result : add_columns(entry, record, FLOE_SLOT(source, columns));
}

/* ---- tests ---- */

static floe_node severity_of(const floe_dbt_entry *entry) {
    size_t length;
    const char *severity = floe_node_string(floe_node_path(entry->config, "severity", NULL), &length);
    char lower[8];
    if (!severity || length >= sizeof lower) {
        return floe_null_node(0);
    }
    for (size_t i = 0; i < length; i++) {
        lower[i] = severity[i] >= 'A' && severity[i] <= 'Z' ? (char)(severity[i] + 32) : severity[i];
    }
    lower[length] = '\0';
    return floe_literal_node(strcmp(lower, "error") == 0  ? "error"
                             : strcmp(lower, "warn") == 0 ? "warn"
                                                          : NULL);
}

/* "not_null", or "dbt_utils.at_least_one" where the generic test is a package's. */
static floe_node test_name_of(const floe_dbt_entry *entry, const floe_node *metadata) {
    const floe_node *name = floe_node_path(metadata, "name", NULL);
    const floe_node *namespace = floe_node_path(metadata, "namespace", NULL);
    size_t name_length, length;
    const char *word = floe_node_string(name, &name_length), *prefix = floe_node_string(namespace, &length);
    if (!word) {
        return name_of(entry);
    }
    if (!length) {
        return *name;
    }
    char *text = floe_arena_alloc(entry->build->facts->arena, length + name_length + 2);
    if (!text) {
        return floe_dbt_copy(entry->build, "", 0);
    }
    memcpy(text, prefix, length);
    text[length] = '.';
    memcpy(text + length + 1, word, name_length);
    text[length + 1 + name_length] = '\0';
    return floe_string_node(text, length + 1 + name_length, name->at);
}

int floe_dbt_add_test(const floe_dbt_entry *entry, floe_node *record) {
    FIELDS_OF(test);
    const floe_node *metadata = floe_dbt_object(entry, entry->node, "test_metadata");
    const floe_node *depends_on = floe_dbt_object(entry, entry->node, "depends_on");
    const floe_node *arguments = floe_dbt_object(entry, metadata, "kwargs");
    const floe_node *column = floe_dbt_member(entry, "column_name");
    PUT(test, unique_id, id_of(entry));
    PUT(test, name, name_of(entry));
    PUT(test, kind, floe_literal_node(entry->kind->name));
    PUT(test, package, package_of(entry));
    PUT(test, own, floe_boolean_node(is_own(entry), 0));
    PUT(test, file, file_of(entry));
    PUT(test, generic, floe_boolean_node(metadata != NULL, 0));
    PUT(test, test_name, test_name_of(entry, metadata));
    PUT(test, namespace, floe_dbt_text(floe_node_path(metadata, "namespace", NULL)));
    column = floe_node_absent(column) ? floe_node_path(arguments, "column_name", NULL) : column;
    PUT(test, column_name, floe_dbt_text(column));
    PUT(test, arguments, arguments ? *arguments : entry->build->empty_map);
    PUT(test, severity, severity_of(entry));
    PUT(test, depends_on, floe_dbt_strings(entry, depends_on, "nodes"));
    PUT_DOUBTS(test, entry);
    PUT(test, conditional, doubts.conditional);
    PUT(test, edges_known, floe_boolean_node(doubts.edges_known, 0));
    PUT(test, description, floe_dbt_text_or_empty(entry, "description"));
    PUT(test, tags, floe_dbt_tags(entry));
    PUT(test, meta, floe_dbt_config_map(entry, "meta"));
    PUT(test, config, floe_dbt_map(entry, "config"));
    return make_record(record, entry->build, entry->kind->type, fields, entry->node);
}

/* ---- the smaller resources, macros ---- */

int floe_dbt_add_resource(const floe_dbt_entry *entry, floe_node *record) {
    FIELDS_OF(exposure);
    const floe_node *depends_on = floe_dbt_object(entry, entry->node, "depends_on");
    PUT(exposure, unique_id, id_of(entry));
    PUT(exposure, name, floe_dbt_text_or(floe_dbt_member(entry, "name"), id_part(entry->id, 2)));
    PUT(exposure, kind, floe_literal_node(entry->kind->name));
    PUT(exposure, package, package_of(entry));
    PUT(exposure, own, floe_boolean_node(is_own(entry), 0));
    PUT(exposure, file, file_of(entry));
    PUT(exposure, description, floe_dbt_text_or_empty(entry, "description"));
    PUT(exposure, label, floe_dbt_text(floe_dbt_member(entry, "label")));
    PUT(exposure, owner, floe_dbt_map(entry, "owner"));
    PUT(exposure, tags, floe_dbt_tags(entry));
    PUT(exposure, meta, floe_dbt_config_map(entry, "meta"));
    PUT(exposure, config, floe_dbt_map(entry, "config"));
    PUT(exposure, depends_on, floe_dbt_strings(entry, depends_on, "nodes"));
    PUT_DOUBTS(exposure, entry);
    PUT(exposure, conditional, doubts.conditional);
    PUT(exposure, edges_known, floe_boolean_node(doubts.edges_known, 0));
    PUT(exposure, parents, entry->build->empty_list);
    PUT(exposure, spec, *entry->node);
    return make_record(record, entry->build, entry->kind->type, fields, entry->node);
}

int floe_dbt_add_macro(const floe_dbt_entry *entry, floe_node *record) {
    FIELDS_OF(macro);
    const floe_node *depends_on = floe_dbt_object(entry, entry->node, "depends_on");
    PUT(macro, unique_id, id_of(entry));
    PUT(macro, name, name_of(entry));
    PUT(macro, package, package_of(entry));
    PUT(macro, own, floe_boolean_node(is_own(entry), 0));
    PUT(macro, file, file_of(entry));
    PUT(macro, patch_file, floe_dbt_path(entry, "patch_path", is_own(entry)));
    PUT(macro, description, floe_dbt_text_or_empty(entry, "description"));
    PUT(macro, meta, floe_dbt_config_map(entry, "meta"));
    PUT(macro, arguments, floe_dbt_tables(entry, "arguments"));
    PUT(macro, depends_on, floe_dbt_strings(entry, depends_on, "macros"));
    PUT(macro, code, floe_dbt_text_or_empty(entry, "macro_sql"));
    return make_record(record, entry->build, &floe_type_macro, fields, entry->node);
}

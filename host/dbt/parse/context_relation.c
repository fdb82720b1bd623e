/*
 * Relations, `adapter` and `api` as they are while dbt parses. No database is asked: what would ask one
 * answers as dbt's parser makes it answer. A relation's text is known where the adapter quotes all names
 * alike.
 */
#include "dbt/parse/context.h"

#include <string.h>

/* ---- relations ---- */

typedef struct relation_object {
    floe_jinja_object head;
    floe_jinja_value database, schema, identifier, type;
    bool left_out[3]; /* database, schema, identifier: not part of the text */
    bool unquoted[3];
    bool doubted; /* include() or quote() was given something unknown */
} relation_object;

static const floe_jinja_class relation_class;

static relation_object empty_relation(void) {
    return (relation_object){.head = {&relation_class},
                             .database = floe_jinja_none(),
                             .schema = floe_jinja_none(),
                             .identifier = floe_jinja_none(),
                             .type = floe_jinja_none()};
}

static floe_jinja_value relation_value(floe_jinja_run *run, const relation_object *relation) {
    return floe_context_object(run, &relation->head, sizeof *relation);
}

/* While a node is rendered each of its relations is that of the node itself, in the target's schema. */
floe_jinja_value floe_context_relation(floe_jinja_run *run, const floe_parse_node *node) {
    relation_object relation = empty_relation();
    relation.database = floe_context_target_field(run, "database");
    relation.schema = floe_context_target_field(run, "schema");
    relation.identifier = node->name ? floe_jinja_string(node->name, strlen(node->name))
                                     : floe_jinja_unknown(run, "the relation's name is not known yet");
    return relation_value(run, &relation);
}

static const floe_jinja_value *keyword_of(const floe_jinja_arguments *arguments, const char *name) {
    for (size_t i = 0; i < arguments->named_count; i++) {
        if (floe_text_is(arguments->keywords[i], name)) {
            return &arguments->named[i];
        }
    }
    return NULL;
}

static void override_path(relation_object *relation, const floe_jinja_arguments *arguments) {
    static const char *const names[] = {"database", "schema", "identifier", "type"};
    floe_jinja_value *const fields[] = {&relation->database, &relation->schema, &relation->identifier,
                                        &relation->type};
    for (size_t i = 0; i < 4; i++) {
        const floe_jinja_value *value = keyword_of(arguments, names[i]);
        if (value) {
            *fields[i] = *value;
        } else if (i < arguments->count) {
            *fields[i] = arguments->items[i];
        } else if (arguments->doubt) {
            *fields[i] = floe_jinja_doubtful(arguments->doubt);
        }
    }
}

/* The parts that include() or quote() names, by their place or by keyword. */
static void change_parts(relation_object *copy, bool parts[3], const floe_jinja_arguments *arguments) {
    static const char *const names[] = {"database", "schema", "identifier"};
    for (size_t i = 0; i < 3; i++) {
        const floe_jinja_value *value = keyword_of(arguments, names[i]);
        value = value ? value : i < arguments->count ? &arguments->items[i] : NULL;
        if (value && value->type == FLOE_JINJA_IS_BOOLEAN) {
            parts[i] = !value->boolean;
        } else if (value && value->type != FLOE_JINJA_IS_NONE) {
            copy->doubted = true;
        }
    }
    copy->doubted = copy->doubted || arguments->doubt;
}

static int relation_include(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                            floe_jinja_value *out) {
    relation_object copy = *(const relation_object *)self;
    change_parts(&copy, copy.left_out, arguments);
    *out = relation_value(run, &copy);
    return 0;
}

static int relation_quote(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                          floe_jinja_value *out) {
    relation_object copy = *(const relation_object *)self;
    change_parts(&copy, copy.unquoted, arguments);
    *out = relation_value(run, &copy);
    return 0;
}

/* Whether the adapter quotes each name with ", and nothing in the project says otherwise. */
static bool quotes_plainly(const floe_frame *frame) {
    static const char *const adapters[] = {"duckdb", "postgres"};
    const char *type = frame->context->target.type;
    bool plain = false;
    for (size_t i = 0; type && i < sizeof adapters / sizeof *adapters; i++) {
        plain = plain || !strcmp(type, adapters[i]);
    }
    return plain && !frame->context->quoting;
}

/* False where a part is not known. */
static bool relation_written(floe_jinja_run *run, const relation_object *relation, floe_jinja_value *out) {
    const floe_jinja_value *parts[] = {&relation->database, &relation->schema, &relation->identifier};
    floe_buffer text = {.data = NULL};
    bool known = quotes_plainly(floe_frame_of(run)) && !relation->doubted;
    for (size_t i = 0; known && i < 3; i++) {
        if (relation->left_out[i] || parts[i]->type == FLOE_JINJA_IS_NONE) {
            continue;
        }
        known = parts[i]->type == FLOE_JINJA_IS_STRING;
        const char *mark = relation->unquoted[i] ? "" : "\"";
        if (known) {
            floe_buffer_printf(&text, "%s%s%.*s%s", text.size ? "." : "", mark, (int)parts[i]->length,
                               parts[i]->string, mark);
        }
    }
    if (known && !text.failed) {
        *out = floe_context_text(run, text.data ? text.data : "", text.size);
    }
    floe_buffer_free(&text);
    return known;
}

static int relation_text(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out) {
    if (!relation_written(run, (const relation_object *)object, out)) {
        *out = floe_jinja_unknown(run, "a relation's full name is known to a run only");
    }
    return 0;
}

static int relation_render(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                           floe_jinja_value *out) {
    (void)arguments;
    return relation_text(run, self, out);
}

static int relation_replace(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                            floe_jinja_value *out) {
    relation_object copy = *(const relation_object *)self;
    override_path(&copy, arguments);
    *out = relation_value(run, &copy);
    return 0;
}

static int relation_without(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                            floe_jinja_value *out) {
    (void)arguments;
    relation_object copy = *(const relation_object *)self;
    copy.identifier = floe_jinja_none();
    copy.left_out[2] = true;
    *out = relation_value(run, &copy);
    return 0;
}

static int relation_unknown(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                            floe_jinja_value *out) {
    (void)self;
    (void)arguments;
    *out = floe_jinja_unknown(run, "a relation's full name is known to a run only");
    return 0;
}

static int relation_get(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                        floe_jinja_value *out);

static const struct {
    const char *name;
    floe_context_handler call;
} relation_methods[] = {
    {"include", relation_include},
    {"quote", relation_quote},
    {"incorporate", relation_unknown},
    {"replace_path", relation_replace},
    {"without_identifier", relation_without},
    {"render", relation_render},
    {"render_limited", relation_render},
    {"quoted", relation_unknown},
    {"matches", relation_unknown},
    {"information_schema", relation_unknown},
    {"information_schema_only", relation_unknown},
    {"get", relation_get},
};

static bool type_is(floe_jinja_run *run, const relation_object *relation, const char *type,
                    floe_jinja_value *out) {
    (void)run;
    const floe_jinja_value *value = &relation->type;
    *out = value->type == FLOE_JINJA_IS_UNKNOWN
               ? *value
               : floe_jinja_boolean(value->type == FLOE_JINJA_IS_STRING && value->length == strlen(type) &&
                                    !memcmp(value->string, type, value->length));
    return true;
}

static bool relation_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                               floe_jinja_value *out) {
    const relation_object *relation = (const relation_object *)object;
    const struct {
        const char *name;
        const floe_jinja_value *value;
    } fields[] = {
        {"database", &relation->database},     {"schema", &relation->schema},
        {"identifier", &relation->identifier}, {"table", &relation->identifier},
        {"name", &relation->identifier},       {"type", &relation->type},
    };
    static const char *const types[] = {"table", "view", "cte", "materialized_view", "external", "function"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (floe_text_is(name, fields[i].name)) {
            *out = *fields[i].value;
            return true;
        }
    }
    for (size_t i = 0; i < sizeof relation_methods / sizeof *relation_methods; i++) {
        if (floe_text_is(name, relation_methods[i].name)) {
            *out = floe_context_bound(run, relation_methods[i].name, relation_methods[i].call, object);
            return true;
        }
    }
    for (size_t i = 0; name.length > 3 && !memcmp(name.text, "is_", 3) && i < sizeof types / sizeof *types;
         i++) {
        if (floe_text_is((floe_jinja_text){name.text + 3, name.length - 3}, types[i])) {
            return type_is(run, relation, types[i], out);
        }
    }
    *out = floe_jinja_unknown(run, "a relation's '%.*s' is known to a run only", (int)name.length, name.text);
    return true;
}

/* Packages tell a relation by `get('metadata').type`, which ends with "Relation". */
static int relation_get(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                        floe_jinja_value *out) {
    static const char *const parameters[] = {"key", "default="};
    floe_jinja_value slots[2];
    int result = floe_jinja_bind(run, "get", arguments, parameters, 2, slots);
    if (result) {
        return result;
    }
    if (slots[0].type != FLOE_JINJA_IS_STRING) {
        *out = slots[0].type == FLOE_JINJA_IS_UNKNOWN ? slots[0] : floe_jinja_none();
        return 0;
    }
    floe_jinja_text name = {slots[0].string, slots[0].length};
    if (floe_text_is(name, "metadata")) {
        floe_jinja_value type = floe_jinja_string("BaseRelation", strlen("BaseRelation"));
        result = floe_jinja_new_dict(run, out);
        return result ? result : floe_jinja_put_text(run, out, "type", &type);
    }
    relation_attribute(run, self, name, out);
    return 0;
}

static int relation_item(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_value *key,
                         floe_jinja_value *out) {
    if (key->type == FLOE_JINJA_IS_STRING) {
        relation_attribute(run, object, (floe_jinja_text){key->string, key->length}, out);
    } else {
        *out = floe_jinja_undefined("relation");
    }
    return 0;
}

static int relation_keys(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *list) {
    (void)object;
    *list = floe_jinja_unknown(run, "the members of a relation are known to a run only");
    return 0;
}

static const floe_jinja_class relation_class = {.name = "Relation",
                                                .attribute = relation_attribute,
                                                .item = relation_item,
                                                .text = relation_text,
                                                .iterate = relation_keys,
                                                .mapping = true};

/* ---- adapter ---- */

static int adapter_none(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                        floe_jinja_value *out) {
    (void)run;
    (void)self;
    (void)arguments;
    *out = floe_jinja_none();
    return 0;
}

/* While it parses dbt 1 finds no relation, and dbt 2 every one that is asked for. */
static int adapter_relation(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                            floe_jinja_value *out) {
    static const char *const parameters[] = {"database", "schema", "identifier"};
    if (floe_frame_of(run)->parse->dbt < 200) {
        return adapter_none(run, self, arguments, out);
    }
    floe_jinja_value slots[3];
    int result = floe_jinja_bind(run, "get_relation", arguments, parameters, 3, slots);
    if (!result) {
        relation_object relation = empty_relation();
        relation.database = slots[0];
        relation.schema = slots[1];
        relation.identifier = slots[2];
        *out = relation_value(run, &relation);
    }
    return result;
}

static int adapter_list(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                        floe_jinja_value *out) {
    (void)self;
    (void)arguments;
    return floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
}

static int adapter_false(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                         floe_jinja_value *out) {
    (void)run;
    (void)self;
    (void)arguments;
    *out = floe_jinja_boolean(false);
    return 0;
}

/* Of what dbt's parser answers with a pair the members are of no use to a template. */
static int adapter_pair(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                        floe_jinja_value *out) {
    (void)arguments;
    floe_jinja_value member =
        floe_jinja_unknown(run, "the result of adapter.%s() is known to a run only", (const char *)self);
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_TUPLE, out);
    for (int i = 0; !result && i < 2; i++) {
        result = floe_jinja_append(run, out, &member);
    }
    return result;
}

static int adapter_unknown(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                           floe_jinja_value *out) {
    (void)arguments;
    *out = floe_jinja_unknown(run, "the result of adapter.%s() is known to dbt's adapter only",
                              (const char *)self);
    return 0;
}

static int adapter_type(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                        floe_jinja_value *out) {
    (void)self;
    (void)arguments;
    *out = floe_context_target_field(run, "type");
    return 0;
}

static int adapter_quote(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                         floe_jinja_value *out) {
    static const char *const backticks[] = {"bigquery", "databricks", "spark", "clickhouse", "mysql"};
    const char *type = floe_frame_of(run)->context->target.type;
    if (!type || arguments->count != 1 || arguments->items[0].type != FLOE_JINJA_IS_STRING) {
        return adapter_unknown(run, self, arguments, out);
    }
    char mark = '"';
    for (size_t i = 0; i < sizeof backticks / sizeof *backticks; i++) {
        mark = strcmp(type, backticks[i]) ? mark : '`';
    }
    size_t length = arguments->items[0].length;
    char *text = floe_context_alloc(run, length + 2);
    if (!text) {
        return FLOE_MEMORY;
    }
    text[0] = text[length + 1] = mark;
    memcpy(text + 1, arguments->items[0].string, length);
    *out = floe_jinja_string(text, length + 2);
    return 0;
}

static const struct {
    const char *name;
    floe_context_handler call;
} adapter_methods[] = {
    {"dispatch", floe_context_dispatch},
    {"type", adapter_type},
    {"quote", adapter_quote},
    {"get_relation", adapter_relation},
    {"drop_relation", adapter_none},
    {"truncate_relation", adapter_none},
    {"rename_relation", adapter_none},
    {"create_schema", adapter_none},
    {"drop_schema", adapter_none},
    {"expand_target_column_types", adapter_none},
    {"valid_snapshot_target", adapter_none},
    {"assert_valid_snapshot_target_given_strategy", adapter_none},
    {"get_incremental_strategy_macro", adapter_none},
    {"get_hard_deletes_behavior", adapter_none},
    {"commit", adapter_none},
    {"get_columns_in_relation", adapter_list},
    {"get_columns_in_table", adapter_list},
    {"get_missing_columns", adapter_list},
    {"get_column_schema_from_query", adapter_list},
    {"check_schema_exists", adapter_false},
    {"already_exists", adapter_false},
    {"execute", adapter_pair},
    {"add_query", adapter_pair},
};

static bool adapter_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                              floe_jinja_value *out) {
    (void)object;
    for (size_t i = 0; i < sizeof adapter_methods / sizeof *adapter_methods; i++) {
        if (floe_text_is(name, adapter_methods[i].name)) {
            *out = floe_context_bound(run, adapter_methods[i].name, adapter_methods[i].call,
                                      (void *)(uintptr_t)adapter_methods[i].name);
            return true;
        }
    }
    char *copy = floe_context_copy(run, name.text, name.length);
    *out = floe_context_bound(run, copy, adapter_unknown, copy);
    return true;
}

static const floe_jinja_class adapter_class = {.name = "ParseDatabaseWrapper",
                                               .attribute = adapter_attribute};
static const floe_jinja_object adapter_object = {&adapter_class};

floe_jinja_value floe_context_adapter(floe_jinja_run *run) {
    (void)run;
    return floe_jinja_of_object((floe_jinja_object *)(uintptr_t)&adapter_object);
}

/* ---- api ---- */

static int create_relation(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                           floe_jinja_value *out) {
    (void)self;
    relation_object relation = empty_relation();
    override_path(&relation, arguments);
    *out = relation_value(run, &relation);
    return 0;
}

static int column_unknown(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                          floe_jinja_value *out) {
    (void)self;
    (void)arguments;
    *out = floe_jinja_unknown(run, "columns are known to dbt's adapter only");
    return 0;
}

static bool relation_class_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                                     floe_jinja_value *out) {
    (void)object;
    static const char *const types[][2] = {{"Table", "table"},
                                           {"View", "view"},
                                           {"CTE", "cte"},
                                           {"MaterializedView", "materialized_view"},
                                           {"External", "external"}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (floe_text_is(name, types[i][0])) {
            *out = floe_jinja_string(types[i][1], strlen(types[i][1]));
            return true;
        }
    }
    *out = floe_text_is(name, "create") ? floe_context_bound(run, "create", create_relation, NULL)
                                        : floe_context_bound(run, "Relation", relation_unknown, NULL);
    return true;
}

static bool column_class_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                                   floe_jinja_value *out) {
    (void)object;
    (void)name;
    *out = floe_context_bound(run, "Column", column_unknown, NULL);
    return true;
}

static int column_class_call(floe_jinja_run *run, floe_jinja_object *object,
                             const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    return column_unknown(run, object, arguments, out);
}

static const floe_jinja_class relation_type_class = {.name = "RelationProxy",
                                                     .attribute = relation_class_attribute};
static const floe_jinja_class column_type_class = {
    .name = "type", .attribute = column_class_attribute, .call = column_class_call};
static const floe_jinja_object relation_type = {&relation_type_class};
static const floe_jinja_object column_type = {&column_type_class};

floe_jinja_value floe_context_column_class(floe_jinja_run *run) {
    (void)run;
    return floe_jinja_of_object((floe_jinja_object *)(uintptr_t)&column_type);
}

floe_jinja_value floe_context_api(floe_jinja_run *run) {
    floe_jinja_value out;
    floe_jinja_value relation = floe_jinja_of_object((floe_jinja_object *)(uintptr_t)&relation_type);
    floe_jinja_value column = floe_context_column_class(run);
    if (floe_jinja_new_dict(run, &out) || floe_jinja_put_text(run, &out, "Relation", &relation) ||
        floe_jinja_put_text(run, &out, "Column", &column)) {
        floe_frame_of(run)->failure = FLOE_MEMORY;
        return floe_jinja_none();
    }
    return out;
}

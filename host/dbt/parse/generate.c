/*
 * Names that macros make: generate_schema_name, generate_database_name, generate_alias_name, as the project
 * or a package overrides them, or as dbt has them; and a node as such macros see it.
 */
#include "dbt/parse/context.h"

#include <string.h>

/* ---- a node as a template sees it ---- */

typedef struct model_object {
    floe_jinja_object head;
    floe_parse_node *node;
} model_object;

static const char *kind_name(floe_parse_kind kind) {
    static const char *const names[] = {"model",       "seed",      "snapshot", "analysis", "test",
                                        "operation",   "source",    "exposure", "metric",   "semantic_model",
                                        "saved_query", "unit_test", "group",    "function"};
    return (size_t)kind < sizeof names / sizeof *names ? names[kind] : "model";
}

static floe_jinja_value text_or_unknown(floe_jinja_run *run, const char *text, const char *name) {
    return text ? floe_jinja_string(text, strlen(text))
                : floe_jinja_unknown(run, "a node's %s is not known while it is rendered", name);
}

/* What dbt has set when it renders the node, or, where names are made, when its config is settled. */
static bool model_text(const floe_parse_node *node, floe_jinja_text name, const char **text) {
    const struct {
        const char *name;
        const char *text;
    } fields[] = {
        {"name", node->name},
        {"unique_id", node->unique_id},
        {"resource_type", kind_name(node->kind)},
        {"package_name", node->package ? node->package->name : NULL},
        {"path", node->path},
        {"original_file_path", node->file ? node->file->path : NULL},
        {"language", node->language ? node->language : "sql"},
        {"column_name", node->column_name},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (floe_text_is(name, fields[i].name)) {
            *text = fields[i].text;
            return true;
        }
    }
    return false;
}

static bool config_member(floe_jinja_run *run, const floe_parse_node *node, const char *name,
                          floe_jinja_value *out) {
    const floe_node *member = floe_node_get(&node->config, name, strlen(name));
    if (floe_frame_of(run)->kind != FLOE_FRAME_NAME || !member) {
        return false;
    }
    return !floe_parse_value_of(run, member, out);
}

static int model_get(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                     floe_jinja_value *out);

static bool model_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                            floe_jinja_value *out) {
    floe_parse_node *node = ((const model_object *)object)->node;
    bool naming = floe_frame_of(run)->kind == FLOE_FRAME_NAME;
    const char *text;
    if (model_text(node, name, &text)) {
        *out = text_or_unknown(run, text, "field");
        return true;
    }
    if (floe_text_is(name, "fqn")) {
        return !floe_parse_value_of(run, &node->fqn, out);
    }
    if (floe_text_is(name, "version")) {
        return !floe_parse_value_of(run, naming ? &node->version : NULL, out);
    }
    if (floe_text_is(name, "raw_code") || floe_text_is(name, "raw_sql")) {
        *out = node->code ? floe_jinja_string(node->code, node->code_size)
                          : floe_jinja_unknown(run, "a node's text is not known here");
        return true;
    }
    if (floe_text_is(name, "config") && naming && floe_node_kind(&node->config) == FLOE_OBJECT) {
        return !floe_parse_value_of(run, &node->config, out);
    }
    if ((floe_text_is(name, "tags") && config_member(run, node, "tags", out)) ||
        (floe_text_is(name, "meta") && config_member(run, node, "meta", out)) ||
        (floe_text_is(name, "group") && config_member(run, node, "group", out))) {
        return true;
    }
    if (floe_text_is(name, "get")) {
        *out = floe_context_bound(run, "get", model_get, object);
        return true;
    }
    if (!naming && floe_text_is(name, "alias")) {
        *out = text_or_unknown(run, node->name, "alias");
        return true;
    }
    if (naming && floe_text_is(name, "database") && node->database) { /* it is made before the schema is */
        *out = floe_jinja_string(node->database, strlen(node->database));
        return true;
    }
    if (floe_text_is(name, "schema") || floe_text_is(name, "database")) {
        *out = naming
                   ? floe_jinja_unknown(run, "a node's %.*s is not settled yet", (int)name.length, name.text)
                   : floe_context_target_field(run, floe_text_is(name, "schema") ? "schema" : "database");
        return true;
    }
    *out = floe_jinja_unknown(run, "a node's '%.*s' is not known while it is rendered", (int)name.length,
                              name.text);
    return true;
}

static int model_get(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
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
    model_attribute(run, self, (floe_jinja_text){slots[0].string, slots[0].length}, out);
    return 0;
}

static int model_item(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_value *key,
                      floe_jinja_value *out) {
    if (key->type == FLOE_JINJA_IS_STRING) {
        model_attribute(run, object, (floe_jinja_text){key->string, key->length}, out);
    } else {
        *out = floe_jinja_undefined("node");
    }
    return 0;
}

static int model_unknown(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out) {
    (void)object;
    *out = floe_jinja_unknown(run, "all of a node is not known while it is rendered");
    return 0;
}

static const floe_jinja_class model_class = {.name = "dict",
                                             .attribute = model_attribute,
                                             .item = model_item,
                                             .text = model_unknown,
                                             .iterate = model_unknown,
                                             .mapping = true};

floe_jinja_value floe_context_model(floe_jinja_run *run, floe_parse_node *node) {
    const model_object object = {.head = {&model_class}, .node = node};
    return floe_context_object(run, &object.head, sizeof object);
}

/* ---- dbt's own macros for names ---- */

static floe_jinja_text trimmed(const floe_jinja_value *value) {
    floe_jinja_text text = {value->string, value->length};
    while (text.length && strchr(" \t\r\n\f\v", text.text[0])) {
        text.text++;
        text.length--;
    }
    while (text.length && strchr(" \t\r\n\f\v", text.text[text.length - 1])) {
        text.length--;
    }
    return text;
}

/* `default_schema` and `custom`, joined with "_"; either may be unknown. */
static int joined(floe_jinja_run *run, const floe_jinja_value *front, const floe_jinja_value *custom,
                  floe_jinja_value *out) {
    floe_jinja_value one, other;
    int result = floe_jinja_text_of(run, front, &one);
    result = result ? result : floe_jinja_text_of(run, custom, &other);
    if (result) {
        return result;
    }
    if (one.type != FLOE_JINJA_IS_STRING || other.type != FLOE_JINJA_IS_STRING) {
        *out = one.type != FLOE_JINJA_IS_STRING ? one : other;
        return 0;
    }
    floe_jinja_text back = trimmed(&other);
    size_t size = (size_t)one.length + 1 + back.length;
    char *text = floe_context_alloc(run, size);
    if (!text) {
        return FLOE_MEMORY;
    }
    memcpy(text, one.string, one.length);
    text[one.length] = '_';
    memcpy(text + one.length + 1, back.text, back.length);
    *out = floe_jinja_string(text, size);
    return 0;
}

static int trim_text(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_value *out) {
    int result = floe_jinja_text_of(run, value, out);
    if (!result && out->type == FLOE_JINJA_IS_STRING) {
        floe_jinja_text text = trimmed(out);
        *out = floe_jinja_string(text.text, text.length);
    }
    return result;
}

static int alias_name(floe_jinja_run *run, const floe_jinja_value *custom, const floe_jinja_value *node,
                      floe_jinja_value *out) {
    floe_jinja_value truth, name, version;
    int result = floe_jinja_truth(run, custom, &truth);
    if (result || truth.type == FLOE_JINJA_IS_UNKNOWN) {
        *out = truth;
        return result;
    }
    if (truth.boolean) {
        return trim_text(run, custom, out);
    }
    result = floe_jinja_attribute(run, node, (floe_jinja_text){"name", 4}, &name);
    result = result ? result : floe_jinja_attribute(run, node, (floe_jinja_text){"version", 7}, &version);
    result = result ? result : floe_jinja_truth(run, &version, &truth);
    if (result || name.type != FLOE_JINJA_IS_STRING || truth.type == FLOE_JINJA_IS_UNKNOWN ||
        !truth.boolean) {
        *out = truth.type == FLOE_JINJA_IS_UNKNOWN ? truth : name;
        return result;
    }
    result = floe_jinja_text_of(run, &version, &version);
    if (result || version.type != FLOE_JINJA_IS_STRING) {
        *out = version;
        return result;
    }
    size_t size = (size_t)name.length + 2 + version.length;
    char *text = floe_context_alloc(run, size);
    if (!text) {
        return FLOE_MEMORY;
    }
    memcpy(text, name.string, name.length);
    memcpy(text + name.length, "_v", 2);
    for (uint32_t i = 0; i < version.length; i++) {
        text[name.length + 2 + i] = version.string[i] == '.' ? '_' : version.string[i];
    }
    *out = floe_jinja_string(text, size);
    return 0;
}

static bool is_given(const floe_jinja_value *value) {
    return value->type != FLOE_JINJA_IS_NONE && value->type != FLOE_JINJA_IS_UNDEFINED;
}

static int schema_for_env(floe_jinja_run *run, const floe_jinja_value *custom, floe_jinja_value *out) {
    floe_jinja_value name = floe_context_target_field(run, "name");
    if (is_given(custom) && name.type == FLOE_JINJA_IS_UNKNOWN) {
        *out = name;
        return 0;
    }
    if (is_given(custom) && name.type == FLOE_JINJA_IS_STRING &&
        floe_text_is((floe_jinja_text){name.string, name.length}, "prod")) {
        return trim_text(run, custom, out);
    }
    *out = floe_context_target_field(run, "schema");
    return 0;
}

int floe_context_generate(floe_jinja_run *run, floe_builtin_answer which,
                          const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    static const char *const schema[] = {"custom_schema_name=", "node="};
    static const char *const database[] = {"custom_database_name=", "node="};
    static const char *const alias[] = {"custom_alias_name=", "node="};
    const char *const *parameters = which == FLOE_BUILTIN_DATABASE ? database
                                    : which == FLOE_BUILTIN_ALIAS  ? alias
                                                                   : schema;
    floe_jinja_value slots[2];
    int result = floe_jinja_bind(run, "generate_name", arguments, parameters, 2, slots);
    if (result) {
        return result;
    }
    if (slots[0].type == FLOE_JINJA_IS_UNKNOWN) {
        *out = slots[0];
        return 0;
    }
    switch (which) {
    case FLOE_BUILTIN_ALIAS:
        return alias_name(run, &slots[0], &slots[1], out);
    case FLOE_BUILTIN_DATABASE:
        *out = is_given(&slots[0]) ? slots[0] : floe_context_target_field(run, "database");
        return 0;
    case FLOE_BUILTIN_SCHEMA_FOR_ENV:
        return schema_for_env(run, &slots[0], out);
    default: {
        floe_jinja_value front = floe_context_target_field(run, "schema");
        if (!is_given(&slots[0])) {
            *out = front;
            return 0;
        }
        return joined(run, &front, &slots[0], out);
    }
    }
}

/* ---- the name of one node ---- */

/* A package's own macro for its nodes, else the project's, else dbt's. */
static bool find_generator(floe_jinja_run *run, const floe_parse_node *node, const char *name,
                           floe_jinja_value *out) {
    floe_frame *frame = floe_frame_of(run);
    floe_jinja_text text = {name, (uint32_t)strlen(name)};
    floe_parse_package *root = frame->package;
    if (node->package && node->package != root) {
        floe_key key = floe_key_of(name, text.length);
        const floe_parse_context *context = frame->context;
        if (node->package->index < context->package_count &&
            floe_context_table_get(&context->macros[node->package->index], &key)) {
            frame->package = node->package;
        }
    }
    bool found = floe_context_find(run, text, out);
    frame->package = root;
    return found;
}

static int generate(floe_frame *frame, floe_parse_node *node, const char *macro, const floe_node *custom,
                    floe_jinja_value *out) {
    floe_jinja_run *run = floe_context_run(frame);
    floe_jinja_value callee, items[2];
    if (!run) {
        return FLOE_MEMORY;
    }
    if (!find_generator(run, node, macro, &callee)) {
        *out = floe_jinja_unknown(run, "there is no macro '%s'", macro);
        return 0;
    }
    int result = floe_parse_value_of(run, custom, &items[0]);
    items[1] = floe_context_model(run, node);
    floe_jinja_arguments arguments = {.items = items, .count = 2};
    result = result ? result : floe_jinja_call(run, &callee, &arguments, out);
    if (result && floe_jinja_error(run)->code != FLOE_MEMORY) {
        *out = floe_jinja_doubtful(floe_context_failure(frame->thread, run));
        result = 0;
    }
    return result;
}

int floe_parse_generate(floe_parse_thread *thread, floe_parse_node *node, const char *macro,
                        const floe_node *custom, const char **out, const floe_jinja_doubt **doubt) {
    floe_parse_context *context = floe_context_for(thread->parse);
    if (!context || floe_context_index(context)) {
        return floe_error_memory(&thread->error);
    }
    floe_frame frame = {.thread = thread,
                        .parse = thread->parse,
                        .context = context,
                        .kind = FLOE_FRAME_NAME,
                        .package = thread->parse->packages.items[0],
                        .file = node->file ? node->file->shown : NULL};
    floe_jinja_value value;
    int result = generate(&frame, node, macro, custom, &value);
    if (result || frame.failure) {
        return floe_error_memory(&thread->error);
    }
    *out = NULL;
    *doubt = NULL;
    if (value.type == FLOE_JINJA_IS_STRING) {
        floe_jinja_text text = trimmed(&value);
        *out = floe_arena_text(thread->arena, text.text, text.length);
        return *out ? 0 : floe_error_memory(&thread->error);
    }
    if (value.type == FLOE_JINJA_IS_UNKNOWN) {
        *doubt = floe_context_keep(thread, value.doubt);
    }
    return 0;
}

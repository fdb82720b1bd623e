/*
 * Macros as dbt finds them: by the package of the node, then the project's, then dbt's own; through the name
 * of a package; through adapter.dispatch. A call from a node itself is one of its `depends_on.macros`. In dbt
 * 2 these are what the node calls by its name alone, and what the macros that it runs call so, in any branch.
 */
#include "dbt/parse/context.h"

#include "base/suggest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MACRO_NAME_SIZE = 256 };

/* ---- tables of names ---- */

static size_t names_slot(const floe_context_table *names, const floe_key *key) {
    size_t slot = key->hash & names->mask;
    while (names->entries[slot].value &&
           (names->entries[slot].key.hash != key->hash || names->entries[slot].key.length != key->length ||
            memcmp(names->entries[slot].key.text, key->text, key->length) != 0)) {
        slot = (slot + 1) & names->mask;
    }
    return slot;
}

static int names_grow(floe_context_table *names) {
    floe_context_table larger = {.mask = names->mask ? names->mask * 2 + 1 : 31, .count = names->count};
    larger.entries = calloc(larger.mask + 1, sizeof *larger.entries);
    if (!larger.entries) {
        return FLOE_MEMORY;
    }
    for (size_t i = 0; names->entries && i <= names->mask; i++) {
        if (names->entries[i].value) {
            larger.entries[names_slot(&larger, &names->entries[i].key)] = names->entries[i];
        }
    }
    free(names->entries);
    *names = larger;
    return 0;
}

int floe_context_table_put(floe_context_table *names, floe_key key, void *value) {
    if ((!names->entries || names->count * 2 > names->mask) && names_grow(names)) {
        return FLOE_MEMORY;
    }
    size_t slot = names_slot(names, &key);
    if (!names->entries[slot].value) {
        names->entries[slot].key = key;
        names->count++;
    }
    names->entries[slot].value = value;
    return 0;
}

int floe_context_table_add(floe_context_table *names, floe_key key, void *value) {
    return floe_context_table_get(names, &key) ? 0 : floe_context_table_put(names, key, value);
}

void *floe_context_table_get(const floe_context_table *names, const floe_key *key) {
    return names->entries ? names->entries[names_slot(names, key)].value : NULL;
}

void floe_context_table_free(floe_context_table *names) {
    free(names->entries);
    *names = (floe_context_table){.entries = NULL};
}

static void offer_names(floe_suggestion *near, const floe_context_table *names, const char *prefix) {
    size_t start = strlen(prefix);
    for (size_t i = 0; names->entries && i <= names->mask; i++) {
        const floe_key *key = &names->entries[i].key;
        if (names->entries[i].value && key->length > start && memcmp(key->text, prefix, start) == 0) {
            floe_suggest_offer(near, key->text + start, key->length - start);
        }
    }
}

const char *floe_context_near_macro(const floe_context_table *const *tables, size_t count, const char *prefix,
                                    floe_jinja_text name, size_t *length) {
    floe_suggestion near;
    floe_suggest_start(&near, name.text, name.length);
    for (size_t i = 0; i < count; i++) {
        offer_names(&near, tables[i], prefix);
    }
    *length = near.best_length;
    return near.best;
}

/* ---- a macro as a value ---- */

typedef struct macro_object {
    floe_jinja_object head;
    const floe_parse_macro *macro; /* or */
    const floe_builtin *builtin;
} macro_object;

typedef struct package_object {
    floe_jinja_object head;
    const floe_parse_package *package; /* NULL: dbt's own macros */
} package_object;

static int call_macro(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                      floe_jinja_value *out);
static bool macro_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                            floe_jinja_value *out) {
    (void)run;
    const macro_object *macro = (const macro_object *)object;
    if (floe_text_is(name, "name")) {
        const char *text = macro->macro ? macro->macro->name : macro->builtin->name;
        *out = floe_jinja_string(text, strlen(text));
        return true;
    }
    return false;
}

static const floe_jinja_class macro_class = {
    .name = "MacroGenerator", .attribute = macro_attribute, .call = call_macro};

static floe_jinja_value macro_value(floe_jinja_run *run, const floe_parse_macro *macro,
                                    const floe_builtin *builtin) {
    const macro_object object = {.head = {&macro_class}, .macro = macro, .builtin = builtin};
    return floe_context_object(run, &object.head, sizeof object);
}

static int add_macro(const floe_frame *frame, const char *unique_id) {
    floe_parse_node *node = frame->node;
    if (!node || frame->kind != FLOE_FRAME_NODE) {
        return 0;
    }
    if (frame->parse->dbt >= 200 && (frame->hook || node->kind == FLOE_PARSE_OPERATION)) {
        return 0; /* dbt 2 does not ask which macros a hook calls */
    }
    for (size_t i = 0; i < node->macros.count; i++) {
        if (node->macros.items[i] == unique_id || !strcmp(node->macros.items[i], unique_id)) {
            return 0;
        }
    }
    return FLOE_PARSE_PUSH(&node->macros, unique_id);
}

int floe_context_note_macro(floe_frame *frame, const char *unique_id) {
    return frame->depth ? 0 : add_macro(frame, unique_id);
}

static bool by_name_alone(const floe_frame *frame) {
    return frame->parse->dbt >= 200;
}

/* What the text of dbt's own macros calls by name alone. */
static const char *named_in(const floe_builtin *builtin) {
    static const char *const calls[][2] = {{"is_incremental", "macro.dbt.should_full_refresh"},
                                           {"run_query", "macro.dbt.statement"},
                                           {"load_relation", "macro.dbt.load_cached_relation"},
                                           {"cast_bool_to_text", "macro.dbt.type_string"}};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (!strcmp(builtin->name, calls[i][0])) {
            return calls[i][1];
        }
    }
    return NULL;
}

static const floe_parse_macro *macro_in(const floe_parse_context *context, const floe_parse_package *package,
                                        const floe_key *key) {
    return package->index < context->package_count
               ? floe_context_table_get(&context->macros[package->index], key)
               : NULL;
}

/* By its name alone, as whatever is rendered finds it: of the package of the frame, the project's, dbt's. */
static bool find_by_key(const floe_frame *frame, const floe_key *key, const floe_parse_macro **macro,
                        const floe_builtin **builtin) {
    const floe_parse_context *context = frame->context;
    *macro = NULL;
    *builtin = NULL;
    if (frame->package) {
        *macro = macro_in(context, frame->package, key);
    }
    if (!*macro && frame->parse->packages.count) {
        *macro = macro_in(context, frame->parse->packages.items[0], key);
    }
    if (!*macro) {
        *builtin = floe_context_table_get(&context->builtins, key);
    }
    return *macro || *builtin;
}

/* A macro runs: which macros the node depends on for that. Of a generic test's own macro nothing is told. */
static int note_run(floe_frame *frame, const floe_parse_macro *macro, const floe_builtin *builtin) {
    if (!by_name_alone(frame)) {
        return floe_context_note_macro(frame, macro ? macro->unique_id : builtin->unique_id);
    }
    const char *other = builtin ? named_in(builtin) : NULL;
    int result = other && !frame->reach ? add_macro(frame, other) : 0;
    for (size_t i = 0; !result && macro && !frame->reach && i < macro->named.count; i++) {
        const char *name = macro->named.items[i];
        const floe_key key = floe_key_of(name, strlen(name));
        const floe_parse_macro *called;
        if (find_by_key(frame, &key, &called, &builtin)) {
            result = add_macro(frame, called ? called->unique_id : builtin->unique_id);
        }
    }
    return result;
}

/* What is called is not known: the value is unknown, and the node knows it. */
static int note_missing(floe_jinja_run *run, floe_jinja_value *out, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static int note_missing(floe_jinja_run *run, floe_jinja_value *out, const char *format, ...) {
    char reason[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    floe_frame *frame = floe_frame_of(run);
    *out = floe_jinja_unknown(run, "%s", reason);
    int result = 0;
    if (frame->node) {
        result = floe_context_doubts(frame->thread, frame->node, "macros", out->doubt);
    }
    return result ? floe_jinja_fail(run, result, "memory ran out") : 0;
}

int floe_context_any_macro(floe_jinja_run *run, const floe_jinja_value *name, floe_jinja_value *out) {
    floe_frame *frame = floe_frame_of(run);
    int result = frame->node ? floe_context_doubts(frame->thread, frame->node, "macros", name->doubt) : 0;
    *out = *name;
    return result ? floe_jinja_fail(run, result, "memory ran out") : 0;
}

int floe_context_call_macro(floe_jinja_run *run, const floe_parse_macro *macro,
                            const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    floe_frame *frame = floe_frame_of(run);
    floe_jinja_value callee;
    int result = note_run(frame, macro, NULL);
    if (result) {
        return floe_jinja_fail(run, result, "memory ran out");
    }
    if (!macro->template || !macro->syntax) {
        return note_missing(run, out, "the macro '%s' could not be read", macro->name);
    }
    result = floe_jinja_macro(run, macro->template, macro->syntax, &callee);
    if (!result) {
        frame->depth++;
        result = floe_jinja_call(run, &callee, arguments, out);
        frame->depth--;
    }
    return result;
}

/* ---- dbt's own macros ---- */

static const floe_parse_package *package_named(const floe_parse_context *context, const char *name,
                                               size_t length) {
    floe_key key = floe_key_of(name, length);
    return floe_context_table_get(&context->packages, &key);
}

static int call_header(floe_jinja_run *run, const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    floe_frame *frame = floe_frame_of(run);
    floe_jinja_value text;
    floe_jinja_arguments none = {.at = arguments->at};
    if (!arguments->caller) {
        *out = floe_jinja_string("", 0);
        return 0;
    }
    int result = floe_jinja_call(run, arguments->caller, &none, &text);
    if (!result) {
        floe_jinja_text key = {"sql_header", strlen("sql_header")};
        uint32_t line, column;
        floe_context_place(frame, NULL, arguments->at, &line, &column);
        result = floe_context_set(frame, key, &text, floe_jinja_in_doubt(run), frame->config_calls++, line,
                                  column);
        *out = floe_jinja_string("", 0);
    }
    return result;
}

/* A hook as dbt's macros write it: its text and whether it stands in the transaction. */
static int call_hook(floe_jinja_run *run, const floe_jinja_arguments *arguments, bool inside,
                     floe_jinja_value *out) {
    static const char *const parameters[] = {"sql", "inside_transaction="};
    floe_jinja_value slots[2];
    int result = floe_jinja_bind(run, "make_hook_config", arguments, parameters, 2, slots);
    if (result) {
        return result;
    }
    if (slots[1].type == FLOE_JINJA_IS_BOOLEAN) {
        inside = slots[1].boolean;
    }
    if (slots[0].type != FLOE_JINJA_IS_STRING || slots[1].type == FLOE_JINJA_IS_UNKNOWN) {
        const floe_jinja_doubt *doubt = floe_jinja_doubt_of(&slots[slots[0].type != FLOE_JINJA_IS_UNKNOWN]);
        *out = doubt ? floe_jinja_doubtful(doubt) : floe_jinja_unknown(run, "the text of a hook is no text");
        return 0;
    }
    floe_buffer text = {.data = NULL};
    floe_buffer_printf(&text, "{\"sql\": ");
    floe_context_write_string(&text, slots[0].string, slots[0].length);
    floe_buffer_printf(&text, ", \"transaction\": %s}", inside ? "true" : "false");
    *out = floe_context_text(run, text.data ? text.data : "", text.size);
    result = text.failed ? FLOE_MEMORY : 0;
    floe_buffer_free(&text);
    return result;
}

static int answer_builtin(floe_jinja_run *run, const floe_builtin *builtin,
                          const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    switch (builtin->answer) {
    case FLOE_BUILTIN_EMPTY:
        *out = floe_jinja_string("", 0);
        return 0;
    case FLOE_BUILTIN_FALSE:
        *out = floe_jinja_boolean(false);
        return 0;
    case FLOE_BUILTIN_NONE: /* dbt 2 finds every relation while it parses */
        *out =
            by_name_alone(floe_frame_of(run)) && arguments->count ? arguments->items[0] : floe_jinja_none();
        return 0;
    case FLOE_BUILTIN_UNDEFINED:
        *out = floe_jinja_undefined("table");
        out->length = 1; /* that of a macro: asked for more, it fails */
        return 0;
    case FLOE_BUILTIN_ONE:
        *out = floe_jinja_integer(1);
        return 0;
    case FLOE_BUILTIN_SUBQUERY:
        *out = arguments->count ? arguments->items[0] : floe_jinja_none();
        return 0;
    case FLOE_BUILTIN_HOOK_INSIDE:
    case FLOE_BUILTIN_HOOK_OUTSIDE:
        return call_hook(run, arguments, builtin->answer == FLOE_BUILTIN_HOOK_INSIDE, out);
    case FLOE_BUILTIN_HEADER:
        return call_header(run, arguments, out);
    case FLOE_BUILTIN_SCHEMA:
    case FLOE_BUILTIN_SCHEMA_FOR_ENV:
    case FLOE_BUILTIN_DATABASE:
    case FLOE_BUILTIN_ALIAS:
        return floe_context_generate(run, builtin->answer, arguments, out);
    default:
        *out = floe_jinja_unknown(run, "what dbt's macro '%s' gives depends on the adapter", builtin->name);
        return 0;
    }
}

/* ---- dispatch ---- */

/* The packages that `dispatch:` of dbt_project.yml names for a namespace; NULL where there is no entry. */
static const floe_node *search_order(const floe_parse_context *context, const char *namespace,
                                     size_t length) {
    uint32_t count = context->dispatch ? floe_node_size(context->dispatch) : 0;
    for (uint32_t i = 0; i < count; i++) {
        const floe_node *entry = floe_node_child(context->dispatch, i);
        size_t size;
        const char *name = floe_node_string(floe_node_path(entry, "macro_namespace", NULL), &size);
        if (name && size == length && !memcmp(name, namespace, length)) {
            return floe_node_path(entry, "search_order", NULL);
        }
    }
    return NULL;
}

typedef struct dispatch_search {
    floe_jinja_run *run; /* NULL: a macro's text is looked at, and names mean what they mean to all */
    const floe_parse_context *context;
    const char *name; /* of the macro, without prefix */
    size_t length;
    const char *prefix; /* that found it */
    bool skip_builtins; /* what dbt itself has is not looked for */
} dispatch_search;

/* In one package (NULL: as any name is looked up), with each prefix in turn. */
static bool search_package(dispatch_search *search, const char *package, size_t length,
                           const floe_parse_macro **macro, const floe_builtin **builtin) {
    const floe_parse_context *context = search->context;
    bool internal = package && length == 3 && !memcmp(package, "dbt", 3);
    const floe_parse_package *own = package && !internal ? package_named(context, package, length) : NULL;
    *macro = NULL;
    *builtin = NULL;
    for (size_t i = 0; i < context->prefix_count; i++) {
        char name[MACRO_NAME_SIZE];
        int size =
            snprintf(name, sizeof name, "%s__%.*s", context->prefixes[i], (int)search->length, search->name);
        if (size <= 0 || (size_t)size >= sizeof name) {
            return false;
        }
        floe_key key = floe_key_of(name, (size_t)size);
        search->prefix = context->prefixes[i];
        if (!package && !search->run) {
            *macro = floe_context_table_get(&context->all, &key);
            *builtin = *macro ? NULL : floe_context_table_get(&context->builtins, &key);
            if (*macro || *builtin) {
                return true;
            }
        } else if (!package) {
            if (find_by_key(floe_frame_of(search->run), &key, macro, builtin)) {
                return true;
            }
        } else if (own && (*macro = macro_in(context, own, &key))) {
            return true;
        } else if (internal && !search->skip_builtins &&
                   (*builtin = floe_context_table_get(&context->builtins, &key))) {
            return true;
        }
    }
    return false;
}

static bool search_namespace(dispatch_search *search, const char *namespace, size_t length,
                             const floe_parse_macro **macro, const floe_builtin **builtin) {
    const floe_parse_context *context = search->context;
    const floe_node *order = namespace ? search_order(context, namespace, length) : NULL;
    if (order && floe_node_size(order)) {
        for (uint32_t i = 0; i < floe_node_size(order); i++) {
            size_t size;
            const char *package = floe_node_string(floe_node_child(order, i), &size);
            if (package && search_package(search, package, size, macro, builtin)) {
                return true;
            }
        }
        return false;
    }
    bool known = namespace &&
                 ((length == 3 && !memcmp(namespace, "dbt", 3)) || package_named(context, namespace, length));
    if (!known) {
        return search_package(search, NULL, 0, macro, builtin);
    }
    const char *root = context->parse->packages.items[0]->name;
    return search_package(search, root, strlen(root), macro, builtin) ||
           search_package(search, namespace, length, macro, builtin);
}

/* Where the adapter is not known, a macro that some adapter has of its own may be meant. */
static bool other_adapters(dispatch_search *search) {
    static const char *const adapters[] = {"snowflake", "bigquery",   "redshift", "postgres",  "databricks",
                                           "spark",     "duckdb",     "trino",    "athena",    "sqlserver",
                                           "fabric",    "clickhouse", "synapse",  "oracle",    "presto",
                                           "vertica",   "dremio",     "exasol",   "starrocks", "teradata"};
    const floe_parse_context *context = search->context;
    for (size_t i = 0; i < sizeof adapters / sizeof *adapters; i++) {
        char name[MACRO_NAME_SIZE];
        int size = snprintf(name, sizeof name, "%s__%.*s", adapters[i], (int)search->length, search->name);
        floe_key key = floe_key_of(name, (size_t)size < sizeof name ? (size_t)size : sizeof name - 1);
        if (floe_context_table_get(&context->all, &key)) {
            const floe_builtin *builtin = floe_context_table_get(&context->builtins, &key);
            if (!builtin) {
                return true;
            }
        }
    }
    return false;
}

int floe_context_dispatch(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                          floe_jinja_value *out) {
    (void)self;
    static const char *const parameters[] = {"macro_name", "macro_namespace=", "packages="};
    floe_jinja_value slots[3];
    int result = floe_jinja_bind(run, "dispatch", arguments, parameters, 3, slots);
    if (result) {
        return result;
    }
    floe_frame *frame = floe_frame_of(run);
    if (slots[0].type != FLOE_JINJA_IS_STRING || slots[1].type == FLOE_JINJA_IS_UNKNOWN) {
        return note_missing(run, out, "which macro adapter.dispatch() looks for is not known");
    }
    dispatch_search search = {
        .run = run, .context = frame->context, .name = slots[0].string, .length = slots[0].length};
    const floe_parse_macro *macro;
    const floe_builtin *builtin;
    bool named = slots[1].type == FLOE_JINJA_IS_STRING;
    if (!search_namespace(&search, named ? slots[1].string : NULL, named ? slots[1].length : 0, &macro,
                          &builtin)) {
        return note_missing(run, out, "adapter.dispatch() finds no macro '%.*s'", (int)search.length,
                            search.name);
    }
    if (!frame->context->target.type && other_adapters(&search)) {
        floe_jinja_value doubt;
        result =
            note_missing(run, &doubt, "which macro adapter.dispatch('%.*s') takes depends on the adapter",
                         (int)search.length, search.name);
    }
    *out = macro_value(run, macro, builtin);
    return result;
}

/* A macro of dbt's that dispatches: a package or the project may have its own. */
static const floe_parse_macro *override_of(floe_jinja_run *run, const floe_builtin *builtin) {
    const floe_frame *frame = floe_frame_of(run);
    if (!frame->parse->packages.count || strcmp(builtin->package, "dbt") != 0) {
        return NULL;
    }
    dispatch_search search = {.run = run,
                              .context = frame->context,
                              .name = builtin->name,
                              .length = strlen(builtin->name),
                              .skip_builtins = true};
    const floe_parse_macro *macro;
    const floe_builtin *other;
    return search_namespace(&search, "dbt", 3, &macro, &other) ? macro : NULL;
}

/* What an adapter has in its place: then that answers, and what runs is that too. */
static const floe_builtin *of_adapter(const floe_parse_context *context, const floe_builtin *builtin) {
    char name[MACRO_NAME_SIZE];
    for (size_t i = 0; strcmp(builtin->package, "dbt") == 0 && i < context->prefix_count; i++) {
        int size = snprintf(name, sizeof name, "%s__%s", context->prefixes[i], builtin->name);
        floe_key key = floe_key_of(name, (size_t)size < sizeof name ? (size_t)size : sizeof name - 1);
        const floe_builtin *own = floe_context_table_get(&context->builtins, &key);
        if (own && strcmp(own->package, "dbt") != 0) {
            return own;
        }
    }
    return builtin;
}

static int call_builtin(floe_jinja_run *run, const floe_builtin *builtin,
                        const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    floe_frame *frame = floe_frame_of(run);
    int result = note_run(frame, NULL, builtin);
    if (result) {
        return floe_jinja_fail(run, result, "memory ran out");
    }
    const floe_parse_macro *override = override_of(run, builtin);
    frame->depth++;
    result = override ? floe_context_call_macro(run, override, arguments, out)
                      : answer_builtin(run, of_adapter(frame->context, builtin), arguments, out);
    frame->depth--;
    return result;
}

static int call_macro(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                      floe_jinja_value *out) {
    const macro_object *macro = (const macro_object *)object;
    return macro->macro ? floe_context_call_macro(run, macro->macro, arguments, out)
                        : call_builtin(run, macro->builtin, arguments, out);
}

/* ---- packages as namespaces ---- */

static int call_missing(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                        floe_jinja_value *out) {
    (void)arguments;
    return note_missing(run, out, "there is no macro '%s'; is its package installed?", (const char *)self);
}

static bool package_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                              floe_jinja_value *out) {
    const package_object *package = (const package_object *)object;
    const floe_frame *frame = floe_frame_of(run);
    const floe_parse_context *context = frame->context;
    floe_key key = floe_key_of(name.text, name.length);
    const floe_parse_macro *macro = package->package ? macro_in(context, package->package, &key) : NULL;
    const floe_builtin *builtin = package->package ? NULL : floe_context_table_get(&context->builtins, &key);
    if (frame->reach && !frame->depth) {
        const char *of = package->package ? package->package->name : "dbt";
        *out = floe_context_reached(run, of, name, &macro, &builtin) ? macro_value(run, macro, builtin)
                                                                     : floe_jinja_undefined("macro");
        return true;
    }
    if (macro || builtin) {
        *out = macro_value(run, macro, builtin);
        return true;
    }
    char text[MACRO_NAME_SIZE];
    int length = snprintf(text, sizeof text, "%s.%.*s", package->package ? package->package->name : "dbt",
                          (int)name.length, name.text);
    length = (size_t)length < sizeof text ? length : (int)sizeof text - 1;
    char *copy = floe_context_copy(run, text, (size_t)length);
    *out = floe_context_bound(run, copy, call_missing, copy);
    return true;
}

static int package_item(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_value *key,
                        floe_jinja_value *out) {
    if (key->type == FLOE_JINJA_IS_UNKNOWN) {
        return floe_context_any_macro(run, key, out);
    }
    if (key->type != FLOE_JINJA_IS_STRING) {
        *out = floe_jinja_undefined("package");
        return 0;
    }
    package_attribute(run, object, (floe_jinja_text){key->string, key->length}, out);
    return 0;
}

static const floe_jinja_class package_class = {
    .name = "MacroNamespace", .attribute = package_attribute, .item = package_item, .unknown_keys = true};

static floe_jinja_value package_value(floe_jinja_run *run, const floe_parse_package *package) {
    const package_object object = {.head = {&package_class}, .package = package};
    return floe_context_object(run, &object.head, sizeof object);
}

/* ---- what a generic test sees ---- */

/* A name in the arguments of a test. */
static bool find_reached(floe_jinja_run *run, floe_jinja_text name, const floe_key *key,
                         floe_jinja_value *out) {
    const floe_parse_context *context = floe_frame_of(run)->context;
    const floe_parse_package *package = floe_context_table_get(&context->packages, key);
    const floe_parse_macro *macro;
    const floe_builtin *builtin;
    bool there =
        floe_context_table_get(&context->all, key) || floe_context_table_get(&context->builtins, key);
    if (there && floe_context_reached(run, NULL, name, &macro, &builtin)) {
        *out = macro_value(run, macro, builtin);
        return true;
    }
    if (floe_text_is(name, "dbt") || (package && floe_context_reaches_package(run, package))) {
        *out = package_value(run, package);
        return true;
    }
    return false;
}

/* Where the project has its own ref(), a test's ref() is dbt's all the same unless its macro calls that. */
static bool hidden_from_test(floe_jinja_run *run, const floe_parse_macro *macro, const floe_key *key) {
    const floe_frame *frame = floe_frame_of(run);
    return frame->reach && floe_context_table_get(&frame->context->members, key) &&
           !floe_context_reaches(run, macro);
}

const floe_jinja_doubt *floe_context_rivals(floe_frame *frame, const floe_parse_macro *macro) {
    return floe_context_doubt(frame->thread, NULL, 0,
                              "the packages '%s' and '%s' both have a macro '%s': dbt takes that of the one "
                              "whose folder the system lists last",
                              macro->rival->package->name, macro->package->name, macro->name);
}

/* In dbt 1 a test sees a macro of any package by its bare name, where it reaches it; get_where_subquery()
 * always, and that of any package before its own. */
static const floe_parse_macro *reached_by_name(floe_jinja_run *run, floe_jinja_text name,
                                               const floe_key *key) {
    floe_frame *frame = floe_frame_of(run);
    const floe_parse_macro *any = floe_context_table_get(&frame->context->all, key), *macro;
    const floe_builtin *builtin;
    if (!frame->reach || frame->parse->dbt >= 200 || !any) {
        return NULL;
    }
    if (!floe_text_is(name, "get_where_subquery")) {
        return floe_context_reached(run, NULL, name, &macro, &builtin) ? macro : NULL;
    }
    return any;
}

/* Which of several macros wraps the model is not known: the model is not, and what the macros refer to. */
static floe_jinja_value wrapped_by_any(floe_frame *frame, const floe_parse_macro *macro) {
    const floe_jinja_doubt *doubt = floe_context_rivals(frame, macro);
    if (!doubt || floe_context_doubts(frame->thread, frame->node, "macros", doubt) ||
        floe_context_doubts(frame->thread, frame->node, "edges", doubt)) {
        frame->failure = FLOE_MEMORY;
        return floe_jinja_none();
    }
    return floe_jinja_doubtful(doubt);
}

/* In dbt 2 what a name means by itself is what the node calls; of what wraps the model of a test it tells the
 * one that the name means to all, whichever runs. */
static int note_found(floe_frame *frame, floe_jinja_text name, const floe_parse_macro *macro,
                      const floe_builtin *builtin) {
    if (!by_name_alone(frame)) {
        return 0;
    }
    floe_key key = floe_key_of(name.text, name.length);
    bool wrapper = frame->reach && floe_text_is(name, "get_where_subquery");
    const floe_parse_macro *any = wrapper ? floe_context_table_get(&frame->context->all, &key) : NULL;
    macro = any ? any : macro;
    return floe_context_note_macro(frame, macro ? macro->unique_id : builtin->unique_id);
}

bool floe_context_find(floe_jinja_run *run, floe_jinja_text name, floe_jinja_value *out) {
    floe_frame *frame = floe_frame_of(run);
    if (!frame->context->macros_ready || frame->kind > FLOE_FRAME_NAME) {
        return false;
    }
    floe_key key = floe_key_of(name.text, name.length);
    if (frame->reach && !frame->depth && !floe_text_is(name, "get_where_subquery")) {
        return find_reached(run, name, &key, out);
    }
    const floe_parse_macro *macro = reached_by_name(run, name, &key);
    if (macro && macro->rival && frame->node && floe_text_is(name, "get_where_subquery")) {
        *out = wrapped_by_any(frame, macro);
        return true;
    }
    if (!macro && frame->package) {
        macro = macro_in(frame->context, frame->package, &key);
    }
    if (!macro && frame->parse->packages.count) {
        macro = macro_in(frame->context, frame->parse->packages.items[0], &key);
    }
    const floe_builtin *builtin = NULL;
    if (macro && hidden_from_test(run, macro, &key)) {
        return false;
    }
    if (!macro) {
        const floe_parse_package *package = floe_context_table_get(&frame->context->packages, &key);
        if (package || floe_text_is(name, "dbt")) {
            *out = package_value(run, package);
            return true;
        }
        builtin = floe_context_table_get(&frame->context->builtins, &key);
    }
    if (macro || builtin) {
        if (note_found(frame, name, macro, builtin)) {
            frame->failure = FLOE_MEMORY;
        }
        *out = macro_value(run, macro, builtin);
        return true;
    }
    return false;
}

/* ---- for the other parts ---- */

const floe_parse_macro *floe_parse_find_macro(floe_parse *parse, const floe_parse_package *package,
                                              const char *namespace, const char *name) {
    floe_parse_context *context = floe_context_for(parse);
    if (!context || floe_context_index(context)) {
        return NULL;
    }
    floe_key key = floe_key_of(name, strlen(name));
    if (namespace) {
        const floe_parse_package *other = package_named(context, namespace, strlen(namespace));
        const floe_parse_macro *found = other ? macro_in(context, other, &key) : NULL;
        if (found) {
            return found;
        }
    }
    const floe_parse_macro *macro = package ? macro_in(context, package, &key) : NULL;
    return macro ? macro : floe_context_table_get(&context->all, &key);
}

/* ---- what a macro's text calls ---- */

typedef struct call_scan {
    floe_parse_context *context;
    floe_parse_macro *macro;
    bool by_name; /* the call at hand has no package before its name */
    int result;
} call_scan;

static void add_once(call_scan *scan, const char *text, bool named) {
    size_t count = named ? scan->macro->named.count : scan->macro->calls.count;
    const char **items = named ? scan->macro->named.items : scan->macro->calls.items;
    for (size_t i = 0; i < count; i++) {
        if (!strcmp(items[i], text)) {
            return;
        }
    }
    if (!scan->result) {
        scan->result =
            named ? FLOE_PARSE_PUSH(&scan->macro->named, text) : FLOE_PARSE_PUSH(&scan->macro->calls, text);
    }
}

static void add_call(call_scan *scan, const char *unique_id, const char *name) {
    if (scan->by_name && scan->context->parse->dbt >= 200) {
        add_once(scan, name, true);
    }
    add_once(scan, unique_id, false);
}

/* As dbt's resolver: the named package, then by name alone. A macro `ref` that calls builtins.ref is found to
 * call itself. */
static void resolve_call(call_scan *scan, floe_jinja_text package, floe_jinja_text name) {
    floe_parse_context *context = scan->context;
    floe_key key = floe_key_of(name.text, name.length);
    const floe_parse_package *local =
        package.length ? package_named(context, package.text, package.length) : scan->macro->package;
    const floe_parse_macro *macro = local ? macro_in(context, local, &key) : NULL;
    bool internal = package.length >= 3 && !memcmp(package.text, "dbt", 3) && !local;
    const floe_builtin *builtin = floe_context_table_get(&context->builtins, &key);
    if (!macro && !(internal && builtin)) {
        macro = floe_context_table_get(&context->all, &key);
    }
    if (macro) {
        add_call(scan, macro->unique_id, macro->name);
    } else if (!macro && builtin) {
        add_call(scan, builtin->unique_id, builtin->name);
    }
}

static void scan_dispatch(call_scan *scan, const floe_jinja_node *call) {
    floe_jinja_text name = {NULL, 0}, namespace = {NULL, 0};
    uint32_t position = 0;
    for (uint32_t i = 0; i < call->items.count; i++) {
        const floe_jinja_node *item = call->items.items[i];
        if (item->kind == FLOE_JINJA_KEYWORD && item->a->kind == FLOE_JINJA_STRING) {
            if (floe_text_is(item->text, "macro_name")) {
                name = item->a->text;
            } else if (floe_text_is(item->text, "macro_namespace")) {
                namespace = item->a->text;
            }
        } else if (item->kind == FLOE_JINJA_STRING) {
            *(position ? &namespace : &name) = item->text;
        }
        position += item->kind != FLOE_JINJA_KEYWORD;
    }
    if (!name.text) {
        return;
    }
    if (name.length != strlen(scan->macro->name) || memcmp(name.text, scan->macro->name, name.length) != 0) {
        resolve_call(scan, (floe_jinja_text){NULL, 0}, name);
    }
    dispatch_search search = {.context = scan->context, .name = name.text, .length = name.length};
    const floe_parse_macro *macro = NULL;
    const floe_builtin *builtin = NULL;
    if (search_namespace(&search, namespace.text, namespace.length, &macro, &builtin)) {
        add_call(scan, macro ? macro->unique_id : builtin->unique_id, search.name);
    }
}

bool floe_context_may_be_macro(floe_jinja_text name) {
    return floe_text_is(name, "ref") || floe_text_is(name, "source") || floe_text_is(name, "function");
}

/* Names that mean something of dbt's. What only rendering has dbt 1 does not know when it scans macros. */
static bool is_member(const call_scan *scan, floe_jinja_text name) {
    static const char *const rendering[] = {
        "metric",           "function", "load_result", "store_result",      "store_raw_result",
        "load_agate_table", "write",    "render",      "submit_python_job", "try_or_compiler_error"};
    floe_key key = floe_key_of(name.text, name.length);
    for (size_t i = 0; i < sizeof rendering / sizeof *rendering; i++) {
        if (scan->context->parse->dbt < 200 && floe_text_is(name, rendering[i])) {
            return false;
        }
    }
    return floe_context_table_get(&scan->context->members, &key);
}

/* A macro that takes the place of ref() or source() is called by name too; dbt 1 does not write that down. */
static void add_overriding(call_scan *scan, floe_jinja_text name) {
    floe_key key = floe_key_of(name.text, name.length);
    const floe_parse_macro *macro = macro_in(scan->context, scan->macro->package, &key);
    macro = macro ? macro : floe_context_table_get(&scan->context->all, &key);
    if (macro && floe_context_may_be_macro(name) && scan->context->parse->dbt >= 200) {
        add_once(scan, macro->name, true);
    }
}

static bool scan_node(void *data, const floe_jinja_node *node) {
    call_scan *scan = data;
    if (node->kind != FLOE_JINJA_CALL) {
        return !scan->result;
    }
    const floe_jinja_node *callee = node->a;
    if (callee->kind == FLOE_JINJA_NAME) {
        bool own = callee->text.length == strlen(scan->macro->name) &&
                   !memcmp(callee->text.text, scan->macro->name, callee->text.length);
        if (!own && !is_member(scan, callee->text)) {
            scan->by_name = true;
            resolve_call(scan, (floe_jinja_text){NULL, 0}, callee->text);
            scan->by_name = false;
        } else if (!own) {
            add_overriding(scan, callee->text);
        }
    } else if (callee->kind == FLOE_JINJA_ATTRIBUTE && callee->a->kind == FLOE_JINJA_NAME) {
        if (!floe_text_is(callee->a->text, "adapter")) {
            resolve_call(scan, callee->a->text, callee->text);
        } else if (floe_text_is(callee->text, "dispatch")) {
            scan_dispatch(scan, node);
        }
    }
    return !scan->result;
}

int floe_context_macro_calls(floe_parse_context *context, floe_parse_macro *macro) {
    call_scan scan = {.context = context, .macro = macro};
    if (macro->syntax) {
        const floe_jinja_node *const only[] = {macro->syntax};
        floe_jinja_walk((floe_jinja_list){only, 1}, scan_node, &scan);
    }
    return scan.result;
}

/*
 * The names that a template sees while dbt parses, and the step that renders each node with them: `execute`
 * is false, nothing has effects, and what only a run can know is an unknown value.
 */
#include "dbt/parse/context.h"
#include "dbt/parse/nodes.h"

#include "floe/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- memory and doubts ---- */

/* Room that the run's own bound refuses ends the run at its next step; that of the system ends the reading.
 */
static void run_out(floe_jinja_run *run) {
    if (floe_arena_refused(floe_jinja_arena(run))) {
        floe_jinja_allow(run, 0);
    } else {
        floe_frame_of(run)->failure = FLOE_MEMORY;
    }
}

void *floe_context_alloc(floe_jinja_run *run, size_t size) {
    size = size ? size : 1;
    void *memory = floe_arena_alloc(floe_jinja_arena(run), size);
    if (!memory) {
        run_out(run);
        memory = floe_arena_alloc(floe_frame_of(run)->thread->scratch, size);
    }
    if (!memory) {
        floe_frame_of(run)->failure = FLOE_MEMORY;
    }
    return memory;
}

char *floe_context_copy(floe_jinja_run *run, const char *text, size_t length) {
    char *copy = floe_context_alloc(run, length + 1);
    if (copy) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

static const floe_jinja_doubt out_of_memory = {.reason = "memory ran out"};

floe_jinja_value floe_context_object(floe_jinja_run *run, const floe_jinja_object *object, size_t size) {
    floe_jinja_object *kept = floe_context_alloc(run, size);
    return kept ? floe_jinja_of_object(memcpy(kept, object, size)) : floe_jinja_doubtful(&out_of_memory);
}

floe_jinja_value floe_context_text(floe_jinja_run *run, const char *text, size_t length) {
    char *copy = floe_arena_text(floe_jinja_arena(run), text, length);
    if (!copy) {
        static const floe_jinja_doubt refused = {.reason = "the text is too large"};
        run_out(run);
        return floe_jinja_doubtful(&refused);
    }
    return floe_jinja_string(copy, length);
}

const floe_jinja_doubt *floe_context_keep(floe_parse_thread *thread, const floe_jinja_doubt *doubt) {
    if (!doubt) {
        return NULL;
    }
    floe_jinja_doubt *kept = floe_arena_alloc(thread->arena, sizeof *kept);
    const char *reason = floe_arena_text(thread->arena, doubt->reason, strlen(doubt->reason));
    if (!kept || !reason) {
        return &out_of_memory;
    }
    *kept = *doubt;
    kept->reason = reason;
    return kept;
}

const floe_jinja_doubt *floe_context_doubt(floe_parse_thread *thread, const floe_jinja_template *template,
                                           uint32_t at, const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    floe_jinja_doubt doubt = {.reason = text, .template = template, .at = at};
    return floe_context_keep(thread, &doubt);
}

const floe_jinja_doubt *floe_context_failure(floe_parse_thread *thread, const floe_jinja_run *run) {
    const floe_error *error = floe_jinja_error(run);
    uint32_t at = 0, depth = 0;
    const floe_jinja_template *here = floe_jinja_here(run, &at, &depth);
    char text[sizeof error->message];
    snprintf(text, sizeof text, "%s", error->message);
    size_t length = strlen(text);
    if (length && text[length - 1] == '.') {
        text[length - 1] = '\0';
    }
    return floe_context_doubt(thread, here, at, "%s", text);
}

/* A thing that is in doubt for one reason needs no second entry for it, and for many not all of them. */
static bool is_doubted(const floe_parse_node *node, const char *about, const char *reason) {
    enum { ENOUGH = 8 };
    for (size_t i = 0; i < node->doubts.count; i++) {
        if (!strcmp(node->doubts.items[i].about, about) &&
            (node->doubts.count >= ENOUGH || !strcmp(node->doubts.items[i].reason, reason))) {
            return true;
        }
    }
    return false;
}

int floe_context_doubts(floe_parse_thread *thread, floe_parse_node *node, const char *about,
                        const floe_jinja_doubt *doubt) {
    if (is_doubted(node, about, doubt->reason)) {
        return 0;
    }
    floe_parse_doubt kept = {.about = about};
    const floe_jinja_doubt *copy = floe_context_keep(thread, doubt);
    kept.reason = copy->reason;
    kept.file = node->file ? node->file->shown : NULL;
    if (copy->template) {
        kept.file = copy->template->name;
        floe_jinja_position(copy->template, copy->at, &kept.line, &kept.column);
    }
    return FLOE_PARSE_PUSH(&node->doubts, kept);
}

/* Adds why the run failed to a node's doubts, with the place at which it did. */
static int add_failure(floe_parse_thread *thread, floe_parse_node *node, const char *about,
                       const floe_jinja_run *run) {
    const floe_error *error = floe_jinja_error(run);
    const char *reason = floe_context_failure(thread, run)->reason;
    const char *file = error->file[0] ? floe_arena_text(thread->arena, error->file, strlen(error->file))
                       : node->file   ? node->file->shown
                                      : NULL;
    floe_parse_doubt kept = {
        .about = about, .reason = reason, .file = file, .line = error->line, .column = error->column};
    return is_doubted(node, about, reason) ? 0 : FLOE_PARSE_PUSH(&node->doubts, kept);
}

/* ---- names that are values ---- */

static floe_jinja_value get_false(floe_jinja_run *run) {
    (void)run;
    return floe_jinja_boolean(false);
}

static floe_jinja_value get_none(floe_jinja_run *run) {
    (void)run;
    return floe_jinja_none();
}

static floe_jinja_value get_unknown(floe_jinja_run *run) {
    return floe_jinja_unknown(run, "this differs from run to run");
}

static floe_jinja_value get_dict(floe_jinja_run *run) {
    floe_jinja_value out;
    if (floe_jinja_new_dict(run, &out)) {
        run_out(run);
        return floe_jinja_none();
    }
    return out;
}

static floe_jinja_value get_list(floe_jinja_run *run) {
    floe_jinja_value out;
    if (floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, &out)) {
        run_out(run);
        return floe_jinja_none();
    }
    return out;
}

static floe_jinja_value get_schema(floe_jinja_run *run) {
    return floe_context_target_field(run, "schema");
}

static floe_jinja_value get_database(floe_jinja_run *run) {
    return floe_context_target_field(run, "database");
}

static floe_jinja_value get_project_name(floe_jinja_run *run) {
    const floe_parse *parse = floe_frame_of(run)->parse;
    const char *name = parse->packages.count ? parse->packages.items[0]->name : NULL;
    return name ? floe_jinja_string(name, strlen(name))
                : floe_jinja_unknown(run, "the project has no name yet");
}

static floe_jinja_value get_version(floe_jinja_run *run) {
    return floe_jinja_unknown(run, "which dbt runs is not known");
}

static floe_jinja_value get_this(floe_jinja_run *run) {
    floe_frame *frame = floe_frame_of(run);
    if (!frame->node) {
        return floe_jinja_undefined("this");
    }
    return frame->node->kind == FLOE_PARSE_OPERATION ? floe_jinja_none()
                                                     : floe_context_relation(run, frame->node);
}

static floe_jinja_value get_model(floe_jinja_run *run) {
    floe_frame *frame = floe_frame_of(run);
    return frame->node ? floe_context_model(run, frame->node)
                       : floe_jinja_unknown(run, "no node is rendered here");
}

static floe_jinja_value get_test_arguments(floe_jinja_run *run) {
    const floe_jinja_value *arguments = floe_frame_of(run)->test_arguments;
    return arguments ? *arguments : floe_jinja_undefined("_dbt_generic_test_kwargs");
}

/* ---- flags ---- */

static bool flags_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                            floe_jinja_value *out) {
    (void)object;
    static const char *const off[] = {"FULL_REFRESH", "STORE_FAILURES", "EMPTY", "DEFER",
                                      "FAVOR_STATE",  "FAIL_FAST",      "DEBUG"};
    for (size_t i = 0; i < sizeof off / sizeof *off; i++) {
        if (floe_text_is(name, off[i])) {
            *out = floe_jinja_boolean(false);
            return true;
        }
    }
    *out = floe_jinja_unknown(run, "the flag '%.*s' is known to a run only", (int)name.length, name.text);
    return true;
}

static int flags_item(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_value *key,
                      floe_jinja_value *out) {
    if (key->type == FLOE_JINJA_IS_STRING) {
        flags_attribute(run, object, (floe_jinja_text){key->string, key->length}, out);
    } else {
        *out = floe_jinja_undefined("flags");
    }
    return 0;
}

static const floe_jinja_class flags_class = {
    .name = "Flags", .attribute = flags_attribute, .item = flags_item};
static const floe_jinja_object flags_object = {&flags_class};

static floe_jinja_value get_flags(floe_jinja_run *run) {
    (void)run;
    return floe_jinja_of_object((floe_jinja_object *)(uintptr_t)&flags_object);
}

/* ---- the context itself, and dbt's own names of it ---- */

typedef bool (*name_lookup)(floe_jinja_run *run, floe_jinja_text name, floe_jinja_value *out);

typedef struct scope_object {
    floe_jinja_object head;
    name_lookup lookup;
} scope_object;

static int scope_get(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                     floe_jinja_value *out) {
    static const char *const parameters[] = {"key", "default="};
    const scope_object *scope = self;
    floe_jinja_value slots[2];
    int result = floe_jinja_bind(run, "get", arguments, parameters, 2, slots);
    if (result) {
        return result;
    }
    if (slots[0].type == FLOE_JINJA_IS_UNKNOWN) {
        return floe_context_any_macro(run, &slots[0], out);
    }
    if (slots[0].type != FLOE_JINJA_IS_STRING ||
        !scope->lookup(run, (floe_jinja_text){slots[0].string, slots[0].length}, out)) {
        *out = slots[1].type == FLOE_JINJA_IS_UNDEFINED ? floe_jinja_none() : slots[1];
    }
    return 0;
}

static bool scope_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                            floe_jinja_value *out) {
    const scope_object *scope = (const scope_object *)object;
    if (scope->lookup(run, name, out)) {
        return true;
    }
    if (floe_text_is(name, "get")) {
        *out = floe_context_bound(run, "get", scope_get, object);
        return true;
    }
    return false;
}

static int scope_item(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_value *key,
                      floe_jinja_value *out) {
    const scope_object *scope = (const scope_object *)object;
    if (key->type == FLOE_JINJA_IS_UNKNOWN) {
        return floe_context_any_macro(run, key, out);
    }
    if (key->type != FLOE_JINJA_IS_STRING ||
        !scope->lookup(run, (floe_jinja_text){key->string, key->length}, out)) {
        *out = floe_jinja_undefined("context");
    }
    return 0;
}

static int scope_members(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *list) {
    (void)object;
    *list = floe_jinja_unknown(run, "all names of dbt's context are known to dbt only");
    return 0;
}

static const floe_jinja_class scope_class = {.name = "dict",
                                             .attribute = scope_attribute,
                                             .item = scope_item,
                                             .unknown_keys = true,
                                             .iterate = scope_members,
                                             .mapping = true};
static const scope_object context_scope = {{&scope_class}, floe_context_lookup};
static const scope_object builtins_scope = {{&scope_class}, floe_context_member};

static floe_jinja_value get_context(floe_jinja_run *run) {
    (void)run;
    return floe_jinja_of_object((floe_jinja_object *)(uintptr_t)&context_scope.head);
}

static floe_jinja_value get_builtins(floe_jinja_run *run) {
    (void)run;
    return floe_jinja_of_object((floe_jinja_object *)(uintptr_t)&builtins_scope.head);
}

/* ---- the table of names ---- */

typedef floe_jinja_value (*member_get)(floe_jinja_run *run);

typedef struct context_member {
    const char *name;
    member_get get;
    const floe_context_function *function; /* or this */
    bool everywhere;                       /* in YAML files too */
} context_member;

static const context_member value_members[] = {
    {"var", floe_context_var, NULL, true},
    {"target", floe_context_target, NULL, true},
    {"env", floe_context_target, NULL, false},
    {"flags", get_flags, NULL, true},
    {"modules", floe_context_modules, NULL, true},
    {"context", get_context, NULL, true},
    {"builtins", get_builtins, NULL, true},
    {"project_name", get_project_name, NULL, true},
    {"dbt_version", get_version, NULL, true},
    {"run_started_at", get_unknown, NULL, true},
    {"invocation_id", get_unknown, NULL, true},
    {"thread_id", get_unknown, NULL, true},
    {"config", floe_context_config, NULL, false},
    {"adapter", floe_context_adapter, NULL, false},
    {"api", floe_context_api, NULL, false},
    {"column", floe_context_column_class, NULL, false},
    {"exceptions", floe_context_exceptions, NULL, false},
    {"execute", get_false, NULL, false},
    {"this", get_this, NULL, false},
    {"model", get_model, NULL, false},
    {"graph", get_dict, NULL, false},
    {"schema", get_schema, NULL, false},
    {"database", get_database, NULL, false},
    {"sql", get_none, NULL, false},
    {"compiled_code", get_none, NULL, false},
    {"defer_relation", get_none, NULL, false},
    {"pre_hooks", get_unknown, NULL, false},
    {"post_hooks", get_unknown, NULL, false},
    {"sql_now", get_unknown, NULL, false},
    {"selected_resources", get_list, NULL, false},
    {"dbt_metadata_envs", get_unknown, NULL, false},
    {"invocation_args_dict", get_unknown, NULL, false},
    {"validation", get_unknown, NULL, false},
    {"_sql_results", get_dict, NULL, false},
    {"context_macro_stack", get_unknown, NULL, false},
    {"_dbt_generic_test_kwargs", get_test_arguments, NULL, false},
};

static bool everywhere(const char *name) {
    static const char *const names[] = {
        "env_var", "return",     "log", "print",      "tojson", "fromjson",  "toyaml",           "fromyaml",
        "set",     "set_strict", "zip", "zip_strict", "doc",    "local_md5", "diff_of_two_dicts"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!strcmp(names[i], name)) {
            return true;
        }
    }
    return false;
}

static int add_members(floe_parse_context *context) {
    int result = 0;
    for (size_t i = 0; !result && i < sizeof value_members / sizeof *value_members; i++) {
        const char *name = value_members[i].name;
        result = floe_context_table_add(&context->members, floe_key_of(name, strlen(name)),
                                        (void *)(uintptr_t)&value_members[i]);
    }
    for (const floe_context_function *function = floe_context_functions; !result && function->name;
         function++) {
        context_member *member = floe_arena_alloc(context->parse->arena, sizeof *member);
        if (!member) {
            return FLOE_MEMORY;
        }
        *member = (context_member){
            .name = function->name, .function = function, .everywhere = everywhere(function->name)};
        result = floe_context_table_add(&context->members,
                                        floe_key_of(function->name, strlen(function->name)), member);
    }
    return result;
}

bool floe_context_member(floe_jinja_run *run, floe_jinja_text name, floe_jinja_value *out) {
    const floe_frame *frame = floe_frame_of(run);
    floe_key key = floe_key_of(name.text, name.length);
    const context_member *member = floe_context_table_get(&frame->context->members, &key);
    if (!member || (frame->kind > FLOE_FRAME_NAME && !member->everywhere)) {
        return false;
    }
    if (frame->kind <= FLOE_FRAME_NAME && floe_text_is(name, "doc")) {
        return false;
    }
    *out = member->get ? member->get(run)
                       : floe_jinja_of_object((floe_jinja_object *)(uintptr_t)&member->function->head);
    return true;
}

bool floe_context_lookup(floe_jinja_run *run, floe_jinja_text name, floe_jinja_value *out) {
    if (floe_text_is(name, "context")) {
        *out = get_context(run);
        return true;
    }
    floe_frame *frame = floe_frame_of(run);
    bool own_first = frame->parse->dbt < 200 || floe_context_may_be_macro(name);
    if ((!own_first && floe_context_member(run, name, out)) || floe_context_find(run, name, out) ||
        floe_context_member(run, name, out)) {
        return true;
    }
    if (!frame->depth && frame->missing_count < sizeof frame->missing / sizeof *frame->missing) {
        frame->missing[frame->missing_count++] = name;
    }
    return false;
}

/* ---- the context of a reading ---- */

static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

static void free_context(floe_parse *parse) {
    floe_parse_context *context = parse->context;
    for (unsigned i = 0; parse->threads && i < parse->thread_count; i++) {
        floe_jinja_run_free(parse->threads[i].run);
        parse->threads[i].run = NULL;
    }
    if (!context) {
        return;
    }
    for (size_t i = 0; i < context->package_count; i++) {
        floe_context_table_free(&context->macros[i]);
    }
    free(context->macros);
    floe_context_table_free(&context->all);
    floe_context_table_free(&context->packages);
    floe_context_table_free(&context->builtins);
    floe_context_table_free(&context->members);
    floe_context_table_free(&context->docs);
    floe_context_table_free(&context->docs_of_package);
    free(context);
    parse->context = NULL;
}

static void read_cli_vars(floe_parse *parse) {
    const char *vars = parse->options->vars;
    floe_document *document;
    floe_error error;
    if (!vars || parse->cli_vars) {
        return;
    }
    if (floe_yaml_parse(&document, parse->store, "--vars", vars, strlen(vars), floe_parse_dialect(parse),
                        NULL, &error)) {
        floe_parse_report_error(parse, FLOE_PARSE_ERROR, "invalid_vars", NULL, &error);
    } else if (floe_node_kind(&document->root) == FLOE_OBJECT) {
        parse->cli_vars = &document->root;
    }
}

static floe_parse_context *new_context(floe_parse *parse) {
    floe_parse_context *context = calloc(1, sizeof *context);
    if (!context) {
        return NULL;
    }
    context->parse = parse;
    context->host = (floe_jinja_host){.lookup = floe_context_lookup,
                                      .untaken = floe_context_untaken,
                                      .filter = floe_context_filter,
                                      .second = parse->dbt >= 200};
    context->target.fields = floe_null_node(0);
    context->target.reason = "there is no profile";
    parse->release = free_context;
    read_cli_vars(parse);
    if (add_members(context) || floe_profile_load(context, &parse->threads[0])) {
        parse->context = context;
        free_context(parse);
        return NULL;
    }
    const char **prefixes = context->prefixes;
    context->prefix_count = floe_builtin_prefixes(context->target.type, prefixes, FLOE_CONTEXT_PREFIXES - 1);
    prefixes[context->prefix_count++] = "default";
    parse->target = context->target.known ? &context->target : NULL;
    __atomic_store_n(&parse->context, context, __ATOMIC_RELEASE);
    return context;
}

floe_parse_context *floe_context_for(floe_parse *parse) {
    floe_parse_context *context = __atomic_load_n(&parse->context, __ATOMIC_ACQUIRE);
    if (!context) {
        pthread_mutex_lock(&making);
        context = parse->context ? parse->context : new_context(parse);
        pthread_mutex_unlock(&making);
    }
    return context;
}

/* What a name means without its package where two have it: in dbt 2 the last package by name, be it the
 * project; in dbt 1 the project, else any of them: they are rivals. */
static int index_name(floe_parse_context *context, floe_parse_macro *macro) {
    floe_key key = floe_key_of(macro->name, strlen(macro->name));
    floe_parse_macro *other = floe_context_table_get(&context->all, &key);
    bool rivals = other && context->parse->dbt < 200 && macro->package->index && other->package->index;
    bool last = !other || strcmp(macro->package->name, other->package->name) > 0;
    bool first = other && context->parse->dbt < 200 && !rivals ? !macro->package->index : last;
    if (rivals && macro->package != other->package) {
        macro->rival = first ? other : other->rival;
        other->rival = first ? other->rival : macro;
    }
    return first ? floe_context_table_put(&context->all, key, macro) : 0;
}

static int index_macros(floe_parse_context *context) {
    floe_parse *parse = context->parse;
    int result = 0;
    for (size_t i = 0; !result && i < parse->macros.count; i++) {
        floe_parse_macro *macro = parse->macros.items[i];
        macro->index = (uint32_t)i;
        if (macro->package->index < context->package_count) {
            result = floe_context_table_add(&context->macros[macro->package->index],
                                            floe_key_of(macro->name, strlen(macro->name)), macro);
        }
        result = result ? result : index_name(context, macro);
    }
    return result;
}

static int index_docs(floe_parse_context *context) {
    floe_parse *parse = context->parse;
    int result = 0;
    for (size_t i = 0; !result && i < parse->docs.count; i++) {
        floe_parse_doc *doc = parse->docs.items[i];
        char name[512];
        int length = snprintf(name, sizeof name, "%s.%s", doc->package->name, doc->name);
        const char *copy = floe_arena_text(parse->arena, name, strlen(name));
        if (!copy || length < 0) {
            return FLOE_MEMORY;
        }
        result = floe_context_table_add(&context->docs, floe_key_of(doc->name, strlen(doc->name)), doc);
        result =
            result ? result
                   : floe_context_table_add(&context->docs_of_package, floe_key_of(copy, strlen(copy)), doc);
    }
    return result;
}

static int index_all(floe_parse_context *context) {
    floe_parse *parse = context->parse;
    context->macros = calloc(parse->packages.count + 1, sizeof *context->macros);
    if (!context->macros) {
        return FLOE_MEMORY;
    }
    context->package_count = parse->packages.count;
    int result = 0;
    for (size_t i = 0; !result && i < parse->packages.count; i++) {
        floe_parse_package *package = parse->packages.items[i];
        result = floe_context_table_add(&context->packages, floe_key_of(package->name, strlen(package->name)),
                                        package);
    }
    for (size_t i = 0; i < parse->packages.count; i++) {
        const floe_document *document = parse->packages.items[i]->document;
        context->quoting = context->quoting || (document && document->text &&
                                                memmem(document->text, document->size, "quoting", 7));
    }
    if (parse->packages.count) {
        const floe_parse_package *root = parse->packages.items[0];
        context->dispatch = floe_node_get(&root->spec, "dispatch", strlen("dispatch"));
        if (!context->dispatch && root->document) {
            context->dispatch = floe_node_get(&root->document->root, "dispatch", strlen("dispatch"));
        }
    }
    result = result ? result : floe_builtin_index(context);
    result = result ? result : index_macros(context);
    return result ? result : index_docs(context);
}

int floe_context_index(floe_parse_context *context) {
    if (__atomic_load_n(&context->macros_ready, __ATOMIC_ACQUIRE)) {
        return 0;
    }
    pthread_mutex_lock(&making);
    int result = context->macros_ready ? 0 : index_all(context);
    if (!result) {
        __atomic_store_n(&context->macros_ready, true, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&making);
    return result;
}

floe_jinja_run *floe_context_run(floe_frame *frame) {
    floe_parse_thread *thread = frame->thread;
    floe_parse_count_steps(thread);
    if (!thread->run) {
        if (floe_jinja_run_new(&thread->run, &frame->context->host, frame, NULL, &thread->error)) {
            frame->failure = FLOE_MEMORY;
            return NULL;
        }
    } else {
        floe_jinja_run_reset(thread->run, frame);
    }
    if (frame->kind > FLOE_FRAME_NAME) {
        floe_jinja_chaining(thread->run, false);
    }
    floe_parse_bound_steps(thread);
    return thread->run;
}

/* ---- step 3 ---- */

static int out_of(floe_parse_thread *thread, int result) {
    return result == FLOE_MEMORY ? floe_error_memory(&thread->error) : result;
}

/* A template that ends early: what was recorded stands, and what may still have come is in doubt. */
static int render_failed(floe_frame *frame, floe_jinja_run *run, const floe_jinja_template *template,
                         floe_jinja_list body) {
    if (floe_jinja_error(run)->code == FLOE_MEMORY) {
        return FLOE_MEMORY;
    }
    const floe_jinja_doubt *doubt = floe_context_failure(frame->thread, run);
    int result = add_failure(frame->thread, frame->node, "edges", run);
    floe_context_collect(frame, template, body, doubt, false);
    return result;
}

/* ---- calls of what is not there ---- */

typedef struct missing_scan {
    floe_frame *frame;
    const floe_jinja_template *template;
    floe_jinja_list body;
} missing_scan;

/* A macro that the node's own template defines: dbt 1 gives it another name, so that the call does nothing.
 */
static bool is_inline(const missing_scan *scan, floe_jinja_text name) {
    bool renamed = scan->frame->parse->dbt < 200;
    for (uint32_t i = 0; renamed && i < scan->body.count; i++) {
        const floe_jinja_node *node = scan->body.items[i];
        if (node->kind == FLOE_JINJA_MACRO && node->text.length == name.length &&
            !memcmp(node->text.text, name.text, name.length)) {
            return true;
        }
    }
    return false;
}

static bool is_missing(const floe_frame *frame, floe_jinja_text name) {
    static const char *const globals[] = {"range", "dict", "namespace", "cycler", "joiner", "lipsum"};
    for (size_t i = 0; i < sizeof globals / sizeof *globals; i++) {
        if (floe_text_is(name, globals[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < frame->missing_count; i++) {
        if (frame->missing[i].length == name.length &&
            !memcmp(frame->missing[i].text, name.text, name.length)) {
            return true;
        }
    }
    return false;
}

/* In a node's own template dbt lets the call of an unknown macro pass while it parses. */
static bool scan_missing(void *data, const floe_jinja_node *node) {
    missing_scan *scan = data;
    floe_frame *frame = scan->frame;
    const floe_jinja_node *callee = node->kind == FLOE_JINJA_CALL ? node->a : NULL;
    bool member = callee && callee->kind == FLOE_JINJA_ATTRIBUTE && callee->a->kind == FLOE_JINJA_NAME;
    if (!callee || (!member && callee->kind != FLOE_JINJA_NAME) ||
        !is_missing(frame, member ? callee->a->text : callee->text) ||
        (!member && is_inline(scan, callee->text))) {
        return true;
    }
    floe_jinja_text front = member ? callee->a->text : (floe_jinja_text){"", 0}, name = callee->text;
    const floe_context_table *tables[] = {&frame->context->all};
    size_t length = 0;
    const char *near = member ? NULL : floe_context_near_macro(tables, 1, "", name, &length);
    const floe_jinja_doubt *doubt =
        near ? floe_context_doubt(frame->thread, scan->template, node->at,
                                  "there is no macro '%.*s'; did you mean '%.*s'?", (int)name.length,
                                  name.text, (int)length, near)
             : floe_context_doubt(frame->thread, scan->template, node->at,
                                  "there is no macro '%.*s%s%.*s'; is its package installed?",
                                  (int)front.length, front.text, member ? "." : "", (int)name.length,
                                  name.text);
    if (floe_context_doubts(frame->thread, frame->node, "macros", doubt)) {
        frame->failure = FLOE_MEMORY;
    }
    return !frame->failure;
}

static int render_body(floe_frame *frame, const floe_jinja_template *template, floe_jinja_list body) {
    floe_jinja_run *run = floe_context_run(frame);
    if (!run) {
        return FLOE_MEMORY;
    }
    floe_jinja_value out;
    int result = floe_jinja_render_body(run, template, body, &out);
    if (result) {
        result = render_failed(frame, run, template, body);
    } else if (frame->missing_count) {
        missing_scan scan = {.frame = frame, .template = template, .body = body};
        floe_jinja_walk(body, scan_missing, &scan);
    }
    return result ? result : frame->failure;
}

static floe_frame node_frame(floe_parse_thread *thread, floe_parse_context *context, floe_parse_node *node) {
    return (floe_frame){.thread = thread,
                        .parse = thread->parse,
                        .context = context,
                        .kind = FLOE_FRAME_NODE,
                        .package = node->package,
                        .node = node,
                        .file = node->file ? node->file->shown : NULL};
}

static bool only_text(floe_jinja_list body) {
    for (uint32_t i = 0; i < body.count; i++) {
        if (body.items[i]->kind != FLOE_JINJA_TEXT) {
            return false;
        }
    }
    return true;
}

int floe_parse_render_node(floe_parse_thread *thread, floe_parse_node *node) {
    bool python = node->language && !strcmp(node->language, "python");
    bool broken = node->file && node->file->broken && !node->template;
    if (!broken && !python && (!node->template || only_text(node->body))) {
        return 0;
    }
    floe_parse_context *context = floe_context_for(thread->parse);
    if (!context || floe_context_index(context)) {
        return out_of(thread, FLOE_MEMORY);
    }
    floe_frame frame = node_frame(thread, context, node);
    if (broken) {
        const floe_jinja_doubt *doubt = floe_context_doubt(thread, NULL, 0, "its file could not be read");
        return out_of(thread, floe_context_doubts(thread, node, "edges", doubt));
    }
    return out_of(thread,
                  python ? floe_context_python(&frame) : render_body(&frame, node->template, node->body));
}

int floe_parse_render_hook(floe_parse_thread *thread, floe_parse_node *node, const floe_node *hook) {
    size_t size;
    const char *text = floe_node_string(hook, &size);
    if (!text || !floe_jinja_is_template(text, size)) {
        return 0;
    }
    floe_parse_context *context = floe_context_for(thread->parse);
    if (!context || floe_context_index(context)) {
        return out_of(thread, FLOE_MEMORY);
    }
    floe_frame frame = node_frame(thread, context, node);
    frame.hook = true;
    const floe_jinja_template *template;
    const char *copy = floe_arena_text(thread->arena, text, size);
    floe_error error;
    const floe_jinja_origin origin = floe_parse_hook_origin(thread->parse, node, hook);
    int result =
        copy ? floe_jinja_parse_at(&template, thread->arena, &origin, copy, size, &error) : FLOE_MEMORY;
    if (result == FLOE_INVALID || result == FLOE_LIMIT) {
        const char *reason = floe_parse_format(thread->arena, "a hook is no Jinja: %s", error.message);
        return out_of(thread, reason ? floe_parse_doubt_about(node, "edges", reason, NULL, origin.name,
                                                              error.line, error.column)
                                     : FLOE_MEMORY);
    }
    return out_of(thread, result ? result : render_body(&frame, template, template->body));
}

static int render_index(floe_parse_thread *thread, size_t index) {
    return floe_parse_render_node(thread, thread->parse->nodes.items[index]);
}

static int scan_index(floe_parse_thread *thread, size_t index) {
    floe_parse *parse = thread->parse;
    return out_of(thread, floe_context_macro_calls(parse->context, parse->macros.items[index]));
}

int floe_parse_render(floe_parse *parse) {
    floe_parse_context *context = floe_context_for(parse);
    if (!context || floe_context_index(context)) {
        return floe_error_memory(parse->error);
    }
    int result = floe_parse_each(parse, parse->macros.count, scan_index);
    return result ? result : floe_parse_render_each(parse, parse->nodes.count, render_index);
}

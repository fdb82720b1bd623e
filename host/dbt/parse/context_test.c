/*
 * Generic tests: their arguments are rendered as dbt renders them, and then the body of the test's macro, so
 * that what both refer to is the test's.
 */
#include "dbt/parse/context.h"
#include "dbt/parse/nodes.h"

#include <stdio.h>
#include <string.h>

/* dbt: ^\s*(env_var|ref|var|source|doc)\s*\(.+\)\s*$ */
static bool looks_like_call(const char *text, size_t size) {
    static const char *const names[] = {"env_var", "ref", "var", "source", "doc"};
    while (size && strchr(" \t\r\n\f\v", *text)) {
        text++;
        size--;
    }
    while (size && strchr(" \t\r\n\f\v", text[size - 1])) {
        size--;
    }
    if (!size || text[size - 1] != ')') {
        return false;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t at = strlen(names[i]);
        if (size > at && !memcmp(text, names[i], at)) {
            while (at < size && strchr(" \t\r\n\f\v", text[at])) {
                at++;
            }
            if (at + 2 < size && text[at] == '(' && !memchr(text + at, '\n', size - at)) {
                return true;
            }
        }
    }
    return false;
}

static int argument_text(floe_frame *frame, floe_jinja_run *run, const char *text, size_t size, uint32_t at,
                         floe_jinja_value *out) {
    frame->at = at;
    if (!looks_like_call(text, size)) {
        return floe_context_render_text(frame, run, text, size, out);
    }
    char *wrapped = floe_context_alloc(run, size + 6);
    if (!wrapped) {
        return FLOE_MEMORY;
    }
    memcpy(wrapped, "{{ ", 3);
    memcpy(wrapped + 3, text, size);
    memcpy(wrapped + 3 + size, " }}", 3);
    return floe_context_render_text(frame, run, wrapped, size + 6, out);
}

static int argument_value(floe_frame *frame, floe_jinja_run *run, const floe_node *node,
                          floe_jinja_value *out) {
    size_t size;
    const char *text = floe_node_string(node, &size);
    if (text) {
        return argument_text(frame, run, text, size, node->at, out);
    }
    if (floe_node_absent(node) || floe_node_kind(node) < FLOE_ARRAY) {
        return floe_parse_value_of(run, node, out);
    }
    bool map = floe_node_kind(node) == FLOE_OBJECT;
    int result = map ? floe_jinja_new_dict(run, out) : floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
    for (uint32_t i = 0; !result && i < floe_node_size(node); i++) {
        floe_jinja_value item;
        result = argument_value(frame, run, floe_node_child(node, i), &item);
        if (!result && map) {
            const floe_key *key = floe_node_key(node, i);
            floe_jinja_value name = floe_jinja_string(key->text, key->length);
            result = floe_jinja_put(run, out, &name, &item);
        } else if (!result) {
            result = floe_jinja_append(run, out, &item);
        }
    }
    return result;
}

/* The keywords of the call; column_name stays the text it is. */
static int render_arguments(floe_frame *frame, floe_jinja_run *run, const floe_node *arguments,
                            floe_jinja_text *keywords, floe_jinja_value *values) {
    int result = 0;
    frame->native = true;
    frame->document = frame->node->file ? frame->node->file->document : NULL;
    for (uint32_t i = 0; !result && i < floe_node_size(arguments); i++) {
        const floe_key *key = floe_node_key(arguments, i);
        const floe_node *node = floe_node_child(arguments, i);
        keywords[i] = (floe_jinja_text){key->text, key->length};
        result = !strcmp(key->text, "column_name") ? floe_parse_value_of(run, node, &values[i])
                                                   : argument_value(frame, run, node, &values[i]);
    }
    frame->native = false;
    frame->document = NULL;
    return result;
}

static int failed(floe_frame *frame, floe_jinja_run *run, int result) {
    if (result == FLOE_MEMORY || frame->failure || floe_jinja_error(run)->code == FLOE_MEMORY) {
        return FLOE_MEMORY;
    }
    return floe_context_doubts(frame->thread, frame->node, "edges", floe_context_failure(frame->thread, run));
}

/* dbt renders neither of its two simplest tests: they refer to the node that they stand at. */
static bool is_plain(const char *unique_id) {
    return unique_id &&
           (!strcmp(unique_id, "macro.dbt.test_not_null") || !strcmp(unique_id, "macro.dbt.test_unique"));
}

/* Their only reference is the one that `model` holds; the version is that of the node, not its text. */
static int read_plain(floe_frame *frame, const char *unique_id) {
    floe_parse_node *test = frame->node;
    const floe_jinja_template *template;
    size_t size;
    const char *model = floe_node_string(floe_node_get(&test->arguments, "model", strlen("model")), &size);
    int result = floe_context_note_macro(frame, unique_id);
    if (!result && frame->parse->dbt >= 200) {
        floe_context_reach reach = {.unique_id = unique_id};
        frame->reach = &reach;
        floe_jinja_run *run = floe_context_run(frame);
        floe_jinja_value wrapper;
        static const char name[] = "get_where_subquery";
        result = run ? 0 : FLOE_MEMORY;
        if (run) { /* found by its name, and with that noted */
            floe_context_find(run, (floe_jinja_text){name, sizeof name - 1}, &wrapper);
        }
        frame->reach = NULL;
    }
    if (result || !model) {
        return result;
    }
    result = floe_jinja_parse(&template, frame->thread->arena, frame->file ? frame->file : "model", model,
                              size, NULL);
    if (!result) {
        floe_context_collect(frame, template, template->body, NULL, false);
    }
    for (size_t i = 0; test->attached && i < test->calls.count; i++) {
        if (!floe_node_absent(&test->calls.items[i].version)) {
            test->calls.items[i].version = test->attached->version;
        }
    }
    return result == FLOE_MEMORY ? result : frame->failure;
}

/* The macro that a test runs, and what its node says that it is. */
typedef struct test_macro {
    const floe_parse_macro *macro; /* or */
    const floe_builtin *builtin;
    const char *unique_id; /* NULL: there is none */
} test_macro;

/* dbt 1 takes for its node the macro that the name alone means to the package; which one is rendered is for
 * floe_context_reach_test to say. */
static test_macro find_named(floe_parse *parse, const floe_parse_node *test, const floe_key *key) {
    test_macro found = {.macro = floe_parse_find_macro(parse, test->package, NULL, key->text)};
    const floe_parse_context *context = parse->context;
    found.builtin = found.macro ? NULL : floe_context_table_get(&context->builtins, key);
    found.unique_id = found.macro ? found.macro->unique_id : found.builtin ? found.builtin->unique_id : NULL;
    return found;
}

/* dbt 2 renders that of the package which is named, else as any macro is found; without a package the node
 * says the one that the name means to all. */
static test_macro find_qualified(floe_parse *parse, const floe_parse_node *test, const floe_key *key) {
    const floe_parse_context *context = parse->context;
    const char *of = test->test_namespace;
    test_macro found = {.macro = NULL};
    for (size_t i = 0; i < parse->packages.count; i++) {
        const floe_parse_package *package = parse->packages.items[i];
        bool fits = of ? !strcmp(of, package->name) : package == test->package || !i;
        const floe_parse_macro *macro =
            fits && i < context->package_count ? floe_context_table_get(&context->macros[i], key) : NULL;
        found.macro = macro && (!found.macro || package == test->package) ? macro : found.macro;
    }
    bool own = !found.macro && (!of || !strcmp(of, "dbt"));
    found.builtin = own ? floe_context_table_get(&context->builtins, key) : NULL;
    const floe_parse_macro *said = of ? found.macro : floe_context_table_get(&context->all, key);
    found.unique_id = said ? said->unique_id : found.builtin ? found.builtin->unique_id : NULL;
    return found;
}

/* dbt's own macro, which need not be rendered: in dbt 2 as long as dbt's own wraps the model as well. */
static bool needs_no_rendering(floe_parse *parse, const floe_parse_node *test, const test_macro *found) {
    static const char wrapper[] = "get_where_subquery";
    const floe_key key = floe_key_of(wrapper, sizeof wrapper - 1);
    floe_parse_node unnamed = {.package = test->package};
    return !found->macro && found->builtin && is_plain(found->builtin->unique_id) &&
           (parse->dbt < 200 || !find_qualified(parse, &unnamed, &key).macro);
}

/* The body of a test, of which the macro may be one of several. */
typedef struct test_body {
    floe_frame *frame;
    const floe_parse_macro *macro;
    const floe_jinja_arguments *arguments;
    const floe_jinja_doubt *doubt;
} test_body;

static int call_one(floe_jinja_run *run, void *data) {
    const test_body *body = data;
    floe_frame *frame = body->frame;
    floe_context_reach reach = {.test = body->macro, .unique_id = body->macro->unique_id};
    floe_jinja_value out;
    frame->reach = &reach;
    frame->depth += body->doubt != NULL; /* it is not said to be called where it only may be */
    const floe_parse_macro *macro = floe_context_reach_test(run, frame->node->test_namespace);
    int result = macro ? floe_context_call_macro(run, macro, body->arguments, &out) : 0;
    frame->depth -= body->doubt != NULL;
    frame->reach = NULL;
    return result;
}

static int call_rivals(floe_jinja_run *run, void *data) {
    test_body rest = *(const test_body *)data;
    rest.macro = rest.macro->rival;
    return rest.macro->rival ? floe_jinja_either(run, rest.doubt, call_one, call_rivals, &rest)
                             : call_one(run, &rest);
}

static bool has_rivals(const floe_frame *frame, const test_macro *found) {
    return frame->parse->dbt < 200 && found->macro && found->macro->rival &&
           found->macro->package != frame->node->package;
}

/* Where dbt 1 has more than one macro to choose from, what each of them says may be. */
static int call_body(floe_frame *frame, floe_jinja_run *run, const test_macro *found,
                     const floe_jinja_arguments *arguments) {
    test_body body = {.frame = frame, .macro = found->macro, .arguments = arguments};
    if (!has_rivals(frame, found)) {
        return call_one(run, &body);
    }
    body.doubt = floe_context_rivals(frame, found->macro);
    int result = floe_context_doubts(frame->thread, frame->node, "macros", body.doubt);
    return result ? result : floe_jinja_either(run, body.doubt, call_one, call_rivals, &body);
}

static int render_test(floe_frame *frame, const test_macro *found) {
    floe_parse_node *test = frame->node;
    const char *unique_id = found->unique_id;
    floe_context_reach reach = {.test = found->macro, .unique_id = unique_id};
    frame->reach = &reach;
    floe_jinja_run *run = floe_context_run(frame);
    uint32_t count = floe_node_kind(&test->arguments) == FLOE_OBJECT ? floe_node_size(&test->arguments) : 0;
    if (!run) {
        return FLOE_MEMORY;
    }
    floe_jinja_text *keywords = floe_context_alloc(run, (count + 1) * sizeof *keywords);
    floe_jinja_value *values = floe_context_alloc(run, (count + 1) * sizeof *values);
    int result = keywords && values ? 0 : FLOE_MEMORY;
    if (!result && unique_id && !has_rivals(frame, found)) {
        result = floe_context_note_macro(frame, unique_id);
    }
    result = result ? result : render_arguments(frame, run, &test->arguments, keywords, values);
    floe_jinja_arguments arguments = {.keywords = keywords, .named = values, .named_count = count};
    result = result || !found->macro ? result : call_body(frame, run, found, &arguments);
    frame->reach = NULL;
    return result ? failed(frame, run, result) : frame->failure;
}

/* Where a test stands in its file. */
static void place_of(const floe_parse_node *test, uint32_t *line, uint32_t *column) {
    *line = *column = 0;
    if (test->at && test->file && test->file->document) {
        floe_document_position(test->file->document, test->at, line, column);
    }
}

/* Its macro is not there: one of a package, or misspelt. */
static int doubt_macro(const floe_frame *frame, const char *name) {
    floe_parse_node *test = frame->node;
    const floe_context_table *tables[] = {&frame->context->all, &frame->context->builtins};
    floe_jinja_text own = {name + strlen("test_"), strlen(name) - strlen("test_")};
    size_t length = 0;
    const char *near =
        test->test_namespace ? NULL : floe_context_near_macro(tables, 2, "test_", own, &length);
    const char *dot = test->test_namespace ? "." : "";
    const char *space = test->test_namespace ? test->test_namespace : "";
    char *reason = near ? floe_parse_format(frame->thread->arena,
                                            "there is no test macro '%s'; did you mean the test '%.*s'?",
                                            name, (int)length, near)
                        : floe_parse_format(frame->thread->arena,
                                            "there is no test macro '%s%s%s'; is its package installed?",
                                            space, dot, name);
    uint32_t line, column;
    place_of(test, &line, &column);
    return reason ? floe_parse_doubt_about(test, "macros", reason, NULL, frame->file, line, column)
                  : FLOE_MEMORY;
}

int floe_parse_render_test(floe_parse_thread *thread, floe_parse_node *test) {
    floe_parse_context *context = floe_context_for(thread->parse);
    if (!context || floe_context_index(context)) {
        return floe_error_memory(&thread->error);
    }
    floe_frame frame = {.thread = thread,
                        .parse = thread->parse,
                        .context = context,
                        .kind = FLOE_FRAME_NODE,
                        .package = test->package,
                        .node = test,
                        .file = test->file ? test->file->shown : NULL};
    char name[256];
    int length = snprintf(name, sizeof name, "test_%s", test->test_name ? test->test_name : "");
    if (length < 0 || (size_t)length >= sizeof name) {
        length = (int)sizeof name - 1;
    }
    floe_key key = floe_key_of(name, (size_t)length);
    test_macro found = thread->parse->dbt < 200 ? find_named(thread->parse, test, &key)
                                                : find_qualified(thread->parse, test, &key);
    int result = 0;
    if (!found.macro && !found.builtin) {
        result = doubt_macro(&frame, name);
    }
    if (!result) {
        result = needs_no_rendering(thread->parse, test, &found) ? read_plain(&frame, found.unique_id)
                                                                 : render_test(&frame, &found);
    }
    return result ? floe_error_memory(&thread->error) : 0;
}

/*
 * Values of YAML files that hold Jinja, as dbt renders them: a text that is all one `{{ … }}` becomes a value
 * of its own type, everything else a text. And the docs blocks of descriptions.
 */
#include "dbt/parse/context.h"

#include <stdio.h>
#include <string.h>

/* ---- dbt's filters ---- */

/* In YAML files `as_bool` and the like mark a text, which is read as a literal once all is rendered. */
typedef enum marker_kind { MARK_TEXT, MARK_NATIVE, MARK_BOOL, MARK_NUMBER } marker_kind;

typedef struct marker_object {
    floe_jinja_object head;
    marker_kind kind;
    floe_jinja_value text;
} marker_object;

static int marker_text(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out) {
    (void)run;
    *out = ((const marker_object *)object)->text;
    return 0;
}

static int marker_truth(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out) {
    (void)run;
    *out = floe_jinja_boolean(((const marker_object *)object)->text.length);
    return 0;
}

static const floe_jinja_class marker_class = {.name = "str", .text = marker_text, .truth = marker_truth};

static int mark(floe_jinja_run *run, marker_kind kind, const floe_jinja_value *value, floe_jinja_value *out) {
    floe_jinja_value text;
    int result = floe_jinja_text_of(run, value, &text);
    if (result || text.type != FLOE_JINJA_IS_STRING) {
        *out = text;
        return result;
    }
    marker_object *object = floe_context_alloc(run, sizeof *object);
    *object = (marker_object){.head = {&marker_class}, .kind = kind, .text = text};
    *out = floe_jinja_of_object(&object->head);
    return 0;
}

bool floe_context_filter(floe_jinja_run *run, floe_jinja_text name, const floe_jinja_value *value,
                         const floe_jinja_arguments *arguments, floe_jinja_value *out, int *result) {
    (void)arguments;
    static const struct {
        const char *name;
        marker_kind kind;
    } filters[] = {{"as_text", MARK_TEXT},
                   {"as_native", MARK_NATIVE},
                   {"as_bool", MARK_BOOL},
                   {"as_number", MARK_NUMBER}};
    *result = 0;
    if (floe_text_is(name, "is_list")) {
        *out = value->type == FLOE_JINJA_IS_UNKNOWN ? *value
                                                    : floe_jinja_boolean(value->type == FLOE_JINJA_IS_LIST);
        return true;
    }
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        if (!floe_text_is(name, filters[i].name)) {
            continue;
        }
        if (value->type == FLOE_JINJA_IS_UNKNOWN || !floe_frame_of(run)->native) {
            *out = *value;
        } else {
            *result = mark(run, filters[i].kind, value, out);
        }
        return true;
    }
    return false;
}

/* ---- Python literals ---- */

static bool literal_kind(void *data, const floe_jinja_node *node) {
    bool *literal = data;
    switch (node->kind) {
    case FLOE_JINJA_NONE:
    case FLOE_JINJA_BOOLEAN:
    case FLOE_JINJA_INTEGER:
    case FLOE_JINJA_NUMBER:
    case FLOE_JINJA_STRING:
    case FLOE_JINJA_LIST:
    case FLOE_JINJA_TUPLE:
    case FLOE_JINJA_DICT:
    case FLOE_JINJA_NEGATIVE:
        break;
    default:
        *literal = false;
    }
    return *literal;
}

/* Python writes True, False and None; Jinja reads the small ones too. */
static bool is_small_word(floe_jinja_text text) {
    return floe_text_is(text, "true") || floe_text_is(text, "false") || floe_text_is(text, "none");
}

/* The value that a text spells as a literal of Python; the text itself where it is none. */
static int literal_value(floe_jinja_run *run, const floe_jinja_value *text, floe_jinja_value *out) {
    const floe_jinja_node *node;
    bool literal = true;
    *out = *text;
    if (!text->length || is_small_word((floe_jinja_text){text->string, text->length}) ||
        floe_jinja_parse_expression(&node, floe_jinja_arena(run), "value", text->string, text->length,
                                    NULL)) {
        return 0;
    }
    const floe_jinja_node *const only[] = {node};
    floe_jinja_walk((floe_jinja_list){only, 1}, literal_kind, &literal);
    if (!literal) {
        return 0;
    }
    floe_jinja_template *template = floe_context_alloc(run, sizeof *template);
    *template = (floe_jinja_template){.name = "value", .text = text->string, .size = text->length};
    return floe_jinja_evaluate(run, template, node, out);
}

static bool is_number(const floe_jinja_value *value) {
    return value->type == FLOE_JINJA_IS_INTEGER || value->type == FLOE_JINJA_IS_NUMBER;
}

/* A rendered value once all filters were applied. */
static int unmark(floe_jinja_run *run, floe_jinja_value *value) {
    if (value->type != FLOE_JINJA_IS_OBJECT || value->object->class != &marker_class) {
        return 0;
    }
    marker_object *marker = (marker_object *)value->object;
    *value = marker->text;
    if (marker->kind == MARK_TEXT) {
        return 0;
    }
    int result = literal_value(run, &marker->text, value);
    bool fits = (marker->kind != MARK_BOOL || value->type == FLOE_JINJA_IS_BOOLEAN) &&
                (marker->kind != MARK_NUMBER || is_number(value));
    if (!result && !fits) {
        *value = floe_jinja_unknown(run, "'%.*s' is no %s, and dbt would stop here",
                                    (int)(marker->text.length < 80 ? marker->text.length : 80),
                                    marker->text.string, marker->kind == MARK_BOOL ? "bool" : "number");
    }
    return result;
}

/* ---- one text ---- */

static int render_template(floe_frame *frame, floe_jinja_run *run, const floe_jinja_template *template,
                           floe_jinja_value *out) {
    floe_jinja_list body = template->body;
    if (!frame->native || body.count != 1 || body.items[0]->kind != FLOE_JINJA_OUTPUT) {
        return floe_jinja_render_body(run, template, body, out);
    }
    int result = floe_jinja_evaluate(run, template, body.items[0]->a, out);
    return result ? result : unmark(run, out);
}

int floe_context_render_text(floe_frame *frame, floe_jinja_run *run, const char *text, size_t size,
                             floe_jinja_value *out) {
    if (!floe_jinja_is_template(text, size)) {
        *out = floe_jinja_string(text, size);
        return 0;
    }
    const floe_jinja_template *template;
    floe_error error;
    const char *copy = floe_arena_text(frame->thread->arena, text, size);
    int result = copy ? floe_jinja_parse(&template, frame->thread->arena, frame->file ? frame->file : "text",
                                         copy, size, &error)
                      : FLOE_MEMORY;
    if (result == FLOE_MEMORY) {
        frame->failure = FLOE_MEMORY;
        return result;
    }
    if (result) {
        *out = floe_jinja_unknown(run, "this is no Jinja: %s", error.message);
        return 0;
    }
    return render_template(frame, run, template, out);
}

/* ---- trees ---- */

typedef struct tree_render {
    floe_frame *frame;
    const floe_jinja_doubt *doubt; /* the first, kept */
} tree_render;

static int text_node(tree_render *render, const char *text, size_t size, uint32_t at, floe_node *out) {
    floe_frame *frame = render->frame;
    floe_jinja_run *run = floe_context_run(frame);
    floe_jinja_value value;
    if (!run) {
        return FLOE_MEMORY;
    }
    const floe_jinja_doubt *doubt = NULL;
    int result = floe_context_render_text(frame, run, text, size, &value);
    if (result && (frame->failure || floe_jinja_error(run)->code == FLOE_MEMORY)) {
        return FLOE_MEMORY;
    }
    if (result) {
        doubt = floe_context_failure(frame->thread, run);
    } else {
        doubt = floe_context_keep(frame->thread, floe_jinja_doubt_of(&value));
        result = doubt ? 0 : floe_parse_node_of(frame->thread, &value, out);
        if (result == FLOE_INVALID) {
            doubt = floe_context_doubt(frame->thread, NULL, 0, "what is rendered here is no plain value");
        } else if (result) {
            return result;
        }
    }
    if (doubt) {
        *out = floe_null_node(at);
        render->doubt = render->doubt ? render->doubt : doubt;
    }
    out->at = at;
    return 0;
}

static int tree_node(tree_render *render, const floe_node *node, floe_node *out);

/* A container stays the node it is where nothing in it changes. */
static int container_node(tree_render *render, const floe_node *node, floe_node *out) {
    floe_parse_thread *thread = render->frame->thread;
    uint32_t count = floe_node_size(node);
    floe_node *items = NULL;
    int result = 0;
    for (uint32_t i = 0; !result && i < count; i++) {
        const floe_node *child = floe_node_child(node, i);
        floe_node rendered;
        result = tree_node(render, child, &rendered);
        bool same = rendered.head == child->head && rendered.integer == child->integer;
        if (!result && !same && !items) {
            items = floe_arena_array(thread->arena, count, sizeof *items);
            result = items ? 0 : FLOE_MEMORY;
            for (uint32_t n = 0; items && n < count; n++) {
                items[n] = *floe_node_child(node, n);
            }
        }
        if (items) {
            items[i] = rendered;
        }
    }
    *out = *node;
    if (result || !items) {
        return result;
    }
    if (floe_node_kind(node) == FLOE_ARRAY) {
        return floe_document_list(out, thread->document, items, count, node->at, NULL);
    }
    return floe_document_map(out, thread->document, node->block->shape->keys, items, node->block->key_at,
                             count, node->at, NULL);
}

static int tree_node(tree_render *render, const floe_node *node, floe_node *out) {
    size_t size;
    const char *text = floe_node_string(node, &size);
    *out = *node;
    if (text) {
        return floe_jinja_is_template(text, size) ? text_node(render, text, size, node->at, out) : 0;
    }
    return floe_node_kind(node) >= FLOE_ARRAY ? container_node(render, node, out) : 0;
}

/* dbt_project.yml and its like know the target and the command line's variables only. */
static floe_frame_kind frame_kind(const char *file) {
    static const char *const files[] = {"dbt_project.yml", "selectors.yml"};
    static const char *const secret[] = {"packages.yml", "dependencies.yml", "profiles.yml"};
    const char *slash = file ? strrchr(file, '/') : NULL;
    const char *name = slash ? slash + 1 : file ? file : "";
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (!strcmp(name, files[i])) {
            return FLOE_FRAME_PROJECT;
        }
    }
    for (size_t i = 0; i < sizeof secret / sizeof *secret; i++) {
        if (!strcmp(name, secret[i])) {
            return FLOE_FRAME_PROFILE;
        }
    }
    return FLOE_FRAME_YAML;
}

static int render(floe_parse_thread *thread, floe_parse_package *package, const floe_node *tree, bool native,
                  const char *file, floe_node *out, const floe_jinja_doubt **doubt) {
    *doubt = NULL;
    floe_parse_context *context = floe_context_for(thread->parse);
    if (!context) {
        return floe_error_memory(&thread->error);
    }
    floe_frame frame = {.thread = thread,
                        .parse = thread->parse,
                        .context = context,
                        .kind = frame_kind(file),
                        .native = native,
                        .package = package,
                        .file = file};
    tree_render all = {.frame = &frame};
    floe_node made;
    int result = frame.kind == FLOE_FRAME_YAML ? floe_context_index(context) : 0;
    result = result ? result : tree_node(&all, tree, &made);
    if (result || frame.failure) {
        return floe_error_memory(&thread->error);
    }
    *out = made;
    *doubt = all.doubt;
    return 0;
}

int floe_parse_render_tree(floe_parse_thread *thread, floe_parse_package *package, const floe_node *tree,
                           bool native, const char *file, floe_node *out, const floe_jinja_doubt **doubt) {
    return render(thread, package, tree, native, file, out, doubt);
}

int floe_parse_render_text(floe_parse_thread *thread, floe_parse_package *package, const floe_node *text,
                           const char *file, floe_node *out, const floe_jinja_doubt **doubt) {
    return render(thread, package, text, false, file, out, doubt);
}

/* ---- docs blocks ---- */

static const floe_parse_doc *find_doc(const floe_frame *frame, const floe_jinja_value *package,
                                      const floe_jinja_value *name) {
    const floe_parse_context *context = frame->context;
    const char *places[2] = {frame->parse->packages.count ? frame->parse->packages.items[0]->name : "",
                             frame->package ? frame->package->name : ""};
    char text[512];
    for (size_t i = 0; i < (package ? 1 : 2); i++) {
        int length = package
                         ? snprintf(text, sizeof text, "%.*s.%.*s", (int)package->length, package->string,
                                    (int)name->length, name->string)
                         : snprintf(text, sizeof text, "%s.%.*s", places[i], (int)name->length, name->string);
        if (length > 0 && (size_t)length < sizeof text) {
            floe_key key = floe_key_of(text, (size_t)length);
            const floe_parse_doc *doc = floe_context_table_get(&context->docs_of_package, &key);
            if (doc) {
                return doc;
            }
        }
    }
    floe_key key = floe_key_of(name->string, name->length);
    return package ? NULL : floe_context_table_get(&context->docs, &key);
}

int floe_context_doc(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                     floe_jinja_value *out) {
    (void)self;
    if (arguments->count < 1 || arguments->count > 2) {
        return floe_jinja_fail(run, FLOE_INVALID, "doc() takes a name, or a package and a name");
    }
    for (size_t i = 0; i < arguments->count; i++) {
        if (arguments->items[i].type != FLOE_JINJA_IS_STRING) {
            *out = floe_jinja_unknown(run, "the name given to doc() is not known");
            return 0;
        }
    }
    const floe_jinja_value *name = &arguments->items[arguments->count - 1];
    const floe_parse_doc *doc =
        find_doc(floe_frame_of(run), arguments->count == 2 ? &arguments->items[0] : NULL, name);
    if (doc) {
        *out = floe_jinja_string(doc->text, doc->size);
    } else {
        *out = floe_jinja_unknown(run, "there is no docs block '%.*s', and dbt would stop here",
                                  (int)name->length, name->string);
    }
    return 0;
}

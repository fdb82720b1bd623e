/*
 * Values of YAML files that hold Jinja, as dbt renders them: a text that is all one `{{ … }}` becomes a value
 * of its own type, everything else a text. And the docs blocks of descriptions.
 */
#include "dbt/parse/context.h"
#include "dbt/parse/nodes.h"

#include <stdio.h>
#include <string.h>

/* ---- dbt's filters ---- */

/* Outside of YAML files as_bool and its like change nothing; there the run reads what they mark. */
bool floe_context_filter(floe_jinja_run *run, floe_jinja_text name, const floe_jinja_value *value,
                         const floe_jinja_arguments *arguments, floe_jinja_value *out, int *result) {
    (void)run;
    (void)arguments;
    static const char *const same[] = {"as_text", "as_native", "as_bool", "as_number"};
    *result = 0;
    *out = *value;
    if (floe_text_is(name, "is_list")) {
        if (value->type != FLOE_JINJA_IS_UNKNOWN) {
            *out = floe_jinja_boolean(value->type == FLOE_JINJA_IS_LIST);
        }
        return true;
    }
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        if (floe_text_is(name, same[i])) {
            return true;
        }
    }
    return false;
}

/* ---- one text ---- */

/* For dbt 2 a value is what is one `{{ … }}` and nothing else, be it a constant; "{{- … }}" is a text. */
static bool is_all_expression(const char *text, size_t size) {
    return size > 4 && memcmp(text, "{{", 2) == 0 && text[2] != '-' &&
           memcmp(text + size - 2, "}}", 2) == 0 && text[size - 3] != '-';
}

static int render_template(floe_frame *frame, floe_jinja_run *run, const floe_jinja_template *template,
                           const char *text, size_t size, floe_jinja_value *out) {
    bool dbt_2 = frame->parse->dbt >= 200;
    return frame->native && (!dbt_2 || is_all_expression(text, size))
               ? floe_jinja_render_value(run, template, dbt_2, out)
               : floe_jinja_render(run, template, out);
}

/* In YAML the scalar that is rendered; elsewhere (the text of a variable) the place that asks for it. */
static floe_jinja_origin origin_of(const floe_frame *frame, const floe_jinja_run *run, const char *text,
                                   size_t size) {
    uint32_t at = 0, depth = 0;
    const char *shown = frame->file ? frame->file : "text";
    if (frame->document) {
        return floe_parse_origin(frame->document, shown, frame->at, text, size);
    }
    const floe_jinja_template *here = floe_jinja_here(run, &at, &depth);
    floe_jinja_origin origin = {.name = here ? here->name : shown, .approximate = true};
    if (here) {
        floe_jinja_position(here, at, &origin.line, &origin.column);
    }
    return origin;
}

int floe_context_render_text(floe_frame *frame, floe_jinja_run *run, const char *text, size_t size,
                             floe_jinja_value *out) {
    if (!floe_jinja_is_template(text, size)) {
        *out = floe_jinja_string(text, size);
        return 0;
    }
    const floe_jinja_template *template;
    floe_error error;
    const char *copy = floe_arena_text(frame->thread->scratch, text, size);
    const floe_jinja_origin origin = origin_of(frame, run, text, size);
    int result = copy ? floe_jinja_parse_at(&template, frame->thread->scratch, &origin, copy, size, &error)
                      : FLOE_MEMORY;
    if (result == FLOE_MEMORY) {
        frame->failure = FLOE_MEMORY;
        return result;
    }
    if (result) {
        *out = floe_jinja_unknown(run, "this is no Jinja: %s", error.message);
        return 0;
    }
    return render_template(frame, run, template, text, size, out);
}

/* ---- trees ---- */

typedef struct tree_render {
    floe_frame *frame;
    const floe_jinja_doubt *doubt; /* the first, kept */
} tree_render;

/* A doubt that has no place of its own stands where the text does. */
static const floe_jinja_doubt *doubt_there(const floe_frame *frame, const floe_jinja_doubt *doubt,
                                           const char *text, size_t size) {
    floe_jinja_template *whole =
        doubt->template || !frame->document ? NULL : floe_arena_alloc(frame->thread->arena, sizeof *whole);
    if (!whole) {
        return doubt;
    }
    const floe_jinja_origin origin = floe_parse_origin(frame->document, frame->file, frame->at, text, size);
    *whole = (floe_jinja_template){.name = origin.name, .text = "", .origin = origin};
    floe_jinja_doubt placed = {.reason = doubt->reason, .template = whole};
    return floe_context_keep(frame->thread, &placed);
}

static int text_node(tree_render *render, const char *text, size_t size, uint32_t at, floe_node *out) {
    floe_frame *frame = render->frame;
    floe_jinja_run *run = floe_context_run(frame);
    floe_jinja_value value;
    if (!run) {
        return FLOE_MEMORY;
    }
    const floe_jinja_doubt *doubt = NULL;
    frame->at = at;
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
        render->doubt = render->doubt ? render->doubt : doubt_there(frame, doubt, text, size);
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
                  const char *file, const floe_document *document, floe_node *out,
                  const floe_jinja_doubt **doubt) {
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
                        .file = file,
                        .document = document};
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
    bool settings = package && file && package->shown && strcmp(file, package->shown) == 0;
    return render(thread, package, tree, native, file, settings ? package->document : NULL, out, doubt);
}

int floe_parse_render_text(floe_parse_thread *thread, floe_parse_package *package, const floe_node *text,
                           const char *file, floe_node *out, const floe_jinja_doubt **doubt) {
    return render(thread, package, text, false, file, NULL, out, doubt);
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

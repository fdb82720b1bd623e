/*
 * What a node says about itself: ref(), source(), metric() and function(), and config(). Each call is
 * recorded with its place, and with the doubt under which it happens.
 */
#include "dbt/parse/context.h"

#include <string.h>

/* ---- places ---- */

const char *floe_context_place(floe_frame *frame, const floe_jinja_template *template, uint32_t at,
                               uint32_t *line, uint32_t *column) {
    *line = *column = 0;
    if (!template && frame->thread->run) {
        uint32_t here, depth;
        template = floe_jinja_here(frame->thread->run, &here, &depth);
    }
    if (!template || !template->text) {
        return frame->file;
    }
    if (frame->place_template != template || frame->place_at != at || !frame->line) {
        floe_jinja_position(template, at, &frame->line, &frame->column);
        frame->place_template = template;
        frame->place_at = at;
    }
    *line = frame->line;
    *column = frame->column;
    return template->name;
}

/* ---- recording ---- */

static const char *copy_text(floe_frame *frame, const char *text, size_t length) {
    const char *copy = floe_arena_text(frame->thread->arena, text, length);
    if (!copy) {
        frame->failure = FLOE_MEMORY;
    }
    return copy;
}

int floe_context_record(floe_frame *frame, const floe_parse_call *call) {
    floe_parse_call kept = *call;
    kept.doubt = floe_context_keep(frame->thread, call->doubt);
    return FLOE_PARSE_PUSH(&frame->node->calls, kept);
}

static int doubt_edges(floe_frame *frame, const floe_jinja_doubt *doubt) {
    return frame->node ? floe_context_doubts(frame->thread, frame->node, "edges", doubt) : 0;
}

/* A text of a call's arguments; false where it is none: then `*result` says how it went on. */
static bool text_argument(floe_jinja_run *run, const char *function, const floe_jinja_value *value,
                          floe_jinja_text *text, int *result) {
    *result = 0;
    if (value->type == FLOE_JINJA_IS_STRING) {
        *text = (floe_jinja_text){value->string, value->length};
        return true;
    }
    floe_frame *frame = floe_frame_of(run);
    if (value->type == FLOE_JINJA_IS_UNKNOWN) {
        *result = doubt_edges(frame, value->doubt);
    } else {
        *result = floe_jinja_fail(run, FLOE_INVALID, "%s() wants texts as names", function);
    }
    return false;
}

static int own_relation(floe_jinja_run *run, floe_jinja_value *out) {
    floe_frame *frame = floe_frame_of(run);
    *out = frame->node ? floe_context_relation(run, frame->node)
                       : floe_jinja_unknown(run, "a relation is known to a run only");
    return 0;
}

/* The version that ref() was given: the first of `version` and `v` that is not empty. */
static int call_version(floe_jinja_run *run, const floe_jinja_arguments *arguments, floe_node *version) {
    static const char *const names[] = {"version", "v"};
    *version = floe_null_node(0);
    for (size_t n = 0; n < 2; n++) {
        for (size_t i = 0; i < arguments->named_count; i++) {
            floe_jinja_value truth;
            const floe_jinja_value *value = &arguments->named[i];
            if (!floe_text_is(arguments->keywords[i], names[n])) {
                continue;
            }
            if (value->type == FLOE_JINJA_IS_UNKNOWN) {
                return doubt_edges(floe_frame_of(run), value->doubt);
            }
            if (!floe_jinja_truth(run, value, &truth) && truth.type == FLOE_JINJA_IS_BOOLEAN &&
                truth.boolean) {
                return floe_parse_node_of(floe_frame_of(run)->thread, value, version)
                           ? floe_jinja_fail(run, FLOE_INVALID,
                                             "the version given to ref() is no text or number")
                           : 0;
            }
        }
    }
    return 0;
}

/* Arguments that may hold more than is known: what is called is not known either. */
static bool vague(floe_jinja_run *run, const floe_jinja_arguments *arguments, int *result) {
    if (!arguments->doubt) {
        return false;
    }
    *result = doubt_edges(floe_frame_of(run), arguments->doubt);
    return true;
}

/* One or two names, the last its own and the first a package's. */
static int call_named(floe_jinja_run *run, const char *function, floe_parse_call *call,
                      const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    floe_frame *frame = floe_frame_of(run);
    floe_jinja_text package = {NULL, 0}, name;
    int result;
    own_relation(run, out);
    if (vague(run, arguments, &result)) {
        return result;
    }
    if (arguments->count < 1 || arguments->count > 2) {
        return floe_jinja_fail(run, FLOE_INVALID, "%s() takes one name or two, not %zu", function,
                               arguments->count);
    }
    const floe_jinja_value *items = arguments->items;
    if (arguments->count == 2 && items[0].type != FLOE_JINJA_IS_NONE &&
        !text_argument(run, function, &items[0], &package, &result)) {
        return result;
    }
    if (!text_argument(run, function, &items[arguments->count - 1], &name, &result)) {
        return result;
    }
    if (!frame->node) {
        return 0;
    }
    if ((result = floe_parse_check_kept(frame->thread, run, (size_t)package.length + name.length))) {
        return result;
    }
    call->package = package.text ? copy_text(frame, package.text, package.length) : NULL;
    call->name = copy_text(frame, name.text, name.length);
    call->doubt = floe_jinja_in_doubt(run);
    call->file = floe_context_place(frame, NULL, arguments->at, &call->line, &call->column);
    return call->name ? floe_context_record(frame, call) : FLOE_MEMORY;
}

int floe_context_ref(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                     floe_jinja_value *out) {
    (void)self;
    floe_parse_call call = {.what = FLOE_CALL_REF};
    int result = call_version(run, arguments, &call.version);
    return result ? result : call_named(run, "ref", &call, arguments, out);
}

int floe_context_source(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                        floe_jinja_value *out) {
    (void)self;
    if (!arguments->doubt && arguments->count != 2) {
        return floe_jinja_fail(run, FLOE_INVALID, "source() takes the name of a source and of a table");
    }
    floe_parse_call call = {.what = FLOE_CALL_SOURCE};
    return call_named(run, "source", &call, arguments, out);
}

int floe_context_metric(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                        floe_jinja_value *out) {
    (void)self;
    floe_parse_call call = {.what = FLOE_CALL_METRIC};
    int result = call_named(run, "metric", &call, arguments, out);
    *out = floe_jinja_unknown(run, "a metric is known to a run only");
    return result;
}

int floe_context_udf(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                     floe_jinja_value *out) {
    (void)self;
    floe_parse_call call = {.what = FLOE_CALL_FUNCTION};
    return call_named(run, "function", &call, arguments, out);
}

/* ---- calls in branches that are not taken ---- */

typedef struct collection {
    floe_frame *frame;
    const floe_jinja_template *template;
    const floe_jinja_doubt *doubt;
    bool untaken;
} collection;

/* A call that was recorded before the template ended needs no second, doubtful one. */
static bool is_recorded(const floe_parse_node *node, const floe_parse_call *call) {
    for (size_t i = 0; i < node->calls.count; i++) {
        const floe_parse_call *known = &node->calls.items[i];
        if (known->what == call->what && known->untaken == call->untaken &&
            !strcmp(known->name, call->name) && !known->package == !call->package &&
            (!call->package || !strcmp(known->package, call->package)) &&
            floe_node_kind(&known->version) == floe_node_kind(&call->version)) {
            return true;
        }
    }
    return false;
}

static void collect_call(const collection *into, const floe_jinja_node *node, floe_parse_call *call) {
    const floe_jinja_node *names[2] = {NULL, NULL};
    uint32_t count = 0;
    for (uint32_t i = 0; i < node->items.count; i++) {
        const floe_jinja_node *item = node->items.items[i];
        if (item->kind == FLOE_JINJA_STRING && count < 2) {
            names[count++] = item;
        } else if (item->kind == FLOE_JINJA_KEYWORD &&
                   (floe_text_is(item->text, "v") || floe_text_is(item->text, "version")) &&
                   item->a->kind == FLOE_JINJA_INTEGER) {
            call->version = floe_integer_node(item->a->integer, 0);
        } else if (item->kind == FLOE_JINJA_KEYWORD && item->a->kind == FLOE_JINJA_STRING &&
                   (floe_text_is(item->text, "v") || floe_text_is(item->text, "version"))) {
            const char *copy = copy_text(into->frame, item->a->text.text, item->a->text.length);
            call->version = copy ? floe_string_node(copy, item->a->text.length, 0) : floe_null_node(0);
        } else {
            return;
        }
    }
    if (!count || (call->what == FLOE_CALL_SOURCE && count != 2)) {
        return;
    }
    floe_frame *frame = into->frame;
    const floe_jinja_node *name = names[count - 1];
    call->package = count == 2 ? copy_text(frame, names[0]->text.text, names[0]->text.length) : NULL;
    call->name = copy_text(frame, name->text.text, name->text.length);
    call->doubt = into->doubt;
    call->untaken = into->untaken;
    call->file = floe_context_place(frame, into->template, node->at, &call->line, &call->column);
    if (!call->name || (!is_recorded(frame->node, call) && floe_context_record(frame, call))) {
        frame->failure = FLOE_MEMORY;
    }
}

static bool collect_node(void *data, const floe_jinja_node *node) {
    const collection *into = data;
    if (node->kind == FLOE_JINJA_CALL && node->a->kind == FLOE_JINJA_NAME) {
        floe_parse_call call = {.what = FLOE_CALL_REF, .version = floe_null_node(0)};
        if (floe_text_is(node->a->text, "ref")) {
            collect_call(into, node, &call);
        } else if (floe_text_is(node->a->text, "source")) {
            call.what = FLOE_CALL_SOURCE;
            collect_call(into, node, &call);
        }
    }
    return !into->frame->failure;
}

void floe_context_collect(floe_frame *frame, const floe_jinja_template *template, floe_jinja_list body,
                          const floe_jinja_doubt *doubt, bool untaken) {
    collection into = {.frame = frame, .template = template, .doubt = doubt, .untaken = untaken};
    if (frame->node) {
        floe_jinja_walk(body, collect_node, &into);
    }
}

/* A branch of a loop or of a macro that is called often is looked at once for each node. */
static bool seen_before(floe_frame *frame, floe_jinja_list body) {
    enum { SLOTS = sizeof frame->seen_untaken / sizeof *frame->seen_untaken };
    size_t slot = ((uintptr_t)body.items >> 4) % SLOTS;
    for (size_t i = 0; i < SLOTS; i++, slot = (slot + 1) % SLOTS) {
        if (!frame->seen_untaken[slot]) {
            frame->seen_untaken[slot] = body.items;
            return false;
        }
        if (frame->seen_untaken[slot] == body.items) {
            return true;
        }
    }
    return true; /* a node with more branches than this tells enough */
}

void floe_context_untaken(floe_jinja_run *run, floe_jinja_list body) {
    floe_frame *frame = floe_frame_of(run);
    uint32_t at, depth;
    if (frame->kind == FLOE_FRAME_NODE && frame->node && body.count && !seen_before(frame, body)) {
        const floe_jinja_doubt *doubt = floe_jinja_in_doubt(run);
        floe_context_collect(frame, floe_jinja_here(run, &at, &depth), body, doubt, true);
    }
}

/* ---- config() ---- */

int floe_context_set(floe_frame *frame, floe_jinja_text key, const floe_jinja_value *value,
                     const floe_jinja_doubt *doubt, uint32_t call, uint32_t line, uint32_t column) {
    floe_parse_node *node = frame->node;
    if (!node) {
        return 0;
    }
    if (floe_text_is(key, "pre_hook")) {
        key = (floe_jinja_text){"pre-hook", strlen("pre-hook")};
    } else if (floe_text_is(key, "post_hook")) {
        key = (floe_jinja_text){"post-hook", strlen("post-hook")};
    }
    floe_parse_setting setting = {.call = call, .line = line, .column = column, .value = floe_null_node(0)};
    setting.key = copy_text(frame, key.text, key.length);
    const floe_jinja_doubt *unknown = value ? floe_jinja_doubt_of(value) : NULL;
    int result = value && !unknown ? floe_parse_node_of(frame->thread, value, &setting.value) : 0;
    if (result == FLOE_INVALID) {
        setting.doubt =
            floe_context_doubt(frame->thread, NULL, 0, "the value of config '%.*s' is no plain value",
                               (int)key.length, key.text);
        setting.value = floe_null_node(0);
        result = 0;
    } else {
        setting.doubt = floe_context_keep(frame->thread, unknown ? unknown : doubt);
    }
    if (result || !setting.key) {
        return FLOE_MEMORY;
    }
    return FLOE_PARSE_PUSH(&node->settings, setting);
}

static int set_all(floe_jinja_run *run, const floe_jinja_dict *dict, uint32_t at) {
    floe_frame *frame = floe_frame_of(run);
    const floe_jinja_doubt *doubt = floe_jinja_in_doubt(run);
    uint32_t line, column;
    floe_context_place(frame, NULL, at, &line, &column);
    int result = dict->doubt && frame->node
                     ? floe_context_doubts(frame->thread, frame->node, "config", dict->doubt)
                     : 0;
    for (size_t i = 0; !result && i < dict->count; i++) {
        if (dict->keys[i].type == FLOE_JINJA_IS_STRING) {
            floe_jinja_text key = {dict->keys[i].string, dict->keys[i].length};
            result = floe_context_set(frame, key, &dict->values[i], doubt, frame->config_calls, line, column);
        }
    }
    frame->config_calls++;
    return result;
}

/* The bytes of texts in a value: what keeping it takes at least. Nothing is deeper than a config may be. */
static size_t text_size(const floe_jinja_value *value, unsigned depth) {
    size_t size = 0;
    bool map = value->type == FLOE_JINJA_IS_DICT;
    if (value->type == FLOE_JINJA_IS_STRING) {
        return value->length;
    }
    if (depth && (map || value->type == FLOE_JINJA_IS_LIST || value->type == FLOE_JINJA_IS_TUPLE)) {
        const floe_jinja_value *items = map ? value->dict->values : value->sequence->items;
        size_t count = map ? value->dict->count : value->sequence->count;
        for (size_t i = 0; i < count && i < 64; i++) {
            size += text_size(&items[i], depth - 1);
        }
    }
    return size;
}

static size_t size_of(const floe_jinja_arguments *arguments) {
    size_t size = 0;
    for (size_t i = 0; i < arguments->count; i++) {
        size += text_size(&arguments->items[i], 3);
    }
    for (size_t i = 0; i < arguments->named_count; i++) {
        size += text_size(&arguments->named[i], 3);
    }
    return size;
}

static int config_call(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                       floe_jinja_value *out) {
    (void)object;
    floe_frame *frame = floe_frame_of(run);
    *out = floe_jinja_string("", 0);
    int result = floe_parse_check_kept(frame->thread, run, size_of(arguments));
    if (!result && arguments->doubt && frame->node) {
        result = floe_context_doubts(frame->thread, frame->node, "config", arguments->doubt);
    }
    if (result) {
        return result;
    }
    if (arguments->count == 1 && !arguments->named_count) {
        const floe_jinja_value *options = &arguments->items[0];
        if (options->type == FLOE_JINJA_IS_DICT) {
            return set_all(run, options->dict, arguments->at);
        }
        if (options->type == FLOE_JINJA_IS_UNKNOWN) {
            return frame->node ? floe_context_doubts(frame->thread, frame->node, "config", options->doubt)
                               : 0;
        }
        return floe_jinja_fail(run, FLOE_INVALID, "config() takes keywords, or one dict");
    }
    if (arguments->count || (!arguments->named_count && !arguments->doubt)) {
        return floe_jinja_fail(run, FLOE_INVALID, "config() takes keywords, or one dict");
    }
    const floe_jinja_doubt *doubt = floe_jinja_in_doubt(run);
    uint32_t line, column;
    floe_context_place(frame, NULL, arguments->at, &line, &column);
    for (size_t i = 0; !result && i < arguments->named_count; i++) {
        result = floe_context_set(frame, arguments->keywords[i], &arguments->named[i], doubt,
                                  frame->config_calls, line, column);
    }
    frame->config_calls++;
    return result;
}

static int config_set(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                      floe_jinja_value *out) {
    (void)self;
    static const char *const parameters[] = {"name", "value"};
    floe_jinja_value slots[2];
    floe_frame *frame = floe_frame_of(run);
    int result = floe_jinja_bind(run, "config.set", arguments, parameters, 2, slots);
    result = result ? result : floe_parse_check_kept(frame->thread, run, size_of(arguments));
    *out = floe_jinja_string("", 0);
    if (result || !frame->node) {
        return result;
    }
    if (slots[0].type != FLOE_JINJA_IS_STRING) {
        return slots[0].type == FLOE_JINJA_IS_UNKNOWN
                   ? floe_context_doubts(frame->thread, frame->node, "config", slots[0].doubt)
                   : floe_jinja_fail(run, FLOE_INVALID, "config.set() takes a name and a value");
    }
    uint32_t line, column;
    floe_context_place(frame, NULL, arguments->at, &line, &column);
    return floe_context_set(frame, (floe_jinja_text){slots[0].string, slots[0].length}, &slots[1],
                            floe_jinja_in_doubt(run), frame->config_calls++, line, column);
}

/* While it parses, dbt answers every question about a config with nothing; where names are made there is none
 * to ask, and the answer is the default. */
static int config_get(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                      floe_jinja_value *out) {
    (void)self;
    static const char *const parameters[] = {"name", "default=", "validator="};
    floe_jinja_value slots[3];
    *out = floe_jinja_string("", 0);
    if (floe_frame_of(run)->kind != FLOE_FRAME_NAME) {
        return 0;
    }
    int result = floe_jinja_bind(run, "config.get", arguments, parameters, 3, slots);
    if (!result) {
        *out = slots[1].type == FLOE_JINJA_IS_UNDEFINED ? floe_jinja_none() : slots[1];
    }
    return result;
}

static int config_persists(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                           floe_jinja_value *out) {
    (void)run;
    (void)self;
    (void)arguments;
    *out = floe_jinja_boolean(false);
    return 0;
}

static bool config_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                             floe_jinja_value *out) {
    (void)object;
    static const struct {
        const char *name;
        floe_context_handler call;
    } methods[] = {
        {"get", config_get},
        {"require", config_get},
        {"set", config_set},
        {"meta_get", config_get},
        {"meta_require", config_get},
        {"persist_relation_docs", config_persists},
        {"persist_column_docs", config_persists},
    };
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (floe_text_is(name, methods[i].name)) {
            *out = floe_context_bound(run, methods[i].name, methods[i].call, NULL);
            return true;
        }
    }
    if (floe_text_is(name, "model")) {
        floe_frame *frame = floe_frame_of(run);
        *out = frame->node ? floe_context_model(run, frame->node) : floe_jinja_none();
        return true;
    }
    return false;
}

static const floe_jinja_class config_class = {
    .name = "ParseConfigObject", .attribute = config_attribute, .call = config_call};
static const floe_jinja_object config_object = {&config_class};

floe_jinja_value floe_context_config(floe_jinja_run *run) {
    (void)run;
    return floe_jinja_of_object((floe_jinja_object *)(uintptr_t)&config_object);
}

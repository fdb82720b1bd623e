/*
 * Calls: arguments, the binding of a builtin's parameters, macros, and dbt's return().
 */
#include "jinja/run.h"

#include <stdlib.h>
#include <string.h>

/* ---- arguments ---- */

const floe_jinja_doubt *floe_jinja_arguments_doubt(const floe_jinja_arguments *arguments) {
    for (size_t i = 0; i < arguments->count; i++) {
        if (arguments->items[i].type == FLOE_JINJA_IS_UNKNOWN) {
            return arguments->items[i].doubt;
        }
    }
    for (size_t i = 0; i < arguments->named_count; i++) {
        if (arguments->named[i].type == FLOE_JINJA_IS_UNKNOWN) {
            return arguments->named[i].doubt;
        }
    }
    return arguments->doubt;
}

int floe_jinja_doubtful_failure(floe_jinja_run *run, int result, const floe_jinja_value *value,
                                const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    if (result >= 0 || floe_jinja_hard(result)) {
        return result;
    }
    const floe_jinja_doubt *doubt = floe_jinja_doubt_of(value);
    if (!doubt && floe_jinja_is_generator(value)) {
        doubt = floe_jinja_generator_doubt(value->object);
    }
    for (size_t i = 0; i < arguments->count && !doubt; i++) {
        doubt = floe_jinja_doubt_of(&arguments->items[i]);
    }
    for (size_t i = 0; i < arguments->named_count && !doubt; i++) {
        doubt = floe_jinja_doubt_of(&arguments->named[i]);
    }
    (void)run;
    *out = doubt ? floe_jinja_doubtful(doubt) : *out;
    return doubt ? 0 : result;
}

typedef struct gathering {
    floe_jinja_value *items, *named;
    floe_jinja_text *keywords;
    size_t count, capacity, named_count, named_capacity;
    const floe_jinja_doubt *doubt;
} gathering;

static int add_item(floe_jinja_run *run, gathering *to, const floe_jinja_value *value) {
    if (to->count == to->capacity) {
        size_t capacity = to->capacity ? to->capacity * 2 : 8;
        floe_jinja_value *items = floe_arena_array(run->arena, capacity, sizeof *items);
        if (!items) {
            return floe_jinja_out_of_memory(run);
        }
        memcpy(items, to->items ? to->items : value, to->count * sizeof *items);
        to->items = items;
        to->capacity = capacity;
    }
    to->items[to->count++] = *value;
    return 0;
}

static int add_named(floe_jinja_run *run, gathering *to, floe_jinja_text name,
                     const floe_jinja_value *value) {
    for (size_t i = 0; i < to->named_count; i++) {
        if (floe_jinja_text_is(name, to->keywords[i].text, to->keywords[i].length)) {
            return floe_jinja_fail(run, FLOE_INVALID,
                                   "the call has two values for the keyword argument '%.*s'",
                                   (int)name.length, name.text);
        }
    }
    if (to->named_count == to->named_capacity) {
        size_t capacity = to->named_capacity ? to->named_capacity * 2 : 4;
        floe_jinja_value *named = floe_arena_array(run->arena, capacity, sizeof *named);
        floe_jinja_text *keywords = floe_arena_array(run->arena, capacity, sizeof *keywords);
        if (!named || !keywords) {
            return floe_jinja_out_of_memory(run);
        }
        memcpy(named, to->named ? to->named : value, to->named_count * sizeof *named);
        memcpy(keywords, to->keywords ? to->keywords : &name, to->named_count * sizeof *keywords);
        to->named = named;
        to->keywords = keywords;
        to->named_capacity = capacity;
    }
    to->named[to->named_count] = *value;
    to->keywords[to->named_count++] = name;
    return 0;
}

static int spread(floe_jinja_run *run, gathering *to, const floe_jinja_value *value) {
    floe_jinja_value list;
    int result = floe_jinja_elements(run, value, &list);
    if (result) {
        return result;
    }
    if (list.type == FLOE_JINJA_IS_UNKNOWN) {
        to->doubt = to->doubt ? to->doubt : list.doubt;
        return 0;
    }
    to->doubt = to->doubt ? to->doubt : list.sequence->doubt;
    for (size_t i = 0; i < list.sequence->count && !result; i++) {
        result = add_item(run, to, &list.sequence->items[i]);
    }
    return result ? result : floe_jinja_steps(run, list.sequence->count);
}

static int spread_keywords(floe_jinja_run *run, gathering *to, const floe_jinja_value *value) {
    if (value->type == FLOE_JINJA_IS_UNKNOWN) {
        to->doubt = to->doubt ? to->doubt : value->doubt;
        return 0;
    }
    if (value->type != FLOE_JINJA_IS_DICT) {
        return floe_jinja_fail(run, FLOE_INVALID, "argument after ** must be a mapping, not %s",
                               floe_jinja_type_name(value));
    }
    int result = 0;
    const floe_jinja_dict *dict = value->dict;
    to->doubt = to->doubt ? to->doubt : dict->doubt;
    for (size_t i = 0; i < dict->count && !result; i++) {
        if (dict->keys[i].type != FLOE_JINJA_IS_STRING) {
            return floe_jinja_fail(run, FLOE_INVALID, "keywords must be strings");
        }
        floe_jinja_text name = {dict->keys[i].string, dict->keys[i].length};
        result = add_named(run, to, name, &dict->values[i]);
    }
    return result;
}

static int gather(floe_jinja_run *run, gathering *to, const floe_jinja_node *node) {
    floe_jinja_value value;
    bool wrapped = node->kind == FLOE_JINJA_KEYWORD || node->kind == FLOE_JINJA_SPREAD ||
                   node->kind == FLOE_JINJA_SPREAD_KEYWORDS;
    int result = floe_jinja_expression(run, wrapped ? node->a : node, &value);
    if (result) {
        return result;
    }
    switch (node->kind) {
    case FLOE_JINJA_KEYWORD:
        return add_named(run, to, node->text, &value);
    case FLOE_JINJA_SPREAD:
        return spread(run, to, &value);
    case FLOE_JINJA_SPREAD_KEYWORDS:
        return spread_keywords(run, to, &value);
    default:
        return add_item(run, to, &value);
    }
}

int floe_jinja_collect(floe_jinja_run *run, floe_jinja_list items, floe_jinja_arguments *out) {
    gathering all = {0};
    int result = 0;
    if (items.count) {
        all.capacity = items.count;
        all.items = floe_arena_array(run->arena, items.count, sizeof *all.items);
        if (!all.items) {
            return floe_jinja_out_of_memory(run);
        }
    }
    for (uint32_t i = 0; i < items.count && !result; i++) {
        result = gather(run, &all, items.items[i]);
    }
    for (size_t i = 0; i < all.count && !result; i++) {
        result = floe_jinja_weigh(run, &all.items[i], FLOE_JINJA_READ);
    }
    for (size_t i = 0; i < all.named_count && !result; i++) {
        result = floe_jinja_weigh(run, &all.named[i], FLOE_JINJA_READ);
    }
    *out = (floe_jinja_arguments){.items = all.items,
                                  .count = all.count,
                                  .keywords = all.keywords,
                                  .named = all.named,
                                  .named_count = all.named_count,
                                  .doubt = all.doubt};
    return result;
}

/* The length of a parameter's name; `*optional` where it ends with "=". */
static size_t parameter_name(const char *parameter, bool *optional) {
    size_t length = strlen(parameter);
    *optional = length && parameter[length - 1] == '=';
    return length - *optional;
}

int floe_jinja_bind(floe_jinja_run *run, const char *function, const floe_jinja_arguments *arguments,
                    const char *const *parameters, size_t count, floe_jinja_value *slots) {
    bool optional;
    if (arguments->count > count) {
        return floe_jinja_fail(run, FLOE_INVALID, "%s() takes at most %zu arguments, not %zu", function,
                               count, arguments->count);
    }
    for (size_t i = 0; i < count; i++) {
        slots[i] =
            i < arguments->count ? arguments->items[i] : (floe_jinja_value){.type = FLOE_JINJA_IS_ABSENT};
    }
    for (size_t i = 0; i < arguments->named_count; i++) {
        floe_jinja_text name = arguments->keywords[i];
        size_t at = 0;
        while (at < count &&
               !floe_jinja_text_is(name, parameters[at], parameter_name(parameters[at], &optional))) {
            at++;
        }
        if (at == count || slots[at].type != FLOE_JINJA_IS_ABSENT) {
            return floe_jinja_fail(run, FLOE_INVALID,
                                   at == count ? "%s() got an unexpected keyword argument '%.*s'"
                                               : "%s() got multiple values for argument '%.*s'",
                                   function, (int)name.length, name.text);
        }
        slots[at] = arguments->named[i];
    }
    for (size_t i = 0; i < count; i++) {
        size_t length = parameter_name(parameters[i], &optional);
        if (slots[i].type != FLOE_JINJA_IS_ABSENT) {
            continue;
        }
        if (arguments->doubt) {
            slots[i] = floe_jinja_doubtful(arguments->doubt);
        } else if (optional) {
            slots[i] = floe_jinja_undefined(NULL);
        } else {
            return floe_jinja_fail(run, FLOE_INVALID, "%s() missing required argument: '%.*s'", function,
                                   (int)length, parameters[i]);
        }
    }
    return 0;
}

/* ---- macros ---- */

enum { USES_CALLER = 1, USES_VARARGS = 2, USES_KWARGS = 4, USES_KNOWN = 8 };

struct floe_jinja_uses {
    const floe_jinja_node *macro;
    unsigned uses;
};

typedef struct macro_value {
    floe_jinja_object head;
    const floe_jinja_template *template;
    const floe_jinja_node *node;
    floe_jinja_scope *scope; /* what its body sees besides its own; NULL for a macro of the host */
    bool host, lenient;
} macro_value;

static bool note_use(void *context, const floe_jinja_node *node) {
    unsigned *uses = context;
    if (node->kind == FLOE_JINJA_NAME) {
        *uses |= floe_jinja_text_is(node->text, "caller", 6)    ? USES_CALLER
                 : floe_jinja_text_is(node->text, "varargs", 7) ? USES_VARARGS
                 : floe_jinja_text_is(node->text, "kwargs", 6)  ? USES_KWARGS
                                                                : 0;
    }
    return true;
}

static unsigned find_uses(const floe_jinja_node *node) {
    unsigned uses = USES_KNOWN;
    floe_jinja_walk(node->body, note_use, &uses);
    for (uint32_t i = 0; i < node->items.count; i++) {
        unsigned mine = 0;
        note_use(&mine, node->items.items[i]);
        uses &= ~mine; /* an ordinary parameter then */
    }
    return uses;
}

static int remember(floe_jinja_run *run, const floe_jinja_node *node, unsigned uses) {
    size_t capacity = run->uses_capacity ? run->uses_capacity * 2 : 64;
    if (run->uses_count * 2 >= run->uses_capacity) {
        struct floe_jinja_uses *fresh = calloc(capacity, sizeof *fresh);
        if (!fresh) {
            return floe_jinja_out_of_memory(run);
        }
        for (size_t i = 0; i < run->uses_capacity; i++) {
            size_t slot = ((uintptr_t)run->uses[i].macro >> 4) & (capacity - 1);
            while (run->uses[i].macro && fresh[slot].macro) {
                slot = (slot + 1) & (capacity - 1);
            }
            fresh[slot] = run->uses[i].macro ? run->uses[i] : fresh[slot];
        }
        free(run->uses);
        run->uses = fresh;
        run->uses_capacity = capacity;
    }
    size_t slot = ((uintptr_t)node >> 4) & (run->uses_capacity - 1);
    while (run->uses[slot].macro) {
        slot = (slot + 1) & (run->uses_capacity - 1);
    }
    run->uses[slot] = (struct floe_jinja_uses){node, uses};
    run->uses_count++;
    return 0;
}

static int uses_of(floe_jinja_run *run, const macro_value *macro, unsigned *uses) {
    if (!macro->host) {
        *uses = find_uses(macro->node);
        return 0;
    }
    if (run->uses_capacity) {
        size_t slot = ((uintptr_t)macro->node >> 4) & (run->uses_capacity - 1);
        for (; run->uses[slot].macro; slot = (slot + 1) & (run->uses_capacity - 1)) {
            if (run->uses[slot].macro == macro->node) {
                *uses = run->uses[slot].uses;
                return 0;
            }
        }
    }
    *uses = find_uses(macro->node);
    return remember(run, macro->node, *uses);
}

static const char *name_of(const floe_jinja_node *node, int *length) {
    bool anonymous = node->kind == FLOE_JINJA_CALL_BLOCK;
    *length = anonymous ? 6 : (int)node->text.length;
    return anonymous ? "caller" : node->text.text;
}

static int take_keyword(const floe_jinja_arguments *arguments, floe_jinja_text name, bool *taken) {
    for (size_t i = 0; i < arguments->named_count; i++) {
        if (!taken[i] &&
            floe_jinja_text_is(name, arguments->keywords[i].text, arguments->keywords[i].length)) {
            taken[i] = true;
            return (int)i;
        }
    }
    return -1;
}

/* What no parameter took. */
static int bind_rest(floe_jinja_run *run, const macro_value *macro, const floe_jinja_arguments *arguments,
                     const bool *taken, unsigned uses, floe_jinja_scope *scope) {
    const floe_jinja_node *node = macro->node;
    size_t rest = arguments->count > node->items.count ? arguments->count - node->items.count : 0;
    floe_jinja_value value;
    int length, result = 0;
    const char *name = name_of(node, &length);
    if (uses & USES_VARARGS) {
        result = floe_jinja_tuple(run, arguments->items + (arguments->count - rest), rest, &value);
        if (!result && arguments->doubt) {
            floe_jinja_value more = floe_jinja_doubtful(arguments->doubt);
            result = floe_jinja_append(run, &value, &more);
            value.sequence->doubt = arguments->doubt;
        }
        if (!result) {
            result = floe_jinja_scope_set(run, scope, (floe_jinja_text){"varargs", 7}, &value);
        }
    } else if (rest) {
        return floe_jinja_fail(run, FLOE_INVALID, "macro '%.*s' takes not more than %u argument(s)", length,
                               name, node->items.count);
    }
    if (!result && uses & USES_KWARGS) {
        result = floe_jinja_new_dict(run, &value);
    }
    for (size_t i = 0; i < arguments->named_count && !result; i++) {
        floe_jinja_value key = floe_jinja_of_text(arguments->keywords[i]);
        if (!taken[i] && !(uses & USES_KWARGS)) {
            return floe_jinja_fail(run, FLOE_INVALID, "macro '%.*s' takes no keyword argument '%.*s'", length,
                                   name, (int)key.length, key.string);
        }
        result = taken[i] ? 0 : floe_jinja_put(run, &value, &key, &arguments->named[i]);
    }
    if (!result && uses & USES_KWARGS) {
        floe_jinja_value more = floe_jinja_doubtful(arguments->doubt);
        result = arguments->doubt ? floe_jinja_put(run, &value, &more, &more) : 0;
        result = result ? result : floe_jinja_scope_set(run, scope, (floe_jinja_text){"kwargs", 6}, &value);
    }
    return result;
}

static int bind_caller(floe_jinja_run *run, const macro_value *macro, const floe_jinja_arguments *arguments,
                       bool *taken, unsigned uses, floe_jinja_scope *scope) {
    floe_jinja_text name = {"caller", 6};
    floe_jinja_value value;
    int at = -1, length;
    if (!(uses & USES_CALLER)) {
        if (arguments->caller && !(uses & USES_KWARGS)) {
            const char *macro_name = name_of(macro->node, &length);
            return floe_jinja_fail(run, FLOE_INVALID,
                                   "macro '%.*s' is used in a call block but never calls its caller()",
                                   length, macro_name);
        }
        return 0;
    }
    if (arguments->caller) {
        value = *arguments->caller;
    } else if ((at = take_keyword(arguments, name, taken)) >= 0) {
        value = arguments->named[at];
    } else if (arguments->doubt) {
        value = floe_jinja_doubtful(arguments->doubt);
    } else {
        value = floe_jinja_missing(run, "No caller defined");
    }
    return floe_jinja_scope_set(run, scope, name, &value);
}

static int bind_defaults(floe_jinja_run *run, const floe_jinja_node *node,
                         const floe_jinja_arguments *arguments, const bool *passed, floe_jinja_scope *scope) {
    int result = 0;
    for (uint32_t i = (uint32_t)(arguments->count < node->items.count ? arguments->count : node->items.count);
         i < node->items.count && !result; i++) {
        floe_jinja_text name = node->items.items[i]->text;
        const floe_jinja_node *expression = i < node->defaults.count ? node->defaults.items[i] : NULL;
        floe_jinja_value value;
        if (passed[i]) {
            continue;
        }
        if (arguments->doubt) {
            value = floe_jinja_doubtful(arguments->doubt);
        } else if (expression) {
            result = floe_jinja_expression(run, expression, &value);
        } else {
            floe_jinja_value sentence;
            result = floe_jinja_format_text(run, &sentence, "parameter '%.*s' was not provided",
                                            (int)name.length, name.text);
            value = result ? floe_jinja_none() : floe_jinja_missing(run, sentence.string);
        }
        result = result ? result : floe_jinja_scope_set(run, scope, name, &value);
    }
    return result;
}

/* Parameters, `caller`, `varargs` and `kwargs` as names of the macro's scope. */
static int bind_macro(floe_jinja_run *run, const macro_value *macro, const floe_jinja_arguments *arguments,
                      floe_jinja_scope *scope) {
    const floe_jinja_node *node = macro->node;
    unsigned uses;
    int result = uses_of(run, macro, &uses);
    bool *taken = floe_jinja_alloc(run, arguments->named_count + node->items.count + 1);
    bool *passed = taken + arguments->named_count;
    if (result || !taken) {
        return result ? result : FLOE_MEMORY;
    }
    memset(taken, 0, arguments->named_count + node->items.count + 1);
    for (uint32_t i = 0; i < node->items.count && !result; i++) {
        floe_jinja_text name = node->items.items[i]->text;
        int at = i < arguments->count ? -1 : take_keyword(arguments, name, taken);
        bool caller =
            i >= arguments->count && at < 0 && arguments->caller && floe_jinja_text_is(name, "caller", 6);
        const floe_jinja_value *value = i < arguments->count ? &arguments->items[i]
                                        : at >= 0            ? &arguments->named[at]
                                        : caller             ? arguments->caller
                                                             : NULL;
        passed[i] = value != NULL;
        if (caller) {
            uses |= USES_KWARGS << 8; /* taken by an ordinary parameter */
        }
        result = value ? floe_jinja_scope_set(run, scope, name, value) : 0;
    }
    if (!result && !(uses & USES_KWARGS << 8)) {
        result = bind_caller(run, macro, arguments, taken, uses, scope);
    }
    result = result ? result : bind_rest(run, macro, arguments, taken, uses, scope);
    return result ? result : bind_defaults(run, node, arguments, passed, scope);
}

/* Under an unknown condition a macro that calls itself would do so without end. */
static bool goes_round(const floe_jinja_run *run, const macro_value *macro) {
    unsigned times = 0;
    if (run->calls >= run->bounds.calls) {
        return true;
    }
    for (const floe_jinja_frame *frame = run->frame; frame; frame = frame->outer) {
        times += frame->in_doubt && frame->macro == macro->node;
    }
    return times >= 2;
}

/* The body, in a scope of its own: `*out` is its text, or what it returned. */
static int render_macro(floe_jinja_run *run, const macro_value *macro, floe_jinja_scope *scope,
                        floe_jinja_value *out) {
    floe_jinja_capture capture;
    floe_jinja_capture_open(run, &capture);
    int result = floe_jinja_statements(run, macro->node->body);
    if (result) {
        floe_jinja_capture_drop(run, &capture);
        return result;
    }
    (void)scope;
    return floe_jinja_capture_close(run, &capture, out);
}

/* What a macro gives that may have returned before. One that fails then has returned before, if it is to give
 * anything. */
static int finish_frame(floe_jinja_run *run, floe_jinja_frame *frame, size_t mark, int result,
                        floe_jinja_value *out) {
    int settled = floe_jinja_settle(run, mark);
    if (result == FLOE_JINJA_RETURNED) {
        *out = run->returned;
        result = 0;
    }
    if (result < 0 && frame->returned && !floe_jinja_hard(result)) {
        *out = frame->result;
        result = 0;
    } else if (!result && frame->returned && !floe_jinja_identical(&frame->result, out)) {
        floe_jinja_escape(run, &frame->result);
        floe_jinja_escape(run, out);
        *out = floe_jinja_doubtful(frame->returned);
    }
    return result ? result : settled;
}

static int invoke(floe_jinja_run *run, const macro_value *macro, const floe_jinja_arguments *arguments,
                  floe_jinja_value *out) {
    const floe_jinja_template *template = run->template;
    floe_jinja_scope *scope = run->scope, *mine = floe_jinja_scope_new(run, macro->scope);
    floe_jinja_frame *outer = run->frame;
    floe_jinja_turns *turns = run->turns;
    uint32_t at = run->at;
    bool lenient = run->lenient;
    size_t mark = run->branch_count;
    floe_jinja_frame frame = {.outer = outer, .macro = macro->node, .in_doubt = run->doubt != NULL};
    if (!mine) {
        return FLOE_MEMORY;
    }
    run->calls++;
    run->template = macro->template;
    run->scope = mine;
    run->turns = NULL;
    run->lenient = macro->lenient;
    run->frame = macro->host ? &frame : outer;
    if (macro->host && run->host->enter) {
        run->host->enter(run, macro->template, macro->node);
    }
    int result = bind_macro(run, macro, arguments, mine);
    result = result ? result : render_macro(run, macro, mine, out);
    if (macro->host) {
        result = finish_frame(run, &frame, mark, result, out);
        if (run->host->leave) {
            run->host->leave(run);
        }
    }
    run->calls--;
    run->template = template;
    run->scope = scope;
    run->frame = outer;
    run->turns = turns;
    run->at = at;
    run->lenient = lenient;
    return result;
}

static int call_macro(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                      floe_jinja_value *out) {
    const macro_value *macro = (const macro_value *)object;
    int length, result = floe_jinja_step(run);
    const char *name = name_of(macro->node, &length);
    if (result) {
        return result;
    }
    if (run->doubt && goes_round(run, macro)) {
        *out = floe_jinja_unknown(run, "how often '%.*s' calls itself is not known", length, name);
        return 0;
    }
    if (run->calls >= run->bounds.calls) {
        return floe_jinja_fail(run, FLOE_LIMIT, "more than %u macros call one another, the last is '%.*s'",
                               run->bounds.calls, length, name);
    }
    return invoke(run, macro, arguments, out);
}

static bool macro_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                            floe_jinja_value *out) {
    const macro_value *macro = (const macro_value *)object;
    (void)run;
    if (!floe_jinja_text_is(name, "name", 4)) {
        return false;
    }
    *out = floe_jinja_of_text(macro->node->text);
    return true;
}

static int macro_text(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out) {
    const macro_value *macro = (const macro_value *)object;
    if (macro->host) { /* an object of dbt's, printed with its address */
        *out = floe_jinja_unknown(run, "how a macro is printed changes with every run");
        return 0;
    }
    if (macro->node->kind == FLOE_JINJA_CALL_BLOCK) {
        *out = floe_jinja_string("<Macro anonymous>", 17);
        return 0;
    }
    return floe_jinja_format_text(run, out, "<Macro 'dbt_macro__%.*s'>", (int)macro->node->text.length,
                                  macro->node->text.text);
}

static const floe_jinja_class macro_class = {
    .name = "Macro", .call = call_macro, .attribute = macro_attribute, .text = macro_text};

static int make_macro(floe_jinja_run *run, const macro_value *from, floe_jinja_value *out) {
    macro_value *made = floe_jinja_alloc(run, sizeof *made);
    if (!made) {
        return FLOE_MEMORY;
    }
    *made = *from;
    made->head.class = &macro_class;
    *out = floe_jinja_of_object(&made->head);
    return 0;
}

int floe_jinja_macro(floe_jinja_run *run, const floe_jinja_template *template, const floe_jinja_node *macro,
                     floe_jinja_value *out) {
    return make_macro(run, &(macro_value){.template = template, .node = macro, .host = true}, out);
}

int floe_jinja_define(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_value *out) {
    return make_macro(
        run,
        &(macro_value){.template = run->template, .node = node, .scope = run->scope, .lenient = run->lenient},
        out);
}

int floe_jinja_return(floe_jinja_run *run, const floe_jinja_value *value) {
    if (!run->frame || !run->frame->macro) {
        return floe_jinja_fail(run, FLOE_INVALID, "return() ends a macro, and there is none here");
    }
    run->returned = *value;
    return FLOE_JINJA_RETURNED;
}

/* ---- calling ---- */

/* What a call block holds may be rendered by whatever is called, or not. */
static int call_unknown(floe_jinja_run *run, const floe_jinja_value *callee,
                        const floe_jinja_arguments *arguments) {
    const floe_jinja_arguments unknown = {.doubt = callee->doubt, .at = arguments->at};
    floe_jinja_value text;
    size_t mark;
    int result = floe_jinja_fork(run, callee->doubt, &mark);
    if (result) {
        return result;
    }
    int first = floe_jinja_call(run, arguments->caller, &unknown, &text);
    floe_jinja_value returned = run->returned;
    int turned = floe_jinja_turn(run, mark), joined = floe_jinja_join(run, mark, NULL);
    if (floe_jinja_hard(first)) {
        return first;
    }
    result = turned ? turned : joined;
    return result ? result : floe_jinja_outcome(run, callee->doubt, first, returned, 0);
}

int floe_jinja_call(floe_jinja_run *run, const floe_jinja_value *callee,
                    const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    switch (callee->type) {
    case FLOE_JINJA_IS_UNKNOWN:
        *out = *callee;
        return arguments->caller ? call_unknown(run, callee, arguments) : 0;
    case FLOE_JINJA_IS_UNDEFINED:
        if (callee->length) {
            return floe_jinja_needs(run, callee);
        }
        *out = *callee;
        return 0;
    case FLOE_JINJA_IS_OBJECT:
        if (callee->object->class->call) {
            return callee->object->class->call(run, callee->object, arguments, out);
        }
        break;
    default:
        break;
    }
    return floe_jinja_fail(run, FLOE_INVALID, "'%s' object is not callable", floe_jinja_type_name(callee));
}

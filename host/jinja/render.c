/*
 * Statements. Of a known condition only the branch that is taken is rendered; of an unknown one both are.
 */
#include "jinja/run.h"

#include <string.h>

/* ---- assignment ---- */

static int assign_attribute(floe_jinja_run *run, const floe_jinja_node *target,
                            const floe_jinja_value *value) {
    floe_jinja_value object;
    int result = floe_jinja_expression(run, target->a, &object);
    if (result || object.type == FLOE_JINJA_IS_UNKNOWN) {
        return result ? result : floe_jinja_change_unknown(run, object.doubt);
    }
    run->at = target->at;
    if (object.type != FLOE_JINJA_IS_OBJECT || !object.object->class->assign) {
        return floe_jinja_fail(run, FLOE_INVALID, "cannot assign attribute on non-namespace object");
    }
    return object.object->class->assign(run, object.object, target->text, value);
}

static int unpack(floe_jinja_run *run, const floe_jinja_node *target, const floe_jinja_value *value) {
    floe_jinja_value list, one;
    uint32_t wanted = target->items.count;
    int result = floe_jinja_elements(run, value, &list);
    if (result) {
        return result;
    }
    const floe_jinja_doubt *doubt = list.type == FLOE_JINJA_IS_UNKNOWN ? list.doubt : list.sequence->doubt;
    if (!doubt && list.sequence->count != wanted) {
        run->at = target->at;
        return list.sequence->count < wanted
                   ? floe_jinja_fail(run, FLOE_INVALID, "not enough values to unpack (expected %u, got %zu)",
                                     wanted, list.sequence->count)
                   : floe_jinja_fail(run, FLOE_INVALID, "too many values to unpack (expected %u)", wanted);
    }
    for (uint32_t i = 0; i < wanted && !result; i++) {
        one = doubt ? floe_jinja_doubtful(doubt) : list.sequence->items[i];
        result = floe_jinja_assign(run, target->items.items[i], &one);
    }
    return result;
}

int floe_jinja_assign(floe_jinja_run *run, const floe_jinja_node *target, const floe_jinja_value *value) {
    switch (target->kind) {
    case FLOE_JINJA_NAME:
        return floe_jinja_scope_set(run, run->scope, target->text, value);
    case FLOE_JINJA_TUPLE:
    case FLOE_JINJA_LIST:
        return unpack(run, target, value);
    case FLOE_JINJA_ATTRIBUTE:
        return assign_attribute(run, target, value);
    default:
        return floe_jinja_fail(run, FLOE_INTERNAL, "a node of kind %u cannot be assigned to", target->kind);
    }
}

/* ---- blocks ---- */

/* The body in a scope of its own, what it prints as a value. */
static int capture_body(floe_jinja_run *run, floe_jinja_list body, floe_jinja_value *out) {
    floe_jinja_scope *outer = run->scope;
    floe_jinja_capture capture;
    run->scope = floe_jinja_scope_new(run, outer);
    if (!run->scope) {
        run->scope = outer;
        return FLOE_MEMORY;
    }
    floe_jinja_capture_open(run, &capture);
    int result = floe_jinja_statements(run, body);
    if (result) {
        floe_jinja_capture_drop(run, &capture);
    } else {
        result = floe_jinja_capture_close(run, &capture, out);
    }
    run->scope = outer;
    return result;
}

static int render_set(floe_jinja_run *run, const floe_jinja_node *node) {
    floe_jinja_value value, text;
    int result;
    if (node->kind == FLOE_JINJA_SET) {
        result = floe_jinja_expression(run, node->b, &value);
    } else {
        result = capture_body(run, node->body, &text);
        result = result ? result : floe_jinja_filters(run, node->b, &text, &value);
    }
    run->at = node->at;
    return result ? result : floe_jinja_assign(run, node->a, &value);
}

static int render_filter(floe_jinja_run *run, const floe_jinja_node *node) {
    floe_jinja_value value, text;
    int result = capture_body(run, node->body, &text);
    result = result ? result : floe_jinja_filters(run, node->a, &text, &value);
    return result ? result : floe_jinja_write_value(run, &value);
}

static int render_with(floe_jinja_run *run, const floe_jinja_node *node) {
    floe_jinja_scope *outer = run->scope, *inner = floe_jinja_scope_new(run, outer);
    floe_jinja_value value;
    int result = inner ? 0 : FLOE_MEMORY;
    for (uint32_t i = 0; i < node->items.count && !result; i++) {
        result = floe_jinja_expression(run, node->defaults.items[i], &value);
        run->scope = inner;
        result = result ? result : floe_jinja_assign(run, node->items.items[i], &value);
        run->scope = outer;
    }
    if (!result) {
        run->scope = inner;
        result = floe_jinja_statements(run, node->body);
        run->scope = outer;
    }
    return result;
}

/* A block sees the names of the template's top, not those of the loop it stands in. */
static int render_block(floe_jinja_run *run, const floe_jinja_node *node) {
    floe_jinja_scope *outer = run->scope, *top = outer;
    while (top && top->parent) {
        top = top->parent;
    }
    run->scope = floe_jinja_scope_new(run, top);
    int result = run->scope ? floe_jinja_statements(run, node->body) : FLOE_MEMORY;
    run->scope = outer;
    return result;
}

static int render_call(floe_jinja_run *run, const floe_jinja_node *node) {
    floe_jinja_value caller, value;
    int result = floe_jinja_define(run, node, &caller);
    if (!result && node->a->kind == FLOE_JINJA_CALL) {
        result = floe_jinja_call_node(run, node->a, &caller, &value);
    } else if (!result) {
        result = floe_jinja_expression(run, node->a, &value);
    }
    return result ? result : floe_jinja_write_value(run, &value);
}

/* Inside dbt a macro's name is made apart from all others. */
static int render_macro(floe_jinja_run *run, const floe_jinja_node *node) {
    static const char prefix[] = "dbt_macro__";
    if (run->host && run->host->second) {
        floe_jinja_value macro;
        int result = floe_jinja_define(run, node, &macro);
        return result ? result : floe_jinja_scope_set(run, run->scope, node->text, &macro);
    }
    size_t length = sizeof prefix - 1 + node->text.length;
    char *name = floe_jinja_alloc(run, length + 1);
    floe_jinja_value macro;
    if (!name) {
        return FLOE_MEMORY;
    }
    memcpy(name, prefix, sizeof prefix - 1);
    memcpy(name + sizeof prefix - 1, node->text.text, node->text.length);
    int result = floe_jinja_define(run, node, &macro);
    return result ? result
                  : floe_jinja_scope_set(run, run->scope, (floe_jinja_text){name, (uint32_t)length}, &macro);
}

/* ---- conditions ---- */

static int render_both(floe_jinja_run *run, const floe_jinja_node *node, const floe_jinja_doubt *doubt) {
    size_t mark;
    int two = 0, result = floe_jinja_fork(run, doubt, &mark);
    if (result) {
        return result;
    }
    floe_jinja_write_doubt(run, doubt);
    int one = floe_jinja_statements(run, node->body);
    floe_jinja_value returned = run->returned;
    int turned = floe_jinja_turn(run, mark);
    if (!turned && !floe_jinja_hard(one)) {
        two = floe_jinja_statements(run, node->otherwise);
    }
    int joined = floe_jinja_join(run, mark, NULL);
    if (floe_jinja_hard(one) || floe_jinja_hard(two)) {
        return floe_jinja_hard(one) ? one : two;
    }
    result = turned ? turned : joined;
    return result ? result : floe_jinja_outcome(run, doubt, one, returned, two);
}

/* The elifs of a long chain follow one another; they are no recursion here. */
static int render_if(floe_jinja_run *run, const floe_jinja_node *node) {
    for (;;) {
        floe_jinja_value truth;
        int result = floe_jinja_condition(run, node->a, &truth);
        if (result) {
            return result;
        }
        if (truth.type != FLOE_JINJA_IS_BOOLEAN) {
            return render_both(run, node, truth.doubt);
        }
        floe_jinja_untaken(run, truth.boolean ? node->otherwise : node->body);
        if (truth.boolean) {
            return floe_jinja_statements(run, node->body);
        }
        if (node->otherwise.count != 1 || node->otherwise.items[0]->kind != FLOE_JINJA_IF) {
            return floe_jinja_statements(run, node->otherwise);
        }
        node = node->otherwise.items[0];
    }
}

/* ---- statements ---- */

/* Where the template is rendered to a value: what it puts out, if that is all. */
static int note_output(floe_jinja_run *run, const floe_jinja_node *expression,
                       const floe_jinja_value *value) {
    floe_jinja_native *native = run->native;
    if (native && native->capture == run->capture) {
        native->value = *value;
        native->doubt = native->doubt ? native->doubt : run->doubt;
        return native->count++ ? 0 : floe_jinja_native_output(run, expression, &native->value);
    }
    return 0;
}

static int render_output(floe_jinja_run *run, const floe_jinja_node *node) {
    floe_jinja_value value;
    int result = floe_jinja_expression(run, node->a, &value);
    run->at = node->at;
    result = result ? result : note_output(run, node->a, &value);
    return result ? result : floe_jinja_write_value(run, &value);
}

static int render_text(floe_jinja_run *run, const floe_jinja_node *node) {
    floe_jinja_value value = floe_jinja_of_text(node->text);
    int result = note_output(run, NULL, &value);
    return result ? result : floe_jinja_write(run, node->text.text, node->text.length);
}

static int render_do(floe_jinja_run *run, const floe_jinja_node *node) {
    floe_jinja_value value;
    return floe_jinja_expression(run, node->a, &value);
}

static int render_statement(floe_jinja_run *run, const floe_jinja_node *node) {
    run->at = node->at;
    switch ((floe_jinja_kind)node->kind) {
    case FLOE_JINJA_TEXT:
        return render_text(run, node);
    case FLOE_JINJA_OUTPUT:
        return render_output(run, node);
    case FLOE_JINJA_IF:
        return render_if(run, node);
    case FLOE_JINJA_FOR:
        return floe_jinja_for(run, node);
    case FLOE_JINJA_SET:
    case FLOE_JINJA_SET_BLOCK:
        return render_set(run, node);
    case FLOE_JINJA_MACRO:
        return render_macro(run, node);
    case FLOE_JINJA_CALL_BLOCK:
        return render_call(run, node);
    case FLOE_JINJA_FILTER_BLOCK:
        return render_filter(run, node);
    case FLOE_JINJA_WITH:
        return render_with(run, node);
    case FLOE_JINJA_DO:
        return render_do(run, node);
    case FLOE_JINJA_BREAK:
        return FLOE_JINJA_BROKEN;
    case FLOE_JINJA_CONTINUE:
        return FLOE_JINJA_CONTINUED;
    case FLOE_JINJA_BLOCK:
        return render_block(run, node);
    case FLOE_JINJA_SNAPSHOT:
        return floe_jinja_statements(run, node->body);
    case FLOE_JINJA_TEST_BLOCK:
    case FLOE_JINJA_MATERIALIZATION:
    case FLOE_JINJA_DOCS:
        return 0;
    case FLOE_JINJA_IMPORT:
        return floe_jinja_fail(run, FLOE_INVALID,
                               "no loader for this environment specified: dbt has no "
                               "import, include or extends");
    default:
        return floe_jinja_fail(run, FLOE_INTERNAL, "a node of kind %u is no statement", node->kind);
    }
}

int floe_jinja_statements(floe_jinja_run *run, floe_jinja_list list) {
    int result = 0;
    for (uint32_t i = 0; i < list.count && !result; i++) {
        result = floe_jinja_step(run);
        result = result ? result : render_statement(run, list.items[i]);
    }
    return result;
}

/* ---- from outside ---- */

/* What a rendering changes of the run, to be put back: a host may render within a rendering. */
typedef struct resting {
    const floe_jinja_template *template;
    floe_jinja_scope *scope;
    floe_jinja_frame *frame;
    floe_jinja_turns *turns;
    uint32_t at;
    bool lenient;
    const char *stack;
    size_t mark;
    floe_jinja_frame own;
} resting;

static int enter(floe_jinja_run *run, const floe_jinja_template *template, resting *place) {
    place->template = run->template;
    place->scope = run->scope;
    place->frame = run->frame;
    place->turns = run->turns;
    place->at = run->at;
    place->lenient = run->lenient;
    place->stack = run->stack;
    place->mark = run->branch_count;
    place->own = (floe_jinja_frame){.outer = run->frame, .in_doubt = run->doubt != NULL};
    run->template = template;
    run->frame = &place->own;
    run->turns = NULL;
    run->lenient = run->chaining;
    run->scope = NULL;
    run->scope = floe_jinja_scope_new(run, NULL);
    return run->scope ? 0 : FLOE_MEMORY;
}

static int leave(floe_jinja_run *run, resting *place, int result) {
    int settled = floe_jinja_settle(run, place->mark);
    result = result ? result : settled;
    /* What found no room may have gone on without it, and the host's functions need not say that they did. */
    bool refused = floe_arena_refused(run->arena), starved = floe_arena_failed(run->arena) && !refused;
    if (starved || (refused && !result) || (result == FLOE_MEMORY && run->error.code != FLOE_LIMIT)) {
        result = floe_jinja_out_of_memory(run);
    }
    run->template = place->template;
    run->scope = place->scope;
    run->frame = place->frame;
    run->turns = place->turns;
    run->at = place->at;
    run->lenient = place->lenient;
    run->stack = place->stack;
    return result < 0 ? (int)run->error.code : result; /* what is no memory may be the run's bound */
}

int floe_jinja_render_body(floe_jinja_run *run, const floe_jinja_template *template, floe_jinja_list body,
                           floe_jinja_value *out) {
    resting place;
    floe_jinja_capture capture;
    int result = enter(run, template, &place);
    floe_jinja_capture_open(run, &capture);
    if (run->native && !run->native->capture) {
        run->native->capture = &capture;
    }
    result = result ? result : floe_jinja_statements(run, body);
    if (result) {
        floe_jinja_capture_drop(run, &capture);
    } else {
        result = floe_jinja_capture_close(run, &capture, out);
    }
    return leave(run, &place, result);
}

int floe_jinja_render(floe_jinja_run *run, const floe_jinja_template *template, floe_jinja_value *out) {
    return floe_jinja_render_body(run, template, template->body, out);
}

int floe_jinja_evaluate(floe_jinja_run *run, const floe_jinja_template *template, const floe_jinja_node *node,
                        floe_jinja_value *out) {
    resting place;
    floe_jinja_capture capture;
    int result = enter(run, template, &place);
    floe_jinja_capture_open(run, &capture);
    result = result ? result : floe_jinja_expression(run, node, out);
    floe_jinja_capture_drop(run, &capture);
    return leave(run, &place, result);
}

/*
 * Expressions. What hangs on something unknown is unknown, and where that decides which part is evaluated the
 * parts are evaluated in doubt: calls in them may happen.
 */
#include "jinja/run.h"

#include <string.h>

int floe_jinja_untaken(floe_jinja_run *run, floe_jinja_list body) {
    if (body.count && run->host && run->host->untaken) {
        run->host->untaken(run, body);
    }
    return 0;
}

static int untaken_expression(floe_jinja_run *run, const floe_jinja_node *node) {
    const floe_jinja_node *const *items = &node;
    return node ? floe_jinja_untaken(run, (floe_jinja_list){.items = items, .count = 1}) : 0;
}

/* ---- names ---- */

/* A name as a template sees it: scopes from the innermost, the host, Jinja's own. */
static int resolve_name(floe_jinja_run *run, floe_jinja_text name, floe_jinja_value *out) {
    uint32_t hash = floe_jinja_hash(name.text, name.length);
    for (floe_jinja_scope *scope = run->scope; scope; scope = scope->parent) {
        floe_jinja_variable *one = floe_jinja_scope_find(scope, name, hash);
        if (one && one->value.type != FLOE_JINJA_IS_ABSENT) {
            *out = one->value;
            return 0;
        }
    }
    if ((run->host && run->host->lookup && run->host->lookup(run, name, out)) ||
        floe_jinja_global(run, name, out)) {
        return 0;
    }
    floe_jinja_value copy;
    int result = floe_jinja_copy_text(run, name.text, name.length, &copy);
    if (!result) {
        *out = floe_jinja_missing(run, copy.string);
    }
    return result;
}

/* ---- attributes and items ---- */

static int no_attribute(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_text name,
                        floe_jinja_value *out) {
    floe_jinja_value sentence;
    const char *type = value->type == FLOE_JINJA_IS_NONE ? "None" : floe_jinja_type_name(value);
    const char *object = value->type == FLOE_JINJA_IS_NONE ? "" : " object";
    int result = run->lenient ? floe_jinja_copy_text(run, name.text, name.length, &sentence)
                              : floe_jinja_format_text(run, &sentence, "'%s%s' has no attribute '%.*s'", type,
                                                       object, (int)name.length, name.text);
    if (!result) {
        *out = floe_jinja_missing(run, sentence.string);
    }
    return result;
}

/* A group of groupby() is a tuple whose parts have names. */
static bool group_part(const floe_jinja_value *value, floe_jinja_text name, floe_jinja_value *out) {
    if (value->type != FLOE_JINJA_IS_TUPLE || value->sequence->count != 2) {
        return false;
    }
    bool grouper = floe_jinja_text_is(name, "grouper", 7), list = floe_jinja_text_is(name, "list", 4);
    if (grouper || list) {
        *out = value->sequence->items[list];
    }
    return grouper || list;
}

static int object_attribute(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_text name,
                            floe_jinja_value *out) {
    floe_jinja_object *object = value->object;
    if (object->class->attribute && object->class->attribute(run, object, name, out)) {
        return 0;
    }
    floe_jinja_method method = floe_jinja_method_find(value, name);
    if (method) {
        return floe_jinja_bound(run, value, name, method, out);
    }
    if (object->class->item && object->class != &floe_jinja_range_class) {
        floe_jinja_value key = floe_jinja_of_text(name);
        return object->class->item(run, object, &key, out);
    }
    return no_attribute(run, value, name, out);
}

int floe_jinja_attribute(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_text name,
                         floe_jinja_value *out) {
    const floe_jinja_value *found;
    floe_jinja_method method;
    switch (value->type) {
    case FLOE_JINJA_IS_UNKNOWN:
        *out = *value;
        return 0;
    case FLOE_JINJA_IS_UNDEFINED: {
        floe_jinja_value copy;
        if (value->length) {
            return floe_jinja_needs(run, value);
        }
        int result = floe_jinja_copy_text(run, name.text, name.length, &copy);
        *out = result ? *value : floe_jinja_undefined(copy.string);
        return result;
    }
    case FLOE_JINJA_IS_OBJECT:
        return object_attribute(run, value, name, out);
    default:
        break;
    }
    method = floe_jinja_method_find(value, name);
    if (method) {
        return floe_jinja_bound(run, value, name, method, out);
    }
    if (value->type == FLOE_JINJA_IS_DICT) {
        found = floe_jinja_get_text(value, name.text, name.length);
        if (found || value->dict->doubt) {
            *out = found ? *found : floe_jinja_doubtful(value->dict->doubt);
            return 0;
        }
    }
    return group_part(value, name, out) ? 0 : no_attribute(run, value, name, out);
}

static int no_item(floe_jinja_run *run, const floe_jinja_value *value, const floe_jinja_value *key,
                   floe_jinja_value *out) {
    floe_jinja_value text;
    if (key->type == FLOE_JINJA_IS_STRING) {
        floe_jinja_text name = {key->string, key->length};
        floe_jinja_method method = floe_jinja_method_find(value, name);
        if (method) {
            return floe_jinja_bound(run, value, name, method, out);
        }
        return group_part(value, name, out) ? 0 : no_attribute(run, value, name, out);
    }
    int result = floe_jinja_repr(run, key, &text);
    if (!result && text.type == FLOE_JINJA_IS_STRING) {
        result = floe_jinja_format_text(run, &text, "%s object has no element %.*s",
                                        floe_jinja_type_name(value), (int)text.length, text.string);
        *out = floe_jinja_missing(run, text.string);
    } else if (!result) {
        *out = text;
    }
    return result;
}

static int dict_item(floe_jinja_run *run, const floe_jinja_value *value, const floe_jinja_value *key,
                     floe_jinja_value *out) {
    if (key->type == FLOE_JINJA_IS_LIST || key->type == FLOE_JINJA_IS_DICT ||
        key->type == FLOE_JINJA_IS_SET) {
        return no_item(run, value, key, out);
    }
    const floe_jinja_value *found = floe_jinja_get(value, key);
    if (found || value->dict->doubt) {
        *out = found ? *found : floe_jinja_doubtful(value->dict->doubt);
        return 0;
    }
    return no_item(run, value, key, out);
}

static int sequence_item(floe_jinja_run *run, const floe_jinja_value *value, const floe_jinja_value *key,
                         floe_jinja_value *out) {
    if (!floe_jinja_is_whole(key)) {
        return no_item(run, value, key, out);
    }
    if (value->sequence->doubt) {
        floe_jinja_escape(run, value);
        *out = floe_jinja_doubtful(value->sequence->doubt);
        return 0;
    }
    int64_t index = floe_jinja_whole(key), count = (int64_t)value->sequence->count;
    index += index < 0 ? count : 0;
    if (index < 0 || index >= count) {
        return no_item(run, value, key, out);
    }
    *out = value->sequence->items[index];
    return 0;
}

static int string_item(floe_jinja_run *run, const floe_jinja_value *value, const floe_jinja_value *key,
                       floe_jinja_value *out) {
    if (!floe_jinja_is_whole(key)) {
        return no_item(run, value, key, out);
    }
    int result = floe_jinja_weigh(run, value, FLOE_JINJA_READ);
    if (result) {
        return result;
    }
    int64_t index = floe_jinja_whole(key), count = (int64_t)floe_jinja_count(value->string, value->length);
    index += index < 0 ? count : 0;
    if (index < 0 || index >= count) {
        return no_item(run, value, key, out);
    }
    size_t at = floe_jinja_offset(value->string, value->length, (size_t)index);
    *out =
        floe_jinja_string(value->string + at, floe_jinja_character(value->string + at, value->length - at));
    return 0;
}

int floe_jinja_item(floe_jinja_run *run, const floe_jinja_value *value, const floe_jinja_value *key,
                    floe_jinja_value *out) {
    bool asks = value->type == FLOE_JINJA_IS_OBJECT && value->object->class->unknown_keys;
    if (value->type == FLOE_JINJA_IS_UNKNOWN || (key->type == FLOE_JINJA_IS_UNKNOWN && !asks)) {
        floe_jinja_escape(run, value);
        *out = value->type == FLOE_JINJA_IS_UNKNOWN ? *value : *key;
        return 0;
    }
    switch (value->type) {
    case FLOE_JINJA_IS_UNDEFINED:
        if (value->length) {
            return floe_jinja_needs(run, value);
        }
        *out = *value;
        return 0;
    case FLOE_JINJA_IS_DICT:
        return dict_item(run, value, key, out);
    case FLOE_JINJA_IS_LIST:
    case FLOE_JINJA_IS_TUPLE:
        return sequence_item(run, value, key, out);
    case FLOE_JINJA_IS_STRING:
        return string_item(run, value, key, out);
    case FLOE_JINJA_IS_OBJECT:
        if (value->object->class->item) {
            return value->object->class->item(run, value->object, key, out);
        }
        if (key->type == FLOE_JINJA_IS_STRING) {
            return object_attribute(run, value, (floe_jinja_text){key->string, key->length}, out);
        }
        break;
    default:
        break;
    }
    return no_item(run, value, key, out);
}

static int evaluate_item(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_value *out) {
    const floe_jinja_node *slice = node->b->kind == FLOE_JINJA_SLICE ? node->b : NULL;
    const floe_jinja_node *parts[3] = {slice ? slice->a : node->b, slice ? slice->b : NULL,
                                       slice ? slice->c : NULL};
    floe_jinja_value value, keys[3] = {floe_jinja_none(), floe_jinja_none(), floe_jinja_none()};
    int result = floe_jinja_expression(run, node->a, &value);
    for (int i = 0; i < 3 && !result; i++) {
        result = parts[i] ? floe_jinja_expression(run, parts[i], &keys[i]) : 0;
    }
    run->at = node->at;
    if (result) {
        return result;
    }
    return slice ? floe_jinja_slice(run, &value, &keys[0], &keys[1], &keys[2], out)
                 : floe_jinja_item(run, &value, &keys[0], out);
}

/* ---- calls, filters, tests ---- */

/* A method that changes what it is called on. */
static bool changes(floe_jinja_text method) {
    static const char *const names[] = {"append",     "extend",  "insert", "pop",    "remove",
                                        "sort",       "reverse", "clear",  "update", "add",
                                        "setdefault", "popitem", "discard"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (floe_jinja_text_is(method, names[i], strlen(names[i]))) {
            return true;
        }
    }
    return false;
}

int floe_jinja_call_node(floe_jinja_run *run, const floe_jinja_node *node, const floe_jinja_value *caller,
                         floe_jinja_value *out) {
    const floe_jinja_node *callee = node->a;
    floe_jinja_arguments arguments;
    floe_jinja_value object, function;
    floe_jinja_method method = NULL;
    bool member = callee->kind == FLOE_JINJA_ATTRIBUTE;
    int result = floe_jinja_expression(run, member ? callee->a : callee, &object);
    if (result) {
        return result;
    }
    run->at = node->at;
    function = object;
    if (member && object.type == FLOE_JINJA_IS_UNKNOWN && changes(callee->text)) {
        result = floe_jinja_change_unknown(run, object.doubt);
    }
    if (member && !result) {
        method = object.type == FLOE_JINJA_IS_OBJECT ? NULL : floe_jinja_method_find(&object, callee->text);
        result = method ? 0 : floe_jinja_attribute(run, &object, callee->text, &function);
    }
    result = result ? result : floe_jinja_collect(run, node->items, &arguments);
    result = result || !method ? result : floe_jinja_weigh(run, &object, FLOE_JINJA_READ);
    if (result) {
        return result;
    }
    arguments.caller = caller;
    arguments.at = run->at = node->at;
    result =
        method ? method(run, &object, &arguments, out) : floe_jinja_call(run, &function, &arguments, out);
    if (method && result) {
        result = floe_jinja_doubtful_failure(run, result, &object, &arguments, out);
    }
    run->at = node->at;
    return result;
}

static int evaluate_filter(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_value *out) {
    floe_jinja_arguments arguments;
    floe_jinja_value value;
    int result = floe_jinja_expression(run, node->a, &value);
    result = result ? result : floe_jinja_collect(run, node->items, &arguments);
    if (result) {
        return result;
    }
    arguments.at = run->at = node->at;
    return floe_jinja_apply_filter(run, node->text, &value, &arguments, out);
}

int floe_jinja_filters(floe_jinja_run *run, const floe_jinja_node *node, const floe_jinja_value *inner,
                       floe_jinja_value *out) {
    floe_jinja_arguments arguments;
    floe_jinja_value value;
    if (!node) {
        *out = *inner;
        return 0;
    }
    int result = floe_jinja_filters(run, node->a, inner, &value);
    result = result ? result : floe_jinja_collect(run, node->items, &arguments);
    if (result) {
        return result;
    }
    arguments.at = run->at = node->at;
    return floe_jinja_apply_filter(run, node->text, &value, &arguments, out);
}

static int evaluate_test(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_value *out) {
    floe_jinja_arguments arguments;
    floe_jinja_value value;
    int result = floe_jinja_expression(run, node->a, &value);
    result = result ? result : floe_jinja_collect(run, node->items, &arguments);
    if (result) {
        return result;
    }
    arguments.at = run->at = node->at;
    result = floe_jinja_apply_test(run, node->text, &value, &arguments, out);
    if (!result && node->negated) {
        result = floe_jinja_truth(run, out, out);
        if (!result && out->type == FLOE_JINJA_IS_BOOLEAN) {
            out->boolean = !out->boolean;
        }
    }
    return result;
}

/* ---- branches of an expression ---- */

/* Evaluates `first`, then `second` (either may be NULL), not knowing which of them is. */
static int evaluate_both(floe_jinja_run *run, const floe_jinja_doubt *doubt, const floe_jinja_node *first,
                         const floe_jinja_node *second, floe_jinja_value values[2]) {
    size_t mark;
    int result = floe_jinja_fork(run, doubt, &mark);
    if (result) {
        return result;
    }
    int one = first ? floe_jinja_expression(run, first, &values[0]) : 0, two = 0;
    floe_jinja_value returned = run->returned;
    int turned = floe_jinja_turn(run, mark);
    if (!turned && !floe_jinja_hard(one)) {
        two = second ? floe_jinja_expression(run, second, &values[1]) : 0;
    }
    int joined = floe_jinja_join(run, mark, NULL);
    if (floe_jinja_hard(one) || floe_jinja_hard(two)) {
        return floe_jinja_hard(one) ? one : two;
    }
    if (one) {
        values[0] = floe_jinja_doubtful(doubt);
    }
    if (two) {
        values[1] = floe_jinja_doubtful(doubt);
    }
    result = turned ? turned : joined;
    return result ? result : floe_jinja_outcome(run, doubt, one, returned, two);
}

static int evaluate_conditional(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_value *out) {
    floe_jinja_value truth, values[2];
    floe_jinja_value nothing =
        floe_jinja_undefined("the inline if-expression evaluated to false and no else section was defined");
    nothing.length = 1;
    int result = floe_jinja_condition(run, node->b, &truth);
    if (result) {
        return result;
    }
    if (truth.type == FLOE_JINJA_IS_BOOLEAN) {
        untaken_expression(run, truth.boolean ? node->c : node->a);
        const floe_jinja_node *taken = truth.boolean ? node->a : node->c;
        *out = nothing;
        return taken ? floe_jinja_expression(run, taken, out) : 0;
    }
    values[0] = values[1] = nothing;
    result = evaluate_both(run, truth.doubt, node->a, node->c, values);
    floe_jinja_escape(run, &values[0]);
    floe_jinja_escape(run, &values[1]);
    *out = !result && floe_jinja_identical(&values[0], &values[1]) ? values[1]
                                                                   : floe_jinja_doubtful(truth.doubt);
    return result;
}

/* `and` and `or` as values: one of the operands. */
static int evaluate_either(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_value *out) {
    bool both = node->operation == FLOE_JINJA_AND;
    floe_jinja_value truth, values[2];
    int result = floe_jinja_expression(run, node->a, out);
    result = result ? result : floe_jinja_truth(run, out, &truth);
    if (result) {
        return result;
    }
    if (truth.type == FLOE_JINJA_IS_BOOLEAN) {
        if (truth.boolean != both) {
            return untaken_expression(run, node->b);
        }
        return floe_jinja_expression(run, node->b, out);
    }
    values[0] = values[1] = *out;
    floe_jinja_escape(run, out);
    result = evaluate_both(run, truth.doubt, node->b, NULL, values);
    floe_jinja_escape(run, &values[0]);
    *out = floe_jinja_doubtful(truth.doubt);
    return result;
}

static int condition_either(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_value *out) {
    bool both = node->operation == FLOE_JINJA_AND;
    floe_jinja_value first, second;
    int result = floe_jinja_condition(run, node->a, &first);
    if (result) {
        return result;
    }
    if (first.type == FLOE_JINJA_IS_BOOLEAN) {
        if (first.boolean != both) {
            *out = first;
            return untaken_expression(run, node->b);
        }
        return floe_jinja_condition(run, node->b, out);
    }
    size_t mark;
    result = floe_jinja_fork(run, first.doubt, &mark);
    if (result) {
        return result;
    }
    int one = floe_jinja_condition(run, node->b, &second);
    floe_jinja_value returned = run->returned;
    int turned = floe_jinja_turn(run, mark), joined = floe_jinja_join(run, mark, NULL);
    if (floe_jinja_hard(one)) {
        return one;
    }
    bool decided = !one && second.type == FLOE_JINJA_IS_BOOLEAN && second.boolean != both;
    *out = decided ? second : floe_jinja_doubtful(first.doubt);
    result = turned ? turned : joined;
    return result ? result : floe_jinja_outcome(run, first.doubt, one, returned, 0);
}

int floe_jinja_condition(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_value *out) {
    floe_jinja_value value;
    int result = floe_jinja_step(run);
    if (result) {
        return result;
    }
    if (node->kind == FLOE_JINJA_BINARY &&
        (node->operation == FLOE_JINJA_AND || node->operation == FLOE_JINJA_OR)) {
        return condition_either(run, node, out);
    }
    if (node->kind == FLOE_JINJA_NOT) {
        result = floe_jinja_condition(run, node->a, out);
        if (!result && out->type == FLOE_JINJA_IS_BOOLEAN) {
            out->boolean = !out->boolean;
        }
        return result;
    }
    result = floe_jinja_expression(run, node, &value);
    return result ? result : floe_jinja_truth(run, &value, out);
}

/* ---- operators ---- */

static int evaluate_binary(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_value *out) {
    floe_jinja_value one, other;
    if (node->operation == FLOE_JINJA_AND || node->operation == FLOE_JINJA_OR) {
        return evaluate_either(run, node, out);
    }
    int result = floe_jinja_expression(run, node->a, &one);
    result = result ? result : floe_jinja_expression(run, node->b, &other);
    if (result) {
        return result;
    }
    run->at = node->at;
    return floe_jinja_operate(run, node->operation, &one, &other, out);
}

/* a < b < c: the next operand is evaluated only where what stands before it holds. */
static int evaluate_compare(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_value *out) {
    floe_jinja_value left, right;
    const floe_jinja_doubt *doubt = NULL;
    int result = floe_jinja_expression(run, node->a, &left);
    for (uint32_t i = 0; i < node->items.count && !result; i++) {
        const floe_jinja_node *operand = node->items.items[i];
        result = floe_jinja_expression(run, operand->a, &right);
        run->at = node->at;
        result = result ? result : floe_jinja_compare(run, operand->operation, &left, &right, out);
        if (!result && out->type == FLOE_JINJA_IS_BOOLEAN && !out->boolean) {
            return 0;
        }
        if (!result && out->type == FLOE_JINJA_IS_UNKNOWN && !doubt) {
            doubt = out->doubt;
        }
        left = right;
    }
    if (!result && doubt) {
        *out = floe_jinja_doubtful(doubt);
    }
    return result;
}

static int evaluate_not(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_value *out) {
    int result = floe_jinja_condition(run, node->a, out);
    if (!result && out->type == FLOE_JINJA_IS_BOOLEAN) {
        out->boolean = !out->boolean;
    }
    return result;
}

static int evaluate_signed(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_value *out) {
    floe_jinja_value value;
    int result = floe_jinja_expression(run, node->a, &value);
    run->at = node->at;
    return result ? result : floe_jinja_negate(run, &value, node->kind == FLOE_JINJA_POSITIVE, out);
}

/* ---- literals ---- */

static int evaluate_list(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_value *out) {
    floe_jinja_type type = node->kind == FLOE_JINJA_LIST ? FLOE_JINJA_IS_LIST : FLOE_JINJA_IS_TUPLE;
    floe_jinja_value item;
    int result = floe_jinja_new_list(run, type, out);
    for (uint32_t i = 0; i < node->items.count && !result; i++) {
        result = floe_jinja_expression(run, node->items.items[i], &item);
        result = result ? result : floe_jinja_append(run, out, &item);
    }
    return result;
}

static int evaluate_dict(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_value *out) {
    floe_jinja_value key, value;
    int result = floe_jinja_new_dict(run, out);
    for (uint32_t i = 0; i + 1 < node->items.count && !result; i += 2) {
        result = floe_jinja_expression(run, node->items.items[i], &key);
        result = result ? result : floe_jinja_expression(run, node->items.items[i + 1], &value);
        run->at = node->at;
        result = result ? result : floe_jinja_put(run, out, &key, &value);
    }
    return result;
}

int floe_jinja_expression(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_value *out) {
    floe_jinja_value value;
    int result = floe_jinja_step(run);
    if (result) {
        return result;
    }
    switch ((floe_jinja_kind)node->kind) {
    case FLOE_JINJA_NAME:
        run->at = node->at;
        return resolve_name(run, node->text, out);
    case FLOE_JINJA_NONE:
        *out = floe_jinja_none();
        return 0;
    case FLOE_JINJA_BOOLEAN:
        *out = floe_jinja_boolean(node->integer != 0);
        return 0;
    case FLOE_JINJA_INTEGER:
        *out = floe_jinja_integer(node->integer);
        return 0;
    case FLOE_JINJA_NUMBER:
        *out = floe_jinja_number(node->number);
        return 0;
    case FLOE_JINJA_STRING:
        *out = floe_jinja_of_text(node->text);
        return 0;
    case FLOE_JINJA_LIST:
    case FLOE_JINJA_TUPLE:
        return evaluate_list(run, node, out);
    case FLOE_JINJA_DICT:
        return evaluate_dict(run, node, out);
    case FLOE_JINJA_ATTRIBUTE:
        result = floe_jinja_expression(run, node->a, &value);
        run->at = node->at;
        return result ? result : floe_jinja_attribute(run, &value, node->text, out);
    case FLOE_JINJA_ITEM:
        return evaluate_item(run, node, out);
    case FLOE_JINJA_CALL:
        return floe_jinja_call_node(run, node, NULL, out);
    case FLOE_JINJA_FILTER:
        return evaluate_filter(run, node, out);
    case FLOE_JINJA_TEST:
        return evaluate_test(run, node, out);
    case FLOE_JINJA_NOT:
        return evaluate_not(run, node, out);
    case FLOE_JINJA_NEGATIVE:
    case FLOE_JINJA_POSITIVE:
        return evaluate_signed(run, node, out);
    case FLOE_JINJA_BINARY:
        return evaluate_binary(run, node, out);
    case FLOE_JINJA_COMPARE:
        return evaluate_compare(run, node, out);
    case FLOE_JINJA_CONDITIONAL:
        return evaluate_conditional(run, node, out);
    default:
        return floe_jinja_fail(run, FLOE_INTERNAL, "a node of kind %u is no expression", node->kind);
    }
}

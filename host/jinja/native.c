/*
 * Rendering to values: where a template puts out one thing alone, that thing. dbt reads the values of YAML
 * files so (jinja2/nativetypes.py, dbt_common/clients/jinja.py: quoted_native_concat).
 */
#include "base/number.h"
#include "jinja/run.h"

#include <string.h>

/* ---- constants ---- */

/* Filters that ask for the context are not computed ahead; marks of a type are no plain texts. */
static bool computed_ahead(floe_jinja_text name) {
    static const char *const not [] = {"map",    "select",  "reject",  "selectattr", "rejectattr",
                                       "random", "as_text", "as_bool", "as_native",  "as_number"};
    for (size_t i = 0; i < sizeof not / sizeof *not ; i++) {
        if (floe_jinja_text_is(name, not [i], strlen(not [i]))) {
            return false;
        }
    }
    return true;
}

static bool constant_kind(void *context, const floe_jinja_node *node) {
    (void)context;
    switch (node->kind) {
    case FLOE_JINJA_NAME:
    case FLOE_JINJA_CALL:
        return false;
    case FLOE_JINJA_FILTER:
        return computed_ahead(node->text);
    default:
        return true;
    }
}

/* Jinja computes an expression without names and calls while it compiles, and what it writes then is text. */
static bool is_constant(const floe_jinja_node *node) {
    const floe_jinja_node *const *items = &node;
    return floe_jinja_walk((floe_jinja_list){.items = items, .count = 1}, constant_kind, NULL);
}

/* ---- Python's literals ---- */

static bool is_literal(const floe_jinja_node *node, const char *text) {
    switch (node->kind) {
    case FLOE_JINJA_STRING:
    case FLOE_JINJA_INTEGER:
    case FLOE_JINJA_NUMBER:
        return true;
    case FLOE_JINJA_NONE:
    case FLOE_JINJA_BOOLEAN:
        return text[node->at] == 'N' || text[node->at] == 'T' || text[node->at] == 'F';
    case FLOE_JINJA_NEGATIVE:
    case FLOE_JINJA_POSITIVE:
        return node->a->kind == FLOE_JINJA_INTEGER || node->a->kind == FLOE_JINJA_NUMBER;
    case FLOE_JINJA_LIST:
    case FLOE_JINJA_TUPLE:
    case FLOE_JINJA_DICT:
        for (uint32_t i = 0; i < node->items.count; i++) {
            if (!is_literal(node->items.items[i], text)) {
                return false;
            }
        }
        return true;
    default:
        return false;
    }
}

/* The text as literal_eval reads it; itself where it is none. */
static int read_literal(floe_jinja_run *run, const floe_jinja_value *text, floe_jinja_value *out) {
    const floe_jinja_node *node;
    size_t blanks = 0;
    while (blanks < text->length && (text->string[blanks] == ' ' || text->string[blanks] == '\t')) {
        blanks++;
    }
    const char *copy = floe_arena_text(run->arena, text->string + blanks, text->length - blanks);
    *out = *text;
    if (!copy) {
        return floe_jinja_out_of_memory(run);
    }
    int result = floe_jinja_parse_expression(&node, run->arena, "value", copy, text->length - blanks, NULL);
    if (result == FLOE_MEMORY) {
        return floe_jinja_out_of_memory(run);
    }
    if (result || !is_literal(node, copy)) {
        return 0;
    }
    return floe_jinja_expression(run, node, out);
}

static int as_type(floe_jinja_run *run, floe_jinja_text mark, const floe_jinja_value *text,
                   floe_jinja_value *out) {
    bool boolean = floe_jinja_text_is(mark, "as_bool", 7), number = floe_jinja_text_is(mark, "as_number", 9);
    if (text->type != FLOE_JINJA_IS_STRING || floe_jinja_text_is(mark, "as_text", 7)) {
        *out = *text;
        return 0;
    }
    int result = read_literal(run, text, out);
    if (!result && ((boolean && out->type != FLOE_JINJA_IS_BOOLEAN) ||
                    (number && out->type != FLOE_JINJA_IS_INTEGER && out->type != FLOE_JINJA_IS_NUMBER))) {
        return floe_jinja_fail(run, FLOE_INVALID, "Could not convert value '%.*s' into type '%s'",
                               (int)text->length, text->string, boolean ? "bool" : "number");
    }
    return result;
}

/* The same in dbt 2: it reads two words and whole numbers, and leaves what is none as it is. */
static int as_plain_type(floe_jinja_run *run, floe_jinja_text mark, const floe_jinja_value *value,
                         floe_jinja_value *out) {
    *out = *value;
    if (floe_jinja_text_is(mark, "as_text", 7)) {
        return floe_jinja_text_of(run, value, out) ? run->error.code : 0;
    }
    if (floe_jinja_text_is(mark, "as_bool", 7)) {
        static const char *const words[] = {"true", "True", "false", "False"};
        for (size_t i = 0; i < sizeof words / sizeof *words && value->type == FLOE_JINJA_IS_STRING; i++) {
            if (value->length == strlen(words[i]) && memcmp(value->string, words[i], value->length) == 0) {
                *out = floe_jinja_boolean(i < 2);
            }
        }
        if (value->type == FLOE_JINJA_IS_NONE) {
            *out = floe_jinja_boolean(false);
        }
    } else if (floe_jinja_text_is(mark, "as_number", 9) && value->type == FLOE_JINJA_IS_STRING) {
        bool negative = value->length && value->string[0] == '-';
        size_t length = value->length - negative, digits = 0;
        const char *text = value->string + negative;
        int64_t number;
        while (digits < length && text[digits] >= '0' && text[digits] <= '9') {
            digits++;
        }
        if (length && digits == length && floe_number_integer(&number, text, length, negative)) {
            *out = floe_jinja_integer(number);
        }
    }
    return 0;
}

/* ---- rendering ---- */

int floe_jinja_native_output(floe_jinja_run *run, const floe_jinja_node *expression,
                             floe_jinja_value *value) {
    floe_jinja_value text = *value;
    if (!expression || (!run->native->constants && is_constant(expression))) {
        return floe_jinja_text_of(run, value, &text) ? run->error.code : (*value = text, 0);
    }
    if (expression->kind == FLOE_JINJA_FILTER) {
        static const char *const marks[] = {"as_text", "as_bool", "as_native", "as_number"};
        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
            if (floe_jinja_text_is(expression->text, marks[i], strlen(marks[i]))) {
                return run->native->constants ? as_plain_type(run, expression->text, &text, value)
                                              : as_type(run, expression->text, &text, value);
            }
        }
    }
    return 0;
}

int floe_jinja_render_value(floe_jinja_run *run, const floe_jinja_template *template, bool constants,
                            floe_jinja_value *out) {
    floe_jinja_native native = {.outer = run->native, .constants = constants}, *outer = run->native;
    floe_jinja_value text;
    run->native = &native;
    int result = floe_jinja_render(run, template, &text);
    run->native = outer;
    if (!result) {
        bool alone = native.count == 1 && !native.doubt;
        *out = native.doubt ? floe_jinja_doubtful(native.doubt) : alone ? native.value : text;
    }
    return result;
}

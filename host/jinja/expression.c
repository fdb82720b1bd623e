/*
 * Expressions. Operators bind as in Jinja: or, and, not, comparisons, + and -, ~, * / // %, **, signs, and
 * then what follows a value (attributes, items, calls, filters, tests). All of them but `not`, signs and
 * `else` lean to the left. No name is reserved: where a value is expected, `not` and `if` are names as well.
 */
#include "jinja/parser.h"

#include <string.h>

typedef enum level {
    NO_LEVEL,
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_NOT,
    LEVEL_COMPARE,
    LEVEL_SUM,
    LEVEL_CONCATENATE,
    LEVEL_PRODUCT,
    LEVEL_POWER
} level;

typedef struct operator_of {
    level level;
    floe_jinja_operation operation;
} operator_of;

static const floe_jinja_node *parse_unary(floe_jinja_parser *parser, bool filters);

/* ---- what follows a value ---- */

/* Which kinds of argument a list has had. */
typedef struct arguments_seen {
    bool named, spread, spread_keywords;
} arguments_seen;

/* One argument: a value, name=value, *values or **values. */
static const floe_jinja_node *parse_argument(floe_jinja_parser *parser, arguments_seen *seen) {
    const floe_jinja_token token = parser->token;
    floe_jinja_kind kind = FLOE_JINJA_KEYWORD;
    bool fits = !seen->spread_keywords;
    if (token.sort == FLOE_TOKEN_MULTIPLY) {
        kind = FLOE_JINJA_SPREAD;
        fits = fits && !seen->spread;
        seen->spread = true;
    } else if (token.sort == FLOE_TOKEN_POWER) {
        kind = FLOE_JINJA_SPREAD_KEYWORDS;
        seen->spread_keywords = true;
    } else if (token.sort == FLOE_TOKEN_NAME && floe_jinja_look(parser)->sort == FLOE_TOKEN_ASSIGN) {
        seen->named = true;
    } else if (fits && !seen->spread && !seen->named) {
        return floe_jinja_read_expression(parser, true);
    } else {
        fits = false;
    }
    if (!fits) {
        floe_jinja_reject(parser, FLOE_INVALID, token.at, "an argument stands behind one that must be last");
        floe_jinja_advise(parser, "the order is: values, name=value, *values, **values");
        return NULL;
    }
    floe_jinja_node *node = floe_jinja_node_new(parser, kind, token.at);
    if (!node) {
        return NULL;
    }
    if (kind == FLOE_JINJA_KEYWORD) {
        node->text = floe_jinja_read_slice(parser, token.at, token.end);
        floe_jinja_advance(parser);
    }
    floe_jinja_advance(parser);
    node->a = floe_jinja_read_expression(parser, true);
    return node->a ? floe_jinja_seal(parser, node, node->a->end) : NULL;
}

/* "(" arguments ")". */
static bool parse_arguments(floe_jinja_parser *parser, floe_jinja_list *out, uint32_t *end) {
    size_t mark = parser->pending_count;
    arguments_seen seen = {0};
    if (!floe_jinja_enter(parser) || !floe_jinja_expect(parser, FLOE_TOKEN_OPEN_PARENTHESIS)) {
        return false;
    }
    while (parser->token.sort != FLOE_TOKEN_CLOSE_PARENTHESIS) {
        if (parser->pending_count > mark) {
            if (parser->token.sort != FLOE_TOKEN_COMMA) {
                return floe_jinja_unexpected(parser, "',' or ')'");
            }
            floe_jinja_advance(parser);
            if (parser->token.sort == FLOE_TOKEN_CLOSE_PARENTHESIS) {
                break;
            }
        }
        if (!floe_jinja_push(parser, parse_argument(parser, &seen))) {
            return false;
        }
    }
    *end = parser->token.end;
    floe_jinja_leave(parser);
    return floe_jinja_expect(parser, FLOE_TOKEN_CLOSE_PARENTHESIS) &&
           floe_jinja_read_collect(parser, mark, out);
}

static const floe_jinja_node *parse_call(floe_jinja_parser *parser, const floe_jinja_node *callee) {
    floe_jinja_node *node = floe_jinja_node_new(parser, FLOE_JINJA_CALL, callee->at);
    uint32_t end;
    if (!node || !parse_arguments(parser, &node->items, &end)) {
        return NULL;
    }
    node->a = callee;
    return floe_jinja_seal(parser, node, end);
}

/* ".name" or ".0". */
static const floe_jinja_node *parse_attribute(floe_jinja_parser *parser, const floe_jinja_node *of) {
    floe_jinja_advance(parser);
    const floe_jinja_token token = parser->token;
    bool number = token.sort == FLOE_TOKEN_INTEGER;
    if (!number && token.sort != FLOE_TOKEN_NAME) {
        floe_jinja_unexpected(parser, "a name or a number behind '.'");
        return NULL;
    }
    floe_jinja_node *node =
        floe_jinja_node_new(parser, number ? FLOE_JINJA_ITEM : FLOE_JINJA_ATTRIBUTE, of->at);
    if (!node) {
        return NULL;
    }
    node->a = of;
    if (number) {
        floe_jinja_node *index = floe_jinja_node_new(parser, FLOE_JINJA_INTEGER, token.at);
        if (!index || !floe_jinja_number(parser, &token, index) ||
            !(node->b = floe_jinja_seal(parser, index, token.end))) {
            return NULL;
        }
    } else {
        node->text = floe_jinja_read_slice(parser, token.at, token.end);
    }
    floe_jinja_advance(parser);
    return floe_jinja_seal(parser, node, token.end);
}

static bool at_slice_end(const floe_jinja_parser *parser) {
    return parser->token.sort == FLOE_TOKEN_CLOSE_BRACKET || parser->token.sort == FLOE_TOKEN_COMMA;
}

/* What stands between brackets: a value or a slice. */
static const floe_jinja_node *parse_subscript(floe_jinja_parser *parser) {
    uint32_t at = parser->token.at;
    const floe_jinja_node *first = NULL;
    if (parser->token.sort != FLOE_TOKEN_COLON) {
        first = floe_jinja_read_expression(parser, true);
        if (!first || parser->token.sort != FLOE_TOKEN_COLON) {
            return first;
        }
    }
    uint32_t end = parser->token.end;
    floe_jinja_advance(parser);
    floe_jinja_node *node = floe_jinja_node_new(parser, FLOE_JINJA_SLICE, at);
    if (!node) {
        return NULL;
    }
    node->a = first;
    if (parser->token.sort != FLOE_TOKEN_COLON && !at_slice_end(parser)) {
        if (!(node->b = floe_jinja_read_expression(parser, true))) {
            return NULL;
        }
        end = node->b->end;
    }
    if (parser->token.sort == FLOE_TOKEN_COLON) {
        end = parser->token.end;
        floe_jinja_advance(parser);
        if (!at_slice_end(parser)) {
            if (!(node->c = floe_jinja_read_expression(parser, true))) {
                return NULL;
            }
            end = node->c->end;
        }
    }
    return floe_jinja_seal(parser, node, end);
}

/* "[" b "]"; several are a tuple, as is nothing. */
static const floe_jinja_node *parse_item(floe_jinja_parser *parser, const floe_jinja_node *of) {
    size_t mark = parser->pending_count;
    uint32_t at = parser->token.at;
    floe_jinja_node *node = floe_jinja_node_new(parser, FLOE_JINJA_ITEM, of->at);
    if (!node || !floe_jinja_enter(parser)) {
        return NULL;
    }
    floe_jinja_advance(parser);
    while (parser->token.sort != FLOE_TOKEN_CLOSE_BRACKET) {
        if (parser->pending_count > mark && !floe_jinja_skip(parser, FLOE_TOKEN_COMMA)) {
            floe_jinja_unexpected(parser, "']'");
            return NULL;
        }
        if (!floe_jinja_push(parser, parse_subscript(parser))) {
            return NULL;
        }
    }
    uint32_t end = parser->token.end;
    floe_jinja_leave(parser);
    floe_jinja_advance(parser);
    node->a = of;
    if (parser->pending_count == mark + 1) {
        node->b = parser->pending[--parser->pending_count];
        return floe_jinja_seal(parser, node, end);
    }
    floe_jinja_node *tuple = floe_jinja_node_new(parser, FLOE_JINJA_TUPLE, at);
    if (!tuple || !floe_jinja_read_collect(parser, mark, &tuple->items) ||
        !(node->b = floe_jinja_seal(parser, tuple, end))) {
        return NULL;
    }
    return floe_jinja_seal(parser, node, end);
}

static const floe_jinja_node *parse_postfix(floe_jinja_parser *parser, const floe_jinja_node *node) {
    while (node) {
        switch (parser->token.sort) {
        case FLOE_TOKEN_DOT:
            node = parse_attribute(parser, node);
            break;
        case FLOE_TOKEN_OPEN_BRACKET:
            node = parse_item(parser, node);
            break;
        case FLOE_TOKEN_OPEN_PARENTHESIS:
            node = parse_call(parser, node);
            break;
        default:
            return node;
        }
    }
    return NULL;
}

/* The name of a filter or test, which may hold dots. */
static bool parse_dotted(floe_jinja_parser *parser, const char *what, floe_jinja_text *out, uint32_t *end) {
    uint32_t at = parser->token.at;
    *end = parser->token.end;
    if (parser->token.sort != FLOE_TOKEN_NAME) {
        return floe_jinja_unexpected(parser, what);
    }
    *out = floe_jinja_read_slice(parser, at, *end);
    floe_jinja_advance(parser);
    while (floe_jinja_skip(parser, FLOE_TOKEN_DOT)) {
        const floe_jinja_token part = parser->token;
        if (!floe_jinja_expect(parser, FLOE_TOKEN_NAME)) {
            return false;
        }
        uint32_t length = part.end - part.at;
        char *joined = floe_arena_alloc(parser->arena, (size_t)out->length + 1 + length);
        if (!joined) {
            return floe_jinja_reject(parser, FLOE_MEMORY, at, "not enough memory");
        }
        memcpy(joined, out->text, out->length);
        joined[out->length] = '.';
        memcpy(joined + out->length + 1, parser->source->text + part.at, length);
        *out = (floe_jinja_text){joined, out->length + 1 + length};
        *end = part.end;
    }
    return true;
}

bool floe_jinja_read_filters(floe_jinja_parser *parser, const floe_jinja_node **inner, bool first) {
    while (first || floe_jinja_skip(parser, FLOE_TOKEN_PIPE)) {
        first = false;
        uint32_t end;
        floe_jinja_node *node =
            floe_jinja_node_new(parser, FLOE_JINJA_FILTER, *inner ? (*inner)->at : parser->token.at);
        if (!node || !parse_dotted(parser, "the name of a filter", &node->text, &end)) {
            return false;
        }
        if (parser->token.sort == FLOE_TOKEN_OPEN_PARENTHESIS &&
            !parse_arguments(parser, &node->items, &end)) {
            return false;
        }
        node->a = *inner;
        if (!(*inner = floe_jinja_seal(parser, node, end))) {
            return false;
        }
    }
    return true;
}

static const floe_jinja_node *parse_primary(floe_jinja_parser *parser, bool attributes);

/* The argument of a test without parentheses: `x is divisibleby 3`. */
static bool parse_test_argument(floe_jinja_parser *parser, floe_jinja_node *node, uint32_t *end) {
    switch (parser->token.sort) {
    case FLOE_TOKEN_NAME:
        if (floe_jinja_at_word(parser, "else") || floe_jinja_at_word(parser, "or") ||
            floe_jinja_at_word(parser, "and")) {
            return true;
        }
        if (floe_jinja_at_word(parser, "is")) {
            floe_jinja_reject(parser, FLOE_INVALID, parser->token.at, "a test stands behind a test");
            floe_jinja_advise(parser, "join them with 'and': x is a and x is b");
            return false;
        }
        break;
    case FLOE_TOKEN_STRING:
    case FLOE_TOKEN_INTEGER:
    case FLOE_TOKEN_FLOAT:
    case FLOE_TOKEN_OPEN_BRACKET:
    case FLOE_TOKEN_OPEN_BRACE:
        break;
    default:
        return true;
    }
    size_t mark = parser->pending_count;
    const floe_jinja_node *argument = parse_postfix(parser, parse_primary(parser, false));
    *end = argument ? argument->end : *end;
    return floe_jinja_push(parser, argument) && floe_jinja_read_collect(parser, mark, &node->items);
}

static const floe_jinja_node *parse_test(floe_jinja_parser *parser, const floe_jinja_node *of) {
    floe_jinja_node *node = floe_jinja_node_new(parser, FLOE_JINJA_TEST, of->at);
    if (!node) {
        return NULL;
    }
    floe_jinja_advance(parser);
    uint32_t end;
    node->negated = floe_jinja_skip_word(parser, "not");
    node->a = of;
    if (!parse_dotted(parser, "the name of a test", &node->text, &end)) {
        return NULL;
    }
    bool ok = parser->token.sort == FLOE_TOKEN_OPEN_PARENTHESIS ? parse_arguments(parser, &node->items, &end)
                                                                : parse_test_argument(parser, node, &end);
    return ok ? floe_jinja_seal(parser, node, end) : NULL;
}

static const floe_jinja_node *parse_filtered(floe_jinja_parser *parser, const floe_jinja_node *node) {
    while (node) {
        if (parser->token.sort == FLOE_TOKEN_PIPE) {
            if (!floe_jinja_read_filters(parser, &node, false)) {
                return NULL;
            }
        } else if (parser->token.sort == FLOE_TOKEN_OPEN_PARENTHESIS) {
            node = parse_call(parser, node);
        } else if (floe_jinja_at_word(parser, "is")) {
            node = parse_test(parser, node);
        } else {
            return node;
        }
    }
    return NULL;
}

/* ---- values ---- */

static const floe_jinja_node *parse_name(floe_jinja_parser *parser, bool attributes) {
    static const struct {
        const char *word;
        floe_jinja_kind kind;
        int64_t value;
    } constants[] = {{"true", FLOE_JINJA_BOOLEAN, 1}, {"false", FLOE_JINJA_BOOLEAN, 0},
                     {"True", FLOE_JINJA_BOOLEAN, 1}, {"False", FLOE_JINJA_BOOLEAN, 0},
                     {"none", FLOE_JINJA_NONE, 0},    {"None", FLOE_JINJA_NONE, 0}};
    const floe_jinja_token token = parser->token;
    floe_jinja_node *node = floe_jinja_node_new(parser, FLOE_JINJA_NAME, token.at);
    if (!node) {
        return NULL;
    }
    uint32_t end = token.end;
    node->text = floe_jinja_read_slice(parser, token.at, token.end);
    for (size_t i = 0; token.end - token.at <= 5 && i < sizeof constants / sizeof *constants; i++) {
        if (floe_jinja_at_word(parser, constants[i].word)) {
            node->kind = (uint8_t)constants[i].kind;
            node->text = (floe_jinja_text){0};
            node->integer = constants[i].value;
            attributes = false;
        }
    }
    floe_jinja_advance(parser);
    if (attributes && floe_jinja_skip(parser, FLOE_TOKEN_DOT)) {
        floe_jinja_node *attribute = floe_jinja_node_new(parser, FLOE_JINJA_ATTRIBUTE, token.at);
        end = parser->token.end;
        if (!attribute || !(attribute->a = floe_jinja_seal(parser, node, token.end))) {
            return NULL;
        }
        attribute->text = floe_jinja_read_slice(parser, parser->token.at, end);
        if (!floe_jinja_expect(parser, FLOE_TOKEN_NAME)) {
            return NULL;
        }
        node = attribute;
    }
    return floe_jinja_seal(parser, node, end);
}

/* Literals that stand beside one another are one. */
static const floe_jinja_node *parse_string(floe_jinja_parser *parser) {
    floe_jinja_node *node = floe_jinja_node_new(parser, FLOE_JINJA_STRING, parser->token.at);
    uint32_t end = parser->token.end;
    if (!node || !floe_jinja_unescape(parser, &parser->token, &node->text)) {
        return NULL;
    }
    floe_jinja_advance(parser);
    while (parser->token.sort == FLOE_TOKEN_STRING) {
        floe_jinja_text more;
        end = parser->token.end;
        if (!floe_jinja_unescape(parser, &parser->token, &more)) {
            return NULL;
        }
        char *joined = floe_arena_alloc(parser->arena, (size_t)node->text.length + more.length);
        if (!joined) {
            floe_jinja_reject(parser, FLOE_MEMORY, end, "not enough memory");
            return NULL;
        }
        memcpy(joined, node->text.text, node->text.length);
        memcpy(joined + node->text.length, more.text, more.length);
        node->text = (floe_jinja_text){joined, node->text.length + more.length};
        floe_jinja_advance(parser);
    }
    return floe_jinja_seal(parser, node, end);
}

static const floe_jinja_node *parse_number(floe_jinja_parser *parser) {
    const floe_jinja_token token = parser->token;
    floe_jinja_node *node = floe_jinja_node_new(parser, FLOE_JINJA_INTEGER, token.at);
    if (!node || !floe_jinja_number(parser, &token, node)) {
        return NULL;
    }
    floe_jinja_advance(parser);
    return floe_jinja_seal(parser, node, token.end);
}

/* "[" … "]" and "{" key ":" value … "}". A comma may stand at the end. */
static const floe_jinja_node *parse_container(floe_jinja_parser *parser, bool dict) {
    const floe_jinja_sort close = dict ? FLOE_TOKEN_CLOSE_BRACE : FLOE_TOKEN_CLOSE_BRACKET;
    size_t mark = parser->pending_count;
    floe_jinja_node *node =
        floe_jinja_node_new(parser, dict ? FLOE_JINJA_DICT : FLOE_JINJA_LIST, parser->token.at);
    if (!node || !floe_jinja_enter(parser)) {
        return NULL;
    }
    floe_jinja_advance(parser);
    while (parser->token.sort != close) {
        if (parser->pending_count > mark) {
            if (!floe_jinja_skip(parser, FLOE_TOKEN_COMMA)) {
                floe_jinja_unexpected(parser, dict ? "',' or '}'" : "',' or ']'");
                return NULL;
            }
            if (parser->token.sort == close) {
                break;
            }
        }
        if (!floe_jinja_push(parser, floe_jinja_read_expression(parser, true)) ||
            (dict && (!floe_jinja_expect(parser, FLOE_TOKEN_COLON) ||
                      !floe_jinja_push(parser, floe_jinja_read_expression(parser, true))))) {
            return NULL;
        }
    }
    uint32_t end = parser->token.end;
    floe_jinja_leave(parser);
    floe_jinja_advance(parser);
    return floe_jinja_read_collect(parser, mark, &node->items) ? floe_jinja_seal(parser, node, end) : NULL;
}

static const floe_jinja_node *parse_items_of_tuple(floe_jinja_parser *parser, uint32_t at,
                                                   const floe_jinja_node *(*parse)(floe_jinja_parser *, bool),
                                                   bool flag, bool parentheses);

static const floe_jinja_node *parse_parentheses(floe_jinja_parser *parser) {
    uint32_t at = parser->token.at;
    if (!floe_jinja_enter(parser)) {
        return NULL;
    }
    floe_jinja_advance(parser);
    const floe_jinja_node *node = parse_items_of_tuple(parser, at, floe_jinja_read_expression, true, true);
    floe_jinja_leave(parser);
    return node && floe_jinja_expect(parser, FLOE_TOKEN_CLOSE_PARENTHESIS) ? node : NULL;
}

static const floe_jinja_node *parse_primary(floe_jinja_parser *parser, bool attributes) {
    switch (parser->token.sort) {
    case FLOE_TOKEN_NAME:
        return parse_name(parser, attributes);
    case FLOE_TOKEN_STRING:
        return parse_string(parser);
    case FLOE_TOKEN_INTEGER:
    case FLOE_TOKEN_FLOAT:
        return parse_number(parser);
    case FLOE_TOKEN_OPEN_PARENTHESIS:
        return parse_parentheses(parser);
    case FLOE_TOKEN_OPEN_BRACKET:
        return parse_container(parser, false);
    case FLOE_TOKEN_OPEN_BRACE:
        return parse_container(parser, true);
    default:
        floe_jinja_unexpected(parser, "a value");
        return NULL;
    }
}

/* ---- operators ---- */

static const floe_jinja_node *parse_sign(floe_jinja_parser *parser, floe_jinja_kind kind) {
    floe_jinja_node *node = floe_jinja_node_new(parser, kind, parser->token.at);
    if (!node || !floe_jinja_enter(parser)) {
        return NULL;
    }
    floe_jinja_advance(parser);
    node->a = parse_unary(parser, false);
    floe_jinja_leave(parser);
    return node->a ? floe_jinja_seal(parser, node, node->a->end) : NULL;
}

static const floe_jinja_node *parse_unary(floe_jinja_parser *parser, bool filters) {
    const floe_jinja_node *node;
    if (parser->token.sort == FLOE_TOKEN_SUBTRACT) {
        node = parse_sign(parser, FLOE_JINJA_NEGATIVE);
    } else if (parser->token.sort == FLOE_TOKEN_ADD) {
        node = parse_sign(parser, FLOE_JINJA_POSITIVE);
    } else {
        node = parse_primary(parser, false);
    }
    node = parse_postfix(parser, node);
    return filters ? parse_filtered(parser, node) : node;
}

/* The operator that stands here; NO_LEVEL where none does. */
static operator_of find_operator(floe_jinja_parser *parser) {
    static const operator_of operators[] = {
        [FLOE_TOKEN_ADD] = {LEVEL_SUM, FLOE_JINJA_ADD},
        [FLOE_TOKEN_SUBTRACT] = {LEVEL_SUM, FLOE_JINJA_SUBTRACT},
        [FLOE_TOKEN_MULTIPLY] = {LEVEL_PRODUCT, FLOE_JINJA_MULTIPLY},
        [FLOE_TOKEN_DIVIDE] = {LEVEL_PRODUCT, FLOE_JINJA_DIVIDE},
        [FLOE_TOKEN_FLOOR_DIVIDE] = {LEVEL_PRODUCT, FLOE_JINJA_FLOOR_DIVIDE},
        [FLOE_TOKEN_MODULO] = {LEVEL_PRODUCT, FLOE_JINJA_MODULO},
        [FLOE_TOKEN_POWER] = {LEVEL_POWER, FLOE_JINJA_POWER},
        [FLOE_TOKEN_TILDE] = {LEVEL_CONCATENATE, FLOE_JINJA_CONCATENATE},
        [FLOE_TOKEN_EQUAL] = {LEVEL_COMPARE, FLOE_JINJA_EQUAL},
        [FLOE_TOKEN_NOT_EQUAL] = {LEVEL_COMPARE, FLOE_JINJA_NOT_EQUAL},
        [FLOE_TOKEN_LESS] = {LEVEL_COMPARE, FLOE_JINJA_LESS},
        [FLOE_TOKEN_LESS_EQUAL] = {LEVEL_COMPARE, FLOE_JINJA_LESS_EQUAL},
        [FLOE_TOKEN_GREATER] = {LEVEL_COMPARE, FLOE_JINJA_GREATER},
        [FLOE_TOKEN_GREATER_EQUAL] = {LEVEL_COMPARE, FLOE_JINJA_GREATER_EQUAL},
        [FLOE_TOKEN_CLOSE_BRACE] = {NO_LEVEL, FLOE_JINJA_ADD},
    };
    if (parser->token.sort != FLOE_TOKEN_NAME) {
        return operators[parser->token.sort];
    }
    if (parser->token.end - parser->token.at > 3) {
        return (operator_of){NO_LEVEL, FLOE_JINJA_ADD};
    }
    if (floe_jinja_at_word(parser, "and")) {
        return (operator_of){LEVEL_AND, FLOE_JINJA_AND};
    }
    if (floe_jinja_at_word(parser, "or")) {
        return (operator_of){LEVEL_OR, FLOE_JINJA_OR};
    }
    if (floe_jinja_at_word(parser, "in")) {
        return (operator_of){LEVEL_COMPARE, FLOE_JINJA_IN};
    }
    if (floe_jinja_at_word(parser, "not") && floe_jinja_spells(parser, floe_jinja_look(parser), "in")) {
        return (operator_of){LEVEL_COMPARE, FLOE_JINJA_NOT_IN};
    }
    return (operator_of){NO_LEVEL, FLOE_JINJA_ADD};
}

static const floe_jinja_node *parse_level(floe_jinja_parser *parser, level lowest);

static const floe_jinja_node *parse_not(floe_jinja_parser *parser) {
    floe_jinja_node *node = floe_jinja_node_new(parser, FLOE_JINJA_NOT, parser->token.at);
    if (!node || !floe_jinja_enter(parser)) {
        return NULL;
    }
    floe_jinja_advance(parser);
    node->a = parse_level(parser, LEVEL_NOT);
    floe_jinja_leave(parser);
    return node->a ? floe_jinja_seal(parser, node, node->a->end) : NULL;
}

/* a op b op c: one node for the whole chain. */
static const floe_jinja_node *parse_comparison(floe_jinja_parser *parser, const floe_jinja_node *left) {
    size_t mark = parser->pending_count;
    floe_jinja_node *node = floe_jinja_node_new(parser, FLOE_JINJA_COMPARE, left->at);
    uint32_t end = left->end;
    for (operator_of found = find_operator(parser); node && found.level == LEVEL_COMPARE;
         found = find_operator(parser)) {
        floe_jinja_node *operand = floe_jinja_node_new(parser, FLOE_JINJA_OPERAND, parser->token.at);
        if (!operand) {
            return NULL;
        }
        operand->operation = (uint8_t)found.operation;
        if (found.operation == FLOE_JINJA_NOT_IN) {
            floe_jinja_advance(parser);
        }
        floe_jinja_advance(parser);
        if (!(operand->a = parse_level(parser, LEVEL_SUM)) ||
            !floe_jinja_push(parser, floe_jinja_seal(parser, operand, operand->a->end))) {
            return NULL;
        }
        end = operand->a->end;
    }
    if (!node || !floe_jinja_read_collect(parser, mark, &node->items)) {
        return NULL;
    }
    node->a = left;
    return floe_jinja_seal(parser, node, end);
}

/* Operators that bind at least as tightly as `lowest`. */
static const floe_jinja_node *parse_level(floe_jinja_parser *parser, level lowest) {
    const floe_jinja_node *left = lowest <= LEVEL_NOT && floe_jinja_at_word(parser, "not")
                                      ? parse_not(parser)
                                      : parse_unary(parser, true);
    while (left) {
        operator_of found = find_operator(parser);
        if (found.level == NO_LEVEL || found.level < lowest) {
            return left;
        }
        if (found.level == LEVEL_COMPARE) {
            left = parse_comparison(parser, left);
            continue;
        }
        floe_jinja_node *node = floe_jinja_node_new(parser, FLOE_JINJA_BINARY, left->at);
        if (!node) {
            return NULL;
        }
        floe_jinja_advance(parser);
        node->operation = (uint8_t)found.operation;
        node->a = left;
        if (!(node->b = parse_level(parser, found.level + 1))) {
            return NULL;
        }
        left = floe_jinja_seal(parser, node, node->b->end);
    }
    return NULL;
}

const floe_jinja_node *floe_jinja_read_expression(floe_jinja_parser *parser, bool conditional) {
    const floe_jinja_node *value = parse_level(parser, LEVEL_OR);
    while (conditional && value && floe_jinja_skip_word(parser, "if")) {
        floe_jinja_node *node = floe_jinja_node_new(parser, FLOE_JINJA_CONDITIONAL, value->at);
        if (!node) {
            return NULL;
        }
        node->a = value;
        if (!(node->b = parse_level(parser, LEVEL_OR))) {
            return NULL;
        }
        uint32_t end = node->b->end;
        if (floe_jinja_skip_word(parser, "else")) {
            if (!floe_jinja_enter(parser) || !(node->c = floe_jinja_read_expression(parser, true))) {
                return NULL;
            }
            floe_jinja_leave(parser);
            end = node->c->end;
        }
        value = floe_jinja_seal(parser, node, end);
    }
    return value;
}

/* ---- tuples and targets ---- */

static bool at_tuple_end(const floe_jinja_parser *parser) {
    return parser->token.sort == FLOE_TOKEN_OUTPUT_END || parser->token.sort == FLOE_TOKEN_BLOCK_END ||
           parser->token.sort == FLOE_TOKEN_CLOSE_PARENTHESIS;
}

static const floe_jinja_node *parse_items_of_tuple(floe_jinja_parser *parser, uint32_t at,
                                                   const floe_jinja_node *(*parse)(floe_jinja_parser *, bool),
                                                   bool flag, bool parentheses) {
    size_t mark = parser->pending_count;
    bool tuple = false;
    uint32_t end = parser->token.end;
    while (!at_tuple_end(parser)) {
        const floe_jinja_node *item = parse(parser, flag);
        if (!floe_jinja_push(parser, item)) {
            return NULL;
        }
        end = parser->token.end;
        if (parser->token.sort != FLOE_TOKEN_COMMA) {
            break;
        }
        tuple = true;
        floe_jinja_advance(parser);
    }
    size_t count = parser->pending_count - mark;
    if (!tuple && count == 1) {
        return parser->pending[--parser->pending_count];
    }
    if (!tuple && !parentheses) {
        floe_jinja_unexpected(parser, "a value");
        return NULL;
    }
    if (!parentheses && count) {
        end = parser->pending[parser->pending_count - 1]->end;
    } else {
        end = parser->token.end;
    }
    floe_jinja_node *node = floe_jinja_node_new(parser, FLOE_JINJA_TUPLE, at);
    return node && floe_jinja_read_collect(parser, mark, &node->items) ? floe_jinja_seal(parser, node, end)
                                                                       : NULL;
}

const floe_jinja_node *floe_jinja_read_tuple(floe_jinja_parser *parser, bool conditional) {
    return parse_items_of_tuple(parser, parser->token.at, floe_jinja_read_expression, conditional, false);
}

static bool check_target(floe_jinja_parser *parser, const floe_jinja_node *node, bool attributes) {
    if (node->kind == FLOE_JINJA_NAME || (node->kind == FLOE_JINJA_ATTRIBUTE && attributes)) {
        return true;
    }
    if (node->kind != FLOE_JINJA_TUPLE) {
        floe_jinja_reject(parser, FLOE_INVALID, node->at, "nothing can be assigned to this");
        floe_jinja_advise(parser, attributes
                                      ? "write a name, several with commas, or an attribute of a namespace"
                                      : "write a name, or several with commas");
        return false;
    }
    for (uint32_t i = 0; i < node->items.count; i++) {
        /* In parentheses stands an expression, in which a.b is no target. */
        const floe_jinja_node *item = node->items.items[i];
        if (!check_target(parser, item, attributes && item->kind != FLOE_JINJA_TUPLE)) {
            return false;
        }
    }
    return true;
}

const floe_jinja_node *floe_jinja_target(floe_jinja_parser *parser, bool attributes) {
    uint32_t at = parser->token.at;
    const floe_jinja_node *node = parse_items_of_tuple(parser, at, parse_primary, attributes, false);
    if (!node) {
        return NULL;
    }
    const floe_jinja_node *first =
        node->kind == FLOE_JINJA_TUPLE && node->items.count ? node->items.items[0] : node;
    bool parentheses = first->at != at;
    return check_target(parser, node, attributes && !parentheses) ? node : NULL;
}

const floe_jinja_node *floe_jinja_name(floe_jinja_parser *parser) {
    if (parser->token.sort != FLOE_TOKEN_NAME) {
        floe_jinja_unexpected(parser, "a name");
        return NULL;
    }
    const floe_jinja_node *node = parse_name(parser, false);
    return node && check_target(parser, node, false) ? node : NULL;
}

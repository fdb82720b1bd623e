/* Statements and templates. A tag's name decides; what a block holds ends at one of its end tags. */
#include "jinja/parser.h"

#include "base/suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The end tags of a block, NULL-terminated. */
typedef const char *const *end_tags;

static bool parse_body(floe_jinja_parser *parser, end_tags ends, floe_jinja_list *out);

/* ---- blocks ---- */

static const char *word_at_end(const floe_jinja_parser *parser, end_tags ends) {
    for (; ends && *ends; ends++) {
        if (floe_jinja_at_word(parser, *ends)) {
            return *ends;
        }
    }
    return NULL;
}

/* The rest of a block's first tag and its body; `*end` is the end tag that was met and stepped over, but for
 * its
 * "%}". An old colon before the first "%}" is allowed. */
static bool parse_block_body(floe_jinja_parser *parser, end_tags ends, floe_jinja_list *out,
                             const char **end) {
    floe_jinja_skip(parser, FLOE_TOKEN_COLON);
    if (!floe_jinja_expect(parser, FLOE_TOKEN_BLOCK_END) || !floe_jinja_enter(parser) ||
        !parse_body(parser, ends, out)) {
        return false;
    }
    floe_jinja_leave(parser);
    const char *met = word_at_end(parser, ends);
    if (end) {
        *end = met;
    }
    floe_jinja_advance(parser);
    return true;
}

/* The same for a block with one end tag. */
static bool parse_until(floe_jinja_parser *parser, const char *end, floe_jinja_list *out) {
    const char *const ends[] = {end, NULL};
    return parse_block_body(parser, ends, out, NULL);
}

/* The same for what is a function of its own, so that `break` does not reach out of it. */
static bool parse_function_body(floe_jinja_parser *parser, const char *end, floe_jinja_list *out) {
    uint32_t loops = parser->loops;
    parser->loops = 0;
    bool ok = parse_until(parser, end, out);
    parser->loops = loops;
    return ok;
}

/* What follows `if` or `elif`. Further branches are read in this loop and linked from the last to the first,
 * so that a long chain costs no stack. */
static const floe_jinja_node *parse_if(floe_jinja_parser *parser, uint32_t at) {
    static const char *const ends[] = {"elif", "else", "endif", NULL};
    size_t mark = parser->pending_count;
    floe_jinja_list otherwise = {0};
    const char *met = "elif";
    while (strcmp(met, "elif") == 0) {
        floe_jinja_node *branch = floe_jinja_node_new(parser, FLOE_JINJA_IF, at);
        if (!branch || !(branch->a = floe_jinja_read_tuple(parser, false)) ||
            !parse_block_body(parser, ends, &branch->body, &met) || !floe_jinja_push(parser, branch)) {
            return NULL;
        }
        at = parser->token.at;
    }
    if (strcmp(met, "else") == 0 && !parse_until(parser, "endif", &otherwise)) {
        return NULL;
    }
    const floe_jinja_node *first = NULL;
    while (parser->pending_count > mark) {
        /* Pushed above as this parse's own; nobody else has seen it. */
        floe_jinja_node *branch = (floe_jinja_node *)parser->pending[--parser->pending_count];
        branch->otherwise = otherwise;
        first = floe_jinja_seal(parser, branch, parser->token.end);
        size_t alone = parser->pending_count;
        if (!first || (alone > mark && (!floe_jinja_push(parser, first) ||
                                        !floe_jinja_read_collect(parser, alone, &otherwise)))) {
            return NULL;
        }
    }
    return first;
}

static bool parse_for(floe_jinja_parser *parser, floe_jinja_node *node) {
    static const char *const ends[] = {"endfor", "else", NULL};
    const char *met = NULL;
    if (!(node->a = floe_jinja_target(parser, false))) {
        return false;
    }
    if (!floe_jinja_skip_word(parser, "in")) {
        return floe_jinja_unexpected(parser, "'in'");
    }
    if (!(node->b = floe_jinja_read_tuple(parser, false))) {
        return false;
    }
    if (floe_jinja_skip_word(parser, "if") && !(node->c = floe_jinja_read_expression(parser, true))) {
        return false;
    }
    node->recursive = floe_jinja_skip_word(parser, "recursive");
    uint32_t loops = parser->loops;
    parser->loops = node->recursive ? 1 : loops + 1;
    bool ok = parse_block_body(parser, ends, &node->body, &met);
    parser->loops = loops;
    return ok && (strcmp(met, "endfor") == 0 || parse_until(parser, "endfor", &node->otherwise));
}

static bool parse_set(floe_jinja_parser *parser, floe_jinja_node *node) {
    if (!(node->a = floe_jinja_target(parser, true))) {
        return false;
    }
    if (floe_jinja_skip(parser, FLOE_TOKEN_ASSIGN)) {
        return (node->b = floe_jinja_read_tuple(parser, true)) != NULL;
    }
    if (parser->token.sort != FLOE_TOKEN_BLOCK_END && parser->token.sort != FLOE_TOKEN_PIPE &&
        parser->token.sort != FLOE_TOKEN_COLON) {
        return floe_jinja_unexpected(parser, "'=' and a value, or '%}' and a block");
    }
    node->kind = FLOE_JINJA_SET_BLOCK;
    return floe_jinja_read_filters(parser, &node->b, false) && parse_until(parser, "endset", &node->body);
}

/* ---- parameters ---- */

/* The type of a parameter, as dbt allows it: list[dict[string, any]]. It is not kept. */
static bool parse_type(floe_jinja_parser *parser) {
    if (!floe_jinja_expect(parser, FLOE_TOKEN_NAME)) {
        return false;
    }
    if (!floe_jinja_skip(parser, FLOE_TOKEN_OPEN_BRACKET)) {
        return true;
    }
    if (!floe_jinja_enter(parser)) {
        return false;
    }
    for (bool first = true; parser->token.sort != FLOE_TOKEN_CLOSE_BRACKET; first = false) {
        if ((!first && !floe_jinja_expect(parser, FLOE_TOKEN_COMMA)) || !parse_type(parser)) {
            return false;
        }
    }
    floe_jinja_leave(parser);
    return floe_jinja_expect(parser, FLOE_TOKEN_CLOSE_BRACKET);
}

/* Pairs of a name and its value since a mark become two lists; a name beside itself has no value. */
static bool collect_pairs(floe_jinja_parser *parser, size_t mark, floe_jinja_node *node) {
    uint32_t count = (uint32_t)(parser->pending_count - mark) / 2;
    const floe_jinja_node *const *pairs = count ? parser->pending + mark : NULL;
    const floe_jinja_node **names = floe_arena_array(parser->arena, count, sizeof *names);
    const floe_jinja_node **values = floe_arena_array(parser->arena, count, sizeof *values);
    if (!names || !values) {
        return floe_jinja_reject(parser, FLOE_MEMORY, node->at, "not enough memory");
    }
    for (uint32_t i = 0; i < count; i++) {
        names[i] = pairs[2 * i];
        values[i] = pairs[2 * i + 1] == names[i] ? NULL : pairs[2 * i + 1];
    }
    parser->pending_count = mark;
    node->items = (floe_jinja_list){names, count};
    node->defaults = (floe_jinja_list){values, count};
    return true;
}

/* "(" name, name: type, name = default ")". */
static bool parse_signature(floe_jinja_parser *parser, floe_jinja_node *node) {
    size_t mark = parser->pending_count;
    bool given = false;
    if (!floe_jinja_expect(parser, FLOE_TOKEN_OPEN_PARENTHESIS)) {
        return false;
    }
    while (parser->token.sort != FLOE_TOKEN_CLOSE_PARENTHESIS) {
        if (parser->pending_count > mark && !floe_jinja_skip(parser, FLOE_TOKEN_COMMA)) {
            return floe_jinja_unexpected(parser, "',' or ')'");
        }
        const floe_jinja_node *name = floe_jinja_name(parser), *value = name;
        if (!name || (floe_jinja_skip(parser, FLOE_TOKEN_COLON) && !parse_type(parser))) {
            return false;
        }
        if (floe_jinja_skip(parser, FLOE_TOKEN_ASSIGN)) {
            given = true;
            value = floe_jinja_read_expression(parser, true);
        } else if (given) {
            floe_jinja_reject(parser, FLOE_INVALID, name->at,
                              "the parameter '%.*s' has no default and stands behind one that has",
                              (int)name->text.length, name->text.text);
            floe_jinja_advise(parser, "give it a default, or move it to the front");
            return false;
        }
        if (!floe_jinja_push(parser, name) || !floe_jinja_push(parser, value)) {
            return false;
        }
    }
    floe_jinja_advance(parser);
    return collect_pairs(parser, mark, node);
}

/* ---- the other tags, each from behind its name to the end of what it holds ---- */

static bool take_name(floe_jinja_parser *parser, floe_jinja_node *node) {
    const floe_jinja_node *name = floe_jinja_name(parser);
    if (name) {
        node->text = name->text;
    }
    return name != NULL;
}

static bool parse_macro(floe_jinja_parser *parser, floe_jinja_node *node) {
    return take_name(parser, node) && parse_signature(parser, node) &&
           parse_function_body(parser, "endmacro", &node->body);
}

static bool parse_test_block(floe_jinja_parser *parser, floe_jinja_node *node) {
    return take_name(parser, node) && parse_signature(parser, node) &&
           parse_function_body(parser, "endtest", &node->body);
}

static bool parse_data_test_block(floe_jinja_parser *parser, floe_jinja_node *node) {
    return take_name(parser, node) && parse_signature(parser, node) &&
           parse_function_body(parser, "enddata_test", &node->body);
}

static bool parse_docs(floe_jinja_parser *parser, floe_jinja_node *node) {
    return take_name(parser, node) && parse_function_body(parser, "enddocs", &node->body);
}

static bool parse_snapshot(floe_jinja_parser *parser, floe_jinja_node *node) {
    return take_name(parser, node) && parse_until(parser, "endsnapshot", &node->body);
}

/* One of a materialization's `default`, `adapter="…"` and `supported_languages=[…]`. */
static bool parse_materialization_setting(floe_jinja_parser *parser, floe_jinja_node *node) {
    const floe_jinja_node *setting = floe_jinja_name(parser);
    if (!setting) {
        return false;
    }
    if (setting->text.length == 7 && memcmp(setting->text.text, "default", 7) == 0) {
        return true;
    }
    bool adapter = setting->text.length == 7 && memcmp(setting->text.text, "adapter", 7) == 0;
    bool languages = setting->text.length == 19 && memcmp(setting->text.text, "supported_languages", 19) == 0;
    if (!adapter && !languages) {
        floe_jinja_reject(parser, FLOE_INVALID, setting->at, "a materialization has no '%.*s'",
                          (int)setting->text.length, setting->text.text);
        floe_jinja_advise(parser, "it has 'default', adapter='…' and supported_languages=[…]");
        return false;
    }
    const floe_jinja_node *value =
        floe_jinja_expect(parser, FLOE_TOKEN_ASSIGN) ? floe_jinja_read_expression(parser, true) : NULL;
    if (adapter && value && value->kind != FLOE_JINJA_STRING) {
        return floe_jinja_reject(parser, FLOE_INVALID, value->at, "an adapter is named by a string");
    }
    if (adapter) {
        node->b = value;
        return value != NULL;
    }
    return floe_jinja_push(parser, setting) && floe_jinja_push(parser, value);
}

static bool parse_materialization(floe_jinja_parser *parser, floe_jinja_node *node) {
    size_t mark = parser->pending_count;
    if (!take_name(parser, node)) {
        return false;
    }
    while (floe_jinja_skip(parser, FLOE_TOKEN_COMMA)) {
        if (!parse_materialization_setting(parser, node)) {
            return false;
        }
    }
    return collect_pairs(parser, mark, node) &&
           parse_function_body(parser, "endmaterialization", &node->body);
}

static bool parse_call_block(floe_jinja_parser *parser, floe_jinja_node *node) {
    if (parser->token.sort == FLOE_TOKEN_OPEN_PARENTHESIS && !parse_signature(parser, node)) {
        return false;
    }
    if (!(node->a = floe_jinja_read_expression(parser, true))) {
        return false;
    }
    if (node->a->kind != FLOE_JINJA_CALL) {
        floe_jinja_reject(parser, FLOE_INVALID, node->a->at, "expected the call of a macro");
        floe_jinja_advise(parser, "write {%% call name(…) %%}");
        return false;
    }
    return parse_function_body(parser, "endcall", &node->body);
}

static bool parse_filter_block(floe_jinja_parser *parser, floe_jinja_node *node) {
    return floe_jinja_read_filters(parser, &node->a, true) && parse_until(parser, "endfilter", &node->body);
}

static bool parse_with(floe_jinja_parser *parser, floe_jinja_node *node) {
    size_t mark = parser->pending_count;
    while (parser->token.sort != FLOE_TOKEN_BLOCK_END) {
        if (parser->pending_count > mark && !floe_jinja_skip(parser, FLOE_TOKEN_COMMA)) {
            return floe_jinja_unexpected(parser, "',' or '%}'");
        }
        if (!floe_jinja_push(parser, floe_jinja_target(parser, false)) ||
            !floe_jinja_expect(parser, FLOE_TOKEN_ASSIGN) ||
            !floe_jinja_push(parser, floe_jinja_read_expression(parser, true))) {
            return false;
        }
    }
    return collect_pairs(parser, mark, node) && parse_until(parser, "endwith", &node->body);
}

static bool parse_autoescape(floe_jinja_parser *parser, floe_jinja_node *node) {
    node->a = floe_jinja_read_expression(parser, true);
    return node->a && parse_until(parser, "endautoescape", &node->body);
}

static bool parse_do(floe_jinja_parser *parser, floe_jinja_node *node) {
    node->a = floe_jinja_read_tuple(parser, true);
    return node->a != NULL;
}

static bool parse_block(floe_jinja_parser *parser, floe_jinja_node *node) {
    if (parser->token.sort != FLOE_TOKEN_NAME) {
        return floe_jinja_unexpected(parser, "the name of the block");
    }
    node->text = floe_jinja_read_slice(parser, parser->token.at, parser->token.end);
    floe_jinja_advance(parser);
    floe_jinja_skip_word(parser, "scoped");
    bool required = floe_jinja_skip_word(parser, "required");
    if (!parse_function_body(parser, "endblock", &node->body)) {
        return false;
    }
    for (uint32_t i = 0; required && i < node->body.count; i++) {
        const floe_jinja_node *child = node->body.items[i];
        uint32_t end = child->text.length;
        if (child->kind != FLOE_JINJA_TEXT || floe_jinja_skip_blanks(child->text.text, 0, end) < end) {
            return floe_jinja_reject(parser, FLOE_INVALID, child->at, "a required block holds blanks only");
        }
    }
    if (parser->token.sort == FLOE_TOKEN_NAME && parser->token.end - parser->token.at == node->text.length &&
        memcmp(parser->source->text + parser->token.at, node->text.text, node->text.length) == 0) {
        floe_jinja_advance(parser);
    }
    return true;
}

/* Loops that `break` and `continue` stand in, by the rules of the function that Jinja makes of a template. */
static bool parse_loop_control(floe_jinja_parser *parser, floe_jinja_node *node) {
    if (!parser->loops) {
        return floe_jinja_reject(parser, FLOE_INVALID, node->at, "there is no loop around this tag");
    }
    return true;
}

/* ---- what needs a loader, which dbt has not ---- */

static void skip_import_context(floe_jinja_parser *parser) {
    if ((floe_jinja_at_word(parser, "with") || floe_jinja_at_word(parser, "without")) &&
        floe_jinja_spells(parser, floe_jinja_look(parser), "context")) {
        floe_jinja_advance(parser);
        floe_jinja_advance(parser);
    }
}

static bool parse_extends(floe_jinja_parser *parser, floe_jinja_node *node) {
    node->a = floe_jinja_read_expression(parser, true);
    return node->a != NULL;
}

static bool parse_include(floe_jinja_parser *parser, floe_jinja_node *node) {
    if (!(node->a = floe_jinja_read_expression(parser, true))) {
        return false;
    }
    if (floe_jinja_at_word(parser, "ignore") &&
        floe_jinja_spells(parser, floe_jinja_look(parser), "missing")) {
        floe_jinja_advance(parser);
        floe_jinja_advance(parser);
    }
    skip_import_context(parser);
    return true;
}

static bool parse_import(floe_jinja_parser *parser, floe_jinja_node *node) {
    if (!(node->a = floe_jinja_read_expression(parser, true))) {
        return false;
    }
    if (!floe_jinja_skip_word(parser, "as")) {
        return floe_jinja_unexpected(parser, "'as'");
    }
    bool ok = take_name(parser, node);
    if (ok) {
        skip_import_context(parser);
    }
    return ok;
}

static bool parse_from(floe_jinja_parser *parser, floe_jinja_node *node) {
    if (!(node->a = floe_jinja_read_expression(parser, true))) {
        return false;
    }
    if (!floe_jinja_skip_word(parser, "import")) {
        return floe_jinja_unexpected(parser, "'import'");
    }
    do {
        uint32_t at = parser->token.at;
        skip_import_context(parser);
        if (parser->token.at != at) {
            return true;
        }
        const floe_jinja_node *name = floe_jinja_name(parser);
        if (!name || (floe_jinja_skip_word(parser, "as") && !floe_jinja_name(parser))) {
            return false;
        }
        if (name->text.text[0] == '_') {
            return floe_jinja_reject(parser, FLOE_INVALID, at,
                                     "a name with '_' before it cannot be imported");
        }
        at = parser->token.at;
        skip_import_context(parser);
        if (parser->token.at != at) {
            return true;
        }
    } while (floe_jinja_skip(parser, FLOE_TOKEN_COMMA));
    return true;
}

/* ---- statements ---- */

typedef struct tag {
    const char *name;
    floe_jinja_kind kind;
    bool (*parse)(floe_jinja_parser *parser, floe_jinja_node *node);
} tag;

static const tag tags[] = {
    {"set", FLOE_JINJA_SET, parse_set},
    {"for", FLOE_JINJA_FOR, parse_for},
    {"do", FLOE_JINJA_DO, parse_do},
    {"macro", FLOE_JINJA_MACRO, parse_macro},
    {"call", FLOE_JINJA_CALL_BLOCK, parse_call_block},
    {"test", FLOE_JINJA_TEST_BLOCK, parse_test_block},
    {"data_test", FLOE_JINJA_TEST_BLOCK, parse_data_test_block},
    {"materialization", FLOE_JINJA_MATERIALIZATION, parse_materialization},
    {"snapshot", FLOE_JINJA_SNAPSHOT, parse_snapshot},
    {"docs", FLOE_JINJA_DOCS, parse_docs},
    {"filter", FLOE_JINJA_FILTER_BLOCK, parse_filter_block},
    {"with", FLOE_JINJA_WITH, parse_with},
    {"autoescape", FLOE_JINJA_WITH, parse_autoescape},
    {"break", FLOE_JINJA_BREAK, parse_loop_control},
    {"continue", FLOE_JINJA_CONTINUE, parse_loop_control},
    {"block", FLOE_JINJA_BLOCK, parse_block},
    {"include", FLOE_JINJA_IMPORT, parse_include},
    {"extends", FLOE_JINJA_IMPORT, parse_extends},
    {"import", FLOE_JINJA_IMPORT, parse_import},
    {"from", FLOE_JINJA_IMPORT, parse_from},
};

static const tag *find_tag(const floe_jinja_parser *parser) {
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        if (floe_jinja_at_word(parser, tags[i].name)) {
            return &tags[i];
        }
    }
    return NULL;
}

/* The end tags that are awaited, as a reader would write them: "'{% else %}' or '{% endif %}'". */
static void list_ends(end_tags ends, char *out, size_t size) {
    size_t length = 0;
    out[0] = '\0';
    for (end_tags end = ends; *end && length < size; end++) {
        int added = snprintf(out + length, size - length, "%s'{%% %s %%}'",
                             end == ends ? ""
                             : end[1]    ? ", "
                                         : " or ",
                             *end);
        length += added > 0 ? (size_t)added : 0;
    }
}

/* A tag that nothing begins with: an end tag in the wrong place, or a misspelt name. */
static bool reject_tag(floe_jinja_parser *parser, end_tags ends) {
    static const char *const others[] = {"if", "elif", "else", "raw", "print"};
    const char *name = parser->source->text + parser->token.at;
    uint32_t length = parser->token.end - parser->token.at, line, column;
    char shown[64], awaited[128];
    floe_suggestion suggestion;
    floe_jinja_describe(&parser->lexer, &parser->token, shown);
    bool known = length > 3 && memcmp(name, "end", 3) == 0;
    floe_jinja_reject(parser, FLOE_INVALID, parser->token.at,
                      known ? "the tag %s closes nothing here" : "there is no tag %s", shown);
    floe_suggest_start(&suggestion, name, length);
    for (; ends && *ends; ends++) {
        floe_suggest_offer(&suggestion, *ends, strlen(*ends));
    }
    for (size_t i = 0; !known && i < sizeof tags / sizeof *tags; i++) {
        floe_suggest_offer(&suggestion, tags[i].name, strlen(tags[i].name));
    }
    for (size_t i = 0; !known && i < sizeof others / sizeof *others; i++) {
        floe_suggest_offer(&suggestion, others[i], strlen(others[i]));
    }
    bool meant =
        suggestion.best && !(suggestion.best_length == length && memcmp(suggestion.best, name, length) == 0);
    if (parser->open_count) {
        const floe_jinja_open *open = &parser->open[parser->open_count - 1];
        floe_jinja_position(parser->source, open->at, &line, &column);
        snprintf(awaited, sizeof awaited, "the '%.*s' of line %u, column %u is still open",
                 open->name.length < 40 ? (int)open->name.length : 40, open->name.text, line, column);
    }
    if (meant) {
        floe_jinja_advise(parser, "did you mean '%.*s'?%s%s", (int)suggestion.best_length, suggestion.best,
                          known && parser->open_count ? " " : "", known && parser->open_count ? awaited : "");
    } else if (parser->open_count) {
        floe_jinja_advise(parser, "%s", awaited);
    }
    return false;
}

/* Several values in one tag, each an OUTPUT of its own. */
static bool parse_print(floe_jinja_parser *parser, uint32_t at) {
    for (bool first = true; parser->token.sort != FLOE_TOKEN_BLOCK_END; first = false) {
        if (!first && !floe_jinja_skip(parser, FLOE_TOKEN_COMMA)) {
            return floe_jinja_unexpected(parser, "',' or '%}'");
        }
        floe_jinja_node *node = floe_jinja_node_new(parser, FLOE_JINJA_OUTPUT, at);
        if (!node || !(node->a = floe_jinja_read_expression(parser, true)) ||
            !floe_jinja_push(parser, floe_jinja_seal(parser, node, node->a->end))) {
            return false;
        }
    }
    return true;
}

/* The tag that begins at `at`; the parser stands at its name. */
static bool parse_statement(floe_jinja_parser *parser, uint32_t at, end_tags ends) {
    if (parser->token.sort != FLOE_TOKEN_NAME) {
        return floe_jinja_unexpected(parser, "the name of a tag");
    }
    const tag *found = find_tag(parser);
    bool is_if = !found && floe_jinja_at_word(parser, "if");
    if (!found && !is_if && !floe_jinja_at_word(parser, "print")) {
        return reject_tag(parser, ends);
    }
    if (parser->open_count > FLOE_JINJA_DEPTH) {
        return floe_jinja_enter(parser) && floe_jinja_unexpected(parser, "less blocks");
    }
    parser->open[parser->open_count++] =
        (floe_jinja_open){floe_jinja_read_slice(parser, parser->token.at, parser->token.end), at};
    floe_jinja_advance(parser);
    bool ok;
    if (found) {
        floe_jinja_node *node = floe_jinja_node_new(parser, found->kind, at);
        ok = node && found->parse(parser, node) &&
             floe_jinja_push(parser, floe_jinja_seal(parser, node, parser->token.end));
    } else {
        ok = is_if ? floe_jinja_push(parser, parse_if(parser, at)) : parse_print(parser, at);
    }
    parser->open_count--;
    return ok && floe_jinja_expect(parser, FLOE_TOKEN_BLOCK_END);
}

static bool parse_output(floe_jinja_parser *parser) {
    floe_jinja_node *node = floe_jinja_node_new(parser, FLOE_JINJA_OUTPUT, parser->token.at);
    floe_jinja_advance(parser);
    return node && (node->a = floe_jinja_read_tuple(parser, true)) &&
           floe_jinja_push(parser, floe_jinja_seal(parser, node, parser->token.end)) &&
           floe_jinja_expect(parser, FLOE_TOKEN_OUTPUT_END);
}

static bool parse_text(floe_jinja_parser *parser) {
    const floe_jinja_token token = parser->token;
    floe_jinja_node *node = floe_jinja_node_new(parser, FLOE_JINJA_TEXT, token.at);
    if (!node || !floe_jinja_plain_text(parser, token.at, token.end, &node->text)) {
        return false;
    }
    floe_jinja_advance(parser);
    return floe_jinja_push(parser, floe_jinja_seal(parser, node, token.end));
}

static bool reject_open_block(floe_jinja_parser *parser, end_tags ends) {
    const floe_jinja_open *open = &parser->open[parser->open_count - 1];
    char awaited[128];
    list_ends(ends, awaited, sizeof awaited);
    floe_jinja_reject(parser, FLOE_INVALID, open->at, "the block '%.*s' is not closed",
                      (int)open->name.length, open->name.text);
    floe_jinja_advise(parser, "expected %s before the end of the template", awaited);
    return false;
}

/* Text, outputs and statements up to one of the end tags (the parser stands at its name then) or, where there
 * are none, to the end of the template. */
static bool parse_body(floe_jinja_parser *parser, end_tags ends, floe_jinja_list *out) {
    size_t mark = parser->pending_count;
    for (;;) {
        uint32_t at = parser->token.at;
        bool ok;
        switch (parser->token.sort) {
        case FLOE_TOKEN_TEXT:
            ok = parse_text(parser);
            break;
        case FLOE_TOKEN_OUTPUT_BEGIN:
            ok = parse_output(parser);
            break;
        case FLOE_TOKEN_BLOCK_BEGIN:
            floe_jinja_advance(parser);
            if (word_at_end(parser, ends)) {
                return floe_jinja_read_collect(parser, mark, out);
            }
            ok = parse_statement(parser, at, ends);
            break;
        case FLOE_TOKEN_END:
            return ends ? reject_open_block(parser, ends) : floe_jinja_read_collect(parser, mark, out);
        default:
            return floe_jinja_unexpected(parser, "text or a tag");
        }
        if (!ok) {
            return false;
        }
    }
}

/* ---- templates ---- */

static void start(floe_jinja_parser *parser, floe_arena *arena, const floe_jinja_template *source,
                  uint32_t at, uint32_t end, floe_error *error) {
    memset(parser, 0, offsetof(floe_jinja_parser, open));
    parser->open_count = 0;
    parser->pending = NULL;
    parser->pending_count = parser->pending_capacity = 0;
    parser->arena = arena;
    parser->source = source;
    parser->error = error;
    parser->returns = memchr(source->text + at, '\r', end - at) != NULL;
}

/* Without the one line break at the end, which is not part of a template. */
static uint32_t trim_last_break(const char *text, uint32_t at, uint32_t end) {
    if (end > at && text[end - 1] == '\n') {
        end--;
        return end > at && text[end - 1] == '\r' ? end - 1 : end;
    }
    return end > at && text[end - 1] == '\r' ? end - 1 : end;
}

int floe_jinja_parse_part(const floe_jinja_template **out, floe_arena *arena,
                          const floe_jinja_template *source, uint32_t at, uint32_t end, floe_error *error) {
    floe_jinja_parser parser;
    floe_jinja_list body = {0};
    floe_jinja_template *template = floe_arena_alloc(arena, sizeof *template);
    if (!template) {
        return floe_error_memory(error);
    }
    start(&parser, arena, source, at, end, error);
    floe_jinja_lexer_start(&parser.lexer, source->text, at, trim_last_break(source->text, at, end));
    floe_jinja_advance(&parser);
    if (parse_body(&parser, NULL, &body)) {
        *template = *source;
        template->body = body;
        *out = template;
    }
    free(parser.pending);
    return parser.failed;
}

int floe_jinja_parse(const floe_jinja_template **out, floe_arena *arena, const char *name, const char *text,
                     size_t size, floe_error *error) {
    floe_jinja_template *source;
    int result = floe_jinja_source_new(&source, arena, name, text, size, error);
    return result ? result : floe_jinja_parse_part(out, arena, source, 0, (uint32_t)size, error);
}

int floe_jinja_parse_at(const floe_jinja_template **out, floe_arena *arena, const floe_jinja_origin *origin,
                        const char *text, size_t size, floe_error *error) {
    floe_jinja_template *source;
    int result = floe_jinja_source_new(&source, arena, origin->name, text, size, error);
    if (result) {
        return result;
    }
    source->origin = *origin;
    return floe_jinja_parse_part(out, arena, source, 0, (uint32_t)size, error);
}

int floe_jinja_parse_expression(const floe_jinja_node **out, floe_arena *arena, const char *name,
                                const char *text, size_t size, floe_error *error) {
    floe_jinja_parser parser;
    floe_jinja_template *source;
    int result = floe_jinja_source_new(&source, arena, name, text, size, error);
    if (result) {
        return result;
    }
    start(&parser, arena, source, 0, (uint32_t)size, error);
    floe_jinja_lexer_start_expression(&parser.lexer, text, 0, (uint32_t)size);
    floe_jinja_advance(&parser);
    const floe_jinja_node *node = floe_jinja_read_expression(&parser, true);
    if (node && parser.token.sort != FLOE_TOKEN_END) {
        floe_jinja_unexpected(&parser, "an operator or the end of the expression");
    }
    if (!parser.failed) {
        *out = node;
    }
    free(parser.pending);
    return parser.failed;
}

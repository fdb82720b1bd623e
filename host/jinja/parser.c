/* What every part of the parser stands on: tokens, failures, nodes, lists. */
#include "jinja/parser.h"

#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- tokens ---- */

void floe_jinja_advance(floe_jinja_parser *parser) {
    parser->token = parser->looked ? parser->ahead : floe_jinja_next(&parser->lexer);
    parser->looked = false;
}

const floe_jinja_token *floe_jinja_look(floe_jinja_parser *parser) {
    if (!parser->looked) {
        parser->ahead = floe_jinja_next(&parser->lexer);
        parser->looked = true;
    }
    return &parser->ahead;
}

bool floe_jinja_skip(floe_jinja_parser *parser, floe_jinja_sort sort) {
    bool found = parser->token.sort == sort;
    if (found) {
        floe_jinja_advance(parser);
    }
    return found;
}

bool floe_jinja_expect(floe_jinja_parser *parser, floe_jinja_sort sort) {
    return floe_jinja_skip(parser, sort) || floe_jinja_unexpected(parser, floe_jinja_sort_name(sort));
}

/* ---- failures ---- */

bool floe_jinja_reject(floe_jinja_parser *parser, floe_code code, uint32_t at, const char *format, ...) {
    char message[512];
    uint32_t line, column;
    va_list arguments;
    if (parser->failed) {
        return false;
    }
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    parser->failed = floe_error_set(parser->error, code, "%s", message);
    floe_jinja_position(parser->source, at, &line, &column);
    floe_error_at(parser->error, parser->source->name, line, column);
    return false;
}

void floe_jinja_advise(floe_jinja_parser *parser, const char *format, ...) {
    char hint[384];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(hint, sizeof hint, format, arguments);
    va_end(arguments);
    if (parser->error && !parser->error->hint[0]) {
        floe_error_hint(parser->error, "%s", hint);
    }
}

/* The bracket, or else the tag, that is still open where something unexpected stands. */
static void advise_about_open(floe_jinja_parser *parser) {
    const floe_jinja_lexer *lexer = &parser->lexer;
    uint32_t line, column, count = lexer->brackets;
    /* A token that was looked at may have closed or opened one: brackets behind the failure do not count. */
    while (count && lexer->bracket_at[count - 1] >= parser->token.at) {
        count--;
    }
    if (count) {
        floe_jinja_position(parser->source, lexer->bracket_at[count - 1], &line, &column);
        floe_jinja_advise(parser, "the '%c' of line %u, column %u is still open",
                          lexer->text[lexer->bracket_at[count - 1]], line, column);
    } else if (lexer->tag_at < parser->token.at && lexer->closes != '\n') {
        floe_jinja_position(parser->source, lexer->tag_at, &line, &column);
        floe_jinja_advise(parser, "the tag begins at line %u, column %u", line, column);
    }
}

bool floe_jinja_unexpected(floe_jinja_parser *parser, const char *wanted) {
    const floe_jinja_token *token = &parser->token;
    const floe_jinja_lexer *lexer = &parser->lexer;
    char found[64];
    if (parser->failed) {
        return false;
    }
    if (token->sort == FLOE_TOKEN_FAILED) {
        floe_jinja_reject(parser, lexer->code, lexer->problem_at, "%s", lexer->problem);
        if (lexer->hint[0]) {
            floe_jinja_advise(parser, "%s", lexer->hint);
        } else {
            advise_about_open(parser);
        }
    } else if (token->sort == FLOE_TOKEN_END && lexer->closes && lexer->closes != '\n') {
        floe_jinja_reject(parser, FLOE_INVALID, lexer->tag_at, "a tag is not closed: expected %s", wanted);
        floe_jinja_advise(parser, "close it with '%c}'", lexer->closes);
    } else {
        floe_jinja_reject(parser, FLOE_INVALID, token->at, "expected %s and found %s", wanted,
                          floe_jinja_describe(lexer, token, found));
        advise_about_open(parser);
    }
    return false;
}

static bool reject_memory(floe_jinja_parser *parser) {
    if (!parser->failed) {
        parser->failed = floe_error_memory(parser->error);
    }
    return false;
}

bool floe_jinja_enter(floe_jinja_parser *parser) {
    if (parser->failed) {
        return false;
    }
    if (parser->depth == FLOE_JINJA_DEPTH) {
        floe_jinja_reject(parser, FLOE_LIMIT, parser->token.at,
                          "blocks and expressions are nested deeper than %d", FLOE_JINJA_DEPTH);
        floe_jinja_advise(parser, "move a part of them into a macro, or set it aside with {%% set %%}");
        return false;
    }
    parser->depth++;
    return true;
}

/* ---- nodes and lists ---- */

floe_jinja_text floe_jinja_read_slice(const floe_jinja_parser *parser, uint32_t at, uint32_t end) {
    return (floe_jinja_text){parser->source->text + at, end - at};
}

floe_jinja_node *floe_jinja_node_new(floe_jinja_parser *parser, floe_jinja_kind kind, uint32_t at) {
    floe_jinja_node *node = parser->failed ? NULL : floe_arena_alloc(parser->arena, sizeof *node);
    if (!node) {
        reject_memory(parser);
        return NULL;
    }
    *node = (floe_jinja_node){.kind = (uint8_t)kind, .at = at};
    return node;
}

static uint32_t raise_height(uint32_t height, const floe_jinja_node *below) {
    return below && below->height >= height ? below->height + 1 : height;
}

static uint32_t raise_by_list(uint32_t height, floe_jinja_list list) {
    for (uint32_t i = 0; i < list.count; i++) {
        height = raise_height(height, list.items[i]);
    }
    return height;
}

const floe_jinja_node *floe_jinja_seal(floe_jinja_parser *parser, floe_jinja_node *node, uint32_t end) {
    if (!node || parser->failed) {
        return NULL;
    }
    uint32_t height = raise_height(raise_height(raise_height(1, node->a), node->b), node->c);
    height = raise_by_list(raise_by_list(height, node->items), node->defaults);
    height = raise_by_list(raise_by_list(height, node->body), node->otherwise);
    if (height > FLOE_JINJA_HEIGHT) {
        floe_jinja_reject(parser, FLOE_LIMIT, node->at,
                          "more than %d operators or branches follow one another", FLOE_JINJA_HEIGHT);
        floe_jinja_advise(parser, "set a part of them aside with {%% set %%}");
        return NULL;
    }
    node->height = height;
    node->end = end;
    return node;
}

bool floe_jinja_push(floe_jinja_parser *parser, const floe_jinja_node *node) {
    if (!node || parser->failed) {
        return false;
    }
    if (parser->pending_count == parser->pending_capacity &&
        floe_grow(&parser->pending, &parser->pending_capacity, parser->pending_count + 1,
                  sizeof *parser->pending)) {
        return reject_memory(parser);
    }
    parser->pending[parser->pending_count++] = node;
    return true;
}

bool floe_jinja_read_collect(floe_jinja_parser *parser, size_t mark, floe_jinja_list *out) {
    size_t count = parser->pending_count - mark;
    if (parser->failed) {
        return false;
    }
    *out = (floe_jinja_list){NULL, (uint32_t)count};
    if (count) {
        const floe_jinja_node **items = floe_arena_array(parser->arena, count, sizeof *items);
        if (!items) {
            return reject_memory(parser);
        }
        memcpy(items, parser->pending + mark, count * sizeof *items);
        out->items = items;
    }
    parser->pending_count = mark;
    return true;
}

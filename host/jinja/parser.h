/* What the files of the parser share: its state, its one token of lookahead, and how nodes and lists are
 * made. */
#ifndef FLOE_JINJA_PARSER_H
#define FLOE_JINJA_PARSER_H

#include "jinja/token.h"

#include <string.h>

typedef struct floe_jinja_open {
    floe_jinja_text name; /* of the tag */
    uint32_t at;
} floe_jinja_open;

typedef struct floe_jinja_parser {
    floe_jinja_lexer lexer;
    floe_jinja_token token, ahead;
    bool looked;  /* `ahead` is read */
    bool returns; /* the text holds carriage returns: line breaks are made one kind */
    floe_arena *arena;
    const floe_jinja_template *source;
    floe_error *error;
    int failed; /* the code of the first failure; all that is tried afterwards fails as well */
    uint32_t depth;
    uint32_t loops; /* around the tag, within the innermost macro */
    floe_jinja_open open[FLOE_JINJA_DEPTH + 1];
    uint32_t open_count;
    const floe_jinja_node **pending; /* elements of the lists that are being read; on the heap */
    size_t pending_count, pending_capacity;
} floe_jinja_parser;

/* The next token becomes `parser->token`. */
void floe_jinja_advance(floe_jinja_parser *parser);
/* The sort of the token behind `parser->token`, and whether it is a name of this text. */
const floe_jinja_token *floe_jinja_look(floe_jinja_parser *parser);
static inline bool floe_jinja_spells(const floe_jinja_parser *parser, const floe_jinja_token *token,
                                     const char *word) {
    size_t length = strlen(word);
    return token->sort == FLOE_TOKEN_NAME && token->end - token->at == length &&
           memcmp(parser->source->text + token->at, word, length) == 0;
}
static inline bool floe_jinja_at_word(const floe_jinja_parser *parser, const char *word) {
    return floe_jinja_spells(parser, &parser->token, word);
}
/* Steps over a token of this sort, over the name `word`: true where it stood there. */
bool floe_jinja_skip(floe_jinja_parser *parser, floe_jinja_sort sort);
static inline bool floe_jinja_skip_word(floe_jinja_parser *parser, const char *word) {
    bool found = floe_jinja_at_word(parser, word);
    if (found) {
        floe_jinja_advance(parser);
    }
    return found;
}
/* The same where nothing else may stand: false with the failure "expected …". */
bool floe_jinja_expect(floe_jinja_parser *parser, floe_jinja_sort sort);

/* Fails at an offset, unless the parse has failed already. Always false, so that it can be returned. */
bool floe_jinja_reject(floe_jinja_parser *parser, floe_code code, uint32_t at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void floe_jinja_advise(floe_jinja_parser *parser, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Fails with "expected WANTED and found …" at the token that stands there. */
bool floe_jinja_unexpected(floe_jinja_parser *parser, const char *wanted);

/* One level deeper; false with the failure where that is too deep. Leave whatever entered. */
bool floe_jinja_enter(floe_jinja_parser *parser);
static inline void floe_jinja_leave(floe_jinja_parser *parser) {
    parser->depth--;
}

/* A node that begins at `at`, all else zero. NULL when memory ran out, as for all below. */
floe_jinja_node *floe_jinja_node_new(floe_jinja_parser *parser, floe_jinja_kind kind, uint32_t at);
/* Sets its end and its height; NULL where it is too high, or is NULL. */
const floe_jinja_node *floe_jinja_seal(floe_jinja_parser *parser, floe_jinja_node *node, uint32_t end);
/* Adds to the list that is being read; all since a mark become a list. */
bool floe_jinja_push(floe_jinja_parser *parser, const floe_jinja_node *node);
bool floe_jinja_read_collect(floe_jinja_parser *parser, size_t mark, floe_jinja_list *out);
floe_jinja_text floe_jinja_read_slice(const floe_jinja_parser *parser, uint32_t at, uint32_t end);

/* ---- expressions ---- */

/* With `a if b else c`, or without (the conditions of `if` and the lists of `for`). */
const floe_jinja_node *floe_jinja_read_expression(floe_jinja_parser *parser, bool conditional);
/* The same, or a tuple without parentheses. */
const floe_jinja_node *floe_jinja_read_tuple(floe_jinja_parser *parser, bool conditional);
/* What can be assigned to: names, tuples of them and, where `attributes` holds, a.b */
const floe_jinja_node *floe_jinja_target(floe_jinja_parser *parser, bool attributes);
/* One NAME. */
const floe_jinja_node *floe_jinja_name(floe_jinja_parser *parser);
/* A chain of filters around `inner`, which may be NULL; `first`: the first one stands without a "|". */
bool floe_jinja_read_filters(floe_jinja_parser *parser, const floe_jinja_node **inner, bool first);

/* ---- literals ---- */

/* The value of a STRING token, without its quotes. */
bool floe_jinja_unescape(floe_jinja_parser *parser, const floe_jinja_token *token, floe_jinja_text *out);
/* Text with its line breaks made one kind. */
bool floe_jinja_plain_text(floe_jinja_parser *parser, uint32_t at, uint32_t end, floe_jinja_text *out);
/* Sets kind and value. */
bool floe_jinja_number(floe_jinja_parser *parser, const floe_jinja_token *token, floe_jinja_node *node);

/* ---- tree.c ---- */

/* A template without a body. */
int floe_jinja_source_new(floe_jinja_template **out, floe_arena *arena, const char *name, const char *text,
                          size_t size, floe_error *error);

#endif

/*
 * Templates as tokens, by the rules of Jinja's lexer with its default delimiters. A lexer holds offsets only:
 * it allocates nothing and decodes nothing, so a token costs no more than reading its bytes once.
 */
#ifndef FLOE_JINJA_TOKEN_H
#define FLOE_JINJA_TOKEN_H

#include "jinja/syntax.h"

typedef enum floe_jinja_sort {
    FLOE_TOKEN_END,          /* of the template; also in a tag, which is not closed then */
    FLOE_TOKEN_FAILED,       /* see floe_jinja_lexer.problem; every later token is this one, too */
    FLOE_TOKEN_TEXT,         /* what "-" took away is not in it; of a raw block what stands in it */
    FLOE_TOKEN_OUTPUT_BEGIN, /* {{ with its sign */
    FLOE_TOKEN_OUTPUT_END,
    FLOE_TOKEN_BLOCK_BEGIN, /* {% with its sign */
    FLOE_TOKEN_BLOCK_END,
    FLOE_TOKEN_NAME,
    FLOE_TOKEN_STRING,  /* with its quotes, escapes as written */
    FLOE_TOKEN_INTEGER, /* as written */
    FLOE_TOKEN_FLOAT,
    FLOE_TOKEN_ADD,
    FLOE_TOKEN_SUBTRACT,
    FLOE_TOKEN_MULTIPLY,
    FLOE_TOKEN_DIVIDE,
    FLOE_TOKEN_FLOOR_DIVIDE,
    FLOE_TOKEN_MODULO,
    FLOE_TOKEN_POWER,
    FLOE_TOKEN_TILDE,
    FLOE_TOKEN_EQUAL,
    FLOE_TOKEN_NOT_EQUAL,
    FLOE_TOKEN_LESS,
    FLOE_TOKEN_LESS_EQUAL,
    FLOE_TOKEN_GREATER,
    FLOE_TOKEN_GREATER_EQUAL,
    FLOE_TOKEN_ASSIGN,
    FLOE_TOKEN_DOT,
    FLOE_TOKEN_COLON,
    FLOE_TOKEN_PIPE,
    FLOE_TOKEN_COMMA,
    FLOE_TOKEN_SEMICOLON,
    FLOE_TOKEN_OPEN_PARENTHESIS,
    FLOE_TOKEN_CLOSE_PARENTHESIS,
    FLOE_TOKEN_OPEN_BRACKET,
    FLOE_TOKEN_CLOSE_BRACKET,
    FLOE_TOKEN_OPEN_BRACE,
    FLOE_TOKEN_CLOSE_BRACE
} floe_jinja_sort;

typedef struct floe_jinja_token {
    floe_jinja_sort sort;
    uint32_t at, end; /* offsets: the first byte, and behind the last */
} floe_jinja_token;

enum { FLOE_JINJA_BRACKETS = FLOE_JINJA_DEPTH + 4 }; /* deeper than any tree may be */

typedef struct floe_jinja_lexer {
    const char *text;
    uint32_t at, size;
    char closes; /* what ends the tag that the lexer is in: '}' or '%'; 0 between tags */
    uint32_t tag_at;
    uint32_t brackets;
    char bracket[FLOE_JINJA_BRACKETS]; /* the closing ones that are awaited */
    uint32_t bracket_at[FLOE_JINJA_BRACKETS];
    floe_code code; /* of the problem; 0: none */
    uint32_t problem_at;
    char problem[160]; /* a sentence without full stop */
    char hint[160];
} floe_jinja_lexer;

/* Starts at offset `at` of a text and will stop at `end`. */
void floe_jinja_lexer_start(floe_jinja_lexer *lexer, const char *text, uint32_t at, uint32_t end);
/* The same inside of a tag that has no end but the text's: for an expression alone. */
void floe_jinja_lexer_start_expression(floe_jinja_lexer *lexer, const char *text, uint32_t at, uint32_t end);

floe_jinja_token floe_jinja_next(floe_jinja_lexer *lexer);

/* The token as a reader of messages knows it: its own text in quotes, "the end of the template" … */
const char *floe_jinja_describe(const floe_jinja_lexer *lexer, const floe_jinja_token *token, char out[64]);
const char *floe_jinja_sort_name(floe_jinja_sort sort);

/* The end of the tag or comment that begins at offset `at` ("{{", "{%" or "{#"), found without parsing it; a
 * raw block is its two tags. `*closed` is false where it never ends: then the end of the text is returned. */
uint32_t floe_jinja_span(const char *text, uint32_t size, uint32_t at, bool *closed);

/* Offset behind the blanks at `at`. */
uint32_t floe_jinja_skip_blanks(const char *text, uint32_t at, uint32_t end);
/* Where the blanks begin that end at `end`; not before `at`. */
uint32_t floe_jinja_strip_blanks(const char *text, uint32_t at, uint32_t end);

#endif

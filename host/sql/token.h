/*
 * SQL text, with Jinja in it, as tokens. Jinja is looked for everywhere, in strings and comments too, since
 * it is rendered before the database sees any of them: '{{ var('x') }}' is one string.
 *
 * A lexer allocates nothing and reads each byte a bounded number of times. What is not closed ends at the end
 * of the text, and says so.
 */
#ifndef FLOE_SQL_TOKEN_H
#define FLOE_SQL_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum floe_sql_kind {
    FLOE_SQL_END,
    FLOE_SQL_SPACE,
    FLOE_SQL_WORD, /* a keyword or a name without quotes: select, orders, _dbt_max_partition, @x, $1, :name */
    FLOE_SQL_QUOTED, /* a name in quotes: "a", `a`, [a] */
    FLOE_SQL_STRING, /* with its quotes and its prefix: 'a', E'a\n', r"a", $$a$$ */
    FLOE_SQL_NUMBER,
    FLOE_SQL_OPERATOR, /* operators and punctuation, the longest that stands there: ||, ::, (, ; */
    FLOE_SQL_COMMENT,
    FLOE_SQL_OUTPUT,       /* {{ … }} */
    FLOE_SQL_STATEMENT,    /* {% … %} */
    FLOE_SQL_JINJA_COMMENT /* {# … #} */
} floe_sql_kind;

/* "space", "word", "quoted", "string", "number", "operator", "comment", "jinja_output", "jinja_statement",
 * "jinja_comment". */
const char *floe_sql_kind_name(floe_sql_kind kind);

/* Where dialects differ in what a token is. */
typedef struct floe_sql_dialect {
    const char *name;     /* of dbt's adapter: "postgres" */
    bool hash_comments;   /* # begins a comment */
    bool slash_comments;  /* so does // */
    bool nested_comments; /* a comment in a comment is closed on its own */
    bool backslash;       /* \' does not end a string */
    bool double_quoted;   /* "a" is a string */
    bool triple_quoted;   /* '''a''' and """a""" are strings */
    bool brackets;        /* [a] is a name */
    bool dollars;         /* $$a$$ and $tag$a$tag$ are strings */
} floe_sql_dialect;

/* The rules of an adapter; of one that is unknown, and of NULL, those most dialects share. */
const floe_sql_dialect *floe_sql_dialect_of(const char *adapter);

typedef struct floe_sql_token {
    floe_sql_kind kind;
    uint32_t at, end;      /* offsets: the first byte, and behind the last */
    uint32_t line, column; /* of the first byte, from 1; columns are code points */
    bool closed;           /* false for what ends with the text because its own end is missing */
} floe_sql_token;

typedef struct floe_sql_lexer {
    const char *text; /* borrowed */
    uint32_t at, size;
    uint32_t line, column; /* of `at` */
    const floe_sql_dialect *dialect;
    bool unclosed[3]; /* no {{, {% or {# from here on is ever closed */
} floe_sql_lexer;

/* `size` below 4 GiB. */
void floe_sql_lexer_start(floe_sql_lexer *lexer, const char *text, size_t size,
                          const floe_sql_dialect *dialect);

/* The next token; FLOE_SQL_END again and again at the end. */
floe_sql_token floe_sql_next(floe_sql_lexer *lexer);

#endif

/* The lexer of SQL: one look at the first bytes tells the kind, then the rest of the token is passed. */
#include "sql/token.h"

#include "base/utf8.h"
#include "jinja/token.h"

#include <string.h>

const char *floe_sql_kind_name(floe_sql_kind kind) {
    static const char *const names[] = {"end",          "space",           "word",         "quoted",
                                        "string",       "number",          "operator",     "comment",
                                        "jinja_output", "jinja_statement", "jinja_comment"};
    return names[kind];
}

/* ---- bytes ---- */

static char byte_at(const floe_sql_lexer *lexer, uint32_t at) {
    return at < lexer->size ? lexer->text[at] : '\0';
}

static bool stands_at(const floe_sql_lexer *lexer, uint32_t at, const char *word, uint32_t length) {
    return at <= lexer->size && lexer->size - at >= length && memcmp(lexer->text + at, word, length) == 0;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c) || c == '$' ||
           (unsigned char)c >= 0x80;
}

/* ---- Jinja ---- */

/* Behind the tag or comment of Jinja that begins at `at`; `at` where none does, or where it has no end. */
static uint32_t skip_jinja(floe_sql_lexer *lexer, uint32_t at) {
    char second = byte_at(lexer, at + 1);
    int form = second == '{' ? 0 : second == '%' ? 1 : second == '#' ? 2 : -1;
    if (lexer->text[at] != '{' || form < 0 || lexer->unclosed[form]) {
        return at;
    }
    bool closed;
    uint32_t end = floe_jinja_span(lexer->text, lexer->size, at, &closed);
    lexer->unclosed[form] = !closed;
    return closed ? end : at;
}

/* ---- what has an end of its own ---- */

/* To behind `close`, with Jinja in between passed as a whole. With `doubled`, two of them stand for one. */
static bool skip_to(floe_sql_lexer *lexer, const char *close, uint32_t length, bool backslash, bool doubled) {
    while (lexer->at < lexer->size) {
        char c = lexer->text[lexer->at];
        if (c == close[0] && stands_at(lexer, lexer->at, close, length)) {
            lexer->at += length;
            if (!doubled || byte_at(lexer, lexer->at) != close[0] || lexer->at >= lexer->size) {
                return true;
            }
            lexer->at++;
        } else if (c == '\\' && backslash) {
            lexer->at += lexer->at + 1 < lexer->size ? 2 : 1;
        } else {
            uint32_t end = c == '{' ? skip_jinja(lexer, lexer->at) : lexer->at;
            lexer->at = end > lexer->at ? end : lexer->at + 1;
        }
    }
    return false;
}

static bool skip_line(floe_sql_lexer *lexer) {
    while (lexer->at < lexer->size && lexer->text[lexer->at] != '\n' && lexer->text[lexer->at] != '\r') {
        uint32_t end = skip_jinja(lexer, lexer->at);
        lexer->at = end > lexer->at ? end : lexer->at + 1;
    }
    return true;
}

static bool skip_block_comment(floe_sql_lexer *lexer) {
    uint32_t depth = 1;
    lexer->at += 2;
    while (lexer->at < lexer->size) {
        if (stands_at(lexer, lexer->at, "*/", 2)) {
            lexer->at += 2;
            if (--depth == 0) {
                return true;
            }
        } else if (lexer->dialect->nested_comments && stands_at(lexer, lexer->at, "/*", 2)) {
            lexer->at += 2;
            depth++;
        } else {
            uint32_t end = skip_jinja(lexer, lexer->at);
            lexer->at = end > lexer->at ? end : lexer->at + 1;
        }
    }
    return false;
}

/* A string or name whose opening quote stands here. */
static bool skip_quoted(floe_sql_lexer *lexer, bool backslash) {
    char quote = lexer->text[lexer->at];
    const char three[3] = {quote, quote, quote};
    if (lexer->dialect->triple_quoted && quote != '`' && stands_at(lexer, lexer->at, three, 3)) {
        lexer->at += 3;
        return skip_to(lexer, three, 3, backslash, false);
    }
    lexer->at++;
    /* Where a backslash quotes a quote, two quotes are two strings in some dialects; either way they end
     * alike. */
    return skip_to(lexer, quote == '[' ? "]" : three, 1, backslash, true);
}

/* Behind the tag of a dollar-quoted string, "$$" or "$tag$"; `at` where none stands here. */
static uint32_t skip_dollar_tag(const floe_sql_lexer *lexer, uint32_t at) {
    uint32_t end = at + 1;
    if (!lexer->dialect->dollars || is_digit(byte_at(lexer, end))) {
        return at;
    }
    while (end < lexer->size && lexer->text[end] != '$' && is_word(lexer->text[end])) {
        end++;
    }
    return byte_at(lexer, end) == '$' ? end + 1 : at;
}

static bool skip_dollar_string(floe_sql_lexer *lexer, uint32_t inside) {
    const char *tag = lexer->text + lexer->at;
    uint32_t length = inside - lexer->at;
    const char *close = memmem(lexer->text + inside, lexer->size - inside, tag, length);
    lexer->at = close ? (uint32_t)(close - lexer->text) + length : lexer->size;
    return close != NULL;
}

/* ---- words, numbers, operators ---- */

static void skip_word(floe_sql_lexer *lexer) {
    while (lexer->at < lexer->size && is_word(lexer->text[lexer->at])) {
        lexer->at++;
    }
}

static void skip_digits(floe_sql_lexer *lexer) {
    while (is_digit(byte_at(lexer, lexer->at)) ||
           (byte_at(lexer, lexer->at) == '_' && is_digit(byte_at(lexer, lexer->at + 1)))) {
        lexer->at++;
    }
}

static void skip_number(floe_sql_lexer *lexer) {
    char second = (char)(byte_at(lexer, lexer->at + 1) | 0x20);
    if (lexer->text[lexer->at] == '0' && (second == 'x' || second == 'b' || second == 'o')) {
        skip_word(lexer);
        return;
    }
    skip_digits(lexer);
    if (byte_at(lexer, lexer->at) == '.' && byte_at(lexer, lexer->at + 1) != '.') {
        lexer->at++;
        skip_digits(lexer);
    }
    if ((byte_at(lexer, lexer->at) | 0x20) == 'e') {
        char sign = byte_at(lexer, lexer->at + 1);
        uint32_t first = lexer->at + 1 + (sign == '+' || sign == '-');
        if (is_digit(byte_at(lexer, first))) {
            lexer->at = first;
            skip_digits(lexer);
        }
    }
}

static void skip_operator(floe_sql_lexer *lexer) {
    static const char *const long_operators[] = {"->>", "#>>", "!~*", "<=>", "||", "::", "<=", ">=", "<>",
                                                 "!=",  "==",  ":=",  "=>",  "->", "#>", "@>", "<@", "&&",
                                                 "**",  "//",  "<<",  ">>",  "!~", "~*", "^@"};
    for (size_t i = 0; i < sizeof long_operators / sizeof *long_operators; i++) {
        uint32_t length = (uint32_t)strlen(long_operators[i]);
        if (lexer->text[lexer->at] == long_operators[i][0] &&
            stands_at(lexer, lexer->at, long_operators[i], length)) {
            lexer->at += length;
            return;
        }
    }
    lexer->at++;
}

/* ---- the lexer ---- */

/* A word, or the string of which it is the prefix: E'…', r"…", N'…', U&'…', b'…', x'…'. */
static floe_sql_kind next_word(floe_sql_lexer *lexer, bool *closed) {
    uint32_t at = lexer->at;
    skip_word(lexer);
    uint32_t length = lexer->at - at;
    char first = (char)(lexer->text[at] | 0x20), next = byte_at(lexer, lexer->at);
    if (length == 1 && first == 'u' && next == '&' && byte_at(lexer, lexer->at + 1) == '\'') {
        lexer->at++;
        *closed = skip_quoted(lexer, false);
        return FLOE_SQL_STRING;
    }
    bool prefix = (length == 1 && strchr("ernbx", first)) ||
                  (length == 2 && lexer->dialect->triple_quoted && strchr("rb", first));
    if (prefix && (next == '\'' || (next == '"' && lexer->dialect->double_quoted))) {
        bool raw = length == 2 || first == 'r';
        *closed = skip_quoted(lexer, first == 'e' || (lexer->dialect->backslash && !raw));
        return FLOE_SQL_STRING;
    }
    return FLOE_SQL_WORD;
}

static floe_sql_kind next_jinja(floe_sql_lexer *lexer, bool *closed) {
    static const floe_sql_kind kinds[] = {FLOE_SQL_OUTPUT, FLOE_SQL_STATEMENT, FLOE_SQL_JINJA_COMMENT};
    char second = lexer->text[lexer->at + 1];
    uint32_t end = skip_jinja(lexer, lexer->at);
    *closed = end > lexer->at;
    lexer->at = *closed ? end : lexer->size;
    return kinds[second == '{' ? 0 : second == '%' ? 1 : 2];
}

static floe_sql_kind next_kind(floe_sql_lexer *lexer, bool *closed) {
    const floe_sql_dialect *dialect = lexer->dialect;
    char first = lexer->text[lexer->at], second = byte_at(lexer, lexer->at + 1);
    uint32_t inside;
    switch (first) {
    case '{':
        if (second == '{' || second == '%' || second == '#') {
            return next_jinja(lexer, closed);
        }
        break;
    case '-':
        if (second == '-') {
            skip_line(lexer);
            return FLOE_SQL_COMMENT;
        }
        break;
    case '#':
        if (dialect->hash_comments) {
            skip_line(lexer);
            return FLOE_SQL_COMMENT;
        }
        break;
    case '/':
        if (second == '*') {
            *closed = skip_block_comment(lexer);
            return FLOE_SQL_COMMENT;
        }
        if (second == '/' && dialect->slash_comments) {
            skip_line(lexer);
            return FLOE_SQL_COMMENT;
        }
        break;
    case '\'':
        *closed = skip_quoted(lexer, dialect->backslash);
        return FLOE_SQL_STRING;
    case '"':
        *closed = skip_quoted(lexer, dialect->backslash && dialect->double_quoted);
        return dialect->double_quoted ? FLOE_SQL_STRING : FLOE_SQL_QUOTED;
    case '`':
        *closed = skip_quoted(lexer, false);
        return FLOE_SQL_QUOTED;
    case '[':
        if (dialect->brackets) {
            *closed = skip_quoted(lexer, false);
            return FLOE_SQL_QUOTED;
        }
        break;
    case '$':
        inside = skip_dollar_tag(lexer, lexer->at);
        if (inside > lexer->at) {
            *closed = skip_dollar_string(lexer, inside);
            return FLOE_SQL_STRING;
        }
        break;
    case '@':
    case ':':
        if (is_word(second) && !is_digit(second) && (first == '@' || second != '$')) {
            lexer->at++;
            skip_word(lexer);
            return FLOE_SQL_WORD;
        }
        break;
    case '.':
        if (is_digit(second) && (lexer->at == 0 || !is_word(lexer->text[lexer->at - 1]))) {
            skip_number(lexer);
            return FLOE_SQL_NUMBER;
        }
        break;
    default:
        break;
    }
    if (is_digit(first)) {
        skip_number(lexer);
        return FLOE_SQL_NUMBER;
    }
    if (is_word(first)) {
        return next_word(lexer, closed);
    }
    skip_operator(lexer);
    return FLOE_SQL_OPERATOR;
}

/* Moves line and column over the bytes of a token. */
static void count_lines(floe_sql_lexer *lexer, uint32_t from) {
    for (uint32_t i = from; i < lexer->at; i++) {
        char c = lexer->text[i];
        if (c == '\n' || (c == '\r' && byte_at(lexer, i + 1) != '\n')) {
            lexer->line++;
            lexer->column = 1;
        } else {
            lexer->column += !floe_utf8_continues(c);
        }
    }
}

void floe_sql_lexer_start(floe_sql_lexer *lexer, const char *text, size_t size,
                          const floe_sql_dialect *dialect) {
    *lexer =
        (floe_sql_lexer){.text = text, .size = (uint32_t)size, .line = 1, .column = 1, .dialect = dialect};
}

floe_sql_token floe_sql_next(floe_sql_lexer *lexer) {
    floe_sql_token token = {
        .at = lexer->at, .line = lexer->line, .column = lexer->column, .closed = true, .kind = FLOE_SQL_END};
    if (lexer->at < lexer->size) {
        lexer->at = floe_jinja_skip_blanks(lexer->text, lexer->at, lexer->size);
        token.kind = lexer->at > token.at ? FLOE_SQL_SPACE : next_kind(lexer, &token.closed);
    }
    token.end = lexer->at;
    count_lines(lexer, token.at);
    return token;
}

#include "source_check.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { NESTING = 256 }; /* Lua's own parser gives up at 200 */

/* An open bracket: what its closing continues. */
typedef struct bracket {
    unsigned chain; /* of what stands before it */
    bool suffix;    /* it follows a value: an index or a call, not a grouping or a key */
} bracket;

typedef struct scan {
    const char *at;
    const char *end;
    uint32_t line;
    unsigned chain; /* fields in the expression that was read last */
    bool value;     /* whether the last token ends a value */
    bool field;     /* whether the last token was a '.' or a ':' */
    bracket open[NESTING];
    unsigned depth;
} scan;

static void skip(scan *s, size_t bytes) {
    for (; bytes > 0 && s->at < s->end; bytes--, s->at++) {
        s->line += *s->at == '\n';
    }
}

/* How many bytes equal to `byte` stand at `at`. */
static size_t count_same(const scan *s, const char *at, char byte) {
    size_t count = 0;
    while (at + count < s->end && at[count] == byte) {
        count++;
    }
    return count;
}

/* The bytes of "[", some "=" and "[" at `at`; 0 where no long bracket opens. */
static size_t long_bracket(const scan *s, const char *at) {
    size_t level = count_same(s, at + 1, '=');
    const char *last = at + 1 + level;
    return last < s->end && *at == '[' && *last == '[' ? level + 2 : 0;
}

static void skip_long_bracket(scan *s, size_t size) {
    skip(s, size);
    for (; s->at < s->end; skip(s, 1)) {
        if (*s->at == ']' && (size_t)(s->end - s->at) >= size && s->at[size - 1] == ']' &&
            count_same(s, s->at + 1, '=') == size - 2) {
            skip(s, size);
            return;
        }
    }
}

static void skip_comment(scan *s) {
    skip(s, 2);
    size_t size = s->at < s->end ? long_bracket(s, s->at) : 0;
    if (size) {
        skip_long_bracket(s, size);
        return;
    }
    const char *end = memchr(s->at, '\n', (size_t)(s->end - s->at));
    skip(s, (size_t)((end ? end : s->end) - s->at));
}

static void skip_string(scan *s) {
    char quote = *s->at;
    for (skip(s, 1); s->at < s->end && *s->at != quote; skip(s, 1)) {
        if (*s->at == '\\') {
            skip(s, 1);
        }
    }
    skip(s, 1);
}

/* A token that is no field of what stands before it. */
static void start_over(scan *s, bool value) {
    s->chain = 0;
    s->value = value;
    s->field = false;
}

static bool is_operator_word(const char *word, size_t size) {
    static const char *const words[] = {"and",      "break",  "do",     "else", "elseif", "for",
                                        "function", "goto",   "if",     "in",   "local",  "not",
                                        "or",       "repeat", "return", "then", "until",  "while"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i]) == size && memcmp(words[i], word, size) == 0) {
            return true;
        }
    }
    return false;
}

static void take_word(scan *s) {
    const char *start = s->at;
    while (s->at < s->end && (isalnum((unsigned char)*s->at) || *s->at == '_')) {
        s->at++;
    }
    if (s->field) {
        s->field = false;
        s->value = true;
    } else {
        start_over(s, !is_operator_word(start, (size_t)(s->at - start)));
    }
}

static void take_number(scan *s) {
    while (s->at < s->end && (isalnum((unsigned char)*s->at) || *s->at == '.')) {
        s->at++;
    }
    start_over(s, true);
}

/* '.', "..", "...", ':' and "::". */
static void take_dots(scan *s) {
    size_t count = count_same(s, s->at, *s->at);
    count = count > 3 ? 3 : count;
    s->at += count;
    if (count > 1) {
        start_over(s, count == 3);
        return;
    }
    s->chain++;
    s->field = true;
}

static void open_bracket(scan *s) {
    s->open[s->depth++] = (bracket){.chain = s->chain, .suffix = s->value};
    s->at++;
    start_over(s, false);
}

static void close_bracket(scan *s) {
    char closing = *s->at++;
    unsigned inside = s->chain;
    start_over(s, true);
    if (s->depth == 0) {
        return;
    }
    const bracket *opened = &s->open[--s->depth];
    if (closing == ']' && opened->suffix) {
        s->chain = (inside > opened->chain ? inside : opened->chain) + 1;
    } else if (closing == ')' && !opened->suffix) {
        s->chain = inside;
    }
}

static void take_token(scan *s) {
    size_t size;
    char c = *s->at;
    if (isspace((unsigned char)c)) {
        skip(s, 1);
    } else if (c == '-' && s->at + 1 < s->end && s->at[1] == '-') {
        skip_comment(s);
    } else if (isalpha((unsigned char)c) || c == '_') {
        take_word(s);
    } else if (isdigit((unsigned char)c)) {
        take_number(s);
    } else if (c == '"' || c == '\'') {
        skip_string(s);
        start_over(s, true);
    } else if (c == '[' && (size = long_bracket(s, s->at)) > 0) {
        skip_long_bracket(s, size);
        start_over(s, true);
    } else if (c == '.' || c == ':') {
        take_dots(s);
    } else if (c == '[' || c == '(' || c == '{') {
        open_bracket(s);
    } else if (c == ']' || c == ')' || c == '}') {
        close_bracket(s);
    } else {
        skip(s, 1);
        start_over(s, false);
    }
}

int floe_source_check(const char *text, size_t size, floe_error *error) {
    scan s = {.at = text, .end = text + size, .line = 1};
    while (s.at < s.end && s.depth < NESTING) {
        take_token(&s);
        if (s.chain > FLOE_SOURCE_CHAIN) {
            floe_error_set(error, FLOE_LIMIT, "more than %d fields follow one another in one expression",
                           FLOE_SOURCE_CHAIN);
            floe_error_at(error, NULL, s.line, 0);
            return FLOE_LIMIT;
        }
    }
    return 0;
}

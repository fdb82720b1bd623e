/* The lexer of templates. Three states: between tags, in {{ }}, in {% %}; comments and raw blocks are passed
 * in one step. */
#include "jinja/token.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- characters ---- */

/* Bytes of the blank character at `text` (Python's idea of blanks, which is Unicode's); 0: it is none. */
static uint32_t blank_length(const char *text, const char *end) {
    unsigned char first = (unsigned char)text[0];
    if (first < 0x80) {
        return first == ' ' || (first >= 9 && first <= 13) || (first >= 28 && first <= 31);
    }
    unsigned char second = end - text > 1 ? (unsigned char)text[1] : 0;
    if (first == 0xC2) {
        return second == 0x85 || second == 0xA0 ? 2 : 0;
    }
    unsigned char third = end - text > 2 ? (unsigned char)text[2] : 0;
    switch (first << 8 | second) {
    case 0xE19A:
        return third == 0x80 ? 3 : 0;
    case 0xE280:
        return (third >= 0x80 && third <= 0x8A) || third == 0xA8 || third == 0xA9 || third == 0xAF ? 3 : 0;
    case 0xE281:
        return third == 0x9F ? 3 : 0;
    case 0xE380:
        return third == 0x80 ? 3 : 0;
    default:
        return 0;
    }
}

uint32_t floe_jinja_skip_blanks(const char *text, uint32_t at, uint32_t end) {
    uint32_t length;
    for (;;) {
        while (at < end && (text[at] == ' ' || text[at] == '\n')) {
            at++;
        }
        if (at == end || text[at] > ' ' || !(length = blank_length(text + at, text + end))) {
            return at;
        }
        at += length;
    }
}

uint32_t floe_jinja_strip_blanks(const char *text, uint32_t at, uint32_t end) {
    while (end > at) {
        uint32_t start = end - 1;
        while (start > at && floe_utf8_continues(text[start]) && end - start < 3) {
            start--;
        }
        if (blank_length(text + start, text + end) != end - start) {
            break;
        }
        end = start;
    }
    return end;
}

/* What Unicode has beyond ASCII that no name may hold: punctuation, symbols, what has no meaning of its own.
 */
static const struct {
    uint32_t first, last;
} unnameable[] = {
    {0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB6},     {0xB8, 0xB9},       {0xBB, 0xBF},
    {0xD7, 0xD7},     {0xF7, 0xF7},     {0x2C2, 0x2C5},   {0x2D2, 0x2DF},     {0x2000, 0x203E},
    {0x2041, 0x2053}, {0x2055, 0x2070}, {0x2072, 0x207E}, {0x2080, 0x208F},   {0x20A0, 0x20CF},
    {0x2190, 0x2BFF}, {0x2E00, 0x2E2E}, {0x2E30, 0x3004}, {0x3008, 0x3020},   {0x3030, 0x3030},
    {0x303D, 0x3040}, {0xE000, 0xF8FF}, {0xFE10, 0xFE1F}, {0xFE30, 0xFE32},   {0xFE35, 0xFE4C},
    {0xFE50, 0xFE6F}, {0xFEFF, 0xFEFF}, {0xFF01, 0xFF0F}, {0xFF1A, 0xFF20},   {0xFF3B, 0xFF3E},
    {0xFF40, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFE0, 0xFFFF}, {0x1F000, 0x1FAFF}, {0xF0000, 0x10FFFF},
};

/* Bytes of the character beyond ASCII at `text` where a name may hold it, else 0. */
static uint32_t wide_name_character(const char *text, const char *end) {
    char bytes[5] = {0};
    memcpy(bytes, text, end - text < 4 ? (size_t)(end - text) : 4);
    uint32_t length = (uint32_t)floe_utf8_length(bytes);
    if (length < 2) {
        return 0;
    }
    uint32_t code = (unsigned char)bytes[0] & (0x7F >> length);
    for (uint32_t i = 1; i < length; i++) {
        code = code << 6 | ((unsigned char)bytes[i] & 0x3F);
    }
    for (size_t i = 0; i < sizeof unnameable / sizeof *unnameable; i++) {
        if (code >= unnameable[i].first && code <= unnameable[i].last) {
            return 0;
        }
    }
    return length;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static uint32_t skip_name(const char *text, uint32_t at, uint32_t end) {
    while (at < end) {
        uint32_t length = is_name_start(text[at]) || is_digit(text[at]);
        if (!length && (unsigned char)text[at] >= 0x80) {
            length = wide_name_character(text + at, text + end);
        }
        if (!length) {
            break;
        }
        at += length;
    }
    return at;
}

/* ---- problems ---- */

static floe_jinja_token fail(floe_jinja_lexer *lexer, floe_code code, uint32_t at, const char *hint,
                             const char *format, ...) __attribute__((format(printf, 5, 6)));

static floe_jinja_token fail(floe_jinja_lexer *lexer, floe_code code, uint32_t at, const char *hint,
                             const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(lexer->problem, sizeof lexer->problem, format, arguments);
    va_end(arguments);
    snprintf(lexer->hint, sizeof lexer->hint, "%s", hint);
    lexer->code = code;
    lexer->problem_at = at;
    return (floe_jinja_token){FLOE_TOKEN_FAILED, at, at};
}

static floe_jinja_token token(floe_jinja_lexer *lexer, floe_jinja_sort sort, uint32_t at, uint32_t end) {
    lexer->at = end;
    return (floe_jinja_token){sort, at, end};
}

/* ---- between tags ---- */

static bool stands_at(const floe_jinja_lexer *lexer, uint32_t at, const char *word, uint32_t length) {
    return lexer->size - at >= length && memcmp(lexer->text + at, word, length) == 0;
}

/* Behind `{% word %}` where one begins at `at`, else 0. `end` may carry a "+" before its "%}" or not. */
static uint32_t skip_word_tag(const floe_jinja_lexer *lexer, uint32_t at, const char *word, uint32_t length,
                              bool plus) {
    const char *text = lexer->text;
    at += 2;
    if (at < lexer->size && (text[at] == '-' || text[at] == '+')) {
        at++;
    }
    at = floe_jinja_skip_blanks(text, at, lexer->size);
    if (!stands_at(lexer, at, word, length)) {
        return 0;
    }
    at = floe_jinja_skip_blanks(text, at + length, lexer->size);
    if (stands_at(lexer, at, "-%}", 3)) {
        return floe_jinja_skip_blanks(text, at + 3, lexer->size);
    }
    if (plus && stands_at(lexer, at, "+%}", 3)) {
        return at + 3;
    }
    return stands_at(lexer, at, "%}", 2) ? at + 2 : 0;
}

/* Where the next tag of any kind begins; the end where there is none. */
static uint32_t find_tag(const floe_jinja_lexer *lexer, uint32_t at) {
    const char *text = lexer->text, *end = text + lexer->size, *brace = text + at;
    while (brace < end && (brace = memchr(brace, '{', (size_t)(end - brace)))) {
        if (end - brace > 1 && (brace[1] == '{' || brace[1] == '%' || brace[1] == '#')) {
            return (uint32_t)(brace - text);
        }
        brace++;
    }
    return lexer->size;
}

/* Behind the comment that begins at `at`; 0 where it is not closed. */
static uint32_t skip_comment(const floe_jinja_lexer *lexer, uint32_t at) {
    const char *text = lexer->text;
    uint32_t content = at + 2;
    if (content < lexer->size && (text[content] == '-' || text[content] == '+')) {
        content++;
    }
    if (content == lexer->size) { /* with nothing behind its begin Jinja asks for no end */
        return content;
    }
    const char *close = memmem(text + content, lexer->size - content, "#}", 2);
    if (!close) {
        return 0;
    }
    uint32_t end = (uint32_t)(close - text) + 2;
    bool strips = end - 2 > content && close[-1] == '-';
    return strips ? floe_jinja_skip_blanks(text, end, lexer->size) : end;
}

/* What stands in the raw block whose first tag ends at `at`; its last tag ends at `*end`. */
static bool find_raw_end(const floe_jinja_lexer *lexer, uint32_t at, uint32_t *stop, uint32_t *end) {
    const char *text = lexer->text;
    if (at == lexer->size) { /* as for comments */
        *stop = *end = at;
        return true;
    }
    for (uint32_t from = at; from < lexer->size;) {
        const char *found = memmem(text + from, lexer->size - from, "{%", 2);
        if (!found) {
            return false;
        }
        uint32_t tag = (uint32_t)(found - text);
        *end = skip_word_tag(lexer, tag, "endraw", 6, true);
        if (*end) {
            *stop = found[2] == '-' ? floe_jinja_strip_blanks(text, at, tag) : tag;
            return true;
        }
        from = tag + 2;
    }
    return false;
}

static floe_jinja_token next_outside(floe_jinja_lexer *lexer) {
    const char *text = lexer->text;
    for (;;) {
        uint32_t start = lexer->at, tag = find_tag(lexer, start), raw, stop, end;
        bool signs = lexer->size - tag > 2 && (text[tag + 2] == '-' || text[tag + 2] == '+');
        uint32_t text_end = tag;
        if (signs && text[tag + 2] == '-') {
            text_end = floe_jinja_strip_blanks(text, start, tag);
        }
        if (text_end > start) {
            lexer->at = tag;
            return (floe_jinja_token){FLOE_TOKEN_TEXT, start, text_end};
        }
        if (tag == lexer->size) {
            return token(lexer, FLOE_TOKEN_END, tag, tag);
        }
        if (text[tag + 1] == '#') {
            if (!(lexer->at = skip_comment(lexer, tag))) {
                return fail(lexer, FLOE_INVALID, tag, "close it with '#}'", "a comment is not closed");
            }
        } else if (text[tag + 1] == '%' && (raw = skip_word_tag(lexer, tag, "raw", 3, false))) {
            if (!find_raw_end(lexer, raw, &stop, &end)) {
                return fail(lexer, FLOE_INVALID, tag, "close it with '{% endraw %}'",
                            "a raw block is not closed");
            }
            lexer->at = end;
            if (stop > raw) {
                return (floe_jinja_token){FLOE_TOKEN_TEXT, raw, stop};
            }
        } else {
            bool output = text[tag + 1] == '{';
            lexer->closes = output ? '}' : '%';
            lexer->tag_at = tag;
            lexer->brackets = 0;
            return token(lexer, output ? FLOE_TOKEN_OUTPUT_BEGIN : FLOE_TOKEN_BLOCK_BEGIN, tag,
                         tag + (signs ? 3 : 2));
        }
    }
}

/* ---- in tags ---- */

/* Ends the tag where it ends here. */
static bool end_tag(floe_jinja_lexer *lexer, uint32_t at, floe_jinja_token *out) {
    char sign = lexer->text[at];
    if (sign != lexer->closes && sign != '-' && sign != '+') {
        return false;
    }
    uint32_t close = at;
    if (sign == '-' || (sign == '+' && lexer->closes == '%')) {
        close++;
    }
    const char end[2] = {lexer->closes, '}'};
    if (lexer->brackets || !lexer->closes || !stands_at(lexer, close, end, 2)) {
        return false;
    }
    *out = token(lexer, lexer->closes == '}' ? FLOE_TOKEN_OUTPUT_END : FLOE_TOKEN_BLOCK_END, at, close + 2);
    if (sign == '-') {
        lexer->at = floe_jinja_skip_blanks(lexer->text, close + 2, lexer->size);
    }
    lexer->closes = 0;
    return true;
}

/* Behind the digits at `at`, single underscores between them allowed (with `lead` before the first as well).
 */
static uint32_t skip_digits(const floe_jinja_lexer *lexer, uint32_t at, int base, bool lead) {
    uint32_t end = at;
    while (end < lexer->size) {
        uint32_t digit = end + (lexer->text[end] == '_' && (lead || end > at));
        if (digit == lexer->size) {
            break;
        }
        char c = lexer->text[digit], low = (char)(c | 0x20);
        bool fits = base == 16 ? is_digit(c) || (low >= 'a' && low <= 'f') : c >= '0' && c < '0' + base;
        if (!fits) {
            break;
        }
        end = digit + 1;
    }
    return end;
}

static uint32_t skip_integer(const floe_jinja_lexer *lexer, uint32_t at) {
    if (lexer->text[at] != '0') {
        return skip_digits(lexer, at, 10, false);
    }
    char letter = at + 1 < lexer->size ? (char)(lexer->text[at + 1] | 0x20) : 0;
    int base = letter == 'b' ? 2 : letter == 'o' ? 8 : letter == 'x' ? 16 : 0;
    if (base) {
        uint32_t end = skip_digits(lexer, at + 2, base, true);
        return end > at + 2 ? end : at + 1;
    }
    return skip_digits(lexer, at, 1, false); /* base 1: zeros alone */
}

static floe_jinja_token next_number(floe_jinja_lexer *lexer, uint32_t at) {
    const char *text = lexer->text;
    uint32_t end = skip_digits(lexer, at, 10, false), whole = end, digits;
    if (at == 0 || text[at - 1] != '.') { /* a.0.1 are two attributes */
        if (end < lexer->size && text[end] == '.' &&
            (digits = skip_digits(lexer, end + 1, 10, false)) > end + 1) {
            end = digits;
        }
        if (end < lexer->size && (text[end] == 'e' || text[end] == 'E')) {
            uint32_t first = end + 1;
            first += first < lexer->size && (text[first] == '+' || text[first] == '-');
            digits = skip_digits(lexer, first, 10, false);
            end = digits > first ? digits : end;
        }
    }
    return end > whole ? token(lexer, FLOE_TOKEN_FLOAT, at, end)
                       : token(lexer, FLOE_TOKEN_INTEGER, at, skip_integer(lexer, at));
}

static floe_jinja_token next_string(floe_jinja_lexer *lexer, uint32_t at) {
    const char *text = lexer->text;
    for (uint32_t i = at + 1; i < lexer->size; i++) {
        if (text[i] == '\\') {
            i++;
        } else if (text[i] == text[at]) {
            return token(lexer, FLOE_TOKEN_STRING, at, i + 1);
        }
    }
    return fail(lexer, FLOE_INVALID, at, text[at] == '"' ? "close it with '\"'" : "close it with \"'\"",
                "a string is not closed");
}

/* The operator at `at`; 0 bytes where there is none. */
static uint32_t find_operator(const char *text, uint32_t room, floe_jinja_sort *sort) {
    const char second = room > 1 ? text[1] : 0;
    switch (text[0]) {
    case '+':
        *sort = FLOE_TOKEN_ADD;
        return 1;
    case '-':
        *sort = FLOE_TOKEN_SUBTRACT;
        return 1;
    case '*':
        *sort = second == '*' ? FLOE_TOKEN_POWER : FLOE_TOKEN_MULTIPLY;
        return second == '*' ? 2 : 1;
    case '/':
        *sort = second == '/' ? FLOE_TOKEN_FLOOR_DIVIDE : FLOE_TOKEN_DIVIDE;
        return second == '/' ? 2 : 1;
    case '=':
        *sort = second == '=' ? FLOE_TOKEN_EQUAL : FLOE_TOKEN_ASSIGN;
        return second == '=' ? 2 : 1;
    case '<':
        *sort = second == '=' ? FLOE_TOKEN_LESS_EQUAL : FLOE_TOKEN_LESS;
        return second == '=' ? 2 : 1;
    case '>':
        *sort = second == '=' ? FLOE_TOKEN_GREATER_EQUAL : FLOE_TOKEN_GREATER;
        return second == '=' ? 2 : 1;
    case '!':
        *sort = FLOE_TOKEN_NOT_EQUAL;
        return second == '=' ? 2 : 0;
    default:
        break;
    }
    static const char single[] = "%~.:|,;()[]{}";
    static const floe_jinja_sort sorts[] = {FLOE_TOKEN_MODULO,
                                            FLOE_TOKEN_TILDE,
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
                                            FLOE_TOKEN_CLOSE_BRACE};
    const char *found = text[0] ? strchr(single, text[0]) : NULL;
    if (found) {
        *sort = sorts[found - single];
    }
    return found != NULL;
}

/* Remembers an opening bracket, or sees that a closing one is the one awaited. */
static bool balance(floe_jinja_lexer *lexer, floe_jinja_sort sort, uint32_t at) {
    char found = lexer->text[at];
    switch (sort) {
    case FLOE_TOKEN_OPEN_PARENTHESIS:
    case FLOE_TOKEN_OPEN_BRACKET:
    case FLOE_TOKEN_OPEN_BRACE:
        if (lexer->brackets == FLOE_JINJA_BRACKETS) {
            fail(lexer, FLOE_LIMIT, at, "set a part of it aside with {% set %}",
                 "brackets are nested deeper than %d", FLOE_JINJA_DEPTH);
            return false;
        }
        lexer->bracket[lexer->brackets] = (char)(found == '(' ? ')' : found + 2);
        lexer->bracket_at[lexer->brackets++] = at;
        return true;
    case FLOE_TOKEN_CLOSE_PARENTHESIS:
    case FLOE_TOKEN_CLOSE_BRACKET:
    case FLOE_TOKEN_CLOSE_BRACE:
        if (!lexer->brackets) {
            fail(lexer, FLOE_INVALID, at, "", "a '%c' closes nothing", found);
            return false;
        }
        if (lexer->bracket[lexer->brackets - 1] != found) {
            fail(lexer, FLOE_INVALID, at, "", "'%c' stands where a '%c' is to be closed with '%c'", found,
                 lexer->text[lexer->bracket_at[lexer->brackets - 1]], lexer->bracket[lexer->brackets - 1]);
            return false;
        }
        lexer->brackets--;
        return true;
    default:
        return true;
    }
}

static floe_jinja_token next_inside(floe_jinja_lexer *lexer) {
    const char *text = lexer->text;
    floe_jinja_token out;
    uint32_t at = floe_jinja_skip_blanks(text, lexer->at, lexer->size);
    if (at == lexer->size) {
        return token(lexer, FLOE_TOKEN_END, at, at);
    }
    if (end_tag(lexer, at, &out)) {
        return out;
    }
    char first = text[at];
    if (is_name_start(first) || (unsigned char)first >= 0x80) {
        uint32_t end = skip_name(text, at, lexer->size);
        if (end > at) {
            return token(lexer, FLOE_TOKEN_NAME, at, end);
        }
    } else if (is_digit(first)) {
        return next_number(lexer, at);
    } else if (first == '\'' || first == '"') {
        return next_string(lexer, at);
    }
    floe_jinja_sort sort;
    uint32_t length = find_operator(text + at, lexer->size - at, &sort);
    if (length) {
        return balance(lexer, sort, at) ? token(lexer, sort, at, at + length)
                                        : (floe_jinja_token){FLOE_TOKEN_FAILED, at, at};
    }
    char shown[64];
    out = (floe_jinja_token){FLOE_TOKEN_FAILED, at, at + 1};
    return fail(lexer, FLOE_INVALID, at, "", "%s has no meaning in a tag",
                floe_jinja_describe(lexer, &out, shown));
}

/* ---- the lexer ---- */

void floe_jinja_lexer_start(floe_jinja_lexer *lexer, const char *text, uint32_t at, uint32_t end) {
    lexer->text = text;
    lexer->at = at;
    lexer->size = end;
    lexer->closes = 0;
    lexer->tag_at = at;
    lexer->brackets = 0;
    lexer->code = FLOE_OK;
}

void floe_jinja_lexer_start_expression(floe_jinja_lexer *lexer, const char *text, uint32_t at, uint32_t end) {
    floe_jinja_lexer_start(lexer, text, at, end);
    lexer->closes = '\n'; /* which no tag ends with */
}

floe_jinja_token floe_jinja_next(floe_jinja_lexer *lexer) {
    if (lexer->code) {
        return (floe_jinja_token){FLOE_TOKEN_FAILED, lexer->problem_at, lexer->problem_at};
    }
    return lexer->closes ? next_inside(lexer) : next_outside(lexer);
}

uint32_t floe_jinja_span(const char *text, uint32_t size, uint32_t at, bool *closed) {
    floe_jinja_lexer lexer;
    floe_jinja_lexer_start(&lexer, text, at, size);
    *closed = true;
    if (text[at + 1] == '#') {
        uint32_t end = skip_comment(&lexer, at);
        *closed = end != 0;
        return end ? floe_jinja_strip_blanks(text, at, end) : size;
    }
    if (text[at + 1] == '%') { /* as of any statement, so that `raw` is one as well */
        lexer.closes = '%';
        lexer.at = at + 2;
    }
    floe_jinja_token one = floe_jinja_next(&lexer);
    while (one.sort > FLOE_TOKEN_FAILED && one.sort != FLOE_TOKEN_OUTPUT_END &&
           one.sort != FLOE_TOKEN_BLOCK_END) {
        one = floe_jinja_next(&lexer);
    }
    if (one.sort > FLOE_TOKEN_FAILED) {
        return one.end;
    }
    /* Where it is no Jinja the first thing that looks like an end is one. */
    const char *end = memmem(text + at + 2, size - at - 2, text[at + 1] == '%' ? "%}" : "}}", 2);
    *closed = end != NULL;
    return end ? (uint32_t)(end - text) + 2 : size;
}

/* ---- for messages ---- */

const char *floe_jinja_sort_name(floe_jinja_sort sort) {
    static const char *const names[] = {"the end of the template",
                                        "",
                                        "text",
                                        "'{{'",
                                        "'}}'",
                                        "'{%'",
                                        "'%}'",
                                        "a name",
                                        "a string",
                                        "an integer",
                                        "a number",
                                        "'+'",
                                        "'-'",
                                        "'*'",
                                        "'/'",
                                        "'//'",
                                        "'%'",
                                        "'**'",
                                        "'~'",
                                        "'=='",
                                        "'!='",
                                        "'<'",
                                        "'<='",
                                        "'>'",
                                        "'>='",
                                        "'='",
                                        "'.'",
                                        "':'",
                                        "'|'",
                                        "','",
                                        "';'",
                                        "'('",
                                        "')'",
                                        "'['",
                                        "']'",
                                        "'{'",
                                        "'}'"};
    return names[sort];
}

const char *floe_jinja_describe(const floe_jinja_lexer *lexer, const floe_jinja_token *one, char out[64]) {
    enum { SHOWN = 40 };
    const char *text = lexer->text + one->at;
    uint32_t length = one->end - one->at;
    if (one->sort == FLOE_TOKEN_STRING) {
        snprintf(out, 64, "a string");
        return out;
    }
    if (one->sort == FLOE_TOKEN_FAILED) { /* one character, which may be of any kind */
        char bytes[5] = {0};
        uint32_t room = lexer->size - one->at;
        memcpy(bytes, text, room < 4 ? room : 4);
        length = (uint32_t)floe_utf8_length(bytes);
        if (!length || (unsigned char)text[0] < 0x20 || text[0] == 0x7F) {
            snprintf(out, 64, "the byte 0x%02X", (unsigned char)text[0]);
            return out;
        }
    } else if (one->sort != FLOE_TOKEN_NAME && one->sort != FLOE_TOKEN_INTEGER &&
               one->sort != FLOE_TOKEN_FLOAT) {
        snprintf(out, 64, "%s", floe_jinja_sort_name(one->sort));
        return out;
    }
    bool cut = length > SHOWN;
    if (cut) {
        for (length = SHOWN; floe_utf8_continues(text[length]); length--) {
        }
    }
    snprintf(out, 64, "'%.*s%s'", (int)length, text, cut ? "..." : "");
    return out;
}

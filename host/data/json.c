#include "floe/json.h"

#include "base/number.h"
#include "base/utf8.h"
#include "data/builder.h"
#include "data/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { DEPTH = 200, GUESSES = 1024 };

/* An open container. Its children so far stand on the reader's stack of values. */
typedef struct frame {
    uint32_t at;
    uint32_t values; /* where its children begin on the stack */
    uint32_t keys;   /* where its keys begin on theirs, unless `guess` holds them */
    uint32_t key_at; /* of the member that is being read */
    bool object;
    bool plain;                /* no key needed decoding, so a later object may be compared with the bytes */
    const floe_shape *guess;   /* the shape whose first keys are exactly those read so far, or NULL */
    const floe_shape **recall; /* where to remember the shape for the next object that begins like this one */
} frame;

typedef struct reader {
    floe_document *document;
    floe_error *error;
    char *start, *end;
    floe_builder built;
    frame *frames;
    size_t depth, frame_capacity;
    uint32_t *lines;
    size_t line_count, line_capacity;
    size_t nodes; /* in closed containers */
    size_t most_depth, most_nodes;
    const floe_shape *guesses[GUESSES]; /* by the first key and the depth of an object */
} reader;

/* Functions that read return where they stopped, or NULL once the error is set. */

/* ---- errors ---- */

static void show_lines(reader *r) {
    r->document->line_starts = r->lines;
    r->document->lines = (uint32_t)r->line_count;
}

static char *fail_at(reader *r, const char *place, floe_code code, const char *what) {
    uint32_t line, column;
    show_lines(r);
    floe_document_position(r->document, (uint32_t)(place - r->start), &line, &column);
    floe_error_set(r->error, code, "cannot read JSON: %s", what);
    floe_error_at(r->error, r->document->path, line, column);
    return NULL;
}

static char *fail(reader *r, const char *place, const char *what) {
    return fail_at(r, place, FLOE_INVALID, what);
}

static char *fail_memory(reader *r) {
    floe_error_set(r->error, FLOE_MEMORY, "out of memory while reading JSON");
    floe_error_at(r->error, r->document->path, 0, 0);
    return NULL;
}

static char *fail_limit(reader *r, const char *place, const char *what, size_t limit) {
    char text[128];
    snprintf(text, sizeof text, "it holds more than %zu %s", limit, what);
    return fail_at(r, place, FLOE_LIMIT, text);
}

static const char *hint_for(char found) {
    switch (found) {
    case '\'':
        return "strings stand in double quotes";
    case '/':
    case '#':
        return "JSON has no comments";
    case 'N':
    case 'I':
        return "JSON has no NaN and no Infinity; write null";
    case 'T':
    case 'F':
        return "write true and false in lower case";
    case '+':
        return "a number has no plus sign";
    case '.':
        return "a number begins with a digit: 0.5";
    default:
        return NULL;
    }
}

/* The file ended early: names the innermost container that is still open. */
static char *fail_end(reader *r) {
    char what[160];
    if (!r->depth) {
        return fail(r, r->end, "the file ends before its value");
    }
    const frame *top = &r->frames[r->depth - 1];
    uint32_t line, column;
    show_lines(r);
    floe_document_position(r->document, top->at, &line, &column);
    snprintf(what, sizeof what, "the file ends inside the %s that began at %u:%u",
             top->object ? "object" : "array", line, column);
    return fail(r, r->end, what);
}

/* Something else stands where `expected` should: says what. */
static char *fail_found(reader *r, const char *place, const char *expected) {
    char what[160];
    unsigned char found = (unsigned char)*place;
    if (place >= r->end) {
        return fail_end(r);
    }
    if (found == 0) {
        return fail(r, place, "a NUL byte stands between values");
    }
    size_t length = found < 0x80 ? 1 : floe_utf8_length(place);
    if (found < 0x20 || found == 0x7F || length == 0) {
        snprintf(what, sizeof what, "expected %s, found the byte 0x%02X", expected, found);
    } else {
        snprintf(what, sizeof what, "expected %s, found '%.*s'", expected, (int)length, place);
    }
    fail(r, place, what);
    if (hint_for(*place)) {
        floe_error_hint(r->error, "%s", hint_for(*place));
    }
    return NULL;
}

/* ---- white space ---- */

static char *skip_long_space(reader *r, char *cursor) {
    for (;; cursor++) {
        if (*cursor == '\n') {
            if (floe_grow(&r->lines, &r->line_capacity, r->line_count + 1, sizeof *r->lines)) {
                return fail_memory(r);
            }
            r->lines[r->line_count++] = (uint32_t)(cursor + 1 - r->start);
        } else if (*cursor != ' ' && *cursor != '\t' && *cursor != '\r') {
            return cursor;
        }
    }
}

/* Nothing or one blank is the usual case. Fails only for want of memory. */
static inline char *skip_space(reader *r, char *cursor) {
    cursor += *cursor == ' ';
    return (unsigned char)*cursor > ' ' ? cursor : skip_long_space(r, cursor);
}

/* ---- strings ---- */

/* The first byte from `cursor` on that is no plain character: a quote, a backslash, a control character (the
 * NULs behind the text are some) or part of a longer UTF-8 sequence. */
static inline char *skip_plain(char *cursor) {
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), space = _mm_set1_epi8(' ');
    for (;; cursor += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)cursor);
        /* Compared as signed bytes, what is below a blank is a control character or not ASCII. */
        __m128i special = _mm_or_si128(_mm_cmplt_epi8(bytes, space), _mm_cmpeq_epi8(bytes, quote));
        int mask = _mm_movemask_epi8(_mm_or_si128(special, _mm_cmpeq_epi8(bytes, backslash)));
        if (mask) {
            return cursor + __builtin_ctz((unsigned)mask);
        }
    }
#else
    while ((signed char)*cursor >= ' ' && *cursor != '"' && *cursor != '\\') {
        cursor++;
    }
    return cursor;
#endif
}

/* Four hexadecimal digits; -1 where there are none. */
static int32_t read_hex(const char *cursor) {
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        char c = cursor[i];
        int32_t digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
        if (digit < 0) {
            return -1;
        }
        value = value << 4 | digit;
    }
    return value;
}

/* A string that is being decoded: `out` trails `cursor` in the same bytes. */
typedef struct decoding {
    char *cursor, *out;
    size_t columns; /* that the source had and the bytes before `out` do not show */
} decoding;

/* Fills the gap between the decoded bytes and the rest so that columns behind it are counted as in the
 * source; 0xFF counts as two (floe_document_position). */
static void close_gap(const decoding *d) {
    size_t gap = (size_t)(d->cursor - d->out);
    if (gap) {
        size_t wide = d->columns > gap ? d->columns - gap : 0;
        memset(d->out, ' ', gap - wide);
        memset(d->cursor - wide, 0xFF, wide);
    }
}

static char *fail_string(reader *r, const decoding *d, const char *what) {
    close_gap(d);
    return fail(r, d->cursor, what);
}

/* A \u escape, or the two of a surrogate pair, at d->cursor. */
static bool read_unicode(reader *r, decoding *d) {
    int32_t code = read_hex(d->cursor + 2);
    size_t length = 6;
    if (code < 0) {
        return fail_string(r, d, "\\u needs four hexadecimal digits");
    }
    if (code >= 0xDC00 && code <= 0xDFFF) {
        return fail_string(r, d, "a low surrogate stands without its high one");
    }
    if (code >= 0xD800 && code <= 0xDBFF) {
        int32_t low = d->cursor[6] == '\\' && d->cursor[7] == 'u' ? read_hex(d->cursor + 8) : -1;
        if (low < 0xDC00 || low > 0xDFFF) {
            return fail_string(r, d, "a high surrogate stands without its low one");
        }
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        length = 12;
    }
    d->out += floe_utf8_write(d->out, (uint32_t)code);
    d->cursor += length;
    d->columns += length - 1;
    return true;
}

static bool read_escape(reader *r, decoding *d) {
    static const char plain[128] = {['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
                                    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t'};
    unsigned char which = (unsigned char)d->cursor[1];
    if (which == 'u') {
        return read_unicode(r, d);
    }
    if (which >= sizeof plain || !plain[which]) {
        return fail_string(r, d, "a backslash stands before a character that is no escape");
    }
    *d->out++ = plain[which];
    d->cursor += 2;
    d->columns++;
    return true;
}

static char *fail_character(reader *r, const decoding *d) {
    if (d->cursor >= r->end) {
        close_gap(d);
        return fail(r, r->end, "the file ends inside a string");
    }
    if (*d->cursor == '\n' || *d->cursor == '\r') {
        return fail_string(r, d, "the line ends inside a string");
    }
    return fail_string(r, d, "a control character in a string must be escaped");
}

/* Decodes the string that began at `start` and was plain up to `cursor`. */
static char *read_hard_string(reader *r, char *start, char *cursor, uint32_t *length) {
    decoding d = {.cursor = cursor, .out = cursor};
    while (*d.cursor != '"') {
        unsigned char c = (unsigned char)*d.cursor;
        char *from = d.cursor;
        if (c == '\\') {
            if (!read_escape(r, &d)) {
                return NULL;
            }
            continue;
        }
        if (c >= 0x80) {
            size_t size = floe_utf8_length(d.cursor);
            if (!size) {
                return fail_string(r, &d, "a string is not valid UTF-8");
            }
            d.cursor += size;
        } else if (c >= 0x20) {
            d.cursor = skip_plain(d.cursor);
        } else {
            return fail_character(r, &d);
        }
        if (d.out != from) {
            memmove(d.out, from, (size_t)(d.cursor - from));
        }
        d.out += d.cursor - from;
    }
    close_gap(&d);
    *d.out = '\0';
    *length = (uint32_t)(d.out - start);
    return d.cursor + 1;
}

/* Reads the string whose first quote stands before `start`, where its decoded bytes and a NUL will be. */
static inline char *read_string(reader *r, char *start, uint32_t *length) {
    char *cursor = skip_plain(start);
    if (*cursor != '"') {
        return read_hard_string(r, start, cursor, length);
    }
    *cursor = '\0';
    *length = (uint32_t)(cursor - start);
    return cursor + 1;
}

/* ---- numbers and words ---- */

static inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static char *skip_digits(char *cursor) {
    while (is_digit(*cursor)) {
        cursor++;
    }
    return cursor;
}

/* A number with a fraction or an exponent, or an integer that is too large for one. `cursor` is behind its
 * digits. */
static char *read_double(reader *r, char *start, char *cursor, floe_node *out) {
    if (*cursor == '.') {
        if (!is_digit(cursor[1])) {
            return fail_found(r, cursor + 1, "a digit after the decimal point");
        }
        cursor = skip_digits(cursor + 1);
    }
    if (*cursor == 'e' || *cursor == 'E') {
        cursor += cursor[1] == '+' || cursor[1] == '-' ? 2 : 1;
        if (!is_digit(*cursor)) {
            return fail_found(r, cursor, "a digit in the exponent");
        }
        cursor = skip_digits(cursor);
    }
    double value;
    if (!floe_number_double(&value, start, (size_t)(cursor - start))) {
        return fail(r, start, "a number is too large for a double");
    }
    *out = floe_number_node(value, (uint32_t)(start - r->start));
    return cursor;
}

static char *read_number(reader *r, char *start, floe_node *out) {
    bool negative = *start == '-';
    char *digits = start + negative, *cursor = digits;
    uint64_t value = 0;
    while (is_digit(*cursor)) {
        value = value * 10 + (uint64_t)(*cursor++ - '0');
    }
    size_t length = (size_t)(cursor - digits);
    if (!length) {
        return fail_found(r, cursor, "a digit");
    }
    if (*digits == '0' && length > 1) {
        return fail(r, digits, "a number begins with a zero");
    }
    if (*cursor == '.' || *cursor == 'e' || *cursor == 'E' || (negative && length == 1 && *digits == '0')) {
        return read_double(r, start, cursor, out);
    }
    int64_t integer;
    if (length <= 18) {
        integer = negative ? -(int64_t)value : (int64_t)value;
    } else if (!floe_number_integer(&integer, digits, length, negative)) {
        return read_double(r, start, cursor, out);
    }
    *out = floe_integer_node(integer, (uint32_t)(start - r->start));
    return cursor;
}

static char *read_word(reader *r, char *cursor, floe_node *out) {
    uint32_t at = (uint32_t)(cursor - r->start);
    if (memcmp(cursor, "true", 4) == 0) {
        *out = floe_boolean_node(true, at);
        return cursor + 4;
    }
    if (memcmp(cursor, "null", 4) == 0) {
        *out = floe_null_node(at);
        return cursor + 4;
    }
    if (memcmp(cursor, "false", 5) == 0) {
        *out = floe_boolean_node(false, at);
        return cursor + 5;
    }
    return fail_found(r, cursor, "a value");
}

/* ---- the stacks ---- */

static char *grow_values(reader *r, char *cursor) {
    if (r->nodes + r->built.value_count >= r->most_nodes) {
        return fail_limit(r, cursor, "values", r->most_nodes);
    }
    return floe_builder_grow(&r->built) ? fail_memory(r) : cursor;
}

/* A place for one more value. */
static inline char *reserve_value(reader *r, char *cursor) {
    return r->built.value_count < r->built.value_capacity ? cursor : grow_values(r, cursor);
}

static char *open_container(reader *r, char *cursor) {
    if (r->depth >= r->most_depth) {
        return fail_limit(r, cursor, "levels of nesting", r->most_depth);
    }
    if (floe_grow(&r->frames, &r->frame_capacity, r->depth + 1, sizeof *r->frames)) {
        return fail_memory(r);
    }
    r->frames[r->depth++] = (frame){
        .at = (uint32_t)(cursor - r->start),
        .values = (uint32_t)r->built.value_count,
        .keys = (uint32_t)r->built.key_count,
        .object = *cursor == '{',
        .plain = true,
    };
    return cursor + 1;
}

/* A value at `cursor`: a scalar goes on the stack, a container is opened. */
static inline char *read_value(reader *r, char *cursor) {
    if (*cursor == '{' || *cursor == '[') {
        return open_container(r, cursor);
    }
    if (!reserve_value(r, cursor)) {
        return NULL;
    }
    floe_node *out = &r->built.values[r->built.value_count];
    char *next;
    if (*cursor == '"') {
        uint32_t length;
        next = read_string(r, cursor + 1, &length);
        *out = floe_string_node(cursor + 1, length, (uint32_t)(cursor - r->start));
    } else if (is_digit(*cursor) || *cursor == '-') {
        next = read_number(r, cursor, out);
    } else {
        next = read_word(r, cursor, out);
    }
    r->built.value_count++;
    return next;
}

/* ---- keys ---- */

/* The object is not of the shape that was guessed: the keys so far become its own. */
static int give_up_guess(reader *r, frame *top) {
    const floe_shape *guess = top->guess;
    size_t count = r->built.value_count - top->values;
    top->guess = NULL;
    for (size_t i = 0; i < count; i++) {
        if (floe_builder_push_key(&r->built, guess->keys[i])) {
            return FLOE_MEMORY;
        }
    }
    return 0;
}

/* Looks for a shape that begins with an object's first key. */
static void guess_shape(reader *r, frame *top, const floe_key *key) {
    uint32_t slot = (key->hash ^ (uint32_t)r->depth * 0x9E3779B1u) % GUESSES;
    const floe_shape *shape = r->guesses[slot];
    top->recall = &r->guesses[slot];
    if (shape && shape->keys[0].hash == key->hash && shape->keys[0].length == key->length &&
        memcmp(shape->keys[0].text, key->text, key->length) == 0) {
        top->guess = shape;
    }
}

/* Reads a key that no guess foretold. */
static char *read_new_key(reader *r, frame *top, char *start) {
    uint32_t length;
    char *cursor = read_string(r, start, &length);
    if (!cursor) {
        return NULL;
    }
    floe_key key = floe_key_of(start, length);
    top->plain = top->plain && start + length + 1 == cursor;
    if (r->built.value_count == top->values) {
        guess_shape(r, top, &key);
    }
    return !top->guess && floe_builder_push_key(&r->built, key) ? fail_memory(r) : cursor;
}

/* Reads the key at `cursor`, and the colon. */
static inline char *read_key(reader *r, frame *top, char *cursor) {
    if (*cursor != '"') {
        return fail_found(r, cursor, "a key in double quotes");
    }
    size_t slot = r->built.value_count - top->values;
    if (!reserve_value(r, cursor)) {
        return NULL;
    }
    top->key_at = (uint32_t)(cursor - r->start);
    r->built.key_at[r->built.value_count] = top->key_at;
    cursor++;
    const floe_shape *guess = top->guess;
    const floe_key *key = guess && slot < guess->count ? &guess->keys[slot] : NULL;
    if (key && cursor + key->length < r->end && memcmp(cursor, key->text, key->length) == 0 &&
        cursor[key->length] == '"') {
        cursor += key->length + 1;
    } else {
        if (guess && give_up_guess(r, top)) {
            return fail_memory(r);
        }
        cursor = read_new_key(r, top, cursor);
    }
    cursor = cursor ? skip_space(r, cursor) : NULL;
    if (cursor && *cursor != ':') {
        return fail_found(r, cursor, "':' after a key");
    }
    return cursor ? skip_space(r, cursor + 1) : NULL;
}

/* ---- containers ---- */

static char *fail_shape(reader *r, const frame *top, size_t count) {
    char what[320];
    uint32_t at;
    show_lines(r);
    if (!floe_builder_repetition(what, sizeof what, &at, r->document, r->built.keys + top->keys,
                                 r->built.key_at + top->values, count)) {
        return fail_memory(r);
    }
    return fail(r, r->start + at, what);
}

/* Makes the innermost container from its children, which leave the stack; it takes their place. */
static char *close_container(reader *r, char *cursor) {
    const frame *top = &r->frames[r->depth - 1];
    const floe_node *items = r->built.values + top->values;
    size_t count = r->built.value_count - top->values;
    if (r->nodes + count > r->most_nodes) {
        return fail_limit(r, cursor, "values", r->most_nodes);
    }
    floe_node node;
    int result;
    if (top->object) {
        const floe_shape *shape = top->guess;
        if (shape && shape->count != count) {
            if (give_up_guess(r, &r->frames[r->depth - 1])) {
                return fail_memory(r);
            }
            shape = NULL;
        }
        if (!shape) {
            shape = floe_document_shape(r->document, r->built.keys + top->keys, count);
        }
        if (!shape) {
            return fail_shape(r, top, count);
        }
        if (top->recall) {
            *top->recall = top->plain ? shape : NULL;
        }
        result = floe_document_object(&node, r->document, shape, items, NULL, top->at, r->error);
    } else {
        result = floe_document_list(&node, r->document, items, count, top->at, r->error);
    }
    if (result) {
        return result == FLOE_LIMIT ? fail_at(r, cursor, result, "a container is too large") : fail_memory(r);
    }
    r->nodes += count;
    r->built.value_count = top->values;
    r->built.key_count = top->keys;
    r->depth--;
    if (!reserve_value(r, cursor)) {
        return NULL;
    }
    if (r->depth) {
        r->built.key_at[r->built.value_count] = r->frames[r->depth - 1].key_at;
    }
    r->built.values[r->built.value_count++] = node;
    return cursor + 1;
}

/* One member of the innermost object, with what stands before it, or the object's end. */
static inline char *read_member(reader *r, char *cursor) {
    frame *top = &r->frames[r->depth - 1];
    cursor = skip_space(r, cursor);
    if (!cursor) {
        return NULL;
    }
    if (*cursor == '}') {
        return close_container(r, cursor);
    }
    if (r->built.value_count != top->values) {
        if (*cursor != ',') {
            return fail_found(r, cursor, "',' or '}' after a member of an object");
        }
        cursor = skip_space(r, cursor + 1);
        if (cursor && *cursor == '}') {
            return fail(r, cursor, "a comma stands before the end of an object");
        }
    }
    cursor = cursor ? read_key(r, top, cursor) : NULL;
    return cursor ? read_value(r, cursor) : NULL;
}

static inline char *read_element(reader *r, char *cursor) {
    const frame *top = &r->frames[r->depth - 1];
    cursor = skip_space(r, cursor);
    if (!cursor) {
        return NULL;
    }
    if (*cursor == ']') {
        return close_container(r, cursor);
    }
    if (r->built.value_count != top->values) {
        if (*cursor != ',') {
            return fail_found(r, cursor, "',' or ']' after an element of an array");
        }
        cursor = skip_space(r, cursor + 1);
        if (cursor && *cursor == ']') {
            return fail(r, cursor, "a comma stands before the end of an array");
        }
    }
    return cursor ? read_value(r, cursor) : NULL;
}

/* ---- documents ---- */

/* The first byte of the text proper, or NULL: nothing there, or another encoding. */
static char *begin(reader *r) {
    char *cursor = r->start;
    size_t size = (size_t)(r->end - r->start);
    if (size >= 3 && memcmp(cursor, "\xEF\xBB\xBF", 3) == 0) {
        cursor += 3;
    }
    if (floe_grow(&r->lines, &r->line_capacity, 1, sizeof *r->lines)) {
        return fail_memory(r);
    }
    r->lines[r->line_count++] = (uint32_t)(cursor - r->start);
    if (size >= 2 && (memcmp(cursor, "\xFF\xFE", 2) == 0 || memcmp(cursor, "\xFE\xFF", 2) == 0 ||
                      !cursor[0] != !cursor[1])) {
        fail(r, cursor, "it is not UTF-8");
        floe_error_hint(r->error, "the file looks like UTF-16; save it as UTF-8");
        return NULL;
    }
    cursor = skip_space(r, cursor);
    if (cursor && cursor == r->end) {
        return fail(r, cursor, "it is empty");
    }
    return cursor;
}

static char *read_text(reader *r) {
    char *cursor = begin(r);
    if (cursor) {
        cursor = read_value(r, cursor);
    }
    while (cursor && r->depth) {
        cursor = r->frames[r->depth - 1].object ? read_member(r, cursor) : read_element(r, cursor);
    }
    if (cursor) {
        cursor = skip_space(r, cursor);
    }
    if (cursor && cursor != r->end) {
        return fail_found(r, cursor, "nothing after the value");
    }
    return cursor;
}

/* Moves the tree's root and the line starts into the document. */
static int settle(reader *r) {
    r->document->root = r->built.values[0];
    uint32_t *exact = realloc(r->lines, r->line_count * sizeof *exact);
    if (exact) {
        r->lines = exact;
    }
    show_lines(r);
    uint32_t *lines = r->lines;
    r->lines = NULL;
    return floe_document_keep(r->document, lines, r->error);
}

static void free_reader(reader *r) {
    floe_builder_free(&r->built);
    free(r->frames);
    free(r->lines);
    free(r);
}

static int read_json(floe_document *document, const floe_read_limits *limits, floe_error *error) {
    reader *r = calloc(1, sizeof *r);
    if (!r) {
        return floe_error_set(error, FLOE_MEMORY, "out of memory while reading JSON");
    }
    floe_error local;
    r->document = document;
    r->error = error ? error : &local;
    r->start = (char *)(uintptr_t)document->text;
    r->end = r->start + document->size;
    r->most_depth = limits && limits->depth ? limits->depth : DEPTH;
    r->most_nodes = limits && limits->nodes ? limits->nodes : FLOE_NODE_LIMIT;
    int result = read_text(r) ? settle(r) : (int)r->error->code;
    free_reader(r);
    return result;
}

static int finish(floe_document **out, floe_document *document, const floe_read_limits *limits,
                  floe_error *error) {
    int result = read_json(document, limits, error);
    if (result) {
        floe_document_drop(document);
        return result;
    }
    *out = document;
    return 0;
}

int floe_json_read(floe_document **out, floe_store *store, const char *path, const floe_read_limits *limits,
                   floe_error *error) {
    floe_document *document;
    int result = floe_source_read(&document, store, FLOE_JSON, path, limits, error);
    return result ? result : finish(out, document, limits, error);
}

int floe_json_parse(floe_document **out, floe_store *store, const char *name, const char *text, size_t size,
                    const floe_read_limits *limits, floe_error *error) {
    floe_document *document;
    int result = floe_source_copy(&document, store, FLOE_JSON, name, text, size, limits, error);
    return result ? result : finish(out, document, limits, error);
}

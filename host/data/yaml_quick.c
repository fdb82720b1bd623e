#include "data/yaml_quick.h"

#include "base/buffer.h"
#include "base/utf8.h"

#include <string.h>

enum {
    DEPTH = 64,        /* deeper ones are libyaml's */
    LONGEST_KEY = 1000 /* libyaml refuses keys from 1024 characters on */
};

/* Where the reader is: at `at`, the first thing of a line or behind it. */
typedef struct quick {
    const floe_yaml_sink *sink;
    const char *text;
    uint32_t at, end;
    uint32_t line;   /* where the line begins */
    uint32_t column; /* of the line's first thing; what follows `- ` is a first thing too */
    unsigned depth;
    floe_buffer copy; /* a text that is not in the file as it is */
} quick;

/* ---- bytes ---- */

/* Line breaks of Unicode, marks of byte order and control characters mean something to libyaml. */
static bool is_plain_character(const char *text, size_t length) {
    const unsigned char *c = (const unsigned char *)text;
    if (length == 2) {
        return !(c[0] == 0xC2 && c[1] < 0xA0);
    }
    if (length == 3) {
        return !(c[0] == 0xE2 && c[1] == 0x80 && (c[2] == 0xA8 || c[2] == 0xA9)) &&
               !(c[0] == 0xEF && ((c[1] == 0xBB && c[2] == 0xBF) || (c[1] == 0xBF && c[2] >= 0xBE)));
    }
    return length == 4;
}

static bool is_plain_text(const char *text, size_t size) {
    for (size_t at = 0; at < size;) {
        unsigned char byte = (unsigned char)text[at];
        if ((byte >= ' ' && byte < 0x7F) || byte == '\n') {
            at++;
            continue;
        }
        size_t length = byte < 0x80 ? 0 : floe_utf8_length(text + at);
        if (!length || at + length > size || !is_plain_character(text + at, length)) {
            return false;
        }
        at += length;
    }
    return true;
}

static void skip_blanks(quick *q) {
    while (q->text[q->at] == ' ') {
        q->at++;
    }
}

static bool at_line_end(const quick *q) {
    return q->at >= q->end || q->text[q->at] == '\n';
}

/* A blank, the line's end, or the text's. */
static bool is_end(const quick *q, uint32_t at) {
    return at >= q->end || q->text[at] == ' ' || q->text[at] == '\n';
}

/* Behind a value only a comment may follow on its line. */
static bool ends_line(quick *q) {
    uint32_t before = q->at;
    skip_blanks(q);
    return at_line_end(q) || (q->text[q->at] == '#' && q->at > before);
}

/* Goes from a line's beginning to its first thing, or to that of the next line that has one, or to the end.
 * False where a document begins or ends there. */
static bool find_thing(quick *q) {
    for (;;) {
        q->line = q->at;
        skip_blanks(q);
        q->column = q->at - q->line;
        if (!at_line_end(q) && q->text[q->at] != '#') {
            const char *c = q->text + q->at;
            return q->column || (strncmp(c, "---", 3) != 0 && strncmp(c, "...", 3) != 0 && c[0] != '%');
        }
        const char *stop = memchr(q->text + q->at, '\n', q->end - q->at);
        if (!stop || stop + 1 == q->text + q->end) {
            q->at = q->end;
            q->column = 0;
            return true;
        }
        q->at = (uint32_t)(stop + 1 - q->text);
    }
}

/* The same from the line below. */
static bool next_line(quick *q) {
    const char *stop = memchr(q->text + q->at, '\n', q->end - q->at);
    q->at = stop ? (uint32_t)(stop + 1 - q->text) : q->end;
    return find_thing(q);
}

static bool is_dash(const quick *q) {
    return q->at < q->end && q->text[q->at] == '-' && is_end(q, q->at + 1);
}

/* ---- texts ---- */

typedef struct scalar {
    const char *text;
    size_t length;
    uint32_t at;
    bool quoted;
} scalar;

static bool read_single(quick *q, scalar *out) {
    const char *start = q->text + q->at + 1, *c = start;
    bool copied = false;
    floe_buffer_clear(&q->copy);
    for (;; c++) {
        const char *stop = c + strcspn(c, "'\n");
        if (*stop != '\'') {
            return false;
        }
        if (stop[1] != '\'') {
            if (copied) {
                floe_buffer_append(&q->copy, start, (size_t)(stop - start));
            }
            c = stop;
            break;
        }
        floe_buffer_append(&q->copy, start, (size_t)(stop + 1 - start));
        copied = true;
        c = stop + 1;
        start = c + 1;
    }
    *out = (scalar){.text = copied ? q->copy.data : start,
                    .length = copied ? q->copy.size : (size_t)(c - start),
                    .at = q->at,
                    .quoted = true};
    q->at = (uint32_t)(c + 1 - q->text);
    return !q->copy.failed;
}

static bool read_double(quick *q, scalar *out) {
    const char *start = q->text + q->at + 1, *c = start;
    bool copied = false;
    floe_buffer_clear(&q->copy);
    for (;;) {
        c += strcspn(c, "\"\\\n");
        if (*c == '"') {
            break;
        }
        if (*c != '\\' || !strchr("\"\\n", c[1]) || !c[1]) {
            return false;
        }
        floe_buffer_append(&q->copy, start, (size_t)(c - start));
        floe_buffer_append(&q->copy, c[1] == 'n' ? "\n" : c + 1, 1);
        copied = true;
        c += 2;
        start = c;
    }
    if (copied) {
        floe_buffer_append(&q->copy, start, (size_t)(c - start));
    }
    *out = (scalar){.text = copied ? q->copy.data : start,
                    .length = copied ? q->copy.size : (size_t)(c - start),
                    .at = q->at,
                    .quoted = true};
    q->at = (uint32_t)(c + 1 - q->text);
    return !q->copy.failed;
}

static bool read_quoted(quick *q, scalar *out) {
    return q->text[q->at] == '\'' ? read_single(q, out) : read_double(q, out);
}

/* A plain text in a block: to the line's end, a comment, or a colon that makes it a key. */
static bool read_plain(quick *q, scalar *out) {
    const char *start = q->text + q->at, *c = start, *end = q->text + q->end;
    if (strchr("?:,[]{}#&*!|>'\"%@`", *c) || (*c == '-' && is_end(q, q->at + 1))) {
        return false;
    }
    for (;; c++) {
        c += strcspn(c, ":#\n");
        if (c >= end || *c == '\n' || (*c == '#' && c[-1] == ' ') ||
            (*c == ':' && is_end(q, (uint32_t)(c + 1 - q->text)))) {
            break;
        }
    }
    q->at = (uint32_t)(c - q->text);
    while (c > start && c[-1] == ' ') {
        c--;
    }
    *out = (scalar){.text = start, .length = (size_t)(c - start), .at = (uint32_t)(start - q->text)};
    if (q->text[q->at] == '#') { /* ends_line looks for the blank before it */
        q->at--;
    }
    return true;
}

/* The same between brackets, where fewer characters are left for texts. */
static bool read_flow_plain(quick *q, scalar *out) {
    const char *start = q->text + q->at, *c = start;
    if (strchr("-?:,[]{}#&*!|>'\"%@`", *c) && !(*c == '-' && c[1] > ' ' && !strchr(",[]{}:#", c[1]))) {
        return false;
    }
    c += strcspn(c, ",[]{}:?#\n");
    if (*c != ',' && *c != ']' && *c != '}' && *c != ':') {
        return false;
    }
    q->at = (uint32_t)(c - q->text);
    while (c > start && c[-1] == ' ') {
        c--;
    }
    *out = (scalar){.text = start, .length = (size_t)(c - start), .at = (uint32_t)(start - q->text)};
    return true;
}

static bool tell(const quick *q, const scalar *value) {
    return (value->quoted ? q->sink->text : q->sink->plain)(q->sink->self, value->text, value->length,
                                                            value->at) == 0;
}

static bool tell_nothing(const quick *q, uint32_t at) {
    return q->sink->plain(q->sink->self, "", 0, at) == 0;
}

static bool tell_key(const quick *q, const scalar *key) {
    bool merge = !key->quoted && key->length == 2 && memcmp(key->text, "<<", 2) == 0;
    return !merge && key->length < LONGEST_KEY && q->at - key->at < LONGEST_KEY &&
           q->sink->key(q->sink->self, key->text, key->length, key->at) == 0;
}

/* ---- lists and objects in brackets ---- */

static bool read_flow(quick *q);

static bool read_flow_value(quick *q) {
    scalar value;
    char c = q->text[q->at];
    if (c == '[' || c == '{') {
        return read_flow(q);
    }
    bool read = c == '\'' || c == '"' ? read_quoted(q, &value) : read_flow_plain(q, &value);
    return read && value.length + value.quoted > 0 && tell(q, &value);
}

static bool read_flow_key(quick *q) {
    scalar key;
    char c = q->text[q->at];
    bool read = c == '\'' || c == '"' ? read_quoted(q, &key) : read_flow_plain(q, &key);
    if (!read || !tell_key(q, &key) || q->text[q->at] != ':' || q->text[q->at + 1] != ' ') {
        return false;
    }
    q->at++;
    skip_blanks(q);
    return true;
}

static bool read_flow(quick *q) {
    bool object = q->text[q->at] == '{';
    char close = object ? '}' : ']';
    if (q->depth >= DEPTH || q->sink->open(q->sink->self, object, q->at)) {
        return false;
    }
    q->depth++;
    q->at++;
    skip_blanks(q);
    while (q->text[q->at] != close) {
        if ((object && !read_flow_key(q)) || !read_flow_value(q)) {
            return false;
        }
        skip_blanks(q);
        if (q->text[q->at] == ',') {
            q->at++;
            skip_blanks(q);
        } else if (q->text[q->at] != close) {
            return false;
        }
    }
    q->at++;
    q->depth--;
    return q->sink->close(q->sink->self) == 0;
}

/* ---- literal and folded blocks ---- */

/* One line of a block: behind `at` there are `indent` blanks and then its text. */
typedef struct block {
    bool folded, stripped;
    uint32_t indent; /* 0: not known yet */
} block;

static bool read_block_header(quick *q, block *out) {
    *out = (block){.folded = q->text[q->at] == '>'};
    q->at++;
    if (q->text[q->at] == '-') {
        out->stripped = true;
        q->at++;
    }
    return ends_line(q) && q->at < q->end && q->text[q->at] == '\n';
}

/* Appends a line's text behind `empty` lines. */
static bool append_line(quick *q, const block *b, const char *text, size_t length, size_t empty) {
    bool first = !q->copy.size;
    if (first && empty) {
        return false; /* libyaml looks for the indentation in empty lines too */
    }
    if (b->folded && text[0] == ' ') {
        return false;
    }
    size_t breaks = first ? 0 : b->folded ? empty : empty + 1;
    for (size_t i = 0; i < breaks; i++) {
        floe_buffer_append(&q->copy, "\n", 1);
    }
    if (!first && !breaks) {
        floe_buffer_append(&q->copy, " ", 1);
    }
    floe_buffer_append(&q->copy, text, length);
    return true;
}

/* The lines below the header that are indented by more than `parent`. The reader is left at the last line's
 * end. */
static bool read_block_lines(quick *q, block *b, uint32_t parent) {
    size_t empty = 0;
    while (q->at + 1 < q->end) {
        uint32_t start = q->at + 1, column = 0;
        while (q->text[start + column] == ' ') {
            column++;
        }
        const char *stop = memchr(q->text + start, '\n', q->end - start);
        uint32_t end = stop ? (uint32_t)(stop - q->text) : q->end;
        if (start + column == end) { /* nothing but blanks */
            if (!stop || (b->indent && column > b->indent)) {
                return false;
            }
            empty++;
            q->at = end;
            continue;
        }
        if (!b->indent) {
            b->indent = column;
            if (column <= parent || !column) {
                return false;
            }
        }
        if (column < b->indent) {
            break;
        }
        uint32_t from = start + b->indent;
        if (!stop || !append_line(q, b, q->text + from, end - from, empty)) {
            return false;
        }
        empty = 0;
        q->at = end;
    }
    return b->indent > 0;
}

static bool read_block(quick *q, uint32_t parent) {
    scalar value = {.at = q->at, .quoted = true};
    block b;
    floe_buffer_clear(&q->copy);
    if (!read_block_header(q, &b) || !read_block_lines(q, &b, parent)) {
        return false;
    }
    if (!b.stripped) {
        floe_buffer_append(&q->copy, "\n", 1);
    }
    value.text = q->copy.data;
    value.length = q->copy.size;
    return !q->copy.failed && tell(q, &value);
}

/* ---- blocks of keys and lists ---- */

static bool read_node(quick *q, int64_t parent);

/* A value on the line of its key or dash, with what stands below it. `parent` is the column of the block
 * around it; what is indented by more would go on with the value. */
static bool read_inline(quick *q, uint32_t parent) {
    scalar value;
    bool read;
    switch (q->text[q->at]) {
    case '[':
    case '{':
        read = read_flow(q);
        break;
    case '|':
    case '>':
        read = read_block(q, parent);
        break;
    case '\'':
    case '"':
        read = read_quoted(q, &value) && tell(q, &value);
        break;
    default:
        read = read_plain(q, &value) && tell(q, &value);
    }
    return read && ends_line(q) && next_line(q) && (q->at >= q->end || q->column <= parent);
}

/* True where the thing that the reader is at is a key; it is read then, and the reader is behind its colon.
 */
static bool read_key(quick *q, scalar *key) {
    char c = q->text[q->at];
    bool read = c == '\'' || c == '"' ? read_quoted(q, key) : read_plain(q, key);
    if (!read) {
        return false;
    }
    skip_blanks(q);
    if (q->text[q->at] != ':' || !is_end(q, q->at + 1)) {
        return false;
    }
    q->at++;
    return true;
}

/* What stands behind a key in a block at `column`. */
static bool read_member(quick *q, uint32_t column) {
    uint32_t behind = q->at;
    if (!ends_line(q)) {
        return !is_dash(q) && read_inline(q, column);
    }
    if (!next_line(q)) {
        return false;
    }
    bool below = q->at < q->end && (q->column > column || (q->column == column && is_dash(q)));
    return below ? read_node(q, q->column > column ? (int64_t)column : (int64_t)column - 1)
                 : tell_nothing(q, behind);
}

/* Keys at one column; the first has been read. */
static bool read_members(quick *q, scalar key, uint32_t column) {
    if (q->sink->open(q->sink->self, true, key.at)) {
        return false;
    }
    for (;;) {
        if (!tell_key(q, &key) || !read_member(q, column)) {
            return false;
        }
        if (q->at >= q->end || q->column < column) {
            break;
        }
        if (q->column > column || is_dash(q) || !read_key(q, &key)) {
            return false;
        }
    }
    return q->sink->close(q->sink->self) == 0;
}

/* What stands behind a dash in a list at `column`. */
static bool read_item(quick *q, uint32_t column) {
    uint32_t behind = ++q->at;
    if (ends_line(q)) {
        if (!next_line(q)) {
            return false;
        }
        return q->at < q->end && q->column > column ? read_node(q, column) : tell_nothing(q, behind);
    }
    q->column = q->at - q->line;
    return read_node(q, column);
}

static bool read_items(quick *q, uint32_t column) {
    if (q->sink->open(q->sink->self, false, q->at)) {
        return false;
    }
    do {
        if (!read_item(q, column)) {
            return false;
        }
    } while (q->at < q->end && q->column == column && is_dash(q));
    return (q->at >= q->end || q->column <= column) && q->sink->close(q->sink->self) == 0;
}

/* A list, an object or a text that begins where the reader is; `parent` is the column of the block around it.
 * Afterwards the reader is at the first thing behind it. */
static bool read_node(quick *q, int64_t parent) {
    uint32_t start = q->at, column = q->column;
    scalar key;
    if (q->depth >= DEPTH) {
        return false;
    }
    q->depth++;
    bool read;
    char c = q->text[start];
    if (is_dash(q)) {
        read = read_items(q, column);
    } else if (c != '[' && c != '{' && c != '|' && c != '>' && read_key(q, &key)) {
        read = read_members(q, key, column);
    } else {
        q->at = start;
        read = parent >= 0 && read_inline(q, (uint32_t)parent);
    }
    q->depth--;
    return read;
}

/* Goes to the first thing of the text; a document may begin there with three dashes. */
static bool find_start(quick *q) {
    return find_thing(q) || (strncmp(q->text + q->at, "---\n", 4) == 0 && next_line(q));
}

bool floe_yaml_quick(const floe_yaml_sink *sink, const char *text, size_t size) {
    quick q = {.sink = sink, .text = text, .end = (uint32_t)size};
    if (!is_plain_text(text, size)) {
        return false;
    }
    bool read = find_start(&q) && q.at < q.end;
    /* A text alone is libyaml's: only lists and objects are read here. */
    read = read && strchr("[{|>", text[q.at]) == NULL && read_node(&q, -1) && q.at >= q.end;
    floe_buffer_free(&q.copy);
    return read;
}

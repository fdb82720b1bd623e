/*
 * Models in Python: the calls of dbt.ref, dbt.source, dbt.config and dbt.config.get with literal arguments,
 * as dbt finds them in the source. Nothing of Python is run; comments and texts are passed over.
 */
#include "dbt/parse/context.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { PYTHON_ARGUMENTS = 64, PYTHON_DEPTH = 32 };

typedef struct python_scan {
    floe_frame *frame;
    floe_jinja_run *run;
    floe_jinja_template source; /* the file, for places */
    const char *text;
    size_t at, size;
    bool broken;                               /* an argument is no literal */
    floe_jinja_value keys, defaults;           /* of dbt.config.get */
    floe_jinja_value meta_keys, meta_defaults; /* of dbt.config.meta_get */
    bool asked;
} python_scan;

static bool is_name(char character) {
    return character == '_' || (character & 0x80) || isalnum((unsigned char)character);
}

static char peek(const python_scan *scan, size_t ahead) {
    return scan->at + ahead < scan->size ? scan->text[scan->at + ahead] : '\0';
}

/* ---- passing over ---- */

/* At a quote: where its text begins and ends; the scan stands behind the closing quote. */
static void pass_string(python_scan *scan, size_t *start, size_t *end) {
    char quote = peek(scan, 0);
    bool triple = peek(scan, 1) == quote && peek(scan, 2) == quote;
    scan->at += triple ? 3 : 1;
    *start = *end = scan->at;
    while (scan->at < scan->size) {
        if (scan->text[scan->at] == '\\') {
            scan->at += 2;
        } else if (scan->text[scan->at] == quote &&
                   (!triple || (peek(scan, 1) == quote && peek(scan, 2) == quote))) {
            *end = scan->at;
            scan->at += triple ? 3 : 1;
            return;
        } else if (scan->text[scan->at] == '\n' && !triple) {
            break;
        } else {
            scan->at++;
        }
    }
    scan->at = scan->at > scan->size ? scan->size : scan->at;
    *end = scan->at;
}

static void pass_comment(python_scan *scan) {
    while (scan->at < scan->size && scan->text[scan->at] != '\n') {
        scan->at++;
    }
}

static void pass_blanks(python_scan *scan) {
    while (scan->at < scan->size) {
        if (scan->text[scan->at] == '#') {
            pass_comment(scan);
        } else if (isspace((unsigned char)scan->text[scan->at]) ||
                   (scan->text[scan->at] == '\\' && peek(scan, 1) == '\n')) {
            scan->at++;
        } else {
            return;
        }
    }
}

static bool pass_text(python_scan *scan, const char *word) {
    size_t length = strlen(word);
    pass_blanks(scan);
    if (scan->size - scan->at < length || memcmp(scan->text + scan->at, word, length) != 0 ||
        (is_name(word[length - 1]) && is_name(peek(scan, length)))) {
        return false;
    }
    scan->at += length;
    return true;
}

/* ---- literals ---- */

static bool literal(python_scan *scan, floe_jinja_value *out, int depth);

static floe_jinja_value decoded(python_scan *scan, size_t start, size_t end, bool raw) {
    char *text = floe_context_alloc(scan->run, end - start + 1);
    size_t length = 0;
    for (size_t i = start; text && i < end; i++) {
        char byte = scan->text[i];
        if (byte == '\\' && !raw && i + 1 < end) {
            static const char letters[] = "nrt0abfv\\'\"";
            static const char bytes[] = "\n\r\t\0\a\b\f\v\\'\"";
            const char *letter = strchr(letters, scan->text[i + 1]);
            if (scan->text[i + 1] == '\n') {
                i++;
                continue;
            }
            if (letter && *letter) {
                byte = bytes[letter - letters];
                i++;
            } else if (strchr("xuUN1234567", scan->text[i + 1])) {
                scan->broken = true; /* rare enough to be in doubt */
            }
        }
        text[length++] = byte;
    }
    return floe_jinja_string(text, length);
}

static bool string_literal(python_scan *scan, floe_jinja_value *out) {
    floe_buffer joined = {.data = NULL};
    bool any = false;
    for (;;) {
        pass_blanks(scan);
        size_t prefix = 0;
        bool raw = false;
        while (prefix < 2 && strchr("rRuU", peek(scan, prefix)) && peek(scan, prefix)) {
            raw = raw || peek(scan, prefix) == 'r' || peek(scan, prefix) == 'R';
            prefix++;
        }
        char quote = peek(scan, prefix);
        if (quote != '"' && quote != '\'') {
            break;
        }
        size_t start, end;
        scan->at += prefix;
        pass_string(scan, &start, &end);
        floe_jinja_value part = decoded(scan, start, end, raw);
        floe_buffer_append(&joined, part.string, part.length);
        any = true;
    }
    *out = floe_context_text(scan->run, joined.data ? joined.data : "", joined.size);
    scan->frame->failure = joined.failed ? FLOE_MEMORY : scan->frame->failure;
    floe_buffer_free(&joined);
    return any;
}

static bool number_literal(python_scan *scan, floe_jinja_value *out) {
    size_t start = scan->at;
    char text[64];
    size_t length = 0;
    bool real = false;
    for (; scan->at < scan->size && length < sizeof text - 1; scan->at++) {
        char byte = scan->text[scan->at];
        if (byte != '_' && byte != '.' && byte != 'e' && byte != 'E' && !isdigit((unsigned char)byte) &&
            !(strchr("+-", byte) && (scan->at == start || strchr("eE", scan->text[scan->at - 1])))) {
            break;
        }
        real = real || byte == '.' || byte == 'e' || byte == 'E';
        if (byte != '_') {
            text[length++] = byte;
        }
    }
    text[length] = '\0';
    char *end = text;
    *out = real ? floe_jinja_number(strtod(text, &end)) : floe_jinja_integer(strtoll(text, &end, 10));
    return length && !*end;
}

/* A list, tuple or dict; the scan stands behind its opening bracket. */
static bool items_literal(python_scan *scan, char close, floe_jinja_value *out, int depth) {
    bool map = close == '}';
    int result =
        map ? floe_jinja_new_dict(scan->run, out)
            : floe_jinja_new_list(scan->run, close == ')' ? FLOE_JINJA_IS_TUPLE : FLOE_JINJA_IS_LIST, out);
    bool comma = false;
    size_t count = 0;
    floe_jinja_value item = floe_jinja_none(), value;
    const char text[] = {close, '\0'};
    while (!result && !pass_text(scan, text)) {
        if (count && !comma) {
            return false;
        }
        if (!literal(scan, &item, depth)) {
            return false;
        }
        if (map && (!pass_text(scan, ":") || !literal(scan, &value, depth))) {
            return false;
        }
        result =
            map ? floe_jinja_put(scan->run, out, &item, &value) : floe_jinja_append(scan->run, out, &item);
        comma = pass_text(scan, ",");
        count++;
    }
    if (close == ')' && count == 1 && !comma) {
        *out = item;
    }
    return !result;
}

static bool literal(python_scan *scan, floe_jinja_value *out, int depth) {
    static const struct {
        const char *word;
        int value;
    } words[] = {{"True", 1}, {"False", 0}, {"None", -1}};
    pass_blanks(scan);
    if (depth >= PYTHON_DEPTH) {
        return false;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (pass_text(scan, words[i].word)) {
            *out = words[i].value < 0 ? floe_jinja_none() : floe_jinja_boolean(words[i].value);
            return true;
        }
    }
    char byte = peek(scan, 0);
    if (byte == '[' || byte == '(' || byte == '{') {
        scan->at++;
        return items_literal(scan, byte == '[' ? ']' : byte == '(' ? ')' : '}', out, depth + 1);
    }
    if (isdigit((unsigned char)byte) || byte == '-' || byte == '.') {
        return number_literal(scan, out);
    }
    return string_literal(scan, out);
}

/* ---- calls ---- */

typedef struct python_call {
    floe_jinja_value items[PYTHON_ARGUMENTS], named[PYTHON_ARGUMENTS];
    floe_jinja_text keywords[PYTHON_ARGUMENTS];
    floe_jinja_arguments arguments;
} python_call;

/* A keyword before "=", and not "==". */
static bool keyword(python_scan *scan, floe_jinja_text *name) {
    pass_blanks(scan);
    size_t start = scan->at;
    size_t end = start;
    while (end < scan->size && is_name(scan->text[end])) {
        end++;
    }
    scan->at = end;
    pass_blanks(scan);
    if (end == start || peek(scan, 0) != '=' || peek(scan, 1) == '=') {
        scan->at = start;
        return false;
    }
    scan->at++;
    *name = (floe_jinja_text){scan->text + start, (uint32_t)(end - start)};
    return true;
}

/* The arguments of a call; the scan stands behind "(". False where one is no literal. */
static bool read_arguments(python_scan *scan, python_call *call) {
    call->arguments =
        (floe_jinja_arguments){.items = call->items, .keywords = call->keywords, .named = call->named};
    while (!pass_text(scan, ")")) {
        floe_jinja_text name;
        bool named = keyword(scan, &name);
        size_t *count = named ? &call->arguments.named_count : &call->arguments.count;
        if (*count >= PYTHON_ARGUMENTS ||
            !literal(scan, named ? &call->named[*count] : &call->items[*count], 0)) {
            return false;
        }
        if (named) {
            call->keywords[*count] = name;
        }
        ++*count;
        if (!pass_text(scan, ",") && (pass_blanks(scan), peek(scan, 0) != ')')) {
            return false;
        }
    }
    return true;
}

static int note_get(python_scan *scan, const python_call *call, bool meta) {
    floe_jinja_value other = call->arguments.count > 1 ? call->items[1] : floe_jinja_none();
    scan->asked = true;
    int result = floe_jinja_append(scan->run, meta ? &scan->meta_keys : &scan->keys, &call->items[0]);
    return result ? result
                  : floe_jinja_append(scan->run, meta ? &scan->meta_defaults : &scan->defaults, &other);
}

static int set_config(python_scan *scan, const python_call *call, uint32_t line, uint32_t column) {
    floe_frame *frame = scan->frame;
    int result = 0;
    for (size_t i = 0; !result && i < call->arguments.named_count; i++) {
        result = floe_context_set(frame, call->keywords[i], &call->named[i], NULL, frame->config_calls, line,
                                  column);
    }
    if (call->arguments.count == 1 && call->items[0].type == FLOE_JINJA_IS_DICT) {
        const floe_jinja_dict *dict = call->items[0].dict;
        for (size_t i = 0; !result && i < dict->count; i++) {
            floe_jinja_text key = {dict->keys[i].string, dict->keys[i].length};
            result =
                dict->keys[i].type == FLOE_JINJA_IS_STRING
                    ? floe_context_set(frame, key, &dict->values[i], NULL, frame->config_calls, line, column)
                    : 0;
        }
    }
    frame->config_calls++;
    return result;
}

static int record_names(python_scan *scan, const python_call *call, bool source, uint32_t line,
                        uint32_t column) {
    floe_arena *arena = scan->frame->thread->arena;
    const floe_jinja_arguments *arguments = &call->arguments;
    floe_parse_call made = {.what = source ? FLOE_CALL_SOURCE : FLOE_CALL_REF,
                            .version = floe_null_node(0),
                            .file = scan->source.name,
                            .line = line,
                            .column = column};
    size_t count = arguments->count;
    if (count < 1 || count > 2 || (source && count != 2) ||
        call->items[count - 1].type != FLOE_JINJA_IS_STRING ||
        (count == 2 && call->items[0].type != FLOE_JINJA_IS_STRING)) {
        scan->broken = true;
        return 0;
    }
    for (size_t i = 0; i < arguments->named_count; i++) {
        if ((floe_text_is(call->keywords[i], "v") || floe_text_is(call->keywords[i], "version")) &&
            floe_parse_node_of(scan->frame->thread, &call->named[i], &made.version)) {
            scan->broken = true;
        }
    }
    const floe_jinja_value *name = &call->items[count - 1];
    made.name = floe_arena_text(arena, name->string, name->length);
    made.package = count == 2 ? floe_arena_text(arena, call->items[0].string, call->items[0].length) : NULL;
    return made.name && (count == 1 || made.package) ? floe_context_record(scan->frame, &made) : FLOE_MEMORY;
}

/* The scan stands behind the name `dbt`. */
static int dbt_call(python_scan *scan, size_t start) {
    static const char *const names[] = {"config.meta_get", "config.get", "config", "ref", "source"};
    size_t which = 0, count = sizeof names / sizeof *names;
    size_t behind = scan->at;
    for (; which < count; which++) {
        scan->at = behind;
        const char *dot = strchr(names[which], '.');
        bool found = pass_text(scan, ".") &&
                     (dot ? pass_text(scan, "config") && pass_text(scan, ".") && pass_text(scan, dot + 1)
                          : pass_text(scan, names[which]));
        if (found && pass_text(scan, "(")) {
            break;
        }
    }
    if (which == count) {
        scan->at = behind;
        return 0;
    }
    python_call *call = floe_context_alloc(scan->run, sizeof *call);
    size_t inside = scan->at;
    uint32_t line, column;
    if (!call) {
        return FLOE_MEMORY;
    }
    floe_jinja_position(&scan->source, (uint32_t)start, &line, &column);
    if (!read_arguments(scan, call)) {
        scan->broken = true;
        scan->at = inside;
        return 0;
    }
    if (which == 2) {
        return set_config(scan, call, line, column);
    }
    if (which > 2) {
        return record_names(scan, call, which == 4, line, column);
    }
    bool noted = which == 1 || scan->frame->parse->dbt >= 112; /* config.meta_get() came with dbt 1.12 */
    return noted && call->arguments.count ? note_get(scan, call, which == 0) : 0;
}

static int scan_source(python_scan *scan) {
    int result = 0;
    while (!result && scan->at < scan->size) {
        char byte = scan->text[scan->at];
        size_t start, end;
        if (byte == '#') {
            pass_comment(scan);
        } else if (byte == '"' || byte == '\'') {
            pass_string(scan, &start, &end);
        } else if (is_name(byte)) {
            start = scan->at;
            while (scan->at < scan->size && is_name(scan->text[scan->at])) {
                scan->at++;
            }
            bool member = start && scan->text[start - 1] == '.';
            if (!member && scan->at - start == 3 && !memcmp(scan->text + start, "dbt", 3)) {
                result = dbt_call(scan, start);
            }
        } else {
            scan->at++;
        }
    }
    return result;
}

static int note_asked(python_scan *scan) {
    floe_frame *frame = scan->frame;
    if (frame->parse->dbt >= 200) {
        return 0; /* dbt 2 does not write them down */
    }
    const struct {
        floe_jinja_text key;
        const floe_jinja_value *list;
    } all[] = {{{"config_keys_used", 16}, &scan->keys},
               {{"config_keys_defaults", 20}, &scan->defaults},
               {{"meta_keys_used", 14}, &scan->meta_keys},
               {{"meta_keys_defaults", 18}, &scan->meta_defaults}};
    size_t count = frame->parse->dbt >= 112 ? 4 : 2;
    int result = 0;
    for (size_t i = 0; i < count && !result; i++) {
        result = floe_context_set(frame, all[i].key, all[i].list, NULL, frame->config_calls, 0, 0);
    }
    frame->config_calls++;
    return result;
}

int floe_context_python(floe_frame *frame) {
    floe_parse_node *node = frame->node;
    python_scan scan = {.frame = frame,
                        .run = floe_context_run(frame),
                        .text = node->code,
                        .size = node->code ? node->code_size : 0,
                        .source = {.name = frame->file, .text = node->code, .size = node->code_size}};
    if (!scan.run || floe_jinja_new_list(scan.run, FLOE_JINJA_IS_LIST, &scan.keys) ||
        floe_jinja_new_list(scan.run, FLOE_JINJA_IS_LIST, &scan.defaults) ||
        floe_jinja_new_list(scan.run, FLOE_JINJA_IS_LIST, &scan.meta_keys) ||
        floe_jinja_new_list(scan.run, FLOE_JINJA_IS_LIST, &scan.meta_defaults)) {
        return FLOE_MEMORY;
    }
    int result = scan_source(&scan);
    if (!result && scan.asked) {
        result = note_asked(&scan);
    }
    if (!result && scan.broken) {
        const floe_jinja_doubt *doubt = floe_context_doubt(
            frame->thread, NULL, 0, "an argument of dbt.ref, dbt.source or dbt.config is no literal");
        result = floe_context_doubts(frame->thread, node, "edges", doubt);
    }
    const floe_arena *arena = floe_jinja_arena(scan.run);
    bool short_of = floe_arena_failed(arena) && !floe_arena_refused(arena);
    return result ? result : short_of ? FLOE_MEMORY : frame->failure;
}

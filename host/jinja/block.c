/*
 * The blocks at the top of a file, found as dbt's own scanner finds them (clients/_jinja_blocks.py of
 * dbt-common): it knows tags, strings in tags, comments and raw blocks and nothing else of Jinja, so it and
 * the parser do not always agree on where something ends. Where dbt gives up this goes on, so that one broken
 * macro does not hide the others of its file.
 */
#include "jinja/parser.h"

#include "base/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct tag {
    floe_jinja_text type, name;
    uint32_t at, end;
} tag;

/* An `if` or `for` that is open; dbt counts them wherever they stand. */
typedef struct control {
    const char *ends; /* "endif" */
    uint32_t at;
} control;

typedef struct block_list {
    floe_jinja_block *items;
    size_t count, capacity;
} block_list;

typedef struct scanner {
    const floe_jinja_template *source;
    const char *text;
    uint32_t at, size;
    bool unpaired[2]; /* no string that begins with a ' or " from here on is ever closed */
    const char *const *types;
    floe_error *error;
    int failed; /* the first thing that is wrong */
    block_list blocks, strays;
    bool in_block;
    tag current;
    control *controls;
    size_t control_count, control_capacity;
} scanner;

static void reject(scanner *scan, uint32_t at, const char *message, floe_jinja_text subject,
                   const char *hint) {
    uint32_t line, column;
    int length = subject.length < 60 ? (int)subject.length : 60;
    if (scan->failed) {
        return;
    }
    floe_jinja_position(scan->source, at, &line, &column);
    /* Each message has one place for its subject. */
    char sentence[256];
    const char *place = strchr(message, '@');
    snprintf(sentence, sizeof sentence, "%.*s%.*s%s", place ? (int)(place - message) : (int)strlen(message),
             message, place ? length : 0, place ? subject.text : "", place ? place + 1 : "");
    scan->failed = floe_error_set(scan->error, FLOE_INVALID, "%s", sentence);
    floe_error_hint(scan->error, "%s", hint);
    floe_error_at(scan->error, scan->source->name, line, column);
}

/* ---- tags ---- */

static bool stands_at(const scanner *scan, uint32_t at, const char *word) {
    size_t length = strlen(word);
    return scan->size - at >= length && memcmp(scan->text + at, word, length) == 0;
}

static bool is_name_byte(char c, bool first) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!first && c >= '0' && c <= '9');
}

static uint32_t skip_name(const scanner *scan, uint32_t at) {
    for (uint32_t start = at; at < scan->size && is_name_byte(scan->text[at], at == start);) {
        at++;
    }
    return at;
}

static uint32_t skip_blanks(const scanner *scan, uint32_t at) {
    return floe_jinja_skip_blanks(scan->text, at, scan->size);
}

/* Behind `-%}` with its blanks, or `%}`; 0 where neither stands there. */
static uint32_t skip_close(const scanner *scan, uint32_t at) {
    if (stands_at(scan, at, "-%}")) {
        return skip_blanks(scan, at + 3);
    }
    return stands_at(scan, at, "%}") ? at + 2 : 0;
}

/* Behind `{%- word -%}`; 0 where something else stands there. */
static uint32_t skip_word_tag(const scanner *scan, uint32_t at, const char *word) {
    at = skip_blanks(scan, at + (stands_at(scan, at, "{%-") ? 3 : 2));
    return stands_at(scan, at, word) ? skip_close(scan, skip_blanks(scan, at + (uint32_t)strlen(word))) : 0;
}

/* Behind the string that is closed first of those that begin at `at` or later; 0 where none is. */
static uint32_t skip_string(scanner *scan, uint32_t at) {
    for (; at < scan->size; at++) {
        char quote = scan->text[at];
        if ((quote != '\'' && quote != '"') || scan->unpaired[quote == '"']) {
            continue;
        }
        for (uint32_t i = at + 1; i < scan->size; i++) {
            if (scan->text[i] == '\\') {
                i++;
            } else if (scan->text[i] == quote) {
                return i + 1;
            }
        }
        scan->unpaired[quote == '"'] = true;
    }
    return 0;
}

/* To behind the next `close` that is not in a string. */
static bool skip_to_close(scanner *scan, bool output) {
    uint32_t start = scan->at, close;
    while (scan->at < scan->size) {
        char c = scan->text[scan->at];
        if (c == '\'' || c == '"') {
            if (!(close = skip_string(scan, scan->at))) {
                reject(scan, scan->at, "a string in a tag is not closed", (floe_jinja_text){0}, "");
                return false;
            }
        } else if (output) {
            close = c == '}' && stands_at(scan, scan->at, "}}") ? scan->at + 2 : 0;
        } else {
            close = c == '-' || c == '%' ? skip_close(scan, scan->at) : 0;
        }
        bool closed = close && c != '\'' && c != '"';
        scan->at = close ? close : scan->at + 1;
        if (closed) {
            return true;
        }
    }
    reject(scan, start, "a tag is not closed", (floe_jinja_text){0},
           output ? "close it with '}}'" : "close it with '%}'");
    return false;
}

/* To behind the raw block that begins at or behind `at`. */
static bool skip_raw(scanner *scan, uint32_t at) {
    uint32_t inside = 0, end = 0;
    for (; at < scan->size && !end; at++) {
        const char *found = memmem(scan->text + at, scan->size - at, "{%", 2);
        if (!found) {
            break;
        }
        at = (uint32_t)(found - scan->text);
        if (!inside) {
            inside = skip_word_tag(scan, at, "raw");
            at = inside ? inside - 1 : at + 1;
        } else {
            end = skip_word_tag(scan, at, "endraw");
        }
    }
    scan->at = end;
    if (!end) {
        reject(scan, at < scan->size ? at : scan->size, "a raw block is not closed", (floe_jinja_text){0},
               "close it with '{% endraw %}'");
    }
    return end != 0;
}

/* The tag whose brace stands at `brace`: sets all but its end, and steps behind its name. False where it is
 * none that the scanner knows. */
static bool read_tag(scanner *scan, uint32_t brace, tag *out) {
    const char *text = scan->text;
    bool strips = stands_at(scan, brace, "{%-");
    uint32_t at = skip_blanks(scan, brace + (strips ? 3 : 2)), end = skip_name(scan, at);
    if (end == at) {
        return false;
    }
    out->at = strips ? floe_jinja_strip_blanks(text, scan->at, brace) : brace;
    out->type = (floe_jinja_text){text + at, end - at};
    out->name = (floe_jinja_text){0};
    scan->at = end;
    uint32_t name = skip_blanks(scan, end), name_end = skip_name(scan, name);
    if (name > end && name_end > name) {
        out->name = (floe_jinja_text){text + name, name_end - name};
        scan->at = name_end;
    }
    return true;
}

static bool spells(floe_jinja_text text, const char *word) {
    return text.length == strlen(word) && memcmp(text.text, word, text.length) == 0;
}

/* The next tag of any kind. False at the end of the file, or where it cannot be read on. */
static bool next_tag(scanner *scan, tag *out) {
    uint32_t from = scan->at;
    const char *brace;
    while (from + 1 < scan->size && (brace = memchr(scan->text + from, '{', scan->size - from))) {
        uint32_t at = (uint32_t)(brace - scan->text);
        from = at + 1;
        if (stands_at(scan, at, "{#")) {
            const char *close = memmem(brace + 2, scan->size - at - 2, "#}", 2);
            if (!close) {
                reject(scan, at, "a comment is not closed", (floe_jinja_text){0}, "close it with '#}'");
                return false;
            }
            from = scan->at = (uint32_t)(close - scan->text) + 2;
        } else if (stands_at(scan, at, "{{")) {
            scan->at = at + 2;
            if (!skip_to_close(scan, true)) {
                return false;
            }
            from = scan->at;
        } else if (stands_at(scan, at, "{%") && read_tag(scan, at, out)) {
            bool whole = spells(out->type, "raw") ? skip_raw(scan, at) : skip_to_close(scan, false);
            out->end = scan->at;
            return whole;
        }
    }
    return false;
}

/* ---- blocks ---- */

static bool add_block(block_list *list, floe_jinja_block block) {
    if (floe_grow(&list->items, &list->capacity, list->count + 1, sizeof *list->items)) {
        return false;
    }
    list->items[list->count++] = block;
    return true;
}

/* Counts `if` and `for`, which no block may stand in. */
static bool follow_control(scanner *scan, const tag *one) {
    const char *ends = spells(one->type, "if") ? "endif" : spells(one->type, "for") ? "endfor" : NULL;
    if (ends) {
        if (floe_grow(&scan->controls, &scan->control_capacity, scan->control_count + 1,
                      sizeof *scan->controls)) {
            return false;
        }
        scan->controls[scan->control_count++] = (control){ends, one->at};
        return true;
    }
    if (!spells(one->type, "endif") && !spells(one->type, "endfor")) {
        return true;
    }
    if (!scan->control_count) {
        reject(scan, one->at, "the tag '@' closes nothing here", one->type, "");
    } else if (!spells(one->type, scan->controls[--scan->control_count].ends)) {
        reject(scan, one->at, "the tag '@' closes nothing here", one->type,
               spells(one->type, "endif") ? "a 'for' is still open" : "an 'if' is still open");
    }
    return true;
}

static void open_block(scanner *scan, const tag *one) {
    if (scan->control_count) {
        char hint[96];
        uint32_t line, column;
        floe_jinja_position(scan->source, scan->controls[scan->control_count - 1].at, &line, &column);
        snprintf(hint, sizeof hint, "the '%s' of line %u is still open",
                 scan->controls[scan->control_count - 1].ends + 3, line);
        reject(scan, one->at, "a block '@' stands in another statement", one->type, hint);
        scan->control_count = 0;
    }
    if (scan->in_block) {
        char hint[96];
        uint32_t line, column;
        floe_jinja_position(scan->source, one->at, &line, &column);
        snprintf(hint, sizeof hint, "the next one begins at line %u: close this one before it", line);
        reject(scan, scan->current.at, "the block '@' is not closed", scan->current.type, hint);
    }
    scan->in_block = true;
    scan->current = *one;
}

static bool is_wanted(const scanner *scan, floe_jinja_text type) {
    for (const char *const *one = scan->types; *one; one++) {
        if (spells(type, *one)) {
            return true;
        }
    }
    return false;
}

static bool ends_block(const scanner *scan, floe_jinja_text type) {
    return scan->in_block && type.length == scan->current.type.length + 3 &&
           memcmp(type.text, "end", 3) == 0 &&
           memcmp(type.text + 3, scan->current.type.text, scan->current.type.length) == 0;
}

static bool take_tag(scanner *scan, const tag *one) {
    if (!follow_control(scan, one)) {
        return false;
    }
    if (is_wanted(scan, one->type)) {
        open_block(scan, one);
        return true;
    }
    if (ends_block(scan, one->type)) {
        const tag *first = &scan->current;
        scan->in_block = false;
        return add_block(&scan->blocks, (floe_jinja_block){first->type, first->name, first->at, one->end,
                                                           first->end, one->at});
    }
    return scan->in_block || add_block(&scan->strays, (floe_jinja_block){one->type, one->name, one->at,
                                                                         one->end, one->end, one->end});
}

static bool keep(floe_arena *arena, const block_list *list, const floe_jinja_block **items, uint32_t *count) {
    floe_jinja_block *copy = floe_arena_array(arena, list->count, sizeof *copy);
    if (copy && list->count) {
        memcpy(copy, list->items, list->count * sizeof *copy);
    }
    *items = copy;
    *count = (uint32_t)list->count;
    return copy != NULL;
}

int floe_jinja_find_blocks(floe_jinja_blocks *out, floe_arena *arena, const char *name, const char *text,
                           size_t size, const char *const *types, floe_error *error) {
    floe_jinja_template *source;
    tag one;
    int result = floe_jinja_source_new(&source, arena, name, text, size, error);
    if (result) {
        return result;
    }
    scanner scan = {.source = source, .text = text, .size = (uint32_t)size, .types = types, .error = error};
    bool memory = true;
    while (memory && next_tag(&scan, &one)) {
        memory = take_tag(&scan, &one);
    }
    if (scan.in_block) {
        char hint[96];
        snprintf(hint, sizeof hint, "expected '{%% end%.*s %%}' before the end of the file",
                 scan.current.type.length < 40 ? (int)scan.current.type.length : 40, scan.current.type.text);
        reject(&scan, scan.current.at, "the block '@' is not closed", scan.current.type, hint);
    }
    floe_jinja_blocks found = {.source = source};
    memory = memory && keep(arena, &scan.blocks, &found.items, &found.count) &&
             keep(arena, &scan.strays, &found.strays, &found.stray_count);
    if (memory) {
        *out = found;
    }
    free(scan.blocks.items);
    free(scan.strays.items);
    free(scan.controls);
    return memory ? scan.failed : floe_error_memory(error);
}

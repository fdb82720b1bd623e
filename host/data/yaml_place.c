#include "data/yaml_place.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

floe_yaml_cursor floe_yaml_cursor_at(const char *text, size_t size) {
    uint32_t first = size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    return (floe_yaml_cursor){.text = text, .first = first, .size = (uint32_t)size, .offset = first};
}

uint32_t floe_yaml_offset(floe_yaml_cursor *cursor, yaml_mark_t mark) {
    const char *text = cursor->text;
    uint32_t offset = cursor->offset;
    size_t index = cursor->index;
    for (; index < mark.index && offset < cursor->size; index++) {
        offset++;
        while (offset < cursor->size && floe_utf8_continues(text[offset])) {
            offset++;
        }
    }
    for (; index > mark.index && offset > cursor->first; index--) {
        offset--;
        while (offset > cursor->first && floe_utf8_continues(text[offset])) {
            offset--;
        }
    }
    cursor->index = index;
    cursor->offset = offset;
    return offset;
}

/* ---- hints ---- */

/* The line that holds an offset, up to that offset: true where its indentation has a tab. */
static bool indented_with_tab(const char *text, uint32_t first, uint32_t at) {
    uint32_t start = at;
    while (start > first && text[start - 1] != '\n') {
        start--;
    }
    for (; text[start] == ' ' || text[start] == '\t' || text[start] == '-'; start++) {
        if (text[start] == '\t') {
            return true;
        }
    }
    return false;
}

static void add_hint(floe_error *error, const floe_yaml_cursor *cursor, const char *problem, uint32_t at) {
    char found = at < cursor->size ? cursor->text[at] : '\0';
    if (indented_with_tab(cursor->text, cursor->first, at)) {
        floe_error_hint(error, "the line is indented with a tab; YAML takes blanks only");
    } else if (strstr(problem, "cannot start any token")) {
        floe_error_hint(error, "put a text that begins with '%c' into quotes", found);
    } else if (strstr(problem, "mapping values are not allowed")) {
        floe_error_hint(error, "put a text that holds ': ' into quotes, or look at the line's indentation");
    } else if (strstr(problem, "could not find expected ':'")) {
        floe_error_hint(error, "a key needs a colon and a blank behind it");
    } else if (strstr(problem, "expected <block end>") || strstr(problem, "did not find expected key")) {
        floe_error_hint(error, "look at the indentation of this line and of those before it");
    }
}

/* ---- sentences ---- */

static int set_reader_problem(floe_error *error, const floe_document *document,
                              const floe_yaml_cursor *cursor, const yaml_parser_t *parser) {
    uint32_t line, column;
    size_t at = cursor->first + parser->problem_offset;
    floe_document_position(document, at < document->size ? (uint32_t)at : (uint32_t)document->size, &line,
                           &column);
    if (parser->problem_value >= 0) {
        floe_error_set(error, FLOE_INVALID, "cannot read YAML: %s (0x%02X)", parser->problem,
                       (unsigned)parser->problem_value);
    } else {
        floe_error_set(error, FLOE_INVALID, "cannot read YAML: %s", parser->problem);
    }
    floe_error_at(error, document->path, line, column);
    return FLOE_INVALID;
}

static bool same_mark(yaml_mark_t left, yaml_mark_t right) {
    return left.index == right.index;
}

int floe_yaml_problem(floe_error *error, const floe_document *document, floe_yaml_cursor *cursor,
                      const yaml_parser_t *parser) {
    uint32_t line, column;
    const char *problem = parser->problem ? parser->problem : "it is not valid";
    if (parser->error == YAML_MEMORY_ERROR) {
        floe_error_set(error, FLOE_MEMORY, "out of memory while reading YAML");
        floe_error_at(error, document->path, 0, 0);
        return FLOE_MEMORY;
    }
    if (parser->error == YAML_READER_ERROR) {
        return set_reader_problem(error, document, cursor, parser);
    }
    char began[64] = "";
    if (parser->context && !same_mark(parser->context_mark, parser->problem_mark)) {
        floe_document_position(document, floe_yaml_offset(cursor, parser->context_mark), &line, &column);
        snprintf(began, sizeof began, " (which began at %u:%u)", line, column);
    }
    uint32_t at = floe_yaml_offset(cursor, parser->problem_mark);
    floe_document_position(document, at, &line, &column);
    floe_error_set(error, FLOE_INVALID, "cannot read YAML: %s%s%s%s", problem, parser->context ? " " : "",
                   parser->context ? parser->context : "", began);
    floe_error_at(error, document->path, line, column);
    add_hint(error, cursor, problem, at);
    return FLOE_INVALID;
}

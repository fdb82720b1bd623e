/* Where libyaml's marks stand in the text (it counts characters, we count bytes), and its errors as
 * sentences. */
#ifndef FLOE_DATA_YAML_PLACE_H
#define FLOE_DATA_YAML_PLACE_H

#include "floe/node.h"

#include <yaml.h>

/* The last mark that was looked for: the next one is near it. */
typedef struct floe_yaml_cursor {
    const char *text;
    uint32_t first; /* offset of the first character: behind the byte order mark, where there is one */
    uint32_t size;
    size_t index;
    uint32_t offset;
} floe_yaml_cursor;

floe_yaml_cursor floe_yaml_cursor_at(const char *text, size_t size);

/* The byte offset of a mark. */
uint32_t floe_yaml_offset(floe_yaml_cursor *cursor, yaml_mark_t mark);

/* Fills `error` with what made the parser stop, where that is, and what may help. Returns its code. */
int floe_yaml_problem(floe_error *error, const floe_document *document, floe_yaml_cursor *cursor,
                      const yaml_parser_t *parser);

#endif

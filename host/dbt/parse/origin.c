/* Where a template that stands in a YAML file begins in it, so that what is said of it names a line there. */
#include "dbt/parse/nodes.h"

#include <string.h>

/* The scalar's text as it is written: quotes are left out. NULL where it is not written as it reads. */
static const char *written(const floe_document *document, uint32_t at, const char *text, size_t size) {
    const char *start = document->text + at;
    size_t room = document->size - at;
    bool quoted = room && (*start == '"' || *start == '\'');
    return room >= size + quoted && !memchr(text, '\n', size) && memcmp(start + quoted, text, size) == 0
               ? start + quoted
               : NULL;
}

/* Whether the lines of a text are those that stand behind `line`, each `indent` further to the right. */
static bool stand_there(const char *line, const char *end, uint32_t indent, const char *text, size_t size) {
    for (const char *rest = text, *stop = text + size; rest < stop;) {
        const char *next = memchr(rest, '\n', (size_t)(stop - rest));
        size_t length = (size_t)((next ? next : stop) - rest);
        if (length && ((size_t)(end - line) < indent + length || memcmp(line + indent, rest, length) != 0)) {
            return false;
        }
        line = memchr(line, '\n', (size_t)(end - line));
        line = line ? line + 1 : end;
        rest = next ? next + 1 : stop;
    }
    return true;
}

/* Of a block scalar (`|`): its first line, and how far its lines stand to the right; NULL where its text is
 * not that of its lines. */
static const char *block_of(const floe_document *document, uint32_t at, const char *text, size_t size,
                            uint32_t *indent) {
    const char *start = document->text + at, *end = document->text + document->size;
    const char *line =
        at < document->size && *start == '|' ? memchr(start, '\n', (size_t)(end - start)) : NULL;
    if (!line) {
        return NULL;
    }
    *indent = 0;
    for (line++; line + *indent < end && line[*indent] == ' ';) {
        ++*indent;
    }
    return stand_there(line, end, *indent, text, size) ? line : NULL;
}

floe_jinja_origin floe_parse_origin(const floe_document *document, const char *shown, uint32_t at,
                                    const char *text, size_t size) {
    floe_jinja_origin origin = {.name = shown};
    if (!document || !document->text || at >= document->size) {
        return origin;
    }
    const char *start = written(document, at, text, size);
    if (!start) {
        start = block_of(document, at, text, size, &origin.indent);
        origin.approximate = !start;
    }
    uint32_t offset = start ? (uint32_t)(start - document->text) + origin.indent : at;
    floe_document_position(document, offset, &origin.line, &origin.column);
    return origin;
}

/* Whether the scalar at an offset begins as a text does, however it is folded. */
static bool begins_there(const floe_document *document, uint32_t at, const char *text, size_t size) {
    const char *start = document->text + at, *end = document->text + document->size;
    bool block = *start == '|' || *start == '>';
    start = block ? memchr(start, '\n', (size_t)(end - start)) : start + (*start == '"' || *start == '\'');
    while (block && start && start < end && strchr(" \n", *start)) {
        start++;
    }
    size_t word = 0;
    while (word < size && !strchr(" \n\\\"'", text[word])) {
        word++;
    }
    return start && (size_t)(end - start) >= word && memcmp(start, text, word) == 0;
}

/* The file that a node's hook stands in is not kept with it: it is the one in which its text is found. */
floe_jinja_origin floe_parse_hook_origin(const floe_parse *parse, const floe_parse_node *node,
                                         const floe_node *hook) {
    const floe_parse_package *root = parse->packages.items[0];
    const struct {
        const floe_document *document;
        const char *shown;
    } files[] = {{node->patch_file ? node->patch_file->document : NULL,
                  node->patch_file ? node->patch_file->shown : NULL},
                 {node->package->document, node->package->shown},
                 {root->document, root->shown}};
    size_t size;
    const char *text = floe_node_string(hook, &size);
    for (size_t i = 0; hook->at && i < sizeof files / sizeof *files; i++) {
        const floe_document *document = files[i].document;
        if (document && document->text && hook->at < document->size &&
            begins_there(document, hook->at, text, size)) {
            return floe_parse_origin(document, files[i].shown, hook->at, text, size);
        }
    }
    return (floe_jinja_origin){.name = floe_parse_shown(node), .line = 1, .column = 1, .approximate = true};
}

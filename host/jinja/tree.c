/* What can be asked of a template and of its tree. */
#include "jinja/parser.h"

#include "base/utf8.h"

#include <string.h>

bool floe_jinja_is_template(const char *text, size_t size) {
    for (size_t i = 0; i + 1 < size; i++) {
        char one = text[i], two = text[i + 1];
        bool opens = one == '{' && (two == '{' || two == '%' || two == '#');
        bool closes = two == '}' && (one == '}' || one == '%' || one == '#');
        if (opens || closes) {
            return true;
        }
    }
    return false;
}

/* ---- lines ---- */

/* Offset behind the next line break: LF, CR LF or CR. The size where there is none. */
static uint32_t next_line(const char *text, uint32_t at, uint32_t size, bool returns) {
    if (!returns) {
        const char *found = memchr(text + at, '\n', size - at);
        return found ? (uint32_t)(found - text) + 1 : size;
    }
    while (at < size && text[at] != '\n' && text[at] != '\r') {
        at++;
    }
    if (at == size) {
        return size;
    }
    return text[at] == '\r' && at + 1 < size && text[at + 1] == '\n' ? at + 2 : at + 1;
}

static bool ends_line(const char *text, uint32_t at) {
    return text[at] == '\n' || text[at] == '\r';
}

/* Large texts get a table of their lines; small ones are counted through when somebody asks. */
static int add_lines(floe_jinja_template *template, floe_arena *arena) {
    enum { SMALL = 4096 };
    uint32_t size = (uint32_t) template->size, count = 0, room = 0;
    bool returns = size && memchr(template->text, '\r', size);
    if (size < SMALL) {
        return 0;
    }
    for (uint32_t at = 0; at < size; at = next_line(template->text, at, size, returns)) {
        room++;
    }
    uint32_t *lines = floe_arena_array(arena, room + 1, sizeof *lines);
    if (!lines) {
        return FLOE_MEMORY;
    }
    for (uint32_t at = 0; at < size; at = next_line(template->text, at, size, returns)) {
        lines[count++] = at;
    }
    if (ends_line(template->text, size - 1)) {
        lines[count++] = size;
    }
    template->lines = lines;
    template->line_count = count;
    return 0;
}

int floe_jinja_source_new(floe_jinja_template **out, floe_arena *arena, const char *name, const char *text,
                          size_t size, floe_error *error) {
    if (size >= UINT32_MAX) {
        floe_error_set(error, FLOE_LIMIT, "the text is larger than 4 GiB");
        return floe_error_at(error, name, 1, 1) ? FLOE_LIMIT : FLOE_LIMIT;
    }
    floe_jinja_template *template = floe_arena_alloc(arena, sizeof *template);
    if (!template) {
        return floe_error_memory(error);
    }
    *template = (floe_jinja_template){.name = name, .text = text, .size = size};
    if (add_lines(template, arena)) {
        return floe_error_memory(error);
    }
    *out = template;
    return 0;
}

/* The line that holds the offset, counted from 0, and where it begins. */
static uint32_t find_line(const floe_jinja_template *template, uint32_t at, uint32_t *start) {
    uint32_t low = 0, high = template->line_count;
    if (template->lines) {
        while (high - low > 1) {
            uint32_t middle = low + (high - low) / 2;
            *(template->lines[middle] <= at ? &low : &high) = middle;
        }
        *start = template->lines[low];
        return low;
    }
    *start = 0;
    while (*start < at) {
        uint32_t next = next_line(template->text, *start, (uint32_t) template->size, true);
        if (next > at || !ends_line(template->text, next - 1)) {
            break;
        }
        *start = next;
        low++;
    }
    return low;
}

/* From a place in the template's text to one in the file that it stands in. */
static void move_into(const floe_jinja_origin *origin, uint32_t *line, uint32_t *column) {
    if (!origin->line) {
        return;
    }
    if (origin->approximate) {
        *line = *column = 1;
    }
    *column += *line == 1 ? origin->column - 1 : origin->indent;
    *line += origin->line - 1;
}

void floe_jinja_position(const floe_jinja_template *template, uint32_t at, uint32_t *line, uint32_t *column) {
    uint32_t start;
    at = at < template->size ? at : (uint32_t) template->size;
    *line = find_line(template, at, &start) + 1;
    *column = 1;
    for (uint32_t i = start; i < at; i++) {
        *column += !floe_utf8_continues(template->text[i]);
    }
    move_into(&template->origin, line, column);
}

/* ---- the tree ---- */

static bool walk_node(const floe_jinja_node *node, floe_jinja_visit visit, void *context) {
    if (!node) {
        return true;
    }
    return visit(context, node) && walk_node(node->a, visit, context) && walk_node(node->b, visit, context) &&
           walk_node(node->c, visit, context) && floe_jinja_walk(node->items, visit, context) &&
           floe_jinja_walk(node->defaults, visit, context) && floe_jinja_walk(node->body, visit, context) &&
           floe_jinja_walk(node->otherwise, visit, context);
}

bool floe_jinja_walk(floe_jinja_list list, floe_jinja_visit visit, void *context) {
    for (uint32_t i = 0; i < list.count; i++) {
        if (!walk_node(list.items[i], visit, context)) {
            return false;
        }
    }
    return true;
}

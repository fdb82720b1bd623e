/* Any bytes are a tree whose nodes lie within one another, or an error with its place; the same holds for an
 * expression, and for a file of blocks and each of them parsed alone. */
#include "jinja/syntax.h"

#include "check.h"

typedef struct seen {
    const floe_jinja_template *template;
    size_t bytes;
} seen;

static bool look_at(void *context, const floe_jinja_node *node) {
    seen *saw = context;
    uint32_t line, column;
    HOLDS(node->at <= node->end && node->end <= saw->template->size);
    HOLDS(node->height > 0 && node->height <= FLOE_JINJA_HEIGHT);
    HOLDS(!node->a || node->a->height < node->height);
    floe_jinja_position(saw->template, node->at, &line, &column);
    HOLDS(line > 0 && column > 0);
    if (node->kind == FLOE_JINJA_TEXT || node->kind == FLOE_JINJA_STRING || node->kind == FLOE_JINJA_NAME) {
        for (uint32_t i = 0; i < node->text.length; i++) {
            saw->bytes += (unsigned char)node->text.text[i];
        }
    }
    return true;
}

static void check_problem(int result, const floe_error *error) {
    HOLDS(result < 0 && result == (int)error->code && result != FLOE_INTERNAL);
    HOLDS(error->message[0] && error->line > 0 && error->column > 0);
}

static void check_template(int result, const floe_jinja_template *template, const floe_error *error) {
    if (result) {
        check_problem(result, error);
        return;
    }
    seen saw = {template, 0};
    HOLDS(floe_jinja_walk(template->body, look_at, &saw));
}

static void check_blocks(floe_arena *arena, const char *text, size_t size) {
    static const char *const types[] = {"macro", "test", "snapshot", "docs", NULL};
    floe_jinja_blocks blocks = {0};
    floe_error error = {0};
    int result = floe_jinja_find_blocks(&blocks, arena, "input", text, size, types, &error);
    if (result) {
        check_problem(result, &error);
    }
    for (uint32_t i = 0; i < blocks.count; i++) {
        const floe_jinja_block *block = &blocks.items[i];
        const floe_jinja_template *template = NULL;
        HOLDS(block->at < block->inside && block->inside <= block->inside_end && block->end <= size);
        HOLDS(block->inside_end < block->end && (i == 0 || block->at >= block[-1].end));
        error = (floe_error){0};
        result = floe_jinja_parse_part(&template, arena, blocks.source, block->at, block->end, &error);
        check_template(result, template, &error);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *text = (const char *)data;
    floe_arena *arena = floe_arena_new(0);
    const floe_jinja_template *template = NULL;
    const floe_jinja_node *node;
    floe_error error = {0};
    int result = floe_jinja_parse(&template, arena, "input", text, size, &error);
    check_template(result, template, &error);
    error = (floe_error){0};
    result = floe_jinja_parse_expression(&node, arena, "input", text, size, &error);
    if (result) {
        check_problem(result, &error);
    }
    check_blocks(arena, text, size);
    floe_arena_free(arena);
    return 0;
}

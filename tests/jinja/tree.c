/*
 * Prints the trees of templates for comparison with Jinja's own. Standard input holds them one behind the
 * other, each as its length in bytes, a line break, and its bytes; the answers have the same form: a tree, or
 * a line that begins with "!" and says what is wrong.
 */
#include "base/buffer.h"
#include "jinja/syntax.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_node(floe_buffer *out, const floe_jinja_node *node);

static void print_text(floe_buffer *out, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == '"' || c == '\\') {
            floe_buffer_printf(out, "\\%02x", c);
        } else {
            floe_buffer_append(out, &text[i], 1);
        }
    }
}

static void print_quoted(floe_buffer *out, floe_jinja_text text) {
    floe_buffer_append(out, "\"", 1);
    print_text(out, text.text, text.length);
    floe_buffer_append(out, "\"", 1);
}

/* Texts that stand beside one another are printed as one. */
static void print_list(floe_buffer *out, floe_jinja_list list) {
    floe_buffer_printf(out, "[");
    for (uint32_t i = 0; i < list.count; i++) {
        floe_buffer_printf(out, i ? " " : "");
        if (!list.items[i] || list.items[i]->kind != FLOE_JINJA_TEXT) {
            print_node(out, list.items[i]);
            continue;
        }
        floe_buffer_printf(out, "(text \"");
        for (; i < list.count && list.items[i]->kind == FLOE_JINJA_TEXT; i++) {
            print_text(out, list.items[i]->text.text, list.items[i]->text.length);
        }
        floe_buffer_printf(out, "\")");
        i--;
    }
    floe_buffer_printf(out, "]");
}

/* Arguments in the order in which Jinja's tree keeps them: *values behind the keywords. */
static void print_arguments(floe_buffer *out, floe_jinja_list list) {
    const floe_jinja_node *sorted[256];
    uint32_t count = 0;
    for (int spread = 0; spread < 3; spread++) {
        for (uint32_t i = 0; i < list.count && count < 256; i++) {
            int kind = list.items[i]->kind;
            int place = kind == FLOE_JINJA_SPREAD ? 1 : kind == FLOE_JINJA_SPREAD_KEYWORDS ? 2 : 0;
            if (place == spread) {
                sorted[count++] = list.items[i];
            }
        }
    }
    print_list(out, (floe_jinja_list){sorted, count});
}

static const char *const operations[] = {"+",  "-",  "*",  "/", "//", "%", "**", "~",  "and",
                                         "or", "==", "!=", "<", "<=", ">", ">=", "in", "not in"};

static const char *const names[] = {"text",
                                    "out",
                                    "if",
                                    "for",
                                    "set",
                                    "set-block",
                                    "macro",
                                    "call-block",
                                    "filter-block",
                                    "with",
                                    "do",
                                    "break",
                                    "continue",
                                    "block",
                                    "import",
                                    "test-block",
                                    "materialization",
                                    "snapshot",
                                    "docs",
                                    "name",
                                    "none",
                                    "boolean",
                                    "integer",
                                    "number",
                                    "string",
                                    "list",
                                    "tuple",
                                    "dict",
                                    "attribute",
                                    "item",
                                    "slice",
                                    "call",
                                    "keyword",
                                    "spread",
                                    "spread-keywords",
                                    "filter",
                                    "test",
                                    "not",
                                    "negative",
                                    "positive",
                                    "binary",
                                    "compare",
                                    "operand",
                                    "conditional"};

static bool takes_arguments(const floe_jinja_node *node) {
    return node->kind == FLOE_JINJA_CALL || node->kind == FLOE_JINJA_FILTER || node->kind == FLOE_JINJA_TEST;
}

static void print_node(floe_buffer *out, const floe_jinja_node *node) {
    if (!node) {
        floe_buffer_printf(out, "-");
        return;
    }
    floe_buffer_printf(out, "(%s", names[node->kind]);
    if (node->kind == FLOE_JINJA_INTEGER || node->kind == FLOE_JINJA_BOOLEAN) {
        floe_buffer_printf(out, " %" PRId64, node->integer);
    } else if (node->kind == FLOE_JINJA_NUMBER) {
        floe_buffer_printf(out, " %.17g", node->number);
    } else if (node->text.text) {
        floe_buffer_printf(out, " ");
        print_quoted(out, node->text);
    }
    if (node->kind == FLOE_JINJA_BINARY || node->kind == FLOE_JINJA_OPERAND) {
        floe_buffer_printf(out, " %s", operations[node->operation]);
    }
    floe_buffer_printf(out, "%s%s", node->negated ? " negated" : "", node->recursive ? " recursive" : "");
    const floe_jinja_node *const parts[] = {node->a, node->b, node->c};
    bool slice = node->kind == FLOE_JINJA_SLICE;
    for (size_t i = 0; i < 3; i++) {
        if (parts[i] || slice) {
            floe_buffer_printf(out, " ");
            print_node(out, parts[i]);
        }
    }
    const floe_jinja_list lists[] = {node->items, node->defaults, node->body, node->otherwise};
    static const char *const labels[] = {"", "=", ":", "else"};
    for (size_t i = 0; i < 4; i++) {
        if (lists[i].count) {
            floe_buffer_printf(out, " %s", labels[i]);
            (takes_arguments(node) ? print_arguments : print_list)(out, lists[i]);
        }
    }
    floe_buffer_printf(out, ")");
}

static void answer(const char *text, size_t size) {
    floe_arena *arena = floe_arena_new(0);
    const floe_jinja_template *template;
    floe_error error = {0};
    floe_buffer out = {0};
    if (floe_jinja_parse(&template, arena, "template", text, size, &error)) {
        floe_buffer_printf(&out, "!%u:%u: %s (%s)", error.line, error.column, error.message, error.hint);
    } else {
        print_list(&out, template->body);
    }
    printf("%zu\n", out.size);
    fwrite(out.data, 1, out.size, stdout);
    floe_buffer_free(&out);
    floe_arena_free(arena);
}

/* The blocks of macro files instead: type, name, what stands in it, and all of it. */
static void answer_blocks(const char *text, size_t size) {
    static const char *const types[] = {"macro", "materialization", "test", "data_test", NULL};
    floe_arena *arena = floe_arena_new(0);
    floe_jinja_blocks blocks = {0};
    floe_error error = {0};
    floe_buffer out = {0};
    if (floe_jinja_find_blocks(&blocks, arena, "template", text, size, types, &error)) {
        floe_buffer_printf(&out, "!%u:%u: %s (%s)", error.line, error.column, error.message, error.hint);
    } else {
        floe_buffer_printf(&out, "%u", blocks.stray_count);
    }
    for (uint32_t i = 0; !error.code && i < blocks.count; i++) {
        const floe_jinja_block *block = &blocks.items[i];
        const floe_jinja_text parts[] = {block->type,
                                         block->name,
                                         {text + block->inside, block->inside_end - block->inside},
                                         {text + block->at, block->end - block->at}};
        for (size_t part = 0; part < 4; part++) {
            floe_buffer_printf(&out, " ");
            print_quoted(&out, parts[part]);
        }
    }
    printf("%zu\n", out.size);
    fwrite(out.data, 1, out.size, stdout);
    floe_buffer_free(&out);
    floe_arena_free(arena);
}

int main(int count, char **arguments) {
    bool blocks = count > 1 && strcmp(arguments[1], "--blocks") == 0;
    size_t size;
    while (scanf("%zu", &size) == 1 && getchar() == '\n') {
        char *text = malloc(size + 1);
        if (!text || fread(text, 1, size, stdin) != size) {
            return 1;
        }
        (blocks ? answer_blocks : answer)(text, size);
        free(text);
    }
    return 0;
}

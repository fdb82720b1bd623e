/*
 * What the files of macros and docs define: macros, generic tests, materializations, docs blocks. Each block
 * is parsed alone, as dbt does, so that one that is broken takes no other with it.
 */
#include "dbt/parse/layout.h"

#include <stdlib.h>
#include <string.h>

static const char *const macro_types[] = {"macro", "materialization", "test", "data_test", NULL};
static const char *const test_types[] = {"test", "data_test", NULL};
static const char *const docs_types[] = {"docs", NULL};

static const char *text_in(floe_arena *arena, const char *prefix, floe_jinja_text name, const char *separator,
                           floe_jinja_text rest) {
    size_t before = strlen(prefix), between = strlen(separator);
    char *out = floe_arena_alloc(arena, before + name.length + between + rest.length + 1), *cursor = out;
    if (!out) {
        return NULL;
    }
    cursor = mempcpy(cursor, prefix, before);
    cursor = name.length ? mempcpy(cursor, name.text, name.length) : cursor;
    cursor = mempcpy(cursor, separator, between);
    cursor = rest.length ? mempcpy(cursor, rest.text, rest.length) : cursor;
    *cursor = '\0';
    return out;
}

/* ---- macros ---- */

/* The name under which dbt keeps a macro. */
static const char *name_of(floe_arena *arena, const floe_jinja_node *macro) {
    static const floe_jinja_text none = {"", 0}, standard = {"default", 7};
    switch (macro->kind) {
    case FLOE_JINJA_TEST_BLOCK:
        return text_in(arena, "test_", macro->text, "", none);
    case FLOE_JINJA_MATERIALIZATION:
        return text_in(arena, "materialization_", macro->text, "_", macro->b ? macro->b->text : standard);
    default:
        return text_in(arena, "", macro->text, "", none);
    }
}

static const floe_jinja_node *macro_in(const floe_jinja_template *template) {
    for (uint32_t i = 0; i < template->body.count; i++) {
        const floe_jinja_node *node = template->body.items[i];
        if (node->kind == FLOE_JINJA_MACRO || node->kind == FLOE_JINJA_TEST_BLOCK ||
            node->kind == FLOE_JINJA_MATERIALIZATION) {
            return node;
        }
    }
    return NULL;
}

/* Reports what is wrong in a file; FLOE_MEMORY is the thread's failure. */
static int report_broken(floe_parse_thread *thread, const floe_parse_file *file, const floe_error *error) {
    if (error->code == FLOE_MEMORY) {
        thread->error = *error;
        return FLOE_MEMORY;
    }
    floe_parse_report_error(thread->parse, FLOE_PARSE_ERROR, "invalid_jinja", file, error);
    return 0;
}

static int read_macro(floe_parse_thread *thread, const floe_parse_file *file, const floe_jinja_blocks *blocks,
                      const floe_jinja_block *block, floe_parse_blocks *out) {
    const floe_jinja_template *template;
    floe_error error = {0};
    if (floe_jinja_parse_part(&template, thread->arena, blocks->source, block->at, block->end, &error)) {
        return report_broken(thread, file, &error);
    }
    const floe_jinja_node *syntax = macro_in(template);
    if (!syntax) {
        return 0;
    }
    const floe_jinja_text package = {file->package->name, (uint32_t)strlen(file->package->name)};
    const char *name = name_of(thread->arena, syntax);
    const floe_jinja_text text = {name, name ? (uint32_t)strlen(name) : 0};
    const char *id = name ? text_in(thread->arena, "macro.", package, ".", text) : NULL;
    if (!id) {
        return floe_error_memory(&thread->error);
    }
    out->macros[out->macro_count++] = (floe_parse_macro){.name = name,
                                                         .unique_id = id,
                                                         .package = file->package,
                                                         .file = file,
                                                         .template = template,
                                                         .syntax = syntax,
                                                         .at = block->at,
                                                         .end = block->end};
    return 0;
}

static void report_strays(floe_parse_thread *thread, const floe_parse_file *file,
                          const floe_jinja_blocks *blocks) {
    for (uint32_t i = 0; i < blocks->stray_count; i++) {
        uint32_t line, column;
        floe_jinja_position(blocks->source, blocks->strays[i].at, &line, &column);
        floe_parse_report(thread->parse, FLOE_PARSE_DEPRECATION, "misplaced_block", file->shown, line, column,
                          "remove it: dbt passes over what stands outside of macros",
                          "'%.*s' stands outside of any macro", (int)blocks->strays[i].type.length,
                          blocks->strays[i].type.text);
    }
}

/* ---- docs ---- */

/* The texts of a template that is nothing else, as raw blocks and comments leave it. */
static bool join_texts(char *out, size_t *size, const floe_jinja_template *template) {
    char *cursor = out;
    for (uint32_t i = 0; i < template->body.count; i++) {
        const floe_jinja_node *node = template->body.items[i];
        if (node->kind != FLOE_JINJA_TEXT) {
            return false;
        }
        cursor = mempcpy(cursor, node->text.text, node->text.length);
    }
    *size = (size_t)(cursor - out);
    return true;
}

static bool knows_no_name(floe_jinja_run *run, floe_jinja_text name, floe_jinja_value *out) {
    (void)run;
    (void)name;
    (void)out;
    return false;
}

/* Renders a template where no name is known; `*text` stays as it is where that fails (a problem). */
static int render_doc(floe_parse_thread *thread, const floe_parse_file *file,
                      const floe_jinja_template *template, char **text, size_t *size) {
    const floe_jinja_host host = {.lookup = knows_no_name};
    floe_jinja_run *run = NULL;
    floe_jinja_value value;
    floe_error error = {0};
    int result = floe_jinja_run_new(&run, &host, NULL, NULL, &thread->error);
    if (result) {
        return result;
    }
    if (floe_jinja_render(run, template, &value)) {
        error = *floe_jinja_error(run);
        result = report_broken(thread, file, &error);
    } else if (floe_jinja_is(&value, FLOE_JINJA_IS_STRING)) {
        char *copy = floe_arena_text(thread->arena, value.string, value.length);
        result = copy ? 0 : floe_error_memory(&thread->error);
        *text = copy ? copy : *text;
        *size = copy ? value.length : *size;
    }
    floe_jinja_run_free(run);
    return result;
}

/* Dbt 2 takes of a docs block what stands before its first tag or comment. */
static size_t before_first_tag(const char *text, size_t size) {
    for (size_t i = 0; i + 1 < size; i++) {
        if (text[i] == '{' && (text[i + 1] == '{' || text[i + 1] == '%' || text[i + 1] == '#')) {
            return i;
        }
    }
    return size;
}

/* A docs block's text: dbt renders it where no name is known, and strips it. */
static int read_doc(floe_parse_thread *thread, const floe_parse_file *file, const floe_jinja_blocks *blocks,
                    const floe_jinja_block *block, floe_parse_blocks *out) {
    const floe_jinja_template *template;
    floe_error error = {0};
    if (floe_jinja_parse_part(&template, thread->arena, blocks->source, block->inside, block->inside_end,
                              &error)) {
        return report_broken(thread, file, &error);
    }
    size_t size = block->inside_end - block->inside;
    char *text = floe_arena_alloc(thread->arena, size + 1);
    static const floe_jinja_text none = {"", 0};
    const char *name = text_in(thread->arena, "", block->name, "", none);
    if (!text || !name) {
        return floe_error_memory(&thread->error);
    }
    if (thread->parse->dbt >= 200) {
        size = before_first_tag(blocks->source->text + block->inside, size);
        memcpy(text, blocks->source->text + block->inside, size);
    } else if (!join_texts(text, &size, template)) {
        size = block->inside_end - block->inside;
        memcpy(text, blocks->source->text + block->inside, size);
        int result = render_doc(thread, file, template, &text, &size);
        if (result) {
            return result;
        }
    }
    const char *stripped = text;
    floe_strip(&stripped, &size);
    out->docs[out->doc_count++] = (floe_parse_doc){
        .name = name, .package = file->package, .file = file, .text = stripped, .size = size};
    return 0;
}

/* ---- a file ---- */

int floe_parse_read_blocks(floe_parse_thread *thread, const floe_parse_file *file, floe_parse_blocks *out) {
    bool docs = file->role == FLOE_ROLE_DOCS;
    const char *const *types = docs ? docs_types : file->generic ? test_types : macro_types;
    floe_jinja_blocks blocks = {0};
    floe_error error = {0};
    *out = (floe_parse_blocks){0};
    if (floe_jinja_find_blocks(&blocks, thread->arena, file->shown, file->text, file->size, types, &error)) {
        int result = report_broken(thread, file, &error);
        if (result) {
            return result;
        }
    }
    if (!blocks.count) {
        return 0;
    }
    out->macros = docs ? NULL : floe_arena_array(thread->arena, blocks.count, sizeof *out->macros);
    out->docs = docs ? floe_arena_array(thread->arena, blocks.count, sizeof *out->docs) : NULL;
    if (!out->macros && !out->docs) {
        return floe_error_memory(&thread->error);
    }
    int result = 0;
    for (uint32_t i = 0; !result && i < blocks.count; i++) {
        result = docs ? read_doc(thread, file, &blocks, &blocks.items[i], out)
                      : read_macro(thread, file, &blocks, &blocks.items[i], out);
    }
    if (!docs && !file->generic) {
        report_strays(thread, file, &blocks);
    }
    return result;
}

/* ---- all of them ---- */

/* Texts seen so far: unique ids of macros, or names of docs behind their package's number. */
typedef struct seen {
    uint32_t *index, mask; /* number + 1; 0 is free */
} seen;

static int begin_seen(seen *s, size_t count) {
    size_t size = 16;
    while (size < count * 2) {
        size *= 2;
    }
    s->index = calloc(size, sizeof *s->index);
    s->mask = (uint32_t)(size - 1);
    return s->index ? 0 : FLOE_MEMORY;
}

static void place_of(const floe_parse_macro *macro, uint32_t *line, uint32_t *column) {
    floe_jinja_position(macro->template, macro->syntax->at, line, column);
}

static void report_twice(floe_parse *parse, const floe_parse_macro *one, const floe_parse_macro *other) {
    uint32_t line, column, first_line, first_column;
    place_of(one, &first_line, &first_column);
    place_of(other, &line, &column);
    floe_parse_report_about(parse, FLOE_PARSE_ERROR, "duplicate_macro", other->unique_id, other->file->shown,
                            line, column, "rename or remove one of them",
                            "the macro '%s' is there twice, first in %s:%u:%u", other->name, one->file->shown,
                            first_line, first_column);
}

static int add_macro(floe_parse *parse, seen *s, floe_parse_macro *macro) {
    uint32_t probe = floe_hash(macro->unique_id, strlen(macro->unique_id)) & s->mask;
    for (; s->index[probe]; probe = (probe + 1) & s->mask) {
        const floe_parse_macro *one = parse->macros.items[s->index[probe] - 1];
        if (strcmp(one->unique_id, macro->unique_id) == 0) {
            report_twice(parse, one, macro);
            return 0;
        }
    }
    s->index[probe] = (uint32_t)parse->macros.count + 1;
    return FLOE_PARSE_PUSH(&parse->macros, macro);
}

static int add_doc(floe_parse *parse, seen *s, floe_parse_doc *doc) {
    uint32_t probe = (floe_hash(doc->name, strlen(doc->name)) + doc->package->index) & s->mask;
    for (; s->index[probe]; probe = (probe + 1) & s->mask) {
        const floe_parse_doc *one = parse->docs.items[s->index[probe] - 1];
        if (one->package == doc->package && strcmp(one->name, doc->name) == 0) {
            floe_parse_report(parse, FLOE_PARSE_ERROR, "duplicate_doc", doc->file->shown, 0, 0,
                              "rename or remove one of them",
                              "the docs block '%s' is there twice, first in %s", doc->name, one->file->shown);
            return 0;
        }
    }
    s->index[probe] = (uint32_t)parse->docs.count + 1;
    return FLOE_PARSE_PUSH(&parse->docs, doc);
}

int floe_parse_add_blocks(floe_parse *parse, const floe_parse_blocks *blocks, size_t count) {
    size_t macros = 0, docs = 0;
    seen known_macros = {0}, known_docs = {0};
    for (size_t i = 0; i < count; i++) {
        macros += blocks[i].macro_count;
        docs += blocks[i].doc_count;
    }
    int result = begin_seen(&known_macros, macros);
    result = result ? result : begin_seen(&known_docs, docs);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; !result && k < blocks[i].macro_count; k++) {
            result = add_macro(parse, &known_macros, &blocks[i].macros[k]);
        }
        for (size_t k = 0; !result && k < blocks[i].doc_count; k++) {
            result = add_doc(parse, &known_docs, &blocks[i].docs[k]);
        }
    }
    free(known_macros.index);
    free(known_docs.index);
    return result ? floe_error_memory(parse->error) : 0;
}

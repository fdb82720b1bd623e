/* Entries of properties files: reading their members, building trees from them, and saying what is wrong. */
#include "dbt/parse/entries.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- objects in the making ---- */

static size_t slot_of(const floe_maker *maker, const char *key, size_t length) {
    size_t slot = 0;
    for (; slot < maker->count; slot++) {
        if (maker->keys[slot].length == length && memcmp(maker->keys[slot].text, key, length) == 0) {
            break;
        }
    }
    return slot;
}

static void append(floe_maker *maker, floe_key key, floe_node value) {
    if (floe_grow(&maker->keys, &maker->key_capacity, maker->count + 1, sizeof *maker->keys) ||
        floe_grow(&maker->values, &maker->value_capacity, maker->count + 1, sizeof *maker->values)) {
        maker->failed = true;
        return;
    }
    maker->keys[maker->count] = key;
    maker->values[maker->count++] = value;
}

void floe_maker_put(floe_maker *maker, const char *key, size_t length, floe_node value) {
    size_t slot = slot_of(maker, key, length);
    if (slot < maker->count) {
        maker->values[slot] = value;
    } else {
        append(maker, floe_key_of(key, length), value);
    }
}

void floe_maker_set(floe_maker *maker, const char *key, floe_node value) {
    floe_maker_put(maker, key, strlen(key), value);
}

void floe_maker_some(floe_maker *maker, const char *key, const floe_node *value) {
    if (!floe_node_absent(value)) {
        floe_maker_set(maker, key, *value);
    }
}

void floe_maker_update(floe_maker *maker, const floe_node *object) {
    bool empty = maker->count == 0;
    uint32_t count = floe_entry_count(object, FLOE_OBJECT);
    for (uint32_t i = 0; i < count; i++) {
        const floe_key *key = floe_node_key(object, i);
        if (empty) {
            append(maker, *key, object->block->items[i]);
        } else {
            floe_maker_put(maker, key->text, key->length, object->block->items[i]);
        }
    }
}

const floe_node *floe_maker_get(const floe_maker *maker, const char *key, size_t length) {
    size_t slot = slot_of(maker, key, length);
    return slot < maker->count ? &maker->values[slot] : NULL;
}

void floe_maker_drop(floe_maker *maker, const char *key) {
    size_t slot = slot_of(maker, key, strlen(key));
    if (slot < maker->count) {
        size_t rest = maker->count - slot - 1;
        memmove(&maker->keys[slot], &maker->keys[slot + 1], rest * sizeof *maker->keys);
        memmove(&maker->values[slot], &maker->values[slot + 1], rest * sizeof *maker->values);
        maker->count--;
    }
}

void floe_maker_free(floe_maker *maker) {
    free(maker->keys);
    free(maker->values);
    *maker = (floe_maker){0};
}

int floe_maker_finish(floe_maker *maker, int result, floe_parse_thread *thread, uint32_t at, floe_node *out) {
    *out = floe_null_node(at);
    result = result || !maker->failed ? result : FLOE_MEMORY;
    result = result ? result
                    : floe_document_map(out, thread->document, maker->keys, maker->values, NULL, maker->count,
                                        at, NULL);
    floe_maker_free(maker);
    return result;
}

/* ---- reading ---- */

const floe_node *floe_entry_get(const floe_node *object, const char *key) {
    const floe_node *member = floe_node_get(object, key, strlen(key));
    return floe_node_absent(member) ? NULL : member;
}

uint32_t floe_entry_count(const floe_node *node, floe_kind kind) {
    return node && floe_node_kind(node) == kind ? floe_node_size(node) : 0;
}

floe_node floe_entry_list(floe_parse_thread *thread, const floe_node *items, size_t count) {
    floe_node out;
    return floe_document_list(&out, thread->document, items, count, 0, NULL) ? floe_null_node(0) : out;
}

const char *floe_entry_below_root(const floe_parse_file *file) {
    const char *slash = strchr(file->path, '/');
    return slash ? slash + 1 : file->path;
}

enum { DEEPEST_FOLDER = 64 };

int floe_entry_fqn(floe_parse_thread *thread, const floe_parse_file *file, const char *path, floe_node *out,
                   const char *const *names, size_t count) {
    floe_node parts[DEEPEST_FOLDER + 8];
    size_t used = 0;
    parts[used++] = floe_literal_node(file->package->name);
    for (const char *slash; (slash = strchr(path, '/')) && used < DEEPEST_FOLDER; path = slash + 1) {
        parts[used++] = floe_string_node(path, (size_t)(slash - path), 0);
    }
    for (size_t i = 0; i < count && i < 4; i++) {
        parts[used++] = floe_literal_node(names[i]);
    }
    return floe_document_list(out, thread->document, parts, used, 0, NULL);
}

/* ---- tags ---- */

static int compare_strings(const void *one, const void *other) {
    const floe_node *a = one, *b = other;
    uint32_t a_size = floe_node_size(a), b_size = floe_node_size(b);
    int order = memcmp(a->string, b->string, a_size < b_size ? a_size : b_size);
    return order ? order : (a_size > b_size) - (a_size < b_size);
}

int floe_tags_add(floe_tags *tags, const floe_node *node) {
    if (node && floe_node_kind(node) == FLOE_STRING) {
        return FLOE_PARSE_PUSH(tags, *node);
    }
    for (uint32_t i = 0; i < floe_entry_count(node, FLOE_ARRAY); i++) {
        const floe_node *tag = &node->block->items[i];
        if (floe_node_kind(tag) == FLOE_STRING && FLOE_PARSE_PUSH(tags, *tag)) {
            return FLOE_MEMORY;
        }
    }
    return 0;
}

void floe_tags_sort(floe_tags *tags) {
    if (tags->count > 1) {
        qsort(tags->items, tags->count, sizeof *tags->items, compare_strings);
        size_t kept = 1;
        for (size_t i = 1; i < tags->count; i++) {
            if (compare_strings(&tags->items[i], &tags->items[kept - 1]) != 0) {
                tags->items[kept++] = tags->items[i];
            }
        }
        tags->count = kept;
    }
}

/* ---- problems and doubts ---- */

uint32_t floe_entry_key_at(const floe_node *object, const char *key) {
    const floe_node *member = floe_node_get(object, key, strlen(key));
    if (!member) {
        return object ? object->at : 0;
    }
    const uint32_t *key_at = object->block->key_at;
    return key_at ? key_at[member - object->block->items] : member->at;
}

void floe_entry_problem(floe_entry_reader *reader, floe_parse_severity severity, const char *code,
                        uint32_t at, const char *hint, const char *format, ...) {
    char message[512];
    uint32_t line = 0, column = 0;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (reader->file->document) {
        floe_document_position(reader->file->document, at, &line, &column);
    }
    floe_parse_report(reader->thread->parse, severity, code, reader->file->shown, line, column, hint, "%s",
                      message);
}

int floe_entry_doubt(floe_entry_reader *reader, const char *about, const floe_jinja_doubt *doubt,
                     uint32_t at) {
    floe_parse_doubt one = {.about = about, .file = reader->file->shown};
    one.reason = floe_arena_text(reader->thread->arena, doubt->reason, strlen(doubt->reason));
    if (!one.reason) {
        return FLOE_MEMORY;
    }
    if (reader->file->document) {
        floe_document_position(reader->file->document, at, &one.line, &one.column);
    }
    return FLOE_PARSE_PUSH(&reader->doubts, one);
}

floe_draft *floe_entry_draft(floe_entry_reader *reader, floe_draft_kind what, const floe_node *entry) {
    floe_draft *draft = floe_arena_alloc(reader->thread->scratch, sizeof *draft);
    floe_parse_doubt *doubts = NULL;
    size_t count = reader->doubts.count;
    if (draft && count) {
        doubts = floe_arena_array(reader->thread->arena, count, sizeof *doubts);
        if (doubts) {
            memcpy(doubts, reader->doubts.items, count * sizeof *doubts);
        }
    }
    if (!draft || (count && !doubts) || FLOE_PARSE_PUSH(&reader->drafts, draft)) {
        return NULL;
    }
    *draft = (floe_draft){
        .what = what,
        .file = reader->file,
        .section = reader->section,
        .entry = entry,
        .at = entry ? entry->at : 0,
        .version = -1,
        .doubts = doubts,
        .doubt_count = (uint32_t)count,
    };
    return draft;
}

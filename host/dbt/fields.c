/*
 * Reading members of a manifest's entries. dbt leaves out, or writes as null, whatever it does not know, and
 * moved some members below `config`: one place knows that. A container of the wrong kind ends the reading
 * with an error that names its JSON path, because a policy must not pass over what could not be read.
 */
#include "base/buffer.h"
#include "dbt/build.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *kind_name(floe_kind kind) {
    static const char *const names[] = {"null",     "a boolean", "an integer", "a number",
                                        "a string", "an array",  "an object"};
    return names[kind];
}

void floe_dbt_wrong(floe_dbt_build *build, const floe_node *node, const char *expected, const char *format,
                    ...) {
    if (build->failure) {
        return;
    }
    char path[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(path, sizeof path, format, arguments);
    va_end(arguments);
    uint32_t line, column;
    floe_document_position(build->source, node->at, &line, &column);
    build->failure = floe_error_set(build->error, FLOE_INVALID, "%s is %s, but must be %s", path,
                                    kind_name(floe_node_kind(node)), expected);
    floe_error_hint(build->error, "let dbt write the file anew: run `dbt parse` in '%s'", build->root);
    floe_error_at(build->error, build->source->path, line, column);
}

/* The member's name with that of the object it stands in: "config.meta". */
static void wrong_member(const floe_dbt_entry *entry, const floe_node *parent, const char *key,
                         const floe_node *node, const char *expected) {
    const char *within = "", *dot = "";
    uint32_t count = floe_node_size(entry->node);
    for (uint32_t i = 0; i < count; i++) {
        if (floe_node_child(entry->node, i) == parent) {
            within = floe_node_key(entry->node, i)->text;
            dot = ".";
        }
    }
    if (entry->column) {
        floe_dbt_wrong(entry->build, node, expected, "%s['%s'].columns['%s'].%s%s%s", entry->section,
                       entry->id->text, entry->column->text, within, dot, key);
    } else {
        floe_dbt_wrong(entry->build, node, expected, "%s['%s'].%s%s%s", entry->section, entry->id->text,
                       within, dot, key);
    }
}

static void out_of_memory(floe_dbt_build *build) {
    if (!build->failure) {
        build->failure = floe_error_memory(build->error);
    }
}

floe_node *floe_dbt_scratch(floe_dbt_build *build, size_t count) {
    if (floe_grow(&build->scratch, &build->scratch_capacity, count + 1, sizeof *build->scratch)) {
        out_of_memory(build);
        return NULL;
    }
    return build->scratch;
}

const floe_node *floe_dbt_member(const floe_dbt_entry *entry, const char *key) {
    return floe_node_get(entry->node, key, strlen(key));
}

const floe_node *floe_dbt_either(const floe_dbt_entry *entry, const char *key) {
    const floe_node *node = floe_dbt_member(entry, key);
    return floe_node_absent(node) ? floe_node_get(entry->config, key, strlen(key)) : node;
}

static const floe_node *container(const floe_dbt_entry *entry, const floe_node *parent, const char *key,
                                  floe_kind kind) {
    const floe_node *node = floe_node_get(parent, key, strlen(key));
    if (floe_node_absent(node)) {
        return NULL;
    }
    if (floe_node_kind(node) != kind) {
        wrong_member(entry, parent, key, node, kind_name(kind));
        return NULL;
    }
    return node;
}

const floe_node *floe_dbt_object(const floe_dbt_entry *entry, const floe_node *parent, const char *key) {
    return container(entry, parent, key, FLOE_OBJECT);
}

const floe_node *floe_dbt_array(const floe_dbt_entry *entry, const floe_node *parent, const char *key) {
    return container(entry, parent, key, FLOE_ARRAY);
}

/* ---- texts ---- */

floe_node floe_dbt_text(const floe_node *node) {
    return node && floe_node_kind(node) == FLOE_STRING ? *node : floe_null_node(0);
}

floe_node floe_dbt_text_or(const floe_node *node, floe_node otherwise) {
    return node && floe_node_kind(node) == FLOE_STRING ? *node : otherwise;
}

floe_node floe_dbt_text_or_empty(const floe_dbt_entry *entry, const char *key) {
    return floe_dbt_text_or(floe_dbt_member(entry, key), entry->build->empty_text);
}

floe_node floe_dbt_copy(floe_dbt_build *build, const char *text, size_t length) {
    const char *copy = floe_arena_text(build->facts->arena, text, length);
    if (!copy) {
        out_of_memory(build);
        return build->empty_text;
    }
    return floe_string_node(copy, length, 0);
}

floe_node floe_dbt_path(const floe_dbt_entry *entry, const char *key, bool own) {
    floe_dbt_build *build = entry->build;
    const floe_node *node = floe_dbt_member(entry, key);
    size_t length, prefix = 0;
    const char *text = floe_node_string(node, &length);
    const char *scheme = text ? memmem(text, length, "://", 3) : NULL;
    if (scheme) {
        length -= (size_t)(scheme + 3 - text);
        text = scheme + 3;
    }
    if (!length) {
        return floe_null_node(0);
    }
    bool foreign = memchr(text, '\\', length) != NULL;
    const floe_node *package = floe_dbt_member(entry, "package_name");
    if (own && !foreign) {
        return floe_string_node(text, length, node->at);
    }
    char *path = floe_arena_alloc(
        build->facts->arena, strlen(build->packages) + floe_node_size(package ? package : node) + length + 3);
    if (!path) {
        out_of_memory(build);
        return build->empty_text;
    }
    if (!own && floe_dbt_text(package).head) {
        prefix =
            (size_t)sprintf(path, "%s/%.*s/", build->packages, (int)floe_node_size(package), package->string);
    }
    memcpy(path + prefix, text, length);
    path[prefix + length] = '\0';
    for (char *c = path + prefix; (c = memchr(c, '\\', (size_t)(path + prefix + length - c)));) {
        *c = '/';
    }
    return floe_string_node(path, prefix + length, node->at);
}

/* ---- containers ---- */

floe_node floe_dbt_map(const floe_dbt_entry *entry, const char *key) {
    const floe_node *node = floe_dbt_object(entry, entry->node, key);
    return node ? *node : entry->build->empty_map;
}

floe_node floe_dbt_config_map(const floe_dbt_entry *entry, const char *key) {
    const floe_node *node = entry->config ? floe_dbt_object(entry, entry->config, key) : NULL;
    return node && floe_node_size(node) ? *node : floe_dbt_map(entry, key);
}

/* The children of an array that are of a kind: the array itself where all are. */
static floe_node only(floe_dbt_build *build, const floe_node *array, floe_kind kind) {
    uint32_t count = floe_node_size(array), kept = 0;
    const floe_node *items = array->block->items;
    while (kept < count && floe_node_kind(&items[kept]) == kind) {
        kept++;
    }
    if (kept == count) {
        return *array;
    }
    floe_node *buffer = floe_dbt_scratch(build, count);
    floe_node out = build->empty_list;
    if (!buffer) {
        return out;
    }
    kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (floe_node_kind(&items[i]) == kind) {
            buffer[kept++] = items[i];
        }
    }
    int result = floe_document_list(&out, build->facts, buffer, kept, array->at, build->error);
    build->failure = result ? result : build->failure;
    return out;
}

floe_node floe_dbt_strings(const floe_dbt_entry *entry, const floe_node *parent, const char *key) {
    const floe_node *node = floe_dbt_array(entry, parent, key);
    return node ? only(entry->build, node, FLOE_STRING) : entry->build->empty_list;
}

floe_node floe_dbt_tables(const floe_dbt_entry *entry, const char *key) {
    const floe_node *node = floe_dbt_array(entry, entry->node, key);
    return node ? only(entry->build, node, FLOE_OBJECT) : entry->build->empty_list;
}

static floe_node tags_of(const floe_dbt_entry *entry, const floe_node *parent) {
    const floe_node *tags = floe_node_get(parent, "tags", 4);
    floe_node out = entry->build->empty_list;
    if (!tags || floe_node_kind(tags) != FLOE_STRING) {
        return floe_dbt_strings(entry, parent, "tags");
    }
    int result = floe_document_list(&out, entry->build->facts, tags, 1, tags->at, entry->build->error);
    entry->build->failure = result ? result : entry->build->failure;
    return out;
}

floe_node floe_dbt_tags(const floe_dbt_entry *entry) {
    floe_node tags = tags_of(entry, entry->config);
    return floe_node_size(&tags) ? tags : tags_of(entry, entry->node);
}

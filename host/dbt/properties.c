/*
 * Looking things up in properties files. A test's entry is found by its name and arguments, as dbt builds its
 * name from them; everything else by `name`.
 */
#include "dbt/properties.h"

#include "base/file.h"
#include "data/source.h"
#include "floe/yaml.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* A file of the project: relative, and nowhere above it. */
static bool is_below(const char *file) {
    if (!file[0] || file[0] == '/') {
        return false;
    }
    for (const char *c = file; c; c = strchr(c, '/')) {
        c += *c == '/';
        if (strncmp(c, "..", 2) == 0 && (c[2] == '/' || !c[2])) {
            return false;
        }
    }
    return true;
}

/* The path of a file of the project; false where it is none, or too long. */
static bool path_of(char path[4096], const char *root, const char *file) {
    bool here = strcmp(root, ".") == 0;
    int length = snprintf(path, 4096, "%s%s%s", here ? "" : root, here ? "" : "/", file);
    return is_below(file) && length >= 0 && length < 4096;
}

/* A broken file leaves an empty document in its place, so that it is read once. One that does not exist costs
 * less to be looked for again. */
static const floe_document *remember_failure(floe_store *store, floe_format format, const char *path) {
    floe_document *empty;
    if (floe_file_kind_of(path) != FLOE_FILE_NONE) {
        floe_document_new(&empty, store, format, path, NULL);
    }
    return NULL;
}

const floe_document *floe_properties_read(floe_store *store, const char *root, const char *file) {
    char path[4096];
    if (!path_of(path, root, file)) {
        return NULL;
    }
    floe_document *document = floe_store_find(store, FLOE_YAML, path);
    if (!document && floe_yaml_read(&document, store, path, FLOE_YAML_DBT, NULL, NULL)) {
        return remember_failure(store, FLOE_YAML, path);
    }
    return floe_node_absent(&document->root) ? NULL : document;
}

const floe_document *floe_properties_text(floe_store *store, const char *root, const char *file) {
    char path[4096];
    if (!path_of(path, root, file)) {
        return NULL;
    }
    floe_document *document = floe_store_find(store, FLOE_TEXT, path);
    if (!document && (floe_source_read(&document, store, FLOE_TEXT, path, NULL, NULL) ||
                      floe_document_index_lines(document, NULL))) {
        return remember_failure(store, FLOE_TEXT, path);
    }
    return document->text ? document : NULL;
}

/* ---- words ---- */

static const char *scalar_text(const floe_node *node, char buffer[32], size_t *length) {
    switch (floe_node_kind(node)) {
    case FLOE_STRING:
        *length = floe_node_size(node);
        return node->string;
    case FLOE_BOOLEAN:
        *length = (size_t)snprintf(buffer, 32, "%s", node->boolean ? "true" : "false");
        return buffer;
    case FLOE_INTEGER:
        *length = (size_t)snprintf(buffer, 32, "%lld", (long long)node->integer);
        return buffer;
    case FLOE_NUMBER:
        *length = (size_t)snprintf(buffer, 32, "%.17g", node->number);
        return buffer;
    default:
        return NULL;
    }
}

bool floe_properties_same(const floe_node *one, const floe_node *other) {
    char first[32], second[32];
    size_t length = 0, size = 0;
    const char *text = one ? scalar_text(one, first, &length) : NULL;
    const char *word = other ? scalar_text(other, second, &size) : NULL;
    return text && word && length == size && memcmp(text, word, length) == 0;
}

static bool same_but_case(const floe_node *one, const floe_node *other) {
    return one && other && floe_node_kind(one) == FLOE_STRING && floe_node_kind(other) == FLOE_STRING &&
           floe_node_size(one) == floe_node_size(other) &&
           strncasecmp(one->string, other->string, floe_node_size(one)) == 0;
}

/* ---- entries ---- */

static uint32_t children_of(const floe_node *list) {
    return list && floe_node_kind(list) == FLOE_ARRAY ? floe_node_size(list) : 0;
}

const floe_node *floe_properties_named(const floe_node *list, const floe_node *name) {
    const floe_node *folded = NULL;
    for (uint32_t i = 0; i < children_of(list); i++) {
        const floe_node *entry = floe_node_child(list, i);
        const floe_node *own = floe_node_get(entry, "name", 4);
        if (floe_properties_same(own, name)) {
            return entry;
        }
        folded = !folded && same_but_case(own, name) ? entry : folded;
    }
    return folded;
}

const floe_node *floe_properties_version(const floe_node *entry, const floe_node *version) {
    const floe_node *versions = floe_node_get(entry, "versions", 8);
    for (uint32_t i = 0; !floe_node_absent(version) && i < children_of(versions); i++) {
        const floe_node *one = floe_node_child(versions, i);
        if (floe_properties_same(floe_node_get(one, "v", 1), version)) {
            return one;
        }
    }
    return NULL;
}

static bool key_place(uint32_t *at, const floe_node *object, const char *key) {
    if (!object || floe_node_kind(object) != FLOE_OBJECT) {
        return false;
    }
    int64_t slot = floe_shape_slot(object->block->shape, key, strlen(key));
    if (slot >= 0) {
        *at = object->block->key_at ? object->block->key_at[slot] : object->block->items[slot].at;
    }
    return slot >= 0;
}

bool floe_properties_member(uint32_t *at, const floe_node *entry, const char *field) {
    static const struct {
        const char *field, *keys[3];
    } renamed[] = {
        {"tests", {"data_tests", "tests", NULL}},
        {"contract_enforced", {"contract", NULL, NULL}},
        {"source_description", {"description", NULL, NULL}},
        {"source_meta", {"meta", NULL, NULL}},
        {"column_name", {"name", NULL, NULL}},
    };
    const char *same[] = {field, NULL};
    const char *const *keys = same;
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++) {
        keys = strcmp(renamed[i].field, field) == 0 ? renamed[i].keys : keys;
    }
    for (; *keys; keys++) {
        if (key_place(at, entry, *keys) || key_place(at, floe_node_get(entry, "config", 6), *keys)) {
            return true;
        }
    }
    return false;
}

/* ---- tests ---- */

enum { DEEPEST_ARGUMENT = 8 };

static bool same_value(const floe_node *one, const floe_node *other, int depth) {
    if (floe_node_kind(one) < FLOE_ARRAY || depth > DEEPEST_ARGUMENT) {
        return floe_properties_same(one, other) || (floe_node_absent(one) && floe_node_absent(other));
    }
    if (floe_node_kind(one) != floe_node_kind(other) || floe_node_size(one) != floe_node_size(other)) {
        return false;
    }
    for (uint32_t i = 0; i < floe_node_size(one); i++) {
        const floe_key *key = floe_node_key(one, i);
        const floe_node *member =
            key ? floe_node_get(other, key->text, key->length) : floe_node_child(other, i);
        if (!member || !same_value(floe_node_child(one, i), member, depth + 1)) {
            return false;
        }
    }
    return true;
}

/* How many of a written test's arguments are those of the record; -1 where one differs. */
static int64_t agreeing_arguments(const floe_node *written, const floe_node *arguments) {
    const floe_node *nested = floe_node_get(written, "arguments", 9);
    written = nested && floe_node_kind(nested) == FLOE_OBJECT ? nested : written;
    int64_t agreeing = 0;
    uint32_t count = written && floe_node_kind(written) == FLOE_OBJECT ? floe_node_size(written) : 0;
    for (uint32_t i = 0; i < count; i++) {
        const floe_key *key = floe_node_key(written, i);
        const floe_node *argument = floe_node_get(arguments, key->text, key->length);
        if (argument && !same_value(floe_node_child(written, i), argument, 0)) {
            return -1;
        }
        agreeing += argument != NULL;
    }
    return agreeing;
}

/* What is written below the test's name: `- not_null`, `- accepted_values: {…}`, `- {test_name: …, values:
 * …}`. NULL where the item is another test. */
static const floe_node *written_test(const floe_node *item, const floe_node *test_name) {
    if (floe_node_kind(item) == FLOE_STRING) {
        return floe_properties_same(item, test_name) ? item : NULL;
    }
    if (floe_properties_same(floe_node_get(item, "test_name", 9), test_name)) {
        return item;
    }
    return floe_node_get(item, test_name->string, floe_node_size(test_name));
}

static const floe_node *best_test(const floe_node *list, const floe_node *test) {
    const floe_node *test_name = floe_node_path(test, "test_name", NULL);
    const floe_node *name = floe_node_path(test, "name", NULL);
    const floe_node *arguments = floe_node_path(test, "arguments", NULL), *best = NULL;
    int64_t most = -2;
    for (uint32_t i = 0; i < children_of(list); i++) {
        const floe_node *item = floe_node_child(list, i);
        const floe_node *written = written_test(item, test_name);
        if (!written) {
            continue;
        }
        if (floe_properties_same(floe_node_get(written, "name", 4), name) ||
            floe_properties_same(floe_node_get(item, "name", 4), name)) {
            return item;
        }
        int64_t agreeing = agreeing_arguments(written, arguments);
        if (agreeing > most) {
            best = item;
            most = agreeing;
        }
    }
    return best;
}

const floe_node *floe_properties_test(const floe_node *entry, const floe_node *test) {
    const floe_node *found = best_test(floe_node_get(entry, "data_tests", 10), test);
    return found ? found : best_test(floe_node_get(entry, "tests", 5), test);
}

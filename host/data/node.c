/* Reading the document tree: look-ups by key and index, kinds, places. */
#include "floe/node.h"

#include <stdarg.h>
#include <string.h>

const floe_node *floe_node_child(const floe_node *node, uint32_t index) {
    if (!node || floe_node_kind(node) < FLOE_ARRAY || index >= floe_node_size(node)) {
        return NULL;
    }
    return &node->block->items[index];
}

int64_t floe_shape_slot(const floe_shape *shape, const char *key, size_t length) {
    if (!shape->mask) {
        for (uint32_t slot = 0; slot < shape->count; slot++) {
            const floe_key *one = &shape->keys[slot];
            if (one->length == length && memcmp(one->text, key, length) == 0) {
                return slot;
            }
        }
        return -1;
    }
    uint32_t hash = floe_hash(key, length);
    for (uint32_t probe = hash & shape->mask; shape->index[probe]; probe = (probe + 1) & shape->mask) {
        const floe_key *one = &shape->keys[shape->index[probe] - 1];
        if (one->hash == hash && one->length == length && memcmp(one->text, key, length) == 0) {
            return shape->index[probe] - 1;
        }
    }
    return -1;
}

const floe_node *floe_node_get(const floe_node *node, const char *key, size_t length) {
    if (!node || floe_node_kind(node) != FLOE_OBJECT) {
        return NULL;
    }
    int64_t slot = floe_shape_slot(node->block->shape, key, length);
    return slot < 0 ? NULL : &node->block->items[slot];
}

const floe_node *floe_node_path(const floe_node *node, ...) {
    va_list keys;
    va_start(keys, node);
    for (const char *key; node && (key = va_arg(keys, const char *));) {
        node = floe_node_get(node, key, strlen(key));
    }
    va_end(keys);
    return node;
}

const floe_key *floe_node_key(const floe_node *node, uint32_t index) {
    if (!node || floe_node_kind(node) != FLOE_OBJECT || index >= floe_node_size(node)) {
        return NULL;
    }
    return &node->block->shape->keys[index];
}

const floe_type *floe_node_type(const floe_node *node) {
    return node && floe_node_kind(node) == FLOE_OBJECT ? node->block->shape->type : NULL;
}

const char *floe_node_string(const floe_node *node, size_t *length) {
    bool text = node && floe_node_kind(node) == FLOE_STRING;
    if (length) {
        *length = text ? floe_node_size(node) : 0;
    }
    return text ? node->string : NULL;
}

bool floe_node_equals(const floe_node *node, const char *text) {
    size_t length;
    const char *string = floe_node_string(node, &length);
    return string && length == strlen(text) && memcmp(string, text, length) == 0;
}

floe_place floe_node_place(const floe_document *document, const floe_node *node) {
    bool container = floe_node_kind(node) >= FLOE_ARRAY;
    return (floe_place){.document = container ? node->block->document->id : document->id, .at = node->at};
}

floe_node floe_literal_node(const char *text) {
    return text ? floe_string_node(text, strlen(text), 0) : floe_null_node(0);
}

bool floe_node_is_long_integer(const floe_node *node) {
    return node && node->head & FLOE_STANDS_FOR_VALUE && !floe_node_is_moment(node);
}

bool floe_node_is_moment(const floe_node *node) {
    return node && node->head & FLOE_STANDS_FOR_VALUE && floe_node_size(node) >= 10 && node->string[4] == '-';
}

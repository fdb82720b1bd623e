#include "floe/place.h"

enum {
    LONGEST_ORIGIN = 8,           /* records made from records made from … */
    DEEPEST = 256,                /* containers within containers */
    MOST_NODES = 20 * 1000 * 1000 /* looked at by one search that is not led by offsets */
};

static bool is_container(const floe_node *node) {
    return floe_node_kind(node) >= FLOE_ARRAY;
}

static bool stands_at(const floe_node *node, const floe_document *document, uint32_t at) {
    return is_container(node) && node->at == at && node->block->document == document;
}

/* The last child of `node` that starts at or before `at`. Readers keep children in the order of the file, so
 * that, aliases apart, a container that starts at `at` is that child or lies within it. */
static const floe_node *child_before(const floe_node *node, uint32_t at) {
    uint32_t low = 0, high = floe_node_size(node);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (node->block->items[middle].at <= at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low ? &node->block->items[low - 1] : NULL;
}

static const floe_node *descend(const floe_document *document, uint32_t at) {
    const floe_node *node = &document->root;
    for (int depth = 0; depth < DEEPEST && node && is_container(node); depth++) {
        if (stands_at(node, document, at)) {
            return node;
        }
        node = child_before(node, at);
    }
    return NULL;
}

/* Looks everywhere: an alias or a merge key leads out of the order of the file. */
static const floe_node *search(const floe_node *node, const floe_document *document, uint32_t at, int depth,
                               uint32_t *budget) {
    if (!is_container(node) || depth == DEEPEST) {
        return NULL;
    }
    if (stands_at(node, document, at)) {
        return node;
    }
    const floe_node *found = NULL;
    for (uint32_t i = 0; i < floe_node_size(node) && !found && *budget; i++) {
        (*budget)--;
        found = search(&node->block->items[i], document, at, depth + 1, budget);
    }
    return found;
}

int floe_container_at(floe_node *out, const floe_store *store, floe_place place, floe_error *error) {
    const floe_document *document = floe_store_document(store, place.document);
    const floe_node *found = NULL;
    floe_node record;
    if (document && document->format == FLOE_FACTS) {
        record = floe_document_record_at(document, place.at);
        found = floe_node_absent(&record) ? NULL : &record;
    } else if (document) {
        uint32_t budget = MOST_NODES;
        found = descend(document, place.at);
        found = found ? found : search(&document->root, document, place.at, 0, &budget);
    }
    if (!found) {
        return floe_error_set(error, FLOE_NOT_FOUND, "no container stands at place %u:%u", place.document,
                              place.at);
    }
    *out = *found;
    return 0;
}

bool floe_container_place(floe_place *out, const floe_node *container) {
    if (!is_container(container)) {
        return false;
    }
    const floe_document *document = container->block->document;
    if (document->format == FLOE_FACTS && !floe_node_type(container)) {
        return false;
    }
    *out = (floe_place){.document = document->id, .at = container->at};
    return true;
}

/* ---- for people ---- */

static const floe_node *member_of(const floe_node *node, const char *key, size_t length, uint32_t position) {
    if (key) {
        return floe_node_get(node, key, length);
    }
    return position ? floe_node_child(node, position - 1) : NULL;
}

/* The offset of a member in its container's document: of its key where that is known, else of its value. */
static uint32_t member_offset(const floe_node *node, const floe_node *member) {
    const uint32_t *key_at = floe_node_kind(node) == FLOE_OBJECT ? node->block->key_at : NULL;
    return key_at ? key_at[member - node->block->items] : member->at;
}

bool floe_member_place(floe_place *out, const floe_node *node, const char *key, size_t length,
                       uint32_t position) {
    const floe_node *member = member_of(node, key, length, position);
    if (!member) {
        return false;
    }
    if (floe_container_place(out, member)) {
        return true;
    }
    const floe_document *document = node->block->document;
    *out = (floe_place){.document = document->id, .at = member_offset(node, member)};
    return document->format != FLOE_FACTS;
}

static int locate(floe_location *out, const floe_document *document, uint32_t at, floe_error *error) {
    if (document->format == FLOE_FACTS) {
        return floe_error_set(error, FLOE_NOT_FOUND, "it was read from no file");
    }
    out->file = document->path;
    floe_document_position(document, at, &out->line, &out->column);
    return 0;
}

/* Where a record's origin stands; the member of that name there, if the origin is an object that has it. */
static int locate_origin(floe_location *out, const floe_node *record, const char *key, size_t length,
                         floe_error *error) {
    floe_node node = *record;
    for (int i = 0; i < LONGEST_ORIGIN && floe_node_type(&node); i++) {
        const floe_place *origin = node.block->origin;
        const floe_store *store = node.block->document->store;
        const floe_document *document = origin ? floe_store_document(store, origin->document) : NULL;
        if (!document) {
            break;
        }
        if (document->format == FLOE_FACTS) {
            node = floe_document_record_at(document, origin->at);
            continue;
        }
        floe_node container;
        if (key && floe_container_at(&container, store, *origin, NULL) == 0) {
            const floe_node *member = floe_node_get(&container, key, length);
            if (member) {
                return locate(out, document, member_offset(&container, member), error);
            }
        }
        return locate(out, document, origin->at, error);
    }
    return floe_error_set(error, FLOE_NOT_FOUND, "it was made from no file");
}

int floe_location_of(floe_location *out, const floe_node *node, const char *key, size_t length,
                     uint32_t position, floe_error *error) {
    const floe_node *member = member_of(node, key, length, position);
    if (floe_node_type(node)) {
        /* A field that is a part of a file stands there, whatever the record was made from. */
        bool part = member && is_container(member) && floe_node_size(member) &&
                    member->block->document->format != FLOE_FACTS;
        return part ? locate(out, member->block->document, member->at, error)
                    : locate_origin(out, node, key, length, error);
    }
    return locate(out, node->block->document, member ? member_offset(node, member) : node->at, error);
}

void floe_text_position(const char *text, size_t size, uint64_t offset, uint32_t *line, uint32_t *column) {
    *line = *column = 0;
    if (offset > size) {
        return;
    }
    *line = *column = 1;
    for (size_t i = 0; i < offset; i++) {
        if (text[i] == '\n') {
            (*line)++;
            *column = 1;
        } else {
            *column += ((unsigned char)text[i] & 0xC0) != 0x80;
        }
    }
}

/* What must hold for every tree that a reader makes and every error it gives, whatever the input was. */
#ifndef FLOE_TESTS_FUZZ_CHECK_H
#define FLOE_TESTS_FUZZ_CHECK_H

#include "floe/node.h"

#include <stdlib.h>
#include <string.h>

#define HOLDS(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads every byte of the tree; each node has a place, each key is found where it stands. */
static inline void check_tree(const floe_document *document, const floe_node *node, size_t *bytes) {
    uint32_t line, column;
    size_t length;
    const char *text = floe_node_string(node, &length);
    floe_document_position(document, node->at, &line, &column);
    HOLDS(line > 0 && column > 0 && line <= document->lines);
    for (size_t i = 0; i < length; i++) {
        *bytes += (unsigned char)text[i];
    }
    for (uint32_t i = 0; floe_node_kind(node) >= FLOE_ARRAY && i < floe_node_size(node); i++) {
        const floe_node *child = floe_node_child(node, i);
        const floe_key *key = floe_node_key(node, i);
        HOLDS(!key ||
              (key->text[key->length] == '\0' && floe_node_get(node, key->text, key->length) == child));
        HOLDS(!key || !node->block->key_at || node->block->key_at[i] <= document->size);
        check_tree(document, child, bytes);
    }
}

/* An error says what and where, and leaves nothing behind. */
static inline void check_error(int result, const floe_store *store, const floe_error *error) {
    HOLDS(result < 0 && result == (int)error->code && result != FLOE_INTERNAL);
    HOLDS(error->message[0] && error->line > 0 && error->column > 0);
    HOLDS(floe_store_count(store) == 0);
}

#endif

/* What members of a manifest's entries must be, as rows of a table. */
#ifndef FLOE_TESTS_ROWS_H
#define FLOE_TESTS_ROWS_H

#include "folder.h"

#include "data/print.h"

/* One member of one entry, below nested keys that a "/" divides. */
typedef struct row {
    const char *path, *json; /* NULL: it is left out */
} row;

static inline const floe_node *member_at(const floe_node *manifest, const char *path) {
    const floe_node *node = manifest;
    while (node && *path) {
        size_t length = strcspn(path, "/");
        bool index = floe_node_kind(node) == FLOE_ARRAY;
        node = index ? floe_node_child(node, (uint32_t)atoi(path)) : floe_node_get(node, path, length);
        path += length + (path[length] == '/');
    }
    return node;
}

static inline void check_rows(const floe_node *manifest, const row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const floe_node *node = member_at(manifest, rows[i].path);
        floe_buffer text = {0};
        if (node) {
            assert_int_equal(floe_json_print(&text, node, 0, NULL), 0);
        }
        if (!rows[i].json != !node || (node && strcmp(text.data, rows[i].json) != 0)) {
            fail_msg("%s is %s", rows[i].path, node ? text.data : "absent");
        }
        floe_buffer_free(&text);
    }
}

#endif

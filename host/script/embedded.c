/* Finding a source among those inside the binary. */
#include "embedded.h"

#include <stdbool.h>
#include <string.h>

const floe_embedded *floe_embedded_find(const char *path) {
    for (const floe_embedded *file = floe_embedded_files; file->path; file++) {
        if (strcmp(file->path, path) == 0) {
            return file;
        }
    }
    return NULL;
}

const floe_embedded *floe_embedded_same(const char *path, const char *text, size_t size) {
    const floe_embedded *file = floe_embedded_find(path);
    bool same = file && file->code && file->text && file->size == size && memcmp(file->text, text, size) == 0;
    return same ? file : NULL;
}

/* Finding a source among those inside the binary. */
#include "embedded.h"

#include <string.h>

const floe_embedded *floe_embedded_find(const char *path) {
    for (const floe_embedded *file = floe_embedded_files; file->path; file++) {
        if (strcmp(file->path, path) == 0) {
            return file;
        }
    }
    return NULL;
}

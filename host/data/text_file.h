/* The text files of a product as facts. */
#ifndef FLOE_DATA_TEXT_FILE_H
#define FLOE_DATA_TEXT_FILE_H

#include "floe/node.h"

/* Makes the `file` record of the file at `place`, which is `path` below its product: with the text that this
 * run has read already, where it has, otherwise as it stands there. Bytes that are not UTF-8 become '?', so
 * that all others keep their places. A null node for what is larger than `limit`, cannot be read, or holds a
 * NUL byte. FLOE_MEMORY. */
int floe_text_file(floe_node *out, floe_document *facts, const char *place, const char *path, size_t limit,
                   floe_error *error);

/* The source that was read from `place` in this run, however its format; below a folder that was read as "."
 * also with "./" before it. NULL where there is none. */
const floe_document *floe_text_known(const floe_store *store, const char *place);

#endif

/* Sources: a new document with the bytes it is to be made from, before any reader looks at them. */
#ifndef FLOE_DATA_SOURCE_H
#define FLOE_DATA_SOURCE_H

#include "floe/limits.h"
#include "floe/node.h"

/* A document that owns the bytes of a file, followed by FLOE_FILE_PADDING NULs, with their digest. On failure
 * the store is as it was. */
int floe_source_read(floe_document **out, floe_store *store, floe_format format, const char *path,
                     const floe_read_limits *limits, floe_error *error);

/* The same with a copy of `text`, without a digest: nothing was read. `name` stands for the path. */
int floe_source_copy(floe_document **out, floe_store *store, floe_format format, const char *name,
                     const char *text, size_t size, const floe_read_limits *limits, floe_error *error);

/* Puts the bytes of the file at `path` into a document that has none yet. It touches no other document, so
 * that several threads may read into documents of one store. On failure the document stays empty. */
int floe_source_fill(floe_document *document, const char *path, const floe_read_limits *limits,
                     floe_error *error);

#endif

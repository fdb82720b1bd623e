/*
 * JSON into the document tree: RFC 8259, nothing more. What it leaves open is decided so that no two readers
 * of a file can disagree: keys that stand twice, lone surrogates, invalid UTF-8 and numbers beyond a double
 * are errors. Integers keep 64 bits (larger ones become doubles), strings may hold U+0000, a byte order mark
 * is skipped.
 *
 * Strings are decoded in place in the document's own copy of the text. Offsets stay those of the source.
 * Defaults: 256 MiB - 1 of text, 200 levels, FLOE_NODE_LIMIT nodes.
 */
#ifndef FLOE_JSON_H
#define FLOE_JSON_H

#include "floe/limits.h"
#include "floe/node.h"

/* Reads a file; `path` is opened and shown. Errors carry line and column; the store is then as it was. */
int floe_json_read(floe_document **out, floe_store *store, const char *path, const floe_read_limits *limits,
                   floe_error *error);

/* The same for text in memory, which is copied; `name` stands for the path. */
int floe_json_parse(floe_document **out, floe_store *store, const char *name, const char *text, size_t size,
                    const floe_read_limits *limits, floe_error *error);

#endif

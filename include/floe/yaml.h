/*
 * YAML into the document tree, from libyaml's events. Anchors, aliases and merge keys (<<) are resolved: an
 * alias shares the node it names, explicit keys win over merged ones, earlier merged maps over later ones.
 * Explicit keys come first in an object's order. Keys are texts: a key that is no string becomes its source
 * text.
 *
 * Errors with a place: keys that stand twice, keys that are no scalars, tags other than those of the core
 * schema, aliases of nothing or of what they stand in, a second document, text that is not UTF-8. An empty
 * file is a null root.
 *
 * Defaults: 256 MiB - 1 of text, 100 levels, FLOE_NODE_LIMIT nodes, FLOE_ALIAS_LIMIT nodes through aliases.
 */
#ifndef FLOE_YAML_H
#define FLOE_YAML_H

#include "floe/limits.h"
#include "floe/node.h"

typedef enum floe_yaml_dialect {
    FLOE_YAML_CORE, /* YAML 1.2's core schema */
    FLOE_YAML_DBT,  /* what dbt's loader makes of plain scalars; yaml_scalar.c has the table */
    FLOE_YAML_DBT_2 /* the same for dbt 2 */
} floe_yaml_dialect;

enum { FLOE_ALIAS_LIMIT = 1000000 };

/* Reads a file; `path` is opened and shown. Errors carry line and column; the store is then as it was. A key
 * that stands twice in one object is an error, but not in dbt's dialects: there the last value counts. */
int floe_yaml_read(floe_document **out, floe_store *store, const char *path, floe_yaml_dialect dialect,
                   const floe_read_limits *limits, floe_error *error);

/* The same for text in memory, which is copied; `name` stands for the path. */
int floe_yaml_parse(floe_document **out, floe_store *store, const char *name, const char *text, size_t size,
                    floe_yaml_dialect dialect, const floe_read_limits *limits, floe_error *error);

/* Told of a key that stands twice in one object, and where: offsets of the key before and of this one. */
typedef void (*floe_yaml_repeated)(void *context, const floe_document *document, const floe_key *key,
                                   uint32_t first, uint32_t again);

/* Reads the text that a document already holds (floe_source_fill). So documents can be made in an order of
 * one's own and be filled by several threads: no other document is touched. With `repeated` a key that stands
 * twice is no error: the last value counts, as in dbt's loader, and `repeated` is told; so do several << in
 * one object, later ones over earlier ones. After a failure the document has an empty root. */
int floe_yaml_fill(floe_document *document, floe_yaml_dialect dialect, const floe_read_limits *limits,
                   floe_yaml_repeated repeated, void *context, floe_error *error);

#endif

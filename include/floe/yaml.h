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
    FLOE_YAML_DBT   /* what dbt's loader makes of plain scalars; yaml_scalar.c has the table */
} floe_yaml_dialect;

enum { FLOE_ALIAS_LIMIT = 1000000 };

/* Reads a file; `path` is opened and shown. Errors carry line and column; the store is then as it was. */
int floe_yaml_read(floe_document **out, floe_store *store, const char *path, floe_yaml_dialect dialect,
                   const floe_read_limits *limits, floe_error *error);

/* The same for text in memory, which is copied; `name` stands for the path. */
int floe_yaml_parse(floe_document **out, floe_store *store, const char *name, const char *text, size_t size,
                    floe_yaml_dialect dialect, const floe_read_limits *limits, floe_error *error);

#endif

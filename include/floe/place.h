/*
 * From nodes to places and back: where in a file a node, a member or a fact stands, and which container
 * stands at a place that came from another process.
 */
#ifndef FLOE_PLACE_H
#define FLOE_PLACE_H

#include "floe/node.h"

/* A place in a file, for people. */
typedef struct floe_location {
    const char *file; /* the document's path; lives as long as it */
    uint32_t line, column;
} floe_location;

/* Where `node` (a container) stands; with `key` the member of that name, with a `position` from 1 the element
 * of an array. A record stands where what it was made from stands. FLOE_NOT_FOUND where no file is known. */
int floe_location_of(floe_location *out, const floe_node *node, const char *key, size_t length,
                     uint32_t position, floe_error *error);

/* The place that stands for a container in another process: a record by its index, a container of a file by
 * its offset. False for the plain lists and maps of facts, which have no place of their own. */
bool floe_container_place(floe_place *out, const floe_node *container);

/* The place of a member (as in floe_location_of): of its value where that is a container, else of its key.
 * False where there is no such member, or `node` is no part of a file. */
bool floe_member_place(floe_place *out, const floe_node *node, const char *key, size_t length,
                       uint32_t position);

/* The container at such a place. FLOE_NOT_FOUND where there is none: the place may come from anywhere. */
int floe_container_at(floe_node *out, const floe_store *store, floe_place place, floe_error *error);

/* Line and column (1-based, code points) of an offset in any text; both 0 where it lies outside. */
void floe_text_position(const char *text, size_t size, uint64_t offset, uint32_t *line, uint32_t *column);

#endif

/*
 * Nodes as JSON text (RFC 8259), printed without loss: 64-bit integers, doubles to the last digit, U+0000 in
 * strings. Bytes that are not UTF-8 become U+FFFD.
 */
#ifndef FLOE_DATA_PRINT_H
#define FLOE_DATA_PRINT_H

#include "base/buffer.h"
#include "floe/node.h"

/* Appends the text of `node` and all below it. `indent` is the spaces a level is moved in; 0 prints one line.
 * FLOE_INVALID for numbers that JSON does not have and for keys with U+0000; FLOE_LIMIT for a tree more than
 * 256 deep, such as facts that refer to one another; FLOE_MEMORY. `out` is as it was where it fails. */
int floe_json_print(floe_buffer *out, const floe_node *node, unsigned indent, floe_error *error);

#endif

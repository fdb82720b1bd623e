/*
 * A tree of any size as JSON text (RFC 8259), written as it is walked: no copy of it is made in memory.
 * Numbers that JSON does not have become null; bytes that are not UTF-8 become U+FFFD.
 */
#ifndef FLOE_DATA_STREAM_H
#define FLOE_DATA_STREAM_H

#include "floe/node.h"

/* Writes the text of `node`, on one line and with a line end, to a file descriptor. FLOE_IO where that
 * cannot be written to (errno tells why); FLOE_LIMIT for a tree more than 512 deep. Part of the text may have
 * been written then. */
int floe_json_stream(int fd, const floe_node *node, floe_error *error);

#endif

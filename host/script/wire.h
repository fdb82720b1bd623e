/*
 * What passes through the pipes between floe and its workers: frames of a type, a length and numbers and
 * texts.
 *
 * The writer is either side. The reader trusts nothing: a worker may have been taken over by a policy, so
 * every length is checked against the frame, every text for UTF-8, and one wrong byte fails the whole frame.
 */
#ifndef FLOE_SCRIPT_WIRE_H
#define FLOE_SCRIPT_WIRE_H

#include "base/buffer.h"
#include "floe/error.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    FLOE_WIRE_HEADER = 8,      /* type and length, 32 bits each, in the machine's byte order */
    FLOE_WIRE_FRAME = 4 << 20, /* bytes behind the header */
};

/* ---- writing ---- */

/* Begins a frame in `out`; returns where it begins, for floe_wire_end. */
size_t floe_wire_begin(floe_buffer *out, uint32_t type);
void floe_wire_u32(floe_buffer *out, uint32_t number);
void floe_wire_u64(floe_buffer *out, uint64_t number);

/* A text of any bytes, cut to `most` bytes at a character; what is not UTF-8 becomes U+FFFD. NULL is the
 * absent text, which is not the empty one. */
void floe_wire_text(floe_buffer *out, const char *text, size_t length, size_t most);
void floe_wire_end(floe_buffer *out, size_t begin);

/* Writes all bytes to a pipe. FLOE_IO where the other side is gone. */
int floe_wire_send(int fd, const void *bytes, size_t size, floe_error *error);

/* Reads exactly `size` bytes; FLOE_NOT_FOUND at the end of the stream. */
int floe_wire_receive(int fd, void *bytes, size_t size, floe_error *error);

/* ---- reading ---- */

typedef struct floe_frame {
    uint32_t type;
    const char *data;
    size_t left;
    bool broken; /* something was not as it must be; all later reads answer zeros */
} floe_frame;

/* The first frame of `size` bytes: 1 and its whole size in `*used`, 0 where it is not complete yet,
 * FLOE_INVALID where its header announces too much. */
int floe_frame_next(floe_frame *out, size_t *used, const char *bytes, size_t size, floe_error *error);

uint32_t floe_frame_u32(floe_frame *frame);
uint64_t floe_frame_u64(floe_frame *frame);

/* A number below `bound`; anything else breaks the frame. */
uint32_t floe_frame_index(floe_frame *frame, uint32_t bound);

/* A text of at most `most` bytes, valid UTF-8, part of the frame's memory; NULL for an absent one. */
const char *floe_frame_text(floe_frame *frame, size_t *length, size_t most);

/* True where the frame was read to its end and nothing was wrong. */
bool floe_frame_done(const floe_frame *frame);

#endif

#include "wire.h"

#include "base/utf8.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const uint32_t absent = UINT32_MAX; /* the length of a text that is not there */

/* ---- writing ---- */

size_t floe_wire_begin(floe_buffer *out, uint32_t type) {
    size_t begin = out->size;
    floe_wire_u32(out, type);
    floe_wire_u32(out, 0);
    return begin;
}

void floe_wire_u32(floe_buffer *out, uint32_t number) {
    floe_buffer_append(out, &number, sizeof number);
}

void floe_wire_u64(floe_buffer *out, uint64_t number) {
    floe_buffer_append(out, &number, sizeof number);
}

/* The bytes of the character at `text`, of which `length` are there; 0 where it is not UTF-8. */
static size_t character_length(const char *text, size_t length) {
    char next[5] = "";
    memcpy(next, text, length < 4 ? length : 4);
    return floe_utf8_length(next);
}

void floe_wire_text(floe_buffer *out, const char *text, size_t length, size_t most) {
    floe_wire_u32(out, text ? 0 : absent);
    size_t begin = out->size;
    for (size_t i = 0; text && i < length;) {
        size_t size = character_length(text + i, length - i);
        const char *character = size ? text + i : "\xEF\xBF\xBD";
        size_t bytes = size ? size : 3;
        if (out->size - begin + bytes > most) {
            break;
        }
        floe_buffer_append(out, character, bytes);
        i += size ? size : 1;
    }
    if (text && !out->failed) {
        uint32_t written = (uint32_t)(out->size - begin);
        memcpy(out->data + begin - sizeof written, &written, sizeof written);
    }
}

void floe_wire_end(floe_buffer *out, size_t begin) {
    if (!out->failed) {
        uint32_t size = (uint32_t)(out->size - begin - FLOE_WIRE_HEADER);
        memcpy(out->data + begin + sizeof size, &size, sizeof size);
    }
}

int floe_wire_send(int fd, const void *bytes, size_t size, floe_error *error) {
    for (const char *next = bytes; size;) {
        ssize_t written = write(fd, next, size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return floe_error_set(error, FLOE_IO, "the pipe is closed: %s", strerror(errno));
        }
        next += written;
        size -= (size_t)written;
    }
    return 0;
}

int floe_wire_receive(int fd, void *bytes, size_t size, floe_error *error) {
    for (char *next = bytes; size;) {
        ssize_t got = read(fd, next, size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return floe_error_set(error, got ? FLOE_IO : FLOE_NOT_FOUND, "the pipe is closed");
        }
        next += got;
        size -= (size_t)got;
    }
    return 0;
}

/* ---- reading ---- */

int floe_frame_next(floe_frame *out, size_t *used, const char *bytes, size_t size, floe_error *error) {
    if (size < FLOE_WIRE_HEADER) {
        return 0;
    }
    uint32_t header[2];
    memcpy(header, bytes, sizeof header);
    if (header[1] > FLOE_WIRE_FRAME) {
        return floe_error_set(error, FLOE_INVALID, "a frame of %u bytes", header[1]);
    }
    if (size - FLOE_WIRE_HEADER < header[1]) {
        return 0;
    }
    *out = (floe_frame){.type = header[0], .data = bytes + FLOE_WIRE_HEADER, .left = header[1]};
    *used = FLOE_WIRE_HEADER + header[1];
    return 1;
}

static void take(floe_frame *frame, void *out, size_t size) {
    if (frame->broken || frame->left < size) {
        frame->broken = true;
        memset(out, 0, size);
        return;
    }
    memcpy(out, frame->data, size);
    frame->data += size;
    frame->left -= size;
}

uint32_t floe_frame_u32(floe_frame *frame) {
    uint32_t number;
    take(frame, &number, sizeof number);
    return number;
}

uint64_t floe_frame_u64(floe_frame *frame) {
    uint64_t number;
    take(frame, &number, sizeof number);
    return number;
}

uint32_t floe_frame_index(floe_frame *frame, uint32_t bound) {
    uint32_t number = floe_frame_u32(frame);
    if (number >= bound) {
        frame->broken = true;
        return 0;
    }
    return number;
}

const char *floe_frame_text(floe_frame *frame, size_t *length, size_t most) {
    uint32_t size = floe_frame_u32(frame);
    *length = 0;
    if (frame->broken || size == absent) {
        return NULL;
    }
    if (size > most || size > frame->left) {
        frame->broken = true;
        return NULL;
    }
    for (size_t i = 0; i < size;) {
        size_t character = character_length(frame->data + i, size - i);
        if (!character) {
            frame->broken = true;
            return NULL;
        }
        i += character;
    }
    const char *text = frame->data;
    frame->data += size;
    frame->left -= size;
    *length = size;
    return text;
}

bool floe_frame_done(const floe_frame *frame) {
    return !frame->broken && frame->left == 0;
}

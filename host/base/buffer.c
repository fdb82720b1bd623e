#include "base/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int floe_grow(void *items, size_t *capacity, size_t needed, size_t item) {
    if (needed <= *capacity) {
        return 0;
    }
    size_t target = *capacity > SIZE_MAX / 4 ? needed : *capacity + *capacity / 2;
    if (target < needed) {
        target = needed;
    }
    if (target < 16) {
        target = 16;
    }
    if (target > SIZE_MAX / 2 / item) {
        return FLOE_MEMORY;
    }
    void *old;
    memcpy(&old, items, sizeof old);
    void *grown = realloc(old, target * item);
    if (!grown) {
        return FLOE_MEMORY;
    }
    memcpy(items, &grown, sizeof grown);
    *capacity = target;
    return 0;
}

void floe_buffer_free(floe_buffer *buffer) {
    free(buffer->data);
    *buffer = (floe_buffer){0};
}

void floe_buffer_clear(floe_buffer *buffer) {
    buffer->size = 0;
    buffer->failed = false;
    if (buffer->data) {
        buffer->data[0] = '\0';
    }
}

int floe_buffer_reserve(floe_buffer *buffer, size_t size) {
    if (!buffer->failed) {
        buffer->failed = size > SIZE_MAX / 4 ||
                         floe_grow(&buffer->data, &buffer->capacity, buffer->size + size + 1, 1) != 0;
    }
    return buffer->failed ? FLOE_MEMORY : 0;
}

int floe_buffer_append(floe_buffer *buffer, const void *bytes, size_t size) {
    int result = floe_buffer_reserve(buffer, size);
    if (!result) {
        if (size) {
            memcpy(buffer->data + buffer->size, bytes, size);
        }
        buffer->size += size;
        buffer->data[buffer->size] = '\0';
    }
    return result;
}

int floe_buffer_printf(floe_buffer *buffer, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    int result = length < 0 ? FLOE_MEMORY : floe_buffer_reserve(buffer, (size_t)length);
    if (!result) {
        vsnprintf(buffer->data + buffer->size, (size_t)length + 1, format, again);
        buffer->size += (size_t)length;
    }
    va_end(again);
    return result;
}

char *floe_buffer_take(floe_buffer *buffer, size_t *size) {
    floe_buffer_append(buffer, "", 0);
    char *data = buffer->data;
    if (buffer->failed) {
        free(data);
        data = NULL;
    } else if (size) {
        *size = buffer->size;
    }
    *buffer = (floe_buffer){0};
    return data;
}

#include "floe/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Drops a UTF-8 sequence that vsnprintf cut in half at the end of a full buffer. */
static void trim_partial_character(char *text, size_t capacity) {
    size_t length = strlen(text);
    if (length + 1 < capacity) {
        return;
    }
    size_t start = length;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80) {
        start--;
    }
    if (start > 0 && ((unsigned char)text[start - 1] & 0x80)) {
        text[start - 1] = '\0';
    }
}

int floe_error_set(floe_error *error, floe_code code, const char *format, ...) {
    if (!error) {
        return code;
    }
    va_list arguments;
    va_start(arguments, format);
    char message[sizeof error->message];
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    trim_partial_character(message, sizeof message);
    memset(error, 0, sizeof *error);
    error->code = code;
    memcpy(error->message, message, sizeof message);
    return code;
}

void floe_error_hint(floe_error *error, const char *format, ...) {
    if (!error) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->hint, sizeof error->hint, format, arguments);
    va_end(arguments);
    trim_partial_character(error->hint, sizeof error->hint);
}

int floe_error_at(floe_error *error, const char *file, uint32_t line, uint32_t column) {
    if (!error) {
        return FLOE_INTERNAL;
    }
    if (file) {
        snprintf(error->file, sizeof error->file, "%s", file);
        trim_partial_character(error->file, sizeof error->file);
    }
    error->line = line;
    error->column = column;
    return error->code;
}

/* What to do about it, where that is no matter of the file. */
static const char *advise(int reason) {
    switch (reason) {
    case ENOSPC:
    case EDQUOT:
        return "make room there, and run the command again";
    case EFBIG:
        return "a limit of this process or the file system allows no larger file (ulimit -f)";
    default:
        return NULL;
    }
}

int floe_error_system(floe_error *error, const char *action, const char *path) {
    int number = errno;
    floe_code code = number == ENOENT ? FLOE_NOT_FOUND : number == ENOMEM ? FLOE_MEMORY : FLOE_IO;
    floe_error_set(error, code, "cannot %s '%s': %s", action, path, strerror(number));
    if (advise(number)) {
        floe_error_hint(error, "%s", advise(number));
    }
    floe_error_at(error, path, 0, 0);
    return code;
}

int floe_error_memory(floe_error *error) {
    return floe_error_set(error, FLOE_MEMORY, "out of memory");
}

const char *floe_code_name(floe_code code) {
    switch (code) {
    case FLOE_OK:
        return "ok";
    case FLOE_INVALID:
        return "invalid";
    case FLOE_NOT_FOUND:
        return "not_found";
    case FLOE_IO:
        return "io";
    case FLOE_LIMIT:
        return "limit";
    case FLOE_MEMORY:
        return "memory";
    case FLOE_OUTSIDE:
        return "outside";
    case FLOE_CONFLICT:
        return "conflict";
    case FLOE_TRUST:
        return "trust";
    case FLOE_INTERNAL:
        break;
    }
    return "internal";
}

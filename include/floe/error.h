/*
 * One error idiom for the whole host.
 *
 * A function that can fail returns an int, 0 or one of the negative codes below, and fills the floe_error
 * it was handed (which may be NULL). Outputs are untouched on failure. An error owns no memory, so
 * reporting one never allocates: it can be copied, kept and dropped freely.
 */
#ifndef FLOE_ERROR_H
#define FLOE_ERROR_H

#include <stddef.h>
#include <stdint.h>

typedef enum floe_code {
    FLOE_OK = 0,
    FLOE_INVALID = -1,   /* the input is not what its format demands */
    FLOE_NOT_FOUND = -2, /* a file, a reference or a name does not exist */
    FLOE_IO = -3,        /* the operating system refused: permissions, a full disk, a closed pipe */
    FLOE_LIMIT = -4,     /* the input is larger, deeper or slower than a stated bound */
    FLOE_MEMORY = -5,    /* an allocation failed */
    FLOE_OUTSIDE = -6,   /* an outside system (dbt, a registry) is missing or failed */
    FLOE_INTERNAL = -7,  /* a bug in floe */
    FLOE_CONFLICT = -8,  /* what an outside system holds forbids it: it belongs to another, it is not empty */
    FLOE_TRUST = -9      /* an outside system does not accept who asks, or what it sent cannot be trusted */
} floe_code;

typedef struct floe_error {
    floe_code code;
    char message[768]; /* a sentence: what is wrong and why */
    char hint[384];    /* what to do next; may be empty */
    char file[512];    /* display path; empty where no file is concerned */
    uint32_t line;     /* 1-based; 0 where unknown */
    uint32_t column;   /* 1-based, counted in code points; 0 where unknown */
} floe_error;

/* Fills `error` (NULL is allowed) and returns `code`. Over-long texts are cut at a character boundary. */
int floe_error_set(floe_error *error, floe_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds what to do next. */
void floe_error_hint(floe_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds where. `file` may be NULL to keep the one already set. Returns the error's code. */
int floe_error_at(floe_error *error, const char *file, uint32_t line, uint32_t column);

/* The standard sentence for a failed system call: "cannot open 'x': No such file or directory". Uses errno;
 * ENOENT gives FLOE_NOT_FOUND, ENOMEM FLOE_MEMORY, all else FLOE_IO. */
int floe_error_system(floe_error *error, const char *action, const char *path);

/* The standard sentence for a failed allocation. Returns FLOE_MEMORY. */
int floe_error_memory(floe_error *error);

/* The code's name as scripts see it: "invalid", "not_found", … */
const char *floe_code_name(floe_code code);

#endif

/* Whole files in and out. Reading never blocks: pipes, devices and folders are refused. */
#ifndef FLOE_BASE_FILE_H
#define FLOE_BASE_FILE_H

#include "floe/arena.h"
#include "floe/error.h"

#include <stdbool.h>

enum {
    FLOE_FILE_LIMIT = (1 << 28) - 1, /* bytes of a file, where the caller gives no limit of its own */
    FLOE_FILE_PADDING = 32           /* NUL bytes that follow every text that is read */
};

/* Reads a regular file. `*text` is malloc'd, the caller's, and followed by FLOE_FILE_PADDING NUL bytes that
 * `*size` does not count. `limit` bounds the bytes; 0 is FLOE_FILE_LIMIT. Folders, devices, sockets and pipes
 * are FLOE_INVALID, a larger file is FLOE_LIMIT; all errors name the file. */
int floe_file_read(char **text, size_t *size, const char *path, size_t limit, floe_error *error);

/* The same, with the digest ("sha256:…") of the bytes read. */
int floe_file_read_digest(char **text, size_t *size, char digest[72], const char *path, size_t limit,
                          floe_error *error);

/* The same, into an arena: for many small files. */
int floe_file_read_arena(char **text, size_t *size, char digest[72], floe_arena *arena, const char *path,
                         size_t limit, floe_error *error);

/* The digest of a file of any size, read piece by piece; `*binary` tells whether it holds a NUL byte. Errors
 * are those of reading. */
int floe_file_digest(char digest[72], bool *binary, const char *path, floe_error *error);

/* Writes a file as a whole or not at all: a temporary file in the same folder, renamed over `path`. An
 * existing file keeps its mode; a link is followed and stays a link; a device or a pipe is written to as it
 * is. */
int floe_file_write(const char *path, const char *text, size_t size, floe_error *error);

/* The same for what may hold secrets: a file that is new may be read by its owner alone. */
int floe_file_write_private(const char *path, const char *text, size_t size, floe_error *error);

/* Moves a file over another of the same file system, at once: FLOE_IO where they are of two. */
int floe_file_move(const char *from, const char *to, floe_error *error);

/* Takes away a file, a link (not what it leads to) or an empty folder. Nothing there is fine. */
int floe_file_remove(const char *path, floe_error *error);

typedef enum floe_file_kind {
    FLOE_FILE_NONE,
    FLOE_FILE_REGULAR,
    FLOE_FILE_FOLDER,
    FLOE_FILE_OTHER
} floe_file_kind;

/* What stands at `path`, links followed. What cannot be looked at counts as nothing. */
floe_file_kind floe_file_kind_of(const char *path);

/* The bytes of a regular file and when it was last written, in nanoseconds since 1970. False for what is
 * none. */
bool floe_file_status(uint64_t *size, int64_t *modified, const char *path);

/* Where a path leads when every link on it is followed, in PATH_MAX bytes. False for what is not there. */
bool floe_file_real(char *out, const char *path);

/* Whether a file is there to be written: this process may, and its mode forbids it not to everybody (which
 * the superuser would not notice). */
bool floe_file_is_writable(const char *path);

#endif

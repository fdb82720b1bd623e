/*
 * Files of lines that several processes add to while others take them away: evidence on its way to a backend,
 * and lineage kept as JSON lines. Nothing is kept open between two calls, so that a process that is killed
 * leaves nothing behind but the lines it added.
 */
#ifndef FLOE_BASE_APPEND_H
#define FLOE_BASE_APPEND_H

#include "floe/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Adds whole lines (`text` ends with a newline) to a file, all of them or none; a file that is new may be
 * read by its owner alone. Behind a line that was cut off, by a full disk or a process that was killed, they
 * begin on a line of their own. `*after` is the file's size afterwards. FLOE_INVALID for what is no regular
 * file, a symbolic link included, FLOE_OUTSIDE where another process holds the file for longer than a
 * moment. */
int floe_append(uint64_t *after, const char *path, const char *text, size_t size, floe_error *error);

/* Moves a file of lines so that nothing is added to it any more: who adds to `path` begins a new file. One of
 * fewer than `least` bytes stays: of several processes that find a file too large, only the first moves it.
 * `*taken` says whether it was moved. FLOE_NOT_FOUND where there is none, FLOE_OUTSIDE as above. */
int floe_append_take(bool *taken, const char *path, const char *to, uint64_t least, floe_error *error);

#endif

/*
 * A lock among processes of one machine, held on a file: taken by one at a time, and given back by the system
 * when its holder ends, however it ends, so that no lock is ever stale and no clock decides. The file stays;
 * what it says is about the last holder. On a network share it is among the processes of one machine or of
 * all, as the share says. A program that is started holds it as well only where it is handed the file.
 */
#ifndef FLOE_BASE_LOCK_H
#define FLOE_BASE_LOCK_H

#include "floe/error.h"

#include <stdint.h>

typedef struct floe_lock floe_lock;

/* Takes the lock, waiting for `milliseconds` (0: not at all; below 0: for as long as it takes) where another
 * holds it, and writes `note` into the file, where there is room, for those who come meanwhile; its folder is
 * made. FLOE_CONFLICT where it stays with another: the error's message is then the other's note. FLOE_INVALID
 * for a symbolic link, FLOE_IO where waiting was interrupted. */
int floe_lock_take(floe_lock **out, const char *path, const char *note, int64_t milliseconds,
                   floe_error *error);

/* The open file that holds it: whoever inherits it holds the lock as well. */
int floe_lock_file(const floe_lock *lock);

/* Gives it back, unless somebody inherited it. In a copy of the process that took it (floe_process_fork) only
 * memory is given back. NULL is allowed. */
void floe_lock_release(floe_lock *lock);

#endif

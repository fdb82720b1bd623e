#include "base/append.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    TRIES = 100,         /* for another process to let go */
    PAUSE = 1000 * 1000, /* nanoseconds between two of them */
    OWNER = S_IRUSR | S_IWUSR,
};

/* Locks a file, waiting a moment for whoever holds it: a process that was stopped may hold it for ever. */
static int lock(int file, const char *path, floe_error *error) {
    for (int tries = 0; tries < TRIES; tries++) {
        if (flock(file, LOCK_EX | LOCK_NB) == 0) {
            return 0;
        }
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return floe_error_system(error, "write", path);
        }
        nanosleep(&(struct timespec){.tv_nsec = PAUSE}, NULL);
    }
    floe_error_set(error, FLOE_OUTSIDE, "cannot write '%s': another process holds it", path);
    floe_error_at(error, path, 0, 0);
    return FLOE_OUTSIDE;
}

/* Whether `path` still leads to the file that was opened. */
static bool is_same(int file, const char *path, struct stat *opened) {
    struct stat there;
    return fstat(file, opened) == 0 && stat(path, &there) == 0 && there.st_ino == opened->st_ino &&
           there.st_dev == opened->st_dev;
}

/* Opens a file and locks it; again where another process took it away in between. `*out` is the caller's to
 * close, which lets go of the lock. */
static int open_locked(int *out, struct stat *status, const char *path, int flags, floe_error *error) {
    for (;;) {
        int file = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW, OWNER);
        if (file < 0 && errno == ELOOP) { /* a product may come with one that leads out of its folder */
            floe_error_set(error, FLOE_INVALID, "cannot write '%s': it is a symbolic link", path);
            floe_error_at(error, path, 0, 0);
            return FLOE_INVALID;
        }
        if (file < 0) {
            return floe_error_system(error, "write", path);
        }
        int result = lock(file, path, error);
        if (result || is_same(file, path, status)) {
            if (result) {
                close(file);
            } else {
                *out = file;
            }
            return result;
        }
        close(file);
    }
}

static bool ends_in_a_line(int file, const struct stat *status) {
    char last = '\n';
    return !status->st_size || (pread(file, &last, 1, status->st_size - 1) == 1 && last == '\n');
}

static bool write_all(int file, const char *text, size_t size) {
    while (size) {
        ssize_t count = write(file, text, size);
        if (count < 0 && errno != EINTR) {
            return false;
        }
        size_t done = count > 0 ? (size_t)count : 0;
        text += done;
        size -= done;
    }
    return true;
}

int floe_append(uint64_t *after, const char *path, const char *text, size_t size, floe_error *error) {
    int file;
    struct stat status;
    int result = open_locked(&file, &status, path, O_RDWR | O_APPEND | O_CREAT, error);
    if (result) {
        return result;
    }
    if (!S_ISREG(status.st_mode)) {
        floe_error_set(error, FLOE_INVALID, "cannot write '%s': it is no file", path);
        floe_error_at(error, path, 0, 0);
        result = FLOE_INVALID;
    } else {
        size_t torn = ends_in_a_line(file, &status) ? 0 : 1;
        if (write_all(file, "\n", torn) && write_all(file, text, size)) {
            *after = (uint64_t)status.st_size + torn + size;
        } else {
            result = floe_error_system(error, "write", path);
            /* A part of a line is worse than none; where even this fails, the next writer sees to it. */
            if (ftruncate(file, status.st_size)) {
                errno = 0;
            }
        }
    }
    close(file);
    return result;
}

int floe_append_take(bool *taken, const char *path, const char *to, uint64_t least, floe_error *error) {
    int file;
    struct stat status;
    int result = open_locked(&file, &status, path, O_RDONLY, error);
    if (result) {
        return result;
    }
    bool large = (uint64_t)status.st_size >= least;
    if (large && rename(path, to)) {
        result = floe_error_system(error, "write", to);
    } else {
        *taken = large;
    }
    close(file);
    return result;
}

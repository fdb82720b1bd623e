#include "lock.h"

#include "clock.h"
#include "folder.h"
#include "interrupt.h"
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Milliseconds between two tries: twice as long each time. */
enum { FIRST_STEP = 10, LONGEST_STEP = 640 };

struct floe_lock {
    int file;
    pid_t holder; /* in a copy of this process the file's number is another's */
};

/* What the holder says of itself. */
static int tell_holder(int file, floe_error *error) {
    char note[512];
    ssize_t size = pread(file, note, sizeof note - 1, 0);
    note[size > 0 ? size : 0] = '\0';
    return floe_error_set(error, FLOE_CONFLICT, "%s", note);
}

/* Waits until a file is locked; below 0 for as long as it takes, otherwise until `deadline`, in milliseconds
 * of the monotonic clock. */
static int wait_for(int file, const char *path, int64_t deadline, floe_error *error) {
    int64_t step = FIRST_STEP;
    while (flock(file, LOCK_EX | LOCK_NB)) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return floe_error_system(error, "lock", path);
        }
        int result = floe_interrupt_check(error);
        if (result) {
            return result;
        }
        int64_t left = deadline - floe_clock_monotonic() / 1000000;
        if (deadline >= 0 && left <= 0) {
            return tell_holder(file, error);
        }
        floe_interrupt_poll(NULL, 0, (int)(deadline >= 0 && left < step ? left : step));
        step = step < LONGEST_STEP ? step * 2 : step;
    }
    return 0;
}

/* Whether `path` still leads to the file that was opened: where somebody took it away, the next one to come
 * would lock another. */
static bool is_same(int file, const char *path) {
    struct stat opened, there;
    return fstat(file, &opened) == 0 && lstat(path, &there) == 0 && there.st_ino == opened.st_ino &&
           there.st_dev == opened.st_dev;
}

static int open_file(int *out, const char *path, floe_error *error) {
    *out = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (*out < 0 && errno == ELOOP) { /* a product may come with one that leads out of its folder */
        floe_error_set(error, FLOE_INVALID, "cannot lock '%s': it is a symbolic link", path);
        floe_error_at(error, path, 0, 0);
        return FLOE_INVALID;
    }
    return *out < 0 ? floe_error_system(error, "open", path) : 0;
}

/* Opens the file and locks it. `*out` is the caller's to close. */
static int open_locked(int *out, const char *path, int64_t deadline, floe_error *error) {
    for (;;) {
        int file, result = open_file(&file, path, error);
        if (result) {
            return result;
        }
        result = wait_for(file, path, deadline, error);
        if (!result && is_same(file, path)) {
            *out = file;
            return 0;
        }
        close(file);
        if (result) {
            return result;
        }
    }
}

static int make_folder(const char *path, floe_error *error) {
    char *folder = NULL;
    int result = floe_path_folder(&folder, path, error);
    result = result ? result : floe_folder_make(folder, error);
    free(folder);
    return result;
}

/* It is for people: on a full disk the lock holds without it. What is left of an older one would mislead. */
static void write_note(int file, const char *note) {
    size_t size = strlen(note);
    bool written = ftruncate(file, 0) == 0 && pwrite(file, note, size, 0) == (ssize_t)size;
    if (!written && ftruncate(file, 0)) {
        errno = 0; /* then the one before it stays */
    }
}

int floe_lock_take(floe_lock **out, const char *path, const char *note, int64_t milliseconds,
                   floe_error *error) {
    int64_t deadline = milliseconds < 0 ? -1 : floe_clock_monotonic() / 1000000 + milliseconds;
    int file = -1, result = make_folder(path, error);
    if (result) {
        return result;
    }
    floe_lock *lock = malloc(sizeof *lock);
    result = lock ? open_locked(&file, path, deadline, error) : floe_error_memory(error);
    if (result) {
        free(lock);
        return result;
    }
    write_note(file, note);
    *lock = (floe_lock){.file = file, .holder = getpid()};
    *out = lock;
    return 0;
}

int floe_lock_file(const floe_lock *lock) {
    return lock->file;
}

void floe_lock_release(floe_lock *lock) {
    if (lock && lock->holder == getpid()) {
        close(lock->file);
    }
    free(lock);
}

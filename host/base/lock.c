#include "lock.h"

#include "clock.h"
#include "folder.h"
#include "interrupt.h"
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
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

static int wait_for(int file, const char *path, int64_t milliseconds, floe_error *error) {
    int64_t begin = floe_clock_monotonic() / 1000000, step = FIRST_STEP;
    while (flock(file, LOCK_EX | LOCK_NB)) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return floe_error_system(error, "lock", path);
        }
        int result = floe_interrupt_check(error);
        if (result) {
            return result;
        }
        int64_t left = begin + milliseconds - floe_clock_monotonic() / 1000000;
        if (milliseconds >= 0 && left <= 0) {
            return tell_holder(file, error);
        }
        floe_interrupt_poll(NULL, 0, (int)(milliseconds >= 0 && left < step ? left : step));
        step = step < LONGEST_STEP ? step * 2 : step;
    }
    return 0;
}

static int make_folder(const char *path, floe_error *error) {
    char *folder = NULL;
    int result = floe_path_folder(&folder, path, error);
    result = result ? result : floe_folder_make(folder, error);
    free(folder);
    return result;
}

static int write_note(int file, const char *path, const char *note, floe_error *error) {
    size_t size = strlen(note);
    if (ftruncate(file, 0) || pwrite(file, note, size, 0) != (ssize_t)size) {
        return floe_error_system(error, "write to", path);
    }
    return 0;
}

int floe_lock_take(floe_lock **out, const char *path, const char *note, int64_t milliseconds,
                   floe_error *error) {
    int result = make_folder(path, error);
    if (result) {
        return result;
    }
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        return floe_error_system(error, "open", path);
    }
    floe_lock *lock = malloc(sizeof *lock);
    result = lock ? wait_for(file, path, milliseconds, error) : floe_error_memory(error);
    result = result ? result : write_note(file, path, note, error);
    if (result) {
        free(lock);
        close(file);
        return result;
    }
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

#include "base/file.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    READ_CHUNK = 256 * 1024, /* small enough that the digest finds the bytes in the cache */
    FILE_PIECE = 16 * 1024,  /* of a file that is only hashed */
};

floe_file_kind floe_file_kind_of(const char *path) {
    struct stat status;
    if (stat(path, &status)) {
        return FLOE_FILE_NONE;
    }
    return S_ISREG(status.st_mode)   ? FLOE_FILE_REGULAR
           : S_ISDIR(status.st_mode) ? FLOE_FILE_FOLDER
                                     : FLOE_FILE_OTHER;
}

int floe_file_move(const char *from, const char *to, floe_error *error) {
    return rename(from, to) ? floe_error_system(error, "write", to) : 0;
}

int floe_file_remove(const char *path, floe_error *error) {
    return remove(path) && errno != ENOENT ? floe_error_system(error, "remove", path) : 0;
}

bool floe_file_status(uint64_t *size, int64_t *modified, const char *path) {
    struct stat status;
    if (stat(path, &status) || !S_ISREG(status.st_mode)) {
        return false;
    }
    *size = (uint64_t)status.st_size;
    *modified = (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
    return true;
}

bool floe_file_real(char *out, const char *path) {
    return realpath(path, out) != NULL;
}

bool floe_file_is_writable(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && (status.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) &&
           access(path, W_OK) == 0;
}

/* ---- reading ---- */

static int refuse_kind(mode_t mode, const char *path, floe_error *error) {
    const char *kind = S_ISDIR(mode)    ? "a folder"
                       : S_ISFIFO(mode) ? "a pipe"
                       : S_ISSOCK(mode) ? "a socket"
                                        : "a device";
    floe_error_set(error, FLOE_INVALID, "cannot read '%s': it is %s, not a file", path, kind);
    floe_error_at(error, path, 0, 0);
    return FLOE_INVALID;
}

static int refuse_size(size_t limit, const char *path, floe_error *error) {
    floe_error_set(error, FLOE_LIMIT, "cannot read '%s': it is larger than the limit of %zu bytes", path,
                   limit);
    floe_error_at(error, path, 0, 0);
    return FLOE_LIMIT;
}

static int refuse_memory(const char *path, floe_error *error) {
    floe_error_set(error, FLOE_MEMORY, "out of memory while reading '%s'", path);
    floe_error_at(error, path, 0, 0);
    return FLOE_MEMORY;
}

/* Opens a regular file. Looked at before it is opened, so that no device notices, and again afterwards. */
static int open_regular(int *out, size_t *size, const char *path, floe_error *error) {
    struct stat status;
    if (stat(path, &status)) {
        return floe_error_system(error, "read", path);
    }
    if (!S_ISREG(status.st_mode)) {
        return refuse_kind(status.st_mode, path, error);
    }
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) {
        return floe_error_system(error, "read", path);
    }
    if (fstat(file, &status) || !S_ISREG(status.st_mode)) {
        close(file);
        return refuse_kind(status.st_mode, path, error);
    }
    *out = file;
    *size = status.st_size > 0 ? (size_t)status.st_size : 0;
    return 0;
}

/* Reads to the end, however long the file said it was: it may grow, and those of /proc say nothing. */
static int read_all(floe_buffer *buffer, int file, const char *path, size_t limit, floe_digest_state *digest,
                    floe_error *error) {
    for (;;) {
        size_t room = buffer->capacity > buffer->size + FLOE_FILE_PADDING
                          ? buffer->capacity - buffer->size - FLOE_FILE_PADDING
                          : 0;
        if (!room) {
            if (floe_buffer_reserve(buffer, READ_CHUNK + FLOE_FILE_PADDING)) {
                return refuse_memory(path, error);
            }
            continue;
        }
        ssize_t count = read(file, buffer->data + buffer->size, room < READ_CHUNK ? room : READ_CHUNK);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return floe_error_system(error, "read", path);
        }
        if (count == 0) {
            return 0;
        }
        if ((size_t)count > limit - buffer->size) {
            return refuse_size(limit, path, error);
        }
        int result =
            digest ? floe_digest_update(digest, buffer->data + buffer->size, (size_t)count, error) : 0;
        if (result) {
            return result;
        }
        buffer->size += (size_t)count;
    }
}

static int read_file(floe_buffer *buffer, const char *path, size_t limit, floe_digest_state *digest,
                     floe_error *error) {
    int file = -1;
    size_t size = 0;
    int result = open_regular(&file, &size, path, error);
    if (result) {
        return result;
    }
    if (size > limit) {
        result = refuse_size(limit, path, error);
    } else if (floe_buffer_reserve(buffer, size + FLOE_FILE_PADDING + 1)) {
        result = refuse_memory(path, error);
    } else {
        result = read_all(buffer, file, path, limit, digest, error);
    }
    close(file);
    return result;
}

static int digest_pieces(floe_digest_state *state, bool *binary, int file, const char *path,
                         floe_error *error) {
    char piece[FILE_PIECE];
    *binary = false;
    for (;;) {
        ssize_t count = read(file, piece, sizeof piece);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return count ? floe_error_system(error, "read", path) : 0;
        }
        *binary = *binary || memchr(piece, 0, (size_t)count);
        int result = floe_digest_update(state, piece, (size_t)count, error);
        if (result) {
            return result;
        }
    }
}

int floe_file_digest(char digest[72], bool *binary, const char *path, floe_error *error) {
    int file = -1;
    size_t size = 0;
    floe_digest_state *state = NULL;
    int result = open_regular(&file, &size, path, error);
    if (result) {
        return result;
    }
    result = floe_digest_begin(&state, error);
    if (!result) {
        result = digest_pieces(state, binary, file, path, error);
        if (result) {
            floe_digest_free(state);
        } else {
            result = floe_digest_finish(digest, state, error);
        }
    }
    close(file);
    return result;
}

/* Gives back what was reserved and not used, and hands the text over. */
static void hand_over(char **text, size_t *size, floe_buffer *buffer) {
    char *exact = realloc(buffer->data, buffer->size + FLOE_FILE_PADDING);
    *text = exact ? exact : buffer->data;
    memset(*text + buffer->size, 0, FLOE_FILE_PADDING);
    *size = buffer->size;
}

int floe_file_read(char **text, size_t *size, const char *path, size_t limit, floe_error *error) {
    floe_buffer buffer = {0};
    int result = read_file(&buffer, path, limit ? limit : FLOE_FILE_LIMIT, NULL, error);
    if (result) {
        floe_buffer_free(&buffer);
        return result;
    }
    hand_over(text, size, &buffer);
    return 0;
}

int floe_file_read_digest(char **text, size_t *size, char digest[72], const char *path, size_t limit,
                          floe_error *error) {
    floe_digest_state *state;
    int result = floe_digest_begin(&state, error);
    if (result) {
        return result;
    }
    floe_buffer buffer = {0};
    result = read_file(&buffer, path, limit ? limit : FLOE_FILE_LIMIT, state, error);
    if (result) {
        floe_digest_free(state);
    } else {
        result = floe_digest_finish(digest, state, error);
    }
    if (result) {
        floe_buffer_free(&buffer);
        return result;
    }
    hand_over(text, size, &buffer);
    return 0;
}

/* Reads up to `most` bytes, fewer only where the file ends. */
static int read_most(char *text, size_t *size, size_t most, int file, const char *path, floe_error *error) {
    size_t got = 0;
    while (got < most) {
        ssize_t count = read(file, text + got, most - got);
        if (count < 0 && errno != EINTR) {
            return floe_error_system(error, "read", path);
        }
        if (count == 0) {
            break;
        }
        got += count > 0 ? (size_t)count : 0;
        if (got + 1 == most) { /* all that the file said it has: no need to be told that it ends there */
            break;
        }
    }
    *size = got;
    return 0;
}

/* Files that grow while they are read, or do not tell how long they are. */
static int read_grown(char **text, size_t *size, char digest[72], floe_arena *arena, const char *path,
                      size_t limit, floe_error *error) {
    char *heap, *copy;
    int result = floe_file_read_digest(&heap, size, digest, path, limit, error);
    if (result) {
        return result;
    }
    copy = floe_arena_alloc(arena, *size + FLOE_FILE_PADDING);
    if (copy) {
        memcpy(copy, heap, *size + FLOE_FILE_PADDING);
    }
    free(heap);
    *text = copy;
    return copy ? 0 : refuse_memory(path, error);
}

int floe_file_read_arena(char **text, size_t *size, char digest[72], floe_arena *arena, const char *path,
                         size_t limit, floe_error *error) {
    int file = -1;
    size_t told, got = 0;
    limit = limit ? limit : FLOE_FILE_LIMIT;
    int result = open_regular(&file, &told, path, error);
    if (result) {
        return result;
    }
    char *fresh = told && told <= limit ? floe_arena_alloc(arena, told + FLOE_FILE_PADDING) : NULL;
    if (told > limit) {
        result = refuse_size(limit, path, error);
    } else if (told) {
        result = fresh ? read_most(fresh, &got, told + 1, file, path, error) : refuse_memory(path, error);
    }
    close(file);
    if (result) {
        return result;
    }
    if (!told || got > told) {
        return read_grown(text, size, digest, arena, path, limit, error);
    }
    memset(fresh + got, 0, told - got + FLOE_FILE_PADDING);
    *text = fresh;
    *size = got;
    return floe_digest(digest, fresh, got, error);
}

/* ---- writing ---- */

static int write_all(int file, const char *text, size_t size) {
    while (size) {
        ssize_t count = write(file, text, size);
        if (count < 0 && errno != EINTR) {
            return -1;
        }
        if (count > 0) {
            text += count;
            size -= (size_t)count;
        }
    }
    return 0;
}

/* Closes a file that was written; a full disk may show only here. `failed` keeps the first error's errno. */
static bool finish_writing(int file, bool failed) {
    int number = errno;
    if (close(file) && !failed) {
        return false;
    }
    errno = number;
    return !failed;
}

/* Writes to a device or a pipe that stands there. */
static int write_through(const char *path, const char *text, size_t size, floe_error *error) {
    int file = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) {
        return floe_error_system(error, "write", path);
    }
    int flags = fcntl(file, F_GETFL);
    bool failed = flags < 0 || fcntl(file, F_SETFL, flags & ~O_NONBLOCK) || write_all(file, text, size);
    return finish_writing(file, failed) ? 0 : floe_error_system(error, "write", path);
}

/* What is written where: `target` has its links resolved, `shown` is what errors name. */
typedef struct replacement {
    const char *target, *shown;
    mode_t mode;  /* of the file to be replaced, or 0 */
    mode_t fresh; /* of one that is new, before the umask */
} replacement;

/* Creates a file with a name of its own beside the target. The kernel applies the umask to its mode. */
static int create_beside(int *out, char **name, const replacement *what, floe_error *error) {
    size_t capacity = strlen(what->target) + 64;
    char *path = malloc(capacity);
    if (!path) {
        return floe_error_set(error, FLOE_MEMORY, "out of memory while writing '%s'", what->shown);
    }
    int file = -1;
    for (unsigned attempt = 0; file < 0 && attempt < 100; attempt++) {
        unsigned long long stamp = (unsigned long long)floe_clock_now() + attempt;
        snprintf(path, capacity, "%s.%ld-%llx.tmp", what->target, (long)getpid(), stamp);
        file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, what->fresh);
        if (file < 0 && errno != EEXIST) {
            break;
        }
    }
    if (file < 0) {
        int result = floe_error_system(error, "write", what->shown);
        free(path);
        return result;
    }
    *out = file;
    *name = path;
    return 0;
}

static int replace_file(const replacement *what, const char *text, size_t size, floe_error *error) {
    int file = -1;
    char *temporary = NULL;
    int result = create_beside(&file, &temporary, what, error);
    if (result) {
        return result;
    }
    bool failed = (what->mode && fchmod(file, what->mode & 07777)) || write_all(file, text, size);
    if (!finish_writing(file, failed) || rename(temporary, what->target)) {
        result = floe_error_system(error, "write", what->shown);
        unlink(temporary);
    }
    free(temporary);
    return result;
}

static int write_file(const char *path, const char *text, size_t size, mode_t fresh, floe_error *error) {
    struct stat status;
    bool exists = stat(path, &status) == 0;
    if (exists && S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return floe_error_system(error, "write", path);
    }
    if (exists && !S_ISREG(status.st_mode)) {
        return write_through(path, text, size, error);
    }
    if (exists && access(path, W_OK)) {
        return floe_error_system(error, "write", path); /* renaming over it would not ask */
    }
    char *real = exists ? realpath(path, NULL) : NULL;
    const replacement what = {real ? real : path, path, exists ? status.st_mode : 0, fresh};
    int result = replace_file(&what, text, size, error);
    free(real);
    return result;
}

int floe_file_write(const char *path, const char *text, size_t size, floe_error *error) {
    return write_file(path, text, size, 0666, error);
}

int floe_file_write_private(const char *path, const char *text, size_t size, floe_error *error) {
    return write_file(path, text, size, 0600, error);
}

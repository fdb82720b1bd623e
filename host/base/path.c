#include "base/path.h"

#include "base/buffer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int hand_over(char **out, floe_buffer *buffer, floe_error *error) {
    char *path = floe_buffer_take(buffer, NULL);
    if (!path) {
        return floe_error_memory(error);
    }
    *out = path;
    return 0;
}

int floe_path_join(char **out, const char *left, const char *right, floe_error *error) {
    floe_buffer buffer = {0};
    size_t length = strlen(left);
    if (length && right[0] != '/') {
        floe_buffer_append(&buffer, left, length);
        if (left[length - 1] != '/' && right[0]) {
            floe_buffer_append(&buffer, "/", 1);
        }
    }
    floe_buffer_append(&buffer, right, strlen(right));
    return hand_over(out, &buffer, error);
}

/* Takes the last part of `buffer` off for a "..", where there is one to take. */
static void step_up(floe_buffer *buffer, bool rooted) {
    size_t start = buffer->size;
    while (start && buffer->data[start - 1] != '/') {
        start--;
    }
    bool climbing = buffer->size - start == 2 && memcmp(buffer->data + start, "..", 2) == 0;
    if (buffer->size > (size_t)rooted && !climbing) {
        buffer->size = start > (size_t)rooted ? start - 1 : start;
        buffer->data[buffer->size] = '\0';
    } else if (!rooted) {
        floe_buffer_printf(buffer, "%s..", buffer->size ? "/" : "");
    }
}

int floe_path_normalize(char **out, const char *path, floe_error *error) {
    floe_buffer buffer = {0};
    bool rooted = path[0] == '/';
    floe_buffer_append(&buffer, "/", rooted);
    while (*path && !buffer.failed) {
        size_t length = strcspn(path, "/");
        if (length == 2 && memcmp(path, "..", 2) == 0) {
            step_up(&buffer, rooted);
        } else if (length && !(length == 1 && *path == '.')) {
            floe_buffer_append(&buffer, "/", buffer.size > (size_t)rooted);
            floe_buffer_append(&buffer, path, length);
        }
        path += length;
        path += strspn(path, "/");
    }
    if (!buffer.size) {
        floe_buffer_append(&buffer, ".", 1);
    }
    return hand_over(out, &buffer, error);
}

int floe_path_absolute(char **out, const char *path, floe_error *error) {
    if (path[0] == '/') {
        return floe_path_normalize(out, path, error);
    }
    char *here = getcwd(NULL, 0);
    if (!here) {
        return floe_error_system(error, "find the current folder for", path);
    }
    char *joined = NULL;
    int result = floe_path_join(&joined, here, path, error);
    if (!result) {
        result = floe_path_normalize(out, joined, error);
    }
    free(joined);
    free(here);
    return result;
}

/* Length of the parts that two normalized absolute paths have in common. */
static size_t shared_length(const char *left, const char *right) {
    size_t shared = 0, i = 0;
    for (; left[i] && left[i] == right[i]; i++) {
        if (left[i] == '/') {
            shared = i;
        }
    }
    bool part_ends = (!left[i] || left[i] == '/') && (!right[i] || right[i] == '/');
    return part_ends ? i : shared;
}

int floe_path_relative(char **out, const char *path, const char *base, floe_error *error) {
    char *target = NULL, *from = NULL;
    floe_buffer buffer = {0};
    int result = floe_path_absolute(&target, path, error);
    if (!result) {
        result = floe_path_absolute(&from, base, error);
    }
    if (!result) {
        size_t shared = shared_length(target, from);
        const char *up = from + shared;
        const char *down = target + shared + strspn(target + shared, "/");
        for (up += strspn(up, "/"); *up; up += strspn(up, "/")) {
            floe_buffer_append(&buffer, "../", 3);
            up += strcspn(up, "/");
        }
        floe_buffer_append(&buffer, down, strlen(down));
        if (buffer.size && buffer.data[buffer.size - 1] == '/') {
            buffer.data[--buffer.size] = '\0';
        }
        if (!buffer.size) {
            floe_buffer_append(&buffer, ".", 1);
        }
        result = hand_over(out, &buffer, error);
    }
    free(target);
    free(from);
    return result;
}

/* The last part as a range: [start, end) without the slashes behind it. */
static void last_part(const char *path, size_t *start, size_t *end) {
    *end = strlen(path);
    while (*end > 1 && path[*end - 1] == '/') {
        --*end;
    }
    *start = *end;
    while (*start && path[*start - 1] != '/') {
        --*start;
    }
}

static int copy_range(char **out, const char *text, size_t length, floe_error *error) {
    floe_buffer buffer = {0};
    floe_buffer_append(&buffer, text, length);
    return hand_over(out, &buffer, error);
}

int floe_path_folder(char **out, const char *path, floe_error *error) {
    size_t start, end;
    last_part(path, &start, &end);
    while (start > 1 && path[start - 1] == '/') {
        start--;
    }
    return start ? copy_range(out, path, start, error) : copy_range(out, ".", 1, error);
}

int floe_path_name(char **out, const char *path, floe_error *error) {
    size_t start, end;
    last_part(path, &start, &end);
    return copy_range(out, path + start, end - start, error);
}

static bool is_program(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

int floe_path_find_program(char **out, const char *name, floe_error *error) {
    const char *folders = getenv("PATH");
    if (strchr(name, '/')) {
        folders = NULL;
        if (is_program(name)) {
            return copy_range(out, name, strlen(name), error);
        }
    }
    while (name[0] && folders && *folders) {
        size_t length = strcspn(folders, ":");
        floe_buffer buffer = {0};
        floe_buffer_append(&buffer, length ? folders : ".", length ? length : 1);
        floe_buffer_printf(&buffer, "/%s", name);
        if (!buffer.failed && is_program(buffer.data)) {
            return hand_over(out, &buffer, error);
        }
        floe_buffer_free(&buffer);
        folders += length + (folders[length] == ':');
    }
    return floe_error_set(error, FLOE_NOT_FOUND, "the program '%s' is not on PATH", name);
}

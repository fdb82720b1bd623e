#include "base/folder.h"

#include "base/buffer.h"
#include "base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    MOST_FILES = 100000,
    MOST_DEPTH = 64,
    MOST_TRIES = 16 /* of exchanging with a name that others make and remove meanwhile */
};

void floe_file_list_free(floe_file_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].path);
    }
    free(list->items);
    *list = (floe_file_list){0};
}

static int compare_entries(const void *left, const void *right) {
    const floe_file_entry *a = left, *b = right;
    return strcmp(a->path, b->path);
}

static void sort_entries(floe_file_list *list) {
    if (list->count) {
        qsort(list->items, list->count, sizeof *list->items, compare_entries);
    }
}

/* Takes `path` over, also where it fails. */
static int add_entry(floe_file_list *list, char *path, const struct stat *status, floe_error *error) {
    if (!path || floe_grow(&list->items, &list->capacity, list->count + 1, sizeof *list->items)) {
        free(path);
        return floe_error_memory(error);
    }
    floe_file_kind kind = S_ISREG(status->st_mode)   ? FLOE_FILE_REGULAR
                          : S_ISDIR(status->st_mode) ? FLOE_FILE_FOLDER
                                                     : FLOE_FILE_OTHER;
    int64_t modified = (int64_t)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec;
    list->items[list->count++] = (floe_file_entry){
        .path = path, .size = (uint64_t)status->st_size, .modified = modified, .kind = kind};
    return 0;
}

static bool is_dots(const char *name) {
    return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

int floe_folder_list(floe_file_list *list, const char *path, floe_error *error) {
    DIR *folder = opendir(path);
    if (!folder) {
        return floe_error_system(error, "list", path);
    }
    floe_file_list found = {0};
    int result = 0;
    for (struct dirent *entry; !result && (errno = 0, entry = readdir(folder));) {
        if (is_dots(entry->d_name)) {
            continue;
        }
        struct stat status = {0};
        if (fstatat(dirfd(folder), entry->d_name, &status, 0)) {
            status.st_mode = S_IFLNK; /* a link to nothing, or a file that has just gone */
        }
        result = add_entry(&found, strdup(entry->d_name), &status, error);
    }
    if (!result && errno) {
        result = floe_error_system(error, "list", path);
    }
    closedir(folder);
    if (result) {
        floe_file_list_free(&found);
        return result;
    }
    sort_entries(&found);
    *list = found;
    return 0;
}

/* ---- a whole tree ---- */

typedef struct walk {
    const char *root;
    char *real_root; /* the root with its links resolved, made when the first link is met */
    floe_walk_options options;
    floe_file_list found;
    floe_file_list folders; /* still to be entered; `size` is their depth */
    floe_error *error;
} walk;

static bool is_skipped(const walk *w, const char *name) {
    for (const char *const *skip = w->options.skip; skip && *skip; skip++) {
        if (strcmp(*skip, name) == 0) {
            return true;
        }
    }
    return false;
}

/* True where a link's target lies below the root that is walked. */
static bool leads_inside(walk *w, const char *path) {
    if (!w->real_root) {
        w->real_root = realpath(w->root, NULL);
    }
    char *real = realpath(path, NULL);
    size_t length = w->real_root ? strlen(w->real_root) : 0;
    bool inside = real && length && strncmp(real, w->real_root, length) == 0 &&
                  (real[length] == '/' || w->real_root[length - 1] == '/');
    free(real);
    return inside;
}

static int add_file(walk *w, char *path, const struct stat *status) {
    if (w->options.most_bytes && (uint64_t)status->st_size > w->options.most_bytes) {
        free(path);
        return 0;
    }
    if (w->found.count >= w->options.most_files) {
        free(path);
        floe_error_set(w->error, FLOE_LIMIT, "'%s' holds more than %zu files", w->root,
                       w->options.most_files);
        return floe_error_at(w->error, w->root, 0, 0);
    }
    return add_entry(&w->found, path, status, w->error);
}

/* Takes `path` (below the root) over. `full` is where it stands for the system. */
static int visit_entry(walk *w, char *path, const char *full, const char *name, uint64_t depth) {
    struct stat status;
    if (lstat(full, &status) ||
        (S_ISLNK(status.st_mode) &&
         (stat(full, &status) || !S_ISREG(status.st_mode) || !leads_inside(w, full)))) {
        free(path);
        return 0;
    }
    if (S_ISREG(status.st_mode)) {
        return add_file(w, path, &status);
    }
    if (!S_ISDIR(status.st_mode) || is_skipped(w, name)) {
        free(path);
        return 0;
    }
    if (depth >= w->options.depth) {
        floe_error_set(w->error, FLOE_LIMIT, "'%s' lies deeper than %u folders", full, w->options.depth);
        free(path);
        return FLOE_LIMIT;
    }
    status.st_size = (off_t)(depth + 1);
    return add_entry(&w->folders, path, &status, w->error);
}

static int visit_folder(walk *w, const floe_file_entry *folder) {
    char *full = NULL;
    floe_file_list names = {0};
    int result = floe_path_join(&full, w->root, folder->path, w->error);
    if (!result) {
        result = floe_folder_list(&names, full, w->error);
    }
    for (size_t i = 0; !result && i < names.count; i++) {
        char *path = NULL, *place = NULL;
        result = floe_path_join(&path, folder->path, names.items[i].path, w->error);
        if (!result) {
            result = floe_path_join(&place, full, names.items[i].path, w->error);
        }
        if (result) {
            free(path);
        } else {
            result = visit_entry(w, path, place, names.items[i].path, folder->size);
        }
        free(place);
    }
    floe_file_list_free(&names);
    free(full);
    return result;
}

int floe_folder_walk(floe_file_list *list, const char *path, const floe_walk_options *options,
                     floe_error *error) {
    walk w = {.root = path, .error = error};
    if (options) {
        w.options = *options;
    }
    w.options.most_files = w.options.most_files ? w.options.most_files : MOST_FILES;
    w.options.depth = w.options.depth ? w.options.depth : MOST_DEPTH;
    floe_file_entry folder = {.path = strdup("")};
    int result = folder.path ? visit_folder(&w, &folder) : floe_error_memory(error);
    free(folder.path);
    while (!result && w.folders.count) {
        folder = w.folders.items[--w.folders.count];
        result = visit_folder(&w, &folder);
        free(folder.path);
    }
    floe_file_list_free(&w.folders);
    free(w.real_root);
    if (result) {
        floe_file_list_free(&w.found);
        return result;
    }
    sort_entries(&w.found);
    *list = w.found;
    return 0;
}

/* ---- making ---- */

static int make_one(const char *path, floe_error *error) {
    if (mkdir(path, 0777) == 0 || (errno == EEXIST && floe_file_kind_of(path) == FLOE_FILE_FOLDER)) {
        return 0;
    }
    return floe_error_system(error, "make the folder", path);
}

int floe_folder_make(const char *path, floe_error *error) {
    char *copy = strdup(path);
    if (!copy) {
        return floe_error_memory(error);
    }
    int result = 0;
    for (char *slash = copy; !result && (slash = strchr(slash + 1, '/'));) {
        *slash = '\0';
        result = floe_file_kind_of(copy) == FLOE_FILE_FOLDER ? 0 : make_one(copy, error);
        *slash = '/';
    }
    if (!result) {
        result = make_one(path, error);
    }
    free(copy);
    return result;
}

/* ---- replacing ---- */

/* For file systems that rename, but do not exchange. */
static int replace_in_steps(const char *path, const char *with, const char *old, floe_error *error) {
    bool had = rename(path, old) == 0;
    if (!had && errno != ENOENT) {
        return floe_error_system(error, "write", path);
    }
    int result = floe_file_move(with, path, error);
    if (had && rename(old, result ? path : with) && !result) {
        result = floe_error_system(error, "write", with);
    }
    return result;
}

int floe_folder_replace(const char *path, const char *with, floe_error *error) {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
        if (renameat2(AT_FDCWD, with, AT_FDCWD, path, RENAME_EXCHANGE) == 0) {
            return 0;
        }
        if (errno == EINVAL || errno == ENOSYS) {
            char *old = NULL;
            int result = asprintf(&old, "%s.old", with) < 0 ? floe_error_memory(error)
                                                            : replace_in_steps(path, with, old, error);
            free(old);
            return result;
        }
        if (errno == ENOENT && rename(with, path) == 0) {
            return 0;
        }
        if (errno != ENOTEMPTY && errno != EEXIST) { /* otherwise somebody has just made it */
            break;
        }
    }
    return floe_error_system(error, "write", path);
}

/* ---- taking away ---- */

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *where) {
    (void)status;
    (void)type;
    (void)where;
    return remove(path) && errno != ENOENT ? -1 : 0;
}

int floe_folder_remove(const char *path, floe_error *error) {
    enum { MOST_OPEN = 16 };
    int result = nftw(path, remove_entry, MOST_OPEN, FTW_DEPTH | FTW_PHYS);
    return result && errno != ENOENT ? floe_error_system(error, "remove", path) : 0;
}

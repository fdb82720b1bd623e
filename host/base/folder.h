/* Folders: what stands in one, what stands below one, making, replacing and taking away one. */
#ifndef FLOE_BASE_FOLDER_H
#define FLOE_BASE_FOLDER_H

#include "base/file.h"

/* One entry of a folder or a tree. */
typedef struct floe_file_entry {
    char *path; /* a name, or a path below the folder that was walked, with "/" between its parts */
    uint64_t size;
    int64_t modified; /* nanoseconds since 1970 */
    floe_file_kind kind;
} floe_file_entry;

typedef struct floe_file_list {
    floe_file_entry *items;
    size_t count, capacity;
} floe_file_list;

void floe_file_list_free(floe_file_list *list);

/* The names in a folder without "." and "..", sorted by their bytes. `list` is overwritten, and the caller's.
 */
int floe_folder_list(floe_file_list *list, const char *path, floe_error *error);

typedef struct floe_walk_options {
    const char *const *skip; /* names of folders that are not entered, NULL at the end; NULL for none */
    size_t most_files;       /* more are FLOE_LIMIT; 0 is 100,000 */
    uint64_t most_bytes;     /* larger files are left out; 0 leaves none out */
    unsigned depth;          /* deeper folders are FLOE_LIMIT; 0 is 64 */
} floe_walk_options;

/* The regular files below a folder, sorted by the bytes of their paths. A link to a file is listed where it
 * leads to a file of the same tree; links to folders are not entered (what lies in the tree is listed once,
 * under its own path). Folders that may not be read are errors. */
int floe_folder_walk(floe_file_list *list, const char *path, const floe_walk_options *options,
                     floe_error *error);

/* Makes a folder and those above it; an existing one is fine. */
int floe_folder_make(const char *path, floe_error *error);

/* Puts the folder `with` where `path` is, both of one file system. What stood at `path`, if anything did,
 * stands at `with` afterwards. Whoever looks meanwhile sees the old one or the new one, whole; only where the
 * file system cannot exchange two names (NFS) there is a moment in which nothing stands at `path`, and a
 * process that is ended in it leaves the old one at `with` and ".old". Where it fails all is as before. */
int floe_folder_replace(const char *path, const char *with, floe_error *error);

/* Takes away what stands at `path`: a file, a link (not what it leads to), or a folder with all that is in
 * it. Nothing there is fine. */
int floe_folder_remove(const char *path, floe_error *error);

#endif

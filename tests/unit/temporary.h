/* A temporary folder: made below TMPDIR, filled with files, removed with all that is in it. */
#ifndef FLOE_TESTS_TEMPORARY_H
#define FLOE_TESTS_TEMPORARY_H

#include "support.h"

#include "base/file.h"
#include "base/folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void temporary_make(char *root, size_t size) {
    const char *below = getenv("TMPDIR");
    assert_true(snprintf(root, size, "%s/floe-test-XXXXXX", below && below[0] ? below : "/tmp") < (int)size);
    assert_non_null(mkdtemp(root));
}

/* Writes a file, and the folders above it. */
static inline void temporary_write(const char *root, const char *name, const char *text, size_t size) {
    char path[512], folder[512];
    floe_error error;
    snprintf(path, sizeof path, "%s/%s", root, name);
    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    assert_int_equal(floe_folder_make(folder, &error), 0);
    assert_int_equal(floe_file_write(path, text, size, &error), 0);
}

static inline int temporary_remove_entry(const char *path, const struct stat *status, int kind,
                                         struct FTW *place) {
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static inline int temporary_remove(const char *root) {
    return nftw(root, temporary_remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

#endif

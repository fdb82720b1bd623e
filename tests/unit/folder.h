/* A temporary folder with a project's files, for tests that read one. */
#ifndef FLOE_TESTS_FOLDER_H
#define FLOE_TESTS_FOLDER_H

#include "temporary.h"

#include "dbt/parse/layout.h"

#include <sys/stat.h>

typedef struct folder {
    char root[64];
    char path[512];
    floe_parse_options options;
    floe_store *store;
    floe_parse *parse;
    floe_error error;
} folder;

static inline const char *folder_path(folder *f, const char *name) {
    snprintf(f->path, sizeof f->path, "%.63s/%s", f->root, name);
    return f->path;
}

/* Writes a file, and the folders above it. */
static inline void put_bytes(folder *f, const char *name, const char *text, size_t size) {
    temporary_write(f->root, name, text, size);
}

static inline void put(folder *f, const char *name, const char *text) {
    put_bytes(f, name, text, strlen(text));
}

static inline int begin_folder(void **state) {
    static folder f;
    f = (folder){.root = ""};
    temporary_make(f.root, sizeof f.root);
    put(&f, "dbt_project.yml", "name: shop\nversion: 1.0\n");
    *state = &f;
    return 0;
}

static inline void begin_reading(folder *f, unsigned threads, const char *dbt) {
    floe_parse_free(f->parse);
    floe_store_free(f->store);
    f->parse = NULL;
    f->store = floe_store_new();
    f->error = (floe_error){0};
    f->options = (floe_parse_options){.root = f->root, .threads = threads, .dbt = dbt};
    assert_int_equal(floe_parse_new(&f->parse, f->store, &f->options, &f->error), 0);
}

/* Reads the project's layout with a number of threads and the rules of a dbt (NULL: the newest). */
static inline int read_layout(folder *f, unsigned threads, const char *dbt) {
    begin_reading(f, threads, dbt);
    int result = floe_parse_layout(f->parse);
    assert_int_equal(floe_parse_order_problems(f->parse), 0);
    return result;
}

/* Reads the whole project; the tree of its manifest. */
static inline floe_node read_project(folder *f, unsigned threads, const char *dbt) {
    floe_node manifest;
    begin_reading(f, threads, dbt);
    assert_int_equal(floe_parse_project(f->parse, &manifest), 0);
    return manifest;
}

static inline int end_folder(void **state) {
    folder *f = *state;
    floe_parse_free(f->parse);
    floe_store_free(f->store);
    return temporary_remove(f->root);
}

#define FOLDER_TEST(name) cmocka_unit_test_setup_teardown(name, begin_folder, end_folder)

/* The problem with a code that stands at this place: fails the test where there is none. */
static inline const floe_parse_problem *problem_of(const folder *f, const char *code, const char *file,
                                                   uint32_t line) {
    for (size_t i = 0; i < f->parse->problems.count; i++) {
        const floe_parse_problem *one = &f->parse->problems.items[i];
        if (strcmp(one->code, code) == 0 && one->file && strcmp(one->file, file) == 0 && one->line == line) {
            return one;
        }
    }
    for (size_t i = 0; i < f->parse->problems.count; i++) {
        const floe_parse_problem *one = &f->parse->problems.items[i];
        print_message("%s %s:%u: %s\n", one->code, one->file, one->line, one->message);
    }
    fail_msg("no problem '%s' at %s:%u", code, file, line);
    return NULL;
}

static inline const floe_parse_file *file_of(const folder *f, floe_parse_role role, const char *path) {
    for (size_t i = 0; i < f->parse->files.count; i++) {
        const floe_parse_file *one = f->parse->files.items[i];
        if (one->role == role && strcmp(one->shown, path) == 0) {
            return one;
        }
    }
    return NULL;
}

#endif

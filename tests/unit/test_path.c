/* Paths are texts: what joining, normalizing and relating them gives. */
#include "base/path.h"

#include "support.h"

#include <sys/stat.h>

typedef int (*unary)(char **, const char *, floe_error *);
typedef int (*binary)(char **, const char *, const char *, floe_error *);

static void assert_unary(unary function, const char *path, const char *expected) {
    char *result;
    assert_int_equal(function(&result, path, NULL), 0);
    assert_string_equal(result, expected);
    free(result);
}

static void assert_binary(binary function, const char *left, const char *right, const char *expected) {
    char *result;
    assert_int_equal(function(&result, left, right, NULL), 0);
    assert_string_equal(result, expected);
    free(result);
}

static void paths_are_joined(void **state) {
    (void)state;
    static const char *const rows[][3] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"", "b", "b"}, {"a", "", "a"},
        {"a", "/b", "/b"}, {"/", "b", "/b"},   {"", "", ""},   {".", "b", "./b"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_binary(floe_path_join, rows[i][0], rows[i][1], rows[i][2]);
    }
}

static void paths_are_normalized(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"", "."},
        {".", "."},
        {"./", "."},
        {"a", "a"},
        {"a/", "a"},
        {"a//b", "a/b"},
        {"./a/./b", "a/b"},
        {"a/..", "."},
        {"a/../b", "b"},
        {"a/b/../..", "."},
        {"..", ".."},
        {"../..", "../.."},
        {"a/../..", ".."},
        {"../a/..", ".."},
        {"/", "/"},
        {"//", "/"},
        {"/..", "/"},
        {"/../a", "/a"},
        {"/a/..", "/"},
        {"/a/b/../c", "/a/c"},
        {"a/..b", "a/..b"},
        {"...", "..."},
        {"a/.../b", "a/.../b"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_unary(floe_path_normalize, rows[i][0], rows[i][1]);
    }
}

static void paths_are_related(void **state) {
    (void)state;
    static const char *const rows[][3] = {
        {"/a/b", "/a", "b"},
        {"/a", "/a", "."},
        {"/a", "/a/b", ".."},
        {"/a/c", "/a/b", "../c"},
        {"/ab", "/a", "../ab"},
        {"/a", "/ab", "../a"},
        {"/", "/a", ".."},
        {"/a", "/", "a"},
        {"a/b", "a", "b"},
        {"a", "a/b/c", "../.."},
        {"/x/y/z", "/a/b", "../../x/y/z"},
        {"/", "/", "."},
        {".", ".", "."},
        {"a/../b", "c/..", "b"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_binary(floe_path_relative, rows[i][0], rows[i][1], rows[i][2]);
    }
}

static void paths_are_split(void **state) {
    (void)state;
    static const char *const rows[][3] = {
        {"a/b", "a", "b"}, {"a", ".", "a"},        {"/a", "/", "a"},   {"/", "/", "/"},
        {"a/", ".", "a"},  {"a/b/c/", "a/b", "c"}, {"a//b", "a", "b"}, {"", ".", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_unary(floe_path_folder, rows[i][0], rows[i][1]);
        if (strcmp(rows[i][0], "/") != 0) {
            assert_unary(floe_path_name, rows[i][0], rows[i][2]);
        }
    }
}

static void a_relative_path_starts_at_the_current_folder(void **state) {
    (void)state;
    char *here = getcwd(NULL, 0), *expected, *found;
    assert_int_equal(floe_path_join(&expected, here, "x", NULL), 0);
    assert_int_equal(floe_path_absolute(&found, "./a/../x", NULL), 0);
    assert_string_equal(found, expected);
    free(found);
    free(expected);
    free(here);
    assert_unary(floe_path_absolute, "/a/./b/..", "/a");
}

static void programs_are_found_on_the_path(void **state) {
    (void)state;
    char *path = strdup(getenv("PATH")), *found = NULL, folder[] = "/tmp/floe-test-path-XXXXXX";
    floe_error error = {0};
    char program[64], text[64];
    assert_non_null(mkdtemp(folder));
    snprintf(program, sizeof program, "%s/floe-tool", folder);
    snprintf(text, sizeof text, "/nonexistent::%s", folder);
    setenv("PATH", text, 1);
    assert_int_equal(floe_path_find_program(&found, "floe-tool", &error), FLOE_NOT_FOUND);
    assert_string_equal(error.message, "the program 'floe-tool' is not on PATH");
    FILE *file = fopen(program, "w");
    fclose(file);
    chmod(program, 0644);
    assert_int_equal(floe_path_find_program(&found, "floe-tool", &error), FLOE_NOT_FOUND);
    chmod(program, 0755);
    assert_int_equal(floe_path_find_program(&found, "floe-tool", &error), 0);
    assert_string_equal(found, program);
    free(found);
    assert_int_equal(floe_path_find_program(&found, program, &error), 0);
    free(found);
    assert_int_equal(floe_path_find_program(&found, "", &error), FLOE_NOT_FOUND);
    assert_int_equal(floe_path_find_program(&found, folder, &error), FLOE_NOT_FOUND);
    unsetenv("PATH");
    assert_int_equal(floe_path_find_program(&found, "sh", &error), FLOE_NOT_FOUND);
    setenv("PATH", path, 1);
    free(path);
    unlink(program);
    rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_joined),
        cmocka_unit_test(paths_are_normalized),
        cmocka_unit_test(paths_are_related),
        cmocka_unit_test(paths_are_split),
        cmocka_unit_test(a_relative_path_starts_at_the_current_folder),
        cmocka_unit_test(programs_are_found_on_the_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

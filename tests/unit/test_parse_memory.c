/* Memory that runs out while a project is read from its sources. Reading ends in an error, or in the whole
 * graph: one that looks whole and is not would let through what it does not show. */
#include "temporary.h"

#include "allocator.h"

#include "base/sanitizer.h"
#include "data/print.h"
#include "dbt/parse/parse.h"

#define PROJECTS "tests/parity/projects"

/* Reads a project whose allocations fail from `turn` on (negative: none does), one or all of them. The
 * manifest, problems and all, as text. */
static int read_sources(const char *root, long turn, bool all, floe_buffer *text, floe_error *error) {
    const floe_parse_options options = {.root = root, .threads = 1};
    floe_parse *parse = NULL;
    floe_node manifest;
    left = -1;
    floe_store *store = floe_store_new();
    assert_non_null(store);
    *error = (floe_error){0};
    for_good = all;
    left = turn;
    int result = floe_parse_new(&parse, store, &options, error);
    result = result ? result : floe_parse_project(parse, &manifest);
    bool failed = left == GONE;
    left = -1;
    if (!result) {
        int printed = floe_json_print(text, &manifest, 1, error);
        assert_true(printed == 0 || printed == FLOE_INVALID); /* one project holds what JSON cannot */
    }
    floe_parse_free(parse);
    floe_store_free(store);
    left = failed ? GONE : -1;
    return result;
}

/* Every `step`-th allocation, from the `first` on. Returns how many made the reading fail. */
static long fail_each(const char *root, long first, long step, bool all) {
    floe_buffer whole = {.data = NULL};
    floe_error error;
    long failures = 0;
    if (read_sources(root, -1, all, &whole, &error)) {
        fail_msg("%s: %s", root, error.message);
    }
    left = GONE;
    for (long turn = first; left == GONE; turn += step) {
        floe_buffer text = {.data = NULL};
        int result = read_sources(root, turn, all, &text, &error);
        if (result && (result != FLOE_MEMORY || error.code != FLOE_MEMORY)) {
            fail_msg("%s, allocation %ld: %d: %s", root, turn, result, error.message);
        }
        bool same = text.size == whole.size && (!text.size || !memcmp(text.data, whole.data, text.size));
        if (!result && !same) {
            fail_msg("%s, allocation %ld: another graph", root, turn);
        }
        failures += result != 0;
        floe_buffer_free(&text);
    }
    floe_buffer_free(&whole);
    return failures;
}

static void a_project_is_read_whole_or_not_at_all_whichever_allocation_fails(void **state) {
    (void)state;
    assert_true(fail_each(PROJECTS "/packages", 0, FLOE_SANITIZED ? 5 : 1, false) > 500);
}

/* What projects of all kinds need, at some of their allocations: the single ones, and all from there on. */
static void no_kind_of_project_is_read_in_part(void **state) {
    (void)state;
    enum { STEP = FLOE_SANITIZED ? 499 : 97 };
    floe_file_list projects = {0};
    floe_error error;
    assert_int_equal(floe_folder_list(&projects, PROJECTS, &error), 0);
    assert_true(projects.count > 30);
    for (size_t i = 0; i < projects.count; i++) {
        char root[512], file[600];
        snprintf(root, sizeof root, PROJECTS "/%.200s", projects.items[i].path);
        snprintf(file, sizeof file, "%s/dbt_project.yml", root);
        if (floe_file_kind_of(file) == FLOE_FILE_REGULAR) {
            assert_true(fail_each(root, (long)(i * 7) % STEP, STEP, false) > 0);
            assert_true(fail_each(root, (long)(i * 11) % STEP, STEP, true) > 0);
        }
    }
    floe_file_list_free(&projects);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_project_is_read_whole_or_not_at_all_whichever_allocation_fails),
        cmocka_unit_test(no_kind_of_project_is_read_in_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

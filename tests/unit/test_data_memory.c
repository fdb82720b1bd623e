/* Memory runs out at every allocation in turn: the readers say so, leave nothing behind, and then work. */
#include "support.h"

#include "data/json.h"
#include "data/yaml.h"

/* The linker sends every call of libfloe here (cmake/tests.cmake, for names that end in _memory). */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static size_t left = SIZE_MAX; /* allocations that still succeed */

static bool refuses(void) {
    if (left == SIZE_MAX) {
        return false;
    }
    if (!left) {
        return true;
    }
    left--;
    return false;
}

void *__wrap_malloc(size_t size) {
    return refuses() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return refuses() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size) {
    return refuses() ? NULL : __real_realloc(memory, size);
}

typedef int (*reading)(floe_store *store, floe_error *error);

static int read_json_text(floe_store *store, floe_error *error) {
    static const char text[] =
        "{\"a\":[1,2.5e-30,\"x\\u00e9\",{}],\n\"b\":{\"k1\":1,\"k2\":2,\"k3\":3,\"k4\":4,\"k5\":5,"
        "\"k6\":6,\"k7\":7,\"k8\":8,\"k9\":9},\"c\":[{\"n\":1,\"m\":2},{\"n\":1,\"o\":2}]}";
    floe_document *document;
    return floe_json_parse(&document, store, "t", text, sizeof text - 1, NULL, error);
}

static int read_yaml_text(floe_store *store, floe_error *error) {
    static const char text[] =
        "a: &a {x: 1, y: \"t\\tz\"}\nb:\n  <<: *a\n  z: &s one\nc: [*s, *a, {*s : 1}]\n"
        "d: {k1: 1, k2: 2, k3: 3, k4: 4, k5: 5, k6: 6, k7: 7, k8: 8, k9: 9}\n";
    floe_document *document;
    return floe_yaml_parse(&document, store, "t", text, sizeof text - 1, FLOE_YAML_CORE, NULL, error);
}

static int read_json_file(floe_store *store, floe_error *error) {
    floe_document *document;
    return floe_json_read(&document, store, "CMakePresets.json", NULL, error);
}

static void fail_each(reading read) {
    for (size_t allowed = 0; allowed < 10000; allowed++) {
        floe_store *store = floe_store_new();
        floe_error error = {0};
        left = allowed;
        int result = read(store, &error);
        left = SIZE_MAX;
        if (!result) {
            assert_int_equal(floe_store_count(store), 1);
            assert_true(allowed > 5);
            floe_store_free(store);
            return;
        }
        assert_int_equal(result, FLOE_MEMORY);
        assert_int_equal(error.code, FLOE_MEMORY);
        assert_int_equal(floe_store_count(store), 0);
        floe_store_free(store);
    }
    fail_msg("reading never succeeded");
}

static void json_survives_every_failed_allocation(void **state) {
    (void)state;
    fail_each(read_json_text);
}

static void yaml_survives_every_failed_allocation(void **state) {
    (void)state;
    fail_each(read_yaml_text);
}

static void a_file_survives_every_failed_allocation(void **state) {
    (void)state;
    fail_each(read_json_file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_survives_every_failed_allocation),
        cmocka_unit_test(yaml_survives_every_failed_allocation),
        cmocka_unit_test(a_file_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

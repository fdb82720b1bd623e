/* Memory that runs out while a text is read: at every allocation in turn. */
#include "support.h"

#include "allocator.h"

#include "floe/json.h"
#include "floe/yaml.h"

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
    long failures = 0;
    bool failed = true;
    for (long turn = 0; failed; turn++) {
        floe_store *store = floe_store_new();
        floe_error error = {0};
        left = turn;
        int result = read(store, &error);
        failed = left < 0; /* some are done without: the giving back of room that was not needed */
        left = -1;
        if (result) {
            assert_int_equal(result, FLOE_MEMORY);
            assert_int_equal(error.code, FLOE_MEMORY);
            failures++;
        }
        assert_int_equal(floe_store_count(store), result ? 0 : 1);
        floe_store_free(store);
    }
    assert_true(failures > 5);
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

/* Memory that runs out while a project is read: at every allocation in turn. */
#include "dbt_project.h"

#include "allocator.h"

#include <stdlib.h>

static void loading_fails_cleanly_at_every_allocation(void **state) {
    (void)state;
    const floe_dbt_options options = {.root = SHOP,
                                      .manifest = SHOP "/manifest.json",
                                      .catalog = SHOP "/catalog.json",
                                      .run_results = SHOP "/run_results.json",
                                      .sources = SHOP "/sources.json"};
    long turn = 0, failures = 0;
    for (bool failed = true; failed; turn++) {
        loaded one = {.store = floe_store_new()};
        left = turn;
        int result = floe_dbt_load(&one.node, one.store, &options, &one.error);
        failed = left < 0; /* some are done without: the giving back of room that was not needed */
        left = -1;
        if (result) {
            assert_int_equal(result, FLOE_MEMORY);
            assert_int_equal(one.error.code, FLOE_MEMORY);
            assert_int_equal(floe_store_count(one.store), 0);
            failures++;
        }
        unload(&one);
    }
    assert_true(failures > 100);
}

static void places_are_found_without_memory_for_their_files(void **state) {
    (void)state;
    loaded shop = load_shop();
    char file[256];
    uint32_t line, column;
    const floe_node *model = record_of(&shop, "model.shop.bronze_orders");
    left = 0;
    int result = floe_dbt_locate(file, sizeof file, &line, &column, shop.store, model, "tags", NULL);
    left = -1;
    assert_int_equal(result, 0);
    assert_string_equal(file, SHOP "/models/staging/bronze_orders.sql");
    assert_int_equal(line, 1);
    unload(&shop);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loading_fails_cleanly_at_every_allocation),
        cmocka_unit_test(places_are_found_without_memory_for_their_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

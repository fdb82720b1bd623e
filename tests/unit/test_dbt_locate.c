/* Where facts stand in the project's files: the lines are those of tests/unit/data/dbt/shop. */
#include "dbt_project.h"

#include <unistd.h>

/* That a fact, or one of its fields, stands at "file:line:column" below the project's folder. */
static void stands(const loaded *shop, const floe_node *record, const char *name, const char *expected) {
    char file[256], place[512];
    uint32_t line, column;
    assert_int_equal(floe_dbt_locate(file, sizeof file, &line, &column, shop->store, record, name, NULL), 0);
    assert_true(strncmp(file, SHOP "/", sizeof SHOP) == 0);
    snprintf(place, sizeof place, "%s:%u:%u", file + sizeof SHOP, line, column);
    assert_string_equal(place, expected);
}

static void node_stands(void **state, const char *id, const char *name, const char *expected) {
    stands(*state, record_of(*state, id), name, expected);
}

static void column_stands(void **state, const char *id, const char *column, const char *name,
                          const char *expected) {
    stands(*state, field(field(record_of(*state, id), "columns"), column), name, expected);
}

static void a_model_stands_in_its_sql(void **state) {
    node_stands(state, "model.shop.bronze_orders", NULL, "models/staging/bronze_orders.sql:1:1");
    node_stands(state, "model.shop.bronze_orders", "name", "models/staging/bronze_orders.sql:1:1");
    node_stands(state, "model.shop.bronze_orders", "depends_on", "models/staging/bronze_orders.sql:1:1");
    node_stands(state, "model.shop.bronze_orders", "materialized", "models/staging/bronze_orders.sql:1:1");
}

static void a_model_s_words_stand_in_its_properties(void **state) {
    node_stands(state, "model.shop.bronze_orders", "description", "models/staging/schema.yml:5:5");
    node_stands(state, "model.shop.bronze_orders", "tags", "models/staging/schema.yml:7:7");
    node_stands(state, "model.shop.bronze_orders", "meta", "models/staging/schema.yml:8:7");
    node_stands(state, "model.shop.bronze_orders", "tests", "models/staging/schema.yml:9:5");
    node_stands(state, "model.shop.bronze_orders", "columns", "models/staging/schema.yml:14:5");
    /* not written: the entry, where it would be */
    node_stands(state, "model.shop.bronze_orders", "access", "models/staging/schema.yml:4:5");
}

static void a_version_s_words_stand_with_the_version(void **state) {
    node_stands(state, "model.shop.customers.v2", NULL, "models/marts/customers_v2.sql:1:1");
    node_stands(state, "model.shop.customers.v2", "columns", "models/marts/customers.yml:14:9");
    node_stands(state, "model.shop.customers.v2", "description", "models/marts/customers.yml:7:5");
    node_stands(state, "model.shop.customers.v2", "meta", "models/marts/customers.yml:13:9");
    node_stands(state, "model.shop.customers.v1", "columns", "models/marts/customers.yml:9:5");
    column_stands(state, "model.shop.customers.v2", "email", NULL, "models/marts/customers.yml:16:13");
    column_stands(state, "model.shop.customers.v2", "email", "data_type", "models/marts/customers.yml:17:13");
    column_stands(state, "model.shop.customers.v1", "id", NULL, "models/marts/customers.yml:10:9");
}

static void a_column_stands_at_its_entry(void **state) {
    column_stands(state, "model.shop.bronze_orders", "customer_id", NULL, "models/staging/schema.yml:21:9");
    column_stands(state, "model.shop.bronze_orders", "customer_id", "meta", "models/staging/schema.yml:22:9");
    column_stands(state, "model.shop.bronze_orders", "customer_id", "tests",
                  "models/staging/schema.yml:23:9");
    column_stands(state, "model.shop.bronze_orders", "Status", "description",
                  "models/staging/schema.yml:25:9");
    column_stands(state, "source.shop.raw.orders", "id", NULL, "models/staging/sources.yml:14:13");
}

static void a_source_stands_below_its_source_s_name(void **state) {
    node_stands(state, "source.shop.raw.orders", NULL, "models/staging/sources.yml:9:9");
    node_stands(state, "source.shop.raw.orders", "description", "models/staging/sources.yml:10:9");
    node_stands(state, "source.shop.raw.orders", "freshness", "models/staging/sources.yml:12:11");
    node_stands(state, "source.shop.raw.orders", "source_description", "models/staging/sources.yml:5:5");
    node_stands(state, "source.shop.raw.orders", "loader", "models/staging/sources.yml:6:5");
    node_stands(state, "source.shop.raw.orders", "source_meta", "models/staging/sources.yml:4:5");
}

static void a_snapshot_in_yaml_stands_at_its_entry(void **state) {
    node_stands(state, "snapshot.shop.orders_snapshot", NULL, "snapshots/orders.yml:2:5");
}

static void a_generic_test_stands_at_its_item(void **state) {
    node_stands(state, "test.shop.not_null_bronze_orders_order_id.0123456789", NULL,
                "models/staging/schema.yml:19:13");
    node_stands(state, "test.shop.relationships_bronze_orders_customer_id.0123456789", NULL,
                "models/staging/schema.yml:24:13");
    node_stands(state, "test.shop.one_row_a_day.0123456789", NULL, "models/staging/schema.yml:10:9");
    node_stands(state, "test.shop.not_null_customers_v2_email.0123456789", NULL,
                "models/marts/customers.yml:19:17");
    node_stands(state, "test.shop.source_not_null_raw_orders_id.0123456789", NULL,
                "models/staging/sources.yml:15:26");
}

static void tests_of_one_name_are_told_apart_by_their_arguments(void **state) {
    node_stands(state, "test.shop.accepted_values_bronze_orders_STATUS__new__paid.0123456789", NULL,
                "models/staging/schema.yml:27:13");
    node_stands(state, "test.shop.accepted_values_bronze_orders_Status__new.0123456789", NULL,
                "models/staging/schema.yml:29:13");
}

static void a_singular_test_stands_in_its_file(void **state) {
    node_stands(state, "test.shop.no_orphans", NULL, "tests/no_orphans.sql:1:1");
}

static void other_resources_stand_at_their_entries(void **state) {
    node_stands(state, "exposure.shop.board", NULL, "models/marts/exposures.yml:2:5");
    node_stands(state, "exposure.shop.board", "owner", "models/marts/exposures.yml:4:5");
    node_stands(state, "exposure.shop.board", "meta", "models/marts/exposures.yml:6:7");
    node_stands(state, "group.shop.sales", NULL, "models/marts/customers.yml:2:5");
    node_stands(state, "metric.shop.revenue", NULL, "models/marts/metrics.yml:3:5");
    node_stands(state, "semantic_model.shop.orders", "name", "models/marts/metrics.yml:1:20");
    /* two models have a unit test of this name */
    node_stands(state, "unit_test.shop.customers.keeps_ids.v2", NULL, "models/marts/customers.yml:24:5");
}

static void a_macro_stands_where_it_is_defined(void **state) {
    const floe_node *macros = field(&((loaded *)*state)->node, "macros");
    stands(*state, floe_node_child(macros, 1), NULL, "macros/money.sql:4:1");
    stands(*state, floe_node_child(macros, 1), "description", "macros/macros.yml:3:5");
    stands(*state, floe_node_child(macros, 2), NULL, "macros/money.sql:6:1"); /* {% test positive %} */
}

static void the_project_stands_in_its_own_file(void **state) {
    stands(*state, &((loaded *)*state)->node, NULL, "dbt_project.yml:1:1");
}

static void what_cannot_be_found_stands_at_the_start_of_its_file(void **state) {
    /* broken YAML */
    node_stands(state, "seed.shop.countries", NULL, "seeds/countries.csv:1:1");
    node_stands(state, "seed.shop.countries", "description", "seeds/countries.csv:1:1");
    column_stands(state, "seed.shop.countries", "code", NULL, "seeds/countries.csv:1:1");
    /* no such file, no properties file, no such entry */
    node_stands(state, "function.shop.is_weekend", NULL, "functions/functions.yml:1:1");
    node_stands(state, "model.shop.report", "description", "models/gold/report.py:1:1");
    node_stands(state, "saved_query.shop.weekly", NULL, "models/marts/metrics.yml:1:1");
    node_stands(state, "model.tools.helper", "description", "dbt_packages/tools/models/helper.sql:1:1");
    stands(*state, floe_node_child(field(&((loaded *)*state)->node, "macros"), 0), NULL,
           "dbt_packages/dbt_utils/macros/sql/star.sql:1:1");
}

static void a_file_is_read_once(void **state) {
    const loaded *shop = *state;
    node_stands(state, "model.shop.bronze_orders", "description", "models/staging/schema.yml:5:5");
    node_stands(state, "seed.shop.countries", "description", "seeds/countries.csv:1:1");
    uint32_t documents = floe_store_count(shop->store);
    for (int i = 0; i < 100; i++) {
        column_stands(state, "model.shop.bronze_orders", "order_id", NULL, "models/staging/schema.yml:15:9");
        node_stands(state, "seed.shop.countries", "description", "seeds/countries.csv:1:1");
    }
    assert_int_equal(floe_store_count(shop->store), documents);
}

static void a_plain_root_gives_plain_paths(void **state) {
    (void)state;
    char here[1024];
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(SHOP), 0);
    loaded shop;
    const floe_dbt_options options = {.root = ".", .manifest = "manifest.json"};
    int result = load_with(&shop, &options);
    char file[256];
    uint32_t line = 0, column = 0;
    if (!result) {
        const floe_node *model = record_of(&shop, "model.shop.bronze_orders");
        result = floe_dbt_locate(file, sizeof file, &line, &column, shop.store, model, "tags", NULL);
    }
    assert_int_equal(chdir(here), 0);
    assert_int_equal(result, 0);
    assert_string_equal(file, "models/staging/schema.yml");
    assert_int_equal(line, 7);
    unload(&shop);
}

static void what_dbt_does_not_know_has_no_place(void **state) {
    const loaded *shop = *state;
    char file[256];
    uint32_t line, column;
    floe_error error;
    const floe_node *run = field(record_of(shop, "model.shop.bronze_orders"), "run");
    const floe_node *plain = field(record_of(shop, "model.shop.bronze_orders"), "config");
    assert_int_equal(floe_dbt_locate(file, sizeof file, &line, &column, shop->store, run, NULL, &error),
                     FLOE_INVALID);
    assert_string_equal(error.message, "a run_result is no fact of a dbt project");
    assert_int_equal(floe_dbt_locate(file, sizeof file, &line, &column, shop->store, plain, NULL, &error),
                     FLOE_INVALID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        SHOP_TEST(a_model_stands_in_its_sql),
        SHOP_TEST(a_model_s_words_stand_in_its_properties),
        SHOP_TEST(a_version_s_words_stand_with_the_version),
        SHOP_TEST(a_column_stands_at_its_entry),
        SHOP_TEST(a_source_stands_below_its_source_s_name),
        SHOP_TEST(a_snapshot_in_yaml_stands_at_its_entry),
        SHOP_TEST(a_generic_test_stands_at_its_item),
        SHOP_TEST(tests_of_one_name_are_told_apart_by_their_arguments),
        SHOP_TEST(a_singular_test_stands_in_its_file),
        SHOP_TEST(other_resources_stand_at_their_entries),
        SHOP_TEST(a_macro_stands_where_it_is_defined),
        SHOP_TEST(the_project_stands_in_its_own_file),
        SHOP_TEST(what_cannot_be_found_stands_at_the_start_of_its_file),
        SHOP_TEST(a_file_is_read_once),
        cmocka_unit_test(a_plain_root_gives_plain_paths),
        SHOP_TEST(what_dbt_does_not_know_has_no_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A manifest and its companions as facts: every kind of record, what refers to what, and what versions of dbt
 * write differently. */
#include "../fuzz/facts_check.h"
#include "dbt_project.h"

#include "floe/json.h"

static const floe_node *item(const floe_node *list, uint32_t index) {
    const floe_node *node = floe_node_child(list, index);
    assert_non_null(node);
    return node;
}

static const floe_node *column(const loaded *shop, const char *node, const char *name) {
    return field(field(record_of(shop, node), "columns"), name);
}

/* ---- the project ---- */

static void the_project_says_what_it_was_read_from(void **state) {
    const floe_node *project = &((loaded *)*state)->node;
    assert_string_equal(floe_node_type(project)->name, "project");
    assert_field(project, "unique_id", "project.shop");
    assert_field(project, "name", "shop");
    assert_field(project, "dbt_version", "1.10.22");
    assert_field(project, "adapter", "duckdb");
    assert_int_equal(field(project, "schema_version")->integer, 12);
    assert_field(project, "root", SHOP);
    assert_field(project, "file", SHOP "/manifest.json");
    assert_field(project, "generated_at", "2026-11-20T08:00:00Z");
    assert_false_field(project, "partial");
    assert_true_field(project, "has_catalog");
    assert_true_field(project, "has_run_results");
    assert_true_field(project, "has_freshness");
}

static void each_kind_is_listed_in_the_order_of_the_manifest(void **state) {
    const floe_node *project = &((loaded *)*state)->node;
    static const struct {
        const char *list;
        uint32_t count;
        const char *first, *type;
    } lists[] = {
        {"models", 7, "model.shop.bronze_orders", "model"},
        {"seeds", 1, "seed.shop.countries", "seed"},
        {"snapshots", 1, "snapshot.shop.orders_snapshot", "snapshot"},
        {"analyses", 1, "analysis.shop.adhoc", "analysis"},
        {"sources", 1, "source.shop.raw.orders", "source"},
        {"tests", 8, "test.shop.not_null_bronze_orders_order_id.0123456789", "test"},
        {"unit_tests", 1, "unit_test.shop.customers.keeps_ids.v2", "unit_test"},
        {"exposures", 1, "exposure.shop.board", "exposure"},
        {"metrics", 1, "metric.shop.revenue", "metric"},
        {"semantic_models", 1, "semantic_model.shop.orders", "semantic_model"},
        {"saved_queries", 1, "saved_query.shop.weekly", "saved_query"},
        {"groups", 1, "group.shop.sales", "group"},
        {"functions", 1, "function.shop.is_weekend", "udf"},
        {"macros", 3, "macro.dbt_utils.star", "macro"},
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const floe_node *list = field(project, lists[i].list);
        assert_size(list, lists[i].count);
        assert_field(item(list, 0), "unique_id", lists[i].first);
        assert_string_equal(floe_node_type(item(list, 0))->name, lists[i].type);
    }
    assert_field(item(field(project, "models"), 1), "unique_id", "model.shop.customers.v1");
    assert_size(field(project, "nodes"), 7 + 3 + 8 + 1 + 1 + 6);
    assert_text(item(field(project, "disabled"), 0), "model.shop.retired");
}

static void every_field_holds_what_its_type_declares(void **state) {
    check_facts(((loaded *)*state)->node.block->document);
}

static void hooks_are_no_nodes(void **state) {
    assert_null(
        floe_node_path(&((loaded *)*state)->node, "nodes", "operation.shop.shop-on-run-start-0", NULL));
}

static void macros_of_dbt_and_its_adapter_are_left_out(void **state) {
    const floe_node *macros = field(&((loaded *)*state)->node, "macros");
    for (uint32_t i = 0; i < floe_node_size(macros); i++) {
        assert_false(floe_node_equals(field(item(macros, i), "package"), "dbt"));
        assert_false(floe_node_equals(field(item(macros, i), "package"), "dbt_duckdb"));
    }
    const floe_node *cents = item(macros, 1);
    assert_field(cents, "name", "cents");
    assert_true_field(cents, "own");
    assert_false_field(item(macros, 0), "own");
    assert_field(item(macros, 0), "file", "dbt_packages/dbt_utils/macros/sql/star.sql");
    assert_field(cents, "patch_file", "macros/macros.yml");
    assert_field(cents, "description", "Cents as money");
    assert_text(floe_node_path(cents, "meta", "owner", NULL), "finance");
    assert_field(item(field(cents, "arguments"), 0), "type", "string");
    assert_text(item(field(cents, "depends_on"), 0), "macro.dbt.run_query");
    assert_field(cents, "code", "{% macro cents(column) %}({{ column }} / 100){% endmacro %}");
}

/* ---- models ---- */

static void a_model_has_the_members_of_the_manifest(void **state) {
    const floe_node *model = record_of(*state, "model.shop.bronze_orders");
    assert_field(model, "name", "bronze_orders");
    assert_field(model, "kind", "model");
    assert_field(model, "package", "shop");
    assert_true_field(model, "own");
    assert_text(item(field(model, "fqn"), 1), "bronze_orders");
    assert_field(model, "path", "staging/bronze_orders.sql");
    assert_field(model, "file", "models/staging/bronze_orders.sql");
    assert_field(model, "patch_file", "models/staging/schema.yml");
    assert_field(model, "description", "One row an order");
    assert_field(model, "materialized", "view");
    assert_field(model, "database", "dev");
    assert_field(model, "schema", "main");
    assert_field(model, "alias", "bronze_orders");
    assert_field(model, "relation_name", "\"dev\".\"main\".\"bronze_orders\"");
    assert_field(model, "access", "protected");
    assert_field(model, "language", "sql");
    assert_field(model, "code", "select * from {{ source('raw', 'orders') }}");
    assert_field(model, "checksum", "c0ffee");
    assert_text(item(field(model, "primary_key"), 0), "order_id");
    assert_text(item(field(model, "macro_ids"), 0), "macro.shop.cents");
    assert_text(item(field(model, "tags"), 0), "daily");
    assert_ptr_equal(field(model, "project")->block, ((loaded *)*state)->node.block);
}

static void absent_and_null_are_nil(void **state) {
    const floe_node *model = record_of(*state, "model.shop.bronze_orders");
    assert_nil(model, "group");         /* null in the manifest */
    assert_nil(model, "version");       /* null */
    assert_nil(model, "compiled_code"); /* absent */
    assert_nil(model, "deprecation_date");
    assert_nil(record_of(*state, "model.shop.report"), "patch_file");
    assert_int_equal(floe_node_kind(field(model, "unit_tests")), FLOE_ARRAY);
    assert_int_equal(floe_node_kind(field(record_of(*state, "model.shop.report"), "catalog")), FLOE_OBJECT);
}

static void calls_become_tables(void **state) {
    const floe_node *call = item(field(record_of(*state, "model.shop.bronze_orders"), "source_calls"), 0);
    assert_field(call, "source", "raw");
    assert_field(call, "table", "orders");
    assert_field(item(field(record_of(*state, "model.shop.customers.v1"), "refs"), 0), "name",
                 "bronze_orders");
}

static void a_versioned_model_knows_its_version_and_promises(void **state) {
    const floe_node *first = record_of(*state, "model.shop.customers.v1");
    const floe_node *second = record_of(*state, "model.shop.customers.v2");
    assert_int_equal(field(first, "version")->integer, 1);
    assert_int_equal(field(first, "latest_version")->integer, 2);
    assert_field(first, "deprecation_date", "2027-01-01T00:00:00+00:00");
    assert_field(first, "access", "public");
    assert_false_field(first, "contract_enforced");
    assert_true_field(second, "contract_enforced");
    assert_field(item(field(second, "constraints"), 0), "type", "primary_key");
    /* only in its config */
    assert_field(second, "access", "public");
    assert_field(second, "group", "sales");
}

static void a_package_s_node_is_not_own_and_lies_in_the_packages_folder(void **state) {
    const floe_node *model = record_of(*state, "model.tools.helper");
    assert_false_field(model, "own");
    assert_field(model, "file", "dbt_packages/tools/models/helper.sql");
    assert_field(model, "patch_file", "dbt_packages/tools/models/helper.yml");
}

static void a_path_written_on_windows_gets_slashes(void **state) {
    assert_field(record_of(*state, "model.shop.report"), "file", "models/gold/report.py");
}

static void the_layer_comes_from_meta_then_prefix_then_folder(void **state) {
    static const char *const layers[][3] = {
        {"model.shop.customers.v2", "gold", "meta"}, /* meta.floe.layer before meta.layer */
        {"model.shop.customers.v1", "silver", "meta"},
        {"model.shop.bronze_orders", "bronze", "prefix"},
        {"model.shop.report", "gold", "folder"},
    };
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        assert_field(record_of(*state, layers[i][0]), "layer", layers[i][1]);
        assert_field(record_of(*state, layers[i][0]), "layer_from", layers[i][2]);
    }
    assert_nil(record_of(*state, "model.shop.loop_a"), "layer");
    assert_nil(record_of(*state, "model.shop.loop_a"), "layer_from");
}

static void tiers_and_own_layers_are_followed(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *options;
    assert_int_equal(floe_document_new(&options, store, FLOE_FACTS, "options", NULL), 0);
    floe_key names[] = {floe_key_of("raw", 3), floe_key_of("wide", 4)};
    floe_node prefixes[] = {floe_literal_node("bronze_"), floe_literal_node("bronze_or")};
    floe_key models[] = {floe_key_of("loop_a", 6)};
    floe_node told[] = {floe_literal_node("raw")};
    floe_node layers, tiers, project;
    assert_int_equal(floe_document_map(&layers, options, names, prefixes, NULL, 2, 0, NULL), 0);
    assert_int_equal(floe_document_map(&tiers, options, models, told, NULL, 1, 0, NULL), 0);
    const floe_dbt_options with = {
        .root = SHOP, .manifest = SHOP "/manifest.json", .layers = &layers, .tiers = &tiers};
    assert_int_equal(floe_dbt_load(&project, store, &with, NULL), 0);
    const floe_node *nodes = field(&project, "nodes");
    assert_field(field(nodes, "model.shop.loop_a"), "layer", "raw");
    assert_field(field(nodes, "model.shop.loop_a"), "layer_from", "tier");
    /* the longest prefix */
    assert_field(field(nodes, "model.shop.bronze_orders"), "layer", "wide");
    /* "gold" is no layer here */
    assert_nil(field(nodes, "model.shop.report"), "layer");
    floe_store_free(store);
}

/* ---- columns ---- */

static void a_column_has_its_words_and_its_node(void **state) {
    const floe_node *key = column(*state, "model.shop.bronze_orders", "order_id");
    assert_string_equal(floe_node_type(key)->name, "column");
    assert_field(key, "unique_id", "model.shop.bronze_orders.order_id");
    assert_field(key, "name", "order_id");
    assert_field(key, "description", "Key");
    assert_field(key, "data_type", "bigint");
    assert_field(item(field(key, "constraints"), 0), "type", "not_null");
    assert_record((loaded *)*state, field(key, "node"), "model.shop.bronze_orders");
    const floe_node *columns = field(record_of(*state, "model.shop.bronze_orders"), "columns");
    assert_string_equal(floe_node_key(columns, 2)->text, "Status"); /* in the order written */
}

static void meta_of_a_column_is_read_at_both_places(void **state) {
    const floe_node *outside = column(*state, "model.shop.bronze_orders", "customer_id");
    const floe_node *inside = column(*state, "model.shop.bronze_orders", "Status");
    assert_false(floe_node_path(outside, "meta", "pii", NULL)->boolean);
    assert_true(floe_node_path(inside, "meta", "pii", NULL)->boolean);
    assert_text(item(field(inside, "tags"), 0), "enum");
}

/* ---- the graph ---- */

static void parents_and_children_are_the_records_themselves(void **state) {
    const loaded *shop = *state;
    const floe_node *orders = record_of(shop, "model.shop.bronze_orders");
    assert_size(field(orders, "parents"), 1);
    assert_record(shop, item(field(orders, "parents"), 0), "source.shop.raw.orders");
    const floe_node *children = field(orders, "children");
    assert_size(children, 4);
    assert_record(shop, item(children, 0), "model.shop.customers.v1");
    assert_record(shop, item(children, 1), "model.shop.customers.v2");
    assert_record(shop, item(children, 2), "snapshot.shop.orders_snapshot");
    assert_record(shop, item(children, 3), "semantic_model.shop.orders");
    assert_record(shop, item(field(record_of(shop, "source.shop.raw.orders"), "children"), 0),
                  "model.shop.bronze_orders");
    const floe_node *served = field(record_of(shop, "model.shop.customers.v2"), "children");
    assert_size(served, 3);
    assert_record(shop, item(served, 2), "exposure.shop.board");
    assert_record(shop, item(field(record_of(shop, "metric.shop.revenue"), "parents"), 0),
                  "semantic_model.shop.orders");
}

static void what_does_not_exist_stays_in_depends_on_alone(void **state) {
    const floe_node *report = record_of(*state, "model.shop.report");
    assert_size(field(report, "depends_on"), 5);
    assert_text(item(field(report, "depends_on"), 1), "model.shop.gone");
    /* named twice: a parent once */
    assert_size(field(report, "parents"), 3);
}

static void a_cycle_can_be_walked(void **state) {
    const loaded *shop = *state;
    const floe_node *first = record_of(shop, "model.shop.loop_a"),
                    *second = record_of(shop, "model.shop.loop_b");
    assert_record(shop, item(field(first, "parents"), 0), "model.shop.loop_b");
    assert_record(shop, item(field(second, "parents"), 0), "model.shop.loop_a");
    assert_record(shop, item(field(second, "parents"), 1), "model.shop.loop_b");
    assert_record(shop, item(field(second, "children"), 1), "model.shop.loop_b");
}

/* ---- tests ---- */

static void a_generic_test_says_what_it_tests(void **state) {
    const loaded *shop = *state;
    const floe_node *test = record_of(shop, "test.shop.not_null_bronze_orders_order_id.0123456789");
    assert_true_field(test, "generic");
    assert_field(test, "test_name", "not_null");
    assert_nil(test, "namespace");
    assert_field(test, "column_name", "order_id");
    assert_field(test, "severity", "error");
    assert_record(shop, field(test, "node"), "model.shop.bronze_orders");
    assert_text(item(field(test, "tags"), 0), "critical");
    const floe_node *package = record_of(shop, "test.shop.one_row_a_day.0123456789");
    assert_field(package, "test_name", "dbt_utils.unique_combination_of_columns");
    assert_field(package, "namespace", "dbt_utils");
    assert_nil(package, "column_name");
    assert_size(floe_node_path(package, "arguments", "combination_of_columns", NULL), 2);
}

static void a_singular_test_is_attached_to_none(void **state) {
    const floe_node *test = record_of(*state, "test.shop.no_orphans");
    assert_false_field(test, "generic");
    assert_field(test, "test_name", "no_orphans");
    assert_nil(test, "node");
    assert_text(item(field(test, "depends_on"), 0), "model.shop.bronze_orders");
}

static void tests_hang_below_their_node_and_their_column(void **state) {
    const loaded *shop = *state;
    assert_size(field(record_of(shop, "model.shop.bronze_orders"), "tests"), 5);
    const floe_node *tests = field(column(shop, "model.shop.bronze_orders", "order_id"), "tests");
    assert_size(tests, 1);
    assert_record(shop, item(tests, 0), "test.shop.not_null_bronze_orders_order_id.0123456789");
    assert_size(field(column(shop, "source.shop.raw.orders", "id"), "tests"), 1);
    assert_size(field(record_of(shop, "source.shop.raw.orders"), "tests"), 1);
    assert_size(field(record_of(shop, "model.shop.loop_a"), "tests"), 0);
    assert_int_equal(field(record_of(shop, "model.shop.bronze_orders"), "tested_columns")->integer, 3);
    assert_int_equal(field(record_of(shop, "source.shop.raw.orders"), "tested_columns")->integer, 1);
    assert_int_equal(field(record_of(shop, "model.shop.loop_a"), "tested_columns")->integer, 0);
}

static void a_test_finds_its_column_whatever_the_case(void **state) {
    const floe_node *tests = field(column(*state, "model.shop.bronze_orders", "Status"), "tests");
    assert_size(tests, 2);
    assert_field(item(tests, 0), "column_name", "STATUS");
    assert_field(item(tests, 0), "severity", "warn");
    assert_nil(item(tests, 1), "severity");
}

static void a_unit_test_hangs_below_the_model_it_names(void **state) {
    const loaded *shop = *state;
    const floe_node *tests = field(record_of(shop, "model.shop.customers.v2"), "unit_tests");
    assert_size(tests, 1);
    assert_record(shop, item(tests, 0), "unit_test.shop.customers.keeps_ids.v2");
    assert_size(field(record_of(shop, "model.shop.bronze_orders"), "unit_tests"), 0);
}

/* ---- the other resources ---- */

static void a_source_is_read_at_both_places(void **state) {
    const floe_node *source = record_of(*state, "source.shop.raw.orders");
    assert_field(source, "name", "orders");
    assert_field(source, "source_name", "raw");
    assert_field(source, "source_description", "The shop's database");
    assert_text(floe_node_path(source, "source_meta", "team", NULL), "shop");
    assert_int_equal(floe_node_path(source, "meta", "tier", NULL)->integer, 1);
    assert_field(source, "identifier", "orders_raw");
    assert_field(source, "loader", "airbyte");
    assert_field(source, "loaded_at_field", "loaded_at");
    assert_int_equal(floe_node_path(source, "freshness", "warn_after", "count", NULL)->integer, 12);
}

static void an_exposure_has_an_owner_and_its_whole_entry(void **state) {
    const floe_node *exposure = record_of(*state, "exposure.shop.board");
    assert_text(floe_node_path(exposure, "owner", "email", NULL), "sales@example.com");
    assert_field(exposure, "label", "Board");
    assert_text(floe_node_path(exposure, "spec", "type", NULL), "dashboard");
    assert_null(floe_node_path(exposure, "meta", "old", NULL)); /* config.meta wins */
    assert_int_equal(floe_node_path(exposure, "meta", "tier", NULL)->integer, 1);
    assert_text(item(field(record_of(*state, "saved_query.shop.weekly"), "tags"), 0), "weekly");
}

/* ---- catalog, results ---- */

static void the_catalog_s_entry_hangs_below_its_node(void **state) {
    const floe_node *model = record_of(*state, "model.shop.bronze_orders");
    assert_text(floe_node_path(model, "catalog", "columns", "order_id", "type", NULL), "BIGINT");
    assert_text(
        floe_node_path(record_of(*state, "source.shop.raw.orders"), "catalog", "metadata", "type", NULL),
        "BASE TABLE");
    assert_size(field(record_of(*state, "model.shop.report"), "catalog"), 0);
}

static void results_hang_below_what_ran(void **state) {
    const floe_node *run = field(record_of(*state, "model.shop.bronze_orders"), "run");
    assert_string_equal(floe_node_type(run)->name, "run_result");
    assert_field(run, "status", "success");
    assert_true(field(run, "execution_time")->number == 0.25);
    assert_int_equal(field(run, "rows_affected")->integer, 42);
    assert_nil(run, "failures");
    const floe_node *failed =
        field(record_of(*state, "test.shop.not_null_bronze_orders_order_id.0123456789"), "run");
    assert_field(failed, "status", "fail");
    assert_int_equal(field(failed, "failures")->integer, 3);
    assert_field(failed, "message", "Got 3 results");
    assert_field(field(record_of(*state, "unit_test.shop.customers.keeps_ids.v2"), "run"), "status", "pass");
    assert_nil(record_of(*state, "model.shop.report"), "run");
    const floe_node *stale = field(record_of(*state, "source.shop.raw.orders"), "freshness_result");
    assert_field(stale, "status", "runtime error");
    assert_field(stale, "message", "no such table");
}

static void what_dbt_did_not_write_is_left_out(void **state) {
    (void)state;
    loaded shop;
    const floe_dbt_options options = {.root = SHOP, .manifest = SHOP "/manifest.json"};
    assert_int_equal(load_with(&shop, &options), 0);
    assert_false_field(&shop.node, "has_catalog");
    assert_false_field(&shop.node, "has_run_results");
    assert_false_field(&shop.node, "has_freshness");
    assert_nil(record_of(&shop, "model.shop.bronze_orders"), "run");
    unload(&shop);
}

/* ---- older manifests, origins ---- */

static void a_manifest_of_dbt_1_0_gives_the_same_facts(void **state) {
    (void)state;
    loaded shop;
    const floe_dbt_options options = {.root = SHOP, .manifest = SHOP "/manifest_v4.json"};
    assert_int_equal(load_with(&shop, &options), 0);
    const floe_node *orders = record_of(&shop, "model.shop.orders");
    assert_int_equal(field(&shop.node, "schema_version")->integer, 4);
    assert_field(&shop.node, "name", "shop");
    assert_true_field(orders, "own");
    assert_field(orders, "code", "select 1");
    assert_field(orders, "compiled_code", "select 1");
    assert_text(item(field(orders, "tags"), 0), "nightly");
    assert_field(item(field(orders, "refs"), 0), "name", "lines");
    assert_field(item(field(orders, "refs"), 1), "package", "tools");
    assert_field(item(field(orders, "refs"), 1), "name", "helper");
    assert_int_equal(
        floe_node_path(record_of(&shop, "source.shop.raw.orders"), "meta", "tier", NULL)->integer, 2);
    /* by the argument `model`, and by file_key_name */
    assert_size(field(orders, "tests"), 2);
    assert_size(field(field(field(orders, "columns"), "id"), "tests"), 2);
    assert_size(field(record_of(&shop, "model.shop.lines"), "tests"), 1);
    assert_text(item(field(&shop.node, "disabled"), 0), "model.shop.retired");
    unload(&shop);
}

static void a_record_s_origin_is_its_place_in_the_manifest(void **state) {
    const loaded *shop = *state;
    const floe_place *origin = record_of(shop, "model.shop.bronze_orders")->block->origin;
    const floe_document *document = floe_store_document(shop->store, origin->document);
    assert_string_equal(document->path, SHOP "/manifest.json");
    uint32_t line, column_number;
    floe_document_position(document, origin->at, &line, &column_number);
    assert_int_equal(line, 10);
    assert_int_equal(column_number, 31);
}

static void a_manifest_of_another_name_is_told_of_by_it_and_was_read(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *read;
    floe_node project;
    const floe_dbt_options options = {
        .root = SHOP, .manifest = SHOP "/manifest.json", .manifest_name = "elsewhere/manifest.json"};
    assert_int_equal(floe_dbt_load(&project, store, &options, NULL), 0);
    assert_int_equal(floe_json_read(&read, store, SHOP "/manifest.json", NULL, NULL), 0);
    const floe_document *named = floe_store_find(store, FLOE_JSON, "elsewhere/manifest.json");
    assert_non_null(named);
    assert_string_equal(named->digest, read->digest);
    floe_store_free(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        SHOP_TEST(the_project_says_what_it_was_read_from),
        SHOP_TEST(each_kind_is_listed_in_the_order_of_the_manifest),
        SHOP_TEST(every_field_holds_what_its_type_declares),
        SHOP_TEST(hooks_are_no_nodes),
        SHOP_TEST(macros_of_dbt_and_its_adapter_are_left_out),
        SHOP_TEST(a_model_has_the_members_of_the_manifest),
        SHOP_TEST(absent_and_null_are_nil),
        SHOP_TEST(calls_become_tables),
        SHOP_TEST(a_versioned_model_knows_its_version_and_promises),
        SHOP_TEST(a_package_s_node_is_not_own_and_lies_in_the_packages_folder),
        SHOP_TEST(a_path_written_on_windows_gets_slashes),
        SHOP_TEST(the_layer_comes_from_meta_then_prefix_then_folder),
        cmocka_unit_test(tiers_and_own_layers_are_followed),
        SHOP_TEST(a_column_has_its_words_and_its_node),
        SHOP_TEST(meta_of_a_column_is_read_at_both_places),
        SHOP_TEST(parents_and_children_are_the_records_themselves),
        SHOP_TEST(what_does_not_exist_stays_in_depends_on_alone),
        SHOP_TEST(a_cycle_can_be_walked),
        SHOP_TEST(a_generic_test_says_what_it_tests),
        SHOP_TEST(a_singular_test_is_attached_to_none),
        SHOP_TEST(tests_hang_below_their_node_and_their_column),
        SHOP_TEST(a_test_finds_its_column_whatever_the_case),
        SHOP_TEST(a_unit_test_hangs_below_the_model_it_names),
        SHOP_TEST(a_source_is_read_at_both_places),
        SHOP_TEST(an_exposure_has_an_owner_and_its_whole_entry),
        SHOP_TEST(the_catalog_s_entry_hangs_below_its_node),
        SHOP_TEST(results_hang_below_what_ran),
        cmocka_unit_test(what_dbt_did_not_write_is_left_out),
        cmocka_unit_test(a_manifest_of_dbt_1_0_gives_the_same_facts),
        SHOP_TEST(a_record_s_origin_is_its_place_in_the_manifest),
        cmocka_unit_test(a_manifest_of_another_name_is_told_of_by_it_and_was_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Properties files: ids and names of generic tests are those that dbt 1.10, 1.12 and 2 gave the same files;
 * what is wrong in a file is a problem with a place, and the rest of it is read. */
#include "folder.h"

#include "dbt/parse/parse.h"

static const floe_node *entry_of(const floe_node *manifest, const char *section, const char *id) {
    const floe_node *entry = floe_node_path(manifest, section, id, NULL);
    if (!entry) {
        const floe_node *all = floe_node_path(manifest, section, NULL);
        for (uint32_t i = 0; all && i < floe_node_size(all); i++) {
            print_message("%s\n", floe_node_key(all, i)->text);
        }
        fail_msg("no %s in %s", id, section);
    }
    return entry;
}

static void assert_text(const floe_node *node, const char *text) {
    size_t length;
    const char *string = floe_node_string(node, &length);
    if (!string || length != strlen(text) || memcmp(string, text, length) != 0) {
        fail_msg("'%.*s' is not '%s'", (int)length, string ? string : "", text);
    }
}

static void put_tested(folder *f) {
    put(f, "models/stg_orders.sql", "select 1 as id");
    put(f, "models/stg_customers.sql", "select 1 as id");
    put(f, "models/dim_v1.sql", "select 1 as id");
    put(f, "models/dim_v2.sql", "select 1 as id");
    put(f, "macros/t.sql",
        "{% test positive(model, column_name, min=0, vals=none, opts=none) %}select 1{% endtest %}\n"
        "{% test cmp(model, other, f=none) %}select 1{% endtest %}\n");
    put(f, "models/stg.yml",
        "models:\n"
        "  - name: stg_orders\n"
        "    quote_columns: true\n"
        "    columns:\n"
        "      - name: id\n"
        "        tags: [c]\n"
        "        data_tests:\n"
        "          - not_null: {severity: error}\n"
        "          - not_null: {name: my_nn, config: {tags: [x]}}\n"
        "          - relationships: {to: ref('stg_customers'), field: id}\n"
        "          - positive: {min: 1.0, vals: [[1, 2], {b: 1, a: [true, null]}],\n"
        "              opts: {z: 1.5e+20, a: \"\xc3\xbcn\xc3\xaf\\u200b\\n\", n: -0.0001, m: 1e-05}}\n"
        "          - positive: {min: 0.1, tags: q, description: d}\n"
        "      - name: status\n"
        "        quote: false\n"
        "        data_tests:\n"
        "          - accepted_values:\n"
        "              values: ['placed', 'shipped', 'completed', 'return_pending', 'returned']\n"
        "          - accepted_values: {arguments: {values: [yes, no, 012, 1_000, 2024-01-01]}}\n"
        "    data_tests:\n"
        "      - test_name: cmp\n"
        "        name: cmp_two\n"
        "        other: ref('offm')\n"
        "      - shop.cmp: {other: ref('stg_orders')}\n"
        "      - dbt.unique: {column_name: \"a || b\"}\n"
        "  - name: dim\n"
        "    latest_version: 1\n"
        "    columns:\n"
        "      - {name: id, tests: [unique]}\n"
        "      - {name: extra, tests: [not_null]}\n"
        "    data_tests: [{cmp: {other: ref('orders')}}]\n"
        "    versions:\n"
        "      - {v: 1, columns: [{include: all, exclude: [extra]}]}\n"
        "      - v: 2\n"
        "        data_tests: []\n"
        "        columns: [{include: '*'}, {name: more, tests: [not_null]}]\n");
}

static void generic_tests_have_the_ids_that_dbt_gives_them(void **state) {
    folder *f = *state;
    static const char *const ids[][2] = {
        {"test.shop.accepted_values_stg_orders_status__True__False__10__1000__2024_01_01.13226f8110",
         "accepted_values_stg_orders_68bc8ac0fb42de6646fa42161d9929df.sql"},
        {"test.shop.accepted_values_stg_orders_status__placed__shipped__completed__return_pending__returned."
         "080fb20aad",
         "accepted_values_stg_orders_4f514bf94b77b7ea437830eec4421c58.sql"},
        {"test.shop.cmp_dim_v1_ref_orders_.3876186435", "cmp_dim_v1_ref_orders_.sql"},
        {"test.shop.cmp_two.82379495a7", "cmp_two.sql"},
        {"test.shop.dbt_unique_stg_orders_a_b.47546c46cf", "dbt_unique_stg_orders_a_b.sql"},
        {"test.shop.my_nn.110973d071", "my_nn.sql"},
        {"test.shop.not_null_dim_v2_extra.6fbb16e175", "not_null_dim_v2_extra.sql"},
        {"test.shop.not_null_dim_v2_more.3f0403548a", "not_null_dim_v2_more.sql"},
        {"test.shop.not_null_stg_orders__id_.c5698ceed9", "not_null_stg_orders__id_.sql"},
        {"test.shop.positive_stg_orders__id___0_1.1aca969aae", "positive_stg_orders__id___0_1.sql"},
        {"test.shop.positive_stg_orders__id___1_0__1_5e_20___n____0_0001__1e_05___1_2____b_1_a_True_None_."
         "9d5a2ca5f2",
         "positive_stg_orders_4ae7246f41140d636da2675f7af366f1.sql"},
        {"test.shop.relationships_stg_orders__id___id__ref_stg_customers_.70fc8709fd",
         "relationships_stg_orders__id___id__ref_stg_customers_.sql"},
        {"test.shop.shop_cmp_stg_orders_ref_stg_orders_.871ea4e729",
         "shop_cmp_stg_orders_ref_stg_orders_.sql"},
    };
    put_tested(f);
    for (unsigned turn = 0; turn < 2; turn++) {
        floe_node manifest = read_project(f, turn ? 4 : 1, turn ? "1.10" : "1.12");
        for (size_t i = 0; i < COUNT(ids); i++) {
            const floe_node *entry = entry_of(&manifest, "nodes", ids[i][0]);
            assert_text(floe_node_path(entry, "path", NULL), ids[i][1]);
        }
    }
}

static void put_tested_for_dbt_2(folder *f) {
    put(f, "models/m.sql", "select 1");
    put(f, "models/dim_v1.sql", "select 1");
    put(f, "models/dim_v2.sql", "select 1");
    put(f, "macros/t.sql", "{% test t(model, column_name=none, a=none, b=none) %}select 1{% endtest %}");
    put(f, "models/m.yml",
        "models:\n"
        "  - name: m\n"
        "    data_tests:\n"
        "      - t: {arguments: {a: [yes, 010, 1e3, 0.00001], b: \"it's \\\"so\\\"\"}}\n"
        "      - t: {arguments: {a: {z: 1, b: [null, {c: \"x\\ty\\nz\"}]}}}\n"
        "      - t: {name: limited, description: lost, arguments: {a: 1, limit: 3, tags: [own]}}\n"
        "  - name: dim\n"
        "    columns:\n"
        "      - {name: id, data_tests: [not_null]}\n"
        "      - {name: name, data_tests: [not_null]}\n"
        "    versions:\n"
        "      - {v: 1, columns: [{include: all, exclude: [name]}, {name: own, data_tests: [unique]}]}\n"
        "      - {v: 2, columns: [{name: own, data_tests: [unique]}]}\n"
        "sources:\n"
        "  - name: raw-data\n"
        "    tables:\n"
        "      - {name: \"a-b.\\u00e9\", data_tests: [t]}\n");
}

static void generic_tests_have_the_ids_that_dbt_2_gives_them(void **state) {
    folder *f = *state;
    static const char *const ids[] = {
        "test.shop.limited.e51eea7fe5",
        "test.shop.not_null_dim_v1_id.d33fec4e6d",
        "test.shop.not_null_dim_v2_id.972d436685",
        "test.shop.not_null_dim_v2_name.20ab11ed0c",
        "test.shop.source_t_raw-data_a-b.\xc3\xa9_.673a16e288",
        "test.shop.t_m__null_c_x_ty_z___1.08744cbf31",
        "test.shop.t_m_yes__010__1000_0__0_00001__it_s_so_.f5e5d09f25",
        "test.shop.unique_dim_v2_own.a1860c12b0",
    };
    put_tested_for_dbt_2(f);
    floe_node manifest = read_project(f, 1, "2.0");
    for (size_t i = 0; i < COUNT(ids); i++) {
        entry_of(&manifest, "nodes", ids[i]);
    }
    assert_int_equal(floe_node_size(floe_node_path(&manifest, "nodes", NULL)), COUNT(ids) + 3);
    entry_of(&manifest, "sources", "source.shop.raw-data.a__b____");
    const floe_node *test = entry_of(&manifest, "nodes", ids[0]);
    assert_text(floe_node_path(test, "description", NULL), "");
    assert_int_equal(floe_node_path(test, "config", "limit", NULL)->integer, 3);
    const floe_node *columns = floe_node_path(&manifest, "nodes", "model.shop.dim.v1", "columns", NULL);
    assert_int_equal(floe_node_size(columns), 2);
    assert_string_equal(floe_node_key(columns, 0)->text, "own");
    assert_string_equal(floe_node_key(columns, 1)->text, "id");
    columns = floe_node_path(&manifest, "nodes", "model.shop.dim.v2", "columns", NULL);
    assert_int_equal(floe_node_size(columns), 1);
}

static void what_a_test_says_is_told_apart(void **state) {
    folder *f = *state;
    put_tested(f);
    floe_node manifest = read_project(f, 1, "1.12");
    const floe_node *test = entry_of(&manifest, "nodes", "test.shop.my_nn.110973d071");
    assert_text(floe_node_path(test, "column_name", NULL), "\"id\"");
    assert_text(floe_node_path(test, "attached_node", NULL), "model.shop.stg_orders");
    assert_text(floe_node_path(test, "file_key_name", NULL), "models.stg_orders");
    assert_text(floe_node_path(test, "test_metadata", "kwargs", "model", NULL),
                "{{ get_where_subquery(ref('stg_orders')) }}");
    assert_text(floe_node_child(floe_node_path(test, "tags", NULL), 0), "c");
    assert_text(floe_node_child(floe_node_path(test, "tags", NULL), 1), "x");
    test = entry_of(&manifest, "nodes", "test.shop.not_null_stg_orders__id_.c5698ceed9");
    assert_text(floe_node_path(test, "config", "severity", NULL), "error");
    assert_null(floe_node_path(test, "test_metadata", "kwargs", "severity", NULL));
    test = entry_of(&manifest, "nodes", "test.shop.not_null_dim_v2_more.3f0403548a");
    assert_text(floe_node_path(test, "attached_node", NULL), "model.shop.dim.v2");
    assert_text(floe_node_path(test, "test_metadata", "kwargs", "model", NULL),
                "{{ get_where_subquery(ref('dim', version='2')) }}");
    assert_non_null(problem_of(f, "key_beside_config", "models/stg.yml", 8)->hint);
    problem_of(f, "test_arguments", "models/stg.yml", 10);
    problem_of(f, "tests_key", "models/stg.yml", 29);
}

static void a_table_has_what_its_source_says(void **state) {
    folder *f = *state;
    put(f, "models/src.yml",
        "sources:\n"
        "  - name: raw\n"
        "    database: lake\n"
        "    meta: {owner: x, pii: false}\n"
        "    tags: [s1]\n"
        "    loader: fivetran\n"
        "    freshness:\n"
        "      warn_after: {count: 12, period: hour}\n"
        "      error_after: {count: 24, period: hour}\n"
        "    loaded_at_field: ts\n"
        "    config: {tags: [sc], meta: {pii: true}}\n"
        "    tables:\n"
        "      - name: orders\n"
        "        identifier: ORDERS_X\n"
        "        tags: [t1]\n"
        "        loaded_at_field: null\n"
        "        config: {meta: {level: 2}, freshness: {warn_after: {count: 6, period: hour}}}\n"
        "        columns:\n"
        "          - {name: Weird Name, quote: true, tests: [{not_null: {config: {where: a > 1}}}]}\n"
        "      - {name: customers, freshness: null}\n"
        "      - {name: gone, config: {enabled: false}}\n");
    floe_node manifest = read_project(f, 1, "1.12");
    const floe_node *orders = entry_of(&manifest, "sources", "source.shop.raw.orders");
    assert_text(floe_node_path(orders, "identifier", NULL), "ORDERS_X");
    assert_text(floe_node_path(orders, "database", NULL), "lake");
    assert_text(floe_node_path(orders, "schema", NULL), "raw");
    assert_text(floe_node_path(orders, "meta", "owner", NULL), "x");
    assert_true(floe_node_path(orders, "meta", "pii", NULL)->boolean);
    assert_int_equal(floe_node_path(orders, "meta", "level", NULL)->integer, 2);
    assert_int_equal(floe_node_size(floe_node_path(orders, "tags", NULL)), 3);
    assert_int_equal(floe_node_path(orders, "freshness", "warn_after", "count", NULL)->integer, 6);
    assert_int_equal(floe_node_path(orders, "freshness", "error_after", "count", NULL)->integer, 24);
    assert_true(floe_node_absent(floe_node_path(orders, "loaded_at_field", NULL)));
    const floe_node *customers = entry_of(&manifest, "sources", "source.shop.raw.customers");
    assert_text(floe_node_path(customers, "loaded_at_field", NULL), "ts");
    assert_true(floe_node_absent(floe_node_path(customers, "freshness", NULL)));
    assert_null(floe_node_path(&manifest, "sources", "source.shop.raw.gone", NULL));
    assert_non_null(floe_node_path(&manifest, "disabled", "source.shop.raw.gone", NULL));
    const floe_node *test =
        entry_of(&manifest, "nodes", "test.shop.source_not_null_raw_orders__Weird_Name_.973523c7eb");
    assert_text(floe_node_path(test, "column_name", NULL), "\"Weird Name\"");
}

static void what_is_wrong_in_a_file_has_a_place_and_the_rest_is_read(void **state) {
    folder *f = *state;
    put(f, "models/a.sql", "select 1");
    put(f, "models/list.yml", "- name: a\n");
    put(f, "models/empty.yml", "# nothing\n");
    put(f, "models/bad.yml",
        "models:\n"                                                                        /* 1 */
        "  - a\n"                                                                          /* 2 */
        "  - null\n"                                                                       /* 3 */
        "  - description: x\n"                                                             /* 4 */
        "  - name: 12\n"                                                                   /* 5 */
        "  - name: missing\n"                                                              /* 6 */
        "  - name: a\n"                                                                    /* 7 */
        "    descripton: misspelt\n"                                                       /* 8 */
        "    materialized: view\n"                                                         /* 9 */
        "    team: mine\n"                                                                 /* 10 */
        "    config: [1]\n"                                                                /* 11 */
        "    columns:\n"                                                                   /* 12 */
        "      - null\n"                                                                   /* 13 */
        "      - {name: id, tests: [unique, 1, {}, {not_null: }, {a: {}, b: {}}, '9x']}\n" /* 14 */
        "      - name: day\n"                                                              /* 15 */
        "        tests: unique\n"                                                          /* 16 */
        "seeds: {name: x}\n"                                                               /* 17 */
        "sources: [{name: s, tables: [{description: y}]}]\n"                               /* 18 */
        "modles: []\n"                                                                     /* 19 */
        "exposures: [{name: e, type: dashboard}]\n"                                        /* 20 */
        "groups: [{name: g, owner: {name: G}}]\n");                                        /* 21 */
    floe_node manifest = read_project(f, 1, "1.12");
    static const char *const file = "models/bad.yml";
    problem_of(f, "not_an_object", "models/list.yml", 1);
    problem_of(f, "not_an_object", file, 2);
    problem_of(f, "not_an_object", file, 3);
    problem_of(f, "entry_without_name", file, 4);
    problem_of(f, "name_is_no_text", file, 5);
    problem_of(f, "no_such_node", file, 6);
    assert_string_equal(problem_of(f, "misspelt_key", file, 8)->hint, "did you mean 'description'?");
    problem_of(f, "misplaced_key", file, 9);
    problem_of(f, "custom_key", file, 10);
    problem_of(f, "not_an_object", file, 11);
    problem_of(f, "bad_test", file, 14);
    problem_of(f, "bad_tests", file, 16);
    problem_of(f, "not_a_list", file, 17);
    problem_of(f, "entry_without_name", file, 18);
    assert_string_equal(problem_of(f, "misspelt_key", file, 19)->hint, "did you mean 'models'?");
    problem_of(f, "no_owner", file, 20);
    entry_of(&manifest, "nodes", "test.shop.unique_a_id.f6a5f640da");
    entry_of(&manifest, "groups", "group.shop.g");
    assert_non_null(floe_node_path(entry_of(&manifest, "nodes", "model.shop.a"), "columns", "day", NULL));
}

static void a_unit_test_is_one_for_each_version(void **state) {
    folder *f = *state;
    put(f, "models/dim_v1.sql", "select 1");
    put(f, "models/dim_v2.sql", "select 1");
    put(f, "models/plain.sql", "select 1");
    put(f, "tests/fixtures/fx.csv", "id,name\n1,\"a,\"\"b\"\n2,\n");
    put(f, "models/u.yml",
        "models: [{name: dim, versions: [{v: 1}, {v: 2}]}]\n"
        "unit_tests:\n"
        "  - {name: one, model: dim, given: [], expect: {rows: [{id: 1}]}, versions: {include: [2]}}\n"
        "  - {name: all, model: dim, given: [], expect: {rows: []}}\n"
        "  - name: csv\n"
        "    model: plain\n"
        "    given: [{input: ref('x'), format: csv, fixture: fx}]\n"
        "    expect: {rows: [{id: 1}]}\n"
        "  - {name: none, model: nothing, given: [], expect: {rows: []}}\n");
    floe_node manifest = read_project(f, 1, "1.12");
    assert_int_equal(floe_node_size(floe_node_path(&manifest, "unit_tests", NULL)), 4);
    const floe_node *test = entry_of(&manifest, "unit_tests", "unit_test.shop.dim.one_v2");
    assert_text(floe_node_child(floe_node_path(test, "depends_on", "nodes", NULL), 0), "model.shop.dim.v2");
    entry_of(&manifest, "unit_tests", "unit_test.shop.dim.all_v1");
    test = entry_of(&manifest, "unit_tests", "unit_test.shop.plain.csv");
    const floe_node *rows =
        floe_node_path(floe_node_child(floe_node_path(test, "given", NULL), 0), "rows", NULL);
    assert_int_equal(floe_node_size(rows), 2);
    assert_text(floe_node_path(floe_node_child(rows, 0), "name", NULL), "a,\"b");
    assert_true(floe_node_absent(floe_node_path(floe_node_child(rows, 1), "name", NULL)));
    problem_of(f, "unknown_model", "models/u.yml", 9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(generic_tests_have_the_ids_that_dbt_gives_them),
        FOLDER_TEST(generic_tests_have_the_ids_that_dbt_2_gives_them),
        FOLDER_TEST(what_a_test_says_is_told_apart),
        FOLDER_TEST(a_table_has_what_its_source_says),
        FOLDER_TEST(what_is_wrong_in_a_file_has_a_place_and_the_rest_is_read),
        FOLDER_TEST(a_unit_test_is_one_for_each_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

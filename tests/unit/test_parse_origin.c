/* What is said of a template in a YAML file names its place in that file. */
#include "support.h"

#include "folder.h"

static const char project[] = "name: shop\n"                                 /* 1 */
                              "version: 1.0\n"                               /* 2 */
                              "models:\n"                                    /* 3 */
                              "  shop:\n"                                    /* 4 */
                              "    +enabled: \"{{ flags.WHAT }}\"\n"         /* 5 */
                              "    +post-hook:\n"                            /* 6 */
                              "      - >-\n"                                 /* 7 */
                              "        select 1\n"                           /* 8 */
                              "        from {{ ref('folded') }}\n"           /* 9 */
                              "      - |\n"                                  /* 10 */
                              "        select é,\n"                          /* 11 */
                              "          {{ ref('block') }}\n"               /* 12 */
                              "    +schema: >\n"                             /* 13 */
                              "      {{ nothing() }}\n"                      /* 14 */
                              "    +meta: {owner: 'x {{ flags.WHAT }}'}\n"   /* 15 */
                              "on-run-start:\n"                              /* 16 */
                              "  - select 1 from {{ ref('plain') }}\n"       /* 17 */
                              "  - \"say \\\"x\\\" {{ ref('escaped') }}\"\n" /* 18 */
                              "  - \"{% if %}\"\n";                          /* 19 */

static const floe_parse_doubt *doubt_of(const folder *f, const char *id, const char *about) {
    for (size_t i = 0; i < f->parse->nodes.count; i++) {
        const floe_parse_node *node = f->parse->nodes.items[i];
        for (size_t k = 0; strcmp(node->unique_id, id) == 0 && k < node->doubts.count; k++) {
            if (strcmp(node->doubts.items[k].about, about) == 0) {
                return &node->doubts.items[k];
            }
        }
    }
    fail_msg("%s has no doubt about %s", id, about);
    return NULL;
}

static void assert_doubt(const folder *f, const char *about, const char *file, uint32_t line,
                         uint32_t column) {
    const floe_parse_doubt *doubt = doubt_of(f, "model.shop.a", about);
    assert_string_equal(doubt->file, file);
    assert_int_equal(doubt->line, line);
    assert_int_equal(doubt->column, column);
}

static void assert_problem(const folder *f, const char *what, const char *file, uint32_t line,
                           uint32_t column) {
    for (size_t i = 0; i < f->parse->problems.count; i++) {
        const floe_parse_problem *one = &f->parse->problems.items[i];
        if (strstr(one->message, what)) {
            assert_string_equal(one->file, file);
            assert_int_equal(one->line, line);
            assert_int_equal(one->column, column);
            return;
        }
    }
    fail_msg("no problem says \"%s\"", what);
}

static void a_setting_in_doubt_stands_in_dbt_project(void **state) {
    folder *f = *state;
    put(f, "dbt_project.yml", project);
    put(f, "models/a.sql", "select 1\n");
    read_project(f, 1, NULL);
    assert_doubt(f, "config.enabled", "dbt_project.yml", 5, 19);
    assert_doubt(f, "config.schema", "dbt_project.yml", 13, 14);
    assert_doubt(f, "config.meta", "dbt_project.yml", 15, 26);
}

static void a_call_in_a_hook_stands_where_the_hook_is_written(void **state) {
    folder *f = *state;
    put(f, "dbt_project.yml", project);
    put(f, "models/a.sql", "select 1\n");
    put(f, "models/b.sql", "select 1\n");
    put(f, "models/b.yml",
        "models:\n  - name: b\n    config:\n      pre_hook: \"x {{ ref('of_properties') }}\"\n");
    read_project(f, 1, NULL);
    assert_problem(f, "ref('folded') of model.shop.a", "dbt_project.yml", 7, 9);
    assert_problem(f, "ref('block') of model.shop.a", "dbt_project.yml", 12, 14);
    assert_problem(f, "ref('plain')", "dbt_project.yml", 17, 22);
    assert_problem(f, "ref('escaped')", "dbt_project.yml", 18, 5);
    assert_problem(f, "ref('of_properties')", "models/b.yml", 4, 23);
    problem_of(f, "jinja", "dbt_project.yml", 19);
}

static void a_package_that_only_tests_name_is_told_of_once(void **state) {
    folder *f = *state;
    put(f, "models/a.sql", "select 1\n");
    put(f, "models/a.yml",
        "models:\n  - name: a\n    data_tests:\n      - kit.one\n      - kit.two\n      - dbt.unique\n");
    read_project(f, 1, NULL);
    const floe_parse_problem *one = problem_of(f, "missing_package", "models/a.yml", 4);
    assert_int_equal(one->severity, FLOE_PARSE_WARNING);
    assert_string_equal(one->message, "there is no package 'kit', whose test 'one' stands here");
    for (size_t i = 0; i < f->parse->problems.count; i++) {
        assert_true(strcmp(f->parse->problems.items[i].code, "missing_package") != 0 ||
                    &f->parse->problems.items[i] == one);
    }
}

static void what_a_variable_holds_stands_where_it_is_asked_for(void **state) {
    folder *f = *state;
    put(f, "dbt_project.yml", "name: shop\nversion: 1.0\nvars:\n  v: \"\\n\\n  {{ ref('x') }}\"\n");
    put(f, "models/a.sql", "select\n  {{ var('v') }}\n");
    read_project(f, 1, NULL);
    assert_problem(f, "ref('x')", "models/a.sql", 2, 6);
}

static void assert_hint(const folder *f, const char *what, const char *hint) {
    for (size_t i = 0; i < f->parse->problems.count; i++) {
        const floe_parse_problem *one = &f->parse->problems.items[i];
        if (strstr(one->message, what)) {
            assert_string_equal(one->hint, hint);
            return;
        }
    }
    fail_msg("no problem says \"%s\"", what);
}

static void a_wrong_name_comes_with_the_near_one(void **state) {
    folder *f = *state;
    put(f, "models/orders.sql", "select 1\n");
    put(f, "models/a.sql",
        "{{ ref('order') }} {{ ref('shp', 'orders') }} {{ ref('orders', v=2) }}\n"
        "{{ source('raw', 'custmers') }} {{ source('elsewhere', 'invoices') }} {{ my_macr() }}\n");
    put(f, "macros/m.sql", "{% macro my_macro() %}{% endmacro %}\n");
    put(f, "models/a.yml",
        "sources: [{name: raw, tables: [{name: customers}, {name: invoices}]}]\n"
        "models:\n"
        "  - name: a\n"
        "    data_tests:\n"
        "      - not_nul\n"
        "      - relationships: {arguments: {to: ref('ordrs'), field: id, column_name: x}}\n");
    read_project(f, 1, NULL);
    assert_hint(f, "ref('order')", "did you mean 'orders'?");
    assert_hint(f, "ref('shp', 'orders')", "'orders' is in the package 'shop'");
    assert_hint(f, "ref('orders', v=2)", "'orders' has no such version");
    assert_hint(f, "source('raw', 'custmers')", "did you mean 'raw.customers'?");
    assert_hint(f, "source('elsewhere', 'invoices')", "did you mean 'raw.invoices'?");
    assert_problem(f, "ref('ordrs')", "models/a.yml", 6, 41);
    assert_string_equal(doubt_of(f, "model.shop.a", "macros")->reason,
                        "there is no macro 'my_macr'; did you mean 'my_macro'?");
    for (size_t i = 0; i < f->parse->nodes.count; i++) {
        const floe_parse_node *node = f->parse->nodes.items[i];
        if (node->test_name && strcmp(node->test_name, "not_nul") == 0) {
            const floe_parse_doubt *doubt = doubt_of(f, node->unique_id, "macros");
            assert_int_equal(doubt->line, 5);
            assert_string_equal(doubt->reason,
                                "there is no test macro 'test_not_nul'; did you mean the test 'not_null'?");
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_setting_in_doubt_stands_in_dbt_project),
        FOLDER_TEST(a_call_in_a_hook_stands_where_the_hook_is_written),
        FOLDER_TEST(a_wrong_name_comes_with_the_near_one),
        FOLDER_TEST(a_package_that_only_tests_name_is_told_of_once),
        FOLDER_TEST(what_a_variable_holds_stands_where_it_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

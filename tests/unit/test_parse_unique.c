/* What dbt does not take twice. Where there is an error here, dbt 1.10 and 1.12 refused the same files. */
#include "folder.h"

static void put_project(folder *f) {
    put(f, "dbt_project.yml", "name: shop\nprofile: shop\n");
    put(f, "profiles.yml",
        "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: ':memory:', schema: main}\n");
}

static size_t count_of(const folder *f, const char *code) {
    size_t count = 0;
    for (size_t i = 0; i < f->parse->problems.count; i++) {
        count += strcmp(f->parse->problems.items[i].code, code) == 0;
    }
    return count;
}

static void two_nodes_of_one_relation_are_an_error(void **state) {
    folder *f = *state;
    put_project(f);
    put(f, "models/a.sql", "{{ config(alias='x') }} select 1");
    put(f, "models/b.sql", "{{ config(alias='x', materialized='ephemeral') }} select 1");
    put(f, "models/c.sql", "{{ config(alias='s') }} select 1");
    put(f, "seeds/s.csv", "a\n1\n");
    read_project(f, 1, "1.10");
    const floe_parse_problem *one = problem_of(f, "ambiguous_relation", "models/b.sql", 1);
    assert_int_equal(one->severity, FLOE_PARSE_ERROR);
    assert_string_equal(one->subject, "model.shop.b");
    assert_string_equal(one->message,
                        "model.shop.b and model.shop.a (models/a.sql) are one relation, memory.main.x");
    problem_of(f, "ambiguous_relation", "seeds/s.csv", 1);
    assert_int_equal(count_of(f, "ambiguous_relation"), 2);
    read_project(f, 1, "2.0");
    assert_int_equal(count_of(f, "ambiguous_relation"), 1); /* an ephemeral model is none there */
}

static void relations_that_may_differ_are_none(void **state) {
    folder *f = *state;
    put_project(f);
    put(f, "models/a.sql", "{{ config(alias='x') }} select 1");
    put(f, "models/b.sql", "{{ config(alias='X') }} select 1");
    put(f, "models/c.sql", "{{ config(alias='x', schema='other') }} select 1");
    put(f, "models/d.sql", "{{ config(alias='x', enabled=false) }} select 1");
    put(f, "models/e.sql", "{{ config(alias='x', enabled=env_var('UNSET_IN_TESTS')) }} select 1");
    put(f, "models/f.sql", "{{ config(alias=run_query('x').name) }} select 1");
    put(f, "models/g.sql", "{{ config(alias='x', quoting={'identifier': false}) }} select 1");
    read_project(f, 1, NULL);
    assert_int_equal(count_of(f, "ambiguous_relation"), 0);
}

static void without_a_target_no_relation_is_certain(void **state) {
    folder *f = *state;
    put(f, "models/a.sql", "{{ config(alias='x') }} select 1");
    put(f, "models/b.sql", "{{ config(alias='x') }} select 1");
    read_project(f, 1, NULL);
    assert_int_equal(count_of(f, "ambiguous_relation"), 0);
}

static void a_name_with_versions_is_nothing_elses(void **state) {
    folder *f = *state;
    put_project(f);
    put(f, "models/s_v1.sql", "select 1");
    put(f, "models/s.yml", "models:\n  - name: s\n    versions: [{v: 1}]\n");
    put(f, "seeds/s.csv", "a\n1\n");
    read_project(f, 1, NULL);
    assert_string_equal(problem_of(f, "versioned_name", "seeds/s.csv", 1)->message,
                        "seed.shop.s has the name of a model that has versions, model.shop.s.v1");
    read_project(f, 1, "2.0");
    assert_int_equal(count_of(f, "versioned_name"), 0);
}

static void a_name_of_two_kinds_is_an_old_form(void **state) {
    folder *f = *state;
    put_project(f);
    put(f, "models/s.sql", "{{ config(alias='t') }} select 1");
    put(f, "seeds/s.csv", "a\n1\n");
    read_project(f, 1, "1.12");
    assert_int_equal(problem_of(f, "shared_name", "seeds/s.csv", 1)->severity, FLOE_PARSE_DEPRECATION);
    read_project(f, 1, "1.10");
    assert_int_equal(count_of(f, "shared_name"), 0);
    put(f, "dbt_project.yml",
        "name: shop\nprofile: shop\nflags: {require_unique_project_resource_names: true}\n");
    read_project(f, 1, "1.12");
    assert_int_equal(problem_of(f, "shared_name", "seeds/s.csv", 1)->severity, FLOE_PARSE_ERROR);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(two_nodes_of_one_relation_are_an_error),
        FOLDER_TEST(relations_that_may_differ_are_none),
        FOLDER_TEST(without_a_target_no_relation_is_certain),
        FOLDER_TEST(a_name_with_versions_is_nothing_elses),
        FOLDER_TEST(a_name_of_two_kinds_is_an_old_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

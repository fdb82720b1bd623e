/* What names mean, what configs come to and what becomes of versions, packages and what is disabled. The rows
 * are what dbt 1.10 and 1.12 wrote of the same files; where they refuse a project, floe has an error. */
#include "rows.h"

static void put_project(folder *f) {
    put(f, "dbt_project.yml",
        "name: shop\n"
        "models:\n"
        "  shop:\n"
        "    +tags: \"{{ var('label', 'made') }}\"\n"
        "    old: {+enabled: false}\n"
        "  kit:\n"
        "    +materialized: table\n"
        "    +meta: {root: 1}\n");
    put(f, "packages.yml", "packages:\n  - local: kit\n  - local: tool\n");
    put(f, "dbt_packages/kit/dbt_project.yml",
        "name: kit\n"
        "models: {kit: {+materialized: ephemeral, +tags: kit, +meta: {own: 2, root: 2}}}\n");
    put(f, "dbt_packages/tool/dbt_project.yml", "name: tool\n");
    put(f, "dbt_packages/kit/models/both.sql", "{{ config(alias='kit_both') }} select 1");
    put(f, "dbt_packages/kit/models/user.sql",
        "select * from {{ ref('both') }} join {{ ref('kit','both') }} join {{ ref('tool_only') }}");
    put(f, "dbt_packages/tool/models/tool_only.sql", "select 1");
    put(f, "models/both.sql", "select 1");
    put(f, "models/uses.sql",
        "select * from {{ ref('m') }} join {{ ref('m', v=1) }} join {{ ref('m', v='2') }}"
        " join {{ ref('user') }} join {{ ref('both') }}");
    put(f, "models/m_v1.sql", "select 1");
    put(f, "models/m_v2.sql", "select 1");
    put(f, "models/old/twin.sql", "select 1");
    put(f, "models/old/deep/twin.sql", "select 2");
    put(f, "tests/lost.sql", "select * from {{ ref('nobody') }}");
    put(f, "tests/off.sql", "select * from {{ ref('twin') }}");
    put(f, "models/m.yml",
        "models:\n"
        "  - name: m\n"
        "    latest_version: 1\n"
        "    config: {tags: [pm]}\n"
        "    versions: [{v: 1}, {v: 2, config: {tags: [two]}}]\n"
        "  - name: twin\n"
        "    description: both of them\n");
}

static void names_and_configs_are_those_of_dbt(void **state) {
    static const row rows[] = {
        /* without a version the latest one, a version as a number or a text */
        {"nodes/model.shop.uses/depends_on/nodes",
         "[\"model.shop.m.v1\",\"model.shop.m.v2\",\"model.kit.user\",\"model.shop.both\"]"},
        {"nodes/model.shop.uses/refs/2", "{\"name\":\"m\",\"package\":null,\"version\":\"2\"}"},
        /* in a package the project's comes first */
        {"nodes/model.kit.user/depends_on/nodes",
         "[\"model.shop.both\",\"model.kit.both\",\"model.tool.tool_only\"]"},
        /* over a package the project has the last word */
        {"nodes/model.kit.user/config/materialized", "\"table\""},
        {"nodes/model.kit.user/config/meta", "{\"own\":2,\"root\":1}"},
        {"nodes/model.kit.user/config/tags", "[\"kit\"]"},
        {"nodes/model.tool.tool_only/config/materialized", "\"view\""},
        {"nodes/model.shop.both/config/tags", "[\"made\"]"},
        /* a version has the model's name, its own file and the tags of both entries */
        {"nodes/model.shop.m.v2/name", "\"m\""},
        {"nodes/model.shop.m.v2/fqn", "[\"shop\",\"m\",\"v2\"]"},
        {"nodes/model.shop.m.v2/path", "\"m_v2.sql\""},
        {"nodes/model.shop.m.v2/version", "2"},
        {"nodes/model.shop.m.v2/latest_version", "1"},
        {"nodes/model.shop.m.v2/tags", "[\"made\",\"two\",\"pm\"]"},
        {"nodes/model.shop.m_v2", NULL},
        /* a test of what is not there or disabled stays, without its mark */
        {"nodes/test.shop.lost/config/enabled", "false"},
        {"nodes/test.shop.lost/depends_on", NULL},
        {"nodes/test.shop.off/config/enabled", "false"},
        /* two disabled models may have one name; an entry describes both */
        {"nodes/model.shop.twin", NULL},
        {"disabled/model.shop.twin/0/description", "\"both of them\""},
        {"disabled/model.shop.twin/1/description", "\"both of them\""},
        {"disabled/model.shop.twin/2", NULL},
    };
    folder *f = *state;
    put_project(f);
    static const char *const dbts[] = {"1.10", "1.12"};
    for (size_t i = 0; i < COUNT(dbts); i++) {
        floe_node manifest = read_project(f, 1, dbts[i]);
        check_rows(&manifest, rows, COUNT(rows));
        for (size_t j = 0; j < f->parse->problems.count; j++) {
            assert_int_not_equal(f->parse->problems.items[j].severity, FLOE_PARSE_ERROR);
        }
    }
}

static void threads_do_not_change_the_manifest(void **state) {
    folder *f = *state;
    floe_buffer texts[2] = {{0}};
    put_project(f);
    for (size_t i = 0; i < 2; i++) {
        floe_node manifest = read_project(f, i ? 4 : 1, NULL);
        assert_int_equal(floe_json_print(&texts[i], &manifest, 1, NULL), 0);
    }
    assert_string_equal(texts[0].data, texts[1].data);
    floe_buffer_free(&texts[0]);
    floe_buffer_free(&texts[1]);
}

static void a_flag_lets_a_package_look_at_itself_first(void **state) {
    static const row rows[] = {
        {"nodes/model.kit.user/depends_on/nodes", "[\"model.kit.both\",\"model.tool.tool_only\"]"}};
    folder *f = *state;
    put_project(f);
    put(f, "dbt_project.yml",
        "name: shop\nflags: {require_ref_searches_node_package_before_root: true}\n"
        "models: {shop: {old: {+enabled: false}}}\n");
    floe_node manifest = read_project(f, 1, NULL);
    check_rows(&manifest, rows, COUNT(rows));
}

static void what_dbt_refuses_is_an_error_with_its_place(void **state) {
    folder *f = *state;
    put(f, "packages.yml", "packages:\n  - local: one\n  - local: two\n");
    put(f, "dbt_packages/one/dbt_project.yml", "name: one\nrestrict-access: true\n");
    put(f, "dbt_packages/two/dbt_project.yml", "name: two\nmodels: {+schema: other}\n");
    put(f, "dbt_packages/one/models/shared.sql", "select 1");
    put(f, "dbt_packages/two/models/shared.sql", "select 1");
    put(f, "dbt_packages/one/models/inner.sql", "select 1");
    put(f, "models/orders.sql", "select 1");
    put(f, "models/secret.sql", "{{ config(access='private', group='them') }} select 1");
    put(f, "models/off.sql", "{{ config(enabled=false) }} select 1");
    put(f, "models/a.sql", "select *\nfrom {{ ref('order') }}");
    put(f, "models/b.sql", "select * from {{ ref('shared') }}");
    put(f, "models/c.sql", "select * from {{ ref('secret') }}");
    put(f, "models/d.sql", "select * from {{ ref('inner') }}");
    put(f, "models/e.sql", "select * from {{ source('raw', 'orders') }}");
    put(f, "models/f.sql", "select * from {{ ref('off') }}");
    put(f, "models/g.sql", "{{ config(group='nobody') }} select 1");
    put(f, "models/deep/orders.sql", "select 2");
    put(f, "models/s.yml", "sources: [{name: raw, tables: [{name: order}]}]\n");
    put(f, "models/t.yml", "groups: [{name: them, owner: {name: x}}]\n");
    put(f, "models/u.yml", "models:\n  - name: ordres\n  - name: a\n  - name: a\n");
    read_project(f, 2, NULL);
    assert_string_equal(problem_of(f, "unknown_ref", "models/a.sql", 2)->hint, "did you mean 'orders'?");
    problem_of(f, "ambiguous_ref", "models/b.sql", 1);
    problem_of(f, "private_ref", "models/c.sql", 1);
    problem_of(f, "protected_ref", "models/d.sql", 1);
    assert_string_equal(problem_of(f, "unknown_source", "models/e.sql", 1)->hint,
                        "did you mean 'raw.order'?");
    problem_of(f, "disabled_ref", "models/f.sql", 1);
    problem_of(f, "unknown_group", "models/g.sql", 1);
    assert_non_null(
        strstr(problem_of(f, "duplicate_name", "models/orders.sql", 1)->message, "models/deep/orders.sql"));
    assert_string_equal(problem_of(f, "no_such_node", "models/u.yml", 2)->hint, "did you mean 'orders'?");
    problem_of(f, "duplicate_patch", "models/u.yml", 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(names_and_configs_are_those_of_dbt),
        FOLDER_TEST(threads_do_not_change_the_manifest),
        FOLDER_TEST(a_flag_lets_a_package_look_at_itself_first),
        FOLDER_TEST(what_dbt_refuses_is_an_error_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

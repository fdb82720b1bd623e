/* What templates say about their nodes while dbt parses; each row was looked up in what dbt 1.12 writes for
 * it. */
#include "parse_project.h"

static void check(const project *at, const char *name, const char *says) {
    const char *said = project_says(at, name);
    if (strcmp(said, says) != 0) {
        fail_msg("%s says\n  %s\ninstead of\n  %s", name, said, says);
    }
}

static void a_node_says_what_its_calls_say(void **state) {
    (void)state;
    static const char *const files[] = {
        "models/plain.sql",
        "select 1\n",
        "models/names.sql",
        "{{ ref('a') }} {{ ref('other', 'b') }} {{ ref('c', v=2) }} {{ source('s', 't') }}"
        "{{ ref('d', version=3) }}",
        "models/settings.sql",
        "{{ config(materialized='table', tags=['x', 'y'], enabled=var('on', true), pre_hook='select 1') }}"
        "{{ config({'alias': 'other'}) }}{% do config.set('schema', 'deep') %}",
        "models/loop.sql",
        "{% set names = ['a', 'b'] %}{% for n in names %}{{ ref('stg_' ~ n) }}{% endfor %}",
        "models/branches.sql",
        "{% if target.name == 'dev' %}{{ ref('dev') }}{% else %}{{ ref('prod') }}{% endif %}"
        "{% if execute %}{{ ref('run_only') }}{% endif %}"
        "{% if var('missing') %}{{ ref('never') }}{% endif %}"
        "{% if is_incremental() %}{{ ref('old') }}{% endif %}",
        "models/unknown.sql",
        "{% if env_var('FLOE_TEST_NOT_SET') == 'x' %}{{ ref('maybe') }}{% endif %}{{ ref('sure') }}",
        NULL};
    project at;
    project_make(&at, files);
    project_read(&at);
    check(&at, "plain", "");
    check(&at, "names", "ref a; ref other.b; ref c v2; source s.t; ref d v3; ");
    check(&at, "settings",
          "config materialized=table; config tags=(2); config enabled=true; config pre-hook=select 1; "
          "config alias=other; config schema=deep; ");
    check(&at, "loop", "ref stg_a; ref stg_b; ");
    check(&at, "branches",
          "ref prod-; ref dev; ref run_only-; ref never-; ref old-; macro macro.dbt.is_incremental; ");
    check(&at, "unknown", "ref maybe?; ref sure; ");
    project_free(&at);
}

static void macros_are_found_as_dbt_finds_them(void **state) {
    (void)state;
    static const char *const files[] = {
        "macros/own.sql",
        "{% macro inner() %}{{ ref('within') }}{% endmacro %}"
        "{% macro outer(x) %}{{ inner() }}{{ ref(x) }}{{ return('r') }}{% endmacro %}"
        "{% macro duckdb__pick() %}{{ ref('duck') }}{% endmacro %}"
        "{% macro default__pick() %}{{ ref('other') }}{% endmacro %}"
        "{% macro pick() %}{{ return(adapter.dispatch('pick', 'shop')()) }}{% endmacro %}",
        "models/called.sql",
        "{{ outer('given') }}",
        "models/dispatched.sql",
        "{{ shop.pick() }}",
        "models/missing.sql",
        "{{ ref('a') }}{{ dbt_utils.star(ref('b')) }}{{ ref('c') }}",
        "models/in_dbt.sql",
        "select {{ dbt.type_string() }}, {{ date_trunc('day', 'x') }}{{ run_hooks([]) }}",
        "models/inline.sql",
        "{% macro local(x) %}{{ ref(x) }}{% endmacro %}{{ local('a') }}{{ ref('b') }}",
        "models/named.sql",
        "{{ context['outer']('x') }}{{ builtins.ref('y') }}",
        NULL};
    project at;
    project_make(&at, files);
    project_read(&at);
    check(&at, "called", "ref within; ref given; macro macro.shop.outer; ");
    check(&at, "dispatched", "ref duck; macro macro.shop.pick; ");
    check(
        &at, "missing",
        "ref a; ref b; ref c; doubt macros: there is no macro 'dbt_utils.star'; is its package installed?; ");
    check(&at, "in_dbt",
          "macro macro.dbt.type_string; macro macro.dbt.date_trunc; macro macro.dbt_duckdb.run_hooks; ");
    check(&at, "inline", "ref b; ");
    check(&at, "named", "ref within; ref x; ref y; macro macro.shop.outer; ");
    project_free(&at);
}

static void variables_come_from_the_nearest_place(void **state) {
    (void)state;
    static const char *const files[] = {
        "dbt_project.yml",
        "name: shop\nprofile: shop\nvars:\n  all: everywhere\n  shop: {own: mine, all: here}\n"
        "  built: \"{{ target.schema }}\"\n",
        "models/v.sql",
        "{{ ref(var('all')) }}{{ ref(var('own')) }}{{ ref(var('none', 'other')) }}{{ ref(var('cli')) }}"
        "{{ ref(var('built')) }}{% if var.has_var('own') %}{{ ref('has') }}{% endif %}",
        "models/e.sql",
        "{{ ref(env_var('FLOE_TEST_SET')) }}{{ ref(env_var('FLOE_TEST_NOT_SET', 'left')) }}",
        NULL};
    project at;
    project_make(&at, files);
    setenv("FLOE_TEST_SET", "value", 1);
    at.options.vars = "{cli: given, own: theirs}";
    project_read(&at);
    check(&at, "v", "ref here; ref theirs; ref other; ref given; ref raw; ref has; ");
    check(&at, "e", "ref value; ref left; ");
    unsetenv("FLOE_TEST_SET");
    project_free(&at);
}

static void secrets_are_never_values(void **state) {
    (void)state;
    static const char *const files[] = {
        "models/s.sql",
        "{{ ref(target.password) }}{{ ref(env_var('DBT_ENV_SECRET_X')) }}{{ ref(target.database) }}", NULL};
    project at;
    project_make(&at, files);
    setenv("DBT_ENV_SECRET_X", "hidden", 1);
    project_read(&at);
    assert_null(strstr(project_says(&at, "s"), "hidden"));
    assert_non_null(strstr(project_says(&at, "s"), "ref shop; "));
    assert_non_null(strstr(project_says(&at, "s"), "doubt edges: "));
    unsetenv("DBT_ENV_SECRET_X");
    project_free(&at);
}

static void without_a_profile_the_target_is_unknown(void **state) {
    (void)state;
    static const char *const files[] = {
        "profiles.yml", "other: {}\n", "models/t.sql",
        "{% if target.name == 'prod' %}{{ ref('prod') }}{% else %}{{ ref('dev') }}{% endif %}", NULL};
    project at;
    project_make(&at, files);
    project_read(&at);
    check(&at, "t", "ref prod?; ref dev?; ");
    project_free(&at);
}

static void python_models_are_read_without_running_them(void **state) {
    (void)state;
    static const char *const files[] = {
        "models/p.py",
        "import pandas\n\ndef model(dbt, session):\n    # dbt.ref('comment')\n"
        "    dbt.config(materialized='table', packages=['numpy==1'], tags=['a'])\n"
        "    text = \"dbt.ref('text')\"\n    df = dbt.ref('a').merge(dbt.ref(\"p\", 'b', v=2))\n"
        "    other = dbt.source('s', 't')\n    x = dbt.config.get('key', 3)\n    return df\n",
        "models/q.py", "def model(dbt, session):\n    return dbt.ref(name)\n", NULL};
    project at;
    project_make(&at, files);
    project_read(&at);
    check(&at, "p",
          "ref a; ref p.b v2; source s.t; config materialized=table; config packages=(1); config tags=(1); "
          "config config_keys_used=(1); config config_keys_defaults=(1); config meta_keys_used=(0); "
          "config meta_keys_defaults=(0); ");
    check(&at, "q", "doubt edges: an argument of dbt.ref, dbt.source or dbt.config is no literal; ");
    project_free(&at);
}

static void a_macro_whose_name_is_unknown_leaves_the_node_in_doubt(void **state) {
    (void)state;
    static const char *const files[] = {"models/item.sql",
                                        "{{ context['pick_' ~ invocation_id]() }}",
                                        "models/get.sql",
                                        "{{ (context.get('pick_' ~ invocation_id))() }}",
                                        "models/within.sql",
                                        "{{ shop['pick_' ~ invocation_id]() }}",
                                        "models/known.sql",
                                        "{{ context['pick_' ~ 'x']() }}",
                                        "macros/pick.sql",
                                        "{% macro pick_x() %}{{ ref('item') }}{% endmacro %}",
                                        NULL};
    project at;
    project_make(&at, files);
    project_read(&at);
    check(&at, "item", "doubt macros: this differs from run to run; ");
    check(&at, "get", "doubt macros: this differs from run to run; ");
    check(&at, "within", "doubt macros: this differs from run to run; ");
    check(&at, "known", "ref item; macro macro.shop.pick_x; ");
    project_free(&at);
}

/* dbt 1 takes the package whose folder comes last in the order in which the system lists them. */
static void which_package_has_the_test_is_in_doubt_where_several_have_it(void **state) {
    (void)state;
    static const char *const files[] = {
        "dbt_packages/a/dbt_project.yml",
        "name: a\n",
        "dbt_packages/a/macros/t.sql",
        "{% test any(model) %}{{ ref('x') }}{{ config(severity='warn') }}{% endtest %}"
        "{% test own(model) %}{{ ref('x') }}{% endtest %}",
        "dbt_packages/b/dbt_project.yml",
        "name: b\n",
        "dbt_packages/b/macros/t.sql",
        "{% test any(model) %}{{ ref('y') }}{% endtest %}{% test own(model) %}{{ ref('y') }}{% endtest %}",
        "dbt_packages/b/models/n.sql",
        "select 1",
        "dbt_packages/b/models/n.yml",
        "models: [{name: n, data_tests: [any]}]\n",
        "macros/own.sql",
        "{% test own(model) %}{{ ref('z') }}{% endtest %}",
        "models/m.sql",
        "select 1",
        "models/m.yml",
        "models: [{name: m, data_tests: [any, own]}]\n",
        NULL};
    static const char *const rules[] = {"1.10", "1.12"};
    for (size_t i = 0; i < 2; i++) {
        project at;
        project_make(&at, files);
        at.options.dbt = rules[i];
        project_read(&at);
        assert_int_equal(floe_parse_properties(at.parse), 0);
        check(
            &at, "any_m_",
            "ref m; ref y?; ref x?; config severity=warn?; macro macro.dbt.get_where_subquery; doubt macros: "
            "the packages 'a' and 'b' both have a macro 'test_any': dbt takes that of the one whose folder "
            "the system lists last; ");
        check(&at, "own_m_", "ref m; ref z; macro macro.shop.test_own; macro macro.dbt.get_where_subquery; ");
        check(&at, "any_n_", "ref n; ref y; macro macro.b.test_any; macro macro.dbt.get_where_subquery; ");
        project_free(&at);
    }
}

/* Each template may take long; of many such ones only the first do. What is ordinary is read all the same,
 * and threads change nothing. */
static void many_endless_templates_end_together(void **state) {
    (void)state;
    enum { MANY = 200 };
    char said[2][MANY][128];
    for (int round = 0; round < 2; round++) {
        project at;
        const char *const files[] = {"models/plain.sql", "{{ ref('z') }}", NULL};
        project_make(&at, files);
        for (int i = 0; i < MANY; i++) {
            char path[64];
            snprintf(path, sizeof path, "models/m%03d.sql", i);
            project_write(&at, path,
                          "{% for i in range(9999) %}{% for j in range(9999) %}{% if i == j %}"
                          "{% endif %}{% endfor %}{% endfor %}{{ ref('a') }}");
        }
        at.options.threads = round ? 4 : 1;
        at.store = floe_store_new();
        assert_int_equal(floe_parse_new(&at.parse, at.store, &at.options, &at.error), 0);
        at.parse->left = 4000000;
        assert_int_equal(floe_parse_layout(at.parse), 0);
        assert_int_equal(floe_parse_find_nodes(at.parse), 0);
        assert_int_equal(floe_parse_render(at.parse), 0);
        assert_string_equal(project_says(&at, "plain"), "ref z; ");
        for (int i = 0; i < MANY; i++) {
            char name[16];
            snprintf(name, sizeof name, "m%03d", i);
            snprintf(said[round][i], sizeof said[round][i], "%.127s", project_says(&at, name));
            assert_non_null(strstr(said[round][i], "doubt edges: rendering takes more than"));
        }
        assert_non_null(strstr(said[round][MANY - 1], "16384 steps"));
        project_free(&at);
    }
    for (int i = 0; i < MANY; i++) {
        assert_string_equal(said[0][i], said[1][i]);
    }
}

/* Names and configs outlive the template: what it leaves behind is bounded like what it takes. */
static void what_a_template_leaves_behind_is_bounded(void **state) {
    (void)state;
    static const char *const keep[] = {"ref(x)", "source('a', x)", "config(alias=x)",
                                       "config(meta={'a': [x]})", "fromyaml(x)"};
    project at;
    const char *const files[] = {"models/plain.sql", "{{ ref('z') }}", NULL};
    project_make(&at, files);
    for (size_t i = 0; i < COUNT(keep); i++) {
        char path[64], text[256];
        snprintf(path, sizeof path, "models/m%zu.sql", i);
        snprintf(text, sizeof text, "{%% set x = 'a' * 40000000 %%}{{ %s }}{{ %s }}", keep[i], keep[i]);
        project_write(&at, path, text);
    }
    project_read(&at);
    assert_string_equal(project_says(&at, "plain"), "ref z; ");
    for (size_t i = 0; i < COUNT(keep); i++) {
        char name[16];
        snprintf(name, sizeof name, "m%zu", i);
        const floe_parse_node *node = project_node(&at, name);
        assert_int_equal(node->calls.count, 0);
        assert_int_equal(node->settings.count, 0);
        assert_int_equal(node->doubts.count, 1);
    }
    project_free(&at);
}

/* Folders and links that lead out of the repository are told, and nothing of what is there is read. */
static void what_is_not_in_the_repository_is_not_read(void **state) {
    (void)state;
    project at;
    const char *const files[] = {"inner/dbt_project.yml",
                                 "name: inner\nversion: '1.0'\n"
                                 "model-paths: [models, ../shared, ../../, /etc]\n"
                                 "packages-install-path: ../..\n",
                                 "inner/models/plain.sql",
                                 "select 1",
                                 "shared/near.sql",
                                 "select 1",
                                 NULL};
    char inner[80], link[128];
    project_make(&at, files);
    snprintf(inner, sizeof inner, "%s/inner", at.root);
    snprintf(link, sizeof link, "%s/.git", at.root);
    assert_int_equal(mkdir(link, 0700), 0);
    snprintf(link, sizeof link, "%s/models/passwd.sql", inner);
    assert_int_equal(symlink("/etc/passwd", link), 0);
    snprintf(link, sizeof link, "%s/models/alias.sql", inner);
    assert_int_equal(symlink("plain.sql", link), 0);
    at.options.root = inner;
    at.store = floe_store_new();
    assert_int_equal(floe_parse_new(&at.parse, at.store, &at.options, &at.error), 0);
    assert_int_equal(floe_parse_layout(at.parse), 0);
    size_t outside = 0, sql = 0;
    for (size_t i = 0; i < at.parse->problems.count; i++) {
        outside += strcmp(at.parse->problems.items[i].code, "outside_path") == 0;
    }
    for (size_t i = 0; i < at.parse->files.count; i++) {
        sql += at.parse->files.items[i]->role == FLOE_ROLE_MODEL;
    }
    assert_int_equal(outside, 4); /* ../../ twice, /etc, passwd.sql */
    assert_int_equal(sql, 3);
    assert_true(at.parse->missing_packages);
    project_free(&at);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_in_the_repository_is_not_read),
        cmocka_unit_test(many_endless_templates_end_together),
        cmocka_unit_test(what_a_template_leaves_behind_is_bounded),
        cmocka_unit_test(a_node_says_what_its_calls_say),
        cmocka_unit_test(macros_are_found_as_dbt_finds_them),
        cmocka_unit_test(a_macro_whose_name_is_unknown_leaves_the_node_in_doubt),
        cmocka_unit_test(which_package_has_the_test_is_in_doubt_where_several_have_it),
        cmocka_unit_test(variables_come_from_the_nearest_place),
        cmocka_unit_test(secrets_are_never_values),
        cmocka_unit_test(without_a_profile_the_target_is_unknown),
        cmocka_unit_test(python_models_are_read_without_running_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

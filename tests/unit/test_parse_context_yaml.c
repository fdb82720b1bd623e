/* Values of YAML files with Jinja in them, docs blocks, generic tests, and names that macros make. */
#include "parse_project.h"

#include "floe/yaml.h"

/* One line of YAML, rendered as a properties file's, as text. */
static const char *rendered(project *at, const char *yaml, const char *file, bool native) {
    static char text[1024];
    floe_document *document;
    const floe_jinja_doubt *doubt;
    floe_node out;
    assert_int_equal(
        floe_yaml_parse(&document, at->store, "value", yaml, strlen(yaml), FLOE_YAML_DBT, NULL, NULL), 0);
    floe_parse_package *package = at->parse->packages.items[0];
    assert_int_equal(
        floe_parse_render_tree(&at->parse->threads[0], package, &document->root, native, file, &out, &doubt),
        0);
    size_t size;
    const char *string = floe_node_string(&out, &size);
    if (doubt) {
        assert_int_equal(floe_node_kind(&out), FLOE_NULL);
        snprintf(text, sizeof text, "doubt: %s", doubt->reason);
    } else if (string) {
        snprintf(text, sizeof text, "'%.*s'", (int)size, string);
    } else if (floe_node_kind(&out) == FLOE_BOOLEAN) {
        snprintf(text, sizeof text, "%s", out.boolean ? "true" : "false");
    } else if (floe_node_kind(&out) == FLOE_INTEGER) {
        snprintf(text, sizeof text, "%d", (int)out.integer);
    } else {
        snprintf(text, sizeof text, "kind %d, %u", (int)floe_node_kind(&out), floe_node_size(&out));
    }
    return text;
}

static void a_value_is_rendered_as_dbt_renders_it(void **state) {
    (void)state;
    static const char *const files[] = {
        "dbt_project.yml",
        "name: shop\nprofile: shop\nvars: {switch: true, dark: 'false', many: [1, 2], n: 3}\n", NULL};
    static const struct {
        const char *yaml, *value;
    } rows[] = {
        {"'plain'", "'plain'"},
        {"\"{{ var('switch') }}\"", "true"},
        {"\"{{ var('dark') }}\"", "'false'"},
        {"\"{{ var('switch') | as_bool }}\"", "true"},
        {"\"{{ 'True' | as_bool }}\"", "true"},
        {"\"{{ '12' | as_number }}\"", "12"},
        {"\"{{ var('n') }}\"", "3"},
        {"\"a {{ var('n') }}\"", "'a 3'"},
        {"\"{{ var('many') }}\"", "kind 5, 2"},
        {"\"{{ target.name }}_{{ target.schema }}\"", "'dev_raw'"},
        {"\"{{ target.name == 'dev' }}\"", "true"},
        {"[1, \"{{ var('n') }}\"]", "kind 5, 2"},
        {"\"{{ var('none') }}\"", "doubt: the variable 'none' is not set, and dbt would stop here"},
        {"\"{{ env_var('FLOE_TEST_NOT_SET') }}\"",
         "doubt: the environment variable 'FLOE_TEST_NOT_SET' is not set, and dbt would stop here"},
        {"\"{{ env_var('FLOE_TEST_NOT_SET', 'x') }}\"", "'x'"},
    };
    project at;
    project_make(&at, files);
    project_read(&at);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *value = rendered(&at, rows[i].yaml, "models/schema.yml", true);
        if (strcmp(value, rows[i].value) != 0) {
            fail_msg("%s is %s instead of %s", rows[i].yaml, value, rows[i].value);
        }
    }
    assert_string_equal(rendered(&at, "\"{{ var('n') }}\"", "models/schema.yml", false), "'3'");
    /* dbt_project.yml knows the variables of the command line alone */
    assert_string_equal(rendered(&at, "\"{{ var('n', 4) }}\"", "dbt_project.yml", true), "4");
    project_free(&at);
}

static void docs_blocks_are_found_in_the_project_first(void **state) {
    (void)state;
    static const char *const files[] = {
        "models/a.md",
        "{% docs one %}\nOurs.\n{% enddocs %}\n",
        "dbt_packages/other/dbt_project.yml",
        "name: other\n",
        "dbt_packages/other/models/b.md",
        "{% docs one %}Theirs.{% enddocs %}{% docs two %}Only theirs.{% enddocs %}",
        NULL};
    project at;
    project_make(&at, files);
    project_read(&at);
    static const struct {
        const char *text, *value;
    } rows[] = {
        {"{{ doc('one') }}", "Ours."},
        {"{{ doc('other', 'one') }}", "Theirs."},
        {"See: {{ doc('two') }}", "See: Only theirs."},
        {"no Jinja", "no Jinja"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        floe_node text = floe_literal_node(rows[i].text), out;
        const floe_jinja_doubt *doubt;
        assert_int_equal(floe_parse_render_text(&at.parse->threads[0], at.parse->packages.items[0], &text,
                                                "models/schema.yml", &out, &doubt),
                         0);
        assert_null(doubt);
        assert_true(floe_node_equals(&out, rows[i].value));
    }
    project_free(&at);
}

static const char *generated(project *at, const char *node, const char *macro, const char *custom) {
    floe_node value = floe_literal_node(custom);
    const char *out;
    const floe_jinja_doubt *doubt;
    assert_int_equal(floe_parse_generate(&at->parse->threads[0],
                                         (floe_parse_node *)(uintptr_t)project_node(at, node), macro, &value,
                                         &out, &doubt),
                     0);
    return out ? out : doubt ? "unknown" : "none";
}

static void names_are_made_by_the_macros_of_the_project_or_of_dbt(void **state) {
    (void)state;
    static const char *const files[] = {"models/m.sql", "select 1", "macros/names.sql",
                                        "{% macro generate_alias_name(custom_alias_name=none, node=none) %} "
                                        "{{ node.name }}_{{ target.name }} "
                                        "{% endmacro %}",
                                        NULL};
    project at;
    project_make(&at, files);
    project_read(&at);
    assert_string_equal(generated(&at, "m", "generate_schema_name", NULL), "raw");
    assert_string_equal(generated(&at, "m", "generate_schema_name", " deep "), "raw_deep");
    assert_string_equal(generated(&at, "m", "generate_database_name", NULL), "shop");
    assert_string_equal(generated(&at, "m", "generate_database_name", "other"), "other");
    assert_string_equal(generated(&at, "m", "generate_alias_name", NULL), "m_dev");
    project_free(&at);
}

static void without_a_profile_names_are_unknown(void **state) {
    (void)state;
    static const char *const files[] = {"profiles.yml", "other: {}\n", "models/m.sql", "select 1", NULL};
    project at;
    project_make(&at, files);
    project_read(&at);
    assert_string_equal(generated(&at, "m", "generate_schema_name", NULL), "unknown");
    assert_string_equal(generated(&at, "m", "generate_schema_name", "deep"), "unknown");
    assert_string_equal(generated(&at, "m", "generate_database_name", "given"), "given");
    assert_string_equal(generated(&at, "m", "generate_alias_name", NULL), "m");
    project_free(&at);
}

/* What a macro's text calls, as the manifest has it: also `text.replace()`, which dbt takes for its own. */
static void a_macro_depends_on_what_its_text_calls(void **state) {
    (void)state;
    static const char *const files[] = {
        "macros/m.sql",
        "{% macro inner() %}{% endmacro %}{% macro default__pick() %}{% endmacro %}"
        "{% macro pick() %}{{ adapter.dispatch('pick', 'shop')() }}{% endmacro %}"
        "{% macro all() %}{% set t = 'a' %}{{ t.replace('a', 'b') }}{{ dbt.type_int() }}{{ shop.pick() }}"
        "{{ adapter.dispatch('concat', 'dbt')() }}{{ nothing() }}{{ ref('x') }}{{ var('y') }}"
        "{% call statement('x') %}{{ inner() }}{% endcall %}{% endmacro %}",
        NULL};
    static const char *const calls[] = {
        "macro.dbt.replace",         "macro.dbt.type_int",  "macro.shop.pick", "macro.dbt.concat",
        "macro.dbt.default__concat", "macro.dbt.statement", "macro.shop.inner"};
    project at;
    project_make(&at, files);
    project_read(&at);
    const floe_parse_macro *all = floe_parse_find_macro(at.parse, at.parse->packages.items[0], NULL, "all");
    assert_non_null(all);
    assert_int_equal(all->calls.count, COUNT(calls));
    for (size_t i = 0; i < COUNT(calls); i++) {
        assert_string_equal(all->calls.items[i], calls[i]);
    }
    const floe_parse_macro *pick = floe_parse_find_macro(at.parse, NULL, "shop", "pick");
    assert_int_equal(pick->calls.count, 1);
    assert_string_equal(pick->calls.items[0], "macro.shop.default__pick");
    project_free(&at);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_rendered_as_dbt_renders_it),
        cmocka_unit_test(docs_blocks_are_found_in_the_project_first),
        cmocka_unit_test(names_are_made_by_the_macros_of_the_project_or_of_dbt),
        cmocka_unit_test(without_a_profile_names_are_unknown),
        cmocka_unit_test(a_macro_depends_on_what_its_text_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

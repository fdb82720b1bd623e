/* The macros that adapters bring along are known by the type of the target; what they give is not. The rows
 * are what dbt 1.11 wrote of the same files with these adapters. */
#include "folder.h"

#include <string.h>

static void put_project(folder *f, const char *type) {
    char profile[512];
    snprintf(
        profile, sizeof profile,
        "shop:\n  target: dev\n  outputs:\n    dev: {type: %s, host: h, account: a, user: u, password: p, "
        "database: db, schema: sc, port: 1}\n",
        type);
    put(f, "dbt_project.yml", "name: shop\nprofile: shop\n");
    put(f, "profiles.yml", profile);
}

static const floe_parse_node *node_of(const folder *f, const char *id) {
    for (size_t i = 0; i < f->parse->nodes.count; i++) {
        if (strcmp(f->parse->nodes.items[i]->unique_id, id) == 0) {
            return f->parse->nodes.items[i];
        }
    }
    fail_msg("no node %s", id);
    return NULL;
}

static void assert_macros(const folder *f, const char *id, const char *expected) {
    const floe_parse_node *node = node_of(f, id);
    char text[1024] = "";
    for (size_t i = 0; i < node->macros.count; i++) {
        strncat(text, node->macros.items[i], sizeof text - strlen(text) - 2);
        strcat(text, " ");
    }
    for (size_t i = 0; i < node->doubts.count; i++) {
        strncat(text, node->doubts.items[i].about, sizeof text - strlen(text) - 2);
        strcat(text, "? ");
    }
    assert_string_equal(text, expected);
}

static void a_macro_of_the_adapter_is_known(void **state) {
    folder *f = *state;
    put_project(f, "snowflake");
    put(f, "models/a.sql", "{% do set_query_tag() %} {{ dbt.current_timestamp() }} select 1");
    put(f, "models/b.sql", "{{ snowflake__type_bigint() }} {{ my() }}");
    put(f, "macros/m.sql", "{% macro my() %}{{ snowflake__get_catalog() }}{% endmacro %}");
    read_project(f, 1, NULL);
    assert_macros(f, "model.shop.a", "macro.dbt_snowflake.set_query_tag macro.dbt.current_timestamp ");
    assert_macros(f, "model.shop.b", "macro.shop.my macros? ");
}

static void an_adapter_has_the_macros_of_the_one_it_is_made_from(void **state) {
    folder *f = *state;
    put_project(f, "redshift");
    put(f, "models/a.sql",
        "{{ dist('x') }} {{ postgres__dateadd('day', 1, 'x') }} {{ redshift__listagg('x') }}");
    read_project(f, 1, NULL);
    assert_macros(f, "model.shop.a",
                  "macro.dbt_redshift.dist macro.dbt_postgres.postgres__dateadd "
                  "macro.dbt_redshift.redshift__listagg ");
}

static void a_macro_of_another_adapter_is_missing(void **state) {
    folder *f = *state;
    put_project(f, "postgres");
    put(f, "models/a.sql", "{% do set_query_tag() %} select 1");
    read_project(f, 1, NULL);
    assert_macros(f, "model.shop.a", "macros? ");
}

/* The names that dbt's own macros make are other ones where an adapter has its own. */
static void names_are_made_as_the_adapter_makes_them(void **state) {
    folder *f = *state;
    put(f, "models/a.sql", "{{ config(schema='x', database='d') }} select 1");
    put(f, "models/b.sql", "{{ config(catalog_name='ice') }} select 1");
    put_project(f, "spark");
    read_project(f, 1, NULL);
    assert_null(node_of(f, "model.shop.a")->database);
    assert_string_equal(node_of(f, "model.shop.a")->schema, "sc_x");
    put_project(f, "sqlserver"); /* a flag of the project's says which */
    read_project(f, 1, NULL);
    assert_null(node_of(f, "model.shop.a")->schema);
    assert_string_equal(node_of(f, "model.shop.a")->database, "d");
    put_project(f, "snowflake");
    read_project(f, 1, NULL);
    assert_string_equal(node_of(f, "model.shop.a")->schema, "sc_x");
    assert_string_equal(node_of(f, "model.shop.a")->database, "d");
    assert_null(node_of(f, "model.shop.b")->database);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_macro_of_the_adapter_is_known),
        FOLDER_TEST(an_adapter_has_the_macros_of_the_one_it_is_made_from),
        FOLDER_TEST(a_macro_of_another_adapter_is_missing),
        FOLDER_TEST(names_are_made_as_the_adapter_makes_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

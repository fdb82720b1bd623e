/* How settings are laid over one another. What is expected is what dbt 1.10 and 1.12 made of the same layers,
 * written to dbt_project.yml (from the root down) and config(). */
#include "support.h"

#include "data/print.h"
#include "dbt/parse/merge.h"
#include "floe/yaml.h"

typedef struct row {
    floe_parse_kind kind;
    const char *layers[4];
    const char *key, *expected; /* JSON of the value; NULL: the key is left out */
} row;

static const row rows[] = {
    /* tags add up, and stay as often as they were written */
    {FLOE_PARSE_MODEL,
     {"tags: root", "tags: [gold]", "tags: [own, root]"},
     "tags",
     "[\"root\",\"gold\",\"own\",\"root\"]"},
    {FLOE_PARSE_MODEL, {"tags: []"}, "tags", NULL},
    {FLOE_PARSE_SOURCE, {"tags: [a]", "tags: [b]"}, "tags", "[\"b\"]"},
    {FLOE_PARSE_EXPOSURE, {"tags: [a]", "tags: [b]"}, "tags", "[\"b\"]"},
    {FLOE_PARSE_TEST, {"tags: a", "tags: b"}, "tags", "[\"a\",\"b\"]"},
    {FLOE_PARSE_UNIT_TEST, {"tags: a", "tags: b"}, "tags", "[\"a\",\"b\"]"},
    /* dicts are updated key by key, not below */
    {FLOE_PARSE_MODEL,
     {"meta: {a: 1, b: {x: 1}}", "meta: {b: {y: 2}, c: 3}"},
     "meta",
     "{\"a\":1,\"b\":{\"y\":2},\"c\":3}"},
    {FLOE_PARSE_SEED,
     {"column_types: {id: integer}", "column_types: {name: text}"},
     "column_types",
     "{\"id\":\"integer\",\"name\":\"text\"}"},
    {FLOE_PARSE_MODEL,
     {"contract: {enforced: true}"},
     "contract",
     "{\"enforced\":true,\"alias_types\":true}"},
    {FLOE_PARSE_MODEL, {"docs: {show: false}"}, "docs", "{\"show\":false}"},
    {FLOE_PARSE_MODEL,
     {"persist_docs: {relation: true}", "persist_docs: {columns: true}"},
     "persist_docs",
     "{\"columns\":true}"},
    {FLOE_PARSE_METRIC, {"meta: {a: 1}", "meta: {b: 2}"}, "meta", "{\"a\":1,\"b\":2}"},
    /* hooks become objects and add up, whatever their spelling */
    {FLOE_PARSE_MODEL,
     {"pre-hook: select 1", "pre_hook: [select 2]"},
     "pre-hook",
     "[{\"sql\":\"select 1\",\"transaction\":true},{\"sql\":\"select 2\",\"transaction\":true}]"},
    {FLOE_PARSE_MODEL,
     {"post-hook: {sql: vacuum, transaction: false}"},
     "post-hook",
     "[{\"sql\":\"vacuum\",\"transaction\":false}]"},
    /* grants: a key wins, a key with + adds */
    {FLOE_PARSE_MODEL,
     {"grants: {select: x}", "grants: {+select: [y], insert: [z]}"},
     "grants",
     "{\"select\":[\"x\",\"y\"],\"insert\":[\"z\"]}"},
    {FLOE_PARSE_MODEL, {"grants: {select: [x]}", "grants: {select: [y]}"}, "grants", "{\"select\":[\"y\"]}"},
    /* all else is replaced; null clears */
    {FLOE_PARSE_MODEL,
     {"materialized: table", "materialized: incremental"},
     "materialized",
     "\"incremental\""},
    {FLOE_PARSE_MODEL, {"schema: core", "schema: null"}, "schema", NULL},
    {FLOE_PARSE_MODEL,
     {"partition_by: {field: a}", "partition_by: {type: b}"},
     "partition_by",
     "{\"type\":\"b\"}"},
    {FLOE_PARSE_SNAPSHOT, {"check_cols: [a]", "check_cols: all"}, "check_cols", "\"all\""},
    {FLOE_PARSE_TEST, {"meta: {a: 1}", "severity: warn"}, "severity", "\"warn\""},
    /* defaults */
    {FLOE_PARSE_MODEL, {NULL}, "materialized", "\"view\""},
    {FLOE_PARSE_MODEL, {NULL}, "access", "\"protected\""},
    {FLOE_PARSE_ANALYSIS, {NULL}, "access", NULL},
    {FLOE_PARSE_SEED, {NULL}, "materialized", "\"seed\""},
    {FLOE_PARSE_SNAPSHOT, {NULL}, "materialized", "\"snapshot\""},
    {FLOE_PARSE_TEST, {NULL}, "materialized", "\"test\""},
    {FLOE_PARSE_TEST, {NULL}, "severity", "\"ERROR\""},
    {FLOE_PARSE_TEST, {NULL}, "schema", "\"dbt_test__audit\""},
    {FLOE_PARSE_EXPOSURE, {NULL}, "enabled", "true"},
    {FLOE_PARSE_GROUP, {NULL}, "enabled", NULL},
};

static void lay(floe_config *config, floe_store *store, const row *one) {
    for (size_t i = 0; i < COUNT(one->layers) && one->layers[i]; i++) {
        floe_document *layer;
        floe_error error;
        assert_int_equal(floe_yaml_parse(&layer, store, "layer.yml", one->layers[i], strlen(one->layers[i]),
                                         FLOE_YAML_DBT, NULL, &error),
                         0);
        assert_int_equal(floe_config_set_all(config, &layer->root), 0);
    }
}

static void a_setting_is_merged_by_its_rule(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        floe_store *store = floe_store_new();
        floe_document *document;
        floe_error error;
        floe_node out;
        assert_int_equal(floe_document_new(&document, store, FLOE_FACTS, "test", &error), 0);
        floe_config config = {.kind = rows[i].kind, .document = document};
        assert_int_equal(floe_config_defaults(&config, 112), 0);
        lay(&config, store, &rows[i]);
        assert_int_equal(floe_config_finish(&config, &out), 0);
        const floe_node *value = floe_parse_get(&out, rows[i].key);
        if (!rows[i].expected) {
            if (value) {
                fail_msg("row %zu: '%s' is there", i, rows[i].key);
            }
        } else {
            floe_buffer text = {0};
            assert_non_null(value);
            assert_int_equal(floe_json_print(&text, value, 0, &error), 0);
            if (strcmp(text.data, rows[i].expected) != 0) {
                fail_msg("row %zu: %s", i, text.data);
            }
            floe_buffer_free(&text);
        }
        floe_config_free(&config);
        floe_store_free(store);
    }
}

/* What dbt 2.0.0-preview.196 made of such layers: it also sorts them, which says nothing. */
static void in_dbt_2_tags_of_all_kinds_add_up_each_once(void **state) {
    (void)state;
    static const floe_parse_kind kinds[] = {FLOE_PARSE_MODEL, FLOE_PARSE_SOURCE, FLOE_PARSE_EXPOSURE};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        floe_store *store = floe_store_new();
        floe_document *document;
        floe_error error;
        floe_buffer text = {0};
        row layers = {kinds[i], {"tags: [x, b]", "tags: b", "tags: [z, x, y]"}, NULL, NULL};
        assert_int_equal(floe_document_new(&document, store, FLOE_FACTS, "test", &error), 0);
        floe_config config = {.kind = kinds[i], .document = document};
        assert_int_equal(floe_config_defaults(&config, 200), 0);
        lay(&config, store, &layers);
        assert_int_equal(floe_json_print(&text, &floe_config_get(&config, "tags")->value, 0, &error), 0);
        assert_string_equal(text.data, "[\"x\",\"b\",\"z\",\"y\"]");
        floe_buffer_free(&text);
        floe_config_free(&config);
        floe_store_free(store);
    }
}

static void an_adapter_has_other_words_for_database_and_schema(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *document;
    floe_error error;
    assert_int_equal(floe_document_new(&document, store, FLOE_FACTS, "test", &error), 0);
    floe_config config = {.kind = FLOE_PARSE_MODEL, .document = document, .adapter = "bigquery"};
    static const row words = {FLOE_PARSE_MODEL, {"project: p", "dataset: d"}, NULL, NULL};
    assert_int_equal(floe_config_defaults(&config, 112), 0);
    lay(&config, store, &words);
    assert_true(floe_node_equals(&floe_config_get(&config, "database")->value, "p"));
    assert_true(floe_node_equals(&floe_config_get(&config, "schema")->value, "d"));
    assert_null(floe_config_get(&config, "project"));
    floe_config_free(&config);
    floe_store_free(store);
}

/* Which doubts are left at the end: what is certain later settles what was doubtful, unless it is added to.
 */
static void a_certain_setting_settles_a_doubtful_one(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *document;
    floe_error error;
    assert_int_equal(floe_document_new(&document, store, FLOE_FACTS, "test", &error), 0);
    floe_config config = {.kind = FLOE_PARSE_MODEL, .document = document};
    floe_jinja_doubt doubt = {.reason = "only a run knows"};
    floe_node unknown = floe_null_node(0), text = floe_literal_node("x");
    assert_int_equal(floe_config_defaults(&config, 112), 0);
    assert_int_equal(floe_config_set(&config, "materialized", 12, &unknown, &doubt, 1, 1), 0);
    assert_int_equal(floe_config_set(&config, "tags", 4, &unknown, &doubt, 1, 1), 0);
    assert_true(floe_node_equals(&floe_config_get(&config, "materialized")->value, "view"));
    assert_ptr_equal(floe_config_get(&config, "materialized")->doubt, &doubt);
    assert_int_equal(floe_config_set(&config, "materialized", 12, &text, NULL, 2, 1), 0);
    assert_int_equal(floe_config_set(&config, "tags", 4, &text, NULL, 2, 1), 0);
    assert_null(floe_config_get(&config, "materialized")->doubt);
    assert_ptr_equal(floe_config_get(&config, "tags")->doubt, &doubt);
    floe_config_free(&config);
    floe_store_free(store);
}

static void versions_are_merged_deeply(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *base, *over, *document;
    floe_error error;
    floe_node out;
    static const char *const texts[] = {"{tags: [pv], meta: {z: 1, o: {a: 1}}, alias: x}",
                                        "{tags: [v1], meta: {y: 2, o: {b: 2}}, alias: y}"};
    assert_int_equal(floe_document_new(&document, store, FLOE_FACTS, "test", &error), 0);
    assert_int_equal(
        floe_yaml_parse(&base, store, "a", texts[0], strlen(texts[0]), FLOE_YAML_DBT, NULL, &error), 0);
    assert_int_equal(
        floe_yaml_parse(&over, store, "b", texts[1], strlen(texts[1]), FLOE_YAML_DBT, NULL, &error), 0);
    assert_int_equal(floe_parse_deep_merge(document, &base->root, &over->root, &out), 0);
    floe_buffer text = {0};
    assert_int_equal(floe_json_print(&text, &out, 0, &error), 0);
    assert_string_equal(
        text.data,
        "{\"tags\":[\"v1\",\"pv\"],\"meta\":{\"z\":1,\"o\":{\"a\":1,\"b\":2},\"y\":2},\"alias\":\"y\"}");
    floe_buffer_free(&text);
    floe_store_free(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_setting_is_merged_by_its_rule),
        cmocka_unit_test(in_dbt_2_tags_of_all_kinds_add_up_each_once),
        cmocka_unit_test(an_adapter_has_other_words_for_database_and_schema),
        cmocka_unit_test(a_certain_setting_settles_a_doubtful_one),
        cmocka_unit_test(versions_are_merged_deeply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

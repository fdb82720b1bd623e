/* What a reading of sources doubts becomes facts; a manifest of dbt's has no doubts. */
#include "../fuzz/facts_check.h"
#include "dbt_project.h"

#define DOUBTS "tests/unit/data/dbt/doubts"

static int load_doubts(void **state) {
    static loaded one;
    const floe_dbt_options options = {.root = DOUBTS, .manifest = DOUBTS "/manifest.json"};
    *state = &one;
    return load_with(&one, &options);
}

static const floe_node *only(const floe_node *list) {
    assert_size(list, 1);
    return floe_node_child(list, 0);
}

static void what_is_in_doubt_about_a_node_is_a_field_of_it(void **state) {
    const floe_node *doubt = only(field(record_of(*state, "model.shop.gold"), "partial"));
    assert_field(doubt, "about", "edges");
    assert_field(doubt, "reason", "the name is computed");
    assert_field(doubt, "file", "models/gold.sql");
    assert_false_field(record_of(*state, "model.shop.gold"), "edges_known");
    assert_true_field(record_of(*state, "model.shop.silver"), "edges_known");
    const floe_node *silver = record_of(*state, "model.shop.silver");
    assert_size(field(silver, "partial"), 0);
    assert_size(field(silver, "conditional"), 3);
    assert_text(only(field(silver, "unresolved")), "schema");
    assert_text(only(field(record_of(*state, "source.shop.raw.orders"), "unresolved")), "database");
    check_facts(silver->block->document);
}

static void a_conditional_edge_makes_a_possible_child_once(void **state) {
    const floe_node *bronze = record_of(*state, "model.shop.bronze");
    const floe_node *orders = record_of(*state, "source.shop.raw.orders");
    assert_record(*state, only(field(bronze, "children")), "model.shop.silver");
    assert_record(*state, only(field(bronze, "possible_children")), "model.shop.silver");
    assert_size(field(orders, "children"), 0);
    assert_record(*state, only(field(orders, "possible_children")), "model.shop.silver");
}

static void problems_are_facts_of_the_project(void **state) {
    const floe_node *project = &((loaded *)*state)->node;
    const floe_node *problems = field(project, "problems");
    assert_size(problems, 2);
    const floe_node *error = floe_node_child(problems, 0), *old = floe_node_child(problems, 1);
    assert_string_equal(floe_node_type(error)->name, "dbt_problem");
    assert_field(error, "severity", "error");
    assert_field(error, "code", "unknown_ref");
    assert_field(error, "hint", "correct the name");
    assert_field(error, "subject", "model.shop.gold");
    assert_int_equal(field(error, "line")->integer, 3);
    assert_field(old, "severity", "deprecation");
    assert_nil(old, "line");
    assert_nil(old, "hint");
    char file[256];
    uint32_t line, column;
    loaded *one = *state;
    assert_int_equal(floe_dbt_locate(file, sizeof file, &line, &column, one->store, error, NULL, NULL), 0);
    assert_string_equal(file, DOUBTS "/models/gold.sql");
    assert_int_equal(line, 3);
    assert_int_equal(column, 8);
    assert_int_equal(floe_dbt_locate(file, sizeof file, &line, &column, one->store, old, NULL, NULL), 0);
    assert_int_equal(line, 1);
    assert_field(project, "dbt_rules", "1.12");
    assert_field(project, "target", "dev");
    assert_true_field(project, "partial");
    assert_true_field(project, "nodes_known");
}

/* A field of a project, by the `floe` of its metadata and of its one model. */
static bool project_field(const char *name, const char *metadata, const char *model) {
    static const char path[] = "test_dbt_doubts.json";
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file,
            "{\"metadata\": {\"dbt_schema_version\": \"https://schemas.getdbt.com/dbt/manifest/v12.json\","
            "\"project_name\": \"shop\", \"floe\": %s}, \"nodes\": {\"model.shop.a\": {\"floe\": %s}}}",
            metadata, model);
    assert_int_equal(fclose(file), 0);
    loaded one;
    const floe_dbt_options options = {.root = DOUBTS, .manifest = path};
    assert_int_equal(load_with(&one, &options), 0);
    bool value = field(&one.node, name)->boolean;
    unload(&one);
    remove(path);
    return value;
}

static bool is_partial(const char *metadata, const char *model) {
    return project_field("partial", metadata, model);
}

static void nodes_are_known_where_every_file_and_package_was_read(void **state) {
    (void)state;
    assert_true(project_field("nodes_known", "{}", "{\"partial\": [{\"about\": \"edges\"}]}"));
    assert_false(project_field("nodes_known", "{\"missing_packages\": true}", "{}"));
    assert_false(project_field("nodes_known", "{\"problems\": [{\"severity\": \"unread\"}]}", "{}"));
}

static void a_graph_is_partly_known_where_an_edge_or_a_file_is_in_doubt(void **state) {
    (void)state;
    assert_false(is_partial("null", "null"));
    assert_false(is_partial("{}", "{\"partial\": [{\"about\": \"config.materialized\"}, "
                                  "{\"about\": \"description\"}], \"unresolved\": [\"schema\"]}"));
    assert_true(is_partial("{}", "{\"partial\": [{\"about\": \"edges\"}]}"));
    assert_true(is_partial("{}", "{\"partial\": [{\"about\": \"macros\"}]}"));
    assert_true(is_partial("{}", "{\"partial\": [{\"about\": \"config.enabled\"}]}"));
    assert_true(is_partial("{}", "{\"conditional\": [{\"unique_id\": \"model.shop.b\"}]}"));
    assert_false(
        is_partial("{}", "{\"conditional\": [{\"unique_id\": \"model.shop.b\", \"taken\": false}]}"));
    assert_true(is_partial("{\"missing_packages\": true}", "{}"));
    assert_true(is_partial("{\"problems\": [{\"severity\": \"unread\"}]}", "{}"));
    assert_true(is_partial("{\"problems\": [{\"severity\": \"error\", \"code\": \"syntax\"}]}", "{}"));
    assert_false(is_partial("{\"problems\": [{\"severity\": \"error\", \"code\": \"unknown_ref\"}]}", "{}"));
    assert_false(is_partial("{\"problems\": [{\"severity\": \"warning\", \"code\": \"x\"}]}", "{}"));
}

static void facts_of_a_manifest_hold_no_doubt(void **state) {
    (void)state;
    loaded shop = load_shop();
    assert_field(&shop.node, "facts_from", "manifest");
    assert_nil(&shop.node, "dbt_rules");
    assert_nil(&shop.node, "target");
    assert_size(field(&shop.node, "problems"), 0);
    const floe_node *nodes = field(&shop.node, "nodes");
    for (uint32_t i = 0; i < floe_node_size(nodes); i++) {
        static const char *const fields[] = {"partial", "conditional", "unresolved", "possible_children"};
        for (size_t j = 0; j < sizeof fields / sizeof *fields; j++) {
            const floe_node *list = floe_node_get(floe_node_child(nodes, i), fields[j], strlen(fields[j]));
            assert_true(!list || (floe_node_kind(list) == FLOE_ARRAY && !floe_node_size(list)));
        }
    }
    unload(&shop);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_in_doubt_about_a_node_is_a_field_of_it, load_doubts,
                                        unload_state),
        cmocka_unit_test_setup_teardown(a_conditional_edge_makes_a_possible_child_once, load_doubts,
                                        unload_state),
        cmocka_unit_test_setup_teardown(problems_are_facts_of_the_project, load_doubts, unload_state),
        cmocka_unit_test(a_graph_is_partly_known_where_an_edge_or_a_file_is_in_doubt),
        cmocka_unit_test(nodes_are_known_where_every_file_and_package_was_read),
        cmocka_unit_test(facts_of_a_manifest_hold_no_doubt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* One real project as four versions of dbt wrote it down (1.10, 1.11, 1.12 and 2.0): the facts must agree.
 * The manifests lie beside the repository; where they are absent the tests are skipped. */
#include "../fuzz/facts_check.h"
#include "dbt_project.h"

#include <unistd.h>

#define DATA "../shared/data/dbt/"

static const char *const versions[] = {"bouncer_110", "bouncer_111", "bouncer_112", "bouncer_20"};
enum { VERSIONS = sizeof versions / sizeof *versions };

static loaded load_version(const char *version) {
    char files[3][128];
    snprintf(files[0], sizeof files[0], DATA "%s/manifest.json", version);
    snprintf(files[1], sizeof files[1], DATA "%s/catalog.json", version);
    snprintf(files[2], sizeof files[2], DATA "%s/run_results.json", version);
    if (access(files[0], R_OK) != 0) {
        skip();
    }
    const floe_dbt_options options = {
        .root = "/nonexistent", .manifest = files[0], .catalog = files[1], .run_results = files[2]};
    loaded one;
    if (load_with(&one, &options)) {
        fail_msg("%s:%u: %s", one.error.file, one.error.line, one.error.message);
    }
    return one;
}

static uint32_t size_of(const loaded *one, const char *list) {
    return floe_node_size(field(&one->node, list));
}

static void the_counts_are_those_of_the_manifest(void **state) {
    (void)state;
    static const struct {
        const char *list;
        uint32_t count[VERSIONS];
    } lists[] = {
        {"models", {39, 39, 39, 38}},  {"seeds", {3, 3, 3, 3}},          {"snapshots", {2, 2, 2, 2}},
        {"sources", {13, 13, 13, 13}}, {"tests", {65, 65, 65, 65}},      {"unit_tests", {4, 4, 4, 4}},
        {"exposures", {2, 2, 2, 2}},   {"metrics", {0, 0, 1, 1}},        {"semantic_models", {1, 1, 1, 1}},
        {"disabled", {0, 0, 0, 1}},    {"macros", {555, 555, 557, 557}},
    };
    for (int v = 0; v < VERSIONS; v++) {
        loaded one = load_version(versions[v]);
        assert_field(&one.node, "name", "dbt_bouncer_test_project");
        check_facts(one.node.block->document);
        for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
            assert_int_equal(size_of(&one, lists[i].list), lists[i].count[v]);
        }
        unload(&one);
    }
}

/* Every model of one version stands in the other, with as many columns, tests, parents, and the same words.
 */
static void same_models(const loaded *one, const loaded *other, uint32_t missing) {
    static const char *const lists[] = {"columns", "tests", "unit_tests", "parents", "tags", "refs"};
    static const char *const texts[] = {"name", "package", "file", "patch_file", "layer", "access"};
    const floe_node *models = field(&one->node, "models"), *nodes = field(&other->node, "nodes");
    for (uint32_t i = 0; i < floe_node_size(models); i++) {
        const floe_node *model = floe_node_child(models, i), *id = field(model, "unique_id");
        const floe_node *twin = floe_node_get(nodes, id->string, floe_node_size(id));
        missing -= twin == NULL;
        for (size_t f = 0; twin && f < sizeof lists / sizeof *lists; f++) {
            assert_int_equal(floe_node_size(field(model, lists[f])), floe_node_size(field(twin, lists[f])));
        }
        for (size_t f = 0; twin && f < sizeof texts / sizeof *texts; f++) {
            size_t length, size;
            const char *text = floe_node_string(field(model, texts[f]), &length);
            const char *word = floe_node_string(field(twin, texts[f]), &size);
            assert_int_equal(length, size);
            assert_true(!length || memcmp(text, word, size) == 0);
        }
    }
    assert_int_equal(missing, 0);
}

static void the_models_are_the_same_in_all_versions(void **state) {
    (void)state;
    loaded first = load_version(versions[0]);
    for (int v = 1; v < VERSIONS; v++) {
        loaded other = load_version(versions[v]);
        same_models(&first, &other,
                    v == VERSIONS - 1); /* dbt 2.0 has no Python model: it is disabled there */
        unload(&other);
    }
    unload(&first);
}

static uint32_t tests_below(const loaded *one) {
    static const char *const lists[] = {"models", "seeds", "snapshots", "sources"};
    uint32_t count = 0;
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++) {
        const floe_node *list = field(&one->node, lists[l]);
        for (uint32_t i = 0; i < floe_node_size(list); i++) {
            count += floe_node_size(field(floe_node_child(list, i), "tests"));
        }
    }
    return count;
}

/* dbt 2.0 keeps the two tests of the model that is disabled there: they are attached to nothing. */
static void every_generic_test_is_attached_and_singular_ones_are_not(void **state) {
    (void)state;
    static const uint32_t attached[VERSIONS] = {64, 64, 64, 62};
    for (int v = 0; v < VERSIONS; v++) {
        loaded one = load_version(versions[v]);
        const floe_node *tests = field(&one.node, "tests");
        uint32_t count = 0;
        for (uint32_t i = 0; i < floe_node_size(tests); i++) {
            const floe_node *test = floe_node_child(tests, i);
            bool has_node = !floe_node_absent(field(test, "node"));
            assert_true(field(test, "generic")->boolean || !has_node);
            count += has_node;
        }
        assert_int_equal(count, attached[v]);
        assert_int_equal(tests_below(&one), attached[v]);
        unload(&one);
    }
}

static void a_test_of_two_models_is_attached_to_the_one_that_declares_it(void **state) {
    (void)state;
    for (int v = 0; v < VERSIONS; v++) {
        loaded one = load_version(versions[v]);
        const floe_node *tests = field(&one.node, "tests");
        bool found = false;
        for (uint32_t i = 0; i < floe_node_size(tests); i++) {
            const floe_node *test = floe_node_child(tests, i);
            if (floe_node_equals(field(test, "test_name"), "relationships")) {
                assert_field(field(test, "node"), "name", "orders");
                found = true;
            }
        }
        assert_true(found);
        unload(&one);
    }
}

static void only_the_project_s_own_nodes_are_own(void **state) {
    (void)state;
    loaded one = load_version(versions[2]);
    const floe_node *models = field(&one.node, "models");
    uint32_t own = 0;
    for (uint32_t i = 0; i < floe_node_size(models); i++) {
        own += field(floe_node_child(models, i), "own")->boolean;
    }
    assert_int_equal(own, 14);
    unload(&one);
}

static void results_and_catalog_reach_their_nodes(void **state) {
    (void)state;
    for (int v = 0; v < VERSIONS; v++) {
        loaded one = load_version(versions[v]);
        const floe_node *model = record_of(&one, "model.dbt_bouncer_test_project.stg_payments");
        assert_field(field(model, "run"), "status", "success");
        assert_true(floe_node_size(floe_node_path(model, "catalog", "columns", NULL)) > 0);
        unload(&one);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_counts_are_those_of_the_manifest),
        cmocka_unit_test(the_models_are_the_same_in_all_versions),
        cmocka_unit_test(every_generic_test_is_attached_and_singular_ones_are_not),
        cmocka_unit_test(a_test_of_two_models_is_attached_to_the_one_that_declares_it),
        cmocka_unit_test(only_the_project_s_own_nodes_are_own),
        cmocka_unit_test(results_and_catalog_reach_their_nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

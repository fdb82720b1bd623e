/* Manifests that cannot be judged, and hostile ones: each ends in an error that says where and what to do, or
 * in facts without what could not be read. */
#include "dbt_project.h"
#include "temporary.h"

#include <stdlib.h>
#include <unistd.h>

#define METADATA                                                                                             \
    "\"metadata\": {\"dbt_schema_version\": \"https://schemas.getdbt.com/dbt/manifest/v12.json\", "          \
    "\"project_name\": \"shop\"}"
#define MANIFEST(members) "{" METADATA ", " members "}"

static char path[] = "/tmp/floe-manifest-XXXXXX";

static void write_text(const char *text) {
    strcpy(path + sizeof path - 7, "XXXXXX");
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
}

/* Loads a manifest given as text; the project's folder does not exist. */
static int load_text(loaded *one, const char *text) {
    write_text(text);
    const floe_dbt_options options = {.root = "/nonexistent", .manifest = path};
    int result = load_with(one, &options);
    unlink(path);
    return result;
}

/* That a manifest is refused as invalid, at a line, with a message that holds `part`. */
static void refused(const char *text, uint32_t line, const char *part) {
    loaded one;
    assert_int_equal(load_text(&one, text), FLOE_INVALID);
    if (!strstr(one.error.message, part)) {
        fail_msg("'%s' does not hold '%s'", one.error.message, part);
    }
    assert_string_equal(one.error.file, path);
    assert_int_equal(one.error.line, line);
    assert_true(one.error.column >= 1);
    assert_int_equal(floe_store_count(one.store), 0);
    unload(&one);
}

/* That a manifest is read; its facts are the caller's. */
static loaded accepted(const char *text) {
    loaded one;
    if (load_text(&one, text)) {
        fail_msg("%u:%u: %s", one.error.line, one.error.column, one.error.message);
    }
    return one;
}

/* ---- not a manifest ---- */

static void a_missing_manifest_says_which_command_writes_it(void **state) {
    (void)state;
    loaded one;
    const floe_dbt_options options = {.root = "tests/unit/data/dbt"};
    assert_int_equal(load_with(&one, &options), FLOE_NOT_FOUND);
    assert_string_equal(one.error.file, "tests/unit/data/dbt/target/manifest.json");
    assert_string_equal(one.error.hint,
                        "run `dbt parse` in 'tests/unit/data/dbt', or name the file that dbt wrote");
    assert_int_equal(floe_store_count(one.store), 0);
    unload(&one);
}

static void a_named_file_must_exist(void **state) {
    (void)state;
    loaded one;
    const floe_dbt_options options = {
        .root = SHOP, .manifest = SHOP "/manifest.json", .run_results = SHOP "/none.json"};
    assert_int_equal(load_with(&one, &options), FLOE_NOT_FOUND);
    assert_string_equal(one.error.file, SHOP "/none.json");
    unload(&one);
}

static void a_truncated_manifest_is_refused_with_a_place_and_a_hint(void **state) {
    (void)state;
    loaded one;
    assert_int_equal(load_text(&one, "{\n  \"metadata\": {\"dbt_schema_version\": \"https://sche"),
                     FLOE_INVALID);
    assert_int_equal(one.error.line, 2);
    assert_non_null(strstr(one.error.hint, "dbt parse"));
    unload(&one);
}

static void what_is_no_manifest_is_refused(void **state) {
    (void)state;
    refused("[1, 2]", 1, "is no dbt manifest");
    refused("{\"nodes\": {}}", 1, "it has no metadata.dbt_schema_version");
    refused("{\"metadata\": 3}", 1, "it has no metadata.dbt_schema_version");
    refused("{\"metadata\":\n {\"dbt_schema_version\": 12}}", 2, "it has no metadata.dbt_schema_version");
}

static void a_catalog_is_no_manifest_and_the_other_way_round(void **state) {
    (void)state;
    loaded one;
    const floe_dbt_options as_manifest = {.root = SHOP, .manifest = SHOP "/catalog.json"};
    assert_int_equal(load_with(&one, &as_manifest), FLOE_INVALID);
    assert_non_null(strstr(one.error.message, "its schema is 'catalog/v1'"));
    assert_non_null(strstr(one.error.hint, "dbt parse"));
    assert_int_equal(one.error.line, 3);
    unload(&one);
    const floe_dbt_options as_catalog = {
        .root = SHOP, .manifest = SHOP "/manifest.json", .catalog = SHOP "/run_results.json"};
    assert_int_equal(load_with(&one, &as_catalog), FLOE_INVALID);
    assert_non_null(strstr(one.error.message, "its schema is 'run-results/v6'"));
    assert_non_null(strstr(one.error.hint, "dbt docs generate"));
    unload(&one);
}

static void a_manifest_newer_than_known_is_refused(void **state) {
    (void)state;
    refused("{\"metadata\": {\"dbt_schema_version\": \"https://schemas.getdbt.com/dbt/manifest/v13.json\"}}",
            1, "v13 is newer than v12");
}

static void a_manifest_of_another_project_is_refused(void **state) {
    (void)state;
    static const char text[] =
        "{\"metadata\": {\"dbt_schema_version\": "
        "\"https://schemas.getdbt.com/dbt/manifest/v12.json\",\n \"project_name\": \"bank\"}}";
    write_text(text);
    loaded one;
    const floe_dbt_options options = {.root = SHOP, .manifest = path};
    assert_int_equal(load_with(&one, &options), FLOE_INVALID);
    assert_non_null(strstr(one.error.message,
                           "of the project 'bank', but '" SHOP "/dbt_project.yml' names the project 'shop'"));
    assert_non_null(strstr(one.error.hint, "dbt parse"));
    assert_int_equal(one.error.line, 2);
    assert_int_equal(one.error.column, 18);
    unload(&one);
    unlink(path);
}

static void a_broken_dbt_project_yml_is_an_error(void **state) {
    (void)state;
    char folder[] = "/tmp/floe-project-XXXXXX", file[64];
    assert_non_null(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/dbt_project.yml", folder);
    FILE *out = fopen(file, "w");
    assert_non_null(out);
    fputs("name: shop\n  bank: 1\n", out);
    fclose(out);
    loaded one;
    const floe_dbt_options options = {.root = folder, .manifest = SHOP "/manifest.json"};
    assert_int_equal(load_with(&one, &options), FLOE_INVALID);
    assert_string_equal(one.error.file, file);
    assert_int_equal(one.error.line, 2);
    unload(&one);
    unlink(file);
    rmdir(folder);
}

/* ---- wrong types ---- */

static void a_container_of_the_wrong_kind_is_refused_by_its_path(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"\n\"nodes\": 3", "nodes is an integer, but must be an object"},
        {"\n\"nodes\": {\"model.shop.a\": []}", "nodes['model.shop.a'] is an array, but must be an object"},
        {"\n\"sources\": {\"source.shop.a.b\": true}", "sources['source.shop.a.b'] is a boolean"},
        {"\n\"macros\": \"x\"", "macros is a string"},
        {"\n\"nodes\": {\"model.shop.a\": {\"columns\": 1.5}}", "nodes['model.shop.a'].columns is a number"},
        {"\n\"nodes\": {\"model.shop.a\": {\"columns\": {\"id\": null}}}",
         "nodes['model.shop.a'].columns['id'] is null"},
        {"\n\"nodes\": {\"model.shop.a\": {\"columns\": {\"id\": {\"meta\": []}}}}",
         "nodes['model.shop.a'].columns['id'].meta is an array"},
        {"\n\"nodes\": {\"model.shop.a\": {\"config\": \"x\"}}", "nodes['model.shop.a'].config is a string"},
        {"\n\"nodes\": {\"model.shop.a\": {\"config\": {\"meta\": 1}}}",
         "nodes['model.shop.a'].config.meta is an"},
        {"\n\"nodes\": {\"model.shop.a\": {\"depends_on\": []}}",
         "nodes['model.shop.a'].depends_on is an array"},
        {"\n\"nodes\": {\"model.shop.a\": {\"depends_on\": {\"nodes\": {}}}}",
         "nodes['model.shop.a'].depends_on.nodes is an object, but must be an array"},
        {"\n\"nodes\": {\"test.shop.a\": {\"test_metadata\": \"not_null\"}}",
         "nodes['test.shop.a'].test_metadata is a string"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        snprintf(text, sizeof text, "{%s, %s}", METADATA, cases[i][0]);
        refused(text, 2, cases[i][1]);
    }
}

static void a_scalar_of_the_wrong_kind_counts_as_absent(void **state) {
    (void)state;
    loaded one =
        accepted(MANIFEST("\"nodes\": {\"model.shop.a\": {\"name\": 3, \"description\": {}, "
                          "\"package_name\": null, \"original_file_path\": [], \"version\": {}, "
                          "\"tags\": [\"x\", 1, null], \"refs\": [1, [], [\"b\"]], \"checksum\": 4}}"));
    const floe_node *model = record_of(&one, "model.shop.a");
    assert_field(model, "name", "a");
    assert_field(model, "package", "shop");
    assert_field(model, "description", "");
    assert_field(model, "file", "");
    assert_nil(model, "version");
    assert_nil(model, "checksum");
    assert_size(field(model, "tags"), 1);
    assert_size(field(model, "refs"), 1);
    unload(&one);
}

static void an_empty_manifest_is_an_empty_project(void **state) {
    (void)state;
    loaded one = accepted("{" METADATA "}");
    assert_field(&one.node, "name", "shop");
    assert_size(field(&one.node, "nodes"), 0);
    assert_size(field(&one.node, "models"), 0);
    unload(&one);
}

static void an_id_in_two_sections_is_refused(void **state) {
    (void)state;
    refused(MANIFEST("\"nodes\": {\"model.shop.a\": {}},\n\"exposures\": {\"model.shop.a\": {}}"), 1,
            "'model.shop.a' stands in 'nodes' and in 'exposures'");
}

/* ---- references that lead nowhere, or to the wrong thing ---- */

static void references_to_other_kinds_are_not_followed(void **state) {
    (void)state;
    loaded one = accepted(MANIFEST(
        "\"nodes\": {\"test.shop.t.1\": {\"test_metadata\": {\"name\": \"unique\"}, \"attached_node\": "
        "\"exposure.shop.e\", \"column_name\": \"id\", \"depends_on\": {\"nodes\": [\"exposure.shop.e\", "
        "7]}},"
        "\"test.shop.u.1\": {\"test_metadata\": {}, \"attached_node\": \"model.shop.none\"}, "
        "\"model.shop.m\": {\"depends_on\": {\"nodes\": [\"test.shop.t.1\", \"exposure.shop.e\", "
        "\"model.shop.m\"]}}},"
        "\"exposures\": {\"exposure.shop.e\": {\"depends_on\": null}},"
        "\"unit_tests\": {\"unit_test.shop.x\": {\"model\": 3, \"depends_on\": {\"nodes\": "
        "[\"source.a\"]}}}"));
    assert_nil(record_of(&one, "test.shop.t.1"), "node");
    assert_nil(record_of(&one, "test.shop.u.1"), "node");
    const floe_node *model = record_of(&one, "model.shop.m");
    assert_size(field(model, "parents"), 3);
    assert_size(field(model, "children"), 1);
    unload(&one);
}

static void a_project_without_a_name_is_read(void **state) {
    (void)state;
    loaded one = accepted("{\"metadata\": {\"dbt_schema_version\": "
                          "\"https://schemas.getdbt.com/dbt/manifest/v1.json\"}, \"nodes\": {}}");
    assert_field(&one.node, "name", "");
    unload(&one);
}

static void a_huge_list_of_one_reference_is_one_parent(void **state) {
    (void)state;
    enum { TIMES = 100000 };
    static const char id[] = "\"model.shop.a\",";
    const char *head = "{" METADATA ", \"nodes\": {\"model.shop.a\": {\"depends_on\": {\"nodes\": [";
    char *text = malloc(strlen(head) + TIMES * sizeof id + 32);
    char *end = stpcpy(text, head);
    for (int i = 0; i < TIMES; i++) {
        end = stpcpy(end, id);
    }
    strcpy(end - 1, "]}}}}");
    loaded one = accepted(text);
    free(text);
    assert_size(field(record_of(&one, "model.shop.a"), "depends_on"), TIMES);
    assert_size(field(record_of(&one, "model.shop.a"), "parents"), 1);
    unload(&one);
}

static void a_very_long_id_with_columns_is_refused(void **state) {
    (void)state;
    char id[5000], text[6000];
    memset(id, 'a', sizeof id - 1);
    id[sizeof id - 1] = '\0';
    snprintf(text, sizeof text, "{%s, \"nodes\": {\"model.shop.%s\": {\"columns\": {\"id\": {}}}}}", METADATA,
             id);
    loaded one;
    assert_int_equal(load_text(&one, text), FLOE_LIMIT);
    unload(&one);
}

/* ---- the other files ---- */

static void bad_with(const char *text, const char *kind, const char *part) {
    char whole[512];
    snprintf(whole, sizeof whole,
             "{\"metadata\": {\"dbt_schema_version\": \"https://schemas.getdbt.com/dbt/%s/v1.json\"}, %s}",
             kind, text);
    write_text(whole);
    floe_dbt_options options = {.root = SHOP, .manifest = SHOP "/manifest.json"};
    *(strcmp(kind, "catalog") == 0 ? &options.catalog : &options.run_results) = path;
    loaded one;
    assert_int_equal(load_with(&one, &options), FLOE_INVALID);
    assert_non_null(strstr(one.error.message, part));
    assert_string_equal(one.error.file, path);
    unload(&one);
    unlink(path);
}

static void other_files_of_the_wrong_form_are_refused(void **state) {
    (void)state;
    bad_with("\"nodes\": []", "catalog", "nodes is an array, but must be an object");
    bad_with("\"sources\": {\"source.x\": 1}", "catalog", "sources['source.x'] is an integer");
    bad_with("\"results\": {}", "run-results", "results is an object, but must be an array");
    bad_with("\"results\": [null]", "run-results", "results[0] is null");
}

static void what_dbt_was_cut_off_in_writing_is_as_nothing(void **state) {
    static const char *const left[] = {"", "{\"metadata\": {\"dbt_schema_version\": \"https"};
    char root[64];
    (void)state;
    temporary_make(root, sizeof root);
    temporary_write(root, "dbt_project.yml", "name: shop\n", 11);
    for (size_t i = 0; i < COUNT(left); i++) {
        floe_dbt_options options = {.root = root, .facts = FLOE_DBT_SOURCES};
        loaded one;
        temporary_write(root, "target/run_results.json", left[i], strlen(left[i]));
        temporary_write(root, "target/catalog.json", left[i], strlen(left[i]));
        assert_int_equal(load_with(&one, &options), 0);
        assert_false_field(&one.node, "has_run_results");
        assert_false_field(&one.node, "has_catalog");
        unload(&one);
    }
    temporary_remove(root);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_manifest_says_which_command_writes_it),
        cmocka_unit_test(a_named_file_must_exist),
        cmocka_unit_test(what_dbt_was_cut_off_in_writing_is_as_nothing),
        cmocka_unit_test(a_truncated_manifest_is_refused_with_a_place_and_a_hint),
        cmocka_unit_test(what_is_no_manifest_is_refused),
        cmocka_unit_test(a_catalog_is_no_manifest_and_the_other_way_round),
        cmocka_unit_test(a_manifest_newer_than_known_is_refused),
        cmocka_unit_test(a_manifest_of_another_project_is_refused),
        cmocka_unit_test(a_broken_dbt_project_yml_is_an_error),
        cmocka_unit_test(a_container_of_the_wrong_kind_is_refused_by_its_path),
        cmocka_unit_test(a_scalar_of_the_wrong_kind_counts_as_absent),
        cmocka_unit_test(an_empty_manifest_is_an_empty_project),
        cmocka_unit_test(an_id_in_two_sections_is_refused),
        cmocka_unit_test(references_to_other_kinds_are_not_followed),
        cmocka_unit_test(a_project_without_a_name_is_read),
        cmocka_unit_test(a_huge_list_of_one_reference_is_one_parent),
        cmocka_unit_test(a_very_long_id_with_columns_is_refused),
        cmocka_unit_test(other_files_of_the_wrong_form_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

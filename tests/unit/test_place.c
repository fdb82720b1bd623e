/* Places: where nodes, members and facts stand in files, and containers found again by a place. */
#include "data/facts.h"
#include "floe/json.h"
#include "floe/place.h"
#include "floe/yaml.h"
#include "support.h"

static floe_store *store;

static int make_store(void **state) {
    (void)state;
    store = floe_store_new();
    return store ? 0 : -1;
}

static int free_store(void **state) {
    (void)state;
    floe_store_free(store);
    return 0;
}

static const floe_document *yaml(const char *text) {
    floe_document *document;
    floe_error error;
    if (floe_yaml_parse(&document, store, "a.yaml", text, strlen(text), FLOE_YAML_CORE, NULL, &error)) {
        fail_msg("%s", error.message);
    }
    return document;
}

static const floe_document *json(const char *text) {
    floe_document *document;
    floe_error error;
    if (floe_json_parse(&document, store, "a.json", text, strlen(text), NULL, &error)) {
        fail_msg("%s", error.message);
    }
    return document;
}

static void assert_location(const floe_node *node, const char *key, uint32_t position, uint32_t line,
                            uint32_t column) {
    floe_location at;
    assert_int_equal(0, floe_location_of(&at, node, key, key ? strlen(key) : 0, position, NULL));
    if (at.line != line || at.column != column) {
        fail_msg("%s stands at %u:%u, not %u:%u", key ? key : "it", at.line, at.column, line, column);
    }
}

static void members_of_a_file_stand_where_their_key_does(void **state) {
    (void)state;
    const floe_document *document = yaml("name: x\nlist:\n  - a\n  - { k: v }\n");
    assert_location(&document->root, NULL, 0, 1, 1);
    assert_location(&document->root, "list", 0, 2, 1);
    const floe_node *list = floe_node_path(&document->root, "list", NULL);
    assert_location(list, NULL, 2, 4, 5);
    assert_location(floe_node_child(list, 1), "k", 0, 4, 7);
    assert_location(&document->root, "nothing", 0, 1, 1);
}

static floe_node record(const floe_node *name, const floe_place *origin) {
    floe_document *facts = floe_store_find(store, FLOE_FACTS, "facts");
    if (!facts) {
        assert_int_equal(0, floe_document_new(&facts, store, FLOE_FACTS, "facts", NULL));
    }
    floe_node fields[FLOE_SLOT_COUNT(port)] = {0}, out;
    if (name) {
        fields[FLOE_SLOT(port, spec)] = *name;
    }
    assert_int_equal(0, floe_document_record(&out, facts, &floe_type_port, fields, origin, NULL));
    return out;
}

static void a_fact_stands_where_what_it_was_made_from_stands(void **state) {
    (void)state;
    const floe_document *document = yaml("x: 1\nport:\n  name: orders\n  owner: me\n");
    const floe_node *port = floe_node_path(&document->root, "port", NULL);
    floe_place origin;
    assert_true(floe_container_place(&origin, port));
    floe_node made = record(port, &origin);
    assert_location(&made, NULL, 0, 3, 3);
    assert_location(&made, "owner", 0, 4, 3);    /* a field of the same name in the file */
    assert_location(&made, "contract", 0, 3, 3); /* a field that the file does not have */
    assert_location(&made, "spec", 0, 3, 3);     /* a part of the file itself */
    floe_place above = {.document = made.block->document->id, .at = made.at};
    floe_node again = record(NULL, &above);
    assert_location(&again, "owner", 0, 4, 3);
}

static void a_fact_made_from_nothing_stands_nowhere(void **state) {
    (void)state;
    floe_node made = record(NULL, NULL);
    floe_location at = {.file = "untouched"};
    assert_int_equal(FLOE_NOT_FOUND, floe_location_of(&at, &made, NULL, 0, 0, NULL));
    assert_string_equal("untouched", at.file);
}

/* Every container of a tree is found again by its place. */
static void assert_found_again(const floe_node *node) {
    floe_place place;
    floe_node found;
    if (floe_node_kind(node) < FLOE_ARRAY) {
        return;
    }
    assert_true(floe_container_place(&place, node));
    assert_int_equal(0, floe_container_at(&found, store, place, NULL));
    assert_ptr_equal(node->block, found.block);
    for (uint32_t i = 0; i < floe_node_size(node); i++) {
        assert_found_again(floe_node_child(node, i));
    }
}

static void every_container_is_found_by_its_place(void **state) {
    (void)state;
    assert_found_again(&json("{\"a\": [[1, {\"b\": []}], {}], \"c\": {\"d\": {\"e\": [1, 2, [3]]}}}")->root);
    assert_found_again(
        &yaml("a: &x\n  b: [1, { c: d }]\ne:\n  - *x\n  - f: { g: [] }\n  - <<: *x\n    h: [2]\n")->root);
    floe_node made = record(NULL, NULL), found;
    floe_place place = {.document = made.block->document->id, .at = made.at};
    assert_int_equal(0, floe_container_at(&found, store, place, NULL));
    assert_ptr_equal(made.block, found.block);
}

static void places_that_are_made_up_are_refused(void **state) {
    (void)state;
    const floe_document *document = json("{\"a\": [1, 2]}");
    const floe_place made_up[] = {{9999, 0},
                                  {UINT32_MAX, UINT32_MAX},
                                  {document->id, 1},
                                  {document->id, 7},
                                  {document->id, UINT32_MAX}};
    for (size_t i = 0; i < COUNT(made_up); i++) {
        floe_node found;
        assert_int_equal(FLOE_NOT_FOUND, floe_container_at(&found, store, made_up[i], NULL));
    }
}

static void the_lists_of_facts_have_no_place_of_their_own(void **state) {
    (void)state;
    floe_document *facts;
    floe_node list;
    floe_place place;
    assert_int_equal(0, floe_document_new(&facts, store, FLOE_FACTS, "facts", NULL));
    assert_int_equal(0, floe_document_list(&list, facts, NULL, 0, 0, NULL));
    assert_false(floe_container_place(&place, &list));
}

static void offsets_of_a_text_are_lines_and_columns(void **state) {
    (void)state;
    static const char text[] = "ab\n\xC3\xA9x\n";
    const uint32_t wanted[][3] = {{0, 1, 1}, {2, 1, 3}, {3, 2, 1}, {5, 2, 2}, {7, 3, 1}, {8, 0, 0}};
    for (size_t i = 0; i < COUNT(wanted); i++) {
        uint32_t line, column;
        floe_text_position(text, sizeof text - 1, wanted[i][0], &line, &column);
        assert_int_equal(wanted[i][1], line);
        assert_int_equal(wanted[i][2], column);
    }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_store, free_store)
    const struct CMUnitTest tests[] = {
        TEST(members_of_a_file_stand_where_their_key_does),
        TEST(a_fact_stands_where_what_it_was_made_from_stands),
        TEST(a_fact_made_from_nothing_stands_nowhere),
        TEST(every_container_is_found_by_its_place),
        TEST(places_that_are_made_up_are_refused),
        TEST(the_lists_of_facts_have_no_place_of_their_own),
        TEST(offsets_of_a_text_are_lines_and_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

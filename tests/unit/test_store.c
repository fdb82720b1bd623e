/* The store of documents: finding one by its path, and objects that share another's keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "data/facts.h"

#include <stdio.h>
#include <string.h>

static floe_document *make(floe_store *store, floe_format format, const char *path) {
    floe_document *document;
    assert_int_equal(floe_document_new(&document, store, format, path, NULL), 0);
    return document;
}

static void a_document_is_found_by_format_and_path(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    assert_null(floe_store_find(store, FLOE_YAML, "a.yml"));
    floe_document *yaml = make(store, FLOE_YAML, "a.yml");
    floe_document *text = make(store, FLOE_TEXT, "a.yml");
    make(store, FLOE_YAML, "a.yml");
    assert_ptr_equal(floe_store_find(store, FLOE_YAML, "a.yml"), yaml);
    assert_ptr_equal(floe_store_find(store, FLOE_TEXT, "a.yml"), text);
    assert_null(floe_store_find(store, FLOE_JSON, "a.yml"));
    floe_store_free(store);
}

static void many_documents_are_found_after_the_store_grew(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    char path[32];
    for (int i = 0; i < 1000; i++) {
        snprintf(path, sizeof path, "models/%d.yml", i);
        make(store, FLOE_YAML, path);
    }
    for (int i = 0; i < 1000; i++) {
        snprintf(path, sizeof path, "models/%d.yml", i);
        assert_int_equal(floe_store_find(store, FLOE_YAML, path)->id, i);
    }
    floe_store_free(store);
}

static void a_dropped_document_is_not_found(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *first = make(store, FLOE_YAML, "a.yml");
    floe_document_drop(make(store, FLOE_YAML, "b.yml"));
    floe_document_drop(make(store, FLOE_YAML, "a.yml"));
    assert_null(floe_store_find(store, FLOE_YAML, "b.yml"));
    assert_ptr_equal(floe_store_find(store, FLOE_YAML, "a.yml"), first);
    floe_document *second = make(store, FLOE_YAML, "b.yml");
    assert_ptr_equal(floe_store_find(store, FLOE_YAML, "b.yml"), second);
    floe_store_free(store);
}

static void a_source_that_was_no_document_is_not_forgotten(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document_drop(make(store, FLOE_FACTS, "facts")); /* which was no source */
    floe_document *document = make(store, FLOE_YAML, "b.yml");
    strcpy(document->digest, "sha256:b");
    document->size = 7;
    assert_null(floe_store_refused(store, 0));
    floe_document_drop(document);
    const floe_refused *refused = floe_store_refused(store, 0);
    assert_non_null(refused);
    assert_string_equal(refused->path, "b.yml");
    assert_string_equal(refused->digest, "sha256:b");
    assert_int_equal(refused->size, 7);
    assert_null(floe_store_refused(store, 1));
    floe_store_free(store);
}

static void a_map_like_another_has_its_keys_and_own_values(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *one = make(store, FLOE_JSON, "a.json"), *other = make(store, FLOE_FACTS, "facts");
    floe_key keys[] = {floe_key_of("id", 2), floe_key_of("email", 5)};
    floe_node values[] = {floe_integer_node(1, 0), floe_integer_node(2, 0)};
    floe_node others[] = {floe_literal_node("x"), floe_literal_node("y")};
    floe_node map, like;
    assert_int_equal(floe_document_map(&map, one, keys, values, NULL, 2, 0, NULL), 0);
    assert_int_equal(floe_document_map_like(&like, other, &map, others, 7, NULL), 0);
    assert_true(floe_node_equals(floe_node_get(&like, "email", 5), "y"));
    assert_int_equal(floe_node_get(&map, "email", 5)->integer, 2);
    assert_ptr_equal(like.block->document, other);
    floe_store_free(store);
}

static void a_record_keeps_its_origin(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *facts = make(store, FLOE_FACTS, "facts");
    floe_node fields[FLOE_SLOT_COUNT(column)] = {{0}}, record;
    fields[FLOE_SLOT(column, node)] = floe_literal_node("last field");
    floe_place place = {.document = 3, .at = 99};
    assert_int_equal(floe_document_record(&record, facts, &floe_type_column, fields, &place, NULL), 0);
    assert_int_equal(record.block->origin->document, 3);
    assert_int_equal(record.block->origin->at, 99);
    assert_true(floe_node_equals(floe_node_get(&record, "node", 4), "last field"));
    assert_int_equal(floe_document_record(&record, facts, &floe_type_column, fields, NULL, NULL), 0);
    assert_null(record.block->origin);
    floe_store_free(store);
}

static void guests_share_their_host_s_shapes_and_have_their_own_positions(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *host = make(store, FLOE_FACTS, "host"), *other = make(store, FLOE_FACTS, "other");
    floe_document *one, *two;
    assert_int_equal(floe_document_guest(&one, host, FLOE_YAML, "one.yml", NULL), 0);
    assert_int_equal(floe_document_guest(&two, host, FLOE_YAML, "two.yml", NULL), 0);
    floe_document_move(one, other);
    floe_document_move(two, other);
    floe_key key = floe_key_of("id", 2);
    floe_node value = floe_integer_node(1, 0), first, second, empty;
    assert_int_equal(floe_document_map(&first, one, &key, &value, NULL, 1, 4, NULL), 0);
    assert_int_equal(floe_document_map(&second, two, &key, &value, NULL, 1, 4, NULL), 0);
    assert_int_equal(floe_document_map(&empty, two, NULL, NULL, NULL, 0, 0, NULL), 0);
    assert_ptr_equal(first.block->shape, second.block->shape);
    assert_ptr_equal(first.block->document, one);
    assert_ptr_equal(second.block->document, two);
    assert_ptr_equal(empty.block->document, two);
    assert_int_equal(floe_node_size(&empty), 0);
    assert_ptr_equal(floe_store_find(store, FLOE_YAML, "two.yml"), two);
    floe_store_free(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_found_by_format_and_path),
        cmocka_unit_test(many_documents_are_found_after_the_store_grew),
        cmocka_unit_test(a_dropped_document_is_not_found),
        cmocka_unit_test(a_source_that_was_no_document_is_not_forgotten),
        cmocka_unit_test(a_map_like_another_has_its_keys_and_own_values),
        cmocka_unit_test(a_record_keeps_its_origin),
        cmocka_unit_test(guests_share_their_host_s_shapes_and_have_their_own_positions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The tree itself: look-ups, shapes, records, places, and what building refuses. */
#include "support.h"

#include "data/facts.h"
#include "data/names.h"
#include "floe/node.h"

static floe_document *new_document(floe_store *store, floe_format format) {
    floe_document *document;
    assert_int_equal(floe_document_new(&document, store, format, "t", NULL), 0);
    return document;
}

static floe_node build_map(floe_document *document, const char *const *names, size_t count) {
    floe_key keys[64];
    floe_node items[64], node;
    for (size_t i = 0; i < count; i++) {
        keys[i] = floe_key_of(names[i], strlen(names[i]));
        items[i] = floe_integer_node((int64_t)i, 0);
    }
    assert_int_equal(floe_document_map(&node, document, keys, items, NULL, count, 5, NULL), 0);
    return node;
}

static const char *const letters[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};

static void keys_are_found_with_and_without_an_index(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *document = new_document(store, FLOE_FACTS);
    for (size_t count = 0; count <= COUNT(letters); count++) {
        floe_node node = build_map(document, letters, count);
        assert_int_equal(floe_node_size(&node), count);
        for (size_t i = 0; i < COUNT(letters); i++) {
            const floe_node *found = floe_node_get(&node, letters[i], 1);
            assert_int_equal(found != NULL, i < count);
            assert_true(!found || found->integer == (int64_t)i);
        }
        assert_null(floe_node_get(&node, "", 0));
        assert_null(floe_node_get(&node, "ab", 2));
    }
    floe_store_free(store);
}

static void the_same_keys_in_the_same_order_are_one_shape(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *document = new_document(store, FLOE_FACTS);
    static const char *const ab[] = {"a", "b"}, *const ba[] = {"b", "a"};
    floe_node first = build_map(document, ab, 2), second = build_map(document, ab, 2);
    floe_node other = build_map(document, ba, 2);
    assert_ptr_equal(first.block->shape, second.block->shape);
    assert_ptr_not_equal(first.block->shape, other.block->shape);
    /* Many shapes, so that their table grows. */
    const floe_shape *shapes[500];
    char names[500][8];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 500; i++) {
            snprintf(names[i], sizeof names[i], "k%d", i);
            floe_node node = build_map(document, (const char *const[]){names[i], "z"}, 2);
            assert_true(round == 0 || shapes[i] == node.block->shape);
            shapes[i] = node.block->shape;
        }
    }
    floe_store_free(store);
}

static void a_key_that_stands_twice_is_refused(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *document = new_document(store, FLOE_FACTS);
    floe_key keys[20];
    floe_node items[20], node;
    for (size_t count = 2; count <= COUNT(keys); count += 9) {
        char names[20][8];
        for (size_t i = 0; i < count; i++) {
            snprintf(names[i], sizeof names[i], "k%zu", i);
            keys[i] = floe_key_of(names[i], strlen(names[i]));
            items[i] = floe_null_node(0);
        }
        uint32_t pair[2];
        assert_false(floe_keys_repeated(keys, count, pair));
        keys[count - 1] = keys[0];
        floe_error error = {0};
        assert_int_equal(floe_document_map(&node, document, keys, items, NULL, count, 0, &error),
                         FLOE_INVALID);
        assert_true(floe_keys_repeated(keys, count, pair));
        assert_int_equal(pair[0], 0);
        assert_int_equal(pair[1], count - 1);
    }
    floe_store_free(store);
}

static void readers_take_nothing_for_an_answer(void **state) {
    (void)state;
    floe_node number = floe_integer_node(1, 0), text = floe_literal_node("x"),
              nothing = floe_literal_node(NULL);
    size_t length = 7;
    assert_null(floe_node_get(NULL, "a", 1));
    assert_null(floe_node_get(&number, "a", 1));
    assert_null(floe_node_child(&number, 0));
    assert_null(floe_node_child(NULL, 0));
    assert_null(floe_node_key(&text, 0));
    assert_null(floe_node_path(&text, "a", "b", NULL));
    assert_null(floe_node_type(&number));
    assert_null(floe_node_string(&number, &length));
    assert_int_equal(length, 0);
    assert_true(floe_node_absent(NULL) && floe_node_absent(&nothing));
    assert_true(floe_node_equals(&text, "x"));
    assert_false(floe_node_equals(&text, "xy") || floe_node_equals(&number, "1") ||
                 floe_node_equals(NULL, ""));
}

static void a_path_goes_through_nested_objects(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *document = new_document(store, FLOE_FACTS);
    floe_node inner = build_map(document, letters, 12), outer;
    floe_key key = floe_key_of("inner", 5);
    assert_int_equal(floe_document_map(&outer, document, &key, &inner, NULL, 1, 0, NULL), 0);
    assert_int_equal(floe_node_path(&outer, "inner", "l", NULL)->integer, 11);
    assert_null(floe_node_path(&outer, "inner", "x", NULL));
    assert_null(floe_node_path(&outer, "x", "l", NULL));
    assert_null(floe_node_child(&inner, 12));
    assert_null(floe_node_key(&inner, 12));
    floe_store_free(store);
}

static void lists_copy_what_they_are_given(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *document = new_document(store, FLOE_FACTS);
    floe_node items[2] = {floe_boolean_node(true, 1), floe_number_node(0.5, 2)}, list, empty;
    assert_int_equal(floe_document_list(&list, document, items, 2, 3, NULL), 0);
    assert_int_equal(floe_document_list(&empty, document, NULL, 0, 4, NULL), 0);
    items[0] = floe_null_node(0);
    assert_true(floe_node_child(&list, 0)->boolean);
    assert_true(floe_node_child(&list, 1)->number == 0.5);
    assert_int_equal(floe_node_size(&empty), 0);
    assert_int_equal(empty.at, 4);
    assert_ptr_equal(list.block->document, document);
    floe_store_free(store);
}

static void records_have_the_fields_of_their_type(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    new_document(store, FLOE_TEXT);
    floe_document *document = new_document(store, FLOE_FACTS);
    floe_node fields[FLOE_SLOT_COUNT(column)], first, second;
    for (uint32_t i = 0; i < COUNT(fields); i++) {
        fields[i] = floe_null_node(0);
    }
    fields[FLOE_SLOT(column, name)] = floe_literal_node("id");
    const floe_place origin = {.document = 0, .at = 17};
    assert_int_equal(floe_document_record(&first, document, &floe_type_column, fields, &origin, NULL), 0);
    assert_int_equal(floe_document_record(&second, document, &floe_type_column, fields, NULL, NULL), 0);
    floe_record_items(&second)[FLOE_SLOT(column, name)] = floe_literal_node("other");
    assert_ptr_equal(floe_node_type(&first), &floe_type_column);
    assert_ptr_equal(first.block->shape, second.block->shape);
    assert_true(floe_node_equals(floe_node_path(&first, "name", NULL), "id"));
    assert_true(floe_node_equals(floe_node_path(&second, "name", NULL), "other"));
    assert_int_equal(first.block->origin->at, 17);
    assert_null(second.block->origin);
    floe_place place = floe_node_place(document, &second);
    assert_int_equal(place.document, 1);
    assert_int_equal(place.at, 1);
    floe_node again = floe_document_record_at(document, 1);
    assert_ptr_equal(again.block, second.block);
    again = floe_document_record_at(document, 2);
    assert_true(floe_node_absent(&again));
    floe_store_free(store);
}

static void only_the_newest_document_is_dropped(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *first = new_document(store, FLOE_TEXT), *second = new_document(store, FLOE_TEXT);
    floe_document_drop(first);
    assert_int_equal(floe_store_count(store), 2);
    floe_document_drop(second);
    floe_document_drop(NULL);
    assert_int_equal(floe_store_count(store), 1);
    assert_ptr_equal(floe_store_document(store, 0), first);
    assert_null(floe_store_document(store, 1));
    floe_store_free(store);
    floe_store_free(NULL);
}

static void positions_count_characters(void **state) {
    (void)state;
    static const struct {
        uint32_t at, line, column;
    } rows[] = {{3, 1, 1}, {5, 1, 2}, {6, 1, 3}, {7, 2, 1}, {8, 3, 1}, {11, 3, 2}, {12, 3, 3}, {13, 0, 0}};
    floe_store *store = floe_store_new();
    floe_document *document = new_document(store, FLOE_TEXT);
    document->text = "\xEF\xBB\xBFé\r\n\n€x";
    document->size = 12;
    document->text = "\xEF\xBB\xBFéx\n\n€x";
    uint32_t line = 9, column = 9;
    floe_document_position(document, 0, &line, &column);
    assert_int_equal(line, 0);
    assert_int_equal(floe_document_index_lines(document, NULL), 0);
    assert_int_equal(document->lines, 3);
    for (size_t i = 0; i < COUNT(rows); i++) {
        floe_document_position(document, rows[i].at, &line, &column);
        assert_int_equal(line, rows[i].line);
        assert_int_equal(column, rows[i].column);
    }
    floe_store_free(store);
}

static void names_are_numbered_once(void **state) {
    (void)state;
    floe_arena *arena = floe_arena_new(0);
    floe_names names = {0};
    assert_int_equal(floe_names_find(&names, "a", 1), -1);
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 1000; i++) {
            char text[16];
            uint32_t number;
            int length = snprintf(text, sizeof text, "name%u", i);
            assert_int_equal(floe_names_add(&number, &names, arena, text, (size_t)length), 0);
            assert_int_equal(number, i);
            assert_int_equal(floe_names_find(&names, text, (size_t)length), i);
        }
    }
    assert_int_equal(names.count, 1000);
    assert_int_equal(floe_names_find(&names, "name", 4), -1);
    floe_names_free(&names);
    floe_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_found_with_and_without_an_index),
        cmocka_unit_test(the_same_keys_in_the_same_order_are_one_shape),
        cmocka_unit_test(a_key_that_stands_twice_is_refused),
        cmocka_unit_test(readers_take_nothing_for_an_answer),
        cmocka_unit_test(a_path_goes_through_nested_objects),
        cmocka_unit_test(lists_copy_what_they_are_given),
        cmocka_unit_test(records_have_the_fields_of_their_type),
        cmocka_unit_test(only_the_newest_document_is_dropped),
        cmocka_unit_test(positions_count_characters),
        cmocka_unit_test(names_are_numbered_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

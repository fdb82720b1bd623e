/* Nodes as JSON text: what is kept to the last digit, and what cannot be printed. */
#include "data/print.h"
#include "floe/json.h"
#include "support.h"

static void prints(const char *text, unsigned indent, const char *wanted) {
    floe_store *store = floe_store_new();
    floe_document *document;
    floe_error error;
    floe_buffer out = {0};
    if (floe_json_parse(&document, store, "a.json", text, strlen(text), NULL, &error) ||
        floe_json_print(&out, &document->root, indent, &error)) {
        fail_msg("%s: %s", text, error.message);
    }
    assert_string_equal(wanted, out.data);
    floe_buffer_free(&out);
    floe_store_free(store);
}

static void what_is_read_is_printed_again(void **state) {
    (void)state;
    static const char *const texts[] = {
        "null",
        "true",
        "[]",
        "{}",
        "0",
        "-1",
        "\"\"",
        "9223372036854775807",
        "-9223372036854775808",
        "3055729675574597004",
        "0.1",
        "1e+300",
        "[1,[2,{\"a\":{}}]]",
        "{\"b\":1,\"a\":2}",
        "\"a\\\"b\\\\c\\n\xC3\xA9\"",
        "\"a\\u0000b\\u0000\"",
        "\"\\u0000\"",
        "\"\\u0001\\b\\t\\f\\r\\u001f/\x7F\"",
        "{\"a\\\"\\n\":1}",
        "1.7976931348623157e+308",
        "4.94065645841247e-324",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        prints(texts[i], 0, texts[i]);
    }
}

static void an_indent_moves_each_level_in(void **state) {
    (void)state;
    prints(
        "{\"a\":[1,{}],\"b\":{\"c\":\"x,{}:[]\\\"\"},\"d\":[]}", 2,
        "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": {\n    \"c\": \"x,{}:[]\\\"\"\n  },\n  \"d\": []\n}");
}

static void what_is_not_utf8_becomes_a_replacement(void **state) {
    (void)state;
    static const char text[] = "a\xFF"
                               "b\xC3";
    floe_node node = floe_string_node(text, sizeof text - 1, 0);
    floe_buffer out = {0};
    assert_int_equal(0, floe_json_print(&out, &node, 0, NULL));
    assert_string_equal("\"a\xEF\xBF\xBD"
                        "b\xEF\xBF\xBD\"",
                        out.data);
    floe_buffer_free(&out);
}

static void what_json_cannot_hold_is_refused(void **state) {
    (void)state;
    floe_buffer out = {0};
    floe_error error;
    const double numbers[] = {1.0 / 0.0, -1.0 / 0.0, 0.0 / 0.0};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        floe_node node = floe_number_node(numbers[i], 0);
        assert_int_equal(FLOE_INVALID, floe_json_print(&out, &node, 0, &error));
    }
    assert_int_equal(0, out.size);
    floe_buffer_free(&out);
}

static void facts_that_refer_to_themselves_end(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *document;
    floe_node list, inner = floe_null_node(0);
    floe_buffer out = {0};
    assert_int_equal(0, floe_document_new(&document, store, FLOE_FACTS, "facts", NULL));
    assert_int_equal(0, floe_document_list(&list, document, &inner, 1, 0, NULL));
    ((floe_node *)(uintptr_t)list.block->items)[0] = list;
    assert_int_equal(FLOE_LIMIT, floe_json_print(&out, &list, 0, NULL));
    floe_buffer_free(&out);
    floe_store_free(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_is_printed_again),
        cmocka_unit_test(an_indent_moves_each_level_in),
        cmocka_unit_test(what_is_not_utf8_becomes_a_replacement),
        cmocka_unit_test(what_json_cannot_hold_is_refused),
        cmocka_unit_test(facts_that_refer_to_themselves_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

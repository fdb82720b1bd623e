/* What JSON is, what it is not, and where the reader says so. */
#include "floe/json.h"

#include "support.h"

static floe_document *parse(floe_store *store, const char *text, size_t size) {
    floe_document *document = NULL;
    floe_error error = {0};
    if (floe_json_parse(&document, store, "t.json", text, size, NULL, &error)) {
        fail_msg("%s:%u:%u: %s", error.file, error.line, error.column, error.message);
    }
    return document;
}

/* ---- scalars ---- */

static void integers_keep_64_bits(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } rows[] = {
        {"0", 0},
        {"-1", -1},
        {"9007199254740993", 9007199254740993},
        {"3055729675574597004", 3055729675574597004},
        {"999999999999999999", 999999999999999999},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
    };
    floe_store *store = floe_store_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        const floe_node *root = &parse(store, rows[i].text, strlen(rows[i].text))->root;
        assert_int_equal(floe_node_kind(root), FLOE_INTEGER);
        assert_int_equal(root->integer, rows[i].value);
    }
    floe_store_free(store);
}

static void other_numbers_are_the_nearest_double(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double value;
    } rows[] = {
        {"9223372036854775808", 9223372036854775808.0},
        {"-9223372036854775809", -9223372036854775809.0},
        {"123456789012345678901234567890", 123456789012345678901234567890.0},
        {"0.1", 0.1},
        {"-0.30000000000000004", -0.30000000000000004},
        {"1e3", 1000.0},
        {"1E+2", 100.0},
        {"1.5e-3", 0.0015},
        {"2.2250738585072014e-308", 2.2250738585072014e-308},
        {"4.9e-324", 4.9e-324},
        {"1.7976931348623157e308", 1.7976931348623157e308},
        {"0.000000000000000000000000000001", 1e-30},
        {"9007199254740993.0", 9007199254740992.0},
        {"12345678.87654321", 12345678.87654321},
        {"-0", -0.0},
        {"-0.0", -0.0},
    };
    floe_store *store = floe_store_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        const floe_node *root = &parse(store, rows[i].text, strlen(rows[i].text))->root;
        assert_int_equal(floe_node_kind(root), FLOE_NUMBER);
        assert_memory_equal(&root->number, &rows[i].value, sizeof(double));
    }
    floe_store_free(store);
}

static void numbers_are_read_the_same_in_a_locale_with_decimal_commas(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8")) {
        print_message("skipped: no locale with a decimal comma is installed\n");
    }
    assert_true(parse(store, "1.25e-30", 8)->root.number == 1.25e-30);
    setlocale(LC_NUMERIC, "C");
    floe_store_free(store);
}

static void strings_are_decoded(void **state) {
    (void)state;
    static const struct {
        const char *text, *value;
        size_t length;
    } rows[] = {
        {"\"\"", "", 0},
        {"\"plain\"", "plain", 5},
        {"\"more than sixteen plain characters\"", "more than sixteen plain characters", 34},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8},
        {"\"caf\\u00e9 \\u20AC \\ud83d\\ude00.\"", "café € 😀.", 15},
        {"\"café € 😀 ÿ\"", "café € 😀 ÿ", 17},
        {"\"a\\u0000b\"", "a\0b", 3},
        {"\"\x7f\"", "\x7f", 1},
        {"\"\\uFFFF\"", "\xEF\xBF\xBF", 3},
    };
    floe_store *store = floe_store_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t length;
        const char *string =
            floe_node_string(&parse(store, rows[i].text, strlen(rows[i].text))->root, &length);
        assert_non_null(string);
        assert_int_equal(length, rows[i].length);
        assert_memory_equal(string, rows[i].value, length + 1);
    }
    floe_store_free(store);
}

static void words_and_white_space_are_read(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    static const char text[] = "\xEF\xBB\xBF \t\r\n[ true ,\n\tfalse,null , {} ,[ ]\r\n]\n ";
    const floe_node *root = &parse(store, text, sizeof text - 1)->root;
    assert_int_equal(floe_node_size(root), 5);
    assert_true(floe_node_child(root, 0)->boolean);
    assert_false(floe_node_child(root, 1)->boolean);
    assert_int_equal(floe_node_kind(floe_node_child(root, 2)), FLOE_NULL);
    assert_int_equal(floe_node_kind(floe_node_child(root, 3)), FLOE_OBJECT);
    assert_int_equal(floe_node_kind(floe_node_child(root, 4)), FLOE_ARRAY);
    floe_store_free(store);
}

/* ---- objects ---- */

static const char manifest[] = "{\n"
                               "  \"nodes\": {\n"
                               "    \"a\": {\"name\": \"one\", \"tags\": [], \"n\": 1},\n"
                               "    \"b\": {\"name\": \"two\", \"tags\": [1], \"n\": 2},\n"
                               "    \"c\": {\"name\": \"three\", \"tags\": [], \"other\": 3},\n"
                               "    \"d\": {\"name\": \"four\"},\n"
                               "    \"e\": {\"name\": \"five\", \"tags\": [], \"n\": 1, \"more\": true},\n"
                               "    \"f\": {\"nam\\u0065\": \"six\", \"tags\": [], \"n\": 6},\n"
                               "    \"g\": {\"name\": \"seven\", \"tags\": [], \"n\": 7}\n"
                               "  }\n"
                               "}\n";

static void objects_with_the_same_keys_share_a_shape(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    const floe_node *nodes = floe_node_path(&parse(store, manifest, strlen(manifest))->root, "nodes", NULL);
    const floe_shape *shape = floe_node_path(nodes, "a", NULL)->block->shape;
    assert_ptr_equal(floe_node_path(nodes, "b", NULL)->block->shape, shape);
    assert_ptr_equal(floe_node_path(nodes, "f", NULL)->block->shape, shape);
    assert_ptr_equal(floe_node_path(nodes, "g", NULL)->block->shape, shape);
    assert_ptr_not_equal(floe_node_path(nodes, "c", NULL)->block->shape, shape);
    assert_int_equal(floe_node_path(nodes, "c", "other", NULL)->integer, 3);
    assert_null(floe_node_path(nodes, "c", "n", NULL));
    assert_int_equal(floe_node_size(floe_node_path(nodes, "d", NULL)), 1);
    assert_true(floe_node_path(nodes, "e", "more", NULL)->boolean);
    assert_true(floe_node_equals(floe_node_path(nodes, "f", "name", NULL), "six"));
    assert_int_equal(floe_node_path(nodes, "g", "n", NULL)->integer, 7);
    floe_store_free(store);
}

static void a_guessed_key_is_compared_as_a_whole(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    static const char text[] =
        "[{\"ab\":1,\"cd\":2},{\"ab\":1,\"cdx\":2},{\"ab\":1,\"c\":2},{\"ab\":3,\"cd\":4}]";
    const floe_node *root = &parse(store, text, sizeof text - 1)->root;
    assert_int_equal(floe_node_path(floe_node_child(root, 0), "cd", NULL)->integer, 2);
    assert_int_equal(floe_node_path(floe_node_child(root, 1), "cdx", NULL)->integer, 2);
    assert_int_equal(floe_node_path(floe_node_child(root, 2), "c", NULL)->integer, 2);
    assert_int_equal(floe_node_path(floe_node_child(root, 3), "cd", NULL)->integer, 4);
    floe_store_free(store);
}

static void many_keys_are_found_through_an_index(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_buffer text = {0};
    for (int i = 0; i < 5000; i++) {
        floe_buffer_printf(&text, "%s\"key_%d\":%d", i ? "," : "{", i, i);
    }
    floe_buffer_append(&text, "}", 1);
    const floe_node *root = &parse(store, text.data, text.size)->root;
    char key[16];
    for (int i = 0; i < 5000; i++) {
        int length = snprintf(key, sizeof key, "key_%d", i);
        assert_int_equal(floe_node_get(root, key, (size_t)length)->integer, i);
        assert_string_equal(floe_node_key(root, (uint32_t)i)->text, key);
    }
    assert_null(floe_node_get(root, "key_", 4));
    assert_null(floe_node_get(root, "key_5000", 8));
    floe_buffer_free(&text);
    floe_store_free(store);
}

/* ---- places ---- */

static void assert_place(const floe_document *document, const floe_node *node, uint32_t line,
                         uint32_t column) {
    uint32_t found_line, found_column;
    floe_document_position(document, node->at, &found_line, &found_column);
    assert_int_equal(found_line, line);
    assert_int_equal(found_column, column);
}

static void every_node_knows_its_line_and_column(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *document = parse(store, manifest, strlen(manifest));
    const floe_node *nodes = floe_node_path(&document->root, "nodes", NULL);
    assert_place(document, &document->root, 1, 1);
    assert_place(document, nodes, 2, 12);
    assert_place(document, floe_node_path(nodes, "b", "n", NULL), 4, 44);
    assert_place(document, floe_node_path(nodes, "f", "n", NULL), 8, 48);
    floe_store_free(store);
}

static void columns_count_the_source_and_not_the_decoded_text(void **state) {
    (void)state;
    static const char *const lines[] = {
        "[\"\\u00e9\", 1]", "[\"\\u20ac\\u20ac\", 1]", "[\"\\ud83d\\ude00\", 1]",
        "[\"é😀\", 1]",      "[\"\\n\\t\\u0041é\", 1]", "[\"\\ud83d\\ude00 \\n é \\u00e9\", 1]",
    };
    floe_store *store = floe_store_new();
    for (size_t i = 0; i < COUNT(lines); i++) {
        uint32_t column = 1;
        for (const char *c = lines[i]; c < strstr(lines[i], "1]"); c++) {
            column += ((unsigned char)*c & 0xC0) != 0x80;
        }
        floe_document *document = parse(store, lines[i], strlen(lines[i]));
        assert_place(document, floe_node_child(&document->root, 1), 1, column);
    }
    floe_store_free(store);
}

/* ---- what is refused ---- */

typedef struct refusal {
    const char *text;
    uint32_t line, column;
    const char *message; /* a part of it */
} refusal;

static const refusal refusals[] = {
    {"", 1, 1, "it is empty"},
    {" \n ", 2, 2, "it is empty"},
    {"\xEF\xBB\xBF", 1, 1, "it is empty"},
    {"[", 1, 2, "the file ends inside the array that began at 1:1"},
    {"{\n \"a\": {\"b\": [1,\n2", 3, 2, "the file ends inside the array that began at 2:13"},
    {"{\"a\"", 1, 5, "the file ends inside the object"},
    {"{\"a\":", 1, 6, "the file ends inside the object"},
    {"\"abc", 1, 5, "the file ends inside a string"},
    {"\"abc\\", 1, 5, "no escape"},
    {"[1,]", 1, 4, "a comma stands before the end of an array"},
    {"[,1]", 1, 2, "expected a value, found ','"},
    {"[1 2]", 1, 4, "expected ',' or ']'"},
    {"[1}", 1, 3, "expected ',' or ']'"},
    {"{\"a\":1,}", 1, 8, "a comma stands before the end of an object"},
    {"{\"a\":1 \"b\":2}", 1, 8, "expected ',' or '}'"},
    {"{\"a\" 1}", 1, 6, "expected ':'"},
    {"{a:1}", 1, 2, "expected a key in double quotes, found 'a'"},
    {"{'a':1}", 1, 2, "found '''"},
    {"{1:1}", 1, 2, "expected a key"},
    {"[1] []", 1, 5, "expected nothing after the value"},
    {"[1]\n}", 2, 1, "expected nothing after the value"},
    {"nul", 1, 1, "expected a value"},
    {"nulL", 1, 1, "expected a value"},
    {"truee", 1, 5, "expected nothing after the value"},
    {"True", 1, 1, "found 'T'"},
    {"NaN", 1, 1, "found 'N'"},
    {"01", 1, 1, "begins with a zero"},
    {"-01", 1, 2, "begins with a zero"},
    {"-", 1, 2, "the file ends"},
    {"[-]", 1, 3, "expected a digit"},
    {"[1.]", 1, 4, "a digit after the decimal point"},
    {"[.5]", 1, 2, "found '.'"},
    {"[+1]", 1, 2, "found '+'"},
    {"[1e]", 1, 4, "a digit in the exponent"},
    {"[1e+]", 1, 5, "a digit in the exponent"},
    {"[0x10]", 1, 3, "expected ',' or ']'"},
    {"[1e999]", 1, 2, "too large for a double"},
    {"[-1e999]", 1, 2, "too large for a double"},
    {"[\"a\nb\"]", 1, 4, "the line ends inside a string"},
    {"[\"a\tb\"]", 1, 4, "a control character"},
    {"[\"\\x\"]", 1, 3, "no escape"},
    {"[\"\\u12g4\"]", 1, 3, "four hexadecimal digits"},
    {"[\"\\u123", 1, 3, "four hexadecimal digits"},
    {"[\"é\\ud800\"]", 1, 4, "a high surrogate stands without its low one"},
    {"[\"\\u00e9\\ud800\\u0041\"]", 1, 9, "a high surrogate stands without its low one"},
    {"[\"\\udc00\"]", 1, 3, "a low surrogate stands without its high one"},
    {"[\"\xff\"]", 1, 3, "not valid UTF-8"},
    {"[\"\xc0\xaf\"]", 1, 3, "not valid UTF-8"},
    {"[\"\xed\xa0\x80\"]", 1, 3, "not valid UTF-8"},
    {"[\"\xf4\x90\x80\x80\"]", 1, 3, "not valid UTF-8"},
    {"[\"\xe2\x82\"]", 1, 3, "not valid UTF-8"},
    {"[\"é\xe2\x82", 1, 4, "not valid UTF-8"},
    {"[é]", 1, 2, "found 'é'"},
    {"[\xff]", 1, 2, "found the byte 0xFF"},
    {"[1] // one", 1, 5, "found '/'"},
    {"\xFF\xFE[\0]", 1, 1, "it is not UTF-8"},
    {"{\"a\":1,\n\"a\":2}", 2, 1, "the key 'a' stands twice in one object, first at 1:2"},
    {"[{\"k\":1,\"a\":0},{\"k\":2,\n\"k\":3}]", 2, 1,
     "the key 'k' stands twice in one object, first at 1:17"},
    {"{\"a\":{\"b\":1},\"a\":{\"c\":2}}", 1, 14, "stands twice in one object, first at 1:2"},
    {"{\"caf\\u00e9\":1, \"café\":2}", 1, 17, "stands twice in one object, first at 1:2"},
    {"{\"1\":0,\"2\":0,\"3\":0,\"4\":0,\"5\":0,\"6\":0,\"7\":0,\"8\":0,\"9\":0,\"4\":1}", 1, 56,
     "first at 1:20"},
};

static void what_is_no_json_is_refused_with_its_place(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    for (size_t i = 0; i < COUNT(refusals); i++) {
        const refusal *row = &refusals[i];
        floe_document *document = NULL;
        floe_error error = {0};
        int result = floe_json_parse(&document, store, "t.json", row->text, strlen(row->text), NULL, &error);
        if (result != FLOE_INVALID || error.line != row->line || error.column != row->column ||
            !strstr(error.message, row->message)) {
            fail_msg("row %zu, %s: expected %u:%u '%s', got %d %u:%u '%s'", i, row->text, row->line,
                     row->column, row->message, result, error.line, error.column, error.message);
        }
        assert_null(document);
        assert_string_equal(error.file, "t.json");
        assert_int_equal(floe_store_count(store), 0);
    }
    floe_store_free(store);
}

static void nul_bytes_between_values_are_refused(void **state) {
    (void)state;
    static const char *const texts[] = {"[1]\0", "\0[1]", "[\0 1]", "[1\0]", "{\0\"a\":1}", "[\"a\0b\"]"};
    static const size_t sizes[] = {4, 4, 5, 4, 8, 7};
    floe_store *store = floe_store_new();
    for (size_t i = 0; i < COUNT(texts); i++) {
        floe_document *document;
        floe_error error = {0};
        assert_int_equal(floe_json_parse(&document, store, "t.json", texts[i], sizes[i], NULL, &error),
                         FLOE_INVALID);
        assert_int_equal(error.line, 1);
    }
    floe_store_free(store);
}

static void a_prefix_of_a_document_is_never_a_document(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    for (size_t size = 0; size < strlen(manifest) - 1; size++) {
        floe_document *document;
        floe_error error = {0};
        assert_int_equal(floe_json_parse(&document, store, "t.json", manifest, size, NULL, &error),
                         FLOE_INVALID);
        assert_true(error.line > 0 && error.column > 0);
    }
    floe_store_free(store);
}

static int parse_nested(floe_store *store, size_t depth, const floe_read_limits *limits, floe_error *error) {
    floe_buffer text = {0};
    for (size_t i = 0; i < depth; i++) {
        floe_buffer_append(&text, "[", 1);
    }
    for (size_t i = 0; i < depth; i++) {
        floe_buffer_append(&text, "]", 1);
    }
    floe_document *document;
    int result = floe_json_parse(&document, store, "t.json", text.data, text.size, limits, error);
    floe_buffer_free(&text);
    return result;
}

static void depth_is_bounded(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_error error = {0};
    assert_int_equal(parse_nested(store, 200, NULL, &error), 0);
    assert_int_equal(parse_nested(store, 201, NULL, &error), FLOE_LIMIT);
    assert_int_equal(error.column, 201);
    assert_int_equal(parse_nested(store, 1000000, NULL, &error), FLOE_LIMIT);
    assert_int_equal(parse_nested(store, 100000, &(floe_read_limits){.depth = 100000}, &error), 0);
    assert_int_equal(parse_nested(store, 3, &(floe_read_limits){.depth = 2}, &error), FLOE_LIMIT);
    floe_store_free(store);
}

static void nodes_and_bytes_are_bounded(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_error error = {0};
    floe_document *document;
    floe_read_limits limits = {.nodes = 4};
    assert_int_equal(floe_json_parse(&document, store, "t", "[1,2,3,4]", 9, &limits, &error), 0);
    assert_int_equal(floe_json_parse(&document, store, "t", "[1,2,3,4,5]", 11, &limits, &error), FLOE_LIMIT);
    assert_int_equal(floe_json_parse(&document, store, "t", "[[],[[1]]]", 10, &limits, &error), 0);
    assert_int_equal(floe_json_parse(&document, store, "t", "[[],[[1,2]]]", 12, &limits, &error), FLOE_LIMIT);
    limits = (floe_read_limits){.bytes = 6};
    assert_int_equal(floe_json_parse(&document, store, "t", "[1,2,3]", 7, &limits, &error), FLOE_LIMIT);
    assert_int_equal(floe_store_count(store), 2);
    floe_store_free(store);
}

static void a_missing_file_is_not_found(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *document;
    floe_error error = {0};
    assert_int_equal(floe_json_read(&document, store, "/nonexistent/m.json", NULL, &error), FLOE_NOT_FOUND);
    assert_string_equal(error.file, "/nonexistent/m.json");
    floe_store_free(store);
}

static void a_file_is_read_with_its_digest(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    char path[] = "/tmp/floe-test-json-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0 && write(file, "[1, \"\\n\"]", 9) == 9 && close(file) == 0);
    floe_document *document;
    floe_error error = {0};
    assert_int_equal(floe_json_read(&document, store, path, NULL, &error), 0);
    unlink(path);
    assert_string_equal(document->digest,
                        "sha256:45951a0cb7696acae46dd2c4a1d8c3adf5262fae9752d36edffb8295c3294d97");
    floe_store_free(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_keep_64_bits),
        cmocka_unit_test(other_numbers_are_the_nearest_double),
        cmocka_unit_test(numbers_are_read_the_same_in_a_locale_with_decimal_commas),
        cmocka_unit_test(strings_are_decoded),
        cmocka_unit_test(words_and_white_space_are_read),
        cmocka_unit_test(objects_with_the_same_keys_share_a_shape),
        cmocka_unit_test(a_guessed_key_is_compared_as_a_whole),
        cmocka_unit_test(many_keys_are_found_through_an_index),
        cmocka_unit_test(every_node_knows_its_line_and_column),
        cmocka_unit_test(columns_count_the_source_and_not_the_decoded_text),
        cmocka_unit_test(what_is_no_json_is_refused_with_its_place),
        cmocka_unit_test(nul_bytes_between_values_are_refused),
        cmocka_unit_test(a_prefix_of_a_document_is_never_a_document),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(nodes_and_bytes_are_bounded),
        cmocka_unit_test(a_missing_file_is_not_found),
        cmocka_unit_test(a_file_is_read_with_its_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

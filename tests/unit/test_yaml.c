/* What YAML becomes in the tree, where its nodes stand, and what is refused. */
#include "floe/yaml.h"

#include "data/print.h"
#include "support.h"

#include <math.h>

static floe_document *parse_as(floe_store *store, const char *text, size_t size, floe_yaml_dialect dialect) {
    floe_document *document = NULL;
    floe_error error = {0};
    if (floe_yaml_parse(&document, store, "t.yml", text, size, dialect, NULL, &error)) {
        fail_msg("%s:%u:%u: %s", error.file, error.line, error.column, error.message);
    }
    return document;
}

static const floe_node *parse(floe_store *store, const char *text) {
    return &parse_as(store, text, strlen(text), FLOE_YAML_CORE)->root;
}

static const floe_node *get(const floe_node *node, const char *key) {
    return floe_node_get(node, key, strlen(key));
}

static int64_t integer_at(const floe_node *node, const char *key) {
    const floe_node *value = get(node, key);
    assert_non_null(value);
    assert_int_equal(floe_node_kind(value), FLOE_INTEGER);
    return value->integer;
}

static void assert_text(const floe_node *node, const char *text) {
    size_t length;
    const char *string = floe_node_string(node, &length);
    assert_non_null(string);
    assert_int_equal(length, strlen(text));
    assert_memory_equal(string, text, length);
}

/* ---- plain scalars ---- */

typedef struct scalar {
    const char *text;
    char core, dbt; /* n null, t true, f false, i integer, d double, s string */
    double core_value, dbt_value;
} scalar;

static const scalar scalars[] = {
    {"null", 'n', 'n', 0, 0},
    {"~", 'n', 'n', 0, 0},
    {"NULL", 'n', 'n', 0, 0},
    {"nULL", 's', 's', 0, 0},
    {"true", 't', 't', 0, 0},
    {"False", 'f', 'f', 0, 0},
    {"tRUE", 's', 's', 0, 0},
    {"yes", 's', 't', 0, 0},
    {"No", 's', 'f', 0, 0},
    {"ON", 's', 't', 0, 0},
    {"off", 's', 'f', 0, 0},
    {"y", 's', 's', 0, 0},
    {"n", 's', 's', 0, 0},
    {"0", 'i', 'i', 0, 0},
    {"-12", 'i', 'i', -12, -12},
    {"+12", 'i', 'i', 12, 12},
    {"012", 'i', 'i', 12, 10},
    {"-012", 'i', 'i', -12, -10},
    {"08", 'i', 's', 8, 0},
    {"0o17", 'i', 's', 15, 0},
    {"0o18", 's', 's', 0, 0},
    {"0x1F", 'i', 'i', 31, 31},
    {"-0x1F", 's', 'i', 0, -31},
    {"0x", 's', 's', 0, 0},
    {"0b101", 's', 'i', 0, 5},
    {"1_000", 's', 'i', 0, 1000},
    {"_1", 's', 's', 0, 0},
    {"1:30", 's', 'i', 0, 90},
    {"-1:30:05", 's', 'i', 0, -5405},
    {"1:60", 's', 's', 0, 0},
    {"01:30", 's', 's', 0, 0},
    {"1:30.5", 's', 'd', 0, 90.5},
    {"1.", 'd', 'd', 1, 1},
    {"1.5", 'd', 'd', 1.5, 1.5},
    {".5", 'd', 'd', 0.5, 0.5},
    {"-.5", 'd', 's', -0.5, 0},
    {".", 's', 's', 0, 0},
    {"..5", 's', 's', 0, 0},
    {"1e3", 'd', 's', 1000, 0},
    {"1.0e3", 'd', 's', 1000, 0},
    {"1.0e+3", 'd', 'd', 1000, 1000},
    {"1e", 's', 's', 0, 0},
    {"1_0.2_5", 's', 'd', 0, 10.25},
    {".inf", 'd', 'd', INFINITY, INFINITY},
    {"-.INF", 'd', 'd', -INFINITY, -INFINITY},
    {"inf", 's', 's', 0, 0},
    {"nan", 's', 's', 0, 0},
    {"1e999", 's', 's', 0, 0},
    {"1.0e+999", 's', 's', 0, 0},
    {"2026-11-21", 's', 's', 0, 0},
    {"2026-11-21T10:00", 's', 's', 0, 0},
    {"1.2.3", 's', 's', 0, 0},
    {"12e", 's', 's', 0, 0},
    {"-", 's', 's', 0, 0},
    {"+", 's', 's', 0, 0},
    {"=", 's', 's', 0, 0},
    {"0.1.0", 's', 's', 0, 0},
};

static void check_scalar(const floe_node *node, const char *text, char kind, double value) {
    static const char kinds[] = {'n', 'b', 'i', 'd', 's', 'a', 'o'};
    char found = kinds[floe_node_kind(node)];
    found = found == 'b' ? (node->boolean ? 't' : 'f') : found;
    if (found != kind || (kind == 'i' && (double)node->integer != value) ||
        (kind == 'd' && node->number != value)) {
        fail_msg("'%s' is %c and not %c", text, found, kind);
    }
    if (kind == 's') {
        assert_text(node, text);
    }
}

static void plain_scalars_follow_their_dialect(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    for (size_t i = 0; i < COUNT(scalars); i++) {
        const scalar *row = &scalars[i];
        char text[64];
        int size = snprintf(text, sizeof text, strcmp(row->text, "-") == 0 ? "[\"-\"]" : "[%s]", row->text);
        check_scalar(floe_node_child(&parse_as(store, text, (size_t)size, FLOE_YAML_CORE)->root, 0),
                     row->text, row->core, row->core_value);
        check_scalar(floe_node_child(&parse_as(store, text, (size_t)size, FLOE_YAML_DBT)->root, 0), row->text,
                     row->dbt, row->dbt_value);
    }
    floe_store_free(store);
}

/* Values for which trees have no kind, as the texts that stand for them; NULL where reading fails. */
static const struct {
    const char *text, *dbt, *dbt_2;
    bool stands; /* for a value, in dbt */
} standing[] = {
    {"2020-01-01", "2020-01-01", "2020-01-01", true},
    {"2020-1-01", "2020-1-01", "2020-1-01", false},
    {"2020-01-01 00:00:00", "2020-01-01T00:00:00", "2020-01-01 00:00:00", true},
    {"2024-1-2t3:04:05", "2024-01-02T03:04:05", "2024-1-2t3:04:05", true},
    {"2024-01-02T03:04:05Z", "2024-01-02T03:04:05+00:00", "2024-01-02T03:04:05Z", true},
    {"2024-01-02T03:04:05z", "2024-01-02T03:04:05z", "2024-01-02T03:04:05z", false},
    {"2024-01-02 03:04:05.", "2024-01-02T03:04:05", "2024-01-02 03:04:05.", true},
    {"2024-01-02 03:04:05.000", "2024-01-02T03:04:05", "2024-01-02 03:04:05.000", true},
    {"2024-01-02 03:04:05.12", "2024-01-02T03:04:05.120000", "2024-01-02 03:04:05.12", true},
    {"2024-01-02 03:04:05.1234567 +1", "2024-01-02T03:04:05.123456+01:00", "2024-01-02 03:04:05.1234567 +1",
     true},
    {"2024-01-02 03:04:05 -5:30", "2024-01-02T03:04:05-05:30", "2024-01-02 03:04:05 -5:30", true},
    {"2024-01-02 03:04:05 -0:00", "2024-01-02T03:04:05+00:00", "2024-01-02 03:04:05 -0:00", true},
    {"2024-01-02 03:04:05 +0530", "2024-01-02 03:04:05 +0530", "2024-01-02 03:04:05 +0530", false},
    {"2024-01-02 03:04", "2024-01-02 03:04", "2024-01-02 03:04", false},
    {"2024-02-29", "2024-02-29", "2024-02-29", true},
    {"2023-02-29", NULL, "2023-02-29", false},
    {"1900-02-29", NULL, "1900-02-29", false},
    {"2024-13-45", NULL, "2024-13-45", false},
    {"2024-00-01", NULL, "2024-00-01", false},
    {"0000-01-01", NULL, "0000-01-01", false},
    {"2024-01-02 25:00:00", NULL, "2024-01-02 25:00:00", false},
    {"2024-01-02 23:60:00", NULL, "2024-01-02 23:60:00", false},
    {"2024-01-02 23:59:60", NULL, "2024-01-02 23:59:60", false},
    {"2024-01-02 00:00:00 +24:00", NULL, "2024-01-02 00:00:00 +24:00", false},
    {"9223372036854775808", "9223372036854775808", "9223372036854775808", true},
    {"18_446744073709551615", "18446744073709551615", "18446744073709551615", true},
    {"0xFFFFFFFFFFFFFFFF", "18446744073709551615", "18446744073709551615", true},
    {"18446744073709551616", "18446744073709551616", NULL, true},
    {"-9223372036854775809", "-9223372036854775809", NULL, true},
    {"+123456789012345678901234567890", "123456789012345678901234567890", NULL, true},
    {"0x123456789abcdef0123456789", "90144042682896311822508713865", NULL, true},
};

static void what_trees_have_no_kind_for_is_a_text_that_stands_for_it(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    for (size_t i = 0; i < COUNT(standing); i++) {
        for (int form = 0; form < 4; form++) { /* with what only libyaml reads, too */
            floe_document *document;
            floe_error error;
            char text[96];
            int size = snprintf(text, sizeof text, form & 2 ? "a: %s\n" : "a: &b %s\n", standing[i].text);
            const char *expected = form & 1 ? standing[i].dbt_2 : standing[i].dbt;
            int result = floe_yaml_parse(&document, store, "a.yml", text, (size_t)size,
                                         form & 1 ? FLOE_YAML_DBT_2 : FLOE_YAML_DBT, NULL, &error);
            assert_int_equal(result, expected ? 0 : FLOE_INVALID);
            if (!expected) {
                assert_int_equal(error.line, 1);
                continue;
            }
            const floe_node *node = floe_node_child(&document->root, 0);
            assert_text(node, expected);
            bool moment = standing[i].text[4] == '-', stands = floe_node_is_long_integer(node);
            assert_int_equal(form & 1 || moment ? floe_node_is_moment(node) : stands,
                             form & 1 ? false : standing[i].stands);
            assert_int_equal(stands, !moment);
        }
    }
    floe_store_free(store);
}

static void integers_of_more_than_64_bits_are_numbers_in_core(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    check_scalar(&parse(store, "- 9223372036854775808\n")->block->items[0], "2^63", 'd',
                 9223372036854775808.0);
    check_scalar(&parse(store, "- 0xFFFFFFFFFFFFFFFF\n")->block->items[0], "2^64 - 1", 'd',
                 18446744073709551615.0);
    floe_store_free(store);
}

static void integers_of_more_than_64_bits_are_printed_as_integers(void **state) {
    (void)state;
    static const char text[] = "[18446744073709551615, '18446744073709551615', 2020-01-01 00:00:00]";
    floe_store *store = floe_store_new();
    floe_buffer out = {0};
    assert_int_equal(
        floe_json_print(&out, &parse_as(store, text, sizeof text - 1, FLOE_YAML_DBT)->root, 0, NULL), 0);
    assert_string_equal(out.data, "[18446744073709551615,\"18446744073709551615\",\"2020-01-01T00:00:00\"]");
    floe_buffer_free(&out);
    floe_store_free(store);
}

static void keys_that_are_no_texts_are_what_str_makes_of_them(void **state) {
    (void)state;
    static const struct {
        const char *key, *dbt;
    } rows[] = {{"on", "True"},       {"off", "False"},     {"yes", "True"},
                {"~", "None"},        {"null", "None"},     {"1", "1"},
                {"010", "8"},         {"0x1F", "31"},       {"1.50", "1.5"},
                {".inf", "inf"},      {"1.0e+16", "1e+16"}, {"1_0", "10"},
                {"note", "note"},     {"on_", "on_"},       {"'on'", "on"},
                {"\"1.50\"", "1.50"}, {"!!str on", "on"},   {"18446744073709551616", "18446744073709551616"}};
    floe_store *store = floe_store_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (int flow = 0; flow < 2; flow++) {
            char text[64];
            int size = snprintf(text, sizeof text, flow ? "{%s: v, b: [c]}" : "%s: v\nb: c\n", rows[i].key);
            const floe_document *document = parse_as(store, text, (size_t)size, FLOE_YAML_DBT);
            assert_string_equal(floe_node_key(&document->root, 0)->text, rows[i].dbt);
        }
    }
    floe_store_free(store);
}

/* What dbt 2 was seen to read otherwise than core. */
static const struct {
    const char *text;
    char kind;
    double value;
} scalars_of_dbt_2[] = {
    {"012", 's', 0},     {"-012", 's', 0},        {"08", 's', 0},       {"00", 's', 0},
    {"-0x1F", 'i', -31}, {"+0o17", 'i', 15},      {"0b101", 'i', 5},    {"-0b11", 'i', -3},
    {"0x1_0", 'i', 16},  {"0x_1", 's', 0},        {"0_x1", 's', 0},     {"0b2", 's', 0},
    {"0X10", 's', 0},    {"0x-1", 's', 0},        {"1_000", 'i', 1000}, {"-1_000", 'i', -1e3},
    {"1__", 'i', 1},     {"0_1", 'i', 1},         {"-0_0", 'i', 0},     {"_1", 's', 0},
    {"+_1", 's', 0},     {"-_", 's', 0},          {"_.5", 's', 0},      {"._5", 'd', 0.5},
    {"._", 's', 0},      {"1_0.2_5", 'd', 10.25}, {"1_.5", 'd', 1.5},   {"1._", 'd', 1},
    {"1e_5", 'd', 1e5},  {"1_e3", 'd', 1e3},      {"00.5", 'd', 0.5},   {"12e03", 'd', 12e3},
    {".e1", 's', 0},     {"1e400", 's', 0},       {"1_:30", 's', 0},    {".inf", 'n', 0},
    {"-.INF", 'n', 0},   {".NaN", 'n', 0},        {"+.nan", 's', 0},    {"+-1", 's', 0},
};

static void dbt_2_reads_what_core_does_but_for_some(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    for (size_t i = 0; i < COUNT(scalars_of_dbt_2); i++) {
        const char *text = scalars_of_dbt_2[i].text;
        check_scalar(&parse_as(store, text, strlen(text), FLOE_YAML_DBT_2)->root, text,
                     scalars_of_dbt_2[i].kind, scalars_of_dbt_2[i].value);
    }
    for (size_t i = 0; i < COUNT(scalars); i++) {
        bool other = strcmp(scalars[i].text, "-") == 0;
        for (size_t k = 0; k < COUNT(scalars_of_dbt_2) && !other; k++) {
            other = strcmp(scalars[i].text, scalars_of_dbt_2[k].text) == 0;
        }
        if (!other) {
            check_scalar(&parse_as(store, scalars[i].text, strlen(scalars[i].text), FLOE_YAML_DBT_2)->root,
                         scalars[i].text, scalars[i].core, scalars[i].core_value);
        }
    }
    floe_store_free(store);
}

static void not_a_number_is_a_number(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    assert_true(isnan(parse(store, ".nan")->number));
    floe_store_free(store);
}

static void integers_keep_64_bits(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    assert_true(parse(store, "9223372036854775807")->integer == INT64_MAX);
    assert_true(parse(store, "-9223372036854775808")->integer == INT64_MIN);
    assert_true(parse(store, "0x7FFFFFFFFFFFFFFF")->integer == INT64_MAX);
    floe_store_free(store);
}

static void quoted_and_tagged_scalars_are_texts(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    const floe_node *root =
        parse(store, "- 'yes'\n- \"1\"\n- !!str 1\n- ! 2\n- |\n  3\n- >-\n  4\n  5\n- ''\n"
                     "- \"a\\tb\\u00e9\"\n- 'it''s'\n- !!int 7\n- !!float 7\n");
    static const char *const texts[] = {"yes", "1", "1", "2", "3\n", "4 5", "", "a\tbé", "it's"};
    for (uint32_t i = 0; i < COUNT(texts); i++) {
        assert_text(floe_node_child(root, i), texts[i]);
    }
    assert_int_equal(floe_node_child(root, 9)->integer, 7);
    assert_true(floe_node_child(root, 10)->number == 7.0);
    floe_store_free(store);
}

/* ---- structure ---- */

static void keys_are_texts(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    const floe_node *root =
        parse(store, "1: a\ntrue: b\nnull: c\n1.50: d\n'q': e\n? long\n: f\n&k anchored: g\n"
                     "other: {*k : h}\n?\n: i\n");
    static const char *const keys[] = {"1", "true", "null", "1.50", "q", "long", "anchored", "other", ""};
    assert_int_equal(floe_node_size(root), COUNT(keys));
    for (uint32_t i = 0; i < COUNT(keys); i++) {
        assert_string_equal(floe_node_key(root, i)->text, keys[i]);
    }
    assert_text(floe_node_path(root, "other", "anchored", NULL), "h");
    floe_store_free(store);
}

static void an_empty_file_is_a_null_root(void **state) {
    (void)state;
    static const char *const texts[] = {
        "", "\n\n", "# only a comment\n", "---\n", "---\n...\n", "\xEF\xBB\xBF", "~"};
    floe_store *store = floe_store_new();
    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_int_equal(floe_node_kind(parse(store, texts[i])), FLOE_NULL);
    }
    floe_store_free(store);
}

static void byte_order_mark_and_carriage_returns_change_nothing(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *document = parse_as(store,
                                       "\xEF\xBB\xBF"
                                       "a: é\r\nb:\r\n  - 1\r\n",
                                       20, FLOE_YAML_CORE);
    const floe_node *list = get(&document->root, "b");
    uint32_t line, column;
    assert_text(get(&document->root, "a"), "é");
    assert_int_equal(floe_node_child(list, 0)->integer, 1);
    floe_document_position(document, floe_node_child(list, 0)->at, &line, &column);
    assert_int_equal(line, 3);
    assert_int_equal(column, 5);
    floe_document_position(document, document->root.at, &line, &column);
    assert_int_equal(line, 1);
    assert_int_equal(column, 1);
    floe_store_free(store);
}

static void aliases_share_what_they_name(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    const floe_node *root = parse(store, "a: &x {k: [1, 2]}\nb: *x\nc: &x 3\nd: *x\ne: &y [&y 4]\nf: *y\n");
    assert_ptr_equal(get(root, "a")->block, get(root, "b")->block);
    assert_int_equal(integer_at(root, "d"), 3);
    assert_int_equal(integer_at(root, "f"), 4);
    floe_store_free(store);
}

static void merge_keys_are_resolved(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    const floe_node *root = parse(store, "a: &a {x: 1, y: 1, z: 1}\n"
                                         "b: &b {y: 2, w: 2}\n"
                                         "one: {<<: *a, y: 9}\n"
                                         "two: {y: 9, <<: [*b, *a], q: 0}\n"
                                         "inline: {<<: {n: 5}, m: 6}\n"
                                         "nested: &n {<<: *b, x: 7}\n"
                                         "chain: {<<: *n}\n"
                                         "none: {<<: [], x: 1}\n"
                                         "quoted: {'<<': 1}\n"
                                         "list: ['<<', <<]\n");
    const floe_node *one = get(root, "one"), *two = get(root, "two"), *chain = get(root, "chain");
    assert_int_equal(floe_node_size(one), 3);
    assert_int_equal(integer_at(one, "y"), 9);
    assert_int_equal(integer_at(one, "x"), 1);
    assert_int_equal(floe_node_size(two), 5);
    assert_int_equal(integer_at(two, "y"), 9);
    assert_int_equal(integer_at(two, "w"), 2);
    assert_int_equal(integer_at(two, "x"), 1);
    assert_int_equal(integer_at(get(root, "inline"), "n"), 5);
    assert_int_equal(floe_node_size(chain), 3);
    assert_int_equal(integer_at(chain, "x"), 7);
    assert_int_equal(integer_at(chain, "w"), 2);
    assert_int_equal(floe_node_size(get(root, "none")), 1);
    assert_int_equal(integer_at(get(root, "quoted"), "<<"), 1);
    assert_text(floe_node_child(get(root, "list"), 1), "<<");
    floe_store_free(store);
}

static void many_merged_keys_are_found(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_buffer text = {0};
    floe_buffer_printf(&text, "a: &a\n");
    for (int i = 0; i < 3000; i++) {
        floe_buffer_printf(&text, "  k%d: %d\n", i, i);
    }
    floe_buffer_printf(&text, "b:\n  k1500: other\n  <<: *a\n");
    const floe_node *b = get(parse(store, text.data), "b");
    assert_int_equal(floe_node_size(b), 3000);
    assert_text(get(b, "k1500"), "other");
    assert_int_equal(integer_at(b, "k2999"), 2999);
    floe_buffer_free(&text);
    floe_store_free(store);
}

/* ---- places ---- */

static void nodes_and_keys_know_their_places(void **state) {
    (void)state;
    static const char text[] = "größe: 1\n"             /* 1 */
                               "models:\n"              /* 2 */
                               "  - name: \"ä\"  # c\n" /* 3 */
                               "    tags: [a, b€, c]\n" /* 4 */
                               "    text: |\n"          /* 5 */
                               "      äöü\n"            /* 6 */
                               "    last: &x !!str é\n" /* 7 */
                               "    nothing:\n";        /* 8 */
    floe_store *store = floe_store_new();
    floe_document *document = parse_as(store, text, sizeof text - 1, FLOE_YAML_CORE);
    const floe_node *model = floe_node_child(get(&document->root, "models"), 0);
    const floe_node *tags = get(model, "tags");
    const struct {
        uint32_t at, line, column;
    } rows[] = {
        {document->root.at, 1, 1},
        {get(&document->root, "größe")->at, 1, 8},
        {document->root.block->key_at[1], 2, 1},
        {get(&document->root, "models")->at, 3, 3},
        {model->at, 3, 5},
        {get(model, "name")->at, 3, 11},
        {model->block->key_at[1], 4, 5},
        {tags->at, 4, 11},
        {floe_node_child(tags, 2)->at, 4, 19},
        {get(model, "text")->at, 5, 11},
        {get(model, "last")->at, 7, 11},
        {model->block->key_at[4], 8, 5},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint32_t line, column;
        floe_document_position(document, rows[i].at, &line, &column);
        if (line != rows[i].line || column != rows[i].column) {
            fail_msg("row %zu is at %u:%u and not at %u:%u", i, line, column, rows[i].line, rows[i].column);
        }
    }
    floe_store_free(store);
}

static void a_merged_member_keeps_its_place(void **state) {
    (void)state;
    static const char text[] = "a: &a\n  x: 1\nb:\n  y: {q: 1}\n  <<: *a\n  z: 2\n";
    floe_store *store = floe_store_new();
    floe_document *document = parse_as(store, text, sizeof text - 1, FLOE_YAML_CORE);
    const floe_node *b = get(&document->root, "b");
    uint32_t line, column;
    floe_document_position(document, b->block->key_at[0], &line, &column);
    assert_int_equal(line, 4);
    floe_document_position(document, b->block->key_at[1], &line, &column);
    assert_int_equal(line, 6);
    assert_string_equal(floe_node_key(b, 2)->text, "x");
    floe_document_position(document, b->block->key_at[2], &line, &column);
    assert_int_equal(line, 2);
    assert_int_equal(column, 3);
    floe_store_free(store);
}

/* ---- what is refused ---- */

typedef struct refusal {
    const char *text;
    floe_code code;
    uint32_t line, column;
    const char *message; /* a part of it */
    const char *hint;    /* a part of it, or NULL */
} refusal;

static const refusal refusals[] = {
    {"a: 1\nb: 2\na: 3\n", FLOE_INVALID, 3, 1, "the key 'a' stands twice in one object, first at 1:1", NULL},
    {"a: {b: 1}\nc: {d: 1}\na: {e: 1}\n", FLOE_INVALID, 3, 1, "first at 1:1", NULL},
    {"1: a\n\"1\": b\n", FLOE_INVALID, 2, 1, "the key '1' stands twice", NULL},
    {"<<: {a: 1}\nb: 1\n<<: {c: 1}\n", FLOE_INVALID, 3, 1,
     "the key '<<' stands twice in one object, first at 1:1", NULL},
    {"x: &x {a: 1}\n<<: *x\na: 1\na: 2\n", FLOE_INVALID, 4, 1, "the key 'a' stands twice", NULL},
    {"<<: 1\n", FLOE_INVALID, 1, 1, "'<<' takes an object or a list of objects", NULL},
    {"<<: [{a: 1}, 2]\n", FLOE_INVALID, 1, 1, "'<<' takes an object or a list of objects", NULL},
    {"a: 1\n  b: 2\n", FLOE_INVALID, 2, 4, "mapping values are not allowed in this context", "indentation"},
    {"a:\n  b: 1\n c: 2\n", FLOE_INVALID, 3, 2, "while parsing a block mapping (which began at 1:1)",
     "indentation"},
    {"a:\n\tb: 1\n", FLOE_INVALID, 2, 1, "cannot start any token", "indented with a tab"},
    {"a: @b\n", FLOE_INVALID, 1, 4, "cannot start any token", "begins with '@' into quotes"},
    {"a: [1, 2\nb: 3\n", FLOE_INVALID, 2, 2, "while parsing a flow sequence (which began at 1:4)", NULL},
    {"a: 'b\n", FLOE_INVALID, 2, 1, "found unexpected end of stream while scanning a quoted scalar", NULL},
    {"a: *b\n", FLOE_INVALID, 1, 4, "the alias '*b' has no anchor before it", NULL},
    {"a: &a [*a]\n", FLOE_INVALID, 1, 8, "the alias '*a' stands inside of what it names", NULL},
    {"&a a: {*a : &b {c: *b}}\n", FLOE_INVALID, 1, 20, "the alias '*b' stands inside of what it names", NULL},
    {"a: {{ var('x') }}\n", FLOE_INVALID, 1, 5, "a key is no text", "begins with '{{' into quotes"},
    {"? [a]\n: b\n", FLOE_INVALID, 1, 3, "a key is no text", NULL},
    {"a: &x [1]\n*x : 1\n", FLOE_INVALID, 2, 1, "a key is no text", NULL},
    {"a: !ref b\n", FLOE_INVALID, 1, 4, "the tag '!ref' is not known", "leave the tag out"},
    {"a: !!binary aGk=\n", FLOE_INVALID, 1, 4, "the tag '!!binary' is not known", NULL},
    {"a: !!python/object:os.system {}\n", FLOE_INVALID, 1, 4, "is not known", NULL},
    {"a: !!seq {}\n", FLOE_INVALID, 1, 4, "the tag '!!seq' is not known", NULL},
    {"a: !!int x\n", FLOE_INVALID, 1, 4, "'x' is no value for the tag '!!int'", NULL},
    {"a: 1\n---\nb: 2\n", FLOE_INVALID, 2, 1, "a second document begins here", "a file of its own"},
    {"a: \xff\n", FLOE_INVALID, 1, 4, "invalid leading UTF-8 octet (0xFF)", NULL},
    {"é: 1\na: \xc3(\n", FLOE_INVALID, 2, 5, "UTF-8", NULL},
    {"a: \x01\n", FLOE_INVALID, 1, 4, "control characters are not allowed (0x01)", NULL},
    {"\xFF\xFE"
     "a",
     FLOE_INVALID, 1, 1, "it is not UTF-8", "UTF-16"},
    {"%YAML 3.0\n--- a\n", FLOE_INVALID, 1, 1, "incompatible YAML document", NULL},
};

static void what_is_refused_names_its_place(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    for (size_t i = 0; i < COUNT(refusals); i++) {
        const refusal *row = &refusals[i];
        floe_document *document = NULL;
        floe_error error = {0};
        int result = floe_yaml_parse(&document, store, "t.yml", row->text, strlen(row->text), FLOE_YAML_CORE,
                                     NULL, &error);
        if (result != (int)row->code || error.line != row->line || error.column != row->column ||
            !strstr(error.message, row->message) || (row->hint && !strstr(error.hint, row->hint))) {
            fail_msg("row %zu, %s: expected %u:%u '%s', got %d %u:%u '%s' (%s)", i, row->text, row->line,
                     row->column, row->message, result, error.line, error.column, error.message, error.hint);
        }
        assert_null(document);
        assert_string_equal(error.file, "t.yml");
        assert_int_equal(floe_store_count(store), 0);
    }
    floe_store_free(store);
}

static void nul_bytes_are_refused(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *document;
    floe_error error = {0};
    assert_int_equal(floe_yaml_parse(&document, store, "t", "a: b\0c\n", 7, FLOE_YAML_CORE, NULL, &error),
                     FLOE_INVALID);
    assert_int_equal(error.column, 5);
    floe_store_free(store);
}

/* ---- bounds ---- */

static void test_of_a_key_that_stands_twice_dbt_takes_the_last(void **state) {
    (void)state;
    static const char text[] =
        "a: {x: 1}\nb: 2\na: {y: 3}\nx: &x {p: 1}\nz: &z {p: 2, q: 3}\nm: {<<: *x, <<: *z}\n";
    floe_store *store = floe_store_new();
    const floe_node *root = &parse_as(store, text, sizeof text - 1, FLOE_YAML_DBT)->root;
    assert_int_equal(integer_at(get(root, "a"), "y"), 3);
    assert_true(floe_node_absent(get(get(root, "a"), "x")));
    assert_int_equal(integer_at(root, "b"), 2);
    assert_int_equal(integer_at(get(root, "m"), "q"), 3);
    floe_store_free(store);
}

static int parse_repeated(const char *piece, size_t count, const char *tail, const floe_read_limits *limits,
                          floe_error *error) {
    floe_store *store = floe_store_new();
    floe_buffer text = {0};
    floe_document *document;
    for (size_t i = 0; i < count; i++) {
        floe_buffer_append(&text, piece, strlen(piece));
    }
    floe_buffer_append(&text, tail, strlen(tail));
    int result =
        floe_yaml_parse(&document, store, "t.yml", text.data, text.size, FLOE_YAML_CORE, limits, error);
    floe_buffer_free(&text);
    floe_store_free(store);
    return result;
}

static void deep_nesting_ends_at_once(void **state) {
    (void)state;
    floe_error error = {0};
    assert_int_equal(parse_repeated("[", 20000, "", NULL, &error), FLOE_LIMIT);
    assert_int_equal(error.column, 101);
    assert_int_equal(parse_repeated("{a: ", 20000, "", NULL, &error), FLOE_LIMIT);
    assert_int_equal(parse_repeated("- ", 20000, "1", NULL, &error), FLOE_LIMIT);
    assert_int_equal(parse_repeated("[\n", 20000, "", NULL, &error), FLOE_LIMIT);
    assert_int_equal(parse_repeated("- ", 100, "1", NULL, &error), 0);
    assert_int_equal(parse_repeated("- ", 101, "1", NULL, &error), FLOE_LIMIT);
    assert_int_equal(parse_repeated("- ", 3, "1", &(floe_read_limits){.depth = 2}, &error), FLOE_LIMIT);
}

static void a_billion_laughs_end_in_an_error(void **state) {
    (void)state;
    floe_store *store = floe_store_new();
    floe_document *document;
    floe_error error = {0};
    floe_buffer text = {0};
    floe_buffer_printf(&text, "l0: &l0 [lol]\n");
    for (int i = 1; i < 30; i++) {
        floe_buffer_printf(&text, "l%d: &l%d [", i, i);
        for (int j = 0; j < 10; j++) {
            floe_buffer_printf(&text, "%s*l%d", j ? ", " : "", i - 1);
        }
        floe_buffer_printf(&text, "]\n");
    }
    assert_int_equal(
        floe_yaml_parse(&document, store, "t", text.data, text.size, FLOE_YAML_CORE, NULL, &error),
        FLOE_LIMIT);
    assert_non_null(strstr(error.message, "its aliases stand for more than 1000000 values"));
    assert_int_equal(error.line, 7);
    floe_buffer_free(&text);
    floe_store_free(store);
}

static void directives_are_bounded(void **state) {
    (void)state;
    floe_error error = {0};
    floe_buffer text = {0};
    for (int i = 0; i < 64; i++) {
        floe_buffer_printf(&text, "%%TAG !a%d! x\n", i);
    }
    assert_int_equal(parse_repeated(text.data, 1, "---\na: 1\n", NULL, &error), 0);
    floe_buffer_printf(&text, "%%TAG !b! x\n");
    assert_int_equal(parse_repeated(text.data, 1, "---\na: 1\n", NULL, &error), FLOE_LIMIT);
    assert_int_equal(error.line, 65);
    floe_buffer_free(&text);
}

static void merged_maps_count_against_the_bounds(void **state) {
    (void)state;
    floe_error error = {0};
    floe_read_limits limits = {.nodes = 1000};
    assert_int_equal(parse_repeated("- {<<: {a: 1, b: 2, c: 3, d: 4}}\n", 110, "", &limits, &error), 0);
    assert_int_equal(parse_repeated("- {<<: {a: 1, b: 2, c: 3, d: 4}}\n", 112, "", &limits, &error),
                     FLOE_LIMIT);
}

static void nodes_and_bytes_are_bounded(void **state) {
    (void)state;
    floe_error error = {0};
    floe_read_limits limits = {.nodes = 100};
    assert_int_equal(parse_repeated("- 1\n", 100, "", &limits, &error), 0);
    assert_int_equal(parse_repeated("- 1\n", 101, "", &limits, &error), FLOE_LIMIT);
    assert_int_equal(error.line, 101);
    limits = (floe_read_limits){.bytes = 40};
    assert_int_equal(parse_repeated("- 1\n", 10, "", &limits, &error), 0);
    assert_int_equal(parse_repeated("- 1\n", 11, "", &limits, &error), FLOE_LIMIT);
    limits = (floe_read_limits){.aliases = 5};
    assert_int_equal(parse_repeated("- &a 1\n- *a\n", 5, "", &limits, &error), 0);
    assert_int_equal(parse_repeated("- &a 1\n- *a\n", 6, "", &limits, &error), FLOE_LIMIT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_a_key_that_stands_twice_dbt_takes_the_last),
        cmocka_unit_test(plain_scalars_follow_their_dialect),
        cmocka_unit_test(what_trees_have_no_kind_for_is_a_text_that_stands_for_it),
        cmocka_unit_test(integers_of_more_than_64_bits_are_numbers_in_core),
        cmocka_unit_test(integers_of_more_than_64_bits_are_printed_as_integers),
        cmocka_unit_test(keys_that_are_no_texts_are_what_str_makes_of_them),
        cmocka_unit_test(dbt_2_reads_what_core_does_but_for_some),
        cmocka_unit_test(not_a_number_is_a_number),
        cmocka_unit_test(integers_keep_64_bits),
        cmocka_unit_test(quoted_and_tagged_scalars_are_texts),
        cmocka_unit_test(keys_are_texts),
        cmocka_unit_test(an_empty_file_is_a_null_root),
        cmocka_unit_test(byte_order_mark_and_carriage_returns_change_nothing),
        cmocka_unit_test(aliases_share_what_they_name),
        cmocka_unit_test(merge_keys_are_resolved),
        cmocka_unit_test(many_merged_keys_are_found),
        cmocka_unit_test(nodes_and_keys_know_their_places),
        cmocka_unit_test(a_merged_member_keeps_its_place),
        cmocka_unit_test(what_is_refused_names_its_place),
        cmocka_unit_test(nul_bytes_are_refused),
        cmocka_unit_test(deep_nesting_ends_at_once),
        cmocka_unit_test(a_billion_laughs_end_in_an_error),
        cmocka_unit_test(directives_are_bounded),
        cmocka_unit_test(merged_maps_count_against_the_bounds),
        cmocka_unit_test(nodes_and_bytes_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

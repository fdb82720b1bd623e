/* str() and repr() as Python 3.11 writes them, and what dbt 2 writes instead: the ids of generic tests are
 * made of them. */
#include "support.h"

#include "dbt/parse/entries.h"
#include "floe/yaml.h"

/* What each text means in YAML as dbt reads it, and what Python prints of it. */
static const struct row {
    const char *yaml, *str, *repr, *hashable;
} rows[] = {
    {"~", "None", "None", "'None'"},
    {"yes", "True", "True", "'True'"},
    {"012", "10", "10", "'10'"},
    {"-1_000", "-1000", "-1000", "'-1000'"},
    {"1.0", "1.0", "1.0", "'1.0'"},
    {"0.1", "0.1", "0.1", "'0.1'"},
    {"-0.0001", "-0.0001", "-0.0001", "'-0.0001'"},
    {"0.00001", "1e-05", "1e-05", "'1e-05'"},
    {"1.5e+20", "1.5e+20", "1.5e+20", "'1.5e+20'"},
    {"123456789012345.0", "123456789012345.0", "123456789012345.0", "'123456789012345.0'"},
    {"1.0e+16", "1e+16", "1e+16", "'1e+16'"},
    {"9999999999999998.0", "9999999999999998.0", "9999999999999998.0", "'9999999999999998.0'"},
    {"-.inf", "-inf", "-inf", "'-inf'"},
    {".nan", "nan", "nan", "'nan'"},
    {"'2024-01-01'", "2024-01-01", "'2024-01-01'", "'2024-01-01'"},
    {"2024-01-01", "2024-01-01", "datetime.date(2024, 1, 1)", "'2024-01-01'"},
    {"2024-01-02 03:04:00", "2024-01-02 03:04:00", "datetime.datetime(2024, 1, 2, 3, 4)",
     "'2024-01-02 03:04:00'"},
    {"2024-01-02t3:04:05Z", "2024-01-02 03:04:05+00:00",
     "datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)", "'2024-01-02 03:04:05+00:00'"},
    {"2024-01-02 03:04:05.5 -5:30", "2024-01-02 03:04:05.500000-05:30",
     "datetime.datetime(2024, 1, 2, 3, 4, 5, 500000, tzinfo=datetime.timezone(datetime.timedelta(days=-1, "
     "seconds=66600)))",
     "'2024-01-02 03:04:05.500000-05:30'"},
    {"2024-01-02 03:04:00 +1", "2024-01-02 03:04:00+01:00",
     "datetime.datetime(2024, 1, 2, 3, 4, tzinfo=datetime.timezone(datetime.timedelta(seconds=3600)))",
     "'2024-01-02 03:04:00+01:00'"},
    {"[18446744073709551615, 0x1_0000_0000_0000_0000]", "[18446744073709551615, 18446744073709551616]",
     "[18446744073709551615, 18446744073709551616]", "['18446744073709551615', '18446744073709551616']"},
    {"\"it's\"", "it's", "\"it's\"", "\"it's\""},
    {"\"say \\\"it's\\\"\"", "say \"it's\"", "'say \"it\\'s\"'", "'say \"it\\'s\"'"},
    {"\"a\\nb\\t\\\\\\r\"", "a\nb\t\\\r", "'a\\nb\\t\\\\\\r'", "'a\\nb\\t\\\\\\r'"},
    {"\"\\x01\\x7f\\xa0\\xad\\xe9\"", "\x01\x7f\xc2\xa0\xc2\xad\xc3\xa9", "'\\x01\\x7f\\xa0\\xad\xc3\xa9'",
     "'\\x01\\x7f\\xa0\\xad\xc3\xa9'"},
    {"\"\\u200b\\u3000\\ufeff\\u4e2d\\U0001F600\\U000E0001\"",
     "\xe2\x80\x8b\xe3\x80\x80\xef\xbb\xbf\xe4\xb8\xad\xf0\x9f\x98\x80\xf3\xa0\x80\x81",
     "'\\u200b\\u3000\\ufeff\xe4\xb8\xad\xf0\x9f\x98\x80\\U000e0001'",
     "'\\u200b\\u3000\\ufeff\xe4\xb8\xad\xf0\x9f\x98\x80\\U000e0001'"},
    {"[]", "[]", "[]", "[]"},
    {"{}", "{}", "{}", "{}"},
    {"[1, [a, 2.5], {z: null, a: [no]}]", "[1, ['a', 2.5], {'z': None, 'a': [False]}]",
     "[1, ['a', 2.5], {'z': None, 'a': [False]}]", "['1', ['a', '2.5'], {'a': ['False'], 'z': 'None'}]"},
};

static void values_print_as_in_python(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        floe_store *store = floe_store_new();
        floe_document *document;
        floe_buffer text = {0};
        assert_int_equal(floe_yaml_parse(&document, store, "a.yml", rows[i].yaml, strlen(rows[i].yaml),
                                         FLOE_YAML_DBT, NULL, NULL),
                         0);
        floe_python_str(&text, &document->root);
        assert_string_equal(text.data, rows[i].str);
        floe_buffer_clear(&text);
        floe_python_repr(&text, &document->root, false);
        assert_string_equal(text.data, rows[i].repr);
        floe_buffer_clear(&text);
        floe_python_repr(&text, &document->root, true);
        assert_string_equal(text.data, rows[i].hashable);
        floe_buffer_free(&text);
        floe_store_free(store);
    }
}

/* What each text is in a hash and in a name, as ids of dbt 2 were seen to need it. */
static const struct words_row {
    const char *yaml, *hashed, *named;
} words_rows[] = {
    {"~", "'None'", "None"},
    {"True", "'True'", "True"},
    {"yes", "'yes'", "yes"},
    {"010", "'010'", "010"},
    {"1e3", "'1000.0'", "1000.0"},
    {".nan", "'None'", "None"},
    {"0.00001", "'0.00001'", "0.00001"},
    {"[1e-6, 1.5e-10, 1e15, 1e16, -0.0]", "['1e-6', '1.5e-10', '1000000000000000.0', '1e+16', '-0.0']",
     "[1e-6,1.5e-10,1000000000000000.0,1e+16,-0.0]"},
    {"\"it's\"", "\"it's\"", "it's"},
    {"\"say \\\"it's\\\"\"", "\"say \"it's\"\"", "say \\\"it's\\\""},
    {"\"a\\tb\\nc\\rd\\x01\\x7f\"", "'a\tb\nc\rd\x01\x7f'", "a\\tb c d\\u0001\x7f"},
    {"'a\\nb\\tc\\'", "'a\\nb\\tc\\'", "a\\\\b\\\\tc\\\\"},
    {"{z: {y: null, b: [true, 'a\"']}, \"it's\": {}}",
     "{'it's': {}, 'z': {'b': ['True', 'a\"'], 'y': 'None'}}",
     "{\"it's\":{},\"z\":{\"b\":[true,\"a\\\"\"],\"y\":null}}"},
};

static void values_print_as_in_dbt_2(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(words_rows); i++) {
        floe_store *store = floe_store_new();
        floe_document *document;
        floe_buffer text = {0};
        assert_int_equal(floe_yaml_parse(&document, store, "a.yml", words_rows[i].yaml,
                                         strlen(words_rows[i].yaml), FLOE_YAML_DBT_2, NULL, NULL),
                         0);
        floe_words_hashed(&text, &document->root);
        assert_string_equal(text.data, words_rows[i].hashed);
        floe_buffer_clear(&text);
        floe_words_named(&text, &document->root);
        assert_string_equal(text.data, words_rows[i].named);
        floe_buffer_free(&text);
        floe_store_free(store);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(values_print_as_in_python),
                                       cmocka_unit_test(values_print_as_in_dbt_2)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SQL as tokens, in C: kinds, ends, places, dialects, and that hostile text costs no more than its length.
 * What is made of them is tests/lua/sql_test.lua's to show. */
#include "sql/token.h"

#include "support.h"

/* Kind by kind, as letters: w word, q quoted, s string, n number, o operator, c comment, O {{, S {%, C {#; a
 * capital "!" behind what is not closed. */
static void assert_kinds(const char *text, const char *adapter, const char *expected) {
    static const char letters[] = "? wqsnocOSC";
    char found[256];
    size_t count = 0;
    floe_sql_lexer lexer;
    floe_sql_lexer_start(&lexer, text, strlen(text), floe_sql_dialect_of(adapter));
    for (floe_sql_token token = floe_sql_next(&lexer); token.kind && count < sizeof found - 2;
         token = floe_sql_next(&lexer)) {
        if (token.kind != FLOE_SQL_SPACE) {
            found[count++] = letters[token.kind];
        }
        if (!token.closed) {
            found[count++] = '!';
        }
    }
    found[count] = '\0';
    if (strcmp(found, expected) != 0) {
        fail_msg("%s (%s)\n  gave %s\n  not  %s", text, adapter ? adapter : "-", found, expected);
    }
}

static void each_dialect_has_its_own_tokens(void **state) {
    (void)state;
    static const struct {
        const char *text, *adapter, *kinds;
    } cases[] = {
        {"select a, 1 from \"b\" where c = 'd'", NULL, "wwonwqwwos"},
        {"a--b\nc", NULL, "wcw"},
        {"a/*b*/c", NULL, "wcw"},
        {"a # b", NULL, "wow"},
        {"a # b", "mysql", "wc"},
        {"a // b", NULL, "wow"},
        {"a // b", "snowflake", "wc"},
        {"/* /* */ */", "trino", "coo"},
        {"/* /* */ */", "postgres", "c"},
        {"'a''b'", NULL, "s"},
        {"'a\\'", "postgres", "s"},
        {"'a\\'", "bigquery", "s!"},
        {"E'a\\'b'", "postgres", "s"},
        {"N'a' U&'b' x'1' e 'c'", NULL, "sssws"},
        {"\"a\"", "bigquery", "s"},
        {"`a.b`.c", "bigquery", "qow"},
        {"'''a''b'''", "bigquery", "s"},
        {"'''a''b'''", NULL, "s"},
        {"[a]]b]", "sqlserver", "q"},
        {"a[1]", "duckdb", "wono"},
        {"$$a'$$ $b$ $$ $b$ $1", "postgres", "ssw"},
        {"$$a$$", "mysql", "w"},
        {"a$b", "postgres", "w"},
        {"1.5 .5 1..2 1e5 1e 0xF a.1 1_000", NULL, "nnnonnnwnwonn"},
        {"a::b || c <> d ->> e", NULL, "wowowowow"},
        {":a @b @@c a:b", NULL, "wwowww"},
        {"é_1 日本", NULL, "ww"},
        {"{{ a }}{% b %}{# c #}", NULL, "OSC"},
        {"'{{ a('b') }}'", NULL, "s"},
        {"\"{{ a(\"b\") }}\"", NULL, "q"},
        {"-- {{ a\n }} b\nc", NULL, "cw"},
        {"/* {{ '*/' }} */ a", NULL, "cw"},
        {"{% raw %} a {{ b }} {% endraw %}", NULL, "SwOS"},
        {"{{ {'a': {'b': '}}'}} }} c", NULL, "Ow"},
        {"{{ $ }} a", NULL, "Ow"},
        {"{ a }", NULL, "owo"},
        {"'a", NULL, "s!"},
        {"\"a", NULL, "q!"},
        {"/* a", NULL, "c!"},
        {"$$ a", "duckdb", "s!"},
        {"{{ a", NULL, "O!"},
        {"{% a", NULL, "S!"},
        {"{# a", NULL, "C!"},
        {"'{{ a' b", NULL, "sw"},
        {"-- {{ a\nb", NULL, "cw"},
        {"", NULL, ""},
        {"  ", NULL, ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_kinds(cases[i].text, cases[i].adapter, cases[i].kinds);
    }
}

static void tokens_have_lines_and_columns_in_code_points(void **state) {
    (void)state;
    static const char text[] = "é a\r\n'b\nc' d\re";
    static const uint32_t places[][2] = {{1, 1}, {1, 3}, {2, 1}, {3, 4}, {4, 1}};
    floe_sql_lexer lexer;
    floe_sql_lexer_start(&lexer, text, strlen(text), floe_sql_dialect_of(NULL));
    for (size_t i = 0; i < COUNT(places);) {
        floe_sql_token token = floe_sql_next(&lexer);
        if (token.kind != FLOE_SQL_SPACE) {
            assert_int_equal(token.line, places[i][0]);
            assert_int_equal(token.column, places[i][1]);
            i++;
        }
    }
    assert_int_equal(floe_sql_next(&lexer).kind, FLOE_SQL_END);
}

static void nul_bytes_and_broken_utf8_are_only_bytes(void **state) {
    (void)state;
    static const char text[] = "a\0b \xFF\xC3 '\0'";
    floe_sql_lexer lexer;
    floe_sql_lexer_start(&lexer, text, sizeof text - 1, floe_sql_dialect_of(NULL));
    uint32_t end = 0;
    for (floe_sql_token token = floe_sql_next(&lexer); token.kind; token = floe_sql_next(&lexer)) {
        assert_int_equal(token.at, end);
        end = token.end;
    }
    assert_int_equal(end, sizeof text - 1);
}

static void hostile_text_takes_linear_time(void **state) {
    (void)state;
    static const char *const pieces[] = {"{{", "'{{ ", "{% raw %}", "-- {{\n", "/* {%", "{#",
                                         "$a", "'\\'", "{{ '}}'$ ", "/*",      "\"",    "{{ ("};
    for (size_t i = 0; i < COUNT(pieces); i++) {
        floe_buffer text = {0};
        while (text.size < 1 << 20) {
            floe_buffer_append(&text, pieces[i], strlen(pieces[i]));
        }
        for (int dialect = 0; dialect < 2; dialect++) {
            floe_sql_lexer lexer;
            floe_sql_lexer_start(&lexer, text.data, text.size,
                                 floe_sql_dialect_of(dialect ? "bigquery" : NULL));
            while (floe_sql_next(&lexer).kind != FLOE_SQL_END) {
            }
        }
        floe_buffer_free(&text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_dialect_has_its_own_tokens),
        cmocka_unit_test(tokens_have_lines_and_columns_in_code_points),
        cmocka_unit_test(nul_bytes_and_broken_utf8_are_only_bytes),
        cmocka_unit_test(hostile_text_takes_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

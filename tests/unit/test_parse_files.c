/* What dbt takes for blanks in a checksum, and what a .dbtignore leaves out. */
#include "support.h"

#include "dbt/parse/layout.h"

static void a_checksum_is_that_of_dbt(void **state) {
    (void)state;
    static const struct {
        const char *text;
        floe_checksum_rule rule;
        const char *checksum; /* Python's hashlib of what str.strip() or " ".join(str.split()) leaves */
    } rows[] = {
        {"select 1", FLOE_CHECKSUM_STRIPPED,
         "822ae07d4783158bc1912bb623e5107cc9002d519e1143a9c200ed6ee18b6d0f"},
        {"\n\t select 1 \r\n", FLOE_CHECKSUM_STRIPPED,
         "822ae07d4783158bc1912bb623e5107cc9002d519e1143a9c200ed6ee18b6d0f"},
        {"\xC2\xA0select 1\xE3\x80\x80\x1C", FLOE_CHECKSUM_STRIPPED,
         "822ae07d4783158bc1912bb623e5107cc9002d519e1143a9c200ed6ee18b6d0f"},
        {" select \n\n 1\n", FLOE_CHECKSUM_COLLAPSED,
         "822ae07d4783158bc1912bb623e5107cc9002d519e1143a9c200ed6ee18b6d0f"},
        {"select\xE2\x80\x83\t1", FLOE_CHECKSUM_COLLAPSED,
         "822ae07d4783158bc1912bb623e5107cc9002d519e1143a9c200ed6ee18b6d0f"},
        {"", FLOE_CHECKSUM_STRIPPED, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {" \n ", FLOE_CHECKSUM_COLLAPSED, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"a,b\r\n1,2\r\n", FLOE_CHECKSUM_LINES,
         "aeedab1ee7a1043753c9ab768594bc8420d7b85491d0be9421edc3813c237f4c"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char checksum[65];
        floe_error error;
        assert_int_equal(floe_checksum(checksum, rows[i].rule, rows[i].text, strlen(rows[i].text), &error),
                         0);
        if (strcmp(checksum, rows[i].checksum) != 0) {
            fail_msg("row %zu: %s", i, checksum);
        }
    }
    assert_int_equal(floe_checksum_rule_of(111, false), FLOE_CHECKSUM_STRIPPED);
    assert_int_equal(floe_checksum_rule_of(112, false), FLOE_CHECKSUM_COLLAPSED);
    assert_int_equal(floe_checksum_rule_of(200, true), FLOE_CHECKSUM_LINES);
}

static void a_letter_is_no_blank(void **state) {
    (void)state;
    static const char *const texts[] = {"\xC3\xA0", "\xE2\x82\xAC", "\xE1\x9A\x81", "x\xC2", "\xE3\x80", "0"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        const char *text = texts[i];
        size_t size = strlen(text);
        floe_strip(&text, &size);
        assert_int_equal(size, strlen(texts[i]));
    }
}

/* Each row was asked of pathspec, dbt's reader of such files. */
static void a_dbtignore_leaves_out_what_dbt_leaves_out(void **state) {
    (void)state;
    static const struct {
        const char *patterns, *path;
        bool ignored;
    } rows[] = {
        {"skip.sql", "models/skip.sql", true},
        {"skip.sql", "models/deep/er/skip.sql", true},
        {"skip.sql", "models/skip.sqlx", false},
        {"/skip.sql", "models/skip.sql", false},
        {"/models", "models/a.sql", true},
        {"models/*.sql", "models/a.sql", true},
        {"models/*.sql", "models/sub/a.sql", false},
        {"models/**/a.sql", "models/a.sql", true},
        {"models/**/a.sql", "models/x/y/a.sql", true},
        {"models/**", "models/a.sql", true},
        {"models/**", "models", false},
        {"**/old/**", "models/old/a.sql", true},
        {"**/old/**", "old/a.sql", true},
        {"**/old", "models/old/a.sql", true},
        {"old/", "models/old/a.sql", true},
        {"old/", "models/old", false},
        {"sub/old", "models/sub/old/a.sql", false},
        {"models/sub/", "models/sub/a.sql", true},
        {"*.sql\n!keep.sql", "models/keep.sql", false},
        {"models/\n!models/keep.sql", "models/keep.sql", false},
        {"!keep.sql\n*.sql", "models/keep.sql", true},
        {"# a comment\n\n  \nx?.sql", "models/xy.sql", true},
        {"x?.sql", "models/x.sql", false},
        {"[ab].sql", "models/b.sql", true},
        {"[!ab].sql", "models/b.sql", false},
        {"[a-c]x", "m/bx", true},
        {"[]x].sql", "models/].sql", true},
        {"[ab.sql", "models/[ab.sql", true},
        {"\\#a.sql", "models/#a.sql", true},
        {"\\!a.sql", "models/!a.sql", true},
        {"a\\*.sql", "models/a*.sql", true},
        {"a\\*.sql", "models/ab.sql", false},
        {"a.sql  ", "models/a.sql", true},
        {"a.sql\r\nb.sql\r\n", "models/a.sql", true},
        {"/", "models/a.sql", false},
        {"**", "a.sql", true},
        {"**/", "a.sql", false},
        {"**/", "models/a.sql", true},
        {"*", "models/a.sql", true},
        {"models/*", "models/a/b.sql", true},
        {"a*b*c", "m/axxbxxc", true},
        {"a*b*c", "m/axxcxxb", false},
        {"**/a/**/b", "x/a/y/a/b", true},
        {"**/a/b", "a/a/b", true},
        {"a/**/b/**/c", "a/b/x/b/c", true},
        {"models/a.sql", "./models/a.sql", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint32_t bad;
        floe_ignore *ignore = floe_ignore_parse(rows[i].patterns, strlen(rows[i].patterns), &bad);
        assert_non_null(ignore);
        assert_int_equal(bad, 0);
        if (floe_ignore_matches(ignore, rows[i].path) != rows[i].ignored) {
            fail_msg("'%s' and '%s'", rows[i].patterns, rows[i].path);
        }
        floe_ignore_free(ignore);
    }
    assert_false(floe_ignore_matches(NULL, "models/a.sql"));
}

static void a_line_that_is_no_pattern_is_named(void **state) {
    (void)state;
    uint32_t bad;
    floe_ignore *ignore = floe_ignore_parse("a.sql\nb\\\nc\\", 9, &bad);
    assert_non_null(ignore);
    assert_int_equal(bad, 2);
    assert_true(floe_ignore_matches(ignore, "models/a.sql"));
    floe_ignore_free(ignore);
}

/* Stars and double stars must not try all ways to spread over a path. */
static void hostile_patterns_take_no_time(void **state) {
    (void)state;
    char pattern[4096] = "", path[4096] = "";
    for (size_t i = 0; i < 300; i++) {
        strcat(pattern, "**/a/");
        strcat(path, "a/");
    }
    strcat(pattern, "b");
    strcat(path, "c");
    uint32_t bad;
    floe_ignore *ignore = floe_ignore_parse(pattern, strlen(pattern), &bad);
    assert_false(floe_ignore_matches(ignore, path));
    floe_ignore_free(ignore);
    memset(path, 'a', 2000);
    path[2000] = '\0';
    for (size_t i = 0; i < 1000; i++) {
        memcpy(pattern + 2 * i, "*a", 3);
    }
    strcat(pattern, "b");
    ignore = floe_ignore_parse(pattern, strlen(pattern), &bad);
    assert_false(floe_ignore_matches(ignore, path));
    floe_ignore_free(ignore);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_checksum_is_that_of_dbt),
        cmocka_unit_test(a_letter_is_no_blank),
        cmocka_unit_test(a_dbtignore_leaves_out_what_dbt_leaves_out),
        cmocka_unit_test(a_line_that_is_no_pattern_is_named),
        cmocka_unit_test(hostile_patterns_take_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

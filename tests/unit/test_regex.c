/* Regular expressions: what matches, what a wrong pattern says, and that no match costs without end. */
#include "base/clock.h"
#include "base/regex.h"
#include "support.h"

static bool search(const char *pattern, const char *text, size_t start, floe_match *match) {
    const floe_regex *regex;
    floe_error error;
    bool found = false;
    if (floe_regex_get(&regex, pattern, strlen(pattern), &error) ||
        floe_regex_search(&found, match, regex, text, strlen(text), start, NULL, &error)) {
        fail_msg("%s: %s", pattern, error.message);
    }
    return found;
}

static void groups_are_offsets_of_bytes(void **state) {
    (void)state;
    floe_match match;
    assert_true(search("(\xC3\xA9+)(x)?(z)", "a\xC3\xA9\xC3\xA9z", 0, &match));
    assert_int_equal(4, match.count);
    assert_int_equal(1, match.groups[0].start);
    assert_int_equal(6, match.groups[0].stop);
    assert_int_equal(5, match.groups[1].stop);
    assert_true(match.groups[2].start == SIZE_MAX);
    assert_false(search("b", "aaa", 0, &match));
    assert_false(search("a", "a", 1, &match));
    assert_false(search("a", "a", 99, &match));
}

static void a_dot_is_a_character_and_not_a_byte(void **state) {
    (void)state;
    floe_match match;
    assert_true(search("^.$", "\xC3\xA9", 0, &match));
    assert_false(search("^.$", "\xFF", 0, &match)); /* what is not UTF-8 never matches */
}

static void a_wrong_pattern_says_where(void **state) {
    (void)state;
    static const struct {
        const char *pattern;
        uint32_t position;
    } wrong[] = {{"(a", 3}, {"a**b", 3}, {"b[", 3}, {"\\C", 3}, {"[z-a]", 4}};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        const floe_regex *regex;
        floe_error error;
        assert_int_equal(FLOE_INVALID,
                         floe_regex_get(&regex, wrong[i].pattern, strlen(wrong[i].pattern), &error));
        if (error.column != wrong[i].position) {
            fail_msg("%s: %s (%u)", wrong[i].pattern, error.message, error.column);
        }
    }
}

static void a_match_that_backtracks_without_end_is_given_up(void **state) {
    (void)state;
    char text[64 + 1];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 2] = '!';
    text[sizeof text - 1] = '\0';
    static const char *const patterns[] = {"^(a+)+$", "^(a|aa)+$", "(.*)*x(.*)*y", "^((a{0,9}){0,9}){0,9}$"};
    for (size_t i = 0; i < COUNT(patterns); i++) {
        const floe_regex *regex;
        floe_match match;
        floe_error error;
        bool found = false;
        int64_t began = floe_clock_monotonic();
        assert_int_equal(0, floe_regex_get(&regex, patterns[i], strlen(patterns[i]), &error));
        int result = floe_regex_search(&found, &match, regex, text, strlen(text), 0, NULL, &error);
        assert_true(result == FLOE_LIMIT || (result == 0 && !found));
        assert_true(floe_clock_monotonic() - began < INT64_C(5000000000));
    }
}

/* More places than a piece has, and patterns that take few and many steps from each. */
static void a_long_text_is_searched_to_its_end(void **state) {
    (void)state;
    enum { TEXT = 700 * 1000 };
    char *text = calloc(1, TEXT + 8);
    floe_match match;
    for (size_t i = 0; i < TEXT; i += 2) {
        memcpy(text + i, "\xC3\xA9", 2);
    }
    memcpy(text + TEXT, "abcd", 4);
    static const char *const patterns[] = {"abcd", "[a-z]+$", "(?<=\xC3\xA9)ab?", "(?:\xC3\xA9{0,80}?|ab)cd",
                                           "a.c"};
    for (size_t i = 0; i < COUNT(patterns); i++) {
        assert_true(search(patterns[i], text, 0, &match));
        assert_true(match.groups[0].start + 200 > TEXT);
    }
    assert_false(search("^abcd", text, 0, &match));
    assert_false(search("abcd(?!$)", text, 0, &match));
    free(text);
}

/* No place costs much, and there are very many of them. */
static void a_search_ends_soon_after_it_is_stopped(void **state) {
    (void)state;
    enum { TEXT = 1000 * 1000 };
    static const char pattern[] = "a{1,900}a{1,900}[^ab]";
    volatile sig_atomic_t stop = 1;
    char *text = malloc(TEXT);
    const floe_regex *regex;
    floe_match match;
    floe_error error;
    bool found;
    memset(text, 'a', TEXT);
    assert_int_equal(0, floe_regex_get(&regex, pattern, strlen(pattern), &error));
    int64_t began = floe_clock_monotonic();
    assert_int_equal(FLOE_LIMIT, floe_regex_search(&found, &match, regex, text, TEXT, 0, &stop, &error));
    assert_false(found);
    assert_true(floe_clock_monotonic() - began < INT64_C(2000000000));
    free(text);
}

static void a_pattern_of_any_size_ends_in_a_pattern_or_an_error(void **state) {
    (void)state;
    const floe_regex *regex;
    floe_error error;
    char *longest = malloc(FLOE_REGEX_LENGTH + 1);
    memset(longest, 'a', FLOE_REGEX_LENGTH + 1);
    assert_int_equal(0, floe_regex_get(&regex, longest, FLOE_REGEX_LENGTH, &error));
    assert_int_equal(FLOE_LIMIT, floe_regex_get(&regex, longest, FLOE_REGEX_LENGTH + 1, &error));
    free(longest);
    assert_int_equal(FLOE_INVALID, floe_regex_get(&regex, "((a{1000}){1000}){1000}", 23, &error));
}

static void more_patterns_than_are_kept_still_match(void **state) {
    (void)state;
    for (int i = 0; i < 1000; i++) {
        char pattern[16], text[16];
        floe_match match;
        snprintf(pattern, sizeof pattern, "^n%d$", i % 400);
        snprintf(text, sizeof text, "n%d", i % 400);
        assert_true(search(pattern, text, 0, &match));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_offsets_of_bytes),
        cmocka_unit_test(a_dot_is_a_character_and_not_a_byte),
        cmocka_unit_test(a_wrong_pattern_says_where),
        cmocka_unit_test(a_match_that_backtracks_without_end_is_given_up),
        cmocka_unit_test(a_long_text_is_searched_to_its_end),
        cmocka_unit_test(a_search_ends_soon_after_it_is_stopped),
        cmocka_unit_test(a_pattern_of_any_size_ends_in_a_pattern_or_an_error),
        cmocka_unit_test(more_patterns_than_are_kept_still_match),
    };
    int with_jit = cmocka_run_group_tests_name("compiled", tests, NULL, NULL);
    floe_regex_without_jit();
    return with_jit + cmocka_run_group_tests_name("interpreted", tests, NULL, NULL);
}

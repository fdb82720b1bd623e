/* Words and globs in texts: what is found first, what a hostile text costs, and that a search can be stopped.
 */
#include "base/glob.h"
#include "base/words.h"

#include "support.h"

static void add_words(floe_words *words, bool caseless, const char *const *list) {
    floe_words_start(words, caseless);
    for (; *list; list++) {
        assert_true(floe_words_add(words, *list, strlen(*list)));
    }
}

static void finds(const floe_words *words, const char *text, size_t from, size_t at, uint32_t word) {
    floe_effort effort = {0};
    floe_word_found found;
    if (!floe_words_find(&found, words, text, strlen(text), from, &effort)) {
        fail_msg("nothing found in '%s'", text);
    }
    assert_int_equal(at, found.at);
    assert_int_equal(word, found.word);
    assert_int_equal(words->lengths[word], found.length);
}

static void finds_nothing(const floe_words *words, const char *text, size_t from) {
    floe_effort effort = {0};
    floe_word_found found;
    assert_false(floe_words_find(&found, words, text, strlen(text), from, &effort));
}

static void the_first_place_wins_and_there_the_first_word(void **state) {
    (void)state;
    static const char *const list[] = {"token", "tok", "key", "x", NULL};
    floe_words words;
    add_words(&words, false, list);
    finds(&words, "a key, a token", 0, 2, 2);
    finds(&words, "a key, a token", 3, 9, 0);
    finds(&words, "a tok", 0, 2, 1);
    finds(&words, "x", 0, 0, 3);
    finds(&words, "ends with x", 0, 10, 3);
    finds_nothing(&words, "TOKEN Key to", 0);
    finds_nothing(&words, "", 0);
    finds_nothing(&words, "ke", 0);
}

static void capitals_count_unless_it_is_said_otherwise(void **state) {
    (void)state;
    static const char *const list[] = {"AbC", "\xC3\x84", NULL};
    floe_words exact, caseless;
    add_words(&exact, false, list);
    add_words(&caseless, true, list);
    finds_nothing(&exact, "abc ABC", 0);
    finds(&exact, "abcAbC", 0, 3, 0);
    finds(&caseless, "xABC", 0, 1, 0);
    finds(&caseless, "xaBc", 0, 1, 0);
    finds(&caseless, "\xC3\x84", 0, 0, 1);
    finds_nothing(&caseless, "\xC3\xA4", 0);
}

static void only_so_many_words_of_such_a_length_are_taken(void **state) {
    (void)state;
    char longest[FLOE_WORD_LENGTH + 2];
    memset(longest, 'a', sizeof longest);
    longest[FLOE_WORD_LENGTH + 1] = '\0';
    floe_words words;
    floe_words_start(&words, false);
    assert_false(floe_words_add(&words, "", 0));
    assert_false(floe_words_add(&words, longest, FLOE_WORD_LENGTH + 1));
    for (int i = 0; i < FLOE_WORDS; i++) {
        assert_true(floe_words_add(&words, longest, FLOE_WORD_LENGTH));
    }
    assert_false(floe_words_add(&words, "a", 1));
    finds(&words, longest, 1, 1, 0);
}

static bool globs(const char *pattern, const char *value, floe_effort *effort) {
    return floe_glob(pattern, strlen(pattern), value, strlen(value), effort);
}

static void a_glob_matches_the_whole_value(void **state) {
    (void)state;
    static const struct {
        const char *pattern, *value;
        bool matches;
    } cases[] = {
        {"", "", true},
        {"*", "", true},
        {"**", "a/b", true},
        {"*", "a/b", false},
        {"a*c", "abbc", true},
        {"a*c", "abbcd", false},
        {"**/*.env", "a.env", true},
        {"**/b", "a/a/b", true},
        {"a/**/b", "ab", false},
        {"[a-c]x", "bx", true},
        {"[!a-c]x", "bx", false},
        {"[]a]", "]", true},
        {"[a", "[a", true},
        {"]*[a", "]b[a", true},
        {"[]", "[]", true},
        {"[!]", "[!]", true},
        {"?[!]", "x[!]", true},
        {"[!]]", "]", false},
        {"[^/]", "/", false},
        {"\\*", "*", true},
        {"\\*", "a", false},
        {"\\", "\\", true},
        {"a?c", "a/c", false},
        {"a?c", "abc", true},
        {"*/*", "a/b/c", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        floe_effort effort = {0};
        if (globs(cases[i].pattern, cases[i].value, &effort) != cases[i].matches) {
            fail_msg("'%s' against '%s'", cases[i].pattern, cases[i].value);
        }
    }
}

static void a_search_ends_when_it_is_stopped(void **state) {
    (void)state;
    static char text[100001], pattern[2001];
    memset(text, 'a', sizeof text - 1);
    for (size_t i = 0; i < sizeof pattern - 1; i += 2) {
        memcpy(pattern + i, "*a", 2);
    }
    pattern[sizeof pattern - 2] = 'b';
    volatile sig_atomic_t stop = 1;
    floe_effort effort = {.stop = &stop};
    assert_false(globs(pattern, text, &effort));
    assert_int_equal(1024, effort.steps);
    memset(pattern, 'b', sizeof pattern - 1);
    memcpy(pattern, "*[", 2);
    pattern[sizeof pattern - 2] = ']';
    effort.steps = 0;
    assert_false(globs(pattern, text, &effort));
    /* each letter of a class is a step */
    assert_in_range(effort.steps, sizeof pattern - 2, sizeof pattern + 1024);
    static const char *const list[] = {"ab", "aab", NULL};
    floe_words words;
    floe_word_found found;
    add_words(&words, false, list);
    effort.steps = 0;
    assert_false(floe_words_find(&found, &words, text, sizeof text - 1, 0, &effort));
    assert_int_equal(1024, effort.steps);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_place_wins_and_there_the_first_word),
        cmocka_unit_test(capitals_count_unless_it_is_said_otherwise),
        cmocka_unit_test(only_so_many_words_of_such_a_length_are_taken),
        cmocka_unit_test(a_glob_matches_the_whole_value),
        cmocka_unit_test(a_search_ends_when_it_is_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

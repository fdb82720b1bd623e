/* What a template becomes, where its nodes stand, and what is said where it is no Jinja. That the trees are
 * those of Jinja is tests/jinja's to show. */
#include "jinja/syntax.h"

#include "support.h"

static floe_arena *arena;

static int set_up(void **state) {
    (void)state;
    arena = floe_arena_new(0);
    return !arena;
}

static int tear_down(void **state) {
    (void)state;
    floe_arena_free(arena);
    return 0;
}

static const floe_jinja_template *parse(const char *text) {
    const floe_jinja_template *template = NULL;
    floe_error error = {0};
    if (floe_jinja_parse(&template, arena, "m.sql", text, strlen(text), &error)) {
        fail_msg("%s:%u:%u: %s (%s)", error.file, error.line, error.column, error.message, error.hint);
    }
    return template;
}

static const floe_jinja_node *first(const char *text) {
    const floe_jinja_template *template = parse(text);
    assert_true(template->body.count > 0);
    return template->body.items[0];
}

static void assert_text(floe_jinja_text text, const char *expected) {
    assert_int_equal(text.length, strlen(expected));
    assert_memory_equal(text.text, expected, text.length);
}

static void assert_refused(const char *text, size_t size, floe_code code, uint32_t line, uint32_t column,
                           const char *message, const char *hint) {
    const floe_jinja_template *template = NULL;
    floe_error error = {0};
    int result = floe_jinja_parse(&template, arena, "m.sql", text, size, &error);
    if (result != (int)code || error.line != line || error.column != column ||
        !strstr(error.message, message) || !strstr(error.hint, hint)) {
        fail_msg("%.60s\n  gave %d at %u:%u: %s (%s)", text, result, error.line, error.column, error.message,
                 error.hint);
    }
    assert_null(template);
    assert_string_equal(error.file, "m.sql");
}

/* ---- trees ---- */

static void nodes_say_where_they_stand(void **state) {
    (void)state;
    const floe_jinja_template *template = parse("select 1\nfrom é{{ ref('a').b }}\n");
    assert_int_equal(template->body.count, 2);
    const floe_jinja_node *output = template->body.items[1];
    uint32_t line, column;
    assert_int_equal(output->kind, FLOE_JINJA_OUTPUT);
    floe_jinja_position(template, output->at, &line, &column);
    assert_int_equal(line, 2);
    assert_int_equal(column, 7);
    assert_int_equal(output->a->kind, FLOE_JINJA_ATTRIBUTE);
    assert_int_equal(output->a->a->kind, FLOE_JINJA_CALL);
    assert_int_equal(output->a->a->end - output->a->a->at, strlen("ref('a')"));
    assert_int_equal(output->end - output->at, strlen("{{ ref('a').b }}"));
    assert_int_equal(output->height, 4);
}

static void positions_are_the_same_with_a_table_of_lines(void **state) {
    (void)state;
    char text[8192];
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = i % 37 == 36 ? '\n' : i % 53 == 52 ? '\r' : 'x';
    }
    floe_jinja_template large, small;
    const floe_jinja_template *template;
    assert_int_equal(floe_jinja_parse(&template, arena, "m.sql", text, sizeof text, NULL), 0);
    assert_non_null(template->lines);
    large = small = *template;
    small.lines = NULL;
    for (uint32_t at = 0; at <= sizeof text; at++) {
        uint32_t line[2], column[2];
        floe_jinja_position(&large, at, &line[0], &column[0]);
        floe_jinja_position(&small, at, &line[1], &column[1]);
        assert_int_equal(line[0], line[1]);
        assert_int_equal(column[0], column[1]);
    }
}

static void an_elif_is_an_if_in_what_is_otherwise(void **state) {
    (void)state;
    const floe_jinja_node *node = first("{% if a %}1{% elif b %}2{% elif c %}3{% else %}4{% endif %}5");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(node->kind, FLOE_JINJA_IF);
        assert_int_equal(node->body.count, 1);
        assert_int_equal(node->otherwise.count, 1);
        node = node->otherwise.items[0];
    }
    assert_text(node->text, "4");
}

static void a_long_chain_of_elifs_is_a_tree_of_bounded_height(void **state) {
    (void)state;
    floe_buffer text = {0};
    floe_buffer_printf(&text, "{%% if a %%}");
    for (int i = 0; i < 900; i++) {
        floe_buffer_printf(&text, "{%% elif a == %d %%}b", i);
    }
    floe_buffer_printf(&text, "{%% endif %%}");
    assert_int_equal(first(text.data)->height, 901 + 3);
    floe_buffer_free(&text);
}

static void parameters_have_defaults_or_none(void **state) {
    (void)state;
    const floe_jinja_node *macro = first("{% macro m(a, b: list[string], c=1) %}x{% endmacro %}");
    assert_int_equal(macro->kind, FLOE_JINJA_MACRO);
    assert_text(macro->text, "m");
    assert_int_equal(macro->items.count, 3);
    assert_int_equal(macro->defaults.count, 3);
    assert_null(macro->defaults.items[0]);
    assert_null(macro->defaults.items[1]);
    assert_int_equal(macro->defaults.items[2]->integer, 1);
    assert_text(macro->items.items[1]->text, "b");
}

static void a_materialization_has_its_adapter_and_its_languages(void **state) {
    (void)state;
    const floe_jinja_node *node = first(
        "{% materialization m, adapter='duckdb', supported_languages=['sql'] %}{% endmaterialization %}");
    assert_int_equal(node->kind, FLOE_JINJA_MATERIALIZATION);
    assert_text(node->text, "m");
    assert_text(node->b->text, "duckdb");
    assert_text(node->items.items[0]->text, "supported_languages");
    assert_int_equal(node->defaults.items[0]->kind, FLOE_JINJA_LIST);
}

static void line_breaks_are_one_kind_and_the_last_is_not_text(void **state) {
    (void)state;
    assert_text(first("a\r\nb\rc\n\r\n")->text, "a\nb\nc\n");
    assert_text(first("{{ 'a\r\nb' }}")->a->text, "a\nb");
    assert_int_equal(parse("\n")->body.count, 0);
}

static void numbers_beyond_64_bits_are_floating(void **state) {
    (void)state;
    assert_int_equal(first("{{ 9223372036854775807 }}")->a->integer, INT64_MAX);
    assert_int_equal(first("{{ 9223372036854775808 }}")->a->kind, FLOE_JINJA_NUMBER);
    assert_true(first("{{ 0x1_0000_0000_0000_0000 }}")->a->number == 18446744073709551616.0);
}

static void an_expression_alone_is_parsed_to_its_end(void **state) {
    (void)state;
    const floe_jinja_node *node;
    floe_error error = {0};
    assert_int_equal(floe_jinja_parse_expression(&node, arena, "y.yml", "ref('a', v=1)", 13, &error), 0);
    assert_int_equal(node->kind, FLOE_JINJA_CALL);
    assert_int_equal(node->items.items[1]->kind, FLOE_JINJA_KEYWORD);
    assert_int_equal(floe_jinja_parse_expression(&node, arena, "y.yml", "ref('a') b", 10, &error),
                     FLOE_INVALID);
    assert_int_equal(error.column, 10);
    assert_int_equal(floe_jinja_parse_expression(&node, arena, "y.yml", "ref('a'", 7, &error), FLOE_INVALID);
    assert_int_equal(floe_jinja_parse_expression(&node, arena, "y.yml", "", 0, &error), FLOE_INVALID);
}

static void a_text_is_a_template_where_a_tag_begins_or_ends(void **state) {
    (void)state;
    static const char *const templates[] = {"{{", "a {% b", "{#", "x }}", "%}", "#}"};
    static const char *const texts[] = {"", "{", "{ {", "}", "a { b } c", "% }", "{a}"};
    for (size_t i = 0; i < COUNT(templates); i++) {
        assert_true(floe_jinja_is_template(templates[i], strlen(templates[i])));
    }
    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_false(floe_jinja_is_template(texts[i], strlen(texts[i])));
    }
}

static bool stop_at_names(void *context, const floe_jinja_node *node) {
    size_t *count = context;
    (*count)++;
    return node->kind != FLOE_JINJA_NAME;
}

static void a_walk_ends_when_its_visitor_says_so(void **state) {
    (void)state;
    size_t count = 0;
    assert_false(floe_jinja_walk(parse("a{{ 1 + b + 2 }}")->body, stop_at_names, &count));
    assert_int_equal(count, 6); /* text, output, +, +, 1, b */
}

/* ---- what is refused ---- */

typedef struct refusal {
    const char *text;
    uint32_t line, column;
    const char *message, *hint;
} refusal;

static const refusal refusals[] = {
    {"a\n{{ b", 2, 1, "a tag is not closed", "'}}'"},
    {"{{ ref('a) }}", 1, 8, "a string is not closed", "close it with \"'\""},
    {"{{ ref('a' }}", 1, 12, "'}' stands where a '(' is to be closed with ')'",
     "the '(' of line 1, column 7 is still open"},
    {"{{ ref('a' b) }}", 1, 12, "expected ',' or ')' and found 'b'",
     "the '(' of line 1, column 7 is still open"},
    {"{{ ref('a')\nfrom b", 2, 1, "expected '}}' and found 'from'", "the tag begins at line 1, column 1"},
    {"{{ [1, 2 }}", 1, 10, "'}' stands where a '[' is to be closed with ']'", ""},
    {"{{ a ) }}", 1, 6, "a ')' closes nothing", ""},
    {"{{ a $ b }}", 1, 6, "'$' has no meaning in a tag", ""},
    {"{{ \"\" “a” }}", 1, 7, "'“' has no meaning in a tag", ""},
    {"{{ \x01 }}", 1, 4, "the byte 0x01 has no meaning", ""},
    {"{{ \xFF }}", 1, 4, "the byte 0xFF has no meaning", ""},
    {"{{ }}", 1, 4, "expected a value and found '}}'", ""},
    {"{{ a. }}", 1, 7, "expected a name or a number behind '.'", ""},
    {"{{ a is b is c }}", 1, 11, "a test stands behind a test", "'and'"},
    {"{{ f(a=1, b) }}", 1, 11, "behind one that must be last", "name=value, *values"},
    {"{{ '\\x4' }}", 1, 5, "needs 2 hexadecimal digits", "'\\\\'"},
    {"{{ '\\N{DASH}' }}", 1, 5, "by its Unicode name", ""},
    {"x {# a", 1, 3, "a comment is not closed", "'#}'"},
    {"x {% raw %} a", 1, 3, "a raw block is not closed", "endraw"},
    {"{% if a %}\n{% for b in c %}\n{% endfor %}\nx", 1, 1, "the block 'if' is not closed",
     "'{% elif %}', '{% else %}' or '{% endif %}'"},
    {"{% macro a() %}\n{% if b %}\n{% endmacro %}", 3, 4, "'endmacro' closes nothing here",
     "the 'if' of line 2, column 1 is still open"},
    {"{% endif %}", 1, 4, "'endif' closes nothing here", ""},
    {"{% if a %}{% enidf %}", 1, 14, "there is no tag 'enidf'", "did you mean 'endif'?"},
    {"{% marco a() %}{% endmacro %}", 1, 4, "there is no tag 'marco'", "did you mean 'macro'?"},
    {"{% fi a %}{% endif %}", 1, 4, "there is no tag 'fi'", ""},
    {"{% set a b %}", 1, 10, "expected '=' and a value, or '%}' and a block", ""},
    {"{% set 1 = a %}", 1, 8, "nothing can be assigned to this", "a name"},
    {"{% for a of b %}{% endfor %}", 1, 10, "expected 'in' and found 'of'", ""},
    {"{% macro a(b=1, c) %}{% endmacro %}", 1, 17, "'c' has no default", "give it a default"},
    {"{% call a %}{% endcall %}", 1, 9, "expected the call of a macro", "{% call name(…) %}"},
    {"{% materialization a, b %}{% endmaterialization %}", 1, 23, "a materialization has no 'b'", "adapter"},
    {"{% break %}", 1, 1, "there is no loop around this tag", ""},
    {"{% for a in b %}{% macro c() %}{% break %}{% endmacro %}{% endfor %}", 1, 32, "no loop", ""},
    {"{% %}", 1, 4, "expected the name of a tag", ""},
};

static void what_is_no_jinja_is_refused_with_its_place(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(refusals); i++) {
        const refusal *one = &refusals[i];
        assert_refused(one->text, strlen(one->text), FLOE_INVALID, one->line, one->column, one->message,
                       one->hint);
    }
}

static void nul_bytes_are_text_but_no_part_of_a_tag(void **state) {
    (void)state;
    const floe_jinja_template *template;
    assert_int_equal(floe_jinja_parse(&template, arena, "m.sql", "a\0b{{ c }}", 10, NULL), 0);
    assert_int_equal(template->body.items[0]->text.length, 3);
    assert_refused("{{ \0 }}", 7, FLOE_INVALID, 1, 4, "the byte 0x00 has no meaning in a tag", "");
}

/* `count` of `open`, a middle, and `count` of `close`. */
static char *nested(const char *open, const char *middle, const char *close, int count) {
    floe_buffer text = {0};
    for (int i = 0; i < count; i++) {
        floe_buffer_printf(&text, "%s", open);
    }
    floe_buffer_printf(&text, "%s", middle);
    for (int i = 0; i < count; i++) {
        floe_buffer_printf(&text, "%s", close);
    }
    size_t size;
    return floe_buffer_take(&text, &size);
}

static void what_is_nested_too_deeply_is_a_limit(void **state) {
    (void)state;
    static const struct {
        const char *before, *open, *middle, *close, *after;
    } forms[] = {
        {"{{ ", "(", "a", ")", " }}"},
        {"{{ ", "[", "a", "]", " }}"},
        {"{{ ", "{1: ", "a", "}", " }}"},
        {"{{ ", "a[", "a", "]", " }}"},
        {"{{ ", "a(", "a", ")", " }}"},
        {"{{ ", "not ", "a", "", " }}"},
        {"{{ ", "-", "a", "", " }}"},
        {"{{ ", "a if b else ", "a", "", " }}"},
        {"", "{% if a %}", "b", "{% endif %}", ""},
        {"", "{% for a in b %}", "c", "{% endfor %}", ""},
    };
    for (size_t i = 0; i < COUNT(forms); i++) {
        for (int deep = 0; deep < 2; deep++) {
            char *middle = nested(forms[i].open, forms[i].middle, forms[i].close, deep ? 200000 : 90);
            floe_buffer text = {0};
            floe_buffer_printf(&text, "%s%s%s", forms[i].before, middle, forms[i].after);
            const floe_jinja_template *template;
            floe_error error = {0};
            int result = floe_jinja_parse(&template, arena, "m.sql", text.data, text.size, &error);
            assert_int_equal(result, deep ? FLOE_LIMIT : FLOE_OK);
            assert_true(!deep || (error.line == 1 && error.hint[0]));
            floe_buffer_free(&text);
            free(middle);
        }
    }
}

static void operators_without_end_are_a_limit(void **state) {
    (void)state;
    static const char *const links[] = {" + a", ".a", " | a", "()", " ~ a", " or a", " is a"};
    for (size_t i = 0; i < COUNT(links); i++) {
        for (int deep = 0; deep < 2; deep++) {
            char *chain = nested(links[i], "", "", deep ? 200000 : 900);
            floe_buffer text = {0};
            floe_buffer_printf(&text, "{{ a%s }}", chain);
            const floe_jinja_template *template;
            int result = floe_jinja_parse(&template, arena, "m.sql", text.data, text.size, NULL);
            bool tests = i + 1 == COUNT(links); /* which cannot stand behind one another */
            assert_int_equal(result, tests ? FLOE_INVALID : deep ? FLOE_LIMIT : FLOE_OK);
            floe_buffer_free(&text);
            free(chain);
        }
    }
}

static void long_lists_and_lines_are_no_matter(void **state) {
    (void)state;
    char *values = nested("'a', ", "", "", 200000);
    floe_buffer text = {0};
    floe_buffer_printf(&text, "{{ [%s] }}", values);
    assert_int_equal(first(text.data)->a->items.count, 200000);
    floe_buffer_free(&text);
    free(values);
}

static void an_arena_that_is_full_is_said_to_be(void **state) {
    (void)state;
    for (size_t limit = 1; limit < 4096; limit += 64) {
        floe_arena *small = floe_arena_new(limit);
        const floe_jinja_template *template = NULL;
        floe_error error = {0};
        int result = floe_jinja_parse(&template, small, "m.sql", "{% set a = f('\\n' 'b', c=[1]) %}{{ a|b }}",
                                      41, &error);
        assert_true(result == 0 || result == FLOE_MEMORY);
        assert_int_equal(result == 0, template != NULL);
        floe_arena_free(small);
    }
}

/* ---- blocks ---- */

static floe_jinja_blocks find(const char *text, int expected, floe_error *error) {
    static const char *const types[] = {"macro", "test", NULL};
    floe_jinja_blocks blocks = {0};
    assert_int_equal(floe_jinja_find_blocks(&blocks, arena, "m.sql", text, strlen(text), types, error),
                     expected);
    return blocks;
}

static void blocks_are_found_among_text_that_is_no_jinja(void **state) {
    (void)state;
    const char *text =
        "-- } %} a { b\n\n  {%- macro a(x='%}') -%} it's {{ x }} {%- endmacro -%}  \n{% set b = 1 %}\n"
        "{# {% macro c() %} #}{% test d(model) %}{% raw %}{% endtest %}{% endraw %}{% endtest %}";
    floe_error error = {0};
    floe_jinja_blocks blocks = find(text, FLOE_OK, &error);
    assert_int_equal(blocks.count, 2);
    assert_text(blocks.items[0].type, "macro");
    assert_text(blocks.items[0].name, "a");
    assert_memory_equal(text + blocks.items[0].at, "\n\n  {%-", 7);
    assert_memory_equal(text + blocks.items[0].inside, "it's", 4);
    assert_memory_equal(text + blocks.items[0].end, "{% set", 6);
    assert_text(blocks.items[1].name, "d");
    assert_int_equal(blocks.stray_count, 1);
    assert_text(blocks.strays[0].type, "set");
    const floe_jinja_template *part;
    uint32_t line, column;
    assert_int_equal(
        floe_jinja_parse_part(&part, arena, blocks.source, blocks.items[0].at, blocks.items[0].end, &error),
        0);
    assert_int_equal(part->body.count, 1);
    floe_jinja_position(part, part->body.items[0]->at, &line, &column);
    assert_int_equal(line, 3);
    assert_int_equal(column, 3);
}

static void a_broken_block_does_not_hide_the_others(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint32_t line;
        const char *message;
        const char *names; /* one letter each */
    } cases[] = {
        {"{% macro a() %}\n{% macro b() %}{% endmacro %}{% macro c() %}{% endmacro %}", 1,
         "the block 'macro' is not closed", "bc"},
        {"{% macro a() %}{% if x %}{% endmacro %}\n{% macro b() %}{% endmacro %}", 2,
         "stands in another statement", "ab"},
        {"{% macro a() %}{% endif %}{% endmacro %}{% macro b() %}{% endmacro %}", 1,
         "'endif' closes nothing here", "ab"},
        {"{% macro a() %}{% endmacro %}\n\n{% macro b() %}", 3, "the block 'macro' is not closed", "a"},
        {"{% macro a() %}{% endmacro %}\n{{ b", 2, "a tag is not closed", "a"},
        {"{% macro a() %}{% endmacro %}\n{# b", 2, "a comment is not closed", "a"},
        {"{% macro a() %}{% endmacro %}\n{{ 'b }}", 2, "a string in a tag is not closed", "a"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        floe_error error = {0};
        floe_jinja_blocks blocks = find(cases[i].text, FLOE_INVALID, &error);
        if (error.line != cases[i].line || !strstr(error.message, cases[i].message)) {
            fail_msg("%s\n  gave %u:%u: %s", cases[i].text, error.line, error.column, error.message);
        }
        assert_int_equal(blocks.count, strlen(cases[i].names));
        for (uint32_t j = 0; j < blocks.count; j++) {
            assert_int_equal(blocks.items[j].name.text[0], cases[i].names[j]);
        }
    }
}

static void hostile_files_of_blocks_take_linear_time(void **state) {
    (void)state;
    static const char *const pieces[] = {"{{ '",       "{% a '\\'\\'", "{% raw %}", "{%- ",
                                         "{% if a %}", "\\'",          "{{ \"\\\"", "{# "};
    for (size_t i = 0; i < COUNT(pieces); i++) {
        char *text = nested(pieces[i], "", "", 100000);
        static const char *const types[] = {"macro", NULL};
        floe_jinja_blocks blocks;
        const floe_jinja_template *template;
        floe_jinja_find_blocks(&blocks, arena, "m.sql", text, strlen(text), types, NULL);
        floe_jinja_parse(&template, arena, "m.sql", text, strlen(text), NULL);
        free(text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nodes_say_where_they_stand, set_up, tear_down),
        cmocka_unit_test_setup_teardown(positions_are_the_same_with_a_table_of_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_elif_is_an_if_in_what_is_otherwise, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_long_chain_of_elifs_is_a_tree_of_bounded_height, set_up, tear_down),
        cmocka_unit_test_setup_teardown(parameters_have_defaults_or_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_materialization_has_its_adapter_and_its_languages, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(line_breaks_are_one_kind_and_the_last_is_not_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_beyond_64_bits_are_floating, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_expression_alone_is_parsed_to_its_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_text_is_a_template_where_a_tag_begins_or_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_walk_ends_when_its_visitor_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_jinja_is_refused_with_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nul_bytes_are_text_but_no_part_of_a_tag, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_nested_too_deeply_is_a_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(operators_without_end_are_a_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_lists_and_lines_are_no_matter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_arena_that_is_full_is_said_to_be, set_up, tear_down),
        cmocka_unit_test_setup_teardown(blocks_are_found_among_text_that_is_no_jinja, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_broken_block_does_not_hide_the_others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hostile_files_of_blocks_take_linear_time, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Memory that runs out anywhere in a rendering is an error and nothing else: each allocation fails in turn.
 */
#include "support.h"

#include "jinja/render.h"

#include "allocator.h"

static const char simple[] = "{% macro m(a, b=[1, 2]) %}{{ a }}{{ varargs }}{{ kwargs }}{{ caller(1) }}{% "
                             "endmacro %}{% set n = namespace(x=1) %}"
                             "{% set l = [] %}{% set d = {'a': 1} %}{% for i in range(40) %}{% do l.append(i "
                             "~ 'text') %}{% do d.update({i: l|length}) %}"
                             "{% endfor %}{% if query() %}{% set n.x = 2 %}{% do l.append(3) %}{% set l = "
                             "l|map('upper')|sort|list %}{% endif %}"
                             "{% for k, v in d.items() if v is odd %}{{ loop.last }}{{ '%s-%05.2f' % (k, v) "
                             "}}{{ '{:>8}'.format(v) }}{% endfor %}"
                             "{% call(x) dbt_macro__m(1, 2, 3, q=4) %}{{ x }}{% endcall %}{% set c %}{{ [1, "
                             "{'k': none}]|tojson }}{% endset %}"
                             "{{ c|replace('a', 'bb')|indent }}{{ ['x', 'y']|join(',')|upper|truncate(20) "
                             "}}{{ [{'a': 1}]|groupby('a') }}"
                             "{{ 'a b c'.split()|batch(2)|list }}{{ d }}";

static int call_query(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                      floe_jinja_value *out) {
    (void)object;
    (void)arguments;
    *out = floe_jinja_unknown(run, "known to a run only");
    return 0;
}

static const floe_jinja_class query_class = {.name = "function", .call = call_query};
static floe_jinja_object query = {&query_class};

static bool lookup(floe_jinja_run *run, floe_jinja_text name, floe_jinja_value *out) {
    (void)run;
    *out = floe_jinja_of_object(&query);
    return name.length == 5 && memcmp(name.text, "query", 5) == 0;
}

static int render(const floe_jinja_template *template, floe_error *error) {
    static const floe_jinja_host host = {.lookup = lookup};
    floe_jinja_run *run;
    floe_jinja_value out;
    int result = floe_jinja_run_new(&run, &host, NULL, NULL, error);
    if (!result) {
        result = floe_jinja_render(run, template, &out);
        *error = *floe_jinja_error(run);
        floe_jinja_run_free(run);
    }
    return result;
}

static void each_allocation_may_fail(void **state) {
    (void)state;
    floe_arena *arena = floe_arena_new(0);
    const floe_jinja_template *template;
    floe_error error = {0};
    if (floe_jinja_parse(&template, arena, "a.sql", simple, strlen(simple), &error)) {
        fail_msg("%s", error.message);
    }
    int result = render(template, &error);
    if (result) {
        fail_msg("%s", error.message);
    }
    long count = 0;
    do {
        left = count++;
        result = render(template, &error);
        assert_true(result == 0 || result == FLOE_MEMORY);
        assert_true(count < 10000);
    } while (left < 0);
    left = -1;
    assert_int_equal(result, 0);
    assert_true(count > 5);
    floe_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_allocation_may_fail)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

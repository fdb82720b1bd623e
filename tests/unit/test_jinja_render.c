/* Rendering where all is known, and above all where it is not: what a template calls, and how sure that is.
 */
#include "support.h"

#include "jinja/render.h"

/* What is noted while a template is rendered: "ref a" for a call of ref('a'), "ref? a" for one in doubt,
 * "(if)" for a branch that is known not to be taken, "[m" and "]" around a macro. */
typedef struct surroundings {
    floe_jinja_run *run;
    floe_arena *arena;
    const floe_jinja_template *macros[8];
    size_t macro_count;
    floe_buffer notes;
    bool notes_macros;
} surroundings;

static void note(floe_jinja_run *run, const char *what, const floe_jinja_value *value) {
    surroundings *self = floe_jinja_context(run);
    bool known = value->type == FLOE_JINJA_IS_STRING;
    floe_buffer_printf(&self->notes, "%s%s%s %.*s", self->notes.size ? ", " : "", what,
                       floe_jinja_in_doubt(run) ? "?" : "", known ? (int)value->length : 9,
                       known ? value->string : "(unknown)");
}

static int call_ref(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                    floe_jinja_value *out) {
    (void)object;
    note(run, "ref", &arguments->items[0]);
    *out = arguments->items[0];
    return 0;
}

static int call_query(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                      floe_jinja_value *out) {
    (void)object;
    (void)arguments;
    *out = floe_jinja_unknown(run, "the result of %s is known to a run only", "query()");
    return 0;
}

static int call_return(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                       floe_jinja_value *out) {
    (void)object;
    (void)out;
    return floe_jinja_return(run, &arguments->items[0]);
}

static int call_raise(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                      floe_jinja_value *out) {
    (void)object;
    (void)arguments;
    (void)out;
    return floe_jinja_fail(run, FLOE_INVALID, "raised");
}

static const floe_jinja_class ref_class = {.name = "function", .call = call_ref};
static const floe_jinja_class query_class = {.name = "function", .call = call_query};
static const floe_jinja_class return_class = {.name = "function", .call = call_return};
static const floe_jinja_class raise_class = {.name = "function", .call = call_raise};

static bool lookup(floe_jinja_run *run, floe_jinja_text name, floe_jinja_value *out) {
    static const struct {
        const char *name;
        floe_jinja_object object;
    } functions[] = {{"ref", {&ref_class}},
                     {"query", {&query_class}},
                     {"return", {&return_class}},
                     {"raise", {&raise_class}}};
    surroundings *self = floe_jinja_context(run);
    for (size_t i = 0; i < COUNT(functions); i++) {
        if (name.length == strlen(functions[i].name) &&
            memcmp(name.text, functions[i].name, name.length) == 0) {
            *out = floe_jinja_of_object((floe_jinja_object *)&functions[i].object);
            return true;
        }
    }
    for (size_t i = 0; i < self->macro_count; i++) {
        const floe_jinja_node *node = self->macros[i]->body.items[0];
        if (node->text.length == name.length && memcmp(node->text.text, name.text, name.length) == 0) {
            return floe_jinja_macro(run, self->macros[i], node, out) == 0;
        }
    }
    return false;
}

static void untaken(floe_jinja_run *run, floe_jinja_list body) {
    surroundings *self = floe_jinja_context(run);
    const floe_jinja_node *first = body.items[0];
    const char *text = floe_jinja_here(run, NULL, NULL)->text + first->at;
    floe_buffer_printf(&self->notes, "%s(%.*s)", self->notes.size ? ", " : "", (int)(first->end - first->at),
                       text);
}

static void enter(floe_jinja_run *run, const floe_jinja_template *template, const floe_jinja_node *macro) {
    surroundings *self = floe_jinja_context(run);
    (void)template;
    if (self->notes_macros) {
        floe_buffer_printf(&self->notes, "[%.*s", (int)macro->text.length, macro->text.text);
    }
}

static void leave(floe_jinja_run *run) {
    surroundings *self = floe_jinja_context(run);
    if (self->notes_macros) {
        floe_buffer_append(&self->notes, "]", 1);
    }
}

static const floe_jinja_host host = {.lookup = lookup, .untaken = untaken, .enter = enter, .leave = leave};

static int set_up(void **state) {
    surroundings *self = calloc(1, sizeof *self);
    self->arena = floe_arena_new(0);
    assert_int_equal(floe_jinja_run_new(&self->run, &host, self, NULL, NULL), 0);
    *state = self;
    return 0;
}

static int tear_down(void **state) {
    surroundings *self = *state;
    floe_jinja_run_free(self->run);
    floe_arena_free(self->arena);
    floe_buffer_free(&self->notes);
    free(self);
    return 0;
}

static const floe_jinja_template *parse(surroundings *self, const char *text) {
    const floe_jinja_template *template;
    floe_error error = {0};
    if (floe_jinja_parse(&template, self->arena, "models/a.sql", text, strlen(text), &error)) {
        fail_msg("%s: %s", text, error.message);
    }
    return template;
}

static void add_macro(surroundings *self, const char *text) {
    self->macros[self->macro_count++] = parse(self, text);
}

static int render(surroundings *self, const char *text, floe_jinja_value *out) {
    floe_jinja_run_reset(self->run, self);
    floe_buffer_clear(&self->notes);
    return floe_jinja_render(self->run, parse(self, text), out);
}

/* Renders and compares: `output` NULL is an unknown text. */
static void renders(surroundings *self, const char *text, const char *output, const char *notes) {
    floe_jinja_value out;
    if (render(self, text, &out)) {
        fail_msg("%s: %s", text, floe_jinja_error(self->run)->message);
    }
    if (strcmp(self->notes.size ? self->notes.data : "", notes) != 0) {
        fail_msg("%s\n  noted:  %s\n  wanted: %s", text, self->notes.size ? self->notes.data : "", notes);
    }
    if (!output) {
        if (out.type != FLOE_JINJA_IS_UNKNOWN) {
            fail_msg("%s: the text is known: %.*s", text, (int)out.length, out.string);
        }
        return;
    }
    if (out.type != FLOE_JINJA_IS_STRING) {
        fail_msg("%s: the text is unknown: %s", text, out.doubt->reason);
    }
    if (out.length != strlen(output) || memcmp(out.string, output, out.length) != 0) {
        fail_msg("%s\n  gave:   %.*s\n  wanted: %s", text, (int)out.length, out.string, output);
    }
}

/* ---- conditions ---- */

static void of_a_known_condition_one_branch_is_taken_and_the_other_is_told(void **state) {
    renders(*state, "{% if 1 > 0 %}{{ ref('a') }}{% else %}{{ ref('b') }}{% endif %}", "a",
            "({{ ref('b') }}), ref a");
    renders(*state, "{% if false %}{{ ref('a') }}{% endif %}", "", "({{ ref('a') }})");
    renders(*state, "{{ ref('a') if 0 else ref('b') }}", "b", "(ref('a')), ref b");
    renders(*state, "{{ false and ref('a') }}{{ true or ref('b') }}", "FalseTrue", "(ref('a')), (ref('b'))");
    renders(*state, "{% for x in [] %}{{ ref('a') }}{% else %}{{ ref('b') }}{% endfor %}", "b",
            "({{ ref('a') }}), ref b");
}

static void an_unknown_condition_is_followed_both_ways(void **state) {
    renders(*state, "{% if query() %}{{ ref('a') }}{% else %}{{ ref('b') }}{% endif %}{{ ref('c') }}", NULL,
            "ref? a, ref? b, ref c");
    renders(*state, "{% if query() %}{{ ref('a') }}{% elif query() %}{{ ref('b') }}{% endif %}{{ ref('c') }}",
            NULL, "ref? a, ref? b, ref c");
    renders(*state, "{% set x = ref('a') if query() else ref('b') %}{{ ref('c') }}", "c",
            "ref? a, ref? b, ref c");
    renders(*state, "{% set x = query() and ref('a') %}{% set y = query() or ref('b') %}{{ ref('c') }}", "c",
            "ref? a, ref? b, ref c");
}

static void what_is_known_of_a_condition_decides(void **state) {
    renders(*state, "{% if false and query() %}{{ ref('a') }}{% endif %}", "", "(query()), ({{ ref('a') }})");
    renders(*state, "{% if query() and false %}{{ ref('a') }}{% endif %}", "", "({{ ref('a') }})");
    renders(*state, "{% if query() or true %}{{ ref('a') }}{% endif %}", "a", "ref a");
    renders(*state, "{% if not (query() and false) %}{{ ref('a') }}{% endif %}", "a", "ref a");
    renders(*state, "{% if 'a' in ['a', query()] %}{{ ref('a') }}{% endif %}", "a", "ref a");
    renders(*state, "{% if [query()] %}{{ ref('a') }}{% endif %}", "a", "ref a");
}

static void a_name_set_on_one_side_only_is_unknown_afterwards(void **state) {
    renders(*state, "{% set x = 'a' %}{% if query() %}{% set x = 'b' %}{{ ref(x) }}{% endif %}{{ ref(x) }}",
            NULL, "ref? b, ref (unknown)");
    renders(*state, "{% set x = 'a' %}{% if query() %}{% set x = 'a' %}{% endif %}{{ ref(x) }}", NULL,
            "ref a");
    renders(*state, "{% if query() %}{% set x = 'a' %}{% else %}{% set x = 'a' %}{% endif %}{{ ref(x) }}",
            NULL, "ref a");
    renders(*state,
            "{% if query() %}{% set x = 'a' %}{% else %}{{ ref(x|default('d')) }}{% set x = 'b' %}{% endif "
            "%}{{ ref(x) }}",
            NULL, "ref? d, ref (unknown)");
    renders(*state,
            "{% set n = namespace(x='a', y='b') %}{% if query() %}{% set n.x = 'c' %}{% endif %}{{ ref(n.x) "
            "}}{{ ref(n.y) }}",
            NULL, "ref (unknown), ref b");
    renders(*state,
            "{% set x = 'a' %}{% if query() %}{% if query() %}{% set x = 'b' %}{% endif %}{{ ref(x) }}{% "
            "else %}{{ ref(x) }}"
            "{% endif %}{{ ref(x) }}",
            NULL, "ref? (unknown), ref? a, ref (unknown)");
}

static void a_container_changed_in_doubt_has_an_unknown_size(void **state) {
    renders(*state,
            "{% set l = ['a'] %}{% if query() %}{% do l.append('b') %}{% endif %}{% if l|length > 1 %}{{ "
            "ref('x') }}{% endif %}",
            NULL, "ref? x");
    renders(*state,
            "{% set l = ['a'] %}{% if query() %}{% do l.append('b') %}{% endif %}{% for x in l %}{{ ref(x) "
            "}}{% endfor %}",
            NULL, "ref? a, ref? b");
    renders(*state,
            "{% set d = {'k': 'a'} %}{% if query() %}{% do d.update({'n': 'b'}) %}{% endif %}{{ ref(d.k) "
            "}}{{ ref(d.n) }}{{ ref(d.z) }}",
            NULL, "ref a, ref (unknown), ref (unknown)");
    renders(*state,
            "{% set d = {'k': 'a'} %}{% if query() %}{% do d.update({'k': 'b'}) %}{% endif %}{{ ref(d.k) }}",
            NULL, "ref (unknown)");
    renders(*state,
            "{% set l = ['a'] %}{% if query() %}{% do l.pop() %}{% endif %}{% for x in l %}{{ ref(x) }}{% "
            "endfor %}",
            NULL, "ref? a");
}

static void an_element_added_in_doubt_is_not_there_for_certain(void **state) {
    renders(*state,
            "{% set l = ['a'] %}{% if query() %}{% do l.append('b') %}{% endif %}{% if 'b' in l %}{{ "
            "ref('x') }}{% endif %}",
            NULL, "ref? x");
    renders(*state,
            "{% set l = ['a'] %}{% if query() %}{% do l.append([]) %}{% endif %}{% set u = l|unique|list "
            "%}{% do l.sort() %}"
            "{{ ref('x') }}",
            NULL, "ref x");
}

static void what_a_branch_made_itself_it_knows(void **state) {
    renders(*state,
            "{% if query() %}{% set l = [] %}{% do l.append('a') %}{% for x in l %}{{ ref(x) }}{{ ref(l[0]) "
            "}}{% endfor %}{% endif %}",
            NULL, "ref? a, ref? a");
    surroundings *self = *state;
    add_macro(self, "{% macro names() %}{% set l = [] %}{% for i in ['a', 'b'] %}{% do l.append(i) %}{% "
                    "endfor %}{{ return(l) }}{% endmacro %}");
    renders(self, "{% if query() %}{% for x in names() %}{{ ref(x) }}{% endfor %}{% endif %}", NULL,
            "ref? a, ref? b");
}

/* ---- loops ---- */

static void a_loop_over_the_unknown_renders_its_body_once_in_doubt(void **state) {
    renders(*state,
            "{% for x in query() %}{{ ref('a') }}{{ ref(x) }}{{ ref(x.name) }}{% else %}{{ ref('e') }}{% "
            "endfor %}{{ ref('b') }}",
            NULL, "ref? a, ref? (unknown), ref? (unknown), ref? e, ref b");
    renders(*state,
            "{% for a, b in query().items() %}{% if loop.first %}{{ ref('f') }}{% endif %}{% endfor %}", NULL,
            "ref? f");
}

static void a_later_turn_sees_what_an_earlier_one_changed(void **state) {
    renders(*state,
            "{% set n = namespace(seen=false) %}{% for x in query() %}{% if n.seen %}{{ ref('a') }}{% endif "
            "%}{% set n.seen = true %}"
            "{% endfor %}",
            NULL, "({{ ref('a') }}), ref? a");
}

static void what_ends_a_loop_in_doubt_leaves_the_rest_of_it_in_doubt(void **state) {
    renders(*state,
            "{% for x in ['a', 'b'] %}{% if query() %}{% break %}{% endif %}{{ ref(x) }}{% endfor %}{{ "
            "ref('c') }}",
            NULL, "ref? a, ref? b, ref c");
    renders(*state,
            "{% for x in ['a', 'b'] %}{{ ref(x) }}{% if query() %}{% continue %}{% endif %}{{ ref(x ~ x) "
            "}}{% endfor %}{{ ref('c') }}",
            NULL, "ref a, ref? aa, ref b, ref? bb, ref c");
    renders(*state,
            "{% for x in ['a', 'b', 'c'] if x != 'b' or query() %}{{ ref(x) }}{% endfor %}{{ ref('d') }}",
            NULL, "(query()), ref a, ref? b, (query()), ref? c, ref d");
}

static void what_is_unknown_among_elements_is_looped_over_as_well(void **state) {
    renders(*state, "{% set l = ['a'] %}{% do l.extend(query()) %}{% for x in l %}{{ ref(x) }}{% endfor %}",
            NULL, "ref? a, ref? (unknown)");
    renders(*state,
            "{% set d = {'a': 'b'} %}{% do d.update(query()) %}{% for k in d %}{{ ref(k) }}{% endfor %}{{ "
            "ref(d.a) }}",
            NULL, "ref? a, ref? (unknown), ref (unknown)");
    renders(*state, "{% for x in query() if ref('f') %}{{ ref('a') }}{% endfor %}", NULL, "ref? f, ref? a");
    renders(*state, "{% for x in query() if false %}{{ ref('a') }}{% endfor %}", NULL, "({{ ref('a') }})");
}

static void a_turn_that_may_not_be_leaves_names_as_they_may_have_been(void **state) {
    renders(
        *state,
        "{% set l = ['a'] %}{% if query() %}{% do l.append('b') %}{% endif %}{% set n = namespace(x='p') %}"
        "{% for x in l %}{% if x == 'b' %}{{ ref(n.x) }}{% endif %}{% set n.x = x %}{% endfor %}",
        NULL, "({{ ref(n.x) }}), ref? (unknown), ({{ ref(n.x) }}), ref? (unknown)");
}

static void a_change_of_the_unknown_may_change_what_it_may_be(void **state) {
    renders(*state,
            "{% set l = ['a'] %}{% set m = l if query() else [] %}{{ ref(l[0]) }}{% do m.append('b') %}{{ "
            "ref(l[0]) }}",
            NULL, "ref a, ref (unknown)");
    renders(*state,
            "{% set n = namespace(x='a') %}{% set m = n %}{% if query() %}{% set m = namespace() %}{% endif "
            "%}{% set m.x = 'b' %}"
            "{{ ref(n.x) }}",
            NULL, "ref (unknown)");
    renders(*state, "{% set l = ['a'] %}{% do query().append('b') %}{{ ref(l[0]) }}", "a", "ref a");
}

static void a_list_that_grows_in_doubt_grows_once(void **state) {
    renders(*state,
            "{% set l = [] %}{% for x in query() %}{% for y in ['a', 'b', 'a'] %}{% do l.append(y) %}{% "
            "endfor %}{% endfor %}"
            "{% for x in l %}{{ ref(x) }}{% endfor %}",
            NULL, "ref? a, ref? b");
}

static void what_was_taken_of_a_generator_in_doubt_may_be_gone(void **state) {
    renders(
        *state,
        "{% set g = ['a', 'b']|map('lower') %}{% if query() %}{% do g|list %}{% endif %}{% for x in g %}{{ "
        "ref(x) }}{% endfor %}",
        NULL, "ref? a, ref? b");
    renders(*state,
            "{% set g = ['a', 'b', 'c']|map('lower') %}{% for x in g %}{{ ref(x) }}{% if query() %}{% break "
            "%}{% endif %}{% endfor %}{% for x in g %}{{ ref('z') }}{% endfor %}",
            NULL, "ref a, ref? b, ref? c, ref? z, ref? z");
    renders(*state,
            "{% set l = ['a'] %}{% set g = l|map('lower') %}{% if query() %}{% do l.append('b') %}{% endif "
            "%}{% for x in g %}{{ ref(x) }}{% endfor %}",
            NULL, "ref? a, ref? b");
    renders(*state,
            "{% set g = ['a']|map('lower') %}{% if query() %}{% do 'a' in g %}{% endif %}{{ ref(g|first) }}",
            NULL, "ref (unknown)");
}

static void within_a_branch_a_generator_gives_what_it_has(void **state) {
    renders(
        *state,
        "{% set g = ['a', 'b']|map('lower')|unique %}{% if query() %}{% for x in g %}{{ ref(x ~ loop.last) "
        "}}{% endfor %}{{ ref(g|first is undefined) }}{% endif %}",
        NULL, "ref? aFalse, ref? bTrue, ref? (unknown)");
    renders(*state,
            "{% if query() %}{% set l = ['a'] %}{% for x in l|map('lower') %}{% if loop.first %}{% do "
            "l.append('b') %}{% endif %}{{ ref(x) }}{% endfor %}{% endif %}",
            NULL, "ref? a, ({% do l.append('b') %}), ref? b");
}

static void which_turn_of_an_unknown_loop_it_is_is_unknown(void **state) {
    renders(*state,
            "{% for x in query() if x %}{{ ref(loop.length ~ '') }}{{ ref(loop.index ~ '') }}{% endfor %}",
            NULL, "ref? (unknown), ref? (unknown)");
    renders(*state,
            "{% for x in query() %}{{ ref(loop.nextitem ~ '') }}{{ ref(loop.depth ~ '') }}{% endfor %}", NULL,
            "ref? (unknown), ref? 1");
}

static void the_else_of_a_loop_that_may_have_been_broken_off_is_in_doubt(void **state) {
    renders(*state,
            "{% for x in ['a'] %}{% if query() %}{% break %}{% endif %}{% else %}{{ ref('e') }}{% endfor %}",
            NULL, "ref? e");
    renders(*state, "{% for x in ['a'] %}{% break %}{% else %}{{ ref('e') }}{% endfor %}", "e", "ref e");
}

/* ---- macros ---- */

static void a_macro_that_may_have_returned_goes_on_in_doubt(void **state) {
    surroundings *self = *state;
    add_macro(self, "{% macro pick() %}{% if query() %}{{ return('a') }}{% endif %}{{ ref('m') }}{{ "
                    "return('b') }}{% endmacro %}");
    add_macro(self, "{% macro same() %}{% if query() %}{{ return('a') }}{% else %}{{ return('a') }}{% endif "
                    "%}{{ ref('never') }}{% endmacro %}");
    renders(self, "{{ ref(pick()) }}{{ ref('c') }}", NULL, "ref? m, ref (unknown), ref c");
    renders(self, "{{ ref(same()) }}{{ ref('c') }}", "ac", "ref a, ref c");
}

static void a_return_in_doubt_within_a_loop_ends_neither(void **state) {
    surroundings *self = *state;
    add_macro(self, "{% macro search() %}{% for x in ['a', 'b'] %}{% if query() == x %}{{ return(x) }}{% "
                    "endif %}{{ ref(x) }}{% endfor %}"
                    "{{ ref('end') }}{% endmacro %}");
    renders(self, "{% set found = search() %}{{ ref(found) }}{{ ref('c') }}", NULL,
            "ref? a, ref? b, ref? end, ref (unknown), ref c");
}

static void a_macro_that_calls_itself_in_doubt_comes_to_an_end(void **state) {
    surroundings *self = *state;
    add_macro(self, "{% macro down(n) %}{% if n > 0 %}{{ ref('a') }}{{ down(n - 1) }}{{ down(n - 2) }}{% "
                    "endif %}{% endmacro %}");
    renders(self, "{% set x = down(2) %}{{ ref('b') }}", "b",
            "ref a, ref a, ({{ ref('a') }}), ({{ ref('a') }}), ({{ ref('a') }}), ref b");
    floe_jinja_value out;
    assert_int_equal(render(self, "{% set x = down(query()) %}", &out), 0);
}

static void macros_are_entered_and_left(void **state) {
    surroundings *self = *state;
    self->notes_macros = true;
    add_macro(self, "{% macro inner() %}{{ ref('i') }}{% endmacro %}");
    add_macro(self, "{% macro outer() %}{{ inner() }}{% if query() %}{{ raise() }}{% endif %}{% endmacro %}");
    renders(self, "{{ outer() }}", NULL, "[outer[inner, ref i]]");
}

static void the_body_of_a_call_block_for_an_unknown_macro_is_rendered_in_doubt(void **state) {
    renders(*state,
            "{% call(x) query().wrap(ref('a')) %}{{ ref('b') }}{{ ref(x) }}{% endcall %}{{ ref('c') }}", NULL,
            "ref a, ref? b, ref? (unknown), ref c");
    renders(*state, "{% call nothing() %}{{ ref('b') }}{% endcall %}", "", "");
}

/* ---- failures ---- */

static void a_failure_in_doubt_ends_its_branch_only(void **state) {
    renders(*state, "{% if query() %}{{ ref('a') }}{{ raise() }}{{ ref('b') }}{% endif %}{{ ref('c') }}",
            NULL, "ref? a, ref c");
    renders(*state, "{% if query() %}{{ raise() }}{% else %}{{ ref('a') }}{% endif %}{{ ref('c') }}", NULL,
            "ref? a, ref c");
    renders(*state, "{% for x in query() %}{{ ref('a') }}{{ none + 1 }}{% endfor %}{{ ref('c') }}", NULL,
            "ref? a, ref c");
}

static void what_fails_where_a_macro_or_a_loop_may_have_ended_has_ended_before(void **state) {
    surroundings *self = *state;
    add_macro(self, "{% macro m() %}{% if query() %}{{ return('a') }}{% endif %}{{ raise() }}{% endmacro %}");
    renders(self, "{{ ref(m()) }}", "a", "ref a");
    renders(self,
            "{% for x in ['a', 'b'] %}{% if query() %}{% break %}{% endif %}{{ raise() }}{% endfor %}{{ "
            "ref('c') }}",
            NULL, "ref c");
    renders(self,
            "{% for x in ['a', 'b'] %}{{ ref(x) }}{% if query() %}{% continue %}{% endif %}{{ raise() }}{% "
            "endfor %}",
            NULL, "ref a, ref b");
}

static void where_both_sides_fail_all_fails(void **state) {
    surroundings *self = *state;
    floe_jinja_value out;
    assert_int_equal(render(self, "a\n{% if query() %}{{ raise() }}{% else %}{{ raise() }}{% endif %}", &out),
                     FLOE_INVALID);
    assert_string_equal(floe_jinja_error(self->run)->message, "raised");
}

static void a_failure_says_where_it_happened(void **state) {
    surroundings *self = *state;
    floe_jinja_value out;
    assert_int_equal(render(self, "select 1\n  + {{ 1 + 'x' }}", &out), FLOE_INVALID);
    const floe_error *error = floe_jinja_error(self->run);
    assert_string_equal(error->file, "models/a.sql");
    assert_int_equal(error->line, 2);
    assert_int_equal(error->column, 8);
    assert_string_equal(error->message, "unsupported operand type(s) for +: 'int' and 'str'");
}

/* ---- bounds ---- */

static int limited(const char *text, const floe_jinja_bounds *bounds, const char *macro) {
    surroundings self = {.arena = floe_arena_new(0)};
    floe_jinja_value out;
    assert_int_equal(floe_jinja_run_new(&self.run, &host, &self, bounds, NULL), 0);
    if (macro) {
        add_macro(&self, macro);
    }
    int result = render(&self, text, &out);
    floe_jinja_run_free(self.run);
    floe_arena_free(self.arena);
    floe_buffer_free(&self.notes);
    return result;
}

static void what_has_no_end_is_a_limit(void **state) {
    (void)state;
    assert_int_equal(limited("{{ f() }}", NULL, "{% macro f() %}{{ f() }}{% endmacro %}"), FLOE_LIMIT);
    assert_int_equal(limited("{{ f(query()) }}", NULL, "{% macro f(x) %}{{ f(x) }}{% endmacro %}"),
                     FLOE_LIMIT);
    assert_int_equal(limited("{% set l = [1] %}{% for x in l %}{% do l.append(x) %}{% endfor %}", NULL, NULL),
                     FLOE_LIMIT);
    assert_int_equal(
        limited("{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}", NULL, NULL),
        FLOE_LIMIT);
    assert_int_equal(limited("{{ 'abcdefgh' * 99999999 }}", NULL, NULL), FLOE_LIMIT);
    assert_int_equal(limited("{% set n = namespace(x='abcdefgh') %}{% for i in range(99) %}{% set n.x = n.x "
                             "~ n.x %}{% endfor %}",
                             NULL, NULL),
                     FLOE_LIMIT);
    const floe_jinja_bounds small = {.steps = 50, .memory = 1 << 16};
    assert_int_equal(limited("{% for i in range(100) %}x{% endfor %}", &small, NULL), FLOE_LIMIT);
    assert_int_equal(limited("{{ range(2) | list }}", &small, NULL), 0);
}

/* What looks at all of a long text costs what that takes, so that a loop of it ends soon. */
static void long_texts_are_steps(void **state) {
    (void)state;
    static const char *const looks[] = {"x.count('b')", "x|length",   "x is lower", "x == x ~ 'b'",
                                        "'b' in x",     "x[-1]",      "x[1:2]",     "x.isdigit()",
                                        "x|trim",       "x.split(x)", "x|wordcount"};
    const floe_jinja_bounds few = {.steps = 50000};
    for (size_t i = 0; i < COUNT(looks); i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "{%% set x = 'a' * 2000000 %%}{%% for i in range(900) %%}{%% if %s %%}{%% endif %%}"
                 "{%% endfor %%}",
                 looks[i]);
        if (limited(text, &few, NULL) != FLOE_LIMIT) {
            fail_msg("a loop of %s has no end", looks[i]);
        }
    }
    assert_int_equal(limited("{% set x = 'a' * 2000000 %}{{ ('ab' ~ x ~ x).rfind('ab' ~ x) }}", &few, NULL),
                     FLOE_LIMIT);
}

static void a_list_that_holds_itself_is_no_end(void **state) {
    renders(*state, "{% set l = [1] %}{% do l.append(l) %}{{ l }}{{ l == l }}", "[1, [...]]True", "");
    renders(*state,
            "{% set a = [1] %}{% set b = [1] %}{% do a.append(b) %}{% do b.append(a) %}{% set c = a == b "
            "%}{{ ref('x') }}",
            "x", "ref x");
    assert_int_equal(limited("{% set l = [1] %}{% do l.append(l) %}{{ l|tojson }}", NULL, NULL), FLOE_LIMIT);
    assert_int_equal(
        limited("{% set l = [1] %}{% do l.append(l) %}{% if query() %}{% set l = [l] %}{% endif %}", NULL,
                NULL),
        0);
}

/* ---- for hosts ---- */

static void a_reset_run_has_forgotten_all(void **state) {
    surroundings *self = *state;
    for (int i = 0; i < 3; i++) {
        renders(self, "{{ x|default('none') }}{% set x = 'a' %}{% if query() %}{% set x = 'b' %}{% endif %}",
                NULL, "");
        renders(self, "{{ x|default('none') }}", "none", "");
    }
}

static void an_expression_is_evaluated_alone(void **state) {
    surroundings *self = *state;
    const floe_jinja_node *node;
    const char *text = "{'a': [1, 2.5, none], 'b': query()}";
    floe_jinja_value out;
    floe_jinja_run_reset(self->run, self);
    assert_int_equal(floe_jinja_parse_expression(&node, self->arena, "x", text, strlen(text), NULL), 0);
    const floe_jinja_template template = {.name = "x", .text = text, .size = strlen(text)};
    assert_int_equal(floe_jinja_evaluate(self->run, &template, node, &out), 0);
    const floe_jinja_value *list = floe_jinja_get_text(&out, "a", 1);
    assert_int_equal(list->sequence->count, 3);
    assert_null(floe_jinja_doubt_of(list));
    assert_string_equal(floe_jinja_doubt_of(&out)->reason, "the result of query() is known to a run only");
}

static void an_unknown_value_says_where_it_came_from(void **state) {
    surroundings *self = *state;
    floe_jinja_value out;
    assert_int_equal(render(self, "a\n{{ query().b }}", &out), 0);
    assert_int_equal(out.type, FLOE_JINJA_IS_UNKNOWN);
    assert_string_equal(out.doubt->template->name, "models/a.sql");
    assert_int_equal(out.doubt->at, 5);
}

/* What moves all items of a long list costs what that takes; without that these two end within the bound. */
static void moved_items_are_steps(void **state) {
    (void)state;
    static const char *const bodies[] = {
        "{% for i in range(9000) %}{% do l.insert(0, 1) %}{% endfor %}",
        "{% for i in range(9000) %}{% do l.pop(0) %}{% endfor %}",
        "{% for i in range(9000) %}{% do l.index(2) %}{% endfor %}",
        ("{% set d = {} %}{% for i in l %}{% do d.update({loop.index: 1}) %}{% endfor %}"
         "{% for i in range(1, 9000) %}{% do d.pop(i) %}{% endfor %}"),
    };
    const floe_jinja_bounds few = {.steps = 900000};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "{%% set l = [] %%}{%% for i in range(29000) %%}{%% do l.append(1) %%}{%% endfor %%}"
                 "{%% do l.append(2) %%}%s",
                 bodies[i]);
        if (limited(text, &few, NULL) != FLOE_LIMIT) {
            fail_msg("within the bound: %s", bodies[i]);
        }
    }
}

static void parameters_of_a_builtin_are_bound_as_python_binds_them(void **state) {
    static const char *const parameters[] = {"name", "default="};
    surroundings *self = *state;
    floe_jinja_value values[3] = {floe_jinja_string("a", 1), floe_jinja_integer(1), floe_jinja_none()},
                     slots[2];
    const floe_jinja_text named[] = {{"default", 7}, {"name", 4}};
    floe_jinja_arguments arguments = {.items = values, .count = 1};
    floe_jinja_run_reset(self->run, self);
    assert_int_equal(floe_jinja_bind(self->run, "var", &arguments, parameters, 2, slots), 0);
    assert_int_equal(slots[1].type, FLOE_JINJA_IS_UNDEFINED);
    arguments = (floe_jinja_arguments){.keywords = named, .named = values, .named_count = 2};
    assert_int_equal(floe_jinja_bind(self->run, "var", &arguments, parameters, 2, slots), 0);
    assert_int_equal(slots[0].type, FLOE_JINJA_IS_INTEGER);
    arguments.named_count = 1;
    assert_int_equal(floe_jinja_bind(self->run, "var", &arguments, parameters, 2, slots), FLOE_INVALID);
    assert_string_equal(floe_jinja_error(self->run)->message, "var() missing required argument: 'name'");
    arguments = (floe_jinja_arguments){.items = values, .count = 3};
    assert_int_equal(floe_jinja_bind(self->run, "var", &arguments, parameters, 2, slots), FLOE_INVALID);
    arguments = (floe_jinja_arguments){
        .items = values, .count = 2, .keywords = named, .named = values, .named_count = 1};
    assert_int_equal(floe_jinja_bind(self->run, "var", &arguments, parameters, 2, slots), FLOE_INVALID);
}

/* What dbt 2.0.0-preview.196 made of the same templates. */
static const floe_jinja_host second_host = {.lookup = lookup, .untaken = untaken, .second = true};

static void in_dbt_2_a_template_calls_its_own_macros_and_filters_change_values(void **state) {
    surroundings *self = *state;
    static const char *const own = "{% macro m(x) %}{{ ref(x) }}{% endmacro %}{{ m('a') if m else 'none' }}";
    static const char *const filters[][3] = {
        /* template, dbt 2's, dbt 1's */
        {"{{ 'true' | as_bool is true }}{{ 'False' | as_bool is false }}", "TrueTrue", "FalseFalse"},
        {"{{ 'yes' | as_bool }}{{ 'FALSE' | as_bool }}{{ 1 | as_bool }}", "yesFALSE1", "yesFALSE1"},
        {"{{ '7' | as_number is integer }}{{ '-7' | as_number }}", "True-7", "False-7"},
        {"{{ '1.5' | as_number is string }}{{ ' 7' | as_number is string }}", "TrueTrue", "TrueTrue"},
        {"{{ none | as_number }}{{ none | as_bool }}{{ none | as_text }}", "0False", "NoneNoneNone"},
        {"{% set l = ['a'] %}{% set g = l | map('upper') %}{% do l.append('z') %}{{ g | list }}{{ g | list "
         "}}",
         "['A']['A']", "['A', 'Z'][]"},
        {"{{ 7 | as_text is string }}{{ '7' | as_native is string }}", "TrueTrue", "FalseTrue"},
    };
    renders(self, own, "none", "(m('a'))");
    for (size_t i = 0; i < COUNT(filters); i++) {
        renders(self, filters[i][0], filters[i][2], "");
    }
    floe_jinja_run_free(self->run);
    assert_int_equal(floe_jinja_run_new(&self->run, &second_host, self, NULL, NULL), 0);
    renders(self, own, "a", "('none'), ref a");
    for (size_t i = 0; i < COUNT(filters); i++) {
        renders(self, filters[i][0], filters[i][1], "");
    }
    renders(self, "{{ [1] | as_text }}", NULL, "");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(of_a_known_condition_one_branch_is_taken_and_the_other_is_told),
        TEST(an_unknown_condition_is_followed_both_ways),
        TEST(what_is_known_of_a_condition_decides),
        TEST(a_name_set_on_one_side_only_is_unknown_afterwards),
        TEST(a_container_changed_in_doubt_has_an_unknown_size),
        TEST(an_element_added_in_doubt_is_not_there_for_certain),
        TEST(what_a_branch_made_itself_it_knows),
        TEST(a_loop_over_the_unknown_renders_its_body_once_in_doubt),
        TEST(a_later_turn_sees_what_an_earlier_one_changed),
        TEST(what_was_taken_of_a_generator_in_doubt_may_be_gone),
        TEST(within_a_branch_a_generator_gives_what_it_has),
        TEST(which_turn_of_an_unknown_loop_it_is_is_unknown),
        TEST(what_is_unknown_among_elements_is_looped_over_as_well),
        TEST(a_turn_that_may_not_be_leaves_names_as_they_may_have_been),
        TEST(a_list_that_grows_in_doubt_grows_once),
        TEST(a_change_of_the_unknown_may_change_what_it_may_be),
        TEST(the_else_of_a_loop_that_may_have_been_broken_off_is_in_doubt),
        TEST(what_ends_a_loop_in_doubt_leaves_the_rest_of_it_in_doubt),
        TEST(a_macro_that_may_have_returned_goes_on_in_doubt),
        TEST(a_return_in_doubt_within_a_loop_ends_neither),
        TEST(a_macro_that_calls_itself_in_doubt_comes_to_an_end),
        TEST(macros_are_entered_and_left),
        TEST(the_body_of_a_call_block_for_an_unknown_macro_is_rendered_in_doubt),
        TEST(a_failure_in_doubt_ends_its_branch_only),
        TEST(what_fails_where_a_macro_or_a_loop_may_have_ended_has_ended_before),
        TEST(where_both_sides_fail_all_fails),
        TEST(a_failure_says_where_it_happened),
        TEST(what_has_no_end_is_a_limit),
        TEST(long_texts_are_steps),
        TEST(a_list_that_holds_itself_is_no_end),
        TEST(a_reset_run_has_forgotten_all),
        TEST(an_expression_is_evaluated_alone),
        TEST(an_unknown_value_says_where_it_came_from),
        TEST(moved_items_are_steps),
        TEST(parameters_of_a_builtin_are_bound_as_python_binds_them),
        TEST(in_dbt_2_a_template_calls_its_own_macros_and_filters_change_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

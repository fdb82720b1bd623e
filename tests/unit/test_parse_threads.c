/* A parse's threads and its problems: what comes of them does not depend on how many there are. */
#include "support.h"

#include "base/interrupt.h"
#include "dbt/parse/parse.h"

#include <signal.h>
#include <stdatomic.h>

static atomic_uint visits[1000];
static _Thread_local unsigned spin;

static floe_parse *new_parse(floe_store **store, unsigned threads, floe_error *error) {
    static floe_parse_options options;
    floe_parse *parse = NULL;
    options = (floe_parse_options){.root = ".", .threads = threads};
    *store = floe_store_new();
    assert_int_equal(floe_parse_new(&parse, *store, &options, error), 0);
    return parse;
}

static void end_parse(floe_parse *parse, floe_store *store) {
    floe_parse_free(parse);
    floe_store_free(store);
}

static int count_visit(floe_parse_thread *thread, size_t index) {
    assert_ptr_equal(thread->parse->threads + thread->number, thread);
    atomic_fetch_add(&visits[index], 1);
    return 0;
}

static void every_index_is_worked_on_once(void **state) {
    (void)state;
    for (unsigned threads = 1; threads <= 4; threads++) {
        floe_store *store;
        floe_error error;
        floe_parse *parse = new_parse(&store, threads, &error);
        for (size_t i = 0; i < COUNT(visits); i++) {
            atomic_store(&visits[i], 0);
        }
        assert_int_equal(floe_parse_each(parse, COUNT(visits), count_visit), 0);
        for (size_t i = 0; i < COUNT(visits); i++) {
            assert_int_equal(atomic_load(&visits[i]), 1);
        }
        assert_int_equal(floe_parse_each(parse, 0, count_visit), 0);
        end_parse(parse, store);
    }
}

static int fail_from_300(floe_parse_thread *thread, size_t index) {
    for (spin = 0; index < 310 && spin < 20000; spin++) {
    }
    return index < 300
               ? 0
               : floe_error_set(&thread->error, index % 2 ? FLOE_INVALID : FLOE_LIMIT, "at %zu", index);
}

static void the_lowest_failure_is_told(void **state) {
    (void)state;
    for (unsigned round = 0; round < 50; round++) {
        floe_store *store;
        floe_error error = {0};
        floe_parse *parse = new_parse(&store, 1 + round % 8, &error);
        assert_int_equal(floe_parse_each(parse, 1000, fail_from_300), FLOE_LIMIT);
        assert_string_equal(error.message, "at 300");
        assert_int_equal(error.code, FLOE_LIMIT);
        end_parse(parse, store);
    }
}

static void documents_are_as_many_with_any_number_of_threads(void **state) {
    (void)state;
    floe_store *one, *four;
    floe_error error;
    floe_parse *alone = new_parse(&one, 1, &error), *many = new_parse(&four, 4, &error);
    assert_int_equal(floe_store_count(one), floe_store_count(four));
    assert_ptr_equal(many->threads[0].document, many->document);
    assert_ptr_not_equal(many->threads[1].arena, many->arena);
    end_parse(alone, one);
    end_parse(many, four);
}

static void a_version_of_dbt_is_its_rules(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int rules; /* 0: refused */
    } rows[] = {{NULL, 112}, {"1.10", 110}, {"1.10.23", 110}, {"2.0", 200},
                {"new", 0},  {"1", 0},      {"", 0},          {"0.9", 0}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        floe_store *store = floe_store_new();
        floe_parse_options options = {.root = ".", .dbt = rows[i].text};
        floe_parse *parse = NULL;
        floe_error error;
        int result = floe_parse_new(&parse, store, &options, &error);
        assert_int_equal(result, rows[i].rules ? 0 : FLOE_INVALID);
        if (!result) {
            assert_int_equal(parse->dbt, rows[i].rules);
        }
        end_parse(parse, store);
    }
}

/* ---- problems ---- */

static int report_some(floe_parse_thread *thread, size_t index) {
    floe_parse_report(thread->parse, index % 3 ? FLOE_PARSE_WARNING : FLOE_PARSE_ERROR, "unread_file",
                      index % 2 ? "b.sql" : "a.sql", 1 + (uint32_t)(index % 500), 2, "read it", "number %zu",
                      index % 500);
    return 0;
}

static void problems_stand_in_the_order_of_their_places_each_once(void **state) {
    (void)state;
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        floe_store *store;
        floe_error error;
        floe_parse *parse = new_parse(&store, threads, &error);
        assert_int_equal(floe_parse_each(parse, 3000, report_some), 0);
        assert_int_equal(floe_parse_order_problems(parse), 0);
        assert_int_equal(parse->problems.count, 1000); /* 500 places, each as an error and as a warning */
        const floe_parse_problem *first = &parse->problems.items[0], *last = &parse->problems.items[999];
        assert_string_equal(first->file, "a.sql");
        assert_int_equal(first->line, 1);
        assert_int_equal(first->severity, FLOE_PARSE_ERROR);
        assert_string_equal(first->message, "number 0");
        assert_string_equal(first->hint, "read it");
        assert_string_equal(last->file, "b.sql");
        assert_int_equal(last->line, 500);
        end_parse(parse, store);
    }
}

static int report_flood(floe_parse_thread *thread, size_t index) {
    bool grave = index % 20000 == 19999;
    floe_parse_report(thread->parse, grave ? FLOE_PARSE_ERROR : FLOE_PARSE_DEPRECATION, "duplicate_key",
                      grave ? "z.yml" : "a.yml", (uint32_t)index, 0, NULL, "key %zu", index);
    return 0;
}

static void past_the_bound_the_gravest_problems_stay(void **state) {
    (void)state;
    floe_store *store;
    floe_error error;
    floe_parse *parse = new_parse(&store, 4, &error);
    assert_int_equal(floe_parse_each(parse, 100000, report_flood), 0);
    assert_int_equal(floe_parse_order_problems(parse), 0);
    assert_int_equal(parse->problems.count, FLOE_PARSE_PROBLEMS + 1);
    size_t grave = 0;
    for (size_t i = 0; i < parse->problems.count; i++) {
        grave += parse->problems.items[i].severity == FLOE_PARSE_ERROR;
    }
    assert_int_equal(grave, 5);
    const floe_parse_problem *closing = &parse->problems.items[FLOE_PARSE_PROBLEMS];
    assert_string_equal(closing->code, "further_problems");
    assert_string_equal(closing->message, "90000 more problems are not listed");
    end_parse(parse, store);
}

static void an_error_keeps_its_place_and_its_hint(void **state) {
    (void)state;
    floe_store *store;
    floe_error error, told = {0};
    floe_parse *parse = new_parse(&store, 1, &error);
    floe_parse_file file = {.shown = "dbt_packages/a/models/x.sql"};
    floe_error_set(&told, FLOE_INVALID, "a tag is not closed");
    floe_error_hint(&told, "close it");
    floe_error_at(&told, "elsewhere.sql", 3, 4);
    floe_parse_report_error(parse, FLOE_PARSE_ERROR, "invalid_jinja", &file, &told);
    floe_parse_report_error(parse, FLOE_PARSE_UNREAD, "unread_file", NULL, &told);
    floe_parse_report_about(parse, FLOE_PARSE_ERROR, "duplicate_macro", "macro.a.b", "m.sql", 1, 1, NULL,
                            "two of %s", "them");
    assert_int_equal(floe_parse_order_problems(parse), 0);
    const floe_parse_problem *items = parse->problems.items;
    assert_string_equal(items[0].file, "dbt_packages/a/models/x.sql");
    assert_string_equal(items[0].hint, "close it");
    assert_int_equal(items[0].line, 3);
    assert_string_equal(items[1].file, "elsewhere.sql");
    assert_null(items[2].hint);
    assert_string_equal(items[2].subject, "macro.a.b");
    assert_string_equal(items[2].message, "two of them");
    end_parse(parse, store);
}

/* ---- interruption; the flag stays set, so this comes last ---- */

static atomic_uint worked;

static int interrupt_at_100(floe_parse_thread *thread, size_t index) {
    (void)thread;
    atomic_fetch_add(&worked, 1);
    if (index == 100) {
        raise(SIGINT);
    }
    return 0;
}

static void an_interrupt_ends_the_work_at_its_next_piece(void **state) {
    (void)state;
    floe_store *store;
    floe_error error;
    floe_parse *parse = new_parse(&store, 1, &error);
    floe_interrupt_watch();
    assert_int_equal(floe_parse_each(parse, 1000000, interrupt_at_100), FLOE_IO);
    assert_string_equal(error.message, "interrupted");
    assert_int_equal(worked, 101);
    assert_int_equal(floe_parse_render_each(parse, 1000000, interrupt_at_100), FLOE_IO);
    assert_int_equal(worked, 101);
    end_parse(parse, store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_index_is_worked_on_once),
        cmocka_unit_test(the_lowest_failure_is_told),
        cmocka_unit_test(documents_are_as_many_with_any_number_of_threads),
        cmocka_unit_test(a_version_of_dbt_is_its_rules),
        cmocka_unit_test(problems_stand_in_the_order_of_their_places_each_once),
        cmocka_unit_test(past_the_bound_the_gravest_problems_stay),
        cmocka_unit_test(an_error_keeps_its_place_and_its_hint),
        cmocka_unit_test(an_interrupt_ends_the_work_at_its_next_piece),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

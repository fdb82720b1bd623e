/*
 * What is wrong in a project's files: reported by any thread, told in the order of the files. A problem that
 * is met many times (a macro that every model calls) is told once.
 *
 * Codes of step 1; each is stable:
 *
 *   missing_project    a package has no dbt_project.yml
 *   invalid_project    dbt_project.yml or a file beside it is not what dbt takes
 *   invalid_setting    a setting of dbt_project.yml is not what dbt takes
 *   unknown_setting    dbt knows no such setting
 *   unknown_value      the Jinja of a setting cannot be rendered
 *   invalid_vars       the variables of the command line are no YAML
 *   old_setting        an old name, or what is no longer a setting
 *   dbt_version        require-dbt-version does not accept the dbt whose rules are followed
 *   missing_package    a package is named, and not installed
 *   duplicate_package  two packages of one name
 *   unread_file        a file or folder that could not be read
 *   outside_path       a folder or file that is not in the project's repository
 *   not_text           a file that is not UTF-8
 *   folder_loop        a link that leads to a folder it lies in
 *   overlapping_paths  a file that two folders of a kind hold
 *   invalid_yaml       a properties file that is no YAML
 *   duplicate_key      a key that stands twice in one object of YAML
 *   invalid_jinja      a template that is no Jinja
 *   duplicate_macro    two macros of one name in a package
 *   duplicate_doc      two docs blocks of one name in a package
 *   misplaced_block    a tag outside of macros, which dbt passes over
 *   unknown_target     a profile or target that was asked for is not in profiles.yml
 *   further_problems   there are more than are listed
 */
#include "dbt/parse/parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BEFORE_SORTING = 4 * FLOE_PARSE_PROBLEMS };

/* ---- their order ---- */

static int compare_texts(const char *one, const char *other) {
    return strcmp(one ? one : "", other ? other : "");
}

static int compare_numbers(uint32_t one, uint32_t other) {
    return (one > other) - (one < other);
}

static int compare_places(const void *left, const void *right) {
    const floe_parse_problem *one = left, *other = right;
    int order = compare_texts(one->file, other->file);
    order = order ? order : compare_numbers(one->line, other->line);
    order = order ? order : compare_numbers(one->column, other->column);
    order = order ? order : compare_numbers(one->severity, other->severity);
    order = order ? order : compare_texts(one->code, other->code);
    order = order ? order : compare_texts(one->subject, other->subject);
    order = order ? order : compare_texts(one->message, other->message);
    return order ? order : compare_texts(one->hint, other->hint);
}

/* What is missing from the graph is graver than a warning about what is in it. */
static int weight_of(floe_parse_severity severity) {
    static const int weights[] = {[FLOE_PARSE_ERROR] = 0,
                                  [FLOE_PARSE_UNREAD] = 1,
                                  [FLOE_PARSE_WARNING] = 2,
                                  [FLOE_PARSE_DEPRECATION] = 3};
    return weights[severity];
}

static int compare_weights(const void *left, const void *right) {
    const floe_parse_problem *one = left, *other = right;
    int order = weight_of(one->severity) - weight_of(other->severity);
    return order ? order : compare_places(left, right);
}

static void sort_problems(floe_parse *parse, int (*compare)(const void *, const void *)) {
    if (parse->problems.count) {
        qsort(parse->problems.items, parse->problems.count, sizeof *parse->problems.items, compare);
    }
}

/* Leaves each problem once, and no more than are listed. */
static void thin_out(floe_parse *parse) {
    floe_parse_problem *items = parse->problems.items;
    size_t kept = 0;
    sort_problems(parse, compare_weights);
    for (size_t i = 0; i < parse->problems.count; i++) {
        if (kept && compare_places(&items[kept - 1], &items[i]) == 0) {
            continue;
        }
        items[kept++] = items[i];
    }
    if (kept > FLOE_PARSE_PROBLEMS) {
        parse->problems_left_out += kept - FLOE_PARSE_PROBLEMS;
        kept = FLOE_PARSE_PROBLEMS;
    }
    parse->problems.count = kept;
}

int floe_parse_order_problems(floe_parse *parse) {
    thin_out(parse);
    sort_problems(parse, compare_places);
    if (!parse->problems_left_out) {
        return 0;
    }
    char message[96];
    snprintf(message, sizeof message, "%zu more problems are not listed", parse->problems_left_out);
    floe_parse_problem closing = {
        .severity = FLOE_PARSE_WARNING,
        .code = "further_problems",
        .message = floe_arena_text(parse->problem_texts->arena, message, strlen(message)),
    };
    parse->problems_left_out = 0;
    if (!closing.message || FLOE_PARSE_PUSH(&parse->problems, closing)) {
        return floe_error_memory(parse->error);
    }
    return 0;
}

/* ---- reporting ---- */

static bool copy_text(floe_parse *parse, const char **out, const char *text) {
    *out = text ? floe_arena_text(parse->problem_texts->arena, text, strlen(text)) : NULL;
    return !text || *out;
}

/* A report that finds no room ends the reading: that something was wrong must not get lost with it. */
static void add_problem(floe_parse *parse, floe_parse_problem problem) {
    pthread_mutex_lock(&parse->lock);
    if (parse->problems.count >= MOST_BEFORE_SORTING) {
        thin_out(parse);
    }
    bool copied = copy_text(parse, &problem.code, problem.code) &&
                  copy_text(parse, &problem.message, problem.message) &&
                  copy_text(parse, &problem.hint, problem.hint) &&
                  copy_text(parse, &problem.file, problem.file) &&
                  copy_text(parse, &problem.subject, problem.subject);
    if (!copied || FLOE_PARSE_PUSH(&parse->problems, problem)) {
        parse->starved = true;
    }
    pthread_mutex_unlock(&parse->lock);
}

static const char *given(const char *text) {
    return text && text[0] ? text : NULL;
}

static void add_sentence(floe_parse *parse, floe_parse_problem problem, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

static void add_sentence(floe_parse *parse, floe_parse_problem problem, const char *format,
                         va_list arguments) {
    floe_error error; /* which cuts an over-long text at a character */
    char message[sizeof error.message * 2];
    vsnprintf(message, sizeof message, format, arguments);
    floe_error_set(&error, FLOE_INVALID, "%s", message);
    problem.message = error.message;
    add_problem(parse, problem);
}

static floe_parse_problem problem_at(floe_parse_severity severity, const char *code, const char *file,
                                     uint32_t line, uint32_t column, const char *hint) {
    return (floe_parse_problem){.severity = severity,
                                .code = code,
                                .hint = given(hint),
                                .file = given(file),
                                .line = line,
                                .column = column};
}

void floe_parse_report(floe_parse *parse, floe_parse_severity severity, const char *code, const char *file,
                       uint32_t line, uint32_t column, const char *hint, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    add_sentence(parse, problem_at(severity, code, file, line, column, hint), format, arguments);
    va_end(arguments);
}

void floe_parse_report_about(floe_parse *parse, floe_parse_severity severity, const char *code,
                             const char *subject, const char *file, uint32_t line, uint32_t column,
                             const char *hint, const char *format, ...) {
    floe_parse_problem problem = problem_at(severity, code, file, line, column, hint);
    problem.subject = given(subject);
    va_list arguments;
    va_start(arguments, format);
    add_sentence(parse, problem, format, arguments);
    va_end(arguments);
}

void floe_parse_report_error(floe_parse *parse, floe_parse_severity severity, const char *code,
                             const floe_parse_file *file, const floe_error *error) {
    floe_parse_problem problem =
        problem_at(severity, code, file ? file->shown : error->file, error->line, error->column, error->hint);
    problem.message = error->message;
    add_problem(parse, problem);
}

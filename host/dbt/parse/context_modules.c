/*
 * `modules`: what of Python's re and itertools templates use while dbt parses. Dates and times differ from
 * run to run, or would need Python's library, and are unknown.
 */
#include "dbt/parse/context.h"

#include "base/regex.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- what is not followed ---- */

static bool unknown_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                              floe_jinja_value *out) {
    (void)object;
    *out = floe_jinja_unknown(run, "what Python's modules give ('%.*s') is known to dbt only",
                              (int)name.length, name.text);
    return true;
}

static const floe_jinja_class unknown_class = {.name = "dict", .attribute = unknown_attribute};
static const floe_jinja_object unknown_module = {&unknown_class};

static floe_jinja_value not_followed(floe_jinja_run *run, const char *function) {
    return floe_jinja_unknown(run, "this use of %s() is not followed", function);
}

/* ---- re ---- */

enum { PATTERN_SIZE = 4096, FLAG_IGNORECASE = 2, FLAG_MULTILINE = 8, FLAG_DOTALL = 16, FLAG_VERBOSE = 64 };

typedef struct match_object {
    floe_jinja_object head;
    floe_jinja_value text;
    floe_match match;
} match_object;

typedef struct pattern_object {
    floe_jinja_object head;
    floe_jinja_value pattern, flags;
} pattern_object;

/* The compiled patterns of base/regex.h are one thread's at a time. */
static pthread_mutex_t regex_lock = PTHREAD_MUTEX_INITIALIZER;

/* Searches from `start`; -1 where the pattern is not PCRE's, or costs too much. */
static int search_once(const char *pattern, const floe_jinja_value *text, size_t start, floe_match *match) {
    const floe_regex *regex;
    bool found = false;
    pthread_mutex_lock(&regex_lock);
    int result = floe_regex_get(&regex, pattern, strlen(pattern), NULL);
    result = result ? result
                    : floe_regex_search(&found, match, regex, text->string, text->length, start, NULL, NULL);
    pthread_mutex_unlock(&regex_lock);
    return result ? -1 : found;
}

/* The pattern with its flags as a prefix; false where it is too long. `anchor` is Python's match ('^') or
 * fullmatch ('$'). */
static bool full_pattern(char *out, size_t size, const floe_jinja_value *pattern, int64_t flags,
                         char anchor) {
    char letters[8] = "";
    size_t count = 0;
    static const struct {
        int64_t flag;
        char letter;
    } known[] = {{FLAG_IGNORECASE, 'i'}, {FLAG_MULTILINE, 'm'}, {FLAG_DOTALL, 's'}, {FLAG_VERBOSE, 'x'}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (flags & known[i].flag) {
            letters[count++] = known[i].letter;
        }
    }
    letters[count] = '\0';
    int length =
        snprintf(out, size, "%s%s%s%s(?:%.*s)%s", count ? "(?" : "", letters, count ? ")" : "",
                 anchor ? "\\A" : "", (int)pattern->length, pattern->string, anchor == '$' ? "\\z" : "");
    return length > 0 && (size_t)length < size && !memchr(pattern->string, '\0', pattern->length);
}

static floe_jinja_value group_value(const match_object *object, size_t group) {
    size_t start = object->match.groups[group].start;
    return start == SIZE_MAX
               ? floe_jinja_none()
               : floe_jinja_string(object->text.string + start, object->match.groups[group].stop - start);
}

static int match_group(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                       floe_jinja_value *out) {
    const match_object *object = self;
    floe_jinja_value which = arguments->count ? arguments->items[0] : floe_jinja_integer(0);
    if (arguments->count > 1 || which.type != FLOE_JINJA_IS_INTEGER) {
        *out = not_followed(run, "group");
        return 0;
    }
    if (which.integer < 0 || (uint64_t)which.integer >= object->match.count) {
        return floe_jinja_fail(run, FLOE_INVALID, "no such group");
    }
    *out = group_value(object, (size_t)which.integer);
    return 0;
}

static int match_groups(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                        floe_jinja_value *out) {
    (void)arguments;
    const match_object *object = self;
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_TUPLE, out);
    for (size_t i = 1; !result && i < object->match.count; i++) {
        floe_jinja_value group = group_value(object, i);
        result = floe_jinja_append(run, out, &group);
    }
    return result;
}

static bool match_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                            floe_jinja_value *out) {
    if (floe_text_is(name, "group")) {
        *out = floe_context_bound(run, "group", match_group, object);
    } else if (floe_text_is(name, "groups")) {
        *out = floe_context_bound(run, "groups", match_groups, object);
    } else {
        unknown_attribute(run, object, name, out);
    }
    return true;
}

static const floe_jinja_class match_class = {.name = "re.Match", .attribute = match_attribute};

static floe_jinja_value match_value(floe_jinja_run *run, const floe_jinja_value *text,
                                    const floe_match *match) {
    const match_object object = {.head = {&match_class}, .text = *text, .match = *match};
    return floe_context_object(run, &object.head, sizeof object);
}

static int find_all(floe_jinja_run *run, const char *pattern, const floe_jinja_value *text,
                    floe_jinja_value *out) {
    match_object found = {.text = *text};
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
    for (size_t at = 0; !result && at <= text->length;) {
        int hit = search_once(pattern, text, at, &found.match);
        if (hit <= 0) {
            *out = hit ? not_followed(run, "findall") : *out;
            break;
        }
        floe_jinja_value item = group_value(&found, found.match.count > 1 ? 1 : 0);
        if (found.match.count > 2) {
            result = match_groups(run, &found, NULL, &item);
        }
        item = item.type == FLOE_JINJA_IS_NONE ? floe_jinja_string("", 0) : item;
        result = result ? result : floe_jinja_append(run, out, &item);
        size_t stop = found.match.groups[0].stop;
        at = stop > found.match.groups[0].start ? stop : stop + 1;
    }
    return result;
}

/* A replacement with \1 and the like; other escapes are not followed. */
static bool add_replacement(floe_buffer *out, const floe_jinja_value *with, const match_object *match) {
    for (uint32_t i = 0; i < with->length; i++) {
        if (with->string[i] != '\\') {
            floe_buffer_append(out, &with->string[i], 1);
            continue;
        }
        char next = i + 1 < with->length ? with->string[++i] : '\0';
        bool two = i + 1 < with->length && isdigit((unsigned char)with->string[i + 1]);
        if (!isdigit((unsigned char)next) || next == '0' || two ||
            (size_t)(next - '0') >= match->match.count) {
            return false;
        }
        floe_jinja_value group = group_value(match, (size_t)(next - '0'));
        if (group.type == FLOE_JINJA_IS_STRING) {
            floe_buffer_append(out, group.string, group.length);
        }
    }
    return true;
}

static int substitute(floe_jinja_run *run, const char *pattern, const floe_jinja_value *with,
                      const floe_jinja_value *text, floe_jinja_value *out) {
    match_object found = {.text = *text};
    floe_buffer made = {.data = NULL};
    size_t at = 0, copied = 0;
    bool followed = with->type == FLOE_JINJA_IS_STRING;
    while (followed && at <= text->length) {
        int hit = search_once(pattern, text, at, &found.match);
        if (hit <= 0) {
            followed = !hit;
            break;
        }
        size_t start = found.match.groups[0].start, stop = found.match.groups[0].stop;
        floe_buffer_append(&made, text->string + copied, start - copied);
        followed = add_replacement(&made, with, &found);
        copied = stop;
        at = stop > start ? stop : stop + 1;
    }
    floe_buffer_append(&made, text->string + copied, text->length - copied);
    *out = followed && !made.failed ? floe_context_text(run, made.data ? made.data : "", made.size)
                                    : not_followed(run, "re.sub");
    floe_buffer_free(&made);
    return 0;
}

typedef enum re_function { RE_MATCH, RE_FULLMATCH, RE_SEARCH, RE_FINDALL, RE_SUB, RE_COMPILE } re_function;

static int apply(floe_jinja_run *run, re_function which, const floe_jinja_value *pattern, int64_t flags,
                 const floe_jinja_value *items, size_t count, floe_jinja_value *out) {
    char full[PATTERN_SIZE + 32];
    char anchor = which == RE_MATCH ? '^' : which == RE_FULLMATCH ? '$' : '\0';
    const floe_jinja_value *text = count ? &items[which == RE_SUB && count > 1 ? 1 : 0] : NULL;
    if (!text || text->type != FLOE_JINJA_IS_STRING || pattern->type != FLOE_JINJA_IS_STRING ||
        count != (which == RE_SUB ? 2 : 1) || !full_pattern(full, sizeof full, pattern, flags, anchor)) {
        const floe_jinja_doubt *doubt = text ? floe_jinja_doubt_of(text) : NULL;
        doubt = doubt ? doubt : floe_jinja_doubt_of(pattern);
        *out = doubt ? floe_jinja_doubtful(doubt) : not_followed(run, "re");
        return 0;
    }
    if (which == RE_FINDALL) {
        return find_all(run, full, text, out);
    }
    if (which == RE_SUB) {
        return substitute(run, full, &items[0], text, out);
    }
    floe_match match;
    int hit = search_once(full, text, 0, &match);
    *out = hit < 0 ? not_followed(run, "re") : hit ? match_value(run, text, &match) : floe_jinja_none();
    return 0;
}

static const struct {
    const char *name;
    re_function which;
} re_functions[] = {{"match", RE_MATCH},   {"fullmatch", RE_FULLMATCH},
                    {"search", RE_SEARCH}, {"findall", RE_FINDALL},
                    {"sub", RE_SUB},       {"compile", RE_COMPILE}};

enum { RE_FUNCTIONS = sizeof re_functions / sizeof *re_functions };

typedef struct bound_pattern {
    const pattern_object *pattern;
    re_function which;
} bound_pattern;

static int call_pattern(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                        floe_jinja_value *out) {
    const bound_pattern *bound = self;
    if (arguments->named_count || arguments->doubt || bound->pattern->flags.type != FLOE_JINJA_IS_INTEGER) {
        *out = not_followed(run, "re");
        return 0;
    }
    return apply(run, bound->which, &bound->pattern->pattern, bound->pattern->flags.integer, arguments->items,
                 arguments->count, out);
}

static bool pattern_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                              floe_jinja_value *out) {
    for (size_t i = 0; i < RE_FUNCTIONS; i++) {
        if (floe_text_is(name, re_functions[i].name)) {
            bound_pattern *bound = floe_context_alloc(run, sizeof *bound);
            if (bound) {
                *bound = (bound_pattern){.pattern = (const pattern_object *)object,
                                         .which = re_functions[i].which};
            }
            *out = floe_context_bound(run, re_functions[i].name, call_pattern, bound);
            return true;
        }
    }
    return unknown_attribute(run, object, name, out);
}

static const floe_jinja_class pattern_class = {.name = "re.Pattern", .attribute = pattern_attribute};

static int call_re(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                   floe_jinja_value *out) {
    re_function which = re_functions[(uintptr_t)self].which;
    size_t needed = which == RE_SUB ? 3 : which == RE_COMPILE ? 1 : 2;
    floe_jinja_value flags = floe_jinja_integer(0);
    bool named = arguments->named_count == 1 && floe_text_is(arguments->keywords[0], "flags");
    if (named) {
        flags = arguments->named[0];
    } else if (arguments->count == needed + 1 && which != RE_SUB) {
        flags = arguments->items[needed];
    }
    if (arguments->count < needed || arguments->doubt || (arguments->named_count && !named) ||
        flags.type != FLOE_JINJA_IS_INTEGER || (which == RE_SUB && arguments->count > needed)) {
        *out = not_followed(run, "re");
        return 0;
    }
    if (which == RE_COMPILE) {
        const pattern_object object = {
            .head = {&pattern_class}, .pattern = arguments->items[0], .flags = flags};
        *out = floe_context_object(run, &object.head, sizeof object);
        return 0;
    }
    return apply(run, which, &arguments->items[0], flags.integer, arguments->items + 1, needed - 1, out);
}

static bool re_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                         floe_jinja_value *out) {
    static const struct {
        const char *name;
        int flag;
    } flags[] = {{"IGNORECASE", FLAG_IGNORECASE}, {"I", FLAG_IGNORECASE},  {"MULTILINE", FLAG_MULTILINE},
                 {"M", FLAG_MULTILINE},           {"DOTALL", FLAG_DOTALL}, {"S", FLAG_DOTALL}};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (floe_text_is(name, flags[i].name)) {
            *out = floe_jinja_integer(flags[i].flag);
            return true;
        }
    }
    for (size_t i = 0; i < RE_FUNCTIONS; i++) {
        if (floe_text_is(name, re_functions[i].name)) {
            *out = floe_context_bound(run, re_functions[i].name, call_re, (void *)(uintptr_t)i);
            return true;
        }
    }
    return unknown_attribute(run, object, name, out);
}

static const floe_jinja_class re_class = {.name = "dict", .attribute = re_attribute};
static const floe_jinja_object re_module = {&re_class};

/* ---- itertools ---- */

enum { ITERTOOLS_LISTS = 8, ITERTOOLS_RESULTS = 20000 };

/* All arguments as lists; false where one is not known, with `*out`. */
static bool argument_lists(floe_jinja_run *run, const floe_jinja_arguments *arguments,
                           floe_jinja_value *lists, floe_jinja_value *out) {
    if (arguments->doubt || arguments->count > ITERTOOLS_LISTS || arguments->named_count) {
        *out = arguments->doubt ? floe_jinja_doubtful(arguments->doubt) : not_followed(run, "itertools");
        return false;
    }
    for (size_t i = 0; i < arguments->count; i++) {
        if (!floe_context_elements(run, &arguments->items[i], &lists[i], out)) {
            *out = out->type == FLOE_JINJA_IS_UNKNOWN ? *out : not_followed(run, "itertools");
            return false;
        }
    }
    return true;
}

/* One tuple of those that `at` points to in the lists. */
static int add_tuple(floe_jinja_run *run, const floe_jinja_value *lists, const size_t *at, size_t count,
                     floe_jinja_value *out) {
    floe_jinja_value tuple;
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_TUPLE, &tuple);
    for (size_t i = 0; !result && i < count; i++) {
        result = floe_jinja_append(run, &tuple, &lists[i].sequence->items[at[i]]);
    }
    return result ? result : floe_jinja_append(run, out, &tuple);
}

static int call_product(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                        floe_jinja_value *out) {
    (void)self;
    floe_jinja_value lists[ITERTOOLS_LISTS];
    size_t at[ITERTOOLS_LISTS] = {0}, total = 1;
    if (!argument_lists(run, arguments, lists, out)) {
        return 0;
    }
    for (size_t i = 0; i < arguments->count; i++) {
        total *= lists[i].sequence->count < ITERTOOLS_RESULTS ? lists[i].sequence->count : ITERTOOLS_RESULTS;
        if (total > ITERTOOLS_RESULTS) {
            *out = not_followed(run, "itertools.product");
            return 0;
        }
    }
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
    for (size_t n = 0; !result && n < total; n++) {
        result = add_tuple(run, lists, at, arguments->count, out);
        for (size_t i = arguments->count; i-- > 0;) {
            if (++at[i] < lists[i].sequence->count) {
                break;
            }
            at[i] = 0;
        }
    }
    return result;
}

static int call_chain(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                      floe_jinja_value *out) {
    (void)self;
    floe_jinja_value lists[ITERTOOLS_LISTS];
    if (!argument_lists(run, arguments, lists, out)) {
        return 0;
    }
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
    for (size_t i = 0; i < arguments->count; i++) {
        for (size_t n = 0; !result && n < lists[i].sequence->count; n++) {
            result = floe_jinja_append(run, out, &lists[i].sequence->items[n]);
        }
    }
    return result;
}

/* Pairs, triples … of one list, in its order. */
static int call_combinations(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                             floe_jinja_value *out) {
    (void)self;
    floe_jinja_value list, lists[ITERTOOLS_LISTS];
    size_t at[ITERTOOLS_LISTS];
    bool sized = arguments->count == 2 && arguments->items[1].type == FLOE_JINJA_IS_INTEGER &&
                 arguments->items[1].integer > 0 && arguments->items[1].integer <= ITERTOOLS_LISTS;
    if (!sized || !floe_context_elements(run, &arguments->items[0], &list, out)) {
        *out = not_followed(run, "itertools.combinations");
        return 0;
    }
    size_t size = (size_t)arguments->items[1].integer, count = list.sequence->count, made = 0;
    for (size_t i = 0; i < size; i++) {
        lists[i] = list;
        at[i] = i;
    }
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
    while (!result && size <= count && made++ < ITERTOOLS_RESULTS) {
        result = add_tuple(run, lists, at, size, out);
        size_t i = size;
        while (i > 0 && at[i - 1] == count - size + i - 1) {
            i--;
        }
        if (!i) {
            return result;
        }
        at[i - 1]++;
        for (; i < size; i++) {
            at[i] = at[i - 1] + 1;
        }
    }
    if (made > ITERTOOLS_RESULTS) {
        *out = not_followed(run, "itertools.combinations");
    }
    return result;
}

static bool itertools_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                                floe_jinja_value *out) {
    static const struct {
        const char *name;
        floe_context_handler call;
    } functions[] = {{"product", call_product}, {"chain", call_chain}, {"combinations", call_combinations}};
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (floe_text_is(name, functions[i].name)) {
            *out = floe_context_bound(run, functions[i].name, functions[i].call, NULL);
            return true;
        }
    }
    return unknown_attribute(run, object, name, out);
}

static const floe_jinja_class itertools_class = {.name = "dict", .attribute = itertools_attribute};
static const floe_jinja_object itertools_module = {&itertools_class};

/* ---- modules ---- */

static bool modules_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                              floe_jinja_value *out) {
    (void)run;
    (void)object;
    const floe_jinja_object *module = floe_text_is(name, "re")          ? &re_module
                                      : floe_text_is(name, "itertools") ? &itertools_module
                                      : floe_text_is(name, "datetime") || floe_text_is(name, "pytz")
                                          ? &unknown_module
                                          : NULL;
    if (module) {
        *out = floe_jinja_of_object((floe_jinja_object *)(uintptr_t)module);
    }
    return module;
}

static const floe_jinja_class modules_class = {.name = "dict", .attribute = modules_attribute};
static const floe_jinja_object modules_object = {&modules_class};

floe_jinja_value floe_context_modules(floe_jinja_run *run) {
    (void)run;
    return floe_jinja_of_object((floe_jinja_object *)(uintptr_t)&modules_object);
}

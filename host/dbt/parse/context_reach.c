/*
 * The macros that a generic test can see while dbt parses. Not all there are: dbt takes the macro that the
 * test's name means without its namespace, and those which it calls at any depth. Where two of these have one
 * name the last one counts, and what is not among them comes to nothing.
 */
#include "dbt/parse/context.h"

#include <string.h>

typedef struct walk {
    floe_parse *parse;
    floe_context_reach *reach;
    unsigned char *seen; /* a bit for each macro */
} walk;

/* "macro.PACKAGE.NAME" */
static const floe_parse_macro *macro_of(floe_parse *parse, const char *unique_id) {
    const char *package = strchr(unique_id, '.');
    const char *name = package ? strchr(++package, '.') : NULL;
    for (size_t i = 0; name && i < parse->packages.count; i++) {
        const floe_parse_package *item = parse->packages.items[i];
        size_t length = (size_t)(name - package);
        if (strlen(item->name) == length && !memcmp(item->name, package, length)) {
            const floe_parse_macro *macro = floe_parse_find_macro(parse, item, NULL, name + 1);
            return macro && macro->package == item ? macro : NULL;
        }
    }
    return NULL;
}

/* One macro, and then what it calls, each before the next. `items` is as long as all macros. */
static void visit(walk *w, const floe_parse_macro *macro) {
    const floe_parse_macro **items = w->reach->items;
    struct {
        const floe_parse_macro *macro;
        size_t next;
    } stack[64];
    size_t depth = 0;
    while (macro || depth) {
        if (macro && !(w->seen[macro->index / 8] & (1u << macro->index % 8))) {
            w->seen[macro->index / 8] |= (unsigned char)(1u << macro->index % 8);
            items[w->reach->count++] = macro;
            if (depth < sizeof stack / sizeof *stack) {
                stack[depth].macro = macro;
                stack[depth++].next = 0;
            }
        }
        macro = NULL;
        while (depth && !macro) {
            const floe_parse_macro *top = stack[depth - 1].macro;
            size_t next = stack[depth - 1].next++;
            if (next >= top->calls.count) {
                depth--;
                continue;
            }
            macro = macro_of(w->parse, top->calls.items[next]);
        }
    }
}

static const floe_context_reach *reach_of(floe_jinja_run *run) {
    floe_frame *frame = floe_frame_of(run);
    floe_context_reach *reach = frame->reach;
    if (!reach->ready) {
        size_t count = frame->parse->macros.count;
        walk w = {.parse = frame->parse, .reach = reach, .seen = floe_context_alloc(run, count / 8 + 1)};
        reach->items = floe_context_alloc(run, (count + 1) * sizeof *reach->items);
        reach->ready = true;
        if (w.seen && reach->items) {
            memset(w.seen, 0, count / 8 + 1);
            floe_key key = floe_key_of("get_where_subquery", strlen("get_where_subquery"));
            visit(&w, floe_context_table_get(&frame->context->all, &key));
            visit(&w, reach->test);
        }
    }
    return reach;
}

static bool calls_builtin(const floe_context_reach *reach, const char *unique_id) {
    for (size_t i = 0; i < reach->count; i++) {
        for (size_t j = 0; j < reach->items[i]->calls.count; j++) {
            if (!strcmp(reach->items[i]->calls.items[j], unique_id)) {
                return true;
            }
        }
    }
    return reach->unique_id && !strcmp(reach->unique_id, unique_id);
}

bool floe_context_reached(floe_jinja_run *run, const char *package, floe_jinja_text name,
                          const floe_parse_macro **macro, const floe_builtin **builtin) {
    const floe_context_reach *reach = reach_of(run);
    floe_key key = floe_key_of(name.text, name.length);
    *macro = NULL;
    for (size_t i = reach->count; !*macro && i-- > 0;) {
        const floe_parse_macro *item = reach->items[i];
        if ((!package || !strcmp(item->package->name, package)) && strlen(item->name) == name.length &&
            !memcmp(item->name, name.text, name.length)) {
            *macro = item;
        }
    }
    bool own = !*macro && (!package || !strcmp(package, "dbt"));
    *builtin = own ? floe_context_table_get(&floe_frame_of(run)->context->builtins, &key) : NULL;
    if (*builtin && !calls_builtin(reach, (*builtin)->unique_id)) {
        *builtin = NULL;
    }
    return *macro || *builtin;
}

bool floe_context_reaches(floe_jinja_run *run, const floe_parse_macro *macro) {
    const floe_context_reach *reach = reach_of(run);
    for (size_t i = 0; i < reach->count; i++) {
        if (reach->items[i] == macro) {
            return true;
        }
    }
    return false;
}

bool floe_context_reaches_package(floe_jinja_run *run, const floe_parse_package *package) {
    const floe_context_reach *reach = reach_of(run);
    for (size_t i = 0; i < reach->count; i++) {
        if (reach->items[i]->package == package) {
            return true;
        }
    }
    return false;
}

/* Whether another package has a macro of this name. */
static bool has_namesake(floe_parse *parse, const floe_parse_macro *macro) {
    for (size_t i = 0; i < parse->packages.count; i++) {
        const floe_parse_package *package = parse->packages.items[i];
        if (package != macro->package) {
            const floe_parse_macro *other = floe_parse_find_macro(parse, package, NULL, macro->name);
            if (other && other->package == package) {
                return true;
            }
        }
    }
    return false;
}

const floe_parse_macro *floe_context_reach_test(floe_jinja_run *run, const char *package) {
    const floe_frame *frame = floe_frame_of(run);
    const floe_parse_macro *test = frame->reach->test;
    if (frame->parse->dbt >= 200 || !has_namesake(frame->parse, test)) {
        return test;
    }
    const floe_parse_macro *macro;
    const floe_builtin *builtin;
    floe_jinja_text name = {test->name, strlen(test->name)};
    return floe_context_reached(run, package, name, &macro, &builtin) ? macro : NULL;
}

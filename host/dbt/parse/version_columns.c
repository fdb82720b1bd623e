/*
 * Which columns a version of a model has: those of the model that its include and exclude take, and its own.
 */
#include "dbt/parse/nodes.h"

#include <string.h>

/* What an entry of a model and one of its versions say of columns. */
typedef struct sides {
    const floe_node *base, *own; /* lists; NULL */
    const floe_node *rule;       /* the first include/exclude among `own`; NULL: all columns of the model */
    const floe_node **list;      /* the outcome, with room for all */
    size_t count;
} sides;

static bool is_rule(const floe_node *column) {
    return floe_parse_get(column, "include") || floe_parse_get(column, "exclude");
}

static bool same_name(const floe_node *one, const floe_node *other) {
    return one && other && floe_node_kind(one) == FLOE_STRING && floe_node_kind(other) == FLOE_STRING &&
           floe_node_size(one) == floe_node_size(other) &&
           memcmp(one->string, other->string, floe_node_size(one)) == 0;
}

static bool is_word_for_all(const floe_node *list) {
    return floe_node_equals(list, "all") || floe_node_equals(list, "*");
}

static bool lists(const floe_node *list, const floe_node *name) {
    bool found = false;
    for (uint32_t i = 0; list && floe_node_kind(list) == FLOE_ARRAY && i < floe_node_size(list); i++) {
        found |= same_name(floe_node_child(list, i), name);
    }
    return found;
}

static bool takes(const floe_node *rule, const floe_node *name) {
    const floe_node *include = floe_parse_get(rule, "include"), *exclude = floe_parse_get(rule, "exclude");
    return name && (is_word_for_all(include) || lists(include, name)) && !is_word_for_all(exclude) &&
           !lists(exclude, name);
}

/* For dbt 2 a text may be a name, no include or an empty one is all, and nothing excludes all. */
static bool takes_in_dbt_2(const floe_node *rule, const floe_node *name) {
    const floe_node *include = floe_parse_get(rule, "include"), *exclude = floe_parse_get(rule, "exclude");
    bool all = !include || is_word_for_all(include) ||
               (floe_node_kind(include) == FLOE_ARRAY && !floe_node_size(include));
    return name && (all || lists(include, name) || same_name(include, name)) && !lists(exclude, name) &&
           !same_name(exclude, name);
}

static const floe_node *columns_of(const floe_node *entry) {
    const floe_node *columns = entry ? floe_parse_get(entry, "columns") : NULL;
    return columns && floe_node_kind(columns) == FLOE_ARRAY ? columns : NULL;
}

static int open_sides(floe_parse_thread *thread, const floe_node *entry, const floe_node *version, sides *s) {
    *s = (sides){.base = columns_of(entry), .own = columns_of(version)};
    for (uint32_t i = 0; !s->rule && s->own && i < floe_node_size(s->own); i++) {
        s->rule = is_rule(floe_node_child(s->own, i)) ? floe_node_child(s->own, i) : NULL;
    }
    size_t room = (s->base ? floe_node_size(s->base) : 0) + (s->own ? floe_node_size(s->own) : 0);
    s->list = floe_arena_array(thread->arena, room + 1, sizeof *s->list);
    return s->list ? 0 : FLOE_MEMORY;
}

static const floe_node *name_of(const floe_node *column) {
    return floe_parse_get(column, "name");
}

static void add_own(sides *s) {
    for (uint32_t i = 0; s->own && i < floe_node_size(s->own); i++) {
        if (!is_rule(floe_node_child(s->own, i))) {
            s->list[s->count++] = floe_node_child(s->own, i);
        }
    }
}

/* The model's columns first, then those of the version. */
static void join_columns(sides *s) {
    for (uint32_t i = 0; s->base && i < floe_node_size(s->base); i++) {
        const floe_node *column = floe_node_child(s->base, i);
        if (!s->rule || takes(s->rule, name_of(column))) {
            s->list[s->count++] = column;
        }
    }
    add_own(s);
}

/* The index of the column of a name among the first `count`; `count` where there is none. */
static size_t index_of(const sides *s, size_t count, const floe_node *name) {
    size_t i = 0;
    while (i < count && !same_name(name_of(s->list[i]), name)) {
        i++;
    }
    return i;
}

/* dbt 2: the version's columns first, and none of the model's without a rule; but where both have one of a
 * name, what the model says. */
static void join_in_dbt_2(sides *s) {
    add_own(s);
    size_t own = s->count;
    for (uint32_t i = 0; s->rule && s->base && i < floe_node_size(s->base); i++) {
        const floe_node *column = floe_node_child(s->base, i);
        if (takes_in_dbt_2(s->rule, name_of(column))) {
            size_t place = index_of(s, own, name_of(column));
            s->list[place < own ? place : s->count++] = column;
        }
    }
}

int floe_parse_columns(floe_parse_thread *thread, const floe_node *entry, const floe_node *version,
                       const floe_node ***columns, size_t *count) {
    sides s;
    int result = open_sides(thread, entry, version, &s);
    if (!result && thread->parse->dbt >= 200 && version && floe_node_get(version, "columns", 7)) {
        join_in_dbt_2(&s);
    } else if (!result) {
        join_columns(&s);
    }
    *columns = s.list;
    *count = s.count;
    return result;
}

/* ---- their tests ---- */

static bool has_tests(const floe_node *column) {
    return floe_parse_get(column, "data_tests") || floe_parse_get(column, "tests");
}

int floe_parse_tested_columns(floe_parse_thread *thread, const floe_node *entry, const floe_node *version,
                              const floe_node ***columns, size_t *count) {
    if (thread->parse->dbt < 200) {
        return floe_parse_columns(thread, entry, version, columns, count);
    }
    sides s;
    int result = open_sides(thread, entry, version, &s);
    if (!result && !s.rule) {
        add_own(&s);
    }
    size_t own = s.count;
    for (uint32_t i = 0; !result && s.base && i < floe_node_size(s.base); i++) {
        const floe_node *column = floe_node_child(s.base, i);
        size_t place = index_of(&s, own, name_of(column));
        bool taken =
            s.rule ? takes_in_dbt_2(s.rule, name_of(column)) : place == own || !has_tests(s.list[place]);
        if (taken) {
            s.list[s.count++] = column;
        }
    }
    *columns = s.list;
    *count = s.count;
    return result;
}

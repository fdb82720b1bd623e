/*
 * Following both ways. Each branch notes what the names it sets stood for before; when both sides were
 * followed, a name keeps its value where the sides agree and is unknown where they do not.
 */
#include "base/buffer.h"
#include "jinja/run.h"

#include <string.h>

/* ---- scopes ---- */

floe_jinja_scope *floe_jinja_scope_new(floe_jinja_run *run, floe_jinja_scope *parent) {
    floe_jinja_scope *scope = floe_jinja_alloc(run, sizeof *scope);
    if (scope) {
        scope->parent = parent;
        scope->items = scope->room;
        scope->count = 0;
        scope->capacity = sizeof scope->room / sizeof *scope->room;
        scope->born = run->serial;
    }
    return scope;
}

floe_jinja_variable *floe_jinja_scope_find(floe_jinja_scope *scope, floe_jinja_text name, uint32_t hash) {
    for (uint32_t i = 0; i < scope->count; i++) {
        floe_jinja_variable *one = &scope->items[i];
        if (one->hash == hash && one->length == name.length &&
            memcmp(one->name, name.text, name.length) == 0) {
            return one;
        }
    }
    return NULL;
}

static floe_jinja_variable *add_variable(floe_jinja_run *run, floe_jinja_scope *scope, floe_jinja_text name,
                                         uint32_t hash) {
    if (scope->count == scope->capacity) {
        floe_jinja_variable *items = floe_arena_array(run->arena, scope->capacity * 2, sizeof *items);
        if (!items) {
            floe_jinja_out_of_memory(run);
            return NULL;
        }
        memcpy(items, scope->items, scope->count * sizeof *items);
        scope->items = items;
        scope->capacity *= 2;
    }
    floe_jinja_variable *one = &scope->items[scope->count++];
    *one = (floe_jinja_variable){.name = name.text, .length = name.length, .hash = hash};
    one->value.type = FLOE_JINJA_IS_ABSENT;
    return one;
}

static int note_change(floe_jinja_run *run, floe_jinja_scope *scope, floe_jinja_variable *one) {
    uint32_t start = run->branches[run->branch_count - 1].start;
    if (one->touched == start) {
        return 0;
    }
    if (floe_grow(&run->journal, &run->journal_capacity, run->journal_count + 1, sizeof *run->journal)) {
        return floe_jinja_out_of_memory(run);
    }
    one->touched = start;
    run->journal[run->journal_count++] =
        (floe_jinja_change){.scope = scope, .index = (uint32_t)(one - scope->items), .before = one->value};
    return 0;
}

int floe_jinja_scope_set(floe_jinja_run *run, floe_jinja_scope *scope, floe_jinja_text name,
                         const floe_jinja_value *value) {
    uint32_t hash = floe_jinja_hash(name.text, name.length);
    floe_jinja_variable *one = floe_jinja_scope_find(scope, name, hash);
    if (!one && !(one = add_variable(run, scope, name, hash))) {
        return FLOE_MEMORY;
    }
    if (floe_jinja_doubtful_change(run, scope->born) && note_change(run, scope, one)) {
        return FLOE_MEMORY;
    }
    one->value = *value;
    return 0;
}

/* ---- branches ---- */

static int open_branch(floe_jinja_run *run, const floe_jinja_doubt *doubt, bool lingering) {
    if (floe_grow(&run->branches, &run->branch_capacity, run->branch_count + 1, sizeof *run->branches)) {
        return floe_jinja_out_of_memory(run);
    }
    run->branches[run->branch_count++] = (floe_jinja_branch){.start = ++run->serial,
                                                             .lingering = lingering,
                                                             .journal = run->journal_count,
                                                             .outer = run->doubt,
                                                             .doubt = doubt};
    run->doubt = run->doubt ? run->doubt : doubt;
    return 0;
}

/* Takes the changes since `from` out of the journal and back: each name once, with its value before and
 * after.
 */
static int take_back(floe_jinja_run *run, size_t from, floe_jinja_change **out, size_t *count) {
    size_t noted = run->journal_count - from;
    floe_jinja_change *changes = noted ? floe_arena_array(run->arena, noted, sizeof *changes) : NULL;
    uint32_t seen = ++run->serial;
    *count = 0;
    if (noted && !changes) {
        return floe_jinja_out_of_memory(run);
    }
    for (size_t i = from; i < run->journal_count; i++) {
        floe_jinja_change *one = &run->journal[i];
        floe_jinja_variable *variable = &one->scope->items[one->index];
        if (variable->touched != seen) {
            variable->touched = seen;
            one->after = variable->value;
            changes[(*count)++] = *one;
        }
    }
    for (size_t i = 0; i < *count; i++) {
        changes[i].scope->items[changes[i].index].value = changes[i].before;
    }
    run->journal_count = from;
    *out = changes;
    return 0;
}

/* What a name that a side did not set stands for there: what it stood for before, here or further out. */
static floe_jinja_value seen_from(floe_jinja_scope *scope, uint32_t index, floe_jinja_value value) {
    const floe_jinja_variable *name = &scope->items[index];
    while (value.type == FLOE_JINJA_IS_ABSENT && (scope = scope->parent)) {
        floe_jinja_variable *outer =
            floe_jinja_scope_find(scope, (floe_jinja_text){name->name, name->length}, name->hash);
        value = outer ? outer->value : value;
    }
    return value;
}

/* ---- what an unknown value may be ---- */

struct floe_jinja_escaped {
    struct floe_jinja_escaped *next;
    floe_jinja_value value;
};

void floe_jinja_escape(floe_jinja_run *run, const floe_jinja_value *value) {
    bool container = value->type >= FLOE_JINJA_IS_LIST && value->type <= FLOE_JINJA_IS_DICT;
    if (!container && !floe_jinja_namespace_of(value)) {
        return;
    }
    if (run->escaped && run->escaped->value.object == value->object) {
        return;
    }
    struct floe_jinja_escaped *one = floe_arena_alloc(run->arena, sizeof *one);
    if (one) { /* without memory the run is about to fail anyway */
        *one = (struct floe_jinja_escaped){run->escaped, *value};
        run->escaped = one;
    }
}

enum { DEEPEST = 8 };

static int doubt_wholly(floe_jinja_run *run, floe_jinja_value *value, const floe_jinja_doubt *doubt,
                        unsigned depth) {
    floe_jinja_value unknown = floe_jinja_doubtful(doubt);
    floe_jinja_scope *space = floe_jinja_namespace_of(value);
    int result = 0;
    if (depth > DEEPEST) {
        return 0;
    }
    for (uint32_t i = 0; space && i < space->count && !result; i++) {
        const floe_jinja_variable *one = &space->items[i];
        result = floe_jinja_scope_set(run, space, (floe_jinja_text){one->name, one->length}, &unknown);
    }
    if (value->type == FLOE_JINJA_IS_DICT) {
        for (size_t i = 0; i < value->dict->count && !result; i++) {
            result = doubt_wholly(run, &value->dict->values[i], doubt, depth + 1);
        }
        return result ? result : floe_jinja_put(run, value, &unknown, &unknown);
    }
    if (value->type < FLOE_JINJA_IS_LIST || value->type > FLOE_JINJA_IS_SET) {
        return result;
    }
    floe_jinja_sequence *items = value->sequence;
    for (size_t i = 0; i < items->count && !result; i++) {
        result = doubt_wholly(run, &items->items[i], doubt, depth + 1);
    }
    bool open = items->doubt && items->count && items->items[items->count - 1].type == FLOE_JINJA_IS_UNKNOWN;
    if (!result && !open && value->type != FLOE_JINJA_IS_TUPLE) {
        result = floe_jinja_append(run, value, &unknown);
        run->widened++;
        items->doubt = items->doubt ? items->doubt : doubt;
    }
    return result;
}

int floe_jinja_change_unknown(floe_jinja_run *run, const floe_jinja_doubt *doubt) {
    int result = 0;
    for (struct floe_jinja_escaped *one = run->escaped; one && !result; one = one->next) {
        result = floe_jinja_step(run);
        result = result ? result : doubt_wholly(run, &one->value, doubt, 0);
    }
    return result;
}

static int merge_one(floe_jinja_run *run, const floe_jinja_change *change, floe_jinja_value one,
                     floe_jinja_value other, const floe_jinja_doubt *doubt, bool *changed) {
    const floe_jinja_variable *variable = &change->scope->items[change->index];
    floe_jinja_value first = seen_from(change->scope, change->index, one);
    floe_jinja_value second = seen_from(change->scope, change->index, other);
    floe_jinja_value merged = second;
    if (first.type == FLOE_JINJA_IS_ABSENT || second.type == FLOE_JINJA_IS_ABSENT ||
        !floe_jinja_identical(&first, &second)) {
        merged = floe_jinja_doubtful(doubt);
        floe_jinja_escape(run, &first);
        floe_jinja_escape(run, &second);
        if (changed && (change->before.type != FLOE_JINJA_IS_UNKNOWN)) {
            *changed = true;
        }
    }
    return floe_jinja_scope_set(run, change->scope, (floe_jinja_text){variable->name, variable->length},
                                &merged);
}

/* The changes of both sides, as far as they differ, become doubts. */
static int merge(floe_jinja_run *run, const floe_jinja_branch *branch, floe_jinja_change *second,
                 size_t second_count, bool *changed) {
    int result = 0;
    uint32_t seen = ++run->serial;
    for (size_t i = 0; i < second_count; i++) {
        floe_jinja_variable *variable = &second[i].scope->items[second[i].index];
        variable->touched = seen;
    }
    for (size_t i = 0; i < branch->first_count && !result; i++) {
        const floe_jinja_change *change = &branch->first[i];
        floe_jinja_value other = change->before;
        if (change->scope->items[change->index].touched == seen) {
            for (size_t j = 0; j < second_count; j++) {
                if (second[j].scope == change->scope && second[j].index == change->index) {
                    other = second[j].after;
                    second[j].scope = NULL; /* done */
                    break;
                }
            }
        }
        result = merge_one(run, change, change->after, other, branch->doubt, changed);
    }
    for (size_t i = 0; i < second_count && !result; i++) {
        if (second[i].scope) {
            result = merge_one(run, &second[i], second[i].before, second[i].after, branch->doubt, changed);
        }
    }
    return result;
}

/* Ends the innermost branch. */
static int close_branch(floe_jinja_run *run, bool *changed) {
    floe_jinja_branch branch = run->branches[run->branch_count - 1];
    floe_jinja_change *changes;
    size_t count;
    int result = take_back(run, branch.journal, &changes, &count);
    run->branch_count--;
    run->doubt = branch.outer;
    return result ? result : merge(run, &branch, changes, count, changed);
}

int floe_jinja_settle(floe_jinja_run *run, size_t mark) {
    int result = 0;
    while (run->branch_count > mark) {
        int closed = close_branch(run, NULL);
        result = result ? result : closed;
    }
    return result;
}

int floe_jinja_fork(floe_jinja_run *run, const floe_jinja_doubt *doubt, size_t *mark) {
    *mark = run->branch_count;
    return open_branch(run, doubt, false);
}

int floe_jinja_turn(floe_jinja_run *run, size_t mark) {
    int result = floe_jinja_settle(run, mark + 1);
    floe_jinja_branch *branch = &run->branches[mark];
    if (!result) {
        result = take_back(run, branch->journal, &branch->first, &branch->first_count);
    }
    branch->start = ++run->serial;
    return result;
}

int floe_jinja_join(floe_jinja_run *run, size_t mark, bool *changed) {
    int result = floe_jinja_settle(run, mark + 1);
    int closed = close_branch(run, changed);
    return result ? result : closed;
}

/* ---- jumps ---- */

static void note_jump(floe_jinja_run *run, const floe_jinja_doubt *doubt, int jump) {
    floe_jinja_frame *frame = run->frame;
    if (jump == FLOE_JINJA_RETURNED) {
        if (!frame->returned) {
            frame->result = run->returned;
        } else if (!floe_jinja_identical(&frame->result, &run->returned)) {
            floe_jinja_escape(run, &frame->result);
            floe_jinja_escape(run, &run->returned);
            frame->result = floe_jinja_doubtful(doubt);
        }
        frame->returned = frame->returned ? frame->returned : doubt;
    } else if (run->turns && jump == FLOE_JINJA_BROKEN) {
        run->turns->broken = doubt;
    } else if (run->turns && jump == FLOE_JINJA_CONTINUED) {
        run->turns->continued = doubt;
    }
}

int floe_jinja_linger(floe_jinja_run *run) {
    const floe_jinja_doubt *doubt = run->frame ? run->frame->returned : NULL;
    if (!doubt && run->turns) {
        doubt = run->turns->broken ? run->turns->broken : run->turns->continued;
    }
    return doubt ? open_branch(run, doubt, true) : 0;
}

int floe_jinja_outcome(floe_jinja_run *run, const floe_jinja_doubt *doubt, int first,
                       floe_jinja_value returned, int second) {
    floe_jinja_value last = run->returned;
    int both = 0;
    if (first < 0 && second < 0) {
        return second;
    }
    if (first < 0 || second < 0) { /* dbt would stop where a side fails: the other one is taken, if any is */
        run->returned = second < 0 ? returned : last;
        both = second < 0 ? first : second;
    } else if (first == second && first != FLOE_JINJA_RETURNED) {
        both = first;
    } else {
        run->returned = returned;
        note_jump(run, doubt, first);
        run->returned = last;
        note_jump(run, doubt, second);
        both = !first || !second ? 0 : first > second ? first : second; /* the one that ends less */
    }
    return both ? both : floe_jinja_linger(run);
}

bool floe_jinja_hard(int code) {
    return code < 0 && code != FLOE_INVALID && code != FLOE_NOT_FOUND && code != FLOE_OUTSIDE;
}

int floe_jinja_either(floe_jinja_run *run, const floe_jinja_doubt *doubt, floe_jinja_act first,
                      floe_jinja_act second, void *data) {
    size_t mark;
    int result = floe_jinja_fork(run, doubt, &mark);
    if (result) {
        return result;
    }
    int one = first(run, data), two = 0;
    floe_jinja_value returned = run->returned;
    int turned = floe_jinja_turn(run, mark);
    if (!turned && !floe_jinja_hard(one)) {
        two = second(run, data);
    }
    int joined = floe_jinja_join(run, mark, NULL);
    if (floe_jinja_hard(one) || floe_jinja_hard(two)) {
        return floe_jinja_hard(one) ? one : two;
    }
    result = turned ? turned : joined;
    return result ? result : floe_jinja_outcome(run, doubt, one, returned, two);
}

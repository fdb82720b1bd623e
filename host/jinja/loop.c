/*
 * Loops, and the `loop` that their bodies see. A loop over what is not known renders its body in doubt: once
 * with unknown names, or once for each element that may be there; and again where that changed what a second
 * turn would see.
 */
#include "jinja/run.h"

#include <inttypes.h>
#include <string.h>

/* ---- loop ---- */

typedef struct loop {
    floe_jinja_object head;
    const floe_jinja_node *node;
    floe_jinja_scope *outer; /* where the loop stands */
    floe_jinja_scope *scope; /* of its turns */
    floe_jinja_value items;  /* a list, read as it is at each turn */
    floe_jinja_lazy *supply; /* a generator that the list is taken from; NULL: the list is whole */
    size_t next, last;       /* of the list: what comes next, and what was taken last */
    int64_t length;          /* how many turns, where that was asked of a filtered loop; else -1 */
    bool filtered;           /* its `if` picks elements */
    bool ahead;              /* `after` was taken already */
    bool exhausted;
    floe_jinja_value after, before, current;
    int64_t index; /* from 0 */
    int64_t depth;
    const floe_jinja_doubt *doubt; /* how many turns there are, and which this is, is unknown */
    bool completed;                /* a turn came to the end of the body: there is no `else` then */
    const floe_jinja_doubt *maybe; /* one may have */
    floe_jinja_value changed;      /* the values of the last call of changed() */
    uint32_t born;
} loop;

static int run_loop(floe_jinja_run *run, const floe_jinja_node *node, const floe_jinja_value *iterable,
                    floe_jinja_scope *outer, int64_t depth);

/* The `if` of a loop, for one element. */
static int passes(floe_jinja_run *run, loop *self, const floe_jinja_value *item, floe_jinja_value *out) {
    floe_jinja_scope *scope = run->scope;
    run->scope = floe_jinja_scope_new(run, self->outer);
    int result = run->scope ? floe_jinja_assign(run, self->node->a, item) : FLOE_MEMORY;
    result = result ? result : floe_jinja_condition(run, self->node->c, out);
    run->scope = scope;
    return result;
}

/* One more of what a generator gives, where the list is at its end. */
static int resupply(floe_jinja_run *run, loop *self) {
    floe_jinja_value one;
    bool found;
    if (!self->supply || self->next < self->items.sequence->count) {
        return 0;
    }
    self->supply = floe_jinja_pullable(run, self->supply);
    int result = self->supply ? floe_jinja_pull(run, self->supply, &one, &found) : FLOE_MEMORY;
    if (result) {
        return result;
    }
    self->doubt = self->doubt ? self->doubt : self->supply->unsure;
    return found ? floe_jinja_append(run, &self->items, &one) : 0;
}

/* The next element that passes; `*found` is false behind the last one. One of which it is unknown whether it
 * passes counts as passing, and the loop is in doubt from there. */
static int pull(floe_jinja_run *run, loop *self, floe_jinja_value *out, bool *found) {
    *found = false;
    for (;;) {
        int result = resupply(run, self);
        if (result || self->next >= self->items.sequence->count) {
            self->exhausted = !result;
            return result;
        }
        self->doubt = self->doubt ? self->doubt : self->items.sequence->doubt;
        self->last = self->next;
        floe_jinja_value item = self->items.sequence->items[self->next++], truth = floe_jinja_boolean(true);
        result = self->filtered ? passes(run, self, &item, &truth) : 0;
        if (result) {
            return result;
        }
        if (truth.type != FLOE_JINJA_IS_BOOLEAN && !self->doubt) {
            self->doubt = truth.doubt;
        }
        if (truth.type != FLOE_JINJA_IS_BOOLEAN || truth.boolean) {
            *out = item;
            *found = true;
            return floe_jinja_step(run);
        }
    }
}

static int peek(floe_jinja_run *run, loop *self) {
    bool found = false;
    if (self->ahead || self->exhausted) {
        return 0;
    }
    int result = pull(run, self, &self->after, &found);
    self->ahead = found;
    return result;
}

/* How many turns there are in all: of a filtered loop the rest is filtered now. */
static int count_all(floe_jinja_run *run, loop *self, int64_t *count) {
    floe_jinja_value rest, one;
    bool found = true;
    if (!self->filtered && !self->supply) {
        *count = self->length < 0 ? (int64_t)self->items.sequence->count : self->length;
        return 0;
    }
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, &rest);
    while (!result && found) {
        result = pull(run, self, &one, &found);
        if (!result && found) {
            result = floe_jinja_append(run, &rest, &one);
        }
    }
    if (!result) {
        *count = self->length = self->index + 1 + self->ahead + (int64_t)rest.sequence->count;
        rest.sequence->doubt = self->doubt;
        self->items = rest;
        self->next = 0;
        self->supply = NULL;
        self->filtered = self->exhausted = false;
    }
    return result;
}

static int loop_member(floe_jinja_run *run, loop *self, floe_jinja_text name, floe_jinja_value *out,
                       bool *found);

static bool loop_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                           floe_jinja_value *out) {
    bool found = true;
    if (loop_member(run, (loop *)object, name, out, &found)) {
        *out = floe_jinja_unknown(run, "the condition of the loop fails");
    }
    return found;
}

/* ---- its methods ---- */

static int loop_cycle(floe_jinja_run *run, const floe_jinja_value *value,
                      const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    const loop *self = (const loop *)value->object;
    if (!arguments->count) {
        return floe_jinja_fail(run, FLOE_INVALID, "no items for cycling given");
    }
    *out = self->doubt ? floe_jinja_doubtful(self->doubt)
                       : arguments->items[(size_t)self->index % arguments->count];
    return 0;
}

static int loop_changed(floe_jinja_run *run, const floe_jinja_value *value,
                        const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    loop *self = (loop *)value->object;
    const floe_jinja_doubt *doubt = self->doubt;
    floe_jinja_value values;
    int result = floe_jinja_tuple(run, arguments->items, arguments->count, &values), same = 0;
    if (result) {
        return result;
    }
    if (!doubt && self->changed.type != FLOE_JINJA_IS_ABSENT) {
        same = floe_jinja_compare_equal(&self->changed, &values, &doubt);
    }
    *out = doubt ? floe_jinja_doubtful(doubt) : floe_jinja_boolean(same != 1);
    self->changed = floe_jinja_doubtful_change(run, self->born) ? floe_jinja_doubtful(run->doubt) : values;
    return 0;
}

static int loop_call(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                     floe_jinja_value *out) {
    loop *self = (loop *)object;
    floe_jinja_capture capture;
    if (!self->node->recursive) {
        return floe_jinja_fail(run, FLOE_INVALID,
                               "the loop must have the 'recursive' marker to be called recursively");
    }
    if (arguments->count != 1) {
        return floe_jinja_fail(run, FLOE_INVALID, "loop() takes one iterable");
    }
    floe_jinja_capture_open(run, &capture);
    int result = run_loop(run, self->node, &arguments->items[0], self->outer, self->depth + 1);
    if (result) {
        floe_jinja_capture_drop(run, &capture);
        return result;
    }
    return floe_jinja_capture_close(run, &capture, out);
}

static int loop_text(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out) {
    loop *self = (loop *)object;
    int64_t count = 0;
    int result = self->doubt ? 0 : count_all(run, self, &count);
    if (!result && self->doubt) {
        *out = floe_jinja_doubtful(self->doubt);
        return 0;
    }
    return result ? result
                  : floe_jinja_format_text(run, out, "<LoopContext %" PRId64 "/%" PRId64 ">", self->index + 1,
                                           count);
}

static const floe_jinja_class loop_class = {
    .name = "LoopContext", .attribute = loop_attribute, .call = loop_call, .text = loop_text};

static int loop_place(floe_jinja_run *run, loop *self, floe_jinja_text name, floe_jinja_value *out,
                      bool *found) {
    int64_t count;
    int result;
    if (floe_jinja_text_is(name, "index", 5)) {
        *out = floe_jinja_integer(self->index + 1);
    } else if (floe_jinja_text_is(name, "index0", 6)) {
        *out = floe_jinja_integer(self->index);
    } else if (floe_jinja_text_is(name, "first", 5)) {
        *out = floe_jinja_boolean(self->index == 0);
    } else if (floe_jinja_text_is(name, "last", 4)) {
        result = peek(run, self);
        *out = floe_jinja_boolean(!self->ahead);
        return result;
    } else if (floe_jinja_text_is(name, "length", 6)) {
        result = count_all(run, self, &count);
        *out = floe_jinja_integer(count);
        return result;
    } else if (floe_jinja_text_is(name, "revindex", 8) || floe_jinja_text_is(name, "revindex0", 9)) {
        result = count_all(run, self, &count);
        *out = floe_jinja_integer(count - self->index - (name.length == 9));
        return result;
    } else {
        *found = false;
    }
    return 0;
}

static int loop_neighbour(floe_jinja_run *run, loop *self, bool next, floe_jinja_value *out) {
    int result = next ? peek(run, self) : 0;
    if (self->doubt) {
        *out = floe_jinja_doubtful(self->doubt);
    } else if (next) {
        *out = self->ahead ? self->after : floe_jinja_missing(run, "there is no next item");
    } else {
        *out = self->index ? self->before : floe_jinja_missing(run, "there is no previous item");
    }
    return result;
}

static bool is_place(floe_jinja_text name) {
    static const char *const places[] = {"index",  "index0",   "first",    "last",
                                         "length", "revindex", "revindex0"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (floe_jinja_text_is(name, places[i], strlen(places[i]))) {
            return true;
        }
    }
    return false;
}

static int loop_member(floe_jinja_run *run, loop *self, floe_jinja_text name, floe_jinja_value *out,
                       bool *found) {
    floe_jinja_value value = floe_jinja_of_object(&self->head);
    bool next = floe_jinja_text_is(name, "nextitem", 8), before = floe_jinja_text_is(name, "previtem", 8);
    int result;
    if (floe_jinja_text_is(name, "cycle", 5)) {
        return floe_jinja_bound(run, &value, name, loop_cycle, out);
    }
    if (floe_jinja_text_is(name, "changed", 7)) {
        return floe_jinja_bound(run, &value, name, loop_changed, out);
    }
    if (floe_jinja_text_is(name, "depth", 5) || floe_jinja_text_is(name, "depth0", 6)) {
        *out = floe_jinja_integer(self->depth + (name.length == 5));
        return 0;
    }
    if (self->doubt) { /* which turn this is, and of how many */
        *found = next || before || is_place(name);
        *out = floe_jinja_doubtful(self->doubt);
        return 0;
    }
    if (next || before) {
        return loop_neighbour(run, self, next, out);
    }
    result = loop_place(run, self, name, out, found);
    if (*found && self->doubt) { /* looking ahead found that it is unknown */
        *out = floe_jinja_doubtful(self->doubt);
    }
    return result;
}

/* ---- turns ---- */

/* The body once, for one element. The scope serves all turns, unless what happens in it is noted. */
static int turn(floe_jinja_run *run, loop *self, const floe_jinja_value *item) {
    floe_jinja_value object = floe_jinja_of_object(&self->head);
    floe_jinja_scope *outer = run->scope;
    if (!self->scope || floe_jinja_doubtful_change(run, self->scope->born)) {
        self->scope = floe_jinja_scope_new(run, self->outer);
    }
    if (!self->scope) {
        return FLOE_MEMORY;
    }
    self->scope->count = 0;
    run->scope = self->scope;
    int result = floe_jinja_assign(run, self->node->a, item);
    result = result ? result : floe_jinja_scope_set(run, run->scope, (floe_jinja_text){"loop", 4}, &object);
    result = result ? result : floe_jinja_statements(run, self->node->body);
    run->scope = outer;
    return result;
}

static void advance(loop *self, const floe_jinja_value *item) {
    self->index++;
    self->before = self->current;
    self->current = *item;
}

/* As Jinja has it, a turn that ends early does not keep the loop from its `else`. */
static void note_end(floe_jinja_run *run, loop *self, size_t mark, int result) {
    bool certain = run->branch_count == mark;
    self->completed |= !result && certain;
    if (!result && !certain) {
        self->maybe = run->branches[run->branch_count - 1].doubt;
    }
}

/* Behind a turn that may have ended early what follows is certain again, unless the loop may have, too. A
 * turn that fails then has ended before. */
static int end_turn(floe_jinja_run *run, size_t mark, int result) {
    floe_jinja_turns *turns = run->turns;
    bool ended = turns->broken || (run->frame && run->frame->returned);
    bool before = turns->continued && result < 0 && !floe_jinja_hard(result);
    int settled = run->branch_count > mark && !ended ? floe_jinja_settle(run, mark) : 0;
    turns->continued = NULL;
    return before || result == FLOE_JINJA_CONTINUED || !result ? settled : result;
}

/* One turn after the other while the elements are known. */
static int turn_by_turn(floe_jinja_run *run, loop *self) {
    size_t mark = run->branch_count;
    int result = 0;
    while (!result) {
        floe_jinja_value item = self->after;
        bool found = self->ahead;
        if (!found) {
            result = pull(run, self, &item, &found);
        }
        if (self->doubt) {
            self->next = found ? self->last : self->next;
        }
        self->ahead = false;
        if (result || !found || self->doubt) {
            break;
        }
        advance(self, &item);
        result = turn(run, self, &item);
        note_end(run, self, mark, result);
        result = end_turn(run, mark, result);
    }
    return result == FLOE_JINJA_BROKEN ? 0 : result;
}

/* One turn that may not be, whatever ends it: the next one may be as well. Of an unknown element it was not
 * asked yet whether it passes. */
static int turn_in_doubt(floe_jinja_run *run, loop *self, const floe_jinja_value *item) {
    floe_jinja_value truth = floe_jinja_boolean(true);
    bool ask = self->filtered && self->items.type == FLOE_JINJA_IS_UNKNOWN;
    int result = ask ? passes(run, self, item, &truth) : 0;
    if (!result && truth.type == FLOE_JINJA_IS_BOOLEAN && !truth.boolean) {
        return floe_jinja_untaken(run, self->node->body);
    }
    result = result ? result : turn(run, self, item);
    if (result < 0) {
        return floe_jinja_hard(result) ? result : 0;
    }
    return result == FLOE_JINJA_RETURNED ? floe_jinja_outcome(run, self->doubt, result, run->returned, 0) : 0;
}

/* A turn and no turn: afterwards is known what both agree on. */
static int turn_or_not(floe_jinja_run *run, loop *self, const floe_jinja_value *item, bool *changed) {
    floe_jinja_turns turns = {.outer = run->turns};
    size_t mark;
    int result = floe_jinja_fork(run, self->doubt, &mark);
    if (result) {
        return result;
    }
    run->turns = &turns;
    self->index++;
    result = turn_in_doubt(run, self, item);
    run->turns = turns.outer;
    int turned = floe_jinja_turn(run, mark), joined = floe_jinja_join(run, mark, changed);
    turned = turned ? turned : joined;
    result = result ? result : turned;
    return result ? result : floe_jinja_linger(run);
}

static int turns_in_doubt(floe_jinja_run *run, loop *self, bool *changed) {
    bool any = self->items.type == FLOE_JINJA_IS_UNKNOWN, found = any;
    floe_jinja_value item = floe_jinja_doubtful(self->doubt);
    int result = 0;
    do {
        result = any ? 0 : pull(run, self, &item, &found);
        result = !result && found ? turn_or_not(run, self, &item, changed) : result;
    } while (!result && found && !any);
    return result;
}

/* Once more where a later turn would see what an earlier one changed; what that makes unknown stays so, and
 * so there is an end. */
static int loop_in_doubt(floe_jinja_run *run, loop *self) {
    enum { MOST_ROUNDS = 5 };
    size_t next = self->next;
    int result = 0;
    bool changed = true;
    floe_jinja_write_doubt(run, self->doubt);
    for (int i = 0; i < MOST_ROUNDS && changed && !result; i++) {
        uint64_t widened = run->widened;
        changed = false;
        self->next = next;
        result = turns_in_doubt(run, self, &changed);
        changed = changed || run->widened != widened;
    }
    return result;
}

static int otherwise(floe_jinja_run *run, const floe_jinja_node *node, floe_jinja_scope *outer) {
    floe_jinja_scope *scope = run->scope;
    run->scope = floe_jinja_scope_new(run, outer);
    int result = run->scope ? floe_jinja_statements(run, node->otherwise) : FLOE_MEMORY;
    run->scope = scope;
    return result;
}

static int otherwise_in_doubt(floe_jinja_run *run, loop *self, const floe_jinja_doubt *doubt) {
    size_t mark;
    int result = self->node->otherwise.count ? floe_jinja_fork(run, doubt, &mark) : 0;
    if (result || !self->node->otherwise.count) {
        return result;
    }
    floe_jinja_write_doubt(run, doubt);
    int one = otherwise(run, self->node, self->outer);
    floe_jinja_value returned = run->returned;
    int turned = floe_jinja_turn(run, mark), joined = floe_jinja_join(run, mark, NULL);
    if (floe_jinja_hard(one)) {
        return one;
    }
    result = turned ? turned : joined;
    return result ? result : floe_jinja_outcome(run, doubt, one, returned, 0);
}

static int run_known(floe_jinja_run *run, loop *self) {
    floe_jinja_turns turns = {.outer = run->turns};
    size_t mark = run->branch_count;
    run->turns = &turns;
    int result = turn_by_turn(run, self);
    run->turns = turns.outer;
    if (result < 0 && turns.broken && !floe_jinja_hard(result)) {
        result = 0; /* it ended before that */
    }
    self->maybe = self->maybe ? self->maybe : turns.broken;
    if (run->branch_count > mark) {
        int settled = floe_jinja_settle(run, mark);
        result = result ? result : settled;
        result = result ? result : floe_jinja_linger(run);
    }
    return result;
}

static int run_items(floe_jinja_run *run, loop *self) {
    const floe_jinja_node *node = self->node;
    int result = self->doubt ? 0 : run_known(run, self);
    if (!result &&
        self->doubt) { /* from the start, or from where it is unknown whether one passes the `if` */
        result = loop_in_doubt(run, self);
        self->maybe = self->doubt;
    }
    if (result) {
        return result;
    }
    if (self->completed) {
        return floe_jinja_untaken(run, node->otherwise);
    }
    if (self->maybe) {
        return otherwise_in_doubt(run, self, self->maybe);
    }
    if (self->index < 0) {
        floe_jinja_untaken(run, node->body);
    }
    return otherwise(run, node, self->outer);
}

static int run_loop(floe_jinja_run *run, const floe_jinja_node *node, const floe_jinja_value *iterable,
                    floe_jinja_scope *outer, int64_t depth) {
    loop *self = floe_jinja_alloc(run, sizeof *self);
    if (!self) {
        return FLOE_MEMORY;
    }
    *self = (loop){.head = {&loop_class},
                   .node = node,
                   .outer = outer,
                   .length = -1,
                   .filtered = node->c != NULL,
                   .index = -1,
                   .depth = depth,
                   .changed = {.type = FLOE_JINJA_IS_ABSENT},
                   .born = run->serial};
    bool lazy = floe_jinja_is_generator(iterable);
    int result = lazy ? floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, &self->items)
                      : floe_jinja_elements(run, iterable, &self->items);
    if (result) {
        return result;
    }
    if (lazy) {
        self->supply = (floe_jinja_lazy *)iterable->object;
        self->items.sequence->born = UINT32_MAX; /* the loop's own: no branch doubts it */
    }
    self->doubt = self->items.type == FLOE_JINJA_IS_UNKNOWN ? self->items.doubt : self->items.sequence->doubt;
    return run_items(run, self);
}

int floe_jinja_for(floe_jinja_run *run, const floe_jinja_node *node) {
    floe_jinja_value iterable;
    int result = floe_jinja_expression(run, node->b, &iterable);
    run->at = node->at;
    return result ? result : run_loop(run, node, &iterable, run->scope, 0);
}

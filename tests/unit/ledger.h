/* A ledger in a folder of its own, for the tests of ledgers. */
#ifndef FLOE_TESTS_LEDGER_H
#define FLOE_TESTS_LEDGER_H

#include "evidence/ledger.h"

#include "temporary.h"

typedef struct fixture {
    char root[64], path[128];
    floe_arena *arena;
    floe_error error;
    floe_ledger *ledger;
} fixture;

static inline int set_up(void **state) {
    fixture *self = calloc(1, sizeof *self);
    temporary_make(self->root, sizeof self->root);
    snprintf(self->path, sizeof self->path, "%s/.floe/ledger.db", self->root);
    self->arena = floe_arena_new(0);
    floe_ledger_options options = {.path = self->path};
    assert_int_equal(floe_ledger_open(&self->ledger, &options, &self->error), 0);
    *state = self;
    return 0;
}

static inline int tear_down(void **state) {
    fixture *self = *state;
    floe_ledger_close(self->ledger);
    floe_arena_free(self->arena);
    temporary_remove(self->root);
    free(self);
    return 0;
}

/* An entry of a kind at a moment, with findings of a policy on subjects s1, s2, … */
static inline floe_ledger_entry add(fixture *self, const char *kind, int64_t at, size_t findings) {
    floe_ledger_entry entry = {
        .kind = kind, .run = "", .product = "sales.orders", .verdict = "pass", .body = "{\"a\":1}", .at = at};
    floe_ledger_finding list[8] = {0};
    char subjects[8][24];
    for (size_t i = 0; i < findings; i++) {
        snprintf(subjects[i], sizeof subjects[i], "s%zu", i + 1);
        list[i] = (floe_ledger_finding){"naming.layer_prefix", "block", subjects[i], "{}"};
    }
    assert_int_equal(floe_ledger_append(self->ledger, &entry, list, findings, &self->error), 0);
    return entry;
}

static inline floe_ledger_report verify(fixture *self, const char *head) {
    floe_ledger_report report;
    assert_int_equal(floe_ledger_verify(&report, self->ledger, head, &self->error), 0);
    return report;
}

#endif

/*
 * A running check: what a policy sees of it through `ctx`, and what it reports.
 */
#ifndef FLOE_SCRIPT_CHECK_H
#define FLOE_SCRIPT_CHECK_H

#include "floe/node.h"

#include <lua.h>

/* A borrowed text; text is NULL where it is absent. */
typedef struct floe_slice {
    const char *text;
    size_t length;
} floe_slice;

enum {
    FLOE_FINDING_TEXT = 4096,     /* bytes of message, expected, actual and each suggestion; more are cut */
    FLOE_FINDING_NAME = 256,      /* bytes of field, code; and of path, four times as many */
    FLOE_SUGGESTIONS = 16,        /* of a finding; more are left out */
    FLOE_FINDINGS_A_CHECK = 1000, /* more raise */
    FLOE_NOTE_TEXT = 512,
    FLOE_NOTES_A_CHECK = 16,
};

/* What a policy reported. All texts are good during the call that hands it over. */
typedef struct floe_finding {
    const floe_node *at; /* a container; NULL is the subject */
    floe_slice field, path, code, message, expected, actual;
    floe_slice suggestions[FLOE_SUGGESTIONS];
    uint32_t suggestion_count;
    uint32_t line, column; /* 0 where not given */
    uint64_t offset;       /* UINT64_MAX where not given */
} floe_finding;

/* Who gets what a check reports. Called within the check: they may raise. */
typedef struct floe_sink {
    void (*finding)(lua_State *L, void *data, const floe_finding *finding);
    void (*note)(lua_State *L, void *data, floe_slice text);
    void *data;
} floe_sink;

/* Where a policy runs: what its ctx shows. */
typedef struct floe_setting {
    const floe_node *params;  /* an object with every declared param, from floe_evaluator_params */
    const floe_node *product; /* NULL where there is none, as for project */
    const floe_node *project;
    const floe_node *run;
    const char *phase, *as_of, *as_of_time, *environment; /* NULL where unknown */
} floe_setting;

/* The check that runs now. */
typedef struct floe_check {
    const floe_setting *setting;
    const floe_node *subject;
    const floe_sink *sink;
    int definition;           /* references in the registry: the policy's definition, … */
    int params;               /* … and the view of its params */
    uint32_t findings, notes; /* so far */
} floe_check;

/* Pushes the ctx of a state. It answers for the check that `*current` points to, and raises where there is
 * none. */
void floe_check_push_ctx(lua_State *L, floe_check **current);

/* Pushes what ctx holds and what its report takes, for the reference: { fields = { { name =, type =, doc = }
 * … }, report = { … } }. */
void floe_check_push_docs(lua_State *L);

#endif

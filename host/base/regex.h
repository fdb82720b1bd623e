/*
 * Regular expressions for params and policies: PCRE2 over UTF-8, with bounds on what a match may cost, so
 * that a pattern that backtracks without end is an error after some milliseconds. Compiled patterns are kept,
 * a few hundred a process; not thread-safe.
 */
#ifndef FLOE_BASE_REGEX_H
#define FLOE_BASE_REGEX_H

#include "floe/error.h"

#include <signal.h>
#include <stdbool.h>

typedef struct floe_regex floe_regex;

enum {
    FLOE_REGEX_LENGTH = 4096,   /* bytes of a pattern */
    FLOE_REGEX_GROUPS = 32,     /* groups that a match reports, the whole match first */
    FLOE_REGEX_TEXT = 16 << 20, /* bytes of a text */
};

/* Where the groups matched: offsets, first to behind the last byte; start is SIZE_MAX for an unset group. */
typedef struct floe_match {
    size_t count; /* of groups in the pattern, the whole match included; at most FLOE_REGEX_GROUPS */
    struct {
        size_t start, stop;
    } groups[FLOE_REGEX_GROUPS];
} floe_match;

/* A compiled pattern, owned by the cache and good until the next call. FLOE_INVALID for a pattern that is
 * wrong: error->column is the position (from 1, in bytes) at which. FLOE_LIMIT for one that is too long. */
int floe_regex_get(const floe_regex **out, const char *pattern, size_t length, floe_error *error);

/* Looks for the first match at or behind offset `start`. `*found` says whether there is one. FLOE_LIMIT when
 * the search cost too much from one place, or when `*stop` (NULL is allowed) was set meanwhile: it is looked
 * at every hundred milliseconds at worst, because the places where a match may begin are tried in pieces.
 * Bytes that are not UTF-8 never match. */
int floe_regex_search(bool *found, floe_match *match, const floe_regex *regex, const char *text,
                      size_t length, size_t start, const volatile sig_atomic_t *stop, floe_error *error);

/* From now on patterns are interpreted: for processes that may not make memory executable. */
void floe_regex_without_jit(void);

#endif

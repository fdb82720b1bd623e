/*
 * Lua's patterns, with a bound on the work: what string.find, match, gmatch and gsub stand on in the sandbox.
 *
 * The meaning is that of the Lua 5.4 manual, section 6.4.1, with ASCII classes whatever the locale. A pattern
 * can take time that grows with any power of the text's length, so every step of a match is counted, and the
 * match ends when a flag is raised or a number of steps is reached. Nothing is allocated.
 */
#ifndef FLOE_SCRIPT_PATTERN_H
#define FLOE_SCRIPT_PATTERN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FLOE_PATTERN_CAPTURES = 32,
    FLOE_PATTERN_DEPTH = 200, /* of items that wait for the rest of the pattern to match */
    FLOE_CAPTURE_OPEN = -1,   /* sizes of captures that are no text */
    FLOE_CAPTURE_POSITION = -2
};

typedef struct floe_capture {
    const char *start;
    ptrdiff_t size;
} floe_capture;

/* One text and one pattern. Prepare it, then try to match at one place after another. */
typedef struct floe_pattern {
    const char *text;
    const char *text_end;
    const char *pattern; /* without the '^' of an anchored one, which is the caller's to look at */
    const char *pattern_end;
    uint64_t steps;                    /* spent so far, over all tries */
    uint64_t step_limit;               /* UINT64_MAX where there is none */
    uint64_t poll_at;                  /* the step at which to look at these bounds */
    const volatile sig_atomic_t *stop; /* ends the match when it is no longer 0; may be NULL */
    unsigned count;                    /* of captures */
    unsigned depth;
    const char *fault; /* what is wrong with the pattern; "" when the match was stopped */
    int fault_capture; /* the number of the capture that it is about; -1 where it is about none */
    floe_capture captures[FLOE_PATTERN_CAPTURES];
} floe_pattern;

/* Both texts are borrowed and may hold NUL bytes. */
void floe_pattern_prepare(floe_pattern *pattern, const char *text, size_t size, const char *source,
                          size_t source_size);

/* Matches at `at`, which lies in the text or at its end. Gives the end of the match, or NULL: nothing matches
 * here, or, where `fault` is set, the pattern is wrong or the match was stopped. */
const char *floe_pattern_match(floe_pattern *pattern, const char *at);

/* The same at the first place from `at` on where something matches; `*start` is that place. An anchored
 * search looks at `at` only. */
const char *floe_pattern_search(floe_pattern *pattern, const char *at, bool anchored, const char **start);

/* Where `needle` first stands in `text`; NULL where it does not. */
const char *floe_text_find(const char *text, size_t size, const char *needle, size_t needle_size);

#endif

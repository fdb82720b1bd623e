/*
 * Rendering a template without effects. Names and calls come from a host; conditions that cannot be known are
 * followed both ways, and while that lasts the run is `in doubt`: what happens then may not happen.
 *
 * A run is used by one thread. It is bounded: steps, depth of calls and memory; past a bound it fails with
 * FLOE_LIMIT, which is also how a macro that calls itself without end comes to an end.
 */
#ifndef FLOE_JINJA_RENDER_H
#define FLOE_JINJA_RENDER_H

#include "jinja/value.h"

/* What a run asks of its host. */
typedef struct floe_jinja_host {
    /* A global name; false where there is none (it is undefined then). */
    bool (*lookup)(floe_jinja_run *run, floe_jinja_text name, floe_jinja_value *out);
    /* A branch was not taken because its condition is known to be false: what stands there happens under
     * other settings. May be NULL. */
    void (*untaken)(floe_jinja_run *run, floe_jinja_list body);
    /* A filter or test that Jinja does not have: false where the host has none either. May be NULL. */
    bool (*filter)(floe_jinja_run *run, floe_jinja_text name, const floe_jinja_value *value,
                   const floe_jinja_arguments *arguments, floe_jinja_value *out, int *result);
    /* Before a macro's body is rendered, and after. May be NULL. */
    void (*enter)(floe_jinja_run *run, const floe_jinja_template *template, const floe_jinja_node *macro);
    void (*leave)(floe_jinja_run *run);
    /* As dbt 2 has it: a template's own macros are called by their names, and as_bool and the like change
     * values wherever they stand. */
    bool second;
} floe_jinja_host;

typedef struct floe_jinja_bounds {
    uint64_t steps; /* nodes visited; 0 is 5,000,000 */
    uint32_t calls; /* macros within one another; 0 is 100 */
    size_t memory;  /* bytes of the run's arena; 0 is 64 MiB */
} floe_jinja_bounds;

/* A new run. `context` is the host's and comes back from floe_jinja_context. */
int floe_jinja_run_new(floe_jinja_run **out, const floe_jinja_host *host, void *context,
                       const floe_jinja_bounds *bounds, floe_error *error);
void floe_jinja_run_free(floe_jinja_run *run); /* with all its values; NULL is allowed */
/* Forgets all values, counters and the error, and keeps the memory: for the next template. The templates of
 * floe_jinja_macro must outlive the run. */
void floe_jinja_run_reset(floe_jinja_run *run, void *context);

/* The work that the run did since its reset, in steps: also what it took of memory. */
uint64_t floe_jinja_spent(const floe_jinja_run *run);
/* Bounds the run to fewer steps than usual, and to memory in proportion; after a reset. */
void floe_jinja_allow(floe_jinja_run *run, uint64_t steps);

/* What is undefined answers more of itself where dbt parses nodes (`chaining`, and so after each reset); in
 * YAML values and docs it fails where it is asked for a member, as in all macros of the host. */
void floe_jinja_chaining(floe_jinja_run *run, bool chaining);

void *floe_jinja_context(floe_jinja_run *run);
floe_arena *floe_jinja_arena(floe_jinja_run *run);

/* Renders the template at top level into `out`, a string or unknown. Statements of dbt's own blocks
 * (TEST_BLOCK, MATERIALIZATION, DOCS) are passed over; SNAPSHOT bodies are rendered; a MACRO becomes a name,
 * `dbt_macro__` before its own, as dbt's parser has it. On failure the code, with the sentence and the place
 * in floe_jinja_error. */
int floe_jinja_render(floe_jinja_run *run, const floe_jinja_template *template, floe_jinja_value *out);
/* The same for a part of a template: the body of a snapshot, say. */
int floe_jinja_render_body(floe_jinja_run *run, const floe_jinja_template *template, floe_jinja_list body,
                           floe_jinja_value *out);
/* The value of an expression of a template. */
int floe_jinja_evaluate(floe_jinja_run *run, const floe_jinja_template *template, const floe_jinja_node *node,
                        floe_jinja_value *out);
/* What stands in `{{ … }}` where that is all of the template, as a value of its own type; else the rendered
 * text. A constant is text too: `{{ 1 }}` is "1", as dbt's native rendering has it. as_bool, as_number and
 * as_native read a text as Python would read a literal. With `constants` it is dbt 2's rendering: constants
 * are values, and of those filters as_bool and as_number alone read a text. */
int floe_jinja_render_value(floe_jinja_run *run, const floe_jinja_template *template, bool constants,
                            floe_jinja_value *out);

/* A macro (or test, or materialization) of a template as a callable value. Its body sees its parameters,
 * `varargs`, `kwargs`, `caller` and the host's names, as dbt's macros do, each of which is a template alone.
 */
int floe_jinja_macro(floe_jinja_run *run, const floe_jinja_template *template, const floe_jinja_node *macro,
                     floe_jinja_value *out);

int floe_jinja_call(floe_jinja_run *run, const floe_jinja_value *callee,
                    const floe_jinja_arguments *arguments, floe_jinja_value *out);
int floe_jinja_attribute(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_text name,
                         floe_jinja_value *out);

/* ---- for hosts ---- */

/* Ends the innermost macro with a value, as dbt's return() does; a host's call returns what this returns. */
int floe_jinja_return(floe_jinja_run *run, const floe_jinja_value *value);

/* Does both acts, each in doubt: which of them happens, `doubt` says that nobody knows. An act gives 0 or the
 * code of the run's error, as a call does; where one fails the other is what happens. */
typedef int (*floe_jinja_act)(floe_jinja_run *run, void *data);
int floe_jinja_either(floe_jinja_run *run, const floe_jinja_doubt *doubt, floe_jinja_act first,
                      floe_jinja_act second, void *data);

/* Why the run may not be here: the first unknown condition that was followed both ways; NULL where it is here
 * for certain. */
const floe_jinja_doubt *floe_jinja_in_doubt(const floe_jinja_run *run);

/* Where the run is: template, offset, and how many macros deep. */
const floe_jinja_template *floe_jinja_here(const floe_jinja_run *run, uint32_t *at, uint32_t *depth);

/* Fails the run: sets the error with its place (where the run is) and returns `code`. While the run is in
 * doubt a failure only ends the branch: it becomes a doubt of what the branch would have set. */
int floe_jinja_fail(floe_jinja_run *run, floe_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
const floe_error *floe_jinja_error(const floe_jinja_run *run);

#endif

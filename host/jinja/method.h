/* What methods and filters share: the shape of both, and the text operations behind them. */
#ifndef FLOE_JINJA_METHOD_H
#define FLOE_JINJA_METHOD_H

#include "jinja/run.h"

#define METHOD(name)                                                                                         \
    static int method_##name(floe_jinja_run *run, const floe_jinja_value *value,                             \
                             const floe_jinja_arguments *arguments, floe_jinja_value *out)

/* In a method or a filter that has no parameters. */
#define TAKES_NOTHING                                                                                        \
    do {                                                                                                     \
        if (arguments->count || arguments->named_count) {                                                    \
            return floe_jinja_fail(run, FLOE_INVALID, "it takes no arguments, but is given some");           \
        }                                                                                                    \
    } while (0)

extern const floe_jinja_name floe_jinja_text_methods[];

/* Blanks, or the characters of a text (none and undefined: blanks), at either end. Borrows. */
void floe_jinja_strip(const floe_jinja_value *value, const floe_jinja_value *characters, bool left,
                      bool right, floe_jinja_value *out);
int floe_jinja_lines(floe_jinja_run *run, const floe_jinja_value *value, bool keep, floe_jinja_value *out);
/* The texts of a list's elements with a separator; `list` may be unknown. */
int floe_jinja_join_texts(floe_jinja_run *run, const floe_jinja_value *list,
                          const floe_jinja_value *separator, floe_jinja_value *out);
int floe_jinja_replace(floe_jinja_run *run, const floe_jinja_value *value, const floe_jinja_value *old,
                       const floe_jinja_value *new, int64_t most, floe_jinja_value *out);
int floe_jinja_has_case(floe_jinja_run *run, const floe_jinja_value *value, bool upper,
                        floe_jinja_value *out);
/* Sorts a list in place, stable, by its elements or by `keys`, which are as many. `*doubt` where the order
 * hangs on something unknown. */
int floe_jinja_sort(floe_jinja_run *run, floe_jinja_value *items, floe_jinja_value *keys, size_t count,
                    bool reverse, const floe_jinja_doubt **doubt);

#endif

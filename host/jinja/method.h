/* What methods and filters share: the shape of both, and the text operations behind them. */
#ifndef FLOE_JINJA_METHOD_H
#define FLOE_JINJA_METHOD_H

#include "jinja/run.h"

#define METHOD(name)                                                                                         \
    static int method_##name(floe_jinja_run *run, const floe_jinja_value *value,                             \
                             const floe_jinja_arguments *arguments, floe_jinja_value *out)

/* One of str that stands in another file than the table of them. */
#define TEXT_METHOD(name)                                                                                    \
    int floe_jinja_text_##name(floe_jinja_run *run, const floe_jinja_value *value,                           \
                               const floe_jinja_arguments *arguments, floe_jinja_value *out)

/* In a method or a filter that has no parameters. */
#define TAKES_NOTHING                                                                                        \
    do {                                                                                                     \
        if (arguments->count || arguments->named_count) {                                                    \
            return floe_jinja_fail(run, FLOE_INVALID, "it takes no arguments, but is given some");           \
        }                                                                                                    \
    } while (0)

extern const floe_jinja_name floe_jinja_text_methods[];

TEXT_METHOD(strip);
TEXT_METHOD(lstrip);
TEXT_METHOD(rstrip);
TEXT_METHOD(split);
TEXT_METHOD(rsplit);
TEXT_METHOD(splitlines);
TEXT_METHOD(partition);
TEXT_METHOD(rpartition);
TEXT_METHOD(join);
TEXT_METHOD(replace);
TEXT_METHOD(find);
TEXT_METHOD(rfind);
TEXT_METHOD(index);
TEXT_METHOD(rindex);
TEXT_METHOD(count);
TEXT_METHOD(startswith);
TEXT_METHOD(endswith);
TEXT_METHOD(removeprefix);
TEXT_METHOD(removesuffix);

/* Binds; `*done` where something is unknown and so is the answer. */
int floe_jinja_bind_known(floe_jinja_run *run, const char *name, const floe_jinja_arguments *arguments,
                          const char *const *parameters, size_t count, floe_jinja_value *slots,
                          floe_jinja_value *out, bool *done);
/* An argument that must be a text, or a whole number: fails as Python does. */
int floe_jinja_want_text(floe_jinja_run *run, const char *name, const floe_jinja_value *value);
int floe_jinja_want_whole(floe_jinja_run *run, const floe_jinja_value *value);

/* Where `what` stands last; `*found` is NULL where it does not. Costs steps where both are long. */
int floe_jinja_last_of(floe_jinja_run *run, const char *text, size_t length, const floe_jinja_value *what,
                       const char **found);
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

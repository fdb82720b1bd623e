/* The filters' files share their shape, their table, and how parameters and attributes are read. */
#ifndef FLOE_JINJA_FILTER_H
#define FLOE_JINJA_FILTER_H

#include "jinja/method.h"

#define FILTER(name)                                                                                         \
    int floe_jinja_filter_##name(floe_jinja_run *run, const floe_jinja_value *value,                         \
                                 const floe_jinja_arguments *arguments, floe_jinja_value *out)

/* Binds the parameters behind the value. `*done`, with `*out` set, where one of them is unknown. */
int floe_jinja_filter_bind(floe_jinja_run *run, const char *name, const floe_jinja_arguments *arguments,
                           const char *const *parameters, size_t count, floe_jinja_value *slots,
                           floe_jinja_value *out, bool *done);
/* A parameter as a boolean; one that was left out is false. */
int floe_jinja_flag(floe_jinja_run *run, const floe_jinja_value *value, bool *out);

FILTER(batch);
FILTER(dictsort);
FILTER(first);
FILTER(groupby);
FILTER(items);
FILTER(join);
FILTER(last);
FILTER(length);
FILTER(list);
FILTER(map);
FILTER(max);
FILTER(min);
FILTER(random);
FILTER(reject);
FILTER(rejectattr);
FILTER(reverse);
FILTER(select);
FILTER(selectattr);
FILTER(slice);
FILTER(sort);
FILTER(sum);
FILTER(unique);
FILTER(abs);
FILTER(float);
FILTER(int);
FILTER(round);
FILTER(filesizeformat);
FILTER(tojson);

#endif

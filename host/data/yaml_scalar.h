/* Which plain scalars of YAML are no strings. The one place where that is decided is the table in
 * yaml_scalar.c. */
#ifndef FLOE_DATA_YAML_SCALAR_H
#define FLOE_DATA_YAML_SCALAR_H

#include "floe/yaml.h"

/* Sets `out` to the null, boolean, integer or number that a plain scalar is (with `at` 0) and returns true;
 * false where it is text. `text` is NUL-terminated. */
bool floe_yaml_scalar(floe_node *out, floe_yaml_dialect dialect, const char *text, size_t length);

/* In the dialects of dbt an integer that 64 bits do not hold comes out of floe_yaml_scalar as the nearest
 * number with FLOE_STANDS_FOR_VALUE in its head. This writes its decimal digits, behind a minus where it has
 * one, and returns how many characters that are. */
enum { FLOE_YAML_LONG = 512 };
size_t floe_yaml_long_digits(char out[FLOE_YAML_LONG], const char *text, size_t length);

/* What PyYAML makes of a plain scalar that floe_yaml_scalar calls text: `out` is the date or time as Python's
 * isoformat() writes it. `text` is followed by what is part of no date. */
typedef enum floe_yaml_time {
    FLOE_YAML_NO_TIME,
    FLOE_YAML_TIME,
    FLOE_YAML_WRONG_TIME /* it has the form, and Python refuses it: 2024-13-45 */
} floe_yaml_time;
enum { FLOE_YAML_MOMENT = 40 };
floe_yaml_time floe_yaml_moment(char out[FLOE_YAML_MOMENT], const char *text, size_t length);

#endif

/* Which plain scalars of YAML are no strings. The one place where that is decided is the table in
 * yaml_scalar.c. */
#ifndef FLOE_DATA_YAML_SCALAR_H
#define FLOE_DATA_YAML_SCALAR_H

#include "floe/yaml.h"

/* Sets `out` to the null, boolean, integer or number that a plain scalar is (with `at` 0) and returns true;
 * false where it is text. `text` is NUL-terminated. */
bool floe_yaml_scalar(floe_node *out, floe_yaml_dialect dialect, const char *text, size_t length);

#endif

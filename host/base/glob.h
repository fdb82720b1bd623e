/* Globs over names and paths, as policies and manifests write them. */
#ifndef FLOE_BASE_GLOB_H
#define FLOE_BASE_GLOB_H

#include "base/effort.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether the whole of `value` matches `pattern`: `*` is any run of bytes but `/`, `**` also across `/` (`**`
 * with a `/` behind it also nothing), `?` one byte but `/`, `[a-z]` and `[!a-z]` one of or none of, `\` the
 * next byte itself. False where the effort was stopped. */
bool floe_glob(const char *pattern, size_t pattern_size, const char *value, size_t value_size,
               floe_effort *effort);

#endif

/*
 * require-dbt-version: a list of bounds, or one text with commas between them, such as ">=1.7.0,<2.0.0".
 * Where nobody says whose rules hold, those of the newest dbt do that the project accepts.
 */
#include "dbt/parse/layout.h"

#include <stdio.h>
#include <string.h>

/* Whether some release of a dbt (112 for 1.12) lies within a bound; true where the bound is none. */
static bool is_within(const char *text, size_t length, int dbt) {
    char bound[64];
    unsigned major, minor = 0, patch = 0;
    while (length && (*text == ' ' || *text == '"')) {
        text++;
        length--;
    }
    if (!length || length >= sizeof bound) {
        return true;
    }
    memcpy(bound, text, length);
    bound[length] = '\0';
    size_t sign = strspn(bound, "<>=");
    if (sscanf(bound + sign + strspn(bound + sign, " v"), "%4u.%4u.%4u", &major, &minor, &patch) < 1 ||
        minor > 99) {
        return true;
    }
    int other = (int)(major * 100 + minor);
    switch (bound[0]) {
    case '>':
        return dbt >= other;
    case '<':
        return dbt < other || (dbt == other && (bound[1] == '=' || patch > 0));
    default:
        return dbt == other;
    }
}

static bool is_within_all(const char *text, size_t length, int dbt) {
    for (const char *end = text + length; text < end;) {
        const char *comma = memchr(text, ',', (size_t)(end - text));
        comma = comma ? comma : end;
        if (!is_within(text, (size_t)(comma - text), dbt)) {
            return false;
        }
        text = comma + 1;
    }
    return true;
}

bool floe_parse_accepts(const floe_node *required, int dbt) {
    size_t length;
    const char *text = floe_node_string(required, &length);
    if (text) {
        return is_within_all(text, length, dbt);
    }
    uint32_t count = required && floe_node_kind(required) == FLOE_ARRAY ? floe_node_size(required) : 0;
    for (uint32_t i = 0; i < count; i++) {
        text = floe_node_string(floe_node_child(required, i), &length);
        if (text && !is_within_all(text, length, dbt)) {
            return false;
        }
    }
    return true;
}

floe_yaml_dialect floe_parse_dialect(const floe_parse *parse) {
    return parse->dbt < 200 ? FLOE_YAML_DBT : FLOE_YAML_DBT_2;
}

int floe_parse_choose_rules(const floe_node *required) {
    static const int known[] = {112, 111, 110, 200, 109, 108};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (floe_parse_accepts(required, known[i])) {
            return known[i];
        }
    }
    return known[0];
}

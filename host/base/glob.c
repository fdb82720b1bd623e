#include "base/glob.h"

#include <string.h>

typedef struct glob {
    const char *pattern, *pattern_end;
    const char *value, *value_end;
    const char *last_close; /* the last `]` of the pattern, or NULL */
} glob;

/* Where to go on when the last `*` or `**` takes one byte more. */
typedef struct retry {
    const char *pattern, *value; /* NULL where there was none */
    bool by_folder;              /* a double star with a slash behind it, which takes whole folders */
} retry;

/* Matches the class that opens at `*at` against a byte, and moves to its end. A bracket that nothing closes
 * stands for itself. */
static bool match_class(const glob *self, const char **at, unsigned char byte) {
    const char *from = *at + 1;
    bool negated = from < self->pattern_end && (*from == '!' || *from == '^');
    from += negated;
    if (!self->last_close || self->last_close <= from) {
        return byte == '[';
    }
    const char *close = memchr(from + 1, ']', (size_t)(self->last_close - from));
    bool found = false;
    for (const char *item = from; item < close;) {
        unsigned char low = (unsigned char)*item;
        if (item[1] == '-' && item + 2 < close) {
            found = found || (byte >= low && byte <= (unsigned char)item[2]);
            item += 3;
        } else {
            found = found || byte == low;
            item++;
        }
    }
    *at = close;
    return byte != '/' && found != negated;
}

/* Matches the item at `*at`, which is no star, against a byte, and moves behind it. */
static bool match_item(const glob *self, const char **at, unsigned char byte) {
    bool matches;
    switch (**at) {
    case '?':
        matches = byte != '/';
        break;
    case '[':
        matches = match_class(self, at, byte);
        break;
    case '\\':
        *at += *at + 1 < self->pattern_end;
        matches = (unsigned char)**at == byte;
        break;
    default:
        matches = (unsigned char)**at == byte;
    }
    ++*at;
    return matches;
}

/* Passes the star at `*pattern`, and remembers where its run begins. */
static void open_star(const glob *self, const char **pattern, const char *value, retry *star, retry *deep) {
    bool is_deep = *pattern + 1 < self->pattern_end && (*pattern)[1] == '*';
    *pattern += is_deep ? 2 : 1;
    *star = (retry){0};
    if (!is_deep) {
        *star = (retry){.pattern = *pattern, .value = value};
        return;
    }
    bool by_folder = *pattern < self->pattern_end && **pattern == '/';
    *pattern += by_folder;
    *deep = (retry){.pattern = *pattern, .value = value, .by_folder = by_folder};
}

/* Lets the last `*` take one byte more, or the last `**` one byte or folder; false where none can. */
static bool take_more(const glob *self, const char **pattern, const char **value, retry *star, retry *deep) {
    if (star->value && star->value < self->value_end && *star->value != '/') {
        *value = ++star->value;
        *pattern = star->pattern;
        return true;
    }
    if (!deep->value || deep->value >= self->value_end) {
        return false;
    }
    const char *taken =
        deep->by_folder ? memchr(deep->value, '/', (size_t)(self->value_end - deep->value)) : deep->value;
    if (!taken) {
        return false;
    }
    *value = deep->value = taken + 1;
    *pattern = deep->pattern;
    *star = (retry){0};
    return true;
}

bool floe_glob(const char *pattern, size_t pattern_size, const char *value, size_t value_size,
               floe_effort *effort) {
    const glob self = {pattern, pattern + pattern_size, value, value + value_size,
                       memrchr(pattern, ']', pattern_size)};
    retry star = {0}, deep = {0};
    size_t cost = 1; /* of the last item, as long as it is */
    if (pattern_size == value_size && memcmp(pattern, value, value_size) == 0) {
        return true;
    }
    while (floe_effort_steps(effort, cost)) {
        const char *item = pattern;
        cost = 1;
        if (item < self.pattern_end && *item == '*') {
            open_star(&self, &pattern, value, &star, &deep);
            continue;
        }
        if (item == self.pattern_end && value == self.value_end) {
            return true;
        }
        bool matches = item < self.pattern_end && value < self.value_end &&
                       match_item(&self, &item, (unsigned char)*value);
        cost = item > pattern ? (size_t)(item - pattern) : 1;
        if (matches) {
            pattern = item;
            value++;
        } else if (!take_more(&self, &pattern, &value, &star, &deep)) {
            return false;
        }
    }
    return false;
}

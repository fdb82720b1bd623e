#include "pattern.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { POLL = 1024 };

static const char *match_rest(floe_pattern *p, const char *at, const char *item);

void floe_pattern_prepare(floe_pattern *pattern, const char *text, size_t size, const char *source,
                          size_t source_size) {
    pattern->text = text;
    pattern->text_end = text + size;
    pattern->pattern = source;
    pattern->pattern_end = source + source_size;
    pattern->steps = 0;
    pattern->poll_at = 0;
    pattern->step_limit = UINT64_MAX;
    pattern->stop = NULL;
    pattern->count = 0;
    pattern->depth = 0;
    pattern->fault = NULL;
    pattern->fault_capture = -1;
}

static const char *fail(floe_pattern *p, const char *fault) {
    if (!p->fault) {
        p->fault = fault;
    }
    return NULL;
}

/* Looks at the bounds and says when to look again. */
static bool go_on(floe_pattern *p) {
    if (p->steps > p->step_limit || (p->stop && *p->stop)) {
        fail(p, "");
        return false;
    }
    p->poll_at = p->step_limit - p->steps < POLL ? p->step_limit + 1 : p->steps + POLL;
    return true;
}

/* Counts one step; false when the match must end. */
static inline bool spend(floe_pattern *p) {
    return ++p->steps < p->poll_at || go_on(p);
}

/* Whether `byte` is of the class that a letter names; a letter that names none stands for itself. */
static bool in_class(unsigned char byte, unsigned char letter) {
    bool ascii = byte < 0x80;
    bool member;
    switch (letter | 0x20) {
    case 'a':
        member = ascii && isalpha(byte);
        break;
    case 'c':
        member = byte < ' ' || byte == 0x7F;
        break;
    case 'd':
        member = byte >= '0' && byte <= '9';
        break;
    case 'g':
        member = byte > ' ' && byte < 0x7F;
        break;
    case 'l':
        member = byte >= 'a' && byte <= 'z';
        break;
    case 'p':
        member = ascii && ispunct(byte);
        break;
    case 's':
        member = byte == ' ' || (byte >= '\t' && byte <= '\r');
        break;
    case 'u':
        member = byte >= 'A' && byte <= 'Z';
        break;
    case 'w':
        member = ascii && isalnum(byte);
        break;
    case 'x':
        member = ascii && isxdigit(byte);
        break;
    case 'z': /* from Lua 5.1, and still understood */
        member = byte == '\0';
        break;
    default:
        return letter == byte;
    }
    if (!isalpha(letter)) {
        return letter == byte;
    }
    return member == (letter >= 'a');
}

/* The end of the item that starts at `item` (a byte, '%' and a byte, or a set), before any repetition mark.
 */
static const char *item_end(floe_pattern *p, const char *item) {
    const char *end = p->pattern_end;
    if (*item == '%') {
        return item + 1 == end ? fail(p, "malformed pattern (ends with '%')") : item + 2;
    }
    if (*item != '[') {
        return item + 1;
    }
    item++;
    item += item < end && *item == '^';
    for (bool first = true;; first = false) { /* a ']' that stands first is one of the set */
        if (item == end) {
            return fail(p, "malformed pattern (missing ']')");
        }
        if (*item == ']' && !first) {
            return item + 1;
        }
        item += *item == '%' && item + 1 < end ? 2 : 1;
    }
}

/* Whether `byte` is in the set whose '[' is at `set` and whose ']' is the byte before `end`. */
static bool in_set(unsigned char byte, const char *set, const char *end) {
    bool positive = set[1] != '^';
    const char *last = end - 1;
    for (const char *at = set + (positive ? 1 : 2); at < last;) {
        if (*at == '%') { /* what follows is at most the ']' */
            if (in_class(byte, (unsigned char)at[1])) {
                return positive;
            }
            at += 2;
        } else if (at + 2 < last && at[1] == '-') {
            if ((unsigned char)at[0] <= byte && byte <= (unsigned char)at[2]) {
                return positive;
            }
            at += 3;
        } else if ((unsigned char)*at++ == byte) {
            return positive;
        }
    }
    return !positive;
}

/* Whether the byte at `at` is what the item from `item` to `end` stands for. */
static inline bool item_matches(const floe_pattern *p, const char *at, const char *item, const char *end) {
    if (at == p->text_end) {
        return false;
    }
    unsigned char byte = (unsigned char)*at;
    switch (*item) {
    case '.':
        return true;
    case '%':
        return in_class(byte, (unsigned char)item[1]);
    case '[':
        return in_set(byte, item, end);
    default:
        return (unsigned char)*item == byte;
    }
}

/* '*' and '+': as many as there are, then fewer until the rest matches. */
static const char *match_most(floe_pattern *p, const char *at, const char *item, const char *end,
                              size_t least) {
    size_t count = 0;
    while (item_matches(p, at + count, item, end)) {
        count++;
        if (!spend(p)) {
            return NULL;
        }
    }
    for (; count >= least; count--) {
        const char *found = match_rest(p, at + count, end + 1);
        if (found || p->fault || count == 0) {
            return found;
        }
    }
    return NULL;
}

/* '-': as few as will do. */
static const char *match_fewest(floe_pattern *p, const char *at, const char *item, const char *end) {
    for (;; at++) {
        const char *found = match_rest(p, at, end + 1);
        if (found || p->fault || !item_matches(p, at, item, end)) {
            return found;
        }
    }
}

static const char *open_capture(floe_pattern *p, const char *at, const char *item, ptrdiff_t size) {
    if (p->count == FLOE_PATTERN_CAPTURES) {
        return fail(p, "too many captures");
    }
    p->captures[p->count++] = (floe_capture){at, size};
    const char *found = match_rest(p, at, item);
    if (!found) {
        p->count--;
    }
    return found;
}

static const char *close_capture(floe_pattern *p, const char *at, const char *item) {
    for (unsigned i = p->count; i-- > 0;) {
        floe_capture *capture = &p->captures[i];
        if (capture->size == FLOE_CAPTURE_OPEN) {
            capture->size = at - capture->start;
            const char *found = match_rest(p, at, item);
            if (!found) {
                capture->size = FLOE_CAPTURE_OPEN;
            }
            return found;
        }
    }
    return fail(p, "invalid pattern capture");
}

/* "%bxy": from an x to its y. Gives the end of it. */
static const char *match_balanced(floe_pattern *p, const char *at, const char *item) {
    if (p->pattern_end - item < 4) {
        return fail(p, "malformed pattern (missing arguments to '%b')");
    }
    if (at == p->text_end || *at != item[2]) {
        return NULL;
    }
    size_t open = 1;
    for (at++; at < p->text_end; at++) {
        if (*at == item[3]) {
            if (--open == 0) {
                return at + 1;
            }
        } else if (*at == item[2]) {
            open++;
        }
        if (!spend(p)) {
            return NULL;
        }
    }
    return NULL;
}

/* "%1": what the capture holds, once more. Gives the end of it. */
static const char *match_again(floe_pattern *p, const char *at, char digit) {
    unsigned index = (unsigned)(digit - '1');
    if (digit == '0' || index >= p->count || p->captures[index].size == FLOE_CAPTURE_OPEN) {
        p->fault_capture = digit - '0';
        return fail(p, "invalid capture index");
    }
    const floe_capture *capture = &p->captures[index];
    size_t size = (size_t)capture->size;
    if (capture->size < 0 || (size_t)(p->text_end - at) < size) {
        return NULL;
    }
    p->steps += size / 16;
    return memcmp(capture->start, at, size) == 0 ? at + size : NULL;
}

/* "%f[set]": between a byte that is not in the set and one that is; beyond the text stand NULs. Gives the end
 * of the set. */
static const char *match_frontier(floe_pattern *p, const char *at, const char *item) {
    item += 2;
    if (item == p->pattern_end || *item != '[') {
        return fail(p, "missing '[' after '%f' in pattern");
    }
    const char *end = item_end(p, item);
    if (!end) {
        return NULL;
    }
    unsigned char before = at == p->text ? '\0' : (unsigned char)at[-1];
    unsigned char after = at == p->text_end ? '\0' : (unsigned char)*at;
    return !in_set(before, item, end) && in_set(after, item, end) ? end : NULL;
}

/* A parenthesis: the rest of the pattern is matched from within. */
static const char *match_capture(floe_pattern *p, const char *at, const char *item) {
    if (*item == ')') {
        return close_capture(p, at, item + 1);
    }
    if (item + 1 < p->pattern_end && item[1] == ')') {
        return open_capture(p, at, item + 2, FLOE_CAPTURE_POSITION);
    }
    return open_capture(p, at, item + 1, FLOE_CAPTURE_OPEN);
}

/* The items that start with '%' and are no class: moves `at` and `item` past them. 1 when it matched, 0 when
 * not, -1 when this is no such item. */
static int match_special(floe_pattern *p, const char **at, const char **item) {
    char letter = *item + 1 < p->pattern_end ? (*item)[1] : '\0';
    const char *end;
    if (letter == 'f') {
        end = match_frontier(p, *at, *item);
        *item = end ? end : *item;
        return end != NULL;
    }
    if (letter == 'b') {
        end = match_balanced(p, *at, *item);
        *item += 4;
    } else if (letter >= '0' && letter <= '9') {
        end = match_again(p, *at, letter);
        *item += 2;
    } else {
        return -1;
    }
    *at = end;
    return end != NULL;
}

/* One item with its repetition mark. Moves on past it and gives true, or leaves the end of the whole match
 * (or NULL) in `result` and gives false. */
static bool match_item(floe_pattern *p, const char **at, const char **item, const char **result) {
    const char *end = item_end(p, *item);
    *result = NULL;
    if (!end) {
        return false;
    }
    switch (end < p->pattern_end ? *end : '\0') {
    case '?':
        if (item_matches(p, *at, *item, end)) {
            *result = match_rest(p, *at + 1, end + 1);
            if (*result || p->fault) {
                return false;
            }
        }
        *item = end + 1;
        return true;
    case '*':
        *result = match_most(p, *at, *item, end, 0);
        return false;
    case '+':
        *result = match_most(p, *at, *item, end, 1);
        return false;
    case '-':
        *result = match_fewest(p, *at, *item, end);
        return false;
    default:
        if (!item_matches(p, *at, *item, end)) {
            return false;
        }
        ++*at;
        *item = end;
        return true;
    }
}

/* Items one after the other, until one has to try the rest of the pattern itself. */
static const char *match_items(floe_pattern *p, const char *at, const char *item) {
    while (item < p->pattern_end) {
        const char *result;
        if (!spend(p)) {
            return NULL;
        }
        if (*item == '(' || *item == ')') {
            return match_capture(p, at, item);
        }
        if (*item == '$' && item + 1 == p->pattern_end) {
            return at == p->text_end ? at : NULL;
        }
        int special = *item == '%' ? match_special(p, &at, &item) : -1;
        if (special == 0) {
            return NULL;
        }
        if (special < 0 && !match_item(p, &at, &item, &result)) {
            return result;
        }
    }
    return at;
}

static const char *match_rest(floe_pattern *p, const char *at, const char *item) {
    if (p->depth == FLOE_PATTERN_DEPTH) {
        return fail(p, "pattern too complex");
    }
    p->depth++;
    const char *end = match_items(p, at, item);
    p->depth--;
    return end;
}

const char *floe_pattern_match(floe_pattern *pattern, const char *at) {
    pattern->count = 0;
    return match_rest(pattern, at, pattern->pattern);
}

/* The byte that every match starts with; -1 where the pattern does not say. */
static int first_byte(const floe_pattern *p) {
    const char *item = p->pattern;
    bool says = item < p->pattern_end && !strchr("^$*+?.([%-)", *item);
    bool optional = item + 1 < p->pattern_end && item[1] && strchr("*?-", item[1]);
    return says && !optional ? (unsigned char)*item : -1;
}

const char *floe_pattern_search(floe_pattern *pattern, const char *at, bool anchored, const char **start) {
    int first = anchored ? -1 : first_byte(pattern);
    for (; at <= pattern->text_end; at++) {
        if (first >= 0) {
            at = memchr(at, first, (size_t)(pattern->text_end - at));
            if (!at) {
                return NULL;
            }
        }
        const char *end = floe_pattern_match(pattern, at);
        if (end || pattern->fault || anchored) {
            *start = at;
            return end;
        }
    }
    return NULL;
}

const char *floe_text_find(const char *text, size_t size, const char *needle, size_t needle_size) {
    if (needle_size == 0 || needle_size > 16) {
        return memmem(text, size, needle, needle_size);
    }
    while (size >= needle_size) { /* for short ones this is faster, and still linear */
        const char *first = memchr(text, *needle, size - needle_size + 1);
        if (!first || memcmp(first, needle, needle_size) == 0) {
            return first;
        }
        size -= (size_t)(first - text) + 1;
        text = first + 1;
    }
    return NULL;
}

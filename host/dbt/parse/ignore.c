/*
 * .dbtignore: the patterns of gitignore, as dbt's reader of them has it: each file is held against every
 * pattern, and the last that matches decides, so that `!` also takes a file back whose folder is left out.
 * A pattern is a list of segments between slashes; `**` stands for any number of them.
 */
#include "base/buffer.h"
#include "dbt/parse/layout.h"

#include <stdlib.h>
#include <string.h>

typedef struct segment {
    const char *text;
    size_t size;
} segment;

typedef struct pattern {
    segment *segments;
    size_t count, capacity;
    bool takes_back;
} pattern;

struct floe_ignore {
    char *text;
    pattern *patterns;
    size_t count, capacity;
};

/* ---- one segment ---- */

static bool same(const segment *one, const char *text) {
    return one->size == strlen(text) && memcmp(one->text, text, one->size) == 0;
}

/* The end of the bracket that opens at `at`, behind its ']'; 0 where it does not close. */
static size_t bracket_end(const segment *glob, size_t at) {
    size_t i = at + 1;
    i += i < glob->size && (glob->text[i] == '!' || glob->text[i] == '^');
    i += i < glob->size && glob->text[i] == ']';
    while (i < glob->size && glob->text[i] != ']') {
        i++;
    }
    return i < glob->size ? i + 1 : 0;
}

/* Whether a byte is one of those between the brackets [at, end). */
static bool in_bracket(const segment *glob, size_t at, size_t end, unsigned char byte) {
    const unsigned char *text = (const unsigned char *)glob->text;
    size_t i = at + 1, last = end - 1;
    bool negated = text[i] == '!' || text[i] == '^', found = false;
    for (i += negated; i < last; i++) {
        if (i + 2 < last && text[i + 1] == '-') {
            found = found || (byte >= text[i] && byte <= text[i + 2]);
            i += 2;
        } else {
            found = found || byte == text[i];
        }
    }
    return found != negated;
}

/* Bytes of the pattern that stand for the one byte at `name`, 0 where they do not. */
static size_t match_one(const segment *glob, size_t at, char name) {
    char c = glob->text[at];
    if (c == '?') {
        return 1;
    }
    if (c == '\\') {
        return at + 1 < glob->size && glob->text[at + 1] == name ? 2 : 0;
    }
    size_t end = c == '[' ? bracket_end(glob, at) : 0;
    if (end) {
        return in_bracket(glob, at, end, (unsigned char)name) ? end - at : 0;
    }
    return c == name ? 1 : 0;
}

/* Only the last star is tried again, so this takes no more than the product of the lengths. */
static bool match_segment(const segment *glob, const char *name, size_t size) {
    size_t at = 0, i = 0, star = SIZE_MAX, resume = 0;
    if (same(glob, "*")) {
        return size > 0;
    }
    while (i < size) {
        size_t length = 0;
        if (at < glob->size && glob->text[at] == '*') {
            star = ++at;
            resume = i;
            continue;
        }
        if (at < glob->size && (length = match_one(glob, at, name[i])) != 0) {
            at += length;
            i++;
        } else if (star != SIZE_MAX) {
            at = star;
            i = ++resume;
        } else {
            return false;
        }
    }
    while (at < glob->size && glob->text[at] == '*') {
        at++;
    }
    return at == glob->size;
}

/* ---- one pattern ---- */

/* Behind `**` the rest of the path is tried from each of its parts on; only the last one that was met has to
 * be taken up again, since each other segment stands for exactly one part. */
static bool match_path(const pattern *one, const char *path) {
    const char *resume = NULL;
    for (size_t at = 0, star = 0; at < one->count;) {
        const segment *glob = &one->segments[at];
        if (same(glob, "**")) {
            if (++at == one->count) {
                return *path != '\0';
            }
            star = at;
            resume = path;
            continue;
        }
        size_t size = strcspn(path, "/");
        if (size && match_segment(glob, path, size)) {
            at++;
            path += size + (path[size] == '/');
            continue;
        }
        resume = resume ? strchr(resume, '/') : NULL;
        if (!resume) {
            return false;
        }
        path = ++resume;
        at = star;
    }
    return true; /* the file, or a folder above it */
}

bool floe_ignore_matches(const floe_ignore *ignore, const char *path) {
    while (path[0] == '.' && path[1] == '/') {
        path += 2;
    }
    for (size_t i = ignore ? ignore->count : 0; i > 0; i--) {
        if (match_path(&ignore->patterns[i - 1], path)) {
            return !ignore->patterns[i - 1].takes_back;
        }
    }
    return false;
}

/* ---- reading ---- */

static int add_segment(pattern *out, const char *text, size_t size) {
    segment one = {.text = text, .size = size};
    bool any = same(&one, "**");
    if (any && out->count && same(&out->segments[out->count - 1], "**")) {
        return 0;
    }
    if (floe_grow(&out->segments, &out->capacity, out->count + 1, sizeof one)) {
        return FLOE_MEMORY;
    }
    out->segments[out->count++] = one;
    return 0;
}

/* A pattern without a slash, but for one at its end, is looked for at any depth; one at its end asks for a
 * folder, which is to say for what lies in it. */
static int add_segments(pattern *out, const char *text, size_t size) {
    if (size == 3 && memcmp(text, "**/", 3) == 0) { /* all but what lies in no folder */
        int failed = add_segment(out, "*", 1);
        return failed ? failed : add_segment(out, "**", 2);
    }
    const char *slash = memchr(text, '/', size);
    bool anywhere = !slash || slash == text + size - 1;
    int result = anywhere ? add_segment(out, "**", 2) : 0;
    size_t at = text[0] == '/';
    while (!result && at < size) {
        const char *end = memchr(text + at, '/', size - at);
        size_t length = end ? (size_t)(end - text) - at : size - at;
        result = add_segment(out, text + at, length);
        at += length + 1;
    }
    return !result && text[size - 1] == '/' ? add_segment(out, "**", 2) : result;
}

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* True where a backslash stands last in a segment, with nothing behind it to be taken as it is. */
static bool has_loose_backslash(const pattern *one) {
    for (size_t i = 0; i < one->count; i++) {
        size_t count = 0;
        while (count < one->segments[i].size &&
               one->segments[i].text[one->segments[i].size - 1 - count] == '\\') {
            count++;
        }
        if (count % 2) {
            return true;
        }
    }
    return false;
}

/* Reads a line; `*bad` is set where it is no pattern. */
static int add_line(floe_ignore *ignore, const char *text, size_t size, bool *bad) {
    pattern one = {0};
    while (size && is_blank(text[0])) {
        text++;
        size--;
    }
    while (size && is_blank(text[size - 1]) &&
           !(size > 1 && text[size - 2] == '\\' && text[size - 1] == ' ')) {
        size--;
    }
    if (!size || text[0] == '#' || (size == 1 && text[0] == '/')) {
        return 0;
    }
    one.takes_back = text[0] == '!';
    text += one.takes_back;
    size -= one.takes_back;
    if (!size || floe_grow(&ignore->patterns, &ignore->capacity, ignore->count + 1, sizeof one)) {
        *bad = !size;
        return size ? FLOE_MEMORY : 0;
    }
    int result = add_segments(&one, text, size);
    *bad = !result && (!one.count || has_loose_backslash(&one));
    if (result || *bad) {
        free(one.segments);
        return result;
    }
    ignore->patterns[ignore->count++] = one;
    return 0;
}

floe_ignore *floe_ignore_parse(const char *text, size_t size, uint32_t *bad) {
    floe_ignore *ignore = calloc(1, sizeof *ignore);
    if (!ignore || !(ignore->text = malloc(size + 1))) {
        free(ignore);
        return NULL;
    }
    memcpy(ignore->text, text, size);
    ignore->text[size] = '\0';
    *bad = 0;
    uint32_t line = 1;
    for (char *start = ignore->text, *end = start + size; start < end; line++) {
        char *stop = memchr(start, '\n', (size_t)(end - start));
        stop = stop ? stop : end;
        bool wrong = false;
        if (add_line(ignore, start, (size_t)(stop - start), &wrong)) {
            floe_ignore_free(ignore);
            return NULL;
        }
        *bad = wrong && !*bad ? line : *bad;
        start = stop + 1;
    }
    return ignore;
}

void floe_ignore_free(floe_ignore *ignore) {
    if (!ignore) {
        return;
    }
    for (size_t i = 0; i < ignore->count; i++) {
        free(ignore->patterns[i].segments);
    }
    free(ignore->patterns);
    free(ignore->text);
    free(ignore);
}

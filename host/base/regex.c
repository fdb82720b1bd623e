#include "regex.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { CACHE_SIZE = 256, DEPTH_LIMIT = 10 * 1000, HEAP_KIB = 16 * 1024 };

struct floe_regex {
    char *pattern;
    size_t length;
    pcre2_code *code;
};

static struct {
    floe_regex entries[CACHE_SIZE];
    size_t next; /* the entry that is replaced next */
    pcre2_compile_context *compile;
    pcre2_match_context *match;
    pcre2_match_data *data;
    bool without_jit;
} cache;

void floe_regex_without_jit(void) {
    cache.without_jit = true;
    /* What was compiled for the machine stays so: its memory is executable already. */
}

static int prepare(floe_error *error) {
    if (!cache.data) {
        cache.compile = pcre2_compile_context_create(NULL);
        cache.match = pcre2_match_context_create(NULL);
        cache.data = pcre2_match_data_create(FLOE_REGEX_GROUPS, NULL);
    }
    if (!cache.compile || !cache.match || !cache.data) {
        return floe_error_memory(error);
    }
    pcre2_set_max_pattern_length(cache.compile, FLOE_REGEX_LENGTH);
    pcre2_set_depth_limit(cache.match, DEPTH_LIMIT);
    pcre2_set_heap_limit(cache.match, HEAP_KIB);
    return 0;
}

static int compile(floe_regex *out, const char *pattern, size_t length, floe_error *error) {
    const uint32_t options =
        PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT;
    int number;
    size_t offset;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, length, options, &number, &offset, cache.compile);
    if (!code) {
        char message[256];
        pcre2_get_error_message(number, (PCRE2_UCHAR *)message, sizeof message);
        floe_error_set(error, FLOE_INVALID, "the regular expression is wrong: %s at position %zu", message,
                       offset + 1);
        return floe_error_at(error, NULL, 0, (uint32_t)offset + 1);
    }
    char *copy = malloc(length + 1);
    if (!copy) {
        pcre2_code_free(code);
        return floe_error_memory(error);
    }
    memcpy(copy, pattern, length);
    copy[length] = '\0';
    if (!cache.without_jit) {
        pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* without it, matching is only slower */
    }
    *out = (floe_regex){.pattern = copy, .length = length, .code = code};
    return 0;
}

int floe_regex_get(const floe_regex **out, const char *pattern, size_t length, floe_error *error) {
    int result = prepare(error);
    if (result) {
        return result;
    }
    for (size_t i = 0; i < CACHE_SIZE && cache.entries[i].code; i++) {
        const floe_regex *entry = &cache.entries[i];
        if (entry->length == length && memcmp(entry->pattern, pattern, length) == 0) {
            *out = entry;
            return 0;
        }
    }
    if (length > FLOE_REGEX_LENGTH) {
        return floe_error_set(error, FLOE_LIMIT, "a regular expression is longer than %d bytes",
                              FLOE_REGEX_LENGTH);
    }
    floe_regex fresh;
    if ((result = compile(&fresh, pattern, length, error))) {
        return result;
    }
    floe_regex *entry = &cache.entries[cache.next];
    cache.next = (cache.next + 1) % CACHE_SIZE;
    pcre2_code_free(entry->code);
    free(entry->pattern);
    *entry = fresh;
    *out = entry;
    return 0;
}

static void copy_groups(floe_match *match, const floe_regex *regex) {
    uint32_t groups = 0;
    pcre2_pattern_info(regex->code, PCRE2_INFO_CAPTURECOUNT, &groups);
    const size_t *offsets = pcre2_get_ovector_pointer(cache.data);
    match->count = groups + 1 < FLOE_REGEX_GROUPS ? groups + 1 : FLOE_REGEX_GROUPS;
    for (size_t i = 0; i < match->count; i++) {
        match->groups[i].start = offsets[2 * i];
        match->groups[i].stop = offsets[2 * i + 1];
    }
}

/* PCRE2 bounds the steps from each place at which a match may begin, and a text has many. So few places are
 * tried at a time, or many with few steps each: every piece costs the same at most. */
static const struct {
    size_t places;
    uint32_t steps;
} pieces[] = {{1 << 15, 32}, {1 << 11, 500}, {1 << 7, 8000}, {1, 1000 * 1000}};

enum { LAST_PIECE = sizeof pieces / sizeof *pieces - 1 };

/* As pcre2_match, from piece to piece. */
static int search_pieces(const floe_regex *regex, const char *text, size_t length, size_t start,
                         const volatile sig_atomic_t *stop) {
    for (size_t level = 0;;) {
        size_t last = length - start < pieces[level].places ? length : start + pieces[level].places;
        pcre2_set_match_limit(cache.match, pieces[level].steps);
        pcre2_set_offset_limit(cache.match, last);
        int result = pcre2_match(regex->code, (PCRE2_SPTR)text, length, start, 0, cache.data, cache.match);
        if (stop && *stop) {
            return PCRE2_ERROR_MATCHLIMIT;
        }
        if (result == PCRE2_ERROR_MATCHLIMIT && level < LAST_PIECE) {
            level++;
            continue;
        }
        if (result != PCRE2_ERROR_NOMATCH || last == length) {
            return result;
        }
        for (start = last + 1; start < length && ((unsigned char)text[start] & 0xC0) == 0x80; start++) {
        }
        level -= level > 0;
    }
}

int floe_regex_search(bool *found, floe_match *match, const floe_regex *regex, const char *text,
                      size_t length, size_t start, const volatile sig_atomic_t *stop, floe_error *error) {
    if (length > FLOE_REGEX_TEXT) {
        return floe_error_set(error, FLOE_LIMIT, "a text of more than %d MiB cannot be searched",
                              FLOE_REGEX_TEXT >> 20);
    }
    *found = false;
    if (start > length) {
        return 0;
    }
    int result = search_pieces(regex, text, length, start, stop);
    if (result >= 0) {
        copy_groups(match, regex);
        /* \K may put the start behind the end. */
        *found = match->groups[0].start <= match->groups[0].stop;
        return 0;
    }
    if (result == PCRE2_ERROR_NOMATCH || result == PCRE2_ERROR_BADUTFOFFSET) {
        return 0;
    }
    return floe_error_set(error, result == PCRE2_ERROR_NOMEMORY ? FLOE_MEMORY : FLOE_LIMIT,
                          "the regular expression '%.200s' backtracks too much on a text of %zu bytes",
                          regex->pattern, length);
}

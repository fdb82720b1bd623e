/* Several words looked for in one pass over a text. */
#ifndef FLOE_BASE_WORDS_H
#define FLOE_BASE_WORDS_H

#include "base/effort.h"

enum { FLOE_WORDS = 64, FLOE_WORD_LENGTH = 64 };

/* Words of any bytes. Begin with floe_words_start; nothing is to be freed. */
typedef struct floe_words {
    uint8_t pairs[1 << 13];   /* one bit for each two bytes with which some word begins */
    uint8_t first[256];       /* by first byte: the number of the first word, from 1 */
    uint8_t next[FLOE_WORDS]; /* of the same first byte, in the order in which they were added */
    uint8_t lengths[FLOE_WORDS];
    char texts[FLOE_WORDS][FLOE_WORD_LENGTH];
    uint32_t count;
    bool caseless; /* capitals of ASCII do not count */
} floe_words;

typedef struct floe_word_found {
    size_t at, length;
    uint32_t word; /* in the order in which they were added, from 0 */
} floe_word_found;

void floe_words_start(floe_words *words, bool caseless);

/* False for an empty word, one that is too long, and one too many. */
bool floe_words_add(floe_words *words, const char *text, size_t length);

/* Finds the first word from byte `from` on; of those that begin at one place, the one that was added first. A
 * NUL must stand behind the text. False where there is none, and where the effort was stopped. */
bool floe_words_find(floe_word_found *out, const floe_words *words, const char *text, size_t size,
                     size_t from, floe_effort *effort);

#endif

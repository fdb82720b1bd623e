#include "base/words.h"

#include <string.h>

static char fold(const floe_words *words, char byte) {
    return words->caseless && byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static char capital(const floe_words *words, char byte) {
    return words->caseless && byte >= 'a' && byte <= 'z' ? (char)(byte - 'a' + 'A') : byte;
}

static unsigned pair_of(char first, char second) {
    return (unsigned)(unsigned char)first | (unsigned)(unsigned char)second << 8;
}

static void mark_pair(floe_words *words, char first, char second) {
    unsigned pair = pair_of(first, second);
    words->pairs[pair / 8] |= (uint8_t)(1u << pair % 8);
}

void floe_words_start(floe_words *words, bool caseless) {
    *words = (floe_words){.caseless = caseless};
}

static void mark_beginning(floe_words *words, const char *word, size_t length) {
    const char firsts[] = {word[0], capital(words, word[0])};
    for (size_t i = 0; i < sizeof firsts; i++) {
        for (int second = 0; length == 1 && second < 256; second++) {
            mark_pair(words, firsts[i], (char)second);
        }
        if (length > 1) {
            mark_pair(words, firsts[i], word[1]);
            mark_pair(words, firsts[i], capital(words, word[1]));
        }
    }
}

bool floe_words_add(floe_words *words, const char *text, size_t length) {
    if (!length || length > FLOE_WORD_LENGTH || words->count == FLOE_WORDS) {
        return false;
    }
    char *word = words->texts[words->count];
    for (size_t i = 0; i < length; i++) {
        word[i] = fold(words, text[i]);
    }
    words->lengths[words->count] = (uint8_t)length;
    uint8_t *last = &words->first[(unsigned char)word[0]];
    while (*last) {
        last = &words->next[*last - 1];
    }
    *last = (uint8_t)++words->count;
    mark_beginning(words, word, length);
    return true;
}

static bool stands_at(const floe_words *words, const char *text, const char *word, size_t length) {
    size_t same = 0;
    while (same < length && fold(words, text[same]) == word[same]) {
        same++;
    }
    return same == length;
}

bool floe_words_find(floe_word_found *out, const floe_words *words, const char *text, size_t size,
                     size_t from, floe_effort *effort) {
    for (size_t at = from; at < size; at++) {
        unsigned pair = pair_of(text[at], text[at + 1]);
        if (!(words->pairs[pair / 8] & 1u << pair % 8)) {
            continue;
        }
        for (unsigned i = words->first[(unsigned char)fold(words, text[at])]; i; i = words->next[i - 1]) {
            size_t length = words->lengths[i - 1];
            if (!floe_effort_step(effort)) {
                return false;
            }
            if (length <= size - at && stands_at(words, text + at, words->texts[i - 1], length)) {
                *out = (floe_word_found){.at = at, .length = length, .word = i - 1};
                return true;
            }
        }
    }
    return false;
}

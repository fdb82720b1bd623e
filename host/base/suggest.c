#include "suggest.h"

#include <string.h>

enum { LONGEST_WORD = 64 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Letters to insert, drop, change or swap with their neighbour to make one word of the other; anything above
 * `most` is `most` + 1. Words of more than LONGEST_WORD bytes are never near. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length, size_t most) {
    size_t apart = a_length > b_length ? a_length - b_length : b_length - a_length;
    if (apart > most || a_length > LONGEST_WORD || b_length > LONGEST_WORD) {
        return most + 1;
    }
    size_t rows[3][LONGEST_WORD + 1]; /* of the table of distances: the current one and the two before it */
    for (size_t j = 0; j <= b_length; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], rows[(i + 1) % 3][j - 2] + 1);
            }
        }
    }
    return least(rows[a_length % 3][b_length], most + 1);
}

void floe_suggest_start(floe_suggestion *suggestion, const char *word, size_t length) {
    memset(suggestion, 0, sizeof *suggestion);
    suggestion->word = word;
    suggestion->length = length;
    suggestion->distance = length < 3 ? 1 : length / 3 + 1;
}

void floe_suggest_offer(floe_suggestion *suggestion, const char *name, size_t length) {
    size_t most = suggestion->distance;
    if (most == 0) {
        return;
    }
    size_t distance = edit_distance(suggestion->word, suggestion->length, name, length, most - 1);
    if (distance < most) {
        suggestion->best = name;
        suggestion->best_length = length;
        suggestion->distance = distance;
    }
}

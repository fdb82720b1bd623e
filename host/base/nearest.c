#include "nearest.h"

#include <stdint.h>

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

size_t floe_name_distance(const char *a, size_t a_length, const char *b, size_t b_length) {
    if (a_length > FLOE_NEAREST_LENGTH || b_length > FLOE_NEAREST_LENGTH) {
        return SIZE_MAX;
    }
    /* Three rows of the table of distances between prefixes: swaps look two rows back. */
    size_t rows[3][FLOE_NEAREST_LENGTH + 1];
    for (size_t j = 0; j <= b_length; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t cost = a[i - 1] != b[j - 1];
            row[j] = least(least(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], rows[(i - 2) % 3][j - 2] + 1);
            }
        }
    }
    return rows[a_length % 3][b_length];
}

int floe_name_close(size_t distance, size_t length) {
    return distance <= (length < 4 ? 1 : length < 8 ? 2 : 3);
}

#include "base/uuid.h"

#include "base/clock.h"
#include "base/random.h"

#include <stdint.h>
#include <stdio.h>

int floe_uuid(char out[FLOE_UUID_SIZE], floe_error *error) {
    uint64_t milliseconds = (uint64_t)floe_clock_now() / 1000000;
    unsigned char b[16];
    int result = floe_random(b, sizeof b, error);
    if (result) {
        return result;
    }
    for (int i = 0; i < 6; i++) {
        b[i] = (unsigned char)(milliseconds >> (40 - 8 * i));
    }
    b[6] = (unsigned char)((b[6] & 0x0F) | 0x70);
    b[8] = (unsigned char)((b[8] & 0x3F) | 0x80);
    snprintf(out, FLOE_UUID_SIZE, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
             b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
             b[15]);
    return 0;
}

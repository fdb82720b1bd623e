#include "base/clock.h"

#include <time.h>

static int64_t read_clock(clockid_t clock) {
    struct timespec time = {0};
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t floe_clock_now(void) {
    return read_clock(CLOCK_REALTIME);
}

int64_t floe_clock_monotonic(void) {
    return read_clock(CLOCK_MONOTONIC);
}

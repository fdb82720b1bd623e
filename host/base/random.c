#include "base/random.h"

#include "base/clock.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>

void floe_random(void *out, size_t size) {
    assert(size <= FLOE_RANDOM_MOST);
    if (getrandom(out, size, 0) == (ssize_t)size) {
        return;
    }
    memset(out, 0, size);
    uint64_t unlike = (uint64_t)floe_clock_monotonic();
    size_t most = size < sizeof unlike ? size : sizeof unlike;
    memcpy((char *)out + size - most, &unlike, most);
}

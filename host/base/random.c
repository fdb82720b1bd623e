#include "base/random.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

int floe_random(void *out, size_t size, floe_error *error) {
    ssize_t count;
    assert(size <= FLOE_RANDOM_MOST);
    do {
        count = getrandom(out, size, 0);
    } while (count < 0 && errno == EINTR);
    if (count != (ssize_t)size) {
        return floe_error_set(error, FLOE_OUTSIDE, "the system gives no random numbers: %s",
                              count < 0 ? strerror(errno) : "too few");
    }
    return 0;
}

/*
 * A library to preload (LD_PRELOAD) that takes the limits of policies away: no filter of system calls, no
 * resource limits, no timer. What floe takes with and without it is the price of the limits; `measure.py`
 * asks.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/resource.h>
#include <time.h>

int prctl(int option, ...);

int prctl(int option, ...) {
    (void)option;
    return 0;
}

int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit) {
    (void)resource;
    (void)limit;
    return 0;
}

int timer_settime(timer_t timer, int flags, const struct itimerspec *value, struct itimerspec *old) {
    (void)timer;
    (void)flags;
    (void)value;
    (void)old;
    return 0;
}

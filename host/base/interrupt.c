#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t seen;

static void note_interrupt(int number) {
    (void)number;
    seen = 1;
}

/* A signal that is ignored, as after nohup, stays so. */
static void watch_unless_ignored(int number, const struct sigaction *action) {
    struct sigaction before;
    if (!sigaction(number, NULL, &before) && before.sa_handler != SIG_IGN) {
        sigaction(number, action, NULL);
    }
}

void floe_interrupt_watch(void) {
    /* Without SA_RESTART, so that a poll ends; with SA_RESETHAND, so that the second one is not caught. */
    struct sigaction action = {.sa_handler = note_interrupt, .sa_flags = SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    watch_unless_ignored(SIGTERM, &action);
    watch_unless_ignored(SIGHUP, &action);
    signal(SIGPIPE, SIG_IGN);
}

bool floe_interrupted(void) {
    return seen != 0;
}

int floe_interrupt_check(floe_error *error) {
    return floe_interrupted() ? floe_error_set(error, FLOE_IO, "interrupted") : 0;
}

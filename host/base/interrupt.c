#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t seen;

static void note_interrupt(int number) {
    (void)number;
    seen = 1;
}

void floe_interrupt_watch(void) {
    /* Without SA_RESTART, so that a poll ends; with SA_RESETHAND, so that the second one is not caught. */
    struct sigaction action = {.sa_handler = note_interrupt, .sa_flags = SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

bool floe_interrupted(void) {
    return seen != 0;
}

int floe_interrupt_check(floe_error *error) {
    return floe_interrupted() ? floe_error_set(error, FLOE_IO, "interrupted") : 0;
}

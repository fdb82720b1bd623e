#include "interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

static volatile sig_atomic_t seen, reload;

static void note_interrupt(int number) {
    seen = number;
}

static void note_reload(int number) {
    (void)number;
    reload = 1;
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
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of its write */
}

bool floe_interrupted(void) {
    return seen != 0;
}

int floe_interrupt_signal(void) {
    return seen;
}

int floe_interrupt_check(floe_error *error) {
    return floe_interrupted() ? floe_error_set(error, FLOE_IO, "interrupted") : 0;
}

void floe_interrupt_reload_on_hangup(void) {
    struct sigaction action = {.sa_handler = note_reload};
    sigemptyset(&action.sa_mask);
    sigaction(SIGHUP, &action, NULL);
}

bool floe_interrupt_reload(void) {
    if (!reload) {
        return false;
    }
    reload = 0; /* what arrives between the two is what is read anew now anyway */
    return true;
}

/* Polls unless this process was interrupted or, where that matters, asked to read its settings again. The
 * signals are held back while the flags are looked at, and let in by the wait itself: none arrives between
 * the two. */
static int poll_unless(bool asked, struct pollfd *polled, nfds_t count, int64_t milliseconds) {
    const struct timespec wait = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};
    sigset_t held, before;
    int ready = -1;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGHUP);
    sigprocmask(SIG_BLOCK, &held, &before);
    if (!seen && !(asked && reload)) {
        ready = ppoll(polled, count, milliseconds < 0 ? NULL : &wait, &before);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return ready;
}

void floe_interrupt_sleep(int64_t milliseconds) {
    poll_unless(true, NULL, 0, milliseconds);
}

int floe_interrupt_poll(struct pollfd *polled, size_t count, int milliseconds) {
    return poll_unless(false, polled, count, milliseconds);
}

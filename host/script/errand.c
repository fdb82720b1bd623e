#include "errand.h"

#include "base/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { TICK_MILLISECONDS = 50 };

int64_t floe_cpu_time(pid_t pid) {
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &used)) {
        return 0;
    }
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

static int take_first(const floe_errand *errand, floe_frame *frame, floe_error *error) {
    size_t length;
    const char *text = floe_frame_text(frame, &length, 4096);
    if (frame->type == FLOE_FRAME_FAILED) {
        return floe_error_set(error, FLOE_INTERNAL, "a worker cannot start: %.*s", (int)length,
                              text ? text : "");
    }
    if (frame->type != FLOE_FRAME_HELLO || !floe_frame_done(frame)) {
        return floe_error_set(error, FLOE_INTERNAL, "a worker began with nonsense");
    }
    if (text) {
        snprintf(errand->confinement, errand->confinement_size, "%.*s", (int)length, text);
    }
    return 0;
}

/* Takes the frames that are complete. FLOE_INVALID for nonsense. */
static int take_frames(const floe_errand *errand, floe_worker *worker, bool *spoke, floe_error *error) {
    floe_frame frame;
    int result;
    while ((result = floe_worker_frame(worker, &frame, NULL)) == 1) {
        result = *spoke ? errand->take(errand->data, &frame) : take_first(errand, &frame, error);
        *spoke = true;
        if (result) {
            return result;
        }
    }
    return result;
}

static void say(floe_errand_end *end, floe_failure_kind kind, const char *format, const char *what) {
    end->kind = kind;
    end->clean = false;
    if (what) {
        snprintf(end->message, sizeof end->message, "the worker that ran it %s", what);
    } else {
        snprintf(end->message, sizeof end->message, "%s", format);
    }
}

enum { PATIENCE = 5 }; /* times what a worker may take, in which one that only waits is given up */

/* True where the worker is on one thing for far longer than its budget. */
static bool is_stuck(const floe_errand *errand, floe_worker *worker) {
    uint64_t beats = worker->page->beats;
    int64_t now = floe_cpu_time(worker->pid);
    uint32_t budget = errand->milliseconds ? errand->milliseconds : FLOE_SANDBOX_MILLISECONDS;
    if (floe_worker_idles(worker, now, PATIENCE * (budget * 2 + 1000) / TICK_MILLISECONDS)) {
        return true;
    }
    if (beats != worker->beats) {
        worker->beats = beats;
        worker->beat_time = now;
        return false;
    }
    return now - worker->beat_time > ((int64_t)budget * 2 + 1000) * 1000000;
}

int floe_errand_run(floe_errand_end *end, const floe_errand *errand, floe_error *error) {
    floe_worker worker;
    int result = floe_worker_start(&worker, &errand->task, error);
    if (result) {
        return result;
    }
    worker.beat_time = 0; /* of processor time, here */
    *end = (floe_errand_end){.clean = true};
    bool spoke = false, ended = false;
    while (!result && !ended && end->clean) {
        struct pollfd reply = {.fd = worker.reply, .events = POLLIN};
        int ready = poll(&reply, 1, TICK_MILLISECONDS);
        result = floe_interrupt_check(error);
        if (!result && ready > 0) {
            result = floe_worker_receive(&worker, error);
            ended = result == FLOE_NOT_FOUND;
            result = result && !ended ? result : take_frames(errand, &worker, &spoke, error);
        }
        if (result == FLOE_INVALID) {
            say(end, FLOE_FAILURE_DIED, "the worker that ran it answered nonsense", NULL);
            result = 0;
        } else if (!result && !ended && is_stuck(errand, &worker)) {
            say(end, FLOE_FAILURE_TIME, "the policy did not end in its time, and its worker had to be killed",
                NULL);
        }
    }
    char how[128];
    floe_worker_stop(&worker, how, sizeof how);
    if (!result && ended && end->clean && strcmp(how, "ended with code 0") != 0) {
        say(end, FLOE_FAILURE_DIED, NULL, how);
    } else if (end->clean) {
        snprintf(end->message, sizeof end->message, "the worker that ran it ended before it answered");
        end->kind = FLOE_FAILURE_DIED;
    }
    return result;
}

#include "worker.h"

#include "base/clock.h"
#include "base/regex.h"
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READ_SIZE = 64 * 1024, EXIT_REFUSED = 71 };

/* ---- the worker's side ---- */

static void send_text(uint32_t type, const char *text) {
    floe_buffer frame = {0};
    size_t begin = floe_wire_begin(&frame, type);
    floe_wire_text(&frame, text, text ? strlen(text) : 0, 4096);
    floe_wire_end(&frame, begin);
    if (!frame.failed) {
        floe_wire_send(FLOE_CONFINE_WRITE, frame.data, frame.size, NULL);
    }
    floe_buffer_free(&frame);
}

_Noreturn static void live(const floe_worker_task *task, floe_worker_page *page, int read_end, int write_end,
                           pid_t parent) {
    /* Ctrl-C reaches the whole group; the parent decides what it means. */
    signal(SIGINT, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    /* Whoever started floe may have blocked the signal of the policies' timer. */
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    floe_confine_environment();
    floe_regex_without_jit();
    floe_error error;
    if (floe_confine_descriptors(read_end, write_end, &error)) {
        _exit(EXIT_REFUSED);
    }
    if (task->prepare(task->data, page, &error) || floe_confine_resources(task->memory, parent, &error)) {
        send_text(FLOE_FRAME_FAILED, error.message);
        _exit(EXIT_REFUSED);
    }
    bool confined = floe_confine_calls(&error) == 0;
    send_text(FLOE_FRAME_HELLO, confined ? NULL : error.message);
    task->run(task->data);
    _exit(0);
}

/* ---- the parent's side ---- */

static void close_pair(int pair[2]) {
    for (int i = 0; i < 2; i++) {
        if (pair[i] >= 0) {
            close(pair[i]);
        }
    }
}

int floe_worker_start(floe_worker *out, const floe_worker_task *task, floe_error *error) {
    int request[2] = {-1, -1}, reply[2] = {-1, -1};
    int result = floe_confine_prepare(error);
    if (result && result != FLOE_OUTSIDE) {
        return result; /* where the system has no filters the worker says so itself */
    }
    floe_worker_page *page =
        mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        return floe_error_memory(error);
    }
    page->job = page->policy = page->subject = FLOE_WORKER_IDLE;
    pid_t parent = getpid(), child = -1;
    if (pipe2(request, O_CLOEXEC) || pipe2(reply, O_CLOEXEC) || fcntl(reply[0], F_SETFL, O_NONBLOCK) ||
        (child = fork()) < 0) {
        result = floe_error_set(error, FLOE_IO, "cannot start a worker: %s", strerror(errno));
        close_pair(request);
        close_pair(reply);
        munmap(page, sizeof *page);
        return result;
    }
    if (child == 0) {
        live(task, page, request[0], reply[1], parent);
    }
    close(request[0]);
    close(reply[1]);
    *out = (floe_worker){.pid = child,
                         .request = request[1],
                         .reply = reply[0],
                         .page = page,
                         .beat_time = floe_clock_monotonic()};
    return 0;
}

int floe_worker_send(floe_worker *worker, const void *bytes, size_t size, floe_error *error) {
    return floe_wire_send(worker->request, bytes, size, error);
}

/* Drops the bytes that were taken as frames. */
static void compact(floe_worker *worker) {
    if (worker->taken) {
        memmove(worker->input.data, worker->input.data + worker->taken, worker->input.size - worker->taken);
        worker->input.size -= worker->taken;
        worker->taken = 0;
    }
}

int floe_worker_receive(floe_worker *worker, floe_error *error) {
    compact(worker);
    for (;;) {
        if (floe_buffer_reserve(&worker->input, READ_SIZE)) {
            return floe_error_memory(error);
        }
        ssize_t got = read(worker->reply, worker->input.data + worker->input.size, READ_SIZE);
        if (got > 0) {
            worker->input.size += (size_t)got;
            return 0;
        }
        if (got == 0) {
            return floe_error_set(error, FLOE_NOT_FOUND, "the worker has ended");
        }
        if (errno == EAGAIN) {
            return 0;
        }
        if (errno != EINTR) {
            return floe_error_set(error, FLOE_IO, "cannot read from a worker: %s", strerror(errno));
        }
    }
}

int floe_worker_frame(floe_worker *worker, floe_frame *frame, floe_error *error) {
    if (!worker->input.data) {
        return 0;
    }
    size_t used;
    int result = floe_frame_next(frame, &used, worker->input.data + worker->taken,
                                 worker->input.size - worker->taken, error);
    if (result == 1) {
        worker->taken += used;
    }
    return result;
}

bool floe_worker_idles(floe_worker *worker, int64_t used, uint32_t most) {
    worker->idle = used == worker->used ? worker->idle + 1 : 0;
    worker->used = used;
    return worker->idle > most;
}

static void describe_end(int status, char *how, size_t size) {
    if (WIFSIGNALED(status)) {
        snprintf(how, size, "was ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    } else {
        snprintf(how, size, "ended with code %d", WEXITSTATUS(status));
    }
}

void floe_worker_stop(floe_worker *worker, char *how, size_t size) {
    if (!worker->pid) {
        return;
    }
    int status = 0;
    /* What it died of is only known if it is already dead: the kill below would hide it. */
    if (waitpid(worker->pid, &status, WNOHANG) == 0) {
        kill(worker->pid, SIGKILL);
        while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR) {
        }
    }
    if (how) {
        describe_end(status, how, size);
    }
    close(worker->request);
    close(worker->reply);
    munmap(worker->page, sizeof *worker->page);
    floe_buffer_free(&worker->input);
    *worker = (floe_worker){0};
}

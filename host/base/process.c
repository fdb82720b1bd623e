#include "base/process.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STREAMS = 2, READ_SIZE = 1 << 16, LONGEST_LINE = 1 << 20, PATIENCE = 20 /* milliseconds */ };

/* One of the child's outputs. */
typedef struct stream {
    int fd; /* -1 once it has ended */
    floe_buffer bytes;
    size_t taken; /* bytes at the front that were handed out */
    size_t seen;  /* bytes in which no end of a line was found */
    bool cut;     /* the rest of a line that is too long is being dropped */
} stream;

struct floe_process {
    pid_t pid, parent;
    int exit_fd; /* readable once the child has ended; -1 where the system has none */
    bool ended, interrupted;
    floe_process_end end;
    stream streams[STREAMS];
    size_t longest_line;
};

extern char **environ;

/* ---- starting ---- */

static int make_pipe(int ends[2], floe_error *error) {
    if (pipe2(ends, O_CLOEXEC)) {
        floe_error_set(error, FLOE_IO, "cannot make a pipe: %s", strerror(errno));
        return FLOE_IO;
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return 0;
}

static void close_end(int *fd) {
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

/* The child: a group of its own, no signal ignored or blocked, no file but its two pipes and that of a lock.
 * 0, or an errno. */
static int prepare(posix_spawnattr_t *attributes, posix_spawn_file_actions_t *actions,
                   const floe_process_options *options, int output, int errors) {
    sigset_t defaults, none;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGXFSZ);
    sigaddset(&defaults, SIGINT);
    sigaddset(&defaults, SIGTERM);
    sigaddset(&defaults, SIGHUP);
    int wrong = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
                                                         POSIX_SPAWN_SETSIGMASK);
    wrong = wrong ? wrong : posix_spawnattr_setpgroup(attributes, 0);
    wrong = wrong ? wrong : posix_spawnattr_setsigdefault(attributes, &defaults);
    wrong = wrong ? wrong : posix_spawnattr_setsigmask(attributes, &none);
    wrong = wrong ? wrong : posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    wrong = wrong ? wrong : posix_spawn_file_actions_adddup2(actions, output, 1);
    wrong = wrong ? wrong : posix_spawn_file_actions_adddup2(actions, errors, 2);
    int first_closed = 3;
    if (!wrong && options->lock) {
        wrong = posix_spawn_file_actions_adddup2(actions, floe_lock_file(options->lock), first_closed++);
    }
    wrong = wrong ? wrong : posix_spawn_file_actions_addclosefrom_np(actions, first_closed);
    if (!wrong && options->folder) {
        wrong = posix_spawn_file_actions_addchdir_np(actions, options->folder);
    }
    return wrong;
}

static int refuse(floe_error *error, const char *program, int wrong) {
    return floe_error_set(error, wrong == ENOENT ? FLOE_NOT_FOUND : FLOE_OUTSIDE, "cannot run '%s': %s",
                          program, strerror(wrong));
}

static int spawn(floe_process *process, const floe_process_options *options, int output, int errors,
                 floe_error *error) {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    if (posix_spawnattr_init(&attributes)) {
        return floe_error_memory(error);
    }
    if (posix_spawn_file_actions_init(&actions)) {
        posix_spawnattr_destroy(&attributes);
        return floe_error_memory(error);
    }
    const char *program = options->arguments[0];
    char *const *environment =
        options->environment ? (char *const *)(uintptr_t)options->environment : environ;
    int wrong = prepare(&attributes, &actions, options, output, errors);
    if (!wrong) {
        wrong = posix_spawn(&process->pid, program, &actions, &attributes,
                            (char *const *)(uintptr_t)options->arguments, environment);
    }
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return wrong ? refuse(error, program, wrong) : 0;
}

/* What becomes of the ends of the pipes once there is a child, or none. */
static int settle(floe_process **out, floe_process *process, int output[2], int errors[2],
                  size_t longest_line, int result) {
    close_end(&output[1]);
    close_end(&errors[1]);
    if (result) {
        close_end(&output[0]);
        close_end(&errors[0]);
        free(process);
        return result;
    }
    process->exit_fd = (int)syscall(SYS_pidfd_open, process->pid, 0);
    process->streams[0].fd = output[0];
    process->streams[1].fd = errors[0];
    process->longest_line = longest_line ? longest_line : LONGEST_LINE;
    *out = process;
    return 0;
}

static int prepare_pipes(floe_process **out, int output[2], int errors[2], floe_error *error) {
    *out = calloc(1, sizeof **out);
    if (!*out) {
        return floe_error_memory(error);
    }
    (*out)->parent = getpid();
    int result = make_pipe(output, error);
    return result ? result : make_pipe(errors, error);
}

int floe_process_start(floe_process **out, const floe_process_options *options, floe_error *error) {
    int output[2] = {-1, -1}, errors[2] = {-1, -1};
    floe_process *process;
    int result = prepare_pipes(&process, output, errors, error);
    if (!result) {
        result = spawn(process, options, output[1], errors[1], error);
    }
    return settle(out, process, output, errors, options->longest_line, result);
}

/* The copy: what the parent has open, and was asked to read anew, is the parent's. It has no reader that
 * could hear what goes wrong here. */
static void become_child(int output, int errors, pid_t parent) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (getppid() != parent || nothing < 0 || dup2(nothing, 0) < 0 || dup2(output, 1) < 0 ||
        dup2(errors, 2) < 0) {
        floe_process_leave(EXIT_FAILURE);
    }
    close_range(3, ~0U, 0);
    floe_interrupt_reload();
}

int floe_process_fork(floe_process **out, bool *child, size_t longest_line, floe_error *error) {
    int output[2] = {-1, -1}, errors[2] = {-1, -1};
    floe_process *process;
    int result = prepare_pipes(&process, output, errors, error);
    *child = false;
    if (!result) {
        process->pid = fork();
        if (process->pid < 0) {
            result = floe_error_set(error, FLOE_IO, "cannot start a process: %s", strerror(errno));
        } else if (!process->pid) {
            become_child(output[1], errors[1], process->parent);
            free(process);
            *child = true;
            return 0;
        } else {
            setpgid(process->pid, process->pid); /* whoever comes first */
        }
    }
    return settle(out, process, output, errors, longest_line, result);
}

_Noreturn void floe_process_leave(int code) {
    _exit(code);
}

/* ---- reading ---- */

static bool hand_out(stream *s, int number, size_t length, size_t next, floe_process_line *line) {
    *line = (floe_process_line){
        .stream = number, .text = s->bytes.data + s->taken, .length = length, .cut = s->cut};
    if (length && line->text[length - 1] == '\r') {
        line->length--;
    }
    s->taken = next;
    s->seen = next;
    s->cut = false;
    return true;
}

/* Keeps what fits of a line that is too long. */
static void drop_rest(floe_process *process, stream *s) {
    size_t length = s->bytes.size - s->taken;
    if (length > process->longest_line) {
        s->bytes.size = s->taken + process->longest_line;
        s->cut = true;
    }
    s->seen = s->bytes.size;
}

/* A line that has been read to its end; at the end of the output, what is left. */
static bool take_line(floe_process *process, floe_process_line *line) {
    for (int i = 0; i < STREAMS; i++) {
        stream *s = &process->streams[i];
        const char *data = s->bytes.data;
        const char *end =
            s->bytes.size > s->seen ? memchr(data + s->seen, '\n', s->bytes.size - s->seen) : NULL;
        if (end) {
            size_t at = (size_t)(end - data), length = at - s->taken;
            if (length > process->longest_line) {
                length = process->longest_line;
                s->cut = true;
            }
            return hand_out(s, i + 1, length, at + 1, line);
        }
        drop_rest(process, s);
        if (s->fd < 0 && s->bytes.size > s->taken) {
            return hand_out(s, i + 1, s->bytes.size - s->taken, s->bytes.size, line);
        }
    }
    return false;
}

/* Reads what is there; false where there was nothing. A buffer that cannot grow ends the output: what was
 * read so far is handed out. */
static bool fill(stream *s) {
    if (s->taken) {
        memmove(s->bytes.data, s->bytes.data + s->taken, s->bytes.size - s->taken);
        s->bytes.size -= s->taken;
        s->seen -= s->taken;
        s->taken = 0;
    }
    ssize_t size = -1;
    if (floe_buffer_reserve(&s->bytes, READ_SIZE) == 0) {
        do {
            size = read(s->fd, s->bytes.data + s->bytes.size, READ_SIZE);
        } while (size < 0 && errno == EINTR);
        if (size < 0 && errno == EAGAIN) {
            return false;
        }
    }
    if (size <= 0) {
        close_end(&s->fd);
        return false;
    }
    s->bytes.size += (size_t)size;
    return true;
}

static void reap(floe_process *process, int options) {
    int status;
    pid_t pid;
    do {
        pid = waitpid(process->pid, &status, options);
    } while (pid < 0 && errno == EINTR);
    if (pid == 0) {
        return;
    }
    process->ended = true;
    if (pid > 0 && WIFEXITED(status)) {
        process->end = (floe_process_end){.code = WEXITSTATUS(status)};
    } else {
        process->end = (floe_process_end){.code = -1, .signal = pid > 0 ? WTERMSIG(status) : 0};
    }
}

static bool is_open(const floe_process *process) {
    return process->streams[0].fd >= 0 || process->streams[1].fd >= 0;
}

/* Once the child has ended, what its pipes still hold is all there is: others may keep them open for ever. */
static void drain(floe_process *process) {
    for (int i = 0; i < STREAMS; i++) {
        stream *s = &process->streams[i];
        if (s->fd >= 0 && !fill(s)) {
            close_end(&s->fd);
        }
    }
}

/* Waits for output or for the end; 0 where nothing came in time, below 0 where a signal did. */
static int wait_for(floe_process *process, int milliseconds) {
    struct pollfd polled[STREAMS + 1] = {
        {.fd = process->streams[0].fd, .events = POLLIN},
        {.fd = process->streams[1].fd, .events = POLLIN},
        {.fd = process->ended ? -1 : process->exit_fd, .events = POLLIN},
    };
    bool watched = is_open(process) || process->exit_fd >= 0;
    int patience = watched && (milliseconds < 0 || process->exit_fd >= 0) ? milliseconds : PATIENCE;
    int ready = process->interrupted ? poll(polled, STREAMS + 1, patience)
                                     : floe_interrupt_poll(polled, STREAMS + 1, patience);
    for (int i = 0; ready > 0 && i < STREAMS; i++) {
        if (polled[i].revents) {
            fill(&process->streams[i]);
        }
    }
    if (!process->ended &&
        (process->exit_fd < 0 ? !is_open(process) : ready > 0 && polled[STREAMS].revents)) {
        reap(process, WNOHANG);
    }
    return ready;
}

static int left_of(uint64_t deadline) {
    uint64_t now = (uint64_t)floe_clock_monotonic();
    return now >= deadline ? 0 : (int)((deadline - now) / 1000000) + 1;
}

floe_process_event floe_process_next(floe_process *process, floe_process_line *line, int milliseconds) {
    uint64_t deadline =
        (uint64_t)floe_clock_monotonic() + (uint64_t)(milliseconds < 0 ? 0 : milliseconds) * 1000000;
    for (bool looked = false;; looked = true) { /* also who does not wait looks once */
        if (take_line(process, line)) {
            return FLOE_PROCESS_LINE;
        }
        if (process->ended && is_open(process)) {
            drain(process);
            continue;
        }
        if (process->ended) {
            return FLOE_PROCESS_ENDED;
        }
        if (floe_interrupted() && !process->interrupted) {
            return FLOE_PROCESS_INTERRUPTED;
        }
        int left = milliseconds < 0 ? -1 : left_of(deadline);
        if (!left && looked) {
            return FLOE_PROCESS_QUIET;
        }
        wait_for(process, left);
    }
}

/* ---- ending ---- */

void floe_process_interrupt(floe_process *process) {
    process->interrupted = true;
    if (!process->ended) {
        kill(-process->pid, SIGINT);
    }
}

/* Waits, without its output being read, until the child has ended or the time is over. */
static void await(floe_process *process, int milliseconds) {
    uint64_t deadline = (uint64_t)floe_clock_monotonic() + (uint64_t)milliseconds * 1000000;
    for (int left = milliseconds; !process->ended && left > 0; left = left_of(deadline)) {
        struct pollfd polled = {.fd = process->exit_fd, .events = POLLIN};
        poll(&polled, 1, left < PATIENCE ? left : PATIENCE);
        for (int i = 0; i < STREAMS;
             i++) { /* a child that writes its last words must not wait for a reader */
            stream *s = &process->streams[i];
            if (s->fd >= 0) {
                fill(s);
                drop_rest(process, s);
            }
        }
        reap(process, WNOHANG);
    }
}

void floe_process_stop(floe_process *process, int milliseconds, floe_process_end *end) {
    if (!process->ended) {
        kill(-process->pid, SIGINT);
        await(process, milliseconds);
        kill(-process->pid,
             SIGKILL); /* also what it left behind: shells let their children ignore an interrupt */
    }
    if (!process->ended) {
        reap(process, 0);
    }
    *end = process->end;
}

void floe_process_free(floe_process *process) {
    if (!process) {
        return;
    }
    if (process->parent == getpid()) {
        if (!process->ended) {
            kill(-process->pid, SIGKILL);
            reap(process, 0);
        }
        close_end(&process->streams[0].fd);
        close_end(&process->streams[1].fd);
        close_end(&process->exit_fd);
    }
    floe_buffer_free(&process->streams[0].bytes);
    floe_buffer_free(&process->streams[1].bytes);
    free(process);
}

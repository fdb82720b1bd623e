#include "confine.h"

#include "base/sanitizer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- descriptors ---- */

static void close_from(int first) {
    if (syscall(SYS_close_range, (unsigned)first, ~0u, 0u) == 0) {
        return;
    }
    long most = sysconf(_SC_OPEN_MAX);
    for (long fd = first; fd < most; fd++) {
        close((int)fd);
    }
}

int floe_confine_descriptors(int read_end, int write_end, floe_error *error) {
    /* Out of the way first, as either may stand where the other belongs. */
    int from = fcntl(read_end, F_DUPFD, FLOE_CONFINE_WRITE + 1);
    int to = fcntl(write_end, F_DUPFD, FLOE_CONFINE_WRITE + 1);
    int nothing = open("/dev/null", O_RDWR);
    bool moved = from >= 0 && to >= 0 && nothing >= 0 && dup2(nothing, 0) == 0 && dup2(nothing, 1) == 1 &&
                 dup2(nothing, 2) == 2 && dup2(from, FLOE_CONFINE_READ) == FLOE_CONFINE_READ &&
                 dup2(to, FLOE_CONFINE_WRITE) == FLOE_CONFINE_WRITE;
    if (!moved) {
        return floe_error_system(error, "move the descriptors of", "a worker");
    }
    close_from(FLOE_CONFINE_WRITE + 1);
    return 0;
}

/* ---- the environment ---- */

extern char **environ;

void floe_confine_environment(void) {
    for (char **entry = environ; entry && *entry; entry++) {
        explicit_bzero(*entry, strlen(*entry));
    }
    clearenv();
}

/* ---- resources ---- */

static int lower_limit(int resource, rlim_t value) {
    struct rlimit limit;
    if (getrlimit(resource, &limit)) {
        return -1;
    }
    if (value > limit.rlim_max) {
        value = limit.rlim_max;
    }
    limit.rlim_cur = limit.rlim_max = value;
    return setrlimit(resource, &limit);
}

/* The size of the address space and of the data in it, in bytes. */
static int memory_in_use(rlim_t *space, rlim_t *data) {
    char text[256] = "";
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0) {
        close(fd);
    }
    unsigned long numbers[6];
    if (size <= 0 || sscanf(text, "%lu %lu %lu %lu %lu %lu", &numbers[0], &numbers[1], &numbers[2],
                            &numbers[3], &numbers[4], &numbers[5]) != 6) {
        return -1;
    }
    rlim_t page = (rlim_t)sysconf(_SC_PAGESIZE);
    *space = numbers[0] * page;
    *data = numbers[5] * page;
    return 0;
}

static int limit_memory(size_t memory) {
    rlim_t space, data;
    if (FLOE_SANITIZED) {
        return 0; /* the sanitizer's shadow memory has no sensible bound */
    }
    if (memory_in_use(&space, &data)) {
        return -1;
    }
    return lower_limit(RLIMIT_AS, space + memory) || lower_limit(RLIMIT_DATA, data + memory) ? -1 : 0;
}

/* The C library gives nothing back from the heaps of threads: it would ask for what is not allowed. */
static void keep_heaps(void) {
#ifdef M_TRIM_THRESHOLD
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
#endif
}

/* Whoever started floe may have asked that all memory that can be read can be executed too. */
static int separate_code(void) {
    int current = personality(0xffffffff); /* where even this question is refused, nobody could ask for it */
    bool asked = current != -1 && (current & READ_IMPLIES_EXEC);
    return asked && personality((unsigned long)(current & ~READ_IMPLIES_EXEC)) < 0 ? -1 : 0;
}

int floe_confine_resources(size_t memory, int parent, floe_error *error) {
    bool done = separate_code() == 0 && limit_memory(memory) == 0 && lower_limit(RLIMIT_CORE, 0) == 0 &&
                lower_limit(RLIMIT_FSIZE, 0) == 0 && lower_limit(RLIMIT_NOFILE, 0) == 0 &&
                lower_limit(RLIMIT_CPU, FLOE_CONFINE_CPU_SECONDS) == 0 &&
                prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
    if (!done) {
        return floe_error_system(error, "bound", "a worker");
    }
    keep_heaps();
    if (getppid() != parent) {
        return floe_error_set(error, FLOE_IO, "the worker's parent has ended");
    }
    return 0;
}

/* ---- system calls ---- */

/* What a worker needs with any arguments: memory that it already may have, its end, its timer's return. */
static const int plain_calls[] = {
    SCMP_SYS(exit_group), SCMP_SYS(exit),         SCMP_SYS(brk),           SCMP_SYS(munmap),
    SCMP_SYS(mremap),     SCMP_SYS(rt_sigreturn), SCMP_SYS(clock_gettime), SCMP_SYS(restart_syscall),
};

#if FLOE_SANITIZED
/* The sanitizer's own runtime: its allocator gives memory back, and a report looks at the process and prints.
 * The wall is lower in such builds by these calls; none of them opens, connects or starts anything. */
static const int sanitizer_calls[] = {
    SCMP_SYS(madvise), SCMP_SYS(sigaltstack), SCMP_SYS(futex),          SCMP_SYS(sched_yield),
    SCMP_SYS(gettid),  SCMP_SYS(getpid),      SCMP_SYS(rt_sigprocmask), SCMP_SYS(write),
};
#else
static const int sanitizer_calls[] = {SCMP_SYS(exit_group)};
#endif

static int allow(scmp_filter_ctx filter, const int *calls, size_t count) {
    int result = 0;
    for (size_t i = 0; i < count && !result; i++) {
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    }
    return result;
}

/* The calls whose arguments matter: the two pipes, and memory that is neither a file nor becomes executable.
 */
static int allow_bounded(scmp_filter_ctx filter) {
    const struct scmp_arg_cmp from = SCMP_A0_32(SCMP_CMP_EQ, FLOE_CONFINE_READ, 0);
    const struct scmp_arg_cmp to = SCMP_A0_32(SCMP_CMP_EQ, FLOE_CONFINE_WRITE, 0);
    const struct scmp_arg_cmp not_executable = SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    const struct scmp_arg_cmp no_file = SCMP_A3_64(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS);
    int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(read), 1, from);
    result = result ? result : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, to);
    return result ? result
                  : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, not_executable, no_file);
}

/* The C library grows the heap of a thread that read sources by mprotect, whoever allocates there. It fails,
 * and the library does without: what the parent shares and has made read-only stays so. */
static int refuse_growth(scmp_filter_ctx filter) {
    const struct scmp_arg_cmp not_executable = SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    return seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOMEM), SCMP_SYS(mprotect), 1, not_executable);
}

/* The filter as the kernel takes it. It is the same for every worker, as their descriptors are, so it is made
 * once, in the parent: that takes longer than all else that confines a worker. */
static struct sock_filter instructions[256];
static unsigned short instruction_count;

/* Moves the program of a filter into `instructions`, through a pipe: libseccomp writes it to a descriptor. */
static int export_program(scmp_filter_ctx filter) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK)) {
        return -errno;
    }
    int result = seccomp_export_bpf(filter, ends[1]);
    ssize_t size = result ? 0 : read(ends[0], instructions, sizeof instructions);
    close(ends[0]);
    close(ends[1]);
    if (!result && (size <= 0 || (size_t)size == sizeof instructions)) {
        result = -E2BIG;
    }
    instruction_count = result ? 0 : (unsigned short)((size_t)size / sizeof *instructions);
    return result;
}

int floe_confine_prepare(floe_error *error) {
    if (instruction_count) {
        return 0;
    }
    int result = floe_confine_available(error);
    if (result) {
        return result;
    }
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    result = filter ? 0 : -ENOMEM;
    /* system calls of other architectures, such as those of 32 bits, end the process too */
    result = result ? result : seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    result = result ? result : allow(filter, plain_calls, sizeof plain_calls / sizeof *plain_calls);
    result =
        result ? result : allow(filter, sanitizer_calls, sizeof sanitizer_calls / sizeof *sanitizer_calls);
    result = result ? result : allow_bounded(filter);
    result = result ? result : refuse_growth(filter);
    result = result ? result : export_program(filter);
    if (filter) {
        seccomp_release(filter);
    }
    return result ? floe_error_set(error, FLOE_INTERNAL, "cannot make a filter of system calls: %s",
                                   strerror(-result))
                  : 0;
}

int floe_confine_calls(floe_error *error) {
    int result = floe_confine_prepare(error);
    if (result) {
        return result;
    }
    const struct sock_fprog program = {.len = instruction_count, .filter = instructions};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
        return floe_error_set(error, FLOE_OUTSIDE, "system calls cannot be filtered here: %s",
                              strerror(errno));
    }
    return 0;
}

int floe_confine_available(floe_error *error) {
    unsigned action = SECCOMP_RET_KILL_PROCESS;
    if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action)) {
        return floe_error_set(error, FLOE_OUTSIDE, "system calls cannot be filtered here: %s",
                              strerror(errno));
    }
    return 0;
}

/* The first wall alone: a confined process with an unrestricted Lua state, and with plain C, reaches nothing.
 */
#include "base/sanitizer.h"
#include "script/confine.h"
#include "script/worker.h"
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <lualib.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { SURVIVED = 7, FAULT = FLOE_SANITIZED ? 1 : -1 }; /* the sanitizer ends a fault so */

/* Runs `attempt` in a confined child and returns the child's status. */
static int confined(void (*attempt)(void *), void *data) {
    pid_t parent = getpid(), child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int ends[2];
        floe_error error;
        if (pipe(ends) || floe_confine_descriptors(ends[0], ends[1], &error) ||
            (floe_confine_environment(), floe_confine_resources((size_t)64 << 20, parent, &error)) ||
            floe_confine_calls(&error)) {
            _exit(1);
        }
        attempt(data);
        _exit(SURVIVED);
    }
    int status;
    assert_int_equal(child, waitpid(child, &status, 0));
    return status;
}

static void assert_killed(void (*attempt)(void *), void *data, const char *what) {
    int status = confined(attempt, data);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS) {
        fail_msg("%s was let through (status %x)", what, (unsigned)status);
    }
}

static void run_lua(void *data) {
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    if (luaL_dostring(L, data) != LUA_OK) {
        _exit(2);
    }
}

static void an_unrestricted_script_opens_starts_and_removes_nothing(void **state) {
    (void)state;
    static const char *const scripts[] = {
        "io.open('/etc/passwd')",
        "io.open('/tmp/floe-escape', 'w')",
        "os.execute('true')",
        "io.popen('true')",
        "os.remove('/tmp/nothing')",
        "os.rename('/tmp/a', '/tmp/b')",
        "os.tmpname()",
        "dofile('/etc/passwd')",
        "package.loadlib('/tmp/nothing.so', 'open')",
#if !FLOE_SANITIZED /* its runtime may print */
        "io.stdout:write('x') io.stdout:flush()",
#endif
    };
    for (size_t i = 0; i < COUNT(scripts); i++) {
        assert_killed(run_lua, (void *)(uintptr_t)scripts[i], scripts[i]);
    }
}

static void an_unrestricted_script_may_compute(void **state) {
    (void)state;
    int status = confined(
        run_lua, "local t = {} for i = 1, 1e5 do t[i] = ('x'):rep(i % 50) .. i end assert(#t == 1e5)");
    assert_true(WIFEXITED(status));
    assert_int_equal(SURVIVED, WEXITSTATUS(status));
}

typedef struct call {
    const char *name;
    long number;
    long arguments[6];
} call;

static void make_call(void *data) {
    const call *one = data;
    const long *a = one->arguments;
    syscall(one->number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static void machine_code_makes_no_other_system_call(void **state) {
    (void)state;
    static const char path[] = "/tmp/floe-escape";
    static char *const arguments[] = {(char *)(uintptr_t) "/bin/true", NULL};
    static const char byte[] = "x";
    const call calls[] = {
        {"open", SYS_open, {(long)path, O_RDONLY}},
        {"openat", SYS_openat, {AT_FDCWD, (long)path, O_WRONLY | O_CREAT, 0600}},
        {"openat2", SYS_openat2, {AT_FDCWD, (long)path}},
        {"socket", SYS_socket, {AF_INET, SOCK_STREAM}},
        {"socketpair", SYS_socketpair, {AF_UNIX, SOCK_STREAM}},
        {"connect", SYS_connect, {FLOE_CONFINE_WRITE}},
        {"fork", SYS_fork, {0}},
        {"vfork", SYS_vfork, {0}},
        {"clone", SYS_clone, {SIGCHLD}},
        {"clone3", SYS_clone3, {0}},
        {"execve", SYS_execve, {(long)"/bin/true", (long)arguments}},
        {"execveat", SYS_execveat, {AT_FDCWD, (long)"/bin/true", (long)arguments}},
        {"kill", SYS_kill, {1, 0}},
        {"tgkill", SYS_tgkill, {1, 1, SIGTERM}},
        {"ptrace", SYS_ptrace, {PTRACE_TRACEME}},
        {"process_vm_readv", SYS_process_vm_readv, {1}},
        {"pidfd_getfd", SYS_pidfd_getfd, {1}},
        {"unlink", SYS_unlink, {(long)path}},
        {"mkdir", SYS_mkdir, {(long)path, 0700}},
        {"chmod", SYS_chmod, {(long)path, 0777}},
        {"mount", SYS_mount, {0}},
        {"setuid", SYS_setuid, {0}},
        {"prctl", SYS_prctl, {PR_SET_DUMPABLE, 1}},
        {"setrlimit", SYS_setrlimit, {0}},
        {"prlimit64", SYS_prlimit64, {0}},
        {"ioctl", SYS_ioctl, {0}},
        {"fcntl", SYS_fcntl, {FLOE_CONFINE_READ, F_DUPFD, 10}},
        {"dup", SYS_dup, {FLOE_CONFINE_READ}},
        {"memfd_create", SYS_memfd_create, {(long)path}},
        {"io_uring_setup", SYS_io_uring_setup, {8}},
        {"bpf", SYS_bpf, {0}},
        {"perf_event_open", SYS_perf_event_open, {0}},
        {"userfaultfd", SYS_userfaultfd, {0}},
        {"seccomp", SYS_seccomp, {0}},
        {"shmget", SYS_shmget, {0, 4096, 0666}},
        {"executable mmap", SYS_mmap, {0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0}},
        {"mmap of a file", SYS_mmap, {0, 4096, PROT_READ, MAP_PRIVATE, FLOE_CONFINE_READ, 0}},
        {"executable mmap that is shared",
         SYS_mmap,
         {0, 4096, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, -1, 0}},
        {"executable mmap with other bits",
         SYS_mmap,
         {0, 4096, (long)0xffffffff00000000 | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0}},
        {"mprotect", SYS_mprotect, {0, 4096, PROT_EXEC}},
        {"mprotect with other bits", SYS_mprotect, {0, 4096, PROT_GROWSDOWN | PROT_EXEC}},
        {"pkey_mprotect", SYS_pkey_mprotect, {0, 4096, PROT_READ | PROT_EXEC, -1}},
        {"pkey_mprotect without execution", SYS_pkey_mprotect, {0, 4096, PROT_READ, -1}},
        {"remap_file_pages", SYS_remap_file_pages, {0, 4096, 0, 0, 0}},
        {"shmat", SYS_shmat, {0, 0, SHM_EXEC}},
        {"process_madvise", SYS_process_madvise, {0}},
        {"personality", SYS_personality, {READ_IMPLIES_EXEC}},
        {"rt_sigaction", SYS_rt_sigaction, {SIGSYS}},
        {"rt_sigqueueinfo", SYS_rt_sigqueueinfo, {1, SIGTERM}},
        {"setitimer", SYS_setitimer, {0}},
        {"arch_prctl", SYS_arch_prctl, {0}},
        {"modify_ldt", SYS_modify_ldt, {0}},
        {"mprotect of what is written", SYS_mprotect, {0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC}},
#if !FLOE_SANITIZED
        {"madvise", SYS_madvise, {0, 4096, MADV_REMOVE}},
        {"madvise that gives memory back", SYS_madvise, {0, 4096, MADV_DONTNEED}},
#endif
        {"read from another descriptor", SYS_read, {0, (long)byte, 1}},
#if !FLOE_SANITIZED
        {"write to another descriptor", SYS_write, {1, (long)byte, 1}},
#endif
        {"a system call of x32", 0x40000000 | SYS_getpid, {0}},
        {"an allowed one of x32", 0x40000000 | SYS_exit_group, {SURVIVED}},
    };
    for (size_t i = 0; i < COUNT(calls); i++) {
        assert_killed(make_call, (void *)(uintptr_t)&calls[i], calls[i].name);
    }
}

/* Blocks that a thread made, and which stay when it is gone, in a heap of its own. */
enum { BLOCKS = 64, BLOCK = 100000 };
static char *blocks[BLOCKS];

static void *make_blocks(void *data) {
    for (size_t i = 0; i < BLOCKS; i++) {
        blocks[i] = malloc(BLOCK);
        memset(blocks[i], 'a' + (int)(i % 26), BLOCK);
    }
    return data;
}

/* Growing them, the C library asks for mprotect; freeing them, for madvise and for a setting of the kernel.
 */
static void grow_and_shrink(void *data) {
    (void)data;
    for (size_t i = 0; i < BLOCKS; i++) {
        char *grown = realloc(blocks[i], (size_t)BLOCK + 20000 + i % 7 * 1000);
        if (!grown || grown[0] != 'a' + (int)(i % 26) || grown[BLOCK - 1] != grown[0]) {
            _exit(1);
        }
        blocks[i] = grown;
    }
    for (size_t i = BLOCKS; i-- > 0;) {
        free(blocks[i]);
    }
    char *fresh = malloc(BLOCK);
    _exit(fresh ? 0 : 2);
}

static void heaps_of_threads_grow_and_shrink(void **state) {
    (void)state;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, make_blocks, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    int status = confined(grow_and_shrink, NULL);
    assert_true(WIFEXITED(status));
    assert_int_equal(0, WEXITSTATUS(status));
    for (size_t i = 0; i < BLOCKS; i++) {
        free(blocks[i]);
    }
}

/* The board on which the parent notes what needs no more judging is shared by all workers. */
static void write_to_shared(void *data) {
    volatile char *shared = data;
    if (mprotect(data, 4096, PROT_READ | PROT_WRITE) == 0) {
        _exit(1);
    }
    *shared = 'x';
}

static void what_is_shared_read_only_stays_so(void **state) {
    (void)state;
    char *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(shared, MAP_FAILED);
    assert_int_equal(mprotect(shared, 4096, PROT_READ), 0);
    int status = confined(write_to_shared, shared);
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) != FAULT);
    assert_int_equal(shared[0], 0);
    munmap(shared, 4096);
}

#if defined(__x86_64__)
static void call_of_32_bits(void *data) {
    long result = 20; /* getpid of i386 */
    (void)data;
    __asm__ volatile("int $0x80" : "+a"(result) : : "memory");
}

static void another_architecture_has_no_way_in(void **state) {
    (void)state;
    assert_killed(call_of_32_bits, NULL, "a system call of i386");
}

/* Writes an instruction into memory that is not executable, and goes there. */
static void run_what_was_written(void *data) {
    (void)data;
    unsigned char *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void (*enter)(void);
    if (code == MAP_FAILED) {
        _exit(1);
    }
    code[0] = 0xc3; /* ret */
    memcpy(&enter, &code, sizeof enter);
    enter();
}

static void what_is_written_cannot_be_run_however_floe_was_started(void **state) {
    (void)state;
    int before = personality(0xffffffff);
    assert_true(personality((unsigned long)(before | READ_IMPLIES_EXEC)) >= 0);
    int status = confined(run_what_was_written, NULL);
    personality((unsigned long)before);
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) != FAULT);
}
#endif

static void allocate_much(void *data) {
    (void)data;
    size_t held = 0;
    for (; held < (size_t)1 << 30; held += 1 << 20) {
        char *block = malloc(1 << 20);
        if (!block) {
            _exit(held < (size_t)80 << 20 ? 0 : 3);
        }
        memset(block, 1, 1 << 20);
    }
}

static void memory_ends_where_it_was_bounded(void **state) {
    (void)state;
#if FLOE_SANITIZED
    skip();
#endif
    int status = confined(allocate_much, NULL);
    assert_true(WIFEXITED(status));
    assert_int_equal(0, WEXITSTATUS(status));
}

/* Descriptors 0 to 2 are /dev/null, 3 and 4 the pipes, and nothing is behind. */
static void only_two_pipes_are_left(void **state) {
    (void)state;
    int file = open("/etc/passwd", O_RDONLY), secret = fcntl(file, F_DUPFD, 10);
    assert_true(secret >= 10);
    pid_t child = fork();
    if (child == 0) {
        int ends[2];
        floe_error error;
        char byte;
        bool good = pipe(ends) == 0 && floe_confine_descriptors(ends[0], ends[1], &error) == 0;
        good = good && read(0, &byte, 1) == 0 && write(1, "x", 1) == 1;
        good = good && write(FLOE_CONFINE_WRITE, "y", 1) == 1 && read(FLOE_CONFINE_READ, &byte, 1) == 1 &&
               byte == 'y';
        for (int fd = FLOE_CONFINE_WRITE + 1; fd < 1024 && good; fd++) {
            good = fcntl(fd, F_GETFD) < 0 && errno == EBADF;
        }
        _exit(good ? 0 : 1);
    }
    int status;
    assert_int_equal(child, waitpid(child, &status, 0));
    close(file);
    close(secret);
    assert_int_equal(0, status);
}

/* Looks for a secret in the worker's memory, where the environment lay. */
static void look_for_secret(void *data) {
    const char *value = data;
    _exit(memcmp(value, "s3cr3t", 6) == 0 || getenv("FLOE_TEST_SECRET") ? 1 : 0);
}

static void the_environment_is_gone(void **state) {
    (void)state;
    static char variable[] = "FLOE_TEST_SECRET=s3cr3t";
    assert_int_equal(0, putenv(variable));
    int status = confined(look_for_secret, strchr(variable, '=') + 1);
    assert_int_equal(0, status);
    assert_string_equal("s3cr3t", getenv("FLOE_TEST_SECRET")); /* the parent keeps it */
}

static void a_worker_dies_with_its_parent(void **state) {
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        floe_error error;
        /* Its parent is not the one that it was told of: as if that had just died. */
        _exit(floe_confine_resources((size_t)64 << 20, getpid(), &error) == FLOE_OK ? 1 : 0);
    }
    int status;
    assert_int_equal(child, waitpid(child, &status, 0));
    assert_int_equal(0, status);
}

int main(void) {
    floe_error error;
    if (floe_confine_available(&error)) {
        printf("skipped: %s\n", error.message);
        return 0;
    }
    if (floe_confine_prepare(&error)) {
        printf("%s\n", error.message);
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unrestricted_script_opens_starts_and_removes_nothing),
        cmocka_unit_test(an_unrestricted_script_may_compute),
        cmocka_unit_test(machine_code_makes_no_other_system_call),
        cmocka_unit_test(heaps_of_threads_grow_and_shrink),
        cmocka_unit_test(what_is_shared_read_only_stays_so),
#if defined(__x86_64__)
        cmocka_unit_test(another_architecture_has_no_way_in),
        cmocka_unit_test(what_is_written_cannot_be_run_however_floe_was_started),
#endif
        cmocka_unit_test(memory_ends_where_it_was_bounded),
        cmocka_unit_test(only_two_pipes_are_left),
        cmocka_unit_test(the_environment_is_gone),
        cmocka_unit_test(a_worker_dies_with_its_parent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

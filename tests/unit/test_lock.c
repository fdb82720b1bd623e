/* Locks among processes: one holder at a time, told who it is, and never left taken by one that is gone. */
#include "base/lock.h"
#include "base/process.h"

#include "temporary.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

typedef struct place {
    char root[64], path[128];
} place;

static int make_place(void **state) {
    place *made = calloc(1, sizeof *made);
    assert_non_null(made);
    temporary_make(made->root, sizeof made->root);
    snprintf(made->path, sizeof made->path, "%s/below/run.lock", made->root);
    *state = made;
    return 0;
}

static int remove_place(void **state) {
    place *made = *state;
    int result = temporary_remove(made->root);
    free(made);
    return result;
}

static floe_lock *take(const char *path) {
    floe_lock *lock = NULL;
    assert_int_equal(floe_lock_take(&lock, path, "the first", 0, NULL), 0);
    return lock;
}

static void assert_taken(const char *path, int64_t milliseconds) {
    floe_lock *lock = NULL;
    floe_error error;
    assert_int_equal(floe_lock_take(&lock, path, "the second", milliseconds, &error), FLOE_CONFLICT);
    assert_string_equal(error.message, "the first");
    assert_null(lock);
}

static void a_second_one_is_refused_and_told_who_holds_it(void **state) {
    const place *at = *state;
    floe_lock *lock = take(at->path);
    assert_taken(at->path, 0);
    assert_taken(at->path, 30);
    floe_lock_release(lock);
    floe_lock_release(take(at->path));
}

static void a_lock_is_given_back_when_its_holder_is_killed(void **state) {
    const place *at = *state;
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t holder = fork();
    if (holder == 0) {
        take(at->path);
        byte = 1;
        _exit(write(ready[1], &byte, 1) == 1 && pause() ? 0 : 1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_taken(at->path, 0);
    kill(holder, SIGKILL);
    floe_lock *lock = NULL;
    assert_int_equal(floe_lock_take(&lock, at->path, "the second", -1, NULL), 0);
    floe_lock_release(lock);
    waitpid(holder, NULL, 0);
    close(ready[0]);
    close(ready[1]);
}

static void one_that_waits_gets_it_when_it_is_free(void **state) {
    const place *at = *state;
    const char *arguments[] = {"/bin/sh", "-c", "until [ -e go ]; do sleep 0.01; done", NULL};
    floe_lock *lock = take(at->path), *second = NULL;
    floe_process_options options = {.arguments = arguments, .folder = at->root, .lock = lock};
    floe_process *process;
    assert_int_equal(floe_process_start(&process, &options, NULL), 0);
    floe_lock_release(lock);
    assert_taken(at->path, 0);
    temporary_write(at->root, "go", "", 0);
    assert_int_equal(floe_lock_take(&second, at->path, "the second", 10000, NULL), 0);
    floe_lock_release(second);
    floe_process_free(process);
}

static void a_child_holds_the_lock_of_its_parent_until_it_has_ended(void **state) {
    const place *at = *state;
    const char *arguments[] = {"/bin/sh", "-c", "echo ready; sleep 60", NULL};
    floe_lock *lock = take(at->path);
    floe_process_options options = {.arguments = arguments, .lock = lock};
    floe_process *process;
    floe_process_line line;
    assert_int_equal(floe_process_start(&process, &options, NULL), 0);
    assert_int_equal(floe_process_next(process, &line, 10000), FLOE_PROCESS_LINE);
    floe_lock_release(lock);
    assert_taken(at->path, 0);
    floe_process_free(process);
    floe_lock *second = NULL; /* what the shell had started may end a moment after the shell */
    assert_int_equal(floe_lock_take(&second, at->path, "the second", 10000, NULL), 0);
    floe_lock_release(second);
}

static void a_copy_of_the_holder_gives_nothing_back(void **state) {
    const place *at = *state;
    floe_lock *lock = take(at->path);
    floe_process *process;
    bool child;
    assert_int_equal(floe_process_fork(&process, &child, 0, NULL), 0);
    if (child) {
        int number = floe_lock_file(lock), other = open("/dev/null", O_RDONLY);
        bool reused = other == number || dup2(other, number) == number;
        floe_lock_release(lock);
        floe_process_leave(reused && fcntl(number, F_GETFD) >= 0 ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    floe_process_line line;
    floe_process_end end;
    assert_int_equal(floe_process_next(process, &line, 10000), FLOE_PROCESS_ENDED);
    floe_process_stop(process, 0, &end);
    assert_int_equal(end.code, 0);
    floe_process_free(process);
    assert_taken(at->path, 0);
    floe_lock_release(lock);
}

static void a_link_is_not_followed(void **state) {
    const place *at = *state;
    char other[128];
    snprintf(other, sizeof other, "%s/other", at->root);
    floe_lock_release(take(at->path));
    assert_int_equal(unlink(at->path), 0);
    assert_int_equal(symlink(other, at->path), 0);
    floe_lock *lock = NULL;
    floe_error error;
    assert_int_equal(floe_lock_take(&lock, at->path, "the first", 0, &error), FLOE_INVALID);
    assert_non_null(strstr(error.message, "it is a symbolic link"));
    assert_int_equal(access(other, F_OK), -1);
}

/* How many files of this process lead to `path`. */
static int count_open(const char *path) {
    int count = 0;
    for (int number = 3; number < 64; number++) {
        char name[64], target[160];
        snprintf(name, sizeof name, "/proc/self/fd/%d", number);
        ssize_t size = readlink(name, target, sizeof target - 1);
        target[size > 0 ? size : 0] = '\0';
        count += strcmp(target, path) == 0;
    }
    return count;
}

/* Waits for the lock, and says whether the path leads to what it got then. */
static void *wait_beside(void *path) {
    floe_lock *lock = NULL;
    struct stat held, there;
    bool same = floe_lock_take(&lock, path, "the second", 10000, NULL) == 0 &&
                fstat(floe_lock_file(lock), &held) == 0 && stat(path, &there) == 0 &&
                held.st_ino == there.st_ino;
    floe_lock_release(lock);
    return same ? path : NULL;
}

static void a_file_that_was_taken_away_is_no_lock(void **state) {
    place *at = *state;
    pthread_t beside;
    void *same;
    floe_lock *lock = take(at->path);
    assert_int_equal(pthread_create(&beside, NULL, wait_beside, at->path), 0);
    while (count_open(at->path) < 2) {
        sched_yield();
    }
    assert_int_equal(unlink(at->path), 0);
    floe_lock *third = take(at->path);
    floe_lock_release(lock);
    assert_taken(at->path, 50);
    floe_lock_release(third);
    assert_int_equal(pthread_join(beside, &same), 0);
    assert_non_null(same);
}

static void a_full_disk_keeps_nobody_from_a_lock(void **state) {
    const place *at = *state;
    int status;
    floe_lock_release(take(at->path));
    pid_t process = fork();
    if (process == 0) {
        const struct rlimit none = {0, 0};
        floe_lock *lock = NULL;
        signal(SIGXFSZ, SIG_IGN);
        _exit(setrlimit(RLIMIT_FSIZE, &none) || floe_lock_take(&lock, at->path, "the second", 0, NULL));
    }
    assert_int_equal(waitpid(process, &status, 0), process);
    assert_int_equal(status, 0);
    struct stat note;
    assert_int_equal(stat(at->path, &note), 0);
    assert_int_equal(note.st_size, 0); /* nobody is told of the one before */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_second_one_is_refused_and_told_who_holds_it, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_lock_is_given_back_when_its_holder_is_killed, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(one_that_waits_gets_it_when_it_is_free, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_child_holds_the_lock_of_its_parent_until_it_has_ended, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_copy_of_the_holder_gives_nothing_back, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_link_is_not_followed, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_file_that_was_taken_away_is_no_lock, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_full_disk_keeps_nobody_from_a_lock, make_place, remove_place),
    };
    return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}

/* Lines are added by several processes and taken by others: none is lost, none doubled, none torn. */
#include "base/append.h"

#include "support.h"
#include "temporary.h"

#include "base/file.h"

#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { WRITERS = 4, LINES = 300, LEAST = 40 };

static char root[64], path[128];

static int begin(void **state) {
    (void)state;
    temporary_make(root, sizeof root);
    snprintf(path, sizeof path, "%s/events", root);
    return 0;
}

static int end(void **state) {
    (void)state;
    return temporary_remove(root);
}

static void assert_holds(const char *expected) {
    char *text;
    size_t size;
    assert_int_equal(floe_file_read(&text, &size, path, 0, NULL), 0);
    assert_string_equal(text, expected);
    free(text);
}

static void lines_are_added_and_belong_to_their_owner(void **state) {
    (void)state;
    uint64_t after = 0;
    struct stat status;
    assert_int_equal(floe_append(&after, path, "one\n", 4, NULL), 0);
    assert_int_equal(after, 4);
    assert_int_equal(floe_append(&after, path, "two\nthree\n", 10, NULL), 0);
    assert_int_equal(after, 14);
    assert_holds("one\ntwo\nthree\n");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void a_line_that_was_cut_off_stays_alone(void **state) {
    (void)state;
    uint64_t after = 0;
    temporary_write(root, "events", "one\ntw", 6);
    assert_int_equal(floe_append(&after, path, "three\n", 6, NULL), 0);
    assert_int_equal(after, 13);
    assert_holds("one\ntw\nthree\n");
}

static void what_is_no_file_is_refused(void **state) {
    (void)state;
    uint64_t after = 7;
    floe_error error = {0};
    assert_int_equal(floe_append(&after, root, "x\n", 2, &error), FLOE_IO);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(floe_append(&after, path, "x\n", 2, &error), FLOE_INVALID);
    assert_int_equal(floe_append(&after, "/dev/full", "x\n", 2, &error), FLOE_INVALID);
    bool taken;
    assert_int_equal(floe_append_take(&taken, "/nowhere/at/all", path, 0, &error), FLOE_NOT_FOUND);
    assert_int_equal(after, 7);
}

static void a_symbolic_link_is_not_followed(void **state) {
    (void)state;
    uint64_t after = 7;
    floe_error error = {0};
    char target[4096];
    snprintf(target, sizeof target, "%.4000s/elsewhere", root);
    assert_int_equal(symlink(target, path), 0);
    assert_int_equal(floe_append(&after, path, "x\n", 2, &error), FLOE_INVALID);
    assert_int_equal(access(target, F_OK), -1);
    assert_int_equal(after, 7);
}

static void a_full_disk_takes_no_part_of_a_line(void **state) {
    (void)state;
    uint64_t after = 0;
    floe_error error = {0};
    assert_int_equal(floe_append(&after, path, "one\n", 4, NULL), 0);
    struct rlimit old;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    struct rlimit small = {.rlim_cur = 10, .rlim_max = old.rlim_max};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int result = floe_append(&after, path, "more than there is room for\n", 28, &error);
    setrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, handler);
    assert_int_equal(result, FLOE_IO);
    assert_int_equal(after, 4);
    assert_holds("one\n");
}

static void a_file_that_somebody_holds_is_waited_for_a_moment(void **state) {
    (void)state;
    uint64_t after;
    floe_error error = {0};
    temporary_write(root, "events", "", 0);
    int held = open(path, O_RDWR);
    assert_true(held >= 0);
    assert_int_equal(flock(held, LOCK_EX), 0);
    assert_int_equal(floe_append(&after, path, "x\n", 2, &error), FLOE_OUTSIDE);
    assert_non_null(strstr(error.message, "another process holds it"));
    bool taken;
    assert_int_equal(floe_append_take(&taken, path, "elsewhere", 0, &error), FLOE_OUTSIDE);
    close(held);
    assert_int_equal(floe_append(&after, path, "x\n", 2, &error), 0);
}

/* ---- many at once ---- */

static void write_lines(int writer) {
    for (int i = 0; i < LINES; i++) {
        char line[32];
        uint64_t after;
        int size = snprintf(line, sizeof line, "%d %d\n", writer, i);
        if (floe_append(&after, path, line, (size_t)size, NULL)) {
            _exit(1);
        }
    }
    _exit(0);
}

static void count_lines(int seen[WRITERS][LINES], const char *file) {
    char *text;
    size_t size;
    assert_int_equal(floe_file_read(&text, &size, file, 0, NULL), 0);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        int writer, number;
        assert_int_equal(sscanf(line, "%d %d", &writer, &number), 2);
        assert_in_range(writer, 0, WRITERS - 1);
        assert_in_range(number, 0, LINES - 1);
        seen[writer][number]++;
    }
    free(text);
}

static void what_is_taken_while_others_write_is_whole_and_there_once(void **state) {
    (void)state;
    static int seen[WRITERS][LINES];
    pid_t writers[WRITERS];
    char taken[160];
    bool moved;
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = fork();
        assert_true(writers[i] >= 0);
        if (writers[i] == 0) {
            write_lines(i);
        }
    }
    snprintf(taken, sizeof taken, "%s.taken", path);
    int running = WRITERS, takes = 0;
    while (running) {
        int status;
        while (running && waitpid(-1, &status, WNOHANG) > 0) {
            assert_int_equal(status, 0);
            running--;
        }
        if (floe_append_take(&moved, path, taken, 0, NULL) == 0) {
            count_lines(seen, taken);
            takes++;
        }
    }
    if (floe_append_take(&moved, path, taken, 0, NULL) == 0) {
        count_lines(seen, taken);
    }
    assert_true(takes > 0);
    for (int i = 0; i < WRITERS; i++) {
        for (int k = 0; k < LINES; k++) {
            assert_int_equal(seen[i][k], 1);
        }
    }
}

static void put_lines_aside(int writer) {
    char aside[160];
    bool moved;
    floe_error error = {0};
    snprintf(aside, sizeof aside, "%s.%d.", path, writer);
    for (int i = 0; i < LINES; i++) {
        char line[32], to[200];
        uint64_t after;
        int size = snprintf(line, sizeof line, "%d %d\n", writer, i);
        snprintf(to, sizeof to, "%s%d", aside, i);
        if (floe_append(&after, path, line, (size_t)size, NULL) ||
            (after >= LEAST && floe_append_take(&moved, path, to, LEAST, &error) &&
             error.code != FLOE_NOT_FOUND)) {
            _exit(1);
        }
    }
    _exit(0);
}

/* Several find at once that a file is too large: none takes the new one that another has just begun. */
static void no_small_file_is_put_aside_by_several(void **state) {
    (void)state;
    pid_t writers[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = fork();
        assert_true(writers[i] >= 0);
        if (writers[i] == 0) {
            put_lines_aside(i);
        }
    }
    for (int i = 0; i < WRITERS; i++) {
        int status;
        assert_int_equal(waitpid(writers[i], &status, 0), writers[i]);
        assert_int_equal(status, 0);
    }
    int found = 0;
    for (int i = 0; i < WRITERS * LINES; i++) {
        char aside[160];
        struct stat status;
        snprintf(aside, sizeof aside, "%s.%d.%d", path, i / LINES, i % LINES);
        if (stat(aside, &status) == 0) {
            assert_true(status.st_size >= LEAST);
            found++;
        }
    }
    assert_true(found > 0);
}

static void a_small_file_is_not_taken(void **state) {
    (void)state;
    bool taken = true;
    uint64_t after;
    char to[160];
    snprintf(to, sizeof to, "%s.1", path);
    assert_int_equal(floe_append(&after, path, "one\n", 4, NULL), 0);
    assert_int_equal(floe_append_take(&taken, path, to, 5, NULL), 0);
    assert_false(taken);
    assert_holds("one\n");
    assert_int_equal(floe_append_take(&taken, path, to, 4, NULL), 0);
    assert_true(taken);
    assert_int_equal(access(path, F_OK), -1);
}

int main(void) {
#define IN_FOLDER(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(lines_are_added_and_belong_to_their_owner),
        IN_FOLDER(a_line_that_was_cut_off_stays_alone),
        IN_FOLDER(what_is_no_file_is_refused),
        IN_FOLDER(a_symbolic_link_is_not_followed),
        IN_FOLDER(a_full_disk_takes_no_part_of_a_line),
        IN_FOLDER(a_file_that_somebody_holds_is_waited_for_a_moment),
        IN_FOLDER(a_small_file_is_not_taken),
        IN_FOLDER(no_small_file_is_put_aside_by_several),
        IN_FOLDER(what_is_taken_while_others_write_is_whole_and_there_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

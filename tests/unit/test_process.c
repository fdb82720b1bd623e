/* Child processes: their lines, their ends, and that nothing of them is left. */
#include "base/process.h"

#include "support.h"

#include "base/interrupt.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static floe_process *start(const char *script) {
    const char *arguments[] = {"/bin/sh", "-c", script, NULL};
    floe_process *process;
    floe_error error;
    assert_int_equal(floe_process_start(&process, &(floe_process_options){.arguments = arguments}, &error),
                     0);
    return process;
}

static void assert_line(floe_process *process, int stream, const char *text) {
    floe_process_line line;
    assert_int_equal(floe_process_next(process, &line, 10000), FLOE_PROCESS_LINE);
    assert_int_equal(line.stream, stream);
    assert_int_equal(line.length, strlen(text));
    assert_memory_equal(line.text, text, line.length);
    assert_false(line.cut);
}

static void assert_ended(floe_process *process, int code, int signal) {
    floe_process_line line;
    floe_process_end end;
    assert_int_equal(floe_process_next(process, &line, 10000), FLOE_PROCESS_ENDED);
    floe_process_stop(process, 0, &end);
    assert_int_equal(end.code, code);
    assert_int_equal(end.signal, signal);
    floe_process_free(process);
}

static void lines_come_one_by_one(void **state) {
    (void)state;
    floe_process *process = start("printf 'one\\r\\n\\ntwo\\nlast'");
    assert_line(process, 1, "one");
    assert_line(process, 1, "");
    assert_line(process, 1, "two");
    assert_line(process, 1, "last");
    assert_ended(process, 0, 0);
}

static void both_streams_are_read_and_the_exit_code_is_known(void **state) {
    (void)state;
    floe_process *process = start("echo wrong >&2; exit 7");
    assert_line(process, 2, "wrong");
    assert_ended(process, 7, 0);
}

static void a_signal_is_told(void **state) {
    (void)state;
    assert_ended(start("kill -TERM $$"), -1, SIGTERM);
}

static void a_long_line_is_cut_and_the_next_is_whole(void **state) {
    (void)state;
    const char *arguments[] = {"/bin/sh", "-c", "head -c 300000 /dev/zero | tr '\\0' a; echo; echo next",
                               NULL};
    floe_process *process;
    floe_process_line line;
    floe_process_options options = {.arguments = arguments, .longest_line = 1000};
    assert_int_equal(floe_process_start(&process, &options, NULL), 0);
    assert_int_equal(floe_process_next(process, &line, 10000), FLOE_PROCESS_LINE);
    assert_int_equal(line.length, 1000);
    assert_true(line.cut);
    assert_line(process, 1, "next");
    assert_ended(process, 0, 0);
}

static void a_quiet_process_is_waited_for_only_so_long(void **state) {
    (void)state;
    floe_process_line line;
    floe_process *process = start("sleep 60");
    assert_int_equal(floe_process_next(process, &line, 20), FLOE_PROCESS_QUIET);
    floe_process_free(process);
}

/* A process that has ended may stay a zombie for as long as nobody asks for it. */
static bool is_running(pid_t pid) {
    char path[64], line[256] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (!file) {
        return false;
    }
    bool read = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    const char *end = strrchr(line, ')');
    return read && end && end[2] != 'Z' && end[2] != 'X';
}

static void who_does_not_wait_sees_what_has_happened(void **state) {
    (void)state;
    floe_process *process = start("true");
    floe_process_line line;
    floe_process_event event = FLOE_PROCESS_QUIET;
    for (int i = 0; i < 1000 && event == FLOE_PROCESS_QUIET; i++) {
        usleep(10000);
        event = floe_process_next(process, &line, 0);
    }
    assert_int_equal(event, FLOE_PROCESS_ENDED);
    floe_process_free(process);
}

static void stopping_interrupts_the_whole_group(void **state) {
    (void)state;
    floe_process_end end;
    floe_process *process = start("trap 'exit 3' INT; sleep 60 & echo $!; wait; wait");
    floe_process_line line;
    assert_int_equal(floe_process_next(process, &line, 10000), FLOE_PROCESS_LINE);
    pid_t child = (pid_t)strtol(line.text, NULL, 10);
    assert_true(child > 1);
    floe_process_stop(process, 10000, &end);
    assert_int_equal(end.code, 3);
    for (int i = 0; i < 1000 && is_running(child); i++) {
        usleep(10000);
    }
    assert_false(is_running(child));
    floe_process_free(process);
}

static void last_words_are_heard_after_an_interrupt(void **state) {
    (void)state;
    floe_process *process = start("trap 'echo last; exit 4' INT; echo ready; sleep 60 & wait; wait");
    assert_line(process, 1, "ready");
    floe_process_interrupt(process);
    assert_line(process, 1, "last");
    assert_ended(process, 4, 0);
}

static void what_ignores_an_interrupt_is_killed(void **state) {
    (void)state;
    floe_process_end end;
    floe_process *process = start("trap '' INT; echo ready; sleep 60 & sleep 60; sleep 60");
    assert_line(process, 1, "ready");
    floe_process_stop(process, 50, &end);
    assert_int_equal(end.signal, SIGKILL);
    floe_process_free(process);
}

static void a_child_left_behind_does_not_hold_the_end_back(void **state) {
    (void)state;
    floe_process *process = start("sleep 5 & echo done");
    assert_line(process, 1, "done");
    assert_ended(process, 0, 0);
}

static void the_environment_and_the_folder_are_those_given(void **state) {
    (void)state;
    const char *arguments[] = {"/bin/sh", "-c", "pwd; echo $NAME-$HOME", NULL};
    const char *environment[] = {"NAME=value", NULL};
    floe_process_options options = {.arguments = arguments, .environment = environment, .folder = "/"};
    floe_process *process;
    assert_int_equal(floe_process_start(&process, &options, NULL), 0);
    assert_line(process, 1, "/");
    assert_line(process, 1, "value-");
    assert_ended(process, 0, 0);
}

static void no_open_file_is_inherited(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    floe_process *process = start("ls /proc/self/fd | tr '\\n' ' '; echo");
    floe_process_line line;
    assert_int_equal(floe_process_next(process, &line, 10000), FLOE_PROCESS_LINE);
    assert_int_equal(line.length, strlen("0 1 2 3 ")); /* 3 is the folder that ls reads */
    assert_ended(process, 0, 0);
    close(ends[0]);
    close(ends[1]);
}

static void a_program_that_is_not_there_is_an_error(void **state) {
    (void)state;
    const char *arguments[] = {"/no/such/program", NULL};
    floe_process *process = NULL;
    floe_error error;
    assert_int_equal(floe_process_start(&process, &(floe_process_options){.arguments = arguments}, &error),
                     FLOE_NOT_FOUND);
    assert_null(process);
    assert_non_null(strstr(error.message, "/no/such/program"));
    arguments[0] = "/etc";
    assert_int_equal(floe_process_start(&process, &(floe_process_options){.arguments = arguments}, &error),
                     FLOE_OUTSIDE);
    floe_process_free(NULL);
}

/* A copy of this process that says a few lines. */
static floe_process *fork_and_say(const char *text, int code) {
    floe_process *process;
    bool child;
    floe_error error;
    assert_int_equal(floe_process_fork(&process, &child, 0, &error), 0);
    if (child) {
        floe_process_leave(write(1, text, strlen(text)) < 0 ? EXIT_FAILURE : code);
    }
    return process;
}

static void a_copy_of_this_process_is_heard_to_its_end(void **state) {
    (void)state;
    floe_process *process = fork_and_say("one\ntwo\n", 3);
    assert_line(process, 1, "one");
    assert_line(process, 1, "two");
    assert_ended(process, 3, 0);
}

static void a_copy_holds_no_file_but_its_own(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    floe_process *process;
    bool child;
    assert_int_equal(floe_process_fork(&process, &child, 0, NULL), 0);
    if (child) {
        floe_process_leave(fcntl(ends[0], F_GETFD) < 0 && fcntl(ends[1], F_GETFD) < 0 && read(0, ends, 1) == 0
                               ? EXIT_SUCCESS
                               : EXIT_FAILURE);
    }
    assert_ended(process, 0, 0);
    close(ends[0]);
    close(ends[1]);
}

static void a_copy_that_goes_on_is_ended(void **state) {
    (void)state;
    floe_process *process;
    bool child;
    assert_int_equal(floe_process_fork(&process, &child, 0, NULL), 0);
    if (child) {
        signal(SIGINT, SIG_IGN);
        (void)!write(1, "deaf\n", 5);
        for (;;) {
            pause();
        }
    }
    assert_line(process, 1, "deaf");
    floe_process_end end;
    floe_process_stop(process, 50, &end);
    assert_int_equal(end.signal, SIGKILL);
    floe_process_free(process);
}

/* A copy that starts another one, which says its number, and ends. */
static void start_and_leave(void) {
    floe_process *inner;
    floe_process_line line;
    bool child;
    if (floe_process_fork(&inner, &child, 0, NULL)) {
        floe_process_leave(EXIT_FAILURE);
    }
    if (child) {
        char number[24];
        int size = snprintf(number, sizeof number, "%d\n", (int)getpid());
        while (write(1, number, (size_t)size) == size) {
            pause();
        }
        floe_process_leave(EXIT_FAILURE);
    }
    bool heard = floe_process_next(inner, &line, 10000) == FLOE_PROCESS_LINE &&
                 write(1, line.text, line.length) == (ssize_t)line.length;
    floe_process_leave(heard ? EXIT_SUCCESS : EXIT_FAILURE);
}

static void a_copy_is_ended_where_who_made_it_is_gone(void **state) {
    (void)state;
    floe_process *outer;
    floe_process_line line;
    bool child;
    assert_int_equal(floe_process_fork(&outer, &child, 0, NULL), 0);
    if (child) {
        start_and_leave();
    }
    assert_int_equal(floe_process_next(outer, &line, 10000), FLOE_PROCESS_LINE);
    pid_t inner = (pid_t)strtol(line.text, NULL, 10);
    assert_true(inner > 0);
    assert_ended(outer, 0, 0);
    for (int i = 0; i < 1000 && is_running(inner); i++) {
        usleep(10000);
    }
    assert_false(is_running(inner));
}

static void a_copy_leaves_what_this_process_started_alone(void **state) {
    (void)state;
    floe_process *first = start("echo ready; sleep 60"), *copy;
    assert_line(first, 1, "ready");
    bool child;
    assert_int_equal(floe_process_fork(&copy, &child, 0, NULL), 0);
    if (child) {
        floe_process_free(first);
        floe_process_leave(EXIT_SUCCESS);
    }
    assert_ended(copy, 0, 0);
    floe_process_line line;
    assert_int_equal(floe_process_next(first, &line, 50), FLOE_PROCESS_QUIET);
    floe_process_free(first);
}

static void a_copy_is_not_asked_what_this_process_was_asked(void **state) {
    (void)state;
    floe_interrupt_reload_on_hangup();
    assert_int_equal(raise(SIGHUP), 0);
    floe_process *process;
    bool child;
    assert_int_equal(floe_process_fork(&process, &child, 0, NULL), 0);
    if (child) {
        floe_process_leave(floe_interrupt_reload() ? EXIT_FAILURE : EXIT_SUCCESS);
    }
    assert_ended(process, 0, 0);
    assert_true(floe_interrupt_reload());
    signal(SIGHUP, SIG_DFL);
}

static void an_interrupt_that_came_before_ends_a_wait(void **state) {
    (void)state;
    floe_process *process;
    bool child;
    assert_int_equal(floe_process_fork(&process, &child, 0, NULL), 0);
    if (child) { /* the flag stays set */
        floe_interrupt_watch();
        floe_interrupt_reload_on_hangup();
        bool waits = !raise(SIGHUP) && floe_interrupt_poll(NULL, 0, 1) == 0;
        bool ends = !raise(SIGTERM) && floe_interrupt_poll(NULL, 0, 60000) < 0;
        floe_process_leave(waits && ends ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    assert_ended(process, 0, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_one_by_one),
        cmocka_unit_test(both_streams_are_read_and_the_exit_code_is_known),
        cmocka_unit_test(a_signal_is_told),
        cmocka_unit_test(a_long_line_is_cut_and_the_next_is_whole),
        cmocka_unit_test(a_quiet_process_is_waited_for_only_so_long),
        cmocka_unit_test(who_does_not_wait_sees_what_has_happened),
        cmocka_unit_test(stopping_interrupts_the_whole_group),
        cmocka_unit_test(last_words_are_heard_after_an_interrupt),
        cmocka_unit_test(what_ignores_an_interrupt_is_killed),
        cmocka_unit_test(a_child_left_behind_does_not_hold_the_end_back),
        cmocka_unit_test(the_environment_and_the_folder_are_those_given),
        cmocka_unit_test(no_open_file_is_inherited),
        cmocka_unit_test(a_program_that_is_not_there_is_an_error),
        cmocka_unit_test(a_copy_of_this_process_is_heard_to_its_end),
        cmocka_unit_test(a_copy_holds_no_file_but_its_own),
        cmocka_unit_test(a_copy_that_goes_on_is_ended),
        cmocka_unit_test(a_copy_is_ended_where_who_made_it_is_gone),
        cmocka_unit_test(a_copy_leaves_what_this_process_started_alone),
        cmocka_unit_test(a_copy_is_not_asked_what_this_process_was_asked),
        cmocka_unit_test(an_interrupt_that_came_before_ends_a_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

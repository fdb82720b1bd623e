/* Pages over HTTP: what is answered, and that who sends nonsense, too much, or nothing keeps nobody out. */
#include "support.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "net/serve.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct stand {
    floe_serve *serve;
    floe_buffer got;
    floe_error error;
} stand;

static const floe_serve_page hello = {
    .status = 200, .type = "text/plain; charset=utf-8", .text = "hello\n", .size = 6};

static int begin(void **state) {
    static stand s;
    s = (stand){0};
    *state = &s;
    if (floe_serve_start(&s.serve, "127.0.0.1:0", &s.error)) {
        return -1;
    }
    return floe_serve_set(s.serve, "/hello", &hello, 0, NULL, &s.error);
}

static int end(void **state) {
    stand *s = *state;
    floe_buffer_free(&s->got);
    floe_serve_stop(s->serve);
    return 0;
}

static int connect_to(const floe_serve *serve) {
    const char *port = strrchr(floe_serve_address(serve), ':') + 1;
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    inet_pton(AF_INET, "127.0.0.1", &where.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&where, sizeof where), 0);
    return fd;
}

static void say(int fd, const char *text, size_t size) {
    while (size) {
        ssize_t sent = send(fd, text, size, MSG_NOSIGNAL);
        if (sent <= 0) {
            return; /* the server went away, which what it said before tells */
        }
        text += sent;
        size -= (size_t)sent;
    }
}

/* All that comes until the server closes; false after `milliseconds` without that. */
static bool hear(stand *s, int fd, int milliseconds) {
    char bytes[4096];
    int64_t until = floe_clock_monotonic() + (int64_t)milliseconds * 1000000;
    floe_buffer_clear(&s->got);
    for (;;) {
        struct pollfd polled = {.fd = fd, .events = POLLIN};
        int64_t left = (until - floe_clock_monotonic()) / 1000000;
        if (left <= 0 || poll(&polled, 1, (int)left) <= 0) {
            return false;
        }
        ssize_t size = read(fd, bytes, sizeof bytes);
        if (size <= 0) {
            return true;
        }
        floe_buffer_append(&s->got, bytes, (size_t)size);
    }
}

static const char *ask(stand *s, const char *request) {
    int fd = connect_to(s->serve);
    say(fd, request, strlen(request));
    assert_true(hear(s, fd, 10000));
    close(fd);
    return s->got.data ? s->got.data : "";
}

static const char *get(stand *s, const char *path) {
    char request[256];
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: here\r\n\r\n", path);
    return ask(s, request);
}

static void a_page_is_served_with_its_type_and_the_connection_is_closed(void **state) {
    const char *got = get(*state, "/hello");
    assert_int_equal(strncmp(got, "HTTP/1.1 200 ", 13), 0);
    assert_non_null(strstr(got, "Content-Type: text/plain; charset=utf-8\r\n"));
    assert_non_null(strstr(got, "Connection: close\r\n"));
    assert_non_null(strstr(got, "\r\n\r\nhello\n"));
}

static void head_says_what_get_would_without_the_text(void **state) {
    const char *got = ask(*state, "HEAD /hello HTTP/1.1\r\nHost: here\r\n\r\n");
    assert_non_null(strstr(got, "Content-Length: 6\r\n"));
    assert_null(strstr(got, "hello\n"));
}

static void a_path_that_is_not_there_is_404(void **state) {
    assert_int_equal(strncmp(get(*state, "/else"), "HTTP/1.1 404 ", 13), 0);
}

static void what_stands_behind_a_question_mark_changes_nothing(void **state) {
    assert_int_equal(strncmp(get(*state, "/hello?a=b"), "HTTP/1.1 200 ", 13), 0);
}

static void other_methods_are_refused_and_told_which_are_not(void **state) {
    static const char *const requests[] = {
        "POST /hello HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\nhello",
        "DELETE /hello HTTP/1.1\r\nHost: here\r\n\r\n",
        "PUT /hello HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    };
    for (size_t i = 0; i < COUNT(requests); i++) {
        const char *got = ask(*state, requests[i]);
        assert_int_equal(strncmp(got, "HTTP/1.1 405 ", 13), 0);
        assert_non_null(strstr(got, "Allow: GET, HEAD\r\n"));
    }
}

static void a_newer_page_replaces_the_one_before(void **state) {
    stand *s = *state;
    const floe_serve_page newer = {.status = 503, .type = "application/json", .text = "{}", .size = 2};
    assert_int_equal(floe_serve_set(s->serve, "/hello", &newer, 0, NULL, &s->error), 0);
    const char *got = get(s, "/hello");
    assert_int_equal(strncmp(got, "HTTP/1.1 503 ", 13), 0);
    assert_non_null(strstr(got, "\r\n\r\n{}"));
}

static void a_live_page_tells_for_how_long_the_server_has_been_up(void **state) {
    stand *s = *state;
    const char text[] = "{\"uptime_seconds\": " FLOE_SERVE_UPTIME "}";
    const floe_serve_page live = {
        .status = 200, .type = "application/json", .text = text, .size = sizeof text - 1, .live = true};
    assert_int_equal(floe_serve_set(s->serve, "/live", &live, 0, NULL, &s->error), 0);
    const char *got = strstr(get(s, "/live"), "{\"uptime_seconds\": ");
    char *rest;
    assert_non_null(got);
    assert_in_range(strtoul(got + strlen("{\"uptime_seconds\": "), &rest, 10), 0, 60);
    assert_string_equal(rest, "}");
}

static void a_page_that_nobody_renews_gives_way_to_the_stale_one(void **state) {
    stand *s = *state;
    const floe_serve_page stale = {.status = 503, .type = "text/plain", .text = "stuck\n", .size = 6};
    assert_int_equal(floe_serve_set(s->serve, "/hello", &hello, 60000, &stale, &s->error), 0);
    assert_int_equal(strncmp(get(s, "/hello"), "HTTP/1.1 200 ", 13), 0);
    assert_int_equal(floe_serve_set(s->serve, "/hello", &hello, 1, &stale, &s->error), 0);
    floe_interrupt_sleep(5);
    const char *got = get(s, "/hello");
    assert_int_equal(strncmp(got, "HTTP/1.1 503 ", 13), 0);
    assert_non_null(strstr(got, "stuck\n"));
}

static void a_large_page_arrives_whole(void **state) {
    stand *s = *state;
    size_t size = 8 << 20;
    char *text = malloc(size);
    memset(text, 'x', size);
    const floe_serve_page large = {.status = 200, .type = "text/plain", .text = text, .size = size};
    assert_int_equal(floe_serve_set(s->serve, "/large", &large, 0, NULL, &s->error), 0);
    free(text);
    const char *body = strstr(get(s, "/large"), "\r\n\r\n");
    assert_int_equal(s->got.size - (size_t)(body + 4 - s->got.data), size);
}

static void a_head_without_end_is_refused(void **state) {
    stand *s = *state;
    size_t size = 1 << 20;
    char *text = malloc(size);
    int length = snprintf(text, size, "GET /hello HTTP/1.1\r\nHost: here\r\nX-Long: ");
    memset(text + length, 'x', size - (size_t)length);
    int fd = connect_to(s->serve);
    say(fd, text, size);
    free(text);
    assert_true(hear(s, fd, 10000));
    close(fd);
    assert_true(!s->got.size || !strncmp(s->got.data, "HTTP/1.1 4", 10));
    assert_int_equal(strncmp(get(s, "/hello"), "HTTP/1.1 200 ", 13), 0);
}

static void an_address_without_end_is_refused(void **state) {
    stand *s = *state;
    char text[65536];
    int length = snprintf(text, sizeof text, "GET /");
    memset(text + length, 'x', sizeof text - (size_t)length);
    int fd = connect_to(s->serve);
    say(fd, text, sizeof text);
    assert_true(hear(s, fd, 10000));
    close(fd);
    assert_true(!s->got.size || !strncmp(s->got.data, "HTTP/1.1 4", 10));
}

static void what_is_no_http_is_refused(void **state) {
    static const char *const requests[] = {"\r\n\r\n\r\n\r\n", "hello\r\n\r\n", "GET\r\n\r\n",
                                           "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
                                           "GET /hello HTTP/1.1\r\nContent-Length: -1\r\n\r\n"};
    for (size_t i = 0; i < COUNT(requests); i++) {
        const char *got = ask(*state, requests[i]);
        assert_int_not_equal(strncmp(got, "HTTP/1.1 200 ", 13), 0);
    }
    assert_int_equal(strncmp(get(*state, "/hello"), "HTTP/1.1 200 ", 13), 0);
}

/* Bytes that trickle in never make the connection look idle: it is its age that counts. */
static void who_sends_a_byte_now_and_then_is_sent_away(void **state) {
    stand *s = *state;
    int fd = connect_to(s->serve);
    int64_t began = floe_clock_monotonic();
    bool closed = false;
    while (!closed && floe_clock_monotonic() - began < 15000000000) {
        say(fd, "G", 1);
        closed = hear(s, fd, 100);
    }
    close(fd);
    assert_true(closed);
    assert_in_range(floe_clock_monotonic() - began, 4000000000, 9000000000);
}

static void many_that_send_nothing_keep_nobody_out_for_long(void **state) {
    stand *s = *state;
    enum { MANY = 1000 };
    int idle[MANY];
    for (size_t i = 0; i < MANY; i++) {
        idle[i] = connect_to(s->serve);
    }
    static const char request[] = "GET /hello HTTP/1.1\r\nHost: here\r\n\r\n";
    int fd = connect_to(s->serve);
    say(fd, request, strlen(request));
    assert_true(hear(s, fd, 15000)); /* those before it go within half a second, 64 at a time */
    assert_non_null(strstr(s->got.data, "hello\n"));
    close(fd);
    for (size_t i = 0; i < MANY; i++) {
        close(idle[i]);
    }
}

static void many_at_once_are_all_answered(void **state) {
    stand *s = *state;
    enum { MANY = 300 };
    static const char request[] = "GET /hello HTTP/1.1\r\nHost: here\r\n\r\n";
    int fds[MANY];
    for (size_t i = 0; i < MANY; i++) {
        fds[i] = connect_to(s->serve);
        say(fds[i], request, strlen(request));
    }
    for (size_t i = 0; i < MANY; i++) {
        assert_true(hear(s, fds[i], 10000));
        assert_non_null(strstr(s->got.data, "hello\n"));
        close(fds[i]);
    }
}

static void of_requests_that_follow_one_another_the_first_is_answered(void **state) {
    stand *s = *state;
    const char *got =
        ask(s, "GET /hello HTTP/1.1\r\nHost: here\r\n\r\nGET /other HTTP/1.1\r\nHost: here\r\n\r\n");
    assert_int_equal(strncmp(got, "HTTP/1.1 200 ", 13), 0);
    assert_null(strstr(got + 1, "HTTP/1.1"));
}

static int64_t used_time(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void without_file_numbers_who_comes_waits_and_nothing_turns(void **state) {
    enum { NUMBERS = 64 };
    static const char request[] = "GET /hello HTTP/1.1\r\nHost: here\r\n\r\n";
    stand *s = *state;
    struct rlimit before, few = {0};
    int taken[NUMBERS], count = 0;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = (struct rlimit){.rlim_cur = NUMBERS, .rlim_max = before.rlim_max};
    struct sockaddr_in where = {.sin_family = AF_INET};
    where.sin_port = htons((uint16_t)atoi(strrchr(floe_serve_address(s->serve), ':') + 1));
    inet_pton(AF_INET, "127.0.0.1", &where.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    while (count < NUMBERS && (taken[count] = dup(fd)) >= 0) {
        count++;
    }
    int64_t used = used_time();
    assert_int_equal(connect(fd, (struct sockaddr *)&where, sizeof where), 0);
    say(fd, request, strlen(request));
    assert_false(hear(s, fd, 500));
    used = used_time() - used;
    for (int i = 0; i < count; i++) {
        close(taken[i]);
    }
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_true(hear(s, fd, 10000));
    assert_non_null(strstr(s->got.data, "hello\n"));
    close(fd);
    assert_true(used < 50000000); /* of half a second */
}

static void a_port_in_use_is_an_error_that_says_so(void **state) {
    stand *s = *state;
    floe_serve *second = NULL;
    assert_int_equal(floe_serve_start(&second, floe_serve_address(s->serve), &s->error), FLOE_OUTSIDE);
    assert_null(second);
    assert_non_null(strstr(s->error.message, "another program listens there"));
    assert_non_null(strstr(s->error.message, floe_serve_address(s->serve)));
}

static void what_is_no_address_is_an_error(void **state) {
    static const char *const wrong[] = {"",          "8080",       "127.0.0.1",       "127.0.0.1:",
                                        "host:x",    "::1:8080",   "127.0.0.1:65536", "example.com:80",
                                        "[::1:8080", "1.2.3.4:+1", "127.0.0.1:8080/x"};
    stand *s = *state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        floe_serve *serve = NULL;
        assert_int_equal(floe_serve_start(&serve, wrong[i], &s->error), FLOE_INVALID);
        assert_null(serve);
    }
}

static void without_an_address_only_this_machine_is_served(void **state) {
    stand *s = *state;
    floe_serve *serve = NULL;
    assert_int_equal(floe_serve_start(&serve, ":0", &s->error), 0);
    assert_int_equal(strncmp(floe_serve_address(serve), "127.0.0.1:", 10), 0);
    floe_serve_stop(serve);
}

static void pages_are_bounded(void **state) {
    stand *s = *state;
    char path[16];
    int result = 0;
    for (int i = 0; i < 100 && !result; i++) {
        snprintf(path, sizeof path, "/%d", i);
        result = floe_serve_set(s->serve, path, &hello, 0, NULL, &s->error);
    }
    assert_int_equal(result, FLOE_LIMIT);
}

static void signals_are_left_to_the_thread_that_works(void **state) {
    (void)state;
    floe_interrupt_reload_on_hangup();
    int64_t began = floe_clock_monotonic();
    kill(getpid(), SIGHUP);
    floe_interrupt_sleep(10000);
    assert_true(floe_clock_monotonic() - began < 5000000000);
    assert_true(floe_interrupt_reload());
    assert_false(floe_interrupt_reload());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_page_is_served_with_its_type_and_the_connection_is_closed, begin,
                                        end),
        cmocka_unit_test_setup_teardown(head_says_what_get_would_without_the_text, begin, end),
        cmocka_unit_test_setup_teardown(a_path_that_is_not_there_is_404, begin, end),
        cmocka_unit_test_setup_teardown(what_stands_behind_a_question_mark_changes_nothing, begin, end),
        cmocka_unit_test_setup_teardown(other_methods_are_refused_and_told_which_are_not, begin, end),
        cmocka_unit_test_setup_teardown(a_newer_page_replaces_the_one_before, begin, end),
        cmocka_unit_test_setup_teardown(a_live_page_tells_for_how_long_the_server_has_been_up, begin, end),
        cmocka_unit_test_setup_teardown(a_page_that_nobody_renews_gives_way_to_the_stale_one, begin, end),
        cmocka_unit_test_setup_teardown(a_large_page_arrives_whole, begin, end),
        cmocka_unit_test_setup_teardown(a_head_without_end_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(an_address_without_end_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(what_is_no_http_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(who_sends_a_byte_now_and_then_is_sent_away, begin, end),
        cmocka_unit_test_setup_teardown(many_that_send_nothing_keep_nobody_out_for_long, begin, end),
        cmocka_unit_test_setup_teardown(many_at_once_are_all_answered, begin, end),
        cmocka_unit_test_setup_teardown(of_requests_that_follow_one_another_the_first_is_answered, begin,
                                        end),
        cmocka_unit_test_setup_teardown(without_file_numbers_who_comes_waits_and_nothing_turns, begin, end),
        cmocka_unit_test_setup_teardown(a_port_in_use_is_an_error_that_says_so, begin, end),
        cmocka_unit_test_setup_teardown(what_is_no_address_is_an_error, begin, end),
        cmocka_unit_test_setup_teardown(without_an_address_only_this_machine_is_served, begin, end),
        cmocka_unit_test_setup_teardown(pages_are_bounded, begin, end),
        cmocka_unit_test_setup_teardown(signals_are_left_to_the_thread_that_works, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

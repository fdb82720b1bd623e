/* Requests over HTTP: what arrives, what is bounded, what is sent again and what never is. */
#include "server.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "net/address.h"
#include "net/http.h"

#include <signal.h>

static const floe_http_options quick = {.connect_milliseconds = 2000,
                                        .total_milliseconds = 300,
                                        .retry_milliseconds = 1,
                                        .longest_wait = 1500,
                                        .most_bytes = 1000};

/* A server with its answers, a client, and what came of one request. */
typedef struct talk {
    server server;
    floe_http *http;
    floe_http_response response;
    floe_error error;
    char url[128];
} talk;

static int end_talk(void **state) {
    talk *t = *state;
    floe_http_response_free(&t->response);
    floe_http_free(t->http);
    server_free(&t->server);
    return 0;
}

static int begin_talk(void **state) {
    static talk t;
    t = (talk){.url = ""};
    *state = &t;
    return floe_http_new(&t.http, &quick, &t.error);
}

static void begin_server(talk *t, const server_reply *replies, size_t count) {
    server_begin(&t->server, replies, count);
    snprintf(t->url, sizeof t->url, "http://127.0.0.1:%u/v1/config?token=hidden", t->server.port);
}

/* Sends one request to a server with these answers; the server has ended afterwards. */
static int ask(talk *t, floe_http_request request, const server_reply *replies, size_t count) {
    begin_server(t, replies, count);
    request.url = t->url;
    floe_http_response_free(&t->response);
    int result = floe_http_send(&t->response, t->http, &request, &t->error);
    server_end(&t->server);
    return result;
}

static int get(talk *t, const server_reply *replies, size_t count) {
    return ask(t, (floe_http_request){.method = "GET"}, replies, count);
}

static int post(talk *t, const server_reply *replies, size_t count) {
    return ask(t, (floe_http_request){.method = "POST", .body = "{}", .body_size = 2}, replies, count);
}

static void a_request_arrives_as_it_was_given(void **state) {
    talk *t = *state;
    const server_reply replies[] = {
        {"HTTP/1.1 200 OK\r\nX-Kind: one\r\nContent-Length: 5\r\n\r\nhello", SERVER_SAYS}};
    const floe_http_header headers[] = {{"Authorization", "Bearer abc", true},
                                        {"Content-Type", "application/json", false}};
    size_t length;
    assert_int_equal(
        ask(t,
            (floe_http_request){
                .method = "POST", .headers = headers, .header_count = 2, .body = "{\"a\":1}", .body_size = 7},
            replies, 1),
        0);
    assert_int_equal(t->response.status, 200);
    assert_string_equal(t->response.body.data, "hello");
    const char *value = floe_http_header_of(&t->response, "x-kind", &length);
    assert_non_null(value);
    assert_memory_equal(value, "one", length);
    assert_null(floe_http_header_of(&t->response, "kind", &length));
    const char *sent = t->server.requests[0].data;
    assert_non_null(strstr(sent, "POST /v1/config?token=hidden HTTP/1.1\r\n"));
    assert_non_null(strstr(sent, "\r\nAuthorization: Bearer abc\r\n"));
    assert_non_null(strstr(sent, "\r\nContent-Length: 7\r\n"));
    assert_non_null(strstr(sent, "\r\n\r\n{\"a\":1}"));
    assert_null(strstr(sent, "Expect"));
}

static void an_answer_of_any_status_is_an_answer(void **state) {
    talk *t = *state;
    const server_reply replies[] = {{"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone", SERVER_SAYS}};
    assert_int_equal(get(t, replies, 1), 0);
    assert_int_equal(t->response.status, 404);
    assert_string_equal(t->response.body.data, "gone");
    assert_int_equal(t->server.request_count, 1);
}

static void connections_are_used_again_to_read_and_are_new_to_write(void **state) {
    talk *t = *state;
    const server_reply replies[] = {{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", SERVER_KEEPS}};
    floe_http_request read = {.method = "GET"}, write = {.method = "POST"};
    begin_server(t, replies, 1);
    read.url = write.url = t->url;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(floe_http_send(&t->response, t->http, &read, &t->error), 0);
        floe_http_response_free(&t->response);
    }
    floe_http_free(t->http); /* so that the server, which takes one connection at a time, is free */
    assert_int_equal(floe_http_new(&t->http, &quick, &t->error), 0);
    assert_int_equal(floe_http_send(&t->response, t->http, &write, &t->error), 0);
    server_end(&t->server);
    assert_int_equal(t->server.request_count, 4);
    assert_int_equal(t->server.connections, 2);
    assert_non_null(strstr(t->server.requests[3].data, "Content-Length: 0"));
}

static void a_cut_answer_is_asked_for_again_where_that_is_safe(void **state) {
    talk *t = *state;
    const server_reply replies[] = {{"", SERVER_SAYS},
                                    {"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhal", SERVER_SAYS},
                                    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole", SERVER_SAYS}};
    assert_int_equal(get(t, replies, 3), 0);
    assert_string_equal(t->response.body.data, "whole");
    assert_int_equal(t->server.request_count, 3);
    assert_true(t->response.again);
}

static void a_write_that_may_have_arrived_is_sent_once(void **state) {
    talk *t = *state;
    const server_reply cut[] = {{"", SERVER_SAYS}},
                       half[] = {{"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhal", SERVER_SAYS}};
    assert_int_equal(post(t, cut, 1), FLOE_OUTSIDE);
    assert_int_equal(t->server.request_count, 1);
    assert_true(t->response.unsure);
    assert_non_null(strstr(t->error.message, "ended before its answer was complete"));
    server_free(&t->server);
    assert_int_equal(post(t, half, 1), FLOE_OUTSIDE);
    assert_int_equal(t->server.request_count, 1);
    assert_true(t->response.unsure);
}

static void a_write_that_may_be_repeated_is(void **state) {
    talk *t = *state;
    const server_reply replies[] = {{"", SERVER_SAYS}, {"HTTP/1.1 204 No Content\r\n\r\n", SERVER_SAYS}};
    assert_int_equal(ask(t, (floe_http_request){.method = "DELETE", .repeatable = true}, replies, 2), 0);
    assert_int_equal(t->response.status, 204);
    assert_int_equal(t->server.request_count, 2);
    assert_true(t->response.again);
}

static void what_the_server_says_it_did_not_do_is_sent_again(void **state) {
    talk *t = *state;
    const server_reply replies[] = {
        {"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n", SERVER_SAYS},
        {"HTTP/1.1 429 Slow down\r\nContent-Length: 0\r\n\r\n", SERVER_SAYS},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", SERVER_SAYS}};
    int64_t begin = floe_clock_monotonic();
    assert_int_equal(post(t, replies, 3), 0);
    assert_int_equal(t->response.status, 200);
    assert_false(t->response.again);
    assert_true(floe_clock_monotonic() - begin >= 1000000000);
}

static void a_wait_that_is_too_long_is_not_waited(void **state) {
    talk *t = *state;
    const server_reply replies[] = {
        {"HTTP/1.1 503 Busy\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n", SERVER_SAYS}};
    assert_int_equal(get(t, replies, 1), 0);
    assert_int_equal(t->response.status, 503);
    assert_int_equal(t->server.request_count, 1);
}

/* The milliseconds that passed until a server that answered so was asked again; negative where it was not. */
static int64_t waited(talk *t, const char *headers) {
    char busy[256];
    snprintf(busy, sizeof busy, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n%s\r\n\r\n", headers);
    const server_reply replies[] = {{busy, SERVER_SAYS},
                                    {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", SERVER_SAYS}};
    int64_t begin = floe_clock_monotonic();
    assert_int_equal(get(t, replies, 2), 0);
    int64_t time = (floe_clock_monotonic() - begin) / 1000000;
    size_t requests = t->server.request_count;
    server_free(&t->server);
    return requests == 2 ? time : -1;
}

static void a_date_to_wait_for_is_waited_for(void **state) {
    talk *t = *state;
    char header[64];
    floe_http_options patient = quick;
    time_t soon = (time_t)(floe_clock_now() / 1000000000) + 2;
    patient.longest_wait = 2000;
    floe_http_free(t->http);
    assert_int_equal(floe_http_new(&t->http, &patient, &t->error), 0);
    strftime(header, sizeof header, "Retry-After: %a, %d %b %Y %H:%M:%S GMT", gmtime(&soon));
    assert_true(waited(t, header) >= 1000); /* a part of the two seconds may be over when they are read */
}

static void a_date_counts_from_the_servers_own_time_in_each_form_of_the_standard(void **state) {
    talk *t = *state;
    assert_true(waited(t, "Date: Sun, 06 Nov 1994 08:49:36 GMT\r\n"
                          "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT") >= 1000);
    assert_true(waited(t, "Date: Sunday, 06-Nov-94 08:49:36 GMT\r\n"
                          "Retry-After: Sunday, 06-Nov-94 08:49:37 GMT") >= 1000);
    assert_true(waited(t, "Date: Sun Nov  6 08:49:36 1994\r\n"
                          "Retry-After: Sun Nov  6 08:49:37 1994") >= 1000);
}

static void a_date_that_is_far_or_over_or_none_holds_nobody_up(void **state) {
    talk *t = *state;
    assert_int_equal(waited(t, "Retry-After: Fri, 31 Dec 2100 23:59:59 GMT"), -1);
    const char *const idle[] = {
        "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT",
        "Retry-After: soon",
        "Retry-After: ",
        "Retry-After: -5",
        "Retry-After: 3 minutes",
        "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT                         and more"};
    for (size_t i = 0; i < COUNT(idle); i++) {
        int64_t time = waited(t, idle[i]);
        assert_in_range(time, 0, 900);
    }
}

static void a_gateway_that_failed_is_asked_again_only_to_read(void **state) {
    talk *t = *state;
    const server_reply replies[] = {{"HTTP/1.1 504 Late\r\nContent-Length: 0\r\n\r\n", SERVER_SAYS},
                                    {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", SERVER_SAYS}};
    assert_int_equal(post(t, replies, 2), 0);
    assert_int_equal(t->response.status, 504);
    server_free(&t->server);
    assert_int_equal(get(t, replies, 2), 0);
    assert_int_equal(t->response.status, 200);
}

static void tries_end(void **state) {
    talk *t = *state;
    const server_reply replies[] = {{"", SERVER_SAYS}};
    assert_int_equal(get(t, replies, 1), FLOE_OUTSIDE);
    assert_int_equal(t->server.request_count, 4);
}

static void a_server_that_stalls_is_left_in_time(void **state) {
    talk *t = *state;
    const server_reply silent[] = {{"", SERVER_STALLS}},
                       half[] = {{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal", SERVER_STALLS}};
    int64_t begin = floe_clock_monotonic();
    assert_int_equal(get(t, silent, 1), FLOE_OUTSIDE);
    assert_non_null(strstr(t->error.message, "no complete answer from http://127.0.0.1:"));
    assert_int_equal(t->server.request_count, 1);
    server_free(&t->server);
    assert_int_equal(get(t, half, 1), FLOE_OUTSIDE);
    assert_true(floe_clock_monotonic() - begin < 3000000000);
}

static void an_answer_larger_than_the_bound_is_refused(void **state) {
    talk *t = *state;
    const server_reply endless[] = {{"HTTP/1.1 200 OK\r\n\r\n", SERVER_POURS}},
                       headers[] = {{"HTTP/1.1 200 OK\r\nX: ", SERVER_POURS}};
    assert_int_equal(get(t, endless, 1), FLOE_OUTSIDE);
    assert_non_null(strstr(t->error.message, "larger than 1000 bytes"));
    assert_true(t->response.body.size <= 1000);
    assert_int_equal(t->server.request_count, 1);
    server_free(&t->server);
    assert_int_equal(get(t, headers, 1), FLOE_OUTSIDE);
}

static void what_is_no_http_is_told(void **state) {
    talk *t = *state;
    const server_reply replies[] = {{"SSH-2.0-OpenSSH_9.2\r\n", SERVER_SAYS}};
    assert_int_equal(get(t, replies, 1), FLOE_OUTSIDE);
    assert_non_null(strstr(t->error.message, "does not speak HTTP"));
}

static void nobody_there_is_no_doubt_about_a_write(void **state) {
    talk *t = *state;
    const server_reply replies[] = {{"", SERVER_SAYS}};
    begin_server(t, replies, 1);
    server_end(&t->server);
    const floe_http_request request = {.method = "POST", .url = t->url};
    assert_int_equal(floe_http_send(&t->response, t->http, &request, &t->error), FLOE_OUTSIDE);
    assert_false(t->response.unsure);
    assert_non_null(strstr(t->error.message, "cannot reach http://127.0.0.1:"));
}

static void errors_show_no_secret(void **state) {
    talk *t = *state;
    const server_reply replies[] = {{"", SERVER_SAYS}};
    const floe_http_header headers[] = {{"Authorization", "Bearer hidden", true}};
    assert_int_equal(
        ask(t,
            (floe_http_request){
                .method = "POST", .headers = headers, .header_count = 1, .body = "hidden", .body_size = 6},
            replies, 1),
        FLOE_OUTSIDE);
    assert_null(strstr(t->error.message, "hidden"));
    const floe_http_request bad[] = {{.method = "GET", .url = "http://me:hidden@127.0.0.1:1/"},
                                     {.method = "GET", .url = "ftp://127.0.0.1/?hidden"},
                                     {.method = "GET", .url = "http://127.0.0.1:1/a\nhidden?hidden"}};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(floe_http_send(&t->response, t->http, &bad[i], &t->error), FLOE_INVALID);
        assert_null(strstr(t->error.message, "me:"));
        assert_null(strstr(t->error.message, "?hidden"));
    }
}

static void an_address_that_is_a_secret_is_shown_by_its_host(void **state) {
    talk *t = *state;
    const server_reply replies[] = {{"", SERVER_SAYS}};
    const floe_http_request post = {.method = "POST", .body = "{}", .body_size = 2, .secret = true};
    assert_int_equal(ask(t, post, replies, 1), FLOE_OUTSIDE);
    assert_null(strstr(t->error.message, "config"));
    assert_non_null(strstr(t->error.message, "http://127.0.0.1:"));
    server_free(&t->server);
    const server_reply moved[] = {
        {"HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:1/hidden\r\nContent-Length: 0\r\n\r\n",
         SERVER_SAYS}};
    assert_int_equal(ask(t, post, moved, 1), FLOE_OUTSIDE);
    assert_null(strstr(t->error.message, "config"));
    assert_null(strstr(t->error.message, "hidden"));
    const floe_http_request bad = {.method = "POST", .url = "ftp://127.0.0.1/hidden", .secret = true};
    floe_http_response_free(&t->response);
    assert_int_equal(floe_http_send(&t->response, t->http, &bad, &t->error), FLOE_INVALID);
    assert_null(strstr(t->error.message, "hidden"));
}

static void a_client_certificate_that_is_none_is_told(void **state) {
    talk *t = *state;
    const server_reply replies[] = {{"", SERVER_SAYS}};
    begin_server(t, replies, 1);
    char url[160];
    snprintf(url, sizeof url, "https%s", t->url + strlen("http"));
    floe_http_options options = quick;
    options.client_certificate = "/no/such/client.pem";
    floe_http_free(t->http);
    assert_int_equal(floe_http_new(&t->http, &options, &t->error), 0);
    const floe_http_request request = {.method = "GET", .url = url};
    assert_int_equal(floe_http_send(&t->response, t->http, &request, &t->error), FLOE_INVALID);
    assert_non_null(strstr(t->error.message, "the client certificate for https://127.0.0.1:"));
    assert_non_null(strstr(t->error.message, "/no/such/client.pem"));
}

static void a_header_cannot_smuggle_another(void **state) {
    talk *t = *state;
    const floe_http_header headers[] = {{"Authorization", "Bearer hidden\r\nX-Other: 1", true}};
    const floe_http_request request = {
        .method = "GET", .url = "http://127.0.0.1:1/", .headers = headers, .header_count = 1};
    assert_int_equal(floe_http_send(&t->response, t->http, &request, &t->error), FLOE_INVALID);
    assert_null(strstr(t->error.message, "hidden"));
}

static void a_redirect_on_the_same_host_is_followed_with_the_body(void **state) {
    talk *t = *state;
    const server_reply replies[] = {
        {"HTTP/1.1 307 There\r\nLocation: /v2/config\r\nContent-Length: 0\r\n\r\n", SERVER_SAYS},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", SERVER_SAYS}};
    const floe_http_header headers[] = {{"Authorization", "Bearer abc", true}};
    assert_int_equal(
        ask(t,
            (floe_http_request){
                .method = "POST", .headers = headers, .header_count = 1, .body = "{}", .body_size = 2},
            replies, 2),
        0);
    assert_int_equal(t->response.status, 200);
    assert_non_null(strstr(t->server.requests[1].data, "POST /v2/config HTTP/1.1"));
    assert_non_null(strstr(t->server.requests[1].data, "Bearer abc"));
    assert_non_null(strstr(t->server.requests[1].data, "\r\n\r\n{}"));
}

static void a_redirect_to_another_host_gets_no_secret_and_no_body(void **state) {
    talk *t = *state;
    server other;
    const server_reply there[] = {{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", SERVER_SAYS}};
    const floe_http_header headers[] = {{"Authorization", "Bearer abc", true},
                                        {"Accept", "text/plain", false}};
    char moved[160];
    server_begin(&other, there, 1);
    snprintf(moved, sizeof moved,
             "HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:%u/x\r\nContent-Length: 0\r\n\r\n",
             other.port);
    const server_reply replies[] = {{moved, SERVER_SAYS}};
    assert_int_equal(
        ask(t, (floe_http_request){.method = "GET", .headers = headers, .header_count = 2}, replies, 1), 0);
    server_free(&t->server);
    assert_int_equal(
        ask(t, (floe_http_request){.method = "POST", .headers = headers, .header_count = 2}, replies, 1),
        FLOE_OUTSIDE);
    server_end(&other);
    assert_int_equal(other.request_count, 1);
    assert_null(strstr(other.requests[0].data, "abc"));
    assert_non_null(strstr(other.requests[0].data, "Accept: text/plain"));
    server_free(&other);
}

static void redirects_end(void **state) {
    talk *t = *state;
    const server_reply circle[] = {
        {"HTTP/1.1 302 There\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n", SERVER_SAYS}};
    assert_int_equal(get(t, circle, 1), FLOE_OUTSIDE);
    assert_int_equal(t->server.request_count, 6);
    assert_null(strstr(t->error.message, "hidden"));
}

static void the_environment_s_proxy_is_used(void **state) {
    talk *t = *state;
    const server_reply replies[] = {{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", SERVER_SAYS}};
    begin_server(t, replies, 1);
    setenv("http_proxy", t->url, 1);
    const floe_http_request request = {.method = "GET", .url = "http://catalog.invalid/v1/config"};
    int result = floe_http_send(&t->response, t->http, &request, &t->error);
    unsetenv("http_proxy");
    server_end(&t->server);
    assert_int_equal(result, 0);
    assert_non_null(strstr(t->server.requests[0].data, "GET http://catalog.invalid/v1/config HTTP/1.1\r\n"));
}

static void *interrupt_soon(void *user) {
    server *s = user;
    while (!__atomic_load_n(&s->request_count, __ATOMIC_SEQ_CST)) {
        sched_yield();
    }
    kill(getpid(), SIGINT);
    return NULL;
}

static void addresses_are_encoded_and_shown_without_secrets(void **state) {
    (void)state;
    floe_buffer out = {0};
    char shown[64];
    assert_int_equal(floe_address_encode(&out, "a b/\x1F\xC3\xA4-._~%\0", 12), 0);
    assert_string_equal(out.data, "a%20b%2F%1F%C3%A4-._~%25");
    floe_buffer_free(&out);
    floe_address_show(shown, sizeof shown, "https://me:secret@host:1/path@x?q=secret#f");
    assert_string_equal(shown, "https://host:1/path@x");
    floe_address_show(shown, 12, "https://host:1/path");
    assert_string_equal(shown, "https://hos");
    floe_address_show(shown, sizeof shown, "me:secret@host");
    assert_string_equal(shown, "host");
}

/* The last test, since nothing is asked after an interrupt. */
static void an_interrupt_ends_the_waiting(void **state) {
    talk *t = *state;
    const server_reply silent[] = {{"", SERVER_STALLS}};
    const floe_http_options patient = {.total_milliseconds = 60000};
    pthread_t thread;
    floe_interrupt_watch();
    floe_http_free(t->http);
    assert_int_equal(floe_http_new(&t->http, &patient, &t->error), 0);
    begin_server(t, silent, 1);
    const floe_http_request request = {.method = "GET", .url = t->url};
    int64_t begin = floe_clock_monotonic();
    pthread_create(&thread, NULL, interrupt_soon, &t->server);
    assert_int_equal(floe_http_send(&t->response, t->http, &request, &t->error), FLOE_OUTSIDE);
    pthread_join(thread, NULL);
    server_end(&t->server);
    assert_non_null(strstr(t->error.message, "interrupted"));
    assert_true(floe_clock_monotonic() - begin < 5000000000);
}

#define TALK(name) cmocka_unit_test_setup_teardown(name, begin_talk, end_talk)

int main(void) {
    const struct CMUnitTest tests[] = {
        TALK(a_request_arrives_as_it_was_given),
        TALK(an_answer_of_any_status_is_an_answer),
        TALK(connections_are_used_again_to_read_and_are_new_to_write),
        TALK(a_cut_answer_is_asked_for_again_where_that_is_safe),
        TALK(a_write_that_may_have_arrived_is_sent_once),
        TALK(a_write_that_may_be_repeated_is),
        TALK(what_the_server_says_it_did_not_do_is_sent_again),
        TALK(a_wait_that_is_too_long_is_not_waited),
        TALK(a_date_to_wait_for_is_waited_for),
        TALK(a_date_counts_from_the_servers_own_time_in_each_form_of_the_standard),
        TALK(a_date_that_is_far_or_over_or_none_holds_nobody_up),
        TALK(a_gateway_that_failed_is_asked_again_only_to_read),
        TALK(tries_end),
        TALK(a_server_that_stalls_is_left_in_time),
        TALK(an_answer_larger_than_the_bound_is_refused),
        TALK(what_is_no_http_is_told),
        TALK(nobody_there_is_no_doubt_about_a_write),
        TALK(errors_show_no_secret),
        TALK(an_address_that_is_a_secret_is_shown_by_its_host),
        TALK(a_client_certificate_that_is_none_is_told),
        TALK(a_header_cannot_smuggle_another),
        TALK(a_redirect_on_the_same_host_is_followed_with_the_body),
        TALK(a_redirect_to_another_host_gets_no_secret_and_no_body),
        TALK(redirects_end),
        TALK(the_environment_s_proxy_is_used),
        cmocka_unit_test(addresses_are_encoded_and_shown_without_secrets),
        TALK(an_interrupt_ends_the_waiting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * A server on the loopback interface that says what a test tells it to, byte for byte: whole answers, cut
 * ones, none. It runs in a thread, keeps what it was sent, and takes one request a connection unless the
 * answer is `kept`.
 */
#ifndef FLOE_TESTS_SERVER_H
#define FLOE_TESTS_SERVER_H

#include "support.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <strings.h>
#include <sys/socket.h>

typedef enum server_deed {
    SERVER_SAYS,   /* the text, then the connection is closed */
    SERVER_KEEPS,  /* the text, and more requests are taken on the same connection */
    SERVER_STALLS, /* the text, and then nothing until the client goes away */
    SERVER_POURS   /* the text, then "x" without end until the client goes away */
} server_deed;

typedef struct server_reply {
    const char *text;
    server_deed deed;
} server_reply;

enum { SERVER_REQUESTS = 32 };

typedef struct server {
    int listener, stop[2];
    unsigned port;
    pthread_t thread;
    const server_reply *replies; /* the last one is given again and again */
    size_t reply_count;
    floe_buffer requests[SERVER_REQUESTS];
    size_t request_count; /* read after server_end */
    size_t connections;
} server;

/* Waits until there is something to read; false when the server is to end. */
static inline bool server_wait(server *s, int fd) {
    struct pollfd both[2] = {{.fd = fd, .events = POLLIN}, {.fd = s->stop[0], .events = POLLIN}};
    return poll(both, 2, -1) > 0 && !both[1].revents;
}

static inline size_t server_body_size(const char *head) {
    const char *found = strcasestr(head, "\r\ncontent-length:");
    return found ? strtoul(found + sizeof "\r\ncontent-length:" - 1, NULL, 10) : 0;
}

/* Reads a whole request; false where the client went away. */
static inline bool server_read(server *s, int fd, floe_buffer *request) {
    char bytes[4096];
    for (;;) {
        const char *end = request->data ? strstr(request->data, "\r\n\r\n") : NULL;
        if (end && request->size >= (size_t)(end + 4 - request->data) + server_body_size(request->data)) {
            return true;
        }
        ssize_t size = server_wait(s, fd) ? read(fd, bytes, sizeof bytes) : 0;
        if (size <= 0) {
            return false;
        }
        floe_buffer_append(request, bytes, (size_t)size);
    }
}

static inline void server_answer(server *s, int fd, const server_reply *reply) {
    char gone[256], filler[4096];
    memset(filler, 'x', sizeof filler);
    ssize_t sent = send(fd, reply->text, strlen(reply->text), MSG_NOSIGNAL);
    while (sent >= 0 && reply->deed == SERVER_POURS) {
        sent = send(fd, filler, sizeof filler, MSG_NOSIGNAL);
    }
    while (reply->deed == SERVER_STALLS && server_wait(s, fd) && read(fd, gone, sizeof gone) > 0) {
    }
}

static inline void *server_run(void *user) {
    server *s = user;
    while (server_wait(s, s->listener)) {
        int fd = accept(s->listener, NULL, NULL);
        bool kept = fd >= 0;
        s->connections++;
        while (kept && s->request_count < SERVER_REQUESTS &&
               server_read(s, fd, &s->requests[s->request_count])) {
            size_t at = s->request_count++;
            const server_reply *reply = &s->replies[at < s->reply_count ? at : s->reply_count - 1];
            server_answer(s, fd, reply);
            kept = reply->deed == SERVER_KEEPS;
        }
        close(fd);
    }
    return NULL;
}

/* Takes a port that is free. */
static inline void server_listen(server *s) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    static const char *const proxies[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                          "ALL_PROXY"};
    for (size_t i = 0; i < COUNT(proxies); i++) {
        unsetenv(proxies[i]); /* none is between a test and its own machine */
    }
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(s->listener, 16), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&address, &size), 0);
    s->port = ntohs(address.sin_port);
    assert_int_equal(pipe(s->stop), 0);
}

static inline void server_close(server *s) {
    close(s->listener);
    close(s->stop[0]);
    close(s->stop[1]);
}

static inline void server_begin(server *s, const server_reply *replies, size_t count) {
    *s = (server){.replies = replies, .reply_count = count};
    server_listen(s);
    assert_int_equal(pthread_create(&s->thread, NULL, server_run, s), 0);
}

/* Ends the thread: what it was sent can be looked at then. */
static inline void server_end(server *s) {
    assert_int_equal(write(s->stop[1], "x", 1), 1);
    pthread_join(s->thread, NULL);
    server_close(s);
}

static inline void server_free(server *s) {
    for (size_t i = 0; i < SERVER_REQUESTS; i++) {
        floe_buffer_free(&s->requests[i]);
    }
}

#endif

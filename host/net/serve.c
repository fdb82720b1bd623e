#include "serve.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "microhttpd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PAGES = 16,
    CONNECTIONS = 64,
    CROWDED = CONNECTIONS * 3 / 4, /* from here on who dawdles has to go */
    REQUEST_TIME = 5000,           /* milliseconds */
    CROWDED_TIME = 250,
    ANSWER_TIME = 30000,
    LOOK = 200,               /* milliseconds between two looks at who dawdles */
    IDLE_TURNS = 32,          /* in a row, before the thread rests */
    REST = 20,                /* milliseconds */
    CONNECTION_BYTES = 16384, /* of a request's first line and headers, and of its answer's headers */
};

#define MILLISECOND 1000000

/* A page that is kept. One that is not live is one response, shared by all that take it. */
typedef struct kept_page {
    struct MHD_Response *response; /* NULL: live, made anew for each answer out of the text */
    char *text, *type;
    size_t size;
    unsigned status; /* 0: there is no such page */
} kept_page;

typedef struct place {
    char *path;
    kept_page page, stale;
    int64_t fresh_until; /* 0: for ever */
} place;

/* A connection, as the thread knows it. */
typedef struct visitor {
    int fd; /* -1: none */
    int64_t since;
    bool answered;
} visitor;

struct floe_serve {
    const floe_microhttpd *library;
    struct MHD_Daemon *daemon;
    int listener, events, wake;
    int64_t started;
    pthread_t thread;
    bool running;
    char address[INET6_ADDRSTRLEN + 16];

    pthread_mutex_t lock; /* over the pages */
    place places[PAGES];
    size_t count;

    visitor visitors[CONNECTIONS]; /* these four are the thread's alone */
    size_t open;
    bool left; /* somebody did: the library listens again with its next turn */
    bool news; /* somebody came, left or was answered in this turn */
};

/* ---- pages ---- */

static void add_headers(const floe_microhttpd *library, struct MHD_Response *response, const char *type) {
    library->add_response_header(response, "Content-Type", type);
    library->add_response_header(response, "Cache-Control", "no-store");
    library->add_response_header(response, "X-Content-Type-Options", "nosniff");
    library->add_response_header(response, "Connection", "close");
}

static struct MHD_Response *make_response(const floe_microhttpd *library, const char *type, const char *text,
                                          size_t size) {
    /* The library copies the text; its signature knows no const. */
    struct MHD_Response *response = library->create_response(size, (void *)text, MHD_RESPMEM_MUST_COPY);
    if (response) {
        add_headers(library, response, type);
    }
    return response;
}

/* A live page's text, with what is true only now. */
static struct MHD_Response *make_live(const floe_serve *serve, const kept_page *page) {
    floe_buffer text = {0};
    struct MHD_Response *response = NULL;
    const char *mark = strstr(page->text, FLOE_SERVE_UPTIME);
    size_t before = mark ? (size_t)(mark - page->text) : page->size;
    size_t after = mark ? before + strlen(FLOE_SERVE_UPTIME) : page->size;
    int64_t seconds = (floe_clock_monotonic() - serve->started) / (1000 * MILLISECOND);
    if (!floe_buffer_append(&text, page->text, before) &&
        (!mark || !floe_buffer_printf(&text, "%lld", (long long)seconds)) &&
        !floe_buffer_append(&text, page->text + after, page->size - after)) {
        response = make_response(serve->library, page->type, text.data, text.size);
    }
    floe_buffer_free(&text);
    return response;
}

static void free_page(const floe_serve *serve, kept_page *page) {
    if (page->response) {
        serve->library->destroy_response(page->response);
    }
    free(page->text);
    free(page->type);
    *page = (kept_page){0};
}

static int keep_page(kept_page *out, const floe_serve *serve, const floe_serve_page *page,
                     floe_error *error) {
    kept_page made = {.status = (unsigned)page->status, .size = page->size};
    if (page->live) {
        made.text = malloc(page->size + 1);
        made.type = strdup(page->type);
    } else {
        made.response = make_response(serve->library, page->type, page->text, page->size);
    }
    if (page->live ? !made.text || !made.type : !made.response) {
        free_page(serve, &made);
        return floe_error_memory(error);
    }
    if (page->live) {
        memcpy(made.text, page->text, page->size);
        made.text[page->size] = '\0';
    }
    *out = made;
    return 0;
}

static place *find_place(floe_serve *serve, const char *path) {
    for (size_t i = 0; i < serve->count; i++) {
        if (!strcmp(serve->places[i].path, path)) {
            return &serve->places[i];
        }
    }
    return NULL;
}

/* The place of a path, a new one where there is none; NULL and an error where there may be no more. */
static place *take_place(floe_serve *serve, const char *path, floe_error *error) {
    place *found = find_place(serve, path);
    if (found) {
        return found;
    }
    if (serve->count == PAGES) {
        floe_error_set(error, FLOE_LIMIT, "at most %d pages are served", PAGES);
        return NULL;
    }
    char *copy = strdup(path);
    if (!copy) {
        floe_error_memory(error);
        return NULL;
    }
    found = &serve->places[serve->count++];
    *found = (place){.path = copy};
    return found;
}

int floe_serve_set(floe_serve *serve, const char *path, const floe_serve_page *page, uint32_t milliseconds,
                   const floe_serve_page *stale, floe_error *error) {
    kept_page fresh = {0}, old = {0};
    int result = keep_page(&fresh, serve, page, error);
    if (!result && milliseconds) {
        result = keep_page(&old, serve, stale, error);
    }
    if (!result) {
        pthread_mutex_lock(&serve->lock);
        place *where = take_place(serve, path, error);
        if (where) {
            kept_page page_before = where->page, stale_before = where->stale;
            where->page = fresh;
            where->stale = old;
            where->fresh_until =
                milliseconds ? floe_clock_monotonic() + (int64_t)milliseconds * MILLISECOND : 0;
            fresh = page_before;
            old = stale_before;
        } else {
            result = error ? (int)error->code : FLOE_LIMIT;
        }
        pthread_mutex_unlock(&serve->lock);
    }
    free_page(serve, &fresh);
    free_page(serve, &old);
    return result;
}

/* ---- answers, on the server's thread ---- */

static enum MHD_Result send_text(const floe_serve *serve, struct MHD_Connection *connection, unsigned status,
                                 const char *text) {
    struct MHD_Response *response =
        make_response(serve->library, "text/plain; charset=utf-8", text, strlen(text));
    if (!response) {
        return MHD_NO;
    }
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED) {
        serve->library->add_response_header(response, "Allow", "GET, HEAD");
    }
    enum MHD_Result result = serve->library->queue_response(connection, status, response);
    serve->library->destroy_response(response);
    return result;
}

/* Whether there is such a page; it was sent then, as far as memory allowed. */
static bool send_page(floe_serve *serve, struct MHD_Connection *connection, const char *path,
                      enum MHD_Result *result) {
    pthread_mutex_lock(&serve->lock);
    place *where = find_place(serve, path);
    if (where) {
        bool stale = where->fresh_until && floe_clock_monotonic() > where->fresh_until;
        const kept_page *page = stale ? &where->stale : &where->page;
        struct MHD_Response *made = page->response ? NULL : make_live(serve, page);
        struct MHD_Response *response = page->response ? page->response : made;
        *result = response ? serve->library->queue_response(connection, page->status, response) : MHD_NO;
        if (made) {
            serve->library->destroy_response(made);
        }
    }
    pthread_mutex_unlock(&serve->lock);
    return where != NULL;
}

static void note_answer(const floe_serve *serve, struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        serve->library->get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    visitor *who = info ? info->socket_context : NULL;
    if (who) {
        who->answered = true;
    }
}

static enum MHD_Result answer(void *user, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *body, size_t *body_size,
                              void **request) {
    floe_serve *serve = user;
    enum MHD_Result result = MHD_NO;
    (void)version, (void)body, (void)body_size, (void)request;
    note_answer(serve, connection);
    serve->news = true;
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
        return send_text(serve, connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET is answered here\n");
    }
    if (!send_page(serve, connection, url, &result)) {
        result = send_text(serve, connection, MHD_HTTP_NOT_FOUND, "there is no such page\n");
    }
    return result;
}

static void welcome(floe_serve *serve, struct MHD_Connection *connection, void **context) {
    const union MHD_ConnectionInfo *info =
        serve->library->get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    serve->open++;
    for (size_t i = 0; info && i < CONNECTIONS; i++) {
        if (serve->visitors[i].fd < 0) {
            serve->visitors[i] = (visitor){.fd = info->connect_fd, .since = floe_clock_monotonic()};
            *context = &serve->visitors[i];
            return;
        }
    }
}

static void note_connection(void *user, struct MHD_Connection *connection, void **context,
                            enum MHD_ConnectionNotificationCode what) {
    floe_serve *serve = user;
    serve->news = true;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        welcome(serve, connection, context);
        return;
    }
    serve->open--;
    serve->left = true;
    if (*context) {
        ((visitor *)*context)->fd = -1;
    }
}

/* Ends connections that take too long; the library sees them closed and cleans up. Its own time-out starts
 * anew with each byte, so that one a second would hold a connection for hours. */
static void send_away(floe_serve *serve) {
    int64_t now = floe_clock_monotonic();
    int request_time = serve->open >= CROWDED ? CROWDED_TIME : REQUEST_TIME;
    for (size_t i = 0; i < CONNECTIONS; i++) {
        visitor *who = &serve->visitors[i];
        int64_t most = who->answered ? ANSWER_TIME : request_time;
        if (who->fd >= 0 && now - who->since > most * MILLISECOND) {
            shutdown(who->fd, SHUT_RDWR);
        }
    }
}

static int patience(floe_serve *serve) {
    MHD_UNSIGNED_LONG_LONG milliseconds;
    if (serve->left) {
        serve->left = false;
        return 0;
    }
    if (serve->library->get_timeout(serve->daemon, &milliseconds) == MHD_YES && milliseconds < LOOK) {
        return (int)milliseconds;
    }
    return serve->open ? LOOK : -1;
}

/* Where this process may open no more files who comes cannot be welcomed, and is announced again and again.
 */
static void *run(void *user) {
    floe_serve *serve = user;
    struct pollfd polled[2] = {{.fd = serve->events, .events = POLLIN},
                               {.fd = serve->wake, .events = POLLIN}};
    for (int idle = 0; !polled[1].revents;) {
        int ready = poll(polled, 2, patience(serve));
        serve->news = false;
        serve->library->run(serve->daemon);
        send_away(serve);
        idle = ready > 0 && !serve->news ? idle + 1 : 0;
        if (idle > IDLE_TURNS && !polled[1].revents) {
            poll(&polled[1], 1, REST);
        }
    }
    return NULL;
}

/* ---- starting ---- */

static int explain_address(const char *listen, floe_error *error) {
    floe_error_set(error, FLOE_INVALID, "'%s' is no address to listen on", listen);
    floe_error_hint(error, "write ADDRESS:PORT, such as 127.0.0.1:8080, [::1]:8080 or 0.0.0.0:8080");
    return FLOE_INVALID;
}

/* Splits ADDRESS:PORT; the address is cut out of `host`. */
static int split_address(char *host, size_t size, const char **port, const char *listen, floe_error *error) {
    const char *colon = strrchr(listen, ':');
    size_t length = colon ? (size_t)(colon - listen) : 0;
    bool bracketed = length >= 2 && listen[0] == '[' && listen[length - 1] == ']';
    if (!colon || length >= size || !colon[1] || strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
        strtoul(colon + 1, NULL, 10) > UINT16_MAX || (!bracketed && memchr(listen, ':', length))) {
        return explain_address(listen, error);
    }
    snprintf(host, size, "%.*s", (int)(bracketed ? length - 2 : length), listen + bracketed);
    if (!host[0] || !strcmp(host, "localhost")) {
        snprintf(host, size, "127.0.0.1");
    }
    *port = colon + 1;
    return 0;
}

static int bind_socket(int *out, const struct addrinfo *where, const char *listen_on, floe_error *error) {
    int yes = 1;
    int fd = socket(where->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && !setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) &&
        !bind(fd, where->ai_addr, where->ai_addrlen) && !listen(fd, SOMAXCONN)) {
        *out = fd;
        return 0;
    }
    int reason = errno;
    if (fd >= 0) {
        close(fd);
    }
    floe_error_set(error, FLOE_OUTSIDE, "cannot listen on %s: %s", listen_on,
                   reason == EADDRINUSE ? "another program listens there" : strerror(reason));
    floe_error_hint(error, "%s",
                    reason == EADDRINUSE ? "choose another port, or end the program that has it"
                                         : "choose an address of this machine and a port that you may use");
    return FLOE_OUTSIDE;
}

static int open_listener(int *out, const char *listen_on, floe_error *error) {
    char host[INET6_ADDRSTRLEN + 16];
    const char *port;
    int result = split_address(host, sizeof host, &port, listen_on, error);
    if (result) {
        return result;
    }
    struct addrinfo *found = NULL;
    const struct addrinfo wanted = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
    if (getaddrinfo(host, port, &wanted, &found)) {
        return explain_address(listen_on, error);
    }
    result = bind_socket(out, found, listen_on, error);
    freeaddrinfo(found);
    return result;
}

static void name_address(floe_serve *serve) {
    struct sockaddr_storage storage;
    socklen_t size = sizeof storage;
    char host[INET6_ADDRSTRLEN] = "", port[8] = "";
    if (!getsockname(serve->listener, (struct sockaddr *)&storage, &size) &&
        !getnameinfo((struct sockaddr *)&storage, size, host, sizeof host, port, sizeof port,
                     NI_NUMERICHOST | NI_NUMERICSERV)) {
        bool six = storage.ss_family == AF_INET6;
        snprintf(serve->address, sizeof serve->address, "%s%s%s:%s", six ? "[" : "", host, six ? "]" : "",
                 port);
    }
}

static int start_daemon(floe_serve *serve, floe_error *error) {
    serve->daemon = serve->library->start_daemon(
        MHD_USE_EPOLL, 0, NULL, NULL, answer, serve, MHD_OPTION_LISTEN_SOCKET, serve->listener,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_BYTES, MHD_OPTION_NOTIFY_CONNECTION, note_connection, serve, MHD_OPTION_END);
    const union MHD_DaemonInfo *info =
        serve->daemon ? serve->library->get_daemon_info(serve->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
    if (!info) {
        return floe_error_set(error, FLOE_OUTSIDE, "libmicrohttpd %s does not start",
                              serve->library->get_version());
    }
    serve->events = info->epoll_fd;
    return 0;
}

/* Signals are for the thread that works: its waiting must end by them. */
static int start_thread(floe_serve *serve, floe_error *error) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&serve->thread, NULL, run, serve);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed) {
        return floe_error_set(error, FLOE_IO, "cannot start a thread: %s", strerror(failed));
    }
    serve->running = true;
    return 0;
}

int floe_serve_start(floe_serve **out, const char *listen_on, floe_error *error) {
    floe_serve *serve = calloc(1, sizeof *serve);
    if (!serve) {
        return floe_error_memory(error);
    }
    serve->listener = serve->wake = -1;
    serve->started = floe_clock_monotonic();
    pthread_mutex_init(&serve->lock, NULL);
    for (size_t i = 0; i < CONNECTIONS; i++) {
        serve->visitors[i].fd = -1;
    }
    int result = floe_microhttpd_load(&serve->library, error);
    if (!result) {
        result = open_listener(&serve->listener, listen_on, error);
    }
    if (!result) {
        name_address(serve);
        serve->wake = eventfd(0, EFD_CLOEXEC);
        result = serve->wake < 0 ? floe_error_system(error, "make", "an event") : start_daemon(serve, error);
    }
    if (!result) {
        result = start_thread(serve, error);
    }
    if (result) {
        floe_serve_stop(serve);
        return result;
    }
    *out = serve;
    return 0;
}

const char *floe_serve_address(const floe_serve *serve) {
    return serve->address;
}

void floe_serve_stop(floe_serve *serve) {
    if (!serve) {
        return;
    }
    if (serve->running) {
        const uint64_t one = 1;
        while (write(serve->wake, &one, sizeof one) < 0 && errno == EINTR) {
        }
        pthread_join(serve->thread, NULL);
    }
    if (serve->daemon) {
        serve->library->stop_daemon(serve->daemon); /* closes the listening socket as well */
    } else if (serve->listener >= 0) {
        close(serve->listener);
    }
    if (serve->wake >= 0) {
        close(serve->wake);
    }
    for (size_t i = 0; i < serve->count; i++) {
        free_page(serve, &serve->places[i].page);
        free_page(serve, &serve->places[i].stale);
        free(serve->places[i].path);
    }
    pthread_mutex_destroy(&serve->lock);
    free(serve);
}

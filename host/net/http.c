#include "http.h"

#include "address.h"
#include "base/clock.h"
#include "base/interrupt.h"
#include "curl.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <time.h>

enum {
    CONNECT_MILLISECONDS = 10 * 1000,
    TOTAL_MILLISECONDS = 60 * 1000,
    RETRY_MILLISECONDS = 250,
    LONGEST_WAIT = 20 * 1000,
    TRIES = 4,
    BODY_BYTES = 64 << 20,
    HEADER_BYTES = 256 << 10, /* of all of a response's headers */
    REDIRECTS = 5,
    SHOWN = 256 /* bytes of an address in an error */
};

struct floe_http {
    const floe_curl *curl;
    CURL *handle; /* keeps connections between requests */
    floe_http_options options;
    char detail[CURL_ERROR_SIZE]; /* what libcurl says about the last failure */
};

/* One exchange with a server, as the callbacks see it. */
typedef struct exchange {
    floe_http *http;
    const floe_http_request *request;
    floe_http_response *response;
    bool too_large;
} exchange;

/* ---- the client ---- */

static uint32_t or_default(uint32_t value, uint32_t standard) {
    return value ? value : standard;
}

int floe_http_new(floe_http **out, const floe_http_options *options, floe_error *error) {
    const floe_http_options given = options ? *options : (floe_http_options){0};
    const floe_curl *curl;
    int result = floe_curl_load(&curl, error);
    floe_http *http = result ? NULL : calloc(1, sizeof *http);
    if (result) {
        return result;
    }
    if (!http || !(http->handle = curl->easy_init())) {
        free(http);
        return floe_error_memory(error);
    }
    http->curl = curl;
    http->options = (floe_http_options){
        .ca_file = given.ca_file ? given.ca_file : getenv("SSL_CERT_FILE"),
        .ca_path = given.ca_path ? given.ca_path : getenv("SSL_CERT_DIR"),
        .client_certificate = given.client_certificate,
        .client_key = given.client_key,
        .connect_milliseconds = or_default(given.connect_milliseconds, CONNECT_MILLISECONDS),
        .total_milliseconds = or_default(given.total_milliseconds, TOTAL_MILLISECONDS),
        .retry_milliseconds = or_default(given.retry_milliseconds, RETRY_MILLISECONDS),
        .longest_wait = or_default(given.longest_wait, LONGEST_WAIT),
        .tries = or_default(given.tries, TRIES),
        .most_bytes = given.most_bytes ? given.most_bytes : BODY_BYTES,
    };
    *out = http;
    return 0;
}

void floe_http_free(floe_http *http) {
    if (http) {
        http->curl->easy_cleanup(http->handle);
        free(http);
    }
}

static void wipe(floe_buffer *buffer) {
    if (buffer->data) {
        explicit_bzero(buffer->data, buffer->capacity);
    }
    floe_buffer_free(buffer);
}

void floe_http_response_free(floe_http_response *response) {
    wipe(&response->body);
    wipe(&response->header);
    *response = (floe_http_response){0};
}

const char *floe_http_header_of(const floe_http_response *response, const char *name, size_t *length) {
    size_t size = strlen(name);
    const char *at = response->header.data, *found = NULL;
    while (at && *at && !found) {
        size_t line = strcspn(at, "\n");
        if (line > size && strncmp(at, name, size) == 0 && at[size] == ':') {
            found = at + size + 1;
            found += strspn(found, " \t");
            *length = (size_t)(at + line - found);
        }
        at += line + (at[line] == '\n');
    }
    return found;
}

/* ---- what libcurl calls ---- */

static size_t take_body(char *bytes, size_t one, size_t count, void *user) {
    exchange *x = user;
    floe_buffer *body = &x->response->body;
    size_t size = one * count;
    x->too_large = size > x->http->options.most_bytes - body->size;
    return x->too_large || floe_buffer_append(body, bytes, size) ? 0 : size;
}

/* Keeps a line "Name: value\r\n" as "name: value\n". A status line starts over: what came before was another
 * response, such as 100. */
static size_t take_header(char *bytes, size_t one, size_t count, void *user) {
    exchange *x = user;
    floe_buffer *header = &x->response->header;
    size_t size = one * count, length = size, colon = 0, start;
    if (size > 5 && strncasecmp(bytes, "http/", 5) == 0) {
        floe_buffer_clear(header);
        return size;
    }
    while (length && strchr("\r\n \t", bytes[length - 1])) {
        length--;
    }
    while (colon < length && bytes[colon] != ':') {
        colon++;
    }
    if (colon == 0 || colon == length) {
        return size;
    }
    x->too_large = length > HEADER_BYTES - header->size;
    if (x->too_large) {
        return 0;
    }
    start = header->size;
    if (floe_buffer_append(header, bytes, length) || floe_buffer_append(header, "\n", 1)) {
        return 0;
    }
    for (size_t i = start; i < start + colon; i++) {
        header->data[i] = (char)tolower((unsigned char)header->data[i]);
    }
    return size;
}

static int stop_at_interrupt(void *user, curl_off_t to_come, curl_off_t came, curl_off_t to_go,
                             curl_off_t gone) {
    (void)user, (void)to_come, (void)came, (void)to_go, (void)gone;
    return floe_interrupted();
}

/* Programs that floe starts must not hold its connections. */
static int close_on_exec(void *user, curl_socket_t socket, curlsocktype purpose) {
    (void)user, (void)purpose;
    return fcntl(socket, F_SETFD, FD_CLOEXEC) ? CURL_SOCKOPT_ERROR : CURL_SOCKOPT_OK;
}

/* ---- one try ---- */

static bool is_method(const floe_http_request *request, const char *name) {
    return strcmp(request->method, name) == 0;
}

/* The request's headers as libcurl takes them; secrets only where they may go. FLOE_MEMORY. */
static int make_headers(struct curl_slist **out, const floe_curl *curl, const floe_http_request *request,
                        bool with_secrets, floe_error *error) {
    /* No "Expect: 100-continue", and no type of body that nobody named. */
    struct curl_slist *list = curl->slist_append(NULL, "Expect:");
    bool typed = false, complete = list != NULL;
    for (size_t i = 0; i < request->header_count && complete; i++) {
        const floe_http_header *header = &request->headers[i];
        floe_buffer line = {0};
        if (header->secret && !with_secrets) {
            continue;
        }
        typed = typed || strcasecmp(header->name, "content-type") == 0;
        complete =
            !floe_buffer_printf(&line, header->value[0] ? "%s: %s" : "%s;%s", header->name, header->value);
        struct curl_slist *longer = complete ? curl->slist_append(list, line.data) : NULL;
        complete = longer != NULL;
        list = complete ? longer : list;
        wipe(&line);
    }
    if (complete && !typed) {
        struct curl_slist *longer = curl->slist_append(list, "Content-Type:");
        complete = longer != NULL;
        list = complete ? longer : list;
    }
    if (!complete) {
        curl->slist_free_all(list);
        return floe_error_memory(error);
    }
    *out = list;
    return 0;
}

static void free_headers(const floe_curl *curl, struct curl_slist *list) {
    for (struct curl_slist *one = list; one; one = one->next) {
        explicit_bzero(one->data, strlen(one->data));
    }
    curl->slist_free_all(list);
}

/* Whether all of the options could be set. */
static bool set_trust(floe_http *http) {
    const floe_http_options *options = &http->options;
    const floe_curl *curl = http->curl;
    CURL *handle = http->handle;
    const char *certificate = options->client_certificate, *key = options->client_key;
    return !curl->easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L) &&
           !curl->easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L) &&
           !curl->easy_setopt(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
           (!options->ca_file || !curl->easy_setopt(handle, CURLOPT_CAINFO, options->ca_file)) &&
           (!options->ca_path || !curl->easy_setopt(handle, CURLOPT_CAPATH, options->ca_path)) &&
           (!certificate || !curl->easy_setopt(handle, CURLOPT_SSLCERT, certificate)) &&
           (!key || !curl->easy_setopt(handle, CURLOPT_SSLKEY, key));
}

/* Whether all of the options could be set. */
static bool set_limits(floe_http *http) {
    const floe_http_options *options = &http->options;
    const floe_curl *curl = http->curl;
    CURL *handle = http->handle;
    return set_trust(http) && !curl->easy_setopt(handle, CURLOPT_NOSIGNAL, 1L) &&
           !curl->easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https") &&
           !curl->easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L) &&
           !curl->easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_milliseconds) &&
           !curl->easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)options->total_milliseconds) &&
           !curl->easy_setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
           !curl->easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) &&
           !curl->easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L) &&
           !curl->easy_setopt(handle, CURLOPT_USERAGENT, "floe/" FLOE_VERSION) &&
           !curl->easy_setopt(handle, CURLOPT_ERRORBUFFER, http->detail) &&
           !curl->easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, close_on_exec);
}

static bool set_callbacks(exchange *x) {
    const floe_curl *curl = x->http->curl;
    CURL *handle = x->http->handle;
    return !curl->easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body) &&
           !curl->easy_setopt(handle, CURLOPT_WRITEDATA, x) &&
           !curl->easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header) &&
           !curl->easy_setopt(handle, CURLOPT_HEADERDATA, x) &&
           !curl->easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, stop_at_interrupt) &&
           !curl->easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
}

static bool is_repeatable(const floe_http_request *request) {
    return request->repeatable || is_method(request, "GET") || is_method(request, "HEAD");
}

static bool set_request(floe_http *http, const floe_http_request *request, const char *url,
                        struct curl_slist *headers) {
    const floe_curl *curl = http->curl;
    CURL *handle = http->handle;
    bool done = !curl->easy_setopt(handle, CURLOPT_URL, url) &&
                !curl->easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    if (request->body || is_method(request, "POST") || is_method(request, "PUT")) {
        done = done &&
               !curl->easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size) &&
               !curl->easy_setopt(handle, CURLOPT_POSTFIELDS, request->body ? request->body : "");
    }
    if (is_method(request, "HEAD")) {
        return done && !curl->easy_setopt(handle, CURLOPT_NOBODY, 1L);
    }
    if (!is_repeatable(request)) {
        /* On a connection that was used before and dies libcurl sends any request again on a new one. */
        done = done && !curl->easy_setopt(handle, CURLOPT_FRESH_CONNECT, 1L);
    }
    return done && !curl->easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request->method);
}

/* Whether nothing of the request can have arrived. */
static bool was_not_sent(floe_http *http, CURLcode code) {
    long bytes = 0;
    curl_off_t before = 0;
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
        return true;
    default:
        break;
    }
    return !http->curl->easy_getinfo(http->handle, CURLINFO_REQUEST_SIZE, &bytes) && bytes == 0 &&
           !http->curl->easy_getinfo(http->handle, CURLINFO_PRETRANSFER_TIME_T, &before) && before == 0;
}

/* Sends the request once, to `url`. The result is libcurl's. */
static int try_once(CURLcode *code, exchange *x, const floe_http_request *request, const char *url,
                    bool with_secrets, floe_error *error) {
    floe_http *http = x->http;
    struct curl_slist *headers = NULL;
    long status = 0;
    int result = make_headers(&headers, http->curl, request, with_secrets, error);
    if (result) {
        return result;
    }
    x->too_large = false;
    x->response->status = 0;
    floe_buffer_clear(&x->response->body);
    floe_buffer_clear(&x->response->header);
    http->detail[0] = '\0';
    http->curl->easy_reset(http->handle);
    if (!set_limits(http) || !set_callbacks(x) || !set_request(http, request, url, headers)) {
        result = floe_error_memory(error);
    } else {
        *code = http->curl->easy_perform(http->handle);
        if (!*code && !http->curl->easy_getinfo(http->handle, CURLINFO_RESPONSE_CODE, &status)) {
            x->response->status = (int)status;
        }
        x->response->unsure = *code && !was_not_sent(http, *code);
    }
    free_headers(http->curl, headers);
    return result                                                   ? result
           : x->response->body.failed || x->response->header.failed ? floe_error_memory(error)
                                                                    : 0;
}

/* ---- failures in words ---- */

/* An address as an error of this request may name it. */
static void show_address(char out[SHOWN], const floe_http_request *request, const char *url) {
    floe_address_show(out, SHOWN, url);
    char *host = strstr(out, "://");
    if (request->secret && host) {
        host[3 + strcspn(host + 3, "/")] = '\0';
    }
}

static int explain_trust(floe_http *http, const char *shown, floe_error *error) {
    floe_error_set(error, FLOE_TRUST, "the certificate of %s cannot be trusted: %s", shown,
                   http->detail[0] ? http->detail : "it could not be verified");
    floe_error_hint(error, "name the file with the authority's certificate (ca_file, or the variable "
                           "SSL_CERT_FILE); certificates are always verified");
    return FLOE_TRUST;
}

/* What libcurl says of a client's certificate names its file, and neither the address nor what is in it. */
static int explain_certificate(floe_http *http, const char *shown, floe_error *error) {
    floe_error_set(error, FLOE_INVALID, "the client certificate for %s cannot be used: %s", shown,
                   http->detail[0] ? http->detail : "it cannot be read");
    floe_error_hint(error, "name PEM files of a certificate and of its key, which has no passphrase");
    return FLOE_INVALID;
}

static int explain_unreachable(floe_http *http, CURLcode code, const char *shown, floe_error *error) {
    floe_error_set(error, FLOE_OUTSIDE, "cannot reach %s: %s", shown, http->curl->easy_strerror(code));
    floe_error_hint(error, "is the address right, does the server run, and is a proxy needed (https_proxy)?");
    return FLOE_OUTSIDE;
}

static int explain_slow(floe_http *http, const floe_http_response *response, const char *shown,
                        floe_error *error) {
    const floe_http_options *options = &http->options;
    if (!response->unsure) {
        return floe_error_set(error, FLOE_OUTSIDE, "no connection to %s within %.3g s", shown,
                              options->connect_milliseconds / 1e3);
    }
    return floe_error_set(error, FLOE_OUTSIDE, "no complete answer from %s within %.3g s", shown,
                          options->total_milliseconds / 1e3);
}

static int explain(const exchange *x, CURLcode code, const char *url, floe_error *error) {
    char shown[SHOWN];
    show_address(shown, x->request, url);
    if (x->too_large) {
        return floe_error_set(error, FLOE_OUTSIDE, "the answer of %s is larger than %zu bytes", shown,
                              x->http->options.most_bytes);
    }
    switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
        return floe_error_set(error, FLOE_OUTSIDE, "interrupted while waiting for %s", shown);
    case CURLE_OPERATION_TIMEDOUT:
        return explain_slow(x->http, x->response, shown, error);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return explain_trust(x->http, shown, error);
    case CURLE_SSL_CERTPROBLEM:
        return explain_certificate(x->http, shown, error);
    case CURLE_OUT_OF_MEMORY: /* also libcurl's word for a header line of more than 100 KB */
        return floe_error_set(error, FLOE_OUTSIDE, "the answer of %s has a header that is too long", shown);
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        return floe_error_set(error, FLOE_OUTSIDE,
                              "the connection to %s ended before its answer was complete", shown);
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_CONTENT_ENCODING:
        return floe_error_set(error, FLOE_OUTSIDE, "what answers at %s does not speak HTTP", shown);
    default:
        return explain_unreachable(x->http, code, shown, error);
    }
}

/* ---- trying again ---- */

/* The moment that a header of the response names (RFC 9110, 5.6.7) in seconds since 1970; -1: it names none.
 */
static int64_t date_in(const floe_http *http, const floe_http_response *response, const char *name) {
    char text[64];
    size_t length;
    const char *value = floe_http_header_of(response, name, &length);
    if (!value || length >= sizeof text) {
        return -1;
    }
    memcpy(text, value, length);
    text[length] = '\0';
    return http->curl->getdate(text, NULL);
}

/* The milliseconds until the date that the server asks to wait for, by the server's own clock where it tells
 * the time: its clock and ours need not agree. */
static uint64_t wait_until_date(const floe_http *http, const floe_http_response *response) {
    int64_t until = date_in(http, response, "retry-after"), now = date_in(http, response, "date");
    now = now < 0 ? floe_clock_now() / 1000000000 : now;
    return until > now ? (uint64_t)(until - now) * 1000 : 0;
}

uint64_t floe_http_asked_wait(const floe_http *http, const floe_http_response *response) {
    size_t length, digits = 0;
    const char *text = floe_http_header_of(response, "retry-after", &length);
    uint64_t seconds = 0;
    if (!text) {
        return 0;
    }
    for (; digits < length && isdigit((unsigned char)text[digits]); digits++) {
        seconds = digits < 9 ? seconds * 10 + (uint64_t)(text[digits] - '0') : seconds;
    }
    return digits == length ? seconds * 1000 : wait_until_date(http, response);
}

/* Between half of `whole` and all of it. */
static uint32_t jitter(uint32_t whole) {
    uint32_t random = 0;
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) != sizeof random) {
        random = (uint32_t)floe_clock_monotonic();
    }
    return whole / 2 + random % (whole / 2 + 1);
}

/* The wait before try number `next` (from 1). */
static uint32_t usual_wait(const floe_http_options *options, uint32_t next) {
    uint64_t whole = (uint64_t)options->retry_milliseconds << (next > 10 ? 10 : next - 1);
    return jitter(whole > options->longest_wait ? options->longest_wait : (uint32_t)whole);
}

/* Sleeps; false where it was interrupted. */
static bool wait_milliseconds(uint64_t milliseconds) {
    int64_t end = floe_clock_monotonic() + (int64_t)milliseconds * 1000000;
    while (!floe_interrupted()) {
        int64_t left = end - floe_clock_monotonic();
        if (left <= 0) {
            return true;
        }
        struct timespec time = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
        nanosleep(&time, NULL);
    }
    return false;
}

bool floe_http_pause(uint32_t milliseconds) {
    return wait_milliseconds(jitter(milliseconds));
}

/* Whether sending the request again is safe and may help, after libcurl's `code` or the response. */
static bool may_try_again(const exchange *x, CURLcode code, const floe_http_request *request) {
    if (code == CURLE_ABORTED_BY_CALLBACK || code == CURLE_PEER_FAILED_VERIFICATION ||
        code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CERTPROBLEM || code == CURLE_URL_MALFORMAT ||
        x->too_large) {
        return false;
    }
    if (code == CURLE_OPERATION_TIMEDOUT && x->response->unsure) {
        return false; /* it had all the time that it may have */
    }
    if (code) {
        return !x->response->unsure || is_repeatable(request);
    }
    switch (x->response->status) {
    case 429:
    case 503:
        return true;
    case 502:
    case 504:
        return is_repeatable(request);
    default:
        return false;
    }
}

/* Sends the request to `url` until there is an answer that stands, or no try is left. */
static int exchange_with(exchange *x, const floe_http_request *request, const char *url, bool with_secrets,
                         floe_error *error) {
    const floe_http_options *options = &x->http->options;
    bool ever_unsure = false;
    for (uint32_t tried = 1;; tried++) {
        CURLcode code = CURLE_OK;
        int result = try_once(&code, x, request, url, with_secrets, error);
        if (result) {
            return result;
        }
        uint64_t asked = code ? 0 : floe_http_asked_wait(x->http, x->response);
        uint64_t wait = asked ? asked : usual_wait(options, tried);
        x->response->again = x->response->again || ever_unsure;
        ever_unsure =
            ever_unsure || x->response->unsure || x->response->status == 502 || x->response->status == 504;
        if (tried >= options->tries || !may_try_again(x, code, request) || wait > options->longest_wait) {
            x->response->unsure = x->response->unsure || (code && ever_unsure);
            return code ? explain(x, code, url, error) : 0;
        }
        if (!wait_milliseconds(wait)) {
            return explain(x, CURLE_ABORTED_BY_CALLBACK, url, error);
        }
    }
}

/* ---- redirects ---- */

static int refuse_redirect(const floe_http_request *request, const char *from, const char *to,
                           const char *why, floe_error *error) {
    char shown[SHOWN], target[SHOWN];
    show_address(shown, request, from);
    show_address(target, request, to);
    floe_error_set(error, FLOE_OUTSIDE, "%s redirects to %s, %s", shown, target, why);
    floe_error_hint(error, "if that is where the service lives, write its address instead");
    return FLOE_OUTSIDE;
}

/* Where the response leads to (the caller's to free), or NULL where it is an answer. */
static int redirect_target(char **out, const exchange *x, const floe_http_request *request, const char *url,
                           bool *with_secrets, floe_error *error) {
    const floe_curl *curl = x->http->curl;
    bool reading = is_method(request, "GET") || is_method(request, "HEAD");
    int status = x->response->status, result;
    char *target = NULL;
    *out = NULL;
    if (status != 307 && status != 308 && !((status == 301 || status == 302) && reading)) {
        return 0;
    }
    if (curl->easy_getinfo(x->http->handle, CURLINFO_REDIRECT_URL, &target) || !target) {
        return 0;
    }
    result = floe_address_check(curl, target, error);
    if (result) {
        return refuse_redirect(request, url, target, "which is no address that can be asked", error);
    }
    if (!floe_address_same_origin(curl, url, target)) {
        if (!reading) {
            return refuse_redirect(request, url, target, "another host, which is not sent what this one was",
                                   error);
        }
        if (strncasecmp(url, "https:", 6) == 0 && strncasecmp(target, "https:", 6) != 0) {
            return refuse_redirect(request, url, target, "which is not encrypted", error);
        }
        *with_secrets = false;
    }
    *out = strdup(target);
    return *out ? 0 : floe_error_memory(error);
}

/* ---- a request ---- */

static bool is_token(const char *text) {
    const char *at = text;
    while (*at > ' ' && *at < 0x7F && !strchr("()<>@,;:\\\"/[]?={}", *at)) {
        at++;
    }
    return at != text && !*at;
}

/* Line ends in a header would be more headers. */
static int check_request(const floe_http *http, const floe_http_request *request, floe_error *error) {
    for (size_t i = 0; i < request->header_count; i++) {
        const floe_http_header *header = &request->headers[i];
        bool good = is_token(header->name);
        for (const char *at = header->value; good && *at; at++) {
            good = ((unsigned char)*at >= ' ' && *at != 0x7F) || *at == '\t';
        }
        if (!good) {
            return floe_error_set(error, FLOE_INVALID,
                                  "the header '%.64s' cannot be sent: it holds a line end or another control "
                                  "character",
                                  is_token(header->name) ? header->name : "?");
        }
    }
    int result = floe_address_check(http->curl, request->url, error);
    if (result && request->secret) {
        result = floe_error_set(error, FLOE_INVALID, "the address, a secret, is none that can be asked");
        floe_error_hint(error, "it begins with https:// or http://, and holds no user and no blanks");
    }
    return result;
}

int floe_http_send(floe_http_response *response, floe_http *http, const floe_http_request *request,
                   floe_error *error) {
    exchange x = {.http = http, .request = request, .response = response};
    bool with_secrets = true;
    char *moved = NULL;
    int result;
    *response = (floe_http_response){0};
    result = check_request(http, request, error);
    for (int redirects = 0; !result; redirects++) {
        const char *url = moved ? moved : request->url;
        char *target = NULL;
        result = exchange_with(&x, request, url, with_secrets, error);
        result = result ? result : redirect_target(&target, &x, request, url, &with_secrets, error);
        if (!result && target && redirects == REDIRECTS) {
            result = refuse_redirect(request, url, target, "and so on: that is too often", error);
        }
        if (result || !target) {
            free(target);
            break;
        }
        free(moved);
        moved = target;
    }
    free(moved);
    return result;
}

/*
 * HTTP requests, the one place where floe opens a socket: bounded in time and size, TLS always verified,
 * proxies from the environment (https_proxy, http_proxy, no_proxy), ended by Ctrl-C.
 *
 * A request is sent again only where that is safe: where it may be done twice (`repeatable`), where it surely
 * was not sent (no connection), or where the server says that it did not do it (429, and 503). Headers that
 * are `secret`, bodies, queries of addresses and what stands before an @ never show in an error.
 */
#ifndef FLOE_NET_HTTP_H
#define FLOE_NET_HTTP_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct floe_http floe_http;

/* How a client works; zeros and NULLs stand for the defaults. */
typedef struct floe_http_options {
    const char *ca_file, *ca_path; /* of trusted certificates; NULL: SSL_CERT_FILE, SSL_CERT_DIR, else the
                                    * system's. Borrowed. */
    const char *client_certificate, *client_key; /* PEM files by which a server knows who asks; NULL: none,
                                                  * and a key that is in the certificate's file. Borrowed. */
    uint32_t connect_milliseconds;               /* until a connection stands, TLS included; 10,000 */
    uint32_t total_milliseconds;                 /* of one try; 60,000 */
    uint32_t retry_milliseconds; /* before the first retry, doubled for each further one, with jitter; 250 */
    uint32_t longest_wait;       /* milliseconds between two tries; a server that asks for more is not asked
                                  * again; 20,000 */
    uint32_t tries;              /* 4 */
    size_t most_bytes;           /* of a response's body; 64 MiB */
} floe_http_options;

typedef struct floe_http_header {
    const char *name, *value;
    bool secret; /* not sent to another host that a redirect names */
} floe_http_header;

typedef struct floe_http_request {
    const char *method; /* "GET", … */
    const char *url;    /* absolute, http or https, without user or password */
    const floe_http_header *headers;
    size_t header_count;
    const char *body; /* NULL: none */
    size_t body_size;
    bool repeatable; /* doing it twice is as doing it once; GET and HEAD are always so */
    bool secret;     /* the path of its address is a secret, as those of webhooks are: errors show its host */
} floe_http_request;

/* An answer. Zeroed is empty. */
typedef struct floe_http_response {
    int status;         /* of the last response */
    floe_buffer body;   /* may hold secrets; wiped when it is freed */
    floe_buffer header; /* lines as they came, "name: value\n", names in lower case */
    bool unsure; /* set where the request failed as well: whether a server may have got it all the same */
    bool again;  /* the request may have been done twice: it was sent again after it may have arrived */
} floe_http_response;

/* A client with its connections; not thread-safe. FLOE_OUTSIDE where libcurl is missing. */
int floe_http_new(floe_http **out, const floe_http_options *options, floe_error *error);
void floe_http_free(floe_http *http);

/* Sends a request and reads the whole answer, whatever its status. `response` is overwritten and the
 * caller's to free, even where it fails. FLOE_OUTSIDE where there is no answer in time, none that is HTTP,
 * one that is too large, or a redirect that is not followed: GET and HEAD follow five of them, to other
 * hosts without secrets; all others follow 307 and 308 on the same host; none leads from https to http.
 * FLOE_INVALID for a request that cannot be sent as it is. */
int floe_http_send(floe_http_response *response, floe_http *http, const floe_http_request *request,
                   floe_error *error);
void floe_http_response_free(floe_http_response *response);

/* How many milliseconds the server asks to wait before the next try (Retry-After: RFC 9110, 10.2.3); 0 where
 * it asks for nothing, for what is over, or in words that say neither a number of seconds nor a date. */
uint64_t floe_http_asked_wait(const floe_http *http, const floe_http_response *response);

/* Waits between half of `milliseconds` and all of them, so that those who failed together do not come back
 * together; false where it was interrupted. */
bool floe_http_pause(uint32_t milliseconds);

/* The value of the answer's header (its name in lower case), NULL where there is none; `length` may not be
 * NULL. */
const char *floe_http_header_of(const floe_http_response *response, const char *name, size_t *length);

#endif

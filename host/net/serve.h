/*
 * A small HTTP server for what a long-running floe tells of itself: pages that are texts, set whenever there
 * is news and served by a thread of their own, so that an answer never waits for the work that is done
 * meanwhile. It reads nothing but the request's first line and headers, answers GET and HEAD, and closes each
 * connection after its answer.
 *
 * Bounded: 64 connections, headers of 16 KiB, 5 seconds for a request to be complete (a quarter of one where
 * connections run short, so that who sends nothing keeps nobody out), 30 seconds for its answer to be taken.
 */
#ifndef FLOE_NET_SERVE_H
#define FLOE_NET_SERVE_H

#include "floe/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct floe_serve floe_serve;

/* Where `live` is set, the first of these in a text is replaced by the seconds since the server started. */
#define FLOE_SERVE_UPTIME "@uptime@"

/* What is answered: status, and a text that is copied. */
typedef struct floe_serve_page {
    int status;
    const char *type; /* of the content: "text/plain; charset=utf-8" */
    const char *text;
    size_t size;
    bool live;
} floe_serve_page;

/* Listens on ADDRESS:PORT, where the address is a number or "localhost", one of IPv6 in brackets; without it
 * ("":PORT) it is 127.0.0.1; port 0 takes one that is free. FLOE_INVALID for what is no such address,
 * FLOE_OUTSIDE where it cannot be listened on (another program does) or where libmicrohttpd is missing.
 * `*out` is the caller's, who ends it with floe_serve_stop. */
int floe_serve_start(floe_serve **out, const char *listen, floe_error *error);

/* The address that it listens on, with its port. */
const char *floe_serve_address(const floe_serve *serve);

/* From now on a path ("/healthz") is answered by `page`. After `milliseconds` without a newer one `stale` is
 * answered instead; 0 and NULL where the page stands until then. FLOE_LIMIT beyond 16 paths. */
int floe_serve_set(floe_serve *serve, const char *path, const floe_serve_page *page, uint32_t milliseconds,
                   const floe_serve_page *stale, floe_error *error);

/* Closes every connection. NULL is allowed. */
void floe_serve_stop(floe_serve *serve);

#endif

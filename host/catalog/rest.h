/*
 * A session with a catalog that speaks the Iceberg REST API (apache/iceberg, open-api/rest-catalog-open-api):
 * its configuration, tokens, requests and errors. Nothing that the server says is believed before it was
 * checked, and nothing of it is larger than a bound. For iceberg.c.
 */
#ifndef FLOE_CATALOG_REST_H
#define FLOE_CATALOG_REST_H

#include "catalog.h"
#include "net/http.h"
#include "rest_settings.h"

typedef struct floe_rest {
    floe_rest_settings settings;
    floe_http *http;         /* made by the first request */
    floe_buffer token;       /* "Bearer …"; empty: none yet, or none needed */
    int64_t token_ends;      /* on the monotonic clock; 0: nobody said */
    floe_store *store;       /* of the configuration that the server sent; NULL: not asked yet */
    const floe_node *served; /* the list of endpoints; NULL: those that every server has */
    floe_buffer base;        /* what paths are appended to: "https://host/v1/prefix" */
    char separator[16];      /* between the parts of a name in an address, percent-encoded */
    bool deduplicates;       /* the server knows requests by their Idempotency-Key */
    char shown[200];         /* the address, for people */
} floe_rest;

typedef struct floe_rest_call {
    const char *method;
    const char *path;     /* below the base, percent-encoded, with its query */
    const char *body;     /* JSON; NULL: none */
    const char *header;   /* one more header's name; NULL: none */
    const char *value;    /* and its value */
    const char *key;      /* an idempotency key, of floe_uuid; NULL: none */
    floe_store *keep;     /* where the answer's tree lives; NULL: in a store of the answer */
    const char *document; /* the name of that tree's document */
} floe_rest_call;

/* An answer. Zeroed is empty. */
typedef struct floe_rest_answer {
    int status;
    floe_store *store;     /* owned; NULL where the caller's was used */
    const floe_node *root; /* NULL where the answer has no JSON */
    char type[64];         /* of an error: "NoSuchNamespaceException"; empty where it says none */
    char message[320];     /* of an error, fit to be shown */
    bool unsure;           /* it is not known whether the server did what it was asked; set on failure too */
} floe_rest_answer;

int floe_rest_open(floe_rest *rest, const char *type, const floe_node *config, floe_error *error);
void floe_rest_close(floe_rest *rest);

/* Asks the server for its configuration, once a session. */
int floe_rest_connect(floe_rest *rest, floe_error *error);

/* Whether the server offers an endpoint, such as "POST /v1/{prefix}/namespaces"; after floe_rest_connect. */
bool floe_rest_offers(const floe_rest *rest, const char *endpoint);

/* Makes a request: 0 where there is an answer, whatever its status. A token that has run out is renewed once.
 * `answer` is overwritten, and the caller's to free even where it fails. */
int floe_rest_ask(floe_rest_answer *answer, floe_rest *rest, const floe_rest_call *call, floe_error *error);
void floe_rest_answer_free(floe_rest_answer *answer);

/* The error that a status means, with the server's words: "the catalog at X cannot `what`: …". */
int floe_rest_refuse(const floe_rest *rest, const floe_rest_answer *answer, const char *what,
                     floe_error *error);

/* The answer is not what the API promises. */
int floe_rest_strange(const floe_rest *rest, const char *what, floe_error *error);

/* Waits before try number `next` (from 1) of an operation, with jitter; false where it was interrupted. */
bool floe_rest_wait(unsigned next);

#endif

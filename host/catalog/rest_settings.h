/* What a manifest says about a catalog with a REST API: where it is, and how to prove who asks. */
#ifndef FLOE_CATALOG_REST_SETTINGS_H
#define FLOE_CATALOG_REST_SETTINGS_H

#include "base/buffer.h"
#include "floe/node.h"

/* Where a secret is: manifests name a variable or a file, never the secret. */
typedef struct floe_rest_secret {
    char *variable, *file;
    const char *setting; /* the key that names it, for errors; NULL: there is none */
} floe_rest_secret;

typedef struct floe_rest_header {
    char *name, *value;
} floe_rest_header;

/* All texts are owned; NULL where they are not given. */
typedef struct floe_rest_settings {
    char *uri; /* without a slash at its end */
    char *warehouse, *prefix;
    char *ca_file, *ca_path;
    uint32_t timeout_milliseconds;
    floe_rest_secret token;      /* a bearer token that somebody else got */
    bool oauth;                  /* or the OAuth2 client credentials to get one */
    floe_rest_secret credential; /* "id:secret" */
    floe_rest_secret client_id_secret, client_secret;
    char *client_id, *token_uri, *scope, *audience, *resource;
    floe_rest_header *headers;
    size_t header_count;
} floe_rest_settings;

/* Reads plugins.catalog.config of the type `type`. FLOE_INVALID for what is missing, misspelt, or a secret
 * that stands in the manifest. */
int floe_rest_settings_read(floe_rest_settings *out, const char *type, const floe_node *config,
                            floe_error *error);
void floe_rest_settings_free(floe_rest_settings *settings);

/* The secret itself, as it is now: the caller wipes it. Blanks and line ends around it are left out.
 * FLOE_INVALID where the variable is not set or the file has nothing in it. */
int floe_rest_secret_read(floe_buffer *out, const floe_rest_secret *secret, floe_error *error);

/* Overwrites what the buffer holds and frees it. */
void floe_rest_wipe(floe_buffer *buffer);

#endif

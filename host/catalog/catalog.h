/*
 * A catalog of namespaces and tables, as Iceberg has them: one interface, and a backend a file (sqlite.c,
 * iceberg.c). It offers what each of them can do at once or not at all, and no more, so that who owns a
 * product and which version of a contract is taken is decided in one place, lua/catalog/, for all of them.
 *
 * Every call returns 0, or one of the codes of floe_error with a sentence:
 *   FLOE_OUTSIDE    the catalog cannot be reached, is busy for too long, is damaged, or failed
 *   FLOE_TRUST      it refuses who asks: no or wrong credentials, no right to do this
 *   FLOE_CONFLICT   it refuses because of what it holds (a namespace that is not empty)
 *   FLOE_NOT_FOUND  what is to be changed is not there
 *   FLOE_INVALID    the name, the property or the configuration is not one that it can take
 *   FLOE_LIMIT      the answer is larger than a stated bound
 *   FLOE_MEMORY
 * No error, and nothing that is handed out but floe_catalog_credentials, ever holds a secret.
 *
 * A handle belongs to one thread of one process: a forked child opens its own. Results live in the arena that
 * the call is given. Names and properties that are given are only read during the call.
 */
#ifndef FLOE_CATALOG_CATALOG_H
#define FLOE_CATALOG_CATALOG_H

#include "floe/arena.h"
#include "floe/error.h"
#include "floe/node.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct floe_catalog floe_catalog;

enum {
    FLOE_CATALOG_PARTS = 16,      /* parts of a name */
    FLOE_CATALOG_PART = 255,      /* bytes of a part */
    FLOE_CATALOG_PROPERTIES = 256 /* properties of one namespace that a call may set */
};

/* A namespace's name: ["sales", "my_product"]. Parts are texts that end with a NUL, not empty, UTF-8 without
 * control characters. No parts at all are the root, which only floe_catalog_list takes. */
typedef struct floe_catalog_name {
    const char *const *parts;
    size_t count;
} floe_catalog_name;

typedef struct floe_catalog_names {
    floe_catalog_name *items;
    size_t count;
} floe_catalog_names;

/* Texts that end with a NUL. In results keys are sorted by their bytes, and each stands once. */
typedef struct floe_catalog_property {
    const char *key, *value;
} floe_catalog_property;

typedef struct floe_catalog_properties {
    const floe_catalog_property *items;
    size_t count;
} floe_catalog_properties;

typedef struct floe_catalog_texts {
    const char *const *items;
    size_t count;
} floe_catalog_texts;

/* A table as the catalog knows it: the file that its state is in, and what that file says (Iceberg's table
 * metadata, an object; null where the catalog answers without it). `metadata` lives in the store given. */
typedef struct floe_catalog_table {
    const char *metadata_location;
    floe_node metadata;
    const char *problem; /* why there is no metadata; NULL where there is */
    bool missing;        /* the file is known not to be there */
} floe_catalog_table;

/* What can be told about a catalog without asking it much. */
typedef struct floe_catalog_description {
    const char *type;                /* "sqlite", "iceberg-rest", "polaris" */
    const char *address;             /* its file or its URI, for people: without user, password or token */
    floe_catalog_texts capabilities; /* sorted: "credentials", "purge", "tables", … */
    size_t property_limit;           /* bytes that a property's value may have; 0 where nothing is known */
} floe_catalog_description;

typedef enum floe_catalog_outcome { FLOE_CATALOG_CREATED, FLOE_CATALOG_EXISTS } floe_catalog_outcome;

/* Opens a catalog: `config` is the object below plugins.catalog.config of a platform, paths in it made
 * absolute. Nothing is written by opening; a file that is not there yet is a catalog with nothing in it, and
 * made by the first floe_catalog_create. FLOE_INVALID for an unknown type (with a suggestion), a key of
 * `config` that the backend does not know, or a file that is no catalog or a newer floe's. */
int floe_catalog_open(floe_catalog **out, const char *type, const floe_node *config, floe_error *error);

/* Frees the handle and gives back what it holds. NULL is allowed. */
void floe_catalog_close(floe_catalog *catalog);

/* Creates a namespace with these properties if there is none of this name: of all that try at once, one is
 * told FLOE_CATALOG_CREATED and the others FLOE_CATALOG_EXISTS, and whoever reads the namespace sees all of
 * its properties or no namespace. Parents that are missing are created first, without these properties.
 * A backend that has to send a request again because its answer was lost may answer FLOE_CATALOG_EXISTS for
 * what the first one made: who must know whose it is reads the properties. */
int floe_catalog_create(floe_catalog *catalog, floe_catalog_outcome *outcome, const floe_catalog_name *name,
                        const floe_catalog_properties *properties, floe_error *error);

/* The properties of a namespace; `*found` says whether there is one, which is no error. */
int floe_catalog_load(floe_catalog *catalog, bool *found, floe_catalog_properties *properties,
                      floe_arena *arena, const floe_catalog_name *name, floe_error *error);

/* The namespaces right below `parent` (the root: no parts), in full and sorted; all pages of them. A parent
 * that is not there has none. What others named with characters that a name here cannot have is left out. */
int floe_catalog_list(floe_catalog *catalog, floe_catalog_names *names, floe_arena *arena,
                      const floe_catalog_name *parent, floe_error *error);

/* Sets and removes properties of a namespace at once: whoever reads it sees all of the change or nothing of
 * it. A key must not be in both. Removing what is not there is fine. FLOE_NOT_FOUND where there is no such
 * namespace. */
int floe_catalog_update(floe_catalog *catalog, const floe_catalog_name *name,
                        const floe_catalog_properties *updates, const floe_catalog_texts *removals,
                        floe_error *error);

/* Drops a namespace that holds nothing. FLOE_CONFLICT where it holds namespaces or tables; FLOE_NOT_FOUND
 * where there is none. */
int floe_catalog_drop(floe_catalog *catalog, const floe_catalog_name *name, floe_error *error);

/* The names of the tables right in a namespace, sorted; none where there is no such namespace. Names that
 * cannot be here are left out as above. */
int floe_catalog_tables(floe_catalog *catalog, floe_catalog_texts *names, floe_arena *arena,
                        const floe_catalog_name *name, floe_error *error);

/* One table; `*found` says whether there is one. */
int floe_catalog_table_load(floe_catalog *catalog, bool *found, floe_catalog_table *out, floe_arena *arena,
                            floe_store *store, const floe_catalog_name *name, const char *table,
                            floe_error *error);

/* Takes a table out of the catalog; with `purge` its files go too, where the catalog can do that
 * (capability "purge"; FLOE_INVALID where it cannot). FLOE_NOT_FOUND where there is none. */
int floe_catalog_table_drop(floe_catalog *catalog, const floe_catalog_name *name, const char *table,
                            bool purge, floe_error *error);

/* Asks for the credentials that the catalog hands out for a table's files: secrets, short-lived, to be used
 * and not to be printed, logged or stored. FLOE_INVALID where it hands out none (capability "credentials").
 */
int floe_catalog_credentials(floe_catalog *catalog, floe_catalog_properties *credentials, floe_arena *arena,
                             const floe_catalog_name *name, const char *table, floe_error *error);

/* What the catalog is. May ask it for what it can do. */
int floe_catalog_describe(floe_catalog *catalog, floe_catalog_description *out, floe_arena *arena,
                          floe_error *error);

/* ---- for backends ---- */

/* One function an operation, as above; names, tables and properties were checked before. A backend's handle
 * starts with a floe_catalog. */
typedef struct floe_catalog_backend {
    int (*open)(floe_catalog **out, const char *type, const floe_node *config, floe_error *error);
    void (*close)(floe_catalog *catalog);
    int (*create)(floe_catalog *catalog, floe_catalog_outcome *outcome, const floe_catalog_name *name,
                  const floe_catalog_properties *properties, floe_error *error);
    int (*load)(floe_catalog *catalog, bool *found, floe_catalog_properties *properties, floe_arena *arena,
                const floe_catalog_name *name, floe_error *error);
    int (*list)(floe_catalog *catalog, floe_catalog_names *names, floe_arena *arena,
                const floe_catalog_name *parent, floe_error *error);
    int (*update)(floe_catalog *catalog, const floe_catalog_name *name,
                  const floe_catalog_properties *updates, const floe_catalog_texts *removals,
                  floe_error *error);
    int (*drop)(floe_catalog *catalog, const floe_catalog_name *name, floe_error *error);
    int (*tables)(floe_catalog *catalog, floe_catalog_texts *names, floe_arena *arena,
                  const floe_catalog_name *name, floe_error *error);
    int (*table_load)(floe_catalog *catalog, bool *found, floe_catalog_table *out, floe_arena *arena,
                      floe_store *store, const floe_catalog_name *name, const char *table, floe_error *error);
    int (*table_drop)(floe_catalog *catalog, const floe_catalog_name *name, const char *table, bool purge,
                      floe_error *error);
    int (*credentials)(floe_catalog *catalog, floe_catalog_properties *credentials, floe_arena *arena,
                       const floe_catalog_name *name, const char *table, floe_error *error);
    int (*describe)(floe_catalog *catalog, floe_catalog_description *out, floe_arena *arena,
                    floe_error *error);
} floe_catalog_backend;

struct floe_catalog {
    const floe_catalog_backend *backend;
};

/* The SQLite file: config { path, name = "floe" }. */
extern const floe_catalog_backend floe_catalog_sqlite;

/* Any server of the Iceberg REST API, as "iceberg-rest" or "polaris": config { uri, warehouse, prefix, oauth2
 * = { token_uri, client_id | client_id_env, client_secret_env | client_secret_file | credential_env |
 * credential_file, scope, audience, resource } | token_env | token_file, headers, ca_file, ca_path,
 * timeout }. Secrets are where the manifest says, never in it. */
extern const floe_catalog_backend floe_catalog_iceberg;

#endif

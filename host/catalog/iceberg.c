/*
 * The catalog behind an Iceberg REST API (apache/iceberg, open-api/rest-catalog-open-api): Iceberg's own
 * server, Apache Polaris, Nessie and others.
 *
 * A write whose answer is lost, or that ends in 500, 502 or 504, may have been done or not. It is never sent
 * again blindly: what the catalog holds is looked at, and only what is not there yet is asked for again.
 */
#include "base/uuid.h"
#include "data/print.h"
#include "floe/json.h"
#include "net/address.h"
#include "rest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TRIES = 6,        /* of a write whose outcome was not known */
    OVERTAKEN = 2,    /* refusals of a drop after which it is tried again */
    PAGE_SIZE = 1000, /* names that a page is asked for */
    PAGES = 10000,    /* of one list */
    NAMES = 1 << 20   /* in one list */
};

typedef struct iceberg_catalog {
    floe_catalog base;
    floe_rest rest;
    char *type;
    floe_arena *known; /* namespaces that were seen: parents that need not be asked for again */
    const char **known_paths;
    size_t known_count, known_capacity;
} iceberg_catalog;

#define NAMESPACES "/v1/{prefix}/namespaces"
#define NAMESPACE NAMESPACES "/{namespace}"
#define TABLE NAMESPACE "/tables/{table}"

/* ---- addresses and bodies ---- */

static int refuse_dots(const char *part, floe_error *error) {
    return floe_error_set(error, FLOE_INVALID, "a namespace or table of a REST catalog cannot be called '%s'",
                          part);
}

/* Appends the parts of a name as one piece of an address. */
static int append_name(floe_buffer *out, const floe_rest *rest, const floe_catalog_name *name) {
    int result = 0;
    for (size_t i = 0; i < name->count && !result; i++) {
        result = i ? floe_buffer_append(out, rest->separator, strlen(rest->separator)) : 0;
        result = result ? result : floe_address_encode(out, name->parts[i], strlen(name->parts[i]));
    }
    return result;
}

/* "namespaces/NAME" and what follows it; the session is connected, so that the separator is known. "." and
 * ".." would lead elsewhere, however they are encoded. */
static int path_of(floe_buffer *out, iceberg_catalog *self, const floe_catalog_name *name, const char *rest,
                   const char *table, floe_error *error) {
    int result = floe_rest_connect(&self->rest, error);
    if (result) {
        return result;
    }
    if (name->count == 1 && strspn(name->parts[0], ".") == strlen(name->parts[0])) {
        return refuse_dots(name->parts[0], error);
    }
    if (table && strspn(table, ".") == strlen(table)) {
        return refuse_dots(table, error);
    }
    if (floe_buffer_printf(out, "namespaces/") || append_name(out, &self->rest, name) ||
        floe_buffer_append(out, rest, strlen(rest)) ||
        (table && floe_address_encode(out, table, strlen(table)))) {
        return floe_error_memory(error);
    }
    return 0;
}

static int append_text(floe_buffer *out, const char *text, floe_error *error) {
    const floe_node node = floe_string_node(text, strlen(text), 0);
    return floe_json_print(out, &node, 0, error);
}

static int append_texts(floe_buffer *out, const char *const *items, size_t count, floe_error *error) {
    int result = floe_buffer_append(out, "[", 1);
    for (size_t i = 0; i < count && !result; i++) {
        result = floe_buffer_append(out, ",", i ? 1 : 0);
        result = result ? result : append_text(out, items[i], error);
    }
    return result ? result : floe_buffer_append(out, "]", 1);
}

static int append_properties(floe_buffer *out, const floe_catalog_properties *properties, floe_error *error) {
    int result = floe_buffer_append(out, "{", 1);
    for (size_t i = 0; i < properties->count && !result; i++) {
        result = floe_buffer_append(out, ",", i ? 1 : 0);
        result = result ? result : append_text(out, properties->items[i].key, error);
        result = result ? result : floe_buffer_append(out, ":", 1);
        result = result ? result : append_text(out, properties->items[i].value, error);
    }
    return result ? result : floe_buffer_append(out, "}", 1);
}

/* The name as people write it. */
static const char *show_name(char *out, size_t size, const floe_catalog_name *name) {
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < name->count && length < size; i++) {
        length += (size_t)snprintf(out + length, size - length, "%s%s", i ? "." : "", name->parts[i]);
    }
    return out;
}

enum { SHOWN = 160 };

/* "create the namespace a.b", and so on. */
static int refuse_name(const iceberg_catalog *self, const floe_rest_answer *answer, const char *verb,
                       const floe_catalog_name *name, const char *table, floe_error *error) {
    char what[2 * SHOWN], shown[SHOWN];
    snprintf(what, sizeof what, "%s%s%s%s", verb, show_name(shown, sizeof shown, name), table ? "." : "",
             table ? table : "");
    return floe_rest_refuse(&self->rest, answer, what, error);
}

/* ---- what a status means ---- */

/* Whether the server says that what was asked for is not there; a 404 of another kind may be anything. */
static bool says_absent(const floe_rest_answer *answer) {
    return answer->status == 404 && strncmp(answer->type, "NoSuch", 6) == 0;
}

static bool says_exists(const floe_rest_answer *answer) {
    return answer->status == 409 && strcmp(answer->type, "AlreadyExistsException") == 0;
}

static bool is_done(const floe_rest_answer *answer) {
    return answer->status >= 200 && answer->status < 300;
}

static int refuse_absent(const floe_catalog_name *name, const char *table, floe_error *error) {
    char shown[SHOWN];
    show_name(shown, sizeof shown, name);
    return table ? floe_error_set(error, FLOE_NOT_FOUND,
                                  "the catalog has no table '%s' in the namespace '%s'", table, shown)
                 : floe_error_set(error, FLOE_NOT_FOUND, "the catalog has no namespace '%s'", shown);
}

/* ---- reading ---- */

static int compare_properties(const void *left, const void *right) {
    return strcmp(((const floe_catalog_property *)left)->key, ((const floe_catalog_property *)right)->key);
}

static int compare_texts(const void *left, const void *right) {
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The members of an object of texts, sorted. What is no text is left out: other programs' business. */
static int take_properties(floe_catalog_properties *out, floe_arena *arena, const floe_node *object,
                           floe_error *error) {
    uint32_t size =
        !floe_node_absent(object) && floe_node_kind(object) == FLOE_OBJECT ? floe_node_size(object) : 0;
    floe_catalog_property *items = floe_arena_array(arena, size + 1, sizeof *items);
    size_t count = 0;
    if (!items) {
        return floe_error_memory(error);
    }
    for (uint32_t i = 0; i < size; i++) {
        const floe_key *key = floe_node_key(object, i);
        size_t length = 0;
        const char *text = floe_node_string(floe_node_child(object, i), &length);
        if (!text || memchr(text, 0, length) || memchr(key->text, 0, key->length)) {
            continue;
        }
        items[count].key = floe_arena_text(arena, key->text, key->length);
        items[count].value = floe_arena_text(arena, text, length);
        if (!items[count].key || !items[count].value) {
            return floe_error_memory(error);
        }
        count++;
    }
    qsort(items, count, sizeof *items, compare_properties);
    *out = (floe_catalog_properties){items, count};
    return 0;
}

/* One request without a body that reads. */
static int read_path(floe_rest_answer *answer, iceberg_catalog *self, const char *path, floe_error *error) {
    const floe_rest_call call = {.method = "GET", .path = path};
    return floe_rest_ask(answer, &self->rest, &call, error);
}

static int load(floe_catalog *catalog, bool *found, floe_catalog_properties *properties, floe_arena *arena,
                const floe_catalog_name *name, floe_error *error) {
    iceberg_catalog *self = (iceberg_catalog *)catalog;
    floe_rest_answer answer = {0};
    floe_buffer path = {0};
    int result = path_of(&path, self, name, "", NULL, error);
    result = result ? result : read_path(&answer, self, path.data, error);
    if (!result && says_absent(&answer)) {
        *found = false;
        *properties = (floe_catalog_properties){0};
    } else if (!result && answer.status != 200) {
        result = refuse_name(self, &answer, "read the namespace ", name, NULL, error);
    } else if (!result && (!answer.root || floe_node_kind(answer.root) != FLOE_OBJECT)) {
        result = floe_rest_strange(&self->rest, "a namespace is no JSON object", error);
    } else if (!result) {
        result = take_properties(properties, arena, floe_node_path(answer.root, "properties", NULL), error);
        *found = !result;
    }
    floe_rest_answer_free(&answer);
    floe_buffer_free(&path);
    return result;
}

/* ---- lists, page by page ---- */

/* What a page's items become. */
typedef struct listing {
    iceberg_catalog *self;
    floe_arena *arena;
    const floe_catalog_name *parent;
    const char **items; /* malloc'd: last parts, or names of tables */
    size_t count, capacity;
} listing;

/* The last part of a name that stands right below the parent; NULL for any other. */
static const char *child_part(const floe_node *parts, const floe_catalog_name *parent, size_t *length) {
    if (floe_node_absent(parts) || floe_node_kind(parts) != FLOE_ARRAY ||
        floe_node_size(parts) != parent->count + 1) {
        return NULL;
    }
    for (uint32_t i = 0; i < parent->count; i++) {
        if (!floe_node_equals(floe_node_child(parts, i), parent->parts[i])) {
            return NULL;
        }
    }
    return floe_node_string(floe_node_child(parts, (uint32_t)parent->count), length);
}

static int take_page(listing *all, const floe_node *items, bool tables, floe_error *error) {
    for (uint32_t i = 0; i < floe_node_size(items); i++) {
        const floe_node *item = floe_node_child(items, i);
        size_t length = 0;
        const char *text = tables ? floe_node_string(floe_node_path(item, "name", NULL), &length)
                                  : child_part(item, all->parent, &length);
        if (!text || !length || memchr(text, 0, length)) {
            continue;
        }
        if (all->count == NAMES) {
            return floe_error_set(error, FLOE_LIMIT, "the catalog at %s lists more than %d names",
                                  all->self->rest.shown, NAMES);
        }
        if (floe_grow(&all->items, &all->capacity, all->count + 1, sizeof *all->items) ||
            !(all->items[all->count] = floe_arena_text(all->arena, text, length))) {
            return floe_error_memory(error);
        }
        all->count++;
    }
    return 0;
}

/* The path of a page: of the namespaces below a parent, or of a namespace's tables. */
static int page_path(floe_buffer *path, const listing *all, bool tables, const floe_buffer *token,
                     floe_error *error) {
    const floe_catalog_name *parent = all->parent;
    int result = 0;
    floe_buffer_clear(path);
    if (tables) {
        result = path_of(path, all->self, parent, "/tables?", NULL, error);
    } else if (floe_buffer_printf(path, "namespaces?") ||
               (parent->count &&
                (floe_buffer_printf(path, "parent=") || append_name(path, &all->self->rest, parent) ||
                 floe_buffer_append(path, "&", 1)))) {
        result = floe_error_memory(error);
    }
    if (!result && (floe_buffer_printf(path, "pageSize=%d&pageToken=", PAGE_SIZE) ||
                    floe_address_encode(path, token->data ? token->data : "", token->size))) {
        result = floe_error_memory(error);
    }
    return result;
}

/* Whether another page follows, whose token is kept. The same token twice would have no end. */
static int next_page(bool *more, floe_buffer *token, const listing *all, const floe_node *root,
                     floe_error *error) {
    size_t length = 0;
    const char *next = floe_node_string(floe_node_path(root, "next-page-token", NULL), &length);
    *more = next && length;
    if (!*more) {
        return 0;
    }
    if (token->size == length && memcmp(token->data, next, length) == 0) {
        return floe_rest_strange(&all->self->rest, "its list of names has no end", error);
    }
    floe_buffer_clear(token);
    return floe_buffer_append(token, next, length) ? floe_error_memory(error) : 0;
}

/* One page; `*more` says whether another follows. A parent that is not there has nothing in it. */
static int read_page(bool *more, listing *all, bool tables, floe_buffer *token, floe_error *error) {
    floe_buffer path = {0};
    floe_rest_answer answer = {0};
    *more = false;
    int result = page_path(&path, all, tables, token, error);
    result = result ? result : read_path(&answer, all->self, path.data, error);
    const floe_node *items = floe_node_path(answer.root, tables ? "identifiers" : "namespaces", NULL);
    if (result || (all->parent->count && says_absent(&answer))) {
        /* nothing to take */
    } else if (answer.status != 200) {
        const char *verb = all->parent->count ? "list the namespaces below " : "list its namespaces";
        result =
            refuse_name(all->self, &answer, tables ? "list the tables of " : verb, all->parent, NULL, error);
    } else if (floe_node_absent(items) || floe_node_kind(items) != FLOE_ARRAY) {
        result = floe_rest_strange(&all->self->rest, "a list of names is no JSON array", error);
    } else {
        result = take_page(all, items, tables, error);
        result = result ? result : next_page(more, token, all, answer.root, error);
    }
    floe_rest_answer_free(&answer);
    floe_buffer_free(&path);
    return result;
}

/* All pages, sorted, each name once. The caller frees all->items. */
static int read_pages(listing *all, bool tables, floe_error *error) {
    floe_buffer token = {0};
    bool more = true;
    int result = floe_rest_connect(&all->self->rest, error);
    for (int page = 0; more && !result; page++) {
        result = page == PAGES ? floe_rest_strange(&all->self->rest, "its list of names has no end", error)
                               : read_page(&more, all, tables, &token, error);
    }
    floe_buffer_free(&token);
    size_t kept = 0;
    if (!result && all->count) {
        qsort(all->items, all->count, sizeof *all->items, compare_texts);
        for (size_t i = 0; i < all->count; i++) {
            if (!kept || strcmp(all->items[kept - 1], all->items[i]) != 0) {
                all->items[kept++] = all->items[i];
            }
        }
        all->count = kept;
    }
    return result;
}

/* The parent's parts and one more, in the arena. */
static int child_name(floe_catalog_name *out, floe_arena *arena, const floe_catalog_name *parent,
                      const char *part, floe_error *error) {
    const char **parts = floe_arena_array(arena, parent->count + 1, sizeof *parts);
    for (size_t i = 0; parts && i < parent->count; i++) {
        parts[i] = floe_arena_text(arena, parent->parts[i], strlen(parent->parts[i]));
        parts = parts[i] ? parts : NULL;
    }
    if (!parts) {
        return floe_error_memory(error);
    }
    parts[parent->count] = part;
    *out = (floe_catalog_name){parts, parent->count + 1};
    return 0;
}

static int list(floe_catalog *catalog, floe_catalog_names *names, floe_arena *arena,
                const floe_catalog_name *parent, floe_error *error) {
    listing all = {.self = (iceberg_catalog *)catalog, .arena = arena, .parent = parent};
    int result = read_pages(&all, false, error);
    floe_catalog_name *items = result ? NULL : floe_arena_array(arena, all.count + 1, sizeof *items);
    if (!result && !items) {
        result = floe_error_memory(error);
    }
    for (size_t i = 0; i < all.count && !result; i++) {
        result = child_name(&items[i], arena, parent, all.items[i], error);
    }
    if (!result) {
        *names = (floe_catalog_names){items, all.count};
    }
    free(all.items);
    return result;
}

static int tables(floe_catalog *catalog, floe_catalog_texts *names, floe_arena *arena,
                  const floe_catalog_name *name, floe_error *error) {
    listing all = {.self = (iceberg_catalog *)catalog, .arena = arena, .parent = name};
    int result = read_pages(&all, true, error);
    const char **items = result ? NULL : floe_arena_array(arena, all.count + 1, sizeof *items);
    if (!result && !items) {
        result = floe_error_memory(error);
    }
    if (!result) {
        if (all.count) {
            memcpy(items, all.items, all.count * sizeof *items);
        }
        *names = (floe_catalog_texts){items, all.count};
    }
    free(all.items);
    return result;
}

/* ---- tables ---- */

/* A table as an answer describes it, its location copied. */
static int take_table(floe_catalog_table *out, iceberg_catalog *self, floe_arena *arena,
                      const floe_node *root, floe_error *error) {
    const floe_node *metadata = floe_node_path(root, "metadata", NULL);
    size_t length = 0;
    const char *location = floe_node_string(floe_node_path(root, "metadata-location", NULL), &length);
    location = location ? location : "";
    if (floe_node_absent(metadata) || floe_node_kind(metadata) != FLOE_OBJECT) {
        return floe_rest_strange(&self->rest, "a table has no metadata", error);
    }
    if (memchr(location, 0, length)) {
        return floe_rest_strange(&self->rest, "a table's location is no text", error);
    }
    location = floe_arena_text(arena, location, length);
    if (!location) {
        return floe_error_memory(error);
    }
    *out = (floe_catalog_table){.metadata = *metadata, .metadata_location = location};
    return 0;
}

static int table_load(floe_catalog *catalog, bool *found, floe_catalog_table *out, floe_arena *arena,
                      floe_store *store, const floe_catalog_name *name, const char *table,
                      floe_error *error) {
    iceberg_catalog *self = (iceberg_catalog *)catalog;
    floe_rest_answer answer = {0};
    floe_buffer path = {0};
    int result = path_of(&path, self, name, "/tables/", table, error);
    if (!result && floe_buffer_printf(&path, "?snapshots=refs")) {
        result = floe_error_memory(error);
    }
    if (!result) {
        const floe_rest_call call = {.method = "GET", .path = path.data, .keep = store, .document = "table"};
        result = floe_rest_ask(&answer, &self->rest, &call, error);
    }
    if (!result && says_absent(&answer)) {
        *found = false;
        *out = (floe_catalog_table){.metadata_location = ""};
    } else if (!result && answer.status != 200) {
        result = refuse_name(self, &answer, "read the table ", name, table, error);
    } else if (!result && !(result = take_table(out, self, arena, answer.root, error))) {
        *found = true;
    }
    floe_rest_answer_free(&answer);
    floe_buffer_free(&path);
    return result;
}

/* The credentials of an answer: of storage-credentials the most precise one, else those in `config`. Other
 * settings of the table are no credentials. */
static const floe_node *credentials_in(const floe_node *root) {
    const floe_node *all = floe_node_path(root, "storage-credentials", NULL), *best = NULL;
    size_t longest = 0;
    for (uint32_t i = 0; !floe_node_absent(all) && i < floe_node_size(all); i++) {
        const floe_node *one = floe_node_child(all, i);
        size_t length = 0;
        floe_node_string(floe_node_path(one, "prefix", NULL), &length);
        const floe_node *config = floe_node_path(one, "config", NULL);
        if (!floe_node_absent(config) && floe_node_size(config) && (!best || length > longest)) {
            best = config;
            longest = length;
        }
    }
    return best ? best : floe_node_path(root, "config", NULL);
}

/* What a credential's key says somewhere, in the storages that Iceberg knows. */
static bool holds_secret(const floe_catalog_properties *properties) {
    static const char *const words[] = {"secret", "token", "access-key", "sas", "credential"};
    for (size_t i = 0; i < properties->count; i++) {
        for (size_t j = 0; j < sizeof words / sizeof *words; j++) {
            if (strstr(properties->items[i].key, words[j])) {
                return true;
            }
        }
    }
    return false;
}

static int credentials(floe_catalog *catalog, floe_catalog_properties *out, floe_arena *arena,
                       const floe_catalog_name *name, const char *table, floe_error *error) {
    iceberg_catalog *self = (iceberg_catalog *)catalog;
    floe_rest_answer answer = {0};
    floe_buffer path = {0};
    int result = path_of(&path, self, name, "/tables/", table, error);
    if (!result &&
        floe_buffer_printf(&path, "%s",
                           floe_rest_offers(&self->rest, "GET " TABLE "/credentials") ? "/credentials"
                                                                                      : "?snapshots=refs")) {
        result = floe_error_memory(error);
    }
    if (!result) {
        const floe_rest_call call = {.method = "GET",
                                     .path = path.data,
                                     .header = "X-Iceberg-Access-Delegation",
                                     .value = "vended-credentials"};
        result = floe_rest_ask(&answer, &self->rest, &call, error);
    }
    if (!result && says_absent(&answer)) {
        result = refuse_absent(name, table, error);
    } else if (!result && answer.status != 200) {
        result = refuse_name(self, &answer, "hand out credentials for ", name, table, error);
    } else if (!result) {
        result = take_properties(out, arena, credentials_in(answer.root), error);
        if (!result && !holds_secret(out)) {
            result = floe_error_set(error, FLOE_INVALID,
                                    "the catalog at %s hands out no credentials for the table '%s'",
                                    self->rest.shown, table);
        }
    }
    floe_rest_answer_free(&answer);
    floe_buffer_free(&path);
    return result;
}

/* ---- writing ---- */

/* Sends a write once. 0 where there is an answer or where it is not known whether it was done: then
 * answer->unsure is set, and `error` says why. */
static int write_once(floe_rest_answer *answer, iceberg_catalog *self, const floe_rest_call *call,
                      floe_error *error) {
    int result = floe_rest_ask(answer, &self->rest, call, error);
    return result && answer->unsure ? 0 : result;
}

/* The write is given up: its last answer, or the failure in `error`, with what is not known. */
static int refuse_unsure(iceberg_catalog *self, const char *verb, const floe_catalog_name *name,
                         const char *table, floe_error *error) {
    char shown[SHOWN];
    floe_error_set(error, FLOE_OUTSIDE, "the catalog at %s does not say whether it could %s%s%s%s",
                   self->rest.shown, verb, show_name(shown, sizeof shown, name), table ? "." : "",
                   table ? table : "");
    floe_error_hint(error, "run the command again when the catalog answers: it finds out");
    return FLOE_OUTSIDE;
}

/* Whether a namespace, or a table in it, is there. */
static int is_there(bool *there, iceberg_catalog *self, const floe_catalog_name *name, const char *table,
                    floe_error *error) {
    floe_rest_answer answer = {0};
    floe_buffer path = {0};
    int result = path_of(&path, self, name, table ? "/tables/" : "", table, error);
    result = result ? result : read_path(&answer, self, path.data, error);
    if (!result && answer.status != 200 && !says_absent(&answer)) {
        result = refuse_name(self, &answer, "read ", name, table, error);
    }
    *there = !result && answer.status == 200;
    floe_rest_answer_free(&answer);
    floe_buffer_free(&path);
    return result;
}

static int create_body(floe_buffer *out, const floe_catalog_name *name,
                       const floe_catalog_properties *properties, floe_error *error) {
    int result = floe_buffer_printf(out, "{\"namespace\":");
    result = result ? result : append_texts(out, name->parts, name->count, error);
    result = result ? result : floe_buffer_printf(out, ",\"properties\":");
    result = result ? result : append_properties(out, properties, error);
    return result || floe_buffer_append(out, "}", 1) ? floe_error_memory(error) : 0;
}

/* Creates one namespace whose parents are there. `*missing` is set, and it is no error, where the server says
 * that they are not. */
static int create_one(iceberg_catalog *self, floe_catalog_outcome *outcome, bool *missing,
                      const floe_catalog_name *name, const floe_catalog_properties *properties,
                      floe_error *error) {
    char key[FLOE_UUID_SIZE];
    floe_buffer body = {0};
    bool decided = false;
    int result = floe_rest_connect(&self->rest, error);
    result = result ? result : create_body(&body, name, properties, error);
    result = result ? result : floe_uuid(key, error);
    *missing = false;
    for (unsigned try = 0; !result && !decided; try++) {
        const floe_rest_call call = {.method = "POST", .path = "namespaces", .body = body.data, .key = key};
        floe_rest_answer answer = {0};
        bool there = false;
        result = try == TRIES || (try && !floe_rest_wait(try))
                     ? refuse_unsure(self, "create the namespace ", name, NULL, error)
                     : write_once(&answer, self, &call, error);
        if (result) {
            /* told */
        } else if (is_done(&answer)) {
            decided = true;
            *outcome = FLOE_CATALOG_CREATED;
        } else if (says_exists(&answer)) {
            decided = true;
            *outcome = FLOE_CATALOG_EXISTS;
        } else if (says_absent(&answer)) {
            decided = *missing = true;
        } else if (answer.unsure || answer.status == 409) {
            result = is_there(&there, self, name, NULL, error);
            decided = there;
            *outcome = FLOE_CATALOG_EXISTS;
        } else {
            result = refuse_name(self, &answer, "create the namespace ", name, NULL, error);
        }
        floe_rest_answer_free(&answer);
    }
    floe_buffer_free(&body);
    return result;
}

static bool is_known(iceberg_catalog *self, const char *path) {
    for (size_t i = 0; i < self->known_count; i++) {
        if (strcmp(self->known_paths[i], path) == 0) {
            return true;
        }
    }
    return false;
}

/* Remembers a namespace; where there is no memory for that it is asked for again, and no harm done. */
static void remember(iceberg_catalog *self, const char *path) {
    const char *copy;
    if (self->known_count < 1000 && (copy = floe_arena_text(self->known, path, strlen(path))) &&
        !floe_grow(&self->known_paths, &self->known_capacity, self->known_count + 1, sizeof copy)) {
        self->known_paths[self->known_count++] = copy;
    }
}

/* The namespaces above this one exist afterwards. */
static int make_parents(iceberg_catalog *self, const floe_catalog_name *name, floe_error *error) {
    int result = 0;
    for (size_t count = 1; count < name->count && !result; count++) {
        const floe_catalog_name parent = {name->parts, count};
        floe_catalog_outcome outcome;
        floe_buffer path = {0};
        bool there = false, missing = false;
        result = path_of(&path, self, &parent, "", NULL, error);
        if (!result && !is_known(self, path.data)) {
            result = is_there(&there, self, &parent, NULL, error);
            if (!result && !there) {
                result = create_one(self, &outcome, &missing, &parent, &(floe_catalog_properties){0}, error);
            }
            result = !result && missing
                         ? refuse_absent(&(floe_catalog_name){name->parts, count - 1}, NULL, error)
                         : result;
            if (!result) {
                remember(self, path.data);
            }
        }
        floe_buffer_free(&path);
    }
    return result;
}

static int create(floe_catalog *catalog, floe_catalog_outcome *outcome, const floe_catalog_name *name,
                  const floe_catalog_properties *properties, floe_error *error) {
    iceberg_catalog *self = (iceberg_catalog *)catalog;
    floe_catalog_outcome made = FLOE_CATALOG_EXISTS;
    floe_buffer path = {0};
    bool missing = true;
    int result = path_of(&path, self, name, "", NULL, error); /* refuses names that no address can hold */
    floe_buffer_free(&path);
    for (int try = 0; try < 2 && missing && !result; try++) {
        result = make_parents(self, name, error);
        result = result ? result : create_one(self, &made, &missing, name, properties, error);
        if (missing) { /* a parent that was known has been dropped since */
            self->known_count = 0;
        }
    }
    if (!result && missing) {
        result = refuse_absent(&(floe_catalog_name){name->parts, name->count - 1}, NULL, error);
    }
    if (!result) {
        *outcome = made;
    }
    return result;
}

static const char *value_of(const floe_catalog_properties *properties, const char *key) {
    for (size_t i = 0; i < properties->count; i++) {
        if (strcmp(properties->items[i].key, key) == 0) {
            return properties->items[i].value;
        }
    }
    return NULL;
}

/* Whether the namespace is as the change would have it. */
static int is_changed(bool *changed, iceberg_catalog *self, const floe_catalog_name *name,
                      const floe_catalog_properties *updates, const floe_catalog_texts *removals,
                      floe_error *error) {
    floe_catalog_properties now = {0};
    floe_arena *arena = floe_arena_new(0);
    bool found = false;
    int result = arena ? load(&self->base, &found, &now, arena, name, error) : floe_error_memory(error);
    if (!result && !found) {
        result = refuse_absent(name, NULL, error);
    }
    *changed = !result;
    for (size_t i = 0; !result && i < updates->count; i++) {
        const char *value = value_of(&now, updates->items[i].key);
        *changed = *changed && value && strcmp(value, updates->items[i].value) == 0;
    }
    for (size_t i = 0; !result && i < removals->count; i++) {
        *changed = *changed && !value_of(&now, removals->items[i]);
    }
    floe_arena_free(arena);
    return result;
}

static int update_body(floe_buffer *out, const floe_catalog_properties *updates,
                       const floe_catalog_texts *removals, floe_error *error) {
    int result = floe_buffer_printf(out, "{\"removals\":");
    result = result ? result : append_texts(out, removals->items, removals->count, error);
    result = result ? result : floe_buffer_printf(out, ",\"updates\":");
    result = result ? result : append_properties(out, updates, error);
    return result || floe_buffer_append(out, "}", 1) ? floe_error_memory(error) : 0;
}

static int update(floe_catalog *catalog, const floe_catalog_name *name,
                  const floe_catalog_properties *updates, const floe_catalog_texts *removals,
                  floe_error *error) {
    iceberg_catalog *self = (iceberg_catalog *)catalog;
    char key[FLOE_UUID_SIZE];
    floe_buffer path = {0}, body = {0};
    bool done = updates->count + removals->count == 0;
    int result = path_of(&path, self, name, "/properties", NULL, error);
    result = result ? result : update_body(&body, updates, removals, error);
    result = result ? result : floe_uuid(key, error);
    for (unsigned try = 0; !result && !done; try++) {
        const floe_rest_call call = {.method = "POST", .path = path.data, .body = body.data, .key = key};
        floe_rest_answer answer = {0};
        result = try == TRIES || (try && !floe_rest_wait(try))
                     ? refuse_unsure(self, "change the namespace ", name, NULL, error)
                     : write_once(&answer, self, &call, error);
        if (result) {
            /* told */
        } else if (is_done(&answer)) {
            done = true;
        } else if (says_absent(&answer)) {
            result = refuse_absent(name, NULL, error);
        } else if (answer.unsure || answer.status == 409) {
            result = is_changed(&done, self, name, updates, removals, error);
        } else {
            result = refuse_name(self, &answer, "change the namespace ", name, NULL, error);
        }
        floe_rest_answer_free(&answer);
    }
    floe_buffer_free(&path);
    floe_buffer_free(&body);
    return result;
}

/* Whether a drop was refused for what another did meanwhile, not for what is in the namespace. */
static bool was_overtaken(const floe_rest_answer *answer) {
    return answer->status == 409 && strcmp(answer->type, "NamespaceNotEmptyException") != 0;
}

/* Drops what is at `path`, until it is gone. */
static int drop_path(iceberg_catalog *self, const char *path, const char *verb, const floe_catalog_name *name,
                     const char *table, floe_error *error) {
    char key[FLOE_UUID_SIZE];
    bool gone = false, unsure = false;
    int result = floe_uuid(key, error), overtaken = 0;
    for (unsigned try = 0; !result && !gone; try++) {
        const floe_rest_call call = {.method = "DELETE", .path = path, .key = key};
        floe_rest_answer answer = {0};
        bool there = true;
        result = try == TRIES || (try && !floe_rest_wait(try)) ? refuse_unsure(self, verb, name, table, error)
                                                               : write_once(&answer, self, &call, error);
        if (result) {
            /* told */
        } else if (is_done(&answer)) {
            gone = true;
        } else if (says_absent(&answer)) {
            there = false;
        } else if (answer.unsure || (was_overtaken(&answer) && overtaken++ < OVERTAKEN)) {
            unsure = unsure || answer.unsure;
            result = is_there(&there, self, name, table, error);
        } else {
            result = refuse_name(self, &answer, verb, name, table, error);
        }
        if (!result && !there) {
            gone = unsure; /* by the try whose answer was lost */
            result = gone ? 0 : refuse_absent(name, table, error);
        }
        floe_rest_answer_free(&answer);
    }
    return result;
}

static int refuse_contents(const floe_catalog_name *name, floe_error *error) {
    char shown[SHOWN];
    floe_error_set(error, FLOE_CONFLICT, "the namespace '%s' is not empty",
                   show_name(shown, sizeof shown, name));
    floe_error_hint(error, "drop the namespaces and tables in it first");
    return FLOE_CONFLICT;
}

static int drop(floe_catalog *catalog, const floe_catalog_name *name, floe_error *error) {
    iceberg_catalog *self = (iceberg_catalog *)catalog;
    listing children = {.self = self, .parent = name, .arena = floe_arena_new(0)};
    floe_buffer path = {0};
    /* Servers are asked to look for tables in it; not all of them look for namespaces. */
    int result = children.arena ? read_pages(&children, false, error) : floe_error_memory(error);
    if (!result && children.count) {
        result = refuse_contents(name, error);
    }
    free(children.items);
    floe_arena_free(children.arena);
    result = result ? result : path_of(&path, self, name, "", NULL, error);
    result = result ? result : drop_path(self, path.data, "drop the namespace ", name, NULL, error);
    self->known_count = 0;
    floe_buffer_free(&path);
    return result;
}

static int table_drop(floe_catalog *catalog, const floe_catalog_name *name, const char *table, bool purge,
                      floe_error *error) {
    iceberg_catalog *self = (iceberg_catalog *)catalog;
    floe_buffer path = {0};
    int result = path_of(&path, self, name, "/tables/", table, error);
    if (!result && floe_buffer_printf(&path, "?purgeRequested=%s", purge ? "true" : "false")) {
        result = floe_error_memory(error);
    }
    result = result ? result : drop_path(self, path.data, "drop the table ", name, table, error);
    floe_buffer_free(&path);
    return result;
}

/* ---- opening ---- */

static int describe(floe_catalog *catalog, floe_catalog_description *out, floe_arena *arena,
                    floe_error *error) {
    static const char *const capabilities[] = {"credentials", "idempotency", "purge", "server", "tables"};
    iceberg_catalog *self = (iceberg_catalog *)catalog;
    int result = floe_rest_connect(&self->rest, error);
    const char **items =
        result ? NULL : floe_arena_array(arena, sizeof capabilities / sizeof *capabilities, sizeof *items);
    const char *address = result ? NULL : floe_arena_text(arena, self->rest.shown, strlen(self->rest.shown));
    const char *type = result ? NULL : floe_arena_text(arena, self->type, strlen(self->type));
    size_t count = 0;
    if (!result && (!items || !address || !type)) {
        result = floe_error_memory(error);
    }
    for (size_t i = 0; !result && i < sizeof capabilities / sizeof *capabilities; i++) {
        if (strcmp(capabilities[i], "idempotency") != 0 || self->rest.deduplicates) {
            items[count++] = capabilities[i];
        }
    }
    if (!result) {
        *out = (floe_catalog_description){.type = type, .address = address, .capabilities = {items, count}};
    }
    return result;
}

static void close_catalog(floe_catalog *catalog) {
    iceberg_catalog *self = (iceberg_catalog *)catalog;
    floe_rest_close(&self->rest);
    floe_arena_free(self->known);
    free(self->known_paths);
    free(self->type);
    free(self);
}

static int open_catalog(floe_catalog **out, const char *type, const floe_node *config, floe_error *error) {
    iceberg_catalog *self = calloc(1, sizeof *self);
    if (!self) {
        return floe_error_memory(error);
    }
    self->base.backend = &floe_catalog_iceberg;
    self->type = strdup(type);
    self->known = floe_arena_new(0);
    int result = self->type && self->known ? floe_rest_open(&self->rest, type, config, error)
                                           : floe_error_memory(error);
    if (result) {
        close_catalog(&self->base);
    } else {
        *out = &self->base;
    }
    return result;
}

const floe_catalog_backend floe_catalog_iceberg = {
    .open = open_catalog,
    .close = close_catalog,
    .create = create,
    .load = load,
    .list = list,
    .update = update,
    .drop = drop,
    .tables = tables,
    .table_load = table_load,
    .table_drop = table_drop,
    .credentials = credentials,
    .describe = describe,
};

/* Opens the backend that is asked for, and checks what every backend is given. */
#include "catalog.h"

#include "base/suggest.h"
#include "base/utf8.h"

#include <string.h>

/* The types a manifest may name, and who implements them. */
static const struct {
    const char *type;
    const floe_catalog_backend *backend;
} backends[] = {
    {"sqlite", &floe_catalog_sqlite},
    {"iceberg-rest", &floe_catalog_iceberg},
    {"polaris", &floe_catalog_iceberg},
};

enum { BACKENDS = sizeof backends / sizeof *backends };

/* ---- what is given ---- */

/* Whether a text is UTF-8 without control characters. */
static bool is_plain_text(const char *text) {
    for (const char *at = text; *at;) {
        size_t length = floe_utf8_length(at);
        if (!length || (length == 1 && ((unsigned char)*at < 0x20 || *at == 0x7F))) {
            return false;
        }
        at += length;
    }
    return true;
}

/* Whether a text can be a part of a name. */
static bool is_part(const char *part) {
    return part[0] && strlen(part) <= FLOE_CATALOG_PART && is_plain_text(part);
}

static int check_part(const char *what, const char *part, floe_error *error) {
    if (!part[0]) {
        return floe_error_set(error, FLOE_INVALID, "%s must not be empty", what);
    }
    if (strlen(part) > FLOE_CATALOG_PART) {
        return floe_error_set(error, FLOE_INVALID, "%s '%.40s…' is longer than %d bytes", what, part,
                              FLOE_CATALOG_PART);
    }
    if (!is_plain_text(part)) {
        return floe_error_set(error, FLOE_INVALID, "%s must be UTF-8 and must not hold control characters",
                              what);
    }
    return 0;
}

static int check_name(const floe_catalog_name *name, size_t least, floe_error *error) {
    if (name->count < least || name->count > FLOE_CATALOG_PARTS) {
        return floe_error_set(error, FLOE_INVALID, "a namespace's name must have %zu to %d parts, not %zu",
                              least, FLOE_CATALOG_PARTS, name->count);
    }
    for (size_t i = 0; i < name->count; i++) {
        int result = check_part("a part of a namespace's name", name->parts[i], error);
        if (result) {
            return result;
        }
    }
    return 0;
}

/* Keys are names; values may be any text. */
static int check_properties(const floe_catalog_properties *properties, floe_error *error) {
    if (properties->count > FLOE_CATALOG_PROPERTIES) {
        return floe_error_set(error, FLOE_INVALID,
                              "a namespace cannot be given %zu properties at once: %d are the most",
                              properties->count, FLOE_CATALOG_PROPERTIES);
    }
    for (size_t i = 0; i < properties->count; i++) {
        int result = check_part("a property's name", properties->items[i].key, error);
        if (result) {
            return result;
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(properties->items[i].key, properties->items[j].key) == 0) {
                return floe_error_set(error, FLOE_INVALID, "the property '%s' is given twice",
                                      properties->items[i].key);
            }
        }
    }
    return 0;
}

static int check_change(const floe_catalog_properties *updates, const floe_catalog_texts *removals,
                        floe_error *error) {
    int result = check_properties(updates, error);
    for (size_t i = 0; !result && i < removals->count; i++) {
        result = check_part("a property's name", removals->items[i], error);
        for (size_t j = 0; !result && j < updates->count; j++) {
            if (strcmp(removals->items[i], updates->items[j].key) == 0) {
                result = floe_error_set(error, FLOE_INVALID, "the property '%s' is both set and removed",
                                        removals->items[i]);
            }
        }
    }
    return result;
}

/* ---- the operations ---- */

static int refuse_type(const char *type, floe_error *error) {
    floe_suggestion suggestion;
    floe_suggest_start(&suggestion, type, strlen(type));
    for (size_t i = 0; i < BACKENDS; i++) {
        floe_suggest_offer(&suggestion, backends[i].type, strlen(backends[i].type));
    }
    floe_error_set(error, FLOE_INVALID, "there is no catalog of the type '%.64s'", type);
    if (suggestion.best) {
        floe_error_hint(error, "did you mean '%s'?", suggestion.best);
    } else {
        floe_error_hint(error,
                        "sqlite is a file; iceberg-rest and polaris are servers that speak the Iceberg "
                        "REST API");
    }
    return FLOE_INVALID;
}

int floe_catalog_open(floe_catalog **out, const char *type, const floe_node *config, floe_error *error) {
    for (size_t i = 0; i < BACKENDS; i++) {
        if (strcmp(backends[i].type, type) == 0) {
            return backends[i].backend->open(out, type, config, error);
        }
    }
    return refuse_type(type, error);
}

void floe_catalog_close(floe_catalog *catalog) {
    if (catalog) {
        catalog->backend->close(catalog);
    }
}

int floe_catalog_create(floe_catalog *catalog, floe_catalog_outcome *outcome, const floe_catalog_name *name,
                        const floe_catalog_properties *properties, floe_error *error) {
    int result = check_name(name, 1, error);
    result = result ? result : check_properties(properties, error);
    return result ? result : catalog->backend->create(catalog, outcome, name, properties, error);
}

int floe_catalog_load(floe_catalog *catalog, bool *found, floe_catalog_properties *properties,
                      floe_arena *arena, const floe_catalog_name *name, floe_error *error) {
    int result = check_name(name, 1, error);
    return result ? result : catalog->backend->load(catalog, found, properties, arena, name, error);
}

int floe_catalog_list(floe_catalog *catalog, floe_catalog_names *names, floe_arena *arena,
                      const floe_catalog_name *parent, floe_error *error) {
    floe_catalog_names found;
    int result = check_name(parent, 0, error);
    result = result ? result : catalog->backend->list(catalog, &found, arena, parent, error);
    if (!result) {
        size_t count = 0;
        for (size_t i = 0; i < found.count; i++) {
            const floe_catalog_name *name = &found.items[i];
            if (name->count && is_part(name->parts[name->count - 1])) {
                found.items[count++] = *name;
            }
        }
        *names = (floe_catalog_names){found.items, count};
    }
    return result;
}

int floe_catalog_update(floe_catalog *catalog, const floe_catalog_name *name,
                        const floe_catalog_properties *updates, const floe_catalog_texts *removals,
                        floe_error *error) {
    int result = check_name(name, 1, error);
    result = result ? result : check_change(updates, removals, error);
    return result ? result : catalog->backend->update(catalog, name, updates, removals, error);
}

int floe_catalog_drop(floe_catalog *catalog, const floe_catalog_name *name, floe_error *error) {
    int result = check_name(name, 1, error);
    return result ? result : catalog->backend->drop(catalog, name, error);
}

int floe_catalog_tables(floe_catalog *catalog, floe_catalog_texts *names, floe_arena *arena,
                        const floe_catalog_name *name, floe_error *error) {
    floe_catalog_texts found;
    int result = check_name(name, 1, error);
    result = result ? result : catalog->backend->tables(catalog, &found, arena, name, error);
    const char **items = result ? NULL : floe_arena_array(arena, found.count + 1, sizeof *items);
    if (!result && !items) {
        result = floe_error_memory(error);
    }
    if (!result) {
        size_t count = 0;
        for (size_t i = 0; i < found.count; i++) {
            if (is_part(found.items[i])) {
                items[count++] = found.items[i];
            }
        }
        *names = (floe_catalog_texts){items, count};
    }
    return result;
}

/* A table's name and the namespace it is in. */
static int check_table(const floe_catalog_name *name, const char *table, floe_error *error) {
    int result = check_name(name, 1, error);
    return result ? result : check_part("a table's name", table, error);
}

int floe_catalog_table_load(floe_catalog *catalog, bool *found, floe_catalog_table *out, floe_arena *arena,
                            floe_store *store, const floe_catalog_name *name, const char *table,
                            floe_error *error) {
    int result = check_table(name, table, error);
    return result ? result
                  : catalog->backend->table_load(catalog, found, out, arena, store, name, table, error);
}

int floe_catalog_table_drop(floe_catalog *catalog, const floe_catalog_name *name, const char *table,
                            bool purge, floe_error *error) {
    int result = check_table(name, table, error);
    return result ? result : catalog->backend->table_drop(catalog, name, table, purge, error);
}

int floe_catalog_credentials(floe_catalog *catalog, floe_catalog_properties *credentials, floe_arena *arena,
                             const floe_catalog_name *name, const char *table, floe_error *error) {
    int result = check_table(name, table, error);
    return result ? result : catalog->backend->credentials(catalog, credentials, arena, name, table, error);
}

int floe_catalog_describe(floe_catalog *catalog, floe_catalog_description *out, floe_arena *arena,
                          floe_error *error) {
    return catalog->backend->describe(catalog, out, arena, error);
}

/*
 * The catalog in one SQLite file: for a laptop, or for a team on a shared path.
 *
 * The file holds Iceberg's own two tables for catalogs in SQL databases (those of its JDBC catalog and of
 * pyiceberg's SqlCatalog), so that floe and whatever writes Iceberg tables there see the same catalog. A
 * namespace is its parts joined by dots. That it exists is a property "exists" of its own, which is not
 * shown. Many processes may use the file at once: readers do not wait, and a writer holds the file's lock
 * before it looks at anything that it is going to change.
 */
#include "base/buffer.h"
#include "base/file.h"
#include "base/suggest.h"
#include "catalog.h"
#include "floe/json.h"
#include "sqlite_file.h"

#include <stdlib.h>
#include <string.h>

enum {
    WAIT_SECONDS = 30, /* for the file's lock, where the configuration says nothing */
    WAIT_MOST = 3600,
    NAMESPACE_BYTES = FLOE_CATALOG_PARTS * (FLOE_CATALOG_PART + 1) + 2,
    METADATA_BYTES = 128 << 20
};

static const char exists_key[] = "exists";

typedef struct sqlite_catalog {
    floe_catalog base;
    floe_sqlite_file file;
    char *name; /* catalog_name in the tables: a file may hold several catalogs */
} sqlite_catalog;

/* A namespace's name as the tables hold it, and the bounds of the names below it: "a.b", "a.b.", "a.b/" ('/'
 * follows '.' in the order of bytes). For the root: "", "", and what follows every text. */
typedef struct key {
    char self[NAMESPACE_BYTES], below[NAMESPACE_BYTES], behind[NAMESPACE_BYTES];
} key;

static int key_of(key *out, const floe_catalog_name *name, floe_error *error) {
    size_t length = 0;
    for (size_t i = 0; i < name->count; i++) {
        if (strchr(name->parts[i], '.')) {
            floe_error_set(error, FLOE_INVALID,
                           "a catalog in SQLite cannot hold the namespace part '%.80s': it has a '.'",
                           name->parts[i]);
            return FLOE_INVALID;
        }
        out->self[length] = '.';
        length += i > 0;
        memcpy(out->self + length, name->parts[i], strlen(name->parts[i]));
        length += strlen(name->parts[i]);
    }
    out->self[length] = '\0';
    memcpy(out->below, out->self, length + 1);
    memcpy(out->behind, out->self, length + 1);
    if (length) {
        memcpy(out->below + length, ".", 2);
        memcpy(out->behind + length, "/", 2);
    } else {
        memcpy(out->behind, "\xF4\x8F\xBF\xBF", 5);
    }
    return 0;
}

/* ---- rows ---- */

static int count_row(void *context, sqlite3_stmt *row, floe_error *error) {
    (void)row;
    (void)error;
    ++*(size_t *)context;
    return 0;
}

/* One or two columns of the rows, copied into an arena. */
typedef struct rows {
    floe_database *database;
    floe_arena *arena;
    floe_catalog_property *items; /* malloc'd */
    size_t count, capacity;
} rows;

static int keep_row(void *context, sqlite3_stmt *row, floe_error *error) {
    rows *self = context;
    const char *copies[2] = {"", ""};
    for (int i = 0; i < sqlite3_column_count(row) && i < 2; i++) {
        const char *text;
        int result = floe_database_text(&text, self->database, row, i, error);
        if (result) {
            return result;
        }
        copies[i] = text ? floe_arena_text(self->arena, text, strlen(text)) : "";
        if (!copies[i]) {
            return floe_error_memory(error);
        }
    }
    if (floe_grow(&self->items, &self->capacity, self->count + 1, sizeof *self->items)) {
        return floe_error_memory(error);
    }
    self->items[self->count++] = (floe_catalog_property){copies[0], copies[1]};
    return 0;
}

/* Runs a statement that reads and keeps its rows; none where there is nothing to read. The caller frees
 * kept->items. */
static int read_rows(rows *kept, sqlite_catalog *self, floe_arena *arena, const char *sql,
                     const char *const *values, floe_error *error) {
    *kept = (rows){.database = &self->file.database, .arena = arena};
    int result = floe_sqlite_file_read(&self->file, error);
    if (result || self->file.state == FLOE_SQLITE_EMPTY) {
        return result;
    }
    return floe_database_run(&self->file.database, sql, values, keep_row, kept, error);
}

/* ---- reading ---- */

static const char select_properties[] =
    "SELECT property_key, property_value FROM iceberg_namespace_properties"
    " WHERE catalog_name = ?1 AND namespace = ?2 ORDER BY property_key";

static int load(floe_catalog *catalog, bool *found, floe_catalog_properties *properties, floe_arena *arena,
                const floe_catalog_name *name, floe_error *error) {
    sqlite_catalog *self = (sqlite_catalog *)catalog;
    key namespace;
    rows kept = {0};
    int result = key_of(&namespace, name, error);
    if (!result) {
        const char *const values[] = {self->name, namespace.self};
        result = read_rows(&kept, self, arena, select_properties, values, error);
    }
    floe_catalog_property *items = result ? NULL : floe_arena_array(arena, kept.count + 1, sizeof *items);
    if (!result && !items) {
        result = floe_error_memory(error);
    }
    if (!result) {
        size_t count = 0;
        for (size_t i = 0; i < kept.count; i++) {
            if (strcmp(kept.items[i].key, exists_key) != 0) {
                items[count++] = kept.items[i];
            }
        }
        *found = kept.count > 0;
        *properties = (floe_catalog_properties){items, count};
    }
    free(kept.items);
    return result;
}

/* The parts that follow the parent's name, each once. */
static const char select_children[] =
    "SELECT DISTINCT CASE instr(rest, '.') WHEN 0 THEN rest ELSE substr(rest, 1, instr(rest, '.') - 1) END "
    "part"
    " FROM (SELECT substr(namespace, length(?2) + 1) rest FROM"
    "  (SELECT DISTINCT namespace FROM iceberg_namespace_properties"
    "    WHERE catalog_name = ?1 AND namespace >= ?2 AND namespace < ?3"
    "   UNION SELECT DISTINCT table_namespace FROM iceberg_tables"
    "    WHERE catalog_name = ?1 AND table_namespace >= ?2 AND table_namespace < ?3))"
    " WHERE part <> '' ORDER BY part";

/* The parent's parts, followed by `part`. */
static int child_name(floe_catalog_name *out, floe_arena *arena, const floe_catalog_name *parent,
                      const char *part, floe_error *error) {
    const char **parts = floe_arena_array(arena, parent->count + 1, sizeof *parts);
    if (!parts) {
        return floe_error_memory(error);
    }
    for (size_t i = 0; i < parent->count; i++) {
        parts[i] = floe_arena_text(arena, parent->parts[i], strlen(parent->parts[i]));
        if (!parts[i]) {
            return floe_error_memory(error);
        }
    }
    parts[parent->count] = part;
    *out = (floe_catalog_name){parts, parent->count + 1};
    return 0;
}

static int list(floe_catalog *catalog, floe_catalog_names *names, floe_arena *arena,
                const floe_catalog_name *parent, floe_error *error) {
    sqlite_catalog *self = (sqlite_catalog *)catalog;
    key namespace;
    rows kept = {0};
    int result = key_of(&namespace, parent, error);
    if (!result) {
        const char *const values[] = {self->name, namespace.below, namespace.behind};
        result = read_rows(&kept, self, arena, select_children, values, error);
    }
    floe_catalog_name *items = result ? NULL : floe_arena_array(arena, kept.count + 1, sizeof *items);
    if (!result && !items) {
        result = floe_error_memory(error);
    }
    for (size_t i = 0; !result && i < kept.count; i++) {
        result = child_name(&items[i], arena, parent, kept.items[i].key, error);
    }
    if (!result) {
        *names = (floe_catalog_names){items, kept.count};
    }
    free(kept.items);
    return result;
}

/* Another program's catalog may have no column that tells views from tables; it has no views then. */
static const char select_tables[] = "SELECT table_name FROM iceberg_tables"
                                    " WHERE catalog_name = ?1 AND table_namespace = ?2 ORDER BY table_name";
static const char select_typed_tables[] =
    "SELECT table_name FROM iceberg_tables WHERE catalog_name = ?1 AND table_namespace = ?2"
    " AND (iceberg_type IS NULL OR iceberg_type = 'TABLE') ORDER BY table_name";

static int tables(floe_catalog *catalog, floe_catalog_texts *names, floe_arena *arena,
                  const floe_catalog_name *name, floe_error *error) {
    sqlite_catalog *self = (sqlite_catalog *)catalog;
    key namespace;
    rows kept = {0};
    int result = key_of(&namespace, name, error);
    result = result ? result : floe_sqlite_file_read(&self->file, error);
    if (!result) {
        const char *const values[] = {self->name, namespace.self};
        bool typed = self->file.state == FLOE_SQLITE_CURRENT;
        result = read_rows(&kept, self, arena, typed ? select_typed_tables : select_tables, values, error);
    }
    const char **items = result ? NULL : floe_arena_array(arena, kept.count + 1, sizeof *items);
    if (!result && !items) {
        result = floe_error_memory(error);
    }
    if (!result) {
        for (size_t i = 0; i < kept.count; i++) {
            items[i] = kept.items[i].key;
        }
        *names = (floe_catalog_texts){items, kept.count};
    }
    free(kept.items);
    return result;
}

/* The path of a location on this machine ("/a/b", "file:/a/b", "file:///a/b"); NULL for any other. */
static const char *local_path(const char *location) {
    static const char scheme[] = "file:";
    if (strncmp(location, scheme, sizeof scheme - 1) == 0) {
        location += sizeof scheme - 1;
        location += strncmp(location, "//", 2) == 0 ? 2 : 0;
    }
    return location[0] == '/' ? location : NULL;
}

/* The table's state, where its file is here and can be read; otherwise the reason why not. */
static int read_metadata(floe_catalog_table *out, floe_arena *arena, floe_store *store, floe_error *error) {
    const char *path = local_path(out->metadata_location);
    floe_read_limits limits = {.bytes = METADATA_BYTES};
    floe_document *document;
    floe_error failure;
    if (!path) {
        out->problem = "its metadata lies in a storage that this catalog does not read";
        return 0;
    }
    int result = floe_json_read(&document, store, path, &limits, &failure);
    if (result == FLOE_MEMORY) {
        return floe_error_memory(error);
    }
    if (result) {
        out->missing = result == FLOE_NOT_FOUND;
        out->problem = floe_arena_text(arena, failure.message, strlen(failure.message));
        return out->problem ? 0 : floe_error_memory(error);
    }
    out->metadata = document->root;
    return 0;
}

static int table_load(floe_catalog *catalog, bool *found, floe_catalog_table *out, floe_arena *arena,
                      floe_store *store, const floe_catalog_name *name, const char *table,
                      floe_error *error) {
    sqlite_catalog *self = (sqlite_catalog *)catalog;
    key namespace;
    rows kept = {0};
    int result = key_of(&namespace, name, error);
    if (!result) {
        const char *const values[] = {self->name, namespace.self, table};
        result = read_rows(&kept, self, arena,
                           "SELECT coalesce(metadata_location, '') FROM iceberg_tables"
                           " WHERE catalog_name = ?1 AND table_namespace = ?2 AND table_name = ?3",
                           values, error);
    }
    floe_catalog_table loaded = {.metadata_location = kept.count ? kept.items[0].key : ""};
    if (!result && kept.count) {
        result = read_metadata(&loaded, arena, store, error);
    }
    if (!result) {
        *found = kept.count > 0;
        *out = loaded;
    }
    free(kept.items);
    return result;
}

static int credentials(floe_catalog *catalog, floe_catalog_properties *out, floe_arena *arena,
                       const floe_catalog_name *name, const char *table, floe_error *error) {
    (void)catalog;
    (void)out;
    (void)arena;
    (void)name;
    floe_error_set(error, FLOE_INVALID, "a catalog in SQLite hands out no credentials for the table '%s'",
                   table);
    floe_error_hint(error, "a catalog with a server can: type iceberg-rest");
    return FLOE_INVALID;
}

static int describe(floe_catalog *catalog, floe_catalog_description *out, floe_arena *arena,
                    floe_error *error) {
    static const char *const capabilities[] = {"tables"};
    sqlite_catalog *self = (sqlite_catalog *)catalog;
    const char *address =
        floe_arena_text(arena, self->file.database.options.path, strlen(self->file.database.options.path));
    if (!address) {
        return floe_error_memory(error);
    }
    *out =
        (floe_catalog_description){.type = "sqlite", .address = address, .capabilities = {capabilities, 1}};
    return 0;
}

/* ---- writing ---- */

/* Whether any row answers; only within an operation that has begun. */
static int ask(bool *answer, sqlite_catalog *self, const char *sql, const char *const *values,
               floe_error *error) {
    size_t count = 0;
    int result = floe_database_run(&self->file.database, sql, values, count_row, &count, error);
    if (!result) {
        *answer = count > 0;
    }
    return result;
}

static int is_there(bool *answer, sqlite_catalog *self, const char *namespace, floe_error *error) {
    const char *const values[] = {self->name, namespace};
    return ask(
        answer, self,
        "SELECT 1 FROM iceberg_namespace_properties WHERE catalog_name = ?1 AND namespace = ?2 LIMIT 1",
        values, error);
}

static int set_property(sqlite_catalog *self, const char *namespace, const char *name, const char *value,
                        floe_error *error) {
    const char *const values[] = {self->name, namespace, name, value};
    return floe_database_run(
        &self->file.database,
        "INSERT INTO iceberg_namespace_properties"
        " (catalog_name, namespace, property_key, property_value) VALUES (?1, ?2, ?3, ?4)"
        " ON CONFLICT DO UPDATE SET property_value = excluded.property_value",
        values, NULL, NULL, error);
}

static int set_properties(sqlite_catalog *self, const char *namespace,
                          const floe_catalog_properties *properties, floe_error *error) {
    int result = 0;
    for (size_t i = 0; !result && i < properties->count; i++) {
        const floe_catalog_property *property = &properties->items[i];
        result = set_property(self, namespace, property->key, property->value, error);
    }
    return result;
}

/* The namespaces above this one exist afterwards, as they are or without properties. */
static int make_parents(sqlite_catalog *self, const floe_catalog_name *name, floe_error *error) {
    int result = 0;
    for (size_t count = 1; !result && count < name->count; count++) {
        key parent;
        bool there = false;
        result = key_of(&parent, &(floe_catalog_name){name->parts, count}, error);
        result = result ? result : is_there(&there, self, parent.self, error);
        if (!result && !there) {
            result = set_property(self, parent.self, exists_key, "true", error);
        }
    }
    return result;
}

static int make_namespace(sqlite_catalog *self, const floe_catalog_name *name, const char *namespace,
                          const floe_catalog_properties *properties, floe_error *error) {
    int result = make_parents(self, name, error);
    result = result ? result : set_property(self, namespace, exists_key, "true", error);
    return result ? result : set_properties(self, namespace, properties, error);
}

static int create(floe_catalog *catalog, floe_catalog_outcome *outcome, const floe_catalog_name *name,
                  const floe_catalog_properties *properties, floe_error *error) {
    sqlite_catalog *self = (sqlite_catalog *)catalog;
    key namespace;
    bool there = false;
    int result = key_of(&namespace, name, error);
    result = result ? result : floe_sqlite_file_read(&self->file, error);
    if (!result && self->file.state != FLOE_SQLITE_EMPTY) {
        result = is_there(&there, self, namespace.self, error); /* those who come later need no lock */
    }
    if (!result && !there) {
        result = floe_sqlite_file_begin(&self->file, error);
        if (!result) {
            result = is_there(&there, self, namespace.self, error);
            if (!result && !there) {
                result = make_namespace(self, name, namespace.self, properties, error);
            }
            result = floe_sqlite_file_end(&self->file, result, error);
        }
    }
    if (!result) {
        *outcome = there ? FLOE_CATALOG_EXISTS : FLOE_CATALOG_CREATED;
    }
    return result;
}

static int refuse_absent(const char *namespace, floe_error *error) {
    return floe_error_set(error, FLOE_NOT_FOUND, "the catalog has no namespace '%s'", namespace);
}

/* Begins to change a namespace that must be there. */
static int begin_change(sqlite_catalog *self, key *namespace, const floe_catalog_name *name,
                        floe_error *error) {
    int result = key_of(namespace, name, error);
    result = result ? result : floe_sqlite_file_read(&self->file, error);
    if (!result && self->file.state == FLOE_SQLITE_EMPTY) {
        result = refuse_absent(namespace->self, error);
    }
    result = result ? result : floe_sqlite_file_begin(&self->file, error);
    if (result) {
        return result;
    }
    bool there = false;
    result = is_there(&there, self, namespace->self, error);
    if (!result && !there) {
        result = refuse_absent(namespace->self, error);
    }
    return result ? floe_sqlite_file_end(&self->file, result, error) : 0;
}

static int update(floe_catalog *catalog, const floe_catalog_name *name,
                  const floe_catalog_properties *updates, const floe_catalog_texts *removals,
                  floe_error *error) {
    sqlite_catalog *self = (sqlite_catalog *)catalog;
    key namespace;
    int result = begin_change(self, &namespace, name, error);
    if (result) {
        return result;
    }
    result = set_properties(self, namespace.self, updates, error);
    for (size_t i = 0; !result && i < removals->count; i++) {
        const char *const values[] = {self->name, namespace.self, removals->items[i]};
        result = floe_database_run(&self->file.database,
                                   "DELETE FROM iceberg_namespace_properties"
                                   " WHERE catalog_name = ?1 AND namespace = ?2 AND property_key = ?3",
                                   values, NULL, NULL, error);
    }
    if (!result) { /* whoever removed the mark of another program's namespace did not mean the namespace */
        result = set_property(self, namespace.self, exists_key, "true", error);
    }
    return floe_sqlite_file_end(&self->file, result, error);
}

static int refuse_contents(const char *namespace, floe_error *error) {
    floe_error_set(error, FLOE_CONFLICT, "the namespace '%s' is not empty", namespace);
    floe_error_hint(error, "drop the namespaces and tables in it first");
    return FLOE_CONFLICT;
}

static int drop(floe_catalog *catalog, const floe_catalog_name *name, floe_error *error) {
    sqlite_catalog *self = (sqlite_catalog *)catalog;
    key namespace;
    bool full = false;
    int result = begin_change(self, &namespace, name, error);
    if (result) {
        return result;
    }
    const char *const values[] = {self->name, namespace.self, namespace.below, namespace.behind};
    result = ask(&full, self,
                 "SELECT 1 FROM iceberg_namespace_properties"
                 " WHERE catalog_name = ?1 AND ?2 <> '' AND namespace >= ?3 AND namespace < ?4"
                 " UNION ALL SELECT 1 FROM iceberg_tables WHERE catalog_name = ?1"
                 " AND (table_namespace = ?2 OR (table_namespace >= ?3 AND table_namespace < ?4)) LIMIT 1",
                 values, error);
    if (!result && full) {
        result = refuse_contents(namespace.self, error);
    }
    if (!result) {
        result = floe_database_run(&self->file.database,
                                   "DELETE FROM iceberg_namespace_properties"
                                   " WHERE catalog_name = ?1 AND namespace = ?2",
                                   values, NULL, NULL, error);
    }
    return floe_sqlite_file_end(&self->file, result, error);
}

static int table_drop(floe_catalog *catalog, const floe_catalog_name *name, const char *table, bool purge,
                      floe_error *error) {
    sqlite_catalog *self = (sqlite_catalog *)catalog;
    key namespace;
    if (purge) {
        floe_error_set(error, FLOE_INVALID, "a catalog in SQLite does not remove a table's files");
        floe_error_hint(error, "take the table out of the catalog, then remove its files in their storage");
        return FLOE_INVALID;
    }
    int result = begin_change(self, &namespace, name, error);
    if (result) {
        return result;
    }
    const char *const values[] = {self->name, namespace.self, table};
    result = floe_database_run(&self->file.database,
                               "DELETE FROM iceberg_tables"
                               " WHERE catalog_name = ?1 AND table_namespace = ?2 AND table_name = ?3",
                               values, NULL, NULL, error);
    if (!result && sqlite3_changes(self->file.database.handle) == 0) {
        result = floe_error_set(error, FLOE_NOT_FOUND, "the catalog has no table '%s' in the namespace '%s'",
                                table, namespace.self);
    }
    return floe_sqlite_file_end(&self->file, result, error);
}

/* ---- opening ---- */

static const char *const setting_names[] = {"path", "name", "timeout", "journal"};
enum { SETTINGS = sizeof setting_names / sizeof *setting_names };

/* A key that is not known is a slip of the pen, and says nothing. */
static int check_settings(const floe_node *config, floe_error *error) {
    const floe_key *setting;
    for (uint32_t i = 0; (setting = floe_node_key(config, i)); i++) {
        floe_suggestion suggestion;
        bool known = false;
        floe_suggest_start(&suggestion, setting->text, setting->length);
        for (size_t j = 0; j < SETTINGS; j++) {
            known = known || strcmp(setting_names[j], setting->text) == 0;
            floe_suggest_offer(&suggestion, setting_names[j], strlen(setting_names[j]));
        }
        if (!known) {
            floe_error_set(error, FLOE_INVALID,
                           "plugins.catalog.config has no key '%.64s' for the type sqlite", setting->text);
            floe_error_hint(
                error, suggestion.best ? "did you mean '%s'?" : "there are path, name, timeout and journal",
                suggestion.best);
            return FLOE_INVALID;
        }
    }
    return 0;
}

static int refuse_setting(const char *name, const char *what, floe_error *error) {
    return floe_error_set(error, FLOE_INVALID, "plugins.catalog.config.%s must be %s", name, what);
}

/* A text of the configuration, copied; `otherwise` where it is not given. */
static int text_setting(char **out, const floe_node *config, const char *name, const char *otherwise,
                        floe_error *error) {
    const floe_node *node = floe_node_get(config, name, strlen(name));
    size_t length = 0;
    const char *text = floe_node_string(node, &length);
    if (floe_node_absent(node) && otherwise) {
        text = otherwise;
        length = strlen(otherwise);
    }
    if (!text || !length || memchr(text, 0, length)) {
        return refuse_setting(name, "a text that is not empty", error);
    }
    *out = strndup(text, length);
    return *out ? 0 : floe_error_memory(error);
}

static int wait_setting(int64_t *out, const floe_node *config, floe_error *error) {
    const floe_node *node = floe_node_path(config, "timeout", NULL);
    if (floe_node_absent(node)) {
        *out = WAIT_SECONDS;
    } else if (floe_node_kind(node) == FLOE_INTEGER && node->integer >= 0 && node->integer <= WAIT_MOST) {
        *out = node->integer;
    } else {
        return refuse_setting("timeout", "a number of seconds from 0 to 3600", error);
    }
    return 0;
}

static int journal_setting(bool *rollback, const floe_node *config, floe_error *error) {
    const floe_node *node = floe_node_path(config, "journal", NULL);
    *rollback = floe_node_equals(node, "rollback");
    if (!floe_node_absent(node) && !*rollback && !floe_node_equals(node, "wal")) {
        return refuse_setting("journal", "'wal' or 'rollback'", error);
    }
    return 0;
}

static void close_catalog(floe_catalog *catalog) {
    sqlite_catalog *self = (sqlite_catalog *)catalog;
    floe_sqlite_file_close(&self->file);
    free(self->name);
    free(self);
}

static int open_catalog(floe_catalog **out, const char *type, const floe_node *config, floe_error *error) {
    (void)type;
    char *path = NULL;
    int64_t seconds = 0;
    bool rollback = false;
    sqlite_catalog *self = calloc(1, sizeof *self);
    if (!self) {
        return floe_error_memory(error);
    }
    self->base.backend = &floe_catalog_sqlite;
    int result = check_settings(config, error);
    result = result ? result : wait_setting(&seconds, config, error);
    result = result ? result : journal_setting(&rollback, config, error);
    result = result ? result : text_setting(&path, config, "path", NULL, error);
    result = result ? result : text_setting(&self->name, config, "name", "floe", error);
    result = result ? result : floe_sqlite_file_new(&self->file, path, seconds, rollback, error);
    result = result ? result : floe_sqlite_file_read(&self->file, error);
    free(path);
    if (result) {
        close_catalog(&self->base);
    } else {
        *out = &self->base;
    }
    return result;
}

const floe_catalog_backend floe_catalog_sqlite = {
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

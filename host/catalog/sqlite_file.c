#include "sqlite_file.h"

enum {
    APPLICATION = 0x666C6F65, /* "floe", in the file's header */
    VERSION = 1               /* of the form of the file, its user_version */
};

int floe_sqlite_file_new(floe_sqlite_file *file, const char *path, int64_t seconds, bool rollback,
                         floe_error *error) {
    static const char elsewhere[] = "name another file in plugins.catalog.config.path";
    static const char unlogged[] = "its log lies beside it, where you may not write; a catalog made with "
                                   "plugins.catalog.config.journal: rollback can be read without that";
    floe_database_options options = {
        .path = path,
        .noun = "catalog",
        .elsewhere = elsewhere,
        .unlogged = unlogged,
        .seconds = seconds,
        .rollback = rollback,
    };
    file->state = FLOE_SQLITE_EMPTY;
    return floe_database_new(&file->database, &options, error);
}

void floe_sqlite_file_close(floe_sqlite_file *file) {
    floe_database_close(&file->database);
}

/* ---- what the file holds ---- */

static int count_tables(void *context, sqlite3_stmt *row, floe_error *error) {
    (void)error;
    *(int64_t *)context = sqlite3_column_int64(row, 0);
    return 0;
}

/* Finds out what the file holds; whoever makes it meanwhile is seen as another program at worst, until the
 * next look. Files of another program's making are catalogs where they hold Iceberg's two tables. */
static int inspect(floe_sqlite_file *file, floe_error *error) {
    floe_database_header found = {0};
    int64_t tables = 0;
    int result = floe_database_read_header(&found, &file->database, error);
    result = result ? result
                    : floe_database_run(&file->database,
                                        "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
                                        " AND name IN ('iceberg_tables', 'iceberg_namespace_properties')",
                                        NULL, count_tables, &tables, error);
    if (result) {
        return result;
    }
    if (found.application == APPLICATION && found.version > VERSION) {
        return floe_database_refuse_newer(&file->database, found.version, VERSION, error);
    }
    if (found.application == APPLICATION && found.version == VERSION && tables == 2) {
        file->state = FLOE_SQLITE_CURRENT;
    } else if (found.application == 0 && tables == 2) {
        file->state = FLOE_SQLITE_PLAIN;
    } else if (found.application == 0 && found.objects == 0) {
        file->state = FLOE_SQLITE_EMPTY;
    } else {
        return floe_database_refuse_other(&file->database, error);
    }
    return 0;
}

int floe_sqlite_file_read(floe_sqlite_file *file, floe_error *error) {
    int result = floe_database_open(&file->database, error);
    if (result || !file->database.handle || file->state == FLOE_SQLITE_CURRENT) {
        return result;
    }
    return inspect(file, error);
}

/* ---- writing ---- */

static int has_column(void *context, sqlite3_stmt *row, floe_error *error) {
    (void)row;
    (void)error;
    *(bool *)context = true;
    return 0;
}

/* The tables as Iceberg's JDBC catalog makes them. */
static int make_tables(floe_sqlite_file *file, floe_error *error) {
    int result = floe_database_run(&file->database,
                                   "CREATE TABLE iceberg_tables (catalog_name VARCHAR(255) NOT NULL, "
                                   "table_namespace VARCHAR(255) NOT NULL,"
                                   " table_name VARCHAR(255) NOT NULL, metadata_location VARCHAR(1000),"
                                   " previous_metadata_location VARCHAR(1000), iceberg_type VARCHAR(5),"
                                   " PRIMARY KEY (catalog_name, table_namespace, table_name))",
                                   NULL, NULL, NULL, error);
    return result ? result
                  : floe_database_run(
                        &file->database,
                        "CREATE TABLE iceberg_namespace_properties (catalog_name VARCHAR(255) NOT NULL,"
                        " namespace VARCHAR(255) NOT NULL, property_key VARCHAR(255) NOT NULL,"
                        " property_value VARCHAR(1000) NOT NULL,"
                        " PRIMARY KEY (catalog_name, namespace, property_key))",
                        NULL, NULL, NULL, error);
}

/* A catalog that another program made gets the column that tells tables from views, where it has none. */
static int adopt_tables(floe_sqlite_file *file, floe_error *error) {
    bool typed = false;
    int result = floe_database_run(
        &file->database, "SELECT 1 FROM pragma_table_info('iceberg_tables') WHERE name = 'iceberg_type'",
        NULL, has_column, &typed, error);
    if (result || typed) {
        return result;
    }
    return floe_database_run(&file->database, "ALTER TABLE iceberg_tables ADD COLUMN iceberg_type VARCHAR(5)",
                             NULL, NULL, NULL, error);
}

/* Brings the file to the newest form, within the transaction that begins to write. */
static int migrate(floe_sqlite_file *file, floe_error *error) {
    int result = inspect(file, error);
    if (result || file->state == FLOE_SQLITE_CURRENT) {
        return result;
    }
    result = file->state == FLOE_SQLITE_EMPTY ? make_tables(file, error) : adopt_tables(file, error);
    result = result ? result
                    : floe_database_run(&file->database, "PRAGMA application_id = 0x666C6F65", NULL, NULL,
                                        NULL, error);
    return result ? result
                  : floe_database_run(&file->database, "PRAGMA user_version = 1", NULL, NULL, NULL, error);
}

int floe_sqlite_file_begin(floe_sqlite_file *file, floe_error *error) {
    int result = floe_database_make(&file->database, error);
    result = result ? result : floe_sqlite_file_read(file, error);
    if (!result && file->state != FLOE_SQLITE_CURRENT) {
        result = floe_database_set_journal(&file->database, error);
    }
    result = result ? result : floe_database_begin(&file->database, error);
    if (result) {
        return result;
    }
    result = migrate(file, error);
    return result ? floe_sqlite_file_end(file, result, error) : 0;
}

int floe_sqlite_file_end(floe_sqlite_file *file, int result, floe_error *error) {
    result = floe_database_end(&file->database, result, error);
    if (!result) {
        file->state = FLOE_SQLITE_CURRENT;
    }
    return result;
}

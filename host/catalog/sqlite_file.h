/*
 * The SQLite file of a catalog: brought to the form that this floe knows when it is written. For sqlite.c.
 */
#ifndef FLOE_CATALOG_SQLITE_FILE_H
#define FLOE_CATALOG_SQLITE_FILE_H

#include "base/database.h"

typedef enum floe_sqlite_state {
    FLOE_SQLITE_EMPTY,  /* no file, or nothing in it */
    FLOE_SQLITE_PLAIN,  /* a catalog that another program made: readable, adopted by the first change */
    FLOE_SQLITE_CURRENT /* of the form that this floe writes */
} floe_sqlite_state;

typedef struct floe_sqlite_file {
    floe_database database;
    floe_sqlite_state state; /* when it was last looked at */
} floe_sqlite_file;

/* Prepares a file for use: nothing is opened. `path` is copied. */
int floe_sqlite_file_new(floe_sqlite_file *file, const char *path, int64_t seconds, bool rollback,
                         floe_error *error);
void floe_sqlite_file_close(floe_sqlite_file *file);

/* Before an operation that reads: opens the file where there is one and looks at what it holds. */
int floe_sqlite_file_read(floe_sqlite_file *file, floe_error *error);

/* Begins an operation that writes: makes, adopts or migrates the file, and holds its lock until the
 * transaction is ended. */
int floe_sqlite_file_begin(floe_sqlite_file *file, floe_error *error);

/* Ends it, as floe_database_end does. */
int floe_sqlite_file_end(floe_sqlite_file *file, int result, floe_error *error);

#endif

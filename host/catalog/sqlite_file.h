/*
 * The SQLite file of a catalog: opened when it is there, made when something is to be written, brought to the
 * form that this floe knows, locked by one writer at a time. For sqlite.c.
 */
#ifndef FLOE_CATALOG_SQLITE_FILE_H
#define FLOE_CATALOG_SQLITE_FILE_H

#include "catalog.h"

#include <sqlite3.h>
#include <stdint.h>

typedef enum floe_sqlite_state {
    FLOE_SQLITE_EMPTY,  /* no file, or nothing in it */
    FLOE_SQLITE_PLAIN,  /* a catalog that another program made: readable, adopted by the first change */
    FLOE_SQLITE_CURRENT /* of the form that this floe writes */
} floe_sqlite_state;

enum { FLOE_SQLITE_STATEMENTS = 24 }; /* that are kept compiled */

typedef struct floe_sqlite_file {
    sqlite3 *database; /* NULL while there is no file */
    struct {
        const char *sql; /* the literal itself */
        sqlite3_stmt *statement;
    } kept[FLOE_SQLITE_STATEMENTS];
    size_t kept_count;
    char *path;              /* as given: owned */
    floe_sqlite_state state; /* when it was last looked at */
    int64_t seconds;         /* to wait for the lock that another process holds */
    int64_t deadline;        /* of the operation that runs, on the monotonic clock */
    uint64_t random;         /* of the waiting times */
    bool rollback;           /* with a rollback journal instead of a write-ahead log */
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

/* Ends it: all of it is in the file (`result` 0 and no failure now), or nothing. Returns `result`, or why it
 * could not be kept. */
int floe_sqlite_file_end(floe_sqlite_file *file, int result, floe_error *error);

typedef int (*floe_sqlite_row)(void *context, sqlite3_stmt *row, floe_error *error);

/* Runs one statement, which must be a literal: it is kept compiled. `values` are texts for its parameters, as
 * many as it has; `row` (may be NULL) is given each row. */
int floe_sqlite_run(floe_sqlite_file *file, const char *sql, const char *const *values, floe_sqlite_row row,
                    void *context, floe_error *error);

/* A column of a row as a text; NULL for a null. It lives until the next row. */
int floe_sqlite_text(const char **text, floe_sqlite_file *file, sqlite3_stmt *row, int column,
                     floe_error *error);

/* The name of a file system (statfs's f_type) that other machines share, where a write-ahead log would not
 * hold; NULL for any other. */
const char *floe_sqlite_share(long type);

#endif

/*
 * An SQLite file that many processes use at once: opened when it is there, made when something is to be
 * written, locked by one writer at a time, with errors that name it as its users do. Nothing that it may hold
 * runs code: triggers and views are off. What the file holds is for whoever uses it: the catalog, the ledger.
 *
 * Errors: FLOE_OUTSIDE where the file is locked for too long, damaged, or cannot be read or written;
 * FLOE_INVALID where it is no database; FLOE_LIMIT, FLOE_MEMORY. Nothing is changed where a call fails.
 */
#ifndef FLOE_BASE_DATABASE_H
#define FLOE_BASE_DATABASE_H

#include "floe/error.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

enum { FLOE_DATABASE_STATEMENTS = 32 }; /* that are kept compiled */

typedef struct floe_database_options {
    const char *path;      /* copied */
    const char *noun;      /* what its users call it, "catalog"; static, as the hints are */
    const char *elsewhere; /* what to do where the file is none of these */
    const char *unlogged;  /* what would spare its readers the log that lies beside it */
    int64_t seconds;       /* to wait for the lock that another process holds */
    bool rollback;         /* with a rollback journal instead of a write-ahead log */
    bool quick; /* a loss of power may take what was committed last, where a write-ahead log is kept */
} floe_database_options;

typedef struct floe_database {
    sqlite3 *handle; /* NULL while there is no file */
    struct {
        const char *sql; /* the literal itself */
        sqlite3_stmt *statement;
    } kept[FLOE_DATABASE_STATEMENTS];
    size_t kept_count;
    floe_database_options options; /* its path is owned */
    int64_t deadline;              /* of the operation that runs, on the monotonic clock */
    uint64_t random;               /* of the waiting times */
} floe_database;

/* Prepares a file for use: nothing is opened. */
int floe_database_new(floe_database *database, const floe_database_options *options, floe_error *error);
void floe_database_close(floe_database *database);

/* Before an operation that reads: opens the file where there is one; `handle` tells. Waiting for locks starts
 * anew. */
int floe_database_open(floe_database *database, floe_error *error);

/* Before an operation that writes: makes an empty file that only its owner can use, and its folder, where
 * there is none, and opens it. */
int floe_database_make(floe_database *database, floe_error *error);

/* What the file says of itself: whose it is (application_id), of which form (user_version), and how many
 * tables and the like it holds. Only of an open one. */
typedef struct floe_database_header {
    int64_t application, version, objects;
} floe_database_header;
int floe_database_read_header(floe_database_header *out, floe_database *database, floe_error *error);

/* The errors for a file of another program, and for one of a newer floe, which knows forms up to `known`. */
int floe_database_refuse_other(const floe_database *database, floe_error *error);
int floe_database_refuse_newer(const floe_database *database, int64_t version, int64_t known,
                               floe_error *error);

/* Chooses the journal of a file that is to be used for the first time. */
int floe_database_set_journal(floe_database *database, floe_error *error);

/* Holds the file's lock until the transaction is ended. */
int floe_database_begin(floe_database *database, floe_error *error);

/* Ends it: all of it is in the file (`result` 0 and no failure now), or nothing. Returns `result`, or why it
 * could not be kept. */
int floe_database_end(floe_database *database, int result, floe_error *error);

typedef int (*floe_database_row)(void *context, sqlite3_stmt *row, floe_error *error);

/* Runs one statement, which must be a literal: it is kept compiled. `values` are texts for its parameters, as
 * many as it has (NULL is a null); `row` (may be NULL) is given each row. */
int floe_database_run(floe_database *database, const char *sql, const char *const *values,
                      floe_database_row row, void *context, floe_error *error);

/* A column of a row as a text of UTF-8; NULL for a null. It lives until the next row. */
int floe_database_text(const char **text, floe_database *database, sqlite3_stmt *row, int column,
                       floe_error *error);

/* The name of a file system (statfs's f_type) that other machines share, where a write-ahead log would not
 * hold; NULL for any other. */
const char *floe_database_share(long type);

#endif

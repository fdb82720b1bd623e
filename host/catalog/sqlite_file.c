#include "sqlite_file.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/interrupt.h"
#include "base/path.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

enum {
    APPLICATION = 0x666C6F65, /* "floe", in the file's header */
    VERSION = 1,              /* of the form of the file, its user_version */
    WAIT_STEP = 5,            /* milliseconds between two looks at the lock, at most */
    VALUE_BYTES = 64 << 20    /* of a text that the file may hold */
};

/* ---- errors ---- */

static int fail_locked(const floe_sqlite_file *file, floe_error *error) {
    if (floe_interrupted()) {
        return floe_error_set(error, FLOE_OUTSIDE, "interrupted while waiting for the catalog '%s'",
                              file->path);
    }
    floe_error_set(error, FLOE_OUTSIDE, "the catalog '%s' stayed locked by another process for %lld second%s",
                   file->path, (long long)file->seconds, file->seconds == 1 ? "" : "s");
    floe_error_hint(error, "run the command again, or look for who holds it: fuser '%s'", file->path);
    return FLOE_OUTSIDE;
}

/* What failed as far as SQLite tells, and the system's reason where there is one. */
static int fail_plainly(const floe_sqlite_file *file, const char *what, const char *hint, floe_error *error) {
    int system = file->database ? sqlite3_system_errno(file->database) : 0;
    floe_error_set(error, FLOE_OUTSIDE, "%s the catalog '%s'%s%s", what, file->path, system ? ": " : "",
                   system ? strerror(system) : "");
    floe_error_hint(error, "%s", hint);
    return FLOE_OUTSIDE;
}

/* What one of SQLite's result codes means for the catalog. */
static int fail(const floe_sqlite_file *file, int code, floe_error *error) {
    const char *path = file->path;
    switch (code & 0xFF) {
    case SQLITE_NOMEM:
        return floe_error_memory(error);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return fail_locked(file, error);
    case SQLITE_NOTADB:
        floe_error_set(error, FLOE_INVALID, "'%s' is not a catalog: it is no SQLite database", path);
        floe_error_hint(error, "name another file in plugins.catalog.config.path");
        return FLOE_INVALID;
    case SQLITE_CORRUPT:
        floe_error_set(error, FLOE_OUTSIDE, "the catalog '%s' is damaged: %s", path,
                       sqlite3_errmsg(file->database));
        floe_error_hint(error, "restore it from a backup, or save what can be read: sqlite3 '%s' .recover",
                        path);
        return FLOE_OUTSIDE;
    case SQLITE_FULL:
        return fail_plainly(file, "the disk is full: cannot write to",
                            "nothing was changed; make room and run the command again", error);
    case SQLITE_READONLY:
        if (code == SQLITE_READONLY_CANTINIT || code == SQLITE_READONLY_DIRECTORY ||
            code == SQLITE_READONLY_RECOVERY || code == SQLITE_READONLY_CANTLOCK) {
            return fail_plainly(file, "cannot read",
                                "its log lies beside it, where you may not write; a catalog made with "
                                "plugins.catalog.config.journal: rollback can be read without that",
                                error);
        }
        /* fall through */
    case SQLITE_PERM:
        return fail_plainly(file, "cannot write to",
                            "writing needs the right to change the file and to create files beside it",
                            error);
    case SQLITE_CANTOPEN:
        return fail_plainly(file, "cannot open",
                            "using it needs the right to create files beside it, where SQLite keeps its log",
                            error);
    case SQLITE_IOERR:
        return fail_plainly(file, "cannot read or write",
                            "nothing was changed; look at the disk, its quota, and the rights of the folder",
                            error);
    case SQLITE_TOOBIG:
        return floe_error_set(error, FLOE_LIMIT, "a value for the catalog '%s' is longer than %d bytes", path,
                              VALUE_BYTES);
    default:
        floe_error_set(error, FLOE_OUTSIDE, "the catalog '%s' failed: %s", path,
                       file->database ? sqlite3_errmsg(file->database) : sqlite3_errstr(code));
        return FLOE_OUTSIDE;
    }
}

/* ---- waiting for a lock ---- */

static void start_waiting(floe_sqlite_file *file) {
    file->deadline = floe_clock_monotonic() + file->seconds * 1000000000;
}

/* Waits a moment of a random length, so that those who wait do not all come back at once. False when the time
 * is up. */
static bool wait_turn(floe_sqlite_file *file, int tries) {
    if (floe_interrupted() || floe_clock_monotonic() >= file->deadline) {
        return false;
    }
    file->random ^= file->random << 13;
    file->random ^= file->random >> 7;
    file->random ^= file->random << 17;
    uint64_t most = (uint64_t)(tries < WAIT_STEP ? tries + 1 : WAIT_STEP) * 1000000;
    struct timespec pause = {.tv_nsec = (long)(most / 4 + file->random % most * 3 / 4)};
    nanosleep(&pause, NULL);
    return true;
}

static int on_busy(void *context, int tries) {
    return wait_turn(context, tries);
}

/* ---- statements ---- */

/* The statement, compiled when it is first asked for. */
static int compile(sqlite3_stmt **out, floe_sqlite_file *file, const char *sql) {
    for (size_t i = 0; i < file->kept_count; i++) {
        if (file->kept[i].sql == sql) {
            *out = file->kept[i].statement;
            return SQLITE_OK;
        }
    }
    int code = sqlite3_prepare_v3(file->database, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
    if (code == SQLITE_OK && file->kept_count < FLOE_SQLITE_STATEMENTS) {
        file->kept[file->kept_count].sql = sql;
        file->kept[file->kept_count++].statement = *out;
    }
    return code;
}

/* Makes a kept statement ready for its next use, and frees any other. */
static void release(floe_sqlite_file *file, sqlite3_stmt *statement) {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    for (size_t i = 0; i < file->kept_count; i++) {
        if (file->kept[i].statement == statement) {
            return;
        }
    }
    sqlite3_finalize(statement);
}

static void close_database(floe_sqlite_file *file) {
    for (size_t i = 0; i < file->kept_count; i++) {
        sqlite3_finalize(file->kept[i].statement);
    }
    file->kept_count = 0;
    sqlite3_close(file->database);
    file->database = NULL;
}

int floe_sqlite_run(floe_sqlite_file *file, const char *sql, const char *const *values, floe_sqlite_row row,
                    void *context, floe_error *error) {
    sqlite3_stmt *statement = NULL;
    int result = 0;
    int code = compile(&statement, file, sql);
    int parameters = code == SQLITE_OK ? sqlite3_bind_parameter_count(statement) : 0;
    for (int i = 0; code == SQLITE_OK && i < parameters; i++) {
        code = sqlite3_bind_text(statement, i + 1, values[i], -1, SQLITE_STATIC);
    }
    for (int tries = 0; !result && (code == SQLITE_OK || code == SQLITE_ROW);) {
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW && row) {
            result = row(context, statement, error);
        } else if ((code & 0xFF) == SQLITE_BUSY && sqlite3_get_autocommit(file->database) &&
                   wait_turn(file, tries++)) { /* SQLite does not ask on_busy in every case */
            sqlite3_reset(statement);
            code = SQLITE_OK;
        }
    }
    if (!result && code != SQLITE_DONE) {
        result = fail(file, code, error);
    }
    if (statement) {
        release(file, statement);
    }
    return result;
}

int floe_sqlite_text(const char **text, floe_sqlite_file *file, sqlite3_stmt *row, int column,
                     floe_error *error) {
    const char *start = (const char *)sqlite3_column_text(row, column);
    if (!start && sqlite3_column_type(row, column) != SQLITE_NULL) {
        return floe_error_memory(error);
    }
    for (const char *at = start; at && *at;) {
        size_t length = floe_utf8_length(at);
        if (!length) {
            floe_error_set(error, FLOE_OUTSIDE,
                           "the catalog '%s' is damaged: it holds a text that is not UTF-8", file->path);
            return FLOE_OUTSIDE;
        }
        at += length;
    }
    *text = start;
    return 0;
}

/* ---- opening ---- */

const char *floe_sqlite_share(long type) {
    static const struct {
        uint32_t type;
        const char *name;
    } shares[] = {
        {0x00006969, "NFS"},  {0x0000517B, "SMB"},  {0xFE534D42, "SMB"},    {0xFF534D42, "CIFS"},
        {0x01021997, "9P"},   {0x00C36400, "Ceph"}, {0x0BD00BD0, "Lustre"}, {0x47504653, "GPFS"},
        {0x65735546, "FUSE"}, {0x5346414F, "AFS"},
    };
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        if (shares[i].type == (uint32_t)type) {
            return shares[i].name;
        }
    }
    return NULL;
}

int floe_sqlite_file_new(floe_sqlite_file *file, const char *path, int64_t seconds, bool rollback,
                         floe_error *error) {
    char *copy = strdup(path);
    if (!copy) {
        return floe_error_memory(error);
    }
    *file = (floe_sqlite_file){
        .path = copy,
        .seconds = seconds,
        .rollback = rollback,
        .random = ((uint64_t)getpid() << 32 ^ (uint64_t)floe_clock_monotonic()) | 1,
    };
    return 0;
}

void floe_sqlite_file_close(floe_sqlite_file *file) {
    close_database(file);
    free(file->path);
    *file = (floe_sqlite_file){0};
}

/* Nothing that the file may hold runs code or reaches other files, and no text is without bounds. */
static void confine(sqlite3 *database) {
    sqlite3_extended_result_codes(database, 1);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_limit(database, SQLITE_LIMIT_LENGTH, VALUE_BYTES);
    sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);
}

static int first_text(void *context, sqlite3_stmt *row, floe_error *error) {
    (void)error;
    const char *text = (const char *)sqlite3_column_text(row, 0);
    *(bool *)context = text && strcmp(text, "wal") == 0;
    return 0;
}

/* A write-ahead log lives in memory that processes share, so those of other machines do not see it. */
static int look_at_share(floe_sqlite_file *file, floe_error *error) {
    struct statfs status;
    const char *share = statfs(file->path, &status) ? NULL : floe_sqlite_share((long)status.f_type);
    bool logged = false;
    if (!share) {
        return 0;
    }
    file->rollback = true;
    int result = floe_sqlite_run(file, "PRAGMA journal_mode", NULL, first_text, &logged, error);
    if (!result && logged) {
        floe_error_set(error, FLOE_OUTSIDE,
                       "the catalog '%s' lies on a network share (%s) and keeps a write-ahead log, which "
                       "works on one machine only",
                       file->path, share);
        floe_error_hint(error, "stop all who use it, then: sqlite3 '%s' 'PRAGMA journal_mode = DELETE'",
                        file->path);
        result = FLOE_OUTSIDE;
    }
    return result;
}

/* Opens a file that is there. */
static int open_database(floe_sqlite_file *file, floe_error *error) {
    int code =
        sqlite3_open_v2(file->path, &file->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    int result = 0;
    if (code == SQLITE_OK) {
        confine(file->database);
        sqlite3_busy_handler(file->database, on_busy, file);
        result = look_at_share(file, error);
    } else {
        result = fail(file, code, error);
    }
    if (result) {
        close_database(file);
    }
    return result;
}

static int refuse_folder(const floe_sqlite_file *file, floe_error *error) {
    return floe_error_set(error, FLOE_INVALID, "'%s' is not a catalog: it is no file", file->path);
}

/* ---- what the file holds ---- */

typedef struct header {
    int64_t application, version, tables, others;
} header;

static int read_header(void *context, sqlite3_stmt *row, floe_error *error) {
    (void)error;
    *(header *)context = (header){sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1),
                                  sqlite3_column_int64(row, 2), sqlite3_column_int64(row, 3)};
    return 0;
}

static int refuse_version(const floe_sqlite_file *file, int64_t version, floe_error *error) {
    floe_error_set(
        error, FLOE_INVALID,
        "the catalog '%s' was written by a newer floe: its form is %lld, this floe knows forms up to %d",
        file->path, (long long)version, VERSION);
    floe_error_hint(error, "update floe; the file was left as it is");
    return FLOE_INVALID;
}

static int refuse_application(const floe_sqlite_file *file, floe_error *error) {
    floe_error_set(error, FLOE_INVALID, "'%s' is not a catalog: it is the SQLite database of another program",
                   file->path);
    floe_error_hint(error, "name another file in plugins.catalog.config.path; this one was left as it is");
    return FLOE_INVALID;
}

/* Finds out what the file holds. Files of another program's making are catalogs where they hold Iceberg's two
 * tables. */
static int inspect(floe_sqlite_file *file, floe_error *error) {
    static const char sql[] = "SELECT (SELECT application_id FROM pragma_application_id),"
                              " (SELECT user_version FROM pragma_user_version),"
                              " (SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
                              "  AND name IN ('iceberg_tables', 'iceberg_namespace_properties')),"
                              " (SELECT count(*) FROM sqlite_schema)";
    header found = {0};
    int result = floe_sqlite_run(file, sql, NULL, read_header, &found, error);
    if (result) {
        return result;
    }
    if (found.application == APPLICATION && found.version > VERSION) {
        return refuse_version(file, found.version, error);
    }
    if (found.application == APPLICATION && found.version == VERSION && found.tables == 2) {
        file->state = FLOE_SQLITE_CURRENT;
    } else if (found.application == 0 && found.tables == 2) {
        file->state = FLOE_SQLITE_PLAIN;
    } else if (found.application == 0 && found.others == 0) {
        file->state = FLOE_SQLITE_EMPTY;
    } else {
        return refuse_application(file, error);
    }
    return 0;
}

int floe_sqlite_file_read(floe_sqlite_file *file, floe_error *error) {
    start_waiting(file);
    if (!file->database) {
        floe_file_kind kind = floe_file_kind_of(file->path);
        if (kind == FLOE_FILE_NONE) {
            return 0;
        }
        int result = kind == FLOE_FILE_REGULAR ? open_database(file, error) : refuse_folder(file, error);
        if (result) {
            return result;
        }
    }
    return file->state == FLOE_SQLITE_CURRENT ? 0 : inspect(file, error);
}

/* ---- writing ---- */

/* A failure of the system's is one of the catalog. */
static int outside(int result, floe_error *error) {
    if (result == FLOE_MEMORY) {
        return result;
    }
    if (error) {
        error->code = FLOE_OUTSIDE;
    }
    return FLOE_OUTSIDE;
}

/* Makes an empty file that only its owner can read and write, and the folder it lies in. What is there stays
 * as it is, with the rights it has. */
static int make_file(floe_sqlite_file *file, floe_error *error) {
    char *folder = NULL;
    int result = floe_path_folder(&folder, file->path, error);
    result = result ? result : floe_folder_make(folder, error);
    free(folder);
    if (result) {
        return outside(result, error);
    }
    int made = open(file->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made >= 0) {
        close(made);
    } else if (errno != EEXIST) {
        return outside(floe_error_system(error, "create the catalog", file->path), error);
    }
    return 0;
}

static int has_column(void *context, sqlite3_stmt *row, floe_error *error) {
    (void)row;
    (void)error;
    *(bool *)context = true;
    return 0;
}

/* The tables as Iceberg's JDBC catalog makes them. */
static int make_tables(floe_sqlite_file *file, floe_error *error) {
    int result = floe_sqlite_run(file,
                                 "CREATE TABLE iceberg_tables (catalog_name VARCHAR(255) NOT NULL, "
                                 "table_namespace VARCHAR(255) NOT NULL,"
                                 " table_name VARCHAR(255) NOT NULL, metadata_location VARCHAR(1000),"
                                 " previous_metadata_location VARCHAR(1000), iceberg_type VARCHAR(5),"
                                 " PRIMARY KEY (catalog_name, table_namespace, table_name))",
                                 NULL, NULL, NULL, error);
    return result ? result
                  : floe_sqlite_run(
                        file,
                        "CREATE TABLE iceberg_namespace_properties (catalog_name VARCHAR(255) NOT NULL,"
                        " namespace VARCHAR(255) NOT NULL, property_key VARCHAR(255) NOT NULL,"
                        " property_value VARCHAR(1000) NOT NULL,"
                        " PRIMARY KEY (catalog_name, namespace, property_key))",
                        NULL, NULL, NULL, error);
}

/* A catalog that another program made gets the column that tells tables from views, where it has none. */
static int adopt_tables(floe_sqlite_file *file, floe_error *error) {
    bool typed = false;
    int result =
        floe_sqlite_run(file, "SELECT 1 FROM pragma_table_info('iceberg_tables') WHERE name = 'iceberg_type'",
                        NULL, has_column, &typed, error);
    if (result || typed) {
        return result;
    }
    return floe_sqlite_run(file, "ALTER TABLE iceberg_tables ADD COLUMN iceberg_type VARCHAR(5)", NULL, NULL,
                           NULL, error);
}

/* Brings the file to the newest form, within the transaction that begins to write. */
static int migrate(floe_sqlite_file *file, floe_error *error) {
    int result = inspect(file, error);
    if (result || file->state == FLOE_SQLITE_CURRENT) {
        return result;
    }
    result = file->state == FLOE_SQLITE_EMPTY ? make_tables(file, error) : adopt_tables(file, error);
    result = result ? result
                    : floe_sqlite_run(file, "PRAGMA application_id = 0x666C6F65", NULL, NULL, NULL, error);
    return result ? result : floe_sqlite_run(file, "PRAGMA user_version = 1", NULL, NULL, NULL, error);
}

int floe_sqlite_file_begin(floe_sqlite_file *file, floe_error *error) {
    start_waiting(file);
    int result = file->database ? 0 : make_file(file, error);
    result = result ? result : floe_sqlite_file_read(file, error);
    if (!result && file->state != FLOE_SQLITE_CURRENT) {
        result = floe_sqlite_run(
            file, file->rollback ? "PRAGMA journal_mode = DELETE" : "PRAGMA journal_mode = WAL", NULL, NULL,
            NULL, error);
    }
    result = result ? result : floe_sqlite_run(file, "BEGIN IMMEDIATE", NULL, NULL, NULL, error);
    if (result) {
        return result;
    }
    result = migrate(file, error);
    return result ? floe_sqlite_file_end(file, result, error) : 0;
}

int floe_sqlite_file_end(floe_sqlite_file *file, int result, floe_error *error) {
    result = result ? result : floe_sqlite_run(file, "COMMIT", NULL, NULL, NULL, error);
    if (!sqlite3_get_autocommit(file->database)) {
        floe_sqlite_run(file, "ROLLBACK", NULL, NULL, NULL, NULL);
    }
    if (!result) {
        file->state = FLOE_SQLITE_CURRENT;
    }
    return result;
}

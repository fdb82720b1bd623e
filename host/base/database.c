#include "base/database.h"

#include "base/clock.h"
#include "base/folder.h"
#include "base/interrupt.h"
#include "base/path.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

enum {
    WAIT_STEP = 5,         /* milliseconds between two looks at the lock, at most */
    VALUE_BYTES = 64 << 20 /* of a text that the file may hold */
};

/* ---- errors ---- */

static int fail_locked(const floe_database *database, floe_error *error) {
    if (floe_interrupted()) {
        return floe_error_set(error, FLOE_OUTSIDE, "interrupted while waiting for the %s '%s'",
                              database->options.noun, database->options.path);
    }
    floe_error_set(error, FLOE_OUTSIDE, "the %s '%s' stayed locked by another process for %lld second%s",
                   database->options.noun, database->options.path, (long long)database->options.seconds,
                   database->options.seconds == 1 ? "" : "s");
    floe_error_hint(error, "run the command again, or look for who holds it: fuser '%s'",
                    database->options.path);
    return FLOE_OUTSIDE;
}

/* What failed as far as SQLite tells, and the system's reason where there is one. */
static int fail_plainly(const floe_database *database, const char *what, const char *hint,
                        floe_error *error) {
    int system = database->handle ? sqlite3_system_errno(database->handle) : 0;
    floe_error_set(error, FLOE_OUTSIDE, "%s the %s '%s'%s%s", what, database->options.noun,
                   database->options.path, system ? ": " : "", system ? strerror(system) : "");
    floe_error_hint(error, "%s", hint);
    return FLOE_OUTSIDE;
}

static int fail_full(const floe_database *database, floe_error *error) {
    return fail_plainly(database, "the disk is full: cannot write to",
                        "nothing was changed; make room and run the command again", error);
}

/* SQLite tells of a full disk as of any other failure where it was not the file itself that was to grow. */
static bool is_full(int reason) {
    return reason == ENOSPC || reason == EDQUOT;
}

/* What one of SQLite's result codes means for who uses the file. */
static int fail(const floe_database *database, int code, floe_error *error) {
    const char *path = database->options.path, *noun = database->options.noun;
    switch (code & 0xFF) {
    case SQLITE_NOMEM:
        return floe_error_memory(error);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return fail_locked(database, error);
    case SQLITE_NOTADB:
        floe_error_set(error, FLOE_INVALID, "'%s' is not a %s: it is no SQLite database", path, noun);
        floe_error_hint(error, "%s", database->options.elsewhere);
        return FLOE_INVALID;
    case SQLITE_CORRUPT:
        floe_error_set(error, FLOE_OUTSIDE, "the %s '%s' is damaged: %s", noun, path,
                       sqlite3_errmsg(database->handle));
        floe_error_hint(error, "restore it from a backup, or save what can be read: sqlite3 '%s' .recover",
                        path);
        return FLOE_OUTSIDE;
    case SQLITE_FULL:
        return fail_full(database, error);
    case SQLITE_READONLY:
        if (code == SQLITE_READONLY_CANTINIT || code == SQLITE_READONLY_DIRECTORY ||
            code == SQLITE_READONLY_RECOVERY || code == SQLITE_READONLY_CANTLOCK) {
            return fail_plainly(database, "cannot read", database->options.unlogged, error);
        }
        /* fall through */
    case SQLITE_PERM:
        return fail_plainly(database, "cannot write to",
                            "writing needs the right to change the file and to create files beside it",
                            error);
    case SQLITE_CANTOPEN:
        return fail_plainly(database, "cannot open",
                            "using it needs the right to create files beside it, where SQLite keeps its log",
                            error);
    case SQLITE_IOERR:
        if (is_full(sqlite3_system_errno(database->handle))) {
            return fail_full(database, error);
        }
        return fail_plainly(database, "cannot read or write",
                            "nothing was changed; look at the disk, its quota, and the rights of the folder",
                            error);
    case SQLITE_TOOBIG:
        return floe_error_set(error, FLOE_LIMIT, "a value for the %s '%s' is longer than %d bytes", noun,
                              path, VALUE_BYTES);
    default:
        floe_error_set(error, FLOE_OUTSIDE, "the %s '%s' failed: %s", noun, path,
                       database->handle ? sqlite3_errmsg(database->handle) : sqlite3_errstr(code));
        return FLOE_OUTSIDE;
    }
}

/* ---- waiting for a lock ---- */

static void start_waiting(floe_database *database) {
    database->deadline = floe_clock_monotonic() + database->options.seconds * 1000000000;
}

/* Waits a moment of a random length, so that those who wait do not all come back at once. False when the time
 * is up. */
static bool wait_turn(floe_database *database, int tries) {
    if (floe_interrupted() || floe_clock_monotonic() >= database->deadline) {
        return false;
    }
    database->random ^= database->random << 13;
    database->random ^= database->random >> 7;
    database->random ^= database->random << 17;
    uint64_t most = (uint64_t)(tries < WAIT_STEP ? tries + 1 : WAIT_STEP) * 1000000;
    struct timespec pause = {.tv_nsec = (long)(most / 4 + database->random % most * 3 / 4)};
    nanosleep(&pause, NULL);
    return true;
}

static int on_busy(void *context, int tries) {
    return wait_turn(context, tries);
}

/* ---- statements ---- */

/* The statement, compiled when it is first asked for. */
static int compile(sqlite3_stmt **out, floe_database *database, const char *sql) {
    for (size_t i = 0; i < database->kept_count; i++) {
        if (database->kept[i].sql == sql) {
            *out = database->kept[i].statement;
            return SQLITE_OK;
        }
    }
    int code = sqlite3_prepare_v3(database->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
    if (code == SQLITE_OK && database->kept_count < FLOE_DATABASE_STATEMENTS) {
        database->kept[database->kept_count].sql = sql;
        database->kept[database->kept_count++].statement = *out;
    }
    return code;
}

/* Makes a kept statement ready for its next use, and frees any other. */
static void release(floe_database *database, sqlite3_stmt *statement) {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    for (size_t i = 0; i < database->kept_count; i++) {
        if (database->kept[i].statement == statement) {
            return;
        }
    }
    sqlite3_finalize(statement);
}

static void close_database(floe_database *database) {
    for (size_t i = 0; i < database->kept_count; i++) {
        sqlite3_finalize(database->kept[i].statement);
    }
    database->kept_count = 0;
    sqlite3_close(database->handle);
    database->handle = NULL;
}

int floe_database_run(floe_database *database, const char *sql, const char *const *values,
                      floe_database_row row, void *context, floe_error *error) {
    sqlite3_stmt *statement = NULL;
    int result = 0;
    int code = compile(&statement, database, sql);
    int parameters = code == SQLITE_OK ? sqlite3_bind_parameter_count(statement) : 0;
    for (int i = 0; code == SQLITE_OK && i < parameters; i++) {
        code = sqlite3_bind_text(statement, i + 1, values[i], -1, SQLITE_STATIC);
    }
    for (int tries = 0; !result && (code == SQLITE_OK || code == SQLITE_ROW);) {
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW && row) {
            result = row(context, statement, error);
        } else if ((code & 0xFF) == SQLITE_BUSY && sqlite3_get_autocommit(database->handle) &&
                   wait_turn(database, tries++)) { /* SQLite does not ask on_busy in every case */
            sqlite3_reset(statement);
            code = SQLITE_OK;
        }
    }
    if (!result && code != SQLITE_DONE) {
        result = fail(database, code, error);
    }
    if (statement) {
        release(database, statement);
    }
    return result;
}

int floe_database_text(const char **text, floe_database *database, sqlite3_stmt *row, int column,
                       floe_error *error) {
    const char *start = (const char *)sqlite3_column_text(row, column);
    if (!start && sqlite3_column_type(row, column) != SQLITE_NULL) {
        return floe_error_memory(error);
    }
    for (const char *at = start; at && *at;) {
        size_t length = floe_utf8_length(at);
        if (!length) {
            floe_error_set(error, FLOE_OUTSIDE, "the %s '%s' is damaged: it holds a text that is not UTF-8",
                           database->options.noun, database->options.path);
            return FLOE_OUTSIDE;
        }
        at += length;
    }
    *text = start;
    return 0;
}

/* ---- opening ---- */

const char *floe_database_share(long type) {
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

int floe_database_new(floe_database *database, const floe_database_options *options, floe_error *error) {
    char *copy = strdup(options->path);
    if (!copy) {
        return floe_error_memory(error);
    }
    *database = (floe_database){
        .options = *options,
        .random = ((uint64_t)getpid() << 32 ^ (uint64_t)floe_clock_monotonic()) | 1,
    };
    database->options.path = copy;
    return 0;
}

void floe_database_close(floe_database *database) {
    close_database(database);
    free((char *)database->options.path);
    *database = (floe_database){0};
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
static int look_at_share(floe_database *database, floe_error *error) {
    struct statfs status;
    const char *share =
        statfs(database->options.path, &status) ? NULL : floe_database_share((long)status.f_type);
    bool logged = false;
    if (!share) {
        return 0;
    }
    database->options.rollback = true;
    int result = floe_database_run(database, "PRAGMA journal_mode", NULL, first_text, &logged, error);
    if (!result && logged) {
        floe_error_set(error, FLOE_OUTSIDE,
                       "the %s '%s' lies on a network share (%s) and keeps a write-ahead log, which "
                       "works on one machine only",
                       database->options.noun, database->options.path, share);
        floe_error_hint(error, "stop all who use it, then: sqlite3 '%s' 'PRAGMA journal_mode = DELETE'",
                        database->options.path);
        result = FLOE_OUTSIDE;
    }
    return result;
}

/* Opens a file that is there. */
static int open_database(floe_database *database, floe_error *error) {
    int code = sqlite3_open_v2(database->options.path, &database->handle,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    int result = 0;
    if (code == SQLITE_OK) {
        confine(database->handle);
        sqlite3_busy_handler(database->handle, on_busy, database);
        result = look_at_share(database, error);
    } else {
        result = fail(database, code, error);
    }
    if (!result && database->options.quick && !database->options.rollback) {
        sqlite3_db_config(database->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        result = floe_database_run(database, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL, error);
    }
    if (result) {
        close_database(database);
    }
    return result;
}

static int refuse_folder(const floe_database *database, floe_error *error) {
    return floe_error_set(error, FLOE_INVALID, "'%s' is not a %s: it is no file", database->options.path,
                          database->options.noun);
}

static int refuse_unseen(const floe_database *database, int reason, floe_error *error) {
    floe_error_set(error, FLOE_OUTSIDE, "cannot open the %s '%s': %s", database->options.noun,
                   database->options.path, strerror(reason));
    floe_error_hint(error, "look at the rights of the folders that lead to it; %s",
                    database->options.elsewhere);
    return FLOE_OUTSIDE;
}

int floe_database_open(floe_database *database, floe_error *error) {
    start_waiting(database);
    if (database->handle) {
        return 0;
    }
    struct stat status;
    if (stat(database->options.path, &status)) { /* where nobody may look there may be one */
        return errno == ENOENT || errno == ENOTDIR ? 0 : refuse_unseen(database, errno, error);
    }
    return S_ISREG(status.st_mode) ? open_database(database, error) : refuse_folder(database, error);
}

/* ---- what the file says of itself ---- */

static int read_header(void *context, sqlite3_stmt *row, floe_error *error) {
    (void)error;
    *(floe_database_header *)context = (floe_database_header){
        sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1), sqlite3_column_int64(row, 2)};
    return 0;
}

int floe_database_read_header(floe_database_header *out, floe_database *database, floe_error *error) {
    return floe_database_run(database,
                             "SELECT (SELECT application_id FROM pragma_application_id),"
                             " (SELECT user_version FROM pragma_user_version),"
                             " (SELECT count(*) FROM sqlite_schema)",
                             NULL, read_header, out, error);
}

int floe_database_refuse_other(const floe_database *database, floe_error *error) {
    const floe_database_options *options = &database->options;
    floe_error_set(error, FLOE_INVALID, "'%s' is not a %s: it is the SQLite database of another program",
                   options->path, options->noun);
    floe_error_hint(error, "%s; this one was left as it is", options->elsewhere);
    return FLOE_INVALID;
}

int floe_database_refuse_newer(const floe_database *database, int64_t version, int64_t known,
                               floe_error *error) {
    floe_error_set(error, FLOE_INVALID,
                   "the %s '%s' was written by a newer floe: its form is %lld, this floe knows forms up to "
                   "%lld",
                   database->options.noun, database->options.path, (long long)version, (long long)known);
    floe_error_hint(error, "update floe; the file was left as it is");
    return FLOE_INVALID;
}

/* ---- writing ---- */

/* A failure of the system's is one of the file's. */
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
static int make_file(floe_database *database, floe_error *error) {
    char *folder = NULL;
    int result = floe_path_folder(&folder, database->options.path, error);
    result = result ? result : floe_folder_make(folder, error);
    free(folder);
    if (result) {
        return outside(result, error);
    }
    int made = open(database->options.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made >= 0) {
        close(made);
    } else if (errno != EEXIST) {
        return outside(floe_error_system(error, "create", database->options.path), error);
    }
    return 0;
}

int floe_database_make(floe_database *database, floe_error *error) {
    start_waiting(database);
    int result = database->handle ? 0 : make_file(database, error);
    return result ? result : floe_database_open(database, error);
}

int floe_database_set_journal(floe_database *database, floe_error *error) {
    if (database->options.rollback) {
        return floe_database_run(database, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL, error);
    }
    if (!database->options.quick) {
        return floe_database_run(database, "PRAGMA journal_mode = WAL", NULL, NULL, NULL, error);
    }
    /* What is written here is the head of an empty file: a loss of power leaves it there or not. */
    int result = floe_database_run(database, "PRAGMA synchronous = OFF", NULL, NULL, NULL, error);
    result =
        result ? result : floe_database_run(database, "PRAGMA journal_mode = WAL", NULL, NULL, NULL, error);
    int restored = floe_database_run(database, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL,
                                     result ? NULL : error); /* also for whoever tries again */
    return result ? result : restored;
}

int floe_database_begin(floe_database *database, floe_error *error) {
    return floe_database_run(database, "BEGIN IMMEDIATE", NULL, NULL, NULL, error);
}

/* Nothing fails where the file is taken away while it is open: what is written goes with it. */
static int look_whether_gone(floe_database *database, floe_error *error) {
    int moved = 0;
    if (sqlite3_file_control(database->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) || !moved) {
        return 0;
    }
    floe_error_set(error, FLOE_OUTSIDE,
                   "the %s '%s' was taken away or replaced while it was in use: what was to be kept is gone "
                   "with it",
                   database->options.noun, database->options.path);
    floe_error_hint(error, "see who removes or restores files in its folder");
    return FLOE_OUTSIDE;
}

int floe_database_end(floe_database *database, int result, floe_error *error) {
    result = result ? result : floe_database_run(database, "COMMIT", NULL, NULL, NULL, error);
    result = result ? result : look_whether_gone(database, error);
    if (!sqlite3_get_autocommit(database->handle)) {
        floe_database_run(database, "ROLLBACK", NULL, NULL, NULL, NULL);
    }
    return result;
}

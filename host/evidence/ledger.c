#include "base/clock.h"
#include "ledger_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    APPLICATION = 0x666C6C67, /* "fllg", in the file's header */
    VERSION = 1,              /* of the form of the file, its user_version */
    WAIT_SECONDS = 10,
    LIMIT = 100,
    NUMBER = 24 /* bytes of a number in digits */
};

/* ---- opening ---- */

int floe_ledger_open(floe_ledger **out, const floe_ledger_options *options, floe_error *error) {
    floe_ledger *ledger = calloc(1, sizeof *ledger);
    floe_database_options file = {
        .path = options->path,
        .noun = "ledger",
        .elsewhere = "name another file, with --ledger or FLOE_LEDGER",
        .unlogged = "its log lies beside it, where you may not write; copy both to a folder of yours",
        .seconds = options->seconds ? options->seconds : WAIT_SECONDS,
        .quick = options->quick,
    };
    if (!ledger) {
        return floe_error_memory(error);
    }
    int result = floe_database_new(&ledger->database, &file, error);
    if (result) {
        free(ledger);
        return result;
    }
    *out = ledger;
    return 0;
}

void floe_ledger_close(floe_ledger *ledger) {
    if (ledger) {
        floe_database_close(&ledger->database);
        free(ledger);
    }
}

/* Finds out what the file holds. */
static int inspect(floe_ledger *ledger, floe_error *error) {
    floe_database_header found = {0};
    int result = floe_database_read_header(&found, &ledger->database, error);
    if (result) {
        return result;
    }
    if (found.application == APPLICATION && found.version > VERSION) {
        return floe_database_refuse_newer(&ledger->database, found.version, VERSION, error);
    }
    ledger->current = found.application == APPLICATION && found.version == VERSION;
    if (!ledger->current && (found.application || found.objects)) {
        return floe_database_refuse_other(&ledger->database, error);
    }
    return 0;
}

int floe_ledger_read(floe_ledger *ledger, floe_error *error) {
    int result = floe_database_open(&ledger->database, error);
    if (result || !ledger->database.handle || ledger->current) {
        return result;
    }
    return inspect(ledger, error);
}

/* That nothing is changed afterwards holds for whoever comes with another program, too. */
static int make_tables(floe_ledger *ledger, floe_error *error) {
    static const char *const statements[] = {
        "CREATE TABLE entries (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,"
        " run TEXT NOT NULL, product TEXT NOT NULL, at INTEGER NOT NULL, verdict TEXT NOT NULL,"
        " body TEXT NOT NULL, findings INTEGER NOT NULL, findings_digest TEXT NOT NULL,"
        " inputs TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT",
        "CREATE TABLE findings (entry INTEGER NOT NULL REFERENCES entries (seq), number INTEGER NOT NULL,"
        " policy TEXT NOT NULL, verdict TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,"
        " PRIMARY KEY (entry, number)) STRICT, WITHOUT ROWID",
        "CREATE TABLE documents (digest TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE INDEX entries_by_run ON entries (run, seq)",
        "CREATE INDEX entries_by_product ON entries (product, kind, seq)",
        "CREATE INDEX findings_by_policy ON findings (policy, entry)",
        "CREATE INDEX findings_by_subject ON findings (subject, entry)",
        "CREATE TRIGGER entries_are_kept BEFORE DELETE ON entries"
        " BEGIN SELECT RAISE(ABORT, 'a ledger is only added to'); END",
        "CREATE TRIGGER entries_stay BEFORE UPDATE ON entries"
        " BEGIN SELECT RAISE(ABORT, 'a ledger is only added to'); END",
        "CREATE TRIGGER findings_are_kept BEFORE DELETE ON findings"
        " BEGIN SELECT RAISE(ABORT, 'a ledger is only added to'); END",
        "CREATE TRIGGER findings_stay BEFORE UPDATE ON findings"
        " BEGIN SELECT RAISE(ABORT, 'a ledger is only added to'); END",
        "CREATE TRIGGER documents_stay BEFORE UPDATE ON documents"
        " BEGIN SELECT RAISE(ABORT, 'a ledger is only added to'); END",
        "CREATE TRIGGER documents_are_kept BEFORE DELETE ON documents"
        " BEGIN SELECT RAISE(ABORT, 'a ledger is only added to'); END",
        "PRAGMA application_id = 0x666C6C67",
        "PRAGMA user_version = 1",
    };
    int result = 0;
    for (size_t i = 0; !result && i < sizeof statements / sizeof *statements; i++) {
        result = floe_database_run(&ledger->database, statements[i], NULL, NULL, NULL, error);
    }
    return result;
}

int floe_ledger_begin(floe_ledger *ledger, floe_error *error) {
    floe_database *database = &ledger->database;
    int result = floe_database_make(database, error);
    result = result ? result : floe_ledger_read(ledger, error);
    if (!result && !ledger->current) {
        result = floe_database_run(database, "PRAGMA auto_vacuum = INCREMENTAL", NULL, NULL, NULL, error);
        result = result ? result : floe_database_set_journal(database, error);
    }
    result = result ? result : floe_database_begin(database, error);
    if (result || ledger->current) {
        return result;
    }
    result = inspect(ledger, error); /* another may have made it meanwhile */
    if (!result && !ledger->current) {
        result = make_tables(ledger, error);
    }
    return result ? floe_database_end(database, result, error) : 0;
}

/* ---- digests ---- */

/* A number in digits, which end where `end` points; printf would take most of the time that verifying takes.
 */
static char *write_digits(char *end, uint64_t number) {
    do {
        *--end = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    return end;
}

static int feed_bytes(floe_buffer *buffer, const char *bytes, size_t length) {
    char head[NUMBER], *end = head + sizeof head;
    *--end = ':';
    char *start = write_digits(end, length);
    floe_buffer_append(buffer, start, (size_t)(head + sizeof head - start));
    floe_buffer_append(buffer, bytes, length);
    return floe_buffer_append(buffer, ",", 1);
}

int floe_ledger_feed(floe_buffer *buffer, const char *text) {
    return feed_bytes(buffer, text, strlen(text));
}

static int feed_number(floe_buffer *buffer, int64_t number) {
    char digits[NUMBER], *end = digits + sizeof digits;
    char *start = write_digits(end, number < 0 ? -(uint64_t)number : (uint64_t)number);
    if (number < 0) {
        *--start = '-';
    }
    return feed_bytes(buffer, start, (size_t)(end - start));
}

/* The digest of what was fed. */
static int finish(char out[FLOE_DIGEST_SIZE], floe_buffer *buffer, floe_error *error) {
    int result = buffer->failed ? floe_error_memory(error)
                                : floe_digest(out, buffer->data ? buffer->data : "", buffer->size, error);
    floe_buffer_clear(buffer);
    return result;
}

int floe_ledger_hash(char out[FLOE_DIGEST_SIZE], floe_buffer *buffer, const floe_ledger_entry *entry,
                     floe_error *error) {
    floe_buffer_clear(buffer);
    floe_ledger_feed(buffer, "floe.ledger/1");
    floe_ledger_feed(buffer, entry->previous);
    feed_number(buffer, entry->seq);
    floe_ledger_feed(buffer, entry->id);
    floe_ledger_feed(buffer, entry->kind);
    floe_ledger_feed(buffer, entry->run);
    floe_ledger_feed(buffer, entry->product);
    feed_number(buffer, entry->at);
    floe_ledger_feed(buffer, entry->verdict);
    floe_ledger_feed(buffer, entry->body);
    feed_number(buffer, entry->findings);
    floe_ledger_feed(buffer, entry->findings_digest);
    floe_ledger_feed(buffer, entry->inputs_digest);
    return finish(out, buffer, error);
}

int floe_ledger_feed_finding(floe_digest_state *state, floe_buffer *buffer, int64_t number,
                             const floe_ledger_finding *finding, floe_error *error) {
    floe_buffer_clear(buffer);
    feed_number(buffer, number);
    floe_ledger_feed(buffer, finding->policy);
    floe_ledger_feed(buffer, finding->verdict);
    floe_ledger_feed(buffer, finding->subject);
    floe_ledger_feed(buffer, finding->body);
    return buffer->failed ? floe_error_memory(error)
                          : floe_digest_update(state, buffer->data, buffer->size, error);
}

/* ---- adding ---- */

static int digest_findings(char out[FLOE_DIGEST_SIZE], floe_buffer *buffer,
                           const floe_ledger_finding *findings, size_t count, floe_error *error) {
    floe_digest_state *state;
    int result = floe_digest_begin(&state, error);
    if (result) {
        return result;
    }
    for (size_t i = 0; !result && i < count; i++) {
        result = floe_ledger_feed_finding(state, buffer, (int64_t)i + 1, &findings[i], error);
    }
    if (result) {
        floe_digest_free(state);
        return result;
    }
    return floe_digest_finish(out, state, error);
}

static int read_last(void *context, sqlite3_stmt *row, floe_error *error) {
    floe_ledger_entry *entry = context;
    const char *hash = (const char *)sqlite3_column_text(row, 1);
    if (!hash) {
        return floe_error_memory(error);
    }
    entry->seq = sqlite3_column_int64(row, 0) + 1;
    snprintf(entry->previous, sizeof entry->previous, "%s", hash);
    return 0;
}

static int insert_row(floe_ledger *ledger, const floe_ledger_entry *entry, floe_error *error) {
    char seq[NUMBER], at[NUMBER], findings[NUMBER];
    snprintf(seq, sizeof seq, "%" PRId64, entry->seq);
    snprintf(at, sizeof at, "%" PRId64, entry->at);
    snprintf(findings, sizeof findings, "%" PRId64, entry->findings);
    const char *const values[] = {seq,
                                  entry->id,
                                  entry->kind,
                                  entry->run,
                                  entry->product,
                                  at,
                                  entry->verdict,
                                  entry->body,
                                  findings,
                                  entry->findings_digest,
                                  entry->inputs_digest,
                                  entry->previous,
                                  entry->hash};
    return floe_database_run(&ledger->database,
                             "INSERT INTO entries (" FLOE_LEDGER_COLUMNS ")"
                             " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
                             values, NULL, NULL, error);
}

int floe_ledger_insert(floe_ledger *ledger, floe_ledger_entry *entry, floe_error *error) {
    floe_buffer buffer = {0};
    entry->seq = 1;
    memcpy(entry->previous, FLOE_LEDGER_START, sizeof FLOE_LEDGER_START);
    int result =
        floe_database_run(&ledger->database, "SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1", NULL,
                          read_last, entry, error);
    if (!result && !entry->id[0]) {
        result = floe_uuid(entry->id, error);
    }
    entry->at = entry->at ? entry->at : floe_clock_now() / 1000000;
    result = result ? result : floe_ledger_hash(entry->hash, &buffer, entry, error);
    floe_buffer_free(&buffer);
    return result ? result : insert_row(ledger, entry, error);
}

static int insert_findings(floe_ledger *ledger, int64_t seq, const floe_ledger_finding *findings,
                           size_t count, floe_error *error) {
    char entry[NUMBER], number[NUMBER];
    int result = 0;
    snprintf(entry, sizeof entry, "%" PRId64, seq);
    for (size_t i = 0; !result && i < count; i++) {
        const floe_ledger_finding *finding = &findings[i];
        snprintf(number, sizeof number, "%zu", i + 1);
        const char *const values[] = {
            entry, number, finding->policy, finding->verdict, finding->subject, finding->body};
        result = floe_database_run(&ledger->database,
                                   "INSERT INTO findings (entry, number, policy, verdict, subject, body)"
                                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                                   values, NULL, NULL, error);
    }
    return result;
}

/* Keeps a document under its digest, once. */
static int insert_document(floe_ledger *ledger, const floe_ledger_entry *entry, floe_error *error) {
    const char *const values[] = {entry->inputs_digest, entry->inputs};
    return entry->inputs ? floe_database_run(&ledger->database,
                                             "INSERT INTO documents (digest, body) VALUES (?1, ?2)"
                                             " ON CONFLICT DO NOTHING",
                                             values, NULL, NULL, error)
                         : 0;
}

int floe_ledger_append(floe_ledger *ledger, floe_ledger_entry *entry, const floe_ledger_finding *findings,
                       size_t count, floe_error *error) {
    floe_buffer buffer = {0};
    entry->findings = (int64_t)count;
    int result = digest_findings(entry->findings_digest, &buffer, findings, count, error);
    floe_buffer_free(&buffer);
    entry->inputs_digest[0] = '\0';
    if (!result && entry->inputs) {
        result = floe_digest(entry->inputs_digest, entry->inputs, strlen(entry->inputs), error);
    }
    result = result ? result : floe_ledger_begin(ledger, error);
    if (result) {
        return result;
    }
    result = floe_ledger_insert(ledger, entry, error);
    result = result ? result : insert_document(ledger, entry, error);
    result = result ? result : insert_findings(ledger, entry->seq, findings, count, error);
    return floe_database_end(&ledger->database, result, error);
}

/* ---- reading ---- */

/* A text that is too long is none that a ledger has written, and is read as an empty one. */
static int copy_text(char *out, size_t size, sqlite3_stmt *row, int column, floe_error *error) {
    const char *text = (const char *)sqlite3_column_text(row, column);
    if (!text) {
        return floe_error_memory(error);
    }
    snprintf(out, size, "%s", strlen(text) < size ? text : "");
    return 0;
}

int floe_ledger_row(floe_ledger_entry *out, sqlite3_stmt *row, floe_error *error) {
    const char **const texts[] = {&out->kind, &out->run, &out->product};
    out->seq = sqlite3_column_int64(row, 0);
    int result = copy_text(out->id, sizeof out->id, row, 1, error);
    for (int i = 0; !result && i < 3; i++) {
        *texts[i] = (const char *)sqlite3_column_text(row, 2 + i);
        result = *texts[i] ? 0 : floe_error_memory(error);
    }
    out->at = sqlite3_column_int64(row, 5);
    out->verdict = (const char *)sqlite3_column_text(row, 6);
    out->body = (const char *)sqlite3_column_text(row, 7);
    out->findings = sqlite3_column_int64(row, 8);
    result = result || (out->verdict && out->body) ? result : floe_error_memory(error);
    result = result ? result : copy_text(out->findings_digest, sizeof out->findings_digest, row, 9, error);
    result = result ? result : copy_text(out->inputs_digest, sizeof out->inputs_digest, row, 10, error);
    result = result ? result : copy_text(out->previous, sizeof out->previous, row, 11, error);
    out->inputs = NULL;
    return result ? result : copy_text(out->hash, sizeof out->hash, row, 12, error);
}

/* Rows that are kept in an arena; the items are malloc'd until all are there. */
typedef struct kept {
    floe_arena *arena;
    void *items;
    size_t count, capacity;
} kept;

static int keep_text(const char **text, kept *self, floe_error *error) {
    *text = floe_arena_text(self->arena, *text, strlen(*text));
    return *text ? 0 : floe_error_memory(error);
}

static int keep_entry(void *context, sqlite3_stmt *row, floe_error *error) {
    kept *self = context;
    floe_ledger_entry entry;
    int result = floe_ledger_row(&entry, row, error);
    const char **const texts[] = {&entry.kind, &entry.run, &entry.product, &entry.verdict, &entry.body};
    for (size_t i = 0; !result && i < sizeof texts / sizeof *texts; i++) {
        result = keep_text(texts[i], self, error);
    }
    if (!result && floe_grow(&self->items, &self->capacity, self->count + 1, sizeof entry)) {
        result = floe_error_memory(error);
    }
    if (!result) {
        ((floe_ledger_entry *)self->items)[self->count++] = entry;
    }
    return result;
}

static int keep_finding(void *context, sqlite3_stmt *row, floe_error *error) {
    kept *self = context;
    floe_ledger_found found = {.entry = sqlite3_column_int64(row, 0), .number = sqlite3_column_int64(row, 1)};
    floe_ledger_finding *finding = &found.finding;
    const char **const texts[] = {&finding->policy, &finding->verdict, &finding->subject, &finding->body};
    int result = 0;
    for (int i = 0; !result && i < 4; i++) {
        *texts[i] = (const char *)sqlite3_column_text(row, 2 + i);
        result = *texts[i] ? keep_text(texts[i], self, error) : floe_error_memory(error);
    }
    if (!result && floe_grow(&self->items, &self->capacity, self->count + 1, sizeof found)) {
        result = floe_error_memory(error);
    }
    if (!result) {
        ((floe_ledger_found *)self->items)[self->count++] = found;
    }
    return result;
}

static int keep_document(void *context, sqlite3_stmt *row, floe_error *error) {
    kept *self = context;
    const char *text = (const char *)sqlite3_column_text(row, 0);
    int result = text ? keep_text(&text, self, error) : floe_error_memory(error);
    if (!result) {
        *(const char **)self->items = text;
    }
    return result;
}

int floe_ledger_document(const char **text, floe_ledger *ledger, floe_arena *arena, const char *digest,
                         floe_error *error) {
    const char *found = NULL, *const values[] = {digest};
    kept rows = {.arena = arena, .items = &found};
    int result = floe_ledger_read(ledger, error);
    if (!result && ledger->current) {
        result = floe_database_run(&ledger->database, "SELECT body FROM documents WHERE digest = ?1", values,
                                   keep_document, &rows, error);
    }
    if (!result) {
        *text = found;
    }
    return result;
}

/* The conditions of a query, in the order of the statements' parameters. */
enum { ID, KIND, RUN, PRODUCT, VERDICT, SINCE, UNTIL, BEFORE, MOST, POLICY, SUBJECT, CONDITIONS };

typedef struct conditions {
    const char *values[CONDITIONS];
    char numbers[4][NUMBER];
} conditions;

static void fill_conditions(conditions *out, const floe_ledger_query *query) {
    const int64_t numbers[] = {query->since, query->until ? query->until : INT64_MAX,
                               query->before ? query->before : INT64_MAX,
                               query->limit ? query->limit : LIMIT};
    const char *const texts[] = {query->id, query->kind, query->run, query->product, query->verdict};
    memcpy(out->values, texts, sizeof texts);
    for (int i = 0; i < 4; i++) {
        snprintf(out->numbers[i], NUMBER, "%" PRId64, numbers[i]);
        out->values[SINCE + i] = out->numbers[i];
    }
    out->values[POLICY] = query->policy;
    out->values[SUBJECT] = query->subject;
}

#define ENTRY_CONDITIONS                                                                                     \
    " (?1 IS NULL OR e.id = ?1) AND (?2 IS NULL OR e.kind = ?2) AND (?3 IS NULL OR e.run = ?3)"              \
    " AND (?4 IS NULL OR e.product = ?4) AND e.at >= CAST(?6 AS INTEGER) AND e.at < CAST(?7 AS INTEGER)"     \
    " AND e.seq < CAST(?8 AS INTEGER)"

/* Reads rows into an arena. `*items` is an array there. */
static int select_rows(void **items, size_t *count, floe_ledger *ledger, floe_arena *arena, const char *sql,
                       const floe_ledger_query *query, floe_database_row keep, size_t size,
                       floe_error *error) {
    kept rows = {.arena = arena};
    conditions asked;
    int result = floe_ledger_read(ledger, error);
    fill_conditions(&asked, query);
    if (!result && ledger->current) {
        result = floe_database_run(&ledger->database, sql, asked.values, keep, &rows, error);
    }
    void *copies = result ? NULL : floe_arena_array(arena, rows.count + 1, size);
    if (!result && !copies) {
        result = floe_error_memory(error);
    }
    if (!result) {
        if (rows.count) {
            memcpy(copies, rows.items, rows.count * size);
        }
        *items = copies;
        *count = rows.count;
    }
    free(rows.items);
    return result;
}

int floe_ledger_select(floe_ledger_entries *out, floe_ledger *ledger, floe_arena *arena,
                       const floe_ledger_query *query, floe_error *error) {
    static const char by_seq[] = "SELECT " FLOE_LEDGER_COLUMNS " FROM entries e WHERE" ENTRY_CONDITIONS
                                 " AND (?5 IS NULL OR e.verdict = ?5)"
                                 " ORDER BY seq DESC LIMIT CAST(?9 AS INTEGER)";
    static const char by_run[] = "SELECT " FLOE_LEDGER_COLUMNS " FROM entries e WHERE e.run = ?3"
                                 " AND" ENTRY_CONDITIONS " AND (?5 IS NULL OR e.verdict = ?5)"
                                 " ORDER BY seq DESC LIMIT CAST(?9 AS INTEGER)";
    static const char by_product[] =
        "SELECT " FLOE_LEDGER_COLUMNS " FROM entries e WHERE e.product = ?4 AND e.kind = ?2"
        " AND" ENTRY_CONDITIONS " AND (?5 IS NULL OR e.verdict = ?5)"
        " ORDER BY seq DESC LIMIT CAST(?9 AS INTEGER)";
    const char *sql = query->run ? by_run : query->product && query->kind ? by_product : by_seq;
    void *items = NULL;
    int result = select_rows(&items, &out->count, ledger, arena, sql, query, keep_entry,
                             sizeof(floe_ledger_entry), error);
    if (!result) {
        out->items = items;
    }
    return result;
}

#define FINDING_CONDITIONS                                                                                   \
    " AND (?5 IS NULL OR f.verdict = ?5) AND (?10 IS NULL OR f.policy = ?10)"                                \
    " AND (?11 IS NULL OR f.subject = ?11)"                                                                  \
    " ORDER BY f.entry DESC, f.number LIMIT CAST(?9 AS INTEGER)"

#define FINDING_COLUMNS "SELECT f.entry, f.number, f.policy, f.verdict, f.subject, f.body"

int floe_ledger_select_findings(floe_ledger_findings *out, floe_ledger *ledger, floe_arena *arena,
                                const floe_ledger_query *query, floe_error *error) {
    static const char by_subject[] =
        FINDING_COLUMNS " FROM findings f CROSS JOIN entries e ON e.seq = f.entry"
                        " WHERE f.subject = ?11 AND" ENTRY_CONDITIONS FINDING_CONDITIONS;
    static const char by_policy[] =
        FINDING_COLUMNS " FROM findings f CROSS JOIN entries e ON e.seq = f.entry"
                        " WHERE f.policy = ?10 AND" ENTRY_CONDITIONS FINDING_CONDITIONS;
    static const char by_entry[] = FINDING_COLUMNS " FROM entries e CROSS JOIN findings f ON f.entry = e.seq"
                                                   " WHERE" ENTRY_CONDITIONS FINDING_CONDITIONS;
    const char *sql = query->subject ? by_subject : query->policy ? by_policy : by_entry;
    void *items = NULL;
    int result = select_rows(&items, &out->count, ledger, arena, sql, query, keep_finding,
                             sizeof(floe_ledger_found), error);
    if (!result) {
        out->items = items;
    }
    return result;
}

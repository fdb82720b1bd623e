/* Looking at all of a ledger: whether each entry says what it said when it was added. */
#include "floe/json.h"
#include "ledger_file.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct check {
    floe_ledger *ledger;
    floe_ledger_report *report;
    const char *head;          /* the hash that is looked for, or NULL */
    floe_buffer buffer;        /* for what is hashed */
    floe_digest_state *digest; /* of the findings of the entry that is looked at */
    int64_t numbered;          /* its findings so far */
    bool hidden;               /* one of them holds what is not hashed */
    int64_t anchor;            /* seq before the first entry that is there, as a prune entry says */
    char anchor_hash[FLOE_DIGEST_SIZE];
    char first_previous[FLOE_DIGEST_SIZE];
} check;

/* Notes the first thing that is wrong. */
__attribute__((format(printf, 3, 4))) static void note(check *self, int64_t seq, const char *format, ...) {
    if (self->report->broken) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(self->report->problem, sizeof self->report->problem, format, arguments);
    va_end(arguments);
    self->report->broken = seq;
}

/* Whether a text of the row goes on behind a NUL, where no ledger has written it and nobody would see it. */
static bool hides_text(sqlite3_stmt *row) {
    bool hides = false;
    for (int i = 0; i < sqlite3_column_count(row); i++) {
        const char *text =
            sqlite3_column_type(row, i) == SQLITE_TEXT ? (const char *)sqlite3_column_text(row, i) : NULL;
        hides = hides || (text && strlen(text) != (size_t)sqlite3_column_bytes(row, i));
    }
    return hides;
}

static int look_at_finding(void *context, sqlite3_stmt *row, floe_error *error) {
    check *self = context;
    floe_ledger_finding finding;
    const char **const texts[] = {&finding.policy, &finding.verdict, &finding.subject, &finding.body};
    for (int i = 0; i < 4; i++) {
        *texts[i] = (const char *)sqlite3_column_text(row, 1 + i);
        if (!*texts[i]) {
            return floe_error_memory(error);
        }
    }
    self->numbered++;
    self->hidden = self->hidden || hides_text(row);
    return floe_ledger_feed_finding(self->digest, &self->buffer, sqlite3_column_int64(row, 0), &finding,
                                    error);
}

static int look_at_findings(check *self, const floe_ledger_entry *entry, floe_error *error) {
    char seq[24], digest[FLOE_DIGEST_SIZE];
    snprintf(seq, sizeof seq, "%" PRId64, entry->seq);
    const char *const values[] = {seq};
    self->numbered = 0;
    self->hidden = false;
    int result = floe_digest_begin(&self->digest, error);
    if (result) {
        return result;
    }
    result = floe_database_run(&self->ledger->database,
                               "SELECT number, policy, verdict, subject, body FROM findings"
                               " WHERE entry = CAST(?1 AS INTEGER) ORDER BY number",
                               values, look_at_finding, self, error);
    if (result) {
        floe_digest_free(self->digest);
        return result;
    }
    result = floe_digest_finish(digest, self->digest, error);
    self->report->findings += self->numbered;
    if (!result && self->numbered != entry->findings) {
        note(self, entry->seq, "entry %" PRId64 " had %" PRId64 " findings, and %" PRId64 " are there",
             entry->seq, entry->findings, self->numbered);
    } else if (!result && (self->hidden || strcmp(digest, entry->findings_digest) != 0)) {
        note(self, entry->seq, "a finding of entry %" PRId64 " was changed", entry->seq);
    }
    return result;
}

/* Where the rest begins, as an entry says that tells what was taken out. */
static int read_anchor(check *self, const floe_ledger_entry *entry, floe_error *error) {
    floe_store *store = floe_store_new();
    floe_document *document;
    floe_error failure;
    if (!store) {
        return floe_error_memory(error);
    }
    int result = floe_json_parse(&document, store, "an entry of the ledger", entry->body, strlen(entry->body),
                                 NULL, &failure);
    if (!result) {
        const floe_node *seq = floe_node_path(&document->root, "anchor", "seq", NULL);
        const char *hash = floe_node_string(floe_node_path(&document->root, "anchor", "hash", NULL), NULL);
        self->anchor = floe_node_kind(seq) == FLOE_INTEGER ? seq->integer : 0;
        snprintf(self->anchor_hash, sizeof self->anchor_hash, "%s", hash ? hash : "");
        if (self->head && strcmp(self->anchor_hash, self->head) == 0) {
            self->report->head_taken_out = entry->seq;
        }
    } else if (result == FLOE_MEMORY) {
        floe_error_memory(error);
    } else {
        note(self, entry->seq, "entry %" PRId64 " does not say what was taken out", entry->seq);
        result = 0;
    }
    floe_store_free(store);
    return result;
}

static int look_at_entry(void *context, sqlite3_stmt *row, floe_error *error) {
    check *self = context;
    floe_ledger_report *report = self->report;
    floe_ledger_entry entry;
    char hash[FLOE_DIGEST_SIZE];
    int result = floe_ledger_row(&entry, row, error);
    result = result ? result : floe_ledger_hash(hash, &self->buffer, &entry, error);
    if (result) {
        return result;
    }
    if (report->entries == 0) {
        report->first = entry.seq;
        memcpy(self->first_previous, entry.previous, sizeof entry.previous);
    } else if (entry.seq != report->last + 1) {
        note(self, report->last + 1, "entries %" PRId64 " to %" PRId64 " are missing", report->last + 1,
             entry.seq - 1);
    } else if (strcmp(entry.previous, report->head) != 0) {
        note(self, entry.seq, "entry %" PRId64 " does not follow the one before it", entry.seq);
    }
    if (strcmp(hash, entry.hash) != 0 || hides_text(row)) {
        note(self, entry.seq, "entry %" PRId64 " was changed", entry.seq);
    }
    report->entries++;
    report->last = entry.seq;
    memcpy(report->head, entry.hash, sizeof entry.hash);
    report->head_found |= self->head && strcmp(entry.hash, self->head) == 0;
    result = look_at_findings(self, &entry, error);
    if (!result && strcmp(entry.kind, FLOE_LEDGER_PRUNE) == 0) {
        result = read_anchor(self, &entry, error);
    }
    return result;
}

static int look_at_document(void *context, sqlite3_stmt *row, floe_error *error) {
    check *self = context;
    char digest[FLOE_DIGEST_SIZE];
    const char *name = (const char *)sqlite3_column_text(row, 0);
    const char *body = (const char *)sqlite3_column_text(row, 1);
    int result = name && body ? floe_digest(digest, body, strlen(body), error) : floe_error_memory(error);
    if (!result && (strcmp(digest, name) != 0 || hides_text(row))) {
        note(self, sqlite3_column_int64(row, 2), "what entry %" PRId64 " has read was changed",
             (int64_t)sqlite3_column_int64(row, 2));
    }
    return result;
}

/* What was read is there, as it was. */
static int look_at_documents(check *self, floe_error *error) {
    return floe_database_run(&self->ledger->database,
                             "SELECT e.inputs, coalesce(d.body, ''), min(e.seq) FROM entries e"
                             " LEFT JOIN documents d ON d.digest = e.inputs WHERE e.inputs <> ''"
                             " GROUP BY e.inputs ORDER BY 3",
                             NULL, look_at_document, self, error);
}

static int count_row(void *context, sqlite3_stmt *row, floe_error *error) {
    (void)error;
    *(int64_t *)context = sqlite3_column_int64(row, 0);
    return 0;
}

/* The first entry follows what was taken out, or nothing. What was taken out before an older entry of that
 * kind is of no matter: the newest says where the rest begins. */
static void look_at_start(check *self) {
    const floe_ledger_report *report = self->report;
    if (report->entries == 0) {
        return;
    }
    if (report->first != self->anchor + 1) {
        note(self, self->anchor + 1, "entries %" PRId64 " to %" PRId64 " are missing", self->anchor + 1,
             report->first - 1);
    } else if (strcmp(self->first_previous, self->anchor_hash) != 0) {
        note(self, report->first, "entry %" PRId64 " does not follow what was taken out", report->first);
    }
}

static int look(check *self, floe_error *error) {
    floe_database *database = &self->ledger->database;
    int64_t findings = 0;
    int result = floe_database_run(database, "SELECT " FLOE_LEDGER_COLUMNS " FROM entries ORDER BY seq", NULL,
                                   look_at_entry, self, error);
    result = result ? result
                    : floe_database_run(database, "SELECT count(*) FROM findings", NULL, count_row, &findings,
                                        error);
    result = result ? result : look_at_documents(self, error);
    if (!result) {
        look_at_start(self);
        if (findings != self->report->findings) {
            note(self, self->report->last, "%" PRId64 " findings belong to no entry",
                 findings - self->report->findings);
        }
    }
    return result;
}

int floe_ledger_verify(floe_ledger_report *report, floe_ledger *ledger, const char *head, floe_error *error) {
    check self = {.ledger = ledger, .report = report, .head = head, .anchor_hash = FLOE_LEDGER_START};
    *report = (floe_ledger_report){0};
    int result = floe_ledger_read(ledger, error);
    if (result || !ledger->current) {
        return result;
    }
    result = floe_database_run(&ledger->database, "BEGIN", NULL, NULL, NULL, error);
    if (!result) {
        result = floe_database_end(&ledger->database, look(&self, error), error);
    }
    floe_buffer_free(&self.buffer);
    return result;
}

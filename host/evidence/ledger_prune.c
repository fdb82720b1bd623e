/* Taking out the oldest entries of a ledger, so that what is left still proves itself. */
#include "ledger_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct edge {
    int64_t seq, findings; /* of the last entry that is taken out; of all of them */
    int64_t entries;
    char hash[FLOE_DIGEST_SIZE];
} edge;

static int read_edge(void *context, sqlite3_stmt *row, floe_error *error) {
    edge *self = context;
    const char *hash = (const char *)sqlite3_column_text(row, 1);
    if (!hash) {
        return floe_error_memory(error);
    }
    self->seq = sqlite3_column_int64(row, 0);
    snprintf(self->hash, sizeof self->hash, "%s", hash);
    return 0;
}

static int read_counts(void *context, sqlite3_stmt *row, floe_error *error) {
    edge *self = context;
    (void)error;
    self->entries = sqlite3_column_int64(row, 0);
    self->findings = sqlite3_column_int64(row, 1);
    return 0;
}

/* The last entry before the first that is as young as `before`; a clock that went back does not let a younger
 * one go with it. */
static int find_edge(edge *out, floe_database *database, const char *before, floe_error *error) {
    const char *const values[] = {before};
    int result =
        floe_database_run(database,
                          "SELECT seq, hash FROM entries WHERE seq < coalesce((SELECT min(seq) FROM entries"
                          " WHERE at >= CAST(?1 AS INTEGER)), 9223372036854775807) ORDER BY seq DESC LIMIT 1",
                          values, read_edge, out, error);
    if (result || !out->seq) {
        return result;
    }
    char seq[24];
    snprintf(seq, sizeof seq, "%" PRId64, out->seq);
    const char *const last[] = {seq};
    return floe_database_run(
        database, "SELECT count(*), coalesce(sum(findings), 0) FROM entries WHERE seq <= CAST(?1 AS INTEGER)",
        last, read_counts, out, error);
}

/* Takes out all up to the edge. Triggers do not run for floe: they are for those who come with other
 * programs. */
static int take_out(floe_database *database, const edge *last, floe_error *error) {
    char seq[24];
    snprintf(seq, sizeof seq, "%" PRId64, last->seq);
    const char *const values[] = {seq};
    int result = floe_database_run(database, "DELETE FROM findings WHERE entry <= CAST(?1 AS INTEGER)",
                                   values, NULL, NULL, error);
    result = result ? result
                    : floe_database_run(database, "DELETE FROM entries WHERE seq <= CAST(?1 AS INTEGER)",
                                        values, NULL, NULL, error);
    return result
               ? result
               : floe_database_run(database,
                                   "DELETE FROM documents WHERE digest NOT IN (SELECT inputs FROM entries)",
                                   NULL, NULL, NULL, error);
}

static int tell(floe_ledger *ledger, const edge *last, int64_t before, const char *origin,
                floe_error *error) {
    floe_buffer body = {0};
    floe_ledger_entry entry = {.kind = FLOE_LEDGER_PRUNE, .run = "", .product = "", .verdict = ""};
    int result = floe_buffer_printf(&body,
                                    "{\"anchor\":{\"hash\":\"%s\",\"seq\":%" PRId64 "},\"before\":%" PRId64
                                    ",\"entries\":%" PRId64 ",\"findings\":%" PRId64 ",\"origin\":%s}",
                                    last->hash, last->seq, before, last->entries, last->findings, origin)
                     ? floe_error_memory(error)
                     : floe_digest(entry.findings_digest, "", 0, error);
    entry.body = body.data;
    result = result ? result : floe_ledger_insert(ledger, &entry, error);
    floe_buffer_free(&body);
    return result;
}

static int refuse_broken(const floe_ledger *ledger, const floe_ledger_report *report, floe_error *error) {
    floe_error_set(error, FLOE_TRUST, "the ledger '%s' does not hold together: %s",
                   ledger->database.options.path, report->problem);
    floe_error_hint(error, "nothing was taken out; keep the file as it is for whoever looks into this");
    return FLOE_TRUST;
}

static int read_moment(void *context, sqlite3_stmt *row, floe_error *error) {
    (void)error;
    *(int64_t *)context = sqlite3_column_int64(row, 0);
    return 0;
}

int floe_ledger_oldest(int64_t *at, floe_ledger *ledger, floe_error *error) {
    int64_t found = 0;
    int result = floe_ledger_read(ledger, error);
    if (!result && ledger->current) {
        result = floe_database_run(&ledger->database, "SELECT at FROM entries ORDER BY seq LIMIT 1", NULL,
                                   read_moment, &found, error);
    }
    if (!result) {
        *at = found;
    }
    return result;
}

int floe_ledger_prune(int64_t *entries, int64_t *findings, floe_ledger *ledger, int64_t before,
                      const char *origin, floe_error *error) {
    floe_ledger_report report;
    char moment[24];
    edge last = {0};
    int result = floe_ledger_verify(&report, ledger, NULL, error);
    if (result || !ledger->current) {
        *entries = *findings = 0;
        return result;
    }
    if (report.broken) {
        return refuse_broken(ledger, &report, error);
    }
    snprintf(moment, sizeof moment, "%" PRId64, before);
    result = floe_ledger_begin(ledger, error);
    if (result) {
        return result;
    }
    result = find_edge(&last, &ledger->database, moment, error);
    if (!result && last.seq) {
        result = tell(ledger, &last, before, origin, error);
        result = result ? result : take_out(&ledger->database, &last, error);
    }
    result = floe_database_end(&ledger->database, result, error);
    if (result) {
        return result;
    }
    *entries = last.entries;
    *findings = last.findings;
    /* They are taken out: where their room cannot be given back now, what comes next uses it. */
    floe_database_run(&ledger->database, "PRAGMA incremental_vacuum", NULL, NULL, NULL, NULL);
    return 0;
}

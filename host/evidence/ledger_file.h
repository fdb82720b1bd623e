/* The ledger's file, for ledger.c and what looks at all of it. */
#ifndef FLOE_EVIDENCE_LEDGER_FILE_H
#define FLOE_EVIDENCE_LEDGER_FILE_H

#include "base/buffer.h"
#include "base/database.h"
#include "ledger.h"

struct floe_ledger {
    floe_database database;
    bool current; /* the file holds a ledger of the form that this floe writes */
};

/* What stands before the first entry. */
#define FLOE_LEDGER_START "sha256:0000000000000000000000000000000000000000000000000000000000000000"

/* The kind of entries that tell what was taken out. */
#define FLOE_LEDGER_PRUNE "prune"

/* The columns of an entry, in the order in which they are read and hashed. */
#define FLOE_LEDGER_COLUMNS                                                                                  \
    "seq, id, kind, run, product, at, verdict, body, findings, findings_digest, inputs, previous, hash"

/* Before reading: `ledger->current` tells whether there is anything. */
int floe_ledger_read(floe_ledger *ledger, floe_error *error);

/* Begins to write: makes the file where there is none, and holds its lock until floe_database_end. */
int floe_ledger_begin(floe_ledger *ledger, floe_error *error);

/* Puts a text behind those that are to be hashed: with its length, so that no two lists of texts look alike.
 */
int floe_ledger_feed(floe_buffer *buffer, const char *text);

/* The digest of what an entry says: of every column but the hash. `buffer` is used and left empty. */
int floe_ledger_hash(char out[FLOE_DIGEST_SIZE], floe_buffer *buffer, const floe_ledger_entry *entry,
                     floe_error *error);

/* Adds a finding to the digest of an entry's findings. `buffer` is used. */
int floe_ledger_feed_finding(floe_digest_state *state, floe_buffer *buffer, int64_t number,
                             const floe_ledger_finding *finding, floe_error *error);

/* Adds an entry without findings or with those whose digest it already has, as the next one; within what
 * floe_ledger_begin began. */
int floe_ledger_insert(floe_ledger *ledger, floe_ledger_entry *entry, floe_error *error);

/* An entry as a row holds it; its texts live until the next row. */
int floe_ledger_row(floe_ledger_entry *out, sqlite3_stmt *row, floe_error *error);

#endif

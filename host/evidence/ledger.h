/*
 * The ledger: what was judged and run, in the order in which it happened, in one SQLite file that many
 * processes may write. An entry is never changed. Each holds a digest of all it says and of its findings, and
 * the digest of the entry before it; so whoever noted the last one can tell whether anything before it was
 * changed, taken out or put in. What an entry's body means is for those who write it; here it is a text.
 *
 * Errors are those of base/database.h; FLOE_TRUST where the chain does not hold and something was to be built
 * on it. A handle belongs to one thread of one process.
 */
#ifndef FLOE_EVIDENCE_LEDGER_H
#define FLOE_EVIDENCE_LEDGER_H

#include "base/digest.h"
#include "base/uuid.h"
#include "floe/arena.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct floe_ledger floe_ledger;

typedef struct floe_ledger_options {
    const char *path; /* made by the first entry */
    int64_t seconds;  /* to wait for another writer; 0 is 10 */
    bool quick;       /* a loss of power may take the last entries; never what was there before them */
} floe_ledger_options;

/* Opens a ledger; nothing is written. A file that is not there is a ledger without entries. */
int floe_ledger_open(floe_ledger **out, const floe_ledger_options *options, floe_error *error);
void floe_ledger_close(floe_ledger *ledger);

typedef struct floe_ledger_finding {
    const char *policy, *verdict, *subject; /* by which findings are looked for */
    const char *body;                       /* all of it, as JSON */
} floe_ledger_finding;

/* An entry. Texts are UTF-8 and never NULL; what does not apply is empty. The members up to `body` are said
 * by whoever appends; the rest is the ledger's. */
typedef struct floe_ledger_entry {
    const char *kind;    /* "validate", "compile", "run.start", … */
    const char *run;     /* the id of the run that it belongs to */
    const char *product; /* "sales.orders" */
    const char *verdict; /* "pass", … */
    const char *body;    /* JSON */
    const char *inputs;  /* what was read: a document of its own, which entries that read the same share. NULL
                          * for none, and in entries that are read */
    int64_t at;          /* milliseconds since 1970-01-01T00:00:00Z; 0 for now */
    int64_t seq;         /* 1, 2, … without gaps */
    int64_t findings;    /* how many */
    char id[FLOE_UUID_SIZE];
    char findings_digest[FLOE_DIGEST_SIZE];
    char inputs_digest[FLOE_DIGEST_SIZE]; /* empty where it names none */
    char previous[FLOE_DIGEST_SIZE];      /* the hash of the entry before */
    char hash[FLOE_DIGEST_SIZE];
} floe_ledger_entry;

/* Adds an entry and its findings, at once or not at all; `entry` is completed with what the ledger says. An
 * id that is set is kept. */
int floe_ledger_append(floe_ledger *ledger, floe_ledger_entry *entry, const floe_ledger_finding *findings,
                       size_t count, floe_error *error);

/* The document with a digest, as entries name it; NULL where there is none. */
int floe_ledger_document(const char **text, floe_ledger *ledger, floe_arena *arena, const char *digest,
                         floe_error *error);

/* What is asked for; zeros and NULLs are no condition. */
typedef struct floe_ledger_query {
    const char *id, *kind, *run, *product, *verdict;
    const char *policy, *subject; /* of findings only */
    int64_t since, until;         /* milliseconds: from, and before */
    int64_t before;               /* only entries with a smaller seq: the next page */
    int64_t limit;                /* 0 is 100 */
} floe_ledger_query;

typedef struct floe_ledger_entries {
    floe_ledger_entry *items;
    size_t count;
} floe_ledger_entries;

/* Entries, the newest first. */
int floe_ledger_select(floe_ledger_entries *out, floe_ledger *ledger, floe_arena *arena,
                       const floe_ledger_query *query, floe_error *error);

typedef struct floe_ledger_found {
    int64_t entry, number; /* seq of its entry, and which of it: 1, 2, … */
    floe_ledger_finding finding;
} floe_ledger_found;

typedef struct floe_ledger_findings {
    floe_ledger_found *items;
    size_t count;
} floe_ledger_findings;

/* Findings, those of the newest entry first and in its order. */
int floe_ledger_select_findings(floe_ledger_findings *out, floe_ledger *ledger, floe_arena *arena,
                                const floe_ledger_query *query, floe_error *error);

/* What came out of looking at all of it. */
typedef struct floe_ledger_report {
    int64_t entries, findings;
    int64_t first, last;         /* seq; 0 where there is none */
    char head[FLOE_DIGEST_SIZE]; /* the last hash; empty where there is no entry */
    int64_t broken;              /* seq of the first entry that does not fit; 0: all do */
    char problem[256];           /* what is wrong with it: a sentence */
    bool head_found;             /* whether `head` of the call is an entry's hash */
    int64_t head_taken_out; /* seq of the entry that says that all up to it was taken out; 0: none does */
} floe_ledger_report;

/* Computes every digest anew, on one state of the file. `head` (may be NULL) is the hash of an entry, noted
 * earlier: a ledger that was cut behind it, or made anew, does not have it; one that was pruned
 * up to it says so in an entry. 0 also where something is wrong:
 * the report says. */
int floe_ledger_verify(floe_ledger_report *report, floe_ledger *ledger, const char *head, floe_error *error);

/* When the first entry that is there was added, in milliseconds; 0 where there is none. */
int floe_ledger_oldest(int64_t *at, floe_ledger *ledger, floe_error *error);

/* Takes out the entries before a moment, from the first one on and up to the first that is younger, and adds
 * an entry (kind "prune") which says so, by whom (`origin`, a JSON object), and holds the digest that the
 * rest begins with. `*entries` and `*findings` are told; nothing is added where nothing was taken out.
 * FLOE_TRUST where the chain is broken: what is left would prove less than it seems to. */
int floe_ledger_prune(int64_t *entries, int64_t *findings, floe_ledger *ledger, int64_t before,
                      const char *origin, floe_error *error);

#endif

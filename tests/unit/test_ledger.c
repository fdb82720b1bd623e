/* The ledger: entries that follow one another, what a change of any of them shows, and what is taken out. */
#include "ledger.h"

#include "base/clock.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What somebody does to the file who takes the guards away first. */
static void tamper(fixture *self, const char *sql) {
    static const char guards[] =
        "DROP TRIGGER IF EXISTS entries_are_kept; DROP TRIGGER IF EXISTS entries_stay;"
        "DROP TRIGGER IF EXISTS findings_are_kept; DROP TRIGGER IF EXISTS findings_stay;"
        "DROP TRIGGER IF EXISTS documents_are_kept; DROP TRIGGER IF EXISTS documents_stay;";
    sqlite3 *database;
    assert_int_equal(sqlite3_open(self->path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, guards, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
}

static void nothing_is_written_by_looking(void **state) {
    fixture *self = *state;
    floe_ledger_entries entries;
    floe_ledger_query query = {0};
    assert_int_equal(floe_ledger_select(&entries, self->ledger, self->arena, &query, &self->error), 0);
    assert_int_equal(entries.count, 0);
    assert_int_equal(verify(self, NULL).entries, 0);
    assert_int_equal(access(self->path, F_OK), -1);
}

static void entries_follow_one_another(void **state) {
    fixture *self = *state;
    floe_ledger_entry first = add(self, "validate", 1000, 0), second = add(self, "compile", 2000, 2);
    assert_int_equal(first.seq, 1);
    assert_int_equal(second.seq, 2);
    assert_string_equal(second.previous, first.hash);
    assert_string_not_equal(first.id, second.id);
    floe_ledger_report report = verify(self, NULL);
    assert_int_equal(report.broken, 0);
    assert_int_equal(report.entries, 2);
    assert_int_equal(report.findings, 2);
    assert_string_equal(report.head, second.hash);
}

static void an_entry_without_a_time_is_of_now(void **state) {
    fixture *self = *state;
    int64_t before = floe_clock_now() / 1000000;
    floe_ledger_entry entry = add(self, "validate", 0, 0);
    assert_true(entry.at >= before && entry.at <= floe_clock_now() / 1000000);
}

static void other_programs_cannot_change_it_either(void **state) {
    fixture *self = *state;
    static const char *const attempts[] = {"UPDATE entries SET verdict = 'pass'",  "DELETE FROM entries",
                                           "UPDATE findings SET verdict = 'warn'", "DELETE FROM findings",
                                           "UPDATE documents SET body = ''",       "DELETE FROM documents"};
    floe_ledger_entry entry = {
        .kind = "compile", .run = "", .product = "", .verdict = "", .body = "{}", .inputs = "[]"};
    assert_int_equal(floe_ledger_append(self->ledger, &entry, NULL, 0, &self->error), 0);
    add(self, "validate", 1000, 1);
    sqlite3 *database;
    assert_int_equal(sqlite3_open(self->path, &database), SQLITE_OK);
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        assert_int_not_equal(sqlite3_exec(database, attempts[i], NULL, NULL, NULL), SQLITE_OK);
        assert_string_equal(sqlite3_errmsg(database), "a ledger is only added to");
    }
    sqlite3_close(database);
    assert_int_equal(verify(self, NULL).broken, 0);
}

static void a_change_is_found(void **state) {
    fixture *self = *state;
    static const struct {
        const char *sql;
        int64_t broken;
        const char *problem;
    } changes[] = {
        {"UPDATE entries SET body = '{\"a\":2}' WHERE seq = 2", 2, "entry 2 was changed"},
        {"UPDATE entries SET verdict = 'alert' WHERE seq = 1", 1, "entry 1 was changed"},
        {"UPDATE entries SET at = at + 1 WHERE seq = 3", 3, "entry 3 was changed"},
        {"UPDATE entries SET id = id || 'x' WHERE seq = 1", 1, "entry 1 was changed"},
        {"UPDATE entries SET findings_digest = findings_digest || 'x' WHERE seq = 2", 2,
         "entry 2 was changed"},
        {"UPDATE entries SET hash = hash || 'x' WHERE seq = 3", 3, "entry 3 was changed"},
        {"UPDATE entries SET body = body || char(0) || 'x' WHERE seq = 2", 2, "entry 2 was changed"},
        {"UPDATE findings SET body = body || char(0) || 'x' WHERE number = 2", 2,
         "a finding of entry 2 was changed"},
        {"UPDATE findings SET verdict = 'warn' WHERE entry = 2 AND number = 1", 2,
         "a finding of entry 2 was changed"},
        {"DELETE FROM findings WHERE entry = 2 AND number = 2", 2, "entry 2 had 2 findings, and 1 are there"},
        {"INSERT INTO findings VALUES (99, 1, 'p', 'block', 's', '{}')", 3, "1 findings belong to no entry"},
        {"DELETE FROM entries WHERE seq = 2; DELETE FROM findings", 2, "entries 2 to 2 are missing"},
        {"DELETE FROM entries WHERE seq = 1", 1, "entries 1 to 1 are missing"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        void *fresh;
        set_up(&fresh);
        self = fresh;
        add(self, "validate", 1000, 0);
        add(self, "compile", 2000, 2);
        add(self, "validate", 3000, 0);
        tamper(self, changes[i].sql);
        floe_ledger_report report = verify(self, NULL);
        assert_int_equal(report.broken, changes[i].broken);
        assert_string_equal(report.problem, changes[i].problem);
        tear_down(&fresh);
    }
}

static void a_tail_that_was_cut_is_found_by_the_head_that_was_noted(void **state) {
    fixture *self = *state;
    add(self, "validate", 1000, 0);
    floe_ledger_entry noted = add(self, "validate", 2000, 0);
    assert_true(verify(self, noted.hash).head_found);
    tamper(self, "DELETE FROM entries WHERE seq = 2");
    floe_ledger_report report = verify(self, noted.hash);
    assert_int_equal(report.broken, 0);
    assert_false(report.head_found);
}

static void what_is_taken_out_is_told_and_the_rest_holds(void **state) {
    fixture *self = *state;
    int64_t entries, findings;
    for (int i = 1; i <= 5; i++) {
        add(self, "validate", i * 1000, 2);
    }
    assert_int_equal(floe_ledger_prune(&entries, &findings, self->ledger, 3000, "{}", &self->error), 0);
    assert_int_equal(entries, 2);
    assert_int_equal(findings, 4);
    floe_ledger_report report = verify(self, NULL);
    assert_int_equal(report.broken, 0);
    assert_int_equal(report.first, 3);
    assert_int_equal(report.last, 6);
    assert_int_equal(floe_ledger_prune(&entries, &findings, self->ledger, 3000, "{}", &self->error), 0);
    assert_int_equal(entries, 0);
    assert_int_equal(floe_ledger_prune(&entries, &findings, self->ledger, 5000, "{}", &self->error), 0);
    assert_int_equal(entries, 2);
    assert_int_equal(verify(self, NULL).broken, 0);
    tamper(self, "DELETE FROM entries WHERE seq = 5; DELETE FROM findings WHERE entry = 5");
    assert_int_equal(verify(self, NULL).broken, 5);
}

static void a_head_that_was_taken_out_is_known_by_the_entry_that_says_so(void **state) {
    fixture *self = *state;
    int64_t entries, findings, oldest = -1;
    char noted[FLOE_DIGEST_SIZE], older[FLOE_DIGEST_SIZE];
    assert_int_equal(floe_ledger_oldest(&oldest, self->ledger, &self->error), 0);
    assert_int_equal(oldest, 0);
    for (int i = 1; i <= 4; i++) {
        floe_ledger_entry entry = add(self, "validate", i * 1000, 0);
        memcpy(i == 1 ? older : noted, entry.hash, i <= 2 ? sizeof noted : 0);
    }
    assert_int_equal(
        floe_ledger_prune(&entries, &findings, self->ledger, 3000, "{\"user\":\"u\"}", &self->error), 0);
    floe_ledger_report report = verify(self, noted);
    assert_false(report.head_found);
    assert_int_equal(report.head_taken_out, 5);
    assert_int_equal(verify(self, older).head_taken_out, 0);
    assert_int_equal(floe_ledger_oldest(&oldest, self->ledger, &self->error), 0);
    assert_int_equal(oldest, 3000);
    floe_ledger_entries found;
    floe_ledger_query query = {.kind = "prune"};
    assert_int_equal(floe_ledger_select(&found, self->ledger, self->arena, &query, &self->error), 0);
    assert_int_equal(found.count, 1);
    assert_non_null(strstr(found.items[0].body, "\"origin\":{\"user\":\"u\"}}"));
}

static void what_is_taken_out_leaves_the_file(void **state) {
    fixture *self = *state;
    int64_t entries, findings;
    size_t size = 100000;
    char *body = malloc(size + 3);
    snprintf(body, size + 3, "\"%0*d\"", (int)size, 0);
    floe_ledger_entry entry = {
        .kind = "validate", .run = "", .product = "", .verdict = "", .body = body, .at = 1000};
    assert_int_equal(floe_ledger_append(self->ledger, &entry, NULL, 0, &self->error), 0);
    free(body);
    add(self, "validate", 2000, 0);
    assert_int_equal(floe_ledger_prune(&entries, &findings, self->ledger, 2000, "{}", &self->error), 0);
    floe_ledger_close(self->ledger);
    self->ledger = NULL;
    struct stat status;
    assert_int_equal(stat(self->path, &status), 0);
    assert_true(status.st_size < (off_t)size);
}

static void what_was_read_is_kept_once_and_belongs_to_the_chain(void **state) {
    fixture *self = *state;
    int64_t entries, findings;
    const char *text, *inputs = "[{\"path\":\"floe.yaml\"}]";
    floe_ledger_entry first = {.kind = "validate",
                               .run = "",
                               .product = "",
                               .verdict = "",
                               .body = "{}",
                               .inputs = inputs,
                               .at = 1000};
    floe_ledger_entry second = first;
    second.at = 2000;
    assert_int_equal(floe_ledger_append(self->ledger, &first, NULL, 0, &self->error), 0);
    assert_int_equal(floe_ledger_append(self->ledger, &second, NULL, 0, &self->error), 0);
    assert_string_equal(first.inputs_digest, second.inputs_digest);
    assert_int_equal(floe_ledger_prune(&entries, &findings, self->ledger, 2000, "{}", &self->error), 0);
    assert_int_equal(
        floe_ledger_document(&text, self->ledger, self->arena, second.inputs_digest, &self->error), 0);
    assert_string_equal(text, inputs);
    assert_int_equal(verify(self, NULL).broken, 0);
    tamper(self, "UPDATE documents SET body = '[]'");
    assert_string_equal(verify(self, NULL).problem, "what entry 2 has read was changed");
    tamper(self, "UPDATE documents SET body = '[{\"path\":\"floe.yaml\"}]'");
    assert_int_equal(verify(self, NULL).broken, 0);
    tamper(self, "UPDATE documents SET body = body || char(0) || 'x'");
    assert_string_equal(verify(self, NULL).problem, "what entry 2 has read was changed");
    assert_int_equal(floe_ledger_document(&text, self->ledger, self->arena, "sha256:none", &self->error), 0);
    assert_null(text);
}

static void a_broken_ledger_is_not_pruned(void **state) {
    fixture *self = *state;
    int64_t entries, findings;
    add(self, "validate", 1000, 0);
    add(self, "validate", 2000, 0);
    tamper(self, "UPDATE entries SET verdict = 'blocked' WHERE seq = 2");
    assert_int_equal(floe_ledger_prune(&entries, &findings, self->ledger, 2000, "{}", &self->error),
                     FLOE_TRUST);
    assert_int_equal(verify(self, NULL).entries, 2);
}

static void entries_and_findings_are_looked_for(void **state) {
    fixture *self = *state;
    floe_ledger_entries entries;
    floe_ledger_findings findings;
    add(self, "validate", 1000, 1);
    add(self, "compile", 2000, 3);
    add(self, "validate", 3000, 0);
    floe_ledger_query query = {.kind = "validate"};
    assert_int_equal(floe_ledger_select(&entries, self->ledger, self->arena, &query, &self->error), 0);
    assert_int_equal(entries.count, 2);
    assert_int_equal(entries.items[0].seq, 3);
    query = (floe_ledger_query){.limit = 1, .before = 3};
    assert_int_equal(floe_ledger_select(&entries, self->ledger, self->arena, &query, &self->error), 0);
    assert_int_equal(entries.count, 1);
    assert_string_equal(entries.items[0].kind, "compile");
    query = (floe_ledger_query){.subject = "s1"};
    assert_int_equal(floe_ledger_select_findings(&findings, self->ledger, self->arena, &query, &self->error),
                     0);
    assert_int_equal(findings.count, 2);
    assert_int_equal(findings.items[0].entry, 2);
    query = (floe_ledger_query){.policy = "naming.layer_prefix", .since = 1500};
    assert_int_equal(floe_ledger_select_findings(&findings, self->ledger, self->arena, &query, &self->error),
                     0);
    assert_int_equal(findings.count, 3);
    assert_string_equal(findings.items[2].finding.subject, "s3");
    query = (floe_ledger_query){.verdict = "warn"};
    assert_int_equal(floe_ledger_select_findings(&findings, self->ledger, self->arena, &query, &self->error),
                     0);
    assert_int_equal(findings.count, 0);
}

static void many_processes_write_one_chain(void **state) {
    fixture *self = *state;
    enum { PROCESSES = 8, EACH = 10 };
    for (int i = 0; i < PROCESSES; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            fixture mine = *self;
            floe_ledger_options options = {.path = self->path};
            int failed = floe_ledger_open(&mine.ledger, &options, &mine.error);
            for (int k = 0; !failed && k < EACH; k++) {
                floe_ledger_entry entry = {
                    .kind = "validate", .run = "", .product = "p", .verdict = "pass", .body = "{}"};
                failed = floe_ledger_append(mine.ledger, &entry, NULL, 0, &mine.error);
            }
            _exit(failed ? 1 : 0);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    floe_ledger_report report = verify(self, NULL);
    assert_int_equal(report.broken, 0);
    assert_int_equal(report.entries, PROCESSES * EACH);
}

static void a_file_of_another_kind_is_left_as_it_is(void **state) {
    fixture *self = *state;
    temporary_write(self->root, ".floe/ledger.db", "this is no database, and long enough to be told from one",
                    56);
    floe_ledger_entry entry = {.kind = "validate", .run = "", .product = "", .verdict = "", .body = "{}"};
    assert_int_equal(floe_ledger_append(self->ledger, &entry, NULL, 0, &self->error), FLOE_INVALID);
    assert_non_null(strstr(self->error.message, "is not a ledger: it is no SQLite database"));
}

static void a_ledger_of_a_newer_floe_is_refused(void **state) {
    fixture *self = *state;
    add(self, "validate", 1000, 0);
    sqlite3 *database;
    assert_int_equal(sqlite3_open(self->path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, "PRAGMA user_version = 9", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
    floe_ledger_options options = {.path = self->path};
    floe_ledger *other;
    floe_ledger_report report;
    assert_int_equal(floe_ledger_open(&other, &options, &self->error), 0);
    assert_int_equal(floe_ledger_verify(&report, other, NULL, &self->error), FLOE_INVALID);
    assert_non_null(strstr(self->error.message, "was written by a newer floe"));
    floe_ledger_close(other);
}

static void identifiers_sort_by_their_time(void **state) {
    char first[FLOE_UUID_SIZE], second[FLOE_UUID_SIZE];
    (void)state;
    assert_int_equal(floe_uuid(first, NULL), 0);
    do {
        assert_int_equal(floe_uuid(second, NULL), 0);
    } while (memcmp(first, second, 13) == 0); /* the same millisecond */
    assert_int_equal(strlen(first), 36);
    assert_int_equal(first[14], '7');
    assert_non_null(strchr("89ab", first[19]));
    assert_true(strcmp(first, second) < 0);
}

#define EACH(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        EACH(nothing_is_written_by_looking),
        EACH(entries_follow_one_another),
        EACH(an_entry_without_a_time_is_of_now),
        EACH(other_programs_cannot_change_it_either),
        cmocka_unit_test(a_change_is_found),
        EACH(a_tail_that_was_cut_is_found_by_the_head_that_was_noted),
        EACH(what_is_taken_out_is_told_and_the_rest_holds),
        EACH(a_head_that_was_taken_out_is_known_by_the_entry_that_says_so),
        EACH(what_is_taken_out_leaves_the_file),
        EACH(what_was_read_is_kept_once_and_belongs_to_the_chain),
        EACH(a_broken_ledger_is_not_pruned),
        EACH(entries_and_findings_are_looked_for),
        EACH(many_processes_write_one_chain),
        EACH(a_file_of_another_kind_is_left_as_it_is),
        EACH(a_ledger_of_a_newer_floe_is_refused),
        cmocka_unit_test(identifiers_sort_by_their_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

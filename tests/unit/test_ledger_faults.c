/* What stays of a ledger where a disk, a process or somebody with another program has left half of it. */
#include "ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ENTRIES = 40 };

/* The file of the log beside the ledger. */
static const char *log_of(const fixture *self, char *out, size_t size) {
    snprintf(out, size, "%s-wal", self->path);
    return out;
}

static off_t size_of(const char *path) {
    struct stat status;
    return stat(path, &status) ? -1 : status.st_size;
}

static void copy(const char *to, const char *from, off_t most) {
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    char bytes[4096];
    assert_true(in >= 0 && out >= 0);
    while (most > 0) {
        ssize_t count = read(in, bytes, most < (off_t)sizeof bytes ? (size_t)most : sizeof bytes);
        assert_true(count > 0);
        assert_int_equal(write(out, bytes, (size_t)count), count);
        most -= count;
    }
    close(in);
    close(out);
}

/* Opens the ledger anew, as the next process does. */
static void reopen(fixture *self, bool quick) {
    floe_ledger_options options = {.path = self->path, .quick = quick};
    floe_ledger_close(self->ledger);
    self->ledger = NULL;
    assert_int_equal(floe_ledger_open(&self->ledger, &options, &self->error), 0);
}

/* Entries that are in the log only: nothing of them was brought into the file yet. */
static void fill_log(fixture *self) {
    reopen(self, true);
    for (int i = 0; i < ENTRIES; i++) {
        add(self, "validate", 1000 + i, 8);
    }
}

static void a_log_that_was_cut_keeps_what_was_committed_before(void **state) {
    fixture *self = *state;
    char log[160], kept_log[160], kept[160];
    fill_log(self);
    snprintf(kept, sizeof kept, "%s/kept", self->root);
    snprintf(kept_log, sizeof kept_log, "%s/kept-log", self->root);
    off_t size = size_of(log_of(self, log, sizeof log));
    assert_true(size > 10000);
    copy(kept, self->path, size_of(self->path));
    copy(kept_log, log, size);
    int64_t before = ENTRIES + 1;
    for (int part = 15; part >= 1; part -= 2) { /* as a machine leaves it that went away while it wrote */
        floe_ledger_close(self->ledger);
        self->ledger = NULL;
        copy(self->path, kept, size_of(kept));
        copy(log, kept_log, size * part / 16);
        reopen(self, true);
        floe_ledger_report report = verify(self, NULL);
        assert_int_equal(report.broken, 0);
        assert_true(report.entries < before);
        before = report.entries;
        add(self, "validate", 5000, 1);
        report = verify(self, NULL);
        assert_int_equal(report.broken, 0);
        assert_int_equal(report.entries, before + 1);
    }
    assert_true(before < ENTRIES / 4);
}

static void a_file_that_was_cut_is_told(void **state) {
    fixture *self = *state;
    fill_log(self);
    reopen(self, false); /* the last one that closes brings the log into the file */
    add(self, "validate", 5000, 0);
    char noted[FLOE_DIGEST_SIZE];
    memcpy(noted, verify(self, NULL).head, sizeof noted);
    floe_ledger_close(self->ledger);
    self->ledger = NULL;
    off_t size = size_of(self->path);
    assert_true(size > 20000);
    for (off_t left = size - 1; left > 0; left = left * 3 / 4) {
        assert_int_equal(truncate(self->path, left), 0);
        reopen(self, false);
        floe_ledger_report report = {0};
        int result = floe_ledger_verify(&report, self->ledger, noted, &self->error);
        assert_true(result == FLOE_OUTSIDE || result == FLOE_INVALID || report.broken || !report.head_found);
        floe_ledger_close(self->ledger);
        self->ledger = NULL;
    }
}

static void a_log_without_its_file_is_no_ledger(void **state) {
    fixture *self = *state;
    char log[160], kept[160], noted[FLOE_DIGEST_SIZE];
    fill_log(self);
    memcpy(noted, verify(self, NULL).head, sizeof noted);
    snprintf(kept, sizeof kept, "%s/kept", self->root);
    off_t size = size_of(log_of(self, log, sizeof log));
    copy(kept, log, size);
    floe_ledger_close(self->ledger);
    self->ledger = NULL;
    unlink(self->path);
    copy(log, kept, size);
    reopen(self, false);
    assert_int_equal(verify(self, noted).entries, 0);
    assert_int_equal(add(self, "validate", 5000, 1).seq, 1);
    floe_ledger_report report = verify(self, noted);
    assert_int_equal(report.broken, 0);
    assert_int_equal(report.entries, 1);
    assert_false(report.head_found);
}

/* In a process whose files may not grow: adds until that fails, and ends with how often it did not. */
static int add_until_full(const fixture *self, rlim_t most) {
    struct rlimit limit = {most, most};
    floe_ledger_options options = {.path = self->path};
    floe_ledger *ledger;
    floe_error error;
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) || floe_ledger_open(&ledger, &options, &error)) {
        return 255;
    }
    for (int added = 0; added < 200; added++) {
        floe_ledger_finding findings[50];
        floe_ledger_entry entry = {
            .kind = "validate", .run = "", .product = "", .verdict = "pass", .body = "{}"};
        for (size_t i = 0; i < 50; i++) {
            findings[i] =
                (floe_ledger_finding){"a.b", "block", "model.shop.orders", "{\"message\":\"text\"}"};
        }
        int result = floe_ledger_append(ledger, &entry, findings, 50, &error);
        if (result) {
            floe_ledger_close(ledger);
            return result == FLOE_OUTSIDE && error.message[0] ? added : 255;
        }
    }
    floe_ledger_close(ledger);
    return 254;
}

static void a_disk_that_is_full_takes_nothing_that_was_there(void **state) {
    fixture *self = *state;
    add(self, "validate", 1000, 2);
    static const rlim_t limits[] = {1, 8192, 65536, 200000, 300001, 400000};
    int64_t entries = 1;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        pid_t child = fork();
        if (child == 0) {
            _exit(add_until_full(self, limits[i]));
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_true(WEXITSTATUS(status) < 200);
        entries += WEXITSTATUS(status);
        reopen(self, false);
        floe_ledger_report report = verify(self, NULL);
        assert_int_equal(report.broken, 0);
        assert_int_equal(report.entries, entries);
        add(self, "validate", 2000, 1);
        entries++;
    }
    assert_true(entries > 10);
    assert_int_equal(verify(self, NULL).entries, entries);
}

static void a_file_that_is_taken_away_while_it_is_used_is_told(void **state) {
    fixture *self = *state;
    char log[160], aside[160];
    floe_ledger_entry entry = {.kind = "validate", .run = "", .product = "", .verdict = "pass", .body = "{}"};
    add(self, "validate", 1000, 2);
    snprintf(aside, sizeof aside, "%s/aside", self->root);
    assert_int_equal(rename(self->path, aside), 0);
    assert_int_equal(floe_ledger_append(self->ledger, &entry, NULL, 0, &self->error), FLOE_OUTSIDE);
    assert_non_null(strstr(self->error.message, "taken away or replaced while it was in use"));
    unlink(log_of(self, log, sizeof log));
    reopen(self, false);
    add(self, "validate", 2000, 1);
    assert_int_equal(verify(self, NULL).entries, 1);
}

static void a_file_that_cannot_be_looked_for_is_not_absent(void **state) {
    fixture *self = *state;
    floe_ledger_report report;
    temporary_write(self->root, ".floe/other", "", 0);
    assert_int_equal(symlink("ledger.db", self->path), 0); /* one that leads to itself */
    assert_int_equal(floe_ledger_verify(&report, self->ledger, NULL, &self->error), FLOE_OUTSIDE);
    assert_non_null(strstr(self->error.message, "cannot open the ledger"));
    assert_non_null(strstr(self->error.message, strerror(ELOOP)));
}

int main(void) {
#define EACH(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        EACH(a_log_that_was_cut_keeps_what_was_committed_before),
        EACH(a_file_that_was_cut_is_told),
        EACH(a_log_without_its_file_is_no_ledger),
        EACH(a_disk_that_is_full_takes_nothing_that_was_there),
        EACH(a_file_that_is_taken_away_while_it_is_used_is_told),
        EACH(a_file_that_cannot_be_looked_for_is_not_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

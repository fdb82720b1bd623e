/* Whether a manifest is current: each thing that can change in a project is seen, and nothing else. */
#include "folder.h"

#include "floe/dbt.h"
#include "floe/json.h"

#include <fcntl.h>

#define MANIFEST                                                                                             \
    "{\"metadata\": {\"dbt_version\": \"%s\", \"generated_at\": \"2026-11-21T10:00:00.5Z\"},"                \
    " \"nodes\": {"                                                                                          \
    "  \"model.shop.a\": {\"resource_type\": \"model\", \"package_name\": \"shop\","                         \
    "    \"original_file_path\": \"models/a.sql\", \"checksum\": {\"name\": \"sha256\", \"checksum\": "      \
    "\"%s\"}},"                                                                                              \
    "  \"test.shop.unique\": {\"resource_type\": \"test\", \"package_name\": \"shop\", \"test_metadata\": "  \
    "{},"                                                                                                    \
    "    \"original_file_path\": \"models/gone.yml\", \"checksum\": {\"name\": \"none\", \"checksum\": "     \
    "\"\"}},"                                                                                                \
    "  \"operation.shop.x\": {\"resource_type\": \"operation\", \"package_name\": \"shop\","                 \
    "    \"original_file_path\": \"./dbt_project.yml\"}},"                                                   \
    " \"disabled\": {\"model.shop.off\": [{\"resource_type\": \"model\", \"package_name\": \"shop\","        \
    "    \"original_file_path\": \"models/off.sql\", \"checksum\": {\"name\": \"sha256\", \"checksum\": "    \
    "\"%s\"}}]},"                                                                                            \
    " \"macros\": {"                                                                                         \
    "  \"macro.shop.m\": {\"package_name\": \"shop\", \"original_file_path\": \"macros/m.sql\","             \
    "    \"macro_sql\": \"{%% macro m() %%}1{%% endmacro %%}\"},"                                            \
    "  \"macro.dbt.x\": {\"package_name\": \"dbt\", \"original_file_path\": \"macros/x.sql\", "              \
    "\"macro_sql\": "                                                                                        \
    "\"\"}}}"

static void set_time(folder *f, const char *name, time_t seconds) {
    const struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};
    assert_int_equal(utimensat(AT_FDCWD, folder_path(f, name), times, 0), 0);
}

enum { BEFORE = 1795255000, AFTER = 1795300000 }; /* 2026-11-21T09:56:40Z, and a day's half later */

static void write_project(folder *f) {
    static const char *const names[] = {"dbt_project.yml", "models/a.yml"};
    put(f, "models/a.sql", "select\n  1\n");
    put(f, "models/off.sql", "select 2");
    put(f, "models/a.yml", "models: []\n");
    put(f, "macros/m.sql", "-- mine\n{% macro m() %}1{% endmacro %}\n");
    for (size_t i = 0; i < COUNT(names); i++) {
        set_time(f, names[i], BEFORE);
    }
}

/* What is said about the project, with a manifest of this dbt; "" where it is current. */
static const char *verdict(folder *f, const char *version, floe_checksum_rule rule) {
    static char reason[128];
    char text[4096], one[65], two[65];
    bool current = false;
    floe_checksum(one, rule, "select\n  1", 10, NULL);
    floe_checksum(two, rule, "select 2", 8, NULL);
    snprintf(text, sizeof text, MANIFEST, version, one, two);
    floe_store *store = floe_store_new();
    floe_document *document;
    assert_int_equal(floe_json_parse(&document, store, "manifest.json", text, strlen(text), NULL, &f->error),
                     0);
    assert_int_equal(
        floe_dbt_is_current(&current, reason, sizeof reason, &document->root, f->root, &f->error), 0);
    assert_int_equal(current, !reason[0]);
    assert_int_equal(floe_store_count(store), 1);
    floe_store_free(store);
    return reason;
}

/* Entries as dbt 2 writes them: a snapshot with its block beside it, Python, a singular test. */
#define MANIFEST_2                                                                                           \
    "{\"metadata\": {\"dbt_version\": \"2.0.0-preview.196\", \"generated_at\": "                             \
    "\"2026-11-21T10:00:00.5Z\"}, \"nodes\": {"                                                              \
    "  \"snapshot.shop.s\": {\"resource_type\": \"snapshot\", \"package_name\": \"shop\","                   \
    "    \"original_file_path\": \"snapshots/s.sql\", \"raw_code\": \"\\nselect 1\\n\","                     \
    "    \"checksum\": {\"name\": \"sha256\", \"checksum\": \"of the code\"}},"                              \
    "  \"snapshot.shop.snapshot_s\": {\"resource_type\": \"snapshot\", \"package_name\": \"shop\","          \
    "    \"original_file_path\": \"snapshots/s.sql\"},"                                                      \
    "  \"model.shop.p\": {\"resource_type\": \"model\", \"package_name\": \"shop\","                         \
    "    \"original_file_path\": \"models/p.py\", \"raw_code\": \"def model(): pass\","                      \
    "    \"checksum\": {\"name\": \"sha256\", \"checksum\": \"of the code\"}},"                              \
    "  \"test.shop.t\": {\"resource_type\": \"test\", \"package_name\": \"shop\","                           \
    "    \"original_file_path\": \"tests/t.sql\", \"raw_code\": \"select 3\","                               \
    "    \"checksum\": {\"name\": \"none\", \"checksum\": \"\"}}}}"

static const char *verdict_2(folder *f) {
    static char reason[128];
    const char *text = MANIFEST_2;
    bool current = false;
    floe_store *store = floe_store_new();
    floe_document *document;
    set_time(f, "dbt_project.yml", BEFORE);
    assert_int_equal(floe_json_parse(&document, store, "manifest.json", text, strlen(text), NULL, &f->error),
                     0);
    assert_int_equal(
        floe_dbt_is_current(&current, reason, sizeof reason, &document->root, f->root, &f->error), 0);
    assert_int_equal(current, !reason[0]);
    floe_store_free(store);
    return reason;
}

static void of_dbt_2_the_code_is_compared_where_the_checksum_is_not_the_files(void **state) {
    static const char *const files[][3] = {{"snapshots/s.sql",
                                            "{% snapshot s %}\nselect 1\n{% endsnapshot %}\n",
                                            "{% snapshot s %}\nselect 2\n{% endsnapshot %}\n"},
                                           {"models/p.py", "def model(): pass\n", "def model(): return 1\n"},
                                           {"tests/t.sql", "select 3\n", "select 4\n"}};
    folder *f = *state;
    for (size_t i = 0; i < COUNT(files); i++) {
        put(f, files[i][0], files[i][1]);
    }
    assert_string_equal(verdict_2(f), "");
    for (size_t i = 0; i < COUNT(files); i++) {
        put(f, files[i][0], files[i][2]);
        assert_non_null(strstr(verdict_2(f), "was edited since"));
        put(f, files[i][0], files[i][1]);
    }
    put(f, files[0][0],
        "{% snapshot s %}\nselect 1\n{% endsnapshot %}\n{% snapshot n %}\nselect 1\n{% endsnapshot %}\n");
    assert_non_null(strstr(verdict_2(f), "was edited since"));
}

static const char *now(folder *f) {
    return verdict(f, "1.12.3", FLOE_CHECKSUM_COLLAPSED);
}

static void a_manifest_of_these_files_is_current(void **state) {
    folder *f = *state;
    write_project(f);
    assert_string_equal(now(f), "");
    assert_string_equal(verdict(f, "1.10.23", FLOE_CHECKSUM_STRIPPED), "");
    assert_string_equal(verdict(f, "", FLOE_CHECKSUM_STRIPPED), "");
    put(f, "models/a.sql", "\n\nselect 1"); /* the same to dbt 1.12, another text to 1.10 */
    assert_string_equal(now(f), "");
    assert_string_equal(verdict(f, "1.10.23", FLOE_CHECKSUM_STRIPPED), "models/a.sql was edited since");
}

static void each_change_is_seen(void **state) {
    static const struct {
        const char *file, *text; /* NULL: the file goes */
        time_t time;             /* 0: now */
        const char *reason;
    } rows[] = {
        {"models/a.sql", "select 3", BEFORE, "models/a.sql was edited since"},
        {"models/off.sql", "select 3", BEFORE, "models/off.sql was edited since"},
        {"models/off.sql", NULL, 0, "models/off.sql is gone since"},
        {"models/new.sql", "select 1", BEFORE, "models/new.sql is new since"},
        {"seeds/new.csv", "a\n", BEFORE, "seeds/new.csv is new since"},
        {"tests/t.sql", "select 1", BEFORE, "tests/t.sql is new since"},
        {"macros/m.sql", "{% macro m() %}2{% endmacro %}", BEFORE, "macros/m.sql was edited since"},
        {"macros/m.sql", "{% macro m() %}1{% endmacro %}{% macro n() %}{% endmacro %}", BEFORE,
         "macros/m.sql was edited since"},
        {"macros/m.sql", "{% macro m() %}", BEFORE, "macros/m.sql was edited since"},
        {"macros/m.sql", NULL, 0, "macros/m.sql is gone since"},
        {"macros/n.sql", "{% macro n() %}{% endmacro %}", BEFORE, "macros/n.sql was edited since"},
        {"macros/n.sql", "-- nothing", AFTER, ""},
        {"models/a.yml", "models: []\n", AFTER, "models/a.yml is newer than the manifest"},
        {"models/d.md", "", AFTER, "models/d.md is newer than the manifest"},
        {"models/d.md", "", BEFORE, ""},
        {"dbt_project.yml", "name: shop\n", AFTER, "dbt_project.yml is newer than the manifest"},
        {"packages.yml", "packages: []\n", AFTER, "packages.yml is newer than the manifest"},
        {"models/note.txt", "", AFTER, ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        void *fresh;
        assert_int_equal(begin_folder(&fresh), 0);
        folder *f = fresh;
        write_project(f);
        if (rows[i].text) {
            put(f, rows[i].file, rows[i].text);
            set_time(f, rows[i].file, rows[i].time);
        } else {
            unlink(folder_path(f, rows[i].file));
        }
        assert_string_equal(now(f), rows[i].reason);
        assert_int_equal(end_folder(&fresh), 0);
    }
}

static void a_broken_project_is_an_error(void **state) {
    folder *f = *state;
    bool current;
    char reason[64];
    floe_store *store = floe_store_new();
    floe_document *document;
    static const char text[] = "{\"metadata\": {\"generated_at\": \"2026-11-21T10:00:00Z\"}}";
    assert_int_equal(floe_json_parse(&document, store, "m", text, sizeof text - 1, NULL, &f->error), 0);
    unlink(folder_path(f, "dbt_project.yml"));
    assert_int_equal(
        floe_dbt_is_current(&current, reason, sizeof reason, &document->root, f->root, &f->error),
        FLOE_NOT_FOUND);
    assert_non_null(strstr(f->error.file, "dbt_project.yml"));
    floe_store_free(store);
}

static void a_manifest_without_a_time_is_not_current(void **state) {
    folder *f = *state;
    bool current = true;
    char reason[64];
    floe_store *store = floe_store_new();
    floe_document *document;
    assert_int_equal(floe_json_parse(&document, store, "m", "{}", 2, NULL, &f->error), 0);
    assert_int_equal(
        floe_dbt_is_current(&current, reason, sizeof reason, &document->root, f->root, &f->error), 0);
    assert_false(current);
    assert_string_equal(reason, "the manifest says not when it was made");
    floe_store_free(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_manifest_of_these_files_is_current),
        cmocka_unit_test(each_change_is_seen),
        FOLDER_TEST(of_dbt_2_the_code_is_compared_where_the_checksum_is_not_the_files),
        FOLDER_TEST(a_broken_project_is_an_error),
        FOLDER_TEST(a_manifest_without_a_time_is_not_current),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

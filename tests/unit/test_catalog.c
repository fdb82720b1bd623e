/* The catalog in a file: what happens at once or not at all, who else may use the file, and what is refused.
 */
#include "base/database.h"
#include "catalog/catalog.h"

#include "floe/json.h"
#include "temporary.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

typedef struct fixture {
    char root[64], path[128];
    floe_store *store;
    floe_arena *arena;
    floe_error error;
} fixture;

#define NAME(...)                                                                                            \
    ((floe_catalog_name){(const char *const[]){__VA_ARGS__},                                                 \
                         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)})

static const floe_catalog_properties no_properties = {NULL, 0};
static const floe_catalog_texts no_texts = {NULL, 0};

static int begin(void **state) {
    static fixture f;
    f = (fixture){.store = floe_store_new(), .arena = floe_arena_new(0)};
    temporary_make(f.root, sizeof f.root);
    snprintf(f.path, sizeof f.path, "%s/.floe/catalog.db", f.root);
    *state = &f;
    return f.store && f.arena ? 0 : -1;
}

static int end(void **state) {
    fixture *f = *state;
    floe_store_free(f->store);
    floe_arena_free(f->arena);
    return temporary_remove(f->root);
}

/* Opens the catalog in f->path with more members of the configuration, given as JSON: ", \"timeout\": 1". */
static int open_with(floe_catalog **out, fixture *f, const char *more) {
    char config[512];
    floe_document *document;
    snprintf(config, sizeof config, "{\"path\": \"%s\"%s}", f->path, more);
    assert_int_equal(
        floe_json_parse(&document, f->store, "config.json", config, strlen(config), NULL, &f->error), 0);
    return floe_catalog_open(out, "sqlite", &document->root, &f->error);
}

static floe_catalog *open_catalog(fixture *f) {
    floe_catalog *catalog = NULL;
    if (open_with(&catalog, f, "")) {
        fail_msg("%s", f->error.message);
    }
    return catalog;
}

static floe_catalog_outcome create(fixture *f, floe_catalog *catalog, floe_catalog_name name,
                                   const char *owner) {
    floe_catalog_property property = {"owner", owner};
    floe_catalog_outcome outcome = FLOE_CATALOG_EXISTS;
    if (floe_catalog_create(catalog, &outcome, &name, &(floe_catalog_properties){&property, 1}, &f->error)) {
        fail_msg("%s", f->error.message);
    }
    return outcome;
}

/* The value of a property; NULL where the namespace or the property is not there. */
static const char *value_of(fixture *f, floe_catalog *catalog, floe_catalog_name name, const char *property) {
    floe_catalog_properties properties = no_properties;
    bool found;
    if (floe_catalog_load(catalog, &found, &properties, f->arena, &name, &f->error)) {
        fail_msg("%s", f->error.message);
    }
    for (size_t i = 0; found && i < properties.count; i++) {
        if (strcmp(properties.items[i].key, property) == 0) {
            return properties.items[i].value;
        }
    }
    return NULL;
}

static bool is_there(fixture *f, floe_catalog *catalog, floe_catalog_name name) {
    floe_catalog_properties properties;
    bool found;
    assert_int_equal(floe_catalog_load(catalog, &found, &properties, f->arena, &name, &f->error), 0);
    return found;
}

/* The names below a parent as one text: "a.b a.c". */
static const char *names_below(fixture *f, floe_catalog *catalog, floe_catalog_name parent) {
    static char text[512];
    floe_catalog_names names;
    assert_int_equal(floe_catalog_list(catalog, &names, f->arena, &parent, &f->error), 0);
    text[0] = '\0';
    for (size_t i = 0; i < names.count; i++) {
        for (size_t j = 0; j < names.items[i].count; j++) {
            strcat(text, j ? "." : i ? " " : "");
            strcat(text, names.items[i].parts[j]);
        }
    }
    return text;
}

/* Runs SQL on the file as another program would. */
static void run_sql(fixture *f, const char *sql) {
    sqlite3 *database;
    char *message = NULL;
    char folder[96];
    snprintf(folder, sizeof folder, "%s/.floe", f->root);
    assert_int_equal(floe_folder_make(folder, &f->error), 0);
    assert_int_equal(sqlite3_open(f->path, &database), SQLITE_OK);
    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK) {
        fail_msg("%s", message);
    }
    sqlite3_close(database);
}

/* ---- what the operations mean ---- */

static void test_opening_and_reading_make_no_file(void **state) {
    fixture *f = *state;
    floe_catalog *catalog = open_catalog(f);
    assert_false(is_there(f, catalog, NAME("sales")));
    assert_string_equal(names_below(f, catalog, (floe_catalog_name){NULL, 0}), "");
    assert_int_equal(floe_catalog_drop(catalog, &NAME("sales"), &f->error), FLOE_NOT_FOUND);
    assert_int_equal(floe_catalog_update(catalog, &NAME("sales"), &no_properties, &no_texts, &f->error),
                     FLOE_NOT_FOUND);
    floe_catalog_close(catalog);
    assert_int_equal(floe_file_kind_of(f->path), FLOE_FILE_NONE);
}

static void test_a_namespace_is_created_once(void **state) {
    fixture *f = *state;
    floe_catalog *first = open_catalog(f), *second = open_catalog(f);
    assert_int_equal(create(f, first, NAME("sales", "orders"), "a"), FLOE_CATALOG_CREATED);
    assert_int_equal(create(f, second, NAME("sales", "orders"), "b"), FLOE_CATALOG_EXISTS);
    assert_string_equal(value_of(f, second, NAME("sales", "orders"), "owner"), "a");
    floe_catalog_close(first);
    floe_catalog_close(second);
}

static void test_parents_come_into_being_without_properties(void **state) {
    fixture *f = *state;
    floe_catalog *catalog = open_catalog(f);
    create(f, catalog, NAME("sales", "orders", "contracts"), "a");
    assert_true(is_there(f, catalog, NAME("sales")));
    assert_null(value_of(f, catalog, NAME("sales", "orders"), "owner"));
    assert_null(value_of(f, catalog, NAME("sales", "orders"), "exists"));
    /* They are there: whoever wants one is told so. */
    assert_int_equal(create(f, catalog, NAME("sales", "orders"), "b"), FLOE_CATALOG_EXISTS);
    floe_catalog_close(catalog);
}

static void test_only_the_names_right_below_are_listed(void **state) {
    fixture *f = *state;
    floe_catalog *catalog = open_catalog(f);
    create(f, catalog, NAME("a", "b", "c"), "1");
    create(f, catalog, NAME("a", "b-c"), "1");
    create(f, catalog, NAME("a", "d"), "1");
    create(f, catalog, NAME("a-b", "c"), "1");
    create(f, catalog, NAME("ab"), "1");
    create(f, catalog, NAME("\xC3\xA4", "\xC3\xB6"), "1");
    assert_string_equal(names_below(f, catalog, (floe_catalog_name){NULL, 0}), "a a-b ab \xC3\xA4");
    assert_string_equal(names_below(f, catalog, NAME("a")), "a.b a.b-c a.d");
    assert_string_equal(names_below(f, catalog, NAME("\xC3\xA4")), "\xC3\xA4.\xC3\xB6");
    assert_string_equal(names_below(f, catalog, NAME("nothing")), "");
    floe_catalog_close(catalog);
}

static void test_properties_are_set_and_removed_at_once(void **state) {
    fixture *f = *state;
    floe_catalog *catalog = open_catalog(f);
    create(f, catalog, NAME("a"), "x");
    floe_catalog_property updates[] = {{"version", "2"}, {"text", "line\nline \xF0\x9F\x90\x99"}};
    const char *const removals[] = {"owner", "never_there"};
    assert_int_equal(floe_catalog_update(catalog, &NAME("a"), &(floe_catalog_properties){updates, 2},
                                         &(floe_catalog_texts){removals, 2}, &f->error),
                     0);
    assert_string_equal(value_of(f, catalog, NAME("a"), "version"), "2");
    assert_string_equal(value_of(f, catalog, NAME("a"), "text"), updates[1].value);
    assert_null(value_of(f, catalog, NAME("a"), "owner"));
    assert_true(is_there(f, catalog, NAME("a")));
    floe_catalog_close(catalog);
}

static void test_only_what_is_empty_is_dropped(void **state) {
    fixture *f = *state;
    floe_catalog *catalog = open_catalog(f);
    create(f, catalog, NAME("a", "b"), "x");
    assert_int_equal(floe_catalog_drop(catalog, &NAME("a"), &f->error), FLOE_CONFLICT);
    assert_int_equal(floe_catalog_drop(catalog, &NAME("a", "b"), &f->error), 0);
    assert_false(is_there(f, catalog, NAME("a", "b")));
    assert_int_equal(floe_catalog_drop(catalog, &NAME("a"), &f->error), 0);
    assert_int_equal(floe_catalog_drop(catalog, &NAME("a"), &f->error), FLOE_NOT_FOUND);
    floe_catalog_close(catalog);
}

static void test_names_that_cannot_be_are_refused(void **state) {
    fixture *f = *state;
    floe_catalog *catalog = open_catalog(f);
    floe_catalog_outcome outcome;
    char longer[FLOE_CATALOG_PART + 2];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    const floe_catalog_name bad[] = {
        {NULL, 0}, NAME(""), NAME("a", ""), NAME("a.b"), NAME("a\nb"), NAME("\xFF"), NAME(longer),
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(floe_catalog_create(catalog, &outcome, &bad[i], &no_properties, &f->error),
                         FLOE_INVALID);
    }
    floe_catalog_property twice[] = {{"a", "1"}, {"a", "2"}};
    assert_int_equal(
        floe_catalog_create(catalog, &outcome, &NAME("a"), &(floe_catalog_properties){twice, 2}, &f->error),
        FLOE_INVALID);
    const char *const both[] = {"a"};
    assert_int_equal(floe_catalog_update(catalog, &NAME("a"), &(floe_catalog_properties){twice, 1},
                                         &(floe_catalog_texts){both, 1}, &f->error),
                     FLOE_INVALID);
    floe_catalog_close(catalog);
    assert_int_equal(floe_file_kind_of(f->path), FLOE_FILE_NONE);
}

static void test_names_may_be_as_long_as_they_are_allowed(void **state) {
    fixture *f = *state;
    floe_catalog *catalog = open_catalog(f);
    char part[FLOE_CATALOG_PART + 1];
    const char *parts[FLOE_CATALOG_PARTS];
    memset(part, 'a', FLOE_CATALOG_PART);
    part[FLOE_CATALOG_PART] = '\0';
    for (size_t i = 0; i < FLOE_CATALOG_PARTS; i++) {
        parts[i] = part;
    }
    floe_catalog_name name = {parts, FLOE_CATALOG_PARTS};
    assert_int_equal(create(f, catalog, name, "a"), FLOE_CATALOG_CREATED);
    assert_string_equal(value_of(f, catalog, name, "owner"), "a");
    floe_catalog_close(catalog);
}

/* ---- configuration ---- */

static void test_a_configuration_that_says_nothing_is_refused(void **state) {
    fixture *f = *state;
    floe_catalog *catalog = NULL;
    static const char *const bad[] = {", \"pth\": 1", ", \"timeout\": -1", ", \"timeout\": \"x\"",
                                      ", \"journal\": \"off\"", ", \"name\": \"\""};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(open_with(&catalog, f, bad[i]), FLOE_INVALID);
    }
    open_with(&catalog, f, bad[0]);
    assert_string_equal(f->error.hint, "did you mean 'path'?");
    floe_node nothing = floe_null_node(0);
    assert_int_equal(floe_catalog_open(&catalog, "sqlite", &nothing, &f->error), FLOE_INVALID);
    assert_int_equal(floe_catalog_open(&catalog, "sqlit", &nothing, &f->error), FLOE_INVALID);
    assert_string_equal(f->error.hint, "did you mean 'sqlite'?");
}

static void test_catalogs_of_several_names_share_a_file(void **state) {
    fixture *f = *state;
    floe_catalog *first = open_catalog(f), *second = NULL;
    assert_int_equal(open_with(&second, f, ", \"name\": \"other\""), 0);
    create(f, first, NAME("a"), "1");
    assert_false(is_there(f, second, NAME("a")));
    assert_int_equal(create(f, second, NAME("a"), "2"), FLOE_CATALOG_CREATED);
    assert_string_equal(value_of(f, first, NAME("a"), "owner"), "1");
    floe_catalog_close(first);
    floe_catalog_close(second);
}

/* ---- the file ---- */

static void test_the_file_is_its_owners_alone_and_says_what_it_is(void **state) {
    fixture *f = *state;
    struct stat status;
    mode_t old = umask(0);
    floe_catalog *catalog = open_catalog(f);
    create(f, catalog, NAME("a"), "1");
    umask(old);
    assert_int_equal(stat(f->path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    floe_catalog_close(catalog);
    char *text;
    size_t size;
    assert_int_equal(floe_file_read(&text, &size, f->path, 0, &f->error), 0);
    assert_memory_equal(text + 68, "floe", 4);
    assert_int_equal(text[18], 2); /* it keeps a write-ahead log */
    free(text);
}

static void test_a_file_that_a_team_made_keeps_its_rights(void **state) {
    fixture *f = *state;
    struct stat status;
    temporary_write(f->root, ".floe/catalog.db", "", 0);
    assert_int_equal(chmod(f->path, 0660), 0);
    floe_catalog *catalog = open_catalog(f);
    create(f, catalog, NAME("a"), "1");
    floe_catalog_close(catalog);
    assert_int_equal(stat(f->path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0660);
}

static void test_a_rollback_journal_does_as_well(void **state) {
    fixture *f = *state;
    floe_catalog *catalog = NULL;
    assert_int_equal(open_with(&catalog, f, ", \"journal\": \"rollback\""), 0);
    create(f, catalog, NAME("a"), "1");
    floe_catalog_close(catalog);
    char *text;
    size_t size;
    assert_int_equal(floe_file_read(&text, &size, f->path, 0, &f->error), 0);
    assert_int_equal(text[18], 1);
    free(text);
}

static void assert_refused(fixture *f, floe_code code, const char *part) {
    floe_catalog *catalog = NULL;
    assert_int_equal(open_with(&catalog, f, ""), code);
    if (!strstr(f->error.message, part)) {
        fail_msg("'%s' says nothing of '%s'", f->error.message, part);
    }
}

static void test_what_is_no_catalog_is_refused_and_left_alone(void **state) {
    fixture *f = *state;
    const char *text =
        "This is a note, and longer than the header of a database would be. It says nothing more.\n";
    temporary_write(f->root, ".floe/catalog.db", text, strlen(text));
    assert_refused(f, FLOE_INVALID, "it is no SQLite database");
    assert_int_equal(remove(f->path), 0);
    run_sql(f, "CREATE TABLE accounts (id INTEGER)");
    assert_refused(f, FLOE_INVALID, "the SQLite database of another program");
    assert_int_equal(remove(f->path), 0);
    run_sql(f, "PRAGMA application_id = 7");
    assert_refused(f, FLOE_INVALID, "the SQLite database of another program");
    assert_int_equal(remove(f->path), 0);
    assert_int_equal(mkdir(f->path, 0700), 0);
    assert_refused(f, FLOE_INVALID, "it is no file");
}

static void test_a_newer_form_is_refused_with_a_sentence(void **state) {
    fixture *f = *state;
    floe_catalog *catalog = open_catalog(f);
    create(f, catalog, NAME("a"), "1");
    run_sql(f, "PRAGMA user_version = 2");
    /* Also by who has it open already and wants to write. */
    floe_catalog_outcome outcome;
    assert_int_equal(floe_catalog_create(catalog, &outcome, &NAME("b"), &no_properties, &f->error),
                     FLOE_INVALID);
    assert_non_null(strstr(f->error.message, "was written by a newer floe"));
    floe_catalog_close(catalog);
    assert_refused(f, FLOE_INVALID,
                   "was written by a newer floe: its form is 2, this floe knows forms up to 1");
}

/* As pyiceberg's SqlCatalog makes them: no column that tells tables from views. */
static const char plain_catalog[] =
    "CREATE TABLE iceberg_tables (catalog_name VARCHAR(255) NOT NULL, table_namespace VARCHAR(255) NOT NULL,"
    " table_name VARCHAR(255) NOT NULL, metadata_location VARCHAR(1000), previous_metadata_location "
    "VARCHAR(1000),"
    " PRIMARY KEY (catalog_name, table_namespace, table_name));"
    "CREATE TABLE iceberg_namespace_properties (catalog_name VARCHAR(255) NOT NULL, namespace VARCHAR(255) "
    "NOT NULL,"
    " property_key VARCHAR(255) NOT NULL, property_value VARCHAR(1000) NOT NULL,"
    " PRIMARY KEY (catalog_name, namespace, property_key));"
    "INSERT INTO iceberg_namespace_properties VALUES ('floe', 'sales.orders', 'exists', 'true');"
    "INSERT INTO iceberg_tables VALUES ('floe', 'sales.orders', 'lines', 'file:///nowhere/00.metadata.json', "
    "NULL);"
    "INSERT INTO iceberg_tables VALUES ('floe', 'raw', 'events', 's3://bucket/00.metadata.json', NULL);";

static void test_a_catalog_of_another_program_is_read_as_it_is_and_adopted_by_the_first_change(void **state) {
    fixture *f = *state;
    floe_catalog_texts tables;
    run_sql(f, plain_catalog);
    floe_catalog *catalog = open_catalog(f);
    assert_string_equal(names_below(f, catalog, (floe_catalog_name){NULL, 0}), "raw sales");
    assert_int_equal(floe_catalog_tables(catalog, &tables, f->arena, &NAME("sales", "orders"), &f->error), 0);
    assert_int_equal(tables.count, 1);
    char *text;
    size_t size;
    assert_int_equal(floe_file_read(&text, &size, f->path, 0, &f->error), 0);
    assert_memory_equal(text + 68, "\0\0\0", 4); /* reading changed nothing */
    free(text);
    assert_int_equal(create(f, catalog, NAME("sales", "orders"), "x"), FLOE_CATALOG_EXISTS);
    assert_int_equal(create(f, catalog, NAME("sales", "new"), "x"), FLOE_CATALOG_CREATED);
    assert_int_equal(floe_catalog_tables(catalog, &tables, f->arena, &NAME("sales", "orders"), &f->error), 0);
    assert_int_equal(tables.count, 1);
    floe_catalog_close(catalog);
    assert_int_equal(floe_file_read(&text, &size, f->path, 0, &f->error), 0);
    assert_memory_equal(text + 68, "floe", 4);
    free(text);
}

static void test_tables_are_told_with_what_their_files_say(void **state) {
    fixture *f = *state;
    floe_catalog_table table;
    bool found;
    char sql[512];
    const char *metadata = "{\"format-version\": 2, \"location\": \"/data/x\"}";
    run_sql(f, plain_catalog);
    temporary_write(f->root, "x.metadata.json", metadata, strlen(metadata));
    snprintf(sql, sizeof sql,
             "INSERT INTO iceberg_tables VALUES ('floe', 'raw', 'here', 'file://%s/x.metadata.json', NULL)",
             f->root);
    run_sql(f, sql);
    floe_catalog *catalog = open_catalog(f);
    floe_catalog_name raw = NAME("raw"), orders = NAME("sales", "orders");
    assert_int_equal(
        floe_catalog_table_load(catalog, &found, &table, f->arena, f->store, &raw, "here", &f->error), 0);
    assert_true(found && !table.problem && !table.missing);
    assert_true(floe_node_equals(floe_node_path(&table.metadata, "location", NULL), "/data/x"));
    assert_int_equal(
        floe_catalog_table_load(catalog, &found, &table, f->arena, f->store, &raw, "events", &f->error), 0);
    assert_true(found && table.problem && !table.missing && floe_node_absent(&table.metadata));
    assert_int_equal(
        floe_catalog_table_load(catalog, &found, &table, f->arena, f->store, &orders, "lines", &f->error), 0);
    assert_true(found && table.problem && table.missing);
    assert_int_equal(
        floe_catalog_table_load(catalog, &found, &table, f->arena, f->store, &orders, "no", &f->error), 0);
    assert_false(found);
    floe_catalog_close(catalog);
}

static void test_a_table_is_taken_out_but_its_files_stay(void **state) {
    fixture *f = *state;
    run_sql(f, plain_catalog);
    floe_catalog *catalog = open_catalog(f);
    floe_catalog_name orders = NAME("sales", "orders");
    assert_int_equal(floe_catalog_drop(catalog, &orders, &f->error), FLOE_CONFLICT);
    assert_int_equal(floe_catalog_table_drop(catalog, &orders, "lines", true, &f->error), FLOE_INVALID);
    assert_int_equal(floe_catalog_table_drop(catalog, &orders, "lines", false, &f->error), 0);
    assert_int_equal(floe_catalog_table_drop(catalog, &orders, "lines", false, &f->error), FLOE_NOT_FOUND);
    assert_int_equal(floe_catalog_drop(catalog, &orders, &f->error), 0);
    floe_catalog_close(catalog);
}

/* Overwrites bytes in the middle of the file. */
static void test_a_damaged_file_is_told_as_such(void **state) {
    fixture *f = *state;
    floe_catalog *catalog = open_catalog(f);
    create(f, catalog, NAME("a"), "1");
    floe_catalog_close(catalog);
    FILE *file = fopen(f->path, "r+b");
    assert_non_null(file);
    for (int i = 100; i < 16 * 1024; i++) {
        fseek(file, i, SEEK_SET);
        fputc(0xA5, file);
    }
    fclose(file);
    assert_refused(f, FLOE_OUTSIDE, "is damaged: database disk image is malformed");
    assert_non_null(strstr(f->error.hint, ".recover"));
}

static void test_what_the_file_holds_runs_nothing(void **state) {
    fixture *f = *state;
    floe_catalog *catalog = open_catalog(f);
    create(f, catalog, NAME("a"), "1");
    floe_catalog_close(catalog);
    run_sql(f, "CREATE TRIGGER t AFTER INSERT ON iceberg_namespace_properties BEGIN"
               " UPDATE iceberg_namespace_properties SET property_value = 'taken'; END");
    catalog = open_catalog(f);
    create(f, catalog, NAME("b"), "2");
    assert_string_equal(value_of(f, catalog, NAME("b"), "owner"), "2");
    floe_catalog_close(catalog);
    run_sql(f, "DROP TRIGGER t; INSERT INTO iceberg_namespace_properties VALUES ('floe', 'c', 'owner', "
               "CAST(x'FFFE' AS TEXT))");
    catalog = open_catalog(f);
    floe_catalog_properties properties;
    bool found;
    assert_int_equal(floe_catalog_load(catalog, &found, &properties, f->arena, &NAME("c"), &f->error),
                     FLOE_OUTSIDE);
    floe_catalog_close(catalog);
}

static void test_a_write_that_does_not_fit_changes_nothing(void **state) {
    fixture *f = *state;
    floe_catalog *catalog = open_catalog(f);
    create(f, catalog, NAME("a"), "1");
    struct rlimit old, small = {256 * 1024, RLIM_INFINITY};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small.rlim_max = old.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    char *large = calloc(1, 1 << 20);
    memset(large, 'x', (1 << 20) - 1);
    floe_catalog_property property = {"large", large};
    floe_catalog_properties properties = {&property, 1};
    int result = floe_catalog_update(catalog, &NAME("a"), &properties, &no_texts, &f->error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(result, FLOE_OUTSIDE);
    assert_non_null(strstr(f->error.hint, "nothing was changed"));
    assert_string_equal(value_of(f, catalog, NAME("a"), "owner"), "1");
    assert_null(value_of(f, catalog, NAME("a"), "large"));
    assert_int_equal(create(f, catalog, NAME("b"), "1"), FLOE_CATALOG_CREATED);
    free(large);
    floe_catalog_close(catalog);
}

/* Whether a catalog can be read, and changed, by a user who owns nothing: as exit codes of a child. */
enum { READS = 1, WRITES = 2, TOLD = 4 };

static int use_as_nobody(fixture *f) {
    floe_catalog *catalog = NULL;
    floe_catalog_outcome outcome;
    char fresh[32];
    int done = 0;
    snprintf(fresh, sizeof fresh, "p%d", (int)getpid());
    if (setgid(65534) || setuid(65534)) {
        return 255;
    }
    if (open_with(&catalog, f, "") == 0 && is_there(f, catalog, NAME("a"))) {
        done |= READS;
    }
    if (catalog && floe_catalog_create(catalog, &outcome, &NAME(fresh), &no_properties, &f->error) == 0) {
        done |= WRITES;
    }
    if (f->error.code == FLOE_OUTSIDE && f->error.hint[0]) {
        done |= TOLD;
    }
    floe_catalog_close(catalog);
    return done;
}

static int used_by_nobody(fixture *f, mode_t file, mode_t folder) {
    char path[96];
    int status;
    snprintf(path, sizeof path, "%s/.floe", f->root);
    assert_int_equal(chmod(f->root, 0755) | chmod(path, folder) | chmod(f->path, file), 0);
    pid_t child = fork();
    if (child == 0) {
        _exit(use_as_nobody(f));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_who_lacks_a_right_is_told_which_and_does_what_the_others_allow(void **state) {
    fixture *f = *state;
    if (geteuid() != 0) {
        skip(); /* only root can become somebody else */
    }
    floe_catalog *catalog = open_catalog(f);
    create(f, catalog, NAME("a"), "1");
    floe_catalog_close(catalog);
    assert_int_equal(used_by_nobody(f, 0600, 0777), TOLD);
    assert_int_equal(used_by_nobody(f, 0644, 0755), TOLD); /* the log cannot be made */
    assert_int_equal(used_by_nobody(f, 0644, 0777), READS | TOLD);
    assert_int_equal(used_by_nobody(f, 0666, 0777), READS | WRITES);
    run_sql(f, "PRAGMA journal_mode = DELETE");
    assert_int_equal(used_by_nobody(f, 0644, 0755), READS | TOLD);
}

static void test_a_lock_that_stays_is_told_after_the_time_given(void **state) {
    fixture *f = *state;
    floe_catalog *catalog = NULL;
    sqlite3 *other;
    assert_int_equal(open_with(&catalog, f, ", \"timeout\": 0"), 0);
    create(f, catalog, NAME("a"), "1");
    assert_int_equal(sqlite3_open(f->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    floe_catalog_outcome outcome;
    assert_int_equal(floe_catalog_create(catalog, &outcome, &NAME("b"), &no_properties, &f->error),
                     FLOE_OUTSIDE);
    assert_non_null(strstr(f->error.message, "stayed locked by another process for 0 seconds"));
    assert_string_equal(value_of(f, catalog, NAME("a"), "owner"), "1"); /* readers do not wait */
    sqlite3_close(other);
    assert_int_equal(create(f, catalog, NAME("b"), "1"), FLOE_CATALOG_CREATED);
    floe_catalog_close(catalog);
}

static void test_shares_of_the_network_are_known(void **state) {
    (void)state;
    assert_string_equal(floe_database_share(0x6969), "NFS");
    assert_string_equal(floe_database_share((long)0xFE534D42), "SMB");
    assert_string_equal(floe_database_share((long)(int)0xFF534D42), "CIFS");
    assert_null(floe_database_share(0xEF53));     /* ext4 */
    assert_null(floe_database_share(0x01021994)); /* tmpfs */
}

/* ---- many processes ---- */

enum { PROCESSES = 8, ROUNDS = 20 };

/* Creates the namespaces of all rounds from the very first moment of the file on; the exit code says how many
 * it was told to own. */
static int race(fixture *f, int number) {
    floe_catalog *catalog = NULL;
    char owner[16], round[16];
    int owned = 0;
    snprintf(owner, sizeof owner, "%d", number);
    if (open_with(&catalog, f, "")) {
        return 255;
    }
    for (int i = 0; i < ROUNDS; i++) {
        floe_catalog_property property = {"owner", owner};
        floe_catalog_outcome outcome;
        snprintf(round, sizeof round, "r%d", i);
        if (floe_catalog_create(catalog, &outcome, &NAME("sales", round),
                                &(floe_catalog_properties){&property, 1}, &f->error)) {
            fprintf(stderr, "%s\n", f->error.message);
            return 255;
        }
        const char *told = value_of(f, catalog, NAME("sales", round), "owner");
        if (!told || (outcome == FLOE_CATALOG_CREATED) != (strcmp(told, owner) == 0)) {
            return 254;
        }
        owned += outcome == FLOE_CATALOG_CREATED;
    }
    floe_catalog_close(catalog);
    return owned;
}

static void test_of_many_processes_one_owns_each_name(void **state) {
    fixture *f = *state;
    pid_t children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            _exit(race(f, i));
        }
    }
    int owned = 0;
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= ROUNDS);
        owned += WEXITSTATUS(status);
    }
    assert_int_equal(owned, ROUNDS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_opening_and_reading_make_no_file),
        TEST(test_a_namespace_is_created_once),
        TEST(test_parents_come_into_being_without_properties),
        TEST(test_only_the_names_right_below_are_listed),
        TEST(test_properties_are_set_and_removed_at_once),
        TEST(test_only_what_is_empty_is_dropped),
        TEST(test_names_that_cannot_be_are_refused),
        TEST(test_names_may_be_as_long_as_they_are_allowed),
        TEST(test_a_configuration_that_says_nothing_is_refused),
        TEST(test_catalogs_of_several_names_share_a_file),
        TEST(test_the_file_is_its_owners_alone_and_says_what_it_is),
        TEST(test_a_file_that_a_team_made_keeps_its_rights),
        TEST(test_a_rollback_journal_does_as_well),
        TEST(test_what_is_no_catalog_is_refused_and_left_alone),
        TEST(test_a_newer_form_is_refused_with_a_sentence),
        TEST(test_a_catalog_of_another_program_is_read_as_it_is_and_adopted_by_the_first_change),
        TEST(test_tables_are_told_with_what_their_files_say),
        TEST(test_a_table_is_taken_out_but_its_files_stay),
        TEST(test_a_damaged_file_is_told_as_such),
        TEST(test_what_the_file_holds_runs_nothing),
        TEST(test_a_write_that_does_not_fit_changes_nothing),
        TEST(test_who_lacks_a_right_is_told_which_and_does_what_the_others_allow),
        TEST(test_a_lock_that_stays_is_told_after_the_time_given),
        TEST(test_shares_of_the_network_are_known),
        TEST(test_of_many_processes_one_owns_each_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

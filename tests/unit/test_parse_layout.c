/* Step 1 of reading a project: its settings, packages, files and macros, also where they are not what they
 * should be. */
#include "folder.h"

/* The texts "role path" of all files in their order, to be compared as one. */
static const char *listing(const folder *f) {
    static const char *const roles[] = {"model", "seed", "snapshot", "analysis", "test",
                                        "macro", "docs", "fixture",  "function", "properties"};
    static char text[8192];
    text[0] = '\0';
    for (size_t i = 0; i < f->parse->files.count; i++) {
        const floe_parse_file *one = f->parse->files.items[i];
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s %s (%s)\n", roles[one->role], one->shown, one->within);
    }
    return text;
}

static void files_have_the_roles_that_dbt_gives_them(void **state) {
    folder *f = *state;
    static const char *const names[] = {
        "models/a.sql",         "models/gold/b.py",     "models/gold/b.yml",
        "models/UPPER.SQL",     "models/.hidden.sql",   "models/#a.sql",
        "models/~a.sql",        "models/.folder/c.sql", "models/readme.md",
        "models/note.txt",      "models/.sql",          "seeds/s.csv",
        "seeds/s.yaml",         "seeds/no.sql",         "snapshots/n.sql",
        "analyses/x.sql",       "tests/t.sql",          "tests/generic/g.sql",
        "tests/fixtures/f.csv", "tests/fixtures/g.sql", "tests/deep/generic/t.sql",
        "macros/m.sql",         "functions/f.js",       "other/z.sql",
        "tests/generic/g.yml"};
    for (size_t i = 0; i < COUNT(names); i++) {
        put(f, names[i], "");
    }
    assert_int_equal(read_layout(f, 1, NULL), 0);
    assert_string_equal(listing(f), "model models/.folder/c.sql (.folder/c.sql)\n"
                                    "model models/UPPER.SQL (UPPER.SQL)\n"
                                    "model models/a.sql (a.sql)\n"
                                    "model models/gold/b.py (gold/b.py)\n"
                                    "seed seeds/s.csv (s.csv)\n"
                                    "snapshot snapshots/n.sql (n.sql)\n"
                                    "analysis analyses/x.sql (x.sql)\n"
                                    "test tests/deep/generic/t.sql (deep/generic/t.sql)\n"
                                    "test tests/t.sql (t.sql)\n"
                                    "macro macros/m.sql (m.sql)\n"
                                    "macro tests/generic/g.sql (g.sql)\n"
                                    "docs models/readme.md (readme.md)\n"
                                    "fixture tests/fixtures/f.csv (f.csv)\n"
                                    "fixture tests/fixtures/g.sql (g.sql)\n"
                                    "function functions/f.js (f.js)\n"
                                    "properties models/gold/b.yml (gold/b.yml)\n"
                                    "properties seeds/s.yaml (s.yaml)\n"
                                    "properties tests/generic/g.yml (generic/g.yml)\n");
    assert_int_equal(f->parse->problems.count, 0);
    assert_int_equal(read_layout(f, 1, "1.10"), 0);
    assert_null(file_of(f, FLOE_ROLE_FUNCTION, "functions/f.js"));
}

static void settings_name_other_folders(void **state) {
    folder *f = *state;
    put(f, "dbt_project.yml",
        "name: shop\nsource-paths: [./sql, more/]\ndata-paths: [data]\ndocs-paths: [docs]\ntest-paths: []\n");
    put(f, "sql/a.sql", "select 1");
    put(f, "more/b.sql", "select 1");
    put(f, "data/c.csv", "x\n");
    put(f, "docs/d.md", "");
    put(f, "sql/e.md", "");
    put(f, "tests/t.sql", "");
    assert_int_equal(read_layout(f, 1, NULL), 0);
    assert_string_equal(listing(f), "model ./sql/a.sql (a.sql)\n"
                                    "model more/b.sql (b.sql)\n"
                                    "seed data/c.csv (c.csv)\n"
                                    "docs docs/d.md (d.md)\n");
    assert_non_null(problem_of(f, "old_setting", "dbt_project.yml", 2));
    assert_string_equal(problem_of(f, "old_setting", "dbt_project.yml", 3)->hint, "write 'seed-paths'");
}

static void what_dbt_refuses_in_its_settings_is_said(void **state) {
    folder *f = *state;
    put(f, "dbt_project.yml",
        "name: 1shop\nmodles: {}\nmodel-paths: models\nvars: [1]\ndispatch: [{macro_namespace: a}]\n"
        "tests: {}\ndata_tests: {}\nname2: x\nseed-paths: [1]\nname: 1shop\n");
    put(f, "models/a.sql", "select 1");
    assert_int_equal(read_layout(f, 1, NULL), 0);
    problem_of(f, "duplicate_key", "dbt_project.yml", 10);
    problem_of(f, "invalid_setting", "dbt_project.yml", 10); /* the name */
    assert_string_equal(problem_of(f, "unknown_setting", "dbt_project.yml", 2)->hint,
                        "did you mean 'models'?");
    assert_string_equal(problem_of(f, "invalid_setting", "dbt_project.yml", 3)->hint,
                        "write model-paths: [\"models\"]");
    problem_of(f, "invalid_setting", "dbt_project.yml", 4);
    problem_of(f, "invalid_setting", "dbt_project.yml", 5);
    problem_of(f, "invalid_setting", "dbt_project.yml", 6);
    problem_of(f, "invalid_setting", "dbt_project.yml", 9);
    assert_non_null(file_of(f, FLOE_ROLE_MODEL, "models/a.sql"));
}

static void a_project_without_file_or_name_cannot_be_read(void **state) {
    folder *f = *state;
    static const struct {
        const char *text;
        int code;
        uint32_t line;
    } rows[] = {{"version: 1\n", FLOE_INVALID, 0}, {"name: 3\n", FLOE_INVALID, 1},
                {"name: ''\n", FLOE_INVALID, 1},   {"", FLOE_INVALID, 0},
                {"- a\n", FLOE_INVALID, 0},        {"name: shop\n\tversion: 1\n", FLOE_INVALID, 2},
                {NULL, FLOE_NOT_FOUND, 0}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].text) {
            put(f, "dbt_project.yml", rows[i].text);
        } else {
            unlink(folder_path(f, "dbt_project.yml"));
        }
        assert_int_equal(read_layout(f, 1, NULL), rows[i].code);
        assert_string_equal(f->error.file, folder_path(f, "dbt_project.yml"));
        assert_int_equal(f->error.line, rows[i].line);
        assert_true(f->error.message[0] && f->error.hint[0]);
    }
}

static void vars_stand_in_one_of_two_files(void **state) {
    folder *f = *state;
    put(f, "vars.yml", "vars: {a: 1}\n");
    assert_int_equal(read_layout(f, 1, NULL), 0);
    assert_int_equal(floe_node_path(f->parse->packages.items[0]->vars, "a", NULL)->integer, 1);
    assert_int_equal(read_layout(f, 1, "1.10"), 0);
    assert_null(f->parse->packages.items[0]->vars);
    put(f, "dbt_project.yml", "name: shop\nvars: {b: 2}\n");
    assert_int_equal(read_layout(f, 1, NULL), 0);
    problem_of(f, "invalid_setting", "dbt_project.yml", 2);
    assert_int_equal(read_layout(f, 1, "1.10"), 0);
    assert_int_equal(f->parse->problems.count, 0);
    assert_int_equal(floe_node_path(f->parse->packages.items[0]->vars, "b", NULL)->integer, 2);
}

static void settings_are_rendered_where_dbt_renders_them(void **state) {
    folder *f = *state;
    put(f, "dbt_project.yml",
        "name: shop\nmodel-paths: [\"{{ env_var('FLOE_TEST_FOLDER', 'else') }}\"]\n"
        "seed-paths: [\"{{ env_var('FLOE_TEST_NOTHING') }}\"]\nvars: {a: \"{{ later }}\"}\n"
        "on-run-start: [\"{{ hook() }}\"]\nmodels:\n  +enabled: \"{{ 1 }}\"\n");
    put(f, "sql/a.sql", "select 1");
    assert_int_equal(setenv("FLOE_TEST_FOLDER", "sql", 1), 0);
    assert_int_equal(read_layout(f, 1, NULL), 0);
    assert_int_equal(unsetenv("FLOE_TEST_FOLDER"), 0);
    assert_non_null(file_of(f, FLOE_ROLE_MODEL, "sql/a.sql"));
    const floe_node *spec = &f->parse->packages.items[0]->spec;
    assert_true(floe_node_equals(floe_node_path(spec, "vars", "a", NULL), "{{ later }}"));
    assert_non_null(strstr(problem_of(f, "unknown_value", "dbt_project.yml", 3)->message, "seed-paths"));
}

static void the_project_chooses_whose_rules_hold(void **state) {
    folder *f = *state;
    static const struct {
        const char *required;
        int rules;
    } rows[] = {{"'>=1.0.0'", 112},       {"'>=1.7.0,<1.11.0'", 110}, {"['>=1.6.0', '<=1.11.3']", 111},
                {"'>1.9, <1.10.1'", 110}, {"'>=2.0.0'", 200},         {"'=1.9.4'", 109},
                {"'1.8.0'", 108},         {"'<1.12.0'", 111},         {"'<1.12.1'", 112},
                {"'<1.0.0'", 112},        {"nonsense", 112},          {"[]", 112}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[128];
        snprintf(text, sizeof text, "name: shop\nrequire-dbt-version: %s\n", rows[i].required);
        put(f, "dbt_project.yml", text);
        assert_int_equal(read_layout(f, 1, NULL), 0);
        assert_int_equal(f->parse->dbt, rows[i].rules);
    }
    put(f, "dbt_project.yml", "name: shop\nrequire-dbt-version: '<1.11.0'\n");
    assert_int_equal(read_layout(f, 1, "1.12"), 0);
    assert_int_equal(f->parse->dbt, 112);
    assert_int_equal(problem_of(f, "dbt_version", "dbt_project.yml", 2)->severity, FLOE_PARSE_WARNING);
}

static void the_rules_decide_how_yaml_is_read(void **state) {
    folder *f = *state;
    static const char text[] = "name: shop\nrequire-dbt-version: '%s'\nvars: {a: on, a: off}\n";
    char written[128];
    for (int two = 0; two < 2; two++) {
        snprintf(written, sizeof written, text, two ? ">=2.0.0" : ">=1.0.0");
        put(f, "dbt_project.yml", written);
        assert_int_equal(read_layout(f, 1, NULL), 0);
        const floe_node *a = floe_node_path(&f->parse->packages.items[0]->spec, "vars", "a", NULL);
        assert_true(two ? floe_node_equals(a, "off") : floe_node_kind(a) == FLOE_BOOLEAN && !a->boolean);
        size_t repeated = 0;
        for (size_t i = 0; i < f->parse->problems.count; i++) {
            repeated += strcmp(f->parse->problems.items[i].code, "duplicate_key") == 0;
        }
        assert_int_equal(repeated, 1);
    }
}

/* ---- packages ---- */

static void packages_are_projects_of_their_own(void **state) {
    folder *f = *state;
    put(f, "packages.yml", "packages:\n  - package: org/zeta\n    version: 1.0.0\n  - local: ../alpha\n");
    put(f, "dbt_packages/zeta/dbt_project.yml", "name: zeta\nversion: 2.5\nmodel-paths: [src]\n");
    put(f, "dbt_packages/zeta/src/z.sql", "select 1");
    put(f, "dbt_packages/zeta/dbt_packages/inner/dbt_project.yml", "name: inner\n");
    put(f, "dbt_packages/alpha/dbt_project.yml", "name: alpha\n");
    put(f, "dbt_packages/alpha/macros/m.sql", "{% macro a() %}{% endmacro %}");
    put(f, "dbt_packages/__pycache__/x", "");
    put(f, "dbt_packages/file", "");
    assert_int_equal(read_layout(f, 1, NULL), 0);
    assert_int_equal(f->parse->problems.count, 0);
    assert_int_equal(f->parse->packages.count, 3);
    assert_string_equal(f->parse->packages.items[1]->name, "alpha");
    assert_string_equal(f->parse->packages.items[2]->name, "zeta");
    assert_string_equal(f->parse->packages.items[2]->version, "2.5");
    assert_int_equal(f->parse->packages.items[2]->index, 2);
    const floe_parse_file *file = file_of(f, FLOE_ROLE_MODEL, "dbt_packages/zeta/src/z.sql");
    assert_string_equal(file->path, "src/z.sql");
    assert_string_equal(f->parse->macros.items[0]->unique_id, "macro.alpha.a");
    assert_false(f->parse->missing_packages);
}

static void what_is_not_installed_is_named(void **state) {
    folder *f = *state;
    put(f, "dependencies.yml",
        "packages:\n  - package: org/here\n  - package: org/gone\n  - local: local/one\n");
    put(f, "dbt_packages/here/dbt_project.yml", "name: here\n");
    put(f, "local/one/dbt_project.yml", "name: first\n");
    assert_int_equal(read_layout(f, 1, NULL), 0);
    assert_string_equal(problem_of(f, "missing_package", "dependencies.yml", 3)->hint, "run `dbt deps`");
    problem_of(f, "missing_package", "dependencies.yml", 4);
    assert_int_equal(f->parse->problems.count, 2);
    assert_true(f->parse->missing_packages);
    assert_int_equal(symlink("../local/one", folder_path(f, "dbt_packages/first")), 0);
    put(f, "dependencies.yml", "packages:\n  - local: local/one\n  - git: https://x/y.git\n  - git: z\n");
    assert_int_equal(read_layout(f, 1, NULL), 0);
    assert_int_equal(f->parse->packages.count, 3);
    problem_of(f, "missing_package", "dependencies.yml", 3); /* three are named, two are there */
}

static void a_package_of_git_is_missed_beside_one_with_a_name(void **state) {
    folder *f = *state;
    put(f, "packages.yml", "packages:\n  - package: a/utils\n  - git: https://x/y.git\n");
    assert_int_equal(read_layout(f, 1, NULL), 0);
    problem_of(f, "missing_package", "packages.yml", 2);
    problem_of(f, "missing_package", "packages.yml", 3);
}

static void a_broken_package_does_not_break_the_project(void **state) {
    folder *f = *state;
    put(f, "models/a.sql", "select 1");
    put(f, "dbt_packages/broken/dbt_project.yml", "name: broken\nversion: [\n");
    put(f, "dbt_packages/empty/readme", "");
    put(f, "dbt_packages/unnamed/dbt_project.yml", "version: 1\n");
    put(f, "dbt_packages/fine/dbt_project.yml", "name: fine\n");
    put(f, "dbt_packages/fine2/dbt_project.yml", "name: fine\n");
    assert_int_equal(symlink("..", folder_path(f, "dbt_packages/loop")), 0);
    assert_int_equal(read_layout(f, 2, NULL), 0);
    problem_of(f, "invalid_project", "dbt_packages/broken/dbt_project.yml", 3);
    problem_of(f, "missing_project", "dbt_packages/empty/dbt_project.yml", 0);
    problem_of(f, "invalid_project", "dbt_packages/unnamed/dbt_project.yml", 0);
    problem_of(f, "duplicate_package", "dbt_packages/fine2/dbt_project.yml", 1);
    problem_of(f, "duplicate_package", "dbt_packages/loop/dbt_project.yml", 1);
    assert_int_equal(f->parse->packages.count, 2);
    assert_true(f->parse->missing_packages);
    assert_non_null(file_of(f, FLOE_ROLE_MODEL, "models/a.sql"));
}

/* ---- files ---- */

static void what_cannot_be_read_leaves_the_rest(void **state) {
    folder *f = *state;
    put(f, "models/fine.sql", "select 1\n");
    put_bytes(f, "models/latin.sql", "select '\n\xE9'", 11);
    put(f, "models/tab.yml", "models:\n\t- name: x\n");
    put(f, "models/jinja.yml", "models:\n  - name: x\n    {{ key }}: 1\n");
    put(f, "models/unclosed.sql", "select {{ ref('a' }}\n");
    put(f, "models/shut/x.sql", "select 1");
    put(f, "models/closed.sql", "select 1");
    assert_int_equal(symlink("..", folder_path(f, "models/loop")), 0);
    assert_int_equal(symlink("nothing", folder_path(f, "models/gone.sql")), 0);
    assert_int_equal(symlink("fine.sql", folder_path(f, "models/link.sql")), 0);
    bool refused = geteuid() != 0; /* root may read all */
    assert_int_equal(chmod(folder_path(f, "models/closed.sql"), 0), 0);
    assert_int_equal(chmod(folder_path(f, "models/shut"), 0), 0);
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        assert_int_equal(read_layout(f, threads, NULL), 0);
        const floe_parse_problem *foreign = problem_of(f, "not_text", "models/latin.sql", 2);
        assert_int_equal(foreign->column, 1);
        assert_int_equal(foreign->severity, FLOE_PARSE_UNREAD);
        assert_non_null(strstr(problem_of(f, "invalid_yaml", "models/tab.yml", 2)->hint, "tab"));
        problem_of(f, "invalid_yaml", "models/jinja.yml", 3);
        problem_of(f, "invalid_jinja", "models/unclosed.sql", 1);
        problem_of(f, "folder_loop", "models/loop", 0);
        problem_of(f, "unread_file", "models/gone.sql", 0);
        if (refused) {
            problem_of(f, "unread_file", "models/closed.sql", 0);
            problem_of(f, "unread_file", "models/shut", 0);
        }
        const floe_parse_file *fine = file_of(f, FLOE_ROLE_MODEL, "models/fine.sql");
        assert_false(fine->broken);
        assert_non_null(fine->template);
        assert_non_null(file_of(f, FLOE_ROLE_MODEL, "models/link.sql")->template);
        assert_true(file_of(f, FLOE_ROLE_MODEL, "models/unclosed.sql")->broken);
        assert_null(file_of(f, FLOE_ROLE_MODEL, "models/latin.sql")->text);
        assert_null(file_of(f, FLOE_ROLE_PROPERTIES, "models/tab.yml")->document);
    }
    chmod(folder_path(f, "models/shut"), 0700);
}

static void a_line_of_a_megabyte_is_read(void **state) {
    folder *f = *state;
    size_t size = 1 << 20;
    char *text = malloc(size + 1);
    memset(text, 'x', size);
    text[size] = '\0';
    memcpy(text, "select '", 8);
    put(f, "models/long.sql", text);
    memcpy(text, "a: \"xxxx", 8);
    text[size - 1] = '"';
    put(f, "models/long.yml", text);
    free(text);
    assert_int_equal(read_layout(f, 2, NULL), 0);
    assert_int_equal(f->parse->problems.count, 0);
    assert_int_equal(file_of(f, FLOE_ROLE_MODEL, "models/long.sql")->size, size);
}

static void a_repeated_key_counts_last_and_is_told(void **state) {
    folder *f = *state;
    put(f, "models/a.yml",
        "x: &x {k: 1}\ny: &y {k: 2, z: 3}\nmodels:\n  - name: a\n    description: one\n    description: two\n"
        "    meta: {<<: *x, <<: *y}\n");
    assert_int_equal(read_layout(f, 1, NULL), 0);
    assert_int_equal(f->parse->problems.count, 1);
    const floe_parse_problem *told = problem_of(f, "duplicate_key", "models/a.yml", 6);
    assert_int_equal(told->severity, FLOE_PARSE_DEPRECATION);
    assert_non_null(strstr(told->message, "5:5"));
    const floe_document *document = file_of(f, FLOE_ROLE_PROPERTIES, "models/a.yml")->document;
    const floe_node *entry = floe_node_child(floe_node_path(&document->root, "models", NULL), 0);
    assert_int_equal(floe_node_size(entry), 3);
    assert_true(floe_node_equals(floe_node_path(entry, "description", NULL), "two"));
    assert_int_equal(floe_node_path(entry, "meta", "k", NULL)->integer, 2);
    assert_int_equal(floe_node_path(entry, "meta", "z", NULL)->integer, 3);
}

static void checksums_follow_the_rules_of_a_dbt(void **state) {
    folder *f = *state;
    char *large = malloc((1 << 20) + 2);
    memset(large, 'a', (1 << 20) + 1);
    large[(1 << 20) + 1] = '\0';
    put(f, "models/a.sql", "\nselect\n  1\n");
    put(f, "seeds/s.csv", "a\r\n1\r\n");
    put(f, "seeds/large.csv", large);
    free(large);
    assert_int_equal(read_layout(f, 1, "1.12"), 0);
    /* sha256 of "select 1", of "a\n1" */
    assert_string_equal(file_of(f, FLOE_ROLE_MODEL, "models/a.sql")->checksum,
                        "822ae07d4783158bc1912bb623e5107cc9002d519e1143a9c200ed6ee18b6d0f");
    char seed[65];
    assert_int_equal(floe_checksum(seed, FLOE_CHECKSUM_STRIPPED, "a\n1", 3, NULL), 0);
    assert_string_equal(file_of(f, FLOE_ROLE_SEED, "seeds/s.csv")->checksum, seed);
    assert_true(file_of(f, FLOE_ROLE_SEED, "seeds/large.csv")->checksum_is_path);
    put(f, "dbt_project.yml", "name: shop\nflags: {maximum_seed_size_mib: 2}\n");
    assert_int_equal(read_layout(f, 1, "1.12"), 0);
    assert_false(file_of(f, FLOE_ROLE_SEED, "seeds/large.csv")->checksum_is_path);
    assert_int_equal(read_layout(f, 1, "1.10"), 0);
    assert_true(file_of(f, FLOE_ROLE_SEED, "seeds/large.csv")->checksum_is_path);
    char model[65];
    assert_int_equal(floe_checksum(model, FLOE_CHECKSUM_STRIPPED, "select\n  1", 10, NULL), 0);
    assert_string_equal(file_of(f, FLOE_ROLE_MODEL, "models/a.sql")->checksum, model);
}

static void a_dbtignore_holds_for_its_package(void **state) {
    folder *f = *state;
    put(f, ".dbtignore", "*.draft.sql\nmodels/old/\n!keep.sql\n");
    put(f, "models/a.sql", "");
    put(f, "models/b.draft.sql", "");
    put(f, "models/old/c.sql", "");
    put(f, "models/old/keep.sql", "");
    put(f, "dbt_packages/p/dbt_project.yml", "name: p\n");
    put(f, "dbt_packages/p/models/d.draft.sql", "");
    assert_int_equal(read_layout(f, 1, NULL), 0);
    assert_string_equal(listing(f), "model models/a.sql (a.sql)\n"
                                    "model models/old/keep.sql (old/keep.sql)\n"
                                    "model dbt_packages/p/models/d.draft.sql (d.draft.sql)\n");
}

static void a_file_in_two_folders_of_a_kind_is_read_once(void **state) {
    folder *f = *state;
    put(f, "dbt_project.yml", "name: shop\nmodel-paths: [models, models/gold]\ntest-paths: [models/gold]\n");
    put(f, "models/gold/a.sql", "select 1");
    assert_int_equal(read_layout(f, 1, NULL), 0);
    assert_int_equal(f->parse->files.count, 2); /* as a model and as a test, as dbt has it */
    problem_of(f, "overlapping_paths", "models/gold/a.sql", 0);
}

/* ---- blocks ---- */

static void macros_have_the_names_of_dbt(void **state) {
    folder *f = *state;
    put(f, "macros/m.sql",
        "{% macro cents(a, b=1) %}{{ a }}{% endmacro %}\n"
        "{% test positive(model, column_name) %}select 1{% endtest %}\n"
        "{% materialization mine, default %}x{% endmaterialization %}\n"
        "{%- materialization mine, adapter='duckdb' -%}x{%- endmaterialization -%}\n"
        "{# {% macro no() %}{% endmacro %} #}\n{% set stray = 1 %}\n");
    put(f, "tests/generic/g.sql",
        "{% macro helper() %}{% endmacro %}{% data_test small(model) %}select 2{% enddata_test %}");
    assert_int_equal(read_layout(f, 1, NULL), 0);
    static const char *const ids[] = {"macro.shop.cents", "macro.shop.test_positive",
                                      "macro.shop.materialization_mine_default",
                                      "macro.shop.materialization_mine_duckdb", "macro.shop.test_small"};
    assert_int_equal(f->parse->macros.count, COUNT(ids));
    for (size_t i = 0; i < COUNT(ids); i++) {
        assert_string_equal(f->parse->macros.items[i]->unique_id, ids[i]);
    }
    assert_int_equal(f->parse->macros.items[0]->syntax->items.count, 2);
    problem_of(f, "misplaced_block", "macros/m.sql", 6);
    assert_int_equal(f->parse->problems.count, 1);
}

static void one_broken_macro_leaves_its_siblings(void **state) {
    folder *f = *state;
    put(f, "macros/m.sql",
        "{% macro one() %}1{% endmacro %}\n{% macro two() %}{{ a b }}{% endmacro %}\n"
        "{% macro three() %}3{% endmacro %}\n{% macro one() %}again{% endmacro %}\n");
    put(f, "macros/z.sql", "{% macro three() %}3{% endmacro %}");
    put(f, "dbt_packages/p/dbt_project.yml", "name: p\n");
    put(f, "dbt_packages/p/macros/m.sql", "{% macro one() %}of another package{% endmacro %}");
    assert_int_equal(read_layout(f, 3, NULL), 0);
    assert_int_equal(f->parse->macros.count, 3);
    problem_of(f, "invalid_jinja", "macros/m.sql", 2);
    assert_non_null(strstr(problem_of(f, "duplicate_macro", "macros/m.sql", 4)->message, "macros/m.sql:1:1"));
    assert_non_null(strstr(problem_of(f, "duplicate_macro", "macros/z.sql", 1)->message, "macros/m.sql:3:1"));
}

static void docs_blocks_are_stripped_texts(void **state) {
    folder *f = *state;
    put(f, "models/d.md",
        "# Title\n{% docs orders %}\n\nOne row.\n{# no #}{% raw %}{{ x }}{% endraw %}\n{% enddocs %}\n"
        "{% docs orders %}again{% enddocs %}{% docs other %}ä{% enddocs %}\n"
        "{% docs rendered %}{% if x %}no{% else %}{{ 1 + 1 }}{% endif %}{{ unknown }}{% enddocs %}");
    assert_int_equal(read_layout(f, 1, NULL), 0);
    assert_int_equal(f->parse->docs.count, 3);
    assert_int_equal(f->parse->docs.items[2]->size, 1);
    assert_memory_equal(f->parse->docs.items[2]->text, "2", 1);
    const floe_parse_doc *doc = f->parse->docs.items[0];
    assert_string_equal(doc->name, "orders");
    assert_int_equal(doc->size, strlen("One row.\n{{ x }}"));
    assert_memory_equal(doc->text, "One row.\n{{ x }}", doc->size);
    assert_int_equal(f->parse->docs.items[1]->size, 2);
    problem_of(f, "duplicate_doc", "models/d.md", 0);
}

/* ---- threads ---- */

static void threads_change_nothing(void **state) {
    folder *f = *state;
    char name[64], before[8192] = "";
    for (unsigned i = 0; i < 120; i++) {
        snprintf(name, sizeof name, "models/m%03u.sql", i);
        put(f, name, i % 7 ? "select 1" : "select {{");
        snprintf(name, sizeof name, "models/m%03u.yml", i);
        put(f, name, i % 5 ? "models: []\n" : "a: 1\na: 2\n");
        snprintf(name, sizeof name, "macros/m%03u.sql", i);
        put(f, name, i % 3 ? "{% macro same() %}{% endmacro %}" : "{% macro x %}");
    }
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        char now[8192] = "";
        assert_int_equal(read_layout(f, threads, NULL), 0);
        for (size_t i = 0; i < f->parse->problems.count; i++) {
            const floe_parse_problem *one = &f->parse->problems.items[i];
            size_t used = strlen(now);
            snprintf(now + used, sizeof now - used, "%s %s:%u\n", one->code, one->file, one->line);
        }
        assert_string_equal(f->parse->macros.items[0]->file->path, "macros/m001.sql");
        size_t used = strlen(now);
        snprintf(now + used, sizeof now - used, "%zu %u", f->parse->problems.count,
                 floe_store_find(f->store, FLOE_YAML, folder_path(f, "models/m100.yml"))->id);
        if (before[0]) {
            assert_string_equal(now, before);
        }
        memcpy(before, now, sizeof before);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(files_have_the_roles_that_dbt_gives_them),
        FOLDER_TEST(settings_name_other_folders),
        FOLDER_TEST(what_dbt_refuses_in_its_settings_is_said),
        FOLDER_TEST(a_project_without_file_or_name_cannot_be_read),
        FOLDER_TEST(vars_stand_in_one_of_two_files),
        FOLDER_TEST(settings_are_rendered_where_dbt_renders_them),
        FOLDER_TEST(the_project_chooses_whose_rules_hold),
        FOLDER_TEST(the_rules_decide_how_yaml_is_read),
        FOLDER_TEST(packages_are_projects_of_their_own),
        FOLDER_TEST(what_is_not_installed_is_named),
        FOLDER_TEST(a_package_of_git_is_missed_beside_one_with_a_name),
        FOLDER_TEST(a_broken_package_does_not_break_the_project),
        FOLDER_TEST(what_cannot_be_read_leaves_the_rest),
        FOLDER_TEST(a_line_of_a_megabyte_is_read),
        FOLDER_TEST(a_repeated_key_counts_last_and_is_told),
        FOLDER_TEST(checksums_follow_the_rules_of_a_dbt),
        FOLDER_TEST(a_dbtignore_holds_for_its_package),
        FOLDER_TEST(a_file_in_two_folders_of_a_kind_is_read_once),
        FOLDER_TEST(macros_have_the_names_of_dbt),
        FOLDER_TEST(one_broken_macro_leaves_its_siblings),
        FOLDER_TEST(docs_blocks_are_stripped_texts),
        FOLDER_TEST(threads_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

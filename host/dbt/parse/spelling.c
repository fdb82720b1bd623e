/*
 * Keys of properties files: which dbt knows, which are old spellings and what to write instead, and which it
 * silently passes over, be they misspelt or in the wrong place.
 */
#include "dbt/parse/entries.h"

#include "base/suggest.h"

#include <stdio.h>
#include <string.h>

/* What may stand in a kind of object; lists end with NULL. */
typedef struct vocabulary {
    const char *what;         /* for messages: "a model" */
    const char *const *known; /* as dbt writes them now */
    const char *const *moved; /* still read; now below `config` */
} vocabulary;

#define WORDS(...)                                                                                           \
    (const char *const[]) {                                                                                  \
        __VA_ARGS__, NULL                                                                                    \
    }
static const char *const none[] = {NULL};

static const vocabulary column_words = {"a column",
                                        WORDS("name", "description", "data_type", "constraints", "config",
                                              "data_tests", "tests", "quote", "granularity", "dimension",
                                              "entity", "policy_tags", "column_mask", "databricks_tags",
                                              "classifiers", "docs", "include", "exclude"),
                                        WORDS("meta", "tags")};
static const vocabulary table_words = {
    "a table of a source",
    WORDS("name", "description", "columns", "config", "data_tests", "tests", "external", "identifier",
          "loader", "quoting", "constraints", "data_type", "docs"),
    WORDS("meta", "tags", "freshness", "loaded_at_field", "loaded_at_query")};
static const vocabulary version_words = {"a version",
                                         WORDS("v", "defined_in", "description", "columns", "config",
                                               "constraints", "data_tests", "tests", "deprecation_date"),
                                         WORDS("access", "docs")};
static const vocabulary argument_words = {
    "an argument", WORDS("name", "type", "description", "data_type", "default_value"), none};

static const struct section_words {
    const char *section;
    vocabulary words;
} section_words[] = {
    {"models",
     {"a model",
      WORDS("name", "description", "columns", "config", "constraints", "data_tests", "tests",
            "deprecation_date", "latest_version", "versions", "time_spine", "semantic_model",
            "primary_entity", "agg_time_dimension", "metrics", "derived_semantics", "quote_columns",
            "data_type", "identifier", "static_analysis_off_reason"),
      WORDS("meta", "docs", "group", "contract", "access")}},
    {"seeds",
     {"a seed",
      WORDS("name", "description", "columns", "config", "data_tests", "tests", "quote_columns", "data_type",
            "static_analysis_off_reason"),
      WORDS("meta", "docs", "group", "contract", "access")}},
    {"snapshots",
     {"a snapshot",
      WORDS("name", "description", "columns", "config", "data_tests", "tests", "relation", "quote_columns",
            "data_type", "static_analysis_off_reason"),
      WORDS("meta", "docs", "group", "contract", "access")}},
    {"sources",
     {"a source",
      WORDS("name", "description", "config", "database", "schema", "loader", "quoting", "tables", "catalog",
            "dataset", "project", "overrides"),
      WORDS("meta", "tags", "freshness", "loaded_at_field", "loaded_at_query")}},
    {"macros", {"a macro", WORDS("name", "description", "arguments", "config", "docs", "meta"), none}},
    {"data_tests",
     {"a test", WORDS("name", "description", "config", "static_analysis_off_reason"), WORDS("meta", "docs")}},
    {"analyses",
     {"an analysis", WORDS("name", "description", "columns", "config", "static_analysis_off_reason"),
      WORDS("meta", "docs", "group", "access")}},
    {"exposures",
     {"an exposure",
      WORDS("name", "type", "owner", "description", "label", "maturity", "url", "depends_on", "config"),
      WORDS("meta", "tags")}},
    {"functions",
     {"a function",
      WORDS("name", "description", "arguments", "returns", "config", "overloads", "data_tests", "tests",
            "identifier", "language", "constraints", "data_type", "static_analysis_off_reason"),
      WORDS("meta", "docs", "access")}},
    {"metrics",
     {"a metric",
      WORDS("name", "label", "description", "type", "type_params", "filter", "time_granularity", "config",
            "agg", "agg_time_dimension", "base_metric", "calculation", "constant_properties",
            "conversion_metric", "denominator", "entity", "expr", "fill_nulls_with", "grain_to_date",
            "hidden", "input_metric", "input_metrics", "join_to_timespine", "non_additive_dimension",
            "numerator", "percentile", "percentile_type", "period_agg", "window"),
      WORDS("meta", "tags")}},
    {"groups", {"a group", WORDS("name", "owner", "description", "config"), none}},
    {"semantic_models",
     {"a semantic model",
      WORDS("name", "model", "config", "description", "label", "defaults", "entities", "measures",
            "dimensions", "primary_entity"),
      none}},
    {"unit_tests",
     {"a unit test",
      WORDS("name", "model", "given", "expect", "description", "overrides", "config", "versions",
            "static_analysis_off_reason"),
      none}},
    {"saved_queries",
     {"a saved query", WORDS("name", "query_params", "description", "label", "exports", "config"),
      WORDS("tags")}},
};

/* Words of `config` that dbt passes over where they stand beside it. */
static const char *const config_words[] = {"access",
                                           "alias",
                                           "contract",
                                           "database",
                                           "docs",
                                           "enabled",
                                           "event_time",
                                           "freshness",
                                           "grants",
                                           "group",
                                           "loaded_at_field",
                                           "materialized",
                                           "meta",
                                           "on_schema_change",
                                           "persist_docs",
                                           "post_hook",
                                           "pre_hook",
                                           "quote_columns",
                                           "schema",
                                           "severity",
                                           "strategy",
                                           "tags",
                                           "unique_key",
                                           "updated_at",
                                           "check_cols",
                                           "full_refresh",
                                           "column_types",
                                           NULL};

static const char *const file_words[] = {
    "version", "anchors",    "models",          "seeds",      "snapshots",     "sources",
    "macros",  "data_tests", "tests",           "analyses",   "exposures",     "functions",
    "metrics", "groups",     "semantic_models", "unit_tests", "saved_queries", NULL};

static bool is_in(const char *const *words, const floe_key *key) {
    for (; *words; words++) {
        if (**words == key->text[0] && strcmp(*words, key->text) == 0) {
            return true;
        }
    }
    return false;
}

static void offer(floe_suggestion *near, const char *const *words) {
    for (; *words; words++) {
        floe_suggest_offer(near, *words, strlen(*words));
    }
}

static uint32_t key_place(const floe_node *object, uint32_t index) {
    return object->block->key_at ? object->block->key_at[index] : object->at;
}

static void report_unknown(floe_entry_reader *r, const vocabulary *words, const floe_key *key, uint32_t at) {
    char hint[160];
    floe_suggestion near;
    floe_suggest_start(&near, key->text, key->length);
    offer(&near, words->known);
    offer(&near, words->moved);
    if (near.best) {
        snprintf(hint, sizeof hint, "did you mean '%s'?", near.best);
        floe_entry_problem(r, FLOE_PARSE_WARNING, "misspelt_key", at, hint,
                           "%s has no key '%s': dbt passes over it", words->what, key->text);
    } else if (is_in(config_words, key)) {
        snprintf(hint, sizeof hint, "write it below 'config:'");
        floe_entry_problem(r, FLOE_PARSE_WARNING, "misplaced_key", at, hint,
                           "%s has no key '%s' beside its config: dbt passes over it", words->what,
                           key->text);
    } else {
        snprintf(hint, sizeof hint, "write it below 'config:', 'meta:'");
        floe_entry_problem(r, FLOE_PARSE_DEPRECATION, "custom_key", at, hint,
                           "%s has no key '%s': keys of one's own belong into its meta", words->what,
                           key->text);
    }
}

static void check_key(floe_entry_reader *r, const vocabulary *words, const floe_key *key, uint32_t at) {
    char hint[160];
    if (strcmp(key->text, "tests") == 0 && is_in(words->known, key)) {
        floe_entry_problem(r, FLOE_PARSE_DEPRECATION, "tests_key", at, "write 'data_tests:'",
                           "'tests' of %s is an old spelling", words->what);
    } else if (strcmp(key->text, "overrides") == 0 && strcmp(r->section, "sources") == 0) {
        floe_entry_problem(r, FLOE_PARSE_DEPRECATION, "source_override", at,
                           "switch the package's source off and define one of your own",
                           "sources of packages are overridden no more");
    } else if (is_in(words->moved, key)) {
        snprintf(hint, sizeof hint, "write it below 'config:'");
        floe_entry_problem(r, FLOE_PARSE_DEPRECATION, "key_beside_config", at, hint,
                           "'%s' of %s stands beside its config: this is an old spelling", key->text,
                           words->what);
    } else if (!is_in(words->known, key)) {
        report_unknown(r, words, key, at);
    }
}

static void check_object(floe_entry_reader *r, const vocabulary *words, const floe_node *object) {
    for (uint32_t i = 0; i < floe_entry_count(object, FLOE_OBJECT); i++) {
        check_key(r, words, floe_node_key(object, i), key_place(object, i));
    }
}

static void check_list(floe_entry_reader *r, const vocabulary *words, const floe_node *list) {
    for (uint32_t i = 0; i < floe_entry_count(list, FLOE_ARRAY); i++) {
        check_object(r, words, &list->block->items[i]);
    }
}

/* Lists of objects with columns of their own. */
static void check_holders(floe_entry_reader *r, const vocabulary *words, const floe_node *list) {
    for (uint32_t i = 0; i < floe_entry_count(list, FLOE_ARRAY); i++) {
        const floe_node *holder = &list->block->items[i];
        check_object(r, words, holder);
        check_list(r, &column_words, floe_entry_get(holder, "columns"));
    }
}

void floe_entry_spelling(floe_entry_reader *r, const floe_node *entry) {
    for (size_t i = 0; i < sizeof section_words / sizeof *section_words; i++) {
        if (strcmp(section_words[i].section, r->section) != 0) {
            continue;
        }
        check_object(r, &section_words[i].words, entry);
        check_list(r, &column_words, floe_entry_get(entry, "columns"));
        if (strcmp(r->section, "sources") == 0) {
            check_holders(r, &table_words, floe_entry_get(entry, "tables"));
        } else if (strcmp(r->section, "models") == 0) {
            check_holders(r, &version_words, floe_entry_get(entry, "versions"));
        } else if (strcmp(r->section, "macros") == 0) {
            check_list(r, &argument_words, floe_entry_get(entry, "arguments"));
        }
    }
}

/* ---- what dbt 2 passes over ---- */

static int drop_moved(floe_entry_reader *r, const vocabulary *words, const floe_node *object,
                      floe_node *out) {
    floe_maker kept = {0};
    bool moved = false;
    for (uint32_t i = 0; i < floe_entry_count(object, FLOE_OBJECT); i++) {
        moved = moved || is_in(words->moved, floe_node_key(object, i));
    }
    *out = *object;
    if (!moved) {
        return 0;
    }
    floe_maker_update(&kept, object);
    for (const char *const *word = words->moved; *word; word++) {
        floe_maker_drop(&kept, *word);
    }
    return floe_maker_finish(&kept, 0, r->thread, object->at, out);
}

/* The objects of a list that is a member of `holder`, and with `columns` the columns of each. */
static int drop_of_list(floe_entry_reader *r, const vocabulary *words, const char *key, bool columns,
                        floe_node *holder) {
    const floe_node *list = floe_entry_get(holder, key);
    uint32_t count = floe_entry_count(list, FLOE_ARRAY);
    floe_node *items = count ? floe_arena_array(r->thread->arena, count, sizeof *items) : NULL;
    floe_maker made = {0};
    bool changed = false;
    if (!count) {
        return 0;
    }
    if (!items) {
        return FLOE_MEMORY;
    }
    for (uint32_t i = 0; i < count; i++) {
        const floe_node *item = &list->block->items[i];
        int result = drop_moved(r, words, item, &items[i]);
        result = result || !columns ? result : drop_of_list(r, &column_words, "columns", false, &items[i]);
        if (result) {
            return result;
        }
        changed = changed || items[i].block != item->block;
    }
    if (!changed) {
        return 0;
    }
    floe_maker_update(&made, holder);
    floe_maker_set(&made, key, floe_entry_list(r->thread, items, count));
    return floe_maker_finish(&made, 0, r->thread, holder->at, holder);
}

int floe_entry_current(floe_entry_reader *r, const floe_node *entry, floe_node *out) {
    *out = *entry;
    int result = 0;
    for (size_t i = 0; r->thread->parse->dbt >= 200 && i < sizeof section_words / sizeof *section_words;
         i++) {
        if (strcmp(section_words[i].section, r->section) == 0) {
            result = drop_moved(r, &section_words[i].words, entry, out);
            result = result ? result : drop_of_list(r, &column_words, "columns", false, out);
        }
    }
    bool source = strcmp(r->section, "sources") == 0 && r->thread->parse->dbt >= 200;
    return result || !source ? result : drop_of_list(r, &table_words, "tables", true, out);
}

void floe_entry_file_spelling(floe_entry_reader *r, const floe_node *root) {
    for (uint32_t i = 0; i < floe_entry_count(root, FLOE_OBJECT); i++) {
        const floe_key *key = floe_node_key(root, i);
        char hint[160];
        floe_suggestion near;
        if (strcmp(key->text, "tests") == 0) {
            floe_entry_problem(r, FLOE_PARSE_WARNING, "tests_key", key_place(root, i), "write 'data_tests:'",
                               "dbt passes over 'tests' at the top of a properties file");
            continue;
        }
        if (is_in(file_words, key)) {
            continue;
        }
        floe_suggest_start(&near, key->text, key->length);
        offer(&near, file_words);
        snprintf(hint, sizeof hint, "did you mean '%s'?", near.best ? near.best : "");
        floe_entry_problem(r, near.best ? FLOE_PARSE_WARNING : FLOE_PARSE_DEPRECATION,
                           near.best ? "misspelt_key" : "custom_key", key_place(root, i),
                           near.best ? hint : NULL, "a properties file has no key '%s': dbt passes over it",
                           key->text);
    }
}

/* ---- tests ---- */

void floe_entry_test_spelling(floe_entry_reader *r, const floe_node *arguments, const char *test) {
    static const char *const own[] = {"name",        "description", "config", "arguments",
                                      "column_name", "test_name",   NULL};
    static const char *const config[] = {
        "severity", "tags",     "enabled",   "where",          "limit",
        "warn_if",  "error_if", "fail_calc", "store_failures", "store_failures_as",
        "meta",     "database", "schema",    "alias",          NULL};
    bool nested = floe_entry_get(arguments, "arguments") != NULL, said = nested;
    for (uint32_t i = 0; r->thread->parse->dbt >= 110 && i < floe_entry_count(arguments, FLOE_OBJECT); i++) {
        const floe_key *key = floe_node_key(arguments, i);
        if (is_in(config, key)) {
            floe_entry_problem(r, FLOE_PARSE_DEPRECATION, "key_beside_config", key_place(arguments, i),
                               "write it below 'config:'",
                               "'%s' of the test '%s' stands beside its config: this is an old spelling",
                               key->text, test);
        } else if (!said && !is_in(own, key)) {
            said = true;
            floe_entry_problem(
                r, FLOE_PARSE_DEPRECATION, "test_arguments", key_place(arguments, i),
                "write the arguments below 'arguments:'",
                "the arguments of the test '%s' stand beside its name: this is an old spelling", test);
        }
    }
}

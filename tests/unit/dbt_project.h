/* Loading the projects of tests/unit/data/dbt, and looking into what came of it. */
#ifndef FLOE_TESTS_DBT_PROJECT_H
#define FLOE_TESTS_DBT_PROJECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "data/facts.h"
#include "floe/dbt.h"

#include <stdio.h>
#include <string.h>

#define SHOP "tests/unit/data/dbt/shop"

typedef struct loaded {
    floe_store *store;
    floe_node node;
    floe_error error;
} loaded;

/* Loads with the options given; the result is floe_dbt_load's. */
static inline int load_with(loaded *one, const floe_dbt_options *options) {
    *one = (loaded){.store = floe_store_new()};
    return floe_dbt_load(&one->node, one->store, options, &one->error);
}

/* Loads the project `shop` with all its files; fails the test where that fails. */
static inline loaded load_shop(void) {
    loaded one;
    const floe_dbt_options options = {.root = SHOP,
                                      .manifest = SHOP "/manifest.json",
                                      .catalog = SHOP "/catalog.json",
                                      .run_results = SHOP "/run_results.json",
                                      .sources = SHOP "/sources.json"};
    if (load_with(&one, &options)) {
        fail_msg("%s:%u: %s", one.error.file, one.error.line, one.error.message);
    }
    return one;
}

static inline void unload(loaded *one) {
    floe_store_free(one->store);
}

/* The project as a test's state. */
static inline int load_state(void **state) {
    static loaded shop;
    shop = load_shop();
    *state = &shop;
    return 0;
}

static inline int unload_state(void **state) {
    unload(*state);
    return 0;
}

#define SHOP_TEST(name) cmocka_unit_test_setup_teardown(name, load_state, unload_state)

/* The record of a unique id; fails the test where there is none. */
static inline const floe_node *record_of(const loaded *one, const char *id) {
    const floe_node *record = floe_node_path(&one->node, "nodes", id, NULL);
    if (!record) {
        fail_msg("there is no '%s'", id);
    }
    return record;
}

static inline const floe_node *field(const floe_node *record, const char *name) {
    const floe_node *node = floe_node_get(record, name, strlen(name));
    if (!node) {
        fail_msg("there is no field '%s'", name);
    }
    return node;
}

#define assert_text(node, text)                                                                              \
    do {                                                                                                     \
        size_t length_;                                                                                      \
        const char *text_ = floe_node_string(node, &length_);                                                \
        char shown_[512];                                                                                    \
        snprintf(shown_, sizeof shown_, "%.*s", (int)length_, text_ ? text_ : "");                           \
        assert_string_equal(shown_, text);                                                                   \
    } while (0)
#define assert_field(record, name, text) assert_text(field(record, name), text)
#define assert_nil(record, name) assert_true(floe_node_absent(field(record, name)))
#define assert_true_field(record, name) assert_true(field(record, name)->boolean)
#define assert_false_field(record, name) assert_false(field(record, name)->boolean)
#define assert_size(node, count) assert_int_equal(floe_node_size(node), count)
/* That a node is the very record of an id. */
#define assert_record(one, node, id) assert_ptr_equal((node)->block, record_of(one, id)->block)

#endif

/* Memory that runs out while a catalog is used: at every allocation in turn. */
#include "allocator.h"

#include "floe/json.h"
#include "temporary.h"

#include "catalog/catalog.h"

typedef struct fixture {
    char root[64];
    floe_store *store;
    floe_node config;
} fixture;

static int begin(void **state) {
    static fixture f;
    char text[256];
    floe_document *document;
    f = (fixture){.store = floe_store_new()};
    temporary_make(f.root, sizeof f.root);
    snprintf(text, sizeof text, "{\"path\": \"%s/.floe/catalog.db\"}", f.root);
    if (!f.store || floe_json_parse(&document, f.store, "config.json", text, strlen(text), NULL, NULL)) {
        return -1;
    }
    f.config = document->root;
    *state = &f;
    return 0;
}

static int end(void **state) {
    fixture *f = *state;
    floe_store_free(f->store);
    return temporary_remove(f->root);
}

/* One use of a catalog from opening to closing; the number of its steps that were done. */
static int use(int *result, fixture *f, floe_arena *arena, const char *part, floe_error *error) {
    const char *const parts[] = {"sales", part, "contracts"};
    const floe_catalog_name name = {parts, 3}, parent = {parts, 2};
    const floe_catalog_property properties[] = {{"owner", "a"}, {"version", "1"}};
    floe_catalog_properties found;
    floe_catalog_names names;
    floe_catalog_texts texts;
    floe_catalog_outcome outcome;
    floe_catalog *catalog = NULL;
    bool there;
    int steps = 0;
    *result = floe_catalog_open(&catalog, "sqlite", &f->config, error);
    for (; !*result && steps < 6; steps++) {
        switch (steps) {
        case 0:
            *result = floe_catalog_create(catalog, &outcome, &name, &(floe_catalog_properties){properties, 2},
                                          error);
            break;
        case 1:
            *result = floe_catalog_update(catalog, &name, &(floe_catalog_properties){properties, 1},
                                          &(floe_catalog_texts){0}, error);
            break;
        case 2:
            *result = floe_catalog_load(catalog, &there, &found, arena, &name, error);
            break;
        case 3:
            *result = floe_catalog_list(catalog, &names, arena, &parent, error);
            break;
        case 4:
            *result = floe_catalog_tables(catalog, &texts, arena, &name, error);
            break;
        default:
            *result = floe_catalog_drop(catalog, &name, error);
        }
    }
    floe_catalog_close(catalog);
    return steps;
}

/* The namespace has both of its properties, or is not there. */
static void assert_whole(fixture *f, floe_arena *arena, const char *part) {
    const char *const parts[] = {"sales", part, "contracts"};
    floe_catalog_properties found;
    floe_catalog *catalog = NULL;
    floe_error error;
    bool there;
    assert_int_equal(floe_catalog_open(&catalog, "sqlite", &f->config, &error), 0);
    if (floe_catalog_load(catalog, &there, &found, arena, &(floe_catalog_name){parts, 3}, &error)) {
        fail_msg("%s", error.message);
    }
    assert_true(!there || found.count == 2);
    floe_catalog_close(catalog);
}

static void a_catalog_stays_whole_at_every_failing_allocation(void **state) {
    fixture *f = *state;
    long failures = 0;
    floe_arena *arena = floe_arena_new(0);
    for (long turn = 0, failed = 1; failed; turn++) {
        floe_error error = {0};
        char part[32];
        int result;
        snprintf(part, sizeof part, "p%ld", turn);
        left = turn;
        int steps = use(&result, f, arena, part, &error);
        failed = left < 0;
        left = -1;
        if (result) {
            assert_int_equal(result, FLOE_MEMORY);
            assert_int_equal(error.code, FLOE_MEMORY);
            failures++;
        } else {
            assert_int_equal(steps, 6);
        }
        assert_whole(f, arena, part);
    }
    floe_arena_free(arena);
    assert_true(failures > 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_catalog_stays_whole_at_every_failing_allocation, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

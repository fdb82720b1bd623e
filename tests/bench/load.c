/*
 * Measures one thing alone: reading a dbt project, from its manifest or (`bench_load DIR sources`) from its
 * files, and linking it into a graph. Prints what that takes without start-up, policies and reports;
 * `measure.py` and `sources.py` run it.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "floe/dbt.h"
#include "floe/error.h"

int main(int argc, char **argv) {
    bool sources = argc > 2 && !strcmp(argv[2], "sources");
    floe_dbt_options options = {.root = argc > 1 ? argv[1] : ".",
                                .facts = sources ? FLOE_DBT_SOURCES : FLOE_DBT_MANIFEST};
    struct timespec before, after;
    floe_node project;
    floe_error error = {0};
    floe_store *store = floe_store_new();
    int code = store ? 0 : FLOE_MEMORY;

    clock_gettime(CLOCK_MONOTONIC, &before);
    if (store) {
        code = floe_dbt_load(&project, store, &options, &error);
    }
    clock_gettime(CLOCK_MONOTONIC, &after);
    if (code) {
        fprintf(stderr, "%s\n", error.message);
    } else {
        printf("%.6f\n",
               (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9);
    }
    floe_store_free(store);
    return code ? 1 : 0;
}

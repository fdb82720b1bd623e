/*
 * Any bytes are a manifest, a catalog, a result file, or an error with its place: what is read holds to the
 * types of facts.def, and every fact of it has a place in the project's files.
 */
#include "check.h"
#include "facts_check.h"
#include "floe/dbt.h"

#include <sys/mman.h>
#include <unistd.h>

/* Bytes as a file that can be opened by path. */
static int make_file(char path[32], const void *data, size_t size) {
    int file = memfd_create("input", 0);
    HOLDS(file >= 0 && write(file, data, size) == (ssize_t)size);
    snprintf(path, 32, "/proc/self/fd/%d", file);
    return file;
}

static void locate_all(floe_store *store, const floe_document *facts) {
    char file[1024];
    uint32_t line, column;
    for (uint32_t i = 0; i < facts->record_count; i++) {
        floe_node record = floe_document_record_at(facts, i);
        if (floe_node_type(&record) == &floe_type_run_result) {
            continue;
        }
        HOLDS(!floe_dbt_locate(file, sizeof file, &line, &column, store, &record, NULL, NULL));
        HOLDS(line > 0 && column > 0);
        HOLDS(!floe_dbt_locate(file, sizeof file, &line, &column, store, &record, "description", NULL));
        HOLDS(line > 0 && column > 0);
    }
}

static void try_options(const floe_dbt_options *options) {
    floe_store *store = floe_store_new();
    floe_node project;
    floe_error error = {0};
    int result = floe_dbt_load(&project, store, options, &error);
    HOLDS(!result || (error.message[0] && result == (int)error.code && floe_store_count(store) == 0));
    if (!result) {
        check_facts(project.block->document);
        locate_all(store, project.block->document);
    }
    floe_store_free(store);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char manifest[] =
        "{\"metadata\": {\"dbt_schema_version\": \"https://schemas.getdbt.com/dbt/manifest/v12.json\"}, "
        "\"nodes\": {\"model.a.b\": {}, \"test.a.b\": {}}, \"sources\": {\"source.a.b.c\": {}}}";
    char input[32], known[32];
    int file = make_file(input, data, size);
    int other = make_file(known, manifest, sizeof manifest - 1);
    try_options(&(floe_dbt_options){.root = "/nonexistent", .manifest = input});
    try_options(&(floe_dbt_options){.root = "/nonexistent", .manifest = known, .catalog = input});
    try_options(&(floe_dbt_options){.root = "/nonexistent", .manifest = known, .run_results = input});
    try_options(&(floe_dbt_options){.root = "/nonexistent", .manifest = known, .sources = input});
    close(file);
    close(other);
    return 0;
}

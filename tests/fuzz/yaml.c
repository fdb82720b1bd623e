/* Any bytes are a YAML document or an error with its place, in both dialects alike. */
#include "floe/yaml.h"

#include "check.h"

static int read_as(floe_yaml_dialect dialect, const uint8_t *data, size_t size) {
    const floe_read_limits limits = {.nodes = 100000, .aliases = 2000};
    floe_store *store = floe_store_new();
    floe_document *document;
    floe_error error = {0};
    size_t bytes = 0;
    int result =
        floe_yaml_parse(&document, store, "input", (const char *)data, size, dialect, &limits, &error);
    if (result) {
        check_error(result, store, &error);
    } else {
        check_tree(document, &document->root, &bytes);
    }
    floe_store_free(store);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    /* What a plain scalar is differs, and with it what may stand behind !!int; the form does not. */
    int core = read_as(FLOE_YAML_CORE, data, size), dbt = read_as(FLOE_YAML_DBT, data, size);
    HOLDS(core == dbt || memmem(data, size, "!", 1));
    return 0;
}

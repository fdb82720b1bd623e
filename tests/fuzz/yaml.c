/* Any bytes are a YAML document or an error with its place, in all dialects alike. */
#include "floe/yaml.h"

#include "check.h"

/* `*repeated` tells whether it was refused for a key that stands twice. */
static int read_as(floe_yaml_dialect dialect, const uint8_t *data, size_t size, bool *repeated) {
    const floe_read_limits limits = {.nodes = 100000, .aliases = 2000};
    floe_store *store = floe_store_new();
    floe_document *document;
    floe_error error = {0};
    size_t bytes = 0;
    int result =
        floe_yaml_parse(&document, store, "input", (const char *)data, size, dialect, &limits, &error);
    if (result) {
        check_error(result, store, &error);
        *repeated = strstr(error.message, "twice") != NULL;
    } else {
        check_tree(document, &document->root, &bytes);
    }
    floe_store_free(store);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    /* What a plain scalar is differs, and with it what may stand behind !!int; and dbt takes the last of keys
     * that stand twice. The form does not differ. */
    bool repeated = false, ignored = false;
    int core = read_as(FLOE_YAML_CORE, data, size, &repeated);
    int dbt = read_as(FLOE_YAML_DBT, data, size, &ignored);
    int dbt_2 = read_as(FLOE_YAML_DBT_2, data, size, &ignored);
    HOLDS((core == dbt && core == dbt_2) || repeated || memmem(data, size, "!", 1));
    return 0;
}

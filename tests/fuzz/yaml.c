/* Any bytes are a YAML document or an error with its place, in all dialects alike. */
#include "floe/yaml.h"

#include "check.h"

/* Whether a document was refused for what only some dialects refuse: a key that stands twice (core), a date
 * that is none (dbt 1), an integer beyond 64 bits (dbt 2). */
static bool is_of_dialect(const floe_error *error) {
    static const char *const says[] = {"twice", "there is no such date", "has more than 64 bits"};
    bool found = false;
    for (size_t i = 0; i < sizeof says / sizeof *says; i++) {
        found = found || strstr(error->message, says[i]);
    }
    return found;
}

/* Reads the bytes in one dialect; `*own` is set where it is refused for what is that dialect's own. */
static int read_as(floe_yaml_dialect dialect, const uint8_t *data, size_t size, bool *own) {
    const floe_read_limits limits = {.nodes = 100000, .aliases = 2000};
    floe_store *store = floe_store_new();
    floe_document *document;
    floe_error error = {0};
    size_t bytes = 0;
    int result =
        floe_yaml_parse(&document, store, "input", (const char *)data, size, dialect, &limits, &error);
    if (result) {
        check_error(result, store, &error);
        *own = *own || is_of_dialect(&error);
    } else {
        check_tree(document, &document->root, &bytes);
    }
    floe_store_free(store);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    /* What a plain scalar is differs, and with it what may stand behind !!int. The form does not differ. */
    bool own = false;
    int core = read_as(FLOE_YAML_CORE, data, size, &own);
    int dbt = read_as(FLOE_YAML_DBT, data, size, &own);
    int dbt_2 = read_as(FLOE_YAML_DBT_2, data, size, &own);
    HOLDS((core == dbt && core == dbt_2) || own || memmem(data, size, "!", 1));
    return 0;
}

/* Any bytes are a JSON document or an error with its place. */
#include "floe/json.h"

#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    floe_store *store = floe_store_new();
    floe_document *document;
    floe_error error = {0};
    size_t bytes = 0;
    int result = floe_json_parse(&document, store, "input", (const char *)data, size, NULL, &error);
    if (result) {
        check_error(result, store, &error);
    } else {
        check_tree(document, &document->root, &bytes);
    }
    floe_store_free(store);
    return 0;
}

/* What the quick reader of YAML understands is what libyaml makes of it: the same tree, each node in the same
 * place. */
#include "data/yaml_quick.h"

#include "check.h"
#include "data/source.h"

static bool same_tree(const floe_node *one, const floe_node *other) {
    if (one->at != other->at || one->head != other->head) {
        return false;
    }
    if (floe_node_kind(one) == FLOE_STRING) {
        return memcmp(one->string, other->string, floe_node_size(one)) == 0;
    }
    if (floe_node_kind(one) < FLOE_ARRAY) {
        return one->integer == other->integer;
    }
    for (uint32_t i = 0; i < floe_node_size(one); i++) {
        const floe_key *key = floe_node_key(one, i), *twin = floe_node_key(other, i);
        if (key && (key->length != twin->length || memcmp(key->text, twin->text, key->length) != 0 ||
                    one->block->key_at[i] != other->block->key_at[i])) {
            return false;
        }
        if (!same_tree(floe_node_child(one, i), floe_node_child(other, i))) {
            return false;
        }
    }
    return true;
}

static void ignore_repeated(void *context, const floe_document *document, const floe_key *key, uint32_t first,
                            uint32_t again) {
    (void)document;
    (void)key;
    HOLDS(first < again);
    ++*(unsigned *)context;
}

static void compare(const uint8_t *data, size_t size, floe_yaml_repeated repeated) {
    const floe_read_limits limits = {.nodes = 100000, .aliases = 2000};
    floe_store *store = floe_store_new();
    floe_document *quick = NULL, *slow = NULL;
    floe_error one = {0}, other = {0};
    unsigned told = 0, expected = 0;
    if (floe_source_copy(&quick, store, FLOE_YAML, "quick", (const char *)data, size, NULL, &one) == 0 &&
        floe_source_copy(&slow, store, FLOE_YAML, "slow", (const char *)data, size, NULL, &other) == 0) {
        int result = floe_yaml_fill(quick, FLOE_YAML_DBT, &limits, repeated, &told, &one);
        HOLDS(result == floe_yaml_fill_slowly(slow, FLOE_YAML_DBT, &limits, repeated, &expected, &other));
        HOLDS(told == expected);
        HOLDS(result ? strcmp(one.message, other.message) == 0 && one.line == other.line
                     : same_tree(&quick->root, &slow->root));
    }
    floe_store_free(store);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    compare(data, size, NULL);
    compare(data, size, ignore_repeated);
    return 0;
}

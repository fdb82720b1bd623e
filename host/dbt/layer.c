/*
 * The layer of a node: what its meta says, what floe.yaml says about it, what its name begins with, or the
 * folder it lies in; in this order, because the more explicit one is what somebody meant.
 */
#include "dbt/build.h"

#include <string.h>
#include <strings.h>

static const char *const default_layers[][2] = {
    {"bronze", "bronze_"}, {"silver", "silver_"}, {"gold", "gold_"}};

static void add_layer(floe_dbt_build *build, const char *name, size_t length, const floe_node *prefix) {
    if (prefix && floe_node_kind(prefix) == FLOE_STRING && floe_node_size(prefix)) {
        build->layers[build->layer_count++] = (floe_dbt_layer){
            floe_dbt_copy(build, name, length), floe_dbt_copy(build, prefix->string, floe_node_size(prefix))};
    }
}

/* Names and prefixes are copied: the options may come from a document that is gone before the facts are. */
int floe_dbt_prepare_layers(floe_dbt_build *build) {
    const floe_node *layers = build->options->layers;
    bool given = layers && floe_node_kind(layers) == FLOE_OBJECT;
    size_t count = given ? 0 : sizeof default_layers / sizeof *default_layers;
    for (uint32_t i = 0; given && i < floe_node_size(layers); i++) {
        const floe_node *prefix = floe_node_child(layers, i);
        count += floe_node_kind(prefix) == FLOE_ARRAY ? floe_node_size(prefix) : 1;
    }
    build->layers = floe_arena_array(build->facts->arena, count ? count : 1, sizeof *build->layers);
    if (!build->layers) {
        return floe_error_memory(build->error);
    }
    for (size_t i = 0; !given && i < count; i++) {
        floe_node prefix = floe_literal_node(default_layers[i][1]);
        add_layer(build, default_layers[i][0], strlen(default_layers[i][0]), &prefix);
    }
    for (uint32_t i = 0; given && i < floe_node_size(layers); i++) {
        const floe_node *prefix = floe_node_child(layers, i);
        const floe_key *name = floe_node_key(layers, i);
        if (floe_node_kind(prefix) != FLOE_ARRAY) {
            add_layer(build, name->text, name->length, prefix);
        }
        for (uint32_t j = 0; floe_node_kind(prefix) == FLOE_ARRAY && j < floe_node_size(prefix); j++) {
            add_layer(build, name->text, name->length, floe_node_child(prefix, j));
        }
    }
    return build->failure;
}

/* The layer whose prefix the name begins with; the longest where there are several. */
static const floe_dbt_layer *by_prefix(const floe_dbt_build *build, const floe_node *name) {
    const floe_dbt_layer *best = NULL;
    for (size_t i = 0; i < build->layer_count; i++) {
        const floe_node *prefix = &build->layers[i].prefix;
        uint32_t length = floe_node_size(prefix);
        if (length <= floe_node_size(name) && memcmp(name->string, prefix->string, length) == 0 &&
            (!best || length > floe_node_size(&best->prefix))) {
            best = &build->layers[i];
        }
    }
    return best;
}

/* The layer that the nearest folder above the file is named like. */
static const floe_dbt_layer *by_folder(const floe_dbt_build *build, const floe_node *file) {
    const char *start = file->string;
    for (size_t end = floe_node_size(file); end > 0; end--) {
        if (start[end - 1] != '/') {
            continue;
        }
        size_t begin = end - 1;
        while (begin > 0 && start[begin - 1] != '/') {
            begin--;
        }
        for (size_t i = 0; i < build->layer_count; i++) {
            const floe_node *name = &build->layers[i].name;
            if (floe_node_size(name) == end - 1 - begin &&
                strncasecmp(start + begin, name->string, end - 1 - begin) == 0) {
                return &build->layers[i];
            }
        }
    }
    return NULL;
}

floe_node floe_dbt_layer_of(floe_dbt_build *build, const floe_node *meta, const floe_node *name,
                            const floe_node *file, floe_node *from) {
    const floe_node *told = floe_node_path(meta, "floe", "layer", NULL);
    told = told && floe_node_kind(told) == FLOE_STRING ? told : floe_node_get(meta, "layer", 5);
    if (told && floe_node_kind(told) == FLOE_STRING && floe_node_size(told)) {
        *from = floe_literal_node("meta");
        return *told;
    }
    told = floe_node_get(build->options->tiers, name->string, floe_node_size(name));
    if (told && floe_node_kind(told) == FLOE_STRING && floe_node_size(told)) {
        *from = floe_literal_node("tier");
        return floe_dbt_copy(build, told->string, floe_node_size(told));
    }
    const floe_dbt_layer *layer = by_prefix(build, name);
    *from = floe_literal_node(layer ? "prefix" : "folder");
    layer = layer || floe_node_kind(file) != FLOE_STRING ? layer : by_folder(build, file);
    if (!layer) {
        *from = floe_null_node(0);
        return floe_null_node(0);
    }
    return layer->name;
}

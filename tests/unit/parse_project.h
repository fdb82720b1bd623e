/* A small project in a folder of its own, read from its sources up to the rendering of its nodes. */
#ifndef FLOE_TESTS_PARSE_PROJECT_H
#define FLOE_TESTS_PARSE_PROJECT_H

#include "temporary.h"

#include "dbt/parse/parse.h"

typedef struct project {
    char root[64];
    floe_store *store;
    floe_parse *parse;
    floe_parse_options options;
    floe_error error;
} project;

static inline void project_write(const project *at, const char *path, const char *text) {
    temporary_write(at->root, path, text, strlen(text));
}

/* Pairs of path and text, NULL at the end; a dbt_project.yml and a profile for DuckDB are there already. */
static inline void project_make(project *at, const char *const *files) {
    memset(at, 0, sizeof *at);
    temporary_make(at->root, sizeof at->root);
    project_write(at, "dbt_project.yml", "name: shop\nversion: '1.0'\nprofile: shop\n");
    project_write(at, "profiles.yml",
                  "shop: {target: dev, outputs: {dev: {type: duckdb, path: 'x/shop.duckdb', schema: raw,"
                  " password: hidden}}}\n");
    for (size_t i = 0; files[i]; i += 2) {
        project_write(at, files[i], files[i + 1]);
    }
    at->options.root = at->root;
    at->options.threads = 2;
    unsetenv("DBT_PROFILES_DIR");
    unsetenv("DBT_PROFILE");
    unsetenv("DBT_TARGET");
}

static inline void project_read(project *at) {
    at->store = floe_store_new();
    assert_non_null(at->store);
    if (floe_parse_new(&at->parse, at->store, &at->options, &at->error) || floe_parse_layout(at->parse) ||
        floe_parse_find_nodes(at->parse) || floe_parse_render(at->parse)) {
        fail_msg("%s", at->error.message);
    }
}

static inline void project_free(project *at) {
    floe_parse_free(at->parse);
    floe_store_free(at->store);
    temporary_remove(at->root);
}

static inline const floe_parse_node *project_node(const project *at, const char *name) {
    for (size_t i = 0; i < at->parse->nodes.count; i++) {
        if (!strcmp(at->parse->nodes.items[i]->name, name)) {
            return at->parse->nodes.items[i];
        }
    }
    fail_msg("there is no node '%s'", name);
    return NULL;
}

/* What a node's Jinja said, as one text: "ref a; source s.t; ref b?; ref c-; config k=v; macro m; doubt x".
 * "?" stands behind what is in doubt, "-" behind what stands in a branch that is not taken. */
static inline const char *project_says(const project *at, const char *name) {
    static char text[8192];
    const floe_parse_node *node = project_node(at, name);
    floe_buffer out = {.data = NULL};
    static const char *const calls[] = {"ref", "source", "metric", "function"};
    for (size_t i = 0; i < node->calls.count; i++) {
        const floe_parse_call *call = &node->calls.items[i];
        floe_buffer_printf(&out, "%s %s%s%s", calls[call->what], call->package ? call->package : "",
                           call->package ? "." : "", call->name);
        if (floe_node_kind(&call->version) == FLOE_INTEGER) {
            floe_buffer_printf(&out, " v%d", (int)call->version.integer);
        }
        floe_buffer_printf(&out, "%s%s; ", call->doubt ? "?" : "", call->untaken ? "-" : "");
    }
    for (size_t i = 0; i < node->settings.count; i++) {
        const floe_parse_setting *setting = &node->settings.items[i];
        floe_buffer_printf(&out, "config %s=", setting->key);
        switch (floe_node_kind(&setting->value)) {
        case FLOE_STRING:
            floe_buffer_append(&out, setting->value.string, floe_node_size(&setting->value));
            break;
        case FLOE_BOOLEAN:
            floe_buffer_printf(&out, "%s", setting->value.boolean ? "true" : "false");
            break;
        case FLOE_INTEGER:
            floe_buffer_printf(&out, "%d", (int)setting->value.integer);
            break;
        case FLOE_NULL:
            floe_buffer_printf(&out, "null");
            break;
        default:
            floe_buffer_printf(&out, "(%u)", floe_node_size(&setting->value));
        }
        floe_buffer_printf(&out, "%s; ", setting->doubt ? "?" : "");
    }
    for (size_t i = 0; i < node->macros.count; i++) {
        floe_buffer_printf(&out, "macro %s; ", node->macros.items[i]);
    }
    for (size_t i = 0; i < node->doubts.count; i++) {
        floe_buffer_printf(&out, "doubt %s: %s; ", node->doubts.items[i].about, node->doubts.items[i].reason);
    }
    snprintf(text, sizeof text, "%s", out.data ? out.data : "");
    floe_buffer_free(&out);
    return text;
}

#endif

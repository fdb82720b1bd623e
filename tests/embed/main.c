/*
 * A program that embeds floe: it knows the installed headers and the library, nothing of the tree. Its one
 * argument is the folder of a dbt project with a manifest. It prints what it read, for tests/embed/run to
 * compare.
 */
#include <floe/dbt.h>
#include <floe/json.h>
#include <floe/place.h>
#include <floe/yaml.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(const floe_error *error) {
    fprintf(stderr, "%s:%u:%u: %s (%s)\n", error->file, error->line, error->column, error->message,
            floe_code_name(error->code));
    return EXIT_FAILURE;
}

/* A member of a small text, with its place. */
static int read_text(floe_store *store, floe_error *error) {
    static const char text[] = "metadata:\n  owner: sales\n";
    floe_document *document;
    int result =
        floe_yaml_parse(&document, store, "floe.yaml", text, strlen(text), FLOE_YAML_CORE, NULL, error);
    if (result) {
        return result;
    }
    const floe_node *metadata = floe_node_path(&document->root, "metadata", NULL);
    const floe_node *owner = floe_node_path(metadata, "owner", NULL);
    floe_location location;
    result = floe_location_of(&location, metadata, "owner", strlen("owner"), 0, error);
    if (result == 0) {
        size_t length;
        const char *name = floe_node_string(owner, &length);
        printf("%s:%u:%u: owner %.*s\n", location.file, location.line, location.column, (int)length, name);
    }
    return result;
}

/* Every model of a dbt project, with the file that it stands in. */
static int read_project(floe_store *store, const char *root, floe_error *error) {
    floe_node project;
    int result = floe_dbt_load(&project, store, &(floe_dbt_options){.root = root}, error);
    const floe_node *models = result ? NULL : floe_node_path(&project, "models", NULL);
    for (uint32_t i = 0; models && result == 0 && i < floe_node_size(models); i++) {
        const floe_node *model = floe_node_child(models, i);
        char file[512];
        uint32_t line, column;
        result = floe_dbt_locate(file, sizeof file, &line, &column, store, model, NULL, error);
        if (result == 0) {
            size_t length;
            const char *name = floe_node_string(floe_node_path(model, "name", NULL), &length);
            printf("%s:%u:%u: model %.*s\n", file, line, column, (int)length, name);
        }
    }
    return result;
}

/* What is no JSON is told with its place. */
static int read_mistake(floe_store *store) {
    floe_document *document;
    floe_error error = {0};
    int result = floe_json_parse(&document, store, "x.json", "{\n  oops", strlen("{\n  oops"), NULL, &error);
    printf("%s:%u:%u: %s\n", error.file, error.line, error.column, floe_code_name((floe_code)result));
    return result == FLOE_INVALID ? 0 : FLOE_INTERNAL;
}

int main(int argc, char **argv) {
    floe_error error = {0};
    floe_store *store = floe_store_new();
    if (!store || argc != 2) {
        floe_store_free(store);
        return EXIT_FAILURE;
    }
    int result = read_text(store, &error);
    result = result ? result : read_project(store, argv[1], &error);
    result = result ? result : read_mistake(store);
    floe_store_free(store);
    return result ? fail(&error) : EXIT_SUCCESS;
}

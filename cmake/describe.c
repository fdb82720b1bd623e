/*
 * Made and run by the build: writes what the policies inside the binary define, as a C table of JSON texts
 * (see host/script/load.h). They are the same in every run, and learning them again takes a worker.
 *
 * usage: describe OUTPUT. A policy that cannot be loaded fails the build.
 */
#include "script/embedded.h"
#include "script/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char folder[] = "policies/";

static int fail(const char *file, const char *why) {
    fprintf(stderr, "describe: %s: %s\n", file, why);
    return 1;
}

/* "policies/naming/layer_prefix.lua" defines "naming.layer_prefix"; tests and other files define nothing. */
static char *policy_id(const char *path) {
    size_t length = strlen(path), prefix = sizeof folder - 1;
    bool policy = strncmp(path, folder, prefix) == 0 && length > prefix + 4 &&
                  strcmp(path + length - 4, ".lua") == 0 &&
                  (length < prefix + 9 || strcmp(path + length - 9, "_test.lua") != 0);
    char *id = policy ? strndup(path + prefix, length - prefix - 4) : NULL;
    for (char *c = id; c && *c; c++) {
        *c = *c == '/' ? '.' : *c;
    }
    return id;
}

static void write_text(FILE *output, const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        fputs(i % 64 == 0 ? "\n    \"" : "", output);
        fprintf(output, "\\%03o", (unsigned char)text[i]);
        fputs(i % 64 == 63 || i + 1 == size ? "\"" : "", output);
    }
}

static int describe(FILE *output, const floe_embedded *file, char *id) {
    const floe_source source = {.name = id, .chunk = file->path, .text = file->text, .size = file->size};
    const floe_bundle bundle = {.name = "floe", .policies = &source, .policy_count = 1};
    floe_context context = {.store = floe_store_new()};
    const floe_evaluator_options options = {.context = &context};
    floe_evaluator *evaluator = NULL;
    floe_failure failure = {0};
    floe_buffer json = {0};
    int result = 0;
    if (floe_evaluator_new(&evaluator, &bundle, &options, &failure.error) ||
        !floe_evaluator_load(evaluator, 0, &failure) ||
        !floe_evaluator_describe(evaluator, 0, &json, &failure)) {
        result = fail(file->path, failure.error.message);
    } else {
        fprintf(output, "    {\"%s\",", file->path);
        write_text(output, json.data, json.size);
        fprintf(output, ", %zu},\n", json.size);
    }
    floe_buffer_free(&json);
    floe_evaluator_free(evaluator);
    floe_store_free(context.store);
    return result;
}

int main(int argc, char **argv) {
    FILE *output = argc == 2 ? fopen(argv[1], "w") : NULL;
    if (!output) {
        return fail(argc > 1 ? argv[1] : "usage", "cannot write");
    }
    fputs("/* Made by cmake/describe.c from policies/. */\n#include \"script/load.h\"\n\n"
          "const floe_definition floe_embedded_definitions[] = {\n",
          output);
    int result = 0;
    for (const floe_embedded *file = floe_embedded_files; file->path && !result; file++) {
        char *id = policy_id(file->path);
        result = id ? describe(output, file, id) : 0;
        free(id);
    }
    fputs("    {0, 0, 0},\n};\n", output);
    return fclose(output) || result ? 1 : 0;
}

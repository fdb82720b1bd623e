/* Runs a fuzz target on every file of the folders it is given: what libFuzzer does with -runs=0, for any
 * compiler. */
#include "base/file.h"
#include "base/folder.h"
#include "base/path.h"
#include "check.h"

#include <stdio.h>

static int replay_file(const char *folder, const char *name) {
    char *path = NULL, *text = NULL;
    size_t size = 0;
    floe_error error = {0};
    int result = floe_path_join(&path, folder, name, &error);
    if (!result) {
        result = floe_file_read(&text, &size, path, 0, &error);
    }
    if (result) {
        fprintf(stderr, "%s\n", error.message);
    } else {
        /* Exactly as large as the input, so that a sanitizer sees a byte too many. */
        uint8_t *exact = malloc(size ? size : 1);
        memcpy(exact, text, size);
        LLVMFuzzerTestOneInput(exact, size);
        free(exact);
    }
    free(path);
    free(text);
    return result;
}

int main(int count, char **arguments) {
    size_t replayed = 0;
    for (int i = 1; i < count; i++) {
        floe_file_list list;
        floe_error error = {0};
        if (floe_folder_list(&list, arguments[i], &error)) {
            fprintf(stderr, "%s\n", error.message);
            return 1;
        }
        for (size_t j = 0; j < list.count; j++, replayed++) {
            if (replay_file(arguments[i], list.items[j].path)) {
                return 1;
            }
        }
        floe_file_list_free(&list);
    }
    printf("%zu inputs\n", replayed);
    return replayed ? 0 : 1;
}

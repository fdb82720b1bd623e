/*
 * What may be read at all. A project names folders, and links lead to files, that may lie anywhere; somebody
 * else's project must not bring the files of the machine into the facts about it. Paths may leave the
 * project's folder, as shared macros and local packages do, and not its repository.
 */
#include "dbt/parse/layout.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Cuts the last part off; false where only the root is left. */
static bool go_up(char *path) {
    char *slash = strrchr(path, '/');
    if (!slash || slash == path) {
        return false;
    }
    *slash = '\0';
    return true;
}

static bool is_repository(const floe_parse *parse, const char *folder) {
    const char *mark = floe_parse_format(parse->arena, "%s/.git", folder);
    return mark && access(mark, F_OK) == 0;
}

/* The repository's folder; where there is none, the folder around the project's. */
static int find_boundary(floe_parse *parse) {
    char *real = realpath(parse->options->root, NULL);
    char *up = real ? strdup(real) : NULL;
    int result = 0;
    bool found = up && is_repository(parse, up);
    while (up && !found && go_up(up)) {
        found = is_repository(parse, up);
    }
    if (real && !found && !go_up(real)) {
        real[0] = '\0';
    }
    if (real) {
        const char *chosen = found ? up : real;
        parse->boundary = floe_arena_text(parse->arena, chosen, strlen(chosen));
        result = parse->boundary ? 0 : floe_error_memory(parse->error);
    }
    free(up);
    free(real);
    return result;
}

int floe_parse_may_read(floe_parse *parse, const char *place, const char *shown, bool *out) {
    int result = parse->boundary ? 0 : find_boundary(parse);
    char *real = !result && parse->boundary ? realpath(place, NULL) : NULL;
    size_t length = parse->boundary ? strlen(parse->boundary) : 0;
    *out = !real || (strncmp(real, parse->boundary, length) == 0 && (!real[length] || real[length] == '/'));
    if (!*out) {
        floe_parse_report(parse, FLOE_PARSE_UNREAD, "outside_path", shown, 0, 0,
                          "keep what belongs to the project in its repository",
                          "this leads out of the project's repository and is not read");
    }
    free(real);
    return result;
}

/*
 * Installed packages: every folder below the packages' folder is a whole project. What packages.yml names and
 * is not there is missing from the graph, and that is said.
 */
#include "base/folder.h"
#include "dbt/parse/layout.h"

#include <stdlib.h>
#include <string.h>

/* ---- what is installed ---- */

/* The folder of the packages below the project's, without a slash at its end. */
static const char *packages_folder(floe_parse *parse) {
    size_t length;
    const floe_node *spec = &parse->packages.items[0]->spec;
    const char *text = floe_node_string(floe_node_get(spec, "packages-install-path", 21), &length);
    while (length > 1 && text[length - 1] == '/') {
        length--;
    }
    return length ? floe_arena_text(parse->arena, text, length) : "dbt_packages";
}

static int compare_packages(const void *left, const void *right) {
    const floe_parse_package *one = *(floe_parse_package *const *)left,
                             *other = *(floe_parse_package *const *)right;
    int order = strcmp(one->name, other->name);
    return order ? order : strcmp(one->prefix, other->prefix);
}

/* Two packages of one name: dbt refuses both; here the first one is read. */
static void drop_duplicates(floe_parse *parse) {
    floe_parse_package **items = parse->packages.items;
    size_t kept = 1;
    for (size_t i = 1; i < parse->packages.count; i++) {
        const floe_parse_package *other =
            strcmp(items[i]->name, items[0]->name) == 0 ? items[0] : items[kept - 1];
        if (strcmp(other->name, items[i]->name) != 0) {
            items[kept++] = items[i];
            continue;
        }
        const char *file = floe_parse_format(parse->arena, "%sdbt_project.yml", items[i]->prefix);
        floe_parse_report(parse, FLOE_PARSE_ERROR, "duplicate_package", file, 1, 1, "remove one of them",
                          "the package '%s' is there twice, first as '%sdbt_project.yml'", items[i]->name,
                          other->prefix);
    }
    parse->packages.count = kept;
}

static int add_installed(floe_parse *parse, const char *folder, const char *name) {
    floe_parse_package *package = NULL;
    const char *prefix = floe_parse_format(parse->arena, "%s/%s/", folder, name);
    int result = prefix ? floe_parse_open_package(parse, &package, prefix) : floe_error_memory(parse->error);
    if (result || !package) {
        parse->missing_packages = parse->missing_packages || !result;
        return result;
    }
    return FLOE_PARSE_PUSH(&parse->packages, package) ? floe_error_memory(parse->error) : 0;
}

static int list_installed(floe_parse *parse, const char *folder, size_t *installed) {
    const char *place = floe_parse_place(parse, folder);
    floe_file_list list = {0};
    floe_error error = {0};
    if (!place) {
        return floe_error_memory(parse->error);
    }
    if (floe_file_kind_of(place) != FLOE_FILE_FOLDER) {
        return 0;
    }
    bool inside;
    int result = floe_parse_may_read(parse, place, folder, &inside);
    if (result || !inside) {
        parse->missing_packages = true;
        return result;
    }
    result = floe_folder_list(&list, place, &error);
    if (result) {
        parse->missing_packages = true;
        floe_error_at(&error, folder, 0, 0);
        floe_parse_report_error(parse, FLOE_PARSE_UNREAD, "unread_file", NULL, &error);
        return result == FLOE_MEMORY ? floe_error_memory(parse->error) : 0;
    }
    for (size_t i = 0; !result && i < list.count; i++) {
        if (list.items[i].kind == FLOE_FILE_FOLDER && strncmp(list.items[i].path, "__", 2) != 0) {
            ++*installed;
            result = add_installed(parse, folder, list.items[i].path);
        }
    }
    floe_file_list_free(&list);
    return result;
}

/* ---- what is named ---- */

typedef struct named {
    floe_parse *parse;
    const floe_document *document;
    const char *shown;
    const char *folder;
    size_t installed;         /* folders that are there */
    uint32_t missing;         /* of the file at hand: those that are told of by their names */
    const floe_node *unnamed; /* the first whose name only its project tells; NULL */
    bool told;                /* something is missing */
} named;

static bool is_installed(const named *n, const char *name, size_t length) {
    size_t folder = strlen(n->folder);
    for (size_t i = 1; i < n->parse->packages.count; i++) {
        const floe_parse_package *package = n->parse->packages.items[i];
        const char *place = package->prefix + folder + 1;
        if ((strlen(package->name) == length && memcmp(package->name, name, length) == 0) ||
            (strlen(place) == length + 1 && memcmp(place, name, length) == 0)) {
            return true;
        }
    }
    return false;
}

/* The name that a package will have, as far as its entry tells. */
static const char *name_of(const floe_node *entry, size_t *length) {
    static const char *const keys[] = {"name", "package", "local"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *text = floe_node_string(floe_node_get(entry, keys[i], strlen(keys[i])), length);
        while (*length && text[*length - 1] == '/') {
            --*length;
        }
        const char *slash = *length ? memrchr(text, '/', *length) : NULL;
        if (*length) {
            *length -= slash ? (size_t)(slash + 1 - text) : 0;
            return slash ? slash + 1 : text;
        }
    }
    return NULL;
}

/* A local package's own name: that of the project in its folder. */
static bool local_is_installed(named *n, const floe_node *entry) {
    size_t length;
    const char *path = floe_node_string(floe_node_get(entry, "local", 5), &length);
    const floe_document *document = NULL;
    if (!length || memmem(path, length, "{{", 2)) {
        return false;
    }
    const char *shown = floe_parse_format(n->parse->arena, "%.*s/dbt_project.yml", (int)length, path);
    if (!shown || floe_parse_open_yaml(n->parse, &document, shown, "invalid_project") || !document) {
        return false;
    }
    const char *name = floe_node_string(floe_node_get(&document->root, "name", 4), &length);
    return length && is_installed(n, name, length);
}

static void check_entry(named *n, const floe_node *entry) {
    size_t length = 0;
    uint32_t line, column;
    const char *name = name_of(entry, &length);
    n->unnamed = name || n->unnamed ? n->unnamed : entry;
    if (!name || memmem(name, length, "{{", 2) || is_installed(n, name, length) ||
        local_is_installed(n, entry)) {
        return;
    }
    n->told = true;
    n->missing++;
    floe_document_position(n->document, entry->at, &line, &column);
    floe_parse_report(n->parse, FLOE_PARSE_ERROR, "missing_package", n->shown, line, column, "run `dbt deps`",
                      "the package '%.*s' is not installed in '%s'", (int)length, name, n->folder);
}

static int check_named(named *n, const char *shown) {
    const floe_document *document = NULL;
    int result = floe_parse_open_yaml(n->parse, &document, shown, "invalid_project");
    const floe_node *list = document ? floe_node_get(&document->root, "packages", 8) : NULL;
    if (result || floe_node_absent(list)) {
        return result;
    }
    n->document = document;
    n->shown = shown;
    if (floe_node_kind(list) != FLOE_ARRAY) {
        floe_parse_report(n->parse, FLOE_PARSE_ERROR, "invalid_project", shown, 1, 1,
                          "list them below `packages:`, each with a dash", "'packages' is no list");
        return 0;
    }
    n->missing = 0;
    n->unnamed = NULL;
    for (uint32_t i = 0; i < floe_node_size(list); i++) {
        check_entry(n, floe_node_child(list, i));
    }
    if (floe_node_size(list) - n->missing > n->installed) {
        uint32_t line = 1, column = 1;
        n->told = true;
        if (n->unnamed) {
            floe_document_position(document, n->unnamed->at, &line, &column);
        }
        floe_parse_report(n->parse, FLOE_PARSE_ERROR, "missing_package", shown, line, column,
                          "run `dbt deps`", "%u packages are named, and %zu are installed in '%s'",
                          floe_node_size(list), n->installed, n->folder);
    }
    return 0;
}

int floe_parse_find_packages(floe_parse *parse) {
    named n = {.parse = parse, .folder = packages_folder(parse)};
    if (!n.folder) {
        return floe_error_memory(parse->error);
    }
    int result = list_installed(parse, n.folder, &n.installed);
    if (!result && parse->packages.count > 1) {
        qsort(parse->packages.items + 1, parse->packages.count - 1, sizeof *parse->packages.items,
              compare_packages);
        drop_duplicates(parse);
    }
    for (size_t i = 0; i < parse->packages.count; i++) {
        parse->packages.items[i]->index = (uint32_t)i;
    }
    result = result ? result : check_named(&n, "packages.yml");
    result = result ? result : check_named(&n, "dependencies.yml");
    parse->missing_packages = parse->missing_packages || n.told;
    return result;
}

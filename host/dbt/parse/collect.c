/*
 * The files of all packages, by the rules of dbt's file reader: every folder of a kind is walked, names that
 * begin with '.', '#' or '~' are passed over, endings count in either case, links to folders are not entered.
 * Finding them is one thread's work; reading, hashing and parsing them is shared.
 */
#include "base/file.h"
#include "data/source.h"
#include "data/utf8.h"
#include "dbt/parse/layout.h"
#include "floe/yaml.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { MOST_FILES = 1000000, MOST_FOLDERS = 64 /* within one another */, MIB = 1024 * 1024 };

/* A file with what only this step needs to know of it. */
typedef struct collected {
    floe_parse_file file;
    floe_document *target; /* made in the files' order, filled by a thread */
    floe_parse_blocks blocks;
} collected;

/* ---- kinds of files ---- */

/* Endings that make a file one of a role. */
typedef struct kind {
    floe_parse_role role;
    const char *endings[4];
    bool jinja_endings; /* .sql may be followed by .j2, .jinja2 or .jinja where a flag allows it */
} kind;

static const kind kinds[] = {
    {FLOE_ROLE_MODEL, {".sql", ".py"}, true},
    {FLOE_ROLE_SEED, {".csv"}, false},
    {FLOE_ROLE_SNAPSHOT, {".sql"}, true},
    {FLOE_ROLE_ANALYSIS, {".sql"}, true},
    {FLOE_ROLE_TEST, {".sql"}, true},
    {FLOE_ROLE_MACRO, {".sql"}, true},
    {FLOE_ROLE_DOCS, {".md"}, true},
    {FLOE_ROLE_FIXTURE, {".csv", ".sql"}, true},
    {FLOE_ROLE_FUNCTION, {".sql", ".py", ".js"}, true},
    {FLOE_ROLE_PROPERTIES, {".yml", ".yaml"}, false},
};

static bool ends_with(const char *name, const char *ending) {
    size_t length = strlen(name), size = strlen(ending);
    return length > size && strcasecmp(name + length - size, ending) == 0;
}

static bool is_of(const kind *one, const char *name, bool jinja_endings) {
    static const char *const suffixes[] = {"", ".j2", ".jinja2", ".jinja"};
    size_t tried = jinja_endings && one->jinja_endings ? sizeof suffixes / sizeof *suffixes : 1;
    for (size_t i = 0; i < 4 && one->endings[i]; i++) {
        for (size_t k = 0; k < tried; k++) {
            char ending[16];
            snprintf(ending, sizeof ending, "%s%s", one->endings[i], suffixes[k]);
            if (ends_with(name, ending)) {
                return true;
            }
        }
    }
    return false;
}

/* ---- finding ---- */

typedef struct walk {
    floe_parse *parse;
    floe_parse_package *package;
    const floe_ignore *ignore;
    const kind *kind;
    bool generic;
    bool jinja_endings;
    const char *searched;            /* the folder as written in dbt_project.yml */
    bool skips_special;              /* generic and fixtures, below the folder of the tests */
    struct stat home;                /* the package's folder */
    struct stat above[MOST_FOLDERS]; /* the folders that are being walked */
} walk;

static int fail_memory(const walk *w) {
    return floe_error_memory(w->parse->error);
}

/* `within` below the folder that is searched, as dbt joins them. */
static const char *join(const walk *w, const char *within) {
    size_t length = strlen(w->searched);
    const char *slash = !length || !within[0] || w->searched[length - 1] == '/' ? "" : "/";
    return floe_parse_text(w->parse, "%s%s%s", w->searched, slash, within);
}

static int add_file(walk *w, const char *within) {
    floe_parse *parse = w->parse;
    const char *path = join(w, within);
    if (!path) {
        return fail_memory(w);
    }
    if (floe_ignore_matches(w->ignore, path)) {
        return 0;
    }
    if (parse->files.count >= MOST_FILES) {
        return floe_error_set(parse->error, FLOE_LIMIT, "the project has more than %d files", MOST_FILES);
    }
    collected *one = floe_arena_alloc(parse->arena, sizeof *one);
    const char *shown =
        w->package->prefix[0] ? floe_parse_text(parse, "%s%s", w->package->prefix, path) : path;
    const char *own = floe_parse_text(parse, "%s", within);
    if (!one || !shown || !own) {
        return fail_memory(w);
    }
    *one = (collected){.file = {.role = w->kind->role,
                                .package = w->package,
                                .path = path,
                                .shown = shown,
                                .within = own,
                                .generic = w->generic}};
    return FLOE_PARSE_PUSH(&parse->files, &one->file) ? fail_memory(w) : 0;
}

/* Reports a folder or file that cannot be looked at. */
static void report_unread(const walk *w, const char *within, const char *what) {
    const char *path = join(w, within);
    const char *shown = path ? floe_parse_text(w->parse, "%s%s", w->package->prefix, path) : NULL;
    floe_parse_report(w->parse, FLOE_PARSE_UNREAD, "unread_file", shown, 0, 0, NULL, "cannot read %s: %s",
                      what, strerror(errno));
}

static bool is_same(const struct stat *one, const struct stat *other) {
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

static bool is_above(const walk *w, const struct stat *status, unsigned depth) {
    bool above = is_same(&w->home, status);
    for (unsigned i = 0; i <= depth; i++) {
        above = above || is_same(&w->above[i], status);
    }
    return above;
}

/* dbt does not enter folders through links. One that leads to a folder around it is surely a mistake. */
static void look_at_link(const walk *w, const char *within, const struct stat *status, unsigned depth) {
    if (is_above(w, status, depth)) {
        const char *path = join(w, within);
        const char *shown = path ? floe_parse_text(w->parse, "%s%s", w->package->prefix, path) : NULL;
        floe_parse_report(w->parse, FLOE_PARSE_WARNING, "folder_loop", shown, 0, 0, "remove the link",
                          "the link leads to a folder that it lies in; it is not followed");
    }
}

static int walk_folder(walk *w, const char *place, const char *within, unsigned depth);

static bool is_special(const walk *w, const char *within, const char *name) {
    return w->skips_special && !within[0] && (strcmp(name, "generic") == 0 || strcmp(name, "fixtures") == 0);
}

/* One entry of a folder. */
static int visit(walk *w, DIR *folder, const struct dirent *entry, const char *place, const char *within,
                 unsigned depth) {
    const char *name = entry->d_name;
    bool wanted = !strchr(".#~", name[0]) && is_of(w->kind, name, w->jinja_endings);
    bool known = entry->d_type == DT_REG || entry->d_type == DT_DIR;
    struct stat status = {.st_mode = entry->d_type == DT_DIR ? S_IFDIR : S_IFREG};
    if ((known && S_ISREG(status.st_mode) && !wanted) ||
        (S_ISDIR(status.st_mode) && is_special(w, within, name))) {
        return 0;
    }
    char *below = NULL, *inner = NULL;
    int result = 0;
    if (asprintf(&below, "%s%s%s", within, within[0] ? "/" : "", name) < 0 ||
        asprintf(&inner, "%s/%s", place, name) < 0) {
        free(below);
        return fail_memory(w);
    }
    bool gone = !known && fstatat(dirfd(folder), name, &status, 0);
    if (gone && wanted) {
        report_unread(w, below, "the file");
    } else if (!gone && S_ISREG(status.st_mode)) {
        result = wanted ? add_file(w, below) : 0;
    } else if (!gone && S_ISDIR(status.st_mode) && entry->d_type == DT_LNK) {
        look_at_link(w, below, &status, depth);
    } else if (!gone && S_ISDIR(status.st_mode)) {
        result = walk_folder(w, inner, below, depth + 1);
    }
    free(below);
    free(inner);
    return result;
}

static int walk_folder(walk *w, const char *place, const char *within, unsigned depth) {
    if (depth >= MOST_FOLDERS) {
        errno = ELOOP;
        report_unread(w, within, "the folder, which lies too deep");
        return 0;
    }
    DIR *folder = opendir(place);
    if (!folder || fstat(dirfd(folder), &w->above[depth])) {
        if (depth || (errno != ENOENT && errno != ENOTDIR)) {
            report_unread(w, within, "the folder");
        }
        if (folder) {
            closedir(folder);
        }
        return 0;
    }
    int result = 0;
    for (const struct dirent *entry; !result && (entry = readdir(folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            result = visit(w, folder, entry, place, within, depth);
        }
    }
    closedir(folder);
    return result;
}

static int search(walk *w, const char *searched) {
    const char *shown = floe_parse_text(w->parse, "%s%s", w->package->prefix, searched);
    const char *place = searched[0] == '/' ? searched : shown ? floe_parse_place(w->parse, shown) : NULL;
    w->searched = searched;
    return place ? walk_folder(w, place, "", 0) : fail_memory(w);
}

/* ---- all kinds of a package ---- */

static const floe_parse_paths *paths_of(const floe_parse_package *package, floe_parse_role role) {
    switch (role) {
    case FLOE_ROLE_MODEL:
        return &package->models;
    case FLOE_ROLE_SEED:
        return &package->seeds;
    case FLOE_ROLE_SNAPSHOT:
        return &package->snapshots;
    case FLOE_ROLE_ANALYSIS:
        return &package->analyses;
    case FLOE_ROLE_MACRO:
        return &package->macros;
    case FLOE_ROLE_DOCS:
        return &package->docs;
    case FLOE_ROLE_FUNCTION:
        return &package->functions;
    case FLOE_ROLE_PROPERTIES:
        return &package->sources;
    default:
        return &package->tests;
    }
}

static int search_all(walk *w, const kind *one) {
    const floe_parse_paths *paths = paths_of(w->package, one->role);
    w->kind = one;
    w->generic = false;
    w->skips_special = one->role == FLOE_ROLE_TEST;
    int result = 0;
    for (size_t i = 0; !result && i < paths->count; i++) {
        const char *folder = paths->items[i];
        if (one->role == FLOE_ROLE_FIXTURE) {
            folder = floe_parse_text(w->parse, "%s%sfixtures", folder, ends_with(folder, "/") ? "" : "/");
        }
        result = folder ? search(w, folder) : fail_memory(w);
    }
    return result;
}

/* Generic tests are macros too, and lie below the tests. */
static int search_generic(walk *w) {
    int result = 0;
    w->generic = true;
    for (size_t i = 0; !result && i < w->package->tests.count; i++) {
        const char *folder = w->package->tests.items[i];
        folder = floe_parse_text(w->parse, "%s%sgeneric", folder, ends_with(folder, "/") ? "" : "/");
        result = folder ? search(w, folder) : fail_memory(w);
    }
    return result;
}

static int compare_files(const void *left, const void *right) {
    const floe_parse_file *one = *(floe_parse_file *const *)left, *other = *(floe_parse_file *const *)right;
    int order = (one->role > other->role) - (one->role < other->role);
    return order ? order : strcmp(one->path, other->path);
}

/* Sorts the package's files, which begin at `first`, and leaves each once in a role: dbt would read it as
 * often as it is found, and refuse what it defines. */
static void order_files(floe_parse *parse, size_t first) {
    floe_parse_file **items = parse->files.items;
    size_t kept = first;
    if (parse->files.count > first) {
        qsort(items + first, parse->files.count - first, sizeof *items, compare_files);
    }
    for (size_t i = first; i < parse->files.count; i++) {
        if (kept > first && compare_files(&items[kept - 1], &items[i]) == 0) {
            floe_parse_report(parse, FLOE_PARSE_ERROR, "overlapping_paths", items[i]->shown, 0, 0,
                              "let no folder of dbt_project.yml's paths lie in another",
                              "dbt finds this file twice");
            continue;
        }
        items[i]->index = (uint32_t)kept;
        items[kept++] = items[i];
    }
    parse->files.count = kept;
}

static int read_ignore(floe_parse *parse, const floe_parse_package *package, floe_ignore **out) {
    const char *shown = floe_parse_text(parse, "%s.dbtignore", package->prefix);
    const char *place = shown ? floe_parse_place(parse, shown) : NULL;
    floe_document *document;
    floe_error error = {0};
    uint32_t bad = 0;
    if (!place) {
        return floe_error_memory(parse->error);
    }
    if (floe_file_kind_of(place) == FLOE_FILE_NONE) {
        return 0;
    }
    int result = floe_document_new(&document, parse->store, FLOE_TEXT, place, parse->error);
    if (result) {
        return result;
    }
    if (floe_source_fill(document, place, NULL, &error) || floe_document_index_lines(document, &error)) {
        floe_error_at(&error, shown, 0, 0);
        floe_parse_report_error(parse, FLOE_PARSE_UNREAD, "unread_file", NULL, &error);
        return error.code == FLOE_MEMORY ? floe_error_memory(parse->error) : 0;
    }
    *out = floe_ignore_parse(document->text, document->size, &bad);
    if (bad) {
        floe_parse_report(parse, FLOE_PARSE_ERROR, "invalid_setting", shown, bad, 1, NULL,
                          "this line is no pattern as .gitignore has them");
    }
    return *out ? 0 : floe_error_memory(parse->error);
}

static bool allows_jinja_endings(const floe_parse *parse) {
    const floe_node *flag =
        floe_node_path(&parse->packages.items[0]->spec, "flags", "allow_jinja_file_extensions", NULL);
    return parse->dbt >= 112 && flag && floe_node_kind(flag) == FLOE_BOOLEAN && flag->boolean;
}

static int find_files(floe_parse *parse, floe_parse_package *package) {
    floe_ignore *ignore = NULL;
    size_t first = parse->files.count;
    int result = read_ignore(parse, package, &ignore);
    walk w = {
        .parse = parse, .package = package, .ignore = ignore, .jinja_endings = allows_jinja_endings(parse)};
    if (!result && stat(package->folder, &w.home)) {
        w.home = (struct stat){0};
    }
    for (size_t i = 0; !result && i < sizeof kinds / sizeof *kinds; i++) {
        result = search_all(&w, &kinds[i]);
        if (!result && kinds[i].role == FLOE_ROLE_MACRO) {
            result = search_generic(&w);
        }
    }
    floe_ignore_free(ignore);
    order_files(parse, first);
    return result;
}

/* ---- reading ---- */

static int report_unreadable(floe_parse_thread *thread, floe_parse_file *file, floe_parse_severity severity,
                             const char *code, const floe_error *error) {
    file->broken = true;
    if (error->code == FLOE_MEMORY) {
        thread->error = *error;
        return FLOE_MEMORY;
    }
    floe_parse_report_error(thread->parse, severity, code, file, error);
    return 0;
}

/* The first byte that is no UTF-8, or the size. Eight bytes at once as long as they are ASCII. */
static size_t find_foreign(const char *text, size_t size) {
    size_t at = 0;
    while (at < size) {
        uint64_t eight;
        if (at + sizeof eight <= size &&
            (memcpy(&eight, text + at, sizeof eight), (eight & 0x8080808080808080u) == 0)) {
            at += sizeof eight;
            continue;
        }
        size_t length = floe_utf8_length(text + at);
        if (!length || at + length > size) {
            return at;
        }
        at += length;
    }
    return size;
}

static bool is_utf8(floe_parse_thread *thread, collected *one) {
    size_t at = find_foreign(one->target->text, one->target->size);
    if (at == one->target->size) {
        return true;
    }
    uint32_t line, column;
    floe_document_position(one->target, (uint32_t)at, &line, &column);
    one->file.broken = true;
    floe_parse_report(thread->parse, FLOE_PARSE_UNREAD, "not_text", one->file.shown, line, column,
                      "save the file as UTF-8", "the file is not UTF-8");
    return false;
}

/* Seeds over this size are known by their path alone. */
static uint64_t most_seed_bytes(const floe_parse *parse) {
    const floe_node *flag =
        floe_node_path(&parse->packages.items[0]->spec, "flags", "maximum_seed_size_mib", NULL);
    if (parse->dbt < 112 || !flag || floe_node_kind(flag) != FLOE_INTEGER || flag->integer < 0) {
        return MIB;
    }
    return flag->integer ? (uint64_t)flag->integer * MIB : UINT64_MAX;
}

bool floe_parse_is_large_seed(const floe_parse *parse, const floe_parse_file *file, const char *place) {
    struct stat status;
    return file->role == FLOE_ROLE_SEED && stat(place, &status) == 0 &&
           (uint64_t)status.st_size > most_seed_bytes(parse);
}

static bool has_checksum(floe_parse_role role) {
    return role == FLOE_ROLE_MODEL || role == FLOE_ROLE_SEED || role == FLOE_ROLE_SNAPSHOT ||
           role == FLOE_ROLE_ANALYSIS || role == FLOE_ROLE_TEST || role == FLOE_ROLE_FUNCTION;
}

static int parse_properties(floe_parse_thread *thread, collected *one) {
    floe_parse_yaml context = {.parse = thread->parse, .shown = one->file.shown};
    floe_error error = {0};
    if (floe_yaml_fill(one->target, FLOE_YAML_DBT, NULL, floe_parse_repeated, &context, &error)) {
        return report_unreadable(thread, &one->file, FLOE_PARSE_ERROR, "invalid_yaml", &error);
    }
    one->file.document = one->target;
    return 0;
}

static int parse_template(floe_parse_thread *thread, collected *one) {
    floe_parse_file *file = &one->file;
    floe_error error = {0};
    if (floe_jinja_parse(&file->template, thread->arena, file->shown, file->text, file->size, &error)) {
        return report_unreadable(thread, file, FLOE_PARSE_ERROR, "invalid_jinja", &error);
    }
    return 0;
}

static int parse_text(floe_parse_thread *thread, collected *one) {
    floe_parse_file *file = &one->file;
    bool sql = !ends_with(file->path, ".py") && !ends_with(file->path, ".js");
    switch (file->role) {
    case FLOE_ROLE_MODEL:
    case FLOE_ROLE_ANALYSIS:
    case FLOE_ROLE_TEST:
    case FLOE_ROLE_FUNCTION:
        return sql ? parse_template(thread, one) : 0;
    case FLOE_ROLE_MACRO:
    case FLOE_ROLE_DOCS:
        return floe_parse_read_blocks(thread, file, &one->blocks);
    default:
        return 0;
    }
}

static int read_file(floe_parse_thread *thread, size_t index) {
    collected *one = (collected *)thread->parse->files.items[index];
    floe_parse_file *file = &one->file;
    floe_error error = {0};
    if (floe_parse_is_large_seed(thread->parse, file, one->target->path)) {
        file->checksum_is_path = true;
        return 0;
    }
    if (floe_source_fill(one->target, one->target->path, NULL, &error)) {
        return report_unreadable(thread, file, FLOE_PARSE_UNREAD, "unread_file", &error);
    }
    if (file->role == FLOE_ROLE_PROPERTIES) {
        return parse_properties(thread, one);
    }
    if (floe_document_index_lines(one->target, &thread->error)) {
        return FLOE_MEMORY;
    }
    if (!is_utf8(thread, one)) {
        return 0;
    }
    file->text = one->target->text;
    file->size = one->target->size;
    if (has_checksum(file->role)) {
        floe_checksum_rule rule = floe_checksum_rule_of(thread->parse->dbt, file->role == FLOE_ROLE_SEED);
        int result = floe_checksum(file->checksum, rule, file->text, file->size, &thread->error);
        if (result) {
            return result;
        }
    }
    return parse_text(thread, one);
}

/* A document for each file, in the order of the files, whoever will fill it. */
static int make_documents(floe_parse *parse) {
    for (size_t i = 0; i < parse->files.count; i++) {
        collected *one = (collected *)parse->files.items[i];
        const char *place = floe_parse_place(parse, one->file.shown);
        floe_format format = one->file.role == FLOE_ROLE_PROPERTIES ? FLOE_YAML : FLOE_TEXT;
        int result = place ? floe_document_new(&one->target, parse->store, format, place, parse->error)
                           : floe_error_memory(parse->error);
        if (result) {
            return result;
        }
    }
    return 0;
}

static int add_blocks(floe_parse *parse) {
    size_t count = parse->files.count;
    floe_parse_blocks *blocks = count ? malloc(count * sizeof *blocks) : NULL;
    if (count && !blocks) {
        return floe_error_memory(parse->error);
    }
    for (size_t i = 0; i < count; i++) {
        blocks[i] = ((const collected *)parse->files.items[i])->blocks;
    }
    int result = floe_parse_add_blocks(parse, blocks, count);
    free(blocks);
    return result;
}

int floe_parse_find_files(floe_parse *parse) {
    int result = 0;
    for (size_t i = 0; !result && i < parse->packages.count; i++) {
        result = find_files(parse, parse->packages.items[i]);
    }
    return result;
}

int floe_parse_collect(floe_parse *parse) {
    int result = floe_parse_find_files(parse);
    result = result ? result : make_documents(parse);
    result = result ? result : floe_parse_each(parse, parse->files.count, read_file);
    return result ? result : add_blocks(parse);
}

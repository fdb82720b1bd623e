/*
 * The files of all packages, by the rules of dbt's file reader: every folder of a kind is walked, names that
 * begin with '.', '#' or '~' are passed over, endings count in either case, links to folders are not entered.
 * Finding them is one thread's work; reading, hashing and parsing them is shared.
 */
#include "base/file.h"
#include "base/interrupt.h"
#include "base/utf8.h"
#include "data/source.h"
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

static bool ends_with(const char *name, size_t length, const char *ending) {
    size_t size = strlen(ending);
    return length > size && strcasecmp(name + length - size, ending) == 0;
}

/* The roles that a name may have by its ending, as bits. */
static unsigned roles_of(const char *name, bool jinja_endings) {
    static const char *const suffixes[] = {"", ".j2", ".jinja2", ".jinja"};
    unsigned roles = 0;
    size_t length = strlen(name);
    for (size_t k = 0; k < (jinja_endings ? sizeof suffixes / sizeof *suffixes : 1); k++) {
        size_t before = k && ends_with(name, length, suffixes[k]) ? length - strlen(suffixes[k]) : length;
        for (size_t i = 0; (!k || before < length) && i < sizeof kinds / sizeof *kinds; i++) {
            for (size_t e = 0; e < 4 && kinds[i].endings[e]; e++) {
                bool fits = (!k || kinds[i].jinja_endings) && ends_with(name, before, kinds[i].endings[e]);
                roles |= fits ? 1u << kinds[i].role : 0;
            }
        }
    }
    return roles;
}

/* ---- finding ---- */

/* A folder that is searched for files of some roles. */
typedef struct search {
    const char *folder; /* as written in dbt_project.yml, without slashes at its end */
    unsigned roles;     /* as bits */
    bool generic;
} search;

typedef struct walk {
    floe_parse *parse;
    floe_parse_package *package;
    const floe_ignore *ignore;
    bool jinja_endings;
    const search *search;
    floe_buffer place;               /* the folder that is walked, as it is opened */
    size_t base;                     /* how much of that is the folder that is searched */
    struct stat home;                /* the package's folder */
    struct stat above[MOST_FOLDERS]; /* the folders that are being walked */
} walk;

static int fail_memory(const walk *w) {
    return floe_error_memory(w->parse->error);
}

/* The path below the searched folder of the folder that is walked; "" for itself. */
static const char *within_of(const walk *w) {
    return w->place.size > w->base ? w->place.data + w->base + 1 : "";
}

static char *append(char *cursor, const char *text, size_t length) {
    return (char *)mempcpy(cursor, text, length);
}

/* Paths of an entry of the folder that is walked: one text, of which `path` and `within` are ends. */
typedef struct paths {
    const char *shown, *path, *within;
} paths;

static bool join_paths(const walk *w, const char *name, paths *out) {
    const char *prefix = w->package->prefix, *folder = w->search->folder, *inner = within_of(w);
    size_t before = strlen(prefix), length = strlen(folder), depth = strlen(inner), size = strlen(name);
    char *shown = floe_arena_alloc(w->parse->arena, before + length + depth + size + 3), *cursor;
    if (!shown) {
        return false;
    }
    cursor = append(shown, prefix, before);
    out->path = cursor;
    cursor = append(cursor, folder, length);
    cursor = length && (depth || size) ? append(cursor, "/", 1) : cursor;
    out->within = cursor;
    cursor = append(cursor, inner, depth);
    cursor = depth && size ? append(cursor, "/", 1) : cursor;
    cursor = append(cursor, name, size);
    *cursor = '\0';
    out->shown = shown;
    return true;
}

static int add_file(walk *w, const paths *where, floe_parse_role role) {
    floe_parse *parse = w->parse;
    if (parse->files.count >= MOST_FILES) {
        return floe_error_set(parse->error, FLOE_LIMIT, "the project has more than %d files", MOST_FILES);
    }
    collected *one = floe_arena_alloc(parse->arena, sizeof *one);
    if (!one) {
        return fail_memory(w);
    }
    *one = (collected){.file = {.role = role,
                                .package = w->package,
                                .path = where->path,
                                .shown = where->shown,
                                .within = where->within,
                                .generic = w->search->generic}};
    return FLOE_PARSE_PUSH(&parse->files, &one->file) ? fail_memory(w) : 0;
}

/* Generic tests and fixtures lie below the folder of the tests, and are no tests. */
static bool is_special(const char *within) {
    return strncmp(within, "generic/", 8) == 0 || strncmp(within, "fixtures/", 9) == 0;
}

/* A file in all its roles. */
static int add_roles(walk *w, const char *name, unsigned roles) {
    paths where;
    int result = join_paths(w, name, &where) ? 0 : fail_memory(w);
    if (result || floe_ignore_matches(w->ignore, where.path)) {
        return result;
    }
    if (is_special(where.within)) {
        roles &= ~(1u << FLOE_ROLE_TEST);
    }
    for (unsigned role = 0; !result && role <= FLOE_ROLE_PROPERTIES; role++) {
        result = roles & 1u << role ? add_file(w, &where, (floe_parse_role)role) : 0;
    }
    return result;
}

/* Reports a folder or file that cannot be looked at. */
static void report_unread(const walk *w, const char *name, const char *what) {
    paths where;
    int number = errno;
    if (join_paths(w, name, &where)) {
        floe_parse_report(w->parse, FLOE_PARSE_UNREAD, "unread_file", where.shown, 0, 0, NULL,
                          "cannot read %s: %s", what, strerror(number));
    }
}

static bool is_same(const struct stat *one, const struct stat *other) {
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

/* dbt does not enter folders through links. One that leads to a folder around it is surely a mistake. */
static void look_at_link(const walk *w, const char *name, const struct stat *status, unsigned depth) {
    paths where;
    bool above = is_same(&w->home, status);
    for (unsigned i = 0; i <= depth; i++) {
        above = above || is_same(&w->above[i], status);
    }
    if (above && join_paths(w, name, &where)) {
        floe_parse_report(w->parse, FLOE_PARSE_WARNING, "folder_loop", where.shown, 0, 0, "remove the link",
                          "the link leads to a folder that it lies in; it is not followed");
    }
}

/* A link to a file is read as the file, if it lies in the repository. */
static int look_inside(walk *w, const char *name, bool *inside) {
    paths where;
    const char *place = floe_parse_format(w->parse->arena, "%s/%s", w->place.data, name);
    return place && join_paths(w, name, &where) ? floe_parse_may_read(w->parse, place, where.shown, inside)
                                                : fail_memory(w);
}

static int walk_folder(walk *w, unsigned depth);

static int enter_folder(walk *w, const char *name, unsigned depth) {
    size_t size = w->place.size;
    if (floe_buffer_append(&w->place, "/", 1) || floe_buffer_append(&w->place, name, strlen(name))) {
        return fail_memory(w);
    }
    int result = walk_folder(w, depth + 1);
    w->place.size = size;
    w->place.data[size] = '\0';
    return result;
}

/* One entry of a folder. What the folder itself tells of its kind is believed, but for links. */
static int visit(walk *w, DIR *folder, const struct dirent *entry, unsigned depth) {
    const char *name = entry->d_name;
    struct stat status = {.st_mode = entry->d_type == DT_DIR ? S_IFDIR : S_IFREG};
    bool known = entry->d_type == DT_REG || entry->d_type == DT_DIR;
    unsigned roles = 0;
    if (entry->d_type != DT_DIR && !strchr(".#~", name[0])) {
        roles = roles_of(name, w->jinja_endings) & w->search->roles;
    }
    if (!known && fstatat(dirfd(folder), name, &status, 0)) {
        if (roles) {
            report_unread(w, name, "the file");
        }
        return 0;
    }
    if (S_ISREG(status.st_mode)) {
        bool inside = true;
        int result = roles && entry->d_type == DT_LNK ? look_inside(w, name, &inside) : 0;
        return !result && roles && inside ? add_roles(w, name, roles) : result;
    }
    if (S_ISDIR(status.st_mode) && entry->d_type == DT_LNK) {
        look_at_link(w, name, &status, depth);
    } else if (S_ISDIR(status.st_mode)) {
        return enter_folder(w, name, depth);
    }
    return 0;
}

static int walk_folder(walk *w, unsigned depth) {
    if (depth >= MOST_FOLDERS) {
        errno = ELOOP;
        report_unread(w, "", "the folder, which lies too deep");
        return 0;
    }
    DIR *folder = opendir(w->place.data);
    if (!folder || fstat(dirfd(folder), &w->above[depth])) {
        if (depth || (errno != ENOENT && errno != ENOTDIR)) {
            report_unread(w, "", "the folder");
        }
        if (folder) {
            closedir(folder);
        }
        return 0;
    }
    int result = 0;
    for (const struct dirent *entry; !result && (entry = readdir(folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            result = floe_interrupt_check(w->parse->error);
            result = result ? result : visit(w, folder, entry, depth);
        }
    }
    closedir(folder);
    return result;
}

static int run_search(walk *w, const search *one) {
    const char *shown = floe_parse_format(w->parse->arena, "%s%s", w->package->prefix, one->folder);
    const char *place = one->folder[0] == '/' ? one->folder
                        : shown               ? floe_parse_place(w->parse, shown)
                                              : NULL;
    w->search = one;
    floe_buffer_clear(&w->place);
    if (!place || floe_buffer_append(&w->place, place, strlen(place))) {
        return fail_memory(w);
    }
    while (w->place.size > 1 && w->place.data[w->place.size - 1] == '/') {
        w->place.data[--w->place.size] = '\0';
    }
    w->base = w->place.size;
    bool inside;
    int result = floe_parse_may_read(w->parse, w->place.data, shown, &inside);
    return result || !inside ? result : walk_folder(w, 0);
}

/* ---- all folders of a package ---- */

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

typedef FLOE_PARSE_LIST(search) searches;

/* A folder that is searched for several roles is walked once; for one role twice, where it is named twice. */
static int add_search(walk *w, searches *all, const char *folder, const char *below, floe_parse_role role) {
    size_t length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/') {
        length--;
    }
    const char *text = floe_parse_format(w->parse->arena, "%.*s%s%s", (int)length, folder, below ? "/" : "",
                                         below ? below : "");
    bool generic = below && role == FLOE_ROLE_MACRO;
    if (!text) {
        return fail_memory(w);
    }
    for (size_t i = 0; i < all->count; i++) {
        search *one = &all->items[i];
        if (one->generic == generic && !(one->roles & 1u << role) && strcmp(one->folder, text) == 0) {
            one->roles |= 1u << role;
            return 0;
        }
    }
    search fresh = {.folder = text, .roles = 1u << role, .generic = generic};
    return FLOE_PARSE_PUSH(all, fresh) ? fail_memory(w) : 0;
}

static int plan_searches(walk *w, searches *all) {
    int result = 0;
    for (unsigned role = 0; role <= FLOE_ROLE_PROPERTIES; role++) {
        const floe_parse_paths *named = paths_of(w->package, (floe_parse_role)role);
        const char *below = role == FLOE_ROLE_FIXTURE ? "fixtures" : NULL;
        for (size_t i = 0; !result && i < named->count; i++) {
            result = add_search(w, all, named->items[i], below, (floe_parse_role)role);
        }
    }
    for (size_t i = 0; !result && i < w->package->tests.count; i++) {
        result = add_search(w, all, w->package->tests.items[i], "generic", FLOE_ROLE_MACRO);
    }
    return result;
}

static int search_all(walk *w) {
    searches all = {0};
    int result = plan_searches(w, &all);
    for (size_t i = 0; !result && i < all.count; i++) {
        result = run_search(w, &all.items[i]);
    }
    free(all.items);
    floe_buffer_free(&w->place);
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
    const char *shown = floe_parse_format(parse->arena, "%s.dbtignore", package->prefix);
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
    result = result ? result : search_all(&w);
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
    if (floe_yaml_fill(one->target, floe_parse_dialect(thread->parse), NULL, floe_parse_repeated, &context,
                       &error)) {
        return report_unreadable(thread, &one->file, FLOE_PARSE_ERROR, "invalid_yaml", &error);
    }
    one->file.document = one->target;
    return 0;
}

static int parse_template(floe_parse_thread *thread, collected *one) {
    floe_parse_file *file = &one->file;
    floe_error error = {0};
    if (floe_jinja_parse(&file->template, thread->scratch, file->shown, file->text, file->size, &error)) {
        return report_unreadable(thread, file, FLOE_PARSE_ERROR, "invalid_jinja", &error);
    }
    return 0;
}

static int parse_text(floe_parse_thread *thread, collected *one) {
    floe_parse_file *file = &one->file;
    size_t length = strlen(file->path);
    bool sql = !ends_with(file->path, length, ".py") && !ends_with(file->path, length, ".js");
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
    floe_document_move(one->target, thread->document);
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
        int result = place ? floe_document_guest(&one->target, parse->document, format, place, parse->error)
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

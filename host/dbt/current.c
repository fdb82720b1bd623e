/*
 * Is a manifest current? Each file that dbt would read is looked for in it, and each entry's file in the
 * folder; then what the files hold is compared. The first difference in the order of the files is the answer,
 * however many threads look for it.
 */
#include "base/file.h"
#include "dbt/parse/layout.h"
#include "floe/dbt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* An entry of the manifest that was made from a file. */
typedef struct entry {
    const floe_node *node;
    const floe_node *package, *path;
    const char *id;
    uint32_t next; /* the next entry of the same file: number + 1 */
    uint32_t hash;
    bool macro;
} entry;

typedef struct comparison {
    floe_parse *parse;
    const floe_node *manifest;
    entry *entries;
    size_t count, capacity;
    uint32_t *by_file, *last; /* numbers + 1 of a file's first and last entry; open addressing */
    uint32_t mask;
    struct timespec made;
    int rules; /* the dbt that made it, as floe_parse's `dbt`; 0 where it is not told */
} comparison;

static const comparison *comparison_of(const floe_parse_thread *thread) {
    return thread->parse->work;
}

/* ---- entries by their file ---- */

static uint32_t hash_file(const char *package, size_t length, const char *path, size_t size) {
    return floe_hash(package, length) * 31 + floe_hash(path, size);
}

static uint32_t *slot_of(const comparison *c, uint32_t hash, const char *package, size_t length,
                         const char *path, size_t size) {
    uint32_t probe = hash & c->mask;
    for (; c->by_file[probe]; probe = (probe + 1) & c->mask) {
        const entry *one = &c->entries[c->by_file[probe] - 1];
        if (one->hash == hash && floe_node_size(one->package) == length &&
            floe_node_size(one->path) == size && memcmp(one->package->string, package, length) == 0 &&
            memcmp(one->path->string, path, size) == 0) {
            break;
        }
    }
    return &c->by_file[probe];
}

static const entry *first_of(const comparison *c, const floe_parse_file *file) {
    const char *package = file->package->name, *path = file->path;
    size_t length = strlen(package), size = strlen(path);
    uint32_t number = *slot_of(c, hash_file(package, length, path, size), package, length, path, size);
    return number ? &c->entries[number - 1] : NULL;
}

static const entry *next_of(const comparison *c, const entry *one) {
    return one->next ? &c->entries[one->next - 1] : NULL;
}

static int add_entry(comparison *c, const floe_node *node, const char *id, bool macro) {
    const floe_node *package = floe_node_get(node, "package_name", 12),
                    *path = floe_node_get(node, "original_file_path", 18);
    if (!package || !path || floe_node_kind(package) != FLOE_STRING || floe_node_kind(path) != FLOE_STRING) {
        return 0;
    }
    if (floe_grow(&c->entries, &c->capacity, c->count + 1, sizeof *c->entries)) {
        return FLOE_MEMORY;
    }
    c->entries[c->count++] = (entry){
        .node = node,
        .package = package,
        .path = path,
        .id = id,
        .hash = hash_file(package->string, floe_node_size(package), path->string, floe_node_size(path)),
        .macro = macro};
    return 0;
}

/* Whether an entry of `nodes` stands for a file of its own: not so generic tests and hooks. */
static bool has_file(const floe_node *node) {
    static const char *const types[] = {"model", "seed", "snapshot", "analysis", "test", "function"};
    const floe_node *type = floe_node_get(node, "resource_type", 13);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (type && floe_node_equals(type, types[i])) {
            return floe_node_absent(floe_node_get(node, "test_metadata", 13));
        }
    }
    return false;
}

static int add_section(comparison *c, const char *section, bool macro) {
    const floe_node *all = floe_node_path(c->manifest, section, NULL);
    uint32_t count = all && floe_node_kind(all) == FLOE_OBJECT ? floe_node_size(all) : 0;
    int result = 0;
    for (uint32_t i = 0; !result && i < count; i++) {
        const floe_node *node = floe_node_child(all, i);
        const char *id = floe_node_key(all, i)->text;
        bool list = floe_node_kind(node) == FLOE_ARRAY; /* of `disabled` */
        for (uint32_t k = 0; !result && k < (list ? floe_node_size(node) : 1); k++) {
            const floe_node *one = list ? floe_node_child(node, k) : node;
            result = macro || has_file(one) ? add_entry(c, one, id, macro) : 0;
        }
    }
    return result;
}

static int index_entries(comparison *c) {
    uint32_t size = 16;
    while (size < c->count * 2) {
        size *= 2;
    }
    c->by_file = calloc(size, sizeof *c->by_file);
    c->last = calloc(size, sizeof *c->last);
    c->mask = size - 1;
    if (!c->by_file || !c->last) {
        return FLOE_MEMORY;
    }
    for (size_t i = 0; i < c->count; i++) {
        const entry *one = &c->entries[i];
        uint32_t *slot = slot_of(c, one->hash, one->package->string, floe_node_size(one->package),
                                 one->path->string, floe_node_size(one->path));
        uint32_t *last = &c->last[slot - c->by_file];
        if (*slot) {
            c->entries[*last - 1].next = (uint32_t)i + 1;
        } else {
            *slot = (uint32_t)i + 1;
        }
        *last = (uint32_t)i + 1;
    }
    return 0;
}

/* ---- what is there ---- */

static int differ(floe_error *error, const char *file, const char *how) {
    return floe_error_set(error, FLOE_NOT_FOUND, "%s %s", file, how);
}

/* dbt makes a node of each file of these kinds. A snapshot's file may define none. */
static bool makes_a_node(floe_parse_role role) {
    return role == FLOE_ROLE_MODEL || role == FLOE_ROLE_SEED || role == FLOE_ROLE_ANALYSIS ||
           role == FLOE_ROLE_TEST || role == FLOE_ROLE_FUNCTION;
}

static bool is_package(const floe_parse *parse, const floe_node *name) {
    for (size_t i = 0; i < parse->packages.count; i++) {
        if (floe_node_equals(name, parse->packages.items[i]->name)) {
            return true;
        }
    }
    return false;
}

/* Files that the manifest does not know, and entries whose files are gone. */
static int compare_sets(comparison *c) {
    bool *found = calloc(c->count + 1, sizeof *found);
    int result = found ? 0 : FLOE_MEMORY;
    for (size_t i = 0; !result && i < c->parse->files.count; i++) {
        const floe_parse_file *file = c->parse->files.items[i];
        const entry *one = first_of(c, file);
        bool node = false;
        for (const entry *e = one; e; e = next_of(c, e)) {
            found[e - c->entries] = true;
            node = node || !e->macro;
        }
        if (!node && makes_a_node(file->role)) {
            result = differ(c->parse->error, file->shown, "is new since");
        }
    }
    for (size_t i = 0; !result && i < c->count; i++) {
        char path[512];
        const entry *one = &c->entries[i];
        /* dbt's own macros are of packages that are no folder of the project. */
        if (!found[i] && (!one->macro || is_package(c->parse, one->package))) {
            snprintf(path, sizeof path, "%.*s", (int)floe_node_size(one->path), one->path->string);
            result = differ(c->parse->error, path, "is gone since");
        }
    }
    free(found);
    return result == FLOE_MEMORY ? floe_error_memory(c->parse->error) : result;
}

/* ---- what it holds ---- */

static bool has_checksum(const entry *one, const char *text, size_t size, floe_checksum_rule rule) {
    char checksum[65];
    const floe_node *expected = floe_node_path(one->node, "checksum", "checksum", NULL);
    return floe_checksum(checksum, rule, text, size, NULL) == 0 && expected &&
           floe_node_equals(expected, checksum);
}

/* dbt says which rule it followed by its version; one that is not told may have followed any. */
static bool is_unchanged(const comparison *c, const entry *one, const floe_parse_file *file, const char *text,
                         size_t size) {
    static const floe_checksum_rule rules[] = {FLOE_CHECKSUM_STRIPPED, FLOE_CHECKSUM_COLLAPSED,
                                               FLOE_CHECKSUM_LINES};
    bool seed = file->role == FLOE_ROLE_SEED;
    if (c->rules && has_checksum(one, text, size, floe_checksum_rule_of(c->rules, seed))) {
        return true;
    }
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if ((!c->rules || seed) && has_checksum(one, text, size, rules[i])) {
            return true;
        }
    }
    return false;
}

/* Dbt 2 writes no checksum of singular tests, and one of their code for snapshots and Python: that code is
 * compared. A snapshot's is all from the file's first block to the end of its last. */
static bool has_code(const entry *one, floe_parse_thread *thread, const floe_parse_file *file,
                     const char *text, size_t size) {
    static const char *const types[] = {"snapshot", NULL};
    size_t code_size;
    const char *code = floe_node_string(floe_node_get(one->node, "raw_code", 8), &code_size);
    floe_jinja_blocks blocks = {0};
    if (!code) { /* a snapshot's block, which dbt 2 lists beside it */
        return file->role == FLOE_ROLE_SNAPSHOT && !floe_node_get(one->node, "checksum", 8);
    }
    if (file->role == FLOE_ROLE_SNAPSHOT) {
        if (floe_jinja_find_blocks(&blocks, thread->arena, file->shown, text, size, types, NULL) ||
            !blocks.count) {
            return false;
        }
        size = blocks.items[blocks.count - 1].inside_end - blocks.items[0].inside;
        text += blocks.items[0].inside;
    }
    floe_strip(&code, &code_size);
    floe_strip(&text, &size);
    return code_size == size && memcmp(code, text, size) == 0;
}

static bool is_of_code(const comparison *c, const entry *one, const floe_parse_file *file) {
    const char *dot = strrchr(file->shown, '.');
    bool none = floe_node_equals(floe_node_path(one->node, "checksum", "name", NULL), "none");
    return c->rules >= 200 && (file->role == FLOE_ROLE_SNAPSHOT || (file->role == FLOE_ROLE_TEST && none) ||
                               (dot && strcmp(dot, ".py") == 0));
}

/* The macros of a file and those of the manifest are the same texts, in whatever order. */
static bool has_macros(const comparison *c, const entry *first, floe_parse_thread *thread,
                       const floe_parse_file *file, const char *text, size_t size) {
    static const char *const types[] = {"macro", "materialization", "test", "data_test", NULL};
    floe_jinja_blocks blocks = {0};
    uint32_t known = 0;
    if (floe_jinja_find_blocks(&blocks, thread->arena, file->shown, text, size,
                               file->generic ? types + 2 : types, NULL)) {
        return false;
    }
    for (const entry *one = first; one; one = next_of(c, one)) {
        known += one->macro;
    }
    for (uint32_t i = 0; i < blocks.count; i++) {
        const char *block = text + blocks.items[i].at;
        size_t length = blocks.items[i].end - blocks.items[i].at, code_size;
        bool same = false;
        floe_strip(&block, &length);
        for (const entry *one = first; one && !same; one = next_of(c, one)) {
            const char *code = floe_node_string(floe_node_get(one->node, "macro_sql", 9), &code_size);
            floe_strip(&code, &code_size);
            same = one->macro && code && code_size == length && memcmp(code, block, length) == 0;
        }
        if (!same) {
            return false;
        }
    }
    return known == blocks.count;
}

static bool is_newer(const comparison *c, const struct stat *status) {
    return status->st_mtim.tv_sec > c->made.tv_sec ||
           (status->st_mtim.tv_sec == c->made.tv_sec && status->st_mtim.tv_nsec > c->made.tv_nsec);
}

static int compare_text(const comparison *c, floe_parse_thread *thread, const floe_parse_file *file,
                        const entry *first, const char *place) {
    char *text;
    size_t size;
    int result = floe_file_read(&text, &size, place, 0, &thread->error);
    if (result) {
        return result == FLOE_MEMORY ? result : differ(&thread->error, file->shown, "cannot be read");
    }
    bool same = file->role != FLOE_ROLE_MACRO || has_macros(c, first, thread, file, text, size);
    for (const entry *one = first; one && same; one = next_of(c, one)) {
        same = one->macro || (is_of_code(c, one, file) ? has_code(one, thread, file, text, size)
                                                       : is_unchanged(c, one, file, text, size));
    }
    free(text);
    return same ? 0 : differ(&thread->error, file->shown, "was edited since");
}

static int compare_file(floe_parse_thread *thread, size_t index) {
    const comparison *c = comparison_of(thread);
    const floe_parse_file *file = thread->parse->files.items[index];
    const entry *first = first_of(c, file);
    const char *root = thread->parse->options->root;
    char place[4096];
    struct stat status;
    if (snprintf(place, sizeof place, "%s/%s", root, file->shown) >= (int)sizeof place) {
        return differ(&thread->error, file->shown, "cannot be read");
    }
    bool text = file->role == FLOE_ROLE_MACRO || (first && file->role != FLOE_ROLE_PROPERTIES);
    if (text && !floe_parse_is_large_seed(thread->parse, file, place)) {
        return compare_text(c, thread, file, first, place);
    }
    return stat(place, &status) || is_newer(c, &status)
               ? differ(&thread->error, file->shown, "is newer than the manifest")
               : 0;
}

/* The files beside dbt_project.yml, and that of each package. */
static int compare_settings(const comparison *c) {
    static const char *const names[] = {"dbt_project.yml",  "packages.yml", "dependencies.yml",
                                        "package-lock.yml", "vars.yml",     ".dbtignore"};
    for (size_t i = 0; i < c->parse->packages.count; i++) {
        for (size_t k = 0; k < (i ? 1 : sizeof names / sizeof *names); k++) {
            char shown[1024], place[4096];
            struct stat status;
            snprintf(shown, sizeof shown, "%s%s", c->parse->packages.items[i]->prefix, names[k]);
            snprintf(place, sizeof place, "%s/%s", c->parse->options->root, shown);
            if (stat(place, &status) == 0 && is_newer(c, &status)) {
                return differ(c->parse->error, shown, "is newer than the manifest");
            }
        }
    }
    return 0;
}

/* ---- the manifest ---- */

/* "2026-11-21T20:13:12.123456Z" */
static bool read_time(struct timespec *out, const floe_node *node) {
    char text[64];
    size_t length;
    const char *string = floe_node_string(node, &length);
    struct tm time = {0};
    if (!length || length >= sizeof text) {
        return false;
    }
    memcpy(text, string, length);
    text[length] = '\0';
    if (sscanf(text, "%d-%d-%dT%d:%d:%d", &time.tm_year, &time.tm_mon, &time.tm_mday, &time.tm_hour,
               &time.tm_min, &time.tm_sec) != 6) {
        return false;
    }
    time.tm_year -= 1900;
    time.tm_mon -= 1;
    const char *point = strchr(text, '.');
    double fraction = point ? strtod(point, NULL) : 0;
    *out = (struct timespec){.tv_sec = timegm(&time), .tv_nsec = (long)(fraction * 1e9)};
    return true;
}

static int read_rules(const floe_node *manifest) {
    char text[32];
    size_t length;
    unsigned major, minor;
    const char *version =
        floe_node_string(floe_node_path(manifest, "metadata", "dbt_version", NULL), &length);
    if (!length || length >= sizeof text) {
        return 0;
    }
    memcpy(text, version, length);
    text[length] = '\0';
    return sscanf(text, "%3u.%3u", &major, &minor) == 2 && major && minor < 100 ? (int)(major * 100 + minor)
                                                                                : 0;
}

static int compare(comparison *c) {
    if (!read_time(&c->made, floe_node_path(c->manifest, "metadata", "generated_at", NULL))) {
        return differ(c->parse->error, "the manifest", "says not when it was made");
    }
    int result = floe_parse_open_packages(c->parse);
    result = result ? result : floe_parse_find_files(c->parse);
    result = result ? result : add_section(c, "nodes", false);
    result = result ? result : add_section(c, "disabled", false);
    result = result ? result : add_section(c, "functions", false);
    result = result ? result : add_section(c, "macros", true);
    result = result ? result : index_entries(c);
    if (result == FLOE_MEMORY) {
        return floe_error_memory(c->parse->error);
    }
    result = result ? result : compare_sets(c);
    result = result ? result : compare_settings(c);
    return result ? result : floe_parse_each(c->parse, c->parse->files.count, compare_file);
}

int floe_dbt_is_current(bool *current, char *reason, size_t size, const floe_node *manifest, const char *root,
                        floe_error *error) {
    floe_error found = {0};
    floe_parse_options options = {.root = root && root[0] ? root : "."};
    floe_store *store = floe_store_new();
    comparison c = {.manifest = manifest, .rules = read_rules(manifest)};
    int result = store ? floe_parse_new(&c.parse, store, &options, &found) : floe_error_memory(&found);
    if (!result) {
        c.parse->work = &c;
        c.parse->dbt = c.rules ? c.rules : c.parse->dbt;
        result = compare(&c);
    }
    bool differs = result == FLOE_NOT_FOUND && !found.file[0];
    free(c.entries);
    free(c.by_file);
    free(c.last);
    floe_parse_free(c.parse);
    floe_store_free(store);
    if (result && !differs) {
        if (error) {
            *error = found;
        }
        return result;
    }
    *current = !differs;
    if (size) {
        snprintf(reason, size, "%s", differs ? found.message : "");
    }
    return 0;
}

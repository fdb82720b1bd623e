/*
 * dbt_project.yml: what a package says about itself, with dbt's defaults and old names. What dbt would refuse
 * is a problem, and the reading goes on with what can be made of it; only a project without a file, or
 * without a name, cannot be read at all.
 */
#include "base/file.h"
#include "base/suggest.h"
#include "data/source.h"
#include "dbt/parse/layout.h"
#include "floe/yaml.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- texts ---- */

const char *floe_parse_place(floe_parse *parse, const char *shown) {
    const char *root = parse->options->root;
    if (!root || !root[0] || strcmp(root, ".") == 0) {
        return shown[0] ? shown : ".";
    }
    const char *slash = root[strlen(root) - 1] == '/' || !shown[0] ? "" : "/";
    return floe_parse_format(parse->arena, "%s%s%s", root, slash, shown);
}

/* ---- YAML files ---- */

void floe_parse_repeated(void *context, const floe_document *document, const floe_key *key, uint32_t first,
                         uint32_t again) {
    const floe_parse_yaml *file = context;
    uint32_t line, column, first_line, first_column;
    floe_document_position(document, first, &first_line, &first_column);
    floe_document_position(document, again, &line, &column);
    floe_parse_report(file->parse, FLOE_PARSE_DEPRECATION, "duplicate_key", file->shown, line, column,
                      "keep one of the two; dbt takes the last",
                      "the key '%.*s' stands twice in one object, first at %u:%u",
                      key->length < 200 ? (int)key->length : 200, key->text, first_line, first_column);
}

int floe_parse_open_yaml(floe_parse *parse, const floe_document **out, const char *shown, const char *code) {
    const char *place = floe_parse_place(parse, shown);
    floe_document *document;
    floe_error error = {0};
    floe_parse_yaml file = {.parse = parse, .shown = shown};
    if (!place) {
        return floe_error_memory(parse->error);
    }
    bool inside;
    if (floe_file_kind_of(place) == FLOE_FILE_NONE) {
        return 0;
    }
    int result = floe_parse_may_read(parse, place, shown, &inside);
    if (result || !inside) {
        return result;
    }
    result = floe_document_new(&document, parse->store, FLOE_YAML, place, parse->error);
    if (result) {
        return result;
    }
    result = floe_source_fill(document, place, NULL, &error);
    if (!result) {
        result =
            floe_yaml_fill(document, floe_parse_dialect(parse), NULL, floe_parse_repeated, &file, &error);
        if (!result) {
            *out = document;
            return 0;
        }
    } else {
        code = "unread_file";
    }
    if (result == FLOE_MEMORY) {
        return floe_error_memory(parse->error);
    }
    floe_error_at(&error, shown, error.line, error.column);
    floe_parse_report_error(parse, FLOE_PARSE_ERROR, code, NULL, &error);
    return 0;
}

/* ---- one setting ---- */

/* A package whose settings are being read. */
typedef struct settings {
    floe_parse *parse;
    floe_parse_package *package;
    const floe_document *document;
    const floe_node *root; /* as written */
    const char *shown;     /* its dbt_project.yml */
} settings;

static int64_t slot_of(const settings *s, const char *key) {
    return floe_node_kind(s->root) == FLOE_OBJECT ? floe_shape_slot(s->root->block->shape, key, strlen(key))
                                                  : -1;
}

static void place_of(const settings *s, const char *key, uint32_t *line, uint32_t *column) {
    int64_t slot = slot_of(s, key);
    *line = *column = 0;
    if (slot >= 0 && s->root->block->key_at) {
        floe_document_position(s->document, s->root->block->key_at[slot], line, column);
    }
}

__attribute__((format(printf, 5, 6))) static void refuse(const settings *s, const char *key, const char *code,
                                                         const char *hint, const char *format, ...) {
    char message[512];
    uint32_t line, column;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    place_of(s, key, &line, &column);
    floe_parse_report(s->parse, FLOE_PARSE_ERROR, code, s->shown, line, column, hint, "%s", message);
}

static const floe_node *member(const settings *s, const char *key) {
    const floe_node *value = floe_node_get(&s->package->spec, key, strlen(key));
    return floe_node_absent(value) ? NULL : value;
}

/* ---- keys ---- */

/* What dbt knows at the top of dbt_project.yml, and what it must be. */
typedef struct known_key {
    const char *name;
    enum { ANY, TEXT, TEXTS, OBJECT, LIST } kind;
    int since; /* the first dbt that knows it */
} known_key;

static const known_key known_keys[] = {
    {"name", TEXT, 0},
    {"version", ANY, 0},
    {"config-version", ANY, 0},
    {"project-root", TEXT, 0},
    {"profile", TEXT, 0},
    {"model-paths", TEXTS, 0},
    {"seed-paths", TEXTS, 0},
    {"test-paths", TEXTS, 0},
    {"analysis-paths", TEXTS, 0},
    {"macro-paths", TEXTS, 0},
    {"snapshot-paths", TEXTS, 0},
    {"docs-paths", TEXTS, 0},
    {"asset-paths", TEXTS, 0},
    {"function-paths", TEXTS, 111},
    {"osi-paths", TEXTS, 112},
    {"source-paths", TEXTS, 0},
    {"data-paths", TEXTS, 0},
    {"target-path", TEXT, 0},
    {"log-path", TEXT, 0},
    {"packages-install-path", TEXT, 0},
    {"clean-targets", TEXTS, 0},
    {"quoting", OBJECT, 0},
    {"on-run-start", ANY, 0},
    {"on-run-end", ANY, 0},
    {"require-dbt-version", ANY, 0},
    {"dispatch", LIST, 0},
    {"models", OBJECT, 0},
    {"seeds", OBJECT, 0},
    {"snapshots", OBJECT, 0},
    {"analyses", OBJECT, 0},
    {"sources", OBJECT, 0},
    {"tests", OBJECT, 0},
    {"data_tests", OBJECT, 0},
    {"unit_tests", OBJECT, 0},
    {"metrics", OBJECT, 0},
    {"semantic-models", OBJECT, 0},
    {"saved-queries", OBJECT, 0},
    {"exposures", OBJECT, 0},
    {"functions", OBJECT, 111},
    {"vars", OBJECT, 0},
    {"packages", LIST, 0},
    {"query-comment", ANY, 0},
    {"restrict-access", ANY, 0},
    {"dbt-cloud", OBJECT, 0},
    {"flags", OBJECT, 0},
    {"checks", ANY, 200},
    {"check-paths", TEXTS, 200},
    {"info_schema", ANY, 200},
};

static const known_key *find_known(const char *name) {
    for (size_t i = 0; i < sizeof known_keys / sizeof *known_keys; i++) {
        if (strcmp(known_keys[i].name, name) == 0) {
            return &known_keys[i];
        }
    }
    return NULL;
}

static void refuse_unknown(const settings *s, const floe_key *key) {
    floe_suggestion near;
    char hint[96] = "";
    floe_suggest_start(&near, key->text, key->length);
    for (size_t i = 0; i < sizeof known_keys / sizeof *known_keys; i++) {
        if (known_keys[i].since <= s->parse->dbt) {
            floe_suggest_offer(&near, known_keys[i].name, strlen(known_keys[i].name));
        }
    }
    if (near.best) {
        snprintf(hint, sizeof hint, "did you mean '%s'?", near.best);
    }
    refuse(s, key->text, "unknown_setting", hint, "dbt knows no setting '%.100s'", key->text);
}

static bool is_texts(const floe_node *value) {
    for (uint32_t i = 0; i < floe_node_size(value); i++) {
        if (floe_node_kind(floe_node_child(value, i)) != FLOE_STRING) {
            return false;
        }
    }
    return true;
}

static void check_kind(const settings *s, const known_key *known, const floe_node *value) {
    static const char *const names[] = {
        [TEXT] = "a text", [TEXTS] = "a list of texts", [OBJECT] = "an object", [LIST] = "a list"};
    floe_kind kind = floe_node_kind(value);
    bool right = known->kind == ANY || kind == FLOE_NULL || (known->kind == TEXT && kind == FLOE_STRING) ||
                 (known->kind == OBJECT && kind == FLOE_OBJECT) ||
                 (known->kind == LIST && kind == FLOE_ARRAY) ||
                 (known->kind == TEXTS && kind == FLOE_ARRAY && is_texts(value));
    if (!right) {
        char hint[128] = "";
        if (known->kind == TEXTS && kind == FLOE_STRING && floe_node_size(value) < 60) {
            snprintf(hint, sizeof hint, "write %s: [\"%.*s\"]", known->name, (int)floe_node_size(value),
                     value->string);
        }
        refuse(s, known->name, "invalid_setting", hint, "'%s' must be %s", known->name, names[known->kind]);
    }
}

static void check_keys(const settings *s) {
    for (uint32_t i = 0; i < floe_node_size(s->root); i++) {
        const floe_key *key = floe_node_key(s->root, i);
        const known_key *known = find_known(key->text);
        if (!known || known->since > s->parse->dbt) {
            refuse_unknown(s, key);
        } else {
            const floe_node *value = floe_node_get(&s->package->spec, key->text, key->length);
            check_kind(s, known, value ? value : floe_node_child(s->root, i));
        }
    }
}

static void check_old_names(const settings *s) {
    static const struct {
        const char *old, *now;
    } rows[] = {{"source-paths", "model-paths"}, {"data-paths", "seed-paths"}, {"tests", "data_tests"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t line, column;
        char hint[64];
        if (slot_of(s, rows[i].old) < 0) {
            continue;
        }
        snprintf(hint, sizeof hint, "write '%s'", rows[i].now);
        if (slot_of(s, rows[i].now) >= 0) {
            refuse(s, rows[i].old, "invalid_setting", "keep the second of them",
                   "'%s' and '%s' are two names of one setting", rows[i].old, rows[i].now);
            continue;
        }
        place_of(s, rows[i].old, &line, &column);
        floe_parse_report(s->parse, FLOE_PARSE_DEPRECATION, "old_setting", s->shown, line, column, hint,
                          "'%s' is the old name of '%s'", rows[i].old, rows[i].now);
    }
    static const char *const moved[][2] = {{"target-path", "target"}, {"log-path", "logs"}};
    for (size_t i = 0; i < sizeof moved / sizeof *moved; i++) {
        const floe_node *value = member(s, moved[i][0]);
        uint32_t line, column;
        if (value && !floe_node_equals(value, moved[i][1])) {
            place_of(s, moved[i][0], &line, &column);
            floe_parse_report(s->parse, FLOE_PARSE_DEPRECATION, "old_setting", s->shown, line, column,
                              "use the flag or the environment variable of dbt instead",
                              "'%s' is no longer a setting of a project", moved[i][0]);
        }
    }
}

static void check_dispatch(const settings *s) {
    const floe_node *list = member(s, "dispatch");
    uint32_t count = list && floe_node_kind(list) == FLOE_ARRAY ? floe_node_size(list) : 0;
    for (uint32_t i = 0; i < count; i++) {
        const floe_node *entry = floe_node_child(list, i);
        const floe_node *order = floe_node_get(entry, "search_order", 12);
        if (floe_node_absent(floe_node_get(entry, "macro_namespace", 15)) || !order ||
            floe_node_kind(order) != FLOE_ARRAY) {
            refuse(s, "dispatch", "invalid_setting", "each entry has a macro_namespace and a search_order",
                   "entry %u of 'dispatch' lacks its macro_namespace, or its search_order is no list", i + 1);
        }
    }
}

/* ---- folders ---- */

/* The folders of a kind, as written; `otherwise` where none are. */
static int read_paths(const settings *s, floe_parse_paths *out, const char *key, const char *old,
                      const char *otherwise) {
    const floe_node *value = member(s, key);
    value = !value && old && slot_of(s, key) < 0 ? member(s, old) : value;
    bool list = value && floe_node_kind(value) == FLOE_ARRAY;
    bool alone = value && floe_node_kind(value) == FLOE_STRING;
    uint32_t count = list ? floe_node_size(value) : 1;
    out->items = floe_arena_array(s->parse->arena, count ? count : 1, sizeof *out->items);
    if (!out->items) {
        return FLOE_MEMORY;
    }
    out->count = 0;
    if (!list && !alone) {
        out->items[out->count++] = otherwise;
        return 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        size_t length;
        const char *text = floe_node_string(list ? floe_node_child(value, i) : value, &length);
        const char *copy = text ? floe_arena_text(s->parse->arena, text, length) : "";
        if (!copy) {
            return FLOE_MEMORY;
        }
        if (text) {
            out->items[out->count++] = copy;
        }
    }
    return 0;
}

static size_t without_slashes(const char *path) {
    size_t length = strlen(path);
    while (length && path[length - 1] == '/') {
        length--;
    }
    return length;
}

/* Where docs are looked for by default: in all folders that hold sources, each once. */
static int join_paths(const settings *s, floe_parse_paths *out) {
    const floe_parse_package *p = s->package;
    const floe_parse_paths *all[] = {&p->models, &p->seeds, &p->snapshots, &p->analyses,
                                     &p->macros, &p->tests, &p->functions};
    size_t room = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        room += all[i]->count;
    }
    out->items = floe_arena_array(s->parse->arena, room ? room : 1, sizeof *out->items);
    out->count = 0;
    for (size_t i = 0; out->items && i < sizeof all / sizeof *all; i++) {
        for (size_t k = 0; k < all[i]->count; k++) {
            size_t length = without_slashes(all[i]->items[k]), n = 0;
            while (n < out->count && (strlen(out->items[n]) != length ||
                                      memcmp(out->items[n], all[i]->items[k], length) != 0)) {
                n++;
            }
            if (n < out->count) {
                continue;
            }
            out->items[n] = floe_arena_text(s->parse->arena, all[i]->items[k], length);
            if (!out->items[out->count++]) {
                return FLOE_MEMORY;
            }
        }
    }
    return out->items ? 0 : FLOE_MEMORY;
}

static int read_folders(const settings *s) {
    floe_parse_package *p = s->package;
    int result = read_paths(s, &p->models, "model-paths", "source-paths", "models");
    result = result ? result : read_paths(s, &p->seeds, "seed-paths", "data-paths", "seeds");
    result = result ? result : read_paths(s, &p->snapshots, "snapshot-paths", NULL, "snapshots");
    result = result ? result : read_paths(s, &p->analyses, "analysis-paths", NULL, "analyses");
    result = result ? result : read_paths(s, &p->tests, "test-paths", NULL, "tests");
    result = result ? result : read_paths(s, &p->macros, "macro-paths", NULL, "macros");
    if (!result && s->parse->dbt >= 111) {
        result = read_paths(s, &p->functions, "function-paths", NULL, "functions");
    }
    result = result ? result : join_paths(s, &p->sources);
    if (!result && member(s, "docs-paths")) {
        return read_paths(s, &p->docs, "docs-paths", NULL, "docs");
    }
    p->docs = p->sources;
    return result;
}

/* ---- name and version ---- */

static bool is_identifier(const char *name) {
    if (!name[0] || isdigit((unsigned char)name[0])) {
        return false;
    }
    for (const unsigned char *c = (const unsigned char *)name; *c; c++) {
        if (!isalnum(*c) && *c != '_' && *c < 0x80) {
            return false;
        }
    }
    return true;
}

/* Names that packages may not have, for a template has other things under them. */
static bool is_reserved(const char *name) {
    static const char *const words[] = {"_sql_results",
                                        "adapter",
                                        "api",
                                        "column",
                                        "config",
                                        "context",
                                        "database",
                                        "env",
                                        "env_var",
                                        "exceptions",
                                        "execute",
                                        "flags",
                                        "fromjson",
                                        "fromyaml",
                                        "graph",
                                        "invocation_id",
                                        "load_agate_table",
                                        "load_result",
                                        "log",
                                        "model",
                                        "modules",
                                        "post_hooks",
                                        "pre_hooks",
                                        "ref",
                                        "render",
                                        "return",
                                        "run_started_at",
                                        "schema",
                                        "source",
                                        "sql",
                                        "sql_now",
                                        "store_result",
                                        "store_raw_result",
                                        "target",
                                        "this",
                                        "tojson",
                                        "toyaml",
                                        "try_or_compiler_error",
                                        "var",
                                        "write"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* The name is what everything else is found by; it is never rendered. */
static bool read_name(const settings *s) {
    size_t length;
    const floe_node *value = floe_node_get(s->root, "name", 4);
    const char *text = floe_node_string(value, &length);
    if (!length || strlen(text) < length) {
        refuse(s, "name", "invalid_project", "write `name: my_project` at its top",
               floe_node_absent(value) ? "dbt_project.yml names no project"
                                       : "the project's name is no text");
        return false;
    }
    s->package->name = floe_arena_text(s->parse->arena, text, length);
    if (!s->package->name) {
        return false;
    }
    if (!is_identifier(s->package->name)) {
        refuse(s, "name", "invalid_setting", "use letters, digits and underscores, a letter first",
               "'%.100s' is no name for a project", s->package->name);
    } else if (is_reserved(s->package->name)) {
        refuse(s, "name", "invalid_setting", "choose another name",
               "'%s' has a meaning of its own in templates, and cannot name a project", s->package->name);
    }
    return true;
}

static void read_version(const settings *s) {
    const floe_node *value = member(s, "version");
    char number[40];
    size_t length;
    const char *text = floe_node_string(value, &length);
    if (value && floe_node_kind(value) == FLOE_INTEGER) {
        snprintf(number, sizeof number, "%lld", (long long)value->integer);
    } else if (value && floe_node_kind(value) == FLOE_NUMBER) {
        snprintf(number, sizeof number, "%.12g", value->number);
    } else {
        number[0] = '\0';
    }
    s->package->version = text        ? floe_arena_text(s->parse->arena, text, length)
                          : number[0] ? floe_parse_format(s->parse->arena, "%s", number)
                                      : NULL;
}

/* ---- the whole ---- */

/* `vars` of dbt_project.yml; from dbt 1.12 on a project may keep them in vars.yml, which packages may not. */
static int read_vars(const settings *s) {
    const floe_node *vars = floe_node_get(s->root, "vars", 4);
    const floe_document *file = NULL;
    s->package->vars = vars && floe_node_kind(vars) == FLOE_OBJECT ? vars : NULL;
    if (s->package->prefix[0] || s->parse->dbt < 112) {
        return 0;
    }
    int result = floe_parse_open_yaml(s->parse, &file, "vars.yml", "invalid_project");
    const floe_node *apart = file ? floe_node_get(&file->root, "vars", 4) : NULL;
    if (floe_node_absent(apart) || !floe_node_size(apart)) {
        return result;
    }
    if (s->package->vars && floe_node_size(s->package->vars)) {
        refuse(s, "vars", "invalid_setting", "keep them in one of the two",
               "there are vars in vars.yml as well as in dbt_project.yml");
    }
    if (floe_node_kind(apart) == FLOE_OBJECT) {
        s->package->vars = apart;
    }
    return result;
}

/* Says why there is nothing to be read: an error for the project itself, a problem for another package. */
static int fail_package(floe_parse *parse, const char *prefix, const char *shown) {
    if (prefix[0]) {
        floe_parse_report(parse, FLOE_PARSE_ERROR, "missing_project", shown, 0, 0,
                          "run `dbt deps`, or remove the folder",
                          "the package's folder holds no dbt_project.yml");
        return 0;
    }
    floe_error_set(parse->error, FLOE_NOT_FOUND, "there is no dbt project in '%s'", parse->options->root);
    floe_error_hint(parse->error, "name the folder that holds dbt_project.yml");
    return floe_error_at(parse->error, floe_parse_place(parse, shown), 0, 0);
}

/* The problem that was just reported is why the project cannot be read. */
static int fail_with_problem(floe_parse *parse, const char *prefix) {
    if (prefix[0]) {
        return 0;
    }
    if (!parse->problems.count) {
        return floe_error_memory(parse->error); /* there was no room to report it */
    }
    const floe_parse_problem *last = &parse->problems.items[parse->problems.count - 1];
    floe_error_set(parse->error, FLOE_INVALID, "%s", last->message);
    if (last->hint) {
        floe_error_hint(parse->error, "%s", last->hint);
    }
    return floe_error_at(parse->error, floe_parse_place(parse, last->file), last->line, last->column);
}

/* The project's own bounds choose the rules where nobody else did; then the file is read as those want it. */
static int read_project(floe_parse *parse, const floe_document **out, const char *prefix, const char *shown) {
    int result = floe_parse_open_yaml(parse, out, shown, "invalid_project");
    if (result || !*out || prefix[0] || parse->options->dbt) {
        return result;
    }
    floe_yaml_dialect dialect = floe_parse_dialect(parse);
    parse->dbt = floe_parse_choose_rules(floe_node_get(&(*out)->root, "require-dbt-version", 19));
    if (floe_parse_dialect(parse) != dialect) {
        *out = NULL;
        result = floe_parse_open_yaml(parse, out, shown, "invalid_project");
    }
    return result;
}

static void check_rules(const settings *s) {
    const floe_node *required = floe_node_get(s->root, "require-dbt-version", 19);
    if (!floe_parse_accepts(required, s->parse->dbt)) {
        uint32_t line, column;
        place_of(s, "require-dbt-version", &line, &column);
        floe_parse_report(s->parse, FLOE_PARSE_WARNING, "dbt_version", s->shown, line, column, NULL,
                          "'%s' does not accept dbt %d.%d, whose rules are followed", s->package->name,
                          s->parse->dbt / 100, s->parse->dbt % 100);
    }
}

/* The project stands among the packages before its Jinja is rendered. */
static int read_settings(settings *s) {
    check_rules(s);
    int result = s->package->prefix[0] || !FLOE_PARSE_PUSH(&s->parse->packages, s->package)
                     ? read_vars(s)
                     : floe_error_memory(s->parse->error);
    result = result ? result : floe_parse_render_spec(s->parse, s->package);
    if (result) {
        return result;
    }
    check_keys(s);
    check_old_names(s);
    check_dispatch(s);
    read_version(s);
    return read_folders(s) ? floe_error_memory(s->parse->error) : 0;
}

int floe_parse_open_package(floe_parse *parse, floe_parse_package **out, const char *prefix) {
    const char *shown = floe_parse_format(parse->arena, "%sdbt_project.yml", prefix);
    const floe_document *document = NULL;
    int result = shown ? read_project(parse, &document, prefix, shown) : floe_error_memory(parse->error);
    if (result || !document) {
        bool missing = !result && floe_file_kind_of(floe_parse_place(parse, shown)) == FLOE_FILE_NONE;
        return result    ? result
               : missing ? fail_package(parse, prefix, shown)
                         : fail_with_problem(parse, prefix);
    }
    floe_parse_package *package = floe_arena_alloc(parse->arena, sizeof *package);
    if (!package) {
        return floe_error_memory(parse->error);
    }
    *package =
        (floe_parse_package){.shown = shown, .document = document, .spec = document->root, .prefix = prefix};
    settings s = {
        .parse = parse, .package = package, .document = document, .root = &document->root, .shown = shown};
    if (floe_node_kind(s.root) != FLOE_OBJECT) {
        refuse(&s, "", "invalid_project", "write `name: my_project` at its top",
               "dbt_project.yml holds no settings");
        return fail_with_problem(parse, prefix);
    }
    size_t length = without_slashes(prefix);
    const char *folder = floe_arena_text(parse->arena, prefix, length);
    package->folder = folder ? floe_parse_place(parse, folder) : NULL;
    if (!package->folder) {
        return floe_error_memory(parse->error);
    }
    if (!read_name(&s)) {
        return fail_with_problem(parse, prefix);
    }
    result = read_settings(&s);
    if (!result) {
        *out = package;
    }
    return result;
}

static int check_selectors(floe_parse *parse) {
    const floe_document *document = NULL;
    int result = floe_parse_open_yaml(parse, &document, "selectors.yml", "invalid_project");
    const floe_node *list = document ? floe_node_get(&document->root, "selectors", 9) : NULL;
    if (document && !floe_node_absent(&document->root) && (!list || floe_node_kind(list) != FLOE_ARRAY)) {
        floe_parse_report(parse, FLOE_PARSE_ERROR, "invalid_project", "selectors.yml", 1, 1,
                          "list them below `selectors:`, each with a dash",
                          "selectors.yml lists no selectors");
    }
    return result;
}

int floe_parse_open_packages(floe_parse *parse) {
    floe_parse_package *project = NULL;
    int result = floe_parse_open_package(parse, &project, "");
    return result ? result : floe_parse_find_packages(parse);
}

int floe_parse_layout(floe_parse *parse) {
    int result = floe_parse_open_packages(parse);
    result = result ? result : check_selectors(parse);
    return result ? result : floe_parse_collect(parse);
}

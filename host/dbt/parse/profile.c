/*
 * The target that dbt would connect to, from profiles.yml: which profile, which output, and what of it
 * templates may see. Nothing is connected to, and what is secret never becomes a value. Without a profile
 * every field is unknown; that is no error, as a project is often read where no warehouse can be reached.
 */
#include "dbt/parse/context.h"

#include "base/file.h"
#include "base/path.h"
#include "floe/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 4096, FIELDS = 64 };

/* ---- finding profiles.yml ---- */

static bool stands(char *path, size_t size, const char *folder, const char *below) {
    int length = snprintf(path, size, "%s%s/profiles.yml", folder, below);
    return length > 0 && (size_t)length < size && floe_file_kind_of(path) == FLOE_FILE_REGULAR;
}

static bool find_profiles(const floe_parse *parse, char *path, size_t size) {
    const floe_parse_options *options = parse->options;
    const char *folder = options->profiles ? options->profiles : getenv("DBT_PROFILES_DIR");
    if (folder) {
        return stands(path, size, folder, "");
    }
    const char *home = getenv("HOME");
    return stands(path, size, options->root, "") || (home && stands(path, size, home, "/.dbt"));
}

/* ---- which profile, which output ---- */

/* The `profile` of dbt_project.yml as written, also before the layout is known. NULL where there is none. */
static const char *project_profile(floe_frame *frame) {
    floe_store *store = floe_store_new();
    char *path = NULL;
    floe_document *document;
    const char *text = NULL;
    size_t size;
    if (store && !floe_path_join(&path, frame->parse->options->root, "dbt_project.yml", NULL) &&
        !floe_yaml_read(&document, store, path, FLOE_YAML_DBT, NULL, NULL)) {
        text = floe_node_string(floe_node_get(&document->root, "profile", strlen("profile")), &size);
        text = text ? floe_arena_text(frame->thread->arena, text, size) : NULL;
    }
    free(path);
    floe_store_free(store);
    return text;
}

/* A text as it is rendered in profiles.yml; NULL where it is unknown or no text. */
static const char *rendered_text(floe_frame *frame, const floe_node *node) {
    size_t size;
    const char *text = floe_node_string(node, &size);
    floe_jinja_run *run = text ? floe_context_run(frame) : NULL;
    floe_jinja_value value;
    if (!run || floe_context_render_text(frame, run, text, size, &value) ||
        value.type != FLOE_JINJA_IS_STRING) {
        return NULL;
    }
    return floe_arena_text(frame->thread->arena, value.string, value.length);
}

/* ---- its fields ---- */

static bool is_secret(const char *key) {
    static const char *const words[] = {"pass",   "token",   "secret",  "key",    "credential",  "settings",
                                        "config", "plugins", "headers", "attach", "filesystems", "remote"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasestr(key, words[i])) {
            return true;
        }
    }
    return false;
}

typedef struct field_list {
    floe_key keys[FIELDS];
    floe_node values[FIELDS];
    size_t count;
} field_list;

static floe_node *field_named(field_list *fields, const char *name) {
    for (size_t i = 0; i < fields->count; i++) {
        if (!strcmp(fields->keys[i].text, name)) {
            return &fields->values[i];
        }
    }
    return NULL;
}

/* A field that stands already is left as it is. */
static void add_field(field_list *fields, const char *name, floe_node value) {
    if (fields->count < FIELDS && !field_named(fields, name)) {
        fields->keys[fields->count] = floe_key_of(name, strlen(name));
        fields->values[fields->count++] = value;
    }
}

static void set_field(field_list *fields, const char *name, floe_node value) {
    floe_node *standing = field_named(fields, name);
    if (standing) {
        *standing = value;
    } else {
        add_field(fields, name, value);
    }
}

/* The output's own fields; what is secret, a container, or unknown is a null. */
static void read_fields(floe_frame *frame, const floe_node *output, field_list *fields) {
    for (uint32_t i = 0; i < floe_node_size(output); i++) {
        const floe_key *key = floe_node_key(output, i);
        const floe_node *value = floe_node_child(output, i);
        size_t size;
        const char *text = floe_node_string(value, &size);
        floe_node kept = floe_null_node(0);
        if (!is_secret(key->text)) {
            if (text && floe_jinja_is_template(text, size)) {
                floe_jinja_run *run = floe_context_run(frame);
                floe_jinja_value rendered;
                if (!run || floe_context_render_text(frame, run, text, size, &rendered) ||
                    floe_parse_node_of(frame->thread, &rendered, &kept)) {
                    kept = floe_null_node(0);
                }
            } else if (floe_node_kind(value) < FLOE_ARRAY) {
                kept = *value;
            }
        }
        add_field(fields, key->text, kept);
    }
}

/* One field under the names that adapters know it by. */
static void alias_field(field_list *fields, const char *name, const char *const *others) {
    const floe_node *found = field_named(fields, name);
    for (size_t i = 0; !found && others[i]; i++) {
        found = field_named(fields, others[i]);
    }
    if (found) {
        add_field(fields, name, *found);
    }
}

static const char *field_text(floe_parse_thread *thread, field_list *fields, const char *name) {
    size_t size;
    const floe_node *field = field_named(fields, name);
    const char *text = field ? floe_node_string(field, &size) : NULL;
    return text ? floe_arena_text(thread->arena, text, size) : NULL;
}

/* The database of a DuckDB file is named after it. */
static void duckdb_fields(floe_parse_thread *thread, field_list *fields) {
    add_field(fields, "path", floe_literal_node(":memory:"));
    add_field(fields, "schema", floe_literal_node("main"));
    const char *path = field_text(thread, fields, "path");
    if (field_named(fields, "database") || !path) {
        add_field(fields, "database", floe_null_node(0));
        return;
    }
    if (!strcmp(path, ":memory:")) {
        add_field(fields, "database", floe_literal_node("memory"));
        return;
    }
    if (!strncmp(path, "md:", 3) || !strncmp(path, "motherduck:", 11) || strchr(path, '?') ||
        strstr(path, "ducklake:")) {
        add_field(fields, "database", floe_null_node(0));
        return;
    }
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    size_t length = dot && dot != name ? (size_t)(dot - name) : strlen(name);
    add_field(fields, "database", floe_string_node(floe_arena_text(thread->arena, name, length), length, 0));
}

static int settle_fields(floe_parse_context *context, floe_parse_thread *thread, field_list *fields) {
    static const char *const databases[] = {"project", "dbname", "catalog", NULL};
    static const char *const schemas[] = {"dataset", NULL};
    floe_parse_target *target = &context->target;
    target->type = field_text(thread, fields, "type");
    if (target->type && !strcmp(target->type, "duckdb")) {
        duckdb_fields(thread, fields);
    }
    alias_field(fields, "database", databases);
    alias_field(fields, "schema", schemas);
    target->database = field_text(thread, fields, "database");
    target->schema = field_text(thread, fields, "schema");
    add_field(fields, "threads", floe_integer_node(1, 0));
    set_field(fields, "name", floe_literal_node(target->name));
    set_field(fields, "target_name", floe_literal_node(target->name));
    set_field(fields, "profile_name", floe_literal_node(target->profile));
    return floe_document_map(&target->fields, thread->document, fields->keys, fields->values, NULL,
                             fields->count, 0, NULL);
}

/* ---- all of it ---- */

static int missing(floe_frame *frame, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int missing(floe_frame *frame, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    frame->context->target.reason = floe_arena_text(frame->thread->arena, text, strlen(text));
    return frame->context->target.reason ? 0 : FLOE_MEMORY;
}

static const char *profile_name(floe_frame *frame) {
    const floe_parse_options *options = frame->parse->options;
    const char *name = options->profile ? options->profile : getenv("DBT_PROFILE");
    if (name) {
        return name;
    }
    const char *written = project_profile(frame);
    floe_node node = floe_literal_node(written);
    return written ? rendered_text(frame, &node) : NULL;
}

static const char *target_name(floe_frame *frame, const floe_node *profile) {
    const floe_parse_options *options = frame->parse->options;
    const char *name = options->target ? options->target : getenv("DBT_TARGET");
    if (name) {
        return name;
    }
    const floe_node *target = floe_node_get(profile, "target", strlen("target"));
    return target ? rendered_text(frame, target) : "default";
}

static int load(floe_parse_context *context, floe_frame *frame) {
    floe_parse *parse = context->parse;
    floe_parse_target *target = &context->target;
    floe_document *document;
    char path[PATH_SIZE];
    if (!find_profiles(parse, path, sizeof path)) {
        target->reason = "there is no profiles.yml";
        return 0;
    }
    if (!(target->profile = profile_name(frame))) {
        target->reason = "dbt_project.yml names no profile";
        return 0;
    }
    if (floe_yaml_read(&document, parse->store, path, floe_parse_dialect(parse), NULL, NULL)) {
        return missing(frame, "%s cannot be read", path);
    }
    const floe_node *profile = floe_node_get(&document->root, target->profile, strlen(target->profile));
    if (floe_node_absent(profile)) {
        return missing(frame, "%s has no profile '%s'", path, target->profile);
    }
    if (!(target->name = target_name(frame, profile))) {
        return missing(frame, "which target the profile '%s' takes is not known", target->profile);
    }
    const floe_node *output = floe_node_path(profile, "outputs", target->name, NULL);
    if (floe_node_absent(output) || floe_node_kind(output) != FLOE_OBJECT) {
        return missing(frame, "the profile '%s' has no target '%s'", target->profile, target->name);
    }
    field_list fields = {.count = 0};
    read_fields(frame, output, &fields);
    target->known = true;
    return settle_fields(context, frame->thread, &fields);
}

/* A profile or target that was asked for, and that is not there, is no reason to take none. */
static void refuse_unknown(floe_parse_context *context) {
    const floe_parse_options *options = context->parse->options;
    if (!context->target.known && (options->profiles || options->profile || options->target)) {
        floe_parse_report(context->parse, FLOE_PARSE_ERROR, "unknown_target", "profiles.yml", 0, 0,
                          "name a profile and a target that profiles.yml has, or none",
                          "the target that is asked for is not known: %s", context->target.reason);
    }
}

int floe_profile_load(floe_parse_context *context, floe_parse_thread *thread) {
    floe_frame frame = {.thread = thread,
                        .parse = context->parse,
                        .context = context,
                        .kind = FLOE_FRAME_PROFILE,
                        .native = true,
                        .file = "profiles.yml"};
    int result = load(context, &frame);
    refuse_unknown(context);
    return result ? result : frame.failure;
}

/* ---- `target` in templates ---- */

/* Fields that an adapter may have though the profile does not say them. */
static bool may_have(const char *name) {
    static const char *const names[] = {"account",
                                        "authenticator",
                                        "catalog",
                                        "cluster",
                                        "database",
                                        "dataset",
                                        "dbname",
                                        "driver",
                                        "engine",
                                        "execution_project",
                                        "host",
                                        "http_path",
                                        "location",
                                        "maximum_bytes_billed",
                                        "method",
                                        "organization",
                                        "path",
                                        "port",
                                        "priority",
                                        "project",
                                        "query_tag",
                                        "role",
                                        "schema",
                                        "search_path",
                                        "server",
                                        "sslmode",
                                        "timeout_seconds",
                                        "user",
                                        "warehouse"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!strcmp(names[i], name)) {
            return true;
        }
    }
    return false;
}

static bool target_member(floe_jinja_run *run, const char *name, size_t length, floe_jinja_value *out) {
    const floe_parse_target *target = &floe_frame_of(run)->context->target;
    if (!target->known) {
        if (target->profile && length == strlen("profile_name") && !memcmp(name, "profile_name", length)) {
            *out = floe_context_text(run, target->profile, strlen(target->profile));
            return true;
        }
        *out = floe_jinja_unknown(run, "target.%.*s is not known: %s", (int)length, name, target->reason);
        return true;
    }
    const floe_node *field = floe_node_get(&target->fields, name, length);
    if (field && !floe_node_absent(field)) {
        return !floe_parse_value_of(run, field, out);
    }
    char text[64];
    snprintf(text, sizeof text, "%.*s", (int)length, name);
    if (!field && !(may_have(text) && (!target->type || strcmp(target->type, "duckdb") != 0))) {
        return false;
    }
    *out = floe_jinja_unknown(run, "target.%s is not in profiles.yml as plain text", text);
    return true;
}

floe_jinja_value floe_context_target_field(floe_jinja_run *run, const char *name) {
    floe_jinja_value value;
    return target_member(run, name, strlen(name), &value) ? value : floe_jinja_undefined(name);
}

static int target_get(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                      floe_jinja_value *out) {
    (void)self;
    static const char *const parameters[] = {"key", "default="};
    floe_jinja_value slots[2];
    int result = floe_jinja_bind(run, "get", arguments, parameters, 2, slots);
    if (result) {
        return result;
    }
    if (slots[0].type == FLOE_JINJA_IS_UNKNOWN) {
        *out = slots[0];
    } else if (slots[0].type != FLOE_JINJA_IS_STRING ||
               !target_member(run, slots[0].string, slots[0].length, out)) {
        *out = slots[1].type == FLOE_JINJA_IS_UNDEFINED ? floe_jinja_none() : slots[1];
    }
    return 0;
}

static int target_all(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                      floe_jinja_value *out) {
    (void)self;
    (void)arguments;
    *out = floe_jinja_unknown(run, "what all of `target` holds is known to dbt's adapter only");
    return 0;
}

static bool target_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                             floe_jinja_value *out) {
    (void)object;
    if (floe_text_is(name, "get")) {
        *out = floe_context_bound(run, "get", target_get, NULL);
        return true;
    }
    if (floe_text_is(name, "items") || floe_text_is(name, "keys") || floe_text_is(name, "values")) {
        *out = floe_context_bound(run, "items", target_all, NULL);
        return true;
    }
    return target_member(run, name.text, name.length, out);
}

static int target_item(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_value *key,
                       floe_jinja_value *out) {
    (void)object;
    if (key->type != FLOE_JINJA_IS_STRING || !target_member(run, key->string, key->length, out)) {
        *out = floe_jinja_undefined("target");
    }
    return 0;
}

static int target_text(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_value *out) {
    (void)object;
    *out = floe_jinja_unknown(run, "what all of `target` holds is known to dbt's adapter only");
    return 0;
}

static const floe_jinja_class target_class = {
    .name = "dict", .attribute = target_attribute, .item = target_item, .text = target_text, .mapping = true};
static const floe_jinja_object target_object = {&target_class};

floe_jinja_value floe_context_target(floe_jinja_run *run) {
    (void)run;
    return floe_jinja_of_object((floe_jinja_object *)(uintptr_t)&target_object);
}

/*
 * var() and env_var(), with dbt's order of places: the command line, the project's vars for the package, the
 * project's vars for all, the package's own.
 */
#include "dbt/parse/context.h"

#include <stdlib.h>
#include <string.h>

/* ---- where a variable stands ---- */

static const floe_node *among(const floe_node *vars, const char *package, floe_jinja_text name) {
    const floe_node *own = floe_node_get(vars, package, strlen(package));
    const floe_node *found = NULL;
    if (own && floe_node_kind(own) == FLOE_OBJECT) {
        found = floe_node_get(own, name.text, name.length);
    }
    return found ? found : floe_node_get(vars, name.text, name.length);
}

/* The project file's context knows the command line only; NULL where the variable is not set. A variable
 * that is set to null is a null node. */
static const floe_node *find_var(const floe_frame *frame, floe_jinja_text name) {
    const floe_parse *parse = frame->parse;
    const floe_node *found = floe_node_get(parse->cli_vars, name.text, name.length);
    if (found || frame->kind == FLOE_FRAME_PROJECT || frame->kind == FLOE_FRAME_PROFILE || !frame->package) {
        return found;
    }
    const floe_parse_package *root = parse->packages.count ? parse->packages.items[0] : frame->package;
    found = root->vars ? among(root->vars, frame->package->name, name) : NULL;
    if (!found && frame->package != root && frame->package->vars) {
        found = among(frame->package->vars, frame->package->name, name);
    }
    return found;
}

/* ---- var() ---- */

/* A variable's text is itself a template where nodes are rendered. */
static int var_value(floe_jinja_run *run, const floe_node *node, floe_jinja_value *out) {
    floe_frame *frame = floe_frame_of(run);
    size_t size;
    const char *text = floe_node_string(node, &size);
    if (text && (frame->kind == FLOE_FRAME_NODE || frame->kind == FLOE_FRAME_NAME) &&
        floe_jinja_is_template(text, size)) {
        return floe_context_render_text(frame, run, text, size, out);
    }
    return floe_parse_value_of(run, node, out);
}

static int call_var(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                    floe_jinja_value *out) {
    (void)object;
    static const char *const parameters[] = {"var_name", "default="};
    floe_jinja_value slots[2];
    int result = floe_jinja_bind(run, "var", arguments, parameters, 2, slots);
    if (result) {
        return result;
    }
    if (slots[0].type == FLOE_JINJA_IS_UNKNOWN) {
        *out = slots[0];
        return 0;
    }
    if (slots[0].type != FLOE_JINJA_IS_STRING) {
        return floe_jinja_fail(run, FLOE_INVALID, "the name given to var() is no text");
    }
    floe_frame *frame = floe_frame_of(run);
    floe_jinja_text name = {slots[0].string, slots[0].length};
    const floe_node *found = find_var(frame, name);
    if (found) {
        return var_value(run, found, out);
    }
    if (arguments->count + arguments->named_count > 1) {
        *out = slots[1];
        return 0;
    }
    if (arguments->doubt) {
        *out = floe_jinja_doubtful(arguments->doubt);
        return 0;
    }
    if (frame->kind == FLOE_FRAME_NODE) {
        *out = floe_jinja_none(); /* while it parses, dbt answers none; only a run fails */
        return 0;
    }
    *out = floe_jinja_unknown(run, "the variable '%.*s' is not set, and dbt would stop here",
                              (int)name.length, name.text);
    return 0;
}

static int call_has_var(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                        floe_jinja_value *out) {
    (void)self;
    static const char *const parameters[] = {"var_name"};
    floe_jinja_value slot;
    int result = floe_jinja_bind(run, "has_var", arguments, parameters, 1, &slot);
    if (result) {
        return result;
    }
    if (slot.type != FLOE_JINJA_IS_STRING) {
        *out = slot.type == FLOE_JINJA_IS_UNKNOWN ? slot : floe_jinja_boolean(false);
        return 0;
    }
    *out = floe_jinja_boolean(find_var(floe_frame_of(run), (floe_jinja_text){slot.string, slot.length}));
    return 0;
}

static bool var_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                          floe_jinja_value *out) {
    (void)object;
    if (floe_text_is(name, "has_var")) {
        *out = floe_context_bound(run, "has_var", call_has_var, NULL);
        return true;
    }
    return false;
}

static const floe_jinja_class var_class = {.name = "Var", .attribute = var_attribute, .call = call_var};
static const floe_jinja_object var_object = {&var_class};

floe_jinja_value floe_context_var(floe_jinja_run *run) {
    (void)run;
    return floe_jinja_of_object((floe_jinja_object *)(uintptr_t)&var_object);
}

/* ---- env_var() ---- */

enum { NAME_SIZE = 256 };

int floe_context_env_var(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                         floe_jinja_value *out) {
    (void)self;
    static const char *const parameters[] = {"var", "default="};
    floe_jinja_value slots[2];
    int result = floe_jinja_bind(run, "env_var", arguments, parameters, 2, slots);
    if (result) {
        return result;
    }
    if (slots[0].type == FLOE_JINJA_IS_UNKNOWN) {
        *out = slots[0];
        return 0;
    }
    char name[NAME_SIZE];
    if (slots[0].type != FLOE_JINJA_IS_STRING || slots[0].length >= sizeof name) {
        return floe_jinja_fail(run, FLOE_INVALID,
                               "the name given to env_var() is no text of a sensible length");
    }
    memcpy(name, slots[0].string, slots[0].length);
    name[slots[0].length] = '\0';
    if (!strncmp(name, "DBT_ENV_SECRET", strlen("DBT_ENV_SECRET"))) {
        *out = floe_jinja_unknown(run, "the value of '%s' is secret", name);
        return 0;
    }
    const char *value = getenv(name);
    if (value) {
        *out = floe_context_text(run, value, strlen(value));
    } else if (slots[1].type != FLOE_JINJA_IS_UNDEFINED && slots[1].type != FLOE_JINJA_IS_NONE) {
        *out = slots[1];
    } else {
        *out = floe_jinja_unknown(run, "the environment variable '%s' is not set, and dbt would stop here",
                                  name);
    }
    return 0;
}

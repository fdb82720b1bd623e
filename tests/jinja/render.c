/*
 * Renders templates for tests/jinja/render.py. Reads cases from standard input, each a number of macros and a
 * template, all ended by NUL and the case by another (a template behind a byte 1 is rendered to a value,
 * whose repr is the answer); answers each with "text", "error" or "unknown", a byte 1, what it is, and NUL.
 * The names that templates see stand in the first case, as one expression: a dict.
 */
#include "jinja/render.h"

#include "base/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct surroundings {
    floe_jinja_value names;
    const floe_jinja_template *macros[32];
    size_t macro_count;
    floe_buffer calls;
} surroundings;

static int call_return(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                       floe_jinja_value *out) {
    (void)object;
    (void)out;
    floe_jinja_value nothing = floe_jinja_none();
    return floe_jinja_return(run, arguments->count ? &arguments->items[0] : &nothing);
}

static int call_unknown(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                        floe_jinja_value *out) {
    (void)object;
    (void)arguments;
    *out = floe_jinja_unknown(run, "only a run knows it");
    return 0;
}

/* Notes a call: "+name" where it happens for certain, "?name" in doubt; "*" where the name is unknown. */
static int call_ref(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                    floe_jinja_value *out) {
    surroundings *world = floe_jinja_context(run);
    (void)object;
    int result = floe_jinja_text_of(run, &arguments->items[0], out);
    bool known = !result && out->type == FLOE_JINJA_IS_STRING;
    floe_buffer_printf(&world->calls, "%s%.*s\n",
                       !known                     ? "*"
                       : floe_jinja_in_doubt(run) ? "?"
                                                  : "+",
                       known ? (int)out->length : 0, known ? out->string : "");
    return result;
}

static const floe_jinja_class ref_class = {.name = "function", .call = call_ref};
static const floe_jinja_class return_class = {.name = "function", .call = call_return};
static const floe_jinja_class unknown_class = {.name = "function", .call = call_unknown};
static floe_jinja_object return_object = {&return_class}, unknown_object = {&unknown_class},
                         ref_object = {&ref_class};

static bool is(floe_jinja_text name, const char *word) {
    return name.length == strlen(word) && memcmp(name.text, word, name.length) == 0;
}

static bool lookup(floe_jinja_run *run, floe_jinja_text name, floe_jinja_value *out) {
    surroundings *world = floe_jinja_context(run);
    for (size_t i = 0; i < world->macro_count; i++) {
        const floe_jinja_template *template = world->macros[i];
        for (uint32_t j = 0; j < template->body.count; j++) {
            const floe_jinja_node *node = template->body.items[j];
            if (node->kind == FLOE_JINJA_MACRO && node->text.length == name.length &&
                memcmp(node->text.text, name.text, name.length) == 0) {
                return !floe_jinja_macro(run, template, node, out);
            }
        }
    }
    if (is(name, "return") || is(name, "unknown")) {
        *out = floe_jinja_of_object(is(name, "return") ? &return_object : &unknown_object);
        return true;
    }
    if (is(name, "ref")) {
        *out = floe_jinja_of_object(&ref_object);
        return true;
    }
    if (world->names.type != FLOE_JINJA_IS_DICT) {
        return false;
    }
    const floe_jinja_value *found = floe_jinja_get_text(&world->names, name.text, name.length);
    if (found) {
        *out = *found;
    }
    return found != NULL;
}

static void answer(const char *how, const char *text, size_t length) {
    printf("%s\1", how);
    fwrite(text, 1, length, stdout);
    putchar('\0');
}

static int render(floe_jinja_run *run, surroundings *world, floe_arena *arena, const char *const *parts,
                  size_t count, const char *names, floe_error *error) {
    const floe_jinja_template *template;
    const floe_jinja_node *node;
    floe_jinja_value out;
    floe_jinja_run_reset(run, world);
    world->names.type = FLOE_JINJA_IS_NONE;
    world->macro_count = 0;
    int result = floe_jinja_parse_expression(&node, arena, "names", names, strlen(names), error);
    if (result) {
        return result;
    }
    const floe_jinja_template empty = {.name = "names", .text = names, .size = strlen(names)};
    result = floe_jinja_evaluate(run, &empty, node, &world->names);
    for (size_t i = 0; i + 1 < count && !result; i++) {
        result = floe_jinja_parse(&world->macros[i], arena, "macro", parts[i], strlen(parts[i]), error);
        world->macro_count += !result;
    }
    if (result) {
        return result;
    }
    const char *text = parts[count - 1];
    bool native = *text == '\1', calls = *text == '\2';
    text += native || calls;
    floe_buffer_clear(&world->calls);
    result = floe_jinja_parse(&template, arena, "template", text, strlen(text), error);
    if (result) {
        return result;
    }
    floe_jinja_chaining(run, !native);
    result =
        native ? floe_jinja_render_value(run, template, false, &out) : floe_jinja_render(run, template, &out);
    result = result || !native ? result : floe_jinja_repr(run, &out, &out);
    if (calls) {
        bool known = !result && out.type == FLOE_JINJA_IS_STRING;
        floe_buffer_printf(&world->calls, "%s%.*s",
                           result  ? "error"
                           : known ? "="
                                   : "unknown",
                           known ? (int)out.length : 0, known ? out.string : "");
        answer("calls", world->calls.data, world->calls.size);
        return 0;
    }
    if (result) {
        *error = *floe_jinja_error(run);
    } else if (out.type == FLOE_JINJA_IS_UNKNOWN) {
        answer("unknown", out.doubt->reason, strlen(out.doubt->reason));
    } else {
        answer("text", out.string, out.length);
    }
    return result;
}

int main(void) {
    static const floe_jinja_host host = {.lookup = lookup};
    floe_buffer input = {0};
    floe_jinja_run *run;
    surroundings world = {0};
    char bytes[65536];
    size_t size;
    while ((size = fread(bytes, 1, sizeof bytes, stdin)) > 0) {
        floe_buffer_append(&input, bytes, size);
    }
    if (floe_jinja_run_new(&run, &host, &world, NULL, NULL)) {
        return 1;
    }
    const char *at = input.data, *end = at + input.size, *names = at;
    floe_arena *arena = floe_arena_new(0); /* macros must outlive the run */
    at += strlen(at) + 2;
    while (at < end) {
        const char *parts[32];
        size_t count = 0;
        for (; *at && count < 32; at += strlen(at) + 1) {
            parts[count++] = at;
        }
        at++;
        floe_error error = {0};
        if (!count) {
            answer("text", "", 0);
        } else if (render(run, &world, arena, parts, count, names, &error)) {
            char text[2048];
            int length = snprintf(text, sizeof text, "%s:%u:%u: %s", error.file, error.line, error.column,
                                  error.message);
            answer("error", text, (size_t)length);
        }
    }
    floe_jinja_run_free(run);
    floe_arena_free(arena);
    floe_buffer_free(&input);
    floe_buffer_free(&world.calls);
    return 0;
}

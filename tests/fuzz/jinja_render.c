/* Any template renders within its bounds to a text, to something unknown or to an error with its place, and
 * to the same each time. Macros of the host are the template's own: they may call one another, with unknown
 * values too. */
#include "jinja/render.h"

#include "check.h"

typedef struct surroundings {
    const floe_jinja_template *template;
    int depth; /* of macros entered */
} surroundings;

static int call_unknown(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                        floe_jinja_value *out) {
    (void)object;
    (void)arguments;
    *out = floe_jinja_unknown(run, "only a run knows");
    return 0;
}

static int call_return(floe_jinja_run *run, floe_jinja_object *object, const floe_jinja_arguments *arguments,
                       floe_jinja_value *out) {
    floe_jinja_value nothing = floe_jinja_none();
    (void)object;
    (void)out;
    return floe_jinja_return(run, arguments->count ? &arguments->items[0] : &nothing);
}

static const floe_jinja_class unknown_class = {.name = "function", .call = call_unknown};
static const floe_jinja_class return_class = {.name = "function", .call = call_return};
static floe_jinja_object unknown_object = {&unknown_class}, return_object = {&return_class};

/* One letter is enough of a name: "q…" is an unknown value's function, "r…" is return. */
static bool lookup(floe_jinja_run *run, floe_jinja_text name, floe_jinja_value *out) {
    const surroundings *self = floe_jinja_context(run);
    if (name.text[0] == 'q' || name.text[0] == 'r') {
        *out = floe_jinja_of_object(name.text[0] == 'q' ? &unknown_object : &return_object);
        return true;
    }
    for (uint32_t i = 0; i < self->template->body.count; i++) {
        const floe_jinja_node *node = self->template->body.items[i];
        if (node->kind == FLOE_JINJA_MACRO && node->text.length == name.length &&
            memcmp(node->text.text, name.text, name.length) == 0) {
            return !floe_jinja_macro(run, self->template, node, out);
        }
    }
    return false;
}

static void enter(floe_jinja_run *run, const floe_jinja_template *template, const floe_jinja_node *macro) {
    surroundings *self = floe_jinja_context(run);
    HOLDS(template == self->template && macro->kind == FLOE_JINJA_MACRO && ++self->depth > 0);
}

static void leave(floe_jinja_run *run) {
    HOLDS(--((surroundings *)floe_jinja_context(run))->depth >= 0);
}

static void untaken(floe_jinja_run *run, floe_jinja_list body) {
    HOLDS(floe_jinja_here(run, NULL, NULL) && body.count > 0);
}

static const floe_jinja_host host = {.lookup = lookup, .untaken = untaken, .enter = enter, .leave = leave};

/* The bytes of what was rendered, summed; -1 for unknown, below that an error. */
static int64_t render(floe_jinja_run *run, surroundings *self, bool native) {
    floe_jinja_value out, text;
    floe_jinja_run_reset(run, self);
    floe_jinja_chaining(run, !native);
    int result = native ? floe_jinja_render_value(run, self->template, false, &out)
                        : floe_jinja_render(run, self->template, &out);
    HOLDS(self->depth == 0 && !floe_jinja_in_doubt(run) && result <= 0);
    if (!result) {
        HOLDS(native || out.type == FLOE_JINJA_IS_STRING || out.type == FLOE_JINJA_IS_UNKNOWN);
        floe_jinja_doubt_of(&out);
        result = floe_jinja_text_of(run, &out, &text);
    }
    if (result) {
        const floe_error *error = floe_jinja_error(run);
        HOLDS((int)error->code == result && result != FLOE_INTERNAL && error->message[0]);
        return result - 1;
    }
    if (text.type == FLOE_JINJA_IS_UNKNOWN) {
        HOLDS(text.doubt && text.doubt->reason[0]);
        return -1;
    }
    HOLDS(text.type == FLOE_JINJA_IS_STRING);
    int64_t sum = 0;
    for (uint32_t i = 0; i < text.length; i++) {
        sum += (unsigned char)text.string[i];
    }
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const floe_jinja_bounds bounds = {.steps = 20000, .calls = 20, .memory = 8 << 20};
    floe_arena *arena = floe_arena_new(0);
    floe_jinja_run *run;
    surroundings self = {0};
    if (!floe_jinja_parse(&self.template, arena, "input", (const char *)data, size, NULL)) {
        HOLDS(!floe_jinja_run_new(&run, &host, &self, &bounds, NULL));
        int64_t first = render(run, &self, false);
        HOLDS(render(run, &self, false) == first);
        render(run, &self, true);
        floe_jinja_run_free(run);
    }
    floe_arena_free(arena);
    return 0;
}

#include "floe/yaml.h"

#include "base/number.h"
#include "data/builder.h"
#include "data/names.h"
#include "data/source.h"
#include "data/yaml_place.h"
#include "data/yaml_quick.h"
#include "data/yaml_scalar.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 100, DIRECTIVES = 64, MERGES = 64 };

/* An open container. Its children so far stand on the builder's stack. */
typedef struct frame {
    uint32_t at;
    uint32_t values, keys; /* where its children and its keys begin on their stacks */
    uint32_t key_at;       /* of the member whose value comes next */
    int64_t anchor;        /* its number, or -1 */
    uint64_t expanded;     /* nodes in it, with aliases counted as if they were copied */
    bool object;
    bool has_key;    /* a key was read and waits for its value */
    bool merging;    /* that key is << */
    uint32_t merged; /* how many << there were */
    floe_node merge;
    uint32_t merge_at;
} frame;

/* What an anchor names. */
typedef struct anchor {
    floe_node node;
    uint64_t expanded;
    int64_t text; /* the number of a scalar's source text among the names; -1 for a container */
    bool open;    /* its container has not ended */
} anchor;

typedef struct reader {
    floe_document *document;
    floe_error *error;
    floe_yaml_dialect dialect;
    floe_yaml_repeated repeated; /* NULL: repetitions are errors */
    void *context;
    yaml_parser_t parser;
    floe_yaml_cursor cursor;
    floe_builder built;
    frame *frames;
    size_t depth, frame_capacity;
    floe_names names;        /* keys, and the texts of scalars with anchors */
    floe_names anchor_names; /* anchors[i] is what anchor_names.items[i] names now */
    anchor *anchors;
    size_t anchor_capacity;
    size_t nodes; /* in closed containers */
    uint64_t aliased;
    size_t most_depth, most_nodes;
    uint64_t most_aliased;
    bool complete; /* a document was read */
    bool quick;    /* the quick reader is at work: what is wrong is libyaml's to tell */
} reader;

/* ---- errors ---- */

__attribute__((format(printf, 4, 5))) static int fail(reader *r, uint32_t at, floe_code code,
                                                      const char *format, ...) {
    char what[400];
    uint32_t line, column;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    floe_document_position(r->document, at, &line, &column);
    floe_error_set(r->error, code, "cannot read YAML: %s", what);
    floe_error_at(r->error, r->document->path, line, column);
    return code;
}

static int fail_memory(reader *r) {
    floe_error_set(r->error, FLOE_MEMORY, "out of memory while reading YAML");
    floe_error_at(r->error, r->document->path, 0, 0);
    return FLOE_MEMORY;
}

static int fail_key(reader *r, uint32_t at) {
    fail(r, at, FLOE_INVALID, "a key is no text");
    if (at > 0 && at < r->document->size && r->document->text[at] == '{' &&
        r->document->text[at - 1] == '{') {
        floe_error_hint(r->error, "put a value that begins with '{{' into quotes");
    }
    return FLOE_INVALID;
}

/* ---- values ---- */

static frame *top_frame(reader *r) {
    return r->depth ? &r->frames[r->depth - 1] : NULL;
}

static bool awaits_key(const frame *top) {
    return top && top->object && !top->has_key;
}

static bool can_be_merged(const floe_node *node) {
    if (floe_node_kind(node) == FLOE_OBJECT) {
        return true;
    }
    if (floe_node_kind(node) != FLOE_ARRAY) {
        return false;
    }
    for (uint32_t i = 0; i < floe_node_size(node); i++) {
        if (floe_node_kind(&node->block->items[i]) != FLOE_OBJECT) {
            return false;
        }
    }
    return true;
}

static int push_item(reader *r, floe_node node, uint32_t key_at) {
    if (r->depth && r->nodes + r->built.value_count >= r->most_nodes) {
        return fail(r, node.at, FLOE_LIMIT, "it holds more than %zu values", r->most_nodes);
    }
    if (floe_builder_reserve(&r->built)) {
        return fail_memory(r);
    }
    r->built.key_at[r->built.value_count] = key_at;
    r->built.values[r->built.value_count++] = node;
    return 0;
}

static uint32_t merged_count(const floe_node *node) {
    return floe_node_kind(node) == FLOE_ARRAY ? floe_node_size(node) : 1;
}

static const floe_node *merged_items(const floe_node *node) {
    return floe_node_kind(node) == FLOE_ARRAY ? node->block->items : node;
}

/* Puts what stands behind a further << before what stood behind those above it: the first of a list wins. */
static int join_merges(reader *r, frame *top, const floe_node *node) {
    uint32_t first = merged_count(node), rest = merged_count(&top->merge);
    floe_node *items = malloc(((size_t)first + rest) * sizeof *items);
    if (!items) {
        return fail_memory(r);
    }
    memcpy(items, merged_items(node), first * sizeof *items);
    memcpy(items + first, merged_items(&top->merge), rest * sizeof *items);
    int result =
        floe_document_list(&top->merge, r->document, items, (size_t)first + rest, node->at, r->error);
    free(items);
    return result;
}

/* Adds a value to the innermost container; `expanded` are the nodes that it stands for. */
static int push_value(reader *r, floe_node node, uint64_t expanded) {
    frame *top = top_frame(r);
    if (!top) {
        return push_item(r, node, 0);
    }
    top->expanded += expanded;
    top->has_key = false;
    if (!top->merging) {
        return push_item(r, node, top->key_at);
    }
    top->merging = false;
    if (!can_be_merged(&node)) {
        return fail(r, top->merge_at, FLOE_INVALID, "'<<' takes an object or a list of objects");
    }
    if (top->merged++) {
        return join_merges(r, top, &node);
    }
    top->merge = node;
    return 0;
}

/* Whether a plain key may be anything but a text; most are not looked at any closer. */
static bool may_be_no_text(const char *text, size_t length) {
    static const char words[][3] = {"nu", "no", "tr", "fa", "ye", "on", "of"};
    if (!length || strchr("+-.~0123456789", *text)) {
        return true;
    }
    for (size_t i = 0; length > 1 && length < 6 && i < sizeof words / sizeof *words; i++) {
        if ((text[0] | 32) == words[i][0] && (text[1] | 32) == words[i][1]) {
            return true;
        }
    }
    return false;
}

/* A plain key that is no text to PyYAML, as str() writes it, which is what dbt 1 makes of such keys; `text`
 * as it is where it is one. */
static const char *key_text(const reader *r, char out[FLOE_YAML_LONG], const char *text, size_t *length) {
    floe_node node;
    if (r->dialect != FLOE_YAML_DBT || *length > 64 || !may_be_no_text(text, *length)) {
        return text;
    }
    memcpy(out, text, *length);
    out[*length] = '\0';
    if (!floe_yaml_scalar(&node, r->dialect, out, *length)) {
        return text;
    }
    if (node.head & FLOE_STANDS_FOR_VALUE) {
        char digits[FLOE_YAML_LONG];
        *length = floe_yaml_long_digits(digits, out, *length);
        memcpy(out, digits, *length + 1);
    } else if (floe_node_kind(&node) == FLOE_INTEGER) {
        *length = (size_t)snprintf(out, FLOE_YAML_LONG, "%lld", (long long)node.integer);
    } else if (floe_node_kind(&node) == FLOE_NUMBER) {
        *length = (size_t)floe_number_write(out, node.number);
    } else {
        const char *word = floe_node_kind(&node) == FLOE_NULL ? "None" : node.boolean ? "True" : "False";
        *length = strlen(word);
        memcpy(out, word, *length + 1);
    }
    return out;
}

/* Reads a key that is a text. */
static int push_key(reader *r, const char *text, size_t length, uint32_t at) {
    frame *top = top_frame(r);
    uint32_t name;
    if (floe_names_add(&name, &r->names, r->document->arena, text, length) ||
        floe_builder_push_key(&r->built, r->names.items[name])) {
        return fail_memory(r);
    }
    top->key_at = at;
    top->has_key = true;
    return 0;
}

static int begin_merge(reader *r, uint32_t at) {
    frame *top = top_frame(r);
    if (top->merged >= (r->repeated ? MERGES : 1)) {
        uint32_t line, column;
        floe_document_position(r->document, top->merge_at, &line, &column);
        return fail(r, at, FLOE_INVALID,
                    "the key '<<' stands twice in one object, first at %u:%u (it takes a list)", line,
                    column);
    }
    top->has_key = true;
    top->merging = true;
    top->merge_at = at;
    return 0;
}

/* ---- anchors ---- */

/* Lets an anchor name a node from here on. */
static int define_anchor(reader *r, int64_t *out, const yaml_char_t *name, anchor value) {
    uint32_t number;
    if (floe_names_add(&number, &r->anchor_names, r->document->arena, (const char *)name,
                       strlen((const char *)name)) ||
        floe_grow(&r->anchors, &r->anchor_capacity, r->anchor_names.count, sizeof *r->anchors)) {
        return fail_memory(r);
    }
    r->anchors[number] = value;
    *out = number;
    return 0;
}

static int define_scalar(reader *r, const yaml_char_t *name, floe_node node, const char *text,
                         size_t length) {
    uint32_t number;
    int64_t ignored;
    if (floe_names_add(&number, &r->names, r->document->arena, text, length)) {
        return fail_memory(r);
    }
    return define_anchor(r, &ignored, name, (anchor){.node = node, .expanded = 1, .text = number});
}

static int handle_alias(reader *r, const yaml_event_t *event, uint32_t at) {
    const char *name = (const char *)event->data.alias.anchor;
    int64_t number = floe_names_find(&r->anchor_names, name, strlen(name));
    if (number < 0) {
        return fail(r, at, FLOE_INVALID, "the alias '*%.100s' has no anchor before it", name);
    }
    const anchor *target = &r->anchors[number];
    if (target->open) {
        return fail(r, at, FLOE_INVALID, "the alias '*%.100s' stands inside of what it names", name);
    }
    if (awaits_key(top_frame(r))) {
        if (target->text < 0) {
            return fail_key(r, at);
        }
        const floe_key *key = &r->names.items[target->text];
        return push_key(r, key->text, key->length, at);
    }
    r->aliased += target->expanded;
    if (r->aliased > r->most_aliased) {
        return fail(r, at, FLOE_LIMIT, "its aliases stand for more than %llu values",
                    (unsigned long long)r->most_aliased);
    }
    return push_value(r, target->node, target->expanded);
}

/* ---- scalars ---- */

enum { PREFIX = sizeof "tag:yaml.org,2002:" - 1 };

/* The name of a tag of YAML's own, as in "!!str"; NULL for a foreign one. */
static const char *own_tag(const yaml_char_t *tag) {
    const char *text = (const char *)tag;
    return strncmp(text, "tag:yaml.org,2002:", PREFIX) == 0 ? text + PREFIX : NULL;
}

static int fail_tag(reader *r, const yaml_char_t *tag, uint32_t at) {
    const char *own = own_tag(tag);
    fail(r, at, FLOE_INVALID, "the tag '%s%.100s' is not known", own ? "!!" : "",
         own ? own : (const char *)tag);
    floe_error_hint(r->error, "leave the tag out, or put the value into quotes");
    return FLOE_INVALID;
}

/* A string's node. The source's own bytes serve where they are the value, as they mostly are. */
static int text_node(floe_node *out, reader *r, const char *text, size_t length, uint32_t at, bool quoted) {
    const char *source = r->document->text + at + quoted;
    if (at + quoted + length <= r->document->size && memcmp(source, text, length) == 0) {
        *out = floe_string_node(source, length, at);
        return 0;
    }
    const char *copy = floe_arena_text(r->document->arena, text, length);
    if (!copy) {
        return fail_memory(r);
    }
    *out = floe_string_node(copy, length, at);
    return 0;
}

/* A value that has no kind of its own, as a text that stands for it. */
static int standing_node(floe_node *out, reader *r, const char *text, size_t length, uint32_t at) {
    int result = text_node(out, r, text, length, at, false);
    out->head |= result ? 0 : FLOE_STANDS_FOR_VALUE;
    return result;
}

/* An integer of more than 64 bits. dbt 2 reads those that have no sign and 64 bits, dbt 1 all. */
static int long_node(floe_node *out, reader *r, const char *text, size_t length, uint32_t at) {
    static const char most[] = "18446744073709551615";
    char digits[FLOE_YAML_LONG];
    size_t size = floe_yaml_long_digits(digits, text, length);
    bool fits =
        *digits != '-' && (size < sizeof most - 1 || (size == sizeof most - 1 && strcmp(digits, most) <= 0));
    if (r->dialect == FLOE_YAML_DBT_2 && !fits) {
        return fail(r, at, FLOE_INVALID, "the integer %.100s has more than 64 bits", digits);
    }
    return standing_node(out, r, digits, size, at);
}

/* A scalar with one of the core schema's tags. */
static int tagged_node(floe_node *out, reader *r, const yaml_event_t *event, uint32_t at) {
    static const struct {
        const char *tag;
        floe_kind kind;
    } rows[] = {{"null", FLOE_NULL}, {"bool", FLOE_BOOLEAN}, {"int", FLOE_INTEGER}, {"float", FLOE_NUMBER}};
    const char *text = (const char *)event->data.scalar.value, *tag = own_tag(event->data.scalar.tag);
    size_t length = event->data.scalar.length;
    if (strcmp((const char *)event->data.scalar.tag, "!") == 0 || (tag && strcmp(tag, "str") == 0)) {
        return text_node(out, r, text, length, at, false);
    }
    for (size_t i = 0; tag && i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(tag, rows[i].tag) != 0) {
            continue;
        }
        floe_node node;
        bool found = floe_yaml_scalar(&node, r->dialect, text, length);
        if (found && rows[i].kind == FLOE_NUMBER && floe_node_kind(&node) == FLOE_INTEGER) {
            node = floe_number_node((double)node.integer, 0);
        }
        if (found && rows[i].kind == FLOE_INTEGER && node.head & FLOE_STANDS_FOR_VALUE) {
            return long_node(out, r, text, length, at);
        }
        if (!found || floe_node_kind(&node) != rows[i].kind) {
            return fail(r, at, FLOE_INVALID, "'%.100s' is no value for the tag '!!%s'", text, tag);
        }
        node.at = at;
        *out = node;
        out->head &= ~FLOE_STANDS_FOR_VALUE;
        return 0;
    }
    return fail_tag(r, event->data.scalar.tag, at);
}

/* A plain scalar without a tag. */
static int plain_node(floe_node *out, reader *r, const char *text, size_t length, uint32_t at) {
    char moment[FLOE_YAML_MOMENT];
    floe_yaml_time time = FLOE_YAML_NO_TIME;
    if (floe_yaml_scalar(out, r->dialect, text, length)) {
        out->at = at;
        return out->head & FLOE_STANDS_FOR_VALUE ? long_node(out, r, text, length, at) : 0;
    }
    if (r->dialect == FLOE_YAML_DBT && length >= 10 && text[0] >= '0' && text[0] <= '9') {
        time = floe_yaml_moment(moment, text, length);
    }
    if (time == FLOE_YAML_WRONG_TIME) {
        fail(r, at, FLOE_INVALID, "'%.40s' has the form of a date, and there is no such date", text);
        floe_error_hint(r->error, "put it into quotes where it is a text");
        return FLOE_INVALID;
    }
    return time == FLOE_YAML_TIME ? standing_node(out, r, moment, strlen(moment), at)
                                  : text_node(out, r, text, length, at, false);
}

static int scalar_node(floe_node *out, reader *r, const yaml_event_t *event, uint32_t at) {
    const char *text = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (event->data.scalar.tag) {
        return tagged_node(out, r, event, at);
    }
    return plain ? plain_node(out, r, text, length, at) : text_node(out, r, text, length, at, true);
}

static int handle_scalar(reader *r, const yaml_event_t *event, uint32_t at) {
    const char *text = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    bool key = awaits_key(top_frame(r));
    bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !event->data.scalar.tag;
    if (key && plain && length == 2 && memcmp(text, "<<", 2) == 0) {
        return begin_merge(r, at);
    }
    floe_node node;
    int result = scalar_node(&node, r, event, at);
    if (!result && event->data.scalar.anchor) {
        result = define_scalar(r, event->data.scalar.anchor, node, text, length);
    }
    if (!result) {
        char other[FLOE_YAML_LONG];
        text = key && plain ? key_text(r, other, text, &length) : text;
        result = key ? push_key(r, text, length, at) : push_value(r, node, 1);
    }
    return result;
}

/* ---- containers ---- */

static int open_container(reader *r, const yaml_char_t *name, const yaml_char_t *tag, bool object,
                          uint32_t at) {
    const char *own = tag ? own_tag(tag) : NULL;
    if (awaits_key(top_frame(r))) {
        return fail_key(r, at);
    }
    if (tag && strcmp((const char *)tag, "!") != 0 && (!own || strcmp(own, object ? "map" : "seq") != 0)) {
        return fail_tag(r, tag, at);
    }
    if (r->depth >= r->most_depth) {
        return fail(r, at, FLOE_LIMIT, "it is nested more than %zu levels deep", r->most_depth);
    }
    int64_t number = -1;
    int result =
        name ? define_anchor(r, &number, name, (anchor){.node = {.at = at}, .text = -1, .open = true}) : 0;
    if (result) {
        return result;
    }
    if (floe_grow(&r->frames, &r->frame_capacity, r->depth + 1, sizeof *r->frames)) {
        return fail_memory(r);
    }
    r->frames[r->depth++] = (frame){
        .at = at,
        .values = (uint32_t)r->built.value_count,
        .keys = (uint32_t)r->built.key_count,
        .anchor = number,
        .object = object,
    };
    return 0;
}

/* Keys that an object has, while others are merged into it. */
typedef struct merging {
    reader *reader;
    uint32_t first; /* of its keys on their stack */
    uint32_t *index, mask;
} merging;

/* Makes room for the keys of an object that will have at most `most`. */
static int begin_merging(merging *m, reader *r, uint64_t most) {
    uint32_t size = 16;
    while (size < most * 2) {
        size *= 2;
    }
    *m = (merging){
        .reader = r, .first = top_frame(r)->keys, .index = calloc(size, sizeof(uint32_t)), .mask = size - 1};
    return m->index ? 0 : fail_memory(r);
}

/* Enters the key with this number on the stack; returns the number of an equal one that is there, or
 * `number`. */
static uint32_t enter_key(merging *m, const floe_key *key, uint32_t number) {
    const floe_key *keys = m->reader->built.keys + m->first;
    uint32_t probe = key->hash & m->mask;
    for (; m->index[probe]; probe = (probe + 1) & m->mask) {
        /* Keys are interned: equal ones are the same text. */
        if (keys[m->index[probe] - 1].text == key->text) {
            return m->index[probe] - 1;
        }
    }
    m->index[probe] = number + 1;
    return number;
}

/* Leaves each key of the innermost object once, where it stood first and with its last value, and tells of
 * the others. */
static int drop_repetitions(reader *r) {
    const frame *top = top_frame(r);
    floe_key *keys = r->built.keys + top->keys;
    floe_node *values = r->built.values + top->values;
    uint32_t *key_at = r->built.key_at + top->values;
    uint32_t count = (uint32_t)(r->built.value_count - top->values), kept = 0;
    merging m;
    if (begin_merging(&m, r, count)) {
        return FLOE_MEMORY;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t mine = enter_key(&m, &keys[i], kept);
        if (mine == kept) {
            keys[kept++] = keys[i];
        } else {
            r->repeated(r->context, r->document, &keys[mine], key_at[mine], key_at[i]);
        }
        values[mine] = values[i];
        key_at[mine] = key_at[i];
    }
    free(m.index);
    r->built.value_count = top->values + kept;
    r->built.key_count = top->keys + kept;
    return 0;
}

static int merge_object(merging *m, const floe_node *object) {
    reader *r = m->reader;
    for (uint32_t i = 0; i < floe_node_size(object); i++) {
        const floe_key *key = floe_node_key(object, i);
        uint32_t number = (uint32_t)r->built.key_count - m->first;
        if (enter_key(m, key, number) != number) {
            continue;
        }
        if (floe_builder_push_key(&r->built, *key)) {
            return fail_memory(r);
        }
        int result = push_item(r, object->block->items[i], object->block->key_at[i]);
        if (result) {
            return result;
        }
    }
    return 0;
}

/* Adds the members of what stands behind << to the innermost object. */
static int apply_merge(reader *r) {
    const frame *top = top_frame(r);
    const floe_node one = top->merge, *objects = merged_items(&one);
    uint32_t count = merged_count(&one), own = (uint32_t)r->built.key_count - top->keys;
    uint64_t total = own;
    for (uint32_t i = 0; i < count; i++) {
        total += floe_node_size(&objects[i]);
    }
    if (total > r->most_nodes) {
        return fail(r, top->merge_at, FLOE_LIMIT, "it holds more than %zu values", r->most_nodes);
    }
    merging m;
    if (begin_merging(&m, r, total)) {
        return FLOE_MEMORY;
    }
    for (uint32_t i = 0; i < own; i++) {
        enter_key(&m, &r->built.keys[m.first + i], i);
    }
    int result = 0;
    for (uint32_t i = 0; !result && i < count; i++) {
        result = merge_object(&m, &objects[i]);
    }
    free(m.index);
    return result;
}

static int object_node(floe_node *out, reader *r) {
    const frame *top = top_frame(r);
    /* Before anything is merged, so that a repetition is what was written. */
    const floe_key *keys = r->built.keys + top->keys;
    const uint32_t *key_at = r->built.key_at + top->values;
    size_t count = r->built.value_count - top->values;
    const floe_shape *shape = floe_document_shape(r->document, keys, count);
    if (!shape && r->quick) {
        return FLOE_INVALID;
    }
    if (!shape && r->repeated) {
        int result = drop_repetitions(r);
        if (result) {
            return result;
        }
        count = r->built.value_count - top->values;
        shape = floe_document_shape(r->document, keys, count);
    }
    if (!shape) {
        char what[320];
        uint32_t at;
        return floe_builder_repetition(what, sizeof what, &at, r->document, keys, key_at, count)
                   ? fail(r, at, FLOE_INVALID, "%s", what)
                   : fail_memory(r);
    }
    if (top->merged) {
        int result = apply_merge(r);
        if (result) {
            return result;
        }
        keys = r->built.keys + top->keys;
        count = r->built.value_count - top->values;
        shape = floe_document_shape(r->document, keys, count);
    }
    if (!shape) {
        return fail_memory(r);
    }
    return floe_document_object(out, r->document, shape, r->built.values + top->values,
                                r->built.key_at + top->values, top->at, r->error);
}

/* Makes the innermost container from its children, which leave the stack, and hands it to the one around it.
 */
static int close_container(reader *r) {
    frame *top = top_frame(r);
    floe_node node;
    int result = top->object ? object_node(&node, r)
                             : floe_document_list(&node, r->document, r->built.values + top->values,
                                                  r->built.value_count - top->values, top->at, r->error);
    if (result) {
        return result;
    }
    uint64_t expanded = top->expanded + 1;
    if (top->anchor >= 0) {
        anchor *mine = &r->anchors[top->anchor];
        if (mine->open && mine->node.at == top->at) { /* it may name something else by now */
            *mine = (anchor){.node = node, .expanded = expanded, .text = -1};
        }
    }
    r->nodes += r->built.value_count - top->values;
    r->built.value_count = top->values;
    r->built.key_count = top->keys;
    r->depth--;
    return push_value(r, node, expanded);
}

/* ---- documents ---- */

static int begin_document(reader *r, uint32_t at) {
    if (!r->complete) {
        return 0;
    }
    fail(r, at, FLOE_INVALID, "a second document begins here");
    floe_error_hint(r->error, "put each document into a file of its own");
    return FLOE_INVALID;
}

static int handle_event(reader *r, const yaml_event_t *event) {
    uint32_t at = floe_yaml_offset(&r->cursor, event->start_mark);
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return begin_document(r, at);
    case YAML_DOCUMENT_END_EVENT:
        r->complete = true;
        return 0;
    case YAML_ALIAS_EVENT:
        return handle_alias(r, event, at);
    case YAML_SCALAR_EVENT:
        return handle_scalar(r, event, at);
    case YAML_SEQUENCE_START_EVENT:
        return open_container(r, event->data.sequence_start.anchor, event->data.sequence_start.tag, false,
                              at);
    case YAML_MAPPING_START_EVENT:
        return open_container(r, event->data.mapping_start.anchor, event->data.mapping_start.tag, true, at);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_container(r);
    default:
        return 0;
    }
}

/* libyaml compares each %TAG directive with all before it, so their number is bounded before it sees them. */
static int check_directives(reader *r) {
    const floe_document *document = r->document;
    size_t count = 0;
    for (uint32_t line = 0; line < document->lines; line++) {
        const char *start = document->text + document->line_starts[line];
        count += start[0] == '%' && strncmp(start, "%TAG", 4) == 0; /* NULs follow the text */
        if (count > DIRECTIVES) {
            return fail(r, document->line_starts[line], FLOE_LIMIT, "it has more than %d %%TAG directives",
                        DIRECTIVES);
        }
    }
    return 0;
}

static int read_events(reader *r) {
    const char *text = r->document->text;
    size_t size = r->document->size;
    if (size >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0)) {
        fail(r, 0, FLOE_INVALID, "it is not UTF-8");
        floe_error_hint(r->error, "the file looks like UTF-16; save it as UTF-8");
        return FLOE_INVALID;
    }
    int result = check_directives(r);
    if (result) {
        return result;
    }
    r->cursor = floe_yaml_cursor_at(text, size);
    yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r->parser, (const unsigned char *)text + r->cursor.first,
                                 size - r->cursor.first);
    yaml_event_type_t type;
    do {
        yaml_event_t event;
        if (!yaml_parser_parse(&r->parser, &event)) {
            return floe_yaml_problem(r->error, r->document, &r->cursor, &r->parser);
        }
        type = event.type;
        result = handle_event(r, &event);
        yaml_event_delete(&event);
    } while (!result && type != YAML_STREAM_END_EVENT);
    return result;
}

/* ---- what the quick reader tells ---- */

static int take_key(void *self, const char *text, size_t length, uint32_t at) {
    reader *r = self;
    char other[FLOE_YAML_LONG];
    size_t whole = length;
    bool plain = strchr("'\"", r->document->text[at]) == NULL;
    bool odd = plain && r->dialect == FLOE_YAML_DBT &&
               ((length && *text >= '0' && *text <= '9') || key_text(r, other, text, &whole) != text);
    return odd ? FLOE_INVALID : push_key(self, text, length, at);
}

static int take_text(void *self, const char *text, size_t length, uint32_t at) {
    reader *r = self;
    floe_node node;
    int result = text_node(&node, r, text, length, at, true);
    return result ? result : push_value(r, node, 1);
}

/* The text is followed by more of its line; what may be a number is looked at alone. */
static int take_plain(void *self, const char *text, size_t length, uint32_t at) {
    reader *r = self;
    char alone[64];
    floe_node node;
    bool number = length && strchr("+-.0123456789", text[0]) != NULL;
    if (number && length >= sizeof alone) {
        return FLOE_LIMIT;
    }
    if (number) {
        memcpy(alone, text, length);
        alone[length] = '\0';
    }
    int result = plain_node(&node, r, number ? alone : text, length, at);
    return result ? result : push_value(r, node, 1);
}

static int take_open(void *self, bool object, uint32_t at) {
    return open_container(self, NULL, NULL, object, at);
}

static int take_close(void *self) {
    return close_container(self);
}

/* True where the quick reader understood the text. Else nothing has been read, and nothing told. */
static bool read_quickly(reader *r) {
    const floe_yaml_sink sink = {r, take_key, take_plain, take_text, take_open, take_close};
    floe_error *error = r->error, unused;
    r->error = &unused;
    r->quick = true;
    r->complete = floe_yaml_quick(&sink, r->document->text, r->document->size);
    r->quick = false;
    r->error = error;
    if (!r->complete) {
        r->built.value_count = r->built.key_count = 0;
        r->depth = r->nodes = 0;
    }
    return r->complete;
}

static void set_limits(reader *r, const floe_read_limits *limits) {
    r->most_depth = limits && limits->depth ? limits->depth : DEPTH;
    r->most_nodes = limits && limits->nodes ? limits->nodes : FLOE_NODE_LIMIT;
    r->most_aliased = limits && limits->aliases ? limits->aliases : FLOE_ALIAS_LIMIT;
}

/* The whole of it by libyaml. */
static int read_slowly(reader *r) {
    if (!yaml_parser_initialize(&r->parser)) {
        return fail_memory(r);
    }
    int result = read_events(r);
    yaml_parser_delete(&r->parser);
    return result;
}

static int fill(floe_document *document, floe_yaml_dialect dialect, const floe_read_limits *limits,
                floe_yaml_repeated repeated, void *context, bool quickly, floe_error *error) {
    reader r = {
        .document = document, .error = error, .dialect = dialect, .repeated = repeated, .context = context};
    int result = floe_document_index_lines(document, error);
    if (result) {
        return result;
    }
    set_limits(&r, limits);
    if (!quickly || !read_quickly(&r)) {
        result = read_slowly(&r);
    }
    if (!result && r.built.value_count) {
        document->root = r.built.values[0];
    }
    floe_builder_free(&r.built);
    floe_names_free(&r.names);
    floe_names_free(&r.anchor_names);
    free(r.anchors);
    free(r.frames);
    return result;
}

int floe_yaml_fill(floe_document *document, floe_yaml_dialect dialect, const floe_read_limits *limits,
                   floe_yaml_repeated repeated, void *context, floe_error *error) {
    return fill(document, dialect, limits, repeated, context, true, error);
}

int floe_yaml_fill_slowly(floe_document *document, floe_yaml_dialect dialect, const floe_read_limits *limits,
                          floe_yaml_repeated repeated, void *context, floe_error *error) {
    return fill(document, dialect, limits, repeated, context, false, error);
}

static void nobody_is_told(void *context, const floe_document *document, const floe_key *key, uint32_t first,
                           uint32_t again) {
    (void)context;
    (void)document;
    (void)key;
    (void)first;
    (void)again;
}

static int finish(floe_document **out, floe_document *document, floe_yaml_dialect dialect,
                  const floe_read_limits *limits, floe_error *error) {
    int result = floe_yaml_fill(document, dialect, limits, dialect != FLOE_YAML_CORE ? nobody_is_told : NULL,
                                NULL, error);
    if (result) {
        floe_document_drop(document);
        return result;
    }
    *out = document;
    return 0;
}

int floe_yaml_read(floe_document **out, floe_store *store, const char *path, floe_yaml_dialect dialect,
                   const floe_read_limits *limits, floe_error *error) {
    floe_document *document;
    int result = floe_source_read(&document, store, FLOE_YAML, path, limits, error);
    return result ? result : finish(out, document, dialect, limits, error);
}

int floe_yaml_parse(floe_document **out, floe_store *store, const char *name, const char *text, size_t size,
                    floe_yaml_dialect dialect, const floe_read_limits *limits, floe_error *error) {
    floe_document *document;
    int result = floe_source_copy(&document, store, FLOE_YAML, name, text, size, limits, error);
    return result ? result : finish(out, document, dialect, limits, error);
}

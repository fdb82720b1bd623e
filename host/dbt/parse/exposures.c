/* Exposures and groups, and what all entries that are nodes of their own share. */
#include "dbt/parse/entries.h"

#include <stdlib.h>
#include <string.h>

/* ---- shared ---- */

void floe_entry_copy(floe_maker *maker, const floe_node *entry, const char *const *keys) {
    for (; *keys; keys++) {
        floe_maker_some(maker, *keys, floe_entry_get(entry, *keys));
    }
}

floe_draft *floe_entry_node(floe_entry_reader *r, floe_parse_kind kind, const char *word,
                            const floe_node *entry, const char *name) {
    floe_draft *draft = floe_entry_draft(r, FLOE_DRAFT_NODE, entry);
    const floe_node *config = floe_entry_get(entry, "config");
    if (!draft) {
        return NULL;
    }
    draft->kind = kind;
    draft->name = name;
    draft->unique_id = floe_parse_format(r->thread->arena, "%s.%s.%s", word, r->file->package->name, name);
    draft->path = r->file->within;
    draft->config = config ? *config : floe_null_node(0);
    if (!draft->unique_id || floe_entry_fqn(r->thread, r->file, r->file->within, &draft->fqn, &name, 1)) {
        return NULL;
    }
    return draft;
}

int floe_entry_calls(floe_entry_reader *r, floe_draft *draft, const floe_parse_call *calls, size_t count) {
    draft->calls = floe_arena_array(r->thread->arena, count + 1, sizeof *draft->calls);
    if (!draft->calls) {
        return FLOE_MEMORY;
    }
    if (count) {
        memcpy(draft->calls, calls, count * sizeof *calls);
    }
    draft->call_count = (uint32_t)count;
    return 0;
}

/* ---- calls ---- */

static bool is_literal_version(const floe_jinja_node *node, floe_node *out) {
    switch (node->kind) {
    case FLOE_JINJA_STRING:
        *out = floe_string_node(node->text.text, node->text.length, 0);
        return true;
    case FLOE_JINJA_INTEGER:
        *out = floe_integer_node(node->integer, 0);
        return true;
    case FLOE_JINJA_NUMBER:
        *out = floe_number_node(node->number, 0);
        return true;
    default:
        return false;
    }
}

static const char *literal(floe_entry_reader *r, const floe_jinja_node *node) {
    return node->kind == FLOE_JINJA_STRING
               ? floe_arena_text(r->thread->arena, node->text.text, node->text.length)
               : NULL;
}

static bool is_word(floe_jinja_text text, const char *word) {
    return text.length == strlen(word) && memcmp(text.text, word, text.length) == 0;
}

static bool read_arguments(floe_entry_reader *r, const floe_jinja_node *call, floe_parse_call *out) {
    const char *names[2] = {NULL, NULL};
    uint32_t count = 0;
    for (uint32_t i = 0; i < call->items.count; i++) {
        const floe_jinja_node *item = call->items.items[i];
        if (item->kind == FLOE_JINJA_KEYWORD && out->what == FLOE_CALL_REF &&
            (is_word(item->text, "v") || is_word(item->text, "version"))) {
            if (!is_literal_version(item->a, &out->version)) {
                return false;
            }
        } else if (count == 2 || !(names[count++] = literal(r, item))) {
            return false;
        }
    }
    out->package = count == 2 ? names[0] : NULL;
    out->name = count ? names[count - 1] : NULL;
    return count == 2 || (count == 1 && out->what != FLOE_CALL_SOURCE);
}

bool floe_entry_call(floe_entry_reader *r, const floe_node *expression, floe_parse_call *out) {
    const floe_jinja_node *call;
    *out = (floe_parse_call){.file = r->file->shown, .version = floe_null_node(0)};
    if (floe_node_absent(expression) || floe_node_kind(expression) != FLOE_STRING) {
        return false;
    }
    int result = floe_jinja_parse_expression(&call, r->thread->arena, r->file->shown, expression->string,
                                             floe_node_size(expression), NULL);
    r->thread->starved = r->thread->starved || result == FLOE_MEMORY;
    if (result || call->kind != FLOE_JINJA_CALL || call->a->kind != FLOE_JINJA_NAME) {
        return false;
    }
    if (is_word(call->a->text, "ref")) {
        out->what = FLOE_CALL_REF;
    } else if (is_word(call->a->text, "source")) {
        out->what = FLOE_CALL_SOURCE;
    } else if (is_word(call->a->text, "metric")) {
        out->what = FLOE_CALL_METRIC;
    } else {
        return false;
    }
    floe_document_position(r->file->document, expression->at, &out->line, &out->column);
    return read_arguments(r, call, out);
}

/* ---- exposures ---- */

/* Joins tags and meta that stand beside the config into it. */
static int join_config(floe_entry_reader *r, const floe_node *entry, floe_node *out) {
    const floe_node *config = floe_entry_get(entry, "config");
    const floe_node *tags = floe_entry_get(entry, "tags"), *meta = floe_entry_get(entry, "meta");
    floe_maker made = {0};
    floe_node joined;
    int result = 0;
    floe_maker_update(&made, config);
    if (meta) {
        floe_maker all = {0};
        floe_maker_update(&all, meta);
        floe_maker_update(&all, floe_entry_get(config, "meta"));
        result = floe_maker_finish(&all, 0, r->thread, meta->at, &joined);
        floe_maker_set(&made, "meta", joined);
    }
    if (tags || floe_entry_get(config, "tags")) {
        floe_tags all = {0};
        result = result ? result : floe_tags_add(&all, tags);
        result = result ? result : floe_tags_add(&all, floe_entry_get(config, "tags"));
        floe_tags_sort(&all);
        floe_maker_set(&made, "tags", floe_entry_list(r->thread, all.items, all.count));
        free(all.items);
    }
    return floe_maker_finish(&made, result, r->thread, entry->at, out);
}

/* What an exposure depends on: literal calls as they are, all else as Jinja to be rendered. */
static int read_depends(floe_entry_reader *r, const floe_node *entry, floe_draft *draft) {
    const floe_node *list = floe_entry_get(entry, "depends_on");
    uint32_t count = floe_entry_count(list, FLOE_ARRAY), known = 0;
    floe_parse_call *calls = floe_arena_array(r->thread->arena, count + 1, sizeof *calls);
    floe_buffer_clear(&r->text);
    if (!calls) {
        return FLOE_MEMORY;
    }
    for (uint32_t i = 0; i < count; i++) {
        const floe_node *item = &list->block->items[i];
        known += floe_entry_call(r, item, &calls[known]);
        if (floe_node_kind(item) == FLOE_STRING) {
            floe_buffer_printf(&r->text, "{{ %.*s }}\n", (int)floe_node_size(item), item->string);
        }
    }
    draft->calls = calls;
    draft->call_count = known;
    if (known < count && r->text.size) {
        draft->call_count = 0;
        draft->code = floe_arena_text(r->thread->arena, r->text.data, r->text.size);
        return draft->code ? 0 : FLOE_MEMORY;
    }
    return 0;
}

static bool has_owner(floe_entry_reader *r, const floe_node *entry, const char *what) {
    const floe_node *owner = floe_entry_get(entry, "owner");
    if (floe_entry_count(owner, FLOE_OBJECT) &&
        (floe_entry_get(owner, "name") || floe_entry_get(owner, "email"))) {
        return true;
    }
    floe_entry_problem(r, FLOE_PARSE_ERROR, "no_owner", floe_entry_key_at(entry, "owner"),
                       "write 'owner:' with 'name:' or 'email:' below it", "%s has no owner", what);
    return false;
}

/* An owner has a name and an email, be they null, and what else was written. */
static int put_owner(floe_entry_reader *r, const floe_node *entry, floe_maker *members) {
    const floe_node *owner = floe_entry_get(entry, "owner");
    floe_maker made = {0};
    floe_node out;
    if (!owner || floe_node_kind(owner) != FLOE_OBJECT) {
        return 0;
    }
    floe_maker_set(&made, "email", floe_null_node(0));
    floe_maker_set(&made, "name", floe_null_node(0));
    floe_maker_update(&made, owner);
    int result = floe_maker_finish(&made, 0, r->thread, owner->at, &out);
    if (!result) {
        floe_maker_set(members, "owner", out);
    }
    return result;
}

int floe_entry_exposure(floe_entry_reader *r, const floe_node *entry) {
    static const char *const kept[] = {"type", "owner", "label", "maturity", "url", NULL};
    const floe_node *description = floe_entry_get(entry, "description");
    const char *name = floe_parse_text_of(r->thread->arena, floe_entry_get(entry, "name"));
    floe_draft *draft = floe_entry_node(r, FLOE_PARSE_EXPOSURE, "exposure", entry, name);
    if (!draft) {
        return FLOE_MEMORY;
    }
    has_owner(r, entry, "an exposure");
    floe_maker members = {0};
    floe_entry_copy(&members, entry, kept);
    floe_maker_set(&members, "description", description ? *description : floe_literal_node(""));
    int result = put_owner(r, entry, &members);
    result = floe_maker_finish(&members, result, r->thread, entry->at, &draft->members);
    result = result ? result : join_config(r, entry, &draft->config);
    return result ? result : read_depends(r, entry, draft);
}

static bool is_below_models(const floe_parse_file *file) {
    const floe_parse_paths *models = &file->package->models;
    for (size_t i = 0; i < models->count; i++) {
        size_t length = strlen(models->items[i]);
        if (strncmp(file->path, models->items[i], length) == 0 && file->path[length] == '/') {
            return true;
        }
    }
    return false;
}

/* To dbt 2 only the folders of models are none of a group's path. */
int floe_entry_group(floe_entry_reader *r, const floe_node *entry) {
    static const char *const kept[] = {"owner", "description", NULL};
    const char *name = floe_parse_text_of(r->thread->arena, floe_entry_get(entry, "name"));
    floe_draft *draft = floe_entry_node(r, FLOE_PARSE_GROUP, "group", entry, name);
    if (!draft) {
        return FLOE_MEMORY;
    }
    if (r->thread->parse->dbt >= 200 && !is_below_models(r->file)) {
        draft->path = r->file->path;
    }
    has_owner(r, entry, "a group");
    floe_maker members = {0};
    floe_entry_copy(&members, entry, kept);
    const floe_node *config = floe_entry_get(entry, "config");
    draft->config = config && floe_node_kind(config) == FLOE_OBJECT ? *config : floe_null_node(0);
    int result = put_owner(r, entry, &members);
    return floe_maker_finish(&members, result, r->thread, entry->at, &draft->members);
}

/*
 * Generic tests: what an item of `data_tests:` means, its arguments and config told apart, and the name and
 * id that dbt gives it. The id holds a hash of Python's repr() of the arguments, so that all of this must be
 * as dbt has it, to the byte.
 */
#include "dbt/parse/context.h"
#include "dbt/parse/entries.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { MD5_SIZE = 16, HASH_DIGITS = 10, LONGEST_NAME = 63, SHORTENED = 30 };

/* Keys of a test that are config wherever they stand. */
static const char *const config_keys[] = {
    "severity",  "tags",           "enabled",           "where",          "limit", "warn_if",  "error_if",
    "fail_calc", "store_failures", "store_failures_as", "sql_header",     "meta",  "database", "schema",
    "alias",     "group",          "quoting",           "static_analysis"};
enum { CONFIG_KEYS = sizeof config_keys / sizeof *config_keys };

/* One test being read. */
typedef struct reading {
    floe_entry_reader *r;
    const floe_test_target *target;
    const char *column; /* quoted where it has to be; NULL */
    const floe_tags *column_tags;
    uint32_t at;
    const char *name; /* of the test, without its package */
    const char *namespace;
    floe_maker arguments, config;
    floe_node hashed; /* dbt 2: the config that stands among the arguments, as it hashes it; null */
    const char *full, *compiled;
} reading;

/* ---- MD5 ---- */

typedef struct md5_state {
    EVP_MD_CTX *context;
    EVP_MD *method;
} md5_state;

void floe_entry_tests_free(floe_entry_reader *r) {
    md5_state *state = r->md5;
    if (state) {
        EVP_MD_CTX_free(state->context);
        EVP_MD_free(state->method);
        free(state);
        r->md5 = NULL;
    }
}

static int md5(floe_entry_reader *r, const char *text, size_t size, char out[2 * MD5_SIZE + 1]) {
    md5_state *state = r->md5;
    if (!state) {
        r->md5 = state = calloc(1, sizeof *state);
        if (!state) {
            return FLOE_MEMORY;
        }
        state->context = EVP_MD_CTX_new();
        state->method = EVP_MD_fetch(NULL, "MD5", NULL);
    }
    unsigned char raw[EVP_MAX_MD_SIZE];
    unsigned count = 0;
    if (!state->context || !state->method || EVP_DigestInit_ex2(state->context, state->method, NULL) != 1 ||
        EVP_DigestUpdate(state->context, text, size) != 1 ||
        EVP_DigestFinal_ex(state->context, raw, &count) != 1 || count != MD5_SIZE) {
        return floe_error_set(r->thread->parse->error, FLOE_INTERNAL,
                              "the cryptographic library cannot compute MD5");
    }
    static const char digits[] = "0123456789abcdef";
    for (unsigned i = 0; i < count; i++) {
        out[2 * i] = digits[raw[i] >> 4];
        out[2 * i + 1] = digits[raw[i] & 15];
    }
    out[2 * count] = '\0';
    return 0;
}

/* ---- arguments and config ---- */

static bool takes_arguments_key(const floe_parse *parse) {
    if (parse->dbt < 110) {
        return false;
    }
    const floe_node *flag = parse->packages.count
                                ? floe_node_path(&parse->packages.items[0]->spec, "flags",
                                                 "require_generic_test_arguments_property", NULL)
                                : NULL;
    return floe_node_absent(flag) || floe_parse_true(flag);
}

static bool is_config_key(const floe_parse *parse, const char *key) {
    static const char *const of_dbt_2[] = {"group", "quoting", "static_analysis"};
    for (size_t i = 0; parse->dbt < 200 && i < sizeof of_dbt_2 / sizeof *of_dbt_2; i++) {
        if (strcmp(key, of_dbt_2[i]) == 0) {
            return false;
        }
    }
    return parse->dbt >= 112 || strcmp(key, "sql_header") != 0;
}

/* Strings within lists and objects, which are Jinja to dbt 2. */
static int render_within(reading *t, const floe_node *value, floe_node *out) {
    const floe_jinja_doubt *doubt = NULL;
    floe_entry_reader *r = t->r;
    int result =
        floe_parse_render_tree(r->thread, r->file->package, value, true, r->file->shown, out, &doubt);
    return result || !doubt ? result : floe_entry_doubt(r, "config", doubt, value->at);
}

/* A config value as dbt renders it: strings are Jinja, what is null is not set. */
static int put_config(reading *t, const char *key, size_t length, const floe_node *value) {
    floe_node rendered = *value;
    int result = 0;
    if (floe_node_kind(value) == FLOE_STRING) {
        result = floe_entry_value(t->r, value, "config", &rendered);
    } else if (floe_node_kind(value) >= FLOE_ARRAY && t->r->thread->parse->dbt >= 200) {
        result = render_within(t, value, &rendered);
    }
    if (!result && floe_node_kind(&rendered) != FLOE_NULL) {
        floe_maker_put(&t->config, key, length, rendered);
    }
    return result;
}

/* Takes the config out of the arguments: keys that stand beside them first, in dbt's order. */
static int split_config(reading *t) {
    const floe_parse *parse = t->r->thread->parse;
    const floe_node *own = floe_maker_get(&t->arguments, "config", 6);
    floe_node config = own ? *own : floe_null_node(0);
    if (own && floe_node_kind(own) != FLOE_OBJECT) {
        floe_entry_problem(t->r, FLOE_PARSE_ERROR, "test_config", t->at, NULL,
                           "the config of the test '%s' is no object", t->name);
        floe_maker_drop(&t->arguments, "config");
        own = NULL;
    }
    for (size_t i = 0; i < CONFIG_KEYS; i++) {
        const char *key = config_keys[i];
        size_t length = strlen(key);
        if (!is_config_key(parse, key)) {
            continue;
        }
        const floe_node *beside = floe_maker_get(&t->arguments, key, length);
        const floe_node *within = own ? floe_node_get(&config, key, length) : NULL;
        floe_node value = beside ? *beside : floe_null_node(0);
        if (floe_parse_true(beside) && within && parse->dbt < 200) {
            floe_entry_problem(t->r, FLOE_PARSE_ERROR, "test_config", t->at, "keep the one under config",
                               "the test '%s' has '%s' both beside and inside of its config", t->name, key);
        } else if (!floe_parse_true(beside) && own) {
            value = within ? *within : floe_null_node(0);
        }
        floe_maker_drop(&t->arguments, key);
        int result = put_config(t, key, length, &value);
        if (result) {
            return result;
        }
    }
    for (uint32_t i = 0; own && i < floe_node_size(&config); i++) {
        const floe_key *key = floe_node_key(&config, i);
        bool known = false;
        for (size_t k = 0; k < CONFIG_KEYS && !known; k++) {
            known = is_config_key(parse, config_keys[k]) && strcmp(key->text, config_keys[k]) == 0;
        }
        int result = known ? 0 : put_config(t, key->text, key->length, &config.block->items[i]);
        if (result) {
            return result;
        }
    }
    floe_maker_drop(&t->arguments, "config");
    return 0;
}

static bool is_word_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static size_t word_length(const char *text) {
    size_t length = 0;
    while (is_word_start(text[length]) || (length && text[length] >= '0' && text[length] <= '9')) {
        length++;
    }
    return length;
}

/* "package.name" or "name"; what follows a name is left out, as dbt does. */
static bool split_name(reading *t, const char *text) {
    floe_arena *arena = t->r->thread->arena;
    size_t first = word_length(text);
    size_t second = text[first] == '.' ? word_length(text + first + 1) : 0;
    t->namespace = first && second ? floe_arena_text(arena, text, first) : NULL;
    t->name =
        first ? floe_arena_text(arena, second ? text + first + 1 : text, second ? second : first) : NULL;
    return t->name != NULL;
}

static int refuse(reading *t, const char *hint, const char *what) {
    floe_entry_problem(t->r, FLOE_PARSE_ERROR, "bad_test", t->at, hint, "%s", what);
    return FLOE_INVALID;
}

/* What `arguments:` holds, as dbt 2 takes it: a name beside it stays, and the config among it is hashed. */
static int unnest(reading *t, const floe_node *nested) {
    const floe_node *found = floe_maker_get(&t->arguments, "name", 4);
    floe_node name = found ? *found : floe_null_node(0);
    floe_maker config = {0};
    floe_maker_update(&t->arguments, nested);
    if (!floe_node_absent(&name)) {
        floe_maker_set(&t->arguments, "name", name);
    }
    const floe_node *own = floe_entry_get(nested, "config");
    floe_maker_update(&config, own);
    for (size_t i = 0; i < CONFIG_KEYS; i++) {
        const floe_node *value = floe_node_get(nested, config_keys[i], strlen(config_keys[i]));
        if (value) {
            floe_maker_set(&config, config_keys[i], *value);
        }
    }
    if (!config.count && !config.failed) {
        return 0;
    }
    return floe_maker_finish(&config, 0, t->r->thread, t->at, &t->hashed);
}

/* Fills the arguments from an item of a list of tests; FLOE_INVALID with a problem where it is no test. */
static int open_test(reading *t, const floe_node *item) {
    const char *name = NULL;
    const floe_node *arguments = NULL;
    const floe_node *named = floe_node_kind(item) == FLOE_OBJECT ? floe_entry_get(item, "test_name") : NULL;
    if (floe_node_kind(item) == FLOE_STRING) {
        name = floe_parse_text_of(t->r->thread->arena, item);
    } else if (named) {
        name = floe_parse_text_of(t->r->thread->arena, named);
        arguments = item;
    } else if (floe_entry_count(item, FLOE_OBJECT) == 1) {
        name = floe_node_key(item, 0)->text;
        arguments = &item->block->items[0];
        if (floe_node_kind(arguments) != FLOE_OBJECT) {
            return refuse(t, "leave the ':' out where a test has no arguments",
                          "the arguments of a test are an object");
        }
    } else {
        return refuse(t, "write the name of a test, or its name with its arguments below it",
                      floe_node_kind(item) == FLOE_OBJECT
                          ? "a test has one name: this object has none or several keys"
                          : "this is no test");
    }
    if (!name || !split_name(t, name)) {
        return refuse(t, NULL, "the name of a test has letters, digits and '_', and no digit first");
    }
    if (arguments) {
        floe_maker_update(&t->arguments, arguments);
        if (named) {
            floe_maker_drop(&t->arguments, "test_name");
        }
        floe_entry_test_spelling(t->r, arguments, t->name);
    }
    if (t->column) {
        floe_maker_set(&t->arguments, "column_name", floe_literal_node(t->column));
    }
    if (t->r->thread->parse->dbt >= 200) { /* dbt 2 knows no description of generic tests */
        floe_maker_drop(&t->arguments, "description");
    }
    const floe_node *nested = floe_maker_get(&t->arguments, "arguments", 9);
    if (nested && takes_arguments_key(t->r->thread->parse)) {
        floe_node copy = *nested;
        floe_maker_drop(&t->arguments, "arguments");
        int result = 0;
        if (t->r->thread->parse->dbt < 200) {
            floe_maker_update(&t->arguments, &copy);
        } else {
            result = unnest(t, &copy);
        }
        if (result) {
            return result;
        }
    }
    if (floe_maker_get(&t->arguments, "model", 5)) {
        return refuse(t, "take the argument out: dbt passes it",
                      "a test cannot have an argument 'model' of its own");
    }
    return 0;
}

static int put_model(reading *t) {
    const floe_test_target *target = t->target;
    floe_buffer *text = &t->r->text;
    floe_buffer_clear(text);
    if (target->source) {
        floe_buffer_printf(text, "{{ get_where_subquery(source('%s', '%s')) }}", target->source,
                           target->name);
    } else if (floe_parse_true(target->version)) {
        floe_buffer_printf(text, "{{ get_where_subquery(ref('%s', version='", target->name);
        floe_python_str(text, target->version);
        floe_buffer_append(text, "')) }}", 6);
    } else {
        floe_buffer_printf(text, "{{ get_where_subquery(ref('%s')) }}", target->name);
    }
    const char *copy = text->failed ? NULL : floe_arena_text(t->r->thread->arena, text->data, text->size);
    if (!copy) {
        return FLOE_MEMORY;
    }
    floe_maker_set(&t->arguments, "model", floe_literal_node(copy));
    return 0;
}

/* ---- names ---- */

static int compare_numbers(const void *one, const void *other, void *context) {
    const floe_maker *maker = context;
    const floe_key *a = &maker->keys[*(const size_t *)one], *b = &maker->keys[*(const size_t *)other];
    int order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
    return order ? order : (a->length > b->length) - (a->length < b->length);
}

/* Appends a part with every run of other characters than letters, digits and '_' as one '_'. */
static void append_clean(floe_entry_reader *r, const floe_node *part) {
    floe_buffer *text = &r->text;
    floe_buffer_clear(text);
    if (r->thread->parse->dbt < 200) {
        floe_python_str(text, part);
    } else {
        floe_words_named(text, part);
    }
    bool gap = false;
    for (size_t i = 0; i < text->size; i++) {
        char c = text->data[i];
        bool plain = is_word_start(c) || (c >= '0' && c <= '9');
        if (plain) {
            floe_buffer_append(&r->name, &c, 1);
        } else if (!gap) {
            floe_buffer_append(&r->name, "_", 1);
        }
        gap = !plain;
    }
    r->name.failed |= text->failed;
}

static void append_argument(floe_entry_reader *r, const floe_node *value, bool *first) {
    bool many = floe_node_kind(value) >= FLOE_ARRAY;
    bool sorted = floe_node_kind(value) == FLOE_OBJECT && r->thread->parse->dbt >= 200;
    const floe_key **keys = sorted ? floe_python_sorted(value) : NULL;
    uint32_t count = many ? floe_node_size(value) : 1;
    r->name.failed |= sorted && !keys;
    for (uint32_t i = 0; i < count && !r->name.failed; i++) {
        if (!*first) {
            floe_buffer_append(&r->name, "__", 2);
        }
        *first = false;
        size_t index = keys ? (size_t)(keys[i] - value->block->shape->keys) : i;
        append_clean(r, many ? &value->block->items[index] : value);
    }
    free(keys);
}

static int append_arguments(reading *t) {
    size_t count = t->arguments.count, order_room[32], *order = order_room;
    if (count > sizeof order_room / sizeof *order_room) {
        order = floe_arena_array(t->r->thread->arena, count, sizeof *order);
        if (!order) {
            return FLOE_MEMORY;
        }
    }
    for (size_t i = 0; i < count; i++) {
        order[i] = i;
    }
    qsort_r(order, count, sizeof *order, compare_numbers, &t->arguments);
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        const floe_key *key = &t->arguments.keys[order[i]];
        if (strcmp(key->text, "model") != 0) {
            append_argument(t->r, &t->arguments.values[order[i]], &first);
        }
    }
    return 0;
}

/* The name that dbt makes of the test, its target and its arguments, and the shorter one of its file. */
static int make_name(reading *t) {
    floe_entry_reader *r = t->r;
    const floe_test_target *target = t->target;
    floe_buffer *name = &r->name;
    floe_buffer_clear(name);
    bool own = t->namespace && strcmp(t->namespace, r->file->package->name) == 0;
    if (t->namespace && !(own && r->thread->parse->dbt >= 200)) {
        floe_buffer_printf(name, "%s_", t->namespace);
    }
    if (target->source) {
        floe_buffer_printf(name, "source_%s_%s_%s", t->name, target->source, target->name);
    } else {
        floe_buffer_printf(name, "%s_%s", t->name, target->name);
    }
    if (!target->source && floe_parse_true(target->version)) {
        floe_buffer_append(name, "_v", 2);
        floe_python_str(name, target->version);
    }
    size_t identifier = name->size;
    for (size_t i = 0; i < identifier && r->thread->parse->dbt >= 200; i++) {
        if (name->data[i] == '/') { /* dbt 2 makes a file of this name */
            name->data[i] = '_';
        }
    }
    floe_buffer_append(name, "_", 1);
    int result = append_arguments(t);
    if (result || name->failed) {
        return FLOE_MEMORY;
    }
    t->full = t->compiled = floe_arena_text(r->thread->arena, name->data, name->size);
    if (!t->full || name->size <= LONGEST_NAME) {
        return t->full ? 0 : FLOE_MEMORY;
    }
    char digest[2 * MD5_SIZE + 1];
    result = md5(r, name->data, name->size, digest);
    if (result) {
        return result;
    }
    t->compiled = floe_parse_format(r->thread->arena, "%.*s_%s",
                                    (int)(identifier < SHORTENED ? identifier : SHORTENED), t->full, digest);
    if (!floe_maker_get(&t->config, "alias", 5)) {
        floe_maker_set(&t->config, "alias", floe_literal_node(t->compiled));
    }
    return t->compiled ? 0 : FLOE_MEMORY;
}

/* The name given by hand, else the one that dbt makes. */
static int name_test(reading *t) {
    const floe_node *own = floe_maker_get(&t->arguments, "name", 4);
    if (!own) {
        return make_name(t);
    }
    floe_buffer *text = &t->r->text;
    floe_buffer_clear(text);
    floe_python_str(text, own);
    t->full = t->compiled =
        text->failed ? NULL : floe_arena_text(t->r->thread->arena, text->data, text->size);
    floe_maker_drop(&t->arguments, "name");
    return t->full ? 0 : FLOE_MEMORY;
}

static int make_id(reading *t, const floe_node *arguments, const char **out) {
    floe_buffer *text = &t->r->text;
    floe_node all = *arguments;
    if (!floe_node_absent(&t->hashed)) {
        floe_maker members = {0};
        floe_maker_update(&members, arguments);
        floe_maker_set(&members, "config", t->hashed);
        if (floe_maker_finish(&members, 0, t->r->thread, t->at, &all)) {
            return FLOE_MEMORY;
        }
    }
    floe_buffer_clear(text);
    floe_buffer_printf(text, "%s{'kwargs': ", t->full);
    if (t->r->thread->parse->dbt < 200) {
        floe_python_repr(text, arguments, true);
    } else {
        floe_words_hashed(text, &all);
    }
    floe_buffer_printf(text, ", 'name': '%s', 'namespace': '%s'}", t->name,
                       t->namespace ? t->namespace : "None");
    char digest[2 * MD5_SIZE + 1];
    int result = text->failed ? FLOE_MEMORY : md5(t->r, text->data, text->size, digest);
    if (result) {
        return result;
    }
    *out = floe_parse_format(t->r->thread->arena, "test.%s.%s.%s", t->r->file->package->name, t->full,
                             digest + 2 * MD5_SIZE - HASH_DIGITS);
    return *out ? 0 : FLOE_MEMORY;
}

/* ---- the draft ---- */

/* The call of the test's macro, with its config, as dbt writes it as the test's code. */
static const char *make_code(reading *t) {
    floe_buffer *text = &t->r->text;
    floe_buffer_clear(text);
    floe_buffer_printf(text, "{{ %s%stest_%s(**_dbt_generic_test_kwargs) }}",
                       t->namespace ? t->namespace : "", t->namespace ? "." : "", t->name);
    for (size_t i = 0; i < t->config.count; i++) {
        const floe_node *value = &t->config.values[i];
        floe_buffer_printf(text, "%s%s=", i ? "," : "{{ config(", t->config.keys[i].text);
        if (floe_node_kind(value) != FLOE_STRING) {
            floe_python_str(text, value);
            continue;
        }
        floe_buffer_append(text, "\"", 1);
        for (uint32_t c = 0; c < floe_node_size(value); c++) {
            if (value->string[c] == '"') {
                floe_buffer_append(text, "\\", 1);
            }
            floe_buffer_append(text, value->string + c, 1);
        }
        floe_buffer_append(text, "\"", 1);
    }
    if (t->config.count) {
        floe_buffer_append(text, ") }}", 4);
    }
    return text->failed ? NULL : floe_arena_text(t->r->thread->arena, text->data, text->size);
}

static int make_tags(reading *t, floe_node *out) {
    floe_tags tags = {0};
    int result = floe_tags_add(&tags, t->target->tags[0]);
    result = result ? result : floe_tags_add(&tags, t->target->tags[1]);
    for (size_t i = 0; t->column_tags && !result && i < t->column_tags->count; i++) {
        result = floe_tags_add(&tags, &t->column_tags->items[i]);
    }
    result = result ? result : floe_tags_add(&tags, floe_maker_get(&t->config, "tags", 4));
    floe_tags_sort(&tags);
    if (!result) {
        *out = floe_entry_list(t->r->thread, tags.items, tags.count);
    }
    free(tags.items);
    return result;
}

static int make_members(reading *t, const floe_node *description, floe_node *out) {
    floe_maker members = {0};
    floe_node tags;
    const char *key = floe_parse_format(t->r->thread->arena, "%s.%s", t->r->section,
                                        t->target->source ? t->target->source : t->target->name);
    int result = make_tags(t, &tags);
    if (result || !key) {
        return FLOE_MEMORY;
    }
    floe_maker_set(&members, "description", *description);
    floe_maker_set(&members, "file_key_name", floe_literal_node(key));
    floe_maker_set(&members, "tags", tags);
    return floe_maker_finish(&members, 0, t->r->thread, t->at, out);
}

static int finish_test(reading *t, const floe_node *item) {
    floe_parse_thread *thread = t->r->thread;
    floe_node description = floe_literal_node("");
    int result = 0;
    if (thread->parse->dbt < 200) {
        const floe_node *own = floe_maker_get(&t->arguments, "description", 11);
        result = own ? floe_entry_description(t->r, own, &description) : 0;
        floe_maker_drop(&t->arguments, "description");
    }
    result = result ? result : name_test(t);
    if (result) {
        return result;
    }
    floe_draft *draft = floe_entry_draft(t->r, FLOE_DRAFT_NODE, item);
    if (!draft) {
        return FLOE_MEMORY;
    }
    draft->kind = FLOE_PARSE_TEST;
    draft->at = t->at;
    draft->name = t->full;
    draft->test_name = t->name;
    draft->test_namespace = t->namespace;
    draft->column_name = t->column;
    if (!t->column && thread->parse->dbt >= 200) { /* an argument of that name is one too */
        const floe_node *named = floe_maker_get(&t->arguments, "column_name", strlen("column_name"));
        draft->column_name = named ? floe_parse_text_of(thread->arena, named) : NULL;
    }
    draft->version = t->target->version_index;
    draft->of_source = t->target->source != NULL;
    draft->code = make_code(t);
    draft->path = floe_parse_format(thread->arena, "%s.sql", t->compiled);
    result = draft->code && draft->path ? make_members(t, &description, &draft->members) : FLOE_MEMORY;
    result = floe_maker_finish(&t->config, result, thread, t->at, &draft->config);
    result = floe_maker_finish(&t->arguments, result, thread, t->at, &draft->arguments);
    result = result ? result : make_id(t, &draft->arguments, &draft->unique_id);
    return result ? result
                  : floe_entry_fqn(thread, t->r->file, floe_entry_below_root(t->r->file), &draft->fqn,
                                   &draft->name, 1);
}

static int read_test(floe_entry_reader *r, const floe_test_target *target, const char *column,
                     const floe_tags *column_tags, const floe_node *item, uint32_t at) {
    reading t = {.r = r, .target = target, .column = column, .column_tags = column_tags, .at = at};
    size_t doubts = r->doubts.count;
    int result = open_test(&t, item);
    result = result ? result : put_model(&t);
    result = result ? result : split_config(&t);
    result = result ? result : finish_test(&t, item);
    floe_maker_free(&t.arguments);
    floe_maker_free(&t.config);
    r->doubts.count = doubts;
    return result == FLOE_INVALID ? 0 : result;
}

/* ---- where tests stand ---- */

/* The list of tests of an entry, a column or a version, under its old or its new key; NULL: none is given. */
static const floe_node *tests_of(floe_entry_reader *r, const floe_node *holder) {
    const floe_node *old = floe_node_get(holder, "tests", 5);
    const floe_node *tests = floe_node_get(holder, "data_tests", 10);
    if (floe_parse_true(old) && tests) {
        floe_entry_problem(r, FLOE_PARSE_ERROR, "tests_twice", floe_entry_key_at(holder, "tests"),
                           "keep data_tests", "this has both 'tests' and 'data_tests'");
    } else if (floe_parse_true(old)) {
        tests = old;
    }
    if (!floe_node_absent(tests) && floe_node_kind(tests) != FLOE_ARRAY) {
        floe_entry_problem(r, FLOE_PARSE_ERROR, "bad_tests", tests->at, NULL, "tests are a list");
        return NULL;
    }
    return floe_node_absent(tests) ? NULL : tests;
}

static int read_tests(floe_entry_reader *r, const floe_test_target *target, const char *column,
                      const floe_tags *tags, const floe_node *tests) {
    int result = 0;
    for (uint32_t i = 0; !result && i < floe_entry_count(tests, FLOE_ARRAY); i++) {
        const floe_node *item = &tests->block->items[i];
        result = read_test(r, target, column, tags, item, item->at);
    }
    return result;
}

/* What the target's database puts around quoted names; '"' where the target is not known. */
static const char *quote_of(const floe_parse *parse) {
    static const char *const ticked[] = {"bigquery", "spark", "databricks", "mysql", "hive"};
    const char *type = parse->target ? parse->target->type : NULL;
    for (size_t i = 0; type && i < sizeof ticked / sizeof *ticked; i++) {
        if (strcmp(ticked[i], type) == 0) {
            return "`";
        }
    }
    return "\"";
}

static int column_name(floe_entry_reader *r, const floe_test_target *target, const floe_node *column,
                       const char **out) {
    const floe_node *name = floe_entry_get(column, "name"), *quote = floe_entry_get(column, "quote");
    bool quoted = quote ? floe_parse_true(quote) : floe_parse_true(target->quote_columns);
    floe_buffer *text = &r->text;
    floe_buffer_clear(text);
    const char *mark = quoted ? quote_of(r->thread->parse) : "";
    floe_buffer_printf(text, "%s", mark);
    floe_python_str(text, name);
    floe_buffer_printf(text, "%s", mark);
    *out = text->failed ? NULL : floe_arena_text(r->thread->arena, text->data, text->size);
    return *out ? 0 : FLOE_MEMORY;
}

static int read_column_tests(floe_entry_reader *r, const floe_test_target *target, const floe_node *column) {
    const floe_node *tests = tests_of(r, column);
    if (!floe_entry_get(column, "name") || !floe_entry_count(tests, FLOE_ARRAY)) {
        return 0;
    }
    floe_tags tags = {0};
    const char *name;
    int result = column_name(r, target, column, &name);
    if (r->thread->parse->dbt < 200) { /* dbt 2 knows a column's tags in its config alone */
        result = result ? result : floe_tags_add(&tags, floe_entry_get(column, "tags"));
    }
    result = result ? result : floe_tags_add(&tags, floe_node_path(column, "config", "tags", NULL));
    result = result ? result : read_tests(r, target, name, &tags, tests);
    free(tags.items);
    return result;
}

static int read_columns(floe_entry_reader *r, const floe_test_target *target, const floe_node *const *columns,
                        size_t count) {
    int result = 0;
    for (size_t i = 0; i < count && !result; i++) {
        result = floe_node_kind(columns[i]) == FLOE_OBJECT ? read_column_tests(r, target, columns[i]) : 0;
    }
    return result;
}

static int read_all_columns(floe_entry_reader *r, const floe_test_target *target, const floe_node *holder) {
    const floe_node *columns = floe_entry_get(holder, "columns");
    int result = 0;
    for (uint32_t i = 0; !result && i < floe_entry_count(columns, FLOE_ARRAY); i++) {
        const floe_node *column = &columns->block->items[i];
        result = read_columns(r, target, &column, 1);
    }
    return result;
}

static int read_version_tests(floe_entry_reader *r, const floe_node *entry, const floe_node *version,
                              floe_test_target *target) {
    const floe_node **columns;
    size_t count;
    target->version = floe_entry_get(version, "v");
    int result = floe_parse_tested_columns(r->thread, entry, version, &columns, &count);
    result = result ? result : read_columns(r, target, columns, count);
    const floe_node *tests = tests_of(r, version);
    return result ? result : read_tests(r, target, NULL, NULL, tests ? tests : tests_of(r, entry));
}

int floe_entry_tests(floe_entry_reader *r, const floe_node *entry, const char *name) {
    floe_test_target target = {
        .name = name, .version_index = -1, .quote_columns = floe_entry_get(entry, "quote_columns")};
    const floe_node *versions = floe_entry_get(entry, "versions");
    uint32_t count = strcmp(r->section, "models") == 0 ? floe_entry_count(versions, FLOE_ARRAY) : 0;
    int result = 0;
    for (uint32_t i = 0; i < count && !result; i++) {
        const floe_node *version = &versions->block->items[i];
        target.version_index = (int32_t)i;
        result = floe_node_kind(version) == FLOE_OBJECT ? read_version_tests(r, entry, version, &target) : 0;
    }
    if (!count) {
        result = read_all_columns(r, &target, entry);
        result = result ? result : read_tests(r, &target, NULL, NULL, tests_of(r, entry));
    }
    return result;
}

int floe_entry_source_tests(floe_entry_reader *r, const floe_node *table, const floe_test_target *target) {
    int result = read_tests(r, target, NULL, NULL, tests_of(r, table));
    return result ? result : read_all_columns(r, target, table);
}

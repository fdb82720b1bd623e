/*
 * How dbt lays one setting over another: tags, packages and hooks are added to, `meta` and the like are
 * updated key by key, grants by key and with "+key" added to, and all else is replaced; null clears.
 */
#include "dbt/parse/merge.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

typedef enum rule { REPLACE, APPEND, TAGS, HOOKS, UPDATE, GRANTS } rule;

enum {
    HAS_HOOKS = 1, /* kinds whose config is dbt's NodeConfig */
    HAS_TAGS = 2   /* kinds whose tags are added up */
};

static unsigned abilities(const floe_config *config) {
    switch (config->kind) {
    case FLOE_PARSE_MODEL:
    case FLOE_PARSE_SEED:
    case FLOE_PARSE_SNAPSHOT:
    case FLOE_PARSE_ANALYSIS:
    case FLOE_PARSE_OPERATION:
    case FLOE_PARSE_FUNCTION:
        return HAS_HOOKS | HAS_TAGS;
    case FLOE_PARSE_TEST:
    case FLOE_PARSE_UNIT_TEST:
        return HAS_TAGS;
    default:
        return config->united ? HAS_TAGS : 0; /* those of sources and exposures too */
    }
}

static const struct {
    const char *key;
    rule rule;
    unsigned needs;
} rules[] = {
    {"tags", TAGS, HAS_TAGS},
    {"meta", UPDATE, 0},
    {"pre-hook", HOOKS, HAS_HOOKS},
    {"post-hook", HOOKS, HAS_HOOKS},
    {"packages", APPEND, HAS_HOOKS},
    {"quoting", UPDATE, HAS_HOOKS},
    {"column_types", UPDATE, HAS_HOOKS},
    {"docs", UPDATE, HAS_HOOKS},
    {"contract", UPDATE, HAS_HOOKS},
    {"grants", GRANTS, HAS_HOOKS},
};

static rule rule_of(const floe_config *config, const char *key, size_t length) {
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (rules[i].key[0] == *key && strlen(rules[i].key) == length &&
            memcmp(rules[i].key, key, length) == 0) {
            return (abilities(config) & rules[i].needs) == rules[i].needs ? rules[i].rule : REPLACE;
        }
    }
    return REPLACE;
}

/* ---- values ---- */

static bool is_object(const floe_node *node) {
    return node && floe_node_kind(node) == FLOE_OBJECT;
}

typedef struct members {
    floe_key *keys;
    floe_node *items;
    size_t count;
} members;

static int hold(members *all, size_t room) {
    all->keys = malloc((room + 1) * sizeof *all->keys);
    all->items = malloc((room + 1) * sizeof *all->items);
    all->count = 0;
    return all->keys && all->items ? 0 : FLOE_MEMORY;
}

static void drop(members *all) {
    free(all->keys);
    free(all->items);
}

static int finish(const members *all, floe_document *document, floe_node *out) {
    return floe_document_map(out, document, all->keys, all->items, NULL, all->count, 0, NULL);
}

/* The place of a key among the members of `base`, else that of a new one behind them. */
static size_t place_of(members *all, const floe_node *base, const floe_key *key) {
    int64_t slot = is_object(base) && floe_node_size(base) && base->block->shape
                       ? floe_shape_slot(base->block->shape, key->text, key->length)
                       : -1;
    for (size_t i = slot >= 0 ? 0 : (base ? floe_node_size(base) : 0); slot < 0 && i < all->count; i++) {
        if (all->keys[i].length == key->length && memcmp(all->keys[i].text, key->text, key->length) == 0) {
            slot = (int64_t)i;
        }
    }
    if (slot < 0) {
        slot = (int64_t)all->count++;
        all->keys[slot] = *key;
        all->items[slot] = floe_null_node(0);
    }
    return (size_t)slot;
}

static void take_all(members *all, const floe_node *base) {
    for (uint32_t i = 0; base && i < floe_node_size(base); i++) {
        all->keys[all->count] = *floe_node_key(base, i);
        all->items[all->count++] = *floe_node_child(base, i);
    }
}

int floe_parse_update(floe_document *document, const floe_node *base, const floe_node *over, floe_node *out) {
    if (!is_object(base) || !floe_node_size(base)) {
        *out = *over;
        return 0;
    }
    members all;
    int result = hold(&all, (size_t)floe_node_size(base) + floe_node_size(over));
    if (!result) {
        take_all(&all, base);
        for (uint32_t i = 0; i < floe_node_size(over); i++) {
            const floe_key *key = floe_node_key(over, i);
            int64_t slot = floe_shape_slot(base->block->shape, key->text, key->length);
            size_t place = slot >= 0 ? (size_t)slot : all.count++;
            all.keys[place] = *key;
            all.items[place] = *floe_node_child(over, i);
        }
        result = finish(&all, document, out);
    }
    drop(&all);
    return result;
}

static int join(floe_document *document, const floe_node *one, const floe_node *other, floe_node *out);

int floe_parse_deep_merge(floe_document *document, const floe_node *base, const floe_node *over,
                          floe_node *out) {
    if (!is_object(base) || !is_object(over)) {
        *out = is_object(over) || !is_object(base) ? *over : *base;
        return 0;
    }
    floe_node merged = *over;
    members all;
    int result = hold(&all, floe_node_size(over));
    for (uint32_t i = 0; !result && i < floe_node_size(over); i++) {
        const floe_key *key = floe_node_key(over, i);
        const floe_node *value = floe_node_child(over, i);
        const floe_node *below = floe_node_get(base, key->text, key->length);
        all.keys[i] = *key;
        all.items[i] = *value;
        all.count++;
        if (is_object(value) && is_object(below)) {
            result = floe_parse_deep_merge(document, below, value, &all.items[i]);
        } else if (floe_node_kind(value) == FLOE_ARRAY && below && floe_node_kind(below) == FLOE_ARRAY) {
            result = join(document, value, below, &all.items[i]);
        }
    }
    result = result ? result : finish(&all, document, &merged);
    result = result ? result : floe_parse_update(document, base, &merged, out);
    drop(&all);
    return result;
}

/* Python's list(one) + list(other), each a list of itself where it is none; null is nothing. */
static int join(floe_document *document, const floe_node *one, const floe_node *other, floe_node *out) {
    const floe_node *parts[] = {one, other};
    size_t count = 0;
    floe_node *items = malloc(((size_t)floe_node_size(one) + floe_node_size(other) + 2) * sizeof *items);
    if (!items) {
        return FLOE_MEMORY;
    }
    for (size_t i = 0; i < 2; i++) {
        if (floe_node_kind(parts[i]) == FLOE_ARRAY) {
            for (uint32_t j = 0; j < floe_node_size(parts[i]); j++) {
                items[count++] = *floe_node_child(parts[i], j);
            }
        } else if (!floe_node_absent(parts[i])) {
            items[count++] = *parts[i];
        }
    }
    int result = floe_document_list(out, document, items, count, 0, NULL);
    free(items);
    return result;
}

static bool same_text(const floe_node *one, const floe_node *other) {
    return floe_node_kind(one) == FLOE_STRING && floe_node_kind(other) == FLOE_STRING &&
           floe_node_size(one) == floe_node_size(other) &&
           memcmp(one->string, other->string, floe_node_size(one)) == 0;
}

/* The same without what is there already. */
static int unite(floe_document *document, const floe_node *one, const floe_node *other, floe_node *out) {
    floe_node all;
    int result = join(document, one, other, &all);
    size_t count = 0;
    floe_node *items = result ? NULL : malloc(((size_t)floe_node_size(&all) + 1) * sizeof *items);
    if (!items) {
        return FLOE_MEMORY;
    }
    for (uint32_t i = 0; i < floe_node_size(&all); i++) {
        bool fresh = true;
        for (size_t k = 0; k < count && fresh; k++) {
            fresh = !same_text(&items[k], floe_node_child(&all, i));
        }
        if (fresh) {
            items[count++] = *floe_node_child(&all, i);
        }
    }
    result = floe_document_list(out, document, items, count, 0, NULL);
    free(items);
    return result;
}

/* The text of a hook may be JSON: what after_commit() and its like make. */
static bool read_hook(floe_document *document, const floe_node *hook, floe_node *sql, bool *transaction) {
    if (floe_node_kind(hook) != FLOE_STRING || !floe_node_size(hook) || hook->string[0] != '{') {
        return false;
    }
    cJSON *tree = cJSON_ParseWithLength(hook->string, floe_node_size(hook));
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, "sql"));
    char *kept = text ? floe_arena_text(document->arena, text, strlen(text)) : NULL;
    *transaction = !cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(tree, "transaction"));
    cJSON_Delete(tree);
    if (kept) {
        *sql = floe_literal_node(kept);
    }
    return kept != NULL;
}

/* A hook as dbt keeps it: {sql, transaction}. */
static int make_hook(floe_document *document, const floe_node *hook, floe_node *out) {
    if (is_object(hook) && floe_parse_get(hook, "transaction")) {
        *out = *hook;
        return 0;
    }
    const floe_node *sql = is_object(hook) ? floe_parse_get(hook, "sql") : hook;
    floe_key keys[] = {floe_key_of("sql", 3), floe_key_of("transaction", 11)};
    floe_node items[] = {sql ? *sql : floe_null_node(0), floe_boolean_node(true, 0)};
    bool transaction;
    if (read_hook(document, hook, &items[0], &transaction)) {
        items[1] = floe_boolean_node(transaction, 0);
    }
    return floe_document_map(out, document, keys, items, NULL, 2, 0, NULL);
}

static int join_hooks(floe_document *document, const floe_node *one, const floe_node *other, floe_node *out) {
    floe_node all;
    int result = join(document, one, other, &all);
    uint32_t count = result ? 0 : floe_node_size(&all);
    floe_node *items = malloc(((size_t)count + 1) * sizeof *items);
    result = items ? result : FLOE_MEMORY;
    for (uint32_t i = 0; !result && i < count; i++) {
        result = make_hook(document, floe_node_child(&all, i), &items[i]);
    }
    result = result ? result : floe_document_list(out, document, items, count, 0, NULL);
    free(items);
    return result;
}

static int listed(floe_document *document, const floe_node *value, floe_node *out) {
    floe_node none = floe_null_node(0);
    return floe_node_kind(value) == FLOE_ARRAY ? (*out = *value, 0) : join(document, value, &none, out);
}

static int merge_grants(floe_document *document, const floe_node *base, const floe_node *over,
                        floe_node *out) {
    members all;
    int result = hold(&all, (size_t)floe_node_size(base) + floe_node_size(over));
    if (!result && is_object(base)) {
        take_all(&all, base);
    }
    for (uint32_t i = 0; !result && i < floe_node_size(over); i++) {
        floe_key key = *floe_node_key(over, i);
        bool extend = key.length && key.text[0] == '+';
        while (key.length && key.text[0] == '+') {
            key = floe_key_of(key.text + 1, key.length - 1);
        }
        size_t place = place_of(&all, is_object(base) ? base : NULL, &key);
        floe_node before = all.items[place];
        result = extend ? join(document, &before, floe_node_child(over, i), &all.items[place])
                        : listed(document, floe_node_child(over, i), &all.items[place]);
    }
    result = result ? result : finish(&all, document, out);
    drop(&all);
    return result;
}

/* ---- settings ---- */

void floe_config_free(floe_config *config) {
    free(config->slots.items);
    config->slots.items = NULL;
    config->slots.count = config->slots.capacity = 0;
}

int floe_config_copy(floe_config *config, const floe_config *from) {
    config->kind = from->kind;
    config->adapter = from->adapter;
    config->united = from->united;
    config->slots.count = 0;
    if (floe_grow(&config->slots.items, &config->slots.capacity, from->slots.count + 8,
                  sizeof *config->slots.items)) {
        return FLOE_MEMORY;
    }
    if (from->slots.count) {
        memcpy(config->slots.items, from->slots.items, from->slots.count * sizeof *from->slots.items);
    }
    config->slots.count = from->slots.count;
    return 0;
}

static floe_config_slot *find_slot(const floe_config *config, const char *key, size_t length) {
    for (size_t i = 0; i < config->slots.count; i++) {
        floe_config_slot *slot = &config->slots.items[i];
        if (slot->length == length && memcmp(slot->key, key, length) == 0) {
            return slot;
        }
    }
    return NULL;
}

floe_config_slot *floe_config_get(const floe_config *config, const char *key) {
    return find_slot(config, key, strlen(key));
}

/* Other words for one key: hooks with "_", and an adapter's for database and schema. */
static const char *proper_key(const floe_config *config, const char *key, size_t *length) {
    static const char *const words[][3] = {
        {"", "pre_hook", "pre-hook"},          {"", "post_hook", "post-hook"},
        {"bigquery", "project", "database"},   {"bigquery", "dataset", "schema"},
        {"databricks", "catalog", "database"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        bool holds = !*words[i][0] || (config->adapter && strcmp(words[i][0], config->adapter) == 0);
        if (holds && strlen(words[i][1]) == *length && memcmp(words[i][1], key, *length) == 0) {
            *length = strlen(words[i][2]);
            return words[i][2];
        }
    }
    return key;
}

static bool is_hook(const char *key, size_t length) {
    return (length == 8 && memcmp(key, "pre-hook", 8) == 0) ||
           (length == 9 && memcmp(key, "post-hook", 9) == 0);
}

static int merge_value(floe_config *config, rule by, const floe_node *base, const floe_node *value,
                       floe_node *out) {
    switch (by) {
    case TAGS:
        return config->united && !floe_node_absent(base) ? unite(config->document, base, value, out)
                                                         : join(config->document, base, value, out);
    case APPEND:
        return join(config->document, base, value, out);
    case HOOKS:
        return join_hooks(config->document, base, value, out);
    case UPDATE:
        return is_object(value) ? floe_parse_update(config->document, base, value, out) : 0;
    case GRANTS:
        return is_object(value) ? merge_grants(config->document, base, value, out) : 0;
    default:
        *out = *value;
        return 0;
    }
}

int floe_config_set(floe_config *config, const char *key, size_t length, const floe_node *value,
                    const floe_jinja_doubt *doubt, uint32_t line, uint32_t column) {
    while (length && (*key == ' ' || *key == '\t')) {
        key++;
        length--;
    }
    while (length && (key[length - 1] == ' ' || key[length - 1] == '\t')) {
        length--;
    }
    key = proper_key(config, key, &length);
    if (!(abilities(config) & HAS_HOOKS) && is_hook(key, length)) {
        return 0; /* dbt has no place for hooks there */
    }
    floe_config_slot *slot = find_slot(config, key, length);
    if (!slot) {
        floe_config_slot fresh = {.key = key, .length = (uint32_t)length, .is_default = true};
        if (FLOE_PARSE_PUSH(&config->slots, fresh)) {
            return FLOE_MEMORY;
        }
        slot = &config->slots.items[config->slots.count - 1];
    }
    rule by = rule_of(config, key, length);
    if (config->united && config->kind == FLOE_PARSE_ANALYSIS) { /* dbt 2 adds nothing up there */
        by = by == TAGS ? TAGS : REPLACE;
        slot->value = by == TAGS ? floe_null_node(0) : slot->value;
    }
    bool unknown = doubt && floe_node_absent(value);
    if (doubt || by == REPLACE) {
        slot->doubt = doubt;
        slot->line = line;
        slot->column = column;
    }
    if (unknown) {
        return 0;
    }
    floe_node out = slot->value;
    int result = merge_value(config, by, &slot->value, value, &out);
    slot->value = out;
    slot->is_default = false;
    return result;
}

int floe_config_set_all(floe_config *config, const floe_node *object) {
    int result = 0;
    for (uint32_t i = 0; !result && is_object(object) && i < floe_node_size(object); i++) {
        const floe_key *key = floe_node_key(object, i);
        result = floe_config_set(config, key->text, key->length, floe_node_child(object, i), NULL, 0, 0);
    }
    return result;
}

/* ---- what dbt starts from ---- */

static int start_with(floe_config *config, const char *key, floe_node value) {
    floe_config_slot slot = {.key = key, .length = (uint32_t)strlen(key), .is_default = true, .value = value};
    return FLOE_PARSE_PUSH(&config->slots, slot);
}

static int start_with_text(floe_config *config, const char *key, const char *text) {
    return start_with(config, key, floe_literal_node(text));
}

static int start_with_flags(floe_config *config, const char *key, const char *one, bool first,
                            const char *two, bool second) {
    floe_key keys[] = {floe_key_of(one, strlen(one)), two ? floe_key_of(two, strlen(two)) : (floe_key){0}};
    floe_node items[] = {floe_boolean_node(first, 0), floe_boolean_node(second, 0)}, map;
    int result = floe_document_map(&map, config->document, keys, items, NULL, two ? 2 : 1, 0, NULL);
    return result ? result : start_with(config, key, map);
}

static const char *materialized_of(floe_parse_kind kind) {
    switch (kind) {
    case FLOE_PARSE_SEED:
        return "seed";
    case FLOE_PARSE_SNAPSHOT:
        return "snapshot";
    case FLOE_PARSE_FUNCTION:
        return "function";
    default:
        return "view";
    }
}

static int start_node(floe_config *config, int dbt) {
    int failed = start_with_text(config, "materialized", materialized_of(config->kind)) ||
                 start_with(config, "lookback", floe_integer_node(1, 0)) ||
                 start_with_text(config, "on_schema_change", "ignore") ||
                 start_with_text(config, "on_configuration_change", "apply") ||
                 start_with_flags(config, "docs", "show", true, NULL, false) ||
                 start_with_flags(config, "contract", "enforced", false, "alias_types", true);
    if (!failed && config->kind == FLOE_PARSE_MODEL) {
        failed = start_with_text(config, "access", "protected");
    } else if (!failed && config->kind == FLOE_PARSE_SEED) {
        failed = start_with_text(config, "delimiter", ",");
    } else if (!failed && config->kind == FLOE_PARSE_FUNCTION) {
        failed = start_with_text(config, "type", "scalar");
        if (!failed && dbt >= 112) {
            failed = start_with_flags(config, "snowflake", "quote_args", true, NULL, false);
        }
    }
    return failed ? FLOE_MEMORY : 0;
}

static int start_test(floe_config *config) {
    static const char *const texts[][2] = {{"schema", "dbt_test__audit"}, {"materialized", "test"},
                                           {"severity", "ERROR"},         {"fail_calc", "count(*)"},
                                           {"warn_if", "!= 0"},           {"error_if", "!= 0"}};
    int result = 0;
    for (size_t i = 0; !result && i < sizeof texts / sizeof *texts; i++) {
        result = start_with_text(config, texts[i][0], texts[i][1]);
    }
    return result;
}

int floe_config_defaults(floe_config *config, int dbt) {
    int result = 0;
    config->united = dbt >= 200;
    if (config->kind != FLOE_PARSE_GROUP) {
        result = start_with(config, "enabled", floe_boolean_node(true, 0));
    }
    if (!result && abilities(config) & HAS_HOOKS) {
        result = start_node(config, dbt);
    } else if (!result && config->kind == FLOE_PARSE_TEST) {
        result = start_test(config);
    } else if (!result && config->kind == FLOE_PARSE_SAVED_QUERY) {
        result = start_with_flags(config, "cache", "enabled", false, NULL, false);
    }
    return result;
}

/* ---- the outcome ---- */

/* Keys whose empty value is dbt's default: left out. */
static bool is_empty_default(const floe_config_slot *slot) {
    static const char *const keys[] = {"tags",    "meta",         "pre-hook", "post-hook",   "packages",
                                       "quoting", "column_types", "grants",   "persist_docs"};
    if (floe_node_kind(&slot->value) < FLOE_ARRAY || floe_node_size(&slot->value)) {
        return false;
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (keys[i][0] == *slot->key && strlen(keys[i]) == slot->length &&
            memcmp(keys[i], slot->key, slot->length) == 0) {
            return true;
        }
    }
    return false;
}

int floe_config_finish(const floe_config *config, floe_node *out) {
    members all;
    int result = hold(&all, config->slots.count);
    for (size_t i = 0; !result && i < config->slots.count; i++) {
        const floe_config_slot *slot = &config->slots.items[i];
        const floe_node *value = floe_node_absent(&slot->value) ? &slot->before : &slot->value;
        if (!floe_node_absent(value) && !is_empty_default(slot)) {
            all.keys[all.count] = floe_key_of(slot->key, slot->length);
            all.items[all.count++] = *value;
        }
    }
    result = result ? result : finish(&all, config->document, out);
    drop(&all);
    return result;
}

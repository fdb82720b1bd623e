/*
 * What refers to what, once every record exists: parents and children, the node a test is attached to, the
 * tests of a node and of its columns, the unit tests of a model. Cycles and references to what does not exist
 * are left as they are, for policies to find.
 */
#include "base/buffer.h"
#include "dbt/build.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FEW_COLUMNS = 1000 }; /* above, a column's name must match by case */

/* ---- pairs ---- */

int floe_dbt_pair_up(floe_dbt_build *build, floe_dbt_pairs *pairs, uint32_t owner, uint32_t member) {
    if (floe_grow(&pairs->items, &pairs->capacity, pairs->count + 1, sizeof *pairs->items)) {
        return floe_error_memory(build->error);
    }
    pairs->items[pairs->count++] = (struct floe_dbt_pair){owner, member};
    return 0;
}

int floe_dbt_group(floe_dbt_build *build, const floe_dbt_pairs *pairs, uint32_t owners, floe_dbt_put put) {
    size_t *ends = calloc((size_t)owners + 1, sizeof *ends);
    floe_node *members = malloc((pairs->count + 1) * sizeof *members);
    int result = ends && members ? 0 : floe_error_memory(build->error);
    if (result) {
        goto out;
    }
    for (size_t i = 0; i < pairs->count; i++) {
        ends[pairs->items[i].owner + 1]++;
    }
    for (uint32_t owner = 0; owner < owners; owner++) {
        ends[owner + 1] += ends[owner];
    }
    /* ends[owner] is where the owner's members begin, and once they are placed, where they end. */
    for (size_t i = 0; i < pairs->count; i++) {
        members[ends[pairs->items[i].owner]++] =
            floe_document_record_at(build->facts, pairs->items[i].member);
    }
    for (uint32_t owner = 0; !result && owner < owners; owner++) {
        size_t begin = owner ? ends[owner - 1] : 0;
        if (ends[owner] > begin) {
            floe_node list;
            result = floe_document_list(&list, build->facts, members + begin, ends[owner] - begin, 0,
                                        build->error);
            if (!result) {
                put(build, owner, list);
            }
        }
    }
out:
    free(ends);
    free(members);
    return result;
}

/* ---- parents and children ---- */

const floe_dbt_entry *floe_dbt_find(const floe_dbt_build *build, const floe_node *id) {
    size_t length;
    const char *text = floe_node_string(id, &length);
    int64_t slot = text ? floe_shape_slot(build->nodes.block->shape, text, length) : -1;
    return slot < 0 ? NULL : &build->entries[slot];
}

static floe_node *items_at(floe_dbt_build *build, uint32_t record) {
    floe_node node = floe_document_record_at(build->facts, record);
    return floe_record_items(&node);
}

static const floe_dbt_kind *kind_at(const floe_dbt_build *build, uint32_t record) {
    return floe_dbt_kind_of(build->facts->records[record]->shape->type);
}

static void put_parents(floe_dbt_build *build, uint32_t owner, floe_node list) {
    items_at(build, owner)[kind_at(build, owner)->parents] = list;
}

static void put_children(floe_dbt_build *build, uint32_t owner, floe_node list) {
    items_at(build, owner)[kind_at(build, owner)->children] = list;
}

static void put_possible_children(floe_dbt_build *build, uint32_t owner, floe_node list) {
    items_at(build, owner)[kind_at(build, owner)->possible_children] = list;
}

static const floe_node *depends_on(const floe_dbt_entry *entry) {
    return entry->kind->depends_on == FLOE_DBT_NONE
               ? NULL
               : &floe_record_items(&entry->record)[entry->kind->depends_on];
}

static bool is_unit_test(const floe_dbt_entry *entry) {
    return entry->kind->type == &floe_type_unit_test;
}

/* The parents of one entry, each once: `seen[slot]` is the number of the entry that named it last. */
static int relate(floe_dbt_build *build, const floe_dbt_entry *entry, uint32_t *seen, floe_dbt_pairs *parents,
                  floe_dbt_pairs *children) {
    const floe_node *ids = depends_on(entry);
    uint32_t number = (uint32_t)(entry - build->entries) + 1;
    int result = 0;
    for (uint32_t i = 0; !result && ids && i < floe_node_size(ids); i++) {
        const floe_dbt_entry *parent = floe_dbt_find(build, floe_node_child(ids, i));
        if (!parent || seen[parent - build->entries] == number) {
            continue;
        }
        seen[parent - build->entries] = number;
        result = floe_dbt_pair_up(build, parents, entry->record.at, parent->record.at);
        if (!result && parent->kind->children != FLOE_DBT_NONE && !is_unit_test(entry)) {
            result = floe_dbt_pair_up(build, children, parent->record.at, entry->record.at);
        }
    }
    return result;
}

/* Lets the nodes that one entry depends on only perhaps know of it. In `seen` its number is one of its own.
 */
static int relate_perhaps(floe_dbt_build *build, const floe_dbt_entry *entry, uint32_t *seen,
                          floe_dbt_pairs *children) {
    const floe_node *edges = entry->kind->conditional == FLOE_DBT_NONE || is_unit_test(entry)
                                 ? NULL
                                 : &floe_record_items(&entry->record)[entry->kind->conditional];
    uint32_t number = (uint32_t)(build->entry_count + (size_t)(entry - build->entries)) + 1;
    int result = 0;
    for (uint32_t i = 0; !result && edges && i < floe_node_size(edges); i++) {
        const floe_node *id = floe_node_path(floe_node_child(edges, i), "unique_id", NULL);
        const floe_dbt_entry *parent = floe_dbt_find(build, id);
        if (parent && seen[parent - build->entries] != number &&
            parent->kind->possible_children != FLOE_DBT_NONE) {
            seen[parent - build->entries] = number;
            result = floe_dbt_pair_up(build, children, parent->record.at, entry->record.at);
        }
    }
    return result;
}

static int connect_parents(floe_dbt_build *build) {
    floe_dbt_pairs parents = {0}, children = {0}, possible = {0};
    uint32_t *seen = calloc(build->entry_count + 1, sizeof *seen);
    int result = seen ? 0 : floe_error_memory(build->error);
    for (size_t i = 0; !result && i < build->entry_count; i++) {
        if (build->entries[i].kind->parents != FLOE_DBT_NONE) {
            result = relate(build, &build->entries[i], seen, &parents, &children);
            result = result ? result : relate_perhaps(build, &build->entries[i], seen, &possible);
        }
    }
    uint32_t records = build->facts->record_count;
    result = result ? result : floe_dbt_group(build, &parents, records, put_parents);
    result = result ? result : floe_dbt_group(build, &children, records, put_children);
    result = result ? result : floe_dbt_group(build, &possible, records, put_possible_children);
    free(parents.items);
    free(children.items);
    free(possible.items);
    free(seen);
    return result;
}

/* ---- tests ---- */

static bool same_name(const floe_dbt_entry *entry, const char *name, size_t length) {
    const floe_node *own = &floe_record_items(&entry->record)[1]; /* the second field of every type */
    return floe_node_size(own) == length && memcmp(own->string, name, length) == 0;
}

/* Of the nodes a test depends on, the one with a name ("" is any) that tests can be attached to. */
static const floe_dbt_entry *among_parents(floe_dbt_build *build, const floe_dbt_entry *test,
                                           const char *name, size_t length) {
    const floe_node *ids = depends_on(test);
    for (uint32_t i = 0; i < floe_node_size(ids); i++) {
        const floe_dbt_entry *parent = floe_dbt_find(build, floe_node_child(ids, i));
        if (parent && parent->kind->tests != FLOE_DBT_NONE && (!length || same_name(parent, name, length))) {
            return parent;
        }
    }
    return NULL;
}

/* The last quoted word of a call such as `{{ get_where_subquery(ref('orders')) }}`: the name of what it is
 * about. */
static const char *quoted_name(const floe_node *model, size_t *length) {
    size_t size;
    const char *text = floe_node_string(model, &size);
    const char *found = NULL;
    *length = 0;
    for (const char *c = text; c && c < text + size; c++) {
        const char *end = *c == '\'' || *c == '"' ? memchr(c + 1, *c, (size_t)(text + size - c - 1)) : NULL;
        if (end) {
            found = c + 1;
            *length = (size_t)(end - found);
            c = end;
        }
    }
    return found;
}

/* What a generic test is attached to. Manifests before v9 do not say: there it is the node among those it
 * depends on that its `file_key_name` ("models.orders") or its `model` argument names, or the first. */
static const floe_dbt_entry *attached_to(floe_dbt_build *build, const floe_dbt_entry *test) {
    const floe_node *attached = floe_dbt_member(test, "attached_node");
    if (!floe_node_absent(attached)) {
        const floe_dbt_entry *node = floe_dbt_find(build, attached);
        return node && node->kind->tests != FLOE_DBT_NONE ? node : NULL;
    }
    size_t length;
    const char *key = floe_node_string(floe_dbt_member(test, "file_key_name"), &length);
    const char *dot = key ? memchr(key, '.', length) : NULL;
    const floe_dbt_entry *node =
        dot ? among_parents(build, test, dot + 1, length - (size_t)(dot + 1 - key)) : NULL;
    if (!node) {
        const char *name =
            quoted_name(floe_node_path(test->node, "test_metadata", "kwargs", "model", NULL), &length);
        node = length ? among_parents(build, test, name, length) : NULL;
    }
    return node ? node : among_parents(build, test, "", 0);
}

static const floe_node *fold(const floe_node *columns, const char *name, size_t length, int (*to)(int)) {
    char text[256];
    if (length >= sizeof text) {
        return NULL;
    }
    for (size_t i = 0; i < length; i++) {
        text[i] = (char)to((unsigned char)name[i]);
    }
    return floe_node_get(columns, text, length);
}

/* The column a test names: as written, or however the warehouse folds the case of names that are not quoted.
 */
static const floe_node *column_named(const floe_node *columns, const char *name, size_t length) {
    if (length > 1 && (name[0] == '"' || name[0] == '`') && name[length - 1] == name[0]) {
        name++;
        length -= 2;
    }
    const floe_node *column = floe_node_get(columns, name, length);
    column = column ? column : fold(columns, name, length, tolower);
    column = column ? column : fold(columns, name, length, toupper);
    for (uint32_t i = 0; !column && floe_node_size(columns) <= FEW_COLUMNS && i < floe_node_size(columns);
         i++) {
        const floe_key *key = floe_node_key(columns, i);
        if (key->length == length && strncasecmp(key->text, name, length) == 0) {
            column = floe_node_child(columns, i);
        }
    }
    return column;
}

static int attach(floe_dbt_build *build, const floe_dbt_entry *test, floe_dbt_pairs *tests) {
    floe_node *fields = floe_record_items(&test->record);
    const floe_dbt_entry *node = fields[FLOE_SLOT(test, generic)].boolean ? attached_to(build, test) : NULL;
    if (!node) {
        return 0;
    }
    fields[FLOE_SLOT(test, node)] = node->record;
    int result = floe_dbt_pair_up(build, tests, node->record.at, test->record.at);
    const floe_node *name = &fields[FLOE_SLOT(test, column_name)];
    const floe_node *columns = floe_node_get(&node->record, "columns", 7);
    if (!result && floe_node_kind(name) == FLOE_STRING) {
        const floe_node *column = column_named(columns, name->string, floe_node_size(name));
        result = column ? floe_dbt_pair_up(build, tests, column->at, test->record.at) : 0;
    }
    return result;
}

static void put_column_tests(floe_node *column, floe_node list) {
    static const char counter[] = "tested_columns";
    const floe_node *node = &column[FLOE_SLOT(column, node)];
    int64_t slot = floe_shape_slot(node->block->shape, counter, sizeof counter - 1);
    column[FLOE_SLOT(column, tests)] = list;
    if (slot >= 0) {
        floe_record_items(node)[slot].integer++;
    }
}

static void put_tests(floe_dbt_build *build, uint32_t owner, floe_node list) {
    const floe_dbt_kind *kind = kind_at(build, owner);
    floe_node *items = items_at(build, owner);
    if (kind) {
        items[kind->tests] = list;
    } else {
        put_column_tests(items, list);
    }
}

static void put_unit_tests(floe_dbt_build *build, uint32_t owner, floe_node list) {
    items_at(build, owner)[kind_at(build, owner)->unit_tests] = list;
}

/* A unit test belongs to the model it names among those it depends on. */
static int attach_unit_test(floe_dbt_build *build, const floe_dbt_entry *test, floe_dbt_pairs *unit_tests) {
    size_t length;
    const char *name = floe_node_string(floe_dbt_member(test, "model"), &length);
    const floe_dbt_entry *model = floe_dbt_find(build, floe_dbt_member(test, "tested_node_unique_id"));
    model = model || !length ? model : among_parents(build, test, name, length);
    model = model ? model : among_parents(build, test, "", 0);
    return model && model->kind->unit_tests != FLOE_DBT_NONE
               ? floe_dbt_pair_up(build, unit_tests, model->record.at, test->record.at)
               : 0;
}

int floe_dbt_connect(floe_dbt_build *build) {
    floe_dbt_pairs tests = {0}, unit_tests = {0};
    int result = connect_parents(build);
    for (size_t i = 0; !result && i < build->entry_count; i++) {
        const floe_dbt_entry *entry = &build->entries[i];
        if (entry->kind->type == &floe_type_test) {
            result = attach(build, entry, &tests);
        } else if (is_unit_test(entry)) {
            result = attach_unit_test(build, entry, &unit_tests);
        }
    }
    uint32_t records = build->facts->record_count;
    result = result ? result : floe_dbt_group(build, &tests, records, put_tests);
    result = result ? result : floe_dbt_group(build, &unit_tests, records, put_unit_tests);
    free(tests.items);
    free(unit_tests.items);
    return result;
}

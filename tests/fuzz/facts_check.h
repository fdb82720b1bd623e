/* That every field of every record holds what facts.def declares: a policy may rely on it whatever was read.
 */
#ifndef FLOE_TESTS_FACTS_CHECK_H
#define FLOE_TESTS_FACTS_CHECK_H

#include "data/facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline bool type_is(const char *type, size_t length, const char *name) {
    return strlen(name) == length && memcmp(type, name, length) == 0;
}

static inline bool holds_type(const floe_node *node, const char *type, size_t length);

/* Each child of a list or map. */
static inline bool children_hold(const floe_node *node, floe_kind kind, const char *type, size_t length) {
    if (floe_node_kind(node) != kind) {
        return false;
    }
    for (uint32_t i = 0; i < floe_node_size(node); i++) {
        if (!holds_type(floe_node_child(node, i), type, length)) {
            return false;
        }
    }
    return true;
}

/* True where `node` is of a LuaCATS type as facts.def writes them. Records are checked by name, not entered.
 */
static inline bool holds_type(const floe_node *node, const char *type, size_t length) {
    static const char map[] = "table<string, ";
    floe_kind kind = floe_node_kind(node);
    if (type[length - 1] == '?') {
        return kind == FLOE_NULL || holds_type(node, type, length - 1);
    }
    if (length > 2 && memcmp(type + length - 2, "[]", 2) == 0) {
        return children_hold(node, FLOE_ARRAY, type, length - 2);
    }
    if (length > sizeof map && memcmp(type, map, sizeof map - 1) == 0) {
        return children_hold(node, FLOE_OBJECT, type + sizeof map - 1, length - sizeof map);
    }
    if (type_is(type, length, "any")) {
        return true;
    }
    const floe_type *record = floe_node_type(node);
    return record                             ? type_is(type, length, record->name)
           : type_is(type, length, "string")  ? kind == FLOE_STRING
           : type_is(type, length, "boolean") ? kind == FLOE_BOOLEAN
           : type_is(type, length, "integer") ? kind == FLOE_INTEGER
           : type_is(type, length, "number")  ? kind == FLOE_INTEGER || kind == FLOE_NUMBER
                                              : type_is(type, length, "table") && kind == FLOE_OBJECT;
}

/* Ends the program, naming the field, where a record of `facts` holds something else than it declares. */
static inline void check_facts(const floe_document *facts) {
    for (uint32_t i = 0; i < facts->record_count; i++) {
        floe_node record = floe_document_record_at(facts, i);
        const floe_type *type = floe_node_type(&record);
        for (uint32_t slot = 0; slot < type->count; slot++) {
            const floe_field *field = &type->fields[slot];
            if (!holds_type(floe_node_child(&record, slot), field->type, strlen(field->type))) {
                fprintf(stderr, "%s.%s is no %s\n", type->name, field->name, field->type);
                abort();
            }
        }
    }
}

#endif

/* floe.facts: how tests of policies make the subjects that they judge. */
#include "bind.h"
#include "context.h"
#include "convert.h"
#include "view.h"

#include "data/facts.h"

static const floe_type *check_type(lua_State *L, int index) {
    const char *name = luaL_checkstring(L, index);
    const floe_type *type = floe_type_named(name);
    if (!type) {
        luaL_error(L, "there is no type of fact '%s'", name);
    }
    return type;
}

/* record(type, fields) → a fact. Unknown fields raise. */
static int facts_record(lua_State *L) {
    const floe_type *type = check_type(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    floe_node record;
    floe_convert_record(L, 2, floe_context_facts(L), type, NULL, &record);
    floe_view_push(L, &record);
    return 1;
}

/* set(record, field, value): for facts that refer to one another. Only facts made here can be changed. */
static int facts_set(lua_State *L) {
    const floe_node *record = floe_view_check(L, 1);
    size_t length;
    const char *field = luaL_checklstring(L, 2, &length);
    luaL_checkany(L, 3);
    floe_document *document = floe_context_facts(L);
    luaL_argcheck(L, floe_node_type(record) && record->block->document == document, 1,
                  "a fact made by facts.record expected");
    int64_t slot = floe_shape_slot(record->block->shape, field, length);
    if (slot < 0) {
        return floe_view_no_member(L, record->block->shape, "the fact has", field);
    }
    floe_node value;
    floe_convert_build(L, 3, document, &value);
    floe_record_items(record)[slot] = value;
    return 0;
}

/* list(table) → the same table, which stands for a list also where it is empty. */
static int facts_list(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    floe_convert_mark_list(L);
    return 1;
}

/* map{ { key, value }, … } → the same table, which stands for an object in this order. */
static int facts_map(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    floe_convert_mark_ordered(L);
    return 1;
}

int luaopen_floe_facts(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"record", facts_record}, {"set", facts_set}, {"list", facts_list}, {"map", facts_map}, {NULL, NULL},
    };
    luaL_newlib(L, functions);
    return 1;
}

#include "view.h"

#include "base/suggest.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct view {
    floe_node node;
    const char
        *strict; /* what to call an object that knows only its own keys; NULL for a free map or a record */
} view;

/* Slots of the metatable's array part, which scripts cannot reach: it is locked. */
enum { MADE = 1, KEPT = 2, EMPTY = 3 };

/* Views between one floe_view_forget and the next, in the usual case: room for them is made in one piece. */
enum { MADE_AT_ONCE = 64 };

/* The address is the key of the metatable in the registry. */
static const char registry_key;

/* The view at `index`, known by its metatable at stack index `meta`. */
static view *view_at(lua_State *L, int index, int meta) {
    if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index)) {
        return NULL;
    }
    bool same = lua_rawequal(L, -1, meta);
    lua_pop(L, 1);
    return same ? lua_touserdata(L, index) : NULL;
}

static view *check_view(lua_State *L, int index) {
    view *self = view_at(L, index, lua_upvalueindex(1));
    if (!self) {
        luaL_argerror(L, index, "a fact expected");
    }
    return self;
}

static view *new_view(lua_State *L, const floe_node *node, const char *strict, int meta) {
    view *fresh = lua_newuserdatauv(L, sizeof *fresh, 0);
    fresh->node = *node;
    fresh->strict = strict;
    lua_pushvalue(L, meta);
    lua_setmetatable(L, -2);
    return fresh;
}

static bool is_same(const floe_node *a, const floe_node *b) {
    return a->block == b->block && a->head == b->head && (floe_node_size(a) || a->at == b->at);
}

/* Pushes the view of an empty container. Empty ones may share one block, so a view is known by its place too;
 * the one made last is there again for the next, as most facts have members that are empty. */
static void push_empty(lua_State *L, const floe_node *node, int meta) {
    if (lua_rawgeti(L, meta, EMPTY) == LUA_TUSERDATA &&
        is_same(&((view *)lua_touserdata(L, -1))->node, node)) {
        return;
    }
    lua_pop(L, 1);
    new_view(L, node, NULL, meta);
    lua_pushvalue(L, -1);
    lua_rawseti(L, meta, EMPTY);
}

/* Pushes the view of a container. */
static void push_container(lua_State *L, const floe_node *node, int meta) {
    if (!floe_node_size(node)) {
        push_empty(L, node, meta);
        return;
    }
    lua_rawgeti(L, meta, MADE);
    if (lua_rawgetp(L, -1, node->block) == LUA_TNIL) {
        lua_pop(L, 1);
        new_view(L, node, NULL, meta);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, -3, node->block);
    }
    lua_replace(L, -2);
}

/* `meta` is an absolute index or an upvalue. */
static void push_node(lua_State *L, const floe_node *node, int meta) {
    if (!node) {
        lua_pushnil(L);
        return;
    }
    switch (floe_node_kind(node)) {
    case FLOE_STRING:
        if (floe_node_is_long_integer(node)) {
            lua_pushnumber(L, strtod(node->string, NULL)); /* digits in an arena end with a NUL */
            return;
        }
        lua_pushlstring(L, node->string, floe_node_size(node));
        return;
    case FLOE_BOOLEAN:
        lua_pushboolean(L, node->boolean);
        return;
    case FLOE_INTEGER:
        lua_pushinteger(L, node->integer);
        return;
    case FLOE_NUMBER:
        lua_pushnumber(L, node->number);
        return;
    case FLOE_ARRAY:
    case FLOE_OBJECT:
        push_container(L, node, meta);
        return;
    case FLOE_NULL:
        break;
    }
    lua_pushnil(L);
}

int floe_view_no_member(lua_State *L, const floe_shape *shape, const char *what, const char *key) {
    floe_suggestion near;
    floe_suggest_start(&near, key, strlen(key));
    for (uint32_t i = 0; i < shape->count; i++) {
        floe_suggest_offer(&near, shape->keys[i].text, shape->keys[i].length);
    }
    if (near.best) {
        return luaL_error(L, "%s no field '%s'; did you mean '%s'?", what, key, near.best);
    }
    return luaL_error(L, "%s no field '%s'", what, key);
}

static int missing_member(lua_State *L, const view *self, const char *key) {
    const floe_shape *shape = self->node.block->shape;
    char what[160];
    if (self->strict) {
        snprintf(what, sizeof what, "%s have", self->strict);
    } else {
        const char *name = shape->type->name;
        snprintf(what, sizeof what, "%s %s has", strchr("aeiou", name[0]) ? "an" : "a", name);
    }
    return floe_view_no_member(L, shape, what, key);
}

/* The child of an array by a Lua index; NULL for anything else. */
static const floe_node *child_at(lua_State *L, const view *self, int index) {
    int exact;
    lua_Integer position = lua_tointegerx(L, index, &exact);
    bool inside = exact && position >= 1 && position <= floe_node_size(&self->node);
    return inside ? &self->node.block->items[position - 1] : NULL;
}

/* view.key, view[i]; upvalue 1 is the metatable, as in all functions below. */
static int view_index(lua_State *L) {
    const view *self = check_view(L, 1);
    if (floe_node_kind(&self->node) == FLOE_ARRAY) {
        push_node(L, lua_type(L, 2) == LUA_TNUMBER ? child_at(L, self, 2) : NULL, lua_upvalueindex(1));
        return 1;
    }
    const floe_shape *shape = self->node.block->shape;
    int64_t slot = -1;
    if (lua_type(L, 2) == LUA_TSTRING) {
        size_t length;
        const char *key = lua_tolstring(L, 2, &length);
        slot = floe_shape_slot(shape, key, length);
    }
    if (slot < 0 && (shape->type || self->strict)) {
        bool text = lua_type(L, 2) == LUA_TSTRING || lua_type(L, 2) == LUA_TNUMBER;
        return missing_member(L, self, text ? lua_tostring(L, 2) : luaL_typename(L, 2));
    }
    push_node(L, slot < 0 ? NULL : &self->node.block->items[slot], lua_upvalueindex(1));
    return 1;
}

static int view_newindex(lua_State *L) {
    return luaL_error(L, "facts are read-only");
}

static int view_len(lua_State *L) {
    const view *self = check_view(L, 1);
    uint32_t size = floe_node_size(&self->node), length = 0;
    if (floe_node_kind(&self->node) == FLOE_ARRAY) {
        length = size;
    } else {
        for (uint32_t i = 0; i < size; i++) {
            length += !floe_node_absent(&self->node.block->items[i]);
        }
    }
    lua_pushinteger(L, length);
    return 1;
}

static int view_eq(lua_State *L) {
    const view *a = view_at(L, 1, lua_upvalueindex(1)), *b = view_at(L, 2, lua_upvalueindex(1));
    lua_pushboolean(L, a && b && is_same(&a->node, &b->node));
    return 1;
}

static int view_tostring(lua_State *L) {
    const view *self = check_view(L, 1);
    const floe_type *type = floe_node_type(&self->node);
    size_t length;
    const char *name = type ? floe_node_string(floe_node_get(&self->node, "name", 4), &length) : NULL;
    if (name) {
        lua_pushfstring(L, "%s '", type->name);
        lua_pushlstring(L, name, length);
        lua_pushliteral(L, "'");
        lua_concat(L, 3);
    } else {
        bool array = floe_node_kind(&self->node) == FLOE_ARRAY;
        lua_pushstring(L, type ? type->name : array ? "array" : "object");
    }
    return 1;
}

/* The index that follows `key` in the order of the document; raises for a key that is not there. */
static uint32_t index_after(lua_State *L, const view *self) {
    if (lua_isnil(L, 2)) {
        return 0;
    }
    if (floe_node_kind(&self->node) == FLOE_ARRAY) {
        const floe_node *child = child_at(L, self, 2);
        if (child) {
            return (uint32_t)(child - self->node.block->items) + 1;
        }
    } else if (lua_type(L, 2) == LUA_TSTRING) {
        size_t length;
        const char *key = lua_tolstring(L, 2, &length);
        int64_t slot = floe_shape_slot(self->node.block->shape, key, length);
        if (slot >= 0) {
            return (uint32_t)slot + 1;
        }
    }
    return (uint32_t)luaL_argerror(L, 2, "a key of the fact expected");
}

/* next(view, key): the iterator of pairs. Members that are null are left out. */
static int view_next(lua_State *L) {
    const view *self = check_view(L, 1);
    lua_settop(L, 2);
    uint32_t size = floe_node_size(&self->node);
    for (uint32_t i = index_after(L, self); i < size; i++) {
        const floe_node *child = &self->node.block->items[i];
        if (floe_node_absent(child)) {
            continue;
        }
        if (floe_node_kind(&self->node) == FLOE_ARRAY) {
            lua_pushinteger(L, (lua_Integer)i + 1);
        } else {
            const floe_key *key = &self->node.block->shape->keys[i];
            lua_pushlstring(L, key->text, key->length);
        }
        push_node(L, child, lua_upvalueindex(1));
        return 2;
    }
    lua_pushnil(L);
    return 1;
}

/* Upvalue 2 is view_next. */
static int view_pairs(lua_State *L) {
    check_view(L, 1);
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

static const luaL_Reg metamethods[] = {
    {"__index", view_index}, {"__newindex", view_newindex}, {"__len", view_len},
    {"__eq", view_eq},       {"__tostring", view_tostring}, {NULL, NULL},
};

void floe_view_open(lua_State *L) {
    luaL_checkstack(L, 6, NULL);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &registry_key) == LUA_TNIL) {
        lua_createtable(L, 3, 10);
        lua_newtable(L);
        lua_rawseti(L, -2, MADE);
        lua_newtable(L);
        lua_rawseti(L, -2, KEPT);
        lua_pushboolean(L, 0);
        lua_rawseti(L, -2, EMPTY);
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
        lua_pushliteral(L, "fact");
        lua_setfield(L, -2, "__name");
        lua_pushvalue(L, -1);
        luaL_setfuncs(L, metamethods, 1);
        lua_pushvalue(L, -1);
        lua_pushvalue(L, -2);
        lua_pushcclosure(L, view_next, 1);
        lua_pushcclosure(L, view_pairs, 2);
        lua_setfield(L, -2, "__pairs");
        lua_rawsetp(L, LUA_REGISTRYINDEX, &registry_key);
    }
    lua_pop(L, 1);
}

/* Pushes the metatable and returns its index. */
static int push_meta(lua_State *L) {
    luaL_checkstack(L, 6, NULL);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &registry_key) == LUA_TNIL) {
        luaL_error(L, "this state has no facts");
    }
    return lua_gettop(L);
}

void floe_view_push(lua_State *L, const floe_node *node) {
    push_node(L, node, push_meta(L));
    lua_remove(L, -2);
}

void floe_view_push_strict(lua_State *L, const floe_node *node, const char *what) {
    new_view(L, node, what, push_meta(L));
    lua_remove(L, -2);
}

const floe_node *floe_view_to(lua_State *L, int index) {
    index = lua_absindex(L, index);
    const view *self = view_at(L, index, push_meta(L));
    lua_pop(L, 1);
    return self ? &self->node : NULL;
}

const floe_node *floe_view_check(lua_State *L, int index) {
    const floe_node *node = floe_view_to(L, index);
    if (!node) {
        luaL_argerror(L, index, "a fact expected");
    }
    return node;
}

/* Copies the kept views into the fresh table of made ones. */
static void remember_kept(lua_State *L, int meta) {
    lua_rawgeti(L, meta, MADE);
    lua_rawgeti(L, meta, KEPT);
    for (lua_Integer i = 1; lua_rawgeti(L, -1, i) == LUA_TUSERDATA; i++) {
        const view *kept = lua_touserdata(L, -1);
        lua_rawsetp(L, -3, kept->node.block);
    }
    lua_pop(L, 3);
}

void floe_view_forget(lua_State *L) {
    int meta = push_meta(L);
    lua_createtable(L, 0, MADE_AT_ONCE);
    lua_rawseti(L, meta, MADE);
    remember_kept(L, meta);
    lua_pop(L, 1);
}

void floe_view_keep(lua_State *L, int index) {
    index = lua_absindex(L, index);
    int meta = push_meta(L);
    if (view_at(L, index, meta)) {
        lua_rawgeti(L, meta, KEPT);
        lua_pushvalue(L, index);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
        lua_pop(L, 1);
        remember_kept(L, meta);
    }
    lua_pop(L, 1);
}

void floe_view_release(lua_State *L) {
    int meta = push_meta(L);
    lua_newtable(L);
    lua_rawseti(L, meta, KEPT);
    lua_pop(L, 1);
}

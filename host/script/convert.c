#include "convert.h"

#include "view.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char list_key, ordered_key, members_key;

static void mark(lua_State *L, const void *key) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, key) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_createtable(L, 0, 1);
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, key);
    }
    lua_setmetatable(L, -2);
}

void floe_convert_mark_list(lua_State *L) {
    mark(L, &list_key);
}

void floe_convert_mark_ordered(lua_State *L) {
    mark(L, &ordered_key);
}

void floe_convert_mark_members(lua_State *L) {
    mark(L, &members_key);
}

static bool is_marked(lua_State *L, int index, const void *key) {
    if (!lua_getmetatable(L, index)) {
        return false;
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
    bool same = lua_istable(L, -1) && lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same;
}

/* What a table stands for. */
typedef enum table_form {
    TABLE_LIST,    /* keys 1 to n, or marked by floe_convert_mark_list */
    TABLE_MAP,     /* string keys, or empty */
    TABLE_ORDERED, /* a list of { key, value }, marked by floe_convert_mark_ordered */
    TABLE_MEMBERS  /* a list of keys and values in turn, marked by floe_convert_mark_members */
} table_form;

/* The form of the table at `index`, from its mark and its keys alone: no script code runs. */
static table_form form_of(lua_State *L, int index) {
    index = lua_absindex(L, index);
    if (is_marked(L, index, &ordered_key)) {
        return TABLE_ORDERED;
    }
    if (is_marked(L, index, &members_key)) {
        return TABLE_MEMBERS;
    }
    lua_Integer length = (lua_Integer)lua_rawlen(L, index), integers = 0, strings = 0;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        if (lua_type(L, -2) == LUA_TSTRING) {
            strings++;
        } else if (lua_isinteger(L, -2) && lua_tointeger(L, -2) >= 1 && lua_tointeger(L, -2) <= length) {
            integers++;
        } else {
            luaL_error(L, "a table with a key that is neither a string nor in sequence cannot be a fact");
        }
    }
    bool marked = is_marked(L, index, &list_key);
    if (integers != length || (strings && (integers || marked))) {
        luaL_error(L, "a table is either a list or a map, not both");
    }
    return integers || marked ? TABLE_LIST : TABLE_MAP;
}

static int compare_keys(const char *a, size_t a_length, const char *b, size_t b_length) {
    int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return order ? order : (a_length > b_length) - (a_length < b_length);
}

/* Sorts the keys in the table on top of the stack, in place: a heap sort, as no allocation may fail half way
 * and nothing quadratic may meet a hostile table. */
static void sift(lua_State *L, lua_Integer root, lua_Integer count) {
    for (lua_Integer child; (child = root * 2) <= count; root = child) {
        size_t left, right;
        if (child < count) {
            lua_rawgeti(L, -1, child);
            lua_rawgeti(L, -2, child + 1);
            const char *a = lua_tolstring(L, -2, &left), *b = lua_tolstring(L, -1, &right);
            child += compare_keys(a, left, b, right) < 0;
            lua_pop(L, 2);
        }
        lua_rawgeti(L, -1, root);
        lua_rawgeti(L, -2, child);
        const char *a = lua_tolstring(L, -2, &left), *b = lua_tolstring(L, -1, &right);
        if (compare_keys(a, left, b, right) >= 0) {
            lua_pop(L, 2);
            return;
        }
        lua_rawseti(L, -3, root);
        lua_rawseti(L, -2, child);
    }
}

void floe_convert_sorted_keys(lua_State *L, int index) {
    index = lua_absindex(L, index);
    luaL_checkstack(L, 8, NULL);
    lua_newtable(L);
    lua_Integer count = 0;
    for (lua_pushnil(L); lua_next(L, index);) {
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, ++count);
    }
    for (lua_Integer root = count / 2; root >= 1; root--) {
        sift(L, root, count);
    }
    for (lua_Integer last = count; last > 1; last--) {
        lua_rawgeti(L, -1, 1);
        lua_rawgeti(L, -2, last);
        lua_rawseti(L, -3, 1);
        lua_rawseti(L, -2, last);
        sift(L, 1, last - 1);
    }
}

/* ---- building ---- */

typedef struct builder {
    floe_document *document;
    uint32_t nodes;
    int depth;
} builder;

static void build(lua_State *L, int index, builder *self, floe_node *out);

static void raise(lua_State *L, const floe_error *error) {
    luaL_error(L, "%s", error->message);
}

static const char *copy_text(lua_State *L, int index, builder *self, size_t *length) {
    const char *text = lua_tolstring(L, index, length);
    if (*length > FLOE_SIZE_LIMIT) {
        luaL_error(L, "a text of more than %d bytes cannot be a fact", FLOE_SIZE_LIMIT);
    }
    char *copy = floe_arena_text(self->document->arena, text, *length);
    if (!copy) {
        luaL_error(L, "out of memory");
    }
    return copy;
}

static void build_list(lua_State *L, int index, builder *self, floe_node *out) {
    size_t count = lua_rawlen(L, index);
    floe_node *items = lua_newuserdatauv(L, (count ? count : 1) * sizeof *items, 0);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, index, (lua_Integer)i + 1);
        build(L, lua_gettop(L), self, &items[i]);
        lua_pop(L, 1);
    }
    floe_error error;
    if (floe_document_list(out, self->document, items, count, 0, &error)) {
        raise(L, &error);
    }
    lua_pop(L, 1);
}

/* Pushes key and value of the member at `position` of a table of one of the forms of objects. `keys` is the
 * sorted keys of a map. */
static void push_member(lua_State *L, int index, table_form form, int keys, lua_Integer position) {
    if (keys) {
        lua_rawgeti(L, keys, position);
        lua_pushvalue(L, -1);
        lua_rawget(L, index);
        return;
    }
    if (form == TABLE_MEMBERS) {
        if (lua_rawgeti(L, index, 2 * position - 1) != LUA_TSTRING ||
            lua_rawgeti(L, index, 2 * position) == LUA_TNIL) {
            luaL_error(L, "the members of an object are keys and values in turn");
        }
        return;
    }
    if (lua_rawgeti(L, index, position) != LUA_TTABLE || lua_rawgeti(L, -1, 1) != LUA_TSTRING) {
        luaL_error(L, "an ordered object is a list of { key, value }");
    }
    lua_rawgeti(L, -2, 2);
    lua_remove(L, -3);
}

static void build_map(lua_State *L, int index, builder *self, table_form form, floe_node *out) {
    int keys_index = 0;
    if (form == TABLE_MAP) {
        floe_convert_sorted_keys(L, index);
        keys_index = lua_gettop(L);
    }
    size_t count = lua_rawlen(L, form == TABLE_MAP ? keys_index : index);
    count = form == TABLE_MEMBERS ? (count + 1) / 2 : count; /* that of an odd one misses its last value */
    floe_node *items = lua_newuserdatauv(L, (count + 1) * sizeof *items, 0);
    floe_key *keys = lua_newuserdatauv(L, (count + 1) * sizeof *keys, 0);
    for (size_t i = 0; i < count; i++) {
        push_member(L, index, form, keys_index, (lua_Integer)i + 1);
        size_t length;
        const char *text = copy_text(L, -2, self, &length);
        keys[i] = floe_key_of(text, length);
        build(L, lua_gettop(L), self, &items[i]);
        lua_pop(L, 2);
    }
    floe_error error;
    if (floe_document_map(out, self->document, keys, items, NULL, count, 0, &error)) {
        raise(L, &error);
    }
    lua_pop(L, form == TABLE_MAP ? 3 : 2);
}

static void build_container(lua_State *L, int index, builder *self, floe_node *out) {
    if (++self->depth > FLOE_CONVERT_DEPTH) {
        luaL_error(L, "tables are nested more than %d deep", FLOE_CONVERT_DEPTH);
    }
    luaL_checkstack(L, 16, NULL);
    table_form form = form_of(L, index);
    if (form == TABLE_LIST) {
        build_list(L, index, self, out);
    } else {
        build_map(L, index, self, form, out);
    }
    self->depth--;
}

/* `index` is absolute. */
static void build(lua_State *L, int index, builder *self, floe_node *out) {
    if (++self->nodes > FLOE_CONVERT_NODES) {
        luaL_error(L, "a table of more than %d values cannot be a fact", FLOE_CONVERT_NODES);
    }
    size_t length;
    const char *text;
    const floe_node *node;
    switch (lua_type(L, index)) {
    case LUA_TNIL:
        *out = floe_null_node(0);
        return;
    case LUA_TBOOLEAN:
        *out = floe_boolean_node(lua_toboolean(L, index), 0);
        return;
    case LUA_TNUMBER:
        *out = lua_isinteger(L, index) ? floe_integer_node(lua_tointeger(L, index), 0)
                                       : floe_number_node(lua_tonumber(L, index), 0);
        return;
    case LUA_TSTRING:
        text = copy_text(L, index, self, &length);
        *out = floe_string_node(text, length, 0);
        return;
    case LUA_TTABLE:
        build_container(L, index, self, out);
        return;
    case LUA_TLIGHTUSERDATA:
        if (!lua_touserdata(L, index)) {
            *out = floe_null_node(0);
            return;
        }
        break;
    case LUA_TUSERDATA:
        if ((node = floe_view_to(L, index))) {
            *out = *node;
            return;
        }
        break;
    default:
        break;
    }
    luaL_error(L, "a %s cannot be a fact", luaL_typename(L, index));
}

void floe_convert_build(lua_State *L, int index, floe_document *document, floe_node *out) {
    builder self = {.document = document};
    build(L, lua_absindex(L, index), &self, out);
}

void floe_convert_record(lua_State *L, int index, floe_document *document, const floe_type *type,
                         const floe_place *origin, floe_node *out) {
    builder self = {.document = document};
    index = lua_absindex(L, index);
    luaL_checkstack(L, 8, NULL);
    floe_node *fields = lua_newuserdatauv(L, (type->count + 1) * sizeof *fields, 0);
    uint32_t given = 0, known = 0;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        given++;
    }
    for (uint32_t i = 0; i < type->count; i++) {
        lua_pushstring(L, type->fields[i].name);
        known += lua_rawget(L, index) != LUA_TNIL;
        build(L, lua_gettop(L), &self, &fields[i]);
        lua_pop(L, 1);
    }
    floe_error error;
    if (floe_document_record(out, document, type, fields, origin, &error)) {
        raise(L, &error);
    }
    if (given != known) {
        /* Only now, as the record's shape answers what is known. */
        for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
            size_t length = 0;
            const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &length) : "";
            if (floe_shape_slot(out->block->shape, key, length) < 0) {
                char what[96];
                snprintf(what, sizeof what, "%s %s has", strchr("aeiou", type->name[0]) ? "an" : "a",
                         type->name);
                floe_view_no_member(L, out->block->shape, what, key);
            }
        }
    }
    lua_pop(L, 1);
}

/* ---- copying ---- */

/* `holes`: a list's nulls become nil, so that it ends there for its readers; otherwise a null pointer. */
static void push_plain(lua_State *L, const floe_node *node, bool holes, int depth, uint32_t *nodes) {
    if (floe_node_kind(node) < FLOE_ARRAY) {
        floe_view_push(L, node);
        return;
    }
    if (depth == FLOE_CONVERT_DEPTH || ++*nodes > FLOE_CONVERT_NODES) {
        luaL_error(L, "a fact that refers to itself, or is too large, cannot be copied");
    }
    luaL_checkstack(L, 8, NULL);
    bool array = floe_node_kind(node) == FLOE_ARRAY;
    uint32_t size = floe_node_size(node);
    lua_createtable(L, array ? (int)size : 0, array ? 0 : (int)size);
    for (uint32_t i = 0; i < size; i++) {
        if (array) {
            const floe_node *item = &node->block->items[i];
            if (!holes && floe_node_absent(item)) {
                lua_pushlightuserdata(L, NULL);
            } else {
                push_plain(L, item, holes, depth + 1, nodes);
            }
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        } else {
            const floe_key *key = &node->block->shape->keys[i];
            lua_pushlstring(L, key->text, key->length);
            push_plain(L, &node->block->items[i], holes, depth + 1, nodes);
            lua_rawset(L, -3);
        }
    }
    if (array) {
        floe_convert_mark_list(L);
    }
}

void floe_convert_plain(lua_State *L, const floe_node *node, bool holes) {
    uint32_t nodes = 0;
    push_plain(L, node, holes, 0, &nodes);
}

/* host.document: files into trees, facts made from Lua, and where things stand. */
#include "bind.h"
#include "context.h"
#include "convert.h"
#include "view.h"

#include "data/facts.h"
#include "data/text_file.h"
#include "floe/json.h"
#include "floe/place.h"
#include "floe/yaml.h"

#include <string.h>

/* ---- reading ---- */

typedef struct reading {
    bool json;
    floe_yaml_dialect dialect;
} reading;

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), size = strlen(end);
    return length >= size && strcmp(text + length - size, end) == 0;
}

/* The options { format = "yaml" | "json", dialect = "core" | "dbt" }; the name's ending decides where they
 * are silent. */
static reading read_options(lua_State *L, int index, const char *name) {
    const char *format =
        floe_bind_text_option(L, index, "format", ends_with(name, ".json") ? "json" : "yaml");
    const char *dialect = floe_bind_text_option(L, index, "dialect", "core");
    bool json = strcmp(format, "json") == 0, dbt = strcmp(dialect, "dbt") == 0;
    if (!json && strcmp(format, "yaml") != 0) {
        luaL_error(L, "option 'format' must be \"yaml\" or \"json\"");
    }
    if (!dbt && strcmp(dialect, "core") != 0) {
        luaL_error(L, "option 'dialect' must be \"core\" or \"dbt\"");
    }
    return (reading){.json = json, .dialect = dbt ? FLOE_YAML_DBT : FLOE_YAML_CORE};
}

static int push_root(lua_State *L, const floe_document *document) {
    if (floe_node_absent(&document->root)) {
        floe_error error;
        floe_error_set(&error, FLOE_INVALID, "'%s' is empty", document->path);
        floe_error_at(&error, document->path, 1, 1);
        return floe_bind_failure(L, &error);
    }
    floe_view_push(L, &document->root);
    return 1;
}

/* read(path, options?) → the root: a view, or a scalar. */
static int document_read(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    reading how = read_options(L, 2, path);
    floe_store *store = floe_context_of(L)->store;
    floe_document *document;
    floe_error error;
    int result = how.json ? floe_json_read(&document, store, path, NULL, &error)
                          : floe_yaml_read(&document, store, path, how.dialect, NULL, &error);
    return result ? floe_bind_failure(L, &error) : push_root(L, document);
}

/* parse(text, name, options?) → the root; `name` stands for the path. */
static int document_parse(lua_State *L) {
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    const char *name = luaL_checkstring(L, 2);
    reading how = read_options(L, 3, name);
    floe_store *store = floe_context_of(L)->store;
    floe_document *document;
    floe_error error;
    int result = how.json ? floe_json_parse(&document, store, name, text, size, NULL, &error)
                          : floe_yaml_parse(&document, store, name, text, size, how.dialect, NULL, &error);
    return result ? floe_bind_failure(L, &error) : push_root(L, document);
}

/* Adds { path =, digest =, size = } to the list on top of the stack. */
static void add_input(lua_State *L, const char *path, const char *digest, size_t size) {
    lua_createtable(L, 0, 3);
    lua_pushstring(L, path);
    lua_setfield(L, -2, "path");
    lua_pushstring(L, digest);
    lua_setfield(L, -2, "digest");
    lua_pushinteger(L, (lua_Integer)size);
    lua_setfield(L, -2, "size");
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
}

/* inputs() → { { path =, digest =, size = } … } of every file that was read, those that turned out to be no
 * document behind the others. */
static int document_inputs(lua_State *L) {
    const floe_store *store = floe_context_of(L)->store;
    const floe_refused *refused;
    lua_newtable(L);
    for (uint32_t i = 0; i < floe_store_count(store); i++) {
        const floe_document *document = floe_store_document(store, i);
        if (document->digest[0]) {
            add_input(L, document->path, document->digest, document->size);
        }
    }
    for (uint32_t i = 0; (refused = floe_store_refused(store, i)) != NULL; i++) {
        add_input(L, refused->path, refused->digest, refused->size);
    }
    return 1;
}

/* was_read(path, word) → the digest of what this run has read of a file, and whether the word stands in it;
 * nil for a file that was not read. */
static int document_was_read(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    size_t size;
    const char *word = luaL_checklstring(L, 2, &size);
    const floe_document *known = floe_text_known(floe_context_of(L)->store, path);
    lua_pushstring(L, known ? known->digest : NULL);
    lua_pushboolean(L, known && known->text && memmem(known->text, known->size, word, size));
    return 2;
}

/* ---- making ---- */

/* The member that argument `index` names, by a key or by a position from 1; neither where there is no
 * argument. */
static void member_argument(lua_State *L, int index, const char **key, size_t *length, uint32_t *position) {
    *key = NULL;
    *length = 0;
    *position = 0;
    if (lua_type(L, index) == LUA_TNUMBER) {
        *position = (uint32_t)floe_bind_integer(L, index, 1, FLOE_SIZE_LIMIT);
    } else if (!lua_isnoneornil(L, index)) {
        *key = luaL_checklstring(L, index, length);
    }
}

/* An origin: nothing, a view, or { view, key }. False where it has no place of its own. */
static bool origin_argument(lua_State *L, int index, floe_place *out) {
    if (lua_isnoneornil(L, index)) {
        return false;
    }
    if (lua_type(L, index) != LUA_TTABLE) {
        return floe_container_place(out, floe_view_check(L, index));
    }
    lua_rawgeti(L, index, 1);
    lua_rawgeti(L, index, 2);
    const floe_node *node = floe_view_to(L, -2);
    luaL_argcheck(L, node, index, "a fact, or { fact, key }, expected");
    const char *key;
    size_t length;
    uint32_t position;
    member_argument(L, lua_gettop(L), &key, &length, &position);
    return floe_member_place(out, node, key, length, position) || floe_container_place(out, node);
}

/* record(type, fields, origin?) → a fact of that type. Unknown fields raise. */
static int document_record(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    const floe_type *type = floe_type_named(name);
    if (!type) {
        return luaL_error(L, "there is no type of fact '%s'", name);
    }
    luaL_checktype(L, 2, LUA_TTABLE);
    floe_place origin;
    bool known = origin_argument(L, 3, &origin);
    floe_node record;
    floe_convert_record(L, 2, floe_context_facts(L), type, known ? &origin : NULL, &record);
    floe_view_push(L, &record);
    return 1;
}

/* text_file(place, path, limit) → the `file` fact of a file, `path` below its product; nil for what is no
 * text, too large or unreadable. */
static int document_text_file(lua_State *L) {
    const char *place = luaL_checkstring(L, 1), *path = luaL_checkstring(L, 2);
    size_t limit = (size_t)floe_bind_integer(L, 3, 1, FLOE_SIZE_LIMIT);
    floe_node record;
    floe_error error;
    if (floe_text_file(&record, floe_context_facts(L), place, path, limit, &error)) {
        return luaL_error(L, "%s", error.message);
    }
    floe_view_push(L, &record);
    return 1;
}

/* list(table) → the same table, which stands for a list also where it is empty. */
static int document_list(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    floe_convert_mark_list(L);
    return 1;
}

/* link(record, field, value): fills a field that was left out when the record was made, so that facts can
 * refer to one another in a circle. Only before the facts are handed to policies. */
static int document_link(lua_State *L) {
    const floe_node *record = floe_view_check(L, 1);
    size_t length;
    const char *field = luaL_checklstring(L, 2, &length);
    const floe_type *type = floe_node_type(record);
    luaL_argcheck(L, type, 1, "a record expected");
    int64_t slot = floe_shape_slot(record->block->shape, field, length);
    if (slot < 0) {
        return luaL_error(L, "a %s has no field '%s'", type->name, field);
    }
    floe_node *items = floe_record_items(record);
    luaL_argcheck(L, floe_node_absent(&items[slot]), 2, "the field has a value already");
    luaL_checkany(L, 3);
    floe_node value;
    floe_convert_build(L, 3, floe_context_facts(L), &value);
    items[slot] = value;
    return 0;
}

/* build(value) → a view of a plain tree. */
static int document_build(lua_State *L) {
    floe_node node;
    luaL_checkany(L, 1);
    floe_convert_build(L, 1, floe_context_facts(L), &node);
    floe_view_push(L, &node);
    return 1;
}

/* plain(view, nulls?) → a deep copy as tables; other values as they are. A list's nulls are nil, with `nulls`
 * they are host.json's null. */
static int document_plain(lua_State *L) {
    luaL_checkany(L, 1);
    lua_settop(L, 2);
    bool holes = !lua_toboolean(L, 2);
    lua_settop(L, 1);
    const floe_node *node = floe_view_to(L, 1);
    if (node) {
        floe_convert_plain(L, node, holes);
    }
    return 1;
}

/* ---- looking ---- */

/* kind(value) → "array", "object" or nil. */
static int document_kind(lua_State *L) {
    const floe_node *node = floe_view_to(L, 1);
    bool array = node && floe_node_kind(node) == FLOE_ARRAY;
    lua_pushstring(L, !node ? NULL : array ? "array" : "object");
    return 1;
}

/* type(value) → the type of a record, or nil. */
static int document_type(lua_State *L) {
    const floe_type *type = floe_node_type(floe_view_to(L, 1));
    lua_pushstring(L, type ? type->name : NULL);
    return 1;
}

static int push_location(lua_State *L, const char *file, uint32_t line, uint32_t column) {
    lua_pushstring(L, file);
    if (!line) {
        return 1;
    }
    lua_pushinteger(L, line);
    lua_pushinteger(L, column);
    return 3;
}

/* place(view, key?) → file, line, column; nothing where it was read from no file. */
static int document_place(lua_State *L) {
    const floe_node *node = floe_view_check(L, 1);
    const char *key;
    size_t length;
    uint32_t position;
    member_argument(L, 2, &key, &length, &position);
    floe_location location;
    if (floe_location_of(&location, node, key, length, position, NULL)) {
        return 0;
    }
    return push_location(L, location.file, location.line, location.column);
}

/* The text that a fact is about: the one it holds, or its document's. */
static const char *text_of(const floe_node *node, size_t *size) {
    static const char *const fields[] = {"text", "code"};
    for (size_t i = 0; floe_node_type(node) && i < sizeof fields / sizeof *fields; i++) {
        const char *text = floe_node_string(floe_node_get(node, fields[i], strlen(fields[i])), size);
        if (text) {
            return text;
        }
    }
    *size = node->block->document->size;
    return node->block->document->text;
}

static const char *file_of(const floe_node *node) {
    floe_location location;
    if (floe_location_of(&location, node, NULL, 0, 0, NULL) == 0) {
        return location.file;
    }
    return NULL;
}

/* offset_place(view, offset) → file, line, column of a byte (from 0) of the text that the fact is about. */
static int document_offset_place(lua_State *L) {
    const floe_node *node = floe_view_check(L, 1);
    lua_Integer offset = floe_bind_integer(L, 2, 0, LUA_MAXINTEGER);
    size_t size;
    const char *text = text_of(node, &size);
    uint32_t line, column;
    floe_text_position(text, text ? size : 0, (uint64_t)offset, &line, &column);
    lua_pushstring(L, file_of(node));
    lua_pushinteger(L, line);
    lua_pushinteger(L, column);
    return line ? 3 : 0;
}

static void push_field(lua_State *L, const floe_field *field) {
    lua_createtable(L, 0, 3);
    lua_pushstring(L, field->name);
    lua_setfield(L, -2, "name");
    lua_pushstring(L, field->type);
    lua_setfield(L, -2, "type");
    lua_pushstring(L, field->doc);
    lua_setfield(L, -2, "doc");
}

/* types() → { { name =, doc =, fields = { { name =, type =, doc = } … } } … }. */
static int document_types(lua_State *L) {
    lua_newtable(L);
    for (lua_Integer i = 0; floe_types[i]; i++) {
        lua_createtable(L, 0, 3);
        lua_pushstring(L, floe_types[i]->name);
        lua_setfield(L, -2, "name");
        lua_pushstring(L, floe_types[i]->doc);
        lua_setfield(L, -2, "doc");
        lua_createtable(L, (int)floe_types[i]->count, 0);
        for (uint32_t field = 0; field < floe_types[i]->count; field++) {
            push_field(L, &floe_types[i]->fields[field]);
            lua_rawseti(L, -2, (lua_Integer)field + 1);
        }
        lua_setfield(L, -2, "fields");
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

int luaopen_host_document(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"read", document_read},         {"parse", document_parse},
        {"inputs", document_inputs},     {"record", document_record},
        {"list", document_list},         {"link", document_link},
        {"build", document_build},       {"plain", document_plain},
        {"kind", document_kind},         {"type", document_type},
        {"place", document_place},       {"offset_place", document_offset_place},
        {"types", document_types},       {"text_file", document_text_file},
        {"was_read", document_was_read}, {NULL, NULL},
    };
    luaL_newlib(L, functions);
    return 1;
}

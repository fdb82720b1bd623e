/* The string functions but for patterns (library_pattern.c) and format (library_format.c). */
#include "library.h"
#include "sandbox.h"

#include <string.h>

/* A start position as Lua means it: negative counts from the end, and what lies before the text is its start.
 */
static size_t start_position(lua_Integer at, size_t size) {
    if (at > 0) {
        return (size_t)at;
    }
    return at == 0 || at < -(lua_Integer)size ? 1 : size + (size_t)at + 1;
}

static size_t end_position(lua_Integer at, size_t size) {
    if (at > (lua_Integer)size) {
        return size;
    }
    return at >= 0 ? (size_t)at : at < -(lua_Integer)size ? 0 : size + (size_t)at + 1;
}

static int string_byte(lua_State *L) {
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    lua_Integer from = luaL_optinteger(L, 2, 1);
    size_t start = start_position(from, size);
    size_t end =
        lua_isnoneornil(L, 3) ? end_position(from, size) : end_position(luaL_checkinteger(L, 3), size);
    if (start > end) {
        return 0;
    }
    luaL_checkstack(L, end - start < 1 << 16 ? (int)(end - start) + 1 : 1 << 24, "string slice too long");
    for (size_t i = start; i <= end; i++) {
        lua_pushinteger(L, (unsigned char)text[i - 1]);
    }
    return (int)(end - start) + 1;
}

static int string_char(lua_State *L) {
    int count = lua_gettop(L);
    floe_text text;
    floe_text_start(&text, L);
    char *out = floe_text_room(&text, (size_t)count);
    for (int i = 1; i <= count; i++) {
        lua_Integer byte = luaL_checkinteger(L, i);
        luaL_argcheck(L, byte >= 0 && byte <= 255, i, "value out of range");
        out[i - 1] = (char)byte;
    }
    text.size = (size_t)count;
    floe_text_push(&text);
    return 1;
}

static int string_len(lua_State *L) {
    size_t size;
    luaL_checklstring(L, 1, &size);
    lua_pushinteger(L, (lua_Integer)size);
    return 1;
}

/* ASCII letters only, whatever the locale. */
static int change_case(lua_State *L, char first, char last) {
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    floe_text result;
    floe_text_start(&result, L);
    char *out = floe_text_room(&result, size);
    for (size_t i = 0; i < size; i++) {
        out[i] = text[i] >= first && text[i] <= last ? (char)(text[i] ^ 0x20) : text[i];
    }
    result.size = size;
    floe_text_push(&result);
    return 1;
}

static int string_lower(lua_State *L) {
    return change_case(L, 'A', 'Z');
}

static int string_upper(lua_State *L) {
    return change_case(L, 'a', 'z');
}

static int string_reverse(lua_State *L) {
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    floe_text result;
    floe_text_start(&result, L);
    char *out = floe_text_room(&result, size);
    for (size_t i = 0; i < size; i++) {
        out[i] = text[size - 1 - i];
    }
    result.size = size;
    floe_text_push(&result);
    return 1;
}

/* Writes the pair of text and separator once and then doubles what is there. */
static void repeat(char *out, size_t total, const char *text, size_t size, const char *separator,
                   size_t separator_size) {
    size_t pair = size + separator_size;
    memcpy(out, text, size);
    if (total > size) {
        memcpy(out + size, separator, separator_size);
        for (size_t done = pair; done < total;) {
            size_t part = done < total - done ? done : total - done;
            memcpy(out + done, out, part);
            done += part;
        }
    }
}

static int string_rep(lua_State *L) {
    size_t size;
    size_t separator_size;
    const char *text = luaL_checklstring(L, 1, &size);
    lua_Integer count = luaL_checkinteger(L, 2);
    const char *separator = luaL_optlstring(L, 3, "", &separator_size);
    size_t pair = size + separator_size;
    if (count <= 0 || pair == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    if (pair > FLOE_TEXT_LIMIT || (lua_Unsigned)count > FLOE_TEXT_LIMIT / pair + 1) {
        return luaL_error(L, "resulting string too large");
    }
    size_t total = (size_t)count * pair - separator_size;
    floe_text result;
    floe_text_start(&result, L);
    repeat(floe_text_room(&result, total), total, text, size, separator, separator_size);
    result.size = total;
    floe_text_push(&result);
    return 1;
}

static int string_sub(lua_State *L) {
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    size_t start = start_position(luaL_checkinteger(L, 2), size);
    size_t end = end_position(luaL_optinteger(L, 3, -1), size);
    lua_pushlstring(L, text + (start <= end ? start - 1 : 0), start <= end ? end - start + 1 : 0);
    return 1;
}

static const luaL_Reg functions[] = {
    {"byte", string_byte},   {"char", string_char}, {"format", floe_string_format}, {"len", string_len},
    {"lower", string_lower}, {"rep", string_rep},   {"reverse", string_reverse},    {"sub", string_sub},
    {"upper", string_upper}, {NULL, NULL},
};

/* The methods of strings are the same functions, behind a metatable that no script gets to see. */
static void lock_string_metatable(lua_State *L) {
    lua_pushliteral(L, "");
    lua_createtable(L, 0, 2);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

int floe_open_string(lua_State *L) {
    luaL_newlib(L, functions);
    luaL_setfuncs(L, floe_pattern_functions, 0);
    lock_string_metatable(L);
    return 1;
}

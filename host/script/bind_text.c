/* host.text, and floe.text_search in the sandbox: searches that policies make in every text.
 * stdlib/floe/text.lua stands on it. */
#include "bind.h"

#include "base/glob.h"
#include "base/words.h"
#include "sandbox.h"

/* What passing over a text costs of a call's instructions where these are counted: bytes for one step. */
enum { BYTES_A_STEP = 32 };

/* glob(pattern, value) → whether all of the value matches. */
static int text_glob(lua_State *L) {
    size_t pattern_size, size;
    const char *pattern = luaL_checklstring(L, 1, &pattern_size);
    const char *value = luaL_checklstring(L, 2, &size);
    floe_effort effort = {.stop = floe_sandbox_stop(L)};
    bool matches = floe_glob(pattern, pattern_size, value, size, &effort);
    floe_sandbox_spend(L, effort.steps);
    lua_pushboolean(L, matches);
    return 1;
}

/* find(text, init?) → from, to, which; nil where no word is left. Upvalue 1 holds the words. */
static int find_words(lua_State *L) {
    const floe_words *words = lua_touserdata(L, lua_upvalueindex(1));
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    lua_Integer from = luaL_optinteger(L, 2, 1);
    luaL_argcheck(L, from >= 1, 2, "a place from 1 on expected");
    floe_effort effort = {.stop = floe_sandbox_stop(L)};
    floe_word_found found = {.at = size};
    bool any =
        (lua_Unsigned)from <= size && floe_words_find(&found, words, text, size, (size_t)from - 1, &effort);
    floe_sandbox_spend(L, 1 + effort.steps + (any ? found.at - ((size_t)from - 1) : size) / BYTES_A_STEP);
    if (!any) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushinteger(L, (lua_Integer)found.at + 1);
    lua_pushinteger(L, (lua_Integer)(found.at + found.length));
    lua_pushinteger(L, (lua_Integer)found.word + 1);
    return 3;
}

/* finder(words, caseless) → find. */
static int text_finder(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    bool caseless = lua_toboolean(L, 2);
    floe_words *words = lua_newuserdatauv(L, sizeof *words, 0);
    floe_words_start(words, caseless);
    for (lua_Integer i = 1; lua_rawgeti(L, 1, i) != LUA_TNIL; i++) {
        size_t length;
        const char *word = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
        if (!word || !floe_words_add(words, word, length)) {
            return luaL_error(L, "up to %d words of 1 to %d bytes can be looked for", FLOE_WORDS,
                              FLOE_WORD_LENGTH);
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    lua_pushcclosure(L, find_words, 1);
    return 1;
}

int luaopen_host_text(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"glob", text_glob},
        {"finder", text_finder},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    return 1;
}

/* A text and a pattern, each on a line: the match lies in the text, keeps its bound, and is the one of stock
 * Lua. */
#include "script/pattern.h"

#include "check.h"

#include <lauxlib.h>
#include <lualib.h>

enum { STEPS = 1000000, SMALL = 20 };

/* Stock Lua has no bound on its work, so it is asked about small cases that ours answered. */
static void check_against_stock(const floe_pattern *pattern, const char *end) {
    lua_State *L = luaL_newstate();
    luaL_requiref(L, "string", luaopen_string, 0);
    lua_getfield(L, -1, "find");
    lua_pushlstring(L, pattern->text, (size_t)(pattern->text_end - pattern->text));
    lua_pushliteral(L, "^");
    lua_pushlstring(L, pattern->pattern, (size_t)(pattern->pattern_end - pattern->pattern));
    lua_concat(L, 2);
    bool failed = lua_pcall(L, 2, 2, 0) != LUA_OK;
    bool open = false; /* an error that comes only when the captures are asked for */
    for (unsigned i = 0; end && i < pattern->count; i++) {
        open = open || pattern->captures[i].size == FLOE_CAPTURE_OPEN;
    }
    HOLDS(failed == (pattern->fault || open));
    HOLDS(failed || !end == lua_isnil(L, -2));
    HOLDS(failed || !end || lua_tointeger(L, -1) == end - pattern->text);
    lua_close(L);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *text = (const char *)data;
    const char *line_end = size ? memchr(text, '\n', size) : NULL;
    if (!line_end) {
        return 0;
    }
    size_t text_size = (size_t)(line_end - text);
    size_t source_size = size - text_size - 1;
    floe_pattern pattern;
    floe_pattern_prepare(&pattern, text, text_size, line_end + 1, source_size);
    pattern.step_limit = STEPS;
    const char *end = floe_pattern_match(&pattern, text);
    HOLDS(pattern.steps <= STEPS + size);
    HOLDS(!end || (!pattern.fault && end >= text && end <= line_end));
    for (unsigned i = 0; end && i < pattern.count; i++) {
        const floe_capture *capture = &pattern.captures[i];
        HOLDS(capture->start >= text && capture->start <= line_end);
        HOLDS(capture->size < 0 || capture->size <= line_end - capture->start);
    }
    if (text_size <= SMALL && source_size <= SMALL && pattern.steps <= STEPS) {
        check_against_stock(&pattern, end);
    }
    return 0;
}

/* string.find, match, gmatch and gsub over the bounded matcher of pattern.h. */
#include "library.h"
#include "pattern.h"
#include "sandbox.h"

#include <string.h>

/* Readies a match that ends when the budget does. */
static void prepare(lua_State *L, floe_pattern *pattern, int text_index, const char *source,
                    size_t source_size) {
    size_t size;
    const char *text = lua_tolstring(L, text_index, &size);
    floe_pattern_prepare(pattern, text, size, source, source_size);
    pattern->stop = floe_sandbox_stop(L);
}

/* Searches from `at`. Steps are charged, and a fault is raised. */
static const char *search(lua_State *L, floe_pattern *pattern, const char *at, bool anchored,
                          const char **start) {
    uint64_t before = pattern->steps;
    uint64_t left = floe_sandbox_left(L);
    pattern->step_limit = left > UINT64_MAX - before ? UINT64_MAX : before + left;
    const char *end = floe_pattern_search(pattern, at, anchored, start);
    floe_sandbox_spend(L, pattern->steps - before);
    if (pattern->fault && pattern->fault_capture >= 0) {
        luaL_error(L, "%s %%%d", pattern->fault, pattern->fault_capture);
    } else if (pattern->fault) {
        luaL_error(L, "%s", pattern->fault);
    }
    return end;
}

/* The same for a search that goes on where the last match ended: an empty one there is no new one. */
static const char *search_on(lua_State *L, floe_pattern *pattern, const char *at, bool anchored,
                             const char **start, const char *last) {
    const char *end = search(L, pattern, at, anchored, start);
    if (end && end == last) {
        end = anchored || at == pattern->text_end ? NULL : search(L, pattern, at + 1, false, start);
    }
    return end;
}

/* Pushes a capture of the match from `start` to `end`; capture 0 of a pattern that has none is the match. */
static void push_capture(lua_State *L, const floe_pattern *pattern, unsigned index, const char *start,
                         const char *end, const char *where) {
    if (index >= pattern->count) {
        if (index > 0) {
            luaL_error(L, "invalid capture index %%%d%s", (int)index + 1, where);
        }
        lua_pushlstring(L, start, (size_t)(end - start));
        return;
    }
    const floe_capture *capture = &pattern->captures[index];
    if (capture->size == FLOE_CAPTURE_OPEN) {
        luaL_error(L, "unfinished capture");
    }
    if (capture->size == FLOE_CAPTURE_POSITION) {
        lua_pushinteger(L, capture->start - pattern->text + 1);
    } else {
        lua_pushlstring(L, capture->start, (size_t)capture->size);
    }
}

/* Pushes all captures; `whole` asks for the match itself where there are none. Returns how many. */
static int push_captures(lua_State *L, const floe_pattern *pattern, const char *start, const char *end,
                         bool whole) {
    unsigned count = pattern->count == 0 && whole ? 1 : pattern->count;
    luaL_checkstack(L, (int)count, "too many captures");
    for (unsigned i = 0; i < count; i++) {
        push_capture(L, pattern, i, start, end, "");
    }
    return (int)count;
}

static bool is_plain(const char *source, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (source[i] && strchr("^$*+?.([%-", source[i])) {
            return false;
        }
    }
    return true;
}

/* The optional third argument, as an offset into a text of `size` bytes; beyond its end where there is none.
 */
static size_t start_offset(lua_State *L, size_t size) {
    lua_Integer at = luaL_optinteger(L, 3, 1);
    if (at > 0) {
        return (lua_Unsigned)at - 1 > size ? size + 1 : (size_t)at - 1;
    }
    return at == 0 || at < -(lua_Integer)size ? 0 : size + (size_t)at;
}

static int find_plain(lua_State *L, const char *text, size_t size, size_t from, const char *source,
                      size_t source_size) {
    const char *found = floe_text_find(text + from, size - from, source, source_size);
    if (!found) {
        luaL_pushfail(L);
        return 1;
    }
    lua_pushinteger(L, found - text + 1);
    lua_pushinteger(L, found - text + (ptrdiff_t)source_size);
    return 2;
}

static int find_or_match(lua_State *L, bool find) {
    size_t size;
    size_t source_size;
    const char *text = luaL_checklstring(L, 1, &size);
    const char *source = luaL_checklstring(L, 2, &source_size);
    size_t from = start_offset(L, size);
    if (from > size) {
        luaL_pushfail(L);
        return 1;
    }
    if (find && (lua_toboolean(L, 4) || is_plain(source, source_size))) {
        return find_plain(L, text, size, from, source, source_size);
    }
    bool anchored = source_size > 0 && *source == '^';
    floe_pattern pattern;
    prepare(L, &pattern, 1, source + anchored, source_size - anchored);
    const char *start;
    const char *end = search(L, &pattern, text + from, anchored, &start);
    if (!end) {
        luaL_pushfail(L);
        return 1;
    }
    if (!find) {
        return push_captures(L, &pattern, start, end, true);
    }
    lua_pushinteger(L, start - text + 1);
    lua_pushinteger(L, end - text);
    return push_captures(L, &pattern, start, end, false) + 2;
}

static int string_find(lua_State *L) {
    return find_or_match(L, true);
}

static int string_match(lua_State *L) {
    return find_or_match(L, false);
}

/* A loop of gmatch: upvalue 3; the text and the pattern, upvalues 1 and 2, are kept alive beside it. */
typedef struct walk {
    floe_pattern pattern;
    const char *at;
    const char *last; /* end of the last match: an empty one there would be the same place twice */
} walk;

static int next_match(lua_State *L) {
    walk *state = lua_touserdata(L, lua_upvalueindex(3));
    const char *start;
    const char *end = NULL;
    if (state->at <= state->pattern.text_end) {
        end = search_on(L, &state->pattern, state->at, false, &start, state->last);
    }
    if (!end) {
        state->at = state->pattern.text_end + 1;
        return 0;
    }
    state->at = state->last = end;
    return push_captures(L, &state->pattern, start, end, true);
}

static int string_gmatch(lua_State *L) {
    size_t size;
    size_t source_size;
    const char *text = luaL_checklstring(L, 1, &size);
    const char *source = luaL_checklstring(L, 2, &source_size);
    size_t from = start_offset(L, size);
    lua_settop(L, 2);
    walk *state = lua_newuserdatauv(L, sizeof *state, 0);
    prepare(L, &state->pattern, 1, source, source_size);
    state->at = text + (from > size ? size + 1 : from);
    state->last = NULL;
    lua_pushcclosure(L, next_match, 3);
    return 1;
}

/* Appends the replacement text at 3 of the stack, with what its '%' stand for. */
static void add_template(lua_State *L, floe_text *out, const floe_pattern *pattern, const char *start,
                         const char *end) {
    size_t size;
    const char *template = lua_tolstring(L, 3, &size);
    const char *stop = template + size;
    for (const char *mark; (mark = memchr(template, '%', (size_t)(stop - template))); template = mark + 2) {
        floe_text_add(out, template, (size_t)(mark - template));
        char letter = mark + 1 < stop ? mark[1] : '\0';
        if (letter == '%') {
            floe_text_add(out, "%", 1);
        } else if (letter == '0') {
            floe_text_add(out, start, (size_t)(end - start));
        } else if (letter >= '1' && letter <= '9') {
            push_capture(L, pattern, (unsigned)(letter - '1'), start, end, " in replacement string");
            const char *value = lua_tolstring(L, -1, &size);
            floe_text_add(out, value, size);
            lua_pop(L, 1);
        } else {
            luaL_error(L, "invalid use of '%%' in replacement string");
        }
    }
    floe_text_add(out, template, (size_t)(stop - template));
}

/* Appends what the function or the table at 3 of the stack gives for the match; the match itself for false
 * and nil. */
static void add_answer(lua_State *L, floe_text *out, const floe_pattern *pattern, const char *start,
                       const char *end) {
    if (lua_type(L, 3) == LUA_TFUNCTION) {
        lua_pushvalue(L, 3);
        lua_call(L, push_captures(L, pattern, start, end, true), 1);
    } else {
        push_capture(L, pattern, 0, start, end, "");
        lua_gettable(L, 3);
    }
    size_t size = (size_t)(end - start);
    if (!lua_toboolean(L, -1)) {
        floe_text_add(out, start, size);
    } else if (lua_isstring(L, -1)) {
        const char *answer = lua_tolstring(L, -1, &size);
        floe_text_add(out, answer, size);
    } else {
        luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    }
    lua_pop(L, 1);
}

static int string_gsub(lua_State *L) {
    size_t size;
    size_t source_size;
    const char *text = luaL_checklstring(L, 1, &size);
    const char *source = luaL_checklstring(L, 2, &source_size);
    int type = lua_type(L, 3);
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)size + 1);
    bool anchored = source_size > 0 && *source == '^';
    bool template = type == LUA_TSTRING || type == LUA_TNUMBER;
    luaL_argexpected(L, template || type == LUA_TFUNCTION || type == LUA_TTABLE, 3, "string/function/table");
    const char *at = text;
    const char *last = NULL;
    lua_Integer count = 0;
    floe_text out;
    floe_pattern pattern;
    floe_text_start(&out, L);
    prepare(L, &pattern, 1, source + anchored, source_size - anchored);
    while (count < most) {
        const char *start;
        const char *end = search_on(L, &pattern, at, anchored, &start, last);
        if (!end) {
            break;
        }
        floe_text_add(&out, at, (size_t)(start - at));
        (template ? add_template : add_answer)(L, &out, &pattern, start, end);
        at = last = end;
        count++;
        if (anchored) {
            break;
        }
    }
    floe_text_add(&out, at, (size_t)(text + size - at));
    floe_text_push(&out);
    lua_pushinteger(L, count);
    return 2;
}

const luaL_Reg floe_pattern_functions[] = {
    {"find", string_find}, {"gmatch", string_gmatch}, {"gsub", string_gsub}, {"match", string_match},
    {NULL, NULL},
};

/* The pattern matcher against Lua's own, on generated patterns; and its bound on the work. */
#include "script.h"

#include "script/library.h"
#include "script/pattern.h"

#include <lualib.h>
#include <stdbool.h>
#include <stdlib.h>

/* Numbers that are the same in each run. */
static uint32_t next_random(uint64_t *seed) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

static const char *const pieces[] = {
    "a",       "b",     "c",      ".",      "%a",    "%d",   "%s",          "%w",     "%A",   "%p",   "%x",
    "%u",      "%l",    "%c",     "%g",     "%z",    "%W",   "%%",          "%.",     "[ab]", "[^a]", "[a-c]",
    "[]]",     "[^]b]", "[%a_]",  "[%]]",   "[a-]",  "[-a]", "[^%d%s]",     "[a%-c]", "[%",   "[",    "[^",
    "]",       "*",     "+",      "-",      "?",     "*",    "+",           "-",      "?",    "(",    ")",
    "()",      "(",     ")",      "%1",     "%2",    "%0",   "%b()",        "%bab",   "%b",   "%bx",  "%f[a]",
    "%f[^%w]", "%f",    "%f[",    "^",      "$",     "%",    "\\0",         "-",      "1",    " ",    "(a*)",
    "(.-)",    "(%w+)", "[a-%d]", "[%a-z]", "[]-a]", "\x80", "[\x80-\xff]",
};

static const char *const letters = "aaabbc1 ()]%-\x80^$A.";

/* Pushes a string of up to `most` random pieces or letters. "\\0" stands for a NUL byte. */
static void push_random(lua_State *L, uint64_t *seed, bool pattern, uint32_t most) {
    char text[256];
    size_t size = 0;
    uint32_t count = next_random(seed) % (most + 1);
    for (uint32_t i = 0; i < count; i++) {
        if (!pattern) {
            text[size++] = letters[next_random(seed) % strlen(letters)];
            continue;
        }
        const char *piece = pieces[next_random(seed) % (sizeof pieces / sizeof *pieces)];
        if (strcmp(piece, "\\0") == 0) {
            text[size++] = '\0';
        } else {
            memcpy(text + size, piece, strlen(piece));
            size += strlen(piece);
        }
    }
    lua_pushlstring(L, text, size);
}

/* (text, pattern, init, replacement) → nil, or what differs. Errors must agree as well, word for word. */
static const char compare[] =
    "local ours, stock = ...\n"
    "local function show(...)\n"
    "  local t = table.pack(...)\n"
    "  for i = 1, t.n do t[i] = math.type(t[i]) == 'integer' and t[i] or ('%q'):format(t[i]) end\n"
    "  return (table.concat(t, ', '):gsub(' in %l+ string', '')) -- newer versions of Lua say where\n"
    "end\n"
    "local function all(lib, text, pattern, init)\n"
    "  local t = {}\n"
    "  for a, b, c in lib.gmatch(text, pattern, init) do t[#t + 1] = show(a, b, c) end\n"
    "  return table.concat(t, '; ')\n"
    "end\n"
    "local function wrap(...) return '<' .. show(...) .. '>' end\n"
    "local map = setmetatable({ a = false, b = 'B', ['1'] = 7 }, {})\n"
    "return function(text, pattern, init, replacement)\n"
    "  local calls = {\n"
    "    find = function(lib) return lib.find(text, pattern, init) end,\n"
    "    plain = function(lib) return lib.find(text, pattern, init, true) end,\n"
    "    match = function(lib) return lib.match(text, pattern, init) end,\n"
    "    gmatch = function(lib) return all(lib, text, pattern, init) end,\n"
    "    gsub = function(lib) return lib.gsub(text, pattern, replacement) end,\n"
    "    gsub_most = function(lib) return lib.gsub(text, pattern, replacement, init) end,\n"
    "    gsub_function = function(lib) return lib.gsub(text, pattern, wrap) end,\n"
    "    gsub_table = function(lib) return lib.gsub(text, pattern, map) end,\n"
    "  }\n"
    "  for name, call in pairs(calls) do\n"
    "    local one, other = show(pcall(call, ours)), show(pcall(call, stock))\n"
    "    if one ~= other then\n"
    "      return ('%s(%q, %q, %d, %q)\\n ours: %s\\nstock: %s'):format(name, text, pattern, init, "
    "replacement, one,\n"
    "        other)\n"
    "    end\n"
    "  end\n"
    "end\n";

static lua_State *open_comparison(void) {
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    if (luaL_loadstring(L, compare) != LUA_OK) {
        fail_msg("%s", lua_tostring(L, -1));
    }
    lua_newtable(L);
    luaL_setfuncs(L, floe_pattern_functions, 0);
    lua_getglobal(L, "string");
    lua_call(L, 2, 1);
    return L;
}

static void generated_patterns_match_as_in_stock_lua(void **state) {
    (void)state;
    lua_State *L = open_comparison();
    uint64_t seed = 20261121;
    for (int i = 0; i < 20000; i++) {
        lua_pushvalue(L, 1);
        push_random(L, &seed, false, 12);
        push_random(L, &seed, true, i % 8 + 1);
        lua_pushinteger(L, (lua_Integer)(next_random(&seed) % 20) - 6);
        push_random(L, &seed, i % 3 == 0, 2);
        if (lua_pcall(L, 4, 1, 0) != LUA_OK || !lua_isnil(L, -1)) {
            fail_msg("case %d: %s", i, lua_tostring(L, -1));
        }
        lua_settop(L, 1);
    }
    lua_close(L);
}

static void chosen_patterns_match_as_in_stock_lua(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"hello world", "o w"},
        {"key = value", "^(%w+)%s*=%s*(%w+)$"},
        {"THE (quick) fox", "%((%a+)%)"},
        {"THE (quick) fox", "%f[%a]%a+%f[%A]"},
        {"f(a(b)c)d)", "%b()"},
        {"\"it's\" 'quoted'", "([\"'])(.-)%1"},
        {"  trim me  ", "^%s*(.-)%s*$"},
        {"2026-11-21", "(%d+)-(%d+)-(%d+)"},
        {"", ""},
        {"", "^$"},
        {"abc", "()"},
        {"abc", "b*"},
        {"a,b,,c", "([^,]*)"},
        {"aaa", "(a)(a)(a)(a)?"},
        {"\0a\0", "%z"},
        {"\0a\0", "[^%w]"},
        {"x", "(((((((((((((((((((((((((((((((((x)))))))))))))))))))))))))))))))))"},
        {"x", "((((((((((((((((((((((((((((((((x))))))))))))))))))))))))))))))))"},
    };
    lua_State *L = open_comparison();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lua_pushvalue(L, 1);
        lua_pushstring(L, cases[i][0]);
        lua_pushstring(L, cases[i][1]);
        lua_pushinteger(L, 1);
        lua_pushliteral(L, "<%0>");
        assert_int_equal(lua_pcall(L, 4, 1, 0), LUA_OK);
        if (!lua_isnil(L, -1)) {
            fail_msg("%s", lua_tostring(L, -1));
        }
        lua_settop(L, 1);
    }
    lua_close(L);
}

static void deep_patterns_are_refused(void **state) {
    (void)state;
    char source[1024];
    for (int i = 0; i < 256; i++) {
        memcpy(source + 2 * i, "a?", 2);
    }
    floe_pattern pattern;
    floe_pattern_prepare(&pattern, "b", 1, source, 512);
    assert_non_null(floe_pattern_match(&pattern, pattern.text));
    char text[512];
    memset(text, 'a', sizeof text);
    floe_pattern_prepare(&pattern, text, sizeof text, source, 512);
    assert_null(floe_pattern_match(&pattern, text));
    assert_string_equal(pattern.fault, "pattern too complex");
}

static const char *const catastrophes[] = {"a-a-a-a-b", ".-.-.-.-b", "(a*)(a*)(a*)(a*)b", "a*a*a*a*$b",
                                           "(.-)(.-)(.-)%1%2%3b"};

static void a_match_ends_at_its_step_limit(void **state) {
    (void)state;
    char text[2000];
    memset(text, 'a', sizeof text);
    for (size_t i = 0; i < sizeof catastrophes / sizeof *catastrophes; i++) {
        floe_pattern pattern;
        floe_pattern_prepare(&pattern, text, sizeof text, catastrophes[i], strlen(catastrophes[i]));
        pattern.step_limit = 100000;
        assert_null(floe_pattern_match(&pattern, text));
        assert_string_equal(pattern.fault, "");
        assert_in_range(pattern.steps, 100000, 100200);
    }
}

static void a_match_ends_when_its_flag_is_raised(void **state) {
    (void)state;
    char text[2000];
    memset(text, 'a', sizeof text);
    const volatile sig_atomic_t stop = 1;
    for (size_t i = 0; i < sizeof catastrophes / sizeof *catastrophes; i++) {
        floe_pattern pattern;
        floe_pattern_prepare(&pattern, text, sizeof text, catastrophes[i], strlen(catastrophes[i]));
        pattern.stop = &stop;
        assert_null(floe_pattern_match(&pattern, text));
        assert_string_equal(pattern.fault, "");
        assert_in_range(pattern.steps, 1, 2000);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generated_patterns_match_as_in_stock_lua),
        cmocka_unit_test(chosen_patterns_match_as_in_stock_lua),
        cmocka_unit_test(deep_patterns_are_refused),
        cmocka_unit_test(a_match_ends_at_its_step_limit),
        cmocka_unit_test(a_match_ends_when_its_flag_is_raised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The sandbox's libraries: where they must agree with Lua's own (the same expressions run in both, errors
 * too), and where they must not (nothing shared can be changed, no addresses, no order that differs, bounded
 * results).
 */
#include "script.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdbool.h>
#include <stdlib.h>

/* What both run: each expression is called, and its results or its error become one text. */
static const char show[] = "local function show(ok, ...)\n"
                           "  local t = table.pack(...)\n"
                           "  for i = 1, t.n do\n"
                           "    local v = t[i]\n"
                           "    t[i] = type(v) == 'table' and '{' .. table.concat(v, ',') .. '}'\n"
                           "      or type(v) == 'function' and 'function' or ('%q'):format(v)\n"
                           "  end\n"
                           "  return tostring(ok) .. ': ' .. table.concat(t, ', ')\n"
                           "end\n"
                           "return (show(pcall(function() return ";

static const char *const same[] = {
    "assert(1, 2, 3)",
    "assert(false)",
    "assert(nil, 'why')",
    "assert()",
    "error('x')",
    "error('x', 0)",
    "error('x', 2)",
    "error(42)",
    "error()",
    "select('#', nil, nil)",
    "select(2, 'a', 'b', 'c')",
    "select(-1, 'a', 'b', 'c')",
    "select(-4, 'a', 'b', 'c')",
    "select(0)",
    "select(9, 1)",
    "tonumber('10')",
    "tonumber(' 0x1p4 ')",
    "tonumber('1e1')",
    "tonumber('1e')",
    "tonumber('10', 2)",
    "tonumber('zZ', 36)",
    "tonumber('-ff', 16)",
    "tonumber('8', 8)",
    "tonumber('', 10)",
    "tonumber(' 11 ', 3)",
    "tonumber('1 1', 3)",
    "tonumber('7fffffffffffffffff', 16)",
    "tonumber(10, 2)",
    "tonumber('1', 37)",
    "tonumber()",
    "tonumber({})",
    "tonumber('1\\0')",
    "tonumber('0x')",
    "tonumber('nan')",
    "tostring(nil), tostring(true), tostring(12), tostring(1.0), tostring(-0.0), tostring(1e100), "
    "tostring('x')",
    "tostring(setmetatable({}, {__tostring = function() return 'me' end}))",
    "tostring(setmetatable({}, {__tostring = function() return 1 end}))",
    "tostring()",
    "type()",
    "type(nil), type(type), type({})",
    "rawequal({}, {}), rawequal('a', 'a')",
    "rawlen({1, 2}), rawlen('abc')",
    "rawlen(1)",
    "rawget({a = 1}, 'a'), rawget(setmetatable({}, {__index = {a = 1}}), 'a')",
    "pcall(error, 'x')",
    "pcall(pcall)",
    "pcall()",
    "ipairs()",
    "(function() local n = 0 for i, v in ipairs({1, 2, nil, 4}) do n = n + v end return n end)()",
    "(function() local n = 0 for k, v in pairs({1, 2, nil, 4, a = 5}) do n = n + v end return n end)()",
    "(function() local t = {1, 2, 3, a = 4} for k in pairs(t) do t[k] = nil end return next(t) end)()",
    "pairs(setmetatable({}, {__pairs = function() return 1, 2, 3, 4 end})) and 1",
    "next({})",
    "next({10})",
    "getmetatable({})",
    "(function() local m = {__index = {a = 1}} local t = setmetatable({}, m) return getmetatable(t) == m, "
    "t.a end)()",
    "setmetatable(1, {})",
    "setmetatable({}, 1)",
    "setmetatable({})",
    "setmetatable({1}, nil)",
    "(function() local m = {__add = function(a, b) return 7 end, __lt = function() return true end,"
    " __concat = function() return 'c' end, __len = function() return 9 end, __call = function(_, x) return "
    "x end}"
    " local t = setmetatable({}, m) return t + 1, t < t, t .. 'x', #t, t(5) end)()",
    "(function() local C = {} C.__index = C local o = setmetatable({}, C) function C:f() return 'late' end "
    "return o:f() end)()",
    "('x'):rep(3), ('ab'):rep(3, '-'), ('x'):rep(0), ('x'):rep(-1), (''):rep(1000)",
    "('x'):rep(1 << 60)",
    "('abc'):sub(2), ('abc'):sub(-2), ('abc'):sub(2, 2), ('abc'):sub(3, 2), ('abc'):sub(0), ('abc'):sub(-9, "
    "9)",
    "('abc'):sub(math.mininteger, math.maxinteger), ('abc'):sub(math.maxinteger), ('abc'):sub(2, "
    "math.mininteger)",
    "('abc'):byte(), ('abc'):byte(-1), ('abc'):byte(1, -1), ('abc'):byte(9), ('\\0\\255'):byte(1, 2)",
    "('abc'):byte(2, 1)",
    "('abc'):byte(-9)",
    "string.char(), string.char(65, 0, 255)",
    "string.char(256)",
    "string.char(-1)",
    "('aBc1'):upper(), ('aBc1'):lower(), ('abc'):reverse(), (''):reverse(), ('abc'):len()",
    "('%d'):format(3), ('%5d|%-5d|%05d|%+d'):format(1, 2, 3, 4), ('%x %X %o %#x'):format(255, 255, 8, 255)",
    "('%i'):format(3.0)",
    "('%d'):format(3.5)",
    "('%d'):format('3')",
    "('%d'):format('x')",
    "('%5.1f|%g|%e|%.3f|%G|%a'):format(3.14159, 1e20, 12345.678, 2, 1e-9, 1)",
    "('%.99f'):format(1/3)",
    "('%99.99f'):format(-1e308)",
    "('%100d'):format(1)",
    "('%.100f'):format(1)",
    "('%s %s %s'):format(nil, true, 1.5), ('%10s|%-10s|%.2s'):format('abc', 'abc', 'abc')",
    "('%s'):format(setmetatable({}, {__tostring = function() return 'me' end}))",
    "('%10s'):format('a\\0b')",
    "('%s'):format()",
    "('%c%c'):format(65, 0), ('%5c|'):format(65)",
    "('%q'):format('a\\n\"\\\\\\0\\0011\\r\\127'), ('%q'):format(1/3), ('%q'):format(math.mininteger)",
    "('%q'):format(1/0), ('%q'):format(-1/0), ('%q'):format(1e15), ('%q'):format(2.0), ('%q'):format(1e300)",
    "('%q'):format({})",
    "('%5q'):format('x')",
    "('%%'):format(), ('100%%'):format()",
    "('%'):format()",
    "('%y'):format(1)",
    "('%#s'):format('x')",
    "('%0s'):format('x')",
    "('%.3c'):format(65)",
    "('%#d'):format(1)",
    "('%------d'):format(1)",
    "('x'):format(1, 2)",
    "table.concat({1, 2.5, 'x'}, '-'), table.concat({}), table.concat({1, 2, 3}, ',', 2), table.concat({1}, "
    "',', 2, 1)",
    "table.concat({1, {}, 3})",
    "table.concat({1, 2}, ',', 1, 3)",
    "table.concat()",
    "(function() local t = {1, 2} table.insert(t, 3) table.insert(t, 1, 0) return t end)()",
    "table.insert({}, 5, 1)",
    "table.insert({}, 0, 1)",
    "table.insert({}, 1, 2, 3)",
    "table.insert({})",
    "table.insert(1, 2)",
    "(function() local t = {1, 2, 3} local a, b = table.remove(t), table.remove(t, 1) return t, a, b end)()",
    "table.remove({}), table.remove({}, 0), table.remove({1}, 2), #table.pack(table.remove({}))",
    "table.move({1, 2, 3}, 1, 3, 2)",
    "table.move({1, 2, 3}, 2, 3, 1)",
    "table.move({1, 2, 3}, 1, 3, 5, {})[6]",
    "table.move({1}, 1, 0, 9), table.move({1}, 1, 1, 1)",
    "table.move({}, -1, math.maxinteger, 2)",
    "table.move({}, 1, 2, math.maxinteger)",
    "table.pack(1, nil, 3).n, #table.pack()",
    "table.unpack({1, 2, 3}), table.unpack({1, 2, 3}, 2), table.unpack({1, 2}, 1, 3)",
    "table.unpack({1, 2, 3}, 2)",
    "table.unpack({}, 1, 1000000000)",
    "table.unpack({}, math.mininteger, math.maxinteger)",
    "(function() local t = {3, 1, 2} table.sort(t) return t end)()",
    "(function() local t = {'b', 'a', 'ab', '', 'B', '\\255', 'a\\0b', 'a\\0a'} table.sort(t) return t "
    "end)()",
    "(function() local t = {3, 1.5, 2, -1, 1e300} table.sort(t, function(a, b) return a > b end) return t "
    "end)()",
    "table.sort({1, 'x'})",
    "table.sort({{}, {}})",
    "table.sort({1, 2, 3}, function(a, b) error('in', 0) end)",
    "(function() local t = {} for i = 1, 500 do t[i] = i * 7919 % 503 end table.sort(t) return t end)()",
    "math.type(1), math.type(1.0), math.type('1'), math.max(1, 2.5), math.tointeger(3.0), math.ult(1, -1)",
    "math.floor(-1.5), math.ceil(1.2), math.fmod(-5, 3), math.abs(-3), math.huge, math.pi, math.sqrt(2), "
    "math.log(8, 2)",
    "utf8.char(228, 8364), utf8.len('äö'), utf8.codepoint('ä'), utf8.offset('aäb', 3), utf8.charpattern",
    "utf8.len('\\255')",
    "(function() local n = 0 for p, c in utf8.codes('aä') do n = n + p * c end return n end)()",
    "#'abc', 'a' .. 1, 'a' < 'b', ('a'):upper()",
};

/* What the expression gives in stock Lua: the chunk has the same name, so that errors carry the same place.
 */
static bool gives_same(floe_sandbox *sandbox, const char *expression) {
    char text[4096];
    snprintf(text, sizeof text, "%s%s end)))", show, expression);
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    if (luaL_loadbuffer(L, text, strlen(text), "@policies/test.lua") != LUA_OK ||
        lua_pcall(L, 0, 1, 0) != LUA_OK) {
        fail_msg("%s: %s", expression, lua_tostring(L, -1));
    }
    floe_error error;
    lua_State *ours = floe_sandbox_lua(sandbox);
    const char *answer =
        run_text(sandbox, text, &error) == FLOE_RUN_OK ? lua_tostring(ours, -1) : error.message;
    bool same_answer = strcmp(answer, lua_tostring(L, -1)) == 0;
    if (!same_answer) {
        print_error("%s\n gives %s\nnot as %s\n", expression, answer, lua_tostring(L, -1));
    }
    lua_settop(ours, 0);
    lua_close(L);
    return same_answer;
}

static void functions_answer_as_in_stock_lua(void **state) {
    int different = 0;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        different += !gives_same(*state, same[i]);
    }
    assert_int_equal(different, 0);
}

static void some_mistakes_are_found_earlier_than_in_stock_lua(void **state) {
    assert_text_raises(*state, "pairs(nil)", "bad argument #1 to 'pairs' (table expected, got nil)");
    assert_text_raises(*state, "table.sort({}, 1)",
                       "bad argument #2 to 'sort' (function expected, got number)");
    assert_text_raises(*state, "table.remove({1, 2}, 5)",
                       "bad argument #2 to 'remove' (position out of bounds)");
    assert_text_raises(*state, "return ('x').trim", "string has no 'trim'");
    assert_text_raises(*state, "return '1' + 1", "attempt to perform arithmetic on a string value");
    assert_text_raises(*state, "return math.random()", "math has no 'random'");
}

static void metatables_that_endanger_memory_are_refused(void **state) {
    assert_text_raises(*state, "setmetatable({}, {__gc = print})", "there is no global 'print'");
    assert_text_raises(*state, "setmetatable({}, {__gc = 1})", "a policy's metatable cannot have '__gc'");
    assert_text_raises(*state, "setmetatable({}, {__mode = 'k'})", "cannot have '__mode'");
    assert_text_raises(*state, "setmetatable({}, {__close = type})", "cannot have '__close'");
    assert_text_raises(*state, "setmetatable({}, {__name = 'string'})", "cannot have '__name'");
    assert_text_raises(*state, "setmetatable({}, {__metatable = {}})", "cannot have '__metatable'");
    assert_text_raises(*state, "local x <close> = setmetatable({}, {})", "non-closable value");
    assert_text_gives(*state,
                      "local m = {}\nlocal t = setmetatable({}, m)\nm.__mode = 'k'\nm.__metatable = 1\n"
                      "return tostring(getmetatable(t) == m)",
                      "true");
}

static void what_is_shared_cannot_be_changed(void **state) {
    assert_text_raises(*state, "string.format = 1", "string is read-only");
    assert_text_raises(*state, "string.new = 1", "string is read-only");
    assert_text_raises(*state, "table.insert(string, 1)", "this table is read-only");
    assert_text_raises(*state, "table.sort(math)", "this table is read-only");
    assert_text_raises(*state, "table.move({1}, 1, 1, 1, utf8)", "this table is read-only");
    assert_text_raises(*state, "table.remove(table)", "this table is read-only");
    assert_text_raises(*state, "setmetatable(string, {})", "this table is read-only");
    assert_text_raises(*state, "setmetatable({}, string)", "this table is read-only");
    assert_text_raises(*state, "setmetatable(_ENV, {})", "this table is read-only");
    assert_text_raises(*state, "table.insert(_ENV, 1)", "this table is read-only");
    assert_text_raises(*state, "setmetatable('', {})", "table expected, got string");
    assert_text_gives(*state, "return tostring(getmetatable(''))", "false");
    assert_text_gives(*state, "return tostring(getmetatable(string))", "false");
    assert_text_gives(*state, "return tostring(getmetatable(_ENV))", "false");
    assert_text_gives(*state, "return tostring(next(string)) .. tostring(rawget(string, 'format'))",
                      "nilnil");
    assert_text_gives(*state, "return tostring(next(_ENV)) .. #_ENV", "nil0");
}

static void no_address_is_shown(void **state) {
    assert_text_gives(*state, "return tostring({}) .. tostring(type) .. tostring(function() end)",
                      "tablefunctionfunction");
    assert_text_gives(*state, "return ('%s %-9s|'):format({}, type)", "table function |");
    assert_text_raises(*state, "return ('%p'):format({})", "invalid conversion '%p' to 'format'");
    assert_text_raises(*state, "return string.dump(type)", "string has no 'dump'");
}

static void pairs_and_next_go_in_a_fixed_order(void **state) {
    const char *walk =
        "local t = {}\n"
        "for _, k in ipairs({'b', 'a', 10, 2, 1, -3, 2.5, 'B', true, false, 'aa', ''}) do t[k] = 1 end\n"
        "local keys = {}\n";
    const char *expected = "-3 1 2 2.5 10  B a aa b false true ";
    char text[512];
    snprintf(text, sizeof text, "%sfor k in pairs(t) do keys[#keys + 1] = tostring(k) .. ' ' end\n%s", walk,
             "return table.concat(keys)");
    assert_text_gives(*state, text, expected);
    snprintf(text, sizeof text, "%sfor k in next, t do keys[#keys + 1] = tostring(k) .. ' ' end\n%s", walk,
             "return table.concat(keys)");
    assert_text_gives(*state, text, expected);
    assert_text_raises(*state, "for k in pairs({[{}] = 1}) do end",
                       "a table with a table as key has no fixed order");
    assert_text_raises(*state, "next({[type] = 1})", "a table with a function as key has no fixed order");
}

static void pairs_sees_what_a_loop_takes_away(void **state) {
    assert_text_gives(*state,
                      "local t, seen = {a = 1, b = 2, c = 3}, ''\n"
                      "for k, v in pairs(t) do seen = seen .. k .. v; t.b = nil; t.c = 9; t.d = 4 end\n"
                      "return seen",
                      "a1c9");
}

static void a_metatable_keeps_no_visible_trace(void **state) {
    assert_text_gives(*state,
                      "local m = {__index = {}}\nsetmetatable({}, m)\nlocal seen = ''\n"
                      "for k in pairs(m) do seen = seen .. k end\n"
                      "return seen .. next(m) .. tostring(next(m, '__index'))",
                      "__index__indexnil");
}

static void sort_is_stable_and_bears_any_comparison(void **state) {
    assert_text_gives(*state,
                      "local t = {}\nfor i = 1, 100 do t[i] = {i, i % 3} end\n"
                      "table.sort(t, function(a, b) return a[2] < b[2] end)\n"
                      "for i = 2, 100 do assert(t[i - 1][2] < t[i][2] or t[i - 1][1] < t[i][1]) end\n"
                      "return 'stable'",
                      "stable");
    assert_text_gives(*state,
                      "local t, sum = {}, 0\nfor i = 1, 100 do t[i] = i end\n"
                      "table.sort(t, function() return true end)\n"
                      "for i = 1, 100 do sum = sum + t[i] end\nreturn sum .. ''",
                      "5050");
    assert_text_gives(*state,
                      "local t = {5, 4, 3, 2, 1}\n"
                      "table.sort(t, function(a, b) for i = 1, 9 do t[i] = nil end; return a < b end)\n"
                      "return table.concat(t, ',')",
                      "1,2,3,4,5");
}

static void results_are_bounded(void **state) {
    assert_text_raises(*state, "return ('x'):rep(16777217)", "resulting string too large");
    assert_text_raises(*state, "return ('x'):rep(9, ('y'):rep(4000000))", "resulting string too large");
    assert_text_raises(*state, "return ('x'):rep(9000):gsub('x', ('y'):rep(9000))",
                       "resulting string too large");
    assert_text_raises(*state, "local s = ('x'):rep(9000000)\nreturn table.concat({s, s})",
                       "resulting string too large");
    assert_text_raises(*state, "local s = ('x'):rep(9000000)\nreturn ('%s%s'):format(s, s)",
                       "resulting string too large");
    assert_text_raises(*state, "local s = ('x'):rep(9000000)\nreturn utf8.len(s .. s)", "string too long");
    assert_text_raises(*state, "return table.unpack({}, 1, 65537)", "too many results to unpack");
    assert_text_raises(*state, "return ('x'):rep(2000000):byte(1, -1)", "string slice too long");
}

/* The one table of what a policy can name; a name that is added here was looked at. */
static void only_the_allowed_names_exist(void **state) {
    static const char *const names[] = {
        "_VERSION",     "assert", "error",    "getmetatable", "ipairs",   "math",    "next",
        "pairs",        "pcall",  "rawequal", "rawget",       "rawlen",   "require", "select",
        "setmetatable", "string", "table",    "tonumber",     "tostring", "type",    "utf8",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char text[128];
        snprintf(text, sizeof text, "return type(%s) ~= 'nil' and 'there'", names[i]);
        assert_text_gives(*state, text, "there");
    }
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    lua_pushglobaltable(L);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        bool allowed = false;
        char text[128];
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            allowed = allowed || strcmp(names[i], lua_tostring(L, -2)) == 0;
        }
        snprintf(text, sizeof text, "return %s", lua_tostring(L, -2));
        if (!allowed) {
            assert_text_raises(*state, text, "there is no global");
        }
    }
    lua_close(L);
}

static int open_sandbox(void **state) {
    return floe_sandbox_new((floe_sandbox **)state, NULL, NULL);
}

static int close_sandbox(void **state) {
    floe_sandbox_free(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_sandbox, close_sandbox)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(functions_answer_as_in_stock_lua),
        TEST(some_mistakes_are_found_earlier_than_in_stock_lua),
        TEST(metatables_that_endanger_memory_are_refused),
        TEST(what_is_shared_cannot_be_changed),
        TEST(no_address_is_shown),
        TEST(pairs_and_next_go_in_a_fixed_order),
        TEST(pairs_sees_what_a_loop_takes_away),
        TEST(a_metatable_keeps_no_visible_trace),
        TEST(sort_is_stable_and_bears_any_comparison),
        TEST(results_are_bounded),
        TEST(only_the_allowed_names_exist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

local test <const> = dofile "tests/lua/support.lua"
local text <const> = require "floe.text"

test.case("globs match whole texts, at their edges too", function()
  for _, case in ipairs {
    { "*", "", true }, { "", "", true }, { "", "a", false }, { "?", "a", true }, { "?", "/", false },
    { "a*c", "abc", true }, { "a*c", "a/c", false }, { "a**c", "a/b/c", true },
    { "**/c", "c", true }, { "**/c", "a/b/c", true },
    { "**/c", "abc", false }, { "a/**", "a/b/c", true }, { "a/**/d", "a/d", true }, { "a/**/d", "a/b/c/d", true },
    { "a/**/d", "ad", false }, { "[a-c]x", "bx", true }, { "[!a-c]x", "bx", false }, { "[!a-c]x", "dx", true },
    { "[x", "[x", true }, { "[]a]", "]", true }, { "\\*", "*", true }, { "\\*", "a", false }, { "a\\", "a\\", true },
    { "*.sql", ".sql", true }, { "*a*a*a*b", ("a"):rep(60), false }, { "**a**a**b", ("a/"):rep(40), false },
    { "model.*.stg_*", "model.shop.stg_orders", true }, { "*ü*", "büro", true },
  } do
    test.equal({ case[1], case[2], text.glob(case[1], case[2]) }, case)
  end
end)

test.finish()

-- luacheck: ignore
-- tries: to reach the lexer behind an iterator, or to go on behind its end
-- wall: state
-- expects: ok
local tokens = require("floe.sql_tokens").tokens
local step = tokens("a")
assert(step() == "word" and step() == nil and step() == nil and step("b", 1) == nil)
assert(not pcall(tokens) and not pcall(tokens, {}) and not pcall(tokens, "a", {}))
assert(tostring(step) == "function" and not pcall(function() return step.text end))

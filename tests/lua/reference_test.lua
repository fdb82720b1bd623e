-- The parts of the reference pages: comments that are read, params in words, Markdown that shows what it should.
local comments <const> = require "reference.comments"
local markdown <const> = require "reference.markdown"
local params <const> = require "reference.params"
local policy <const> = require "floe.policy"
local test <const> = dofile "tests/lua/support.lua"

local SOURCE <const> = [[
-- Teams of the organisation.
--
-- As the directory names them.

-- Not for readers.
local teams = {}

--- Every team.
teams.ALL = {
  "a",
  "b",
}

---@class acme.team of people
---@field name string the short one
---@field package secret string

--- Whether a team exists.
--- It may be new.
---
--- > teams.exists("a", { old = true })
---   --> true
---@param name string
---@param options? { old: boolean?, at: fun(day: string): boolean } what counts
---@return boolean
---@return string? message why not
function teams.exists(name, options)
  return true
end

--- Of a team.
function Team:members()
end

--- Only for the host.
---@package
function teams.hidden()
end

--- Builds a team.
---@param given table its fields
teams.team = builder("team")

--- Of another table.
function helpers.count()
end

return teams
]]

test.case("a module's comments are read: what it is for, functions, values, classes", function()
  local module <const> = comments.read(SOURCE)
  test.equal(module.doc, "Teams of the organisation.\n\nAs the directory names them.")
  test.equal(module.values, { { name = "ALL", doc = "Every team.", code = 'teams.ALL = {\n  "a",\n  "b",\n}' } })
  test.equal(module.classes, { {
    name = "acme.team", doc = "of people", fields = { { name = "name", type = "string", doc = "the short one" } },
  } })
  local names <const> = {}
  for index, item in ipairs(module.functions) do
    names[index] = item.name .. (item.method and " (method)" or "")
  end
  test.equal(names, { "exists", "members (method)", "team" })
end)

test.case("a function's params, results and examples are told apart", function()
  local exists <const> = comments.read(SOURCE).functions[1]
  test.equal(exists.doc, "Whether a team exists.\nIt may be new.")
  test.equal(exists.arguments, "name, options")
  test.equal(exists.examples, { 'teams.exists("a", { old = true })\n  --> true' })
  test.equal(exists.params, {
    { name = "name", type = "string", doc = "" },
    { name = "options?", type = "{ old: boolean?, at: fun(day: string): boolean }", doc = "what counts" },
  })
  test.equal(exists.returns, {
    { type = "boolean", doc = "" }, { name = "message", type = "string?", doc = "why not" },
  })
end)

test.case("what a bundle's author left out of a comment is no error", function()
  test.equal(comments.read("---@param\n---@return\n---@class\nfunction M.a(b)\nend\n---"), {
    table = "M", doc = "", values = {}, classes = {}, functions = { {
      name = "a", method = false, doc = "", arguments = "b", examples = {}, params = {}, returns = {},
    } },
  })
end)

test.case("params are described in words", function()
  test.equal(params.type(policy.integer(1, { min = 1, max = 9 })), "integer from 1 to 9")
  test.equal(params.type(policy.list(policy.regex())), "list of regular expressions")
  test.equal(params.type(policy.map(policy.number(nil, { min = 0, max = 100 }))), "map of numbers from 0 to 100")
  test.equal(params.type(policy.map(policy.list(policy.string()))), "map of lists of texts")
  test.equal(params.type(policy.list(policy.enum({ "a", "b" }))), "list of a | b")
end)

test.case("what a lower tier may do to a param is what the engine allows", function()
  local keeps <const> = require("enforce.params").keeps
  local raised <const> = policy.map(policy.integer(nil, { stricter = "higher" }), {}, { stricter = "superset" })
  test.equal(params.stricter(raised), "add names, raise values")
  test.equal({ keeps(raised, { a = 1 }, { a = 2, b = 1 }), keeps(raised, { a = 1 }, { a = 0 }) }, { true, false })
  local closed <const> = policy.map(policy.string(), {}, { stricter = "subset" })
  test.equal(params.stricter(closed), nil)
  test.equal(keeps(closed, { a = "x" }, { a = "x", b = "y" }), false)
  test.equal(params.stricter(policy.boolean(false, { stricter = true })), "set it to true")
  test.equal(params.stricter(policy.enum({ "a", "b" }, "a", { stricter = { "a", "b" } })), "move on: a → b")
  test.equal(params.stricter(policy.string("x")), nil)
end)

test.case("cells keep to their table, and sentences to their names", function()
  test.equal(markdown.table({ "a" }, { { "x | y\n  z" } }), "| a |\n|---|\n| x \\| y z |")
  test.equal(markdown.sentence("what it is"), "What it is.")
  test.equal(markdown.sentence("dbt's id"), "dbt's id.")
  test.equal(markdown.sentence("run_results.json was read"), "run_results.json was read.")
  test.equal(markdown.link("### floe.policy!"), "[### floe.policy!](#-floepolicy)")
  test.equal(markdown.page({ "a\27[2J", "b  ", "", "c\n\n" }):find("[\0-\9\11-\31]"), nil)
  test.equal(markdown.page({ "a", "b  ", "", "c\n\n" }), "a\n\nb\n\nc\n")
  test.equal(markdown.plain("<domain>-team"), "\\<domain\\>-team")
end)

test.case("the examples of floe.regex are true", function()
  local regex <const> = require "host.regex"
  local run = 0
  for expression, expected in require("reference.library").page():gmatch("\n([^\n]*regex%.[^\n]*)  %-%-> ([^\n]*)") do
    if not expression:find("^policy") then
      local values <const> = assert(load(("local regex = ...; return %s, %s"):format(expression, expected)))
      local actual <const>, wanted <const> = values(regex)
      test.equal(actual, wanted, expression)
      run = run + 1
    end
  end
  test.equal(run, 3)
end)

test.case("every function of floe.regex is described, and every note is about a global that exists", function()
  local page <const> = require("reference.library").page()
  for name in pairs(require "host.regex") do
    test.contains(page, ("#### regex.%s("):format(name))
  end
  local globals <const> = require("host.engine").docs().globals
  local known <const> = require("floe.set").of(globals.functions)
  for name in pairs(globals.libraries) do
    known[name] = true
  end
  for name in pairs(require("reference.library").NOTES) do
    test.equal(known[name], true, name)
  end
end)

test.case("looking at the sandbox's globals leaves the methods of strings as they were", function()
  local before <const> = getmetatable("").__index
  require("host.engine").docs()
  test.equal(rawequal(getmetatable("").__index, before), true)
end)

test.finish()

-- What the standard library does at its edges: odd input, limits, and the errors of policy.define. The examples in
-- its comments are run by examples_test.lua, what policies make of it by the tests beside them.
--
--     lua5.4 tests/lua/stdlib.lua        (from the root of the tree)

local root <const> = arg and arg[0] and arg[0]:match("^(.*)/tests/lua/[^/]*$") or "."
package.path = root .. "/stdlib/?.lua;" .. package.path

-- Facts as plain tables: enough for the parts of floe.test that judge nothing real.
package.preload["floe.facts"] = function()
  return {
    record = function(_, fields)
      return fields
    end,
    set = function(record, field, value)
      record[field] = value
    end,
    list = function(items)
      return items
    end,
    map = function(entries)
      local members <const> = {}
      for _, entry in ipairs(entries) do
        members[entry[1]] = entry[2]
      end
      return members
    end,
  }
end
package.preload["floe.regex"] = function()
  return {
    find = function(pattern, value)
      return value:find(pattern)
    end,
  }
end

-- What searches in texts only exists inside floe, and is tested there.
package.preload["floe.text_search"] = function()
  return {}
end

local duration <const> = require "floe.duration"
local graph <const> = require "floe.graph"
local policy <const> = require "floe.policy"
local semver <const> = require "floe.semver"
local test <const> = require "floe.test"
local text <const> = require "floe.text"

local checks, failures = 0, 0

local function equal(actual, expected, what)
  checks = checks + 1
  if actual ~= expected then
    failures = failures + 1
    print(("%s: expected %s, got %s"):format(what, tostring(expected), tostring(actual)))
  end
end

-- The error of a call, nil where there is none.
local function error_of(run, ...)
  local ok <const>, message <const> = pcall(run, ...)
  return not ok and message or nil
end

local function says(message, part, what)
  equal(message ~= nil and message:find(part, 1, true) ~= nil, true, ("%s (%s)"):format(what, tostring(message)))
end

-- ---- text -------------------------------------------------------------------------------------------------

equal(text.trim(" \t\n"), "", "trim of blanks")
equal(#text.trim(("x "):rep(50000)), 99999, "trim of a long text")
equal(table.concat(text.words(""), "|"), "", "words of nothing")
equal(table.concat(text.words("HTTPServerID2x"), "|"), "http|server|id|2|x", "words of capitals")
equal(table.concat(text.words("größe_in_cm"), "|"), "größe|in|cm", "words beyond ASCII")
equal(text.distance("", "abc"), 3, "distance from nothing")
equal(text.distance(("a"):rep(1000), ("b"):rep(2000)), 2000, "distance of long texts")
equal(text.suggest("", { "a" }), "a", "one letter is near to nothing")
equal(text.suggest("abc", {}), nil, "nothing to suggest")
equal(text.suggest("ab", { "ac", "ad" }), "ac", "the first of equally near ones")
says(error_of(text.split, "a", ""), "at least one character", "split without a separator")
equal(table.concat({ text.position("ä\nüx", 6) }, ":"), "2:2", "columns count characters")
equal(table.concat({ text.position("abc", 99) }, ":"), "1:4", "a position behind the end")

-- ---- duration and semver ----------------------------------------------------------------------------------

for _, wrong in ipairs {
  "", "P", "PT", "1", "h", "1x", "1m1h", "1h1h", "P1M", "P1Y", "PT1D", "P1H", "-1h", "1.2.3h", ("1"):rep(100) .. "h",
} do
  local seconds <const>, message <const> = duration.seconds(wrong)
  equal(seconds, nil, ("duration '%s'"):format(wrong))
  says(message, "is no duration", "the message for '" .. wrong .. "'")
end
equal(duration.seconds("P1W"), 604800, "a week")
equal(duration.seconds("1.5h"), 5400, "a fraction")
equal(math.type(duration.seconds("1.5h")), "integer", "whole seconds are integers")

for _, case in ipairs {
  { "1.2.3", "=1.2.3", true }, { "1.2.3", "v1.2.3", true }, { "1.2.3+b", "1.2.3", true }, { "1.2.4", "1.2.3", false },
  { "1.9.9", "1.*.*", true }, { "1.9.9", "1", true }, { "2.0.0", "1.x", false }, { "3.0.0", "*", true },
  { "1.2.9", "~1.2.3", true }, { "1.3.0", "~1.2.3", false }, { "1.9.0", "~1", true }, { "0.0.4", "^0.0.3", false },
  { "0.2.9", "^0.2.3", true }, { "0.9.0", "^0", true }, { "1.2.3", ">1.2.3", false }, { "1.3.0", ">1.2", true },
  { "1.2.9", ">1.2", false }, { "1.2.9", "<=1.2", true }, { "1.3.0", "<=1.2", false }, { "1.2.3", "<1.2.3", false },
  { "1.2.3", ">= 1.0.0 < 2.0.0", true }, { "3.1.0", "^1.0.0 || ^3.0.0", true }, { "2.1.0", "^1.0.0||^3.0.0", false },
  { "1.0.0-rc.1", ">=1.0.0-rc.0", true }, { "1.0.1-rc.1", ">=1.0.0-rc.0", false }, { "1.0.0-rc.1", "latest", false },
  { "1.0.0", "latest", true },
} do
  equal(semver.satisfies(case[1], case[2]), case[3], ("%s in %s"):format(case[1], case[2]))
end
for _, wrong in ipairs { "", "||", "1.2.3.4", ">", "^", "1.2-rc", "a", "1..2", "><1", ("1"):rep(300) } do
  equal(semver.satisfies("1.2.3", wrong), nil, ("the range '%s'"):format(wrong:sub(1, 10)))
end
for _, wrong in ipairs { "", "1.2.3-", "1.2.3-a..b", "1.2.3-01", "1.2.3+", "1.2.3 ", "999999999999999999.0.0" } do
  equal(semver.parse(wrong), nil, ("the version '%s'"):format(wrong))
end
local order <const> = { "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
  "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0" }
for index = 2, #order do
  equal(semver.compare(order[index - 1], order[index]), -1, order[index - 1] .. " before " .. order[index])
  equal(semver.compare(order[index], order[index - 1]), 1, order[index] .. " after " .. order[index - 1])
end

-- ---- graph ------------------------------------------------------------------------------------------------

do
  local ids <const>, edges <const> = {}, {}
  for index = 1, 50000 do
    ids[index] = "n" .. index
    edges["n" .. index] = { "n" .. index + 1 }
  end
  edges.n50000 = {}
  equal(#graph.cycles(ids, edges), 0, "a long chain has no cycle")
  edges.n50000 = { "n1" }
  equal(#graph.cycles(ids, edges)[1], 50001, "a long cycle is followed all round")
end

-- What is not certain is neither unused nor a root.
do
  local function ids(nodes)
    local names <const> = {}
    for index, node in ipairs(nodes) do
      names[index] = node.name
    end
    return table.concat(names, " ")
  end
  local computed <const> = { { about = "edges", reason = "a computed name" } }

  local raw <const> = test.source { name = "raw" }
  local base <const> = test.model { name = "base", parents = { raw } }
  local perhaps <const> = test.model { name = "perhaps", perhaps = { base } }
  local alone <const> = test.model { name = "alone" }
  local project <const> = test.project { models = { base, perhaps, alone }, sources = { raw } }
  equal(project.partial, true, "a conditional edge leaves the graph partly known")
  local unused <const>, undecided <const> = graph.unused(project, project.models)
  equal(ids(unused), "perhaps alone", "what a conditional edge leads to is not unused")
  equal(ids(undecided), "base", "but undecided")
  local roots <const>, open <const> = graph.roots(project.models)
  equal(ids(roots), "alone", "a node with a conditional edge is no root")
  equal(ids(open), "perhaps", "but undecided, too")
  equal(graph.certain(base, raw), true, "an edge without a condition is certain")
  equal(graph.certain(perhaps, base), false, "an edge with a condition is not")
  equal(ids(graph.children(base)), "perhaps", "children are told once")

  local first <const> = test.model { name = "first", partial = computed }
  local second <const> = test.model { name = "second", parents = { first } }
  local third <const> = test.model { name = "third" }
  local chain <const> = test.project { models = { first, second, third } }
  equal(ids(graph.unused(chain, chain.models)), "second", "what stands on the open node cannot be used by it")
  equal(ids(select(2, graph.unused(chain, chain.models))), "third", "anything else can")
  equal(graph.is_root(first), nil, "an open node is no root")

  local leaf <const> = test.exposure { name = "board", partial = computed }
  local exposed <const> = test.project { models = { test.model { name = "a" } }, exposures = { leaf } }
  equal(ids(graph.unused(exposed, exposed.models)), "", "an open exposure may use any model")
  local value <const> = test.model { name = "b", partial = { { about = "config.alias" } }, edges_known = true }
  local valued <const> = test.project { models = { value } }
  equal(ids(graph.unused(valued, valued.models)), "b", "a doubt about a value opens no edge")

  local broken <const> = test.project { models = { test.model { name = "a" } }, problems = { test.dbt_problem {} } }
  equal(ids(graph.unused(broken, broken.models)), "", "a file that was not read may use any model")
  equal(#graph.missing(broken, test.model { depends_on = { "model.shop.gone" } }), 0, "or hold what is missing")
end

-- ---- policy.define ----------------------------------------------------------------------------------------

local function definition(changes)
  local given <const> = {
    id = "acme.named", code = "ACME-E001", title = "Named", why = "To be found.", targets = "model", check = print,
  }
  for key, value in pairs(changes) do
    given[key] = value or nil
  end
  return given
end

for _, case in ipairs {
  { { target = "model" }, "no key 'target'; did you mean 'targets'?" },
  { { targets = "modle" }, "the target 'modle' does not exist; did you mean 'model'?" },
  { { targets = {} }, "needs targets" },
  { { phases = "validat" }, "the phase 'validat' does not exist; did you mean 'validate'?" },
  { { mode = "blocks" }, "the mode 'blocks' does not exist; did you mean 'block'?" },
  { { code = "E201" }, "the code 'E201' is not of the form" },
  { { code = false }, "needs a code" },
  { { codes = { "ACME-E002" } }, "the code 'ACME-E001' is missing in codes" },
  { { id = "named" }, "the id 'named' is not of the form" },
  { { id = "acme..named" }, "is not of the form" },
  { { title = " " }, "needs a title" },
  { { why = false }, "needs a why" },
  { { check = false }, "needs a function check" },
  { { summary = 3 }, "summary is a text or a function" },
  { { packages = "yes" }, "packages is true or false" },
  { { params = { Minimum = policy.integer(1) } }, "param name 'Minimum'" },
  { { params = { minimum = 80 } }, "param 'minimum': a param is made by a function of floe.policy" },
  { { params = { minimum = { type = "integr" } } }, "did you mean 'integer'?" },
} do
  says(error_of(policy.define, definition(case[1])), case[2], "define")
end
says(error_of(policy.define, 3), "takes a table", "define of a number")

local defined <const> = policy.define(definition { mode = "strict", codes = { "ACME-E001", "ACME-E002" } })
equal(defined.mode, "block", "strict is read as block")
equal(defined.targets[1], "model", "targets are a list")
equal(#defined.phases, 2, "phases have a default")
equal(next(defined.params), nil, "params have a default")

for _, case in ipairs {
  { "between", policy.integer, 200, { min = 0, max = 100 } },
  { "an integer", policy.integer, 1.5 },
  { "no key 'mni'; did you mean 'min'?", policy.integer, 1, { mni = 0 } },
  { "no key 'min'", policy.string, "a", { min = 1 } },
  { "stricter 'high' does not exist", policy.number, 1, { stricter = "high" } },
  { "true or false", policy.boolean, true, { stricter = "higher" } },
  { "did you mean 'kimball'?", policy.enum, { "medallion", "kimball" }, "kimbal" },
  { "all its values", policy.enum, { "a", "b" }, "a", { stricter = { "a" } } },
  { "needs the list of its values", policy.enum, {}, nil },
  { "needs to know what it holds", policy.list },
  { "the default[2] must be a string", policy.list, policy.string(), { "a", 2 } },
  { "the default.gold must be an integer", policy.map, policy.integer(), { gold = "100" } },
  { "must map names", policy.map, policy.integer(), { 1 } },
  { "must be a list", policy.list, policy.integer(), { a = 1 } },
  { "no stricter direction", policy.string, "a", { stricter = "higher" } },
} do
  says(error_of(table.unpack(case, 2, 5)), case[1], "param")
end
says(error_of(function()
  return policy.integer("x")
end), "stdlib.lua:", "the error names the policy's line")
equal(policy.accepts(policy.number(1), 0 / 0), nil, "what is no number is not accepted")

-- ---- floe.test --------------------------------------------------------------------------------------------

-- Runs a case with a host that finds what it is told.
local function run(case, result)
  local suite <const> = test.suite("acme.named", { test.case("a case", case) })
  return test.run_case(suite, 1, function()
    return { checks = result.checks or 1, findings = result.findings or {}, notes = {}, error = result.error }
  end)
end

local function found(fields)
  fields.subject, fields.message = test.model { name = "orders" }, "a message"
  return { findings = { fields } }
end

local model <const> = test.model { name = "orders", columns = { { name = "id", tests = { "unique" } } } }
equal(model.columns.id.node, model, "a column knows its model")
equal(model.tests[1].column_name, "id", "a model has its columns' tests")

local function passing(t)
  t:judge(model)
  t:passes()
end

equal(run(passing, {}).ok, true, "a case without findings passes")
says(run(passing, { checks = 0 }).message, "saw no subject", "a case in which nothing was judged fails")
says(run(passing, found { code = "A-E1" }).message, "expected no finding, got 1", "an unexpected finding fails")
says(run(passing, { error = "boom" }).message, "the policy failed: boom", "a policy that fails fails the case")
says(run(function() end, {}).message, "judges nothing", "an empty case fails")
says(run(function(t)
  t:judge(model)
end, {}).message, "asserts nothing", "a case without assertion fails")
says(run(function(t)
  t:passes()
end, {}).message, "before it asserts", "an assertion before a judgement fails")
says(run(function()
  error("oops", 0)
end, {}).message, "oops", "a case that raises fails")

local function expecting(expectation)
  return function(t)
    t:judge(model)
    t:finds(expectation)
  end
end

equal(run(expecting { code = "A-E1", subject = model }, found { code = "A-E1" }).ok, true, "an expected finding passes")
local differs <const> = run(expecting { code = "A-E2", actual = "x" }, found { code = "A-E1", actual = "y" })
equal(differs.ok, false, "a finding with another code fails")
says(differs.detail, 'code         expected "A-E2"', "the detail shows what was expected")
says(differs.detail, 'actual   "A-E1"', "the detail shows what was found")
says(run(expecting { code = "A-E1" }, {}).detail, "finding 1 is missing", "a missing finding is told")
says(run(expecting { message = "x" }, found { code = "A-E1" }).message, "not compared by 'message'",
  "the wording cannot be compared")
equal(run(expecting { suggests = "b" }, found { suggestions = { "a", "b" } }).ok, true, "one of the suggestions")
equal(run(expecting { suggestions = { "b" } }, found { suggestions = { "a", "b" } }).ok, false, "all suggestions")

print(("%d checks, %d failures"):format(checks, failures))
os.exit(failures == 0)

-- floe policy test: runs the cases beside each policy, in the same sandbox and through the same evaluator that
-- judges products.
local system <const> = require "host.system"

local EXIT_FAILED <const>, EXIT_USAGE <const> = 1, 2

local M = {
  name = "test",
  summary = "run the tests beside each policy",
  description = [[
The tests of policies/naming/layer_prefix.lua stand beside it, in layer_prefix_test.lua. A case builds subjects, lets
the policy judge them and says what it must find. It fails where the policy finds anything else, raises, or saw no
subject. A policy without tests is listed; a command that finds no test at all fails.]],
  arguments = {
    { name = "paths", label = "PATH…", many = true, complete = "file",
      help = "bundles, or files and folders inside of bundles (default: this folder)" },
  },
  options = {
    { name = "default", help = "test the bundle inside the binary" },
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "junit", "json" }, default = "text",
      help = "what is printed" },
  },
  examples = {
    { "floe policy test", "all policies of the bundle in this folder" },
    { "floe policy test governance/policies/naming", "those of one category" },
    { "floe policy test --format junit > policies.xml", "for a CI system's test page" },
  },
  exits = {
    [0] = "all cases pass", [1] = "a case fails, or a test does not run", [2] = "misuse, no bundle, or no test at all",
  },
}

-- The tests to run, and the answers that need no run: untested policies, tests without a policy.
local function plan(bundles, entry)
  local tests <const>, answers <const> = {}, {}
  for _, policy in ipairs(entry.bundle.policies) do
    if bundles.is_chosen(entry, policy) then
      tests[#tests + 1] = entry.tests[policy.id]
      answers[#answers + 1] = { id = policy.id, tested = entry.tests[policy.id] ~= nil }
    end
  end
  for _, path in ipairs(entry.orphans) do
    if bundles.is_chosen(entry, { chunk = path }) then
      local problem <const> = { message = "there is no policy beside this test", at = path }
      answers[#answers + 1] = { id = path, tested = true, error = problem }
    end
  end
  return tests, answers
end

local function policy_ids(tests)
  local ids <const> = {}
  for _, test in ipairs(tests) do
    ids[#ids + 1] = test.id
  end
  return ids
end

--- Runs the tests of a bundle.
---@param entry command.policy.bundle
---@return table result for report.cases
function M.run_bundle(entry)
  local bundles <const> = require "command.policy.bundles"
  local tests <const>, answers <const> = plan(bundles, entry)
  local by_id <const> = {}
  if #tests > 0 then
    local engine <const> = require "host.engine"
    local results <const> = engine.test({
      bundles = { bundles.for_engine(entry) }, bundle = 1, policies = policy_ids(tests), tests = tests,
    })
    for _, result in ipairs(results) do
      by_id[result.id] = result
    end
  end
  for _, answer in ipairs(answers) do
    local result <const> = by_id[answer.id]
    if result then
      answer.cases, answer.error = result.cases, result.error
    end
  end
  return { name = entry.bundle.name, path = entry.path, policies = answers }
end

--- Prints results in the format that was asked for.
---@param options { format: string }
---@param terminal terminal
---@param results report.cases.results
---@param seconds number
function M.print(options, terminal, results, seconds)
  if options.format == "text" then
    require("report.cases.text").print(terminal, results, seconds)
  else
    terminal:write(require("report.cases." .. options.format).format(results))
  end
end

---@return integer
function M.run(options, terminal)
  local bundles <const> = require "command.policy.bundles"
  local start <const> = system.monotonic()
  local entries <const> = bundles.open_all(options, terminal)
  if not entries then
    return EXIT_USAGE
  end
  local results <const> = { bundles = {} }
  for _, entry in ipairs(entries) do
    table.insert(results.bundles, M.run_bundle(entry))
  end
  M.print(options, terminal, results, system.monotonic() - start)
  local totals <const> = require("report.cases.totals").count(results)
  if totals.failed > 0 then
    return EXIT_FAILED
  elseif totals.cases == 0 then
    terminal:fail({ message = "no test was found",
      hint = "The tests of policies/a/b.lua stand in policies/a/b_test.lua; 'floe policy new ID' shows how." })
    return EXIT_USAGE
  end
  return 0
end

return M

-- floe platform test: runs the tests of the policies that a platform manifest and those above it name.
local EXIT_FAILED <const>, EXIT_USAGE <const> = 1, 2

local M = {
  name = "test",
  summary = "run the tests of the policies that a platform names",
  description = [[
Runs the tests of every bundle that the manifest, or one above it, names in governance.bundles, as `floe policy test`
does. Fails where a case fails, and where a policy has no test: what products are held to must be tried first.]],
  arguments = {
    { name = "path", label = "DIR", complete = "file", help = "a manifest or its folder (default: this folder)" },
  },
  options = {
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "junit", "json" }, default = "text",
      help = "what is printed" },
  },
  examples = {
    { "floe platform test platform/", "before the manifest is published" },
    { "floe platform test --format junit > platform.xml", "for a CI system's test page" },
  },
  exits = {
    [0] = "all cases pass, and every policy has some", [1] = "a case fails, or a policy has no test",
    [2] = "misuse, or a manifest or bundle that cannot be read",
  },
}

---@return integer
function M.run(options, terminal)
  local system <const> = require "host.system"
  local platform <const> = require "command.platform.opened"
  local testing <const> = require "command.policy.test"
  local start <const> = system.monotonic()
  local opened <const>, problems <const> = platform.open(options.path or ".")
  if not opened then
    terminal:fail_all(problems)
    return EXIT_USAGE
  end
  local results <const>, untested <const> = { bundles = {} }, {}
  for _, entry in ipairs(opened.bundles) do
    results.bundles[#results.bundles + 1] = testing.run_bundle(entry)
    local missing <const> = platform.untested(entry)
    table.move(missing, 1, #missing, #untested + 1, untested)
  end
  testing.print(options, terminal, results, system.monotonic() - start)
  if #opened.bundles == 0 and not terminal.quiet and options.format == "text" then
    terminal:line("The manifest names no bundles; floe's own policies are tested with `floe policy test --default`.")
  end
  if #untested > 0 then
    terminal:fail({
      message = "policies without a test: " .. table.concat(untested, ", "),
      hint = "The tests of policies/a/b.lua stand in policies/a/b_test.lua; 'floe policy new ID' shows how.",
    })
    return EXIT_FAILED
  end
  return require("report.cases.totals").count(results).failed > 0 and EXIT_FAILED or 0
end

return M

-- floe policy check: loads every policy of a bundle as a worker would, and says what is wrong with it before a
-- product is judged.
local clean <const> = require("terminal").clean

local EXIT_USAGE <const>, EXIT_POLICY <const> = 2, 3

local M = {
  name = "check",
  summary = "load the policies of a bundle and say what is wrong",
  description = [[
Reads bundle.yaml, compiles every policy in the sandbox and checks its definition: id, targets, phases, mode, params.
A policy that is not Lua, returns nothing, asks for a module that is not there or misspells a key is named with its
line.]],
  arguments = {
    { name = "paths", label = "PATH…", many = true, complete = "file",
      help = "bundles, or files and folders inside of bundles (default: this folder)" },
  },
  options = {
    { name = "default", help = "check the bundle inside the binary" },
  },
  examples = {
    { "floe policy check governance", "one bundle" },
    { "floe policy check governance/policies/naming/layer_prefix.lua", "one policy" },
  },
  exits = {
    [0] = "all policies load", [2] = "misuse, or a bundle that cannot be read", [3] = "a policy does not load",
  },
}

local function print_policy(terminal, policy)
  if policy.error then
    terminal:line("      " .. terminal:paint("red", "✗") .. " " .. clean(policy.id))
    local at <const> = policy.error.at and policy.error.at .. ": " or ""
    for _, line in ipairs(require("terminal").lines(at .. policy.error.message)) do
      terminal:line("          " .. line)
    end
  elseif not terminal.quiet then
    terminal:line("      " .. terminal:paint("green", "✓") .. " " .. clean(policy.id) .. "  "
      .. terminal:paint("dim", clean(policy.definition.title)))
  end
end

local function check_bundle(bundles, entry, loaded, terminal)
  if not terminal.quiet then
    local bundle <const> = entry.bundle
    terminal:line(("Bundle %s %s (%s)"):format(clean(bundle.name), clean(bundle.version), clean(entry.path)))
  end
  local chunks <const> = {}
  for _, policy in ipairs(entry.bundle.policies) do
    chunks[policy.id] = policy.chunk
  end
  local good, bad = 0, 0
  for _, policy in ipairs(loaded.policies) do
    if bundles.is_chosen(entry, { chunk = chunks[policy.id] }) then
      print_policy(terminal, policy)
      good, bad = good + (policy.error and 0 or 1), bad + (policy.error and 1 or 0)
    end
  end
  return good, bad
end

---@return integer
function M.run(options, terminal)
  local bundles <const> = require "command.policy.bundles"
  local entries <const> = bundles.open_all(options, terminal)
  if not entries then
    return EXIT_USAGE
  end
  local good, bad = 0, 0
  for _, entry in ipairs(entries) do
    local loaded <const> = require("host.engine").load({ bundles.for_engine(entry) })
    local more_good <const>, more_bad <const> = check_bundle(bundles, entry, loaded[1], terminal)
    good, bad = good + more_good, bad + more_bad
  end
  if not terminal.quiet or bad > 0 then
    local count <const> = require("terminal").count
    terminal:line()
    terminal:line(bad == 0 and terminal:paint("green", count(good, "policy", "policies") .. " can be used")
      or terminal:paint("red", ("%s cannot be used, %d can"):format(count(bad, "policy", "policies"), good)))
  end
  if good + bad == 0 then
    terminal:fail({ message = "there is no policy in what was named" })
    return EXIT_USAGE
  end
  return bad > 0 and EXIT_POLICY or 0
end

return M

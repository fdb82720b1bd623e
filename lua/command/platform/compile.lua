-- floe platform compile: checks a platform manifest, its parents and its bundles, and writes its artifact folder.
local terminals <const> = require "terminal"

local clean <const> = terminals.clean
local EXIT_BLOCKED <const>, EXIT_USAGE <const>, EXIT_POLICY <const> = 1, 2, 3

local M = {
  name = "compile",
  summary = "check a platform manifest and write its artifact folder",
  description = [[
Reads a manifest of any tier with those above it, and merges them: what a tier may not weaken or choose is an error with
both places. Loads the bundles, settles every policy's mode and params, and sees that each policy of a bundle has a test
beside it (`floe platform test` runs them). Then writes .floe/platform/VERSION/ beside the manifest:

  manifest.json    the resolved manifest, the chain of tiers, and the digests of all files
  policies/        the bundles, and every policy's mode and params when all dates have come
  catalog/         catalog, identity, namespaces
  architecture/    layers, naming, quality gates, classification

The same files give the same bytes, secrets that stand in a manifest are left out, and the folder appears as a whole.]],
  arguments = {
    { name = "path", label = "DIR", complete = "file", help = "a manifest or its folder (default: this folder), or an "
      .. "environment contract, which leads to one" },
  },
  options = {
    { name = "check", help = "write nothing; tell whether the artifact is that of the files" },
  },
  examples = {
    { "floe platform compile platform/", "the manifest in that folder" },
    { "floe platform compile platform/strict.yaml", "one of several" },
    { "floe platform compile --check", "in CI" },
  },
  exits = {
    [0] = "compiled; or, with --check, the artifact is current",
    [1] = "a policy has no test; with --check, the artifact is not current",
    [2] = "misuse, or a manifest or bundle that is wrong", [3] = "a policy does not load",
  },
}

local function step(terminal, number, title)
  if not terminal.quiet then
    terminal:gap()
    terminal:line(terminal:paint("bold", ("[%d/3] %s"):format(number, title)))
  end
end

local function line(terminal, text)
  if not terminal.quiet then
    terminal:line("      " .. terminal:paint("green", "✓") .. " " .. clean(text))
  end
end

-- What failed stands in its step, and in full behind it.
local function fail(terminal, problems, exit)
  for _, wrong in ipairs(terminal.quiet and {} or problems) do
    terminal:line("      " .. terminal:paint("red", "✗") .. " " .. clean(wrong.message:match("^[^\n]*")))
  end
  terminal:fail_all(problems)
  if not terminal.quiet then
    terminal:gap()
    terminal:line(terminal:paint("red", "Platform compilation FAILED"))
  end
  return exit
end

-- A mode that waits for a day is settled as if the day had come: an artifact is the same on every day.
local LAST_DAY <const> = "9999-12-31"

-- The policies that apply, resolved; nil, what is wrong and the exit code.
local function settle(opened)
  local list <const>, problems <const> = require("phase.judgement").settle("validate", opened.loading, LAST_DAY)
  if not list then
    return nil, problems, EXIT_USAGE
  end
  local wrong <const> = {}
  for _, policy in ipairs(list) do
    if policy.error then
      wrong[#wrong + 1] = {
        message = ("policy '%s' could not be loaded: %s"):format(policy.id, policy.error.message),
        file = policy.error.at,
      }
    end
  end
  if #wrong > 0 then
    return nil, wrong, EXIT_POLICY
  end
  return list
end

local function untested(opened)
  local platform <const> = require "command.platform.opened"
  local wrong <const> = {}
  for _, entry in ipairs(opened.bundles) do
    for _, id in ipairs(platform.untested(entry)) do
      wrong[#wrong + 1] = {
        message = ("policy '%s' of the bundle '%s' has no test"):format(id, entry.bundle.name),
        hint = ("write %s_test.lua beside it; `floe policy new` shows how"):format(id:match("([^.]+)$")),
      }
    end
  end
  return wrong
end

local function names_of(platforms)
  local names <const> = {}
  for index, platform in ipairs(platforms) do
    names[index] = ("%s v%s"):format(platform.name, platform.version)
  end
  return table.concat(names, " → ")
end

local function print_policies(terminal, opened, policies)
  for _, entry in ipairs(opened.bundles) do
    line(terminal, ("Bundle %s v%s: %s, each with tests"):format(entry.bundle.name, entry.bundle.version,
      terminals.count(#entry.bundle.policies, "policy", "policies")))
  end
  local on = 0
  for _, policy in ipairs(policies) do
    on = on + (policy.mode ~= "off" and 1 or 0)
  end
  line(terminal, ("Policies settled: %d, of which %d are on"):format(#policies, on))
end

local WORDS <const> = { changed = "differs", gone = "is missing", new = "does not belong to it" }

local function check(terminal, folder, list)
  local differences <const> = require("command.platform.folder").compare(folder, list)
  if #differences == 0 then
    if not terminal.quiet then
      terminal:line(("%s is current"):format(clean(folder)))
    end
    return 0
  end
  for _, entry in ipairs(differences) do
    terminal:line(("%s %s"):format(clean(require("host.files").join(folder, entry.path)), WORDS[entry.kind]))
  end
  terminal:fail({ message = ("%s is not that of the manifest"):format(folder), hint = "run `floe platform compile`" })
  return EXIT_BLOCKED
end

local function write(terminal, folder, list)
  local folders <const> = require "command.platform.folder"
  local same <const> = #folders.compare(folder, list) == 0
  if not same then
    local ok <const>, err <const> = folders.write(folder, list)
    if not ok then
      return fail(terminal, { err }, EXIT_USAGE)
    end
  end
  line(terminal, ("%s: %s%s"):format(folder, terminals.count(#list, "file"), same and ", unchanged" or ""))
  line(terminal, "manifest.json " .. list[#list].digest)
  if not terminal.quiet then
    terminal:gap()
    terminal:line(terminal:paint("green", "Platform compilation COMPLETE"))
  end
  return 0
end

---@return integer
function M.run(options, terminal)
  local files <const> = require "host.files"
  local quiet <const> = options.check and { quiet = true, gap = terminal.gap } or terminal
  step(quiet, 1, "Resolving manifests")
  local opened <const>, problems <const> = require("command.platform.opened").open(options.path or ".")
  if not opened then
    return fail(terminal, problems, EXIT_USAGE)
  end
  if opened.environment then
    line(quiet, ("Environment contract: %s (environment %s)"):format(opened.environment.contract,
      opened.environment.name))
  end
  line(quiet, ("Platform: %s (%s)"):format(names_of(opened.platforms), opened.manifest.tier))
  line(quiet, ("Fields resolved: %d, none weakened"):format(#opened.merged.order))
  step(quiet, 2, "Checking policies")
  local policies <const>, wrong <const>, exit <const> = settle(opened)
  if not policies then
    return fail(terminal, wrong, exit)
  end
  local missing <const> = untested(opened)
  if #missing > 0 then
    return fail(terminal, missing, EXIT_BLOCKED)
  end
  print_policies(quiet, opened, policies)
  local list <const>, err <const> = require("command.platform.artifact").make(opened, policies)
  if not list then
    return fail(terminal, { err }, EXIT_USAGE)
  end
  local folder <const> = files.normalize(files.join(opened.folder, ".floe/platform/" .. opened.manifest.version))
  if options.check then
    return check(terminal, folder, list)
  end
  step(terminal, 3, "Writing artifact")
  return write(terminal, folder, list)
end

return M

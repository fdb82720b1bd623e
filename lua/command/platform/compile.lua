-- floe platform compile: checks a platform manifest, its parents and its bundles, and writes its artifact folder.
local files <const> = require "host.files"
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

The same files give the same bytes, and secrets that stand in a manifest are left out. The folder is exchanged as a
whole: whoever reads it, at any moment, reads the old one or the new one.]],
  arguments = {
    { name = "path", label = "DIR", complete = "file", help = "a manifest or its folder (default: this folder), or an "
      .. "environment contract, which leads to one" },
  },
  options = {
    { name = "check", help = "write nothing; tell whether the artifact is that of the files" },
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json" }, default = "text",
      help = "what is printed; `floe schema platform-compilation` is the schema of the JSON" },
  },
  examples = {
    { "floe platform compile platform/", "the manifest in that folder" },
    { "floe platform compile platform/strict.yaml", "one of several" },
    { "floe platform compile --check", "in CI" },
    { "floe platform compile --format json", "tiers, policies, files and errors, for a tool" },
  },
  exits = {
    [0] = "compiled; or, with --check, the artifact is current",
    [1] = "a policy has no test; with --check, the artifact is not current",
    [2] = "misuse, or a manifest or bundle that is wrong", [3] = "a policy does not load",
  },
}

-- Steps and their lines go to a screen, which shows them or, where JSON or one line is wanted, does not.
local function step(screen, number, title)
  if not screen.quiet then
    screen:gap()
    screen:line(screen:paint("bold", ("[%d/3] %s"):format(number, title)))
  end
end

local function line(screen, text)
  if not screen.quiet then
    screen:line("      " .. screen:paint("green", "✓") .. " " .. clean(text))
  end
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

local function show_manifests(screen, opened)
  if opened.environment then
    line(screen, ("Environment contract: %s (environment %s)"):format(opened.environment.contract,
      opened.environment.name))
  end
  line(screen, ("Platform: %s (%s)"):format(names_of(opened.platforms), opened.manifest.tier))
  line(screen, ("Fields resolved: %d, none weakened"):format(#opened.merged.order))
end

local function count_on(policies)
  local on = 0
  for _, policy in ipairs(policies) do
    on = on + (policy.mode ~= "off" and 1 or 0)
  end
  return on
end

local function show_policies(screen, result)
  for _, entry in ipairs(result.opened.bundles) do
    line(screen, ("Bundle %s v%s: %s, each with tests"):format(entry.bundle.name, entry.bundle.version,
      terminals.count(#entry.bundle.policies, "policy", "policies")))
  end
  line(screen, ("Policies settled: %d, of which %d are on"):format(#result.policies, result.on))
end

-- Compares the folder with what it should hold, or makes it so.
local function deliver(options, screen, result)
  local folders <const> = require "command.platform.folder"
  if options.check then
    result.differences = folders.compare(result.folder, result.files)
    result.state = #result.differences == 0 and "current" or "outdated"
    if #result.differences > 0 then
      result.errors = {
        { message = ("%s is not that of the manifest"):format(result.folder), hint = "run `floe platform compile`" },
      }
      return EXIT_BLOCKED
    end
    return 0
  end
  step(screen, 3, "Writing artifact")
  local err
  result.state, err = folders.write(result.folder, result.files)
  if not result.state then
    result.errors = { err }
    return EXIT_USAGE
  end
  line(screen, ("%s: %s%s"):format(result.folder, terminals.count(#result.files, "file"),
    result.state == "unchanged" and ", unchanged" or ""))
  line(screen, "manifest.json " .. result.files[#result.files].digest)
  return 0
end

-- Compiles, and fills in what became of it.
local function compile(options, screen, result)
  step(screen, 1, "Resolving manifests")
  local exit
  result.opened, result.errors = require("command.platform.opened").open(options.path or ".")
  if not result.opened then
    return EXIT_USAGE
  end
  show_manifests(screen, result.opened)
  step(screen, 2, "Checking policies")
  result.policies, result.errors, exit = settle(result.opened)
  if not result.policies then
    return exit
  end
  result.on = count_on(result.policies)
  result.errors = untested(result.opened)
  if #result.errors > 0 then
    return EXIT_BLOCKED
  end
  show_policies(screen, result)
  local list <const>, err <const> = require("command.platform.artifact").make(result.opened, result.policies)
  if not list then
    result.errors = { err }
    return EXIT_USAGE
  end
  local manifest <const> = result.opened.manifest
  result.files = list
  result.folder = files.normalize(files.join(result.opened.folder, ".floe/platform/" .. manifest.version))
  return deliver(options, screen, result)
end

local WORDS <const> = { changed = "differs", gone = "is missing", new = "does not belong to it" }

-- What failed stands in its step, and in full behind it.
local function show_errors(terminal, result)
  for _, wrong in ipairs((terminal.quiet or result.state) and {} or result.errors) do
    terminal:line("      " .. terminal:paint("red", "✗") .. " " .. clean(wrong.message:match("^[^\n]*")))
  end
  terminal:fail_all(result.errors)
end

-- The last words: what is wrong, or that all is well.
local function conclude(options, terminal, result)
  for _, entry in ipairs(result.differences or {}) do
    terminal:line(("%s %s"):format(clean(files.join(result.folder, entry.path)), WORDS[entry.kind]))
  end
  if #(result.errors or {}) > 0 then
    show_errors(terminal, result)
  end
  if terminal.quiet or result.state == "outdated" then
    return
  elseif result.state == "current" then
    terminal:line(("%s is current"):format(clean(result.folder)))
    return
  end
  terminal:gap()
  if result.exit ~= 0 then
    terminal:line(terminal:paint("red", "Platform compilation FAILED"))
  elseif not options.check then
    terminal:line(terminal:paint("green", "Platform compilation COMPLETE"))
  end
end

---@return integer
function M.run(options, terminal)
  local result <const> = {}
  local screen <const> = (options.check or options.format == "json") and { quiet = true } or terminal
  result.exit = compile(options, screen, result)
  if options.format == "json" then
    terminal:json(require("command.platform.document").of(result))
  else
    conclude(options, terminal, result)
  end
  return result.exit
end

return M

-- floe compile --check: is the artifact that of the files as they are? Nothing is compiled or judged, and nothing but
-- the kept digests is written.

local artifacts <const> = require "compile.artifact"
local clean <const> = require("terminal").clean
local digest <const> = require "host.digest"
local document <const> = require "host.document"
local environment <const> = require "compile.environment"
local files <const> = require "host.files"
local inputs <const> = require "compile.inputs"
local json <const> = require "host.json"
local problem <const> = require "manifest.problem"
local set <const> = require "floe.set"
local system <const> = require "host.system"
local words <const> = require "floe.text"

local M = {}

local EXIT_STALE <const>, EXIT_INPUT <const> = 1, 2
local MOST_SHOWN <const> = 20

-- What is read of an artifact.
local PARTS <const> = set.of { "metadata", "dbt", "governance", "verdict", "outputs", "inputs", "environment",
  "selection" }

---@class floe.check.change of a file, a variable of the environment, or an option
---@field kind "changed"|"new"|"gone"
---@field path string?
---@field variable string?
---@field option string?

---@class floe.check
---@field current boolean
---@field inputs integer how many were compared
---@field changes floe.check.change[] of inputs and of what was generated
---@field reasons string[] what else is another

local function add(list, item)
  list[#list + 1] = item
end

local function recorded(list)
  local out <const> = {}
  for index, entry in ipairs(list or {}) do
    out[index] = { path = entry.path, digest = entry.digest }
  end
  return out
end

-- Where the inputs are, as the artifact tells it.
local function scope_of(root, artifact)
  local scope <const> = { root = root, project = root, bundles = {}, files = {}, made = {} }
  if artifact.dbt then
    scope.project = files.normalize(files.join(root, artifact.dbt.project_path))
  end
  for _, bundle in ipairs(artifact.governance.bundles) do
    scope.bundles[#scope.bundles + 1] = bundle.path and files.normalize(files.join(root, bundle.path)) or nil
  end
  for _, entry in ipairs(artifact.inputs) do
    add(scope.files, files.normalize(files.join(root, entry.path)))
  end
  for _, entry in ipairs(artifact.outputs) do
    add(scope.made, entry.path)
  end
  return scope
end

local function check_outputs(root, artifact, changes)
  for _, output in ipairs(artifact.outputs) do
    local path <const> = files.join(root, output.path)
    local found <const> = files.is_file(path) and digest.of_file(path)
    if found ~= output.digest then
      add(changes, { kind = found and "changed" or "gone", path = output.path })
    end
  end
end

-- Adds the variables and options by which a compile would now make something else.
local function check_environment(artifact, reading, changes)
  local before <const>, wanted <const> = {}, environment.selection(reading)
  for index, entry in ipairs(artifact.environment or {}) do
    before[index] = document.plain(entry)
  end
  local selected <const> = artifact.selection ~= nil and document.plain(artifact.selection) or {}
  for _, list in ipairs { environment.compare(before, environment.again(before)),
    environment.compare_selections(selected, wanted) } do
    table.move(list, 1, #list, #changes + 1, changes)
  end
end

local function other_reasons(artifact, today)
  local reasons <const>, ours <const> = {}, system.versions().floe
  if artifact.version ~= artifacts.version then
    add(reasons, ("it has the form %s, and this floe writes %s"):format(artifact.version, artifacts.version))
  end
  if artifact.metadata.floe_version ~= ours then
    add(reasons, ("floe %s made it, and this is floe %s"):format(artifact.metadata.floe_version, ours))
  end
  local last <const> = artifact.verdict.valid_until
  if last and today > last then
    add(reasons, ("its verdict stood until %s: a mode, a waiver or a contract is dated"):format(last))
  end
  return reasons
end

--- Compares an artifact with the files.
---@param root string the product's folder
---@param today string YYYY-MM-DD
---@param reading floe.reading what is asked for now
---@param known any? the artifact, where it was read and has no mistake
---@return floe.check? check
---@return floe.problem? problem
function M.of(root, today, reading, known)
  local path <const> = files.normalize(files.join(root, artifacts.path))
  if not known and not files.is_file(path) then
    return { current = false, inputs = 0, changes = {}, reasons = { "there is none yet" } }
  end
  local artifact, wrong = known, nil
  if not artifact then
    artifact, wrong = artifacts.read(path)
  end
  if not artifact then
    return nil, wrong
  elseif not artifact.inputs or not artifact.outputs or not artifact.governance or not artifact.metadata then
    return { current = false, inputs = 0, changes = {}, reasons = { "an older floe made it, and it lists no inputs" } }
  end
  local mistake <const> = not known and artifacts.mistake(artifact, path, PARTS)
  if mistake then
    return nil, mistake
  end
  local now <const>, err <const> = inputs.collect(scope_of(root, artifact))
  if not now then
    return nil, problem.from(err)
  end
  local changes <const> = inputs.compare(recorded(artifact.inputs), now.entries)
  check_outputs(root, artifact, changes)
  check_environment(artifact, reading, changes)
  local reasons <const> = other_reasons(artifact, today)
  now.keep()
  return { current = #changes == 0 and #reasons == 0, inputs = #now.entries, changes = changes, reasons = reasons }
end

local function print_json(terminal, check)
  local changes <const> = {}
  for index, change in ipairs(check.changes) do
    local what <const> = change.path and "path" or change.variable and "variable" or "option"
    changes[index] = json.object { { "kind", change.kind }, { what, change[what] } }
  end
  terminal:line(json.encode(json.object {
    { "schema", "floe.dev/check/v1" },
    { "artifact", artifacts.path },
    { "current", check.current },
    { "inputs", check.inputs },
    { "changes", json.array(changes) },
    { "reasons", json.array(check.reasons) },
  }, { indent = 2 }))
end

local function print_text(terminal, check, seconds)
  if check.current then
    if not terminal.quiet then
      terminal:line(("%s %s is current: %s (%s)"):format(terminal:paint("green", "✓"), artifacts.path,
        words.count(check.inputs, "input"), require("terminal").duration(seconds)))
    end
    return
  end
  terminal:line(("%s %s is not current"):format(terminal:paint("red", "✗"), artifacts.path))
  for _, reason in ipairs(check.reasons) do
    terminal:line("  " .. clean(reason))
  end
  local most <const> = terminal.verbose and #check.changes or MOST_SHOWN
  for index = 1, math.min(#check.changes, most) do
    local change <const> = check.changes[index]
    local what <const> = change.path or change.option or "variable " .. change.variable
    terminal:line(("  %-8s %s"):format(change.kind, clean(what)))
  end
  if #check.changes > most then
    terminal:line(("  and %d more"):format(#check.changes - most))
  end
  terminal:line("`floe compile` makes it anew.")
end

--- Runs `floe compile --check`.
---@param options table of the command
---@param terminal terminal
---@return integer exit
function M.run(options, terminal)
  if options.format ~= "text" and options.format ~= "json" then
    require("usage.parser").misuse(("--check prints text or JSON, not %s"):format(options.format))
  end
  local start <const> = system.monotonic()
  local root <const> = files.normalize(options.folder or ".")
  if not files.is_dir(root) then
    terminal:fail({ message = ("there is no folder '%s'"):format(root), hint = "name a folder that holds a floe.yaml" })
    return EXIT_INPUT
  end
  local check <const>, wrong <const> = M.of(root, options.as_of or system.date(), require("usage.reading").of(options))
  if not check then
    terminal:fail(wrong)
    return EXIT_INPUT
  elseif options.format == "json" then
    print_json(terminal, check)
  else
    print_text(terminal, check, system.monotonic() - start)
  end
  return check.current and 0 or EXIT_STALE
end

return M

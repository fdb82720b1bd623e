-- floe policy list: which policies there are, and in which mode they judge the product in a folder.
local clean <const> = require("terminal").clean

local EXIT_USAGE <const> = 2

local M = {
  name = "list",
  summary = "list the policies that apply, with their modes",
  description = [[
In a product's folder: the policies of floe and of the bundles that its platform names, in the mode that all tiers
together give them. A policy whose mode depends on the subject shows the strictest. Elsewhere: floe's own policies and,
in a bundle's folder, those of the bundle, in their own modes.]],
  arguments = {
    {
      name = "folder", label = "DIR", complete = "directory",
      help = "a product's or a bundle's folder (default: this folder)",
    },
  },
  options = {
    { name = "as-of", value = "DATE", type = "date", help = "the modes on this day" },
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json", "names" }, default = "text",
      help = "what is printed" },
  },
  examples = {
    { "floe policy list", "what judges the product in this folder" },
    { "floe policy list --as-of 2027-01-01", "and on that day" },
  },
  exits = { [0] = "listed", [2] = "misuse, or a product whose policies cannot be resolved" },
}

local COLOURS <const> = { block = "red", alert_only = "yellow", warn = "cyan", off = "dim" }

local function widths_of(list)
  local id, mode, code = 0, 0, 0
  for _, policy in ipairs(list) do
    id, mode = math.max(id, #policy.id), math.max(mode, #policy.mode)
    code = math.max(code, policy.definition and #policy.definition.code or 0)
  end
  return id, mode, code
end

local function pad(text, width)
  return text .. (" "):rep(width - #text)
end

local function print_text(terminal, list, has_product)
  local id_width <const>, mode_width <const>, code_width <const> = widths_of(list)
  local bundle
  for _, policy in ipairs(list) do
    if policy.bundle ~= bundle and not terminal.quiet then
      bundle = policy.bundle
      terminal:line(terminal:paint("bold", ("%s %s"):format(clean(bundle.name), clean(bundle.version))))
    end
    local definition <const> = policy.definition or { code = "", title = "could not be loaded" }
    local mode <const> = terminal:paint(COLOURS[policy.mode] or "red", pad(policy.mode, mode_width))
    terminal:line(("  %s  %s  %s  %s"):format(pad(clean(policy.id), id_width), mode,
      pad(clean(definition.code), code_width), clean(definition.title)))
  end
  if not has_product and not terminal.quiet then
    terminal:line()
    terminal:line("There is no floe.yaml here: the policies are in their own modes.")
  end
end

local function print_json(terminal, list)
  local json <const> = require "host.json"
  local rows <const> = {}
  for _, policy in ipairs(list) do
    local definition <const> = policy.definition or {}
    rows[#rows + 1] = json.object({
      { "id", policy.id },
      { "mode", policy.mode },
      { "code", definition.code or json.null },
      { "codes", json.array(definition.codes or {}) },
      { "title", definition.title or json.null },
      { "targets", json.array(definition.targets or {}) },
      { "phases", json.array(definition.phases or {}) },
      { "bundle", json.object({ { "name", policy.bundle.name }, { "version", policy.bundle.version } }) },
      { "error", policy.error and policy.error.message or json.null },
    })
  end
  terminal:json(json.object({
    { "schema", "floe.dev/policies/v1" }, { "policies", json.array(rows) },
  }))
end

---@return integer
function M.run(options, terminal)
  local effective <const> = require "command.policy.effective"
  local list <const>, problems <const>, has_product <const> = effective.list(options.folder or ".", options.as_of)
  if not list then
    terminal:fail_all(problems)
    return EXIT_USAGE
  end
  if options.format == "json" then
    print_json(terminal, list)
  elseif options.format == "names" then
    for _, policy in ipairs(list) do
      terminal:line(clean(policy.id))
    end
  else
    print_text(terminal, list, has_product)
  end
  return 0
end

return M

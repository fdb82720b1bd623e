-- floe policy explain: what a policy asks for and why, what to write instead, its params, and who decided its
-- mode and params here.
local terminals <const> = require "terminal"

local clean <const> = terminals.clean
local EXIT_USAGE <const> = 2

local M = {
  name = "explain",
  summary = "say what a policy asks for, why, and who decided its mode",
  description = [[
Prints what holds when the policy finds nothing, why it is wanted, what to write instead, its codes, targets and params.
In a product's folder also its mode and the values of its params here, and the lines of the manifests that say so.]],
  arguments = {
    { name = "id", label = "ID", required = true, complete = "policy", help = "the policy" },
    {
      name = "folder", label = "DIR", complete = "directory",
      help = "a product's or a bundle's folder (default: this folder)",
    },
  },
  options = {
    { name = "as-of", value = "DATE", type = "date", help = "the mode on this day" },
  },
  examples = {
    { "floe policy explain naming.layer_prefix", "here" },
    { "floe policy explain coverage.columns products/sales", "for the product in that folder" },
  },
  exits = { [0] = "explained", [2] = "misuse, or there is no such policy" },
}

local function find(list, id)
  local ids <const> = {}
  for _, policy in ipairs(list) do
    if policy.id == id then
      return policy
    end
    ids[#ids + 1] = policy.id
  end
  return nil, require("floe.text").did_you_mean(id, ids)
end

-- A value as it is written in a manifest.
local function show(value)
  if value == nil then
    return "not set"
  elseif type(value) == "table" and next(value) == nil then
    return "none"
  end
  return clean(require("host.json").encode(value))
end

local function print_paragraph(terminal, title, text)
  if text then
    terminal:line()
    terminal:line(terminal:paint("bold", title))
    for _, line in ipairs(terminals.lines(text)) do
      terminal:line("  " .. line)
    end
  end
end

local function print_params(terminal, policy)
  local words <const> = require "reference.params"
  local params <const> = policy.definition.params or {}
  local names <const> = words.names(params)
  if #names == 0 then
    return
  end
  terminal:line()
  terminal:line(terminal:paint("bold", "Params"))
  for _, name in ipairs(names) do
    local param <const> = params[name]
    terminal:line(("  %s: %s (default: %s)"):format(terminal:paint("cyan", clean(name)), clean(words.type(param)),
      show(param.default)))
    for _, line in ipairs(terminals.lines(param.doc or "")) do
      terminal:line("      " .. line)
    end
  end
end

local function scope_words(where)
  local names <const> = require("floe.set").list(where)
  local parts <const> = {}
  for _, name in ipairs(names) do
    parts[#parts + 1] = ("%s = %s"):format(name, show(where[name]))
  end
  return table.concat(parts, ", ")
end

-- What one entry of a tier says, and where it stands.
local function claim_words(claim)
  local parts <const> = {}
  if claim.mode then
    parts[#parts + 1] = claim.mode .. (claim.from and " from " .. claim.from or "")
  end
  for _, name in ipairs(require("floe.set").list(claim.params or {})) do
    parts[#parts + 1] = ("%s = %s"):format(name, show(claim.params[name]))
  end
  local file <const>, line <const>, column <const> = require("host.document").place(claim.owner, claim.key)
  local scope <const> = claim.where and ("where %s: "):format(scope_words(claim.where)) or ""
  return clean(scope .. table.concat(parts, "; ")), terminals.place({ file = file, line = line, column = column })
end

local function print_decisions(terminal, policy)
  terminal:line()
  terminal:line(terminal:paint("bold", "Here"))
  terminal:line("  mode: " .. policy.mode)
  if not policy.resolved then
    return
  end
  for _, layer in ipairs(policy.resolved.layers) do
    for _, claim in ipairs(layer.claims) do
      local words <const>, place <const> = claim_words(claim)
      terminal:line(("  %s: %s"):format(place, words))
    end
  end
  for _, instance in ipairs(policy.resolved.instances) do
    local names <const> = require("floe.set").list(instance.params)
    for _, name in ipairs(names) do
      terminal:line(("  %s = %s"):format(terminal:paint("cyan", clean(name)), show(instance.params[name])))
    end
  end
end

local function print_policy(terminal, policy, has_product)
  local definition <const> = policy.definition
  terminal:line(terminal:paint("bold", clean(policy.id)) .. "  " .. clean(table.concat(definition.codes, ", ")))
  terminal:line(clean(definition.title))
  print_paragraph(terminal, "Why", definition.why)
  print_paragraph(terminal, "What to write", definition.help)
  terminal:line()
  terminal:line("Targets: " .. table.concat(definition.targets, ", "))
  terminal:line("Phases:  " .. table.concat(definition.phases, ", "))
  terminal:line("Mode:    " .. definition.mode .. " (its own)")
  terminal:line(("Bundle:  %s %s"):format(clean(policy.bundle.name), clean(policy.bundle.version)))
  if policy.bundle.embedded then
    terminal:line("Docs:    " .. require("enforce.verdict").docs .. policy.id)
  end
  print_params(terminal, policy)
  if has_product then
    print_decisions(terminal, policy)
  end
end

---@return integer
function M.run(options, terminal)
  local effective <const> = require "command.policy.effective"
  local list <const>, problems <const>, has_product <const> = effective.list(options.folder or ".", options.as_of)
  if not list then
    terminal:fail_all(problems)
    return EXIT_USAGE
  end
  local policy <const>, suggestion <const> = find(list, options.id)
  if not policy then
    terminal:fail({
      message = ("there is no policy '%s'%s"):format(options.id, suggestion),
      hint = "'floe policy list' shows the policies there are.",
    })
    return EXIT_USAGE
  elseif not policy.definition then
    terminal:fail({
      message = ("policy '%s' could not be loaded: %s"):format(policy.id, policy.error.message),
      file = policy.error.at,
    })
    return EXIT_USAGE
  end
  print_policy(terminal, policy, has_product)
  return 0
end

return M

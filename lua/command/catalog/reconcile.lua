-- floe catalog reconcile: what differs between a catalog and the products of a checkout, and repairing it.
local clean <const> = require("terminal").clean
local reach <const> = require "command.catalog.reach"

local EXIT_DIFFERENCES <const> = 1

local M = {
  name = "reconcile",
  summary = "compare the catalog with products, and repair what differs",
  description = [[
Compares the products in these folders with their catalog: products that are not registered or whose namespace nobody
owns, properties and lists of contracts that differ, and tables whose metadata file is gone. Where the folders lie in
a git checkout, namespaces of the same repository for which the whole checkout has no product are found, too. Nothing is
changed unless --apply is given. What belongs to another repository is told and never changed; a namespace that holds a
table is never dropped, and no file of a table is ever removed.]],
  arguments = {
    { name = "folders", label = "DIR…", many = true, complete = "directory",
      help = "folders with a floe.yaml (default: the current folder)" },
  },
  options = {
    { name = "apply", help = "repair what can be repaired" },
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json" }, default = "text",
      help = "what is printed" },
  },
  examples = {
    { "floe catalog reconcile", "what differs for this product" },
    { "floe catalog reconcile products/*", "and for all of a repository" },
    { "floe catalog reconcile products/* --apply", "registers, updates and drops what was shown" },
  },
  exits = {
    [0] = "nothing differs, or all of it was repaired", [1] = "something differs",
    [2] = "misuse, or a product or catalog that cannot be read", [4] = "the catalog cannot be reached, or failed",
    [5] = "the catalog refuses who asks",
  },
}

local WORDS <const> = {
  register = { "would register", "registered" }, adopt = { "would adopt", "adopted" },
  update = { "would update", "updated" }, drop = { "would drop", "dropped" },
}

-- The products of the folders by the catalog that they are in; nil where one cannot be read.
local function load(folders, terminal)
  local groups <const>, by_settings <const>, failed = {}, {}, false
  local json <const>, products <const> = require "host.json", require "catalog.product"
  for _, folder in ipairs(#folders > 0 and folders or { "." }) do
    local loading <const> = require("phase.product").open(folder)
    if #loading.errors > 0 then
      terminal:fail_all(loading.errors)
      failed = true
    else
      local settings <const> = products.settings(loading)
      local key <const> = json.encode(settings)
      if not by_settings[key] then
        by_settings[key] = { loadings = {} }
        groups[#groups + 1] = by_settings[key]
      end
      table.insert(by_settings[key].loadings, loading)
    end
  end
  return not failed and groups or nil
end

local function compare(group)
  local scope <const>, err <const> = require("catalog.scope").of(group.loadings)
  if not scope then
    return nil, err
  end
  local handle <const>, failure <const> = require("catalog.product").open(group.loadings[1])
  if not handle then
    return nil, failure
  end
  group.handle, group.scope = handle, scope
  return require("catalog.reconcile").compare(handle, scope)
end

-- Repairs what can be; each difference learns what became of it.
local function apply(report)
  for _, difference in ipairs(report.differences) do
    if difference.apply then
      local ok <const>, err <const> = difference.apply()
      difference.result = ok and "done" or "failed"
      difference.error = err
    end
  end
end

local function verb(difference)
  local words <const> = difference.action and WORDS[difference.action]
  if not words then
    return "differs", "yellow"
  elseif difference.result == "failed" then
    return "failed", "red"
  end
  return difference.result == "done" and words[2] or words[1], difference.result == "done" and "green" or "cyan"
end

local function print_difference(terminal, difference)
  local word <const>, colour <const> = verb(difference)
  local subject <const> = difference.table and ("%s.%s"):format(difference.id, difference.table) or difference.id
  terminal:line(("%s  %s: %s"):format(terminal:paint(colour, word), clean(subject), clean(difference.message)))
  local err <const> = difference.error
  if err then
    terminal:line("      " .. clean(err.message))
  end
  local hint <const> = err and (err.resolution or err.hint) or difference.hint
  if hint then
    terminal:line("      " .. clean(hint))
  end
end

local function left(report)
  local count, repairable = 0, 0
  for _, difference in ipairs(report.differences) do
    if difference.result ~= "done" then
      count = count + 1
      repairable = repairable + (difference.apply and not difference.result and 1 or 0)
    end
  end
  return count, repairable
end

local function print_sum(terminal, report, applied)
  local count <const> = require("terminal").count
  local all <const>, remaining <const>, repairable <const> = #report.differences, left(report)
  if applied and all > 0 then
    terminal:line(("%d of %s repaired"):format(all - remaining, count(all, "difference")))
  elseif repairable > 0 then
    terminal:line(("%s, nothing was changed; --apply repairs %d"):format(count(all, "difference"), repairable))
  end
end

local function print_text(terminal, groups, applied)
  local count <const> = require("terminal").count
  for _, group in ipairs(groups) do
    local report <const> = group.report
    for _, difference in ipairs(report.differences) do
      print_difference(terminal, difference)
    end
    if not terminal.quiet then
      if not group.scope.known then
        terminal:line("Orphans were not looked for: the products lie in no git checkout.")
      end
      terminal:line(("%s of %s valid; %s, %s in %s"):format(report.valid, count(report.products, "product"),
        count(report.namespaces, "namespace"), count(report.tables, "table"), reach.title(group.handle)))
      print_sum(terminal, report, applied)
    end
  end
end

local function json_of(difference)
  local json <const> = require "host.json"
  return json.object({
    { "kind", difference.kind }, { "namespace", difference.id }, { "table", difference.table or json.null },
    { "message", difference.message }, { "action", difference.action or json.null },
    { "result", difference.result or difference.apply and "planned" or "none" },
    { "error", difference.error and difference.error.message or json.null },
  })
end

local function print_json(terminal, groups, applied)
  local json <const> = require "host.json"
  local catalogs <const> = {}
  for i, group in ipairs(groups) do
    local report <const>, rows <const> = group.report, {}
    for position, difference in ipairs(report.differences) do
      rows[position] = json_of(difference)
    end
    catalogs[i] = json.object({
      { "catalog", reach.describe(group.handle) },
      { "counts", json.object({ { "products", report.products }, { "valid", report.valid },
        { "namespaces", report.namespaces }, { "tables", report.tables }, { "differences", #rows },
        { "left", (left(report)) } }) },
      { "orphans_looked_for", group.scope.known ~= nil },
      { "differences", json.array(rows) },
    })
  end
  terminal:json(json.object({
    { "schema", "floe.dev/catalog-reconcile/v1" }, { "applied", applied }, { "catalogs", json.array(catalogs) },
  }))
end

-- Compares, and repairs where that is asked for; nil and the exit code where a catalog cannot be read.
local function reconcile(groups, options, terminal)
  local remaining = 0
  for _, group in ipairs(groups) do
    local report <const>, err <const> = compare(group)
    if not report then
      return nil, reach.fail(terminal, err)
    end
    if options.apply then
      apply(report)
    end
    group.report = report
    remaining = remaining + left(report)
  end
  return remaining
end

local function close(groups)
  for _, group in ipairs(groups) do
    if group.handle then
      group.handle:close()
    end
  end
end

-- What could not be repaired because the catalog failed is no difference alone.
local function exit_of(groups, remaining)
  for _, group in ipairs(groups) do
    for _, difference in ipairs(group.report.differences) do
      local err <const> = difference.error
      if err and (err.code == "outside" or err.code == "trust") then
        return reach.exit(err)
      end
    end
  end
  return remaining > 0 and EXIT_DIFFERENCES or 0
end

---@return integer
function M.run(options, terminal)
  local groups <const> = load(options.folders, terminal)
  if not groups then
    return reach.EXIT_USAGE
  end
  local _ <close> = setmetatable({}, { __close = function() close(groups) end })
  local remaining <const>, exit <const> = reconcile(groups, options, terminal)
  if not remaining then
    return exit
  elseif options.format == "json" then
    print_json(terminal, groups, options.apply or false)
  else
    print_text(terminal, groups, options.apply)
  end
  return exit_of(groups, remaining)
end

return M

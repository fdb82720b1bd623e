-- What the reports of contract changes say in the same words.
local change <const> = require "contract.change"
local terminal <const> = require "terminal"

local M = {}

--- Bumps, the strongest first.
M.bumps = { "major", "minor", "patch" }

--- The versions of an entry: "1.0.0 → 1.1.0", "1.0.0, new", "1.0.0, gone".
---@param entry floe.contract.entry
---@return string
function M.versions(entry)
  local old <const> = entry.old and tostring(entry.old.normal.version)
  local new <const> = entry.new and tostring(entry.new.normal.version)
  if not old or not new then
    return old and old .. ", gone" or new .. ", new"
  end
  return old == new and old or ("%s → %s"):format(old, new)
end

--- The changes of an entry by bump, with those of each in order.
---@param entry floe.contract.entry
---@return table<string, floe.contract.change[]>
function M.by_bump(entry)
  return change.by_bump(entry.comparison.changes)
end

--- "3 changes: 1 major, 2 patch", of all entries.
---@param entries floe.contract.entry[]
---@return string
function M.totals(entries)
  local counts <const>, total = { major = 0, minor = 0, patch = 0 }, 0
  for _, entry in ipairs(entries) do
    for _, one in ipairs(entry.comparison.changes) do
      counts[one.bump] = counts[one.bump] + 1
      total = total + 1
    end
  end
  local parts <const> = {}
  for _, bump in ipairs(M.bumps) do
    if counts[bump] > 0 then
      parts[#parts + 1] = ("%d %s"):format(counts[bump], bump)
    end
  end
  if total == 0 then
    return "No changes"
  end
  return ("%s: %s"):format(terminal.count(total, "change"), table.concat(parts, ", "))
end

--- The least version that the changes of an entry need; nil where that cannot be told.
---@param entry floe.contract.entry
---@return string?
function M.required(entry)
  if not entry.old or not entry.new or entry.comparison.bump == "none" then
    return nil
  end
  return entry.check and entry.check.required
    or require("contract.version").next(entry.old.normal.version, entry.comparison.bump)
end

return M

-- Changes of contracts as a notice for their consumers: what changes, from which version on, and what to do.
local document <const> = require "contract.document"
local markdown <const> = require "reference.markdown"
local semver <const> = require "floe.semver"
local words <const> = require "report.changes.words"

local M = {}

local TITLES <const> = {
  major = "Breaking changes", minor = "What is new, or wider", patch = "In other words",
}

-- Text from a contract: one line, in which nothing acts as Markdown.
local function plain(text)
  return (tostring(text):gsub("%s+", " "):gsub("[\\`*_<>%[%]|#]", "\\%0"))
end

-- A message: what stands between single quotes as code.
local function said(text)
  local parts <const>, at = {}, 1
  while true do
    local from <const>, to <const>, name <const> = text:find("'([^'`]+)'", at)
    if not from then
      parts[#parts + 1] = plain(text:sub(at))
      return table.concat(parts)
    end
    parts[#parts + 1] = plain(text:sub(at, from - 1))
    parts[#parts + 1] = ("`%s`"):format(name:gsub("%s+", " "))
    at = to + 1
  end
end

local function bullets(list, add)
  local lines <const> = {}
  for _, one in ipairs(list) do
    lines[#lines + 1] = "- " .. add(one)
  end
  return table.concat(lines, "\n")
end

local function steps_of(entry)
  local by_bump <const>, out <const>, seen <const> = words.by_bump(entry), {}, {}
  for _, bump in ipairs(words.bumps) do
    for _, one in ipairs(by_bump[bump]) do
      if one.step and not seen[one.step] then
        seen[one.step] = true
        out[#out + 1] = one
      end
    end
  end
  return out
end

local function owner_of(normal)
  local team <const> = type(normal.team) == "table" and normal.team or {}
  return team.name
end

-- When the earlier version goes away, where the new one or its deprecation says so.
local function dates_of(entry)
  local deprecation <const> = document.custom(entry.old.normal, "deprecation")
    or document.custom(entry.new.normal, "deprecation")
  local out <const> = {}
  for _, row in ipairs { { "announced", "Announced" }, { "sunset_date", "Ends" }, { "replacement", "Use instead" },
    { "migration_guide", "Guide" }, { "reason", "Why" } } do
    if type(deprecation) == "table" and deprecation[row[1]] ~= nil then
      out[#out + 1] = ("- %s: %s"):format(row[2], plain(deprecation[row[1]]))
    end
  end
  return #out > 0 and table.concat(out, "\n") or nil
end

local SUMMARY <const> = {
  major = "This version breaks something: read what to do before you move to it.",
  minor = "Nothing breaks. Look at what may come from now on.",
  patch = "Nothing breaks, and nothing new may come.",
  none = "Nothing changed.",
}

-- What the version should be, where it says less than what changed.
local function version_note(entry)
  local required <const> = words.required(entry)
  if not required or (semver.compare(tostring(entry.new.normal.version), required) or 0) >= 0 then
    return nil
  end
  return ("These changes need the version %s; %s does not say so."):format(plain(required),
    plain(entry.new.normal.version))
end

local function heading_of(entry)
  return ("## %s %s"):format(plain(entry.name), plain(words.versions(entry)))
end

local function notice_of(entry)
  local parts <const> = { heading_of(entry) }
  if not entry.old or not entry.new then
    parts[2] = entry.new and "This contract is new." or "This contract is gone. Stop relying on it."
    return parts
  end
  parts[#parts + 1] = SUMMARY[entry.comparison.bump]
  parts[#parts + 1] = version_note(entry)
  local owner <const> = owner_of(entry.new.normal)
  if owner then
    parts[#parts + 1] = ("Questions: %s."):format(plain(owner))
  end
  parts[#parts + 1] = dates_of(entry)
  local by_bump <const> = words.by_bump(entry)
  for _, bump in ipairs(words.bumps) do
    if #by_bump[bump] > 0 then
      parts[#parts + 1] = ("### %s"):format(TITLES[bump])
      parts[#parts + 1] = bullets(by_bump[bump], function(one)
        return markdown.sentence(said(one.message))
      end)
    end
  end
  local steps <const> = steps_of(entry)
  if #steps > 0 then
    parts[#parts + 1] = "### What to do"
    parts[#parts + 1] = bullets(steps, function(one)
      return "[ ] " .. said(one.step)
    end)
  end
  return parts
end

local function add_all(parts, more)
  table.move(more, 1, #more, #parts + 1, parts)
end

--- Prints what changed, as a notice.
---@param entries floe.contract.entry[]
---@param terminal terminal
function M.diff(entries, terminal)
  local parts <const> = { "# Changes of data contracts" }
  for _, entry in ipairs(entries) do
    if #entry.comparison.changes > 0 or not entry.old or not entry.new then
      add_all(parts, notice_of(entry))
    end
  end
  if #parts == 1 then
    parts[2] = "Nothing changed."
  end
  terminal:write(markdown.page(parts))
end

--- Prints whether the versions say what changed.
---@param entries floe.contract.entry[]
---@param terminal terminal
function M.versions(entries, terminal)
  local parts <const> = { "# Versions of data contracts" }
  for _, entry in ipairs(entries) do
    parts[#parts + 1] = heading_of(entry)
    for _, problem in ipairs(entry.check and entry.check.problems or {}) do
      parts[#parts + 1] = ("❌ %s (%s)"):format(said(problem.message), problem.code)
      if problem.changes and #problem.changes > 0 then
        parts[#parts + 1] = bullets(problem.changes, function(one)
          return markdown.sentence(said(one.message))
        end)
      end
      parts[#parts + 1] = problem.hint and plain(problem.hint) or nil
    end
    if entry.check and entry.check.ok then
      parts[#parts + 1] = ("✅ needed: %s, made: %s"):format(entry.check.needed, entry.check.made)
    elseif not entry.new then
      parts[#parts + 1] = "❌ the contract is gone"
    end
  end
  terminal:write(markdown.page(parts))
end

return M

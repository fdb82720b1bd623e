-- Every kind of change of a contract, with the bump it needs: for people who ask, for the reference, for tools.
local json <const> = require "host.json"
local kinds <const> = require "contract.kinds"
local markdown <const> = require "reference.markdown"
local words <const> = require "report.changes.words"

local M = {}

-- The kinds of each bump, by name.
local function by_bump()
  local out <const> = { major = {}, minor = {}, patch = {} }
  for name, one in pairs(kinds.all) do
    table.insert(out[one.bump], name)
  end
  for _, list in pairs(out) do
    table.sort(list)
  end
  return out
end

-- A text of the table with its gaps as words.
local function shown(template)
  return (template:gsub("'?{(%a+)}'?", function(word)
    return ({ name = "X", old = "A", new = "B", what = "Y" })[word]
  end))
end

--- Prints the kinds for a terminal.
---@param terminal terminal
function M.text(terminal)
  local colours <const>, all <const> = { major = "red", minor = "yellow", patch = "dim" }, by_bump()
  for _, bump in ipairs(words.bumps) do
    for _, name in ipairs(all[bump]) do
      terminal:line(("%s  %-24s  %s"):format(terminal:paint(colours[bump], bump:upper()), name,
        shown(kinds.all[name].says)))
    end
  end
end

--- Prints the kinds as a JSON document.
---@param terminal terminal
function M.json(terminal)
  local list <const>, all <const> = {}, by_bump()
  for _, bump in ipairs(words.bumps) do
    for _, name in ipairs(all[bump]) do
      local one <const> = kinds.all[name]
      list[#list + 1] = json.object({ { "kind", name }, { "bump", bump }, { "message", one.says },
        { "step", one.step or json.null }, { "reverse", json.array(one.reverse) } })
    end
  end
  terminal:json(require("contract.reports").document("kinds", list))
end

local WHY <const> = {
  major = "What consumers use goes away or means something else, values that were valid are not any more, or a "
    .. "promise is taken back.",
  minor = "Something comes to it, may be absent from now on, or is promised more firmly.",
  patch = "Words about the data, and what nobody computes with.",
}

--- Prints the kinds as a page.
---@param terminal terminal
function M.markdown(terminal)
  local all <const> = by_bump()
  local parts <const> = {
    "# Changes of a data contract",
    "`floe contract diff` and `floe contract validate-version` know these kinds of changes. X is the table, column or "
      .. "server, Y the part of it that changed, A what was there, B what is there now. A consumer's step is what the "
      .. "change notice says (`--format markdown`).",
  }
  for _, bump in ipairs(words.bumps) do
    local rows <const> = {}
    for index, name in ipairs(all[bump]) do
      local one <const> = kinds.all[name]
      rows[index] = { markdown.code(name), shown(one.says), one.step and shown(one.step) or "" }
    end
    parts[#parts + 1] = "## " .. bump:upper()
    parts[#parts + 1] = WHY[bump]
    parts[#parts + 1] = markdown.table({ "Kind", "What is said", "A consumer's step" }, rows)
  end
  terminal:write(markdown.page(parts))
end

return M

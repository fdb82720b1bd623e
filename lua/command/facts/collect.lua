-- What the reports of `floe facts` share: nodes by name, problems by severity.
local doubts <const> = require "phase.doubts"
local text <const> = require "floe.text"

local M = {}

--- The lists of a project's facts.
M.lists = doubts.lists

--- How many problems there are of each severity, the gravest first; those there are none of are left out.
---@param project any
---@return { severity: string, count: integer }[]
function M.severities(project)
  local counts <const>, out <const> = {}, {}
  for _, problem in ipairs(project.problems) do
    counts[problem.severity] = (counts[problem.severity] or 0) + 1
  end
  for _, severity in ipairs({ "error", "unread", "warning", "deprecation" }) do
    if counts[severity] then
      out[#out + 1] = { severity = severity, count = counts[severity] }
    end
  end
  return out
end

local function matches(node, wanted)
  return text.glob(wanted, node.unique_id) or text.glob(wanted, node.name) or node.file == wanted
end

-- Names of nodes that are not tests, which are too many and too long to be meant.
local function known_names(project)
  local names <const> = {}
  doubts.each_node(project, function(node)
    if node.kind ~= "test" then
      names[#names + 1] = node.name
    end
  end)
  return names
end

--- The nodes that are meant by names, unique ids or files, each once, in the project's order.
---@param project any
---@param wanted string[]
---@return any[]? nodes
---@return table? problem where one of them means nothing
function M.find(project, wanted)
  local nodes <const>, met <const> = {}, {}
  local function visit(node)
    local taken = false
    for _, name in ipairs(wanted) do
      if matches(node, name) then
        met[name] = true
        taken = true
      end
    end
    nodes[#nodes + 1] = taken and node or nil
  end
  doubts.each_node(project, visit)
  for _, macro in ipairs(project.macros) do
    visit(macro)
  end
  for _, name in ipairs(wanted) do
    if not met[name] then
      return nil, {
        message = ("there is no node '%s' in the project '%s'%s"):format(name, project.name,
          text.did_you_mean(name, known_names(project))),
        hint = "A node is named by its name, its unique id or its file; * stands for any text.",
      }
    end
  end
  return nodes
end

return M

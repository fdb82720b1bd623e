-- What is not known about a fact. Facts from a project's sources can leave open what only a run of dbt tells; a rule
-- about what is missing asks here first, so that it does not report what it cannot see.

local M = {}

--- The doubt about a field of a fact: its value, or a part of it, is known only by a run. nil where it is known.
---
--- > doubt.about({ partial = { { about = "config.tags", reason = "a var" } } }, "tags").reason  --> "a var"
--- > doubt.about({ partial = { { about = "edges", reason = "a computed name" } } }, "tags")  --> nil
---@param fact any a node, source, test, exposure …
---@param field string such as `tags` or `description`
---@return any? doubt { about, reason, file, line, column }
function M.about(fact, field)
  for _, entry in ipairs(fact.partial) do
    local about <const> = entry.about
    if about == field or about == "config." .. field or about == "config" then
      return entry
    end
  end
  return nil
end

-- A properties file that could not be read may hold an entry for a node; other files describe none.
local function is_lost(problem)
  return (problem.severity == "error" or problem.severity == "unread") and problem.subject == nil
    and (problem.file or ""):find("%.ya?ml$") ~= nil
end

local lost <const> = {} -- by project

local function has_lost_file(project)
  if lost[project] == nil then
    lost[project] = false
    for _, problem in ipairs(project.problems) do
      lost[project] = lost[project] or is_lost(problem)
    end
  end
  return lost[project]
end

--- Whether a node without an entry in any properties file may have one in a file that could not be read: then nothing
--- says that it has no description, no columns and no tests.
---
--- > doubt.undescribed({ project = { nodes_known = false, problems = { { severity = "unread", file = "a.yml" } } } })
---   --> true
--- > doubt.undescribed({ project = { nodes_known = true, problems = {} } })  --> false
---@param node any a model, seed, snapshot or analysis
---@return boolean
function M.undescribed(node)
  local project <const> = node.project
  if node.patch_file ~= nil or not project or project.nodes_known then
    return false
  end
  return has_lost_file(project)
end

return M

-- What is wrong in the sources of a dbt project, as entries of a verdict: what dbt would refuse are errors, what it
-- would only say are notes.

local files <const> = require "host.files"
local set <const> = require "floe.set"

local M = {}

-- The codes of problems in words, and the numbers that reports are filtered by. Everything else is FLOE-E300.
local NUMBERS <const> = {
  unknown_ref = 301, disabled_ref = 301, ambiguous_ref = 301, private_ref = 301, protected_ref = 301,
  unknown_source = 303, disabled_source = 303,
  duplicate_name = 304, duplicate_macro = 304, duplicate_doc = 304, duplicate_patch = 304, duplicate_package = 304,
  ambiguous_relation = 304, versioned_name = 304, shared_name = 304,
  invalid_jinja = 305, bad_jinja = 305, jinja = 305,
  invalid_yaml = 306, invalid_properties = 306, invalid_project = 306, not_a_list = 306, not_an_object = 306,
  entry_without_name = 306, name_is_no_text = 306,
  unread_file = 307, not_text = 307,
  missing_package = 308, missing_project = 308,
}

-- Errors in files that are not what they should be: the input cannot be judged. Other errors are dbt's own verdict.
local INVALID <const> = set.of {
  "invalid_yaml", "invalid_project", "missing_project", "not_text", "unread_file", "unknown_target", "invalid_vars",
}

local NOTE_NUMBER <const> = 309

local function number_of(problem)
  return ("FLOE-E%d"):format(problem.severity ~= "error" and problem.severity ~= "unread" and NOTE_NUMBER
    or NUMBERS[problem.code] or 300)
end

local function entry_of(problem, root, kind, step)
  return {
    kind = kind,
    code = number_of(problem),
    message = problem.message,
    hint = problem.hint,
    file = problem.file and files.normalize(files.join(root, problem.file)) or nil,
    line = problem.line,
    column = problem.column,
    subject = problem.subject,
    step = step,
  }
end

local KINDS <const> = { warning = "dbt_warning", deprecation = "dbt_deprecation" }

--- The kinds of notes that stand for warnings of dbt.
M.notes = { "dbt_warning", "dbt_deprecation" }

--- Errors and notes of a project.
---@param project any
---@param step floe.step the group they are shown in
---@return table[] errors
---@return table[] notes
function M.entries(project, step)
  local errors <const>, notes <const> = {}, {}
  for _, problem in ipairs(project.problems) do
    local kind <const> = KINDS[problem.severity]
    if kind then
      notes[#notes + 1] = entry_of(problem, project.root, kind, step)
    else
      local invalid <const> = problem.severity == "unread" or INVALID[problem.code]
      errors[#errors + 1] = entry_of(problem, project.root, invalid and "input" or "dbt", step)
    end
  end
  return errors, notes
end

return M

-- What is known about a project, for people: where from, how much of each kind, what is in doubt, what is wrong.
local collect <const> = require "command.facts.collect"
local document <const> = require "host.document"
local files <const> = require "host.files"
local term <const> = require "terminal"

local M = {}

local clean <const> = term.clean

-- Doubts and problems that are printed of each kind, unless --verbose asks for all.
local MOST_SHOWN <const> = 10

local function source_words(project)
  local path <const> = project.facts_from == "manifest" and files.relative(project.file, project.root) or "sources"
  local reason <const> = project.facts_reason and (": " .. clean(project.facts_reason)) or ""
  return ("facts from %s%s"):format(clean(path), reason)
end

local function dbt_words(project)
  local parts <const> = {}
  parts[#parts + 1] = project.dbt_rules and "rules of dbt " .. project.dbt_rules
  parts[#parts + 1] = project.dbt_version and "written by dbt " .. project.dbt_version
  parts[#parts + 1] = project.target and "target " .. project.target
  parts[#parts + 1] = project.adapter
  return clean(table.concat(parts, ", "))
end

local function print_counts(terminal, project)
  for _, list in ipairs(collect.lists) do
    local nodes <const> = project[list]
    local foreign = 0
    for index = 1, #nodes do
      foreign = foreign + (nodes[index].own and 0 or 1)
    end
    if #nodes > 0 then
      terminal:line(("  %-18s %6d%s"):format((list:gsub("_", " ")), #nodes,
        foreign > 0 and ("  (%d of packages)"):format(foreign) or ""))
    end
  end
  if #project.disabled > 0 then
    terminal:line(("  %-18s %6d"):format("disabled", #project.disabled))
  end
end

local function place_words(place)
  local words <const> = term.place(place)
  return words ~= "" and words .. ": " or ""
end

-- Prints entries, the first ones only where there are many.
local function print_some(terminal, entries, print)
  local most <const> = terminal.verbose and #entries or MOST_SHOWN
  for index = 1, math.min(#entries, most) do
    print(entries[index])
  end
  if #entries > most then
    terminal:line(("  and %d more: --verbose prints all"):format(#entries - most))
  end
end

local function print_doubt(terminal, doubt, subject)
  terminal:line(("  %s%s%s: %s"):format(place_words(doubt), subject and clean(subject) .. ": " or "",
    clean(doubt.about or "?"), clean(doubt.reason or "?")))
end

local function print_edge(terminal, edge, subject)
  terminal:line(("  %s%s→ %s: %s"):format(place_words(edge), subject and clean(subject) .. " " or "",
    clean(edge.unique_id or "?"), clean(edge.reason or "?")))
end

local function print_doubts(terminal, project)
  local doubts <const> = require("phase.doubts").of(project)
  if #doubts.partial > 0 then
    terminal:line()
    terminal:line(terminal:paint("bold", "Partial") .. ": what only a run of dbt knows of nodes")
    print_some(terminal, doubts.partial, function(entry)
      print_doubt(terminal, entry.doubt, entry.node.unique_id)
    end)
  end
  if #doubts.conditional > 0 then
    terminal:line()
    terminal:line(terminal:paint("bold", "Conditional") .. ": edges that hang on what only a run of dbt knows")
    print_some(terminal, doubts.conditional, function(entry)
      print_edge(terminal, entry.edge, entry.node.unique_id)
    end)
  end
  if #doubts.untaken > 0 and terminal.verbose then
    terminal:line()
    terminal:line(terminal:paint("bold", "Not taken") .. ": calls in branches that dbt does not take while it parses")
    print_some(terminal, doubts.untaken, function(entry)
      print_edge(terminal, entry.edge, entry.node.unique_id)
    end)
  end
end

local COLOURS <const> = { error = "red", unread = "red", warning = "yellow", deprecation = "cyan" }

local function print_problem(terminal, problem)
  terminal:line(("  %s%s: %s [%s]"):format(place_words(problem),
    terminal:paint(COLOURS[problem.severity] or "red", problem.severity:upper()), clean(problem.message),
    clean(problem.code)))
  for _, line in ipairs(term.lines(problem.hint or "")) do
    terminal:line("      " .. line)
  end
end

local function print_problems(terminal, project)
  local words <const> = {}
  for index, entry in ipairs(collect.severities(project)) do
    words[index] = entry.severity == "unread" and term.count(entry.count, "unread file")
      or term.count(entry.count, entry.severity)
  end
  if #words == 0 then
    return
  end
  terminal:line()
  terminal:line(terminal:paint("bold", "Problems") .. ": " .. table.concat(words, ", "))
  for _, entry in ipairs(collect.severities(project)) do
    local list <const> = {}
    for _, problem in ipairs(project.problems) do
      list[#list + 1] = problem.severity == entry.severity and problem or nil
    end
    print_some(terminal, list, function(problem)
      print_problem(terminal, problem)
    end)
  end
end

-- ---- single nodes -----------------------------------------------------------------------------------------

-- Fields that say nothing to people here, or have a place of their own.
local LEFT_OUT <const> = {
  unique_id = true, project = true, code = true, compiled_code = true, spec = true, partial = true, conditional = true,
  columns = true, node = true,
}

local function one_line(value)
  if type(value) ~= "userdata" then
    return value ~= "" and clean(value) or nil
  elseif document.type(value) then
    return document.type(value) == "run_result" and clean(value.status) or clean(value.unique_id)
  elseif #value == 0 then
    return nil
  end
  local parts <const> = {}
  if document.kind(value) == "array" and type(value[1]) ~= "userdata" then
    for index, item in ipairs(value) do
      parts[index] = clean(item)
    end
    return table.concat(parts, ", ")
  elseif document.kind(value) == "array" and document.type(value[1]) then
    for index, item in ipairs(value) do
      parts[index] = clean(item.unique_id)
    end
    return table.concat(parts, ", ")
  end
  return clean(require("host.json").encode(value))
end

local function print_columns(terminal, node)
  terminal:line(("  %-18s"):format("columns"))
  for name, column in pairs(node.columns) do
    local tests <const> = {}
    for index, test in ipairs(column.tests) do
      tests[index] = clean(test.test_name)
    end
    terminal:line(("    %s%s%s"):format(clean(name), column.data_type and " " .. clean(column.data_type) or "",
      #tests > 0 and ": " .. table.concat(tests, ", ") or ""))
  end
end

local HAS_COLUMNS <const> = { model = true, seed = true, snapshot = true, analysis = true, source = true }

local function print_node(terminal, node)
  local type_name <const> = document.type(node)
  terminal:line(terminal:paint("bold", clean(node.unique_id)))
  for _, kind in ipairs(document.types()) do
    for _, field in ipairs(kind.name == type_name and kind.fields or {}) do
      local value <const> = not LEFT_OUT[field.name] and node[field.name]
      local words <const> = value ~= nil and value ~= false and one_line(value)
      if words then
        terminal:line(("  %-18s %s"):format((field.name:gsub("_", " ")), words))
      end
    end
  end
  if HAS_COLUMNS[type_name] and #node.columns > 0 then
    print_columns(terminal, node)
  end
  for _, doubt in ipairs(type_name ~= "macro" and node.partial or {}) do
    terminal:line("  partial")
    print_doubt(terminal, doubt)
  end
  for _, edge in ipairs(type_name ~= "macro" and type_name ~= "source" and node.conditional or {}) do
    terminal:line(edge.taken == false and "  not taken" or "  conditional")
    print_edge(terminal, edge)
  end
end

--- Prints what is known about the project, or about the nodes given.
---@param terminal terminal
---@param loaded floe.dbt.loaded
---@param nodes any[]?
function M.print(terminal, loaded, nodes)
  local project <const> = loaded.project
  if nodes then
    for _, node in ipairs(nodes) do
      terminal:gap()
      print_node(terminal, node)
    end
    return
  end
  terminal:line(terminal:paint("bold", clean(project.name)) .. "  " .. clean(project.root))
  terminal:line(source_words(project))
  local dbt <const> = dbt_words(project)
  if dbt ~= "" then
    terminal:line(dbt)
  end
  terminal:line()
  print_counts(terminal, project)
  print_doubts(terminal, project)
  print_problems(terminal, project)
  for _, note in ipairs(loaded.notes) do
    terminal:line()
    terminal:line(terminal:paint("cyan", "NOTE") .. ": " .. clean(note.message))
  end
  if project.partial then
    terminal:line()
    terminal:line("The graph is only partly known: no policy takes what is missing from it for known.")
  end
end

return M

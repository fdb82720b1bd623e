-- floe env: what this floe is built on, what it is allowed, what it finds, and which FLOE_ variables are in
-- effect; what a bug report needs, and what explains a result that differs between two machines.
local secrets <const> = require "manifest.secrets"
local set <const> = require "floe.set"
local system <const> = require "host.system"

local M = {
  name = "env",
  summary = "print versions, limits, what is found, and FLOE_ variables",
  options = {
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json" }, default = "text",
      help = "how to print it" },
  },
  examples = {
    { "floe env", "for people" },
    { "floe env --format json", "for a bug report, or to compare two machines" },
  },
}

-- A value that is nobody else's business is not shown, nor what of an address is none.
local function shown(name, value)
  return secrets.is_variable(name) and "(set; not shown)" or secrets.shown(value)
end

local function collect_variables()
  local environment <const> = require "usage.environment"
  local known <const>, values <const> = environment.known(), environment.all()
  local list <const> = {}
  for _, name in ipairs(set.list(values)) do
    list[#list + 1] = { name = name, value = shown(name, values[name]), meaning = known[name] }
  end
  if #list == 0 then
    return list
  end
  local names <const> = set.list(known)
  for _, variable in ipairs(list) do
    variable.suggestion = not variable.meaning and require("floe.text").suggest(variable.name, names) or nil
  end
  return list
end

local function collect_programs()
  local files <const> = require "host.files"
  local list <const> = {}
  for _, name in ipairs({ "dbt", "git" }) do
    list[#list + 1] = { name = name, path = files.find_program(name) }
  end
  return list
end

-- What of a product stands in this folder.
local function collect_files()
  local files <const> = require "host.files"
  local list <const> = {}
  for _, path in ipairs({ "floe.yaml", "dbt_project.yml", "target/manifest.json", ".floe/baseline.yaml" }) do
    list[#list + 1] = { path = path, exists = files.is_file(path) }
  end
  return list
end

-- The libraries, with the one that is loaded when it is needed.
local function collect_versions()
  local versions <const> = system.versions()
  local network <const>, err <const> = system.network()
  versions.curl = network or { version = "none", linked = err.message, hint = err.hint }
  return versions
end

local function collect()
  local files <const> = require "host.files"
  return {
    versions = collect_versions(),
    limits = system.limits and system.limits() or {},
    cpus = system.cpus(),
    folder = files.cwd(),
    files = collect_files(),
    programs = collect_programs(),
    variables = collect_variables(),
  }
end

local function print_rows(terminal, title, rows)
  if #rows == 0 then
    return
  end
  local clean <const> = require("terminal").clean
  terminal:line()
  terminal:line(terminal:paint("bold", title))
  local width = 0
  for _, row in ipairs(rows) do
    width = math.max(width, #row[1])
  end
  for _, row in ipairs(rows) do
    terminal:line(("  %s%s  %s"):format(clean(row[1]), (" "):rep(width - #row[1]), clean(row[2])))
  end
end

local function library_rows(versions)
  local rows <const> = {}
  for _, name in ipairs(set.list(versions)) do
    local library <const> = versions[name]
    if type(library) == "table" then
      rows[#rows + 1] = { name, ("%s (%s)"):format(library.version, library.linked) }
    end
  end
  return rows
end

local function limit_rows(limits)
  local rows <const> = {}
  for _, name in ipairs(set.list(limits)) do
    rows[#rows + 1] = { name, tostring(limits[name]) }
  end
  return rows
end

local function program_rows(programs)
  local rows <const> = {}
  for _, program in ipairs(programs) do
    rows[#rows + 1] = { program.name, program.path or "not found on the PATH" }
  end
  return rows
end

local function file_rows(list)
  local rows <const> = {}
  for _, file in ipairs(list) do
    rows[#rows + 1] = { file.path, file.exists and "is there" or "is not there" }
  end
  return rows
end

local function variable_rows(variables)
  local rows <const> = {}
  for _, variable in ipairs(variables) do
    local meaning <const> = variable.meaning
      or "is not read by floe" .. (variable.suggestion and "; did you mean " .. variable.suggestion .. "?" or "")
    rows[#rows + 1] = { variable.name, ("%s  (%s)"):format(variable.value, meaning) }
  end
  return #rows > 0 and rows or { { "none", "is set" } }
end

local function print_text(terminal, facts)
  terminal:line("floe " .. facts.versions.floe)
  print_rows(terminal, "Libraries", library_rows(facts.versions))
  print_rows(terminal, "Limits", limit_rows(facts.limits))
  print_rows(terminal, "Programs", program_rows(facts.programs))
  print_rows(terminal, "Machine", { { "cores", tostring(facts.cpus) } })
  print_rows(terminal, "Folder " .. require("terminal").clean(facts.folder), file_rows(facts.files))
  print_rows(terminal, "FLOE_ variables", variable_rows(facts.variables))
end

local function list(json, items)
  return #items > 0 and items or json.array({})
end

---@return integer
function M.run(options, terminal)
  local facts <const> = collect()
  if options.format == "text" then
    print_text(terminal, facts)
    return 0
  end
  local json <const> = require "host.json"
  facts.variables = list(json, facts.variables)
  facts.programs = list(json, facts.programs)
  terminal:json(facts)
  return 0
end

return M

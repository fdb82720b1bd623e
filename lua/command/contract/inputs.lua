-- What the commands about contracts are given: files, folders, and what to compare them with. What is wrong with that
-- is told on the terminal, and nil comes back.

local sources <const> = require "contract.sources"
local files <const> = require "host.files"

local M = {}

local EXIT_USAGE <const> = 2

-- What failed outside of floe: git or the catalog, or the trust in it.
local EXITS <const> = { outside = 4, conflict = 4, trust = 5, refused = 5 }

local function fail(terminal, err, path)
  terminal:fail({ message = err.message, hint = err.hint, file = err.file or path, line = err.line,
    column = err.column })
end

local function read_folder(folder, terminal)
  local found <const>, problems <const> = sources.folder(folder)
  for _, err in ipairs(problems) do
    fail(terminal, err)
  end
  if #found == 0 and #problems == 0 then
    fail(terminal, { message = ("there is no data contract in '%s'"):format(folder),
      hint = "contracts stand in datacontract.yaml, *.odcs.yaml or contracts/; or name the file" })
  end
  return found, #problems == 0 and #found > 0
end

--- Reads contracts: files as they are, folders as the contracts in them. All that cannot be read are told.
---@param paths string[] none: this folder
---@param terminal terminal
---@return floe.contract.source[]?
function M.read(paths, terminal)
  local list <const> = {}
  local ok = true
  for _, path in ipairs(#paths > 0 and paths or { "." }) do
    if files.is_dir(path) then
      local found <const>, complete <const> = read_folder(path, terminal)
      table.move(found, 1, #found, #list + 1, list)
      ok = ok and complete
    else
      local source <const>, err <const> = sources.read(path)
      list[#list + 1] = source
      if not source then
        fail(terminal, err, path)
        ok = false
      end
    end
  end
  return ok and list or nil
end

-- A contract whose form is broken is compared as far as it goes, and that is said.
local function warn_of_form(terminal, source)
  local count <const> = source.problem_count
  if count > 0 then
    terminal:complain(("note: the form of '%s' has %s; 'floe contract validate' shows what"):format(
      require("terminal").clean(source.path), require("terminal").count(count, "problem")))
  end
end

---@class floe.contract.entry a contract and what it was
---@field id string
---@field name string
---@field old floe.contract.source? nil: it is new
---@field new floe.contract.source? nil: it is gone

local function entry_of(old, new)
  local normal <const> = (new or old).normal
  local id <const> = tostring(normal.id or normal.name or (new or old).path)
  return { id = id, name = tostring(normal.name or id), old = old, new = new }
end

local function by_id(list)
  local out <const> = {}
  for _, source in ipairs(list) do
    out[tostring(source.root.id or source.path)] = source
  end
  return out
end

-- Two folders: contracts of one id are one contract.
local function pair_folders(old, new)
  local out <const>, before <const>, now <const> = {}, by_id(old), by_id(new)
  for _, source in ipairs(new) do
    out[#out + 1] = entry_of(before[tostring(source.root.id or source.path)], source)
  end
  for _, source in ipairs(old) do
    if not now[tostring(source.root.id or source.path)] then
      out[#out + 1] = entry_of(source, nil)
    end
  end
  return out
end

local function misuse(message, hint)
  require("usage.parser").misuse(message, hint)
end

local function pair_two(paths, terminal)
  if #paths ~= 2 then
    misuse("two contracts are needed: the earlier one and the new one",
      "Name both, or one with --against: 'datacontract.yaml --against git:main'.")
  end
  local folders <const> = files.is_dir(paths[1])
  if folders ~= files.is_dir(paths[2]) then
    misuse("a file and a folder cannot be compared", "To find the earlier version in a folder: FILE --against FOLDER.")
  end
  local old <const>, new <const> = M.read({ paths[1] }, terminal), M.read({ paths[2] }, terminal)
  if not old or not new then
    return nil, EXIT_USAGE
  end
  return folders and pair_folders(old, new) or { entry_of(old[1], new[1]) }
end

local function pair_against(paths, against, terminal)
  if not against:find("^git:") and against ~= "catalog" and not files.exists(against) then
    fail(terminal, { message = ("there is no '%s' to compare with"):format(against),
      hint = "name a file, a folder of earlier versions, a revision (git:main), or catalog" })
    return nil, EXIT_USAGE
  end
  local list <const>, out <const> = M.read(paths, terminal), {}
  local known <const> = {}
  for _, source in ipairs(list or {}) do
    local old <const>, err <const> = sources.previous(source, against, known)
    if err then
      fail(terminal, err)
      return nil, EXITS[err.code] or EXIT_USAGE
    end
    out[#out + 1] = entry_of(old, source)
  end
  return list and out, EXIT_USAGE
end

--- The contracts to compare, with what they were.
---@param options { paths: string[], against: string? }
---@param terminal terminal
---@return floe.contract.entry[]?
---@return integer? exit code where there is nothing to compare
function M.pairs(options, terminal)
  -- All contracts are held until the report: collecting finds next to nothing meanwhile.
  collectgarbage("incremental", 1000)
  local out, exit
  if options.against then
    out, exit = pair_against(options.paths, options.against, terminal)
  else
    out, exit = pair_two(options.paths, terminal)
  end
  for _, entry in ipairs(not terminal.quiet and out or {}) do
    for _, side in ipairs { "old", "new" } do
      if entry[side] then
        warn_of_form(terminal, entry[side])
      end
    end
  end
  return out, exit
end

--- The options and arguments of commands that compare.
M.arguments = {
  { name = "paths", label = "CONTRACT…", many = true, complete = "file",
    help = "OLD and NEW; with --against: the new ones (default: those of the product in this folder)" },
}

M.against = { name = "against", value = "WHAT", complete = "file",
  help = "what they were: a file, a folder of earlier versions, a revision such as git:main, or 'catalog': as they "
    .. "are registered" }

return M

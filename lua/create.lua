-- Creating files for somebody who begins: all of them or none, and never over what is there.
local clean <const> = require("terminal").clean
local files <const> = require "host.files"

local M = {}

local EXIT_USAGE <const> = 2

local function find_obstacles(folder, list)
  local obstacles <const> = {}
  for _, file in ipairs(list) do
    local path <const> = files.join(folder, file.path)
    if files.exists(path) then
      obstacles[#obstacles + 1] = path
    end
  end
  return obstacles
end

local function write_all(folder, list)
  for _, file in ipairs(list) do
    local path <const> = files.join(folder, file.path)
    local ok, err = files.mkdir(files.dirname(path))
    if ok then
      ok, err = files.write(path, file.text)
    end
    if not ok then
      return nil, err
    end
  end
  return true
end

local function report(terminal, folder, list, next_command)
  terminal:line(("Created %s:"):format(clean(folder)))
  for _, file in ipairs(list) do
    terminal:line("      " .. terminal:paint("green", "✓") .. " " .. clean(file.path))
  end
  terminal:line()
  terminal:line("Next: " .. next_command)
end

--- Writes files below a folder and says so. Nothing is written where one of them exists.
---@param terminal terminal
---@param folder string
---@param list { path: string, text: string }[]
---@param next_command string what to type then, cleaned
---@return integer exit code
function M.run(terminal, folder, list, next_command)
  local obstacles <const> = find_obstacles(folder, list)
  if #obstacles > 0 then
    terminal:fail({
      message = "nothing was created: " .. table.concat(obstacles, ", ") .. (#obstacles == 1 and " exists" or " exist"),
      hint = "Nothing is overwritten. Name another folder, or move what is in the way.",
    })
    return EXIT_USAGE
  end
  local ok <const>, err <const> = write_all(folder, list)
  if not ok then
    terminal:fail(err)
    return EXIT_USAGE
  end
  if not terminal.quiet then
    report(terminal, folder, list, next_command)
  end
  return 0
end

return M

-- What the Lua tests share: cases with names, comparisons that show both values, documents from text, and folders
-- that are gone afterwards.

local document <const> = require "host.document"
local files <const> = require "host.files"

local M = {}

local failures, cases = 0, 0

local function show(value, depth)
  if type(value) ~= "table" or (depth or 0) > 6 then
    return type(value) == "string" and ("%q"):format(value) or tostring(value)
  end
  local keys <const>, parts <const> = {}, {}
  for key in pairs(value) do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b)
    return tostring(a) < tostring(b)
  end)
  for _, key in ipairs(keys) do
    parts[#parts + 1] = ("[%s] = %s"):format(show(key), show(value[key], (depth or 0) + 1))
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

M.show = show

--- Raises unless both values are the same, all the way down.
function M.equal(actual, expected, what)
  if show(actual) ~= show(expected) then
    error(("%s:\n  expected %s\n  actual   %s"):format(what or "values differ", show(expected), show(actual)), 2)
  end
end

--- Raises unless `text` holds `part`.
function M.contains(text, part)
  if type(text) ~= "string" or not text:find(part, 1, true) then
    error(("%s\n  does not hold %s"):format(show(text), show(part)), 2)
  end
end

function M.truthy(value, what)
  if not value then
    error(what or "a value was expected", 2)
  end
end

--- Runs a case; what it raises is printed, and the others go on.
function M.case(name, run)
  cases = cases + 1
  local ok <const>, message <const> = xpcall(run, debug.traceback)
  if not ok then
    failures = failures + 1
    io.stderr:write(("FAILED %s\n%s\n"):format(name, message))
  end
end

--- Says a case cannot run here.
function M.skip(name, why)
  print(("skipped: %s (%s)"):format(name, why))
end

--- A document from YAML text.
function M.yaml(text, name)
  local root <const>, err <const> = document.parse(text, name or "test.yaml", { format = "yaml" })
  if err then
    error(err.message, 2)
  end
  return root
end

--- Writes files below a new folder and returns its path. `M.finish` removes it.
local folders <const> = {}

function M.folder(contents)
  local path <const> = os.tmpname()
  os.remove(path)
  assert(files.mkdir(path))
  folders[#folders + 1] = path
  for name, text in pairs(contents or {}) do
    local full <const> = files.join(path, name)
    assert(files.mkdir(files.dirname(full)))
    assert(files.write(full, text))
  end
  return path
end

--- Ends a test file: fails where a case failed or none ran.
function M.finish()
  for _, path in ipairs(folders) do
    os.execute(("rm -rf '%s'"):format(path))
  end
  if cases == 0 then
    error("no case ran")
  end
  print(("%d cases, %d failed"):format(cases, failures))
  if failures > 0 then
    error("some cases failed", 0)
  end
end

return M

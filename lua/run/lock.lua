-- The lock of a product's runs: one at a time, across processes. It is held until dbt has ended as well, also where
-- the run that started it is gone.

local files <const> = require "host.files"
local json <const> = require "host.json"
local owners <const> = require "run.owner"
local problem <const> = require "manifest.problem"
local system <const> = require "host.system"

local M = {}

--- Where it is, below the product's folder.
M.path = ".floe/run.lock"

-- Who holds it, as its note says.
local function conflict(note, path)
  local noted <const> = json.decode(note)
  local known <const> = type(noted) == "table" and noted or {}
  local owner <const> = owners.noted(known.process)
  local who <const> = not owner and "another run"
    or owners.is_alive(owner) and ("run %s (process %d)"):format(known.run, owner.pid)
    or ("dbt of the run %s, which was cut off,"):format(known.run)
  local begun <const> = known.since and "since " .. known.since or "for a while"
  local wrong <const> = problem.with(path, ("%s has been at work on this product %s"):format(who, begun),
    "`floe run --wait` waits for its end")
  wrong.outside = true
  return wrong
end

--- Takes the lock for a run.
---@param root string the product's folder
---@param run string its id
---@param seconds number? how long to wait for another run; below 0 for as long as it takes
---@return any? lock
---@return floe.problem? problem
function M.take(root, run, seconds)
  local path <const> = files.normalize(files.join(root, M.path))
  local lock <const>, err <const> = files.lock(path, json.encode(json.object {
    { "run", run }, { "process", owners.note(owners.mine()) }, { "since", system.timestamp() },
  }), seconds)
  if lock then
    return lock
  end
  return nil, err.code == "conflict" and conflict(err.message, path) or problem.from(err)
end

return M
